"""The audit through the workflow: its files, its pages and the ledger over all solutions."""

import re
import shutil
from collections import Counter

import pytest

from invented import ROOT, copy_study, read, snakemake
from product.test_browser import Page, browse

FILES = (
    "questions",
    "solutions",
    "bases",
    "ranges",
    "misprints",
    "rounding",
    "false_fit",
    "paired",
    "joint",
)


@pytest.fixture(scope="module")
def audit_run(article_run):
    """The article's study with its audit pages."""
    finished = snakemake(article_run, "audit")
    assert finished.returncode == 0, finished.stderr
    return article_run / "results/2022/audit"


@pytest.fixture(scope="module", params=["ru", "en"])
def opened(request, audit_run, tmp_path_factory):
    path = audit_run / f"audit.{request.param}.html"
    dom, console = browse(path, tmp_path_factory.mktemp("profile"), "--dump-dom")
    return path, Page(dom), console


def test_files_of_the_audit_belong_to_the_default_run(article_run):
    for name in FILES:
        assert (article_run / f"results/2022/audit/{name}.csv").is_file(), name


def test_nine_tables_have_their_solutions_ranges_and_verdicts(audit_run):
    questions = read(audit_run / "questions.csv")
    tables = {one["table"] for one in questions}
    assert tables >= {f"table_{number}" for number in range(1, 10)}
    assert {one["status"] for one in questions} == {"recovered"}
    solutions = Counter(
        {one["row_variable"]: 0 for one in questions}
        | {
            variable: len({one["solution"] for one in lines})
            for variable, lines in _by_variable(read(audit_run / "solutions.csv")).items()
        }
    )
    assert all(solutions[one["row_variable"]] == int(one["solutions"]) for one in questions)


def _by_variable(lines):
    found = {}
    for one in lines:
        found.setdefault(one["row_variable"], []).append(one)
    return found


def test_every_statement_that_agrees_does_so_in_all_solutions(audit_run):
    ledger = read(audit_run / "claims.csv")
    judged = [one for one in ledger if one["holds_in"]]
    assert len(judged) > 60
    assert {one["holds_in"] for one in judged if one["verdict"] == "confirmed"} == {"all"}
    assert {one["holds_in"] for one in judged if one["verdict"] == "contradicted"} == {"none"}


def test_console_has_nothing_to_say(opened):
    assert opened[2] == []


def test_page_links_to_its_other_language_and_to_all_its_files(opened):
    path, page, _ = opened
    other = {"audit.ru.html": "audit.en.html", "audit.en.html": "audit.ru.html"}[path.name]
    assert other in page.links
    assert {"solutions.csv", "bases.csv"} <= set(page.links)
    # The others are inside, and so are the statements of association.
    assert sum(link.startswith("data:text/csv") for link in page.links) == len(FILES) - 2 + 2
    assert sum(link.startswith("data:application/json") for link in page.links) == 1
    for link in page.links:
        file, _, anchor = link.partition("#")
        if link.startswith("data:") or not file:
            continue
        assert (path.parent / file).is_file(), link
        if anchor:
            assert f'id="{anchor}"' in (path.parent / file).read_text(encoding="utf-8"), link


def test_links_within_the_page_lead_somewhere(opened):
    text = opened[0].read_text(encoding="utf-8")
    names = set(re.findall(r'id="([^"]+)"', text))
    assert {link[1:] for link in opened[1].links if link.startswith("#")} <= names


def test_page_says_that_a_smaller_base_is_no_sign_of_misconduct(opened):
    word = {"ru": "не признак недобросовестности", "en": "not a sign of misconduct"}
    text = opened[0].read_text(encoding="utf-8")
    assert word[opened[0].name.split(".")[1]] in text


def test_every_picture_of_bases_says_how_many_there_are(opened):
    assert len(opened[1].pictures) == 24
    assert all(re.search(r"\d", text) for text in opened[1].pictures)


def test_planted_misprint_in_the_published_cells_is_named_on_the_page(tmp_path):
    study = copy_study(ROOT, tmp_path)
    published = study / "resources/published/2022/cells.csv"
    text = published.read_text(encoding="utf-8")
    planted = text.replace(
        'table_6,family_relations,Хорошие,Мужчины,"', 'table_6,family_relations,Хорошие,Мужчины,"9'
    )
    assert planted != text
    published.write_text(planted, encoding="utf-8")
    finished = snakemake(study, "results/2022/audit/questions.csv")
    assert finished.returncode == 0, finished.stderr
    questions = {
        one["row_variable"]: one["status"]
        for one in read(study / "results/2022/audit/questions.csv")
    }
    unsolved = [name for name, status in questions.items() if status == "no_integer_solution"]
    assert unsolved == ["family_relations"]
    sets = read(study / "results/2022/audit/misprints.csv")
    assert {(one["row_code"], one["column_code"]) for one in sets} == {("3", "1")}


def test_study_with_nothing_published_has_empty_files_and_a_page_that_says_so(
    minimal_run, tmp_path
):
    study = tmp_path / "study"
    shutil.copytree(minimal_run, study)
    finished = snakemake(study, "audit")
    assert finished.returncode == 0, finished.stderr
    for name in FILES:
        assert read(study / f"results/1996/audit/{name}.csv") == []
    page = (study / "results/1996/audit/audit.en.html").read_text(encoding="utf-8")
    assert "nothing to audit" in page


def test_mistyped_routing_stops_the_run_with_its_name(tmp_path):
    study = copy_study(ROOT, tmp_path)
    config = study / "config/audit.yaml"
    text = config.read_text(encoding="utf-8")
    config.write_text(text.replace("cannot_answer", "cannot_anwser"), encoding="utf-8")
    finished = snakemake(study, "--dry-run")
    assert finished.returncode != 0
    assert "cannot_anwser" in finished.stdout + finished.stderr
