"""Two labels say the same, nearly the same, or something else."""

import pytest

from resurvey.waves.contract.differences import (
    is_reworded,
    is_same_label,
    label_similarity,
    name_script,
    normalise_label,
)


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("Да", "1. да "),
        ("26–45 лет", "26 - 45 ЛЕТ"),
        ("Ещё не решил(а)", "Еще не решил (а)"),
        ("Q12. Are you satisfied?", "are you satisfied"),
        ("«Хорошо»", '"хорошо"'),
    ],
)
def test_typography_is_no_difference(one, two):
    assert is_same_label(one, [two])
    assert label_similarity(one, two) == 1


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("Satisfied", "Dissatisfied"),
        ("Доволен", "Недоволен"),
        ("Доволен работой", "Не доволен работой"),
        ("26–45 лет", "26–50 лет"),
        ("Скорее да, чем нет", "Скорее нет, чем да"),
        ("With a job", "Without a job"),
        ("1–2 times", "2–3 times"),
        ("Men", "Women"),
        ("Yes", "No"),
        ("Male", "Female"),
        ("Satisfied", "Very satisfied"),
        ("Затрудняюсь ответить", "Затрудняюсь ответить на вопрос"),
        ("Satisfied", "Satisfactory"),
        ("2021", "2022"),
        ("10000", "10001"),
    ],
)
def test_labels_that_mean_something_else_are_not_rewordings(one, two):
    assert not is_same_label(one, [two])
    assert not is_reworded(two, [one])


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("Opportunities for recreation", "Opportunity for recreation"),
        ("Удовлетворительные", "Удовлетворительное"),
        ("Плохо", "Плохое"),
    ],
)
def test_slightly_other_words_are_rewordings(one, two):
    assert is_reworded(two, [one])
    assert not is_same_label(one, [two])


def test_number_alone_is_a_label_and_no_numbering():
    assert normalise_label("5") == "5"
    assert not is_same_label("5", ["6"])
    assert not is_same_label("1-2", ["2-1"])


def test_script_is_that_of_most_letters():
    assert name_script(["Да, IT", "Нет, конечно"]) == "cyrillic"
    assert name_script(["1", "2"]) == ""
