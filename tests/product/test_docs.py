"""The documentation is whole, built without a warning, and every example in it is true."""

import contextlib
import doctest
import importlib.util
import io
import logging
import os
import re
import shutil
import subprocess
import sys
from copy import deepcopy
from pathlib import Path
from urllib.parse import unquote, urldefrag

import pytest
import yaml
from axe_playwright_python.sync_playwright import Axe
from jsonschema import Draft202012Validator
from lxml import html

from invented import snakemake
from product.browsing import NARROW, WIDE, visit
from product.fenced import DOCS, ROOT, examples
from programs import need
from resurvey.__main__ import main as resurvey
from resurvey.proof.parts import Job, load_study, settings_of
from resurvey.statistics.registry import MEASURES, TESTS
from resurvey.study.folder import DEFAULTS
from resurvey.waves.contract.drift import check_waves

WAVE = "2025"
YAML = [one for one in examples("yaml") if one.title]
ELSEWHERE = ("docs/references.md", "docs/tutorials/new-wave.md")
"""Pages whose settings go on from those of another page; tests of their own run them."""
RUN = sorted({one.page for one in YAML if not one.schema_only} - {*ELSEWHERE})


def load(path, name):
    """A script or a builder of pages as a module."""
    spec = importlib.util.spec_from_file_location(name, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


reference = load(DOCS / "builder/reference.py", "docs_reference")
rule_graph = load(DOCS / "builder/rule_graph.py", "docs_rule_graph")


def merged(old, new):
    """Settings with what an example says laid over them, key by key."""
    if not isinstance(old, dict) or not isinstance(new, dict):
        return deepcopy(new)
    return {**old, **{key: merged(old.get(key), value) for key, value in new.items()}}


def said_by(*arguments):
    """What a command of the library prints, and its exit code."""
    out = io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
        code = resurvey(list(arguments))
    return code, out.getvalue()


@pytest.fixture(scope="module")
def city(tmp_path_factory):
    """The study that the first tutorial begins, and what `init` says of it."""
    folder = tmp_path_factory.mktemp("city")
    for name in ("2025", "2026"):
        source = f"examples/city/resources/city_{name}_simulated.sav"
        (folder / source).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / source, folder / source)
    with contextlib.chdir(folder):
        file = "examples/city/resources/city_2025_simulated.sav"
        code, said = said_by("init", file, "--into", "my_study")
    assert code == 0, said
    return folder, said


@pytest.fixture
def study(city, tmp_path, monkeypatch):
    """A copy of that study, in which one works."""
    shutil.copytree(city[0] / "my_study", tmp_path / "my_study")
    monkeypatch.chdir(tmp_path / "my_study")
    return tmp_path / "my_study"


def write_example(study, page):
    """Lay the settings of a page over those of the study; tables are those of the page alone."""
    told = {}
    for one in YAML:
        if one.page == page and not one.schema_only:
            told[one.title] = merged(told.get(one.title, {}), yaml.safe_load(one.text))
    for title, settings in told.items():
        path = study / title
        old = yaml.safe_load(path.read_text(encoding="utf-8")) if path.exists() else {}
        if title == "config/tables.yaml":
            old = {}  # The page says what the tables are.
        text = yaml.safe_dump(merged(old or {}, settings), allow_unicode=True, sort_keys=False)
        path.write_text(text, encoding="utf-8")


def run_doors(rules, outputs):
    """Call the doors of rules as Snakemake does, and give back the study."""
    declared = load_study()
    for rule in rules:
        settings = settings_of(Job(rule, {"wave": WAVE}), declared)
        door = load(ROOT / f"workflow/scripts/{rule}.py", f"door_{rule}")
        door.main(**settings, **outputs[rule])
    return declared


