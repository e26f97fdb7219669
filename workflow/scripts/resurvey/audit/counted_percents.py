"""Counted per cents: every per cent of a typed table against the count beside it."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from math import ceil

from resurvey.audit.readings import (
    Reading,
    column_sums,
)
from resurvey.audit.reported_statistics import (
    choose_statistics,
    judge_row_statistics,
    judge_statistics,
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
_Bases = Mapping[tuple[str, str], int]
_Choice = tuple[str, dict[tuple[str, str], int]]


def judge_counts(question: TypedQuestion, reading: Reading, terms: Terms) -> Judgement:
    """Check every per cent against the count beside it."""
    judged = Judgement(question, reading.name, reading.reason, "fits", "counts")
    judged.notes += question.notes
    question = _oriented(question, terms.rounding)
    judged.question = question
    judged.cells = {
        (row.label, code): JudgedCell(cell.text, cell.count, cell.count)
        for row in question.rows
        for code, cell in row.cells.items()
    }
    (name, bases), *alike = _likeliest_bases(question, terms.rounding)
    judged.assumptions.append(Note(f"assume_counts_{name}"))
    judged.notes += [Note(f"note_counts_also_{other}") for other, _ in alike]
    bad = _disagreeing(question, bases, terms.rounding)
    if name in ("given", "derived"):
        # A base that most cells share is no bound of the others: their column's own size is.
        sizes = dict(_denominators(question, terms.rounding)).get("given", {})
        fewer = [key for key in bad if _fewer_asked(question, *key, sizes)]
        bad = [key for key in bad if key not in fewer]
        if fewer:
            judged.note("note_fewer_asked", cells=str(len(fewer)))
    checked = len(_counted_cells(question))
    judged.bases = {
        code: _one({bases[key] for key in bases if key[1] == code}) for code in question.columns
    }
    if name == "rows":
        judged.bases = {
            row.label: _one({bases[key] for key in bases if key[0] == row.label})
            for row in question.rows
        }
    judged.solutions = 1 if not bad else 0
    if bad:
        judged.verdict = "misprints" if len(bad) <= max(1, checked // 2) else "undecided"
        judged.alternatives = [
            Alternatives(1, 1, ((_corrected_count(question, row, code, bases),),), 1)
            for row, code in bad
        ]
        if judged.verdict == "undecided":
            judged.note("note_counts_disagree", bad=str(len(bad)), cells=str(checked))
    table = _counted_table(question, bases, name)
    judged.statistics = choose_statistics(
        judge_statistics(question.statistics, None, "parts", table),
        judge_row_statistics(
            question.row_statistics, {}, _row_tables(question, bases, name, terms.rounding)
        ),
    )
    return judged


def _likeliest_bases(question: TypedQuestion, rounding: str) -> list[_Choice]:
    """Choose what the per cents are of: whatever agrees with most cells, all of several."""
    choices = _denominators(question, rounding)
    scores = [_score(question, bases, rounding) for _, bases in choices]
    counted = len(_counted_cells(question))
    # A base that is derived from the per cents agrees with more of them than it explains, so that
    # those of the columns come before it even with a misprint.
    slack = {"rows": 0, "all": 0, "derived": -1}
    likely = [
        (score, choice)
        for score, choice in zip(scores, choices, strict=True)
        if 3 * score >= 2 * counted
        and score >= max(scores) - slack.get(choice[0], max(1, counted // 3))
    ]
    if likely and likely[0][1][0] == "own":
        return [likely[0][1]]
    if likely:
        most = max(score for score, _ in likely)
        alike: list[_Choice] = []
        for score, choice in likely:
            if score == most and all(choice[1] != other for _, other in alike):
                alike.append(choice)
        return alike
    best = choices[scores.index(max(scores))]
    # With bases of its own for each answer most cells may miss the base that was given.
    given = next((choice for choice in choices if choice[0] == "given"), None)
    if given is not None and 3 * max(scores) < 2 * counted:
        few = [
            (row, code)
            for row, code in _disagreeing(question, given[1], rounding)
            if not _fewer_asked(question, row, code, given[1])
        ]
        if 3 * len(few) <= counted:
            return [given]
    return [best]


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
    choices = dict(_denominators(question, rounding))
    given = choices.get("given", {})
    cells = _counted_cells(question)
    if any(count > given.get((row.label, code), LARGEST_BASE) for row, code, count, _ in cells):
        return -1
    fewer = sum(_fewer_asked(question, row, code, given) for row, code, *_ in cells if fewer_too)
    return max(fewer, *(_score(question, bases, rounding) for bases in choices.values()))


def _denominators(question: TypedQuestion, rounding: str) -> list[_Choice]:
    """List what the per cents may be of: the bases that are given, or sums of the counts."""
    answers = question.answers
    keys = [(row, code) for row in question.rows for code in row.cells]
    groups = question.groups or list(question.columns)
    by_column = {
        code: sum(row.cells[code].count or 0 for row in answers if code in row.cells)
        for code in question.columns
    }
    by_row = {
        row.label: sum(row.cells[code].count or 0 for code in groups if code in row.cells)
        for row in question.rows
    }
    choices: list[_Choice] = []
    beside = {
        (row.label, code): row.cells[code].base or 0 for row, code in keys if row.cells[code].base
    }
    if beside:
        choices.append(("own", beside))
    sizes = {**question.largest_bases, **question.bases}
    if any(code in sizes for code in question.columns):
        given = {(row.label, code): sizes.get(code, by_column[code]) for row, code in keys}
        for code in question.largest_bases:
            # At most so many answered: it may be as many as the counts add up to.
            if code in question.bases or not 0 < by_column.get(code, 0) < sizes[code]:
                continue
            column = replace(question, rows=[_only(row, code) for row in question.rows])
            sums = {(row.label, code): by_column[code] for row in question.rows}
            if _score(column, sums, rounding) > _score(column, given, rounding):
                given |= sums
        choices.append(("given", given))
    choices.append(("columns", {(row.label, code): by_column[code] for row, code in keys}))
    common = {code: _common_base(answers, code) for code in question.columns}
    if any(common.values()):
        choices.append(
            (
                "derived",
                {(row.label, code): common[code] or by_column[code] for row, code in keys},
            )
        )
    if question.row_bases:
        choices.append(
            ("rows", {(row.label, c): question.row_bases.get(row.label, 0) for row, c in keys})
        )
    if len(question.columns) > 1:
        choices.append(("rows", {(row.label, code): by_row[row.label] for row, code in keys}))
        everybody = question.bases.get(TOTAL) or sum(by_column[code] for code in groups)
        choices.append(("all", {(row.label, code): everybody for row, code in keys}))
    return choices


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


def _agrees(count: int, base: int | None, share: Printed, rounding: str) -> bool:
    if not base:
        return False
    exact = Fraction(100 * count, base)
    # A word processor pads a whole number with the decimals of its table.
    padded = share.value.denominator == 1 and share.digits > 1
    return exact in interval(share, rounding, either_tie=True) or (
        padded and abs(exact - share.value) <= Fraction(1, 2)
    )


def _score(question: TypedQuestion, bases: _Bases, rounding: str) -> int:
    return len(_counted_cells(question)) - len(_disagreeing(question, bases, rounding))


def _disagreeing(
    question: TypedQuestion, bases: _Bases, rounding: str
) -> list[tuple[TypedRow, str]]:
    """List the cells whose per cent is not that of their count."""
    return [
        (row, code)
        for row, code, count, share in _counted_cells(question)
        if not _agrees(count, bases.get((row.label, code)), share, rounding)
    ]


def _counted_cells(question: TypedQuestion) -> list[tuple[TypedRow, str, int, Printed]]:
    """List row, column, count and per cent of the cells that print both."""
    return [
        (row, code, cell.count, cell.share)
        for row in question.rows
        for code, cell in row.cells.items()
        if cell.count is not None and cell.share is not None
    ]


def _corrected_count(
    question: TypedQuestion, row: TypedRow, code: str, bases: _Bases
) -> FoundMisprint:
    """Propose the per cent of the count; the count of the per cent where the sum says so."""
    cell = row.cells[code]
    assert cell.share is not None
    assert cell.count is not None
    base = bases.get((row.label, code)) or 0
    share = format_fixed(
        Fraction(100 * cell.count, base) if base else Fraction(0),
        cell.share.digits,
        cell.share.decimal or ".",
    )
    nearest = share
    counts = sum(other.cells[code].count or 0 for other in question.answers if code in other.cells)
    if base and counts != base and code in question.columns:
        within = interval(cell.share, "half_up")
        fitting = [
            count
            for count in range(int(within.low * base / 100), int(within.high * base / 100) + 2)
            if Fraction(100 * count, base) in within
        ]
        repaired = [count for count in fitting if counts - cell.count + count == base]
        if repaired:
            nearest = f"{repaired[0]} ({cell.share.text.strip()})"
    return FoundMisprint(row.label, question.columns[code], cell.text, nearest)


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
    question: TypedQuestion, bases: _Bases, name: str, rounding: str
) -> dict[str, list[_Columns | None]]:
    """Return the tables that each row with a statistic of its own may have been tested in.

    A row is tested against the rest of its base, group by group. One that is followed by rows
    without a statistic may head a block, which is tested as a whole. None stands for a table
    that is not known.
    """
    groups = question.groups
    if len(groups) < 2:
        return {}
    by_column = dict(_denominators(question, rounding))["columns"]
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
            if name in ("rows", "all"):
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
