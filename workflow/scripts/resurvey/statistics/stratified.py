"""Cochran-Mantel-Haenszel: association within the strata of a third variable."""

from dataclasses import replace
from math import exp, log, sqrt
from typing import TYPE_CHECKING

import numpy as np

from resurvey.core.notes import Note
from resurvey.statistics.ordinal import Scale
from resurvey.statistics.results import (
    LEVEL,
    Estimate,
    Result,
    chi_square_tail,
    normal_quantile,
    refused,
    unavailable,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray


def cochran_mantel_haenszel(
    tables: "NDArray[np.float64]",
    row_scores: "NDArray[np.float64] | None" = None,
    column_scores: "NDArray[np.float64] | None" = None,
) -> list[Result]:
    """Test for association between rows and columns, given the stratum.

    Parameters
    ----------
    tables : array, strata × rows × columns
        Counts. Strata with fewer than two respondents say nothing and are left out.
    row_scores, column_scores : array, optional
        Scores of ordered answers; without them the tests that use scores are refused.

    Returns
    -------
    list of Result
        ``cmh_general`` (any association), ``cmh_mean_scores`` (row scores differ between the
        columns), ``cmh_correlation`` (linear by linear), and for 2 × 2 tables ``cmh_corrected``
        (R's default) and ``breslow_day`` / ``breslow_day_tarone`` (equal odds ratios).

    Notes
    -----
    SOURCE Landis, Heyman & Koch (1978), International Statistical Review 46, 237-254. R:
    ``mantelhaen.test(..., correct = FALSE)`` for the first.
    """
    tables = np.asarray(tables, dtype=np.float64)
    used = tables[tables.sum(axis=(1, 2)) > 1]
    n = float(used.sum())
    names = ("cmh_general", "cmh_mean_scores", "cmh_correlation")
    margin = used.sum(axis=0) if len(used) else np.zeros(tables.shape[1:])
    rows, columns = margin.sum(axis=1) > 0, margin.sum(axis=0) > 0
    if rows.sum() < 2 or columns.sum() < 2:
        return [refused(name, Note("two_lines_needed"), n) for name in names]
    few = len(tables) - len(used)
    left_out = (Note("strata_left_out", strata=few),) if few else ()
    empty = () if rows.all() and columns.all() else (Note("empty_rows_or_columns"),)
    notes = *left_out, *empty
    used = used[:, rows][:, :, columns]
    r, c = used.shape[1:]
    contrast_rows, contrast_columns = np.eye(r)[:-1], np.eye(c)[:-1]
    of_rows = None if row_scores is None else np.asarray(row_scores)[rows][None, :]
    of_columns = None if column_scores is None else np.asarray(column_scores)[columns][None, :]
    results = [_general(names[0], used, contrast_rows, contrast_columns, notes)]
    if of_rows is None:
        results.append(refused(names[1], Note("rows_unordered"), n))
    else:
        results.append(_general(names[1], used, of_rows, contrast_columns, notes))
    if of_rows is None or of_columns is None:
        results.append(refused(names[2], Note("lines_unordered"), n))
    else:
        results.append(_general(names[2], used, of_rows, of_columns, notes))
    if (r, c) == (2, 2):
        results += [_corrected(used, notes), *_breslow_day(used, notes)]
    return results


def stratified_tests(tables: "NDArray[np.float64]", rows: Scale, columns: Scale) -> list[Result]:
    """Test for association given the stratum, with the scores that rows and columns have.

    Codes that a scale leaves out, such as "don't know", leave the tests that use scores alone.
    """
    results = cochran_mantel_haenszel(tables)
    scored = tables
    scores: list[NDArray[np.float64] | None] = []
    for axis, scale in ((1, rows), (2, columns)):
        if scale.reason:
            scores.append(None)
        else:
            scored = scored.take(scale.positions, axis=axis)
            scores.append(scale.scores)
    with_scores = {result.test: result for result in cochran_mantel_haenszel(scored, *scores)}
    notes = {"cmh_mean_scores": rows.notes, "cmh_correlation": (*rows.notes, *columns.notes)}
    found = []
    for result in results:
        if result.test in notes:
            scored_result = with_scores[result.test]
            told = notes[result.test] if scored_result.p_value is not None else ()
            result = replace(scored_result, notes=(*scored_result.notes, *told))
        found.append(result)
    return found


def _general(
    name: str,
    tables: "NDArray[np.float64]",
    rows: "NDArray[np.float64]",
    columns: "NDArray[np.float64]",
    notes: tuple[Note, ...],
) -> Result:
    """Sum contrasts of observed minus expected over the strata, over their covariance."""
    size = len(rows) * len(columns)
    total, covariance = np.zeros(size), np.zeros((size, size))
    for table in tables:
        n = table.sum()
        across, down = table.sum(axis=1) / n, table.sum(axis=0) / n
        deviation = table - n * np.outer(across, down)
        total += (rows @ deviation @ columns.T).ravel()
        spread_rows = rows @ (np.diag(across) - np.outer(across, across)) @ rows.T
        spread_columns = columns @ (np.diag(down) - np.outer(down, down)) @ columns.T
        covariance += n * n / (n - 1) * np.kron(spread_rows, spread_columns)
    n = float(tables.sum())
    if np.linalg.matrix_rank(covariance) < size:
        return refused(name, Note("strata_constant"), n)
    statistic = float(total @ np.linalg.solve(covariance, total))
    return Result(name, statistic, size, None, chi_square_tail(statistic, size), n, notes)


def _corrected(tables: "NDArray[np.float64]", notes: tuple[Note, ...]) -> Result:
    n = tables.sum(axis=(1, 2))
    expected = tables.sum(axis=2)[:, 0] * tables.sum(axis=1)[:, 0] / n
    margins = np.prod(tables.sum(axis=2), axis=1) * np.prod(tables.sum(axis=1), axis=1)
    variance = float((margins / (n**2 * (n - 1))).sum())
    name = "cmh_corrected"
    if variance <= 0:
        return refused(name, Note("strata_constant"), float(n.sum()))
    deviation = abs(float((tables[:, 0, 0] - expected).sum()))
    # SOURCE R mantelhaen.test: the correction is used only where it does not overshoot.
    deviation -= min(0.5, deviation) if deviation >= 0.5 else 0.0
    statistic = deviation**2 / variance
    told = Note("continuity_correction"), *notes
    return Result(name, statistic, 1, None, chi_square_tail(statistic, 1), float(n.sum()), told)


def mantel_haenszel_odds_ratio(tables: "NDArray[np.float64]", level: float = LEVEL) -> Estimate:
    """Common odds ratio of 2 × 2 tables, interval of Robins, Breslow and Greenland (1986).

    Examples
    --------
    >>> tables = np.array([[[12.0, 5.0], [7.0, 15.0]], [[10.0, 4.0], [3.0, 8.0]]])
    >>> round(mantel_haenszel_odds_ratio(tables).value, 4)
    5.6739
    """
    name = "mantel_haenszel_odds_ratio"
    tables = np.asarray(tables, dtype=np.float64)
    if tables.shape[1:] != (2, 2):
        return unavailable(name, Note("two_by_two_only"))
    tables = tables[tables.sum(axis=(1, 2)) > 0]
    n = tables.sum(axis=(1, 2))
    agree, disagree = tables[:, 0, 0] * tables[:, 1, 1] / n, tables[:, 0, 1] * tables[:, 1, 0] / n
    up, down = float(agree.sum()), float(disagree.sum())
    if up <= 0 or down <= 0:
        return unavailable(name, Note("ratio_unbounded"))
    p = (tables[:, 0, 0] + tables[:, 1, 1]) / n
    q = 1 - p
    variance = (
        float((p * agree).sum()) / (2 * up**2)
        + float((p * disagree + q * agree).sum()) / (2 * up * down)
        + float((q * disagree).sum()) / (2 * down**2)
    )
    half = normal_quantile(0.5 + level / 2) * sqrt(variance)
    value = up / down
    return Estimate(name, value, exp(log(value) - half), exp(log(value) + half))


def _breslow_day(tables: "NDArray[np.float64]", notes: tuple[Note, ...]) -> list[Result]:
    """Test equal odds ratios (Breslow & Day 1980), with Tarone's (1985) adjustment beside it."""
    names = ("breslow_day", "breslow_day_tarone")
    common = mantel_haenszel_odds_ratio(tables).value
    n = float(tables.sum())
    rows, columns = tables.sum(axis=2), tables.sum(axis=1)
    informative = (rows > 0).all(axis=1) & (columns > 0).all(axis=1)
    if common is None or informative.sum() < 2:
        reason = Note("two_strata_needed" if common else "no_common_ratio")
        return [refused(name, reason, n) for name in names]
    tables, rows, columns = tables[informative], rows[informative], columns[informative]
    row, column, rest = rows[:, 0], columns[:, 0], columns[:, 1] - rows[:, 0]
    # The cell a that has odds ratio w: a (rest + a) = w (row - a) (column - a). Of the two ways
    # to write the root, the one that adds numbers of the same sign keeps its digits near w = 1.
    b = rest + common * (row + column)
    root = np.sqrt(np.square(b) + 4 * (1 - common) * common * row * column)
    with np.errstate(divide="ignore", invalid="ignore"):
        expected = np.where(
            b >= 0, 2 * common * row * column / (b + root), (root - b) / (2 * (1 - common))
        )
    cells = [expected, row - expected, column - expected, rest + expected]
    variance = 1 / sum(1 / cell for cell in cells)
    deviation = tables[:, 0, 0] - expected
    plain = float((np.square(deviation) / variance).sum())
    tarone = plain - float(deviation.sum()) ** 2 / float(variance.sum())
    df = len(tables) - 1
    return [
        Result(name, value, df, None, chi_square_tail(value, df), n, notes)
        for name, value in zip(names, (plain, tarone), strict=True)
    ]
