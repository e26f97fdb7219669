"""Qualtrics: tables with three rows of headings – names, wording, and import identifiers."""

import json
import re
from collections.abc import Mapping, Sequence

from resurvey.reading.sheet import Sheet
from resurvey.reading.tools.headed import HeadedColumn, read_headed
from resurvey.reading.tools.markup import plain_words
from resurvey.survey import Survey

_PART = re.compile(r"(?P<group>.+)_(?P<number>\d+)")
_SELECTED = re.compile(r" - (?:Selected Choice|Выбранный вариант)(?= - |$)", re.IGNORECASE)


def is_qualtrics(sheet: Sheet) -> bool:
    """Tell whether the third row holds Qualtrics' import identifiers.

    Examples
    --------
    >>> from pathlib import Path
    >>> rows = [("Ваш пол?",), ('{"ImportId":"QID1"}',), ("1",)]
    >>> is_qualtrics(Sheet(Path("a.csv"), ["Q1"], rows, [2, 3, 4]))
    True
    """
    if len(sheet.rows) < 2:
        return False
    identifiers = [_import_id(cell) for cell in sheet.rows[1] if cell.strip()]
    return bool(identifiers) and all(identifiers)


def _import_id(cell: str) -> bool:
    try:
        return "ImportId" in json.loads(cell)
    except (ValueError, TypeError):
        return False


def read_qualtrics(sheet: Sheet) -> Survey:
    """Read a table as Qualtrics exports it, with numbers or with words as answers.

    Questions of several options are recognised both ways that Qualtrics writes them: split into
    columns (``Q2_1``, ``Q2_2``) and packed into one as numbers (``1,3``). Packed words cannot be
    told apart without the list of options, which the study's codebook declares.
    """
    texts = [_SELECTED.sub("", plain_words(cell)) for cell in sheet.rows[0]]
    groups: dict[str, list[int]] = {}
    for at, name in enumerate(sheet.headings):
        if match := _PART.fullmatch(name):
            groups.setdefault(match["group"], []).append(at)
    columns = [HeadedColumn(name, texts[at]) for at, name in enumerate(sheet.headings)]
    for group, places in groups.items():
        if len(places) > 1 and group not in sheet.headings:
            for at, (question, part) in _parts(texts, places).items():
                columns[at] = HeadedColumn(sheet.headings[at], question, part, group)
    return read_headed(sheet.without_rows(2), columns, packed=True)


def _parts(texts: Sequence[str], places: Sequence[int]) -> Mapping[int, tuple[str, str]]:
    """Cut the wordings of one question's columns into the question and their own parts."""
    cut = {at: texts[at].split(" - ") for at in places}
    shortest = min(map(len, cut.values()))
    shared = 0
    while shared < shortest - 1 and len({tuple(one[: shared + 1]) for one in cut.values()}) == 1:
        shared += 1
    question = " - ".join(cut[places[0]][:shared])
    return {at: (question, " - ".join(one[shared:])) for at, one in cut.items()}
