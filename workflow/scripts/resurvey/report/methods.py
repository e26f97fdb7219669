"""Methods: how the survey was made, item by item, and how its answers were cleaned."""

from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup

from resurvey.core.lines import Line
from resurvey.core.names import name_number
from resurvey.pages.labels import Labels
from resurvey.pages.numerals import whole
from resurvey.pages.wording import Wording
from resurvey.report.blocks import Column, Item, Items, Row, Table, cells_of
from resurvey.report.references import Sentences

ITEMS = (
    "conducted_by",
    "sponsor",
    "population",
    "sampling_frame",
    "selection",
    "mode",
    "field_dates",
    "sample_size",
    "response_rate",
    "weighting",
    "questionnaire",
    "ethics",
)
"""What every survey report should tell; the list for a study that declares none of its own."""


def disclosure_table(
    declared: Sequence[Mapping[str, Any]] | None,
    known: Mapping[str, Markup],
    silence: str,
    sentences: Sentences,
    number: str,
    say: Wording,
) -> Table:
    """List how the survey was made: what the study declares, or of each of `ITEMS` what is known.

    `silence` stands where the study says nothing.
    """
    if declared:
        pairs = [
            (sentences.fill(item["item"]), sentences.fill(item.get("answer") or ""))
            for item in declared
        ]
    else:
        pairs = [(say(f"disclosure.{item}"), known.get(item, Markup(""))) for item in ITEMS]
    return Table(
        "report/disclosure",
        number,
        say.plain("report.disclosure"),
        "",
        (
            Column(say.plain("documents.item"), width=1.4),
            Column(say.plain("documents.answer"), width=3),
        ),
        tuple(
            Row("answer" if answer else "missing", cells_of(item, answer or silence))
            for item, answer in pairs
        ),
        look="definitions",
    )


def cleaning_reasons(
    log: Sequence[Line], declared: Sequence[Mapping[str, Any]], labels: Labels
) -> dict[str, str]:
    """Why each step of the cleaning ledger was made; the first is the import."""
    reasons = {}
    for line in log:
        number = int(line["step"])
        spec = declared[number - 1] if 0 < number <= len(declared) else {}
        reasons[line["step"]] = labels.pick(spec.get("why"), line["why"])
    return reasons


def cleaning_blocks(
    log: Sequence[Line],
    declared: Sequence[Mapping[str, Any]],
    labels: Labels,
    number: str,
    say: Wording,
) -> tuple[Items, Table]:
    """Show the flow of respondents, of which paper tells the two ends, and list the steps."""
    counts = ("rows_before", "rows_touched", "cells_touched", "rows_removed", "rows_after")
    reasons = cleaning_reasons(log, declared, labels)
    flow, rows = [], []
    for line in log:
        step, why = line["step"], reasons[line["step"]]
        lost = int(line["rows_before"]) - int(line["rows_after"])
        numbers = [
            whole(
                lost if name == "rows_removed" else int(line[name]),
                name_number("cleaning", int(step), name),
            )
            for name in counts
        ]
        name = f"cleaning.{line['action']}"
        action = say.plain(name) if say.has(name) else line["action"]
        outcome = say("report.flow_removed", n=numbers[3]) if lost else say("report.flow_kept")
        lead = f"{step}. {action}: {why}" if why else f"{step}. {action}"
        flow.append(Item(outcome, lead, "loss" if lost else "step", in_print=False))
        variables = ", ".join(labels.variable(variable) for variable in line["variables"].split())
        rows.append(Row("answer", cells_of(step, action, variables, why, *numbers)))
    ends = (("report.flow_raw", rows[0]), ("report.flow_analysed", rows[-1]))
    first, last = (Item(row.cells[-1].value, say.plain(name), "end") for name, row in ends)
    table = Table(
        "report/cleaning",
        number,
        say.plain("report.file_cleaning"),
        "",
        (
            Column(say.plain("report.step"), width=0.55),
            Column(say.plain("report.action"), width=1.1),
            Column(say.plain("report.variables"), width=1.6),
            Column(say.plain("report.why"), width=2, look="why"),
            *(Column(say.plain(f"report.{name}"), number=True, width=1) for name in counts),
        ),
        tuple(rows),
        fine=True,
        attributes={"data-table": "cleaning"},
    )
    return Items((first, *flow[1:], last), "flow"), table
