"""What a file leaves open is filled from the answers that were given."""

import pandas as pd
import pytest

from resurvey.core.codebook import Codebook, Variable
from resurvey.core.survey import Survey
from resurvey.reading.observed import complete_codebook


def _completed(values, **known):
    kind = "str" if isinstance(values[0], str) else "Int64"
    kind = "float64" if isinstance(values[0], float) else kind
    frame = pd.DataFrame({"q": pd.array(values, dtype=kind)})
    book = Codebook({"q": Variable("q", **({"measure": ""} | known))})
    return complete_codebook(Survey(frame, book)).codebook["q"]


def test_few_integers_are_a_list_of_answers():
    variable = _completed([3, 1, None, 3])
    assert (variable.measure, variable.answers) == ("nominal", [1, 3])


@pytest.mark.parametrize("values", [list(range(21)), [0.5, 1.5]])
def test_many_integers_and_fractions_are_a_scale(values):
    variable = _completed(values)
    assert (variable.measure, variable.answers) == ("scale", [])


def test_unlabelled_answer_joins_the_labelled_ones_in_the_order_of_the_codes():
    variable = _completed([2, 5], codes={1: {"": "a"}, 3: {"": "b"}})
    assert variable.answers == [1, 2, 3, 5]


def test_labelled_ends_of_a_long_scale_make_no_list():
    variable = _completed(list(range(101)), codes={0: {"": "cold"}, 100: {"": "warm"}})
    assert (variable.measure, variable.answers) == ("scale", [0, 100])


def test_missing_codes_are_no_answers():
    assert _completed([1, 98, 99], missing_ranges=((98, 99),)).answers == [1]


def test_repeated_words_are_answers_and_own_words_are_text():
    assert _completed(["no", "yes", "no", "yes"]).answers == ["no", "yes"]
    assert _completed(["Aida", "Bek", "Chyngyz"]).measure == "text"
    assert _completed(["2022-10-03", "2022-10-03"]).measure == "text"
    assert _completed(["a long story " * 20] * 4).measure == "text"
