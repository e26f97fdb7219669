"""A wave that is read in batches says the same as one in memory, table by table."""

import logging

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from resurvey.core.codebook import Codebook, Survey, Variable
from resurvey.core.errors import SurveyError
from resurvey.counts.streamed import Levels, StreamedColumns, about
from resurvey.reading.observed_answers import with_text_answers
from resurvey.reading.parquet import save_survey
from resurvey.tables.banners import banner_variables
from resurvey.tables.domains import crossed_names, with_crossed, with_domain_sizes
from resurvey.tables.streaming import open_respondents
from resurvey.tables.tabulation import TABLE_FILES, fill_tables, with_weighting

N = 1_500
WORDS = {"total": "Total", "all_respondents": "All", "no_answer": "None", "mean": "Mean"}
TABLES = {
    "plain": {
        "rows": ["q0", "q1", "media"],
        "columns": "sex",
        "subtotals": [{"of": [1, 2], "rows": ["q0", "q1"]}],
    },
    "by_age": {
        "rows": ["q1"],
        "columns": "group",
        "strata": "sex",
        "percent": "row",
        "summaries": ["income", "age"],
    },
    "older": {"rows": ["q2", "city"], "columns": "sex*group", "where": {"age": {"min": 30}}},
    "twice": {
        "rows": ["q0"],
        "columns": "sex",
        "means": True,
        "pairs": [{"before": "q0", "after": "q1"}],
    },
    "alone": {"rows": ["q2"]},
}
BANNERS = {
    "wide": {
        "columns": ["sex", "group", "media", "sex*group"],
        "rows": ["q0", "q1", "media", "age"],
        "means": True,
    },
    "every": {"columns": ["sex"]},
    "young": {"columns": ["sex"], "rows": ["q0"], "where": {"group": [1, 2]}},
}
INDICATORS = {
    "indicators": {"good": {"share": {"variable": "group", "codes": [3, 4]}}},
    "columns": "sex",
}
DESIGNS = {
    "equal": {},
    "weights": {"weight": "w"},
    "strata": {"weight": "w", "strata": "stratum"},
    "clusters": {"weight": "w", "strata": "stratum", "clusters": "village"},
    "clusters_alone": {"clusters": "village"},
    "frequency": {"weight": "people", "weight_kind": "frequency"},
}


@pytest.fixture(scope="module")
def invented():
    """Answers with missing codes, texts, a set, numbers with fractions, a design, an id."""
    rng = np.random.default_rng(3)
    columns, variables = {}, {}

    def add(name, values, **described):
        whole = name not in ("income", "w", "city")
        columns[name] = pd.array(values, "Int64") if whole else values
        codes = {code: {"": f"answer {code}"} for code in described.pop("codes", ())}
        variables[name] = Variable(name, codes=codes, **described)

    def absent(values, share):
        return np.where(rng.random(N) < share, np.nan, values.astype(float))

    sex = rng.integers(1, 3, N)
    for number in range(3):
        answers = np.clip(rng.integers(1, 6, N) + (sex == 1) * rng.integers(0, 2, N), 1, 5)
        answers = np.where(rng.random(N) < 0.1, 99, answers)
        add(
            f"q{number}",
            absent(answers, 0.05),
            codes=[1, 2, 3, 4, 5, 99],
            missing=(99,),
            measure="ordinal",
            reasons={99: "refused"},
        )
    group = absent(rng.integers(1, 5, N), 0.03)
    add("sex", sex, codes=[1, 2])
    add("group", group, codes=[1, 2, 3, 4])
    add("income", absent(np.round(rng.gamma(2, 1000, N), 1), 0.2), measure="scale")
    add("age", rng.integers(18, 90, N), measure="scale")
    for medium in ("tv", "radio", "web"):
        add(medium, rng.integers(0, 2, N), codes=[0, 1])
    towns = rng.choice(["Osh", "Talas", "Naryn", None], N, p=[0.5, 0.3, 0.1, 0.1])
    add("city", pd.Series(towns, dtype="str"), measure="text")
    add("id", np.arange(N) + 1, measure="scale")
    add("village", rng.integers(1, 40, N))
    add("stratum", rng.integers(1, 4, N))
    weights = rng.uniform(0.3, 3, N)
    weights[:3], weights[3:6] = 0, np.nan
    add("w", weights, measure="scale")
    add("people", rng.integers(0, 5, N), measure="scale")
    add("good", np.where(np.isnan(group), np.nan, group > 2), codes=[1, 0])
    sets = {
        "media": {
            "type": "D",
            "counted_value": 1,
            "label": "Media",
            "variable_list": ["tv", "radio", "web"],
        }
    }
    return Survey(pd.DataFrame(columns), Codebook(variables, multiple_response=sets))