@pytest.mark.parametrize("page", RUN)
def test_settings_of_a_page_give_the_results_that_it_names(page, study):
    """From the raw file to tables, models and index, by the doors that Snakemake calls."""
    write_example(study, page)
    Path("results").mkdir()
    files = {"responses": "results/r.parquet", "codebook": "results/c.json"}
    made = {"responses": "results/i.parquet", "codebook": "results/i.json"}
    parts = {one.title.partition("/")[2].partition(".")[0] for one in YAML if one.page == page}

    def paths(rule, names):
        return {name: f"results/{rule}_{name}.csv" for name in names}

    index = load(ROOT / "workflow/scripts/assess_index.py", "index_door")
    tables = load(ROOT / "workflow/scripts/tabulate_wave.py", "tables_door")
    models = load(ROOT / "workflow/scripts/fit_models.py", "models_door")
    prepared = paths("prepare", ("cleaned", "cleaned_codebook", "ledger", "flags"))
    outputs = {
        "import_wave": {
            "raw": f"resources/{WAVE}/raw.sav",
            "responses": files["responses"],
            "codebook_file": files["codebook"],
            "document": "results/document.csv",
            "log": logging.getLogger("docs"),
        },
        "prepare_wave": {**files, "outputs": {**prepared, **made}},
        "tabulate_wave": {
            **made,
            "outputs": {**paths("tables", tables.TABLE_FILES), "codebook": "results/t.json"},
        },
        "fit_models": {
            **made,
            "outputs": {**paths("models", models.MODEL_FILES), "figures": "results/figures"},
        },
        "assess_index": {
            "responses": made["responses"],
            "responses_codebook": made["codebook"],
            "cells": [],
            "claims": [],
            "outputs": paths("index", index.INDEX_FILES),
        },
    }
    rules = ["import_wave", "prepare_wave", "tabulate_wave"]
    rules += ["fit_models"] if "models" in parts else []
    rules += ["assess_index"] if "index" in parts else []
    declared = run_doors(rules, outputs)
    lines = reference_lines("results/tables_crosstabs.csv")
    lines += reference_lines("results/tables_summaries.csv")
    counted = {line["table"] for line in lines}
    assert set(declared.tables) <= counted, set(declared.tables) - counted
    for name in declared.parts["tables"].get("correlations", {}):
        assert any(
            line["name"] == name and line["value"]
            for line in reference_lines("results/tables_correlations.csv")
        )
    if "models" in parts:
        fitted = reference_lines("results/models_coefficients.csv")
        estimated = {line["model"] for line in fitted if line["estimate"]}
        assert estimated == set(declared.parts["models"]["models"])
    if "index" in parts:
        assert any(line["value"] for line in reference_lines("results/index_index.csv"))


