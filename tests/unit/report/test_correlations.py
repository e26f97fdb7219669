"""Scales and correlations on the page: verdicts in words, matrices, references."""

from types import SimpleNamespace

import pytest

from invented import words_of
from resurvey.core.codebook import Codebook, Variable
from resurvey.core.notes import NOT_IDENTIFIED, write_notes
from resurvey.pages.labels import Labels
from resurvey.pages.numerals import Numerals, Shown
from resurvey.pages.wording import Wording
from resurvey.report.blocks import Folded, Numbering, Paragraph, Table, all_blocks, plain_text
from resurvey.report.correlations import (
    Correlations,
    correlation_numbers,
    matrix_table,
    scale_numbers,
)

WORDS = words_of(["en", "ru"])
EMPTY = dict.fromkeys(
    ("lower", "upper", "note", "note_data", "other_item", "item", "reversed", "verdict"), ""
)


def line(statistic, item="", value="0.5", **more):
    return {**EMPTY, "scale": "s", "statistic": statistic, "item": item, "n": "90"} | {
        "value": value,
        **more,
    }


def scale(alpha="0.8", verdict="fits", rest="0.4", without="0.7"):
    """A scale of q1 and q2; `rest` and `without` are of q2."""
    lines = [
        line("alpha", value=alpha, lower="0.7", upper="0.9", verdict=verdict),
        line("standardised_alpha"),
        line("omega", value="", **write_notes(NOT_IDENTIFIED)),
        line("mean_correlation"),
    ]
    for item in ("q1", "q2"):
        own = item == "q2"
        lines += [
            line("mean", item, "3.25", reversed="yes" if own else ""),
            line("standard_deviation", item, "1"),
            line(
                "item_rest",
                item,
                rest if own else "0.4",
                verdict="likely_reversed" if own and float(rest) < 0 else "",
            ),
            line("alpha_without", item, without if own else "0.7"),
        ]
    return [
        *lines,
        line("pearson", "q1", other_item="q2"),
        line("polychoric", "q1", other_item="q2"),
    ]


def laid_out(scales=(), correlations=(), language="en", labelled=None, **declared):
    names = ("q1", "q2", "q3", "s")
    codes = {1: {"en": "yes", "ru": "да"}}
    asked = {name: name.upper() for name in names} | (labelled or {})
    book = Codebook({name: Variable(name, {"en": asked[name]}, codes=codes) for name in names})
    labels, say = Labels(book, {}, WORDS[language]["tables"], language), Wording(WORDS[language])
    matrices = {"m": {"variables": ["q1", "q2", "q3"], **declared}}
    found = Correlations(
        scales,
        correlations,
        {"s": {"items": ["q1", "q2"], "reverse": ["q2"]}},
        matrices,
        labels,
        Numerals(language),
        say,
        0.05,
        Shown("0.05"),
    )
    groups = list(found.scale_groups(Numbering(say)))
    groups += found.matrix_groups(["m"], Numbering(say), lambda name, title: iter(()))
    return list(all_blocks(groups))


def notes(blocks):
    (table,) = [block for block in blocks if isinstance(block, Table) and block.name == "scale/s"]
    return " ".join(map(plain_text, table.notes))


@pytest.mark.parametrize(
    ("verdict", "said"),
    [
        ("unfit", "not fit to be added up"),
        ("questionable", "between 0.6 and 0.7"),
        ("fits", "enough to add the items up"),
        ("redundant", "above 0.95"),
    ],
)
def test_verdict_names_its_rule(verdict, said):
    assert said in notes(laid_out(scale(verdict=verdict)))


def test_scale_tells_alpha_with_its_interval_and_why_there_is_no_omega():
    told = notes(laid_out(scale()))
    assert "Cronbach's alpha 0.800 [0.700; 0.900], of standardised answers 0.500." in told
    assert "McDonald's omega: no cross-tabulation" in told
    assert "n = 90" in told


def test_item_against_the_rest_is_called_likely_reversed_and_no_better_item():
    told = notes(laid_out(scale(rest="-0.2", without="0.9")))
    assert "needs `reverse`: Q2." in told
    assert "would be higher" not in told


def test_item_without_which_alpha_is_higher_is_named():
    assert "Alpha would be higher without: Q2." in notes(laid_out(scale(without="0.81")))
    assert "would be higher" not in notes(laid_out(scale(without="0.79")))


def test_item_that_hardly_goes_with_the_others_is_named():
    weak = [
        {**one, "value": "0.01"} if (one["statistic"], one["item"]) == ("item_rest", "q2") else one
        for one in scale()
    ]
    assert "correlation below 0.3): Q2." in notes(laid_out(weak))
    assert "Hardly goes" not in notes(laid_out(scale()))


