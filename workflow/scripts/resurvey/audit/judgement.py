"""Judgement: what follows for a typed question once it is known what its numbers are.

A misprint is claimed only under a reading that the table itself supports; where another reading
fits as well, or where so many cells fail that weighting or another base explains them better, the
judgement is that nothing can be decided.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from math import ceil, prod
from typing import Any

from resurvey.audit.counted_percents import judge_counts
from resurvey.audit.means import judge_means, speak_of_whole_numbers
from resurvey.audit.printed_sums import judge_answer_shares, judge_sums
from resurvey.audit.readings import (
    A_LITTLE,
    Reading,
    choose_reading,
    column_sums,
    exclude_each_other,
    groups_are_everybody,
    settled,
    written,
)
from resurvey.audit.reported_statistics import (
    ReportedStatistic,
    choose_statistics,
    judge_row_statistics,
    judge_statistics,
)
from resurvey.audit.solutions import corrected
from resurvey.audit.typed_table import Note, TypedQuestion, TypedRow
from resurvey.audit.verdicts import (
    Alternatives,
    FoundMisprint,
    JudgedCell,
    Judgement,
    Terms,
    bare_cells,
)
from resurvey.core.errors import SurveyError
from resurvey.core.names import TOTAL
from resurvey.core.printed import ROUNDING_RULES, interval, parse_printed
from resurvey.recovery.bases import count_bounds, find_candidates
from resurvey.recovery.constraints import constraints
from resurvey.recovery.misprints import Misprints, columns_alone, find_misprints
from resurvey.recovery.printed_table import LARGEST_BASE, Cell, PrintedTable
from resurvey.recovery.recovered import Recovered
from resurvey.recovery.relaxation import UNKNOWN, base_ranges, may_fit

#: Combinations of bases, and sums of counts, that are gone through at most.
MOST_COMBINATIONS = 3_000_000
MOST_SUMS = 10_000_000
#: Of groups without a printed total: counts that are laid side by side at most, 10 s of work.
MOST_JOINED = 2_000_000_000
#: Sums of counts that the ranges of all cells take at most, 20 s of work.
MOST_WORK = 200_000_000
# Bases that are tried where none is known.
_MOST_TRIED = 2_000
_MOST_FREED_BASES = 12
# Sets of cells that are tried as misprints.
_MOST_TRIALS = 1_200
_MOST_LISTED = 40


def judge_question(question: TypedQuestion, terms: Terms) -> Judgement:
    """Read one typed question and judge it, and the sums that it prints."""
    judged = judge_answer_shares(_judge_cells(question, terms), question)
    return judge_sums(judged, question, terms.rounding)


def _judge_cells(question: TypedQuestion, terms: Terms) -> Judgement:
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
        return judge_means(sized, reading, terms)
    if reading.name == "not_percents":
        judged = Judgement(sized, reading.name, reading.reason, "undecided")
        judged.notes += [*sized.notes, Note("note_nothing_to_check")]
        judged.cells = bare_cells(sized)
        return judged
    if reading.name == "counts_and_percents":
        return judge_counts(sized, reading, terms)
    if reading.name == "weighted":
        return _judge_weighted(reading, terms)
    return _judge_shares(reading, terms)


def judge_questions(questions: Iterable[TypedQuestion], terms: Terms) -> list[Judgement]:
    """Judge every question of a file.

    Where the counts and per cents of the other questions agree throughout, those of one question
    that do not are misprints, however many they are. Means of a file are taken together to tell
    whether they are of whole numbers.
    """
    judged = [judge_question(question, terms) for question in questions]
    counted = [judgement for judgement in judged if judgement.reading == "counts_and_percents"]
    agreeing = [judgement for judgement in counted if judgement.verdict == "fits"]
    for judgement in counted:
        same = any(other.bases == judgement.bases for other in agreeing)
        if judgement.verdict == "undecided" and same and 2 * len(agreeing) >= len(counted):
            judgement.verdict = "misprints"
            judgement.notes = [
                note for note in judgement.notes if note.key != "note_counts_disagree"
            ]
            judgement.note("note_others_agree")
    together = [mean for judgement in judged for mean in judgement.means]
    for judgement in judged:
        unsure = [note for note in judgement.notes if note.key == "note_means_other_kind"]
        if unsure and speak_of_whole_numbers(judgement.question, together):
            judgement.verdict = "misprints"
            judgement.notes = [note for note in judgement.notes if note not in unsure]
    return judged


def _turned(cell: FoundMisprint) -> FoundMisprint:
    """Name a cell as the file has it, whose rows were turned into columns."""
    return replace(cell, row=cell.column, column=cell.row)


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
    recovered: Recovered | None

    @property
    def columns(self) -> list[str]:
        """Codes of its groups, and of the total where it ties them."""
        tied = any(len(cell.groups) > 1 for cell in self.table.cells)
        return [*self.table.groups, *([TOTAL] if tied else [])]

    def fits(self, rounding: str) -> bool:
        return (
            bool(self.recovered)
            if self.recovered is not None
            else may_fit(self.table, rounding, {})
        )

    def misprints(self, rounding: str) -> Misprints:
        if self.recovered is not None:
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
    all_exact = all(code in exact for code in groups)
    summed = sum(exact[code] for code in groups) if all_exact else None
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
    sizes_known = all(code in sized for code in groups) or groups_are_everybody(question)
    return _Bounds(low, high, tied, sizes_known)


def _pieces(
    question: TypedQuestion, shape: str, bounds: _Bounds, terms: Terms, tied: bool = True
) -> list[_Piece]:
    """Cut a question into the parts that are judged by themselves; untied groups are apart."""
    answers = question.answers
    columns = (
        [question.groups, [TOTAL]]
        if not (tied and bounds.tied) and question.groups
        else [[*question.groups, *([TOTAL] if TOTAL in question.columns else [])]]
    )
    pieces = []
    for codes in columns:
        some = [code for code in codes if code in question.columns]
        if not some:
            continue
        rows: list[tuple[int, ...]] = [tuple(range(len(answers)))]
        if shape == "several_answers":
            rows = [(position,) for position in range(len(answers))]
        for places in rows:
            table = _table(question, some, places, shape, bounds, terms)
            if table is not None:
                pieces.append(_Piece(table, places, _recovered(table, terms.rounding)))
    return pieces


def _table(
    question: TypedQuestion,
    codes: Sequence[str],
    places: Sequence[int],
    shape: str,
    bounds: _Bounds,
    terms: Terms,
) -> PrintedTable | None:
    answers = question.answers
    groups = [code for code in codes if code != TOTAL] or [TOTAL]
    everyone = tuple(range(len(groups)))
    cells = []
    for code in codes:
        for position, at in enumerate(places):
            cell = answers[at].cells.get(code)
            if cell is not None and cell.share is not None:
                columns = everyone if code == TOTAL else (groups.index(code),)
                cells.append(Cell(code, position, (position,), columns, (), cell.share))
    if not cells:
        return None
    derived_from = terms.derived
    if shape != "several_answers":
        derived = _derived_cells(question, answers, codes, groups)
        if terms.derived == "unknown":
            # A subtotal that printed parts do not give was made from counts, if it is right.
            derived = [cell for cell in derived if not _sums_parts(cell, cells)]
            derived_from = "counts" if derived else terms.derived
        cells += derived
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
        tuple(groups), number, tuple(cells), smallest, largest, low, high, derived_from
    )


def _sums_parts(derived: Cell, cells: Sequence[Cell]) -> bool:
    """Return whether a subtotal may be the sum of its printed parts, some of them not known."""
    parts = [
        cell.printed
        for cell in cells
        if cell.column == derived.column and set(cell.answers) <= set(derived.answers)
    ]
    known = [part.value for part in parts if part is not None and not part.bound]
    assert derived.printed is not None
    if derived.printed.bound:
        return True
    summed = sum(known, Fraction(0))
    if len(known) < len(derived.answers):
        return derived.printed.value >= summed
    return derived.printed.value == summed


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


def _recovered(table: PrintedTable, rounding: str) -> Recovered | None:
    """Return all tables of counts, or none where their ranges would take longer than seconds."""
    if not affordable(table):
        return None
    recovered = Recovered(table, rounding)
    return recovered if recovered.work() * len(table.cells) <= MOST_WORK else None


def affordable(table: PrintedTable) -> bool:
    """Return whether the bases of all tables of counts can be gone through within seconds."""
    if max(*table.largest, table.total_largest) >= UNKNOWN:
        return False
    sizes = [high - low + 1 for low, high in zip(table.smallest, table.largest, strict=True)]
    combinations = _combinations(table)
    if combinations > MOST_COMBINATIONS or prod(sizes) > 100 * MOST_COMBINATIONS:
        return False
    if any(len(cell.groups) > 1 for cell in table.cells):
        return _joined_work(table) <= MOST_SUMS
    # A test compares the groups even where no total ties them.
    apart = combinations * table.answers * sum(_sums_of_groups(table))
    return apart <= MOST_SUMS and _joined_work(table) <= MOST_JOINED


def _joined_work(table: PrintedTable) -> int:
    """Estimate how many sums of counts are made where the groups are looked at together."""
    return _combinations(table) * table.answers * prod(_sums_of_groups(table))


def _combinations(table: PrintedTable) -> int:
    sizes = [high - low + 1 for low, high in zip(table.smallest, table.largest, strict=True)]
    fixed = table.total_smallest == table.total_largest
    return prod(sizes) // (max(sizes) if fixed else 1)


def _sums_of_groups(table: PrintedTable) -> Iterator[int]:
    """Yield, for each group, how many counts an answer adds to how many sums, at most."""
    for group, size in enumerate(table.largest):
        cells = [c for c in table.cells if c.groups == (group,) and c.printed is not None]
        widths = [1 + size // (100 * 10**c.printed.digits) for c in cells if c.printed]
        spread = sum(widths) - len(widths) + 1
        alone = {c.answers: c.printed.value for c in cells if c.printed and len(c.answers) == 1}
        if table.answers - len(alone) > 1:
            # Answers that are not printed have whatever is left, each; a single one, the rest.
            left = max(0, ceil(size * (100 - sum(alone.values())) / 100)) + spread
            widths.append(left)
            spread += left
        yield max(widths, default=size) * min(spread, size + 1)


def _fitting(
    reading: Reading, shape: str, bounds: _Bounds, terms: Terms
) -> tuple[TypedQuestion, str, list[_Piece], list[Note]] | None:
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
            ruled = replace(terms, rounding=rule)
            pieces = _pieces(way, shape, bounds, ruled)
            if pieces and _fit(pieces, ruled):
                notes = [] if rule == terms.rounding else [Note(f"note_rule_{rule}")]
                return way, rule, pieces, notes
    return None


def _judge_shares(reading: Reading, terms: Terms) -> Judgement:
    question = reading.question
    bounds = _bounds(question)
    judged = Judgement(question, reading.name, reading.reason, "fits", reading.shape)
    judged.notes += question.notes
    solved = _fitting(reading, reading.shape, bounds, terms)
    if solved is not None:
        way, rule, pieces, notes = solved
        judged = replace(judged, question=way, notes=[*way.notes, *notes], rounding=rule)
        judged = _solved(judged, pieces, bounds)
        if way.row_statistics and judged.reading != "row_percents":
            ruled = replace(terms, rounding=rule)
            judged.statistics = _with_rows(judged.statistics, way, bounds, ruled)
    else:
        pieces = _pieces(question, reading.shape, bounds, terms)
        judged.cells = _cells_alone(question, bounds, terms.rounding)
        judged.bases = _given_bases(question, bounds)
        judged.solutions = 0 if all(piece.recovered is not None for piece in pieces) else None
        judged.alternatives = _alternatives(question, pieces, terms)
        judged.verdict, notes, judged.others = _explain(
            judged.alternatives, reading, pieces, bounds, terms
        )
        judged.notes += notes
    if reading.name == "row_percents":
        judged.alternatives = [
            replace(fault, sets=tuple(tuple(map(_turned, several)) for several in fault.sets))
            for fault in judged.alternatives
        ]
    rounded = judged.rounding if solved is not None else terms.rounding
    assumptions, notes = _assumed(judged.question, reading.shape, bounds)
    judged.assumptions += [*assumptions, Note(f"assume_rule_{rounded}")]
    judged.notes += [*notes, *_other_rules(judged, rounded, reading, bounds, terms)]
    if reading.slight and judged.verdict == "fits":
        judged.verdict = "undecided"
        slip = _other("parts", reading) if reading.near else _slip(reading, terms)
        judged.others.append(("parts", slip))
    elif judged.verdict == "fits":
        for other in reading.others:
            judged.others.append((other, _other(other, reading)))
    return judged


def _other_rules(
    judged: Judgement, rounded: str, reading: Reading, bounds: _Bounds, terms: Terms
) -> Iterator[Note]:
    """Name the rounding rules under which the verdict would be another.

    Of a table that fits these are the rules for halves: that cut digits do not fit what is
    rounded is no news.
    """
    rules = {"fits": ("half_up", "half_even"), "misprints": ROUNDING_RULES}.get(judged.verdict, ())
    if rounded not in rules:
        return
    for rule in rules:
        if rule == rounded:
            continue
        ruled = replace(terms, rounding=rule)
        pieces = _pieces(judged.question, reading.shape, bounds, ruled)
        if (bool(pieces) and _fit(pieces, ruled)) != (judged.verdict == "fits"):
            outcome = "breaks" if judged.verdict == "fits" else "mends"
            yield Note(f"note_{outcome}_{rule}")


def _loose_fit(reading: Reading, bounds: _Bounds, terms: Terms) -> str:
    """Name the looser reading under which everything fits; empty where none does.

    Columns that all make 100 are no several answers, but may still lack a few people.
    """
    sums = column_sums(reading.question, terms.rounding)
    above = any(sums.values[code] > 100 for code in reading.off if code in sums.values)
    if not reading.off:
        return "open_list" if _fitting(reading, "open_list", bounds, terms) is not None else ""
    for shape in ("several_answers",) if above else ("open_list", "several_answers"):
        if _fitting(reading, shape, bounds, terms) is not None:
            return shape
    return ""


def _explain(
    alternatives: Sequence[Alternatives],
    reading: Reading,
    pieces: Sequence[_Piece],
    bounds: _Bounds,
    terms: Terms,
) -> tuple[str, list[Note], list[tuple[str, Note]]]:
    """Return verdict, notes and other readings of a table that does not fit."""
    question = reading.question
    loose = _loose_fit(reading, bounds, terms) if reading.shape == "parts" else ""
    if loose and _explained(loose, reading, bounds, terms):
        return "undecided", [], [(loose, Note(f"other_fits_{loose}"))]
    printed = sum(len(piece.table.cells) for piece in pieces)
    size = sum(fault.size for fault in alternatives)
    unexplained = any(not fault.count for fault in alternatives)
    smaller = _smaller_bases(reading, bounds, terms)
    notes = []
    if smaller:
        several = reading.shape == "several_answers"
        key = "note_smaller_bases" if several else "note_smaller_base"
        notes.append(Note(key, {"bases": smaller}))
    if unexplained or size > max(1, printed // 3) or _like_no_counts(question, bounds, terms):
        notes.append(Note("note_too_many", {"cells": str(printed)}))
        if not unexplained:
            notes.append(Note("note_at_least", {"size": str(size)}))
        return "undecided", notes, []
    if question.groups and TOTAL in question.columns and bounds.tied:
        apart = _pieces(question, reading.shape, bounds, terms, tied=False)
        if _fit(apart, terms) and not bounds.sizes_known:
            return "undecided", [*notes, Note("note_not_the_sum")], []
    if reading.far and any(fault.count > 1 for fault in alternatives):
        # Which answers exclude each other is a guess from words: several cells, no claim.
        return "undecided", notes, [("several_answers", Note("other_fits"))]
    if smaller and (size > 1 or question.headed - set(terms.exact)):
        return "undecided", notes, []
    if size > 1 and (code := _wrong_base(reading, terms)):
        base = {"column": question.columns[code], "base": str(question.bases[code])}
        return "undecided", [*notes, Note("note_wrong_base", base)], []
    if loose:
        return "misprints", notes, [(loose, Note(_why_not(reading, terms)))]
    if _fits_without_bases(reading, terms):
        return "misprints", notes, [("weighted", Note("other_fits_weighted"))]
    return "misprints", notes, []


def _fits_without_bases(reading: Reading, terms: Terms) -> bool:
    """Return whether sums and totals allow the table, so that weights would explain it too."""
    bare = replace(reading.question, bases={}, largest_bases={})
    return _fit(_pieces(bare, reading.shape, _bounds(bare), terms), terms)


def _fit(pieces: Sequence[_Piece], terms: Terms) -> bool:
    return all(piece.fits(terms.rounding) for piece in pieces)


def _why_not(reading: Reading, terms: Terms) -> str:
    """Name what speaks against the looser reading under which everything would fit."""
    if column_sums(reading.question, terms.rounding).near:
        rows = reading.name == "row_percents"
        return "other_fits_less_rows" if rows else "other_fits_less"
    return "other_fits_words" if reading.reason.key == "reason_one_each" else "other_fits"


def _like_no_counts(question: TypedQuestion, bounds: _Bounds, terms: Terms) -> bool:
    """Return whether as many cells are no share of their base as if nobody had been counted.

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
                # Weights explain no subtotal that its parts do not make.
                cells = tuple(cell for cell in column.cells if isinstance(cell.row, int))
                failing += not may_fit(replace(column, cells=cells), terms.rounding, {})
    return failing > 0 and 2 * failing >= checked


