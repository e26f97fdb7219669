"""Models: fitted models as tables, plain sentences and drawings, or why there are none."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from itertools import groupby
from math import floor, log10
from typing import Any

from markupsafe import Markup, escape

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
from resurvey.study.expansion import CROSS
from resurvey.tables.models import factors_of

MOST_SENTENCES = 8
"""Comparisons that are put in words; the others are in the table."""

FILES = ("models/coefficients.csv", "effects.csv", "diagnostics.csv")
_COUNTED = ("n",)
STARS = ((0.001, "***"), (0.01, "**"), (0.05, "*"))
"""Marks of p-values below a limit, in tables of several models."""
FOOT = ("n", "r_squared", "adjusted_r_squared", "mcfadden")
"""Diagnostics at the foot of such a table."""


@dataclass(frozen=True)
class ModelTerm:
    """One answer against the reference, or one unit more; `effects` one per outcome shown.

    The estimate is an odds ratio, or the coefficient of a linear model.
    """

    label: str
    estimate: Shown
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
    df: Joined
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
    kind: str = ""
    notes: tuple[Markup, ...] = ()
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
        by_design: bool = False,
    ) -> None:
        self.by_design = by_design
        self.lines, self.labels, self.numerals, self.say = lines, labels, numerals, say
        self.alpha, self.reconstructed = alpha, reconstructed

    def shown(self, declared: Mapping[str, Mapping[str, Any]]) -> list[ShownModel]:
        """Describe every declared model."""
        return [self._model(name, model) for name, model in declared.items()]

    def title(self, declared: Mapping[str, Any]) -> str:
        """Title of a model, with whom it is about."""
        title = self.labels.pick(declared.get("label"), self.labels.variable(declared["outcome"]))
        domain = self.labels.domain(declared.get("where", {}))
        return f"{title} – {domain}" if domain else title

    def _model(self, name: str, declared: Mapping[str, Any]) -> ShownModel:
        own = [line for line in self.lines.coefficients if line["model"] == name]
        title, kind = self.title(declared), declared["kind"]
        terms = [line for line in own if line["part"] == "coefficient"]
        if not terms:
            notes = (
                [self._labelled(note).refusing("") for note in read_notes(own[0])] if own else []
            )
            refused = (
                self.say("models.refused_reconstructed")
                if self.reconstructed
                else self.say("models.refused", reason=self.say.notes(notes))
            )
            return ShownModel(name, title, self._about(declared, ()), refused)
        effects = [line for line in self.lines.effects if line["model"] == name]
        codes = list(dict.fromkeys(line["outcome_code"] for line in effects))
        ends = [codes[0], codes[-1]] if kind == "ordered" else codes
        outcomes = tuple(self._outcome(declared, code) for code in ends)
        by_term = {(e["variable"], e["code"], e["outcome_code"]): e for e in effects}
        crossed = any(CROSS in line["variable"] for line in terms)
        reading, rest = self._reading(terms, by_term, declared, ends[-1])
        told = []
        if Note("model_unweighted") in read_notes(terms[0]):
            told.append(self.say("models.unweighted"))
        elif self.by_design:
            told.append(self.say("models.weighted"))
        if crossed:
            told.append(self.say("models.interacting"))
        shown = outcomes
        if kind in ("linear", "multinomial"):
            shown = ("",) if crossed or kind == "multinomial" else ()
        return ShownModel(
            name,
            title,
            self._about(declared, outcomes),
            Markup(""),
            tuple(self._groups(terms, by_term, declared, ends if shown else ())),
            shown,
            tuple(reading),
            rest,
            tuple(self._facts(name)),
            kind,
            tuple(told),
            self.lines.figures.get(name, ""),
            str(reading[0].striptags()) if reading else title,
        )

    def _about(self, declared: Mapping[str, Any], outcomes: Sequence[str]) -> Markup:
        """Say what kind of model it is; `outcomes` are the ends, or the first of them the base."""
        outcome = self.labels.variable(declared["outcome"])
        kind = declared["kind"]
        if kind == "linear":
            return self.say("models.kind_linear", outcome=outcome)
        if kind == "binary":
            positive = self._outcome(declared, "positive")
            return self.say("models.kind_binary", outcome=outcome, positive=positive)
        if not outcomes:
            codes = self.labels.codebook[declared["outcome"]].ordered_answers
            outcomes = [self.labels.answer(declared["outcome"], str(codes[end])) for end in (0, -1)]
            if chosen := declared.get("reference", {}).get(declared["outcome"]):
                outcomes[0] = self.labels.answer(declared["outcome"], str(chosen))
        if kind == "multinomial":
            return self.say("models.kind_multinomial", outcome=outcome, base=outcomes[0])
        return self.say("models.kind_ordered", outcome=outcome, low=outcomes[0], high=outcomes[-1])

    def _outcome(self, declared: Mapping[str, Any], code: str) -> str:
        if declared["kind"] == "binary":
            parts = [
                self.labels.answer(declared["outcome"], str(part)) for part in declared["positive"]
            ]
            return " + ".join(parts)
        return self.labels.answer(declared["outcome"], code) if code else ""

    def _question(self, variable: str) -> str:
        """Wording of a predictor, or of those whose product it is."""
        return " × ".join(map(self.labels.variable, variable.split(CROSS)))

    def _term(self, line: Line) -> str:
        factors = factors_of(line["variable"], line["code"])
        if len(factors) == 1:
            if line["code"] == "":
                return self.say.plain("models.per_unit")
            return self.labels.answer(line["variable"], line["code"], line["label"])
        return ", ".join(
            self.labels.answer(name, code)
            if code
            else self.say.plain("models.per_unit_of", question=self.labels.variable(name))
            for name, code in factors
        )

    def _reference(self, line: Line) -> str:
        if line["reference_code"] == "" or CROSS in line["variable"]:
            return ""
        return self.labels.answer(line["variable"], line["reference_code"], line["reference_label"])

    def _groups(
        self,
        terms: Sequence[Line],
        effects: Mapping[tuple[str, str, str], Line],
        declared: Mapping[str, Any],
        outcomes: Sequence[str],
    ) -> list[ModelGroup]:
        """Terms by predictor, and by equation where there are several."""
        linear = declared["kind"] == "linear"
        estimate, ends = ("estimate", ("lower", "upper")) if linear else ("odds_ratio", _RATIO_ENDS)
        several = declared["kind"] == "multinomial"
        groups = []
        for (outcome, variable), found in groupby(
            terms, key=lambda line: (line["outcome_code"], line["variable"])
        ):
            own = list(found)
            # A product has no effect of its own.
            known = [
                [effects.get((line["variable"], line["code"], code)) for line in own]
                for code in ([outcome] if several else outcomes)
            ]
            rows = tuple(
                ModelTerm(
                    self._term(line),
                    self._estimate(line, estimate),
                    Joined(tuple(self._estimate(line, end) for end in ends), " – "),
                    self._p_value(line, "coefficients").bare,
                    tuple(
                        Shown("")
                        if column[place] is None
                        else self._effect(column[place] or {}, linear)
                        for column in known
                    ),
                )
                for place, line in enumerate(own)
            )
            question = self._question(variable)
            if several:
                end = self._outcome(declared, outcome)
                question = f"{self.say.plain('models.equation', outcome=end)} {question}"
            groups.append(ModelGroup(question, self._reference(own[0]), rows))
        return groups

    def _estimate(self, line: Line, field: str) -> Shown:
        """Write an odds ratio, or a number of a linear scale with the digits of its error."""
        if field.startswith("odds_ratio"):
            return self._ratio(line, field)
        digits = digits_of(float(line["standard_error"]))
        text = self.numerals.fixed(float(line[field]), digits)
        return Shown(text, identity=name_model_number("coefficients", line, field))

    def _effect(self, line: Line, linear: bool) -> Shown:
        if not linear:
            return self._points(line)
        digits = digits_of(float(line["standard_error"]))
        text = self.numerals.fixed(float(line["estimate"]), digits, sign=True)
        return Shown(text, identity=name_model_number("effects", line, "estimate"))

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

    def _reading(
        self,
        terms: Sequence[Line],
        effects: Mapping[tuple[str, str, str], Line],
        declared: Mapping[str, Any],
        last: str,
    ) -> tuple[list[Markup], Markup]:
        """Word the clearest comparisons, the largest effects first, and count all of the table.

        The p-values are those that the table shows: that a coefficient is zero is the same as
        that its average effect is, except in a multinomial model, whose odds are told instead,
        and for the parts of an interaction, of which nothing is told.
        """
        model, alpha = terms[0]["model"], self._alpha
        clear = [line for line in terms if float(line["p_value"]) < self.alpha]
        if not clear:
            return [], self.say("models.reading_none", alpha=alpha)
        apart = {name for names in declared.get("interactions", ()) for name in names}
        told = [
            (line, effects[line["variable"], line["code"], line["outcome_code"] or last])
            for line in clear
            if line["variable"] not in apart and CROSS not in line["variable"]
        ]
        by_odds = declared["kind"] == "multinomial"
        told.sort(key=lambda pair: -abs(float(pair[0 if by_odds else 1]["estimate"])))
        sentences = [self._sentence(*pair, declared) for pair in told[:MOST_SENTENCES]]
        everything = len(clear) == len(terms)
        return sentences, self.say(
            "models.reading_all" if everything else "models.reading_rest",
            shown=whole(len(clear), name_number("tally", "coefficients", model, "below")),
            all=whole(len(terms), name_number("tally", "coefficients", model)),
            alpha=alpha,
        )

    def _sentence(self, line: Line, effect: Line, declared: Mapping[str, Any]) -> Markup:
        question = self.labels.variable(line["variable"])
        kind, unit = declared["kind"], "_unit" if line["code"] == "" else ""
        size = float(effect["estimate"])
        values: dict[str, Any] = {
            "question": question,
            "answer": self._term(line),
            "reference": self._reference(line),
            "outcome": self._outcome(declared, effect["outcome_code"]),
            "direction": self.say("models.higher" if size > 0 else "models.lower"),
            "p": self._p_value(line, "coefficients"),
        }
        key = f"models.reading{unit}"
        if kind == "multinomial":
            key = f"models.reading_odds{unit}"
            base = next(
                other["outcome_code"]
                for other in self.lines.effects
                if other["model"] == line["model"]
            )
            values |= {"base": self._outcome(declared, base)}
            values |= {"ratio": self._ratio(line, "odds_ratio")}
        elif kind == "linear":
            key = f"models.reading_mean{unit}"
            values["outcome"] = self.labels.variable(declared["outcome"])
            digits = digits_of(float(effect["standard_error"]))
            text = self.numerals.fixed(abs(size), digits)
            values["size"] = Shown(text, identity=name_model_number("effects", effect, "estimate"))
        else:
            points = self._points(effect, sign=False)
            values["points"] = self.say("models.points", number=points)
        closed = question.endswith(("?", "!", ":", ".", "…"))
        about = (
            escape(question) if closed else self.say("models.reading_question", question=question)
        )
        return about + " " + self.say(key, **values)

    @property
    def _alpha(self) -> Shown:
        return Shown(self.numerals.fixed(self.alpha, 2), identity=name_number("setting", "alpha"))

    def _facts(self, name: str) -> list[Fact]:
        facts = []

        def number(line: Line, field: str, text: str) -> Shown:
            name = name_model_number("diagnostics", line, field)
            return Shown(text, identity=name) if text else Shown("")

        def note(line: Line, part: str, text: str) -> Shown:
            return number(line, f"note_{part}", text)

        for line in self.lines.diagnostics:
            if line["model"] != name or not line["statistic"] or line.get("suppressed"):
                continue
            if line["statistic"].startswith("lost_"):
                # The accounting of the wave has them.
                continue
            statistic, value = line["statistic"], line["value"]
            place = "models.n_line" if statistic in _COUNTED else f"models.{statistic}"
            shown = (
                self.numerals.count(Fraction(value))
                if statistic in _COUNTED
                else self.numerals.fixed(float(value), _digits_of(statistic, float(value)))
                if value
                else ""
            )
            label = self.say.plain(place) if self.say.has(place) else statistic
            if line["variable"]:
                label = f"{label}: {self._question(line['variable'])}"
            freedom = [
                number(line, field, self.numerals.count(Fraction(line[field])))
                for field in ("df", "df2")
                if line[field]
            ]
            facts.append(
                Fact(
                    label,
                    number(line, "value", shown),
                    Joined(tuple(freedom), "; "),
                    self._p_value(line, "diagnostics").bare if line["p_value"] else Shown(""),
                    self.say.notes(
                        map(self._labelled, read_notes(line)),
                        partial(note, line),
                    ),
                )
            )
        return facts

    def _labelled(self, note: Note) -> Note:
        """Name the predictor and the outcome of a note by their labels."""
        numbers = dict(note.numbers)
        named = {key: numbers[key] for key in ("predictor", "outcome") if key in numbers}
        if not named:
            return note
        return Note(note.key, **numbers | {key: self._question(v) for key, v in named.items()})

    def compared(
        self,
        name: str,
        table: Mapping[str, Any],
        models: Mapping[str, Mapping[str, Any]],
        numbering: Numbering,
        nominal: bool,
    ) -> Group:
        """Set several models side by side: terms by models, with n and fit at the foot."""
        return _Comparison(self, name, table, models, nominal).group(numbering)


_RATIO_ENDS = ("odds_ratio_lower", "odds_ratio_upper")


def digits_of(error: float) -> int:
    """Decimals that show two digits of a standard error.

    Examples
    --------
    >>> digits_of(0.0123), digits_of(1.5), digits_of(250.0)
    (3, 1, 0)
    """
    return min(max(1 - floor(log10(error)), 0), 6) if error > 0 else 2


def _digits_of(statistic: str, value: float) -> int:
    """Decimals of a diagnostic; an error in units of the outcome has three digits."""
    return digits_of(value / 10) if statistic == "residual_error" else 3


class _Comparison:
    """A table of several models; a multinomial one has a column for every equation."""

    def __init__(
        self,
        page: Models,
        name: str,
        table: Mapping[str, Any],
        models: Mapping[str, Mapping[str, Any]],
        nominal: bool,
    ) -> None:
        self.page, self.name, self.table, self.nominal = page, name, table, nominal
        self.models = models
        self.show = table.get("show", "coefficients")
        otherwise = "interval" if self.show == "odds_ratios" else "standard_error"
        self.under = table.get("under", otherwise)
        self.stars = table.get("stars", True)
        lines = page.lines.effects if self.show == "effects" else page.lines.coefficients
        self.lines = [
            line for line in lines if line["model"] in table["models"] and line["estimate"]
        ]
        fitted = {line["model"] for line in self.lines}
        self.columns = [
            (model, end)
            for model in table["models"]
            if model in fitted
            for end in self._ends(model)
        ]
        self.refused = [model for model in table["models"] if model not in fitted]

    def _ends(self, model: str) -> list[str]:
        """Outcomes of a model with a column of their own: of ordered effects the first and last."""
        own = (line["outcome_code"] for line in self.lines if line["model"] == model)
        ends = list(dict.fromkeys(own))
        return [ends[0], ends[-1]] if self.models[model]["kind"] == "ordered" and ends[1:] else ends

    def group(self, numbering: Numbering) -> Group:
        """Make the heading and the table, or say that no model was fitted."""
        say = self.page.say
        named = [self.page.title(self.models[model]) for model in self.table["models"]]
        title = self.page.labels.pick(self.table.get("label"), say.plain("models.compared"))
        blocks: list[Block] = [Heading(2, title)]
        if not self.columns:
            key = "refused_reconstructed" if self.page.reconstructed else "none_fitted"
            blocks.append(Paragraph(say(f"models.{key}"), "evidence"))
        else:
            blocks.append(self._table(numbering.table(), title))
        blocks[1:1] = [Paragraph(say("models.compared_of", models=say.listed(named)))]
        return Group(tuple(blocks), anchor=f"models-{self.name}")

    def _table(self, number: str, title: str) -> Table:
        say = self.page.say
        under = say.plain(f"models.under_{self.under}")
        many = {model for model, _ in self.columns if self.columns.count((model, "")) == 0}
        ends = [model for model, _ in self.columns]
        headings = []
        for model, end in self.columns:
            declared = self.models[model]
            heading = self.page.title(declared)
            if model in many and ends.count(model) > 1:
                heading = f"{heading}: {self.page._outcome(declared, end)}"
            headings.append(Column(heading, number=True, under=under))
        notes = [say(f"models.shown_{self.show}", under=under)]
        if self.stars:
            level = say("models.stars")
            word = say.plain("report.nominal_word")
            notes.append(level + Markup(" ({})").format(word) if self.nominal else level)
        if self.nominal and self.under == "interval":
            notes.append(say("models.intervals_nominal"))
        for model in self.refused:
            notes.append(say("models.not_fitted", model=self.page.title(self.models[model])))
        return Table(
            f"model/{self.name}/compared",
            number,
            title,
            "",
            (Column(say.plain("models.column_term"), width=2.0), *headings),
            (*self._rows(), *self._foot()),
            notes=tuple(notes),
            fine=True,
            captioned="none",
            attributes={"data-models": self.name},
        )

    def _rows(self) -> Iterator[Row]:
        say = self.page.say
        terms = [line for line in self.lines if line.get("part", "coefficient") == "coefficient"]
        variables = list(dict.fromkeys(line["variable"] for line in terms))
        # Products stand after everything that they are products of.
        variables.sort(key=lambda variable: CROSS in variable)
        for variable in variables:
            own = [line for line in terms if line["variable"] == variable]
            references = [self.page._reference(line) for line in own]
            question: str = self.page._question(variable)
            if any(references):
                listed = " / ".join(dict.fromkeys(filter(None, references)))
                reference = say("models.reference", label=listed)
                question = Markup('{} <span class="unit">({})</span>').format(question, reference)
            yield Row("question", (Cell(question),))
            compared_with = {line["model"]: line["reference_code"] for line in own}
            for code in self._codes(variable, own):
                lines = [line for line in own if line["code"] == code]
                models = {model for model, of in compared_with.items() if of and of == code}
                yield self._row(self.page._term(lines[0]), lines, models)
        if self.show != "coefficients":
            return
        others = [line for line in self.lines if line["part"] != "coefficient"]
        constants = [line for line in others if line["part"] == "constant"]
        if others:
            yield Row("question", (Cell(say.plain("models.constants")),))
        if constants:
            yield self._row(say.plain("models.constant"), constants)
        cuts = [line for line in others if line["part"] == "threshold"]
        places = [(self.models[line["model"]]["outcome"], line["code"]) for line in cuts]
        for outcome, code in dict.fromkeys(places):
            own = [cut for cut, place in zip(cuts, places, strict=True) if place == (outcome, code)]
            label = self.page.labels.answer(outcome, code)
            yield self._row(say.plain("models.threshold", answer=label), own)

    def _codes(self, variable: str, lines: Sequence[Line]) -> list[str]:
        """Codes of a predictor in the order of the codebook, whichever model has them."""
        codebook = self.page.labels.codebook
        known = list(map(str, codebook[variable].codes)) if variable in codebook else []
        codes = dict.fromkeys(line["code"] for line in lines)
        return sorted(codes, key=lambda code: known.index(code) if code in known else -1)

    def _row(self, label: str, lines: Sequence[Line], references: Collection[str] = ()) -> Row:
        """A row of one term, whose lines are those of the models that have it.

        In a model of `references` it is what the others are compared with.
        """
        by_column = {(line["model"], line["outcome_code"]): line for line in lines}
        against = self.page.say.plain("models.reference_cell")
        cells = [
            self._cell(by_column[column])
            if column in by_column
            else Cell(against if column[0] in references else "")
            for column in self.columns
        ]
        return Row("answer", (Cell(label), *cells))

    def _cell(self, line: Line) -> Cell:
        file = "effects" if self.show == "effects" else "coefficients"
        odds = self.show == "odds_ratios"
        estimate = self._number(line, "odds_ratio" if odds else "estimate", file)
        p = float(line["p_value"])
        mark = next((stars for limit, stars in STARS if p < limit), "") if self.stars else ""
        value = Joined((estimate, Shown(mark)), "") if mark else estimate
        if self.under == "p_value":
            return Cell(value, under=(self.page._p_value(line, file).bare,))
        if self.under == "standard_error":
            error = self._number(line, "standard_error", file)
            return Cell(value, under=(Joined((Shown("("), error, Shown(")")), ""),))
        ends = _RATIO_ENDS if odds else ("lower", "upper")
        both = tuple(self._number(line, end, file) for end in ends)
        return Cell(value, under=(Joined(both, " – "),))

    def _number(self, line: Line, field: str, file: str) -> Shown:
        if field.startswith("odds_ratio"):
            return self.page._ratio(line, field)
        share = self.show == "effects" and self.models[line["model"]]["kind"] != "linear"
        scale = 100 if share else 1
        digits = digits_of(scale * float(line["standard_error"]))
        text = self.page.numerals.fixed(scale * float(line[field]), digits)
        return Shown(text, identity=name_model_number(file, line, field))

    def _foot(self) -> Iterator[Row]:
        """Respondents and measures of fit, one line for each that a model has."""
        found = {
            (line["model"], line["statistic"]): line
            for line in self.page.lines.diagnostics
            if line["statistic"] in FOOT and line["value"]
        }
        for statistic in FOOT:
            if not any((model, statistic) in found for model, _ in self.columns):
                continue
            cells = []
            for model, _ in self.columns:
                line = found.get((model, statistic))
                if line is None:
                    cells.append(Cell(""))
                    continue
                value = line["value"]
                text = (
                    self.page.numerals.count(Fraction(value))
                    if statistic in _COUNTED
                    else self.page.numerals.fixed(float(value), 3)
                )
                cells.append(
                    Cell(Shown(text, identity=name_model_number("diagnostics", line, "value")))
                )
            place = "models.n_line" if statistic in _COUNTED else f"models.{statistic}"
            yield Row("base", (Cell(self.page.say.plain(place)), *cells), foot=True)


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
    linear = shown.kind == "linear"
    columns = [
        Column(say.plain("models.column_term"), width=2.2),
        Column(
            say.plain("models.column_coefficient" if linear else "models.column_odds"),
            number=True,
            width=0.9,
        ),
        *([] if nominal else [Column(say.plain("models.column_interval"), number=True)]),
        Column(p, number=True, width=0.8),
        *(
            Column(
                say.plain("models.column_mean_effect")
                if linear
                else say.plain("models.column_effect", outcome=outcome)
                if outcome
                else say.plain("models.column_effect_named"),
                number=True,
                width=1.3,
            )
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
            cells = cells_of(term.label, term.estimate, *interval, term.p, *term.effects)
            rows.append(Row("answer", cells))
    return Table(
        f"model/{shown.name}",
        number,
        shown.title,
        "",
        tuple(columns),
        tuple(rows),
        notes=shown.notes,
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
