"""A section on an index judges adding up first; of reconstructed records it tells only bounds."""

from dataclasses import replace
from types import SimpleNamespace

import pytest

from invented import words_of
from resurvey.core.codebook import Codebook
from resurvey.core.names import INDEX_KEYS
from resurvey.index.declaration import index_items
from resurvey.index.identified import Published
from resurvey.index.results import INDEX_FILES, assess_indices
from resurvey.index.scoring import derive_indices
from resurvey.pages.labels import Labels
from resurvey.pages.numerals import Joined, Numerals, Shown
from resurvey.pages.wording import Wording
from resurvey.prepare.reconstruction import reconstruct_survey
from resurvey.report.blocks import (
    Figure,
    Heading,
    Numbering,
    Paragraph,
    Table,
    all_blocks,
    plain_text,
)
from resurvey.report.indices import (
    Indices,
    index_numbers,
    lowest_dimension,
    show_index_number,
)
from resurvey.report.provenance.correlations import Answered
from resurvey.report.provenance.graph import FORMULAS, Graph
from resurvey.report.provenance.indices import add_indices
from unit.index.test_published_bounds import CELLS, DECLARED, SPEC
from unit.index.test_published_bounds import part as published_part
from unit.report.small_index import PART, as_text, assessed

pytestmark = pytest.mark.slow

WORDS = words_of(["en"])["en"]
GAPS = {"health": {"label": "Health", "dimension": "life", "why": "Not published"}}
TABLES = {"all_respondents": "All", "total": "Total", "difference": "Difference"}


def layout(survey, lines, part, nominal=False):
    say = Wording(WORDS)
    labels = Labels(survey.codebook, {}, TABLES, "en")
    about = Indices(
        lines, part, labels, Numerals("en"), say, survey.codebook.reconstructed, nominal
    )
    (laid,) = about.layouts
    return laid, Numbering(say)


def real(nominal=False):
    survey, lines = assessed()
    return *layout(survey, lines, PART, nominal), lines


def dealt():
    records = reconstruct_survey(DECLARED, CELLS, (), SPEC, {}).survey
    part = published_part(label="Living index", gaps=GAPS)
    survey = derive_indices(records, part)
    lines = as_text(assess_indices(survey, part, {}, Published(DECLARED, CELLS, (), SPEC)))
    return *layout(survey, lines, part), lines


def tables(blocks):
    return {block.name: block for block in all_blocks(blocks) if isinstance(block, Table)}


def words_of(blocks):
    told = [block.text for block in all_blocks(blocks) if isinstance(block, Paragraph)]
    return " ".join(map(plain_text, told))


def rows_of(table):
    return {row.cells[0].text: [cell.text for cell in row.cells[1:]] for row in table.rows}


def numbers_of(blocks):
    for table in tables(blocks).values():
        for row in table.rows:
            for cell in row.cells[1:]:
                parts = cell.value.parts if isinstance(cell.value, Joined) else (cell.value,)
                yield from (part for part in parts if isinstance(part, Shown))


def draw_nothing(name, title, label):
    return iter(())


def test_judgement_on_adding_up_stands_before_any_number():
    laid, numbering, _ = real()
    blocks = list(laid.body(numbering, False, draw_nothing))
    first = next(block for block in blocks if isinstance(block, Paragraph))
    assert "Adding the indicators up is" in plain_text(first.text)
    assert blocks.index(first) < next(
        place for place, block in enumerate(blocks) if isinstance(block, Table)
    )


def test_means_of_the_body_can_be_counted_by_hand():
    laid, numbering, _ = real()
    found = tables(laid.body(numbering, False, draw_nothing))
    means = rows_of(found["index/i/means"])
    # Twenty men have 1 in everything, twenty 0; each of the forty women has 1 in one of four.
    assert {name: cells[0] for name, cells in means.items()} == {
        "Index": "0.375",
        "Work": "0.250",
        "Home": "0.500",
    }
    assert means["Index"][2] == "80"
    types = rows_of(found["index/i/types"])
    # A quarter has everything; of both types one half would go.
    assert types["High"][0] == "25.0"
    assert types["High"][-2:] == ["50.0", "50.0"]


