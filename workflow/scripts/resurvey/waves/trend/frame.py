"""Frame: what every part of the page of a comparison over time writes numbers and labels with."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from resurvey.core.codebook import Codebook
from resurvey.core.names import TOTAL
from resurvey.core.notes import Note, read_notes
from resurvey.pages.labels import Labels
from resurvey.pages.numerals import NOTHING, Numerals, Shown
from resurvey.pages.wording import Wording
from resurvey.study.declarations import StudyParts
from resurvey.study.mapping import reason, wave_mapping
from resurvey.waves.trend.pooled_sample import SAME_UNIT
from resurvey.waves.trend.questionnaire_changes import Asked
from resurvey.waves.trend.wave_comparison import NO_IDENTITY, NUMBERED_ANEW, RUNNING_NUMBERS

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
        title = own.get("title") or "; ".join(
            self.labels.variable(name) for name in dict.fromkeys(self.tables[table]["rows"])
        )
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
