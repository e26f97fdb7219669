"""A multiple-response set is counted in cases and in responses, with or without weights."""

import numpy as np
import pandas as pd
import pytest

from resurvey.core.codebook import Codebook, Survey, Variable
from resurvey.core.errors import SurveyError
from resurvey.counts.design import Design
from resurvey.tables.blocks import Setting
from resurvey.tables.response_sets import count_set, find_set, set_tests, with_sets
from resurvey.tables.tabulation import tabulate_survey

SETS = {
    "media": {"type": "D", "counted_value": 1, "label": "", "variable_list": ["tv", "radio"]},
    "reasons": {"type": "C", "counted_value": None, "label": "", "variable_list": ["r1", "r2"]},
}
SETTING = Setting("", {"total": "Total", "all_respondents": "All"}, 0.05)


def survey(**more):
    people = pd.DataFrame(
        {
            "sex": pd.array([1, 1, 2, 2, 1], "Int64"),
            "tv": [1, 1, 0, 1, 0],
            "radio": [1, 0, 1, 1, 0],
            "r1": pd.array([1, 2, 2, 9, None], "Int64"),
            "r2": pd.array([2, None, 2, 1, None], "Int64"),
            "w": [1.0, 2.0, 1.0, 1.0, 5.0],
        }
    )
    reasons = {1: {"": "work"}, 2: {"": "family"}, 9: {"": "refused"}}
    variables = [
        Variable("sex", codes={1: {"": "men"}, 2: {"": "women"}}),
        Variable("tv", label={"": "Television"}, codes={0: {}, 1: {}}),
        Variable("radio", codes={0: {}, 1: {}}),
        *(Variable(name, codes=reasons, missing=(9,)) for name in ("r1", "r2")),
        Variable("w", measure="scale"),
    ]
    book = Codebook({one.name: one for one in variables}, multiple_response=SETS, **more)
    return Survey(people, book)


def counted(name, columns=None, design=None):
    people = survey()
    found = find_set(people.codebook, name)
    ready = design.prepared(people) if design else None
    lines = count_set("t", found, people, columns, ready, "column", True, SETTING)
    return {(one["row_code"], one["column_code"]): one for one in lines}


def test_base_is_who_chose_anything():
    cell = counted("media")["tv", "total"]
    assert (cell["count"], cell["base"], cell["percent"]) == (3, 4, 75.0)


def test_response_per_cents_add_to_one_hundred():
    cells = counted("media")
    shares = [cells[item, "total"]["response_percent"] for item in ("tv", "radio")]
    assert sum(shares) == pytest.approx(100)


def test_missing_code_is_no_choice():
    cells = counted("reasons")
    assert cells["1", "total"]["count"] == 2
    assert cells["total", "total"]["count"] == 4


def test_dollar_before_the_name_is_spss_writing():
    assert find_set(survey().codebook, "$media").items == ("tv", "radio")


def test_counted_value_may_be_written_as_text():
    book = survey().codebook
    sets = {"media": {**SETS["media"], "counted_value": "1"}}
    told = Codebook(book.variables, multiple_response=sets)
    assert find_set(told, "media").counted == 1


def test_name_of_no_set_is_none():
    assert find_set(survey().codebook, "tv") is None
    assert find_set(survey().codebook, "papers") is None


def test_weights_are_summed_and_heads_counted():
    cell = counted("media", "sex", Design(weights="w"))["tv", "1"]
    assert (cell["count"], cell["base"], cell["unweighted_base"]) == (3, 3, 2)
    assert cell["responses"] == 4


def asked_of(people, design=None):
    ready = design.prepared(people) if design else None
    return set_tests(find_set(people.codebook, "media"), people, "sex", ready, True)


def test_weighted_set_is_tested_under_its_design():
    together, *single = asked_of(survey(), Design(weights="w"))
    assert together["test"] == "marginal_independence_f"
    assert 0 < together["p_value"] < 1
    assert [(one["test"], one["row_code"]) for one in single] == [
        ("option_rao_scott_f", "tv"),
        ("option_rao_scott_f", "radio"),
    ]


