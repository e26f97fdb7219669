"""Importing: a .sav of a million respondents and sixty variables to Parquet, and what it takes.

Target 4 of the project: from the file to codes in Parquet, with labels and missing values kept, at
least 5 times as fast as `pyreadstat.read_sav` with user-missing values alone reads it into memory,
and in at most half its memory. Ours reads in a child process: both processes' peaks are added up.
Each is a process of its own that has imported its libraries and read a small file; medians.
Then the same answers as .csv and as Parquet, beside `pandas.read_csv` and `pandas.read_parquet`: at
most half the memory, however long it takes, because ours is never in memory and has every line and
cell looked at. Last, without a peer, the whole import (every check of every value, the codebook)
in memory and column by column. `--rows` are the respondents, `--packed` takes a .zsav, `--rounds`
how often.
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np
import pandas as pd
import pyreadstat

from _record import judge

ROOT = Path(__file__).resolve().parents[1]
VARIABLES = 60
START = f"""
import json, resource, sys, time
sys.path.insert(0, {str(ROOT / "workflow" / "scripts")!r})
import pandas, pyreadstat, pyarrow.parquet
from pathlib import Path
small, raw, folder = map(Path, sys.argv[1:])
"""
END = """
def peak(whose):
    return resource.getrusage(whose).ru_maxrss / 1024
child._end_children() if "child" in globals() else None
held = peak(resource.RUSAGE_SELF) + peak(resource.RUSAGE_CHILDREN)
print(json.dumps([seconds, held]))
"""
TIMED = """
work(small)
started = time.perf_counter()
work(raw)
seconds = time.perf_counter() - started
"""
PEERS = {
    ".sav": ("pyreadstat.read_sav", "pyreadstat.read_sav(path, user_missing=True)"),
    ".zsav": ("pyreadstat.read_sav", "pyreadstat.read_sav(path, user_missing=True)"),
    ".csv": ("pandas.read_csv", "pandas.read_csv(path)"),
    ".parquet": ("pandas.read_parquet", "pandas.read_parquet(path)"),
}
PEER = """
def work(path):
    {}
"""
OURS = """
from resurvey.reading import child
from resurvey.reading.exports import read_exported
from resurvey.reading.formats import FORMATS, Export
from resurvey.reading.parquet import save_survey
from resurvey.reading.stored import store_beside
def work(path):
    with store_beside(folder / "responses.parquet", 0) as store:
        form, export = FORMATS[path.suffix], Export(store=store)
        survey = read_exported(path, form, export)[0] if form.is_table else form.read(path, export)
        save_survey(survey, folder / "responses.parquet", folder / "codebook.json")
"""
WHOLE = """
from resurvey.prepare.import_gate import import_survey
from resurvey.reading import child
from resurvey.reading.parquet import save_survey
from resurvey.reading.stored import store_beside
def work(path):
    with store_beside(folder / "responses.parquet", {least}) as store:
        survey = import_survey(str(path), {{}}, {{}}, None, store)
        save_survey(survey, folder / "responses.parquet", folder / "codebook.json")
"""


def make_file(path, rows):
    """Invent answers: 57 questions with labels, refusals and gaps, a year, an income, a weight."""
    rng = np.random.default_rng(1)
    columns, labels, missing = {}, {}, {}
    for number in range(1, VARIABLES - 2):
        name, answers = f"q{number}", 2 + number % 6
        given = rng.integers(1, answers + 1, rows).astype(float)
        given[rng.random(rows) < 0.03] = 99
        given[rng.random(rows) < 0.02] = np.nan
        columns[name], missing[name] = given, [99]
        labels[name] = {code: f"answer {code}" for code in range(1, answers + 1)} | {99: "refused"}
    columns["born"] = rng.integers(1930, 2006, rows).astype(float)
    columns["income"] = rng.integers(0, 200_000, rows).astype(float)
    columns["weight"] = np.round(rng.uniform(0.3, 3, rows), 4)
    frame = pd.DataFrame(columns)
    if path.suffix == ".csv":
        frame.convert_dtypes().to_csv(path, index=False)
        return
    if path.suffix == ".parquet":
        frame.convert_dtypes().to_parquet(path, index=False)
        return
    pyreadstat.write_sav(
        frame,
        str(path),
        variable_value_labels=labels,
        missing_ranges=missing,
        row_compress=path.suffix == ".sav",
        compress=path.suffix == ".zsav",
    )


def measured(work, place, small, raw, rounds):
    """Seconds (their median) and megabytes (their largest) of a process that does some work."""
    found = []
    for _ in range(rounds):
        command = [sys.executable, "-c", START + work + TIMED + END, small, raw, place]
        told = subprocess.run(list(map(str, command)), capture_output=True, text=True, check=True)
        found.append(json.loads(told.stdout.splitlines()[-1]))
    seconds, held = zip(*found, strict=True)
    return statistics.median(seconds), max(held)


def main():
    """Print performance target 4."""
    options = argparse.ArgumentParser(prog="./run benchmark importing", description=__doc__)
    options.add_argument("--rows", type=int, default=1_000_000)
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--packed", action="store_true", help="a .zsav")
    options.add_argument("--whole", action="store_true", help="also the import with all checks")
    given = options.parse_args()
    ending = ".zsav" if given.packed else ".sav"
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place, "results")
        folder.mkdir()
        for form in (ending, ".csv", ".parquet"):
            small, raw = Path(place, f"small{form}"), Path(place, f"raw{form}")
            for path, rows in ((small, 1_000), (raw, given.rows)):
                # Apart: a process that this one starts counts as its own what this one has held.
                with ProcessPoolExecutor(1) as maker:
                    maker.submit(make_file, path, rows).result()
            peer, reading = PEERS[form]
            work = f"{form} of {given.rows:,} × {VARIABLES} to Parquet"
            theirs, most = measured(PEER.format(reading), folder, small, raw, given.rounds)
            ours, held = measured(OURS, folder, small, raw, given.rounds)
            if form == ending:
                judge(4, work, peer, ours, theirs, 5)
            else:
                print(f"{work}: {ours:.1f} s; {peer} alone: {theirs:.1f} s", flush=True)
            judge(4, f"memory of {work}", peer, held, most, 2, unit="MB")
        small, raw = Path(place, f"small{ending}"), Path(place, f"raw{ending}")
        ways = {"column by column": 0, "in memory": given.rows + 1} if given.whole else {}
        for way, least in ways.items():
            seconds, held = measured(WHOLE.format(least=least), folder, small, raw, 1)
            print(f"the whole import {way}: {seconds:.1f} s, {held:.0f} MB", flush=True)


if __name__ == "__main__":
    main()