def test_an_index_has_a_heading_of_its_own_and_what_it_is_apart_from_what_is_known_of_it():
    for make in (real, dealt):
        laid, numbering, _ = make()
        blocks = list(laid.body(numbering, False, draw_nothing))
        assert isinstance(blocks[0], Heading)
        assert blocks[0].on_page
        assert blocks[0].in_print == (make is real)
        of, known = (plain_text(block.text) for block in blocks[1:3])
        assert "runs from zero" in of
        assert "runs from zero" not in known


def test_intervals_stay_in_the_file_where_the_sample_is_not_random():
    for nominal in (False, True):
        laid, numbering, _ = real(nominal)
        for table in tables(laid.body(numbering, False, draw_nothing)).values():
            headings = [column.heading for column in table.columns]
            assert ("95% interval" in headings) != nominal


def test_parts_of_a_difference_add_up_as_printed():
    laid, numbering, _ = real()
    gap = rows_of(tables(laid.details(numbering))["index/i/gap_sex"])
    # Men 0.5, women 0.25: work adds 0.5/2, home (0.5 − 0.5)/2.
    assert gap["Difference of the index"] == ["+0.250"]
    assert (gap["Work"], gap["Home"]) == (["+0.250"], ["0.000"])
    assert gap["Good roof"] == ["+0.125"]
    assert gap["Good bed"] == ["−0.125"]


def test_conclusions_are_told_with_their_share_of_scenarios():
    laid, numbering, lines = real()
    found = rows_of(tables(laid.details(numbering))["index/i/robustness"])
    (line,) = [
        line
        for line in lines["conclusions"]
        if line["conclusion"] == "sex_2_below_1" and not line["factor"]
    ]
    assert found["Women < Men"][0] == f"{float(line['percent']):.1f}"
    assert "Lowest dimension: Work" in found


def test_weights_stand_with_their_sources_and_gaps_with_their_reasons():
    laid, numbering, _ = real()
    blocks = list(laid.details(numbering))
    weights = rows_of(tables(blocks)["index/i/weights"])
    assert weights["Work"] == ["50.0", "our choice"]
    assert weights["Good pay"] == ["25.0", "our choice"]
    listed = [text for block in blocks for text in getattr(block, "texts", ())]
    assert "Health: Not asked" in listed


def test_of_reconstructed_records_only_means_and_bounds_are_told():
    laid, numbering, lines = dealt()
    blocks = [*laid.body(numbering, False, draw_nothing), *laid.details(numbering)]
    determined = tables(blocks)["index/i/determined"]
    # Of four people three have each of two things: 0.75; two or three have both.
    rows = [[cell.text for cell in row.cells] for row in determined.rows]
    of_index = [cells[1:] for cells in rows if cells[0] == "Index"]
    # Two of four have both, one each has one; or three have both and one has none.
    assert of_index == [["0.750"] * 2, ["0.25–0.43"] * 2]
    assert ["well", "50.0–75.0", "50.0–75.0"] in rows
    distribution = rows_of(tables(blocks)["index/i/distribution"])
    assert distribution["0.50 or more"] == ["75.0–100.0"] * 2
    # Nothing is above one.
    assert distribution["1.00"] == ["50.0–75.0"] * 2
    notes = [plain_text(note) for note in tables(blocks)["index/i/distribution"].notes]
    assert any("has no index and is counted in no row" in note for note in notes)
    assert not any("type" in note for note in notes)
    assert "was not published" in words_of(blocks)
    assert "Health" in words_of(blocks)
    assert lines["types"] == lines["conclusions"] == lines["scenarios"] == []
    for number in numbers_of(blocks):
        assert not number.identity.startswith(("index:i/types", "index:i/coherence"))


