"""Exports: tables of text as questionnaire tools write them, read by the tool's own structure."""

import logging
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from resurvey.core.codebook import Codebook, Labels, Survey, Variable
from resurvey.core.errors import SurveyError
from resurvey.reading.assembly import completed_options
from resurvey.reading.columns import number_column, text_column, typed_column
from resurvey.reading.encoding import folded
from resurvey.reading.formats import TOOLS, Export, Format, file_content, find_structure
from resurvey.reading.plausibility import check_rows, without_empty_rows
from resurvey.reading.questionnaire import CHOSEN, OptionSet, Questionnaire, option_set, plain_words
from resurvey.reading.sheet import (
    Sheet,
    as_data,
    check_headings,
    check_marks,
    numbered_twins,
    settled_headings,
    without_empty_columns,
)
from resurvey.reading.syntax import Syntax

if TYPE_CHECKING:
    pass

logger = logging.getLogger(__name__)

_SYNTAX = re.compile(r"(?im)^\s*(VARIABLE\s+LABELS|VALUE\s+LABELS|GET\s+DATA)\b")
_DAY_FIRST = re.compile(r"(\d\d)-(\d\d)-(\d{4})((?: \d\d:\d\d:\d\d)?)")


@dataclass
class _Structure:
    """What the structure files say together."""

    questionnaire: Questionnaire | None = None
    source: str = ""
    syntax: Syntax | None = field(default=None)


def read_exported(path: Path, form: Format, export: Export) -> tuple[Survey, Sheet]:
    """Read a text file or workbook by the rules of the tool that wrote it."""
    if export.tool and export.tool not in TOOLS:
        raise SurveyError(f"{path}: there is no tool '{export.tool}'; it is {', '.join(TOOLS)}")
    structure = _structure(path, export)
    sheet = without_empty_columns(_sheet(path, form, export, structure))
    if structure.syntax is None:
        # A file without headings, described by its syntax, is the program's own.
        sheet = without_empty_rows(sheet)
    as_they_are = export.tool == "plain"
    if structure.questionnaire is not None:
        from resurvey.reading.assembly import assemble, with_headings

        sheet = with_headings(sheet, structure.questionnaire, structure.source)
        _check(sheet, as_they_are)
        survey = assemble(sheet, structure.questionnaire, structure.source)
    else:
        survey, sheet = _unstructured(sheet, export.tool)
    book = replace(survey.codebook, assumed=sheet.assumed, empty_rows=sheet.empty_rows)
    return replace(survey, codebook=book), sheet


def _check(sheet: Sheet, as_they_are: bool = False) -> None:
    """Refuse what is no respondent, and numbers that are not certain."""
    check_rows(sheet, as_they_are)
    check_marks(sheet)


def _unstructured(sheet: Sheet, tool: str) -> tuple[Survey, Sheet]:
    """Read a table without a structure file."""
    from resurvey.reading.sheet import read_plain
    from resurvey.reading.xlsform import is_kobo, read_kobo

    found = tool or next(
        (
            name
            for name, recognises in (
                ("qualtrics", is_qualtrics),
                ("surveymonkey", is_surveymonkey),
                ("kobotoolbox", is_kobo),
            )
            if recognises(sheet)
        ),
        "plain",
    )
    if found == "qualtrics":
        if not is_qualtrics(sheet):
            raise SurveyError(
                f"{sheet.path}: the third row holds no import identifiers of Qualtrics, nor does "
                "the second name its columns; export the file anew or declare another `tool:`"
            )
        headed = settled_qualtrics(sheet)
        _check(headed.sheet)
        survey, sheet = read_qualtrics(headed), headed.sheet
    elif found == "surveymonkey":
        if not sheet.rows:
            raise SurveyError(f"{sheet.path}: the second row of headings is missing")
        _check(sheet.without_rows(1))
        survey, sheet = read_surveymonkey(sheet), sheet.without_rows(1)
    else:
        sheet = settled_headings(sheet)
        _check(sheet, tool == "plain")
        survey = (read_kobo if found == "kobotoolbox" else read_plain)(sheet)
    if found != "plain":
        logger.info("%s: read as an export of %s", sheet.path, found)
    return survey, sheet


