"""Drift: the ledger of what a wave's questionnaire changed, its page, and the gate to pass."""

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TypedDict, cast

from resurvey.core.codebook import Survey, Variable, as_labels, declared_variable, pick_label
from resurvey.core.design_names import design_variables
from resurvey.core.errors import SurveyError
from resurvey.core.files import hash_file, read_csv, write_csv, write_text
from resurvey.core.strict_yaml import printable, quoted
from resurvey.prepare.import_gate import recode_wave
from resurvey.reading import check_bytes, read_raw
from resurvey.reading.stored import Store, store_beside
from resurvey.study.declarations import (
    CodebookPart,
    TrendPart,
    VariableEntry,
    WaveConfig,
    WaveEntry,
)
from resurvey.study.mapping import WaveMapping, mapping_of, reason
from resurvey.waves.contract.comparison import (
    ANSWER,
    MISSING,
    NUMBERS,
    TEXT,
    compare_questionnaires,
)
from resurvey.waves.contract.differences import (
    BREAKING,
    DRIFT_COLUMNS,
    NOTE,
    SEVERITIES,
    WARNING,
    Difference,
    DriftLine,
    difference,
    in_order,
)
from resurvey.waves.contract.panel_members import (
    Respondents,
    allowed_contradictions,
    match_people,
    panel_remedy,
)
from resurvey.waves.contract.questionnaire import (
    Questionnaire,
    declared_questionnaire,
    wave_questionnaire,
)
from resurvey.waves.contract.routing import LEVEL, TESTED

logger = logging.getLogger(__name__)

_WORDS = {MISSING: "user_missing", ANSWER: "answer", TEXT: "text", NUMBERS: "numbers"}


@dataclass(frozen=True)
class Group:
    """Lines of one question and one kind of difference, with what to do about them.

    `number` counts the groups of a section from 1; `under` and `line` say where in
    `config/waves.yaml` a decision goes.
    """

    number: int
    variable: str
    difference: str
    lines: tuple[Mapping[str, Any], ...]
    accepted: str
    under: str
    line: str


@dataclass(frozen=True)
class Section:
    """Differences of equal gravity: ``open``, ``accepted``, ``warning`` or ``note``."""

    name: str
    groups: tuple[Group, ...]

    @property
    def lines(self) -> list[Mapping[str, Any]]:
        """All lines of the section."""
        return [line for group in self.groups for line in group.lines]


def _once(lines: Sequence[DriftLine]) -> tuple[Mapping[str, Any], ...]:
    """Join what differs in the same way from the codebook and from the wave before."""
    against: dict[tuple[Any, ...], list[str]] = {}
    first: dict[tuple[Any, ...], DriftLine] = {}
    for line in lines:
        change = line["code"], line["before"], line["after"]
        against.setdefault(change, []).append(line["against"])
        first.setdefault(change, line)
    return tuple({**first[change], "against": sources} for change, sources in against.items())


def _subject(line: DriftLine) -> tuple[Any, ...]:
    return line["variable"], line["difference"], str(line["code"] or "")


def arrange_drift(lines: Sequence[DriftLine]) -> list[Section]:
    """Sort the lines of a drift report into what is to decide, accepted, to be read, and noted.

    Examples
    --------
    >>> line = {"variable": "q", "difference": "wording", "severity": "warning", "accepted": "",
    ...         "under": "accept", "line": "- {}", "code": None, "before": "a", "after": "b",
    ...         "against": "2022"}
    >>> [(section.name, len(section.lines)) for section in arrange_drift([line])]
    [('open', 0), ('accepted', 0), ('warning', 1), ('note', 0)]
    """
    sections: dict[str, dict[tuple[str, ...], list[DriftLine]]] = {
        "open": {},
        "accepted": {},
        "warning": {},
        "note": {},
    }
    graver = {_subject(line) for line in lines if line["severity"] != NOTE}
    for line in lines:
        # What is grave beside one questionnaire needs no note beside the other.
        if line["severity"] == NOTE and not line["accepted"] and _subject(line) in graver:
            continue
        name = "accepted" if line["accepted"] else line["severity"]
        name = "open" if name == BREAKING else name
        subject = (
            line["variable"],
            line["difference"],
            line["accepted"],
            line["under"],
            line["line"],
        )
        sections[name].setdefault(subject, []).append(line)
    return [
        Section(
            name,
            tuple(
                Group(number, variable, kind, _once(listed), accepted, under, line)
                for number, ((variable, kind, accepted, under, line), listed) in enumerate(
                    groups.items(), 1
                )
            ),
        )
        for name, groups in sections.items()
    ]


