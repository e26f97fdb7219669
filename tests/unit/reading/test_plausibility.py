"""Lines that are no respondents stop the import by their line; nobody is counted twice."""

import pandas as pd
import pytest

import tool_exports as tools
from resurvey.core.codebook import Codebook, Survey, Variable
from resurvey.core.errors import SurveyError
from resurvey.reading import read_survey
from resurvey.reading.questionnaire import CHOSEN
from resurvey.reading.writing import write_sav

PEOPLE = [f"{at},{at % 2 + 1},{20 + at},{100 * at}" for at in range(1, 21)]
HEADER = "id,sex,age,income"


@pytest.fixture
def table(tmp_path):
    """Write a .csv of lines and read it."""

    def read(lines, **options):
        file = tmp_path / "wave.csv"
        file.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return read_survey(file, **options)

    return read


@pytest.mark.parametrize(
    "line",
    [
        "Итого,,,",
        "Всего:,,610,21000",
        "TOTAL,,,21000",
        "Insgesamt,,610,",
        "Жами,,,",
        ",,610,21000",
        "Mean,1.5,30.5,1050",
        "Source: our survey,,,",
    ],
)
def test_line_of_totals_or_a_remark_at_the_end_stops(table, line):
    with pytest.raises(SurveyError, match=r"line 22 .*(no respondent|total)"):
        table([HEADER, *PEOPLE, line])


def test_line_of_totals_above_the_respondents_stops(table):
    with pytest.raises(SurveyError, match="line 2 begins with 'Total'"):
        table([HEADER, "Total,,610,21000", *PEOPLE])


def test_totals_under_an_id_of_letters_stop(table):
    people = [f"R{one}" for one in PEOPLE]
    with pytest.raises(SurveyError, match="line 22 holds the sums of the columns above"):
        table([HEADER, *people, ",30,610,21000"])


def test_totals_of_a_workbook_are_named_by_row_and_sheet(tmp_path):
    rows = [one.split(",") for one in [HEADER, *PEOPLE, "Итого,,,"]]
    file = tools.write_workbook(tmp_path / "w.xlsx", {"Данные": rows})
    with pytest.raises(SurveyError, match="row 22 of sheet 'Данные' begins with 'Итого'"):
        read_survey(file)


def test_answer_that_is_called_total_is_an_answer(table):
    people = [f"{'total' if at % 3 else 'part'},{at % 2},{at}" for at in range(1, 21)]
    assert len(table(["support,sex,pay", *people]).data) == 20


def test_somebody_who_broke_off_is_a_respondent(table):
    assert len(table([HEADER, *PEOPLE, "21,,,"]).data) == 21


def test_lines_of_bare_separators_are_left_out_by_their_number(table, caplog):
    survey = table([HEADER, *PEOPLE[:10], ",,,", *PEOPLE[10:], ",,,", " , ,,"])
    assert len(survey.data) == 20
    assert "lines 12, 23, 24 hold separators and no answer and are left out" in caplog.text


def test_line_after_those_left_out_keeps_its_number(table):
    codebook = {"variables": {"sex": {"codes": {1: "m", 2: "f"}}}}
    with pytest.raises(SurveyError, match="line 4"):
        table([HEADER, PEOPLE[0], ",,,", "2,7,30,1"], codebook=codebook)


@pytest.mark.parametrize("times", [2, 3, 4])
def test_table_that_stands_in_the_file_several_times_stops(table, times):
    with pytest.raises(SurveyError, match=rf"lines 22 to .* stands in the file {times} times"):
        table([HEADER, *PEOPLE * times])


def test_few_respondents_with_an_id_are_not_counted_twice_either(table):
    with pytest.raises(SurveyError, match="lines 6 to 9 repeat the 4 lines"):
        table([HEADER, *PEOPLE[:4] * 2])


def test_table_that_was_sorted_after_it_was_pasted_stops(table):
    with pytest.raises(SurveyError, match="each of its 20 lines of answers stands in the file 2"):
        table([HEADER, *(one for one in PEOPLE for _ in range(2))])


def test_some_lines_that_stand_twice_are_said(table, caplog):
    assert len(table([HEADER, *PEOPLE, *PEOPLE[3:8]]).data) == 25
    assert "line 22 repeats line 5 cell by cell, and so do 5 lines in all" in caplog.text