def _structure(path: Path, export: Export) -> _Structure:
    """Read the structure files, declared or found."""
    files = export.structure
    if not files and export.tool != "plain":
        files = tuple(find_structure(path))
        for file in files:
            logger.info("%s: read together with %s, which lies beside it", path, file.name)
    found = _Structure()
    for file in files:
        structure = _read_structure_file(file, export.encoding)
        # A questionnaire says more than a syntax file, which knows how to read the data.
        if structure.syntax and structure.syntax.describes_data:
            found.syntax = structure.syntax
        if found.questionnaire is None or structure.syntax is None:
            found.questionnaire, found.source = structure.questionnaire, structure.source
    return found


def _read_structure_file(file: Path, encoding: str | None) -> _Structure:
    """Read a structure file by what it is."""
    content = file_content(file)
    if content in ("LimeSurvey structure", "XML", "HTML"):
        from resurvey.reading.limesurvey import read_structure

        return _Structure(read_structure(file), file.name)
    if content in ("Excel", "OpenDocument"):
        from resurvey.reading.xlsform import read_xlsform

        return _Structure(read_xlsform(file), file.name)
    from resurvey.reading.delimited import decoded_text

    if content == "zip" or (content == "text" and _SYNTAX.search(decoded_text(file, encoding))):
        from resurvey.reading.syntax import syntax_of, syntax_questionnaire

        by_language = syntax_of(file, encoding)
        syntax = next(iter(by_language.values()))
        return _Structure(syntax_questionnaire(by_language), file.name, syntax)
    raise SurveyError(
        f"{file}: this is no structure that resurvey reads; it reads LimeSurvey's .lss, SPSS "
        "syntax (.sps, or Kobo's .zip of it) and XLSForms (.xlsx)"
    )


def _sheet(path: Path, form: Format, export: Export, structure: _Structure) -> Sheet:
    """Read the cells, by the syntax file where it says how."""
    from resurvey.reading.xlsform import without_hashtags

    is_text = form.content == "text"
    if is_text and structure.syntax is not None and path.suffix.lower() != ".csv":
        return _described(path, export, structure.syntax)
    if is_text and path.stem.lower().endswith("_spss_data_file"):
        expected = re.sub(r"(?i)_data_file$", "_syntax_file.sps", path.stem)
        raise SurveyError(
            f"{path}: LimeSurvey writes no names into this file; put {expected} beside it or "
            "declare it as `structure:`"
        )
    return without_hashtags(form.read(path, export))


def _described(path: Path, export: Export, syntax: Syntax) -> Sheet:
    """Read a data file without headings, as its syntax file describes it."""
    from resurvey.reading.delimited import read_delimited

    dialect = {"separator": syntax.separator, "quote": syntax.quote or '"', "decimal": "."}
    # The rows are changed below, and are therefore held in memory, however many they are.
    sheet = read_delimited(path, replace(export, dialect=dialect, store=None), header=False)
    names = [variable.name for variable in syntax.variables.values() if variable.type]
    sheet = sheet.without_rows(syntax.first_case - 1)
    surplus = len(sheet.headings) - len(names)
    if surplus == 1 and not any(row[-1] for row in sheet.rows):
        sheet = replace(sheet, headings=names, rows=[row[:-1] for row in sheet.rows])
    elif surplus:
        raise SurveyError(
            f"{path}: line {sheet.lines[0] if sheet.lines else 1} has {len(sheet.headings)} "
            f"fields, but the syntax file describes {len(names)} variables; export both anew"
        )
    moments = [
        at
        for at, variable in enumerate(
            described for described in syntax.variables.values() if described.type
        )
        if "DATE" in variable.type
    ]
    rows = [_with_iso_dates(row, moments) for row in sheet.rows] if moments else sheet.rows
    return replace(sheet, headings=names, rows=rows)


def _with_iso_dates(row: Sequence[str], moments: Sequence[int]) -> tuple[str, ...]:
    """Write the dates of LimeSurvey's data file (03-10-2022 10:00:00) as ISO dates."""
    cells = list(row)
    for at in moments:
        if match := _DAY_FIRST.fullmatch(cells[at]):
            day, month, year, clock = match.groups()
            cells[at] = f"{year}-{month}-{day}{clock.replace(' ', 'T')}"
    return tuple(cells)


