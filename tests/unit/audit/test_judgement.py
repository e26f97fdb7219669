"""A typed table is read before it is judged, and nobody is accused who need not be."""

import json
import re
from fractions import Fraction
from html import unescape
from itertools import product
from math import erfc, prod, sqrt
from pathlib import Path
from random import Random
from time import monotonic

import pytest

from resurvey.__main__ import main
from resurvey.audit.judgement import judge_question
from resurvey.audit.typed_table import read_typed
from resurvey.audit.verdicts import Terms
from resurvey.core.printed import format_fixed, percent_text

pytestmark = pytest.mark.slow

CASES = Path(__file__).parents[2] / "cases/audit"


@pytest.fixture
def audit(tmp_path, capsys):
    """Audit a text or a case; give back the JSON of its questions, and what was printed."""

    def run(table, *options):
        path = CASES / f"{table}.csv"
        if "\n" in table:
            path = tmp_path / "table.csv"
            path.write_text(table, encoding="utf-8")
        answer = tmp_path / "answer.json"
        code = main(["audit", str(path), "--draws", "1", "--json", str(answer), *options])
        printed = capsys.readouterr()
        assert code == 0, printed.err
        return json.loads(answer.read_text(encoding="utf-8"))["tables"], printed.out

    return run


def sizes(**groups):
    return [word for name, n in groups.items() for word in ("--group-size", f"{name}={n}")]


def cells(table):
    return [(one["row"], one["column"], one["printed"]) for one in table["misprints"]]


# The tables that strangers gave


def test_several_answers_are_no_misprints(audit):
    (table,), _ = audit(
        "audit_multiple_answers", "--max-base", "women=586", "--max-base", "men=555"
    )
    assert (table["reading"], table["verdict"]) == ("several_answers", "fits")
    # Counted one by one: of 586 × 555 bases 11 pairs carry all four answers, each with one set.
    assert table["solutions"] == 11
    assert table["bases"] == {"women": [440, 574], "men": [405, 539], "total": [845, 1113]}


@pytest.mark.parametrize(
    ("rule", "verdict", "told"),
    [
        ("half_up", "fits", "rounded to the even digit, as in R (--rounding half_even), not every"),
        ("half_even", "misprints", "would fit if halves were rounded up (--rounding half_up)"),
    ],
)
def test_the_rounding_rule_is_an_assumption_and_another_verdict_under_another_is_told(
    audit, rule, verdict, told
):
    # 5 and 11 of 16 are 31.25 and 68.75 %: both end in a half.
    text = "answer;men;total\nYes;31,3;28,6\nNo;68,8;71,4\n"
    (table,), out = audit(text, "--rounding", rule)
    assert table["verdict"] == verdict
    assert any(f"(--rounding {rule})" in sentence for sentence in table["assumptions"])
    assert told in out


def test_a_verdict_that_no_rule_for_halves_would_change_says_nothing_of_it(audit):
    (table,), out = audit("answer;men\nYes;57,1\nNo;42,9\n")
    assert table["verdict"] == "fits"
    assert "depends on the rounding rule" not in out


def test_each_answer_of_several_is_a_count_of_the_same_people(audit):
    text = "answer;men\nTV;57,3\nRadio;55,8\nPress;66,7\nbase;585\n"
    (table,), out = audit(text)
    # Worked out by hand: 57.3 % of 585 people are 335, 55.8 % 326.43 -> none but 326, 66.7 390.
    assert (table["verdict"], table["solutions"]) == ("misprints", 0)
    (table,), out = audit(text.replace("55,8", "55,7"))
    assert (table["verdict"], table["solutions"]) == ("fits", 1)
    assert re.search(r"TV +57,3 +335\n", out)


def p_of(yes, no):
    """Pearson's p of two counts of yes and two of no; none where a row is empty."""
    n, bases = sum(yes) + sum(no), [a + b for a, b in zip(yes, no, strict=True)]
    if not sum(yes) or not sum(no):
        return None
    surplus = yes[0] * no[1] - yes[1] * no[0]
    return erfc(sqrt(n * surplus**2 / (prod(bases) * sum(yes) * sum(no)) / 2))


