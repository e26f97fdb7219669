"""The drift page shows what is open, accepted and noted, and every label as it stands."""

from html.parser import HTMLParser
from pathlib import Path

import pytest

from resurvey.study.folder import read_words
from resurvey.waves.contract.differences import ACCEPTABLE, DRIFT_COLUMNS, KINDS
from resurvey.waves.contract.drift import arrange_drift, drift_page, drift_text
from unit.sealed import policy_of, unscripted

ROOT = Path(__file__).parents[4]
WORDS = read_words(ROOT / "report", ["en", "ru"])
ABOUT = {
    "wave_name": "2026",
    "wave": "2026",
    "before": "2022",
    "title": "T",
    "languages": ["en", "ru"],
    "origin": "",
    "suggestion": "suggested_mapping.yaml",
}
FOLDERS = [ROOT / "report/drift", ROOT / "report/templates"]


def line(**more):
    plain = dict.fromkeys(DRIFT_COLUMNS, "")
    given = {"wave": "2026", "against": "2022", "variable": "q", "severity": "breaking"}
    return {**plain, **given, "difference": "meaning", **more}


def page(lines, language="en", **about):
    return drift_page(lines, {**ABOUT, **about}, WORDS[language], language, FOLDERS)


class _Attributes(HTMLParser):
    """Every attribute of a page: (name, value)."""

    def __init__(self, text):
        super().__init__()
        self.found = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.found += attrs

    def values(self, name):
        return [value for one, value in self.found if one == name]


@pytest.mark.parametrize("language", ["en", "ru"])
def test_every_kind_of_difference_has_words(language):
    lines = [line(difference=kind, severity=severity) for kind, severity in KINDS.items()]
    text = page(lines, language)
    for kind in KINDS:
        assert WORDS[language]["drift"][f"kind_{kind}"] in text


@pytest.mark.parametrize(("language", "words"), [("en", "Fisher"), ("ru", "Фишера")])
def test_page_that_lists_a_tested_difference_names_the_test_and_its_level(language, words):
    tested = page([line(difference="routing")], language)
    assert words in tested
    assert "10000" in tested
    assert words not in page([line()], language)


def test_accepted_line_leaves_the_open_ones():
    sections = arrange_drift([line(accepted="read"), line(variable="r")])
    assert [(one.name, len(one.lines)) for one in sections][:2] == [("open", 1), ("accepted", 1)]


def test_difference_from_the_codebook_and_from_the_wave_before_is_one_line():
    (section, *_) = arrange_drift([line(), line(against="codebook")])
    assert [one["against"] for one in section.lines] == [["2022", "codebook"]]


def test_words_of_the_report_are_translated_and_labels_are_not():
    kinds = {"before": "user-missing", "after": "answer"}
    assert "<td>код пропуска</td><td>ответ</td>" in page(
        [line(difference="missing_codes", **kinds)], "ru"
    )
    assert "<td>user-missing</td>" in page([line(**kinds)], "ru")


def test_hostile_label_is_shown_and_does_nothing():
    hostile = "<script>alert(1)</script>{{ 7*7 }}"
    given = line(before=hostile, after="x", line=hostile, variable=hostile, accepted=hostile)
    text = page([given, line(before=hostile, line=hostile)], wave=hostile, title=hostile)
    plain = unscripted(text)
    assert "<script>" not in plain
    assert plain.count("&lt;script&gt;alert(1)&lt;/script&gt;{{ 7*7 }}") >= 7


def test_browser_runs_and_applies_only_what_the_page_was_sealed_with():
    text = page([line(), line(accepted="read")])
    policy = policy_of(text)
    assert policy["default-src"] == "'none'"
    assert "unsafe" not in " ".join(policy.values())
    names = {name for name, _ in _Attributes(unscripted(text)).found}
    assert "style" not in names
    assert not [name for name in names if name.startswith("on")]


def test_every_place_of_the_contents_is_on_the_page():
    kinds = [
        line(variable=f"a {place}", severity="note", difference="new_variable")
        for place in range(3)
    ]
    text = page([line(), line(difference="wording", severity="warning"), *kinds])
    seen = _Attributes(text)
    places = [one.removeprefix("#") for one in seen.values("href") if one.startswith("#")]
    assert {"open", "open-1", "warning-1", "note", "note-3", "files"} <= set(places)
    names = seen.values("id")
    assert len(names) == len(set(names))
    assert set(places) <= set(names)


@pytest.mark.parametrize("origin", ["reconstructed", "simulated"])
def test_records_that_nobody_answered_are_marked_everywhere_on_the_page(origin):
    text = page([line()], origin=origin)
    other = {"reconstructed": "simulated", "simulated": "reconstructed"}[origin]
    assert f'data-kind="{origin}"' in text
    assert f'data-kind="{other}"' not in text
    assert f"<title>[{WORDS['en']['report'][f'banner_{origin}_title']}]" in text
    assert f'<span class="tag">{WORDS["en"]["app"][origin]}' in text
    assert f'"mark":"{WORDS["en"]["report"][f"banner_{origin}_short"]}"' in text


def test_page_of_a_real_survey_is_not_marked():
    text = page([line()])
    assert "data-kind" not in unscripted(text)
    assert '<span class="tag">' not in text


def test_the_same_lines_give_the_same_page():
    lines = [line(), line(difference="wording", severity="warning")]
    assert page(lines) == page(lines)


def test_page_without_differences_says_so():
    assert WORDS["en"]["drift"]["none"] in page([])


def test_terminal_text_obeys_no_control_character():
    text = drift_text([line(before="a\x1b[2Jb\r\n", after="‮c")], "A\x07")
    assert not any(sign in text for sign in "\x1b\r\x07‮")


def test_only_what_can_be_accepted_is_offered_for_acceptance():
    schema = (ROOT / "workflow/schemas/waves.schema.yaml").read_text(encoding="utf-8")
    for kind in KINDS:
        assert (f"{kind}," in schema or f"{kind}]" in schema) == (kind in ACCEPTABLE)


def test_difference_that_is_grave_beside_one_questionnaire_is_not_noted_beside_the_other():
    shared = {"variable": "age", "difference": "unlabelled", "code": None, "accepted": ""}
    rest = {"under": "", "line": "", "before": "a", "after": ""}
    lines = [
        {**shared, **rest, "severity": "note", "against": "codebook"},
        {**shared, **rest, "severity": "warning", "against": "2022", "before": "b"},
    ]
    assert {one.name: len(one.groups) for one in arrange_drift(lines)} == {
        "open": 0,
        "accepted": 0,
        "warning": 1,
        "note": 0,
    }
