"""Several waves: the questionnaire's meaning is checked before anything is computed."""

import json
from pathlib import Path

import pytest

from invented import published_bytes, read, snakemake
from resurvey.reading.writing import write_sav
from unit.waves.contract.small_waves import people, survey

CONFIG = """\
languages: [en, ru]
documents: []
waves:
  "2022": {file: resources/2022.sav}
"""
TABLES = """\
tables:
  plans_by_sex: {rows: [plans], columns: sex}
  job: {rows: [works, satisfied], columns: sex}
"""
CODEBOOK = """\
variables:
  sex: {label: Your sex, codes: {1: Men, 2: Women}}
  works: {label: Do you have a job?, codes: {1: "Yes", 2: "No"}}
  satisfied:
    label: Are you satisfied with the job?
    codes: {1: "Yes", 2: Mostly yes, 3: Mostly no, 4: "No"}
  plans:
    label: What are your plans?
    codes: {1: Stay, 2: Leave, 8: Hard to say, 9: Refused}
    missing: [9]
"""
MAPPING = """\
"2024":
  variables:
    plans: {from: Q7}
    sex: {codes: {1: 2, 2: 1}}
  accept:
    - {variable: works, difference: missing_variable, why: "Not asked: no room"}
    - {variable: satisfied, difference: new_answer, code: 5, why: "Asked for the first time"}
    - {variable: satisfied, difference: routing, why: "Everybody was asked, for lack of `works`"}
"""


def drifted():
    """A wave with a renamed variable, exchanged labels, a new answer and one question fewer."""
    data = people(300, 2).drop(columns="works").rename(columns={"plans": "Q7"})
    data["sex"] = 3 - data["sex"]
    data.loc[data.index[:30], "satisfied"] = 5
    return survey(
        data,
        labels={
            "sex": {1: "Women", 2: "Men"},
            "satisfied": {1: "Yes", 2: "Mostly yes", 3: "Mostly no", 4: "No", 5: "No boss"},
            "Q7": {1: "Stay", 2: "Leave", 8: "Hard to say", 9: "Refused"},
        },
        wordings={"Q7": "What are your plans?"},
        missing={"Q7": (9,)},
    )


def write(folder, **files):
    (folder / "config").mkdir(exist_ok=True)
    for name, text in files.items():
        (folder / f"config/{name}.yaml").write_text(text, encoding="utf-8")


@pytest.fixture
def study(tmp_path):
    (tmp_path / "resources").mkdir()
    write(tmp_path, config=CONFIG, tables=TABLES, codebook=CODEBOOK)
    write_sav(tmp_path / "resources/2022.sav", survey(people(300, 1)))
    return tmp_path


def add(folder, name, wave, sha256=""):
    write_sav(folder / f"resources/{name}.sav", wave)
    config = (folder / "config/config.yaml").read_text(encoding="utf-8")
    entry = f'  "{name}": {{file: resources/{name}.sav{sha256}}}\n'
    write(folder, config=config + entry)


def said(finished):
    text = finished.stdout + finished.stderr
    assert "Traceback" not in text, text
    return text


def test_one_wave_has_no_further_job(study):
    planned = snakemake(study, "--dry-run").stdout
    assert "import_wave" in planned
    assert "questionnaire" not in planned


def test_wave_from_the_changed_file_to_its_report(study):
    crosstabs = "results/2024/tables/crosstabs.csv"
    add(study, "2024", drifted())

    stopped = snakemake(study)
    assert stopped.returncode != 0
    text = said(stopped)
    assert "3 differences" not in text
    assert "'sex': code 1 is 'Women' here and 'Men' in the codebook" in text
    assert 'add under "2024", `variables:`, in config/waves.yaml the line' in text
    # Nothing was computed, and the drift report survives the stop.
    assert not list(study.glob("results/*/tables")) + list(study.glob("results/*/clean"))
    kinds = {
        (line["variable"], line["difference"])
        for line in read(study / "results/2024/import/drift.csv")
    }
    assert kinds >= {
        ("sex", "meaning"),
        ("plans", "renamed_variable"),
        ("works", "missing_variable"),
        ("satisfied", "new_answer"),
    }
    assert "sex: {codes: {1: 2, 2: 1}}" in (
        study / "results/2024/import/suggested_mapping.yaml"
    ).read_text(encoding="utf-8")
    assert (study / "results/2024/import/drift.ru.html").exists()

    write(study, waves=MAPPING)
    finished = snakemake(study)
    assert finished.returncode == 0, said(finished)
    cells = {
        (line["row_variable"], line["row_code"], line["column_code"]): line["count"]
        for line in read(study / crosstabs)
    }
    truth = people(300, 2)
    for code in (1, 2, 8):
        for sex in (1, 2):
            count = int(((truth["plans"] == code) & (truth["sex"] == sex)).sum())
            assert float(cells["plans", str(code), str(sex)]) == count
    assert float(cells["satisfied", "5", "total"]) == 30
    assert float(cells["works", "1", "total"]) == 0
    page = (study / "results/2024/import/drift.en.html").read_text(encoding="utf-8")
    assert "Not asked: no room" in page

    # A further wave changes no byte of the earlier ones, and reads their files for comparison only.
    before = published_bytes(study)
    add(study, "2026", survey(people(300, 3)))
    finished = snakemake(study)
    assert finished.returncode == 0, said(finished)
    after = published_bytes(study)
    earlier = {path for path in before if path.startswith(("2022/", "2024/"))}
    assert {path for path in earlier if before[path] != after.get(path)} == set()
    assert "2026/report/report.en.html" in after
    for wave in ("2022", "2024"):
        assert f" prepare_wave {wave}: " not in said(finished)
    assert " prepare_wave 2026: " in said(finished)
    # Without a design, an id and an index the counts are enough.
    receipt = json.loads((study / "results/trend/receipts/compare_waves.json").read_text())
    assert {Path(path).name for path in receipt["inputs"]} == {
        *("codebook.json", "crosstabs.csv", "drift.csv", "frequencies.csv"),
    }

    # Another file of the last wave is compared anew, and the wave's own results are made of it.
    write_sav(study / "resources/2026.sav", survey(people(300, 4)))
    planned = said(snakemake(study, "--dry-run", "--verbose"))
    assert "rule compare_questionnaire:\n    input: resources/2026.sav" in planned
    assert "rule import_wave:\n    input: resources/2026.sav" in planned
    assert "results/2026/tables/crosstabs.csv" in planned
    assert "rule import_wave:\n    input: resources/2022.sav" not in planned


def test_changed_file_is_refused_before_any_job(study):
    add(study, "2024", survey(people(300, 2)), sha256=f", sha256: {'0' * 64}")
    text = said(snakemake(study))
    assert "resources/2024.sav: its SHA-256 is" in text
    assert not (study / "results").exists()


@pytest.mark.parametrize(
    ("waves", "sentence"),
    [
        ('"2024": {}\n', "config.yaml has no wave '2024'"),
        ('"2022": {variables: {sex: {codes: {1: 3}}}}\n', "'sex' has no code 3"),
        ('"2022": {variables: {gender: {from: Q1}}}\n', "the study has no variable 'gender'"),
    ],
)
def test_mapping_that_cannot_be_meant_is_refused_before_any_job(study, waves, sentence):
    write(study, waves=waves)
    assert sentence in said(snakemake(study))
    assert not (study / "results").exists()


def test_two_waves_of_one_name_are_refused_before_any_job(study):
    add(study, "2022", survey(people(300, 2)))
    assert "key '2022' stands twice" in said(snakemake(study))
    assert not (study / "results").exists()
