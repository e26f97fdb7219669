"""A large text file, read a part at a time, is the survey that the whole of it is."""

import logging

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from resurvey.core.errors import SurveyError
from resurvey.reading import delimited, read_survey, stored_sheet
from resurvey.reading.stored import StoredColumns, in_memory, store_beside

pytestmark = pytest.mark.slow

QUALTRICS = (
    "Q1,Q2_1,Q2_2,ResponseId\nSex?,Tea? - Tea,Tea? - Coffee,Response ID\n"
    '"{""ImportId"":""QID1""}","{""ImportId"":""QID2_1""}","{""ImportId"":""QID2_2""}",'
    '"{""ImportId"":""_recordId""}"\n1,Tea,,R_1\n2,,Coffee,R_2\n2,Tea,Coffee,R_3\n'
)
MONKEY = (
    "Respondent ID,Collector ID,Which?,,Why?\n,,Tea,Coffee,Open-Ended Response\n"
    "1,7,Tea,,because\n2,7,,Coffee,\n3,7,Tea,Coffee,no\n"
)
KOBO = (
    "sex,langs,langs/ru,langs/ky,_id,_uuid,_submission_time\n1,ru ky,1,1,5,a,2026-01-01\n"
    "2,ky,0,1,6,b,2026-01-02\n1,,,,7,c,2026-01-03\n"
)
PEOPLE = "".join(f"{at},{at % 3},word {at}\n" for at in range(1, 21))
TABLES = {
    "numbers, texts and nothing": "q,w,t\n1,0.5,a\n,1,b\n-3,2,\n",
    "windows line ends": "q,t\r\n1,a\r\n2,b\r\n",
    "old line ends": "q,t\r1,a\r2,b\r",
    "no line end": "q,t\n1,a\n2,b",
    "quotes with line breaks": 'q,t\n1,"a\nb"\n2,"say ""no"", he"\n3,"a\r\nb"\n',
    "blanks at the end": "q,t\n1,a  \n2,  b\n",
    "empty lines": "q,t\n\n1,a\n\n\n2,b\n\n",
    "one column": "q\n1\n\n3\n",
    "one column of nothing": "q\n\n\n",
    "rows of separators": "q,t,u\n1,a,b\n,,\n2,c,d\n , ,\n",
    "empty columns": "q,,t\n1,,a\n2,,b\n",
    "separators at every end": "q,t\n1,a,\n2,b,\n",
    "separators at the header's end": "q,t,,\n1,a\n2,b\n",
    "R's row numbers": "q,t\n1,5,a\n2,6,b\n3,7,c\n",
    "a title": "Survey of the city;;\n\nq;t;u\n1;a;2\n2;b;3\n",
    "a title over cells without a heading": "Survey of the city,\n\nq,t\n1,a,x\n2,b\n",
    "Excel's first line": "sep=;\nq;t\n1;a\n",
    "decimal commas": "q;t\n1,5;a\n2;b\n",
    "commas and points": "q;t\n1,5;1.5\n2;2.5\n",
    "commas and points in one column": "q;t\n1.234,5;a\n2;b\n3,5;c\n4.5;d\n",
    "twins": "q,q,Q\n1,2,3\n4,5,6\n",
    "unnamed": ",q\nx,1\ny,2\n",
    "mostly named": "q,,r,s\n1,a,2,3\n4,b,5,6\n7,c,8,9\n",
    "zeros in front": "q\n007\n8\n",
    "larger than exact": "q\n1\n12345678901234567\n",
    "a column of nothing": "q,t\n,a\n,b\n",
    "ragged": "q,t\n1,a\n2\n3,b,c\n",
    "an open quote": 'q,t\n1,"a\n2,b\n3,c\n',
    "a quote inside": 'q,t\n1,"a"b\n',
    "ragged and an open quote": 'q,t\n1\n2,"b\n',
    "no rows": "q,t\n",
    "nothing": "\n\n",
    "two separators": "a,b;c\n1,2;3\n4,5;6\n",
    "headings again": "id,q,t\n" + PEOPLE + "id,q,t\n" + PEOPLE,
    "pasted": "id,q,t\n" + PEOPLE + PEOPLE,
    "pasted and sorted": "id,q,t\n" + "".join(sorted([*PEOPLE.splitlines(True)] * 2)),
    "some rows again": "id,q,t\n" + PEOPLE + PEOPLE[:30],
    "second headings": "q,t,u\nHow old?,Sex?,Why?\n" + "1,2,x\n" * 5,
    "totals": "q,n,t\na,1,x\nb,2,y\nc,5,z\nd,2,z\nTotal,10,\n",
    "sums": "q,n,m,t\na,1,4,x\nb,2,5,y\nc,5,6,z\nd,2,7,z\n,10,22,\n",
    "a subtotal": "q,n,t\na,1,x\nb,2,y\nNorth total,3,\nc,5,z\nd,2,z\n",
    "a remark": "q,n,t,u\n1,1,x,1\n2,2,y,2\n3,5,z,3\n4,2,z,4\nfrom the office,,,\n",
    "a remark below an empty line": "q,n,t\n1,1,x\n2,2,y\n3,5,z\n\nfrom the office,,\n4,2,z\n",
    "import identifiers": 'q,t\n1,a\n"{""ImportId"": 1}",b\n2,c\n3,d\n',
    "hashtags": "q,t\n#sex,#age\n1,20\n2,30\n",
    "Qualtrics": QUALTRICS,
    "SurveyMonkey": MONKEY,
    "Kobo": KOBO,
    "quotes further down": 'q,t\n1,a\n2,b\n3,"c\nd"\n4,e\n5,f\n6,"g"\n7,h\n8,i\n',
    "a mark of the byte order inside": "q,t\n1,a\n2,b\n\ufeff3,c\n4,\ufeffd\n",
    "backslashes and words for nothing": "q,t\n1,a\\\n2,NA\n3,\\n\n4,null\n5,\n,\n",
    "lines of blanks": "q,t\n1,a\n2,b\n  \n3,c\n",
    "ragged far down": "q,t\n1,a\n2,b\n3,c\n4,d\n5\n6,e\n7,f,g\n",
    "another separator": "q§t\n1§a\n2§b\n3§c\n",
    "form feeds": "q,t\n1,a\fb\n2,c\u2028d\n",
}


