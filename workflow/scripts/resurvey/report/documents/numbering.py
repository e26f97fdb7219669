"""Numbering: numbers of tables and figures, those of the study kept as they are."""

from resurvey.pages.wording import Wording


class Numbering:
    """Counts what the study does not number itself.

    Tables without a number of the study's own are supplementary (``Table S1``), so that the
    numbers of an article's tables stay those of the article.

    Parameters
    ----------
    say : Wording
        Words of the report's language.
    """

    def __init__(self, say: Wording) -> None:
        self.say = say
        self.tables = self.figures = 0

    def table(self, own: str = "") -> str:
        """Return a table's own number, or the next supplementary one."""
        if own:
            return own
        self.tables += 1
        return self.say.plain("documents.supplementary_table", n=self.tables)

    def figure(self) -> str:
        """Return the next figure's number."""
        self.figures += 1
        return self.say.plain("documents.figure_number", n=self.figures)


def split_number(number: str) -> tuple[str, int | None]:
    """Split a number into its words and its figure; None where it does not end in one.

    Examples
    --------
    >>> split_number("Table 2"), split_number("Table S10"), split_number("Table 2a")
    (('Table ', 2), ('Table S', 10), ('Table 2a', None))
    """
    words = number.rstrip("0123456789")
    figure = number[len(words) :]
    if not figure or not words or not figure.isascii() or figure.startswith("0"):
        return number, None
    return words, int(figure)
