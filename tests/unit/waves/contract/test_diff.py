"""`resurvey diff A B` says what changed, and its exit code says how grave it is."""

import json

import pandas as pd
import pytest

from resurvey.__main__ import main
from resurvey.reading.writing import write_sav
from resurvey.waves.contract.differences import DRIFT_COLUMNS
from unit.waves.contract.small_waves import people, survey


@pytest.fixture
def files(tmp_path):
    """Write a wave and a changed one; give back their paths."""

    def write(data=None, **more):
        first, second = tmp_path / "a.sav", tmp_path / "b.sav"
        write_sav(first, survey(people(200, 1)))
        write_sav(second, survey(people(200, 2) if data is None else data, **more))
        return str(first), str(second)

    return write


def test_files_of_one_questionnaire_exit_with_zero(files, capsys):
    assert main(["diff", *files()]) == 0
    assert "0 breaking, 0 warnings, 0 notes" in capsys.readouterr().out


def test_breaking_difference_exits_with_one(files, capsys):
    assert main(["diff", *files(labels={"sex": {1: "Women", 2: "Men"}})]) == 1
    out = capsys.readouterr().out
    assert "2 breaking" in out
    assert "sex: {codes: {1: 2, 2: 1}}" in out


def test_warning_exits_with_zero(files, capsys):
    assert main(["diff", *files(wordings={"plans": "And your plans?"})]) == 0
    assert "1 warning" in capsys.readouterr().out


def test_file_that_cannot_be_read_exits_with_two(files, tmp_path, capsys):
    first, second = files()
    broken = tmp_path / "c.sav"
    broken.write_bytes((tmp_path / "a.sav").read_bytes()[:-50])
    for pair in ((first, str(tmp_path / "absent.sav")), (str(broken), second)):
        assert main(["diff", *pair]) == 2
        error = capsys.readouterr().err
        assert error.count("\n") == 1
        assert ".sav" in error


def test_differences_are_written_as_csv_and_json(files, tmp_path, capsys):
    pair = files(labels={"works": {1: "Yes", 2: "No", 3: "On leave"}})
    assert main(["diff", *pair, "--json", "--csv", str(tmp_path / "out.csv")]) == 1
    (line,) = json.loads(capsys.readouterr().out)
    assert (line["variable"], line["code"], line["difference"]) == ("works", 3, "new_answer")
    table = pd.read_csv(tmp_path / "out.csv")
    assert tuple(table.columns) == DRIFT_COLUMNS
    assert len(table) == 1


def test_two_formats_of_one_wave_are_one_questionnaire_where_labels_allow(files, tmp_path):
    first, _ = files()
    path = tmp_path / "a.csv"
    people(200, 1).to_csv(path, index=False)
    assert main(["diff", first, str(path)]) == 1  # 9 is no user-missing code in a text file
    assert main(["diff", first, first]) == 0
