"""Segments: coded interviews as rows of a table: a plain CSV, or what Taguette exports."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from resurvey.core.codebook import nearest
from resurvey.core.errors import SurveyError
from resurvey.core.files import whole_file
from resurvey.interviews.project import (
    BETWEEN,
    LONGEST_CODE,
    Case,
    Code,
    Project,
    Segment,
    check_tree,
)
from resurvey.interviews.refi import is_refi, read_codebook, read_project
from resurvey.reading.delimited import read_delimited
from resurvey.reading.formats import Export
from resurvey.reading.workbook import read_workbook

COLUMNS = ("case", "code", "text", "coder", "segment")
"""What the columns of a table of segments are; only the first two must be there."""

#: SOURCE Taguette, export of highlights and of the codebook (`taguette/export.py`).
_TAGUETTE = ("id", "document", "tag", "content")
_TAGUETTE_BOOK = ("tag", "parent", "description", "number of highlights")
_OF_TAGUETTE = {"segment": "id", "case": "document", "code": "tag", "text": "content"}
_TAGS = "."
"""Between the parts of a tag's path in Taguette."""

Rows = list[tuple[int, dict[str, str]]]
"""Line of every row in its file, and its cells by their headings."""


def read_interviews(declared: Mapping[str, Any]) -> Project:
    """Read the coded interviews of a wave, whichever program they come from.

    Parameters
    ----------
    declared : dict
        An entry of `sources` in `config/interviews.yaml`: `file` (``.qdpx``, ``.csv`` or
        ``.xlsx``), and where they are needed `cases`, `codebook`, `columns`, `encoding` and
        `line_ends`.

    Raises
    ------
    SurveyError
        The file cannot be read, or does not fit its code book; one sentence without any word of
        an interview.
    """
    path = Path(declared["file"])
    if not path.is_file():
        raise SurveyError(f"{path}: there is no such file; change `sources` in interviews.yaml")
    if is_refi(path):
        project = read_project(path, declared.get("line_ends", ""))
        cases = project.cases
    else:
        headings, rows = _table(path, declared.get("encoding"))
        taguette = headings[: len(_TAGUETTE)] == list(_TAGUETTE)
        columns = {name: name for name in COLUMNS} | (_OF_TAGUETTE if taguette else {})
        columns |= declared.get("columns", {})
        book = _codebook(declared) if "codebook" in declared else ()
        project = _from_rows(path, headings, rows, columns, book, _TAGS if taguette else BETWEEN)
        cases = project.cases
    if "cases" in declared:
        cases = _with_attributes(path, cases, Path(declared["cases"]), declared)
    return Project(
        path, project.codes, cases, project.segments, project.paragraphs, project.assumed
    )


def _table(path: Path, encoding: str | None = None) -> tuple[list[str], Rows]:
    """Headings and rows of a text file or the only sheet of a workbook."""
    if path.suffix.casefold() == ".xlsx":
        sheet = read_workbook(path, Export())
    elif path.suffix.casefold() in (".csv", ".tsv", ".txt"):
        sheet = read_delimited(path, Export(encoding=encoding))
    else:
        raise SurveyError(
            f"{path}: coded interviews are read from .qdpx (REFI-QDA), .csv and .xlsx; export them "
            "so"
        )
    if twice := [name for name in sheet.headings if sheet.headings.count(name) > 1]:
        raise SurveyError(f"{path}: the column '{twice[0]}' stands twice")
    cells = (dict(zip(sheet.headings, map(str.strip, row), strict=True)) for row in sheet.rows)
    return sheet.headings, list(zip(sheet.lines, cells, strict=True))


def _from_rows(
    path: Path,
    headings: Sequence[str],
    rows: Rows,
    columns: Mapping[str, str],
    book: tuple[Code, ...],
    between: str,
) -> Project:
    for name in ("case", "code"):
        if columns[name] not in headings:
            raise SurveyError(
                f"{path}: there is no column '{columns[name]}' for the {name}"
                f"{nearest(columns[name], list(headings))}; name it under `columns` in "
                "config/interviews.yaml"
            )
    codes = {code.key: code for code in book}
    paths = Project(path, book).by_path
    used = {heading for name, heading in columns.items() if heading in headings and name in COLUMNS}
    others = [heading for heading in headings if heading not in used]
    segments, attributes = list[Segment](), dict[str, dict[str, str]]()
    stretches = dict[str, tuple[str, str]]()
    for number, row in rows:
        cell = {name: row.get(heading, "") for name, heading in columns.items()}
        case = cell["case"]
        if case:
            own = attributes.setdefault(case, {})
            for heading in others:
                if row[heading] and own.setdefault(heading, row[heading]) != row[heading]:
                    raise SurveyError(
                        f"{path}: line {number}: '{heading}' of its case is another one than "
                        "above; a case has one value"
                    )
        if not cell["code"]:
            continue
        key = _code(path, number, cell["code"], codes, paths, bool(book), between)
        place = cell["segment"] or f"line {number}"
        _check_stretch(f"{path}: line {number}", stretches, place, case, cell["text"])
        segments.append(Segment(place, key, case, cell["coder"], cell["text"], case))
    return Project(
        path,
        check_tree(path, codes.values()),
        tuple(Case(name, name, own) for name, own in attributes.items()),
        tuple(segments),
    )


