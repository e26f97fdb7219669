"""Run the workflow on a real Slurm of one node: `./run scale`.

Seen to hold, with `workflow/profiles/slurm` as a user has it but for how often the queue is asked:

- the results of two waves and their trend are those of a run on one machine, byte for byte;
- a job that fails tells its sentence to the person at the terminal;
- a raw file that was replaced while its job waited in the queue stops that job;
- a job that was cancelled is tried again, with twice the memory;
- a job whose node was lost is done when a node is there;
- nothing of it stays: no daemon, no job, no file of the system.
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(Path(__file__).parent), str(ROOT / "tests"), str(ROOT / "workflow/scripts")]

from one_node import OneNode, why_not  # noqa: E402

from invented import (  # noqa: E402
    MINIMAL_CONFIG,
    MINIMAL_TABLES,
    PEOPLE,
    published_bytes,
    write_raw,
    write_study,
)
from resurvey.study.resources import memory_of, size_of  # noqa: E402

TWO_WAVES = """\
documents: [docx, csv]
waves:
  "1996": {file: resources/1996/raw.sav}
  "2000": {file: resources/2000/raw.sav}
"""
# This Slurm keeps no accounts, and nobody waits in its queue.
ASKED_OFTEN = ["--slurm-status-command", "squeue", "--slurm-init-seconds-before-status-checks", "2"]
IMPORTED = "results/1996/import/responses.parquet"
BEGUN = []


def begin(folder, *arguments, cluster=True):
    """Begin the workflow in a study's folder as a user would, and go on."""
    command = [str(ROOT / "run"), "--directory", str(folder)]
    if cluster:
        # Jobs of the queue bear the name of their scene, which is that of the folder.
        named = ["--slurm-jobname-prefix", Path(folder).name]
        command += ["--profile", "slurm", "--slurm-no-account", *ASKED_OFTEN, *named]
    run = subprocess.Popen(
        [sys.executable, *command, *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    BEGUN.append(run)
    return run


def stop(run):
    """Stop a run and all that it began."""
    if run.poll() is None:
        with suppress(OSError):
            os.killpg(run.pid, signal.SIGKILL)


def finish(run, seconds=600):
    """Wait until a run is over; give back its exit code and what it said."""
    try:
        said, _ = run.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        stop(run)
        said, _ = run.communicate()
        said += f"\nit was stopped after {seconds} s"
    return run.returncode, said


def minimal(folder, tables=MINIMAL_TABLES, config=MINIMAL_CONFIG, waves=("1996",)):
    """Write a study of nine people a wave."""
    for wave in waves:
        people = PEOPLE if wave == "1996" else PEOPLE.iloc[::-1].reset_index(drop=True)
        write_raw(folder / f"resources/{wave}/raw.sav", people)
    return write_study(folder, config=config, tables=tables)


def same_bytes(slurm, place):
    """Two waves and their trend, here and there."""
    here = minimal(place / "here", config=TWO_WAVES, waves=("1996", "2000"))
    there = place / "same_bytes"
    shutil.copytree(here, there)
    runs = begin(there), begin(here, cluster=False)
    for run in runs:
        code, said = finish(run)
        assert code == 0, said
    mine, theirs = published_bytes(here), published_bytes(there)
    different = [name for name in mine.keys() | theirs.keys() if mine.get(name) != theirs.get(name)]
    assert not different, different
    assert "trend/trend.en.html" in mine
    code, said = finish(begin(there, cluster=False))
    assert "Nothing to be done" in said, said
    return f"{len(mine)} files, the same bytes; a local run finds nothing to be done"


def failing_job(slurm, place):
    """A variable that is not in the data."""
    folder = minimal(place, "tables:\n  pay: {rows: [salary], columns: educ}\n")
    code, said = finish(begin(folder, "--retries", "0"))
    sentence = "variable 'salary' is not in the data"
    assert code != 0, said
    assert sentence in said, said
    lines = said.strip().splitlines()
    place = next(at for at, line in enumerate(reversed(lines), 1) if sentence in line)
    assert place <= 5, said
    return f"its sentence stands on the terminal, line {place} from the end of {len(lines)}"


def replaced_file(slurm, place):
    """A raw file that becomes another one while its job waits."""
    folder = minimal(place)
    later = "import_wave:slurm_extra='--begin=now+20'"
    run = begin(folder, "--retries", "0", IMPORTED, "--set-resources", later)
    slurm.wait_for("PENDING", place.name)
    write_raw(folder / "resources/1996/raw.sav", PEOPLE.iloc[:8])
    code, said = finish(run)
    assert code != 0, said
    assert "was replaced while the run was going" in said, said
    return "its job stops and says so"


def cancelled_job(slurm, place):
    """A job that somebody cancels, as an administrator or a limit does."""
    folder = minimal(place)
    run = begin(folder, IMPORTED)
    first = slurm.wait_for("RUNNING", place.name)
    asked = slurm.jobs()[first][1]
    slurm.tell("scancel", first)
    second = slurm.wait_for("RUNNING", place.name, but=[first])
    again = slurm.jobs()[second][1]
    code, said = finish(run)
    assert code == 0, said
    raw = size_of([folder / "resources/1996/raw.sav"])
    wanted = [memory_of("import_wave", raw, attempt) for attempt in (1, 2)]
    assert [int(text.rstrip("M")) for text in (asked, again)] == wanted, (asked, again)
    assert (folder / IMPORTED).is_file()
    return f"tried again with {again} of memory in place of {asked}"


def lost_node(slurm, place):
    """A node that goes and comes back."""
    folder = minimal(place)
    run = begin(folder, IMPORTED)
    job = slurm.wait_for("RUNNING", place.name)
    time.sleep(3)
    assert not (folder / IMPORTED).exists(), "the job was done before its node was lost"
    slurm.lose()
    slurm.wait_for("PENDING", place.name)
    slurm.bring_back()
    code, said = finish(run)
    assert code == 0, said
    assert "Restarts=1" in slurm.tell("scontrol", "show", "job", job)
    assert (folder / IMPORTED).is_file()
    return "the job was given back to the queue and done"


TOGETHER = (same_bytes, failing_job, replaced_file, cancelled_job)
"""Scenes that do not disturb one another; most of their time they wait for the queue."""
ALONE = (lost_node,)


def play(scene, slurm, place):
    """Play a scene; say how long it took and what was seen."""
    begun = time.monotonic()
    found = scene(slurm, place / scene.__name__)
    print(f"{scene.__name__:14} {time.monotonic() - begun:4.0f} s  {found}", flush=True)


def main(names):
    """Run the scenes named, or all, on one Slurm; fail with the first that did."""
    if reason := why_not():
        sys.exit(f"./run scale: {reason}")
    known = {scene.__name__: scene for scene in (*TOGETHER, *ALONE)}
    if unknown := [name for name in names if name not in known]:
        sys.exit(f"./run scale: there is no scene '{unknown[0]}'; there are {', '.join(known)}")
    chosen = [scene for name, scene in known.items() if not names or name in names]
    started = time.monotonic()
    failed = []
    with tempfile.TemporaryDirectory() as folder, OneNode(Path(folder, "slurm")) as slurm:
        try:
            for act in (TOGETHER, ALONE):
                with ThreadPoolExecutor() as stage:
                    played = {
                        scene.__name__: stage.submit(play, scene, slurm, Path(folder))
                        for scene in chosen
                        if scene in act
                    }
                for name, done in played.items():
                    if problem := done.exception():
                        print(f"{name} FAILED: {type(problem).__name__}: {problem}", flush=True)
                        failed.append(name)
        finally:
            for run in BEGUN:
                stop(run)
    print(f"{'in all':14} {time.monotonic() - started:4.0f} s")
    if failed:
        sys.exit(f"./run scale: {', '.join(failed)} failed")


if __name__ == "__main__":
    main(sys.argv[1:])
