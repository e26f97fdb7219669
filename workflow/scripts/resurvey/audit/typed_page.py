"""Typed: judgements of a typed table in the words of one language, for page, terminal and JSON.

Whatever a reader is told is worded here, once, so that the three never disagree.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import resurvey
from resurvey.audit.cards import AuditResults, Bound, Card, Cards, big_number, ends_text, texts
from resurvey.audit.published_wave import recovery_lines
from resurvey.audit.questions import RecoveredQuestion
from resurvey.audit.reported_statistics import ReportedStatistic
from resurvey.audit.typed_table import TABLE, Note, printed_cells, typed_codebook
from resurvey.audit.verdicts import Alternatives, FoundMisprint, Judgement
from resurvey.core.codebook import Codebook
from resurvey.core.names import TOTAL
from resurvey.core.published import printed_questions
from resurvey.pages.application import render_application
from resurvey.pages.labels import Labels
from resurvey.pages.numerals import Numerals
from resurvey.pages.wording import Wording
from resurvey.recovery.printed_table import PrintedTable
from resurvey.statistics.registry import MEASURES

#: Longer lists of solutions are counted; the files of a study list up to 100,000.
MOST_LISTED = 5_000
MOST_SETS = 12
#: Every cell is freed in turn only where that takes seconds.
_MOST_FREED = 400
_MOST_FREED_WORK = 40_000_000
_LARGEST_WRITTEN = 10**9


@dataclass(frozen=True)
class WordedCell:
    """A printed cell, the counts it may stand for, and how they follow."""

    printed: str
    counts: str
    range: str = ""
    steps: tuple[str, ...] = ()
    odd: bool = False


@dataclass(frozen=True)
class WordedFault:
    """What would have to be misprinted: a sentence and the sets of cells."""

    sentence: str
    sets: tuple[str, ...]
    more: str = ""


@dataclass(frozen=True)
class WordedQuestion:
    """One question as a reader is told of it.

    name, title: Its name in the page, and its title.
    reading, reason: What the numbers are, and why they were read so.
    verdict: ``fits``, ``misprints`` or ``undecided``.
    verdict_word, sentences: The verdict in words.
    faults: Cells that would have to be misprinted.
    others: Other readings and what they would mean.
    columns, rows, bases: The printed table with counts.
    statistics: Name, printed, recomputed, verdict.
    bounds: Tests over all tables of counts.
    card: Everything else that the recovery gives, where all tables of counts are known.
    """

    name: str
    title: str
    reading: str
    reason: str
    verdict: str
    verdict_word: str
    sentences: tuple[str, ...]
    faults: tuple[WordedFault, ...]
    others: tuple[tuple[str, str], ...]
    assumptions: tuple[str, ...]
    notes: tuple[str, ...]
    columns: tuple[str, ...]
    rows: tuple[tuple[str, str, tuple[WordedCell, ...]], ...]
    bases: tuple[str, ...]
    statistics: tuple[tuple[str, str, str, str], ...]
    bounds: tuple[Bound, ...]
    test: str
    card: Card | None


class QuestionWriter:
    """Words the judgements of one file in one language."""

    def __init__(
        self,
        words: Mapping[str, Mapping[str, Any]],
        language: str,
        alpha: float,
        draws: int | None,
    ) -> None:
        self.words, self.language = words, language
        self.say, self.numerals = Wording(words), Numerals(language)
        self.alpha, self.draws = alpha, draws

    def write(self, judged: Judgement) -> WordedQuestion:
        """Word one judgement."""
        question = judged.question
        card = self._card(judged)
        counted = {row.label: row for row in card.rows} if card else {}
        columns = list(question.columns)
        rows = [
            (
                row.label,
                "subtotal" if row.parts else "answer",
                tuple(self._cell(judged, row.label, code) for code in columns),
            )
            for row in question.rows
        ]
        if card:
            rows = [
                (label, kind, self._steps(cells, columns, counted.get(label), card))
                for label, kind, cells in rows
            ]
        verdict = judged.verdict
        bounds = card.bounds if card else self._row_bounds(judged)
        test = ""
        if card and card.verdict:
            words_key = f"audit.{card.verdict.replace(' ', '_')}"
            level = self.numerals.fixed(self.alpha, 2 if self.alpha >= 0.01 else 3)
            test = self.plain("test_at", alpha=level, verdict=self.say.plain(words_key))
        return WordedQuestion(
            name=question.variable,
            title=question.title,
            reading=self.plain(f"name_{judged.reading}"),
            reason=self.note(judged.reason),
            verdict=verdict,
            verdict_word=self.plain(verdict),
            sentences=tuple(self._sentences(judged, card)),
            faults=tuple(self._fault(fault) for fault in self._faults(judged)),
            others=tuple(
                (self.plain(f"name_{name}"), self.note(note)) for name, note in judged.others
            ),
            assumptions=tuple(self.note(note) for note in judged.assumptions),
            notes=tuple(self.note(note) for note in judged.notes),
            columns=tuple(question.columns.values()),
            rows=tuple(rows),
            bases=self._bases(judged, columns, card),
            statistics=tuple(self._statistic(statistic) for statistic in judged.statistics),
            bounds=bounds,
            test=test,
            card=card,
        )

    def plain(self, key: str, **values: Any) -> str:
        """Return a text of the section `typed` as it is."""
        return self.say.plain(f"typed.{key}", **values)

    def plural(self, key: str, number: int, **values: Any) -> str:
        """Return the form of a text of `typed` that goes with a number."""
        return str(self.say.plural(f"typed.{key}", number, **values).unescape())

    def note(self, note: Note) -> str:
        """Word a note; numbers in it take the language's decimal mark."""
        values = {
            name: value.replace(".", self.numerals.decimal)
            if name in ("low", "high", "sum", "sums")
            else value
            for name, value in note.values.items()
        }
        text = self.plain(note.key, **values)
        return text[:1].upper() + text[1:] if note.key.startswith("reason") else text

    # The verdict --------------------------------------------------------------------------------

    def _sentences(self, judged: Judgement, card: Card | None) -> list[str]:
        if judged.verdict == "misprints":
            key = judged.shape
            if judged.reading in ("weighted", "means"):
                key = judged.reading
            twice = ("note_wrong_sum", "note_wrong_share")
            if len(judged.alternatives) <= sum(note.key in twice for note in judged.notes):
                key = "sums"
            return [self.plain(f"claim_{key}")]
        if judged.verdict == "undecided":
            if judged.reading in ("weighted", "means", "not_percents"):
                return [self.plain(f"undecided_{judged.reading}")]
            if any(note.key in ("note_too_many", "note_counts_disagree") for note in judged.notes):
                return [self.plain("undecided_unlike")]
            if judged.others and judged.others[0][1].key == "other_slip":
                return [self.plain("undecided_slight")]
            return [self.plain("undecided_open")]
        if judged.reading in ("counts_and_percents", "means"):
            return [self.plain("fits_counts" if judged.shape == "counts" else "fits_means")]
        if judged.solutions is None:
            return [self.plain("fits_open")]
        if judged.solutions >= _LARGEST_WRITTEN:
            return [self.plain("fits_big", n=big_number(str(judged.solutions)))]
        sentence = self.plural("fits_known", judged.solutions)
        return [sentence.removesuffix(".") + self._possible_bases(card) + "."]

    def _possible_bases(self, card: Card | None) -> str:
        """Say which bases are possible, after the number of tables."""
        if card is None:
            return ""
        if card.base_sets == 1:
            return f"; {self.plain('base_is', base=card.base)}"
        words = f"; {self.plural('bases', card.base_sets)} ({card.base})"
        return words + (f"; {self.plain('shown_short')}" if card.base_sets > 1 else "")

    def _faults(self, judged: Judgement) -> list[Alternatives]:
        if judged.verdict == "fits":
            return []
        return [
            fault for fault in judged.alternatives if fault.count or judged.verdict == "misprints"
        ]

    def _fault(self, fault: Alternatives) -> WordedFault:
        if not fault.count:
            return WordedFault(self.plain("misprint_none", searched=fault.searched), ())
        sets = tuple("; ".join(self._misprint(cell) for cell in cells) for cells in fault.sets)
        key = "misprint_set" if fault.count == 1 else "misprint_sets"
        sentence = self.plural(key, fault.size, sets=str(fault.count))
        more = fault.count - MOST_SETS
        return WordedFault(
            sentence, sets[:MOST_SETS], self.plain("more", n=str(more)) if more > 0 else ""
        )

    def _misprint(self, cell: FoundMisprint) -> str:
        values = {"row": cell.row, "column": cell.column, "printed": cell.printed}
        if not cell.nearest:
            return self.plain("misprint_bare", **values)
        return self.plain("misprint_cell", nearest=cell.nearest, **values)

    # The table ----------------------------------------------------------------------------------

    def _cell(self, judged: Judgement, label: str, code: str) -> WordedCell:
        cell = judged.cells.get((label, code))
        if cell is None:
            return WordedCell("", "")
        cell_key = (label, judged.question.columns[code])
        if judged.reading == "row_percents":
            cell_key = cell_key[::-1]
        odd = any((misprint.row, misprint.column) == cell_key for misprint in judged.misprints)
        return WordedCell(cell.printed, cell.counts, odd=odd)

    def _steps(
        self, cells: Sequence[WordedCell], columns: Sequence[str], row: Any, card: Card
    ) -> tuple[WordedCell, ...]:
        """Show the counts of the chosen table, with their ranges and how they follow."""
        if row is None:
            return tuple(cells)
        by_code = dict(zip(card.codes, row.cells, strict=True))
        # A column in which nothing is printed is not among those of the card.
        return tuple(
            replace(cell, counts=count.count, range=count.range, steps=count.steps)
            if (count := by_code.get(code))
            else cell
            for cell, code in zip(cells, columns, strict=True)
        )

    def _bases(
        self, judged: Judgement, columns: Sequence[str], card: Card | None
    ) -> tuple[str, ...]:
        counted = dict(zip(card.codes, card.bases, strict=True)) if card else {}
        return tuple(
            counted[code] if code in counted else self._base(judged.bases.get(code))
            for code in columns
        )

    def _base(self, base: Any) -> str:
        if base is None:
            return self.plain("unknown")
        return f"{base[0]}–{base[1]}" if isinstance(base, list) else str(base)

    # What else is known -------------------------------------------------------------------------

    def _statistic(self, statistic: ReportedStatistic) -> tuple[str, str, str, str]:
        recomputed = "—"
        if statistic.minimum is not None and statistic.maximum is not None:
            ends = [
                self._number(statistic.name, value)
                for value in (statistic.minimum, statistic.maximum)
            ]
            recomputed = ends_text(*ends)
        verdict = statistic.verdict
        if statistic.instead:
            verdict = f"instead_{statistic.instead}"
        elif verdict == "undecided":
            verdict = "open_statistic" if statistic.minimum is not None else "no_counts"
        registered = MEASURES.get(statistic.name)
        name = self.say.plain(registered.label if registered else f"audit.{statistic.name}")
        if statistic.row:
            name = self.plain("of_row", row=statistic.row, name=name)
        return name, statistic.printed, recomputed, self.plain(verdict)

    def _number(self, name: str, value: float) -> str:
        if name == "p_value":
            return self.numerals.p_value(value).removeprefix("= ")
        return self.numerals.fixed(value, MEASURES[name].digits if name in MEASURES else 2)

    def _row_bounds(self, judged: Judgement) -> tuple[Bound, ...]:
        bounds = []
        for label, low, high in judged.row_tests:
            ends = [self._number("p_value", low), self._number("p_value", high)]
            name = self.plain("row_test", row=label)
            bounds.append(Bound(name, ends_text(*ends), "", "", ""))
        return tuple(bounds)

    def _card(self, judged: Judgement) -> Card | None:
        """Make the card that an article's question has, from all tables of counts."""
        if judged.recovered is None or judged.verdict == "misprints" or not judged.recovered:
            return None
        question = judged.question
        answers = [row.label for row in question.answers]
        codes = tuple(str(number) for number in range(1, judged.recovered.table.answers + 1))
        cells = printed_cells(question)
        printed = printed_questions(cells)[question.variable]
        table = judged.recovered.table
        sizes = dict(zip(table.groups, table.largest, strict=True)) | {TOTAL: table.total_largest}
        recovered = RecoveredQuestion(printed, codes, sizes, judged.recovered)
        codebook = self._codebook(judged, len(codes) > len(answers))
        draws = self.draws or _draws(table)
        lines = recovery_lines(
            [recovered],
            cells,
            {},
            {"false_fit": {"draws": draws}},
            self.alpha,
            MOST_LISTED,
            robust=judged.recovered.count * len(cells) <= _MOST_FREED * 50
            and len(cells) <= _MOST_FREED
            and judged.recovered.work(robust=True) * len(cells) <= _MOST_FREED_WORK,
        )
        results = AuditResults(texts(lines), cells, [], [], codebook)
        shared = {**self.words["tables"], "difference": self.words["report"]["difference"]}
        if TOTAL in question.columns:
            shared["all_respondents"] = question.columns[TOTAL]
        labels = Labels(codebook, {TABLE: {"rows": [question.variable]}}, shared, self.language)
        cards = Cards(results, labels, self.say, self.numerals, judged.rounding)
        return cards.card(results.files["questions"][0], TABLE)

    def _codebook(self, judged: Judgement, with_rest: bool) -> Codebook:
        codebook = typed_codebook([judged.question], judged.question.columns)
        if with_rest:
            codes = codebook[judged.question.variable].codes
            codes[len(codes) + 1] = {"": self.plain("rest")}
        return codebook


