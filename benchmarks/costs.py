"""Costs: what a row, a variable, a table and a wave cost, and where a plan breaks first.

Invented studies, each at three sizes of one thing while all else stays small; the workflow is run
room by room, and the processor seconds and the memory (the largest process) of each room are
fitted by a straight line: so much to begin with, so much for each. How far the measured values lie
from that line is said beside it: a line that does not fit is no model. Then the plan: what the
lines say of `--plan` rows (10⁹), and which room would be the first to need more than `--memory`
gigabytes (16) or `--hours` (24). `--rows` are the largest rows that are measured, `--of` the things
whose costs are (all of them); there is no peer.
"""

import argparse
import os
import sys
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from _stopwatch import measured

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "workflow" / "scripts"))

from resurvey.core.codebook import Codebook, Survey, Variable  # noqa: E402
from resurvey.core.progress import track  # noqa: E402
from resurvey.reading.writing import write_sav  # noqa: E402

ROOMS = {
    "import": "import_wave",
    "clean, indicators": "prepare_wave",
    "tables": "tabulate_wave",
    "figures to report": "all",
}
MANY = 1_000_000
SMALL = {"rows": 2_000, "variables": 20, "tables": 10, "waves": 1}
MEASURED = {"variables": (100, 400, 1_600), "tables": (20, 60, 180), "waves": (3, 6, 12)}
ANSWERS = {1: {"": "often"}, 2: {"": "sometimes"}, 3: {"": "rarely"}, 4: {"": "never"}}
GROUPS = {1: {"": "north"}, 2: {"": "south"}, 3: {"": "east"}}


def write_study(folder, rows, variables, tables, waves):
    """Invent a study of that size: questions of four answers by region, with gaps and refusals."""
    config = folder / "config"
    config.mkdir(parents=True)
    questions = [f"q{number}" for number in range(max(variables - 1, tables))]
    known = {
        name: Variable(name, codes=ANSWERS | {9: {"": "refused"}}, missing=(9,))
        for name in questions
    }
    book = Codebook(known | {"region": Variable("region", codes=GROUPS)})
    declared = []
    for wave in range(waves):
        name = str(1990 + wave)
        rng = np.random.default_rng(wave)
        path = folder / f"resources/{name}/raw.{'parquet' if rows > MANY else 'sav'}"
        path.parent.mkdir(parents=True)
        if rows > MANY:
            write_parquet(path, questions, rows, rng)
        else:
            people = make_people(questions, rows, rng).astype("float64")
            # One question has a gap: who was not asked.
            people.loc[people[questions[0]] == 1, questions[0]] = np.nan
            write_sav(path, Survey(people, book))
        declared.append(f'  "{name}": {{file: resources/{name}/{path.name}}}')
    if rows > MANY:
        write_codebook(config, questions)
    (config / "config.yaml").write_text("\n".join(["languages: [en]", "waves:", *declared, ""]))
    asked = [f"  t{number}: {{rows: [q{number}], columns: region}}" for number in range(tables)]
    (config / "tables.yaml").write_text("\n".join(["tables:", *asked, ""]))


def make_people(questions, rows, rng):
    """Invent answers to questions and a region."""
    shares = (0.3, 0.3, 0.2, 0.17, 0.03)
    people = {name: rng.choice((1, 2, 3, 4, 9), rows, p=shares) for name in questions}
    return pd.DataFrame(people | {"region": rng.integers(1, 4, rows)}).astype("int8")


def write_parquet(path, questions, rows, rng):
    """Write many people, a million at a time."""
    writer = None
    for start in range(0, rows, MANY):
        people = make_people(questions, min(MANY, rows - start), rng)
        table = pa.Table.from_pandas(people, preserve_index=False)
        writer = writer or pq.ParquetWriter(path, table.schema)
        writer.write_table(table)
    writer.close()


