"""Response sets: questions with one or several answers per respondent, counted and crossed."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from resurvey.core.cells import percent_of
from resurvey.core.codebook import (
    Code,
    Codebook,
    Labels,
    Variable,
    as_labels,
    clean_code,
    nearest,
    pick_label,
    split_stem,
)
from resurvey.core.counting import Coded, Counted, cross_counts, encode
from resurvey.core.errors import SurveyError
from resurvey.core.names import TOTAL
from resurvey.core.notes import NOT_IDENTIFIED, Note, write_notes
from resurvey.counts.crosstabs import ColumnPairs, Crosstab
from resurvey.counts.joint_counts import many_counts
from resurvey.statistics.contrasts import design_independence, marginal_independence
from resurvey.tables.blocks import Block, Line, Setting, told_losses
from resurvey.tables.frequencies import count_people, question_losses

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from resurvey.core.codebook import Survey
    from resurvey.counts.design import PreparedDesign

CHOSEN, NOT_CHOSEN, NOBODY = 0, 1, 2


def choices(
    survey: "Survey", items: Sequence[str], counted: Code | None = None
) -> tuple[list[Code], "NDArray[np.bool_]"]:
    """Return who chose which option of a multiple-response set.

    Parameters
    ----------
    survey : Survey
        Respondents and codebook.
    items : sequence of str
        Variables of the set.
    counted : code, optional
        The code that means "chosen" (dichotomous set); without it the set is categorical.

    Returns
    -------
    options : list
        Names of the items, or codes of the answers.
    chosen : array of bool, respondents × options
        Of all respondents, also those who chose nothing.
    """
    if not items:
        raise SurveyError("a multiple-response set needs at least one variable")
    coded = [encode(survey.data[name], survey.codebook[name]) for name in items]
    if counted is not None:
        picks = []
        for positions, codes in coded:
            position = codes.index(counted) if counted in codes else -1
            picks.append(positions == position)
        return list(items), np.stack(picks, axis=1)
    options = list(dict.fromkeys(code for _, codes in coded for code in codes))
    chosen = np.zeros((len(survey.data), len(options)), dtype=bool)
    for positions, codes in coded:
        target = np.array([options.index(code) for code in codes] + [-1])
        given = np.flatnonzero(positions < len(codes))
        chosen[given, target[positions[given]]] = True
    return options, chosen


@dataclass(frozen=True)
class ResponseSet:
    """A multiple-response set.

    Dichotomous with a `counted` code, which means "chosen", in one variable per option; without
    one categorical, the same codes in every variable.
    """

    name: str
    label: Labels
    items: tuple[str, ...]
    counted: Code | None


def find_set(codebook: Codebook, name: str) -> ResponseSet | None:
    """Find a multiple-response set that the file or the study's codebook declares.

    Raises
    ------
    SurveyError
        The set names a variable that is not in the data.

    Examples
    --------
    >>> sets = {"media": {"variable_list": ["tv"], "type": "D", "counted_value": 1, "label": ""}}
    >>> book = Codebook({"tv": Variable("tv")}, multiple_response=sets)
    >>> find_set(book, "$media").counted
    1
    """
    if name in codebook or name not in codebook.multiple_response:
        # SPSS writes $media; the reader drops the sign, and the table keeps its own writing.
        plain_name = name.removeprefix("$")
        found = find_set(codebook, plain_name) if plain_name != name else None
        return replace(found, name=name) if found else None
    plain = codebook.multiple_response[name]
    for item in plain["variable_list"]:
        if item not in codebook:
            raise SurveyError(
                f"multiple-response set '{name}': variable '{item}' is not in the data"
                f"{nearest(item, codebook)}"
            )
    counted = plain.get("counted_value") if plain.get("type", "D") == "D" else None
    if counted is not None:
        counted = _as_held(counted, codebook[plain["variable_list"][0]])
    items = tuple(plain["variable_list"])
    return ResponseSet(name, as_labels(plain.get("label") or None), items, counted)


def _as_held(counted: Any, variable: Variable) -> Code:
    """Write the counted value as the variable holds codes: SPSS files keep it as text."""
    if isinstance(counted, str) and not any(isinstance(code, str) for code in variable.codes):
        try:
            return clean_code(float(counted))
        except ValueError:
            return counted
    return clean_code(counted)


def set_variable(codebook: Codebook, found: ResponseSet) -> Variable:
    """Describe a set as a variable whose answers are its options, for labels alone.

    Examples
    --------
    >>> book = Codebook({"tv": Variable("tv", label={"": "Television"})})
    >>> set_variable(book, ResponseSet("media", {}, ("tv",), 1)).codes
    {'tv': {'': 'Television'}}
    """
    codes: dict[Code, Labels] = {}
    options = _option_labels(codebook, found)
    for item in found.items:
        variable = codebook[item]
        if found.counted is not None:
            codes[item] = options[item]
        else:
            codes |= {code: variable.codes[code] for code in variable.answers}
    return Variable(found.name, found.label, "nominal", codes)


def _option_labels(codebook: Codebook, found: ResponseSet) -> dict[str, Labels]:
    """Label options without the question, where each repeats what the set's label says."""
    labels = {item: codebook[item].label or {"": item} for item in found.items}
    for language in dict.fromkeys(key for words in labels.values() for key in words):
        if not all(language in words for words in labels.values()):
            continue
        stem, endings = split_stem([words[language] for words in labels.values()])
        question = pick_label(found.label, language, "").casefold()
        if stem and question.startswith(stem.rstrip(" ?!…").casefold()):
            for (item, words), ending in zip(list(labels.items()), endings, strict=True):
                labels[item] = {**words, language: ending}
    return labels


