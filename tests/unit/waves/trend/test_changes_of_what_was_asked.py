"""What was asked otherwise stands beside the number that it moves, and is no finding."""

import pandas as pd
import pytest

from resurvey.core.codebook import Codebook, Survey, Variable
from resurvey.core.files import write_csv
from resurvey.tables.domains import crossed_names, with_crossed
from resurvey.waves.contract.differences import DRIFT_COLUMNS
from resurvey.waves.trend.page import requoted
from resurvey.waves.trend.wave_comparison import (
    Asked,
    compare_waves,
    describe_changes,
    read_changes,
)
from unit.waves.trend.invented_waves import make_wave

TABLES = {"a": {"rows": ["mood", "works"], "columns": "gender"}}
NAMES = ["2020", "2022", "2024"]
BOOK = Codebook(
    {
        "mood": Variable("mood", codes={1: {}, 2: {}, 3: {}}),
        "works": Variable("works", codes={1: {}, 2: {}}),
        "gender": Variable("gender", codes={1: {}, 2: {}}),
    }
)


def people(moods, works):
    mood = [code for code, number in enumerate(moods, 1) for _ in range(number)]
    return pd.DataFrame(
        {
            "mood": mood,
            "works": [1] * works + [2] * (len(mood) - works),
            "gender": [1, 2] * (len(mood) // 2),
        }
    )


def compared(changes, *waves):
    made = [
        make_wave(year, one, None, "", TABLES, BOOK)
        for year, one in zip(NAMES, waves, strict=False)
    ]
    return compare_waves(made, TABLES, {}, sample="probability", changes=changes)


def test_question_that_was_asked_of_others_is_not_ranked_and_does_not_adjust_the_others():
    waves = people([200, 100, 100], 200), people([100, 200, 100], 260)
    plain = compared({}, *waves)["moved"]
    assert [line["rank"] for line in plain] == [1, 2]
    changes = {Asked("2022", "mood", "routing"): ("works = 2: 0 / 200", "works = 2: 140 / 140")}
    found = compared(changes, *waves)
    ranked, changed = found["moved"]
    assert (ranked["row_variable"], ranked["rank"], changed["rank"]) == ("works", 1, None)
    assert ranked["adjusted_p_value"] == ranked["p_value"]
    assert changed.get("adjusted_p_value") is None
    assert changed["changed"] == "2022: routing mood"
    for name in ("differences", "tests"):
        marks = {line["row_variable"]: line["changed"] for line in found[name]}
        assert marks == {"mood": "2022: routing mood", "works": ""}


@pytest.mark.parametrize(
    "kind",
    [
        *("base", "new_answer", "wording", "missing_codes", "meaning"),
        *("unlabelled", "other_alphabet", "range"),
    ],
)
def test_every_kind_of_change_stands_beside_its_numbers(kind):
    code = "3" if kind in ("new_answer", "missing_codes", "meaning") else ""
    changes = {Asked("2022", "mood", kind, code): ("", "x")}
    waves = people([200, 100, 100], 200), people([100, 200, 100], 260)
    (line,) = [one for one in compared(changes, *waves)["moved"] if one["changed"]]
    assert Asked.read(line["changed"]) == list(changes)


def test_answer_that_was_merged_is_a_change_though_its_line_is_a_note(tmp_path):
    values = ["2022", "2020", "mood", "1", "merged_answer", "note", "", "On leave", "", "", ""]
    line = dict(zip(DRIFT_COLUMNS, values, strict=True))
    others = [line | {"against": "codebook"}, line | {"difference": "answer_wording"}]
    write_csv(tmp_path / "drift.csv", DRIFT_COLUMNS, [line, *others])
    changes = read_changes([tmp_path / "drift.csv"])
    assert changes == {Asked("2022", "mood", "merged_answer", "1"): ("", "On leave")}
    waves = people([200, 100, 100], 200), people([100, 200, 100], 260)
    (moved,) = [one for one in compared(changes, *waves)["moved"] if one["rank"] is None]
    assert moved["changed"] == "2022: merged_answer mood 1"
    # Back again, two waves on, nothing is left of it.
    changes |= {Asked("2024", "mood", "merged_answer", "1"): ("On leave", "")}
    assert describe_changes(["mood"], ["2020", "2024"], changes, NAMES) == ""


def test_answer_that_is_named_has_an_interval_without_zero():
    # Everybody moved a little from the first two answers to the third, which alone is sure.
    found = compared({}, people([200, 190, 10], 200), people([182, 172, 46], 200))["moved"]
    mood = next(line for line in found if line["row_variable"] == "mood")
    assert mood["p_value"] < 0.001
    assert (mood["row_code"], mood["lower"] > 0) == ("3", True)
    works = next(line for line in found if line["row_variable"] == "works")
    assert works.get("row_code") is None


@pytest.mark.slow
def test_small_p_value_never_stands_beside_an_interval_with_zero():
    chance = iter(range(1000))
    for _ in range(12):
        place = next(chance)
        later = people([150 + place, 150 - 2 * place, 100 + place], 200 + 5 * place)
        for line in compared({}, people([150, 150, 100], 200), later)["moved"]:
            if line.get("row_code") is not None:
                assert not line["lower"] <= 0 <= line["upper"]


def test_change_of_a_middle_wave_moves_no_comparison_of_the_outer_ones():
    changes = {
        Asked("2022", "mood", "routing"): ("works = 2: 0 / 90", "works = 2: 80 / 81"),
        Asked("2024", "mood", "routing"): ("works = 2: 80 / 81", "works = 2: 1 / 95"),
    }
    told = {
        pair: describe_changes(["mood"], pair, changes, NAMES)
        for pair in (("2020", "2022"), ("2022", "2024"), ("2020", "2024"))
    }
    assert told["2020", "2022"] == "2022: routing mood"
    assert told["2022", "2024"] == "2024: routing mood"
    assert told["2020", "2024"] == ""
    assert "2022" in describe_changes(["mood"], NAMES, changes, NAMES)


def test_filter_that_stays_lifted_moves_the_outer_comparison_too():
    changes = {
        Asked("2022", "q", "base"): ("300 / 600", "600 / 600"),
        Asked("2024", "q", "base"): ("600 / 600", "480 / 600"),
    }
    assert describe_changes(["q"], ("2020", "2024"), changes, NAMES).count("base") == 2


def test_answer_that_came_and_went_is_no_change_between_the_outer_waves():
    changes = {
        Asked("2022", "q", "new_answer", "4"): ("", "Other"),
        Asked("2024", "q", "vanished_answer", "4"): ("Other", ""),
    }
    assert describe_changes(["q"], ("2020", "2024"), changes, NAMES) == ""
    assert describe_changes(["q"], ("2020", "2022"), changes, NAMES) == "2022: new_answer q 4"


def test_wording_of_one_answer_moves_that_answer_and_the_test_of_the_question():
    changes = {Asked("2022", "mood", "answer_wording", "2"): ("so so", "fair")}
    found = compared(changes, people([200, 100, 100], 200), people([100, 200, 100], 260))
    marked = {line["row_code"] for line in found["differences"] if line["changed"]}
    assert marked == {"2"}
    assert any(line["changed"] for line in found["tests"])


def line(kind, severity, against, wave="2022", code=""):
    """A line of drift.csv."""
    values = (wave, against, "q", code, kind, severity, "", "Other", "seen", "", "")
    return dict(zip(DRIFT_COLUMNS, values, strict=True))


@pytest.mark.parametrize("kind", ["unlabelled", "other_alphabet", "range"])
def test_what_could_not_be_compared_is_a_change_where_the_report_warns(tmp_path, kind):
    write_csv(tmp_path / "drift.csv", DRIFT_COLUMNS, [line(kind, "note", "2020")])
    assert read_changes([tmp_path / "drift.csv"]) == {}
    write_csv(tmp_path / "drift.csv", DRIFT_COLUMNS, [line(kind, "warning", "2020")])
    assert list(read_changes([tmp_path / "drift.csv"])) == [Asked("2022", "q", kind)]


def test_files_that_never_had_labels_are_no_change_and_the_first_without_is(tmp_path):
    years = [("2022", "2020"), ("2024", "2022")]
    lines = [line("unlabelled", "warning", before, wave) for wave, before in years]
    lines += [line("unlabelled", "note", "codebook", wave) for wave, _ in years]
    write_csv(tmp_path / "drift.csv", DRIFT_COLUMNS, lines)
    assert list(read_changes([tmp_path / "drift.csv"])) == [Asked("2022", "q", "unlabelled")]
    lines += [line("unlabelled", "note", "codebook", "2020")]
    write_csv(tmp_path / "drift.csv", DRIFT_COLUMNS, lines)
    assert read_changes([tmp_path / "drift.csv"]) == {}


def test_differences_from_the_codebook_alone_are_no_change_between_waves(tmp_path):
    lines = [
        line("new_answer", "breaking", "codebook", code="4"),
        line("answer_wording", "note", "2020", code="4"),
    ]
    write_csv(tmp_path / "drift.csv", DRIFT_COLUMNS, lines)
    assert read_changes([tmp_path / "drift.csv"]) == {}
    write_csv(
        tmp_path / "drift.csv", DRIFT_COLUMNS, [line("new_answer", "breaking", "2020", code="4")]
    )
    assert list(read_changes([tmp_path / "drift.csv"])) == [Asked("2022", "q", "new_answer", "4")]


def test_quotes_within_quotes_are_of_the_other_kind():
    text = "“О «Москве»” → “О „Москве“”; “Да” → “Нет”"
    assert requoted(text, "«", "»") == "«О „Москве“» → «О „Москве“»; «Да» → «Нет»"


RECODE = {"recode": {"variable": "mood", "map": {1: 1, 2: 2, 3: 2}}}
SHARE = {"share": {"variable": "calm", "codes": [2]}}
MADE = {"happy": SHARE, "calm": RECODE, "both": {"items": ["works", "happy"]}}
WIDE = Codebook(
    BOOK.variables
    | {name: Variable(name, codes={1: {}, 2: {}}) for name in ("happy", "calm", "both")}
)


def compared_with_made(tables, changes):
    """Two waves with variables that are made of others, as the pipeline derives them."""
    waves = people([200, 100, 100], 200), people([100, 200, 100], 260)
    made = []
    for year, one in zip(NAMES, waves, strict=False):
        derived = one.assign(calm=one["mood"].clip(upper=2), happy=one["works"], both=one["works"])
        survey = with_crossed(Survey(derived, WIDE), crossed_names(tables, {}))
        made.append(make_wave(year, survey.data, None, "", tables, survey.codebook))
    return compare_waves(made, tables, {}, sample="probability", changes=changes, indicators=MADE)


@pytest.mark.parametrize("name", ["calm", "happy", "both"])
def test_what_is_made_of_a_changed_question_is_marked_and_not_ranked(name):
    changes = {Asked("2022", "mood", "new_answer", "3"): ("", "x")}
    found = compared_with_made({"a": {"rows": [name, "works"]}}, changes)
    ranks = {line["row_variable"]: line["rank"] for line in found["moved"]}
    assert ranks == {"works": 1, name: None}
    for file in ("differences", "tests"):
        marks = {line["row_variable"]: line["changed"] for line in found[file]}
        assert marks == {name: "2022: new_answer mood 3", "works": ""}


def test_answer_worded_otherwise_marks_every_answer_of_what_is_made_of_the_question():
    changes = {Asked("2022", "mood", "answer_wording", "3"): ("bad", "poor")}
    found = compared_with_made({"a": {"rows": ["calm"]}}, changes)
    assert all(line["changed"] for line in found["differences"])


@pytest.mark.parametrize("column", ["mood", "calm"])
def test_changed_column_marks_its_groups_and_not_all_respondents(column):
    changes = {Asked("2022", "mood", "routing"): ("", "x")}
    found = compared_with_made({"a": {"rows": ["works"], "columns": column}}, changes)
    for file in ("differences", "tests"):
        marked = {line["column_code"]: bool(line["changed"]) for line in found[file]}
        assert marked.pop("total") is False
        assert set(marked.values()) == {True}
    assert [line["rank"] for line in found["moved"]] == [1]


def test_part_of_a_crossed_column_marks_the_groups_with_the_answer():
    changes = {Asked("2022", "mood", "answer_wording", "2"): ("so so", "fair")}
    found = compared_with_made({"a": {"rows": ["works"], "columns": "gender*mood"}}, changes)
    marked = {line["column_code"] for line in found["differences"] if line["changed"]}
    assert marked == {"1*2", "2*2"}


@pytest.mark.parametrize(
    ("where", "marked"),
    [({"mood": 3}, True), ({"mood": [1, 2]}, False), ({"mood": {"min": 1}}, True)],
)
def test_changed_condition_marks_the_whole_table(where, marked):
    changes = {Asked("2022", "mood", "answer_wording", "3"): ("bad", "poor")}
    tables = {"a": {"rows": ["works"], "where": where}, "b": {"rows": ["works"]}}
    found = compared_with_made(tables, changes)
    for file in ("differences", "tests"):
        marks = {line["table"]: bool(line["changed"]) for line in found[file]}
        assert marks == {"a": marked, "b": False}


def quarters(limits, labels=None):
    """Waves whose groups were cut at quantiles; each wave's labels are its limits."""
    recode = {"variable": "income", "quantiles": 2, **({"codes": labels} if labels else {})}
    made = {
        "half": {"recode": recode},
        "rich": {"share": {"variable": "half", "codes": [2]}},
    }
    tables = {"a": {"rows": ["half", "rich", "works"], "columns": "half"}}
    waves = []
    for year, texts in zip(NAMES, limits, strict=False):
        one = people([200, 100, 100], 200)
        shown = labels or dict(enumerate(texts, 1))
        codes = {code: {"": text} for code, text in shown.items()}
        book = Codebook(
            BOOK.variables
            | {
                "half": Variable("half", codes=codes),
                "rich": Variable("rich", codes={1: {}, 0: {}}),
            }
        )
        half = one["gender"]
        waves.append(make_wave(year, one.assign(half=half, rich=half - 1), None, "", tables, book))
    return compare_waves(waves, tables, {}, sample="probability", indicators=made)


def test_groups_cut_anew_at_quantiles_are_marked_with_what_is_made_of_them():
    found = quarters([("1–5", "6–9"), ("1–7", "8–20")])
    ranks = {line["row_variable"]: line["rank"] for line in found["moved"]}
    assert ranks == {"works": 1, "half": None, "rich": None}
    for line in found["differences"]:
        whole = line["row_variable"] == "works" and line["column_code"] == "total"
        assert line["changed"] == ("" if whole else "2022: group_limits half")


def test_groups_with_the_same_limits_in_both_waves_are_compared():
    same = ("1–5", "6–9")
    assert not any(line["changed"] for line in quarters([same, same])["differences"])
    outer = [
        line["changed"]
        for line in quarters([same, ("1–7", "8–20"), same])["differences"]
        if (line["against"], line["wave"]) == ("2020", "2024")
    ]
    assert outer
    assert not any(outer)


def test_labels_of_the_study_do_not_hide_that_groups_were_cut_anew():
    found = quarters([(), (), ()], {1: "poorer", 2: "richer"})["differences"]
    half = {line["changed"] for line in found if line["row_variable"] == "half"}
    both = "2022: group_limits half; 2024: group_limits half"
    assert half == {"2022: group_limits half", "2024: group_limits half", both}
