"""Conditions on answers tell whom a number counts."""

import pytest

from resurvey.report.provenance.people import ANSWERED, SYSTEM_MISSING, People, Vocabulary

WORDS = Vocabulary(
    missing={"job": ["9"]},
    missing_ranges={"age": [[97, 99]]},
    sets={
        "media": {"items": ["tv", "radio"], "counted": "1"},
        "trips": {"items": ["first", "second"], "counted": None},
    },
)


@pytest.mark.parametrize(
    ("answers", "who", "meets"),
    [
        ({}, {}, True),
        ({"job": "1"}, {"job": ["1", "2"]}, True),
        ({"job": "3"}, {"job": ["1", "2"]}, False),
        ({"job": "9"}, {"job": ANSWERED}, False),
        ({"job": None}, {"job": ANSWERED}, False),
        ({"age": "98"}, {"age": ANSWERED}, False),
        ({"age": "41"}, {"age": ANSWERED}, True),
        ({"age": None}, {"age": SYSTEM_MISSING}, True),
        ({"tv": "0", "radio": "1"}, {"media": ["radio"]}, True),
        ({"tv": "0", "radio": "1"}, {"media": ["tv"]}, False),
        ({"tv": "0", "radio": "0"}, {"media": ANSWERED}, False),
        ({"first": "KZ", "second": None}, {"trips": ["KZ"]}, True),
    ],
)
def test_respondent_is_among_the_people(answers, who, meets):
    assert WORDS.meets(answers, People(who)) is meets


def test_respondent_without_a_positive_weight_counts_for_nothing():
    people = People({"job": ["1"]}, weight="w")
    given = [{"job": "1", "w": weight} for weight in ("0.5", "0.0", None)]
    assert [WORDS.meets(one, people) for one in given] == [True, False, False]


def test_exception_and_second_condition_hold_too():
    people = People({"media": ["tv"]}, without={"job": ["2"]}, also={"media": ["radio"]})
    both = {"tv": "1", "radio": "1"}
    assert WORDS.meets({**both, "job": "1"}, people)
    assert not WORDS.meets({**both, "job": "2"}, people)
    assert not WORDS.meets({"tv": "1", "radio": "0", "job": "1"}, people)


def test_people_are_read_back_as_they_were_written():
    people = People({"job": ["1"]}, "w", {"age": ["3"]}, {"media": ANSWERED})
    assert People.read(people.plain()) == people
    assert People({}).plain() == {"who": {}}