@pytest.mark.parametrize("seed", range(4))
def test_ranges_of_several_answers_are_those_of_the_bases_that_carry_every_answer(seed, tmp_path):
    random = Random(seed)
    largest = [random.randint(20, 45) for _ in range(2)]
    counts = [[random.randint(1, size) for size in largest] for _ in range(4)]
    shares = [
        [percent_text(n, size, 1, ".") for n, size in zip(row, largest, strict=True)]
        for row in counts
    ]
    total = [percent_text(sum(row), sum(largest), 1, ".") for row in counts]
    lines = ["answer,men,women,total"]
    lines += [
        f"{place},{a},{b},{all_}"
        for place, ((a, b), all_) in enumerate(zip(shares, total, strict=True))
    ]
    path = tmp_path / "table.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    (question,) = read_typed(path).questions
    bounds = {"1": largest[0] + 15, "2": largest[1] + 15}
    found = judge_question(question, Terms(largest=bounds, reading="several_answers"))

    number, bases, cells, tests = 0, set(), {}, {}
    for first, second in product(range(1, bounds["1"] + 1), range(1, bounds["2"] + 1)):
        of_rows = [
            [
                (a, b)
                for a in range(first + 1)
                if percent_text(a, first, 1, ".") == row[0]
                for b in range(second + 1)
                if percent_text(b, second, 1, ".") == row[1]
                and percent_text(a + b, first + second, 1, ".") == all_
            ]
            for row, all_ in zip(shares, total, strict=True)
        ]
        number += prod(map(len, of_rows))
        if all(of_rows):
            bases.add((first, second, first + second))
            for place, pairs in enumerate(of_rows):
                for a, b in pairs:
                    for code, count in (("1", a), ("2", b), ("total", a + b)):
                        cells.setdefault((str(place), code), set()).add(count)
                    tests.setdefault(str(place), set()).add(p_of([a, b], [first - a, second - b]))
    assert found.solutions == number
    for code, sizes in zip(("1", "2", "total"), zip(*bases, strict=True), strict=True):
        ends = [min(sizes), max(sizes)]
        assert found.bases[code] == (ends if ends[0] < ends[1] else ends[0])
    assert {key: (cell.low, cell.high) for key, cell in found.cells.items()} == {
        key: (min(some), max(some)) for key, some in cells.items()
    }
    for label, low, high in found.row_tests:
        defined = [p for p in tests[label] if p is not None]
        assert (low, high) == pytest.approx((min(defined), max(defined)), abs=1e-9)


def test_cut_list_is_no_misprint(audit):
    (table,), out = audit("audit_incomplete_list", *sizes(всего=1600))
    assert (table["reading"], table["verdict"]) == ("open_list", "fits")
    # 27.5 % of 1600 are 440 people, and 28.5 % are 456, which print as 29.
    assert "440" in out or table["solutions"] == 16**3


def test_omitted_do_not_know_is_no_misprint(audit):
    (table,), _ = audit("audit_dk_omitted", *sizes(men=498, women=504))
    assert (table["reading"], table["verdict"]) == ("open_list", "fits")


def test_weighted_per_cents_accuse_nobody_and_say_so(audit):
    (table,), out = audit("audit_weighted", *sizes(Kiev=124, North=228))
    assert table["verdict"] == "undecided"
    assert "--weighted" in out
    (table,), out = audit("audit_weighted", *sizes(Kiev=124, North=228), "--weighted")
    assert (table["reading"], table["verdict"]) == ("weighted", "undecided")
    assert "This cannot be judged" in out


def test_dropped_zero_is_read_with_a_note(audit):
    (table,), out = audit("audit_mixed_decimals", *sizes(no=161, yes=339, total=500))
    assert (table["verdict"], table["solutions"]) == ("fits", 1)
    assert table["bases"] == {"no": 161, "yes": 339, "total": 500}
    assert "“27” was read as 27.0" in out


def test_padded_zero_is_read_with_a_note(audit):
    (table,), out = audit("audit_padded_zeros", *sizes(intervention=30, control=30))
    assert (table["verdict"], table["solutions"]) == ("fits", 1)
    assert "“16.70” was read as 16.7" in out


def test_count_beside_a_per_cent_makes_the_check_exact(audit):
    (table,), _ = audit("audit_n_and_percent", *sizes(likely=73))
    assert (table["reading"], table["verdict"]) == ("counts_and_percents", "fits")
    assert table["bases"] == {"likely": 73, "not likely": 54, "total": 211}


def test_means_are_no_per_cents(audit):
    (table,), out = audit("audit_means", *sizes(men=42, women=58))
    assert (table["reading"], table["verdict"]) == ("means", "undecided")
    (table,), out = audit("audit_means", *sizes(men=42, women=58), "--items", "1")
    assert table["verdict"] == "misprints"
    # 143/42 = 3.405 and 144/42 = 3.429.
    assert ("Satisfaction (1-5) M", "men", "3.42") in cells(table)
    assert "3.40 / 3.43" in out
    (table,), _ = audit("audit_means", *sizes(men=42, women=58), "--items", "2")
    assert table["misprints"] == []


# Planted misprints, and what only looks like one

WHOLE = "answer;men;women;total\nGood;31,2;40,6;35,9\nFair;40,1;30,2;35,2\nPoor;28,7;29,2;28,9\n"


