"""Weights: columns that say for how many people a row stands, and rows that are counts."""

import re
from collections.abc import Iterator, Sequence
from math import prod
from typing import TYPE_CHECKING

from resurvey.core.codebook import Survey
from resurvey.core.errors import SurveyError
from resurvey.reading.encoding import folded
from resurvey.reading.plausibility import is_total
from resurvey.reading.scales import is_known_answer
from resurvey.reading.stored import in_memory

if TYPE_CHECKING:
    import pandas as pd

    from resurvey.core.codebook import Survey

_NAMES = (
    r"w|w\d{1,2}|wt\w*|wgt\w*|weight\w*|\w*(?:weight|weights|wght|wgt|wgts)\d*|\w+_wts?|w_?(?:trim"
    r"|final|post|raw|base|svy)\w*"
    r"|poids\w*|pond|pond[eé]\w*|pondr\w*|pds\w*|coef\w*pond\w*|gewicht\w*|\w*gewicht|gew"
    r"|peso\w*|pesi|fac(?:tor)?_?exp\w*|fexp\w*|expans\w*"
    r"|вес\w*|весов\w*|взвеш\w*|коэф\w*вес\w*|ves\w{0,4}|raking\w*|kish\w*|(?:final|per|hh|p|pp|d|s|f|samp\w*|pop\w*|post\w*|base|rake\w*|trim\w*|int\w*|svy|full)wts?"
    r"|redress\w*|waga\w*|wagi|váh[ay]\w*|vaha\w*|súly\w*|suly\w*|vikt\w*|vekt\w*|vægt\w*|paino\w*"
    r"|ağırlık\w*|agirlik\w*|вага\w*|вагов\w*|салмак\w*|салмақ\w*|коэфф?ициент"
    r"|pw|perwt|hhwt|rb050"
    r"|pb040|db090|rl070|v005|mv005|hv005"
)
_CERTAIN = (
    r"(?:sampling|survey|sample|design|post|final|analysis|person|population"
    r"|cross[- ]sectional|frequency|case|case'?s|household|grossing"
    r"|calibrat\w*|stratif\w*|trimmed|raking|probability|respondent"
    r"|interview)\w*[ -]+(?:\w+[ -]+)?weight\w*|weight(?:ing)?[ -]?(?:variable|factor"
    r"|coefficient)s?"
    r"|weight(?:ing)?\W*$|weights?\s+for\b|poids de (?:sondage|l'enqu[eê]te|redressement"
    r"|pond\w*)|pond[eé]rat\w*|coefficient de (?:pond\w*|redressement)|redressement"
    r"|(?:весов\w*|взвешива\w*)\s*(?:коэфф?ициент\w*|переменн\w*)?|коэфф?ициент\w* взвеш\w*"
    r"|вес (?:анкет\w*|респондент\w*|наблюден\w*|случа\w*)|^вес$"
    r"|gewichtung\w*|gewichtungsfaktor|hochrechnungs\w*|(?:design|personen|haushalts"
    r"|querschnitts)gewicht|factor de (?:expansi\w*|ponderaci\w*)|ponderaci\w*"
    r"|peso (?:campionario|muestral|amostral|di campionamento)|facteur d'(?:extrapolation"
    r"|expansion)"
)
_WORD = (
    r"(?:poids|gewicht|peso|pesi|vikt\w*|vekt\w*|vægt\w*|paino\w*|waga|wagi|váha|váhy|súly|ağırlı[kğ]\w*"
    r"|ваг[аи]|вагов\w+|салма[қкғг]\w*)"
    r"(?: (?:katsayı|değişken|коеф|коэф|kerroin|faktor|variab)\w*)?"
)
"""The one word of a label that may mean a weight of cases as well as that of bodies or goods."""
_NEAR_ONE = (0.5, 2.0)
"""Bounds of the mean of weights whose name says nothing; grams and kilograms lie elsewhere."""
_BODY = (
    r"\bkgs?\b|\bkilo\w*|\blbs?\b|\bpounds?\b|\bstones?\b|\bbody\b|birth|\bweigh\b"
    r"|weight (?:gain|loss|lost|status|class|problem)|overweight"
    r"|underweight|\bbmi\b|\bкг\b|кило|вес тела|ваш вес|вес реб[её]нка|при рождении|весите"
    r"|körper\w*|\bcorp\w*|naissance|nacer|nascita|grams?\b|грамм"
    r"|importance|важност\w*|wie schwer|pesez|pesa\b|light|paper|heavy|лишн\w* вес|избыточн\w*"
)
_BODY_NAMES = r".*(?:kg|lbs?|birth|body|bmi|loss|gain|over|under).*"
_CODES = 10
"""Consecutive whole numbers up to that one are answers."""
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
_FEW_ROWS = 12
"""Rows up to which all of them may be the answers of one question."""
_MOST_COLUMNS = 12
_MOST_ANSWERS = 30
_FILLED = 0.1
"""Share of all possible combinations that a table of counts has, when its column is named so."""
_WHOLLY_FILLED = 0.99
_LARGE = 20
"""A number above this is no code of an answer."""


