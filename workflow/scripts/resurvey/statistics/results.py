"""What a statistic hands back: values with a note, or no values and the reason.

With the tails, quantiles and intervals that the values need. `scipy.special` costs a third of the
start-up time of `scipy.stats`, and is loaded at first use.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from math import exp, isfinite, isnan, log
from typing import Any

from resurvey.core.notes import Note, note_text, write_notes


@cache
def _special() -> Any:
    from scipy import special  # type: ignore[import-untyped,unused-ignore]

    return special


def chi_square_tail(statistic: float, df: float) -> float:
    """Return the upper tail of the chi-square distribution, right down to 1e-300.

    Examples
    --------
    >>> round(chi_square_tail(3.841458820694124, 1), 12)
    0.05
    """
    return float(_special().chdtrc(df, statistic))


def f_tail(statistic: float, df: float, df2: float) -> float:
    """Return the upper tail of the F distribution; `df2` may be infinite."""
    if df2 == float("inf"):
        return chi_square_tail(statistic * df, df)
    return float(_special().fdtrc(df, df2, statistic))


def normal_tail(z: float) -> float:
    """Return the upper tail of the standard normal distribution."""
    return float(_special().ndtr(-z))


def normal_quantile(probability: float) -> float:
    """Return the standard normal quantile.

    Examples
    --------
    >>> round(normal_quantile(0.975), 6)
    1.959964
    """
    return float(_special().ndtri(probability))


def t_quantile(probability: float, df: float) -> float:
    """Return the quantile of Student's t distribution; `df` may be infinite."""
    if df == float("inf"):
        return normal_quantile(probability)
    return float(_special().stdtrit(df, probability))


def f_quantile(probability: float, df: float, df2: float) -> float:
    """Return the quantile of the F distribution.

    Examples
    --------
    >>> round(f_quantile(0.95, 1, 10) - t_quantile(0.975, 10) ** 2, 9)
    0.0
    """
    return float(_special().fdtri(df, df2, probability))


def beta_quantile(probability: float, a: float, b: float) -> float:
    """Return the quantile of the beta distribution."""
    return float(_special().betaincinv(a, b, probability))


def log_factorial(values: Any) -> Any:
    """Return ln(x!) of a number or an array."""
    return _special().gammaln(values + 1.0)


def noncentral_limits(statistic: float, df: float, level: float) -> tuple[float, float]:
    """Return the confidence limits of the noncentrality of a chi-square statistic.

    The lower limit is the noncentrality at which a statistic this large or larger has
    probability (1 - level) / 2; zero where even independence gives it more than that.

    Notes
    -----
    SOURCE Smithson (2003), Confidence Intervals, chapter 5.

    Examples
    --------
    >>> [round(end, 3) for end in noncentral_limits(20.0, 4, 0.95)]
    [4.08, 37.764]
    """
    chndtr = _special().chndtr
    tail = (1 - level) / 2
    ends = []
    for probability in (1 - tail, tail):
        if chndtr(statistic, df, 0.0) <= probability:
            ends.append(0.0)
            continue
        high = statistic + 10 * (statistic + df) ** 0.5 + 20

        def above(noncentrality: float, probability: float = probability) -> float:
            return float(chndtr(statistic, df, noncentrality)) - probability

        ends.append(find_root(above, 0.0, high))
    return ends[0], ends[1]


def noncentral_t_limits(t: float, df: float, level: float = 0.95) -> tuple[float, float]:
    """Return the confidence limits of the noncentrality of Student's t.

    Notes
    -----
    SOURCE Smithson (2003), Confidence Intervals, chapter 5.

    Examples
    --------
    >>> [round(end, 4) for end in noncentral_t_limits(2.5, 20)]
    [0.3673, 4.5787]
    """
    nctdtr, tail = _special().nctdtr, (1 - level) / 2
    # The noncentrality is about t, with a standard error of sqrt(1 + t² / 2 df).
    reach = 12 * (1 + t * t / (2 * df)) ** 0.5

    def limit(probability: float) -> float:
        def above(noncentrality: float) -> float:
            found = float(nctdtr(df, noncentrality, t))
            if isnan(found):  # so far away that nothing is left of it
                found = 1.0 if noncentrality < t else 0.0
            return found - probability

        return find_root(above, t - reach, t + reach)

    return limit(1 - tail), limit(tail)


