"""Dimensions: the indicators of each dimension."""

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from resurvey.core.lines import IndicatorLine as Line
from resurvey.core.names import TOTAL, name_number
from resurvey.pages.labels import Labels
from resurvey.pages.numerals import MINUS, NOTHING, Numerals, Shown, no_number
from resurvey.pages.wording import Wording
from resurvey.report.blocks import (
    MANY_COLUMNS,
    Cell,
    Column,
    Row,
    Table,
    cells_of,
    number_cells,
)


def show_indicators(
    lines: Sequence[Line],
    numerals: Numerals,
    declared: Mapping[str, Any],
    word_notes: Callable[[Line], str] = lambda line: line["note"],
) -> dict[str, Shown]:
    """Print every indicator: ``name/column`` -> number, differences with their sign."""
    found: dict[str, Shown] = {}
    for line in lines:
        key = f"{line['indicator']}/{line['column_code']}"
        name = name_number("indicator", line["indicator"], line["column_code"])
        if not line["percent"]:
            found[key] = no_number(line, word_notes(line) or NOTHING)
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


def dimension_title(name: str, declared: Mapping[str, Any], labels: Labels) -> str:
    """Label of a dimension; its name where it has none."""
    return labels.pick(
        declared.get("dimensions", {}).get(name), name.replace("_", " ").capitalize()
    )


def indicators_table(
    lines: Sequence[Line],
    declared: Mapping[str, Any],
    shown: Mapping[str, Shown],
    labels: Labels,
    number: str,
    say: Wording,
    from_parts: bool,
) -> Table:
    """List the indicators of every dimension for all respondents and each group."""
    headings = {
        line["column_code"]: labels.column(
            line["column_variable"], line["column_code"], line["column_label"]
        )
        for line in lines
    }
    columns = sorted(headings, key=lambda code: code != TOTAL)
    home = {line["indicator"]: line["dimension"] for line in lines}
    known = {line["indicator"]: line["label"] for line in lines}
    rows = []
    for dimension in dict.fromkeys([*declared.get("dimensions", {}), *home.values(), ""]):
        own = [name for name in home if home[name] == dimension]
        if not own:
            continue
        heading = say.plain("report.no_dimension")
        if dimension:
            heading = dimension_title(dimension, declared, labels)
        rows.append(Row("question", cells_of(heading)))
        for name in own:
            values = [shown.get(f"{name}/{code}", Shown(NOTHING)) for code in columns]
            numbers = number_cells(values, strong=len(columns) > 1)
            label = indicator_label(name, declared, labels, known[name])
            rows.append(Row("answer", (Cell(label), *numbers), bar=_share(name, shown)))
    notes = [say("report.indicators_from_counts")] if from_parts else []
    reasons = dict.fromkeys(say.line_notes(line) for line in lines if line["note"])
    notes += [say("report.empty_cell", reason=reason) for reason in reasons]
    return Table(
        "report/indicators",
        number,
        say.plain("report.indicators"),
        "",
        (
            Column(say.plain("report.indicator"), width=2.4),
            *(Column(headings[code], number=True) for code in columns),
        ),
        tuple(rows),
        notes=tuple(notes),
        fine=len(columns) >= MANY_COLUMNS,
        bars=True,
        file="tables/indicators.csv",
        attributes={"data-table": "indicators"},
    )


def indicator_label(name: str, declared: Mapping[str, Any], labels: Labels, otherwise: str) -> str:
    """Label of an indicator; what the results call it where the study gives none."""
    return labels.pick(declared.get("indicators", {}).get(name, {}).get("label"), otherwise)


def _share(name: str, shown: Mapping[str, Shown]) -> str:
    """Share of all respondents, a length whatever the decimal mark; only shares have one."""
    everybody = shown.get(f"{name}/{TOTAL}", Shown(NOTHING))
    return everybody.text.replace(",", ".") if everybody.base else ""
