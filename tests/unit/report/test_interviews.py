"""The section on interviews counts quotations, and says which statements no table stands beside."""

import pytest

from invented import words_of
from resurvey.audit.quotations import count_quotations
from resurvey.core.codebook import Codebook, Variable
from resurvey.pages.labels import Labels
from resurvey.pages.numerals import NOTHING
from resurvey.pages.wording import Wording
from resurvey.report.blocks import Items, Numbering, Paragraph, Table, plain_text
from resurvey.report.interviews import Interviews
from resurvey.report.provenance.graph import Graph
from resurvey.report.provenance.judgements import add_quotations

CLAIMS = [
    {"claim": "c1", "printed": "5", "paraphrase_en": "Five were asked"},
    {"claim": "c2", "printed": "3", "paraphrase_en": "Three men"},
    {"claim": "c3", "printed": "2", "paraphrase_en": "Two women"},
    {"claim": "c4", "printed": "", "paraphrase_en": "Most are content with the pay"},
    {"claim": "c5", "printed": "", "paraphrase_en": "Some miss the sea"},
]
DECLARED = {
    "themes": {
        "pay": {"label": {"en": "Pay"}, "dimension": "money", "tables": ["jobs", "wages"]},
        "sea": {"label": {"en": "The sea"}, "note": {"en": "asked of nobody else"}},
        "rest": {"label": {"en": "The rest"}},
    },
    "interviewed": {
        "1": {"total": "c1", "groups": [{"variable": "gender", "codes": {1: "c2", 2: "c3"}}]}
    },
}
SAID = [
    {"theme": "pay", "claim": "c4", "gender": "1"},
    {"theme": "sea", "claim": "c5", "gender": "2"},
    {"theme": "sea", "claim": "c5", "gender": ""},
]


def lines_of(said=SAID):
    place = {"page": "9", "paragraph": "p-1"}
    quotations = [
        {"quotation": f"i{number}", **place, "place": str(number), **line}
        for number, line in enumerate(said, 1)
    ]
    found = count_quotations(quotations, DECLARED, CLAIMS)
    return [{key: str(value) for key, value in line.items()} for line in found]


def blocks(language="en", claims=CLAIMS):
    say = Wording(words_of([language])[language])
    gender = Variable("gender", {"en": "Gender"}, codes={1: {"en": "Men"}, 2: {"en": "Women"}})
    study = {"interviews": DECLARED, "indicators": {"dimensions": {"money": {"en": "Money"}}}}
    numbered = {"jobs": "Table 1", "wages": "Wages"}
    labels = Labels(Codebook({"gender": gender}), {}, {}, language)
    laid = Interviews(lines_of(), claims, study, numbered, labels, say)
    return list(laid.blocks(Numbering(say)))


def table_of(found):
    return next(block for block in found if isinstance(block, Table))


def texts(found):
    return [plain_text(block.text) for block in found if isinstance(block, Paragraph)]


def test_themes_stand_under_their_dimension_with_the_tables_beside_them():
    rows = [[cell.text for cell in row.cells] for row in table_of(blocks()).rows]
    assert rows == [
        ["Money", "1", "", ""],
        ["Pay", "1", "p.\xa09", "Table 1, Wages"],
        ["The sea", "2", "p.\xa09", "interviews alone"],
        ["The rest", "0", NOTHING, "interviews alone"],
        ["Total", "3", "", ""],
    ]
    assert table_of(blocks()).rows[2].cells[0].below == "asked of nobody else"


def test_published_counts_are_added_before_anybody_reads_them():
    assert "Men\xa0–\xa03, Women\xa0–\xa02 (3 + 2 = 5)" in texts(blocks())[0]
    wrong = [*CLAIMS[:2], {**CLAIMS[2], "printed": "1"}, *CLAIMS[3:]]
    assert "(3 + 1 does not add up to 5)" in texts(blocks(claims=wrong))[0]


def test_only_statements_without_a_table_beside_them_rest_on_interviews_alone():
    alone = texts(blocks())[-1]
    assert "Some miss the sea" in alone
    assert "content with the pay" not in alone


def test_quotations_are_never_called_people():
    note = plain_text(table_of(blocks()).notes[0])
    assert "not people" in note
    assert "Men\xa0–\xa01, Women\xa0–\xa01, not evident\xa0–\xa01" in note