@pytest.fixture(scope="module")
def files(invented, tmp_path_factory):
    folder = tmp_path_factory.mktemp("wave")
    paths = folder / "responses.parquet", folder / "codebook.json"
    save_survey(invented, *paths)
    return paths


def filled(files, wave, stream_from):
    """Everything that the rule of the tables writes."""
    people = open_respondents(*files, wave, TABLES, BANNERS, INDICATORS, stream_from)
    named = {**TABLES, **banner_variables(BANNERS, people.codebook)}
    survey = with_crossed(with_text_answers(people, named), crossed_names(TABLES, BANNERS))
    matrix = {"m": {"variables": ["age", "income", "q0"]}}
    lines = fill_tables(
        survey, TABLES, INDICATORS, wave, "", WORDS, banners=BANNERS, correlations=matrix
    )
    book = with_domain_sizes(with_weighting(survey, wave), survey, wave, {**TABLES, **BANNERS})
    return survey, lines, book


@pytest.mark.slow
@pytest.mark.parametrize("wave", DESIGNS.values(), ids=DESIGNS)
def test_every_line_of_every_table_is_the_same_from_batches(files, wave, monkeypatch):
    monkeypatch.setattr("resurvey.reading.parquet.BATCH", 400)
    _, whole, book = filled(files, wave, N + 1)
    survey, streamed, same_book = filled(files, wave, N)
    assert isinstance(survey.data, StreamedColumns)
    assert survey.data.passes == 1, "a set of variables was not foreseen"
    for name in TABLE_FILES:
        assert len(streamed[name]) == len(whole[name])
        for mine, theirs in zip(streamed[name], whole[name], strict=True):
            assert mine.keys() == theirs.keys()
            for key, value in theirs.items():
                if isinstance(value, float) and value == value:
                    assert mine[key] == pytest.approx(value, rel=1e-9, abs=1e-12), (name, theirs)
                elif isinstance(value, int | str):
                    assert mine[key] == value, (name, key, theirs)
    assert same_book.domains == book.domains
    assert same_book.weighting == pytest.approx(book.weighting, rel=1e-12)


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["weights", "clusters"])
def test_weighted_sums_agree_to_twelve_digits(files, kind):
    wave = DESIGNS[kind]
    _, whole, _ = filled(files, wave, N + 1)
    _, streamed, _ = filled(files, wave, N)
    for mine, theirs in zip(streamed["crosstabs"], whole["crosstabs"], strict=True):
        if "count" in theirs:
            assert mine["count"] == pytest.approx(theirs["count"], rel=1e-12)
            assert mine["unweighted_count"] == theirs["unweighted_count"]


def test_a_small_file_is_read_into_memory(files):
    people = open_respondents(*files, {}, TABLES, BANNERS, INDICATORS)
    assert not isinstance(people.data, StreamedColumns)


def test_a_design_that_needs_the_respondents_is_read_into_memory_and_says_so(files, caplog):
    wave = {"weight": "w", "replicates": {"make": "bootstrap"}}
    with caplog.at_level(logging.WARNING):
        people = open_respondents(*files, wave, {}, {}, {}, 1)
    assert not isinstance(people.data, StreamedColumns)
    assert "replicate weights" in caplog.text


def streamed(table, variables, design=None, size=2):
    """A table of pyarrow as a stream of small batches."""
    book = Codebook({name: variables.get(name, Variable(name)) for name in table.column_names})
    columns = StreamedColumns(
        lambda names: iter(table.select(list(names)).to_batches(max_chunksize=size)),
        table.schema,
        len(table),
        book,
        design,
    )
    return Survey(columns, book)


def test_a_table_has_a_row_for_every_combination_that_anybody_gave():
    table = pa.table({"a": pa.array([1, 2, 2, None, 2], pa.int8()), "b": ["x", "y", "y", "x", "x"]})
    people, design = about(streamed(table, {}), None, "a", "b")
    rows = zip(people.data["a"].to_pylist(), people.data["b"].to_pylist(), strict=True)
    assert dict(zip(rows, design.behind.tolist(), strict=True)) == {
        (None, "x"): 1,
        (1, "x"): 1,
        (2, "x"): 1,
        (2, "y"): 2,
    }


