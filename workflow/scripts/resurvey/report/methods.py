"""Methods: how the survey was made, item by item, and how its answers were cleaned."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup, escape

from resurvey.core.names import name_number
from resurvey.pages.labels import Labels
from resurvey.pages.numerals import Shown, whole
from resurvey.pages.wording import Wording
from resurvey.report.blocks import Column, Item, Items, Row, Table, cells_of
from resurvey.report.counts import Line
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


@dataclass(frozen=True)
class Disclosed:
    """One item; `reported` is False where the study is silent."""

    item: Markup
    answer: Markup
    reported: bool


def disclose(
    declared: Sequence[Mapping[str, Any]] | None,
    known: Mapping[str, Markup],
    silence: str,
    sentences: Sentences,
    say: Wording,
) -> list[Disclosed]:
    """List how the survey was made."""
    if declared:
        return [
            Disclosed(
                sentences.fill(one["item"]),
                sentences.fill(one["answer"]) if one.get("answer") else escape(silence),
                bool(one.get("answer")),
            )
            for one in declared
        ]
    return [
        Disclosed(
            say(f"disclosure.{item}"),
            known.get(item, Markup("")) or Markup.escape(silence),
            item in known,
        )
        for item in ITEMS
    ]


@dataclass(frozen=True)
class Step:
    """One step of the cleaning ledger."""

    number: int
    action: str
    variables: str
    why: str
    before: Shown
    rows_touched: Shown
    cells_touched: Shown
    removed: Shown
    after: Shown


def flow_of_respondents(
    log: Sequence[Line], declared: Sequence[Mapping[str, Any]], labels: Labels, say: Wording
) -> list[Step]:
    """Read the ledger for the page; the first step is the import."""
    steps = []
    for line in log:
        number = int(line["step"])
        spec = declared[number - 1] if 0 < number <= len(declared) else {}
        before, after = int(line["rows_before"]), int(line["rows_after"])
        name = f"cleaning.{line['action']}"
        steps.append(
            Step(
                number,
                say.plain(name) if say.has(name) else line["action"],
                ", ".join(labels.variable(one) for one in line["variables"].split()),
                labels.pick(spec.get("why"), line["why"]),
                whole(before, name_number("cleaning", number, "rows_before")),
                whole(int(line["rows_touched"]), name_number("cleaning", number, "rows_touched")),
                whole(int(line["cells_touched"]), name_number("cleaning", number, "cells_touched")),
                whole(before - after, name_number("cleaning", number, "rows_removed")),
                whole(after, name_number("cleaning", number, "rows_after")),
            )
        )
    return steps


def disclosure_table(found: Sequence[Disclosed], number: str, say: Wording) -> Table:
    """List how the survey was made, item by item."""
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
            Row("answer" if item.reported else "missing", cells_of(item.item, item.answer))
            for item in found
        ),
        look="definitions",
    )


def flow_items(flow: Sequence[Step], say: Wording) -> Items:
    """Show the flow of respondents through the steps; paper tells its two ends."""
    ends = (("report.flow_raw", flow[0].after), ("report.flow_analysed", flow[-1].after))
    first, last = (Item(number, say.plain(name), "end") for name, number in ends)
    steps = []
    for step in flow[1:]:
        why = f": {step.why}" if step.why else ""
        lost = step.removed.text != "0"
        outcome = say("report.flow_removed", n=step.removed) if lost else say("report.flow_kept")
        lead = f"{step.number}. {step.action}{why}"
        steps.append(Item(outcome, lead, "loss" if lost else "step", in_print=False))
    return Items((first, *steps, last), "flow")


def cleaning_table(flow: Sequence[Step], number: str, say: Wording) -> Table:
    """List the cleaning steps with the respondents before and after each."""
    counts = ("rows_before", "rows_touched", "cells_touched", "rows_removed", "rows_after")
    return Table(
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
        tuple(
            Row(
                "answer",
                cells_of(
                    str(step.number),
                    step.action,
                    step.variables,
                    step.why,
                    step.before,
                    step.rows_touched,
                    step.cells_touched,
                    step.removed,
                    step.after,
                ),
            )
            for step in flow
        ),
        fine=True,
        attributes={"data-table": "cleaning"},
    )
