"""Adding up is called defensible only where the indicators go together as declared."""

import numpy as np
import pytest

from resurvey.index.coherence import COHERENCE_COLUMNS, assess_coherence, varying
from resurvey.index.declaration import Dimension, Index, Indicator
from resurvey.tables.correlations import Numbers

OURS = {"weight": 1.0, "source": "our choice"}


def index_of(*placed):
    """An index of indicators written as dimension and name, such as ``x.a``."""
    pairs = [one.split(".") for one in placed]
    items = tuple(Indicator(name, name, home, {}, {}, 1, **OURS) for home, name in pairs)
    homes = dict.fromkeys(home for home, _ in pairs)
    return Index("i", {}, "", tuple(Dimension(home, {}, **OURS) for home in homes), items)


def answers(loadings, seed=1, noise=0.6, people=400):
    """Answers of people who differ by as many traits as `loadings` has columns."""
    generator = np.random.default_rng(seed)
    loadings = np.asarray(loadings, dtype=float)
    traits = generator.normal(size=(people, loadings.shape[1]))
    return traits @ loadings.T + noise * generator.normal(size=(people, len(loadings)))


TWO = [[1, 0], [1, 0], [1, 0], [0, 1], [0, 1], [0, 1]]
SIX = ("x.a", "x.b", "x.c", "y.d", "y.e", "y.f")


def verdicts(index, values):
    lines = assess_coherence(index, Numbers(values))
    return {
        (line["statistic"], line.get("dimension", "")): line for line in lines if "verdict" in line
    }


def test_dimensions_that_are_there_are_defensible():
    found = verdicts(index_of(*SIX), answers(TWO))
    assert {line["verdict"] for line in found.values()} == {"defensible"}
    assert len(found) == 4


def test_one_trait_declared_as_two_dimensions_is_questionable():
    found = verdicts(index_of(*SIX), answers([[1]] * 6))
    assert found["coherence", "x"]["verdict"] == "defensible"
    assert found["structure", ""]["verdict"] == "questionable"
    assert "other_components:found=1&declared=2" in found["structure", ""]["note_data"]
    assert found["coherence", ""]["verdict"] == "questionable"


def test_an_indicator_in_the_wrong_dimension_is_named():
    misplaced = ("x.a", "x.b", "y.c", "y.d", "y.e", "y.f")
    found = verdicts(index_of(*misplaced), answers(TWO))
    assert "loads_elsewhere:item=c" in found["structure", ""]["note_data"].split(";")
    assert "item_against:item=c" in found["coherence", "y"]["note_data"]


def test_an_indicator_against_the_others_is_not_defensible():
    values = answers(TWO)
    values[:, 1] *= -1
    found = verdicts(index_of(*SIX), values)
    assert found["coherence", "x"]["verdict"] == "not_defensible"
    assert "item_against:item=b" in found["coherence", "x"]["note_data"]
    assert found["coherence", "y"]["verdict"] == "defensible"
    assert found["coherence", ""]["verdict"] == "not_defensible"


def test_answers_that_have_nothing_to_do_with_each_other_are_not_defensible():
    found = verdicts(index_of(*SIX), answers(np.zeros((6, 1))))
    assert found["coherence", ""]["verdict"] == "not_defensible"
    assert "alpha_below" in found["coherence", "x"]["note_data"]


def test_indicators_that_say_the_same_are_questionable():
    found = verdicts(index_of("x.a", "x.b", "x.c"), answers([[1]] * 3, noise=0.1))
    assert found["coherence", "x"]["verdict"] == "questionable"
    assert found["coherence", "x"]["note_data"].startswith("alpha_above")


def test_a_dimension_of_one_indicator_has_no_verdict_and_does_not_change_that_of_the_whole():
    found = verdicts(index_of("x.a", "x.b", "x.c", "y.d"), answers(TWO[:4]))
    assert found["coherence", "y"]["verdict"] == ""
    assert found["coherence", "y"]["note_data"] == "not_tested/one_indicator"
    assert found["coherence", ""]["verdict"] in ("defensible", "questionable")


def test_who_has_no_job_does_not_hide_how_the_questions_about_it_go_together():
    values = answers([[1], [1], [1]])
    works = (np.random.default_rng(3).random(400) < 0.7).astype(float)
    values[works == 0] = np.nan
    assert varying(np.column_stack([works, values]), range(4)) == ([1, 2, 3], [0])
    index = index_of("x.works", "x.a", "x.b", "x.c")
    lines = assess_coherence(index, Numbers(np.column_stack([works, values])))
    alpha = next(line for line in lines if line["statistic"] == "alpha")
    assert alpha["value"] > 0.7
    assert "item_left_out:item=works" in alpha["note_data"]
    shares = [line for line in lines if line["statistic"] == "percent"]
    assert [line["indicator"] for line in shares] == ["works", "works"]


@pytest.mark.slow
def test_every_line_has_columns_of_the_file_and_the_same_answers_give_the_same_lines():
    index, values = index_of(*SIX), answers(TWO)
    lines = assess_coherence(index, Numbers(values))
    assert {key for line in lines for key in line} <= set(COHERENCE_COLUMNS)
    assert lines == assess_coherence(index, Numbers(values))


def test_shares_of_the_answers_are_weighted_and_add_up():
    values = np.array([[0.0, 1.0], [1.0, 1.0], [1.0, 0.0], [np.nan, 0.5], [0.0, 0.0]])
    lines = assess_coherence(index_of("x.a", "x.b"), Numbers(values, np.array([1.0, 1, 1, 5, 1])))
    found = {
        line["score"]: line["value"]
        for line in lines
        if line.get("indicator") == "a" and "score" in line
    }
    assert found == {0.0: pytest.approx(50), 1.0: pytest.approx(50)}
