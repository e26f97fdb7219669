"""A comparison over time counted by hand, and what it refuses."""

import pandas as pd
import pytest

from resurvey.core.codebook import Survey
from resurvey.core.errors import SurveyError
from resurvey.core.files import csv_text
from resurvey.statistics.letters import adjust
from resurvey.tables.domains import with_crossed
from resurvey.waves.contract.differences import DRIFT_COLUMNS
from resurvey.waves.trend.wave_comparison import (
    compare_waves,
    declared_multiplicity,
    describe_rewording,
    read_wording,
)
from unit.waves.trend.invented_waves import (
    BOOK,
    TABLES,
    VILLAGES,
    make_wave,
    read_people,
    reference_waves,
)


def people(mood, gender=1, works=1, **more):
    """Respondents by their moods."""
    return pd.DataFrame({"mood": mood, "gender": gender, "works": works, **more})


def three_waves():
    """Share of mood 1: 2 of 10, 5 of 10, 8 of 10."""
    return [
        make_wave(str(year), people([1] * ones + [2] * (10 - ones)))
        for year, ones in ((2020, 2), (2021, 5), (2023, 8))
    ]


def lines_of(found, file, **wanted):
    return [
        line
        for line in found[file]
        if all(str(line.get(name)) == value for name, value in wanted.items())
    ]


@pytest.fixture(scope="module")
def found():
    return compare_waves(three_waves(), TABLES, {}, sample="probability")


def test_every_wave_is_held_against_the_one_before_and_the_first(found):
    lines = lines_of(found, "differences", row_variable="mood", row_code="1", column_code="total")
    assert [(one["wave"], one["against"], one["comparison"]) for one in lines] == [
        ("2021", "2020", "previous and reference"),
        ("2023", "2021", "previous"),
        ("2023", "2020", "reference"),
    ]
    assert [one["difference"] for one in lines] == [30.0, 30.0, 60.0]


def test_slope_is_in_points_a_year(found):
    (line,) = lines_of(found, "slopes", row_variable="mood", row_code="1", column_code="total")
    # Through (0, 20), (1, 50), (3, 80): 19.28...
    assert line["slope"] == pytest.approx(100 * 0.9 / (14 / 3))


def test_total_rows_are_not_compared(found):
    assert {line["kind"] for line in found["differences"]} == {"answer"}


def test_what_moved_comes_first(found):
    assert [line["row_variable"] for line in found["moved"]] == ["mood", "works"]
    assert found["moved"][0]["difference"] == 60.0
    assert found["moved"][1]["p_value"] is None


def test_another_reference_is_declared():
    found = compare_waves(three_waves(), TABLES, {"reference": "2021"}, sample="probability")
    lines = lines_of(found, "differences", row_variable="mood", row_code="1", column_code="total")
    assert [(one["wave"], one["against"]) for one in lines] == [("2021", "2020"), ("2023", "2021")]


def test_two_waves_have_no_slope():
    found = compare_waves(three_waves()[:2], TABLES, {})
    assert found["slopes"] == []


def test_all_differences_of_the_study_are_one_family(found):
    tested = [line for line in found["differences"] if line.get("p_value") is not None]
    assert {line["column_code"] for line in tested} > {"total"}
    expected = adjust([line["p_value"] for line in tested], "holm")
    assert [line["holm_article"] for line in tested] == pytest.approx(expected)


def test_all_tests_of_a_name_are_one_family_whatever_waves_they_compare(found):
    own = [line for line in found["tests"] if line["test"] == "pearson" and line["p_value"]]
    assert {line["comparison"] for line in own} > {"all waves"}
    expected = adjust([line["p_value"] for line in own], "benjamini_hochberg")
    assert [line["benjamini_hochberg_article"] for line in own] == pytest.approx(expected)


