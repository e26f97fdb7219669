"""Whatever tool exported the survey, the same people gave the same answers."""

import pytest

import tool_exports as tools
from resurvey.core.codebook import pick_label
from resurvey.core.errors import SurveyError
from resurvey.reading import read_survey
from resurvey.tables.tabulation import fill_tables

WORDS = {"total": "Всего", "all_respondents": "Все", "no_answer": "Нет ответа"}
NAMES = {"q1": "sex", "q2": "job", "q3": "langs", "q4": "age", "q5": "note"}


def limesurvey(folder, **options):
    version = options.pop("version", "new")
    tools.limesurvey_lss(folder, version)
    return read_survey(tools.limesurvey_csv(folder, **options))


def kobo(folder, write=tools.kobo_csv, **options):
    return read_survey(write(folder, **options), structure=tools.kobo_form(folder))


EXPORTS = {
    "limesurvey_spss": lambda at: read_survey(tools.limesurvey_spss(at)),
    "limesurvey_codes": lambda at: limesurvey(at),
    "limesurvey_old_structure": lambda at: limesurvey(at, version="old"),
    "limesurvey_full": lambda at: limesurvey(at, answers="full", headings="text"),
    "limesurvey_codes_under_texts": lambda at: limesurvey(at, headings="codetext"),
    "kobo_xml": lambda at: kobo(at),
    "kobo_labels": lambda at: kobo(at, answers="labels"),
    "kobo_xml_joined": lambda at: kobo(at, multiple="text"),
    "kobo_labels_joined": lambda at: kobo(at, answers="labels", multiple="text"),
    "kobo_columns_in_groups": lambda at: kobo(at, multiple="columns", groups=True, hashtags=False),
    "kobo_xlsx": lambda at: kobo(at, tools.kobo_xlsx),
    "kobo_xlsx_labels": lambda at: kobo(at, tools.kobo_xlsx, answers="labels"),
    "qualtrics_words": lambda at: read_survey(tools.qualtrics_csv(at, "words")),
    "surveymonkey_words": lambda at: read_survey(tools.surveymonkey_csv(at)),
    "surveymonkey_xlsx": lambda at: read_survey(tools.surveymonkey_xlsx(at)),
    "forms": lambda at: read_survey(tools.forms_csv(at), tools.FORMS_CODEBOOK),
}


@pytest.fixture(params=EXPORTS)
def survey(request, tmp_path):
    return EXPORTS[request.param](tmp_path)


def answers(survey, question):
    """Answers in Russian, person by person, whatever the codes are."""
    name = next(name for name in (question, *NAMES) if name in survey.codebook)
    if name != question:
        name = next(own for own, meant in NAMES.items() if meant == question)
    variable = survey.codebook[name]
    return [None if code is None else variable.answer(code, "ru") for code in column(survey, name)]


def column(survey, name):
    values = survey.data[name]
    return values.astype("object").where(values.notna(), None).tolist()


def test_answers_of_one_list_are_the_same(survey):
    assert answers(survey, "sex") == [tools.SEX[one["sex"]][0] for one in tools.people()]
    jobs = [tools.JOB[one["job"]][0] if one["job"] else None for one in tools.people()]
    assert answers(survey, "job") == jobs


def test_options_of_several_are_a_set_with_the_same_choices(survey):
    (found,) = survey.codebook.multiple_response.values()
    words = {code: one[0] for code, one in tools.LANGUAGES.items()}
    spoken = [{words.get(code, "other") for code in tools.chosen(one)} for one in tools.people()]
    options = dict.fromkeys(found["variable_list"])
    for name in options:
        label = pick_label(survey.codebook[name].label, "ru", name)
        options[name] = label if label in words.values() else "other"
    chosen = [
        {options[name] for name in options if row[name] == 1}
        for row in survey.data[list(options)].astype("object").to_dict("records")
    ]
    assert chosen == spoken
    blank = [survey.data[list(options)].iloc[at].isna().all() for at in range(len(spoken))]
    assert blank == [not one for one in spoken]
    assert found["type"] == "D"
    assert found["counted_value"] == 1


