"""Many respondents take the way of few, column by column, to the same tables."""

import functools
import logging

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pyreadstat
import pytest

import import_wave
import prepare_wave
import tabulate_wave
from resurvey.core.errors import SurveyError
from resurvey.prepare.cleaning import clean_survey
from resurvey.reading.parquet import load_survey, open_survey, save_survey
from resurvey.reading.stored import StoredColumns, store_beside
from resurvey.tables.tabulation import TABLE_FILES

PEOPLE = 1200
CODEBOOK = {
    "id": "id",
    "variables": {
        "sex": {"codes": {1: {"en": "men"}, 2: {"en": "women"}}},
        "answer": {"codes": {"yes": "Yes", "no": "No"}, "rest": "other"},
        "born": {"date": "%Y-%m-%d"},
        "region": {"source": "obl"},
    },
}
CODEBOOK["variables"]["answer"]["codes"]["other"] = "Other"
STEPS = [
    {"action": "duplicates", "by": ["sex", "income", "born"], "why": {"en": "the same person"}},
    {"action": "range", "variable": "age", "min": 16, "max": 90, "then": "drop", "why": "no age"},
    {"action": "drop", "where": {"region": 7}, "why": {"en": "another country"}},
    {"action": "recode", "variable": "q1", "map": {5: 4, 3: None}, "why": {"en": "merged"}},
    {"action": "flag", "where": {"income": {"min": 90_000}}, "name": "rich", "why": {"en": "r"}},
    {
        "action": "skip_logic",
        "where": {"sex": 1},
        "variables": ["q2"],
        "then": "missing",
        "code": 99,
        "why": {"en": "not asked"},
    },
]
AGES = {"variable": "age", "ranges": {1: [18, 34], 2: [35, 60]}}
INDICATORS = {
    "good": {"label": {"en": "good"}, "share": {"variable": "q1", "codes": [1, 2]}},
    "better": {"share": {"variable": "q2", "codes": [1]}},
    "both": {"combine": {"how": "all", "of": ["good", "better"]}},
    "ages": {"recode": AGES},
    "decade": {"recode": {"variable": "age", "bands": {"width": 10, "from": 10}}},
    "fifth": {"recode": {"variable": "income", "quantiles": 5, "weight": "w"}},
    "word": {"recode": {"variable": "region", "map": {1: "north", 2: "south", 300: "far"}}},
}
SCALES = {"mood": {"items": ["q1", "q2"], "minimum_items": 1, "range": [1, 5]}}
TABLES = {
    "t": {"rows": ["q1", "q2", "both", "answer"], "columns": "sex", "summaries": ["age", "mood"]},
    "u": {"rows": ["good", "ages", "decade", "fifth", "word", "rich"], "columns": "region"},
}
WAVE = {"weight": "w", "largest_weight": 10}
WORDS = {"total": "Total", "all_respondents": "All", "no_answer": "None", "mean": "Mean"}


@pytest.fixture(scope="module")
def raw(tmp_path_factory):
    """A wave with everything that the steps and the indicators look for."""
    rng = np.random.default_rng(3)
    frame = pd.DataFrame(
        {
            "id": np.arange(PEOPLE) + 1.0,
            "sex": rng.choice([1.0, 2.0, np.nan], PEOPLE, p=[0.45, 0.5, 0.05]),
            "age": rng.integers(14, 95, PEOPLE).astype(float),
            "obl": rng.choice([1.0, 2.0, 7.0, 300.0], PEOPLE, p=[0.5, 0.3, 0.1, 0.1]),
            "q1": rng.choice([1.0, 2, 3, 4, 5, 99, np.nan], PEOPLE),
            "q2": rng.choice([1.0, 2, 3, 4, 5, 99, np.nan], PEOPLE),
            "income": np.round(rng.uniform(0, 100_000, PEOPLE)),
            "w": np.round(rng.uniform(0.3, 3, PEOPLE), 3),
            "answer": rng.choice(["yes", "no", "perhaps", "YES", ""], PEOPLE),
            "born": rng.choice(["1990-01-02", "1985-12-31", ""], PEOPLE),
        }
    )
    frame.iloc[700:720] = frame.iloc[100:120].to_numpy()
    frame["id"] = np.arange(PEOPLE) + 1.0
    path = tmp_path_factory.mktemp("raw") / "raw.sav"
    answers = {code: f"answer {code}" for code in (1, 2, 3, 4, 5)} | {99: "refused"}
    pyreadstat.write_sav(
        frame,
        str(path),
        row_compress=True,
        variable_value_labels={"q1": answers, "q2": answers},
        missing_ranges={"q1": [99], "q2": [99]},
    )
    return path