@pytest.mark.parametrize("make", [real, dealt])
def test_every_number_has_an_identity_that_is_traced(make):
    laid, numbering, lines = make()
    part = PART if make is real else published_part()
    graph = Graph()
    add_indices(graph, lines, index_items(part), Answered(Codebook({}), {}), make is dealt)
    blocks = [*laid.body(numbering, False, draw_nothing), *laid.details(numbering)]
    named = [number.identity for number in numbers_of(blocks) if number.identity]
    assert named
    assert [name for name in named if name not in graph.numbers] == []
    assert {number.formula for number in graph.numbers.values()} <= set(FORMULAS)
    assert any(number.published for number in graph.numbers.values()) == (make is dealt)


def test_files_of_the_indices_have_keys_by_which_a_number_is_named():
    assert list(INDEX_KEYS) == list(INDEX_FILES)
    for name, keys in INDEX_KEYS.items():
        assert set(keys) <= set(INDEX_FILES[name])


def test_identities_of_different_lines_differ():
    _, lines = assessed()
    for name, keys in INDEX_KEYS.items():
        places = [tuple(line[key] for key in keys) for line in lines[name]]
        assert len(places) == len(set(places)), name


def test_sentences_of_a_study_may_name_means_and_types():
    _, lines = assessed()
    found = index_numbers(SimpleNamespace(index=lines), Numerals("en"), lambda line: line["note"])
    assert found["i/mean"].text == "0.375"
    assert found["i/work/mean"].text == "0.250"
    assert found["i/mean/sex/2"].text == "0.250"
    assert found["i/high"].text == "25.0"
    assert found["i/high/lower"].identity == "index:i/types/high///total/lower"


def test_finding_names_the_lowest_and_the_highest_dimension():
    laid, _, _ = real()
    (told,) = laid.found()
    assert "mean 0.375" in plain_text(told)
    assert "lowest dimension – work (0.250)" in plain_text(told)


def of_items(dimension, *ends):
    """A line of ``bounds.csv``: ends over all counts, then in those shown."""
    names = ("lowest", "highest", "chosen_lowest", "chosen_highest")
    keys = dict.fromkeys(INDEX_FILES["bounds"], "")
    told = {"index": "i", "statistic": "mean_of_items", "dimension": dimension, "sharp": "1"}
    return keys | told | dict(zip(names, ends, strict=True))


@pytest.mark.parametrize(
    ("apart", "told"),
    [
        (("0.5", "0.6"), "the lowest is the work (0.100–0.400), whatever counts"),
        (("0.3", "0.6"), "the lowest is the work in the counts that are shown (0.200)"),
        (("0.3", "0.6", "0.2", "0.6"), "it is open which dimension is the lowest"),
    ],
)
def test_finding_says_in_which_counts_a_dimension_is_the_lowest(apart, told):
    survey, lines = assessed()
    ends = apart if len(apart) == 4 else (*apart, "0.45", "0.55")
    bounds = [of_items("", "0.3", "0.5", "0.4", "0.4"), of_items("home", *ends)]
    bounds.append(of_items("work", "0.1", "0.4", "0.2", "0.2"))
    means = [
        dict.fromkeys(INDEX_FILES["index"], "")
        | {name: line[name] for name in ("index", "statistic", "dimension", "lowest", "highest")}
        for line in bounds
    ]
    laid, _ = layout(survey, lines | {"bounds": bounds, "index": means}, PART)
    laid.about = replace(laid.about, dealt=True)
    (found,) = laid.found()
    assert f"By the averages of the questions {told}" in plain_text(found)


def test_a_dimension_without_bounds_leaves_open_which_is_the_lowest():
    lines = {"work": of_items("work", "0.1", "0.2", "0.1", "0.1")}
    assert lowest_dimension(lines, ["work", "home"]) == ""
    assert lowest_dimension(lines, ["work"]) == "work"


