"""Of reconstructed records only what the published margins determine of an index is told."""

from itertools import product

import pytest

from resurvey.core.codebook import Codebook, Survey, declared_variable
from resurvey.core.names import TOTAL
from resurvey.core.published import PrintedCell, printed_questions
from resurvey.index.declaration import read_indices, resolve
from resurvey.index.identified import IdentifiedIndex, Published, identified_lines
from resurvey.index.results import assess_indices
from resurvey.index.scoring import derive_indices
from resurvey.prepare.indicators import derive_indicators
from resurvey.prepare.reconstruction import reconstruct_survey
from resurvey.recovery import recover_question

OURS = {"weight": 1, "source": "our choice"}
DECLARED = {
    "variables": {
        "sex": {"codes": {1: "Men", 2: "Women", 99: "No answer"}, "missing": [99]},
        "pay": {
            "measure": "ordinal",
            "codes": {1: "Bad", 2: "Fair", 3: "Good", 99: "No answer"},
            "missing": [99],
        },
        "roof": {
            "measure": "ordinal",
            "codes": {1: "Bad", 2: "Good", 8: "Hard to say", 99: "No answer"},
            "missing": [99],
            "dont_know": [8],
        },
    }
}
PRINTED = {
    ("sex", TOTAL): {1: "60", 2: "40"},
    ("pay", "1"): {1: "17", 2: "50", 3: "33"},
    ("pay", "2"): {1: "25", 2: "25", 3: "50"},
    ("roof", TOTAL): {1: "30", 2: "50", 8: "20"},
}


def cell(name, column, code, text):
    group = "" if column == TOTAL else "sex"
    return PrintedCell("t", name, str(code), column, text, name, str(code), group, column)


CELLS = [
    cell(*place, code, text) for place, shares in PRINTED.items() for code, text in shares.items()
]
SPEC = {"respondents": 20, "groups": "sex", "no_answer": 99, "seed": 1}
INDICATORS = {"paid": {"share": {"variable": "pay", "codes": [3]}}}
PUBLISHED = Published(DECLARED, CELLS, (), SPEC, {}, {}, INDICATORS)


def part(**changes):
    index = {
        "dimensions": {"work": {**OURS, "weight": 2}, "home": OURS},
        "indicators": {
            "pay": {"variable": "pay", "dimension": "work", **OURS},
            "paid": {"variable": "paid", "dimension": "work", **OURS, "weight": 3},
            "roof": {"variable": "roof", "dimension": "home", **OURS},
        },
        "by": ["sex"],
        "types": {"low": {}, "high": {"from": 0.5}},
        "plans": "roof",
        **changes,
    }
    return {"index": {"i": index}}


def dealt(declared):
    records = reconstruct_survey(DECLARED, CELLS, (), SPEC, {}).survey
    return derive_indices(derive_indicators(records, INDICATORS), declared)


def solutions(name):
    book = Codebook({key: declared_variable(key, of) for key, of in DECLARED["variables"].items()})
    sizes = {TOTAL: 20, "1": 12, "2": 8}
    return recover_question(printed_questions(CELLS)[name], book, sizes).solutions


def by_hand(column):
    """Smallest and largest mean of the index over every pair of solutions of the two questions."""
    found = set()
    for pay, roof in product(solutions("pay"), solutions("roof")):
        groups = pay.counts if column == TOTAL else [column]
        bad, fair, good = (sum(pay.counts[g][at] for g in groups) for at in range(3))
        base = bad + fair + good
        work = ((fair / 2 + good) / base + 3 * good / base) / 4
        if column != TOTAL:
            found.add(work)
            continue
        leaky, sound, _ = roof.counts[TOTAL]
        found.add((2 * work + sound / (leaky + sound)) / 3)
    return min(found), max(found)


def lines_of(declared=None):
    declared = declared or part()
    survey = dealt(declared)
    index = resolve(read_indices(declared)[0], survey.codebook)
    means, gaps = identified_lines(IdentifiedIndex(index, survey.codebook, PUBLISHED))
    return {
        (line["variable"], line["indicator"], line["column_code"]): line for line in means
    }, gaps


def test_mean_of_an_additive_index_has_the_ends_that_all_solutions_give():
    means, _ = lines_of()
    assert len(solutions("pay")) > 1
    line = means["i", "", TOTAL]
    assert (line["lowest"], line["highest"]) == pytest.approx(by_hand(TOTAL))
    assert line["lowest"] < line["highest"]
    assert "value" not in line
    # The answers "hard to say" leave the base, so that no respondent need have answered all.
    assert line["statistic"] == "mean_of_items"
    assert line["note_data"] == "over_solutions;each_item_base"


