"""One wrong byte or field, anywhere: a file is read or refused in a sentence; nothing else happens.

Foreign code parses these formats, and some of it ends the process on bytes that it trusts. So
the mutants are read in a child process, which must come back.
"""

import os
import random
import struct
from pathlib import Path

import openpyxl
import pandas as pd
import pyreadstat
import pytest

from resurvey.core.errors import SurveyError
from resurvey.reading import read_undeclared

ROUNDS = 60
FIELDS = (0, -1, 1, 2, 3, 8, 255, 1000, 2**31 - 1, -(2**31))
PEOPLE = pd.DataFrame(
    {
        "sex": [1.0, 2.0, 1.0, 2.0],
        "age": [20.0, 31.0, 99.0, 45.5],
        "city": ["os", "bi", "os", "ta"],
        "words": ["x" * 300, "y", "", "z"],
    }
)


def _sav(path, **how):
    pyreadstat.write_sav(
        PEOPLE,
        path,
        variable_value_labels={
            "sex": {1.0: "men", 2.0: "women"},
            "city": {"os": "Osh", "bi": "Bishkek"},
            "age": {99.0: "refused"},
        },
        missing_ranges={"age": [99], "sex": [{"lo": 8, "hi": 9}]},
        note="a note",
        file_label="people",
        **how,
    )


def _xlsx(path):
    book = openpyxl.Workbook()
    book.active.append(list(PEOPLE))
    for row in PEOPLE.itertuples(index=False):
        book.active.append(list(row))
    book.save(path)


MAKERS = {
    "plain.sav": lambda path: _sav(path),
    "packed.sav": lambda path: _sav(path, row_compress=True),
    "packed.zsav": lambda path: _sav(path, compress=True),
    "people.dta": lambda path: pyreadstat.write_dta(
        PEOPLE, path, variable_value_labels={"sex": {1: "men", 2: "women"}}
    ),
    "five.xpt": lambda path: pyreadstat.write_xport(PEOPLE, str(path), file_format_version=5),
    "eight.xpt": lambda path: pyreadstat.write_xport(PEOPLE, str(path), file_format_version=8),
    "people.parquet": lambda path: PEOPLE.astype({"city": "category"}).to_parquet(path),
    "people.xlsx": _xlsx,
}


