"""Counted data: a table of combinations of answers, and how many respondents gave each."""

import re
from typing import TYPE_CHECKING

from resurvey.core.errors import SurveyError
from resurvey.core.survey import Survey
from resurvey.reading.plausible import is_total
from resurvey.reading.wording import folded

if TYPE_CHECKING:
    import pandas as pd

_COUNTS = re.compile(
    r"(?:freq(?:s|uenc(?:y|ies))?|frec(?:uencias?)?|frequenza|frequência|frekans|fréquences?|"
    r"counts?|cnt|n|nn|num|number|cases|people|persons|respondents|total n|n cases|n obs|obs|"
    r"частот[аы]|количество|кол-?во|число|численность|человек|чел|"
    r"anzahl|häufigkeit|haeufigkeit|fälle|effectifs?|nombre|nb|conteo|recuento|cantidad|número|"
    r"conteggio|numero|contagem|liczba|liczebność|sayı|adet|саны|сан|soni|кількість|antall?|aantal|počet|pocet|broj|darab|lukumäärä|人数|人數|度数|件数|频数|빈도)",
)
"""Names of a column of counts, in the languages of the field."""
_TIDY = re.compile(
    r"(?:number|num|no|count|freq\w*|число|количество|кол-?во|anzahl|nombre|número)"
    r"(?: (?:of|von|de|der))? (?:people|persons|respondents|cases|респондентов|человек|людей|"
    r"опрошенных|личностей|befragten?|personen|personnes|répondants|personas|encuestados)"
)
_SHARES = re.compile(
    r".*%.*|.*\b(?:per ?cents?|percentages?|pct|perc|proportions?|shares?|процент\w*|дол[яи]"
    r"|prozente?|anteile?|pourcentages?|porcentajes?|percentuale|procent|százalék|yüzde|пайыз)\b.*"
)
"""Names of a column of per cents, which are no counts."""
_IDENTIFIER = re.compile(r"(?:id|uuid|№|no\.?|nr\.?|номер|row|case|key)")
_NUMBERS = ("Int64", "int64", "float64")
_FEWEST_ROWS = 3
_MOST_COLUMNS = 12
_MOST_ANSWERS = 30
_FILLED = 0.1
"""Share of all possible combinations that a table of counts has, when its column is named so."""
_WHOLLY_FILLED = 0.99
_LARGE = 20
"""A number above this is no code of an answer."""


def counted_by(survey: Survey) -> str:
    """Name the variable that says how many respondents a row stands for; empty where none does.

    Notes
    -----
    Each combination of the other variables stands in one row, all of them have few values, and
    the rows cover a good part of the possible combinations: respondents are never like that. The
    column is named as counts are, or the table is complete and the column holds large numbers.

    Examples
    --------
    >>> import pandas as pd
    >>> from resurvey.core.codebook import Codebook, Variable
    >>> frame = pd.DataFrame({"sex": list("mmff"), "q": list("ynyn"), "Freq": [10, 20, 30, 40]})
    >>> counted_by(Survey(frame, Codebook({name: Variable(name) for name in frame})))
    'Freq'
    """
    data = survey.data
    if len(data) < _FEWEST_ROWS or not 2 <= len(data.columns) <= _MOST_COLUMNS:
        return ""
    for name in reversed(list(data.columns)):
        if _are_counts(data[name]) and _is_counted(survey, name):
            return str(name)
    return ""


def _are_counts(column: "pd.Series") -> bool:
    """Tell whether a column is whole numbers from 0, not all of them 0 or 1."""
    if str(column.dtype) not in ("Int64", "int64") or column.isna().any():
        return False
    return bool((column >= 0).all() and column.max() > 1)


def _is_counted(survey: Survey, name: str) -> bool:
    """Tell whether every row is another combination of the other variables."""
    others = _without_id(survey.data.drop(columns=[name, *shares_beside(survey, name)]))
    if not len(others.columns):
        return False
    if survey.codebook[name].answers and any(survey.codebook[name].codes.values()):
        return False
    levels = [int(others[one].nunique(dropna=False)) for one in others]
    if max(levels) > _MOST_ANSWERS or max(levels) < 2 or others.duplicated().any():
        return False
    # An id makes every row another one by itself; only words alone can be the answers counted.
    alone = levels.index(max(levels))
    if max(levels) == len(others):
        if sum(level > 1 for level in levels) > 1:
            return False
        if str(others.dtypes.iloc[alone]) != "str" and not any(
            survey.codebook[str(others.columns[alone])].codes.values()
        ):
            return False
    possible = 1
    for level in levels:
        possible *= level
    share = len(others) / possible
    words = _words(survey, name)
    if any(map(_SHARES.fullmatch, words)):
        return False
    if any(_COUNTS.fullmatch(word) or _TIDY.fullmatch(word) for word in words):
        return share >= _FILLED
    complete = share >= _WHOLLY_FILLED and len(others) > _FEWEST_ROWS and len(levels) > 1
    return complete and int(survey.data[name].max()) > _LARGE