def _explained(loose: str, reading: Reading, bounds: _Bounds, terms: Terms) -> bool:
    """Return whether a looser reading under which everything fits is as likely as a misprint.

    It is where it was put to a test, by the bases of the columns that are no whole, and where
    one of those misses 100 by more than a slip would explain. It is not where somebody declared
    the list to be whole, nor where the words of its answers say so, unless few slips would give
    such cells. Few people may have given no listed answer, so that rounding hides them in some
    columns, but hardly in many; of those who may give several, two groups do not give one each
    by chance.
    """
    if reading.reason.key in ("reason_asked", "reason_file"):
        return False
    if reading.reason.key == "reason_one_each":
        return loose == "open_list" and _telling(reading, bounds)
    sums = column_sums(reading.question, terms.rounding)
    whole = [code for code in sums.near if code != TOTAL]
    if loose == "several_answers":
        if exclude_each_other(reading.question) or len(whole) > max(1, len(reading.off)):
            return False
    elif reading.off and len(whole) > MANY * len(reading.off):
        return False
    suspects = reading.off or tuple(reading.question.columns)
    if all(bounds.smallest[code] == bounds.largest[code] for code in suspects):
        return True
    return any(abs(sums.values[code] - 100) > A_LITTLE for code in reading.off)


#: For each column that falls short: so many whole ones are no chance of rounding.
MANY = 3


