"""Qualtrics: tables with up to three rows of headings – names, wording, import identifiers."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from resurvey.core.survey import Survey
from resurvey.reading.headings import numbered_twins
from resurvey.reading.sheet import Sheet
from resurvey.reading.tools.headed import HeadedColumn, read_headed
from resurvey.reading.tools.markup import plain_words
from resurvey.reading.wording import folded

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
    """Tell whether the rows below the first are Qualtrics' wording and import identifiers.

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
    while shared < shortest - 1 and len({tuple(one[: shared + 1]) for one in cut.values()}) == 1:
        shared += 1
    question = " - ".join(cut[places[0]][:shared])
    return {at: (question, " - ".join(one[shared:])) for at, one in cut.items()}
