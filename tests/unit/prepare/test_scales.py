"""A scale is a mean or sum of the answered items, turned to one direction."""

import numpy as np
import pandas as pd
import pytest

from resurvey.core.codebook import Codebook, Survey, Variable
from resurvey.core.errors import SurveyError
from resurvey.prepare.indicators import derive_indicators, joint_indicators
from resurvey.prepare.scales import scale_items

FIVE = {code: {} for code in (1, 2, 3, 4, 5, 8, 9)}
BOOK = Codebook({q: Variable(q, codes=FIVE, missing=(9,), dont_know=(8,)) for q in ("a", "b", "c")})


def people(*rows):
    frame = pd.DataFrame([dict(zip("abc", row, strict=True)) for row in rows], dtype="Int64")
    return Survey(frame, BOOK)


def scaled(survey, **spec):
    found = derive_indicators(survey, {}, {"s": {"items": ["a", "b", "c"], **spec}})
    return [None if pd.isna(one) else one for one in found.data["s"]]


def test_a_mean_needs_all_items_unless_fewer_are_declared_to_do():
    survey = people((1, 2, 3), (1, 2, 9), (5, 8, 9), (None, 9, 8))
    assert scaled(survey) == [2, None, None, None]
    assert scaled(survey, minimum_items=2) == [2, 1.5, None, None]
    assert scaled(survey, minimum_items=1) == [2, 1.5, 5, None]


def test_a_sum_of_fewer_items_is_their_mean_times_the_number_of_items():
    assert scaled(people((1, 2, 3), (1, 2, 9)), how="sum", minimum_items=2) == [6, 4.5]


def test_a_reversed_item_counts_from_the_other_end():
    assert scaled(people((1, 1, 5), (5, 5, 2)), reverse=["c"]) == [1, pytest.approx(14 / 3)]
    assert scale_items(people((1, 1, 5)), "s", {"items": ["a", "c"], "reverse": ["c"]}).values[
        0
    ].tolist() == [1, 1]


def test_a_scale_is_a_number_that_indicators_may_group():
    declared = {"level": {"recode": {"variable": "s", "ranges": {1: [1, 3], 2: [3.01, 5]}}}}
    scales = {"s": {"items": ["a", "b", "c"]}}
    found = derive_indicators(people((1, 2, 3), (5, 5, 5)), declared, scales)
    assert found.data["level"].tolist() == [1, 2]
    assert found.codebook["s"].measure == "scale"
    assert joint_indicators(declared, scales) == {"s", "level"}


@pytest.mark.parametrize(
    ("spec", "said"),
    [
        ({"reverse": ["d"]}, "'d' is reversed and is no item"),
        ({"minimum_items": 4}, "`minimum_items` is 4, and it has 3 items"),
        ({"range": [5, 1]}, "begins at 5 and ends at 1"),
        ({"range": [1, 4]}, "'a' has the answer 5, outside 1 to 4"),
        ({"items": ["a", "z"]}, "'z' is not in the data"),
    ],
)
def test_a_scale_that_cannot_be_meant_is_refused(spec, said):
    with pytest.raises(SurveyError, match=said):
        scaled(people((5, 1, 1)), **spec)


def test_items_with_other_answers_are_not_added():
    seven = Variable("b", codes={code: {} for code in range(1, 8)})
    survey = Survey(people((1, 2, 3)).data, BOOK.updated([seven]))
    with pytest.raises(SurveyError, match="of 'a' go from 1 to 5 and those of 'b' from 1 to 7"):
        scaled(survey)


def test_a_reversed_number_without_a_list_of_answers_needs_its_ends():
    book = Codebook({q: Variable(q, measure="scale") for q in "abc"})
    survey = Survey(people((1, 2, 3)).data, book)
    with pytest.raises(SurveyError, match=r"range: \[1, 5\]"):
        scaled(survey, reverse=["a"])
    assert scaled(survey, reverse=["a"], range=[1, 5]) == [pytest.approx(10 / 3)]


def test_ordinal_answers_in_words_count_from_one_in_their_order():
    words = dict.fromkeys(["No", "Partly", "Yes", "Hard to say"], {})
    book = Codebook(
        {name: Variable(name, {}, "ordinal", words, dont_know=("Hard to say",)) for name in "ab"}
    )
    said = {"a": ["No", "Yes", "Hard to say", None], "b": ["Partly", "Yes", "No", "No"]}
    survey = Survey(pd.DataFrame(said, dtype="str"), book)
    items = scale_items(survey, "s", {"items": ["a", "b"], "reverse": ["b"]})
    assert (items.low, items.high) == (1.0, 3.0)
    assert items.values[:2].tolist() == [[1.0, 2.0], [3.0, 1.0]]
    assert np.isnan(items.values[2:, 0]).all()


def test_words_without_an_order_are_refused():
    words = dict.fromkeys(["Taxi", "Tram"], {})
    book = Codebook({name: Variable(name, {}, "nominal", words) for name in "ab"})
    survey = Survey(pd.DataFrame({"a": ["Taxi"], "b": ["Tram"]}, dtype="str"), book)
    with pytest.raises(SurveyError, match="'a' is text, and a scale adds numbers"):
        scale_items(survey, "s", {"items": ["a", "b"]})
