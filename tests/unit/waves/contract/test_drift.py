"""The drift report says what was mapped, accepted and left to decide."""

from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
import yaml

from invented import words_of
from resurvey.core.errors import SurveyError
from resurvey.reading.writing import write_sav
from resurvey.study.mapping import check_mappings, mapping_of
from resurvey.waves.contract.differences import ACCEPTABLE, DRIFT_COLUMNS, KINDS
from resurvey.waves.contract.drift import (
    Contract,
    Wave,
    arrange_drift,
    check_drift,
    compare_wave,
    drift_page,
    drift_text,
    open_differences,
    outline_entry,
    write_drift,
)
from unit.sealed import policy_of, unscripted
from unit.waves.contract.small_waves import LABELS, people, survey

BOOK = {
    "variables": {
        "sex": {"label": "Your sex", "codes": {1: "Men", 2: "Women"}},
        "works": {"label": "Do you have a job?", "codes": {1: "Yes", 2: "No"}},
        "plans": {
            "label": "What are your plans?",
            "codes": {1: "Stay", 2: "Leave", 8: "Hard to say", 9: "Refused"},
            "missing": [9],
        },
    }
}
USED = frozenset(BOOK["variables"])


def drift(entry=None, book=BOOK, before=True, **more):
    then = Wave("2022", survey(people(300, 1)))
    now = Wave("2026", survey(more.pop("data", people(300, 2)), **more), mapping_of(entry))
    return compare_wave(now, then if before else None, book, USED)


def test_clean_wave_has_an_empty_report():
    assert drift() == []
    check_drift([])


def test_lines_have_all_columns_and_name_what_they_are_against():
    lines = drift(labels={"sex": {1: "Women", 2: "Men"}})
    assert all(tuple(line) == DRIFT_COLUMNS for line in lines)
    assert {line["against"] for line in lines} == {"codebook", "2022"}


def test_mapping_that_undoes_a_difference_empties_the_report():
    lines = drift(
        {"variables": {"sex": {"codes": {1: 2, 2: 1}}}}, labels={"sex": {1: "Women", 2: "Men"}}
    )
    assert [line for line in lines if line["severity"] == "breaking"] == []


def test_wrong_mapping_is_found_by_the_labels():
    lines = drift({"variables": {"sex": {"codes": {1: 2, 2: 1}}}})
    assert {line["line"] for line in open_differences(lines)} == {"sex: {codes: {1: 1, 2: 2}}"}


def test_accepted_difference_keeps_its_severity_and_has_its_reason():
    data = people(300, 2)
    data.loc[data["sex"] == 1, "plans"] = 9
    accept = {"accept": [{"variable": "plans", "difference": "routing", "why": "women only"}]}
    (line,) = [one for one in drift(accept, data=data) if one["severity"] == "breaking"]
    assert line["accepted"] == "women only"
    assert line["line"] == ""
    assert open_differences([line]) == []


def test_acceptance_of_one_code_does_not_cover_another():
    accept = {"accept": [{"variable": "works", "difference": "new_answer", "code": 3, "why": "ok"}]}
    labels = {"works": {1: "Yes", 2: "No", 3: "On leave", 4: "Retired"}}
    assert {line["code"] for line in open_differences(drift(accept, labels=labels))} == {4}


def test_acceptance_that_fits_nothing_is_noted():
    accept = {"accept": [{"variable": "works", "difference": "wording", "why": "ok"}]}
    assert [line["difference"] for line in drift(accept)] == ["unused_acceptance"]


def test_dropped_question_is_no_longer_open_and_its_acceptance_is_used():
    data = people(300, 2).drop(columns="works")
    accept = {"accept": [{"variable": "works", "difference": "missing_variable", "why": "room"}]}
    lines = drift(accept, data=data)
    assert open_differences(lines) == []
    assert {line["difference"] for line in lines} == {"missing_variable"}


def test_wording_that_two_waves_share_is_only_noted_against_the_codebook():
    book = {"variables": {**BOOK["variables"], "sex": {"label": "Gender of the respondent"}}}
    assert {line["severity"] for line in drift(book=book)} == {"note"}
    assert {line["severity"] for line in drift(book=book, before=False)} == {"warning"}


