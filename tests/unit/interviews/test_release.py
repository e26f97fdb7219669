"""Words leave the house line by line, by somebody's signature, and never with an address."""

import csv

import pytest

from resurvey.core.errors import SurveyError
from resurvey.interviews.project import Case, Code, Project, Segment
from resurvey.interviews.release import (
    RELEASED_COLUMNS,
    check_code_names,
    flag,
    list_for_release,
    protect_interviews,
    released_quotations,
)
from resurvey.interviews.tabulation import Tabulation

THEMES = {"themes": {"work": {"codes": ["Work"]}, "home": {"codes": ["Home"]}}, "threshold": 3}
LINE = {
    "segment": "s1",
    "quotation": "I found it at once",
    "language": "en",
    "released_by": "M. K.",
    "released_on": "2026-11-30",
    "translation_ru": "Нашел сразу",
}


@pytest.fixture
def tabulation():
    """Two codes, two stretches with words and one without."""
    return Tabulation(
        Project(
            "p.qdpx",
            (Code("a", "Work"), Code("b", "Home")),
            (Case("x", "Aigul Kadyrova"), Case("y", "y")),
            (
                Segment("s1", "a", "x", "A", "I found it at once"),
                Segment("s1", "b", "x", "A", "I found it at once"),
                Segment("s2", "b", "y", "A", "Call me, says aigul kadyrova, at 0555 123 456"),
                Segment("s3", "b", "y", "A"),
            ),
        ),
        THEMES,
        {},
    )


def listed(folder, *lines):
    path = folder / "released.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(LINE))
        writer.writeheader()
        writer.writerows(lines)
    return path


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("write to me at aibek.k@mail.kg", ["email"]),
        ("see www.example.org", ["url"]),
        ("on telegram @aibek_k", ["url"]),
        ("звоните +996 (555) 12-34-56", ["phone", "date"]),
        ("вернулся 3 мая", ["date"]),
        ("back on 12.10.2021", ["date"]),
        ("in March 2021 we left", ["date", "name"]),
        ("живем в селе Кара-Жыгач", ["place", "name"]),
        ("ул. Токтогула, дом матери", ["place"]),
        ("мы с Гульнарой ушли", ["name"]),
        ("Мы ушли. Потом вернулись", []),
        ("I know. I stayed", []),
        ("взяли через 3 дня, платят 15000", []),
        ("скопил 1 200 000 рублей", []),
        ("call 555 123 456 now", ["phone"]),
        ("ездил в 2015 2016 2017 годах", ["date"]),
        ("мне помог АЙБЕК", ["name"]),
    ],
)
def test_what_may_give_a_person_away_is_flagged(text, found):
    assert flag(text) == found


def test_a_name_that_begins_a_sentence_is_a_word_that_is_met_nowhere_else():
    words = {"мне", "помог", "мы", "работа"}
    assert flag("Айбек мне помог.", (), words) == ["name"]
    assert flag("Помог. Работа есть", (), words) == []
    assert flag("Мы ушли", (), words) == []


def test_a_name_of_a_case_is_flagged_however_it_is_written(tabulation):
    lines = {line["segment"]: line for line in list_for_release(tabulation)}
    assert lines["s1"]["flags"] == ""
    assert lines["s2"]["flags"] == "phone name case"
    assert lines["s1"]["themes"] == "work home"
    # A stretch without words offers nothing to release.
    assert set(lines) == {"s1", "s2"}


@pytest.mark.parametrize(
    ("name", "text", "found"),
    [
        ("Гульнара", "спросили Гульнару", True),
        ("Айбек_2.docx", "АЙБЕК ушел", True),
        ("Ann", "Annual leave", False),
        ("woman, 35", "I am a woman", False),
        ("Беседа 1", "Беседа не клеилась", False),
    ],
)
def test_words_of_a_cases_name_are_found_in_their_forms(name, text, found):
    assert ("case" in flag(text, [name, "Беседа 2", "Беседа 3"])) == found


def test_names_of_codes_are_read_for_what_gives_a_person_away():
    cases = (Case("x", "Aigul Kadyrova"),)
    noted = check_code_names(Project("p", (Code("a", "Work"), Code("b", "What Aigul did")), cases))
    assert "1 of 2 codes may give a person away (name, case)" in noted.assumed[0]
    assert check_code_names(Project("p", (Code("a", "Work"),), cases)).assumed == ()
    with pytest.raises(SurveyError, match="code 2 of 2 has what looks like a tel") as refused:
        check_code_names(Project("p", (Code("a", "A"), Code("b", "call 0555 123 456")), cases))
    assert "0555" not in str(refused.value)


def test_nothing_is_quoted_without_a_list(tabulation):
    assert released_quotations(tabulation, None) == []


def test_a_released_quotation_stands_under_each_of_its_themes(tabulation, tmp_path):
    lines = released_quotations(tabulation, listed(tmp_path, LINE))
    assert [(line["theme"], line["language"], line["kind"]) for line in lines] == [
        ("work", "en", "original"),
        ("work", "ru", "translation"),
        ("home", "en", "original"),
        ("home", "ru", "translation"),
    ]


