"""Correlations: scales with their items, and matrices of correlations, as a reader sees them."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from markupsafe import Markup

from resurvey.core.codebook import join_labels
from resurvey.core.lines import Line
from resurvey.core.names import name_correlation_number, name_scale_number
from resurvey.pages.labels import Labels
from resurvey.pages.numerals import Numerals, Shown, no_number
from resurvey.pages.wording import Wording
from resurvey.report.blocks import (
    Block,
    Cell,
    Column,
    Figure,
    Folded,
    Group,
    Heading,
    Numbering,
    Paragraph,
    Row,
    Table,
    cells_of,
    join,
)
from resurvey.report.results import Results
from resurvey.statistics.reliability import WEAK_ITEM

SCALES_FILE, CORRELATIONS_FILE = "tables/scales.csv", "tables/correlations.csv"
MOST_PRINTED = 12
"""A matrix of more variables is on the page, in the workbook and in its file, not on paper."""

_FINE = ("alpha", "standardised_alpha", "omega", "alpha_without", "p_value", "holm_table")
"""What is printed with three decimals; everything else of these files with two."""
_FIELDS = ("value", "lower", "upper", "p_value", "holm_table")


WordNotes = Callable[[Mapping[str, Any]], str]


def scale_numbers(results: Results, numerals: Numerals, word_notes: WordNotes) -> dict[str, Shown]:
    """Show the numbers of scales by the references of a study's text.

    Returns
    -------
    dict
        ``scale/statistic``, ``scale/statistic/item`` and ``scale/method/item/item``; each also
        with ``/lower``, ``/upper`` and ``/n``.
    """
    found: dict[str, Shown] = {}
    for line in results.scales:
        items = [line[key] for key in ("item", "other_item") if line.get(key)]
        place = "/".join([line["scale"], line["statistic"], *items])
        found |= _references(place, line, numerals, name_scale_number, word_notes)
    return found


def correlation_numbers(
    results: Results, numerals: Numerals, word_notes: WordNotes
) -> dict[str, Shown]:
    """Show the correlations by the references of a study's text.

    Returns
    -------
    dict
        ``matrix/variable/variable``, in either order; each also with ``/lower``, ``/upper``,
        ``/p_value``, ``/holm_table`` and ``/n``.
    """
    found: dict[str, Shown] = {}
    for line in results.correlations:
        pair = line["row_variable"], line["column_variable"]
        for one, other in (pair, pair[::-1]):
            place = f"{line['name']}/{one}/{other}"
            found |= _references(place, line, numerals, name_correlation_number, word_notes)
    return found


def _references(
    place: str, line: Line, numerals: Numerals, name: Callable[..., str], word_notes: WordNotes
) -> dict[str, Shown]:
    value = _shown(line, "value", numerals, name)
    if not value.identity:
        value = no_number(line, word_notes(line))
    found = {place: value}
    for field in ("lower", "upper", "p_value", "holm_table", "n"):
        if line.get(field):
            found[f"{place}/{field}"] = _shown(line, field, numerals, name)
    return found


def _shown(line: Line, field: str, numerals: Numerals, name: Callable[..., str]) -> Shown:
    """Print one number of a line; a dash where there is none."""
    text = line.get(field, "")
    if not text:
        return no_number(line, line.get("note", ""))
    if field == "n":
        return Shown(text, identity=name(line, field))
    if field in ("p_value", "holm_table"):
        return Shown(numerals.p_value(float(text)), identity=name(line, field))
    digits = 3 if line.get("statistic") in _FINE else 2
    return Shown(numerals.fixed(float(text), digits), identity=name(line, field))


@dataclass(frozen=True)
class Correlations:
    """Lays out the lines of ``scales.csv`` and ``correlations.csv``.

    Attributes
    ----------
    scales, correlations : sequence of dict
        Lines of the files.
    declared_scales, declared : dict
        `scales` of ``config/indicators.yaml`` and `correlations` of ``config/tables.yaml``.
    labels, numerals, say
        Labels, numbers and words of the page.
    alpha : float
        Significance level, a share.
    shown_alpha : Shown
        The same, as printed.
    """

    scales: Sequence[Line]
    correlations: Sequence[Line]
    declared_scales: Mapping[str, Mapping[str, Any]]
    declared: Mapping[str, Mapping[str, Any]]
    labels: Labels
    numerals: Numerals
    say: Wording
    alpha: float
    shown_alpha: Shown

    def scale_groups(self, numbering: Numbering) -> Iterator[Group]:
        """Each scale: its items, how well they go together, and their correlations."""
        for name, spec in self.declared_scales.items():
            lines = [line for line in self.scales if line["scale"] == name]
            if lines:
                title = self.labels.variable(name)
                blocks = (Heading(2, title), *self._scale(name, spec, lines, title, numbering))
                yield Group(blocks, anchor=f"scale-{name}", title=title)

    def _scale(
        self,
        name: str,
        spec: Mapping[str, Any],
        lines: Sequence[Line],
        title: str,
        numbering: Numbering,
    ) -> Iterator[Block]:
        by_place = {(line["statistic"], line["item"], line["other_item"]): line for line in lines}
        alpha = by_place["alpha", "", ""]
        if not alpha["value"]:
            why = self.say.line_notes(alpha)
            yield Paragraph(self.say("correlations.not_assessed", reason=why), "evidence")
            return
        say, items = self.say, list(spec["items"])
        stem, endings = self.labels.without_stem(items)
        named = dict(zip(items, endings, strict=True))
        columns = (
            Column(stem or say.plain("correlations.item"), width=3.6),
            *(
                Column(say.plain(f"correlations.{statistic}"), number=True, width=1.4)
                for statistic in _ITEM_COLUMNS
            ),
        )
        rows = []
        for item in items:
            label = named[item]
            if by_place["mean", item, ""]["reversed"]:
                label = say.plain("correlations.reversed_item", item=label)
            shown = (self._number(by_place[key, item, ""]) for key in _ITEM_COLUMNS)
            rows.append(Row("answer", cells_of(label, *shown)))
        yield Table(
            f"scale/{name}",
            numbering.table(),
            say.plain("correlations.items_of_scale", scale=title),
            "",
            columns,
            tuple(rows),
            notes=tuple(self._scale_notes(by_place, named)),
            captioned="none",
            anchor=f"scale-{name}-items",
        )
        matrices: list[Block] = []
        for method in ("pearson", "polychoric"):
            values = {
                (items.index(line["other_item"]), items.index(line["item"])): self._number(line)
                for line in lines
                if line["statistic"] == method
            }
            heading = say.plain(f"correlations.between_items_{method}", scale=title)
            number = numbering.table()
            stub = say.plain("correlations.item")
            place = f"scale/{name}/{method}"
            table = matrix_table(place, number, heading, endings, values, stub=stub)
            matrices += [Paragraph(heading, "notes"), replace(table, file=SCALES_FILE)]
        # Paper has the scale itself; the pairs of its items are looked up.
        summary = say("correlations.between_items")
        yield Folded(summary, tuple(matrices), in_print=False)

    def _scale_notes(
        self, by_place: Mapping[tuple[str, str, str], Line], named: Mapping[str, str]
    ) -> Iterator[Markup]:
        say = self.say
        alpha, omega = by_place["alpha", "", ""], by_place["omega", "", ""]
        parts = [
            say(
                "correlations.alpha_of_scale",
                alpha=self._with_interval(alpha),
                standardised=self._number(by_place["standardised_alpha", "", ""]),
            ),
            say("correlations.omega_of_scale", omega=self._with_interval(omega))
            if omega["value"]
            else say("correlations.no_omega", reason=say.line_notes(omega)),
            say(
                "correlations.rest_of_scale",
                mean=self._number(by_place["mean_correlation", "", ""]),
                n=self._number(alpha, "n"),
            ),
        ]
        yield join(*parts)
        yield say(f"correlations.verdict_{alpha['verdict']}")
        rest = {item: by_place["item_rest", item, ""] for item in named}
        turned = [item for item in named if rest[item]["verdict"]]
        if turned:
            yield say("correlations.likely_reversed", items=_listed(named, turned))
        weak = [
            item
            for item in named
            if item not in turned and (own := rest[item]["value"]) and float(own) < WEAK_ITEM
        ]
        if weak:
            yield say("correlations.weak_items", items=_listed(named, weak))
        better = [
            item
            for item in named
            if item not in turned
            and (without := by_place["alpha_without", item, ""]["value"])
            and float(without) > float(alpha["value"])
        ]
        if better:
            yield say("correlations.better_without", items=_listed(named, better))
        yield say("correlations.how", notes=say.line_notes(alpha))

    def _number(self, line: Line, field: str = "value") -> Shown:
        name = name_scale_number if "scale" in line else name_correlation_number
        return _shown(line, field, self.numerals, name)

    def _with_interval(self, line: Line) -> Markup:
        value = self._number(line)
        if not line["lower"]:
            return Markup.escape(value)
        ends = (self._number(line, end) for end in ("lower", "upper"))
        return Markup("{} [{}; {}]").format(value, *ends)

    def matrix_groups(
        self,
        names: Sequence[str],
        numbering: Numbering,
        draw: Callable[[str, str], Iterator[Figure]],
    ) -> Iterator[Group]:
        """Declared matrices: what is strongest, the matrix, its heat map, and every pair."""
        for name in names:
            lines = [line for line in self.correlations if line["name"] == name]
            if lines:
                title = self.title(name)
                blocks = (Heading(2, title), *self._matrix(name, lines, title, numbering, draw))
                yield Group(blocks, anchor=f"correlation-{name}", title=title)

    def title(self, name: str) -> str:
        """Label of a matrix; its method where it has none."""
        spec = self.declared[name]
        method = self.say.plain(f"correlations.matrix_{spec.get('method', 'pearson')}")
        return self.labels.pick(spec.get("label"), method)

    def _matrix(
        self,
        name: str,
        lines: Sequence[Line],
        title: str,
        numbering: Numbering,
        draw: Callable[[str, str], Iterator[Figure]],
    ) -> Iterator[Block]:
        say, spec = self.say, self.declared[name]
        known = [line for line in lines if line["value"]]
        if not known:
            why = say.line_notes(lines[0])
            yield Paragraph(say("correlations.not_correlated", reason=why), "evidence")
            return
        if "where" in spec:
            conditions = self.labels.domain(spec["where"])
            yield Paragraph(say("correlations.only", conditions=conditions))
        yield Paragraph(self._found(known), "findings")
        variables = list(spec["variables"])
        place = {variable: at for at, variable in enumerate(variables)}
        values, counts = {}, {}
        for line in lines:
            cell = place[line["row_variable"]], place[line["column_variable"]]
            values[cell] = self._number(line)
            counts[cell[::-1]] = self._number(line, "n")
        method = spec.get("method", "pearson")
        missing = next((line for line in lines if not line["value"]), None)
        notes = [
            say("correlations.triangles"),
            self._how(known),
        ]
        if missing:
            notes.append(say("correlations.dash", reason=say.line_notes(missing)))
        yield matrix_table(
            f"correlation/{name}",
            numbering.table(),
            title,
            [self.labels.variable(variable) for variable in variables],
            values,
            counts,
            stub=say.plain("documents.variable"),
            unit=say.plain(f"correlations.unit_{method}"),
            notes=tuple(notes),
        )
        yield from draw(name, title)
        yield Folded(
            say("correlations.pairs", number=str(len(lines))),
            (self._pairs(name, lines, title, numbering.table()),),
            in_print=False,
        )

    def _how(self, known: Sequence[Line]) -> Markup:
        """Say how intervals and tests are made; degrees of freedom may differ from pair to pair."""
        strongest = self._strongest(known)
        key = "how" if len({line["note_data"] for line in known}) == 1 else "how_of_strongest"
        return self.say(f"correlations.{key}", notes=self.say.line_notes(strongest))

    @staticmethod
    def _strongest(known: Sequence[Line]) -> Line:
        return max(known, key=lambda line: abs(float(line["value"])))

    def _found(self, known: Sequence[Line]) -> Markup:
        """The strongest correlation, and how many have small p-values after Holm's correction."""
        say = self.say
        strongest = self._strongest(known)
        first = say(
            "correlations.strongest",
            one=self.labels.variable(strongest["row_variable"]),
            other=self.labels.variable(strongest["column_variable"]),
            value=self._with_interval(strongest),
        )
        tested = [line for line in known if line["holm_table"]]
        if not tested:
            return first
        below = sum(float(line["holm_table"]) < self.alpha for line in tested)
        counted = {"below": str(below), "all": str(len(tested)), "alpha": self.shown_alpha}
        return join(first, say("correlations.below", **counted))

    def _pairs(self, name: str, lines: Sequence[Line], title: str, number: str) -> Table:
        """Every pair with its interval and p-values, the strongest first."""
        say = self.say
        columns = (
            Column(say.plain("correlations.pair"), width=3.4),
            Column(say.plain(f"correlations.unit_{lines[0]['method']}"), number=True),
            Column(say.plain("correlations.lower"), number=True),
            Column(say.plain("correlations.upper"), number=True),
            Column("p", number=True),
            Column(say.plain("correlations.holm"), number=True),
            Column("n", number=True),
        )
        ordered = sorted(lines, key=lambda line: -abs(float(line["value"] or 0)))
        rows = []
        for line in ordered:
            pair = (self.labels.variable(line[key]) for key in ("row_variable", "column_variable"))
            shown = [self._number(line, field) for field in (*_FIELDS, "n")]
            shown = [shown[0], shown[1], shown[2], shown[3].bare, shown[4].bare, shown[5]]
            rows.append(Row("answer", cells_of(" × ".join(pair), *shown)))
        return Table(
            f"correlation/{name}/pairs",
            number,
            say.plain("correlations.pairs_of", title=title),
            "",
            columns,
            tuple(rows),
            fine=True,
            captioned="none",
            anchor=f"correlation-{name}-pairs",
            file=CORRELATIONS_FILE,
        )


