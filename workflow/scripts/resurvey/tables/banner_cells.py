"""Banner cells: the lines of one item of a banner table, over all its column variables."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from resurvey.core.cells import percent_of, plain_number
from resurvey.core.codebook import Variable
from resurvey.core.names import TOTAL
from resurvey.core.notes import NOT_IDENTIFIED
from resurvey.statistics.column_means import ColumnMeans, column_means
from resurvey.statistics.letters import column_key, column_letters
from resurvey.statistics.ordinal import Scale, scale_of
from resurvey.statistics.results import join_notes
from resurvey.tables.blocks import Line, Setting
from resurvey.tables.crossing import Crossed, Item
from resurvey.tables.inference import MOST_COLUMNS, letter_levels
from resurvey.tables.uncrossed import PairBounds

MEAN = "mean"
OVERLAPPING = "not compared: respondents may stand in several of these columns"
MANY_COLUMNS = f"not compared: more than {MOST_COLUMNS} columns"
WEIGHTED, HEADS = "observed", "unweighted"


@dataclass(frozen=True)
class Manner:
    """How a banner counts and compares.

    Attributes
    ----------
    name : str
        Name of the banner.
    percent : str
        ``column``, ``row`` or ``total``: what `percent` is of.
    letters : bool
        Whether columns are compared.
    least : int
        Columns with fewer respondents are not compared, and noted.
    means : bool
        Whether ordinal and scale items get a line with the mean.
    adjustment : str
        Correction for the number of pairs in a row (`resurvey.statistics.multiplicity`).
    setting : Setting
        Words and level.
    """

    name: str
    percent: str
    letters: bool
    least: int
    means: bool
    adjustment: str
    setting: Setting


class Part:
    """One item by one column variable: its counts, and what may be said of them.

    Parameters
    ----------
    crossed : Crossed
        Counts.
    identified : bool
        Whether the cells may be printed.
    bounds : PairBounds, optional
        Bounds of the cells that may not be printed.
    manner : Manner
        Small bases and letters.
    """

    def __init__(
        self, crossed: Crossed, identified: bool, bounds: PairBounds | None, manner: Manner
    ) -> None:
        self.crossed, self.identified, self.bounds = crossed, identified, bounds
        column, language = crossed.column, manner.setting.language
        self.name = column.variable.name
        self.codes = [str(code) for code in column.codes]
        self.labels = [column.variable.answer(code, language) for code in column.codes]
        self.keys = [column_key(place) for place in range(len(self.codes))]
        few = crossed.head_bases < manner.least if identified else np.zeros(len(self.codes), bool)
        self.small: Collection[int] = set(np.flatnonzero(few).tolist())
        self.why_not = ""
        if not manner.letters or not identified:
            self.keys = [""] * len(self.codes)
        elif column.overlapping:
            self.why_not, self.keys = OVERLAPPING, [""] * len(self.codes)
        elif len(self.codes) > MOST_COLUMNS:
            self.why_not, self.keys = MANY_COLUMNS, [""] * len(self.codes)
        self.compared = any(self.keys) and len(self.codes) > 1

    def letters(self, parts: Sequence[tuple[int, ...]], manner: Manner) -> list[list[str]]:
        """Letters of rows that add up some answers each; empty where nothing is compared."""
        if not self.compared:
            return [[""] * len(self.codes) for _ in parts]
        crossed = self.crossed
        added = np.stack([crossed.counts[list(one)].sum(axis=0) for one in parts])
        options = letter_levels(manner.setting.alpha), manner.adjustment, crossed.bases, self.small
        if not crossed.by_design:
            return column_letters(added, *options).letters
        tested = crossed.pairs(parts)
        return column_letters(added, *options, crossed.head_bases, tested).letters

    def means(self, scale: Scale, manner: Manner) -> ColumnMeans:
        """Means of the columns, compared where letters are wanted."""
        crossed = self.crossed
        counts = crossed.counts[scale.positions]
        left_out = self.small if self.compared else range(len(self.codes))
        levels = letter_levels(manner.setting.alpha)
        options = scale.scores, levels, manner.adjustment, left_out
        if not crossed.by_design:
            return column_means(counts, *options)
        table = crossed.tables[0][0]
        heads = crossed.heads[scale.positions]
        if crossed.column.overlapping:
            return column_means(counts, *options, heads=heads)
        cells = np.arange(table.observed.size).reshape(table.observed.shape)[scale.positions]
        return column_means(counts, *options, table.spread, cells, heads)


def item_cells(
    item: Item, lines: Sequence[Line], parts: Sequence[Part], known: bool, manner: Manner
) -> list[dict[str, Any]]:
    """All cells of one item, row by row, the all-respondents column first."""
    cells = _Cells(item, known, manner, parts)
    compared = [one.letters([line.parts for line in lines], manner) for one in parts]
    made: list[dict[str, Any]] = []
    for number, line in enumerate(lines):
        made.append(cells.everyone(line))
        for part, letters in zip(parts, compared, strict=True):
            given = letters[number] if line.kind != "total" else [""] * len(part.codes)
            made += cells.of_part(line, part, given)
    if manner.means and not item.members:
        made += cells.means()
    return made


class _Cells:
    """Writes the cells of one item."""

    def __init__(self, item: Item, known: bool, manner: Manner, parts: Sequence[Part]) -> None:
        self.item, self.known, self.manner, self.parts = item, known, manner, parts
        first = parts[0].crossed
        self.all, self.all_base = first.everyone(WEIGHTED)
        self.all_heads, self.all_head_base = first.everyone(HEADS)

    def everyone(self, line: Line) -> dict[str, Any]:
        """The cell of all respondents."""
        cell = self._start(line, "", TOTAL, self.manner.setting.words["all_respondents"])
        if not self.known:
            return cell | {"note": NOT_IDENTIFIED}
        count, heads = self._sum(self.all, line), self._sum(self.all_heads, line)
        if line.kind == "total":
            count, heads = self.all_base, self.all_head_base
        of = {
            "column": (self.all_base, self.all_head_base),
            "row": (count, heads),
            "total": (self.all_base, self.all_head_base),
        }[self.manner.percent]
        few = self.all_head_base < self.manner.least
        return cell | _numbers(count, heads, *of) | {"note": self._small() if few else ""}

    def of_part(self, line: Line, part: Part, letters: Sequence[str]) -> list[dict[str, Any]]:
        """The cells of one column variable."""
        crossed = part.crossed
        if not part.identified:
            return self._refused(line, part)
        total = line.kind == "total"
        rows = list(line.parts)
        counts = crossed.bases if total else crossed.counts[rows].sum(axis=0)
        heads = crossed.head_bases if total else crossed.heads[rows].sum(axis=0)
        bases, head_bases = crossed.bases, crossed.head_bases
        if self.manner.percent != "column":
            (own, every), (own_heads, every_heads) = map(crossed.in_columns, (WEIGHTED, HEADS))
            row = self.manner.percent == "row" and not total
            bases = np.full(len(counts), own[rows].sum() if row else every)
            head_bases = np.full(len(counts), own_heads[rows].sum() if row else every_heads)
        cells = []
        for place, code in enumerate(part.codes):
            numbers = counts[place], heads[place], bases[place], head_bases[place]
            small = self._small() if place in part.small else ""
            cells.append(
                self._start(line, part.name, code, part.labels[place])
                | _numbers(*numbers)
                | {
                    "column_letter": part.keys[place],
                    "letters": letters[place],
                    "note": join_notes(small, part.why_not),
                }
            )
        return cells

    def means(self) -> list[dict[str, Any]]:
        """The row of means; none for an item whose answers have no order."""
        variable = self.item.variable
        if not is_ordered(variable):
            return []
        scale = scale_of(variable, self.item.codes, self.all.astype(np.float64), "row")
        if scale.reason:
            return []
        line = Line(MEAN, self.manner.setting.words[MEAN], MEAN, ())
        cell = self._start(line, "", TOTAL, self.manner.setting.words["all_respondents"])
        if self.known:
            counts = self.all[scale.positions].reshape(-1, 1)
            heads = self.all_heads[scale.positions].reshape(-1, 1)
            by_design = self.parts[0].crossed.by_design
            found = column_means(counts, scale.scores, heads=heads if by_design else None)
            cell |= _mean(found, 0, heads) | {"note": scale.note}
        else:
            cell["note"] = NOT_IDENTIFIED
        cells = [cell]
        for part in self.parts:
            if not part.identified:
                cells += self._refused(line, part)
                continue
            found = part.means(scale, self.manner)
            heads = part.crossed.heads[scale.positions]
            for place, code in enumerate(part.codes):
                small = self._small() if place in part.small else ""
                cells.append(
                    self._start(line, part.name, code, part.labels[place])
                    | _mean(found, place, heads)
                    | {
                        "column_letter": part.keys[place],
                        "letters": found.letters[place],
                        "note": join_notes(small, part.why_not, found.notes[place], scale.note),
                    }
                )
        return cells

    def _sum(self, values: Any, line: Line) -> Any:
        return values[list(line.parts)].sum()

    def _small(self) -> str:
        return small_base(self.manner.least)

    def _start(self, line: Line, variable: str, code: str, label: str) -> dict[str, Any]:
        return {
            "table": self.manner.name,
            "row_variable": self.item.variable.name,
            "row_code": line.code,
            "row_label": line.label,
            "column_variable": variable,
            "column_code": code,
            "column_label": label,
            "kind": line.kind,
        }

    def _refused(self, line: Line, part: Part) -> list[dict[str, Any]]:
        cells = []
        for place, code in enumerate(part.codes):
            cell = self._start(line, part.name, code, part.labels[place])
            cell["note"] = NOT_IDENTIFIED
            if part.bounds is not None and line.parts:
                cell |= part.bounds.cell(line.parts, place)
            cells.append(cell)
        return cells


def small_base(least: int) -> str:
    """Word the note of a column with few respondents.

    Examples
    --------
    >>> small_base(30)
    'base below 30'
    """
    return f"base below {least}"


def is_ordered(variable: Variable) -> bool:
    """Tell whether the answers of a variable have an order, so that a mean may be taken.

    Examples
    --------
    >>> is_ordered(Variable("q", measure="ordinal")), is_ordered(Variable("region"))
    (True, False)
    """
    return variable.measure in ("ordinal", "scale") or bool(variable.order)


def _numbers(count: Any, heads: Any, base: Any, head_base: Any) -> dict[str, Any]:
    return {
        "count": plain_number(count),
        "base": plain_number(base),
        "percent": percent_of(count, base),
        "unweighted_count": int(heads),
        "unweighted_base": int(head_base),
    }


def _mean(found: ColumnMeans, place: int, heads: Any) -> dict[str, Any]:
    return {
        "base": plain_number(found.bases[place]),
        "unweighted_base": int(heads[:, place].sum()),
        "mean": float(found.means[place]),
        "standard_deviation": float(found.deviations[place]),
    }
