"""The article's two texts say the same with the same numbers, none of them typed."""

import re

import pytest

from resurvey.core.strict_yaml import read_yaml
from unit.report.small_survey import ROOT

TEXTS = {name: read_yaml(ROOT / f"config/text.{name}.yaml") for name in ("ru", "en")}


def paths(value, place=()):
    if isinstance(value, dict):
        for key, one in value.items():
            yield from paths(one, (*place, key))
    elif isinstance(value, list):
        for number, one in enumerate(value):
            yield from paths(one, (*place, number))
    else:
        yield place, value or ""


def test_both_languages_have_the_same_parts():
    russian, english = ({place for place, _ in paths(text)} for text in TEXTS.values())
    assert russian == english


def test_both_languages_refer_to_the_same_numbers():
    russian, english = (dict(paths(text)) for text in TEXTS.values())
    for place, text in russian.items():
        found = [sorted(re.findall(r"\{[^}]*\}", one)) for one in (text, english[place])]
        assert found[0] == found[1], place


@pytest.mark.parametrize("language", TEXTS)
def test_no_percentage_is_typed(language):
    for place, text in paths(TEXTS[language]):
        assert not re.search(r"\d+[.,]\d+\s*%", text), place
