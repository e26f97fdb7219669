"""An XLSForm says which columns KoboToolbox and ODK export, and under which headings."""

import pytest

from resurvey.core.errors import SurveyError
from resurvey.reading import read_survey
from resurvey.reading.questionnaire import language_code
from resurvey.reading.xlsform import read_xlsform
from tool_exports import write_rows, write_workbook

HEAD = ["type", "name", "label::Русский (ru)", "relevant"]
LISTS = [
    ["list_name", "name", "label::Русский (ru)"],
    ["city", "osh", "Ош"],
    ["city", "bishkek", "Бишкек"],
    ["media", "tv", "Телевизор"],
    ["media", "web", "Интернет"],
]


def form(path, *rows, choices=LISTS, head=HEAD, **sheets):
    survey = [head, *([*row, *[""] * (len(head) - len(row))] for row in rows)]
    return write_workbook(path / "form.xlsx", {"survey": survey, "choices": choices, **sheets})


@pytest.fixture
def survey(tmp_path):
    def read(rows, headings, *answers):
        file = write_rows(tmp_path / "data.csv", [headings, *answers], ";", encoding="utf-8")
        return read_survey(file, structure=form(tmp_path, *rows))

    return read


def column(survey, name):
    values = survey.data[name]
    return values.astype("object").where(values.notna(), None).tolist()


def test_routing_of_a_question_holds_that_of_its_groups(tmp_path):
    found = read_xlsform(
        form(
            tmp_path,
            ["begin group", "g", "Группа", "${age} > 17"],
            ["select_one city", "home", "Где?", "${works} = 'yes'"],
            ["end group"],
            ["text", "free", "Что?"],
        )
    )
    assert [one.routing for one in found.items] == ["(${age} > 17) and (${works} = 'yes')", ""]


def test_headings_may_have_groups_or_labels(survey):
    rows = [
        ["begin_group", "g", "О Вас"],
        ["select_one city", "home", "Где Вы живёте?"],
        ["select_multiple media", "media", "Что читаете?"],
        ["end_group"],
    ]
    for headings in (
        ["g/home", "g/media", "g/media/tv", "g/media/web"],
        ["О Вас/Где Вы живёте?", "О Вас/Что читаете?"]
        + ["О Вас/Что читаете?/Телевизор", "О Вас/Что читаете?/Интернет"],
        ["Где Вы живёте?", "Что читаете?", "Что читаете?/Телевизор", "Что читаете?/Интернет"],
        ["home", "media", "media_tv", "media_web"],
    ):
        found = survey(rows, headings, ["osh", "tv", "1", "0"])
        assert list(found.data) == ["home", "media_tv", "media_web"]
        assert found.codebook.multiple_response["media"]["variable_list"][0] == "media_tv"


def test_joined_labels_with_blanks_are_told_apart(survey):
    rows = [["select_multiple media", "media", "Что?"]]
    found = survey(rows, ["media", "id"], ["Телевизор Интернет", "1"], ["Интернет", "2"])
    assert column(found, "media_tv") == [1, 0]
    with pytest.raises(
        SurveyError, match="line 2, column 1: a text of 5 letters is no option of 'media'"
    ):
        survey(rows, ["media", "id"], ["tv radio", "1"])


def test_questions_of_a_repeat_are_left_out_and_told(survey):
    rows = [
        ["begin_repeat", "child", "Дети"],
        ["integer", "child_age", "Возраст"],
        ["end_repeat"],
        ["integer", "age", "Сколько лет?"],
    ]
    found = survey(rows, ["age"], ["30"])
    assert list(found.data) == ["age"]
    assert "the questions of the repeat 'child' have rows of their own" in found.codebook.notes[0]


def test_calculation_is_typed_by_its_cells_and_notes_have_no_column(survey):
    rows = [["calculate", "index"], ["note", "hello", "Здравствуйте"], ["date", "met", "Когда?"]]
    found = survey(rows, ["index", "met"], ["0.5", "2022-10-03"])
    assert column(found, "index") == [0.5]
    assert found.codebook["met"].measure == "text"


def test_option_never_takes_the_name_of_a_question(survey):
    rows = [["select_multiple media", "media", "Что?"], ["text", "media_tv", "Какой канал?"]]
    found = survey(rows, ["media", "media/tv", "media/web", "media_tv"], ["tv", "1", "0", "КТРК"])
    assert column(found, "media__tv") == [1]
    assert column(found, "media_tv") == ["КТРК"]


def test_choices_of_numbers_are_numbers(tmp_path):
    choices = [LISTS[0], ["city", "2", "Ош"], ["city", "1", "Бишкек"]]
    path = form(tmp_path, ["select_one city", "home", "Где?"], choices=choices)
    assert list(read_xlsform(path).items[0].choices) == [2, 1]


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        (
            [["select_one town", "home"]],
            "row 2 of sheet 'survey' \\('home'\\) uses the list 'town'",
        ),
        ([["begin_group", "g"], ["text", "a"]], "the group 'g' of sheet 'survey' does not end"),
        ([["end_group", ""]], "row 2 of sheet 'survey' ends a group that did not begin"),
    ],
)
def test_form_that_does_not_hold_together_is_refused(tmp_path, rows, sentence):
    with pytest.raises(SurveyError, match=sentence):
        read_xlsform(form(tmp_path, *rows))


def test_choice_without_a_name_is_named_by_its_row(tmp_path):
    path = form(tmp_path, ["text", "a"], choices=[LISTS[0], ["city", "", "Ош"]])
    with pytest.raises(SurveyError, match="row 2 of sheet 'choices' has no name"):
        read_xlsform(path)


def test_data_in_the_place_of_the_form_are_recognised(tmp_path):
    data = write_workbook(tmp_path / "data.xlsx", {"S": [["id", "q"], ["1", "2"]]})
    with pytest.raises(SurveyError, match="data.xlsx: this is no XLSForm"):
        read_survey(data, structure=data)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("words", "code"),
    [("Кыргызча (ky)", "ky"), ("English", "en"), ("ru", "ru"), ("Кыргыз", "ky"), ("ы?", "")],
)
def test_language_of_a_form_is_found(words, code):
    assert language_code(words) == code


def test_form_without_languages_takes_the_declared_one(tmp_path):
    path = form(
        tmp_path,
        ["text", "a", "Что?"],
        head=["type", "name", "label"],
        settings=[["default_language", "form_title"], ["Русский (ru)", "Опрос"]],
    )
    found = read_xlsform(path)
    assert found.items[0].label == {"ru": "Что?"}
    assert found.title == "Опрос"
