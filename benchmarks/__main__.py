"""Run the benchmarks named on the command line, or all: `./run benchmark [NAMES] [OPTIONS]`.

Options go to the benchmarks; each says which it has in its own first lines. At the end stands the
target table: what of the project's targets was judged, ours, the peer's, the ratio, the verdict.
"""

import runpy
import sys
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
sys.path.insert(0, str(FOLDER))
sys.path.insert(0, str(FOLDER.parent / "workflow" / "scripts"))

from _record import lines_kept, print_targets  # noqa: E402
from resurvey.core.progress import track, working  # noqa: E402

# These have verbs of their own.
APART = ("__main__", "_record", "_stopwatch", "dependencies", "reliability")
KNOWN = sorted(path.stem for path in FOLDER.glob("*.py") if path.stem not in APART)


def main(arguments):
    """Run each benchmark in its own right; refuse a name that is none."""
    first = next((at for at, word in enumerate(arguments) if word.startswith("-")), None)
    names = arguments[:first]
    sys.argv[1:] = [] if first is None else arguments[first:]
    unknown = [name for name in names if name not in KNOWN]
    if unknown:
        sys.exit(f"there is no benchmark '{unknown[0]}'; there are {', '.join(KNOWN)}")
    before = len(lines_kept())
    for name in track(names or KNOWN, "benchmarks"):
        print(f"== {name}", flush=True)
        with working(name):
            runpy.run_path(str(FOLDER / f"{name}.py"), run_name="__main__")
    if judged := lines_kept()[before:]:
        print("== targets")
        print_targets(judged)


if __name__ == "__main__":
    main(sys.argv[1:])
