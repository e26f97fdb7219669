"""A typed table is read as print has it, and every mistake in it has one sentence."""

import json

import pytest

from invented import ROOT
from resurvey.__main__ import FAILED, main
from resurvey.audit.command import EXAMPLE
from resurvey.audit.totals import is_total
from resurvey.audit.typed_table import (
    heading_size,
    printed_cells,
    read_typed,
    typed_codebook,
)
from resurvey.core.errors import SurveyError
from unit.sealed import unscripted

GOOD = "answer;men;women\nyes;31,3;28,6\nno;68,8;71,4\n"


@pytest.fixture
def typed(tmp_path):
    def write(text):
        path = tmp_path / "my_table.csv"
        path.write_text(text, encoding="utf-8")
        return path

    return write


def run(capsys, path, *options):
    code = main(["audit", str(path), "--draws", "5", *options])
    printed = capsys.readouterr()
    return code, printed.out, printed.err.strip()


def only(path):
    (question,) = read_typed(path).questions
    return question


def shares(question, code):
    return [str(row.cells[code].share.value) for row in question.rows if code in row.cells]


@pytest.mark.parametrize(
    "text",
    [
        GOOD,
        GOOD.replace(",", "."),
        GOOD.replace(",", ".").replace(";", ","),
        GOOD.replace(";", "\t"),
        'answer,men,women\nyes,"31,3","28,6"\nno,"68,8","71,4"\n',
        "\ufeff# typed from page 5\n\n" + GOOD.replace("\n", "\r\n"),
        GOOD.replace("31,3", " 31,3 % "),
        GOOD.replace("31,3", "31,3%*").replace("28,6", "28,6a").replace("68,8", "68,8¹"),
        GOOD.replace("68,8", "68,8 †").replace("71,4", "71,4 [2]"),
    ],
)
def test_separators_decimal_marks_footnotes_and_comments_do_not_matter(text, typed):
    question = only(typed(text))
    assert shares(question, "1") == ["313/10", "344/5"]
    assert shares(question, "2") == ["143/5", "357/5"]
    assert [row.label for row in question.rows] == ["yes", "no"]


def test_row_that_adds_up_others_is_a_subtotal(typed):
    question = only(typed("answer;total\nyes;30\nmostly;20\nyes + mostly;50\nno;50\n"))
    assert [cell.row_code for cell in printed_cells(question)] == ["1", "2", "1+2", "3"]
    assert typed_codebook([question], question.columns)["question_1"].answers == [1, 2, 3]


def test_empty_cell_is_not_printed(typed):
    question = only(typed("answer;total\nyes;30\nother;\n"))
    assert len(printed_cells(question)) == 1
    assert typed_codebook([question], question.columns)["question_1"].answers == [1, 2]


def test_bases_may_stand_in_the_file(typed):
    question = only(typed(GOOD + "base;16;\nmax base;;1 000\n"))
    assert question.bases == {"1": 16}
    assert question.largest_bases == {"2": 1000}


@pytest.mark.parametrize(
    "row",
    ["N;498;1 504", "n =;498;1,504", "Base;n=498;(1504)", "База;498 чел.;1504", "Опрошено;498;1504"]
    + ["Number of respondents;498;1\u00a0504", "Unweighted base;498;1.504", "Всего;498;1504"],
)
def test_row_of_bases_has_many_names_and_thousands_many_marks(row, typed):
    assert only(typed(f"{GOOD}{row}\n")).bases == {"1": 498, "2": 1504}


@pytest.mark.parametrize(
    "heading",
    ["Men (n=42)", "Men, N = 42", "Men n=42", "Men (42 people)", "Men [n = 42]", "Men (n=42), %"],
)
def test_size_in_a_heading_is_the_size_of_the_group(heading, typed):
    question = only(typed(GOOD.replace("men;women", f"{heading};women")))
    assert question.columns["1"] == "Men"
    assert question.bases == {"1": 42}


def test_word_that_only_ends_in_n_is_no_size():
    assert heading_size("Men = 42") == ("Men = 42", None)