def noncentral_f_limits(
    f: float, df: float, df2: float, level: float = 0.95
) -> tuple[float, float]:
    """Return the confidence limits of the noncentrality of F (see `noncentral_limits`).

    Examples
    --------
    >>> [round(end, 4) for end in noncentral_f_limits(4.0, 2, 60)]
    [0.0384, 22.1484]
    """
    ncfdtr, tail = _special().ncfdtr, (1 - level) / 2
    ends = []
    for probability in (1 - tail, tail):
        if _special().fdtr(df, df2, f) <= probability:
            ends.append(0.0)
            continue

        def above(noncentrality: float, probability: float = probability) -> float:
            return float(ncfdtr(df, df2, noncentrality, f)) - probability

        high = 2 * df * f + 20
        while above(high) > 0:
            high *= 2
        ends.append(find_root(above, 0.0, high))
    return ends[0], ends[1]


def t_tail(t: float, df: float) -> float:
    """Return the two-sided p-value of Student's t; `df` may be infinite.

    Examples
    --------
    >>> round(t_tail(-2.0, 10), 6)
    0.073388
    """
    return f_tail(t * t, 1, df)


def find_root(function: Callable[[float], float], low: float, high: float) -> float:
    """Find where a falling function crosses zero, by false position (Illinois).

    Examples
    --------
    >>> round(find_root(lambda x: 2 - x * x, 0.0, 2.0), 12)
    1.414213562373
    """
    at_low, at_high = function(low), function(high)
    side = 0
    for _ in range(200):
        if high - low <= 1e-14 * max(abs(low), abs(high)):
            break
        middle = (low * at_high - high * at_low) / (at_high - at_low)
        if not low < middle < high:
            break
        value = function(middle)
        if value > 0:
            low, at_low = middle, value
            at_high = at_high / 2 if side == 1 else at_high
            side = 1
        elif value < 0:
            high, at_high = middle, value
            at_low = at_low / 2 if side == -1 else at_low
            side = -1
        else:
            return float(middle)
    return float(low if abs(at_low) < abs(at_high) else high)


@dataclass(frozen=True)
class Result:
    """Outcome of one test.

    Attributes
    ----------
    test : str
        Name of the test.
    statistic, df, df2, p_value : float or None
        None where the test has no such number or was refused.
    n : int or float or None
        Respondents that entered the test (sum of weights when weighted).
    notes : tuple of Note
        How it was computed and what to beware of; for a refused test the reason.
    """

    test: str
    statistic: float | None = None
    df: float | None = None
    df2: float | None = None
    p_value: float | None = None
    n: float | None = None
    notes: tuple[Note, ...] = ()

    @property
    def note(self) -> str:
        """The notes as English sentences."""
        return note_text(self.notes)

    def record(self) -> dict[str, Any]:
        """Return the fields as a dict, in the order of ``tests.csv``."""
        fields = dict(vars(self))
        return fields | write_notes(*fields.pop("notes"))


@dataclass(frozen=True)
class Estimate:
    """One estimated quantity with its confidence interval.

    Attributes
    ----------
    name : str
        Name of the quantity.
    value, lower, upper : float or None
        The estimate and the ends of its interval; None where it has none.
    notes : tuple of Note
        What kind of interval it is; for a refused estimate the reason.
    standard_error : float or None
        Asymptotic standard error (SPSS's ASE1), where the interval is made from one.
    """

    name: str
    value: float | None = None
    lower: float | None = None
    upper: float | None = None
    notes: tuple[Note, ...] = ()
    standard_error: float | None = None

    @property
    def note(self) -> str:
        """The notes as English sentences."""
        return note_text(self.notes)

    def record(self) -> dict[str, Any]:
        """Return name, value, lower, upper and the columns of the notes as a dict."""
        fields = dict(vars(self))
        del fields["standard_error"]
        return fields | write_notes(*fields.pop("notes"))