def test_every_count_of_quotations_is_a_number_with_its_place_in_the_article():
    graph = Graph()
    add_quotations(graph, lines_of())
    sea = graph.numbers["tally:quotations/theme/sea"]
    assert (sea.value, sea.line["places"], sea.line["pages"]) == ("2", "p-1: 2, 3", "9")
    assert graph.numbers["tally:quotations"].value == "3"
    assert graph.numbers["tally:quotations/dimension/money"].value == "1"
    assert graph.numbers["tally:quotations/group/gender/"].value == "1"
    shown = [cell.number for row in table_of(blocks()).rows for cell in row.cells if cell.number]
    assert {number.identity for number in shown} <= set(graph.numbers)
    assert all(graph.numbers[number.identity].value == number.text for number in shown)


def test_both_languages_say_the_same_numbers():
    english, russian = table_of(blocks()), table_of(blocks("ru"))
    assert [row.cells[1].text for row in english.rows] == [
        row.cells[1].text for row in russian.rows
    ]
    assert russian.rows[2].cells[3].text == "только интервью"


# Coded interviews beside the tables ---------------------------------------------------------------


CODED = {
    "themes": {
        "pay": {
            "label": {"en": "Pay"},
            "tables": ["jobs"],
            "codes": ["Pay"],
            "judgement": {"kind": "contradiction", "said": {"en": "They earn less than they say."}},
        },
        "sea": {"label": {"en": "The sea"}, "codes": ["Sea"]},
    },
    "attributes": {
        "sex": {
            "label": "Sex",
            "values": {"women": {"label": {"en": "woman"}}, "men": {"label": {"en": "man"}}},
        },
        "age": {"label": "Age", "bands": [30, 45]},
    },
    "threshold": 3,
}


def counts(pay, sea=(6, "", "")):
    """Lines of twenty women's and men's interviews; what is kept back is empty."""
    lines = []
    for kind, code, sizes in (("all", "", (20, 10, 10)), ("theme", "pay", pay), ("theme", "sea", sea)):  # fmt: skip  # noqa: E501
        for place, value in enumerate(("", "women", "men")):
            lines.append(
                {
                    "kind": kind,
                    "code": code,
                    "attribute": "sex" if value else "",
                    "value": value,
                    "cases": str(sizes[place]),
                    "n": "20" if kind == "all" or not value else "10",
                    "shown": "1" if sizes[place] != "" else "0",
                }
            )
    return lines


QUOTED = [
    ("pay", "r1", "ru", "original", "sex=women age=from_30_to_45", "Платят мало"),
    ("pay", "r1", "en", "translation", "sex=women age=from_30_to_45", "The pay is low"),
    ("pay", "r2", "en", "original", "sex=men", "Not <much>"),
]


def laid(language="en", coded=None, declared=CODED, quoted=QUOTED):
    say = Wording(words_of([language])[language])
    keys = ("theme", "quotation", "language", "kind", "attributes", "text")
    words = [dict(zip(keys, line, strict=True)) for line in quoted]
    coded = {"codes_by_attribute": counts((8, 4, 4))} if coded is None else coded
    labels = Labels(Codebook({}), {}, {}, language)
    study = {"interviews": declared, "indicators": {}}
    return Interviews([], [], study, {"jobs": "Table 1"}, labels, say, words, coded), say


def test_a_table_has_its_themes_with_k_of_n_the_analysts_word_and_quotations():
    found, _ = laid()
    (items,) = (block for block in found.beside("jobs").blocks if isinstance(block, Items))
    assert [plain_text(item.text) for item in items.items] == [
        "Pay: 8 of 20 interviews. The analyst: contradicts the table. They earn less than they "
        "say.",
        "“Платят мало” – The pay is low (woman, age 30 to under 45)",
        "“Not <much>” (man)",
    ]
    assert found.beside("wages") is None


def test_words_in_another_language_say_which():
    found, _ = laid()
    assert '<span lang="ru">Платят мало</span>' in str(found.beside("jobs").blocks[1].items[1].text)
    here, _ = laid("ru")
    assert "«Платят мало» (" in plain_text(here.beside("jobs").blocks[1].items[1].text)


@pytest.mark.slow
def test_groups_that_are_kept_back_have_a_cross_and_hidden_attributes_no_column():
    found, say = laid()
    (table,) = (block for block in found.blocks(Numbering(say)) if isinstance(block, Table))
    assert [column.heading for column in table.columns] == [
        "Theme",
        "All",
        "woman",
        "man",
        "Survey table",
    ]
    assert [[cell.text for cell in row.cells] for row in table.rows] == [
        ["Pay", "8", "4", "4", "Table 1"],
        ["The sea", "6", "×", "×", "interviews alone"],
        ["Interviews", "20", "10", "10", ""],
    ]
    few, say = laid(coded={"codes_by_attribute": counts((8, "", ""))})
    (table,) = (block for block in few.blocks(Numbering(say)) if isinstance(block, Table))
    assert len(table.columns) == 3