@pytest.mark.parametrize(
    "name",
    ["total", "All", "Overall", "Everyone", "всего", "Итого", "Все опрошенные", "В целом"]
    + ["в среднем по выборке", "Total sample", "All respondents", "Население в целом"],
)
def test_total_has_many_names(name, typed):
    assert is_total(name)
    assert list(only(typed(GOOD.replace("women", name))).columns) == ["1", "total"]


@pytest.mark.parametrize("name", ["all day", "sample", "Totally", "весь день"])
def test_group_that_begins_like_a_total_is_a_group(name):
    assert not is_total(name)


@pytest.mark.parametrize("row", ["max base;;40;30", ";max base;40;30"])
def test_bases_of_several_questions_stand_in_one_row(row, typed):
    text = "question;answer;men;women\nq1;yes;31,3;28,6\nq1;no;68,8;71,4\nq2;yes;50;50\n"
    for question in read_typed(typed(f"{text}{row}\n")).questions:
        assert question.largest_bases == {"1": 40, "2": 30}


@pytest.mark.parametrize("name", ["q1;base;16\n{}q2;base;12\n", "{0};base;16\n{0};base;12\n"])
def test_each_question_has_its_own_base(name, typed):
    if name.startswith("{"):
        first, second = name.replace("{0}", "").splitlines()
        text = f"q1;yes;31,3\nq1;no;68,8\n{first}\nq2;yes;50,0\n{second}\n"
    else:
        text = name.format("q1;yes;31,3\nq1;no;68,8\nq2;yes;50,0\n")
    first, second = read_typed(typed(f"question;answer;men\n{text}")).questions
    assert (first.bases, second.bases) == ({"1": 16}, {"1": 12})


def test_questions_may_stand_as_headings_between_their_answers(typed):
    text = "answer;men\nSmoke?;\nyes;41\nno;59\nn;498\nDrink?;\nyes;51\nno;49\nn;490\n"
    first, second = read_typed(typed(text)).questions
    assert (first.title, first.bases) == ("Smoke?", {"1": 498})
    assert (second.title, second.bases) == ("Drink?", {"1": 490})


def test_question_named_once_holds_for_the_rows_below_it(typed):
    text = "question;answer;men\nAge;15;1\n;16;99\nSex;male;35\n;female;65\n"
    first, second = read_typed(typed(text)).questions
    assert [row.label for row in first.rows] == ["15", "16"]
    assert [row.label for row in second.rows] == ["male", "female"]


@pytest.mark.parametrize(
    ("cell", "count", "base"),
    [
        ("41 (56.2%)", 41, None),
        ("41 (56.2)", 41, None),
        ("56.2 (41)", 41, None),
        ("56.2% (41)", 41, None),
        ("41 56.2%", 41, None),
        ("41(56.2)b", 41, None),
        ("41/73 (56.2)", 41, 73),
        ("56.2% (n = 41)", 41, None),
        ("41 [56.2]", 41, None),
        ("41 [56.2%]", 41, None),
        ("56.2 [41]", 41, None),
        ("41/56.2%", 41, None),
        ("41 / 56.2", 41, None),
        ("56.2% / 41", 41, None),
        ("41/73 56.2%", 41, 73),
    ],
)
def test_count_beside_a_per_cent_is_read(cell, count, base, typed):
    question = only(typed(f"answer;men\nyes;{cell}\n"))
    read = question.rows[0].cells["1"]
    assert (read.count, read.base, str(read.share.value)) == (count, base, "281/5")


def test_number_in_brackets_in_every_cell_is_the_second_number_of_the_cell(typed, capsys):
    # Of 86 men 12 are 13.95 %, 7 are 8.1 %, 48 are 55.8 %; of 90 women 49 are 54.4 %.
    text = "answer;men (n=86);women (n=90)\nSmoker;12 [14];49 [54]\nAsthma;7 [8];17 [19]\n"
    path = typed(text + "Gout;48 [56];14 [16]\n")
    counts = [[cell.count for cell in row.cells.values()] for row in only(path).rows]
    assert counts == [[12, 49], [7, 17], [48, 14]]
    code, out, _ = run(capsys, path)
    assert code == 0
    assert "Verdict: fits" in out
    assert "square brackets" in out
    _, out, _ = run(capsys, typed(path.read_text().replace("48 [56]", "48 [45]")))
    assert "Gout, men: 48 [45] (nearest possible: 56)" in out


