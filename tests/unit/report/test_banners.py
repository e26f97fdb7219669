"""A banner on the page: all respondents first, letters beside numbers, small bases in brackets."""

import csv
import re
from dataclasses import replace

import pandas as pd
import pytest

from invented import words_of
from resurvey.core.codebook import Codebook, Survey, Variable
from resurvey.core.files import csv_text
from resurvey.core.names import KEPT_BACK
from resurvey.pages.labels import Labels
from resurvey.pages.numerals import NOTHING, Numerals
from resurvey.pages.wording import Wording, keep_together
from resurvey.report.banners import MOST_CELLS, Banners
from resurvey.tables.banners import BANNER_COLUMNS, tabulate_banners
from resurvey.tables.blocks import Setting
from unit.report.small_survey import ROOT

WORDS = words_of(["en", "ru"])
HOSTILE = "<script>alert(1)</script>"


class Unfilled:
    """Sentences without references."""

    def fill(self, text):
        return text

    def fill_all(self, texts):
        return list(texts or [])


def survey(reconstructed=False):
    """Of 100 men 60 said yes, of 100 women 30, of 8 others 4."""
    rows = (
        [(1, 1)] * 60 + [(2, 1)] * 40 + [(1, 2)] * 30 + [(2, 2)] * 70 + [(1, 3)] * 4 + [(2, 3)] * 4
    )
    frame = pd.DataFrame(rows, columns=["job", "sex"]).assign(town=1)
    job = Variable(
        "job", {"en": "Job"}, "ordinal", {1: {"en": "Yes", "ru": "Да"}, 2: {"en": HOSTILE}}
    )
    sex = Variable("sex", {"en": "Sex"}, "nominal", {1: {"en": "Men"}, 2: {"en": "Women"}, 3: {}})
    town = Variable("town", {"en": "Town"}, "nominal", {1: {"en": "Big"}, 2: {"en": "Small"}})
    notes = ("crossed in print: job by sex",) if reconstructed else ()
    book = Codebook(
        {"job": job, "sex": sex, "town": town}, notes=notes, reconstructed=reconstructed
    )
    return Survey(frame, book)


def laid_out(
    people, language="en", design=None, sample="probability", text=None, hide=None, **declared
):
    spec = {"b": {"columns": ["sex", "town"], "rows": ["job"], "minimum_base": 30, **declared}}
    words = {
        **WORDS[language]["tables"],
        "mean": "Mean",
        "net": "Net: {of} − {minus}",
        "nps": "NPS",
    }
    ready = None if design is None else design.prepared(people)
    lines = tabulate_banners(people, spec, Setting(language, words, 0.05), design=ready)
    # As the report reads them: every value is text.
    file = csv_text(BANNER_COLUMNS, lines).splitlines()

    read = list(csv.DictReader(file))
    for line in filter(hide, read) if hide else ():
        line |= dict.fromkeys(("count", "base", "unweighted_count", "percent", "mean"), "")
        line["suppressed"] = "secondary"
    labels = Labels(people.codebook, {}, WORDS[language]["tables"], language)
    banners = Banners(spec, labels, Numerals(language), Wording(WORDS[language]), 0.05, sample)
    return banners.lay_out(read, text or {}, Unfilled())[0]


def test_columns_stand_in_groups_after_all_respondents():
    banner = laid_out(survey())
    assert banner.everyone == "All respondents"
    assert [(group.question, len(group.columns)) for group in banner.groups] == [
        ("Sex", 3),
        ("Town", 2),
    ]
    assert [column.letter for column in banner.groups[0].columns] == ["A", "B", "C"]
    assert banner.width == 6
    assert all(len(row.cells) == 6 for row in banner.parts[0].rows)


def test_a_variable_whose_name_has_the_sign_of_crossing_stands_under_its_own_name():
    people = survey()
    product = Variable("x*y", {"en": "Product"}, "nominal", {1: {"en": "Low"}, 2: {"en": "High"}})
    people = Survey(
        people.data.assign(**{"x*y": people.data["sex"].clip(upper=2)}),
        people.codebook.updated([product]),
    )
    banner = laid_out(people, columns=["x*y", "town"])
    assert [(group.question, len(group.columns)) for group in banner.groups] == [
        ("Product", 2),
        ("Town", 2),
    ]
    assert [column.label for column in banner.groups[0].columns] == ["Low", "High"]


