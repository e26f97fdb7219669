"""One base: whether the shares that the text alone prints are possible for everybody at once."""

from collections.abc import Collection, Iterable, Mapping
from fractions import Fraction
from typing import Any

from resurvey.audit.questions import RecoveredQuestion
from resurvey.core.names import TEXT_ONLY, TOTAL
from resurvey.core.printed import parse_printed
from resurvey.recovery.one_base import at_least, printings, printings_at


def at_respondents(question: RecoveredQuestion, bases: Collection[int]) -> dict[str, Any]:
    """Say whether a question that only the text prints fits all respondents, and by what chance.

    Returns
    -------
    dict
        `at_respondents`: yes or no; `printings_at_respondents` of the `printings` that there are
        can come from counts of that base. Empty for a question that a table prints, that has
        groups, sums of rounded parts or another rounding than half up, or where different counts
        of so many respondents are printed alike.
    """
    respondents = question.sizes[TOTAL]
    shares = question.printed.shares.get(TOTAL, {})
    digits = max((parse_printed(text).digits for text in shares.values()), default=0)
    speaks = (
        question.table == TEXT_ONLY
        and question.columns == [TOTAL]
        and not question.subtotals
        and question.recovered.rule == "counts"
        and question.recovered.rounding == "half_up"
        and respondents <= 100 * 10**digits
    )
    if not speaks:
        return {}
    # Where all answers are printed the last share follows from the others, but for its rounding.
    free = len(shares) - (set(shares) == set(question.answers))
    return {
        "at_respondents": "yes" if respondents in bases else "no",
        "printings_at_respondents": printings_at(respondents, free, False, digits),
        "printings": printings(free, False, digits),
    }


def joint_evidence(lines: Iterable[Mapping[str, str]]) -> dict[str, Any] | None:
    """Put the questions of `questions.csv` together: how many fit, and the chance of so many.

    The chance is exact if all ways of printing a question are equally likely and the questions
    independent of each other; None where fewer than two questions speak of it.

    Examples
    --------
    >>> line = {"printed_shares": "1", "at_respondents": "yes",
    ...         "printings_at_respondents": "516", "printings": "1001"}
    >>> found = joint_evidence([line, line])
    >>> found["fits"], found["shares"], float(found["chance"]).__round__(4)
    (2, 2, 0.2657)
    """
    speaking = [line for line in lines if line["at_respondents"]]
    if len(speaking) < 2:
        return None
    fitting = [line for line in speaking if line["at_respondents"] == "yes"]
    chances = [
        min(Fraction(int(line["printings_at_respondents"]), int(line["printings"])), Fraction(1))
        for line in speaking
    ]
    return {
        "questions": len(speaking),
        "fits": len(fitting),
        "shares": sum(int(line["printed_shares"]) for line in speaking),
        "fitting_shares": sum(int(line["printed_shares"]) for line in fitting),
        "chance": at_least(chances, len(fitting)),
    }
