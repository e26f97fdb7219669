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
sys.path.insert(0, str(ROOT / "tests"))

from invented import MINIMAL_CONFIG, MINIMAL_TABLES, write_raw, write_study  # noqa: E402

KILLS = 20
ROUNDS = 7
DISKS = (60, 100, 150, 200, 300, 400, 500, 600, 800, 1200)
"""Kilobytes of disks on which a run is tried."""
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


def begin_study(place):
    """A small study that was not run yet."""
    base = place / "base"
    write_raw(base / "resources/1996/raw.sav")
    return write_study(base, config=MINIMAL_CONFIG, tables=MINIMAL_TABLES)


def run_whole(base, place):
    """Run the study undisturbed; returns the bytes of its results and the seconds it took."""
    whole = shutil.copytree(base, place / "whole")
    started = time.perf_counter()
    subprocess.run(command(whole), check=True, capture_output=True)
    return results(whole), time.perf_counter() - started


def kill_at_random(place, kills=KILLS):
    """Kill a run at random times and take it up again.

    Returns
    -------
    dict of int
        ``kills``; ``hit``, those that were still going; ``refused``, runs that did not go on;
        ``same``, those whose results have the bytes of an undisturbed run.
    """
    base = begin_study(place)
    wanted, length = run_whole(base, place)
    dice = random.Random(SEED)
    found = {"kills": kills, "hit": 0, "refused": 0, "same": 0}
    for number in range(kills):
        study = shutil.copytree(base, place / f"killed{number}")
        found["hit"] += was_killed(study, dice.uniform(0.1, 0.95) * length)
        if number % 2:
            shutil.rmtree(study / ".snakemake", ignore_errors=True)
        again = subprocess.run(command(study), capture_output=True, check=False)
        found["refused"] += again.returncode != 0
        found["same"] += results(study) == wanted
        shutil.rmtree(study)
    return found


def may_mount(*arguments):
    """Mount something; whether this account and this system allow it."""
    made = subprocess.run(["mount", *arguments], capture_output=True, check=False)
    return made.returncode == 0


def fill_disks(place, sizes=DISKS):
    """Run the study on disks that are too small, and with results that may only be read.

    Returns
    -------
    dict of int, or None
        ``tried``; ``partial``, files with other bytes than those of a whole run; ``named``, runs
        that named the folder in one sentence, or were done; None where nothing can be mounted.
    """
    base = begin_study(place)
    wanted, _ = run_whole(base, place)
    found = {"tried": 0, "partial": 0, "named": 0}
    for size in [*sizes, 0]:
        study = place / f"disk{size}"
        study.mkdir()
        disk = study if size else study / "results"
        if size and not may_mount("-t", "tmpfs", "-o", f"size={size}k", "none", str(disk)):
            return None
        try:
            shutil.copytree(base, study, dirs_exist_ok=True)
            if not size:
                disk.mkdir()
                if not may_mount("--bind", str(disk), str(disk)):
                    return None
                may_mount("-o", "remount,ro,bind", str(disk))
            # A compiled module that a full disk cuts would be no fault of the run.
            quiet = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
            ended = subprocess.run(
                command(study), capture_output=True, text=True, env=quiet, check=False
            )
            told = ended.stdout + ended.stderr
            left = results(study)
            found["tried"] += 1
            found["partial"] += sum(wanted.get(path) != content for path, content in left.items())
            found["named"] += (
                left == wanted
                if ended.returncode == 0
                else str(study) in told and "Traceback" not in told
            )
        finally:
            subprocess.run(["umount", str(disk)], check=False)
    return found


def start_together(place, pairs=10):
    """Start two runs in one folder, and count the pairs of which exactly one made results."""
    base = begin_study(place)
    wanted, _ = run_whole(base, place)
    found = {"pairs": pairs, "one_proceeded": 0, "told_who": 0}
    dice = random.Random(SEED)
    for number in range(pairs):
        study = shutil.copytree(base, place / f"pair{number}")
        options = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
        first = subprocess.Popen(command(study), **options)
        time.sleep(dice.uniform(0, 3))
        second = subprocess.Popen(command(study), **options)
        ends = [running.communicate()[0] for running in (first, second)]
        codes = [first.returncode, second.returncode]
        refused = [text for text, code in zip(ends, codes, strict=True) if code]
        found["one_proceeded"] += len(refused) <= 1 and results(study) == wanted
        found["told_who"] += all("another run is at work in this folder" in it for it in refused)
        shutil.rmtree(study)
    return found


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
        found = kill_at_random(Path(folder))
    print(f"killed {found['hit']} of {found['kills']} (the others were done);")
    print(f"{found['refused']} refused to go on; same bytes as an undisturbed run: {found['same']}")