def test_numbers_are_numbers_and_words_stay_words(survey):
    name = "age" if "age" in survey.codebook else "q4"
    assert column(survey, name) == [one["age"] for one in tools.people()]
    note = next((one for one in ("note", "q5") if one in survey.codebook), None)
    if note:
        assert column(survey, note) == [one["note"] or None for one in tools.people()]
    if "pay" in survey.codebook:
        assert column(survey, "pay") == [one["pay"] for one in tools.people()]


def test_set_can_be_tabulated(survey):
    (name,) = survey.codebook.multiple_response
    cells = fill_tables(survey, {"t": {"rows": [name]}}, {}, {}, "ru", WORDS)["crosstabs"]
    counts = {one["row_label"]: one["count"] for one in cells if one["kind"] == "answer"}
    assert counts["русский"] == 3
    assert counts["кыргызский, свободно"] == 2
    assert counts["английский"] == 1
    assert {one["base"] for one in cells} == {5}


@pytest.mark.parametrize(
    "name", [name for name in EXPORTS if name.startswith(("limesurvey", "kobo"))]
)
def test_order_of_the_answers_is_that_of_the_questionnaire(name, tmp_path):
    survey = EXPORTS[name](tmp_path)
    words = [survey.codebook["job"].answer(code, "ru") for code in survey.codebook["job"].answers]
    assert words == ["Плохая", "Хорошая", "Так себе"]


@pytest.mark.parametrize("name", ["limesurvey_codes", "limesurvey_full", "kobo_xml"])
def test_labels_come_in_every_language_with_the_routing(name, tmp_path):
    job = EXPORTS[name](tmp_path).codebook["job"]
    assert (job.title("en"), job.title("ru")) == ("How is your job?", "Какая у Вас работа?")
    assert job.answer("A1", "en") == "Good"
    assert job.routing in ('works == "Y"', "${works} = 'yes'")
    sex = EXPORTS[name](tmp_path).codebook["sex"]
    assert sex.routing == ""


def test_yes_and_no_have_the_same_codes_in_every_export_of_limesurvey(tmp_path):
    for name in (name for name in EXPORTS if name.startswith("limesurvey")):
        assert column(EXPORTS[name](tmp_path), "works") == [1, 1, 2, 1, 2, 1], name


def test_numbers_of_options_without_a_structure_are_options_all_the_same(tmp_path):
    for options in ({"packed": False}, {"packed": True}):
        survey = read_survey(tools.qualtrics_csv(tmp_path, **options))
        members = survey.codebook.multiple_response["langs"]["variable_list"]
        assert members == ["langs_1", "langs_2", "langs_3", "langs_4"]
        assert column(survey, "langs_4") == [0, 0, 1, 0, 1, None]
        assert survey.codebook["sex"].title() == "Ваш пол?"
    survey = read_survey(tools.surveymonkey_csv(tmp_path, values="numbers"))
    assert column(survey, "q3_3") == [0, 0, 0, 1, 0, None]
    assert column(survey, "q3_4_text") == [None, None, "узбекский", None, "дари", None]


def test_kobo_without_its_form_knows_options_but_no_labels(tmp_path):
    survey = read_survey(tools.kobo_csv(tmp_path))
    assert list(survey.codebook.multiple_response) == ["langs"]
    assert "langs" not in survey.codebook
    assert column(survey, "langs/ky") == [1, 0, 1, 0, 0, None]


def test_labels_of_kobo_for_spss_are_read_in_all_languages(tmp_path):
    survey = read_survey(tools.kobo_csv(tmp_path), structure=tools.kobo_syntax(tmp_path))
    assert survey.codebook["job"].answer("A2", "ru") == "Так себе"
    assert survey.codebook["job"].answer("A2", "en") == "So-so"
    assert survey.codebook["sex"].title("en") == "Your sex?"
    members = survey.codebook.multiple_response["langs"]["variable_list"]
    assert members[:3] == ["langs_ru", "langs_ky", "langs_en"]
    assert survey.codebook["langs_ky"].title("en") == "Kyrgyz, fluent"


def test_structure_of_another_survey_is_refused(tmp_path):
    data = tmp_path / "other.csv"
    data.write_text("a,b\n1,2\n")
    with pytest.raises(SurveyError, match=r"none of its 2 headings .* is it the structure of this"):
        read_survey(data, structure=tools.limesurvey_lss(tmp_path))


