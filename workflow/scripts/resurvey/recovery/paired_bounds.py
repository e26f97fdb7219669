"""Before and after on the same people, when only the two margins are printed.

Which respondents changed is not published, so McNemar's test is not identified; over all joint
tables that the margins allow it still has a smallest and a largest value.
"""

from dataclasses import dataclass

import numpy as np

from resurvey.core.errors import SurveyError
from resurvey.recovery.ranges import verdict_of


@dataclass(frozen=True, slots=True)
class PairedBounds:
    """Bounds of McNemar's test over all joint tables with the given margins.

    Attributes
    ----------
    net : tuple of int
        Respondents gained, after minus before.
    changed : tuple of int
        Respondents who are in the answer at one time only (the discordant pairs).
    statistic : tuple of float, or None
        ``(b - c)² / (b + c)``, without continuity correction, 1 degree of freedom; tables in
        which nobody changed have none, and None says that all are such.
    p_value : tuple of float
        Of the chi-square; 1 where nobody changed.
    exact_p_value : tuple of float
        Two-sided binomial probability; 1 where nobody changed.
    """

    net: tuple[int, int]
    changed: tuple[int, int]
    statistic: tuple[float, float] | None
    p_value: tuple[float, float]
    exact_p_value: tuple[float, float]

    def verdict(self, alpha: float = 0.05) -> str:
        """Judge the exact test over all joint tables at a level.

        Returns
        -------
        str
            ``significant in all``, ``significant in none`` or ``significant in some``.
        """
        return verdict_of(self.exact_p_value, alpha)


def mcnemar_bounds(
    before: int | tuple[int, int], after: int | tuple[int, int], n: int
) -> PairedBounds:
    """Bound McNemar's test for one answer from its two margins.

    Of `n` respondents, `before` gave the answer at first and `after` at last; any number from
    ``max(0, before + after - n)`` to ``min(before, after)`` may have given it both times.

    Parameters
    ----------
    before, after : int or tuple of int
        Respondents, or the smallest and largest number of them where the printed per cent
        allows several.
    n : int
        Respondents asked both times.

    Returns
    -------
    PairedBounds

    Raises
    ------
    SurveyError
        If a margin is not between 0 and `n`.

    References
    ----------
    Q. McNemar (1947), Psychometrika 12, 153-157; bounds of a joint table from its margins:
    M. Fréchet (1951).

    Examples
    --------
    >>> bounds = mcnemar_bounds(41, 83, 515)
    >>> bounds.changed, round(bounds.statistic[0], 2), bounds.statistic[1]
    ((42, 124), 14.23, 42.0)
    >>> bounds.verdict()
    'significant in all'
    """
    from scipy.special import bdtr, chdtrc

    befores, afters = (
        (margin, margin) if isinstance(margin, int | np.integer) else margin
        for margin in (before, after)
    )
    for name, (low, high) in (("before", befores), ("after", afters)):
        if not 0 <= low <= high <= n:
            raise SurveyError(f"{name}: {low} to {high} respondents of {n} is not possible")
    net = np.arange(afters[0] - befores[1], afters[1] - befores[0] + 1)
    fewest = np.abs(net)
    # With a given net gain, first + last is one of every second number; the most respondents
    # change where it comes closest to n, and nobody stays who need not.
    lowest = 2 * np.maximum(befores[0], afters[0] - net) + net
    highest = 2 * np.minimum(befores[1], afters[1] - net) + net
    near = np.clip(n - (n - lowest) % 2, lowest, highest)
    most = np.minimum(near, 2 * n - near)
    # The chi-square falls and both p-values rise with the number who changed (for the exact one
    # a longer random walk leaves its middle more often), so that the extremes lie at the ends.
    some = most > 0
    largest = np.where(some, fewest, 0)[some]
    smallest = net[some].astype(float) ** 2 / most[some]
    unmoved = bool((fewest == 0).any())
    statistic = (float(smallest.min()), float(largest.max())) if some.any() else None
    low = bdtr(0.0, largest[largest > 0], 0.5)
    high = bdtr(((most - fewest) // 2)[some].astype(float), most[some], 0.5)
    # One more than half is half of all outcomes, exactly.
    high[fewest[some] <= 1] = 0.5
    exact = np.minimum(1, 2 * np.concatenate([low, high]))
    p_value = chdtrc(1, statistic) if statistic else np.ones(0)
    if unmoved:
        # Nobody need have changed: a table without a test.
        exact, p_value = np.append(exact, 1.0), np.append(p_value, 1.0)
    return PairedBounds(
        (int(net.min()), int(net.max())),
        (int(fewest.min()), int(most.max())),
        statistic,
        (float(p_value.min()), float(p_value.max())),
        (float(exact.min()), float(exact.max())),
    )
