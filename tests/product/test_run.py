"""`./run` makes an environment, adds to it, and deletes nothing that it did not make."""

import importlib.machinery
import importlib.util
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def script(tmp_path, monkeypatch):
    """The script as a module whose environment lies in a folder of the test."""
    monkeypatch.setenv("RESURVEY_VENV", str(tmp_path / "venv"))
    loader = importlib.machinery.SourceFileLoader("run_script", str(ROOT / "run"))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader("run_script", loader))
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    loader.exec_module(module)
    return module


@pytest.fixture
def asked(script, monkeypatch):
    """Installations that the script asks for; each fails whose tool is in `fails`."""
    calls, fails = [], set()

    def answer(command, **how):
        calls.append(command)
        failed = how.get("capture_output", False) and "uv" in fails
        return subprocess.CompletedProcess(command, int(failed), "", "no route to the registry\n")

    monkeypatch.setattr(script.subprocess, "run", answer)
    return calls, fails


@pytest.fixture
def program(script, monkeypatch):
    """The script, which installs nothing."""

    def install(lock):
        stamp, wanted = script.stamp_of(lock)
        stamp.write_text(wanted)

    monkeypatch.setattr(script, "install", install)
    create = script.venv.create
    # pip is not called here, and takes seconds to be put into an environment.
    monkeypatch.setattr(script.venv, "create", lambda folder, with_pip: create(folder))
    return script


def refused(program):
    with pytest.raises(SystemExit) as end:
        program.prepare(program.LOCK)
    assert "\n" not in str(end.value)
    return str(end.value)


def test_folder_with_something_else_in_it_is_left_alone(program):
    thesis = program.VENV / "thesis/data.txt"
    thesis.parent.mkdir(parents=True)
    thesis.write_text("precious")
    assert "did not make it" in refused(program)
    assert thesis.read_text() == "precious"
    assert [path.name for path in program.VENV.iterdir()] == ["thesis"]


def test_environment_that_somebody_else_made_is_left_alone(program):
    program.venv.create(program.VENV, with_pip=True)
    assert "RESURVEY_VENV" in refused(program)
    assert (program.VENV / "pyvenv.cfg").exists()


def test_file_in_the_place_of_the_folder_is_left_alone(program):
    program.VENV.write_text("precious")
    refused(program)
    assert program.VENV.read_text() == "precious"


def test_what_was_added_by_hand_survives_a_changed_lock(program):
    program.prepare(program.LOCK)
    site = next(program.VENV.glob("lib/python*/site-packages"))
    (site / "mine.py").write_text("x = 1\n")
    stamp, _ = program.stamp_of(program.LOCK)
    stamp.write_text("another lock")
    program.prepare(program.LOCK)
    assert (site / "mine.py").exists()
    assert program.holds(program.LOCK)


def test_what_is_installed_is_told_once_and_with_its_purpose(program, capsys):
    program.prepare(program.LOCK)
    told = capsys.readouterr().err
    assert re.fullmatch(r"Installing \d{2} packages into venv for the workflow: .*\n", told)
    program.prepare(program.LOCK)
    assert capsys.readouterr().err == ""


def test_lock_that_asks_for_nothing_new_says_nothing(program, capsys, tmp_path):
    program.prepare(program.LOCK)
    site = next(program.VENV.glob("lib/python*/site-packages"))
    for pin in re.findall(r"^([\w.-]+==[^\s;]+) ", program.LOCK.read_text(), re.M):
        (site / f"{pin.replace('-', '_').replace('==', '-')}.dist-info").mkdir()
    stamp, _ = program.stamp_of(program.LOCK)
    stamp.write_text("another lock")
    capsys.readouterr()
    program.prepare(program.LOCK)
    assert capsys.readouterr().err == ""
    assert program.holds(program.LOCK)


def test_every_lock_has_a_purpose(program):
    locks = set(ROOT.glob("requirements*.lock")) - {program.UV_LOCK}
    assert set(program.PURPOSES) == locks


def test_installation_that_was_cut_off_goes_on(program):
    program.prepare(program.LOCK)
    stamp, _ = program.stamp_of(program.LOCK)
    stamp.unlink()
    program.prepare(program.LOCK)
    assert program.holds(program.LOCK)


def test_environment_of_an_earlier_version_goes_on(program):
    program.prepare(program.LOCK)
    program.OURS.unlink()
    stamp, _ = program.stamp_of(program.LOCK)
    stamp.write_text("another lock")
    program.prepare(program.LOCK)
    assert program.holds(program.LOCK)


def test_older_python_is_one_sentence_and_leaves_nothing(program, monkeypatch):
    monkeypatch.setattr(program.sys, "version_info", (3, 9, 2))
    assert "Python 3.9" in refused(program)
    assert not program.VENV.exists()


