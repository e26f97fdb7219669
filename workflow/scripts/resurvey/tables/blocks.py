"""Blocks: the cells of one question in one table, from its counts.

What two questions that were never crossed in print still say about each other are bounds: which
respondent gave which two answers is not published, only that the joint counts lie within Fréchet's
bounds, sharper where both questions were crossed with the same groups.
"""

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from resurvey.core.accounting import NO_GROUP, Account, check_groups, read_losses
from resurvey.core.cells import percent_of, plain_number
from resurvey.core.codebook import Code, Codebook, Variable, as_labels, clean_code, pick_label
from resurvey.core.errors import SurveyError
from resurvey.core.names import TOTAL
from resurvey.core.notes import NOT_IDENTIFIED, Note, add_notes, write_notes
from resurvey.counts.crosstabs import Crosstab
from resurvey.tables.boxes import boxes_of
from resurvey.tables.domains import MOST_ACROSS
from resurvey.tables.frequencies import LOSS_COLUMNS
from resurvey.tables.inference import CELL_COLUMNS, cell_letters, design_interval, wilson_interval

if TYPE_CHECKING:
    from resurvey.core.codebook import Survey


@dataclass(frozen=True)
class Margins:
    """What one stratum says of two answers; `row_base` answered the row's question at all."""

    respondents: int
    row: int
    row_base: int
    column: int


@dataclass(frozen=True)
class JointBounds:
    """Bounds of one cell; no per cent where possibly nobody answered the row's question."""

    count: tuple[int, int]
    percent: tuple[Fraction, Fraction] | None


def joint_bounds(strata: Iterable[Margins]) -> JointBounds:
    """Bound the joint count of two answers and its column per cent.

    Within a stratum of N respondents the joint count lies between ``max(0, r + c - N)`` and
    ``min(r, c)``; the bounds of several strata add up, and each is attained.

    Notes
    -----
    The bounds hold for one solution of each question.

    References
    ----------
    M. Fréchet (1951), Sur les tableaux de corrélation dont les marges sont données, Annales de
    l'Université de Lyon A 14, 53-77.

    Examples
    --------
    >>> joint_bounds([Margins(100, row=70, row_base=100, column=60)]).count
    (30, 60)
    >>> men, women = Margins(50, 50, 50, 10), Margins(50, 20, 50, 50)
    >>> joint_bounds([men, women]).count
    (30, 30)
    """
    low = high = least_others = most_others = 0
    for stratum in strata:
        low += max(0, stratum.row + stratum.column - stratum.respondents)
        high += min(stratum.row, stratum.column)
        # Fewest joint answers leave most of the column to other answers, and the reverse.
        most_others += min(stratum.row_base - stratum.row, stratum.column)
        silent = stratum.respondents - stratum.row_base
        least_others += max(0, stratum.column - stratum.row - silent)
    if low + most_others == 0 or high + least_others == 0:
        return JointBounds((low, high), None)
    percent = (
        Fraction(100 * low, low + most_others),
        Fraction(100 * high, high + least_others),
    )
    return JointBounds((low, high), percent)


BOUND_COLUMNS = ("count_lowest", "count_highest", "percent_lowest", "percent_highest")
"""What `crosstabs.csv` gets where two questions of a reconstructed wave were never crossed."""


class PairBounds:
    """Bounds of the cells of two uncrossed questions, from the wave's own counts.

    Both questions' counts are taken within the groups that both were crossed with in print,
    else among all respondents. They hold for the counts that the records were dealt from.
    """

    def __init__(
        self, survey: "Survey", row: str, column: str, crossed: set[tuple[str, str]]
    ) -> None:
        from resurvey.counts.crosstabs import crosstab

        shared = sorted(group for name, group in crossed if name == row)
        group = next(
            (shared_group for shared_group in shared if (column, shared_group) in crossed), None
        )
        self.rows = crosstab(survey, row, group).observed
        self.columns = crosstab(survey, column, group).observed
        if group is None:
            self.respondents = [len(survey.data[row])]
        else:
            self.respondents = crosstab(survey, group).observed[:, 0].tolist()

    def cell(self, parts: Sequence[int], column: int) -> dict[str, float | int]:
        """Bound one cell: the answers at `parts` added, in the column at `place`."""
        found = joint_bounds(
            Margins(
                int(everybody),
                int(self.rows[list(parts), stratum].sum()),
                int(self.rows[:, stratum].sum()),
                int(self.columns[column, stratum]),
            )
            for stratum, everybody in enumerate(self.respondents)
        )
        bounds: dict[str, float | int] = {
            "count_lowest": found.count[0],
            "count_highest": found.count[1],
        }
        if found.percent is not None:
            bounds["percent_lowest"] = float(found.percent[0])
            bounds["percent_highest"] = float(found.percent[1])
        return bounds


