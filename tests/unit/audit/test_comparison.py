"""A printed cell agrees digit for digit, or its verdict and its arithmetic say why not."""

from fractions import Fraction
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resurvey.audit.comparison import AUDIT_COLUMNS, compare_cells, round_toward_zero
from resurvey.core.errors import SurveyError
from resurvey.core.printed import percent_text
from resurvey.core.published import PrintedCell


def cell(printed, code="1", column="total", variable="q", table="t"):
    return PrintedCell(
        table, "question", f"row {code}", column, printed, variable, code, "", column
    )


def line(count, base, code="1", column="total", variable="q", kind="answer"):
    return {
        "table": "t",
        "row_variable": variable,
        "row_code": code,
        "column_code": column,
        "kind": kind,
        "count": str(count),
        "base": str(base),
    }


def compared(cells, lines, derived="counts", unsolved=()):
    cells = cells if isinstance(cells, list) else [cells]
    return compare_cells(cells, lines, {"t": derived}, unsolved)


def verdict(printed, count, base, **kind):
    (one,) = compared(cell(printed), [line(count, base)], **kind)
    return one["recomputed"], one["verdict"]


# One answer


@pytest.mark.parametrize(
    ("printed", "count", "base", "recomputed", "said"),
    [
        ("33,3", 1, 3, "33,3", "agrees"),
        ("33.3", 1, 3, "33.3", "agrees"),
        ("33", 1, 3, "33", "agrees"),
        ("33,33", 1, 3, "33,33", "agrees"),
        ("66,6", 2, 3, "66,7", "differs"),
        ("66.6", 2, 3, "66.7", "differs"),
        ("12,3", 49, 400, "12,3", "agrees"),  # 12.25: half away from zero
        ("12,2", 49, 400, "12,2", "agrees"),  # and to the even digit
        ("12,1", 49, 400, "12,3", "differs"),
        ("12,4", 49, 400, "12,3", "differs"),
        ("0", 0, 5, "0", "agrees"),
        ("0,0", 0, 5, "0,0", "agrees"),
        ("100", 5, 5, "100", "agrees"),
        ("100,0", 5, 5, "100,0", "agrees"),
        ("5,8%", 30, 515, "5,8%", "agrees"),
    ],
)
def test_recomputed_number_is_written_as_the_printed_one(printed, count, base, recomputed, said):
    assert verdict(printed, count, base) == (recomputed, said)


def test_misprint_differs_and_shows_its_arithmetic():
    (one,) = compared(cell("28,9"), [line(146, 515)])
    assert (one["recomputed"], one["verdict"]) == ("28,3", "differs")
    assert one["arithmetic"] == "100 × 146 / 515 = 28,349…"
    assert (one["count"], one["base"]) == ("146", "515")


def test_misprint_in_a_real_wave_differs_though_no_counts_can_give_its_question():
    lines = [line(1, 3, "1"), line(2, 3, "2")]
    first, second = compared([cell("33,3", "1"), cell("65,0", "2")], lines, unsolved=["q"])
    assert first["verdict"] == "agrees"
    assert (second["recomputed"], second["verdict"]) == ("66,7", "differs")


@pytest.mark.parametrize("lines", [[], [line(0, 0)]])
def test_question_without_solution_and_without_counts_says_so(lines):
    (one,) = compared(cell("33,3"), lines, unsolved=["q"])
    assert (one["recomputed"], one["verdict"]) == ("", "no_integer_solution")


@pytest.mark.parametrize("lines", [[], [line(0, 0)], [line("", "")]])
def test_cell_that_was_not_counted_differs(lines):
    (one,) = compared(cell("33,3"), lines)
    assert (one["verdict"], one["arithmetic"]) == ("differs", "not counted in this wave")