def _without_id(data: "pd.DataFrame") -> "pd.DataFrame":
    """Leave out a first column that only numbers or identifies the rows."""
    if len(data.columns) < 2:
        return data
    first = data.iloc[:, 0]
    if not first.is_unique or first.isna().any():
        return data
    running = str(first.dtype) == "Int64" and (first.diff().dropna() == 1).all()
    named = _IDENTIFIER.fullmatch(folded(str(data.columns[0])))
    return data.iloc[:, 1:] if running or named else data


def printed_table(survey: Survey) -> str:
    """Tell by which variables a file seems to be a printed table; empty where it is none.

    Such a file has a row a group and a number a column, or each combination of a few answers
    once, beside a share: it has no respondents, and nothing in it can be counted.

    Examples
    --------
    >>> import pandas as pd
    >>> from resurvey.core.codebook import Codebook, Variable
    >>> frame = pd.DataFrame({"sex": ["m", "f"], "yes": [110, 31], "no": [20, 40]})
    >>> printed_table(Survey(frame, Codebook({name: Variable(name) for name in frame})))
    "the columns 'yes', 'no' look like numbers of the groups in 'sex'"
    """
    data = survey.data
    if not 2 <= len(data) <= _MOST_ANSWERS or not 2 <= len(data.columns) <= _MOST_COLUMNS:
        return ""
    numbers = [str(name) for name in data if str(data[name].dtype) in _NUMBERS]
    words = [str(name) for name in data if name not in numbers]
    large = [name for name in numbers if data[name].max() > _LARGE]
    if len(words) == 1 and len(large) > 1 and len(large) == len(numbers):
        if data[words[0]].is_unique and data[words[0]].notna().all() and len(data) <= _LARGE:
            shown = ", ".join(f"'{name}'" for name in numbers[:3])
            return f"the columns {shown} look like numbers of the groups in '{words[0]}'"
        return ""
    shares = [
        name
        for name in numbers
        if str(data[name].dtype) == "float64" or any(map(_SHARES.fullmatch, _words(survey, name)))
    ]
    if len(words) < 2 or len(shares) != 1 or len(numbers) > 1:
        return ""
    possible = 1
    for name in words:
        possible *= int(data[name].nunique(dropna=False))
    if possible != len(data) or possible < 2 * _FEWEST_ROWS - 2 or data[words].duplicated().any():
        return ""
    return f"each combination of the other columns stands once, with its '{shares[0]}'"


def shares_beside(survey: Survey, counts: str) -> list[str]:
    """Name the columns of per cents that stand beside the counts."""
    return [
        str(name)
        for name in survey.data
        if name != counts
        and str(survey.data[name].dtype) in _NUMBERS
        and any(map(_SHARES.fullmatch, _words(survey, str(name))))
    ]


def check_margins(survey: Survey, counts: str, file: str) -> None:
    """Refuse counted data in which rows of totals stand among the combinations.

    A margin is an answer whose counts are, in every group of the other variables, the sum of all
    other answers, or one that is called a total.

    Raises
    ------
    SurveyError
        With the variable and the answer.
    """
    data = survey.data
    data = data.drop(columns=shares_beside(survey, counts))
    others = [str(name) for name in data if name != counts]
    for name in others:
        for answer in sorted(data[name].dropna().unique().tolist(), key=str):
            label = _label(survey, name, answer)
            if is_total(label) or _is_margin(data, name, answer, counts):
                raise SurveyError(
                    f"{file}: the rows with '{label}' in '{name}' are the "
                    "sums of the other rows, so that everybody would be counted again; give the "
                    "table without its totals"
                )


def _label(survey: Survey, name: str, answer: object) -> str:
    labels = survey.codebook[name].codes.get(answer) or {}  # type: ignore[call-overload]
    return next(iter(labels.values()), str(answer))


def _is_margin(data: "pd.DataFrame", name: str, answer: object, counts: str) -> bool:
    """Tell whether an answer's counts are the sums of the other answers', group by group."""
    keys = [one for one in data if one not in (name, counts)]
    if not keys or data[name].nunique() < _FEWEST_ROWS:
        return False
    total = data[data[name] == answer].set_index(keys)[counts]
    parts = data[data[name] != answer].groupby(keys, dropna=False)[counts].sum()
    if len(total) < 2 or len(total) != len(parts) or not total.sum():
        return False
    return bool(total.sort_index().tolist() == parts.sort_index().tolist())


def _words(survey: Survey, name: str) -> set[str]:
    """Name and label of a variable, as they are compared."""
    texts = [name, *survey.codebook[name].label.values()]
    return {folded(re.sub(r"[_.\s]+", " ", text)).strip() for text in texts}