_PACKED = re.compile(r"\d+(?:,\d+)*")
_PART = re.compile(r"(?P<group>.+)_(?P<number>\d+)")
_SELECTED = re.compile(r" - (?:Selected Choice|Выбранный вариант)(?= - |$)", re.IGNORECASE)
#: SOURCE Qualtrics, CSV exports since 2016: JSON, for some years with single quotation marks.
_IMPORT_ID = re.compile(r"\{\s*[\"']+ImportId[\"']+\s*:.*\}", re.DOTALL)
_LEGACY = re.compile(r"v(?:[1-9]|10)")
_NAMES = """responseid responseset responsesetid startdate enddate recordeddate status responsetype
    finished progress ipaddress name externaldatareference externalreference emailaddress
    recipientemail recipientlastname recipientfirstname durationinseconds distributionchannel
    userlanguage locationlatitude locationlongitude locationaccuracy recordid"""
_OWN = frozenset(_NAMES.split())
"""Columns that Qualtrics adds to every export, without blanks and signs."""
_OWN_OF_MONKEY = ("respondent id", "respondent_id", "collector id", "collector_id")
_SILENT = ("response", "open-ended response", "ответ", "открытый ответ", "ответ в свободной форме")


@dataclass(frozen=True)
class HeadedColumn:
    """A column of a headed table.

    Attributes
    ----------
    name : str
        Name of the variable.
    question : str
        Wording of the question.
    part : str
        Wording of the option or row, where the question has several columns.
    group : str
        Name of the question, the same in all its columns; empty for a column of its own.
    """

    name: str
    question: str
    part: str = ""
    group: str = ""


def read_headed(sheet: Sheet, columns: Sequence[HeadedColumn], packed: bool = False) -> Survey:
    """Read a table whose columns are known by name and wording.

    Returns
    -------
    Survey
        Columns of one question that can only be options (each holds its own wording, its own
        number or 1, and nothing else) are 0 and 1 and a multiple-response set; the last of them
        may hold words of the respondents, which are kept as a text of their own.
    """
    check_headings(sheet, [column.name for column in columns])
    fields = sheet.columns
    data = sheet.new_data()
    variables: dict[str, Variable] = {}
    sets: dict[str, OptionSet] = {}
    options = _options(columns, fields)
    for at, column in enumerate(columns):
        if column.name in options:
            data[column.name] = number_column(options[column.name])
            variables[column.name] = _option(column.name, column.part)
            group = sets.setdefault(column.group, option_set({"": column.question}, []))
            group["variable_list"].append(column.name)
            if len(set(filter(None, map(str.strip, fields[at])))) > 1:
                name = f"{column.name}_text"
                data[name] = text_column(list(fields[at]))
                variables[name] = Variable(name, {"": column.part}, "text")
        elif packed and _is_packed(fields[at]):
            split = _unpacked(column.name, fields[at])
            for name, values in split.items():
                data[name] = number_column(values)
                variables[name] = _option(name, name.rpartition("_")[2])
            sets[column.name] = option_set({"": column.question}, split)
        else:
            words = [text for text in (column.question, column.part) if text]
            data[column.name] = typed_column(fields[at], sheet.decimal or ".", sheet.thousands)
            label: Labels = {"": ": ".join(words)} if words else {}
            variables[column.name] = Variable(column.name, label, measure="")
    return Survey(as_data(data), Codebook(variables, multiple_response=sets))


def _option(name: str, label: str) -> Variable:
    return Variable(name, {"": label}, "nominal", {code: {**text} for code, text in CHOSEN.items()})


def _options(
    columns: Sequence[HeadedColumn], fields: Sequence[Sequence[str]]
) -> dict[str, list[int | None]]:
    """Find the questions whose columns can only be options, and read them."""
    groups: dict[str, list[int]] = {}
    for at, column in enumerate(columns):
        if column.group:
            groups.setdefault(column.group, []).append(at)
    found: dict[str, list[int | None]] = {}
    for places in groups.values():
        for last in (len(places), len(places) - 1):
            # The last column may hold what people wrote as an option of their own.
            if last > 1 and _are_options(columns, fields, places[:last]):
                chosen: dict[str, list[int | None]] = {
                    columns[at].name: [1 if field.strip() else None for field in fields[at]]
                    for at in places
                }
                found |= completed_options(chosen)
                break
    return found


