"""A typed table is read as print has it, and every mistake in it has one sentence."""

import pytest

from resurvey.__main__ import FAILED, main
from resurvey.audit.command import EXAMPLE
from resurvey.audit.typed import read_typed
from resurvey.errors import SurveyError
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
    ],
)
def test_separators_decimal_marks_and_comments_do_not_matter(text, typed):
    cells = read_typed(typed(text)).cells
    assert [one.column_code for one in cells] == ["1", "2", "1", "2"]
    assert {one.row for one in cells} == {"yes", "no"}
    assert cells[0].printed.replace(".", ",").strip(" %") == "31,3"


def test_row_that_adds_up_others_is_a_subtotal(typed):
    table = read_typed(typed("answer;total\nyes;30\nmostly;20\nyes + mostly;50\nno;50\n"))
    assert [one.row_code for one in table.cells] == ["1", "2", "1+2", "3"]
    assert table.codebook["question_1"].answers == [1, 2, 3]


def test_empty_cell_is_not_printed(typed):
    table = read_typed(typed("answer;total\nyes;30\nother;\n"))
    assert len(table.cells) == 1
    assert table.codebook["question_1"].answers == [1, 2]


def test_bases_may_stand_in_the_file(typed):
    table = read_typed(typed(GOOD + "base;16;\nmax base;;1 000\n"))
    assert table.bases == {"1": 16}
    assert table.largest_bases == {"2": 1000}


@pytest.mark.parametrize("row", ["max base;;40;30", ";max base;40;30", "q2;max base;40;30"])
def test_bases_of_several_questions_stand_in_one_row(row, typed):
    text = "question;answer;men;women\nq1;yes;31,3;28,6\nq1;no;68,8;71,4\n"
    assert read_typed(typed(f"{text}{row}\n")).largest_bases == {"1": 40, "2": 30}


def test_questions_with_different_bases_are_not_mixed(typed):
    text = "question;answer;men\nq1;yes;31,3\nq1;no;68,8\nq1;base;16\nq2;yes;50,0\nq2;base;12\n"
    with pytest.raises(SurveyError, match="line 6, 'base', men: 12 where a line above has 16"):
        read_typed(typed(text))


def test_groups_may_be_called_anything(typed, capsys):
    path = typed("answer;parts;of\nyes;31,3;28,6\nno;68,8;71,4\nbase;16;14\n")
    code, out, _ = run(capsys, path)
    assert code == 0
    assert "Exactly one table of counts" in out


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "the table is empty: write a heading and a row per answer"),
        ("answer;men\nyes;\n", "the table is empty: no cell has a number"),
        ("answer\nyes\n", "there is no column of per cents"),
        (GOOD.replace("31,3", "-31,3"), "line 2, 'yes', men: '-31,3' is negative"),
        (GOOD.replace("31,3", "abc"), "line 2, 'yes', men: 'abc' is not a printed number"),
        (GOOD.replace("68,8", "69"), "line 3, 'no', men: '69' has 0 decimals where '31,3'"),
        (GOOD.replace(";", ","), "line 2: 5 fields where the heading has 3; put decimal commas"),
        (GOOD.replace("women", "men"), "the column 'men' stands twice"),
        (GOOD.replace("no;", "yes;"), "line 3: the answer 'yes' stands twice"),
        (GOOD + "base;many;\n", "line 4, 'base', men: 'many' is not a number of respondents"),
        (GOOD.replace("no;", ";"), "line 3: the name of the answer is missing"),
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
        ([], "group 'men': nothing says how many respondents it has"),
        (["--max-base", "0"], "'0' is not a number of respondents"),
        (["--max-base", "99999999"], "is not a number of respondents from 1 to"),
        (["--group-size", "305"], "say of which group"),
        (["--group-size", "mne=305"], "no group 'mne' in the file, which has men, women"),
        (
            ["--group-size", "men=320", "--max-base", "men=305", "--max-base", "women=210"],
            "group 'men': the base 320 is above its largest, 305",
        ),
        (
            ["--group-size", "men=16", "--group-size", "women=14", "--group-size", "total=20"],
            "the groups' bases sum to 30, above the 20 of all respondents",
        ),
        (["--max-base", "40", "--alpha", "5"], "is not a level between 0 and 1"),
    ],
)
def test_mistake_in_the_options_is_one_sentence_without_a_traceback(
    options, message, typed, capsys
):
    code, _, err = run(capsys, typed(GOOD), *options)
    assert code == FAILED
    assert message in err
    assert len(err.splitlines()) == 1


