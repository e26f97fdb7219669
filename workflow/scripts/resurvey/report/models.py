"""Models: fitted logit models as tables, plain sentences and drawings, or why there are none."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from itertools import groupby
from typing import Any

from markupsafe import Markup

from resurvey.core.lines import Line
from resurvey.core.names import name_model_number, name_number
from resurvey.core.notes import Note, read_notes
from resurvey.pages.labels import Labels
from resurvey.pages.numerals import Joined, Numerals, Shown, whole
from resurvey.pages.wording import Wording
from resurvey.report.blocks import (
    Block,
    Cell,
    Column,
    Figure,
    Folded,
    Group,
    Heading,
    Item,
    Items,
    Numbering,
    Paragraph,
    Row,
    Table,
    cells_of,
)

MOST_SENTENCES = 8
"""Comparisons that are put in words; the others are in the table."""

FILES = ("models/coefficients.csv", "effects.csv", "diagnostics.csv")
_COUNTED = ("n",)


@dataclass(frozen=True)
class ModelTerm:
    """One answer against the reference, or one unit more; `effects` one per outcome shown."""

    label: str
    odds: Shown
    interval: Joined
    p: Shown
    effects: tuple[Shown, ...]


@dataclass(frozen=True)
class ModelGroup:
    """The terms of one predictor."""

    question: str
    reference: str
    terms: tuple[ModelTerm, ...]


@dataclass(frozen=True)
class Fact:
    """One line of the diagnostics."""

    label: str
    value: Shown
    df: Shown
    p: Shown
    note: Markup


@dataclass(frozen=True)
class ShownModel:
    """One model as the page prints it; `refused` holds the reason where it was not fitted."""

    name: str
    title: str
    about: Markup
    refused: Markup
    groups: tuple[ModelGroup, ...] = ()
    outcomes: tuple[str, ...] = ()
    reading: tuple[Markup, ...] = ()
    rest: Markup = Markup("")
    facts: tuple[Fact, ...] = ()
    unweighted: bool = False
    svg: str = ""
    alt: str = ""


@dataclass(frozen=True)
class ModelLines:
    """Files of the models' room: lines of its CSV files, and drawings by model."""

    coefficients: Sequence[Line]
    effects: Sequence[Line]
    diagnostics: Sequence[Line]
    figures: Mapping[str, str]