def test_doubled_weights_change_nothing():
    once = asked_of(survey(), Design(weights="w"))[0]
    people = survey()
    twice = Survey(people.data.assign(w=people.data["w"] * 2), people.codebook)
    again = asked_of(twice, Design(weights="w"))[0]
    assert again["statistic"] == pytest.approx(once["statistic"], rel=1e-12)


def test_rows_that_stand_for_several_people_are_tested_as_these_people():
    people = survey()
    times = people.data["w"].astype(int)
    rows = np.repeat(people.data.index, times)
    spread_out = Survey(people.data.loc[rows].reset_index(drop=True), people.codebook)
    expected = asked_of(spread_out)
    found = asked_of(people, Design(weights="w", kind="frequency"))
    assert [one["test"] for one in found] == [one["test"] for one in expected]
    assert found[0]["p_value"] == pytest.approx(expected[0]["p_value"], rel=1e-12)


def test_every_option_of_equal_respondents_has_its_own_test():
    _, tv, radio = asked_of(survey())
    assert (tv["test"], tv["row_code"], tv["n"]) == ("option_pearson", "tv", 4)
    # Men: tv 2 of 2, women: 1 of 2; radio 1 of 2 and 2 of 2.
    assert tv["statistic"] == pytest.approx(4 / 3)
    assert radio["statistic"] == pytest.approx(4 / 3)


def test_p_values_of_the_options_are_adjusted_together():
    done = tabulate_survey(survey(), {"t": {"rows": ["media"], "columns": "sex"}})
    tv, radio = (one for one in done.tests if one.get("row_code"))
    assert tv["holm_table"] == pytest.approx(min(1, 2 * tv["p_value"]))


def test_domain_of_a_weighted_set_keeps_the_whole_design():
    tables = {"t": {"rows": ["media"], "columns": "sex", "where": {"tv": [0, 1]}}}
    people = survey()
    whole = tabulate_survey(people, tables, design=Design(weights="w")).tests[0]
    plain = {"t": {"rows": ["media"], "columns": "sex"}}
    expected = tabulate_survey(people, plain, design=Design(weights="w")).tests[0]
    assert whole["statistic"] == pytest.approx(expected["statistic"], rel=1e-12)


def test_set_of_reconstructed_records_is_not_identified():
    tables = {"t": {"rows": ["media"], "columns": "sex"}}
    done = tabulate_survey(survey(reconstructed=True), tables)
    assert all("count" not in one for one in done.crosstabs)
    assert "not identified" in done.tests[0]["note"]


def test_subtotal_of_a_set_is_refused():
    tables = {"t": {"rows": ["media"], "subtotals": [{"of": ["tv", "radio"]}]}}
    with pytest.raises(SurveyError, match="answers overlap"):
        tabulate_survey(survey(), tables)


def test_pair_of_a_set_is_refused():
    tables = {"t": {"rows": ["media", "tv"], "pairs": [{"before": "media", "after": "tv"}]}}
    with pytest.raises(SurveyError, match="one answer per person"):
        tabulate_survey(survey(), tables)


def test_codebook_of_the_tables_has_labels_of_the_options():
    book = with_sets(survey().codebook, {"t": {"rows": ["media", "sex"]}})
    assert book["media"].answer("tv") == "Television"


def test_nobody_chose_anything():
    people = survey()
    data = people.data.assign(tv=0, radio=0)
    found = find_set(people.codebook, "media")
    lines = count_set(
        "t", found, Survey(data, people.codebook), None, None, "column", True, SETTING
    )
    assert [one["count"] for one in lines] == [0, 0, 0]
    assert all(one["percent"] is None for one in lines)


def test_pyarrow_columns_count_the_same():
    import pyarrow as pa

    people = survey()
    arrow = Survey(pa.Table.from_pandas(people.data, preserve_index=False), people.codebook)
    found = find_set(people.codebook, "reasons")
    args = ("t", found), ("sex", None, "column", True, SETTING)
    plain = count_set(*args[0], people, *args[1])
    for one, other in zip(count_set(*args[0], arrow, *args[1]), plain, strict=True):
        assert one["count"] == other["count"]
        assert np.isclose(one["percent"], other["percent"])