@pytest.mark.parametrize(
    "text",
    [
        GOOD.replace("31,3", "35,3"),
        GOOD.replace("31,3", "150,3"),
        "answer;men;women;total\nyes;31,3;28,6;40,0\nno;68,8;71,4;60,0\n",
    ],
    ids=["sums to 104", "share above 100", "total outside its groups"],
)
def test_fault_of_the_article_is_a_finding_and_no_error(text, typed, capsys):
    code, out, _ = run(capsys, typed(text), "--max-base", "60")
    assert code == 0
    assert "No counts of people print like this" in out
    assert "misprinted" in out


def test_file_that_is_not_there_or_not_text_is_refused_in_one_line(tmp_path, capsys):
    code, _, err = run(capsys, tmp_path / "no.csv", "--max-base", "9")
    assert (code, len(err.splitlines())) == (FAILED, 1)
    (tmp_path / "sheet.csv").write_bytes(b"PK\x03\x04\xff\xfe")
    code, _, err = run(capsys, tmp_path / "sheet.csv", "--max-base", "9")
    assert code == FAILED
    assert "not UTF-8 text" in err


def test_page_escapes_labels_and_holds_no_other_script(typed, tmp_path, capsys):
    text = GOOD.replace("men;", "<script>alert(1)</script>;").replace("yes", "{{ 7 * 7 }}")
    page = tmp_path / "audit.html"
    code, _, _ = run(capsys, typed(text), "--max-base", "40", "--html", str(page))
    html = page.read_text(encoding="utf-8")
    assert code == 0
    assert "<script" not in unscripted(html)
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html
    assert "{{ 7 * 7 }}" in html


@pytest.mark.parametrize("language", ["en", "ru"])
def test_page_has_the_same_bytes_each_time(language, typed, tmp_path, capsys):
    pages = []
    for name in ("one.html", "two.html"):
        options = ["--max-base", "40", "--language", language, "--html", str(tmp_path / name)]
        run(capsys, typed(GOOD), *options)
        pages.append((tmp_path / name).read_bytes())
    assert pages[0] == pages[1]


def test_page_accuses_nobody(typed, tmp_path, capsys):
    page = tmp_path / "audit.html"
    run(capsys, typed(GOOD.replace("31,3", "35,3")), "--max-base", "60", "--html", str(page))
    html = page.read_text(encoding="utf-8")
    assert "ordinarily item non-response or a skip rule and is no sign of misconduct" in html


def test_example_in_the_help_is_a_table_that_can_be_audited(typed, capsys):
    lines = [line.strip() for line in EXAMPLE.splitlines() if line.count(";") == 3]
    code, out, _ = run(capsys, typed("\n".join(lines) + "\n"))
    assert code == 0
    assert "Exactly one table of counts prints like this; its base is 501." in out


def test_one_group_without_a_total_needs_no_more_than_its_base(typed, capsys):
    code, out, _ = run(capsys, typed("answer;men\nyes;31,3\nno;68,8\nmax base;20\n"))
    assert code == 0
    assert "Exactly one table of counts prints like this; its base is 16." in out


def test_whole_per_cents_of_many_bases_are_refused_before_they_take_minutes(typed, capsys):
    text = "answer;a;b\nyes;31;29\nperhaps;20;21\nno;49;50\n"
    code, _, err = run(capsys, typed(text), "--max-base", "1000")
    assert code == FAILED
    assert "give the exact base of a group" in err


def test_more_bases_than_can_be_gone_through_are_refused_with_a_way_out(typed, capsys):
    text = "answer;a;b;c;d\nyes;31,3;28,6;50,0;33,3\nno;68,8;71,4;50,0;66,7\n"
    code, _, err = run(capsys, typed(text), "--max-base", "900")
    assert code == FAILED
    assert "give the exact base of a group" in err


def test_long_lists_are_counted_and_not_listed(typed, capsys):
    text = "answer;a;b\nyes;33;29\nno;67;71\n"
    code, out, _ = run(capsys, typed(text), "--max-base", "400")
    assert code == 0
    assert "tables of counts print like this" in out