def _draws(table: PrintedTable) -> int:
    """Return as many draws as a few seconds allow, each over all combinations of bases."""
    from math import prod

    combinations = prod(
        high - low + 1 for low, high in zip(table.smallest, table.largest, strict=True)
    )
    return max(20, min(300, 10_000_000 // combinations))


def write_typed(
    questions: Sequence[WordedQuestion],
    words: Mapping[str, Mapping[str, Any]],
    language: str,
    title: str,
    file: str,
    sample: str,
    folders: Sequence[str | Path],
) -> str:
    """Write the page of a typed table; the same text for the same judgements."""
    say = Wording(words)
    verdicts = [
        (name, sum(question.verdict == name for question in questions))
        for name in ("fits", "misprints", "undecided")
    ]
    context = {
        "say": say,
        "language": language,
        "title": title or say.plain("typed.title"),
        "wave": say.plain("audit.typed_wave"),
        "file": file,
        "version": resurvey.__version__,
        "reconstructed": False,
        "questions": questions,
        "verdicts": verdicts,
        "sample": sample,
        "tested": any(question.bounds for question in questions),
    }
    return render_application("typed.html", context, folders)


def as_contract(judged: Sequence[Judgement], questions: Sequence[WordedQuestion]) -> dict[str, Any]:
    """Arrange judgements as `--json` writes them."""
    tables = []
    for judgement, worded in zip(judged, questions, strict=True):
        headings = judgement.question.columns
        tables.append(
            {
                "question": judgement.question.title,
                "reading": judgement.reading,
                "verdict": judgement.verdict,
                "solutions": judgement.solutions,
                "bases": {headings.get(code, code): base for code, base in judgement.bases.items()},
                "misprints": [
                    {
                        "row": cell.row,
                        "column": cell.column,
                        "printed": cell.printed,
                        "nearest": cell.nearest,
                    }
                    for cell in judgement.misprints
                ],
                "assumptions": list(worded.assumptions),
                "reason": worded.reason,
                "sentences": list(worded.sentences),
                "notes": list(worded.notes),
                "other_readings": [
                    {"reading": name, "sentence": sentence}
                    for (name, _), (_, sentence) in zip(
                        judgement.others, worded.others, strict=True
                    )
                ],
                "statistics": [
                    {
                        "name": statistic.name,
                        "row": statistic.row,
                        "printed": statistic.printed,
                        "minimum": statistic.minimum,
                        "maximum": statistic.maximum,
                        "verdict": statistic.verdict,
                    }
                    for statistic in judgement.statistics
                ],
            }
        )
    return {"tables": tables}


def show_questions(questions: Sequence[WordedQuestion], writer: QuestionWriter, sample: str) -> str:
    """Write what was found in each question, the reading first."""
    parts = ["\n".join(_question(question, writer)) for question in questions]
    if any(question.bounds for question in questions):
        parts.append(writer.plain(f"sample_{sample}"))
    return "\n\n".join(parts)


def _question(question: WordedQuestion, writer: QuestionWriter) -> Iterator[str]:
    say = writer.plain
    yield question.title
    yield f"{say('reading')}: {question.reading}. {question.reason}."
    yield f"{say('verdict')}: {question.verdict_word}. {' '.join(question.sentences)}"
    if question.faults and question.verdict != "misprints":
        yield say("possible_sets")
    for fault in question.faults:
        if question.verdict == "misprints":
            yield fault.sentence
        for some in fault.sets:
            yield f"  {some}"
        if fault.more:
            yield f"  {fault.more}"
    for name, sentence in question.others:
        yield f"{say('other_reading')}: {name}. {sentence}"
    yield ""
    yield from _table(question, writer)
    for name, printed, recomputed, verdict in question.statistics:
        yield f"{name}: {printed}; {say('recomputed')}: {recomputed} – {verdict}"
    for bound in question.bounds:
        robust = bound.robust if bound.robust not in ("", "—", bound.values) else ""
        more = f"  ({say('any_misprint', values=robust)})" if robust else ""
        yield f"{bound.name}: {bound.values}{more}"
    if question.test:
        yield question.test
    if question.card:
        yield say("chance_short", **question.card.chance)
    if question.assumptions:
        yield f"{say('rests')}:"
        yield from (f"  – {sentence}" for sentence in question.assumptions)
    if question.notes:
        yield f"{say('noted')}:"
        yield from (f"  – {sentence}" for sentence in question.notes)


def _table(question: WordedQuestion, writer: QuestionWriter) -> Iterator[str]:
    people = writer.plain("people")
    lines = [["", *(word for column in question.columns for word in (column, people))]]
    for label, _, cells in question.rows:
        row = [word for cell in cells for word in (cell.printed or "–", _counts(cell))]
        lines.append([label, *row])
    lines.append([writer.plain("base"), *(word for base in question.bases for word in ("", base))])
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    for line in lines:
        first, *rest = line
        words = [word.rjust(width) for word, width in zip(rest, widths[1:], strict=True)]
        yield "  ".join([first.ljust(widths[0]), *words]).rstrip()


def _counts(cell: WordedCell) -> str:
    """Write the count of the table that is shown, and its range over all tables."""
    if not cell.counts:
        return "–"
    return f"{cell.counts} ({cell.range})" if cell.range else cell.counts
