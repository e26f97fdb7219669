"""A report is never stale with exit code 0: results carry what they were made from."""

import os
import re
import shutil
import subprocess
import sys
import time

import pytest

from changed_bytes import CHANGES, copy_workflow, planned, rerun
from invented import (
    MINIMAL_CONFIG,
    MINIMAL_TABLES,
    PEOPLE,
    ROOT,
    read,
    snakemake,
    write_raw,
    write_study,
)
from resurvey.core.files import hash_file

CROSSTABS = "results/1996/tables/crosstabs.csv"
REPORT = "results/1996/report/report.en.html"
PROVENANCE = "results/1996/report/provenance.json"
RAW = "resources/1996/raw.sav"


@pytest.fixture
def finished(minimal_run, tmp_path):
    """The minimal study with its results, for a test to spoil."""
    return shutil.copytree(minimal_run, tmp_path / "study")


@pytest.fixture
def forgotten(finished):
    """The same without the folder in which Snakemake remembers what it did."""
    shutil.rmtree(finished / ".snakemake")
    return finished


@pytest.fixture(scope="module")
def repository(tmp_path_factory):
    """The workflow in a place where its files may be changed."""
    return copy_workflow(tmp_path_factory.mktemp("repository"))


def said(process):
    return process.stdout + process.stderr


def old(path):
    """Give a file a date from long ago: only its content says that it changed."""
    os.utime(path, (10**9, 10**9))


def test_nothing_changed_is_nothing_to_do_even_where_snakemake_forgot(forgotten):
    process = snakemake(forgotten)
    assert process.returncode == 0
    assert "Nothing to be done" in said(process)


def test_replaced_raw_file_and_changed_label_reach_the_report_without_snakemakes_memory(forgotten):
    old(write_raw(forgotten / RAW, PEOPLE.head(6)))
    labels = "variables: {educ: {label: Schooling anew, codes: {1: school, 2: college}}}\n"
    write_study(forgotten, codebook=labels)
    old(forgotten / "config/codebook.yaml")
    process = snakemake(forgotten)
    assert process.returncode == 0, said(process)
    assert f"{RAW} changed" in said(process)
    assert "Schooling anew" in (forgotten / REPORT).read_text(encoding="utf-8")
    frequencies = read(forgotten / "results/1996/tables/frequencies.csv")
    assert {line["respondents"] for line in frequencies} == {"6"}


def test_edited_results_stop_the_run_and_are_named(finished):
    edited = [CROSSTABS, REPORT, "results/1996/report/report.en.docx", "results/1996/clean/log.csv"]
    for path in edited:
        before = (finished / path).stat()
        (finished / path).write_bytes((finished / path).read_bytes() + b"\n")
        os.utime(finished / path, (before.st_atime, before.st_mtime))
    process = snakemake(finished)
    assert process.returncode != 0
    for path in edited:
        assert f"{path}: this is not as the run wrote it" in said(process)
    assert "Traceback" not in said(process)
    for path in edited:
        (finished / path).unlink()
    rules, _ = planned(finished)
    assert {"prepare_wave", "tabulate_wave", "write_pages", "write_documents"} <= rules
    assert "import_wave" not in rules


def test_results_of_an_older_version_are_made_anew_and_that_is_said(forgotten):
    shutil.rmtree(forgotten / "results/1996/receipts")
    rules, text = planned(forgotten)
    assert {"import_wave", "tabulate_wave", "write_pages", "write_documents"} <= rules
    assert "nothing says what it was made from" in text


def test_only_what_is_asked_for_is_made_anew(forgotten):
    write_study(forgotten, config=MINIMAL_CONFIG + "alpha: 0.01\n")
    rules, _ = planned(forgotten, CROSSTABS)
    assert rules == {"tabulate_wave"}