def looks_like_weight(name: str, label: str, column: "pd.Series", has_labels: bool = False) -> bool:
    """Return whether a variable looks like the weight of the cases, by name, label and values.

    Examples
    --------
    >>> import pandas as pd
    >>> numbers = pd.Series([0.5, 1.25, 1.0])
    >>> looks_like_weight("poids", "Poids de sondage", numbers)
    True
    >>> looks_like_weight("weight", "", pd.Series([61.5, 80.0, 73.5, 94.0]))
    False
    """
    if has_labels or column.dtype == "str":
        return False
    words = folded(label).replace("’", "'")
    bare = re.sub(r"[^\w]", "", name.casefold())
    certain = bool(re.search(_CERTAIN, words)) and len(words) <= 90
    named = certain or re.fullmatch(_NAMES, bare) is not None
    if not named and not re.fullmatch(_WORD, words):
        return False
    if re.search(_BODY, words) or (not certain and re.fullmatch(_BODY_NAMES, bare)):
        return False
    values = column.dropna().astype("float64")
    if not len(values) or values.min() < 0 or not values.max() < float("inf"):
        return False
    different = values[values > 0].unique()
    if len(different) < 2:
        return False
    whole = bool((values % 1 == 0).all())
    if whole and values.max() <= _CODES and sorted(different) == list(range(1, len(different) + 1)):
        return False
    if not named:
        return _NEAR_ONE[0] <= float(values.mean()) <= _NEAR_ONE[1]
    return certain or not _of_bodies(values)


def _of_bodies(values: "pd.Series") -> bool:
    """Return whether numbers are those of people on the scales, in kilograms or pounds."""
    mean = float(values.mean())
    narrow = float(values.std()) < 0.4 * mean if len(values) > 1 else True
    return bool(values.min() >= 20 and values.max() <= 400 and 40 <= mean <= 220 and narrow)


def weights_of(survey: "Survey") -> tuple[str, ...]:
    """Return the variables of a file that look like weights, the file's own weight first."""
    book = survey.codebook
    found = [
        name
        for name, variable in book.variables.items()
        if looks_like_weight(
            name,
            next(iter(variable.label.values()), ""),
            survey.data[name],
            any(variable.codes[code] for code in variable.answers),
        )
    ]
    own = [book.weight] if book.weight else []
    return tuple(dict.fromkeys([*own, *found]))


def counted_by(survey: Survey) -> str:
    """Name the variable that says how many respondents a row stands for; empty where none does.

    Notes
    -----
    Each combination of the other variables stands in one row, all of them have few values, and
    the rows cover a good part of the possible combinations: respondents are never like that. The
    column is named as counts are, or the table is complete and the column holds large numbers.
    Answers that follow from others, as the age group does from the age, make no combinations.

    Examples
    --------
    >>> import pandas as pd
    >>> from resurvey.core.codebook import Codebook, Variable
    >>> frame = pd.DataFrame({"sex": list("mmff"), "q": list("ynyn"), "Freq": [10, 20, 30, 40]})
    >>> counted_by(Survey(frame, Codebook({name: Variable(name) for name in frame})))
    'Freq'
    """
    return next((name for name, sure in _counts_in(survey) if sure), "")


def maybe_counted_by(survey: Survey) -> str:
    """Name the variable that may say how many respondents a row stands for, where none does surely.

    Notes
    -----
    It is named as counts are and holds large numbers, and each combination of the others stands in
    one row; but so few of the possible ones are there that the rows may be respondents.

    Examples
    --------
    >>> import pandas as pd
    >>> from resurvey.core.codebook import Codebook, Variable
    >>> rows = ["1111", "1222", "2323", "2133", "3231", "3311"]
    >>> frame = pd.DataFrame([list(row) for row in rows], columns=list("abcd"))
    >>> frame["Freq"] = [40, 3, 12, 8, 21, 5]
    >>> maybe_counted_by(Survey(frame, Codebook({name: Variable(name) for name in frame})))
    'Freq'
    """
    found = list(_counts_in(survey))
    if any(sure for _, sure in found):
        return ""
    return next((name for name, _ in found if int(survey.data[name].max()) > _LARGE), "")