WRONG = {
    "no such segment": ({"segment": "s9"}, "quotation 1: the coded interviews have no such"),
    "unsigned": ({"released_by": " "}, "'released_by' is empty"),
    "undated": ({"released_on": "yesterday"}, "no date such as"),
    "silent": ({"quotation": ""}, "'quotation' is empty"),
    "address": ({"quotation": "mail a@b.kg"}, "'quotation' has what looks like a mail address"),
    "number": ({"translation_ru": "звони 0555123456"}, "looks like a telephone number"),
    "own name": ({"quotation": "I am Aigul and I work"}, "looks like a name of a case"),
    "whole name": ({"translation_ru": "aigul kadyrova said"}, "looks like a name of a case"),
    "page": ({"quotation": "see www.x.kg"}, "looks like a web address"),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_line_that_must_not_be_printed_is_refused_without_its_words(tabulation, tmp_path, name):
    change, said = WRONG[name]
    with pytest.raises(SurveyError, match=said) as refused:
        released_quotations(tabulation, listed(tmp_path, LINE | change))
    assert not any(text in str(refused.value) for text in ("a@b.kg", "0555", "www.x.kg", "Нашел"))


def test_a_segment_is_released_once(tabulation, tmp_path):
    with pytest.raises(SurveyError, match="stands above, as quotation 1"):
        released_quotations(tabulation, listed(tmp_path, LINE, LINE))


def test_a_stretch_of_two_interviews_is_not_released_and_listed_twice(tmp_path):
    segments = (Segment("1", "a", "x", "", "One said", "x"), Segment("1", "b", "y", "", "Two", "y"))
    codes = Code("a", "Work"), Code("b", "Home")
    counted = Tabulation(Project("p", codes, (Case("x"), Case("y")), segments), THEMES, {})
    lines = [(line["text"], line["themes"]) for line in list_for_release(counted)]
    assert lines == [("One said", "work"), ("Two", "home")]
    with pytest.raises(SurveyError, match="quotation 1: stretches of 2 interviews are called so"):
        released_quotations(counted, listed(tmp_path, LINE | {"segment": "1"}))


def test_a_list_without_a_column_or_a_file_is_refused(tabulation, tmp_path):
    path = tmp_path / "short.csv"
    path.write_text("segment,quotation\ns1,x\n", encoding="utf-8")
    with pytest.raises(SurveyError, match=f"column '{RELEASED_COLUMNS[2]}' is missing"):
        released_quotations(tabulation, path)
    with pytest.raises(SurveyError, match="no such file"):
        released_quotations(tabulation, tmp_path / "not_there.csv")


def test_the_public_set_has_no_small_group_no_rare_pair_and_no_single_interview():
    shown = {"kind": "theme", "code": "work", "attribute": "sex", "value": "f", "cases": "6"}
    files = {
        "codes_by_attribute": [
            {**shown, "n": "10", "shown": "1"},
            {**shown, "cases": "2", "n": "10", "shown": "0"},
        ],
        "cooccurrence": [
            {"code": code, "other_code": "b", "cases": cases, "n": "12", "segments": "1"}
            for code, cases in (("d", "0"), ("c", "3"))
        ],
        "saturation": [{"interviews": "1", "new_codes": "2", "codes": "2", "mean_codes": "1.5"}],
        "codes": [{"code": "a", "cases": "2", "n": "12"}],
    }
    safe = protect_interviews(files, 3)
    assert [line["cases"] for line in safe["codes_by_attribute"]] == ["6", ""]
    assert [line["cases"] for line in safe["cooccurrence"]] == ["0", "3"]
    assert safe["saturation"] == [
        {"interviews": "1", "new_codes": "", "codes": "", "mean_codes": "1.5", "suppressed": "1"}
    ]
    # "Two of twelve" is of no group.
    assert safe["codes"][0]["cases"] == "2"


def test_a_rare_pair_does_not_follow_from_the_numbers_of_its_codes(counted):
    """Own family 6 and with parents 4, together 9: one of the twelve has both."""
    files = {
        name: [
            {key: "" if value is None else str(value) for key, value in line.items()}
            for line in lines
        ]
        for name, lines in counted.items()
    }
    safe = protect_interviews(files, 3)
    codes = {line["code"]: line for line in safe["codes"]}
    pair = {"Дом > Своя семья", "Дом > С родителями"}
    for code in (*pair, "Дом", "Уехать снова", "Уехать снова > Ради заработка"):
        assert {codes[code][field] for field in ("cases", "own_cases", "segments")} == {""}
    assert {line["cases"] for line in safe["codes_by_attribute"] if line["code"] in codes} == {""}
    for line in safe["cooccurrence"]:
        assert not pair & {line["code"], line["other_code"]} or line["cases"] == ""
    told = {line["code"]: line["cases"] for line in safe["codes_by_attribute"] if not line["value"]}
    assert (told["household"], told["leaving"]) == ("9", "4")
    # Their sum would tell, too.
    assert {line["mean_codes"] for line in safe["saturation"]} == {""}
    assert {line["agreed"] for line in safe["agreement"]} == {""}
    assert [line["alpha"] for line in safe["agreement"] if line["alpha"]] == ["0.76"]


def test_of_two_themes_with_one_code_of_a_rare_pair_the_first_is_told():
    codes = [
        {"code": "a", "themes": "one both", "cases": "4"},
        {"code": "b", "themes": "other both", "cases": "4"},
        {"code": "c", "themes": "last", "cases": "4"},
    ]
    rows = [
        {"kind": "theme", "code": theme, "attribute": "", "cases": "4", "n": "9", "shown": "1"}
        for theme in ("one", "both", "other", "last")
    ]
    pair = {"code": "a", "other_code": "b", "cases": "1", "segments": "0"}
    files = {"codes": codes, "codes_by_attribute": rows, "cooccurrence": [pair]}
    safe = protect_interviews(files, 3)["codes_by_attribute"]
    assert [line["cases"] for line in safe] == ["4", "", "4", "4"]
