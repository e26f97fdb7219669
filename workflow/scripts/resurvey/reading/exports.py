"""Exports: tables of text as questionnaire tools write them, read by the tool's own structure."""

import logging
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from resurvey.core.codebook import Survey
from resurvey.core.errors import SurveyError
from resurvey.reading.formats import TOOLS, Export, Format, file_content, find_structure
from resurvey.reading.plausibility import check_rows, without_empty_rows
from resurvey.reading.questionnaire import Questionnaire
from resurvey.reading.sheet import Sheet, check_marks, settled_headings, without_empty_columns
from resurvey.reading.syntax import Syntax

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
    book = replace(survey.codebook, assumed=sheet.assumed)
    return replace(survey, codebook=book), sheet


def _check(sheet: Sheet, as_they_are: bool = False) -> None:
    """Refuse what is no respondent, and numbers that are not certain."""
    check_rows(sheet, as_they_are)
    check_marks(sheet)


def _unstructured(sheet: Sheet, tool: str) -> tuple[Survey, Sheet]:
    """Read a table without a structure file."""
    from resurvey.reading.platforms import (
        is_qualtrics,
        is_surveymonkey,
        read_qualtrics,
        read_surveymonkey,
        settled_qualtrics,
    )
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
    sheet = read_delimited(path, replace(export, dialect=dialect), header=False)
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
