"""No raw file gets into git: by the list of what is ignored, and by a check before a commit."""

import importlib.machinery
import importlib.util
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from invent_interviews import archive_bytes, project_bytes

from invented import ROOT, write_raw

HOOK = ROOT / ".githooks/pre-commit"


@pytest.fixture
def repository(tmp_path):
    """A repository with the check, and nothing else of this one."""
    folder = tmp_path / "repository"
    shutil.copytree(ROOT / ".githooks", folder / ".githooks")
    shutil.copytree(ROOT / "workflow/scripts/resurvey", folder / "workflow/scripts/resurvey")
    git(folder, "init", "--quiet")
    git(folder, "config", "core.hooksPath", ".githooks")
    return folder


def git(folder, *arguments):
    who = ["-c", "user.name=A", "-c", "user.email=a@example.org"]
    return subprocess.run(
        ["git", *who, *arguments], cwd=folder, capture_output=True, text=True, check=False
    )


def commit(folder, *names):
    assert git(folder, "add", "--force", *names).returncode == 0
    return git(folder, "commit", "--quiet", "--message", "m")


def test_raw_file_is_not_committed_whatever_it_is_called(repository):
    write_raw(repository / "notes/wave.txt")
    refused = commit(repository, "notes/wave.txt")
    assert refused.returncode != 0
    assert "notes/wave.txt: it holds records of persons (SPSS); keep it out of git" in (
        refused.stderr
    )
    assert "Traceback" not in refused.stderr


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("resources/2024/answers.csv", "where raw files of a survey lie"),
        ("examples/mine/resources/2024/answers.CSV", "where raw files of a survey lie"),
        ("results/2024/clean/log.csv", "results are made by a run"),
    ],
)
def test_table_in_a_private_place_is_not_committed(repository, name, words):
    path = repository / name
    path.parent.mkdir(parents=True)
    path.write_text("id,q\n1,2\n", encoding="utf-8")
    refused = commit(repository, name)
    assert refused.returncode != 0
    assert f"{name}: " in refused.stderr
    assert words in refused.stderr


def test_coded_interviews_are_not_committed_wherever_they_lie(repository):
    (repository / "notes").mkdir()
    (repository / "notes/real.qdpx").write_bytes(archive_bytes({"project.qde": b"<Project/>"}))
    (repository / "notes/made.qdpx").write_bytes(project_bytes())
    refused = commit(repository, "notes/real.qdpx")
    assert "notes/real.qdpx: it holds coded interviews; keep it out of git" in refused.stderr
    git(repository, "reset", "--quiet")
    assert commit(repository, "notes/made.qdpx").returncode == 0


def test_published_numbers_invented_people_and_programs_are_committed(repository):
    published = repository / "resources/published/2022/cells.csv"
    published.parent.mkdir(parents=True)
    published.write_text("table,printed\na,1\n", encoding="utf-8")
    (repository / "tests").mkdir()
    write_raw(repository / "tests/wave.sav")
    write_raw(repository / "made.sav", file_label="Reconstructed from published tables")
    done = commit(repository, "resources", "tests", "made.sav", "workflow/scripts")
    assert done.returncode == 0, done.stderr


def test_every_file_of_this_repository_passes_the_check(monkeypatch):
    monkeypatch.setattr(sys, "path", [*sys.path])
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    loader = importlib.machinery.SourceFileLoader("git_check", str(HOOK))
    check = importlib.util.module_from_spec(importlib.util.spec_from_loader("git_check", loader))
    loader.exec_module(check)
    tracked = git(ROOT, "ls-files", "-z").stdout.split("\0")
    names = [name for name in tracked if name and (ROOT / name).is_file()]
    assert len(names) > 300
    assert check.refusals(names, lambda name: Path(ROOT, name).read_bytes()[: check.HEAD]) == []


@pytest.mark.parametrize(
    "name",
    ["resources/2024/survey.sav", "notes/survey.sav", "survey.parquet", "wave.dta"],
)
def test_git_ignores_raw_files(name):
    assert git(ROOT, "check-ignore", name).returncode == 0


@pytest.mark.parametrize(
    "name", ["tests/cases/new.sav", "resources/published/2022/cells.csv", "docs/page.md"]
)
def test_git_sees_what_belongs_to_the_repository(name):
    assert git(ROOT, "check-ignore", name).returncode == 1
