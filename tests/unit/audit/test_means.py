"""GRIM and GRIMMER: what whole-number answers can give, against published and enumerated cases."""

from fractions import Fraction
from itertools import combinations_with_replacement
from math import isqrt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from resurvey.audit.means import check_mean
from resurvey.core.errors import SurveyError
from resurvey.core.printed import format_fixed, interval, parse_printed


# Brown & Heathers 2017 and the manuals of the R packages scrutiny and rsprite2.
@pytest.mark.parametrize(
    ("mean", "n", "items", "possible"),
    [
        ("5.19", 28, 1, False),
        ("5.18", 28, 1, True),
        ("5.21", 28, 1, True),
        ("5,19", 28, 1, False),
        ("5.19", 32, 1, True),
        ("3.45", 20, 1, True),
        ("3.45", 21, 1, False),
        ("2.84", 16, 2, True),
        ("2.84", 17, 1, False),
        ("32.06", 15, 1, False),
        ("5.27", 43, 1, False),
        ("5.28", 43, 1, True),
        ("-0.35", 20, 1, True),
        ("-0.36", 20, 1, False),
    ],
)
def test_published_means_are_judged_as_published(
    mean: str, n: int, items: int, possible: bool
) -> None:
    found = check_mean(mean, None, n, items)
    assert found.possible is possible
    assert found.sd_possible is None
    assert found.reason == ("attainable" if possible else "mean")


# Anaya 2016 and Allard 2018; the last ones by hand: one answer of 1 has a deviation of its own.
@pytest.mark.parametrize(
    ("mean", "sd", "n", "possible"),
    [
        ("7.3", "2.51", 12, False),
        ("3.44", "2.47", 18, False),
        ("3.44", "2.48", 18, True),
        ("30.33", "8.63", 15, None),
        ("15.60", "11.28", 15, None),
        ("1.03", "0.41", 40, False),
        ("0.50", "0.00", 10, False),
        ("0.50", "0.53", 10, True),
        ("2.00", "0.00", 10, True),
    ],
)
def test_published_deviations_are_judged_as_published(
    mean: str, sd: str, n: int, possible: bool | None
) -> None:
    found = check_mean(mean, sd, n)
    # With one decimal every mean of twelve people is possible, the deviation is not.
    assert found.possible is (None if mean == "7.3" else True)
    assert found.sd_possible is possible
    assert found.reason == ("sd" if possible is False else "attainable")


def test_the_possible_means_below_and_above_are_named_as_the_table_prints() -> None:
    assert check_mean("5.19", None, 28).nearest == ["5.18", "5.21"]
    assert check_mean("5,19", None, 28).nearest == ["5,18", "5,21"]
    assert check_mean("5,18", None, 28).nearest == ["5,18"]
    assert check_mean("-0.36", None, 20).nearest == ["-0.40", "-0.35"]


def test_where_every_mean_is_possible_nothing_is_said() -> None:
    assert check_mean("3.4", None, 10).possible is None
    assert check_mean("3.4", None, 10).reason == "no_power"
    assert check_mean("3.41", None, 99).possible is not None
    assert check_mean("3.41", "1.20", 1_000) == check_mean("3.41", "1.21", 1_000)
    assert check_mean("3.41", "1.20", 1_000).sd_possible is None


def test_a_deviation_too_small_for_its_mean_is_impossible_in_a_large_sample() -> None:
    # Half the people at 3, half at 4 deviate by 0.5 already.
    assert check_mean("3.50", "0.50", 1_000).sd_possible is not False
    found = check_mean("3.50", "0.45", 1_000)
    assert (found.possible, found.sd_possible, found.reason) == (None, False, "sd")


def test_the_deviation_of_an_impossible_mean_or_of_one_person_is_not_judged() -> None:
    assert check_mean("5.19", "1.00", 28).sd_possible is None
    assert check_mean("5", "1.0", 1).sd_possible is None


def test_a_half_may_have_gone_to_either_side_and_a_cut_number_only_down() -> None:
    # 9/8 = 1.125
    for rounding in ("half_up", "half_even", "unknown"):
        assert check_mean("1.12", None, 8, rounding=rounding).possible
        assert check_mean("1.13", None, 8, rounding=rounding).possible
    assert check_mean("1.12", None, 8, rounding="truncation").possible
    assert not check_mean("1.13", None, 8, rounding="truncation").possible
    # 428/32 = 13.375, a mean of a published table that prints 13.37.
    assert check_mean("13.37", None, 32).possible
    assert check_mean("1.01", None, 50).possible is False


