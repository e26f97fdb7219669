"""The document tells of every number what it is made of, and nothing of the machine."""

import json

import pytest

from resurvey.core.codebook import Codebook, Variable
from resurvey.report.provenance.sources import (
    configured_parts,
    list_steps,
    rules_with_code,
    steps_of,
    without_labels,
)
from resurvey.report.provenance.tracing import Inputs, trace_wave
from unit.report.provenance.counted import Wave
from unit.report.provenance.invented_waves import STUDY, survey

INPUTS = Inputs({"resources/1/raw.sav": "aa"}, {"resources/published/1/cells.csv": "bb"})
CODE = {"tabulate_wave": "t1", "import_wave": "i1", "trace_wave": "w1", "audit_wave": "a1"}


class Traced(Wave):
    """A wave that writes its document."""

    def document(self, code=CODE, language="en", **changes):
        """Text of ``provenance.json``."""
        files, book = self.count(self.survey)
        return trace_wave({**files, **changes}, book, self.study, "1", INPUTS, code, language)


@pytest.fixture(scope="module")
def wave():
    return Traced(survey(), {**STUDY, "wave": {"file": "resources/1/raw.sav"}})


@pytest.fixture(scope="module")
def numbers(wave):
    return json.loads(wave.document())["numbers"]


def test_share_goes_back_to_its_count_its_base_and_its_questions(numbers):
    share = numbers["percent:jobs/job/1/2"]
    assert share["from"] == ["count:jobs/job/1/2", "base:jobs/job/1/2"]
    assert share["line"] == {
        "table": "jobs",
        "row_variable": "job",
        "row_code": "1",
        "column_code": "2",
    }
    assert (share["items"], share["file"]) == (["job", "gender"], "tables/crosstabs.csv")
    count, base = (numbers[name] for name in share["from"])
    assert count["who"] == {"job": ["1"], "gender": ["2"]}
    assert base["who"] == {"job": ["1", "2", "3", "4", "8"], "gender": ["2"]}
    assert float(share["value"]) == 100 * int(count["value"]) / int(base["value"])


def test_sum_of_rounded_shares_names_its_parts(numbers):
    both = numbers["percent:jobs/mood/1+2/total"]
    assert both["formula"] == "share_from_rounded"
    assert both["from"][2:] == ["percent:jobs/mood/1/total", "percent:jobs/mood/2/total"]
    assert numbers[both["from"][0]]["who"] == {"mood": ["1", "2"]}


def test_row_per_cents_are_of_the_row_and_table_per_cents_of_the_table(numbers):
    assert numbers["base:moods/mood/1/2"]["who"]["mood"] == ["1"]
    assert numbers["base:moods/mood/1/2"]["who"]["job"] == ["1", "2", "3", "4", "8"]
    assert numbers["base:whole/job/1/2"]["who"] == {
        "job": ["1", "2", "3", "4", "8"],
        "gender": ["1", "2"],
    }


def test_response_set_counts_options_among_those_who_chose_any(numbers):
    assert numbers["count:media/media/tv/1"]["who"] == {"media": ["tv"], "gender": ["1"]}
    assert numbers["base:media/media/tv/1"]["who"] == {"media": "answered", "gender": ["1"]}
    responses = numbers["count:media/media/total/1/responses"]
    assert responses["from"] == [f"count:media/media/{name}/1" for name in ("tv", "radio", "web")]
    assert numbers["count:media/media/tv/1"]["items"] == ["tv", "radio", "web", "gender"]


def test_indicator_goes_back_to_the_questions_it_is_made_of(numbers):
    assert numbers["indicator:both/total"]["items"] == ["job", "mood"]
    assert "indicators/works" in numbers["indicator:both/total"]["config"]
    assert numbers["indicator:gap/1"]["from"] == ["indicator:works/1", "indicator:glad/1"]


