"""One respondent less: what changes is what the graph names, on waves small enough to try all."""

import pytest

from unit.report.provenance.invented_waves import MODELS, STUDY, survey
from unit.report.provenance.removals import Wave

WAVES = {
    "equal": {},
    "weighted": {"weight": "w"},
    "strata": {"weight": "w", "strata": "region"},
    "clusters": {"weight": "w", "clusters": "village"},
    "frequency weights": {"weight": "copies", "weight_kind": "frequency"},
}


@pytest.fixture(scope="module", params=list(WAVES))
def wave(request):
    """An invented wave; the one without weights has a model, too."""
    models = MODELS if request.param == "equal" else {}
    return Wave(survey(), {**STUDY, "wave": WAVES[request.param], "models": models})


def test_every_number_that_changes_is_named(wave):
    for row in wave.rows:
        assert wave.changed(row) <= wave.named(row)


def test_removals_from_each_cell_change_exactly_what_is_named_for_it(wave):
    moving, tried = set(wave.values) - wave.in_steps(), 0
    for name, number in wave.graph.numbers.items():
        if not name.startswith("count:") or number.people is None:
            continue
        own = [row for row in wave.rows if wave.meets(row, number.people)]
        changed = set().union(*(wave.changed(row) for row in own))
        named = set().union(*(wave.named(row, at_most=False) for row in own))
        assert changed & moving == named & moving, name
        tried += bool(own)
    assert tried > 100


def test_a_whole_round_of_removals_moves_every_count_of_somebody(wave):
    changed = set().union(*(wave.changed(row) for row in wave.rows))
    counts = {
        name
        for name, (value, *_) in wave.values.items()
        if name.startswith(("count:", "base:")) and float(value) > 0
    }
    assert counts <= changed


def test_shares_of_nobody_and_of_everybody_are_named_for_nobody(wave):
    graph = wave.graph
    assert graph.numbers["indicator:nobody/total"].value == "0.0"
    assert graph.movers("indicator:nobody/total") == ()
    assert graph.movers("percent:jobs/job/total/total") == ()
    assert graph.movers("indicator:works/total") != ()


def test_the_only_one_with_an_answer_moves_the_degrees_of_freedom(wave):
    alone = next(row for row in wave.rows if wave.answers[wave.rows.index(row)]["mood"] == "4")
    tests = [name for name in wave.values if name.startswith("test:jobs/mood/")]
    freedom = [name for name in tests if name.endswith(("pearson/df", "likelihood_ratio/df"))]
    assert set(freedom) <= wave.changed(alone) & wave.named(alone)
    others = [row for row in wave.rows if row != alone]
    assert not any(set(freedom) & wave.changed(row) for row in others)