def _are_options(
    columns: Sequence[HeadedColumn], fields: Sequence[Sequence[str]], places: Sequence[int]
) -> bool:
    """Return whether the columns of one question are options and no rows of an array."""
    held = [{folded(field) for field in fields[at] if field.strip()} for at in places]
    if not any(held) or any(len(codes_held) > 1 for codes_held in held):
        return False
    words = [next(iter(codes_held), "") for codes_held in held]
    parts = [folded(columns[at].part) for at in places]
    if all(word in ("", part) for word, part in zip(words, parts, strict=True)):
        return True
    # The rows of an array that everybody answered have no gaps.
    if all(field.strip() for at in places for field in fields[at]):
        return False
    numbers = list(map(str, range(1, len(places) + 1)))
    by_number = all(word in ("", number) for word, number in zip(words, numbers, strict=True))
    return all(word in ("", "1") for word in words) or (by_number and sum(map(bool, words)) > 1)


def _is_packed(fields: Sequence[str]) -> bool:
    """Return whether the cells are numbers of options, at least one with several of them."""
    written = [field.strip() for field in fields if field.strip()]
    return any("," in cell for cell in written) and all(map(_PACKED.fullmatch, written))


def _unpacked(name: str, fields: Sequence[str]) -> Mapping[str, list[int | None]]:
    """Give every option that was chosen by anybody a variable of 0 and 1."""
    chosen = [set(field.strip().split(",")) if field.strip() else None for field in fields]
    codes = sorted(
        {code for codes_chosen in chosen if codes_chosen for code in codes_chosen}, key=int
    )
    return {
        f"{name}_{code}": [
            None if codes_chosen is None else int(code in codes_chosen) for codes_chosen in chosen
        ]
        for code in codes
    }


@dataclass(frozen=True)
class QualtricsSheet:
    """Answers under one heading a column, and what stood in the other rows of headings.

    Attributes
    ----------
    sheet : Sheet
        Headings that differ, and the rows of respondents.
    texts : list of str
        Wording of every column.
    """

    sheet: Sheet
    texts: list[str]


def is_qualtrics(sheet: Sheet) -> bool:
    """Return whether the rows below the first are Qualtrics' wording and import identifiers.

    The row of identifiers may be absent, as in exports of the old kind: then the columns that
    Qualtrics adds are named twice, by their code and by their wording.

    Examples
    --------
    >>> from pathlib import Path
    >>> rows = [("Ваш пол?",), ('{"ImportId":"QID1"}',), ("1",)]
    >>> is_qualtrics(Sheet(Path("a.csv"), ["Q1"], rows, [2, 3, 4]))
    True
    >>> rows = [("ResponseID", "Finished", "Sex?"), ("R_1", "1", "2")]
    >>> is_qualtrics(Sheet(Path("a.csv"), ["V1", "V10", "Q1"], rows, [2, 3]))
    True
    """
    return _headings_below(sheet) > 0


def _headings_below(sheet: Sheet) -> int:
    """Count the rows of headings below the first one; 0 where it is another kind of table."""
    for number, row in enumerate(sheet.rows[:2], 1):
        cells = [cell.strip() for cell in row if cell.strip()]
        if cells and all(map(_IMPORT_ID.fullmatch, cells)):
            return number
    if not sheet.rows:
        return 0
    named = [
        (_bare(heading), _bare(cell))
        for heading, cell in zip(sheet.headings, sheet.rows[0], strict=True)
        if _bare(heading) in _OWN or _LEGACY.fullmatch(_bare(heading))
    ]
    twice = sum(cell in _OWN for _, cell in named)
    # Somebody's own answer is never the name of two of these columns.
    return int(twice > 1 and 2 * twice > len(named))


def _bare(heading: str) -> str:
    return re.sub(r"[\W_]", "", folded(heading))


