"""What a command refuses, it refuses in the words of its own options; what it assumed, it says."""

from pathlib import Path

import pytest
import yaml

import tool_exports as tools
from resurvey.__main__ import main
from resurvey.prepare.import_gate import import_survey

CASES = Path(__file__).parents[1] / "cases" / "files"


@pytest.fixture
def init(tmp_path, capsys):
    """Run `init` on a file; return the exit code, what was said, and the wave in the study."""

    def run(file, *more):
        code = main(["init", str(file), "--into", str(tmp_path / "study"), *more])
        said = capsys.readouterr()
        config = tmp_path / "study" / "config" / "config.yaml"
        text = config.read_text(encoding="utf-8") if config.is_file() else ""
        waves = yaml.safe_load(text)["waves"] if text else {}
        return code, said.out + said.err, next(iter(waves.values()), {}), text

    return run


def written(tmp_path, content, name="wave.csv"):
    file = tmp_path / name
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return file


def test_encoding_is_proposed_as_an_option_and_then_recorded_as_a_key(init):
    file = CASES / "csv_cp1252_german.csv"
    code, said, _, _ = init(file)
    assert code == 2
    assert "`--encoding windows-1252`" in said
    assert "`encoding:" not in said
    code, said, _, _ = init(file, "--encoding", "windows-1251")
    assert code == 2
    assert "`--encoding windows-1252`" in said
    code, _, wave, _ = init(file, "--encoding", "windows-1252")
    assert (code, wave["encoding"]) == (0, "windows-1252")


def test_separator_is_asked_for_by_its_option(init, tmp_path):
    code, said, _, _ = init(written(tmp_path, "a;b,c\n1;2,3\n"))
    assert (code, "declare `--separator`" in said) == (2, True)


def test_sheet_is_asked_for_by_its_option(init, tmp_path):
    sheets = {"A": [["x"], ["1"]], "B": [["y"], ["2"]]}
    code, said, _, _ = init(tools.write_workbook(tmp_path / "w.xlsx", sheets))
    assert (code, "with `--sheet`" in said) == (2, True)


@pytest.mark.parametrize("beside", [True, False])
def test_syntax_given_as_the_data_names_the_data(init, tmp_path, beside):
    syntax = written(tmp_path, "GET DATA\n /TYPE=TXT\n /FILE='wave.dat'.\n", "labels.sps")
    if beside:
        written(tmp_path, "1,2\n", "wave.dat")
    code, said, _, _ = init(syntax)
    assert code == 2
    assert "give 'wave.dat'" in said
    assert f"`--structure {syntax}`" in said


def test_program_given_as_the_data_is_called_one(init, tmp_path):
    code, said, _, _ = init(written(tmp_path, "use wave.dta\n", "clean.do"))
    assert (code, "this is a program and holds no answers" in said) == (2, True)


def test_mixed_marks_are_refused_without_an_answer_in_the_sentence(init):
    code, said, _, _ = init(CASES / "mixed_decimal.csv")
    assert (code, "declare `--decimal` and" in said) == (2, True)
    assert "980" not in said


def test_what_was_assumed_is_said_recorded_and_repeated(init, tmp_path, caplog):
    file = CASES / "csv_duplicate_headings.csv"
    code, _, wave, text = init(file)
    assert code == 0
    assert "stands over columns 2 and 3" in caplog.text
    assert "# Assumed in reading the file: the heading 'Other (please specify)'" in text
    caplog.clear()
    survey = import_survey(str(tmp_path / "study" / wave["file"]), {}, wave)
    assert "Other (please specify)_2" in survey.data
    assert "stands over columns 2 and 3" in caplog.text


def test_counted_data_are_declared_with_their_weight(init):
    code, said, wave, text = init(CASES / "csv_frequency_table.csv")
    assert (code, wave["weight"], wave["weight_kind"]) == (0, "Freq", "frequency")
    assert "100 in all" in text
    assert "'Freq' is declared as their frequency weight" in said


def test_counted_data_without_a_weight_are_said_at_the_import(caplog):
    import_survey(str(CASES / "csv_frequency_table.csv"), {}, {})
    assert "`weight: Freq` and `weight_kind: frequency`" in caplog.text
    caplog.clear()
    import_survey(str(CASES / "csv_frequency_table.csv"), {}, {"weight": "Freq"})
    assert "weight_kind" not in caplog.text


def test_diff_names_its_options_too(tmp_path, capsys):
    good = written(tmp_path, "sex\n1\n2\n", "a.csv")
    bad = written(tmp_path, "город\nОш\nБишкек\n".encode("koi8-r"), "b.csv")
    assert main(["diff", str(good), str(bad)]) == 2
    assert "`--encoding koi8-r`" in capsys.readouterr().err
