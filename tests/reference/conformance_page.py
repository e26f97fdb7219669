"""Conformance page: our values beside R's and PSPP's, with every difference and its reason."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import resurvey
from reference.conformance import KNOWN, Comparison
from resurvey.pages.application import render_application
from resurvey.pages.wording import Wording

VALUE_COLUMNS = (
    "data_set",
    "statistic",
    "ours",
    "r",
    "pspp",
    "r_difference",
    "pspp_difference",
    "agrees",
    "reason",
)
"""Columns of ``conformance.csv``."""

DRAWN = "fisher_monte_carlo"
"""Statistic whose p-value is drawn, so that no two programs give the same."""

_CHECK = re.compile(r"^check(_p)?:")
_PART = re.compile(r"[:\[].*")


@dataclass(frozen=True)
class Summary:
    """Comparisons of one statistic, of one data set, or of all.

    Attributes
    ----------
    name : str
        Statistic or data set.
    source : str
        Where a data set comes from.
    kinds : tuple of str
        What it exercises.
    values : int
        Values compared.
    with_r, with_pspp : int
        Values that R and PSPP have too.
    largest : str
        Largest relative difference from R, or a dash; without Monte Carlo p-values.
    drawn : str
        The same of Monte Carlo p-values alone.
    explained, unexplained : int
        Values that differ with and without a known reason.
    """

    name: str
    source: str
    kinds: tuple[str, ...]
    values: int
    with_r: int
    with_pspp: int
    largest: str
    drawn: str
    explained: int
    unexplained: int


@dataclass(frozen=True)
class Line:
    """One value as the page prints it."""

    statistic: str
    ours: str
    r: str
    pspp: str
    difference: str
    verdict: str
    reason: str


def write_conformance(
    rows: Sequence[Comparison],
    sources: Mapping[str, Mapping[str, Any]],
    words: Mapping[str, Mapping[str, Any]],
    language: str,
    templates: Sequence[str | Path],
) -> str:
    """Write the conformance page.

    Parameters
    ----------
    rows : sequence of Comparison
        Every value of every data set.
    sources : dict
        Data set -> ``source`` and ``kinds``.
    words : dict
        The shared words in the page's language.
    language : str
        That language.
    templates : sequence of paths
        Folders of the Jinja templates: the page's own, and the report's for its frame.

    Returns
    -------
    str
        One HTML page that needs no other file; the same text for the same values.
    """
    names = list(dict.fromkeys(row.data_set for row in rows))
    sets = [
        summarise(name, [row for row in rows if row.data_set == name], sources) for name in names
    ]
    families = dict.fromkeys(statistic_of(row.statistic) for row in rows)
    context = {
        "say": Wording(words),
        "language": language,
        "version": resurvey.__version__,
        "title": words["conformance"]["title"],
        "wave": words["conformance"]["kicker"],
        "reconstructed": False,
        "every": summarise("", rows, {}),
        "kinds": list(dict.fromkeys(kind for data_set in sets for kind in data_set.kinds)),
        "data_sets": sets,
        "statistics": [
            summarise(name, [row for row in rows if statistic_of(row.statistic) == name], {})
            for name in families
        ],
        "different": [(row.data_set, show(row)) for row in rows if not row.agrees],
        "known": KNOWN,
        "lines": {name: [show(row) for row in rows if row.data_set == name] for name in names},
    }
    return render_application("conformance.html", context, templates)


def statistic_of(name: str) -> str:
    """Name of the statistic that a value is a part or a cell of.

    Examples
    --------
    >>> statistic_of("cramer_v:lower"), statistic_of("adjusted[1,2]")
    ('cramer_v', 'adjusted')
    """
    return _PART.sub("", _CHECK.sub("", name))


def summarise(
    name: str, rows: Sequence[Comparison], sources: Mapping[str, Mapping[str, Any]]
) -> Summary:
    """Count the comparisons and find the largest difference."""
    differences: dict[bool, list[float]] = {False: [], True: []}
    for row in rows:
        if row.r_difference is not None:
            differences[row.statistic.startswith(DRAWN)].append(row.r_difference)
    told = sources.get(name, {})
    return Summary(
        name,
        told.get("source", ""),
        tuple(told.get("kinds", ())),
        len(rows),
        sum(row.r is not None for row in rows),
        sum(row.pspp is not None for row in rows),
        *(difference_text(max(listed, default=None)) for listed in differences.values()),
        sum(not row.agrees and bool(row.reason) for row in rows),
        sum(not row.agrees and not row.reason for row in rows),
    )


def show(row: Comparison) -> Line:
    """Print one comparison."""
    verdict = "agrees" if row.agrees else "explained" if row.reason else "unexplained"
    ours, r, pspp = (number_text(value) for value in (row.ours, row.r, row.pspp))
    difference = difference_text(row.r_difference)
    return Line(row.statistic, ours, r, pspp, difference, verdict, row.reason)


def number_text(value: float | None) -> str:
    """Write a value with twelve significant digits, a dash for none.

    Examples
    --------
    >>> number_text(1 / 3), number_text(944.0), number_text(None)
    ('0.333333333333', '944', '–')
    """
    return "–" if value is None else f"{value:.12g}"


def difference_text(value: float | None) -> str:
    """Write a relative difference with one digit.

    Examples
    --------
    >>> difference_text(2.06e-16), difference_text(0.0), difference_text(None)
    ('2e-16', '0', '–')
    """
    return "–" if value is None else "0" if value == 0 else f"{value:.0e}".replace("e-0", "e-")
