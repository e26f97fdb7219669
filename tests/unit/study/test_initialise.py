"""A study folder written from any file's labels is read, imported and counted as it is."""

import subprocess
import sys
from pathlib import Path

import pandas as pd
import pyreadstat
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

import tool_exports as tools
from counted_study import counted
from resurvey.__main__ import main
from resurvey.core.codebook import Codebook, Survey, Variable
from resurvey.core.errors import SurveyError
from resurvey.core.strict_yaml import comment, yaml_text
from resurvey.reading.writing import write_sav
from resurvey.study.folder import RESERVED, WAVE, read_yaml
from resurvey.study.initialise import initialise
from resurvey.study.initialise.pages import wave_name

ROOT = Path(__file__).parents[3]
ODD = "Он сказал: \"да\"\n{{ 7*7 }} <script>alert(1)</script> # no: [x], - 'y' $\\frac{1}{0$"


def _sav(folder, columns, name="wave 2021.sav", **options):
    pyreadstat.write_sav(pd.DataFrame(columns), folder / name, **options)
    return folder / name


def _csv(folder, text):
    (folder / "wave.csv").write_text(text, encoding="utf-8")
    return folder / "wave.csv"


def _files(folder):
    many = {f"v{number}": [row % (2 + number % 5) for row in range(30)] for number in range(300)}
    answers = {"пол": [1, 2, 1], "q1.a": [1, 2, 3], "v@x": [-1, -2, 1], "$": [1, 2, 1]}
    del answers["$"]
    yield _sav(
        folder,
        answers,
        "odd.sav",
        column_labels={"q1.a": ODD, "v@x": "no"},
        variable_value_labels={
            "q1.a": {1: ODD[:60], 2: "no", 3: "12:30"},
            "v@x": {-1: "null", -2: "~", 1: "1.5e3"},
        },
    )
    yield _sav(folder, many, "many.sav")
    yield _sav(folder, {"q": [1.5, -2.5, 1.5]}, "f.sav", variable_value_labels={"q": {1.5: "a"}})
    yield _sav(
        folder,
        {"s": ["a", "b", "n/a"], "q": [1, 2, -5]},
        "s.sav",
        variable_value_labels={"s": {"a": "Да", "b": "no"}},
        missing_ranges={"s": ["n/a"], "q": [{"lo": float("-inf"), "hi": -1}]},
    )
    yield _sav(folder, {"q": [1, 2]}, "double.sav", variable_value_labels={"q": {1: "a", 2: "A"}})
    yield _csv(folder, "Имя,Ответ,Когда\n" + "A,Да,2022-01-01\nB,Нет,2022-01-02\n" * 9)
    yield _csv(folder, "city\nOsh\nBishkek\n")
    yield _csv(folder, "a\n1\n2\n")
    yield _csv(folder, "a,b\n1,x\n1,x\n")
    yield _csv(folder, "no,yes,1e3,null,'q'\n1,2,1,2,1\n2,1,2,1,2\n")


@pytest.mark.slow
def test_odd_files_give_studies_that_run(tmp_path):
    for number, file in enumerate(_files(tmp_path)):
        initialise(file, tmp_path / f"study{number}")
        _, survey, _ = counted(tmp_path / f"study{number}")
        assert len(survey.data) > 0
        assert [*survey.codebook] == [*survey.data]


def test_labels_of_a_hostile_file_arrive_unchanged_and_unexecuted(tmp_path):
    file = next(_files(tmp_path))
    initialise(file, tmp_path / "study")
    _, survey, _ = counted(tmp_path / "study")
    assert survey.codebook["q1.a"].title() == " ".join(ODD.split())
    assert survey.codebook["q1.a"].answer(2) == "no"
    assert survey.codebook["v@x"].answer(1) == "1.5e3"


def test_groups_and_batteries_are_guessed_from_names_and_answers(tmp_path):
    scale = {1: "bad", 2: "good"}
    file = _sav(
        tmp_path,
        {
            "id": [17, 4, 913],
            "q1": [1, 2, 1],
            "q2": [1, 1, 2],
            "gender": [1, 2, 1],
            "w": [0.5, 1, 2],
        },
        variable_value_labels={"q1": scale, "q2": scale, "gender": {1: "men", 2: "women"}},
    )
    guess = initialise(file, tmp_path / "study")
    assert (guess.identifier, guess.groups, guess.weights) == ("id", ("gender",), ("w",))
    parts, _, tables = counted(tmp_path / "study")
    assert parts["codebook"]["id"] == "id"
    assert tables == {
        "sample": {"rows": ["gender"], "section": "sample"},
        "table_1": {"rows": ["q1", "q2"], "columns": "gender"},
    }
    config = (tmp_path / "study" / "config" / "config.yaml").read_text(encoding="utf-8")
    assert "    # weight: w\n" in config
    assert "weight" not in parts["config"]["waves"]["2021"]


