"""A killed run, a full disk, a folder that may only be read, two runs: never a wrong report."""

import os
import re
import shutil
import signal
import subprocess
import sys
import time

import pytest

from invented import ROOT, copy_study, published_bytes, snakemake
from resurvey.study.holding import HOLDER, hold_study

REPORT = "results/1996/report/report.en.html"
OF_THE_ENGINE = ("--unlock", "--rerun-incomplete", "--cleanup-metadata", "Traceback")


def begun(study, *arguments):
    """Start a run in a group of its own, as a terminal does."""
    command = [sys.executable, "-m", "snakemake", "--snakefile", str(ROOT / "Snakefile")]
    return subprocess.Popen(
        [*command, "--directory", str(study), "--cores", "2", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**os.environ, "PYTHONUTF8": "1"},
        start_new_session=True,
    )


@pytest.fixture
def study(minimal_run, tmp_path):
    """The minimal study with the very same raw file, whose header holds a time."""
    return copy_study(minimal_run, tmp_path / "study")


def wait_for(path, running, seconds=60):
    until = time.monotonic() + seconds
    while not (path.exists() and path.stat().st_size) and running.poll() is None:
        assert time.monotonic() < until, f"{path} did not come"
        time.sleep(0.01)


def said(process):
    return process.stdout + process.stderr


@pytest.mark.parametrize("forgotten", [False, True], ids=["remembered", "forgotten"])
def test_run_that_was_killed_is_taken_up_without_a_question(study, minimal_run, forgotten):
    """Killed three times on its way, each time in the middle of another job."""
    killed = []
    for rule in ("import_wave", "tabulate_wave", "write_pages"):
        running = begun(study)
        # A job drops its receipt and opens its log before it works.
        log = study / f"results/1996/logs/{rule}.log"
        while running.poll() is None and not log.exists():
            time.sleep(0.01)
        os.killpg(running.pid, signal.SIGKILL)
        text, _ = running.communicate()
        assert not any(word in text for word in OF_THE_ENGINE), text
        killed.append(running.returncode)
        if forgotten:
            shutil.rmtree(study / ".snakemake")
    assert killed == [-signal.SIGKILL] * 3
    half = study / "results/1996/report/.report.en.html.77.part"
    half.parent.mkdir(parents=True, exist_ok=True)
    half.write_text("half", encoding="utf-8")
    process = snakemake(study)
    assert process.returncode == 0, said(process)
    assert not any(word in said(process) for word in OF_THE_ENGINE)
    assert published_bytes(study) == published_bytes(minimal_run)


def test_second_run_is_refused_and_told_who_is_at_work(study, minimal_run):
    first = begun(study)
    wait_for(study / HOLDER, first)
    second = snakemake(study)
    text, _ = first.communicate()
    assert first.returncode == 0, text
    assert second.returncode != 0
    assert f"{study}: another run is at work in this folder" in said(second)
    assert f"(process {first.pid} on " in said(second)
    assert not any(word in said(second) for word in OF_THE_ENGINE)
    assert published_bytes(study) == published_bytes(minimal_run)


def test_of_runs_that_start_together_one_proceeds(study):
    runs = [begun(study, "results/1996/import/codebook.csv") for _ in range(3)]
    texts = [running.communicate()[0] for running in runs]
    done = [running.returncode == 0 for running in runs]
    assert any(done)
    for text, right in zip(texts, done, strict=True):
        assert right or "another run is at work in this folder" in text, text
        # One that came when the first was done had nothing to do.
    assert sum(" import_wave 1996: " in text for text in texts) == 1


def test_a_dry_run_asks_nobody_and_holds_nothing(study):
    (study / ".snakemake").mkdir()
    with hold_study(study):
        assert snakemake(study, "--dry-run").returncode == 0
        assert snakemake(study, REPORT).returncode != 0
    assert snakemake(study, "results/1996/import/codebook.csv").returncode == 0


def mounted(*arguments):
    """Mount something, where this account may."""
    made = subprocess.run(["mount", *arguments], capture_output=True, check=False)
    if made.returncode:
        pytest.skip("this account may not mount")


@pytest.fixture
def read_only():
    """Make a folder one that may only be read, whoever writes."""
    folders = []

    def close(folder):
        folder.mkdir(exist_ok=True)
        mounted("--bind", str(folder), str(folder))
        folders.append(folder)
        mounted("-o", "remount,ro,bind", str(folder))
        return folder

    yield close
    for folder in reversed(folders):
        subprocess.run(["umount", str(folder)], check=True)


@pytest.mark.skipif(not shutil.which("mount"), reason="there is no mount")
@pytest.mark.parametrize("part", ["", "results"])
def test_folder_that_may_only_be_read_is_named_before_any_job(study, read_only, part):
    closed = read_only(study / part)
    process = snakemake(study)
    assert process.returncode != 0
    assert f"{closed}: nothing can be written there" in said(process)
    assert "Traceback" not in said(process)
    assert list((study / "results").rglob("*")) == []


@pytest.fixture
def disk(minimal_run, tmp_path):
    """A disk of a size, with the minimal study on it."""
    place = tmp_path / "disk"
    place.mkdir()

    def make(kilobytes):
        mounted("-t", "tmpfs", "-o", f"size={kilobytes}k", "none", str(place))
        return copy_study(minimal_run, place)

    yield make
    subprocess.run(["umount", str(place)], check=False)


@pytest.mark.skipif(not shutil.which("mount"), reason="there is no mount")
@pytest.mark.parametrize("kilobytes", [60, 300, 600])
def test_full_disk_is_named_and_no_part_of_a_file_stays(disk, minimal_run, kilobytes):
    study = disk(kilobytes)
    process = snakemake(study)
    assert process.returncode != 0
    # A job names the folder that it could not write to, the run itself the study's.
    full = r": the disk is full; make room on it and run again"
    assert re.search(f"(?:{re.escape(str(study))}|results/1996)[^\n]*{full}", said(process))
    assert "Traceback" not in said(process)
    assert "not your data's fault" not in said(process)
    whole = published_bytes(minimal_run)
    left = published_bytes(study)
    assert {path for path, content in left.items() if content != whole.get(path)} == set()
    subprocess.run(["mount", "-o", "remount,size=20m", str(study)], check=True)
    process = snakemake(study)
    assert process.returncode == 0, said(process)
    assert published_bytes(study) == whole