@pytest.mark.parametrize(
    ("mean", "sd", "n", "items"),
    [("", None, 5, 1), ("1.0", "-0.5", 5, 1), ("1.0", None, 0, 1), ("1.0", None, 5, 0)],
)
def test_what_is_no_printed_mean_is_refused(mean: str, sd: str | None, n: int, items: int) -> None:
    with pytest.raises(SurveyError):
        check_mean(mean, sd, n, items)


def test_a_huge_deviation_of_three_people_is_answered_at_once() -> None:
    assert check_mean("5", "9" * 29, 3).sd_possible is None


RULES = st.sampled_from(["half_up", "half_even", "truncation", "unknown"])


def _prints_as(variance: Fraction, sd: str, rounding: str) -> bool:
    """Compare the root of a variance with a printed deviation, exactly."""
    printed = interval(parse_printed(sd), rounding, either_tie=True)
    low, high = max(printed.low, Fraction(0)), printed.high
    above = variance >= low**2 if printed.low_closed or printed.low < 0 else variance > low**2
    return above and (variance <= high**2 if printed.high_closed else variance < high**2)


@pytest.mark.slow
@settings(deadline=None, max_examples=60)
@given(
    n=st.integers(2, 6),
    mean=st.integers(-30, 30),
    sd=st.integers(0, 25),
    rounding=RULES,
)
def test_small_samples_are_judged_as_their_enumeration(
    n: int, mean: int, sd: int, rounding: str
) -> None:
    texts = format_fixed(Fraction(mean, 10), 1, "."), format_fixed(Fraction(sd, 10), 1, ".")
    means = interval(parse_printed(texts[0]), rounding, either_tie=True)
    # A deviation of up to 2.6 keeps every answer within 6 of a mean of at most 3.1.
    pairs = (
        {
            (Fraction(sum(scores), n), sum(score * score for score in scores))
            for scores in combinations_with_replacement(range(-9, 10), n)
        }
        if n <= 4
        else {
            (Fraction(sum(scores), n), sum(score * score for score in scores))
            for scores in combinations_with_replacement(range(-5, 6), n)
        }
    )
    fitting = [pair for pair in pairs if pair[0] in means]
    found = check_mean(*texts, n, rounding=rounding)
    if n <= 4 or abs(mean) <= 10:
        assert bool(fitting) == (found.possible is not False)
    if not fitting or (n > 4 and (abs(mean) > 10 or sd > 12)):
        return
    variances = [(squares - n * exact**2) / (n - 1) for exact, squares in fitting]
    attained = any(_prints_as(variance, texts[1], rounding) for variance in variances)
    assert attained == (found.sd_possible is not False)


@settings(deadline=None, max_examples=60)
@given(
    scores=st.lists(st.integers(0, 12), min_size=2, max_size=60),
    items=st.integers(1, 4),
    digits=st.integers(0, 3),
)
def test_real_scores_are_never_accused(scores: list[int], items: int, digits: int) -> None:
    n = len(scores)
    mean = Fraction(sum(scores), n * items)
    variance = (sum(score**2 for score in scores) - Fraction(sum(scores) ** 2, n)) / (
        (n - 1) * items**2
    )
    # The root, rounded half up: the whole number next below its square plus a half.
    steps = 10**digits
    doubled = isqrt(floor_of(4 * variance * steps**2))
    sd = format_fixed(Fraction((doubled + 1) // 2, steps), digits, ".")
    found = check_mean(format_fixed(mean, digits, "."), sd, n, items)
    assert found.possible is not False
    assert found.sd_possible is not False


def floor_of(value: Fraction) -> int:
    return value.numerator // value.denominator


@pytest.mark.slow
@settings(deadline=None, max_examples=60)
@given(n=st.integers(1, 70), items=st.integers(1, 2), mean=st.integers(-300, 300), rounding=RULES)
def test_the_named_neighbours_are_possible_and_the_nearest(
    n: int, items: int, mean: int, rounding: str
) -> None:
    text = format_fixed(Fraction(mean, 100), 2, ".")
    found = check_mean(text, None, n, items, rounding)
    if found.possible is not False:
        assert found.nearest == [text]
        return
    values = [parse_printed(near).value for near in found.nearest]
    assert min(values) < Fraction(mean, 100) < max(values)
    for near in found.nearest:
        assert check_mean(near, None, n, items, rounding).possible is not False
    step = min(values) + Fraction(1, 100)
    while step < Fraction(mean, 100):
        between = check_mean(format_fixed(step, 2, "."), None, n, items, rounding)
        assert between.possible is False or step in values
        step += Fraction(1, 100)
