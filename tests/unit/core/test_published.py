"""The published article is transcribed twice, and both transcriptions say the same."""

import csv
import importlib
import re
from dataclasses import replace
from pathlib import Path

import pytest

from resurvey.audit.claims import LEDGER_COLUMNS, claim_cells, evaluate_claims, parse_cells
from resurvey.audit.claims.ledger import (
    BETWEEN,
    CLAIM_COLUMNS,
    FORMS,
    READING_COLUMNS,
    UNITS,
    read_lexicon,
)
from resurvey.audit.claims.references import ALL_ANSWERS, references
from resurvey.core.files import read_csv
from resurvey.core.printed import parse_printed
from resurvey.core.published import CELL_COLUMNS, read_cells
from resurvey.core.strict_yaml import read_yaml

ROOT = Path(__file__).parents[3]
PUBLISHED = ROOT / "resources" / "published" / "2022"
ARTICLE = ROOT.parent / "shared" / "article"


def lines(name: str) -> list[dict[str, str]]:
    with open(PUBLISHED / name, encoding="utf-8", newline="") as opened:
        return list(csv.DictReader(opened))


@pytest.fixture(scope="module")
def claims():
    return lines("claims.csv")


@pytest.fixture(scope="module")
def cells():
    return read_cells(PUBLISHED / "cells.csv")


@pytest.fixture
def parser(monkeypatch):
    monkeypatch.syspath_prepend(str(ROOT / "tests" / "reference"))
    return importlib.import_module("parse_article")


def test_every_one_of_162_cells_is_transcribed_once(cells):
    assert len(cells) == 162
    assert len({(c.table, c.question, c.row, c.column) for c in cells}) == 162


def test_tables_have_as_many_cells_as_the_page(cells):
    sizes = {1: 39, 2: 18, 3: 18, 4: 18, 5: 12, 6: 9, 7: 18, 8: 9, 9: 21}
    for number, size in sizes.items():
        assert sum(cell.table == f"table_{number}" for cell in cells) == size


def test_typed_and_parsed_cells_are_the_same():
    typed, parsed = lines("cells.csv"), lines("cells_parsed.csv")
    assert [{name: cell[name] for name in parsed[0]} for cell in typed] == parsed


def test_typed_and_parsed_decimals_of_the_prose_are_the_same(claims):
    typed = [claim["printed"] for claim in claims if "," in claim["printed"]]
    parsed = [line["printed"] for line in lines("decimals_parsed.csv")]
    assert len(parsed) == 37
    assert typed == parsed


def test_article_parsed_anew_gives_the_committed_transcription(parser):
    articles = sorted(ARTICLE.glob("*.txt"))
    if not articles:
        pytest.skip("the article's text is not beside the repository (../shared/article/*.txt)")
    text = "\n".join(path.read_text(encoding="utf-8") for path in articles)
    cells = [
        {name: getattr(c, name) for name in parser.CELL_COLUMNS} for c in parser.parse_cells(text)
    ]
    assert cells == lines("cells_parsed.csv")
    assert parser.parse_decimals(text) == [one["printed"] for one in lines("decimals_parsed.csv")]
    # A key phrase is found on the page, whatever its line breaks, hyphens and spaces.
    page = re.sub(r"[\s\-]", "", text)
    for claim in lines("claims.csv"):
        assert re.sub(r"[\s\-]", "", claim["key_phrase"]) in page, claim["claim"]


def test_every_printed_string_is_a_number(cells, claims):
    for text in [cell.printed for cell in cells] + [claim["printed"] for claim in claims]:
        assert text == "" or parse_printed(text).text == text


def test_files_have_the_columns_of_the_contract():
    assert tuple(lines("cells.csv")[0]) == CELL_COLUMNS
    assert tuple(lines("claims.csv")[0]) == CLAIM_COLUMNS == LEDGER_COLUMNS[: len(CLAIM_COLUMNS)]


def test_claims_are_numbered_in_their_order(claims):
    assert [claim["claim"] for claim in claims] == [f"c{n + 1:03}" for n in range(len(claims))]


