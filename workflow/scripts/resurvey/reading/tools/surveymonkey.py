"""SurveyMonkey: tables with two rows of headings – questions, and the options below them."""

from resurvey.core.survey import Survey
from resurvey.reading.sheet import Sheet
from resurvey.reading.tools.headed import HeadedColumn, read_headed
from resurvey.reading.tools.markup import plain_words
from resurvey.reading.wording import folded

_OWN = ("respondent id", "respondent_id", "collector id", "collector_id")
_SILENT = ("response", "open-ended response", "ответ", "открытый ответ", "ответ в свободной форме")


def is_surveymonkey(sheet: Sheet) -> bool:
    """Tell whether the headings are SurveyMonkey's: its own columns, then two rows.

    Examples
    --------
    >>> from pathlib import Path
    >>> rows = [("", "", "Response"), ("1", "7", "yes")]
    >>> is_surveymonkey(Sheet(Path("a.csv"), ["Respondent ID", "Collector ID", "Q?"], rows, [2, 3]))
    True
    """
    headings = [folded(heading) for heading in sheet.headings]
    second = [folded(cell) for cell in sheet.rows[0]] if sheet.rows else []
    own = any(heading in _OWN for heading in headings)
    below = [cell for cell, heading in zip(second, headings, strict=False) if heading in _OWN]
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
        if heading and not second[at] and (not places or folded(heading) in _OWN):
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
