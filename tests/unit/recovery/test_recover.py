"""What goes into a recovery, what comes out, and what is said of bad input."""

import sys
from contextlib import suppress
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import resurvey as rs
from resurvey.recovery import recover

MEN_WOMEN = {"men": ["31,3", "68,8"], "women": ["28,6", "71,4"]}
SIZES = {"men": 40, "women": 30}


def test_library_offers_recover():
    found = rs.recover(MEN_WOMEN, max_base=SIZES)
    assert {tuple(one.bases.values()) for one in found.solutions} == {
        (men, women) for men in (16, 32) for women in (7, 14, 21, 28)
    }
    assert found.solutions[0].counts == {"men": [5, 11], "women": [2, 5]}
    assert len(found) == 8


@pytest.mark.slow
def test_import_of_the_recovery_loads_nothing_heavy():
    import subprocess

    code = (
        "import resurvey.recovery, sys; print([m for m in ('pandas', 'scipy') if m in sys.modules])"
    )
    paths = {"PYTHONPATH": ":".join(path for path in sys.path if path)}
    result = subprocess.run(
        [sys.executable, "-c", code], env=paths, capture_output=True, text=True, check=True
    )
    assert result.stdout.strip() == "[]"


def test_base_of_the_total_binds_its_groups():
    found = recover(MEN_WOMEN, max_base=SIZES, base={"total": 44})
    assert [tuple(one.bases.values()) for one in found.solutions] == [(16, 28)]


def test_limit_of_the_total_binds_its_groups():
    found = recover(MEN_WOMEN, max_base=SIZES | {"total": 25})
    assert [tuple(one.bases.values()) for one in found.solutions] == [(16, 7)]


def test_total_column_is_the_sum_of_the_groups():
    found = recover(MEN_WOMEN, total=["30,0", "70,0"], max_base=SIZES)
    assert [one.counts for one in found.solutions] == [
        {"men": [5, 11], "women": [4, 10]},
        {"men": [10, 22], "women": [8, 20]},
    ]


def test_table_may_be_of_all_respondents_alone():
    found = recover({"total": ["22,9", "39,2", "37,9"]}, base={"total": 515})
    assert [one.counts["total"] for one in found.solutions] == [[118, 202, 195]]


def test_derived_row_from_counts_decides_between_solutions():
    table = {"all": ["33", "33", "34"]}
    # The first two counts are 325 to 334, their sum 656 to 665; only 665 prints as 67.
    derived = {"yes": {"parts": [0, 1], "all": "67"}}
    loose = recover(table, base={"all": 1000}, derived=derived)
    bound = recover(table, base={"all": 1000}, derived=derived, derived_from="counts")
    assert loose.range("count", answer="yes") == (656, 665)
    assert bound.range("count", answer="yes") == (665, 665)
    assert [one.counts["all"][0] for one in bound.solutions] == [331, 332, 333, 334]


def test_derived_row_of_unknown_origin_constrains_nothing():
    derived = {"yes": {"parts": [0, 1], "men": "99,9"}}
    assert len(recover(MEN_WOMEN, max_base=SIZES, derived=derived)) == 8


def test_derived_row_from_printed_parts_must_be_their_sum():
    derived = {"yes": {"parts": [0, 1], "men": "100,1"}}
    assert (
        len(recover(MEN_WOMEN, max_base=SIZES, derived=derived, derived_from="printed_parts")) == 8
    )
    derived = {"yes": {"parts": [0, 1], "men": "100,0"}}
    found = recover(MEN_WOMEN, max_base=SIZES, derived=derived, derived_from="printed_parts")
    assert len(found) == 0
    named = {(one.column, one.row, one.units) for (one,) in found.misprints}
    assert ("men", "yes", 1) in named


