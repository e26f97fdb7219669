"""Correlations: numbers and ordered answers of the same people, pair by pair; items of a scale."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np

from resurvey.core.codebook import Survey, Variable
from resurvey.core.errors import SurveyError
from resurvey.core.notes import NOT_IDENTIFIED, write_notes
from resurvey.counts.streamed import in_memory
from resurvey.prepare.cleaning import missing_mask
from resurvey.prepare.reconstruction import crossed_in_print
from resurvey.prepare.scales import scale_items
from resurvey.reading.columns import to_frame
from resurvey.statistics.correlation import Correlation, correlate
from resurvey.statistics.reliability import Reliability, assess_scale, judge_alpha
from resurvey.tables.domains import restrict
from resurvey.tables.inference import ADJUSTED_COLUMNS, adjust_correlations

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from resurvey.counts.design import PreparedDesign
    from resurvey.statistics.linearisation import Sample
    from resurvey.statistics.weighting import ReplicatedSample

CORRELATION_COLUMNS = (
    "name",
    "method",
    "row_variable",
    "column_variable",
    "value",
    "standard_error",
    "lower",
    "upper",
    "p_value",
    "n",
    "note",
    "note_data",
    "df",
    *ADJUSTED_COLUMNS,
)
SCALE_COLUMNS = (
    "scale",
    "statistic",
    "item",
    "value",
    "lower",
    "upper",
    "n",
    "note",
    "note_data",
    "other_item",
    "standard_error",
    "reversed",
    "verdict",
)
METHODS = ("pearson", "spearman", "polychoric")
OF_SCALE = ("alpha", "standardised_alpha", "omega", "mean_correlation")
"""Statistics of a whole scale."""
OF_ITEM = ("mean", "standard_deviation", "item_rest", "alpha_without", "loading")
"""Statistics of an item; the last three need the others."""
LIKELY_REVERSED = "likely_reversed"
"""Verdict on an item that goes against the rest of its scale."""


@dataclass(frozen=True)
class Numbers:
    """Numbers of respondents, as the statistics take them.

    Attributes
    ----------
    values : array of float, respondents × variables
        NaN where there is no answer; of the whole sample where a design is of a domain.
    weights : array of float, optional
        How many equal respondents a row stands for.
    sample : Sample or ReplicatedSample, optional
        The sampling design.
    """

    values: "NDArray[np.float64]"
    weights: "NDArray[np.float64] | None" = None
    sample: "Sample | ReplicatedSample | None" = None

    @classmethod
    def of(cls, values: "NDArray[np.float64]", design: "PreparedDesign | None") -> "Numbers":
        """Put values beside their design; whoever is outside its domain has none."""
        if design is None:
            return cls(values)
        if design.sample is None:
            return cls(values, design.weights)
        if design.inside is not None:
            whole = np.full((design.inside.size, values.shape[1]), np.nan)
            whole[design.inside] = values
            values = whole
        return cls(values, sample=design.sample)

    def count(self, columns: Sequence[int]) -> int:
        """Count the respondents who have all of some columns and a weight.

        Examples
        --------
        >>> values = np.array([[1.0, 2.0], [1.0, np.nan], [3.0, 4.0]])
        >>> Numbers(values).count([0, 1]), Numbers(values, np.array([5.0, 1.0, 2.0])).count([0])
        (2, 8)
        """
        there: Any = np.isfinite(self.values[:, list(columns)]).all(axis=1)
        if self.sample is not None:
            there = there & (self.sample.weights > 0)
        elif self.weights is not None:
            return int(self.weights[there].sum())
        return int(there.sum())

    def correlate(self, one: int, other: int, method: Any) -> Correlation:
        """Correlate two columns."""
        sides = self.values[:, one], self.values[:, other]
        return correlate(*sides, method, weights=self.weights, sample=self.sample)

    @property
    def listwise(self) -> "Numbers":
        """Only whoever has every number."""
        complete: Any = np.isfinite(self.values).all(axis=1)
        values = np.where(complete[:, None], self.values, np.nan)
        return Numbers(values, self.weights, self.sample)


def read_values(survey: Survey, names: Sequence[str], place: str) -> "NDArray[np.float64]":
    """Read variables as numbers: ranks where an order is declared, else the codes.

    Parameters
    ----------
    survey : Survey
        Respondents.
    names : sequence of str
        Numbers, questions with ordered answers, or questions with two answers.
    place : str
        File and key, for messages.

    Returns
    -------
    array of float, respondents × variables
        NaN where an answer is missing or "don't know".

    Raises
    ------
    SurveyError
        A variable that is not there, is text, or has more than two answers without an order.

    Examples
    --------
    >>> import pandas as pd
    >>> from resurvey.core.codebook import Codebook
    >>> mood = Variable("mood", measure="ordinal", codes={1: {}, 2: {}, 9: {}}, dont_know=(9,))
    >>> people = Survey(pd.DataFrame({"mood": [1, 9]}), Codebook({"mood": mood}))
    >>> read_values(people, ["mood"], "tables.yaml").tolist()
    [[1.0], [nan]]
    """
    for name in names:
        if name not in survey.codebook:
            try:
                survey.codebook[name]
            except SurveyError as problem:
                raise SurveyError(f"{place}: {problem}") from None
    people = Survey(to_frame(survey.data, list(names)), survey.codebook)
    columns = []
    for name in names:
        variable = survey.codebook[name]
        absent = missing_mask(people, name, place)
        values = people.data[name]
        ranks = _ranks(variable)
        if ranks:
            numbers = values.map(ranks).to_numpy("float64", na_value=np.nan).copy()
        elif values.dtype.kind not in "iufb" and not values.isna().all():
            raise SurveyError(f"{place}: '{name}' is text, and a correlation needs numbers")
        else:
            numbers = values.to_numpy("float64", na_value=np.nan).copy()
        outside = [float(code) for code in variable.dont_know if not isinstance(code, str)]
        numbers[absent | (np.isin(numbers, outside) if not ranks else False)] = np.nan
        different = np.unique(numbers[np.isfinite(numbers)]).size
        if variable.measure == "nominal" and not variable.order and different > 2:
            raise SurveyError(
                f"{place}: the answers of '{name}' have no order, and it has {different}; give "
                "`measure: ordinal` in codebook.yaml if they do"
            )
        columns.append(numbers)
    return np.column_stack(columns)


def _ranks(variable: Variable) -> dict[Any, float]:
    """Place of each answer in a declared order; empty where the codes are numbers already."""
    if not variable.order:
        return {}
    inside = [code for code in variable.ordered_answers if code not in variable.dont_know]
    return {code: float(place) for place, code in enumerate(inside, 1)}


def tabulate_correlations(
    survey: Survey,
    declared: Mapping[str, Mapping[str, Any]],
    design: "PreparedDesign | None" = None,
    invented: Collection[str] = (),
) -> list[dict[str, Any]]:
    """Correlate every pair of the variables of each declared matrix.

    Parameters
    ----------
    survey : Survey
        Respondents with their indicators and scales.
    declared : dict
        `correlations` of ``config/tables.yaml``: `variables`, `method` (``pearson``, the default,
        ``spearman`` or ``polychoric``) and `where`.
    design : PreparedDesign, optional
        Weights and sampling design.
    invented : collection of str
        Variables of reconstructed data whose values were not published.

    Returns
    -------
    list of dict
        Keys `CORRELATION_COLUMNS`, a line for each pair below the diagonal. Each is of whoever
        has both values, and adjusted for all pairs of its matrix and, by method, of the study.

    Raises
    ------
    SurveyError
        A variable that cannot be correlated, or a condition that holds for nobody.

    Examples
    --------
    >>> import pandas as pd
    >>> from resurvey.core.codebook import Codebook
    >>> book = Codebook({q: Variable(q, measure="scale") for q in "ab"})
    >>> people = Survey(pd.DataFrame({"a": [1, 2, 3, 4, 5], "b": [2, 1, 4, 3, 5]}), book)
    >>> (line,) = tabulate_correlations(people, {"m": {"variables": ["a", "b"]}})
    >>> line["row_variable"], line["column_variable"], round(line["value"], 3), line["n"]
    ('b', 'a', 0.8, 5)
    """
    crossed = crossed_in_print(survey.codebook)
    lines: list[dict[str, Any]] = []
    for name, matrix in declared.items():
        place = f"tables.yaml, correlations '{name}'"
        where = matrix.get("where", {})
        people, inside = in_memory(survey, design, *matrix["variables"], *where)
        if where:
            domain = restrict(people, inside, where, place)
            people, inside = domain.survey, domain.design
        variables, method = matrix["variables"], matrix.get("method", "pearson")
        numbers = Numbers.of(read_values(people, variables, place), inside)
        for column, row in sorted(combinations(range(len(variables)), 2), key=lambda pair: pair[1]):
            pair = variables[row], variables[column]
            keys: dict[str, Any] = {"name": name, "method": method}
            keys |= dict(zip(("row_variable", "column_variable"), pair, strict=True))
            known = not where and not {*pair} & {*invented} and {pair, pair[::-1]} & {*crossed}
            if survey.codebook.reconstructed and not known:
                lines.append(keys | write_notes(NOT_IDENTIFIED))
                continue
            found = numbers.correlate(row, column, method)
            lines.append(keys | _record(found, numbers.count([row, column])) | {"df": found.df})
    adjust_correlations(lines)
    return lines


def _record(found: Correlation, n: int) -> dict[str, Any]:
    return {
        "value": found.value,
        "standard_error": found.standard_error,
        "lower": found.lower,
        "upper": found.upper,
        "p_value": found.p_value,
        "n": n,
        **write_notes(*found.notes),
    }


def assess_scales(
    survey: Survey,
    declared: Mapping[str, Mapping[str, Any]],
    design: "PreparedDesign | None" = None,
) -> list[dict[str, Any]]:
    """Say how well the items of each declared scale go together.

    Parameters
    ----------
    survey : Survey
        Respondents.
    declared : dict
        `scales` of ``config/indicators.yaml``.
    design : PreparedDesign, optional
        Weights and sampling design.

    Returns
    -------
    list of dict
        Keys `SCALE_COLUMNS`. `item` is empty in the lines of `OF_SCALE`; lines of `METHODS` are
        of the pair `item` and `other_item`. All but `mean` and `standard_deviation`, which are of
        the answers as given, are of whoever answered every item, with the items of `reversed`
        turned. `verdict` is `judge_alpha` of alpha, and `LIKELY_REVERSED` of an item that goes
        against the rest. On reconstructed data everything is refused.

    Examples
    --------
    >>> import pandas as pd
    >>> from resurvey.core.codebook import Codebook
    >>> book = Codebook({q: Variable(q, measure="scale") for q in "ab"})
    >>> people = Survey(pd.DataFrame({"a": [1, 2, 3, 4], "b": [2, 1, 4, 3]}), book)
    >>> lines = assess_scales(people, {"s": {"items": ["a", "b"]}})
    >>> [(line["statistic"], round(line["value"], 2), line["verdict"]) for line in lines[:1]]
    [('alpha', 0.75, 'fits')]
    """
    lines: list[dict[str, Any]] = []
    for name, spec in declared.items():
        items, reverse = list(spec["items"]), set(spec.get("reverse", ()))
        if survey.codebook.reconstructed:
            found = _refused(items)
        else:
            given = {key: value for key, value in spec.items() if key != "reverse"}
            asked, ready = in_memory(survey, design, *items)
            people = Survey(to_frame(asked.data, items), survey.codebook)
            numbers = Numbers.of(scale_items(people, name, given).values, ready)
            found = _assessed(numbers, items, [items.index(item) for item in reverse])
        for line in found:
            alone = "other_item" not in line
            told = {"reversed": "yes"} if alone and line.get("item") in reverse else {}
            lines.append({"scale": name} | line | told)
    return lines


def _refused(items: Sequence[str]) -> Iterator[dict[str, Any]]:
    why = write_notes(NOT_IDENTIFIED)
    for statistic in OF_SCALE:
        yield {"statistic": statistic, **why}
    for item in items:
        for statistic in OF_ITEM:
            yield {"statistic": statistic, "item": item, **why}


def _assessed(
    numbers: Numbers, items: Sequence[str], reverse: Sequence[int]
) -> Iterator[dict[str, Any]]:
    whole = range(len(items))
    n = numbers.count(whole)
    weights, sample = numbers.weights, numbers.sample
    found = assess_scale(numbers.values, reverse=reverse, weights=weights, sample=sample)
    for estimate in (found.alpha, found.standardised_alpha, found.omega):
        line = {
            "statistic": estimate.name,
            "value": estimate.value,
            "lower": estimate.lower,
            "upper": estimate.upper,
            "standard_error": estimate.standard_error,
            "n": n,
            **write_notes(*estimate.notes, *found.notes),
        }
        if estimate.name == "alpha" and estimate.value is not None:
            line["verdict"] = judge_alpha(estimate.value)
        yield line
    yield {"statistic": "mean_correlation", "value": found.mean_correlation, "n": n}
    yield from _items(found, numbers, items)
    turned = numbers.listwise
    turned.values[:, list(reverse)] *= -1
    for method in METHODS:
        for one, other in combinations(whole, 2):
            pair = turned.correlate(one, other, method)
            line = {"statistic": method, "item": items[one], "other_item": items[other]}
            record = _record(pair, n)
            record.pop("p_value")
            yield line | record


def _items(found: Reliability, numbers: Numbers, items: Sequence[str]) -> Iterator[dict[str, Any]]:
    whole = numbers.count(range(len(items)))
    for place, (name, item) in enumerate(zip(items, found.items, strict=True)):
        values = {
            "mean": item.mean,
            "standard_deviation": item.deviation,
            "item_rest": item.item_rest,
            "alpha_without": item.alpha_without,
            "loading": item.loading,
        }
        for statistic in OF_ITEM:
            alone = statistic in ("mean", "standard_deviation")
            line = {
                "statistic": statistic,
                "item": name,
                "value": values[statistic],
                "n": numbers.count([place]) if alone else whole,
            }
            if statistic == "item_rest" and (values[statistic] or 0) < 0:
                line["verdict"] = LIKELY_REVERSED
            yield line
