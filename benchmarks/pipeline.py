"""Pipeline: the article's default run against ten jobs that import pandas, in one sitting.

Peers: a Snakemake workflow of ten `script:` jobs that import pandas and write a file (what any
pipeline of that size costs on this machine), and Snakemake's own no-op. Figures are wall seconds,
medians of the rounds; the ratio is what counts, because machines drift.
"""

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
    script: "one.py"
"""
JOB = "import pandas as pd\nopen(snakemake.output[0], 'w').write(str(pd.Series([1]).sum()))\n"


def seconds(command, folder):
    """Wall seconds of a command that must succeed."""
    started = time.perf_counter()
    subprocess.run(command, cwd=folder, check=True, capture_output=True)
    return time.perf_counter() - started


def snakemake(folder, *more):
    """Command that runs the workflow, or a peer's, in a folder."""
    return [sys.executable, "-m", "snakemake", "--cores", "4", "--directory", str(folder), *more]


def main():
    """Print the two ratios of performance targets 1 and 2."""
    ours = {"default run": [], "nothing changed": []}
    peer = {"default run": [], "nothing changed": []}
    with tempfile.TemporaryDirectory() as place:
        study, other = Path(place, "study"), Path(place, "peer")
        other.mkdir()
        (other / "Snakefile").write_text(PEER.format(jobs=JOBS))
        (other / "one.py").write_text(JOB)
        for part in ("config", "resources"):
            shutil.copytree(ROOT / part, study / part)
        run = snakemake(study, "--snakefile", str(ROOT / "Snakefile"))
        run_peer = snakemake(other, "--snakefile", str(other / "Snakefile"))
        for _ in range(ROUNDS):
            shutil.rmtree(study / "results", ignore_errors=True)
            shutil.rmtree(study / ".snakemake", ignore_errors=True)
            shutil.rmtree(other / "out", ignore_errors=True)
            shutil.rmtree(other / ".snakemake", ignore_errors=True)
            for name in ours:
                ours[name].append(seconds(run, study))
                peer[name].append(seconds(run_peer, other))
    print(f"{ROUNDS} rounds; wall seconds, median (all); peer: {JOBS} script jobs importing pandas")
    for name, reach in (("default run", 1.8), ("nothing changed", 1.2)):
        mine, theirs = statistics.median(ours[name]), statistics.median(peer[name])
        each = ", ".join(f"{one:.1f}" for one in ours[name])
        print(
            f"{name:16} ours {mine:5.1f} ({each})   peer {theirs:5.1f}   "
            f"ratio {mine / theirs:.2f} (reach <= {reach})"
        )


if __name__ == "__main__":
    main()