def test_wording_that_went_back_to_the_codebook_differs_from_the_wave_before():
    then = Wave("2022", survey(people(300, 1), wordings={"plans": "And your plans for later?"}))
    lines = compare_wave(Wave("2026", survey(people(300, 2))), then, BOOK, USED)
    assert [(one["against"], one["difference"]) for one in lines] == [("2022", "wording")]


def test_merged_answer_of_the_wave_before_means_what_the_mapping_says():
    data = people(300, 1)
    data.loc[:20, "works"] = 3
    labels = {"works": {1: "Yes", 2: "No", 3: "On leave"}}
    mapping = mapping_of({"variables": {"works": {"codes": {3: 1}, "merge": True}}})
    then = Wave("2022", survey(data, labels=labels), mapping)
    (line,) = compare_wave(Wave("2026", survey(people(300, 2))), then, BOOK, USED)
    told = line["difference"], line["severity"], line["code"], line["before"], line["after"]
    assert told == ("merged_answer", "note", 1, "On leave", "")


def test_answer_that_was_merged_is_noted_unless_the_wave_before_had_it_too():
    labels = {"works": {1: "Yes", 2: "No", 3: "On leave"}}
    mapping = mapping_of({"variables": {"works": {"codes": {3: 1}, "merge": True}}})
    now = Wave("2026", survey(people(300, 2), labels=labels), mapping)
    then = Wave("2024", survey(people(300, 1)))
    found = [
        (one["against"], one["difference"], one["after"])
        for one in compare_wave(now, then, BOOK, USED)
        if one["difference"] == "merged_answer"
    ]
    assert found == [("2024", "merged_answer", "On leave")]
    again = replace(now, name="2024", survey=survey(people(300, 1), labels=labels))
    lines = compare_wave(now, again, BOOK, USED)
    assert "merged_answer" not in {one["difference"] for one in lines}


def test_new_answer_that_counts_as_none_is_noted_and_a_known_reason_is_not():
    labels = {
        "works": {1: "Yes", 2: "No", 3: "On leave"},
        "plans": {1: "Stay", 2: "Leave", 8: "Hard to say", 10: "Refused"},
    }
    data = people(300, 2)
    data["plans"] = data["plans"].replace(9, 10)
    entry = {"works": {"codes": {3: None}}, "plans": {"codes": {10: None}}}
    now = Wave(
        "2026", survey(data, labels=labels, missing={"plans": ()}), mapping_of({"variables": entry})
    )
    lines = compare_wave(now, Wave("2024", survey(people(300, 1))), BOOK, USED)
    told = [
        (one["against"], one["variable"], one["difference"], one["severity"], one["after"])
        for one in lines
        if one["difference"] == "new_answer"
    ]
    assert told == [("2024", "works", "new_answer", "note", "On leave")]
    again = replace(now, name="2024")
    assert "new_answer" not in {one["difference"] for one in compare_wave(now, again, BOOK, USED)}


def test_other_spellings_of_an_answer_are_no_merged_answer():
    data = people(300, 2)
    data["works"] = data["works"].map({1: "Yes", 2: "No"}).astype("str")
    data.loc[:40, "works"] = "yes."
    entry = {"codes": {"Yes": 1, "yes.": 1, "No": 2}, "merge": True}
    book = {"variables": {**BOOK["variables"], "works": {"codes": {1: "Yes", 2: "No"}}}}

    def merged(data, codes):
        mapping = mapping_of({"variables": {"works": {**entry, "codes": codes}}})
        file = survey(data, labels={"works": {}})
        lines = compare_wave(
            Wave("2026", file, mapping), Wave("2024", survey(people(300, 1))), book, USED
        )
        return [one["after"] for one in lines if one["difference"] == "merged_answer"]

    assert merged(data, entry["codes"]) == []
    data.loc[:40, "works"] = "On leave"
    assert merged(data, {"Yes": 1, "On leave": 1, "No": 2}) == ["On leave"]


