"""A second article, typed as a CSV: its truth is recovered, and planted misprints are found."""

import secrets

import numpy as np
import pytest

from resurvey.audit.judgement import judge_questions
from resurvey.audit.typed_table import read_typed
from resurvey.audit.verdicts import Terms
from unit.audit.second_article import GROUPS, plant, print_article

#: A fresh seed each time; a failing run prints it.
FRESH = secrets.randbelow(2**32)


def audited(article, folder):
    typed = read_typed(article.write(folder / "article.csv"))
    judged = judge_questions(typed.questions, Terms())
    return typed, {one.question.title: one for one in judged}


def accused(judged):
    return {title for title, one in judged.items() if one.verdict != "fits"}


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1996, FRESH], ids=["fixed", "fresh"])
def test_true_counts_behind_an_article_are_among_the_solutions(seed, tmp_path):
    article = print_article(seed)
    typed, judged = audited(article, tmp_path)
    assert accused(judged) == set(), seed
    codes = {heading: code for code, heading in typed.columns.items()}
    for question, counts in article.truth.items():
        true = {codes[name]: counts[name] for name in GROUPS}
        found = judged[question].recovered
        assert any(one.counts == true for one in found.solutions), (seed, question)


@pytest.mark.slow
@pytest.mark.parametrize("planted", range(6))
def test_planted_misprint_is_found_and_nothing_else_is(planted, tmp_path):
    article = print_article([FRESH, planted])
    random = np.random.default_rng([FRESH, planted, 1])
    key, right = plant(article, random)
    _, judged = audited(article, tmp_path)
    assert accused(judged) == {key[0]}, (FRESH, planted, key)
    one = judged[key[0]]
    assert one.verdict == "misprints", (FRESH, planted, key)
    named = {(key[0], cell.row, cell.column) for cell in one.misprints}
    assert key in named, (FRESH, planted, key, right)


@pytest.mark.slow
@pytest.mark.parametrize("units", [-1, 1])
def test_misprint_of_one_unit_in_the_last_digit_is_found(units, tmp_path):
    article = print_article(7)
    key, _ = plant(article, np.random.default_rng(11), units)
    _, judged = audited(article, tmp_path)
    assert accused(judged) == {key[0]}


@pytest.mark.slow
def test_misprints_in_two_questions_are_both_found(tmp_path):
    article = print_article(3)
    random = np.random.default_rng(5)
    first, _ = plant(article, random)
    second = first
    while second[0] == first[0]:
        second, right = plant(article, random)
        if second[0] == first[0]:
            article.shares[second] = right
    _, judged = audited(article, tmp_path)
    assert accused(judged) == {first[0], second[0]}