def test_table_that_sums_to_100_without_any_base_fits(audit):
    (table,), _ = audit(WHOLE)
    assert (table["reading"], table["verdict"], table["solutions"]) == ("parts", "fits", None)
    assert table["bases"] == {"men": None, "women": None, "total": None}


@pytest.mark.parametrize(
    ("printed", "planted", "place"),
    [
        ("40,1", "41,0", ("Fair", "men")),
        ("40,1", "14,0", ("Fair", "men")),
        ("30,2", "32,0", ("Fair", "women")),
        ("28,9", "29,8", ("Poor", "total")),
        ("31,2", "131,2", ("Good", "men")),
    ],
)
def test_column_that_misses_100_where_the_same_list_makes_it_has_a_misprint(
    printed, planted, place, audit
):
    (table,), out = audit(WHOLE.replace(printed, planted))
    assert (table["reading"], table["verdict"]) == ("parts", "misprints")
    assert place in [(row, column) for row, column, _ in cells(table)]
    assert {column for _, column, _ in cells(table)} == {place[1]}
    assert "If these are unweighted percentages of people who each gave one answer" in out


def test_answers_swapped_in_the_total_are_found_where_the_groups_are_everybody(audit):
    text = "answer;men;women;total\nYes;31,3;28,6;70,2\nNo;68,7;71,4;29,8\n"
    (table,), _ = audit(text)
    assert table["verdict"] == "misprints"
    (table,), out = audit(text.replace("men;women", "young;old"))
    assert table["verdict"] == "undecided"
    assert "people who are in no printed group" in out
    (table,), _ = audit(
        text.replace("men;women", "young;old"), *sizes(young=1000, old=1000, total=2000)
    )
    assert table["verdict"] == "misprints"


@pytest.mark.parametrize(
    ("sums", "verdict"),
    [(("97,0", "96,2"), "fits"), (("88,1", "91,4"), "fits"), (("104,1", "107,2"), "fits")],
)
def test_every_column_off_is_another_kind_of_table(sums, verdict, audit):
    rest = [f"{float(one.replace(',', '.')) - 30:.1f}".replace(".", ",") for one in sums]
    text = f"answer;north;south\nRed;30,0;30,0\nBlue;{rest[0]};{rest[1]}\n"
    (table,), _ = audit(text)
    assert table["verdict"] == verdict
    assert table["reading"] in ("open_list", "several_answers")


@pytest.mark.parametrize(("last", "reading"), [("25.7", "open_list"), ("31.7", "several_answers")])
def test_single_column_that_misses_100_by_little_is_undecided_and_both_readings_are_shown(
    last, reading, audit
):
    (table,), out = audit(f"answer,total\nRed,31.2\nGreen,40.1\nBlue,{last}\n")
    assert (table["reading"], table["verdict"]) == (reading, "undecided")
    assert [one["reading"] for one in table["other_readings"]] == ["parts"]
    assert "one cell is misprinted" in out


def test_answers_that_exclude_each_other_cannot_sum_to_more_than_100(audit):
    text = "answer,total\nNever,70.1\nSometimes,21.2\nOften,12.3\n"
    (table,), _ = audit(text)
    assert table["verdict"] == "misprints"
    (table,), _ = audit(text.replace("Never", "Press").replace("Often", "Radio"))
    assert table["verdict"] == "undecided"


def test_subtotal_that_nobody_marked_is_no_misprint(audit):
    text = "answer,total\nYes in all,41.2\nSurely yes,21.0\nMostly yes,20.2\nNo,58.8\n"
    (table,), _ = audit(text)
    assert table["misprints"] == []


def test_subtotal_that_neither_counts_nor_printed_parts_give_is_found(audit):
    text = "answer,men,women\nA,30.0,25.0\nB,20.0,35.0\nA + B,{},60.0\nC,50.0,40.0\n{}"
    for bases in ("base,40,60\n", "max base,400,600\n", ""):
        assert audit(text.format("50.0", bases))[0][0]["verdict"] == "fits"
        (table,), _ = audit(text.format("55.0", bases))
        assert table["verdict"] == "misprints"
        assert ("A + B", "men", "55.0") in cells(table)


def test_subtotals_of_one_table_may_be_made_in_both_ways(audit):
    # 1, 1 and 1 of 3 people: 33 + 33 = 66 from printed parts, 67 from counts; 68 from neither.
    text = "answer,men,women\nA,33,33\nB,33,33\nA + B,66,{}\nC,33,33\nbase,3,3\n"
    assert audit(text.format("67"))[0][0]["verdict"] == "fits"
    (table,), _ = audit(text.format("68"))
    assert [one for one in cells(table) if one[0] == "A + B"] == [("A + B", "women", "68")]


