"""Plain tables: one heading a column, and what the columns themselves say about their types."""

import re

from resurvey.core.codebook import Codebook, Variable
from resurvey.core.survey import Survey
from resurvey.reading.fields import recognised_decimal, typed_column
from resurvey.reading.sheet import Sheet, check_headings

#: SOURCE LimeSurvey, export of results: headings "Question code & question text".
_CODE_AND_TEXT = re.compile(r"([A-Za-z]\w*(?:\[\w+\])*)\. (\S.*)", re.DOTALL)


def read_plain(sheet: Sheet) -> Survey:
    """Read a table: numbers where a whole column is numbers, text everywhere else.

    Raises
    ------
    SurveyError
        For a column without a name.
    """
    import pandas as pd

    names, labels = _named(sheet)
    check_headings(sheet, names)
    decimal = recognised_decimal(sheet)
    data = {
        name: typed_column(fields, decimal, sheet.thousands)
        for name, fields in zip(names, sheet.columns, strict=True)
    }
    variables = {
        name: Variable(name, {"": label} if label else {}, measure="")
        for name, label in zip(names, labels, strict=True)
    }
    return Survey(pd.DataFrame(data), Codebook(variables))


def _named(sheet: Sheet) -> tuple[list[str], list[str]]:
    """Names and wordings of the columns; where every heading holds both, they are parted."""
    found = [_CODE_AND_TEXT.fullmatch(heading) for heading in sheet.headings]
    parted = [(one[1], one[2]) for one in found if one]
    if len(parted) < len(found) or not parted:
        return list(sheet.headings), [sheet.texts.get(one, "") for one in sheet.headings]
    return [name for name, _ in parted], [label for _, label in parted]
