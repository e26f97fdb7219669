"""Coding: how far coders of texts agree, and whether more interviews would bring more codes."""

from collections import Counter
from collections.abc import Collection, Hashable, Iterable, Sequence
from fractions import Fraction
from math import comb

from resurvey.core.notes import Note
from resurvey.statistics.results import Estimate, unavailable


def krippendorff_alpha(units: Iterable[Sequence[Hashable | None]]) -> Estimate:
    """Krippendorff's alpha of nominal values, exact until it is a float.

    Parameters
    ----------
    units : iterable of sequence
        One sequence a unit: the value that each coder gave it, None where a coder gave none. How
        many coders there are may differ from unit to unit; a unit with a single value says nothing
        of agreement and is left out.

    Returns
    -------
    Estimate
        ``1 - D_o / D_e``: 1 for perfect agreement, 0 for what chance would give, below 0 for less.
        Without a value where no unit has two values, or where all values are the same: what
        chance would give is not known then.

    Notes
    -----
    Values weigh as in the coincidence matrix of [1]_: each of the m values of a unit is paired with
    the m - 1 others. No interval is given: its distribution is only known by resampling units.

    References
    ----------
    .. [1] Krippendorff, K. (2011), Computing Krippendorff's Alpha-Reliability, University of
       Pennsylvania, sections B and C.

    Examples
    --------
    >>> first, second = "aabbdcccedda", "babbbccceddd"
    >>> round(krippendorff_alpha(zip(first, second)).value, 3)
    0.692
    """
    totals: Counter[Hashable] = Counter()
    agreeing = Fraction(0)
    for unit in units:
        counts = Counter(value for value in unit if value is not None)
        if (size := counts.total()) > 1:
            totals.update(counts)
            agreeing += Fraction(sum(count * (count - 1) for count in counts.values()), size - 1)
    number = totals.total()
    if not number:
        return unavailable("krippendorff_alpha", Note("no_respondents"))
    expected = Fraction(sum(count * (count - 1) for count in totals.values()), number - 1)
    if expected == number:
        return unavailable("krippendorff_alpha", Note("same_answers"))
    return Estimate("krippendorff_alpha", float((agreeing - expected) / (number - expected)))


def mean_accumulation(holders: Iterable[int], cases: int) -> list[Fraction]:
    """Mean number of codes in the first 1, 2, … of some cases, over all orders of the cases.

    Parameters
    ----------
    holders : iterable of int
        For every code the number of cases that have it; a code that no case has counts for
        nothing.
    cases : int
        Number of all cases.

    Returns
    -------
    list of Fraction
        Exact means for one case, two, …, all of them.

    Notes
    -----
    A code of k among n cases is missing from the first i with the probability C(n - k, i) / C(n, i)
    (hypergeometric), whatever other codes do; the mean is the sum over codes. It needs no drawing
    of orders. As the cases were chosen and not drawn, it tells of these cases alone.

    References
    ----------
    Ugland, Gray and Ellingsen (2003), Journal of Animal Ecology 72, 888-897: the same curve of
    species.

    Examples
    --------
    >>> [str(mean) for mean in mean_accumulation([3, 1], 3)]
    ['4/3', '5/3', '2']
    """
    found = list(holders)
    return [
        sum((1 - Fraction(comb(cases - k, i), comb(cases, i)) for k in found), Fraction(0))
        for i in range(1, cases + 1)
    ]


def accumulation(cases: Iterable[Collection[Hashable]]) -> list[int]:
    """Number of different codes in the first 1, 2, … cases, in their own order.

    Examples
    --------
    >>> accumulation([{"work"}, set(), {"work", "home"}])
    [1, 1, 2]
    """
    seen: set[Hashable] = set()
    sizes = []
    for codes in cases:
        seen.update(codes)
        sizes.append(len(seen))
    return sizes