def test_subtotal_fits_where_one_of_both_ways_gives_it_by_brute_force(tmp_path):
    random = Random(8)
    fitting = 0
    for _ in range(60):
        base, digits = random.randint(20, 300), random.choice([0, 1])
        first = random.randint(0, base)
        counts = [first, random.randint(0, base - first)]
        counts.append(base - sum(counts))
        text = [percent_text(count, base, digits, ".") for count in counts]
        printed = [Fraction(one) for one in text]
        subtotal = printed[0] + printed[1] + Fraction(random.choice([-2, -1, 0, 1]), 10**digits)
        if not 0 <= subtotal <= 100:
            continue
        given = format_fixed(subtotal, digits, ".")
        share = [percent_text(count, base, digits, ".") for count in range(base + 1)]
        of_first, of_second = (
            [count for count in range(base + 1) if share[count] == one] for one in text[:2]
        )
        counted = {
            share[a + b]
            for a in of_first
            for b in of_second
            if a + b <= base and share[base - a - b] == text[2]
        }
        path = tmp_path / "table.csv"
        rows = zip(("A", "B", "C"), text, strict=True)
        lines = ["answer,men", *map(",".join, rows), f"A + B,{given}", f"base,{base}"]
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        (question,) = read_typed(path).questions
        found = judge_question(question, Terms(reading="parts"))
        possible = given in counted or subtotal == printed[0] + printed[1]
        fitting += possible
        assert (found.verdict == "fits") == possible, lines
        assert (found.verdict == "misprints") == (not possible), lines
    assert 10 < fitting < 40


def test_column_short_of_one_person_is_not_short_of_a_digit(audit):
    # 30 and 19 of 50 are 49: one woman gave no answer.
    text = "answer;men;women\nYes;40,0;60,0\nNo;60,0;38,0\nbase;50;50\n"
    (table,), _ = audit(text)
    assert table["verdict"] == "undecided"
    (table,), _ = audit(text.replace("38,0", "38,4"))
    assert table["verdict"] == "misprints"


@pytest.mark.parametrize(
    ("text", "options", "other"),
    [
        # The omitted answer is rare in two groups: 360, 94, 141 people, and 595 in all.
        (
            "answer,g1,g2,g3,total\na,13,15,6,11\nb,1,31,16,10\nc,26,28,22,25\nd,21,10,30,22\n"
            "e,15,3,15,13\nf,23,12,0,15\nbase,360,94,141,595\n",
            [],
            "open_list",
        ),
        # 14, 7, 9, 40, 39 and 8 of 257 people, beside 85 who all gave a listed answer.
        (
            "answer,g1 (n = 257),g2 (n = 85)\na,5.4,12.9\nb,2.7,8.2\nc,3.5,52.9\nd,15.6,1.2\n"
            "e,15.2,17.6\nf,3.1,7.1\n",
            [],
            "open_list",
        ),
        # No base is known, but 19 points are no slip.
        (
            "answer,g1,g2\na,30,4\nb,26,7\nc,4,16\nd,35,50\ne,4,2\n",
            ["--max-base", "g1=321", "--max-base", "g2=223"],
            "open_list",
        ),
        # 12, 9 and 11 of 30 women, some of whom named two.
        (
            "multiple,men (n=40),women (n=30)\nTV,45.0,40.0\nRadio,30.0,30.0\nPapers,25.0,36.7\n",
            [],
            "several_answers",
        ),
    ],
    ids=["with a total", "far off", "bounds alone", "several"],
)
def test_column_that_makes_100_beside_a_looser_reading_that_fits_accuses_nobody(
    text, options, other, audit
):
    (table,), out = audit(text, *options)
    assert (table["verdict"], table["misprints"]) == ("undecided", [])
    assert [one["reading"] for one in table["other_readings"]] == [other]
    assert "must be misprinted" not in out


def test_who_declares_a_list_to_be_whole_has_decided_what_was_open(audit):
    text = "answer,men (n=40),women (n=30)\nTV,45.0,40.0\nRadio,30.0,30.0\nPapers,25.0,36.7\n"
    assert audit(text)[0][0]["verdict"] == "undecided"
    assert audit(text, "--reading", "parts")[0][0]["verdict"] == "misprints"


def test_one_short_column_among_many_whole_ones_has_a_misprint(audit):
    months = [f"2024-{month:02}" for month in range(1, 7)]
    yes, no = ["45", "51", "48", "55", "37", "42"], ["46", "49", "52", "45", "63", "58"]
    lines = [",".join(line) for line in (["answer", *months], ["A", *yes], ["B", *no])]
    (table,), _ = audit("\n".join(lines) + "\n")
    assert {column for _, column, _ in cells(table)} == {"2024-01"}