@pytest.mark.slow
def test_cleaning_steps_stand_with_the_numbers_whose_questions_they_concern(numbers, wave):
    steps = json.loads(wave.document())["steps"]
    recode = next(number for number, step in steps.items() if step["action"] == "recode")
    assert steps[recode]["variables"] == ["job"]
    assert recode in numbers["percent:jobs/job/1/2"]["steps"]
    assert recode not in numbers["percent:jobs/mood/1/2"]["steps"]


def test_every_source_of_a_number_is_a_number(numbers):
    named = {name for number in numbers.values() for name in number.get("from", ())}
    assert named <= set(numbers)


@pytest.mark.slow
def test_weighted_numbers_name_the_weight():
    wave = Traced(survey(), {**STUDY, "wave": {"weight": "w"}})
    numbers = json.loads(wave.document())["numbers"]
    assert numbers["count:jobs/job/1/2"]["weight"] == "w"
    assert numbers["count:jobs/job/1/2"]["unit"] == "weighted_people"
    assert numbers["base:jobs/job/1/2/unweighted"]["unit"] == "people"
    assert "weight" not in numbers["frequency:job/1/count"]


@pytest.mark.slow
def test_document_is_the_same_text_again_and_sorted(wave):
    text = wave.document()
    assert text == wave.document()
    names = list(json.loads(text)["numbers"])
    assert names == sorted(names)
    assert len(text.splitlines()) > len(names)


@pytest.mark.slow
def test_rules_are_named_with_their_code_as_far_as_they_are_used(wave):
    rules = json.loads(wave.document())["rules"]
    assert rules["tabulate_wave"] == {"code": "t1", "after": []}
    assert rules["trace_wave"]["after"] == ["tabulate_wave", "audit_wave"]
    chain = {**CODE, "prepare_wave": "p1"}
    assert set(rules_with_code(chain, ["tabulate_wave"])) == {
        "tabulate_wave",
        "prepare_wave",
        "import_wave",
    }


def test_slash_in_a_variable_name_leaves_the_identity_readable():
    book = {"group/q1": Variable("group/q1", codes={1: {}, 2: {}})}
    people = survey().data[["before"]].rename(columns={"before": "group/q1"})
    study = {"tables": {"tables": {"t": {"rows": ["group/q1"]}}}}
    found = Wave(type(survey())(people, Codebook(book)), study).graph.numbers
    assert "percent:t/group%2Fq1/1/total" in found


def test_hash_of_a_part_of_the_configuration_sees_codes_and_no_labels(wave):
    book = wave.survey.codebook
    parts = configured_parts(book, wave.study, "1", [])
    relabelled = {**STUDY["indicators"]["indicators"]}
    relabelled["works"] = {**relabelled["works"], "label": {"en": "Works"}}
    study = {**wave.study, "indicators": {**STUDY["indicators"], "indicators": relabelled}}
    assert configured_parts(book, study, "1", []) == parts
    relabelled["works"] = {"share": {"variable": "job", "codes": [1]}}
    other = configured_parts(book, study, "1", [])
    assert {name for name in parts if parts[name] != other[name]} == {"indicators/works"}
    assert without_labels({"codes": {1: "yes"}, "why": "x"}) == {"codes": ["1"]}


@pytest.mark.slow
def test_printed_number_goes_back_to_the_publication_alone(wave):
    cell = {
        "table": "jobs",
        "row_variable": "job",
        "row_code": "1",
        "column_variable": "",
        "column_code": "total",
        "printed": "40,0",
        "verdict": "differs",
    }
    numbers = json.loads(wave.document(cells=[cell]))["numbers"]
    printed = numbers["printed:jobs/job/1/total"]
    assert printed["inputs"] == ["resources/published/1/cells.csv"]
    assert (printed["value"], printed.get("config", [])) == ("40,0", [])
    share = numbers["percent:jobs/job/1/total"]
    assert (share["printed"], share["verdict"]) == ("40,0", "differs")
    assert share["inputs"] == ["resources/1/raw.sav"]
    assert numbers["tally:cells/differs"]["from"] == ["percent:jobs/job/1/total"]


