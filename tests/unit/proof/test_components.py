"""The bill of materials is the lock: every package, its version, its hashes, its licence."""

import json
import re

import pytest

from invented import ROOT
from resurvey import SurveyError
from resurvey.__main__ import main
from resurvey.proof.components import (
    LOCK,
    UNSAID,
    Component,
    bill_of_materials,
    licence_of,
    licence_table,
    read_lock,
)

HASH = "a" * 64


@pytest.fixture(scope="module")
def components():
    return read_lock(LOCK.read_text(encoding="utf-8"))


def test_every_package_of_the_lock_is_in_it_with_its_version_and_hashes(components):
    text = LOCK.read_text(encoding="utf-8")
    assert len(components) == len(re.findall(r"(?m)^[A-Za-z0-9][^ \n]*==", text)) > 80
    assert sum(len(one.hashes) for one in components) == text.count("--hash=sha256:")
    told = json.loads(bill_of_materials(components, {}))
    assert [one["purl"] for one in told["components"]] == [
        f"pkg:pypi/{one.name}@{one.version}" for one in components
    ]


def test_package_without_a_hash_is_refused():
    with pytest.raises(SurveyError, match=r"dill==0\.4 has no hash"):
        read_lock("dill==0.4\n")


@pytest.mark.slow
def test_same_lock_gives_the_same_text_and_the_verb_prints_it(capsys):
    assert main(["components"]) == 0
    first = capsys.readouterr().out
    assert main(["components", "--lock", str(LOCK)]) == 0
    assert capsys.readouterr().out == first
    told = json.loads(first)
    assert (told["bomFormat"], told["specVersion"]) == ("CycloneDX", "1.6")
    assert "serialNumber" not in told


def test_condition_and_licence_stand_with_the_component():
    (told,) = json.loads(
        bill_of_materials([Component("dill", "0.4", "x == 'y'", (HASH,))], {"dill": "BSD"})
    )["components"]
    assert told["licenses"] == [{"license": {"name": "BSD"}}]
    assert told["properties"] == [{"name": "resurvey:condition", "value": "x == 'y'"}]
    assert told["hashes"] == [{"alg": "SHA-256", "content": HASH}]


def test_licence_that_a_package_does_not_say_is_not_invented():
    (told,) = json.loads(bill_of_materials([Component("x", "1", "", (HASH,))], {"x": UNSAID}))[
        "components"
    ]
    assert "licenses" not in told


def test_documented_licences_are_those_of_the_lock(components):
    licences = {one.name: licence_of(one.name) for one in components}
    page = (ROOT / "docs/licences.md").read_text(encoding="utf-8")
    assert licence_table(components, licences) in page
    # These two may not be linked with everything; docutils offers a choice.
    strict = [name for name, said in licences.items() if "GPL" in said and "or" not in said]
    assert strict == []
