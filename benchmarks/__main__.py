"""Run the benchmarks named on the command line, or all: `./run benchmark [NAMES] [OPTIONS]`.

Options go to the benchmarks; each says which it has in its own first lines.
"""

import runpy
import sys
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
KNOWN = sorted(path.stem for path in FOLDER.glob("*.py") if not path.stem.startswith("_"))


def main(arguments):
    """Run each benchmark in its own right; refuse a name that is none."""
    first = next((at for at, word in enumerate(arguments) if word.startswith("-")), None)
    names = arguments[:first]
    sys.argv[1:] = [] if first is None else arguments[first:]
    unknown = [name for name in names if name not in KNOWN]
    if unknown:
        sys.exit(f"there is no benchmark '{unknown[0]}'; there are {', '.join(KNOWN)}")
    for name in names or KNOWN:
        print(f"== {name}", flush=True)
        runpy.run_path(str(FOLDER / f"{name}.py"), run_name="__main__")


if __name__ == "__main__":
    main(sys.argv[1:])
