"""A line of a file that several rooms read has the columns that its writer writes."""

import pytest

from resurvey.audit.claims.ledger import LEDGER_COLUMNS
from resurvey.audit.comparison import AUDIT_COLUMNS
from resurvey.audit.published_wave import QUESTION_COLUMNS
from resurvey.audit.quotations import COUNTED_COLUMNS, QUOTED_COLUMNS
from resurvey.audit.ranges import RANGE_COLUMNS
from resurvey.core import lines
from resurvey.prepare.indicators import SHARE_COLUMNS
from resurvey.tables.banners import BANNER_COLUMNS
from resurvey.tables.blocks import CROSSTAB_COLUMNS
from resurvey.tables.combinations import COMBINATION_COLUMNS
from resurvey.tables.frequencies import FREQUENCY_COLUMNS
from resurvey.tables.summaries import SUMMARY_COLUMNS
from resurvey.tables.tabulation import ASSOCIATION_COLUMNS, TEST_COLUMNS

COLUMNS = {
    lines.AssociationLine: ASSOCIATION_COLUMNS,
    lines.BannerLine: BANNER_COLUMNS,
    lines.ClaimLine: LEDGER_COLUMNS,
    lines.CombinationLine: COMBINATION_COLUMNS,
    lines.CrosstabLine: CROSSTAB_COLUMNS,
    lines.FrequencyLine: FREQUENCY_COLUMNS,
    lines.IndicatorLine: SHARE_COLUMNS,
    lines.PrintedLine: AUDIT_COLUMNS,
    lines.QuestionLine: QUESTION_COLUMNS,
    lines.QuotationLine: COUNTED_COLUMNS,
    lines.QuotedLine: QUOTED_COLUMNS,
    lines.RangeLine: RANGE_COLUMNS,
    lines.SummaryLine: SUMMARY_COLUMNS,
    lines.TestLine: TEST_COLUMNS,
}


@pytest.mark.parametrize("kind", COLUMNS, ids=lambda kind: kind.__name__)
def test_a_line_has_the_columns_of_its_file_in_their_order(kind):
    assert tuple(kind.__annotations__) == COLUMNS[kind]


def test_every_kind_of_line_is_compared_with_a_list_of_columns():
    kinds = {kind for kind in vars(lines).values() if hasattr(kind, "__required_keys__")}
    assert kinds == set(COLUMNS)
