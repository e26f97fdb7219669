"""Headed tables: several rows of headings name the columns, and no structure file is needed."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from resurvey.core.codebook import Code, Codebook, Labels, Variable
from resurvey.core.survey import Survey
from resurvey.reading.columns import number_column, text_column
from resurvey.reading.fields import typed_column
from resurvey.reading.sheet import Sheet, check_headings
from resurvey.reading.tools.answers import completed_options
from resurvey.reading.tools.questionnaire import CHOSEN, option_set
from resurvey.reading.wording import folded

if TYPE_CHECKING:
    import pandas as pd

_PACKED = re.compile(r"\d+(?:,\d+)*")


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
    import pandas as pd

    check_headings(sheet, [column.name for column in columns])
    fields = sheet.columns
    data: dict[str, pd.Series] = {}
    variables: dict[str, Variable] = {}
    sets: dict[str, dict[str, object]] = {}
    options = _options(columns, fields)
    for at, column in enumerate(columns):
        if column.name in options:
            _add(data, variables, column.name, options[column.name], column.part)
            one = sets.setdefault(column.group, option_set({"": column.question}, []))
            one["variable_list"].append(column.name)  # type: ignore[attr-defined]
            if len(set(filter(None, map(str.strip, fields[at])))) > 1:
                name = f"{column.name}_text"
                data[name] = text_column(list(fields[at]))
                variables[name] = Variable(name, {"": column.part}, "text")
        elif packed and _is_packed(fields[at]):
            split = _unpacked(column.name, fields[at])
            for name, values in split.items():
                _add(data, variables, name, values, name.rpartition("_")[2])
            sets[column.name] = option_set({"": column.question}, split)
        else:
            words = [one for one in (column.question, column.part) if one]
            data[column.name] = typed_column(fields[at], sheet.decimal or ".", sheet.thousands)
            label: Labels = {"": ": ".join(words)} if words else {}
            variables[column.name] = Variable(column.name, label, measure="")
    return Survey(pd.DataFrame(data), Codebook(variables, multiple_response=sets))


def _add(
    data: "dict[str, pd.Series]",
    variables: dict[str, Variable],
    name: str,
    values: Sequence[int | None],
    label: str,
) -> None:
    data[name] = number_column([float("nan") if one is None else one for one in values])
    codes: dict[Code, Labels] = {code: dict(labels) for code, labels in CHOSEN.items()}
    variables[name] = Variable(name, {"": label}, "nominal", codes)


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
    """Tell whether the columns of one question are options and no rows of an array."""
    held = [{folded(field) for field in fields[at] if field.strip()} for at in places]
    if not any(held) or any(len(one) > 1 for one in held):
        return False
    words = [next(iter(one), "") for one in held]
    parts = [folded(columns[at].part) for at in places]
    if all(word in ("", part) for word, part in zip(words, parts, strict=True)):
        return True
    # The rows of an array that everybody answered have no gaps.
    if all(field.strip() for at in places for field in fields[at]):
        return False
    numbers = list(map(str, range(1, len(places) + 1)))
    by_number = all(word in ("", own) for word, own in zip(words, numbers, strict=True))
    return all(word in ("", "1") for word in words) or (by_number and sum(map(bool, words)) > 1)


def _is_packed(fields: Sequence[str]) -> bool:
    """Tell whether the cells are numbers of options, at least one with several of them."""
    written = [field.strip() for field in fields if field.strip()]
    return any("," in one for one in written) and all(map(_PACKED.fullmatch, written))


def _unpacked(name: str, fields: Sequence[str]) -> Mapping[str, list[int | None]]:
    """Give every option that was chosen by anybody a variable of 0 and 1."""
    chosen = [set(field.strip().split(",")) if field.strip() else None for field in fields]
    codes = sorted({code for one in chosen if one for code in one}, key=int)
    return {
        f"{name}_{code}": [None if one is None else int(code in one) for one in chosen]
        for code in codes
    }
