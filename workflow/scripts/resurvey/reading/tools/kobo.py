"""KoboToolbox: the answers – a row of hashtags, groups in headings, options beside their text."""

import logging
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from resurvey.core.codebook import Codebook, Variable
from resurvey.core.survey import Survey
from resurvey.reading.columns import number_column
from resurvey.reading.sheet import Sheet
from resurvey.reading.tools.answers import completed_options
from resurvey.reading.tools.plain import read_plain
from resurvey.reading.tools.questionnaire import CHOSEN, option_set

if TYPE_CHECKING:
    import pandas as pd

logger = logging.getLogger(__name__)

_OWN = {"_uuid", "_id", "_submission_time", "_index", "_validation_status", "_submitted_by"}
_ODK = {"SubmissionDate", "KEY", "instanceID", "meta-instanceID", "meta:instanceID", "SubmitterID"}


def is_kobo(sheet: Sheet) -> bool:
    """Tell whether a table has columns that KoboToolbox or ODK adds to every export.

    Examples
    --------
    >>> from pathlib import Path
    >>> is_kobo(Sheet(Path("a.csv"), ["sex", "_id", "_uuid", "_submission_time"], [], []))
    True
    """
    headings = set(sheet.headings)
    return len(headings & _OWN) > 1 or len(headings & _ODK) > 1


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
    question of several options; the text that joins them is left out. Whatever mark stands
    between them, it is one only if the text names the very options whose columns hold 1.
    """
    import pandas as pd

    survey = read_plain(sheet)
    data, variables = survey.data.copy(deep=False), dict(survey.codebook.variables)
    sets: dict[str, dict[str, object]] = {}
    for name in sheet.headings:
        if name not in data or not (members := _options(sheet, name, data)):
            continue
        values: dict[str, list[int | None]] = {
            one: [None if pd.isna(code) else int(code) for code in data[one]] for one in members
        }
        for one, filled in completed_options(values).items():
            data[one] = number_column([float("nan") if code is None else code for code in filled])
            variables[one] = Variable(one, {"": members[one]}, "nominal", dict(CHOSEN))
        data = data.drop(columns=name)
        del variables[name]
        short = re.split(r"[/.:|]|(?<=\w)-", name)[-1] or name
        sets[short if short not in {*data, *sets} else name] = option_set({"": short}, members)
    return Survey(data, Codebook(variables, multiple_response=sets))


def _options(sheet: Sheet, name: str, data: "pd.DataFrame") -> dict[str, str]:
    """Columns of the options of a question, with the options' own names."""
    mark = re.compile(re.escape(name) + r"([/.:|\-_]{1,2})(.+)")
    found: dict[str, dict[str, str]] = {}
    for heading in sheet.headings:
        if heading in data and (match := mark.fullmatch(heading)):
            found.setdefault(match[1], {})[heading] = match[2]
    for separator, columns in found.items():
        members = {
            one: option for one, option in columns.items() if data[one].dropna().isin([0, 1]).all()
        }
        whole = len(members) == len(columns) and separator == "/"
        if members and (whole or _agree(data[name], members, data)):
            return members
    return {}


def _agree(joined: "pd.Series", members: Mapping[str, str], data: "pd.DataFrame") -> bool:
    """Tell whether the joined text names the options that are 1, in every row."""
    options = {heading: (data[heading] == 1).fillna(False).tolist() for heading in members}
    texts = joined.astype("object").where(joined.notna(), "").tolist()
    if not any(texts):
        return False
    return all(
        set(str(text).split()) == {members[one] for one, chosen in options.items() if chosen[row]}
        for row, text in enumerate(texts)
    )
