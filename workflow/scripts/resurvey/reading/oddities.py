"""Oddities: values and labels that nobody means, told with their place and kept as they are."""

import datetime
import logging
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Collection, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from resurvey.core.codebook import Survey, Variable
from resurvey.core.progress import track
from resurvey.counts.design import read_weights, weights_problem
from resurvey.reading.columns import LARGEST_EXACT_INTEGER, parsed_number
from resurvey.reading.encoding import folded, mixed_alphabets
from resurvey.reading.plausibility import IDENTIFIER
from resurvey.reading.scales import no_answer_codes
from resurvey.reading.sheet import named_rows
from resurvey.reading.weights import weights_of

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from resurvey.core.codebook import Survey

    Rows = NDArray[np.bool_]

logger = logging.getLogger(__name__)

YEARS = (1900, 2050)
"""Years in which somebody was born, interviewed or will be; other dates are odd."""
LONGEST_ANSWER = 10_000
_DAY = re.compile(r"(\d{4}-\d\d-\d\d)(?:T.*)?")
_LISTED = 1000
"""Different texts up to which they are compared with each other."""
_FEW = 0.02
"""Share of the answers up to which what is unlike the others is odd, and no answer of a kind."""
_ENOUGH = 20
"""Answers from which on some can be unlike the others."""
_LATE = 0.05
"""Share of the earliest and of the latest dates that say nothing of when a fieldwork was."""
_FIELDWORK = 183
"""Days within which nearly all dates of a fieldwork lie."""
_AFTERWARDS = 60
"""Days around them in which a late interview is none to look at."""
_LARGE_MEDIAN = 10
"""Below it the numbers are counts of something, of which somebody has very many."""
_FAR_WEIGHT = 3
"""How many times larger than any other the largest weight is odd."""
_NINES = re.compile(r"-?(?:9{2,}|9*[789])")
_NEARLY_WHOLE = 1e-6
_DECIMALS = 6
_CLOSE = 1_000_000
"""Whole numbers between the ends of a column up to which each of them is counted."""
_LARGEST_ROUNDED = 1e9
"""Numbers below it have as many exact decimals as are looked at."""
_TWO_SCRIPTS = re.compile(r"[A-Za-z][\u0400-\u04ff]|[\u0400-\u04ff][A-Za-z]|[\u0460-\u0489]")
_CAPITAL_INSIDE = re.compile(r"[а-яё][А-ЯЁ\u0460-\u0489][а-яё]")
_FAR_BEHIND = re.compile(r" {8}\S")
_SMALLEST = 1e-9
_SHORTEST_LIMITS = {"label": (255, 256), "answer": (119, 120)}
"""Bytes that a .sav holds of the label of a variable and of an answer; longer ones were cut."""


def mention_oddities(path: str | Path, survey: "Survey") -> list[str]:
    """Log what is odd in a survey: variable, kind and rows, never a value.

    Returns
    -------
    list of str
        One sentence for every variable and kind. Of numbers: beyond 2**53 or next to nought,
        nearly whole, with more decimals than the others, a hundred or a thousand times the median,
        the only negative ones, nines far above all others (a code for no answer that is not
        declared), labelled codes of a measurement that are no answers by their label or lie far
        outside and are not declared missing, codes without a label among labelled ones. Of dates:
        outside of 1900 to 2050, months away from all others, or none. Of texts: among numbers, of
        more than 10,000 letters, with control characters or letters that could not be read, of two
        alphabets or with a capital inside of a word, or differing from others only in case, blanks,
        composition of letters. Identifiers that stand twice, are empty or out of their order.
        Weights that are nought, missing, far above all others, or that no import would take.
    """
    oddities = [
        f"variable '{name}' holds {what} in {named_rows(np.flatnonzero(rows).tolist())}"
        for name in track(list(survey.codebook), "variables looked at")
        for what, rows in _odd(survey, name)
        if rows.any()
    ]
    oddities += [sentence for name in weights_of(survey) for sentence in _odd_weight(survey, name)]
    for sentence in oddities:
        logger.warning("%s: %s; look whether that is right", path, sentence)
    return oddities


def _odd(survey: Survey, name: str) -> "Iterator[tuple[str, Rows]]":
    """Go through the kinds of oddities of a column and mark the rows of each."""
    column, variable = survey.data[name], survey.codebook[name]
    yield from _identifier(name, column)
    if column.dtype == "str":
        yield from _texts(column, variable)
    else:
        yield from _numbers(column, variable)
    yield from _unlabelled(column, variable)


