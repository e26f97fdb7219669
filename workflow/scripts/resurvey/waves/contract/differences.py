"""Differences: what may differ between two questionnaires, and how grave each kind is."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypedDict

from resurvey.core.codebook import Code
from resurvey.study.yaml_text import yaml_line

BREAKING, WARNING, NOTE = "breaking", "warning", "note"
SEVERITIES = (BREAKING, WARNING, NOTE)

KINDS = {
    "missing_variable": BREAKING,
    "renamed_variable": BREAKING,
    "type": BREAKING,
    "meaning": BREAKING,
    "new_answer": BREAKING,
    "missing_codes": BREAKING,
    "routing": BREAKING,
    "base": BREAKING,
    "panel": BREAKING,
    "wording": WARNING,
    "answer_wording": WARNING,
    "vanished_answer": WARNING,
    "unlabelled": WARNING,
    "other_alphabet": WARNING,
    "missing_share": WARNING,
    "range": WARNING,
    "running_numbers": WARNING,
    "panel_unchecked": NOTE,
    "merged_answer": NOTE,
    "new_variable": NOTE,
    "unused_acceptance": NOTE,
}
"""Kind of difference -> its ordinary severity, in the order of a report."""


class DriftLine(TypedDict):
    """One line of ``drift.csv``; `line` is what to add to waves.yaml, in the section `under`."""

    wave: str
    against: str
    variable: str
    code: Code | None
    difference: str
    severity: str
    before: str
    after: str
    accepted: str
    under: str
    line: str


DRIFT_COLUMNS = tuple(DriftLine.__annotations__)


@dataclass(frozen=True)
class Difference:
    """One thing that a questionnaire has otherwise than another.

    Attributes
    ----------
    variable : str
        Variable by its name in the study.
    difference : str
        A key of `KINDS`.
    before, after : str
        What was, and what is.
    severity : str
        ``breaking`` stops the run, ``warning`` is to be read, ``note`` is for the record.
    code : int, float or str, optional
        Answer that it is about.
    under, line : str
        Section of the wave in waves.yaml (``variables`` or ``accept``) and the line to add there.
    """

    variable: str
    difference: str
    before: str
    after: str
    severity: str
    code: Code | None = None
    under: str = ""
    line: str = ""


def difference(
    variable: str,
    kind: str,
    before: str = "",
    after: str = "",
    code: Code | None = None,
    severity: str = "",
    mapping: Mapping[str, Any] | None = None,
) -> Difference:
    """Describe a difference, with the line of waves.yaml that answers it.

    Examples
    --------
    >>> difference("sex", "renamed_variable", "sex", "Q1", mapping={"from": "Q1"}).line
    'sex: {from: Q1}'
    >>> difference("sex", "wording", "Sex", "Gender").line
    '- {variable: sex, difference: wording, why: "…"}'
    """
    severity = severity or KINDS[kind]
    if mapping is not None:
        return Difference(
            variable,
            kind,
            before,
            after,
            severity,
            code,
            "variables",
            f"{yaml_line(variable)}: {yaml_line(mapping)}",
        )
    under, line = "", ""
    if severity != NOTE and kind in ACCEPTABLE:
        asked: dict[str, Any] = {"variable": variable, "difference": kind}
        if code is not None:
            asked["code"] = code
        under, line = "accept", f"- {yaml_line({**asked, 'why': '…'})}"
    return Difference(variable, kind, before, after, severity, code, under, line)


ACCEPTABLE = frozenset(KINDS) - {
    "renamed_variable",
    "unlabelled",
    "other_alphabet",
    "panel",
    "running_numbers",
    "panel_unchecked",
    "merged_answer",
    "new_variable",
    "unused_acceptance",
}
"""Kinds that a wave may accept with a reason."""


def in_order(differences: Iterable[Difference]) -> list[Difference]:
    """Sort differences: the grave first, then by kind, variable and code."""
    kinds = list(KINDS)
    return sorted(
        differences,
        key=lambda change: (
            SEVERITIES.index(change.severity),
            kinds.index(change.difference),
            change.variable.casefold(),
            change.variable,
            isinstance(change.code, str),
            change.code if change.code is not None else float("-inf"),
        ),
    )