logger = logging.getLogger(__name__)

MOST_CODES = 1000
"""A variable with more different values is no question with answers."""


def check_variable(codebook: Codebook, name: str, table: str) -> None:
    """Refuse a variable that is not there, or free text.

    Raises
    ------
    SurveyError
        One sentence with the table, the variable and what to do.

    Examples
    --------
    >>> check_variable(Codebook({"why": Variable("why", measure="text")}), "why", "t")
    Traceback (most recent call last):
    resurvey.SurveyError: tables.yaml, 't': 'why' is free text; declare its answers under \
`codes` in codebook.yaml to tabulate it
    """
    try:
        variable = codebook[name]
    except SurveyError as problem:
        raise SurveyError(f"tables.yaml, '{table}': {problem}") from None
    if variable.measure == "text" and not variable.codes:
        raise SurveyError(
            f"tables.yaml, '{table}': '{name}' is free text; declare its answers under `codes` in "
            "codebook.yaml to tabulate it"
        )


def check_codes(variable: Variable, codes: Sequence[Code], table: str) -> None:
    """Refuse a variable whose observed values are measurements and no answers.

    Raises
    ------
    SurveyError
        A value with a fraction, too many values, or a code that names the total.

    Examples
    --------
    >>> check_codes(Variable("age"), [1.5, 2], "t")
    Traceback (most recent call last):
    resurvey.SurveyError: tables.yaml, 't': 'age' has values with a fraction; group it with \
a recode in indicators.yaml to tabulate it
    """
    fractions = [code for code in codes if isinstance(code, float)]
    if fractions or len(codes) > MOST_CODES:
        what = "values with a fraction" if fractions else f"{len(codes)} different values"
        raise SurveyError(
            f"tables.yaml, '{table}': '{variable.name}' has {what}; group it with a recode in "
            "indicators.yaml to tabulate it"
        )
    if TOTAL in codes:
        raise SurveyError(
            f"tables.yaml, '{table}': '{variable.name}' has the code '{TOTAL}', which names "
            "the total in crosstabs.csv; recode it in indicators.yaml"
        )


def check_columns(variable: Variable, codes: Sequence[Code], table: str) -> None:
    """Refuse a variable across that makes more columns than anybody reads.

    Raises
    ------
    SurveyError
        As `check_codes`, or more than `MOST_ACROSS` columns.

    Examples
    --------
    >>> check_columns(Variable("born"), list(range(1700, 2000)), "t")
    Traceback (most recent call last):
    resurvey.SurveyError: tables.yaml, 't': 'born' would be 300 columns, and up to 200 can \
be read; group it with a recode in indicators.yaml, or write it under `summaries` for its mean
    """
    check_codes(variable, codes, table)
    if len(codes) > MOST_ACROSS:
        mean = "" if variable.codes else ", or write it under `summaries` for its mean"
        raise SurveyError(
            f"tables.yaml, '{table}': '{variable.name}' would be {len(codes)} columns, and up to "
            f"{MOST_ACROSS} can be read; group it with a recode in indicators.yaml{mean}"
        )


def tell_many(variable: Variable, codes: Sequence[Code], table: str, most: int) -> None:
    """Tell that a number without a list of answers makes a row or a column of every value."""
    if len(codes) > most and not variable.codes:
        logger.warning(
            "tables.yaml, '%s': '%s' is a number with %d different values, each with a line of "
            "its own; a recode in indicators.yaml groups them (`bands: {width: 10, from: 0}`), "
            "and a table with `summaries: [%s]` has the mean",
            table,
            variable.name,
            len(codes),
            variable.name,
        )


CROSSTAB_COLUMNS = (
    "table",
    "row_variable",
    "row_code",
    "row_label",
    "column_variable",
    "column_code",
    "column_label",
    "kind",
    "count",
    "base",
    "percent",
    "unweighted_count",
    "unweighted_base",
    "column_percent",
    "row_percent",
    "total_percent",
    "expected",
    "standardized_residual",
    "adjusted_residual",
    "note",
    *CELL_COLUMNS,
    "responses",
    "response_percent",
    *BOUND_COLUMNS,
    *LOSS_COLUMNS,
    "note_data",
)


