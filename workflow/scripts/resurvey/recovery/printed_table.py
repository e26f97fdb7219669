"""The printed table as its author gave it: named cells, checked one by one.

Everything that is wrong with the way a table was typed in stops here with the cell's name;
what is wrong with the article itself is left to the recovery, which finds no solution.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from resurvey.core.errors import SurveyError
from resurvey.core.printed import Printed, parse_printed
from resurvey.recovery.rounded_sums import MOST_PARTS

#: The name of the column of all respondents, and of the sum of the groups' bases.
TOTAL = "total"
DERIVED_ORIGINS = ("counts", "printed_parts", "unknown")
# Above this the products of two bases with a printed number leave 64-bit integers.
LARGEST_BASE = 10_000_000


@dataclass(frozen=True, slots=True)
class Cell:
    """One printed cell: a share of one or more groups, or the difference of two shares.

    column: Group, ``total``, or the name of a difference column.
    row: Position of the answer, or the name of a derived row.
    answers: Answers summed in the row.
    groups: Groups whose respondents are the base (all of them for the total column).
    against: Groups of the share that is subtracted; empty unless the cell is a difference.
    printed: The printed number; None where the article prints nothing.
    parts: Answers whose rounded per cents were added to make it; 1: rounded itself.
    """

    column: str
    row: int | str
    answers: tuple[int, ...]
    groups: tuple[int, ...]
    against: tuple[int, ...]
    printed: Printed | None
    parts: int = 1

    @property
    def name(self) -> str:
        """The cell as messages name it, with answers counted from 0 as in `parts`."""
        return (
            f"{self.column}[{self.row!r}]"
            if isinstance(self.row, str)
            else (f"{self.column}[{self.row}]")
        )


@dataclass(frozen=True, slots=True)
class PrintedTable:
    """A table of percentages with what is known of its bases.

    groups: Names of the groups, in the order given.
    answers: Number of answers.
    cells: Every cell that was named, printed or not.
    smallest, largest: Bounds of each group's base.
    total_smallest, total_largest: Bounds of the sum of the bases.
    derived_from: one of {"counts", "printed_parts", "unknown"}; What derived rows and
        difference columns were made from.
    """

    groups: tuple[str, ...]
    answers: int
    cells: tuple[Cell, ...]
    smallest: tuple[int, ...]
    largest: tuple[int, ...]
    total_smallest: int
    total_largest: int
    derived_from: str

    @property
    def everyone(self) -> tuple[int, ...]:
        """All groups, by position."""
        return tuple(range(len(self.groups)))


def read_table(
    table: Mapping[str, Sequence[str | None]],
    total: Sequence[str | None] | None,
    base: Mapping[str, int] | None,
    max_base: Mapping[str, int] | None,
    derived: Mapping[str, Mapping[str, object]] | None,
    differences: Mapping[str, Mapping[str, object]] | None,
    derived_from: str,
    rounded_sums: Mapping[int, int] | None = None,
) -> PrintedTable:
    """Check a typed table and name its cells; the parameters are those of `recover`."""
    if not isinstance(table, Mapping) or not table:
        raise SurveyError("the table is empty: give at least one group with its percentages")
    if derived_from not in DERIVED_ORIGINS:
        raise SurveyError(f"derived_from: {derived_from!r} is none of {', '.join(DERIVED_ORIGINS)}")
    for argument, given in (("derived", derived), ("differences", differences)):
        if given is not None and not isinstance(given, Mapping):
            raise SurveyError(f"{argument}: give a mapping of names to what each was made from")
    groups = tuple(table)
    for name in groups:
        if not isinstance(name, str) or name in ("parts", "of", "cells"):
            raise SurveyError(f"{name!r} cannot name a group: choose another text")
    if TOTAL in groups and (len(groups) > 1 or total is not None):
        raise SurveyError("'total' cannot be a group beside others: give it as total=")
    answers = _number_of_answers(table, total)
    everyone = tuple(range(len(groups)))
    columns: dict[str, tuple[int, ...]] = {
        name: (position,) for position, name in enumerate(groups)
    }
    if total is not None or TOTAL not in groups:
        columns[TOTAL] = everyone

    cells = []
    for name, column in [*table.items(), *([(TOTAL, total)] if total is not None else [])]:
        for row, text in enumerate(column):
            printed = _share(text, f"{name}[{row}]")
            cells.append(Cell(name, row, (row,), columns[name], (), printed))
    cells = _with_parts(_one_precision(cells), rounded_sums or {}, answers)
    cells += _derived_cells(derived or {}, answers, columns)
    cells += _difference_cells(differences or {}, answers, columns, derived or {}, cells)
    smallest, largest, total_smallest, total_largest = _base_bounds(groups, base, max_base)
    return PrintedTable(
        groups,
        answers,
        tuple(cells),
        smallest,
        largest,
        total_smallest,
        total_largest,
        derived_from,
    )


def _number_of_answers(
    table: Mapping[str, Sequence[str | None]], total: Sequence[str | None] | None
) -> int:
    columns = dict(table) | ({TOTAL: total} if total is not None else {})
    for name, column in columns.items():
        if isinstance(column, str) or not isinstance(column, Sequence):
            raise SurveyError(f"{name}: give a list of printed strings, one per answer")
    lengths = {name: len(column) for name, column in columns.items()}
    first, expected = next(iter(lengths.items()))
    if expected == 0:
        raise SurveyError(f"the table is empty: {first} has no answers")
    for name, length in lengths.items():
        if length != expected:
            raise SurveyError(
                f"{name} has {length} answers where {first} has {expected}: "
                "write None for a cell that is not printed"
            )
    return expected


def _parse(text: object, name: str) -> Printed | None:
    if text is None or (isinstance(text, str) and not text.strip()):
        return None
    try:
        return parse_printed(text)  # type: ignore[arg-type]
    except SurveyError as error:
        raise SurveyError(f"cell {name}: {error}") from None


def _share(text: object, name: str) -> Printed | None:
    printed = _parse(text, name)
    if printed is not None and printed.value < 0:
        raise SurveyError(f"cell {name}: {printed.text!r} is negative, a share cannot be")
    return printed


def _one_precision(cells: list[Cell]) -> list[Cell]:
    """Refuse mixed decimals, except a bare 0 or 100, which takes the table's precision."""
    printed = [cell for cell in cells if cell.printed is not None]
    if not printed:
        raise SurveyError("the table is empty: no cell is printed")
    precise = [cell for cell in printed if cell.printed and cell.printed.text.strip() not in _BARE]
    model = (precise or printed)[0]
    assert model.printed is not None
    digits = model.printed.digits
    for cell in precise:
        if cell.printed is not None and cell.printed.digits != digits:
            raise SurveyError(
                f"cell {cell.name}: {cell.printed.text!r} has {cell.printed.digits} decimals "
                f"where {model.name} ({model.printed.text!r}) has {digits}"
            )
    return [_with_digits(cell, digits) for cell in cells]


