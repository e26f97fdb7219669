"""Judgement: what follows for a typed question once it is known what its numbers are.

A misprint is claimed only under a reading that the table itself supports; where another reading
fits as well, or where so many cells fail that weighting or another base explains them better, the
judgement is that nothing can be decided.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from math import ceil, prod
from typing import Any

from resurvey.audit.means import check_mean
from resurvey.audit.misprints import corrected
from resurvey.audit.readings import (
    PrintedMean,
    Reading,
    choose_reading,
    column_sums,
    groups_are_everybody,
    means_of,
    settled,
    speaks_of_scores,
    written,
)
from resurvey.audit.reported import ReportedStatistic, judge_statistics
from resurvey.audit.typed import Note, TypedQuestion, TypedRow
from resurvey.core.errors import SurveyError
from resurvey.core.names import TOTAL
from resurvey.core.printed import Printed, format_fixed, interval, parse_printed
from resurvey.recovery.bases import candidates, count_bounds
from resurvey.recovery.cells import LARGEST_BASE, Cell, PrintedTable
from resurvey.recovery.constraints import constraints
from resurvey.recovery.misprints import Misprints, columns_alone, find_misprints
from resurvey.recovery.recovered import Recovered
from resurvey.recovery.relaxed import UNKNOWN, base_ranges, may_fit

VERDICTS = ("fits", "misprints", "undecided")
#: Combinations of bases, and sums of counts, that are gone through at most.
MOST_COMBINATIONS = 3_000_000
MOST_SUMS = 10_000_000
#: Of groups without a printed total: counts that are laid side by side at most, 10 s of work.
MOST_JOINED = 2_000_000_000
# Bases that are tried where none is known.
_MOST_TRIED = 2_000
_MOST_FREED_BASES = 12
# Sets of cells that are tried as misprints.
_MOST_TRIALS = 1_200
_MOST_LISTED = 40
# Means that are above this share of impossible ones are of another kind than was assumed.
_MOST_ODD_MEANS = Fraction(1, 3)
# Where measurements would pass as whole-number answers so often, nothing says what they are.
_LIKE_MEASUREMENTS, _LIKE_MEASURED_SCORES = 0.01, 0.1
_MOST_MEANS = 1_000


@dataclass(frozen=True)
class FoundMisprint:
    """A cell that cannot be as it is printed, and the nearest number that could."""

    row: str
    column: str
    printed: str
    nearest: str


@dataclass(frozen=True)
class Alternatives:
    """One fault of a table: the smallest sets of cells that would explain it.

    Attributes
    ----------
    size : int
        Cells in each set; 0 where no set was found.
    count : int
        Number of sets.
    sets : tuple of tuple of FoundMisprint
        The sets that are listed.
    searched : int
        All sets of up to so many cells were tried.
    """

    size: int
    count: int
    sets: tuple[tuple[FoundMisprint, ...], ...]
    searched: int = 0


@dataclass(frozen=True)
class JudgedCell:
    """A printed cell with the counts that it may stand for."""

    printed: str
    low: int | None = None
    high: int | None = None

    @property
    def counts(self) -> str:
        """The counts as text; empty where they are not known."""
        if self.low is None or self.high is None:
            return ""
        return str(self.low) if self.low == self.high else f"{self.low}–{self.high}"


@dataclass
class Judgement:
    """Everything that was found out about one question.

    Attributes
    ----------
    question : TypedQuestion
        The question as it was read.
    reading : str
        One of `READINGS`.
    reason : Note
        Why it was read so.
    verdict : {"fits", "misprints", "undecided"}
    solutions : int or None
        Exact number of tables of counts; None where they were not counted.
    bases : dict
        Column code -> respondents, a pair of bounds, or None where nothing is known.
    alternatives : list of Alternatives
        What would have to be misprinted.
    assumptions, notes : list of Note
        What the verdict rests on, and what was done or left open.
    others : list of tuple
        Other readings, each with a note of what it would mean.
    cells : dict
        (row label, column code) -> JudgedCell.
    statistics : list of ReportedStatistic
        Printed statistics, recomputed.
    row_tests : list of tuple
        Answer, smallest and largest p of yes against no, where each answer is tested by itself.
    found : Recovered or None
        All tables of counts, where they can be listed as one.
    rounding : str
        The rounding rule under which it was judged.
    means : list of tuple
        Of each mean that was checked: the chance that one of measurements passes, and whether
        this one did.
    """

    question: TypedQuestion
    reading: str
    reason: Note
    verdict: str
    shape: str = ""
    solutions: int | None = None
    bases: dict[str, Any] = field(default_factory=dict)
    alternatives: list[Alternatives] = field(default_factory=list)
    assumptions: list[Note] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    others: list[tuple[str, Note]] = field(default_factory=list)
    cells: dict[tuple[str, str], JudgedCell] = field(default_factory=dict)
    statistics: list[ReportedStatistic] = field(default_factory=list)
    row_tests: list[tuple[str, float, float]] = field(default_factory=list)
    found: Recovered | None = None
    rounding: str = "half_up"
    means: list[tuple[float, bool]] = field(default_factory=list)

    @property
    def misprints(self) -> list[FoundMisprint]:
        """Every cell that one of the smallest sets names, once; none unless that is the verdict."""
        if self.verdict != "misprints":
            return []
        cells: dict[tuple[str, str], FoundMisprint] = {}
        for one in self.alternatives:
            for several in one.sets:
                for cell in several:
                    cells.setdefault((cell.row, cell.column), cell)
        return list(cells.values())

    def note(self, key: str, **values: Any) -> None:
        """Add a note, once."""
        note = Note(key, values)
        if note not in self.notes:
            self.notes.append(note)


@dataclass(frozen=True)
class Terms:
    """What was asked for on the command line.

    Attributes
    ----------
    exact, largest : dict
        Column code or row label -> respondents, exactly or at most.
    rounding, derived : str
        Rounding rule, and what subtotals were made from.
    reading : str
        Forced reading; empty for none.
    weighted : bool
        The per cents are weighted.
    items : int or None
        Whole-number items of a mean; None assumes one.
    """

    exact: Mapping[str, int] = field(default_factory=dict)
    largest: Mapping[str, int] = field(default_factory=dict)
    rounding: str = "half_up"
    derived: str = "unknown"
    reading: str = ""
    weighted: bool = False
    items: int | None = None


def _turned(cell: FoundMisprint) -> FoundMisprint:
    """Name a cell as the file has it, whose rows were turned into columns."""
    return replace(cell, row=cell.column, column=cell.row)


def judge_question(question: TypedQuestion, terms: Terms) -> Judgement:
    """Read one typed question and judge it."""
    sized = replace(
        question,
        bases=question.bases | {c: n for c, n in terms.exact.items() if c in question.columns},
        largest_bases=question.largest_bases
        | {c: n for c, n in terms.largest.items() if c in question.columns},
        row_bases=question.row_bases
        | {row.label: terms.exact[row.label] for row in question.rows if row.label in terms.exact},
    )
    if TOTAL in terms.exact and TOTAL not in sized.columns:
        sized.bases[TOTAL] = terms.exact[TOTAL]
    if TOTAL in terms.largest and TOTAL not in sized.columns:
        sized.largest_bases[TOTAL] = terms.largest[TOTAL]
    reading = choose_reading(sized, terms.rounding, terms.reading, terms.weighted)
    if reading.name == "means":
        return _judge_means(sized, reading, terms)
    if reading.name == "not_percents":
        judged = Judgement(sized, reading.name, reading.reason, "undecided")
        judged.notes += [*sized.notes, Note("note_nothing_to_check")]
        judged.cells = _bare_cells(sized)
        return judged
    if reading.name == "counts_and_percents":
        return _judge_counts(sized, reading, terms)
    if reading.name == "weighted":
        return _judge_weighted(reading, terms)
    return _judge_shares(reading, terms)


def _bare_cells(question: TypedQuestion) -> dict[tuple[str, str], JudgedCell]:
    return {
        (row.label, code): JudgedCell(cell.text)
        for row in question.rows
        for code, cell in row.cells.items()
    }


# Shares -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Bounds:
    """Smallest and largest base of every column, and whether the groups make the total."""

    smallest: Mapping[str, int]
    largest: Mapping[str, int]
    tied: bool
    sizes_known: bool


@dataclass(frozen=True)
class _Piece:
    """A part of the table that is judged by itself: a row of its own, or the total column."""

    table: PrintedTable
    rows: tuple[int, ...]
    found: Recovered | None

    def fits(self, rounding: str) -> bool:
        return bool(self.found) if self.found is not None else may_fit(self.table, rounding, {})

    def misprints(self, rounding: str) -> Misprints:
        if self.found is not None:
            return find_misprints(
                self.table, rounding, most_trials=_MOST_TRIALS, most_listed=_MOST_LISTED
            )
        return find_misprints(self.table, rounding, may_fit, _MOST_TRIALS, 2, _MOST_LISTED)


def _bounds(question: TypedQuestion) -> _Bounds:
    exact, largest = question.bases, question.largest_bases
    total = exact.get(TOTAL, largest.get(TOTAL, UNKNOWN))
    low: dict[str, int] = {}
    high: dict[str, int] = {}
    for code in {**question.columns, TOTAL: ""}:
        low[code] = exact.get(code, 1)
        high[code] = exact.get(code, largest.get(code, UNKNOWN if code == TOTAL else total))
    groups = question.groups
    known = all(code in exact for code in groups)
    summed = sum(exact[code] for code in groups) if known else None
    tied = True
    if summed is not None and groups:
        if TOTAL in exact:
            tied = summed == exact[TOTAL]
        elif TOTAL in largest:
            tied = summed <= largest[TOTAL]
        else:
            low[TOTAL] = high[TOTAL] = summed
    elif groups and sum(exact.get(code, 1) for code in groups) > total:
        tied = False
    sized = {**largest, **exact}
    known = all(code in sized for code in groups) or groups_are_everybody(question)
    return _Bounds(low, high, tied, known)


def _pieces(
    question: TypedQuestion, shape: str, bounds: _Bounds, terms: Terms, tied: bool
) -> list[_Piece]:
    """Cut a question into the parts that are judged by themselves."""
    answers = [row for row in question.rows if not row.parts]
    columns = (
        [question.groups, [TOTAL]]
        if not tied and question.groups
        else [[*question.groups, *([TOTAL] if TOTAL in question.columns else [])]]
    )
    pieces = []
    for codes in columns:
        some = [code for code in codes if code in question.columns]
        if not some:
            continue
        rows: list[tuple[int, ...]] = [tuple(range(len(answers)))]
        if shape == "several_answers":
            rows = [(place,) for place in range(len(answers))]
        for places in rows:
            table = _table(question, some, places, shape, bounds, terms)
            if table is not None:
                found = Recovered(table, terms.rounding) if affordable(table) else None
                pieces.append(_Piece(table, places, found))
    return pieces


def _table(
    question: TypedQuestion,
    codes: Sequence[str],
    places: Sequence[int],
    shape: str,
    bounds: _Bounds,
    terms: Terms,
) -> PrintedTable | None:
    answers = [row for row in question.rows if not row.parts]
    groups = [code for code in codes if code != TOTAL] or [TOTAL]
    everyone = tuple(range(len(groups)))
    cells = []
    for code in codes:
        for place, at in enumerate(places):
            cell = answers[at].cells.get(code)
            if cell is not None and cell.share is not None:
                columns = everyone if code == TOTAL else (groups.index(code),)
                cells.append(Cell(code, place, (place,), columns, (), cell.share))
    if not cells:
        return None
    if terms.derived != "unknown" and shape != "several_answers":
        cells += _derived_cells(question, answers, codes, groups)
    smallest = tuple(bounds.smallest[code] for code in groups)
    largest = tuple(bounds.largest[code] for code in groups)
    low, high = sum(smallest), min(sum(largest), UNKNOWN)
    if len(groups) > 1 and TOTAL in codes:
        low = max(low, bounds.smallest.get(TOTAL, low))
        high = min(high, bounds.largest.get(TOTAL, high))
    elif len(groups) > 1 and bounds.tied:
        high = min(high, bounds.largest.get(TOTAL, high))
        low = max(low, bounds.smallest.get(TOTAL, low)) if TOTAL in question.bases else low
    if low > high:
        low, high = sum(smallest), min(sum(largest), UNKNOWN)
    number = len(places) + (shape != "parts")
    return PrintedTable(
        tuple(groups), number, tuple(cells), smallest, largest, low, high, terms.derived
    )


def _derived_cells(
    question: TypedQuestion,
    answers: Sequence[TypedRow],
    codes: Sequence[str],
    groups: Sequence[str],
) -> list[Cell]:
    labels = [row.label for row in answers]
    cells = []
    for row in question.rows:
        if not row.parts:
            continue
        positions = tuple(sorted(labels.index(part) for part in row.parts))
        name = "+".join(str(labels.index(part) + 1) for part in row.parts)
        for code in codes:
            cell = row.cells.get(code)
            if cell is not None and cell.share is not None:
                columns = tuple(range(len(groups))) if code == TOTAL else (groups.index(code),)
                cells.append(Cell(code, name, positions, columns, (), cell.share))
    return cells


def affordable(table: PrintedTable) -> bool:
    """Tell whether all tables of counts can be gone through within seconds."""
    if max(*table.largest, table.total_largest) >= UNKNOWN:
        return False
    sizes = [high - low + 1 for low, high in zip(table.smallest, table.largest, strict=True)]
    combinations = prod(sizes)
    if table.total_smallest == table.total_largest and combinations > 1:
        combinations //= max(sizes)
    if combinations > MOST_COMBINATIONS or prod(sizes) > 100 * MOST_COMBINATIONS:
        return False
    tied = any(len(cell.groups) > 1 for cell in table.cells)
    work = []
    for group, size in enumerate(table.largest):
        own = [c for c in table.cells if c.groups == (group,) and c.printed is not None]
        # How many counts print alike in each answer; one without a share has them all.
        widths: list[int] = [1 + size // (100 * 10**c.printed.digits) for c in own if c.printed]
        spread = sum(widths) - len(widths) + 1
        work.append((max(widths, default=size), min(spread, size + 1)))
    times = combinations * table.answers
    joined = times * prod(width * spread for width, spread in work)
    if tied:
        return joined <= MOST_SUMS
    # A test compares the groups even where no total ties them.
    apart = times * sum(width * spread for width, spread in work)
    return apart <= MOST_SUMS and joined <= MOST_JOINED


def _fitting(
    reading: Reading, shape: str, bounds: _Bounds, terms: Terms
) -> tuple[TypedQuestion, str, bool, list[_Piece], list[Note]] | None:
    """Find the likeliest way to read decimals and rounding under which everything fits."""
    ways = [reading.question]
    if reading.name != "row_percents":
        ways += [way for way in settled(reading.question, terms.rounding)[1:] if way not in ways]
    rules = [terms.rounding]
    if terms.rounding == "half_up":
        # Sums that miss 100 are nothing that cutting could be told by.
        rules += ["half_even"] if reading.off else ["half_even", "truncation"]
    for rule in rules:
        for way in ways:
            own = replace(terms, rounding=rule)
            pieces = _pieces(way, shape, bounds, own, bounds.tied)
            if pieces and all(piece.fits(rule) for piece in pieces):
                notes = [] if rule == terms.rounding else [Note(f"note_rule_{rule}")]
                return way, rule, bounds.tied, pieces, notes
    return None


def _judge_shares(reading: Reading, terms: Terms) -> Judgement:
    question = reading.question
    bounds = _bounds(question)
    judged = Judgement(question, reading.name, reading.reason, "fits", reading.shape)
    judged.notes += question.notes
    solved = _fitting(reading, reading.shape, bounds, terms)
    loose = _loose_fit(reading, bounds, terms) if reading.off and reading.shape == "parts" else None
    if solved is not None:
        way, rule, _, pieces, notes = solved
        judged.question, judged.notes, judged.rounding = way, [*way.notes, *notes], rule
        _fill(judged, pieces, bounds, replace(terms, rounding=rule))
    else:
        pieces = _pieces(question, reading.shape, bounds, terms, bounds.tied)
        judged.cells = _cells_alone(question, bounds, terms.rounding)
        judged.bases = _given_bases(question, bounds)
        judged.solutions = 0 if all(piece.found is not None for piece in pieces) else None
        _explain(judged, reading, pieces, bounds, terms, loose)
    if reading.name == "row_percents":
        judged.alternatives = [
            replace(one, sets=tuple(tuple(map(_turned, several)) for several in one.sets))
            for one in judged.alternatives
        ]
    _assume(judged, reading, bounds)
    if reading.slight and judged.verdict == "fits":
        judged.verdict = "undecided"
        slip = _other("parts", reading) if reading.near else _slip(reading, terms)
        judged.others.append(("parts", slip))
    elif judged.verdict == "fits":
        for other in reading.others:
            judged.others.append((other, _other(other, reading)))
    return judged


def _loose_fit(reading: Reading, bounds: _Bounds, terms: Terms) -> str:
    """Name the looser reading under which everything fits; empty where none does."""
    sums = column_sums(reading.question, terms.rounding)
    above = any(sums.values[code] > 100 for code in reading.off if code in sums.values)
    for shape in ("several_answers",) if above else ("open_list", "several_answers"):
        if _fitting(reading, shape, bounds, terms) is not None:
            return shape
    return ""


def _explain(
    judged: Judgement,
    reading: Reading,
    pieces: Sequence[_Piece],
    bounds: _Bounds,
    terms: Terms,
    loose: str | None,
) -> None:
    """Say what would have to be misprinted, and whether that is the likeliest explanation."""
    question = judged.question
    answers = [row for row in question.rows if not row.parts]
    failing = [piece for piece in pieces if not piece.fits(terms.rounding)]
    judged.alternatives = [
        _alternatives(question, answers, piece, piece.misprints(terms.rounding))
        for piece in failing
    ]
    judged.verdict = "misprints"
    printed = sum(len(piece.table.cells) for piece in pieces)
    size = sum(one.size for one in judged.alternatives)
    unexplained = any(not one.count for one in judged.alternatives)
    smaller = _smaller_bases(reading, bounds, terms)
    several = reading.shape == "several_answers"
    if smaller:
        judged.note("note_smaller_bases" if several else "note_smaller_base", bases=smaller)
    if unexplained or size > max(1, printed // 3) or _like_no_counts(question, bounds, terms):
        judged.verdict = "undecided"
        judged.note("note_too_many", cells=str(printed))
        if not unexplained:
            judged.note("note_at_least", size=str(size))
        return
    if question.groups and TOTAL in question.columns and bounds.tied:
        apart = _pieces(question, reading.shape, bounds, terms, tied=False)
        if all(piece.fits(terms.rounding) for piece in apart) and not bounds.sizes_known:
            judged.verdict = "undecided"
            judged.note("note_not_the_sum")
            return
    if reading.far and any(one.count > 1 for one in judged.alternatives):
        # Which answers exclude each other is a guess from words: several cells, no claim.
        judged.verdict = "undecided"
        judged.others.append(("several_answers", Note("other_fits")))
        return
    if smaller and (size > 1 or question.headed - set(terms.exact)):
        judged.verdict = "undecided"
        return
    if size > 1 and (code := _wrong_base(reading, terms)):
        judged.verdict = "undecided"
        base = str(question.bases[code])
        judged.note("note_wrong_base", column=question.columns[code], base=base)
        return
    if loose == "open_list" and _telling(reading, bounds):
        judged.verdict = "undecided"
        judged.others.append((loose, Note("other_fits_exactly")))
    elif loose:
        judged.others.append((loose, Note(_why_not(reading, terms))))
    elif _fits_without_bases(reading, terms):
        judged.others.append(("weighted", Note("other_fits_weighted")))


def _fits_without_bases(reading: Reading, terms: Terms) -> bool:
    """Tell whether sums and totals allow the table, so that weights would explain it too."""
    bare = replace(reading.question, bases={}, largest_bases={})
    bounds = _bounds(bare)
    pieces = _pieces(bare, reading.shape, bounds, terms, bounds.tied)
    return all(piece.fits(terms.rounding) for piece in pieces)


def _why_not(reading: Reading, terms: Terms) -> str:
    """Name what speaks against the looser reading under which everything would fit."""
    if column_sums(reading.question, terms.rounding).near:
        rows = reading.name == "row_percents"
        return "other_fits_less_rows" if rows else "other_fits_less"
    return "other_fits_words" if reading.reason.key == "reason_one_each" else "other_fits"


def _like_no_counts(question: TypedQuestion, bounds: _Bounds, terms: Terms) -> bool:
    """Tell whether as many cells are no share of their base as if nobody had been counted.

    Of numbers that are no shares of a base, weighted ones for instance, a part is one by chance:
    half of all numbers with one decimal are shares of 500. Where at least half as many cells fail
    as would then be expected, misprints are not the likelier explanation.
    """
    odd, expected = 0, Fraction(0)
    cells = _cells_alone(question, bounds, terms.rounding)
    for row in question.rows:
        for code, cell in row.cells.items():
            base = bounds.smallest.get(code, 1)
            if cell.share is None or base != bounds.largest.get(code):
                continue
            odd += cells[row.label, code].low is None
            expected += max(Fraction(0), 1 - Fraction(base, 100 * 10**cell.share.digits))
    if odd > 1 and 2 * odd >= expected:
        return True
    return _columns_that_no_base_prints(question, bounds, terms) > 0


def _columns_that_no_base_prints(question: TypedQuestion, bounds: _Bounds, terms: Terms) -> int:
    """Count the columns that sum to 100, but not with any base up to their largest one."""
    near = set(column_sums(question, terms.rounding).near)
    failing = checked = 0
    for piece in _pieces(question, "parts", bounds, terms, tied=False):
        for column in columns_alone(piece.table):
            (name,) = column.groups
            open_base = column.smallest[0] < column.largest[0] < UNKNOWN
            if name in near and open_base:
                checked += 1
                failing += not may_fit(column, terms.rounding, {})
    return failing > 0 and 2 * failing >= checked


def _telling(reading: Reading, bounds: _Bounds) -> bool:
    """Tell whether the cells of a column that misses 100 are ones that few slips would give.

    With a base that is known and small most printed numbers are no share of it; a column whose
    every number is one, and which misses 100 by few people, is likelier to be short of people
    than of a digit.
    """
    if not reading.off:
        return False
    for code in reading.off:
        base = bounds.smallest.get(code, 1)
        if base != bounds.largest.get(code) or base < 2:
            return False
        shares = [
            row.cells[code].share
            for row in reading.question.rows
            if not row.parts and code in row.cells and row.cells[code].share
        ]
        digits = max(share.digits for share in shares if share)
        if 2 * base > 10 ** (digits + 2):
            return False
        missing = 100 - sum((share.value for share in shares if share), Fraction(0))
        if not 0 < missing <= A_FEW:
            return False
    return True


#: A column that misses 100 by more than this many points is short of more than a few people.
A_FEW = 5


def _smaller_bases(reading: Reading, bounds: _Bounds, terms: Terms) -> str:
    """Name the bases under which everything fits if not everybody answered."""
    question = reading.question
    exact = [code for code in question.columns if code in question.bases]
    if not exact:
        return ""
    opened = replace(
        question,
        bases={},
        largest_bases=question.largest_bases | question.bases,
    )
    wider = _bounds(opened)
    least = {
        code: max(1, question.bases[code] * 9 // 10) if code in question.bases else low
        for code, low in wider.smallest.items()
    }
    wider = replace(wider, smallest=least)
    pieces = _pieces(opened, reading.shape, wider, terms, wider.tied)
    if not all(piece.fits(terms.rounding) for piece in pieces):
        return ""
    found = pieces[0].found
    if found is None:
        return ", ".join(f"{question.columns[code]} ≤ {question.bases[code]}" for code in exact)
    # Each answer of several may have a base of its own: the first shows what is meant.
    chosen = found.chosen().bases
    return ", ".join(
        f"{question.columns[code]} {size}"
        for code, size in chosen.items()
        if code in question.columns
    )


def _wrong_base(reading: Reading, terms: Terms) -> str:
    """Give the column whose base alone, if it were another, would make everything fit."""
    question = reading.question
    given = [code for code in question.columns if code in question.bases]
    for code in given[:_MOST_FREED_BASES]:
        bases = {other: size for other, size in question.bases.items() if other != code}
        largest = min(2 * question.bases[code], LARGEST_BASE)
        opened = replace(question, bases=bases, largest_bases={code: largest})
        wider = _bounds(opened)
        pieces = _pieces(opened, reading.shape, wider, terms, wider.tied)
        if all(piece.fits(terms.rounding) for piece in pieces):
            return code
    return ""


def _alternatives(
    question: TypedQuestion, answers: Sequence[TypedRow], piece: _Piece, found: Misprints
) -> Alternatives:
    subtotals = {
        "+".join(
            str([row.label for row in answers].index(part) + 1) for part in row.parts
        ): row.label
        for row in question.rows
        if row.parts
    }
    sets = []
    for several in found:
        cells = []
        for cell in several:
            label = (
                subtotals[cell.row]
                if isinstance(cell.row, str)
                else answers[piece.rows[cell.row]].label
            )
            row = next(row for row in question.rows if row.label == label)
            original = row.cells[cell.column].text
            cells.append(
                FoundMisprint(
                    label,
                    question.columns[cell.column],
                    original,
                    _nearest(cell.printed, cell.units),
                )
            )
        sets.append(tuple(cells))
    return Alternatives(found.size, found.count, tuple(sets), found.searched)


def _nearest(text: str, units: int) -> str:
    """Move a printed per cent by so many units, the other way where that leaves 0 to 100.

    Examples
    --------
    >>> _nearest("17.9", -501), _nearest("28,3", -2)
    ('68.0', '28,1')
    """
    moved = corrected(text, units)
    return moved if 0 <= parse_printed(moved).value <= 100 else corrected(text, -units)


def _fill(judged: Judgement, pieces: Sequence[_Piece], bounds: _Bounds, terms: Terms) -> None:
    """Write down counts, bases and numbers of solutions of a table that fits."""
    question = judged.question
    answers = [row for row in question.rows if not row.parts]
    judged.cells = _bare_cells(question)
    judged.bases = _given_bases(question, bounds)
    if all(piece.found is not None for piece in pieces):
        judged.solutions = _number(pieces)
        if not judged.solutions:
            # Each row by itself fits, but no base carries them all.
            judged.note("note_own_bases")
            judged.solutions = None
        for piece in pieces:
            found = piece.found
            assert found is not None
            listed = [one.bases for one in found.bases()]
            columns = [*piece.table.groups]
            if any(len(cell.groups) > 1 for cell in piece.table.cells):
                columns.append(TOTAL)
            for code in columns:
                sizes = [one.get(code, sum(one.values())) for one in listed]
                _narrow(judged.bases, code, min(sizes), max(sizes))
            for place, at in enumerate(piece.rows):
                for code in columns:
                    key = (answers[at].label, code)
                    if key in judged.cells:
                        low, high = found.range("count", (place,), code)
                        text = judged.cells[key].printed
                        judged.cells[key] = JudgedCell(text, int(low), int(high))
        if len(pieces) == 1:
            judged.found = pieces[0].found
        elif judged.shape == "several_answers" and len(question.groups) > 1:
            judged.row_tests = _row_tests(answers, pieces)
    else:
        judged.solutions = None
        for piece in pieces:
            ranges = None
            if len(piece.table.groups) > 1 and min(piece.table.largest) < UNKNOWN:
                ranges = base_ranges(piece.table, terms.rounding)
            for code, ends in zip(piece.table.groups, ranges or [], strict=False):
                low, high = ends
                if high < UNKNOWN:
                    _narrow(judged.bases, code, int(-(-low // 1)) or 1, int(high // 1))
        judged.cells = _cells_alone(question, bounds, terms.rounding)
        if all(bounds.largest[code] < UNKNOWN for code in question.columns):
            judged.note("note_not_counted")
        if judged.shape == "parts":
            _smallest(judged, pieces, bounds, terms)
    if judged.reading in ("parts", "open_list", "row_percents", "several_answers"):
        judged.statistics = judge_statistics(question.statistics, judged.found, judged.shape)


def _row_tests(
    answers: Sequence[TypedRow], pieces: Sequence[_Piece]
) -> list[tuple[str, float, float]]:
    """Give the range of Pearson's p for each answer, yes against no."""
    tests = []
    for piece in pieces:
        if piece.found is not None and len(piece.table.groups) > 1:
            try:
                low, high = piece.found.range("p_value")
            except SurveyError:
                continue
            tests.append((answers[piece.rows[0]].label, float(low), float(high)))
    return tests


