"""What a program gives now is held against what is stored, and what it does not give is counted."""

import shutil

from reference import __main__ as live


def write(folder, lines):
    path = folder / "design_values.csv"
    path.write_text("data_set,statistic,value\n" + lines, encoding="utf-8")


def test_values_that_a_program_does_not_compute_are_counted_and_others_named(tmp_path, monkeypatch):
    stored, made = tmp_path / "stored", tmp_path / "made"
    stored.mkdir()
    write(stored, "trimmed,weight[1],45\ntrimmed,weight[2],30.8\napi,mean,656.5\napi,se,9.2\n")
    shutil.copytree(stored, made)
    write(made, "trimmed,weight[1],NA\napi,mean,656.5\napi,se,9.3\n")
    monkeypatch.setattr(live, "STORED", stored)
    moved, absent = live.moved_values(made)
    assert absent == {"design_values.csv": 2}
    assert moved == ["design_values.csv api se: stored 9.2, live 9.3"]
