"""Strict YAML: what a tag or an odd key could smuggle in is refused, with its line."""

import pytest

from resurvey.core.errors import SurveyError
from resurvey.core.strict_yaml import read_yaml


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a: !!str [x, y]\n", "expected a scalar node, but found sequence"),
        ("a: !!map [x]\n", "expected a mapping node, but found sequence"),
        ("a: 1\nb: !person x\n", "line 2, column 4: could not determine a constructor"),
        ("a: !!python/object:os.x {}\n", "could not determine a constructor"),
        ("? [a]\n: 1\n", "a key must be a word or a number"),
        ("a: {1: x, 1.0: y}\n", r"key '1.0' stands twice \(1, 1.0\)"),
    ],
)
def test_what_is_no_text_list_or_mapping_is_refused(tmp_path, text, words):
    (tmp_path / "a.yaml").write_text(text)
    with pytest.raises(SurveyError, match=words):
        read_yaml(tmp_path / "a.yaml")


def test_numbers_truths_and_nothing_keep_their_kinds(tmp_path):
    (tmp_path / "a.yaml").write_text("a: [1, 1.5, true, no, null, '1', 12:30]\n1: {2: ~}\n")
    read = read_yaml(tmp_path / "a.yaml")
    assert read == {"a": [1, 1.5, True, "no", None, "1", "12:30"], 1: {2: None}}
    assert [type(item) for item in read["a"][:3]] == [int, float, bool]


def test_an_empty_file_is_nothing(tmp_path):
    (tmp_path / "a.yaml").write_text("# nothing\n")
    assert read_yaml(tmp_path / "a.yaml") is None
