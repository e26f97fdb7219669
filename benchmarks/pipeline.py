"""Pipeline: the article's default run, what more languages and formats cost, a fresh machine.

Targets 1, 2, 3 and 13 of the project. Peers: a Snakemake workflow of ten `script:` jobs that import
pandas and write a file (what any pipeline of that size costs on this machine), and Snakemake's own
no-op, twice: with a parameter in the rule, as in every workflow with a configuration (Snakemake
then imports pandas by itself to compare parameters), and without. A second language and a second
format are measured against the same study with one of each. Wall seconds, medians of the rounds;
the ratio is what counts, because machines drift. Python's bytecode is there for all, as after a
first run. The fresh machine is a clone with an empty home: `./run` makes its environment from
nothing, without a package cache, and writes both reports; without a network it is left out.
"""

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from _record import judge

ROOT = Path(__file__).resolve().parents[1]
ROUNDS = 3
JOBS = 10
# What a fresh machine has in its environment: programs, and where packages come from.
KEPT = ("PATH", "LANG", "SSL_CERT_FILE", "PIP_", "UV_")
QUIETLY = {"capture_output": True, "text": True, "check": False}
PEER = """
rule all:
    input: [f"out/{{n}}.txt" for n in range({jobs})]

rule one:
    output: "out/{{n}}.txt"
    {parameters}
    script: "one.py"
"""
JOB = "import pandas as pd\nopen(snakemake.output[0], 'w').write(str(pd.Series([1]).sum()))\n"
PARAMETERS = {"peer": "params: level=0.05", "bare peer": ""}


# Languages and documents of the article's study beside those that it declares.
VARIANTS = {
    "one language, one format": ("[ru]", "[]"),
    "a second language": ("[ru, en]", "[]"),
    "a second format": ("[ru]", "[docx]"),
}


def seconds(command, folder, bytecode):
    """Wall seconds of a command that must succeed."""
    environment = {**os.environ, "PYTHONPYCACHEPREFIX": bytecode}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    started = time.perf_counter()
    subprocess.run(command, cwd=folder, check=True, capture_output=True, env=environment)
    return time.perf_counter() - started


def copy_study(folder, languages="", documents=""):
    """Copy the article's study, with other languages and documents if they are given."""
    for part in ("config", "resources"):
        shutil.copytree(ROOT / part, folder / part)
    if languages:
        config = folder / "config/config.yaml"
        kept = [
            line
            for line in config.read_text(encoding="utf-8").splitlines()
            if not line.startswith(("languages:", "documents:"))
        ]
        kept += [f"languages: {languages}", f"documents: {documents}", ""]
        config.write_text("\n".join(kept), encoding="utf-8")


def prepare(place):
    """Make the studies and the peers; give back the folder of each and its command."""
    names = ("ours", *VARIANTS, *PARAMETERS)
    folders = {name: Path(place, name.replace(" ", "_").replace(",", "")) for name in names}
    copy_study(folders["ours"])
    for name, (languages, documents) in VARIANTS.items():
        copy_study(folders[name], languages, documents)
    snakefiles = dict.fromkeys(("ours", *VARIANTS), ROOT / "Snakefile")
    for name, parameters in PARAMETERS.items():
        folders[name].mkdir()
        snakefiles[name] = folders[name] / "Snakefile"
        snakefiles[name].write_text(PEER.format(jobs=JOBS, parameters=parameters))
        (folders[name] / "one.py").write_text(JOB)
    command = [sys.executable, "-m", "snakemake", "--cores", "4", "--snakefile"]
    return {
        name: (folder, [*command, str(snakefiles[name]), "--directory", str(folder)])
        for name, folder in folders.items()
    }


def fresh_machine():
    """Wall seconds of `./run` in a clone with an empty home; none where it cannot install."""
    with tempfile.TemporaryDirectory() as place:
        clone, home = Path(place, "clone"), Path(place, "home")
        home.mkdir()
        subprocess.run(["git", "clone", "--quiet", str(ROOT), str(clone)], check=True)
        kept = {name: value for name, value in os.environ.items() if name.startswith(KEPT)}
        environment = kept | {"HOME": str(home), "PIP_NO_CACHE_DIR": "1", "UV_NO_CACHE": "1"}
        started = time.perf_counter()
        done = subprocess.run([sys.executable, "run"], cwd=clone, env=environment, **QUIETLY)
        taken = time.perf_counter() - started
    if done.returncode:
        print(f"fresh machine: {done.stderr.strip().splitlines()[-1]}")
        return None
    return taken


def main():
    """Print the ratios of performance targets 1, 2, 3 and 13."""
    whole, nothing = "the article's default run", "nothing changed"
    with tempfile.TemporaryDirectory() as place:
        prepared = prepare(place)
        taken = {(name, run): [] for name in prepared for run in (whole, nothing)}
        for turn in range(ROUNDS + 1):
            for name, (folder, command) in prepared.items():
                for leftover in ("results", "out", ".snakemake"):
                    shutil.rmtree(folder / leftover, ignore_errors=True)
                for run in (whole, nothing):
                    wall = seconds(command, folder, str(Path(place, "bytecode")))
                    if turn:  # the first one compiles
                        taken[name, run].append(wall)
    median = {key: statistics.median(found) for key, found in taken.items()}
    ten = f"{JOBS} script jobs that import pandas"
    judge(1, whole, ten, median["ours", whole], median["peer", whole], 1.8, most=True)
    for peer, words in (("peer", "no-op with a parameter"), ("bare peer", "no-op without any")):
        theirs = median[peer, nothing]
        judge(2, nothing, words, median["ours", nothing], theirs, 1.2, most=True)
    if (fresh := fresh_machine()) is not None:
        judge(3, "fresh machine, no package cache", "the limit of 60 s", fresh, 60, 1, most=True)
    one, *more = VARIANTS
    for name in more:
        judge(13, name, one, median[name, whole], median[one, whole], 1.25, most=True)


if __name__ == "__main__":
    main()