def test_changed_label_passes_the_check_of_the_questionnaires_of_two_waves(finished):
    """Snakemake asks no job behind the check, whose age is nothing to the import."""
    write_raw(finished / "resources/1997/raw.sav")
    second = '  "1997": {file: resources/1997/raw.sav}\n'
    write_study(finished, config=MINIMAL_CONFIG + second)
    assert snakemake(finished, CROSSTABS).returncode == 0
    assert planned(finished, CROSSTABS)[0] == set()
    labels = "variables: {educ: {label: Schooling anew, codes: {1: school, 2: college}}}\n"
    write_study(finished, codebook=labels)
    rules, _ = planned(finished, CROSSTABS)
    assert {"compare_questionnaire", "check_questionnaires", "import_wave"} <= rules
    assert {"prepare_wave", "tabulate_wave"} <= rules


def test_copy_of_a_folder_of_results_says_nothing_of_the_folder_itself(finished):
    shutil.copytree(finished / "results/1996", finished / "results/1996 before")
    write_study(finished, config=MINIMAL_CONFIG + "title: {en: Another, ru: Другое}\n")
    assert snakemake(finished, REPORT).returncode == 0
    rules, text = planned(finished, REPORT)
    assert rules == set(), text
    assert "Nothing in the study as it stands makes results/1996 before/" in text


def test_documents_that_the_study_gave_up_are_named(finished):
    write_study(finished, config=MINIMAL_CONFIG + "documents: []\n")
    rules, text = planned(finished)
    assert rules == {"write_pages"}
    assert re.search(r"makes results/1996/report/.* more files: of an earlier run", text)


def test_own_file_in_a_folder_that_is_made_anew_stops_the_run(finished):
    kind = "kind: binary, outcome: vote, positive: [1], predictors: [educ]"
    model = f"models: {{m: {{label: LABEL, {kind}}}}}"
    write_study(finished, models=model)
    effects = "results/1996/models/effects.csv"
    assert snakemake(finished, effects).returncode == 0
    mine = finished / "results/1996/models/figures/mine.txt"
    mine.write_text("precious", encoding="utf-8")
    write_study(finished, models=model.replace("LABEL", "another"))
    process = snakemake(finished, effects)
    assert process.returncode != 0
    assert f"{mine.relative_to(finished)}: no run wrote this" in said(process)
    assert mine.read_text(encoding="utf-8") == "precious"


def test_snakemakes_own_report_is_made_of_results_that_fit_alone(finished):
    page = finished / "own.html"
    write_study(finished, config=MINIMAL_CONFIG + "title: {en: Another, ru: Другое}\n")
    process = snakemake(finished, "--report", page.name)
    assert process.returncode != 0
    assert "run the study before its report is made" in said(process)
    write_study(finished, config=MINIMAL_CONFIG)
    (finished / RAW).unlink()
    assert snakemake(finished, "--report", page.name).returncode == 0
    page.unlink()
    (finished / CROSSTABS).write_text("edited", encoding="utf-8")
    process = snakemake(finished, "--report", page.name)
    assert process.returncode != 0
    assert f"{CROSSTABS}: this is not as the run wrote it" in said(process)
    assert not page.exists()


def test_receipt_of_no_job_of_the_study_makes_its_results_anew(finished):
    receipt = finished / "results/1996/receipts/tabulate_wave.json"
    text = receipt.read_text(encoding="utf-8")
    receipt.write_text(text.replace('"wave": "1996"', '"year": "1996"'), encoding="utf-8")
    rules, told = planned(finished, CROSSTABS)
    assert rules == {"tabulate_wave"}, told


def test_raw_file_that_is_gone_stops_a_study_that_ran_before(finished):
    (finished / RAW).unlink()
    process = snakemake(finished)
    assert process.returncode != 0
    assert f"wave '1996': there is no file {RAW}" in said(process)
    # A changed setting would make new tests with the provenance of the old records.
    write_study(finished, config=MINIMAL_CONFIG + "alpha: 0.01\n")
    process = snakemake(finished)
    assert process.returncode != 0
    assert "tabulate_wave 1996" not in said(process)
    assert snakemake(finished, "--dry-run").returncode == 0
    # What does without respondents does without their file.
    assert snakemake(finished, "results/1996/audit/questions.csv").returncode == 0


