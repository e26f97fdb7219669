"""Lines of a real wave: means, distributions, types, plans and gaps, counted by hand."""

import numpy as np
import pandas as pd
import pytest

from resurvey.core.codebook import Codebook, Survey, Variable
from resurvey.index.identified import Published
from resurvey.index.results import INDEX_FILES, assess_indices
from resurvey.index.scoring import derive_indices

OURS = {"weight": 1, "source": "our choice"}
PART = {
    "index": {
        "i": {
            "dimensions": {"work": OURS, "home": {**OURS, "weight": 3}},
            "indicators": {
                "pay": {"variable": "pay", "dimension": "work", **OURS},
                "fit": {"variable": "fit", "dimension": "work", **OURS},
                "roof": {"variable": "roof", "dimension": "home", **OURS},
            },
            "gaps": {"health": {"label": "Health", "dimension": "home", "why": "Not asked"}},
            "missing": "available",
            "types": {"low": {"label": "Low"}, "high": {"label": "High", "from": 0.5}},
            "by": ["sex"],
            "plans": "leave",
            "bins": 4,
        }
    }
}


def people(seed=2, size=120):
    """People of two sexes; a tenth skipped the question on pay."""
    generator = np.random.default_rng(seed)
    three = {code: {"en": str(code)} for code in (1, 2, 3)}
    frame = {name: generator.integers(1, 4, size).astype(float) for name in ("pay", "fit", "roof")}
    frame["pay"][generator.random(size) < 0.1] = np.nan
    frame |= {name: generator.integers(1, 3, size) for name in ("sex", "leave")}
    variables = [Variable(name, {}, "ordinal", three) for name in ("pay", "fit", "roof")]
    two = {1: {"en": "One"}, 2: {"en": "Two"}}
    variables += [Variable(name, codes=two) for name in ("sex", "leave")]
    frame["w"] = generator.random(size) + 0.5
    variables.append(Variable("w", measure="scale"))
    return Survey(pd.DataFrame(frame), Codebook({}).updated(variables))


def assessed(survey=None, part=PART, wave=None, **options):
    survey = survey or people()
    done = derive_indices(survey, part, wave or {})
    options = {"language": "en", "sample": "probability", **options}
    return done.data, assess_indices(done, part, wave or {}, Published(), **options)


def picked(lines, **keys):
    return [line for line in lines if all(line.get(key) == value for key, value in keys.items())]


@pytest.mark.slow
def test_every_line_has_columns_of_its_file():
    _, found = assessed()
    for name, columns in INDEX_FILES.items():
        kept = {"table", "row_variable", "row_code", "measure", "test", "name"}
        assert {key for line in found[name] for key in line} - kept - {"statistic"} <= set(columns)
        # Published margins bound nothing where there are respondents.
        assert bool(found[name]) == (name != "bounds")


@pytest.mark.slow
def test_mean_of_the_index_is_that_of_its_variable():
    data, found = assessed()
    (line,) = picked(found["index"], variable="i", statistic="mean", column_code="total")
    assert line["value"] == pytest.approx(data["i"].mean())
    assert line["standard_error"] == pytest.approx(data["i"].std() / len(data) ** 0.5)
    (line,) = picked(found["index"], variable="i_work", statistic="mean", column_code="2")
    assert line["value"] == pytest.approx(data["i_work"][data["sex"] == 2].mean())


@pytest.mark.slow
def test_bars_of_the_distribution_hold_everybody_once():
    data, found = assessed()
    bars = picked(found["index"], variable="i", statistic="percent", column_code="total")
    assert [(bar["low"], bar["high"]) for bar in bars] == [
        (0, 0.25),
        (0.25, 0.5),
        (0.5, 0.75),
        (0.75, 1),
    ]
    counts = [
        ((data["i"] >= low) & ((data["i"] < high) | (high == 1))).sum()
        for low, high in ((0, 0.25), (0.25, 0.5), (0.5, 0.75), (0.75, 1))
    ]
    assert [bar["value"] for bar in bars] == pytest.approx([100 * n / len(data) for n in counts])