def test_weighted_counts_keep_their_decimals():
    (one,) = compared(cell("31,3"), [line("12.5", "40.0")])
    assert (one["recomputed"], one["verdict"]) == ("31,3", "agrees")
    assert (one["count"], one["base"]) == ("12.5", "40")
    subtotal = compared(cell("56,3", "1+2"), [line("12.5", "40"), line("10.0", "40", "2")])[0]
    assert (subtotal["count"], subtotal["verdict"]) == ("22.5", "agrees")


def test_total_row_is_a_cell_like_others():
    (one,) = compared(cell("100", "total"), [line(7, 7, "total", kind="total")])
    assert one["verdict"] == "agrees"


def test_every_line_has_all_columns_in_the_articles_order():
    cells = [cell("33,3", "2"), cell("66,7", "1")]
    lines = compared(cells, [line(2, 3, "1"), line(1, 3, "2")])
    assert [one["row_code"] for one in lines] == ["2", "1"]
    assert all(set(one) == set(AUDIT_COLUMNS) for one in lines)


# Ties: 49 of 400 is 12.25, half-way between 12.2 and 12.3


@pytest.mark.parametrize(
    ("rounding", "printed", "recomputed", "said", "tie"),
    [
        ("half_up", "12,3", "12,3", "agrees", "half_up"),
        ("half_up", "12,2", "12,2", "agrees", "half_even"),
        ("half_even", "12,2", "12,2", "agrees", "half_even"),
        ("half_even", "12,3", "12,3", "agrees", "half_up"),
        ("half_even", "12,4", "12,2", "differs", ""),
        ("truncation", "12,2", "12,2", "agrees", "half_even"),
        ("truncation", "12,3", "12,2", "differs", ""),
        ("unknown", "12,2", "12,2", "agrees", "half_even"),
        ("unknown", "12,3", "12,3", "agrees", "half_up"),
        ("unknown", "12,1", "12,3", "differs", ""),
    ],
)
def test_half_agrees_on_either_side_and_is_marked(rounding, printed, recomputed, said, tie):
    (one,) = compare_cells([cell(printed)], [line(49, 400)], {}, rounding=rounding)
    assert (one["recomputed"], one["verdict"], one["tie"]) == (recomputed, said, tie)
    assert one["from_counts"] == recomputed.replace("%", "")


def test_half_that_went_down_to_an_odd_digit_agrees_as_cut():
    # 12.35 as a binary number lies below the half.
    (one,) = compared(cell("12,3"), [line(247, 2000)])
    assert (one["verdict"], one["tie"]) == ("agrees", "truncation")


def test_declared_truncation_cuts_what_is_recomputed():
    (one,) = compare_cells([cell("12,3")], [line(1249, 10000)], {}, rounding="truncation")
    assert (one["recomputed"], one["verdict"]) == ("12,4", "differs")
    (one,) = compare_cells([cell("12,4")], [line(1249, 10000)], {}, rounding="truncation")
    assert (one["verdict"], one["tie"]) == ("agrees", "")


def test_rounded_parts_that_are_halves_may_have_gone_either_way():
    # 12.25 and 20.25: 12.2 + 20.2, 12.3 + 20.2 and 12.3 + 20.3 are sums of rounded parts.
    lines = [line(49, 400, "1"), line(81, 400, "2")]
    for printed in ("32,4", "32,5", "32,6"):
        (one,) = compared(cell(printed, "1+2"), lines, "printed_parts")
        assert (one["recomputed"], one["verdict"].split("_")[0]) == (printed, "agrees")
    assert compared(cell("32,7", "1+2"), lines, "printed_parts")[0]["verdict"] == "differs"


def test_difference_that_is_a_half_agrees_on_either_side():
    lines = [line(149, 400, variable="after"), line(100, 400, variable="before")]
    for printed, said in {"+12,2": "agrees", "+12,3": "agrees", "+12,4": "differs"}.items():
        (one,) = compared(cell(printed, column="difference", variable="after-before"), lines)
        assert one["verdict"] == said


def test_weighted_half_agrees_on_either_side():
    for printed in ("31,2", "31,3"):
        assert compared(cell(printed), [line("12.5", "40.0")])[0]["verdict"] == "agrees"


