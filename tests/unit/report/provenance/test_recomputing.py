"""Every number of an invented wave follows from the parts that it names."""

import json

import pytest

from unit.report.provenance.invented_waves import MEDIA, MODELS, STUDY, survey
from unit.report.provenance.recomputing import WITHOUT_PARTS, Recomputing
from unit.report.provenance.test_tracing import Traced

pytestmark = pytest.mark.slow

WAVES = {
    "equal": {},
    "weighted": {"weight": "w"},
    "strata": {"weight": "w", "strata": "region"},
    "clusters": {"weight": "w", "clusters": "village"},
    "frequency weights": {"weight": "copies", "weight_kind": "frequency"},
}
DOMAINS = {
    "middle_aged": {
        "rows": ["job", "media"],
        "columns": "gender",
        "where": {"age": {"min": 25, "max": 60.5}, "job": [1, 2, 3, 4]},
    },
    "silent": {"rows": ["job"], "where": {"mood": "missing"}},
    "changed": {
        "rows": ["before", "after"],
        "pairs": [{"before": "before", "after": "after"}],
        "where": {"gender": 1},
    },
    "crossed": {
        "rows": ["mood"],
        "columns": "gender*region",
        "where": {"region": [1, 2]},
        "net": {"of": [1], "minus": [2]},
    },
    "crossed_with_itself": {"rows": ["region"], "columns": "gender*before", "percent": "row"},
}
MEN = {
    "rows": ["job", "age"],
    "columns": ["gender*region", "region"],
    "where": {"gender": 1},
    "means": True,
    "net": {"of": [1], "minus": [2], "rows": ["job"]},
}
TABLES = {
    "tables": {**STUDY["tables"]["tables"], **DOMAINS},
    "banners": {**STUDY["tables"]["banners"], "men": MEN},
}
SETS = {"media": MEDIA}
EVERYWHERE = {
    "smallest",
    "ledger",
    "note",
    "residual of an option",
    "setting",
    "tally of claims",
    "tally of declared indicators",
    "tally of lines",
}
DESIGN = {
    "marginal_independence_f",
    "option_rao_scott_f",
    "rao_scott_f",
    "design_degrees_of_freedom",
    "residual_degrees_of_freedom",
    "design_residual",
    "design_interval",
}
OF_NUMBERS = {"t_interval", "woodruff", "cohen_d", "eta_squared"}
GROUPS = {
    False: {"welch_t", "mann_whitney"},
    True: {"design_t", "design_wilcoxon"},
}
PAIRED_AND_FITTED = {
    "bowker",
    "marginal_independence",
    "mcnemar",
    "mcnemar_corrected",
    "mcnemar_exact",
    "model",
    "stuart_maxwell",
}


@pytest.fixture(scope="module", params=list(WAVES))
def recomputing(request):
    """An invented wave; the one without weights has a model, too."""
    models = MODELS if request.param == "equal" else {}
    wave = Traced(
        survey(), {**STUDY, "tables": TABLES, "wave": WAVES[request.param], "models": models}
    )
    numbers = json.loads(wave.document())["numbers"]
    own = WAVES[request.param]
    copies = own["weight"] if own.get("weight_kind") == "frequency" else ""
    return Recomputing(numbers, wave.analysed(wave.survey), SETS, copies=copies)


def test_every_number_is_what_its_parts_give(recomputing):
    derived = [name for name in recomputing.numbers if not recomputing.why_not(name)]
    assert [name for name in derived if not recomputing.agrees(name)] == []
    assert len(derived) > 300


def test_net_shares_are_numbers_with_people_behind_them(recomputing):
    numbers = recomputing.numbers
    assert numbers["summary:crossed/mood/net/2*1"]["formula"] == "net_share"
    assert numbers["mean:men/job/net/total"]["unit"] == "percentage_points"


def test_a_table_with_a_condition_names_whom_it_is_about(recomputing):
    numbers = recomputing.numbers
    where = {"age": {"max": 60.5, "min": 25}, "job": ["1", "2", "3", "4"]}
    assert numbers["respondents:middle_aged"]["within"] == where
    assert numbers["count:middle_aged/media/tv/1"]["within"] == where
    assert numbers["count:middle_aged/job/1/2"]["items"] == ["job", "gender", "age"]
    assert numbers["base:silent/job/total/total"]["within"] == {"mood": "missing"}
    if paired := numbers.get("crosstab:changed/after/before"):
        assert paired["within"] == {"gender": ["1"]}
    assert numbers["mean:men/age/mean/region/1"]["within"] == {"gender": ["1"]}
    assert "within" not in numbers["count:jobs/job/1/total"]


def test_crossed_columns_name_the_answers_of_both_variables(recomputing):
    counted = recomputing.numbers["count:crossed/mood/1/2*1"]
    assert counted["who"] == {"mood": ["1"], "gender": ["2"], "region": ["1"]}
    assert counted["items"] == ["mood", "gender", "region"]
    assert recomputing.numbers["count:men/job/1/gender*region/1*2"]["who"]["region"] == ["2"]


def test_numbers_without_a_derivation_are_those_whose_parts_are_no_numbers(recomputing):
    reasons = {recomputing.why_not(name) for name in recomputing.numbers} - {""}
    assert reasons <= set(WITHOUT_PARTS)
    formulas = {number["formula"] for number in recomputing.numbers.values()}
    compared = GROUPS["rao_scott_f" in formulas] | OF_NUMBERS
    assert compared <= reasons
    own = reasons - EVERYWHERE - compared
    assert own in ({"marginal_independence"}, DESIGN, PAIRED_AND_FITTED)
    assert (own == DESIGN) == ("rao_scott_f" in formulas)
    assert (own == PAIRED_AND_FITTED) == ("model" in formulas)