@pytest.mark.parametrize(
    "cells",
    [
        ("31,3 [1]", "28,6 [2]", "68,8 [1]", "71,4 [2]"),
        ("31,3 [7]", "28,6 [8]", "68,8 [9]", "71,4 [7]"),
        ("31,3", "28,6 [12]", "68,8", "71,4"),
        ("31,3 [a]", "28,6 [b]", "68,8 [c]", "71,4 [a]"),
    ],
)
def test_marks_in_brackets_that_are_few_or_counted_up_are_footnotes(cells, typed):
    question = only(typed("answer;men;women\nyes;{};{}\nno;{};{}\n".format(*cells)))
    assert shares(question, "1") == ["313/10", "344/5"]
    assert [cell.count for row in question.rows for cell in row.cells.values()] == [None] * 4
    assert [note.key for note in question.notes] == ["note_footnotes"]


@pytest.mark.parametrize("headings", ["men n;men %", "men, n;men, %", "n;%", "Number;Percentage"])
def test_column_of_counts_beside_its_per_cents_is_one_column(headings, typed):
    question = only(typed(f"answer;{headings}\nyes;41;56.2\nno;32;43.8\n"))
    assert [row.cells[next(iter(question.columns))].count for row in question.rows] == [41, 32]


@pytest.mark.parametrize("cell", ["29%", "5.6%", "100%"])
def test_share_is_never_split_into_a_count_and_a_share(cell, typed):
    read = only(typed(f"answer;men\nyes;{cell}\n")).rows[0].cells["1"]
    assert read.count is None


@pytest.mark.parametrize("dash", ["–", "-", "—", "...", "…", "н/д"])
def test_dash_is_no_number(dash, typed):
    assert only(typed(f"answer;men\nyes;{dash}\nno;40\n")).rows[0].cells["1"].dash


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("# χ² = 2.494, p = 0.287\n" + GOOD, {"pearson": "2.494", "p_value": "0.287"}),
        (GOOD + "# chi2(1) = 2.49; p < 0.001\n", {"pearson": "2.49", "p_value": "<0.001"}),
        (GOOD + "p;0,04;\n", {"p_value": "0,04"}),
        (GOOD + "Cramer's V;0,11;\n", {"cramer_v": "0,11"}),
        ("answer;men;women;p-value\nyes;31,3;28,6;0,8\nno;68,8;71,4;\n", {"p_value": "0,8"}),
    ],
)
def test_printed_statistic_is_no_answer_and_no_group(text, found, typed):
    question = only(typed(text))
    assert question.statistics == found
    assert list(question.columns) == ["1", "2"]
    assert len(question.rows) == 2


@pytest.mark.parametrize(
    ("text", "weighted"),
    [
        ("# weighted per cents\n" + GOOD, True),
        ("# проценты взвешены, данные взвешенные\n" + GOOD, True),
        (GOOD.replace("answer", "answer, weighted %"), False),
        (GOOD.replace("women", "women (weighted %)"), True),
        ("# unweighted\n" + GOOD, False),
        ("# данные не взвешены\n" + GOOD, False),
        (GOOD.replace("yes", "overweight"), False),
        ("# weighted average of scores\n" + GOOD, False),
    ],
)
def test_file_may_say_that_it_is_weighted(text, weighted, typed):
    assert only(typed(text)).weighted is weighted


