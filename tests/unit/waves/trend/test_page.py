"""The page of the comparison over time: what it prints, what it leaves to the files."""

import html
import re
from dataclasses import replace
from pathlib import Path

import pytest

from invented import words_of
from resurvey.core.codebook import Codebook, Variable
from resurvey.core.files import csv_text, read_csv
from resurvey.waves.trend.page import write_trend
from resurvey.waves.trend.wave_comparison import TREND_FILES, Asked, compare_waves
from unit.waves.trend.invented_waves import BOOK, TABLES, reference_waves

ROOT = Path(__file__).parents[4]
FOLDERS = [str(ROOT / "report/trend"), str(ROOT / "report/templates")]
TIMES = {"2020": 2020.0, "2021": 2021.0, "2023": 2023.0}
HOSTILE = "<script>alert(1)</script> {{ 7 * 7 }} $x$"


def labelled(label):
    """The invented codebook with a wording and answers."""
    mood = Variable(
        "mood",
        {"en": label, "ru": "Настроение"},
        "ordinal",
        {1: {"en": "bad", "ru": "плохое"}, 2: {"en": "so so"}, 3: {"en": "good"}},
    )
    return Codebook({**BOOK.variables, "mood": mood})


def as_text(found, folder):
    """Lines as the CSV files hold them."""
    files = {}
    for name, columns in TREND_FILES.items():
        path = folder / f"{name}.csv"
        path.write_text(csv_text(columns, found[name]), encoding="utf-8")
        files[name] = read_csv(path)
    return files


def written(
    folder,
    language="en",
    sample="probability",
    label="How is your mood?",
    trend=None,
    books=None,
    weights=None,
    changes=None,
    tables=TABLES,
):
    """The page of the invented panel."""
    found = compare_waves(
        reference_waves(None, "person", tables=tables),
        tables,
        trend or {},
        sample=sample,
        wording={("2021", "mood", ""): ("before", "after")},
        changes=changes,
    )
    study = {
        "config": {
            "title": {"en": "A panel", "ru": "Панель"},
            "languages": ["en", "ru"],
            "sample": sample,
            "waves": {
                "2020": {"label": {"en": "Spring", "ru": "Весна"}},
                "2021": {},
                "2023": {},
                **(weights or {}),
            },
        },
        "tables": {"tables": tables},
        "trend": trend or {},
        "text": {language: {}},
    }
    words = words_of([language])[language]
    books = dict.fromkeys(TIMES, labelled(label)) | (books or {})
    return write_trend(as_text(found, folder), books, study, words, TIMES, language, FOLDERS)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    return written(tmp_path_factory.mktemp("trend"))


def text_of(page):
    return " ".join(
        re.sub(r"<(script|style)\b.*?</\1>|<[^>]+>", " ", page, flags=re.DOTALL).split()
    )


def test_question_that_moved_most_stands_first(made):
    moved = made.page.partition('data-table="moved"')[2].partition("</table>")[0]
    first = moved.partition("<tbody>")[2].partition("</tr>")[0]
    assert "How is your mood?" in first


@pytest.mark.slow
def test_a_wave_without_weights_among_weighted_ones_is_named(made, tmp_path):
    assert "Weighted" not in text_of(made.page)
    weighted = {"2021": {"weight": "w<1>"}, "2023": {"weight": "w2"}}
    page = written(tmp_path, weights=weighted).page
    assert "Weighted: 2021 (variable w&lt;1&gt;), 2023 (variable w2). Not weighted: Spring." in page
    every = {"2020": {"weight": "w"}, **weighted}
    assert "all waves are weighted" in written(tmp_path, weights=every).page
    counted = {"2021": {"weight": "n", "weight_kind": "frequency"}}
    assert "eighted" not in text_of(written(tmp_path, weights=counted).page)


def test_interval_of_a_random_sample_is_printed(made):
    assert re.search(r"\[[+−]\d+\.\d; [+−]?\d+\.\d\]", made.page)


@pytest.mark.slow
def test_interval_without_a_random_sample_stays_in_the_file(tmp_path):
    page = written(tmp_path, sample="purposive").page
    assert not re.search(r"\[[+−]?\d+\.\d; [+−]?\d+\.\d\]", page)
    assert 'id="nominal"' in page


def test_wording_that_changed_stands_beside_the_change(made):
    assert "“before” → “after”" in made.page


@pytest.mark.slow
@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "different wording of the question (“How is your mood?”)"),
        ("ru", "другая формулировка вопроса («Настроение»)"),
    ],
)
def test_changed_question_is_named_beside_what_depends_on_it(tmp_path, language, said):
    changes = {Asked("2021", "mood", "wording"): ("before", "after")}
    tables = {"moods": {"rows": ["works"], "columns": "mood"}}
    assert said in text_of(written(tmp_path, language, changes=changes, tables=tables).page)
    own = text_of(written(tmp_path, language, changes=changes).page)
    assert said.partition(" (")[0] in own
    assert said not in own


