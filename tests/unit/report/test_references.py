"""Every kind of number that a sentence may name is found by its place, and carries its identity."""

import re
from dataclasses import replace

import pytest

from resurvey.core.errors import SurveyError
from resurvey.pages.numerals import Numerals
from resurvey.report.models import ModelLines
from resurvey.report.references import KINDS, References
from resurvey.report.sentences import Sentences
from unit.report.small_survey import ROOT

BANNER = {
    "table": "wide",
    "row_variable": "fit",
    "row_code": "1",
    "kind": "answer",
    "column_variable": "gender",
    "column_code": "2",
    "count": "21",
    "base": "42",
    "mean": "",
    "note": "",
    "note_data": "",
}
COMPARISON = {
    "table": "jobs",
    "row_variable": "fit",
    "row_code": "1",
    "column_variable": "gender",
    "first_code": "1",
    "second_code": "2",
    "difference": "-33.333333333333336",
    "lower": "-49.6",
    "upper": "-14.2",
    "p_value": "0.0003",
    "note_data": "",
}
TEST = {
    "table": "jobs",
    "row_variable": "fit",
    "column_variable": "gender",
    "test": "pearson",
    "statistic": "11.256",
    "df": "2",
    "df2": "",
    "p_value": "0.0036",
    "n": "102",
    "note": "",
    "holm_article": "0.0108",
    "note_data": "",
}
MEASURE = {
    **{key: TEST[key] for key in ("table", "row_variable", "column_variable", "note_data")},
    "measure": "cramer_v",
    "value": "0.3322",
}
TERM = {
    "model": "leave",
    "part": "coefficient",
    "variable": "age",
    "code": "3",
    "estimate": "0.5",
    "lower": "0.1",
    "upper": "0.9",
    "odds_ratio": "1.6487",
    "odds_ratio_lower": "1.104",
    "odds_ratio_upper": "2.4596",
    "p_value": "0.0004",
    "note_data": "",
}
SLOPE = {**TERM, "model": "pay", "code": "", "odds_ratio": "", "estimate": "-0.254"}
EFFECT = {**TERM, "outcome_code": "positive", "estimate": "0.0213"}
ALPHA = {
    "scale": "trust",
    "statistic": "alpha",
    "item": "",
    "other_item": "",
    "value": "0.8124",
    "lower": "0.79",
    "upper": "0.83",
    "n": "100",
    "note_data": "",
}
CORRELATION = {
    "name": "life",
    "row_variable": "trust",
    "column_variable": "age",
    "value": "-0.2541",
    "p_value": "0.0449",
    "n": "90",
    "note_data": "",
}
INDEX = {
    "index": "living",
    "variable": "living",
    "dimension": "",
    "indicator": "",
    "statistic": "mean",
    "column_variable": "",
    "column_code": "total",
    "value": "0.6789",
    "lower": "0.6612",
    "note_data": "",
}
FIT = {"model": "leave", "statistic": "n", "value": "1100", "p_value": "", "note_data": ""}


@pytest.fixture
def filled(results, counts):
    """The numbers of a few lines of every file, in sentences of a language."""
    lines = replace(
        results,
        banners=[
            BANNER,
            {**BANNER, "row_code": "mean", "kind": "mean", "mean": "3.456"},
            {**BANNER, "row_code": "total", "kind": "total", "count": "42"},
            {**BANNER, "column_variable": "", "column_code": "total"},
        ],
        comparisons=[COMPARISON],
        tests=[TEST, {**TEST, "test": "fisher", "p_value": "", "note_data": "not_identified"}],
        association=[MEASURE],
        scales=[ALPHA, {**ALPHA, "statistic": "item_rest", "item": "q1", "value": "0.4123"}],
        correlations=[CORRELATION],
        models=ModelLines([TERM, SLOPE], [EFFECT], [FIT], {}),
        index={"index": [INDEX], "types": [], "bounds": []},
    )

    def fill(text, language="en"):
        numbers = References(lines, Numerals(language), lambda line: line["note_data"])
        return Sentences(counts, {}, 102, "config/text.en.yaml", numbers).fill(text)

    return fill