def drift_page(
    lines: Sequence[DriftLine],
    about: Mapping[str, Any],
    words: Mapping[str, Mapping[str, Any]],
    language: str,
    folders: Sequence[str | Path],
) -> str:
    """Write the drift report of a wave as one HTML page that needs no other file.

    Notes
    -----
    Labels are values, never templates: a label such as ``<script>`` is printed as it stands.
    """
    import resurvey
    from resurvey.pages.application import render_application
    from resurvey.pages.labels import native_name
    from resurvey.pages.wording import Wording

    say = Wording(words)

    def shown(kind: str, text: str) -> Any:
        known = kind in ("type", "missing_codes") and text in _WORDS
        return say(f"drift.{_WORDS[text]}") if known else text or "–"

    context = {
        **about,
        "say": say,
        "shown": shown,
        "language": language,
        "languages": [(code, native_name(code)) for code in about["languages"]],
        "title": about["title"] or say.plain("report.untitled"),
        "wave": f"{say.plain('drift.title')}: {about['wave']}",
        "version": resurvey.__version__,
        "reconstructed": about["origin"] == "reconstructed",
        "sections": arrange_drift(lines),
        "tested": any(line["difference"] in TESTED for line in lines) and str(round(1 / LEVEL)),
    }
    return render_application("drift.html", context, folders)


_PLURALS = {"breaking": "breaking", "warning": "warnings", "note": "notes"}
_WIDEST = 32


def drift_text(lines: Sequence[DriftLine], heading: str, notes: bool = True) -> str:
    """Write a drift report for a terminal.

    Examples
    --------
    >>> line = {"variable": "sex", "difference": "meaning", "severity": "breaking", "code": 1,
    ...         "before": "men", "after": "women", "accepted": "", "under": "variables",
    ...         "line": "sex: {codes: {1: 2, 2: 1}}", "against": "2022"}
    >>> print(drift_text([line], "2026"), end="")
    2026: 1 breaking, 0 warnings, 0 notes
    <BLANKLINE>
    breaking  sex  meaning  1: men → women
                            variables: sex: {codes: {1: 2, 2: 1}}
    """
    several = len({line["against"] for line in lines}) > 1
    lines = _merged_lines(lines)
    text = f"{printable(heading)}: {_counts(lines)}\n"
    listed = [line for line in lines if notes or line["severity"] != "note"]
    if not listed:
        return text
    columns = [
        [printable(str(line[key])) for line in listed]
        for key in ("severity", "variable", "difference")
    ]
    widths = [min(_WIDEST, max(map(len, column))) for column in columns]
    margin = " " * (sum(widths) + 2 * len(widths))
    text += "\n"
    previous = ""
    for number, line in enumerate(listed):
        cells = [column[number].ljust(width) for column, width in zip(columns, widths, strict=True)]
        text += "  ".join([*cells, _change(line, several)]) + "\n"
        remedy = f"accepted: {line['accepted']}" if line["accepted"] else _remedy(line)
        following = listed[number + 1] if number + 1 < len(listed) else None
        again = following is not None and _remedy(following) == remedy
        if remedy and remedy != previous and not again:
            text += f"{margin}{printable(remedy)}\n"
            previous = remedy
    return text


def _merged_lines(lines: Sequence[DriftLine]) -> list[DriftLine]:
    """Say a difference from the codebook and from the wave before only once."""
    merged: dict[tuple[Any, ...], DriftLine] = {}
    for line in lines:
        key = tuple(line[name] for name in ("variable", "difference", "code", "after", "line"))
        known = merged.get(key)
        against = f"{known['against']}, {line['against']}" if known else line["against"]
        # As on the page, what is grave beside one questionnaire is no note beside the other.
        graver = min(known or line, line, key=_gravity)
        merged[key] = {**graver, "against": against}
    return sorted(merged.values(), key=_gravity)


