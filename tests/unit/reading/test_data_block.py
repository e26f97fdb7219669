"""A large .sav is read a part at a time, to the very survey that it is when it is read at once."""

import datetime
import logging
import struct
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyreadstat
import pytest
from hypothesis import given
from hypothesis import strategies as st

from resurvey.core.errors import SurveyError
from resurvey.reading import labelled, read_survey
from resurvey.reading.data_block import Unlike, _followed, places_of, read_rows
from resurvey.reading.formats import Export
from resurvey.reading.labelled import read_labelled
from resurvey.reading.spss import check_spss_file
from resurvey.reading.stored import Store, StoredColumns

KEPT = Path(__file__).parents[2] / "reference/sav"
PEOPLE = 300
SLOWER = "read by the slower way"


def everything():
    """Answers of every kind that a .sav can hold."""
    rng = np.random.default_rng(5)
    at = np.arange(PEOPLE)
    moment = datetime.datetime(2024, 2, 29, 23, 59, 58)
    frame = pd.DataFrame(
        {
            "id": at + 1.0,
            "q1": np.where(at % 11 == 0, np.nan, rng.choice([1.0, 2.0, 98.0, 99.0], PEOPLE)),
            "edge": np.resize([-100.0, -99, -98, 0, 150, 151, 152, 153, 154, 155], PEOPLE),
            "half": np.where(at % 7 == 0, np.nan, at / 2),
            "late": np.where(at == PEOPLE - 1, 0.25, 3.0),
            "huge": np.resize([1e300, -1e300, 2.0**53, 2.0**53 + 2, 5e-324, -0.0], PEOPLE),
            "ends": np.resize([np.inf, -np.inf, np.nan, 1.0], PEOPLE),
            "nobody": np.full(PEOPLE, np.nan),
            "wide": rng.integers(-70_000, 70_000, PEOPLE).astype(float),
            "day": [datetime.date(2024, 1, 1) + datetime.timedelta(days=int(n)) for n in at],
            "moment": [moment + datetime.timedelta(seconds=int(n)) for n in at],
            "clock": [datetime.time(int(n) % 24, 5, 7) for n in at],
            "word": np.resize(["да", "нет  ", "", "  о т", "na"], PEOPLE),
            "town": [f"Ош {n}" * (n % 9) for n in at],
            "exact": ["э" * 127 + str(n % 10) for n in at],
            "long": [("ы" * 128 + "." * (n % 5)) if n % 3 else "" for n in at],
            "longest": [chr(1072 + n % 30) * (500 + n) + " x" for n in at],
        }
    )
    labels = {"q1": {1: "да", 2: "нет", 98: "не знаю"}, "word": {"да": "Да", "na": "Нет ответа"}}
    missing = {
        "q1": [99, {"lo": 90, "hi": 98}],
        "word": ["na"],
        "wide": [{"lo": -70_000, "hi": -60_000}],
        "moment": [{"lo": 13_900_000_000, "hi": 13_928_000_000}],
    }
    return frame, {
        "variable_value_labels": labels,
        "missing_ranges": missing,
        "column_labels": {"q1": "Вопрос", "town": "Город"},
        "variable_measure": {"q1": "ordinal"},
    }


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """The same answers written in the three ways of a .sav."""
    folder = tmp_path_factory.mktemp("everything")
    frame, known = everything()
    ways = {"plain.sav": {}, "bytes.sav": {"row_compress": True}, "packed.zsav": {"compress": True}}
    for name, options in ways.items():
        pyreadstat.write_sav(frame, str(folder / name), **known, **options)
    return folder


def stored(path, folder, **options):
    """Read a file in parts, as one of a million respondents is read."""
    folder.mkdir(exist_ok=True)
    return read_survey(path, store=Store(folder, least=0, batch=50), **options)


def assert_same(survey, other):
    """Two surveys are the same, to the types of their columns."""
    assert isinstance(other.data, StoredColumns)
    pd.testing.assert_frame_equal(survey.data, other.data.in_memory(), check_exact=True)
    assert survey.codebook == other.codebook
    assert list(survey.codebook) == list(other.codebook)
    for name in survey.codebook:
        assert list(survey.codebook[name].codes) == list(other.codebook[name].codes)


@pytest.fixture
def small_pieces(monkeypatch):
    """Part a file as if it were a thousand times as large."""
    monkeypatch.setattr("resurvey.reading.data_block.PIECE", 4096)


@pytest.mark.parametrize("name", ["plain.sav", "bytes.sav", "packed.zsav"])
def test_every_kind_of_answer_is_the_same_however_it_is_read(files, tmp_path, caplog, name):
    caplog.set_level(logging.INFO, "resurvey")
    assert_same(read_survey(files / name), stored(files / name, tmp_path / "store"))
    assert SLOWER not in caplog.text