def test_equal_answers_of_different_people_are_no_copies(table):
    people = [f"{at % 2},{at % 3}" for at in range(36)]
    assert len(table(["sex,q", *people]).data) == 36


def test_records_of_an_spss_file_that_stand_twice_stop(tmp_path):
    frame = pd.DataFrame({"id": range(1, 13), "q": [1, 0] * 6}).astype("Int64")
    book = Codebook({"id": Variable("id", measure="scale"), "q": Variable("q", codes=dict(CHOSEN))})
    twice = Survey(pd.concat([frame, frame], ignore_index=True), book)
    write_sav(tmp_path / "w.sav", twice)
    with pytest.raises(SurveyError, match="rows 13 to 24 repeat the 12 respondents above"):
        read_survey(tmp_path / "w.sav")
    write_sav(tmp_path / "once.sav", Survey(frame, book))
    assert len(read_survey(tmp_path / "once.sav").data) == 12


def test_headings_among_the_answers_stop(table):
    with pytest.raises(SurveyError, match="line 22 repeats the headings among the answers"):
        table([HEADER, *PEOPLE, HEADER.upper(), *PEOPLE[5:]])


def test_options_that_say_their_own_names_are_no_headings(table):
    people = [f"{at},TV,{'Radio' if at % 2 else ''},Press" for at in range(1, 21)]
    assert len(table(["id,TV,Radio,Press", *people]).data) == 20


def test_second_row_of_headings_over_numbers_stops(table):
    people = [f"{at % 2},{20 + at},Osh" for at in range(20)]
    with pytest.raises(SurveyError, match="line 2 holds words where all other lines hold numbers"):
        table(["q1,q2,q3", "Your sex?,Your age?,Your city?", *people])


def test_declared_plain_table_is_read_as_it_is_with_a_word(table, caplog):
    assert len(table([HEADER, *PEOPLE, "Total,,,"], tool="plain").data) == 21
    assert "line 22 begins with 'Total'" in caplog.text


@pytest.mark.parametrize(
    "fields",
    [
        ["1.234", "980,50", "2.500", "750"],
        ["1.234,50", "980,5"],
        ["1,234.50", "2.25", "12"],
        ["12,5", "1.000"],
    ],
)
def test_numbers_with_two_marks_of_which_one_may_part_thousands_stop(table, fields):
    with pytest.raises(SurveyError, match=r"column 2, 'pay', .* declare `decimal:` and"):
        table(["id;pay", *(f"{at};{field}" for at, field in enumerate(fields))])


def test_fractions_with_two_marks_between_semicolons_stop_as_between_columns(table):
    with pytest.raises(SurveyError, match=r"'pay', holds numbers with a comma in line 3 and"):
        table(["id;pay", "1;1.5", "2;2,5", "3;2"])


def test_fractions_that_people_typed_into_a_form_are_said_and_read(table, caplog):
    lines = ["id,pay", "1,0.25", '2,"1,5"', "3,2"]
    assert table(lines).data["pay"].dtype == "str"
    assert "column 2, 'pay', holds numbers with commas and with points" in caplog.text
    codebook = {"variables": {"pay": {"measure": "scale"}}}
    assert table(lines, codebook=codebook).data["pay"].tolist() == [0.25, 1.5, 2.0]


def test_declared_marks_settle_the_numbers(table):
    fields = ["1.234", "980,50", "2.500", "750"]
    lines = ["id;pay", *(f"{at};{field}" for at, field in enumerate(fields))]
    survey = table(lines, dialect={"separator": ";", "decimal": ",", "thousands": "."})
    assert survey.data["pay"].tolist() == [1234, 980.5, 2500, 750]


def test_text_with_commas_and_points_is_text(table):
    lines = ["id;said", *(f"{at};1.000 or 2,5 roubles" for at in range(4))]
    assert table(lines).data["said"].dtype == "str"


MEMBERS = [f"r{at},{at % 3 + 1},{at % 2 + 1}" for at in range(12)]


def test_sums_stop_at_the_top_and_alone_too(table):
    with pytest.raises(SurveyError, match="line 2 holds the sums of the columns below it"):
        table(["name,a,b", ",24,18", *MEMBERS])
    with pytest.raises(SurveyError, match="line 14 holds the sums of the columns above it"):
        table(["name,a,b", *MEMBERS, ",24,"])
    assert len(table(["name,a,b", *MEMBERS, ",3,"]).data) == 13


