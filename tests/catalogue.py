"""Catalogue of bad input: every kind as a file made from one small survey, and what must happen.

    run_catalogue(folder) -> Outcome(entries, met, not_met)

`entries` and `met` are counts, `not_met` lists a line for each entry whose expected outcome did not
come: id, way and what happened instead. The ways in are A `init`, B the import into a study with a
codebook, C `add-wave` to that study, and Y the reading of a study's configuration. An outcome is
one of

stop
    one sentence that names the file and, where it is about them, the variable and the row; for a
    wave that is added, also a breaking difference, which no run passes;
flag
    the file is read and the value kept, and the log says what is odd, where and how often;
accept
    the file is read rightly, and nothing is said about it.

`python tests/catalogue.py` prints the table; with ids behind it, what each of them says.
"""

import contextlib
import logging
import os
import re
import shutil
import struct
import sys
import tempfile
import unicodedata
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd
import pyreadstat
import yaml

ROOT = Path(__file__).resolve().parents[1]
SCHEMAS = ROOT / "workflow/schemas"


class Outcome(NamedTuple):
    """How many entries there are, how many came out as expected, and a line for each other."""

    entries: int
    met: int
    not_met: tuple[str, ...]


@dataclass(frozen=True)
class Expected:
    """What must happen: ``stop``, ``flag`` or ``accept``, and words that must be said of it."""

    kind: str
    words: tuple[str, ...] = ()


def stop(*words):
    """One sentence that names the file and says these words."""
    return Expected("stop", words)


def flag(*words):
    """The file is read, and the log says these words in one message."""
    return Expected("flag", words)


ACCEPT = Expected("accept")


@dataclass(frozen=True)
class Entry:
    """One kind of bad input.

    `make` takes an empty folder and gives the path of the file in it (for Y, of a configuration);
    `expected` says what must happen in which way; `holds` is asked of what was read, where it was;
    `wave` is what the wave declares of the file beside its path.
    """

    id: str
    what: str
    make: Callable[[Path], Path]
    expected: dict[str, Expected]
    holds: Callable[[Any], bool] | None = None
    wave: dict[str, Any] = field(default_factory=dict)


ENTRIES: dict[str, Entry] = {}
WAYS = "ABC"


def entry(id, what, make, everywhere=None, holds=None, wave=None, **ways):
    """Put an entry into the catalogue; `everywhere` is its outcome in the ways not named."""
    expected = {way: ways.get(way, everywhere) for way in (ways if everywhere is None else WAYS)}
    assert id not in ENTRIES, id
    ENTRIES[id] = Entry(id, what, make, expected, holds, wave or {})


# The survey: forty people, of whom every kind of column is asked.

SIZE = 40
CITIES = ("Ташкент", "Самарканд", "Худжанд", "Ош", "Бишкек")
ANSWERS = {1: "Да", 2: "Скорее да", 3: "Скорее нет", 4: "Нет", 99: "Отказ от ответа"}
AGREE = {1: "Совсем нет", 2: "Нет", 3: "Ни то ни другое", 4: "Да", 5: "Совсем да"}
SEXES = {1: "Мужской", 2: "Женский"}
LABELS = {
    "id": "Номер анкеты",
    "sex": "Ваш пол",
    "age": "Сколько вам лет",
    "q1": "Собираетесь ли вы вернуться",
    "q6": "Согласны ли вы с этим",
    "income": "Доход в месяц",
    "city": "Город, в котором вы живёте",
    "day": "День интервью",
    "weight": "Вес",
    "said": "Что ещё вы хотите сказать",
}
CODES = {"sex": SEXES, "q1": ANSWERS, "q6": AGREE}
MISSING = {"q1": [99], "age": [99]}
CODEBOOK = {
    "id": "id",
    "variables": {
        "sex": {"label": LABELS["sex"], "codes": SEXES},
        "age": {"label": LABELS["age"], "measure": "scale", "missing": [99]},
        "q1": {"label": LABELS["q1"], "codes": ANSWERS, "missing": [99]},
        "q6": {"label": LABELS["q6"], "codes": AGREE, "measure": "ordinal"},
        "income": {"label": LABELS["income"], "measure": "scale"},
        "city": {"label": LABELS["city"], "codes": {city: city for city in CITIES}},
    },
}
CONFIG = 'waves:\n  "first": {file: resources/first/raw.sav, weight: weight}\n'
TABLES = "tables:\n  intention: {rows: [q1, q6], columns: sex}\n"


