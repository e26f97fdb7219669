"""Waves: what a study of many waves costs, and what one more wave costs it.

An invented study, RESURVEY_WAVES waves (8) of RESURVEY_TABLES tables (20), 300 respondents each;
`RESURVEY_WAVES=40 RESURVEY_TABLES=200 ./run benchmark waves` is the size of a long monitoring.
There is no peer: what counts is how things grow (target 14 of the project, by its own number).

- planning: a dry run of the whole study, at half and at all of the waves;
- comparison: the table files of the waves read and compared, at half and at all of the waves;
- a new wave: a run of all waves but one, then the last one is declared; the jobs that Snakemake
  plans and the seconds that they take, beside those of one wave of the first run. With many tables
  this is the long part; RESURVEY_WAVES_RUN (4) says how many waves are run for it.

Planning and comparison are in seconds of the processor, runs in those of the clock. What goes on is
told on the standard error.
"""

import json
import os
import re
import resource
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pandas as pd
import pyreadstat

from _record import judge

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "workflow" / "scripts"))

from resurvey.core.files import write_csv, write_text  # noqa: E402
from resurvey.counts.crosstabs import crosstab  # noqa: E402
from resurvey.proof.parts import Job, load_study, settings_of  # noqa: E402
from resurvey.reading import read_survey  # noqa: E402
from resurvey.tables.blocks import (  # noqa: E402
    CROSSTAB_COLUMNS,
    Block,
    Setting,
    block_cells,
)
from resurvey.tables.frequencies import FREQUENCY_COLUMNS, count_frequencies  # noqa: E402
from resurvey.waves.trend.wave_comparison import compare_waves, read_waves  # noqa: E402

WAVES = int(os.environ.get("RESURVEY_WAVES", "8"))
TABLES = int(os.environ.get("RESURVEY_TABLES", "20"))
RUN = int(os.environ.get("RESURVEY_WAVES_RUN", "4"))
PEOPLE = 300
PAUSE = 5.0
"""Seconds after which a run says that it goes on."""
ANSWERS = {1: "yes", 2: "mostly yes", 3: "mostly no", 4: "no"}
GROUPS = {1: "north", 2: "south", 3: "east"}
ONE_WAVE = re.compile(r"wildcards: wave=(\w+)")
WORDS = {"total": "Total", "all_respondents": "All respondents"}
COUNTED = {
    "crosstabs": "crosstabs.csv",
    "codebooks": "codebook.json",
    "frequencies": "frequencies.csv",
}


def year(number):
    """Name of a wave."""
    return str(1980 + number)


def write_study(folder, waves, tables):
    """Write a study whose answers drift from wave to wave, or declare more of its waves."""
    config = Path(folder, "config")
    config.mkdir(parents=True, exist_ok=True)
    listed = [f'  "{year(n)}": {{file: resources/{year(n)}/raw.sav}}' for n in range(waves)]
    (config / "config.yaml").write_text("\n".join(["languages: [en]", "waves:", *listed, ""]))
    asked = [f"  t{n}: {{rows: [q{n}], columns: region}}" for n in range(tables)]
    (config / "tables.yaml").write_text("\n".join(["tables:", *asked, ""]))
    for number in range(waves):
        path = Path(folder, "resources", year(number), "raw.sav")
        if path.exists():
            continue
        path.parent.mkdir(parents=True)
        random = np.random.default_rng(number)
        shift = number / 200
        shares = [0.4 - shift, 0.3, 0.2, 0.1 + shift]
        people = pd.DataFrame({"region": random.integers(1, 4, PEOPLE)})
        answers = random.choice(4, (PEOPLE, tables), p=shares) + 1
        people = people.join(pd.DataFrame(answers, columns=[f"q{n}" for n in range(tables)]))
        labels = {name: ANSWERS for name in people} | {"region": GROUPS}
        pyreadstat.write_sav(people, str(path), variable_value_labels=labels)


def tell(sentence):
    """Say on the standard error what goes on."""
    print(f"{time.strftime('%H:%M:%S')} {sentence}", file=sys.stderr, flush=True)


@contextmanager
def told(what):
    """Say of work when it begins, and every few seconds that it goes on."""
    started, done = time.perf_counter(), threading.Event()

    def go_on():
        while not done.wait(PAUSE):
            tell(f"{what}: {time.perf_counter() - started:.0f} s")

    tell(what)
    threading.Thread(target=go_on, daemon=True).start()
    try:
        yield
    finally:
        done.set()


def snakemake(folder, *arguments):
    """Run the workflow; give back its seconds, by the clock and of the processor, and its words."""
    command = [sys.executable, "-m", "snakemake", "--snakefile", str(ROOT / "Snakefile")]
    command += ["--directory", str(folder), "--cores", "2", *arguments]
    started, used = time.perf_counter(), of_children()
    with told(" ".join((folder.name, *arguments))):
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(done.stdout + done.stderr)
    return time.perf_counter() - started, of_children() - used, done.stdout + done.stderr