def refused(test: str, reason: Note, n: float | None = None) -> Result:
    """Return a test without values and the reason why.

    Examples
    --------
    >>> refused("pearson", Note("one_column")).note
    'not computed: only one column holds respondents'
    """
    return Result(test, n=n, notes=(reason.refusing("not_computed"),))


def unavailable(name: str, reason: Note) -> Estimate:
    """Return an estimate without a value and the reason why."""
    return Estimate(name, notes=(reason.refusing("not_computed"),))


FEW_FREEDOM = 8
"""With fewer degrees of freedom the variance itself is little known."""

SMALL_BASE = 30
"""An effective base below this is too small for the normal approximation."""


def few_freedom(freedom: float) -> tuple[Note, ...]:
    """Return the warning about a variance from few clusters; empty where they are enough.

    Examples
    --------
    >>> few_freedom(2.23)[0].text
    'few degrees of freedom (2.2): the p-value may be too small'
    >>> few_freedom(0), few_freedom(8)
    ((<Note one_cluster_p_value>,), ())
    """
    if freedom < 1:
        return (Note("one_cluster_p_value"),)
    return (Note("few_freedom", freedom=freedom),) if freedom < FEW_FREEDOM else ()


def small_effective(
    base: float, least: float = SMALL_BASE, key: str = "small_effective"
) -> tuple[Note, ...]:
    """Return the warning about few respondents once the design is counted in.

    Examples
    --------
    >>> small_effective(11.4)[0].text
    'effective sample of about 11 respondents: the p-value may be too small'
    """
    return (Note(key, effective=base),) if base < least else ()


LEVEL = 0.95

WIDEST = 300.0
"""Beyond this on the log scale an interval of a ratio overflows."""

NOTHING = 1e-12
"""A smaller standard error is rounding error of zero."""


def around(
    name: str,
    value: float,
    error: float,
    level: float = LEVEL,
    notes: tuple[Note, ...] = (),
    lowest: float = -1.0,
    highest: float = 1.0,
) -> Estimate:
    """Return value ± z × error, kept within the measure's range.

    Examples
    --------
    >>> found = around("gamma", 0.9, 0.1)
    >>> round(found.lower, 3), found.upper
    (0.704, 1.0)
    """
    if not isfinite(error) or error < NOTHING:
        why = Note("zero_standard_error", "no_interval")
        return Estimate(name, value, notes=(why, *notes), standard_error=0.0)
    half = normal_quantile(0.5 + level / 2) * error
    ends = max(value - half, lowest), min(value + half, highest)
    return Estimate(name, value, *ends, (Note("standard_error", error=error), *notes), error)


def around_t(
    name: str,
    value: float,
    error: float,
    freedom: float,
    level: float = LEVEL,
    notes: tuple[Note, ...] = (),
    within: tuple[float, float] = (float("-inf"), float("inf")),
) -> Estimate:
    """Return value ± t × error, kept within the range of the quantity.

    Examples
    --------
    >>> found = around_t("mean", 3.0, 0.5, 10)
    >>> round(found.lower, 3), round(found.upper, 3), found.note
    (1.886, 4.114, 't interval on 10 degrees of freedom')
    """
    if not freedom >= 1:
        return Estimate(name, value, notes=(Note("no_freedom", "no_interval"), *notes))
    half = t_quantile(0.5 + level / 2, freedom) * error
    ends = max(value - half, within[0]), min(value + half, within[1])
    return Estimate(name, value, *ends, (Note("t_interval", df=freedom), *notes), error)


def around_log(
    name: str, value: float, error: float, level: float = LEVEL, notes: tuple[Note, ...] = ()
) -> Estimate:
    """Return the interval of a ratio from the standard error of its logarithm."""
    half = normal_quantile(0.5 + level / 2) * error
    if half > WIDEST:
        return Estimate(name, value, notes=(Note("endless", "no_interval"), *notes))
    return Estimate(name, value, exp(log(value) - half), exp(log(value) + half), notes)
