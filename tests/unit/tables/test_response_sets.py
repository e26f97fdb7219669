"""A multiple-response set is counted in cases and in responses, with or without weights."""

import numpy as np
import pandas as pd
import pytest

from resurvey.core.codebook import Codebook, Survey, Variable
from resurvey.core.errors import SurveyError
from resurvey.counts.design import Design
from resurvey.tables.blocks import Setting
from resurvey.tables.response_sets import count_set, find_set, set_test, with_sets
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


def test_weighted_set_is_not_tested():
    people = survey()
    ready = Design(weights="w").prepared(people)
    line = set_test(find_set(people.codebook, "media"), people, "sex", ready, True)
    assert line["note"].startswith("not computed")


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
