"""Our statistics beside R's and PSPP's, run live where they are installed: `./run conformance`.

Writes conformance.csv and conformance.html into results/conformance, or into a folder named.

Without R or PSPP the stored values stand in for theirs, and a line says so.
"""

import csv
import math
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
STORED = HERE / "statistics"
ROOT = HERE.parents[1]
# So that `python tests/reference` works in an environment that does not know the library.
sys.path[:0] = [str(ROOT / "workflow/scripts"), str(HERE.parent)]

from reference.conformance import conformance, unexplained  # noqa: E402
from reference.conformance_page import DRAWN, VALUE_COLUMNS, write_conformance  # noqa: E402
from resurvey.core.files import write_csv, write_text  # noqa: E402
from resurvey.core.progress import track, working  # noqa: E402
from resurvey.core.strict_yaml import read_yaml  # noqa: E402
from resurvey.study.words import read_words  # noqa: E402

MAKERS = (
    ("Rscript", "make_tables.R"),
    ("Rscript", "make_designs.R"),
    ("Rscript", "make_models.R"),
    ("pspp", "make_pspp.py"),
)


def make_anew(folder):
    """Run every script whose program is installed, on a copy of the stored values."""
    for program, script in track(MAKERS, "scripts of R and PSPP"):
        if shutil.which(program) is None:
            print(f"{program} is not installed: {script} keeps its stored values")
            continue
        runner = sys.executable if script.endswith(".py") else program
        done = subprocess.run([runner, script], cwd=folder, capture_output=True, text=True)
        if done.returncode:
            print(f"{script} failed, its stored values are kept:\n{done.stderr.strip()[-500:]}")
            shutil.copytree(STORED, folder, dirs_exist_ok=True)
        else:
            print(f"{script}: made anew")


def moved_values(folder):
    """Values that a program gives now and that are not the stored ones, beyond the last digits.

    And of each file, how many of the stored values it does not compute at all.
    """
    moved, absent = [], {}
    for path in sorted(STORED.glob("*values.csv")):
        stored, live = (read_values(one / path.name) for one in (STORED, folder))
        for place in sorted(stored.keys() | live.keys()):
            old, new = stored.get(place), live.get(place)
            if old is not None and new is None:
                absent[path.name] = absent.get(path.name, 0) + 1
                continue
            if old != new and not (old and new and math.isclose(old, new, rel_tol=1e-8)):
                moved.append(f"{path.name} {' '.join(place)}: stored {old}, live {new}")
    return moved, absent


def read_values(path):
    """Values by data set and statistic; None where a program has none."""
    with path.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.reader(lines))[1:]
    return {(row[0], row[1]): None if row[2] in ("NA", "NaN") else float(row[2]) for row in rows}


def write_files(rows, folder):
    """Write the values as CSV, and the page that shows where programs differ and why."""
    write_csv(folder / "conformance.csv", VALUE_COLUMNS, [row.record() for row in rows])
    sources = read_yaml(HERE / "data_sets.yaml")
    # The names of the statistics and the reasons are English words of the programs.
    words = read_words(ROOT / "report", ["en"])["en"]
    templates = [ROOT / "report/conformance", ROOT / "report/templates"]
    page = write_conformance(rows, sources, words, "en", templates)
    write_text(folder / "conformance.html", page)


def main(into):
    """Compare, write what was found, and fail on a difference without a reason."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name, "statistics")
        shutil.copytree(STORED, folder)
        make_anew(folder)
        moved, absent = moved_values(folder)
        with working("comparing"):
            rows = conformance(folder)
    write_files(rows, into)
    against_r = [row for row in rows if row.r_difference is not None]
    against_pspp = [row for row in rows if row.pspp_difference is not None]
    # A p-value that is drawn differs by chance; the page tells of those by themselves.
    largest = max(row.r_difference for row in against_r if not row.statistic.startswith(DRAWN))
    print(f"{len({row.data_set for row in rows})} data sets and designs, {len(rows)} statistics")
    print(
        f"R: {len(against_r)} values, largest relative difference {largest:.1e} "
        "(without p-values that are drawn)"
    )
    print(f"PSPP: {len(against_pspp)} values to the printed digit")
    for name, number in absent.items():
        values = "1 value" if number == 1 else f"{number} values"
        print(f"  {name}: {values} not computed by the program or package installed here")
    for line in moved:
        print(f"  stored and live differ: {line}")
    for reason in dict.fromkeys(row.reason for row in rows if row.reason):
        print(f"  {sum(row.reason == reason for row in rows)} differ: {reason}")
    wrong = list(unexplained(rows))
    for row in wrong:
        values = f"ours {row.ours}, R {row.r}, PSPP {row.pspp}"
        print(f"UNEXPLAINED {row.data_set} {row.statistic}: {values}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(Path(*(sys.argv[1:] or [ROOT / "results/conformance"]))))
