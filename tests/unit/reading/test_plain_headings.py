"""Headings that hold a question's code and its text are parted, others stay as they are."""

from resurvey.reading import read_survey


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
