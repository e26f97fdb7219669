"""What is wrong with the input stops the run with one sentence that names it."""

import pandas as pd
import pytest

from invented import MINIMAL_CONFIG, PEOPLE, snakemake, write_raw, write_study


def said(folder, *arguments):
    finished = snakemake(folder, *arguments)
    assert finished.returncode != 0
    text = finished.stdout + finished.stderr
    assert "Traceback" not in text, text
    return text


def test_absent_file_is_named_with_its_wave(minimal_study):
    (minimal_study / "resources/1996/raw.sav").unlink()
    text = said(minimal_study)
    assert "wave '1996': there is no file resources/1996/raw.sav" in text


def test_unknown_key_is_named_with_the_nearest_known_one(minimal_study):
    write_study(minimal_study, config=MINIMAL_CONFIG + "langages: [en]\n")
    assert "unknown key 'langages'; did you mean 'languages'?" in said(minimal_study)


def test_wave_that_would_leave_the_folder_is_refused(minimal_study):
    write_study(minimal_study, config='waves: {"../out": {file: resources/1996/raw.sav}}\n')
    assert "'../out' is not a valid name" in said(minimal_study)
    assert not (minimal_study.parent / "out").exists()


def test_truncated_file_is_refused_by_name(minimal_study):
    path = minimal_study / "resources/1996/raw.sav"
    path.write_bytes(path.read_bytes()[:-100])
    assert "raw.sav" in said(minimal_study, "results/1996/import/responses.parquet")


def test_undeclared_code_is_named_with_variable_and_rows(minimal_study):
    codebook = "variables: {educ: {codes: {1: school}}}\n"
    write_study(minimal_study, codebook=codebook)
    text = said(minimal_study, "results/1996/import/responses.parquet")
    assert "variable 'educ' has code 2 in 4 rows" in text


def test_missing_variable_is_named_with_the_nearest_in_the_file(minimal_study):
    write_study(minimal_study, codebook="variables: {eduk: {codes: {1: school, 2: college}}}\n")
    text = said(minimal_study, "results/1996/import/responses.parquet")
    assert "'eduk'" in text
    assert "'educ'" in text


def test_table_of_an_unknown_variable_names_both(minimal_study):
    write_study(minimal_study, tables="tables: {first: {rows: [votes]}}\n")
    text = said(minimal_study, "results/1996/tables/crosstabs.csv")
    assert "'first'" in text
    assert "did you mean 'vote'?" in text


def test_file_with_other_bytes_than_declared_is_refused(minimal_study):
    config = 'waves: {"1996": {file: resources/1996/raw.sav, sha256: "' + "0" * 64 + '"}}\n'
    write_study(minimal_study, config=config)
    assert "SHA-256" in said(minimal_study, "results/1996/import/responses.parquet")


def test_replaced_file_is_read_anew_though_it_is_older(minimal_study):
    import os

    target = "results/1996/import/responses.parquet"
    assert snakemake(minimal_study, target).returncode == 0
    path = write_raw(minimal_study / "resources/1996/raw.sav", PEOPLE.head(5))
    os.utime(path, (1, 1))
    assert snakemake(minimal_study, target).returncode == 0
    assert len(pd.read_parquet(minimal_study / target)) == 5


@pytest.mark.parametrize("key", ["no", "12:30"])
def test_words_that_yaml_would_bend_stay_words(minimal_study, key):
    tables = f"tables: {{a: {{rows: [vote], subtotals: [{{of: [1, 2], label: {key}}}]}}}}\n"
    write_study(minimal_study, tables=tables)
    assert snakemake(minimal_study, "results/1996/tables/crosstabs.csv").returncode == 0
    assert f",{key}," in (minimal_study / "results/1996/tables/crosstabs.csv").read_text()
