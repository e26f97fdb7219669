"""Another workflow uses this one as its module, under its own names or under others."""

import os
import subprocess
import sys

import pytest
import yaml

from invented import ROOT, copy_study, published_bytes, read

OUTER = """
module resurvey:
    snakefile: "{snakefile}"

use rule * from resurvey as resurvey_*

rule all:
    default_target: True
    input: rules.resurvey_all.input, "lines.txt"

rule count_lines:
    input: "results/1996/tables/crosstabs.csv"
    output: "lines.txt"
    shell: "wc -l < {{input}} > {{output}}"
"""
WITHOUT_PREFIX = """
module resurvey:
    snakefile: "{snakefile}"

use rule * from resurvey

use rule tabulate_wave from resurvey with:
    threads: 2
"""
ELSEWHERE = """
module resurvey:
    snakefile: "{snakefile}"
    prefix: "there"

use rule * from resurvey
"""


SETTINGS = """
config["colour"] = "red"

module resurvey:
    snakefile: "{snakefile}"
    config: config

use rule * from resurvey
"""


def outer(folder, text, *arguments):
    """Run a workflow of somebody else in its own folder."""
    snakefile = ROOT / "Snakefile"
    (folder / "Snakefile").write_text(text.format(snakefile=snakefile.as_posix()))
    command = [sys.executable, "-m", "snakemake", "--cores", "2", *arguments]
    return subprocess.run(
        command,
        cwd=folder,
        env={**os.environ, "PYTHONUTF8": "1"},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def folder(minimal_run, tmp_path):
    """The minimal study without results, beside which another workflow may stand."""
    return copy_study(minimal_run, tmp_path)


def test_a_module_under_another_name_makes_the_same_bytes(folder, minimal_run):
    made = outer(folder, OUTER)
    assert made.returncode == 0, made.stderr[-3000:]
    assert published_bytes(folder) == published_bytes(minimal_run)
    lines = read(folder / "results/1996/tables/crosstabs.csv")
    assert int((folder / "lines.txt").read_text()) == len(lines) + 1
    # What was made under the other name is known to the workflow by itself.
    again = outer(folder, OUTER, "-n")
    assert "Nothing to be done" in again.stderr + again.stdout


def test_a_module_without_a_prefix_plans_what_the_workflow_plans(folder):
    planned = outer(folder, WITHOUT_PREFIX, "-n")
    assert planned.returncode == 0, planned.stderr[-3000:]
    told = planned.stdout + planned.stderr
    assert "tabulate_wave" in told
    assert "write_pages" in told


def test_a_module_that_moves_paths_is_refused_in_a_sentence(folder):
    refused = outer(folder, ELSEWHERE, "-n")
    assert refused.returncode
    told = refused.stdout + refused.stderr
    assert "`prefix:` and `replace_prefix:` are not possible" in told


def test_a_setting_of_the_other_workflow_is_refused_by_where_it_stands(folder):
    refused = outer(folder, SETTINGS, "-n")
    assert refused.returncode
    told = refused.stdout + refused.stderr
    assert "`config:` of the module in Snakefile: unknown key 'colour'" in told
    assert "config.yaml" not in told


def test_the_catalogue_file_says_what_there_is():
    told = yaml.safe_load((ROOT / ".snakemake-workflow-catalog.yml").read_text(encoding="utf-8"))
    usage = told["usage"]
    assert usage["mandatory-flags"]["flags"] == ""
    assert usage["software-stack-deployment"]["conda"] is (ROOT / "environment.yml").is_file()
    assert usage["report"]
