"""A syntax file says what SPSS would know of the data after running it."""

import contextlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from resurvey.core.errors import SurveyError
from resurvey.reading import read_survey
from resurvey.reading.syntax import read_syntax


def variables(text):
    return read_syntax(text, "x.sps").variables


def test_label_is_joined_over_lines_and_doubled_marks_are_one():
    text = 'VARIABLE LABELS V1 "Вы читаете ""Ка"+\n"бар""?".\n'
    assert variables(text)["V1"].label == 'Вы читаете "Кабар"?'


def test_marks_inside_a_label_that_are_not_doubled_are_kept():
    # LimeSurvey writes value labels as they are, one a line.
    text = 'VALUE LABELS  V1\n 1 "Газета "Труд""\n "-oth-" "Другая".\n'
    assert variables(text)["V1"].values == {"1": 'Газета "Труд"', "-oth-": "Другая"}


def test_many_variables_share_labels_and_slashes_part_them():
    text = "VALUE LABELS q1 q2 1 'да' 2 'нет' /q3 'a' 'А' 'b' 'Б, и/или В'.\n"
    found = variables(text)
    assert found["q2"].values == {"1": "да", "2": "нет"}
    assert found["q3"].values == {"a": "А", "b": "Б, и/или В"}


def test_missing_values_levels_and_names():
    text = (
        "VARIABLE LABELS V1 'a' V2 'b'.\nMISSING VALUES V1 (97 THRU 99, -1) V2 ('n/a').\n"
        "VARIABLE LEVEL V1(ORDINAL) V2(NOMINAL).\nRENAME VARIABLE ( V1 = q1 ).\n"
    )
    found = variables(text)
    assert found["V1"].missing == [("97", "99"), ("-1", "-1")]
    assert found["V2"].missing == [("n/a", "n/a")]
    assert (found["V1"].level, found["V1"].name) == ("ordinal", "q1")


def test_recoded_other_has_its_number(tmp_path):
    (tmp_path / "w.sps").write_text(
        'GET DATA\n /TYPE=TXT\n /FILE=\'w.dat\'\n /DELIMITERS=","\n /QUALIFIER="\'"\n'
        " /FIRSTCASE=1\n /VARIABLES=\n V1 A6\n V2 F2.\nCACHE.\n"
        'VALUE LABELS  V1\n "1" "Труд"\n "-oth-" "Другая".\n'
        'RECODE V1 ("-oth-" = "666666").\nMISSING VALUES V2 (9).\n'
        "RENAME VARIABLE ( V1 = paper ).\n"
    )
    (tmp_path / "w.dat").write_text("'1','5'\n'-oth-','9'\n'',''\n")
    survey = read_survey(tmp_path / "w.dat")
    assert survey.data["paper"].astype("object").fillna(0).tolist() == [1, 666666, 0]
    assert survey.codebook["paper"].answer(666666) == "Другая"
    assert survey.codebook["V2"].missing == (9,)


def test_command_that_would_change_data_is_told(caplog):
    variables("VARIABLE LABELS a 'A'.\nCOMPUTE b = a + 1.\nEXECUTE.\n")
    assert "line 2: the command COMPUTE is not carried out" in caplog.text


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "describes no variable"),
        ("* only a comment.\n", "describes no variable"),
        ("VARIABLE LABELS a.\n", "line 1 cannot be understood"),
        ("VARIABLE LABELS a b.\n", "line 1 cannot be understood"),
        ("\n\nVALUE LABELS a 1 2.\n", "line 3 cannot be understood"),
        ("VALUE LABELS 'a' 'b'.\n", "line 1 cannot be understood"),
        ("RENAME VARIABLE (a b c).\n", "line 1 cannot be understood"),
        ("MISSING VALUES (9).\n", "line 1 cannot be understood"),
        ("RECODE a (=).\n", "line 1 cannot be understood"),
    ],
)
def test_command_that_makes_no_sense_is_named_by_its_line(text, sentence):
    with pytest.raises(SurveyError, match=f"x.sps.*{sentence}"):
        variables(text)


