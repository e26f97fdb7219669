"""Banners: many items by many column variables in one table, with letters, bases and means."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from resurvey.core.accounting import NO_GROUP, check_groups
from resurvey.core.cells import plain_number
from resurvey.core.codebook import Codebook, Variable
from resurvey.core.errors import SurveyError
from resurvey.core.names import TOTAL
from resurvey.core.notes import NOT_IDENTIFIED, Note, write_notes
from resurvey.prepare.reconstruction import crossed_in_print
from resurvey.statistics.letters import ColumnMeans, column_key, column_letters, column_means
from resurvey.statistics.ordinal import Scale, scale_of
from resurvey.tables.blocks import (
    BOUND_COLUMNS,
    CROSSTAB_COLUMNS,
    MOST_CODES,
    Line,
    PairBounds,
    Setting,
    answer_lines,
    check_codes,
    check_columns,
    check_variable,
    numbers,
    refuse_subtotals,
    tell_many,
    told_losses,
)
from resurvey.tables.boxes import (
    MEAN,
    NET,
    NPS,
    asks_promoters,
    check_boxes,
    check_promoters,
    label_net,
    net_of,
    promoter_sides,
    refuse_scores_of_set,
    score_codes,
)
from resurvey.tables.domains import Asked, is_identified
from resurvey.tables.frequencies import LOSS_COLUMNS, count_outside, count_people, question_losses
from resurvey.tables.inference import MOST_COLUMNS, letter_levels
from resurvey.tables.response_sets import (
    Crossed,
    Item,
    choices,
    cross_items,
    find_set,
    read_item,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from resurvey.core.codebook import Survey
    from resurvey.counts.design import PreparedDesign

NO_GROUP_COLUMN = f"lost_{NO_GROUP}"

SCORED = (MEAN, NET, NPS)
"""Kinds of rows that hold a mean of scores, not a per cent."""

OVERLAPPING = Note("overlapping_columns", "not_compared")
MANY_COLUMNS = Note("too_many_columns", "not_compared", most=MOST_COLUMNS)


@dataclass(frozen=True)
class Manner:
    """How a banner counts and compares; columns below the `least` base are not compared."""

    name: str
    percent: str
    letters: bool
    least: int
    means: bool
    adjustment: str
    setting: Setting
    declared: Mapping[str, Any] = field(default_factory=dict)

    @property
    def place(self) -> str:
        """File and key, for messages."""
        return f"tables.yaml, banner '{self.name}'"


class Part:
    """One item by one column variable: its counts, and what may be said of them."""

    def __init__(
        self, crossed: Crossed, identified: bool, bounds: PairBounds | None, manner: Manner
    ) -> None:
        self.crossed, self.identified, self.bounds = crossed, identified, bounds
        column, language = crossed.column, manner.setting.language
        self.name = column.variable.name
        self.codes = [str(code) for code in column.codes]
        self.labels = [column.variable.answer(code, language) for code in column.codes]
        self.keys = [column_key(column) for column in range(len(self.codes))]
        few = crossed.heads.bases < manner.least if identified else np.zeros(len(self.codes), bool)
        self.small: Collection[int] = set(np.flatnonzero(few).tolist())
        self.why_not: tuple[Note, ...] = ()
        if not manner.letters or not identified:
            self.keys = [""] * len(self.codes)
        elif column.overlapping:
            self.why_not, self.keys = (OVERLAPPING,), [""] * len(self.codes)
        elif len(self.codes) > MOST_COLUMNS:
            self.why_not, self.keys = (MANY_COLUMNS,), [""] * len(self.codes)
        self.compared = any(self.keys) and len(self.codes) > 1

    def letters(self, parts: Sequence[tuple[int, ...]], manner: Manner) -> list[list[str]]:
        """Letters of rows that add up some answers each; empty where nothing is compared."""
        if not self.compared:
            return [[""] * len(self.codes) for _ in parts]
        crossed = self.crossed
        weighted, levels = crossed.weighted, letter_levels(manner.setting.alpha)
        added = np.stack([weighted.cells[list(part)].sum(axis=0) for part in parts])
        options = levels, manner.adjustment, weighted.bases, self.small
        if not crossed.by_design:
            return column_letters(added, *options).letters
        tested = crossed.pairs(parts)
        return column_letters(added, *options, crossed.heads.bases, tested).letters

    def means(self, scale: Scale, manner: Manner) -> ColumnMeans:
        """Means of the columns, compared where letters are wanted."""
        crossed = self.crossed
        counts = crossed.weighted.cells[scale.positions]
        left_out = self.small if self.compared else range(len(self.codes))
        levels = letter_levels(manner.setting.alpha)
        options = scale.scores, levels, manner.adjustment, left_out
        if not crossed.by_design:
            return column_means(counts, *options)
        table = crossed.tables[0][0]
        heads = crossed.heads.cells[scale.positions]
        if crossed.column.overlapping:
            return column_means(counts, *options, heads=heads)
        cells = np.arange(table.observed.size).reshape(table.observed.shape)[scale.positions]
        return column_means(counts, *options, table.spread, cells, heads)


def item_cells(
    item: Item, lines: Sequence[Line], parts: Sequence[Part], known: bool, manner: Manner
) -> list[dict[str, Any]]:
    """All cells of one item, row by row, the all-respondents column first."""
    cells = _Cells(item, known, manner, parts)
    compared = [part.letters([line.parts for line in lines], manner) for part in parts]
    made: list[dict[str, Any]] = []
    for number, line in enumerate(lines):
        made.append(cells.everyone(line))
        for part, letters in zip(parts, compared, strict=True):
            given = letters[number] if line.kind != "total" else [""] * len(part.codes)
            made += cells.of_part(line, part, given)
    if not item.members:
        for line, scale in cells.scores():
            made += cells.scored(line, scale)
    return made


class _Cells:
    """Writes the cells of one item."""

    def __init__(self, item: Item, known: bool, manner: Manner, parts: Sequence[Part]) -> None:
        self.item, self.known, self.manner, self.parts = item, known, manner, parts
        first = parts[0].crossed
        self.all, self.all_base = first.weighted.everyone, first.weighted.everyone_base
        self.all_heads, self.all_head_base = first.heads.everyone, first.heads.everyone_base

    def everyone(self, line: Line) -> dict[str, Any]:
        """The cell of all respondents."""
        cell = self._start(line, "", TOTAL, self.manner.setting.words["all_respondents"])
        if not self.known:
            return cell | write_notes(NOT_IDENTIFIED)
        count, heads = self._sum(self.all, line), self._sum(self.all_heads, line)
        if line.kind == "total":
            count, heads = self.all_base, self.all_head_base
        of = {
            "column": (self.all_base, self.all_head_base),
            "row": (count, heads),
            "total": (self.all_base, self.all_head_base),
        }[self.manner.percent]
        few = self.all_head_base < self.manner.least
        return cell | numbers(count, heads, *of) | write_notes(*self._small(few))

    def of_part(self, line: Line, part: Part, letters: Sequence[str]) -> list[dict[str, Any]]:
        """The cells of one column variable."""
        if not part.identified:
            return self._refused(line, part)
        total, rows, layers = line.kind == "total", list(line.parts), []
        for layer in (part.crossed.weighted, part.crossed.heads):
            counts = layer.bases if total else layer.cells[rows].sum(axis=0)
            bases = layer.bases
            if self.manner.percent == "row" and not total:
                bases = np.full(len(counts), layer.in_columns[rows].sum())
            elif self.manner.percent != "column":
                bases = np.full(len(counts), layer.in_table)
            layers.append((counts, bases))
        (counts, bases), (heads, head_bases) = layers
        cells = []
        for column, code in enumerate(part.codes):
            small = self._small(column in part.small)
            cells.append(
                self._start(line, part.name, code, part.labels[column])
                | numbers(counts[column], heads[column], bases[column], head_bases[column])
                | {
                    "column_letter": part.keys[column],
                    "letters": letters[column],
                    **write_notes(*small, *part.why_not),
                }
            )
        return cells

    def scores(self) -> Iterator[tuple[Line, Scale]]:
        """Go through the net share, the net promoter score and the mean that the item has."""
        variable, codes, manner = self.item.variable, self.item.codes, self.manner
        words = manner.setting.words
        net = net_of(manner.declared, variable, codes, manner.place)
        if net is not None:
            labels = {str(code): variable.answer(code, manner.setting.language) for code in codes}
            declared = manner.declared[NET], labels.__getitem__, manner.setting.language
            label = label_net(*declared, words[NET].format)
            places = np.arange(len(codes), dtype=np.intp)
            yield Line(NET, label, NET, ()), Scale(places, score_codes(codes, *net))
        if asks_promoters(manner.declared, variable.name):
            check_promoters(variable, codes, manner.place)
            inside = [at for at, code in enumerate(codes) if code not in variable.dont_know]
            scores = score_codes(codes, *promoter_sides(codes))
            places = np.array(inside, dtype=np.intp)
            yield Line(NPS, words[NPS], NPS, ()), Scale(places, scores[places])
        if manner.means and is_ordered(variable):
            scale = scale_of(variable, codes, self.all.astype(np.float64), "row")
            if not scale.reason:
                yield Line(MEAN, words[MEAN], MEAN, ()), scale

    def scored(self, line: Line, scale: Scale) -> list[dict[str, Any]]:
        """The row of one score."""
        cell = self._start(line, "", TOTAL, self.manner.setting.words["all_respondents"])
        if self.known:
            counts = self.all[scale.positions].reshape(-1, 1)
            heads = self.all_heads[scale.positions].reshape(-1, 1)
            by_design = self.parts[0].crossed.by_design
            found = column_means(counts, scale.scores, heads=heads if by_design else None)
            cell |= _score(line.kind, found, 0, heads) | write_notes(*scale.notes)
        else:
            cell |= write_notes(NOT_IDENTIFIED)
        cells = [cell]
        for part in self.parts:
            if not part.identified:
                cells += self._refused(line, part)
                continue
            found = part.means(scale, self.manner)
            heads = part.crossed.heads.cells[scale.positions]
            for column, code in enumerate(part.codes):
                small = self._small(column in part.small)
                cells.append(
                    self._start(line, part.name, code, part.labels[column])
                    | _score(line.kind, found, column, heads)
                    | {
                        "column_letter": part.keys[column],
                        "letters": found.letters[column],
                        **write_notes(*small, *part.why_not, *found.notes[column], *scale.notes),
                    }
                )
        return cells

    def _sum(self, values: Any, line: Line) -> Any:
        return values[list(line.parts)].sum()

    def _small(self, few: bool) -> tuple[Note, ...]:
        return (Note("base_below", least=self.manner.least),) if few else ()

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
        for column, code in enumerate(part.codes):
            cell = self._start(line, part.name, code, part.labels[column])
            cell |= write_notes(NOT_IDENTIFIED)
            if part.bounds is not None and line.parts:
                cell |= part.bounds.cell(line.parts, column)
            cells.append(cell)
        return cells


def is_ordered(variable: Variable) -> bool:
    """Return whether the answers of a variable have an order, so that a mean may be taken.

    Examples
    --------
    >>> is_ordered(Variable("q", measure="ordinal")), is_ordered(Variable("region"))
    (True, False)
    """
    return variable.measure in ("ordinal", "scale") or bool(variable.order)


def _score(kind: str, found: ColumnMeans, column: int, heads: Any) -> dict[str, Any]:
    value = float(found.means[column])
    bases = {
        "base": plain_number(found.bases[column]),
        "unweighted_base": int(heads[:, column].sum()),
    }
    if kind != MEAN:
        return bases | {"net": value}
    return bases | {"mean": value, "standard_deviation": float(found.deviations[column])}


BANNER_COLUMNS = (
    *CROSSTAB_COLUMNS[:11],
    "unweighted_count",
    "unweighted_base",
    "mean",
    "standard_deviation",
    "net",
    "column_letter",
    "letters",
    "note",
    *BOUND_COLUMNS,
    *LOSS_COLUMNS,
    "note_data",
)
"""Columns of ``banners.csv``; the first ones are those of ``crosstabs.csv``."""


def tabulate_banners(
    survey: "Survey",
    banners: Mapping[str, Mapping[str, Any]],
    setting: Setting,
    *,
    design: "PreparedDesign | None" = None,
    invented: Collection[str] = (),
    aside: Collection[str] = (),
) -> list[dict[str, Any]]:
    """Count every banner table that `config/tables.yaml` declares.

    Returns
    -------
    list of dict
        Keys `BANNER_COLUMNS`. The all-respondents column stands once per row, with an empty
        `column_variable`. Letters start at A within each column variable and stand for columns
        with a significantly smaller share (mean): upper case below alpha / 5, lower case below
        alpha, adjusted within the row. Columns of a multiple-response set overlap and are not
        compared. Row `kind` is answer, subtotal, total or mean, or net or nps, whose value is
        under ``net``.

    Raises
    ------
    SurveyError
        A variable that is not there, is free text or has no answers.

    Examples
    --------
    >>> import pandas as pd
    >>> from resurvey.core.codebook import Variable
    >>> from resurvey.core.codebook import Survey
    >>> people = pd.DataFrame({"job": [1, 2, 2], "sex": [1, 1, 2]})
    >>> variables = {name: Variable(name, codes={1: {}, 2: {}}) for name in people}
    >>> words = {"total": "Total", "all_respondents": "All"}
    >>> survey, setting = Survey(people, Codebook(variables)), Setting("", words, 0.05)
    >>> cells = tabulate_banners(survey, {"b": {"columns": ["sex"]}}, setting)
    >>> [(one["row_code"], one["column_code"], one["count"]) for one in cells[:3]]
    [('1', 'total', 1), ('1', '1', 1), ('1', '2', 0)]
    """
    cells: list[dict[str, Any]] = []
    for name, declared in banners.items():
        manner = Manner(
            name,
            declared.get("percent", "column"),
            declared.get("letters", declared.get("percent", "column") == "column"),
            declared.get("minimum_base", setting.least),
            declared.get("means", False),
            declared.get("adjustment", "bonferroni"),
            setting,
            declared,
        )
        asked = Asked(survey, design, declared.get("where", {}), manner.place)
        cells += _Banner(survey, asked, manner, declared, invented, aside).cells()
    return cells


class _Banner:
    """One banner: reads its variables, counts them together, writes the cells."""

    def __init__(
        self,
        survey: "Survey",
        asked: Asked,
        manner: Manner,
        declared: Mapping[str, Any],
        invented: Collection[str],
        aside: Collection[str],
    ) -> None:
        self.survey, self.manner, self.declared = survey, manner, declared
        self.asked, self.invented = asked, invented
        self.book, self.real = survey.codebook, not survey.codebook.reconstructed
        self.crossed_in_print = crossed_in_print(survey.codebook)
        columns: list[str] = declared["columns"]
        for name in columns:
            self._check(name)
        rows = declared.get("rows") or all_items(self.book, {*columns, *aside}, manner.means)
        if not rows:
            raise SurveyError(
                f"tables.yaml, banner '{manner.name}': no variable of the codebook has answers; "
                "name the questions under `rows`"
            )
        for name in declared.get("rows") or ():
            self._check(name)
        self.columns = [self._read(name, as_columns=True) for name in columns]
        self.rows = [self._read(name, as_columns=False) for name in rows]
        for item in self.columns:
            check_columns(item.variable, item.codes, manner.name)
            tell_many(item.variable, item.codes, manner.name, MOST_COLUMNS)
        for item in self.rows:
            if item.members:
                refuse_scores_of_set(declared, item.variable.name, manner.place)
        questions = {
            item.variable.name: (item.variable, item.codes)
            for item in self.rows
            if not item.members
        }
        check_boxes(declared, questions, manner.place)

    def cells(self) -> list[dict[str, Any]]:
        """Cells of all items."""
        crossed = self._crossed()
        made: list[dict[str, Any]] = []
        for item in self.rows:
            known = self._known(item)
            parts = [
                self._part(crossed[item.variable.name, column.variable.name], known)
                for column in self.columns
            ]
            cells = item_cells(item, self._lines(item), parts, known, self.manner)
            if self.real:
                cells = told_losses(cells, *self._losses(item), "banner")
                self._tell_no_group(item, parts, cells)
            made += cells
        return made

    def _losses(self, item: Item) -> tuple[dict[str, int], int]:
        """Who is not in the base of an item, by reason, of how many respondents."""
        items = self._members(item.variable.name)
        people, design = self.asked.about(*items)
        losses = question_losses(people, items, None, design, self._in_base(item, people))
        # Every variable of the columns has its own, which stand with its columns.
        del losses[NO_GROUP_COLUMN]
        return losses, count_people(people, design)

    def _in_base(self, item: Item, people: "Survey") -> "NDArray[np.bool_] | None":
        """Of a set, who chose any of its items."""
        found = find_set(self.book, item.variable.name)
        if found is None:
            return None
        return np.asarray(choices(people, found.items, found.counted)[1].any(axis=1))

    def _tell_no_group(
        self, item: Item, parts: Sequence[Part], cells: Sequence[dict[str, Any]]
    ) -> None:
        """Write into the total of each column how many of the base are in none of its variable.

        Raises
        ------
        UnexplainedRows
            They and those in the groups are not the base.
        """
        found: dict[str, int] = {}
        for part, number in zip(parts, self._outside(item), strict=True):
            heads, place = part.crossed.heads, f"banner '{self.manner.name}'"
            place += f", '{item.variable.name}' by '{part.name}'"
            check_groups(place, int(heads.everyone_base), int(heads.in_table), number)
            found[part.name] = number
        for cell in cells:
            if cell["kind"] == "total" and cell["column_variable"]:
                cell[NO_GROUP_COLUMN] = found[cell["column_variable"]]

    def _outside(self, item: Item) -> list[int]:
        """Of the base of an item, how many are in no group of each column variable."""
        members = self._members(item.variable.name)
        if not self.asked.streamed:
            people, design = self.asked.about()
            inside = [_in_groups(column) for column in self.columns]
            return count_outside(people, members, inside, design, self._in_base(item, people))
        found: list[int] = []
        for column in self.columns:
            name = column.variable.name
            people, design = self.asked.about(*members, *self._members(name))
            inside = [_in_groups(read_item(people, name, as_columns=True))]
            found += count_outside(people, members, inside, design, self._in_base(item, people))
        return found

    def _members(self, name: str) -> Sequence[str]:
        found = find_set(self.book, name)
        return found.items if found else (name,)

    def _read(self, name: str, as_columns: bool) -> Item:
        return read_item(self.asked.about(*self._members(name))[0], name, as_columns)

    def _crossed(self) -> dict[tuple[str, str], Crossed]:
        """Every item by every column variable, together or from rows of their own."""
        if not self.asked.streamed:
            return cross_items(self.rows, self.columns, self.asked.about()[1])
        crossed: dict[tuple[str, str], Crossed] = {}
        for row in self.rows:
            for column in self.columns:
                both = row.variable.name, column.variable.name
                needed = [member for name in both for member in self._members(name)]
                people, design = self.asked.about(*needed)
                items = (read_item(people, name, at == 1) for at, name in enumerate(both))
                crossed |= cross_items([next(items)], [next(items)], design)
        return crossed

    def _check(self, name: str) -> None:
        found = find_set(self.book, name)
        for item in found.items if found else [name]:
            check_variable(self.book, item, self.manner.name)

    def _known(self, item: Item) -> bool:
        if self.real:
            return True
        name, where = item.variable.name, self.declared.get("where")
        if item.members or name in self.invented:
            return False
        return not where or is_identified(where, name, self.crossed_in_print)

    def _part(self, crossed: Crossed, known: bool) -> Part:
        row, column = crossed.row.variable.name, crossed.column.variable.name
        identified = self.real or (known and (row, column) in self.crossed_in_print)
        bounds = None
        possible = known and self._known(crossed.column) and self.manner.percent == "column"
        possible = possible and "where" not in self.declared
        if not identified and possible:
            bounds = PairBounds(self.survey, row, column, self.crossed_in_print)
        return Part(crossed, identified, bounds, self.manner)

    def _lines(self, item: Item) -> list[Line]:
        """Answers, subtotals and the total; measurements have no answers to list."""
        total = Line(
            "total", self.manner.setting.words["total"], "total", tuple(range(len(item.codes)))
        )
        if self._measured(item):
            return [total]
        if item.members:
            refuse_subtotals(self.declared, item.variable.name, self.manner.name)
            label = item.variable.answer
            options = [
                Line(str(code), label(code, self.manner.setting.language), "answer", (option,))
                for option, code in enumerate(item.codes)
            ]
            return [*options, total]
        check_codes(item.variable, item.codes, self.manner.name)
        return answer_lines(
            self.manner.name, self.declared, item.variable, item.codes, self.manner.setting
        )

    def _measured(self, item: Item) -> bool:
        """Return whether an item has values rather than answers: only its mean is printed."""
        variable = item.variable
        if item.members or not self.manner.means or variable.measure != "scale":
            return False
        return len(item.codes) > len(variable.answers) or len(item.codes) > MOST_CODES


def _in_groups(column: Item) -> "NDArray[np.bool_]":
    """Who is in any column of a variable; of a set, whose last array says who chose any."""
    positions, size = column.arrays[-1]
    return np.asarray(positions < size)


def all_items(codebook: Codebook, aside: Collection[str], means: bool = False) -> list[str]:
    """List the questions of a codebook: what a banner without `rows` counts.

    Examples
    --------
    >>> from resurvey.core.codebook import Variable
    >>> job, age = Variable("job", codes={1: {}}), Variable("age", measure="scale")
    >>> book = Codebook({"job": job, "age": age, "why": Variable("why", measure="text")})
    >>> all_items(book, ()), all_items(book, (), means=True)
    (['job'], ['job', 'age'])
    """
    aside = {name.removeprefix("$") for name in aside}
    homes: dict[str, str] = {}
    for name, declared in codebook.multiple_response.items():
        members = declared["variable_list"]
        # Three sets of the same items would be counted three times; the first one stands.
        if not any(member in homes for member in members) and all(
            member in codebook for member in members
        ):
            homes |= dict.fromkeys(members, name)
    found: dict[str, None] = {}
    for name in codebook:
        variable = codebook[name]
        if name in aside or homes.get(name) in aside:
            continue
        if name in homes:
            found[homes[name]] = None
        elif variable.answers or (means and variable.measure == "scale" and is_ordered(variable)):
            found[name] = None
    return list(found)


def banner_variables(
    banners: Mapping[str, Mapping[str, Any]], codebook: Codebook
) -> dict[str, dict[str, Sequence[str]]]:
    """Write banners as tables that name their variables, for what reads tables only for that.

    Examples
    --------
    >>> banner_variables({"b": {"columns": ["sex"], "rows": ["job"]}}, Codebook({}))
    {'b': {'rows': ['job', 'sex']}}
    """
    return {
        name: {"rows": [*(banner.get("rows") or all_items(codebook, ())), *banner["columns"]]}
        for name, banner in banners.items()
    }