def test_an_id_is_counted_by_how_many_have_one(monkeypatch):
    monkeypatch.setattr("resurvey.counts.streamed.MOST_LEVELS", 5)
    values = [*range(100, 120), None, 99, 99]
    table = pa.table(
        {"id": pa.array(values, pa.int32()), "sex": pa.array([1, 2, 1] + [1] * 20, pa.int8())}
    )
    survey = streamed(table, {"id": Variable("id", missing=(99,))})
    people, design = about(survey, None, "id")
    counted = dict(zip(people.data["id"].to_pylist(), design.behind.tolist(), strict=True))
    assert counted.pop(None) == 1
    assert counted.pop(99) == 2
    assert sum(counted.values()) == 20
    whole, none = about(survey, None, "id", "sex")
    assert len(whole.data) == 23
    assert none is None


@pytest.mark.parametrize(("clusters", "people"), [("village", 2), (None, 1)])
def test_a_stratum_of_one_cluster_is_named_of_a_stream_too(clusters, people):
    from resurvey.counts.design import Design

    regions = pa.array([1, 1, 1, *[2] * people], pa.int8())
    villages = pa.array([1, 2, 2, *[7] * people], pa.int8())
    table = pa.table({"region": regions, "village": villages})
    with pytest.raises(SurveyError, match=f"1 of 2 strata has .* 'region' 2, {people} pe"):
        streamed(table, {}, Design(strata="region", clusters=clusters))


def test_a_negative_weight_in_a_late_batch_is_refused_with_its_row():
    from resurvey.counts.design import Design

    table = pa.table({"q": pa.array([1] * 5, pa.int8()), "w": [1.0, 2.0, 1.0, -1.0, 1.0]})
    with pytest.raises(SurveyError, match=r"weight 'w': 1 values are negative .* \(row 4\)"):
        streamed(table, {}, Design(weights="w"))


def test_a_respondent_without_a_cluster_is_refused():
    from resurvey.counts.design import Design

    table = pa.table({"w": [1.0, 2.0, 1.0], "village": pa.array([1, None, 2], pa.int8())})
    with pytest.raises(SurveyError, match="'village' of the design is missing for 1 respondents"):
        streamed(table, {}, Design(weights="w", clusters="village"))


def test_levels_do_not_take_what_lies_under_a_missing_byte_for_a_value():
    levels = Levels([1])
    column = pa.array([1, None, 5, None], pa.int8()).slice(1)
    assert levels.number(column).tolist() == [1, 2, 1]
    assert levels.values == [1, None, 5]


def test_no_value_at_all_is_a_level_from_the_first_one_on_who_gave_none():
    levels = Levels([1, 2])
    assert levels.number(pa.array([2, 1], pa.int8())).tolist() == [1, 0]
    assert len(levels) == 2
    assert levels.number(pa.array([None, 2], pa.int8())).tolist() == [2, 1]
    assert levels.number(pa.array([float("nan"), 2.0])).tolist() == [2, 1]
    assert levels.values == [1, 2, None]


@pytest.mark.parametrize("seed", range(20))
def test_bytes_with_gaps_are_told_apart_batch_after_batch(seed):
    rng = np.random.default_rng(seed)
    levels = Levels(rng.permutation(8)[: seed % 8].tolist())
    for share in (0, 0.3, 1, 0.5):
        held = rng.integers(-3 * (seed % 2), 10 if seed % 3 else 120, 40).astype(np.int8)
        column = pa.array(held, mask=rng.random(40) < share).slice(seed % 3)
        found = [levels.values[at] for at in levels.number(column).tolist()]
        assert found == column.to_pylist()


def test_more_values_than_a_byte_numbers_are_told_apart():
    levels = Levels(range(300))
    first = levels.number(pa.array(range(-128, 128), pa.int8()))
    assert [levels.values[at] for at in first.tolist()] == list(range(-128, 128))


@pytest.mark.parametrize("codes", [[1, 2, 3], [3, 2, 1], [-1, 0, 1], [0, 1, 2], [5, 7], []])
def test_bytes_that_run_on_have_the_levels_of_their_values(codes):
    levels = Levels(codes)
    column = pa.array([*codes, *reversed(codes), 9, 3], pa.int8())
    found = [levels.values[at] for at in levels.number(column).tolist()]
    assert found == column.to_pylist()
    again = levels.number(column.slice(1))
    assert [levels.values[at] for at in again.tolist()] == column.to_pylist()[1:]
