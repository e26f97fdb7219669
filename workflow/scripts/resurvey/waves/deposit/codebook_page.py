"""Codebook page: every variable with its wording, answers and distribution, to print."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import resurvey
from resurvey.core.codebook import as_labels, pick_label
from resurvey.pages.application import render_application
from resurvey.pages.labels import native_name
from resurvey.pages.numerals import NOTHING, Numerals
from resurvey.pages.wording import Wording
from resurvey.study.declarations import Config
from resurvey.waves.deposit.distributions import ALL, Distribution
from resurvey.waves.deposit.pooled_file import WAVE, Pooled
from resurvey.waves.deposit.study_description import StudyDescription

MOST_WAVES = 8
"""With more waves a table has the column of all together alone; the rest is in codebook.csv."""


@dataclass(frozen=True)
class AnswerRow:
    """One answer, or one reason for none, with its count in every column.

    `share` is `percent` as the length of a bar, 0 to 100; empty for what is no answer.
    """

    code: str
    label: str
    kind: str
    counts: tuple[str, ...]
    percent: str
    share: str


@dataclass(frozen=True)
class VariableEntry:
    """One variable of the page: what it is, and its answers and numbers by column.

    `facts` say role, routing, waves, other wordings and names in other formats.
    """

    name: str
    label: str
    measure: str
    facts: tuple[str, ...]
    columns: tuple[str, ...]
    rows: tuple[AnswerRow, ...]
    bases: tuple[str, ...]
    numbers: tuple[tuple[str, tuple[str, ...]], ...]


def write_codebook_page(
    pooled: Pooled,
    described: Sequence[Distribution],
    description: StudyDescription,
    config: Config,
    words: Mapping[str, Any],
    language: str,
    names: Mapping[str, Mapping[str, str]],
    files: Sequence[str],
    folders: Sequence[str | Path],
) -> str:
    """Write the codebook of the pooled file in one language as a page to read and to print."""
    say = Wording(words)
    page = _Page(pooled, config, say, Numerals(language), language, names)
    mark = description.mark.get(language, "")
    context = {
        "say": say,
        "language": language,
        "languages": [(code, native_name(code)) for code in config["languages"]],
        "title": description.title[language],
        "wave": say.plain("deposit.codebook"),
        "version": resurvey.__version__,
        "reconstructed": pooled.codebook.reconstructed,
        "mark": mark,
        "abstract": description.abstract[language],
        "conditions": description.conditions[language],
        "steps": [step[language] for step in description.processing],
        "weights": [weight[language] for weight in description.weights],
        "sets": page.sets(),
        "entries": [page.entry(distribution) for distribution in described],
        "files": list(files),
    }
    return render_application("codebook.html", context, list(folders))


class _Page:
    """Makes the entries."""

    def __init__(
        self,
        pooled: Pooled,
        config: Config,
        say: Wording,
        numerals: Numerals,
        language: str,
        names: Mapping[str, Mapping[str, str]],
    ) -> None:
        self.pooled, self.say, self.numerals, self.language = pooled, say, numerals, language
        self.names = names
        self.labels = {
            wave: pick_label(as_labels(config["waves"][wave].get("label")), language, wave)
            for wave in pooled.waves
        }

    def entry(self, distribution: Distribution) -> VariableEntry:
        """Lay out one variable."""
        variable = distribution.variable
        columns = self.columns(distribution)
        lines = {
            wave: {self.key(line): line for line in distribution.lines[wave]} for wave in columns
        }
        rows = tuple(self.row(line, columns, lines) for line in distribution.lines.get(ALL, []))
        measures = variable.measure if variable.measure else "nominal"
        return VariableEntry(
            variable.name,
            variable.title(self.language) if variable.label else "",
            self.say.plain(f"deposit.measure_{measures}"),
            tuple(self.facts(distribution)),
            tuple(self.heading(wave) for wave in columns),
            rows,
            tuple(str(distribution.lines[wave][0]["base"]) for wave in columns),
            tuple(self.numbers(distribution)),
        )

    def columns(self, distribution: Distribution) -> list[str]:
        """All waves together, and each of them where there are several but not too many."""
        if not distribution.lines:
            return []
        waves = [wave for wave in distribution.lines if wave != ALL]
        alone = len(waves) == 1 or len(waves) > MOST_WAVES or distribution.variable.name == WAVE
        return [ALL] if alone else [ALL, *waves]

    def heading(self, wave: str) -> str:
        """Heading of a column."""
        return self.say.plain("deposit.all_waves") if wave == ALL else self.labels[wave]

    @staticmethod
    def key(line: Mapping[str, Any]) -> tuple[str, Any]:
        """Key of a line, unlike those of all others."""
        return line["kind"], line["code"]

    def row(
        self, line: Mapping[str, Any], columns: Sequence[str], lines: Mapping[str, Any]
    ) -> AnswerRow:
        """One answer over the columns."""
        counts = tuple(
            str(lines[wave][self.key(line)]["count"]) if self.key(line) in lines[wave] else "0"
            for wave in columns
        )
        valid = line["kind"] in ("answer", "values") and line["base"]
        percent, share = "", ""
        if valid:
            percent = self.numerals.percent(Fraction(line["count"]), Fraction(line["base"]))
            share = f"{100 * line['count'] / line['base']:.2f}"
        return AnswerRow(str(line["code"]), self.answer(line), line["kind"], counts, percent, share)

    def answer(self, line: Mapping[str, Any]) -> str:
        """Label of an answer in the page's language."""
        kind, code = line["kind"], line["code"]
        if kind == "values":
            return self.say.plain("deposit.values")
        if kind == "system_missing":
            return self.say.plain("tables.no_answer")
        labels = self.pooled.codebook[line["variable"]].codes.get(code, {})
        return pick_label(labels, self.language, "")

    def facts(self, distribution: Distribution) -> list[str]:
        """What else is known of a variable."""
        variable, say = distribution.variable, self.say
        facts = []
        if role := self.pooled.roles.get(variable.name):
            facts.append(say.plain(f"deposit.role_{role}"))
        if variable.name in self.pooled.derived:
            facts.append(say.plain("deposit.derived"))
        if variable.routing:
            facts.append(say.plain("deposit.routing", routing=variable.routing))
        if len(distribution.waves) < len(self.pooled.waves):
            waves = ", ".join(self.labels[wave] for wave in distribution.waves)
            facts.append(say.plain("deposit.asked_in", waves=waves))
        for wave, wording in self.pooled.rewordings.get(variable.name, {}).items():
            text = pick_label(wording, self.language, "")
            facts.append(say.plain("deposit.reworded", wave=self.labels[wave], wording=text))
        if distribution.invented:
            facts.append(say.plain("deposit.invented"))
        for form, names in self.names.items():
            if variable.name in names:
                facts.append(say.plain("deposit.named", form=form, name=names[variable.name]))
        return facts

    def numbers(self, distribution: Distribution) -> list[tuple[str, tuple[str, ...]]]:
        """Summary of a measured variable, per column."""
        if not distribution.numbers:
            return []
        made = []
        for key in ("mean", "deviation", "low", "high"):
            values = [
                getattr(distribution.numbers.get(wave), key, None)
                for wave in self.columns(distribution)
            ]
            shown = tuple(
                NOTHING if value is None or value != value else self.numerals.fixed(value, 2)
                for value in values
            )
            made.append((self.say.plain(f"deposit.{key}"), shown))
        return made

    def sets(self) -> list[tuple[str, str, str]]:
        """Multiple-response sets: name, label, variables."""
        found = []
        for name, response_set in self.pooled.codebook.multiple_response.items():
            label = pick_label(as_labels(response_set.get("label") or None), self.language, name)
            found.append((name, label, ", ".join(response_set["variable_list"])))
        return found