@pytest.fixture
def both(tmp_path, caplog, monkeypatch):
    """Read a file whole and in the smallest parts; say what came of each."""
    monkeypatch.setattr(stored_sheet, "_CELLS", 1)
    monkeypatch.setattr(stored_sheet, "_FEWEST", 2)
    monkeypatch.setattr(stored_sheet, "_FEW", 3)
    monkeypatch.setattr(delimited, "_PIECE", 7)
    monkeypatch.setattr(delimited, "_TOGETHER", 2)
    return lambda content, **options: _both(tmp_path / "wave.csv", content, caplog, options)


def _both(file, content, caplog, options):
    file.write_bytes(content)
    found = []
    with store_beside(file.with_name("responses.parquet"), 0, 2) as store:
        for place in (None, store):
            caplog.clear()
            with caplog.at_level(logging.INFO, "resurvey"):
                try:
                    survey = read_survey(file, store=place, **options)
                except SurveyError as problem:
                    outcome = str(problem)
                else:
                    assert isinstance(survey.data, StoredColumns) == (place is not None)
                    outcome = in_memory(survey.data), survey.codebook
            said = [
                text
                for text in caplog.messages
                if not text.endswith("a large file; its respondents are read a part at a time")
            ]
            found.append((outcome, said))
    (whole, said), (parts, also_said) = found
    assert also_said == said
    if isinstance(whole, str) or isinstance(parts, str):
        assert parts == whole
        return whole
    pd.testing.assert_frame_equal(parts[0], whole[0], check_exact=True)
    assert parts[1] == whole[1]
    return whole[0]


@pytest.mark.parametrize("name", TABLES)
def test_every_table_is_the_same_in_parts(both, name):
    both(TABLES[name].encode())