def test_declared_structure_that_is_gone_stops_a_study_that_ran_before(finished):
    config = 'waves:\n  "1996": {file: resources/1996/raw.sav, structure: resources/1996/q.sps}\n'
    write_study(finished, config=config)
    process = snakemake(finished)
    assert process.returncode != 0
    assert "there is no file resources/1996/q.sps" in said(process)


def test_questionnaire_beside_a_path_typed_by_hand_is_recorded_and_replaced_runs_anew(tmp_path):
    """Nobody declares a hash of either; the receipt has both, and an old date says nothing."""
    sets = '{"format": "multiple-response sets 1", "multiple_response": {"both": {"type": "C", '
    sets += '"counted_value": null, "label": "LABEL", "variable_list": ["vote", "educ"]}}}'
    write_raw(tmp_path / RAW)
    beside = tmp_path / "resources/1996/raw.mrsets.json"
    beside.write_text(sets, encoding="utf-8")
    write_study(tmp_path, config=MINIMAL_CONFIG, tables=MINIMAL_TABLES)
    responses = "results/1996/import/responses.parquet"
    assert snakemake(tmp_path, responses).returncode == 0
    receipt = (tmp_path / "results/1996/receipts/import_wave.json").read_text(encoding="utf-8")
    for path in (tmp_path / RAW, beside):
        assert hash_file(path) in receipt
    beside.write_text(sets.replace("LABEL", "another"), encoding="utf-8")
    old(beside)
    rules, text = planned(tmp_path, responses)
    assert rules == {"import_wave"}
    assert "resources/1996/raw.mrsets.json changed" in text


def test_published_numbers_that_are_gone_stop_a_study_that_ran_before(article_run, tmp_path):
    study = shutil.copytree(article_run, tmp_path / "study")
    claims = study / "resources/published/2022/claims.csv"
    claims.unlink()
    process = snakemake(study)
    assert process.returncode != 0
    assert "resources/published/2022/claims.csv: results/2022/" in said(process)


def test_raw_file_replaced_during_the_run_stops_it(finished):
    """The provenance would name the hash of a file that nobody analysed."""
    write_study(finished, cleaning="steps: []\n", codebook="variables: {}\n")
    write_raw(finished / RAW, PEOPLE.head(7))
    command = [sys.executable, "-m", "snakemake", "--snakefile", str(ROOT / "Snakefile")]
    running = subprocess.Popen(
        [*command, "--directory", str(finished), "--cores", "1", PROVENANCE],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**os.environ, "PYTHONUTF8": "1"},
    )
    receipt = finished / "results/1996/receipts/import_wave.json"
    before = receipt.read_bytes()
    while running.poll() is None and (not receipt.exists() or receipt.read_bytes() == before):
        time.sleep(0.02)
    write_raw(finished / RAW, PEOPLE.head(5))
    text, _ = running.communicate()
    assert running.returncode != 0
    assert f"{RAW} was replaced while the run was going" in text
    assert not (finished / PROVENANCE).exists()


@pytest.mark.parametrize("name", ["raw file", "title", "door", "lock file", "template of the page"])
def test_changed_byte_with_an_older_date_runs_what_reads_it_and_nothing_else(
    name, repository, forgotten
):
    """`./run reliability` changes the others of the table."""
    found, told = rerun(name, forgotten, repository)
    assert found == CHANGES[name].rules, told


def test_no_label_travels_in_the_parameters_of_a_rule(finished):
    text = (ROOT / "report/words.en.yaml").read_text(encoding="utf-8")
    assert "respondents" in text
    write_study(finished, text="")
    (finished / "config/text.en.yaml").write_text("subtitle: CANARY\n", encoding="utf-8")
    _, said_of_it = planned(finished)
    assert "write_pages" in said_of_it
    assert "CANARY" not in said_of_it
    assert len(said_of_it) < 30_000
