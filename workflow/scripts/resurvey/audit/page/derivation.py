"""Derivation: how a printed per cent and a base become a count, in signs that need no language."""

from fractions import Fraction

from resurvey.printed import Interval, format_fixed, interval, parse_printed


def derive_count(text: str, base: int, rounding: str, decimal: str) -> list[str]:
    """Write the steps from a printed per cent to the counts that it allows.

    Parameters
    ----------
    text : str
        The printed per cent.
    base : int
        Respondents that it is of.
    rounding : str
        Rounding rule of the printed number.
    decimal : str
        Decimal mark of the page.

    Returns
    -------
    list of str
        The interval of the per cent, that of the count, and the whole numbers in it.

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