def test_refusals_name_the_line_that_they_name_in_a_small_file(both):
    assert both(TABLES["ragged"].encode()).startswith(
        str(both(TABLES["ragged"].encode())).split(": line")[0] + ": line 3 has 1 fields"
    )
    assert "line 2 cannot be told apart" in both(TABLES["an open quote"].encode())
    assert "line 25" in both(("id,q,t\n" + PEOPLE + "\n\n\nNorth total,3,\n").encode())


@pytest.mark.parametrize("written", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("declared", [None, "utf-8", "utf-16", "utf-16-le", "cp1251", "klingon"])
def test_unicode_is_the_same_in_parts(both, written, declared):
    options = {"encoding": declared} if declared else {}
    both("пол;вес\r\nЖ;0,98\r\nМ;1,5\r\n".encode(written), **options)


@pytest.mark.parametrize("written", ["cp1251", "koi8-r", "cp866", "cp1252", "cp932", "gb18030"])
@pytest.mark.parametrize("declared", [None, "cp1251", "koi8-r", "cp1252", "cp932", "gb18030"])
def test_other_encodings_are_the_same_in_parts(both, written, declared):
    text = "q,город\n1,Ош и Бишкек\n2,Москва\n"
    if written == "cp1252":
        text = "q,Stadt\n1,Männer über Köln\n2,völlig\n"
    if written in ("cp932", "gb18030"):
        text = "q,性別\n1,非常に満足\n2,男性\n"
    options = {"encoding": declared} if declared else {}
    both(text.encode(written), **options)


@pytest.mark.parametrize("at", [0, 3, 6, 7, 8, 13, 14, 20, 27])
@pytest.mark.parametrize("byte", [b"\xff", b"\0", b"\xd0"])
def test_a_byte_that_is_no_text_has_its_line_and_place(both, at, byte):
    content = b"q,t\n1,abc\n2,def\n3,\xd0\x9e\xd1\x88\n"
    outcome = both(content[:at] + byte + content[at:])
    if byte != b"\xd0":
        assert f"line {content.count(chr(10).encode(), 0, at) + 1} " in outcome


DECLARED = {
    "variables": {
        "q": {"codes": {1: "men", 2: "women", 9: "refused"}, "missing": [9]},
        "t": {"codes": {"a": "A", "b": "B"}, "rest": "b"},
        "d": {"date": "%d.%m.%Y"},
        "n": {"measure": "scale", "missing": ["none"]},
    }
}


@pytest.mark.parametrize(
    "rows",
    [
        ["1;a;01.02.2026;1,5", "9;b;;none", ";c;03.02.2026;2", '2;"a";04.02.2026;'],
        ["men;a;01.02.2026;1,5", "refused;b;;none", "women;b;03.02.2026;2"],
        ["1;a;01.02.2026;1,5", "7;b;;2", "2;a;02.02.2026;3"],
        ["1;a;01.02.2026;1,5", "1;b;yesterday;2", "2;a;02.02.2026;3"],
        ["1;a;01.02.2026;1,5", "1;b;;twenty", "2;a;02.02.2026;3.5"],
    ],
)
def test_what_the_codebook_declares_finds_the_same_cells(both, rows):
    content = "q;t;d;n\n" + "\n".join(rows) + "\n"
    options = {"codebook": DECLARED, "dialect": {"separator": ";", "decimal": ","}}
    both(content.encode(), **options)


def test_joined_options_are_parted_alike(both):
    content = "id,langs\n" + "".join(
        f'{at},"{"Russian, Kyrgyz" if at % 2 else "Kyrgyz"}"\n' for at in range(9)
    )
    sets = {"l": {"joined": "langs", "options": ["Russian", "Kyrgyz"], "label": "Languages"}}
    frame = both(content.encode(), codebook={"multiple_response": sets})
    assert frame["l_1"].tolist() == [0, 1, 0, 1, 0, 1, 0, 1, 0]


CELLS = st.one_of(
    st.sampled_from(
        ["", " ", "1", "2", "3", "99", "007", "1,5", "1.5", "1 234", "1\u00a0234,5", "-4", "1e5"]
    ),
    st.sampled_from(["yes", "no", " no", "Да", "Total", "Итого", "NA", "a\nb", 'say "x"', "q1"]),
    st.text(st.sampled_from("ab1,;.\t\" '\nё\u2028"), max_size=6),
)


def _field(cell, separator, always):
    if always or any(mark in cell for mark in (separator, '"', "\n", "\r")):
        return '"' + cell.replace('"', '""') + '"'
    return cell


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=st.data())
def test_any_table_is_the_same_in_parts(both, data):
    width = data.draw(st.integers(1, 4))
    columns = [data.draw(st.lists(CELLS, min_size=1, max_size=4)) for _ in range(width)]
    rows = data.draw(st.integers(0, 9))
    table = [[f"q{at}" for at in range(width)]]
    table += [[data.draw(st.sampled_from(cells)) for cells in columns] for _ in range(rows)]
    if rows and data.draw(st.integers(0, 9)) == 0:
        table[-1].append("more")
    separator = data.draw(st.sampled_from(",;\t|"))
    end = data.draw(st.sampled_from(["\n", "\r\n", "\r"]))
    always = data.draw(st.booleans())
    text = end.join(
        separator.join(_field(cell, separator, always) for cell in row) for row in table
    )
    text += end * data.draw(st.integers(0, 2))
    written = data.draw(st.sampled_from(["utf-8", "utf-16", "cp1251"]))
    options = {"encoding": written} if written == "cp1251" else {}
    if data.draw(st.booleans()):
        options["dialect"] = {"separator": separator}
    if data.draw(st.booleans()):
        options["tool"] = "plain"
    both(text.encode(written, "replace"), **options)