PLACES = [
    ("{banner:wide/fit/1/gender/2}", "50.0", "percent:wide/fit/1/gender/2"),
    ("{banner:wide/fit/1/total}", "50.0", "percent:wide/fit/1/total"),
    ("{banner:wide/fit/mean/gender/2}", "3.46", "mean:wide/fit/mean/gender/2"),
    ("{banner:wide/fit/total/gender/2}", "42", "base:wide/fit/total/gender/2"),
    ("{difference:jobs/fit/1/1/2}", "−33.3", "comparison:jobs/fit/1/gender/1/2/difference"),
    ("{difference:jobs/fit/1/1/2/upper}", "−14.2", "comparison:jobs/fit/1/gender/1/2/upper"),
    ("{test:jobs/fit/pearson}", "= 0.004", "test:jobs/fit/gender/pearson/p_value"),
    ("{test:jobs/fit/pearson/statistic}", "11.26", "test:jobs/fit/gender/pearson/statistic"),
    ("{test:jobs/fit/pearson/df}", "2", "test:jobs/fit/gender/pearson/df"),
    ("{test:jobs/fit/pearson/n}", "102", "test:jobs/fit/gender/pearson/n"),
    ("{measure:jobs/fit/cramer_v}", "0.332", "association:jobs/fit/gender/cramer_v"),
    ("{index:living/mean}", "0.679", "index:living/index/living///mean//total//value"),
    ("{index:living/mean/lower}", "0.661", "index:living/index/living///mean//total//lower"),
    ("{scale:trust/alpha}", "0.812", "scale:trust/alpha/value"),
    ("{scale:trust/item_rest/q1}", "0.41", "scale:trust/item_rest/q1/value"),
    ("{correlation:life/age/trust}", "−0.25", "correlation:life/trust/age/value"),
    ("{correlation:life/age/trust/p_value}", "= 0.045", "correlation:life/trust/age/p_value"),
    ("{model:leave/age/3}", "1.65", "model:leave/coefficients/age/3/odds_ratio"),
    ("{model:leave/age/3/lower}", "1.10", "model:leave/coefficients/age/3/odds_ratio_lower"),
    ("{model:leave/age/3/p_value}", "< 0.001", "model:leave/coefficients/age/3/p_value"),
    ("{model:pay/age}", "−0.25", "model:pay/coefficients/age//estimate"),
    ("{effect:leave/positive/age/3}", "+2.1", "model:leave/effects/positive/age/3/estimate"),
    ("{fit:leave/n}", "1100", "model:leave/diagnostics/n/value"),
]


@pytest.mark.parametrize(("reference", "text", "identity"), PLACES)
def test_reference_prints_the_number_and_its_identity(filled, reference, text, identity):
    printed = filled(reference)
    assert printed.striptags() == text
    assert f'data-number="{identity}"' in printed


def test_every_kind_is_tried_here_and_stands_on_the_page_of_references():
    tried = {reference.strip("{}").partition(":")[0] for reference, _, _ in PLACES}
    page = (ROOT / "docs/references.md").read_text(encoding="utf-8")
    assert set(KINDS) == tried
    assert set(re.findall(r"`\{(\w+):", page)) >= {*KINDS, "count", "base", "indicator"}


def test_numbers_are_written_in_the_language_of_the_page(filled):
    assert filled("{banner:wide/fit/mean/gender/2}", "ru").striptags() == "3,46"


def test_test_without_a_result_has_no_number_and_says_why(filled):
    with pytest.raises(SurveyError, match="not_identified"):
        filled("{test:jobs/fit/fisher}")


def test_wrong_place_of_a_kind_names_the_nearest(filled):
    with pytest.raises(SurveyError, match=r"the nearest: \{model:leave/age/3\}"):
        filled("{model:leaf/age/3}")