def test_cell_outside_of_the_list_is_named_by_line_and_column(tmp_path):
    tools.limesurvey_lss(tmp_path)
    file = tools.change_cell(tools.limesurvey_csv(tmp_path, "full"), 1, 2, "Myжскoй")
    sentence = r"line 2, column 3: variable 'sex' holds a text of 7 letters, .* letters M, y"
    with pytest.raises(SurveyError, match=sentence):
        read_survey(file)


def test_code_that_the_questionnaire_lost_is_kept_and_told(tmp_path, caplog):
    tools.limesurvey_lss(tmp_path)
    file = tools.change_cell(tools.limesurvey_csv(tmp_path), 1, 2, "7")
    survey = read_survey(file)
    assert column(survey, "sex")[0] == 7
    assert survey.codebook["sex"].answers == [1, 2, 7]
    assert "variable 'sex' holds '7', which is not in its list of answers" in caplog.text


def test_option_that_is_neither_chosen_nor_not_is_refused(tmp_path):
    form = tools.kobo_form(tmp_path)
    file = tools.change_cell(tools.kobo_csv(tmp_path, hashtags=False), 3, 6, "2", separator=";")
    sentence = "line 4, column 7: '2' does not say whether the option 'langs_ky' was chosen"
    with pytest.raises(SurveyError, match=sentence):
        read_survey(file, structure=form)


def test_word_in_a_question_of_numbers_is_refused(tmp_path):
    tools.limesurvey_lss(tmp_path)
    file = tools.change_cell(tools.limesurvey_csv(tmp_path), 2, 9, "3O")
    with pytest.raises(
        SurveyError, match="line 3, column 10: variable 'age' holds a text of 2 letters, but"
    ):
        read_survey(file)


def test_declared_structure_wins_over_the_one_beside_the_file(tmp_path):
    tools.limesurvey_lss(tmp_path)
    (tmp_path / "own").mkdir()
    own = tools.limesurvey_lss(tmp_path / "own")
    own.write_text(own.read_text().replace("Ваш пол?", "Пол"), encoding="utf-8")
    file = tools.limesurvey_csv(tmp_path)
    assert read_survey(file).codebook["sex"].title("ru") == "Ваш пол?"
    assert read_survey(file, structure=own).codebook["sex"].title("ru") == "Пол"
    assert read_survey(file, tool="plain").codebook["sex"].title("ru") == "sex"


def test_two_structures_complete_each_other(tmp_path):
    data = tools.limesurvey_spss(tmp_path)
    tools.limesurvey_lss(tmp_path)
    survey = read_survey(data)
    assert survey.codebook["sex"].title("en") == "Your sex?"
    assert column(survey, "works") == [1, 1, 2, 1, 2, 1]


def test_answers_of_the_same_words_under_exchanged_codes_are_read_by_the_file(tmp_path):
    # "1" is the label of code 2 and the other way round: the other questions tell which is meant.
    structure = tools.limesurvey_lss(tmp_path)
    text = structure.read_text(encoding="utf-8")
    for old, new in (("Мужской", "2"), ("Женский", "1")):
        text = text.replace(f"CDATA[{old}]", f"CDATA[{new}]")
    structure.write_text(text, encoding="utf-8")
    assert column(read_survey(tools.limesurvey_csv(tmp_path)), "sex") == [1, 2, 2, 1, 1, 2]
    file = tools.limesurvey_csv(tmp_path, "full")
    for row, person in enumerate(tools.people(), 1):
        tools.change_cell(file, row, 2, {1: "2", 2: "1"}[person["sex"]])
    assert column(read_survey(file), "sex") == [1, 2, 2, 1, 1, 2]


def test_joined_column_that_contradicts_the_options_is_refused(tmp_path):
    form = tools.kobo_form(tmp_path)
    file = tools.change_cell(tools.kobo_csv(tmp_path, hashtags=False), 1, 4, "ru", separator=";")
    sentence = "line 2, column 5: the answer and the column of the option 'langs_ky' contradict"
    with pytest.raises(SurveyError, match=sentence):
        read_survey(file, structure=form)
