"""The study's codebook wins over the file, and the file is held against it."""

import pandas as pd
import pyreadstat
import pytest

from resurvey.core.errors import SurveyError
from resurvey.reading import read_survey

YES_NO = {1: {"ru": "Да", "en": "Yes"}, 2: {"ru": "Нет", "en": "No"}}


@pytest.fixture
def wave(tmp_path):
    """Write a small .sav and read it with a codebook."""

    def read(columns, variables=None, identifier=None, **options):
        pyreadstat.write_sav(pd.DataFrame(columns), tmp_path / "wave.sav", **options)
        codebook = {"variables": variables or {}} | ({"id": identifier} if identifier else {})
        return read_survey(tmp_path / "wave.sav", codebook)

    return read


def test_declared_labels_win_and_undeclared_variables_keep_those_of_the_file(wave):
    survey = wave(
        {"q": [1, 2], "r": [1, 2]},
        {"q": {"label": {"ru": "Вопрос"}, "codes": YES_NO}},
        variable_value_labels={"q": {1: "да!", 2: "нет!"}, "r": {1: "a", 2: "b"}},
        column_labels={"q": "Q", "r": "R"},
    )
    assert survey.codebook["q"].title("ru") == "Вопрос"
    assert survey.codebook["q"].answer(2, "en") == "No"
    assert survey.codebook["r"].answer(2, "en") == "b"
    assert survey.codebook["r"].title("en") == "R"


def test_codes_are_printed_in_the_declared_order(wave):
    survey = wave({"q": [1, 2, 9]}, {"q": {"codes": {2: "no", 1: "yes", 9: "?"}, "missing": [9]}})
    assert survey.codebook["q"].answers == [2, 1]


def test_declared_missing_codes_replace_those_of_the_file(wave):
    columns, ranges = {"q": [1, 8, 9]}, {"q": [8]}
    kept = wave(columns, {"q": {"label": "Q"}}, missing_ranges=ranges).codebook["q"]
    replaced = wave(columns, {"q": {"missing": [9]}}, missing_ranges=ranges).codebook["q"]
    spread = wave(columns, {"q": {"missing": [{"low": 8, "high": 9}]}}).codebook["q"]
    assert (kept.answers, replaced.answers, spread.answers) == ([1, 9], [1, 8], [1])


def test_missing_codes_of_the_file_need_no_declaration(wave):
    survey = wave(
        {"q": [1, 99]},
        {"q": {"codes": YES_NO}},
        missing_ranges={"q": [99]},
        variable_value_labels={"q": {99: "отказ"}},
    )
    assert survey.codebook["q"].answers == [1, 2]
    assert survey.codebook["q"].answer(99) == "отказ"


def test_undeclared_code_is_named_with_its_rows(wave):
    with pytest.raises(SurveyError) as problem:
        wave({"q": [1, 7, 2, 7, 55]}, {"q": {"codes": YES_NO}})
    assert "2 things stand against the codebook" in str(problem.value)
    assert "variable 'q' has code 7 in 2 rows (rows 2, 4)" in str(problem.value)
    assert "variable 'q' has code 55 in 1 row (row 5)" in str(problem.value)
    assert "wave.sav" in str(problem.value)


def test_undeclared_code_of_a_variable_that_only_the_file_labels_is_an_answer(wave):
    survey = wave({"q": [1, 7]}, variable_value_labels={"q": {1: "yes", 2: "no"}})
    assert survey.codebook["q"].answers == [1, 2, 7]


def test_absent_variable_is_named_with_its_neighbour(wave):
    with pytest.raises(
        SurveyError, match=r"'gender' is declared.*\(1 rows\).*did you mean 'gendr'"
    ):
        wave({"gendr": [1.0]}, {"gender": {"codes": YES_NO}})


def test_variable_that_is_not_required_may_be_absent(wave):
    assert "q" not in wave({"r": [1.0]}, {"q": {"codes": YES_NO, "required": False}}).codebook


def test_renamed_variable_is_found_by_its_source(wave):
    survey = wave({"a": [1], "Q17": [2], "z": [3]}, {"vote": {"source": "Q17", "codes": YES_NO}})
    assert survey.data.columns.tolist() == ["a", "vote", "z"]
    assert list(survey.codebook) == ["a", "vote", "z"]
    assert survey.codebook["vote"].source == "Q17"


def test_renaming_onto_another_variable_is_refused(wave):
    with pytest.raises(SurveyError, match="'Q17' cannot become 'vote'"):
        wave({"vote": [1], "Q17": [2]}, {"vote": {"source": "Q17"}})


def test_two_variables_can_exchange_their_names(wave):
    survey = wave({"a": [1], "b": [2]}, {"a": {"source": "b"}, "b": {"source": "a"}})
    assert (survey.data["a"].tolist(), survey.data["b"].tolist()) == ([2], [1])