def test_answer_that_only_a_form_has_gets_a_code_and_is_accepted_as_new():
    book = {"variables": {**BOOK["variables"]}}
    texts = {1: "Stay", 2: "Leave", 8: "Hard to say", 9: "Refused"}
    data = people(300, 2)
    plans = data.pop("plans").map(texts).astype("str")
    plans.iloc[:30] = "Packing already"
    data["What are your plans?"] = plans
    file = survey(data)
    then = Wave("2022", survey(people(300, 1)))
    lines = compare_wave(Wave("2026", file), then, book, USED)
    told = {one["difference"]: one["line"] for one in lines if one["severity"] == "breaking"}
    codes = "{Hard to say: 8, Leave: 2, Packing already: 10, Refused: 9, Stay: 1}"
    assert told == {
        "renamed_variable": f'plans: {{from: "What are your plans?", codes: {codes}}}',
        "new_answer": '- {variable: plans, difference: new_answer, code: 10, why: "…"}',
    }
    entry = yaml.safe_load(outline_entry("2026", lines, commented=False).replace("# - ", "- "))[
        "2026"
    ]
    entry["accept"][0]["why"] = "Offered for the first time"
    check_mappings(
        {"config": {"waves": {"2026": {}}}, "waves": {"2026": entry}, "codebook": book}, "w.yaml"
    )
    decided = compare_wave(Wave("2026", file, mapping_of(entry)), then, book, USED)
    check_drift(decided)
    assert [one["after"] for one in decided if one["difference"] == "new_answer"] == [
        "Packing already",
        "Packing already",
    ]


def test_heading_of_a_form_is_its_wording():
    data = people(300, 2)
    plans = data.pop("plans").map({1: "Stay", 2: "Leave", 8: "Hard to say", 9: "Refused"})
    data["3. What are your plans now?"] = plans.astype("str")
    then = Wave("2022", survey(people(300, 1)))
    source = "3. What are your plans now?"
    codes = {"Stay": 1, "Leave": 2, "Hard to say": 8, "Refused": 9}
    for variables in ({}, {"plans": {"from": source, "codes": codes}}):
        now = Wave("2026", survey(data), mapping_of({"variables": variables}))
        lines = compare_wave(now, then, BOOK, USED)
        wordings = {one["after"] for one in lines if one["difference"] == "wording"}
        assert wordings == {source}
        assert "unlabelled" not in {one["difference"] for one in lines}


def test_what_one_person_wrote_in_a_form_is_not_suggested_as_a_code():
    data = people(300, 2)
    heard = data.pop("plans").map({1: "Stay", 2: "Leave", 8: "Hard to say", 9: "Refused"})
    data["What are your plans?"] = heard.astype("str")
    data.loc[7, "What are your plans?"] = "With my uncle to CANARYVILLAGE"
    then = Wave("2022", survey(people(300, 1)))
    lines = compare_wave(Wave("2026", survey(data)), then, BOOK, USED)
    assert "CANARY" not in str(lines)
    told = [one["difference"] for one in lines if one["severity"] == "breaking"]
    assert told == ["renamed_variable", "new_answer"] * 2
    assert "other answers: 10" in lines[0]["line"]


def test_question_without_a_wording_in_the_codebook_is_renamed_as_the_wave_before_says():
    book = {"variables": {**BOOK["variables"], "note": {}}}
    then = people(300, 1).assign(note="so")
    now = people(300, 2).assign(Q9="so")
    lines = compare_wave(
        Wave("2026", survey(now, wordings={"Q9": "What else?"})),
        Wave("2022", survey(then, wordings={"note": "What else?"})),
        book,
        {*USED, "note"},
    )
    told = [(one["against"], one["difference"], one["severity"], one["line"]) for one in lines]
    assert told == [
        ("codebook", "renamed_variable", "breaking", "note: {from: Q9}"),
        ("2022", "renamed_variable", "breaking", "note: {from: Q9}"),
    ]


def test_difference_from_both_is_said_once():
    lines = drift(labels={"works": {1: "Yes", 2: "No", 3: "On leave"}})
    with pytest.raises(SurveyError) as problem:
        check_drift(lines)
    assert str(problem.value) == (
        "wave '2026': 'works': code 3 ('On leave') is an answer that the codebook does not have; "
        'add under "2026", `accept:`, in config/waves.yaml the line  '
        '- {variable: works, difference: new_answer, code: 3, why: "…"}'
    )


def test_every_item_has_its_sentence():
    data = people(300, 2).drop(columns="plans")
    lines = drift(labels={"sex": {1: "Women", 2: "Men"}}, data=data)
    with pytest.raises(SurveyError) as problem:
        check_drift(lines)
    sentences = str(problem.value).splitlines()
    assert sentences[0].startswith("2 differences change what the answers mean")
    assert "'plans': the file has no such variable" in sentences[1]
    assert "sex: {codes: {1: 2, 2: 1}}" in sentences[2]


