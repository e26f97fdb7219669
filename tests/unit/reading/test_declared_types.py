"""What the codebook declares of a column is what the column becomes, or the cell is named."""

import pytest

from resurvey.core.errors import SurveyError
from resurvey.reading import read_survey

YES_NO = {1: {"ru": "Да", "en": "Yes"}, 2: {"ru": "Нет", "en": "No"}}


@pytest.fixture
def table(tmp_path):
    def read(text, **variables):
        file = tmp_path / "wave.csv"
        file.write_text(text, encoding="utf-8")
        return read_survey(file, {"variables": variables})

    return read


def column(survey, name):
    values = survey.data[name]
    return values.astype("object").where(values.notna(), None).tolist()


def test_labels_are_read_as_their_codes_in_any_language(table):
    for words in ("Да,1\nнет,2\n", "YES,1\nno ,2\n"):
        assert column(table("q,id\n" + words, q={"codes": YES_NO}), "q") == [1, 2]


def test_empty_cell_among_labels_is_missing(table):
    assert column(table("q,id\nДа,1\n,2\n", q={"codes": YES_NO}), "q") == [1, None]


def test_labels_of_codes_that_are_words_are_read_too(table):
    codes = {"A1": "Хорошая", "A2": "Плохая"}
    assert column(table("q,id\nПлохая,1\n", q={"codes": codes}), "q") == ["A2"]
    assert column(table("q,id\nA1,1\n", q={"codes": codes}), "q") == ["A1"]


def test_word_that_is_no_label_is_named_by_line_and_column(table):
    with pytest.raises(
        SurveyError, match=r"line 3, column 2\), first a text of 5 letters, which is no decl"
    ):
        table("id,q\n1,Да\n2,Может\n", q={"codes": YES_NO})


def test_letters_of_another_alphabet_are_named(table):
    with pytest.raises(
        SurveyError, match="first a text of 2 letters; its letters a are of another alphabet"
    ):
        table("id,q\n1,Дa\n", q={"codes": YES_NO})


def test_word_for_no_answer_keeps_its_reason_among_numbers(table):
    spec = {"measure": "scale", "missing": ["NA", {"code": "отказ", "reason": "refused"}]}
    survey = table("id,pay\n1,12.5\n2,NA\n3,отказ\n", pay=spec)
    assert column(survey, "pay") == [12.5, -901, -902]
    variable = survey.codebook["pay"]
    assert variable.missing == (-901, -902)
    assert variable.reasons == {-901: "other", -902: "refused"}
    assert variable.answer(-902) == "отказ"
    assert not variable.answers


def test_na_is_an_answer_where_the_codebook_says_nothing(table):
    assert column(table("id,q\n1,NA\n2,None\n3,null\n4,-\n"), "q") == ["NA", "None", "null", "-"]


def test_word_of_a_missing_code_is_read_by_its_label(table):
    spec = {"codes": {**YES_NO, 9: "N/A"}, "missing": [{"code": 9, "reason": "not_asked"}]}
    survey = table("id,q\n1,Да\n2,N/A\n", q=spec)
    assert column(survey, "q") == [1, 9]
    assert survey.codebook["q"].reasons == {9: "not_asked"}


@pytest.mark.parametrize(
    ("form", "written", "iso"),
    [
        ("%d.%m.%Y", "03.10.2022", "2022-10-03"),
        ("%m/%d/%Y", "10/03/2022", "2022-10-03"),
        ("%d.%m.%Y %H:%M", "03.10.2022 09:05", "2022-10-03T09:05:00"),
        ("%Y%m%d", "20221003", "2022-10-03"),
        ("%d.%m.%Y", "2022-10-03", "2022-10-03"),
    ],
)
def test_dates_are_read_by_the_declared_format_alone(table, form, written, iso):
    survey = table(f"id,met\n1,{written}\n", met={"date": form})
    assert column(survey, "met") == [iso]
    assert survey.codebook["met"].measure == "text"


