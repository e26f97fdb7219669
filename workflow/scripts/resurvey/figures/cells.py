"""Cells: the rows of crosstabs.csv as bars, in the order and the words of one language."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from resurvey.core.cells import Block, read_blocks
from resurvey.core.codebook import (
    BATTERY,
    Code,
    Codebook,
    Variable,
    as_labels,
    pick_label,
    short_title,
    split_stem,
)
from resurvey.core.languages import decimal_mark
from resurvey.core.lines import CrosstabLine
from resurvey.core.names import TOTAL as TOTAL
from resurvey.core.printed import format_fixed, round_half_away_number
from resurvey.figures.canvas import Datum
from resurvey.figures.lettering import printable
from resurvey.figures.plan import SCREEN, Profile


@dataclass(frozen=True)
class Setting:
    """What every figure of one language shares.

    Attributes
    ----------
    language : str
        Language of the labels.
    words : dict
        Section `figures` of `report/words.{language}.yaml`.
    tables, indicators, text : dict
        The study's `tables.yaml` (its `tables`), `indicators.yaml` and `text.{language}.yaml`.
    codebook : Codebook
        Variables with their labels in every language.
    not_printed : int or str, optional
        Code that marks the share of a question which nobody published.
    profile : Profile
        What the sheet is like.
    """

    language: str
    words: Mapping[str, str]
    codebook: Codebook
    tables: Mapping[str, Mapping[str, Any]]
    indicators: Mapping[str, Any] = field(default_factory=dict)
    text: Mapping[str, Any] = field(default_factory=dict)
    not_printed: Code | None = None
    profile: Profile = SCREEN

    def number(self, value: Fraction | float, digits: int = 1, sign: bool = False) -> str:
        """Print a number with this language's decimal mark, rounded half away from zero."""
        exact = value if isinstance(value, Fraction) else round_half_away_number(value, 6)
        return format_fixed(exact, digits, decimal_mark(self.language), sign).replace("-", "−")

    def percent(self, value: Fraction) -> str:
        """Print a per cent with its unit."""
        return self.words["percent"].format(number=self.number(value))

    def points(self, value: Fraction, sign: bool = False) -> str:
        """Print percentage points with their unit."""
        return self.words["points"].format(number=self.number(value, sign=sign))

    def label(self, labels: Any, otherwise: str) -> str:
        """Pick the label of this language."""
        return printable(pick_label(as_labels(labels), self.language, otherwise)) or otherwise

    def question(self, name: str) -> str:
        """Wording of a question; its name where the codebook has none."""
        if name not in self.codebook:
            return printable(name)
        return printable(self.codebook[name].title(self.language)) or printable(name)

    def item(self, table: str, name: str) -> str:
        """Wording of a question of a table, without what all questions of it share."""
        return self._battery(table)[1].get(name) or self.question(name)

    def _battery(self, table: str) -> tuple[str, dict[str, str]]:
        rows = list(self.tables.get(table, {}).get("rows", ()))
        own = self.text.get("tables", {}).get(table, {})
        stem, endings = split_stem([self.question(name) for name in rows])
        if "title" in own and len(rows) < BATTERY:
            return "", {name: self.question(name) for name in rows}
        return stem, dict(zip(rows, endings, strict=True))

    def answer(self, variable: str, code: str, otherwise: str) -> str:
        """Label of an answer; the label in the CSV where the codebook has none."""
        if code == TOTAL:
            return self.words["all_respondents"]
        codes = {str(code): code for code in self._variable(variable).codes}
        if code not in codes:
            return printable(otherwise) or printable(code)
        return printable(self._variable(variable).answer(codes[code], self.language)) or code

    def title(self, table: str) -> str:
        """Number and title of a table, else the wording of its questions."""
        own = self.text.get("tables", {}).get(table, {})
        stem, questions = self._battery(table)
        asked = "; ".join(questions[name] for name in self.tables[table]["rows"])
        title = short_title(printable(own.get("title", "")) or stem or asked)
        number = printable(own.get("number", ""))
        return f"{number}. {title}" if number else title

    def subtitle(self, table: str, words: str) -> str:
        """What stands under the title: `words`, behind the stem where the study has its own title.

        Examples
        --------
        >>> asked = {name: {"en": f"Agree? {name} are fair"} for name in ("Courts", "We", "You")}
        >>> book = Codebook({name: Variable(name, label) for name, label in asked.items()})
        >>> text = {"tables": {"t": {"title": "Trust"}}}
        >>> setting = Setting("en", {}, book, {"t": {"rows": [*asked]}}, text=text)
        >>> setting.subtitle("t", "% of answers")
        'Agree? % of answers'
        """
        stem = self._battery(table)[0]
        titled = "title" in self.text.get("tables", {}).get(table, {})
        return f"{stem} {words}" if stem and titled else words

    def ranked(self, variable: str, codes: Sequence[str]) -> tuple[list[str], list[str]]:
        """Codes in the order of the bars, and those that lie outside the substantive order."""
        known = self._variable(variable)
        away = [str(code) for code in known.dont_know]
        if self.not_printed is not None:
            away.append(str(self.not_printed))
        low_to_high = [str(code) for code in known.ordered_answers]
        inside = [code for code in low_to_high if code in codes and code not in away]
        inside += [code for code in codes if code not in inside and code not in away]
        return inside, [code for code in codes if code in away]

    def is_ordinal(self, variable: str) -> bool:
        """Tell whether the answers of a variable have an order."""
        known = self._variable(variable)
        return known.measure in ("ordinal", "scale") or bool(known.order)

    def _variable(self, name: str) -> Variable:
        return self.codebook.variables.get(name, Variable(name))


