"""The same input gives the same bytes: elsewhere, on another day, without network, on threads."""

import os
import shutil
import socket
import subprocess
import sys

import numpy as np
import pandas as pd
import pyreadstat
import pytest

from elsewhere import FOLDER, another_day
from invented import ROOT, copy_study, published_bytes, snakemake, write_study
from programs import need

PEOPLE = 12_000
"""From some 10,000 numbers on, a library for sums divides them among its threads."""
RECORDER = """
import os, sys
if sys.argv[:1] != ["-c"]:
    with open(os.path.join(os.environ["RECORDED"], str(os.getpid())), "w") as told:
        told.write(" ".join(str(os.environ.get(f"{one}_NUM_THREADS"))
                            for one in ("OMP", "OPENBLAS", "MKL")))
"""
CLOCK = "import datetime, time; print(time.time(), datetime.datetime.now().timestamp())"


WITHOUT_NETWORK = (
    ["unshare", "--net"]
    if hasattr(os, "geteuid") and os.geteuid() == 0
    else [*("unshare", "--map-root-user", "--net")]
)
CONNECT = "import socket, sys; socket.create_connection(('127.0.0.1', int(sys.argv[1])), 5)"


def has_no_network():
    """Whether programs can be started here in a network that nothing is in."""
    if not shutil.which("unshare"):
        return False
    return subprocess.run([*WITHOUT_NETWORK, "true"], capture_output=True).returncode == 0


@pytest.fixture(scope="module")
def far_run(minimal_run, tmp_path_factory):
    """The minimal study in another folder, on another day, on one core, and without a network."""
    place = tmp_path_factory.mktemp("far")
    study = copy_study(minimal_run, place / FOLDER)
    later = another_day(place / "clock") or {}
    far = {"PYTHONHASHSEED": "5", "TZ": "Asia/Tashkent", "LC_ALL": "C", "PYTHONUTF8": "1", **later}
    command = [sys.executable, "-m", "snakemake", "--snakefile", str(ROOT / "Snakefile")]
    finished = subprocess.run(
        [
            *(WITHOUT_NETWORK if has_no_network() else []),
            *(*command, "--directory", str(study), "--cores", "1"),
        ],
        capture_output=True,
        text=True,
        env={**os.environ, **far},
        check=False,
    )
    assert finished.returncode == 0, finished.stdout + finished.stderr
    return study


def test_all_documents_are_the_same_on_another_day_in_another_folder(minimal_run, far_run):
    first, second = published_bytes(minimal_run), published_bytes(far_run)
    assert {".html", ".docx", ".xlsx", ".pdf"} <= {name[name.rfind(".") :] for name in first}
    assert first.keys() == second.keys()
    assert [name for name in first if first[name] != second[name]] == []


@pytest.mark.skipif(not has_no_network(), reason="this system parts no networks (unshare --net)")
def test_run_needs_no_network(far_run):
    """It ran where nothing answers: a listener of this machine cannot be reached from there."""
    assert (far_run / "results/1996/report/report.en.html").exists()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        ask = [sys.executable, "-c", CONNECT, str(listener.getsockname()[1])]
        assert subprocess.run(ask, capture_output=True).returncode == 0
        assert subprocess.run([*WITHOUT_NETWORK, *ask], capture_output=True).returncode != 0


def test_the_other_day_is_another_day(tmp_path):
    need("cc")
    later = another_day(tmp_path / "clock")
    clocks = [
        subprocess.run(
            [sys.executable, "-c", CLOCK], env=own, capture_output=True, text=True, check=True
        ).stdout.split()
        for own in ({}, later)
    ]
    for now, then in zip(*clocks, strict=True):
        assert float(then) - float(now) == pytest.approx(40 * 86400, abs=60)


@pytest.fixture(scope="module")
def many(tmp_path_factory):
    """Many respondents, with numbers whose sums depend on the order in which they are added."""
    folder = tmp_path_factory.mktemp("many")
    dice = np.random.default_rng(3)
    common = dice.normal(size=PEOPLE)
    people = pd.DataFrame({f"x{at}": common + dice.normal(size=PEOPLE) for at in range(4)})
    people["weight"] = dice.uniform(0.3, 3, PEOPLE)
    (folder / "resources/1").mkdir(parents=True)
    pyreadstat.write_sav(people, str(folder / "resources/1/raw.sav"))
    return write_study(
        folder,
        config='waves:\n  "1": {file: resources/1/raw.sav, weight: weight}\n',
        tables=(
            "tables:\n  numbers: {summaries: [x0, x1]}\n"
            "correlations:\n  all: {variables: [x0, x1, x2, x3]}\n"
        ),
        indicators="indicators: {}\nscales:\n  sum: {items: [x0, x1, x2, x3]}\n",
    )


def test_jobs_add_up_in_one_order_however_many_threads_there_are(many, tmp_path):
    """The settings are recorded by the jobs themselves, as they begin."""
    recorder = tmp_path / "recorder"
    recorder.mkdir()
    (recorder / "sitecustomize.py").write_text(RECORDER, encoding="utf-8")
    tables = {}
    for threads in ("1", "2"):
        study = copy_study(many, tmp_path / threads)
        recorded = tmp_path / f"recorded{threads}"
        recorded.mkdir()
        outer = {f"{name}_NUM_THREADS": threads for name in ("OMP", "OPENBLAS", "MKL")}
        outer |= {"PYTHONPATH": str(recorder), "RECORDED": str(recorded)}
        finished = snakemake(study, "results/1/tables/crosstabs.csv", environment=outer)
        assert finished.returncode == 0, finished.stdout + finished.stderr
        told = [path.read_text(encoding="utf-8") for path in recorded.iterdir()]
        # Snakemake itself begins with what it is given; import, preparation and tables do not.
        assert told.count("1 1 1") >= 3
        assert set(told) <= {"1 1 1", " ".join([threads] * 3)}
        tables[threads] = published_bytes(study)
    different = [name for name in tables["1"] if tables["1"][name] != tables["2"][name]]
    assert different == []
    summaries = tables["1"]["1/tables/summaries.csv"].decode()
    assert all(f",{name}," in summaries for name in ("mean", "median"))
