"""Differences: every share against the wave before and against the reference wave."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from resurvey.core.notes import Note, add_notes, write_notes
from resurvey.statistics.chi_square import sparse_notes
from resurvey.statistics.contrasts import contrast
from resurvey.statistics.letters import LEAST_BASE, pooled_test
from resurvey.statistics.proportions import newcombe
from resurvey.waves.trend.pooling import Pool
from resurvey.waves.trend.series import KEYS, Series
from resurvey.waves.trend.shares import PooledCounts, Shares

DIFFERENCE_COLUMNS = (
    *KEYS,
    "row_label",
    "column_label",
    "kind",
    "wave",
    "against",
    "comparison",
    "percent",
    "against_percent",
    "difference",
    "lower",
    "upper",
    "standard_error",
    "statistic",
    "df",
    "p_value",
    "n",
    "against_n",
    "shared",
    "method",
    "holm_table",
    "benjamini_hochberg_table",
    "holm_article",
    "benjamini_hochberg_article",
    "wording",
    "changed",
    "note",
    "note_data",
)
COMPARISONS = ("previous", "reference", "previous and reference")


def name_comparison(place: int, against: int, reference: int) -> str:
    """Say what a pair of waves is compared for; `COMPARISONS`."""
    if reference not in (place, against):
        return COMPARISONS[0]
    return COMPARISONS[2] if place - against == 1 else COMPARISONS[1]


def pairs_of(places: Sequence[int], reference: int) -> list[tuple[int, int]]:
    """List the pairs (wave, against): each wave with the one before it and with the reference.

    Examples
    --------
    >>> pairs_of([0, 1, 2], reference=0)
    [(1, 0), (2, 1), (2, 0)]
    """
    found = {(place, before): None for before, place in pairwise(places)}
    for place in places if reference in places else ():
        if place != reference and (reference, place) not in found:
            found[place, reference] = None
    return list(found)


def compare_series(
    series: Series, pool: Pool, counts: PooledCounts, reference: int
) -> list[dict[str, Any]]:
    """Compare one cell between waves.

    Returns
    -------
    list of dict
        Keys of `DIFFERENCE_COLUMNS` except the adjusted p-values. `difference`, its interval
        (95 %) and `standard_error` are in percentage points, wave minus the wave it is held
        against. `method` is ``newcombe`` (plain independent samples: Newcombe's interval and the
        z test with the pooled share) or ``design`` (weights, strata, clusters or shared
        respondents: Taylor linearisation, t interval and test). A pair that cannot be compared
        has a note.
    """
    size = len(pool.waves)
    known = [place for place in range(size) if series.count(place) is not None]
    lines = []
    for place in range(size):
        if place not in known and known:
            why, *more = series.reasons(place)
            notes = write_notes(why.refusing("no_share"), *more)
            lines.append(_keys(series) | {"wave": pool.waves[place].name, **notes})
    for place, against in pairs_of(known, reference):
        line = _keys(series) | {
            "wave": pool.waves[place].name,
            "against": pool.waves[against].name,
            "comparison": name_comparison(place, against, reference),
            "shared": int(pool.shared[place, against]),
        }
        if pool.by_counts(place, against):
            line |= _from_counts(series, place, against)
        else:
            pair = against, place
            line |= _from_design(counts.among(pair).shares(series.among(pair)))
        lines.append(line)
    return lines


def _keys(series: Series) -> dict[str, Any]:
    return {**series.keys, **series.labels}


def _from_counts(series: Series, place: int, against: int) -> dict[str, Any]:
    (count, base), (earlier, earlier_base) = series.known(place), series.known(against)
    numbers = [float(one) for one in (count, base, earlier, earlier_base)]
    ends = [100 * float(one) for one in newcombe(*numbers)]
    line: dict[str, Any] = {
        "percent": float(100 * count / base),
        "against_percent": float(100 * earlier / earlier_base),
        "difference": float(100 * (count / base - earlier / earlier_base)),
        "lower": ends[1],
        "upper": ends[2],
        "n": float(base),
        "against_n": float(earlier_base),
        "method": "newcombe",
    }
    if min(base, earlier_base) < LEAST_BASE:
        return line | write_notes(Note("base_is_below", "not_tested", least=LEAST_BASE))
    if count + earlier in (0, base + earlier_base):
        return line | write_notes(Note("both_shares_fixed", "not_tested"))
    z, p = pooled_test(*numbers)
    share = numbers[0] / numbers[1], numbers[2] / numbers[3]
    error = (share[0] * (1 - share[0]) / numbers[1] + share[1] * (1 - share[1]) / numbers[3]) ** 0.5
    notes = _sparse(np.array(share), np.array([numbers[1], numbers[3]]))
    tested = {"standard_error": 100 * error, "statistic": z, "p_value": p}
    return line | tested | write_notes(*notes)


def _from_design(shares: Shares) -> dict[str, Any]:
    """Compare the second of two waves with the first."""
    if shares.reason:
        return write_notes(shares.reason.refusing("not_compared"))
    if np.isnan(shares.values).any():
        return write_notes(Note("no_weighted_base", "not_compared"))
    earlier, later = (float(one) for one in shares.values)
    line: dict[str, Any] = {
        "percent": 100 * later,
        "against_percent": 100 * earlier,
        "difference": 100 * (later - earlier),
        "n": float(shares.bases[1]),
        "against_n": float(shares.bases[0]),
        "method": "design",
    }
    if shares.bases.min() < LEAST_BASE:
        return line | write_notes(Note("base_is_below", "not_tested", least=LEAST_BASE))
    tested = contrast_test(shares, np.array([-1.0, 1.0]))
    if "p_value" in tested:
        tested |= add_notes(tested, *_sparse(shares.values, shares.bases))
    return line | tested


def _sparse(shares: Any, bases: Any) -> tuple[Note, ...]:
    """Return the warning about an answer that too few respondents gave, or did not give."""
    return sparse_notes(np.stack([shares * bases, (1 - shares) * bases]))


def contrast_test(shares: Shares, factors: Any) -> dict[str, Any]:
    """Test a contrast of the shares: its 95 % t interval, standard error and p-value.

    Returns
    -------
    dict
        ``lower``, ``upper`` and ``standard_error`` in percentage points, ``statistic`` (t, or z
        without degrees of freedom), ``df``, ``p_value``; a note where there is no variance. The
        degrees of freedom are those that the waves' own respondents leave
        (`resurvey.statistics.contrasts.freedom_of_contrast`).
    """
    used = factors != 0
    found = contrast(
        shares.values[used],
        shares.covariance[np.ix_(used, used)],
        np.asarray(factors)[used],
        shares.own[used].tolist(),
        shares.freedom,
    )
    if found.lower is None or found.upper is None:
        return write_notes(*found.notes)
    return {
        "lower": 100 * found.lower,
        "upper": 100 * found.upper,
        "standard_error": 100 * found.error,
        "statistic": found.statistic,
        "df": found.df,
        "p_value": found.p_value,
        **write_notes(*found.warnings),
    }
