"""The demonstration: every planted change of the questionnaire is caught, no clean wave stops."""

import copy
from pathlib import Path

import pytest
from simulate import read_model, simulate_waves, simulated_file

from resurvey.core.strict_yaml import read_yaml
from resurvey.study.folder import read_study
from resurvey.study.mapping import mapping_of, used_names
from resurvey.waves.contract.drift import Wave, compare_wave, open_differences

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[4]
STUDY = read_study(ROOT / "examples/monitoring/config", ROOT / "workflow/schemas")
SIMULATION = read_yaml(ROOT / "examples/monitoring/config/simulation.yaml")
SPECS = SIMULATION["waves"]
NAMES = list(SPECS)
BOOK = STUDY["codebook"]
USED = used_names(STUDY)


@pytest.fixture(scope="module")
def files():
    """Every wave as its changed questionnaire would give it."""
    return {
        name: simulated_file(SIMULATION, {one: SPECS[one] for one in NAMES[: place + 1]}, BOOK)
        for place, name in enumerate(NAMES)
    }


def drift(files, wave, entries):
    before = NAMES[NAMES.index(wave) - 1]
    now, then = (Wave(one, files[one], mapping_of(entries.get(one))) for one in (wave, before))
    return compare_wave(now, then, BOOK, USED)


@pytest.mark.parametrize("wave", NAMES[1:])
def test_mapped_and_accepted_waves_pass(files, wave):
    assert open_differences(drift(files, wave, STUDY["waves"])) == []


def entries_of_waves():
    for wave, entry in STUDY["waves"].items():
        for name in entry.get("variables", {}):
            yield wave, "variables", name
        for line in entry.get("accept", []):
            if line["difference"] != "wording":
                yield wave, "accept", line["variable"]


@pytest.mark.parametrize(("wave", "section", "name"), list(entries_of_waves()))
def test_without_its_line_each_planted_change_stops_and_is_named(files, wave, section, name):
    entries = copy.deepcopy(STUDY["waves"])
    if section == "variables":
        del entries[wave]["variables"][name]
    else:
        entries[wave]["accept"] = [
            line for line in entries[wave]["accept"] if line["variable"] != name
        ]
    stopped = open_differences(drift(files, wave, entries))
    assert {line["variable"] for line in stopped} == {name}
    assert all(line["line"] for line in stopped)


@pytest.mark.parametrize("wave", ["2024", "2025"])
def test_changed_wording_warns_and_does_not_stop(files, wave):
    lines = drift(files, wave, {})
    assert [
        line["severity"]
        for line in lines
        if line["difference"] == "wording" and line["variable"] == "leisure"
    ][-1] == "warning"


def test_clean_waves_of_the_same_questionnaire_never_stop():
    for seed in range(25):
        declared = {**SIMULATION, "seed": seed}
        model = read_model(declared, BOOK, NAMES)
        waves = simulate_waves(model, SPECS, BOOK, BOOK["id"])
        for before, after in zip(NAMES, NAMES[1:], strict=False):
            now, then = (Wave(one, waves[one]) for one in (after, before))
            assert open_differences(compare_wave(now, then, BOOK, USED)) == []
