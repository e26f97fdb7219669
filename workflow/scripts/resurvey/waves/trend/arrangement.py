"""Arrangement: the comparison over time as a reader sees it, in one language."""

from collections.abc import Mapping
from typing import Any

from markupsafe import Markup

import resurvey
from resurvey.pages.labels import native_name
from resurvey.pages.numerals import NOTHING, Shown
from resurvey.waves.trend.changes import OTHER_ANSWERS
from resurvey.waves.trend.exhibits import arrange_exhibits
from resurvey.waves.trend.filling import NO_IDENTITY, declared_multiplicity
from resurvey.waves.trend.frame import Frame, Line
from resurvey.waves.trend.moved import ANSWER_BY_ANSWER
from resurvey.waves.trend.shown import Member, Move, ShownWave


def arrange_trend(frame: Frame, drawings: Mapping[str, Markup]) -> dict[str, Any]:
    """Arrange the page of the comparison over time."""
    waves = list_waves(frame)
    kinds = {one.kind for one in waves}
    strangers = any(NO_IDENTITY in line["note"] for line in frame.files["differences"])
    return {
        "say": frame.say,
        "language": frame.labels.language,
        "languages": [(one, native_name(one)) for one in frame.config["languages"]],
        "title": frame.title_of_all() or frame.say.plain("report.untitled"),
        "wave": frame.say.plain("trend.title"),
        "version": resurvey.__version__,
        "reconstructed": "reconstructed" in kinds,
        "origin": next((one for one in ("reconstructed", "simulated") if one in kinds), ""),
        "waves": waves,
        "shared": list_shared(frame),
        "strangers": strangers,
        "weighting": tell_weights(frame),
        "reference": frame.wave(frame.reference),
        "moves": [_move(frame, line) for line in frame.files["moved"] if line["rank"]],
        "changed": [_move(frame, line) for line in frame.files["moved"] if not line["rank"]],
        "exhibits": arrange_exhibits(frame, drawings),
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


def tell_weights(frame: Frame) -> str:
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
        told = frame.say.plain(
            checked,
            n=line["compared"],
            odd=line["contradicting"],
            by=", ".join(frame.labels.variable(name) for name in by),
        )
        said.append(f"{frame.say.plain('trend.shared', **words, n=line['shared'])} {told}")
    return said


def _move(frame: Frame, line: Line) -> Move:
    table, variable, code = line["table"], line["row_variable"], line["row_code"]
    found = bool(line["difference"])
    nothing = Shown(NOTHING)
    return Move(
        line["rank"],
        frame.labels.variable(variable),
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
        return frame.note(line["note"])
    return frame.note(OTHER_ANSWERS) if OTHER_ANSWERS in line["note"] else ""


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
