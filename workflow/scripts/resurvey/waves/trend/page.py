"""Page: the comparison over time with its labels and numbers, drawn, in one language."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

import resurvey
from resurvey.core.codebook import Codebook, join_labels
from resurvey.core.files import read_csv
from resurvey.core.names import TOTAL
from resurvey.core.notes import Note, read_notes
from resurvey.core.origin import holds_real_answers
from resurvey.pages.application import MOST_AT_ONCE, inline_svg, render_application
from resurvey.pages.labels import Labels, native_name
from resurvey.pages.numerals import NOTHING, Numerals, Shown
from resurvey.pages.wording import Wording
from resurvey.study.declarations import StudyParts
from resurvey.study.mapping import reason, wave_mapping
from resurvey.waves.trend.index_page import arrange_indices
from resurvey.waves.trend.pooled_sample import SAME_UNIT
from resurvey.waves.trend.question_tests import ALL_WAVES, ANSWER_BY_ANSWER, OTHER_ANSWERS
from resurvey.waves.trend.wave_comparison import (
    NO_IDENTITY,
    NUMBERED_ANEW,
    RUNNING_NUMBERS,
    Asked,
    declared_multiplicity,
)

if TYPE_CHECKING:
    from resurvey.figures.draw import Drawing

Line = Mapping[str, str]

_QUOTED = re.compile(r"“(.*?)”(?= → “|; “|$)", re.DOTALL)

SAID_ONCE = (
    *map(Note, ("nominal_both", "nominal_interval", "nominal_p_value")),
    NO_IDENTITY,
    NUMBERED_ANEW,
    RUNNING_NUMBERS,
    SAME_UNIT,
)
"""Notes that the page tells in one place instead of beside every number."""


@dataclass(frozen=True)
class Change:
    """A change in percentage points; `interval` and `p` stand below it, where there are any.

    `mark` says in a word or two what else moved the number than opinions.
    """

    points: str
    interval: str = ""
    p: str = ""
    mark: str = ""


class Frame:
    """Writes numbers, labels and notes of the trend room in one language.

    Parameters
    ----------
    files : dict
        Lines of `resurvey.waves.trend.wave_comparison.TREND_FILES`.
    codebooks : dict
        Wave -> codebook of its table room, in the order of time.
    study : dict
        As `resurvey.study.folder.read_study` reads it.
    words : dict
        The shared words in the page's language.
    language : str
        Language of the page.
    """

    def __init__(
        self,
        files: Mapping[str, Sequence[Line]],
        codebooks: Mapping[str, Codebook],
        study: StudyParts,
        words: Mapping[str, Mapping[str, Any]],
        language: str,
    ) -> None:
        self.files, self.codebooks, self.study = files, codebooks, study
        self.config, self.text = study["config"], study["text"][language]
        self.tables = study["tables"]["tables"]
        self.say, self.numerals = Wording(words), Numerals(language)
        shared = {**words["tables"], "difference": words["report"]["difference"]}
        self.labels = Labels(merge_codebooks(codebooks), self.tables, shared, language)
        self.names = list(codebooks)
        self.reference = str(study["trend"].get("reference", self.names[0]))
        self.random = self.config["sample"] in ("probability", "census")
        self.cells = {
            tuple(line[name] for name in ("wave", "table", "row_variable", "row_code"))
            + (line["column_code"],): line
            for line in files["crosstabs"]
        }

    def wave(self, name: str) -> str:
        """Label of a wave."""
        return self.labels.pick(self.config["waves"][name].get("label"), name)

    def title_of_all(self) -> str:
        """Title of the comparison: the study's, with all waves where it names only one.

        A study that began with one wave may have the year of that wave in its title.
        """
        trend = self.study["trend"]
        if "title" in trend:
            return self.labels.pick(trend["title"])
        title = self.labels.pick(self.config["title"])
        years = [name for name in self.names if re.fullmatch(r"(?:19|20)\d\d", name)]
        named = re.findall(r"(?<!\d)(?:19|20)\d\d(?!\d)", title)
        if len(years) == len(self.names) and len(named) == 1 and named[0] in years:
            return title.replace(named[0], f"{years[0]}–{years[-1]}")
        return title

    def origins(self, words: Mapping[str, str]) -> dict[str, str]:
        """Say which waves are reconstructed or simulated, for a figure of all of them."""
        found: dict[str, list[str]] = {}
        for name, book in self.codebooks.items():
            found.setdefault(book.origin, []).append(self.wave(name))
        if len(found) < 2:
            return {}
        said = [f"{', '.join(found[origin])}: {words[origin]}" for origin in found if origin]
        return {self.labels.codebook.origin: ". ".join(said)}

    def title(self, table: str) -> str:
        """Title of a table: the study's own, or its questions."""
        own = self.text.get("tables", {}).get(table, {})
        stem, asked = self.labels.without_stem(list(dict.fromkeys(self.tables[table]["rows"])))
        title = own.get("title") or stem or join_labels(asked)
        title = self.labels.of_domain(table, title)
        return f"{own['number']}. {title}" if own.get("number") else title

    def share(self, wave: str, table: str, variable: str, code: str, column: str = TOTAL) -> Shown:
        """Per cent of one cell in one wave, with its count and base."""
        line = self.cells.get((wave, table, variable, code, column))
        if line is None or not line["count"] or not Fraction(line["base"] or 0):
            return Shown(NOTHING)
        return self.numerals.shown_percent(Fraction(line["count"]), Fraction(line["base"]), "")

    def base(self, wave: str, table: str, variable: str, column: str) -> Shown:
        """Respondents that the per cents of a column are of."""
        line = self.cells.get((wave, table, variable, TOTAL, column))
        if line is None or not line["unweighted_base"]:
            return Shown(NOTHING)
        return Shown(self.numerals.count(Fraction(line["unweighted_base"])))

    def points(self, text: str, digits: int = 1) -> str:
        """Percentage points with their sign."""
        return self.numerals.fixed(float(text), digits, sign=True) if text else NOTHING

    def interval(self, line: Line, digits: int = 1) -> str:
        """Ends of an interval; without a random sample they stay in the file."""
        if not self.random or not line["lower"]:
            return ""
        ends = [self.points(line[name], digits) for name in ("lower", "upper")]
        return self.say.plain("trend.interval", low=ends[0], high=ends[1])

    def p_value(self, text: str) -> str:
        """Write a p-value for a column of p-values."""
        return self.numerals.p_value(float(text)).removeprefix("= ") if text else NOTHING

    def change(self, line: Line | None, key: str = "difference", digits: int = 1) -> Change:
        """Write a difference or a slope with its interval and p-value."""
        if line is None or not line[key]:
            return Change(NOTHING)
        p = line["p_value"]
        words = "trend.told" if self.random else "trend.told_nominal"
        p_value = self.say.plain(words, p=self.numerals.p_value(float(p))) if p else ""
        points, interval = self.points(line[key], digits), self.interval(line, digits)
        return Change(points, interval, p_value, self.mark(line))

    def mark(self, line: Line) -> str:
        """Say in a word or two what else than opinions moved a number."""
        kinds = dict.fromkeys(change.kind for change in Asked.read(line["changed"]))
        marks = dict.fromkeys(self.say.plain(f"trend.mark_{kind}") for kind in kinds)
        return ", ".join(marks)

    def changed(self, line: Line) -> list[str]:
        """Say in sentences what was asked otherwise, and why that was accepted."""
        found = []
        for change in Asked.read(line["changed"]):
            mapping = wave_mapping(self.study.get("waves", {}), change.wave)
            known = self.labels.codebook.variables.get(change.variable)
            codes = {str(code): code for code in known.codes} if known else {}
            code = codes.get(change.code, change.code) if change.code else None
            accepted = mapping.accepted(change.variable, change.kind, code)
            what = self.say.plain(
                f"trend.changed_{change.kind}",
                wave=self.wave(change.wave),
                answer=self.labels.answer(change.variable, change.code, change.code)
                if change.code
                else "",
            )
            if change.variable != line.get("row_variable"):
                question = self.labels.variable(change.variable)
                what = self.say.plain("trend.changed_of", what=what, question=question)
            why = reason(accepted, self.labels.language) if accepted else ""
            found.append(self.say.plain("trend.changed_why", what=what, why=why) if why else what)
        return list(dict.fromkeys(found))

    def wording(self, line: Line) -> str:
        """Write how question and answer were reworded, in the quotes of the language."""
        quotes = [self.say.plain(f"trend.quote_{end}") for end in ("open", "close")]
        return requoted(line["wording"], *quotes)

    def notes(self, line: Line) -> str:
        """Word the notes of a line, without what the page says once for all."""
        return self.word(note for note in read_notes(line) if note not in SAID_ONCE)

    def word(self, notes: Iterable[Note]) -> str:
        """Word notes as plain text."""
        return str(self.say.notes(notes).unescape())