def test_a_difference_of_few_respondents_is_noted_as_sparse(found):
    lines = lines_of(found, "differences", row_variable="mood", row_code="1", column_code="total")
    # 2 of 10 and 5 of 10: 3.5 with the answer is expected in either wave.
    assert (
        "2 cells (50.0 %) have expected count below 5; smallest expected 3.50" in lines[0]["note"]
    )


def test_p_values_of_a_purposive_sample_are_nominal():
    found = compare_waves(three_waves(), TABLES, {}, sample="purposive")
    tested = [line for line in found["differences"] if line.get("p_value") is not None]
    assert tested
    assert all("descriptive" in line["note"] for line in tested)


def test_question_that_a_wave_did_not_ask_is_compared_between_the_others():
    waves = three_waves()
    waves[1] = make_wave(
        "2021",
        people([1, 2]).drop(columns="mood"),
        tables={"moods": {"rows": ["works"], "columns": "gender"}},
    )
    found = compare_waves(waves, TABLES, {})
    lines = lines_of(found, "differences", row_variable="mood", row_code="1", column_code="total")
    assert [(one["wave"], one.get("against"), one.get("note", "")[:20]) for one in lines] == [
        ("2021", None, "no share: not asked "),
        ("2023", "2020", "no `id` is declared "),
    ]


DOMAIN = {
    "everybody": {"rows": ["mood"], "columns": "gender"},
    "women": {"rows": ["mood"], "where": {"gender": 2}},
    "crossed": {"rows": ["mood"], "columns": "gender*works", "where": {"gender": 2}},
}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("design", "identifier"), [(None, ""), (None, "person"), (VILLAGES, "")], ids=str
)
def test_a_table_with_a_condition_moves_as_the_column_of_these_respondents(design, identifier):
    waves = []
    for year, people in read_people().items():
        book = with_crossed(Survey(people.reset_index(drop=True), BOOK), ["gender*works"])
        waves.append(make_wave(str(year), book.data, design, identifier, DOMAIN, book.codebook))
    found = compare_waves(waves, DOMAIN, {}, sample="probability")
    for file, numbers in (
        ("differences", ("difference", "lower", "upper", "p_value", "note")),
        ("slopes", ("slope", "standard_error", "p_value")),
        ("tests", ("test", "statistic", "df", "p_value", "n")),
    ):
        column, whole, crossed = (
            [
                [line.get(number) for number in numbers]
                for line in found[file]
                if line["table"] == table and line["column_code"] == code
            ]
            for table, code in (("everybody", "2"), ("women", "total"), ("crossed", "total"))
        )
        assert whole == column == crossed, file
        assert len(whole) > 2
    assert {line["column_code"] for line in found["tests"] if line["table"] == "crossed"} == {
        "total",
        "2*1",
        "2*2",
    }


def test_one_wave_is_no_trend():
    with pytest.raises(SurveyError, match="at least two waves"):
        compare_waves(three_waves()[:1], TABLES, {})


def test_unknown_reference_is_refused():
    with pytest.raises(SurveyError, match="'2022', which is no wave"):
        compare_waves(three_waves(), TABLES, {"reference": "2022"})


@pytest.mark.slow
def test_adding_a_wave_leaves_the_comparison_of_earlier_ones_alone():
    columns = ("difference", "lower", "upper", "statistic", "df", "p_value", "n", "method")

    def pair(waves):
        found = compare_waves(waves, TABLES, {"panel": True}, sample="probability")
        return [
            [line.get(name) for name in columns]
            for line in lines_of(found, "differences", wave="2021", against="2020")
        ]

    waves = reference_waves(VILLAGES, "person")
    assert pair(waves) == pair(waves[:2])


def test_shared_respondents_are_never_tested_as_independent():
    found = compare_waves(reference_waves(None, "person"), TABLES, {})
    for line in found["differences"]:
        if line.get("p_value") is not None:
            assert line["method"] == ("design" if line["shared"] else "newcombe")
    assert not lines_of(found, "tests", waves="2020 2021", test="pearson")