def test_cell_that_no_reading_explains_is_found_in_an_open_list_with_a_whole_column(audit):
    # Of 257 people 40 are 15.6 and 41 are 16.0 per cent: nobody counted gives 15.8.
    text = (
        "answer,g1 (n = 257),g2 (n = 85)\na,5.4,12.9\nb,2.7,8.2\nc,3.5,52.9\nd,15.8,1.2\n"
        "e,15.2,17.6\nf,3.1,7.1\n"
    )
    (table,), _ = audit(text)
    assert cells(table) == [("d", "g1", "15.8")]


def test_person_who_gave_no_listed_answer_is_no_misprint_in_columns_that_make_100(audit):
    # 366, 4 and 729 of 1100 people, who alone print so, are 1099: one refused.
    text = "answer,total\nRed,33.3\nGreen,0.4\nBlue,66.3\nbase,1100\n"
    (table,), _ = audit(text)
    assert (table["verdict"], table["misprints"]) == ("undecided", [])
    assert [one["reading"] for one in table["other_readings"]] == ["open_list"]


def test_many_impossible_cells_are_weights_or_another_base_and_no_misprints(audit):
    text = "answer;a;b\nYes;31,4;28,5\nPerhaps;11,1;13,3\nNo;57,5;58,2\nbase;120;130\n"
    (table,), out = audit(text)
    assert (table["verdict"], table["misprints"]) == ("undecided", [])
    assert "likelier that the percentages are weighted or that the bases are not those given" in out


def test_smaller_base_is_tried_before_a_size_in_a_heading_is_believed(audit):
    text = "answer;Men (n=17)\nYes;31,3\nPerhaps;18,8\nNo;50,0\n"
    (table,), out = audit(text)
    assert table["verdict"] == "undecided"
    assert "if not everybody answered: Men 16" in out


def test_other_rounding_rule_is_tried_before_a_misprint_is_claimed(audit):
    # 1 of 16 is 6.25, which R prints as 6.2.
    (table,), out = audit("answer;men\nYes;6,2\nNo;93,8\nbase;16\n")
    assert table["verdict"] == "fits"
    assert "halves are rounded to the even digit" in out


def test_groups_of_two_questions_in_one_banner_are_not_added_up(audit):
    text = (
        "answer;Men;Women;18-34;35+;Total\nYes;40;50;30;52;45\nNo;60;50;70;48;55\n"
        "base;500;500;300;700;1000\n"
    )
    (table,), out = audit(text)
    assert table["verdict"] == "fits"
    assert "The groups do not add up to the total column" in out


def test_rows_that_sum_to_100_are_turned_and_their_cells_named_as_the_file_has_them(audit):
    text = (
        "group;agree;neither;disagree\nmen;41,2;30,1;28,7\nwomen;35,1;34,9;30,0\n"
        "all;38,1;32,5;29,4\n"
    )
    (table,), _ = audit(text)
    assert (table["reading"], table["verdict"]) == ("row_percents", "fits")
    (table,), _ = audit(text.replace("30,1", "31,0"))
    assert (table["reading"], table["verdict"]) == ("row_percents", "misprints")
    assert ("men", "neither", "31,0") in cells(table)


def test_weights_excuse_no_column_that_misses_100_beside_others(audit):
    text = "# weighted\n" + WHOLE
    assert audit(text)[0][0]["verdict"] == "undecided"
    (table,), _ = audit(text.replace("40,1", "14,0"))
    assert (table["reading"], table["verdict"]) == ("weighted", "misprints")


def test_numbers_above_100_are_counts_and_are_refused_by_name(audit):
    (table,), out = audit("answer;men;women\nyes;150;286\nno;688;714\n")
    assert (table["reading"], table["verdict"]) == ("not_percents", "undecided")
    assert "--reading" in out


@pytest.mark.parametrize(
    ("cell", "nearest"),
    [("41 (52.6%)", "56.2"), ("41 (56.3%)", "56.2"), ("14 (56.2%)", "41 (56.2)")],
)
def test_count_and_per_cent_that_disagree_are_named_with_the_nearest(cell, nearest, audit):
    text = f"answer,likely (n=73)\nMale,{cell}\nFemale,32 (43.8%)\n"
    (table,), _ = audit(text)
    assert table["verdict"] == "misprints"
    assert [(one["printed"], one["nearest"]) for one in table["misprints"]] == [(cell, nearest)]


@pytest.mark.parametrize(
    ("text", "base"),
    [
        ("answer,a,b\nyes,41 (56.2),32 (43.8)\nno,20 (40.0),30 (60.0)\n", {"yes": 73, "no": 50}),
        ("answer,a\nyes,56 (41)\nno,44 (32)\n", {"a": 73}),
        ("answer,a,b\nyes,41/73 (56.2%),23/54 (42.6%)\n", {"a": 73, "b": 54}),
    ],
    ids=["of the row", "the per cent first", "of the base beside it"],
)
def test_per_cents_may_be_of_rows_or_stand_first(text, base, audit):
    (table,), _ = audit(text)
    assert (table["verdict"], table["bases"]) == ("fits", base)


