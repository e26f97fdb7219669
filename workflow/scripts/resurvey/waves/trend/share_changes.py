"""Changes of shares: between two waves, over all of them, and of members who are in both."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from resurvey.core.codebook import Code
from resurvey.core.counting import encode
from resurvey.core.notes import Note, add_notes, write_notes
from resurvey.statistics.chi_square import many_sparse_notes, sparse_notes
from resurvey.statistics.contrasts import contrast
from resurvey.statistics.letters import LEAST_BASE, pooled_test
from resurvey.statistics.proportions import newcombe, newcombe_paired, paired_tests
from resurvey.statistics.results import Result, normal_tail, refused
from resurvey.waves.trend.pooled_sample import (
    KEYS,
    Pool,
    PooledCounts,
    Series,
    Shares,
    counted_shares,
)

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


def name_comparison(wave: int, against: int, reference: int) -> str:
    """Say what a pair of waves is compared for; `COMPARISONS`."""
    if reference not in (wave, against):
        return COMPARISONS[0]
    return COMPARISONS[2] if wave - against == 1 else COMPARISONS[1]


def pairs_of(places: Sequence[int], reference: int) -> list[tuple[int, int]]:
    """List the pairs (wave, against): each wave with the one before it and with the reference.

    Examples
    --------
    >>> pairs_of([0, 1, 2], reference=0)
    [(1, 0), (2, 1), (2, 0)]
    """
    found = {(wave, before): None for before, wave in pairwise(places)}
    for wave in places if reference in places else ():
        if wave != reference and (reference, wave) not in found:
            found[wave, reference] = None
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
    known = [wave for wave in range(size) if series.count(wave) is not None]
    lines = []
    for wave in range(size):
        if wave not in known and known:
            why, *more = series.reasons(wave)
            notes = write_notes(why.refusing("no_share"), *more)
            lines.append(_keys(series) | {"wave": pool.waves[wave].name, **notes})
    pairs = pairs_of(known, reference)
    plain = [pair for pair in pairs if pool.by_counts(*pair)]
    from_counts = dict(zip(plain, _from_counts(series, plain), strict=True))
    for wave, against in pairs:
        line = _keys(series) | {
            "wave": pool.waves[wave].name,
            "against": pool.waves[against].name,
            "comparison": name_comparison(wave, against, reference),
            "shared": int(pool.shared[wave, against]),
        }
        if (wave, against) in from_counts:
            line |= from_counts[wave, against]
        else:
            pair = against, wave
            line |= _from_design(counts.among(pair).shares(series.among(pair)))
        lines.append(line)
    return lines


def _keys(series: Series) -> dict[str, Any]:
    return {**series.keys, **series.labels}


def _from_counts(series: Series, pairs: Sequence[tuple[int, int]]) -> Iterator[dict[str, Any]]:
    """Compare waves of plain independent samples: the first of each pair with the second."""
    cells = {place: series.known(place) for pair in pairs for place in pair}
    floats = {place: (float(cell.count), float(cell.base)) for place, cell in cells.items()}
    small = {place for place, cell in cells.items() if cell.base < LEAST_BASE}
    numbers = [(*floats[wave], *floats[against]) for wave, against in pairs]
    table = np.array(numbers).reshape(-1, 4)
    _, lower, upper = newcombe(*table.T)
    shares, bases = table[:, 0::2] / table[:, 1::2], table[:, 1::2]
    sparse = many_sparse_notes(np.stack([shares * bases, (1 - shares) * bases], axis=1))
    for pair, own, low, high, notes in zip(
        pairs, numbers, 100 * lower, 100 * upper, sparse, strict=True
    ):
        # Quotients of whole numbers are rounded once, as those of fractions.
        (above, below), (earlier, under) = (
            series.shares[place].as_integer_ratio() for place in pair
        )
        line: dict[str, Any] = {
            "percent": 100 * above / below,
            "against_percent": 100 * earlier / under,
            "difference": 100 * (above * under - earlier * below) / (below * under),
            "lower": float(low),
            "upper": float(high),
            "n": own[1],
            "against_n": own[3],
            "method": "newcombe",
        }
        if not small.isdisjoint(pair):
            yield line | write_notes(Note("base_is_below", "not_tested", least=LEAST_BASE))
        elif above in (0, below) and (above, below) == (earlier, under):
            yield line | write_notes(Note("both_shares_fixed", "not_tested"))
        else:
            yield line | _tested(own) | write_notes(*notes)


def _tested(numbers: Sequence[float]) -> dict[str, Any]:
    """Test the difference of two shares of plain independent samples."""
    z, p = pooled_test(*numbers)
    share = numbers[0] / numbers[1], numbers[2] / numbers[3]
    error = (share[0] * (1 - share[0]) / numbers[1] + share[1] * (1 - share[1]) / numbers[3]) ** 0.5
    return {"standard_error": 100 * error, "statistic": z, "p_value": p}


def _from_design(shares: Shares) -> dict[str, Any]:
    """Compare the second of two waves with the first."""
    if shares.reason:
        return write_notes(shares.reason.refusing("not_compared"))
    if np.isnan(shares.values).any():
        return write_notes(Note("no_weighted_base", "not_compared"))
    earlier, later = (float(share) for share in shares.values)
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


SLOPE_COLUMNS = (
    *KEYS,
    "row_label",
    "column_label",
    "kind",
    "first",
    "last",
    "waves",
    "slope",
    "lower",
    "upper",
    "statistic",
    "df",
    "p_value",
    "n",
    "method",
    "holm_table",
    "benjamini_hochberg_table",
    "holm_article",
    "benjamini_hochberg_article",
    "changed",
    "note",
    "note_data",
)


def fit_slope(series: Series, pool: Pool, counts: PooledCounts) -> dict[str, Any] | None:
    """Fit a straight line through the shares of one cell, and test it.

    Returns
    -------
    dict or None
        Keys of `SLOPE_COLUMNS`: `slope` and its 95 % interval in percentage points per unit of
        time, the least-squares line through the respondents. `method` is
        ``cochran_armitage`` (plain independent samples; R's ``prop.trend.test``, its square) or
        ``design`` (the same line as a contrast of the shares under the pooled design, whose
        points weigh as much as their unweighted bases). None with fewer than three waves: two
        points are a difference.

    Notes
    -----
    SOURCE Armitage (1955), Biometrics 11, 375-386. The interval of the slope takes the
    variance at the observed shares, the test at the pooled one.
    """
    known = [wave for wave in range(len(pool.waves)) if series.count(wave) is not None]
    if len(known) < 3:
        return None
    line: dict[str, Any] = {
        **series.keys,
        **series.labels,
        "first": pool.waves[known[0]].name,
        "last": pool.waves[known[-1]].name,
        "waves": len(known),
    }
    plain = pool.by_counts(*known)
    own = series.among(known)
    shares = counted_shares(own) if plain else counts.among(known).shares(own)
    line["method"] = "cochran_armitage" if plain else "design"
    if shares.reason:
        return line | write_notes(shares.reason.refusing("not_fitted"))
    if np.isnan(shares.values).any():
        return line | write_notes(Note("no_weighted_base", "not_fitted"))
    if shares.bases.min() < LEAST_BASE:
        return line | write_notes(Note("base_is_below", "not_fitted", least=LEAST_BASE))
    times = np.array([pool.waves[wave].time for wave in known])
    centred = times - (shares.bases @ times) / shares.bases.sum()
    spread = float(shares.bases @ np.square(centred))
    contrast = shares.bases * centred / spread
    slope = float(contrast @ shares.values)
    line |= {"slope": 100 * slope, "n": float(shares.bases.sum())}
    tested = contrast_test(shares, contrast)
    tested.pop("standard_error", None)
    if not plain:
        return line | tested
    pooled = float(shares.bases @ shares.values) / float(shares.bases.sum())
    if not 0 < pooled < 1:
        return line | write_notes(Note("all_shares_fixed", "not_tested"))
    if "lower" not in tested:
        tested = dict(write_notes(Note("each_share_fixed", "no_interval")))
    z = slope / (pooled * (1 - pooled) / spread) ** 0.5
    return line | tested | {"statistic": z, "df": None, "p_value": 2 * normal_tail(abs(z))}


PANEL_COLUMNS = (
    "row_variable",
    "row_code",
    "row_label",
    "wave",
    "against",
    "comparison",
    "members",
    "both",
    "gained",
    "lost",
    "neither",
    "percent",
    "against_percent",
    "difference",
    "lower",
    "upper",
    "test",
    "statistic",
    "df",
    "p_value",
    "holm_article",
    "benjamini_hochberg_article",
    "changed",
    "note",
    "note_data",
)
SEVERAL = Note("several_answers", "not_computed")
WEIGHTED = Note("paired_equal", "not_computed")


def compare_members(
    pool: Pool, variables: Sequence[str], reference: int, language: str = ""
) -> Iterator[dict[str, Any]]:
    """Compare the answers of everybody who is in two waves.

    Yields
    ------
    dict
        Keys of `PANEL_COLUMNS`. For each answer: members with an answer in both waves, those who
        gained or lost it, the change with Newcombe's paired 95 % interval and McNemar's exact
        test; for the question as a whole (`row_code` empty) Bowker's and Stuart and Maxwell's.
    """
    places = range(len(pool.waves))
    for wave, against in pairs_of(list(places), reference):
        if not pool.shared[wave, against]:
            continue
        rows = pool.rows_of_members(wave, against)
        keys = {
            "wave": pool.waves[wave].name,
            "against": pool.waves[against].name,
            "comparison": name_comparison(wave, against, reference),
        }
        for variable in variables:
            books = [pool.waves[index].survey.codebook for index in (wave, against)]
            own = {"row_variable": variable, **keys}
            if not all(variable in book for book in books):
                if all(variable in book.multiple_response for book in books):
                    yield own | {"members": len(rows[0]), **write_notes(SEVERAL)}
                continue
            if pool.designed[wave] or pool.designed[against]:
                refusal = {"test": "mcnemar_exact", **write_notes(WEIGHTED)}
                yield own | {"members": len(rows[0]), **refusal}
                continue
            counts, codes = _square(pool, variable, (wave, against), rows)
            yield from _lines(own, counts, codes, books[0][variable], language)


def _square(
    pool: Pool, variable: str, places: tuple[int, int], rows: tuple[Any, Any]
) -> tuple[Any, list[Code]]:
    """Members by their answer now (rows) and then (columns), same codes in the same order."""
    positions, codes = [], []
    for wave, own in zip(places, rows, strict=True):
        survey = pool.waves[wave].survey
        found, answers = encode(survey.data[variable], survey.codebook[variable])
        positions.append((found[own], answers))
        codes += answers
    both = list(dict.fromkeys(codes))
    place_of = {code: number for number, code in enumerate(both)}
    now, then = (
        np.array([*(place_of[code] for code in answers), len(both)])[found]
        for found, answers in positions
    )
    counts = np.zeros((len(both) + 1, len(both) + 1), dtype=np.int64)
    np.add.at(counts, (now, then), 1)
    return counts[:-1, :-1], both


def _lines(
    keys: Mapping[str, Any], counts: Any, codes: Sequence[Code], variable: Any, language: str
) -> Iterator[dict[str, Any]]:
    members = int(counts.sum())
    for number, code in enumerate(codes):
        both = int(counts[number, number])
        gained = int(counts[number].sum()) - both
        lost = int(counts[:, number].sum()) - both
        neither = members - both - gained - lost
        line = {
            **keys,
            "row_code": str(code),
            "row_label": variable.answer(code, language),
            "members": members,
            "both": both,
            "gained": gained,
            "lost": lost,
            "neither": neither,
        }
        if not members:
            yield line | write_notes(Note("no_member_answered", "not_compared"))
            continue
        ends = [100 * end for end in newcombe_paired(both, gained, lost, neither)]
        line |= {
            "percent": 100 * (both + gained) / members,
            "against_percent": 100 * (both + lost) / members,
            **dict(zip(("difference", "lower", "upper"), ends, strict=True)),
        }
        square = np.array([[both, gained], [lost, neither]], dtype=np.float64)
        found = next(result for result in paired_tests(square) if result.test == "mcnemar_exact")
        yield line | _values(found)
    whole = paired_tests(counts.astype(np.float64)) if members else []
    for name in ("bowker", "stuart_maxwell"):
        found = next(
            (result for result in whole if result.test == name), refused(name, Note("no_members"))
        )
        yield {**keys, "row_code": "", "members": members, **_values(found)}


def _values(found: Result) -> dict[str, Any]:
    numbers = {name: getattr(found, name) for name in ("test", "statistic", "df", "p_value")}
    return numbers | write_notes(*found.notes)
