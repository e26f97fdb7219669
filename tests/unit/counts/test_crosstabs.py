"""A crosstab counts people, keeps empty cells and says why a test was not made."""

import warnings

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from resurvey.core.codebook import Codebook, Survey, Variable
from resurvey.core.errors import SurveyError
from resurvey.counts.crosstabs import Crosstab, crosstab
from resurvey.counts.design import Design

JOB = Variable("job", codes={1: {}, 2: {}, 3: {}, 9: {}}, missing=(9,), measure="ordinal")
SEX = Variable("sex", codes={1: {}, 2: {}})


@pytest.fixture
def survey():
    """Six respondents; one did not answer, one has no sex."""
    people = pd.DataFrame(
        {"job": [1, 2, 2, 9, 1, 2], "sex": [1, 1, 2, 2, None, 2], "w": [2, 1, 1, 5, 1, 0.5]}
    )
    return Survey(people, Codebook({"job": JOB, "sex": SEX, "w": Variable("w")}))


def ordinal(name, size):
    return Variable(name, codes={code + 1: {} for code in range(size)}, measure="ordinal")


def table_of(counts, **kinds):
    counts = np.asarray(counts)
    rows = kinds.get("row") or ordinal("q", counts.shape[0])
    return Crosstab.from_counts(rows, ordinal("g", counts.shape[1]), counts)


def test_answer_nobody_gave_keeps_its_row(survey):
    counts = crosstab(survey, "job", "sex").counts
    assert counts.loc[3].tolist() == [0, 0]
    assert (counts.index.name, counts.columns.name) == ("job", "sex")


def test_missing_answer_leaves_the_base(survey):
    assert crosstab(survey, "job", "sex").observed.sum() == 4


def test_respondent_without_a_group_is_counted_beside_the_table(survey):
    assert crosstab(survey, "job", "sex").no_column.tolist() == [1, 0, 0]


def test_one_variable_alone_is_a_table_with_a_total(survey):
    table = crosstab(survey, "job")
    assert table.counts["total"].tolist() == [2, 3, 0]
    assert table.percents()["total"].tolist() == [40, 60, 0]


def test_weights_replace_heads_and_heads_stay_beside_them(survey):
    table = crosstab(survey, "job", "sex", Design(weights="w"))
    assert table.observed.tolist() == [[2, 0], [1, 1.5], [0, 0]]
    assert table.unweighted.tolist() == [[1, 0], [1, 2], [0, 0]]
    assert np.isnan(table.tests().loc["pearson", "p_value"])
    assert "rao_scott_f" in table.tests().loc["pearson", "note"]


def test_subtotals_and_wrong_shapes_are_refused():
    with pytest.raises(SurveyError, match="do not fit"):
        Crosstab.from_counts(SEX, SEX, [[1, 2, 3], [4, 5, 6]])
    with pytest.raises(SurveyError, match="negative"):
        Crosstab.from_counts(SEX, SEX, [[1, -2], [4, 5]])


def test_unknown_variable_is_named_with_its_neighbour(survey):
    with pytest.raises(SurveyError, match="did you mean 'job'"):
        crosstab(survey, "jobs", "sex")


def test_dont_know_stays_in_the_base_and_out_of_ordinal_tests():
    item = Variable("q", codes={1: {}, 2: {}, 3: {}}, measure="ordinal", dont_know=(3,))
    tests = table_of([[12, 5], [7, 15], [3, 9]], row=item).tests()
    assert tests.loc["pearson", "n"] == 51
    assert tests.loc["linear_by_linear", "n"] == 39
    assert "3" in tests.loc["linear_by_linear", "note"]


def test_nominal_rows_have_no_trend():
    item = Variable("q", codes={1: {}, 2: {}, 3: {}})
    tests = table_of([[12, 5], [7, 15], [3, 9]], row=item).tests()
    assert np.isnan(tests.loc["linear_by_linear", "statistic"])
    assert "nominal" in tests.loc["linear_by_linear", "note"]
    assert "nominal" in tests.loc["mann_whitney", "note"]


def test_declared_order_gives_the_scores():
    printed = Variable("q", codes={1: {}, 2: {}, 3: {}}, measure="ordinal", order=(2, 3, 1))
    straight = table_of([[5, 9], [7, 8], [9, 3]])
    turned = table_of([[9, 3], [5, 9], [7, 8]], row=printed)
    for name in ("linear_by_linear", "mann_whitney"):
        assert turned.tests().loc[name, "p_value"] == pytest.approx(
            straight.tests().loc[name, "p_value"]
        )
    assert turned.association().loc["gamma", "value"] == pytest.approx(
        straight.association().loc["gamma", "value"]
    )


