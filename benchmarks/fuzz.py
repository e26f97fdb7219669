"""Fuzz: ten thousand damaged files, and those that once ended a process: `./run fuzz [NUMBER]`.

Printed is a table by format: refused in one sentence, read with other content, of this flagged,
read as if nothing had happened; and what never may be: a traceback, a signal, a hang of a minute,
two gigabytes of memory. Ends with exit code 1 where one of these was. The shares say how many of
the files whose content changed were stopped or flagged without the recorded SHA-256, by `init` and
by the import into a study with a codebook; with it, none is read with other content.
"""

import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from fuzzing import SEED, Counts, counts_table, fuzz, share_caught


def main(mutations=10_000, seed=SEED):
    """Print the table; 1 where something happened that never may."""
    started = time.perf_counter()
    counts = fuzz(mutations, seed)
    print("\n".join(counts_table(counts)))
    whole = sum(counts.values(), Counts())
    init, study = share_caught(counts)
    print(f"seed {seed}, {time.perf_counter() - started:.0f} s")
    print(
        f"stopped or flagged without a recorded SHA-256: {init:.1%} by init, {study:.1%} by import"
    )
    print(f"read with other content in spite of it: {whole.silent_with_manifest}")
    print(f"fuzz: {whole.files} files, {whole.faults} faults")
    print("\n".join(whole.worst))
    return int(whole.faults > 0 or whole.silent_with_manifest > 0)


if __name__ == "__main__":
    sys.exit(main(*map(int, [word for word in sys.argv[1:] if word.isdigit()][:2])))
