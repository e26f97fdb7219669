"""Written numbers: columns that are text only because of how their numbers are written."""

import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Any

from resurvey.reading.columns import are_numbers, text_column
from resurvey.reading.declared import numbered_words, typed_as_declared
from resurvey.reading.scales import stands_outside
from resurvey.reading.sheet import named_rows
from resurvey.study.initialise.answers import FEW_NUMBERS

if TYPE_CHECKING:
    import pandas as pd

_MOSTLY = 0.8
"""Share of the cells, without reasons for no answer, that are numbers in a column of numbers."""
_FEWEST = 3
_MOST_WORDS = 5
_LOOKED_AT = 1000
"""Different texts after which free text is known as such."""
_TELEPHONE = 7
"""So many digits in every cell are a telephone number or a key, and no amount."""
_BLANK = "[ \u00a0\u202f\u2009]"
_SIGN = r"[^\w\s.,:;/()+<>=~*#&'\"-]?"
_NUMBER = re.compile(
    rf"""(?P<minus>[-+\u2212]?)(?P<before>{_SIGN}){_BLANK}?
    (?P<whole>[1-9]\d{{0,2}}(?P<mark>{_BLANK}|[.,'\u2019])\d{{3}}(?:(?P=mark)\d{{3}})*|0|[1-9]\d*|)
    (?P<fraction>(?:[.,]\d+)?)
    {_BLANK}?(?P<after>{_SIGN})""".replace("\n    ", ""),
    re.ASCII,
)
_GROUPS = {",": "commas", ".": "points", "'": "apostrophes", "\u2019": "apostrophes"}
_POINTS = "decimal points"
_DIGITS = re.compile(r"[\d.,:;/()+\s-]*\d[\d.,:;/()+\s-]*")
"""A date, a time, a version, a telephone number, a code that begins with nought."""
_PLAIN = "export them, or write them in a copy, as plain numbers with one decimal mark"


@dataclass(frozen=True)
class WrittenNumbers:
    """What a column of text holds that is mostly numbers.

    Attributes
    ----------
    holds : str
        Its numbers and what stands among them, in words.
    are_many : bool
        Whether the numbers are too many, or too exact, to be the codes of answers.
    declared : dict
        Entry of `variables` in ``codebook.yaml`` that reads the column as numbers; empty where
        none does.
    cure : str
        What makes it numbers where no entry does.
    """

    holds: str
    are_many: bool
    declared: dict[str, Any] = field(default_factory=dict)
    cure: str = ""


