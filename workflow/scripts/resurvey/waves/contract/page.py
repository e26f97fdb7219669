"""Drift page: what changed in a wave's questionnaire, for a reader."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from resurvey.waves.contract.differences import BREAKING, NOTE
from resurvey.waves.contract.meaning import ANSWER, MISSING, NUMBERS, TEXT

Line = Mapping[str, Any]


_WORDS = {MISSING: "user_missing", ANSWER: "answer", TEXT: "text", NUMBERS: "numbers"}


@dataclass(frozen=True)
class Group:
    """Lines of one question and one kind of difference, with what to do about them.

    Attributes
    ----------
    number : int
        Place within its section, from 1.
    variable, difference : str
        What changed, and how.
    lines : tuple of dict
        The lines of the drift report.
    accepted : str
        Reason for which it was accepted.
    under, line : str
        Where in `config/waves.yaml` a decision goes, and its line.
    """

    number: int
    variable: str
    difference: str
    lines: tuple[Line, ...]
    accepted: str
    under: str
    line: str


@dataclass(frozen=True)
class Section:
    """Differences of equal gravity: ``open``, ``accepted``, ``warning`` or ``note``."""

    name: str
    groups: tuple[Group, ...]

    @property
    def lines(self) -> list[Line]:
        """All lines of the section."""
        return [line for group in self.groups for line in group.lines]


def _once(lines: Sequence[Line]) -> tuple[Line, ...]:
    """Join what differs in the same way from the codebook and from the wave before."""
    joined: dict[tuple[Any, ...], dict[str, Any]] = {}
    for one in lines:
        place = (one["code"], one["before"], one["after"])
        against = joined.setdefault(place, {**one, "against": []})["against"]
        against.append(one["against"])
    return tuple(joined.values())


def _subject(line: Line) -> tuple[Any, ...]:
    return line["variable"], line["difference"], str(line["code"] or "")


def arrange_drift(lines: Sequence[Line]) -> list[Section]:
    """Sort the lines of a drift report into what is to decide, accepted, to be read, and noted.

    Examples
    --------
    >>> line = {"variable": "q", "difference": "wording", "severity": "warning", "accepted": "",
    ...         "under": "accept", "line": "- {}", "code": None, "before": "a", "after": "b",
    ...         "against": "2022"}
    >>> [(one.name, len(one.lines)) for one in arrange_drift([line])]
    [('open', 0), ('accepted', 0), ('warning', 1), ('note', 0)]
    """
    sections: dict[str, dict[tuple[str, ...], list[Line]]] = {
        "open": {},
        "accepted": {},
        "warning": {},
        "note": {},
    }
    graver = {_subject(one) for one in lines if one["severity"] != NOTE}
    for one in lines:
        # What is grave beside one questionnaire needs no note beside the other.
        if one["severity"] == NOTE and not one["accepted"] and _subject(one) in graver:
            continue
        name = "accepted" if one["accepted"] else one["severity"]
        name = "open" if name == BREAKING else name
        place = (one["variable"], one["difference"], one["accepted"], one["under"], one["line"])
        sections[name].setdefault(place, []).append(one)
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
    lines: Sequence[Line],
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
        "languages": [(one, native_name(one)) for one in about["languages"]],
        "title": about["title"] or say.plain("report.untitled"),
        "wave": f"{say.plain('drift.title')}: {about['wave']}",
        "version": resurvey.__version__,
        "reconstructed": about["origin"] == "reconstructed",
        "sections": arrange_drift(lines),
    }
    return render_application("drift.html", context, folders)