def test_a_claim_is_located_by_six_words_at_most(claims):
    for claim in claims:
        assert 1 <= len(claim["key_phrase"].split()) <= 6
        assert re.fullmatch(r"\w+-(\d+|source|caption)", claim["paragraph"])
        assert claim["page"] == "" or 216 <= int(claim["page"]) <= 225


def test_a_claim_is_paraphrased_in_both_languages(claims):
    for claim in claims:
        assert re.search("[а-яё]", claim["paraphrase_ru"])
        assert re.search("[a-z]", claim["paraphrase_en"])
        assert bool(claim["note_ru"]) == bool(claim["note_en"])
        assert claim["key_phrase"] not in (claim["paraphrase_ru"], claim["paraphrase_en"])


def test_a_claim_uses_declared_words(claims):
    lexicon = read_lexicon(read_yaml(ROOT / "config" / "lexicon.yaml"))
    for claim in claims:
        assert claim["form"] in FORMS
        assert claim["unit"] in UNITS
        assert claim["printed"] or claim["quantifier"]
        if claim["quantifier"] and claim["cells"]:
            assert claim["unit"] == lexicon[claim["quantifier"]].unit, claim["claim"]
    used = {line["quantifier"] for line in [*claims, *lines("readings.csv")]}
    assert used - {""} == set(lexicon)


def test_a_claim_names_printed_cells_only(claims, cells):
    printed = {f"{c.table}/{c.row_variable}/{c.row_code}/{c.column_code}" for c in cells}
    printed |= {claim["cells"] for claim in claims if claim["cells"].startswith("text/")}
    printed |= {f"claim/{claim['claim']}/printed/total" for claim in claims if claim["printed"]}
    for claim in [*claims, *({"alternative": "", **line} for line in lines("readings.csv"))]:
        for text in filter(None, (claim["cells"], claim["alternative"])):
            for named in references(parse_cells(text)):
                codes = "1" if named.code == ALL_ANSWERS else named.code
                reference = replace(named, code=codes)
                parts = {part.name for part in reference.parts}
                assert reference.name in printed or parts <= printed, (claim["claim"], reference)


def test_a_reading_says_how_it_understands_the_claim_in_both_languages(claims):
    known = {claim["claim"] for claim in claims}
    assert tuple(lines("readings.csv")[0]) == READING_COLUMNS
    for line in lines("readings.csv"):
        assert line["claim"] in known
        assert re.search("[а-яё]", line["reading_ru"])
        assert re.search("[a-z]", line["reading_en"])
        assert BETWEEN not in line["reading_ru"] + line["reading_en"]


def test_every_share_of_the_text_alone_has_one_number(claims):
    alone = [
        c["cells"] for c in claims if re.fullmatch(r"text/\w+/\d+/\w+", c["cells"]) and c["printed"]
    ]
    assert len(alone) == len(set(alone)) == 18


def test_printed_numbers_alone_contradict_the_text_only_where_a_reader_found_it(claims, cells):
    """Nothing was counted here, so that no test and no base decides."""
    printed = claim_cells([], cells)
    alone = [c for c in claims if re.fullmatch(r"text/\w+/\d+/\w+", c["cells"]) and c["printed"]]
    printed |= {claim["cells"]: {"printed": claim["printed"]} for claim in alone}
    lexicon = read_lexicon(read_yaml(ROOT / "config" / "lexicon.yaml"))
    ledger = evaluate_claims(claims, printed, lexicon, readings=lines("readings.csv"))
    expected = {
        line["claim"]: line["verdict"]
        for line in read_csv(ROOT / "tests" / "reference" / "claims_2022.csv")
    }
    assert [line["claim"] for line in ledger] == list(expected)
    found = {line["claim"] for line in ledger if line["verdict"] == "contradicted"}
    captions = {"c112", "c113", "c117"}
    assert found == {name for name, one in expected.items() if one == "contradicted"} - captions
