"""Appendix: the frequencies of every variable, as a codebook prints them."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from resurvey.core.lines import FrequencyLine as Line
from resurvey.core.names import name_number
from resurvey.pages.labels import Labels
from resurvey.pages.numerals import NOTHING, Numerals, Shown, whole
from resurvey.pages.wording import Wording


@dataclass(frozen=True)
class Frequency:
    """One answer, or one reason for no answer."""

    code: str
    label: str
    kind: str
    count: Shown
    percent: Shown
    valid: Shown


@dataclass(frozen=True)
class Variable:
    """One variable and its frequencies."""

    name: str
    label: str
    base: Shown
    respondents: Shown
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
            whole(int(found[0]["base"]), name_number("frequency", name, "base")),
            whole(int(found[0]["respondents"]), name_number("respondents")),
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
    place = line["variable"], line["code"] or kind
    valid = numerals.shown_percent(
        count, Fraction(line["base"]), name_number("frequency", *place, "valid_percent")
    )
    share = numerals.shown_percent(
        count, Fraction(line["respondents"]), name_number("frequency", *place, "percent")
    )
    return Frequency(
        line["code"],
        label,
        kind,
        whole(int(line["count"]), name_number("frequency", *place, "count")),
        share,
        valid if counts_as_answer else Shown(NOTHING),
    )