def merge_codebooks(codebooks: Mapping[str, Codebook]) -> Codebook:
    """Put the waves' codebooks together: a variable as the last wave that has it knows it.

    Answers that only an earlier wave has keep their labels behind those of the last. The whole
    is reconstructed or simulated as soon as one wave is.
    """
    merged: dict[str, Any] = {}
    sets: dict[str, Any] = {}
    for book in codebooks.values():
        for name in book:
            earlier = merged[name].codes if name in merged else {}
            codes = {
                **book[name].codes,
                **{k: v for k, v in earlier.items() if k not in book[name].codes},
            }
            merged[name] = replace(book[name], codes=codes)
        sets |= book.multiple_response
    # One wave whose records are no microdata marks every figure that it stands in.
    return Codebook(
        merged,
        multiple_response=sets,
        reconstructed=any(book.reconstructed for book in codebooks.values()),
        simulated=any(book.simulated for book in codebooks.values()),
    )


def requoted(text: str, opening: str, closing: str) -> str:
    """Put wordings between the quotes of a language, and theirs into the other kind.

    Examples
    --------
    >>> requoted("“Plan «A»” → “Plan B”", "«", "»")
    '«Plan „A“» → «Plan B»'
    >>> requoted("“Plan «A»”", "“", "”")
    '“Plan «A»”'
    """
    inner = str.maketrans({"«": "„", "»": "“"} if opening == "«" else {})
    return _QUOTED.sub(lambda found: f"{opening}{found[1].translate(inner)}{closing}", text)


