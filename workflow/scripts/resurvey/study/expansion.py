"""Expansion: what a study declares in short, written out as every other room knows it.

A table with `summaries` has no `rows`; ``split: sex`` is a table for every answer, each with a
`where:`; ``columns: [[sex, age]]`` is the columns ``sex*age``. The texts and drawings of a split
table are those of each part.
"""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from resurvey.core.codebook import nearest
from resurvey.core.errors import SurveyError

CROSS = "*"
"""Between the names of variables whose answers are crossed to columns."""

_NAME = re.compile(r"[A-Za-z0-9_-]+")
_LONGEST = 64

GRID = {"top_box": 2, "bottom_box": 2, "means": True}
"""What a table with `grid: true` shows of every question beside its answers."""


def expand_tables(parts: dict[str, Any], path: Path) -> dict[str, list[str]]:
    """Write out the tables of a study in place.

    Parameters
    ----------
    parts : dict
        Parts of the study as its files have them; `tables` and `figures` change.
    path : path
        ``tables.yaml``, for messages.

    Returns
    -------
    dict
        Name of a split table -> names of its parts.

    Raises
    ------
    SurveyError
        A variable to split by whose answers the study does not list, or a part that has the name
        of another table.

    Examples
    --------
    >>> sex = {"codes": {1: "Men", 2: "Women"}}
    >>> parts = {"codebook": {"variables": {"sex": sex}}, "indicators": {}, "figures": {}}
    >>> parts["tables"] = {"tables": {"job": {"rows": ["job"], "split": "sex"}}}
    >>> expand_tables(parts, Path("tables.yaml"))
    {'job': ['job_1', 'job_2']}
    >>> parts["tables"]["tables"]["job_2"]
    {'rows': ['job'], 'where': {'sex': 2}}
    """
    declared = parts["tables"]
    tables: dict[str, Any] = {}
    split: dict[str, list[str]] = {}
    for name, table in declared["tables"].items():
        table = _with_crossed(table, parts, f"{path}: table '{name}'")
        if table.get("grid"):
            table = {**GRID, **table}
        if "summaries" in table:
            # It counts no answers: whoever goes through the rows of tables finds none.
            table = {"rows": [], **table}
        if "split" not in table:
            tables[name] = table
            continue
        listed = list(_parts(name, table, parts, path))
        made = dict(listed)
        if len(made) < len(listed):
            raise SurveyError(
                f"{path}: table '{name}' has too long a name for its parts, which get the code at "
                f"the end of up to {_LONGEST} letters; shorten it"
            )
        for part in made:
            if part in declared["tables"]:
                raise SurveyError(
                    f"{path}: table '{name}' is split into '{part}', and a table has this name; "
                    "rename one"
                )
        tables |= made
        split[name] = list(made)
    parts["tables"] = {**declared, "tables": tables}
    if "banners" in declared:
        parts["tables"]["banners"] = {
            name: _with_crossed(banner, parts, f"{path}: banner '{name}'", banner=True)
            for name, banner in declared["banners"].items()
        }
    if "figures" in parts["figures"]:
        drawn = _spread(parts["figures"]["figures"], split)
        parts["figures"] = {**parts["figures"], "figures": drawn}
    return split


def expand_text(text: dict[str, Any], split: Mapping[str, list[str]]) -> dict[str, Any]:
    """Give each part of a split table what a study says of the table.

    Examples
    --------
    >>> expand_text({"tables": {"job": {"title": "Work"}}}, {"job": ["job_1", "job_2"]})
    {'tables': {'job_1': {'title': 'Work'}, 'job_2': {'title': 'Work'}}}
    """
    return {**text, "tables": _spread(text["tables"], split)} if "tables" in text else text


def _spread(by_table: Mapping[str, Any], split: Mapping[str, list[str]]) -> dict[str, Any]:
    """Copy what stands under a split table to its parts, unless a part has its own."""
    spread = {part: value for name, value in by_table.items() for part in split.get(name, [name])}
    return spread | {name: value for name, value in by_table.items() if name not in split}


def _with_crossed(
    declared: Mapping[str, Any], parts: Mapping[str, Any], where: str, banner: bool = False
) -> dict[str, Any]:
    """Write columns that are crossed as one name; a table has only one variable across."""
    columns = declared.get("columns")
    if not isinstance(columns, list):
        return dict(declared)
    named = [_cross(one, parts, where) if isinstance(one, list) else one for one in columns]
    return {**declared, "columns": named if banner else named[0]}


def _cross(names: list[str], parts: Mapping[str, Any], where: str) -> str:
    """Join names of variables; what is made can be parted again, and is the name of no other."""
    for name in names:
        check_uncrossed(name, where)
    made = CROSS.join(names)
    if made in parts["codebook"].get("variables", {}):
        raise SurveyError(
            f"{where}: a variable has the name '{made}', as the crossed columns of "
            f"{' and '.join(map(repr, names))} would; {_rename(made)}"
        )
    return made


def check_uncrossed(name: str, where: str) -> None:
    """Refuse a name that could not be told from those of two variables that are crossed.

    Examples
    --------
    >>> check_uncrossed("x*y", "tables.yaml: table 'job'")
    Traceback (most recent call last):
    resurvey.SurveyError: tables.yaml: table 'job': the name 'x*y' has the '*' that stands \
between variables that are crossed; give it another one under `variables` in codebook.yaml, as in \
`x_y: {source: "x*y"}`
    """
    if CROSS in name:
        raise SurveyError(
            f"{where}: the name '{name}' has the '{CROSS}' that stands between variables that are "
            f"crossed; {_rename(name)}"
        )


def _rename(name: str) -> str:
    return (
        "give it another one under `variables` in codebook.yaml, as in "
        f'`{name.replace(CROSS, "_")}: {{source: "{name}"}}`'
    )


def _parts(
    name: str, table: Mapping[str, Any], parts: Mapping[str, Any], path: Path
) -> Iterator[tuple[str, dict[str, Any]]]:
    variable = table["split"]
    codes = _answers(variable, parts, f"{path}: table '{name}'")
    own = {key: value for key, value in table.items() if key != "split"}
    if variable in table.get("where", {}):
        raise SurveyError(f"{path}: table '{name}': '{variable}' stands in `split` and in `where`")
    for place, code in enumerate(codes, 1):
        ending = str(code) if _NAME.fullmatch(str(code)) else str(place)
        part = f"{name}_{ending}"[:_LONGEST]
        yield part, {**own, "where": {**table.get("where", {}), variable: code}}


def _answers(variable: str, parts: Mapping[str, Any], where: str) -> list[Any]:
    """Answers of a variable that the study itself lists."""
    indicator = parts["indicators"].get("indicators", {}).get(variable, {})
    if "share" in indicator or indicator.get("combine", {}).get("how") in ("all", "any"):
        return [1, 0]
    if "recode" in indicator:
        recode = indicator["recode"]
        listed = (
            recode.get("codes")
            or recode.get("ranges")
            or dict.fromkeys(recode.get("map", {}).values())
        )
        return list(listed) or list(range(1, recode.get("quantiles", 0) + 1))
    known = parts["codebook"].get("variables", {})
    declared = known.get(variable, {})
    missing = [one["code"] if isinstance(one, dict) else one for one in declared.get("missing", [])]
    codes = [code for code in declared.get("codes", {}) if code not in missing]
    if not codes:
        raise SurveyError(
            f"{where}: `split` needs the answers of '{variable}' under `variables` in "
            f"codebook.yaml{nearest(variable, known)}"
        )
    return codes