_ITEM_COLUMNS = ("mean", "standard_deviation", "item_rest", "alpha_without")


def matrix_table(
    name: str,
    number: str,
    title: str,
    labels: Sequence[str],
    below: Mapping[tuple[int, int], Shown],
    above: Mapping[tuple[int, int], Shown] | None = None,
    *,
    stub: str = "",
    unit: str = "",
    notes: tuple[Markup, ...] = (),
) -> Table:
    """Lay out numbers of pairs as a matrix whose columns have the numbers of its rows.

    Parameters
    ----------
    name, number, title : str
        Of the table.
    labels : sequence of str
        Of the variables.
    below, above : dict
        Row and column, counted from 0 -> number; above the diagonal nothing where it is not given.
    stub : str
        What the rows are, over their labels.
    unit : str
        What the numbers below the diagonal are.
    notes : tuple of Markup
        Under the table.
    """
    size = len(labels)
    numbers = {**below, **(above or {})}
    rows = []
    for row in range(size):
        cells = [Cell(f"{row + 1}. {labels[row]}")]
        for column in range(size):
            cells.append(Cell("1" if row == column else numbers.get((row, column), "")))
        rows.append(Row("answer", tuple(cells)))
    return Table(
        name,
        number,
        title,
        unit,
        (
            Column(stub, width=2.6),
            *(Column(str(column + 1), number=True, width=0.7) for column in range(size)),
        ),
        tuple(rows),
        notes=notes,
        fine=size > 6,
        captioned="none",
        anchor=name.replace("/", "-"),
        in_print=size <= MOST_PRINTED,
        file=CORRELATIONS_FILE,
    )


def _listed(named: Mapping[str, str], items: Sequence[str]) -> str:
    """List the items in a sentence."""
    return join_labels(named[item] for item in items)