@pytest.mark.slow
def test_count_of_quotations_goes_back_to_their_file_and_themes_alone(wave):
    line = {"theme": "sea", "dimension": "", "variable": "", "code": "", "quotations": "2"}
    line |= {"pages": "9", "places": "p-1: 1, 2", "tables": "", "claims": ""}
    files, book = wave.count(wave.survey)
    inputs = Inputs(INPUTS.raw, INPUTS.published, quotations={"quotations.csv": "cc"})
    study = {**wave.study, "interviews": {"themes": {"sea": {"label": "The sea"}}}}
    text = trace_wave({**files, "quotations": [line]}, book, study, "1", inputs, CODE, "en")
    quoted = json.loads(text)["numbers"]["tally:quotations/theme/sea"]
    assert (quoted["value"], quoted["inputs"]) == ("2", ["quotations.csv"])
    assert quoted["config"] == ["interviews"]
    assert quoted["line"] == {"theme": "sea", "pages": "9", "places": "p-1: 1, 2"}


@pytest.mark.slow
def test_combination_names_whom_it_counts_and_the_parts_that_it_depends_on(wave):
    document = json.loads(wave.document())
    number = document["numbers"]["combination:works_gladly/count"]
    assert number["who"] == {"works": ["1"], "glad": ["1"]}
    assert document["numbers"]["combination:works_gladly/percent"]["from"] == [
        "combination:works_gladly/count",
        "combination:works_gladly/base",
    ]
    assert {f"indicators/{name}" for name in ("works_gladly", "works", "glad")} <= set(
        number["config"]
    )


@pytest.mark.slow
def test_answers_beside_those_that_count_name_whom_they_count(wave):
    numbers = json.loads(wave.document())["numbers"]
    assert numbers["count:indicator/glad/total/middle"]["who"] == {"mood": ["2"]}
    assert numbers["indicator:glad/1/opposite"]["from"] == [
        "count:indicator/glad/1/opposite",
        "base:indicator/glad/1",
    ]


SCALED = {
    "tables": {
        "tables": {"jobs": {"rows": ["job"]}},
        "correlations": {
            "all": {"variables": ["mood", "both"], "label": "All"},
            "men": {"variables": ["mood", "age"], "method": "spearman", "where": {"gender": 1}},
        },
    },
    "indicators": {"scales": {"both": {"items": ["mood", "before"], "range": [1, 9]}}},
}


def test_scales_and_correlations_go_back_to_their_questions():
    document = json.loads(Traced(survey(), SCALED).document())
    numbers = document["numbers"]
    alpha = numbers["scale:both/alpha/value"]
    assert alpha["from"] == ["scale:both/alpha/n"]
    assert alpha["items"] == ["mood", "before"]
    assert "indicators/both" in alpha["config"]
    assert numbers["scale:both/alpha/n"]["who"] == {"mood": "answered", "before": "answered"}
    pair = numbers["correlation:all/both/mood/value"]
    assert (pair["formula"], pair["items"]) == ("pearson_r", ["mood", "before"])
    assert {"correlations/all", "indicators/both"} <= set(pair["config"])
    among_men = numbers["correlation:men/age/mood/n"]
    assert among_men["formula"] == "count"
    assert among_men["who"] == {"age": "answered", "mood": "answered"}
    assert among_men["within"] == {"gender": ["1"]}
    assert "gender" in among_men["items"]
    adjusted = numbers["correlation:all/both/mood/holm_table"]
    assert adjusted["from"] == ["correlation:all/both/mood/p_value"]


def test_a_cleaning_step_whose_numbers_are_kept_back_concerns_its_own_variables():
    log = [
        {
            "step": "1", "action": "range", "variables": "job", "why": "typo",
            **dict.fromkeys(("rows_before", "rows_touched", "cells_touched", "rows_after"), ""),
        }
    ]  # fmt: skip
    declared = [{"action": "range", "variable": "job", "max": 5, "then": "drop", "why": "typo"}]
    steps = list_steps(log, declared)
    assert steps["1"] == {"action": "range", "variables": ["job"], "why": "typo"}
    assert steps_of(["job"], steps) == ["1"]
    assert steps_of(["gender"], steps) == []
