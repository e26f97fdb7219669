"""Drawings of an index show its lines; of reconstructed records none needs joint answers."""

import pytest

from resurvey.core.names import INDEX_KEYS
from resurvey.figures.draw import draw_figures
from resurvey.figures.indices import draw_index
from resurvey.figures.palette import BAD, GOOD, between
from resurvey.figures.plan import PICTURES, journal_profile, plan_figures
from unit.figures.drawn_page import misplaced, setting
from unit.index.test_published_bounds import part as published_part
from unit.report.small_index import PART, assessed
from unit.report.test_indices import dealt as dealt_index


def of_people(**changes):
    """A page for the invented people of `small_index`."""
    survey, lines = assessed()
    variables = survey.codebook.variables.values()
    return setting(*variables, index=lines, indices=PART, **changes)


def of_reconstructed():
    laid, _, lines = dealt_index()
    book = laid.labels.codebook
    own = setting(*book.variables.values(), index=lines, indices=published_part())
    return own, book


def test_every_declared_index_has_four_drawings():
    found = plan_figures({}, {}, {}, indices=PART)
    assert found == {f"index_i_{picture}": "index" for picture in PICTURES}


@pytest.mark.slow
@pytest.mark.parametrize("picture", PICTURES)
@pytest.mark.parametrize("narrow", [False, True])
def test_drawing_keeps_its_words_on_the_sheet(picture, narrow):
    changes = {"profile": journal_profile(84)} if narrow else {}
    found = draw_index(f"index_i_{picture}", of_people(**changes))
    assert found.canvas is not None
    assert not misplaced(found.canvas)
    assert found.title
    assert found.alt
    assert len({datum.number for datum in found.canvas.data}) > 1


@pytest.mark.slow
def test_numbers_of_a_drawing_are_those_of_the_files():
    own = of_people()
    known = {
        f"index:i/{name}/{'/'.join(line[key] for key in keys)}"
        for name, keys in INDEX_KEYS.items()
        for line in own.index[name]
    }
    for picture in PICTURES:
        canvas = draw_index(f"index_i_{picture}", own).canvas
        named = [datum.number.rpartition("/")[0] for datum in canvas.data if datum.number]
        assert named
        assert set(named) <= known


@pytest.mark.slow
def test_profile_names_the_lowest_and_the_highest_dimension_in_its_title():
    found = draw_index("index_i_profile", of_people())
    assert found.title == "Living index: lowest – work (0.250), highest – home (0.500)"
    values = {(d.row, d.column): d.printed for d in found.canvas.data if d.number.endswith("value")}
    assert values["Index", "All respondents"] == "0.375"
    assert values["Index", "Women"] == "0.250"


@pytest.mark.slow
def test_bars_of_the_distribution_add_up_to_all_respondents():
    found = draw_index("index_i_distribution", of_people())
    assert found.title == "Low 75.0%; High 25.0%"
    assert sum(datum.value for datum in found.canvas.data) == pytest.approx(100)


@pytest.mark.slow
def test_gap_is_that_of_the_two_groups_with_the_part_that_gives_most():
    found = draw_index("index_i_gap", of_people())
    assert found.title == "Men − Women: +0.250, most of it from work (+0.250)"


@pytest.mark.slow
def test_groups_of_few_have_no_drawing_of_their_gap():
    own = of_people()
    for line in own.index["index"]:
        if line["statistic"] == "n" and line["column_code"] == "2":
            line["value"] = "29"
    found = draw_index("index_i_gap", own)
    assert found.canvas is None
    assert "no two groups of 30" in found.alt


@pytest.mark.slow
def test_tile_of_a_conclusion_is_the_darker_the_more_scenarios_agree():
    assert between((BAD, "#ffffff", GOOD), 1.0) == GOOD
    found = draw_index("index_i_robustness", of_people())
    shares = [datum.value for datum in found.canvas.data if datum.value is not None]
    assert shares
    assert all(0 <= share <= 100 for share in shares)
    assert "conclusions hold" in found.title


@pytest.mark.slow
@pytest.mark.parametrize("picture", ["gap", "robustness"])
def test_of_reconstructed_records_what_needs_joint_answers_is_not_drawn(picture):
    own, book = of_reconstructed()
    assert book.reconstructed
    object.__setattr__(own, "codebook", book)
    found = draw_index(f"index_i_{picture}", own)
    assert found.canvas is None
    assert "there is no figure" in found.alt


@pytest.mark.slow
def test_of_reconstructed_records_types_are_drawn_as_bounds():
    own, book = of_reconstructed()
    object.__setattr__(own, "codebook", book)
    found = draw_index("index_i_distribution", own)
    assert "well from 50.0% to 75.0%" in found.title
    assert {datum.column for datum in found.canvas.data} == {own.words["all_respondents"]}


@pytest.mark.slow
def test_drawing_of_an_index_has_its_title_and_its_text_in_the_file():
    kinds = plan_figures({}, {}, {}, indices=PART)
    drawings = draw_figures(kinds, [], [], of_people())
    profile = drawings["index_i_profile"]
    assert 'aria-label="Living index: lowest' in profile.svg
    assert "<desc" in profile.svg
    assert profile.alt in profile.svg
    assert (
        draw_figures(kinds, [], [], of_people())["index_i_gap"].svg == drawings["index_i_gap"].svg
    )


@pytest.mark.slow
def test_labels_of_types_have_no_capitals_in_the_middle_of_a_title():
    own, book = of_reconstructed()
    kinds = {"poor": {}, "middling": {"from": 0.5}, "well": {"label": "Well off", "from": 1}}
    object.__setattr__(own, "codebook", book)
    object.__setattr__(own, "indices", published_part(types=kinds))
    assert "; well off from" in draw_index("index_i_distribution", own).title