def people():
    """Answers of the forty people, the same every time."""
    places = range(SIZE)
    return pd.DataFrame(
        {
            "id": [1001.0 + place for place in places],
            "sex": [1.0 + place % 2 for place in places],
            "age": [18.0 + place * 7 % 53 for place in places],
            "q1": [1.0 + place * 3 % 4 for place in places],
            "q6": [1.0 + place * place % 5 for place in places],
            "income": [500.0 + place * 37 % 900 + place / 2 for place in places],
            "city": [CITIES[place // 2 % 5] for place in places],
            "day": [date(2024, 3, 1 + place % 28) for place in places],
            "weight": [0.75 + place % 3 / 4 for place in places],
            "said": [
                f"Слова человека {'абвгдежзик'[place % 10] * (2 + place)}" for place in places
            ],
        }
    )


def changed(variable, *values, rows=None):
    """The people, with other values in some rows of a variable; the first rows unless named."""
    frame = people()
    rows = range(4, 4 + len(values)) if rows is None else rows
    column = frame[variable].astype("object")
    for row, value in zip(rows, values, strict=True):
        column[row] = value
    numbers = all(value is None or isinstance(value, int | float) for value in column)
    return frame.assign(**{variable: column.astype("float64") if numbers else column})


def sav(name="wave.sav", frame=None, codes=None, labels=None, missing=None, **how):
    """Make a file as SPSS writes it; what is not given is the survey's own."""

    def make(folder):
        data = people() if frame is None else frame()
        label = LABELS if labels is None else labels
        worded = CODES if codes is None else codes
        absent = MISSING if missing is None else missing
        pyreadstat.write_sav(
            data,
            folder / name,
            column_labels={key: text for key, text in label.items() if key in data},
            variable_value_labels={key: words for key, words in worded.items() if key in data},
            missing_ranges={key: ends for key, ends in absent.items() if key in data},
            **how,
        )
        return folder / name

    return make


def dta(frame=None, codes=None):
    """Make a file as Stata writes it."""

    def make(folder):
        data = people() if frame is None else frame()
        pyreadstat.write_dta(
            data,
            folder / "wave.dta",
            column_labels=LABELS,
            variable_value_labels=CODES if codes is None else codes,
        )
        return folder / "wave.dta"

    return make


def table(frame=None, separator=",", decimal="."):
    """Lines of the people as text."""
    data = people() if frame is None else frame
    data = data.assign(day=data["day"].astype("str") if "day" in data else "")
    plain = data.astype("object").where(data.notna(), "")
    lines = [list(plain)]
    for row in plain.itertuples(index=False):
        lines.append([_written(cell, decimal) for cell in row])
    return [separator.join(line) for line in lines]


def _written(cell, decimal="."):
    if isinstance(cell, float):
        return f"{cell:.15g}".replace(".", decimal)
    return str(cell)


def text(lines, name="wave.csv", encoding="utf-8", end="\n"):
    """Make a file of text; `lines` makes its lines, or is bytes."""

    def make(folder):
        content = lines() if callable(lines) else lines
        if not isinstance(content, bytes):
            content = (end.join(content) + end).encode(encoding)
        (folder / name).write_bytes(content)
        return folder / name

    return make


def line(number, change, lines=None):
    """The lines of the table with one of them changed, counted as an editor counts them."""

    def made():
        content = table() if lines is None else lines()
        content[number - 1] = change(content[number - 1])
        return content

    return made


def cell(number, variable, value):
    """The lines of the table with one cell changed."""

    def made():
        content = table()
        cells = content[number - 1].split(",")
        cells[list(LABELS).index(variable)] = value
        content[number - 1] = ",".join(cells)
        return content

    return made


def bytes_of(make, change, name=None):
    """Change the bytes of a file that another recipe makes."""

    def made(folder):
        path = make(folder)
        content = change(bytearray(path.read_bytes()))
        if name:
            path.unlink()
            path = folder / name
        path.write_bytes(bytes(content))
        return path

    return made


PLAIN = sav()
PACKED = sav(row_compress=True)
ZSAV = sav("wave.zsav", compress=True)
CSV = text(table)
END_OF_DICTIONARY = struct.pack("<2i", 999, 0)


def packed(at, value, form="<i"):
    """Write a number into the bytes."""

    def change(content):
        struct.pack_into(form, content, at, value)
        return content

    return change


def with_record(kind, data):
    """Put one more extension record into the dictionary."""

    def change(content):
        at = content.index(END_OF_DICTIONARY, 176)
        content[at:at] = struct.pack("<4i", 7, kind, 1, len(data)) + data
        return content

    return change


def with_value(row, variable, value):
    """Change a number in the data of a file that is not compressed."""

    def change(content):
        start = content.index(END_OF_DICTIONARY, 176) + 8
        units = _units()
        at = start + 8 * (row * sum(units.values()) + _before(units, variable))
        content[at : at + 8] = value if isinstance(value, bytes) else struct.pack("<d", value)
        return content

    return change


@cache
def _units():
    """Units of eight bytes of every variable in a row, as the writer lays them out."""
    frame, units = people(), {}
    for name in frame:
        widest = 1
        if not pd.api.types.is_numeric_dtype(frame[name]) and name != "day":
            widest = -(-max(len(str(value).encode()) for value in frame[name]) // 8)
        units[name] = widest
    return units


def _before(units, variable):
    names = list(units)
    return sum(units[name] for name in names[: names.index(variable)])


def flipped_bit(content):
    """Flip the highest bit of the exponent of one answer."""
    start = content.index(END_OF_DICTIONARY, 176) + 8
    units = _units()
    content[start + 8 * (30 * sum(units.values()) + _before(units, "q6")) + 7] ^= 0x40
    return content


def renamed(old, new):
    """Replace bytes by as many others."""
    assert len(old) == len(new)
    return lambda content: content.replace(old, new)


# Container.
entry("C01", "empty file called .sav", text(b"", "wave.sav"), stop("empty (0 bytes)"))
entry(
    "C02",
    "first hundred bytes of a .sav",
    bytes_of(PLAIN, lambda content: content[:100]),
    stop("truncated or damaged"),
)
entry(
    "C03",
    "page of an error called .sav",
    text(b"<!DOCTYPE html><html><body>404 Not Found</body></html>", "wave.sav"),
    stop("this is .html, not .sav"),
)
entry(
    "C04",
    ".sav cut in the middle",
    bytes_of(PLAIN, lambda content: content[: len(content) // 2]),
    stop("truncated or damaged"),
)
entry(
    "C05",
    ".sav without its last hundred bytes",
    bytes_of(PLAIN, lambda content: content[:-100]),
    stop("truncated or damaged"),
)
entry(
    "C06",
    ".sav cut between two rows",
    bytes_of(PLAIN, lambda content: content[: -8 * sum(_units().values())]),
    stop("declares 40 rows", "holds 39"),
)
entry(
    "C07",
    "header that declares fewer rows than the file holds",
    bytes_of(PLAIN, packed(80, 30)),
    stop("declares 30 rows", "holds 40"),
)
entry("C08", ".csv called .sav", text(table, "wave.sav"), stop("this is text (.csv), not .sav"))
entry(
    "C09",
    ".sav called .csv",
    bytes_of(PLAIN, lambda content: content, "wave.csv"),
    stop("this is .sav, not .csv"),
)
entry(
    "C10",
    "header that does not know the number of rows",
    bytes_of(PLAIN, packed(80, -1)),
    ACCEPT,
    holds=lambda survey: len(survey.data) == SIZE,
)
entry(
    "C11",
    "header that declares two thousand million rows",
    bytes_of(PLAIN, packed(80, 2**31 - 1)),
    stop("declares 2147483647 rows"),
)
entry(
    "C12",
    "header with a nonsensical size of a row",
    bytes_of(PLAIN, packed(68, 2**31 - 1)),
    flag("2147483647"),
)
entry("C13", ".SAV in capitals", sav("WAVE.SAV"), ACCEPT)
entry(
    "C14",
    "header whose weight is no variable",
    bytes_of(PLAIN, packed(76, 999)),
    stop("weight"),
)
entry(
    "C15",
    "one bit of an answer flipped",
    bytes_of(PLAIN, flipped_bit),
    A=flag("q6", "row 31"),
    B=stop("q6", "row 31"),
    C=stop("q6"),
)
entry(
    "C16",
    "four thousand zeros after the end",
    bytes_of(PACKED, lambda content: content + bytes(4096)),
    stop("after"),
)
entry(
    "C17",
    "the same of a .zsav",
    bytes_of(ZSAV, lambda content: content + bytes(4096)),
    stop("truncated or damaged"),
)
for number, index in enumerate((0, -1, 1000)):

    def pointed(content, index=index):
        at = re.search(rb"\x04\0\0\0\x01\0\0\0\x02\0\0\0", bytes(content)).start()
        struct.pack_into("<i", content, at + 8, index)
        return content

    entry(
        f"C18{'abc'[number]}",
        f"value labels that point at variable {index}",
        bytes_of(PLAIN, pointed),
        stop(f"points at variable {index}"),
    )
entry(
    "C19",
    "number whose write format says text, which kills the bare library",
    lambda folder: Path(
        shutil.copy(ROOT / "tests/cases/attacks/segv_min.sav", folder / "wave.sav")
    ),
    stop("truncated or damaged"),
)
entry(
    "C20",
    ".dta cut in the middle",
    bytes_of(dta(), lambda content: content[: len(content) // 2]),
    stop("truncated or damaged"),
)
entry("C21", ".dta as it should be", dta(), ACCEPT)
entry(
    "C22",
    "multiple-response set as it should be",
    bytes_of(PLAIN, with_record(7, b"$both=D1 1 4 both q1 q6\n")),
    ACCEPT,
    holds=lambda survey: len(survey.codebook.multiple_response) == 1,
)
entry(
    "C23",
    "multiple-response set that names no variable of the file",
    bytes_of(PLAIN, with_record(7, b"$both=D1 1 4 both zz yy\n")),
    flag("multiple-response"),
)
entry(
    "C24",
    "multiple-response set that is cut short",
    bytes_of(PLAIN, with_record(7, b"$both=D1 1 400 both")),
    flag("multiple-response"),
)
entry(
    "C26",
    "second record of long names, which calls q6 otherwise",
    bytes_of(PLAIN, with_record(13, b"Q6=abc")),
    stop("names"),
)


def wide(folder):
    """A .sav of a hundred thousand variables, of which only the dictionary is there."""
    head = bytearray(PLAIN(folder).read_bytes()[:176])
    struct.pack_into("<i", head, 68, 100_000)
    variables = b"".join(
        struct.pack("<6i", 2, 0, 0, 0, 0x050800, 0x050800) + f"V{number:07}".encode()
        for number in range(100_000)
    )
    (folder / "wave.sav").write_bytes(bytes(head) + variables + END_OF_DICTIONARY)
    return folder / "wave.sav"


entry("C27", ".sav of a hundred thousand variables", wide, stop("100000 variables"))
entry(
    "C28",
    ".csv of a hundred thousand columns",
    text(lambda: [",".join(f"v{n}" for n in range(100_000)), ",".join("1" * 100_000)]),
    stop("100000"),
)


def zsav_bomb(folder):
    """A .zsav whose blocks, packed a thousand times, unfold to three million rows."""
    content = bytearray(ZSAV(folder).read_bytes())
    start = content.index(END_OF_DICTIONARY, 176) + 8
    size = 0x3FF000
    block = zlib.compress(b"\x65" * size, 9)
    blocks = 3_000_000 * sum(_units().values()) // size
    rows = blocks * size // sum(_units().values())
    struct.pack_into("<i", content, 80, rows)
    body, entries, at = b"", b"", start + 24
    for number in range(blocks):
        entries += struct.pack("<2q2i", start + number * size, at, size, len(block))
        body += block
        at += len(block)
    trailer = struct.pack("<3qi", -100, 0, size, 0)[:24]
    trailer = struct.pack("<2q2i", -100, 0, size, blocks)
    head = struct.pack("<3q", start, at, len(trailer) + len(entries))
    (folder / "wave.zsav").write_bytes(bytes(content[:start]) + head + body + trailer + entries)
    return folder / "wave.zsav"


entry("Z03", ".zsav that unfolds to three million rows", zsav_bomb, stop("wave.zsav"))


def workbook(rows, name="wave.xlsx"):
    """Make a workbook of given rows."""

    def make(folder):
        import openpyxl

        book = openpyxl.Workbook()
        for row in rows() if callable(rows) else rows:
            book.active.append(row)
        book.save(folder / name)
        return folder / name

    return make


def rows_of(frame=None):
    """The people as rows of a workbook."""
    data = people() if frame is None else frame
    if "day" in data:
        data = data.assign(day=data["day"].astype("str"))
    plain = data.astype("object").where(data.notna(), None)
    return [list(plain), *map(list, plain.itertuples(index=False))]


def xlsx_bomb(folder):
    """A workbook whose sheet unfolds a thousand times."""
    path = workbook([["id", "q"], [1, 2]])(folder)
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, content in parts.items():
            if name != "xl/worksheets/sheet1.xml":
                archive.writestr(name, content)
        with archive.open("xl/worksheets/sheet1.xml", "w") as part:
            part.write(parts["xl/worksheets/sheet1.xml"])
            for _ in range(64):
                part.write(b" " * 2**20)
    return path


entry("Z01", ".xlsx that unfolds two hundred times", xlsx_bomb, stop("unpacked"))


def parquet_bomb(folder):
    """A Parquet file of two hundred million equal numbers."""
    import pyarrow
    import pyarrow.parquet

    size = 1_000_000
    block = pyarrow.table({f"v{n}": pyarrow.array([1] * size, "int64") for n in range(2)})
    with pyarrow.parquet.ParquetWriter(folder / "wave.parquet", block.schema) as writer:
        for _ in range(20):
            writer.write_table(block, row_group_size=size)
    return folder / "wave.parquet"


entry("Z02", ".parquet that unfolds a thousand times", parquet_bomb, stop("wave.parquet"))


def entities(folder):
    """A workbook with entities that unfold."""
    path = workbook([["id", "q"], [1, 2]])(folder)
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    sheet = "xl/worksheets/sheet1.xml"
    parts[sheet] = b'<!DOCTYPE worksheet [<!ENTITY a "aaaa">]>' + parts[sheet]
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


entry("Z04", ".xlsx with entities", entities, stop("document type"))
entry(
    "Z05",
    ".xpt that was cut short",
    lambda folder: _cut_transport(folder),
    stop("truncated or damaged"),
)


def _cut_transport(folder):
    path = folder / "wave.xpt"
    pyreadstat.write_xport(people()[["id", "sex", "q6"]], str(path), file_format_version=8)
    path.write_bytes(path.read_bytes()[:-80])
    return path


# Shape and schema.
entry("S01", ".sav without a row", sav(frame=lambda: people().head(0)), stop("0 respondents"))
entry("S02", ".csv of headings alone", text(lambda: table()[:1]), stop("0 respondents"))
entry(
    "S03",
    ".sav without a variable",
    bytes_of(PLAIN, lambda content: content[:176] + END_OF_DICTIONARY),
    stop("no variables"),
)
entry(
    "S04",
    "heading that stands twice",
    text(
        lambda: [row + ("," + ("q6" if number == 0 else "1")) for number, row in enumerate(table())]
    ),
    flag("'q6'", "columns 5 and 11"),
)
entry(
    "S05",
    "variables q6 and Q6",
    sav(frame=lambda: people().rename(columns={"income": "Q6"})),
    stop("'q6'", "'Q6'"),
)
entry(
    "S07",
    "variable of the study that is not there",
    sav(frame=lambda: people().rename(columns={"q6": "q6_1"})),
    A=ACCEPT,
    B=stop("'q6'", "q6_1"),
    C=stop("q6"),
)
entry(
    "S08",
    "codes that nobody declared",
    sav(frame=lambda: changed("q6", 7.0, 55.0)),
    A=flag("q6", "without a label", "rows 5, 6"),
    B=stop("q6", "7", "row 5"),
    C=stop("q6"),
)
entry(
    "S09",
    "labelled answer that is new",
    sav(frame=lambda: changed("q6", 6.0), codes={**CODES, "q6": {**AGREE, 6: "Не думал"}}),
    A=ACCEPT,
    B=stop("q6", "6", "row 5"),
    C=stop("q6"),
)
entry(
    "S10",
    "labels of two answers exchanged",
    sav(codes={**CODES, "sex": {1: SEXES[2], 2: SEXES[1]}}),
    A=ACCEPT,
    B=stop("sex", "exchanged"),
    C=stop("sex"),
)
entry(
    "S11",
    "codes from 0 where they were from 1",
    sav(
        frame=lambda: people().assign(q6=people()["q6"] - 1),
        codes={**CODES, "q6": {code - 1: word for code, word in AGREE.items()}},
    ),
    A=ACCEPT,
    B=stop("q6"),
    C=stop("q6"),
)
entry(
    "S12",
    "number with a word among it",
    text(cell(6, "age", "около 40")),
    A=flag("age", "row 5"),
    B=stop("age", "line 6"),
    C=stop("age"),
)
entry(
    "S13",
    "letter O in a number",
    text(cell(6, "age", "3O")),
    A=flag("age", "row 5"),
    B=stop("age", "line 6"),
    C=stop("age"),
)
entry("S14", "file without labels", sav(codes={}, labels={}), A=ACCEPT, B=ACCEPT,
      C=flag("unlabelled"))  # fmt: skip
entry(
    "S15",
    "identifier that stands twice",
    sav(frame=lambda: changed("id", 1001.0)),
    A=flag("id", "row"),
    B=stop("id", "row"),
    C=stop("id"),
)
entry(
    "S16",
    "identifier that is empty",
    sav(frame=lambda: changed("id", None)),
    A=flag("id", "row 5"),
    B=stop("id", "row 5"),
    C=stop("id"),
)
entry(
    "S17",
    "ten rows that stand twice",
    sav(frame=lambda: pd.concat([people(), people().head(10)], ignore_index=True)),
    A=flag("row"),
    B=stop("id", "row"),
    C=stop("id"),
)
entry(
    "S18",
    "two waves one after the other",
    sav(frame=lambda: pd.concat([people(), people().assign(q6=3.0)], ignore_index=True)),
    A=flag("id", "row"),
    B=stop("id", "row"),
    C=stop("id"),
)
entry(
    "S19",
    "table that was pasted after itself",
    text(lambda: table() + table()[1:]),
    stop("2 times"),
)
entry(
    "S20",
    "records of a .sav that stand in it twice",
    sav(frame=lambda: pd.concat([people(), people()], ignore_index=True)),
    stop("2 times"),
)
entry(
    "S21",
    "headings among the answers",
    text(lambda: [*table()[:20], table()[0], *table()[20:]]),
    stop("line 21"),
)

# Values.
entry("V01", "missing code that the file does not declare any more", sav(missing={"age": [99]}),
      A=ACCEPT, B=ACCEPT, C=stop("q1", "99"))  # fmt: skip
entry(
    "V01b",
    "range of missing codes where there was one",
    sav(
        frame=lambda: changed("q1", 98.0, 98.0),
        codes={**CODES, "q1": {**ANSWERS, 98: "Затрудняюсь ответить"}},
        missing={"q1": [{"lo": 98, "hi": 99}], "age": [99]},
    ),
    A=ACCEPT,
    B=stop("q1", "98"),
    C=stop("q1", "98"),
)
entry(
    "V02",
    "answer called a refusal that no list of missing codes has",
    sav(frame=lambda: changed("q1", 99.0, 99.0), missing={}),
    A=flag("Counted as answers", "99"),
    B=ACCEPT,
    C=ACCEPT,
)
entry(
    "V02b",
    "answer called don't know that no list of missing codes has",
    sav(
        frame=lambda: changed("q6", 8.0, 8.0),
        codes={**CODES, "q6": {**AGREE, 8: "Затрудняюсь ответить"}},
    ),
    A=flag("Counted as answers", "8"),
    B=stop("q6", "8"),
    C=stop("q6", "8"),
)
entry(
    "V03",
    "negative weight",
    sav(frame=lambda: changed("weight", -1.0)),
    A=flag("weight", "row 5"),
    B=stop("weight", "row 5"),
    C=stop("weight", "row 5"),
)
entry(
    "V04",
    "weight of nothing",
    sav(frame=lambda: changed("weight", 0.0)),
    A=flag("weight", "row 5"),
    B=flag("weight", "row 5"),
    C=flag("weight", "row 5"),
)
entry(
    "V05",
    "weight that is not there",
    sav(frame=lambda: changed("weight", None)),
    A=flag("weight", "row 5"),
    B=flag("weight", "row 5"),
    C=flag("weight", "row 5"),
)
entry(
    "V06",
    "weight of a thousand million",
    sav(frame=lambda: changed("weight", 1e9)),
    A=flag("weight", "row 5"),
    B=stop("weight", "row 5"),
    C=stop("weight", "row 5"),
)
entry(
    "V06b",
    "weight of a hundred people",
    sav(frame=lambda: changed("weight", 100.0)),
    A=flag("weight", "row 5"),
    B=stop("weight", "row 5"),
    C=stop("weight", "row 5"),
)
entry(
    "V07",
    "weight without end",
    bytes_of(PLAIN, with_value(4, "weight", float("inf"))),
    A=flag("weight", "row 5"),
    B=stop("weight", "row 5"),
    C=stop("weight", "row 5"),
)
entry(
    "V08",
    "weights that are all nothing",
    sav(frame=lambda: people().assign(weight=0.0)),
    A=ACCEPT,
    B=stop("weight"),
    C=stop("weight"),
)
entry(
    "V09",
    "question that nobody answered",
    sav(frame=lambda: people().assign(q6=float("nan"))),
    A=ACCEPT,
    B=ACCEPT,
    C=stop("q6"),
)
entry(
    "V10",
    "question that all answered alike",
    sav(frame=lambda: people().assign(q6=1.0)),
    ACCEPT,
)
entry(
    "V11",
    "labelled answer that nobody gave",
    sav(frame=lambda: people().assign(q6=people()["q6"].clip(upper=4))),
    ACCEPT,
    holds=lambda survey: 5 in survey.codebook["q6"].answers,
)
entry(
    "V13",
    "interview in the future",
    sav(frame=lambda: changed_day("2087-03-05")),
    flag("day", "row 5"),
)
entry(
    "V14",
    "interview before the calendar",
    sav(frame=lambda: changed_day("1582-10-20")),
    flag("day", "row 5"),
)
entry(
    "V14b",
    "interview a year after all others",
    sav(frame=lambda: changed_day("2025-11-05")),
    flag("day", "row 5"),
)


def changed_day(day):
    """The people, one of whom was asked on another day."""
    frame = people()
    frame.loc[4, "day"] = date.fromisoformat(day)
    return frame


entry(
    "V15",
    "number beyond all measure",
    sav(frame=lambda: changed("income", 1.7e308)),
    flag("income", "row 5"),
)
entry(
    "V15b",
    "number beyond 2**53",
    sav(frame=lambda: changed("income", float(2**53 + 2))),
    flag("income", "row 5"),
)
entry(
    "V16",
    "answer of forty thousand letters",
    text(cell(6, "said", "х" * 40_000)),
    flag("said", "row 5"),
)
entry(
    "V17",
    "zero byte in the text of a .sav",
    bytes_of(PLAIN, lambda content: content.replace("Слова".encode(), b"a\0ab\0abcde", 1)),
    flag("said", "row 1"),
)
entry(
    "V17b",
    "zero byte in a .csv",
    bytes_of(CSV, lambda content: content.replace("Слова".encode(), b"a\0a", 1)),
    stop("line 2", "zero byte"),
)
entry(
    "V18",
    "city with a Latin letter among Cyrillic ones",
    sav(frame=lambda: changed("city", "Тaшкент")),
    A=flag("city", "row 5"),
    B=stop("city", "row 5"),
    C=stop("city"),
)
entry(
    "V18b",
    "city that is one Latin look-alike",
    sav(frame=lambda: changed("city", "Oш")),
    A=flag("city", "row 5"),
    B=stop("city", "row 5"),
    C=stop("city"),
)
entry(
    "V19",
    "city with a blank in front",
    text(cell(6, "city", " Худжанд")),
    A=flag("city", "written in several ways"),
    B=ACCEPT,
    C=ACCEPT,
)
entry(
    "V19b",
    "the same city composed in two ways",
    text(
        lambda: [
            row.replace("Ош,", unicodedata.normalize("NFC", "Кызыл-Кыйа,"))
            if number % 2
            else row.replace("Ош,", unicodedata.normalize("NFD", "Кызыл-Кыйа,"))
            for number, row in enumerate(table())
        ]
    ),
    A=flag("city", "written in several ways"),
    B=stop("city"),
    C=stop("city"),
)
entry(
    "V20",
    "minus nought",
    sav(frame=lambda: changed("income", -0.0)),
    ACCEPT,
)
entry(
    "V21",
    "code that is nearly a whole number",
    sav(frame=lambda: changed("q6", 3.000000001)),
    A=flag("q6", "row 5"),
    B=stop("q6", "row 5"),
    C=stop("q6"),
)
entry(
    "V22",
    "age of nine hundred",
    sav(frame=lambda: changed("age", 999.0)),
    A=flag("age", "row 5"),
    B=flag("age", "row 5"),
    C=flag("age"),
)

# Encodings and delimited text.
entry("E01", "windows-1251 that nobody declares", text(table, encoding="cp1251"),
      stop("line 2", "windows-1251"))  # fmt: skip
entry(
    "E01b",
    "windows-1251 that is declared",
    text(table, encoding="cp1251"),
    A=ACCEPT,
    B=ACCEPT,
    C=ACCEPT,
    wave={"encoding": "windows-1251"},
)
entry(
    "E01c",
    "windows-1251 that is declared as latin-1",
    text(table, encoding="cp1251"),
    stop("nonsense in the declared"),
    wave={"encoding": "latin-1"},
)
entry("E02", "UTF-8 with its mark", text(table, encoding="utf-8-sig"), ACCEPT)
entry("E03", "UTF-16 with its mark", text(table, encoding="utf-16"), ACCEPT)
entry("E04", "UTF-16 without its mark", text(table, encoding="utf-16-le"), stop("utf-16"))
entry(
    "E05",
    "one line in another encoding",
    bytes_of(CSV, lambda content: content.replace("Ош".encode(), "Ош".encode("cp1251"), 1)),
    stop("line 8"),
)
entry(
    "E06",
    "semicolons and decimal commas",
    text(lambda: table(separator=";", decimal=",")),
    ACCEPT,
    holds=lambda survey: "q6" in survey.codebook,
)
entry(
    "E07",
    "decimal commas between commas",
    text(lambda: table(decimal=",")),
    stop("line"),
)
entry(
    "E08",
    "line with three fields too few",
    text(line(6, lambda words: ",".join(words.split(",")[:-3]))),
    stop("line 6 has 7 fields"),
)
entry(
    "E09",
    "line with a field too many",
    text(line(6, lambda words: words + ",1")),
    stop("line 6 has 11 fields"),
)
entry(
    "E10",
    "quotation mark that nothing closes",
    text(line(6, lambda words: words.replace("Слова", '"Слова'))),
    stop("line 6"),
)
entry(
    "E11",
    "line end and quotation marks inside an answer",
    text(line(6, lambda words: words.replace("Слова", '"Слова\nи ""ещё""') + '"')),
    ACCEPT,
    holds=lambda survey: len(survey.data) == SIZE,
)
entry("E12", "lines that end as those of an old Macintosh", text(table, end="\r"), ACCEPT)
entry(
    "E13",
    "NA, null and None as answers",
    text(
        lambda: [
            row.replace("Ош,", ("NA,", "null,", "None,", "nan,", "#N/A,", "N/A,")[number % 6])
            for number, row in enumerate(table())
        ]
    ),
    A=flag("Counted as answers", "NA"),
    B=stop("city"),
    C=stop("city"),
    holds=lambda survey: survey.data["city"].notna().all(),
)
entry(
    "E14",
    "title above the headings",
    text(lambda: ["Выгрузка опроса", "", *table()]),
    flag("line 1"),
    holds=lambda survey: len(survey.data) == SIZE,
)
entry(
    "E15",
    "numbers of questionnaires with leading noughts and beyond 2**53",
    text(
        lambda: [
            row.replace(
                f"{1000 + number},", f"{'000' if number < 9 else '900719925474099'}{number},", 1
            )
            for number, row in enumerate(table())
        ]
    ),
    ACCEPT,
    holds=lambda survey: (
        survey.data["id"].astype("str").nunique() == SIZE
        and survey.data["id"].astype("str")[0] == "0001"
    ),
)
entry(
    "E16",
    "line of totals below",
    text(lambda: [*table(), f"Итого,,,,,{sum(people()['income'])},,,,"]),
    stop("line 42", "totals"),
)
entry(
    "E16b",
    "line of bare commas below",
    text(lambda: [*table(), "," * 9]),
    flag("line 42", "left out"),
    holds=lambda survey: len(survey.data) == SIZE,
)
entry(
    "E16c",
    "line of the means above",
    text(lambda: [table()[0], "Среднее,1.5,44,2.5,2.6,900,,,1,", *table()[1:]]),
    stop("line 2"),
)
entry(
    "E16d",
    "remark below",
    text(lambda: [*table(), "Источник: опрос 2024 года,,,,,,,,,"]),
    stop("line 42"),
)
entry(
    "E17",
    "encoding that does not exist",
    CSV,
    stop("no encoding called 'utf-9'"),
    wave={"encoding": "utf-9"},
)
entry(
    "E18",
    "decimal points and commas in one column",
    text(
        lambda: [
            ";".join(
                field.replace(".", "," if number // 2 % 2 else ".") if at == 5 else field
                for at, field in enumerate(row.split(";"))
            )
            for number, row in enumerate(table(separator=";"))
        ]
    ),
    stop("income"),
)


def declared_as(name):
    """Write another encoding into the record of a .sav in UTF-8."""

    def change(content):
        return content.replace(b"UTF-8", name.encode().ljust(5)[:5], 1)

    return change


def code_page(content, name=b"windows-1251", page=1251):
    """Replace the record of the encoding by one of another length."""
    at = content.index(struct.pack("<4i", 7, 20, 1, 5))
    content[at : at + 21] = struct.pack("<4i", 7, 20, 1, len(name)) + name
    at = content.index(struct.pack("<4i", 7, 3, 4, 8)) + 16
    struct.pack_into("<i", content, at + 28, page)
    return content


entry(
    "E20",
    "UTF-8 that the file calls windows-1251",
    bytes_of(PLAIN, code_page),
    flag("read as utf-8"),
    holds=lambda survey: survey.codebook["sex"].answer(1) == "Мужской",
)
entry(
    "E21",
    "encoding that no program knows",
    bytes_of(PLAIN, declared_as("UTF-X")),
    flag("'UTF-X'"),
    holds=lambda survey: survey.codebook["sex"].answer(1) == "Мужской",
)


def without_encoding(content):
    """Take the record of the encoding away, and the number of the code page."""
    at = content.index(struct.pack("<4i", 7, 20, 1, 5))
    del content[at : at + 21]
    at = content.index(struct.pack("<4i", 7, 3, 4, 8)) + 16
    struct.pack_into("<i", content, at + 28, 2)
    return content


entry(
    "E22",
    "file that says nothing of its encoding",
    bytes_of(PLAIN, without_encoding),
    stop("declare the file's `encoding: utf-8`"),
)
entry(
    "E23",
    "one label in another encoding",
    bytes_of(PLAIN, renamed("Мужской".encode(), "Мужской".encode("cp1251").ljust(14))),
    stop("the label of code 1 of variable 'sex'"),
)
entry(
    "E24",
    "one answer in another encoding",
    bytes_of(
        PLAIN,
        lambda content: content.replace(
            "Ташкент".encode(), "Ташкент".encode("cp1251").ljust(14), 1
        ),
    ),
    stop("variable 'city' in 1 row (row 1)"),
)

# Injection: labels and answers are data.
HOSTILE = {
    "X01": ("formula", '=HYPERLINK("http://x","y")'),
    "X02": ("script", "<script>alert(1)</script>"),
    "X03": ("template", "{{ 7*7 }}{% raw %}"),
    "X04": ("formula of mathematics", r"$\frac{1}{0$"),
    "X05": ("letters of Chinese", "年齢"),
    "X05b": ("command", "$(touch PWNED); `touch PWNED`"),
    "X05c": ("path", "../../../etc/passwd"),
    "X05d": ("YAML", 'x": {evil: true}\n- !!python/object/apply:os.system ["touch PWNED"]'),
}
for _id, (_what, _text) in HOSTILE.items():
    entry(
        _id,
        f"{_what} as question and answer",
        sav(
            codes={**CODES, "sex": {1: _text, 2: SEXES[2]}},
            labels={**LABELS, "q6": _text},
        ),
        A=ACCEPT,
        holds=lambda survey, text=_text: (
            survey.codebook["sex"].answer(1) == text and survey.codebook["q6"].title() == text
        ),
    )
entry(
    "X06",
    "two answers of one label",
    sav(codes={**CODES, "sex": {1: "Мужской", 2: "Мужской"}}),
    A=flag("The file has the label"),
    B=flag("sex", "same label"),
    C=stop("sex"),
)
entry(
    "X07",
    "control characters in a label",
    sav(codes={**CODES, "sex": {1: "Муж\x1b[2J\x07ской", 2: SEXES[2]}}),
    A=flag("sex", "control"),
    B=flag("sex", "control"),
    C=stop("sex"),
)
entry(
    "X08",
    "answer without a label among labelled ones",
    sav(codes={**CODES, "q6": {**AGREE, 2: ""}}),
    A=flag("q6", "without a label"),
    B=ACCEPT,
    C=ACCEPT,
)
entry(
    "X09",
    "label that fills all that a .sav can hold of it",
    sav(codes={**CODES, "sex": {1: "ж" * 60, 2: SEXES[2]}}),
    A=flag("sex", "cut"),
    B=flag("sex", "cut"),
    C=stop("sex"),
)
entry(
    "X09b",
    "control characters in an answer",
    text(cell(6, "said", "a\x1b[2Jb")),
    flag("said", "control"),
)


def study(**pages):
    """Make a study whose configuration has other pages."""

    def make(folder):
        (folder / "config").mkdir()
        given = {"config": CONFIG, "tables": TABLES, **pages}
        for name, content in given.items():
            data = content if isinstance(content, bytes) else content.encode()
            (folder / "config" / f"{name}.yaml").write_bytes(data)
        return folder / "config"

    return make


def codes_page(codes):
    """A codebook with these codes of one question."""
    return f"variables: {{q1: {{codes: {{{codes}}}}}}}\n"


def wave_page(name):
    """A configuration with a wave of this name."""
    return f"waves:\n  {name}: {{file: a.sav}}\n"


BOMB = "a: &a [x, x]\n" + "".join(
    f"{after}: &{after} [*{before}, *{before}]\n"
    for before, after in zip("abcdefg", "bcdefgh", strict=True)
)
YAML = {
    "X10": ("object", {"tables": "!!python/object/apply:os.system [touch PWNED]\n"}, stop()),
    "X11": ("aliases that unfold", {"tables": BOMB}, stop("tables.yaml", "aliases")),
    "X12": ("key that stands twice", {"tables": TABLES + TABLES}, stop("'tables' stands twice")),
    "X13": ("code 01 beside 1", {"codebook": codes_page('1: "да", 01: "нет"')}, stop("1, 01")),
    "X13b": ("code 1 twice", {"codebook": codes_page('1: "да", 1: "нет"')}, stop("stands twice")),
    "X13c": ("1 beside '1'", {"codebook": codes_page("1: да, '1': нет")}, stop("stands twice")),
    "X13d": ("1 beside 1.0", {"codebook": codes_page("1: да, 1.0: нет")}, stop("stands twice")),
    "X13e": ("no and 12:30 are words", {"codebook": codes_page("no: 12:30, on: 1.1.0")}, ACCEPT),
    "X14": ("thirty thousand brackets", {"tables": "[" * 30_000}, stop("nested too deeply")),
    "X14b": ("they are closed", {"tables": "[" * 9_999 + "]" * 9_999}, stop("nested too deeply")),
    "X15": ("key that is none", {"tables": TABLES + "tabels: {}\n"}, stop("tabels")),
    "X16": ("text that is no UTF-8", {"tables": "tables: {а: 1}".encode("cp1251")}, stop("UTF-8")),
    "X17": ("tab that indents", {"tables": "tables:\n\tq: 1\n"}, stop("tab")),
    "X18": ("wave ../../../esc", {"config": wave_page('"../../../esc"')}, stop("../../../esc")),
    "X18b": ("wave ..", {"config": wave_page('".."')}, stop("'..'")),
    "X18c": ("wave with a command", {"config": wave_page('"a; touch PWNED #"')}, stop("touch")),
    "X18d": ("wave $(touch X)", {"config": wave_page('"$(touch X)"')}, stop("touch")),
    "X18e": ("wave with a line end", {"config": wave_page('"t1\\n"')}, stop("t1")),
    "X18f": ("wave with a brace", {"config": wave_page('"{wave}"')}, stop("wave")),
    "X18g": ("wave logs, a folder of ours", {"config": wave_page("drift")}, stop("drift")),
    "X19": ("language with a line end", {"config": CONFIG + 'languages: ["en\\n"]\n'}, stop("en")),
    "X19b": (
        "table with a line end in its name",
        {"tables": 'tables: {"t1\\n": {rows: [q1]}}\n'},
        stop("t1"),
    ),
    "X19c": (
        "table that would leave its folder",
        {"tables": 'tables: {"../t": {rows: [q1]}}\n'},
        stop("../t"),
    ),
    "X20": (
        "raw file outside of the study",
        {"config": CONFIG.replace("resources/first/raw.sav", "../../etc/passwd")},
        stop("../../etc/passwd", "study"),
    ),
    "X21": (
        "raw file whose path has a brace",
        {"config": CONFIG.replace("raw.sav", "{raw}.sav").replace("{file", '{file').replace(
            "resources/first/{raw}.sav", '"resources/first/{raw}.sav"')},
        stop("{raw}.sav"),
    ),
}  # fmt: skip
for _id, (_what, _pages, _outcome) in YAML.items():
    entry(_id, f"configuration: {_what}", study(**_pages), Y=_outcome)


# Names of files.
def named(name, make=PLAIN):
    """The survey under another name."""

    def made(folder):
        inside = folder / "inside"
        inside.mkdir()
        path = make(inside)
        os.replace(os.fsencode(path), os.fsencode(folder) + b"/" + os.fsencode(name))
        return Path(os.fsdecode(os.fsencode(folder) + b"/" + os.fsencode(name)))

    return made


def linked(target):
    """A link to what `target` makes of the folder."""

    def made(folder):
        (folder / "wave.sav").symlink_to(target(folder))
        return folder / "wave.sav"

    return made


def hidden(folder):
    """The survey in a folder beside, to be linked to."""
    (folder / "inside").mkdir()
    return PLAIN(folder / "inside")


def fifo(folder):
    """A pipe that nobody writes to: whoever opens it waits for ever."""
    os.mkfifo(folder / "wave.sav")
    return folder / "wave.sav"


def made_folder(folder):
    """A folder called as a file."""
    (folder / "wave.sav").mkdir()
    return folder / "wave.sav"


entry("F01", "link to a good file", linked(hidden), ACCEPT)
entry("F02", "link to nothing", linked(lambda folder: folder / "none.sav"), stop())
entry("F03", "link to itself", linked(lambda folder: folder / "wave.sav"), stop())
entry("F04", "link to the list of accounts", linked(lambda folder: "/etc/passwd"), stop("text"))
entry("F05", "folder", made_folder, stop("this is a folder"))
entry("F06", "name that is no UTF-8", named(b"\xef\xf0\xee\xe1\xe0.sav"), A=ACCEPT, B=ACCEPT,
      C=stop("UTF-8"))  # fmt: skip
entry("F07", "pipe", fifo, stop("no regular file"))
entry("F08", "Cyrillic name with blanks", named("мой опрос 2024.sav"), ACCEPT)
entry("F09", "name with quotation marks", named("a'b\"c.sav"), ACCEPT)
entry("F10", "name with a line end", named("a\nb.sav"), ACCEPT)
entry("F11", "name that begins as an option", named("-rf.sav"), ACCEPT)
entry("F12", "name of 240 letters", named("a" * 236 + ".sav"), ACCEPT)
entry("F13", "name with a brace", named("a{wave}b.sav"), A=ACCEPT, B=ACCEPT, C=stop("brace"))
entry("F14", "no such file", lambda folder: folder / "none.sav", stop())


class _Heard(logging.Handler):
    """What the log says, message by message."""

    def __init__(self):
        super().__init__(logging.WARNING)
        self.messages = []

    def emit(self, record):
        self.messages.append(record.getMessage())


@contextlib.contextmanager
def heard():
    """Listen to the log of the library."""
    handler = _Heard()
    logger = logging.getLogger("resurvey")
    spreads, logger.propagate = logger.propagate, False
    logger.addHandler(handler)
    try:
        yield handler.messages
    finally:
        logger.removeHandler(handler)
        logger.propagate = spreads


class Seen(NamedTuple):
    """What happened: ``stop``, ``flag``, ``accept`` or ``crash``, what was said, what was read."""

    kind: str
    said: list[str]
    survey: Any = None


def meet(one, way, place):
    """Let one entry meet one way in; `place` is an empty folder."""
    from resurvey.core.errors import SurveyError

    with heard() as messages:
        try:
            path = one.make(place)
            survey, more = WAY[way](path, one, place)
        except SurveyError as problem:
            return Seen("stop", [str(problem)])
        except Exception as problem:
            return Seen("crash", [f"{type(problem).__name__}: {problem}"])
    breaking = [words for words in more if words.startswith("breaking")]
    if breaking:
        return Seen("stop", breaking, survey)
    said = [*messages, *more]
    return Seen("flag" if said else "accept", said, survey)


_COMMENTS = ("Counted as answers", "The file has the label", "among them")
"""Words of the comments in a new codebook that ask somebody to look."""


def by_init(path, one, place):
    """A: a new study; its comments say what is to be looked at."""
    from resurvey.core.strict_yaml import read_yaml
    from resurvey.reading import declared_export, read_undeclared
    from resurvey.study.initialise import initialise

    initialise(path, place / "study", export=one.wave)
    config = place / "study/config"
    for page in config.iterdir():
        read_yaml(page)
    comments = [
        row.strip()
        for row in (config / "codebook.yaml").read_text(encoding="utf-8").splitlines()
        if any(words in row for words in _COMMENTS)
    ]
    survey = None
    if one.holds:
        with quiet():
            survey = read_undeclared(path, **declared_export(one.wave))
    assert not (place / "PWNED").exists()
    return survey, comments


@contextlib.contextmanager
def quiet():
    """Read again without a word."""
    logger = logging.getLogger("resurvey")
    handlers, logger.handlers = logger.handlers, []
    try:
        yield
    finally:
        logger.handlers = handlers


def by_import(path, one, place):
    """B: the import of a wave into a study that has a codebook."""
    from resurvey.prepare.import_gate import import_survey

    wave = {"file": str(path), "weight": "weight", **one.wave}
    return import_survey(str(path), CODEBOOK, wave), []


def by_add_wave(path, one, place):
    """C: a second wave, added to the study."""
    from resurvey.core.errors import SurveyError
    from resurvey.waves.contract.addition import add_wave

    folder = shutil.copytree(first_study(), place / "first_study")
    added = add_wave(path, "second", folder, {"weight": "weight", **one.wave})
    if added.problem:
        raise SurveyError(added.problem)
    lines = [
        f"{row['severity']} {row['variable']} {row['difference']} {row['code']} "
        f"{row['before']} -> {row['after']}"
        for row in added.lines
        if row["severity"] != "note"
        # A table of text has no labels, which is nothing that is wrong with it.
        and not (row["difference"] == "unlabelled" and path.suffix == ".csv")
    ]
    return None, lines


def by_configuration(path, one, place):
    """Y: the configuration of a study, read before any job."""
    from resurvey.study.folder import read_study

    read_study(path, SCHEMAS)
    return None, []


WAY = {"A": by_init, "B": by_import, "C": by_add_wave, "Y": by_configuration}


@cache
def first_study():
    """The study to which waves are added."""
    folder = Path(tempfile.mkdtemp(prefix="catalogue-"))
    import atexit

    atexit.register(shutil.rmtree, folder, True)
    (folder / "resources/first").mkdir(parents=True)
    PLAIN(folder / "resources/first").rename(folder / "resources/first/raw.sav")
    study(codebook=yaml.safe_dump(CODEBOOK, allow_unicode=True))(folder)
    return folder


def judge(one, way, seen):
    """Say how what happened is not what was expected; empty where it is."""
    wanted = one.expected[way]
    if seen.kind != wanted.kind:
        return f"{seen.kind} instead of {wanted.kind}: {' | '.join(seen.said)[:300] or '(nothing)'}"
    missing = [word for word in wanted.words if not any(word in said for said in seen.said)]
    together = any(all(word in said for word in wanted.words) for said in seen.said)
    if wanted.words and not together:
        return f"not said together: {missing or list(wanted.words)}: {' | '.join(seen.said)[:300]}"
    lines = [row for said in seen.said for row in said.replace("\n  - ", "").splitlines()]
    if len(lines) > len(seen.said) and one.id != "F10":
        return f"more than one line: {seen.said[0][:200]!r}"
    if one.holds and seen.survey is not None and not one.holds(seen.survey):
        return "it was read otherwise than it is"
    return ""


def run_entry(one, folder):
    """Meet every way of an entry; give back a line for each that did not come out as expected."""
    lines = []
    for way in one.expected:
        place = Path(tempfile.mkdtemp(dir=folder))
        before = Path.cwd()
        os.chdir(place)
        try:
            problem = judge(one, way, meet(one, way, place))
        finally:
            os.chdir(before)
            shutil.rmtree(place, ignore_errors=True)
        if problem:
            lines.append(f"{one.id} {way} ({one.what}): {problem}")
    return lines


def run_catalogue(folder=None, ids=()):
    """Meet every entry, or those of the given ids; see `Outcome`."""
    sys.path[:0] = [str(ROOT / "workflow/scripts")]
    chosen = [one for one in ENTRIES.values() if not ids or one.id in ids]
    not_met, failed = [], 0
    with contextlib.ExitStack() as stack:
        place = folder or stack.enter_context(tempfile.TemporaryDirectory())
        for one in chosen:
            lines = run_entry(one, place)
            failed += bool(lines)
            not_met += lines
    return Outcome(len(chosen), len(chosen) - failed, tuple(not_met))


if __name__ == "__main__":
    found = run_catalogue(ids=sys.argv[1:])
    print("\n".join(found.not_met))
    print(f"bad input: {found.met} of {found.entries} entries as expected")
    sys.exit(bool(found.not_met))