@pytest.mark.slow
def test_mean_of_items_is_the_weighted_sum_of_the_indicators_own_means():
    data, found = assessed()
    own = {name: (data[name].mean() - 1) / 2 for name in ("pay", "fit", "roof")}
    (line,) = picked(found["index"], variable="i", statistic="mean_of_items", column_code="total")
    assert line["value"] == pytest.approx((own["pay"] + own["fit"]) / 8 + 0.75 * own["roof"])


@pytest.mark.slow
def test_types_are_shares_of_whoever_has_an_index():
    data, found = assessed()
    (high,) = picked(found["types"], type="high", column_code="1", answer_code=None)
    men = data[data["sex"] == 1]
    assert high["percent"] == pytest.approx(100 * (men["i"] >= 0.5).mean())
    assert (high["low"], high["high"]) == (0.5, 1.0)
    assert high["lower"] < high["percent"] < high["upper"]


@pytest.mark.slow
def test_plans_are_told_of_each_type():
    data, found = assessed()
    (line,) = picked(found["types"], type="low", answer_code="2")
    low = data[data["i"] < 0.5]
    assert line["percent"] == pytest.approx(100 * (low["leave"] == 2).mean())
    assert line["answer_label"] == "Two"
    assert "part_of_index" not in line["note_data"]


@pytest.mark.slow
def test_plans_that_are_part_of_the_index_say_so():
    part = {"index": {"i": {**PART["index"]["i"], "plans": "roof"}}}
    _, found = assessed(part=part)
    lines = picked(found["types"], answer_variable="roof")
    assert lines
    assert all("part_of_index:variable=roof" in line["note_data"] for line in lines)


@pytest.mark.slow
@pytest.mark.parametrize("wave", [{}, {"weight": "w"}])
def test_parts_of_a_gap_add_up_to_it(wave):
    _, found = assessed(wave=wave)
    lines = found["decomposition"]
    (gap,) = picked(lines, part="gap")
    indicators = picked(lines, part="indicator") + picked(lines, part="answered")
    assert len(indicators) == 4
    assert sum(line["value"] for line in indicators) == pytest.approx(gap["value"], abs=1e-12)
    assert sum(line["share"] for line in indicators) == pytest.approx(100)
    dimensions = picked(lines, part="dimension") + picked(lines, part="answered")
    assert sum(line["value"] for line in dimensions) == pytest.approx(gap["value"], abs=1e-12)


@pytest.mark.slow
def test_gap_is_first_less_second():
    data, found = assessed()
    (gap,) = picked(found["decomposition"], part="gap")
    means = data.groupby("sex")["i"].mean()
    assert gap["value"] == pytest.approx(means[1] - means[2])
    (t,) = picked(found["index"], variable="i", statistic="welch_t")
    assert gap["p_value"] == pytest.approx(t["p_value"])


@pytest.mark.slow
def test_a_part_that_does_not_vary_keeps_its_difference():
    survey = people()
    survey.data["roof"] = survey.data["sex"] + 1.0
    _, found = assessed(survey)
    (line,) = picked(found["decomposition"], part="indicator", indicator="roof")
    assert line["value"] == pytest.approx(-0.375)
    assert line["lower"] is None


@pytest.mark.slow
def test_a_gap_in_the_questionnaire_is_a_line_without_a_value():
    _, found = assessed()
    (line,) = picked(found["index"], statistic="gap")
    assert (line["indicator"], line["note"]) == ("health", "Not asked")
    assert "value" not in line


@pytest.mark.slow
def test_intervals_of_a_sample_that_is_not_random_are_nominal():
    _, found = assessed(sample="purposive")
    (line,) = picked(found["index"], variable="i", statistic="mean", column_code="total")
    assert "nominal_interval" in line["note_data"]