def _smallest(judged: Judgement, pieces: Sequence[_Piece], bounds: _Bounds, terms: Terms) -> None:
    """Find the smallest base that prints like each column whose base is not known."""
    for piece in pieces:
        for column in columns_alone(piece.table):
            (name,) = column.groups
            if bounds.largest.get(name, UNKNOWN) < UNKNOWN or terms.rounding == "unknown":
                continue
            tried = replace(
                column,
                smallest=(1,),
                largest=(_MOST_TRIED,),
                total_smallest=1,
                total_largest=_MOST_TRIED,
            )
            shares = constraints(tried, (terms.rounding,))
            fitting = candidates(tried, shares) if shares is not None else None
            if fitting is not None and len(fitting):
                base = int(fitting.bases[:, 0].min())
                judged.note(
                    "note_smallest_base", column=judged.question.columns[name], base=str(base)
                )


def _number(pieces: Sequence[_Piece]) -> int:
    """Count the tables of all pieces together: the same bases stand behind each of them."""
    if len(pieces) == 1 and pieces[0].found is not None:
        return pieces[0].found.count
    by_groups: dict[tuple[str, ...], dict[tuple[int, ...], int]] = {}
    for piece in pieces:
        assert piece.found is not None
        numbers = {tuple(one.bases.values()): one.solutions for one in piece.found.bases()}
        known = by_groups.get(piece.table.groups)
        if known is not None:
            numbers = {
                bases: number * known[bases] for bases, number in numbers.items() if bases in known
            }
        by_groups[piece.table.groups] = numbers
    return prod(sum(numbers.values()) for numbers in by_groups.values())


