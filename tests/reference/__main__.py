"""Our statistics beside R's and PSPP's, run live where they are installed: `./run conformance`.

Without R or PSPP the stored values stand in for theirs, and a line says so.
"""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from resurvey.conformance import conformance, unexplained

STORED = Path(__file__).resolve().parent / "statistics"
MAKERS = (
    ("Rscript", "make_tables.R"),
    ("Rscript", "make_designs.R"),
    ("Rscript", "make_models.R"),
    ("pspp", "make_pspp.py"),
)


def make_anew(folder):
    """Run every script whose program is installed, on a copy of the stored values."""
    for program, script in MAKERS:
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


def main():
    """Compare, print what differs, and fail on a difference without a reason."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name, "statistics")
        shutil.copytree(STORED, folder)
        make_anew(folder)
        rows = conformance(folder)
    against_r = [one for one in rows if one.r_difference is not None]
    against_pspp = [one for one in rows if one.pspp_difference is not None]
    largest = max(one.r_difference for one in against_r)
    print(f"{len({one.data_set for one in rows})} data sets and designs, {len(rows)} statistics")
    print(f"R: {len(against_r)} values, largest relative difference {largest:.1e}")
    print(f"PSPP: {len(against_pspp)} values to the printed digit")
    for reason in dict.fromkeys(one.reason for one in rows if one.reason):
        print(f"  {sum(one.reason == reason for one in rows)} differ: {reason}")
    wrong = list(unexplained(rows))
    for one in wrong:
        values = f"ours {one.ours}, R {one.r}, PSPP {one.pspp}"
        print(f"UNEXPLAINED {one.data_set} {one.statistic}: {values}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