@pytest.mark.slow
def test_weights_enter_means_types_and_coherence():
    data, found = assessed(wave={"weight": "w"})
    own = data["w"]
    (line,) = picked(found["index"], variable="i", statistic="mean", column_code="total")
    assert line["value"] == pytest.approx(np.average(data["i"], weights=own))
    (line,) = picked(found["types"], type="high", column_code="total", answer_code=None)
    assert line["percent"] == pytest.approx(100 * np.average(data["i"] >= 0.5, weights=own))
    (line,) = picked(found["coherence"], statistic="mean", indicator="roof")
    assert line["value"] == pytest.approx((np.average(data["roof"], weights=own) - 1) / 2)


@pytest.mark.slow
def test_too_many_groups_are_told_and_not_compared():
    survey = people()
    many = {code: {} for code in range(1, 31)}
    survey.data["sex"] = np.arange(120) % 30 + 1
    survey = Survey(survey.data, survey.codebook.updated([Variable("sex", codes=many)]))
    _, found = assessed(survey)
    assert [line["note_data"] for line in found["decomposition"]] == ["too_many_groups:most=20"]


@pytest.mark.slow
def test_poor_are_counted_by_group_and_m0_is_their_product():
    declared = {**PART["index"]["i"], "aggregation": "counting", "poverty_cutoff": 0.4, "types": {}}
    declared["plans"] = ""
    declared["indicators"] = {
        name: {**entry, "cutoff": 2} for name, entry in declared["indicators"].items()
    }
    data, found = assessed(part={"index": {"i": declared}})
    told = {
        line["statistic"]: line["value"]
        for line in found["index"]
        if line.get("column_code") == "1" and not line.get("indicator")
    }
    score = 1 - data["i"][data["sex"] == 1]
    poor = score >= 0.4 - 1e-12
    assert told["headcount"] == pytest.approx(poor.mean())
    assert told["intensity"] == pytest.approx(score[poor].mean())
    assert told["adjusted_headcount"] == pytest.approx(told["headcount"] * told["intensity"])
    shares = picked(found["index"], statistic="contribution", column_code="1")
    assert sum(line["value"] for line in shares) == pytest.approx(100)


def test_a_study_without_indices_has_no_lines():
    empty = assess_indices(people(), {}, {}, Published())
    assert empty == {name: [] for name in INDEX_FILES}


@pytest.mark.parametrize("missing", ["available", "complete"])
@pytest.mark.parametrize("empty", [["pay"], ["roof"], ["pay", "fit", "roof"]])
def test_questions_that_a_wave_did_not_ask_leave_lines_that_say_so(empty, missing):
    survey = people()
    for name in empty:
        survey.data[name] = np.nan
    part = {"index": {"i": {**PART["index"]["i"], "missing": missing}}}
    data, found = assessed(survey, part)
    known = data["i"].notna().sum()
    assert known == (120 if empty == ["pay"] and missing == "available" else 0)
    (mean,) = picked(found["index"], variable="i", statistic="mean", column_code="total")
    assert (mean.get("value") is None) == (known == 0)
    assert known or "no_respondents" in mean["note_data"]
    (gap,) = picked(found["decomposition"], part="gap")
    assert ("value" in gap) == (known > 0)


@pytest.mark.slow
def test_an_index_of_one_indicator_is_that_indicator():
    alone = {
        **PART["index"]["i"],
        "dimensions": {"home": OURS},
        "indicators": {"roof": {"variable": "roof", "dimension": "home", **OURS}},
    }
    data, found = assessed(part={"index": {"i": alone}})
    assert data["i"].tolist() == ((data["roof"] - 1) / 2).tolist()
    (verdict,) = picked(found["coherence"], statistic="structure")
    assert verdict["note_data"] == "not_tested/no_components"
    (gap,) = picked(found["decomposition"], part="gap")
    (only,) = picked(found["decomposition"], part="indicator")
    assert only["share"] == pytest.approx(100)
    assert only["value"] == pytest.approx(gap["value"])
