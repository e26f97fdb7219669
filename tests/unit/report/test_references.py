"""A sentence of the study takes every number from the results, or stops the run."""

import pytest

from resurvey.core.errors import SurveyError
from resurvey.pages.numerals import Shown
from resurvey.report.references import Sentences


@pytest.fixture
def sentences(counts):
    shares = {"works/total": Shown("83.9", "432 / 515", "432", "515")}
    return Sentences(counts, shares, 102, "config/text.en.yaml")


@pytest.mark.parametrize(
    ("reference", "text"),
    [
        ("{jobs/fit/1/total}", "30.4"),
        ("{jobs/fit/1+2/2}", "83.3"),
        ("{count:jobs/fit/1+2/2}", "35"),
        ("{base:jobs/fit/1/1}", "60"),
        ("{indicator:works/total}", "83.9"),
        ("{respondents}", "102"),
    ],
)
def test_reference_becomes_the_number_of_its_cell(sentences, reference, text):
    assert sentences.fill(reference).striptags() == text


def test_number_carries_its_arithmetic(sentences):
    assert 'title="31 / 102"' in sentences.fill("{jobs/fit/1/total} %")


def test_per_cent_sign_stays_with_its_number(sentences):
    assert sentences.fill("{respondents} % of").endswith(">102</span>\N{NO-BREAK SPACE}% of")


@pytest.mark.parametrize(
    "reference",
    ["{jobs/fit/9/total}", "{job/fit/1/total}", "{sum:jobs/fit/1/1}", "{indicator:works/1}", "{x}"],
)
def test_unknown_reference_names_the_file_and_itself(sentences, reference):
    with pytest.raises(SurveyError) as problem:
        sentences.fill(f"So many: {reference}")
    assert "config/text.en.yaml" in str(problem.value)
    assert reference in str(problem.value)


def test_mistyped_table_gets_a_hint(sentences):
    with pytest.raises(SurveyError, match="did you mean 'jobs/fit'"):
        sentences.fill("{job/fit/1/total}")


@pytest.mark.parametrize("text", ["{{ 7 * 7 }}", "{% for x in y %}", "a } b", "a { b"])
def test_template_language_is_not_understood(sentences, text):
    with pytest.raises(SurveyError, match=r"text\.en\.yaml"):
        sentences.fill(text)


def test_text_around_a_number_is_escaped(sentences):
    assert sentences.fill("<b>{respondents}</b>").startswith("&lt;b&gt;")


def test_share_that_is_not_identified_has_no_number(counts):
    sentences = Sentences(counts, {"a/1": Shown("—", note="not identified")}, 3, "text.en.yaml")
    with pytest.raises(SurveyError, match="not identified"):
        sentences.fill("{indicator:a/1}")