def _gravity(line: DriftLine) -> int:
    return SEVERITIES.index(line["severity"])


def _counts(lines: Sequence[DriftLine]) -> str:
    """Say how many differences of each severity there are."""
    counted = []
    for name in SEVERITIES:
        number = sum(line["severity"] == name for line in lines)
        word = name if number == 1 else _PLURALS[name]
        passed = sum(line["severity"] == name and bool(line["accepted"]) for line in lines)
        counted.append(f"{number} {word}" + (f" ({passed} accepted)" if passed else ""))
    return ", ".join(counted)


def _change(line: DriftLine, several: bool) -> str:
    code = "" if line["code"] in (None, "") else f"{line['code']}: "
    before, after = (printable(str(line[side])) or "–" for side in ("before", "after"))
    against = f"  ({printable(str(line['against']))})" if several else ""
    return f"{printable(code)}{before} → {after}{against}"


def _remedy(line: DriftLine) -> str:
    if line["difference"] == "panel":
        return panel_remedy(line["variable"])
    return (
        f"{line['under']}: {line['line']}" if line["severity"] == BREAKING and line["line"] else ""
    )


def outline_entry(wave: str, lines: Iterable[DriftLine], commented: bool) -> str:
    """Write what could stand in waves.yaml for a wave.

    Examples
    --------
    >>> line = {"variable": "sex", "difference": "renamed_variable", "severity": "breaking",
    ...         "before": "sex: Your sex", "after": "Q1: Your sex?", "accepted": "", "code": None,
    ...         "under": "variables", "line": "sex: {from: Q1}", "against": "codebook"}
    >>> print(outline_entry("2026", [line], commented=True), end="")
    "2026":
      variables:
        # sex: {from: Q1}  # renamed_variable: sex: Your sex → Q1: Your sex?
      accept:
    """
    text = f"{quoted(wave)}:\n"
    open_lines = [line for line in lines if line["line"] and not line["accepted"]]
    for section in ("variables", "accept"):
        text += f"  {section}:\n"
        done: set[str] = set()
        for line in open_lines:
            subject = line["variable"] if section == "variables" else line["line"]
            if line["under"] != section or line["severity"] == NOTE or subject in done:
                continue
            done.add(subject)
            # A reason that nobody wrote must not pass, so an acceptance stays a comment.
            mark = "# " if commented or section == "accept" else ""
            text += f"    {mark}{line['line']}  # {_explained(line)}\n"
    return text


def _explained(line: DriftLine) -> str:
    about = (
        line["difference"] if line["code"] in (None, "") else f"{line['difference']} {line['code']}"
    )
    words = f"{about}: {line['before'] or '–'} → {line['after'] or '–'}"
    return " ".join(printable(words).split())


SHOWN = 20
"""Differences that a message names before it counts the rest."""
_DOUBTFUL = ("type", "meaning", "new_answer", "renamed_variable", "missing_variable", "wording")
"""Differences after which equal codes may be unequal answers: 0 and 1 after 1 and 2, say."""


@dataclass(frozen=True)
class Wave:
    """One wave as its questionnaire is compared.

    Attributes
    ----------
    name : str
        Name in `config/config.yaml`.
    survey : Survey
        As read from its file.
    mapping : WaveMapping
        Its entry of `config/waves.yaml`.
    uncounted : frozenset of str
        Its identifier, weights and design variables.
    identifier : str
        Variable by which a respondent is recognised in another wave; empty where there is none.
    time : float, optional
        When the wave was.
    """

    name: str
    survey: Survey
    mapping: WaveMapping = WaveMapping()
    uncounted: frozenset[str] = frozenset()
    identifier: str = ""
    time: float | None = None

    def questionnaire(self, codebook: CodebookPart) -> Questionnaire:
        """Read what the file asks, under the study's names and codes."""
        where = f"waves.yaml, wave '{self.name}'"
        mapped = recode_wave(self.survey, self.mapping, codebook, where)
        return wave_questionnaire(
            self.name, mapped, codebook, self.mapping, self.uncounted, self.survey
        )

    def respondents(self, codebook: CodebookPart) -> Respondents:
        """Read who answered, under the study's names, codes and missing codes."""
        where = f"waves.yaml, wave '{self.name}'"
        mapped = recode_wave(self.survey, self.mapping, codebook, where)
        specs = codebook.get("variables") or {}
        declared = [
            _declared(variable, spec)
            for name, variable in mapped.codebook.variables.items()
            if (spec := specs.get(name))
        ]
        survey = Survey(mapped.data, mapped.codebook.updated(declared))
        return Respondents(self.name, survey, self.identifier, self.time)