class Models:
    """Words the models of one wave."""

    def __init__(
        self,
        lines: ModelLines,
        labels: Labels,
        numerals: Numerals,
        say: Wording,
        alpha: float,
        reconstructed: bool,
    ) -> None:
        self.lines, self.labels, self.numerals, self.say = lines, labels, numerals, say
        self.alpha, self.reconstructed = alpha, reconstructed

    def shown(self, declared: Mapping[str, Mapping[str, Any]]) -> list[ShownModel]:
        """Describe every declared model."""
        return [self._model(name, model) for name, model in declared.items()]

    def _model(self, name: str, declared: Mapping[str, Any]) -> ShownModel:
        own = [line for line in self.lines.coefficients if line["model"] == name]
        title = self.labels.pick(declared.get("label"), self.labels.variable(declared["outcome"]))
        terms = [line for line in own if line["part"] == "coefficient"]
        if not terms:
            notes = [note.refusing("") for note in read_notes(own[0])] if own else []
            refused = (
                self.say("models.refused_reconstructed")
                if self.reconstructed
                else self.say("models.refused", reason=self.say.notes(notes))
            )
            return ShownModel(name, title, self._about(declared, ()), refused)
        effects = [line for line in self.lines.effects if line["model"] == name]
        codes = list(dict.fromkeys(line["outcome_code"] for line in effects))
        ends = codes if declared["kind"] == "binary" else [codes[0], codes[-1]]
        outcomes = tuple(self._outcome(declared, code) for code in ends)
        by_term = {(e["variable"], e["code"], e["outcome_code"]): e for e in effects}
        last = [line for line in effects if line["outcome_code"] == ends[-1]]
        reading, rest = self._reading(last, outcomes[-1])
        return ShownModel(
            name,
            title,
            self._about(declared, outcomes),
            Markup(""),
            tuple(self._groups(terms, by_term, ends)),
            outcomes,
            tuple(reading),
            rest,
            tuple(self._facts(name)),
            Note("model_unweighted") in read_notes(terms[0]),
            self.lines.figures.get(name, ""),
            str(reading[0].striptags()) if reading else title,
        )

    def _about(self, declared: Mapping[str, Any], outcomes: Sequence[str]) -> Markup:
        outcome = self.labels.variable(declared["outcome"])
        if declared["kind"] == "binary":
            positive = self._outcome(declared, "positive")
            return self.say("models.kind_binary", outcome=outcome, positive=positive)
        if not outcomes:
            codes = self.labels.codebook[declared["outcome"]].ordered_answers
            outcomes = [self.labels.answer(declared["outcome"], str(codes[end])) for end in (0, -1)]
        return self.say("models.kind_ordered", outcome=outcome, low=outcomes[0], high=outcomes[-1])

    def _outcome(self, declared: Mapping[str, Any], code: str) -> str:
        if declared["kind"] == "binary":
            parts = [
                self.labels.answer(declared["outcome"], str(part)) for part in declared["positive"]
            ]
            return " + ".join(parts)
        return self.labels.answer(declared["outcome"], code)

    def _term(self, line: Line) -> str:
        if line["code"] == "":
            return self.say.plain("models.per_unit")
        return self.labels.answer(line["variable"], line["code"], line["label"])

    def _reference(self, line: Line) -> str:
        if line["reference_code"] == "":
            return ""
        return self.labels.answer(line["variable"], line["reference_code"], line["reference_label"])

    def _groups(
        self,
        terms: Sequence[Line],
        effects: Mapping[tuple[str, str, str], Line],
        outcomes: Sequence[str],
    ) -> list[ModelGroup]:
        groups = []
        for variable, found in groupby(terms, key=lambda line: line["variable"]):
            own = list(found)
            rows = tuple(
                ModelTerm(
                    self._term(line),
                    self._ratio(line, "odds_ratio"),
                    Joined(
                        tuple(self._ratio(line, f"odds_ratio_{end}") for end in ("lower", "upper")),
                        " – ",
                    ),
                    self._p_value(line, "coefficients").bare,
                    tuple(
                        self._points(effects[variable, line["code"], outcome])
                        for outcome in outcomes
                    ),
                )
                for line in own
            )
            question = self.labels.variable(variable)
            groups.append(ModelGroup(question, self._reference(own[0]), rows))
        return groups

    def _ratio(self, line: Line, field: str) -> Shown:
        value = float(line[field])
        text = self.numerals.fixed(value, 0 if value >= 100 else 1 if value >= 10 else 2)
        return Shown(text, identity=name_model_number("coefficients", line, field))

    def _p_value(self, line: Line, file: str) -> Shown:
        text = self.numerals.p_value(float(line["p_value"]))
        return Shown(text, identity=name_model_number(file, line, "p_value"))

    def _points(self, line: Line, sign: bool = True) -> Shown:
        """Percentage points with one decimal, or two where one would print zero."""
        share = float(line["estimate"])
        digits = 1 if abs(share) >= 0.0005 else 2
        text = self.numerals.fixed(100 * (share if sign else abs(share)), digits, sign=sign)
        return Shown(text, identity=name_model_number("effects", line, "estimate"))

    def _reading(self, effects: Sequence[Line], outcome: str) -> tuple[list[Markup], Markup]:
        """Word the clearest effects on one outcome, the largest first."""
        model = effects[0]["model"] if effects else ""
        clear = [line for line in effects if float(line["p_value"]) < self.alpha]
        alpha = Shown(self.numerals.fixed(self.alpha, 2), identity=name_number("setting", "alpha"))
        if not clear:
            return [], self.say("models.reading_none", alpha=alpha)
        clear.sort(key=lambda line: -abs(float(line["estimate"])))
        sentences = []
        for line in clear[:MOST_SENTENCES]:
            size = float(line["estimate"])
            unit = line["code"] == ""
            sentences.append(
                self.say("models.reading_question", question=self.labels.variable(line["variable"]))
                + " "
                + self.say(
                    "models.reading_unit" if unit else "models.reading",
                    question=self.labels.variable(line["variable"]),
                    answer=self._term(line),
                    reference=self._reference(line),
                    outcome=outcome,
                    points=self.say("models.points", number=self._points(line, sign=False)),
                    direction=self.say("models.higher" if size > 0 else "models.lower"),
                    p=self._p_value(line, "effects"),
                )
            )
        everything = len(clear) == len(effects)
        return sentences, self.say(
            "models.reading_all" if everything else "models.reading_rest",
            shown=whole(len(clear), name_number("tally", "effects", model, "below")),
            all=whole(len(effects), name_number("tally", "effects", model)),
            alpha=alpha,
        )

    def _facts(self, name: str) -> list[Fact]:
        facts = []

        def number(line: Line, field: str, text: str) -> Shown:
            name = name_model_number("diagnostics", line, field)
            return Shown(text, identity=name) if text else Shown("")

        def note(line: Line, part: str, text: str) -> Shown:
            return number(line, f"note_{part}", text)

        for line in self.lines.diagnostics:
            if line["model"] != name or not line["statistic"]:
                continue
            statistic, value = line["statistic"], line["value"]
            place = "models.n_line" if statistic in _COUNTED else f"models.{statistic}"
            shown = (
                self.numerals.count(Fraction(value))
                if statistic in _COUNTED
                else self.numerals.fixed(float(value), 3)
                if value
                else ""
            )
            facts.append(
                Fact(
                    self.say.plain(place) if self.say.has(place) else statistic,
                    number(line, "value", shown),
                    number(line, "df", str(Fraction(line["df"])) if line["df"] else ""),
                    self._p_value(line, "diagnostics").bare if line["p_value"] else Shown(""),
                    self.say.notes(
                        map(self._labelled, read_notes(line)),
                        partial(note, line),
                    ),
                )
            )
        return facts

    def _labelled(self, note: Note) -> Note:
        """Name the predictor of a note by its label."""
        if note.key != "inflation":
            return note
        return Note("inflation", predictor=self.labels.variable(dict(note.numbers)["predictor"]))


