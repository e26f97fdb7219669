"""Typed tables of the audit."""

import pytest

from resurvey.audit.command import read_terms
from resurvey.audit.judgement import judge_questions
from resurvey.audit.typed_table import read_typed


@pytest.fixture
def judge(tmp_path):
    """Judge the one question of a table that somebody typed."""

    def judged(text, **options):
        path = tmp_path / "my_table.csv"
        path.write_text(text, encoding="utf-8")
        typed = read_typed(path)
        (judgement,) = judge_questions(typed.questions, read_terms(typed, **options))
        return judgement

    return judged
