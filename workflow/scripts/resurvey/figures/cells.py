"""Cells: the rows of crosstabs.csv as bars, in the order and the words of one language."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from resurvey.core.codebook import Code, Codebook, Variable, as_labels, pick_label
from resurvey.core.languages import decimal_mark
from resurvey.core.names import name_number
from resurvey.core.printed import format_fixed, round_half_away_number
from resurvey.figures.canvas import Datum
from resurvey.figures.lettering import printable
from resurvey.figures.plan import SCREEN, Profile

TOTAL = "total"


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

    def answer(self, variable: str, code: str, otherwise: str) -> str:
        """Label of an answer; the label in the CSV where the codebook has none."""
        if code == TOTAL:
            return self.words["all_respondents"]
        codes = {str(one): one for one in self._variable(variable).codes}
        if code not in codes:
            return printable(otherwise) or printable(code)
        return printable(self._variable(variable).answer(codes[code], self.language)) or code

    def title(self, table: str) -> str:
        """Number and title of a table, else the wording of its questions."""
        own = self.text.get("tables", {}).get(table, {})
        questions = "; ".join(self.question(name) for name in self.tables[table]["rows"])
        title = printable(own.get("title", "")) or questions
        number = printable(own.get("number", ""))
        return f"{number}. {title}" if number else title

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
    cells : dict
        Code of a part -> its row of crosstabs.csv.
    """

    code: str
    label: str
    base: str
    shares: Mapping[str, Fraction]
    cells: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Question:
    """One question of a table: its answers in the order of the bars, and the bars.

    With row per cents (`turned`) the bars are answers and their parts are groups.
    """

    table: str
    variable: str
    title: str
    ordinal: bool
    segments: tuple[Segment, ...]
    bars: tuple[Bar, ...]
    left_out: tuple[str, ...] = ()
    invented: bool = False
    turned: bool = False

    @property
    def scale(self) -> list[Segment]:
        """Answers inside the order."""
        return [one for one in self.segments if not one.outside]

    @property
    def total(self) -> Bar | None:
        """The bar of all respondents."""
        return next((bar for bar in self.bars if bar.code == TOTAL), None)

    def name_share(self, bar: Bar, part: str) -> str:
        """Identity of the per cent of one part of a bar."""
        return name_number("percent", self.table, self.variable, *self._place(bar.code, part))

    def name_base(self, bar: Bar) -> str:
        """Identity of a bar's base."""
        own = bar.cells.values()
        heads = any(one.get("unweighted_base", one["base"]) != one["base"] for one in own)
        place = (*self._place(bar.code, TOTAL), *(("unweighted",) if heads else ()))
        return name_number("base", self.table, self.variable, *place)

    def datum(self, bar: Bar, segment: Segment, printed: str) -> Datum:
        """The per cent of one part of a bar, for the file beside the figure."""
        cell = bar.cells.get(segment.code, {})
        labels = (bar.label, segment.label) if self.turned else (segment.label, bar.label)
        return Datum(
            self.title,
            *labels,
            bar.shares[segment.code],
            printed,
            cell.get("count", ""),
            cell.get("base", ""),
            self.name_share(bar, segment.code),
        )

    def _place(self, bar: str, part: str) -> tuple[str, str]:
        return (bar, part) if self.turned else (part, bar)


def exact_percent(cell: Mapping[str, str]) -> Fraction | None:
    """Per cent of a cell: from integers where they are, None where the cell is empty.

    Examples
    --------
    >>> exact_percent({"count": "5", "base": "16", "percent": "31.25"})
    Fraction(125, 4)
    >>> exact_percent({"count": "0", "base": "0", "percent": ""}) is None
    True
    """
    count, base = cell.get("count") or "", cell.get("base") or ""
    if count.isdigit() and base.isdigit():
        return Fraction(100 * int(count), int(base)) if int(base) else None
    try:
        return round_half_away_number(float(cell["percent"]), 6)
    except (KeyError, ValueError, OverflowError):
        return None


