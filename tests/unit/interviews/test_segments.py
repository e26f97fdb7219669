"""Tables of segments and what Taguette exports come to the same as a project."""

import pytest

from resurvey.core.errors import SurveyError
from resurvey.interviews.project import Code, check_tree
from resurvey.interviews.segments import read_interviews, save_segments

ROWS = (
    "case,code,text,coder,segment,sex\n"
    "p1,Work > Search,found a job,A,s1,f\n"
    "p1,Work > Search,found a job,B,s1,f\n"
    "p1,Home,with my mother,A,s2,f\n"
    "p2,Work,driving,A,s3,m\n"
    ",Home,nobody knows whose,A,s4,\n"
    "p3,,,,,m\n"
)
TAGUETTE = (
    "id,document,tag,content\n"
    '1,p1.txt,work.search,"found\na job"\n'
    "1,p1.txt,home,found a job\n"
    "2,p2.txt,work,driving\n"
    "3,p2.txt,,highlighted only\n"
)
BOOK = (
    "tag,parent,description,number of highlights\nwork,,,2\nwork.search,work,,1\nhome,,,1\n"
    "unused,,,0\n"
)


@pytest.fixture
def table(tmp_path):
    """Write tables and read them as interviews."""

    def read(text, name="coded.csv", **declared):
        for key, content in declared.items():
            if key in ("cases", "codebook"):
                suffix = "qdc" if content.startswith("<") else "csv"
                (tmp_path / f"{key}.{suffix}").write_text(content, encoding="utf-8")
                declared[key] = str(tmp_path / f"{key}.{suffix}")
        (tmp_path / name).write_text(text, encoding="utf-8")
        return read_interviews({"file": str(tmp_path / name), **declared})

    return read


def test_a_table_of_segments_has_cases_codes_and_attributes(table):
    project = table(ROWS)
    assert [case.name for case in project.cases] == ["p1", "p2", "p3"]
    assert project.cases[0].attributes == {"sex": "f"}
    assert [project.path_of(code.key) for code in project.codes] == [
        "Work",
        "Work > Search",
        "Home",
    ]
    assert [one.case for one in project.segments] == ["p1", "p1", "p1", "p2", ""]
    assert {one.coder for one in project.segments} == {"A", "B"}


def test_what_taguette_exports_is_recognised_by_its_headings(table):
    project = table(TAGUETTE)
    assert [project.path_of(one.code) for one in project.segments] == [
        "work > search",
        "home",
        "work",
    ]
    assert [case.name for case in project.cases] == ["p1.txt", "p2.txt"]


def test_taguettes_code_book_keeps_tags_that_nobody_gave(table):
    project = table(TAGUETTE, codebook=BOOK)
    assert [project.path_of(code.key) for code in project.codes] == [
        "work",
        "work > search",
        "home",
        "unused",
    ]
    assert len(project.segments) == 3


def test_taguettes_code_book_in_refi_qda_makes_the_same_tree(table):
    codes = "".join(
        f'<Code guid="{n:08d}-0000-4000-8000-000000000000" name="{name}" isCodable="true"/>'
        for n, name in enumerate(("work", "work.search", "home", "unused"))
    )
    namespace = 'xmlns="urn:QDA-XML:codebook:1.0"'
    book = f"<CodeBook {namespace}><Codes>{codes}</Codes></CodeBook>"
    project = table(TAGUETTE, codebook=book)
    assert [project.path_of(code.key) for code in project.codes][:2] == ["work", "work > search"]


def test_a_workbook_of_taguette_is_read(tmp_path):
    import xlsxwriter

    book = xlsxwriter.Workbook(tmp_path / "all_tags.xlsx")
    sheet = book.add_worksheet("highlights")
    for row, cells in enumerate(
        (("id", "document", "tag", "content"), ("1", "p1", "a.b", "words"))
    ):
        sheet.write_row(row, 0, cells)
    book.close()
    project = read_interviews({"file": str(tmp_path / "all_tags.xlsx")})
    assert [project.path_of(one.code) for one in project.segments] == ["a > b"]


def test_a_table_of_cases_adds_people_of_whom_nothing_was_coded(table):
    project = table(ROWS, cases="case,age\np1,24\np2,30\np3,41\np4,50\n")
    assert [case.name for case in project.cases] == ["p1", "p2", "p3", "p4"]
    assert project.cases[0].attributes == {"sex": "f", "age": "24"}