def test_item_that_fewer_people_answered_is_no_misprint(audit):
    # 19 of 189 people, where 190 were asked the other items.
    text = "item,all (n=190)\nDiabetes,76 (40.0)\nLung,19 (10.1)\nHeart,73 (38.4)\n"
    (table,), out = audit(text)
    assert table["verdict"] == "fits"
    assert "Percentages of fewer people" in out
    (table,), _ = audit(text.replace("(10.1)", "(9.9)"))
    assert table["verdict"] == "misprints"


# What is said


@pytest.mark.parametrize(
    "name", ["parts", "several_answers", "open_list", "weighted", "row_percents"]
)
def test_reading_can_be_forced_and_says_so(name, audit):
    (table,), out = audit(WHOLE, "--reading", name)
    assert table["reading"] == name
    assert "This reading was requested." in out


def test_file_declares_the_reading_of_one_question_or_of_all(audit):
    body = "question;answer;men\nq1;TV;40\nq1;Press;30\nq2;TV;40\nq2;Press;30\n"
    tables, _ = audit("# reading: several_answers\n" + body)
    assert [table["reading"] for table in tables] == ["several_answers", "several_answers"]
    tables, _ = audit(body + "q2;reading;several answers\n")
    assert [table["reading"] for table in tables] == ["open_list", "several_answers"]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ([], "Whether the sample is random is not known"),
        (["--sample", "purposive"], "The sample is not random"),
        (["--sample", "probability"], "assume a simple random sample"),
        (["--sample", "census"], "Everybody was asked"),
    ],
)
def test_sample_is_what_was_said_of_it(options, words, audit, tmp_path):
    page = tmp_path / "page.html"
    text = "answer;men;women\nyes;31,3;28,6\nno;68,8;71,4\n"
    _, out = audit(text, "--max-base", "40", "--html", str(page), *options)
    assert words in out
    html = unescape(page.read_text(encoding="utf-8"))
    assert words in html
    assert "without a statistical test" not in html
    assert ("is not random" in html) == ("purposive" in options)


def test_russian_is_spoken_everywhere(audit, tmp_path):
    page = tmp_path / "page.html"
    text = "ответ;мужчины;женщины\nда;31,3;28,6\nнет;68,8;71,4\n"
    options = ["--max-base", "40", "--language", "ru", "--html", str(page)]
    (table,), out = audit(text, *options)
    assert "Прочтение: проценты людей, каждый из которых дал один ответ." in out
    # Names of the generator, of the file and of options are the same in every language.
    same = {"NumPy", "PCG", "html", "json", "rounding", "half", "even"}
    left = set(re.findall(r"[A-Za-z]{3,}", out)) - same
    assert {word for word in left if word not in str(page) + str(page.parent / "answer")} == {
        "table"
    }
    assert all(re.search("[а-я]", sentence) for sentence in table["assumptions"])
    html = page.read_text(encoding="utf-8")
    assert "запис" not in html.split('id="card-')[1].split("</article>")[0]


def test_numbers_have_their_plural_forms(audit):
    text = "answer;men\nyes;31,3\nno;68,8\n"
    _, out = audit(text, "--max-base", "20")
    assert "Only one set of counts reproduces these percentages; the base is 16." in out
    _, out = audit(text, "--max-base", "35")
    assert (
        "2 sets of counts reproduce these percentages; 2 sets of bases are possible (16 or 32)"
        in out
    )
    _, out = audit(text, "--max-base", "35", "--language", "ru")
    assert "Этим процентам соответствуют 2 набора частот; возможны 2 набора баз" in out


def test_terminal_page_and_json_say_the_same(audit, tmp_path):
    page = tmp_path / "page.html"
    texts = [WHOLE, WHOLE.replace("40,1", "14,0"), "answer,total\nRed,31.2\nBlue,65.8\n"]
    for text in texts:
        (table,), out = audit(text, "--html", str(page))
        html = " ".join(unescape(re.sub("<[^>]*>", " ", page.read_text(encoding="utf-8"))).split())
        assert f"Verdict: {table['verdict']}." in out
        assert f'data-verdict="{table["verdict"]}"' in page.read_text(encoding="utf-8")
        told = [table["reason"], *table["sentences"], *table["assumptions"], *table["notes"]]
        for sentence in told:
            assert sentence in out
            assert " ".join(sentence.split()) in html
        for cell in table["misprints"]:
            words = f"{cell['row']}, {cell['column']}: {cell['printed']}"
            assert words in out
            assert words in html
        assert out.index("Reading:") < out.index("Verdict:")