def _identifier(name: str, column: "pd.Series") -> "Iterator[tuple[str, Rows]]":
    if not IDENTIFIER.fullmatch(folded(name)) or len(column) < _ENOUGH:
        return
    given = column.dropna()
    if 2 * given.nunique() < len(column):
        return
    if column.dtype == "Int64" and given.nunique() == len(column):
        yield "an identifier out of their order", _out_of_order(column.to_numpy("int64"))
    yield "no identifier of the respondent", column.isna().to_numpy(bool)
    twice = column.isin(given[given.duplicated()].unique().tolist()).to_numpy(bool)
    yield "an identifier that stands twice", twice


def _out_of_order(numbers: "NDArray[np.int64]") -> "Rows":
    """Mark the few without which the others would rise from row to row."""
    odd = np.zeros(len(numbers), bool)
    for at in np.flatnonzero(np.diff(numbers) < 0):
        # The one that both its neighbours would be in order without.
        high = at == 0 or at + 2 > len(numbers) or numbers[at - 1] < numbers[at + 1]
        odd[at if high else at + 1] = True
    rising = bool((np.diff(numbers[~odd]) > 0).all())
    return odd if rising and int(odd.sum()) <= 2 else np.zeros(len(numbers), dtype=np.bool_)


def _numbers(column: "pd.Series", variable: Variable) -> "Iterator[tuple[str, Rows]]":
    numbers, people = _tallied(column)
    doubted = no_answer_codes(variable, numbers.tolist())
    yield "a labelled code that may be no answer but counts as a number,", _rows_of(column, doubted)
    declared = [code for code in numbers.tolist() if _is_declared(code, variable)]
    known = ~np.isin(numbers, declared)
    size = np.where(known, np.abs(numbers), np.nan)

    def are_few(odd: "Rows", others: "Rows") -> bool:
        return _are_few(int(people[odd].sum()), int(people[others].sum()))

    def rows(odd: "Rows") -> "Rows":
        return _rows_of(column, numbers[odd].tolist())

    with np.errstate(invalid="ignore"):
        beyond = size > LARGEST_EXACT_INTEGER
        whole = np.abs(numbers - np.round(numbers))
        near = known & (whole > 0) & (whole < _NEARLY_WHOLE) & (size >= _SMALLEST)
        next_to_nought = known & (size > 0) & (size < _SMALLEST)
    if column.dtype == "float64":
        yield "a number beyond 2**53", rows(beyond)
        yield "a number next to nought", rows(next_to_nought)
        if are_few(known & (whole > 0), known):
            yield "a number that is nearly whole", rows(near)
        else:
            near = near & False
        usual = known & ~near & ~beyond & ~next_to_nought
        longer = _longer(numbers, usual, are_few)
        yield "a number with more decimals than the others", rows(longer)
    if people[known].sum() < _ENOUGH:
        return
    negative = known & (numbers < 0)
    if are_few(negative, known):
        yield "a negative number, as hardly another", rows(negative)
    median = _median(size[known], people[known])
    with np.errstate(invalid="ignore", over="ignore"):
        times = 100 if median >= _LARGE_MEDIAN else 1000
        far = (size > times * median) & ~beyond if median else np.zeros(len(size), bool)
    if are_few(far, known):
        yield f"a number more than {times} times the median", rows(far)
    nines = _nines(numbers[known & ~beyond & ~far], variable)
    yield "a number of nines, which looks like a code for no answer,", _rows_of(column, nines)


def _tallied(column: "pd.Series") -> "tuple[NDArray[np.float64], NDArray[np.int64]]":
    """Find the different numbers of a column, in their order, and how many people gave each."""
    given = column.dropna()
    if column.dtype == "float64":
        values, people = np.unique(given.to_numpy(), return_counts=True)
        return values, people
    whole = given.to_numpy("int64")
    least, most = (int(whole.min()), int(whole.max())) if len(whole) else (0, 0)
    if most - least >= _CLOSE:
        values, people = np.unique(whole, return_counts=True)
        return values.astype("float64"), people
    people = np.bincount(whole - least)
    there = np.flatnonzero(people)
    return (there + least).astype("float64"), people[there]


