"""Indices: composite indices as a reader sees them, the judgement on adding up first.

Of reconstructed records only what the published margins determine is laid out: means, or ranges of
them, and bounds of the types' shares.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from markupsafe import Markup, escape

from resurvey.core.languages import group_thousands, within
from resurvey.core.lines import FrequencyLine, Line
from resurvey.core.names import PICTURES, name_index_number, name_number, name_picture
from resurvey.core.notes import Note, read_notes
from resurvey.index.declaration import ENDS, Index, Indicator, read_indices
from resurvey.index.results import tell_apart
from resurvey.pages.labels import Labels
from resurvey.pages.numerals import NOTHING, Joined, Numerals, Shown, no_number
from resurvey.pages.wording import Wording
from resurvey.report.blocks import (
    MANY_COLUMNS,
    Block,
    Column,
    Figure,
    Heading,
    Item,
    Items,
    Numbering,
    Paragraph,
    Row,
    Table,
    cells_of,
    join,
)
from resurvey.report.results import Results
from resurvey.statistics.registry import TESTS

IndexLines = Mapping[str, Sequence[Line]]
"""File of the indices, as `resurvey.core.names.INDEX_KEYS` names them -> its lines."""

Draw = Callable[[str, str, str], Iterator[Figure]]
"""Name, title and label of a drawing -> the figure, where it is drawn."""

FIRM = 95.0
"""Per cent of the scenarios from which on a conclusion is called firm."""

_FILES = {
    "means": "index",
    "types": "types",
    "determined": "bounds",
    "distribution": "bounds",
    "by": "index",
    "gap": "decomposition",
    "coherence": "coherence",
    "robustness": "conclusions",
    "variances": "variances",
}
"""Table -> the file that has its lines."""

_COMPUTING = ("bounds_too_large", "bounds_not_proven")
"""Notes of bounds that are not computed, though they may be determined."""
_FACTORS = ("normalisation", "aggregation", "missing")
_SHARES = ("share", "at_least", "percent", "weight")
_PERCENTS = ("types", "conclusions")


def index_numbers(
    results: Results, numerals: Numerals, word_notes: Callable[[Mapping[str, Any]], str]
) -> dict[str, Shown]:
    """Show the numbers of indices by the references of a study's text.

    Returns
    -------
    dict
        Means as ``index/mean``, ``index/dimension/mean`` (``mean_of_items`` over
        whoever answered each indicator) and of a group
        ``index/mean/variable/code``, shares of types as ``index/type``; each also with ``/lower``
        and ``/upper`` (of reconstructed records ``/lowest`` and ``/highest``).
    """
    found: dict[str, Shown] = {}
    lines = results.index

    def add(place: str, file: str, line: Line, field: str) -> None:
        ends = ("lower", "upper", "lowest", "highest")
        for one in (field, *ends):
            shown = show_index_number(file, line, one, numerals)
            if one == field and not shown.identity:
                shown = no_number(line, word_notes(line))
            if one == field or shown.identity:
                found.setdefault(place if one == field else f"{place}/{one}", shown)

    for line in lines.get("index", ()):
        if line["statistic"] in ("mean", "mean_of_items") and not line["indicator"]:
            parts = [line["index"], line["dimension"], line["statistic"]]
            group = (
                [line["column_variable"], line["column_code"]] if line["column_variable"] else []
            )
            add("/".join([*filter(None, parts), *group]), "index", line, "value")
    for line in lines.get("types", ()):
        if not line["answer_variable"] and not line["column_variable"]:
            add(f"{line['index']}/{line['type']}", "types", line, "percent")
    for line in lines.get("bounds", ()):
        if line["statistic"] == "share" and line["type"] and not line["column_variable"]:
            add(f"{line['index']}/{line['type']}", "bounds", line, "percent")
    return found


def tally_index(lines: IndexLines) -> dict[str, tuple[str, int]]:
    """Count what sentences about one index count: name -> the file, and how many.

    Examples
    --------
    >>> tally_index({"coherence": [], "conclusions": [
    ...     {"conclusion": "lowest", "factor": "", "percent": "97.5"}]})["firm"]
    ('conclusions', 1)
    """
    notes = [
        note
        for line in lines.get("coherence", ())
        if line["statistic"] == "coherence" and not line["dimension"]
        for note in read_notes(line)
    ]
    small = [
        dict(note.numbers)
        for line in lines.get("bounds", ())
        for note in read_notes(line)
        if note.key == "small_base"
    ]
    weak = sum(note.key in ("item_weak", "item_against") for note in notes)
    elsewhere = sum(note.key == "loads_elsewhere" for note in notes)
    shares = [
        float(line["percent"])
        for line in lines.get("conclusions", ())
        if not line["factor"] and line["percent"]
    ]
    return {
        "weak": ("coherence", weak),
        "elsewhere": ("coherence", elsewhere),
        "conclusions": ("conclusions", len(shares)),
        "firm": ("conclusions", sum(share >= FIRM for share in shares)),
        **{key: ("bounds", int(small[0][key])) for key in ("least", "needed") if small},
    }


def lowest_dimension(lines: Mapping[str, Line], dimensions: Sequence[str], prefix: str = "") -> str:
    """Return the dimension whose mean is below that of every other, or an empty text.

    Parameters
    ----------
    lines : dict
        Lines of ``bounds.csv`` by dimension.
    dimensions : sequence of str
        All of them: where one has no bounds, none is the lowest.
    prefix : str
        ``chosen_`` for the ends in the counts that are shown.

    Notes
    -----
    Means of different dimensions may lie anywhere between their ends at the same time, as far as
    is known: only ends that do not touch tell two of them apart.

    Examples
    --------
    >>> ends = {"a": ("0.50", "0.54"), "b": ("0.55", "0.56")}
    >>> lines = {name: dict(zip(("lowest", "highest"), two)) for name, two in ends.items()}
    >>> lowest_dimension(lines, ["a", "b"]), lowest_dimension(lines, ["a", "b", "c"])
    ('a', '')
    """
    ends = {}
    for name in dimensions:
        line = lines.get(name, {})
        if not line.get(f"{prefix}lowest") or not line.get(f"{prefix}highest"):
            return ""
        ends[name] = float(line[f"{prefix}lowest"]), float(line[f"{prefix}highest"])
    for name, (_, highest) in ends.items():
        if all(highest < ends[other][0] for other in ends if other != name):
            return name
    return ""


def show_index_number(
    file: str, line: Line, field: str, numerals: Numerals, digits: int | None = None
) -> Shown:
    """Print one number of a line; a dash where there is none."""
    text = line.get(field, "")
    if not text:
        return no_number(line)
    name = name_index_number(file, line, field)
    if field == "scenarios":
        return Shown(group_thousands(numerals.language, int(float(text))), identity=name)
    if field in ("n", "held", "judged", "unweighted_base"):
        return Shown(
            numerals.fixed(float(text), 0 if float(text).is_integer() else 1), identity=name
        )
    if field == "p_value":
        return Shown(numerals.p_value(float(text)), identity=name)
    if digits is None:
        percent = file in _PERCENTS or line.get("statistic") in _SHARES
        mean = file == "bounds" and line.get("statistic") in ("mean", "mean_of_items")
        digits = 1 if percent else 3 if mean or file in ("index", "decomposition") else 2
    sign = file == "decomposition"
    return Shown(numerals.fixed(float(text), digits, sign=sign), identity=name)


@dataclass(frozen=True)
class Indices:
    """Lays out the lines of the indices.

    Attributes
    ----------
    lines : dict
        Of every file.
    part : dict
        ``config/index.yaml``.
    labels, numerals, say
        Labels, numbers and words of the page.
    dealt : bool
        The records are reconstructed.
    nominal : bool
        The sample is no random one.
    shares : dict
        Indicators of ``config/indicators.yaml`` by name: which answers of a question count.
    frequencies : sequence
        Lines of ``frequencies.csv``.
    """

    lines: IndexLines
    part: Mapping[str, Any]
    labels: Labels
    numerals: Numerals
    say: Wording
    dealt: bool = False
    nominal: bool = False
    shares: Mapping[str, Any] = field(default_factory=dict)
    frequencies: Sequence[FrequencyLine] = ()

    @cached_property
    def layouts(self) -> "list[IndexLayout]":
        """Every declared index that the results have, in the order of the configuration."""
        known = {line["index"] for lines in self.lines.values() for line in lines}
        return [
            IndexLayout(index, self) for index in read_indices(self.part) if index.name in known
        ]


class IndexLayout:
    """Lays out one index.

    Parameters
    ----------
    index : Index
        As declared.
    about : Indices
        Everything that its pages share.
    """

    def __init__(self, index: Index, about: Indices) -> None:
        self.index, self.about = index, about
        self.say, self.labels, self.numerals = about.say, about.labels, about.numerals
        self.lines = {
            file: [line for line in lines if line["index"] == index.name]
            for file, lines in about.lines.items()
        }
        self.title = self.labels.pick(index.label, index.name)
        self.drawn: list[Figure] = []

    @property
    def pictures(self) -> dict[str, str]:
        """Names of the drawings, and what each shows."""
        return {name_picture(self.index.name, picture): picture for picture in PICTURES}

    # The body -----------------------------------------------------------------------------------

    def body(self, numbering: Numbering, several: bool, draw: Draw) -> Iterator[Block]:
        """The answer in short: may it be added up, the means, the types, what is firm, drawn.

        Of reconstructed records paper has the drawings, how answers become the index, and why some
        indicators have no data in the appendix; the page has them here.
        """
        number = numbering.table
        alone = self.about.dealt and not several
        heading = Heading(2, self.title, f"index-{self.index.name}")
        yield replace(heading, in_print=not alone)
        if self.about.dealt:
            yield Paragraph(self._what())
            yield Paragraph(self._method(), in_print=False)
            yield Paragraph(self.say("index.identified"))
            yield Paragraph(self._not_judged(), in_print=False)
            if table := self._determined(number()):
                yield table
        else:
            yield Paragraph(join(self._what(), self._verdict()), "body")
            yield Paragraph(self._method(), "body")
            yield self._means(number())
            if types := self._types(number):
                yield types
            if firm := self._firmness():
                yield Paragraph(firm)
        if self.index.gaps:
            names = "; ".join(self.labels.pick(gap.label, gap.name) for gap in self.index.gaps)
            yield Paragraph(self.say("index.gaps", listed=names), in_print=not self.about.dealt)
        for figure, picture in self.pictures.items():
            # Of reconstructed records no distribution is drawn, but bounds.
            shown = "bounds" if self.about.dealt and picture == "distribution" else picture
            title = self.say.plain(f"index.figure_{shown}", index=self.title)
            self.drawn += draw(figure, title, title)
        for drawn in self.drawn:
            yield replace(drawn, in_print=not self.about.dealt)

    def _what(self) -> Markup:
        say, index = self.say, self.index
        key = "index.ends" if index.is_bounded else "index.ends_standard"
        ends = say(key, index=within(self.title))
        made_of = self._setting("indicators", str(len(index.indicators)))
        if index.measured is None:
            told = say.plural("index.made_of", made_of)
            if index.gaps:
                absent = self._setting("gaps", str(len(index.gaps)))
                told = join(told, say.plural("index.absent", absent))
        else:
            names = ("covered", "measured")
            size = {
                name: self._setting(name, str(number))
                for name, number in zip(names, index.measured, strict=True)
            }
            told = say.plural("index.asks", made_of, **size)
        return join(ends, told, Markup(escape(self.labels.pick(index.remark, ""))))

    def _method(self) -> Markup:
        """How answers become an index, as it is declared."""
        say, index = self.say, self.index
        scored: str = index.normalisation
        if index.aggregation == "counting":
            scored = "counting"
        elif scored == "min_max" and all(map(self._is_two_valued, index.indicators)):
            scored = "two"
        complete = index.missing == "complete"
        least = len(index.indicators) if complete else index.minimum_items
        who = say(
            "index.method_complete" if complete else "index.method_available",
            least=self._setting("minimum_items", str(least)),
            all=self._setting("indicators", str(len(index.indicators))),
        )
        # What counting adds up is said with how it scores.
        counting = index.aggregation == "counting"
        mean = Markup("") if counting else say(f"index.method_{index.aggregation}")
        return join(say(f"index.method_{scored}"), *self._undecided(), mean, who)

    def _not_judged(self) -> Markup:
        """What would need joint answers, and is not there."""
        return self.say("index.not_judged_plans" if self.index.plans else "index.not_judged")

    def _is_two_valued(self, one: Indicator) -> bool:
        """Whether every answer counts 0 or 1."""
        if one.goalposts is not None or one.scores is None:
            return False
        if one.scores:
            own = {*one.scores.values(), *([] if one.dont_know is None else [one.dont_know])}
            return len(own) == 2
        book = self.labels.codebook
        return one.variable in book and len(book[one.variable].ordered_answers) == 2

    def _undecided(self) -> Iterator[Markup]:
        """What "don't know" counts: 0 where it is no answer that an indicator asks for."""
        say, book = self.say, self.labels.codebook
        zero = []
        left_out = False
        for one in self.index.indicators:
            share = self.about.shares.get(one.variable, {}).get("share")
            if share is None:
                known = one.variable in book and book[one.variable].dont_know
                left_out = left_out or bool(known and one.dont_know is None)
                continue
            question = share["variable"]
            counted = set(map(str, share["codes"]))
            for code in map(str, book[question].dont_know if question in book else ()):
                if code not in counted:
                    zero.append(self._undecided_share(question, code))
        if zero:
            yield say("index.method_undecided", listed=Markup("; ").join(zero))
        if left_out:
            yield say("index.method_no_answer")

    def _undecided_share(self, question: str, code: str) -> Markup:
        """An answer that counts as 0, with its per cent where there is one."""
        named = {
            "answer": self.labels.answer(question, code),
            "question": self.labels.variable(question),
        }
        for line in self.about.frequencies:
            if (line["variable"], line["code"]) == (question, code) and line["percent"]:
                name = name_number("frequency", question, code, "percent")
                text = self.numerals.fixed(float(line["percent"]), 1)
                share = Shown(text, identity=name)
                return self.say("index.undecided_share", share=share, **named)
        return self.say("index.undecided", **named)

    def _setting(self, key: str, text: str) -> Shown:
        """A number of the declaration."""
        return Shown(text, identity=name_number("setting", "index", self.index.name, key))

    def _tally(self, key: str) -> Shown:
        """How many lines of the index are so."""
        _, size = tally_index(self.lines)[key]
        return Shown(str(size), identity=name_number("index", self.index.name, "tally", key))

    def _verdict(self) -> Markup:
        """Whether the indicators may be added up, and why."""
        say, line = self.say, self._one("coherence", dimension="", statistic="coherence")
        if line is None:
            return Markup("")
        if not line["verdict"]:
            return say("index.no_verdict", reason=say.line_notes(line))
        reasons = list(self._reasons(line))
        told = say(f"index.verdict_{line['verdict']}")
        return join(
            told, say("index.because", reasons=Markup("; ").join(reasons)) if reasons else ""
        )

    def _reasons(self, line: Line) -> Iterator[Markup]:
        """The reasons in short: alphas, how many indicators fall out, the structure."""
        say, notes = self.say, read_notes(line)
        alphas = [
            say("index.alpha_of", dimension=within(self._dimension(name)), alpha=alpha)
            for name in self._dimensions()
            if (alpha := self._number("coherence", dimension=name, statistic="alpha")).identity
        ]
        if any(note.key.startswith("alpha_") for note in notes) and alphas:
            yield say("index.alphas", listed=Markup("; ").join(alphas))
        if (weak := self._tally("weak")).text != "0":
            whole = self._setting("indicators", str(len(self.index.indicators)))
            yield say.plural("index.weak", weak, all=whole)
        for note in notes:
            if note.key == "other_components":
                yield say.notes([note])
        if (elsewhere := self._tally("elsewhere")).text != "0":
            yield say.plural("index.elsewhere", elsewhere)

    def _means(self, number: str) -> Table:
        """A row for the index and for each dimension, with the reliability."""
        say, rows = self.say, list[Row]()
        for name in ("", *self._dimensions()):
            mean = {"dimension": name, "indicator": "", "statistic": "mean", "column_variable": ""}
            scale = {"dimension": name, "indicator": ""}
            cells: list[Shown | Joined] = [self._number("index", **mean)]
            if not self.about.nominal:
                cells.append(self._interval("index", **mean))
            cells += [
                self._number("index", "n", **mean),
                self._number("coherence", statistic="alpha", **scale),
                self._number("coherence", statistic="omega", **scale),
            ]
            rows.append(Row("answer" if name else "total", cells_of(self._dimension(name), *cells)))
        # Of a sample that is not random intervals stay in the file.
        interval = () if self.about.nominal else ("interval",)
        headings = ("mean", *interval, "n", "alpha", "omega")
        notes = [say("index.scale_note")]
        return self._table(
            "means",
            number,
            say.plain("index.means", index=self.title),
            say.plain("index.dimension"),
            [say.plain(f"index.{heading}") for heading in headings],
            rows,
            notes,
        )

    def _types(self, number: Callable[[], str]) -> Table | None:
        """A row for each type: its share and what its respondents plan."""
        lines = [line for line in self.lines["types"] if not line["column_variable"]]
        if not lines:
            return None
        say, plans = self.say, self._answers()
        rows = []
        for line in lines:
            cells: list[Shown | Joined] = [self._shown("types", line, "percent")]
            if not self.about.nominal:
                ends = (self._shown("types", line, end) for end in ("lower", "upper"))
                cells.append(Joined(tuple(ends), "–"))
            cells += [
                self._number("types", "percent", type=line["type"], answer_code=code)
                for code in plans
            ]
            rows.append(Row("answer", cells_of(self._type(line["type"]), *cells)))
        interval = [] if self.about.nominal else [say.plain("index.interval")]
        headings = [say.plain("index.share"), *interval, *plans.values()]
        notes = [say("index.cut_offs", listed=self._cut_offs())]
        if plans:
            question = self.labels.variable(self.index.plans)
            notes.append(say("index.plans_note", question=question))
            if any(one.variable == self.index.plans for one in self.index.indicators):
                notes.append(say("index.circular", question=question))
        return self._table(
            "types",
            number(),
            say.plain("index.types", index=self.title),
            say.plain("index.type"),
            headings,
            rows,
            notes,
            unit="%",
        )

    def _answers(self) -> dict[str, str]:
        """Answers to what is planned that the types are crossed with."""
        return {
            line["answer_code"]: self.labels.answer(
                self.index.plans, line["answer_code"], line["answer_label"]
            )
            for line in self.lines["types"]
            if line["answer_variable"]
        }

    def _cut_offs(self) -> Markup:
        fixed, say = self.numerals.fixed, self.say
        return Markup("; ").join(
            say(
                "index.from",
                type=self._type(one.name),
                value=self._setting(f"from_{one.name}", one.fraction or fixed(one.lowest, 2)),
            )
            for one in self.index.types[1:]
        )

    def _firmness(self) -> Markup:
        """How many conclusions hold in nearly all scenarios, and which is the least firm."""
        whole = [line for line in self._conclusions() if line["percent"]]
        if not whole:
            return Markup("")
        firm = [line for line in whole if float(line["percent"]) >= FIRM]
        least = min(whole, key=lambda line: float(line["percent"]))
        values = {
            "scenarios": self._shown("conclusions", least, "scenarios"),
            "all": self._tally("conclusions"),
            "limit": self.numerals.fixed(FIRM, 0),
            "conclusion": self.conclusion(least),
            "share": self._shown("conclusions", least, "percent"),
        }
        if not firm:
            return self.say("index.firmness_none", **values)
        return self.say.plural("index.firmness", self._tally("firm"), **values)

    def _determined(self, number: str) -> Table | None:
        """What published numbers determine, over all counts that print so and in those shown."""
        say, rows = self.say, list[Row]()
        means = {
            line["dimension"]: line
            for line in self.lines["index"]
            if line["statistic"] in ("mean", "mean_of_items")
            and not line["indicator"]
            and not line["column_variable"]
        }
        known = {name: line for name, line in means.items() if line["lowest"]}
        items = any(line["statistic"] == "mean_of_items" for line in known.values())
        bounds = self._of_all("share", "mean", "mean_of_items", "deviation", "correlation")
        if known:
            heading = say.plain("index.mean_of_items" if items else "index.mean_zero_one")
            rows.append(Row("question", cells_of(heading)))
            shown = {
                line["dimension"]: line for line in bounds["mean_of_items" if items else "mean"]
            }
            for name, line in known.items():
                cells = [self._between("index", line), self._chosen(shown.get(name))]
                rows.append(
                    Row("answer" if name else "total", cells_of(self._dimension(name), *cells))
                )
        if items:
            rows += self._bound_rows("index.mean_of_respondents", bounds["mean"])
        rows += self._bound_rows("index.deviation_of_respondents", bounds["deviation"])
        rows += self._bound_rows("index.correlation", bounds["correlation"])
        rows += self._bound_rows("index.share_of_all", bounds["share"])
        if not rows:
            return None
        notes = [say("index.shown_counts")]
        if items:
            notes.append(say("index.each_base"))
        bounded = [line for line in bounds["share"] if line["lowest"]]
        if bounded:
            notes.append(say("index.cut_offs", listed=self._cut_offs()))
            notes.append(self._say_bounds(bounded))
        notes += self._nearness(bounds)
        notes += self._left_open([*means.values()], "")
        notes += self._left_open(bounds["share"], "")
        if items:
            notes += self._left_open(bounds["mean"], "mean")
        return self._table(
            "determined",
            number,
            say.plain("index.determined", index=self.title),
            say.plain("summaries.statistic"),
            [say.plain("index.all_counts"), say.plain("index.counts_shown")],
            rows,
            notes,
        )

    def _why_wide(self, means: Sequence[Line]) -> list[Markup]:
        """Why the mean over respondents is open: how few may have answered a question."""
        notes = [note for line in means for note in read_notes(line) if note.key == "small_base"]
        worded = self._named_notes_of(notes, False, lambda name, _: self._tally(name))
        return [self.say("index.so_wide", reason=worded)] if notes else []

    def _nearness(self, bounds: Mapping[str, Sequence[Line]]) -> list[Markup]:
        """How near joint tables come to the bounds that may not be attained."""
        told = []
        for name in ("mean", "deviation", "correlation"):
            near = [line for line in bounds[name] if float(line["distance"] or 0)]
            if near:
                worst = max(near, key=lambda line: float(line["distance"]))
                distance = self._shown("bounds", worst, "distance", 3)
                told.append(self.say(f"index.near_{name}", distance=distance))
        if not told:
            return []
        return [self.say("index.bounds_near", listed=Markup("; ").join(told))]

    def _of_all(self, *statistics: str) -> dict[str, list[Line]]:
        """Bounds among all respondents, by statistic."""
        return {
            name: [
                line
                for line in self.lines["bounds"]
                if line["statistic"] == name and not line["column_variable"]
            ]
            for name in statistics
        }

    def _chosen(self, line: Line | None) -> Shown | Joined:
        """Both ends in the counts that are shown; a dash without a line."""
        return Shown(NOTHING) if line is None else self._between("bounds", line, "chosen_")

    def _bound_rows(self, heading: str, lines: Sequence[Line]) -> list[Row]:
        """A heading and a row for each line that has bounds; nothing where none has."""
        known = [line for line in lines if line["lowest"]]
        rows = [Row("question", cells_of(self.say.plain(heading)))] if known else []
        for line in known:
            cells = [self._between("bounds", line), self._chosen(line)]
            rows.append(Row("answer", cells_of(self._of_what(line), *cells)))
        return rows

    def _of_what(self, line: Line) -> str:
        """What bounds are of: a type, a dimension or two, or the index."""
        if line["type"]:
            return self._type(line["type"])
        name = self._dimension(line["dimension"])
        if not line["second_dimension"]:
            return name
        return f"{name} – {within(self._dimension(line['second_dimension']))}"

    def _left_open(self, lines: Sequence[Line], what: str) -> list[Markup]:
        """Reasons why some bounds are not there, each once with what it is of."""
        say, absent = self.say, [line for line in lines if not line["lowest"]]
        if not what:
            return list(
                dict.fromkeys(
                    say(
                        f"index.{self._openness(line)}",
                        reason=self._named_notes(line, plain=True),
                    )
                    for line in absent
                )
            )
        told: dict[Markup, list[Line]] = {}
        for line in absent:
            told.setdefault(self._named_notes(line, plain=True), []).append(line)
        notes = []
        for reason, alike in told.items():
            named = say.plain(f"index.open_{what}")
            if len(alike) < len(lines):
                listed = "; ".join(within(self._of_what(line)) for line in alike)
                named = say.plain(f"index.open_{what}_of", listed=listed)
            key = f"index.{self._openness(alike[0])}_of"
            notes.append(say(key, what=named, reason=reason))
        return notes

    def _openness(self, line: Line) -> str:
        """Whether bounds are not determined, or were only not computed."""
        computing = any(note.key in _COMPUTING for note in read_notes(line))
        return "not_computed" if computing else "left_open"

    def _distribution(self, number: Callable[[], str]) -> Table | None:
        """Bounds of the shares of those whose index is at least so much."""
        say, lines = self.say, self._of_all("at_least")["at_least"]
        rows = []
        for line in lines:
            if line["lowest"]:
                cells = [self._between("bounds", line), self._chosen(line)]
                value = self.numerals.fixed(float(line["low"]), 2)
                if float(line["low"]) < ENDS[1]:
                    value = say.plain("index.from_value", value=value)
                rows.append(Row("answer", cells_of(value, *cells)))
        if not rows:
            return None
        return self._table(
            "distribution",
            number(),
            say.plain("index.distribution", index=self.title),
            say.plain("index.value"),
            [say.plain("index.all_counts"), say.plain("index.counts_shown")],
            rows,
            [
                say("index.shown_counts"),
                self._say_bounds([line for line in lines if line["lowest"]]),
                *self._left_open(lines, ""),
            ],
            unit=say.plain("index.of_all_respondents"),
        )

    def _say_bounds(self, lines: Sequence[Line]) -> Markup:
        """Say how far bounds of shares go, and which of them may not be attained."""
        loose = dict.fromkeys(
            self._type(line["type"]) if line["type"] else self.say.plain("index.some_rows")
            for line in lines
            if line["sharp"] == "0"
        )
        whose = self.say(
            "index.no_type" if any(line["type"] for line in lines) else "index.no_value"
        )
        if not loose:
            return join(self.say("index.bounds_sharp"), whose)
        return join(self.say("index.bounds_proven", types=", ".join(loose)), whose)

    def found(self) -> Iterator[Markup]:
        """What belongs among the findings: mean, lowest and highest dimension, the judgement."""
        say = self.say
        means = {name: line for name in ("", *self._dimensions()) if (line := self._mean_of(name))}
        dimensions = [name for name in self._dimensions() if name in means]
        if "" not in means:
            return
        values: dict[str, Any] = {"index": self.title, "mean": self._ranged("index", means[""])}
        if not self.about.dealt:
            line = self._one("coherence", dimension="", statistic="coherence")
            verdict = say(f"index.verdict_{line['verdict']}") if line and line["verdict"] else ""
            middle = {name: float(means[name]["value"]) for name in dimensions}
            low = min(middle, key=middle.__getitem__, default="")
            high = max(middle, key=middle.__getitem__, default="")
            key = "found_mean_alone"
            if low != high and tell_apart(means[low], means[high]):
                key = "found_mean"
                values |= {
                    "low": within(self._dimension(low)),
                    "low_mean": self._ranged("index", means[low]),
                    "high": within(self._dimension(high)),
                    "high_mean": self._ranged("index", means[high]),
                }
            yield say(f"index.{key}", verdict=verdict, **values)
            return
        items = means[""]["statistic"] == "mean_of_items"
        told = [say("index.found_of_items" if items else "index.found_determined", **values)]
        of_respondents = self._of_all("mean")["mean"]
        if items:
            whole = [line for line in of_respondents if not line["dimension"] and line["lowest"]]
            told += [
                say("index.found_respondents", mean=self._between("bounds", line)) for line in whole
            ]
            told.append(self._lowest("items", self._of_all("mean_of_items")["mean_of_items"]))
        told.append(self._lowest("respondents", of_respondents))
        bounds = [
            say(
                "index.found_bounds",
                type=within(self._type(line["type"])),
                lowest=self._shown("bounds", line, "lowest"),
                highest=self._shown("bounds", line, "highest"),
            )
            for line in self._bounded()
        ]
        left = say("index.found_open", bounds=Markup("; ").join(bounds)) if bounds else Markup("")
        yield join(*told, left)

    def _lowest(self, by: str, lines: Sequence[Line]) -> Markup:
        """Which dimension is lowest: in every solution, in the counts that are shown, or open."""
        names = self._dimensions()
        known = {line["dimension"]: line for line in lines if line["dimension"]}
        if len(names) < 2 or not known:
            return Markup("")
        what = self.say.plain(f"index.found_by_{by}")
        for certainty, prefix in (("all", ""), ("shown", "chosen_")):
            if name := lowest_dimension(known, names, prefix):
                return self.say(
                    f"index.found_lowest_{certainty}",
                    what=what,
                    dimension=within(self._dimension(name)),
                    mean=self._between("bounds", known[name], prefix),
                )
        return self.say("index.found_lowest_open", what=what)

    def _mean_of(self, dimension: str) -> Line | None:
        """Mean of all respondents that is printed; None where there is none."""
        line = self._one(
            "index",
            dimension=dimension,
            indicator="",
            statistic=self._main_statistic,
            column_variable="",
        )
        return line if line is not None and (line["value"] or line["lowest"]) else None

    def _bounded(self) -> list[Line]:
        """Bounds of the types' shares among all respondents."""
        return [
            line
            for line in self.lines["bounds"]
            if line["statistic"] == "share"
            and line["type"]
            and not line["column_variable"]
            and line["lowest"]
        ]

    # The appendix -------------------------------------------------------------------------------

    def details(self, numbering: Numbering) -> Iterator[Block]:
        """Everything behind the answer: groups, gaps, coherence, scenarios, weights."""
        yield Heading(2, self.title, f"index-{self.index.name}-details")
        if self.about.dealt:
            yield Paragraph(join(self._method(), self._not_judged()), on_page=False)
            yield from (replace(drawn, on_page=False) for drawn in self.drawn)
        if self.about.dealt and (table := self._distribution(numbering.table)):
            yield table
        if self.about.dealt:
            for note in self._why_wide(self._of_all("mean")["mean"]):
                yield Paragraph(note, "notes")
            for name, lines in self._of_all("deviation", "correlation").items():
                yield from (Paragraph(note, "notes") for note in self._left_open(lines, name))
        parts = (*self._groups(numbering.table), *self._gaps(numbering.table))
        # Of reconstructed records paper has the means and bounds in the body, and the pictures.
        yield from (
            replace(block, in_print=not self.about.dealt) if isinstance(block, Table) else block
            for block in parts
        )
        if not self.about.dealt:
            yield from self._coherence(numbering.table)
            yield from self._robustness(numbering.table)
        yield self._weights(numbering.table())
        if self.index.gaps:
            told = [
                Item(
                    self.say(
                        "index.gap_told",
                        gap=self.labels.pick(gap.label, gap.name),
                        why=self.labels.pick(gap.why, ""),
                    )
                )
                for gap in self.index.gaps
            ]
            yield Paragraph(self.say("index.gaps_label"))
            yield Items(tuple(told))

    def _groups(self, number: Callable[[], str]) -> Iterator[Block]:
        """The means by groups with their tests, then the types by groups."""
        open_groups: dict[Markup, list[str]] = {}
        for group in self.index.by:
            lines = self._columns("index", group)
            means = [
                line
                for line in self.lines["index"]
                if line["statistic"] in ("mean", "mean_of_items")
                and line["column_variable"] == group
                and (line["indicator"] or line["statistic"] == self._main_statistic)
            ]
            if not means:
                continue
            if not lines or not any(line["value"] or line["lowest"] for line in means):
                open_groups.setdefault(self._why_open(means), []).append(group)
                continue
            yield self._by_group(group, lines, means, number())
            yield from self._tests(group)
            if table := self._types_by_group(group, number):
                yield table
        for reason, groups in open_groups.items():
            quoted = [
                self.say.plain("found.quoted", text=self.labels.variable(group)) for group in groups
            ]
            questions = self.say.listed(quoted)
            yield Paragraph(self.say("index.no_groups", questions=questions, reason=reason))

    def _why_open(self, means: Sequence[Line]) -> Markup:
        """Why nothing is given by a question: mostly because nothing was published by it."""
        line = next((line for line in means if line["note"]), None)
        if line is None or any(note.key == "not_crossed_with" for note in read_notes(line)):
            return self.say("index.not_published_by")
        return self._named_notes(line, plain=True)

    @property
    def _main_statistic(self) -> str:
        """Statistic of the index that is printed: of reconstructed records over single items."""
        known = {line["statistic"] for line in self.lines["index"] if not line["indicator"]}
        return "mean" if "mean" in known else "mean_of_items"

    def _columns(self, file: str, group: str) -> dict[str, str]:
        """Codes of a variable and their labels, in the order of the file."""
        return {
            line["column_code"]: self.labels.column(
                group, line["column_code"], line["column_label"]
            )
            for line in self.lines[file]
            if line["column_variable"] == group and line["column_code"]
        }

    def _by_group(
        self, group: str, columns: Mapping[str, str], means: Sequence[Line], number: str
    ) -> Table:
        say, rows = self.say, list[Row]()
        levels = [("", "")]
        for name in self._dimensions():
            levels.append((name, ""))
            if self.about.dealt:
                levels += [
                    (name, one.name) for one in self.index.indicators if one.dimension == name
                ]
        found = {
            (line["dimension"], line["indicator"], line["column_code"]): line for line in means
        }
        reasons: dict[Markup, None] = {}
        for dimension, indicator in levels:
            cells: list[Shown | Joined] = []
            for code in columns:
                line = found.get((dimension, indicator, code))
                cells.append(Shown(NOTHING) if line is None else self._ranged("index", line))
                if line is not None and not (line["value"] or line["lowest"]):
                    reasons[self._named_notes(line)] = None
            label = self._indicator(indicator) if indicator else self._dimension(dimension)
            # Of reconstructed records a dimension has its questions below it.
            part = "subtotal" if self.about.dealt and not indicator else "answer"
            rows.append(Row(part if dimension else "total", cells_of(label, *cells)))
        notes = [say("report.empty_cell", reason=reason) for reason in reasons]
        title = say.plain("index.by_group", index=self.title, group=self.labels.variable(group))
        heading = say.plain("index.dimension_question" if self.about.dealt else "index.dimension")
        return self._table(
            f"by_{group}", number, title, heading, list(columns.values()), rows, notes
        )

    def _ranged(self, file: str, line: Line) -> Shown | Joined:
        """A value, or its range over all that print as published."""
        value = self._shown(file, line, "value")
        if value.identity:
            return value
        if not line["lowest"]:
            return replace(value, note=self.say.line_notes(line))
        return self._between(file, line)

    def _between(self, file: str, line: Line, prefix: str = "") -> Shown | Joined:
        """The smallest and the largest value, once where they print alike."""
        ends = [self._shown(file, line, f"{prefix}{end}") for end in ("lowest", "highest")]
        return ends[0] if ends[0].text == ends[1].text else Joined(tuple(ends), "–")

    def _tests(self, group: str) -> Iterator[Block]:
        """Tests of the index and its dimensions, and of the types."""
        told = []
        for line in self.lines["index"]:
            test = line["statistic"]
            if line["column_variable"] != group or test not in TESTS or not line["p_value"]:
                continue
            if test in ("mann_whitney", "kruskal_wallis") or line["dimension"]:
                continue
            statistic = self._shown("index", line, "value", TESTS[test].digits)
            of_types = line["variable"].endswith("_type")
            told.append(
                self.say(
                    "index.tested_types" if of_types else "index.tested",
                    test=self.say.plain(f"tests.{test}"),
                    statistic=statistic,
                    p=self._shown("index", line, "p_value"),
                    n=self._shown("index", line, "n"),
                )
            )
        if told:
            more = [self.say("index.nominal_tests")] if self.about.nominal else []
            lead = f"{self.labels.variable(group)}."
            yield Paragraph(join(*told, *more), "evidence", lead)

    def _types_by_group(self, group: str, number: Callable[[], str]) -> Table | None:
        file = "bounds" if self.about.dealt else "types"
        columns = self._columns(file, group)
        if not columns:
            return None
        rows, bounded = [], list[Line]()
        for one in self.index.types:
            cells: list[Shown | Joined] = []
            for code in columns:
                line = self._one(
                    file, type=one.name, column_variable=group, column_code=code, answer_code=""
                )
                if line is None:
                    cells.append(Shown(NOTHING))
                elif self.about.dealt:
                    bounded.append(line)
                    cells.append(self._ranged(file, line))
                else:
                    cells.append(self._shown(file, line, "percent"))
            rows.append(Row("answer", cells_of(self._type(one.name), *cells)))
        title = self.say.plain(
            "index.types_by_group", index=self.title, group=self.labels.variable(group)
        )
        return self._table(
            f"types_{group}",
            number(),
            title,
            self.say.plain("index.type"),
            list(columns.values()),
            rows,
            [self._say_bounds(bounded)] if self.about.dealt else [],
            unit="%",
        )

    def _gaps(self, number: Callable[[], str]) -> Iterator[Block]:
        """What the differences of every two groups are made of."""
        for group in self.index.by:
            lines = [
                line for line in self.lines["decomposition"] if line["column_variable"] == group
            ]
            pairs = dict.fromkeys((line["first_code"], line["second_code"]) for line in lines)
            known = [line for line in lines if line["value"] or line["lowest"]]
            if not known or not all(first for first, _ in pairs):
                continue
            headings = []
            for pair in pairs:
                line = next(
                    line for line in lines if (line["first_code"], line["second_code"]) == pair
                )
                names = [
                    self.labels.answer(group, line[f"{side}_code"], line[f"{side}_label"])
                    for side in ("first", "second")
                ]
                headings.append(" − ".join(names))
            rows, reasons = list[Row](), dict[Markup, None]()
            for part, dimension, indicator in dict.fromkeys(
                (line["part"], line["dimension"], line["indicator"]) for line in lines
            ):
                cells: list[Shown | Joined] = []
                for first, second in pairs:
                    line_of = self._one(
                        "decomposition",
                        column_variable=group,
                        first_code=first,
                        second_code=second,
                        part=part,
                        dimension=dimension,
                        indicator=indicator,
                    )
                    cells.append(
                        self._ranged("decomposition", line_of) if line_of else Shown(NOTHING)
                    )
                    if line_of and not (line_of["value"] or line_of["lowest"]):
                        reasons[self._named_notes(line_of)] = None
                kind = {"gap": "total", "dimension": "subtotal"}.get(part, "answer")
                rows.append(Row(kind, cells_of(self._part(part, dimension, indicator), *cells)))
            title = self.say.plain(
                "index.gap_of", index=self.title, group=self.labels.variable(group)
            )
            yield self._table(
                f"gap_{group}",
                number(),
                title,
                self.say.plain("index.part"),
                headings,
                rows,
                [
                    self.say("index.gap_note_dealt" if self.about.dealt else "index.gap_note"),
                    *(self.say("report.empty_cell", reason=reason) for reason in reasons),
                ],
            )

    def _part(self, part: str, dimension: str, indicator: str) -> str:
        if part in ("gap", "answered"):
            return self.say.plain(f"index.{part}")
        return self._indicator(indicator) if indicator else self._dimension(dimension)

    def _coherence(self, number: Callable[[], str]) -> Iterator[Block]:
        """Indicators in their dimensions, and every reason of the judgement."""
        say, rows = self.say, list[Row]()
        for name in self._dimensions():
            rows.append(Row("question", cells_of(self._dimension(name))))
            for one in self.index.indicators:
                if one.dimension != name:
                    continue
                keys = {"dimension": name, "indicator": one.name}
                cells = [
                    self._number("coherence", statistic=statistic, **keys)
                    for statistic in ("mean", "standard_deviation", "item_rest", "loading")
                ]
                rows.append(Row("answer", cells_of(self._indicator(one.name), *cells)))
        headings = ("mean", "deviation", "item_rest", "loading")
        yield self._table(
            "coherence",
            number(),
            say.plain("index.coherence", index=self.title),
            say.plain("index.indicator"),
            [say.plain(f"index.{heading}") for heading in headings],
            rows,
            [say("index.coherence_note")],
        )
        told = []
        for name in (*self._dimensions(), ""):
            statistic = "coherence" if name else "structure"
            line = self._one("coherence", dimension=name, statistic=statistic)
            if line is None:
                continue
            lead = self._dimension(name) if name else say.plain("index.structure")
            short = say(f"index.short_{line['verdict']}") if line["verdict"] else ""
            judged = Markup("; ").join(filter(None, [short, self._named_notes(line)]))
            told.append(Item(say("index.gap_told", gap=lead, why=judged)))
        if told:
            yield Items(tuple(told))

    def _named_notes(self, line: Line, plain: bool = False) -> Markup:
        """Notes with the labels of indicators and questions; `plain` without "not computed"."""
        return self._named_notes_of(read_notes(line), plain)

    def _named_notes_of(
        self,
        given: Sequence[Note],
        plain: bool = False,
        show: Callable[[str, str], Shown] = lambda _, number: Shown(number),
    ) -> Markup:
        notes = []
        for note in given:
            numbers = dict(note.numbers)
            for key in ("item", "indicator"):
                if key in numbers:
                    numbers[key] = self._indicator(numbers[key])
            if "variable" in numbers:
                numbers["variable"] = self.labels.variable(numbers["variable"])
            if "group" in numbers:
                numbers["group"] = within(self.labels.variable(numbers["group"]))
            notes.append(Note(note.key, "" if plain else note.refusal, **numbers))
        return self.say.notes(notes, show)

    def _robustness(self, number: Callable[[], str]) -> Iterator[Block]:
        """In how many scenarios each conclusion holds, and which choices matter."""
        say, whole = self.say, self._conclusions()
        if not whole:
            for line in self.lines["conclusions"]:
                yield Paragraph(say("index.no_scenarios", reason=say.line_notes(line)))
            return
        levels = self.levels()
        rows = []
        for line in whole:
            cells = [self._shown("conclusions", line, "percent")]
            cells += [
                self._number("conclusions", "percent", conclusion=line["conclusion"], **keys)
                for keys in levels.values()
            ]
            cells.append(self._worst(line))
            rows.append(Row("answer", cells_of(self.conclusion(line), *cells)))
        headings = [say.plain("index.all_scenarios"), *levels, say.plain("index.worst")]
        notes = [
            say("index.robust_note", scenarios=self._shown("conclusions", whole[0], "scenarios"))
        ]
        notes += [say.notes(read_notes(whole[0]))] if whole[0]["note_data"] else []
        yield self._table(
            "robustness",
            number(),
            say.plain("index.robustness", index=self.title),
            say.plain("index.conclusion"),
            headings,
            rows,
            notes,
            unit=say.plain("index.of_scenarios"),
        )
        yield from self._variances(number)

    def _conclusions(self) -> list[Line]:
        """Lines of the conclusions over all scenarios."""
        return [
            line for line in self.lines["conclusions"] if line["conclusion"] and not line["factor"]
        ]

    def levels(self) -> dict[str, dict[str, str]]:
        """Levels of the choices that a table has a column for: heading -> what finds them."""
        found = {}
        for line in self.lines["conclusions"]:
            if line["factor"] in _FACTORS:
                key = f"{line['factor']}_{line['level']}"
                heading = self.say.plain(f"index.level_{key}")
                found[heading] = {"factor": line["factor"], "level": line["level"]}
        return found

    def _worst(self, line: Line) -> Shown:
        """The smallest share with one indicator left out."""
        own = [
            one
            for one in self.lines["conclusions"]
            if one["conclusion"] == line["conclusion"]
            and one["factor"] == "left_out"
            and one["level"] != "nothing"
            and one["percent"]
        ]
        if not own:
            return Shown(NOTHING)
        worst = min(own, key=lambda one: float(one["percent"]))
        shown = self._shown("conclusions", worst, "percent")
        return replace(shown, title=self._indicator(worst["level"]))

    def conclusion(self, line: Line) -> str:
        """Word a conclusion."""
        declared = self.index.sensitivity.get("conclusions", {}).get(line["conclusion"])
        if declared is not None:
            return self.labels.pick(declared["label"], line["conclusion"])
        kind, group = line["kind"], line["column_variable"]
        if kind == "below":
            sides = (
                self.labels.answer(group, line[f"{side}_code"], line[f"{side}_label"])
                for side in ("first", "second")
            )
            return self.say.plain(
                "index.below", **dict(zip(("first", "second"), sides, strict=True))
            )
        of = (
            self._type(line["type"])
            if kind == "largest_type"
            else self._dimension(line["dimension"])
        )
        return self.say.plain(f"index.{kind}", of=of)

    def _variances(self, number: Callable[[], str]) -> Iterator[Block]:
        """Sobol indices: how much of the variance hangs on each choice."""
        say, lines = self.say, self.lines["variances"]
        outputs = dict.fromkeys(
            (line["column_variable"], line["first_code"], line["second_code"])
            for line in lines
            if line["factor"]
        )
        rows = []
        for output in outputs:
            own = [
                line
                for line in lines
                if (line["column_variable"], line["first_code"], line["second_code"]) == output
            ]
            if output[0]:
                sides = [
                    self.labels.answer(output[0], own[0][f"{side}_code"], own[0][f"{side}_label"])
                    for side in ("first", "second")
                ]
                heading = say.plain("index.output_gap", gap=" − ".join(sides))
            else:
                heading = say.plain("index.output_mean")
            rows.append(Row("question", cells_of(heading)))
            for line in own:
                cells = [self._shown("variances", line, one) for one in ("first_order", "total")]
                rows.append(
                    Row("answer", cells_of(say.plain(f"index.factor_{line['factor']}"), *cells))
                )
        if rows:
            yield self._table(
                "variances",
                number(),
                say.plain("index.variances", index=self.title),
                say.plain("index.choice"),
                [say.plain("index.first_order"), say.plain("index.total_order")],
                rows,
                [say("index.variances_note")],
            )
        for line in lines:
            if not line["factor"] and line["note"]:
                yield Paragraph(say("index.no_variances", reason=say.line_notes(line)))

    def _weights(self, number: str) -> Table:
        """Where every weight comes from."""
        say, rows, index = self.say, list[Row](), self.index
        for dimension in index.dimensions:
            share = self._number(
                "index", dimension=dimension.name, indicator="", statistic="weight"
            )
            heading = self._dimension(dimension.name)
            source = self.labels.pick(dimension.source, "")
            rows.append(Row("subtotal", cells_of(heading, share, source)))
            for one in index.indicators:
                if one.dimension == dimension.name:
                    share = self._number("index", indicator=one.name, statistic="weight")
                    label = self._indicator(one.name)
                    source = self.labels.pick(one.source, "")
                    rows.append(Row("answer", cells_of(label, share, source)))
        return Table(
            f"index/{index.name}/weights",
            number,
            say.plain("index.weights", index=self.title),
            "",
            (
                Column(say.plain("index.item" if index.measured else "index.indicator"), width=2.2),
                Column(say.plain("index.weight"), number=True, width=0.8),
                Column(say.plain("index.source"), width=2.4),
            ),
            tuple(rows),
            notes=(say("index.weights_note"),),
            file="index/index.csv",
            in_print=not self.about.dealt,
            supplementary=True,
            captioned="shown",
            anchor=f"index-{index.name}-weights",
        )

    # Words and numbers --------------------------------------------------------------------------

    def _table(
        self,
        name: str,
        number: str,
        title: str,
        stub: str,
        headings: Sequence[str],
        rows: Sequence[Row],
        notes: Sequence[Markup] = (),
        unit: str = "",
    ) -> Table:
        return Table(
            f"index/{self.index.name}/{name}",
            number,
            title,
            unit,
            (
                Column(stub, width=max(2.2, 0.5 * len(headings))),
                *(Column(heading, number=True) for heading in headings),
            ),
            tuple(rows),
            notes=tuple(notes),
            fine=len(headings) >= MANY_COLUMNS,
            file=f"index/{self._file(name)}.csv",
            supplementary=True,
            captioned="shown",
            anchor=f"index-{self.index.name}-{name}".replace("_", "-"),
        )

    def _file(self, table: str) -> str:
        """The file that has the lines of a table; types of reconstructed records are bounded."""
        kind = table.partition("_")[0]
        return "bounds" if self.about.dealt and kind == "types" else _FILES[kind]

    def _dimensions(self) -> list[str]:
        return [one.name for one in self.index.dimensions]

    def _dimension(self, name: str) -> str:
        if not name:
            return self.say.plain("index.whole")
        one = next(one for one in self.index.dimensions if one.name == name)
        return self.labels.pick(one.label, name)

    def _indicator(self, name: str) -> str:
        one = next((one for one in self.index.indicators if one.name == name), None)
        if one is None:
            return name
        return self.labels.pick(one.label, self.labels.variable(one.variable))

    def _type(self, name: str) -> str:
        one = next(one for one in self.index.types if one.name == name)
        return self.labels.pick(one.label, name)

    def _one(self, file: str, **keys: str) -> Line | None:
        """The first line with these keys."""
        return next(
            (
                line
                for line in self.lines[file]
                if all((line.get(key) or "") == value for key, value in keys.items())
            ),
            None,
        )

    def _number(self, file: str, field: str = "value", **keys: str) -> Shown:
        line = self._one(file, **keys)
        return Shown(NOTHING) if line is None else self._shown(file, line, field)

    def _interval(self, file: str, **keys: str) -> Shown | Joined:
        line = self._one(file, **keys)
        if line is None or not line["lower"]:
            return Shown(NOTHING) if line is None else no_number(line, self.say.line_notes(line))
        return Joined(tuple(self._shown(file, line, end) for end in ("lower", "upper")), "–")

    def _shown(self, file: str, line: Line, field: str, digits: int | None = None) -> Shown:
        shown = show_index_number(file, line, field, self.numerals, digits)
        if not shown.identity and (line.get("note") or line.get("suppressed")):
            return replace(shown, note=self.say.line_notes(line))
        return shown