@dataclass(frozen=True)
class Segment:
    """One answer in a bar; `outside` is "", "dont_know" or "not_printed"."""

    code: str
    label: str
    outside: str = ""


@dataclass(frozen=True)
class Bar:
    """One bar: a group of respondents (or an answer, for row per cents) and its shares.

    Attributes
    ----------
    code, label : str
        Of the group.
    base : str
        Respondents, where it is one number for the whole bar.
    shares : dict
        Code of a part -> exact per cent.
    """

    code: str
    label: str
    base: str
    shares: Mapping[str, Fraction]


@dataclass(frozen=True)
class Question:
    """One question of a table: its answers in the order of the bars, and the bars.

    With row per cents (`turned`) the bars are answers and their parts are groups.
    """

    block: Block
    title: str
    ordinal: bool
    segments: tuple[Segment, ...]
    bars: tuple[Bar, ...]
    left_out: tuple[str, ...] = ()
    invented: bool = False
    turned: bool = False

    @property
    def table(self) -> str:
        """Table of the question."""
        return self.block.table

    @property
    def variable(self) -> str:
        """Variable of the question."""
        return self.block.variable

    @property
    def scale(self) -> list[Segment]:
        """Answers inside the order."""
        return [segment for segment in self.segments if not segment.outside]

    @property
    def total(self) -> Bar | None:
        """The bar of all respondents."""
        return next((bar for bar in self.bars if bar.code == TOTAL), None)

    def name_share(self, bar: Bar, part: str) -> str:
        """Identity of the per cent of one part of a bar."""
        return self.block.name("percent", *self._place(bar.code, part))

    def name_base(self, bar: Bar) -> str:
        """Identity of a bar's base."""
        lines = [self.block.line(*self._place(bar.code, part)) for part in bar.shares]
        heads = any(line.get("unweighted_base", line["base"]) != line["base"] for line in lines)
        return self.block.name(
            "base", *self._place(bar.code, TOTAL), *(("unweighted",) if heads else ())
        )

    def datum(self, bar: Bar, segment: Segment, printed: str) -> Datum:
        """The per cent of one part of a bar, for the file beside the figure."""
        line = self.block.line(*self._place(bar.code, segment.code))
        labels = (bar.label, segment.label) if self.turned else (segment.label, bar.label)
        return Datum(
            self.title,
            *labels,
            bar.shares[segment.code],
            printed,
            line.get("count", ""),
            line.get("base", ""),
            self.name_share(bar, segment.code),
        )

    def _place(self, bar: str, part: str) -> tuple[str, str]:
        return (bar, part) if self.turned else (part, bar)


