"""Small files that once ended the process, or made a wrong report, end in one sentence."""

import pytest

from invented import ROOT
from resurvey.core.errors import SurveyError
from resurvey.core.strict_yaml import read_yaml
from resurvey.prepare.import_gate import import_survey
from resurvey.reading import read_undeclared
from resurvey.reading.weights import weights_of
from resurvey.study.folder import read_study

ATTACKS, INIT = ROOT / "tests/cases/attacks", ROOT / "tests/cases/init"
SCHEMAS = ROOT / "workflow/schemas"


@pytest.mark.parametrize("name", ["segv_min.sav", "parquet_11_198_bit.parquet"])
def test_damaged_file_is_one_sentence_that_names_it(name):
    with pytest.raises(SurveyError, match=rf"{name}: the file is truncated or damaged") as told:
        read_undeclared(ATTACKS / name)
    assert "\n" not in str(told.value)


def test_one_weight_above_all_others_together_stops_the_import_with_its_row():
    path = str(ATTACKS / "weight_1e9.csv")
    with pytest.raises(SurveyError, match=r"weight 'w'.*row \d+") as told:
        import_survey(path, {}, {"file": path, "weight": "w"})
    assert "1000000000" not in str(told.value)


def test_code_that_is_written_in_two_ways_stands_twice(tmp_path):
    config = tmp_path / "config"
    config.mkdir()
    pages = {
        "config": 'waves: {"1": {file: raw.csv}}\n',
        "tables": "tables: {t: {rows: [q1]}}\n",
        "codebook": 'variables: {q1: {codes: {1: "yes", 2: "no", 01: perhaps}}}\n',
    }
    for name, text in pages.items():
        (config / f"{name}.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(SurveyError, match=r"code 1 stands twice \(1, 01\)"):
        read_study(config, SCHEMAS)


@pytest.mark.parametrize("text", ["[" * 30_000, "a: " + "[" * 20_000 + "]" * 20_000])
def test_nesting_beyond_all_use_is_told_before_anything_reads_it(tmp_path, text):
    (tmp_path / "tables.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(SurveyError, match="nested too deeply"):
        read_yaml(tmp_path / "tables.yaml")


def test_french_weight_is_noticed_and_no_other_number_with_it():
    assert weights_of(read_undeclared(INIT / "sav_weight_in_french.sav")) == ("poids",)