def test_suggested_mapping_is_yaml_that_undoes_the_differences():
    changed = {
        "data": people(300, 2).rename(columns={"plans": "Q7"}),
        "labels": {
            "sex": {1: "Women", 2: "Men"},
            "Q7": {1: "Stay", 2: "Leave", 8: "Hard to say", 9: "Refused"},
        },
        "wordings": {"Q7": "What are your plans?"},
        "missing": {"Q7": (9,)},
    }
    text = outline_entry("2026", drift(**changed), commented=False)
    suggested = yaml.safe_load(text)["2026"]
    assert suggested["variables"] == {
        "plans": {"from": "Q7"},
        "sex": {"codes": {1: 2, 2: 1}},
    }
    assert open_differences(drift(suggested, **changed)) == []


def test_every_suggestion_of_the_skeleton_is_a_comment():
    text = outline_entry("2026", drift(labels={"sex": {1: "Women", 2: "Men"}}), commented=True)
    assert yaml.safe_load(text) == {"2026": {"variables": None, "accept": None}}
    assert "    # sex: {codes: {1: 2, 2: 1}}" in text


def test_hostile_labels_stay_inside_their_comment():
    hostile = 'x\nreal: key # "quoted" {{ 7*7 }} \x1b[31m'
    lines = drift(labels={"works": {1: "Yes", 2: "No", 3: hostile}})
    text = outline_entry("2026", lines, commented=True)
    assert yaml.safe_load(text) == {"2026": {"variables": None, "accept": None}}
    assert "\x1b" not in text


ROOT = Path(__file__).parents[4]
WORDS = words_of(["en", "ru"])
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


@pytest.mark.parametrize("order", [1, -1])
def test_terminal_counts_what_differs_from_both_by_its_graver_severity(order):
    lines = [
        line(difference="unlabelled", severity=severity, against=against, code=None, line="")
        for severity, against in (("note", "codebook"), ("warning", "2022"))
    ]
    text = drift_text(lines[::order], "2026", notes=False)
    assert text.startswith("2026: 0 breaking, 1 warning, 0 notes\n")
    assert "codebook" in text
    assert "2022" in text


def test_codes_without_their_labels_warn_in_the_terminal_too():
    text = drift_text(drift(labels={"sex": {}}), "2026", notes=False)
    assert "warning  sex  unlabelled" in text


def test_run_tells_of_two_waves_with_one_file(tmp_path, caplog):
    declared = []
    for name in ("2026", "2022"):
        file = tmp_path / f"{name}.sav"
        write_sav(file, survey(people(50, 1)))
        declared.append({"name": name, "wave": {"file": str(file)}, "mapping": None, "time": 1.0})
    pages = [tmp_path / "drift.en.html"]
    outputs = {"drift": tmp_path / "drift.csv", "suggestion": tmp_path / "s.yaml", "pages": pages}
    write_drift(declared, Contract(BOOK, [], ["en"]), "", WORDS, FOLDERS, outputs)
    assert outputs["drift"].exists()
    assert "2026.sav: this is the file of wave '2022' (the same SHA-256)" in caplog.text


def test_sentence_of_numbers_that_became_codes_lists_the_answers():
    grouped = line(difference="type", before="numbers", after="18–34; 35+", line="")
    with pytest.raises(SurveyError, match=r"the file holds codes \('18–34; 35\+'\), 2022 numbers"):
        check_drift([grouped])


def test_sentence_of_exchanged_questions_says_what_the_name_stands_for_by_now():
    wordings = {"sex": "Do you have a job?", "works": "Your sex"}
    with pytest.raises(SurveyError, match="2 differences change what the answers mean") as problem:
        check_drift(
            drift(labels={"sex": LABELS["works"], "works": LABELS["sex"]}, wordings=wordings)
        )
    said = str(problem.value)
    assert (
        "'sex': the question is 'Do you have a job?' here and 'Your sex' in the codebook, which "
        'the file asks under another name; add under "2026", `variables:`, in config/waves.yaml '
        "the line  sex: {from: works}"
    ) in said
    assert "works: {from: sex}" in said
