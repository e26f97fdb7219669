"""Telling: the readings of a claim, each a line with what it comes to, in a reader's language."""

import re
from collections.abc import Mapping

from resurvey.audit.claims.ledger import BETWEEN
from resurvey.pages.labels import Labels
from resurvey.pages.numerals import Numerals
from resurvey.pages.wording import Wording

_REFERENCE = re.compile(r"\b([\w-]+)/(\w+)/([\w+-]+)/([\w-]+)")


def tell_readings(
    line: Mapping[str, object], labels: Labels, numbers: Mapping[str, str], say: Wording
) -> list[str]:
    """Write the reason of a verdict and every declared reading, the most charitable first.

    Parameters
    ----------
    line : dict
        A line of ``audit/claims.csv``.
    labels : Labels
        Of cells, in the language of the readings; where it has none, the English ones are told.
    numbers : dict
        Table -> how the page numbers it.
    say : Wording
        The shared words: `reasons` and `outcomes`.

    Returns
    -------
    list of str
        The reason of the verdict, then a line per reading.
    """
    cells = {name: str(text or "") for name, text in line.items()}
    outcomes = cells.get("outcomes", "").split(BETWEEN)
    # Readings are written by a person of that language, the arithmetic by `claims.csv`.
    numerals = Numerals(labels.language)
    steps = numerals.rewrite(cells.get("steps", "")).split(BETWEEN)
    texts = (cells.get(f"readings_{labels.language}") or cells.get("readings_en", "")).split(
        BETWEEN
    )
    told = []
    if reason := cells.get("reason", ""):
        place = f"reasons.{reason}"
        told.append(say.plain(place) if say.has(place) else reason)
    if len(outcomes) != len(steps) or len(outcomes) != len(texts):
        outcomes, steps, texts = ["open"], [numerals.rewrite(cells.get("arithmetic", ""))], [""]
    for outcome, step, text in zip(outcomes, steps, texts, strict=True):
        if not text:
            told.append(step)
            continue
        place = f"outcomes.{outcome}"
        head = say.plain(place) if say.has(place) else outcome
        told.append(f"{head}, {text}: {step}" if step else f"{head}, {text}")
    return [
        _REFERENCE.sub(lambda found: name_cell(found, labels, numbers), text)
        for text in told
        if text
    ]


def name_cell(found: re.Match[str], labels: Labels, numbers: Mapping[str, str]) -> str:
    """Write a reference such as ``table_4/job/3/total`` the way a reader finds the cell."""
    table, variable, row, column = found.groups()
    if variable not in labels.codebook:
        return found[0]
    group = labels.tables.get(table, {}).get("columns", "")
    parts = [labels.row(table, variable, row), labels.column(group, column)]
    place = [numbers[table]] if numbers.get(table) else []
    return f"({', '.join([*place, labels.variable(variable)])}: {', '.join(parts)})"