# ASSUME an article with one decimal that prints a bare 0 or 100 means 0.0 and 100.0.
_BARE = ("0", "100", "0%", "100%")


def _with_digits(cell: Cell, digits: int) -> Cell:
    printed = cell.printed
    if printed is None or printed.digits == digits:
        return cell
    exact = Printed(printed.text, printed.value, digits, printed.decimal, printed.signed)
    return Cell(cell.column, cell.row, cell.answers, cell.groups, cell.against, exact)


def _with_parts(cells: list[Cell], rounded_sums: Mapping[int, int], answers: int) -> list[Cell]:
    """Mark the answers whose printed per cents are sums of rounded ones."""
    for answer, parts in rounded_sums.items():
        if answer not in range(answers):
            raise SurveyError(f"rounded_sums: {answer!r} is not a position from 0 to {answers - 1}")
        if not isinstance(parts, int) or isinstance(parts, bool) or not 1 <= parts <= MOST_PARTS:
            raise SurveyError(
                f"rounded_sums: answer {answer} is said to have {parts!r} parts; a sum has from 2 "
                f"to {MOST_PARTS}"
            )
    marked = [replace(cell, parts=rounded_sums.get(cell.answers[0], 1)) for cell in cells]
    for cell in marked:
        if cell.parts > 1 and cell.printed is not None and cell.printed.bound:
            raise SurveyError(
                f"cell {cell.name}: {cell.printed.text!r} is a bound, and no sum of rounded parts"
            )
    return marked


def _derived_cells(
    derived: Mapping[str, Mapping[str, object]],
    answers: int,
    columns: Mapping[str, tuple[int, ...]],
) -> list[Cell]:
    cells = []
    for name, spec in derived.items():
        if not isinstance(spec, Mapping):
            raise SurveyError(f"derived row {name!r}: give its parts and its printed cells")
        parts = _parts(name, spec.get("parts"), answers)
        for column, text in spec.items():
            if column == "parts":
                continue
            if column not in columns:
                raise SurveyError(f"derived row {name!r}: {column!r} is not a column of the table")
            printed = _share(text, f"{column}[{name!r}]")
            cells.append(Cell(column, name, parts, columns[column], (), printed))
    return cells


