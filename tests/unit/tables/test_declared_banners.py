"""A mistake in a declared banner is one sentence before any job starts."""

from pathlib import Path

import pytest

from resurvey.core.errors import SurveyError
from resurvey.study.folder import read_study

SCHEMAS = Path(__file__).parents[3] / "workflow/schemas"
CONFIG = 'waves:\n  "1996": {file: resources/1996/raw.sav}\n'


@pytest.fixture
def declare(tmp_path):
    """Write a study with one table `t` and the given banner `b`, and read it."""

    def write(banner, name="b"):
        (tmp_path / "config.yaml").write_text(CONFIG)
        text = f"tables:\n  t: {{rows: [vote]}}\nbanners:\n  {name}: {banner}\n"
        (tmp_path / "tables.yaml").write_text(text)
        return read_study(tmp_path, SCHEMAS)["tables"]["banners"][name]

    return write


def test_columns_are_all_that_a_banner_needs(declare):
    assert declare("{columns: [sex]}") == {"columns": ["sex"]}


@pytest.mark.parametrize(
    ("banner", "message"),
    [
        ("{rows: [vote]}", "key 'columns' is missing under 'banners.b'"),
        ("{columns: []}", "does not fit"),
        ("{columns: [sex], colums: [age]}", "unknown key 'colums' .* did you mean 'columns'"),
        ("{columns: [sex, sex]}", "banner 'b': 'sex' stands twice under `columns`"),
        ("{rows: [a, a], columns: [sex]}", "banner 'b': 'a' stands twice under `rows`"),
        ("{rows: [sex], columns: [sex]}", "'sex' cannot be in its rows and columns"),
        ("{columns: [sex], percent: rows}", "'rows' is not one of column, row, total"),
        ("{columns: [sex], percent: row, letters: true}", "letters compare column per cents"),
        ("{columns: [sex], adjustment: none}", "is not one of bonferroni"),
        ("{columns: [sex], minimum_base: -1}", "does not fit"),
        ("{columns: [sex], subtotals: [{of: [1, 2]}]}", "each subtotal needs `rows` of its own"),
        (
            "{rows: [vote], columns: [sex], subtotals: [{of: [1, 2], rows: [vot]}]}",
            "a subtotal names 'vot', which is not in its rows; did you mean 'vote'",
        ),
    ],
)
def test_a_contradiction_is_named(declare, banner, message):
    with pytest.raises(SurveyError, match=message):
        declare(banner)


def test_a_banner_has_not_the_name_of_a_table(declare):
    with pytest.raises(SurveyError, match="banner 't': a table has this name"):
        declare("{columns: [sex]}", name="t")
