"""Design names: the variables of a wave that nobody was asked, by what the study declares."""

from collections.abc import Iterable, Mapping, Sequence
from fnmatch import fnmatchcase
from typing import Any

DESIGN_KEYS = ("id", "weight", "strata", "clusters", "fpc")
"""Keys of a wave in config.yaml that name variables nobody was asked."""


def design_variables(wave: Mapping[str, Any], names: Iterable[str] = ()) -> list[str]:
    """List the variables of a wave that nobody was asked: the id and those of the design.

    Examples
    --------
    >>> design_variables({"id": "nr", "weight": "w", "strata": ["region", "sex"]})
    ['nr', 'w', 'region', 'sex']
    >>> design_variables({"replicates": {"columns": "rw*"}}, ["rw1", "rw2", "row"])
    ['rw1', 'rw2']
    """
    found: list[str] = []
    for key in DESIGN_KEYS:
        found += listed_names(wave.get(key))
    replicates = listed_names(wave.get("replicates", {}).get("columns"))
    return [*found, *expand_names(replicates, names)]


def expand_names(patterns: Sequence[str], names: Iterable[str]) -> list[str]:
    """Write out names with ``*`` or ``?`` as the variables that they fit, in their order.

    Examples
    --------
    >>> expand_names(["w?", "v"], ["w1", "age", "w2"])
    ['w1', 'w2', 'v']
    """
    known = list(names)
    found: dict[str, None] = {}
    for pattern in patterns:
        plain = not set(pattern) & set("*?")
        found |= dict.fromkeys(
            [pattern] if plain else [n for n in known if fnmatchcase(n, pattern)]
        )
    return list(found)


def listed_names(names: object) -> list[str]:
    """List what a key names, which may be one name or several, or none.

    Examples
    --------
    >>> listed_names("region"), listed_names(["region", "sex"]), listed_names(None)
    (['region'], ['region', 'sex'], [])
    """
    if isinstance(names, str):
        return [names]
    return list(names) if isinstance(names, list | tuple) else []
