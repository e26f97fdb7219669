"""Associations: what the margins of two questions leave open of their crossing.

A text may say that one answer "is connected with" another, and print no table that crosses the
two. The printed margins then bound how many people gave both answers, and no more.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from resurvey.audit.claims.evaluation import Solution, number
from resurvey.audit.claims.references import Reference, parse_cells
from resurvey.core.errors import SurveyError
from resurvey.core.names import TOTAL

#: Columns that a statement brings along, and those that its bounds add.
STATEMENT_COLUMNS = (
    "association",
    "page",
    "paragraph",
    "key_phrase",
    "paraphrase_ru",
    "paraphrase_en",
    "first",
    "first_ru",
    "first_en",
    "second",
    "second_ru",
    "second_en",
)
ASSOCIATION_COLUMNS = (
    *STATEMENT_COLUMNS,
    "respondents",
    "first_lowest",
    "first_highest",
    "second_lowest",
    "second_highest",
    "lowest",
    "highest",
    "lowest_percent",
    "highest_percent",
    "arithmetic",
    "status",
)
#: What the printed margins decide of an association.
STATUSES = ("open", "positive", "negative", "not_in_the_text")
_Counts = tuple[int, ...]


@dataclass(frozen=True)
class _Bound:
    """One end of the number of people who gave both answers, and how it is made."""

    people: int
    arithmetic: str


def association_lines(
    statements: Iterable[Mapping[str, str]],
    feasible: Mapping[str, Sequence[Solution]],
    sizes: Mapping[str, int],
) -> list[dict[str, Any]]:
    """Bound every association that a text states without a table.

    Parameters
    ----------
    statements : iterable of dict
        Lines of `associations.csv`, keys `STATEMENT_COLUMNS`; `first` and `second` are cells of
        the column of all respondents, empty where nothing was published.
    feasible : dict
        Question -> all its solutions, as `solutions.read_solutions` gives them.
    sizes : dict
        Respondents by column code, `total` among them: a person can have left a question out.

    Returns
    -------
    list of dict
        Keys `ASSOCIATION_COLUMNS`. `lowest` and `highest` are sharp: with some solutions of both
        questions so many people can have given both answers (margins by group are used where both
        questions have them). `status` compares them with what independence would give.

    Raises
    ------
    SurveyError
        A statement's cells are no cells of all respondents.

    Examples
    --------
    >>> one = {"association": "a1", "first": "t/v/1/total", "second": "t/w/1/total"}
    >>> known = {"t/v": [{"1/total": (7, 10)}], "t/w": [{"1/total": (6, 10)}]}
    >>> (line,) = association_lines([one], known, {"total": 10})
    >>> line["lowest"], line["highest"], line["arithmetic"], line["status"]
    (3, 6, 'max(0; 7 + 6 − 10) = 3; min(7; 6) = 6', 'open')
    """
    lines = []
    for statement in statements:
        given = {column: statement.get(column) or "" for column in STATEMENT_COLUMNS}
        line = dict.fromkeys(ASSOCIATION_COLUMNS, "") | given | {"status": "not_in_the_text"}
        cells = [_cell(given, key) for key in ("first", "second")]
        solved = [cell for cell in cells if cell is not None and cell.question in feasible]
        if len(solved) == 2 and TOTAL in sizes:
            line |= _bounded(solved[0], solved[1], feasible, sizes)
        lines.append(line)
    return lines


def _cell(statement: Mapping[str, str], key: str) -> Reference | None:
    text = statement[key].strip()
    if not text:
        return None
    cell = parse_cells(text)
    if not isinstance(cell, Reference) or cell.column != TOTAL:
        raise SurveyError(
            f"associations.csv, {statement['association']}: `{key}` '{text}' is no cell of all "
            "respondents such as table/question/1+2/total"
        )
    return cell


def _bounded(
    first: Reference,
    second: Reference,
    feasible: Mapping[str, Sequence[Solution]],
    sizes: Mapping[str, int],
) -> dict[str, Any]:
    solutions = [feasible[cell.question] for cell in (first, second)]
    groups = [code for code in sizes if code != TOTAL]
    crossed = all(
        f"{cell.parts[0].code}/{group}" in some[0]
        for cell, some in zip((first, second), solutions, strict=True)
        for group in groups
    )
    # Two groups that are not all respondents would leave people out.
    whole = sum(sizes[group] for group in groups) == sizes[TOTAL]
    columns = groups if groups and crossed and whole else [TOTAL]
    counts = [
        sorted({_counts(cell, solution, columns) for solution in some})
        for cell, some in zip((first, second), solutions, strict=True)
    ]
    people = [sizes[column] for column in columns]
    pairs = [(one, other) for one in counts[0] for other in counts[1]]
    low = min((_lowest(one, other, people) for one, other in pairs), key=lambda end: end.people)
    high = max((_highest(one, other) for one, other in pairs), key=lambda end: end.people)
    shares = [
        Fraction(100 * end.people, sum(one))
        for one, other in pairs
        if sum(one)
        for end in (_lowest(one, other, people), _highest(one, other))
    ]
    directions = {_direction(one, other, people) for one, other in pairs}
    sums = [[sum(one) for one in some] for some in counts]
    return {
        "respondents": sizes[TOTAL],
        "first_lowest": min(sums[0]),
        "first_highest": max(sums[0]),
        "second_lowest": min(sums[1]),
        "second_highest": max(sums[1]),
        "lowest": low.people,
        "highest": high.people,
        "lowest_percent": number(min(shares), 1, ".") if shares else "",
        "highest_percent": number(max(shares), 1, ".") if shares else "",
        "arithmetic": f"{low.arithmetic}; {high.arithmetic}",
        "status": directions.pop() if len(directions) == 1 else "open",
    }


def _counts(cell: Reference, solution: Solution, columns: Sequence[str]) -> _Counts:
    return tuple(
        sum(solution[f"{part.code}/{column}"][0] for part in cell.parts) for column in columns
    )


def _lowest(first: _Counts, second: _Counts, people: Sequence[int]) -> _Bound:
    groups = list(zip(first, second, people, strict=True))
    ends = [max(0, one + other - size) for one, other, size in groups]
    terms = " + ".join(f"max(0; {one} + {other} − {size})" for one, other, size in groups)
    return _Bound(sum(ends), f"{terms} = {sum(ends)}")


def _highest(first: _Counts, second: _Counts) -> _Bound:
    groups = list(zip(first, second, strict=True))
    ends = [min(one, other) for one, other in groups]
    terms = " + ".join(f"min({one}; {other})" for one, other in groups)
    return _Bound(sum(ends), f"{terms} = {sum(ends)}")


def _direction(first: _Counts, second: _Counts, people: Sequence[int]) -> str:
    """Compare what is possible with the number under independence of all respondents."""
    expected = Fraction(sum(first) * sum(second), sum(people))
    if _lowest(first, second, people).people > expected:
        return "positive"
    return "negative" if _highest(first, second).people < expected else "open"