def written_numbers(column: "pd.Series", decimal: str = "") -> WrittenNumbers | None:
    """Say of a column of text that it is numbers, and why it is text; None where it is none.

    Parameters
    ----------
    column : pandas.Series
        Text, as read.
    decimal : str
        Decimal mark that was declared for the file.

    Examples
    --------
    >>> import pandas as pd
    >>> found = written_numbers(pd.Series([f"{number}%" for number in range(9, 30)], dtype="str"))
    >>> found.holds
    '21 of 21 answers are numbers with percent signs'
    >>> written_numbers(pd.Series([*map(str, range(30)), "NA"], dtype="str")).declared
    {'measure': 'scale', 'missing': ['NA']}
    """
    people = {str(text): int(count) for text, count in column.value_counts().items()}
    first = list(islice(people, _LOOKED_AT))
    if 2 * sum(_style(text, decimal) is not None for text in first) < len(first) == _LOOKED_AT:
        return None
    styles = {text: style for text in people if (style := _style(text, decimal)) is not None}
    numbers = list(styles)
    answered = sum(people[text] for text in numbers)
    rest = [text for text in people if text not in styles]  # the commonest first
    if _are_few(answered, sum(people[text] for text in rest[_MOST_WORDS:])):
        return None
    words = sorted(text for text in rest if stands_outside(text) not in ("", "rest"))
    others = [text for text in rest if text not in words]
    if (
        _are_few(answered, sum(people[text] for text in others))
        or len(words) > _MOST_WORDS
        or any(_DIGITS.fullmatch(text) for text in others)
        or _are_keys(numbers)
    ):
        return None
    kinds = sorted({kind for style in styles.values() for kind in style})
    many = len(numbers) > FEW_NUMBERS or any(re.search(r"[.,]\d*[1-9]", text) for text in numbers)
    # The file's own decimal mark makes no text of a number.
    if {*kinds} <= ({_POINTS} if decimal != "," else set()) and not (many and (words or others)):
        return None
    holds = f"{answered} of {sum(people.values())} answers are numbers"
    holds += f" with {_listed(kinds)}" if kinds else ""
    holds += "".join(f", {people[text]} {text!r}" for text in words)
    if others:
        holds += f", other words in {named_rows(column.index[column.isin(others)].tolist())}"
    spec = {"measure": "scale", **({"missing": words} if words else {})}
    read = text_column([*numbers, *words])
    _, doubts = typed_as_declared(read, numbered_words("", spec), False, None, decimal)
    if not (doubts or others):
        return WrittenNumbers(holds, many, spec)
    if doubts:
        cure = f"no key reads such numbers: {_PLAIN}, and begin again"
        if not (words or others):
            cure = _thousands(numbers, decimal) or cure
    else:
        cure = (
            "to read it as numbers, correct those rows in the file, or declare `measure: scale` in "
            "config/codebook.yaml and list what they hold under `missing:`"
        )
    return WrittenNumbers(holds, many, {}, cure)


def _are_few(answered: int, others: int) -> bool:
    """Return whether numbers are too few to be what a column is of."""
    return answered < max(_FEWEST, _MOSTLY * (answered + others))


def _style(text: str, decimal: str) -> list[str] | None:
    """Name what makes a cell more than a number's digits; None where it is no number."""
    found = _NUMBER.fullmatch(text.strip())
    if found is None or not (found["whole"] or found["fraction"]):
        return None
    kinds = []
    for sign in filter(None, (found["before"], found["after"])):
        if sign != "%" and unicodedata.category(sign) != "Sc":
            return None
        kinds.append("percent signs" if sign == "%" else "currency signs")
    whole, mark, fraction = found["whole"], found["mark"], found["fraction"]
    if mark and mark == (decimal or ".") and whole.count(mark) == 1 and not fraction:
        fraction, mark = whole[whole.index(mark) :], ""
    if mark:
        kinds.append(f"{_GROUPS.get(mark, 'blanks')} between thousands")
    if fraction and not fraction[1:].strip("0"):
        kinds.append("noughts behind the decimal mark")
    elif fraction:
        kinds.append("decimal commas" if fraction[0] == "," else _POINTS)
    if not whole:
        kinds.append("nothing before the decimal mark")
    if found["minus"] == "\u2212":
        kinds.append("a minus that is no hyphen")
    return kinds


def _are_keys(numbers: Collection[str]) -> bool:
    """Return whether digits in groups are telephone numbers and no amounts."""
    digits = {sum(map(str.isdigit, text)) for text in numbers}
    grouped = all(re.fullmatch(r"\+?\d+(?:[ .]\d+){2,}|\+\d[\d .]*", text) for text in numbers)
    return grouped and len(digits) == 1 and min(digits) >= _TELEPHONE


def _thousands(numbers: list[str], decimal: str) -> str:
    """Name the option of `init` that reads groups of thousands; nothing where none does."""
    for mark in ",.'":
        point = "," if mark == "." else "."
        if decimal in ("", point) and are_numbers(numbers, point, mark):
            options = f"--thousands {mark}" if mark != "'" else f'--thousands "{mark}"'
            options = f"--decimal {point} {options}" if mark == "." else options
            return f"if the {_GROUPS[mark]} part thousands, begin again with `{options}`"
    return ""


def _listed(parts: list[str]) -> str:
    return " and ".join([", ".join(parts[:-1]), parts[-1]]) if len(parts) > 1 else parts[0]
