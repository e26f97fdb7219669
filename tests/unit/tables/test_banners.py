"""Banner tables: many questions by many groups, counted together, compared group by group."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from resurvey.core.codebook import Codebook, Survey, Variable
from resurvey.core.errors import SurveyError
from resurvey.core.notes import NOT_IDENTIFIED
from resurvey.counts.design import Design
from resurvey.study.folder import read_study
from resurvey.tables.banners import (
    BANNER_COLUMNS,
    MANY_COLUMNS,
    OVERLAPPING,
    all_items,
    tabulate_banners,
)
from resurvey.tables.blocks import CROSSTAB_COLUMNS, Setting
from resurvey.tables.tabulation import tabulate_survey
from unit.eight_people import JOB, SEX, eight_people

WORDS = {"total": "Total", "all_respondents": "All respondents", "mean": "Mean"}
SETTING = Setting("en", WORDS, 0.05)
AGE = Variable("age", codes={1: {"en": "Young"}, 2: {"en": "Old"}})


def people():
    """The eight people, four of whom are young."""
    survey = eight_people()
    data = survey.data.assign(age=pd.array([1, 1, 2, 2, 1, 1, 2, 2], "Int64"))
    return Survey(data, survey.codebook.updated([AGE]))


def banner(survey, design=None, setting=SETTING, aside=(), **declared):
    declared = {"rows": ["job"], "columns": ["sex", "age"], **declared}
    ready = None if design is None else design.prepared(survey)
    return tabulate_banners(survey, {"b": declared}, setting, design=ready, aside=aside)


def by_place(lines):
    return {
        (one["row_variable"], one["row_code"], one["column_variable"], one["column_code"]): one
        for one in lines
    }


def survey_of(counts, seed=0):
    """Survey of a question `q` by a group `g` with these counts, in any order."""
    rows = [(i, j) for (i, j), n in np.ndenumerate(np.asarray(counts)) for _ in range(n)]
    frame = pd.DataFrame(rows, columns=["q", "g"]).sample(frac=1, random_state=seed)
    codes = [{i: {} for i in range(size)} for size in np.shape(counts)]
    variables = {"q": Variable("q", codes=codes[0]), "g": Variable("g", codes=codes[1])}
    return Survey(frame.reset_index(drop=True), Codebook(variables))


def letters(survey, **declared):
    lines = banner(survey, rows=["q"], columns=["g"], **declared)
    return {
        (one["row_code"], one["column_code"]): one["letters"]
        for one in lines
        if one["column_variable"]
    }


def test_each_row_starts_with_all_respondents_and_has_the_groups_of_every_variable():
    lines = banner(people())
    first = [(one["column_variable"], one["column_code"]) for one in lines[:6]]
    assert first == [
        ("", "total"),
        ("sex", "1"),
        ("sex", "2"),
        ("sex", "3"),
        ("age", "1"),
        ("age", "2"),
    ]
    assert len(lines) == 6 * 4
    assert [one["kind"] for one in lines[::6]] == ["answer", "answer", "answer", "total"]


def test_counts_bases_and_per_cents_are_those_counted_by_hand():
    cells = by_place(banner(people()))
    # Six answered: 1 1 2 | 1 2 | 1 without a sex.
    everybody = cells["job", "1", "", "total"]
    assert (everybody["count"], everybody["base"]) == (4, 6)
    men = cells["job", "1", "sex", "1"]
    assert (men["count"], men["base"], men["percent"]) == (2, 3, 200 / 3)
    young = cells["job", "2", "age", "1"]
    assert (young["count"], young["base"], young["percent"]) == (1, 3, 100 / 3)
    nobody = cells["job", "1", "sex", "3"]
    assert (nobody["count"], nobody["base"], nobody["percent"]) == (0, 0, None)
    total = cells["job", "total", "sex", "2"]
    assert (total["count"], total["base"], total["unweighted_base"]) == (2, 2, 2)


@pytest.mark.parametrize(
    ("percent", "expected"),
    [
        ("row", {"1": (2, 3), "2": (1, 3), "total": (4, 4)}),
        ("total", {"1": (2, 5), "2": (1, 5), "total": (4, 6)}),
    ],
)
def test_row_and_table_per_cents_are_of_the_respondents_in_the_columns(percent, expected):
    cells = by_place(banner(people(), percent=percent, columns=["sex"]))
    for code, numbers in expected.items():
        one = cells["job", "1", "sex" if code != "total" else "", code]
        assert (one["count"], one["base"]) == numbers


def test_every_cell_is_the_one_of_the_crosstab_with_the_same_questions():
    for percent in ("column", "row", "total"):
        cells = by_place(banner(people(), percent=percent))
        for group in ("sex", "age"):
            table = {"t": {"rows": ["job"], "columns": group, "percent": percent}}
            for one in tabulate_survey(people(), table, language="en").crosstabs:
                column = group if one["column_code"] != "total" else ""
                twin = cells["job", one["row_code"], column, one["column_code"]]
                if one["kind"] == "total" and percent == "row":
                    continue  # a banner's last row holds the bases of the columns
                for key in ("row_label", "column_label", "count", "base", "percent", "kind"):
                    assert twin[key] == one[key], (percent, group, key)


def test_first_columns_are_those_of_crosstabs_and_no_line_has_others():
    assert BANNER_COLUMNS[:11] == CROSSTAB_COLUMNS[:11]
    assert set().union(*banner(people(), means=True)) <= set(BANNER_COLUMNS)


def test_letters_name_smaller_columns_in_two_cases():
    # R: prop.test p-values times six pairs: 0.00012 (A C), 0.0091 (D C), 0.0343 is 0.20 for A B.
    counts = [[60, 45, 30, 8], [40, 55, 70, 2]]
    found = letters(survey_of(counts))
    assert [found["0", str(column)] for column in range(4)] == ["C", "", "", "C"]
    assert [found["1", str(column)] for column in range(4)] == ["", "", "A D", ""]
    weak = letters(survey_of(counts), setting=replace(SETTING, alpha=0.01))
    assert weak["0", "3"] == "c"


def test_a_column_with_a_small_base_is_noted_and_not_compared():
    counts = [[60, 45, 30, 8], [40, 55, 70, 2]]
    lines = banner(survey_of(counts), rows=["q"], columns=["g"], minimum_base=30)
    cells = by_place(lines)
    small = cells["q", "0", "g", "3"]
    assert small["note"] == "base below 30"
    assert small["letters"] == ""
    assert small["percent"] == 80
    # Without the fourth column there are three pairs: A and B too are no longer alike.
    assert cells["q", "0", "g", "0"]["letters"] == "C"
    assert cells["q", "1", "g", "2"]["letters"] == "A"
    raw = banner(survey_of(counts), rows=["q"], columns=["g"], minimum_base=11)
    assert by_place(raw)["q", "0", "g", "3"]["note"] == "base below 11"


def test_letters_restart_for_every_column_variable():
    cells = by_place(banner(people()))
    assert [cells["job", "1", "sex", code]["column_letter"] for code in "123"] == ["A", "B", "C"]
    assert [cells["job", "1", "age", code]["column_letter"] for code in "12"] == ["A", "B"]
    assert "column_letter" not in cells["job", "1", "", "total"]


def test_a_subtotal_follows_its_last_part_and_is_compared_like_an_answer():
    counts = [[20, 10], [20, 10], [60, 80]]
    lines = banner(
        survey_of(counts),
        rows=["q"],
        columns=["g"],
        subtotals=[{"of": [0, 1], "label": {"en": "Net"}}],
    )
    assert [one["row_code"] for one in lines[::3]] == ["0", "1", "0+1", "2", "total"]
    net = by_place(lines)["q", "0+1", "g", "0"]
    assert (net["row_label"], net["count"], net["base"], net["percent"]) == ("Net", 40, 100, 40)
    # R: prop.test(c(40, 20), c(100, 100), correct = FALSE)$p.value is 0.00203.
    assert net["letters"] == "B"


def test_without_letters_nothing_is_compared():
    counts = [[60, 30], [40, 70]]
    assert set(letters(survey_of(counts), letters=False).values()) == {""}
    lines = banner(survey_of(counts), rows=["q"], columns=["g"], percent="row")
    assert {one.get("letters", "") for one in lines} == {""}


def test_too_many_columns_are_counted_and_not_compared():
    cells = banner(survey_of(np.full((2, 27), 3)), rows=["q"], columns=["g"])
    groups = [one for one in cells if one["column_variable"]]
    assert {one["note"] for one in groups} == {MANY_COLUMNS.text}
    assert len(groups) == 3 * 27


def test_means_are_of_the_codes_and_leave_dont_know_out():
    job = replace(JOB, measure="ordinal")
    survey = people()
    cells = by_place(banner(Survey(survey.data, survey.codebook.updated([job])), means=True))
    mean = cells["job", "mean", "", "total"]
    assert (mean["mean"], mean["base"], mean["kind"]) == (pytest.approx(4 / 3), 6, "mean")
    assert mean["row_label"] == "Mean"
    men = cells["job", "mean", "sex", "1"]
    assert (men["mean"], men["base"]) == (pytest.approx(4 / 3), 3)
    assert men["standard_deviation"] == pytest.approx((1 / 3) ** 0.5)
    assert "mean" not in {one["row_code"] for one in banner(people(), means=True)}


def test_means_get_the_letters_of_t_tests():
    survey = survey_of([[9, 2, 4], [3, 4, 6], [1, 8, 1], [2, 6, 0]])
    survey = Survey(
        survey.data, survey.codebook.updated([replace(survey.codebook["q"], measure="ordinal")])
    )
    cells = by_place(banner(survey, rows=["q"], columns=["g"], means=True))
    assert [cells["q", "mean", "g", code]["letters"] for code in "012"] == ["", "A C", ""]


def test_a_measurement_has_its_mean_instead_of_hundred_rows():
    survey = people()
    data = survey.data.assign(years=[18.5, 20, 30, 40, 50, 60, np.nan, 70])
    book = survey.codebook.updated([Variable("years", measure="scale")])
    cells = banner(Survey(data, book), rows=["years"], columns=["sex"], means=True)
    assert [one["row_code"] for one in cells[::4]] == ["total", "mean"]
    assert by_place(cells)["years", "mean", "sex", "1"]["mean"] == pytest.approx(68.5 / 3)
    with pytest.raises(SurveyError, match=r"'b': 'years' has values with a fraction; group it"):
        banner(Survey(data, book), rows=["years"], columns=["sex"])


MEDIA = {"media": {"type": "D", "counted_value": 1, "label": "", "variable_list": ["tv", "web"]}}


def media_people():
    """Of the eight, three chose TV, three the web (one both), three neither."""
    survey = people()
    data = survey.data.assign(tv=[1, 1, 1, 0, 0, 0, 0, 0], web=[1, 0, 0, 1, 1, 0, 0, 0])
    labels = {"tv": Variable("tv", {"en": "TV"}), "web": Variable("web", {"en": "Web"})}
    variables = {
        name: replace(one, codes={0: {}, 1: {}}, label=one.label) for name, one in labels.items()
    }
    return Survey(
        data, replace(survey.codebook.updated(variables.values()), multiple_response=MEDIA)
    )


def test_rows_of_a_set_are_per_cents_of_those_who_chose_anything():
    cells = by_place(banner(media_people(), rows=["media"]))
    tv = cells["media", "tv", "", "total"]
    assert (tv["row_label"], tv["count"], tv["base"], tv["percent"]) == ("TV", 3, 5, 60)
    men = cells["media", "web", "sex", "1"]
    assert (men["count"], men["base"]) == (1, 3)
    assert cells["media", "total", "sex", "2"]["count"] == 2
    assert cells["media", "tv", "age", "1"]["count"] == 2


def test_columns_of_a_set_overlap_and_are_not_compared():
    cells = by_place(banner(media_people(), columns=["$media"]))
    tv, web = (cells["job", "1", "$media", code] for code in ("tv", "web"))
    # TV: 1 1 2, web: 1 1 2; the first person is in both columns.
    assert (tv["count"], tv["base"], tv["column_label"]) == (2, 3, "TV")
    assert (web["count"], web["base"]) == (2, 3)
    assert tv["note"] == OVERLAPPING.text
    assert tv["column_letter"] == ""
    everybody = cells["job", "1", "", "total"]
    assert (everybody["count"], everybody["base"]) == (4, 6)


def test_row_and_table_per_cents_count_a_respondent_in_two_columns_once():
    row = by_place(banner(media_people(), columns=["media"], percent="row"))
    assert row["job", "1", "media", "tv"]["base"] == 3
    table = by_place(banner(media_people(), columns=["media"], percent="total"))
    assert table["job", "1", "media", "tv"]["base"] == 5


def test_a_set_by_itself_counts_who_chose_both():
    cells = by_place(banner(media_people(), rows=["media"], columns=["$media"]))
    both = cells["media", "tv", "$media", "web"]
    assert (both["count"], both["base"]) == (1, 3)


def test_a_subtotal_of_a_set_is_refused():
    with pytest.raises(SurveyError, match="a subtotal cannot be of the multiple-response set"):
        banner(media_people(), rows=["media"], subtotals=[{"of": ["tv", "web"]}])


def test_without_rows_all_questions_are_counted_but_columns_weights_and_texts():
    survey = media_people()
    book = survey.codebook.updated([Variable("why", measure="text"), Variable("w", codes={1: {}})])
    assert all_items(book, {"sex", "age", "w"}) == ["job", "media"]
    assert all_items(book, {"$media"}) == ["job", "sex", "age", "w"]
    lines = banner(survey, rows=None)
    assert list(dict.fromkeys(one["row_variable"] for one in lines)) == ["job", "media"]


def test_a_banner_without_any_question_is_refused():
    survey = eight_people()
    book = Codebook({"sex": SEX})
    with pytest.raises(SurveyError, match="banner 'b': no variable of the codebook has answers"):
        banner(Survey(survey.data, book), rows=None, columns=["sex"])


@pytest.mark.parametrize("key", ["rows", "columns"])
def test_an_unknown_variable_is_refused_with_the_nearest_name(key):
    other = {"rows": "columns", "columns": "rows"}[key]
    with pytest.raises(
        SurveyError, match=r"tables.yaml, 'b': variable 'sexx' .* did you mean 'sex'"
    ):
        banner(people(), **{key: ["sexx"], other: ["job"]})


def test_weights_change_counts_and_leave_the_number_of_respondents():
    survey = people()
    data = survey.data.assign(w=[2.0, 1.0, 0.5, 1.0, 1.0, 1.0, 1.0, 3.0])
    survey = Survey(data, survey.codebook.updated([Variable("w", measure="scale")]))
    cells = by_place(banner(survey, design=Design(weights="w"), means=True, minimum_base=3))
    men = cells["job", "1", "sex", "1"]
    assert (men["count"], men["base"], men["unweighted_count"]) == (3, 3.5, 2)
    assert cells["job", "total", "", "total"]["base"] == 8.5
    assert cells["job", "1", "sex", "2"]["note"] == "base below 3"


def test_letters_of_a_weighted_banner_are_those_of_the_weighted_crosstab():
    rng = np.random.default_rng(5)
    n = 600
    group = rng.integers(0, 3, n)
    frame = pd.DataFrame(
        {
            "q": (rng.random(n) < 0.2 + 0.2 * group).astype(int) + rng.integers(0, 2, n),
            "g": group,
            "w": rng.uniform(0.5, 2, n),
            "psu": rng.integers(0, 40, n),
        }
    )
    codes = {0: {}, 1: {}, 2: {}}
    book = Codebook(
        {name: Variable(name, codes=codes if name in "qg" else {}) for name in frame.columns}
    )
    design = Design(weights="w", clusters="psu")
    cells = by_place(banner(Survey(frame, book), design, rows=["q"], columns=["g"]))
    table = tabulate_survey(
        Survey(frame, book), {"t": {"rows": ["q"], "columns": "g"}}, design=design
    )
    compared = [one for one in table.crosstabs if one["kind"] == "answer" and "letters" in one]
    assert any(one["letters"] for one in compared)
    for one in compared:
        assert cells["q", one["row_code"], "g", one["column_code"]]["letters"] == one["letters"]


def reconstructed():
    survey = people()
    notes = ("crossed in print: job by sex", "crossed in print: age by sex")
    book = replace(survey.codebook, reconstructed=True, notes=notes)
    return Survey(survey.data, book)


def test_what_was_never_crossed_in_print_is_bounded_and_not_counted():
    cells = by_place(banner(reconstructed()))
    assert cells["job", "1", "sex", "1"]["count"] == 2
    assert cells["job", "1", "", "total"]["count"] == 4
    hidden = cells["job", "1", "age", "1"]
    assert hidden["note"] == NOT_IDENTIFIED.text
    assert not {"count", "base", "percent", "letters", "mean"} & set(hidden)
    assert hidden["count_lowest"] <= 2 <= hidden["count_highest"]
    table = {"t": {"rows": ["job"], "columns": "age"}}
    for one in tabulate_survey(reconstructed(), table, language="en").crosstabs:
        if one["column_code"] != "total":
            twin = cells["job", one["row_code"], "age", one["column_code"]]
            for key in ("count_lowest", "count_highest", "percent_lowest", "percent_highest"):
                assert twin.get(key) == one.get(key)


def test_invented_variables_and_sets_of_reconstructed_records_have_no_number():
    survey = reconstructed()
    lines = tabulate_banners(
        survey, {"b": {"rows": ["job"], "columns": ["age"]}}, SETTING, invented={"job"}
    )
    assert all("count" not in one and "count_lowest" not in one for one in lines)
    media = media_people()
    book = replace(media.codebook, reconstructed=True, notes=())
    lines = banner(Survey(media.data, book), rows=["media"], columns=["sex"])
    assert all("count" not in one for one in lines)


ANSWERS = st.lists(
    st.tuples(st.integers(0, 3), st.integers(0, 2), st.integers(0, 2), st.integers(0, 2)),
    min_size=1,
    max_size=40,
)


def _survey(rows):
    """Code 0 is no answer."""
    frame = pd.DataFrame(rows, columns=["q", "g", "h", "w"])
    codes = {"q": {1: {}, 2: {}, 3: {}}, "g": {1: {}, 2: {}}, "h": {1: {}, 2: {}}, "w": {}}
    variables = {
        name: Variable(
            name, measure="ordinal", codes=codes[name], missing=() if name == "w" else (0,)
        )
        for name in frame
    }
    return Survey(frame, Codebook(variables))


def _lines(rows, columns=("g", "h"), design=None, **declared):
    return banner(
        _survey(rows), rows=["q"], columns=list(columns), means=True, design=design, **declared
    )


@pytest.mark.slow
@given(ANSWERS, st.randoms(use_true_random=False))
@settings(max_examples=60, deadline=None)
def test_the_order_of_the_respondents_changes_nothing(rows, random):
    shuffled = random.sample(rows, len(rows))
    assert repr(_lines(rows)) == repr(_lines(shuffled))


@pytest.mark.slow
@given(ANSWERS)
@settings(max_examples=60, deadline=None)
def test_a_banner_of_two_variables_is_two_banners_of_one(rows):
    both = by_place(_lines(rows))
    for one in ("g", "h"):
        for place, cell in by_place(_lines(rows, columns=[one])).items():
            assert repr(both[place]) == repr(cell)


@pytest.mark.slow
@given(ANSWERS)
@settings(max_examples=60, deadline=None)
def test_a_frequency_weight_is_as_many_equal_respondents(rows):
    rows = [*rows, (1, 1, 1, 1)]
    many = [one for one in rows for _ in range(one[3])]
    weighted = by_place(_lines(rows, design=Design(weights="w", kind="frequency")))
    for place, cell in by_place(_lines(many)).items():
        for key in ("count", "base", "percent", "letters"):
            assert weighted[place].get(key) == cell.get(key)
        for key in ("mean", "standard_deviation"):
            assert weighted[place].get(key) == pytest.approx(cell.get(key), nan_ok=True)


@pytest.mark.slow
@given(ANSWERS)
@settings(max_examples=60, deadline=None)
def test_answers_add_up_to_the_base_and_groups_to_no_more_than_everybody(rows):
    cells = by_place(_lines(rows))
    for variable, code in [("", "total"), ("g", "1"), ("g", "2"), ("h", "1"), ("h", "2")]:
        answers = [cells["q", answer, variable, code]["count"] for answer in "123"]
        assert sum(answers) == cells["q", "total", variable, code]["base"]
    for answer in "123":
        groups = sum(cells["q", answer, "g", code]["count"] for code in "12")
        assert groups <= cells["q", answer, "", "total"]["count"]


SCHEMAS = Path(__file__).parents[3] / "workflow/schemas"
CONFIG = 'waves:\n  "1996": {file: resources/1996/raw.sav}\n'


@pytest.fixture
def declare(tmp_path):
    """Write a study with one table `t` and the given banner `b`, and read it."""

    def write(banner, name="b"):
        (tmp_path / "config.yaml").write_text(CONFIG)
        text = f"tables:\n  t: {{rows: [vote]}}\nbanners:\n  {name}: {banner}\n"
        (tmp_path / "tables.yaml").write_text(text)
        return read_study(tmp_path, SCHEMAS)["tables"]["banners"][name]

    return write


def test_columns_are_all_that_a_banner_needs(declare):
    assert declare("{columns: [sex]}") == {"columns": ["sex"]}


@pytest.mark.parametrize(
    ("banner", "message"),
    [
        ("{rows: [vote]}", "key 'columns' is missing under 'banners.b'"),
        ("{columns: []}", "does not fit"),
        ("{columns: [sex], colums: [age]}", "unknown key 'colums' .* did you mean 'columns'"),
        ("{columns: [sex, sex]}", "banner 'b': 'sex' stands twice under `columns`"),
        ("{rows: [a, a], columns: [sex]}", "banner 'b': 'a' stands twice under `rows`"),
        ("{rows: [sex], columns: [sex]}", "'sex' cannot be in its rows and columns"),
        ("{columns: [sex], percent: rows}", "'rows' is not one of column, row, total"),
        ("{columns: [sex], percent: row, letters: true}", "letters compare column percentages"),
        ("{columns: [sex], adjustment: none}", "is not one of bonferroni"),
        ("{columns: [sex], minimum_base: -1}", "does not fit"),
        ("{columns: [sex], subtotals: [{of: [1, 2]}]}", "each subtotal needs `rows` of its own"),
        (
            "{rows: [vote], columns: [sex], subtotals: [{of: [1, 2], rows: [vot]}]}",
            "a subtotal names 'vot', which is not in its rows; did you mean 'vote'",
        ),
    ],
)
def test_a_contradiction_is_named(declare, banner, message):
    with pytest.raises(SurveyError, match=message):
        declare(banner)


def test_a_banner_has_not_the_name_of_a_table(declare):
    with pytest.raises(SurveyError, match="banner 't': a table has this name"):
        declare("{columns: [sex]}", name="t")