@dataclass(frozen=True)
class ShownWave:
    """One wave in the list of waves; `kind` is "", "reconstructed" or "simulated"."""

    name: str
    label: str
    respondents: Shown
    kind: str


@dataclass(frozen=True)
class Move:
    """What one question did: the answer that moved most, and how sure that is."""

    rank: str
    question: str
    table: str
    answer: str
    waves: str
    earlier: Shown
    later: Shown
    difference: Shown
    interval: str
    p: str
    adjusted: str
    wording: str
    note: str
    changed: tuple[str, ...] = ()


@dataclass(frozen=True)
class Row:
    """One answer over the waves: the changes are those of the last wave."""

    label: str
    kind: str
    shares: tuple[Shown, ...]
    previous: Change
    reference: Change
    slope: Change


@dataclass(frozen=True)
class Step:
    """One answer in one wave, with its changes."""

    label: str
    kind: str
    wave: str
    share: Shown
    base: Shown
    previous: Change
    reference: Change


@dataclass(frozen=True)
class Block:
    """One question in one column of a table, over the waves.

    Attributes
    ----------
    question, column : str
        Labels; no column for all respondents.
    unit : str
        Key of the words that say what the per cents are of.
    rows : tuple of Row
        Answers and subtotals.
    bases : tuple of Shown
        Respondents in each wave; empty where every answer has a base of its own.
    steps : tuple of Step
        Every answer in every wave after the first; empty for two waves, whose rows say it all.
    evidence, pairs : tuple of str
        Tests of the whole question: over all waves, and of every pair of waves.
    wording : tuple of str
        How question or answers were reworded.
    changed : tuple of str
        What was asked otherwise, or of other people, and why that was accepted.
    remarks : tuple of str
        Why numbers are missing.
    """

    question: str
    column: str
    unit: str
    rows: tuple[Row, ...]
    bases: tuple[Shown, ...]
    steps: tuple[Step, ...]
    evidence: tuple[str, ...]
    pairs: tuple[str, ...]
    wording: tuple[str, ...]
    changed: tuple[str, ...]
    remarks: tuple[str, ...]