def _parts(name: str, parts: object, answers: int) -> tuple[int, ...]:
    if not isinstance(parts, Sequence) or isinstance(parts, str) or not parts:
        raise SurveyError(f"derived row {name!r}: parts must list the positions of its answers")
    for part in parts:
        if not isinstance(part, int) or isinstance(part, bool) or not 0 <= part < answers:
            raise SurveyError(
                f"derived row {name!r}: part {part!r} is not a position from 0 to {answers - 1}"
            )
    if len(set(parts)) != len(parts):
        raise SurveyError(f"derived row {name!r}: a part is named twice")
    return tuple(sorted(parts))


def _difference_cells(
    differences: Mapping[str, Mapping[str, object]],
    answers: int,
    columns: Mapping[str, tuple[int, ...]],
    derived: Mapping[str, Mapping[str, object]],
    shares: list[Cell],
) -> list[Cell]:
    digits = next(cell.printed.digits for cell in shares if cell.printed is not None)
    cells = []
    for name, spec in differences.items():
        if not isinstance(spec, Mapping) or not {"of", "cells"} <= set(spec):
            raise SurveyError(
                f"differences {name!r}: give of: [first, second] and cells: one per answer"
            )
        if name in columns:
            raise SurveyError(f"differences {name!r}: a group has the same name")
        of, printed = spec["of"], spec["cells"]
        if (
            not isinstance(of, Sequence)
            or len(of) != 2
            or any(not isinstance(column, str) or column not in columns for column in of)
        ):
            raise SurveyError(f"differences {name!r}: of must name two columns of the table")
        if isinstance(printed, str) or not isinstance(printed, Sequence) or len(printed) != answers:
            raise SurveyError(f"differences {name!r}: cells must list {answers} printed strings")
        rows: list[tuple[int | str, tuple[int, ...], object]] = [
            (row, (row,), text) for row, text in enumerate(printed)
        ]
        for key, text in spec.items():
            if key in ("of", "cells"):
                continue
            if key not in derived:
                raise SurveyError(f"differences {name!r}: {key!r} is not a derived row")
            rows.append((key, _parts(key, derived[key].get("parts"), answers), text))
        for row, parts, text in rows:
            cell = Cell(
                name, row, parts, columns[of[0]], columns[of[1]], _parse(text, f"{name}[{row!r}]")
            )
            # An exact zero is printed as a bare 0 in a column of differences.
            cells.append(_with_digits(cell, digits) if _is_bare_zero(cell) else cell)
    return cells


def _is_bare_zero(cell: Cell) -> bool:
    return cell.printed is not None and cell.printed.value == 0 and cell.printed.digits == 0


def _base_bounds(
    groups: tuple[str, ...], base: Mapping[str, int] | None, max_base: Mapping[str, int] | None
) -> tuple[tuple[int, ...], tuple[int, ...], int, int]:
    fixed = _sizes(base, "base", groups)
    limits = _sizes(max_base, "max_base", groups)
    smallest, largest = [], []
    for name in groups:
        if name not in fixed and name not in limits:
            raise SurveyError(f"group {name!r} has no base: give base or max_base for it")
        if name in fixed and name in limits and fixed[name] > limits[name]:
            raise SurveyError(
                f"group {name!r}: the base {fixed[name]} is above max_base {limits[name]}"
            )
        smallest.append(fixed.get(name, 1))
        largest.append(fixed.get(name, limits.get(name, 0)))
    total_largest = min(sum(largest), limits.get(TOTAL, sum(largest)))
    total_smallest = sum(smallest)
    if TOTAL in fixed:
        if not total_smallest <= fixed[TOTAL] <= total_largest:
            raise SurveyError(
                f"the base of the total, {fixed[TOTAL]}, is not between the sums of its groups' "
                f"bases, {total_smallest} and {total_largest}"
            )
        total_smallest = total_largest = fixed[TOTAL]
    if total_smallest > total_largest:
        raise SurveyError(
            f"the groups' bases sum to {total_smallest} at least, above the total's {total_largest}"
        )
    return tuple(smallest), tuple(largest), total_smallest, total_largest


def _sizes(
    sizes: Mapping[str, int] | None, argument: str, groups: tuple[str, ...]
) -> dict[str, int]:
    if sizes is None:
        return {}
    if not isinstance(sizes, Mapping):
        raise SurveyError(f"{argument}: give the number of respondents by group, such as men: 305")
    for name, size in sizes.items():
        if name not in groups and name != TOTAL:
            raise SurveyError(f"{argument}: {name!r} is not a group of the table")
        if not hasattr(size, "__index__") or isinstance(size, bool):
            raise SurveyError(f"{argument} of {name!r}: {size!r} is not a whole number")
        if not 1 <= size <= LARGEST_BASE:
            raise SurveyError(
                f"{argument} of {name!r}: {size} respondents; it must be from 1 to {LARGEST_BASE}"
            )
    return {name: int(size) for name, size in sizes.items()}
