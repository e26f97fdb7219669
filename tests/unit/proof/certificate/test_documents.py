"""What a certificate is made of: its documents agree with each other and with what was run."""

import csv
import hashlib
import json
import platform
import re
import shutil
from html.parser import HTMLParser

import pytest
import yaml

from invented import ROOT
from offline_crates import validate
from resurvey.core.errors import SurveyError
from resurvey.core.published import PrintedCell
from resurvey.proof.certificate.crate import as_paper, read_article
from resurvey.proof.certificate.manifest import Files, list_sources
from resurvey.proof.certificate.numbers import (
    Table,
    Terms,
    compare_published,
    compare_tables,
    same_number,
)
from unit.sealed import hash_source, policy_of

HOSTILE = "<script>alert(1)</script> {{ 7*7 }} =HYPERLINK(1) $x$ #y \\input{z} \"q\" 'p' &amp;"


def document(crate, name):
    return json.loads((crate / name).read_text(encoding="utf-8"))


def everything(folder):
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_manifest_names_every_file_with_its_size_and_hash(made):
    files = everything(made)
    listed = document(made, "manifest.json")["files"]
    own = {"manifest.json", "manifest.csv", "ro-crate-metadata.json"}
    enclosed = [one for one in listed if one["role"] != "withheld"]
    assert {one["path"] for one in enclosed} == set(files) - own
    for one in enclosed:
        content = files[one["path"]]
        assert one["bytes"] == len(content)
        assert one["sha256"] == hashlib.sha256(content).hexdigest()
    assert {one["rule"] for one in listed if one["path"].endswith("crosstabs.csv")} == {
        "tabulate_wave"
    }


def test_both_manifests_hold_the_same_lines(made):
    with open(made / "manifest.csv", encoding="utf-8", newline="") as lines:
        told = [{**one, "bytes": int(one["bytes"])} for one in csv.DictReader(lines)]
    assert told == document(made, "manifest.json")["files"]


def test_survey_file_of_persons_is_named_and_withheld(made):
    raw = (made.parent / "raw/survey.sav").read_bytes()
    held = [one for one in document(made, "manifest.json")["files"] if one["role"] == "withheld"]
    assert [(one["path"], one["sha256"]) for one in held] == [
        ("survey.sav", hashlib.sha256(raw).hexdigest())
    ]
    assert not [name for name in everything(made) if name.endswith((".sav", ".parquet"))]
    assert not [name for name, content in everything(made).items() if b"Ismat" in content]
    assert "survey.sav" in (made / "certificate.en.html").read_text(encoding="utf-8")


@pytest.mark.slow
@pytest.mark.parametrize("origin", ["reconstructed", "simulated"])
def test_records_that_nobody_answered_are_enclosed_and_labelled(certified, tmp_path, origin):
    crate = certified(tmp_path, origin=origin)
    assert (crate / "results/w1/raw/survey.sav").exists()
    page = (crate / "certificate.en.html").read_text(encoding="utf-8")
    assert f'data-kind="{origin}"' in page
    title = {"reconstructed": "Reconstructed data", "simulated": "Simulated data"}[origin]
    assert f"<title>[{title}, not microdata]" in page
    printed = page[page.index("@top-center") :]
    assert printed.startswith(f'@top-center {{ content: "{title.removesuffix(" data")} from ')
    about = document(crate, "ro-crate-metadata.json")["@graph"][1]["description"]
    readme = (crate / "README.md").read_text(encoding="utf-8")
    for text in (about, readme):
        assert origin in text.lower()
        assert "not microdata" in text
    assert document(crate, "comparison.json")["reconstructed"] is (origin == "reconstructed")


@pytest.mark.parametrize(
    "path",
    [
        "results/w1/clean/responses.parquet",
        "results/w1/clean/flags.csv",
        "results/w1/import/responses.parquet",
        "results/w1/indicators/responses.parquet",
        "results/w1/raw/survey_exported.sav",
        "resources/w1/survey.sav",
    ],
)
def test_records_of_persons_among_the_outputs_stop_the_certificate(path):
    files = Files(inputs=[], outputs=[path], workflow=[], environment=[], raw="raw.sav")
    with pytest.raises(SurveyError, match="records of persons never enter a certificate"):
        list_sources(files, ".", {}, shareable=False)


def test_comparison_gives_interval_value_and_verdict_of_every_printed_cell(made):
    found = document(made, "comparison.json")
    told = {
        (one["row"], one["column"]): (one["low"], one["high"], one["value"], one["inside"])
        for one in found["cells"]
    }
    assert told == {
        ("men", "All"): ("59.95", "60.05", 60.0, True),
        ("yes", "Men"): ("33.25", "33.35", pytest.approx(100 / 3), True),
        ("yes", "Women"): ("25.05", "25.15", 25.0, False),
        ("yes", "All"): ("29.95", "30.05", 30.0, True),
    }
    assert [one["verdict"] for one in found["cells"]] == ["agrees", "agrees", "differs", "agrees"]
    assert found["summary"]["inside"] == 3


