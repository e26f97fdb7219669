"""Every count of every file is one cell of one system, whatever file counts it."""

import pytest

from resurvey.core.codebook import Codebook
from resurvey.safety.linked_cells import ANSWERED, BIN, SILENT, LinkedCells
from resurvey.safety.tracing import link_cells
from unit.safety.small_survey import DEFINITIONS, respondents, tabulated


@pytest.fixture(scope="module")
def linked(survey_files):
    return link_cells(*survey_files, DEFINITIONS)


def parts_of(linked, whole):
    return [
        {linked.cells[part].conditions for part in relation.parts}
        for relation in linked.relations
        if relation.whole == whole
    ]


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_every_relation_holds_for_the_true_counts(seed):
    linked = link_cells(*tabulated(respondents(seed)), DEFINITIONS)
    assert len(linked.relations) > 200
    for relation in linked.relations:
        parts = sum(linked.cells[part].count for part in relation.parts)
        assert linked.cells[relation.whole].count == parts


def test_a_line_of_the_frequencies_is_the_total_column_of_a_banner(linked, survey_files):
    files, _ = survey_files
    told = {}
    for (file, number), cell in linked.lines.items():
        told.setdefault(cell, []).append((file, files[file][number]))
    rare = linked.find("", [("job", "4")])
    assert {file for file, _ in told[rare]} == {
        "tables/frequencies.csv",
        "tables/crosstabs.csv",
        "tables/banners.csv",
    }


def test_groups_of_a_recode_are_sums_of_the_bars_of_their_numbers(linked):
    young = linked.find("", [("age_group", "1")])
    bars = [
        parts
        for parts in parts_of(linked, young)
        if any(code.startswith(BIN) for part in parts for _, code in part)
    ]
    assert bars


def test_crossed_columns_add_up_to_those_of_each_variable(linked):
    women = linked.find("", [("job", "1"), ("sex", "2")])
    regions = {(("job", "1"), ("region", str(code)), ("sex", "2")) for code in (1, 2, 3, 4)}
    assert regions in parts_of(linked, women)


def test_a_table_of_women_counts_the_cells_that_a_banner_by_sex_has(linked):
    assert linked.find("women", [("job", "1")]) is None
    whole = linked.find("", [("job", ANSWERED), ("sex", "2")])
    assert linked.cells[whole].count > 0


@pytest.mark.slow
def test_without_its_condition_a_table_is_what_it_leaves_out_of_all(survey_files):
    linked = link_cells(*survey_files)
    part = linked.find("women", [("job", "1")])
    rest = [cell for cell in linked.cells if cell.kind == "outside" and cell.population == "women"]
    whole = linked.find("", [("job", "1")])
    left = linked.cells[whole].count - linked.cells[part].count
    assert left in [cell.count for cell in rest if cell.conditions == (("job", "1"),)]


def test_who_did_not_choose_an_option_is_a_cell_too(linked):
    rest = [cell for cell in linked.cells if cell.kind == "complement"]
    assert {name for cell in rest for name, _ in cell.conditions} >= {"news"}


def test_those_without_an_answer_make_up_the_respondents(linked):
    everybody = linked.find("", ())
    assert any(
        (("job", f"{SILENT}9"),) in parts and (("job", ANSWERED),) in parts
        for parts in parts_of(linked, everybody)
    )


def test_a_code_with_a_plus_in_it_is_an_answer_and_no_sum():
    line = {"variable": "age", "kind": "answer", "respondents": "40", "base": "40"}
    lines = [{**line, "code": code, "count": "20"} for code in ("18", "18+")]
    linked = link_cells({"tables/frequencies.csv": lines}, Codebook({}))
    answered = linked.find("", [("age", ANSWERED)])
    assert {(("age", "18"),), (("age", "18+"),)} in parts_of(linked, answered)


def test_two_counts_under_one_name_are_two_cells():
    linked = LinkedCells()
    first = linked.add("", [("q", "1")], 5)
    assert linked.add("", [("q", "1")], 6) != first
    assert linked.add("", [("q", "1")], 5) == first


def test_an_option_of_a_set_is_its_own_variable_chosen(linked):
    for number in (1, 2, 3):
        option = linked.find("", [("news", f"news_{number}")])
        assert {(((f"news_{number}"), "1"),)} in parts_of(linked, option)


def test_bars_of_a_histogram_are_sums_of_the_values_counted_beside_them(survey_files):
    _, book = survey_files
    line = {"variable": "age", "kind": "answer", "respondents": "60", "base": "60"}
    counts = {"20": 12, "24": 13, "25": 20, "30": 15}
    ages = [{**line, "code": code, "count": str(count)} for code, count in counts.items()]
    bar = {"table": "frequencies", "row_variable": "age", "column_variable": ""}
    bars = [
        {**bar, "column_code": "total", "statistic": f"bin_{at}", "value": str(n), "n": str(n)}
        | {"lower": low, "upper": high, "standard_error": ""}
        for at, (low, high, n) in enumerate([("20", "25", 25), ("25", "30", 35)], 1)
    ]
    linked = link_cells({"tables/frequencies.csv": ages, "tables/summaries.csv": bars}, book)
    young = linked.find("", [("age", f"{BIN}20:25")])
    assert {(("age", "20"),), (("age", "24"),)} in parts_of(linked, young)
    old = linked.find("", [("age", f"{BIN}25:30")])
    assert {(("age", "25"),), (("age", "30"),)} in parts_of(linked, old)
