"""Twenty payloads as text, label, title and name: data everywhere, and nothing that is obeyed."""

import pytest
import yaml

from invented import MINIMAL_TABLES, ROOT, snakemake, write_raw, write_study
from product.hostile import PAYLOADS, injected, is_formula, write_injected_study
from resurvey.core.errors import SurveyError
from resurvey.study.folder import read_study

SCHEMAS = ROOT / "workflow/schemas"
TARGETS = ("all", "deposit")


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    folder = write_injected_study(tmp_path_factory.mktemp("injected") / "a" / "study")
    for arguments in (TARGETS, ("--report", "own.html")):
        finished = snakemake(folder, *arguments)
        assert finished.returncode == 0, finished.stdout + finished.stderr
    return folder


def test_no_payload_does_anything_in_any_file(study):
    assert len(set(PAYLOADS)) == 20
    assert injected(study) == []


def test_payloads_stand_on_the_page_as_they_are(study):
    page = (study / "results/1/report/report.en.html").read_text(encoding="utf-8")
    assert "&lt;svg onload=window.stolen=1&gt;" in page
    assert "{{ 7 * 7 }}" in page


def test_every_figure_is_drawn(study):
    drawn = {path.name for path in (study / "results/1/figures").glob("t?.en.svg")}
    assert drawn == {f"t{number}.en.svg" for number in range(5)}


def test_snakemakes_own_report_runs_nothing(study):
    page = (study / "own.html").read_text(encoding="utf-8")
    assert "<script>window.stolen" not in page
    assert "onload=window.stolen=1>" not in page


@pytest.mark.parametrize("name", PAYLOADS)
def test_payload_as_the_name_of_a_wave_is_refused_before_anything_is_planned(tmp_path, name):
    write_raw(tmp_path / "resources/1/raw.sav")
    config = yaml.safe_dump({"waves": {name: {"file": "resources/1/raw.sav"}}})
    write_study(tmp_path, config=config, tables=MINIMAL_TABLES)
    with pytest.raises(SurveyError, match=r"config\.yaml"):
        read_study(tmp_path / "config", SCHEMAS)


@pytest.mark.parametrize("name", PAYLOADS)
@pytest.mark.parametrize("page", ["tables", "codebook"])
def test_payload_as_the_name_of_a_table_or_in_place_of_a_page_is_refused(tmp_path, name, page):
    write_raw(tmp_path / "resources/1/raw.sav")
    pages = {"config": "waves:\n  '1': {file: resources/1/raw.sav}\n", "tables": MINIMAL_TABLES}
    if page == "tables":
        pages["tables"] = yaml.safe_dump({"tables": {name: {"rows": ["vote"]}}})
    else:
        pages["codebook"] = name
    write_study(tmp_path, **pages)
    with pytest.raises(SurveyError, match=rf"{page}\.yaml"):
        read_study(tmp_path / "config", SCHEMAS)


@pytest.mark.parametrize("path", ["../outside.sav", "resources/../../outside.sav"])
def test_raw_file_that_leads_out_of_the_study_by_dots_is_refused(tmp_path, path):
    study = write_study(
        tmp_path / "study",
        config=yaml.safe_dump({"waves": {"1": {"file": path}}}),
        tables=MINIMAL_TABLES,
    )
    write_raw(tmp_path / "outside.sav")
    with pytest.raises(SurveyError, match=r"config\.yaml"):
        read_study(study / "config", SCHEMAS)


def test_the_scanner_knows_a_formula_and_a_tag_when_it_sees_them(tmp_path):
    folder = tmp_path / "a" / "study"
    (folder / "results").mkdir(parents=True)
    (folder / "results/a.csv").write_text("a,b\n=1+1,-2.5\n", encoding="utf-8")
    (folder / "results/a.html").write_text("<p><b onclick=x()>b</b></p>", encoding="utf-8")
    (tmp_path / "a" / "PWNED").touch()
    seen = [what.rpartition(": ")[2] for what in injected(folder)]
    assert seen == ["was made", "=1+1", "<b onclick>"]
    assert not any(map(is_formula, ["-1", "+1.5", "-1.5e-7", "a=b", "\u2212 3", ""]))
