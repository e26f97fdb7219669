"""Every number of a report is in ``provenance.json`` and follows from the parts that it names."""

import csv
import json
import re
import shutil
import subprocess
import sys
from collections import Counter
from copy import copy
from fractions import Fraction

import pandas as pd
import pyreadstat
import pytest
import yaml
from lxml import html

from invented import ROOT, snakemake, write_study
from resurvey.core.codebook import Codebook, Survey
from resurvey.core.printed import round_half_away_number
from unit.report.provenance.invented_waves import MEDIA, MODELS, STUDY, survey
from unit.report.provenance.recomputing import Recomputing

LANGUAGES = ("ru", "en")


@pytest.fixture(scope="module")
def document(article_run):
    """What ``provenance.json`` of the article holds."""
    path = article_run / "results/2022/report/provenance.json"
    return json.loads(path.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def pages(article_run):
    """The article's page in every language, parsed."""
    folder = article_run / "results/2022/report"
    return {
        language: html.fromstring((folder / f"report.{language}.html").read_bytes())
        for language in LANGUAGES
    }


@pytest.fixture(scope="module")
def recomputing(article_run, document):
    """The article's numbers beside its 515 records as they were tabulated."""
    results = article_run / "results/2022"
    book = Codebook.from_json((results / "tables/codebook.json").read_text(encoding="utf-8"))
    people = Survey(pd.read_parquet(results / "indicators/responses.parquet"), book)
    with (results / "audit/claims.csv").open(encoding="utf-8", newline="") as ledger:
        claims = {line["claim"]: line["cells"] for line in csv.DictReader(ledger)}
    return Recomputing(document["numbers"], people, claims=claims)


def test_every_number_of_the_page_is_in_the_graph(pages, document):
    for page in pages.values():
        named = set(page.xpath("//@data-number"))
        assert len(named) > 1000
        assert named <= set(document["numbers"])


def test_page_names_the_same_numbers_in_every_language(pages):
    named = [set(page.xpath("//@data-number")) for page in pages.values()]
    assert named[0] == named[1]


def test_numbers_in_figures_are_in_the_graph(article_run, document):
    drawn = set()
    for path in (article_run / "results/2022/figures").glob("*.svg"):
        drawn |= set(re.findall(r'data-number="([^"]+)"', path.read_text(encoding="utf-8")))
    assert len(drawn) > 100
    assert drawn <= set(document["numbers"])


@pytest.mark.parametrize("language", LANGUAGES)
def test_printed_number_is_its_unrounded_value_rounded_once(pages, document, language):
    seen = 0
    for element in pages[language].xpath("//main//*[@data-number]"):
        name, text = element.get("data-number"), element.text_content().strip()
        number = document["numbers"][name]
        text = as_typed(text)
        seen += 1
        if number["unit"] == "printed" or number["formula"] in ("expression", "reading"):
            assert text in as_typed(number["value"]), name
            continue
        if "/" in number["value"]:
            # A cut-off that is declared as an exact fraction stands as it is.
            assert text == number["value"], name
            continue
        # A figure writes "n = 515".
        found = re.fullmatch(r"(?:n = )?([<=]?) ?([+-]?[\d.]+)(?: %)?", text)
        assert found, (name, text)
        sign, shown = found.groups()
        value, digits = number["value"], len(shown.partition(".")[2])
        if sign == "<":
            assert float(value) < float(shown), name
        else:
            assert Fraction(shown) in {
                round_half_away_number(float(value), digits),
                sum_of_rounded(number, document, digits),
            }, (name, text, value)
    assert seen > 1000


def as_typed(text):
    """Number with a point and a plain minus."""
    return re.sub("[−–]", "-", text).replace(",", ".").replace("\xa0", " ")


def sum_of_rounded(number, document, digits):
    """Value of a number that the article makes from rounded shares; of another one its own."""
    if not number["formula"].endswith("_from_rounded"):
        return round_half_away_number(float(number["value"]), digits)
    parts = [document["numbers"][name] for name in number["from"] if name.startswith("percent:")]
    first, *others = (sum_of_rounded(one, document, digits) for one in parts)
    return first + sum(others) * (-1 if number["unit"] == "percentage_points" else 1)


def test_no_number_on_the_page_is_without_a_name(article_run, pages):
    for language, page in pages.items():
        page = html.fromstring(html.tostring(page))
        for element in page.xpath(UNTRACED):
            element.drop_tree()
        typed = typed_texts(article_run, language)
        left = {
            text
            for text in (plain(str(one)) for one in page.xpath("//main//text()"))
            if re.search(r"\d", text) and text not in typed
        }
        assert left == set()


UNTRACED = "|".join(
    (
        "//*[@data-number]",
        "//main//svg",
        "//script",
        "//style",
        # The arithmetic of a cell or claim, of which the numbers beside it are the result; the
        # author's words with the page they stand on.
        "//*[contains(@class, 'arithmetic')]",
        "//tr[@data-claim]/th|//tr[@data-claim]/td[not(@class)]",
        # The pages that quotations of interviews stand on, and numbers of tables.
        "//table[@data-table='interviews']//td[not(@class)]",
        # How many lines are folded away, codes of answers, and places in numbered lists.
        "//summary|//h4",
        "//table[@data-frequencies]//td[not(@data-number)]",
        # Ends of the bars of a distribution.
        "//table[starts-with(@data-table, 'index/')][contains(@data-table, '/distribution')]//th",
        "//table[@data-table='cleaning']//tbody/tr/th",
        # Numbers of cleaning steps and of tables, before their names.
        "//table[@data-table='accounting']//tbody/tr/th",
        "//ol[contains(@class, 'flow')]//div[contains(@class, 'box')]/text()/..",
        "//table[@data-table='empirical']//tbody/tr/th",
        # Version of the program.
        "//*[@id='made']/following-sibling::p",
    )
)
"""Places of a page whose digits are no results, each with its reason."""


def typed_texts(folder, language):
    """Every text that the study and the shared words hold, and their parts around numbers."""
    paths = [path for path in (folder / "config").glob("*.yaml") if "text." not in path.name]
    paths += [folder / f"config/text.{language}.yaml", ROOT / f"report/words.{language}.yaml"]
    whole = "\n".join(
        plain(re.sub(r"\{[^{}]*\}", "", text))
        for path in paths
        for text in strings(yaml.safe_load(path.read_text(encoding="utf-8")))
    )
    with open(folder / "resources/published/2022/claims.csv", encoding="utf-8") as lines:
        pages = {line["page"] for line in csv.DictReader(lines) if line["page"]}
    return _Parts(whole, pages)


class _Parts:
    """Texts of which a text of the page may be a part."""

    def __init__(self, whole, pages):
        self.whole = whole
        self.page = re.compile(rf"\b(?:p|с)\. (?:{'|'.join(pages)})\b")

    def __contains__(self, text):
        text = self.page.sub("", text)
        parts = re.split(r"\{[^{}]*\}|[«»“”]|: |; |, |\. ", text)
        return all(not re.search(r"\d", part) or plain(part) in self.whole for part in parts)


def strings(content):
    """Texts and numbers anywhere in what YAML holds."""
    if isinstance(content, dict):
        for key, value in content.items():
            yield str(key)
            yield from strings(value)
    elif isinstance(content, list):
        for value in content:
            yield from strings(value)
    else:
        yield str(content)


def plain(text):
    """Text with single spaces and without the marks around it."""
    return re.sub(r"\s+", " ", text.replace("\xa0", " ")).strip(" .,;:()")


@pytest.fixture(scope="module")
def invented_run(tmp_path_factory):
    """A weighted wave with a set of media, a banner, a model and cleaning steps."""
    folder, people = tmp_path_factory.mktemp("invented"), survey()
    raw = folder / "resources/1/raw.sav"
    raw.parent.mkdir(parents=True)
    pyreadstat.write_sav(people.data.astype("float64"), str(raw))
    variables = {
        one.name: {
            "measure": one.measure,
            "codes": {code: f"answer {code}" for code in one.codes},
            "missing": list(one.missing),
        }
        for one in people.codebook.variables.values()
    }
    media = {"label": "Media", "variables": list(MEDIA), "counted": 1}
    parts = {
        **STUDY,
        "models": MODELS,
        "codebook": {"variables": variables, "multiple_response": {"media": media}},
        "config": {
            "languages": ["en"],
            "waves": {"1": {"file": "resources/1/raw.sav", "weight": "w"}},
        },
    }
    write_study(
        folder, **{name: yaml.safe_dump(part, sort_keys=False) for name, part in parts.items()}
    )
    finished = snakemake(folder, "results/1/report/report.en.html")
    assert finished.returncode == 0, finished.stderr
    return folder / "results/1/report"


def test_numbers_of_a_weighted_wave_are_in_its_graph(invented_run):
    page = html.fromstring((invented_run / "report.en.html").read_bytes())
    numbers = json.loads((invented_run / "provenance.json").read_text(encoding="utf-8"))["numbers"]
    named = set(page.xpath("//@data-number"))
    assert named <= set(numbers)
    kinds = {name.partition(":")[0] for name in named}
    assert kinds >= {"percent", "base", "count", "difference", "indicator", "mean", "model", "test"}
    assert {"count:media/media/total/total/responses", "base:jobs/job/total/1/unweighted"} <= named


def test_numbers_of_a_study_without_any_declaration_are_in_its_graph(minimal_run):
    folder = minimal_run / "results/1996/report"
    numbers = json.loads((folder / "provenance.json").read_text(encoding="utf-8"))["numbers"]
    page = html.fromstring(next(folder.glob("report.*.html")).read_bytes())
    named = set(page.xpath("//@data-number"))
    assert named
    assert named <= set(numbers)


def test_every_number_is_what_its_parts_give(recomputing):
    derived = [name for name in recomputing.numbers if not recomputing.why_not(name)]
    assert [name for name in derived if not recomputing.agrees(name)] == []
    assert len(derived) > 1800


def test_numbers_without_a_derivation_are_those_that_have_no_parts(recomputing):
    reasons = Counter(recomputing.why_not(name) for name in recomputing.numbers)
    del reasons[""]
    assert set(reasons) == {
        "setting",
        "published",
        "over_solutions",
        "over_joint_tables",
        "declared_weight",
        "note",
        "reading",
        "smallest",
        "ledger",
        "tally of claims",
        "tally of declared indicators",
        "tally of lines",
        "claim of printed text",
    }
    # Claims whose cells only the text prints, and the tallies that count claims without cells.
    assert (reasons["claim of printed text"], reasons["tally of claims"]) == (2, 7)


def test_crosstab_is_the_sum_of_the_counts_that_it_names(document):
    numbers = document["numbers"]
    crosstabs = [number for name, number in numbers.items() if name.startswith("crosstab:")]
    assert len(crosstabs) == 10
    for crosstab in crosstabs:
        counts = [int(numbers[name]["value"]) for name in crosstab["from"]]
        assert int(crosstab["value"]) == sum(counts)


def test_a_wrong_count_is_found_by_every_number_made_of_it(recomputing):
    wrong, number = "count:table_2/job_fit/1/1", recomputing.numbers["count:table_2/job_fit/1/1"]
    numbers = {**recomputing.numbers, wrong: {**number, "value": str(int(number["value"]) + 1)}}
    mistaken = copy(recomputing)
    mistaken.numbers = numbers
    found = {name for name in numbers if not mistaken.why_not(name) and not mistaken.agrees(name)}
    test = "test:table_2/job_fit/gender"
    assert found >= {
        wrong,
        "percent:table_2/job_fit/1/1",
        f"{test}/pearson/statistic",
        f"{test}/likelihood_ratio/statistic",
        "association:table_2/job_fit/gender/cramer_v",
        "residual:table_2/job_fit/1/1",
    }


def test_what_only_the_publication_says_goes_back_to_it_alone(document):
    published = {
        name: number
        for name, number in document["numbers"].items()
        if name.startswith(("printed:", "range:")) or name.endswith("/printed")
    }
    assert len(published) > 250
    assert not any({"from", "who", "config"} & set(number) for number in published.values())
    inputs = {path for number in published.values() for path in number["inputs"]}
    assert all(path.startswith("resources/published/2022/") for path in inputs)


def test_other_waves_languages_and_modules_leave_the_bytes_alone(article_run, tmp_path):
    repository = tmp_path / "repository"
    for part in ("workflow", "report", "config", "resources"):
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / part, repository / part, ignore=ignored)
    for name in ("Snakefile", "environment.yml"):
        shutil.copy(ROOT / name, repository)
    config = repository / "config/config.yaml"
    text = config.read_text(encoding="utf-8")
    config.write_text(
        text.replace("waves:\n", 'waves:\n  "2031": {file: resources/2031/raw.sav}\n', 1),
        encoding="utf-8",
    )
    library = repository / "workflow/scripts/resurvey"
    for path in (library / "report/arrangement.py", library / "waves/deposit/ddi.py"):
        path.write_text(path.read_text(encoding="utf-8") + "\n# A remark.\n", encoding="utf-8")
    for path in (repository / "config/text.en.yaml", repository / "report/words.en.yaml"):
        path.write_text(path.read_text(encoding="utf-8").replace("gender", "sex"), encoding="utf-8")
    raw = repository / "resources/2031/raw.sav"
    raw.parent.mkdir()
    shutil.copy(article_run / "results/2022/raw/survey_reconstructed.sav", raw)
    target = "results/2022/report/provenance.json"
    command = [sys.executable, "-m", "snakemake", "--cores", "2", target]
    finished = subprocess.run(command, cwd=repository, capture_output=True, text=True, check=False)
    assert finished.returncode == 0, finished.stderr
    assert (repository / target).read_bytes() == (article_run / target).read_bytes()
