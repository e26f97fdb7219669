"""One set of requirements: pyproject.toml, environment.yml and the locks say the same."""

import re
import sys
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).resolve().parents[2]
CONDA_NAMES = {
    "snakemake-minimal": "snakemake",
    "matplotlib-base": "matplotlib",
    "typst-py": "typst",
}
FIXED_BY_THE_USER = {
    "snakemake",
    "pandas",
    "statsmodels",
    "matplotlib",
    "jinja2",
    "pyreadstat",
}


def project():
    return tomllib.loads((ROOT / "pyproject.toml").read_text())


def declared():
    requirements = map(Requirement, project()["project"]["dependencies"])
    return {canonicalize_name(one.name): one.specifier for one in requirements}


def conda():
    lines = yaml.safe_load((ROOT / "environment.yml").read_text())["dependencies"]
    assert all(isinstance(line, str) for line in lines), "conda cannot see a pip section"
    pairs = (line.partition(" ")[::2] for line in lines)
    return {
        canonicalize_name(CONDA_NAMES.get(name, name)): SpecifierSet(ranges)
        for name, ranges in pairs
    }


def locked(name):
    """Package -> versions; a universal lock may hold one per Python version."""
    versions = {}
    for line in (ROOT / name).read_text().splitlines():
        found = re.match(r"([A-Za-z0-9_.-]+)(?:\[.*\])?==([^ ;\\]+)(?: ; ([^\\]+))?", line)
        if found:
            marker = Marker(found[3].strip()) if found[3] else None
            versions.setdefault(canonicalize_name(found[1]), []).append((Version(found[2]), marker))
    return versions


def test_conda_names_the_same_packages():
    assert set(conda()) - {"python"} == set(declared())


def test_conda_gives_every_package_the_same_range():
    assert {name: conda()[name] for name in declared()} == declared()


def test_conda_and_pyproject_want_the_same_python():
    assert conda()["python"] == SpecifierSet(project()["project"]["requires-python"])


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-test.lock"])
def test_lock_holds_every_package_inside_its_range(lock):
    versions = locked(lock)
    for name, ranges in declared().items():
        assert versions.get(name), f"{lock} lacks {name}"
        assert all(version in ranges for version, _ in versions[name]), (name, versions[name])


def test_test_lock_holds_the_very_versions_of_the_main_lock():
    main, test = locked("requirements.lock"), locked("requirements-test.lock")
    for name, versions in main.items():
        assert {v for v, _ in versions} == {v for v, _ in test[name]}, name


def test_packages_of_the_documentation_are_those_of_the_tests_where_both_have_them():
    tests, docs = locked("requirements-test.lock"), locked("requirements-docs.lock")
    for requirement in map(Requirement, project()["dependency-groups"]["docs"]):
        versions = docs[canonicalize_name(requirement.name)]
        assert all(version in requirement.specifier for version, _ in versions)
    for name in set(docs) & set(tests):
        assert {v for v, _ in docs[name]} == {v for v, _ in tests[name]}, name


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-docs.lock"])
def test_every_locked_package_has_a_hash_and_no_address(lock):
    text = (ROOT / lock).read_text()
    blocks = re.split(r"\n(?=[a-z0-9])", text.strip())
    assert all("--hash=sha256:" in block for block in blocks)
    assert "://" not in text


def test_running_environment_is_the_locked_one():
    from importlib.metadata import version

    versions = locked("requirements-test.lock")
    for name in declared():
        allowed = {v for v, marker in versions[name] if marker is None or marker.evaluate()}
        assert Version(version(name)) in allowed, name


def test_packages_that_the_user_fixed_are_there():
    assert set(declared()) >= FIXED_BY_THE_USER


def test_channels_are_conda_forge_first_and_never_the_defaults():
    channels = yaml.safe_load((ROOT / "environment.yml").read_text())["channels"]
    assert channels[0] == "conda-forge"
    assert "defaults" not in channels


def test_every_package_that_is_declared_has_a_line_that_says_why():
    page = (ROOT / "docs/dependencies.md").read_text(encoding="utf-8")
    told = re.findall(r"^\| ([a-z0-9-]+) \| [\d.]+", page, re.MULTILINE)
    assert sorted(told) == sorted(declared())


def test_every_package_that_the_library_imports_is_declared():
    from importlib.metadata import packages_distributions

    library = ROOT / "workflow/scripts"
    names = {
        found[1]
        for path in library.rglob("*.py")
        for found in re.finditer(r"^\s*(?:from|import) (\w+)", path.read_text("utf-8"), re.M)
    }
    brought = packages_distributions()
    imported = {
        canonicalize_name(brought[name][0])
        for name in names - {"resurvey"}
        if name in brought and name not in sys.stdlib_module_names
    }
    assert imported - set(declared()) == set()


def test_programs_beside_python_are_those_that_ci_installs():
    from programs import PACKAGES

    text = (ROOT / ".ci/run").read_text(encoding="utf-8")
    installed = re.findall(r'^ +\[(\w+)\]="?([^"\n]+)"?$', text, re.MULTILINE)
    assert dict(installed) == {key: PACKAGES[key] for key, _ in installed}
    assert {package for _, package in installed} == set(PACKAGES.values())
    assert "RESURVEY_ALL_PROGRAMS=1 ./run test" in text
