"""A certificate of ten invented people, made once and copied for every test that harms it."""

import json
import os
import shutil
from pathlib import Path

import pytest

from invented import ROOT
from resurvey.audit.comparison import AUDIT_COLUMNS, compare_cells
from resurvey.core.codebook import Codebook, Variable
from resurvey.core.files import csv_text
from resurvey.core.published import read_cells
from resurvey.core.strict_yaml import read_yaml
from resurvey.proof.certificate.manifest import Files
from resurvey.proof.certificate.writing import Run, write_certificate

# Six men and four women; of three tenths 30.0 is printed, and 25.1 is a misprint of 25.0.
CROSSTABS = """\
table,row_variable,row_code,row_label,column_variable,column_code,column_label,kind,count,base,percent
sample,sex,1,men,,total,All,answer,6,10,60.0
sample,sex,2,women,,total,All,answer,4,10,40.0
jobs,job,1,yes,sex,1,men,answer,2,6,33.333333333333336
jobs,job,1,yes,sex,2,women,answer,1,4,25.0
jobs,job,1,yes,sex,total,All,answer,3,10,30.0
jobs,job,2,no,sex,1,men,answer,4,6,66.66666666666667
jobs,job,2,no,sex,2,women,answer,3,4,75.0
jobs,job,2,no,sex,total,All,answer,7,10,70.0
"""
PRINTED = """\
table,question,row,column,printed,row_variable,row_code,column_variable,column_code
sample,sex,men,All,60.0,sex,1,,total
jobs,job,yes,Men,33.3,job,1,sex,1
jobs,job,yes,Women,25.1,job,1,sex,2
jobs,job,yes,All,30.0,job,1,sex,total
"""
TABLES = {"sample": {"rows": ["sex"]}, "jobs": {"rows": ["job"], "columns": "sex"}}


def write(folder, path, text):
    (folder / path).parent.mkdir(parents=True, exist_ok=True)
    (folder / path).write_text(text, encoding="utf-8")
    return path


def certify(folder, published=True, origin="", label="yes", title="Ten people", citation=""):
    """Write what a run of the workflow would have left, and certify it; give back the folder."""
    answers = {"sex": {1: "men", 2: "women"}, "job": {1: label, 2: "no"}}
    book = Codebook(
        {
            name: Variable(name, codes={code: {"": text} for code, text in codes.items()})
            for name, codes in answers.items()
        },
        **({origin: True} if origin else {}),
    )
    outputs = [
        write(folder, "results/w1/tables/codebook.json", book.to_json()),
        write(folder, "results/w1/tables/crosstabs.csv", CROSSTABS),
        write(folder, "results/w1/report/report.en.html", "<!doctype html><title>w1</title>"),
    ]
    cells = "resources/published/w1/cells.csv"
    inputs = [write(folder, "config/tables.yaml", json.dumps({"tables": TABLES}))]
    if citation:
        inputs.append(write(folder, "CITATION.cff", citation))
    if published:
        inputs.append(write(folder, cells, PRINTED))
    crosstabs = [
        dict(zip(CROSSTABS.splitlines()[0].split(","), line.split(","), strict=True))
        for line in CROSSTABS.splitlines()[1:]
    ]
    judged = compare_cells(read_cells(folder / cells if published else ""), crosstabs, {})
    outputs.append(write(folder, "results/w1/audit/cells.csv", csv_text(AUDIT_COLUMNS, judged)))
    raw = write(folder, "results/w1/raw/survey.sav", "ten people, one of them called Ismat")
    config = {"title": title, "languages": ["en"], "waves": {"w1": {"file": raw}}}
    run = Run(
        wave="w1",
        results="results/w1",
        files=Files(
            inputs=inputs,
            outputs=outputs,
            workflow=[str(ROOT / "Snakefile"), str(ROOT / "CITATION.cff")],
            environment=[str(ROOT / "requirements.lock"), str(ROOT / "pyproject.toml")],
            raw=raw,
        ),
        repository=str(ROOT),
        citation="CITATION.cff" if citation else "",
        rules={"results/w1/tables/crosstabs.csv": "tabulate_wave"},
        study={
            "config": config,
            "tables": {"tables": TABLES},
            "audit": {},
            "text": {"en": {"tables": {"jobs": {"number": "Table 2", "title": "Jobs"}}}},
        },
        words={"en": read_yaml(ROOT / "report/words.en.yaml")},
        code="0" * 64,
        templates=[str(ROOT / "report/certificate"), str(ROOT / "report/templates")],
        schema=str(ROOT / "workflow/schemas/article.schema.yaml"),
    )
    before = Path.cwd()
    try:
        os.chdir(folder)
        write_certificate(run, "results/w1/certificate")
    finally:
        os.chdir(before)
    return folder / "results/w1/certificate"


@pytest.fixture(scope="session")
def made(tmp_path_factory):
    """A certificate that nobody may touch."""
    return certify(tmp_path_factory.mktemp("ten"))


@pytest.fixture
def crate(made, tmp_path):
    """A copy of it, far from the study it was made in."""
    return shutil.copytree(made, tmp_path / "sent" / "certificate")


@pytest.fixture
def certified():
    """The function that certifies other studies."""
    return certify
