"""Small invented waves that run through Snakemake as a user's would."""

import csv
import os
import shutil
import subprocess
import sys
from copy import deepcopy
from functools import cache
from pathlib import Path

import pandas as pd
import pyreadstat

from resurvey.study.words import read_words

ROOT = Path(__file__).resolve().parents[1]


def snakemake(folder, *arguments, cores=2, environment=None):
    """Run the workflow in a study folder; give back the finished process."""
    command = [sys.executable, "-m", "snakemake", "--snakefile", str(ROOT / "Snakefile")]
    command += ["--directory", str(folder), "--cores", str(cores), *arguments]
    return subprocess.run(
        command,
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONUTF8": "1", **(environment or {})},
        check=False,
    )


def words_of(languages):
    """Words that all studies share, language by language: read once, a copy for each caller."""
    return deepcopy(_words_of(tuple(languages)))


@cache
def _words_of(languages):
    return read_words(ROOT / "report", languages)


def read(path):
    """Lines of a CSV file as dicts of text."""
    with open(path, encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def write_study(folder, **files):
    """Write a study's YAML files, given as text by name."""
    (folder / "config").mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / "config" / f"{name}.yaml").write_text(text, encoding="utf-8")
    return folder


# Nine people: two of them gave no answer to `vote` (one refused, one blank), one has no `educ`.
PEOPLE = pd.DataFrame(
    {
        "vote": [1, 1, 2, 2, 2, 1, 9, None, 2],
        "educ": [1, 1, 1, 2, 2, 2, 2, 1, None],
        "weight": [1.0, 1.0, 2.0, 1.0, 0.5, 0.5, 1.0, 1.0, 1.0],
    }
)


def write_raw(path, people=PEOPLE, **more):
    """Write the invented people as a real SPSS file, with pyreadstat alone."""
    path.parent.mkdir(parents=True, exist_ok=True)
    pyreadstat.write_sav(
        people,
        str(path),
        column_labels={"vote": "Vote intended", "educ": "Education"},
        variable_value_labels={
            "vote": {1: "left", 2: "right", 3: "centre", 9: "refused"},
            "educ": {1: "school", 2: "college"},
        },
        missing_ranges={"vote": [9]},
        **more,
    )
    return path


MINIMAL_CONFIG = 'waves:\n  "1996": {file: resources/1996/raw.sav}\n'
MINIMAL_TABLES = "tables:\n  vote_by_education: {rows: [vote], columns: educ}\n"


def copy_study(source, folder):
    """Copy a study's config and published numbers, without any results."""
    for part in ("config", "resources"):
        if (source / part).is_dir():
            shutil.copytree(source / part, folder / part)
    return folder


def published_bytes(folder):
    """Every file under results/ but the logs, as bytes by relative path."""
    results = folder / "results"
    return {
        str(path.relative_to(results)): path.read_bytes()
        for path in sorted(results.rglob("*"))
        if path.is_file() and "logs" not in path.parts
    }