def _declared(variable: Variable, spec: VariableEntry) -> Variable:
    """Put what the study says of a variable over what the file says."""
    own = declared_variable(variable.name, spec)
    if "missing" in spec:
        variable = replace(variable, missing=own.missing, missing_ranges=own.missing_ranges)
    return replace(
        variable,
        label=own.label or variable.label,
        codes=own.codes or variable.codes,
        dont_know=own.dont_know or variable.dont_know,
    )


def uncounted_variables(
    wave: WaveConfig, codebook: CodebookPart, known: Iterable[str] = ()
) -> frozenset[str]:
    """Identifier, weights and design variables of a wave among the `known`, no questions.

    Examples
    --------
    >>> sorted(uncounted_variables({"weight": "w", "strata": ["region", "sex"]}, {"id": "nr"}))
    ['nr', 'region', 'sex', 'w']
    """
    names = {codebook["id"]} if "id" in codebook else set()
    return frozenset({*names, *design_variables(wave, known)})


def compare_wave(
    wave: Wave,
    before: Wave | None,
    codebook: CodebookPart,
    used: Iterable[str],
    language: str = "",
    trend: TrendPart | None = None,
) -> list[DriftLine]:
    """Compare a wave with the study's codebook and with the wave before it.

    Raises
    ------
    SurveyError
        The mapping does not fit the file.
    """
    now = wave.questionnaire(codebook)
    declared = declared_questionnaire(codebook)
    dropped = set(wave.mapping.dropped)
    specs = codebook.get("variables") or {}
    optional = frozenset(
        name for name, spec in specs.items() if not (spec or {}).get("required", True)
    )
    relied = frozenset(used)
    found = {"codebook": compare_questionnaires(declared, now, None, relied, optional)}
    if before is not None:
        then = before.questionnaire(codebook)
        pairs = compare_questionnaires(then, now, declared, relied, optional)
        found[before.name] = [
            change
            for change in pairs
            # A question that is back after a wave without it is compared with the codebook.
            if not (change.difference == "new_variable" and change.variable in declared.items)
        ]
    found = _one_answer(found)
    found = {against: _quieter(differences, found, now) for against, differences in found.items()}
    if before is not None:
        found[before.name] += _same_people(wave, before, codebook, found, trend or {})
    lines = [
        _line(wave.name, wave.mapping, against, change, language)
        for against, differences in found.items()
        for change in in_order(differences)
    ]
    seen = {(line["variable"], line["difference"]) for line in lines}
    seen |= {(name, "missing_variable") for name, kind in seen if kind == "renamed_variable"}
    stale = [
        difference(
            acceptance["variable"], "unused_acceptance", f"accepted: {acceptance['difference']}", ""
        )
        for acceptance in wave.mapping.accept
        if (acceptance["variable"], acceptance["difference"]) not in seen
        and not (
            acceptance["difference"] == "missing_variable"
            and acceptance["variable"] in dropped - set(now.items)
        )
    ]
    return lines + [
        _line(wave.name, wave.mapping, "waves.yaml", change, language) for change in stale
    ]


def _one_answer(found: Mapping[str, Sequence[Difference]]) -> dict[str, list[Difference]]:
    """Suggest one thing only: what one comparison found under another name is not missing.

    A codebook may have no wording to recognise a question by, which the wave before has.
    """
    renamed = {
        change.variable: change
        for listed in found.values()
        for change in listed
        if change.difference == "renamed_variable"
    }
    return {
        against: [
            replace(renamed[change.variable], severity=change.severity, before=change.before)
            if change.difference == "missing_variable" and change.variable in renamed
            else change
            for change in listed
        ]
        for against, listed in found.items()
    }


