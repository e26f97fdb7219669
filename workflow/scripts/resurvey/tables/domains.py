"""Domains: the respondents that a table, a banner or a model is about, and crossed columns."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np

from resurvey.core.codebook import Code, Labels, Survey, Variable, pick_label
from resurvey.core.counting import encode
from resurvey.core.errors import SurveyError
from resurvey.prepare.cleaning import select_rows
from resurvey.reading.parquet import to_frame
from resurvey.study.expansion import CROSS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from resurvey.counts.design import PreparedDesign

MOST_CROSSED = 200
"""More columns than this nobody reads."""


@dataclass(frozen=True)
class Domain:
    """Respondents for whom a condition holds, with what the whole design says of them.

    Attributes
    ----------
    survey : Survey
        Only its respondents.
    design : PreparedDesign, optional
        Their weights; variances are those of the domain within the whole design.
    mask : ndarray of bool
        Who of all respondents is in it.
    """

    survey: Survey
    design: "PreparedDesign | None"
    mask: "NDArray[np.bool_]"


def restrict(
    survey: Survey,
    design: "PreparedDesign | None",
    where: Mapping[str, Any],
    place: str,
) -> Domain:
    """Keep the respondents for whom every line of `where` holds.

    Parameters
    ----------
    survey : Survey
        All respondents; not changed.
    design : PreparedDesign, optional
        Their design. Strata and clusters without a respondent in the domain stay in it, as
        variances of a domain need.
    where : dict
        As in ``config/cleaning.yaml``: variable -> a code, a list of codes, ``missing`` or
        ``{min, max}``.
    place : str
        File and key, for messages.

    Raises
    ------
    SurveyError
        A condition names an unknown variable or code, or holds for nobody.

    Examples
    --------
    >>> import pandas as pd
    >>> from resurvey.core.codebook import Codebook
    >>> people = pd.DataFrame({"sex": [1, 2, 2], "age": [20, 30, 60]})
    >>> book = Codebook({"sex": Variable("sex", codes={1: {}, 2: {}}), "age": Variable("age")})
    >>> where = {"sex": 2, "age": {"max": 50}}
    >>> restrict(Survey(people, book), None, where, "tables.yaml").mask.tolist()
    [False, True, False]
    """
    for name in where:
        if name not in survey.codebook:
            try:
                survey.codebook[name]
            except SurveyError as problem:
                raise SurveyError(f"{place}: `where`: {problem}") from None
    asked = Survey(to_frame(survey.data, list(where)), survey.codebook)
    mask = select_rows(asked, where, f"{place}: `where`")
    if not mask.any():
        raise SurveyError(f"{place}: `where` holds for no respondent; change the condition")
    inside = None if design is None else design.within(mask)
    return Domain(Survey(_rows(survey.data, mask), survey.codebook), inside, mask)


def _rows(data: Any, mask: "NDArray[np.bool_]") -> Any:
    """Rows of a pandas frame or an Arrow table."""
    if hasattr(data, "filter") and hasattr(data, "column_names"):
        import pyarrow as pa

        return data.filter(pa.array(mask))
    return data[mask].reset_index(drop=True)


def is_identified(where: Mapping[str, Any], row: str, crossed: Iterable[tuple[str, str]]) -> bool:
    """Return whether published tables say how a question was answered where a condition holds.

    Only a condition on the one variable that the question was crossed with in print leaves
    published counts; all others are combinations of answers that were never published.

    Examples
    --------
    >>> is_identified({"sex": 1}, "job", {("job", "sex")})
    True
    >>> is_identified({"sex": 1, "age": 2}, "job", {("job", "sex")})
    False
    """
    return len(where) == 1 and (row, next(iter(where))) in set(crossed)


def with_crossed(survey: Survey, names: Iterable[str]) -> Survey:
    """Add the variables whose answers are pairs of answers of others.

    Parameters
    ----------
    survey : Survey
        Respondents; not changed.
    names : iterable of str
        Names of columns; those with `CROSS` are made.

    Returns
    -------
    Survey
        With a variable of that name: one answer for every combination, in the order of the
        first variable; without an answer where any of the others has none.

    Raises
    ------
    SurveyError
        A variable that is not there, has no answers, or so many that there are more than
        `MOST_CROSSED` combinations.

    Examples
    --------
    >>> import pandas as pd
    >>> from resurvey.core.codebook import Codebook
    >>> people = pd.DataFrame({"a": [1, 2, 2], "b": [1, 1, 9]})
    >>> answers = {"a": {1: {"": "men"}, 2: {"": "women"}}, "b": {1: {"": "young"}, 9: {}}}
    >>> b = Variable("b", codes=answers["b"], missing=(9,))
    >>> book = Codebook({"a": Variable("a", codes=answers["a"]), "b": b})
    >>> crossed = with_crossed(Survey(people, book), ["a*b"])
    >>> crossed.data["a*b"].tolist(), crossed.codebook["a*b"].answer(2)
    ([1, 2, <NA>], 'women, young')
    """
    for name in dict.fromkeys(names):
        if CROSS in name and name not in survey.codebook:
            survey = _with_one(survey, name)
    return survey


def crossed_names(
    tables: Mapping[str, Mapping[str, Any]], banners: Mapping[str, Mapping[str, Any]]
) -> list[str]:
    """List the columns of tables and banners that are crossed variables.

    Examples
    --------
    >>> crossed_names({"t": {"rows": ["q"], "columns": "a*b"}}, {"b": {"columns": ["a", "a*b"]}})
    ['a*b']
    """
    named = [table["columns"] for table in tables.values() if "columns" in table]
    named += [name for banner in banners.values() for name in banner["columns"]]
    return list(dict.fromkeys(name for name in named if CROSS in name))


def _with_one(survey: Survey, name: str) -> Survey:
    variables = [survey.codebook[part] for part in name.split(CROSS)]
    answers = []
    number = np.zeros(survey.data.shape[0], np.int64)
    absent = np.zeros(len(number), bool)
    for variable in variables:
        positions, codes = encode(survey.data[variable.name], variable)
        number = number * len(codes) + np.minimum(positions, max(len(codes) - 1, 0))
        absent |= positions == len(codes)
        answers.append(codes)
    combinations = list(product(*answers))
    if not combinations or len(combinations) > MOST_CROSSED:
        raise SurveyError(
            f"tables.yaml: the columns '{name}' would be {len(combinations)}, and up to "
            f"{MOST_CROSSED} can be read; group the answers with a recode in indicators.yaml"
        )
    languages = dict.fromkeys(
        language
        for variable in variables
        for labels in (variable.label, *variable.codes.values())
        for language in labels
    )
    made: dict[Code, Labels] = {}
    for place, chosen in enumerate(combinations, 1):
        both = zip(variables, chosen, strict=True)
        labels = [variable.codes.get(code, {}) for variable, code in both]
        made[place] = _joined(labels, list(map(str, chosen)), languages, ", ")
    label = _joined(
        [variable.label for variable in variables],
        [variable.name for variable in variables],
        languages,
        " × ",
    )
    variable = Variable(name, label, "nominal", made)
    data = _added(survey.data, name, number + 1, absent)
    return Survey(data, survey.codebook.updated([variable]))


def _joined(
    labels: list[Labels], otherwise: list[str], languages: Iterable[str], between: str
) -> Labels:
    return {
        language: between.join(
            pick_label(texts, language, plain)
            for texts, plain in zip(labels, otherwise, strict=True)
        )
        for language in languages
    }


def _added(data: Any, name: str, values: "NDArray[np.int64]", absent: "NDArray[np.bool_]") -> Any:
    if hasattr(data, "append_column"):
        import pyarrow as pa

        return data.append_column(name, pa.array(values, mask=absent))
    import pandas as pd

    return data.assign(**{name: pd.arrays.IntegerArray(values, absent)})