def _check_stretch(
    where: str, known: dict[str, tuple[str, str]], key: str, case: str, text: str
) -> None:
    """Refuse a stretch of two people: a released quotation would be given to the wrong one."""
    words = " ".join(text.split())
    whose, said = known.setdefault(key, (case, words))
    if whose != case:
        raise SurveyError(
            f"{where}: its segment stands above in another case; number the stretches of all cases "
            "through"
        )
    if words and said and words != said:
        raise SurveyError(
            f"{where}: its segment has other words above; give every stretch a number of its own"
        )
    known[key] = case, said or words


def _code(
    path: Path,
    number: int,
    told: str,
    codes: dict[str, Code],
    paths: Mapping[str, str],
    declared: bool,
    between: str,
) -> str:
    """Key of a row's code; without a code book its path makes the tree."""
    if len(told) > LONGEST_CODE:
        # Its words must not become a code that every table has.
        raise SurveyError(
            f"{path}: line {number}: its code has {len(told)} characters; name the column of the "
            "codes under `columns` in config/interviews.yaml"
        )
    names = [name.strip() for name in told.split(between)]
    if declared:
        shown = BETWEEN.join(names)
        named = [code.key for code in codes.values() if code.name == told]
        key = paths.get(shown) or (named[0] if len(named) == 1 else "")
        if not key:
            raise SurveyError(
                f"{path}: line {number}: its code is none of the {len(codes)} of the code book"
                f"{nearest(shown, list(paths))}"
            )
        return key
    for depth, name in enumerate(names, 1):
        key, above = BETWEEN.join(names[:depth]), BETWEEN.join(names[: depth - 1])
        codes.setdefault(key, Code(key, name, above))
    return BETWEEN.join(names)


def _codebook(declared: Mapping[str, Any]) -> tuple[Code, ...]:
    """Read a code book: REFI-QDA's, Taguette's, or a CSV with the columns code and parent."""
    path = Path(declared["codebook"])
    if path.suffix.casefold() == ".qdc":
        return _split_tags(path, read_codebook(path))
    headings, rows = _table(path, declared.get("encoding"))
    taguette = headings[:2] == list(_TAGUETTE_BOOK[:2])
    if not taguette and "code" not in headings:
        raise SurveyError(f"{path}: a code book has the columns code and parent")
    name = "tag" if taguette else "code"
    listed = [Code(row[name], row[name], row.get("parent", "")) for _, row in rows]
    return _split_tags(path, listed) if taguette else check_tree(path, listed)


def _split_tags(path: Path, codes: Sequence[Code]) -> tuple[Code, ...]:
    """Make a tree of Taguette's tags, whose names are paths; other trees stay as they are."""
    if any(code.parent for code in codes) or not all(code.name for code in codes):
        by_key = {code.key: code for code in codes}
        return check_tree(
            path,
            [
                Code(
                    code.key,
                    code.name.removeprefix(f"{by_key[code.parent].name}{_TAGS}")
                    if code.parent in by_key
                    else code.name,
                    code.parent,
                    code.codable,
                )
                for code in codes
            ],
        )
    known = {code.name: code.key for code in codes}
    tree = []
    for code in codes:
        above, _, name = code.name.rpartition(_TAGS)
        parent = known.get(above, "")
        tree.append(Code(code.key, name if parent else code.name, parent, code.codable))
    return check_tree(path, tree)


def _with_attributes(
    path: Path, cases: Sequence[Case], table: Path, declared: Mapping[str, Any]
) -> tuple[Case, ...]:
    """Add attributes from a table of cases, which may name cases that have no coded segment."""
    headings, rows = _table(table, declared.get("encoding"))
    column = declared.get("columns", {}).get("case", "case")
    column = column if column in headings else "case"
    if column not in headings:
        raise SurveyError(f"{table}: there is no column 'case' that names the cases")
    told: dict[str, dict[str, str]] = {}
    for number, row in rows:
        name = row.pop(column)
        if not name or name in told:
            raise SurveyError(f"{table}: line {number} names no case, or one that stands above")
        told[name] = {heading: value for heading, value in row.items() if value}
    known = {case.name or case.key for case in cases}
    if lost := len(known - set(told)):
        raise SurveyError(
            f"{table}: {lost} cases of {path} are not among its {len(told)} cases; the names must "
            "be the same"
        )
    by_name = {case.name or case.key: case for case in cases}
    return tuple(
        Case(by_name[name].key, name, {**by_name[name].attributes, **own})
        if name in by_name
        else Case(name, name, own)
        for name, own in told.items()
    )


def save_segments(project: Project, path: str | Path) -> None:
    """Write the codings with their words; they are of persons, and never leave the house."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    columns = ("segment", "case", "code", "coder", "source", "start", "end", "text")
    rows = [
        (
            segment.key,
            segment.case,
            project.path_of(segment.code),
            segment.coder,
            segment.source,
            segment.start,
            segment.end,
            segment.text,
        )
        for segment in project.segments
    ]
    kinds = [pa.int64() if name in ("start", "end") else pa.string() for name in columns]
    table = pa.table(
        {
            name: pa.array([row[place] for row in rows], kinds[place])
            for place, name in enumerate(columns)
        }
    )
    with whole_file(path) as temporary:
        pq.write_table(table, temporary)