@dataclass(frozen=True)
class Setting:
    """How the tables of a study are worded and tested."""

    language: str
    words: Mapping[str, str]
    alpha: float
    least: int = 0  # a per cent of fewer respondents is noted
    reliability: str = ""  # rule by which a per cent is noted as not reliable

    def of_table(self, table: Mapping[str, Any]) -> "Setting":
        """The setting of a table, which may have a minimum base of its own."""
        return replace(self, least=table.get("minimum_base", self.least))


@dataclass(frozen=True)
class Line:
    """One row of a table: an answer, a subtotal or the total, as positions of its parts."""

    code: str
    label: str
    kind: str
    parts: tuple[int, ...]


class Block:
    """The counts of one question in one table, as its cells need them.

    `everyone` is the question without columns; `known` says whether at least the column of all
    respondents may be printed, `identified` whether all cells may.
    """

    def __init__(
        self,
        counted: Crosstab,
        everyone: Crosstab,
        percent: str,
        identified: bool,
        known: bool,
        setting: Setting,
        bounds: PairBounds | None = None,
    ) -> None:
        self.counted, self.everyone, self.percent = counted, everyone, percent
        self.bounds, self.setting = bounds, setting
        self.identified, self.known = identified, known
        self.columns = _columns(counted, setting.language, setting.words)
        self.weighted, self.heads = _with_total(counted)
        self.marks: dict[tuple[int, int], dict[str, Any]] = {}
        if identified and counted.column is not None:
            self.marks |= _residuals(counted)
            for place, letters in cell_letters(counted, setting.alpha).items():
                self.marks.setdefault(place, {}).update(letters)

    def cells(self, keys: Mapping[str, Any], line: Line) -> list[dict[str, Any]]:
        """Cells of one row, the all-respondents column last."""
        column = self.counted.column
        cells = []
        for at, (code, label) in enumerate(self.columns):
            known = self.identified or (self.known and code == TOTAL)
            cell: dict[str, Any] = {
                **keys,
                "row_code": line.code,
                "row_label": line.label,
                "column_variable": column.name if column else "",
                "column_code": code,
                "column_label": label,
                "kind": line.kind,
                **(write_notes() if known else write_notes(NOT_IDENTIFIED)),
            }
            if known:
                cell |= _shares(self.weighted, self.heads, line.parts, at, self.percent)
                if not self._certain(line, at):
                    cell |= self._interval(cell, line, at)
                    effective = cell.pop("effective", cell["unweighted_base"])
                    if found := doubts(cell, effective, self.setting):
                        cell |= add_notes(cell, *found)
            elif self.bounds is not None and self.percent == "column" and code != TOTAL:
                cell |= self.bounds.cell(line.parts, at)
            if line.kind == "answer":
                cell |= self.marks.get((line.parts[0], at), {})
            cells.append(cell)
        return cells

    def _certain(self, line: Line, at: int) -> bool:
        """Return whether the per cent is 100 by definition: it has no interval."""
        whole_column = line.kind == "total"
        whole_row = at == len(self.columns) - 1
        return {"column": whole_column, "row": whole_row, "total": whole_column and whole_row}[
            self.percent
        ]

    def _interval(self, cell: Mapping[str, Any], line: Line, at: int) -> dict[str, Any]:
        if self.counted.weighting != "sampling":
            return wilson_interval(cell["count"], cell["base"])
        if at == self.counted.observed.shape[1]:
            return design_interval(self.everyone, line.parts, 0, self.percent)
        return design_interval(self.counted, line.parts, at, self.percent)


LEAST_EFFECTIVE, WIDEST, NARROW, RELATIVE = 30, 30, 5, 130
"""Standard of the NCHS: smallest effective sample; widest interval; up to which width an interval
is narrow enough whatever the per cent; and how many per cent of it a wider one may span."""