def test_fractional_codes_are_numbered_anew_for_tables(tmp_path):
    labels = {"q": {1.5: "low", 2.5: "high", -1: "none"}}
    file = _sav(tmp_path, {"q": [1.5, 2.5, 1.5, -1.0]}, variable_value_labels=labels)
    assert initialise(file, tmp_path / "study").renumbered == {"renumbered_1": "q"}
    _, survey, tables = counted(tmp_path / "study")
    assert tables["table_1"]["rows"] == ["renumbered_1"]
    assert survey.data["renumbered_1"].tolist() == [2, 3, 2, 1]
    assert survey.codebook["renumbered_1"].answer(3) == "high"


@pytest.mark.slow
def test_hundreds_of_variables_give_few_tables_and_say_so(tmp_path):
    columns = {f"v{number}": [row % 3 for row in range(9)] for number in range(300)}
    codes = {name: {0: name, 1: "b", 2: "c"} for name in columns}
    initialise(_sav(tmp_path, columns, variable_value_labels=codes), tmp_path / "study")
    _, _, tables = counted(tmp_path / "study")
    assert len(tables) == 20
    text = (tmp_path / "study" / "config" / "tables.yaml").read_text(encoding="utf-8")
    assert "Not tabulated (280;" in text.replace("\n# ", " ")


def test_language_follows_the_labels_unless_it_is_given(tmp_path):
    file = _sav(tmp_path, {"q": [1, 2]}, variable_value_labels={"q": {1: "Да", 2: "Нет"}})
    initialise(file, tmp_path / "a")
    initialise(file, tmp_path / "b", ["ru", "en"])
    assert counted(tmp_path / "a")[0]["config"]["languages"] == ["ru"]
    assert counted(tmp_path / "b")[0]["config"]["languages"] == ["ru", "en"]


def test_study_that_exists_is_not_touched(tmp_path):
    file = _csv(tmp_path, "a\n1\n2\n")
    (tmp_path / "study").mkdir()
    initialise(file, tmp_path / "study")
    before = sorted((tmp_path / "study").rglob("*"))
    with pytest.raises(SurveyError, match="the folder is not empty"):
        initialise(file, tmp_path / "study")
    with pytest.raises(SurveyError, match="this is a file"):
        initialise(file, file)
    assert sorted((tmp_path / "study").rglob("*")) == before


def test_nothing_is_written_for_a_file_without_answers(tmp_path):
    file = _csv(tmp_path, "name\n" + "".join(f"Person {number}\n" for number in range(50)))
    with pytest.raises(SurveyError, match="none of the 1 variables has answers"):
        initialise(file, tmp_path / "study")
    assert [path.name for path in tmp_path.iterdir()] == ["wave.csv"]


@pytest.mark.parametrize(
    ("name", "wave"),
    [("Опрос 2022.sav", "2022"), ("trend.sav", "1"), ("ы.csv", "1"), ("A b-C.dta", "a_b-c")],
)
def test_wave_is_named_after_the_year_or_the_file(name, wave):
    assert wave_name(Path(name)) == wave


@given(st.text(max_size=60).filter(lambda text: "/" not in text and text not in ("", ".", "..")))
def test_every_file_name_gives_a_valid_wave(name):
    wave = wave_name(Path(name))
    assert WAVE.fullmatch(wave)
    assert wave not in RESERVED


keys = st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=12)


@pytest.mark.slow
@settings(deadline=None)
@given(st.dictionaries(st.text(max_size=20), st.dictionaries(keys, st.text(max_size=40))))
def test_every_text_is_written_as_yaml_that_reads_back(tmp_path_factory, value):
    file = tmp_path_factory.mktemp("yaml") / "a.yaml"
    file.write_text(yaml_text(value), encoding="utf-8", newline="\n")
    assert read_yaml(file) == yaml.safe_load(yaml_text(value)) == value


@given(st.text())
def test_no_text_breaks_out_of_a_comment(text):
    assert yaml.safe_load(comment(text) + "a: 1\n") == {"a": 1}


def test_command_line_writes_the_study_and_says_what_to_do_next(tmp_path, capsys):
    file = _csv(tmp_path, "sex,q\n1,2\n2,1\n")
    assert main(["init", str(file), "--into", str(tmp_path / "study"), "--language", "en"]) == 0
    assert "run --directory" in capsys.readouterr().out
    counted(tmp_path / "study")