def _narrow(bases: dict[str, Any], code: str, low: int, high: int) -> None:
    known = bases.get(code)
    if isinstance(known, int):
        return
    if isinstance(known, list):
        low, high = max(low, known[0]), min(high, known[1])
    bases[code] = low if low == high else [low, high]


def _given_bases(question: TypedQuestion, bounds: _Bounds) -> dict[str, Any]:
    bases: dict[str, Any] = {}
    for code in question.columns:
        low, high = bounds.smallest.get(code, 1), bounds.largest.get(code, UNKNOWN)
        if code in question.bases:
            bases[code] = question.bases[code]
        elif high < UNKNOWN:
            bases[code] = [low, high] if low != high else low
        else:
            bases[code] = None
    return bases


def _cells_alone(
    question: TypedQuestion, bounds: _Bounds, rounding: str
) -> dict[tuple[str, str], JudgedCell]:
    """Give the counts of each cell by itself, where its base is known."""
    import numpy as np

    cells = _bare_cells(question)
    if rounding == "unknown":
        return cells
    for row in question.rows:
        for code, cell in row.cells.items():
            base = bounds.smallest.get(code, 1)
            if cell.share is None or base != bounds.largest.get(code):
                continue
            low, high = count_bounds(interval(cell.share, rounding), np.array([base]))
            if low[0] <= high[0]:
                ends = max(int(low[0]), 0), min(int(high[0]), base)
                cells[row.label, code] = JudgedCell(cell.text, *ends)
    return cells


