"""Disclosure: how the survey was made, item by item, with its silences."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup, escape

from resurvey.pages.wording import Wording
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
