"""Appendix: the frequencies of every variable, as a codebook prints them."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from resurvey.report.counts import Line
from resurvey.report.labels import Labels
from resurvey.report.numerals import NOTHING, Numerals, Shown
from resurvey.report.wording import Wording


@dataclass(frozen=True)
class Frequency:
    """One answer, or one reason for no answer."""

    code: str
    label: str
    kind: str
    count: int
    percent: Shown
    valid: Shown


@dataclass(frozen=True)
class Variable:
    """One variable and its frequencies."""

    name: str
    label: str
    base: int
    respondents: int
    answers: tuple[Frequency, ...]


def list_frequencies(
    lines: Sequence[Line], labels: Labels, numerals: Numerals, say: Wording
) -> list[Variable]:
    """Arrange ``frequencies.csv`` by variable, in the codebook's order."""
    by_name: dict[str, list[Line]] = {}
    for line in lines:
        by_name.setdefault(line["variable"], []).append(line)
    return [
        Variable(
            name,
            labels.variable(name),
            int(found[0]["base"]),
            int(found[0]["respondents"]),
            tuple(_frequency(line, labels, numerals, say) for line in found),
        )
        for name, found in by_name.items()
    ]


def _frequency(line: Line, labels: Labels, numerals: Numerals, say: Wording) -> Frequency:
    kind, count = line["kind"], Fraction(line["count"])
    label = {
        "values": say.plain("report.many_values"),
        "system_missing": labels.words["no_answer"],
    }.get(kind) or labels.answer(line["variable"], line["code"], line["answer"])
    counts_as_answer = kind in ("answer", "values")
    valid = numerals.shown_percent(count, Fraction(line["base"]))
    return Frequency(
        line["code"],
        label,
        kind,
        int(line["count"]),
        numerals.shown_percent(count, Fraction(line["respondents"])),
        valid if counts_as_answer else Shown(NOTHING),
    )
