"""Handling: what a deposit does with ids, free text and variables that are left out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from resurvey.core.origin import origin_of

ROLES = ("id", "weight", "strata", "clusters", "fpc")
"""What a variable may be to the sampling design, by the wave's keys in config.yaml."""

FORMATS = {".sav": "SPSS", ".dta": "Stata 14", ".csv": "CSV (UTF-8)", ".parquet": "Apache Parquet"}
"""Endings of the data files, and what a reader calls their formats."""


@dataclass(frozen=True)
class Handling:
    """What is kept of the respondents' records.

    Attributes
    ----------
    ids : str
        ``number`` puts running numbers in place of the ids, ``keep`` leaves them, ``drop`` takes
        them out.
    free_text : str
        ``drop`` leaves free text out, ``keep`` leaves it in.
    leave_out : tuple of str
        Further variables that are left out.
    panel : bool
        The same id in two waves is the same person, and gets the same number.
    """

    ids: str = "number"
    free_text: str = "drop"
    leave_out: tuple[str, ...] = ()
    panel: bool = True


def read_handling(config: Mapping[str, Any], trend: Mapping[str, Any]) -> Handling:
    """Read how the study wants its records handled.

    Examples
    --------
    >>> read_handling({"deposit": {"ids": "drop", "leave_out": ["town"]}}, {}).leave_out
    ('town',)
    """
    plain = config.get("deposit", {})
    return Handling(
        plain.get("ids", "number"),
        plain.get("free_text", "drop"),
        tuple(plain.get("leave_out", ())),
        trend.get("panel", True),
    )


@dataclass(frozen=True)
class Step:
    """One thing that was done to the records, worded by `deposit.done_{what}` of the words."""

    what: str
    variables: tuple[str, ...] = ()
    values: Mapping[str, str] = field(default_factory=dict)


def design_roles(waves: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
    """Tell which variables are ids, weights, strata and clusters in any wave.

    Examples
    --------
    >>> design_roles({"1": {"file": "a.sav", "weight": "w", "clusters": ["town", "house"]}})
    {'w': 'weight', 'town': 'clusters', 'house': 'clusters'}
    """
    roles: dict[str, str] = {}
    for wave in waves.values():
        for role in ROLES:
            named = wave.get(role, [])
            for name in [named] if isinstance(named, str) else named:
                roles.setdefault(name, role)
    return roles


def deposit_stem(waves: Mapping[str, Mapping[str, Any]]) -> str:
    """Name the pooled file; records that were never a questionnaire say so in their name.

    Examples
    --------
    >>> dealt = {"file": "results/2/raw/survey_reconstructed.sav", "reconstruct": {}}
    >>> deposit_stem({"1": {"file": "raw.sav"}, "2": dealt})
    'pooled_reconstructed'
    >>> deposit_stem({"2": dealt | {"file": "resources/2/authors.sav"}})
    'pooled'
    >>> deposit_stem({"1": {"file": "resources/1/survey_simulated.csv"}})
    'pooled_simulated'
    """
    origins = {origin_of(name, wave) for name, wave in waves.items()}
    return "_".join(["pooled", *sorted(origins - {""})])


def deposit_files(
    waves: Mapping[str, Mapping[str, Any]], languages: Sequence[str]
) -> dict[str, str]:
    """Names of the files of a deposit, for who must know them before they are written.

    Examples
    --------
    >>> list(deposit_files({"1": {"file": "raw.sav"}}, ["en"]))[:4]
    ['pooled.sav', 'pooled.dta', 'pooled.csv', 'pooled.parquet']
    """
    stem = deposit_stem(waves)
    return {
        **{f"{stem}{ending}": form for ending, form in FORMATS.items()},
        "codebook.json": "JSON",
        "codebook.csv": "CSV",
        "ddi.xml": "DDI-Codebook 2.5",
        "datapackage.json": "Data Package",
        **{f"codebook.{language}.html": "HTML" for language in languages},
    }
