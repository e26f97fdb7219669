"""A file that nobody here has seen becomes a study, and the study runs as it is."""

import contextlib
import io
import re
import subprocess
import sys
import zipfile
import zlib

import numpy as np
import pandas as pd
import pyreadstat
import pytest

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


def contents(name, content):
    """Bytes of a file and, where it is a container, of everything in it."""
    yield name, content
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for part in archive.namelist():
                yield from contents(f"{name}!{part}", archive.read(part))
    if content.startswith(b"%PDF"):
        for stream in re.findall(rb"stream\r?\n(.*?)endstream", content, re.DOTALL):
            with contextlib.suppress(zlib.error):
                yield f"{name}!stream", zlib.decompress(stream)


def is_private(path):
    """Whether a file is one of those that hold the records of persons, by their place."""
    room = path.parts[2] if len(path.parts) > 2 else ""
    records = path.suffix == ".parquet" and room in ("import", "clean", "indicators")
    return path.parts[0] == "resources" or (path.parts[0] == "results" and records)


def test_answers_of_one_person_stand_in_no_file_but_the_records(tmp_path):
    """An id, a name, two telephones, a story, a village and a rare word, looked for everywhere."""
    planted = [b"CANARY", b"+9965551200", b"my own story number"]
    raw = ROOT / "tests/cases/init/disclosure.csv"
    study = tmp_path / "study"
    made = subprocess.run(
        [sys.executable, "-m", "resurvey", "init", str(raw), "--into", str(study)],
        cwd=ROOT / "workflow/scripts",
        capture_output=True,
        text=True,
        check=False,
    )
    assert made.returncode == 0, made.stderr
    with open(study / "config/config.yaml", "a", encoding="utf-8") as config:
        config.write("deposit: {approved: nobody}\n")
    finished = snakemake(study, "all", "deposit", "certificate")
    assert finished.returncode == 0, finished.stdout + finished.stderr
    engine = snakemake(study, "--report", "engine.html")
    assert engine.returncode == 0, engine.stderr
    # A codebook that the answers break stops the next run, whose words go to the logs.
    codebook = study / "config/codebook.yaml"
    codebook.write_text("variables: {name: {measure: nominal, codes: {A: one}}}\n")
    stopped = snakemake(study, "--config", "documents=[]")
    assert stopped.returncode != 0
    assert "name" in stopped.stdout + stopped.stderr
    for process in (made, finished, engine, stopped):
        told = (process.stdout + process.stderr).encode()
        assert not any(word in told for word in planted)
    files = {path.relative_to(study): path for path in study.rglob("*") if path.is_file()}
    assert {".snakemake", "config", "engine.html"} <= {path.parts[0] for path in files}
    assert any("deposit" in path.parts for path in files)
    assert any(path.suffix == ".docx" for path in files)
    assert any(is_private(path) for path in files)
    given_away = [
        name
        for place, path in files.items()
        if not is_private(place)
        for name, content in contents(str(place), path.read_bytes())
        if any(word in content for word in planted)
    ]
    assert given_away == []
    pooled = pd.read_parquet(study / "results/deposit/pooled.parquet")
    texts = " ".join(pooled.astype(str).to_numpy().ravel()).encode()
    assert not any(word in texts for word in planted)
