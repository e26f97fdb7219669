"""The section on interviews counts quotations, and says which statements no table stands beside."""

from resurvey.audit.quotations import count_quotations
from resurvey.core.codebook import Codebook, Variable
from resurvey.pages.labels import Labels
from resurvey.pages.numerals import NOTHING
from resurvey.pages.wording import Wording
from resurvey.report.blocks import Numbering, Paragraph, Table, plain_text
from resurvey.report.interviews import Interviews
from resurvey.report.provenance.graph import Graph
from resurvey.report.provenance.judgements import add_quotations
from resurvey.study.words import read_words
from unit.report.small_survey import ROOT

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
    say = Wording(read_words(ROOT / "report", [language])[language])
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
