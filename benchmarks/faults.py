"""Faults: runs killed at random times give, once taken up, the bytes of a run that nobody killed.

A small invented study is killed with its whole group (kill -9) at twenty random moments of a run,
ten times with Snakemake's folder left and ten times with it deleted, and then run again as anybody
would: without an option, and without being told what happened. Counted are those whose results are
byte for byte those of an undisturbed run. Before that, the cost of reading in a child: seconds of
reading a small file with it and without, medians in new processes.
"""

import os
import random
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
KILLS = 20
ROUNDS = 7
SEED = 15
HERE = "from resurvey.reading.formats import Format; Format.read = Format.read_here; "
READ = "import resurvey, sys; resurvey.read_survey(sys.argv[1])"


def command(study):
    """A run of the study, as a user types it."""
    return [
        *(sys.executable, "-m", "snakemake", "--snakefile", str(ROOT / "Snakefile")),
        *("--directory", str(study), "--cores", "2"),
    ]


def results(study):
    """Every file under results/ but the logs, by its path."""
    return {
        path.relative_to(study): path.read_bytes()
        for path in sorted((study / "results").rglob("*"))
        if path.is_file() and "logs" not in path.parts
    }


def was_killed(study, after):
    """Start a run, kill it after so many seconds, and tell whether it was still going."""
    running = subprocess.Popen(
        command(study),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        running.wait(after)
    except subprocess.TimeoutExpired:
        os.killpg(running.pid, signal.SIGKILL)
        running.wait()
    return running.returncode == -signal.SIGKILL


def kill_at_random(place):
    """Print how many killed runs were taken up to the same bytes."""
    sys.path.insert(0, str(ROOT / "tests"))
    from invented import MINIMAL_CONFIG, MINIMAL_TABLES, write_raw, write_study

    base = place / "base"
    write_raw(base / "resources/1996/raw.sav")
    write_study(base, config=MINIMAL_CONFIG, tables=MINIMAL_TABLES)
    whole = shutil.copytree(base, place / "whole")
    started = time.perf_counter()
    subprocess.run(command(whole), check=True, capture_output=True)
    length = time.perf_counter() - started
    wanted = results(whole)
    dice = random.Random(SEED)
    hits = same = refused = 0
    for number in range(KILLS):
        study = shutil.copytree(base, place / f"killed{number}")
        hits += was_killed(study, dice.uniform(0.1, 0.95) * length)
        if number % 2:
            shutil.rmtree(study / ".snakemake", ignore_errors=True)
        again = subprocess.run(command(study), capture_output=True, check=False)
        refused += again.returncode != 0
        same += results(study) == wanted
        shutil.rmtree(study)
    print(f"killed {hits} of {KILLS} (the others were done); {refused} refused to go on;")
    print(f"same bytes as an undisturbed run of {length:.0f} s: {same} of {KILLS}")


def cost_of_the_child():
    """Print the seconds of reading a small file with and without a child."""
    raw = ROOT / "examples/monitoring/resources/2022/survey_simulated.sav"
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "workflow/scripts")}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    seconds = {}
    for name, code in {"here": HERE + READ, "in a child": READ}.items():
        times = []
        for _ in range(ROUNDS):
            started = time.perf_counter()
            subprocess.run(
                [sys.executable, "-c", code, str(raw)],
                env=environment,
                check=True,
                capture_output=True,
            )
            times.append(time.perf_counter() - started)
        seconds[name] = statistics.median(times)
    print("; ".join(f"reading {name}: {value:.2f} s" for name, value in seconds.items()))
    print(f"the child costs {seconds['in a child'] - seconds['here']:.2f} s")


if __name__ == "__main__":
    cost_of_the_child()
    with tempfile.TemporaryDirectory() as folder:
        kill_at_random(Path(folder))
