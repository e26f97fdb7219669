"""A study gets a figure per table, and the two pages that it has something to show in."""

from resurvey.figures.plan import plan_figures

TWICE = {"rows": ["a", "b"], "pairs": [{"before": "a", "after": "b"}]}


def test_question_asked_twice_is_a_dumbbell():
    assert plan_figures({"t": TWICE}, {}, {}) == {"t": "dumbbell"}


def test_table_with_more_than_the_pair_is_drawn_as_bars():
    more = {**TWICE, "rows": ["a", "b", "c"]}
    assert plan_figures({"t": more}, {}, {}) == {"t": "bars"}
    assert plan_figures({"t": {**TWICE, "columns": "g"}}, {}, {})["t"] == "bars"


def test_declared_kind_wins_and_none_draws_nothing():
    tables = {"t": TWICE, "u": {"rows": ["c"]}}
    declared = {"figures": {"t": {"kind": "bars"}, "u": {"kind": "none"}}}
    assert plan_figures(tables, declared, {}) == {"t": "bars"}


def test_pages_need_columns_and_dimensions():
    tables = {"t": {"rows": ["a"], "columns": "g"}}
    indicators = {"indicators": {"i": {"dimension": "d"}}}
    assert set(plan_figures(tables, {}, indicators)) == {"t", "residuals", "dimensions"}
    quiet = {"residual_map": False, "dimensions": False}
    assert set(plan_figures(tables, quiet, indicators)) == {"t"}


def test_numbers_are_drawn_as_means_where_there_are_several():
    tables = {
        "ages": {"rows": [], "summaries": ["age"], "columns": "sex"},
        "one": {"rows": [], "summaries": ["age"]},
        "spread": {"rows": [], "summaries": ["age", "pay"], "statistics": ["sd"]},
        "quiet": {"rows": [], "summaries": ["age", "pay"]},
    }
    declared = {"figures": {"quiet": {"kind": "none"}}}
    assert plan_figures(tables, declared, {}) == {"ages": "means"}