def test_judgement_holds_all_that_json_needs():
    keys = {"question", "reading", "verdict", "solutions", "bases", "misprints", "assumptions"}
    (question,) = read_typed(CASES / "audit_weighted.csv").questions
    judged = judge_question(question, Terms(exact={"1": 124, "2": 228}))
    assert judged.misprints == []
    assert keys <= {"question", "misprints", *vars(judged)}


# Printed statistics

COUNTED = "answer;a;b\nyes;76,9;35,7\nno;23,1;64,3\nbase;13;14\n"


@pytest.mark.parametrize(
    ("line", "verdict"),
    [
        ("chi2;4,64;", "consistent"),
        ("chi2;3,12;", "consistent"),  # Yates
        ("chi2;5,64;", "not_consistent"),
        ("p;0,031;", "consistent"),
        ("p;<0,05;", "consistent"),
        ("p;>0,05;", "consistent"),  # Fisher's 0.054 and Yates's 0.077
        ("p;<0,001;", "not_consistent"),
        ("V;0,41;", "consistent"),
        ("V;0,51;", "not_consistent"),
        ("p;ns;", "undecided"),
    ],
)
def test_printed_statistic_is_recomputed_over_all_counts(line, verdict, audit):
    (table,), _ = audit(f"{COUNTED}{line}\n")
    (statistic,) = table["statistics"]
    assert statistic["verdict"] == verdict
    assert table["verdict"] == "fits"


def test_statistic_that_only_some_counts_give_is_undecided(audit):
    text = "answer;a;b\nyes;41;35\nno;59;65\nbase;498;504\np;0,05;\n"
    (table,), out = audit(text)
    (statistic,) = table["statistics"]
    assert statistic["verdict"] == "undecided"
    assert statistic["minimum"] < 0.05 < statistic["maximum"]
    assert "only some of the possible counts give it" in out


def test_statistic_of_printed_counts_is_one_number(audit):
    text = "answer;a n;a %;b n;b %\nyes;10;76,9;5;35,7\nno;3;23,1;9;64,3\nchi2;4,64;;;\n"
    (table,), _ = audit(text)
    (statistic,) = table["statistics"]
    assert statistic["verdict"] == "consistent"
    assert statistic["minimum"] == statistic["maximum"] == pytest.approx(4.636, abs=1e-3)


# Numbers as print has them


@pytest.mark.parametrize("dash", ["–", "-", "…"])
def test_dash_is_nobody_where_the_others_make_100(dash, audit):
    (table,), out = audit(f"answer;men\nyes;31,3\nno;68,7\nother;{dash}\n")
    assert table["reading"] == "parts"
    assert "A dash was read as nobody" in out
    (table,), out = audit(f"answer;men\nyes;31,3\nno;38,7\nother;{dash}\n")
    assert "A dash was read as not printed" in out


def test_less_than_is_an_interval(audit):
    text = "answer;men\nyes;31,2\nno;68,7\nother;<0,1\nbase;{}\n"
    assert audit(text.format(4000))[0][0]["verdict"] == "fits"
    # One of 500 people would be 0.2 per cent.
    (table,), out = audit("answer;men\nyes;40,0\nno;60,0\nother;<0,1\nbase;500\n")
    assert table["verdict"] == "fits"
    assert re.search(r"other +<0,1 +0\n", out)


def test_limits_are_neither_rounded_nor_added_up(audit):
    # Below 5 % of 40 people are 0 or 1, above 95 % are 40 or 39; one of them is 2.5 %, a tie of
    # whole per cents.
    (table,), out = audit("answer,men (n=40),women (n=60)\nA,<5,40.0\nB,>95,60.0\n")
    assert (table["verdict"], table["solutions"]) == ("fits", 2)
    assert "“<5” was read" not in out
    assert re.search(r"A +<5 +0 \(0 or 1\)", out)


def test_row_that_says_100_is_no_answer(audit):
    (table,), out = audit("answer;men;women\nyes;31,3;28,6\nno;68,7;71,4\nTotal;100,0;100,0\n")
    assert (table["reading"], table["verdict"]) == ("parts", "fits")
    assert "is 100 and is not an answer" in out


def test_smaller_bases_that_are_too_many_to_list_are_tried_all_the_same(audit):
    text = (
        "answer,north (n=845),south (n=63),east (n=89),total (n=997)\n"
        "Red,16,13,20,16\nGreen,21,25,17,21\nBlue,11,22,9,11\nWhite,9,8,9,9\n"
        "Black,33,25,36,33\nGrey,11,7,10,10\n"
    )
    (table,), _ = audit(text)
    assert table["misprints"] == []


