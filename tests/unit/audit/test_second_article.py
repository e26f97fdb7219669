"""A second article, typed as a CSV: its truth is recovered, and planted misprints are found."""

import secrets

import numpy as np
import pytest

from resurvey.audit.command import audit_typed
from resurvey.audit.typed import read_typed
from unit.audit.second_article import GROUPS, plant, print_article

#: A fresh seed each time; a failing run prints it.
FRESH = secrets.randbelow(2**32)


def audited(article, folder):
    typed = read_typed(article.write(folder / "article.csv"))
    lines = audit_typed(typed, derived="counts", draws=1)
    titles = {name: typed.codebook[name].title() for name in typed.codebook}
    return typed, titles, lines


def unsolved(titles, lines):
    return {
        titles[one["row_variable"]]
        for one in lines["questions"]
        if one["status"] == "no_integer_solution"
    }


def solutions_of(question, titles, lines):
    """Counts by column and answer of every listed solution."""
    found = {}
    for one in lines["solutions"]:
        if titles[one["row_variable"]] == question:
            counts = found.setdefault(one["solution"], {})
            counts.setdefault(one["column_code"], []).append(one["count"])
    return list(found.values())


@pytest.mark.parametrize("seed", [1996, FRESH])
def test_true_counts_behind_an_article_are_among_the_solutions(seed, tmp_path):
    article = print_article(seed)
    typed, titles, lines = audited(article, tmp_path)
    assert unsolved(titles, lines) == set(), seed
    codes = {heading: code for code, heading in typed.columns.items()}
    for question, counts in article.truth.items():
        true = {codes[name]: counts[name] for name in GROUPS}
        found = solutions_of(question, titles, lines)
        assert any(one | true == one for one in found), (seed, question)


@pytest.mark.parametrize("planted", range(6))
def test_planted_misprint_is_found_and_nothing_else_is(planted, tmp_path):
    article = print_article([FRESH, planted])
    random = np.random.default_rng([FRESH, planted, 1])
    key, right = plant(article, random)
    typed, titles, lines = audited(article, tmp_path)
    assert unsolved(titles, lines) == {key[0]}, (FRESH, planted, key)
    named = {
        (
            titles[one["row_variable"]],
            typed.codebook[one["row_variable"]].answer(int(one["row_code"])),
            typed.columns[one["column_code"]],
        )
        for one in lines["misprints"]
        if one["size"] == 1
    }
    assert key in named, (FRESH, planted, key, right)


@pytest.mark.parametrize("units", [-1, 1])
def test_misprint_of_one_unit_in_the_last_digit_is_found(units, tmp_path):
    article = print_article(7)
    key, _ = plant(article, np.random.default_rng(11), units)
    _, titles, lines = audited(article, tmp_path)
    assert unsolved(titles, lines) == {key[0]}


def test_misprints_in_two_questions_are_both_found(tmp_path):
    article = print_article(3)
    random = np.random.default_rng(5)
    first, _ = plant(article, random)
    second = first
    while second[0] == first[0]:
        second, right = plant(article, random)
        if second[0] == first[0]:
            article.shares[second] = right
    _, titles, lines = audited(article, tmp_path)
    assert unsolved(titles, lines) == {first[0], second[0]}