@pytest.mark.parametrize(
    ("rounding", "inside"),
    [("half_up", True), ("half_even", False), ("truncation", False), ("unknown", True)],
)
def test_half_belongs_to_the_interval_only_where_the_rule_says_so(rounding, inside):
    """5 of 16 is 31.25: half up prints 31.3, half to even and truncation print 31.2."""
    cell = PrintedCell("t", "q", "yes", "all", "31.3", "q", "1", "", "total")
    count = {"table": "t", "row_variable": "q", "row_code": "1", "column_code": "total"}
    count |= {"kind": "answer", "count": "5", "base": "16"}
    line = compare_published([cell], [count], Terms(rounding, {}))[0]
    assert line["inside"] is inside
    # The verdict takes a half on either side; only where numbers were cut it is no half.
    assert line["verdict"] == ("differs" if rounding == "truncation" else "agrees")


def test_difference_of_rounded_parts_is_told_from_the_counts():
    cells = [
        PrintedCell("t", "q", "yes", "change", "-2.0", "b-a", "1", "", "difference"),
        PrintedCell("t", "q", "no", "change", "0", "b-a", "2", "", "difference"),
    ]
    counts = [
        {"row_variable": "a", "row_code": "1", "count": "1", "base": "3"},
        {"row_variable": "b", "row_code": "1", "count": "5", "base": "16"},
        {"row_variable": "a", "row_code": "2", "count": "1", "base": "3"},
        {"row_variable": "b", "row_code": "2", "count": "1", "base": "3"},
    ]
    lines = [{"table": "t", "column_code": "total", "kind": "answer", **one} for one in counts]
    found = compare_published(cells, lines, Terms("half_up", {"t": "printed_parts"}))
    # From counts -2.083…, printed -2.1; from 31.3 - 33.3 it is -2.0.
    assert found[0]["verdict"] == "agrees_by_printed_parts"
    assert found[0]["inside"] is False
    assert same_number(found[0]["value"], -25 / 12)
    # A bare zero has the digits of its column.
    assert (found[1]["low"], found[1]["high"], found[1]["inside"]) == ("-0.05", "0.05", True)


def test_codecheck_names_the_article_and_only_files_that_exist(made):
    text = (made / "codecheck.yml").read_text(encoding="utf-8")
    assert text.startswith("%YAML 1.1\n")
    assert "\n---\n" in text
    found = yaml.safe_load(text)
    assert found["version"] == "https://codecheck.org.uk/spec/config/1.0/"
    assert found["paper"] == {"title": "Ten people"}
    assert set(found) == {"version", "manifest", "paper"}
    for one in found["manifest"]:
        assert (made / one["file"]).is_file()
        assert one["comment"]


def test_article_beside_the_published_numbers_is_named(certified, tmp_path):
    article = tmp_path / "resources/published/w1"
    article.mkdir(parents=True)
    shutil.copy(ROOT / "resources/published/2022/article.yaml", article)
    found = read_article(article / "article.yaml", ROOT / "workflow/schemas/article.schema.yaml")
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    cited = citation["references"][0]
    assert found["title"] == cited["title"]
    assert cited["journal"] in found["reference"]
    assert str(cited["year"]) in found["reference"]
    paper = as_paper(found, "")
    assert [set(one) for one in paper["authors"]] == [{"name"}, {"name"}]


@pytest.mark.slow
def test_study_that_says_who_made_it_is_cited_and_the_software_beside_it(certified, tmp_path):
    citation = (
        "title: A survey\nversion: 2\nlicense: [CC-BY-4.0, ODbL-1.0]\ndate-released: 2025-02-03\n"
        "authors: [{family-names: Doe, given-names: J., orcid: 0000-0002-1825-0097}]\n"
    )
    crate = certified(tmp_path, citation=citation)
    graph = {one["@id"]: one for one in document(crate, "ro-crate-metadata.json")["@graph"]}
    root = graph["./"]
    assert graph[root["author"]["@id"]]["name"] == "J. Doe"
    assert root["license"] == "CC-BY-4.0 or ODbL-1.0"
    assert root["datePublished"] == "2025-02-03"
    assert graph["Snakefile"]["license"] == {"@id": "https://spdx.org/licenses/MIT"}
    assert (crate / "CITATION.cff").read_text(encoding="utf-8") == citation


@pytest.mark.slow
def test_citation_without_authors_is_one_sentence(certified, tmp_path):
    with pytest.raises(SurveyError, match="CITATION.cff: key 'authors' is missing"):
        certified(tmp_path, citation="title: A survey\nversion: 2\nlicense: MIT\n")


def test_misspelt_key_of_an_article_is_one_sentence(tmp_path):
    (tmp_path / "article.yaml").write_text("title: A\nauthor: B\n")
    with pytest.raises(SurveyError, match="unknown key 'author'; did you mean 'authors'"):
        read_article(tmp_path / "article.yaml", ROOT / "workflow/schemas/article.schema.yaml")


