"""An OpenDocument spreadsheet is read like the Excel workbook of the same cells."""

import zipfile

import pytest

from resurvey.core.errors import SurveyError
from resurvey.reading import formats, read_survey, workbook
from resurvey.reading.formats import Export
from resurvey.reading.workbook import read_workbook
from tool_exports import write_workbook

NAMES = " ".join(
    f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for name in ("office", "style", "table", "text")
)
CALC = 'xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"'
STYLES = (
    '<style:style style:name="seen"><style:table-properties table:display="true"/></style:style>'
    '<style:style style:name="unseen"><style:table-properties table:display="false"/></style:style>'
)


def text(words, repeated=1):
    return (
        f'<table:table-cell office:value-type="string" table:number-columns-repeated="{repeated}">'
        f"<text:p>{words}</text:p></table:table-cell>"
    )


def value(kind, written, shown, more=""):
    name = {"date": "date-value", "time": "time-value", "boolean": "boolean-value"}.get(
        kind, "value"
    )
    return (
        f'<table:table-cell office:value-type="{kind}" office:{name}="{written}" {more}>'
        f"<text:p>{shown}</text:p></table:table-cell>"
    )


def row(*cells, repeated=1):
    # LibreOffice fills every row up to the last column of the sheet.
    rest = '<table:table-cell table:number-columns-repeated="16000"/>'
    times = f'table:number-rows-repeated="{repeated}"'
    return f"<table:table-row {times}>{''.join(cells)}{rest}</table:table-row>"


def table(*rows, name="Data", style="seen"):
    return (
        f'<table:table table:name="{name}" table:style-name="{style}">{"".join(rows)}'
        '<table:table-row table:number-rows-repeated="1048000"><table:table-cell/>'
        "</table:table-row></table:table>"
    )


def write(path, *tables, before=""):
    content = (
        f'<?xml version="1.0"?>{before}<office:document-content {NAMES} {CALC}>'
        f"<office:automatic-styles>{STYLES}</office:automatic-styles><office:body>"
        f"<office:spreadsheet>{''.join(tables)}</office:spreadsheet></office:body>"
        "</office:document-content>"
    )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", content)
    return path


def test_every_kind_of_value_is_the_text_that_excel_would_give(tmp_path):
    heads = row(*(text(name) for name in "abcdefgh"))
    cells = row(
        value("float", "7", "7,00"),
        value("float", "0.1", "0,1"),
        value("percentage", "0.25", "25%"),
        value("boolean", "true", "WAHR"),
        value("date", "2022-10-03", "03.10.22"),
        value("date", "2022-10-03T09:30:00.250000000", "03.10.22 09:30"),
        value("time", "PT09H30M00S", "9:30"),
        text('two<text:s text:c="2"/>blanks<text:line-break/>and a<text:tab/>tab'),
    )
    sheet = read_workbook(write(tmp_path / "a.ods", table(heads, cells)), Export())
    assert sheet.rows == [
        (
            *("7", "0.1", "0.25", "TRUE", "2022-10-03", "2022-10-03T09:30:00", "09:30:00"),
            "two  blanks\nand a\ttab",
        )
    ]


def test_same_cells_are_the_same_survey_as_in_a_workbook(tmp_path):
    rows = [["id", "job"], ["1", "cook"], ["2", "cook"], ["3", "smith"]]
    open_rows = [row(*map(text, cells)) for cells in rows]
    opened = read_survey(write(tmp_path / "a.ods", table(*open_rows)))
    excel = read_survey(write_workbook(tmp_path / "a.xlsx", {"Data": rows}))
    assert opened.data.equals(excel.data)
    assert opened.codebook == excel.codebook