def _assume(judged: Judgement, reading: Reading, bounds: _Bounds) -> None:
    """Name what the verdict rests on."""
    judged.assumptions.append(Note(f"assume_{reading.shape}"))
    question = judged.question
    if any(code in question.bases for code in question.columns):
        judged.assumptions.append(Note("assume_bases"))
    if question.groups and TOTAL in question.columns:
        if bounds.tied:
            judged.assumptions.append(Note("assume_total"))
        else:
            judged.note("note_untied")
    if not any(size < UNKNOWN for size in bounds.largest.values()):
        judged.note("note_no_bases")


def _slip(reading: Reading, terms: Terms) -> Note:
    sums = column_sums(reading.question, terms.rounding)
    return Note("other_slip", {"sum": written(next(iter(sums.values.values())))})


def _other(name: str, reading: Reading) -> Note:
    if name == "parts" and reading.off:
        columns = ", ".join(reading.question.columns[code] for code in reading.off)
        return Note("other_parts_off", {"columns": columns})
    return Note("other_fits")


# Weighted ----------------------------------------------------------------------------------------


def _judge_weighted(reading: Reading, terms: Terms) -> Judgement:
    """Judge weighted per cents by their sums alone: no whole number of people stands behind."""
    question = replace(reading.question, bases={}, largest_bases={})
    judged = Judgement(question, "weighted", reading.reason, "undecided", reading.shape)
    judged.notes += [*question.notes, Note("note_weighted")]
    judged.cells = _bare_cells(question)
    judged.bases = {code: reading.question.bases.get(code) for code in question.columns}
    judged.assumptions.append(Note("assume_weighted"))
    if reading.shape == "parts" and reading.off and reading.strong:
        bounds = _bounds(question)
        pieces = _pieces(question, "parts", bounds, terms, tied=False)
        failing = [piece for piece in pieces if not piece.fits(terms.rounding)]
        answers = [row for row in question.rows if not row.parts]
        judged.alternatives = [
            _alternatives(question, answers, piece, piece.misprints(terms.rounding))
            for piece in failing
        ]
        size = sum(one.size for one in judged.alternatives)
        printed = sum(len(piece.table.cells) for piece in pieces)
        if (
            judged.alternatives
            and size <= max(1, printed // 3)
            and all(one.count for one in judged.alternatives)
        ):
            judged.verdict = "misprints"
            judged.assumptions.append(Note("assume_parts"))
    return judged


# Counts beside per cents --------------------------------------------------------------------------


def _judge_counts(question: TypedQuestion, reading: Reading, terms: Terms) -> Judgement:
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
    name, bases = _best_bases(question, terms.rounding)
    judged.assumptions.append(Note(f"assume_counts_{name}"))
    bad = [
        (row, code)
        for row in question.rows
        for code, cell in row.cells.items()
        if cell.share is not None
        and cell.count is not None
        and not _agrees(cell.count, bases.get((row.label, code)), cell.share, terms.rounding)
    ]
    if name in ("given", "derived"):
        # A base that most cells share is no bound of the others: their column's own size is.
        sizes = dict(_denominators(question, terms.rounding)).get("given", {})
        fewer = [key for key in bad if _fewer_asked(question, *key, sizes)]
        bad = [key for key in bad if key not in fewer]
        if fewer:
            judged.note("note_fewer_asked", cells=str(len(fewer)))
    checked = sum(
        cell.share is not None and cell.count is not None
        for row in question.rows
        for cell in row.cells.values()
    )
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
            Alternatives(
                1,
                1,
                ((_corrected_count(question, row, code, bases, terms.rounding),),),
                1,
            )
            for row, code in bad
        ]
        if judged.verdict == "undecided":
            judged.note("note_counts_disagree", bad=str(len(bad)), cells=str(checked))
    table = _counted_table(question, bases, name)
    judged.statistics = judge_statistics(question.statistics, None, "parts", table)
    return judged


