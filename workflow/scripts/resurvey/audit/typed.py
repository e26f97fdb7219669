"""Typed: an article's table that somebody typed into a CSV file, checked cell by cell."""

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from resurvey.codebook import Codebook, Variable, nearest
from resurvey.errors import SurveyError
from resurvey.printed import Printed, parse_printed
from resurvey.published import TOTAL, PrintedCell
from resurvey.recovery.cells import LARGEST_BASE

TABLE, GROUPS = "typed", "groups"
_TOTALS = ("total", "all", "всего", "итого", "все")
_BASES = ("base", "n", "база")
_LARGEST_BASES = ("max base", "наибольшая база")
_QUESTIONS = ("question", "вопрос")
# A bare 0 or 100 takes the precision of its table, as it does in print.
_BARE = ("0", "100")
LARGEST_FILE = 2_000_000
MOST_ROWS, MOST_COLUMNS = 2_000, 60


@dataclass
class TypedTable:
    """What a typed file says.

    Attributes
    ----------
    cells : list of PrintedCell
        Its printed cells; groups have the codes 1, 2, … in the order of the file.
    codebook : Codebook
        Labels of its questions and answers, and of the groups.
    columns : dict
        Column code -> heading.
    bases, largest_bases : dict
        Column code -> respondents, from rows named ``base`` and ``max base``.
    """

    cells: list[PrintedCell]
    codebook: Codebook
    columns: dict[str, str]
    bases: dict[str, int] = field(default_factory=dict)
    largest_bases: dict[str, int] = field(default_factory=dict)

    def code(self, name: str, option: str) -> str:
        """Code of the column that a person calls by its heading."""
        found = [code for code, heading in self.columns.items() if heading == name]
        if name.casefold() in _TOTALS:
            found = found or [TOTAL]
        if not found:
            raise SurveyError(
                f"{option}: there is no group '{name}' in the file, which has "
                f"{', '.join(self.columns.values())}{nearest(name, self.columns.values())}"
            )
        return found[0]


def read_typed(path: str | Path) -> TypedTable:
    """Read a typed table of printed per cents.

    Parameters
    ----------
    path : path
        A CSV file in UTF-8, its columns separated by commas, semicolons or tabs. First column:
        the answers (before it a column ``question`` where there are several), then one column per
        group, and ``total``. A row ``yes + mostly yes`` is a subtotal of those answers; a row
        ``base`` gives the bases, ``max base`` their upper bounds; an empty cell is not printed.

    Raises
    ------
    SurveyError
        One sentence with line, row and column: text in a cell, a negative share, mixed decimals,
        fields too many or too few, a row or column that stands twice, nothing printed at all.
    """
    name, rows = Path(path).name, _rows(Path(path))
    if len(rows) < 2:
        raise SurveyError(f"{name}: the table is empty: write a heading and a row per answer")
    (_, heading), *body = rows
    asked = bool(heading) and heading[0].casefold() in _QUESTIONS
    columns = _columns(name, heading[2:] if asked else heading[1:])
    table = TypedTable([], Codebook({}), columns)
    answers: dict[str, dict[str, tuple[int, list[str]]]] = {}
    for line, fields in body:
        _check_width(name, line, fields, heading)
        question = fields[0] if asked else Path(path).stem
        answer, shares = (fields[1], fields[2:]) if asked else (fields[0], fields[1:])
        place = f"{name}, line {line}"
        # The bases hold for every question of the file: they may stand beside no question.
        label = answer or question
        if label.casefold() in (*_BASES, *_LARGEST_BASES):
            exact = label.casefold() in _BASES
            _read_bases(
                table.bases if exact else table.largest_bases, columns, shares, place, label
            )
            continue
        if not answer or not question:
            raise SurveyError(
                f"{place}: the name of the {'answer' if question else 'question'} is missing"
            )
        rows_of = answers.setdefault(question, {})
        if answer in rows_of:
            raise SurveyError(f"{place}: the answer '{answer}' stands twice")
        rows_of[answer] = (line, shares)
    variables = {
        GROUPS: _variable(GROUPS, "", [one for code, one in columns.items() if code != TOTAL])
    }
    for number, (question, rows_of) in enumerate(answers.items(), start=1):
        variable = f"question_{number}"
        variables[variable] = _read_question(table, name, variable, question, rows_of)
    if not any(cell.printed for cell in table.cells):
        raise SurveyError(f"{name}: the table is empty: no cell has a number")
    table.cells = [cell for cell in table.cells if cell.printed]
    table.codebook = Codebook(variables)
    return table


def _rows(path: Path) -> list[tuple[int, list[str]]]:
    """Lines with their numbers, without empty ones and comments."""
    if path.stat().st_size > LARGEST_FILE:
        raise SurveyError(f"{path.name}: more than 2 MB is no printed table")
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as problem:
        raise SurveyError(
            f"{path.name}: not UTF-8 text at byte {problem.start}; save it as CSV UTF-8"
        ) from None
    lines = text.splitlines()
    first = next((one for one in lines if one.strip() and not one.startswith("#")), "")
    separator = next((mark for mark in (";", "\t") if mark in first), ",")
    reader = csv.reader(io.StringIO(text), delimiter=separator, strict=True)
    rows = []
    try:
        for fields in reader:
            bare = [" ".join(one.split()) for one in fields]
            if any(bare) and not bare[0].startswith("#"):
                rows.append((reader.line_num, bare))
    except csv.Error as problem:
        raise SurveyError(
            f"{path.name}, line {reader.line_num}: not readable as CSV: {problem}"
        ) from None
    if len(rows) > MOST_ROWS:
        raise SurveyError(f"{path.name}: more than {MOST_ROWS} rows are no printed table")
    return rows