@pytest.mark.parametrize("column", ["1", "2"])
def test_mean_of_a_published_group_is_told_where_every_question_was_crossed(column):
    means, _ = lines_of()
    line = means["i_work", "", column]
    assert (line["lowest"], line["highest"]) == pytest.approx(by_hand(column))
    refused = means["i", "", column]
    assert refused["note_data"] == "not_computed/not_crossed_with:variable=roof&group=sex"
    assert "lowest" not in refused


def test_gap_of_the_groups_is_told_by_indicator_as_far_as_it_is_determined():
    _, gaps = lines_of()
    told = {(line["part"], line["indicator"] or line["dimension"]): line for line in gaps}
    assert "lowest" in told["dimension", "work"]
    assert "lowest" not in told["gap", ""]
    ends = [
        sum(told["indicator", name][end] for name in ("pay", "paid"))
        for end in ("lowest", "highest")
    ]
    assert [told["dimension", "work"][end] for end in ("lowest", "highest")] == pytest.approx(ends)


@pytest.mark.slow
def test_records_that_were_dealt_otherwise_have_the_same_lines():
    declared = part()
    first, second = (
        assess_indices(dealt(declared), declared, {}, PUBLISHED),
        assess_indices(_shuffled(dealt(declared)), declared, {}, PUBLISHED),
    )
    assert first == second


def _shuffled(survey):
    frame = survey.data.copy()
    for name in frame:
        frame[name] = frame[name].sample(frac=1, random_state=3).to_numpy()
    return Survey(frame, survey.codebook)


@pytest.mark.slow
def test_nothing_that_needs_joint_answers_is_told():
    declared = part()
    found = assess_indices(dealt(declared), declared, {}, PUBLISHED)
    assert found["types"] == []
    assert [line["note_data"] for line in found["coherence"]] == ["not_tested/joint_invented"]
    assert {line["statistic"] for line in found["index"]} == {"mean", "mean_of_items", "weight"}
    assert all(line.get("standard_error") is None for line in found["index"])


@pytest.mark.parametrize(
    ("changes", "note"),
    [
        ({"normalisation": "z", "types": {}}, "relative_scores"),
        ({"normalisation": "rank"}, "relative_scores"),
        ({"aggregation": "geometric", "shift": 0.1}, "not_additive"),
    ],
)
def test_an_index_that_margins_do_not_determine_is_refused(changes, note):
    declared = part(**changes)
    found = assess_indices(dealt(declared), declared, {}, PUBLISHED)
    means = [line for line in found["index"] if line["statistic"] != "weight"]
    assert [line["note_data"] for line in means] == [f"not_computed/{note}"]
    assert found["decomposition"] == []


def test_mean_is_called_so_where_everybody_answered_everything_in_every_solution():
    whole = {
        "dimensions": {"home": OURS},
        "indicators": {"roof": {"variable": "roof", "dimension": "home", "dont_know": 1.5, **OURS}},
    }
    declared = {"index": {"i": whole}}
    shares = {1: "30", 2: "55", 8: "15"}
    cells = [cell("roof", TOTAL, code, text) for code, text in shares.items()]
    spec = {"respondents": 20, "no_answer": 99, "seed": 1}
    survey = derive_indices(reconstruct_survey(DECLARED, cells, (), spec, {}).survey, declared)
    index = resolve(read_indices(declared)[0], survey.codebook)
    means, _ = identified_lines(
        IdentifiedIndex(index, survey.codebook, Published(DECLARED, cells, (), spec))
    )
    assert (means[0]["statistic"], means[0]["value"]) == ("mean", pytest.approx(0.55 + 0.15 / 2))


def test_an_index_of_several_questions_in_one_says_which_indicator_is_open():
    both = {"both": {"combine": {"how": "all", "of": ["paid", "paid"]}}}
    declared = {
        "index": {
            "i": {
                "dimensions": {"work": OURS},
                "indicators": {"both": {"variable": "both", "dimension": "work", **OURS}},
            }
        }
    }
    records = reconstruct_survey(DECLARED, CELLS, (), SPEC, {}).survey
    survey = derive_indices(derive_indicators(records, {**INDICATORS, **both}), declared)
    index = resolve(read_indices(declared)[0], survey.codebook)
    published = Published(DECLARED, CELLS, (), SPEC, {}, {}, {**INDICATORS, **both})
    means, _ = identified_lines(IdentifiedIndex(index, survey.codebook, published))
    assert means[0]["note_data"] == "not_computed/several_questions:variable=both"