def test_crate_describes_the_run_its_inputs_and_its_outputs(made):
    graph = {one["@id"]: one for one in document(made, "ro-crate-metadata.json")["@graph"]}
    run, workflow = graph["#run"], graph["Snakefile"]
    assert run["@type"] == "CreateAction"
    assert run["instrument"] == {"@id": "Snakefile"}
    assert graph["./"]["mainEntity"] == {"@id": "Snakefile"}
    assert set(workflow["@type"]) == {"File", "SoftwareSourceCode", "ComputationalWorkflow"}
    assert graph[workflow["programmingLanguage"]["@id"]]["name"] == "Snakemake"
    listed = document(made, "manifest.json")["files"]
    for role, key in (("input", "object"), ("output", "result")):
        named = {one["@id"] for one in run[key]} - {"#wave", "#withheld"}
        assert named == {one["path"] for one in listed if one["role"] == role}
    held = next(one for one in listed if one["role"] == "withheld")
    assert graph["#withheld"]["value"] == held["sha256"]
    assert not any(key in run for key in ("startTime", "endTime", "agent"))
    python = [one for one in graph.values() if one["@type"] == "SoftwareApplication"]
    assert all(one.get("version") for one in python)


@pytest.mark.slow
def test_crate_conforms_to_the_profiles(made):
    result = validate(made, "workflow-run-crate")
    assert result.passed(), [issue.message for issue in result.get_issues()]
    assert not result.skipped_checks


@pytest.mark.slow
def test_a_crate_that_breaks_a_profile_is_seen_by_the_validator(crate):
    """The validator is asked offline, and still refuses a run without an instrument."""
    metadata = document(crate, "ro-crate-metadata.json")
    for one in metadata["@graph"]:
        if one["@id"] == "#run":
            del one["instrument"]
    (crate / "ro-crate-metadata.json").write_text(json.dumps(metadata), encoding="utf-8")
    assert not validate(crate, "process-run-crate").passed()


class _Tags(HTMLParser):
    def __init__(self):
        super().__init__()
        self.tags, self.addresses, self.text = [], [], []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.addresses += [value for name, value in attrs if name in ("src", "href", "data")]

    def handle_data(self, data):
        self.text.append(data)


def parsed(path):
    page = _Tags()
    page.feed(path.read_text(encoding="utf-8"))
    return page


def test_page_has_no_script_and_asks_for_nothing(made):
    page = parsed(made / "certificate.en.html")
    assert not {"script", "iframe", "img", "form", "object"} & set(page.tags)
    outside = [one for one in page.addresses if not one.startswith(("#", "data:"))]
    assert outside == []


def test_browser_applies_the_style_of_the_page_and_runs_nothing(made):
    text = (made / "certificate.en.html").read_text(encoding="utf-8")
    (style,) = re.findall(r"<style>(.*?)</style>", text, re.DOTALL)
    assert policy_of(text) == {
        "default-src": "'none'",
        "script-src": "'none'",
        "style-src": hash_source(style),
        "img-src": "data:",
        "base-uri": "'none'",
        "form-action": "'none'",
    }
    assert not re.search(r"<[^<>]+ (?:style|on\w+)=", text)


def test_page_says_what_differs_and_by_how_much(made):
    words = " ".join(" ".join(parsed(made / "certificate.en.html").text).split())
    assert "4 printed numbers compared" in words
    assert "1 differ" in words
    assert "25.1 [25.05; 25.15) 25 25.0" in words
    assert "33.333333…" in words


@pytest.mark.slow
def test_label_that_is_code_is_printed_as_it_stands(certified, tmp_path):
    crate = certified(tmp_path, label=HOSTILE, title=HOSTILE)
    page = parsed(crate / "certificate.en.html")
    assert "script" not in page.tags
    assert HOSTILE in "".join(page.text)
    assert yaml.safe_load((crate / "codecheck.yml").read_text())["paper"]["title"] == HOSTILE
    assert HOSTILE in document(crate, "ro-crate-metadata.json")["@graph"][1]["name"]


@pytest.mark.slow
def test_the_same_study_in_another_folder_gives_the_same_bytes(made, certified, tmp_path):
    assert everything(certified(tmp_path / "other/place")) == everything(made)


def test_no_document_names_a_machine_a_folder_or_a_time(made):
    words = {platform.node(), str(ROOT), str(made.parents[2])}
    for path, content in everything(made).items():
        if made.joinpath(path).parent == made and path not in ("requirements.lock", "Snakefile"):
            text = content.decode("utf-8")
            assert not [word for word in words if word in text], path
            assert not re.search(r"\d\d:\d\d:\d\d", text), path


@pytest.mark.slow
def test_writing_again_replaces_the_folder_as_a_whole(certified, tmp_path):
    crate = certified(tmp_path)
    before = everything(crate)
    (crate / "left_over.txt").write_text("from an older version")
    certified(tmp_path)
    assert everything(crate) == before
    assert sorted(path.name for path in crate.parent.iterdir()) == [
        "audit",
        "certificate",
        "raw",
        "report",
        "tables",
    ]


def test_codes_are_text_and_never_within_noise_of_each_other():
    one = Table(("row_code", "count"), (("01", "1"), ("1+2", "2")))
    other = Table(("row_code", "count"), (("1", "1"), ("1+2", "2.0")))
    assert [found.column for found in compare_tables(one, other)] == ["row_code"]
