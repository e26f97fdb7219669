"""Waves that do not fit together: what cannot be compared says why, the rest is compared."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from resurvey.core.codebook import Codebook, Variable
from resurvey.core.notes import NOT_IDENTIFIED, read_notes, write_notes
from resurvey.counts.design import Design, Rake
from resurvey.waves.trend.question_tests import OTHER_ANSWERS, rank_questions
from resurvey.waves.trend.wave_comparison import NO_IDENTITY, NUMBERED_ANEW, compare_waves
from unit.waves.trend.invented_waves import BOOK, TABLES, make_wave, reference_waves

SIMPLE = {"moods": {"rows": ["mood"]}}
NEW = Codebook({**BOOK.variables, "mood": Variable("mood", codes={n: {} for n in (1, 2, 3, 4)})})


def people(mood, **more):
    return pd.DataFrame({"mood": mood, "gender": 1, "works": 1, **more})


def of_total(found, file="differences", code="1"):
    return [
        line
        for line in found[file]
        if line["column_code"] == "total" and line.get("row_code", code) == code
    ]


def test_new_answer_is_told_from_a_question_that_was_not_asked():
    waves = [
        make_wave("2020", people([1, 1, 2, 3] * 5), tables=SIMPLE),
        make_wave("2021", people([1, 2, 3, 4] * 5), tables=SIMPLE, book=NEW),
    ]
    found = compare_waves(waves, SIMPLE, {})
    (new,) = of_total(found, code="4")
    assert new["note"] == "no share: not among the answers of this wave"
    (test,) = of_total(found, "tests")
    assert OTHER_ANSWERS in read_notes(test)


def test_group_that_vanished_is_said():
    first = people([1, 2] * 10).assign(gender=[1, 2] * 10)
    book = Codebook({**BOOK.variables, "gender": Variable("gender", codes={1: {}})})
    waves = [make_wave("2020", first), make_wave("2021", people([1, 2] * 10), book=book)]
    lines = [
        one for one in compare_waves(waves, TABLES, {})["differences"] if one["column_code"] == "2"
    ]
    assert {one["note"] for one in lines} == {"no share: no such group in this wave"}


@pytest.mark.parametrize(
    ("identifiers", "declared", "note"),
    [
        (("person", ""), {}, NO_IDENTITY),
        (("person", "absent"), {}, NO_IDENTITY),
        (("person", "person"), {"panel": False}, NUMBERED_ANEW),
    ],
)
def test_people_who_cannot_be_recognised_are_said_to_be_taken_for_different(
    identifiers, declared, note
):
    waves = [
        make_wave(str(2020 + place), people([1, 2] * 10, person=range(20)), None, name)
        for place, name in enumerate(identifiers)
    ]
    waves[1].survey.data.loc[0:4, "mood"] = 1
    found = compare_waves(waves, TABLES, declared, sample="probability")
    tested = [line for file in ("differences", "tests") for line in found[file]]
    tested = [line for line in tested if line.get("p_value") is not None]
    assert tested
    assert all(note in read_notes(line) for line in tested)


def test_weighted_wave_beside_an_unweighted_one_is_compared_by_the_design():
    weighted = people([1] * 30 + [2] * 30, weight=[2.0] * 30 + [1.0] * 30)
    waves = [
        make_wave("2020", people([1] * 30 + [2] * 30), tables=SIMPLE),
        make_wave("2021", weighted, Design(weights="weight"), tables=SIMPLE),
    ]
    (line,) = of_total(compare_waves(waves, SIMPLE, {}))
    assert line["method"] == "design"
    assert line["difference"] == pytest.approx(100 * (2 / 3 - 1 / 2))


def test_frequency_weights_are_compared_by_counts_and_refused_with_shared_respondents():
    for identifier in ("", "person"):
        data = people([1, 1, 2, 2], weight=[10.0, 20.0, 10.0, 10.0], person=range(4))
        design = Design(weights="weight", kind="frequency")
        waves = [make_wave(year, data, design, identifier, SIMPLE) for year in ("2020", "2021")]
        (line,) = of_total(compare_waves(waves, SIMPLE, {}))
        if identifier:
            assert "frequency weights" in line["note"]
            assert line.get("p_value") is None
        else:
            assert (line["n"], line["method"]) == (50, "newcombe")


def test_replicate_weights_compare_independent_waves_as_their_design_does():
    by_design = Design(weights="weight", clusters="village")
    differences = []
    for design in (by_design, replace(by_design, resample="jackknife")):
        waves = []
        for year in ("2020", "2021"):
            data = people(
                np.resize([1, 2, 2, 3, 1, 2], 240),
                weight=np.resize([1.0, 2.0, 1.5], 240),
                village=np.repeat(np.arange(24), 10),
            )
            data["mood"] = np.where(data["village"] % 5 < int(year) - 2019, 1, data["mood"])
            waves.append(make_wave(year, data, design, tables=SIMPLE))
        (line,) = of_total(compare_waves(waves, SIMPLE, {}))
        differences.append(line)
    linear, knife = differences
    assert knife["difference"] == pytest.approx(linear["difference"])
    for end in ("lower", "upper"):
        assert knife[end] == pytest.approx(linear[end], rel=0.03)


def test_raked_waves_are_compared_by_their_raked_weights():
    waves = []
    for year, shares in (
        ("2020", {"1": 40, "2": 30, "3": 30}),
        ("2021", {"1": 60, "2": 20, "3": 20}),
    ):
        data = people([1] * 30 + [2] * 20 + [3] * 10)
        waves.append(make_wave(year, data, Design(rake=Rake({"mood": shares})), tables=SIMPLE))
    (line,) = of_total(compare_waves(waves, SIMPLE, {}))
    assert line["difference"] == pytest.approx(20)


def test_stratum_that_the_panel_leaves_with_one_unit_is_a_note_and_no_crash():
    # Villages 1 and 2 are one unit, because their people are in villages 1 and 2 of both waves.
    first = people([1, 2, 1, 2], person=[1, 2, 3, 4], village=[1, 1, 2, 2])
    second = people([1, 2, 2, 2], person=[1, 3, 2, 4], village=[1, 1, 2, 2])
    design = Design(clusters="village")
    waves = [
        make_wave(year, data, design, "person", SIMPLE)
        for year, data in (("2020", first), ("2021", second))
    ]
    (line,) = of_total(compare_waves(waves, SIMPLE, {}))
    assert "only one cluster" in line["note"] or "degrees of freedom" in line["note"]
    assert line.get("p_value") is None


def test_empty_wave_is_compared_with_nothing():
    waves = [make_wave(y, people([1, 2] * 5), tables=SIMPLE) for y in ("2020", "2022")]
    waves.insert(1, make_wave("2021", people([np.nan] * 5), tables=SIMPLE))
    lines = of_total(compare_waves(waves, SIMPLE, {}))
    assert [(one["wave"], one.get("against")) for one in lines] == [
        ("2021", None),
        ("2022", "2020"),
    ]


def test_reconstructed_wave_is_compared_where_its_counts_are_identified():
    waves = [make_wave(y, people([1, 2] * 10)) for y in ("2020", "2021")]
    hidden = [
        line
        | (
            {"count": "", "base": "", **write_notes(NOT_IDENTIFIED)}
            if line["column_code"] == "1"
            else {}
        )
        for line in waves[0].lines
    ]
    waves[0] = type(waves[0])(**{**vars(waves[0]), "lines": hidden})
    found = compare_waves(waves, TABLES, {})
    group = [one for one in found["differences"] if one["column_code"] == "1"]
    assert {one["note"] for one in group} == {f"no share: {NOT_IDENTIFIED.text}"}
    assert of_total(found)[0]["difference"] == 0


def test_single_answer_to_a_question_is_not_tested():
    waves = [make_wave(y, people([1] * 10), tables=SIMPLE) for y in ("2020", "2021", "2022")]
    found = compare_waves(waves, SIMPLE, {})
    assert all(line.get("p_value") is None for line in of_total(found) + of_total(found, "slopes"))
    assert [line["p_value"] for line in found["moved"]] == [None]


@pytest.mark.slow
def test_forty_answers_in_twelve_waves_with_unequal_gaps():
    book = Codebook({"q": Variable("q", codes={n: {} for n in range(1, 41)})})
    draw = np.random.default_rng(7)
    tables = {"t": {"rows": ["q"]}}
    waves = [
        make_wave(
            str(2000 + n * n),
            pd.DataFrame({"q": draw.integers(1, 41, 400)}),
            tables=tables,
            book=book,
        )
        for n in range(12)
    ]
    found = compare_waves(waves, tables, {})
    assert len(found["slopes"]) == 40
    assert len(found["differences"]) == 40 * (11 + 10)
    assert len(found["moved"]) == 1


def test_reversing_every_wave_turns_the_sign_of_every_difference():
    waves = reference_waves(None, "person", (2020, 2021))
    turned = [
        type(one)(**{**vars(one), "time": -one.time, "name": one.name}) for one in waves[::-1]
    ]
    forth = of_total(compare_waves(waves, TABLES, {}))
    back = of_total(compare_waves(turned, TABLES, {}))
    for one, other in zip(forth, back, strict=True):
        assert one["difference"] == pytest.approx(-other["difference"])
        assert one["p_value"] == pytest.approx(other["p_value"])


def line(variable, code, p, table="t", statistic=1.0):
    return {
        "table": table,
        "row_variable": variable,
        "row_code": code,
        "column_code": "total",
        "kind": "answer",
        "difference": 1.0,
        "statistic": statistic,
        "p_value": p,
    }


def whole(variable, p, table="t", statistic=1.0):
    test = {"test": "pearson", "comparison": "previous", "df": 1, "note": ""}
    own = {"table": table, "row_variable": variable, "column_code": "total"}
    return own | test | {"p_value": p, "statistic": statistic if p is not None else None}


def test_question_without_a_test_of_the_whole_has_bonferronis():
    tests = [whole("several", None), whole("one", 0.03)]
    answers = [line("several", "1", 0.02), line("several", "2", 0.5), line("one", "1", 0.03)]
    ranked = rank_questions(tests, answers)
    assert [(one["row_variable"], one["p_value"]) for one in ranked] == [
        ("one", 0.03),
        ("several", 0.04),
    ]
    assert ranked[1]["test"] == "bonferroni"
    # Benjamini and Hochberg: 0.03 × 2 / 1 and 0.04 × 2 / 2, the smaller of which counts.
    assert [one["adjusted_p_value"] for one in ranked] == pytest.approx([0.04, 0.04])


def test_question_of_two_tables_is_listed_and_counted_once():
    tests = [whole("q", 0.03, "a"), whole("q", 0.03, "b"), whole("r", 0.5, "a")]
    answers = [line("q", "1", 0.03, "a"), line("q", "1", 0.03, "b")]
    ranked = rank_questions(tests, answers, "holm")
    assert [one["table"] for one in ranked] == ["a", "a"]
    assert ranked[0]["adjusted_p_value"] == pytest.approx(0.06)