def doubts(cell: Mapping[str, Any], effective: float, setting: Setting) -> list[Note]:
    """Say what speaks against printing a per cent: a small base, or an uncertain number.

    Parameters
    ----------
    cell : dict
        A cell of ``crosstabs.csv`` with its per cent, bases and 95 % interval.
    effective : float
        Its effective sample.
    setting : Setting
        Minimum base and rule; without them nothing is said.

    References
    ----------
    J. D. Parker et al. (2017), National Center for Health Statistics data presentation standards
    for proportions, Vital and Health Statistics 2 (175). Their interval is that of Korn and
    Graubard; here it is the one that the file gives.

    Examples
    --------
    >>> cell = {"percent": 10.0, "unweighted_base": 40, "lower": 4.0, "upper": 23.1}
    >>> nchs = Setting("", {}, 0.05, least=50, reliability="nchs")
    >>> [note.key for note in doubts(cell, 40, nchs)]
    ['base_below', 'unreliable']
    """
    found = []
    if cell["unweighted_base"] < setting.least:
        found.append(Note("base_below", least=setting.least))
    if setting.reliability != "nchs" or cell.get("percent") is None:
        return found
    # Without an interval nothing shows that the per cent is reliable, but its base.
    width = cell.get("upper", 0.0) - cell.get("lower", 0.0)
    nearer = min(cell["percent"], 100 - cell["percent"])
    relative = 100 * width / nearer if nearer > 0 else float("inf")
    if effective < LEAST_EFFECTIVE or width >= WIDEST or (width > NARROW and relative > RELATIVE):
        found.append(Note("unreliable", effective=float(effective), width=float(width)))
    return found


def block_cells(
    name: str, table: Mapping[str, Any], block: Block, setting: Setting
) -> list[dict[str, Any]]:
    """All cells of one question, row by row."""
    keys = {"table": name, "row_variable": block.counted.row.name}
    counted = block.counted
    lines = answer_lines(name, table, counted.row, counted.row_codes, setting)
    return [cell for line in lines for cell in block.cells(keys, line)]


def told_losses(
    cells: list[dict[str, Any]], losses: Mapping[str, int], respondents: int, step: str = "table"
) -> list[dict[str, Any]]:
    """Write the losses of a question into the cell of its total of all respondents.

    Raises
    ------
    UnexplainedRows
        They and the base are not all `respondents`, or the groups and those in none not the base.
    """
    for cell in cells:
        if cell["kind"] == "total" and cell["column_code"] == TOTAL:
            base, outside = int(cell["unweighted_base"]), losses.get(f"lost_{NO_GROUP}", 0)
            Account(
                step,
                cell["table"],
                cell["row_variable"],
                respondents,
                base,
                read_losses(losses),
                outside,
            )
            cell.update(losses)
            totals = [one for one in cells if one["kind"] == "total"]
            groups = [one for one in totals if one["column_code"] != TOTAL]
            if groups and f"lost_{NO_GROUP}" in losses:
                place = f"{step} '{cell['table']}', '{cell['row_variable']}' by "
                place += f"'{groups[0]['column_variable']}'"
                inside = sum(int(one["unweighted_count"]) for one in groups)
                check_groups(place, base, inside, outside)
    return cells


def answer_lines(
    name: str,
    table: Mapping[str, Any],
    variable: Variable,
    codes: Sequence[Code],
    setting: Setting,
) -> list[Line]:
    """List the answers in printed order, each subtotal or box after its last part, then the total.

    Raises
    ------
    SurveyError
        A subtotal of the table names a code that is no answer, or names one twice; or the results
        could not tell it from an answer whose code has a plus.
    """
    language, words = setting.language, setting.words
    answers = [
        Line(str(code), variable.answer(code, language), "answer", (row,))
        for row, code in enumerate(codes)
    ]
    after: dict[int, list[Line]] = {}
    for subtotal in table.get("subtotals", []):
        if variable.name not in subtotal.get("rows", [variable.name]):
            continue
        parts = [_place(codes, code, variable, name) for code in subtotal["of"]]
        if len(set(parts)) < len(parts):
            raise SurveyError(
                f"tables.yaml, '{name}': a subtotal of '{variable.name}' names a code twice"
            )
        label = " + ".join(variable.answer(codes[part], language) for part in parts)
        line = Line(
            "+".join(str(codes[part]) for part in parts),
            pick_label(as_labels(subtotal.get("label")), language, label),
            "subtotal",
            tuple(parts),
        )
        after.setdefault(max(parts), []).append(line)
    listed = {line.code for lines in after.values() for line in lines}
    for box, inside in boxes_of(table, variable, codes):
        written = "+".join(map(str, inside))
        if written not in listed:  # a declared sum of the same answers keeps its own label
            parts = [list(codes).index(code) for code in inside]
            after.setdefault(max(parts), []).append(Line(written, box, "subtotal", tuple(parts)))
    _check_sums(name, variable, answers, [line for lines in after.values() for line in lines])
    lines = [
        line
        for position, answer in enumerate(answers)
        for line in [answer, *after.get(position, [])]
    ]
    return [*lines, Line(TOTAL, words["total"], "total", tuple(range(len(codes))))]