def test_sparse_cells_are_counted_in_the_note():
    note = table_of([[3, 1], [1, 3]]).tests().loc["pearson", "note"]
    assert note == "4 cells (100.0 %) have expected count below 5; smallest expected 2.00"


def test_empty_column_leaves_the_test_and_the_note_says_so():
    table = table_of([[12, 5, 0], [7, 15, 0]])
    assert table.tests().loc["pearson", "df"] == 1
    assert "1 column" in table.tests().loc["pearson", "note"]
    assert table.residuals("adjusted").shape == (2, 2)
    assert table.counts.shape == (2, 3)


def test_paired_questions_need_the_same_answers():
    table = table_of([[10, 5, 1], [2, 20, 3]])
    with pytest.raises(SurveyError, match="same answers"):
        table.paired_tests()
    results = {one.test: one for one in table_of([[794, 86], [150, 570]]).paired_tests()}
    assert results["mcnemar"].statistic == pytest.approx(17.355932203389830)


DEGENERATE = [
    [[0, 0], [0, 0]],
    [[5, 0], [0, 0]],
    [[5, 3], [0, 0]],
    [[5, 0], [3, 0]],
    [[5, 0], [0, 7]],
    [[1, 0], [0, 0], [0, 1]],
    [[1, 2, 3]],
    [[1], [2]],
    [[10**9, 2 * 10**9], [2 * 10**9, 10**9 + 1]],
    [[10**9, 0, 3], [1, 10**9, 0], [0, 0, 0]],
    [[0.5, 1.5], [2.5, 0.25]],
]


@pytest.mark.parametrize("counts", DEGENERATE, ids=str)
def test_degenerate_tables_give_a_value_or_a_reason(counts):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        table = table_of(counts)
        records = [*table.test_records(), *table.association_records()]
        table.residuals("adjusted")
        table.percents("row")
        table.shares()
        table.letters()
    for one in records:
        number = one.get("p_value", one.get("value"))
        assert (number is not None and np.isfinite(number)) or one["note"].startswith("not comp")


tables = arrays(
    np.int64, st.tuples(st.integers(1, 5), st.integers(1, 4)), elements=st.integers(0, 30)
)


def numbers(table):
    """Statistics by name, rounded so that a different order of sums does not matter."""
    found = {one.test: one.p_value for one in table.results if "monte" not in one.test}
    return found | {one.name: one.value for one in table.estimates}


def same(first, second, names):
    for name in names:
        a, b = first.get(name), second.get(name)
        assert (a is None) == (b is None), name
        assert a is None or abs(abs(a) - abs(b)) <= 1e-9 * max(1, abs(a)), name


NOMINAL = ("pearson", "likelihood_ratio", "fisher", "cramer_v", "lambda_rows", "lambda_symmetric")


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(tables, st.randoms(use_true_random=False))
def test_order_of_answers_does_not_matter_to_nominal_statistics(counts, random):
    order = list(range(counts.shape[0]))
    random.shuffle(order)
    same(numbers(table_of(counts)), numbers(table_of(counts[order])), NOMINAL)


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(tables)
def test_turning_the_scale_round_turns_ordinal_measures_round(counts):
    straight, turned = numbers(table_of(counts)), numbers(table_of(counts[::-1]))
    same(straight, turned, ("gamma", "tau_b", "tau_c", "spearman", "linear_by_linear"))


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(tables)
def test_an_answer_nobody_gave_changes_nothing(counts):
    padded = np.vstack([counts, np.zeros((1, counts.shape[1]), dtype=np.int64)])
    same(numbers(table_of(counts)), numbers(table_of(padded)), (*NOMINAL, "gamma"))


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(tables, st.integers(2, 7))
def test_duplicating_the_data_multiplies_chi_square_and_keeps_measures(counts, times):
    once, more = table_of(counts), table_of(counts * times)
    for one, two in zip(once.results[:2], more.results[:2], strict=True):
        assert (one.statistic is None) == (two.statistic is None)
        if one.statistic is not None:
            assert two.statistic == pytest.approx(times * one.statistic, rel=1e-9, abs=1e-9)
    same(numbers(once), numbers(more), ("cramer_v", "gamma", "tau_b", "lambda_rows", "phi"))


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(tables)
def test_collapsing_rows_with_the_same_shares_keeps_chi_square(counts):
    apart, together = table_of(np.vstack([counts, counts])), table_of(counts * 2)
    if together.reduced.reason:
        return
    for one, two in zip(apart.results[:2], together.results[:2], strict=True):
        assert one.statistic == pytest.approx(two.statistic, rel=1e-9, abs=1e-9)


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(tables)
def test_rows_and_columns_may_change_places(counts):
    names = ("pearson", "likelihood_ratio", "fisher", "linear_by_linear", "gamma", "tau_b", "phi")
    same(numbers(table_of(counts)), numbers(table_of(counts.T)), names)


