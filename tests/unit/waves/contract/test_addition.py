"""A new wave is recorded in one command, or not at all."""

import hashlib
import os
import shlex
from pathlib import Path

import pytest

from invented import ROOT
from resurvey.__main__ import main
from resurvey.core.errors import SurveyError
from resurvey.reading.writing import write_sav
from resurvey.study.folder import read_study
from resurvey.waves.contract.addition import _recorded_path
from resurvey.waves.contract.drift import wave_of_file
from unit.waves.contract.small_waves import people, survey
from unit.waves.contract.study_folder import SCHEMAS, TABLES

CONFIG = """\
# The study.
waves:
  # the first
  "2022": {file: resources/2022.sav}  # real
alpha: 0.05  # declared
"""
CODEBOOK = """\
variables:
  sex: {label: Your sex, codes: {1: Men, 2: Women}}
  plans:
    label: What are your plans?
    codes: {1: Stay, 2: Leave, 8: Hard to say, 9: Refused}
    missing: [9]
"""


@pytest.fixture
def study(tmp_path):
    """A study of one wave, and the file of a second one."""
    folder = tmp_path / "study"
    (folder / "config").mkdir(parents=True)
    (folder / "resources").mkdir()
    for name, text in {"config": CONFIG, "tables": TABLES, "codebook": CODEBOOK}.items():
        (folder / f"config/{name}.yaml").write_text(text, encoding="utf-8")
    write_sav(folder / "resources/2022.sav", survey(people(200, 1)))
    write_sav(folder / "resources/2026.sav", survey(people(200, 2)))
    return folder


def add(study, *more, file="resources/2026.sav", name="2026"):
    return main(["add-wave", str(study / file), "--name", name, "--study", str(study), *more])


def text(study, name="config"):
    return (study / f"config/{name}.yaml").read_text(encoding="utf-8")


def test_wave_without_differences_is_recorded_and_needs_no_decision(study, capsys):
    assert add(study, "--label", "Autumn 2026") == 0
    wave = read_study(study / "config", SCHEMAS)["config"]["waves"]["2026"]
    content = (study / "resources/2026.sav").read_bytes()
    assert wave == {
        "file": "resources/2026.sav",
        "label": "Autumn 2026",
        "sha256": hashlib.sha256(content).hexdigest(),
    }
    assert "Nothing has to be decided" in capsys.readouterr().out


def test_every_line_of_the_configuration_stays(study):
    add(study)
    lines = text(study).splitlines()
    assert [line for line in lines if line in CONFIG.splitlines()] == CONFIG.splitlines()


def test_nothing_is_copied(study):
    before = sorted(study.rglob("*"))
    add(study)
    assert set(study.rglob("*")) - set(before) == {study / "config/waves.yaml"}


def test_changed_questionnaire_exits_with_one_and_suggests_in_comments(study, capsys):
    swapped = survey(people(200, 3), labels={"sex": {1: "Women", 2: "Men"}})
    write_sav(study / "resources/2026.sav", swapped)
    assert add(study) == 1
    assert "sex: {codes: {1: 2, 2: 1}}" in capsys.readouterr().out
    assert '"2026":\n  variables:\n    # sex: {codes: {1: 2, 2: 1}}' in text(study, "waves")
    assert read_study(study / "config", SCHEMAS)["waves"]["2026"] == {
        "variables": None,
        "accept": None,
    }


@pytest.mark.slow
def test_third_wave_is_compared_with_the_second(study, capsys):
    assert add(study) == 0
    write_sav(
        study / "resources/2027.sav",
        survey(people(200, 3), wordings={"plans": "What do you plan?"}),
    )
    assert add(study, file="resources/2027.sav", name="2027") == 0
    assert "(codebook, 2026)" in capsys.readouterr().out
    assert list(read_study(study / "config", SCHEMAS)["waves"]) == ["2026", "2027"]


def test_labels_by_language_and_reading_options_are_recorded(study):
    people(100, 5)[["sex", "plans"]].to_csv(study / "resources/2026.csv", index=False, sep=";")
    options = ["--separator", ";", "--label", "ru=осень", "--label", "en=autumn"]
    add(study, *options, file="resources/2026.csv")
    wave = read_study(study / "config", SCHEMAS)["config"]["waves"]["2026"]
    assert wave["separator"] == ";"
    assert wave["label"] == {"ru": "осень", "en": "autumn"}