def test_uv_is_pinned_by_version_and_hash():
    lines = (ROOT / "requirements-uv.lock").read_text().splitlines()
    named = [line for line in lines if not line.startswith(("#", " "))]
    assert [line.partition("==")[0] for line in named] == ["uv"]
    assert sum("--hash=sha256:" in line for line in lines) > 1


def test_failed_uv_says_why_before_pip_takes_over(script, asked, capsys):
    calls, fails = asked
    fails.add("uv")
    script.VENV.mkdir()
    script.install(script.LOCK)
    assert "no route to the registry" in capsys.readouterr().err
    assert "--require-hashes" in calls[-1]


@pytest.mark.parametrize("fails_first", [set(), {"uv"}], ids=["uv", "pip"])
def test_what_a_cluster_needs_is_installed_aside(script, asked, fails_first):
    calls, fails = asked
    fails |= fails_first
    aside = script.PLACES[script.SLURM_LOCK]
    aside.mkdir(parents=True)
    script.install(script.SLURM_LOCK)
    assert calls[-1][calls[-1].index("--target") + 1] == str(aside)
    assert aside.parent == script.VENV
    # What installs it belongs to the environment.
    assert "--target" not in calls[0]
    assert script.holds(script.SLURM_LOCK)


@pytest.mark.parametrize(
    ("arguments", "found"), [(["--profile", "slurm"], True), (["scale"], True), (["-n"], False)]
)
def test_only_a_run_on_a_cluster_finds_its_executor(program, called, monkeypatch, arguments, found):
    monkeypatch.setenv("PYTHONPATH", "mine")
    program.main(arguments)
    path = program.os.environ["PYTHONPATH"].split(os.pathsep)
    assert path == [str(program.PLACES[program.SLURM_LOCK])] * found + ["mine"]


@pytest.fixture
def called(program, monkeypatch):
    """Commands of pytest that the script would run."""
    calls = []
    monkeypatch.setattr(program, "prepare", lambda *locks: None)
    monkeypatch.setattr(program, "run", lambda *command, where=None: calls.append(command) or 0)
    return calls


def test_quick_tests_run_alone_where_they_are_asked_for(program, called, capsys):
    assert program.main(["test", "--quick", "-x"]) == 0
    (command,) = called
    assert {"not slow", "tests/unit", "-x"} <= set(command)
    assert not {"tests/workflow", "tests/product", "--quick"} & set(command)
    assert "minute" in capsys.readouterr().err


def test_quick_tests_come_first_and_all_others_after_them(program, called, capsys):
    assert program.main(["test"]) == 0
    quick, others = called
    assert "not slow" in quick
    assert {"slow", "tests/workflow", "tests/product"} <= set(others)
    marked = {
        str(path.relative_to(ROOT)): path.read_text(encoding="utf-8")
        for path in (ROOT / "tests/unit").rglob("test_*.py")
        if "pytest.mark.slow" in path.read_text(encoding="utf-8")
    }
    assert len(marked) > 10
    assert set(marked) <= set(others)
    # What is left out of the quick ones is slow to its last test.
    whole = {option.removeprefix("--ignore=") for option in quick if "--ignore=" in option}
    assert whole
    assert all("\npytestmark = pytest.mark.slow\n" in marked[path] for path in whole)
    assert "20 minutes" in capsys.readouterr().err


@pytest.mark.parametrize("how", ["subprocess.run(['true'])", "Process(target=print).start()"])
def test_a_quick_test_that_starts_a_process_fails(tmp_path, how):
    (tmp_path / "test_both.py").write_text(
        "import subprocess\nfrom multiprocessing import Process\nimport pytest\n"
        f"def test_quick():\n    {how}\n"
        f"@pytest.mark.slow\ndef test_slow():\n    {how}\n"
    )
    options = ("-p", "conftest", "-p", "no:cacheprovider", "-p", "no:xdist", "-c", "pyproject.toml")
    ran = subprocess.run(
        [sys.executable, "-m", "pytest", *options, str(tmp_path)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT / "tests")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "1 failed, 1 passed" in ran.stdout, ran.stdout + ran.stderr
    assert "mark this one with @pytest.mark.slow" in ran.stdout


def test_one_file_of_tests_is_run_as_it_is_named(program, called):
    assert program.main(["test", "tests/unit/test_rooms.py"]) == 0
    (command,) = called
    assert command[-1] == "tests/unit/test_rooms.py"
    assert "not slow" not in command


def test_no_test_waits_for_a_moment_of_the_clock():
    """A test may sleep until something is there; none asserts how fast this machine is."""
    asserted = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in (ROOT / "tests").rglob("*.py")
        if path != Path(__file__)
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if "assert" in line and "perf_counter()" in line
    ]
    assert asserted == []