def test_broken_weights_are_tested_unrounded_and_said():
    tests = table_of([[12.5, 5], [7, 15]]).tests()
    assert tests.loc["pearson", "n"] == 39.5
    assert "not rounded" in tests.loc["pearson", "note"]
    assert "not whole" in tests.loc["fisher", "note"]


@pytest.mark.slow
def test_more_work_makes_a_larger_table_exact():
    counts = np.array([[30, 52, 30], [40, 22, 50], [33, 45, 17]])
    assert "fisher_monte_carlo" in table_of(counts).tests().index
    variables = ordinal("q", 3), ordinal("g", 3)
    exact = Crosstab.from_counts(*variables, counts, exact_work=100_000_000).tests()
    # SOURCE R 4.2.2, fisher.test(workspace = 2e8).
    assert exact.loc["fisher", "p_value"] == pytest.approx(4.44164835121e-06, rel=1e-6)


@pytest.mark.slow
@settings(max_examples=40, deadline=None)
@given(tables)
def test_frequency_weights_are_repeated_rows(counts):
    places = [(i + 1, j + 1) for i, j in np.ndindex(*counts.shape)]
    people = pd.DataFrame(places, columns=["q", "g"]).assign(w=counts.ravel())
    book = Codebook(
        {"q": ordinal("q", counts.shape[0]), "g": ordinal("g", counts.shape[1]), "w": Variable("w")}
    )
    if not counts.any():
        return
    weighted = crosstab(Survey(people, book), "q", "g", Design(weights="w", kind="frequency"))
    repeated = crosstab(
        Survey(people.loc[people.index.repeat(people["w"])].reset_index(), book), "q", "g"
    )
    assert (weighted.observed == repeated.observed).all()
    numbers = ["statistic", "df", "p_value", "n"]
    assert weighted.tests()[numbers].equals(repeated.tests()[numbers])


HUGE = ((1e300, 2e300, 3e300), (-1.7e308, 0.0, 1.7e308), (1e-300, 2e-300, 3e-300))


@pytest.mark.parametrize("codes", HUGE)
def test_codes_of_any_size_give_the_scores_of_their_distances(codes):
    rows = np.repeat([0, 1, 2], 4)
    columns = np.array([1, 1, 2, 1, 2, 2, 1, 2, 2, 2, 1, 2])
    plain = pd.DataFrame({"q": rows, "g": columns})
    far = plain.assign(q=np.array(codes)[rows])
    book = Codebook({name: Variable(name, measure="ordinal") for name in plain})
    found, wanted = (crosstab(Survey(people, book), "q", "g") for people in (far, plain))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        statistic = found.tests().loc["linear_by_linear", "statistic"]
        r = found.association().loc["pearson_r", "value"]
    assert statistic == pytest.approx(wanted.tests().loc["linear_by_linear", "statistic"])
    assert r == pytest.approx(wanted.association().loc["pearson_r", "value"])


def test_infinite_code_is_an_answer_without_a_score():
    people = pd.DataFrame({"q": [1.0, np.inf, 1.0, 2.0], "g": [1, 2, 1, 2]})
    book = Codebook({name: Variable(name, measure="ordinal") for name in people})
    note = crosstab(Survey(people, book), "q", "g").tests().loc["linear_by_linear", "note"]
    assert note == "not computed: a code of the row variable 'q' is not a finite number"


@pytest.mark.parametrize(
    "values",
    [
        pd.to_datetime(["2020-01-01", "2020-01-02"]),
        pd.to_timedelta([1, 2], unit="D"),
        np.array([1j, 2j]),
        pd.Series([[1], [2]]),
        pd.Series([b"a", b"b"]),
    ],
)
def test_dates_and_other_things_are_refused_in_one_sentence(values):
    people = pd.DataFrame({"q": values, "g": [1, 2]})
    book = Codebook({name: Variable(name) for name in people})
    with pytest.raises(SurveyError, match=r"variable 'q' holds dates or other things"):
        crosstab(Survey(people, book), "q", "g")


@pytest.mark.parametrize("counts", [[[1e300, 1], [1, 1]], [[1e-300, 1], [1, 1]]])
def test_counts_that_overflow_or_vanish_are_refused(counts):
    with pytest.raises(SurveyError, match="rescale the weights"):
        table_of(counts)


@pytest.mark.filterwarnings("error")
def test_weights_of_less_than_one_respondent_have_reasons():
    table = table_of([[1e-12, 2e-12], [3e-12, 1e-12]])
    assert table.tests().loc["mann_whitney", "note"].startswith("not computed: no more than one")
    assert table.association().loc["odds_ratio", "note"].startswith("no interval")