def _quieter(
    differences: Sequence[Difference],
    found: Mapping[str, Sequence[Difference]],
    now: Questionnaire,
) -> list[Difference]:
    """Turn down what the study decided: an own wording where two waves agree is no change."""
    if len(found) < 2:
        # What the study itself made of its first wave is its decision.
        return [
            replace(change, severity=WARNING)
            if change.difference == "missing_codes" and change.severity == BREAKING
            else change
            for change in differences
        ]
    own = ("wording", "answer_wording", "vanished_answer", "missing_codes")
    between = {
        (change.variable, change.difference, change.code)
        for against, listed in found.items()
        if against != "codebook"
        for change in listed
    }
    if differences is not found["codebook"]:
        return list(differences)
    return [
        replace(change, severity=NOTE, under="", line="")
        if change.difference in own
        and (change.variable, change.difference, change.code) not in between
        else change
        for change in differences
    ]


def _same_people(
    wave: Wave,
    before: Wave,
    codebook: CodebookPart,
    found: Mapping[str, Sequence[Difference]],
    trend: TrendPart,
) -> list[Difference]:
    """Doubt a panel whose members contradict themselves, or that nothing vouches for."""
    if not trend.get("panel", True) or not (wave.identifier and before.identifier):
        return []
    # Codes that stand for something else by now are a difference of their own.
    doubtful = {
        change.variable
        for listed in found.values()
        for change in listed
        if change.severity == BREAKING
        and change.difference in _DOUBTFUL
        and not wave.mapping.accepted(change.variable, change.difference, change.code)
    }
    match = match_people(
        wave.respondents(codebook),
        before.respondents(codebook),
        trend.get("same_person"),
        doubtful,
    )
    if match is None:
        return []
    most = allowed_contradictions(trend)
    if match.strangers(most):
        figures = f"{match.contradicting} / {match.compared} ({match.by_variable()})"
        return [difference(match.identifier, "panel", str(match.shared), figures)]
    if not match.unknown(most):
        return []
    kind = "panel_unchecked"
    if match.numbered and "panel" not in trend:
        kind = "running_numbers"
    return [difference(match.identifier, kind, str(match.shared), match.by_variable())]


def _line(
    wave: str, mapping: WaveMapping, against: str, change: Difference, language: str
) -> DriftLine:
    accepted = mapping.accepted(change.variable, change.difference, change.code)
    return {
        "wave": wave,
        "against": against,
        "variable": change.variable,
        "code": change.code,
        "difference": change.difference,
        "severity": change.severity,
        "before": change.before,
        "after": change.after,
        "accepted": reason(accepted, language) if accepted else "",
        "under": "" if accepted else change.under,
        "line": "" if accepted else change.line,
    }


def open_differences(lines: Iterable[DriftLine]) -> list[DriftLine]:
    """Keep the breaking differences that nobody accepted."""
    return [line for line in lines if line["severity"] == BREAKING and not line["accepted"]]


def check_drift(lines: Sequence[DriftLine], file: str = "config/waves.yaml") -> None:
    """Stop where a questionnaire's meaning changed and nobody has said what to do about it.

    Raises
    ------
    SurveyError
        One sentence per item, naming the wave, the item, what changed and the line to add.

    Examples
    --------
    >>> line = {"wave": "2026", "against": "2022", "variable": "sex", "code": 1,
    ...         "difference": "meaning", "severity": "breaking", "before": "men",
    ...         "after": "women", "accepted": "", "under": "variables",
    ...         "line": "sex: {codes: {1: 2, 2: 1}}"}
    >>> check_drift([line])
    Traceback (most recent call last):
    resurvey.SurveyError: wave '2026': 'sex': code 1 is 'women' here and 'men' in 2022; \
add under "2026", `variables:`, in config/waves.yaml the line  sex: {codes: {1: 2, 2: 1}}
    """
    sentences = list(dict.fromkeys(stop_sentences(open_differences(lines), file)))
    if not sentences:
        return
    if len(sentences) == 1:
        raise SurveyError(sentences[0])
    shown = "".join(f"\n  - {sentence}" for sentence in sentences[:SHOWN])
    more = f"\n  - and {len(sentences) - SHOWN} more" if len(sentences) > SHOWN else ""
    raise SurveyError(
        f"{len(sentences)} differences change what the answers mean; nothing was computed:"
        f"{shown}{more}"
    )


