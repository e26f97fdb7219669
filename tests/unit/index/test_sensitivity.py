"""Scenarios make an index as the scoring does, and say how often a conclusion holds."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from resurvey.core.codebook import Codebook, Survey, Variable
from resurvey.index.declaration import Dimension, Index, Indicator, RespondentType
from resurvey.index.scoring import assemble
from resurvey.index.sensitivity import (
    REASONS,
    Conclusion,
    Evaluation,
    Plan,
    Resampling,
    Scenarios,
    analyse,
    analyse_declared,
    draw_scenarios,
    read_plan,
    sobol_indices,
)
from resurvey.statistics.linearisation import Sample, Stage

TYPES = (
    RespondentType("low", {}, float("-inf")),
    RespondentType("middle", {}, 0.4),
    RespondentType("high", {}, 0.7),
)
BELOW = Conclusion("women_below_men", "below", first=0, second=1)
WEAKEST = Conclusion("social_weakest", "lowest_dimension", of="social")


def declared(**others):
    """Five indicators in two dimensions, one of which counts against."""
    scores = {1: 1.0, 2: 2.0, 3: 3.0}
    indicators = tuple(
        Indicator(
            f"item_{at}",
            f"q{at}",
            "social" if at < 3 else "economic",
            {},
            scores,
            -1 if at == 1 else 1,
            1.0 + at % 2,
            "ours",
            goalposts=(0.0, 4.0) if at == 4 else None,
            cutoff=2.0,
        )
        for at in range(5)
    )
    dimensions = tuple(Dimension(name, {}, 1.0, "ours") for name in ("social", "economic"))
    made = Index("i", {}, "", dimensions, indicators, types=TYPES, missing="available")
    return replace(made, minimum_items=3, **others)


def people(n=60, seed=5, missing=0.1):
    rng = np.random.default_rng(seed)
    scores = rng.integers(1, 4, size=(n, 5)).astype(float)
    scores[rng.random(scores.shape) < missing] = np.nan
    women = np.arange(n) % 2 == 0
    return scores, np.column_stack([women, ~women])


def one_scenario(index, plan, left_out=-1, seed=0):
    rng = np.random.default_rng(seed)
    inner, outer = rng.random((1, 5)) + 0.1, rng.random((1, 2)) + 0.1
    zero = np.zeros(1, dtype=np.int64)
    return Scenarios(zero - 1, zero, zero, zero, zero + left_out, inner, outer)


METHODS = [
    (normalisation, aggregation)
    for normalisation in ("min_max", "z", "rank")
    for aggregation in ("arithmetic", "geometric", "counting")
    if (normalisation, aggregation) != ("z", "geometric")
]


@pytest.mark.parametrize(("normalisation", "aggregation"), METHODS)
@pytest.mark.parametrize("missing", ["available", "complete"])
@pytest.mark.parametrize("left_out", [-1, 3])
def test_a_scenario_is_the_index_that_the_scoring_makes(
    normalisation, aggregation, missing, left_out
):
    index, (scores, groups) = declared(), people()
    shift = 0.05 if aggregation == "geometric" else 0.0
    plan = Plan(
        normalisation=(normalisation,), aggregation=(aggregation,), missing=(missing,), shift=shift
    )
    weights = np.random.default_rng(8).random(60) + 0.5
    scenarios = one_scenario(index, plan, left_out)
    made = Evaluation(index, scores, groups, plan, weights).run(scenarios)
    kept = [at for at in range(5) if at != left_out]
    other = replace(
        index,
        indicators=tuple(
            replace(index.indicators[at], weight=float(scenarios.weights[0, at])) for at in kept
        ),
        dimensions=tuple(
            replace(one, weight=float(weight))
            for one, weight in zip(index.dimensions, scenarios.dimension_weights[0], strict=True)
        ),
        normalisation=normalisation,
        aggregation=aggregation,
        missing=missing,
        shift=shift,
    )
    found = assemble(other, scores[:, kept], weights=weights)
    for place, values in enumerate([found.overall, *found.dimensions.T]):
        for group, inside in enumerate([np.ones(60, dtype=bool), *groups.T]):
            there = inside & np.isfinite(values)
            mean = np.average(values[there], weights=weights[there])
            assert made.means[0, place, group] == pytest.approx(mean, abs=1e-12)
    if aggregation == "counting" or normalisation == "min_max":
        there = np.isfinite(found.overall)
        high = np.average(found.overall[there] >= 0.7 - 1e-12, weights=weights[there])
        assert made.types[0, 2, 0] == pytest.approx(high, abs=1e-12)
        assert made.types[0, :, 0].sum() == pytest.approx(1)
    else:
        assert np.isnan(made.types).all()


def test_blocks_change_nothing(monkeypatch):
    index, (scores, groups) = declared(), people()
    plan = Plan(scenarios=300, shift=0.01)
    whole = Evaluation(index, scores, groups, plan).run(draw_scenarios(index, plan))
    monkeypatch.setattr("resurvey.index.sensitivity._BLOCK", 700)
    monkeypatch.setattr("resurvey.index.sensitivity._CELLS", 90)
    parts = Evaluation(index, scores, groups, plan).run(draw_scenarios(index, plan))
    np.testing.assert_allclose(parts.means, whole.means, atol=1e-12)
    np.testing.assert_array_equal(parts.reasons, whole.reasons)


def test_the_same_seed_gives_the_same_scenarios_and_another_others():
    index, (scores, groups) = declared(), people()
    first, again, other = (
        analyse(index, scores, groups, Plan(scenarios=200, seed=seed, shift=0.01), [BELOW, WEAKEST])
        for seed in (1, 1, 2)
    )
    assert first.robustness == again.robustness
    assert first.robustness != other.robustness


def test_what_cannot_be_computed_is_counted_under_its_reason():
    index, (scores, groups) = declared(), people()
    plan = Plan(scenarios=400, normalisation=("min_max", "z"))
    found = analyse(index, scores, groups, plan, [BELOW])
    assert set(found.reasons) == {"geometric_mean_of_zero", "geometric_mean_of_standard_scores"}
    robust = found.robustness[0]
    assert robust.not_computed == sum(found.reasons.values())
    assert robust.overall.judged + robust.not_computed + robust.not_comparable == 400
    geometric = next(one for one in robust.levels if one.level == "geometric")
    assert (geometric.judged, np.isnan(geometric.share)) == (0, True)


def test_an_only_indicator_that_is_left_out_leaves_no_dimension():
    index = declared()
    index = replace(index, indicators=index.indicators[:4])
    scores, groups = people()
    plan = Plan(aggregation=("arithmetic",), normalisation=("min_max",))
    made = Evaluation(index, scores[:, :4], groups, plan).run(
        replace(one_scenario(index, plan, left_out=3), weights=np.full((1, 4), 0.25))
    )
    assert REASONS[made.reasons[0]] == "dimension_without_indicators"
    assert np.isnan(made.means).all()


def test_standard_scores_and_ranks_do_not_put_dimensions_side_by_side():
    index, (scores, groups) = declared(), people()
    plan = Plan(scenarios=300, normalisation=("z", "rank"), aggregation=("arithmetic",))
    weakest = analyse(index, scores, groups, plan, [WEAKEST]).robustness[0]
    assert (weakest.overall.judged, weakest.not_comparable) == (0, 300)
    assert weakest.declared is not None


def test_a_conclusion_that_everything_supports_holds_in_every_scenario():
    index, (scores, groups) = declared(), people(missing=0.0)
    women = groups[:, 0]
    scores[women] = [1, 3, 1, 1, 1]
    scores[~women] = [3, 1, 3, 3, 3]
    scores[1] = [2, 2, 2, 2, 2]
    plan = Plan(scenarios=300, shift=0.01)
    found = analyse(index, scores, groups, plan, [BELOW]).robustness[0]
    assert (found.declared, found.overall.share) == (True, 1.0)
    assert found.overall.lower < 1.0
    assert {one.factor for one in found.levels} == {
        *("normalisation", "aggregation", "missing", "left_out")
    }


def test_levels_add_up_to_all_scenarios():
    index, (scores, groups) = declared(), people()
    found = analyse(index, scores, groups, Plan(scenarios=500, shift=0.01), [BELOW]).robustness[0]
    for factor in ("normalisation", "aggregation", "missing", "left_out"):
        told = [one for one in found.levels if one.factor == factor]
        assert sum(one.held for one in told) == found.overall.held
        assert sum(one.judged for one in told) == found.overall.judged


def test_ranks_of_dimensions_and_groups_add_up():
    index, (scores, groups) = declared(), people()
    found = analyse(index, scores, groups, Plan(scenarios=300, shift=0.01))
    for ranks in (found.dimension_ranks, found.group_ranks):
        np.testing.assert_allclose(ranks.sum(axis=0), 1)
        np.testing.assert_allclose(ranks.sum(axis=1), 1)


def test_weights_are_drawn_around_the_declared_ones():
    index = declared()
    drawn = draw_scenarios(index, Plan(scenarios=20_000, concentration=30.0))
    social = index.weights[:3] / index.weights[:3].sum()
    np.testing.assert_allclose(drawn.weights[:, :3].mean(axis=0), social, atol=0.003)
    fixed = draw_scenarios(index, Plan(scenarios=3, concentration=None))
    np.testing.assert_allclose(fixed.weights[:, :3], [social] * 3)


@pytest.mark.slow
def test_intervals_from_draws_of_respondents_cover_the_truth_at_the_nominal_rate():
    index = declared()
    index = replace(index, dimensions=index.dimensions[:1], indicators=index.indicators[:1])
    plan = Plan(
        scenarios=300,
        normalisation=("min_max",),
        aggregation=("arithmetic",),
        missing=("available",),
        concentration=None,
        leave_out=False,
    )
    held = 0
    for seed in range(200):
        drawn = np.random.default_rng([7, seed]).choice(
            [1.0, 2.0, 3.0], (100, 1), p=[0.2, 0.3, 0.5]
        )
        found = analyse(index, drawn, np.zeros((100, 0)), replace(plan, seed=seed))
        spread = next(one for one in found.spreads if not one.part and one.group < 0)
        held += spread.low <= 0.65 <= spread.high
    # 95 % of 200 is 190; 180 to 198 is the 99.9 % band of an interval that covers.
    assert 180 <= held <= 198


@pytest.mark.slow
def test_clusters_are_drawn_whole_and_raised_within_their_stratum():
    strata = np.array([0, 0, 0, 1, 1])
    units = np.repeat(np.arange(5), 4)
    stage = Stage(units, strata, np.full(2, np.inf), np.ones(2), False)
    sample = Sample(np.ones(20), (stage,), "fail", 3.0)
    resampling = Resampling(np.arange(20), 20, 3, None, sample)
    drawn = np.array([resampling.draw(replicate) for replicate in range(4000)])
    by_unit = drawn.reshape(-1, 5, 4)
    assert (by_unit == by_unit[:, :, :1]).all()
    np.testing.assert_allclose(by_unit[:, :3, 0].sum(axis=1), 3)
    np.testing.assert_allclose(by_unit[:, 3:, 0].sum(axis=1), 2)
    # Linearised variance of a total of one unit's weights: 4² · m / (m - 1) · (1 - 1 / m) is 4².
    totals = drawn[:, :4].sum(axis=1)
    assert totals.mean() == pytest.approx(4, abs=0.3)
    assert totals.var() == pytest.approx(16, rel=0.1)


def test_a_stratum_of_one_cluster_is_refused():
    stage = Stage(np.arange(3), np.array([0, 0, 1]), np.full(2, np.inf), np.ones(2), True)
    with pytest.raises(ValueError, match="a stratum with one cluster"):
        Resampling(np.arange(3), 3, 1, None, Sample(np.ones(3), (stage,), "fail", 1.0))


def test_an_unknown_dimension_is_refused_by_name():
    index, (scores, groups) = declared(), people()
    wrong = Conclusion("c", "lowest_dimension", of="cultural")
    with pytest.raises(ValueError, match="there is no 'cultural'; there are social, economic"):
        analyse(index, scores, groups, Plan(scenarios=5), [wrong])


def test_sobol_indices_of_weights_alone_are_all_of_the_variance():
    index, (scores, groups) = declared(), people()
    plan = Plan(
        respondents=False,
        normalisation=("min_max",),
        aggregation=("arithmetic",),
        missing=("available",),
        leave_out=False,
    )
    found = sobol_indices(index, scores, groups, plan, base=1024)
    assert found.factors == ("weights",)
    assert found.first[0] == pytest.approx(1, abs=0.05)
    assert found.total[0] == pytest.approx(1, abs=0.05)


@pytest.mark.slow
def test_sobol_indices_are_those_of_the_estimators_written_out():
    """Saltelli (2010) for the first order, Jansen (1999) for the total, on SALib's own sample."""
    from SALib.sample import sobol as sampling

    index, (scores, groups) = declared(), people()
    plan = Plan(normalisation=("min_max", "goalposts"), aggregation=("arithmetic",))
    plan = replace(plan, missing=("available", "complete"), respondents=False, concentration=None)
    found = sobol_indices(index, scores, groups, plan, gap=(0, 1), base=64)
    assert found.factors == ("normalisation", "missing", "left_out")
    problem = {"num_vars": 3, "names": list("abc"), "bounds": [[0.0, 1.0]] * 3}
    points = sampling.sample(problem, 64, calc_second_order=False, seed=plan.seed)
    inner = np.concatenate([w / w.sum() for w in (index.weights[:3], index.weights[3:])])
    outputs = []
    for a, b, c in points:
        choice = [np.array([int(x)]) for x in (a * 2, b * 2, c * 6)]
        zero = np.zeros(1, dtype=np.int64)
        made = Evaluation(index, scores, groups, plan).run(
            Scenarios(
                zero - 1,
                choice[0],
                zero,
                choice[1],
                choice[2] - 1,
                inner[None],
                np.full((1, 2), 0.5),
            )
        )
        outputs.append(made.means[0, 0, 1] - made.means[0, 0, 2])
    y = np.array(outputs).reshape(64, 5)
    y = (y - y.mean()) / y.std()
    first, last = y[:, 0], y[:, -1]
    variance = np.r_[first, last].var()
    for at in range(3):
        mixed = y[:, 1 + at]
        assert found.first[at] == pytest.approx(
            (last * (mixed - first)).mean() / variance, abs=1e-8
        )
        total = ((first - mixed) ** 2).mean() / 2 / variance
        assert found.total[at] == pytest.approx(total, abs=1e-8)