def test_equal_neighbours_are_stored_once_and_read_as_often_as_they_stand(tmp_path):
    file = write(
        tmp_path / "a.ods",
        table(
            row(text("a"), text("b"), text("c")),
            row(text("x", repeated=3), repeated=2),
            row(repeated=5),
            row(text("y"), "<table:covered-table-cell/>", text("z")),
        ),
    )
    sheet = read_workbook(file, Export())
    assert sheet.rows == [("x", "x", "x"), ("x", "x", "x"), ("y", "", "z")]
    assert sheet.place(2, 2) == "cell C9"


def test_remark_beside_a_cell_is_no_part_of_the_answer(tmp_path):
    remark = "<office:annotation><text:p>me: look</text:p></office:annotation>"
    cell = f'<table:table-cell office:value-type="string">{remark}<text:p>yes</text:p>'
    file = write(
        tmp_path / "a.ods",
        table(row(text("a"), text("b")), row(text("1"), cell + "</table:table-cell>")),
    )
    assert read_workbook(file, Export()).rows == [("1", "yes")]


def test_hidden_sheet_is_read_only_when_it_is_named(tmp_path):
    seen = table(row(text("a"), text("b")), row(text("1"), text("2")))
    hidden = table(row(text("c"), text("d")), row(text("3"), text("4")), name="Old", style="unseen")
    file = write(tmp_path / "a.ods", seen, hidden)
    assert read_workbook(file, Export()).headings == ["a", "b"]
    assert read_workbook(file, Export(sheet="Old")).headings == ["c", "d"]
    with pytest.raises(SurveyError, match="there is no sheet 'Older'; did you mean 'Old'"):
        read_workbook(file, Export(sheet="Older"))


@pytest.mark.parametrize(
    ("cell", "sentence"),
    [
        (
            '<table:table-cell office:value-type="string" calcext:value-type="error">'
            "<text:p>#DIV/0!</text:p></table:table-cell>",
            r"cell B2 of sheet 'Data' holds the error #DIV/0!; repair or clear it",
        ),
        (
            '<table:table-cell table:formula="of:=1+1"/>',
            "cell B2 of sheet 'Data' holds a formula whose value was not stored",
        ),
        (value("float", "seven", "7"), r"damaged and cannot be read \(ValueError\)"),
    ],
)
def test_cell_without_a_certain_value_is_refused(tmp_path, cell, sentence):
    file = write(tmp_path / "a.ods", table(row(text("a"), text("b")), row(text("1"), cell)))
    with pytest.raises(SurveyError, match=sentence):
        read_survey(file)


@pytest.mark.usefixtures("read_here")
@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        ((row(text("a", repeated=10**9)),), "more than the limit of 20000"),
        (
            (row(text("a")), row(text("1"), repeated=10**9)),
            "has more than 100 cells; save it as .csv",
        ),
        ((row(text("a")), row(text("x" * 500), repeated=90)), "more than the limit of 10000"),
    ],
)
def test_small_file_does_not_unfold_to_a_large_one(tmp_path, monkeypatch, rows, sentence):
    monkeypatch.setattr(workbook, "_MOST_CELLS", 100)
    monkeypatch.setattr(formats, "MOST_LETTERS", 10_000)
    with pytest.raises(SurveyError, match=sentence):
        read_survey(write(tmp_path / "a.ods", table(*rows)))


def test_entities_are_refused_before_anything_is_read(tmp_path):
    before = '<!DOCTYPE x [<!ENTITY e "boom">]>'
    file = write(tmp_path / "a.ods", table(row(text("&e;"))), before=before)
    with pytest.raises(SurveyError, match="declares a document type"):
        read_survey(file)


def test_truncated_file_is_refused_wherever_it_ends(tmp_path):
    content = write(tmp_path / "a.ods", table(row(text("a")), row(text("1")))).read_bytes()
    for size in range(5, len(content), len(content) // 40):
        (tmp_path / "cut.ods").write_bytes(content[:size])
        with pytest.raises(SurveyError, match="cut.ods: the file is truncated or damaged"):
            read_survey(tmp_path / "cut.ods")
