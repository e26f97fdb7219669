"""Questionnaire changes: what was asked otherwise, or of other people, between which waves."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

from resurvey.core.files import read_csv
from resurvey.core.names import TOTAL
from resurvey.waves.contract.routing import ASKED_CHANGE, HALF

Changes = Mapping[tuple[str, str, str], tuple[str, str]]

KINDS = ("wording", "answer_wording")
"""Differences of ``drift.csv`` that are changes of wording."""

MOVING = (
    "routing",
    "base",
    "type",
    "meaning",
    "new_answer",
    "vanished_answer",
    "merged_answer",
    "missing_codes",
    "wording",
    "answer_wording",
)
"""Differences of ``drift.csv`` that move a share though nobody changed an opinion."""

OFFERED = ("new_answer", "vanished_answer")
"""Differences of which one undoes the other."""

_COUNTED = re.compile(r"(?:^|; )(?:(.*?): )?(\d+) / (\d+)(?=;|$)")
_UNDONE = {"routing": HALF, "base": ASKED_CHANGE}
"""Change of a share from which it is another filter or base; less undoes the change."""


def read_wording(files: Sequence[str | Path]) -> dict[tuple[str, str, str], tuple[str, str]]:
    """Read from the drift reports what was worded otherwise than in the wave before.

    Parameters
    ----------
    files : sequence of path
        ``results/{wave}/import/drift.csv`` of the waves that have one.

    Returns
    -------
    dict
        (wave, variable, code) -> the wording before and after; the code is empty for the
        question itself. What is worded as in the wave before is no change, whatever the
        codebook says; the codebook stands in where the wave before did not ask.
    """
    found: dict[tuple[str, str, str], tuple[str, str]] = {}
    for file in files:
        for line in read_csv(file):
            if line["difference"] not in KINDS or line["severity"] == "note":
                continue
            key = line["wave"], line["variable"], line["code"]
            if line["against"] != "codebook" or key not in found:
                found[key] = line["before"], line["after"]
    return found


def describe_rewording(line: Mapping[str, Any], wording: Changes, names: Sequence[str]) -> str:
    """Say how question and answer were reworded between the two waves of a line.

    Examples
    --------
    >>> changed = {("2023", "q", ""): ("A?", "B?"), ("2024", "q", ""): ("B?", "A?")}
    >>> line = {"wave": "2023", "against": "2022", "row_variable": "q", "row_code": "1"}
    >>> describe_rewording(line, changed, ["2022", "2023", "2024"])
    '“A?” → “B?”'
    >>> describe_rewording(line | {"wave": "2024"}, changed, ["2022", "2023", "2024"])
    ''
    """
    if not line.get("against"):
        return ""
    first, last = sorted(names.index(str(line[key])) for key in ("wave", "against"))
    found = []
    codes = [code for code in str(line["row_code"]).split("+") if code != TOTAL]
    for code in ("", *codes):
        steps = [
            wording[key]
            for name in names[first + 1 : last + 1]
            if (key := (name, str(line["row_variable"]), code)) in wording
        ]
        if steps and steps[0][0] != steps[-1][1]:
            found.append(f"“{steps[0][0]}” → “{steps[-1][1]}”")
    return "; ".join(found)


@dataclass(frozen=True)
class Asked:
    """One change of what was asked, of whom, or of the answers offered, by the `wave` that made it.

    `kind` is one of `MOVING`; `code` is empty where the change is about the question.
    """

    wave: str
    variable: str
    kind: str
    code: str = ""

    def __str__(self) -> str:
        """Write the change as it stands in the files of the trend room."""
        return " ".join(filter(None, (f"{self.wave}: {self.kind}", self.variable, self.code)))

    @classmethod
    def read(cls, text: str) -> "list[Asked]":
        """Read what `describe_changes` wrote.

        Examples
        --------
        >>> Asked.read("2024: new_answer plan 4; 2024: routing plan")[0].code
        '4'
        """
        found = []
        for part in filter(None, text.split("; ")):
            wave, _, rest = part.partition(": ")
            kind, variable, *code = rest.split(" ", 2)
            found.append(cls(wave, variable, kind, code[0] if code else ""))
        return found


Moving = Mapping[Asked, tuple[str, str]]


def read_changes(files: Sequence[str | Path]) -> dict[Asked, tuple[str, str]]:
    """Read from the drift reports what moves shares between a wave and the one before it.

    Parameters
    ----------
    files : sequence of path
        ``results/{wave}/import/drift.csv`` of the waves that have one.

    Returns
    -------
    dict
        Change -> what was before and after. What differs from the codebook alone is no change
        between two waves.
    """
    found = {}
    for file in files:
        for line in read_csv(file):
            if line["difference"] not in MOVING or line["against"] == "codebook":
                continue
            # What becomes of an answer is the study's own decision, and still moves the share.
            if line["severity"] != "note" or line["difference"] in ("merged_answer", *OFFERED):
                change = Asked(line["wave"], line["variable"], line["difference"], line["code"])
                found[change] = line["before"], line["after"]
    return found


def describe_changes(
    variables: Iterable[str],
    waves: Iterable[str],
    changes: Moving,
    names: Sequence[str],
    codes: Iterable[str] | None = None,
) -> str:
    """Say what was asked otherwise between some waves.

    Examples
    --------
    >>> asked = Asked("2023", "q", "routing"), Asked("2024", "q", "routing")
    >>> changes = {asked[0]: ("job = 2: 0 / 50", "job = 2: 48 / 51"),
    ...            asked[1]: ("job = 2: 48 / 51", "job = 2: 1 / 60")}
    >>> describe_changes(["q"], ["2022", "2023"], changes, ["2022", "2023", "2024"])
    '2023: routing q'
    >>> describe_changes(["q"], ["2022", "2024"], changes, ["2022", "2023", "2024"])
    ''
    """
    places = sorted(names.index(wave) for wave in waves)
    spanned = names[places[0] + 1 : places[-1] + 1] if places else []
    asked = None if codes is None else set(codes)
    chains: dict[tuple[str, str, str], list[Asked]] = {}
    for name, variable, change in product(spanned, variables, changes):
        if (change.wave, change.variable) != (name, variable):
            continue
        if change.kind == "answer_wording" and asked is not None and change.code not in asked:
            continue
        group = "answers" if change.kind in OFFERED else change.kind
        chains.setdefault((variable, group, change.code), []).append(change)
    found = []
    for (_, group, _), chain in chains.items():
        ends = changes[chain[0]][0], changes[chain[-1]][1]
        if len(places) == 2 and len(chain) > 1 and _same_again(group, *ends):
            continue
        found += chain
    order = {change: rank for rank, change in enumerate(changes)}
    return "; ".join(str(change) for change in sorted(found, key=lambda change: order[change]))


def _same_again(kind: str, before: str, after: str) -> bool:
    """Return whether two ends of a chain of changes are the same."""
    if before == after:
        return True
    if kind not in _UNDONE:
        return False
    shares = [
        {
            group: int(count) / int(base)
            for group, count, base in _COUNTED.findall(text)
            if int(base)
        }
        for text in (before, after)
    ]
    if not shares[0] or set(shares[0]) != set(shares[1]):
        return False
    return all(abs(shares[0][group] - shares[1][group]) < _UNDONE[kind] for group in shares[0])