@pytest.mark.parametrize(
    "labels",
    [{1: "Нет", 2: "Да"}, {1: " НЕТ\xa0", 2: "x"}, {1: "No", 2: "Yes"}, {0: "Да", 1: "Нет"}],
)
def test_exchanged_or_shifted_labels_are_refused(wave, labels):
    with pytest.raises(SurveyError, match="code 1 is .* the codebook gives this label to code 2"):
        wave({"q": [1.0, 2.0]}, {"q": {"codes": YES_NO}}, variable_value_labels={"q": labels})


def test_another_wording_of_a_label_is_accepted(wave):
    survey = wave(
        {"q": [1, 2]}, {"q": {"codes": YES_NO}}, variable_value_labels={"q": {1: "да, конечно"}}
    )
    assert survey.codebook["q"].answer(1, "ru") == "Да"


def test_text_where_a_number_belongs_is_named_with_its_row(wave):
    with pytest.raises(
        SurveyError, match=r"'age' holds text .* in 1 row \(row 2\), first a text of 8 letters"
    ):
        wave({"age": ["30", "около 40"]}, {"age": {"measure": "scale"}})


def test_numbers_stored_as_text_become_numbers_where_they_are_declared(wave):
    survey = wave({"q": ["1", "02", ""]}, {"q": {"codes": YES_NO}})
    assert survey.data["q"].dropna().tolist() == [1, 2]


def test_quoted_codes_of_the_codebook_meet_numbers_of_the_file(wave):
    survey = wave({"q": [1, 2]}, {"q": {"codes": {"1": "yes", "2": "no"}, "order": ["2", "1"]}})
    assert survey.codebook["q"].ordered_answers == [2, 1]


def test_text_codes_are_checked_too(wave):
    codes = {"a": "Да", "b": "Нет"}
    assert wave({"s": ["a", "b"]}, {"s": {"codes": codes}}).codebook["s"].answers == ["a", "b"]
    with pytest.raises(SurveyError, match="'s' has a text in 1 row"):
        wave({"s": ["a", "c"]}, {"s": {"codes": codes}})


def test_identifier_is_complete_and_without_repetition(wave):
    with pytest.raises(SurveyError, match=r"'id' repeats 1 value in 2 rows \(rows 1, 3\)"):
        wave({"id": [5, 6, 5]}, identifier="id")
    with pytest.raises(SurveyError, match=r"'id' is empty in 1 row \(row 2\)"):
        wave({"id": [5, None]}, identifier="id")
    with pytest.raises(SurveyError, match="identifier 'id' is not a variable"):
        wave({"x": [5]}, identifier="id")
    assert len(wave({"id": [5, 6]}, identifier="id").data) == 2


def test_order_names_answers_only(wave):
    with pytest.raises(SurveyError, match="`order` names 3"):
        wave({"q": [1, 2]}, {"q": {"codes": YES_NO, "order": [2, 3]}})


def test_order_and_dont_know_are_kept(wave):
    codes = YES_NO | {3: "?"}
    variable = wave(
        {"q": [1, 2, 3]}, {"q": {"codes": codes, "order": [2, 1], "dont_know": [3]}}
    ).codebook["q"]
    assert variable.measure == "ordinal"
    assert variable.ordered_answers == [2, 1]


def test_empty_declaration_only_asks_for_the_variable(wave):
    assert wave({"q": [1, 2]}, {"q": None}).codebook["q"].answers == [1, 2]


def test_declared_labels_settle_two_answers_with_one_label(wave):
    doubled = {"q": {1: "Да", 2: "Да"}}
    survey = wave({"q": [1, 2]}, {"q": {"codes": YES_NO}}, variable_value_labels=doubled)
    assert survey.codebook["q"].answer(2, "ru") == "Нет"


def test_declared_text_has_no_list_of_answers(wave):
    survey = wave({"q": [1, 2]}, {"q": {"measure": "text"}})
    assert survey.data["q"].tolist() == ["1", "2"]
    assert survey.codebook["q"].answers == []


def test_codes_in_quotes_that_are_one_number_in_the_file_are_refused(wave):
    with pytest.raises(SurveyError, match=r"'q': `codes`: code 1 stands twice \(\"1\", 01\)"):
        wave({"q": [1, 2, 1]}, {"q": {"codes": {"1": "yes", "01": "perhaps", "2": "no"}}})


def test_codes_in_quotes_may_be_two_texts_in_the_file(wave):
    survey = wave({"q": ["1", "01", "1"]}, {"q": {"codes": {"1": "yes", "01": "perhaps"}}})
    assert survey.codebook["q"].answers == ["1", "01"]


