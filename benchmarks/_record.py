"""Record of the benchmarks: each target's ratio printed with its verdict, and kept in a table.

The table is `results/benchmarks/history.csv`, a line for every judgement on this machine.
"""

import csv
import datetime
import platform
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
HISTORY = ROOT / "results/benchmarks/history.csv"
COLUMNS = (
    *("date", "version", "machine", "target", "work", "peer"),
    *("ours", "theirs", "ratio", "reach", "verdict"),
)


def _version():
    found = subprocess.run(
        ["git", "describe", "--always", "--dirty"], cwd=ROOT, capture_output=True, text=True
    )
    return found.stdout.strip() if found.returncode == 0 else ""


def judge(target, work, peer, ours, theirs, reach, *, most=False, unit="s", note=""):
    """Print one target: ours, the peer's, the ratio and the verdict; keep it in the history.

    The ratio is theirs over ours and is to be at least `reach`; with `most` it is ours over theirs
    and at most `reach`. A limit in seconds or megabytes is a peer like any other.
    """
    ratio = ours / theirs if most else theirs / ours
    verdict = "reached" if (ratio <= reach if most else ratio >= reach) else "MISSED"
    sign = "≤" if most else "≥"
    print(
        f"target {target}: {work}, against {peer}: {ours:.3g} {unit} and {theirs:.3g} {unit}, "
        f"{ratio:.3g} × ({sign} {reach} ×): {verdict}{f'; {note}' if note else ''}",
        flush=True,
    )
    HISTORY.parent.mkdir(parents=True, exist_ok=True)
    new = not HISTORY.exists()
    now = datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%d %H:%M")
    with HISTORY.open("a", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        if new:
            writer.writerow(COLUMNS)
        line = (now, _version(), platform.machine(), target, work, peer)
        numbers = (f"{ours:.4g}", f"{theirs:.4g}", f"{ratio:.4g}", f"{sign} {reach}", verdict)
        writer.writerow([*line, *numbers])
    return verdict == "reached"


def lines_kept():
    """Judgements of the history, the oldest first."""
    if not HISTORY.exists():
        return []
    with HISTORY.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def print_targets(lines):
    """Print the target table: what was judged, by the number of the target."""
    shown = ("target", "work", "peer", "ours", "theirs", "ratio", "reach", "verdict")
    lines = sorted(lines, key=lambda line: int(line["target"]))
    widths = {name: max(len(name), *(len(line[name]) for line in lines)) for name in shown}
    for line in ({name: name for name in shown}, *lines):
        print("  ".join(line[name].ljust(widths[name]) for name in shown).rstrip())
    reached = sum(line["verdict"] == "reached" for line in lines)
    print(f"{reached} of {len(lines)} reached")
