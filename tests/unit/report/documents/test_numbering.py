"""The study's own numbers stay; everything else is numbered beside them."""

from resurvey.pages.wording import Wording
from resurvey.report.documents.numbering import Numbering, split_number

WORDS = {"documents": {"supplementary_table": "Table S{n}", "figure_number": "Figure {n}"}}


def test_own_number_is_kept_and_does_not_count():
    numbering = Numbering(Wording(WORDS))
    assert [numbering.table(own) for own in ("", "Table 7", "")] == [
        "Table S1",
        "Table 7",
        "Table S2",
    ]


def test_figures_are_numbered_in_their_order():
    numbering = Numbering(Wording(WORDS))
    assert [numbering.figure(), numbering.figure()] == ["Figure 1", "Figure 2"]


def test_number_with_a_leading_zero_or_other_digits_is_text():
    assert split_number("Table 007") == ("Table 007", None)
    assert split_number("Table ٣") == ("Table ٣", None)
    assert split_number("7") == ("7", None)
