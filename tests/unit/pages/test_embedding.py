"""What a page knows of its numbers is what the document says, in the language of the page."""

from resurvey.core.codebook import Codebook, Variable
from resurvey.pages.application import embed_provenance
from resurvey.pages.labels import Labels

BOOK = Codebook(
    {
        "job": Variable("job", {"en": "The job", "ru": "Работа"}, codes={1: {"ru": "Да"}, 2: {}}),
        "age": Variable("age", {"en": "Age"}),
    }
)
SHARED = {"unit": "people", "formula": "count", "rule": "tabulate_wave", "file": "crosstabs.csv"}
LINE = {"table": "t", "row_variable": "job", "row_code": "1", "column_code": "total"}
DOCUMENT = {
    "numbers": {
        "percent:t/job/1/total": {
            "value": "25.0",
            "unit": "percent",
            "from": ["count:t/job/1/total", "base:t/job/total/total"],
            "line": LINE,
            "printed": "25,0",
            "verdict": "agrees",
        },
        "count:t/job/1/total": {**SHARED, "value": "1", "who": {"job": ["1"]}, "line": LINE},
        "base:t/job/total/total": {**SHARED, "value": "4", "who": {"job": "answered"}},
        "count:t/age/1/total": {**SHARED, "value": "9"},
    },
    "items": {"job": {"wording": "x", "source": "V7"}},
    "steps": {"1": {"action": "drop", "why": "потому", "rows_touched": 0}},
    "inputs": {"raw.sav": "ab"},
    "formulas": {"count": "Σ 1"},
    "rules": {"tabulate_wave": {"code": "cd"}},
}


def embedded(**more):
    labels = Labels(BOOK, {}, {}, "ru")
    return embed_provenance(DOCUMENT, labels, ["percent:t/job/1/total", "unknown:x"], **more)


def number(found, identity):
    value, common, parts, line, *rest = found["numbers"][found["names"].index(identity)]
    return value, found["common"][common], [found["names"][one] for one in parts], line, rest


def test_numbers_of_the_page_bring_all_that_they_are_made_of_and_no_other():
    assert embedded()["names"] == [
        "base:t/job/total/total",
        "count:t/job/1/total",
        "percent:t/job/1/total",
    ]


def test_everything_that_the_document_says_of_a_number_is_kept():
    found = embedded()
    value, common, parts, line, rest = number(found, "percent:t/job/1/total")
    assert (value, common, line) == ("25.0", {"unit": "percent"}, LINE)
    assert parts == ["count:t/job/1/total", "base:t/job/total/total"]
    assert rest == ["25,0", "agrees"]
    value, common, parts, line, rest = number(found, "count:t/job/1/total")
    assert (common, rest) == (SHARED, ["", "", {"job": ["1"]}])


def test_what_numbers_share_is_written_once():
    assert len(embedded()["common"]) == 2


def test_questions_are_worded_in_the_language_of_the_page():
    assert embedded()["questions"] == {
        "job": {"label": "Работа", "answers": {"1": "Да"}, "source": "V7"}
    }


def test_reason_of_a_step_is_that_of_the_page():
    assert embedded()["steps"]["1"]["why"] == "потому"
    found = embedded(reasons={"1": "because"})["steps"]["1"]
    assert found == {"action": "drop", "why": "because", "rows_touched": 0}


def test_document_stays_as_it_was():
    before = repr(DOCUMENT)
    embedded(reasons={"1": "because"})
    assert repr(DOCUMENT) == before


def test_condition_of_a_table_stands_behind_those_of_its_number():
    sex = Variable("sex", {"en": "Sex"}, codes={2: {"en": "Women"}})
    within = {"sex": ["2"], "age": {"min": 18}}
    numbers = {"count:t/job/1/total": {"value": "1", "who": {"job": ["1"]}, "within": within}}
    labels = Labels(Codebook({"sex": sex}), {}, {}, "en")
    found = embed_provenance({"numbers": numbers}, labels)
    assert found["numbers"][0][6:] == [{"job": ["1"]}, within]
    assert found["questions"]["sex"] == {"label": "Sex", "answers": {"2": "Women"}}
    assert found["questions"]["age"]["answers"] == {}