def with_sets(codebook: Codebook, tables: Mapping[str, Mapping[str, Any]]) -> Codebook:
    """Add the sets that tables use to a codebook as variables, so that they have labels."""
    names = dict.fromkeys(row for table in tables.values() for row in table["rows"])
    found = [one for name in names if (one := find_set(codebook, name))]
    return codebook.updated(set_variable(codebook, response_set) for response_set in found)


@dataclass(frozen=True)
class Item:
    """A question or a multiple-response set, as arrays that can be counted.

    Attributes
    ----------
    variable : Variable
        The question, or the set with its options as answers.
    codes : list
        Answers, or options of the set.
    arrays : tuple of (positions, number of answers)
        One for a question. A set as rows: chosen and not chosen among those who chose any, per
        option; as columns: chosen, per option, and those who chose any at the end.
    members : tuple of str
        Variables of a set; empty for a question.
    """

    variable: Variable
    codes: list[Code]
    arrays: tuple[Coded, ...]
    members: tuple[str, ...] = ()

    @property
    def overlapping(self) -> bool:
        """A respondent may stand in several columns."""
        return bool(self.members)


def read_item(survey: "Survey", name: str, as_columns: bool) -> Item:
    """Read a question or a multiple-response set for counting.

    Examples
    --------
    >>> import pandas as pd
    >>> from resurvey.core.codebook import Codebook
    >>> from resurvey.core.codebook import Survey
    >>> people = Survey(pd.DataFrame({"q": [1, 2, 2]}), Codebook({"q": Variable("q")}))
    >>> read_item(people, "q", as_columns=False).codes
    [1, 2]
    """
    found = find_set(survey.codebook, name)
    if found is not None:
        return _read_set(survey, found, as_columns)
    variable = survey.codebook[name]
    positions, codes = encode(survey.data[name], variable)
    return Item(variable, codes, ((positions, len(codes)),))


def _read_set(survey: "Survey", found: ResponseSet, as_columns: bool) -> Item:
    options, chosen = choices(survey, found.items, found.counted)
    anything = np.asarray(chosen.any(axis=1))
    arrays: list[Coded] = []
    for picked in chosen.T:
        if as_columns:
            arrays.append((np.where(picked, CHOSEN, 1).astype(np.uint8), 1))
        else:
            states = np.where(anything, np.where(picked, CHOSEN, NOT_CHOSEN), NOBODY)
            arrays.append((states.astype(np.uint8), 2))
    if as_columns:
        arrays.append((np.where(anything, CHOSEN, 1).astype(np.uint8), 1))
    variable = set_variable(survey.codebook, found)
    return Item(variable, options, tuple(arrays), found.items)