def test_file_outside_the_study_is_recorded_by_its_full_path(study, tmp_path, capsys):
    write_sav(tmp_path / "elsewhere.sav", survey(people(100, 3)))
    assert add(study, file="../elsewhere.sav") == 0
    wave = read_study(study / "config", SCHEMAS)["config"]["waves"]["2026"]
    assert wave["file"] == (tmp_path / "elsewhere.sav").resolve().as_posix()
    assert "lies outside the study" in capsys.readouterr().out


def test_wave_before_that_a_rule_has_yet_to_make_is_left_to_the_run(study, capsys):
    (study / "resources/2022.sav").unlink()
    assert add(study) == 0
    assert "will be compared when Snakemake runs" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"name": "2022"}, "the study has a wave '2022' already"),
        ({"name": "../out"}, "'../out' cannot be the name of a wave"),
        ({"name": "drift"}, "'drift' cannot be the name of a wave"),
        ({"file": "resources/absent.sav"}, "there is no such file"),
        (
            {"file": "resources/2022.sav"},
            "this is the file of wave '2022'; name the wave's own file",
        ),
        ({"file": "config/config.yaml"}, "cannot read a '.yaml' file"),
    ],
)
def test_refusal_is_one_sentence_and_writes_nothing(study, capsys, arguments, said):
    before = {path: path.read_bytes() for path in study.rglob("*") if path.is_file()}
    assert add(study, **arguments) == 2
    error = capsys.readouterr().err
    assert said in error
    assert error.count("\n") == 1
    assert {path: path.read_bytes() for path in study.rglob("*") if path.is_file()} == before


def test_copy_of_another_wave_is_told_though_its_hash_alone_is_left(study, capsys):
    assert add(study) == 0
    assert "is the file of wave" not in capsys.readouterr().out
    (study / "resources/2026.sav").rename(study / "resources/copy.sav")
    assert add(study, file="resources/copy.sav", name="2028") == 0
    said = " ".join(capsys.readouterr().out.split())
    assert "is the file of wave '2026' (the same SHA-256): is it the right one?" in said


def test_sheets_of_one_workbook_may_be_two_waves():
    first = {"file": "a.xlsx", "sha256": "0", "sheet": "2022"}
    assert wave_of_file({**first, "sheet": "2026"}, {"2022": first}) == ""
    assert wave_of_file(first, {"2022": first}) == "2022"


def test_files_that_are_gone_are_not_said_to_be_one(tmp_path):
    gone = {"file": str(tmp_path / "gone.sav")}
    assert wave_of_file(gone, {"2022": gone}) == ""


def test_weight_that_the_file_does_not_have_is_refused(study, capsys):
    write_sav(study / "resources/2026.sav", survey(people(200, 3).assign(wght=[0.5, 1.5] * 100)))
    before = text(study)
    assert add(study, "--weight", "weight") == 2
    error = capsys.readouterr().err
    assert "the weight 'weight' is not a variable of the file; did you mean 'wght'?" in error
    assert text(study) == before
    assert add(study, "--weight", "wght") == 0


def test_folder_without_a_study_is_refused(study, tmp_path, capsys):
    file = str(study / "resources/2026.sav")
    assert main(["add-wave", file, "--name", "2026", "--study", str(tmp_path)]) == 2
    assert "name the study's folder with --study or --directory" in capsys.readouterr().err


def test_study_that_is_not_valid_is_left_as_it_was(study):
    (study / "config/waves.yaml").write_text('"2027": {}\n', encoding="utf-8")
    before = text(study)
    assert add(study, name="2028") == 2
    assert text(study) == before


def test_counted_wave_gets_its_frequency_weight_with_a_word(study, capsys):
    counted = "sex,plans,Freq\n" + "".join(
        f"{sex},{plan},{10 * sex + plan}\n" for sex in (1, 2) for plan in (1, 2, 8)
    )
    (study / "resources/2026.csv").write_text(counted, encoding="utf-8")
    assert add(study, file="resources/2026.csv") in (0, 1)
    wave = read_study(study / "config", SCHEMAS)["config"]["waves"]["2026"]
    assert (wave["weight"], wave["weight_kind"]) == ("Freq", "frequency")
    assert "'Freq' is declared as their frequency weight" in capsys.readouterr().out


@pytest.mark.slow
def test_weight_that_only_the_new_wave_has_is_mentioned(study, capsys):
    data = people(200, 3)
    data["WEIGHT"] = [0.5, 1.5] * 100
    write_sav(study / "resources/2026.sav", survey(data))
    assert add(study) == 0
    assert "'WEIGHT' is or looks like a weight and is not used" in capsys.readouterr().out
    write_sav(study / "resources/2028.sav", survey(data.iloc[::-1]))
    assert add(study, "--weight", "WEIGHT", file="resources/2028.sav", name="2028") == 0
    assert "looks like a weight" not in capsys.readouterr().out