@dataclass(frozen=True)
class Exhibit:
    """A table over time: all respondents, then each group."""

    name: str
    title: str
    blocks: tuple[Block, ...]
    groups: tuple[Block, ...]
    figure: Markup
    waits: bool = False


@dataclass(frozen=True)
class Member:
    """One answer of those who are in two waves."""

    question: str
    answer: str
    members: Shown
    gained: Shown
    lost: Shown
    difference: Shown
    interval: str
    p: str
    mark: str = ""


@dataclass(frozen=True)
class Trend:
    """The page of one language, and the figures that it shows."""

    page: str
    drawings: "Mapping[str, Drawing]"


def read_trend(
    files: Mapping[str, str | Path], codebooks: Mapping[str, str | Path]
) -> tuple[dict[str, list[Line]], dict[str, Codebook]]:
    """Read the files of the trend room, and every wave's codebook.

    Parameters
    ----------
    files : dict
        Path of each of `resurvey.waves.trend.wave_comparison.TREND_FILES`.
    codebooks : dict
        Wave -> ``codebook.json`` of its table room, in the order of time.
    """
    lines: dict[str, list[Line]] = {name: list(read_csv(path)) for name, path in files.items()}
    books = {
        wave: Codebook.from_json(Path(path).read_text(encoding="utf-8"))
        for wave, path in codebooks.items()
    }
    return lines, books


def write_trend(
    files: Mapping[str, Sequence[Line]],
    codebooks: Mapping[str, Codebook],
    study: StudyParts,
    words: Mapping[str, Mapping[str, Any]],
    times: Mapping[str, float],
    language: str,
    folders: Sequence[str],
) -> Trend:
    """Draw the figures and write the page of the comparison over time in one language.

    Parameters
    ----------
    files, codebooks
        As `read_trend` reads them.
    study : dict
        As `resurvey.study.folder.read_study` reads it.
    words : dict
        The shared words in the page's language.
    times : dict
        Wave -> time, in order.
    language : str
        Language of the page.
    folders : sequence of str
        Folders of the Jinja templates: the trend's own, and the report's for the page's frame.

    Returns
    -------
    Trend
        The same bytes for the same files.
    """
    from resurvey.figures.cells import Setting
    from resurvey.waves.trend.figures import draw_trends

    frame = Frame(files, codebooks, study, words, language)
    own = {
        "subtitle": words["trend"]["drawn"],
        "intervals": words["trend"]["drawn_intervals"],
        "moved": words["trend"]["drawn_moved"],
    }
    setting = Setting(
        language=language,
        words={**words["tables"], **words["figures"], **frame.origins(words["figures"]), **own},
        codebook=frame.labels.codebook,
        tables=study["tables"]["tables"],
        text=study["text"][language],
    )
    labels = {wave: frame.wave(wave) for wave in times}
    changed = {
        (line["table"], line["row_variable"])
        for line in files["tests"]
        if line["changed"] and line["column_code"] == TOTAL
    }
    drawings = draw_trends(
        files["crosstabs"], times, labels, setting, intervals=frame.random, changed=changed
    )
    inline = {
        name: inline_svg(drawing.svg, f"trend-{name}", drawing.alt)
        for name, drawing in drawings.items()
    }
    context = arrange_trend(frame, inline)
    return Trend(render_application("trend.html", context, folders), drawings)


def _standing(frame: Frame) -> dict[str, Any]:
    """What the page says at its top of real answers, which the comparison shows as they are."""
    waves = frame.config.get("waves", {}).items()
    applied = frame.config.get("disclosure", {}).get("apply", True)
    if not applied or not any(holds_real_answers(name, wave) for name, wave in waves):
        return {}
    title, text = frame.say.plain("release.internal_title"), frame.say("release.internal_trend")
    return {"standing": {"kind": "internal", "title": title, "text": text}}


