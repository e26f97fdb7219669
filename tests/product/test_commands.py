"""Every command that a page or a message prints works as it is printed, after `./run` was run."""

import importlib.machinery
import importlib.util
import itertools
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from product.fenced import pages, readers_table

ROOT = Path(__file__).resolve().parents[2]
# These pages are as long as their history, or are about a cluster that other tests make.
PAGES = [one for one in pages() if one not in ("docs/cluster.md", "docs/reliability.md")]
WAVE = "examples/monitoring/resources/2023/survey_simulated.sav"
CITY = "examples/city/resources/city_2025_simulated.sav"
# What stands for a reader's own file in a command, and a file of the repository that serves as it.
OWN = {
    "my.sav": WAVE,
    "my_survey.sav": WAVE,
    "OLD.sav": WAVE,
    "NEW.sav": WAVE,
    "resources/2026/survey.sav": WAVE,
    "kobo.xlsx": "tests/cases/files/kobo_dots.xlsx",
    "form.xlsx": "tests/cases/files/kobo_form.xlsx",
}
# Other tests run these: they take minutes, or want results that are there.
ELSEWHERE = {
    *("test", "check", "benchmark", "conformance", "--report"),
    *("reliability", "audit-dependencies", "fuzz", "docs"),
    # These want a cluster.
    *("scale", "--profile"),
}


def commands():
    """Every `./run …` of the pages, each once, without what a comment says of it."""
    found = {}
    for page in PAGES:
        text = (ROOT / page).read_text(encoding="utf-8")
        printed = re.findall(r"^(\./run[^\n#]*)", text, re.MULTILINE)
        printed += [" ".join(one.split()) for one in re.findall(r"`(\./run[^`]*)`", text)]
        found.update((one.strip(), page) for one in printed)
    return sorted(found)


def files():
    """Texts of the repository that a reader meets, without tests and measurements."""
    listed = subprocess.check_output(["git", "ls-files", "-z"], cwd=ROOT, text=True).split("\0")
    kept = [
        path
        for path in listed
        if path and not path.startswith(("tests/", "benchmarks/", "CHANGELOG"))
    ]
    ends = (".md", ".py", ".smk", ".yaml", ".rst", ".html")
    return [path for path in [*kept, "run"] if path.endswith(ends) or path == "run"]


@pytest.fixture
def run(tmp_path, monkeypatch, capfd):
    """`./run` in a copy of the article's study, with the packages of these tests."""
    loader = importlib.machinery.SourceFileLoader("run_script", str(ROOT / "run"))
    program = importlib.util.module_from_spec(importlib.util.spec_from_loader("run_script", loader))
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    loader.exec_module(program)
    for name in ("config", "examples", "resources"):
        skip = shutil.ignore_patterns("results", ".snakemake")
        shutil.copytree(ROOT / name, tmp_path / name, ignore=skip)
    monkeypatch.setattr(program, "prepare", lambda *locks: None)
    monkeypatch.setenv("PYTHONPATH", str(ROOT / "workflow/scripts"))
    for name, source in OWN.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / source, tmp_path / name)
    (tmp_path / "my_table.csv").write_text(readers_table(), encoding="utf-8")
    monkeypatch.chdir(tmp_path)

    def call(printed, *more, bin=None):
        monkeypatch.setattr(program, "BIN", bin or Path(sys.executable).parent)
        # The study of a bare command is the repository; here it is the copy.
        words = [*shlex.split(printed)[1:], *more]
        bare = not {"resurvey", "--directory"} & set(words)
        monkeypatch.setattr(sys, "argv", ["./run", *words])
        code = program.main([*words, *(["--directory", str(tmp_path)] if bare else [])])
        said = capfd.readouterr()
        return code, said.out, said.err

    return call


def given(printed):
    """The command with names for what it leaves to the reader."""
    names = {"DIR": "a_study", "FILE": "resources/2026/survey.sav"}
    if "--structure" in printed:
        names |= {"DATA": "kobo.xlsx", "FILE": "form.xlsx"}
    return " ".join(names.get(word, word) for word in printed.split())


@pytest.mark.parametrize(
    "printed", [one for one in commands() if not ELSEWHERE & set(one.split()[1:2])]
)
def test_command_of_a_page_works_as_it_is_printed(printed, run):
    command, words = given(printed), printed.split()
    begins = words[1:3] == ["resurvey", "init"]
    if {"my_study", "DIR"} & set(words) and not begins:
        into = "my_study" if "my_study" in words else "a_study"
        # The second tutorial goes on from the file of the first.
        file = CITY if "city_2026" in printed else "my.sav"
        assert run(f"./run resurvey init {file} --into {into}")[0] == 0
    if words[1:2] == ["resurvey"]:
        if words[2:3] == ["verify"] or words[-1] == "pages":
            results = Path("results/2022/report")
            results.mkdir(parents=True)
            (results / "report.ru.html").write_text("<!doctype html>", encoding="utf-8")
        code, out, err = run(command)
        # A check may find something: what is new in a wave, that a folder holds no receipts, that
        # nothing was released which could be signed.
        allowed = {"add-wave": (0, 1), "audit": (0, 1), "verify": (2,), "sign-off": (2,)}
        allowed = (0,) if "--help" in words else allowed.get(words[2], (0,))
        assert code in allowed, err
        assert "usage:" not in err
        return
    plan = () if "--list" in words else ("-n", "--quiet")
    code, out, err = run(command, *plan)
    assert code == 0, err


def test_commands_that_other_tests_run_are_known_to_the_script():
    told = (ROOT / "run").read_text(encoding="utf-8")
    for printed in commands():
        words = printed.split()
        if ELSEWHERE & set(words[1:2]) and not words[1].startswith("-"):
            assert f"./run {words[1]}" in told
        if words[1:2] == ["benchmark"]:
            names = itertools.takewhile(lambda word: not word.startswith("-"), words[2:])
            assert all((ROOT / f"benchmarks/{name}.py").exists() for name in names)


def test_what_init_and_add_wave_print_last_runs_as_it_is_printed(run):
    code, out, _ = run("./run resurvey init my.sav --into my_study")
    assert code == 0
    code, more, _ = run("./run resurvey add-wave NEW.sav --name next --directory my_study")
    assert code == 0
    for said in (out, more):
        last = said.splitlines()[-1].strip()
        program, *words = shlex.split(last)
        assert Path(program).resolve() == ROOT / "run"
        code, _, err = run(shlex.join(["./run", *words]), "-n", "--quiet")
        assert code == 0, err


def test_no_page_and_no_message_asks_for_a_program_that_is_not_there_after_run():
    allowed = {
        # What the script itself does, and the way of those who have all packages already.
        ("README.md", "snakemake --cores 4"),
        ("docs/explanation/workflow.md", "snakemake --cores 4"),
        ("docs/how-to/install.md", "snakemake --cores 4"),
        ("run", "snakemake --cores 4"),
        ("run", "snakemake --lint"),
        ("CONTRIBUTING.md", "snakemake --lint"),
    }
    asked = re.compile(r"snakemake (?:--[a-z]+(?: \d)?|[a-z]+(?=`))|python -m resurvey")
    found = {
        (path, match[0])
        for path in files()
        for match in asked.finditer((ROOT / path).read_text(encoding="utf-8"))
    }
    # The name of the command where it was started without ./run.
    found -= {("workflow/scripts/resurvey/__main__.py", "python -m resurvey")}
    assert found <= allowed