def settled_qualtrics(sheet: Sheet) -> QualtricsSheet:
    """Part the rows of headings from the answers, and number names that stand twice.

    The columns of side-by-side questions have one name; the second is called ``Q2_2``.
    """
    below = _headings_below(sheet)
    worded = below > 1 or not any(map(_IMPORT_ID.fullmatch, map(str.strip, sheet.rows[0])))
    texts = [_SELECTED.sub("", plain_words(cell)) for cell in sheet.rows[0]] if worded else []
    return QualtricsSheet(
        numbered_twins(sheet.without_rows(below)), texts or [""] * len(sheet.headings)
    )


def read_qualtrics(headed: QualtricsSheet) -> Survey:
    """Read a table as Qualtrics exports it, with numbers or with words as answers.

    Questions of several options are recognised both ways that Qualtrics writes them: split into
    columns (``Q2_1``, ``Q2_2``) and packed into one as numbers (``1,3``). Packed words cannot be
    told apart without the list of options, which the study's codebook declares.
    """
    sheet, texts = headed.sheet, headed.texts
    groups: dict[str, list[int]] = {}
    for at, name in enumerate(sheet.headings):
        if name not in sheet.texts and (match := _PART.fullmatch(name)):
            groups.setdefault(match["group"], []).append(at)
    columns = [HeadedColumn(name, texts[at]) for at, name in enumerate(sheet.headings)]
    for group, places in groups.items():
        if len(places) > 1 and group not in sheet.headings:
            for at, (question, part) in _parts(texts, places).items():
                columns[at] = HeadedColumn(sheet.headings[at], question, part, group)
    return read_headed(sheet, columns, packed=True)


def _parts(texts: Sequence[str], places: Sequence[int]) -> Mapping[int, tuple[str, str]]:
    """Cut the wordings of one question's columns into the question and their own parts."""
    cut = {at: texts[at].split(" - ") for at in places}
    shortest = min(map(len, cut.values()))
    shared = 0
    while (
        shared < shortest - 1 and len({tuple(pieces[: shared + 1]) for pieces in cut.values()}) == 1
    ):
        shared += 1
    question = " - ".join(cut[places[0]][:shared])
    return {at: (question, " - ".join(pieces[shared:])) for at, pieces in cut.items()}


def is_surveymonkey(sheet: Sheet) -> bool:
    """Return whether the headings are SurveyMonkey's: its own columns, then two rows.

    Examples
    --------
    >>> from pathlib import Path
    >>> rows = [("", "", "Response"), ("1", "7", "yes")]
    >>> is_surveymonkey(Sheet(Path("a.csv"), ["Respondent ID", "Collector ID", "Q?"], rows, [2, 3]))
    True
    """
    headings = [folded(heading) for heading in sheet.headings]
    second = [folded(cell) for cell in sheet.rows[0]] if sheet.rows else []
    own = any(heading in _OWN_OF_MONKEY for heading in headings)
    below = [
        cell for cell, heading in zip(second, headings, strict=False) if heading in _OWN_OF_MONKEY
    ]
    return bool(second) and (
        (own and not any(below))
        or (any(cell in _SILENT for cell in second) and "" in headings and any(headings))
    )


def read_surveymonkey(sheet: Sheet) -> Survey:
    """Read a table as SurveyMonkey exports it, with words or with numbers as answers.

    Columns before the first question (identifiers, times) keep their headings; the questions are
    called q1, q2, …, and the columns of one question q3_1, q3_2, …. The wording of a question
    stands over its first column only.
    """
    second = [plain_words(cell) for cell in sheet.rows[0]]
    places: list[list[int]] = []
    own: list[int] = []
    for at, heading in enumerate(sheet.headings):
        if heading and not second[at] and (not places or folded(heading) in _OWN_OF_MONKEY):
            own.append(at)
        elif heading or not places:
            places.append([at])
        else:
            places[-1].append(at)
    columns = {at: HeadedColumn(sheet.headings[at], "") for at in own}
    for number, group in enumerate(places, 1):
        question = plain_words(sheet.headings[group[0]])
        for position, at in enumerate(group, 1):
            name = f"q{number}" if len(group) == 1 else f"q{number}_{position}"
            part = "" if folded(second[at]) in _SILENT else second[at]
            columns[at] = HeadedColumn(name, question, part, f"q{number}" if group[1:] else "")
    ordered = [columns[at] for at in range(len(sheet.headings))]
    return read_headed(sheet.without_rows(1), ordered)