def of_children():
    """Seconds of the processor that processes of this one have taken so far."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def planned_jobs(said):
    """Jobs of a dry run by wave; those of no wave under an empty name."""
    jobs = Counter()
    for job in said.split("\nrule ")[1:]:
        found = ONE_WAVE.search(job)
        jobs[found[1] if found else ""] += 1
    return jobs


def planning(place):
    """Seconds of a dry run at half and at all of the waves."""
    taken = {}
    for waves in (WAVES // 2, WAVES):
        with told(f"writing {waves} waves"):
            write_study(place / f"plan{waves}", waves, TABLES)
        _, taken[waves], _ = snakemake(place / f"plan{waves}", "--dry-run", "--quiet")
    return taken


def count_wave(study, room, tables):
    """Write the table files of a wave that are compared, without the tests that nobody compares."""
    survey = read_survey(study / f"resources/{room.name}/raw.sav")
    setting = Setting("", WORDS, 0.05)
    lines = []
    for name, table in tables.items():
        for row in table["rows"]:
            counted = crosstab(survey, row, table["columns"])
            block = Block(counted, counted, "column", True, True, setting)
            lines += block_cells(name, table, block, setting)
    room.mkdir(parents=True)
    write_csv(room / COUNTED["crosstabs"], CROSSTAB_COLUMNS, lines)
    write_csv(room / COUNTED["frequencies"], FREQUENCY_COLUMNS, count_frequencies(survey))
    write_text(room / COUNTED["codebooks"], survey.codebook.to_json())


def comparison(place):
    """Seconds in which the table files of half and of all of the waves are read and compared."""
    home = place / f"plan{WAVES}"
    settings = settings_of(Job("compare_waves", {}), load_study(home / "config"))
    rooms = [place / "tables" / year(number) for number in range(WAVES)]
    for number, room in enumerate(rooms, 1):
        count_wave(home, room, settings["tables"])
        tell(f"counted {number} of {WAVES} waves")
    taken = {}
    for count in (WAVES // 2, WAVES):
        files = {name: [room / file for room in rooms[:count]] for name, file in COUNTED.items()}
        files |= {"responses": []}
        started = time.process_time()
        with told(f"comparing {count} waves"):
            waves = read_waves(settings["waves"][:count], files, settings["tables"])
            found = compare_waves(waves, settings["tables"], {})
        taken[count] = time.process_time() - started
    return taken, {name: len(lines) for name, lines in found.items() if lines}


def new_wave(place):
    """Jobs and seconds of the waves but one, and of the last one."""
    folder = place / "run"
    write_study(folder, RUN - 1, TABLES)
    _, _, said = snakemake(folder, "--dry-run", "--verbose")
    before = planned_jobs(said)
    first, _, _ = snakemake(folder)
    write_study(folder, RUN, TABLES)
    _, _, said = snakemake(folder, "--dry-run", "--verbose")
    jobs = planned_jobs(said)
    second, _, _ = snakemake(folder)
    nothing, _, said = snakemake(folder)
    assert "Nothing to be done" in said
    receipt = folder / "results/trend/receipts/compare_waves.json"
    read = Counter(Path(path).name for path in json.loads(receipt.read_text())["inputs"])
    return before, jobs, first, second, nothing, read


def grown(name, taken):
    """Judge seconds at all of the waves by those at half; twice as many double what is linear."""
    half, whole = taken.values()
    work = f"{name} of {WAVES} waves × {TABLES} tables"
    judge(14, work, f"that of {WAVES // 2}", whole, half, 2.2, most=True)


def main():
    """Print how planning, the trend and a new wave grow; end with 1 where a wave costs another."""
    print(f"{WAVES} waves of {TABLES} tables, {PEOPLE} respondents each; linear is 2 ×")
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        grown("planning", planning(place))
        compared, lines = comparison(place)
        grown("comparison", compared)
        print(f"{'':12} {', '.join(f'{count} {kind}' for kind, count in lines.items())}")
        before, jobs, first, second, nothing, read = new_wave(place)
    own = jobs[year(RUN - 1)]
    others = sum(jobs.values()) - own - jobs[""]
    print(f"{RUN - 1} waves{'':5} {first:6.1f} s, {sum(before.values())} jobs")
    print(
        f"{'one more':12} {second:6.1f} s: {own} jobs of it, {jobs['']} of all, {others} of others"
    )
    print(f"{'no change':12} {nothing:6.1f} s")
    work = f"one more wave beside {RUN - 1}, jobs of its own and of others"
    judge(14, work, "jobs of one wave", own + others, before[year(0)], 1, most=True, unit="jobs")
    print(f"the comparison read {', '.join(f'{count} {name}' for name, count in read.items())}")
    if others or own > before[year(0)]:
        sys.exit("one more wave makes others anew")
    if "responses.parquet" in read:
        sys.exit("one more wave reads the respondents of others")


if __name__ == "__main__":
    main()
