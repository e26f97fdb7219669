"""Two waves of nine people: one banner table each, and one pooled file that others can read."""

import json

import pyarrow.parquet as pq
import pyreadstat
import pytest
from lxml import etree

from invented import PEOPLE, read, snakemake, write_raw, write_study

CONFIG = """
title: Votes
waves:
  "1996": {file: resources/1996/raw.sav, weight: weight}
  "2000": {file: resources/2000/raw.sav, weight: weight}
deposit: {approved: the nine themselves}
"""
TABLES = """
tables:
  vote_by_education: {rows: [vote], columns: educ}
banners:
  everything: {columns: [educ], minimum_base: 4}
"""
DDI = {"d": "ddi:codebook:2_5"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    place = tmp_path_factory.mktemp("deposit")
    write_raw(place / "resources/1996/raw.sav")
    later = PEOPLE.assign(vote=[1, 1, 1, 2, 2, 3, 9, 9, None])
    write_raw(place / "resources/2000/raw.sav", later)
    write_study(place, config=CONFIG, tables=TABLES)
    finished = snakemake(place, "deposit", "results/1996/report/report.en.html")
    assert finished.returncode == 0, finished.stderr
    return place


def test_all_records_of_both_waves_are_there(folder):
    data, meta = pyreadstat.read_sav(folder / "results/deposit/pooled.sav", user_missing=True)
    assert data["wave"].value_counts().to_dict() == {"1996": 9, "2000": 9}
    assert (data["vote"] == 9).sum() == 3
    assert data["vote"].isna().sum() == 2
    assert meta.variable_value_labels["vote"][3] == "centre"
    stata, _ = pyreadstat.read_dta(folder / "results/deposit/pooled.dta", user_missing=True)
    assert (stata["vote"] == "a").sum() == 3
    table = pq.read_table(folder / "results/deposit/pooled.parquet")
    lines = read(folder / "results/deposit/pooled.csv")
    assert [line["wave"] for line in lines] == table["wave"].to_pylist()
    for line, vote in zip(lines, table["vote"].to_pylist(), strict=True):
        assert line["vote"] == ("" if vote is None else str(vote))


def test_documentation_counts_the_same_people(folder):
    counted = {
        (line["wave"], line["code"]): int(line["count"])
        for line in read(folder / "results/deposit/codebook.csv")
        if line["variable"] == "vote"
    }
    assert counted["1996", "1"] == 3
    assert counted["2000", "9"] == 2
    assert counted["all", "9"] == 3
    ddi = etree.parse(folder / "results/deposit/ddi.xml")
    place = "//d:var[@name='vote']/d:catgry[d:catValu='9']"
    assert ddi.xpath(f"{place}/@missing", namespaces=DDI) == ["Y"]
    assert ddi.xpath(f"{place}/d:catStat/text()", namespaces=DDI) == ["3"]
    package = json.loads((folder / "results/deposit/datapackage.json").read_text())
    assert {one["path"] for one in package["resources"]} >= {"pooled.csv", "pooled.sav", "ddi.xml"}


def test_the_weight_is_called_a_weight(folder):
    ddi = etree.parse(folder / "results/deposit/ddi.xml")
    assert ddi.xpath("//d:var[@wgt='wgt']/@name", namespaces=DDI) == ["weight"]


def test_records_are_written_only_when_somebody_asks(folder):
    finished = snakemake(folder, "--dry-run", "--quiet", "rules", "--forceall")
    assert finished.returncode == 0
    assert "write_deposit" not in finished.stdout + finished.stderr


def test_a_banner_without_rows_counts_every_question_but_the_weight(folder):
    lines = read(folder / "results/1996/tables/banners.csv")
    assert {line["row_variable"] for line in lines} == {"vote"}
    cells = {(line["row_code"], line["column_code"]): line for line in lines}
    assert float(cells["1", "1"]["count"]) == 2
    assert cells["1", "1"]["unweighted_base"] == "3"
    assert cells["1", "1"]["note"].startswith("base below 4")
    page = (folder / "results/1996/report/report.en.html").read_text(encoding="utf-8")
    assert 'data-table="everything"' in page


def test_a_wave_called_deposit_is_refused(tmp_path):
    write_study(tmp_path, config="waves:\n  deposit: {file: a.sav}\n", tables=TABLES)
    finished = snakemake(tmp_path)
    assert finished.returncode != 0
    assert "wave 'deposit' is not a valid name" in finished.stderr
