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
    rows, columns = len(counts), len(counts[0])
    places = sorted(hidden)
    most = [min(sum(counts[r]), sum(line[c] for line in counts)) for r, c in places]
    for values in product(*(range(top + 1) for top in most)):
        table = [list(line) for line in counts]
        for (r, c), value in zip(places, values, strict=True):
            table[r][c] = value
        same_rows = all(sum(table[r]) == sum(counts[r]) for r in range(rows))
        same_columns = all(
            sum(line[c] for line in table) == sum(line[c] for line in counts)
            for c in range(columns)
        )
        if same_rows and same_columns:
            yield table
