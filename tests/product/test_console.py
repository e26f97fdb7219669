"""The terminal of a run: a line a job, errors once and last, and at the end where the report is."""

import re
import shutil

import pytest

from invented import MINIMAL_CONFIG, MINIMAL_TABLES, ROOT, copy_study, snakemake, write_study

WIDEST = 160


def lines_of(process):
    return (process.stdout + process.stderr).splitlines()


@pytest.fixture
def finished(minimal_run, tmp_path):
    """The minimal study with its results, as deep as it was: the way to the workflow stays."""
    return shutil.copytree(minimal_run, tmp_path, dirs_exist_ok=True)


def test_a_dry_run_has_a_line_a_job_with_what_it_makes_and_why(minimal_run, tmp_path):
    lines = lines_of(snakemake(copy_study(minimal_run, tmp_path), "-n"))
    made = "tabulate_wave 1996: results/1996/tables, 12 files (not made yet"
    assert sum(made in line for line in lines) == 1
    # Nine jobs, and the sentence that this was none.
    assert len(lines) == 10
    assert max(map(len, lines)) < WIDEST


def test_a_first_run_of_the_article_takes_a_screen(tmp_path):
    planned = snakemake(copy_study(ROOT, tmp_path), "-n")
    assert planned.returncode == 0
    lines = lines_of(planned)
    assert 10 < len(lines) < 20
    assert max(map(len, lines)) < WIDEST


def test_a_run_ends_with_where_the_report_lies(finished):
    process = snakemake(finished)
    assert process.returncode == 0
    lines = lines_of(process)
    assert lines[0].startswith("Nothing to be done")
    assert lines[-1].startswith("Report of 1996: ")
    assert lines[-1].endswith("results/1996/report/report.en.html")
    assert len(lines) == 2


def test_a_run_says_how_long_it_took(finished):
    (finished / "results/1996/import/codebook.csv").unlink()
    lines = lines_of(snakemake(finished, "results/1996/import/codebook.csv"))
    assert any(" import_wave 1996: results/1996/import, 3 files" in line for line in lines)
    assert lines[-1].startswith("1 job done in ")
    assert len(lines) < 6


@pytest.mark.parametrize("asked", [("--until", "tabulate_wave"), ("--until", "prepare_wave")])
def test_a_run_that_stops_early_counts_the_jobs_that_it_does(minimal_run, tmp_path, asked):
    lines = lines_of(snakemake(copy_study(minimal_run, tmp_path), "-n", *asked))
    jobs = [line for line in lines if line[0].isdigit()]
    assert [line.partition("  ")[0] for line in jobs] == [
        f"{number} of {len(jobs)}" for number in range(1, len(jobs) + 1)
    ]
    assert jobs[-1].split()[3] == asked[1]


def test_a_rule_that_is_done_for_each_wave_is_answered_with_its_file(finished):
    process = snakemake(finished, "tabulate_wave")
    assert process.returncode
    (line,) = lines_of(process)
    assert line.startswith("tabulate_wave is done once a wave: ask for results/1996/tables/")


def test_every_job_says_in_its_log_what_it_did(minimal_run):
    logs = sorted(minimal_run.glob("results/**/logs/*.log"))
    assert len(logs) > 5
    last = {log.name: log.read_text(encoding="utf-8").splitlines()[-1:] for log in logs}
    told = re.compile(r"files read: \d+, written: [1-9]\d*; \d+\.\d s")
    assert [name for name, line in last.items() if not line or not told.fullmatch(line[0])] == []


def test_an_edited_setting_is_told_without_its_words(finished):
    write_study(finished, config=MINIMAL_CONFIG + "title: Another title of this study\n")
    lines = lines_of(snakemake(finished, "-n"))
    assert "Another title" not in "\n".join(lines)
    assert any(line.endswith(": config.yaml changed.") for line in lines)
    assert len(lines) < 10
    assert max(map(len, lines)) < WIDEST


def test_a_mistyped_variable_is_said_once_and_last(finished):
    write_study(finished, tables=MINIMAL_TABLES.replace("educ}", "edu}"))
    process = snakemake(finished)
    assert process.returncode
    lines = lines_of(process)
    assert "did you mean 'educ'?" in lines[-1]
    assert "results/1996/logs/tabulate_wave.log" in lines[-1]
    assert sum("did you mean" in line for line in lines) == 1
    assert any(line.startswith("Stopped after ") for line in lines)
    assert len(lines) < 10
    # What was left out stands in the engine's own log.
    (log,) = sorted((finished / ".snakemake/log").glob("*.log"))[-1:]
    assert "Error in rule tabulate_wave" in log.read_text(encoding="utf-8")


def test_a_wave_that_is_none_is_answered_with_those_that_are(finished):
    process = snakemake(finished, "results/2021/report/report.en.html")
    assert process.returncode
    (line,) = lines_of(process)
    assert line.startswith("results/2021/report/report.en.html: nothing makes this; ")
    assert "waves are: 1996; languages are: en" in line


def test_an_unknown_key_is_one_line(finished):
    write_study(finished, tables=MINIMAL_TABLES.replace("columns: educ", "colums: educ"))
    process = snakemake(finished)
    assert process.returncode
    (line,) = lines_of(process)
    assert line.startswith("config/tables.yaml: unknown key 'colums'")


def test_verbose_brings_back_what_the_engine_says(finished):
    lines = lines_of(snakemake(finished, "-n", "--verbose"))
    assert any(line.startswith("Building DAG of jobs") for line in lines)


def test_what_the_engine_answers_to_a_question_stays(finished):
    (line,) = lines_of(snakemake(finished, "--lint"))
    assert "your workflow is in a good condition" in line
    (line,) = lines_of(snakemake(finished, "--unlock"))
    assert line.startswith("Unlocked")
    summary = lines_of(snakemake(finished, "--summary"))
    assert summary[0].startswith("output_file\t")
    graph = lines_of(snakemake(finished, "--rulegraph"))
    assert graph[0].startswith("digraph")