def test_rows_and_columns_that_are_left_out_are_those_of_a_sheet_in_memory(tmp_path):
    rows = [[str(at), str(at % 3), "", "x" * (at % 2)] for at in range(11)]
    with store_beside(tmp_path / "responses.parquet", 0) as store:
        stored, held = stored_sheet.StoredRecords(store), delimited._Rows()
        for line, row in enumerate(rows, 2):
            stored.add(line, row)
            held.add(line, row)
        sheets = [table.sheet(tmp_path, list("abcd")) for table in (stored, held)]
        for change in (
            lambda sheet: sheet.without_rows(2),
            lambda sheet: sheet.without(rows={0, 4, 10}, columns={1}),
            lambda sheet: sheet.without(columns={0}).without(rows=[1]).without_rows(3),
            lambda sheet: sheet.without_rows(20),
        ):
            mine, theirs = map(change, sheets)
            assert list(mine.rows) == list(theirs.rows)
            assert mine.rows[1:4] == theirs.rows[1:4]
            assert list(mine.lines) == list(theirs.lines)
            assert [list(column) for column in mine.columns] == list(map(list, theirs.columns))
            assert list(mine.filled) == list(theirs.filled)
            assert list(mine.alike) == list(theirs.alike)
            assert mine.headings == theirs.headings
            assert (mine.positions, len(mine.rows)) == (theirs.positions, len(theirs.rows))


def test_records_that_come_together_are_those_that_come_one_by_one(tmp_path):
    block = delimited.Block(["1;a\n", ";b c\r\n", "3;\r"], ";", 2)
    with store_beside(tmp_path / "responses.parquet", 0, 2) as store:
        for records in (delimited._Rows(), stored_sheet.StoredRecords(store)):
            records.add(2, ["0", "z"])
            records.add_block(3, block)
            sheet = records.sheet(tmp_path / "a.csv", ["id", "q"])
            assert list(sheet.rows) == [("0", "z"), ("1", "a"), ("", "b c"), ("3", "")]
            assert list(sheet.lines) == [2, 3, 4, 5]


def test_a_full_disk_is_said_in_one_sentence(tmp_path, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    file = tmp_path / "wave.csv"
    file.write_text("q,t\n1,a\n2,b\n")
    with store_beside(tmp_path / "responses.parquet", 0) as store:
        monkeypatch.setattr(stored_sheet.pa, "OSFile", full)
        with pytest.raises(SurveyError, match="full"):
            read_survey(file, store=store)