def mutants(content, seed, rounds=ROUNDS):
    """Change a field of four bytes, a byte or a bit, or cut the file; never give it back whole."""
    dice = random.Random(seed)
    for _ in range(rounds):
        changed, kind = bytearray(content), dice.randrange(4)
        at = dice.randrange(len(content) - 4)
        if kind == 0:
            struct.pack_into("<i", changed, at // 4 * 4, dice.choice(FIELDS))
        elif kind == 1:
            changed[at] ^= 1 << dice.randrange(8)
        elif kind == 2:
            changed[at] = dice.choice((0, 1, 0x7F, 0x80, 0xE1, 0xFF))
        else:
            del changed[at:]
        if bytes(changed) != content:
            yield bytes(changed)


def survives(path, contents):
    """Read each content in a child process; tell which one it did not come back from."""
    seen, tell = os.pipe()
    child = os.fork()
    if child == 0:
        for number, content in enumerate(contents):
            os.write(tell, struct.pack("<i", number))
            path.write_bytes(content)
            try:
                read_undeclared(path)
            except SurveyError as problem:
                if path.name not in str(problem) or "\n" in str(problem):
                    os._exit(1)
            except BaseException:
                os._exit(1)
        os._exit(0)
    os.close(tell)
    with os.fdopen(seen, "rb") as told:
        numbers = told.read()
    _, status = os.waitpid(child, 0)
    return None if status == 0 else (struct.unpack("<i", numbers[-4:])[0], status)


@pytest.mark.parametrize("name", MAKERS)
def test_one_wrong_place_ends_in_a_sentence_or_is_read(tmp_path, name):
    path = tmp_path / name
    MAKERS[name](path)
    content = path.read_bytes()
    assert len(read_undeclared(path).data) == len(PEOPLE)
    assert survives(path, list(mutants(content, seed=name))) is None


@pytest.mark.parametrize("name", ["plain.sav", "packed.zsav"])
def test_every_field_that_tells_numbers_from_texts_is_held_against_the_others(tmp_path, name):
    """A number whose write format says text ended the process; so did labelled nonsense."""
    path = tmp_path / name
    MAKERS[name](path)
    content = path.read_bytes()
    first = content.index(b"SEX ") - 24
    places = [first + 32 * number + at for number in range(3) for at in range(4, 24)]
    label = content.index(b"os      \x03Osh")
    changed = []
    for at in [*places, *range(label, label + 9)]:
        for value in (0, 1, 2, 0x80, 0xE1, 0xFF):
            mutant = bytearray(content)
            mutant[at] = value
            changed.append(bytes(mutant))
    changed = random.Random(name).sample(changed, 120)
    assert survives(path, changed) is None


def test_write_format_of_a_number_that_says_text_is_refused(tmp_path):
    path = tmp_path / "segv.sav"
    pyreadstat.write_sav(
        pd.DataFrame({"q": [1.0, 2.0, 1.0]}), path, variable_value_labels={"q": {1.0: "yes"}}
    )
    content = bytearray(path.read_bytes())
    content[176 + 22] = 1
    path.write_bytes(content)
    with pytest.raises(SurveyError, match=r"segv\.sav: the file is truncated or damaged"):
        read_undeclared(path)


def test_codes_in_another_encoding_than_the_file_declares_ask_for_the_encoding(tmp_path):
    path = tmp_path / "codes.sav"
    frame = pd.DataFrame({"q": ["zz", "b", "zz"]})
    pyreadstat.write_sav(frame, path, variable_value_labels={"q": {"zz": "YES"}})
    path.write_bytes(path.read_bytes().replace(b"zz", "жж".encode("cp1251")))
    with pytest.raises(SurveyError, match="no utf-8; declare the `encoding:`"):
        read_undeclared(path)
    assert read_undeclared(path, "windows-1251").codebook["q"].answer("жж") == "YES"


@pytest.mark.parametrize("name", ["five.xpt", "eight.xpt"])
def test_every_cut_of_a_transport_file_loses_no_respondent_silently(tmp_path, name):
    path = tmp_path / name
    frame = pd.DataFrame({"sex": [1.0, 2.0] * 20, "city": ["Bishkek"] * 40})
    pyreadstat.write_xport(frame, str(path), file_format_version=5 if name == "five.xpt" else 8)
    content = path.read_bytes()
    accepted, told = [], []
    for cut in range(1040, len(content), 5):
        path.write_bytes(content[:cut])
        try:
            accepted.append((cut, len(read_undeclared(path).data)))
        except SurveyError as problem:
            told.append(str(problem))
    assert all(name in sentence for sentence in told)
    # Rows have 15 bytes and records 80: without a number of rows a cut between both looks whole.
    data = len(content) - 80 * -(-15 * 40 // 80)
    assert [cut - data for cut, _ in accepted] == ([240, 480] if name == "five.xpt" else [])


def test_second_data_set_of_a_transport_file_is_no_respondents(tmp_path):
    path = tmp_path / "two.xpt"
    pyreadstat.write_xport(PEOPLE, str(path), file_format_version=5)
    content = path.read_bytes()
    path.write_bytes(content + content[240:])
    with pytest.raises(SurveyError, match="holds several data sets"):
        read_undeclared(path)


IRIS = Path("/usr/lib/R/site-library/haven/examples/iris.sas7bdat")


@pytest.mark.parametrize("kept", [0.3, 0.6, 0.9, 0.9999])
def test_cut_sas_file_is_refused(tmp_path, kept):
    content = IRIS.read_bytes()
    path = tmp_path / "iris.sas7bdat"
    path.write_bytes(content[: int(kept * len(content))])
    with pytest.raises(SurveyError, match=r"iris\.sas7bdat: the file is truncated or damaged"):
        read_undeclared(path)
