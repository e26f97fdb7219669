"""A text variable that the study tabulates is a question, in the smallest file too."""

import pandas as pd
import pyarrow as pa
import pytest

from resurvey.core.codebook import Codebook, Variable
from resurvey.core.survey import Survey
from resurvey.prepare.text_answers import MOST, with_text_answers

TABLES = {"t": {"rows": ["vote"], "columns": "city"}}


def survey(votes):
    frame = pd.DataFrame({"vote": votes, "city": ["Osh"] * len(votes), "name": ["x"] * len(votes)})
    book = Codebook({name: Variable(name, measure="text") for name in frame})
    return Survey(frame, book)


def test_observed_texts_become_answers():
    book = with_text_answers(survey(["yes", None, "no"]), TABLES).codebook
    assert (book["vote"].answers, book["city"].answers) == (["no", "yes"], ["Osh"])
    assert book["vote"].measure == "nominal"


def test_text_outside_the_tables_stays_text():
    assert with_text_answers(survey(["yes"]), TABLES).codebook["name"].measure == "text"


def test_item_that_nobody_answered_has_no_answers():
    empty = with_text_answers(survey(pd.Series([None, None], dtype="str")), TABLES)
    assert (empty.codebook["vote"].measure, empty.codebook["vote"].codes) == ("nominal", {})


@pytest.mark.parametrize(("texts", "measure"), [(MOST, "nominal"), (MOST + 1, "text")])
def test_many_different_texts_are_free_text(texts, measure):
    votes = [f"answer {number}" for number in range(texts)]
    assert with_text_answers(survey(votes), TABLES).codebook["vote"].measure == measure


def test_arrow_columns_are_read_too():
    few = survey(["yes", "no"])
    arrow = Survey(pa.table({"vote": ["yes", None], "city": ["Osh", "Osh"]}), few.codebook)
    assert with_text_answers(arrow, TABLES).codebook["vote"].answers == ["yes"]
