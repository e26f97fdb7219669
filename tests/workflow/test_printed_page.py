"""A printed page needs nothing but `cells.csv`: beside a file, and instead of one."""

import pytest
import yaml

from invented import read, snakemake, write_study

PRINTED = """\
table,question,row,column,printed,row_variable,row_code,column_variable,column_code
sample,sex,men,All,60.0,sex,1,,total
sample,sex,women,All,40.0,sex,2,,total
jobs,job,yes,Men,50.0,job,1,sex,1
jobs,job,yes,Women,25.0,job,1,sex,2
jobs,job,no,Men,50.0,job,2,sex,1
jobs,job,no,Women,75.1,job,2,sex,2
"""
TABLES = {"sample": {"rows": ["sex"]}, "jobs": {"rows": ["job"], "columns": "sex"}}
ANSWERS = {"sex": {1: "men", 2: "women"}, "job": {1: "yes", 2: "no", 9: "no answer"}}
CODEBOOK = {
    "variables": {
        name: {"codes": codes, "missing": [9] if 9 in codes else []}
        for name, codes in ANSWERS.items()
    }
}
PEOPLE = [(1, 1), (1, 1), (1, 1), (1, 2), (1, 2), (1, 2), (2, 1), (2, 2), (2, 2), (2, 2)]


def audited(folder, wave):
    parts = {"config": {"waves": {"w1": wave}}, "tables": {"tables": TABLES}, "codebook": CODEBOOK}
    write_study(folder, **{name: yaml.safe_dump(part) for name, part in parts.items()})
    page = folder / "resources/published/w1/cells.csv"
    page.parent.mkdir(parents=True)
    page.write_text(PRINTED, encoding="utf-8")
    finished = snakemake(folder, "results/w1/audit/cells.csv")
    assert finished.returncode == 0, finished.stderr
    return {
        (one["row"], one["column"]): (one["recomputed"], one["verdict"])
        for one in read(folder / "results/w1/audit/cells.csv")
    }


@pytest.fixture(scope="module")
def beside_a_file(tmp_path_factory):
    folder = tmp_path_factory.mktemp("beside")
    raw = folder / "resources/w1/raw.csv"
    raw.parent.mkdir(parents=True)
    lines = ["sex,job", *(f"{sex},{job}" for sex, job in PEOPLE)]
    raw.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return audited(folder, {"file": "resources/w1/raw.csv"}), folder


def test_misprint_differs_and_its_neighbours_agree(beside_a_file):
    cells, _ = beside_a_file
    wrong = {place: line for place, line in cells.items() if line[1] != "agrees"}
    assert wrong == {("no", "Women"): ("75.0", "differs")}


def test_file_says_how_many_respondents_bound_the_bases(beside_a_file):
    _, folder = beside_a_file
    lines = read(folder / "results/w1/audit/questions.csv")
    assert {one["respondents"] for one in lines} == {"10"}
    assert {one["row_variable"]: one["status"] for one in lines} == {
        "sex": "recovered",
        "job": "no_integer_solution",
    }


def test_page_alone_names_the_question_that_no_counts_give(tmp_path):
    spec = {"respondents": 10, "groups": "sex", "no_answer": 9}
    cells = audited(
        tmp_path, {"file": "results/w1/raw/survey_reconstructed.sav", "reconstruct": spec}
    )
    verdicts = {place: verdict for place, (_, verdict) in cells.items()}
    assert verdicts["men", "All"] == verdicts["women", "All"] == "agrees"
    assert {verdicts["yes", "Men"], verdicts["no", "Women"]} == {"no_integer_solution"}
