"""Outline: the entry of a wave in `waves.yaml`, as far as the files suggest it."""

from collections.abc import Iterable, Mapping
from typing import Any

from resurvey.study.initialise.yaml_text import yaml_line
from resurvey.waves.contract.differences import NOTE


def outline(wave: str, lines: Iterable[Mapping[str, Any]], commented: bool) -> str:
    """Write what could stand in waves.yaml for a wave.

    Examples
    --------
    >>> line = {"variable": "sex", "difference": "renamed_variable", "severity": "breaking",
    ...         "before": "sex: Your sex", "after": "Q1: Your sex?", "accepted": "", "code": None,
    ...         "under": "variables", "line": "sex: {from: Q1}", "against": "codebook"}
    >>> print(outline("2026", [line], commented=True), end="")
    "2026":
      variables:
        # sex: {from: Q1}  # renamed_variable: sex: Your sex → Q1: Your sex?
      accept:
    """
    text = f"{_quoted(wave)}:\n"
    open_lines = [one for one in lines if one["line"] and not one["accepted"]]
    for section in ("variables", "accept"):
        text += f"  {section}:\n"
        done: set[str] = set()
        for one in open_lines:
            subject = one["variable"] if section == "variables" else one["line"]
            if one["under"] != section or one["severity"] == NOTE or subject in done:
                continue
            done.add(subject)
            # A reason that nobody wrote must not pass, so an acceptance stays a comment.
            mark = "# " if commented or section == "accept" else ""
            text += f"    {mark}{one['line']}  # {_explained(one)}\n"
    return text


def _quoted(wave: str) -> str:
    line = yaml_line(wave)
    return line if line.startswith('"') else f'"{line}"'


def _explained(one: Mapping[str, Any]) -> str:
    about = one["difference"] if one["code"] in (None, "") else f"{one['difference']} {one['code']}"
    words = f"{about}: {one['before'] or '–'} → {one['after'] or '–'}"
    return " ".join("".join(one if one.isprintable() else " " for one in words).split())
