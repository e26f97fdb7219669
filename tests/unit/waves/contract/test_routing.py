"""Who was asked is compared by a rule that finds planted changes and leaves clean waves alone."""

import numpy as np
import pandas as pd
import pytest

from resurvey.core.codebook import Variable
from resurvey.waves.contract.questionnaire import Item, Questionnaire
from resurvey.waves.contract.routing import compare_routing
from unit.waves.contract.small_waves import people, wave


def found(before, after):
    return [(one.variable, one.difference, one.severity) for one in compare_routing(before, after)]


def with_satisfied(change, n=400, seed=2, **more):
    data = people(n, seed, **more)
    change(data)
    return wave(data=data)


def test_question_that_everybody_is_asked_now_has_another_routing():
    after = with_satisfied(lambda data: data.__setitem__("satisfied", 1))
    assert found(wave(), after) == [("satisfied", "routing", "breaking")]
    (line,) = compare_routing(wave(), after)
    assert line.before.startswith("works = 2: 0 / ")
    assert "works = 2" in line.after


def test_question_that_only_women_are_asked_now_has_another_routing():
    def only_women(data):
        data.loc[data["sex"] == 1, "plans"] = pd.NA

    assert ("plans", "routing", "breaking") in found(wave(), with_satisfied(only_women))


def test_routing_is_seen_where_not_asked_is_a_user_missing_code():
    def only_women(data):
        data.loc[data["sex"] == 1, "plans"] = 9

    assert ("plans", "routing", "breaking") in found(wave(), with_satisfied(only_women))


def test_routing_by_another_question_than_before_is_found():
    def by_sex(data):
        data["satisfied"] = pd.array(np.where(data["sex"] == 1, 1, 0), "Int64")
        data.loc[data["satisfied"] == 0, "satisfied"] = pd.NA

    assert ("satisfied", "routing", "breaking") in found(wave(), with_satisfied(by_sex))


def test_question_that_a_random_half_is_asked_has_another_base():
    def half(data):
        data.loc[data.index % 2 == 0, "plans"] = pd.NA

    assert found(wave(), with_satisfied(half)) == [("plans", "base", "breaking")]


def test_question_that_nobody_is_asked_has_another_base():
    def nobody(data):
        data["plans"] = pd.array([pd.NA] * len(data), "Int64")

    assert found(wave(), with_satisfied(nobody)) == [("plans", "base", "breaking")]


def test_small_wave_of_thirty_is_enough_for_a_routing_that_is_certain():
    data, then = people(30, 3), people(30, 4)
    data["sex"] = pd.array([1, 2] * 15, "Int64")
    then["sex"] = pd.array([1, 2] * 15, "Int64")
    then["plans"] = data["plans"] = 1
    data.loc[data["sex"] == 1, "plans"] = pd.NA
    assert ("plans", "routing", "breaking") in found(wave(data=then), wave(data=data))


def test_fewer_with_a_job_are_fewer_asked_about_it_and_no_other_routing():
    before, after = wave(n=1000, seed=1), wave(data=people(1000, 2, working=0.3))
    assert [one for one in found(before, after) if one[2] != "note"] == []
    assert ("satisfied", "missing_share", "note") in found(before, after)


def test_filter_of_two_questions_is_explained_when_only_the_answers_to_one_changed():
    def asked(data):
        data.loc[data["sex"] == 1, "satisfied"] = pd.NA

    before = with_satisfied(asked, n=1000, seed=1)
    after = with_satisfied(asked, n=1000, seed=2, working=0.2)
    assert [one for one in found(before, after) if one[2] == "breaking"] == []


def test_more_refusals_warn_and_do_not_stop():
    def refuse(data):
        data.loc[data.index % 6 == 0, "plans"] = 9

    assert found(wave(), with_satisfied(refuse)) == [("plans", "missing_share", "warning")]


def test_refusal_by_most_respondents_is_another_base():
    def refuse(data):
        data.loc[data.index % 2 == 0, "plans"] = 9

    assert found(wave(), with_satisfied(refuse)) == [("plans", "base", "breaking")]