def rounded(count, base, digits, half_even):
    """Print a per cent with one of the two rules for halves, in integers."""
    steps, rest = divmod(100 * count * 10**digits, base)
    up = 2 * rest > base or (2 * rest == base and (not half_even or steps % 2))
    figures = str(steps + up).rjust(digits + 1, "0")
    return f"{figures[:-digits]},{figures[-digits:]}" if digits else figures


@pytest.mark.slow
@pytest.mark.parametrize("half_even", [False, True])
def test_tables_rounded_to_even_or_up_agree_and_every_planted_unit_is_found(half_even):
    random = Random(20)
    halves = 0
    for _ in range(500):
        # Bases that divide powers of ten times two have many halves.
        base = random.choice([16, 32, 40, 80, 160, 200, 400, 800, 515, 1600])
        digits = random.choice([0, 1, 1, 2])
        counts = [random.randint(0, base) for _ in range(random.randint(2, 6))]
        texts = [rounded(count, base, digits, half_even) for count in counts]
        wrong = random.randrange(len(counts))
        away = int(texts[wrong].replace(",", "")) + (1 if random.random() < 0.5 else -1)
        exact = Fraction(100 * counts[wrong] * 10**digits, base)
        planted = away >= 0 and abs(away - exact) != Fraction(1, 2)
        if planted:
            figures = str(away).rjust(digits + 1, "0")
            texts[wrong] = f"{figures[:-digits]},{figures[-digits:]}" if digits else figures
        cells = [cell(text, str(code)) for code, text in enumerate(texts)]
        lines = [line(count, base, str(code)) for code, count in enumerate(counts)]
        found = compared(cells, lines)
        said = [one["verdict"] for one in found]
        expected = ["agrees"] * len(counts)
        if planted:
            expected[wrong] = "differs"
        assert said == expected
        halves += sum(bool(one["tie"]) for one in found)
    assert halves > 200


# Subtotals: 1/3 + 1/3 is 66.7 from counts and 66.6 from printed parts

THIRDS = [line(1, 3, "1"), line(1, 3, "2"), line(1, 3, "3")]


@pytest.mark.parametrize(
    ("printed", "derived", "recomputed", "said"),
    [
        ("66,7", "counts", "66,7", "agrees"),
        ("66,6", "counts", "66,7", "differs"),
        ("66,6", "printed_parts", "66,6", "agrees_by_printed_parts"),
        ("66,7", "printed_parts", "66,6", "differs"),
        ("66,8", "printed_parts", "66,6", "differs"),
    ],
)
def test_subtotal_follows_what_the_table_declares(printed, derived, recomputed, said):
    (one,) = compared(cell(printed, "1+2"), THIRDS, derived)
    assert (one["recomputed"], one["verdict"]) == (recomputed, said)
    assert (one["from_counts"], one["from_printed_parts"]) == ("66,7", "66,6")


def test_subtotal_that_is_the_same_either_way_simply_agrees():
    lines = [line(1, 4, "1"), line(1, 4, "2")]
    (one,) = compared(cell("50,0", "1+2"), lines, "printed_parts")
    assert one["verdict"] == "agrees"


def test_answer_whose_own_code_has_a_plus_is_no_sum():
    (one,) = compared(cell("25,0", "65+"), [line(1, 4, "65+")])
    assert one["verdict"] == "agrees"
    (one,) = compared(cell("25,0", "a+b"), [line(1, 4, "a+b")], "printed_parts")
    assert (one["verdict"], one["from_printed_parts"]) == ("agrees", "")


# Differences


def difference(printed, after, before, base=1000, derived="counts", others=("+1,4",)):
    """Compare one difference cell in a column that prints `others` too."""
    lines = [line(after, base, variable="after"), line(before, base, variable="before")]
    cells = [cell(printed, column="difference", variable="after-before")]
    cells += [
        cell(text, str(code), "difference", "after-before") for code, text in enumerate(others, 70)
    ]
    return compared(cells, lines, derived)[0]