@dataclass(frozen=True)
class Layer:
    """Counts of one kind of an item by a column variable: sums of weights, or respondents.

    Attributes
    ----------
    cells : array, answers × columns
    bases : array, columns
        Those of each column with any answer to the row.
    in_columns, in_table
        Per answer who is in any column, and who is in the table at all.
    everyone, everyone_base
        Per answer and in all, whoever answered the row, with a column or without.
    """

    cells: "NDArray[Any]"
    bases: "NDArray[Any]"
    in_columns: "NDArray[Any]"
    in_table: "Any"
    everyone: "NDArray[Any]"
    everyone_base: "Any"

    @classmethod
    def of(
        cls,
        row: Item,
        column: Item,
        tables: "Sequence[Sequence[tuple[NDArray[Any], NDArray[Any]]]]",
    ) -> "Layer":
        """Put together the counts of every table, inside of the columns and without one."""
        rows = slice(1) if row.members else slice(None)
        width = len(tables[0]) - 1 if column.overlapping else 1
        cells = np.block([[inner[rows] for inner, _ in line[:width]] for line in tables])
        bases = np.concatenate([inner.sum(axis=0) for inner, _ in tables[0][:width]])
        in_columns, in_table = cells.sum(axis=1), bases.sum()
        if column.overlapping:
            in_columns = np.concatenate([line[-1][0][rows, 0] for line in tables])
            in_table = tables[0][-1][0].sum()
        every = [line[0][0].sum(axis=1) + line[0][1] for line in tables]
        everyone = np.array([counts[CHOSEN] for counts in every]) if row.members else every[0]
        return cls(cells, bases, in_columns, in_table, everyone, every[0].sum())


@dataclass(frozen=True)
class Crossed:
    """One item by one column variable: a table per array of the row and of the column."""

    row: Item
    column: Item
    tables: tuple[tuple[Crosstab, ...], ...]

    @property
    def by_design(self) -> bool:
        """The counts are sums of sampling weights."""
        return self.tables[0][0].weighting == "sampling"

    @cached_property
    def weighted(self) -> Layer:
        """Counts, or sums of weights."""
        inner = [[(table.observed, table.no_column) for table in line] for line in self.tables]
        return Layer.of(self.row, self.column, inner)

    @cached_property
    def heads(self) -> Layer:
        """Respondents, whatever their weights."""
        inner = [
            [(table.unweighted, table.unweighted_no_column) for table in line]
            for line in self.tables
        ]
        return Layer.of(self.row, self.column, inner)

    def pairs(self, parts: Sequence[tuple[int, ...]]) -> Callable[[int, int, int], float]:
        """Give the test of two columns under the sampling design, for rows that add up answers."""
        if not self.row.members:
            return ColumnPairs(self.tables[0][0], parts).p_value
        own = [ColumnPairs(self.tables[answers[0]][0], [(CHOSEN,)]) for answers in parts]
        return lambda row, first, second: own[row].p_value(0, first, second)


def cross_items(
    rows: Sequence[Item], columns: Sequence[Item], design: "PreparedDesign | None" = None
) -> dict[tuple[str, str], Crossed]:
    """Count every item by every column variable.

    Examples
    --------
    >>> job = Item(Variable("job"), [1, 2], ((np.array([0, 1, 1], np.uint8), 2),))
    >>> sex = Item(Variable("sex"), [1], ((np.array([0, 0, 1], np.uint8), 1),))
    >>> cross_items([job], [sex])["job", "sex"].weighted.cells.tolist()
    [[1], [1]]
    """
    downs = [array for item in rows for array in item.arrays]
    acrosses = [array for item in columns for array in item.arrays]
    together: Mapping[tuple[int, int], NDArray[np.int64]] = {}
    if design is None:
        together = many_counts(downs, acrosses)

    row_starts = np.cumsum([0, *(len(item.arrays) for item in rows)]).tolist()
    column_starts = np.cumsum([0, *(len(item.arrays) for item in columns)]).tolist()
    found = {}
    for row, first_row in zip(rows, row_starts, strict=False):
        for column, first_column in zip(columns, column_starts, strict=False):
            tables = tuple(
                tuple(
                    _count(row, column, down, across, design, together.get((number, at)))
                    for at, across in enumerate(column.arrays, first_column)
                )
                for number, down in enumerate(row.arrays, first_row)
            )
            found[row.variable.name, column.variable.name] = Crossed(row, column, tables)
    return found


def _codes(item: Item, size: int) -> list[Code]:
    return list(range(size)) if item.members else item.codes