def _best_bases(question: TypedQuestion, rounding: str) -> tuple[str, dict[tuple[str, str], int]]:
    """Choose what the per cents are of: the first that agrees with most cells, else the best."""
    choices = _denominators(question, rounding)
    scores = [_score(question, bases, rounding) for _, bases in choices]
    counted = sum(
        cell.share is not None and cell.count is not None
        for row in question.rows
        for cell in row.cells.values()
    )
    for choice, score in zip(choices, scores, strict=True):
        if 3 * score >= 2 * counted and score >= max(scores) - max(1, counted // 3):
            return choice
    best = choices[scores.index(max(scores))]
    # With bases of its own for each answer most cells may miss the base that was given.
    given = next((one for one in choices if one[0] == "given"), None)
    if given is not None and 3 * max(scores) < 2 * counted:
        few = [
            (row, code)
            for row in question.rows
            for code, cell in row.cells.items()
            if cell.share is not None
            and cell.count is not None
            and not _agrees(cell.count, given[1].get((row.label, code)), cell.share, rounding)
            and not _fewer_asked(question, row, code, given[1])
        ]
        if 3 * len(few) <= counted:
            return given
    return best


def _fewer_asked(question: TypedQuestion, row: TypedRow, code: str, bases: "_Bases") -> bool:
    """Tell whether a per cent is of fewer people than its column has, none of whom is counted."""
    cell = row.cells[code]
    base = bases.get((row.label, code)) or 0
    if cell.share is None or not cell.count or cell.share.value <= 0 or not base:
        return False
    counted = sum(
        other.cells[code].count or 0
        for other in question.rows
        if code in other.cells and not other.parts
    )
    if counted == base:
        return False
    within = interval(cell.share, "half_up", either_tie=True)
    low = 100 * cell.count / within.high
    high = 100 * cell.count / max(within.low, Fraction(1, 10**6))
    # Some whole number of people at or below the base, though not below its half.
    return ceil(low) <= base and ceil(low) <= high and 2 * high >= base


def _one(sizes: Iterable[int | None]) -> int | None:
    known = {size for size in sizes if size}
    return next(iter(known)) if len(known) == 1 else None


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
        (_plausible(one, rounding, one is question), len(column_sums(one, rounding).near))
        for one in (question, swapped)
    ]
    return swapped if scores[1] > scores[0] else question


