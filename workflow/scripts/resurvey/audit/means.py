"""Means: whether whole-number answers can give a printed mean and standard deviation.

The mean of n whole numbers is a multiple of 1/n (GRIM: Brown & Heathers 2017), and its standard
deviation comes from a whole sum of squares as odd or even as the sum itself (GRIMMER: Anaya 2016,
in the analytic form of Allard 2018). Both are decided here in integers and exact fractions.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from math import ceil, floor, isqrt

from resurvey.audit.readings import (
    PrintedMean,
    Reading,
    means_of,
    speaks_of_scores,
)
from resurvey.audit.typed_table import Note, TypedQuestion
from resurvey.audit.verdicts import (
    Alternatives,
    FoundMisprint,
    Judgement,
    Terms,
    bare_cells,
)
from resurvey.core.errors import SurveyError
from resurvey.core.printed import (
    Interval,
    Printed,
    format_fixed,
    interval,
    parse_printed,
    printings,
)

#: Why a check says what it says.
REASONS = ("attainable", "mean", "sd", "no_power")
# With more totals than this behind one printed mean, some total fits any standard deviation.
_MOST_TOTALS = 10_000
_LARGEST_SPREAD = 10**9
# Means that are above this share of impossible ones are of another kind than was assumed.
_MOST_ODD_MEANS = Fraction(1, 3)
# Where measurements would pass as whole-number answers so often, nothing says what they are.
_LIKE_MEASUREMENTS, _LIKE_MEASURED_SCORES = 0.01, 0.1
_MOST_MEANS = 1_000


@dataclass(frozen=True, slots=True)
class MeanCheck:
    """What a printed mean and standard deviation of whole-number answers can be.

    possible: Whether some whole total prints as this mean; None where every mean with so many
        decimals would be possible, so that the check says nothing.
    sd_possible: Whether whole numbers with such a total have this sample standard deviation;
        None where it is not given, where the mean is impossible or the answer is one person's,
        and where every deviation of about this size would be possible.
    nearest: The possible means next to the printed one, below and above; the mean itself where
        it is possible.
    reason: One of `REASONS`: what is impossible, or that nothing could have been.
    """

    possible: bool | None
    sd_possible: bool | None
    nearest: list[str]
    reason: str


def check_mean(
    mean: str, sd: str | None, n: int, items: int = 1, rounding: str = "half_up"
) -> MeanCheck:
    """Check a printed mean, and its standard deviation, of answers that are whole numbers.

    Examples
    --------
    >>> check_mean("5.19", None, 28)
    MeanCheck(possible=False, sd_possible=None, nearest=['5.18', '5.21'], reason='mean')
    >>> check_mean("3,44", "2,47", 18).sd_possible, check_mean("3,44", "2,48", 18).sd_possible
    (False, True)
    >>> check_mean("3.4", None, 300).possible is None
    True
    """
    if n < 1 or items < 1:
        raise SurveyError(f"a mean of {n} respondents and {items} items cannot be checked")
    printed = parse_printed(mean)
    pieces = n * items
    totals = _totals(interval(printed, rounding, either_tie=True), pieces)
    decided = bool(totals)
    possible = None if _always(printed, pieces, rounding) else decided
    nearest = [_bare(printed)] if decided else _nearest(printed, pieces, rounding)
    sd_possible = None
    if sd is not None:
        deviation = parse_printed(sd)
        if deviation.value < 0:
            raise SurveyError(f"{sd[:40]!r} is negative, a standard deviation cannot be")
        if decided and n > 1:
            sd_possible = _deviation(
                interval(deviation, rounding, either_tie=True), totals, n, items
            )
    reason = "no_power" if possible is None and sd_possible is None else "attainable"
    if not decided:
        reason = "mean"
    elif sd_possible is False:
        reason = "sd"
    return MeanCheck(possible, sd_possible, nearest, reason)


def _totals(means: Interval, pieces: int) -> range:
    """The whole totals whose mean lies in an interval."""
    return _whole(
        Interval(means.low * pieces, means.high * pieces, means.low_closed, means.high_closed)
    )


def _whole(numbers: Interval) -> range:
    """The whole numbers of an interval."""
    low, high = ceil(numbers.low), floor(numbers.high)
    if low == numbers.low and not numbers.low_closed:
        low += 1
    if high == numbers.high and not numbers.high_closed:
        high -= 1
    return range(low, high + 1)


def _always(printed: Printed, pieces: int, rounding: str) -> bool:
    """Return whether every mean with as many decimals is possible."""
    steps = 10**printed.digits
    # A total prints as two means at most: fewer totals than half the means leave some out.
    return pieces >= steps or (
        2 * pieces >= steps
        and all(
            _totals(
                interval(_moved(printed, Fraction(step, steps)), rounding, either_tie=True), pieces
            )
            for step in range(steps, 2 * steps)
        )
    )


def _moved(printed: Printed, value: Fraction) -> Printed:
    return replace(printed, value=value)


def _bare(printed: Printed) -> str:
    return format_fixed(printed.value, printed.digits, printed.decimal or ".")


def _nearest(printed: Printed, pieces: int, rounding: str) -> list[str]:
    """Print the totals below and above a mean that no total gives."""
    means: set[Fraction] = set()
    below = floor(printed.value * pieces)
    for total in (below, below + 1):
        means |= set(printings(Fraction(total, pieces), printed.digits, rounding))
    return [_bare(_moved(printed, value)) for value in sorted(means)]


def _deviation(deviations: Interval, totals: range, n: int, items: int) -> bool | None:
    """Return whether whole scores of n people, with one of the totals, deviate so much."""
    if len(totals) > _MOST_TOTALS:
        return None
    low, low_closed = deviations.low, deviations.low_closed
    if low < 0:
        low, low_closed = Fraction(0), True
    scale = (n - 1) * items**2
    squares = Interval(
        scale * low**2, scale * deviations.high**2, low_closed, deviations.high_closed
    )
    smallest = [_smallest(total, n) - Fraction(total**2, n) for total in totals]
    # Few people with so wide a spread fit anything, and their sums would be searched one by one.
    if n < 5 and squares.high > _LARGEST_SPREAD:
        return None
    # Two whole numbers in a row are an odd and an even one: one of them is always right.
    wide = squares.high - squares.low >= 2 and n > 4
    if wide and all(least <= squares.low for least in smallest):
        return None
    return any(
        _attained(total, square_sum, n)
        for total in totals
        for square_sum in _square_sums(squares, total, n)
    )


def _square_sums(squares: Interval, total: int, n: int) -> Iterator[int]:
    """The whole sums of squares, odd or even as the total, that give such a deviation."""
    about_zero = Fraction(total**2, n)
    sums = _whole(
        Interval(
            squares.low + about_zero,
            squares.high + about_zero,
            squares.low_closed,
            squares.high_closed,
        )
    )
    # The square of a whole number is odd or even as the number is, and so are the sums.
    first = max(sums.start, _smallest(total, n))
    return iter(range(first + (first - total) % 2, sums.stop, 2))


def _smallest(total: int, n: int) -> int:
    """The smallest sum of squares of n whole numbers with a total: all next to their mean."""
    low, above = divmod(total, n)
    return (n - above) * low**2 + above * (low + 1) ** 2


def _attained(total: int, square_sum: int, n: int) -> bool:
    """Return whether n whole numbers have this total and this sum of squares.

    Both are odd or both even, and the sum of squares is no smaller than it can be. From five
    numbers on that is enough; of four, three or two numbers some sums of squares are left out.
    """
    match n:
        case 2:
            # x and y are (total ± d) / 2, with d² as below.
            return _is_square(2 * square_sum - total**2)
        case 3:
            # With differences u and v the sum is u² + uv + v², that is 4·form = (2u + v)² + 3v².
            form = (3 * square_sum - total**2) // 2
            return any(_is_square(4 * form - 3 * v * v) for v in range(isqrt(4 * form // 3) + 1))
        case 4:
            # Half the pairwise sums around the mean are three whole numbers with these squares;
            # Legendre: only 4^a (8b + 7) is no sum of three squares. Odd totals never meet it.
            rest = 4 * square_sum - total**2
            while rest and rest % 4 == 0:
                rest //= 4
            return rest % 8 != 7
    return True


def _is_square(number: int) -> bool:
    return number >= 0 and isqrt(number) ** 2 == number


# Judgement --------------------------------------------------------------------------------------


def judge_means(question: TypedQuestion, reading: Reading, terms: Terms) -> Judgement:
    judged = Judgement(question, "means", reading.reason, "fits", "means")
    judged.notes += question.notes
    judged.cells = bare_cells(question)
    judged.bases = {code: question.bases.get(code) for code in question.columns}
    items = terms.items or 1
    judged.assumptions.append(
        Note("assume_items" if terms.items else "assume_one_item", {"items": str(items)})
    )
    bad: list[FoundMisprint] = []
    checked = silent = absent = 0
    for mean in means_of(question):
        if mean.n is None:
            silent += 1
            continue
        check = check_mean(mean.mean, mean.spread, mean.n, items, terms.rounding)
        if check.possible is False or check.sd_possible is False:
            code = mean.column
            others = () if code in terms.exact else range(_least(mean.n), mean.n)
            rest = [check_mean(mean.mean, mean.spread, n, items, terms.rounding) for n in others]
            if any(
                other.possible is not False and other.sd_possible is not False for other in rest
            ):
                absent += 1
                continue
        if check.possible is None and check.sd_possible is None:
            silent += 1
            continue
        checked += 1
        possible = check.possible is not False and check.sd_possible is not False
        steps = 10 ** parse_printed(mean.mean).digits
        judged.means.append((min(1.0, mean.n * items / steps), possible))
        if check.possible is False:
            nearest = " / ".join(check.nearest)
            bad.append(_printed_mean(question, mean, mean.row, mean.mean, nearest))
        elif check.sd_possible is False:
            deviation = replace(mean, column=mean.spread_column or mean.column)
            bad.append(_printed_mean(question, deviation, mean.spread_row, mean.spread or "", ""))
    if absent:
        judged.note("note_means_absent", means=str(absent))
    if silent:
        judged.note("note_means_silent", means=str(silent))
    if not checked:
        judged.verdict = "undecided"
        judged.note("note_means_unchecked")
    if bad:
        judged.alternatives = [Alternatives(1, 1, ((cell,),), 1) for cell in bad]
        few = len(bad) <= max(1, int(checked * _MOST_ODD_MEANS)) and checked > 1
        whole = few and speak_of_whole_numbers(question, judged.means)
        judged.verdict = "misprints" if terms.items or whole else "undecided"
        if judged.verdict == "undecided":
            key = "note_means_other_kind" if few else "note_means_other_items"
            judged.note(key, bad=str(len(bad)), checked=str(checked))
    return judged


def speak_of_whole_numbers(question: TypedQuestion, means: Sequence[tuple[float, bool]]) -> bool:
    """Return whether so many possible means speak for answers in whole numbers.

    A mean of measurements passes as one of whole numbers with a chance that its base and decimals
    give; only where so many would hardly pass by chance is the one that fails a misprint.
    """
    some = means[:_MOST_MEANS]
    chances = [1.0]
    for chance, _ in some:
        more = [0.0, *(before * chance for before in chances)]
        chances = [
            before * (1 - chance) + other
            for before, other in zip([*chances, 0.0], more, strict=True)
        ]
    passed = sum(possible for _, possible in some)
    scores = speaks_of_scores(question)
    if scores is None:
        return False
    limit = _LIKE_MEASURED_SCORES if scores else _LIKE_MEASUREMENTS
    return sum(chances[passed:]) <= limit


def _least(n: int) -> int:
    """Return the fewest people who may have answered where so many were there: a few are absent."""
    return max(1, min(n - 2, n - n // 20))


def _printed_mean(
    question: TypedQuestion, mean: PrintedMean, row: str, printed: str, nearest: str
) -> FoundMisprint:
    cells = next((line.cells for line in question.rows if line.label == row), {})
    text = cells[mean.column].text if mean.column in cells else printed
    return FoundMisprint(row, question.columns[mean.column], text, nearest)