def test_filter_that_the_questionnaire_tool_wrote_is_compared():
    def routed(text, seed):
        one = wave(seed=seed)
        item = one.items["plans"]
        variable = Variable("plans", routing=text, codes=item.variable.codes, missing=(9,))
        items = {**one.items, "plans": Item(variable, item.wordings, item.labels, item.column)}
        return Questionnaire(one.name, items, one.respondents)

    old = routed('((7264X12X34.NAOK == "Y"))', 1)
    copied = routed("((9911X3X34.NAOK == 'Y'))", 2)
    other = routed("((9911X3X35.NAOK == 'Y'))", 2)
    assert found(old, copied) == []
    assert ("plans", "routing", "breaking") in found(old, other)


def test_identifier_and_weights_are_no_questions():
    data = people(100).assign(weight=pd.array([1.0] * 50 + [None] * 50, "Float64"))
    before, after = wave(data=people(100).assign(weight=1.0)), wave(data=data)
    left_out = Questionnaire("2", after.items, after.respondents, frozenset({"weight"}))
    assert [one.variable for one in compare_routing(before, left_out)] == []
    assert [one.variable for one in compare_routing(before, after)] == ["weight"]


def test_filter_is_the_question_that_decides_and_none_that_goes_with_it():
    def young(data, everybody):
        # Who has no job is mostly young; all young people together are fewer than all without.
        idle = (data["works"] == 2).to_numpy()
        data["generation"] = pd.array(np.where(idle & (data.index % 4 > 0), 1, 2), "Int64")
        data["satisfied"] = 1 if everybody else pd.array(np.where(idle, 0, 1), "Int64")
        data.loc[data["satisfied"] == 0, "satisfied"] = pd.NA
        labels = {"generation": {1: "young", 2: "older"}}
        return wave(data=data, labels=labels, wordings={"generation": "Your generation"})

    (line,) = compare_routing(young(people(800, 1), False), young(people(800, 2), True))
    assert (line.difference, line.before.partition(":")[0]) == ("routing", "works = 2")


def test_answers_of_a_filter_are_named_in_their_order_whatever_they_are():
    def asked(data, everybody):
        # Only who lives in a town or a city was asked.
        places = ["village", "town", "farm", "city"]
        data["home"] = pd.array([places[row % 4] for row in data.index], "str")
        data["plans"] = 1 if everybody else pd.array([row % 2 or pd.NA for row in data.index])
        labels = {"home": {place: place.title() for place in places}}
        return wave(data=data, labels=labels, wordings={"home": "Where do you live?"})

    (line,) = compare_routing(asked(people(400, 1), False), asked(people(400, 2), True))
    assert line.before == "home = farm: 0 / 100; home = village: 0 / 100"


def test_slightly_more_refusals_in_a_large_wave_are_no_difference():
    data, then = people(40_000, 1), people(40_000, 2)
    data.loc[(data.index % 25 == 0) & (data["sex"] == 1), "plans"] = 9
    assert found(wave(data=then), wave(data=data)) == []


def test_half_of_a_large_wave_is_another_base_though_refusals_depend_on_sex():
    def refused(n, seed, asked):
        data = people(n, seed)
        data.loc[(data.index % 10 == 0) & (data["sex"] == 1), "plans"] = 9
        data.loc[data.index % 2 >= asked, "plans"] = pd.NA
        return wave(data=data)

    assert found(refused(20_000, 1, 2), refused(20_000, 2, 1)) == [("plans", "base", "breaking")]


@pytest.mark.parametrize("share", [0.0, 0.02, 0.2])
def test_filter_whose_answer_some_respondents_refused_still_accounts_for_who_was_asked(share):
    def answered(seed, working):
        data = people(2000, seed, working=working)
        refuse = np.random.default_rng(seed).random(2000) < share
        data.loc[refuse, "works"] = pd.NA
        return wave(data=data)

    worst = [one[2] for one in found(answered(1, 0.7), answered(2, 0.4)) if one[0] == "satisfied"]
    assert worst == (["breaking"] if share == 0.2 else ["note"])


@pytest.mark.slow
@pytest.mark.parametrize("n", [40, 150, 500])
def test_clean_waves_never_stop(n):
    # 2,000 comparisons of waves whose shares of working people drift, as they do in life.
    chances = np.random.default_rng(n)
    rounds = {40: 900, 150: 700, 500: 400}[n]
    for seed in range(rounds):
        before = wave(data=people(n, 2 * seed + 1, working=chances.uniform(0.4, 0.7)))
        after = wave(data=people(n, 2 * seed + 2, working=chances.uniform(0.4, 0.7)))
        assert [one for one in found(before, after) if one[2] == "breaking"] == []