def _telling(reading: Reading, bounds: _Bounds) -> bool:
    """Return whether the cells of a column that misses 100 are ones that few slips would give.

    With a base that is known and small most printed numbers are no share of it; a column whose
    every number is one, and which misses 100 by few people, is likelier to be short of people
    than of a digit.
    """
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
        if not 0 < missing <= A_LITTLE:
            return False
    return True


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
    pieces = _pieces(opened, reading.shape, wider, terms)
    if not _fit(pieces, terms):
        return ""
    recovered = pieces[0].recovered
    if recovered is None:
        return ", ".join(f"{question.columns[code]} ≤ {question.bases[code]}" for code in exact)
    # Each answer of several may have a base of its own: the first shows what is meant.
    chosen = recovered.chosen().bases
    return ", ".join(
        f"{question.columns[code]} {size}"
        for code, size in chosen.items()
        if code in question.columns
    )


def _wrong_base(reading: Reading, terms: Terms) -> str:
    """Return the column whose base alone, if it were another, would make everything fit."""
    question = reading.question
    given = [code for code in question.columns if code in question.bases]
    for code in given[:_MOST_FREED_BASES]:
        bases = {other: size for other, size in question.bases.items() if other != code}
        largest = min(2 * question.bases[code], LARGEST_BASE)
        opened = replace(question, bases=bases, largest_bases={code: largest})
        if _fit(_pieces(opened, reading.shape, _bounds(opened), terms), terms):
            return code
    return ""


