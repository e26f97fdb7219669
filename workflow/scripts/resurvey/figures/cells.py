"""Cells: the rows of crosstabs.csv as bars, in the order and the words of one language."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from itertools import combinations
from typing import Any

from resurvey.core.cells import Block, read_blocks
from resurvey.core.codebook import (
    BATTERY,
    Code,
    Codebook,
    Variable,
    after_label,
    as_labels,
    join_labels,
    pick_label,
    short_title,
    split_stem,
)
from resurvey.core.languages import decimal_mark
from resurvey.core.lines import CrosstabLine, SummaryLine
from resurvey.core.names import TOTAL as TOTAL
from resurvey.core.printed import format_fixed, round_half_away_number
from resurvey.figures.canvas import Datum
from resurvey.figures.lettering import printable
from resurvey.figures.plan import SCREEN, Profile
from resurvey.tables.domains import word_domain


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
    loose_bases : dict
        (table, variable) -> largest base, where published numbers allow several.
    comparisons : sequence of dict
        Rows of comparisons.csv: each answer of each two groups.
    summaries : sequence of dict
        Rows of summaries.csv: means and other statistics of numbers.
    alpha : float
        Level of significance that the study declares.
    respondents : int
        Respondents analysed; zero where it is not known.
    matrices : dict
        The study's `tables.yaml` (its `correlations`).
    correlations : sequence of dict
        Rows of correlations.csv.
    index : dict
        Rows of every file of the indices.
    indices : dict
        The study's `index.yaml`.
    """

    language: str
    words: Mapping[str, str]
    codebook: Codebook
    tables: Mapping[str, Mapping[str, Any]]
    indicators: Mapping[str, Any] = field(default_factory=dict)
    text: Mapping[str, Any] = field(default_factory=dict)
    not_printed: Code | None = None
    profile: Profile = SCREEN
    loose_bases: Mapping[tuple[str, str], str] = field(default_factory=dict)
    comparisons: Sequence[Mapping[str, str]] = ()
    summaries: Sequence[SummaryLine] = ()
    alpha: float = 0.05
    respondents: int = 0
    matrices: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    correlations: Sequence[Mapping[str, str]] = ()
    index: Mapping[str, Sequence[Mapping[str, str]]] = field(default_factory=dict)
    indices: Mapping[str, Any] = field(default_factory=dict)

    def number(self, value: Fraction | float, digits: int = 1, sign: bool = False) -> str:
        """Print a number with this language's decimal mark, rounded half away from zero."""
        exact = value if isinstance(value, Fraction) else round_half_away_number(value, 6)
        exact = round_half_away_number(exact, digits)
        signed = sign and exact != 0
        return format_fixed(exact, digits, decimal_mark(self.language), signed).replace("-", "−")

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
        if not code and not otherwise:
            return self.words["rare_answers"]
        codes = {str(code): code for code in self._variable(variable).codes}
        if code not in codes:
            return printable(otherwise) or printable(code)
        return printable(self._variable(variable).answer(codes[code], self.language)) or code

    def of_domain(self, table: str, title: str) -> str:
        """Add to a title whom the table is about, where it is not about everybody."""
        return self.about(title, self.tables.get(table, {}).get("where", {}))

    def about(self, title: str, where: Mapping[str, Any]) -> str:
        """Add to a title whom a condition keeps."""
        domain = word_domain(where, self.codebook, self.language, self.words)
        return f"{title} – {printable(domain)}" if domain else title

    def title(self, table: str) -> str:
        """Number and title of a table, else the wording of its questions."""
        own = self.text.get("tables", {}).get(table, {})
        declared = self.tables[table]
        if "summaries" in declared:
            asked = join_labels(map(self.question, declared["summaries"]))
        else:
            stem, questions = self._battery(table)
            asked = stem or join_labels(questions[name] for name in declared["rows"])
        title = short_title(printable(own.get("title", "")) or asked)
        title = self.of_domain(table, title)
        number = printable(own.get("number", ""))
        return f"{number}. {title}" if number else title

    def caption(self, table: str, bases: Sequence[str] = ()) -> str:
        """What a table shows, of whom, and how many answered."""
        shown = list(dict.fromkeys(bases))
        # As the report's tables say it: of respondents where every base is all of them.
        column = self.tables[table].get("percent", "column") == "column"
        everybody = str(self.codebook.domains.get(table, self.respondents))
        whole = bool(shown) and all(
            base.split("\N{NO-BREAK SPACE}")[-1] == everybody for base in shown
        )
        of = self.words["of_respondents" if column and whole else "of_answers"]
        if shown and all(shown) and len(shown) <= MOST_BASES:
            equals = "" if shown[0].startswith("≤") else "=\N{NO-BREAK SPACE}"
            of = f"{of}, n\N{NO-BREAK SPACE}{equals}{'; '.join(shown)}"
        title = self.title(table)
        return title + after_label(title, f". {self.subtitle(table, of)}")

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
        """Codes in the order of the figure, and those that lie outside the substantive order.

        The substantive order stands the way round in which the table, `codes`, mostly has it.
        """
        known = self._variable(variable)
        away = [str(code) for code in known.dont_know]
        if self.not_printed is not None:
            away.append(str(self.not_printed))
        low_to_high = [str(code) for code in known.ordered_answers]
        inside = [code for code in low_to_high if code in codes and code not in away]
        places = [codes.index(code) for code in inside]
        falling = sum(one > other for one, other in combinations(places, 2))
        if 2 * falling > len(places) * (len(places) - 1) / 2:
            inside.reverse()
        inside += [code for code in codes if code not in inside and code not in away]
        return inside, [code for code in codes if code in away]

    def low_to_high(self, variable: str) -> list[Code]:
        """Answers of a variable in their substantive order, without "don't know"."""
        known = self._variable(variable)
        return [code for code in known.ordered_answers if code not in known.dont_know]

    def roles(self, variable: str) -> dict[str, str]:
        """Codes that an indicator of the study calls good, middling or bad, by its declaration.

        Only an indicator that names both sides says so, and only of answers with an order. The
        end of a side is `good` or `bad`, what lies between it and the middle `rather_…`.
        """
        order = [str(code) for code in self._variable(variable).ordered_answers]
        for indicator in self.indicators.get("indicators", {}).values():
            share = indicator.get("share", {})
            if share.get("variable") != variable or "opposite" not in share:
                continue
            sides = {
                side: [code for code in order if code in {str(one) for one in share.get(key, ())}]
                for side, key in (("good", "codes"), ("middle", "middle"), ("bad", "opposite"))
            }
            if not (self.is_ordinal(variable) and sides["good"] and sides["bad"]):
                continue
            rising = order.index(sides["good"][-1]) > order.index(sides["bad"][0])
            ends = {"good": -1 if rising else 0, "bad": 0 if rising else -1}
            roles = dict.fromkeys(sides["middle"], "middle")
            for side, end in ends.items():
                roles |= dict.fromkeys(sides[side], f"rather_{side}")
                roles[sides[side][end]] = side
            return roles
        return {}

    def is_grouping(self, variable: str) -> bool:
        """Tell whether respondents are grouped by this variable on any page."""
        columns = [table.get("columns") for table in self.tables.values()]
        return variable in {*columns, self.indicators.get("columns")}

    def is_ordinal(self, variable: str) -> bool:
        """Tell whether the answers of a variable have an order."""
        known = self._variable(variable)
        return known.measure in ("ordinal", "scale") or bool(known.order)

    def _variable(self, name: str) -> Variable:
        return self.codebook.variables.get(name, Variable(name))