def arrange_trend(frame: Frame, drawings: Mapping[str, Markup]) -> dict[str, Any]:
    """Arrange the page of the comparison over time."""
    waves = list_waves(frame)
    kinds = {wave.kind for wave in waves}
    strangers = any(NO_IDENTITY in read_notes(line) for line in frame.files["differences"])
    steps = count_steps(frame)
    return {
        "say": frame.say,
        "language": frame.labels.language,
        "languages": [(code, native_name(code)) for code in frame.config["languages"]],
        "title": frame.title_of_all() or frame.say.plain("report.untitled"),
        "wave": frame.say.plain("trend.title"),
        "version": resurvey.__version__,
        "reconstructed": "reconstructed" in kinds,
        "origin": next(
            (origin for origin in ("reconstructed", "simulated") if origin in kinds), ""
        ),
        **_standing(frame),
        "waves": waves,
        "shared": list_shared(frame),
        "strangers": strangers,
        "weighting": describe_weights(frame),
        "reference": frame.wave(frame.reference),
        "moves": [_move(frame, line) for line in frame.files["moved"] if line["rank"]],
        "changed": [_move(frame, line) for line in frame.files["moved"] if not line["rank"]],
        "exhibits": arrange_exhibits(frame, drawings, 0 < steps <= MOST_STEPS),
        "steps_elsewhere": steps > MOST_STEPS,
        "indices": arrange_indices(frame),
        "panels": list_panels(frame),
        "sample": frame.config["sample"],
        "nominal": not frame.random,
        "adjustment": declared_multiplicity(frame.study["trend"])[0],
    }


def list_waves(frame: Frame) -> list[ShownWave]:
    """List the waves in the order of time."""
    heads = {line["wave"]: line["respondents"] for line in frame.files["waves"]}
    return [
        ShownWave(name, frame.wave(name), Shown(heads[name]), book.origin)
        for name, book in frame.codebooks.items()
    ]


def describe_weights(frame: Frame) -> str:
    """Say which waves are weighted, and that one without weights is compared with them."""
    weighted, others = [], []
    for name in frame.names:
        wave, shown = frame.config["waves"][name], frame.wave(name)
        if "rake" in wave:
            weighted.append(frame.say.plain("trend.raked", wave=shown))
        elif "weight" in wave and wave.get("weight_kind", "sampling") == "sampling":
            words = {"wave": shown, "variable": wave["weight"]}
            weighted.append(frame.say.plain("trend.weighted_by", **words))
        else:
            others.append(shown)
    if not weighted:
        return ""
    key = "trend.weighted_some" if others else "trend.weighted_all"
    return frame.say.plain(key, weighted=", ".join(weighted), others=", ".join(others))


def list_shared(frame: Frame) -> list[str]:
    """Say which waves have respondents in common, how many, and what vouches for that."""
    said = []
    for line in frame.files["waves"]:
        if not line["against"]:
            continue
        words = {"earlier": frame.wave(line["against"]), "later": frame.wave(line["wave"])}
        if line["panel"] == "running_numbers":
            said.append(frame.say.plain("trend.running_numbers", **words))
        if line["shared"] in ("", "0"):
            continue
        checked = f"trend.panel_{line['panel'] or 'unchecked'}"
        if line["panel"] == "checked" and line["contradicting"] == "0":
            checked = "trend.panel_agrees"
        by = [part.split(":")[0] for part in line["contradictions"].split("; ")]
        panel = frame.say.plain(
            checked,
            n=line["compared"],
            odd=line["contradicting"],
            by=", ".join(frame.labels.variable(name) for name in by),
        )
        said.append(f"{frame.say.plain('trend.shared', **words, n=line['shared'])} {panel}")
    return said


def _move(frame: Frame, line: Line) -> Move:
    table, variable, code = line["table"], line["row_variable"], line["row_code"]
    found = bool(line["difference"])
    nothing = Shown(NOTHING)
    return Move(
        line["rank"],
        frame.labels.of_domain(table, frame.labels.variable(variable)),
        table,
        frame.labels.row(table, variable, code, line["row_label"]) if found else "",
        f"{frame.wave(line['against'])} → {frame.wave(line['wave'])}" if found else "",
        frame.share(line["against"], table, variable, code) if found else nothing,
        frame.share(line["wave"], table, variable, code) if found else nothing,
        Shown(frame.points(line["difference"])),
        frame.interval(line),
        frame.p_value(line["p_value"]),
        frame.p_value(line["adjusted_p_value"]),
        frame.wording(line),
        _beware(frame, line),
        tuple(frame.changed(line)),
    )