def test_numbers_are_rounded_once_and_named_by_both_variables():
    yes = laid_out(survey(), "ru").parts[0].rows[0]
    assert yes.label == "Да"
    everyone, men, women, others, *_ = yes.cells
    assert (everyone.shown.text, everyone.shown.title) == ("45,2", "94 / 208")
    assert everyone.shown.identity == "percent:b/job/1/total"
    assert men.shown.identity == "percent:b/job/1/sex/1"
    assert (men.letters, women.letters) == ("B", "")
    assert [one.first for one in yes.cells] == [False, True, False, False, True, False]
    assert others.small
    assert not men.small


def test_bases_stand_under_the_answers_and_are_numbers_of_respondents():
    rows = laid_out(survey(), means=True).parts[0].rows
    assert [row.kind for row in rows] == ["answer", "answer", "mean", "base"]
    base = rows[-1].cells[2].shown
    assert (base.text, base.identity) == ("100", "base:b/job/total/sex/2")
    mean = rows[2].cells[1].shown
    assert (mean.text, mean.base, mean.identity) == ("1.40", "100", "mean:b/job/mean/sex/1")
    assert "0.49" in mean.title


def test_a_column_that_is_kept_back_has_no_mean_and_the_others_keep_theirs():
    def of_women(line):
        return (line["column_variable"], line["column_code"]) == ("sex", "2")

    rows = laid_out(survey(), means=True, hide=of_women).parts[0].rows
    assert [row.cells[2].shown.text for row in rows] == [KEPT_BACK] * 4
    assert rows[2].cells[1].shown.text == "1.40"


def test_weighted_banners_tell_both_bases():
    from resurvey.counts.design import Design

    people = survey()
    weighted = Survey(
        people.data.assign(w=0.5), people.codebook.updated([Variable("w", measure="scale")])
    )
    rows = laid_out(weighted, design=Design(weights="w")).parts[0].rows
    assert [row.cells[1].shown.text for row in rows[-2:]] == ["50", "100"]
    assert rows[-1].cells[1].shown.identity == "base:b/job/total/sex/1/unweighted"


def test_notes_say_what_the_letters_mean_and_what_was_left_out():
    plain = " ".join(map(str, laid_out(survey(), means=True).notes))
    assert "0.01" in plain
    assert "Bonferroni" in plain
    assert "fewer than 30 respondents" in plain
    assert "sample is not random" not in plain
    assert "sample is not random" in " ".join(map(str, laid_out(survey(), sample="unknown").notes))
    quiet = laid_out(survey(), letters=False, minimum_base=0)
    assert quiet.notes == ()
    assert not quiet.lettered


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("en", "but in none of the groups (no answer to “Sex”): 8."),
        ("ru", "но не входят ни в одну из групп (нет ответа на вопрос «Sex»): 8."),
    ],
)
def test_a_note_for_each_variable_says_who_is_in_none_of_its_groups(language, told):
    people = survey()
    people.data["sex"] = people.data["sex"].where(people.data["sex"] != 3)
    banner = laid_out(people, language)
    found = [str(note) for note in banner.notes if "8." in str(note)]
    assert len(found) == 1
    assert found[0].endswith(told)


def test_what_is_not_identified_is_a_dash_with_its_bounds():
    banner = laid_out(survey(reconstructed=True))
    yes = banner.parts[0].rows[0]
    assert yes.cells[1].shown.text == "60.0"
    hidden = yes.cells[4].shown
    assert hidden.text == NOTHING
    assert hidden.note.startswith("not determined; between")
    assert hidden.identity == ""
    assert any("no cross-tabulation of these two" in str(note) for note in banner.notes)


def test_a_banner_too_large_for_a_page_points_to_its_file(monkeypatch, template):
    monkeypatch.setattr("resurvey.report.banners.MOST_CELLS", 10)
    banner = laid_out(survey())
    assert banner.large
    assert MOST_CELLS > 10
    html = template.render(banner=banner, say=Wording(WORDS["en"]))
    assert "<table" not in html
    assert f"{banner.size} numbers" in html
    assert "tables/banners.csv" in html


