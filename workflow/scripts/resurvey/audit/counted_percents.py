"""Counted per cents: every per cent of a typed table against the count beside it."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from math import ceil

from resurvey.audit.readings import Reading, column_sums, groups_are_everybody
from resurvey.audit.reported_statistics import (
    choose_statistics,
    judge_row_statistics,
    judge_statistics,
)
from resurvey.audit.slips import (
    MOST_SLIPS,
    Contradiction,
    CountedTable,
    Key,
    Slip,
    Sum,
    agrees,
    find_contradictions,
)
from resurvey.audit.typed_table import Note, TypedQuestion, TypedRow
from resurvey.audit.verdicts import (
    Alternatives,
    FoundMisprint,
    JudgedCell,
    Judgement,
    Terms,
)
from resurvey.core.names import TOTAL
from resurvey.core.printed import Printed, format_fixed, interval, parse_printed
from resurvey.recovery.printed_table import LARGEST_BASE

_Columns = Mapping[str, Sequence[int]]
_Bases = Mapping[Key, int]


def judge_counts(question: TypedQuestion, reading: Reading, terms: Terms) -> Judgement:
    """Check every per cent against the count beside it, and totals against their groups."""
    judged = Judgement(question, reading.name, reading.reason, "fits", "counts")
    judged.notes += question.notes
    question = _oriented(question, terms.rounding)
    judged.question = question
    judged.cells = {
        (row.label, code): JudgedCell(cell.text, cell.count, cell.count)
        for row in question.rows
        for code, cell in row.cells.items()
    }
    checks = [
        _check(question, way, terms.rounding) for way in _likely_ways(question, terms.rounding)
    ]
    best = min(check.rank for check in checks)
    check, *alike = [check for check in checks if check.rank == best]
    way = check.way
    judged.assumptions.append(Note(f"assume_counts_{way.name}"))
    judged.notes += [Note(f"note_counts_also_{other.way.name}") for other in alike]
    if any(
        _of_groups(one) and (one.high == 0 or not one.holds(check.table.counts))
        for one in check.table.sums
    ):
        judged.assumptions.append(Note("assume_total"))
    if check.table.unsure:
        judged.note("note_fewer_asked", cells=str(len(check.table.unsure)))
    open_sums = _open_sums(check)
    judged.notes += open_sums
    judged.bases = {
        code: _one({way.sizes[key] for key in way.sizes if key[1] == code})
        for code in question.columns
    }
    if way.name == "rows":
        judged.bases = {
            row.label: _one({way.sizes[key] for key in way.sizes if key[0] == row.label})
            for row in question.rows
        }
    judged.solutions = 1 if not check.found else 0
    if check.found:
        _tell(judged, check, alike)
    elif more := _more_than_base(question, way):
        # Either the base is wrong, or what disagrees with it.
        judged.verdict = "undecided"
        judged.notes += more
        of_bases = [other for other in checks if other.way.name == "given"]
        judged.alternatives = [
            fault
            for other in of_bases
            for one in other.found
            for fault in _faults(question, other, one)
        ]
    elif open_sums and groups_are_everybody(question):
        # Either people who are in neither group, or a misprint.
        judged.verdict = "undecided"
    table = _counted_table(question, way.sizes, way.name)
    judged.statistics = choose_statistics(
        judge_statistics(question.statistics, None, "parts", table),
        judge_row_statistics(
            question.row_statistics, {}, _row_tables(question, way, terms.rounding)
        ),
    )
    return judged


@dataclass(frozen=True)
class _Way:
    """What the per cents may be of: a base for each cell, which may be a sum of counts."""

    name: str
    sizes: Mapping[Key, int]
    summed: Mapping[Key, tuple[Key, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class _Check:
    """What was found out if the per cents are of these bases."""

    way: _Way
    table: CountedTable
    found: Sequence[Contradiction]

    @property
    def bad(self) -> int:
        """Cells whose per cent is not that of their count."""
        return sum(len(one.shares) for one in self.found)

    @property
    def rank(self) -> tuple[int, bool, int]:
        """Fewer misprints explain more, then bases that are not derived, then agreeing cells."""
        return sum(one.size for one in self.found), self.way.name == "derived", self.bad


def _check(question: TypedQuestion, way: _Way, rounding: str) -> _Check:
    """Hold every cell of a table against the others."""
    unsure = []
    if way.name in ("given", "derived"):
        # A base that most cells share is no bound of the others: their column's own size is.
        ways = {other.name: other for other in _ways(question, rounding)}
        sizes = ways["given"].sizes if "given" in ways else {}
        unsure = [
            (row.label, code)
            for row, code in _disagreeing(question, way.sizes, rounding)
            if _fewer_asked(question, row, code, sizes)
        ]
    counts = {
        (row.label, code): cell.count
        for row in question.rows
        for code, cell in row.cells.items()
        if cell.count is not None
    }
    shares = {(row.label, code): share for row, code, _, share in _counted_cells(question)}
    bases = {key: way.summed.get(key, way.sizes.get(key, 0)) for key in shares}
    sums, likely = _sums(question, way, counts)
    table = CountedTable(counts, shares, bases, sums, likely, unsure, rounding)
    return _Check(way, table, find_contradictions(table))


def _tell(judged: Judgement, check: _Check, alike: Sequence[_Check]) -> None:
    """Write what contradicts itself into a judgement, and whether misprints are the likeliest."""
    question = judged.question
    checked = len(check.table.shares)
    totals = [one for fault in check.found for one in fault.sums]
    rows = sum(TOTAL in row.cells for row in question.rows)
    judged.verdict = "misprints"
    if check.bad > max(1, checked // 2):
        judged.verdict = "undecided"
        judged.note("note_counts_disagree", bad=str(check.bad), cells=str(checked))
    if len(totals) > max(2, rows // 2):
        judged.verdict = "undecided"
        judged.note("note_totals_disagree", bad=str(len(totals)), rows=str(rows))
    if totals:
        judged.shape = "counts_and_sums"
    judged.alternatives = [fault for one in check.found for fault in _faults(question, check, one)]
    others = [other for other in alike if len(other.found) == 1]
    if others and len(check.found) == 1:
        # One fault, explained under several bases.
        sets = dict.fromkeys(
            several
            for other in (check, *others)
            for fault in _faults(question, other, other.found[0])
            for several in fault.sets
        )
        size = check.found[0].size
        judged.alternatives = [Alternatives(size, len(sets), tuple(sets), size)]


def _faults(question: TypedQuestion, check: _Check, fault: Contradiction) -> list[Alternatives]:
    """Print what explains a contradiction; its cells one by one where nothing was found."""
    rows = {row.label: row for row in question.rows}
    table = check.table
    if not fault.sets:
        alone = [
            Alternatives(
                1,
                1,
                (
                    (
                        _rewritten(
                            rows, question, table, table.counts, Slip(key, table.counts[key], True)
                        ),
                    ),
                ),
                1,
            )
            for key in fault.shares
        ]
        return alone or [Alternatives(0, 0, (), MOST_SLIPS)]
    sets = []
    for slips in fault.sets:
        counts = {**table.counts, **{slip.key: slip.count for slip in slips}}
        sets.append(tuple(_rewritten(rows, question, table, counts, slip) for slip in slips))
    return [Alternatives(fault.size, len(sets), tuple(sets), fault.size)]


def _rewritten(
    rows: Mapping[str, TypedRow],
    question: TypedQuestion,
    table: CountedTable,
    counts: Mapping[Key, int],
    slip: Slip,
) -> FoundMisprint:
    """Print a cell as it would have to be: the number of it that changes, or both."""
    label, code = slip.key
    cell = rows[label].cells[code]
    share = cell.share.text.strip() if cell.share is not None else ""
    if slip.share and cell.share is not None:
        base = table.base(slip.key, counts)
        exact = Fraction(100 * slip.count, base) if base else Fraction(0)
        share = format_fixed(exact, cell.share.digits, cell.share.decimal or ".")
    nearest = f"{slip.count} ({share})" if share else str(slip.count)
    if slip.count == cell.count:
        nearest = share
    return FoundMisprint(label, question.columns[code], cell.text, nearest)


def _likely_ways(question: TypedQuestion, rounding: str) -> list[_Way]:
    """Choose what the per cents may be of: what agrees with most cells, all of several."""
    ways = _ways(question, rounding)
    scores = [_score(question, way.sizes, rounding) for way in ways]
    counted = len(_counted_cells(question))
    # A base that is derived from the per cents agrees with more of them than it explains: others
    # come before it even with a misprint.
    derived = [way for way in ways if way.name == "derived"]
    likely: list[_Way] = []
    for score, way in zip(scores, ways, strict=True):
        enough = max((2 * counted + 2) // 3, max(scores) - max(1, counted // 3))
        same = any(way.sizes == other.sizes for other in likely)
        if score >= enough and way not in derived and not same:
            likely.append(way)
    if likely and all(way.name in ("rows", "all") for way in likely):
        # Per cents of columns are so common that fewer misprints speak for them.
        return [*likely, *derived]
    if likely:
        return likely[:1] if likely[0].name == "own" else likely
    # With bases of its own for each answer most cells may miss the base that was given.
    given = next((way for way in ways if way.name == "given"), None)
    if given is not None and 3 * max(scores) < 2 * counted:
        few = [
            (row, code)
            for row, code in _disagreeing(question, given.sizes, rounding)
            if not _fewer_asked(question, row, code, given.sizes)
        ]
        if 3 * len(few) <= counted:
            return [given]
    return [ways[scores.index(max(scores))]]


def _sums(
    question: TypedQuestion, way: _Way, counts: Mapping[Key, int]
) -> tuple[list[Sum], list[Sum]]:
    """List what counts have to add up to, and what they add up to in most tables."""
    sums: list[Sum] = []
    likely: list[Sum] = []
    sizes = {code: question.bases[code] for code in question.columns if code in question.bases}
    for row in question.rows:
        if row.parts:
            for code in question.columns:
                net = (row.label, code)
                parts = tuple((part, code) for part in row.parts)
                if not all(key in counts for key in (net, *parts)):
                    continue
                if way.name == "columns":
                    sums.append(Sum(net, parts))
                else:
                    sums.append(Sum(net, parts, None, 0))
                    sums += [Sum(net, (part,), 0, None) for part in parts]
    complete = [
        row.label
        for row in question.rows
        if all((row.label, code) in counts for code in question.columns)
    ]
    groups = question.groups
    if groups and TOTAL in question.columns:
        sized = all(code in sizes for code in question.columns)
        blocks = _blocks_of_groups(groups, sizes) if sized else []
        outside = sizes[TOTAL] - sum(sizes[code] for code in groups) if sized else None
        exclusive = groups_are_everybody(question)
        for label in complete:
            total = (label, TOTAL)
            for block in blocks:
                sums.append(Sum(total, tuple((label, code) for code in block)))
            if blocks:
                continue
            everybody = tuple((label, code) for code in groups)
            if exclusive:
                sums.append(Sum(total, everybody, 0, outside if outside and outside > 0 else None))
            else:
                sums += [Sum(total, (part,), 0, None) for part in everybody]
            if not sized:
                likely.append(Sum(total, everybody))
            elif outside and outside > 0 and not exclusive:
                likely.append(Sum(total, everybody, 0, outside))
    if way.name in ("given", "derived"):
        columns = []
        for code in question.columns:
            column = tuple((row.label, code) for row in question.answers)
            if all(key in counts and key not in way.summed for key in column):
                columns.append(Sum(way.sizes[column[0]], column))
        likely += columns
        odd = [one for one in columns if not one.holds(counts)]
        if way.name == "given" and len(odd) == 1 and len(columns) > 2:
            # Two columns add up to their bases: the answers exclude each other in the third too.
            sums.append(replace(odd[0], high=None))
    return sums, likely


def _blocks_of_groups(groups: Sequence[str], sizes: Mapping[str, int]) -> list[tuple[str, ...]]:
    """Part the groups, in their order, into blocks that make everybody; none where they do not."""
    blocks: list[tuple[str, ...]] = []
    block: tuple[str, ...] = ()
    for code in groups:
        block = (*block, code)
        people = sum(sizes[one] for one in block)
        if people > sizes[TOTAL]:
            return []
        if people == sizes[TOTAL]:
            blocks.append(block)
            block = ()
    return [] if block else blocks


def _of_groups(one: Sum) -> bool:
    """Return whether it holds a total against all its groups together."""
    return not isinstance(one.total, int) and one.total[1] == TOTAL and len(one.parts) > 1


def _open_sums(check: _Check) -> list[Note]:
    """Tell of totals that are not the sum of their groups where those of other rows are."""
    table = check.table
    explained = {slip.key for one in check.found for slips in one.sets for slip in slips}
    sums = [one for one in table.likely if _of_groups(one)]
    odd = [one for one in sums if not one.holds(table.counts)]
    if len(odd) == len(sums):
        return []
    told: dict[str, list[str]] = {}
    for one in odd:
        if explained.intersection(one.cells):
            continue
        excess = one.excess(table.counts)
        total = sum(table.counts[part] for part in one.parts) + excess
        key = "note_totals_above" if excess > 0 else "note_totals_below"
        told.setdefault(key, []).append(f"{one.parts[0][0]} {total} ({total - excess})")
    return [Note(key, {"rows": "; ".join(rows)}) for key, rows in told.items()]


def _more_than_base(question: TypedQuestion, way: _Way) -> list[Note]:
    """Tell of bases below the counts whose sum the per cents are of."""
    if way.name != "columns":
        return []
    sums = {code: size for (_, code), size in way.sizes.items()}
    return [
        Note(
            "note_more_than_base",
            {"column": question.columns[code], "people": str(people), "base": str(base)},
        )
        for code, people in sums.items()
        if (base := question.bases.get(code)) is not None and people > base
    ]


def _fewer_asked(question: TypedQuestion, row: TypedRow, code: str, bases: _Bases) -> bool:
    """Return whether a per cent is of fewer people than its column has, none of whom is counted."""
    cell = row.cells[code]
    base = bases.get((row.label, code)) or 0
    if cell.share is None or not cell.count or cell.share.value <= 0 or not base:
        return False
    counted = sum(other.cells[code].count or 0 for other in question.answers if code in other.cells)
    if counted == base:
        return False
    within = interval(cell.share, "half_up", either_tie=True)
    low = 100 * cell.count / within.high
    high = 100 * cell.count / max(within.low, Fraction(1, 10**6))
    # Some whole number of people at or below the base, though not below its half.
    return ceil(low) <= base and ceil(low) <= high and 2 * high >= base


def _one(sizes: Iterable[int | None]) -> int | None:
    distinct = {size for size in sizes if size}
    return next(iter(distinct)) if len(distinct) == 1 else None


def _oriented(question: TypedQuestion, rounding: str) -> TypedQuestion:
    """Tell of two whole numbers, ``56 (41)``, which is the count."""
    if not any(cell.either for row in question.rows for cell in row.cells.values()):
        return question
    rows = []
    for row in question.rows:
        cells = {}
        for code, cell in row.cells.items():
            if cell.either and cell.share is not None and cell.count is not None:
                share = parse_printed(str(cell.count))
                cell = replace(cell, share=share, count=int(cell.share.value))
            cells[code] = cell
        rows.append(replace(row, cells=cells))
    swapped = replace(question, rows=rows)
    scores = [
        # The count comes first unless the numbers say otherwise: only then may fewer have answered.
        (_plausible(way, rounding, way is question), len(column_sums(way, rounding).near))
        for way in (question, swapped)
    ]
    return swapped if scores[1] > scores[0] else question


def _plausible(question: TypedQuestion, rounding: str, fewer_too: bool) -> int:
    """Count the cells that agree with a base, or may be of fewer people than their column has."""
    ways = {way.name: way.sizes for way in _ways(question, rounding)}
    given = ways.get("given", {})
    cells = _counted_cells(question)
    if any(count > given.get((row.label, code), LARGEST_BASE) for row, code, count, _ in cells):
        return -1
    fewer = sum(_fewer_asked(question, row, code, given) for row, code, *_ in cells if fewer_too)
    return max(fewer, *(_score(question, bases, rounding) for bases in ways.values()))


def _ways(question: TypedQuestion, rounding: str) -> list[_Way]:
    """List what the per cents may be of: the bases that are given, or sums of the counts."""
    answers = question.answers
    keys = [(row, code) for row in question.rows for code in row.cells]
    groups = question.groups or list(question.columns)
    in_column = {
        code: tuple((row.label, code) for row in answers if _count(row, code) is not None)
        for code in question.columns
    }
    in_row = {
        row.label: tuple((row.label, code) for code in groups if _count(row, code) is not None)
        for row in question.rows
    }
    by_column = {code: sum(_count(row, code) or 0 for row in answers) for code in question.columns}
    by_row = {row.label: sum(_count(row, code) or 0 for code in groups) for row in question.rows}
    ways: list[_Way] = []
    beside = {
        (row.label, code): row.cells[code].base or 0 for row, code in keys if row.cells[code].base
    }
    if beside:
        ways.append(_Way("own", beside))
    sizes = {**question.largest_bases, **question.bases}
    if any(code in sizes for code in question.columns):
        given = {(row.label, code): sizes.get(code, by_column[code]) for row, code in keys}
        summed = {code for code in question.columns if code not in sizes}
        for code in question.largest_bases:
            # At most so many answered: it may be as many as the counts add up to.
            if code in question.bases or not 0 < by_column.get(code, 0) < sizes[code]:
                continue
            column = replace(question, rows=[_only(row, code) for row in question.rows])
            sums = {(row.label, code): by_column[code] for row in question.rows}
            if _score(column, sums, rounding) > _score(column, given, rounding):
                given |= sums
                summed.add(code)
        parts = {(row.label, code): in_column[code] for row, code in keys if code in summed}
        ways.append(_Way("given", given, parts))
    parts = {(row.label, code): in_column[code] for row, code in keys}
    ways.append(_Way("columns", {(row.label, code): by_column[code] for row, code in keys}, parts))
    common = {code: _common_base(answers, code) for code in question.columns}
    if any(common.values()):
        derived = {(row.label, code): common[code] or by_column[code] for row, code in keys}
        parts = {key: cells for key, cells in parts.items() if not common[key[1]]}
        ways.append(_Way("derived", derived, parts))
    if question.row_bases:
        ways.append(
            _Way("rows", {(row.label, c): question.row_bases.get(row.label, 0) for row, c in keys})
        )
    parts = {(row.label, code): in_row[row.label] for row, code in keys}
    ways.append(_Way("rows", {(row.label, code): by_row[row.label] for row, code in keys}, parts))
    everybody = question.bases.get(TOTAL) or sum(by_column[code] for code in groups)
    everyone = tuple(key for code in groups for key in in_column[code])
    parts = {} if TOTAL in question.bases else {(row.label, code): everyone for row, code in keys}
    ways.append(_Way("all", {(row.label, code): everybody for row, code in keys}, parts))
    return ways


def _count(row: TypedRow, code: str) -> int | None:
    return row.cells[code].count if code in row.cells else None


def _only(row: TypedRow, code: str) -> TypedRow:
    """A row with the cell of one column."""
    return replace(row, cells={code: row.cells[code]} if code in row.cells else {})


def _common_base(answers: Sequence[TypedRow], code: str) -> int | None:
    """Find the base that the most cells of a column agree on; none below its largest count."""
    votes: Counter[int] = Counter()
    largest = 0
    for row in answers:
        cell = row.cells.get(code)
        if cell is None or not cell.count or cell.share is None or cell.share.value <= 0:
            continue
        largest = max(largest, cell.count)
        within = interval(cell.share, "half_up")
        low = 100 * cell.count / within.high
        high = 100 * cell.count / within.low if within.low > 0 else low + 10_000
        if high - low <= 10_000:
            votes.update(range(int(-(-low // 1)), int(high // 1) + 1))
    likely = [(number, -base) for base, number in votes.items() if base >= largest]
    return -max(likely)[1] if likely and max(likely)[0] > 1 else None


def _score(question: TypedQuestion, bases: _Bases, rounding: str) -> int:
    return len(_counted_cells(question)) - len(_disagreeing(question, bases, rounding))


def _disagreeing(
    question: TypedQuestion, bases: _Bases, rounding: str
) -> list[tuple[TypedRow, str]]:
    """List the cells whose per cent is not that of their count."""
    return [
        (row, code)
        for row, code, count, share in _counted_cells(question)
        if not agrees(count, bases.get((row.label, code)), share, rounding)
    ]


def _counted_cells(question: TypedQuestion) -> list[tuple[TypedRow, str, int, Printed]]:
    """List row, column, count and per cent of the cells that print both."""
    return [
        (row, code, cell.count, cell.share)
        for row in question.rows
        for code, cell in row.cells.items()
        if cell.count is not None and cell.share is not None
    ]


def _counted_table(
    question: TypedQuestion, bases: _Bases, name: str
) -> dict[str, list[int]] | None:
    """Return the table of counts that a test would be made of, where the list is whole."""
    answers = question.answers
    groups = question.groups
    if len(groups) < 2:
        return None
    table = {}
    for code in groups:
        counts = [row.cells[code].count for row in answers if code in row.cells]
        if len(counts) < len(answers) or any(count is None for count in counts):
            return None
        whole = [count for count in counts if count is not None]
        if name in ("given", "own", "derived"):
            base = bases.get((answers[0].label, code), sum(whole))
            if len(whole) == 1 and base > whole[0]:
                whole = [whole[0], base - whole[0]]
        table[code] = whole
    return table


def _row_tables(
    question: TypedQuestion, way: _Way, rounding: str
) -> dict[str, list[_Columns | None]]:
    """Return the tables that each row with a statistic of its own may have been tested in.

    A row is tested against the rest of its base, group by group. One that is followed by rows
    without a statistic may head a block, which is tested as a whole. None stands for a table
    that is not known.
    """
    groups = question.groups
    if len(groups) < 2:
        return {}
    bases = way.sizes
    by_column = next(other.sizes for other in _ways(question, rounding) if other.name == "columns")
    odd = {(row.label, code) for row, code in _disagreeing(question, bases, rounding)}
    tables: dict[str, list[_Columns | None]] = {}
    for label, block in _blocks(question):
        counted = [
            row
            for row in block
            if all(code in row.cells and row.cells[code].count is not None for code in groups)
        ]
        columns = {code: [row.cells[code].count or 0 for row in counted] for code in groups}
        ways: list[_Columns | None] = []
        for row in counted[:1]:
            sizes = {code: bases.get((row.label, code), 0) for code in groups}
            if way.name in ("rows", "all"):
                sizes = {c: question.bases.get(c, by_column[row.label, c]) for c in groups}
            unsure = any((row.label, code) in odd or not sizes[code] for code in groups)
            rest = {code: [columns[code][0], sizes[code] - columns[code][0]] for code in groups}
            if all(count >= 0 for column in rest.values() for count in column):
                ways.append(rest)
            if len(counted) > 1:
                ways.append(columns)
                unsure = unsure or any(sum(columns[code]) != sizes[code] for code in groups)
            if unsure:
                ways.append(None)
        tables[label] = ways
    return tables


def _blocks(question: TypedQuestion) -> list[tuple[str, list[TypedRow]]]:
    """List each row with a statistic of its own with the rows below it that have none."""
    blocks: list[tuple[str, list[TypedRow]]] = []
    for row in question.answers:
        if row.label in question.row_statistics:
            blocks.append((row.label, [row]))
        elif blocks:
            blocks[-1][1].append(row)
    return blocks