def _beware(frame: Frame, line: Line) -> str:
    """Say what is unusual about a question's test; the rest stands below its table."""
    if line["test"] == ANSWER_BY_ANSWER or not line["p_value"]:
        return frame.notes(line)
    return frame.word([OTHER_ANSWERS]) if OTHER_ANSWERS in read_notes(line) else ""


def list_panels(frame: Frame) -> list[tuple[str, str, list[Member]]]:
    """Compare those who are in two waves with themselves, pair of waves by pair of waves."""
    found: dict[tuple[str, str], list[Member]] = {}
    for line in frame.files["panel"]:
        members = found.setdefault((line["against"], line["wave"]), [])
        if line["row_code"] and line["difference"]:
            members.append(_member(frame, line))
    return [
        (frame.wave(earlier), frame.wave(later), members)
        for (earlier, later), members in found.items()
    ]


def _member(frame: Frame, line: Line) -> Member:
    variable = line["row_variable"]
    members, gained, lost = (Shown(line[name]) for name in ("members", "gained", "lost"))
    return Member(
        frame.labels.variable(variable),
        frame.labels.answer(variable, line["row_code"], line["row_label"]),
        members,
        gained,
        lost,
        Shown(frame.points(line["difference"])),
        frame.interval(line),
        frame.p_value(line["p_value"]),
        frame.mark(line),
    )


Place = tuple[str, str, str]

MOST_STEPS = 10_000
"""Lines of changes wave by wave that the page has at most; of more, it names their file."""


def count_steps(frame: Frame) -> int:
    """Count the lines of changes wave by wave, which only three waves or more have."""
    answers = {
        (line["table"], line["row_variable"], line["column_code"], line["row_code"])
        for line in frame.files["differences"]
    }
    return len(answers) * len(frame.names) if len(frame.names) > 2 else 0


def arrange_exhibits(frame: Frame, drawings: Mapping[str, Markup], stepwise: bool) -> list[Exhibit]:
    """Arrange every table that the waves share, in the study's order; with all changes or not."""
    lines = _by_place(frame.files["differences"])
    tests = _by_place(frame.files["tests"])
    slopes = _by_place(frame.files["slopes"])
    found: list[Exhibit] = []
    for name in frame.tables:
        places = [key for key in lines if key[0] == name]
        if not places:
            continue
        blocks = {
            key: _Arranged(frame, key, lines[key], slopes.get(key, []), stepwise).block(
                tests.get(key, [])
            )
            for key in places
        }
        found.append(
            Exhibit(
                name,
                frame.title(name),
                tuple(block for key, block in blocks.items() if key[2] == TOTAL),
                tuple(block for key, block in blocks.items() if key[2] != TOTAL),
                drawings.get(name, Markup("")),
                waits=len(found) >= MOST_AT_ONCE,
            )
        )
    return found


def _by_place(lines: Sequence[Line]) -> dict[Place, list[Line]]:
    found: dict[Place, list[Line]] = {}
    for line in lines:
        key = line["table"], line["row_variable"], line["column_code"]
        found.setdefault(key, []).append(line)
    return found


