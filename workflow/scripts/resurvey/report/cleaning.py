"""Cleaning: the flow of respondents from the raw file to the analysis, step by step."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from resurvey.core.lines import Line
from resurvey.core.names import name_number
from resurvey.pages.labels import Labels
from resurvey.pages.numerals import Shown, whole
from resurvey.pages.wording import Wording


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
