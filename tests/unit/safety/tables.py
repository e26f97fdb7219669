"""Two-way tables as linked cells, and all tables that fit what is printed of one."""

from itertools import product

from resurvey.core.codebook import Codebook
from resurvey.safety.definitions import Definitions
from resurvey.safety.linked_cells import ANSWERED, LinkedCells, relate_cells


def two_way(counts, names=("q", "g")):
    """Cells of a table with its margins; the cell of row r, column c is ``cells[r, c]``."""
    linked, cells = LinkedCells(), {}
    row, column = names
    total = sum(map(sum, counts))
    whole = linked.add("", (), total)
    linked.add("", [(row, ANSWERED)], total)
    for c in range(len(counts[0])):
        margin = sum(line[c] for line in counts)
        cells["all", c] = linked.add("", [(column, str(c))], margin)
        linked.add("", [(column, str(c)), (row, ANSWERED)], margin)
    for r, line in enumerate(counts):
        cells[r, "all"] = linked.add("", [(row, str(r))], sum(line))
        for c, count in enumerate(line):
            cells[r, c] = linked.add("", [(row, str(r)), (column, str(c))], count)
    cells["all", "all"] = whole
    relate_cells(linked, Codebook({}), Definitions())
    return linked, cells


def every_table(counts, hidden):
    """All tables of whole numbers with these margins that agree where a cell is not hidden."""
    rows = [
        list(_every_row(line, [c for at, c in hidden if at == r])) for r, line in enumerate(counts)
    ]
    margins = [sum(column) for column in zip(*counts, strict=True)]
    for table in product(*rows):
        if [sum(column) for column in zip(*table, strict=True)] == margins:
            yield table


def _every_row(line, places):
    """All rows with this sum that agree where no cell is hidden."""
    left = sum(line[place] for place in places)
    for values in product(*(range(left + 1) for _ in places[1:])):
        first = left - sum(values)
        if first >= 0 and places:
            row = list(line)
            for place, value in zip(places, (first, *values), strict=True):
                row[place] = value
            yield row
    if not places:
        yield list(line)
