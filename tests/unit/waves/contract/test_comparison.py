"""Codes that stand for something else are found, whatever the data say."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from resurvey.core.codebook import Codebook, Survey, Variable
from resurvey.study.mapping import WaveMapping
from resurvey.waves.contract.comparison import compare_questionnaires, renamings
from resurvey.waves.contract.drift import Wave, compare_wave
from resurvey.waves.contract.questionnaire import declared_questionnaire, wave_questionnaire
from unit.waves.contract.small_waves import people, survey, wave

BOOK = {
    "variables": {
        "sex": {"label": "Your sex", "codes": {1: "Men", 2: "Women"}},
        "plans": {"codes": {1: "Stay", 2: "Leave", 8: "Hard to say", 9: "Refused"}, "missing": [9]},
    }
}


def found(before, after, codebook=None):
    """Differences as (variable, kind, severity, code)."""
    return [
        (one.variable, one.difference, one.severity, one.code)
        for one in compare_questionnaires(before, after, codebook)
    ]


def line_of(before, after, kind):
    (line,) = {one.line for one in compare_questionnaires(before, after) if one.difference == kind}
    return line


def test_same_questionnaire_has_no_difference():
    assert found(wave(seed=1), wave(seed=2)) == []


def test_labels_swapped_under_the_same_codes_break_and_name_the_mapping():
    after = wave(seed=2, labels={"sex": {1: "Women", 2: "Men"}})
    assert found(wave(), after) == [
        ("sex", "meaning", "breaking", 1),
        ("sex", "meaning", "breaking", 2),
    ]
    assert line_of(wave(), after, "meaning") == "sex: {codes: {1: 2, 2: 1}}"


def test_codes_shifted_under_the_same_labels_break_and_name_the_mapping():
    data = people(400, 2)
    data["satisfied"] = data["satisfied"] - 1
    labels = {"satisfied": {0: "Yes", 1: "Mostly yes", 2: "Mostly no", 3: "No"}}
    after = wave(data=data, labels=labels)
    kinds = {(kind, severity) for _, kind, severity, _ in found(wave(), after)}
    assert kinds == {("meaning", "breaking")}
    line = line_of(wave(), after, "meaning")
    assert line == "satisfied: {codes: {0: 1, 1: 2, 2: 3, 3: 4}}"


def test_codes_shifted_under_labels_that_stayed_are_new_answers():
    data = people(400, 2)
    data["satisfied"] = data["satisfied"] - 1
    assert found(wave(), wave(data=data)) == [("satisfied", "new_answer", "breaking", 0)]


def test_reversed_scale_breaks():
    labels = {"satisfied": {4: "Yes", 3: "Mostly yes", 2: "Mostly no", 1: "No"}}
    line = line_of(wave(), wave(labels=labels), "meaning")
    assert line == "satisfied: {codes: {1: 4, 2: 3, 3: 2, 4: 1}}"


def test_new_answer_breaks_also_where_nobody_gave_it():
    labels = {"works": {1: "Yes", 2: "No", 3: "On leave"}}
    assert found(wave(), wave(labels=labels)) == [("works", "new_answer", "breaking", 3)]


def test_undeclared_code_in_the_data_is_a_new_answer():
    data = people(400, 2)
    data.loc[0, "works"] = 7
    assert found(wave(), wave(data=data)) == [("works", "new_answer", "breaking", 7)]


def test_vanished_answer_warns():
    labels = {"plans": {1: "Stay", 2: "Leave", 9: "Refused"}}
    data = people(400, 2)
    data.loc[data["plans"] == 8, "plans"] = 1
    after = wave(data=data, labels=labels)
    assert found(wave(), after) == [("plans", "vanished_answer", "warning", 8)]


def test_answer_that_nobody_happened_to_give_has_not_vanished():
    data = people(400, 2)
    data.loc[data["plans"] == 8, "plans"] = 1
    assert found(wave(), wave(data=data)) == []


def test_answer_that_became_user_missing_breaks():
    after = wave(seed=2, missing={"plans": (8, 9)})
    assert ("plans", "missing_codes", "breaking", 8) in found(wave(), after)


def test_user_missing_code_that_became_an_answer_breaks():
    after = wave(seed=2, missing={"plans": ()})
    assert ("plans", "missing_codes", "breaking", 9) in found(wave(), after)


def test_further_reason_for_no_answer_warns():
    labels = {"plans": {1: "Stay", 2: "Leave", 8: "Hard to say", 9: "Refused", 7: "Interrupted"}}
    after = wave(seed=2, labels=labels, missing={"plans": (7, 9)})
    assert found(wave(), after) == [("plans", "missing_codes", "warning", 7)]


def test_missing_codes_of_the_codebook_are_in_force_in_a_file_that_has_none():
    declared = declared_questionnaire(BOOK)
    data = people(400, 2)[["sex", "plans"]]
    after = wave_questionnaire("2", survey(data, missing={"plans": ()}), BOOK)
    assert found(declared, after) == []


@pytest.mark.parametrize(
    ("label", "kind", "severity"),
    [
        ("Yes, at present", "meaning", "breaking"),
        ("YES.", None, None),
    ],
)
def test_answer_in_other_words_breaks_unless_only_its_typography_changed(label, kind, severity):
    after = wave(labels={"works": {1: label, 2: "No"}})
    assert found(wave(), after) == ([("works", kind, severity, 1)] if kind else [])


def test_slightly_reworded_answer_warns():
    after = wave(labels={"satisfied": {1: "Yes", 2: "Mostly yes", 3: "Mostli no", 4: "No"}})
    assert found(wave(), after) == [("satisfied", "answer_wording", "warning", 3)]


def test_codebook_may_word_an_answer_in_its_own_way():
    declared = declared_questionnaire({"variables": {"sex": {"codes": {1: "Male", 2: "Female"}}}})
    data = people(50)[["sex"]]
    assert {severity for *_, severity, _ in found(declared, wave(data=data))} == {"warning"}


def test_swapped_labels_break_against_the_codebook_too():
    declared = declared_questionnaire(BOOK)
    data = people(50)[["sex", "plans"]]
    after = wave(data=data, labels={"sex": {1: "Women", 2: "Men"}})
    assert ("sex", "meaning", "breaking", 1) in found(declared, after)


def test_label_in_another_language_of_the_codebook_is_known():
    book = declared_questionnaire(
        {
            "variables": {
                "sex": {"codes": {1: {"en": "Men", "ru": "М"}, 2: {"en": "Women", "ru": "Ж"}}}
            }
        }
    )
    before, data = wave(data=people(50)[["sex"]]), people(50, 2)[["sex"]]
    after = wave(data=data, labels={"sex": {1: "М", 2: "Ж"}}, wordings={"sex": ""})
    assert found(before, after, book) == []
    swapped = wave(data=data, labels={"sex": {1: "Ж", 2: "М"}}, wordings={"sex": ""})
    assert ("sex", "meaning", "breaking", 1) in found(before, swapped, book)


def test_labels_in_an_unknown_alphabet_warn_because_nobody_can_compare_them():
    data = people(50, 2)[["sex"]]
    after = wave(data=data, labels={"sex": {1: "М", 2: "Ж"}}, wordings={"sex": ""})
    before = wave(data=people(50)[["sex"]])
    assert found(before, after) == [("sex", "other_alphabet", "warning", None)]


def test_file_without_labels_warns_and_its_codes_are_still_compared():
    data = people(400, 2)[["sex"]]
    data.loc[0, "sex"] = 3
    after = wave(data=data, labels={"sex": {}})
    assert found(wave(data=people(400)[["sex"]]), after) == [
        ("sex", "new_answer", "breaking", 3),
        ("sex", "unlabelled", "warning", None),
    ]


def test_point_of_a_scale_with_labelled_ends_is_no_new_answer():
    labels = {"ladder": {0: "Worst", 10: "Best"}}
    before = wave(data=pd.DataFrame({"ladder": pd.array([0, 2, 5, 10], "Int64")}), labels=labels)
    inside = wave(data=pd.DataFrame({"ladder": pd.array([0, 3, 7, 10], "Int64")}), labels=labels)
    beyond = wave(data=pd.DataFrame({"ladder": pd.array([0, 3, 11, 10], "Int64")}), labels=labels)
    assert found(before, inside) == []
    assert found(before, beyond) == [("ladder", "new_answer", "breaking", 11)]


def test_text_where_there_were_codes_breaks_and_names_the_mapping():
    data = people(60, 2)[["sex"]].assign(
        sex=lambda one: one["sex"].map({1: "Men", 2: "Women"}).astype("str")
    )
    after = wave(data=data, labels={"sex": {}})
    before = wave(data=people(60)[["sex"]])
    assert found(before, after) == [("sex", "type", "breaking", None)]
    assert line_of(before, after, "type") == "sex: {codes: {Men: 1, Women: 2}}"


def test_changed_wording_of_a_question_warns():
    after = wave(wordings={"plans": "What are your plans for the next 3 months?"})
    assert found(wave(), after) == [("plans", "wording", "warning", None)]


def test_missing_variable_breaks_and_a_new_one_is_noted():
    before, after = wave(), wave(data=people(400, 2).drop(columns="sex").assign(income=1))
    assert found(before, after) == [
        ("sex", "missing_variable", "breaking", None),
        ("income", "new_variable", "note", None),
    ]


def test_renamed_variable_breaks_and_names_its_source():
    data = people(400, 2).rename(columns={"plans": "Q7"})
    after = wave(
        data=data,
        labels={"Q7": {1: "Leave", 2: "Stay", 8: "Hard to say", 9: "Refused"}},
        wordings={"Q7": "What are your plans?"},
        missing={"Q7": (9,)},
    )
    assert ("plans", "renamed_variable", "breaking", None) in found(wave(), after)
    assert line_of(wave(), after, "renamed_variable") == ("plans: {from: Q7, codes: {1: 2, 2: 1}}")


def test_variable_of_another_question_is_not_suggested():
    data = people(400, 2).rename(columns={"plans": "Q7"})
    after = wave(
        data=data, labels={"Q7": {1: "Bus", 2: "Train"}}, wordings={"Q7": "How did you travel?"}
    )
    kinds = {kind for _, kind, _, _ in found(wave(), after)}
    assert "missing_variable" in kinds
    assert "renamed_variable" not in kinds


def test_name_in_other_letters_is_recognised_in_a_file_without_labels():
    names = {name: name.upper() for name in people(1).columns}
    after = wave(data=people(400, 2).rename(columns=names), missing={"PLANS": (9,)})
    lines = {one.line for one in compare_questionnaires(wave(), after)}
    assert {"sex: {from: SEX}", "age: {from: AGE}"} <= lines


def test_two_equally_good_candidates_are_not_guessed_between():
    data = people(400, 2).rename(columns={"plans": "Q7"})
    data["Q8"] = data["Q7"]
    same = {
        "labels": {
            name: {1: "Stay", 2: "Leave", 8: "Hard to say", 9: "Refused"} for name in ("Q7", "Q8")
        },
        "wordings": {name: "What are your plans?" for name in ("Q7", "Q8")},
        "missing": {"Q7": (9,), "Q8": (9,)},
    }
    kinds = {kind for _, kind, _, _ in found(wave(), wave(data=data, **same))}
    assert "missing_variable" in kinds


def test_scale_with_labelled_ends_moves_as_a_whole():
    ends = {"satisfied": {1: "Not at all", 4: "Fully"}}
    data = people(400, 2)
    data["satisfied"] += 1
    after = wave(data=data, labels={"satisfied": {2: "Not at all", 5: "Fully"}})
    line = line_of(wave(labels=ends), after, "meaning")
    assert line == "satisfied: {codes: {2: 1, 3: 2, 4: 3, 5: 4}}"


def test_who_was_asked_is_seen_by_the_written_answers_of_a_form_too():
    data = people(400, 2)
    data["satisfied"] = 1
    data["Do you have a job?"] = data.pop("works").map({1: "Yes", 2: "No"}).astype("str")
    after = wave(data=data)
    assert ("satisfied", "routing", "breaking", None) in found(wave(), after)


def test_labels_in_another_alphabet_are_no_other_wording():
    after = wave(seed=2, wordings={"age": "Сколько Вам лет?"})
    assert found(wave(), after) == [("age", "other_alphabet", "warning", None)]


def test_variable_that_the_study_does_not_use_only_warns():
    after = wave(data=people(400, 2).drop(columns="sex"))
    used = frozenset({"works", "plans"})
    lines = compare_questionnaires(wave(), after, None, used)
    # A line that waves.yaml could not have, because the study has no such variable, is none.
    assert [(one.severity, one.under, one.line) for one in lines] == [("warning", "", "")]


def test_mapped_answer_with_another_label_is_noted_once_somebody_said_it():
    labels = {"works": {1: "Yes", 2: "No", 3: "On leave"}}
    mapping = WaveMapping({"works": {"codes": {3: 1}, "merge": True}})
    from resurvey.prepare.import_gate import recode_wave

    mapped = recode_wave(survey(people(50, 2), labels=labels), mapping)
    after = wave_questionnaire("2", mapped, None, mapping)
    assert {severity for *_, severity, _ in found(wave(50), after)} <= {"note"}


LISTED = {
    "variables": {
        "plans": {"codes": {1: "Stay", 2: "Leave", 8: "Hard to say", 9: "Refused"}, "missing": [9]}
    }
}


def missing_lines(now, then=(9,), codebook=LISTED, ranges=()):
    """Missing codes that a second wave changed under a codebook that lists its own."""
    after = survey(people(400, 2), missing={"plans": now})
    after = replace(
        after,
        codebook=after.codebook.updated([replace(after.codebook["plans"], missing_ranges=ranges)]),
    )
    waves = [Wave("2026", after), Wave("2024", survey(people(400, 1), missing={"plans": then}))]
    lines = compare_wave(*waves, codebook, ["plans"])
    return [
        (line["code"], line["severity"], line["line"])
        for line in lines
        if line["difference"] == "missing_codes" and line["against"] == "2024"
    ]


LEFT_OUT = "plans: {codes: {8: null}}"


def test_answer_that_became_a_missing_code_breaks_though_the_codebook_lists_others():
    assert missing_lines((8, 9)) == [(8, "breaking", LEFT_OUT)]
    assert missing_lines((), ranges=((8.0, 9.0),)) == [(8, "breaking", LEFT_OUT)]
    assert missing_lines((9,)) == []


def test_suggested_line_leaves_nobody_of_them_counted_and_no_difference():
    after = survey(people(400, 2), missing={"plans": ()})
    ranged = replace(after.codebook["plans"], missing_ranges=((8.0, 9.0),))
    after = replace(after, codebook=after.codebook.updated([ranged]))
    mapping = WaveMapping({"plans": {"codes": {8: None}}})
    waves = [Wave("2026", after, mapping), Wave("2024", survey(people(400, 1)))]
    lines = compare_wave(*waves, LISTED, ["plans"])
    assert "missing_codes" not in {line["difference"] for line in lines}
    assert not (waves[0].respondents(LISTED).survey.data["plans"] == 8).any()


def test_code_that_ceased_to_be_missing_breaks_too():
    ((code, severity, line),) = missing_lines((8,), then=(8, 9))
    assert (code, severity) == (9, "breaking")
    assert "difference: missing_codes, code: 9" in line


def test_missing_code_that_the_codebook_lists_already_is_no_difference():
    listed = {"variables": {"plans": {**LISTED["variables"]["plans"], "missing": [8, 9]}}}
    assert missing_lines((8, 9), codebook=listed) == []


def test_file_that_cannot_declare_missing_codes_is_not_held_to_its_silence():
    assert missing_lines(()) == []


def test_first_wave_whose_missing_codes_the_study_overrules_only_warns():
    lines = compare_wave(
        Wave("2024", survey(people(400, 1), missing={"plans": (8, 9)})), None, LISTED, ["plans"]
    )
    found = {line["severity"] for line in lines if line["difference"] == "missing_codes"}
    assert found == {"warning"}


def test_number_without_a_list_of_answers_is_compared_in_its_missing_codes_too():
    waves = [survey(people(300, seed), missing={"age": own}) for seed, own in ((2, (69,)), (1, ()))]
    lines = compare_wave(Wave("b", waves[0]), Wave("a", waves[1]), {}, ["age"])
    assert ("age", "missing_codes", 69) in {
        (line["variable"], line["difference"], line["code"]) for line in lines
    }


def test_label_that_is_the_code_itself_means_nothing():
    ends = {0: "not at all", 10: "fully"}
    made_up = {code: str(code) for code in range(11)} | ends
    data = people(300, 1).assign(trust=np.arange(300) % 11)
    then = wave(data=data, labels={"trust": made_up}, wordings={"trust": "Do you trust?"})
    now = wave(
        data=data.rename(columns={"trust": "NPS"}),
        labels={"NPS": ends},
        wordings={"NPS": "Do you trust?"},
    )
    lines = [one for one in compare_questionnaires(then, now) if one.variable == "trust"]
    assert [(one.difference, one.line) for one in lines] == [
        ("renamed_variable", "trust: {from: NPS}")
    ]
    same = wave(data=data, labels={"trust": ends}, wordings={"trust": "Do you trust?"})
    assert not [one for one in compare_questionnaires(then, same) if one.variable == "trust"]


def test_headings_of_a_form_that_are_the_wordings_are_suggested_with_their_codes():
    wordings = {"works": "Do you have a job?", "car": "Have you a car?", "age": "Your age"}
    yes = {1: "Yes", 2: "No", 9: "No answer"}
    data = people(200, 1)[["works", "age"]].assign(car=[1, 2] * 100, plans=[1, 2] * 100)
    then = wave(data=data, labels={"works": yes, "car": yes}, wordings=wordings)
    form = pd.DataFrame(
        {
            "Have you a car?": ["No", "Yes"] * 100,
            "Do you have a job? ": ["Yes", "No"] * 100,
            "YOUR AGE": data["age"].to_numpy(),
            "Anything else?": ["–"] * 200,
        }
    )
    book = Codebook({name: Variable(name) for name in form})
    now = wave_questionnaire("form", Survey(form.astype({"Your age".upper(): "Int64"}), book))
    suggested = {name: one.entry() for name, one in renamings(then, now).items()}
    assert suggested == {
        "works": {"from": "Do you have a job? ", "codes": {"No": 2, "Yes": 1}},
        "car": {"from": "Have you a car?", "codes": {"No": 2, "Yes": 1}},
        "age": {"from": "YOUR AGE"},
    }


def test_yes_and_no_alone_make_no_renamed_variable():
    data = people(100, 1)
    then = wave(data=data[["works"]], wordings={})
    now = wave(
        data=data[["works"]].rename(columns={"works": "debt"}),
        labels={"debt": {1: "Yes", 2: "No"}},
        wordings={},
    )
    assert renamings(then, now) == {}


def _with_column(heading, cells):
    form = pd.DataFrame({heading: pd.Series(cells, dtype="str")})
    book = Codebook({heading: Variable(heading)})
    return wave_questionnaire("form", Survey(form, book))


def test_options_in_one_cell_of_a_form_are_suggested_for_the_variables_of_a_set():
    marks = {0: "Not mentioned", 1: "Mentioned"}
    data = pd.DataFrame({"m1": [0, 1] * 50, "m2": [1, 1] * 50, "m3": [0, 0] * 50})
    wordings = {
        "m1": "Which media? – TV",
        "m2": "Which media? – Radio",
        "m3": "Which media? – Other",
    }
    then = wave(data=data, labels=dict.fromkeys(wordings, marks), wordings=wordings)
    now = _with_column(
        "Which media?", ["TV, Radio", "Radio", "TV", "Radio, a neighbour"] * 20 + ["TV"] * 20
    )
    assert {name: one.entry() for name, one in renamings(then, now).items()} == {
        "m1": {"from": "Which media?", "option": "TV"},
        "m2": {"from": "Which media?", "option": "Radio"},
        "m3": {"from": "Which media?", "option": "Other", "open": True},
    }


def test_yes_and_no_of_a_set_keep_the_codes_of_the_study():
    marks = {1: "Yes", 2: "No"}
    data = pd.DataFrame({"m1": [2, 1] * 50, "m2": [1, 1] * 50})
    wordings = {"m1": "Which media? – TV", "m2": "Which media? – Radio"}
    then = wave(data=data, labels=dict.fromkeys(wordings, marks), wordings=wordings)
    now = _with_column("Which media?", ["TV, Radio", "Radio", "TV"] * 30)
    assert renamings(then, now)["m1"].entry() == {
        "from": "Which media?",
        "option": "TV",
        "codes": {0: 2, 1: 1},
    }


def test_places_in_one_cell_of_a_form_are_suggested_for_first_second_and_third_answers():
    answers = {1: "Prices", 2: "Roads", 3: "Schools"}
    data = pd.DataFrame({"p1": [1, 2] * 50, "p2": [3, 3] * 50})
    wordings = {"p1": "Worst problem? – answer 1", "p2": "Worst problem? – answer 2"}
    then = wave(data=data, labels=dict.fromkeys(wordings, answers), wordings=wordings)
    now = _with_column("Worst problem?", ["Prices, Roads", "Schools", "Roads, Schools"] * 30)
    codes = {"Prices": 1, "Roads": 2, "Schools": 3}
    assert {name: one.entry() for name, one in renamings(then, now).items()} == {
        "p1": {"from": "Worst problem?", "place": 1, "codes": codes},
        "p2": {"from": "Worst problem?", "place": 2, "codes": codes},
    }


def test_column_of_other_answers_is_not_matched_to_a_set():
    marks = {0: "Not mentioned", 1: "Mentioned"}
    data = pd.DataFrame({"m1": [0, 1] * 50, "m2": [1, 1] * 50})
    wordings = {"m1": "Which media? – TV", "m2": "Which media? – Radio"}
    then = wave(data=data, labels=dict.fromkeys(wordings, marks), wordings=wordings)
    now = _with_column("Which media?", ["books", "friends, books", "friends"] * 30)
    assert renamings(then, now) == {}


AGES = {1: "18–34", 2: "35–54", 3: "55+"}


def with_ages(values, **labels):
    data = people(len(values), 2).assign(age=pd.array(values, dtype="Int64"))
    return wave(data=data, seed=2, labels={"age": labels.get("age", {})})


def test_numbers_that_became_codes_break_and_so_do_codes_that_became_numbers():
    numbers = with_ages([18 + place % 60 for place in range(300)])
    codes = with_ages([1 + place % 3 for place in range(300)], age=AGES)
    kinds = ("numbers", "18–34; 35–54; 55+")
    for before, after, sides in ((numbers, codes, kinds), (codes, numbers, kinds[::-1])):
        (change,) = [one for one in compare_questionnaires(before, after) if one.variable == "age"]
        assert (change.difference, change.severity) == ("type", "breaking")
        assert (change.before, change.after) == sides
        assert change.line == '- {variable: age, difference: type, why: "…"}'


def test_numbers_break_against_the_answers_of_the_codebook_in_one_line():
    book = {"variables": {"age": {"codes": AGES}}}
    numbers = with_ages([18 + place % 60 for place in range(300)])
    assert found(declared_questionnaire(book), numbers) == [("age", "type", "breaking", None)]


@pytest.mark.parametrize(
    "labels",
    [AGES, {1: "none"}, {1: "1", 2: "2", 5: "5 or more"}, dict.fromkeys(range(1, 6), "some")],
)
def test_codes_without_labels_are_no_numbers_that_became_codes(labels):
    codes = [1 + place % 5 for place in range(300)]
    bare, labelled = with_ages(codes), with_ages(codes, age=labels)
    for before, after in ((bare, labelled), (labelled, bare)):
        assert "type" not in {one.difference for one in compare_questionnaires(before, after)}


@pytest.mark.parametrize("different", [60, 1200])
def test_number_one_of_which_has_a_label_is_still_a_number(different):
    ages = [18 + place % different for place in range(1500)]
    plain, labelled = with_ages(ages), with_ages(ages, age={77: "77 or older"})
    assert "type" not in {one.difference for one in compare_questionnaires(plain, labelled)}


TEXTS = {name: f"How often do you {name}?" for name in ("read", "walk", "sing")}


def asked(data=None, **texts):
    """Three questions of the same answers, with the texts that a file has under their names."""
    data = people(200, 3)[["sex"]] if data is None else data
    for place, name in enumerate(TEXTS):
        data = data.assign(**{name: pd.array(1 + np.arange(200) % (place + 2), dtype="Int64")})
    labels = dict.fromkeys(TEXTS, {1: "Never", 2: "Weekly", 3: "Daily", 4: "Always"})
    return survey(data, labels=labels, wordings={**TEXTS, **texts})


def lines_of_wording(before, after):
    pairs = [wave_questionnaire("", one) for one in (before, after)]
    return {
        one.variable: (one.severity, one.line if one.severity == "breaking" else "")
        for one in compare_questionnaires(*pairs)
        if one.difference == "wording"
    }


def test_questions_exchanged_between_variables_break_and_name_each_other():
    now = asked(read=TEXTS["walk"], walk=TEXTS["read"])
    assert lines_of_wording(asked(), now) == {
        "read": ("breaking", "read: {from: walk}"),
        "walk": ("breaking", "walk: {from: read}"),
    }


def test_questions_that_went_round_break_until_the_suggested_lines_are_there():
    now = asked(read=TEXTS["walk"], walk=TEXTS["sing"], sing=TEXTS["read"])
    waves = [Wave("2022", asked()), Wave("2026", now)]
    lines = compare_wave(waves[1], waves[0], {}, TEXTS)
    wording = {one["variable"]: one["line"] for one in lines if one["difference"] == "wording"}
    assert wording == {
        "read": "read: {from: sing}",
        "walk": "walk: {from: read}",
        "sing": "sing: {from: walk}",
    }
    entry = {name: {"from": line.split()[-1].strip("}")} for name, line in wording.items()}
    decided = replace(waves[1], mapping=WaveMapping(entry))
    kinds = {one["difference"] for one in compare_wave(decided, waves[0], {}, TEXTS)}
    assert "wording" not in kinds


def test_answers_of_an_exchanged_question_are_compared_with_its_own():
    names, then = {"sex": "sing", "sing": "sex"}, asked()
    book = [
        replace(one, name=names.get(one.name, one.name)) for one in then.codebook.variables.values()
    ]
    now = Survey(then.data.rename(columns=names), Codebook({one.name: one for one in book}))
    changes = compare_questionnaires(*(wave_questionnaire("", one) for one in (then, now)))
    assert {(one.variable, one.difference, one.line) for one in changes} == {
        ("sex", "wording", "sex: {from: sing}"),
        ("sing", "wording", "sing: {from: sex}"),
    }


@pytest.mark.parametrize(
    "texts",
    [
        {"read": "Do you write?"},
        {"read": TEXTS["walk"]},
        {"read": "Do you write?", "walk": TEXTS["read"], "sing": TEXTS["read"]},
    ],
)
def test_text_that_no_other_variable_took_over_alone_only_warns(texts):
    assert {severity for severity, _ in lines_of_wording(asked(), asked(**texts)).values()} == {
        "warning"
    }
