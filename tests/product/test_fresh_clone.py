"""A fresh clone with an empty home: the README's first command ends with both reports."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def project_files():
    """Files that a clone would hold."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout
    return [name.decode() for name in listed.split(b"\0") if name]


@pytest.fixture(scope="module")
def clone(tmp_path_factory):
    """A copy of the repository, and the environment of somebody who has nothing yet."""
    place = tmp_path_factory.mktemp("fresh")
    for name in project_files():
        if (ROOT / name).is_file():
            (place / "clone" / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, place / "clone" / name)
    (place / "home").mkdir()
    kept = {"PATH", "LANG", "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE"}
    kept |= {name for name in os.environ if name.startswith(("PIP_", "UV_"))}
    environment = {name: value for name, value in os.environ.items() if name in kept}
    # The tests' own environment must not help.
    own = str(Path(sys.executable).parent)
    places = [one for one in environment["PATH"].split(os.pathsep) if one != own]
    environment |= {"HOME": str(place / "home"), "PATH": os.pathsep.join(places)}
    return place / "clone", environment


def test_first_command_makes_both_reports(clone):
    folder, environment = clone
    command = [shutil.which("python3", path=environment["PATH"]), "run"]
    finished = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    assert finished.returncode == 0, finished.stderr[-3000:]
    for language in ("ru", "en"):
        page = folder / f"results/2022/report/report.{language}.html"
        assert page.stat().st_size > 100_000


def test_environment_finds_the_library_by_itself(clone, tmp_path):
    folder, environment = clone
    code = "import resurvey; print(resurvey.__file__)"
    said = subprocess.run(
        [str(folder / ".venv/bin/python"), "-c", code],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert said.stdout.strip() == str(folder / "workflow/scripts/resurvey/__init__.py")


def test_another_file_becomes_a_study_with_two_commands(clone, tmp_path):
    folder, environment = clone
    program = [shutil.which("python3", path=environment["PATH"]), str(folder / "run")]
    raw = folder / "results/2022/raw/survey_reconstructed.sav"
    for arguments in (
        ["resurvey", "init", str(raw), "--into", "my_study"],
        ["--directory", "my_study"],
    ):
        finished = subprocess.run(
            [*program, *arguments],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert finished.returncode == 0, finished.stderr[-3000:]
    assert list((tmp_path / "my_study/results").glob("*/report/report.*.html"))