def count_set(
    table: str,
    found: ResponseSet,
    survey: "Survey",
    columns: str | None,
    ready: "PreparedDesign | None",
    percent: str,
    real: bool,
    setting: Setting,
) -> list[dict[str, Any]]:
    """Count the options of a set by group.

    Returns
    -------
    list of dict
        Lines of ``crosstabs.csv``: one row per option and the total. `base` counts cases, the
        respondents who chose at least one option, so per cents may add to more than 100;
        `responses` is the number of choices in the column and `response_percent` of them.
        Letters and intervals are of the per cent of cases.
    """
    keys = {"table": table, "row_variable": found.name}
    shown = set_variable(survey.codebook, found)
    blocks = {
        option: Block(counted, everyone, percent, real, real, setting)
        for option, counted, everyone in _options(found, survey, columns, ready)
    }
    cells: list[dict[str, Any]] = []
    for option, block in blocks.items():
        label = shown.answer(option, setting.language)
        cells += block.cells(keys, Line(str(option), label, "answer", (0,)))
    responses: dict[str, Any] = {}
    for cell in cells:
        if "count" in cell:
            at = cell["column_code"]
            responses[at] = responses.get(at, 0) + cell["count"]
    last = next(reversed(blocks.values()))
    cells += last.cells(keys, Line(TOTAL, setting.words["total"], "total", (0, 1)))
    for cell in cells:
        if cell["column_code"] in responses:
            given = responses[cell["column_code"]]
            count = given if cell["kind"] == "total" else cell["count"]
            cell["responses"], cell["response_percent"] = given, percent_of(count, given)
    if not real:
        return cells
    _, chosen = choices(survey, found.items, found.counted)
    in_base = np.asarray(chosen.any(axis=1))
    losses = question_losses(survey, found.items, columns, ready, in_base)
    return told_losses(cells, losses, count_people(survey, ready))


def _options(
    found: ResponseSet, survey: "Survey", columns: str | None, ready: "PreparedDesign | None"
) -> Iterator[tuple[Code, Crosstab, Crosstab]]:
    """Every option as a table of chosen and not chosen, among those who chose any."""
    item = read_item(survey, found.name, as_columns=False)
    everybody: Coded = (np.zeros(len(item.arrays[0][0]), np.uint8), 1)
    group = None if columns is None else read_item(survey, columns, as_columns=True)
    for option, down in zip(item.codes, item.arrays, strict=True):
        everyone = _count(item, None, down, everybody, ready)
        counted = everyone if group is None else _count(item, group, down, group.arrays[0], ready)
        yield option, counted, everyone


def _count(
    row: Item,
    column: Item | None,
    down: Coded,
    across: Coded,
    ready: "PreparedDesign | None",
    people: "NDArray[np.int64] | None" = None,
) -> Crosstab:
    """One array of an item by one of a column variable; without one by nothing."""
    shape = down[1], across[1]
    if ready is not None:
        counted = ready.count(down[0], across[0], shape)
    elif people is not None:
        counted = Counted.equal(people)
    else:
        counted = Counted.equal(cross_counts(down[0], across[0], *shape))
    codes = _codes(row, down[1])
    if column is None:
        return Crosstab.of(row.variable, None, codes, [TOTAL], counted)
    return Crosstab.of(row.variable, column.variable, codes, _codes(column, across[1]), counted)


def set_tests(
    found: ResponseSet,
    survey: "Survey",
    columns: str,
    ready: "PreparedDesign | None",
    real: bool,
) -> list[dict[str, Any]]:
    """Test whether any option is chosen more often in one group, then every option by itself.

    Returns
    -------
    list of dict
        First the test of all options together, corrected for their overlap: for equal respondents
        ``marginal_independence``, under a sampling design ``marginal_independence_f``. Then, with
        ``row_code``, a line per option: ``option_pearson`` or ``option_rao_scott_f``, chosen or not
        among whoever chose any; the p-values of the table's options are adjusted together.

    Raises
    ------
    SurveyError
        Nobody answered any of the items.
    """
    if not real:
        return [{"test": "marginal_independence", **write_notes(NOT_IDENTIFIED)}]
    options, chosen = choices(survey, found.items, found.counted)
    if not options:
        raise SurveyError(f"nobody answered any of {', '.join(found.items)}")
    groups, codes = encode(survey.data[columns], survey.codebook[columns])
    base = chosen.any(axis=1) & (groups < len(codes))
    if ready is not None and ready.sample is not None:
        placed = np.where(base, groups.astype(np.int64), -1)
        every = ready.whole(chosen, False), ready.whole(placed, -1)
        together = design_independence(*every, ready.sample)
    elif ready is not None and ready.people is None:
        refusal = Note("overlap_weighted", "not_computed")
        return [{"test": "marginal_independence", **write_notes(refusal)}]
    else:
        people = np.ones(base.size, np.int64) if ready is None else ready.people
        assert people is not None
        rows = np.repeat(np.flatnonzero(base), people[base])
        together = marginal_independence(chosen[rows], groups[rows])
    tests = [together.record()]
    for option, counted, _ in _options(found, survey, columns, ready):
        name = "rao_scott_f" if counted.weighting == "sampling" else "pearson"
        record = next(one for one in counted.test_records() if one["test"] == name)
        tests.append({**record, "test": f"option_{name}", "row_code": str(option)})
    return tests
