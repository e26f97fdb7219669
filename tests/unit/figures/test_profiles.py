"""A figure fits a journal's column and a slide: sizes, type, and the mark on every sheet."""

import re
from xml.etree import ElementTree

import pytest

from resurvey.core.errors import SurveyError
from resurvey.figures.cells import group_cells
from resurvey.figures.draw import _laid_out, draw_figures
from resurvey.figures.plan import PROFILES, SCREEN, SLIDE, journal_profile, layouts_of
from unit.figures.drawn_page import boxes, cells, misplaced, setting, variable

pytestmark = pytest.mark.slow

LONG = "A rather long answer that somebody always prints in a questionnaire, "
SMALL = {"journal": {"dpi": 150}}
"""A bitmap that is drawn fast."""
KINDS = ("bars", "dumbbell", "residuals", "dimensions")
SHARES = [
    {
        "indicator": f"i{place}",
        "label": f"Indicator {place} {LONG[: 9 * place]}",
        "dimension": "economic" if place < 3 else "social",
        "unit": "percent",
        "column_variable": "" if code == "total" else "g",
        "column_code": code,
        "column_label": code,
        "count": str(place),
        "base": "9",
        "percent": "",
    }
    for place in range(1, 6)
    for code in ("total", "1", "2")
]


def study(answers=4, **more):
    """Two questions of equal answers, asked of men and women, with a pair for the dumbbell."""
    labels = [f"{place}. {LONG[: 6 * (place % 7)]}" for place in range(1, answers + 1)]
    before = variable("before", labels, "ordinal", label="Before the return")
    after = variable("after", labels, "ordinal", label="After the return")
    group = variable("g", ["Men", "Women"])
    counts = {1: [place + 2 for place in range(answers)], 2: [7] * answers}
    rows = [c for one in (before, after) for c in cells(one, counts, group, residual="-2.25")]
    tables = {"t": {"rows": ["before", "after"], "pairs": [{"before": "before", "after": "after"}]}}
    return rows, setting(before, after, group, tables=tables, **more)


def laid_out(kind, layouts, answers=4, **more):
    rows, style = study(answers, **more)
    return _laid_out("t", kind, group_cells(rows), SHARES, style, layouts)[0]


SHEETS = {
    "screen": [SCREEN],
    "single": [journal_profile(84)],
    "double": [journal_profile(174)],
    "narrowest": [journal_profile(70)],
    "slide": SLIDE,
}


@pytest.mark.parametrize("sheet", SHEETS)
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("answers", [1, 2, 5, 13])
def test_nothing_overlaps_or_leaves_the_sheet(kind, sheet, answers):
    assert misplaced(laid_out(kind, SHEETS[sheet], answers)) == []


@pytest.mark.parametrize("width", [84.0, 174.0])
@pytest.mark.parametrize("kind", KINDS)
def test_type_of_a_journal_figure_has_7_to_9_points(kind, width):
    canvas = laid_out(kind, [journal_profile(width)])
    sizes = {artist.get_fontsize() for artist in canvas._artists if hasattr(artist, "get_fontsize")}
    assert sizes
    assert 7 <= min(sizes) <= max(sizes) <= 9


def test_journal_figure_has_the_width_of_the_column_and_no_title():
    rows, style = study()
    declared = {"journal": {"single_mm": 90}, "figures": {"t": {"column": "single"}}}
    drawing = draw_figures({"t": "bars"}, rows, SHARES, style, "journal", declared)["t"]
    root = ElementTree.fromstring(drawing.svg)
    assert root.attrib["width"] == "90.00mm"
    assert root.attrib["aria-label"] == drawing.title
    words = [node.text for node in root.iter() if node.tag.endswith("text")]
    assert drawing.title not in words
    box = re.search(rb"/MediaBox \[ ?0 0 ([\d.]+) ", drawing.pdf)
    assert float(box[1]) == pytest.approx(90 * 72 / 25.4, abs=0.01)


@pytest.mark.parametrize("kind", KINDS)
def test_slide_is_sixteen_to_nine_and_shows_everything(kind):
    canvas = laid_out(kind, SHEETS["slide"], answers=13)
    assert canvas.profile.width / canvas.height == pytest.approx(16 / 9)
    assert canvas.profile.scale * canvas.profile.width == pytest.approx(960)
    assert max(box[3] for box in boxes(canvas)) <= canvas.height


