"""Members: which respondents of different waves are the same person."""

import re
from collections.abc import Iterable, Sequence
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np

from resurvey.core.errors import SurveyError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from resurvey.study.order import TrendWave

WHOLE = re.compile(r"(-?(?:0|[1-9]\d*))(?:\.0+)?")
"""A whole number as files write it; one with zeros in front is a text of its own."""

NOBODY = -1
"""Number of a respondent who cannot be recognised."""


def name_member(value: Any) -> str | None:
    """Write an identity the same way, whether a file holds it as a number or as a text.

    Examples
    --------
    >>> [name_member(one) for one in (7, 7.0, "7", " 7.0", "007", "A-7", "", float("nan"), None)]
    ['7', '7', '7', '7', '007', 'A-7', None, None, None]
    """
    plain = value.item() if isinstance(value, np.generic) else value
    # NaN differs from itself, and pandas' NA will not say.
    if plain is None or (plain != plain) is not False:
        return None
    if isinstance(plain, float) and plain.is_integer():
        return str(int(plain))
    text = str(plain).strip()
    found = WHOLE.fullmatch(text)
    return found[1] if found else text or None


def number_members(
    waves: "Sequence[TrendWave]", panel: bool = True
) -> "list[NDArray[np.int64] | None]":
    """Number the persons behind the respondents of all waves.

    Raises
    ------
    SurveyError
        Two respondents of a wave with one identity; identities of two waves that would be equal
        but for zeros in front or capital letters, so that nobody can tell.
    """
    found = [one.identities() if panel else None for one in waves]
    if sum(one is not None for one in found) < 2:
        return [None] * len(waves)
    names = [None if one is None else [name_member(value) for value in one] for one in found]
    for wave, own in zip(waves, names, strict=True):
        if own is not None:
            _check_unique(wave, own)
    _check_alike(waves, names)
    number: dict[str, int] = {}
    numbered: list[NDArray[np.int64] | None] = []
    for own in names:
        if own is None:
            numbered.append(None)
            continue
        persons = (NOBODY if one is None else number.setdefault(one, len(number)) for one in own)
        numbered.append(np.fromiter(persons, np.int64, len(own)))
    return numbered


def _check_unique(wave: "TrendWave", names: Sequence[str | None]) -> None:
    seen: dict[str, int] = {}
    for row, name in enumerate(names, 1):
        if name is None:
            continue
        if name in seen:
            raise SurveyError(
                f"wave '{wave.name}': `id` '{wave.identifier}' is '{name}' in rows {seen[name]} "
                f"and {row}; drop one in config/cleaning.yaml, or write `panel: false` in "
                "config/trend.yaml if no respondent is in two waves"
            )
        seen[name] = row


def _check_alike(
    waves: "Sequence[TrendWave]", names: Sequence[Sequence[str | None] | None]
) -> None:
    """Refuse identities of two waves that differ only in how they are written."""
    sets = [None if one is None else {name for name in one if name is not None} for one in names]
    for here, there in combinations(range(len(waves)), 2):
        one, other = sets[here], sets[there]
        if one is None or other is None:
            continue
        written = _loosely(other - one)
        for loose, name in sorted(_loosely(one - other).items()):
            if loose in written:
                raise SurveyError(
                    f"`id`: '{name}' in wave '{waves[here].name}' and '{written[loose]}' in wave "
                    f"'{waves[there].name}' may be the same person; write them alike in both "
                    "files, or write `panel: false` in config/trend.yaml if no respondent is in "
                    "two waves"
                )


def _loosely(names: Iterable[str]) -> dict[str, str]:
    return {name.casefold().lstrip("0"): name for name in sorted(names, reverse=True)}