def group_cells(cells: Iterable[CrosstabLine]) -> dict[str, list[CrosstabLine]]:
    """Sort the rows of crosstabs.csv by table."""
    tables: dict[str, list[CrosstabLine]] = {}
    for cell in cells:
        tables.setdefault(cell["table"], []).append(cell)
    return tables


def questions_of(table: str, cells: Sequence[CrosstabLine], setting: Setting) -> list[Question]:
    """Arrange the cells of one table as questions with their bars.

    Returns
    -------
    list of Question
        In the order of the file. The bar of all respondents comes first, then the groups; with
        row per cents the bars are answers and the groups are their parts. A group without a
        base, or whose counts are not identified, has no bar and is named in `left_out`.
    """
    blocks = read_blocks(cell for cell in cells if cell["kind"] != "subtotal")
    turned = setting.tables[table].get("percent") == "row"
    return [(_turned if turned else _upright)(block, setting) for block in blocks.values()]


def _question(
    block: Block,
    parts_of: str,
    parts: Mapping[str, str],
    bars: Sequence[tuple[str, Bar | None]],
    setting: Setting,
) -> Question:
    """Put a question together; `parts_of` is the variable whose answers part its bars."""
    return Question(
        block=block,
        title=setting.item(block.table, block.variable),
        ordinal=setting.is_ordinal(parts_of),
        segments=_segments(parts_of, parts, setting),
        bars=tuple(bar for _, bar in bars if bar is not None),
        left_out=tuple(label for label, bar in bars if bar is None),
        # A note beside a number is about its interval; without a number it is the reason.
        invented=any(line.get("note") and not line.get("count") for line in block.cells.values()),
        turned=parts_of != block.variable,
    )


def _upright(block: Block, setting: Setting) -> Question:
    """Bars are groups, parts are answers."""
    answers = {row: block.line(row, block.columns[0]).get("row_label", "") for row in block.answers}
    bars: list[tuple[str, Bar | None]] = []
    for column in sorted(block.columns, key=lambda code: code != TOTAL):
        label = setting.answer(block.group, column, block.heading(column))
        cells = {(row, column): row for row in block.rows}
        parts = [row for row in block.rows if block.kind(row) != "total"]
        bars.append((label, _bar(block, column, label, cells, parts)))
    return _question(block, block.variable, answers, bars, setting)


def _turned(block: Block, setting: Setting) -> Question:
    """Bars are answers, parts are groups: row per cents."""
    groups = block.groups or list(block.columns)
    headings = {column: block.heading(column) for column in groups}
    bars: list[tuple[str, Bar | None]] = []
    for row in sorted(block.rows, key=lambda code: code != TOTAL):
        label = setting.answer(block.variable, row, block.line(row, groups[0]).get("row_label", ""))
        cells = {(row, column): column for column in groups}
        bars.append((label, _bar(block, row, label, cells, block.groups)))
    return _question(block, block.group, headings, bars, setting)


def _bar(
    block: Block,
    code: str,
    label: str,
    cells: Mapping[tuple[str, str], str],
    parts: Collection[str],
) -> Bar | None:
    """Make a bar of cells, by place the code of its part; None where none of its parts counts."""
    shares = {
        part: cell.percent
        for place, part in cells.items()
        if part in parts and (cell := block.cell(*place)) is not None
    }
    if not shares:
        return None
    lines = [block.cells[place] for place in cells if place in block.cells]
    heads = {line.get("unweighted_base") or line.get("base") or "" for line in lines}
    return Bar(code, label, heads.pop() if len(heads) == 1 else "", shares)


def _segments(variable: str, labels: Mapping[str, str], setting: Setting) -> tuple[Segment, ...]:
    inside, away = setting.ranked(variable, list(labels))
    marked = None if setting.not_printed is None else str(setting.not_printed)
    return tuple(
        Segment(
            code,
            setting.answer(variable, code, labels[code]),
            "" if code in inside else "not_printed" if code == marked else "dont_know",
        )
        for code in [*inside, *away]
    )
