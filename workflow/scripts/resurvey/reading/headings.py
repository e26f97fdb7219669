"""Headings: what a table leaves unsaid over its columns, settled the same way at every import."""

import re
from collections.abc import Collection, Sequence
from dataclasses import replace

from resurvey.reading.sheet import Sheet

_NUMBERING = re.compile(r"|unnamed: ?0|\.\.\.1|x(?:\.1)?|v1|row[._ ]?names?", re.IGNORECASE)
"""Headings under which R and pandas number the rows; a № that people gave is theirs to keep."""
_FEWEST_NUMBERED = 10
"""A named column is taken for row numbers only where that many follow one another."""
_SHOWN = 4


def without_empty_columns(sheet: Sheet) -> Sheet:
    """Leave out the columns that have neither a heading nor a cell.

    Examples
    --------
    >>> from pathlib import Path
    >>> sheet = without_empty_columns(Sheet(Path("a.csv"), ["q", ""], [("1", "")], [2]))
    >>> sheet.headings, sheet.assumed
    (['q'], ('column 2 has neither a heading nor a cell and is left out',))
    """
    empty = [
        at
        for at, (heading, fields) in enumerate(zip(sheet.headings, sheet.columns, strict=True))
        if not heading and not any(map(str.strip, fields))
    ]
    if not empty or len(empty) == len(sheet.headings):
        return sheet
    numbers = [sheet.position(at) + 1 for at in empty]
    verbs = ("have", "are") if len(numbers) > 1 else ("has", "is")
    said = f"{_listed('column', numbers)} {verbs[0]} neither a heading nor a cell and {verbs[1]}"
    return sheet.without(columns=set(empty)).assuming(f"{said} left out")


def settled_headings(sheet: Sheet) -> Sheet:
    """Give every column a heading of its own, where the table itself says which.

    A first column without a heading that numbers the rows (1, 2, 3 … or 0, 1, 2 …) is left out;
    if its cells are all different it is called `column_1`. The second of two equal headings gets
    a number, and its text becomes the label of both. Everything that was done is in `assumed`.

    Examples
    --------
    >>> from pathlib import Path
    >>> rows = [("1", "a", "b"), ("2", "c", "d")]
    >>> sheet = settled_headings(Sheet(Path("a.csv"), ["", "Other", "Other"], rows, [2, 3]))
    >>> sheet.headings, sheet.texts
    (['Other', 'Other_2'], {'Other': 'Other', 'Other_2': 'Other'})
    """
    return numbered_twins(without_row_numbers(sheet))


def without_row_numbers(sheet: Sheet) -> Sheet:
    """Leave out a first column that only counts the rows, or name one that names them."""
    if len(sheet.headings) < 2 or not sheet.rows:
        return sheet
    heading, fields = sheet.headings[0], [row[0].strip() for row in sheet.rows]
    if not _NUMBERING.fullmatch(heading):
        return sheet
    if _counts(fields) and (not heading or len(fields) >= _FEWEST_NUMBERED):
        called = f"('{heading}') " if heading else "has no heading and "
        return sheet.without(columns={0}).assuming(
            f"column {sheet.position(0) + 1} {called}only numbers the rows and is left out"
        )
    if not heading and all(fields) and len(set(fields)) == len(fields):
        name = "column_1"
        while name in sheet.headings:
            name += "_"
        said = f"column 1 has no heading and is called '{name}'; it is different in every row"
        return replace(sheet, headings=[name, *sheet.headings[1:]]).assuming(said)
    return sheet


def _counts(fields: Sequence[str]) -> bool:
    """Tell whether the cells are the numbers from 0 or from 1 on."""
    return any(
        all(field == str(number) for number, field in enumerate(fields, start)) for start in (0, 1)
    )


def numbered_twins(sheet: Sheet, known: Collection[int] = ()) -> Sheet:
    """Number the headings that stand more than once, and keep their text as the label.

    Columns in `known` have their names from elsewhere and keep their headings.

    Examples
    --------
    >>> from pathlib import Path
    >>> numbered_twins(Sheet(Path("a.csv"), ["q", "q", "q_2"], [], [])).headings
    ['q', 'q_2_', 'q_2']
    """
    places: dict[str, list[int]] = {}
    for at, heading in enumerate(sheet.headings):
        if heading and at not in known:
            places.setdefault(heading, []).append(at)
    twins = {heading: at for heading, at in places.items() if len(at) > 1}
    if not twins:
        return sheet
    headings, texts = list(sheet.headings), dict(sheet.texts)
    taken = {heading.casefold() for heading in headings}
    said = []
    for heading, columns in twins.items():
        texts[heading] = heading
        for number, at in enumerate(columns[1:], 2):
            headings[at] = free_name(f"{heading}_{number}", taken)
            texts[headings[at]] = heading
        numbers = _listed("column", [sheet.position(at) + 1 for at in columns])
        names = ", ".join(f"'{headings[at]}'" for at in columns[: _SHOWN + 1])
        more = " …" if len(columns) > _SHOWN + 1 else ""
        said.append(
            f"the heading '{heading[:60]}' stands over {numbers}; they are called {names}{more}"
        )
    return replace(sheet, headings=headings, texts=texts).assuming(*said)


def free_name(name: str, taken: set[str]) -> str:
    """Find a name that no column has, and remember it.

    Examples
    --------
    >>> free_name("q_2", {"q", "q_2"})
    'q_2_'
    """
    while name.casefold() in taken:
        name += "_"
    taken.add(name.casefold())
    return name


def _listed(noun: str, numbers: Sequence[int]) -> str:
    """Word the numbers of columns.

    Examples
    --------
    >>> _listed("column", [3]), _listed("column", [3, 5, 6])
    ('column 3', 'columns 3, 5 and 6')
    """
    if len(numbers) == 1:
        return f"{noun} {numbers[0]}"
    if len(numbers) > _SHOWN:
        return f"{noun}s {', '.join(map(str, numbers[:_SHOWN]))} and {len(numbers) - _SHOWN} more"
    return f"{noun}s {', '.join(map(str, numbers[:-1]))} and {numbers[-1]}"
