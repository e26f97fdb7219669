"""A certificate encloses the study's known files, and nothing that a link or chance put there."""

import hashlib
from pathlib import Path

import pytest

from resurvey.core.errors import SurveyError
from resurvey.proof.certificate.manifest import (
    Files,
    list_sources,
    published_documents,
    study_settings,
)


@pytest.fixture
def study(tmp_path, monkeypatch):
    """A study's folder to stand in, with a secret outside of it."""
    (tmp_path / "secret.txt").write_text("SECRET")
    folder = tmp_path / "study"
    for path in ("config/config.yaml", "resources/published/1/cells.csv", "results/1/tables/t.csv"):
        (folder / path).parent.mkdir(parents=True)
        (folder / path).write_text("x")
    monkeypatch.chdir(folder)
    return folder


def listed(inputs=(), outputs=()):
    files = Files(list(inputs), list(outputs), [], [], "resources/raw.sav")
    return [one.path for one in list_sources(files, "..", {}, shareable=False)]


def test_only_known_settings_are_enclosed(study):
    for name in ("codebook", "text.ru", "text.kyr", "private", "text.private", "config.local"):
        (study / f"config/{name}.yaml").write_text("password: x")
    (study / "config/tables.yaml").mkdir()
    known = ["codebook", "config", "text.kyr", "text.ru"]
    assert study_settings("config") == [f"config/{name}.yaml" for name in known]


def test_only_known_documents_lie_beside_the_published_numbers(study):
    for name in ("notes.txt", "interviews.csv", "claims.csv", "quotations.csv", "article.yaml"):
        (study / "resources/published/1" / name).write_text("x")
    found = [Path(path).name for path in published_documents("resources/published/1")]
    assert found == ["article.yaml", "cells.csv", "claims.csv", "quotations.csv"]
    assert published_documents("resources/published/2") == []


@pytest.mark.parametrize("path", ["config/codebook.yaml", "resources/published/1/claims.csv"])
def test_linked_file_is_refused_by_name(study, path):
    (study / path).symlink_to(study.parent / "secret.txt")
    with pytest.raises(SurveyError, match=rf"{path}: this is a link") as problem:
        listed([path])
    assert "secret" not in str(problem.value)


@pytest.mark.parametrize("folder", ["config", "resources", "resources/published/1"])
def test_linked_folder_is_refused_by_name(study, folder):
    (study / folder).rename(study.parent / "elsewhere")
    (study / folder).symlink_to(study.parent / "elsewhere")
    paths = ["config/config.yaml", "resources/published/1/cells.csv"]
    with pytest.raises(SurveyError, match=rf"^{folder}: this is a link"):
        listed(paths)


def test_linked_result_is_refused_but_the_folder_of_results_may_lie_elsewhere(study):
    (study / "results").rename(study.parent / "disk")
    (study / "results").symlink_to(study.parent / "disk")
    assert listed(outputs=["results/1/tables/t.csv"]) == ["results/1/tables/t.csv"]
    (study / "results/1/tables/tests.csv").symlink_to(study.parent / "secret.txt")
    with pytest.raises(SurveyError, match=r"results/1/tables/tests\.csv: this is a link"):
        listed(outputs=["results/1/tables/tests.csv"])


SETTINGS = """
# 3 respondents have the weight 0
waves:
  "1": {file: "a#b.sav"}   # of Aigul
why: |  # told to nobody
  # said of the step
"""


def test_comments_in_settings_of_real_answers_stay_in_the_house(study):
    Path("config/config.yaml").write_text(SETTINGS)
    Path("resources/raw.sav").write_text("x")
    files = Files(["config/config.yaml"], [], [], [], "resources/raw.sav")
    (enclosed,) = list_sources(files, "..", {}, shareable=False)
    text = enclosed.content.decode()
    assert text == '\nwaves:\n  "1": {file: "a#b.sav"}\nwhy: |\n  # said of the step\n'
    assert enclosed.entry().sha256 == hashlib.sha256(enclosed.content).hexdigest()
    assert enclosed.entry().bytes == len(text)
    whole = list_sources(files, "..", {}, shareable=True)[0]
    assert (whole.content, whole.entry().bytes) == (None, len(SETTINGS))
