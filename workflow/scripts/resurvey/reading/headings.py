"""Headings: what a table leaves unsaid over its columns, settled the same way at every import."""

import re
from collections.abc import Collection, Sequence
from dataclasses import replace

from resurvey.reading.fields import parsed_number
from resurvey.reading.sheet import Sheet
from resurvey.reading.wording import folded

_NUMBERING = re.compile(r"|unnamed: ?0|\.\.\.1|x(?:\.1)?|v1|row[._ ]?names?", re.IGNORECASE)
"""Headings under which R and pandas number the rows; a № that people gave is theirs to keep."""
_FEWEST_NUMBERED = 10
"""A named column is taken for row numbers only where that many follow one another."""
_FEWEST_FILLED = 3
_MOST_TITLES = 6
"""Rows of title above the headings."""
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
    return numbered_twins(named_columns(without_row_numbers(sheet)))


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


def named_columns(sheet: Sheet) -> Sheet:
    """Name the columns that most rows fill though they have no heading, where most have one.

    Examples
    --------
    >>> from pathlib import Path
    >>> sheet = Sheet(Path("a.csv"), ["sex", "", "q"], [("m", "1", "a")] * 3, [2, 3, 4])
    >>> named_columns(sheet).headings
    ['sex', 'column_2', 'q']
    """
    unnamed = [at for at, heading in enumerate(sheet.headings) if not heading]
    if not unnamed or 2 * len(unnamed) >= len(sheet.headings):
        return sheet
    headings, taken = list(sheet.headings), {one.casefold() for one in sheet.headings}
    said = []
    for at in unnamed:
        filled = sum(1 for row in sheet.rows if row[at].strip())
        # A few cells beside the table are somebody's remark.
        if filled < _FEWEST_FILLED or 2 * filled < len(sheet.rows):
            return sheet
        number = sheet.position(at) + 1
        headings[at] = free_name(f"column_{number}", taken)
        said.append(f"column {number} has no heading and is called '{headings[at]}'")
    return replace(sheet, headings=headings).assuming(*said)


def title_rows(rows: Sequence[Sequence[str]], lines: Sequence[int]) -> int:
    """Count the rows above the headings that hold a title of the table, or nothing.

    The headings are the first row with several cells; they are words, all different, and stand
    over every cell below. A title is one cell of several words, or one with an empty line below.

    Examples
    --------
    >>> title_rows([["Survey of 2026", ""], ["sex", "q"], ["m", "1"]], [1, 2, 3])
    1
    >>> title_rows([["sex", ""], ["m", "1"]], [1, 2]), title_rows([["a", "b"], ["c", "d"]], [1, 2])
    (0, 0)
    """
    for at, row in enumerate(rows[: _MOST_TITLES + 1]):
        names = [cell.strip() for cell in row if cell.strip()]
        if len(names) < 2:
            continue
        above = [cell.strip() for one in rows[:at] for cell in one if cell.strip()]
        gap = lines[at] - lines[0] > at or not all(any(one) for one in rows[:at])
        titled = above and (gap or any(len(cell.split()) > 1 for cell in above))
        words = all(parsed_number(name) is None for name in names)
        below = rows[at + 1 :]
        named = {place for place, cell in enumerate(row) if cell.strip()}
        covered = all(
            place in named or not cell.strip() for one in below for place, cell in enumerate(one)
        )
        fits = titled and words and covered and below and len({*map(folded, names)}) == len(names)
        return at if fits else 0
    return 0


def titles_left_out(noun: str, lines: Sequence[int]) -> str:
    """Say which rows above the headings are a title.

    Examples
    --------
    >>> titles_left_out("row", [1])
    'row 1 above the headings is a title and is left out'
    """
    verbs = ("are", "are") if len(lines) > 1 else ("is", "is")
    return f"{_listed(noun, lines)} above the headings {verbs[0]} a title and {verbs[1]} left out"


def _counts(fields: Sequence[str]) -> bool:
    """Tell whether the cells are the numbers from 0 or from 1 on."""
    return any(
        all(field == str(number) for number, field in enumerate(fields, start)) for start in (0, 1)
    )


def numbered_twins(sheet: Sheet, known: Collection[int] = ()) -> Sheet:
    """Number the headings that stand more than once, and keep their text as the label.

    Headings that differ only by case are the same: SPSS takes them for one name.

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
            places.setdefault(heading.casefold(), []).append(at)
    twins = [at for at in places.values() if len(at) > 1]
    if not twins:
        return sheet
    headings, texts = list(sheet.headings), dict(sheet.texts)
    taken = {heading.casefold() for heading in headings}
    said = []
    for columns in twins:
        heading = sheet.headings[columns[0]]
        texts[heading] = heading
        for number, at in enumerate(columns[1:], 2):
            headings[at] = free_name(f"{sheet.headings[at]}_{number}", taken)
            texts[headings[at]] = sheet.headings[at]
        numbers = _listed("column", [sheet.position(at) + 1 for at in columns])
        names = ", ".join(f"'{headings[at]}'" for at in columns[: _SHOWN + 1])
        more = " …" if len(columns) > _SHOWN + 1 else ""
        alike = {sheet.headings[at] for at in columns} == {heading}
        what = (
            f"the heading '{heading[:60]}' stands over {numbers}"
            if alike
            else f"the headings of {numbers} differ only by upper and lower case"
        )
        said.append(f"{what}; they are called {names}{more}")
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
