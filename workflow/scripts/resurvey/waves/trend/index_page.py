"""Index page: how composite indices moved between waves, as the page of the trend shows it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from resurvey.core.lines import Line
from resurvey.index.declaration import Index, read_indices
from resurvey.pages.numerals import NOTHING

if TYPE_CHECKING:
    from resurvey.waves.trend.page import Change, Frame

DIGITS = 3
"""Decimals of an index that goes from 0 to 1."""


@dataclass(frozen=True)
class IndexRow:
    """The index or a dimension: its mean in each wave, and the last change with what it adds.

    Attributes
    ----------
    label : str
    kind : str
        ``total`` of the index, ``answer`` of a dimension.
    means : list of (mean, interval)
        By wave; the interval is empty without a random sample.
    previous, reference : Change
        From the wave before, and from the wave of reference, to the last; of a dimension the part
        that it adds to the change of the index.
    """

    label: str
    kind: str
    means: list[tuple[str, str]]
    previous: "Change"
    reference: "Change"


@dataclass(frozen=True)
class IndexBlock:
    """An index over time; `notes` say what there is no mean of, and what was asked otherwise."""

    name: str
    title: str
    rows: list[IndexRow]
    notes: list[str]


def arrange_indices(frame: "Frame") -> list[IndexBlock]:
    """Arrange every index that has lines in ``indices.csv``."""
    lines: Sequence[Line] = frame.files.get("indices", ())
    found = []
    for index in read_indices(frame.study.get("index", {})):
        own = [line for line in lines if line["index"] == index.name]
        if own:
            found.append(_arrange(index, own, frame))
    return found


def _arrange(index: Index, lines: Sequence[Line], frame: "Frame") -> IndexBlock:
    means = {
        (line["dimension"], line["wave"]): line
        for line in lines
        if line["part"] == "mean" and not line["indicator"]
    }
    last = frame.names[-1]
    rows = [
        _row(name, label, means, [line for line in lines if line["wave"] == last], frame)
        for name, label in _levels(index, frame).items()
    ]
    reasons = [frame.notes(line) for line in lines if line["note"] and not line["value"]]
    changed = [text for line in lines if line.get("changed") for text in frame.changed(line)]
    notes = list(dict.fromkeys([*filter(None, reasons), *changed]))
    return IndexBlock(index.name, frame.labels.pick(index.label, index.name), rows, notes)


def _levels(index: Index, frame: "Frame") -> dict[str, str]:
    """The index and its dimensions with their labels."""
    labels = {one.name: frame.labels.pick(one.label, one.name) for one in index.dimensions}
    return {"": frame.say.plain("index.whole"), **labels}


def _row(
    name: str,
    label: str,
    means: Mapping[tuple[str, str], Line],
    changes: Sequence[Line],
    frame: "Frame",
) -> IndexRow:
    shown = []
    for wave in frame.names:
        line = means.get((name, wave))
        if line is None or not line["value"]:
            shown.append((NOTHING, ""))
            continue
        text = frame.numerals.fixed(float(line["value"]), DIGITS)
        interval = ""
        if frame.random and line["lower"]:
            ends = [frame.numerals.fixed(float(line[end]), DIGITS) for end in ("lower", "upper")]
            interval = frame.say.plain("trend.interval", low=ends[0], high=ends[1])
        shown.append((text, interval))
    part = "dimension" if name else "gap"
    own = [line for line in changes if (line["part"], line["dimension"]) == (part, name)]

    def change(comparison: str) -> "Change":
        line = next((line for line in own if comparison in line["comparison"].split(" and ")), None)
        return frame.change(line, "value", DIGITS)

    return IndexRow(
        label, "answer" if name else "total", shown, change("previous"), change("reference")
    )
