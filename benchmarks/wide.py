"""Wide: a file of 2,000 variables and 10,000 respondents, from `init` to an opened page.

Target 12 of the project: at most 60 seconds and 1 GB here. Once with the twenty tables that `init`
writes by itself, and, with `--every`, also with a table of every variable, at three sizes, which
shows that nothing grows with the square of the variables. Wall seconds; memory is the largest
resident size of any process of a step; the page is opened by Chromium where there is one.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd

from _record import judge
from _stopwatch import measured

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "workflow" / "scripts"))

from resurvey.core.codebook import Codebook, Survey, Variable  # noqa: E402
from resurvey.reading.writing import write_sav  # noqa: E402

RESPONDENTS = 10_000
MOST_SECONDS, MOST_MEGABYTES = 60, 1000


def make_file(path, variables):
    """Invent answers to questions of two to seven answers, with refusals and gaps."""
    rng = np.random.default_rng(1)
    columns, known = {}, {}
    for number in range(1, variables + 1):
        name, answers = f"q{number}", 2 + number % 6
        given = rng.integers(1, answers + 1, RESPONDENTS).astype(float)
        given[rng.random(RESPONDENTS) < 0.03] = 9
        given[rng.random(RESPONDENTS) < 0.02] = np.nan
        codes = {code: {"": f"answer {code}"} for code in range(1, answers + 1)}
        label = {"": f"Question {number}: what do you think of matter {number}?"}
        refused = {9: {"": "no answer"}}
        columns[name] = given
        known[name] = Variable(name, label=label, codes=codes | refused, missing=(9,))
    write_sav(path, Survey(pd.DataFrame(columns), Codebook(known)))


def opened(page):
    """Wall seconds until Chromium has laid the page out; none where there is no Chromium."""
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        return None
    started = time.perf_counter()
    with tempfile.TemporaryDirectory() as home:
        subprocess.run(
            [program, "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={home}"]
            + [f"--screenshot={home}/page.png", f"file://{page}"],
            capture_output=True,
            check=True,
        )
    return time.perf_counter() - started


def follow(place, variables, tables):
    """Print what each step takes; give back the seconds in all and the largest memory."""
    raw, study = Path(place, "wide.sav"), Path(place, f"study_{variables}_{tables}")
    make_file(raw, variables)
    library = [sys.executable, "-m", "resurvey"]
    steps = {
        "init": [*library, "init", str(raw), "--into", str(study), "--tables", str(tables)],
        "run": [sys.executable, "-m", "snakemake", "--cores", "4"]
        + ["--snakefile", str(ROOT / "Snakefile"), "--directory", str(study)],
    }
    whole, most = 0.0, 0.0
    for name, command in steps.items():
        seconds, _, held = measured(*command)
        whole, most = whole + seconds, max(most, held)
        print(f"  {name:5} {seconds:6.1f} s {held:6.0f} MB")
    page = next((study / "results").glob("*/report/report.*.html"))
    if (seconds := opened(page)) is not None:
        whole += seconds
        print(f"  open  {seconds:6.1f} s")
    sizes = {one.name: one.stat().st_size for one in page.parent.iterdir() if one.is_file()}
    told = ", ".join(f"{name} {size / 1e6:.1f} MB" for name, size in sorted(sizes.items()))
    print(f"  {told}", flush=True)
    return whole, most


def main():
    """Print performance target 12."""
    options = argparse.ArgumentParser(prog="./run benchmark wide", description=__doc__)
    options.add_argument("--every", action="store_true", help="also a table of every variable")
    every = options.parse_args().every
    os.environ["PYTHONPATH"] = str(ROOT / "workflow" / "scripts")
    with tempfile.TemporaryDirectory() as place:
        print(f"2,000 variables × {RESPONDENTS} respondents, 20 tables")
        seconds, held = follow(place, 2_000, 20)
        work = f"2,000 variables × {RESPONDENTS:,}, init to an opened page"
        judge(12, work, f"the limit of {MOST_SECONDS} s", seconds, MOST_SECONDS, 1, most=True)
        limit = f"the limit of {MOST_MEGABYTES} MB"
        judge(12, work, limit, held, MOST_MEGABYTES, 1, most=True, unit="MB")
        for variables in (500, 1_000, 2_000) if every else ():
            print(f"{variables} variables, a table of each")
            seconds, held = follow(place, variables, variables)
            print(f"in all {seconds:.1f} s, {1000 * seconds / variables:.0f} ms a table")


if __name__ == "__main__":
    main()
