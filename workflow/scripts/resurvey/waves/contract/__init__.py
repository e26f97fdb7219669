"""Contract: what a new wave's questionnaire changed; the commands `diff` and `add-wave`."""

import argparse
import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from resurvey.reading.formats import TOOLS

CHANGED = 1
READING = ("encoding", "separator", "decimal", "thousands", "structure", "sheet", "tool")
"""Keys of a wave that say how its file is read, and options of the same name."""


def add_verbs(verbs: Any) -> None:
    """Declare the commands and their options."""
    _declare_diff(verbs)
    _declare_add_wave(verbs)


def _declare_diff(verbs: Any) -> None:
    words = "say what differs between the questionnaires of two survey files"
    diff = verbs.add_parser(
        "diff",
        help=words,
        description=f"{words[0].upper()}{words[1:]}: names, wordings, answers and what their codes "
        "mean, missing codes, who was asked. Exits with 1 when a breaking difference is among "
        "them, with 2 when a file cannot be read, else with 0.",
    )
    diff.add_argument("before", metavar="A", help="the earlier file")
    diff.add_argument("after", metavar="B", help="the later file")
    diff.add_argument("--csv", metavar="FILE", help="write the differences to a CSV file, too")
    diff.add_argument("--json", action="store_true", help="print JSON instead of text")
    add_reading_options(diff)
    diff.set_defaults(run=_diff)


def _declare_add_wave(verbs: Any) -> None:
    words = "record a new wave's file in a study and say what changed in its questionnaire"
    add = verbs.add_parser(
        "add-wave",
        help=words,
        description=f"{words[0].upper()}{words[1:]}. Nothing is copied: its path and SHA-256 go "
        "into config/config.yaml, suggested mappings as comments into config/waves.yaml. Exits "
        "with 1 when something has to be decided first, with 2 when nothing was recorded.",
    )
    add.add_argument(
        "file", metavar="FILE", help="the wave's survey file, as seen from here or from the study"
    )
    add.add_argument("--name", required=True, help="name of the wave, such as 2026")
    add.add_argument(
        "--directory",
        "-d",
        "--study",
        dest="study",
        metavar="DIR",
        default=".",
        help="folder of the study (default .)",
    )
    add.add_argument(
        "--label", action="append", default=[], help="name in the report; once per language as xx=…"
    )
    add.add_argument("--weight", help="variable with sampling weights")
    add.add_argument("--id", help="variable that identifies a respondent")
    add_reading_options(add)
    add.set_defaults(run=_add_wave)


def add_reading_options(parser: argparse.ArgumentParser) -> None:
    """Add the options that say how a survey file is read."""
    parser.add_argument("--encoding", help="text encoding, such as windows-1251")
    parser.add_argument("--separator", help="field separator of a text file")
    parser.add_argument("--decimal", choices=[".", ","], help="decimal mark of a text file")
    parser.add_argument("--thousands", help="mark between groups of three digits in a text file")
    parser.add_argument(
        "--structure",
        metavar="FILE",
        action="append",
        help="questionnaire that the tool exported beside the answers; again for another file",
    )
    parser.add_argument("--sheet", help="sheet of a workbook that has several")
    parser.add_argument(
        "--tool", choices=TOOLS, help="tool that wrote the file, where its headings do not show it"
    )


def reading_of(given: argparse.Namespace) -> dict[str, Any]:
    """Options that say how a file is read, as keys of a wave."""
    return {key: getattr(given, key) for key in READING if getattr(given, key)}


def _diff(given: argparse.Namespace) -> int:
    from resurvey.core.files import write_csv
    from resurvey.waves.contract.differences import DRIFT_COLUMNS
    from resurvey.waves.contract.drift import diff_files, drift_text, open_differences

    lines = diff_files(given.before, given.after, reading_of(given))
    if given.csv:
        write_csv(given.csv, DRIFT_COLUMNS, lines)
    if given.json:
        print(json.dumps(lines, ensure_ascii=False, indent=1))
    else:
        print(drift_text(lines, f"{given.before} → {given.after}"), end="")
    return CHANGED if open_differences(lines) else 0


def _add_wave(given: argparse.Namespace) -> int:
    from resurvey.waves.contract.addition import add_wave
    from resurvey.waves.contract.drift import drift_text, open_differences

    more = {key: value for key in ("weight", "id") if (value := getattr(given, key))}
    added = add_wave(
        Path(given.file),
        given.name,
        Path(given.study),
        {**_labels(given.label), **more, **reading_of(given)},
    )
    for remark in added.remarks:
        print(remark)
    print(drift_text(added.lines, f"wave '{given.name}'", notes=False), end="")
    undecided = open_differences(added.lines)
    if undecided:
        print(
            f"\nDecide in {added.waves_file}: take the # away where a suggestion is right, write "
            "the reason of what you accept. Then run\n  " + added.command
        )
    elif added.problem:
        print(f"\nThe import would stop: {added.problem}\nMend that, and run\n  " + added.command)
    else:
        print("\nNothing has to be decided. Run\n  " + added.command)
    return CHANGED if undecided or added.problem else 0


def _labels(given: list[str]) -> Mapping[str, Any]:
    """Read --label: one text, or xx=text for each language."""
    import re

    pairs = [re.fullmatch(r"([a-z]{2,3})=(.+)", label, re.DOTALL) for label in given]
    if not given:
        return {}
    if all(pairs):
        return {"label": {pair[1]: pair[2] for pair in pairs if pair}}
    if len(given) > 1:
        print("several --label need a language each, such as --label ru=…", file=sys.stderr)
        raise SystemExit(2)
    return {"label": given[0]}
