"""Terminal: differences between two questionnaires as aligned text."""

from collections.abc import Mapping, Sequence
from typing import Any

from resurvey.waves.contract.differences import BREAKING, SEVERITIES
from resurvey.waves.contract.persons import remedy

_PLURALS = {"breaking": "breaking", "warning": "warnings", "note": "notes"}
_WIDEST = 32


def drift_text(lines: Sequence[Mapping[str, Any]], heading: str, notes: bool = True) -> str:
    """Write a drift report for a terminal.

    Examples
    --------
    >>> line = {"variable": "sex", "difference": "meaning", "severity": "breaking", "code": 1,
    ...         "before": "men", "after": "women", "accepted": "", "under": "variables",
    ...         "line": "sex: {codes: {1: 2, 2: 1}}", "against": "2022"}
    >>> print(drift_text([line], "2026"), end="")
    2026: 1 breaking, 0 warnings, 0 notes
    <BLANKLINE>
    breaking  sex  meaning  1: men → women
                            variables: sex: {codes: {1: 2, 2: 1}}
    """
    several = len({one["against"] for one in lines}) > 1
    lines = _once(lines)
    text = f"{_plain(heading)}: {_counts(lines)}\n"
    listed = [one for one in lines if notes or one["severity"] != "note"]
    if not listed:
        return text
    columns = [
        [_plain(str(one[key])) for one in listed] for key in ("severity", "variable", "difference")
    ]
    widths = [min(_WIDEST, max(map(len, column))) for column in columns]
    margin = " " * (sum(widths) + 2 * len(widths))
    text += "\n"
    previous = ""
    for number, one in enumerate(listed):
        cells = [column[number].ljust(width) for column, width in zip(columns, widths, strict=True)]
        text += "  ".join([*cells, _change(one, several)]) + "\n"
        remedy = f"accepted: {one['accepted']}" if one["accepted"] else _remedy(one)
        following = listed[number + 1] if number + 1 < len(listed) else None
        again = following is not None and _remedy(following) == remedy
        if remedy and remedy != previous and not again:
            text += f"{margin}{_plain(remedy)}\n"
            previous = remedy
    return text


def _once(lines: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Say a difference from the codebook and from the wave before only once."""
    told: dict[tuple[Any, ...], dict[str, Any]] = {}
    for one in lines:
        key = tuple(one[name] for name in ("variable", "difference", "code", "after", "line"))
        if key in told:
            told[key]["against"] += f", {one['against']}"
        else:
            told[key] = dict(one)
    return sorted(told.values(), key=lambda one: SEVERITIES.index(one["severity"]))


def _counts(lines: Sequence[Mapping[str, Any]]) -> str:
    """Say how many differences of each severity there are."""
    told = []
    for name in SEVERITIES:
        number = sum(one["severity"] == name for one in lines)
        word = name if number == 1 else _PLURALS[name]
        passed = sum(one["severity"] == name and bool(one["accepted"]) for one in lines)
        told.append(f"{number} {word}" + (f" ({passed} accepted)" if passed else ""))
    return ", ".join(told)


def _change(one: Mapping[str, Any], several: bool) -> str:
    code = "" if one["code"] in (None, "") else f"{one['code']}: "
    before, after = (_plain(str(one[side])) or "–" for side in ("before", "after"))
    against = f"  ({_plain(str(one['against']))})" if several else ""
    return f"{_plain(code)}{before} → {after}{against}"


def _remedy(one: Mapping[str, Any]) -> str:
    if one["difference"] == "panel":
        return remedy(one["variable"])
    return f"{one['under']}: {one['line']}" if one["severity"] == BREAKING and one["line"] else ""


def _plain(text: str) -> str:
    """Words without line ends and control characters, which a terminal would obey."""
    return "".join(letter if letter.isprintable() else " " for letter in text)
