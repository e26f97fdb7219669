"""Types of reconstructed records are told as bounds over all joint tables, never as shares."""

from fractions import Fraction

import pytest

from resurvey.core.codebook import Codebook, declared_variable
from resurvey.core.names import TOTAL
from resurvey.core.published import PrintedCell
from resurvey.index.bounds import End, Range, published_index
from resurvey.index.declaration import read_indices, resolve
from resurvey.index.identified import IdentifiedIndex, Published, scored_questions
from resurvey.index.joint_tables import Margin, PublishedIndex
from resurvey.index.published_bounds import BOUNDS_COLUMNS, _small_base, _told, bound_lines

OURS = {"weight": 1, "source": "our choice"}
ANSWERS = {
    "measure": "ordinal",
    "codes": {1: "Bad", 2: "Good", 99: "No answer"},
    "missing": [99],
}
DECLARED = {"variables": {"pay": ANSWERS, "roof": ANSWERS}}
# Of four people three have good pay and three a good roof: at least two of them have both.
PRINTED = {"pay": {1: "25", 2: "75"}, "roof": {1: "25", 2: "75"}}
CELLS = [
    PrintedCell("t", name, str(code), TOTAL, text, name, str(code), "", TOTAL)
    for name, shares in PRINTED.items()
    for code, text in shares.items()
]
SPEC = {"respondents": 4, "no_answer": 99, "seed": 1}


def part(**changes):
    index = {
        "dimensions": {"life": OURS},
        "indicators": {
            name: {"variable": name, "dimension": "life", **OURS} for name in ("pay", "roof")
        },
        "types": {"poor": {}, "middling": {"from": 0.5}, "well": {"from": 1}},
        "bins": 2,
        **changes,
    }
    return {"index": {"i": index}}


def made(**changes):
    variables = DECLARED["variables"].items()
    book = Codebook({name: declared_variable(name, plain) for name, plain in variables})
    published = Published(DECLARED, CELLS, (), SPEC)
    return resolve(read_indices(part(**changes))[0], book), book, published


@pytest.mark.slow
def test_shares_of_types_have_the_ends_that_can_be_counted_by_hand():
    lines = bound_lines(IdentifiedIndex(*made()), everybody="All")
    shares = {line["type"]: line for line in lines if line["statistic"] == "share"}
    ends = {name: (line["lowest_count"], line["highest_count"]) for name, line in shares.items()}
    # Both good: 2 or 3 people. None good: 0 or 1. One of the two: the others, 0 or 2.
    assert ends == {"poor": (0, 1), "middling": (0, 2), "well": (2, 3)}
    assert (shares["well"]["lowest"], shares["well"]["highest"]) == (50.0, 75.0)
    assert {line["sharp"] for line in shares.values()} == {1}
    assert {line["column_label"] for line in lines} == {"All"}
    assert {key for line in lines for key in line} <= set(BOUNDS_COLUMNS)


@pytest.mark.slow
def test_share_above_a_value_is_bounded_from_bar_to_bar():
    lines = bound_lines(IdentifiedIndex(*made()))
    above = {line["low"]: line for line in lines if line["statistic"] == "at_least"}
    assert {low: (line["lowest_count"], line["highest_count"]) for low, line in above.items()} == {
        0.5: (3, 4),
        1.0: (2, 3),
    }


def test_solutions_that_differ_in_answers_of_one_score_are_one():
    # Bad and fair count alike: how many of the three are which makes no difference.
    three = {"measure": "ordinal", "codes": {1: "Bad", 2: "Fair", 3: "Good"}}
    declared = {"variables": {"pay": three}}
    cells = [
        PrintedCell("t", "pay", str(code), TOTAL, text, "pay", str(code), "", TOTAL)
        for code, text in {3: "25"}.items()
    ]
    cells += [PrintedCell("t", "pay", "1+2", TOTAL, "75", "pay", "1+2", "", TOTAL)]
    book = Codebook({"pay": declared_variable("pay", three)})
    scored = {"variable": "pay", "dimension": "life", "scores": {1: 0, 2: 0, 3: 1}, **OURS}
    index = resolve(read_indices(part(indicators={"pay": scored}))[0], book)
    questions, refused = scored_questions(index, book, Published(declared, cells, (), SPEC))
    assert refused == {}
    assert len(questions["pay"].recovered.solutions) > 1
    (margin,) = published_index(index, questions).margins
    assert margin.scores == (Fraction(0), Fraction(1), None)
    assert margin.solutions == (((3, 1, 0),),)


@pytest.mark.parametrize(
    ("changes", "note"),
    [
        ({"normalisation": "rank"}, "relative_scores"),
        ({"aggregation": "geometric", "shift": 0.1}, "not_additive"),
    ],
)
def test_an_index_that_margins_do_not_bound_says_why_in_one_line(changes, note):
    (line,) = bound_lines(IdentifiedIndex(*made(**changes)))
    assert line["note_data"] == f"not_computed/{note}"
    assert "lowest" not in line


def test_distance_between_proven_and_attained_ends_is_rounded_up():
    ends = End(0.5, 0.4988, "boxes"), End(0.6, 0.6003, "boxes")
    (line,) = [_told(Range("mean", *ends, 4), Range("mean", ends[1], ends[1], 4))]
    assert line["distance"] == 0.002
    attained = End(Fraction(1, 2), Fraction(1, 2), "margins")
    assert _told(*[Range("mean", attained, attained, 4)] * 2)["distance"] == 0


def test_a_mean_over_respondents_that_is_open_has_the_smallest_base_beside_it():
    def margin(name, *solutions):
        scores = (Fraction(0), Fraction(1), None)
        return Margin(name, scores, tuple((counts,) for counts in solutions))

    margins = margin("pay", (2, 1, 1), (1, 1, 2)), margin("roof", (2, 1, 1))
    index = PublishedIndex(margins, (1, 1), (0, 0), (1,), {"total": 4}, minimum_items=2)
    (note,) = _small_base(index)
    assert dict(note.numbers) == {"least": "2", "indicator": "pay", "needed": "2"}
    full = margin("pay", (2, 2, 0))
    assert _small_base(PublishedIndex((full,), (1,), (0,), (1,), {"total": 4})) == ()