def group_cells(cells: Iterable[Mapping[str, str]]) -> dict[str, list[Mapping[str, str]]]:
    """Sort the rows of crosstabs.csv by table."""
    tables: dict[str, list[Mapping[str, str]]] = {}
    for cell in cells:
        tables.setdefault(cell["table"], []).append(cell)
    return tables


def questions_of(
    table: str, cells: Sequence[Mapping[str, str]], setting: Setting
) -> list[Question]:
    """Arrange the cells of one table as questions with their bars.

    Returns
    -------
    list of Question
        In the order of the file. The bar of all respondents comes first, then the groups; with
        row per cents the bars are answers and the groups are their parts. A group without a
        base, or whose counts are not identified, has no bar and is named in `left_out`.
    """
    blocks: dict[str, list[Mapping[str, str]]] = {}
    for cell in cells:
        if cell["kind"] != "subtotal":
            blocks.setdefault(cell["row_variable"], []).append(cell)
    turned = setting.tables[table].get("percent") == "row"
    return [
        (_turned if turned else _upright)(table, variable, block, setting)
        for variable, block in blocks.items()
    ]


def _question(
    table: str,
    variable: str,
    parts_of: str,
    parts: Mapping[str, str],
    bars: Sequence[tuple[str, Bar | None]],
    cells: Sequence[Mapping[str, str]],
    setting: Setting,
) -> Question:
    """Put a question together; `parts_of` is the variable whose answers part its bars."""
    return Question(
        table=table,
        variable=variable,
        title=setting.question(variable),
        ordinal=setting.is_ordinal(parts_of),
        segments=_segments(parts_of, parts, setting),
        bars=tuple(bar for _, bar in bars if bar is not None),
        left_out=tuple(label for label, bar in bars if bar is None),
        # A note beside a number is about its interval; without a number it is the reason.
        invented=any(cell.get("note") and not cell.get("count") for cell in cells),
        turned=parts_of != variable,
    )


def _upright(
    table: str, variable: str, cells: Sequence[Mapping[str, str]], setting: Setting
) -> Question:
    """Bars are groups, parts are answers."""
    answers = {c["row_code"]: c["row_label"] for c in cells if c["kind"] == "answer"}
    groups = {cell["column_code"]: cell for cell in cells}
    bars: list[tuple[str, Bar | None]] = []
    for code in sorted(groups, key=lambda one: one != TOTAL):
        within = [cell for cell in cells if cell["column_code"] == code]
        label = setting.answer(groups[code]["column_variable"], code, groups[code]["column_label"])
        bars.append((label, _bar(code, label, within, "row_code")))
    return _question(table, variable, variable, answers, bars, cells, setting)


def _turned(
    table: str, variable: str, cells: Sequence[Mapping[str, str]], setting: Setting
) -> Question:
    """Bars are answers, parts are groups: row per cents."""
    column = next((cell["column_variable"] for cell in cells), "")
    inner = [cell for cell in cells if cell["column_code"] != TOTAL] or list(cells)
    groups = {cell["column_code"]: cell["column_label"] for cell in inner}
    bars: list[tuple[str, Bar | None]] = []
    rows = {cell["row_code"]: cell for cell in inner}
    for code in sorted(rows, key=lambda one: one != TOTAL):
        label = setting.answer(variable, code, rows[code]["row_label"])
        within = [cell for cell in inner if cell["row_code"] == code]
        bars.append((label, _bar(code, label, within, "column_code", TOTAL)))
    return _question(table, variable, column, groups, bars, cells, setting)


def _bar(
    code: str,
    label: str,
    cells: Sequence[Mapping[str, str]],
    key: str,
    skipped: str | None = None,
) -> Bar | None:
    shares, own = {}, {}
    for cell in cells:
        if cell[key] == skipped or (skipped is None and cell["kind"] == "total"):
            continue
        share = exact_percent(cell)
        if share is not None:
            shares[cell[key]], own[cell[key]] = share, cell
    if not shares:
        return None
    heads = {cell.get("unweighted_base") or cell.get("base") or "" for cell in cells}
    return Bar(code, label, heads.pop() if len(heads) == 1 else "", shares, own)


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
