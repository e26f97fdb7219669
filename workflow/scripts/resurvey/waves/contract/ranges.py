"""Ranges: whether a number still lies where it did."""

import numpy as np

from resurvey.waves.contract.differences import NOTE, Difference, difference
from resurvey.waves.contract.questionnaire import Item, Questionnaire

FEWEST = 10


def compare_ranges(before: Questionnaire, after: Questionnaire) -> list[Difference]:
    """Compare the numbers that are no codes: age, income, years.

    A middle half that lies wholly outside the old middle half, and on one side of it, warns: the
    unit may have changed, or age became a year of birth. A smallest or largest value beyond the
    old ones is noted.

    Examples
    --------
    >>> import pandas as pd
    >>> from resurvey.core.codebook import Variable
    >>> def wave(name, values):
    ...     item = Item(Variable("income"), column=pd.Series(values, dtype="Int64"))
    ...     return Questionnaire(name, {"income": item}, len(values))
    >>> thousands = wave("2024", 2 * list(range(10, 30)))
    >>> units = wave("2026", 2 * list(range(10000, 30000, 1000)))
    >>> [(one.severity, one.after) for one in compare_ranges(thousands, units)]
    [('warning', '10000 – 29000 (14750 – 24250)')]
    """
    found = []
    for name, now in after.items.items():
        then = before.items.get(name)
        if then is None or name in before.uncounted | after.uncounted:
            continue
        old, new = _numbers(then), _numbers(now)
        if len(old) < FEWEST or len(new) < FEWEST:
            continue
        (low, high), (new_low, new_high) = (np.quantile(one, [0.25, 0.75]) for one in (old, new))
        if new_low > high or new_high < low:
            found.append(difference(name, "range", _told(old), _told(new)))
        elif new.min() < old.min() or new.max() > old.max():
            found.append(difference(name, "range", _told(old), _told(new), severity=NOTE))
    return found


def _numbers(item: Item) -> np.ndarray:
    """Numbers of a question that has no list of answers; none otherwise."""
    if item.closed or item.column is None or item.column.dtype.kind not in "iuf":
        return np.empty(0)
    numbers = item.column[~item.without_answer()].to_numpy("float64", na_value=np.nan)
    numbers = numbers[np.isfinite(numbers)]
    # Whole numbers that nobody shares are the respondents' own: they begin anew in every wave.
    identifier = item.column.dtype.kind != "f" and len(np.unique(numbers)) == len(numbers)
    return np.empty(0) if identifier else numbers


def _told(numbers: np.ndarray) -> str:
    low, high = np.quantile(numbers, [0.25, 0.75])
    ends = (numbers.min(), numbers.max(), low, high)
    first, last, low_text, high_text = (f"{end:.10g}" for end in ends)
    return f"{first} – {last} ({low_text} – {high_text})"
