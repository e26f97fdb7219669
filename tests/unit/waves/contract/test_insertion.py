"""A new entry goes into a file that somebody wrote, and everything else in it stays."""

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from resurvey.core.errors import SurveyError
from resurvey.waves.contract.addition import insert_entry

ENTRY = {"file": "resources/2026/survey.sav", "sha256": "0" * 64}


def inserted(text, name="2026"):
    return insert_entry(text, "waves", name, ENTRY, "config.yaml")


@pytest.mark.parametrize(
    "text",
    [
        'waves:\n  "2022": {file: a.sav}\n',
        'waves:\n  "2022": {file: a.sav}',
        'waves: {"2022": {file: a.sav}}\n',
        'waves: {"2022": {file: a.sav}}  # rounds\nalpha: 0.05\n',
        'waves:\n    "2022":\n        file: a.sav   # first\n\n    # about others\nalpha: 0.05\n',
        'waves:\r\n  "2022": {file: a.sav}\r\nalpha: 0.05\r\n',
        'waves:\n  "2022":\n    file: a.sav\n    label: |\n      Autumn\n      2022\nalpha: 0.0\n',
        'waves:\n  "2022":\n    file: a.sav\n    label: |-\n      Autumn\n\n\n# end\n',
        'waves:\n  "2022":\n    file: a.sav\n    strata: [a,\n      b]\n',
        'waves:\n  "2022":\n    file: a.sav\n    strata:\n    - a\n    - b  # last\nalpha: 0.05\n',
        '# title\n---\nwaves:\n  "2022": {file: a.sav}\n...\n',
        '\ufeffwaves:\n  "2022": {file: a.sav}\n',
        'waves:\n  "2022": {file: a.sav,\n    label: "two\n      lines"}\nalpha: 0.05\n',
        'waves:\n  2022: {file: a.sav}\n  волна: {file: "б.sav"}  # ж\nalpha: 0.05\n',
    ],
)
def test_entry_is_added_and_nothing_else_changes(text):
    new = inserted(text)
    old_value, value = (yaml.safe_load(one.removeprefix("\ufeff")) for one in (text, new))
    assert value["waves"].pop("2026") == ENTRY
    assert value == old_value
    # What was there is there still, in its order: the new text is the old one with one piece more.
    start = next(
        (place for place, pair in enumerate(zip(text, new, strict=False)) if len(set(pair)) > 1),
        len(text),
    )
    added = len(new) - len(text)
    assert any(
        new[:cut] + new[cut + added :] == text for cut in range(max(0, start - 80), start + 1)
    )


def test_line_ends_of_the_file_are_kept():
    assert inserted('waves:\r\n  "2022": {file: a.sav}\r\n').count("\n") == inserted(
        'waves:\r\n  "2022": {file: a.sav}\r\n'
    ).count("\r\n")


@pytest.mark.parametrize("text", ["", "alpha: 0.05\n", "waves:\n", "waves: {}\n", "- waves\n"])
def test_file_without_waves_is_refused(text):
    with pytest.raises(SurveyError, match=r"config\.yaml: there is no `waves:`"):
        inserted(text)


def test_name_that_is_there_is_refused():
    with pytest.raises(SurveyError, match="has '2022' already"):
        inserted('waves:\n  "2022": {file: a.sav}\n', "2022")


@given(
    st.lists(st.sampled_from(["", "# comment", "    # deeper", "  # deep: 1"]), max_size=4),
    st.sampled_from(["alpha: 0.05\n", ""]),
    st.integers(1, 6),
)
def test_comments_around_the_last_wave_stay_where_they_were(comments, rest, margin):
    between = "".join(one + "\n" for one in comments)
    blanks = " " * margin
    text = f'waves:\n{blanks}"2022": {{file: a.sav}}  # first\n{between}{rest}'
    new = inserted(text)
    assert yaml.safe_load(new)["waves"]["2026"] == ENTRY
    assert [line for line in new.splitlines() if line in text.splitlines()] == text.splitlines()


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("rest", ["", "  # the next wave", "alpha: 0.05"])
def test_comments_indented_as_the_last_wave_are_still_its_own(rest, end):
    lines = ["waves:", '  "2022":', "    file: a.sav", "    # A weight.", "", "    # weight: w"]
    new = inserted(end.join([*lines, *filter(None, [rest]), ""]))
    assert new.split(end)[: len(lines) + 1] == [*lines, '  "2026":']
    assert rest in new.split(end)
    with_weight = yaml.safe_load(new.replace("# weight", "weight"))["waves"]
    assert with_weight == {"2022": {"file": "a.sav", "weight": "w"}, "2026": ENTRY}


def test_sign_of_a_comment_inside_a_text_is_no_comment():
    text = 'waves:\n  "2022":\n    file: a.sav\n    label: |\n      one\n      # two\n    # own\n'
    new = inserted(text)
    assert new.startswith(text)
    assert yaml.safe_load(new)["waves"]["2022"]["label"] == "one\n# two\n"