def _alternatives(
    question: TypedQuestion, pieces: Sequence[_Piece], terms: Terms
) -> list[Alternatives]:
    """Return what would have to be misprinted in each piece that does not fit."""
    return [
        _fault(question, piece, piece.misprints(terms.rounding))
        for piece in pieces
        if not piece.fits(terms.rounding)
    ]


def _fault(question: TypedQuestion, piece: _Piece, misprints: Misprints) -> Alternatives:
    answers = question.answers
    subtotals = {
        "+".join(
            str([row.label for row in answers].index(part) + 1) for part in row.parts
        ): row.label
        for row in question.rows
        if row.parts
    }
    sets = []
    for several in misprints:
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
    return Alternatives(misprints.size, misprints.count, tuple(sets), misprints.searched)


def _nearest(text: str, units: int) -> str:
    """Move a printed per cent by so many units, the other way where that leaves 0 to 100.

    Examples
    --------
    >>> _nearest("17.9", -501), _nearest("28,3", -2)
    ('68.0', '28,1')
    """
    moved = corrected(text, units)
    return moved if 0 <= parse_printed(moved).value <= 100 else corrected(text, -units)


def _solved(judged: Judgement, pieces: Sequence[_Piece], bounds: _Bounds) -> Judgement:
    """Return a judgement with counts, bases and number of solutions of a table that fits."""
    question, rounding = judged.question, judged.rounding
    recovered = pieces[0].recovered if len(pieces) == 1 else None
    listed = all(piece.recovered is not None for piece in pieces)
    solutions, notes, row_tests = None, [], []
    if listed:
        if recovered is not None:
            solutions = recovered.count
        else:
            numbers = _numbers(pieces)
            solutions = prod(sum(tables.values()) for tables in numbers.values()) or None
            if solutions is None:
                # Each row by itself fits, but no base carries them all.
                notes.append(Note("note_own_bases"))
            else:
                pieces = [_among(piece, numbers[piece.table.groups]) for piece in pieces]
        cells = _solved_cells(question, pieces)
        if judged.shape == "several_answers" and len(pieces) > 1 and len(question.groups) > 1:
            row_tests = _row_tests(question.answers, pieces)
    else:
        cells = _cells_alone(question, bounds, rounding)
        if all(bounds.largest[code] < UNKNOWN for code in question.columns):
            notes.append(Note("note_not_counted"))
        if judged.shape == "parts":
            notes += _smallest_bases(question, pieces, bounds, rounding)
    bases = _given_bases(question, bounds)
    for piece in pieces:
        for code, low, high in _base_ends(piece, listed, rounding):
            bases[code] = _narrowed(bases.get(code), low, high)
    statistics = []
    if judged.reading in ("parts", "open_list", "row_percents", "several_answers"):
        statistics = judge_statistics(question.statistics, recovered, judged.shape)
    return replace(
        judged,
        cells=cells,
        bases=bases,
        solutions=solutions,
        notes=[*judged.notes, *notes],
        recovered=recovered,
        row_tests=row_tests,
        statistics=statistics,
    )


