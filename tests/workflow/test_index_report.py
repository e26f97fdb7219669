"""The report of a wave says what an index comes to, with its drawings and its files."""

import json
import re

import pytest

from invented import read, snakemake, write_study

INDEX = """
index:
  standing:
    label: Standing
    dimensions:
      schooling: {label: Schooling, weight: 1, source: "our choice"}
      leaning: {label: Leaning, weight: 3, source: "our choice"}
    indicators:
      school: {variable: educ, dimension: schooling, scores: {1: 0, 2: 1}, weight: 1, source: us}
      vote: {variable: vote, dimension: leaning, scores: {1: 0, 2: 2, 3: 1}, weight: 1, source: us}
    types: {low: {label: Low}, high: {label: High, from: 0.5}}
    by: [educ]
    sensitivity: {scenarios: 200}
"""
PICTURES = ("profile", "distribution", "gap", "robustness")


@pytest.fixture
def written(minimal_study):
    """The report of nine people, of whom six answered both questions."""
    write_study(minimal_study, index=INDEX)
    finished = snakemake(minimal_study)
    assert finished.returncode == 0, finished.stderr
    return minimal_study / "results/1996"


def test_report_of_nine_people_has_the_index_that_can_be_counted_by_hand(written):
    (page,) = written.glob("report/report.*.html")
    text = page.read_text(encoding="utf-8")
    # Six people: 0, 0, 3/4; 1, 1, 1/4. Three of them are at 0.5 or above.
    number = r'data-number="index:standing/{}"[^>]*>([^<]*)<'
    mean = re.search(number.format("index/standing///mean//total//value"), text)
    high = re.search(number.format("types/high///total/percent"), text)
    assert (mean[1], high[1]) == ("0.500", "50.0")
    assert 'id="index"' in text
    known = json.loads((written / "report/provenance.json").read_text(encoding="utf-8"))["numbers"]
    named = set(re.findall(r'data-number="(index:[^"]*)"', text))
    assert named
    assert named <= set(known)
    assert known["index:standing/index/standing///mean//total//n"]["who"] == {
        "standing": "answered"
    }


def test_every_drawing_of_the_index_has_its_files_and_its_text(written):
    (alt,) = written.glob("figures/alt.*.json")
    told = json.loads(alt.read_text(encoding="utf-8"))
    for picture in PICTURES:
        name = f"index_standing_{picture}"
        assert len(list(written.glob(f"figures/{name}.*.svg"))) == 1
        assert told[name]["alt"]
    # Three people of each kind are too few for a picture of their difference.
    assert told["index_standing_gap"]["drawn"] is False
    assert told["index_standing_profile"]["drawn"] is True


def test_conclusions_of_nine_people_are_counted_over_two_hundred_scenarios(written):
    lines = read(written / "index/conclusions.csv")
    (below,) = [line for line in lines if line["kind"] == "below" and not line["factor"]]
    assert (below["first_code"], below["second_code"]) == ("1", "2")
    # In some draws a group has nobody: the two are not compared.
    counts = [int(below[name]) for name in ("judged", "not_computed", "not_comparable")]
    assert sum(counts) == 200
    assert min(counts) > 0
    assert read(written / "index/bounds.csv") == []


def test_article_tells_only_what_its_margins_determine(article_run):
    results = article_run / "results/2022"
    lines = read(results / "index/bounds.csv")
    shares = {
        line["type"]: (int(line["lowest_count"]), int(line["highest_count"]))
        for line in lines
        if line["statistic"] == "share" and not line["column_variable"]
    }
    assert shares == {"unsustainable": (0, 405), "fragile": (0, 515), "sustainable": (0, 509)}
    counted = [line for line in lines if line["statistic"] in ("share", "at_least")]
    assert {line["sharp"] for line in counted} == {"1"}
    for line in lines:
        if line["lowest"]:
            ends = [float(line[end]) for end in ("lowest", "chosen_lowest")]
            ends += [float(line[end]) for end in ("chosen_highest", "highest")]
            assert ends == sorted(ends)
    above = [line for line in counted if line["statistic"] == "at_least"]
    for end in ("lowest", "highest", "chosen_lowest", "chosen_highest"):
        falling = [float(line[end]) for line in above]
        assert falling == sorted(falling, reverse=True)
    refused = {line["note_data"].partition(":")[0] for line in lines if not line["lowest"]}
    assert refused == {"not_computed/bounds_too_large", "not_computed/means_not_fixed"}
    for name in ("types", "conclusions", "scenarios", "variances"):
        assert read(results / f"index/{name}.csv") == []
    for language in ("ru", "en"):
        text = (results / f"report/report.{language}.html").read_text(encoding="utf-8")
        for part in ("share/fragile", "at_least", "mean//economic", "deviation//social"):
            assert f'data-number="index:sustainability/bounds/{part}' in text
        assert "index:sustainability/types" not in text
        assert "index:sustainability/coherence" not in text
