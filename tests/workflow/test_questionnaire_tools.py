"""A file as a questionnaire tool exports it goes through to the report."""

import os
import subprocess
import sys

import pandas as pd
import pyreadstat
import pytest
import yaml

import tool_exports as tools
from invented import ROOT, read, snakemake, write_study

TABLES = """tables:
  job_by_sex: {rows: [job], columns: sex}
  languages: {rows: [langs], columns: sex}
"""


def counts(folder, wave):
    """Counts of the cells by row and column, in words."""
    cells = read(folder / f"results/{wave}/tables/crosstabs.csv")
    return {
        (one["row_label"], one["column_label"]): one["count"]
        for one in cells
        if one["kind"] == "answer"
    }


def test_export_of_limesurvey_with_its_structure_beside_it_goes_through_to_the_report(tmp_path):
    place = tmp_path / "resources/2022"
    place.mkdir(parents=True)
    tools.limesurvey_lss(place)
    tools.limesurvey_csv(place, "full", "text")
    config = (
        "languages: [ru]\ndocuments: []\n"
        'waves:\n  "2022": {file: resources/2022/results-survey123456.csv}\n'
    )
    write_study(tmp_path, config=config, tables=TABLES)
    finished = snakemake(tmp_path)
    assert finished.returncode == 0, finished.stdout + finished.stderr
    found = counts(tmp_path, "2022")
    # Three men: one speaks only another language; of three women one said nothing at all.
    assert found["Хорошая", "Мужской"] == "1"
    assert found["Хорошая", "Женский"] == "1"
    assert found["русский", "Мужской"] == "2"
    assert found["Другое", "Женский"] == "1"
    page = (tmp_path / "results/2022/report/report.ru.html").read_text(encoding="utf-8")
    assert "На каких языках Вы говорите?" in page
    log = (tmp_path / "results/2022/logs/import_wave.log").read_text(encoding="utf-8")
    assert "read together with limesurvey_survey_123456.lss, which lies beside it" in log
    # Another structure is another study, though the answers are the same and it is older.
    structure = place / "limesurvey_survey_123456.lss"
    text = structure.read_text(encoding="utf-8").replace("Хорошая", "Отличная")
    structure.write_text(text, encoding="utf-8")
    answers = place / "results-survey123456.csv"
    answers.write_text(
        answers.read_text(encoding="utf-8-sig").replace("Хорошая", "Отличная"), encoding="utf-8"
    )
    for path in (structure, answers):
        os.utime(path, (1, 1))
    assert snakemake(tmp_path, "results/2022/tables/crosstabs.csv").returncode == 0
    assert counts(tmp_path, "2022")["Отличная", "Мужской"] == "1"


@pytest.mark.parametrize("tool", ["limesurvey", "kobo"])
def test_study_is_written_for_a_tool_and_runs(tmp_path, tool):
    if tool == "limesurvey":
        data, structures = tools.limesurvey_spss(tmp_path), []
    else:
        data = tools.kobo_xlsx(tmp_path, name="answers.xlsx", answers="labels")
        structures = ["--structure", str(tools.kobo_form(tmp_path))]
    study = tmp_path / "study"
    command = [sys.executable, "-m", "resurvey", "init", str(data), "--into", str(study)]
    made = subprocess.run(
        [*command, *structures],
        cwd=ROOT / "workflow/scripts",
        capture_output=True,
        text=True,
        check=False,
    )
    assert made.returncode == 0, made.stderr
    finished = snakemake(study, "--config", "documents=[]")
    assert finished.returncode == 0, finished.stdout + finished.stderr
    (wave,) = (path.name for path in (study / "results").iterdir() if path.is_dir())
    words = {row for row, _ in counts(study, wave)}
    assert {"Плохая", "русский", "кыргызский, свободно"} <= words


def stata_file(folder):
    """The invented survey as Stata keeps it: labelled numbers."""
    folk, sexes, jobs = list(tools.people()), list(tools.SEX), list(tools.JOB)
    frame = pd.DataFrame(
        {
            "sex": [sexes.index(one["sex"]) + 1.0 for one in folk],
            "job": [jobs.index(one["job"]) + 1.0 if one["job"] else None for one in folk],
        }
    )
    labels = {
        "sex": {at: tools.SEX[key][0] for at, key in enumerate(sexes, 1)},
        "job": {at: tools.JOB[key][0] for at, key in enumerate(jobs, 1)},
    }
    path = folder / "answers.dta"
    pyreadstat.write_dta(frame, path, variable_value_labels=labels)
    return path


EXPORTS = {
    "qualtrics": (lambda at: tools.qualtrics_csv(at, "words"), "job", "sex", {}),
    "surveymonkey": (tools.surveymonkey_xlsx, "q2", "q1", {}),
    "forms": (tools.forms_csv, "job", "sex", tools.FORMS_CODEBOOK),
    "stata": (stata_file, "job", "sex", {}),
}
"""Tool -> its export, the question and the group in it, and what the codebook says."""


@pytest.mark.parametrize("tool", EXPORTS)
def test_export_of_a_tool_goes_through_to_the_report(tmp_path, tool):
    export, question, group, codebook = EXPORTS[tool]
    place = tmp_path / "resources/2022"
    place.mkdir(parents=True)
    file = export(place).relative_to(tmp_path)
    config = f'languages: [ru]\ndocuments: []\nwaves:\n  "2022": {{file: {file}}}\n'
    write_study(
        tmp_path, config=config, tables=f"tables:\n  t: {{rows: [{question}], columns: {group}}}\n"
    )
    if codebook:
        text = yaml.safe_dump(codebook, allow_unicode=True)
        (tmp_path / "config/codebook.yaml").write_text(text, encoding="utf-8")
    finished = snakemake(tmp_path)
    assert finished.returncode == 0, finished.stdout + finished.stderr
    found = counts(tmp_path, "2022")
    assert found["Хорошая", "Мужской"] == "1"
    assert found["Хорошая", "Женский"] == "1"
    page = (tmp_path / "results/2022/report/report.ru.html").read_text(encoding="utf-8")
    assert "Хорошая" in page


def test_missing_structure_stops_before_any_job(tmp_path):
    place = tmp_path / "resources/2022"
    place.mkdir(parents=True)
    tools.limesurvey_csv(place)
    config = (
        'waves:\n  "2022": {file: resources/2022/results-survey123456.csv, '
        "structure: resources/2022/absent.lss}\n"
    )
    write_study(tmp_path, config=config, tables=TABLES)
    finished = snakemake(tmp_path)
    assert finished.returncode != 0
    assert "there is no file resources/2022/absent.lss" in finished.stdout + finished.stderr
    assert not (tmp_path / "results/2022/import").exists()
