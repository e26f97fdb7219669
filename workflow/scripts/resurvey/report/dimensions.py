"""Dimensions: the indicators of each dimension, and the list of empirical indicators."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from resurvey.core.lines import IndicatorLine as Line
from resurvey.core.names import TOTAL, name_number
from resurvey.pages.labels import Labels
from resurvey.pages.numerals import MINUS, NOTHING, Numerals, Shown
from resurvey.pages.wording import Wording


@dataclass(frozen=True)
class Indicator:
    """One indicator: its label and its value for all respondents and each group."""

    name: str
    label: str
    values: tuple[Shown, ...]
    share: str


@dataclass(frozen=True)
class Dimension:
    """One dimension and its indicators."""

    title: str
    indicators: tuple[Indicator, ...]


@dataclass(frozen=True)
class Empirical:
    """One entry of the list of empirical indicators; nothing measures it where `by` is empty."""

    label: str
    dimension: str
    by: tuple[Indicator, ...]
    note: str


@dataclass(frozen=True)
class Summary:
    """All dimensions, side by side."""

    columns: tuple[str, ...]
    dimensions: tuple[Dimension, ...]
    empirical: tuple[Empirical, ...]
    notes: tuple[str, ...]


def show_indicators(
    lines: Sequence[Line],
    numerals: Numerals,
    declared: Mapping[str, Any],
    translate: Callable[[str], str] = str,
) -> dict[str, Shown]:
    """Print every indicator: ``name/column`` -> number, differences with their sign."""
    found: dict[str, Shown] = {}
    for line in lines:
        key = f"{line['indicator']}/{line['column_code']}"
        name = name_number("indicator", line["indicator"], line["column_code"])
        if not line["percent"]:
            found[key] = Shown(NOTHING, note=translate(line["note"]) or NOTHING)
        elif line["unit"] == "percentage_points":
            value = float(line["percent"])
            parts = declared.get(line["indicator"], {}).get("difference", {})
            sides = [
                found.get(f"{parts.get(part)}/{line['column_code']}") for part in ("of", "minus")
            ]
            terms = f" {MINUS} ".join(side.title for side in sides if side is not None)
            exact = f"{terms} = {numerals.fixed(value, 3, sign=True)}"
            text = numerals.fixed(value, 1, sign=True)
            found[key] = Shown(text, exact.removeprefix(" = "), identity=name)
        else:
            count, base = Fraction(line["count"]), Fraction(line["base"])
            found[key] = numerals.shown_percent(count, base, name)
    return found


def summarise_dimensions(
    lines: Sequence[Line],
    declared: Mapping[str, Any],
    shown: Mapping[str, Shown],
    labels: Labels,
    say: Wording,
) -> Summary:
    """Arrange the indicators by dimension."""
    groups = list(dict.fromkeys(line["column_code"] for line in lines))
    columns = sorted(groups, key=lambda code: code != TOTAL)
    headings = {
        line["column_code"]: labels.column(
            line["column_variable"], line["column_code"], line["column_label"]
        )
        for line in lines
    }
    indicators = {
        line["indicator"]: _indicator(line, columns, declared, shown, labels) for line in lines
    }
    home = {line["indicator"]: line["dimension"] for line in lines}
    names = [*declared.get("dimensions", {}), *dict.fromkeys(home.values())]
    dimensions = [
        Dimension(
            dimension_title(name, declared, labels),
            tuple(indicators[one] for one in indicators if home[one] == name),
        )
        for name in dict.fromkeys(names)
        if name
    ]
    without = tuple(indicators[one] for one in indicators if not home[one])
    if without:
        dimensions.append(Dimension(say.plain("report.no_dimension"), without))
    reasons = dict.fromkeys(say.note(line["note"]) for line in lines if line["note"])
    return Summary(
        tuple(headings[code] for code in columns),
        tuple(one for one in dimensions if one.indicators),
        tuple(
            _empirical(one, declared, indicators, labels) for one in declared.get("empirical", [])
        ),
        tuple(reasons),
    )


def dimension_title(name: str, declared: Mapping[str, Any], labels: Labels) -> str:
    """Label of a dimension; its name where it has none."""
    return labels.pick(
        declared.get("dimensions", {}).get(name), name.replace("_", " ").capitalize()
    )


def _indicator(
    line: Line,
    columns: Sequence[str],
    declared: Mapping[str, Any],
    shown: Mapping[str, Shown],
    labels: Labels,
) -> Indicator:
    name = line["indicator"]
    label = declared.get("indicators", {}).get(name, {}).get("label")
    values = tuple(shown.get(f"{name}/{code}", Shown(NOTHING)) for code in columns)
    everybody = shown.get(f"{name}/{TOTAL}", Shown(NOTHING))
    # Only shares have a bar; its length is the printed number, whatever the decimal mark.
    share = everybody.text.replace(",", ".") if everybody.base else ""
    return Indicator(name, labels.pick(label, line["label"]), values, share)


def _empirical(
    one: Mapping[str, Any],
    declared: Mapping[str, Any],
    indicators: Mapping[str, Indicator],
    labels: Labels,
) -> Empirical:
    name = one.get("dimension", "")
    return Empirical(
        labels.pick(one["label"]),
        dimension_title(name, declared, labels) if name else "",
        tuple(indicators[by] for by in one.get("measured_by", []) if by in indicators),
        labels.pick(one.get("note")),
    )
