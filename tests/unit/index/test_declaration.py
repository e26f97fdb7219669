"""An index that is declared wrongly is refused in one sentence that says what to do."""

from fractions import Fraction

import pytest

from resurvey.core.codebook import Codebook, Variable
from resurvey.core.errors import SurveyError
from resurvey.index.declaration import read_indices, resolve

OURS = {"weight": 1, "source": "equal weights: our choice"}
BOOK = Codebook(
    {
        "pay": Variable("pay", {}, "ordinal", {1: {}, 2: {}, 3: {}, 9: {}}, (9,)),
        "fit": Variable(
            "fit", {}, "ordinal", {1: {}, 2: {}, 3: {}, 8: {}}, order=(3, 1, 2), dont_know=(8,)
        ),
        "roof": Variable("roof", codes={1: {}, 2: {}}),
        "good": Variable("good", codes={1: {}, 0: {}}),
        "income": Variable("income", measure="scale"),
        "sex": Variable("sex", codes={1: {}, 2: {}}),
    }
)


def part(**changes):
    """A correct index; keys like ``indicators.paid.weight`` change or (None) drop what is there."""
    index = {
        "dimensions": {"work": {**OURS}, "home": {**OURS}},
        "indicators": {
            "paid": {"variable": "pay", "dimension": "work", **OURS},
            "fitting": {"variable": "fit", "dimension": "work", **OURS},
            "housed": {"variable": "roof", "dimension": "home", "scores": {1: 0, 2: 1}, **OURS},
        },
        "types": {"low": {}, "middle": {"from": 0.4}, "high": {"from": 0.7}},
        "by": ["sex"],
    }
    for path, value in changes.items():
        at, steps = index, path.split("__")
        for step in steps[:-1]:
            at = at.setdefault(step, {})
        if value is None:
            at.pop(steps[-1], None)
        else:
            at[steps[-1]] = value
    return {"index": {"i": index}}


def resolved(**changes):
    return resolve(read_indices(part(**changes))[0], BOOK)


def test_scores_follow_the_substantive_order_of_the_answers():
    paid, fitting, housed = resolved().indicators
    assert paid.scores == {1: 1.0, 2: 2.0, 3: 3.0}
    assert fitting.scores == {3: 1.0, 1: 2.0, 2: 3.0}
    assert housed.scores == {1: 0.0, 2: 1.0}


def test_an_indicator_of_yes_and_no_counts_one_and_nothing():
    index = resolved(indicators__housed={"variable": "good", "dimension": "home", **OURS})
    assert index.indicators[2].scores == {0: 0.0, 1: 1.0}


def test_indicators_stand_by_dimension_whatever_their_order():
    first = {"variable": "roof", "dimension": "home", "scores": {1: 0, 2: 1}, **OURS}
    shuffled = {"housed": first, "paid": part()["index"]["i"]["indicators"]["paid"]}
    (index,) = read_indices(part(indicators=shuffled))
    assert [one.name for one in index.indicators] == ["paid", "housed"]


WRONG = [
    ({"indicators__paid__weight": 0}, "indicator 'paid': its weight is 0; a weight is a number ab"),
    ({"indicators__paid__weight": -1}, "its weight is -1"),
    ({"indicators__paid__source": None}, "indicator 'paid': its weight has no `source:`"),
    ({"dimensions__work__source": " "}, "dimension 'work': its weight has no `source:`"),
    ({"indicators__paid__dimension": "wrok"}, "there is no dimension 'wrok'; did you mean 'work'?"),
    ({"indicators__housed": None}, "dimension 'home' has no indicator"),
    (
        {"instrument": "RSS"},
        "it bears the name of 'RSS', and the weight of the dimension 'work' has",
    ),
    (
        {"label": "Multidimensional Poverty Index of migrants"},
        "its label 'Multidimensional Poverty Index of migrants' bears the name of a published",
    ),
    ({"label": {"ru": "Бедность (ИМБ)", "en": "Poverty"}}, "bears the name .* 'ИМБ', and the wei"),
    ({"dimensions__work__label": "Work (RSS)"}, "'RSS', and the weight of the dimension 'work'"),
    (
        {"indicators__paid__measures": "provision"},
        "'fitting' does not say what it `measures`, and others do",
    ),
    ({"indicators__housed__scores": {1: 1, 2: 1}}, "all its answers have the same score"),
    (
        {"indicators__paid__goalposts": [3, 1]},
        "its `goalposts` go from 3 to 1; write the lower one",
    ),
    ({"normalisation": "goalposts"}, "`normalisation: goalposts` needs its `goalposts:"),
    (
        {"minimum_items": 2},
        "`missing: complete` asks for all 3 indicators and `minimum_items` for 2",
    ),
    ({"missing": "available", "minimum_items": 1}, "every one of its 2 dimensions needs an answer"),
    ({"missing": "available", "minimum_items": 4}, "`minimum_items` is 4; it has 3 indicators"),
    ({"aggregation": "counting"}, "`aggregation: counting` needs its `cutoff:`"),
    ({"poverty_cutoff": 0.3}, "belongs to `aggregation: counting`, and to nothing else"),
    ({"aggregation": "geometric", "normalisation": "z"}, "standard scores are below 0 for some"),
    ({"shift": 0.1}, "`shift` belongs to `aggregation: geometric`"),
    ({"types__low__from": 0.1}, "exactly one, the lowest, has no `from:`.*; here none"),
    ({"types__high": {}}, "exactly one, the lowest, has no `from:`.*; here low, high"),
    ({"types__middle__from": 0.7}, "the types 'middle' and 'high' overlap: both begin at 0.7"),
    ({"types__high__from": 1.2}, "the type 'high' begins at 1.2, and the index goes from 0 to 1"),
    ({"types__middle__from": 0}, "the type 'middle' begins at 0"),
    ({"by": ["sex", "sex"]}, "`by` names 'sex' twice"),
    (
        {"gaps__paid": {"label": "x", "dimension": "work", "why": "x"}},
        "gap 'paid': it is an indicator, too",
    ),
]


