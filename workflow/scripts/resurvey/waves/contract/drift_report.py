"""Drift report: the ledger as a page, as text for a terminal, and as an entry of waves.yaml."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from resurvey.study.yaml_text import printable, quoted
from resurvey.waves.contract.differences import BREAKING, NOTE, SEVERITIES, DriftLine
from resurvey.waves.contract.meaning import ANSWER, MISSING, NUMBERS, TEXT
from resurvey.waves.contract.panel_members import panel_remedy
from resurvey.waves.contract.routing import LEVEL, TESTED

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
        merged[key] = {**(known or line), "against": against}
    return sorted(merged.values(), key=lambda line: SEVERITIES.index(line["severity"]))


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
