"""A row has the label of its answer, or of the answers that it adds up."""

import pytest

from resurvey.core.codebook import Codebook, Variable
from resurvey.pages.labels import Labels


@pytest.mark.parametrize(
    ("code", "label"),
    [
        ("65+", "65 and older"),
        ("tea+milk", "Tea with milk"),
        ("tea", "Tea"),
        ("tea+water", "Tea + Water"),
    ],
)
def test_plus_of_an_answer_s_own_code_adds_nothing_up(code, label):
    answers = {"65+": "65 and older", "tea": "Tea", "water": "Water", "tea+milk": "Tea with milk"}
    q = Variable("q", codes={code: {"": words} for code, words in answers.items()})
    assert Labels(Codebook({"q": q}), {}, {}, "en").row("t", "q", code) == label
