"""Results: what the audit page is made of, every file as text."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from markupsafe import Markup

from resurvey.audit.documents import RECOVERY_FILES
from resurvey.core.codebook import Codebook
from resurvey.core.files import csv_text
from resurvey.core.names import TOTAL
from resurvey.core.published import PrintedCell, PrintedQuestion, one_crossing, printed_questions

Line = Mapping[str, str]


@dataclass(frozen=True)
class AuditResults:
    """Everything that one audit page shows.

    Attributes
    ----------
    files : dict
        Lines of every file in `RECOVERY_FILES`, as text.
    cells, claims : sequences
        What was published.
    ledger : sequence of dict
        The judged claims; empty where there are none.
    codebook : Codebook
        Labels of questions, answers and groups.
    """

    files: Mapping[str, Sequence[Line]]
    cells: Sequence[PrintedCell]
    claims: Sequence[Line]
    ledger: Sequence[Line]
    codebook: Codebook
    questions: dict[str, PrintedQuestion] = field(init=False)

    def __post_init__(self) -> None:
        """Collect the printed questions."""
        object.__setattr__(
            self, "questions", printed_questions(one_crossing(self.cells)[0], self.claims)
        )

    def of(self, name: str, variable: str) -> list[Line]:
        """Lines of a file that speak of one question."""
        return [line for line in self.files[name] if line["row_variable"] == variable]

    @property
    def respondents(self) -> int:
        """Respondents of the survey."""
        return max((int(line["respondents"]) for line in self.files["questions"]), default=0)


def plain(words: Markup) -> str:
    """Take the escapes back: what becomes a value of the page is escaped there, once.

    Examples
    --------
    >>> plain(Markup("Pearson&#39;s"))
    "Pearson's"
    """
    return words.unescape()


def as_text(columns: Sequence[str], lines: Iterable[Mapping[str, Any]]) -> list[dict[str, str]]:
    """Turn lines into the text that their CSV file would hold.

    Examples
    --------
    >>> as_text(["n", "note"], [{"n": 3}])
    [{'n': '3', 'note': ''}]
    """
    return [dict(row) for row in csv.DictReader(io.StringIO(csv_text(columns, lines)))]


def texts(lines: Mapping[str, Sequence[Mapping[str, Any]]]) -> dict[str, list[dict[str, str]]]:
    """Turn the lines of all files of the recovery into text."""
    return {name: as_text(columns, lines[name]) for name, columns in RECOVERY_FILES.items()}


def group_of(cells: Iterable[PrintedCell], variable: str, claims: Iterable[Line]) -> str:
    """Variable that a question is crossed with; the study's other tables tell for text shares."""
    every = list(cells)
    own = {one.column_variable for one in every if one.row_variable == variable}
    known = sorted({one.column_variable for one in every if one.column_variable})
    named = [name for name in own if name] or known
    return named[0] if named else TOTAL
