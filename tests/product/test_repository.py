"""What a visitor of the repository relies on: its lists, licences and rules agree with the code."""

import json
import re
import subprocess
import sys
from pathlib import Path

import yaml

import resurvey

ROOT = Path(__file__).resolve().parents[2]


def rules():
    """Names of all rules, as Snakemake lists them."""
    command = [sys.executable, "-m", "snakemake", "--list-rules", "--quiet"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return {line.split()[0] for line in listed.splitlines() if line.strip()}


def test_every_rule_has_a_door_of_its_own_name():
    doors = {path.stem for path in (ROOT / "workflow/scripts").glob("*.py")}
    scripts = set()
    for path in (ROOT / "workflow/rules").glob("*.smk"):
        text = path.read_text(encoding="utf-8")
        for name, body in re.findall(r"^ *rule (\w+):\n(.*?)(?=^ *rule |\Z)", text, re.M | re.S):
            script = re.search(r'"\.\./scripts/(\w+)\.py"', body)
            if script:
                assert script[1] == name
                scripts.add(name)
    assert scripts == doors


def test_doors_have_no_branch_and_no_loop_over_data():
    import ast

    for path in (ROOT / "workflow/scripts").glob("*.py"):
        main = next(
            node
            for node in ast.parse(path.read_text(encoding="utf-8")).body
            if isinstance(node, ast.FunctionDef) and node.name == "main"
        )
        assert not [node for node in ast.walk(main) if isinstance(node, ast.If | ast.While)], path


def test_library_never_imports_snakemake():
    for path in (ROOT / "workflow/scripts/resurvey").rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"^\s*(?:import|from) snakemake", text, re.M), path


def test_importing_the_library_loads_nothing_heavy():
    code = "import resurvey, sys; print(sorted({'numpy', 'pandas', 'scipy'} & set(sys.modules)))"
    folder = ROOT / "workflow/scripts"
    said = subprocess.run(
        [sys.executable, "-c", code], cwd=folder, capture_output=True, text=True, check=True
    )
    assert said.stdout.strip() == "[]"


def test_list_of_exhibits_names_files_that_the_rules_make():
    readme = (ROOT / "docs/data-editor.md").read_text(encoding="utf-8")
    exhibits = re.findall(r"^\| [^|]+ \| `(results/[^`]+)` \| `(\w+)` \|", readme, re.M)
    assert len(exhibits) >= 9
    known = rules()
    text = "".join(p.read_text(encoding="utf-8") for p in (ROOT / "workflow/rules").glob("*.smk"))
    for path, rule in exhibits:
        assert rule in known, rule
        folder = path.rpartition("/")[0].replace("results/2022", "results/{wave}")
        assert folder + "/" in text.replace("{{", "{").replace("}}", "}"), path


def test_citation_names_the_software_and_the_article():
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert citation["cff-version"] == "1.2.0"
    assert citation["license"] == "MIT"
    assert citation["references"][0]["type"] == "article"


def test_version_is_the_same_everywhere():
    import tomllib

    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    assert resurvey.__version__ == version
    written = subprocess.run(
        ["git", "grep", "-l", "-F", f'"{version}"', "--", "*.py", "*.toml", "*.json", "*.cff"],
        cwd=ROOT,
        capture_output=True,
        text=True,
    ).stdout.split()
    # The last one cannot read another file; tests hold it against the first.
    assert [path for path in written if not path.startswith("tests/")] == [
        "codemeta.json",
        "pyproject.toml",
    ]
    assert f"version: {version}" in (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    assert f"## {version}" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_every_schema_key_has_a_type_and_a_description():
    def keys(schema, place):
        for name, one in schema.get("properties", {}).items():
            yield f"{place}.{name}", one
            if isinstance(one, dict):
                yield from keys(one, f"{place}.{name}")

    for path in (ROOT / "workflow/schemas").glob("*.schema.yaml"):
        schema = yaml.safe_load(path.read_text(encoding="utf-8"))
        assert schema["additionalProperties"] is False, path.name
        for name, one in keys(schema, path.stem):
            typed = json.dumps(one)
            assert any(w in typed for w in ('"type"', '"enum"', "$ref", '"const"')), name
            assert "description" in typed or "$ref" in typed, name