def test_sobol_indices_refuse_scenarios_that_cannot_be_computed():
    index, (scores, groups) = declared(), people()
    plan = Plan(normalisation=("min_max",))
    with pytest.raises(ValueError, match="geometric_mean_of_zero"):
        sobol_indices(index, scores, groups, plan, base=16)
    with pytest.raises(ValueError, match="different units"):
        sobol_indices(index, scores, groups, Plan(), base=16)


def test_a_declared_plan_is_read_and_run():
    index, (scores, groups) = declared(by=("sex",)), people()
    told = {
        "scenarios": 200,
        "aggregation": ["arithmetic"],
        "conclusions": {
            "women_below_men": {"label": "", "below": {"variable": "sex", "first": 2, "second": 1}},
            "social_weakest": {"label": "", "lowest_dimension": "social"},
            "mostly_middle": {"label": "", "largest_type": "middle"},
        },
    }
    index = replace(index, sensitivity=told)
    book = Codebook(
        {"sex": Variable("sex", codes={1: {}, 2: {}})}
        | {f"q{at}": Variable(f"q{at}", codes={1: {}, 2: {}, 3: {}}) for at in range(5)}
    )
    data = pd.DataFrame(scores, columns=[f"q{at}" for at in range(5)])
    survey = Survey(data.assign(sex=np.where(groups[:, 0], 2, 1)), book)
    found, compared = analyse_declared(survey, index)
    assert compared == [("sex", 1), ("sex", 2)]
    names = [one.conclusion.name for one in found.robustness]
    assert names == ["women_below_men", "social_weakest", "mostly_middle"]
    plan, conclusions = read_plan(index, compared)
    same = analyse(index, scores, groups[:, ::-1], plan, conclusions)
    assert found.robustness == same.robustness
    wrong = {
        "conclusions": {"c": {"label": "", "below": {"variable": "age", "first": 1, "second": 2}}}
    }
    with pytest.raises(ValueError, match="'age' has no group 1 that is compared"):
        read_plan(replace(index, sensitivity=wrong), compared)


def test_reconstructed_records_have_no_scenarios():
    book = Codebook({"q": Variable("q", codes={1: {}, 2: {}})}, reconstructed=True)
    with pytest.raises(ValueError, match="not identified"):
        analyse_declared(Survey(pd.DataFrame({"q": [1, 2]}), book), declared())