def test_reversed_item_is_marked_and_each_number_has_its_identity():
    tables = [block for block in laid_out(scale()) if isinstance(block, Table)]
    row = tables[0].rows[1]
    assert row.cells[0].text == "Q2 (reversed)"
    assert [cell.text for cell in row.cells[1:]] == ["3.25", "1.00", "0.40", "0.700"]
    assert row.cells[1].value.identity == "scale:s/mean/q2/value"


def test_refused_scale_is_one_sentence():
    refused = [line("alpha", value="", **write_notes(NOT_IDENTIFIED))]
    blocks = laid_out(refused)
    assert not [block for block in blocks if isinstance(block, Table)]
    (said,) = [block for block in blocks if isinstance(block, Paragraph)]
    assert said.text.startswith("The scale is not assessed: no cross-tabulation")


def pair(row, column, value, p="0.01", holm="0.03"):
    return {
        "name": "m",
        "method": "pearson",
        "row_variable": row,
        "column_variable": column,
        "value": value,
        "lower": "",
        "upper": "",
        "p_value": p,
        "holm_table": holm,
        "n": "80",
        "note": "",
        "note_data": "fisher_z",
    }


PAIRS = [
    pair("q2", "q1", "0.304"),
    pair("q3", "q1", "-0.6"),
    pair("q3", "q2", "0.01", "0.9", "0.9"),
]


def test_matrix_has_correlations_below_and_respondents_above_the_diagonal():
    tables = [block for block in laid_out(correlations=PAIRS) if isinstance(block, Table)]
    rows = [[cell.text for cell in row.cells] for row in tables[0].rows]
    assert rows == [
        ["1. Q1", "1", "80", "80"],
        ["2. Q2", "0.30", "1", "80"],
        ["3. Q3", "−0.60", "0.01", "1"],
    ]


def test_strongest_pair_is_told_and_how_many_stay_significant():
    said = " ".join(
        plain_text(block.text)
        for block in laid_out(correlations=PAIRS, language="ru")
        if isinstance(block, Paragraph)
    )
    assert "«q3» и «q1», −0,60" in said.lower()
    assert "у 2 из 3" in said


def test_condition_of_a_matrix_is_told():
    blocks = laid_out(correlations=PAIRS, where={"q1": 1, "q3": {"min": 5}})
    said = [plain_text(block.text) for block in blocks if isinstance(block, Paragraph)]
    assert said[0] == "Only respondents with: Q1: yes; Q3: 5 or more."


def test_every_pair_stands_in_a_list_from_the_strongest():
    (folded,) = [block for block in laid_out(correlations=PAIRS) if isinstance(block, Folded)]
    (table,) = folded.blocks
    assert [row.cells[0].text for row in table.rows] == ["Q3 × Q1", "Q2 × Q1", "Q3 × Q2"]
    assert [cell.text for cell in table.rows[2].cells[4:]] == ["0.900", "0.900", "80"]


def test_references_find_numbers_in_either_order():
    results = SimpleNamespace(correlations=PAIRS, scales=scale())
    found = correlation_numbers(results, Numerals("en"), lambda line: line["note_data"])
    assert found["m/q1/q3"].text == found["m/q3/q1"].text == "−0.60"
    assert found["m/q1/q3/p_value"].text == "= 0.010"
    of_scale = scale_numbers(results, Numerals("ru"), lambda line: line["note_data"])
    assert (of_scale["s/omega"].identity, bool(of_scale["s/omega"].note)) == ("", True)
    assert of_scale["s/alpha"].text == "0,800"
    assert of_scale["s/alpha/lower"].identity == "scale:s/alpha/lower"
    assert of_scale["s/item_rest/q2"].text == "0,40"


def test_large_matrix_stays_out_of_print_and_keeps_its_file():
    table = matrix_table("correlation/m", "", "Title", ["x"] * 13, {})
    assert (table.in_print, table.file) == (False, "tables/correlations.csv")


def test_items_of_a_scale_stand_under_their_stem():
    asked = {"q1": "Do you agree? Courts are fair", "q2": "Do you agree? Police is fair"}
    blocks = laid_out(scale(without="0.81"), labelled=asked)
    (table,) = [block for block in blocks if isinstance(block, Table) and block.name == "scale/s"]
    assert table.columns[0].heading == "Do you agree?"
    assert table.rows[0].cells[0].text == "Courts are fair"
    assert "Alpha would be higher without: Police is fair." in notes(blocks)
