"""An index that a study declares becomes variables, files and tables; a wrong one stops the run."""

import pytest

from invented import read, snakemake, write_study

INDEX = """
index:
  standing:
    dimensions:
      schooling: {weight: 1, source: "our choice"}
      leaning: {weight: 3, source: "our choice"}
    indicators:
      school: {variable: educ, dimension: schooling, weight: 1, source: ours, scores: {1: 0, 2: 1}}
      vote:
        {variable: vote, dimension: leaning, weight: 1, source: ours, scores: {1: 0, 2: 2, 3: 1}}
    types: {low: {label: Low}, high: {label: High, from: 0.5}}
    by: [educ]
"""
TABLES = """
tables:
  standing: {summaries: [standing, standing_leaning], columns: educ}
  types: {rows: [standing_type], columns: educ}
"""


def test_index_of_nine_people_is_counted_by_hand(minimal_study):
    write_study(minimal_study, index=INDEX, tables=TABLES)
    finished = snakemake(minimal_study, "indices", "results/1996/tables/summaries.csv")
    assert finished.returncode == 0, finished.stderr
    results = minimal_study / "results/1996"
    # Six people answered both questions: 0, 0, 3/4; 1, 1, 1/4.
    lines = read(results / "index/index.csv")
    means = {
        line["column_code"]: float(line["value"])
        for line in lines
        if line["variable"] == "standing" and line["statistic"] == "mean"
    }
    assert means == pytest.approx({"total": 0.5, "1": 0.25, "2": 0.75})
    tabled = {
        line["column_code"]: float(line["value"])
        for line in read(results / "tables/summaries.csv")
        if (line["table"], line["row_variable"]) == ("standing", "standing")
        and line["statistic"] == "mean"
    }
    assert tabled == pytest.approx(means)
    counted = {
        (line["row_code"], line["column_code"]): line["count"]
        for line in read(results / "tables/crosstabs.csv")
        if line["table"] == "types" and line["kind"] == "answer"
    }
    assert (counted["2", "1"], counted["2", "2"]) == ("1", "2")
    (gap,) = [line for line in read(results / "index/decomposition.csv") if line["part"] == "gap"]
    assert float(gap["value"]) == pytest.approx(-0.5)


def test_a_mistyped_indicator_stops_the_run_before_any_job(minimal_study):
    write_study(minimal_study, index=INDEX.replace("dimension: leaning", "dimension: leening"))
    finished = snakemake(minimal_study, "indices")
    told = finished.stdout + finished.stderr
    assert finished.returncode
    assert "index 'standing', indicator 'vote': there is no dimension 'leening'; did you" in told
    assert not (minimal_study / "results/1996/import").exists()


def test_an_answer_without_a_score_stops_the_run_with_its_name(minimal_study):
    write_study(
        minimal_study, index=INDEX.replace("scores: {1: 0, 2: 2, 3: 1}", "scores: {1: 0, 3: 1}")
    )
    finished = snakemake(minimal_study, "indices")
    told = finished.stdout + finished.stderr
    assert finished.returncode
    assert "gave the answer 2 of 'vote', which has no score" in told


def test_study_without_an_index_makes_none(minimal_run):
    assert not (minimal_run / "results/1996/index").exists()


def test_article_has_the_identified_mean_of_its_index_and_no_type(article_run):
    lines = read(article_run / "results/2022/index/index.csv")
    (mean,) = [
        line
        for line in lines
        if (line["variable"], line["column_code"]) == ("sustainability", "total")
    ]
    assert mean["statistic"] == "mean_of_items"
    assert 0.55 < float(mean["lowest"]) < float(mean["highest"]) < 0.56
    assert mean["value"] == mean["lower"] == ""
    assert read(article_run / "results/2022/index/types.csv") == []
    gaps = [line["indicator"] for line in lines if line["statistic"] == "gap"]
    assert gaps == ["community", "effect_of_return", "well_being", "health_care"]


def test_gap_of_men_and_women_is_told_where_every_question_was_printed_by_gender(article_run):
    lines = read(article_run / "results/2022/index/decomposition.csv")
    known = {line["dimension"] or line["part"]: line for line in lines if not line["indicator"]}
    assert known["socio_psychological"]["lowest"]
    assert known["gap"]["lowest"] == known["social"]["lowest"] == ""


def test_another_survey_has_another_index_by_configuration_alone(anes_run):
    lines = read(anes_run / "results/1996/index/coherence.csv")
    (verdict,) = [
        line for line in lines if line["statistic"] == "coherence" and not line["dimension"]
    ]
    assert verdict["verdict"] == "not_defensible"
    assert "alpha is 0.41, below 0.6" in verdict["note"]