def test_cases_that_the_table_of_cases_does_not_know_are_counted_and_not_named(table):
    with pytest.raises(SurveyError, match="2 cases of .* are not among its 1 cases") as refused:
        table(ROWS, cases="case,age\np1,24\n")
    assert "p2" not in str(refused.value)


def test_other_headings_are_declared(table):
    text = "who;what\np1;Home\n"
    project = table(text, columns={"case": "who", "code": "what"})
    assert len(project.segments) == 1
    with pytest.raises(SurveyError, match="no column 'case' for the case"):
        table(text)


def test_another_encoding_is_declared(tmp_path):
    for name, text in (("coded", "case,code\nп1,Дом\n"), ("cases", "case,пол\nп1,ж\n")):
        (tmp_path / f"{name}.csv").write_bytes(text.encode("cp1251"))
    told = {"file": str(tmp_path / "coded.csv"), "cases": str(tmp_path / "cases.csv")}
    with pytest.raises(SurveyError, match="declare the file's `encoding: windows-1251`"):
        read_interviews(told)
    project = read_interviews({**told, "encoding": "windows-1251"})
    assert project.cases[0].attributes == {"пол": "ж"}


def test_a_case_has_one_value_of_an_attribute(table):
    with pytest.raises(SurveyError, match="line 4: 'sex' of its case is another one"):
        table(ROWS.replace("mother,A,s2,f", "mother,A,s2,m"))


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ("A,Work,Woman said,1\nB,Home,Man said,1\n", "line 3: its segment stands above in another"),
        ("A,Work,Woman said,1\nA,Home,And more,1\n", "line 3: its segment has other words above"),
    ],
)
def test_a_stretch_is_of_one_case_and_has_the_same_words(table, rows, said):
    with pytest.raises(SurveyError, match=said) as refused:
        table(f"case,code,text,segment\n{rows}")
    assert "said" not in str(refused.value)
    assert len(table("case,code,text,segment\nA,a,x  y,1\nA,b,x y,1\nA,c,,1\n").segments) == 3


def test_a_code_that_the_code_book_does_not_have_is_refused(table):
    book = "code,parent\nWork,\nSearch,Work\n"
    with pytest.raises(SurveyError, match="line 4: its code is none of the 2 of the code book"):
        table(ROWS, codebook=book)


def test_words_in_the_column_of_the_codes_are_refused_and_not_told(table):
    words = "we lived with my mother and " * 10
    with pytest.raises(SurveyError, match="line 2: its code has 279 characters") as refused:
        table(f"case,code\np1,{words}\n")
    assert "mother" not in str(refused.value)


def test_codes_in_a_circle_are_refused(table):
    with pytest.raises(SurveyError, match="'Work' and 'Search' stand below each other in a circle"):
        table(ROWS, codebook="code,parent\nWork,Search\nSearch,Work\n")


def test_a_parent_that_is_not_there_and_twins_are_refused(tmp_path):
    with pytest.raises(SurveyError, match="stands below 'b', which is not there"):
        check_tree(tmp_path, [Code("a", "A", "b")])
    with pytest.raises(SurveyError, match="2 codes 'A' stand below one parent"):
        check_tree(tmp_path, [Code("a", "A"), Code("b", "A")])


def test_a_deep_tree_is_put_in_order(tmp_path):
    chain = [Code(str(n), str(n), str(n - 1) if n else "") for n in range(500)]
    assert check_tree(tmp_path, reversed(chain)) == tuple(chain)


def test_another_format_is_refused_with_what_can_be_read(table):
    with pytest.raises(SurveyError, match=r"read from \.qdpx \(REFI-QDA\), \.csv and \.xlsx"):
        table(ROWS, name="coded.docx")


def test_codings_are_saved_with_their_words(table, tmp_path):
    import pyarrow.parquet as pq

    save_segments(table(ROWS), tmp_path / "segments.parquet")
    saved = pq.read_table(tmp_path / "segments.parquet").to_pylist()
    assert saved[0]["code"] == "Work > Search"
    assert saved[0]["text"] == "found a job"
    assert len(saved) == 5