def test_groups_may_be_called_anything(typed, capsys):
    path = typed("answer;parts;of\nyes;31,3;28,6\nno;68,8;71,4\nbase;16;14\n")
    code, out, _ = run(capsys, path)
    assert code == 0
    assert "Only one set of counts" in out


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "the table is empty: write a heading and a row per answer"),
        ("answer;men\nyes;\n", "the table is empty: no cell has a number"),
        ("answer\nyes\n", "there is no column of percentages"),
        (GOOD.replace("31,3", "-31,3"), "line 2, 'yes', men: '-31,3' is negative"),
        (GOOD.replace("31,3", "abc"), "line 2, 'yes', men: 'abc' is not a printed number"),
        (GOOD.replace(";", ","), "line 2: 5 fields where the heading has 3; put decimal commas"),
        (GOOD.replace("women", "men"), "the column 'men' stands twice"),
        (GOOD.replace("no;", "yes;"), "line 3: the answer 'yes' stands twice"),
        (GOOD + "base;many;\n", "line 4, 'base', men: 'many' is not a number of respondents"),
        (GOOD.replace("no;", ";"), "line 3: the name of the answer is missing"),
        ("# reading: partz\n" + GOOD, "'partz' is no reading of a table; there are parts, several"),
        ('answer;men\nyes;"31\n', "not readable as CSV"),
    ],
)
def test_mistake_in_the_file_is_named_with_its_place(text, message, typed):
    with pytest.raises(SurveyError) as problem:
        read_typed(typed(text))
    assert message in str(problem.value)
    assert "\n" not in str(problem.value)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--max-base", "0"], "'0' is not a number of respondents"),
        (["--max-base", "99999999"], "is not a number of respondents from 1 to"),
        (["--group-size", "305"], "say of which group"),
        (["--group-size", "mne=305"], "no group 'mne' in the file, which has men, women"),
        (
            ["--group-size", "men=320", "--max-base", "men=305", "--max-base", "women=210"],
            "group 'men': the base 320 is above its largest, 305",
        ),
        (["--max-base", "40", "--alpha", "5"], "is not a level between 0 and 1"),
        (["--items", "0"], "--items: 0 is not a number of items"),
        (
            ["--reading", "several"],
            "--reading: 'several' is no reading of a table; there are parts",
        ),
    ],
)
def test_mistake_in_the_options_is_one_sentence_without_a_traceback(
    options, message, typed, capsys
):
    code, _, err = run(capsys, typed(GOOD), *options)
    assert code == FAILED
    assert message in err
    assert len(err.splitlines()) == 1


def test_file_that_is_not_there_or_not_text_is_refused_in_one_line(tmp_path, capsys):
    code, _, err = run(capsys, tmp_path / "no.csv", "--max-base", "9")
    assert (code, len(err.splitlines())) == (FAILED, 1)
    (tmp_path / "sheet.csv").write_bytes(b"PK\x03\x04\xff\xfe")
    code, _, err = run(capsys, tmp_path / "sheet.csv", "--max-base", "9")
    assert code == FAILED
    assert "not UTF-8 text" in err


@pytest.mark.slow
def test_page_escapes_labels_and_holds_no_other_script(typed, tmp_path, capsys):
    text = GOOD.replace("men;", "<script>alert(1)</script>;").replace("yes", "{{ 7 * 7 }}")
    page = tmp_path / "audit.html"
    code, _, _ = run(capsys, typed(text), "--max-base", "40", "--html", str(page))
    html = page.read_text(encoding="utf-8")
    assert code == 0
    assert "<script" not in unscripted(html)
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html
    assert "{{ 7 * 7 }}" in html


@pytest.mark.slow
@pytest.mark.parametrize("language", ["en", "ru"])
def test_page_and_json_have_the_same_bytes_each_time(language, typed, tmp_path, capsys):
    made = []
    for name in ("one", "two"):
        files = [tmp_path / f"{name}.html", tmp_path / f"{name}.json"]
        options = ["--html", str(files[0]), "--json", str(files[1]), "--language", language]
        run(capsys, typed(GOOD), "--max-base", "40", *options)
        made.append([file.read_bytes() for file in files])
    assert made[0] == made[1]


@pytest.mark.slow
def test_page_accuses_nobody(typed, tmp_path, capsys):
    page = tmp_path / "audit.html"
    run(capsys, typed(GOOD.replace("31,3", "35,3")), "--max-base", "60", "--html", str(page))
    html = page.read_text(encoding="utf-8")
    assert "usually means item non-response or a skip rule and is not a sign of misconduct" in html


@pytest.mark.slow
def test_example_in_the_help_is_a_table_that_can_be_audited(typed, capsys):
    lines = [line.strip() for line in EXAMPLE.splitlines() if line.count(";") == 3]
    code, out, _ = run(capsys, typed("\n".join(lines) + "\n"))
    assert code == 0
    assert "Only one set of counts reproduces these percentages; the base is 501." in out