def stop_sentences(lines: Iterable[DriftLine], file: str) -> list[str]:
    """Say in one sentence per item what stands against a wave and which line answers it."""
    grouped: dict[tuple[Any, ...], list[DriftLine]] = {}
    for entry in lines:
        # The same difference from the codebook and from the wave before is said once.
        subject = (entry["wave"], entry["variable"], entry["difference"], entry["line"])
        listed = grouped.setdefault(subject, [])
        if not any(str(entry["code"]) == str(other["code"]) for other in listed):
            listed.append(entry)
    sentences = []
    for (wave, variable, kind, line), listed in grouped.items():
        what = " and ".join(_describe(entry) for entry in listed[:3])
        what += f" and {len(listed) - 3} more" if len(listed) > 3 else ""
        to_do = (
            f'; add under "{wave}", `{listed[0]["under"]}:`, in {file} the line  {line}'
            if line
            else f"; {panel_remedy(variable)}"
            if kind == "panel"
            else ""
        )
        sentences.append(f"wave '{wave}': '{variable}': {what}{to_do}")
    return sentences


def _describe(line: DriftLine) -> str:
    """Describe one difference."""
    before, after, against = line["before"], line["after"], line["against"]
    against = "the codebook" if against == "codebook" else against
    words = {
        "missing_variable": "the file has no such variable",
        "renamed_variable": f"the file has no such variable, but '{after}' looks like it",
        "wording": f"the question is '{after}' here and '{before}' in {against}, which the file "
        "asks under another name",
        "type": f"the file holds {_kind_of(after)}, {against} {_kind_of(before)}",
        "meaning": f"code {line['code']} is '{after}' here and '{before}' in {against}"
        if before
        else f"code {line['code']} is '{after}', which is another code in {against}",
        "new_answer": f"code {line['code']} ('{after}') is an answer that {against} does not have",
        "missing_codes": (
            f"several codes are {after} here, but {before or 'unknown'} in {against}"
            if line["code"] in (None, "")
            else f"code {line['code']} is {after} here, but {before or 'unknown'} in {against}"
        ),
        "routing": f"other people were asked than in {against} (answered: {before}; now {after})",
        "panel": f"{before} respondents have the same '{line['variable']}' as in {against}, but of "
        f"those who can be compared {after} contradict themselves: these are not the same people",
        "base": f"another share answered than in {against} (answered: {before}; now {after})",
    }
    return words[line["difference"]]


def _kind_of(answers: str) -> str:
    return answers if answers in (TEXT, NUMBERS) else f"codes ('{answers}')"


def diff_files(
    before: str, after: str, reading: Mapping[str, Any] | None = None
) -> list[DriftLine]:
    """Compare the questionnaires of two survey files.

    Raises
    ------
    SurveyError
        A file cannot be read.
    """
    then, now = (
        wave_questionnaire(path, read_raw(path, reading or {})) for path in (before, after)
    )
    found = compare_questionnaires(then, now)
    return [_line(after, WaveMapping(), before, change, "") for change in found]


@dataclass(frozen=True)
class Contract:
    """What a wave is held against: the codebook, the names that the study uses, `trend.yaml`.

    Reasons are in the first of the `languages`.
    """

    codebook: CodebookPart
    used: Sequence[str]
    languages: Sequence[str]
    trend: TrendPart = field(default_factory=TrendPart)


class DeclaredWave(TypedDict):
    """A wave with what the study says of it: its entries in config.yaml and waves.yaml."""

    name: str
    wave: WaveConfig
    mapping: WaveEntry | None
    time: float


def open_wave(declared: DeclaredWave, codebook: CodebookPart, store: Store | None = None) -> Wave:
    """Read a wave's file for a comparison; a large one column by column, where there is a store.

    Raises
    ------
    SurveyError
        The file cannot be read, or is not the one that was recorded.
    """
    config = declared["wave"]
    check_bytes(config["file"], config)
    survey = read_raw(config["file"], config, codebook, declared["mapping"], store)
    return Wave(
        declared["name"],
        survey,
        mapping_of(declared["mapping"]),
        uncounted_variables(config, codebook, survey.codebook),
        str(config.get("id", codebook.get("id", ""))),
        declared.get("time"),
    )