def _plausible(question: TypedQuestion, rounding: str, fewer_too: bool) -> int:
    """Count the cells that agree with a base, or may be of fewer people than their column has."""
    choices = dict(_denominators(question, rounding))
    given = choices.get("given", {})
    cells = [
        (row, code, cell)
        for row in question.rows
        for code, cell in row.cells.items()
        if cell.count is not None and cell.share is not None
    ]
    if any(
        (cell.count or 0) > given.get((row.label, code), LARGEST_BASE) for row, code, cell in cells
    ):
        return -1
    fewer = sum(_fewer_asked(question, row, code, given) for row, code, _ in cells if fewer_too)
    return max(fewer, *(_score(question, bases, rounding) for bases in choices.values()))


_Bases = Mapping[tuple[str, str], int]


def _denominators(
    question: TypedQuestion, rounding: str
) -> list[tuple[str, dict[tuple[str, str], int]]]:
    """List what the per cents may be of: the bases that are given, or sums of the counts."""
    answers = [row for row in question.rows if not row.parts]
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
    found: list[tuple[str, dict[tuple[str, str], int]]] = []
    own = {
        (row.label, code): row.cells[code].base or 0 for row, code in keys if row.cells[code].base
    }
    if own:
        found.append(("own", own))
    known = {**question.largest_bases, **question.bases}
    if any(code in known for code in question.columns):
        given = {(row.label, code): known.get(code, by_column[code]) for row, code in keys}
        for code in question.largest_bases:
            # At most so many answered: it may be as many as the counts add up to.
            if code in question.bases or not 0 < by_column.get(code, 0) < known[code]:
                continue
            column = replace(question, rows=[_only(row, code) for row in question.rows])
            sums = {(row.label, code): by_column[code] for row in question.rows}
            if _score(column, sums, rounding) > _score(column, given, rounding):
                given |= sums
        found.append(("given", given))
    found.append(("columns", {(row.label, code): by_column[code] for row, code in keys}))
    common = {code: _common_base(answers, code) for code in question.columns}
    if any(common.values()):
        found.append(
            (
                "derived",
                {(row.label, code): common[code] or by_column[code] for row, code in keys},
            )
        )
    if question.row_bases:
        found.append(
            ("rows", {(row.label, c): question.row_bases.get(row.label, 0) for row, c in keys})
        )
    if len(question.columns) > 1:
        found.append(("rows", {(row.label, code): by_row[row.label] for row, code in keys}))
        everybody = question.bases.get(TOTAL) or sum(by_column[code] for code in groups)
        found.append(("all", {(row.label, code): everybody for row, code in keys}))
    return found


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
    return sum(
        _agrees(cell.count, bases.get((row.label, code)), cell.share, rounding)
        for row in question.rows
        for code, cell in row.cells.items()
        if cell.share is not None and cell.count is not None
    )