def _columns(name: str, headings: list[str]) -> dict[str, str]:
    while headings and not headings[-1]:
        headings = headings[:-1]
    if not headings:
        raise SurveyError(
            f"{name}: there is no column of per cents; the heading needs the answers, then the "
            "groups or 'total', separated by commas, semicolons or tabs"
        )
    if len(headings) > MOST_COLUMNS:
        raise SurveyError(f"{name}: more than {MOST_COLUMNS} groups are no printed table")
    columns: dict[str, str] = {}
    for place, heading in enumerate(headings, start=1):
        if not heading:
            raise SurveyError(f"{name}: column {place + 1} has no heading")
        code = TOTAL if heading.casefold() in _TOTALS else str(place)
        if code in columns or heading in columns.values():
            raise SurveyError(f"{name}: the column '{heading}' stands twice")
        columns[code] = heading
    return columns


def _check_width(name: str, line: int, fields: list[str], heading: list[str]) -> None:
    while len(fields) > len(heading) and not fields[-1]:
        fields.pop()
    if len(fields) != len(heading):
        raise SurveyError(
            f"{name}, line {line}: {len(fields)} fields where the heading has {len(heading)}; put "
            "decimal commas in quotes, or separate the columns with semicolons"
        )


def _read_bases(
    bases: dict[str, int], columns: Mapping[str, str], texts: list[str], place: str, row: str
) -> None:
    for (code, heading), text in zip(columns.items(), texts, strict=False):
        if text:
            size = read_size(text, f"{place}, '{row}', {heading}")
            if bases.setdefault(code, size) != size:
                raise SurveyError(
                    f"{place}, '{row}', {heading}: {size} where a line above has {bases[code]}; "
                    "write questions with bases of their own into files of their own"
                )


def read_size(text: str, place: str) -> int:
    """Read a number of respondents.

    Examples
    --------
    >>> read_size("305", "--group-size men"), read_size("1 020", "base")
    (305, 1020)
    """
    bare = text.replace(" ", "").replace("\N{NO-BREAK SPACE}", "")
    number = int(bare) if bare.isascii() and bare.isdigit() and len(bare) <= 20 else 0
    if not 1 <= number <= LARGEST_BASE:
        raise SurveyError(
            f"{place}: '{text[:40]}' is not a number of respondents from 1 to {LARGEST_BASE}"
        )
    return number


def _read_question(
    table: TypedTable,
    name: str,
    variable: str,
    question: str,
    rows: Mapping[str, tuple[int, list[str]]],
) -> Variable:
    whole = [answer for answer in rows if not _parts(answer, rows)]
    codes = {answer: str(place) for place, answer in enumerate(whole, start=1)}
    model: tuple[str, Printed] | None = None
    for answer, (line, texts) in rows.items():
        parts = _parts(answer, rows)
        row_code = "+".join(codes[part] for part in parts) if parts else codes[answer]
        for (code, heading), text in zip(table.columns.items(), texts, strict=False):
            place = f"{name}, line {line}, '{answer}', {heading}"
            if text:
                printed = _share(text, place)
                if printed.text.removesuffix("%").strip() not in _BARE:
                    model = model or (place, printed)
                    _same_precision(printed, place, *model)
            group = "" if code == TOTAL else GROUPS
            table.cells.append(
                PrintedCell(TABLE, variable, answer, heading, text, variable, row_code, group, code)
            )
    return _variable(variable, question, whole)


def _parts(answer: str, rows: Iterable[str]) -> list[str]:
    """Answers that a subtotal such as ``yes + mostly yes`` adds up; none for an answer itself."""
    parts = answer.split(" + ")
    known = set(rows)
    return parts if len(parts) > 1 and all(part in known for part in parts) else []


def _share(text: str, place: str) -> Printed:
    try:
        printed = parse_printed(text)
    except SurveyError as problem:
        raise SurveyError(f"{place}: {problem}") from None
    if printed.value < 0:
        raise SurveyError(f"{place}: {text!r} is negative, a share cannot be")
    return printed


def _same_precision(printed: Printed, place: str, first: str, model: Printed) -> None:
    if printed.digits != model.digits:
        raise SurveyError(
            f"{place}: {printed.text!r} has {printed.digits} decimals where {model.text!r} "
            f"({first.split(', ', 1)[1]}) has {model.digits}; a table prints all with as many"
        )


def _variable(name: str, label: str, answers: Iterable[str]) -> Variable:
    codes = {place: {"": answer} for place, answer in enumerate(answers, start=1)}
    return Variable(name, {"": label} if label else {}, "nominal", codes)  # type: ignore[arg-type]