def test_slide_of_a_few_bars_has_large_type():
    rows, style = study()
    style = setting(*style.codebook.variables.values(), tables={"t": {"rows": ["before"]}})
    rows = [row for row in rows if row["row_variable"] == "before"]
    sheet = SHEETS["slide"]
    canvas = _laid_out("t", "bars", group_cells(rows), SHARES, style, sheet)[0]
    assert canvas.profile.text * canvas.profile.scale >= 16


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("language", ["en", "ru"])
def test_reconstructed_figure_keeps_its_mark_on_every_sheet(kind, profile, language):
    layouts = layouts_of(profile, "t", kind, {})
    canvas = laid_out(kind, layouts, language=language, reconstructed=True)
    words = " ".join(box[4] for box in boxes(canvas))
    mark = {
        "en": "Reconstructed from published tables, not microdata",
        "ru": "Реконструировано по опубликованным таблицам, не микроданные",
    }[language]
    assert mark in words


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("kind", KINDS)
def test_files_of_every_profile_are_the_same_bytes_twice(kind, profile):
    rows, style = study()
    one, other = (
        draw_figures({"t": kind}, rows, SHARES, style, profile, SMALL)["t"] for _ in range(2)
    )
    assert one == other
    assert one.pdf.startswith(b"%PDF-") is (profile != "screen")
    assert not re.search(rb"[Mm]atplotlib|Date|Producer|/ID ?\[", one.pdf)


@pytest.mark.parametrize("profile", ["journal", "slide"])
def test_character_without_a_picture_stops_a_printed_figure_and_is_named(profile):
    row = variable("q", ["yes", "非常满意"])
    rows = cells(row, {0: [1, 2]})
    style = setting(row)
    assert draw_figures({"t": "bars"}, rows, [], style)["t"].png
    with pytest.raises(
        SurveyError, match=rf"figure 't', profile {profile}: .*常意满非.*`profiles:`"
    ):
        draw_figures({"t": "bars"}, rows, [], style, profile)


def test_kyrgyz_and_russian_letters_have_pictures():
    row = variable("q", ["Үй-бүлө, өнүгүү, жаңы", "Ёлка, подъезд – «да»"])
    style = setting(row)
    assert draw_figures({"t": "bars"}, cells(row, {0: [1, 2]}), [], style, "journal")["t"].pdf


@pytest.mark.parametrize("label", [r"from 5 $ to 10 $ \frac{1}{0$", "<script>&\"'", "a\x00b"])
@pytest.mark.parametrize("profile", ["journal", "slide"])
@pytest.mark.parametrize("kind", KINDS)
def test_hostile_label_is_printed_as_it_is(kind, profile, label):
    row = variable("q", [label, "yes"], "ordinal", label=label)
    group = variable("g", [label, "Women"])
    rows = cells(row, {1: [4, 6], 2: [1, 9]}, group, residual="1.5")
    style = setting(row, group, tables={"t": {"rows": ["q"]}})
    drawing = draw_figures({"t": kind}, rows, SHARES, style, profile, SMALL)["t"]
    ElementTree.fromstring(drawing.svg)
    assert drawing.pdf.endswith(b"%%EOF\n")


@pytest.mark.parametrize("kind", KINDS)
def test_slide_takes_the_layout_that_leaves_the_type_largest(kind):
    for answers in (1, 4, 13):
        scales = [laid_out(kind, [layout], answers).profile.scale for layout in SLIDE]
        assert laid_out(kind, SLIDE, answers).profile.scale == max(scales)


def test_figure_too_high_for_both_layouts_of_a_slide_is_set_smaller_as_a_whole():
    canvas = laid_out("bars", SLIDE, answers=30)
    assert canvas.profile.scale < min(layout.scale for layout in SLIDE)
    assert canvas.profile.width / canvas.height == pytest.approx(16 / 9)
    assert canvas.profile.scale * canvas.profile.width == pytest.approx(960)
    assert misplaced(canvas) == []