def test_printed_parts_give_away_a_part_that_is_not_printed():
    table = {"men": ["31,3", None, "0,0"]}
    derived = {"yes": {"parts": [0, 1], "men": "100,1"}}
    found = recover(table, max_base={"men": 40}, derived=derived, derived_from="printed_parts")
    assert [one.counts["men"] for one in found.solutions] == [[5, 11, 0], [10, 22, 0]]


def test_difference_column_from_counts_binds_the_groups():
    table = {"after": ["33", "67"], "before": ["50", "50"]}
    differences = {"change": {"of": ["after", "before"], "cells": ["-17", "+17"]}}
    found = recover(
        table, max_base={"after": 12, "before": 12}, differences=differences, derived_from="counts"
    )
    gaps = found.range("difference", answer=0, group="after", against="before")
    assert gaps == pytest.approx((-50 / 3, -50 / 3))


def test_derived_row_of_one_printed_part_must_equal_it():
    derived = {"yes": {"parts": [0], "men": "32,3"}}
    arguments = {"base": {"men": 16}, "derived": derived, "derived_from": "printed_parts"}
    found = recover({"men": ["31,3", "68,8"]}, **arguments)
    assert [(cell.column, cell.row, cell.units) for (cell,) in found.misprints] == [
        ("men", "yes", -10)
    ]


def test_difference_from_printed_parts_points_at_the_misprint():
    table = {"after": ["33,3", "66,7"], "before": ["50,0", "50,0"]}
    differences = {"change": {"of": ["after", "before"], "cells": ["-16,6", "+16,7"]}}
    found = recover(
        table,
        max_base={"after": 12, "before": 12},
        differences=differences,
        derived_from="printed_parts",
    )
    assert ("change", 0, "-16,6", -1) in [one for (one,) in found.misprints]


def test_sums_of_printed_parts_hold_for_the_tables_behind_each_set_of_misprints():
    # Halves of 2 women and elevenths of 11 men never differ by 28,5: both cannot be misprinted.
    found = recover(
        {"men": ["71,4", "28,5"], "women": ["100,0", "0,0"]},
        base={"women": 2},
        max_base={"men": 11},
        differences={"gap": {"of": ["men", "women"], "cells": ["-28,6", "+28,5"]}},
        derived_from="printed_parts",
        rounding="half_even",
    )
    sets = [{(cell.column, cell.row) for cell in one} for one in found.misprints]
    assert sets == [{("men", 1), ("gap", 1)}]
    assert found.misprints.count == 1


@pytest.mark.parametrize("printed", ["313", "3130000000000000000", "9" * 28])
def test_misprint_of_any_size_is_a_finding(printed):
    found = recover({"all": [f"{printed},0", "68,8"]}, max_base={"all": 20})
    assert len(found) == 0
    assert [(cell.column, cell.row) for (cell,) in found.misprints] == [("all", 0)]


def test_more_bases_than_memory_holds_are_refused(monkeypatch):
    monkeypatch.setattr("resurvey.recovery.bases._MOST_BOUNDS", 10)
    found = recover({"men": ["31", "69"], "women": ["29", "71"]}, max_base=SIZES)
    with pytest.raises(rs.SurveyError, match="give the base of a group"):
        len(found)


def test_largest_bases_stay_exact_beyond_64_bits():
    # One in 9,999,999 by one in 9,999,999: the products of bases and decimals pass 2**63.
    size = 9_999_999
    third = {"a": ["33,3333", "66,6667"], "b": ["33,3333", "66,6667"]}
    gap = {"of": ["a", "b"], "cells": ["0,0000", "0,0000"]}
    found = recover(
        third,
        base={"a": size, "b": size},
        differences={"gap": gap},
        derived_from="counts",
    )
    # 33.33325 to 33.33335 per cent are 3,333,325 to 3,333,334 people: ten counts, and a gap
    # below 0.00005 per cent is one of at most four people.
    assert len(found) == sum(abs(a - b) <= 4 for a in range(10) for b in range(10))