@pytest.mark.parametrize(
    ("language", "title"),
    [("en", "Job: by group (Sex, Town)"), ("ru", "Job: по группам (Sex, Town)")],
)
def test_banner_without_a_title_is_called_by_its_questions_and_groups(language, title):
    banner = laid_out(survey(), language)
    assert banner.title == title
    assert banner.strips[0].title == title


def test_banner_of_many_questions_names_the_first():
    people = survey()
    names = {"job": "Job", "home": "Home", "pay": "Pay"}
    items = {
        name: replace(people.codebook.variables["job"], name=name, label={"en": label})
        for name, label in names.items()
    }
    frame = people.data.assign(home=people.data["job"], pay=people.data["job"])
    book = replace(people.codebook, variables={**people.codebook.variables, **items})
    many = Survey(frame, book)
    assert laid_out(many, rows=list(names)).title == (
        "Job and other questions: by group (Sex, Town)"
    )
    assert laid_out(many, rows=["job", "pay"]).title == "Job; Pay: by group (Sex, Town)"


def test_title_sentences_and_note_are_the_studys_own():
    text = {"b": {"title": "All of it", "sentences": ["First."], "note": "Last."}}
    banner = laid_out(survey(), text=text)
    assert (banner.plain, banner.sentences, banner.notes[-1]) == ("All of it", ("First.",), "Last.")
    assert laid_out(survey()).plain != "b"


@pytest.fixture
def template():
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(ROOT / "report/templates"),
        autoescape=True,
        undefined=StrictUndefined,
    )
    environment.filters["together"] = keep_together
    return environment.from_string(
        '{% from "blocks.html" import write with context %}{{ write([banner.group]) }}'
    )


def test_page_marks_numbers_letters_and_small_bases_and_escapes_labels(template):
    html = template.render(banner=laid_out(survey()), say=Wording(WORDS["en"]))
    assert HOSTILE not in html
    assert "&lt;script&gt;" in html
    assert 'data-number="percent:b/job/1/sex/1" data-count="60" data-base="100"' in html
    assert re.search(r">60\.0<span class=\"mark mark-significance\">B</span></td>", html)
    assert ">(50.0)</td>" in html
    assert html.count('scope="colgroup"') == 2


def test_a_banner_without_letters_has_no_marks(template):
    banner = replace(laid_out(survey(), letters=False))
    assert "mark-significance" not in template.render(banner=banner, say=Wording(WORDS["en"]))


def test_paper_has_strips_with_the_answers_and_all_respondents_in_each():
    from resurvey.report import banners

    banner = laid_out(survey())
    (strip,) = banner.strips
    assert [(over.heading, over.columns) for over in strip.over] == [("Sex", 3), ("Town", 2)]
    assert [column.letter for column in strip.columns] == ["", "", "A", "B", "C", "A", "B"]
    yes = strip.rows[1]
    assert [cell.text for cell in yes.cells[:3]] == ["Yes", "45.2", "60.0"]
    assert yes.cells[2].letters == "B"
    assert yes.cells[4].flagged == "(50.0)"
    assert strip.notes == banner.notes
    assert banners._share_columns([[1] * 3, [1] * 2], 3, 9) == [[0, 1, 2], [3, 4]]


def test_a_strip_has_no_more_columns_than_their_words_leave_room_for():
    banner = laid_out(survey())
    region = "Дальневосточный федеральный округ"
    wide = [
        replace(group, columns=[replace(column, label=region) for column in group.columns])
        for group in banner.groups
    ]
    assert [len(strip.columns) - 2 for strip in replace(banner, groups=tuple(wide)).strips] == [5]
    many = replace(banner, groups=tuple(wide * 2), parts=())
    assert [len(strip.columns) - 2 for strip in many.strips] == [5, 5]


def test_paper_has_no_banner_that_would_fill_a_book():
    banner = laid_out(survey())
    many = replace(banner, parts=banner.parts * 1000)
    assert many.size > 10_000
    assert many.strips == ()
