"""The profiles of the workflow are options of Snakemake, and every rule asks for its resources."""

import re

import pytest
import yaml
from snakemake.cli import get_argument_parser

from invented import ROOT, snakemake

PROFILES = sorted((ROOT / "workflow/profiles").iterdir())
RULE = re.compile(r"^ *rule (\w+):\n(.*?)(?=^ *rule |\Z)", re.MULTILINE | re.DOTALL)


def rules():
    return {
        name: text
        for file in (ROOT / "workflow/rules").glob("*.smk")
        for name, text in RULE.findall(file.read_text(encoding="utf-8"))
    }


def options():
    parser = get_argument_parser()
    return {word for action in parser._actions for word in action.option_strings}


def keys(profile):
    return yaml.safe_load((profile / "config.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("profile", PROFILES, ids=lambda profile: profile.name)
def test_every_key_of_a_profile_is_an_option(profile):
    # Those of the executor for Slurm are there when it is installed.
    ours = [key for key in keys(profile) if not key.startswith("slurm-")]
    assert [key for key in ours if f"--{key}" not in options()] == []


def test_every_rule_that_runs_a_door_asks_for_memory_and_minutes():
    found = {name: text for name, text in rules().items() if "script:" in text}
    assert len(found) > 15
    for name, text in found.items():
        assert f'mem_mb=memory("{name}"' in text, name
        assert f'runtime=minutes("{name}"' in text, name


def test_rules_that_stand_between_waves_are_in_no_group():
    groups = keys(ROOT / "workflow/profiles/slurm")["groups"]
    assert set(groups) < set(rules())
    between = {"reconstruct_wave", "compare_questionnaire", "check_questionnaires"}
    assert not set(groups) & (between | {"write_deposit", "certify_wave"})
    assert {name for name, group in groups.items() if group == "trend"} == {
        "compare_waves",
        "write_trend",
    }


def test_a_profile_of_one_machine_keeps_jobs_within_its_memory(minimal_study):
    profile = ROOT / "workflow/profiles/default"
    planned = snakemake(minimal_study, "-n", "--verbose", "--profile", str(profile))
    assert planned.returncode == 0, planned.stderr
    assert "mem_mb=1000" in planned.stdout + planned.stderr