@pytest.mark.slow
@pytest.mark.parametrize("name", ["plain.sav", "bytes.sav", "packed.zsav"])
def test_parts_may_end_anywhere(files, tmp_path, small_pieces, name):
    survey = read_survey(files / name)
    export = Export(store=Store(tmp_path, least=0, batch=7))
    parted = read_labelled(files / name, export)
    frame = parted.data.in_memory()
    pd.testing.assert_frame_equal(survey.data, frame, check_exact=True)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["plain.sav", "bytes.sav", "packed.zsav"])
def test_the_slower_way_gives_the_same(files, tmp_path, monkeypatch, caplog, name):
    def unlike(*_):
        raise Unlike

    monkeypatch.setattr(labelled, "read_rows", unlike)
    monkeypatch.setattr(labelled, "_CELLS", 1000)
    caplog.set_level(logging.INFO, "resurvey")
    parted = read_labelled(files / name, Export(store=Store(tmp_path, least=0, batch=100)))
    assert SLOWER in caplog.text
    pd.testing.assert_frame_equal(
        read_labelled(files / name, Export()).data, parted.data.in_memory(), check_exact=True
    )


def test_the_file_of_another_program_in_windows_1251_is_the_same(tmp_path, caplog):
    caplog.set_level(logging.INFO, "resurvey")
    assert_same(read_survey(KEPT / "features.sav"), stored(KEPT / "features.sav", tmp_path / "s"))
    assert SLOWER not in caplog.text


def test_a_file_with_one_respondent_is_the_same(tmp_path):
    frame, known = everything()
    pyreadstat.write_sav(frame[:1], str(tmp_path / "one.sav"), **known, row_compress=True)
    assert_same(read_survey(tmp_path / "one.sav"), stored(tmp_path / "one.sav", tmp_path / "s"))


@pytest.mark.slow
def test_a_file_of_numbers_that_does_not_say_how_many_rows_it_has_is_the_same(files, tmp_path):
    for name in ("plain.sav", "bytes.sav", "packed.zsav"):
        content = bytearray((files / name).read_bytes())
        content[80:84] = struct.pack("<i", -1)
        path = tmp_path / name
        path.write_bytes(content)
        assert_same(read_survey(path), stored(path, tmp_path / "s"))


def test_a_file_without_respondents_is_refused_in_the_same_words(tmp_path):
    path = tmp_path / "nobody.sav"
    pyreadstat.write_sav(pd.DataFrame({"q": [1.0]})[:0], str(path))
    said = []
    for store in (None, Store(tmp_path, least=0)):
        with pytest.raises(SurveyError) as refused:
            read_survey(path, store=store)
        said.append(str(refused.value))
    assert said[0] == said[1]
    assert "0 respondents" in said[0]


def test_a_small_file_is_read_into_memory(files, tmp_path):
    survey = read_survey(files / "plain.sav", store=Store(tmp_path, least=PEOPLE + 1))
    assert isinstance(survey.data, pd.DataFrame)
    assert not list(tmp_path.iterdir())


def big_endian(rows):
    """A .sav as a large computer wrote it: two numbers of each respondent."""
    variables = b"".join(
        struct.pack(">6i", 2, 0, 0, 0, 0x050802, 0x050802) + name.ljust(8)
        for name in (b"AGE", b"W")
    )
    header = b"$FL2@(#) SPSS DATA FILE big".ljust(64) + struct.pack(
        ">5id", 2, 2, 0, 0, len(rows), 100.0
    )
    head = header + b"01 Jan 2412:00:00" + b" " * 64 + b"\0" * 3
    machine = struct.pack(">4i8i", 7, 3, 4, 8, 24, 0, 0, 720, 1, 1, 1, 1252)
    data = b"".join(struct.pack(">2d", *row) for row in rows)
    return head + variables + machine + struct.pack(">2i", 999, 0) + data


def test_a_file_of_a_large_computer_is_read_the_slower_way(tmp_path, caplog):
    path = tmp_path / "big.sav"
    path.write_bytes(big_endian([(20, 1.5), (99, 0.25), (30, 2)]))
    caplog.set_level(logging.INFO, "resurvey")
    survey = stored(path, tmp_path / "s")
    assert SLOWER in caplog.text
    assert survey.data["AGE"].tolist() == [20, 99, 30]
    assert_same(read_survey(path), survey)