@pytest.mark.slow
def test_command_line_words_a_refusal_without_a_traceback(tmp_path):
    command = [sys.executable, "-m", "resurvey", "init", "absent.sav", "--into", "study"]
    done = subprocess.run(
        command,
        cwd=tmp_path,
        env={"PYTHONPATH": str(ROOT / "workflow" / "scripts"), "PYTHONUTF8": "1"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 2
    assert done.stderr == ("absent.sav: there is no such file; check its path\n")


def test_windows_1251_table_is_read_as_declared_and_the_study_keeps_it(tmp_path):
    file = tmp_path / "wave.csv"
    file.write_bytes("пол;доход\nМуж;1,5\nЖен;0,5\nЖен;1,5\nМуж;0,5\n".encode("cp1251"))
    given_options = ["--encoding", "windows-1251", "--separator", ";", "--decimal", ","]
    assert main(["init", str(file), "--into", str(tmp_path / "study"), *given_options]) == 0
    _, survey, _ = counted(tmp_path / "study")
    assert survey.data["пол"].tolist() == ["Муж", "Жен", "Жен", "Муж"]


def test_structure_is_copied_and_declared_and_all_languages_are_kept(tmp_path):
    tools.limesurvey_lss(tmp_path)
    file = tools.limesurvey_csv(tmp_path)
    guess = initialise(file, tmp_path / "study")
    (wave,) = read_yaml(tmp_path / "study/config/config.yaml")["waves"].values()
    assert Path(wave["structure"]).name == "structure.lss"
    assert (tmp_path / "study" / wave["structure"]).is_file()
    config = read_yaml(tmp_path / "study/config/config.yaml")
    assert config["languages"] == ["ru", "en"]
    codebook = read_yaml(tmp_path / "study/config/codebook.yaml")
    assert codebook["variables"]["sex"]["codes"][1] == {"ru": "Мужской", "en": "Male"}
    assert {"rows": ["langs"], "columns": "sex"} in guess.tables.values()
    assert not any("langs_ru" in table["rows"] for table in guess.tables.values())


def test_sidecar_of_a_sav_is_copied_with_it(tmp_path):
    media = {"type": "D", "counted_value": 1, "label": "M", "variable_list": ["tv", "radio"]}
    codes = {1: {"": "yes"}, 0: {"": "no"}}
    book = Codebook(
        {name: Variable(name, codes=codes) for name in ("tv", "radio")},
        multiple_response={"media": media},
    )
    people = pd.DataFrame({"tv": [1, 0, 1], "radio": [0, 1, 1]}, dtype="Int64")
    write_sav(tmp_path / "w.sav", Survey(people, book))
    guess = initialise(tmp_path / "w.sav", tmp_path / "study")
    assert (tmp_path / "study/resources/w/raw.mrsets.json").is_file()
    assert {"rows": ["media"]} in guess.tables.values()


def test_weight_that_the_file_declares_is_offered(tmp_path):
    people = pd.DataFrame({"sex": [1, 2, 1], "w": [0.5, 1.5, 1.0]})
    people["sex"] = people["sex"].astype("Int64")
    book = Codebook(
        {"sex": Variable("sex", codes={1: {"": "m"}, 2: {"": "f"}}), "w": Variable("w")},
        weight="w",
    )
    write_sav(tmp_path / "w.sav", Survey(people, book))
    initialise(tmp_path / "w.sav", tmp_path / "study")
    text = (tmp_path / "study/config/config.yaml").read_text()
    assert "The file says that its cases are weighted by w." in text


@pytest.mark.slow
def test_counts_of_few_combinations_are_offered_with_the_keys_that_make_them_so(tmp_path, capsys):
    rows = ["1111,40", "1222,3", "2323,12", "2133,8", "3231,21", "3311,5"]
    text = "a,b,c,d,Freq\n" + "".join(f"{','.join(row[:4])},{row[5:]}\n" for row in rows)
    assert main(["init", str(_csv(tmp_path, text)), "--into", str(tmp_path / "study")]) == 0
    assert (
        "'Freq' may say how many respondents gave the answers of a row" in capsys.readouterr().out
    )
    config = tmp_path / "study/config/config.yaml"
    written = config.read_text(encoding="utf-8")
    assert "weight" not in next(iter(read_yaml(config)["waves"].values()))
    config.write_text(written.replace("# weight", "weight"), encoding="utf-8")
    (wave,) = read_yaml(config)["waves"].values()
    assert (wave["weight"], wave["weight_kind"]) == ("Freq", "frequency")
