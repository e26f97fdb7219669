"""Every type of LimeSurvey's questions has the columns that its exports have for it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from resurvey.core.errors import SurveyError
from resurvey.reading import read_survey
from resurvey.reading.encoding import folded
from resurvey.reading.limesurvey import joined_conditions, read_structure
from tool_exports import write_rows


def lss(path, questions, parts=(), answers=(), groups=()):
    """Write a structure file: rows as dicts, wording in Russian."""
    tables = {"groups": groups, "questions": questions, "subquestions": parts, "answers": answers}
    lines = ["<?xml version='1.0' encoding='UTF-8'?><document>"]
    lines.append("<LimeSurveyDocType>Survey</LimeSurveyDocType><languages><language>ru</language>")
    lines.append("</languages>")
    for name, rows in tables.items():
        if rows:
            cells = [
                "<row>" + "".join(f"<{k}><![CDATA[{v}]]></{k}>" for k, v in row.items()) + "</row>"
                for row in rows
            ]
            lines.append(f"<{name}><rows>{''.join(cells)}</rows></{name}>")
    path.write_text("\n".join([*lines, "</document>"]), encoding="utf-8")
    return path


def question(kind, code="q", qid="1", **more):
    words = {"question": f"Вопрос {code}?", "language": "ru", "question_order": qid, "gid": "1"}
    return {"qid": qid, "type": kind, "title": code, **words, **more}


def part(code, at, parent="1", **more):
    words = {"question": f"Строка {code}", "language": "ru", "question_order": str(at)}
    return {"qid": f"{parent}{at}", "parent_qid": parent, "title": code, **words, **more}


def answer(code, at, qid="1", **more):
    words = {"answer": f"Ответ {code}", "language": "ru", "sortorder": str(at)}
    return {"qid": qid, "code": code, **words, **more}


@pytest.fixture
def survey(tmp_path):
    """Write a structure and the rows of a .csv beside it, and read them."""

    def read(headings, *rows, **structure):
        file = write_rows(tmp_path / "results-survey1.csv", [headings, *rows])
        lss(tmp_path / "limesurvey_survey_1.lss", **structure)
        return read_survey(file)

    return read


def column(survey, name):
    values = survey.data[name]
    return values.astype("object").where(values.notna(), None).tolist()


def test_list_with_other_has_its_number_and_its_words(survey):
    found = survey(
        ["id", "q", "q[other]"],
        ["1", "2", ""],
        ["2", "-oth-", "свой"],
        questions=[question("L", other="Y")],
        answers=[answer("2", 2), answer("1", 1)],
    )
    assert column(found, "q") == [2, 666666]
    assert list(found.codebook["q"].codes) == [1, 2, 666666]
    assert found.codebook["q"].answer(666666, "ru") == "Другое"
    assert column(found, "q_other") == [None, "свой"]


def test_list_with_words_as_codes_keeps_other_as_a_word(survey):
    found = survey(
        ["id", "q"],
        ["1", "A1"],
        ["2", "-oth-"],
        questions=[question("!", other="Y")],
        answers=[answer("A1", 1)],
    )
    assert column(found, "q") == ["A1", "-oth-"]


def test_list_with_comment_has_two_columns(survey):
    found = survey(
        ["id", "q", "q[comment]"],
        ["1", "1", "потому что"],
        questions=[question("O")],
        answers=[answer("1", 1)],
    )
    assert column(found, "q_comment") == ["потому что"]
    assert found.codebook["q_comment"].measure == "text"


@pytest.mark.parametrize("kind", ["F", "H"])
def test_rows_of_an_array_share_the_list_of_answers(survey, kind):
    found = survey(
        ["id", "q[a]", "q[b]"],
        ["1", "1", "2"],
        questions=[question(kind)],
        parts=[part("b", 2), part("a", 1)],
        answers=[answer("1", 1), answer("2", 2)],
    )
    assert found.codebook["q_a"].title("ru") == "Вопрос q?: Строка a"
    assert found.codebook["q_b"].answer(2, "ru") == "Ответ 2"
    assert list(found.data)[1:] == ["q_a", "q_b"]


def test_array_with_two_scales_has_two_lists_of_the_same_codes(survey):
    lists = [answer("1", 1, scale_id="0"), answer("1", 1, scale_id="1", answer="Вторая шкала")]
    for headings in (["q[a][1]", "q[a][2]"], ["q_a_0", "q_a_1"]):
        found = survey(
            ["id", *headings],
            ["1", "1", "1"],
            questions=[question("1")],
            parts=[part("a", 1)],
            answers=lists,
        )
        assert found.codebook["q_a_1"].answer(1, "ru") == "Ответ 1"
        assert found.codebook["q_a_2"].answer(1, "ru") == "Вторая шкала"


@pytest.mark.parametrize(
    ("kind", "written", "codes", "words"),
    [
        ("Y", ["Y", "N", ""], [1, 2, None], "Нет"),
        ("G", ["F", "M", ""], [1, 2, None], "Мужской"),
        ("Y", ["Да", "Нет", "N/A"], [1, 2, None], "Нет"),
        ("Y", ["Yes", "No", "N/A"], [1, 2, None], "Нет"),
    ],
)
def test_lists_of_the_tool_itself_have_the_codes_of_its_spss_export(
    survey, kind, written, codes, words
):
    rows = [[str(at), text] for at, text in enumerate(written)]
    found = survey(["id", "q"], *rows, questions=[question(kind)])
    assert column(found, "q") == codes
    assert found.codebook["q"].answer(2, "ru") == words


@pytest.mark.parametrize(
    ("kind", "written", "codes"),
    [("C", "YNU", [1, 2, 3]), ("E", "ISD", [1, 2, 3]), ("A", "135", [1, 3, 5])],
)
def test_arrays_of_the_tool_itself_are_lists(survey, kind, written, codes):
    rows = [[str(at), text] for at, text in enumerate(written)]
    found = survey(["id", "q[a]"], *rows, questions=[question(kind)], parts=[part("a", 1)])
    assert column(found, "q_a") == codes


def test_scale_of_ten_points_is_ordinal_and_complete(survey):
    found = survey(["id", "q[a]"], ["1", "7"], questions=[question("B")], parts=[part("a", 1)])
    assert found.codebook["q_a"].measure == "ordinal"
    assert found.codebook["q_a"].answers == list(range(1, 11))


def test_numbers_texts_and_grids(survey):
    found = survey(
        ["id", "n", "k[a]", "t[a]", "g[r_c]", "w[r_c]", "d"],
        ["1", "12.50", "3", "слово", "4", "другое", "2022-10-03 00:00:00"],
        ["2", "", "0.5", "", "", "", ""],
        questions=[
            question("N", "n", "1"),
            question("K", "k", "2"),
            question("Q", "t", "3"),
            question(":", "g", "4"),
            question(";", "w", "5"),
            question("D", "d", "6"),
            question("X", "x", "7"),
        ],
        parts=[
            part("a", 1, "2"),
            part("a", 1, "3"),
            *(part("r", 1, one, scale_id="0") for one in "45"),
            *(part("c", 2, one, scale_id="1") for one in "45"),
        ],
    )
    assert column(found, "n") == [12.5, None]
    assert column(found, "k_a") == [3, 0.5]
    assert column(found, "g_r_c") == [4, None]
    assert column(found, "w_r_c") == ["другое", None]
    assert found.codebook["g_r_c"].title("ru") == "Вопрос g?: Строка r: Строка c"
    assert [found.codebook[name].measure for name in ("n", "t_a", "d")] == ["scale", "text", "text"]


def test_ranks_hold_answers(survey):
    found = survey(
        ["id", "q[1]", "q[2]"],
        ["1", "b", "a"],
        questions=[question("R")],
        answers=[answer("a", 1), answer("b", 2)],
    )
    assert found.codebook["q_1"].answer(column(found, "q_1")[0], "ru") == "Ответ b"


def test_comments_of_options_are_texts_and_no_options(survey):
    found = survey(
        ["id", "q[a]", "q[acomment]", "q[b]", "q[bcomment]"],
        ["1", "Y", "часто", "", ""],
        questions=[question("P")],
        parts=[part("a", 1), part("b", 2)],
    )
    assert found.codebook.multiple_response["q"]["variable_list"] == ["q_a", "q_b"]
    assert column(found, "q_acomment") == ["часто"]


def test_options_that_were_not_shown_are_missing_and_others_are_not_chosen(survey):
    found = survey(
        ["id", "q[a]", "q[b]"],
        ["1", "Yes", "No"],
        ["2", "N/A", "N/A"],
        ["3", "No", "No"],
        questions=[question("M")],
        parts=[part("a", 1), part("b", 2)],
    )
    assert column(found, "q_a") == [1, None, 0]
    assert column(found, "q_b") == [0, None, 0]


def test_routing_holds_the_condition_of_the_group_too(survey):
    found = survey(
        ["id", "q", "r[a]"],
        ["1", "x", "1"],
        questions=[
            question("T", relevance="age > 17"),
            question("A", "r", "2", relevance="1"),
        ],
        parts=[part("a", 1, "2", relevance='q == "x"')],
        groups=[{"gid": "1", "group_order": "1", "grelevance": 'works == "Y"'}],
    )
    assert found.codebook["q"].routing == '(works == "Y") and (age > 17)'
    assert found.codebook["r_a"].routing == '(works == "Y") and (q == "x")'
    assert joined_conditions(["1", " 1 ", ""]) == ""


def test_questions_come_in_the_order_of_groups_and_questions(tmp_path):
    path = lss(
        tmp_path / "s.lss",
        questions=[
            question("T", "c", "1", gid="2"),
            question("T", "b", "3"),
            question("T", "a", "2"),
        ],
        groups=[{"gid": "2", "group_order": "2"}, {"gid": "1", "group_order": "1"}],
    )
    assert [item.name for item in read_structure(path).items] == ["a", "b", "c"]


def test_same_wording_of_two_questions_needs_codes_as_headings(survey):
    questions = [question("T", "a", "1", question="Что?"), question("T", "b", "2", question="Что?")]
    found = survey(["id", "Что?", "Что?"], ["1", "x", "y"], questions=questions)
    assert [column(found, name) for name in "ab"] == [["x"], ["y"]]
    with pytest.raises(SurveyError, match="stands over 1 column, but is that of 'a' and 'b'"):
        survey(["id", "Что?"], ["1", "x"], questions=questions)


def test_label_of_two_answers_needs_codes(survey):
    with pytest.raises(SurveyError, match="the answer is the label of the codes 1 and 2 of 'q'"):
        survey(
            ["id", "q"],
            ["1", "Ответ"],
            questions=[question("L")],
            answers=[answer("1", 1, answer="Ответ"), answer("2", 2, answer="Ответ")],
        )


BOMB = "<!DOCTYPE d [<!ENTITY a 'aaaaaaaaaa'>" + "".join(
    f"<!ENTITY a{at} '{'&a' + str(at - 1) + ';' if at > 1 else '&a;'}'>" for at in range(1, 9)
)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (BOMB + "]><document>&a8;</document>", "line 1 declares a document type"),
        (
            "<!DOCTYPE d SYSTEM 'file:///etc/passwd'><document><LimeSurveyDocType>Survey"
            "</LimeSurveyDocType></document>",
            "line 1 declares a document type",
        ),
        ("<document><LimeSurveyDocType>Survey</LimeSurveyDocType>", "line 1, column 56 is no XML"),
        (
            "<document><LimeSurveyDocType>Group</LimeSurveyDocType></document>",
            r"no LimeSurvey survey structure \('Group'\)",
        ),
        ("<?xml version='1.0'?><html/>", "no LimeSurvey survey structure"),
        (
            "<document><LimeSurveyDocType>Survey</LimeSurveyDocType></document>",
            "the structure holds no questions",
        ),
        (
            "<document><LimeSurveyDocType>Survey</LimeSurveyDocType><questions><rows><row>"
            "<qid>1</qid></row></rows></questions></document>",
            "a question of the structure has no code",
        ),
        ("<document><LimeSurveyDocType>Survey</LimeSurveyDocType>" + "<a>" * 200, "too deeply"),
        ("id,q\n1,2\n", "this is no structure that resurvey reads"),
        ("", r"empty \(0 bytes\)"),
    ],
)
def test_structure_that_cannot_be_trusted_is_refused(tmp_path, text, sentence):
    (tmp_path / "w.csv").write_text("id,q\n1,2\n")
    (tmp_path / "s.lss").write_text(text)
    with pytest.raises(SurveyError, match=sentence) as problem:
        read_survey(tmp_path / "w.csv", structure=tmp_path / "s.lss")
    assert "s.lss" in str(problem.value)
    assert "\n" not in str(problem.value)


def test_absent_structure_is_named(tmp_path):
    (tmp_path / "w.csv").write_text("id,q\n1,2\n")
    with pytest.raises(SurveyError, match="absent.lss: there is no such file"):
        read_survey(tmp_path / "w.csv", structure=tmp_path / "absent.lss")


def test_structure_beside_a_file_that_describes_itself_is_refused(tmp_path):
    import pandas as pd

    pd.DataFrame({"q": [1]}).to_parquet(tmp_path / "w.parquet")
    with pytest.raises(SurveyError, match="describes itself, so `structure:` says nothing"):
        read_survey(tmp_path / "w.parquet", structure="s.lss")


WORDS = st.text("абвгд ёЖ<>&\"'«»1,;[]", min_size=1, max_size=12).map(
    # The end of a CDATA section cannot stand inside of one.
    lambda text: (
        " ".join(text.replace("<", "‹").replace("&", "+").replace("]]>", "]").split()) or "слово"
    )
)
CODES = st.one_of(
    st.lists(st.integers(-5, 99).map(str), min_size=1, max_size=5, unique=True),
    st.lists(st.text("ABC12", min_size=1, max_size=5), min_size=1, max_size=5, unique=True),
)


@pytest.mark.slow
@given(
    st.lists(st.tuples(CODES, st.data()), min_size=1, max_size=4), st.sampled_from(["code", "full"])
)
@settings(max_examples=40, deadline=None)
def test_any_questionnaire_is_read_as_it_was_written(tmp_path_factory, questions, answers_as):
    folder = tmp_path_factory.mktemp("any")
    rows, answers, headings, columns, lists = [], [], ["id"], [["1", "2", "3"]], []
    for at, (codes, data) in enumerate(questions, 1):
        labels = data.draw(
            st.lists(
                WORDS, min_size=len(codes), max_size=len(codes), unique_by=lambda one: folded(one)
            )
        )
        rows.append(question("L", f"q{at}", str(at)))
        answers += [
            answer(code, place, str(at), answer=label)
            for place, (code, label) in enumerate(zip(codes, labels, strict=True), 1)
        ]
        given_ = data.draw(st.lists(st.sampled_from(codes), min_size=3, max_size=3))
        words = dict(zip(codes, labels, strict=True))
        columns.append([words[code] if answers_as == "full" else code for code in given_])
        headings.append(f"q{at}")
        lists.append((codes, labels, given_))
    # One question that can only be read one way, as any real survey has.
    rows.append(question("Y", "sure", "99"))
    headings.append("sure")
    columns.append(["Да", "Нет", "Да"] if answers_as == "full" else ["Y", "N", "Y"])
    file = write_rows(folder / "w.csv", [headings, *map(list, zip(*columns, strict=True))])
    lss(folder / "w.lss", questions=rows, answers=answers)
    survey = read_survey(file)
    for at, (codes, labels, given_) in enumerate(lists, 1):
        variable = survey.codebook[f"q{at}"]
        assert list(map(str, variable.codes)) == codes
        assert [variable.answer(code, "ru") for code in variable.codes] == labels
        assert list(map(str, column(survey, f"q{at}"))) == given_
