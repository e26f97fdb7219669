"""A study's sentences take their numbers from the results; those of any table say what is known."""

import pytest

from resurvey.core.codebook import Codebook
from resurvey.core.errors import SurveyError
from resurvey.pages.labels import Labels
from resurvey.pages.numerals import Numerals, Shown
from resurvey.report.counts import Counts
from resurvey.report.sentences import Findings, Sentences
from resurvey.report.summaries import Summaries
from unit.report.small_survey import table_lines


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


@pytest.mark.parametrize(
    ("reference", "offered"),
    [
        ("{job/fit/1/total}", "{jobs/fit/1/total}"),
        ("{count:job/fit/1/total}", "{count:jobs/fit/1/total}"),
        ("{jobs/fit/1/totl}", "{jobs/fit/1/total}"),
        ("{baner:b/fit/1/total}", "{banner:…}"),
        ("{banner:b/fit/1/total}", "{banner:wide/fit/1/total}"),
        ("{banner:zzzzz}", "{banner:wide/fit/1/gender/2}, {banner:wide/fit/1/total}"),
    ],
)
def test_mistyped_reference_is_answered_with_the_nearest_that_are_there(counts, reference, offered):
    banner = {
        "wide/fit/1/total": Shown("30.4", identity="percent:wide/fit/1/total"),
        "wide/fit/1/gender/2": Shown("50.0", identity="percent:wide/fit/1/gender/2"),
    }
    sentences = Sentences(counts, {}, 102, "config/text.en.yaml", {"banner": banner})
    assert sentences.fill("{banner:wide/fit/1/gender/2}").striptags() == "50.0"
    with pytest.raises(SurveyError) as problem:
        sentences.fill(reference)
    assert f"the nearest: {offered}" in str(problem.value)


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


def words_of(lines, labels, say, set_aside=(), tables=None):
    counts = Counts(lines, tables or {}, Numerals("en"))
    found = Findings(counts, labels, say, set_aside).of_table(list(counts.blocks.values()))
    return [sentence.striptags() for sentence in found]


def test_widest_gap_between_groups_is_the_one_sentence_of_a_table(job_lines, labels, say):
    (sentence,) = words_of(job_lines, labels, say)
    assert "“Yes”: “Women” 50.0" in sentence
    assert "“Men” 16.7" in sentence
    assert "most frequent" not in sentence


def test_without_groups_the_largest_answer_of_all_questions_is_named(labels, say):
    fit = table_lines("t", "fit", "", {"1": {"total": 55}, "2": {"total": 45}}, {"total": 100})
    other = table_lines("t", "other", "", {"1": {"total": 80}, "2": {"total": 20}}, {"total": 100})
    (sentence,) = words_of([*fit, *other], labels, say)
    assert "other" in sentence
    assert "80.0" in sentence


def test_group_of_few_respondents_is_not_compared(labels, say):
    counts = {"1": {"1": 29, "2": 40, "total": 69}, "2": {"1": 0, "2": 60, "total": 60}}
    lines = table_lines("jobs", "fit", "gender", counts, {"1": 29, "2": 100, "total": 129})
    (sentence,) = words_of(lines, labels, say)
    assert "differ" not in sentence


def test_equal_groups_have_no_gap(labels, say):
    counts = {"1": {"1": 40, "2": 40, "total": 80}}
    lines = table_lines("jobs", "fit", "gender", counts, {"1": 100, "2": 100, "total": 200})
    assert "differ" not in words_of(lines, labels, say)[0]


@pytest.mark.parametrize(("known", "said"), [(2, 0), (60, 1)])
def test_answer_smaller_than_what_is_not_printed_is_not_called_the_most_frequent(
    known, said, labels, say
):
    lines = table_lines(
        "t", "fit", "", {"1": {"total": known}, "97": {"total": 100 - known}}, {"total": 100}
    )
    assert len(words_of(lines, labels, say, {"97"})) == said


def test_sum_of_answers_is_not_called_the_most_frequent_answer(labels, say):
    lines = table_lines("t", "fit", "", {"1": {"total": 60}, "97": {"total": 40}}, {"total": 100})
    tables = {"t": {"rounded_sums": {"fit": {1: 2}}}}
    assert words_of(lines, labels, say, {"97"}, tables=tables) == []


def test_two_equal_shares_have_no_most_frequent_answer(labels, say):
    lines = table_lines("t", "fit", "", {"1": {"total": 50}, "2": {"total": 50}}, {"total": 100})
    assert words_of(lines, labels, say) == []


def test_row_per_cents_are_not_summarised(job_lines, labels, say):
    assert words_of(job_lines, labels, say, tables={"jobs": {"percent": "row"}}) == []


@pytest.fixture
def with_numbers(counts, say, words):
    """Sentences about one mean with an interval."""
    line = {"table": "ages", "row_variable": "age", "column_variable": "", "column_code": "total"}
    line |= {"statistic": "mean", "value": "41.456", "lower": "40.1", "upper": "", "note": ""}
    labels = Labels(Codebook({}), {}, words["en"]["tables"], "en")
    summaries = Summaries([line], labels, Numerals("en"), say)
    return Sentences(counts, {}, 102, "config/text.en.yaml", summaries.references())


def test_a_mean_and_an_end_of_its_interval_are_referred_to(with_numbers):
    told = with_numbers.fill("{mean:ages/age/total} from {mean:ages/age/total/lower}")
    assert told.striptags() == "41.46 from 40.10"
    assert 'data-number="summary:ages/age/mean/total/lower"' in told


@pytest.mark.parametrize(
    ("reference", "said"),
    [
        ("{mean:ages/age/totl}", "the nearest: {mean:ages/age/total}"),
        ("{mean:ages/age}", "the nearest: {mean:ages/age/total}"),
        ("{mean:ages/age/total/upper}", "has no number"),
        ("{meen:ages/age/total}", "the nearest: {mean:…}"),
    ],
)
def test_a_wrong_reference_to_a_mean_says_what_is_right(with_numbers, reference, said):
    with pytest.raises(SurveyError) as problem:
        with_numbers.fill(reference)
    assert said in str(problem.value)


def test_a_question_of_a_battery_is_called_as_its_row_is(labels, say):
    fit = table_lines("t", "fit", "", {"1": {"total": 55}, "2": {"total": 45}}, {"total": 100})
    other = table_lines("t", "other", "", {"1": {"total": 80}, "2": {"total": 20}}, {"total": 100})
    counts = Counts([*fit, *other], {}, Numerals("en"))
    blocks = list(counts.blocks.values())
    named = {"fit": "Fits", "other": "The other one"}
    (sentence,) = Findings(counts, labels, say).of_table(blocks, named=named)
    assert "The other one" in sentence