@pytest.mark.parametrize(("changes", "sentence"), WRONG)
def test_what_is_wrong_whatever_the_data_are_is_refused(changes, sentence):
    with pytest.raises(SurveyError, match=sentence) as problem:
        read_indices(part(**changes))
    assert str(problem.value).startswith("index.yaml, index 'i'")


UNFIT = [
    (
        {"indicators__paid__variable": "pai"},
        "variable 'pai' is not in the data; did you mean 'pay'?",
    ),
    ({"indicators__housed__scores": {1: 0, 5: 1}}, "'roof' has no answer 5"),
    ({"indicators__paid__scores": {1: 0, 9: 1}}, "9 is a missing code of 'pay' and has no score"),
    (
        {"indicators__housed__scores": None},
        "the answers to 'roof' have no order; give each one a n",
    ),
    ({"indicators__paid__dont_know": 1}, "'pay' has no `dont_know:` codes"),
    (
        {"indicators__fitting__scores": {1: 0, 8: 1}, "indicators__fitting__dont_know": 1},
        "the answer 8 has a score under `scores` and one under `dont_know`",
    ),
    ({"indicators__paid__variable": "income"}, "'income' is a number without fixed ends; give its"),
    ({"by": ["gender"]}, "`by` names 'gender', which is not in the data"),
    ({"plans": "plan"}, "`plans` names 'plan', which is not in the data"),
    ({"aggregation": "geometric"}, "its worst answer counts as 0, which makes the whole geometric"),
]


@pytest.mark.parametrize(("changes", "sentence"), UNFIT)
def test_what_does_not_fit_the_codebook_is_refused(changes, sentence):
    index = read_indices(part(**changes))[0]
    with pytest.raises(SurveyError, match=sentence):
        resolve(index, BOOK)


def test_an_instrument_is_named_by_the_source_of_every_weight():
    named = {"weight": 1, "source": "IOM, Reintegration Sustainability Survey, 2017"}
    index = {
        "instrument": "Reintegration Sustainability Survey",
        "dimensions": {"work": named},
        "indicators": {"paid": {"variable": "pay", "dimension": "work", **named}},
    }
    assert read_indices({"index": {"rss": index}})[0].instrument.startswith("Reintegration")


def test_an_index_that_comes_from_an_instrument_may_have_its_name_in_the_label():
    named = {"weight": 1, "source": "RSS, IOM 2017"}
    index = {
        "label": {"en": "Reintegration Sustainability Survey", "ru": "Индекс по RSS"},
        "dimensions": {"work": named},
        "indicators": {"paid": {"variable": "pay", "dimension": "work", **named}},
    }
    assert read_indices({"index": {"rss": index}})[0].name == "rss"


def test_words_that_hold_an_acronym_are_no_name_of_an_instrument():
    assert read_indices(part(label="MPIs and hdi, the index of sustainable reintegration"))


def test_a_fraction_in_quotes_is_a_cut_off_exactly():
    types = {"low": {}, "middle": {"from": "1/3"}, "high": {"from": 0.67}}
    low, middle, high = read_indices(part(types=types))[0].types
    assert (low.exact, middle.exact, high.exact) == (None, Fraction(1, 3), Fraction(67, 100))
    assert middle.lowest == 1 / 3


def test_questions_that_measure_one_thing_are_counted_with_it():
    names = {f"indicators__{name}__measures": "work" for name in ("paid", "fitting")}
    assert read_indices(part())[0].measured is None
    gap = {"health": {"label": "x", "dimension": "work", "why": "x", "measures": "care"}}
    index = read_indices(part(**names, indicators__housed__measures="roof", gaps=gap))[0]
    assert index.measured == (2, 3)


def test_goalposts_beyond_the_worst_answer_or_a_shift_allow_a_geometric_mean():
    lower = {f"indicators__{name}__goalposts": [-1, 3] for name in ("paid", "fitting", "housed")}
    assert resolved(aggregation="geometric", **lower).aggregation == "geometric"
    assert resolved(aggregation="geometric", shift=0.01).shift == 0.01


def test_a_high_score_that_is_bad_turns_where_the_geometric_mean_may_be_zero():
    bad = {"indicators__paid__direction": "negative", "indicators__paid__goalposts": [-1, 3]}
    others = {f"indicators__{name}__goalposts": [-1, 3] for name in ("fitting", "housed")}
    with pytest.raises(SurveyError, match="'paid': its worst answer counts as 0"):
        resolved(aggregation="geometric", **bad, **others)


def test_two_indices_make_no_variable_of_the_same_name():
    one = part()["index"]["i"]
    with pytest.raises(SurveyError, match="its variable 'i_work' is also one of the index 'i'"):
        read_indices({"index": {"i": one, "i_work": one}})


def test_variables_are_dimensions_index_and_types():
    assert resolved().variables == ("i_work", "i_home", "i", "i_type")
    assert resolved(types={}).variables == ("i_work", "i_home", "i")