def test_refusal_of_the_new_file_names_the_options_of_the_command(study, capsys):
    (study / "resources/2026.csv").write_bytes("sex,город\n1,Ош\n2,Бишкек\n".encode("cp1251"))
    assert add(study, file="resources/2026.csv") == 2
    assert "`--encoding windows-1251`" in capsys.readouterr().err


def test_link_that_leads_back_to_itself_is_a_sentence(tmp_path):
    (tmp_path / "a.sav").symlink_to(tmp_path / "b.sav")
    (tmp_path / "b.sav").symlink_to(tmp_path / "a.sav")
    with pytest.raises(SurveyError, match=r"a\.sav: this link leads back to itself"):
        _recorded_path(tmp_path / "a.sav", tmp_path)


def test_study_is_named_with_its_title_and_may_be_given_like_everywhere_else(study, capsys):
    (study / "config/config.yaml").write_text(f"title: Lives\n{CONFIG}", encoding="utf-8")
    file = str(study / "resources/2026.sav")
    assert main(["add-wave", file, "--name", "2026", "--directory", str(study)]) == 0
    out = capsys.readouterr().out
    assert out.startswith(f"Study: {study.resolve()} (“Lives”)\n")
    command = shlex.split(out.splitlines()[-1])
    assert Path(command[0]).samefile(ROOT / "run")
    assert Path(command[command.index("--directory") + 1]).samefile(study)


def test_file_may_be_named_as_the_study_sees_it(study, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    assert main(["add-wave", "resources/2026.sav", "--name", "2026", "-d", "study"]) == 0
    recorded = read_study(study / "config", SCHEMAS)["config"]["waves"]["2026"]
    assert recorded["file"] == "resources/2026.sav"


def test_two_files_of_one_name_here_and_in_the_study_are_not_chosen_from(
    study, monkeypatch, capsys
):
    (study.parent / "resources").mkdir()
    write_sav(study.parent / "resources/2026.sav", survey(people(50, 9)))
    monkeypatch.chdir(study.parent)
    assert main(["add-wave", "resources/2026.sav", "--name", "2026", "-d", "study"]) == 2
    assert "write the whole path" in capsys.readouterr().err


def test_file_of_another_survey_is_refused_and_nothing_is_written(study, capsys):
    names = {name: f"other_{name}" for name in people(2)}
    other = people(60, 3).rename(columns=names)
    write_sav(study / "resources/2026.sav", survey(other))
    before = {path: path.read_bytes() for path in study.rglob("*") if path.is_file()}
    assert add(study) == 2
    error = capsys.readouterr().err
    assert "not one variable of it is a variable of the study" in error
    assert error.count("\n") == 1
    assert {path: path.read_bytes() for path in study.rglob("*") if path.is_file()} == before


def test_few_variables_in_common_are_mentioned(study, capsys):
    names = {name: f"other_{name}" for name in ("works", "satisfied", "age", "plans")}
    write_sav(study / "resources/2026.sav", survey(people(60, 3).rename(columns=names)))
    assert add(study) == 1
    assert "of 5 variables of the study are in the file" in capsys.readouterr().out


@pytest.mark.parametrize("kind", ["loop", "folder", "pipe", "braces", "bytes"])
def test_path_that_is_no_survey_file_is_one_sentence(study, capsys, kind):
    places = {"braces": "a{b}.sav", "bytes": os.fsdecode(b"x\xff.sav")}
    place = study / "resources" / places.get(kind, "odd.sav")
    if kind == "loop":
        place.symlink_to(place.name)
    elif kind == "folder":
        place.mkdir()
    elif kind == "pipe":
        os.mkfifo(place)
    else:
        write_sav(study / "resources/2026.sav", survey(people(50, 9)))
        (study / "resources/2026.sav").rename(place)
    before = text(study)
    assert add(study, file=f"resources/{place.name}") == 2
    error = capsys.readouterr().err
    assert error.count("\n") == 1
    assert "config.yaml" not in error
    assert text(study) == before


def test_strangers_with_numbers_of_their_own_are_no_panel(study, capsys):
    (study / "config/codebook.yaml").write_text(f"id: number\n{CODEBOOK}", encoding="utf-8")
    for year, seed in ((2022, 1), (2026, 2)):
        numbered = people(200, seed).assign(number=range(1, 201))
        write_sav(study / f"resources/{year}.sav", survey(numbered))
    assert add(study) == 1
    out = capsys.readouterr().out
    assert "panel" in out
    assert "sex: " in out
    assert "write `panel: false` in config/trend.yaml" in out