def test_exact_tie_belongs_to_the_rule_that_sends_it_there():
    table = {"all": ["6,3", "93,8"]}  # 1/16 and 15/16 are 6.25 and 93.75
    lengths = {
        rule: len(recover(table, base={"all": 16}, rounding=rule))
        for rule in ("half_up", "half_even", "truncation", "unknown")
    }
    assert lengths == {"half_up": 1, "half_even": 0, "truncation": 0, "unknown": 1}


def test_unknown_rule_counts_a_table_of_several_rules_once():
    found = recover({"all": ["40", "60"]}, max_base={"all": 30}, rounding="unknown")
    assert len(found) == len(found.solutions) == len({str(one) for one in found.solutions})


def test_choice_is_the_largest_base_then_the_first_group():
    chosen = recover({"men": ["50", "50"], "women": ["50", "50"]}, max_base=SIZES).chosen()
    assert chosen.bases == SIZES
    chosen = recover(
        {"men": ["50", "50"], "women": ["50", "50"]}, max_base=SIZES | {"total": 42}
    ).chosen()
    assert chosen.bases == {"men": 40, "women": 2}


@pytest.mark.slow
def test_too_many_solutions_are_counted_not_listed():
    table = {"men": ["20", "30", "10", "40"], "women": ["25", "25", "10", "40"]}
    found = recover(table, max_base={"men": 305, "women": 210})
    assert len(found) > 100_000
    with pytest.raises(rs.SurveyError, match="too many to list"):
        _ = found.solutions
    assert found.range("pearson")[0] < found.range("pearson")[1]


def test_sums_of_104_are_a_finding_with_its_misprints():
    found = recover({"men": ["35,3", "68,8"]}, base={"men": 16})
    assert found.solutions == []
    assert len(found) == 0
    assert [(one.column, one.row, one.units) for (one,) in found.misprints] == [("men", 0, -40)]
    with pytest.raises(rs.SurveyError, match="no solution"):
        found.range("count", answer=0)
    with pytest.raises(rs.SurveyError, match="no solution"):
        found.chosen()


def test_total_outside_its_groups_is_a_finding():
    found = recover(MEN_WOMEN, total=["35,0", "70,0"], max_base=SIZES)
    assert not found
    assert ("total", 0) in [(one.column, one.row) for (one,) in found.misprints]


