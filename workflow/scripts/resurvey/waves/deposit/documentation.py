"""Documentation: what a deposit says of the study, its questions and their answers, for people."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np

import resurvey
from resurvey.core.codebook import Labels, Variable, as_labels, pick_label
from resurvey.core.origin import origin_of
from resurvey.pages.application import render_application
from resurvey.pages.labels import native_name
from resurvey.pages.numerals import NOTHING, Numerals
from resurvey.pages.wording import Wording
from resurvey.study.declarations import CleaningStep, Config, WaveConfig
from resurvey.tables.frequencies import count_frequencies
from resurvey.waves.deposit.pooled_file import WAVE, Pooled, Step

Words = Mapping[str, Mapping[str, Mapping[str, Any]]]


@dataclass(frozen=True)
class StudyDescription:
    """What the documentation says of the study, by language.

    Attributes
    ----------
    title : dict
        Title of the data.
    mark : dict
        What must be said of records that are no microdata; empty for real ones.
    abstract, kind, sampling, universe, unit : dict
        What the data are; empty where the study is silent.
    processing : list of dict
        Everything that was done to the records.
    weights : list of dict
        How to use the weights.
    conditions : dict
        What a user must know before use.
    derived : dict
        What is said of a variable that was computed from answers.
    asked_in : dict
        Words around ``{waves}``, of a variable that not all waves have.
    """

    title: Labels
    mark: Labels
    abstract: Labels
    kind: Labels
    sampling: Labels
    unit: Labels
    processing: Sequence[Labels]
    weights: Sequence[Labels]
    conditions: Labels
    derived: Labels
    asked_in: Labels


def describe_study(
    pooled: Pooled,
    config: Config,
    cleaning: Sequence[CleaningStep],
    logs: Mapping[str, Sequence[Mapping[str, str]]],
    words: Words,
    kept: Sequence[Step] = (),
) -> StudyDescription:
    """Say in every language of the study what the pooled file is."""
    every = {language: Wording(own) for language, own in words.items()}
    mark = mark_of(pooled, config["waves"], every)
    weights = [name for name, role in pooled.roles.items() if role == "weight"]
    return StudyDescription(
        title={
            language: pick_label(as_labels(config["title"] or None), language, "")
            or say.plain("report.untitled")
            for language, say in every.items()
        },
        mark=mark,
        abstract={
            language: say.plain(
                "deposit.abstract",
                waves=", ".join(
                    f"{pick_label(as_labels(config['waves'][wave].get('label')), language, wave)}"
                    f" (n = {number})"
                    for wave, number in pooled.waves.items()
                ),
                variables=len(pooled.codebook.variables),
            )
            for language, say in every.items()
        },
        kind={
            language: mark.get(language) or say.plain("deposit.kind")
            for language, say in every.items()
        },
        sampling={
            language: say.plain(f"report.sample_{config['sample']}")
            for language, say in every.items()
        },
        unit=_each(every, "unit"),
        processing=[
            *_cleaned(cleaning, logs, every),
            *(
                _each(every, f"done_{step.what}", variables=_listed(step.variables), **step.values)
                for step in (*pooled.steps, *kept)
            ),
        ],
        weights=[_each(every, "weight", variable=name) for name in weights],
        conditions=_each(every, "conditions"),
        derived=_each(every, "derived"),
        asked_in={language: str(own["deposit"]["asked_in"]) for language, own in words.items()},
    )


def mark_of(
    pooled: Pooled, waves: Mapping[str, WaveConfig], every: Mapping[str, Wording]
) -> Labels:
    """Say of reconstructed and of simulated records what they are; nothing of real ones."""
    simulated = [name for name, wave in waves.items() if origin_of(name, wave) == "simulated"]
    mark: Labels = {}
    for language, say in every.items():
        parts = []
        if pooled.codebook.reconstructed:
            parts.append(say.plain("report.banner_reconstructed_short"))
        if simulated:
            parts.append(say.plain("deposit.simulated", waves=", ".join(simulated)))
        if parts:
            mark[language] = "; ".join(parts)
    return mark


def _listed(variables: Sequence[str]) -> str:
    return ("; " if any("(" in variable for variable in variables) else ", ").join(variables)


def _each(every: Mapping[str, Wording], key: str, **values: Any) -> Labels:
    return {language: say.plain(f"deposit.{key}", **values) for language, say in every.items()}


def _cleaned(
    declared: Sequence[CleaningStep],
    logs: Mapping[str, Sequence[Mapping[str, str]]],
    every: Mapping[str, Wording],
) -> list[Labels]:
    """One sentence per cleaning step and wave; the import itself is none."""
    sentences = []
    for wave, log in logs.items():
        for line in log:
            number = int(line["step"])
            if not number:
                continue
            reason = declared[number - 1]["why"] if number <= len(declared) else None
            sentence: Labels = {}
            for language, say in every.items():
                name = f"cleaning.{line['action']}"
                sentence[language] = say.plain(
                    "deposit.done_cleaned",
                    wave=wave,
                    action=say.plain(name) if say.has(name) else line["action"],
                    variables=line["variables"],
                    rows=line["rows_touched"],
                    removed=int(line["rows_before"]) - int(line["rows_after"]),
                    why=pick_label(as_labels(reason), language, line["why"]),
                )
            sentences.append(sentence)
    return sentences


CODEBOOK_COLUMNS = (
    "wave",
    "variable",
    "label",
    "measure",
    "code",
    "answer",
    "kind",
    "reason",
    "count",
    "respondents",
    "base",
    "percent",
    "valid_percent",
)
ALL = "all"
"""Stands for all waves together."""


@dataclass(frozen=True)
class Numbers:
    """Summary of a measured variable over the respondents with a value."""

    count: int
    mean: float
    deviation: float
    low: float
    high: float


@dataclass(frozen=True)
class Distribution:
    """One variable of the pooled file.

    Attributes
    ----------
    variable : Variable
        Wording, answers and missing codes.
    waves : tuple of str
        Waves that have it.
    lines : dict
        Wave (``all`` for all together) -> lines of `count_frequencies`.
    numbers : dict
        Wave -> summary, for a variable with values rather than answers.
    kind : str
        How the data hold it: ``integer``, ``number`` or ``string``.
    invented : bool
        On reconstructed records: made of several questions, so that even its counts are invented.
    """

    variable: Variable
    waves: tuple[str, ...]
    lines: Mapping[str, list[dict[str, Any]]]
    numbers: Mapping[str, Numbers]
    kind: str = "integer"
    invented: bool = False


def describe(
    pooled: Pooled, language: str, no_answer: str, invented: Collection[str] = ()
) -> list[Distribution]:
    """Count every variable, unweighted, wave by wave and in all.

    Examples
    --------
    >>> import pandas as pd
    >>> from resurvey.core.codebook import Codebook
    >>> from resurvey.waves.deposit.pooled_file import pool_waves
    >>> from resurvey.core.codebook import Survey
    >>> data = pd.DataFrame({"q": pd.array([1, 2, None], "Int64")})
    >>> book = Codebook({"q": Variable("q", codes={1: {}, 2: {}})})
    >>> pooled = pool_waves({"2022": Survey(data, book)}, {}, {"en": "Wave"})
    >>> [line["count"] for line in describe(pooled, "en", "No answer")[1].lines["2022"]]
    [1, 1, 1]
    """
    found: dict[str, dict[str, list[dict[str, Any]]]] = {name: {} for name in pooled.codebook}
    for wave in pooled.waves:
        survey = pooled.of_wave(wave)
        for line in count_frequencies(survey, language, no_answer, invented):
            if wave in pooled.asked[line["variable"]]:
                found[line["variable"]].setdefault(wave, []).append(line)
    for name in [variable for variable, role in pooled.roles.items() if role == "id"]:
        found[name] = {wave: _unlisted(lines) for wave, lines in found[name].items()}
    described = []
    for name, variable in pooled.codebook.variables.items():
        lines = found[name]
        if lines:
            lines = {ALL: _together(list(lines.values())), **lines}
        described.append(
            Distribution(
                variable,
                pooled.asked[name],
                lines,
                _numbers(pooled, variable) if name not in invented else {},
                {"Int64": "integer", "str": "string"}.get(
                    str(pooled.survey.data[name].dtype), "number"
                ),
                name in invented,
            )
        )
    return described


def codebook_lines(described: Collection[Distribution]) -> list[dict[str, Any]]:
    """Write distributions as lines of ``codebook.csv``."""
    made = []
    for distribution in described:
        shared = {"measure": distribution.variable.measure}
        for wave, lines in distribution.lines.items():
            for line in lines:
                reason = distribution.variable.reasons.get(line["code"], "")
                made.append({**line, **shared, "wave": wave, "reason": reason})
        if not distribution.lines:
            label = distribution.variable.title()
            made.append(
                {"variable": distribution.variable.name, "label": label, "wave": ALL, **shared}
            )
    return made


def _unlisted(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Count the values of an id without listing them, however few there are."""
    values = [line for line in lines if line["kind"] in ("answer", "values")]
    others = [line for line in lines if line["kind"] not in ("answer", "values")]
    if not values:
        return others
    first = values[0]
    count = sum(line["count"] for line in values)
    shares = {
        key: 100 * count / of if of else None
        for key, of in (("percent", first["respondents"]), ("valid_percent", first["base"]))
    }
    blank = {"code": "", "answer": "", "kind": "values", "count": count}
    return [{**first, **blank, **shares}, *others]


