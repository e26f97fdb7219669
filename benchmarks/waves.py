"""Waves: what a study of many waves costs, and what one more wave costs it.

An invented study, RESURVEY_WAVES waves (8) of RESURVEY_TABLES tables (20), 300 respondents each;
`RESURVEY_WAVES=40 RESURVEY_TABLES=200 ./run benchmark waves` is the size of a long monitoring.
There is no peer: what counts is how things grow (target 14 of the project, by its own number).

- planning: wall seconds of a dry run of the whole study, at half and at all of the waves;
- trend: the comparison and its page in this process, at half and at all of the waves;
- a new wave: a run of all waves but one, then the last one is declared; the jobs that Snakemake
  plans and the seconds that they take, beside those of one wave of the first run. With many tables
  this is the long part; RESURVEY_WAVES_RUN (4) says how many waves are run for it.
"""

import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import numpy as np
import pandas as pd
import pyreadstat

from _record import judge

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "workflow" / "scripts"))

from resurvey.proof.parts import Job, load_study, settings_of  # noqa: E402
from resurvey.reading import read_survey  # noqa: E402
from resurvey.study.order import TrendWave  # noqa: E402
from resurvey.tables.tabulation import tabulate_survey  # noqa: E402
from resurvey.waves.trend.wave_comparison import compare_waves  # noqa: E402

WAVES = int(os.environ.get("RESURVEY_WAVES", "8"))
TABLES = int(os.environ.get("RESURVEY_TABLES", "20"))
RUN = int(os.environ.get("RESURVEY_WAVES_RUN", "4"))
PEOPLE = 300
ANSWERS = {1: "yes", 2: "mostly yes", 3: "mostly no", 4: "no"}
GROUPS = {1: "north", 2: "south", 3: "east"}
ONE_WAVE = re.compile(r"wildcards: wave=(\w+)")


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


def snakemake(folder, *arguments):
    """Run the workflow; give back its wall seconds and what it said."""
    command = [sys.executable, "-m", "snakemake", "--snakefile", str(ROOT / "Snakefile")]
    command += ["--directory", str(folder), "--cores", "2", *arguments]
    started = time.perf_counter()
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(done.stdout + done.stderr)
    return time.perf_counter() - started, done.stdout + done.stderr


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
        write_study(place / f"plan{waves}", waves, TABLES)
        taken[waves], _ = snakemake(place / f"plan{waves}", "--dry-run", "--quiet")
    return taken


def trend(place):
    """Seconds of the comparison at half and at all of the waves, without reading the files."""
    study = load_study(place / f"plan{WAVES}" / "config")
    settings = settings_of(Job("compare_waves", {}), study)
    tables = settings["tables"]
    waves = []
    for number in range(WAVES):
        survey = read_survey(place / f"plan{WAVES}/resources/{year(number)}/raw.sav")
        lines = [
            {key: "" if value is None else str(value) for key, value in line.items()}
            for line in tabulate_survey(survey, tables).crosstabs
        ]
        waves.append(TrendWave(year(number), 1980.0 + number, lines, survey))
    taken = {}
    for count in (WAVES // 2, WAVES):
        started = time.perf_counter()
        found = compare_waves(waves[:count], tables, {})
        taken[count] = time.perf_counter() - started
    return taken, {name: len(lines) for name, lines in found.items() if lines}


def new_wave(place):
    """Jobs and seconds of the waves but one, and of the last one."""
    folder = place / "run"
    write_study(folder, RUN - 1, TABLES)
    _, said = snakemake(folder, "--dry-run")
    before = planned_jobs(said)
    first, _ = snakemake(folder)
    write_study(folder, RUN, TABLES)
    _, said = snakemake(folder, "--dry-run")
    jobs = planned_jobs(said)
    second, _ = snakemake(folder)
    nothing, said = snakemake(folder)
    assert "Nothing to be done" in said
    receipt = folder / "results/trend/receipts/compare_waves.json"
    read = Counter(Path(path).parent.name for path in json.loads(receipt.read_text())["inputs"])
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
        compared, lines = trend(place)
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
    print(f"the comparison read {', '.join(f'{count} of {room}/' for room, count in read.items())}")
    if others or own > before[year(0)]:
        sys.exit("one more wave makes others anew")


if __name__ == "__main__":
    main()