def model_group(shown: ShownModel, numbering: Numbering, say: Wording, nominal: bool) -> Group:
    """Put a model together: what it is of, its drawing, sentences and tables, or why not."""
    blocks: list[Block] = [Heading(2, shown.title), Paragraph(shown.about)]
    if shown.refused:
        refused = Paragraph(shown.refused, "evidence")
        blocks.append(Group((refused,), "evidence", attributes={"data-refused": shown.name}))
    else:
        blocks += _fitted(shown, numbering, say, nominal)
    return Group(tuple(blocks), anchor=f"model-{shown.name}")


def _fitted(
    shown: ShownModel, numbering: Numbering, say: Wording, nominal: bool
) -> Iterator[Block]:
    if shown.svg:
        yield Figure(
            f"model/{shown.name}",
            numbering.figure(),
            shown.title,
            shown.alt,
            shown.svg,
            f"models/figures/{shown.name}",
            shown.title,
        )
    yield Heading(3, say("models.reading_title"))
    if shown.reading:
        yield Items(tuple(map(Item, shown.reading)), "findings")
    yield Paragraph(shown.rest, "findings")
    yield model_table(shown, numbering.table(), say, nominal)
    table = diagnostics_table(shown, numbering.table(), say)
    yield Folded(say("models.diagnostics"), (table,))
    listed = say("models.files", file=", ".join(FILES))
    yield Paragraph(listed, "notes", in_print=False)


def model_table(shown: ShownModel, number: str, say: Wording, nominal: bool) -> Table:
    """List the terms of a model: odds ratios, p-values and average effects."""
    p = f"p ({say.plain('report.nominal_word')})" if nominal else "p"
    columns = [
        Column(say.plain("models.column_term"), width=2.2),
        Column(say.plain("models.column_odds"), number=True, width=0.9),
        *([] if nominal else [Column(say.plain("models.column_interval"), number=True)]),
        Column(p, number=True, width=0.8),
        *(
            Column(say.plain("models.column_effect", outcome=outcome), number=True, width=1.3)
            for outcome in shown.outcomes
        ),
    ]
    rows = []
    for group in shown.groups:
        question: str = group.question
        if group.reference:
            reference = say("models.reference", label=group.reference)
            question = Markup('{} <span class="unit">({})</span>').format(question, reference)
        rows.append(Row("question", (Cell(question),)))
        for term in group.terms:
            interval = [] if nominal else [term.interval]
            cells = cells_of(term.label, term.odds, *interval, term.p, *term.effects)
            rows.append(Row("answer", cells))
    return Table(
        f"model/{shown.name}",
        number,
        shown.title,
        "",
        tuple(columns),
        tuple(rows),
        notes=(say("models.unweighted"),) if shown.unweighted else (),
        fine=True,
        captioned="none",
        attributes={"data-model": shown.name},
    )


def diagnostics_table(shown: ShownModel, number: str, say: Wording) -> Table:
    """List the diagnostics of a model."""
    heading = say.plain("models.diagnostics")
    return Table(
        f"model/{shown.name}/diagnostics",
        number,
        f"{shown.title}: {heading}",
        "",
        (
            Column(heading, width=3, under=say.plain("report.note")),
            Column(say.plain("documents.value"), number=True),
            Column(say.plain("report.column_df"), number=True),
            Column("p", number=True),
        ),
        tuple(
            Row(
                "answer",
                (
                    Cell(fact.label, under=(fact.note,) if fact.note else ()),
                    *cells_of(fact.value, fact.df, fact.p),
                ),
            )
            for fact in shown.facts
        ),
        fine=True,
        captioned="none",
        look="columns-3",
    )
