"""What a forge expects of a repository is there, and says the same as the project itself."""

import json
import re
import subprocess
import tomllib
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft7Validator

ROOT = Path(__file__).resolve().parents[2]
WORKFLOW = ROOT / ".github/workflows/ci.yml"
ADDRESS = re.compile(r"https?://[^\s\"')>\]]+")


def project():
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def citation():
    return yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))


def codemeta():
    return json.loads((ROOT / "codemeta.json").read_text(encoding="utf-8"))


def steps(job):
    """What a job of the forge runs, with the variables that it sets."""
    text = yaml.safe_load(WORKFLOW.read_text(encoding="utf-8"))
    return {step.get("run", ""): set(step.get("env", {})) for step in text["jobs"][job]["steps"]}


def test_forge_runs_the_commands_of_the_own_ci():
    own = (ROOT / ".ci/run").read_text(encoding="utf-8")
    commands = re.findall(r"^((?:\w+=\w+ )*)\./run (\w+)$", own, re.MULTILINE)
    assert [name for _, name in commands] == ["check", "test", "scale"]
    on_forge = {
        run.rpartition(" run ")[2]: given
        for job in ("test", "cluster")
        for run, given in steps(job).items()
        if " run " in run
    }
    assert list(on_forge) == [name for _, name in commands]
    for variables, name in commands:
        wanted = {one.partition("=")[0] for one in variables.split()}
        assert wanted <= on_forge[name]


def test_forge_installs_the_packages_of_the_own_ci():
    own = (ROOT / ".ci/run").read_text(encoding="utf-8")
    table = re.search(r"packages=\(\n(.*?)\n\)", own, re.DOTALL)[1]
    named = re.findall(r'\]="?([^"\n]+)"?', table)
    wanted = {package for one in named for package in one.split()}
    told = [step for job in ("test", "cluster") for step in steps(job) if "apt-get install" in step]
    given = " ".join(step.split("--no-install-recommends", 1)[1] for step in told).split()
    assert len(wanted) > 5
    assert sorted(given) == sorted(wanted)


def test_forge_tries_three_systems_and_every_python_that_is_promised():
    text = yaml.safe_load(WORKFLOW.read_text(encoding="utf-8"))
    matrix = text["jobs"]["test"]["strategy"]["matrix"]
    assert [name.partition("-")[0] for name in matrix["system"]] == ["ubuntu", "macos", "windows"]
    low, high = re.match(r">=3\.(\d+),<3\.(\d+)$", project()["requires-python"]).groups()
    assert matrix["python"] == [f"3.{minor}" for minor in range(int(low), int(high))]


def test_citation_is_valid_by_its_own_schema():
    schema = json.loads((ROOT / "tests/reference/citation/cff-1.2.0.json").read_text("utf-8"))
    # Dates are text in the schema.
    text = yaml.load((ROOT / "CITATION.cff").read_text(encoding="utf-8"), yaml.BaseLoader)
    for reference in text["references"]:
        reference["year"] = int(reference["year"])
    problems = [problem.message for problem in Draft7Validator(schema).iter_errors(text)]
    assert problems == []
    del text["authors"]
    assert list(Draft7Validator(schema).iter_errors(text))


def test_citation_codemeta_and_pyproject_say_the_same():
    told, machine, own = citation(), codemeta(), project()
    assert told["version"] == machine["version"] == own["version"]
    assert told["license"] == own["license"] == machine["license"].rpartition("/")[2]
    assert str(told["date-released"]) == machine["datePublished"]
    assert told["keywords"] == machine["keywords"]
    assert [one["name"] for one in told["authors"]] == [one["name"] for one in machine["author"]]
    assert machine["name"] == own["name"]
    assert machine["description"] == own["description"]
    assert machine["programmingLanguage"][0]["version"] == own["requires-python"]
    (article,) = told["references"]
    assert machine["referencePublication"]["name"] == article["title"]
    for path in ("readme", "releaseNotes", "softwareRequirements"):
        assert (ROOT / machine[path]).exists()
    assert (ROOT / machine["softwareHelp"]["url"]).exists()


def test_every_release_begins_with_the_numbers_that_changed():
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    releases = re.split(r"^## ", text, flags=re.MULTILINE)[1:]
    assert len(releases) > 1
    for release in releases:
        name, _, told = release.partition("\n")
        headings = re.findall(r"^### (.+)$", told, re.MULTILINE)
        assert headings[0] == "Numbers that changed", name
        if name != "Unreleased":
            version, date = name.split(" – ")
            assert (version, date) == (citation()["version"], str(citation()["date-released"]))


def test_hooks_before_a_commit_are_the_repositorys_own():
    text = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))
    hooks = [hook for repo in text["repos"] for hook in repo["hooks"]]
    assert {repo["repo"] for repo in text["repos"]} == {"local"}
    entries = {hook["entry"] for hook in hooks}
    assert entries == {"python3 .githooks/pre-commit", "./run check"}
    for entry in entries:
        assert (ROOT / entry.removeprefix("python3 ").split()[0]).exists()


@pytest.mark.parametrize("path", sorted((ROOT / ".github").rglob("*.yml")), ids=lambda p: p.name)
def test_form_of_the_forge_is_whole(path):
    text = yaml.safe_load(path.read_text(encoding="utf-8"))
    for field in text.get("body", []):
        assert field["type"] in ("markdown", "textarea", "input", "dropdown")
        assert field["attributes"].get("label") or field["attributes"].get("value")


def test_no_address_of_the_project_is_invented():
    """It has none: all that is linked is what others publish."""
    listed = subprocess.check_output(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=ROOT, text=True
    ).split("\0")
    kept = [path for path in listed if re.match(r"(\.github/|docs/.*\.md|[A-Z][^/]*$)", path)]
    kept += ["codemeta.json", "mkdocs.yml", "pyproject.toml", "config/README.md"]
    known = {
        "https://w3id.org/codemeta/3.0",
        "https://spdx.org/licenses/MIT",
        "https://www.contributor-covenant.org/version/2/1/code_of_conduct/",
        "https://creativecommons.org/publicdomain/zero/1.0/",
        "https://creativecommons.org/licenses/by/4.0/",
    }
    found = {
        (path, address)
        for path in kept
        for address in ADDRESS.findall((ROOT / path).read_text(encoding="utf-8"))
    }
    assert {one for one in found if one[1] not in known} == set()