@settings(deadline=None)
@given(st.text(st.characters(codec="utf-8"), max_size=60))
def test_no_text_breaks_the_reader(text):
    with contextlib.suppress(SurveyError):
        read_syntax(text, "x.sps")


labels = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Zl", "Zp"]), min_size=1, max_size=30
).map(lambda text: " ".join(text.replace("\\", "").replace("&apos;", "").split()) or "x")


@settings(deadline=None)
@given(
    st.dictionaries(st.integers(-99, 99), labels, min_size=1, max_size=5),
    labels,
    st.sampled_from("'\""),
)
def test_written_labels_are_read_again(values, label, mark):
    def quoted(text):
        return mark + text.replace(mark, mark * 2) + mark

    lines = [f"VARIABLE LABELS q {quoted(label)}.", "VALUE LABELS q"]
    lines += [f" {code} {quoted(words)}" for code, words in values.items()]
    found = variables("\n".join(lines) + ".\n")["q"]
    assert found.label == label
    assert found.values == {str(code): words for code, words in values.items()}


def test_data_that_the_syntax_does_not_describe_are_refused(tmp_path):
    syntax = (
        'GET DATA\n /TYPE=TXT\n /DELIMITERS=","\n /QUALIFIER="\'"\n /VARIABLES=\n a F1\n b F1.\n'
    )
    (tmp_path / "w.sps").write_text(syntax)
    (tmp_path / "w.dat").write_text("'1','2','3'\n")
    sentence = "line 1 has 3 fields, but the syntax file describes 2 variables"
    with pytest.raises(SurveyError, match=sentence):
        read_survey(tmp_path / "w.dat")


def test_data_file_of_limesurvey_without_its_syntax_says_what_it_needs(tmp_path):
    file = tmp_path / "survey_77_SPSS_data_file.dat"
    file.write_text("'1','2'\n")
    with pytest.raises(SurveyError, match="put survey_77_SPSS_syntax_file.sps beside it"):
        read_survey(file)


def test_syntax_that_was_opened_and_saved_in_spss_is_read(tmp_path):
    # A hidden field leaves a gap in the numbers; a name that is none is told in a comment.
    (tmp_path / "survey_9_SPSS_syntax_file.sps").write_text(
        "* Encoding: UTF-8.\n*$Rev: 121017 $ all 2.\nSET UNICODE=ON.\nSHOW LOCALE.\n"
        "PRESERVE LOCALE.\nSET LOCALE='ru_KG'.\nGET DATA\n /TYPE=TXT\n"
        " /FILE='C:\\Users\\me\\survey_9_SPSS_data_file.dat'\n /DELCASE=LINE\n"
        ' /DELIMITERS=","\n /QUALIFIER="\'"\n /ARRANGEMENT=DELIMITED\n /FIRSTCASE=1\n'
        " /IMPORTCASE=ALL\n /VARIABLES=\n V1 F7\n V3 DATETIME23.2\n V4 A31\n V5 F13.12.\nCACHE.\n"
        'EXECUTE.\n*Define Variable Properties.\nVARIABLE LABELS V5 "Сколько Вам лет?".\n'
        "VARIABLE LEVEL V5(SCALE).\nRENAME VARIABLE ( V1 = id ).\n"
        "RENAME VARIABLE ( V3 = submitdate ).\n"
        "* Variable name was incorrect and was changed from  to q_ .\n"
        "RENAME VARIABLE ( V4 = q_ ).\nRENAME VARIABLE ( V5 = age ).\nRESTORE LOCALE.\n",
        encoding="utf-8-sig",
    )
    data = tmp_path / "survey_9_SPSS_data_file.dat"
    data.write_text("'1','03-10-2022 10:00:00','734','34.000000000000'\n'2',,'735',\n")
    survey = read_survey(data)
    assert list(survey.data) == ["id", "submitdate", "q_", "age"]
    assert survey.data["age"].astype("object").fillna(0).tolist() == [34, 0]
    assert survey.data["submitdate"].tolist()[0] == "2022-10-03T10:00:00"
    assert survey.codebook["age"].title() == "Сколько Вам лет?"
