"""Scales: several items together as one number of every respondent."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from resurvey.core.codebook import Code, Survey, Variable, as_labels, clean_code, nearest
from resurvey.core.errors import SurveyError
from resurvey.prepare.cleaning import missing_mask

FILE = "indicators.yaml"


@dataclass(frozen=True)
class Items:
    """The items of a scale as numbers, turned to one direction.

    Attributes
    ----------
    names : tuple of str
        Variables.
    values : ndarray of float, shape (respondents, items)
        Answers, reversed where declared; not-a-number where there is none.
    low, high : float
        Ends of the answers that all items share; not-a-number where none is known.
    """

    names: tuple[str, ...]
    values: NDArray[np.float64]
    low: float
    high: float


def scale_items(survey: Survey, name: str, declared: Mapping[str, Any]) -> Items:
    """Read the items of a declared scale.

    Parameters
    ----------
    survey : Survey
        Answers; not changed.
    name : str
        Name of the scale.
    declared : dict
        An entry of `scales` in ``config/indicators.yaml``.

    Returns
    -------
    Items
        User-missing answers, system-missing ones and "don't know" are not-a-number. A reversed
        item is `low` + `high` − answer. Ordinal answers in words are numbered from 1 in their
        order.

    Raises
    ------
    SurveyError
        An item that is unknown or text without an order, that is reversed without being among
        the items, or whose answers go from other numbers to other numbers than those of the first
        item.

    Examples
    --------
    >>> import pandas as pd
    >>> from resurvey.core.codebook import Codebook
    >>> answers = {1: {}, 2: {}, 3: {}, 9: {}}
    >>> book = Codebook({q: Variable(q, codes=answers, missing=(9,)) for q in ("a", "b")})
    >>> frame = pd.DataFrame({"a": [1, 9], "b": [1, 2]}, dtype="Int64")
    >>> items = scale_items(Survey(frame, book), "s", {"items": ["a", "b"], "reverse": ["b"]})
    >>> items.values.tolist()
    [[1.0, 3.0], [nan, 2.0]]
    """
    place = f"{FILE}, scale '{name}'"
    names, reverse = declared["items"], declared.get("reverse", [])
    for item in reverse:
        if item not in names:
            raise SurveyError(
                f"{place}: '{item}' is reversed and is no item of the scale{nearest(item, names)}"
            )
    ends = _shared_ends(survey, names, declared, place)
    columns = []
    for item in names:
        absent = missing_mask(survey, item, place)
        values = survey.data[item]
        if ranks := survey.codebook[item].written_ranks:
            values = values.map(ranks).astype("float64")
        if values.dtype.kind not in "iufb" and not values.isna().all():
            raise SurveyError(f"{place}: '{item}' is text, and a scale adds numbers")
        numbers = values.to_numpy("float64", na_value=np.nan).copy()
        numbers[absent | np.isin(numbers, _outside(survey.codebook[item]))] = np.nan
        _check_within(numbers, ends, item, place)
        if item in reverse:
            if np.isnan(ends[0]):
                raise SurveyError(
                    f"{place}: '{item}' is reversed, and its list of answers is not known; give "
                    "the ends, as in `range: [1, 5]`"
                )
            numbers = ends[0] + ends[1] - numbers
        columns.append(numbers)
    return Items(tuple(names), np.column_stack(columns), *ends)


def derive_scales(survey: Survey, declared: Mapping[str, Mapping[str, Any]]) -> Survey:
    """Add every declared scale to the survey as a variable.

    Parameters
    ----------
    survey : Survey
        Answers with the indicators, which may be items; not changed.
    declared : dict
        `scales` of ``config/indicators.yaml``: `items`, `reverse`, `how` (``mean``, the default,
        or ``sum``) and `minimum_items`, the fewest answered items with which a respondent has a
        value (all, where it is not given).

    Returns
    -------
    Survey
        The same respondents with the scales. A mean is of the answered items; a sum with fewer
        than all is the mean of the answered ones times their number, which is what SPSS's
        ``MEAN.k(…) * n`` gives.

    Raises
    ------
    SurveyError
        Besides the refusals of `scale_items`: a name that a variable has already, and more
        `minimum_items` than items.

    Examples
    --------
    >>> import pandas as pd
    >>> from resurvey.core.codebook import Codebook
    >>> book = Codebook({q: Variable(q, measure="scale") for q in ("a", "b")})
    >>> people = Survey(pd.DataFrame({"a": [1.0, 2.0], "b": [4.0, None]}), book)
    >>> one = {"both": {"items": ["a", "b"], "minimum_items": 1}}
    >>> derive_scales(people, one).data["both"].tolist()
    [2.5, 2.0]
    """
    for name, spec in declared.items():
        place = f"{FILE}, scale '{name}'"
        if name in survey.codebook:
            raise SurveyError(f"{place}: '{name}' is a variable already; rename the scale")
        items = scale_items(survey, name, spec)
        size = len(items.names)
        least = spec.get("minimum_items", size)
        if least > size:
            raise SurveyError(f"{place}: `minimum_items` is {least}, and it has {size} items")
        answered = (~np.isnan(items.values)).sum(axis=1)
        # One division at the end: the sum of integers is exact.
        total = np.nansum(items.values, axis=1)
        factor = size if spec.get("how", "mean") == "sum" else 1
        with np.errstate(invalid="ignore", divide="ignore"):
            values = np.where(answered >= least, total * factor / answered, np.nan)
        variable = Variable(name, as_labels(spec.get("label")), "scale")
        survey = Survey(survey.data.assign(**{name: values}), survey.codebook.updated([variable]))
    return survey


def _outside(variable: Variable) -> list[float]:
    """Answers of an item that stand outside its order."""
    return [float(code) for code in variable.dont_know if not isinstance(code, str)]


def _shared_ends(
    survey: Survey, names: Sequence[str], declared: Mapping[str, Any], place: str
) -> tuple[float, float]:
    """Lowest and highest answer that all items have; not-a-number where none lists its answers."""
    if "range" in declared:
        low, high = declared["range"]
        if not low < high:
            raise SurveyError(f"{place}: `range` begins at {low} and ends at {high}")
        return float(low), float(high)
    first, found = "", (float("nan"), float("nan"))
    for item in names:
        missing_mask(survey, item, place)
        variable = survey.codebook[item]
        outside = set(variable.dont_know)
        listed: list[Code] = [code for code in variable.answers if code not in outside]
        listed = list(variable.written_ranks.values()) or listed
        answers = [float(code) for code in listed if not isinstance(code, str)]
        if not answers or len(answers) < len(listed):
            continue
        ends = (min(answers), max(answers))
        if not first:
            first, found = item, ends
        elif ends != found:
            spans = [f"{clean_code(low)} to {clean_code(high)}" for low, high in (found, ends)]
            raise SurveyError(
                f"{place}: the answers of '{first}' go from {spans[0]} and those of '{item}' from "
                f"{spans[1]}, so they cannot be added; recode one, or declare `range:` if the "
                "labels leave answers out"
            )
    return found


def _check_within(
    values: NDArray[np.float64], ends: tuple[float, float], item: str, place: str
) -> None:
    low, high = ends
    beyond = values[(values < low) | (values > high)]
    if len(beyond):
        raise SurveyError(
            f"{place}: '{item}' has the answer {clean_code(float(beyond[0]))}, outside "
            f"{clean_code(low)} to {clean_code(high)}; declare it as missing in codebook.yaml, or "
            "give the `range:`"
        )
