"""The demonstration runs from its model to the trend, and everything in it says it is simulated."""

import json

import pytest
from lxml import html
from simulate import read_model

from invented import ROOT, copy_study, read, snakemake
from resurvey.core.strict_yaml import read_yaml

WAVES = ("2022", "2023", "2024", "2025")


@pytest.fixture(scope="module")
def monitoring(tmp_path_factory):
    """The demonstration, run once."""
    folder = copy_study(ROOT / "examples/monitoring", tmp_path_factory.mktemp("monitoring"))
    finished = snakemake(folder, cores=4)
    assert finished.returncode == 0, finished.stdout + finished.stderr
    return folder


def test_every_wave_and_the_comparison_have_their_pages(monitoring):
    for language in ("ru", "en"):
        assert (monitoring / f"results/trend/trend.{language}.html").exists()
        for wave in WAVES:
            assert (monitoring / f"results/{wave}/report/report.{language}.html").exists()


def test_every_page_and_figure_says_that_it_is_simulated(monitoring):
    pages = [*monitoring.glob("results/*/report/report.en.html")]
    pages.append(monitoring / "results/trend/trend.en.html")
    pages += monitoring.glob("results/*/import/drift.en.html")
    assert len(pages) == 9
    for page in pages:
        text = page.read_text(encoding="utf-8")
        assert 'data-kind="simulated"' in text, page
        assert 'data-kind="real"' not in text, page
    figures = list(monitoring.glob("results/*/figures/*.en.svg"))
    assert len(figures) > 20
    for figure in figures:
        assert "Simulated from a declared model" in figure.read_text(encoding="utf-8"), figure


def test_most_true_changes_lie_within_their_intervals(monitoring):
    simulation, codebook = (
        read_yaml(monitoring / f"config/{name}.yaml") for name in ("simulation", "codebook")
    )
    model = read_model(simulation, codebook, list(WAVES))
    true = {
        (question, str(code), wave): 100 * share
        for question in model.questions
        for step, wave in enumerate(WAVES, 1)
        for code, share in model.true_shares(question, WAVES[:step]).items()
    }
    within = [
        float(line["lower"])
        <= true[place, code, line["wave"]] - true[place, code, line["against"]]
        <= float(line["upper"])
        for line in read(monitoring / "results/trend/differences.csv")
        if line["lower"]
        and line["column_code"] == "total"
        and line["kind"] == "answer"
        # In 2024 other people were asked about their colleagues.
        and (place := line["row_variable"]) != "colleague_relations"
        and (place, code := line["row_code"], line["wave"]) in true
    ]
    assert len(within) > 100
    assert sum(within) / len(within) > 0.85


def test_panel_members_are_compared_with_themselves(monitoring):
    lines = read(monitoring / "results/trend/panel.csv")
    shared = {
        (line["wave"], line["against"]): int(line["members"])
        for line in lines
        if line["row_variable"] == "gender" and line["members"]
    }
    assert shared["2023", "2022"] == 257
    assert {shared["2024", "2023"], shared["2025", "2024"]} == {300}


def test_question_that_was_not_asked_has_an_empty_base(monitoring):
    cells = read(monitoring / "results/2025/tables/crosstabs.csv")
    assert {float(line["base"]) for line in cells if line["row_variable"] == "sport"} == {0}


def test_without_its_mapping_the_demonstration_stops_before_anything_is_computed(
    monitoring, tmp_path
):
    copy_study(monitoring, tmp_path)
    (tmp_path / "config/waves.yaml").unlink()
    stopped = snakemake(tmp_path)
    assert stopped.returncode != 0
    text = stopped.stdout + stopped.stderr
    for line in (
        "job_fit: {from: q12}",
        "gender: {codes: {1: 2, 2: 1}}",
        "family_provision: {codes: {0: 1, 1: 2, 2: 3}}",
        "{variable: remigration_plan, difference: new_answer, code: 4,",
        "{variable: colleague_relations, difference: routing,",
        "{variable: sport, difference: missing_variable,",
    ):
        assert line in text
    assert not list(tmp_path.glob("results/*/clean"))


@pytest.mark.parametrize("language", ["ru", "en"])
def test_index_has_every_part_in_the_report_and_its_trend(monitoring, language):
    page = monitoring / f"results/2025/report/report.{language}.html"
    text = page.read_text(encoding="utf-8")
    for part in ("means", "types", "by_gender", "gap_settlement", "coherence", "robustness"):
        assert f'data-table="index/sustainability/{part}"' in text
    for picture in ("profile", "distribution", "gap", "robustness"):
        assert f'id="drawing-index_sustainability_{picture}"' in text
    trend = (monitoring / f"results/trend/trend.{language}.html").read_text(encoding="utf-8")
    assert 'data-table="index-sustainability"' in trend


def test_interviews_of_one_wave_stand_beside_its_tables_and_in_no_other_wave(monitoring):
    for language, size in (("ru", "11 из 12 интервью"), ("en", "11 of 12 interviews")):
        path = monitoring / f"results/2022/report/report.{language}.html"
        page = html.fromstring(path.read_bytes())
        texts = {
            group.get("data-joint"): " ".join(group.text_content().split())
            for group in page.xpath("//*[@data-joint]")
        }
        assert set(texts) == {"job", "family", "plans", "interviews"}
        # No table is about papers: what was said of them stands with the interviews.
        assert "Диплом пришлось заверять." in texts["interviews"]
        assert size in texts["job"]
        assert "Поехал бы снова, если заплатят вдвое." in texts["plans"]
    known = json.loads((monitoring / "results/2022/report/provenance.json").read_bytes())["numbers"]
    named = [name for name in page.xpath("//@data-number") if name.startswith("interview:")]
    assert len(named) > 40
    assert set(named) <= set(known)
    assert not (monitoring / "results/2023/interviews").exists()
    other = html.fromstring((monitoring / "results/2023/report/report.en.html").read_bytes())
    assert other.xpath("//*[@data-joint]") == []