def _check_sums(
    name: str, variable: Variable, answers: Sequence[Line], sums: Sequence[Line]
) -> None:
    """Refuse a sum that would be written as an answer is, or of an answer with a plus."""
    codes = {answer.code for answer in answers}
    for line in sums:
        parts = [answers[part].code for part in line.parts]
        odd = [code for code in (line.code, *parts) if "+" in code and code in codes]
        if odd:
            raise SurveyError(
                f"tables.yaml, '{name}': the sum of {' and '.join(map(repr, parts))} of "
                f"'{variable.name}' would be written as {line.code}, and '{odd[0]}' is the code of "
                "an answer; give that answer a code without + (a recode in indicators.yaml) to "
                "add answers up"
            )


def refuse_subtotals(declared: Mapping[str, Any], response_set: str, table: str) -> None:
    """Refuse a subtotal of a multiple-response set, whose answers overlap."""
    for subtotal in declared.get("subtotals", []):
        if response_set in subtotal.get("rows", [response_set]):
            raise SurveyError(
                f"tables.yaml, '{table}': a subtotal cannot be of the multiple-response set "
                f"'{response_set}', whose answers overlap; limit it with `rows`"
            )


def _place(codes: Sequence[Code], code: Code, variable: Variable, table: str) -> int:
    try:
        return list(codes).index(clean_code(code))
    except ValueError:
        raise SurveyError(
            f"tables.yaml, '{table}': a subtotal of '{variable.name}' names {code}, which is no "
            "answer"
        ) from None


def _columns(counted: Crosstab, language: str, words: Mapping[str, str]) -> list[tuple[str, str]]:
    every = (TOTAL, words["all_respondents"])
    if counted.column is None:
        return [every]
    return [
        *((str(code), counted.column.answer(code, language)) for code in counted.column_codes),
        every,
    ]


def _with_total(counted: Crosstab) -> tuple[np.ndarray, np.ndarray]:
    """Counts (weighted, heads) with the all-respondents column appended."""
    if counted.column is None:
        return counted.observed, counted.unweighted
    weighted = counted.observed.sum(axis=1) + counted.no_column
    heads = counted.unweighted.sum(axis=1) + counted.unweighted_no_column
    return (
        np.column_stack([counted.observed, weighted]),
        np.column_stack([counted.unweighted, heads]),
    )


def _shares(
    weighted: np.ndarray, heads: np.ndarray, parts: Sequence[int], at: int, percent: str
) -> dict[str, Any]:
    """Count, bases and the three per cents of one cell."""
    rows = list(parts)
    count = weighted[rows, at].sum()
    # A row's or the table's per cents are of the respondents in its columns; the
    # all-respondents column is of itself.
    inner = slice(at, None) if at == weighted.shape[1] - 1 else slice(0, -1)
    bases = {
        "column": weighted[:, at].sum(),
        "row": weighted[rows, inner].sum(),
        "total": weighted[:, inner].sum(),
    }
    head_bases = {
        "column": heads[:, at].sum(),
        "row": heads[rows, inner].sum(),
        "total": heads[:, inner].sum(),
    }
    shares = {f"{of}_percent": percent_of(count, base) for of, base in bases.items()}
    people = heads[rows, at].sum()
    return numbers(count, people, bases[percent], head_bases[percent]) | shares


def numbers(count: Any, heads: Any, base: Any, head_base: Any) -> dict[str, Any]:
    """Count, base and per cent of a cell, with the respondents behind them."""
    return {
        "count": plain_number(count),
        "base": plain_number(base),
        "percent": percent_of(count, base),
        "unweighted_count": int(heads),
        "unweighted_base": int(head_base),
    }


def _residuals(counted: Crosstab) -> dict[tuple[int, int], dict[str, Any]]:
    """Expected counts and residuals by position; empty rows and columns have none."""
    rows = np.flatnonzero(counted.reduced.rows)
    columns = np.flatnonzero(counted.reduced.columns)
    found: dict[tuple[int, int], dict[str, Any]] = {}
    for kind, column_name in (
        ("expected", "expected"),
        ("standardized", "standardized_residual"),
        ("adjusted", "adjusted_residual"),
    ):
        values = counted.residual_array(kind)
        for (down, across), value in np.ndenumerate(values):
            found.setdefault((int(rows[down]), int(columns[across])), {})[column_name] = float(
                value
            )
    return found