@pytest.mark.parametrize("rest", [{}, {"rest": "m"}])
@pytest.mark.parametrize("other", [" f", "F", "f\u200b"])
def test_texts_that_differ_in_what_is_hardly_seen_are_two_codes_where_the_file_has_both(
    wave, other, rest, caplog
):
    answers = ["f", other, "f", "m", *(["M", "x"] if rest else [])]
    labels = {other: "she", "f": "woman", "m": "rest"}
    survey = wave({"q": answers}, {"q": {"codes": labels, **rest}})
    assert survey.codebook["q"].answers == list(labels)
    counts = {"f": 2, other: 1, "m": 3 if rest else 1}
    assert survey.data["q"].value_counts().to_dict() == counts
    assert "no row has the code" not in caplog.text


@pytest.mark.parametrize(
    "spec",
    [
        {"codes": {"f ": "woman", "m": "man"}},
        {"codes": {"f\u200b": "woman", "m": "man"}},
        {"codes": {"F": "woman", "m": "man"}},
        {"missing": ["f\u200b"]},
        {"missing": [{"code": "f ", "reason": "refused"}]},
        {"order": ["f ", "m"]},
        {"codes": {"m": "man", "x": "other"}, "missing": [" F "]},
    ],
)
def test_code_spelt_unlike_the_file_in_what_is_hardly_seen_is_refused(wave, spec):
    with pytest.raises(
        SurveyError,
        match=r"'q': no row has the code '.+' of the codebook, but 2 rows \(rows 1, 3\)",
    ):
        wave({"q": ["f", "m", "f"]}, {"q": spec})


def test_text_that_is_a_code_but_for_a_letter_that_nobody_sees_is_refused_with_that_code(wave):
    with pytest.raises(SurveyError, match=r"has a text that differs from 'f' only in .* \(row 3\)"):
        wave({"q": ["f", "m", "f\u200b"]}, {"q": {"codes": {"f": "woman", "m": "man"}}})


@pytest.mark.parametrize("other", ["f ", "f\u200b", "F"])
def test_spelling_that_only_another_wave_may_have_is_told(wave, other, caplog):
    wave({"q": ["f", "m", "f"]}, {"q": {"codes": {"f": "woman", other: "she", "m": "man"}}})
    assert f"'q': no row has the code {other!r} of the codebook, which differs from 'f'" in (
        caplog.text
    )


def test_declared_texts_that_nobody_gave_are_not_told(wave, caplog):
    spec = {"codes": {"f": "woman", "m": "man", "x": "other"}, "missing": ["99", "refused"]}
    wave({"q": ["f", "m", None]}, {"q": spec})
    assert "no row has" not in caplog.text


YES_OR_NO = {1: {"ru": "Да", "en": "Yes"}, 2: {"ru": "Нет", "en": "No"}}


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
        assert column(table("q,id\n" + words, q={"codes": YES_OR_NO}), "q") == [1, 2]


def test_empty_cell_among_labels_is_missing(table):
    assert column(table("q,id\nДа,1\n,2\n", q={"codes": YES_OR_NO}), "q") == [
        1,
        None,
    ]


def test_labels_of_codes_that_are_words_are_read_too(table):
    codes = {"A1": "Хорошая", "A2": "Плохая"}
    assert column(table("q,id\nПлохая,1\n", q={"codes": codes}), "q") == ["A2"]
    assert column(table("q,id\nA1,1\n", q={"codes": codes}), "q") == ["A1"]


def test_word_that_is_no_label_is_named_by_line_and_column(table):
    with pytest.raises(
        SurveyError, match=r"line 3, column 2\), first a text of 5 letters, which is no decl"
    ):
        table("id,q\n1,Да\n2,Может\n", q={"codes": YES_OR_NO})


def test_letters_of_another_alphabet_are_named(table):
    with pytest.raises(
        SurveyError, match="first a text of 2 letters; its letters a are of another alphabet"
    ):
        table("id,q\n1,Дa\n", q={"codes": YES_OR_NO})


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
    spec = {
        "codes": {**YES_OR_NO, 9: "N/A"},
        "missing": [{"code": 9, "reason": "not_asked"}],
    }
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


@pytest.mark.parametrize("word", [".", "n.a.", "k.A., refused"])
@pytest.mark.parametrize("decimal", [".", ","])
def test_word_for_no_answer_has_no_decimal_mark(tmp_path, word, decimal):
    file = tmp_path / "wave.csv"
    file.write_text(f"id;pay\n1;1{decimal}5\n2;{word}\n3;2\n")
    declared = {"variables": {"pay": {"measure": "scale", "missing": [word]}}}
    survey = read_survey(file, declared, dialect={"decimal": decimal})
    assert survey.data["pay"].tolist() == [1.5, -901, 2]
    assert survey.codebook["pay"].answer(-901) == word


def test_number_without_a_nought_before_its_mark_is_read_where_numbers_are_declared(tmp_path):
    file = tmp_path / "wave.csv"
    file.write_text("id,rate\n1,.5\n2,-.25\n3,1\n")
    declared = {"variables": {"rate": {"measure": "scale"}}}
    assert read_survey(file, declared).data["rate"].tolist() == [0.5, -0.25, 1]