MOST_BASES = 3
"""More bases than these are not listed in one line."""


@dataclass(frozen=True)
class Segment:
    """One answer; `outside` is "", "dont_know" or "not_printed", `role` one of the palette's."""

    code: str
    label: str
    outside: str = ""
    role: str = ""


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
    kept : frozenset of str
        Codes of parts whose share is kept back: a sign stands in their place, and no bar.
    """

    code: str
    label: str
    base: str
    shares: Mapping[str, Fraction]
    kept: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Question:
    """One question of a table: its answers in the order of the bars, and the bars.

    With row per cents (`turned`) the bars are answers and their parts are groups. `grouping`: the
    parts are groups of respondents on some page. `subtotals` are sums of answers.
    """

    block: Block
    title: str
    ordinal: bool
    segments: tuple[Segment, ...]
    bars: tuple[Bar, ...]
    left_out: tuple[str, ...] = ()
    invented: bool = False
    turned: bool = False
    grouping: bool = False
    subtotals: tuple[Segment, ...] = ()

    @property
    def table(self) -> str:
        """Table of the question."""
        return self.block.table

    @property
    def variable(self) -> str:
        """Variable of the question."""
        return self.block.variable

    @property
    def keeps_back(self) -> bool:
        """Whether a share is kept back, so that what is left says nothing of the whole."""
        return any(bar.kept for bar in self.bars)

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
    blocks = read_blocks(cells)
    turned = setting.tables[table].get("percent") == "row"
    return [(_turned if turned else _upright)(block, setting) for block in blocks.values()]


def _question(
    block: Block,
    parts_of: str,
    parts: Mapping[str, str],
    bars: Sequence[tuple[str, Bar | None]],
    setting: Setting,
    subtotals: tuple[Segment, ...] = (),
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
        invented=any(
            line.get("note") and not line.get("count") and not line.get("suppressed")
            for line in block.cells.values()
        ),
        turned=parts_of != block.variable,
        grouping=setting.is_grouping(parts_of),
        subtotals=subtotals,
    )


def _upright(block: Block, setting: Setting) -> Question:
    """Bars are groups, parts are answers."""
    answers = {row: block.line(row, block.columns[0]).get("row_label", "") for row in block.answers}
    bars: list[tuple[str, Bar | None]] = []
    for column in sorted(block.columns, key=lambda code: code != TOTAL):
        label = setting.answer(block.group, column, block.heading(column))
        cells = {(row, column): row for row in block.rows}
        bars.append((label, _bar(block, column, label, cells, block.answers)))
    bars = [(label, _true_base(bar, block, setting)) for label, bar in bars]
    sums = tuple(
        Segment(row, _subtotal(block, row, setting))
        for row in block.rows
        if block.kind(row) == "subtotal"
    )
    return _question(block, block.variable, answers, bars, setting, sums)


def _subtotal(block: Block, row: str, setting: Setting) -> str:
    """Label of a subtotal in the language, as the table declares it."""
    for entry in setting.tables[block.table].get("subtotals", []):
        if "+".join(map(str, entry["of"])) == row:
            return setting.label(entry.get("label"), row)
    return printable(block.line(row, block.columns[0]).get("row_label", "")) or row


def _true_base(bar: Bar | None, block: Block, setting: Setting) -> Bar | None:
    """Where published numbers allow several bases, tell the largest, and none of a group."""
    largest = setting.loose_bases.get((block.table, block.variable))
    if bar is None or largest is None:
        return bar
    return replace(bar, base=f"≤\N{NO-BREAK SPACE}{largest}" if bar.code == TOTAL else "")


def _turned(block: Block, setting: Setting) -> Question:
    """Bars are answers, parts are groups: row per cents."""
    groups = block.groups or list(block.columns)
    headings = {column: block.heading(column) for column in groups}
    bars: list[tuple[str, Bar | None]] = []
    rows = [row for row in block.rows if block.kind(row) != "subtotal"]
    for row in sorted(rows, key=lambda code: code != TOTAL):
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
    """Make a bar of cells, by place the code of its part; None where none of its parts counts.

    A part that is kept back counts and has no share.
    """
    shares = {
        part: cell.percent
        for place, part in cells.items()
        if part in parts and (cell := block.cell(*place)) is not None
    }
    lines = [block.cells[place] for place in cells if place in block.cells]
    kept = frozenset(
        part
        for place, part in cells.items()
        if part in parts and part not in shares and block.line(*place).get("suppressed")
    )
    if not shares and not kept:
        return None
    heads = {line.get("unweighted_base") or line.get("base") or "" for line in lines}
    heads -= {""} if kept else set()
    return Bar(code, label, heads.pop() if len(heads) == 1 else "", shares, kept)


def _segments(variable: str, labels: Mapping[str, str], setting: Setting) -> tuple[Segment, ...]:
    inside, away = setting.ranked(variable, list(labels))
    marked = None if setting.not_printed is None else str(setting.not_printed)
    roles = setting.roles(variable)
    segments = []
    for code in [*inside, *away]:
        outside = "" if code in inside else "not_printed" if code == marked else "dont_know"
        label = setting.answer(variable, code, labels[code])
        segments.append(Segment(code, label, outside, outside or roles.get(code, "")))
    return tuple(segments)


def count_respondents(lines: Iterable[Mapping[str, str]]) -> int:
    """Read from ``tables/frequencies.csv`` how many respondents are analysed.

    Examples
    --------
    >>> count_respondents([{"respondents": "515"}, {"respondents": "515"}]), count_respondents([])
    (515, 0)
    """
    told = (line["respondents"] for line in lines)
    return max((int(number) for number in told if number), default=0)


def loose_bases(
    lines: Iterable[Mapping[str, str]], reconstructed: bool
) -> dict[tuple[str, str], str]:
    """Read from ``audit/questions.csv`` which questions have several possible bases.

    Only of reconstructed data: with the respondents' own answers a base is counted.

    Examples
    --------
    >>> line = {"table": "t", "row_variable": "q", "smallest_base": "312", "largest_base": "494"}
    >>> loose_bases([line, line | {"row_variable": "r", "smallest_base": "494"}], True)
    {('t', 'q'): '494'}
    """
    return {
        (line["table"], line["row_variable"]): line["largest_base"]
        for line in lines
        if reconstructed and line["largest_base"] and line["smallest_base"] != line["largest_base"]
    }
