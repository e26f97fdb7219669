"""Banners: banner tables as a reader sees them, with letters beside the numbers."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import partial
from itertools import groupby
from math import ceil
from typing import Any

from markupsafe import Markup

from resurvey.core.codebook import join_labels
from resurvey.core.lines import BannerLine as Line
from resurvey.core.names import TOTAL, name_number
from resurvey.core.notes import read_notes
from resurvey.pages.labels import Labels
from resurvey.pages.numerals import NOTHING, Numerals, Shown, no_number, span
from resurvey.pages.wording import Wording
from resurvey.report.blocks import (
    LONGEST_PIECE,
    SMALL,
    Block,
    Cell,
    Column,
    Group,
    Paragraph,
    Row,
    Spanner,
    Table,
    longest_piece,
    plain_text,
)
from resurvey.report.exhibits import WIDE, title_domain
from resurvey.report.sentences import Sentences
from resurvey.tables.banners import SCORED
from resurvey.tables.boxes import MEAN, NET, NPS, names_of_boxes
from resurvey.tables.domains import read_crossed

MOST_CELLS = 30_000
"""Numbers of one banner that a page still shows; a larger one is in its files alone."""

MOST_PRINTED = 10_000
"""Numbers of one banner that paper still shows: a few dozen pages."""

ACROSS = 12
"""Columns of numbers beside each other on paper."""

LETTERS_ACROSS, BETWEEN = 100, 1.5
"""Letters beside the answers on a page that lies across, and those between two columns."""


_NAMED = 2
"""Questions that a title names one by one."""


@dataclass(frozen=True)
class BannerCell:
    """A number of a banner with the letters of the columns that are significantly smaller."""

    shown: Shown
    letters: str = ""  # of columns of the same group; upper case at the stricter level
    small: bool = False  # the base of the column is below the banner's minimum
    first: bool = False  # the first column of its group

    @property
    def on_paper(self) -> Cell:
        """The number as a cell of a table."""
        flag = SMALL if self.small else ""
        return Cell(self.shown, letters=self.letters.replace(" ", ""), flag=flag)


@dataclass(frozen=True)
class BannerRow:
    """One row: an answer, a subtotal, the mean, or a base."""

    code: str
    label: str
    kind: str
    cells: tuple[BannerCell, ...]


@dataclass(frozen=True)
class BannerPart:
    """The rows of one question."""

    name: str
    question: str
    rows: tuple[BannerRow, ...]


@dataclass(frozen=True)
class BannerColumn:
    """Heading of one column, with the letter by which other columns name it."""

    label: str
    letter: str


@dataclass(frozen=True)
class BannerGroup:
    """The columns of one column variable."""

    name: str
    question: str
    columns: tuple[BannerColumn, ...]


@dataclass(frozen=True)
class Banner(Block):
    """A banner table with the notes under it, as a page and the workbook show it.

    Paper shows its `strips`.
    """

    name: str
    title: Markup | str
    unit: str  # what the per cents are of
    counts_title: str  # of the same table with counts instead of per cents
    sheets: tuple[str, str]  # short titles of the per cents and of the counts
    stub: str  # heading of the answers
    everyone: str  # heading of the first column
    groups: tuple[BannerGroup, ...]
    parts: tuple[BannerPart, ...]
    large: bool  # too many numbers for a page
    sentences: tuple[str, ...]
    notes: tuple[str, ...]

    @property
    def plain(self) -> str:
        """Title without markup."""
        return plain_text(self.title)

    @property
    def group(self) -> Group:
        """The banner with the sentences above it."""
        return Group(
            (*map(Paragraph, self.sentences), self),
            anchor=f"exhibit-{self.name}",
            caption=f"caption-{self.name}",
            wide=self.width > WIDE,
        )

    @property
    def size(self) -> int:
        """Number of numbers."""
        return self.width * sum(len(part.rows) for part in self.parts)

    @property
    def strips(self) -> tuple[Table, ...]:
        """Tables for paper: some columns each, with the answers and all respondents in every one.

        The columns of one variable stay together where they fit; none where paper has no room for
        so many numbers.
        """
        if self.size > MOST_PRINTED:
            return ()
        everyone = self._letters(0, self.everyone)
        widths: list[list[float]] = []
        for group in self.groups:
            start = 1 + sum(len(own) for own in widths)
            widths.append(
                [self._letters(start + at, one.label) for at, one in enumerate(group.columns)]
            )
        chosen = _share_columns(widths, ACROSS - 1, LETTERS_ACROSS - everyone)
        made = [self._strip(columns) for columns in chosen]
        last = replace(made[-1], notes=self.notes)
        return (*made[:-1], last)

    def _letters(self, place: int, heading: str) -> float:
        """Letters that a column needs on paper, so that no word and no number of it is broken."""
        cells = (row.cells[place].on_paper for part in self.parts for row in part.rows)
        texts = [plain_text(heading), *(cell.marked + cell.letters for cell in cells)]
        return BETWEEN + min(longest_piece(texts), LONGEST_PIECE)

    def _strip(self, columns: Sequence[int]) -> Table:
        """One table of the columns at these places, counted after that of all respondents."""
        every = [(group, column) for group in self.groups for column in group.columns]
        chosen = [every[place] for place in columns]
        spanners: list[Spanner] = []
        for group, same in groupby(chosen, key=lambda pair: pair[0]):
            spanners.append(Spanner(group.question, len(list(same))))
        headings = [Column(column.label, number=True, letter=column.letter) for _, column in chosen]
        rows: list[Row] = []
        for part in self.parts:
            rows.append(Row("question", (Cell(part.question),)))
            for row in part.rows:
                cells = (row.cells[0], *(row.cells[1 + place] for place in columns))
                rows.append(Row(row.kind, (Cell(row.label), *(cell.on_paper for cell in cells))))
        return Table(
            f"{self.name}/{columns[0]}",
            "",
            self.title,
            self.unit,
            (Column(self.stub, width=3.0), Column(self.everyone, number=True), *headings),
            tuple(rows),
            spanners=tuple(spanners),
            across=True,
            fine=True,
            on_page=False,
        )

    @property
    def lettered(self) -> bool:
        """Return whether any columns are compared."""
        return any(column.letter for group in self.groups for column in group.columns)

    @property
    def width(self) -> int:
        """Number of columns with numbers."""
        return 1 + sum(len(group.columns) for group in self.groups)


def _share_columns(widths: Sequence[Sequence[float]], most: int, room: float) -> list[list[int]]:
    """Share the columns of several groups among strips of at most so many, and so much width.

    Examples
    --------
    >>> _share_columns([[1, 1], [1, 1, 1], [1, 1]], 5, 100)
    [[0, 1, 2, 3, 4], [5, 6]]
    >>> _share_columns([[1], [1] * 7], 4, 100)
    [[0], [1, 2, 3, 4], [5, 6, 7]]
    >>> _share_columns([[4, 4], [9, 9]], 5, 20)
    [[0, 1], [2, 3]]
    """
    strips: list[list[int]] = []
    taken = 0.0
    start = 0
    for own in widths:
        places = list(range(start, start + len(own)))
        start += len(own)
        if strips and len(strips[-1]) + len(own) <= most and taken + sum(own) <= room:
            strips[-1] += places
            taken += sum(own)
            continue
        parts = max(1, ceil(len(own) / most), ceil(sum(own) / room))
        longest = ceil(len(own) / parts)
        strips += [places[first : first + longest] for first in range(0, len(own), longest)]
        taken = sum(own[len(own) - len(strips[-1]) :])
    return strips


class Banners:
    """Lays out the lines of ``banners.csv``.

    Parameters
    ----------
    declared : dict
        `config/tables.yaml` (its `banners`).
    labels, numerals, say
        Labels, numbers and words of the page.
    alpha : float
        Significance level of the letters, a share.
    sample : str
        How respondents were chosen; letters of a sample that is not random are called nominal.
    least : int
        Minimum base of a banner that declares none.
    """

    def __init__(
        self,
        declared: Mapping[str, Mapping[str, Any]],
        labels: Labels,
        numerals: Numerals,
        say: Wording,
        alpha: float,
        sample: str,
        least: int = 0,
    ) -> None:
        self.declared, self.numerals, self.say = declared, numerals, say
        # Labels of subtotals are found by table.
        self.labels = replace(labels, tables={**labels.tables, **declared})
        self.alpha, self.nominal = alpha, sample in ("unknown", "purposive")
        self.least = least

    def lay_out(
        self,
        lines: Iterable[Line],
        text: Mapping[str, Mapping[str, Any]],
        sentences: Sentences,
    ) -> list[Banner]:
        """Lay out every banner that the study declares."""
        found: dict[str, list[Line]] = {name: [] for name in self.declared}
        for line in lines:
            found[line["table"]].append(line)
        banners = []
        for name, own in found.items():
            said = text.get(name, {})
            title = sentences.fill(said["title"]) if "title" in said else self._title(own)
            banner = self._banner(name, own, title)
            below = [sentences.fill(said["note"])] if "note" in said else []
            banners.append(
                replace(
                    banner,
                    sentences=tuple(sentences.fill_all(said.get("sentences"))),
                    notes=(*banner.notes, *below),
                )
            )
        return banners

    def _title(self, lines: Iterable[Line]) -> str:
        """Title of a banner to which the study gives none: its questions and its groups."""
        read = list(lines)
        rows = list(dict.fromkeys(line["row_variable"] for line in read))
        columns = dict.fromkeys(line["column_variable"] for line in read)
        stem, _ = self.labels.without_stem(rows)
        named = [self.labels.variable(row) for row in rows]
        questions = stem or join_labels(named)
        if not stem and len(rows) > _NAMED:
            questions = self.say.plain("banners.other_questions", first=named[0])
        groups = ", ".join(self.labels.variable(name) for name in columns if name)
        return self.say.plain("banners.by_groups", questions=questions, groups=groups)

    def _banner(self, name: str, lines: Sequence[Line], title: Markup | str) -> Banner:
        weighted = any(
            line["unweighted_base"]
            and line["base"]
            and Fraction(line["unweighted_base"]) != Fraction(line["base"])
            for line in lines
        )
        # A row has a column for all respondents, then those of every group, in the file's order.
        first = [line for line in lines if line["row_variable"] == lines[0]["row_variable"]]
        row = [line for line in first if line["row_code"] == first[0]["row_code"]]
        percent = self.declared[name].get("percent", "column")
        titled = title_domain(name, title, self.labels, self.say)
        return Banner(
            name,
            titled,
            self.say.plain(
                "banners.unit_column" if percent == "column" else f"report.unit_{percent}"
            ),
            self.say.plain("banners.sheet_counts", title=plain_text(titled)),
            (plain_text(title), self.say.plain("banners.sheet_counts", title=plain_text(title))),
            self.say.plain("report.answer"),
            self.labels.words["all_respondents"],
            tuple(self._groups(row)),
            tuple(self._parts(name, lines, len(row), weighted)),
            len(lines) > MOST_CELLS,
            (),
            tuple(self._notes(name, lines)),
            in_print=False,
        )

    def _groups(self, row: Sequence[Line]) -> Iterable[BannerGroup]:
        """Columns by variable; of crossed ones by the answers to the outer variable."""
        for (name, *_), own in groupby((line for line in row if line["column_variable"]), _group):
            question, columns = self.labels.variable(name), []
            for line in own:
                code = line["column_code"]
                label = self.labels.column(name, code, line["column_label"])
                if len(read_crossed(name, code)) > 1:
                    question, label = self.labels.groups(name, code)
                columns.append(BannerColumn(label, line["column_letter"]))
            yield BannerGroup(name, question, tuple(columns))

    def _parts(
        self, name: str, lines: Sequence[Line], width: int, weighted: bool
    ) -> Iterable[BannerPart]:
        rows: dict[str, list[Sequence[Line]]] = {}
        for start in range(0, len(lines), width):
            row = lines[start : start + width]
            rows.setdefault(row[0]["row_variable"], []).append(row)
        for variable, own in rows.items():
            made = [self._row(row) for row in own if row[0]["kind"] != "total"]
            totals = [row for row in own if row[0]["kind"] == "total"]
            made += [self._base(row, heads=False, weighted=weighted) for row in totals]
            if weighted:
                made += [self._base(row, heads=True, weighted=True) for row in totals]
            yield BannerPart(variable, self.labels.variable(variable), tuple(made))

    def _row(self, row: Sequence[Line]) -> BannerRow:
        start = row[0]
        kind, code = start["kind"], start["row_code"]
        if kind == NET:
            label = self._label_net(start)
        elif kind in SCORED:
            label = self.say.plain(f"summaries.{kind}")
        elif not code:
            label = self.say.plain("release.rare_answers")
        else:
            label = self.labels.row(start["table"], start["row_variable"], code, start["row_label"])
        return BannerRow(
            code,
            label,
            "mean" if kind in SCORED else kind,
            tuple(self._cells(row, self._score if kind in SCORED else self._percent)),
        )

    def _label_net(self, line: Line) -> str:
        word = partial(self.say.plain, "summaries.net")
        return self.labels.net(line["table"], line["row_variable"], word)

    def _base(self, row: Sequence[Line], heads: bool, weighted: bool) -> BannerRow:
        key = "base_heads" if heads else "base_weighted" if weighted else "base"

        def shown(line: Line) -> Shown:
            text = line["unweighted_count" if heads else "count"]
            if not text:
                return self._nothing(line)
            number = self.numerals.count(Fraction(text))
            place = ("unweighted",) if heads else ()
            return Shown(number, base=number, identity=_identity("base", line, *place))

        return BannerRow(
            TOTAL, self.say.plain(f"report.{key}"), "base", tuple(self._cells(row, shown))
        )

    def _cells(self, row: Sequence[Line], shown: Any) -> Iterable[BannerCell]:
        least = self._least(row[0]["table"])
        before: tuple[str, ...] = ("",)
        for line in row:
            heads = line["unweighted_base"]
            yield BannerCell(
                shown(line),
                line["letters"],
                bool(heads) and int(heads) < least,
                _group(line) != before,
            )
            before = _group(line)

    def _least(self, name: str) -> int:
        return int(self.declared[name].get("minimum_base", self.least))

    def _percent(self, line: Line) -> Shown:
        if not line["count"] or not line["base"] or not Fraction(line["base"]):
            return self._nothing(line)
        count, base = Fraction(line["count"]), Fraction(line["base"])
        return self.numerals.shown_percent(count, base, _identity("percent", line))

    def _score(self, line: Line) -> Shown:
        if not (line["mean"] or line["net"]) or not line["base"]:
            return self._nothing(line)
        base = self.numerals.count(Fraction(line["base"]))
        title = self.say.plain("banners.of_answers", n=base)
        if line["net"]:
            net = self.numerals.fixed(float(line["net"]), 1, sign=line["kind"] == NET)
            about = self.say.plain("banners.net_of", n=base)
            return Shown(net, about, base=base, identity=_identity("mean", line))
        if line["standard_deviation"]:
            spread = self.numerals.fixed(float(line["standard_deviation"]), 2)
            title = self.say.plain("banners.spread", deviation=spread, n=base)
        text = self.numerals.fixed(float(line["mean"]), 2)
        return Shown(text, title, base=base, identity=_identity("mean", line))

    def _nothing(self, line: Line) -> Shown:
        if not line["percent_lowest"]:
            return no_number(line, self.say.line_notes(line))
        low, high = (
            self.numerals.fixed(float(end), 1)
            for end in (line["percent_lowest"], line["percent_highest"])
        )
        return Shown(NOTHING, note=self.say.plain("banners.between", low=low, high=high))

    def _no_group(self, lines: Sequence[Line]) -> list[Markup]:
        """Say of every variable of the columns who is in none of its groups."""
        found: dict[str, list[int]] = {}
        for line in lines:
            if line["kind"] == "total" and line["column_variable"]:
                number = int(line.get("lost_no_group") or 0)
                if number:
                    found.setdefault(line["column_variable"], []).append(number)
        return [
            self.say("report.lost_no_group", n=span(own), group=self.labels.variable(name))
            for name, own in found.items()
        ]

    def _notes(self, name: str, lines: Sequence[Line]) -> list[Markup]:
        say, declared = self.say, self.declared[name]
        notes = []
        if any(one["column_letter"] for one in lines):
            digits = max(2, len(f"{self.alpha / 5:.10f}".rstrip("0").partition(".")[2]))
            notes.append(
                say(
                    "banners.letters",
                    weak=self.numerals.fixed(self.alpha, digits),
                    strict=self.numerals.fixed(self.alpha / 5, digits),
                    adjustment=say.plain(f"banners.{declared.get('adjustment', 'bonferroni')}"),
                )
            )
            if self.nominal:
                notes.append(say("banners.nominal"))
        least = self._least(name)
        if any(one["unweighted_base"] and int(one["unweighted_base"]) < least for one in lines):
            notes.append(say("banners.small", least=least))
        notes += self._no_group(lines)
        keys = {
            note.key
            for data in {one["note_data"] for one in lines}
            for note in read_notes({"note_data": data})
        }
        if "overlapping_columns" in keys:
            notes.append(say("banners.overlapping"))
        if "not_identified" in keys:
            notes.append(say("banners.not_identified"))
        kinds = {one["kind"] for one in lines}
        if names := names_of_boxes(declared):
            notes.extend(say("report.box_of_each", box=box) for box in names)
        labels = (self._label_net(one) for one in lines if one["kind"] == NET)
        notes += [say("summaries.net_is", label=label) for label in dict.fromkeys(labels)]
        if NPS in kinds:
            notes.append(say("summaries.nps_is"))
        if MEAN in kinds:
            notes.append(say("banners.means"))
        return notes


def _group(line: Line) -> tuple[str, ...]:
    """Variable of a column, and of a crossed one the answers to all but the last variable."""
    name = line["column_variable"]
    *outer, _ = read_crossed(name, line["column_code"]).values()
    return name, *outer


def _identity(kind: str, line: Line, *more: str) -> str:
    """Name a number by banner, question, answer and column, with the column's variable."""
    column = [part for part in (line["column_variable"], line["column_code"]) if part]
    return name_number(kind, line["table"], line["row_variable"], line["row_code"], *column, *more)
