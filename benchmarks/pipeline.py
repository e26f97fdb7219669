"""Pipeline: the article's default run against ten jobs that import pandas, in one sitting.

Peers: a Snakemake workflow of ten `script:` jobs that import pandas and write a file (what any
pipeline of that size costs on this machine), and Snakemake's own no-op, twice: with a parameter in
the rule, as in every workflow with a configuration (Snakemake then imports pandas by itself to
compare parameters), and without. Wall seconds, medians of the rounds; the ratio is what counts,
because machines drift. Python's bytecode is there for everybody, as after a first run.
"""

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
ROUNDS = 3
JOBS = 10
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


def seconds(command, folder, bytecode):
    """Wall seconds of a command that must succeed."""
    environment = {**os.environ, "PYTHONPYCACHEPREFIX": bytecode}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    started = time.perf_counter()
    subprocess.run(command, cwd=folder, check=True, capture_output=True, env=environment)
    return time.perf_counter() - started


def prepare(place):
    """Make the study and the peers; give back the folder of each and its command."""
    folders = {name: Path(place, name.replace(" ", "_")) for name in ("ours", *PARAMETERS)}
    for part in ("config", "resources"):
        shutil.copytree(ROOT / part, folders["ours"] / part)
    snakefiles = {"ours": ROOT / "Snakefile"}
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


def main():
    """Print the ratios of performance targets 1 and 2."""
    runs = ("default run", "nothing changed")
    with tempfile.TemporaryDirectory() as place:
        prepared = prepare(place)
        taken = {(name, run): [] for name in prepared for run in runs}
        for turn in range(ROUNDS + 1):
            for name, (folder, command) in prepared.items():
                for leftover in ("results", "out", ".snakemake"):
                    shutil.rmtree(folder / leftover, ignore_errors=True)
                for run in runs:
                    wall = seconds(command, folder, str(Path(place, "bytecode")))
                    if turn:  # the first one compiles
                        taken[name, run].append(wall)
    print(f"{ROUNDS} rounds; wall seconds, median; peer: {JOBS} script jobs that import pandas")
    for run, peer, reach in (
        ("default run", "peer", 1.8),
        ("nothing changed", "peer", 1.2),
        ("nothing changed", "bare peer", 1.2),
    ):
        mine, theirs = (statistics.median(taken[name, run]) for name in ("ours", peer))
        ratio = f"ratio {mine / theirs:.2f} (reach <= {reach})"
        print(f"{run:16} ours {mine:5.1f}   {peer:9} {theirs:5.1f}   {ratio}")


if __name__ == "__main__":
    main()