def write_codebook(config, questions):
    """Declare the codes of a file that has no labels."""
    codes = "{" + ", ".join(f"{code}: {label['']}" for code, label in ANSWERS.items()) + "}"
    regions = "{" + ", ".join(f"{code}: {label['']}" for code, label in GROUPS.items()) + "}"
    lines = ["variables:"]
    lines += [f"  {name}: {{codes: {codes}, missing: [9]}}" for name in questions]
    lines += [f"  region: {{codes: {regions}}}", ""]
    (config / "codebook.yaml").write_text("\n".join(lines))


def run_rooms(folder):
    """Run room after room; give back the processor seconds and the megabytes of each."""
    command = [sys.executable, "-m", "snakemake", "--cores", "2"]
    command += ["--snakefile", str(ROOT / "Snakefile"), "--directory", str(folder)]
    return {
        room: measured(*command, *([] if rule == "all" else ["--until", rule]))[1:]
        for room, rule in ROOMS.items()
    }


def fit(sizes, values):
    """Fit a straight line: what there is to begin with, what each adds, the largest misfit (%)."""
    sizes, values = np.array(sizes, float), np.array(values)
    each, begin = np.polyfit(sizes, values, 1)
    misfit = np.max(np.abs(begin + each * sizes - values) / values)
    return float(begin), float(each), 100 * float(misfit)


def measure(what, sizes, place):
    """Measure one thing at its sizes; give back the two lines of each room."""
    found = []
    for size in track(sizes, what):
        folder = Path(place, f"{what}_{size}")
        write_study(folder, **(SMALL | {what: size}))
        found.append(run_rooms(folder))
    lines = {}
    told = ", ".join(f"{size:,}" for size in sizes)
    print(f"{what} ({told}): to begin with + for each; largest misfit")
    for room in ROOMS:
        seconds, megabytes = (fit(sizes, [one[room][at] for one in found]) for at in (0, 1))
        lines[room] = seconds, megabytes
        print(
            f"  {room:18} {seconds[0]:6.1f} s + {1000 * seconds[1]:9.4f} ms ({seconds[2]:.0f} %)"
            f"   {megabytes[0]:6.0f} MB + {1000 * megabytes[1]:9.3f} kB ({megabytes[2]:.0f} %)",
            flush=True,
        )
    return lines


def print_plan(rows, lines, memory, hours):
    """Print what the lines of rows say of a plan, and the room that breaks first."""
    print(f"plan: {rows:,} rows of {SMALL['variables']} variables, {SMALL['tables']} tables")
    breaks = []
    for room, (seconds, megabytes) in lines.items():
        took, held = (max(begin + each * rows, 0) for begin, each, _ in (seconds, megabytes))
        print(f"  {room:18} {took / 3600:8.1f} processor hours {held / 1000:10.1f} GB")
        for (begin, each, _), limit, words in (
            (megabytes, 1000 * memory, f"{memory:g} GB"),
            (seconds, 3600 * hours, f"{hours:g} h"),
        ):
            if each > 0:
                breaks.append(((limit - begin) / each, room, words))
    first, room, words = min(breaks)
    print(f"breaks first: {room} needs more than {words} from {first:.1e} rows on")


def main():
    """Print the cost model and the plan."""
    options = argparse.ArgumentParser(prog="./run benchmark costs", description=__doc__)
    options.add_argument("--rows", type=int, default=12_000_000)
    options.add_argument("--plan", type=int, default=10**9)
    options.add_argument("--memory", type=float, default=16)
    options.add_argument("--hours", type=float, default=24)
    options.add_argument(
        "--of", nargs="+", choices=("rows", *MEASURED), default=("rows", *MEASURED)
    )
    chosen = options.parse_args()
    os.environ["PYTHONPATH"] = str(ROOT / "workflow" / "scripts")
    rows = (chosen.rows // 4, chosen.rows // 2, chosen.rows)
    with tempfile.TemporaryDirectory() as place:
        lines = {
            what: measure(what, sizes, place)
            for what, sizes in {"rows": rows, **MEASURED}.items()
            if what in chosen.of
        }
    if "rows" in lines:
        print_plan(chosen.plan, lines["rows"], chosen.memory, chosen.hours)


if __name__ == "__main__":
    main()