def test_robust_range_is_that_of_the_table_without_any_one_cell():
    columns = {
        "men": ["4,3", "22,3", "73,4"],
        "women": ["2,4", "27,1", "70,5"],
        "total": ["3,5", "24,3", "72,2"],
    }
    sizes = {"men": 305, "women": 210}

    def recovered(columns):
        groups = {name: columns[name] for name in sizes}
        return recover(groups, total=columns["total"], max_base=sizes)

    ranges = []
    for name, column in columns.items():
        for row in range(3):
            freed = columns | {name: [*column[:row], None, *column[row + 1 :]]}
            ranges.append(recovered(freed).range("p_value"))
    found = recovered(columns)
    low, high = found.robust_range("p_value")
    assert (low, high) == (min(low for low, _ in ranges), max(high for _, high in ranges))
    assert low <= found.range("p_value")[0] <= found.range("p_value")[1] < high
    assert found.robust_verdict() == "significant in none"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"table": {}}, "the table is empty"),
        ({"table": {"men": []}}, "the table is empty"),
        ({"table": {"men": [None, ""]}, "base": {"men": 5}}, "the table is empty"),
        ({"table": {"men": "31,3"}}, "men: give a list"),
        ({"table": {"men": ["31,3", "n/a"]}, "base": {"men": 5}}, r"cell men\[1\]: 'n/a'"),
        ({"table": {"men": ["31,3", 68.8]}, "base": {"men": 5}}, r"cell men\[1\]: 68.8"),
        ({"table": {"men": ["-31,3", "68,8"]}, "base": {"men": 5}}, r"cell men\[0\].*negative"),
        ({"table": {"men": ["31,3", "69"]}, "base": {"men": 5}}, r"cell men\[1\].*0 decimals"),
        ({"table": MEN_WOMEN, "base": {"men": 16}}, "'women' has no base"),
        ({"table": MEN_WOMEN, "base": {"men": 50}, "max_base": SIZES}, "above max_base 40"),
        ({"table": MEN_WOMEN, "max_base": SIZES | {"boys": 3}}, "'boys' is not a group"),
        ({"table": MEN_WOMEN, "max_base": SIZES | {"men": 0}}, "0 respondents"),
        ({"table": MEN_WOMEN, "max_base": SIZES | {"men": 3.5}}, "not a whole number"),
        ({"table": MEN_WOMEN, "max_base": 515}, "respondents by group"),
        ({"table": MEN_WOMEN, "max_base": SIZES, "base": {"total": 99}}, "99, is not between"),
        ({"table": MEN_WOMEN, "max_base": SIZES, "total": ["1,0"]}, "total has 1 answers"),
        ({"table": MEN_WOMEN | {"total": ["1,0", "2,0"]}, "max_base": SIZES}, "'total' cannot"),
        ({"table": MEN_WOMEN, "max_base": SIZES, "rounding": "up"}, "'up' is none of"),
        ({"table": MEN_WOMEN, "max_base": SIZES, "derived_from": "sums"}, "'sums' is none of"),
        (
            {"table": MEN_WOMEN, "max_base": SIZES, "derived": {"yes": {"parts": [0, 2]}}},
            "part 2 is not a position",
        ),
        (
            {"table": MEN_WOMEN, "max_base": SIZES, "derived": {"yes": {"men": "1,0"}}},
            "parts must list",
        ),
        (
            {
                "table": MEN_WOMEN,
                "max_base": SIZES,
                "derived": {"yes": {"parts": [0], "boys": "1,0"}},
            },
            "'boys' is not a column",
        ),
        (
            {"table": MEN_WOMEN, "max_base": SIZES, "differences": {"gap": {"of": ["men"]}}},
            "give of:",
        ),
        (
            {
                "table": MEN_WOMEN,
                "max_base": SIZES,
                "differences": {"gap": {"of": ["men", "boys"], "cells": ["1,0", "2,0"]}},
            },
            "must name two columns",
        ),
    ],
)
def test_bad_input_is_refused_with_its_place(arguments, message):
    with pytest.raises(rs.SurveyError, match=message):
        recover(**arguments)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("mode",), "not a statistic"),
        (("adjusted",), "name an answer"),
        (("adjusted", 0), "is not a group"),
        (("adjusted", 7, "men"), "answers 0 to 1"),
        (("count", "yes"), "not a derived row"),
        (("difference", 0, "men"), "is not a group"),
    ],
)
def test_bad_question_of_a_range_is_refused(arguments, message):
    found = recover(MEN_WOMEN, max_base=SIZES)
    with pytest.raises(rs.SurveyError, match=message):
        found.range(*arguments)


def test_one_group_has_no_test():
    with pytest.raises(rs.SurveyError, match="only one"):
        recover({"men": ["31,3", "68,8"]}, base={"men": 16}).range("pearson")


def test_cells_that_are_not_printed_stay_within_memory():
    table = {"a": ["1,0", None, None, None], "b": ["1,0", None, None, None]}
    found = recover(table, base={"a": 50_000, "b": 50_000})
    with pytest.raises(rs.SurveyError, match="too many possible counts"):
        found.range("pearson")


def test_number_beyond_len_is_told_where_to_find():
    table = {"a": ["1,0", None, None, None, None, None]}
    found = recover(table, base={"a": 50_000})
    assert found.count > sys.maxsize
    with pytest.raises(rs.SurveyError, match="use count"):
        len(found)


def test_decimal_point_and_comma_read_alike():
    points = {name: [text.replace(",", ".") for text in texts] for name, texts in MEN_WOMEN.items()}
    assert recover(points, max_base=SIZES).solutions == recover(MEN_WOMEN, max_base=SIZES).solutions


