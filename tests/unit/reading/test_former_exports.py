"""What the tools exported in former years, or with other settings, is read like today's."""

import json
from pathlib import Path

import pytest

import tool_exports as tools
from resurvey.core.errors import SurveyError
from resurvey.reading import read_survey, read_undeclared
from resurvey.study.initialise.guess import guess_study

CASES = Path(__file__).parents[2] / "cases" / "files"
NAMES = ["ResponseId", "Finished", "Q1", "Q2_1", "Q2_2"]
WORDS = ["Response ID", "Finished", "Ваш пол?", "Читаете? - Книги", "Читаете? - Газеты"]
IDS = ["_recordId", "finished", "QID1", "QID2_1", "QID2_2"]
PEOPLE = [[f"R_{at}", "1", str(1 + at % 2), "1" * (at % 3 > 0), "1" * (at % 2)] for at in range(9)]


def written_json(identifier):
    return json.dumps({"ImportId": identifier})


def written_tight(identifier):
    return json.dumps({"ImportId": identifier, "timeZone": "Asia/Bishkek"}, separators=(",", ":"))


def written_single(identifier):
    return f"{{'ImportId': '{identifier}'}}"


def written_doubled(identifier):
    return f'{{""ImportId"":""{identifier}""}}'


@pytest.mark.parametrize("written", [written_json, written_tight, written_single, written_doubled])
@pytest.mark.parametrize("worded", [True, False])
@pytest.mark.parametrize("ending", [".csv", ".tsv", ".xlsx"])
def test_import_identifiers_of_qualtrics_are_recognised(tmp_path, written, worded, ending):
    rows = [NAMES, *([WORDS] if worded else []), list(map(written, IDS)), *PEOPLE]
    if ending == ".xlsx":
        file = tools.write_workbook(tmp_path / "w.xlsx", {"S": rows})
    else:
        separator = "," if ending == ".csv" else "\t"
        file = tools.write_rows(tmp_path / f"w{ending}", rows, separator=separator)
    survey = read_survey(file)
    assert len(survey.data) == 9
    assert survey.codebook["Q1"].title() == ("Ваш пол?" if worded else "Q1")
    assert survey.data["Q1"].tolist()[:3] == [1, 2, 1]


LEGACY = {
    "current": (NAMES, WORDS),
    "2013": (["V1", "V10", "Q1", "Q2_1", "Q2_2"], ["ResponseID", *WORDS[1:]]),
    "2014": (["ResponseID", "Finished", *NAMES[2:]], ["ResponseID", *WORDS[1:]]),
}


@pytest.mark.parametrize("kind", LEGACY)
@pytest.mark.parametrize("tool", ["", "qualtrics"])
def test_two_rows_of_headings_without_identifiers_are_recognised(tmp_path, kind, tool):
    names, words = LEGACY[kind]
    survey = read_survey(tools.write_rows(tmp_path / "w.csv", [names, words, *PEOPLE]), tool=tool)
    assert len(survey.data) == 9
    assert survey.codebook["Q1"].title() == "Ваш пол?"
    assert survey.codebook.multiple_response["Q2"]["variable_list"] == ["Q2_1", "Q2_2"]


def test_table_with_the_columns_of_qualtrics_and_one_row_of_headings_is_plain(tmp_path):
    survey = read_survey(tools.write_rows(tmp_path / "w.csv", [NAMES, *PEOPLE]))
    assert len(survey.data) == 9


def test_identifiers_of_qualtrics_below_a_title_are_no_answers(tmp_path):
    rows = [NAMES, NAMES, WORDS, list(map(written_single, IDS)), *PEOPLE]
    with pytest.raises(SurveyError, match="repeats the headings|import identifiers"):
        read_survey(tools.write_rows(tmp_path / "w.csv", rows))


def test_names_that_stand_twice_are_numbered_with_their_own_wording(tmp_path, caplog):
    names, words = [*NAMES, "Q1", "Q1"], [*WORDS, "Ваш пол? (второй)", "Ваш пол? (третий)"]
    identifiers = [*map(written_json, IDS), written_json("QID1#2"), written_json("QID1#3")]
    rows = [names, words, identifiers, *([*one, "1", "2"] for one in PEOPLE)]
    survey = read_survey(tools.write_rows(tmp_path / "w.csv", rows))
    titles = [survey.codebook[name].title() for name in ("Q1", "Q1_2", "Q1_3")]
    assert titles == ["Ваш пол?", "Ваш пол? (второй)", "Ваш пол? (третий)"]
    assert "the heading 'Q1' stands over columns 3, 6 and 7" in caplog.text
    assert "Q2" in survey.codebook.multiple_response


