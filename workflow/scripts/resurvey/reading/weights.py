"""Weights: which variables of a file look like the weight of its cases."""

import re
from typing import TYPE_CHECKING

from resurvey.reading.wording import folded

if TYPE_CHECKING:
    import pandas as pd

    from resurvey.core.survey import Survey

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


def looks_like_weight(name: str, label: str, column: "pd.Series", has_labels: bool = False) -> bool:
    """Tell whether a variable looks like the weight of the cases, by name, label and values.

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
    if not certain and not re.fullmatch(_NAMES, bare):
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
    return certain or not _of_bodies(values)


def _of_bodies(values: "pd.Series") -> bool:
    """Tell whether numbers are those of people on the scales, in kilograms or pounds."""
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
