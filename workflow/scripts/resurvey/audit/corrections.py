"""Corrections: printed cells and statements that the publication's own tables do not bear out."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from resurvey.audit.claims.references import (
    Operation,
    Reference,
    parse_cells,
    references,
)
from resurvey.core.lines import ClaimLine, PrintedLine, QuestionLine

CORRECTED = frozenset(
    {"contradicted", "contradicts", "wrong_cell", "percent_for_percentage_points"}
)
"""Verdicts on a statement that ask for another wording or another number."""

ANOTHER_CELL = frozenset({"wrong_cell", "another_cell"})
"""Verdicts, or reasons of one, that find the printed number in another place of the table."""

POINTS = frozenset({"percent_for_percentage_points", "points"})
"""Verdicts, or reasons of one, that find a difference of shares called a per cent."""

CORRECTED_CELLS = frozenset({"differs", "no_integer_solution"})
"""Verdicts on a printed cell that ask for another number."""


@dataclass(frozen=True)
class Correction:
    """A place of a publication that should read otherwise.

    Attributes
    ----------
    kind : str
        ``cell`` (a number of a table), ``no_count`` (a per cent that no number of people gives),
        ``caption`` (the base that it names), ``number``, ``points`` (per cent for percentage
        points), ``turned`` (a comparison that holds the other way round), ``wording``, or
        ``question`` (nothing is wrong for certain, and the audit's author asks for a word).
    line : dict
        The line of `cells.csv`, `claims.csv` or `questions.csv`.
    cells : tuple of Reference
        Cells that decide it.
    bases : tuple of (str, str)
        Of a caption: the questions that fewer answered, each with its largest possible base.
    """

    kind: str
    line: Mapping[str, Any]
    cells: tuple[Reference, ...] = ()
    bases: tuple[tuple[str, str], ...] = ()


def find_corrections(
    cells: Iterable[PrintedLine],
    claims: Iterable[ClaimLine],
    questions: Iterable[QuestionLine] = (),
    tables: Mapping[str, Mapping[str, Any]] | None = None,
) -> list[Correction]:
    """List what should be corrected: the statements in their order, then the tables.

    A statement that is only imprecise, that may be read otherwise, or that nothing published
    decides, is listed only where ``claims.csv`` suggests what it should read; a number that
    follows from rounded parts is not.
    """
    found = list(_statements(claims))
    found += _captions(questions, tables or {})
    for line in cells:
        if line["verdict"] in CORRECTED_CELLS:
            kind = "no_count" if line["verdict"] == "no_integer_solution" else "cell"
            found.append(Correction(kind, line))
    return found


def _statements(claims: Iterable[ClaimLine]) -> Iterator[Correction]:
    for line in claims:
        marks = {line["verdict"], str(line.get("reason") or "")}
        # A difference in percentage points is right but for its unit, however it was graded.
        certain = line["verdict"] in CORRECTED or marks & POINTS
        if not certain and not line.get("suggestion_en"):
            continue
        if not line["recomputed"] and not line.get("suggestion_en"):
            continue
        node = parse_cells(line["cells"])
        named = tuple(dict.fromkeys(references(node)))
        if not certain:
            kind = "question"
        elif marks & POINTS:
            kind = "points"
        elif marks & ANOTHER_CELL and isinstance(node, Operation) and node.operator == "/":
            kind = "turned"
        else:
            kind = "number" if line["form"] == "number" and line["printed"] else "wording"
        yield Correction(kind, line, named)


def _captions(
    questions: Iterable[QuestionLine], tables: Mapping[str, Mapping[str, Any]]
) -> list[Correction]:
    """Tables whose caption names all respondents as the base of a question that fewer answered."""
    homes = {row: name for name, table in tables.items() for row in table["rows"]}
    found: dict[str, list[QuestionLine]] = {}
    for line in questions:
        home = homes.get(line["row_variable"], "")
        named = tables.get(home, {}).get("claimed_base") == "respondents"
        if not named or not line["largest_base"] or not line["respondents"]:
            continue
        if int(line["largest_base"]) < int(line["respondents"]):
            found.setdefault(home, []).append(line)
    return [
        Correction(
            "caption",
            min(lines, key=lambda line: int(line["largest_base"])),
            bases=tuple((line["row_variable"], str(line["largest_base"])) for line in lines),
        )
        for lines in found.values()
    ]


def count_agreeing(cells: Sequence[PrintedLine]) -> int:
    """Count the printed cells that need no correction."""
    return sum(line["verdict"] not in CORRECTED_CELLS for line in cells)