def test_table_of_the_tutorial_is_answered(typed, capsys):
    page = (ROOT / "docs/tutorials/printed-page.md").read_text(encoding="utf-8")
    table = page.split('```csv title="my_table.csv"\n')[1].split("```")[0]
    code, out, _ = run(capsys, typed(table))
    assert code == 0
    assert "Verdict: fits." in out
    assert "The smallest base that reproduces the column “men”: 16." in out


def test_one_group_without_a_total_needs_no_more_than_its_base(typed, capsys):
    code, out, _ = run(capsys, typed("answer;men\nyes;31,3\nno;68,8\nmax base;20\n"))
    assert code == 0
    assert "Only one set of counts reproduces these percentages; the base is 16." in out


@pytest.mark.parametrize(
    "text",
    [
        "answer;a;b\nyes;31;29\nperhaps;20;21\nno;49;50\nmax base;1000;1000\n",
        "answer;a;b;c;d\nyes;31,3;28,6;50,0;33,3\nno;68,8;71,4;50,0;66,7\n"
        "max base;90;900;900;900\n",
        "answer;a;b;total\nyes;31;29;30\nno;69;71;70\nbase;;;16000\n",
    ],
    ids=["whole per cents", "four groups", "a total of thousands"],
)
def test_more_tables_than_can_be_gone_through_are_answered_all_the_same(
    text, typed, tmp_path, capsys
):
    answer = tmp_path / "a.json"
    code, out, _ = run(capsys, typed(text), "--json", str(answer))
    (table,) = json.loads(answer.read_text(encoding="utf-8"))["tables"]
    assert code == 0
    assert (table["verdict"], table["solutions"]) == ("fits", None)
    assert "There are too many sets of counts" in out


def test_bases_follow_from_a_total_that_lies_between_its_groups(typed, tmp_path, capsys):
    text = "answer;a;b;total\nyes;41;35;38\nno;59;65;62\nbase;;;1600\n"
    answer = tmp_path / "a.json"
    run(capsys, typed(text), "--json", str(answer))
    (table,) = json.loads(answer.read_text(encoding="utf-8"))["tables"]
    low, high = table["bases"]["a"]
    # 38 lies half way between 35 and 41; half a point on each side moves that by a sixth.
    assert 400 < low < 700
    assert 900 < high < 1200


@pytest.mark.slow
def test_long_lists_are_counted_and_not_listed(typed, capsys):
    text = "answer;a;b\nyes;33;29\nno;67;71\n"
    code, out, _ = run(capsys, typed(text), "--max-base", "150")
    assert code == 0
    assert "sets of counts reproduce these percentages" in out


CYRILLIC = "ответ;мужчины;женщины\nДа;30,7;24,9\nНет;69,3;75,1\n"


@pytest.mark.parametrize(
    ("encoding", "named"), [("windows-1251", "windows-1251"), ("koi8-r", "koi8-r")]
)
def test_file_in_another_alphabet_is_refused_with_the_option_that_reads_it(
    encoding, named, tmp_path, capsys
):
    file = tmp_path / "table.csv"
    file.write_bytes(CYRILLIC.encode(encoding))
    code, _, err = run(capsys, file)
    assert code == FAILED
    assert f"say --encoding {named}" in err
    code, out, _ = run(capsys, file, "--encoding", named)
    assert code == 0
    assert "женщины" in out
    code, _, err = run(capsys, file, "--encoding", "windows-12510")
    assert (code, len(err.splitlines())) == (FAILED, 1)


@pytest.mark.parametrize(
    "content",
    [
        CYRILLIC.encode("utf-16"),
        CYRILLIC.encode("utf-8-sig"),
        CYRILLIC.replace("\n", "\r").encode(),
        ("sep=;\r\n" + CYRILLIC).encode(),
        CYRILLIC.replace(";", "\t").encode("utf-16"),
    ],
)
def test_what_spreadsheets_save_as_text_is_read(content, tmp_path):
    file = tmp_path / "table.csv"
    file.write_bytes(content)
    assert read_typed(file).columns == {"1": "мужчины", "2": "женщины"}


def test_thousands_in_a_heading_may_have_an_apostrophe():
    assert heading_size("Zürich (n = 1'020)") == heading_size("Zürich (n = 1’020)")
    assert heading_size("Zürich (n = 1'020)") == ("Zürich", 1020)
