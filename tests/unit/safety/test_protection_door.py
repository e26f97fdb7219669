"""The door of the protection: what harms may be a question of another wave alone."""

import pytest

import protect_wave
from resurvey.core.codebook import Codebook, Variable
from resurvey.core.errors import SurveyError
from resurvey.core.files import read_csv, write_csv, write_text

COLUMNS = ("variable", "kind", "code", "count", "base", "respondents")
STEPS = ("step", "rows_before", "rows_touched", "cells_touched", "rows_after")


@pytest.fixture
def given(tmp_path, monkeypatch):
    """What the rule gives the door of a wave with one question, beside a wave with another."""
    monkeypatch.chdir(tmp_path)
    room = tmp_path / "results/w1"
    counts = {"1": "30", "2": "40", "3": "4"}
    lines = [
        dict(zip(COLUMNS, ("job", "answer", code, count, "74", "74"), strict=True))
        for code, count in counts.items()
    ]
    write_csv(room / "tables/frequencies.csv", COLUMNS, lines)
    step = dict(zip(STEPS, ("1", "74", "0", "0", "74"), strict=True))
    write_csv(room / "clean/log.csv", STEPS, [step])
    for wave, name in (("w1", "job"), ("w2", "debt")):
        book = Codebook({name: Variable(name, codes={1: {}, 2: {}, 3: {}})})
        write_text(tmp_path / f"results/{wave}/tables/codebook.json", book.to_json())
    files = [str(room / "tables/frequencies.csv"), str(room / "clean/log.csv")]
    own = ("kept", "told", "register", "facts", "codebook")
    return {
        "files": files,
        "interviews": [],
        "codebook": str(room / "tables/codebook.json"),
        "others": [str(tmp_path / "results/w2/tables/codebook.json")],
        **dict.fromkeys(("tables", "indicators", "index"), {}),
        "threshold": 5,
        "wave": "w1",
        "people": "w1",
        "room": room,
        "public": [str(tmp_path / "public" / path.split("/")[-1]) for path in files],
        "own": {name: str(tmp_path / "own" / name) for name in own} | {"interviews": []},
    }


def test_what_only_another_wave_or_the_codebook_has_may_be_declared_to_harm(given):
    declared = {"sensitive": ["debt", "trust"]}
    protect_wave.main(**given, declared=declared, variables=["trust"])
    counts = [line["count"] for line in read_csv(given["public"][0])]
    assert "4" not in counts
    assert counts.count("") == 2


@pytest.mark.parametrize("name", ["debt", "trust", "dept"])
def test_a_name_that_no_wave_has_is_refused(given, name):
    given["others"] = []
    with pytest.raises(SurveyError, match=f"'{name}' under `sensitive` is no variable"):
        protect_wave.main(**given, declared={"sensitive": [name]}, variables=[])
