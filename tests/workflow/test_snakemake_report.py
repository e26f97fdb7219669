"""Snakemake's own report: rooms, labels and captions that read well, and a way to the report."""

import json
import os
import re
import subprocess
import sys
from html import unescape

import pytest

from invented import ROOT, snakemake

MARK = "Reconstructed from published tables, not microdata"
ROOMS = {"Report", "Tables", "Figures", "Audit", "Data", "Models"}


def variable(page, name):
    """Value of a variable that the page declares as JSON."""
    start = re.search(rf"var {name} = (?=[{{\"])", page).end()
    return json.JSONDecoder().raw_decode(page, start)[0]


@pytest.fixture(scope="session")
def own_report(article_run, tmp_path_factory):
    path = tmp_path_factory.mktemp("report") / "report.html"
    finished = snakemake(article_run, "--report", str(path))
    assert finished.returncode == 0, finished.stderr
    return path.read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def results(own_report):
    return variable(own_report, "results")


def test_every_room_is_a_category(own_report):
    assert set(variable(own_report, "categories")) >= ROOMS


def test_labels_of_a_room_have_the_same_columns_and_no_two_rows_are_alike(own_report, results):
    for room, parts in variable(own_report, "categories").items():
        labels = [results[path]["labels"] for part in parts.values() for path in part]
        assert len({tuple(sorted(one)) for one in labels}) == 1, room
        rows = [tuple(sorted(one.items())) for one in labels]
        assert len(set(rows)) == len(rows), room


def test_figures_are_labelled_by_their_titles_in_their_language(results):
    titles = {
        path: one["labels"]["figure"] for path, one in results.items() if path.endswith(".svg")
    }
    english = titles["results/2022/figures/table_2.en.svg"]
    assert english == "Table 2. Match between the job and knowledge, abilities and opportunities"
    russian = titles["results/2022/figures/table_2.ru.svg"]
    assert russian == "Таблица 2. Соответствие работы знаниям, способностям и возможностям"
    assert titles["results/2022/figures/residuals.en.svg"].startswith("Adjusted residuals")


def test_every_result_has_a_caption_without_leftovers_of_a_template(results):
    for path, one in results.items():
        words = unescape(re.sub(r"<[^>]*>", " ", one["caption"]))
        assert len(words.split()) > 10, path
        assert not re.search(r"[{}]|undefined|None|system-message", words), path


def test_caption_of_reconstructed_data_says_so(results):
    rooms = ("report/", "tables/", "figures/", "import/", "clean/", "models/")
    marked = [path for path in results if any(f"2022/{room}" in path for room in rooms)]
    assert marked
    for path in marked:
        assert MARK in results[path]["caption"], path


def test_survey_with_microdata_says_nothing_of_reconstruction(anes_run, tmp_path):
    path = tmp_path / "report.html"
    finished = snakemake(anes_run, "--report", str(path))
    assert finished.returncode == 0, finished.stderr
    page = path.read_text(encoding="utf-8")
    results = variable(page, "results")
    assert results
    assert not any("econstructed" in one["caption"] for one in results.values())
    assert "econstructed" not in variable(page, "workflow_desc")


def test_first_page_links_to_the_report_of_every_language(own_report):
    for language in ("ru", "en"):
        link = f"javascript:app.showResultInfo('results/2022/report/report.{language}.html')"
        assert link in unescape(variable(own_report, "workflow_desc"))
    assert "Reconstructed data, not microdata" in variable(own_report, "workflow_desc")


def test_every_caption_belongs_to_a_rule():
    rules = "".join(
        path.read_text(encoding="utf-8") for path in (ROOT / "workflow/rules").glob("*.smk")
    )
    rules += (ROOT / "Snakefile").read_text(encoding="utf-8")
    for path in (ROOT / "report/captions").glob("*.rst"):
        assert f"captions/{path.name}" in rules, path.name


def test_report_opens_in_a_browser_and_its_link_shows_the_page(own_report, browser, tmp_path):
    path = tmp_path / "report.html"
    path.write_text(own_report, encoding="utf-8")
    page = browser.new_page()
    page.goto(path.as_uri())
    page.get_by_text("report.ru.html").first.click()
    page.get_by_text("write_pages", exact=True).first.wait_for()
    assert MARK in page.inner_text("body")
    page.close()


def test_label_with_a_script_in_it_runs_nowhere(browser, tmp_path):
    """A stranger's file and a stranger's titles; Snakemake writes what it gets as it is."""
    script = "</script><script>document.documentElement.setAttribute('data-pwned','t')</script>"
    raw = ROOT / "tests/cases/attacks/label_with_script.sav"
    command = [sys.executable, "-m", "resurvey", "init", str(raw), "--into", str(tmp_path / "s")]
    library = {**os.environ, "PYTHONPATH": str(ROOT / "workflow/scripts")}
    subprocess.run(command, check=True, capture_output=True, env=library)
    text = {"tables": {"table_2": {"title": f"Title {script} & <b>more</b>"}}}
    (tmp_path / "s/config/text.en.yaml").write_text(json.dumps(text), encoding="utf-8")
    page = tmp_path / "report.html"
    target = "results/label_with_script/report/report.en.html"
    for arguments in ([target], [target, "--report", str(page)]):
        finished = snakemake(tmp_path / "s", *arguments)
        assert finished.returncode == 0, finished.stderr
    written = page.read_text(encoding="utf-8")
    assert "<script>document" not in written
    assert "<b>more" not in written
    opened = browser.new_page()
    opened.goto(page.as_uri())
    opened.get_by_text("Figures").first.click()
    assert opened.evaluate("document.documentElement.getAttribute('data-pwned')") is None
    opened.close()
