"""Summaries: tables of numbers as a reader sees them, and the sentence that compares the groups."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from markupsafe import Markup

from resurvey.core.accounting import NO_GROUP
from resurvey.core.codebook import after_label
from resurvey.core.lines import AssociationLine, SummaryLine, TestLine
from resurvey.core.names import KEPT_BACK, TOTAL, name_number
from resurvey.core.notes import read_notes
from resurvey.pages.labels import Labels
from resurvey.pages.numerals import NOTHING, Joined, Numerals, Shown, no_number, span
from resurvey.pages.wording import Wording
from resurvey.report.blocks import (
    MANY_COLUMNS,
    Cell,
    Column,
    Paragraph,
    Row,
    Table,
    cells_of,
    join,
)
from resurvey.report.evidence import show_test
from resurvey.tables.summaries import (
    BIN,
    FREQUENCIES,
    MISSING,
    named_statistics,
    share_of,
)

FILE = "tables/summaries.csv"
COUNTED = ("n", "weighted_n", MISSING)
BARS = "▁▂▃▄▅▆▇█"
"""Bars of a small histogram, the lowest first; none is a space."""

EFFECTS = ("cohen_d", "eta_squared")
"""Effect sizes in the sentence: of two groups the first, of more the second."""

Statistics = Mapping[str, SummaryLine]


class Summaries:
    """The lines of ``summaries.csv``, and the one place where a summary becomes a printed number.

    Parameters
    ----------
    lines : sequence of dict
        The file.
    labels, numerals, say
        Labels, numbers and words of the page.
    scales : dict, optional
        `scales` of ``config/indicators.yaml``: who answered too few of its items has no value.
    """

    def __init__(
        self,
        lines: Sequence[SummaryLine],
        labels: Labels,
        numerals: Numerals,
        say: Wording,
        scales: Mapping[str, Mapping[str, Any]] | None = None,
    ) -> None:
        self.labels, self.numerals, self.say = labels, numerals, say
        self.scales = scales or {}
        self.found: dict[tuple[str, str], dict[str, dict[str, SummaryLine]]] = {}
        for line in lines:
            columns = self.found.setdefault((line["table"], line["row_variable"]), {})
            columns.setdefault(line["column_code"], {})[line["statistic"]] = line

    def columns(self, table: str, variable: str) -> dict[str, dict[str, SummaryLine]]:
        """Return the lines of a variable by column and statistic; none where there are none."""
        return self.found.get((table, variable), {})

    def shown(
        self, table: str, variable: str, column: str, statistic: str, field: str = "value"
    ) -> Shown:
        """Print a statistic, or an end of its interval; a dash with the reason where it has none.

        Means and deviations have two decimals, of thousands one and of ten thousands none;
        quantiles and extremes are values of the variable and have no more than they need.
        """
        columns = self.columns(table, variable)
        line = columns.get(column, {}).get(statistic)
        if line is None or not line[field]:  # type: ignore[literal-required]
            return Shown(NOTHING) if line is None else no_number(line, self.say.line_notes(line))
        value = float(line[field])  # type: ignore[literal-required]
        more = [] if field == "value" else [field]
        identity = name_number("summary", table, variable, statistic, column, *more)
        return Shown(self._written(value, statistic, columns), identity=identity)

    def has(self, table: str, variable: str, statistic: str) -> bool:
        """Return whether the file has a statistic of a variable, or says why there is none."""
        return any(statistic in own for own in self.columns(table, variable).values())

    def bounded(self, table: str, variable: str, statistic: str) -> bool:
        """Return whether a statistic has intervals that are margins of error."""
        lines = self._lines(table, variable, statistic)
        nominal = any(note.key.startswith("nominal") for line in lines for note in read_notes(line))
        return any(line["lower"] for line in lines) and not nominal

    def interval(self, table: str, variable: str, column: str, statistic: str) -> Shown | Joined:
        """Print both ends of an interval."""
        return self._cell(table, variable, column, f"{statistic}_interval")

    def lettered(self, table: str, variable: str) -> bool:
        """Return whether any column's statistic is significantly larger than another's."""
        every = (own for own in self.columns(table, variable).values())
        return any(line["letters"] for own in every for line in own.values())

    def column_letters(self, table: str, variable: str) -> dict[str, str]:
        """Letters by which the columns name each other."""
        columns = self.columns(table, variable).items()
        return {code: line["column_letter"] for code, own in columns for line in own.values()}

    def letters(self, table: str, variable: str, column: str, statistic: str) -> str:
        """Letters of the columns whose statistic is significantly smaller."""
        line = self.columns(table, variable).get(column, {}).get(statistic)
        return line["letters"] if line else ""

    def _lines(self, table: str, variable: str, statistic: str) -> list[SummaryLine]:
        columns = self.columns(table, variable).values()
        return [own[statistic] for own in columns if statistic in own]

    def references(self) -> dict[str, dict[str, Shown]]:
        """Return the numbers that sentences may name: statistic -> place -> number.

        Places are ``table/variable/column``, with ``/lower`` and ``/upper`` where there is an
        interval.
        """
        named: dict[str, dict[str, Shown]] = {}
        for key, columns in self.found.items():
            for column, own in columns.items():
                for statistic, line in own.items():
                    place, places = "/".join((*key, column)), named.setdefault(statistic, {})
                    places[place] = self.shown(*key, column, statistic)
                    for end in ("lower", "upper"):
                        if line["lower"] or line["upper"]:
                            places[f"{place}/{end}"] = self.shown(*key, column, statistic, end)
        return named

    def _written(self, value: float, statistic: str, columns: Mapping[str, Statistics]) -> str:
        if statistic in COUNTED:
            return self.numerals.fixed(value, 0 if value.is_integer() else 1)
        if statistic == "nps":
            return self.numerals.fixed(value, 1)
        if statistic == "net":
            return self.numerals.fixed(value, 1, sign=True)
        if statistic in ("mean", "sd"):
            means = [own["mean"]["value"] for own in columns.values() if "mean" in own]
            size = max((abs(float(text)) for text in means if text), default=abs(value))
            return self.numerals.fixed(value, 0 if size >= 10_000 else 1 if size >= 1000 else 2)
        digits = next((few for few in (0, 1) if abs(value - round(value, few)) < 1e-9), 2)
        return self.numerals.fixed(value, digits)

    def of_table(self, name: str, table: Mapping[str, Any], title: str) -> list[Table]:
        """Lay out a table: with groups a block of statistics per variable, else a row of them."""
        names = [row for row in table["summaries"] if self.columns(name, row)]
        if not names:
            return []
        laid = self._by_group if table.get("columns") else self._in_rows
        return [laid(name, table, names, title)]

    def _in_rows(
        self, name: str, table: Mapping[str, Any], names: Sequence[str], title: str
    ) -> Table:
        """A row per variable, a column per statistic, for tables without groups."""
        statistics = self._statistics(name, table, names)
        rows = [
            Row(
                "answer",
                cells_of(
                    self.labels.variable(row),
                    *(self._cell(name, row, TOTAL, one) for one in statistics),
                ),
            )
            for row in names
        ]
        headings = [self._label(one) for one in statistics]
        return self._table(name, title, self.say.plain("report.question"), headings, rows)

    def _by_group(
        self, name: str, table: Mapping[str, Any], names: Sequence[str], title: str
    ) -> Table:
        """A block of rows per variable, a column per group, all respondents first."""
        statistics = self._statistics(name, table, names)
        group, columns = table["columns"], self.columns(name, names[0])
        headings = [self._heading(group, code, own) for code, own in columns.items()]
        rows: list[Row] = []
        for row in names:
            if len(names) > 1:
                rows.append(Row("question", (Cell(self.labels.variable(row)),)))
            own = self.columns(name, row)
            for one in statistics:
                cells = [self._cell(name, row, code, one) for code in own]
                kind = "base" if one in COUNTED else "answer"
                rows.append(Row(kind, cells_of(self._label(one), *cells)))
                if one == "mean" and any(line["mean"]["letters"] for line in own.values()):
                    letters = [line["mean"]["letters"] for line in own.values()]
                    rows.append(
                        Row("answer", cells_of(self.say.plain("summaries.larger"), *letters))
                    )
        stub = self.say.plain("summaries.statistic")
        return self._table(name, title, stub, headings, rows, self.labels.variable(group))

    def _table(
        self,
        name: str,
        title: str,
        stub: str,
        headings: Sequence[str],
        rows: Sequence[Row],
        spanner: str = "",
    ) -> Table:
        return Table(
            name,
            "",
            title,
            "",
            (
                Column(stub, width=max(1.6, 0.6 * len(headings))),
                *(Column(heading, number=True) for heading in headings),
            ),
            tuple(rows),
            spanner if len(headings) > 3 else "",
            fine=len(headings) >= MANY_COLUMNS,
            group=self.say.plain("report.question"),
            captioned="shown",
            look=f"columns-{min(len(headings), 4)}",
            anchor=name,
            file=FILE,
        )

    def _statistics(self, name: str, table: Mapping[str, Any], names: Sequence[str]) -> list[str]:
        """Rows of a table: its statistics, with the interval after a mean or a net score."""
        rows: list[str] = []
        for one in named_statistics(table):
            rows.append(one)
            lines = [own.get(one) for row in names for own in self.columns(name, row).values()]
            known = [line for line in lines if line is not None]
            if one in ("mean", "nps") and any(line["lower"] for line in known):
                rows.append(f"{one}_interval")
            if one == "n" and any("weighted_n" in own for own in self._all(name, names)):
                rows.append("weighted_n")
        return rows

    def _all(self, name: str, names: Sequence[str]) -> Iterator[Statistics]:
        for row in names:
            yield from self.columns(name, row).values()

    def _cell(self, name: str, row: str, column: str, statistic: str) -> Shown | Joined:
        of, interval, _ = statistic.partition("_interval")
        if not interval:
            return self.shown(name, row, column, statistic)
        ends = [self.shown(name, row, column, of, end) for end in ("lower", "upper")]
        if any(end.is_absent for end in ends):
            return ends[0]
        return Joined(tuple(ends), "; ")

    def _label(self, statistic: str) -> str:
        share, place = share_of(statistic), f"summaries.{statistic}"
        if share is not None and not self.say.has(place):
            return self.say.plain("summaries.quantile", share=str(round(100 * share)))
        return self.say.plain(place)

    def _heading(self, group: str, code: str, own: Statistics) -> str:
        first = next(iter(own.values()))
        heading = self.labels.column(group, code, first["column_label"])
        letter = own["mean"]["column_letter"] if "mean" in own else ""
        return f"{heading} ({letter})" if letter else heading

    def lost(self, variable: str, reason: str, number: str) -> Markup:
        """Word how many have no value of a variable for a reason; of a scale, what it takes."""
        declared = self.scales.get(variable)
        if declared is None or reason != "system_missing":
            return self.say(f"report.lost_{reason}", n=number)
        items = len(declared["items"])
        least = declared.get("minimum_items", items)
        return self.say("report.lost_scale", n=number, least=str(least), items=str(items))

    def notes(self, name: str, table: Mapping[str, Any], alpha: float) -> list[Markup]:
        """Word who is missing and why, the rule of the quantiles and what the letters mean."""
        say, notes = self.say, list[Markup]()
        for row in table["summaries"]:
            own = self.columns(name, row).get(TOTAL, {})
            lost = [
                self.lost(row, one.removeprefix("missing_"), line["value"])
                for one, line in own.items()
                if one.startswith("missing_")
            ]
            if lost:
                listed = Markup("; ").join(lost)
                question = self.labels.variable(row)
                notes.append(say("summaries.lost", question=question, reasons=listed))
        everyone = [self.columns(name, row).get(TOTAL, {}) for row in table["summaries"]]
        told = [own[NO_GROUP]["value"] for own in everyone if NO_GROUP in own]
        apart = [int(float(value)) for value in told if value]
        if apart:
            group = self.labels.variable(table["columns"])
            notes.append(say("report.lost_no_group", n=span(apart), group=group))
        statistics = named_statistics(table)
        lines = [line for own in self._all(name, table["summaries"]) for line in own.values()]
        if any(share_of(one) is not None for one in statistics):
            notes.append(say("summaries.quantile_rule"))
        if "nps" in statistics:
            notes.append(say("summaries.nps_is"))
        if any(line["letters"] for line in lines):
            weak, strict = (self._level(level) for level in (alpha, alpha / 5))
            notes.append(say("summaries.letters", weak=weak, strict=strict))
        reasons = dict.fromkeys(
            say.line_notes(line) for line in lines if line["note"] and not line["value"]
        )
        return notes + [say("report.empty_cell", reason=reason) for reason in reasons]

    def _level(self, level: float) -> str:
        digits = max(2, len(f"{level:.10f}".rstrip("0").partition(".")[2]))
        return self.numerals.fixed(level, digits)

    def compared(
        self,
        name: str,
        table: Mapping[str, Any],
        tests: Sequence[TestLine],
        association: Sequence[AssociationLine],
        alpha: float,
        nominal: bool,
    ) -> list[Paragraph]:
        """Word the tests of the groups, of the means first, with the effect size."""
        say, several = self.say, len(table["summaries"]) > 1
        paragraphs = []
        word = Markup(" ({})").format(say("report.nominal_word")) if nominal else Markup("")
        for row in table["summaries"]:
            asked = self.labels.variable(row)
            lead = asked + after_label(asked, ".") if several else ""
            own = [line for line in tests if (line["table"], line["row_variable"]) == (name, row)]
            shown = [show_test(line, self.numerals, say, alpha) for line in own]
            if not shown:
                continue
            if not any(test.p.text for test in shown):
                refusal = say("report.evidence_refused", note=shown[0].sentence)
                paragraphs.append(Paragraph(refusal, "evidence", lead))
                continue
            worded = [
                say(
                    "summaries.tested" if test.df else "summaries.tested_alone",
                    test=test.name,
                    statistic=test.statistic,
                    df=test.df,
                    p=test.p,
                    word=word,
                    n=test.n,
                )
                for test in shown
                if test.p.text
            ]
            sized = self._effect(name, row, association)
            paragraphs.append(Paragraph(join(*worded, *sized), "evidence", lead))
        return paragraphs

    def _effect(
        self, name: str, row: str, association: Sequence[AssociationLine]
    ) -> Iterator[Markup]:
        known = {
            line["measure"]: line
            for line in association
            if (line["table"], line["row_variable"]) == (name, row) and line["value"]
        }
        for measure in [measure for measure in EFFECTS if measure in known][:1]:
            line = known[measure]
            place = name, row, line["column_variable"], measure
            fields = {"value": line["value"], "lower": line["lower"], "upper": line["upper"]}
            numbers = {
                field: Shown(
                    self.numerals.fixed(float(text), 2),
                    identity=name_number(
                        "association", *place, *([] if field == "value" else [field])
                    ),
                )
                for field, text in fields.items()
                if text
            }
            key = "effect" if "lower" in numbers and "upper" in numbers else "effect_alone"
            label = self.say.plain(f"measures.{measure}")
            yield self.say(f"summaries.{key}", measure=label, **numbers)

    def numbers_table(self, number: Callable[[], str]) -> Table | None:
        """List every numeric variable of the codebook with a small histogram; None without any."""
        names = [variable for table, variable in self.found if table == FREQUENCIES]
        if not names:
            return None
        statistics = ("n", "mean", "sd", "min", "q1", "median", "q3", "max", MISSING)
        weighted = any("weighted_n" in own for own in self._all(FREQUENCIES, names))
        rows = []
        for name in names:
            own = self.columns(FREQUENCIES, name)[TOTAL]
            cells = [self.shown(FREQUENCIES, name, TOTAL, one) for one in statistics]
            about = Markup('{} <span class="unit">({})</span>')
            label = about.format(self.labels.variable(name), name)
            rows.append(Row("answer", (*cells_of(label, *cells), self._histogram(own))))
        return Table(
            "report/numbers",
            number(),
            self.say.plain("summaries.numbers"),
            "",
            (
                Column(self.say.plain("report.column_question"), width=3),
                *(Column(self._label(one), number=True, width=0.8) for one in statistics),
                Column(self.say.plain("summaries.histogram"), width=1.6),
            ),
            tuple(rows),
            notes=(
                *([self.say("summaries.weighted")] if weighted else []),
                self.say("summaries.quantile_rule"),
                self.say("summaries.histogram_is"),
            ),
            fine=True,
            file=FILE,
        )

    def _histogram(self, own: Statistics) -> Cell:
        """Draw the bars as characters, with the ends and the counts for whoever points at them."""
        bars = [line for one, line in own.items() if one.startswith(f"{BIN}_")]
        if not bars:
            return Cell(NOTHING)
        if any(line.get("suppressed") for line in bars):
            return Cell(KEPT_BACK)
        sizes = [float(line["value"]) for line in bars]
        steps = [round(size / max(sizes) * (len(BARS) - 1)) for size in sizes]
        drawn = "".join(
            BARS[step] if size else "\N{NO-BREAK SPACE}"
            for step, size in zip(steps, sizes, strict=True)
        )
        width = dict(read_notes(bars[0])[0].numbers)["width"]
        lower, upper = (float(end) for end in (bars[0]["lower"], bars[-1]["upper"]))
        ends = [self._written(end, "min", {}) for end in (lower, upper, float(width))]
        about = self.say.plain("summaries.bars", lower=ends[0], upper=ends[1], width=ends[2])
        return Cell(drawn, title=about, under=(about,))