def test_bare_zero_has_the_precision_of_its_table():
    found = recover({"all": ["0", "31,3", "68,8"]}, base={"all": 16})
    assert found.solutions[0].counts["all"] == [0, 5, 11]


JUNK = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-3, 60),
    st.floats(),
    st.sampled_from(["31,3", "68,8", "100", "0", "104", "-1,0", "n/a", "", "%", "1e9", "9" * 40]),
    st.text(max_size=4),
)
COLUMN = st.one_of(JUNK, st.lists(JUNK, max_size=3), st.just(["31,3", "68,8"]))
NAMES = st.sampled_from(["men", "women", "total", "parts", "of", "cells", "yes", ""])
COLUMNS = st.one_of(JUNK, st.dictionaries(NAMES, COLUMN, max_size=3))


@pytest.mark.slow
@settings(max_examples=400, deadline=None)
@given(
    table=st.one_of(COLUMNS, st.just(MEN_WOMEN)),
    total=COLUMN,
    base=st.one_of(COLUMNS, st.none()),
    max_base=st.one_of(COLUMNS, st.just(SIZES)),
    derived=st.one_of(JUNK, st.dictionaries(NAMES, COLUMNS, max_size=2)),
    differences=st.one_of(JUNK, st.dictionaries(NAMES, COLUMNS, max_size=2)),
    derived_from=st.sampled_from(["counts", "printed_parts", "unknown", "x"]),
    rounding=st.sampled_from(["half_up", "half_even", "truncation", "unknown", "x"]),
)
def test_no_input_ends_in_another_kind_of_error(**arguments):
    with suppress(rs.SurveyError):
        found = recover(**arguments)
        assert found.count > 100_000 or found.count == len(found.solutions)
        _ = found.misprints.sets
        found.range("pearson")


def means(found, scores, groups):
    """Every mean score of some groups together that a solution gives."""
    listed = set()
    for solution in found.solutions:
        pairs = [
            (score, solution.counts[group][answer])
            for group in groups
            for answer, score in enumerate(scores)
            if score is not None
        ]
        base = sum(count for _, count in pairs)
        listed.add(sum(score * count for score, count in pairs) / base)
    return listed


@pytest.mark.parametrize("scores", [(0, Fraction(1, 3), 1), (1, None, 0), (Fraction(5), 2, 7)])
def test_mean_score_has_the_ends_that_the_solutions_give(scores):
    printed = {"men": ["17", "50", "33"], "women": ["25", "25", "50"]}
    found = recover(printed, max_base={"men": 24, "women": 16})
    assert len(found) > 5
    for group, groups in (("men", ["men"]), (None, ["men", "women"]), ("total", ["men", "women"])):
        listed = means(found, scores, groups)
        ends = found.mean_range(scores, group)
        assert ends == pytest.approx((float(min(listed)), float(max(listed))), abs=1e-12)


@pytest.mark.parametrize("scores", [(0, Fraction(1, 2), 1), (1, None, 0)])
def test_difference_of_mean_scores_is_of_one_solution(scores):
    printed = {"men": ["17", "50", "33"], "women": ["25", "25", "50"]}
    found = recover(printed, max_base={"men": 24, "women": 16})
    gaps = set()
    for one in found.solutions:
        sides = [
            sum((s or 0) * n for s, n in zip(scores, one.counts[group], strict=True))
            / sum(n for s, n in zip(scores, one.counts[group], strict=True) if s is not None)
            for group in ("men", "women")
        ]
        gaps.add(float(sides[0]) - float(sides[1]))
    ends = found.mean_range(scores, "men", "women")
    assert ends == pytest.approx((min(gaps), max(gaps)), abs=1e-12)


def test_mean_score_of_a_table_without_solutions_is_refused():
    with pytest.raises(rs.SurveyError, match="no solution"):
        recover({"all": ["33", "66"]}, max_base={"all": 10}).mean_range([0, 1])
