"""A quantifying word means the numbers that the study declares."""

from fractions import Fraction

import pytest

from resurvey.audit.claims.ledger import parse_meaning, read_lexicon
from resurvey.core.errors import SurveyError


def test_a_square_bracket_includes_its_end_and_a_round_one_does_not():
    meaning = parse_meaning("(50, 100]")
    assert Fraction(50) not in meaning
    assert Fraction(100) in meaning


def test_the_ends_are_exact():
    assert Fraction(175, 10) in parse_meaning("[17.5, 22.5]")
    assert Fraction(17499, 1000) not in parse_meaning("[17.5, 22.5]")


def test_a_word_without_a_meaning_is_kept_without_one():
    word = read_lexicon({"quantifiers": {"high": {"unit": "percent", "ru": "высокий"}}})["high"]
    assert word.meaning is None
    assert word.unit == "percent"


def test_a_study_without_a_lexicon_declares_nothing():
    assert read_lexicon({}) == {}


@pytest.mark.parametrize("meaning", ["about half", "[5]", "[5, 4]", "[17,5, 22,5]", "5, 6"])
def test_a_meaning_that_is_no_interval_is_refused_by_name(meaning):
    with pytest.raises(SurveyError, match="'half'"):
        read_lexicon({"quantifiers": {"half": {"unit": "percent", "meaning": meaning}}})


def test_an_unknown_unit_is_refused_by_name():
    with pytest.raises(SurveyError, match="'half': unit 'share'"):
        read_lexicon({"quantifiers": {"half": {"unit": "share"}}})