def test_system_missing_is_told_by_its_bits(files, tmp_path):
    """Among values that are written out the ends of ranges are no values either."""
    dictionary = check_spss_file(files / "plain.sav")
    content = bytearray((files / "plain.sav").read_bytes())
    step = 8 * len(dictionary.widths)
    for row, bits in enumerate((0xFFEFFFFFFFFFFFFF, 0xFFEFFFFFFFFFFFFE, 0x7FEFFFFFFFFFFFFF)):
        struct.pack_into("<Q", content, dictionary.start + row * step, bits)
    struct.pack_into("<Q", content, dictionary.start + 3 * step, 0x7FF8000000000001)
    path = tmp_path / "bits.sav"
    path.write_bytes(content)
    survey = stored(path, tmp_path / "s")
    assert survey.data["id"].isna().to_numpy().nonzero()[0].tolist() == [0, 1, 2, 3]
    assert_same(read_survey(path), survey)


def outcome(read):
    """What became of reading: the survey as text, or that it was refused."""
    try:
        survey = read()
    except SurveyError:
        return "refused"
    data = survey.data
    frame = data.in_memory() if isinstance(data, StoredColumns) else data
    return frame.to_json(double_precision=15), survey.codebook


@pytest.mark.slow
@pytest.mark.parametrize("name", ["plain.sav", "bytes.sav", "packed.zsav"])
def test_damaged_data_are_read_alike_or_refused_alike(tmp_path, monkeypatch, name):
    """Bytes of the data are changed, and cut off: both ways make the same of it."""
    monkeypatch.setattr("resurvey.reading.data_block.PIECE", 512)
    rng = np.random.default_rng(7)
    frame, _ = everything()
    path = tmp_path / name
    frame = frame[["id", "q1", "half", "wide", "day", "word"]][:40]
    options = {"bytes.sav": {"row_compress": True}, "packed.zsav": {"compress": True}}
    pyreadstat.write_sav(frame, str(path), **options.get(name, {}))
    whole, start = path.read_bytes(), check_spss_file(path).start
    told = {"refused": 0, "read": 0}
    for number in range(25):
        content = bytearray(whole)
        at = int(rng.integers(start, len(content)))
        if number % 5 == 4:
            del content[at:]
        else:
            content[at] = int(rng.choice([0, 1, 251, 252, 253, 254, 255, content[at] ^ 8]))
        path.write_bytes(content)
        once = outcome(lambda: read_labelled(path, Export()))
        parted = outcome(lambda: read_labelled(path, Export(store=Store(tmp_path, least=0))))
        assert once == parted, (number, at)
        told["refused" if once == "refused" else "read"] += 1
    assert all(told.values())


def test_a_text_among_numbers_is_left_to_the_library(tmp_path):
    """The opcode of blanks in a column of numbers is no number."""
    path = tmp_path / "blank.sav"
    pyreadstat.write_sav(pd.DataFrame({"q": [1.0, 2.0, 3.0]}), str(path), row_compress=True)
    content = bytearray(path.read_bytes())
    start = check_spss_file(path).start
    content[start] = 254
    path.write_bytes(content)
    dictionary = check_spss_file(path)
    (place,) = places_of(dictionary.widths, {"q": ("double", 8)})
    with pytest.raises(Unlike):
        [rows.values(place, "utf-8") for rows in read_rows(path, dictionary)]


def test_what_the_metadata_and_the_dictionary_say_must_agree():
    with pytest.raises(Unlike):
        places_of([0, 0], {"q": ("double", 8)})
    with pytest.raises(Unlike):
        places_of([0], {"q": ("string", 8)})


def test_small_codes_become_small_integers(files, tmp_path):
    survey = stored(files / "bytes.sav", tmp_path / "s")
    kinds = {name: survey.data.schema.field(name).type for name in ("q1", "edge", "wide", "half")}
    assert kinds == {"q1": pa.int8(), "edge": pa.int16(), "wide": pa.int32(), "half": pa.float64()}


def test_a_reader_that_dies_costs_one_sentence(files, tmp_path, monkeypatch):
    """The stored way runs in the child, too."""
    from resurvey.reading import child

    monkeypatch.setattr(child, "SHORTEST_TIME", 0)
    monkeypatch.setattr(child, "SMALLEST_MEMORY", 1)
    monkeypatch.setattr(child, "MEMORY_PER_BYTE", 0)
    with pytest.raises(SurveyError, match=r"plain\.sav: .*memory"):
        stored(files / "plain.sav", tmp_path / "s")


def one_by_one(candidates, after):
    """Follow units from one that announces others to the next, as the format says."""
    met, at = [], 0
    while at < len(candidates):
        met.append(at)
        at = next((n for n in range(at, len(candidates)) if candidates[n] >= after[at]), 10**9)
    return met


@given(st.lists(st.tuples(st.integers(1, 9), st.integers(1, 8)), max_size=40))
def test_units_that_announce_others_are_found_as_by_following_each(steps):
    candidates = np.cumsum([step for step, _ in steps], dtype=np.int64)
    after = candidates + 1 + np.array([units for _, units in steps], np.int64)
    assert np.flatnonzero(_followed(candidates, after)).tolist() == one_by_one(candidates, after)