def test_date_of_another_format_is_named_by_line_and_column(table):
    sentence = r"variable 'met' is no date written as %d.%m.%Y in 1 row \(row 2; line 3, column 2\)"
    with pytest.raises(SurveyError, match=sentence):
        table("id,met\n1,03.10.2022\n2,10/13/2022\n", met={"date": "%d.%m.%Y"})


def test_dates_without_a_format_stay_as_they_are(table):
    assert column(table("id,met\n1,03.10.2022\n2,13.10.2022\n"), "met")[0] == "03.10.2022"


def test_separator_that_does_not_fit_the_codebook_stops(table, tmp_path):
    (tmp_path / "wave.csv").write_text("id;q\n1;2\n")
    with pytest.raises(SurveyError, match="line 1 is one field when it is separated by ','"):
        read_survey(
            tmp_path / "wave.csv", {"variables": {"id": {}, "q": {}}}, dialect={"separator": ","}
        )


def test_identifiers_stay_text_and_repeated_ones_are_named_by_their_lines(tmp_path):
    file = tmp_path / "wave.csv"
    file.write_text("id,q\n00012,1\n00013,2\n00012,1\n")
    with pytest.raises(SurveyError, match=r"repeats 1 value in 2 rows \(rows 1, 3; the first is l"):
        read_survey(file, {"id": "id"})
    file.write_text("id,q\n00012,1\n9007199254740993,2\n")
    assert read_survey(file, {"id": "id"}).data["id"].tolist() == ["00012", "9007199254740993"]


def test_grouped_thousands_are_numbers_where_nothing_is_lost(tmp_path):
    file = tmp_path / "wave.csv"
    file.write_text("id;pay\n1;1\u00a0234,7\n2;12,5\n", encoding="utf-8")
    assert read_survey(file).data["pay"].tolist() == [1234.7, 12.5]
    file.write_text("id;pay\n1;1 234,7\n2;12,5\n", encoding="utf-8")
    assert read_survey(file).data["pay"].tolist() == ["1 234,7", "12,5"]
    declared = {"variables": {"pay": {"measure": "scale"}}}
    assert read_survey(file, declared).data["pay"].tolist() == [1234.7, 12.5]
    dialect = {"thousands": " ", "decimal": ","}
    assert read_survey(file, dialect=dialect).data["pay"].tolist() == [1234.7, 12.5]


def test_excels_russian_csv_is_read_as_declared(tmp_path):
    file = tmp_path / "wave.csv"
    file.write_bytes("id;пол;доход\n1;Мужской;12,5\n2;Женский;1\u00a0234,7\n".encode("cp1251"))
    codes = {"variables": {"пол": {"codes": {1: "Мужской", 2: "Женский"}}}}
    survey = read_survey(file, codes, encoding="windows-1251")
    assert survey.data["пол"].tolist() == [1, 2]
    assert survey.data["доход"].tolist() == [12.5, 1234.7]


@pytest.mark.parametrize(
    ("written", "read"),
    [(["1,5", "0.25"], [1.5, 0.25]), (["1,234", "0,5"], [1.234, 0.5]), (["12,5"], [12.5])],
)
def test_either_decimal_mark_is_read_where_it_can_be_nothing_else(table, written, read):
    rows = "".join(f'{at},"{text}"\n' for at, text in enumerate(written))
    assert column(table("id,pay\n" + rows, pay={"measure": "scale"}), "pay") == read


def test_comma_that_may_part_thousands_is_not_guessed(table):
    with pytest.raises(
        SurveyError, match=r"holds a number of 4 digits in 2 rows .* whose mark is unclear; decl"
    ):
        table('id,pay\n1,"1,234"\n2,"2,500"\n', pay={"measure": "scale"})


def test_number_with_the_mark_that_is_not_declared_stops(tmp_path):
    file = tmp_path / "wave.csv"
    file.write_text('id,pay\n1,1.5\n2,"2,5"\n')
    sentence = r"holds '2,5' in 1 row \(row 2; line 3, column 2\), whose mark is no decimal point"
    with pytest.raises(SurveyError, match=sentence):
        read_survey(file, {"variables": {"pay": {"measure": "scale"}}}, dialect={"decimal": "."})