def test_coded_themes_stand_on_paper_and_paraphrases_do_not():
    assert laid()[0].beside("jobs").in_print
    say = Wording(words_of(["en"])["en"])
    study = {"interviews": DECLARED, "indicators": {"dimensions": {"money": {"en": "Money"}}}}
    labels = Labels(Codebook({}), {}, {}, "en")
    words = [
        {
            "theme": "pay",
            "quotation": "i1",
            "language": "en",
            "kind": "paraphrase",
            "attributes": "",
            "text": "Content",
        }
    ]
    printed = Interviews(
        lines_of(), CLAIMS, study, {"jobs": "Table 1", "wages": "Table 2"}, labels, say, words
    )
    group = printed.beside("jobs")
    assert not group.in_print
    assert "not known" in plain_text(group.blocks[0].text)
    # Paper has no group: the section on interviews says where their words are.
    (table,) = (block for block in printed.blocks(Numbering(say)) if isinstance(block, Table))
    assert "in the web report" in plain_text(table.notes[0])
    items = group.blocks[1].items
    assert [plain_text(item.text) for item in items] == ["Pay: 1 quotation in print.", "Content"]


def test_saturation_and_agreement_are_told_with_their_numbers():
    lines = [
        {"interviews": str(n), "mean_codes": mean}
        for n, mean in enumerate(("2.0", "3.5", "3.75", "4.0"), 1)
    ]
    decided = {"unit": "case", "coders": "2", "units": "6", "agreed": "5"}
    agreed = [
        {**decided, "code": code, "units": units, "kappa": "0.5", "alpha": "0.512"}
        for code, units in (("", "12"), ("Pay", "6"))
    ]
    coded = {
        "codes_by_attribute": counts((8, 4, 4)),
        "saturation": lines,
        "agreement": agreed,
    }
    found, say = laid(coded=coded)
    blocks_ = list(found.blocks(Numbering(say)))
    assert "4 codes were used in 4 interviews" in texts(blocks_)[1]
    assert "the first 3 have 3.8 of them" in texts(blocks_)[1]
    assert [[cell.text for cell in row.cells] for row in blocks_[-1].rows] == [
        ["Pay", "6", "5", "0.50", "0.51"],
        ["All codes together", "12", "5", "0.50", "0.51"],
    ]


def test_the_workbook_has_all_themes_in_one_table():
    found, _ = laid()
    table = found.joint_display()
    assert [[cell.text for cell in row.cells][:3] for row in table.rows] == [
        ["Pay", "Table 1", "8 of 20 interviews"],
        ["Pay", "Table 1", "8 of 20 interviews"],
        ["The sea", "interviews alone", "6 of 20 interviews"],
    ]


def test_invented_interviews_say_so():
    declared = {**CODED, "sources": {"1": {"file": "a.qdpx", "invented": True}}}
    found, say = laid(declared=declared)
    assert "nobody said this" in texts(found.blocks(Numbering(say)))[0]
    assert "nobody said this" in plain_text(found.beside("jobs").blocks[0].text)


def test_themes_of_a_dimension_without_a_table_close_its_section():
    declared = {
        **CODED,
        "themes": {
            **CODED["themes"],
            "sea": {**CODED["themes"]["sea"], "dimension": "home"},
        },
    }
    found, _ = laid(declared=declared)
    group = found.alone("home")
    assert plain_text(group.blocks[0].text).startswith("On these themes the survey has no table.")
    assert [plain_text(item.text) for item in group.blocks[1].items] == [
        "The sea: 6 of 20 interviews."
    ]
    # Pay has a table, and no theme is of no dimension.
    assert found.alone("money") is None
    assert found.alone("") is None


def test_a_theme_without_tables_and_dimension_stands_in_the_section_on_interviews():
    sea = ("sea", "r3", "en", "original", "", "We saw it")
    found, say = laid(quoted=[*QUOTED, sea])
    group = list(found.blocks(Numbering(say)))[-1]
    assert [plain_text(item.text) for item in group.blocks[1].items] == [
        "The sea: 6 of 20 interviews.",
        "“We saw it”",
    ]
    silent, say = laid()
    assert isinstance(list(silent.blocks(Numbering(say)))[-1], Table)