def reference_lines(path):
    """Lines of a CSV file as dicts."""
    import csv

    with open(path, encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


@pytest.mark.parametrize("one", YAML, ids=lambda one: f"{one.page}-{one.title}")
def test_settings_in_an_example_are_known_to_the_schema(one):
    name = re.sub(r"^config/(\w+)(?:\.\w\w)?\.yaml$", r"\1", one.title)
    schema = reference.read(ROOT / f"workflow/schemas/{name}.schema.yaml")
    # A page shows what is to be added; what must be there stands in the study already.
    schema.pop("required", None)
    text = yaml.safe_load(one.text)
    problems = Draft202012Validator(schema).iter_errors(text)
    known = [problem for problem in problems if problem.validator != "required"]
    assert [f"{list(problem.path)}: {problem.message}" for problem in known] == []


def test_every_example_of_settings_names_its_file():
    nameless = [
        one.page for one in examples("yaml", "docs/") if not one.title.startswith("config/")
    ]
    assert nameless == []


@pytest.mark.parametrize("one", examples("python"), ids=lambda one: one.page)
def test_python_example_prints_what_stands_under_it(one, monkeypatch):
    monkeypatch.chdir(ROOT)
    test = doctest.DocTestParser().get_doctest(one.text, {}, one.page, one.page, 0)
    assert test.examples, f"{one.page}: an example of Python without >>> runs nowhere"
    said = io.StringIO()
    assert doctest.DocTestRunner().run(test, out=said.write).failed == 0, said.getvalue()


def told_lines(page):
    """Lines that a tutorial shows as the output of a command."""
    return [line for one in examples("text", page) for line in one.text.splitlines() if line]


def test_first_tutorial_shows_what_init_and_a_wrong_key_say(city, study):
    *shown, wrong = told_lines("docs/tutorials/own-file")
    for line in shown:
        assert line in city[1]
    (study / "config/tables.yaml").write_text("tables:\n  trust: {row: [sex]}\n")
    with pytest.raises(Exception, match=re.escape(wrong)):
        load_study()


def test_first_tutorial_ends_with_the_report_that_it_promises(study):
    """The commands and settings of the page, and the sentences of the page about references."""
    write_example(study, "docs/tutorials/own-file.md")
    write_example(study, "docs/references.md")
    finished = snakemake(study, "--quiet")
    assert finished.returncode == 0, finished.stderr
    report = study / f"results/{WAVE}/report"
    assert {"report.en.html", "report.en.docx", "report.en.pdf"} <= {*os.listdir(report)}
    text = html.parse(report / "report.en.html").getroot().text_content()
    assert "Trust in the institutions of the city" in text
    assert re.search(r"600 people were asked\. \d+\.\d% trust the mayor very much", text)


def test_second_tutorial_shows_what_add_wave_says_and_its_lines_settle_it(city, study):
    from resurvey.core.errors import SurveyError
    from resurvey.proof.doors import template_folders

    with contextlib.chdir(city[0]):
        file = "examples/city/resources/city_2026_simulated.sav"
        code, said = said_by("add-wave", file, "--name", "2026", "--directory", str(study))
    assert code == 1
    for line in told_lines("docs/tutorials/new-wave"):
        assert line in said
    suggested = (study / "config/waves.yaml").read_text(encoding="utf-8")
    settled = next(one for one in YAML if one.page == "docs/tutorials/new-wave.md").text
    rule = "compare_questionnaire"
    door = load(ROOT / f"workflow/scripts/{rule}.py", rule)
    Path("results").mkdir()

    def drift():
        declared = load_study()
        settings = settings_of(Job(rule, {"wave": "2026"}), declared)
        outputs = {"drift": "results/d.csv", "suggestion": "results/s.yaml"}
        outputs["pages"] = ["results/d.en.html"]
        log, folders = logging.getLogger("docs"), template_folders(rule)
        door.main(**settings, folders=folders, outputs=outputs, log=log)
        return check_waves(["results/d.csv"], "results/checked.csv")

    with pytest.raises(SurveyError, match="satisfied"):
        drift()
    (study / "config/waves.yaml").write_text(settled, encoding="utf-8")
    decided = drift()
    assert {line["variable"] for line in decided if line["accepted"]} == {"education", "safe"}
    for line in ("satisfied: {from: content}", "sex: {codes: {1: 2, 2: 1}}"):
        assert line in suggested
        assert line in settled


@pytest.mark.parametrize("program", ["pspp", "Rscript"])
def test_commands_for_other_programs_are_written_as_these_read_them(program, study, tmp_path):
    language, mark = {"pspp": ("text", "GET FILE"), "Rscript": ("r", "library")}[program]
    (one,) = [one for one in examples(language, "docs/how-to/compare") if mark in one.text]
    file = tmp_path / f"commands.{language}"
    file.write_text(one.text, encoding="utf-8")
    # R's package for surveys is not everywhere; what is written wrongly stops R all the same.
    check = ["-e", f"invisible(parse({str(file)!r}))"] if program == "Rscript" else [str(file)]
    said = subprocess.run([need(program), *check], cwd=study.parent, capture_output=True, text=True)
    assert said.returncode == 0, said.stdout + said.stderr


# The reference -------------------------------------------------------------------------------


def declared_keys(node):
    """Names of all keys that a schema declares, wherever they stand."""
    if isinstance(node, dict):
        own = node.get("properties", {})
        yield from (name for name, inner in own.items() if isinstance(inner, dict))
        for inner in node.values():
            yield from declared_keys(inner)
    elif isinstance(node, list):
        for inner in node:
            yield from declared_keys(inner)


@pytest.mark.parametrize("name", reference.schema_names())
def test_every_key_of_the_settings_is_in_the_reference_with_an_example_that_is_valid(name):
    schema = reference.read(ROOT / f"workflow/schemas/{name}.schema.yaml")
    page = reference.configuration(name)
    headings = re.findall(r"^#+ `([^`]+)`$", page, re.MULTILINE)
    shown = {part.removesuffix("[]") for heading in headings for part in heading.split(".")}
    branches = {"action", "why"}
    assert set(declared_keys(schema)) - branches <= shown
    for place, node, _ in reference.walk(schema, schema):
        value = yaml.safe_load(reference.example_of(node, schema, place[-1]))
        problems = Draft202012Validator({**node, "$defs": schema.get("$defs", {})})
        assert [p.message for p in problems.iter_errors(value)] == [], ".".join(place)


def test_defaults_of_the_schema_are_those_that_are_filled_in():
    schema = reference.read(ROOT / "workflow/schemas/config.schema.yaml")
    told = {key: node["default"] for key, node in schema["properties"].items() if "default" in node}
    assert told == {key: DEFAULTS[key] for key in told}
    assert set(DEFAULTS) - set(told) == {"title"}


def test_every_column_of_every_result_file_has_its_meaning():
    described = reference.described_files()
    wordless = {
        (path, name)
        for path, entry in described.items()
        for name, words in entry["columns"].items()
        if not words
    }
    assert wordless == set()
    told = reference.read(DOCS / "builder/files.yaml")
    used = {name for entry in described.values() for name in entry["columns"]}
    assert set(told["columns"]) <= used


def test_every_csv_file_that_a_rule_makes_is_in_the_reference():
    text = "".join(p.read_text(encoding="utf-8") for p in (ROOT / "workflow/rules").glob("*.smk"))
    made = set(re.findall(r'"results/((?:\{wave\}|trend)/[\w/]+\.csv)"', text))
    # What is told of the register leaves the house and has its columns but for the rule.
    made -= {"{wave}/disclosure/told.csv"}
    assert len(made) > 40
    assert made <= set(reference.described_files())


def test_every_statistic_of_the_registry_has_a_source_and_its_limits():
    told = reference.read(DOCS / "builder/statistics.yaml")
    assert set(told["tests"]) == set(TESTS)
    assert set(told["measures"]) == set(MEASURES)
    for part in told.values():
        for name, words in part.items():
            assert words["label"], name
            assert words["source"], name
            assert words["not_valid"], name


def test_every_rule_is_in_the_reference():
    command = [sys.executable, "-m", "snakemake", "--list-rules", "--quiet"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    rules = {line.split()[0] for line in listed.splitlines() if line.strip()}
    page = reference.rules()
    assert {rule for rule in rules if f"`{rule}`" not in page} == set()


@pytest.mark.parametrize("module", [reference, rule_graph], ids=lambda module: module.__name__)
def test_examples_of_the_builder_print_what_stands_under_them(module):
    tried = doctest.testmod(module)
    assert tried.attempted
    assert tried.failed == 0


def test_drawing_of_the_rules_has_an_arrow_only_where_none_follows_from_others():
    graph = {"c": frozenset("ab"), "b": frozenset("a"), "a": frozenset()}
    drawn = rule_graph.draw(graph)
    assert drawn.count("<text") == 3
    # Two arrows and the ground.
    assert drawn.count("<path") == 3


# The site ------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def site(tmp_path_factory):
    """The site, built as `./run docs` builds it."""
    folder = tmp_path_factory.mktemp("site") / "site"
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet"]
    finished = subprocess.run(
        [*command, "--site-dir", str(folder)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        env={**os.environ, "NO_MKDOCS_2_WARNING": "1"},
    )
    assert finished.returncode == 0, finished.stdout + finished.stderr
    return folder


def test_site_opens_from_disk_with_a_search_and_asks_for_nothing(site, open_page):
    for name in ("index.html", "reference/configuration/tables.html", "reference/library.html"):
        for view in (WIDE, NARROW):
            opened = open_page(site / name, viewport=view)
            wide = opened.page.evaluate("document.documentElement.scrollWidth")
            assert wide <= view["width"], f"{name} is wider than a screen"
    opened = open_page(site / "how-to/models.html")
    opened.page.keyboard.press("/")
    opened.page.keyboard.type("Cronbach")
    opened.page.locator(".md-search-result__item").first.wait_for()
    titles = opened.page.locator(".md-search-result__item h1").all_inner_texts()
    assert any("alpha" in title for title in titles)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_site_keeps_the_rules_of_accessibility(site, browser, scheme):
    for name in ("data-editor.html", "how-to/models.html"):
        # The checker itself complains of the frame in which the search works.
        page = visit(browser, site / name, color_scheme=scheme).page
        broken = {one["id"] for one in Axe().run(page).response["violations"]}
        page.context.close()
        # The theme names a part of its navigation like the whole.
        assert broken <= {"landmark-unique"}, name


def test_every_link_of_the_site_leads_to_a_page_and_a_place_in_it(site):
    trees = {path.resolve(): html.parse(path).getroot() for path in site.rglob("*.html")}
    assert len(trees) > 50
    places = {path: set(tree.xpath("//@id")) for path, tree in trees.items()}
    broken = []
    for path, tree in trees.items():
        for link in {*tree.xpath("//a/@href"), *tree.xpath("//img/@src")}:
            if re.match(r"\w+:", link) or path.name == "404.html":
                continue
            address, place = urldefrag(unquote(link))
            target = (path.parent / address).resolve() if address else path
            target = target / "index.html" if target.is_dir() else target
            lost = place and target in places and place not in places[target] | {"__top"}
            if not target.exists() or lost:
                broken.append(f"{path.relative_to(site.resolve())}: {link}")
    assert broken == []


def test_picture_of_every_page_has_words_for_those_who_do_not_see_it():
    bare = [str(page) for page in DOCS.rglob("*.md") if "![](" in page.read_text(encoding="utf-8")]
    assert bare == []
