"""An installed package is the same workflow as a checkout: the same files, names and bytes."""

import os
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import venv
import zipfile
from pathlib import Path

import pytest

from invented import (
    MINIMAL_CONFIG,
    MINIMAL_TABLES,
    ROOT,
    copy_study,
    published_bytes,
    write_raw,
    write_study,
)

HOME = "resurvey/home"


def tracked(*places):
    """Files of the repository below some places."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z", *places]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout
    return [name.decode() for name in listed.split(b"\0") if (ROOT / name.decode()).is_file()]


def build(kind, source, target):
    """Build a source archive or a wheel, without a network."""
    code = f"import setuptools.build_meta as b; print(b.build_{kind}({str(target)!r}))"
    command = [sys.executable, "-c", code]
    built = subprocess.run(command, cwd=source, capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stderr[-3000:]
    return target / built.stdout.strip().splitlines()[-1]


@pytest.fixture(scope="session")
def wheel(tmp_path_factory):
    """The wheel, made from the source archive and not from the repository."""
    place = tmp_path_factory.mktemp("package")
    for name in tracked():
        (place / "repository" / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, place / "repository" / name)
    archive = build("sdist", place / "repository", place)
    with tarfile.open(archive) as files:
        files.extractall(place / "source", filter="data")
    (folder,) = (place / "source").iterdir()
    return build("wheel", folder, place)


@pytest.fixture(scope="session")
def resurvey(wheel, tmp_path_factory):
    """The installed command, in an environment that has no other library of ours.

    The packages are those of the tests: to install them once more would take a minute.
    """
    place = tmp_path_factory.mktemp("environment")
    venv.create(place, with_pip=False)
    (site,) = place.glob("lib/python3*/site-packages")
    (site / "packages.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    python = place / "bin/python"
    pip = [sys.executable, "-m", "pip", "--python", str(python), "install", "--quiet"]
    subprocess.run([*pip, "--no-deps", "--no-index", str(wheel)], check=True)
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}

    def command(*arguments, folder):
        words = [str(place / "bin/resurvey"), *map(str, arguments)]
        return subprocess.run(
            words, cwd=folder, env=kept, capture_output=True, text=True, check=False
        )

    return command


def test_the_wheel_carries_every_file_of_the_workflow_and_of_the_report(wheel):
    names = zipfile.ZipFile(wheel).namelist()
    library = "workflow/scripts/resurvey/"
    wanted = {
        name.removeprefix("workflow/scripts/") if name.startswith(library) else f"{HOME}/{name}"
        for name in tracked("Snakefile", "workflow", "report", "environment.yml")
    }
    assert len(wanted) > 300
    assert wanted - set(names) == set()


def test_the_wheel_carries_no_record_and_no_test(wheel):
    names = zipfile.ZipFile(wheel).namelist()
    assert [name for name in names if name.endswith((".sav", ".parquet", ".dta"))] == []
    assert [name for name in names if "/tests/" in name or name.startswith("tests")] == []


def test_the_installed_command_makes_the_very_bytes_of_the_checkout(
    resurvey, minimal_run, tmp_path
):
    # The very file, for an SPSS file holds the minute in which it was written.
    study = copy_study(minimal_run, tmp_path)
    finished = resurvey("run", "--cores", "2", folder=study)
    assert finished.returncode == 0, finished.stderr[-3000:]
    ours, theirs = published_bytes(study), published_bytes(minimal_run)
    assert [name for name in theirs if theirs[name] != ours.get(name)] == []
    # Receipts name doors, templates and settings by their hashes: a checkout sees nothing to do.
    assert {name for name in ours if "receipts" in name} <= set(theirs)


def test_a_study_is_begun_looked_at_and_compared_without_a_clone(resurvey, tmp_path):
    raw = write_raw(tmp_path / "answers.sav")
    begun = resurvey("init", raw, "--into", "my study", folder=tmp_path)
    assert begun.returncode == 0, begun.stderr
    assert begun.stdout.strip().endswith("resurvey run --directory 'my study'")
    planned = resurvey("run", "-n", "--directory", "my study", folder=tmp_path)
    assert planned.returncode == 0, planned.stderr[-3000:]
    assert "write_pages" in planned.stdout + planned.stderr
    same = resurvey("diff", raw, raw, folder=tmp_path)
    assert same.returncode == 0, same.stderr
    added = resurvey("add-wave", raw, "--name", "2030", "--directory", "my study", folder=tmp_path)
    assert added.returncode == 0, added.stderr


def test_a_printed_table_is_audited_without_a_clone(resurvey, tmp_path):
    table = tmp_path / "table.csv"
    table.write_text("answer;men;women\nYes;31,3;28,6\nNo;68,8;71,4\n", encoding="utf-8")
    bases = ["--group-size", "men=16", "--group-size", "women=14"]
    audited = resurvey("audit", table, *bases, "--html", "audit.html", folder=tmp_path)
    assert audited.returncode == 0, audited.stderr
    assert "<html" in (tmp_path / "audit.html").read_text(encoding="utf-8")


def test_options_and_targets_of_snakemake_go_on_to_it(resurvey, tmp_path):
    write_raw(tmp_path / "resources/1996/raw.sav")
    study = write_study(tmp_path, config=MINIMAL_CONFIG, tables=MINIMAL_TABLES)
    named = resurvey("run", "-n", "--profile", "default", "figures", folder=study)
    assert named.returncode == 0, named.stderr[-3000:]
    assert "draw_figures" in named.stdout + named.stderr
    assert "write_pages" not in named.stdout + named.stderr
    wrong = resurvey("run", "-n", "--config", "alpha=5", folder=study)
    assert wrong.returncode
    assert "alpha" in wrong.stdout + wrong.stderr


def test_nothing_of_the_library_but_its_anchor_looks_for_the_repository_above_itself():
    library = ROOT / "workflow/scripts/resurvey"
    looking = {
        path.relative_to(library).as_posix()
        for path in library.rglob("*.py")
        if "__file__" in path.read_text(encoding="utf-8")
    }
    # The certificate encloses modules of the library, which it finds beside itself.
    assert looking == {"core/home.py", "proof/certificate/writing.py"}


def test_the_anchor_is_the_repository_in_a_checkout():
    from resurvey.core.home import HOME as found
    from resurvey.core.home import is_installed

    assert Path(found) == ROOT
    assert not is_installed()
