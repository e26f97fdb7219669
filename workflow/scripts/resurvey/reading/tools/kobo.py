"""KoboToolbox: the answers – a row of hashtags, groups in headings, options beside their text."""

import logging

from resurvey.codebook import Codebook, Variable
from resurvey.reading.columns import number_column
from resurvey.reading.sheet import Sheet
from resurvey.reading.tools.answers import completed_options
from resurvey.reading.tools.plain import read_plain
from resurvey.reading.tools.questionnaire import CHOSEN, option_set
from resurvey.survey import Survey

logger = logging.getLogger(__name__)

_OWN = {"_uuid", "_id", "_submission_time"}


def is_kobo(sheet: Sheet) -> bool:
    """Tell whether a table has the columns that KoboToolbox adds to every export.

    Examples
    --------
    >>> from pathlib import Path
    >>> is_kobo(Sheet(Path("a.csv"), ["sex", "_id", "_uuid", "_submission_time"], [], []))
    True
    """
    return set(sheet.headings) >= _OWN


def without_hashtags(sheet: Sheet) -> Sheet:
    """Leave out the row of HXL hashtags (#sex, #age) below the headings."""
    if not sheet.rows:
        return sheet
    filled = [cell.strip() for cell in sheet.rows[0] if cell.strip()]
    if not filled or not all(cell.startswith("#") for cell in filled):
        return sheet
    logger.info("%s: line %d holds HXL hashtags and is left out", sheet.path, sheet.lines[0])
    return sheet.without_rows(1)


def read_kobo(sheet: Sheet) -> Survey:
    """Read answers without their form: options are known by their headings, not by labels.

    A column ``languages`` beside columns ``languages/ru`` and ``languages/ky`` of 0 and 1 is a
    question of several options; the text that joins them is left out.
    """
    import pandas as pd

    survey = read_plain(sheet)
    data, variables = survey.data.copy(deep=False), dict(survey.codebook.variables)
    sets = {}
    for name in sheet.headings:
        members = [one for one in sheet.headings if one.startswith(f"{name}/")]
        if not members or not all(data[one].dropna().isin([0, 1]).all() for one in members):
            continue
        values: dict[str, list[int | None]] = {
            one: [None if pd.isna(code) else int(code) for code in data[one]] for one in members
        }
        for one, filled in completed_options(values).items():
            data[one] = number_column([float("nan") if code is None else code for code in filled])
            label = {"": one.removeprefix(f"{name}/")}
            variables[one] = Variable(one, label, "nominal", dict(CHOSEN))
        data = data.drop(columns=name)
        del variables[name]
        short = name.rpartition("/")[2]
        sets[short] = option_set({"": short}, members)
    return Survey(data, Codebook(variables, multiple_response=sets))