def _solved_cells(
    question: TypedQuestion, pieces: Sequence[_Piece]
) -> dict[tuple[str, str], JudgedCell]:
    """Return the range of counts of every printed cell, over all tables of its piece."""
    cells = bare_cells(question)
    for piece in pieces:
        for position, at in enumerate(piece.rows):
            for code in piece.columns:
                key = (question.answers[at].label, code)
                if key in cells and piece.recovered is not None:
                    low, high = piece.recovered.range("count", (position,), code)
                    cells[key] = JudgedCell(cells[key].printed, int(low), int(high))
    return cells


def _base_ends(piece: _Piece, listed: bool, rounding: str) -> Iterator[tuple[str, int, int]]:
    """Yield the smallest and largest base of every column, as far as they are known."""
    groups = piece.table.groups
    if listed and piece.recovered is not None:
        sets = [feasible.bases for feasible in piece.recovered.bases()]
        for code in piece.columns:
            sizes = [bases.get(code, sum(bases.values())) for bases in sets]
            yield code, min(sizes), max(sizes)
    elif len(groups) > 1 and min(piece.table.largest) < UNKNOWN:
        for code, (low, high) in zip(
            groups, base_ranges(piece.table, rounding) or [], strict=False
        ):
            if high < UNKNOWN:
                yield code, ceil(low) or 1, int(high // 1)


def _with_rows(
    whole: Sequence[ReportedStatistic], question: TypedQuestion, bounds: _Bounds, terms: Terms
) -> list[ReportedStatistic]:
    """Add the statistics that are printed row by row, each of yes against no in its row."""
    recovered = {}
    answers = question.answers
    for piece in _pieces(question, "several_answers", bounds, terms):
        (at,) = piece.rows
        # A row above others without a statistic may head a block that was tested as a whole.
        heads = at + 1 < len(answers) and answers[at + 1].label not in question.row_statistics
        if piece.recovered is not None and len(piece.table.groups) > 1 and not heads:
            recovered[answers[at].label] = piece.recovered
    return choose_statistics(whole, judge_row_statistics(question.row_statistics, recovered, {}))


def _row_tests(
    answers: Sequence[TypedRow], pieces: Sequence[_Piece]
) -> list[tuple[str, float, float]]:
    """Return the range of Pearson's p for each answer, yes against no."""
    tests = []
    for piece in pieces:
        if piece.recovered is not None and len(piece.table.groups) > 1:
            try:
                low, high = piece.recovered.range("p_value")
            except SurveyError:
                continue
            tests.append((answers[piece.rows[0]].label, float(low), float(high)))
    return tests


def _smallest_bases(
    question: TypedQuestion, pieces: Sequence[_Piece], bounds: _Bounds, rounding: str
) -> Iterator[Note]:
    """Yield the smallest base that prints like each column whose base is not known."""
    for piece in pieces:
        for column in columns_alone(piece.table):
            (name,) = column.groups
            if bounds.largest.get(name, UNKNOWN) < UNKNOWN or rounding == "unknown":
                continue
            tried = replace(
                column,
                smallest=(1,),
                largest=(_MOST_TRIED,),
                total_smallest=1,
                total_largest=_MOST_TRIED,
            )
            shares = constraints(tried, (rounding,))
            fitting = find_candidates(tried, shares) if shares is not None else None
            if fitting is not None and len(fitting):
                base = str(int(fitting.bases[:, 0].min()))
                heading = question.columns[name]
                yield Note("note_smallest_base", {"column": heading, "base": base})


def _numbers(pieces: Sequence[_Piece]) -> dict[tuple[str, ...], dict[tuple[int, ...], int]]:
    """Count the tables of all pieces of the same groups together, by the bases behind them all."""
    by_groups: dict[tuple[str, ...], dict[tuple[int, ...], int]] = {}
    for piece in pieces:
        assert piece.recovered is not None
        numbers = {
            tuple(feasible.bases.values()): feasible.solutions
            for feasible in piece.recovered.bases()
        }
        before = by_groups.get(piece.table.groups)
        if before is not None:
            numbers = {
                bases: number * before[bases]
                for bases, number in numbers.items()
                if bases in before
            }
        by_groups[piece.table.groups] = numbers
    return by_groups


def _among(piece: _Piece, bases: Iterable[tuple[int, ...]]) -> _Piece:
    """Keep the tables of a piece whose bases carry the other pieces, too."""
    assert piece.recovered is not None
    return replace(piece, recovered=replace(piece.recovered, among=frozenset(bases)))


def _narrowed(before: Any, low: int, high: int) -> Any:
    """Return a base, or its bounds, that further bounds draw together."""
    if isinstance(before, int):
        return before
    if isinstance(before, list):
        low, high = max(low, before[0]), min(high, before[1])
    return low if low == high else [low, high]


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
    """Return the counts of each cell by itself, where its base is known."""
    import numpy as np

    cells = bare_cells(question)
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


def _assumed(question: TypedQuestion, shape: str, bounds: _Bounds) -> tuple[list[Note], list[Note]]:
    """Return what the verdict rests on, and what it does not rest on."""
    assumptions = [Note(f"assume_{shape}")]
    notes: list[Note] = []
    if any(code in question.bases for code in question.columns):
        assumptions.append(Note("assume_bases"))
    if question.groups and TOTAL in question.columns:
        (assumptions if bounds.tied else notes).append(
            Note("assume_total" if bounds.tied else "note_untied")
        )
    if not any(size < UNKNOWN for size in bounds.largest.values()):
        notes.append(Note("note_no_bases"))
    return assumptions, notes


def _slip(reading: Reading, terms: Terms) -> Note:
    sums = column_sums(reading.question, terms.rounding)
    return Note("other_slip", {"sum": written(next(iter(sums.values.values())))})


def _other(name: str, reading: Reading) -> Note:
    if name == "parts" and reading.off:
        columns = ", ".join(reading.question.columns[code] for code in reading.off)
        return Note("other_parts_off", {"columns": columns})
    return Note("other_fits")


def _judge_weighted(reading: Reading, terms: Terms) -> Judgement:
    """Judge weighted per cents by their sums alone: no whole number of people stands behind."""
    question = replace(reading.question, bases={}, largest_bases={})
    judged = Judgement(question, "weighted", reading.reason, "undecided", reading.shape)
    judged.notes += [*question.notes, Note("note_weighted")]
    judged.cells = bare_cells(question)
    judged.bases = {code: reading.question.bases.get(code) for code in question.columns}
    judged.assumptions.append(Note("assume_weighted"))
    if reading.shape == "parts" and reading.off and reading.strong:
        bounds = _bounds(question)
        pieces = _pieces(question, "parts", bounds, terms, tied=False)
        judged.alternatives = _alternatives(question, pieces, terms)
        size = sum(fault.size for fault in judged.alternatives)
        printed = sum(len(piece.table.cells) for piece in pieces)
        if (
            judged.alternatives
            and size <= max(1, printed // 3)
            and all(fault.count for fault in judged.alternatives)
        ):
            judged.verdict = "misprints"
            judged.assumptions.append(Note("assume_parts"))
    return judged