def _counts_in(survey: Survey) -> Iterator[tuple[str, bool]]:
    """Go through what may be counts of rows, from the last column on, and tell which surely is."""
    data = survey.data
    if len(data) < _FEWEST_ROWS or not 2 <= len(data.columns) <= _MOST_COLUMNS:
        return
    for name in reversed(list(data.columns)):
        if not _are_counts(data[name]) or not (others := _combined(survey, name)):
            continue
        words = _words(survey, name)
        if any(map(_SHARES.fullmatch, words)):
            continue
        share, large = _filled(data, others), int(data[name].max()) > _LARGE
        if any(_COUNTS.fullmatch(word) or _TIDY.fullmatch(word) for word in words):
            yield str(name), share >= _FILLED or _filled(data, _free(data, others)) >= _FILLED
        elif share >= _WHOLLY_FILLED and len(data) > _FEWEST_ROWS and len(others) > 1 and large:
            yield str(name), True


def _are_counts(column: "pd.Series") -> bool:
    """Return whether a column is whole numbers from 0, not all of them 0 or 1."""
    if str(column.dtype) not in ("Int64", "int64") or column.isna().any():
        return False
    return bool((column >= 0).all() and column.max() > 1)


def _combined(survey: Survey, name: str) -> list[str]:
    """List the other variables where each of their combinations stands in one row; else none."""
    data = survey.data
    others = _without_id(data, data.drop(columns=[name, *shares_beside(survey, name)]).columns)
    if not others:
        return []
    if survey.codebook[name].answers and any(survey.codebook[name].codes.values()):
        return []
    levels = _levels(data, others)
    if max(levels) > _MOST_ANSWERS or max(levels) < 2:
        return []
    # Of more rows than there can be combinations, some are the same: they need not be compared.
    if len(data) > prod(levels) or data.duplicated(subset=others).any():
        return []
    # An id makes every row another one by itself; only words alone can be the answers counted.
    alone = levels.index(max(levels))
    if max(levels) == len(data):
        if sum(level > 1 for level in levels) > 1:
            return []
        if str(data[others[alone]].dtype) != "str" and not any(
            survey.codebook[others[alone]].codes.values()
        ):
            return []
    return others


def _levels(data: "pd.DataFrame", names: Sequence[str]) -> list[int]:
    return [int(data[name].nunique(dropna=False)) for name in names]


def _filled(data: "pd.DataFrame", names: Sequence[str]) -> float:
    """Share of the possible combinations that have a row."""
    return len(data) / prod(_levels(data, names))


def _free(data: "pd.DataFrame", names: Sequence[str]) -> list[str]:
    """Leave out the variables whose value another one fixes in every row."""
    free = list(names)
    for name in names:
        rest = [other for other in free if other != name]
        fixed = (data.groupby(other, dropna=False)[name].nunique(dropna=False) for other in rest)
        if any((values == 1).all() for values in fixed):
            free = rest
    return free


def _without_id(data: "pd.DataFrame", columns: "pd.Index[str]") -> list[str]:
    """Leave out a first column that only numbers or identifies the rows."""
    names = [str(name) for name in columns]
    if len(names) < 2:
        return names
    first = data[names[0]]
    if not first.is_unique or first.isna().any():
        return names
    running = str(first.dtype) == "Int64" and (first.diff().dropna() == 1).all()
    named = _IDENTIFIER.fullmatch(folded(names[0]))
    return names[1:] if running or named else names


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
    if len(words) == 1 and len(numbers) > 1:
        every_large = len(large) == len(numbers) and len(data) <= _LARGE
        apart = bool(data[words[0]].is_unique and data[words[0]].notna().all())
        if apart and (every_large or _are_margined(survey, words[0], numbers, bool(large))):
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


def _are_margined(survey: Survey, rows: str, columns: list[str], large: bool) -> bool:
    """Return whether a few rows are counts: they add up, or are large beside common answers."""
    counts = survey.data[columns]
    if not _FEWEST_ROWS <= len(counts) <= _FEW_ROWS:
        return False
    if not all(str(counts[name].dtype) in ("Int64", "int64") for name in columns):
        return False
    if any(counts[name].isna().any() or counts[name].min() < 0 for name in columns):
        return False
    lines = [[int(count) for count in line] for line in counts.to_numpy().tolist()]
    if _have_sum(lines) or (len(columns) > 2 and _have_sum(list(zip(*lines, strict=True)))):
        return True
    unknown = sum(not is_known_answer(str(answer)) for answer in survey.data[rows])
    return large and unknown <= 1


def _have_sum(lines: "Sequence[Sequence[int]]") -> bool:
    """Return whether one line is the sum of all others, place by place."""
    doubled = [sum(column) for column in zip(*lines, strict=True)]
    return any([2 * count for count in line] == doubled and min(line) > 1 for line in lines)


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
    data = in_memory(survey.data.drop(columns=shares_beside(survey, counts)))
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
    """Return whether an answer's counts are the sums of the other answers', group by group."""
    keys = [column for column in data if column not in (name, counts)]
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