def _median(numbers: "NDArray[np.float64]", people: "NDArray[np.int64]") -> float:
    """Median of what people gave, by the different numbers."""
    order = np.argsort(numbers, kind="stable")
    behind = np.cumsum(people[order])
    middle = [(int(behind[-1]) - 1) // 2, int(behind[-1]) // 2]
    low, high = numbers[order][np.searchsorted(behind, middle, side="right")]
    return float(np.mean([low, high]))


def _longer(
    numbers: "NDArray[np.float64]", known: "Rows", are_few: "Callable[[Rows, Rows], bool]"
) -> "Rows":
    """Mark numbers with decimals, or with more of them, where nearly no other has so many."""
    within = known & (np.abs(numbers) < _LARGEST_ROUNDED)
    held = np.where(within, numbers, 0.0)
    for decimals in range(_DECIMALS + 1):
        long: Rows = within & (np.round(held, decimals) != held)
        if are_few(long, known):
            return long
    return np.zeros(len(numbers), dtype=np.bool_)


def _nines(observed: "NDArray[np.float64]", variable: Variable) -> list[float]:
    """Find 99, 998 or 9999 where no other number is even half as large."""
    doubted = no_answer_codes(variable, observed.tolist())
    labelled = any(variable.codes[code] for code in variable.answers if code not in doubted)
    if len(observed) < 10 or labelled:
        return []
    codes = [value for value in observed[-3:].tolist() if _NINES.fullmatch(f"{value:g}")]
    others = observed[~np.isin(observed, codes)]
    return codes if codes and others.size and 2 * others[-1] < min(codes) else []


def _unlabelled(column: "pd.Series", variable: Variable) -> "Iterator[tuple[str, Rows]]":
    """Mark codes without a label where more of the others have one."""
    labelled = {code for code, words in variable.codes.items() if any(words.values())}
    labelled = {code for code in labelled if not variable.is_missing(code)}
    # Where every label is the answer itself, the codes are words and have no others.
    if len(labelled) < 2 or all(str(code) in variable.codes[code].values() for code in labelled):
        return
    present = set(column.dropna().unique().tolist()[:_LISTED])
    bare = {code for code in present - labelled if not variable.is_missing(code)}
    if bare and len(bare) < len(labelled):
        yield "a code without a label", column.isin(bare).to_numpy(bool, na_value=False)


def _is_declared(code: float, variable: Variable) -> bool:
    return variable.is_missing(code) or any(variable.codes.get(code, {}).values())


def _are_few(odd: int, known: int) -> bool:
    """Return whether odd answers are unlike the others, and not a kind of their own."""
    return known >= _ENOUGH and odd <= max(2, _FEW * known)


def _texts(column: "pd.Series", variable: Variable) -> "Iterator[tuple[str, Rows]]":
    texts = column.dropna().unique().tolist()
    kinds: list[tuple[str, Callable[[str], bool]]] = [
        (f"a date outside of {YEARS[0]} to {YEARS[1]}", _is_far),
        (f"a text of more than {LONGEST_ANSWER} letters", lambda text: len(text) > LONGEST_ANSWER),
        ("a text with control characters", _has_controls),
        ("letters that could not be read", lambda text: "\ufffd" in text),
        ("a word of letters of two alphabets", _has_two_alphabets),
        ("a capital letter inside of a word", lambda text: bool(_CAPITAL_INSIDE.search(text))),
        ("letters far behind the text, after many blanks", _has_letters_far_behind),
    ]
    for words, is_odd in kinds:
        yield words, _rows_of(column, {text for text in texts if is_odd(text)})
    yield "an answer that is written in several ways", _rows_of(column, _alike(column, texts))
    yield from _days(column, texts)
    dates = set(filter(_is_day, texts))
    if dates and len(dates) < len(texts):
        no_date = _rows_of(column, set(texts) - dates)
        if _are_few(int(no_date.sum()), int(column.count())):
            yield "a text where all others are dates", no_date
    elif not any(variable.codes.values()):
        words_among = {text for text in texts if parsed_number(text) is None}
        if 0 < len(words_among) < len(texts):
            among = _rows_of(column, words_among)
            if _are_few(int(among.sum()), int(column.count())):
                yield "a text where all others are numbers", among


def _rows_of(column: "pd.Series", odd: Collection[object]) -> "Rows":
    if not odd:
        return np.zeros(len(column), bool)
    rows: Rows = column.isin(list(odd)).to_numpy(bool, na_value=False)
    return rows


def _is_day(text: str) -> bool:
    day = _DAY.fullmatch(text)
    try:
        return day is not None and bool(datetime.date.fromisoformat(day[1]))
    except ValueError:
        return False


def _is_far(text: str) -> bool:
    return _is_day(text) and not YEARS[0] <= int(text[:4]) <= YEARS[1]


def _days(column: "pd.Series", texts: list[str]) -> "Iterator[tuple[str, Rows]]":
    """Mark dates far from all others, where these lie as close together as those of a fieldwork."""
    days = {
        text: float(np.datetime64(text[:10], "D").astype("int64"))
        for text in filter(_is_day, texts)
    }
    if 2 * len(days) <= len(texts):
        return
    numbers = column.map(days).to_numpy("float64")
    known = ~np.isnan(numbers)
    if known.sum() < _ENOUGH:
        return
    low, high = np.quantile(numbers[known], (_LATE, 1 - _LATE))
    if high - low > _FIELDWORK:
        return
    with np.errstate(invalid="ignore"):
        far = (numbers < low - _AFTERWARDS) | (numbers > high + _AFTERWARDS)
    yield "a date months away from nearly all others", far & known


def _has_two_alphabets(text: str) -> bool:
    return bool(mixed_alphabets(text)) or _TWO_SCRIPTS.search(text) is not None


def _has_letters_far_behind(text: str) -> bool:
    return _FAR_BEHIND.search(text) is not None


def _has_controls(text: str) -> bool:
    return not text.isprintable() and any(
        unicodedata.category(letter) == "Cc" and letter not in "\n\r\t" for letter in text
    )


def _alike(column: "pd.Series", texts: list[str]) -> set[str]:
    """Find answers that a reader would take for one another."""
    if len(texts) > _LISTED or 2 * len(texts) > column.count():
        return set()  # everybody's own words
    same: dict[str, set[str]] = {}
    for text in texts:
        same.setdefault(folded(unicodedata.normalize("NFKC", text)), set()).add(text)
    return {text for group in same.values() if len(group) > 1 for text in group}


def _odd_weight(survey: Survey, name: str) -> list[str]:
    """Say what is wrong with a variable that looks like a weight, as the import would."""
    if survey.data[name].dtype == "str":
        return []
    weights = read_weights(survey, name)
    bare = np.isnan(weights) | (weights == 0)
    found = []
    if bare.any() and not bare.all():
        rows = named_rows(np.flatnonzero(bare).tolist())
        found.append(f"the weight '{name}' is nought or missing in {rows}")
    held = np.unique(weights[np.isfinite(weights) & (weights > 0)])
    if len(held) > 1 and held[-1] > _FAR_WEIGHT * held[-2]:
        rows = named_rows(np.flatnonzero(weights == held[-1]).tolist())
        found.append(f"the weight '{name}' is far above all others in {rows}")
    if problem := weights_problem(weights, name, None):
        found.append(problem.partition("; ")[0])
    return found


def mention_labels(path: str | Path, survey: "Survey") -> None:
    """Log what is odd in the labels of a file: variable and kind, no label.

    Notes
    -----
    SPSS keeps 256 bytes of a variable's label and 120 of an answer's; a label that fills them was
    longer. Half of that are Cyrillic letters.
    """
    is_sav = Path(path).suffix.lower() in (".sav", ".zsav")
    found: dict[str, list[str]] = {}
    book = survey.codebook
    if any(map(_has_controls, (book.file_label, *book.notes))):
        logger.warning("%s: there are control characters in its own label or notes", path)
    for name, variable in book.variables.items():
        for kind in dict.fromkeys(_odd_labels(variable, is_sav)):
            found.setdefault(kind, []).append(name)
    for kind, names in found.items():
        more = f" and {len(names) - 1} more variables" * (len(names) > 1)
        logger.warning(
            "%s: %s of variable '%s'%s; look whether that is right", path, kind, names[0], more
        )


def _odd_labels(variable: Variable, is_sav: bool) -> Iterator[str]:
    answers = [words for labels in variable.codes.values() for words in labels.values()]
    texts = [*variable.label.values(), *answers]
    if any(map(_has_controls, texts)):
        yield "there are control characters in the labels"
    if any("\ufffd" in text for text in texts):
        yield "there are letters that could not be read in the labels"
    labels = Counter(
        folded(words)
        for code, labels in variable.codes.items()
        for words in labels.values()
        if words and not variable.is_missing(code)
    )
    if any(times > 1 for times in labels.values()):
        yield "two answers have the same label, that"
    if is_sav:
        lengths = {
            "label": [len(text.encode()) for text in variable.label.values()],
            "answer": [len(text.encode()) for text in answers],
        }
        if any(size in _SHORTEST_LIMITS[kind] for kind in lengths for size in lengths[kind]):
            yield "a label fills all that a .sav holds of it and was probably cut, that"