@pytest.mark.parametrize(
    ("printed", "after", "before", "recomputed", "said"),
    [
        ("+1,4", 72, 58, "+1,4", "agrees"),
        ("-1,4", 58, 72, "-1,4", "agrees"),
        ("\N{MINUS SIGN}1,4", 58, 72, "\N{MINUS SIGN}1,4", "agrees"),
        ("0", 58, 58, "0", "agrees"),
        ("0,0", 58, 58, "0,0", "agrees"),
        ("+1,5", 72, 58, "+1,4", "differs"),
        ("+1,4", 58, 72, "-1,4", "differs"),
        ("+1,4", 58, 58, "0", "differs"),
        ("1,4", 72, 58, "1,4", "agrees"),
    ],
)
def test_difference_keeps_sign_and_bare_zero(printed, after, before, recomputed, said):
    one = difference(printed, after, before)
    assert (one["recomputed"], one["verdict"]) == (recomputed, said)
    assert one["count"] == ""


def test_bare_zero_stands_for_a_zero_with_the_digits_of_its_column():
    one = difference("0", 62, 58)
    assert (one["recomputed"], one["verdict"]) == ("+0,4", "differs")


def test_bare_zero_in_an_english_table_is_recomputed_with_a_point():
    assert difference("0", 62, 58, others=("+1.4",))["recomputed"] == "+0.4"


def test_column_without_plus_signs_is_recomputed_without_them():
    assert difference("1,3", 72, 58, others=("2,0",))["recomputed"] == "1,4"


def test_minus_is_the_one_of_the_column():
    others = ("+1,4", "\N{MINUS SIGN}2,0")
    assert difference("+1,0", 58, 72, others=others)["recomputed"] == "\N{MINUS SIGN}1,4"


def test_difference_of_rounded_parts_is_told_from_that_of_counts():
    # 33.33 - 16.67 is 16.67 from counts and 33.3 - 16.7 = 16.6 from printed parts.
    one = difference("+16,6", 200, 100, base=600, derived="printed_parts")
    assert (one["recomputed"], one["verdict"]) == ("+16,6", "agrees_by_printed_parts")
    assert one["from_counts"] == "+16,7"
    assert difference("+16,6", 200, 100, base=600)["verdict"] == "differs"


def test_difference_whose_one_side_has_no_counts_is_not_recomputed():
    lines = [line(1, 3, variable="after")]
    (one,) = compared(cell("+1,4", column="difference", variable="after-before"), lines)
    assert one["arithmetic"] == "not counted in this wave"


@pytest.mark.parametrize("variable", ["after", "a-b-c", "after-"])
def test_difference_of_what_is_no_pair_is_refused_by_the_cells_name(variable):
    with pytest.raises(SurveyError, match=r"t, 'row 1', difference: a difference needs"):
        compared(cell("+1,4", column="difference", variable=variable), [])


# Any counts


@given(st.integers(1, 700), st.data(), st.integers(0, 2), st.sampled_from([",", "."]))
def test_what_was_printed_from_counts_always_agrees(base, data, digits, mark):
    count = data.draw(st.integers(0, base))
    printed = percent_text(count, base, digits, mark)
    assert verdict(printed, count, base) == (printed, "agrees")


@given(st.integers(1, 700), st.data(), st.sampled_from([-1, 1]))
def test_one_unit_more_or_less_always_differs(base, data, step):
    count = data.draw(st.integers(0, base))
    printed = percent_text(count, base)
    units = int(printed.replace(",", "")) + step
    half_below = 2000 * count % base == 0 and 2000 * count // base % 2 and step == -1
    if units >= 0 and not half_below:
        wrong = f"{units // 10},{units % 10}"
        assert verdict(wrong, count, base) == (printed, "differs")


def test_cut_is_towards_zero():
    assert round_toward_zero(Fraction(-19, 10), 0) == -1
    assert round_toward_zero(Fraction(19, 10), 0) == 1