def refused(statistic, dimension, other, note):
    keys = dict.fromkeys(INDEX_FILES["bounds"], "")
    named = {"index": "i", "statistic": statistic, "dimension": dimension}
    return keys | named | {"second_dimension": other, "note_data": f"not_computed/{note}"}


def left_open(*lines):
    """Notes of the table of what is determined, and what stands of it among the details."""
    survey, found = assessed()
    known = of_items("", "0.3", "0.5", "0.4", "0.4") | {"statistic": "deviation"}
    laid, numbering = layout(survey, found | {"bounds": [known, *lines]}, PART)
    laid.about = replace(laid.about, dealt=True)
    table = tables(laid.body(numbering, False, draw_nothing))["index/i/determined"]
    told = [block.text for block in laid.details(numbering) if isinstance(block, Paragraph)]
    return [plain_text(note) for note in (*table.notes, *told)]


def test_every_pair_of_dimensions_has_its_own_reason_and_one_line_where_they_are_the_same():
    short = "means_not_fixed:indicator={}"
    pairs = [("work", "home"), ("home", "work")]
    for indicators, lines in ((("pay", "roof"), 2), (("pay", "pay"), 1)):
        notes = left_open(
            *(
                refused("correlation", *pair, short.format(one))
                for pair, one in zip(pairs, indicators, strict=True)
            )
        )
        told = [note for note in notes if "correlation" in note]
        assert len(told) == lines
        assert "Good pay" in told[0]
        assert ("Good roof" in told[-1]) == (lines == 2)


def test_why_a_mean_is_open_and_how_near_its_ends_are_is_told_from_the_lines():
    why = {"note_data": "not_attained;small_base:indicator=pay&least=45&needed=6"}
    mean = of_items("", "0.2", "0.9", "0.5", "0.6") | {"statistic": "mean", "distance": "0.002"}
    notes = left_open(mean | why, mean | {"dimension": "work", "distance": "0.001"})
    (wide,) = [note for note in notes if "so wide" in note]
    assert "bases as small as 45 (“Good pay”)" in wide
    assert "at least 6 answers" in wide
    (near,) = [note for note in notes if "comes near" in note]
    assert "means to within 0.002" in near
    assert "deviations" not in near


def test_method_says_how_answers_score_and_who_has_an_index():
    survey, lines = assessed()
    laid, numbering = layout(survey, lines, PART)
    told = words_of(laid.body(numbering, False, draw_nothing))
    assert "Each answer scores 1 if it is favourable, else 0." in told
    assert "weighted arithmetic mean" in told
    assert "answered all 4 questions" in told
    part = {"index": {"i": PART["index"]["i"] | {"missing": "available", "minimum_items": 3}}}
    laid, numbering = layout(survey, lines, part)
    assert "at least 3 of 4 questions" in words_of(laid.body(numbering, False, draw_nothing))


def test_method_says_that_who_does_not_know_scores_zero_where_another_answer_counts():
    survey, lines = assessed()
    leave = replace(survey.codebook["leave"], dont_know=(2,))
    book = survey.codebook.updated([leave])
    laid, numbering = layout(replace(survey, codebook=book), lines, PART)
    share = {"variable": "leave", "codes": [1]}
    frequencies = [{"variable": "leave", "code": "2", "percent": "29.126"}]
    laid.about = replace(laid.about, shares={"pay": {"share": share}}, frequencies=frequencies)
    told = words_of(laid.body(numbering, False, draw_nothing))
    assert "Scores 0, too: “Stay” (Plans: 29.1%)." in told
    laid.about = replace(laid.about, shares={"pay": {"share": share | {"codes": [1, 2]}}})
    assert "Scores 0" not in words_of(laid.body(numbering, False, draw_nothing))