def test_wording_changed_between_two_waves_stands_beside_their_difference():
    wording = {("2021", "mood", ""): ("How are you?", "How do you feel?")}
    found = compare_waves(three_waves(), TABLES, {}, wording=wording)
    lines = lines_of(found, "differences", row_variable="mood", row_code="1", column_code="total")
    assert [bool(line["wording"]) for line in lines] == [True, False, True]


def test_members_who_left_an_answer_are_counted_by_hand():
    before = people([1, 1, 1, 2], person=[1, 2, 3, 4])
    after = people([2, 2, 1, 2, 1], person=[1, 2, 3, 4, 5])
    waves = [make_wave("2020", before, None, "person"), make_wave("2021", after, None, "person")]
    found = compare_waves(waves, TABLES, {})
    (line,) = lines_of(found, "panel", row_variable="mood", row_code="1")
    assert [line[name] for name in ("members", "both", "gained", "lost", "neither")] == [
        4,
        1,
        0,
        2,
        1,
    ]
    assert line["difference"] == -50.0


def test_numbering_that_starts_anew_makes_no_panel():
    waves = reference_waves(None, "person")
    assert compare_waves(waves, TABLES, {"panel": False})["panel"] == []


@pytest.mark.parametrize(
    ("declared", "chosen"),
    [
        ({}, ("benjamini_hochberg", "study")),
        ({"multiplicity": {"method": "holm", "level": "table"}}, ("holm", "table")),
        ({"multiplicity": {"method": "none"}}, ("none", "study")),
    ],
)
def test_multiplicity_is_as_declared(declared, chosen):
    assert declared_multiplicity(declared) == chosen


NAMES = ["2020", "2021", "2022", "2023"]


def drift(path, *lines):
    keys = ("wave", "against", "variable", "code", "difference", "severity", "before", "after")
    lines = [dict(zip(keys, one, strict=True)) for one in lines]
    path.write_text(csv_text(DRIFT_COLUMNS, lines), encoding="utf-8")
    return path


def test_wording_of_the_wave_before_counts_and_not_that_of_the_codebook(tmp_path):
    file = drift(
        tmp_path / "drift.csv",
        ("2021", "codebook", "q", "", "wording", "note", "Book", "A"),
        ("2021", "codebook", "r", "", "wording", "warning", "Book", "B"),
        ("2021", "2020", "r", "", "wording", "warning", "A", "B"),
        ("2021", "codebook", "s", "1", "answer_wording", "warning", "yes", "Yes!"),
        ("2021", "2020", "t", "", "new_answer", "breaking", "", "5"),
    )
    assert read_wording([file]) == {
        ("2021", "r", ""): ("A", "B"),
        ("2021", "s", "1"): ("yes", "Yes!"),
    }


@pytest.mark.parametrize(
    ("wave", "against", "said"),
    [
        ("2021", "2020", "“A” → “B”"),
        ("2022", "2021", ""),
        ("2022", "2020", "“A” → “B”"),
        ("2023", "2020", ""),
        ("2020", "2021", "“A” → “B”"),
    ],
)
def test_wording_between_two_waves_is_chained_and_may_come_back(wave, against, said):
    wording = {("2021", "q", ""): ("A", "B"), ("2023", "q", ""): ("B", "A")}
    line = {"wave": wave, "against": against, "row_variable": "q", "row_code": "1"}
    assert describe_rewording(line, wording, NAMES) == said


def test_wording_of_an_answer_stands_beside_that_answer_and_its_subtotals_only():
    wording = {("2021", "q", "2"): ("no", "No!")}
    line = {"wave": "2021", "against": "2020", "row_variable": "q"}
    said = {
        code: describe_rewording(line | {"row_code": code}, wording, NAMES)
        for code in ("1", "2", "1+2")
    }
    assert said == {"1": "", "2": "“no” → “No!”", "1+2": "“no” → “No!”"}