@pytest.mark.slow
def test_every_language_has_its_own_words_and_decimal_mark(tmp_path):
    page = text_of(written(tmp_path, "ru").page)
    assert "Что изменилось" in page
    assert "плохое" in page
    assert re.search(r"\d,\d", page)


@pytest.mark.slow
def test_labels_are_never_markup(tmp_path):
    made = written(tmp_path, label=HOSTILE)
    assert "<script>alert" not in made.page
    assert "{{ 7 * 7 }}" in made.page
    assert "<script>alert" not in made.drawings["moods"].svg


@pytest.mark.slow
def test_same_files_give_the_same_bytes(made, tmp_path):
    again = written(tmp_path)
    assert again.page == made.page
    assert again.drawings["moods"].png == made.drawings["moods"].png


def test_figure_has_words_for_those_who_do_not_see_it(made):
    assert "How is your mood?: “" in made.drawings["moods"].alt


def test_members_are_listed_pair_by_pair(made):
    assert "Spring → 2021" in text_of(made.page)


@pytest.mark.slow
def test_no_adjustment_is_said(tmp_path):
    page = written(tmp_path, trend={"multiplicity": {"method": "none"}}).page
    assert "no adjustment" in text_of(page)


def cells_of(page, table):
    """Text of the first row of a table, cell by cell."""
    body = page.partition(f'data-table="{table}"')[2].partition("<tbody>")[2]
    row = body.partition("</tr>")[0]
    return [
        html.unescape(text_of(cell))
        for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL)
    ]


def test_interval_and_p_value_stand_below_the_change_without_pointing(made):
    *_, previous, reference, slope = cells_of(made.page, "trend-moods-1")
    for change in (previous, reference, slope):
        assert re.fullmatch(
            r"[+−]\d+\.\d+ \[[+−]?\d+(\.\d+)?; [+−]?\d+(\.\d+)?\] p [=<] 0\.\d{3}", change
        )


def test_every_wave_has_its_changes_in_the_folded_table(made):
    steps = made.page.partition('data-table="steps-moods-1"')[2].partition("</table>")[0]
    assert [steps.count(f"<td>{wave}</td>") for wave in ("Spring", "2021", "2023")] == [3, 3, 3]
    assert "Spring → 2021: Rao–Scott F" in made.page
    assert "All other changes are folded under it." in made.page


def test_more_changes_than_a_page_can_hold_are_named_by_their_file(tmp_path, monkeypatch):
    monkeypatch.setattr("resurvey.waves.trend.page.MOST_STEPS", 8)
    page = written(tmp_path).page
    assert "steps-moods" not in page
    assert (
        'all of them are in <a href="differences.csv">differences.csv</a>, <a href="tests' in page
    )


def test_late_tables_wait_in_the_page_under_their_titles(tmp_path, monkeypatch):
    monkeypatch.setattr("resurvey.waves.trend.page.MOST_AT_ONCE", 0)
    page = written(tmp_path).page
    exhibit = page.partition('<div class="exhibit waits" id="exhibit-moods">')[2]
    title, _, waiting = exhibit.partition('<template class="waiting">')
    assert "<h3>" in title
    assert "<table" not in title
    assert 'data-table="trend-moods-1"' in waiting.partition("</template>")[0]


@pytest.mark.slow
def test_column_of_adjusted_p_values_is_there_only_where_they_are_adjusted(made, tmp_path):
    unadjusted = written(tmp_path, trend={"multiplicity": {"method": "none"}}).page
    assert "p, adjusted" in text_of(made.page)
    assert "p, adjusted" not in text_of(unadjusted)


@pytest.mark.slow
def test_notes_of_the_statistics_are_translated(tmp_path):
    page = text_of(written(tmp_path, "ru").page)
    assert "второго порядка" in page
    english = re.findall(r"[a-z]+ [a-z]+ [a-z]+", page.replace("How is your mood", ""))
    assert english == []


def test_figure_writes_every_number_that_it_draws(made):
    data = made.drawings["moods"].data
    whole = [one for one in data if one.column == "All respondents"]
    # Two questions of three and two answers in three waves, and two groups of each.
    assert len(whole) == (3 + 2) * 3
    assert len(data) == 3 * len(whole)
    assert all(one.wave in ("Spring", "2021", "2023") for one in data)
    assert {one.number for one in whole} >= {"percent:moods/mood/1/total"}


@pytest.mark.slow
@pytest.mark.parametrize("origin", ["reconstructed", "simulated"])
def test_wave_that_is_no_microdata_is_named_on_the_page_and_in_every_figure(tmp_path, origin):
    invented = replace(labelled("How is your mood?"), **{origin: True})
    made = written(tmp_path, books={"2021": invented})
    assert f'data-kind="{origin}"' in made.page
    waves = made.page.partition('data-table="waves"')[2].partition("</table>")[0]
    assert [origin in row for row in waves.partition("<tbody>")[2].split("</tr>")[:3]] == [
        False,
        True,
        False,
    ]
    assert f"2021: {origin.capitalize()}" in text_of(made.drawings["moods"].svg)
