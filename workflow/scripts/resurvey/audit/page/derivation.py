"""Derivation: how counts and statistics come about, in signs that need no language."""

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from math import log, sqrt

from resurvey.core.printed import Interval, format_fixed, interval, parse_printed
from resurvey.statistics.distributions import chi_square_tail


def derive_count(text: str, base: int, rounding: str, decimal: str) -> list[str]:
    """Write the steps from a printed per cent to the counts that it allows.

    Examples
    --------
    >>> derive_count("30,7", 300, "half_up", ".")
    ['30.65 ≤ 100·x/300 < 30.75', '91.95 ≤ x < 92.25', 'x = 92']
    """
    printed = parse_printed(text)
    allowed = interval(printed, rounding)
    share = _between(allowed, "100·x/" + str(base), printed.digits + 1, decimal)
    scaled = Interval(
        allowed.low * base / 100, allowed.high * base / 100, allowed.low_closed, allowed.high_closed
    )
    counts = [
        count
        for count in range(_floor(scaled.low), _floor(scaled.high) + 2)
        if count in scaled and count >= 0
    ]
    whole = "x = " + " / ".join(map(str, counts)) if counts else "x ∉ ℤ"
    if len(counts) > 3:
        whole = f"x = {counts[0]} … {counts[-1]}"
    return [share, _between(scaled, "x", 2, decimal), whole]


def _between(allowed: Interval, middle: str, digits: int, decimal: str) -> str:
    low = format_fixed(allowed.low, digits, decimal).replace("-", "−")
    high = format_fixed(allowed.high, digits, decimal)
    above, below = ("≤" if one else "<" for one in (allowed.low_closed, allowed.high_closed))
    return f"{low} {above} {middle} {below} {high}"


def _floor(value: Fraction) -> int:
    return value.numerator // value.denominator


def pearson(columns: Sequence[Sequence[int]]) -> float:
    """Compute Pearson's X² of columns of counts; answers that nobody gave are left out.

    Examples
    --------
    >>> round(pearson([[10, 3], [5, 9]]), 2)
    4.64
    """
    return sum((n - expected) ** 2 / expected for n, expected in _expected(columns))


def derive_tests(
    columns: Mapping[str, Sequence[int]],
    fixed: Callable[[float, int], str],
    p_value: Callable[[float], str],
) -> list[str]:
    """Write out the statistics of one table of counts."""
    counts = list(columns.values())
    terms = _expected(counts)
    statistic = pearson(counts)
    rows = sum(1 for row in zip(*counts, strict=True) if sum(row))
    n = sum(map(sum, counts))
    df, smaller = (rows - 1) * (len(counts) - 1), min(rows, len(counts)) - 1
    if df < 1:
        return []
    added = " + ".join(f"({one} − {fixed(e, 2)})²/{fixed(e, 2)}" for one, e in terms)
    ratio = 2 * sum(one * log(one / e) for one, e in terms if one)
    strength = sqrt(statistic / (n * smaller))
    return [
        f"χ² = {added} = {fixed(statistic, 2)}",
        f"df = ({rows} − 1)·({len(counts)} − 1) = {df}",
        f"p = P(χ²({df}) ≥ {fixed(statistic, 2)}) {p_value(chi_square_tail(statistic, df))}",
        f"G² = 2·Σ n·ln(n/E) = {fixed(ratio, 2)}",
        f"V = √({fixed(statistic, 2)}/({n}·{smaller})) = {fixed(strength, 3)}",
    ]


def _expected(columns: Sequence[Sequence[int]]) -> list[tuple[int, float]]:
    """Each count with the count expected under independence, row by row."""
    n = sum(map(sum, columns))
    return [
        (count, sum(row) * sum(column) / n)
        for row in zip(*columns, strict=True)
        if sum(row)
        for count, column in zip(row, columns, strict=True)
    ]