def test_what_would_need_joint_answers_is_said_to_be_not_judged():
    laid, numbering, _ = dealt()
    told = words_of(laid.body(numbering, False, draw_nothing))
    assert "how firm the conclusions are is not judged: joint answers were not published" in told
    laid.index = replace(laid.index, plans="pay")
    assert "what each type plans is not judged" in words_of(
        laid.body(numbering, False, draw_nothing)
    )
    laid, numbering, _ = real()
    assert "not judged" not in words_of(laid.body(numbering, False, draw_nothing))


def test_a_reason_that_is_of_the_computing_says_that_nothing_was_computed():
    notes = left_open(refused("deviation", "", "", "bounds_too_large"))
    told = "Not computed: standard deviation (index) – too many combinations of answers."
    assert told in notes
    notes = left_open(refused("share", "", "", "bounds_too_large"))
    assert "Not computed: too many combinations of answers." in notes
    notes = left_open(refused("share", "", "", "too_many_solutions"))
    assert any(note.startswith("Not determined: too many counts") for note in notes)


def test_types_by_groups_name_the_file_that_has_their_lines():
    laid, _, _ = real()
    for is_dealt, file in ((False, "types"), (True, "bounds")):
        laid.about = replace(laid.about, dealt=is_dealt)
        table = laid._table("types_sex", "1", "t", "s", [], [])
        assert table.file == f"index/{file}.csv"


def test_number_of_scenarios_stands_in_groups_of_three_digits():
    keys = dict.fromkeys(INDEX_FILES["conclusions"], "")
    line = keys | {"index": "i", "conclusion": "lowest", "scenarios": "10000"}
    told = [
        show_index_number("conclusions", line, "scenarios", Numerals(language)).text
        for language in ("en", "ru")
    ]
    assert told == ["10,000", "10\N{NO-BREAK SPACE}000"]


def test_drawing_of_bounds_is_not_titled_as_a_distribution():
    for make, title in ((dealt, "bounds of the shares of types"), (real, "distribution")):
        laid, numbering, _ = make()
        figure = Figure("drawn", "1", "", "", "")

        def draw(name, title, label, figure=figure):
            yield replace(figure, title=title)

        titles = {
            block.title for block in laid.body(numbering, False, draw) if isinstance(block, Figure)
        }
        assert f"Living index: {title}" in titles


def test_question_that_was_not_published_by_groups_is_quoted_and_the_group_is_not():
    note = "not_crossed_with:variable=leave&group=sex"
    told = left_open(refused("correlation", "work", "home", note))
    assert any("“Plans” was not published by sex" in note for note in told)


def test_each_question_of_a_list_is_quoted():
    survey, lines = assessed()
    part = {"index": {"i": PART["index"]["i"] | {"by": ["sex", "leave"]}}}
    index = [
        line | {"column_variable": group, "value": "", "lowest": "", "note_data": ""}
        for line in lines["index"]
        if line["statistic"] == "mean" and line["column_variable"] == "sex"
        for group in ("sex", "leave")
    ]
    laid, numbering = layout(survey, lines | {"index": index}, part)
    assert "By “Sex” and “Plans” nothing is given" in words_of(laid._groups(numbering.table))


def test_dimensions_of_reconstructed_records_stand_above_their_questions_by_groups():
    for is_dealt, stub, kinds in (
        (True, "Dimension, question", ["total"] + ["subtotal", "answer", "answer"] * 2),
        (False, "Dimension", ["total", "answer", "answer"]),
    ):
        laid, numbering, _ = real()
        laid.about = replace(laid.about, dealt=is_dealt)
        table = tables(laid._groups(numbering.table))["index/i/by_sex"]
        assert table.columns[0].heading == stub
        assert [row.kind for row in table.rows] == kinds
    gap = tables(laid.details(numbering))["index/i/gap_sex"]
    assert gap.title == "Sex: what the difference in the index is made of"
