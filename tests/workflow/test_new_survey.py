"""A file that nobody here has seen becomes a study, and the study runs as it is."""

import re
import subprocess
import sys

import numpy as np
import pandas as pd
import pyreadstat
import pytest

from canaries import given_away, given_in_deposit, is_private, run_everything, told_on
from invented import ROOT, read, snakemake
from resurvey.__main__ import main

ANSWERS = ["Да", "Нет", "Да", "Затрудняюсь", "Нет", "Да", "", "Нет"]


def make_stata(path):
    people = pd.DataFrame({"sex": [1, 2, 1, 2, 1, 2, 1, 2], "q1": [1, 1, 2, 2, 1, 2, 2, 1]})
    pyreadstat.write_dta(
        people,
        str(path),
        column_labels={"sex": "Sex", "q1": "Trust <script>alert(1)</script>"},
        variable_value_labels={"sex": {1: "men", 2: "women"}, "q1": {1: "{{ 7*7 }}", 2: "=1+1"}},
    )


def make_russian_csv(path):
    people = pd.DataFrame({"Пол": ["М", "Ж"] * 4, "Доверие": ANSWERS, "Возраст": range(20, 28)})
    people.to_csv(path, sep=";", index=False, encoding="utf-8")


def make_parquet(path):
    generator = np.random.default_rng(1)
    people = pd.DataFrame(generator.integers(1, 5, (40, 12)), columns=[f"v{n}" for n in range(12)])
    people.to_parquet(path)


def make_spss_without_labels(path):
    pyreadstat.write_sav(pd.DataFrame({"a": [0, 1, 1, 0, 1], "b": [-1, -1, 2, 2, 2]}), str(path))


@pytest.mark.parametrize(
    ("name", "make", "found"),
    [
        ("trust.dta", make_stata, ("q1", "1", "total", "4")),
        ("опрос.csv", make_russian_csv, ("Доверие", "Да", "total", "3")),
        ("many.parquet", make_parquet, None),
        ("plain.SAV", make_spss_without_labels, ("a", "1", "total", "3")),
    ],
)
def test_file_becomes_a_study_that_runs(tmp_path, name, make, found):
    make(tmp_path / name)
    study = tmp_path / "study"
    command = [sys.executable, "-m", "resurvey", "init", str(tmp_path / name), "--into", str(study)]
    folder = ROOT / "workflow/scripts"
    made = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert made.returncode == 0, made.stderr
    finished = snakemake(study)
    assert finished.returncode == 0, finished.stdout + finished.stderr
    (crosstabs,) = (study / "results").glob("*/tables/crosstabs.csv")
    lines = read(crosstabs)
    assert lines
    if found:
        names = ("row_variable", "row_code", "column_code", "count")
        assert found in {tuple(one[column] for column in names) for one in lines}
    (page,) = (study / "results").glob("*/report/report.*.html")
    text = page.read_text(encoding="utf-8")
    assert "<script>alert" not in text


def test_counted_data_are_counted_without_an_edit(tmp_path):
    study = tmp_path / "study"
    counted = ROOT / "tests/cases/files/csv_frequency_table.csv"
    assert main(["init", str(counted), "--into", str(study)]) == 0
    finished = snakemake(study)
    assert finished.returncode == 0, finished.stdout + finished.stderr
    (crosstabs,) = (study / "results").glob("*/tables/crosstabs.csv")
    (yes,) = (
        one
        for one in read(crosstabs)
        if (one["row_code"], one["column_code"], one["column_variable"]) == ("yes", "m", "sex")
    )
    assert (yes["count"], yes["base"], yes["unweighted_base"]) == ("10", "30", "30")
    assert float(yes["percent"]) == pytest.approx(100 / 3)
    (page,) = (study / "results").glob("*/report/report.en.html")
    text = page.read_text(encoding="utf-8")
    assert re.search(
        r"each of the file&#39;s (?:<[^>]*>)?4(?:<[^>]*>)? rows is a combination of answers", text
    )
    assert "The analysis includes 4 respondents" not in text
    # The page carries the names of all tests.
    assert "Rao–Scott" not in re.sub(r"(?s)<script.*?</script>", "", text)


def test_existing_study_is_not_overwritten(tmp_path, minimal_study):
    raw = minimal_study / "resources/1996/raw.sav"
    command = [sys.executable, "-m", "resurvey", "init", str(raw), "--into", str(minimal_study)]
    folder = ROOT / "workflow/scripts"
    made = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert made.returncode != 0
    assert "Traceback" not in made.stderr


def test_answers_of_one_person_stand_in_no_file_but_the_records(tmp_path):
    """Looked for in every file of the study, in what was said, and in homes and caches."""
    study, processes = run_everything(tmp_path)
    assert "name" in processes[-1].stdout + processes[-1].stderr
    assert told_on(processes) == []
    files = {path.relative_to(study): path for path in study.rglob("*") if path.is_file()}
    assert {".snakemake", "config", "engine.html"} <= {path.parts[0] for path in files}
    assert any("deposit" in path.parts for path in files)
    assert any(path.suffix == ".docx" for path in files)
    assert any(is_private(path) for path in files)
    assert given_away(study) == []
    assert given_away(tmp_path / "machine") == []
    assert not given_in_deposit(study)