def _corrected_count(
    question: TypedQuestion, row: TypedRow, code: str, bases: _Bases, rounding: str
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
    counts = sum(
        other.cells[code].count or 0
        for other in question.rows
        if code in other.cells and not other.parts
    )
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
    """Give the table of counts that a test would be made of, where the list is whole."""
    answers = [row for row in question.rows if not row.parts]
    groups = question.groups
    if len(groups) < 2:
        return None
    table = {}
    for code in groups:
        counts = [row.cells[code].count for row in answers if code in row.cells]
        if len(counts) < len(answers) or any(count is None for count in counts):
            return None
        known = [count for count in counts if count is not None]
        if name in ("given", "own", "derived"):
            base = bases.get((answers[0].label, code), sum(known))
            if len(known) == 1 and base > known[0]:
                known = [known[0], base - known[0]]
        table[code] = known
    return table


# Means --------------------------------------------------------------------------------------------


def _judge_means(question: TypedQuestion, reading: Reading, terms: Terms) -> Judgement:
    judged = Judgement(question, "means", reading.reason, "fits", "means")
    judged.notes += question.notes
    judged.cells = _bare_cells(question)
    judged.bases = {code: question.bases.get(code) for code in question.columns}
    items = terms.items or 1
    judged.assumptions.append(
        Note("assume_items" if terms.items else "assume_one_item", {"items": str(items)})
    )
    bad: list[FoundMisprint] = []
    checked = silent = absent = 0
    for mean in means_of(question):
        if mean.n is None:
            silent += 1
            continue
        check = check_mean(mean.mean, mean.spread, mean.n, items, terms.rounding)
        if check.possible is False or check.sd_possible is False:
            code = mean.column
            others = () if code in terms.exact else range(_least(mean.n), mean.n)
            rest = [check_mean(mean.mean, mean.spread, n, items, terms.rounding) for n in others]
            if any(one.possible is not False and one.sd_possible is not False for one in rest):
                absent += 1
                continue
        if check.possible is None and check.sd_possible is None:
            silent += 1
            continue
        checked += 1
        possible = check.possible is not False and check.sd_possible is not False
        steps = 10 ** parse_printed(mean.mean).digits
        judged.means.append((min(1.0, mean.n * items / steps), possible))
        if check.possible is False:
            nearest = " / ".join(check.nearest)
            bad.append(_printed_mean(question, mean, mean.row, mean.mean, nearest))
        elif check.sd_possible is False:
            place = replace(mean, column=mean.spread_column or mean.column)
            bad.append(_printed_mean(question, place, mean.spread_row, mean.spread or "", ""))
    if absent:
        judged.note("note_means_absent", means=str(absent))
    if silent:
        judged.note("note_means_silent", means=str(silent))
    if not checked:
        judged.verdict = "undecided"
        judged.note("note_means_unchecked")
    if bad:
        judged.alternatives = [Alternatives(1, 1, ((cell,),), 1) for cell in bad]
        few = len(bad) <= max(1, int(checked * _MOST_ODD_MEANS)) and checked > 1
        whole = few and _whole_numbers(question, judged.means)
        judged.verdict = "misprints" if terms.items or whole else "undecided"
        if judged.verdict == "undecided":
            key = "note_means_other_kind" if few else "note_means_other_items"
            judged.note(key, bad=str(len(bad)), checked=str(checked))
    return judged


def _whole_numbers(question: TypedQuestion, means: Sequence[tuple[float, bool]]) -> bool:
    """Tell whether so many possible means speak for answers in whole numbers.

    A mean of measurements passes as one of whole numbers with a chance that its base and decimals
    give; only where so many would hardly pass by chance is the one that fails a misprint.
    """
    some = means[:_MOST_MEANS]
    chances = [1.0]
    for chance, _ in some:
        more = [0.0, *(one * chance for one in chances)]
        chances = [
            one * (1 - chance) + other for one, other in zip([*chances, 0.0], more, strict=True)
        ]
    passed = sum(possible for _, possible in some)
    scores = speaks_of_scores(question)
    if scores is None:
        return False
    limit = _LIKE_MEASURED_SCORES if scores else _LIKE_MEASUREMENTS
    return sum(chances[passed:]) <= limit


def _least(n: int) -> int:
    """Give the fewest people who may have answered where so many were there: a few are absent."""
    return max(1, min(n - 2, n - n // 20))


def _printed_mean(
    question: TypedQuestion, mean: PrintedMean, row: str, printed: str, nearest: str
) -> FoundMisprint:
    cells = next((one.cells for one in question.rows if one.label == row), {})
    text = cells[mean.column].text if mean.column in cells else printed
    return FoundMisprint(row, question.columns[mean.column], text, nearest)


def judge_questions(questions: Iterable[TypedQuestion], terms: Terms) -> list[Judgement]:
    """Judge every question of a file.

    Where the counts and per cents of the other questions agree throughout, those of one question
    that do not are misprints, however many they are. Means of a file are taken together to tell
    whether they are of whole numbers.
    """
    judged = [judge_question(question, terms) for question in questions]
    counted = [one for one in judged if one.reading == "counts_and_percents"]
    agreeing = [one for one in counted if one.verdict == "fits"]
    for one in counted:
        same = any(other.bases == one.bases for other in agreeing)
        if one.verdict == "undecided" and same and 2 * len(agreeing) >= len(counted):
            one.verdict = "misprints"
            one.notes = [note for note in one.notes if note.key != "note_counts_disagree"]
            one.note("note_others_agree")
    together = [mean for one in judged for mean in one.means]
    for one in judged:
        unsure = [note for note in one.notes if note.key == "note_means_other_kind"]
        if unsure and _whole_numbers(one.question, together):
            one.verdict = "misprints"
            one.notes = [note for note in one.notes if note not in unsure]
    return judged
