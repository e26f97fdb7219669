"""Conditions, split tables and crossed columns of a small weighted wave, up to its report."""

import json
import re
from html import unescape

import openpyxl
import pytest

from invented import read, snakemake, write_study

# sex, age, vote (9: refused), weight
PEOPLE = """id,sex,age,vote,w
1,1,20,1,1
2,1,30,2,2
3,1,60,1,1
4,2,20,1,3
5,2,25,1,1
6,2,40,2,2
7,2,50,9,1
8,2,70,2,1
9,1,45,2,1
10,2,33,1,2
"""
CONFIG = """
title: Votes
languages: [en, ru]
sample: probability
documents: [xlsx]
waves: {"2020": {file: resources/2020/raw.csv, id: id, weight: w}}
"""
CODEBOOK = """
variables:
  id: {measure: scale}
  sex: {label: {en: Sex, ru: Пол}, codes: {1: {en: Men, ru: Мужчины}, 2: {en: Women, ru: Женщины}}}
  age: {label: {en: Age, ru: Возраст}, measure: scale}
  vote: {label: {en: Vote, ru: Голос}, codes: {1: left, 2: right, 9: refused}, missing: [9]}
  w: {measure: scale}
"""
INDICATORS = """
indicators:
  age_group:
    label: {en: Age group, ru: Возраст}
    recode: {variable: age, ranges: {1: [18, 39], 2: [40, null]}}
"""
TABLES = """
tables:
  all: {rows: [vote], columns: sex}
  women: {rows: [vote], where: {sex: 2, age: {min: 18, max: 54}}}
  by_sex: {rows: [vote], columns: age_group, split: sex}
  crossed: {rows: [vote], columns: [[sex, age_group]]}
banners:
  overview: {rows: [vote], columns: [[sex, age_group]], where: {vote: [1, 2]}}
"""


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    folder = tmp_path_factory.mktemp("domains")
    (folder / "resources/2020").mkdir(parents=True)
    (folder / "resources/2020/raw.csv").write_text(PEOPLE)
    parts = {"codebook": CODEBOOK, "indicators": INDICATORS, "tables": TABLES}
    finished = snakemake(write_study(folder, config=CONFIG, **parts))
    assert finished.returncode == 0, finished.stderr
    return folder / "results/2020"


@pytest.fixture(scope="module")
def left(run):
    """Those who vote left: table and column -> weighted count and base, people in the base."""
    return {
        (line["table"], line["column_code"]): tuple(
            float(line[name]) for name in ("count", "base", "unweighted_base")
        )
        for line in read(run / "tables/crosstabs.csv")
        if line["row_code"] == "1"
    }


def captions(run, language):
    page = (run / f"report/report.{language}.html").read_text(encoding="utf-8")
    found = re.findall(r'<caption id="caption-(\w+)[^>]*>(.*?)<span class="unit"', page, re.DOTALL)
    return {name: unescape(re.sub("<[^>]+>", "", text)).strip() for name, text in found}


def test_only_those_for_whom_the_condition_holds_are_counted(left):
    # Women of 18 to 54 who answered: 4, 5, 10 with 3 + 1 + 2 vote left, 6 with 2 does not.
    assert left["women", "total"] == (6, 8, 4)


def test_a_split_table_is_a_table_for_every_answer(left):
    assert [left["by_sex_1", column] for column in ("total", "1", "2")] == [
        (2, 5, 4),
        (1, 3, 2),
        (1, 2, 2),
    ]
    assert [left["by_sex_2", column] for column in ("total", "1", "2")] == [
        (6, 9, 5),
        (6, 6, 3),
        (0, 3, 2),
    ]


def test_crossed_columns_are_those_of_the_split_tables_side_by_side(left):
    for sex in "12":
        for age in "12":
            assert left["crossed", f"{sex}*{age}"] == left[f"by_sex_{sex}", age]
    assert left["crossed", "total"] == left["all", "total"] == (8, 14, 9)


def test_titles_say_whom_a_table_is_about_and_how_many_they_are(run):
    said = captions(run, "en")
    assert said["women"] == "Table 2. Vote – Women; Age: 18–54 (n = 5)"
    assert said["by_sex_1"] == "Table 3. Vote – Men (n = 4)"
    assert said["by_sex_2"] == "Table 4. Vote – Women (n = 6)"
    assert said["crossed"] == "Table 5. Vote"
    assert said["overview"] == "Vote: by group (Sex × Age group) – Vote: “left”, “right” (n = 9)"
    assert captions(run, "ru")["women"].replace("\N{NO-BREAK SPACE}", " ") == (
        "Таблица 2. Голос – Женщины; Возраст: 18–54 (5 чел.)"
    )


def test_the_base_is_held_against_those_whom_the_table_is_about(run):
    page = (run / "report/report.en.html").read_text(encoding="utf-8")
    own = page[page.index('id="caption-women"') : page.index('id="caption-by_sex_1"')]
    text = unescape(re.sub("<[^>]+>", "", own))
    assert "Base: 4 of the 5 respondents." in text
    assert "of the 10 respondents" not in text


def test_figures_and_contents_name_the_parts_of_a_split_table_apart(run):
    for language, groups in (("en", ("Men", "Women")), ("ru", ("Мужчины", "Женщины"))):
        page = (run / f"report/report.{language}.html").read_text(encoding="utf-8")
        for number, group in enumerate(groups, 1):
            drawing = (run / f"figures/by_sex_{number}.{language}.svg").read_text(encoding="utf-8")
            assert f" – {group}. " in unescape(drawing)
            assert re.search(rf'href="#exhibit-by_sex_{number}"[^>]*>[^<]* – {group} \(', page)


def test_cards_name_the_condition_and_the_answers_of_crossed_columns(run):
    numbers = json.loads((run / "report/provenance.json").read_text())["numbers"]
    where = {"sex": ["2"], "age": {"min": 18, "max": 54}}
    counted = numbers["count:women/vote/1/total"]
    assert (counted["who"], counted["within"], counted["weight"]) == ({"vote": ["1"]}, where, "w")
    assert numbers["respondents:women"]["value"] == "5"
    crossed = numbers["count:overview/vote/1/sex*age_group/2*1"]
    assert crossed["who"] == {"vote": ["1"], "sex": ["2"], "age_group": ["1"]}
    assert crossed["within"] == {"vote": ["1", "2"]}


def test_crossed_columns_of_a_banner_stand_under_the_outer_answers(run):
    page = (run / "report/report.en.html").read_text(encoding="utf-8")
    head = page[page.index('id="caption-overview"') :].partition("</thead>")[0]
    assert re.findall(r'<th scope="colgroup" colspan="(\d)"[^>]*>([^<]+)', head) == [
        ("2", "Men: Age group"),
        ("2", "Women: Age group"),
    ]
    book = openpyxl.load_workbook(run / "report/tables.en.xlsx")
    sheets = [[str(cell.value) for row in sheet for cell in row] for sheet in book]
    assert any({"Men: Age group", "Women: Age group"} <= set(sheet) for sheet in sheets)


def test_crossed_columns_are_no_questions_of_their_own(run):
    lines = read(run / "tables/frequencies.csv")
    assert {line["variable"] for line in lines} == {"id", "sex", "age", "vote", "w", "age_group"}