class _Arranged:
    """One question in one column, from its lines."""

    def __init__(
        self,
        frame: Frame,
        place: Place,
        lines: Sequence[Line],
        slopes: Sequence[Line],
        stepwise: bool,
    ) -> None:
        self.frame, self.place, self.stepwise = frame, place, stepwise
        self.slopes = {line["row_code"]: line for line in slopes}
        self.answers: dict[str, list[Line]] = {}
        for line in lines:
            self.answers.setdefault(line["row_code"], []).append(line)

    def block(self, tests: Sequence[Line]) -> Block:
        """Arrange the question with its tests."""
        frame, (table, variable, column) = self.frame, self.place
        percent = frame.tables[table].get("percent", "column")
        group = next(iter(self.answers.values()))[0]["column_variable"]
        own_base = percent == "row"
        whole = [line for line in tests if line["comparison"] == ALL_WAVES]
        pairs = [line for line in tests if line["comparison"] != ALL_WAVES]
        if not whole and len(frame.names) == 2:
            whole, pairs = pairs, []
        return Block(
            frame.labels.variable(variable),
            "" if column == TOTAL else frame.labels.column(group, column),
            f"trend.unit_{percent}",
            tuple(self._row(code) for code in self.answers),
            ()
            if own_base
            else tuple(frame.base(name, table, variable, column) for name in frame.names),
            tuple(self._steps()) if self.stepwise else (),
            tuple(words for line in whole if (words := self._test(line))),
            tuple(words for line in pairs if (words := self._test(line))),
            tuple(
                dict.fromkeys(
                    frame.wording(line)
                    for own in self.answers.values()
                    for line in own
                    if line["wording"]
                )
            ),
            tuple(
                dict.fromkeys(
                    words
                    for own in self.answers.values()
                    for line in own
                    for words in frame.changed(line)
                )
            ),
            tuple(self._remarks()),
        )

    def _label(self, code: str) -> str:
        table, variable, _ = self.place
        return self.frame.labels.row(table, variable, code, self.answers[code][0]["row_label"])

    def _changes(self, code: str, wave: str) -> tuple[Change, Change]:
        """Changes of an answer since the wave before, and since the reference wave."""
        own = [line for line in self.answers[code] if line["wave"] == wave]
        previous, reference = (
            next((line for line in own if name in line["comparison"]), None)
            for name in ("previous", "reference")
        )
        return self.frame.change(previous), self.frame.change(reference)

    def _row(self, code: str) -> Row:
        frame, (table, variable, column) = self.frame, self.place
        return Row(
            self._label(code),
            self.answers[code][0]["kind"],
            tuple(frame.share(name, table, variable, code, column) for name in frame.names),
            *self._changes(code, frame.names[-1]),
            frame.change(self.slopes.get(code), "slope", 2),
        )

    def _steps(self) -> list[Step]:
        frame, (table, variable, column) = self.frame, self.place
        return [
            Step(
                self._label(code),
                own[0]["kind"],
                frame.wave(name),
                frame.share(name, table, variable, code, column),
                frame.base(name, table, variable, column),
                *self._changes(code, name),
            )
            for code, own in self.answers.items()
            for name in frame.names
        ]

    def _remarks(self) -> list[str]:
        """Say why numbers are missing: once, where all answers have the same reason."""
        reasons: dict[tuple[str, str], list[str]] = {}
        frame = self.frame
        for code, own in self.answers.items():
            for line in [*own, *filter(None, [self.slopes.get(code)])]:
                if line["p_value"] or not (note := frame.notes(line)):
                    continue
                waves = [line.get("against", ""), line.get("wave", "")]
                between = " → ".join(frame.wave(name) for name in waves if name)
                reasons.setdefault((between, note), []).append(self._label(code))
        return [
            frame.say.plain(
                "trend.remark",
                waves=waves or frame.say.plain("trend.all_waves"),
                answers="" if len(labels) == len(self.answers) else " (" + "; ".join(labels) + ")",
                note=note,
            )
            for (waves, note), labels in reasons.items()
        ]

    def _test(self, line: Line) -> str:
        """Word a test of the whole question."""
        if not line["p_value"]:
            return ""
        frame, names = self.frame, line["waves"].split(" ")
        waves = frame.say.plain("trend.all_waves")
        if line["comparison"] != ALL_WAVES:
            waves = " → ".join(frame.wave(name) for name in names)
        freedom = "; ".join(
            frame.numerals.fixed(float(line[name]), 0 if float(line[name]).is_integer() else 2)
            for name in ("df", "df2")
            if line[name]
        )
        words = frame.say.plain(
            f"trend.test_{line['test']}",
            waves=waves,
            statistic=frame.numerals.fixed(float(line["statistic"]), 2),
            df=freedom,
            p=frame.numerals.p_value(float(line["p_value"])),
            n=frame.numerals.count(Fraction(line["n"])),
        )
        note = frame.notes(line)
        return f"{words.removesuffix('.')} ({note})." if note else words
