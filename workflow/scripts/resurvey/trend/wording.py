"""Wording: which questions and answers were worded otherwise, and between which waves."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from resurvey.files import read_csv
from resurvey.published import TOTAL

Changes = Mapping[tuple[str, str, str], tuple[str, str]]

KINDS = ("wording", "answer_wording")
"""Differences of ``drift.csv`` that are changes of wording."""


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

    Parameters
    ----------
    line : dict
        ``wave``, ``against``, ``row_variable`` and ``row_code``.
    wording : dict
        As `read_wording` reads it.
    names : sequence of str
        Waves in the order of time.

    Returns
    -------
    str
        Empty where the wording is the same in both, if need be again.

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
