"""What a table leaves unsaid over its columns is settled, said, and the same at every import."""

import pytest

import tool_exports as tools
from resurvey.core.errors import SurveyError
from resurvey.reading import read_survey

PEOPLE = [(str(at), "mf"[at % 2], "yes" if at % 3 else "no") for at in range(1, 13)]


def lines(rows, end="\n"):
    return "".join(",".join(row) + end for row in rows)


@pytest.fixture
def table(tmp_path):
    """Write a .csv and read it."""

    def read(text, **options):
        file = tmp_path / "wave.csv"
        file.write_text(text, encoding="utf-8")
        return read_survey(file, **options)

    return read


@pytest.mark.parametrize("heading", ["", '""', "Unnamed: 0", "...1", "X", "row.names"])
def test_first_column_that_numbers_the_rows_is_left_out_and_said(table, heading, caplog):
    survey = table(f"{heading},sex,q\n{lines(PEOPLE)}")
    assert list(survey.data) == ["sex", "q"]
    assert "column 1" in survey.codebook.assumed[0]
    assert "numbers the rows and is left out" in caplog.text


def test_header_of_r_without_a_name_for_its_row_numbers_is_understood(table):
    survey = table(f"sex,q\n{lines(PEOPLE)}")
    assert (list(survey.data), len(survey.data)) == (["sex", "q"], 12)


def test_python_counts_rows_from_zero(table):
    rows = [(str(int(one[0]) - 1), *one[1:]) for one in PEOPLE]
    assert list(table(f",sex,q\n{lines(rows)}").data) == ["sex", "q"]


@pytest.mark.parametrize("heading", ["id", "№", "respondent"])
def test_number_that_people_gave_is_theirs(table, heading):
    assert heading in table(f"{heading},sex,q\n{lines(PEOPLE)}").data


def test_unnamed_column_that_names_the_rows_is_kept_under_a_name(table):
    rows = [(f"R{one[0]}", *one[1:]) for one in PEOPLE]
    survey = table(f",sex,q\n{lines(rows)}")
    assert list(survey.data) == ["column_1", "sex", "q"]
    assert survey.data["column_1"].is_unique


def test_unnamed_column_of_answers_is_called_by_its_place_in_the_file(table):
    survey = table("id,,sex,\n1,,m,yes\n2,,f,no\n3,,m,yes\n")
    assert list(survey.data) == ["id", "sex", "column_4"]
    assert "column 4 has no heading and is called 'column_4'" in survey.codebook.assumed


def test_cells_beside_the_table_are_refused_with_their_place(table):
    with pytest.raises(SurveyError, match="column 3 has no name"):
        table("id,sex,\n1,m,\n2,f,look\n3,m,\n")


def test_headings_that_differ_only_by_case_are_numbered(table):
    survey = table("id,Q1,q1,Q1\n1,2,3,4\n2,3,4,5\n")
    assert list(survey.data) == ["id", "Q1", "q1_2", "Q1_3"]
    assert survey.codebook["q1_2"].label == {"": "q1"}
    assert "differ only by upper and lower case" in survey.codebook.assumed[0]


@pytest.mark.parametrize(
    "text",
    [
        "sex,q,\n" + lines([one[1:] for one in PEOPLE], ",\n"),
        "sex,q\n" + lines([one[1:] for one in PEOPLE], ",\n"),
        "sex,q,\n" + lines([one[1:] for one in PEOPLE]),
        "sex,q,,\n" + lines([one[1:] for one in PEOPLE], ",,\n"),
        "sex,,q\n" + lines([(one[1], "", one[2]) for one in PEOPLE]),
    ],
    ids=["both", "lines", "header", "two", "between"],
)
def test_separators_that_part_nothing_say_nothing(table, text):
    survey = table(text)
    assert (list(survey.data), len(survey.data)) == (["sex", "q"], 12)
    assert len(survey.codebook.assumed) == 1


def test_a_line_with_one_field_more_than_the_others_is_still_refused(table):
    with pytest.raises(SurveyError, match="line 3 has 4 fields, but the header has 3"):
        table("a,b,c\n1,2,3\n1,hello, world\n".replace("hello,", "hello,,"))


def test_equal_headings_are_numbered_and_keep_their_text_as_label(table):
    survey = table("Gender,Other,Other,Q,Other\nm,x,,1,a\nf,,y,2,b\nm,z,,1,a\n")
    assert list(survey.data) == ["Gender", "Other", "Other_2", "Q", "Other_3"]
    assert [survey.codebook[name].title() for name in ("Other", "Other_3")] == ["Other", "Other"]
    assert "stands over columns 2, 3 and 5" in survey.codebook.assumed[0]


def test_numbered_heading_takes_no_name_that_is_there(table):
    assert list(table("q,q_2,q\n1,2,3\n2,3,4\n").data) == ["q", "q_2", "q_2_"]


def test_equal_headings_of_a_workbook_are_numbered(tmp_path):
    rows = [["id", "Comment", "Comment"], ["1", "a", "b"], ["2", "", "c"]]
    file = tools.write_workbook(tmp_path / "w.xlsx", {"S": rows})
    assert list(read_survey(file).data) == ["id", "Comment", "Comment_2"]


def test_codebook_declares_a_numbered_column_and_messages_find_its_cell(table):
    text = "id,Other,Other\n1,2,1\n2,1,3\n"
    codebook = {"variables": {"more": {"source": "Other_2", "codes": {1: "a", 2: "b"}}}}
    with pytest.raises(SurveyError, match=r"code 3 in 1 row \(row 2; line 3, column 3\)"):
        table(text, codebook=codebook)


def test_what_was_assumed_is_kept_with_the_imported_codebook(table):
    from resurvey.core.codebook import Codebook

    book = table("q,q\n1,2\n2,1\n").codebook
    assert Codebook.from_json(book.to_json()).assumed == book.assumed != ()


@pytest.mark.parametrize("repeats", [["members"], ["members", "plots"]])
def test_sheets_of_repeats_are_passed_over_with_a_word(tmp_path, repeats, caplog):
    child = [["age", "_index", "_parent_index"], ["3", "1", "1"], ["5", "2", "1"]]
    main = [["sex", "_id", "_index"], ["m", "7", "1"], ["f", "8", "2"]]
    sheets = {"Survey": main, **dict.fromkeys(repeats, child)}
    survey = read_survey(tools.write_workbook(tmp_path / "w.xlsx", sheets))
    assert survey.data["sex"].tolist() == ["m", "f"]
    assert "sheet 'Survey' is read" in caplog.text
    assert all(f"'{name}'" in caplog.text for name in repeats)


def survey_of(folder, text):
    path = folder / "answers.csv"
    path.write_text(text, encoding="utf-8")
    return read_survey(path)


def test_code_and_text_of_limesurvey_are_parted(tmp_path):
    text = '"id. Response ID","G1Q1. How are you?","G2[SQ001]. Media: radio"\n1,2,Y\n2,1,N\n'
    survey = survey_of(tmp_path, text)
    assert list(survey.data) == ["id", "G1Q1", "G2[SQ001]"]
    assert survey.codebook["G1Q1"].title("en") == "How are you?"


def test_one_heading_without_a_code_leaves_all_as_they_are(tmp_path):
    survey = survey_of(tmp_path, '"1. Your age","Q. Work"\n30,1\n31,2\n')
    assert list(survey.data) == ["1. Your age", "Q. Work"]