@pytest.mark.parametrize("word", ["North Total", "Итого по северу", "Север Итог", "Subtotal North"])
def test_subtotals_between_respondents_stop(table, word):
    with pytest.raises(SurveyError, match="line 8 seems to be the subtotal of a group"):
        table(["name,a,b", *MEMBERS[:6], f"{word},,9", *MEMBERS[6:]])


def test_line_that_begins_with_a_base_stops(table):
    with pytest.raises(SurveyError, match="line 14 begins with 'N = 12'"):
        table(["name,a,b", *MEMBERS, "N = 12,,"])


@pytest.mark.parametrize("below", [["Source: own survey,,"], ["Codes,,", "1,yes,", "2,no,"]])
def test_what_stands_below_an_empty_line_stops(table, below):
    with pytest.raises(SurveyError, match="line 15 holds one cell of words below an empty line"):
        table(["name,a,b", *MEMBERS, "", *below])


def test_respondent_below_an_empty_line_is_read(table):
    assert len(table(["name,a,b", *MEMBERS[:6], "", *MEMBERS[6:], "", "r99,,"]).data) == 13


@pytest.mark.parametrize(
    "first",
    ["21,2,25,500", "21,1,30.5,100", "0,2,40,2000", "0,1,23,300"],
)
def test_file_without_headings_stops_and_says_what_to_add(table, first):
    with pytest.raises(SurveyError, match=r"line 1 holds answers .* add a line of headings"):
        table([first, *PEOPLE])


def test_equal_numbers_as_headings_are_seen_though_they_were_numbered(table):
    with pytest.raises(SurveyError, match="line 1 holds answers like those"):
        table(["1,2,2", *(f"{at},{at % 2 + 1},{at % 3 + 1}" for at in range(2, 30))])


def test_first_respondent_whose_answers_count_up_is_known_by_the_next_ones(table):
    with pytest.raises(SurveyError, match="line 1 holds answers like those"):
        table(["1,2,3", *(f"{at},{at % 2 + 1},{at % 3 + 1}" for at in range(2, 30))])


def test_words_that_are_answers_below_are_no_headings(table):
    people = [("m", "f")[at % 2] + "," + ("yes", "no", "dk")[at % 3] for at in range(40)]
    with pytest.raises(SurveyError, match="its respondent would be lost"):
        table(["m,yes", *people])


def test_numbers_that_stand_again_in_a_row_are_answers_and_no_headings(table):
    with pytest.raises(SurveyError, match="line 1 holds answers like those"):
        table(["21,2,25,500", *PEOPLE, "22,2,25,500"])


def test_file_without_headings_is_read_as_it_is_where_that_is_declared(table, caplog):
    survey = table(["21,2,25,500", *PEOPLE], tool="plain")
    assert len(survey.data) == len(PEOPLE)
    assert "line 1 holds answers" in caplog.text


def test_workbook_without_headings_names_its_row(tmp_path):
    rows = [["m", "5"], *([("m", "f")[at % 2], str(at % 5 + 1)] for at in range(20))]
    file = tools.write_workbook(tmp_path / "w.xlsx", {"Data": rows})
    with pytest.raises(SurveyError, match="row 1 of sheet 'Data' holds answers"):
        read_survey(file)


def test_numbers_of_questions_are_headings_and_told_of(table, caplog):
    people = [f"{at % 5 + 1},{at % 4 + 1},{at % 3 + 1},{at % 5 + 1}" for at in range(20)]
    assert list(table(["1,2,3,4", *people]).data) == ["1", "2", "3", "4"]
    assert "line 1 are numbers that count up" in caplog.text


@pytest.mark.parametrize(
    ("headings", "row"),
    [
        ("2019,2020", "{0},{1}"),
        ("q,sex", "{1},{1}"),
        ("1,name", "{0},{1}"),
        ("Radio,TV", "Radio,TV"),
        ("yes,age", "{2},{0}"),
    ],
)
def test_headings_that_are_no_answers_are_left_alone(table, caplog, headings, row):
    words = ("yes", "no")
    people = [row.format(at + 1, at % 3, words[at % 2]) for at in range(20)]
    assert len(table([headings, *people]).data) == 20
    assert "headings" not in caplog.text
