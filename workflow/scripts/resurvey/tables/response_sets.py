"""Response sets: questions with several answers per respondent, counted in cases and responses."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from resurvey.core.codebook import Code, Codebook, Labels, Variable, as_labels, clean_code, nearest
from resurvey.core.counting import Counted, cross_counts, encode, percent_of
from resurvey.core.errors import SurveyError
from resurvey.core.names import TOTAL
from resurvey.core.notes import NOT_IDENTIFIED, Note, write_notes
from resurvey.counts.crosstabs import Crosstab
from resurvey.statistics.multiple_response import choices, marginal_independence
from resurvey.tables.blocks import Block, Line, Setting, told_losses
from resurvey.tables.losses import question_losses

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from resurvey.core.survey import Survey
    from resurvey.counts.design import PreparedDesign

CHOSEN, NOT_CHOSEN = 1, 0


@dataclass(frozen=True)
class ResponseSet:
    """A multiple-response set.

    Attributes
    ----------
    name : str
        Name as the table writes it, with or without the ``$`` that SPSS puts before it.
    label : dict of str
        Wording by language.
    items : tuple of str
        Variables of the set.
    counted : code, optional
        Code that means "chosen": a dichotomous set, one option per variable. Without it the
        variables hold the same codes: a categorical set, one option per code.
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
    if isinstance(counted, str) and not any(isinstance(one, str) for one in variable.codes):
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
    for item in found.items:
        variable = codebook[item]
        if found.counted is not None:
            codes[item] = variable.label or {"": item}
        else:
            codes |= {code: variable.codes[code] for code in variable.answers}
    return Variable(found.name, found.label, "nominal", codes)


def with_sets(codebook: Codebook, tables: Mapping[str, Mapping[str, Any]]) -> Codebook:
    """Add the sets that tables use to a codebook as variables, so that they have labels."""
    names = dict.fromkeys(row for table in tables.values() for row in table["rows"])
    found = [one for name in names if (one := find_set(codebook, name))]
    return codebook.updated(set_variable(codebook, one) for one in found)


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
    return told_losses(cells, question_losses(survey, found.items, columns, ready, in_base))


def _options(
    found: ResponseSet, survey: "Survey", columns: str | None, ready: "PreparedDesign | None"
) -> Iterator[tuple[Code, Crosstab, Crosstab]]:
    """Every option as a table of chosen and not chosen, among those who chose any."""
    options, chosen = choices(survey, found.items, found.counted)
    in_base = np.asarray(chosen.any(axis=1))
    nobody = np.zeros(in_base.size, np.uint8)
    group, across, codes = None, nobody, [TOTAL]
    if columns is not None:
        group = survey.codebook[columns]
        across, codes = encode(survey.data[columns], group)  # type: ignore[assignment]
    for option, picked in zip(options, chosen.T, strict=True):
        down = np.where(in_base, np.where(picked, 0, 1), 2).astype(np.uint8)
        row = replace(Variable(found.name), codes={CHOSEN: {}, NOT_CHOSEN: {}})
        counted = _count(row, group, down, across, list(codes), ready)
        everyone = counted
        if group is not None and counted.weighting == "sampling":
            everyone = _count(row, None, down, nobody, [TOTAL], ready)
        yield option, counted, everyone


def _count(
    row: Variable,
    column: Variable | None,
    down: "NDArray[Any]",
    across: "NDArray[Any]",
    codes: list[Code],
    ready: "PreparedDesign | None",
) -> Crosstab:
    rows: list[Code] = [CHOSEN, NOT_CHOSEN]
    if ready is None:
        counted = Counted.equal(cross_counts(down, across, 2, len(codes)))
    else:
        counted = ready.count(down, across, (2, len(codes)))
    return Crosstab.of(row, column, rows, codes, counted, seed=0)


def set_test(
    found: ResponseSet,
    survey: "Survey",
    columns: str,
    ready: "PreparedDesign | None",
    real: bool,
) -> dict[str, Any]:
    """Test whether any option is chosen more often in one group; corrected for the overlap."""
    test = "marginal_independence"
    if not real:
        return {"test": test, **write_notes(NOT_IDENTIFIED)}
    if ready is not None:
        return {"test": test, **write_notes(Note("overlap_weighted", "not_computed"))}
    options, chosen = choices(survey, found.items, found.counted)
    if not options:
        raise SurveyError(f"nobody answered any of {', '.join(found.items)}")
    groups, codes = encode(survey.data[columns], survey.codebook[columns])
    base = chosen.any(axis=1) & (groups < len(codes))
    return marginal_independence(chosen[base], groups[base]).record()