def _together(waves: list[list[dict[str, Any]]]) -> list[dict[str, Any]]:
    """Add up the counts of all waves, answers in the codebook's order."""
    added: dict[tuple[str, Any], dict[str, Any]] = {}
    for lines in waves:
        for line in lines:
            key = line["kind"], line["code"]
            if key not in added:
                added[key] = {**line, "count": 0}
            added[key]["count"] += line["count"]
    respondents = sum(lines[0]["respondents"] for lines in waves)
    base = sum(lines[0]["base"] for lines in waves)
    kinds = ["answer", "values", "user_missing", "system_missing"]
    made = []
    for line in sorted(added.values(), key=lambda line: kinds.index(line["kind"])):
        valid = line["kind"] in ("answer", "values") and base
        made.append(
            {
                **line,
                "respondents": respondents,
                "base": base,
                "percent": 100 * line["count"] / respondents if respondents else None,
                "valid_percent": 100 * line["count"] / base if valid else None,
            }
        )
    return made


def _numbers(pooled: Pooled, variable: Variable) -> dict[str, Numbers]:
    """Summaries of a measured variable; none for answers, texts and ids."""
    if variable.measure != "scale" or pooled.roles.get(variable.name) == "id":
        return {}
    column = pooled.survey.data[variable.name]
    if str(column.dtype) == "str":
        return {}
    values = column.to_numpy("float64", na_value=np.nan)
    for code in np.unique(values[~np.isnan(values)]):
        if variable.is_missing(float(code)):
            values[values == code] = np.nan
    waves = pooled.survey.data[WAVE].to_numpy()
    found = {}
    for wave in (ALL, *pooled.asked[variable.name]):
        own = values[~np.isnan(values) & ((waves == wave) | (wave == ALL))]
        if own.size:
            spread = float(own.std(ddof=1)) if own.size > 1 else float("nan")
            ends = float(own.min()), float(own.max())
            found[wave] = Numbers(own.size, float(own.mean()), spread, *ends)
    return found


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