def wave_of_file(wave: WaveConfig, others: Mapping[str, WaveConfig]) -> str:
    """Name another wave that has the file of this one, whose people are compared with themselves.

    Two sheets of one workbook are two waves.

    Returns
    -------
    str
        Empty where there is none.
    """
    for name, other in others.items():
        if wave.get("sheet") == other.get("sheet") and _are_one_file(wave, other):
            return name
    return ""


def _are_one_file(wave: WaveConfig, other: WaveConfig) -> bool:
    """Return whether two waves have the same bytes; of a file that is gone the hash may be left."""
    paths = [Path(declared["file"]) for declared in (wave, other)]
    known = [declared.get("sha256") for declared in (wave, other)]
    there = [path.is_file() for path in paths]
    if all(there) and paths[0].stat().st_size != paths[1].stat().st_size:
        return False
    if not all(there[at] or known[at] for at in range(2)):
        return False
    first, second = (known[at] or hash_file(paths[at]) for at in range(2))
    return first == second


def write_drift(
    waves: Sequence[DeclaredWave],
    contract: Contract,
    title: Any,
    words: Mapping[str, Mapping[str, Any]],
    folders: Sequence[str | Path],
    outputs: Mapping[str, Any],
) -> list[DriftLine]:
    """Compare a wave and write its drift report, as CSV, as pages, and what could be mapped.

    Parameters
    ----------
    waves : sequence of dict
        The wave, and the one before it if any, as `open_wave` takes them.
    contract : Contract
        What it is held against.
    title : str or dict
        Title of the study.
    words : dict
        Language -> the shared words.
    folders : sequence of path
        Folders of the page's templates, and of its frame.
    outputs : dict
        Paths of ``drift`` and ``suggestion``, and ``pages``, one per language.
    """
    with store_beside(outputs["drift"]) as store:
        opened = [open_wave(declared, contract.codebook, store) for declared in waves]
        wave, before = opened[0], opened[1] if len(opened) > 1 else None
        others = {declared["name"]: declared["wave"] for declared in waves[1:]}
        if name := wave_of_file(waves[0]["wave"], others):
            logger.warning(
                "%s: this is the file of wave '%s' (the same SHA-256), whose people are compared "
                "with themselves",
                waves[0]["wave"]["file"],
                name,
            )
        lines = compare_wave(
            wave, before, contract.codebook, contract.used, contract.languages[0], contract.trend
        )
    write_csv(outputs["drift"], DRIFT_COLUMNS, lines)
    origin = wave.survey.codebook.origin
    mark = f"# From {origin} records, which nobody answered.\n" if origin else ""
    entry = outline_entry(wave.name, lines, commented=False)
    write_text(outputs["suggestion"], mark + entry)
    labels = [declared["wave"].get("label") for declared in waves]
    for language, page in zip(contract.languages, outputs["pages"], strict=True):
        named = [
            pick_label(as_labels(label), language, declared["name"])
            for label, declared in zip(labels, waves, strict=True)
        ]
        about = {
            "wave_name": wave.name,
            "wave": named[0],
            "before": named[1] if len(named) > 1 else "",
            "title": pick_label(as_labels(title), language, ""),
            "languages": contract.languages,
            "origin": origin,
            "suggestion": Path(outputs["suggestion"]).name,
        }
        write_text(page, drift_page(lines, about, words[language], language, folders))
    return lines


def check_waves(drifts: Iterable[str | Path], checked: str | Path) -> list[DriftLine]:
    """Let the waves of a study pass, or stop at what nobody decided.

    Parameters
    ----------
    drifts : iterable of path
        ``drift.csv`` of every wave.
    checked : path
        Where all of their lines are written when they pass.

    Raises
    ------
    SurveyError
        As `resurvey.waves.contract.drift.check_drift`.
    """
    lines = [cast(DriftLine, line) for path in drifts for line in read_csv(path)]
    check_drift(lines)
    write_csv(checked, DRIFT_COLUMNS, lines)
    return lines