@pytest.mark.parametrize(
    ("text", "options"),
    [
        ("answer,g1,g2\na1,5,–\na2,,67\n", ["--max-base", "g1=91", "--max-base", "g2=205"]),
        (
            "answer;g1;g2;g3;g4\na1;-;23;7;61\na2;10;2;10;3\na3;42;2;-;3\na4;2;19;-;12\n"
            "base;301;262;71;33\n",
            [],
        ),
    ],
    ids=["bounds", "bases"],
)
def test_cells_that_are_not_printed_leave_too_much_to_go_through_and_that_is_said(
    text, options, audit
):
    begun = monotonic()
    (table,), out = audit(text, *options)
    assert monotonic() - begun < 20
    assert (table["verdict"], table["solutions"]) == ("fits", None)
    assert "There are too many sets of counts to go through" in out
    assert "are outer bounds" in out


def test_few_cells_that_are_not_printed_are_recovered_all_the_same(audit):
    # Of 20 men 4 said A, and of 10 women 5 said A; what is not printed is the rest, or B and C.
    (table,), _ = audit("answer,men,women\nA,20,50\nB,,30\nC,,20\nbase,20,10\n")
    # 17 ways to divide 16 men between B and C, one way for the women.
    assert (table["verdict"], table["solutions"]) == ("fits", 17)


def test_column_in_which_nothing_is_printed_is_shown_as_it_is(audit):
    text = "answer,g1,g2,g3\na1,3.7,–,3.1\na2,96.3,–,96.9\nbase,301,366,191\n"
    (table,), out = audit(text)
    assert table["verdict"] == "fits"
    assert re.search(r"base +301 +366 +191\n", out)


def test_count_is_shown_with_its_range_over_all_tables(audit):
    _, out = audit("answer;total\nrest;28\nbeds;24\nmeat;18\n", *sizes(total=1600))
    assert "440 (440–455)" in out
    assert "376 (376–391)" in out


def test_nothing_is_said_of_other_columns_where_there_are_none(audit):
    text = "answer;%\nyes;41\nno;35\nsomething;74\n"
    (table,), out = audit(text)
    assert table["verdict"] in ("misprints", "undecided")
    assert "other columns" not in out
    (table,), out = audit(text, "--reading", "parts")
    assert table["verdict"] == "misprints"
    assert "other columns" not in out


def test_reason_names_the_columns_that_make_100_and_those_that_do_not(audit):
    (table,), out = audit("answer;men;women;all\nfor;41;35;38\nagainst;59;74;61\n")
    assert "only some columns add up to 100" in out.casefold()
    assert "fall short" not in out


def test_columns_and_rows_that_are_made_of_others_accuse_nobody(audit):
    spss = (
        "Value,Frequency,Percent,Valid Percent,Cumulative Percent\nNever,80,40.0,42.1,42.1\n"
        "Sometimes,70,35.0,36.8,78.9\nOften,40,20.0,21.1,100.0\nMissing,10,5.0,,\n"
        "Total,200,100.0,,\n"
    )
    (table,), out = audit(spss)
    assert (table["reading"], table["verdict"]) == ("counts_and_percents", "fits")
    assert "“Cumulative Percent” is derived from others" in out
    (table,), _ = audit(spss.replace("35.0", "53.0"))
    assert [cell["row"] for cell in table["misprints"]] == ["Sometimes"]
    waves = "Ответ;2019;2020;Изменение\nДа;41;46;+5\nНет;50;44;−6\nНе знаю;9;10;+1\nИндекс;16;25;\n"
    (table,), out = audit(waves, "--language", "ru")
    assert (table["reading"], table["verdict"]) == ("parts", "fits")
    assert "«Изменение» выведен из других" in out
    assert "«Индекс» выведена из других" in out


def test_lone_column_of_valid_per_cents_is_the_table(audit):
    (table,), _ = audit("Value,Valid Percent\nNever,42.1\nSometimes,36.8\nOften,21.1\n")
    assert (table["reading"], table["verdict"]) == ("parts", "fits")


def test_weights_are_named_beside_a_misprint_that_only_the_base_shows(audit):
    rows = "answer;women;men\nyes;81,6;79,3\nno;18,4;20,7\n"
    (table,), out = audit(rows.replace("18,4", "18,5"), *sizes(women=625, men=502))
    assert table["verdict"] == "misprints"
    assert [one["reading"] for one in table["other_readings"]] == ["weighted"]
    assert "--weighted" in out
    (table,), _ = audit(rows.replace("18,4", "48,1"), *sizes(women=625, men=502))
    assert table["verdict"] == "misprints"
    assert "weighted" not in [one["reading"] for one in table["other_readings"]]


def test_lone_column_that_makes_100_on_no_base_is_weighted_rather_than_misprinted(audit):
    text = "answer;total\na;10,1\nb;39,2\nc;30,8\nd;8,9\ne;0,6\nf;10,5\nmax base;353\n"
    (table,), out = audit(text)
    assert table["verdict"] == "undecided"
    assert "--weighted" in out