@pytest.mark.parametrize("name", ["qualtrics_single_quotes", "qualtrics_duplicate_names"])
def test_given_exports_of_qualtrics_hold_thirty_respondents(name):
    survey = read_undeclared(CASES / f"{name}.csv")
    assert len(survey.data) == 30
    assert survey.codebook["Q1"].title() == "Your gender?"
    assert set(survey.data["Q1"]) == {"Man", "Woman"}


MARKS = ["/", ".", "_", "-", ":", "::", "|", " / ", " > ", "__"]


@pytest.mark.slow
@pytest.mark.parametrize("mark", MARKS)
@pytest.mark.parametrize("multiple", ["both", "columns"])
def test_any_mark_between_groups_and_options_of_kobo_is_understood(tmp_path, mark, multiple):
    form = tools.kobo_form(tmp_path)
    plain = tools.kobo_csv(tmp_path, "plain.csv", groups=True, multiple=multiple)
    marked = tools.kobo_csv(tmp_path, "marked.csv", groups=True, multiple=multiple, mark=mark)
    expected, survey = (read_survey(one, structure=form) for one in (plain, marked))
    assert survey.data.equals(expected.data)
    assert survey.codebook == expected.codebook


@pytest.mark.parametrize("mark", ["/", ".", "_", "-", ":", "::", "|"])
def test_options_are_found_without_the_form_by_what_the_text_names(tmp_path, mark):
    survey = read_survey(tools.kobo_csv(tmp_path, mark=mark, groups=True))
    assert list(survey.codebook.multiple_response) == ["langs"]
    members = survey.codebook.multiple_response["langs"]["variable_list"]
    assert len(members) == len(tools.LANGUAGES) + 1
    assert "langs" not in survey.data


def test_question_whose_name_continues_another_is_no_option_of_it(tmp_path):
    rows = [["work", "work_pay", "_id", "_uuid", "_index"]]
    rows += [[str(at % 2), str(at % 2), str(at), f"u{at}", str(at)] for at in range(12)]
    survey = read_survey(tools.write_rows(tmp_path / "w.csv", rows))
    assert not survey.codebook.multiple_response
    assert {"work", "work_pay"} <= set(survey.data)


def test_given_export_of_kobo_has_every_option_once_and_no_option_as_groups():
    survey = read_undeclared(CASES / "kobo_dots.xlsx", structure=[CASES / "kobo_form.xlsx"])
    options = ["reason_housing", "reason_work", "reason_education"]
    assert survey.codebook.multiple_response["reason"]["variable_list"] == options
    assert [name for name in survey.data if "reason" in name] == options
    assert not set(guess_study(survey, "kobo.xlsx").groups) & set(options)


def test_columns_of_google_and_microsoft_forms_with_one_title_are_numbered(tmp_path):
    header = ["Timestamp", "Ваш пол?", "Другое (напишите)", "Довольны?", "Другое (напишите)"]
    people = [[f"2026-01-0{1 + at % 9}", "Ж", "", "Да", f"x{at}"] for at in range(10)]
    survey = read_survey(tools.write_rows(tmp_path / "w.csv", [header, *people]))
    assert "Другое (напишите)_2" in survey.data
    assert survey.codebook["Другое (напишите)_2"].title() == "Другое (напишите)"


def test_surveymonkey_with_an_empty_column_at_the_end_is_read(tmp_path):
    rows = [
        ["Respondent ID", "Your sex?", "Which?", "", ""],
        ["", "Response", "Tea", "Coffee", ""],
        *(
            [str(at), "mf"[at % 2], "Tea" * (at % 2), "Coffee" * (at % 3 > 0), ""]
            for at in range(9)
        ),
    ]
    survey = read_survey(tools.write_rows(tmp_path / "w.csv", rows))
    assert survey.codebook.multiple_response["q2"]["variable_list"] == ["q2_1", "q2_2"]