def walked(raw, folder, least, batch):
    """Import, prepare and tabulate a wave by the doors of its rules."""
    named = {
        room: {
            "responses": folder / room / "responses.parquet",
            "codebook": folder / room / "c.json",
        }
        for room in ("import", "clean", "indicators")
    }
    for door in (import_wave, prepare_wave):
        door.store_beside = functools.partial(store_beside, batch=batch)
    first = named["import"]
    import_wave.main(
        str(raw),
        CODEBOOK,
        WAVE,
        None,
        "en",
        first["responses"],
        first["codebook"],
        folder / "import/codebook.csv",
        logging.getLogger("resurvey"),
        stored_from=least,
    )
    outputs = {
        "cleaned": named["clean"]["responses"],
        "cleaned_codebook": named["clean"]["codebook"],
        "flags": folder / "clean/flags.csv",
        "ledger": folder / "clean/log.csv",
        **named["indicators"],
    }
    prepare_wave.main(
        first["responses"],
        first["codebook"],
        STEPS,
        INDICATORS,
        SCALES,
        {},
        WAVE,
        "en",
        outputs,
        stored_from=least,
    )
    outputs = {name: folder / f"tables/{name}.csv" for name in TABLE_FILES}
    tabulate_wave.main(
        *named["indicators"].values(),
        TABLES,
        {},
        {},
        {"indicators": INDICATORS, "scales": SCALES, "columns": "sex"},
        {},
        WAVE,
        "en",
        WORDS,
        {},
        {**outputs, "codebook": folder / "tables/codebook.json"},
    )
    return folder


@pytest.fixture(scope="module")
def both(raw, tmp_path_factory):
    """The wave as a small one and as a large one."""
    kept = [(door, door.store_beside) for door in (import_wave, prepare_wave)]
    folder = tmp_path_factory.mktemp("walked")
    yield (
        walked(raw, folder / "small", PEOPLE + 1, 10**6),
        walked(raw, folder / "large", 1, 250),
    )
    for door, store in kept:
        door.store_beside = store


def test_every_table_has_the_same_bytes(both):
    small, large = both
    written = sorted(path.relative_to(small) for path in small.rglob("*") if path.is_file())
    assert len(written) == 9 + len(TABLE_FILES) + 1
    assert written == sorted(path.relative_to(large) for path in large.rglob("*") if path.is_file())
    for path in written:
        if path.suffix != ".parquet":
            assert (small / path).read_bytes() == (large / path).read_bytes(), path


def test_the_respondents_are_the_same_in_every_room(both):
    small, large = both
    for path in small.rglob("*.parquet"):
        one, other = (pq.read_table(root / path.relative_to(small)) for root in both)
        assert one.schema.equals(other.schema, check_metadata=True), path
        assert one.equals(other), path
    assert pq.ParquetFile(large / "indicators/responses.parquet").num_row_groups > 1


def test_the_steps_removed_and_touched_somebody(both):
    """Otherwise the comparison would say nothing."""
    lines = (both[0] / "clean/log.csv").read_text(encoding="utf-8").splitlines()
    touched = [int(line.split(",")[4]) for line in lines[2:]]
    assert len(touched) > len(STEPS)
    assert all(touched)


def test_nothing_stays_of_the_stored_columns(both):
    assert not [path for path in both[1].rglob(".*") if path.is_dir()]


@pytest.fixture
def people(both, tmp_path):
    with store_beside(tmp_path / "r.parquet", 0, 100) as store:
        room = both[0] / "import"
        yield open_survey(room / "responses.parquet", room / "c.json", store)


def test_a_step_that_leaves_nobody_is_refused_alike(people):
    steps = [{"action": "drop", "where": {"age": {"min": 0}}, "why": "all"}]
    with pytest.raises(SurveyError, match="no respondent is left"):
        clean_survey(people, steps)


def test_cleaning_does_not_change_what_came_in(people):
    before = people.data.in_memory()
    cleaned = clean_survey(people, STEPS, "en").survey
    assert isinstance(cleaned.data, StoredColumns)
    assert len(cleaned.data) < PEOPLE
    pd.testing.assert_frame_equal(before, people.data.in_memory())


def test_a_code_that_left_with_its_respondents_leaves_the_type_of_its_column(people, tmp_path):
    """300 needs two bytes; without it the regions need one."""
    assert str(people.data.schema.field("region").type) == "int16"
    steps = [{"action": "drop", "where": {"region": 300}, "why": "far"}]
    cleaned = clean_survey(people, steps).survey
    save_survey(cleaned, tmp_path / "c.parquet", tmp_path / "c.json")
    assert str(pq.read_schema(tmp_path / "c.parquet").field("region").type) == "int8"
    frame = load_survey(tmp_path / "c.parquet", tmp_path / "c.json").data
    pd.testing.assert_frame_equal(frame, cleaned.data.in_memory())


@pytest.mark.parametrize("name", ["raw.csv", "raw.dta"])
def test_other_files_take_the_same_way_to_the_same_bytes(raw, tmp_path, name):
    frame, _ = pyreadstat.read_sav(raw, user_missing=True)
    if name == "raw.csv":
        frame.to_csv(tmp_path / name, index=False, sep=";", decimal=",")
    else:
        pyreadstat.write_dta(frame, tmp_path / name)
    written = []
    for room, least in (("whole", PEOPLE + 1), ("parts", 1)):
        named = [tmp_path / room / file for file in ("r.parquet", "c.json", "c.csv")]
        log = logging.getLogger("resurvey")
        import_wave.main(
            str(tmp_path / name), CODEBOOK, WAVE, None, "en", *named, log, stored_from=least
        )
        written.append([path.read_bytes() for path in named[1:]] + [pq.read_table(named[0])])
    assert written[0] == written[1]
    assert len(written[0][2]) == PEOPLE
