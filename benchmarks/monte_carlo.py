"""Monte Carlo p-values: a million random tables, against R and scipy.

Target 9 of the project, both shapes: 5 × 2 with n = 515 and 10 × 5 with n = 5,000. All p-values
must agree within their intervals, or the benchmark fails. R is measured where it is installed.
"""

import shutil
import statistics
import subprocess
import sys
from pathlib import Path

import numpy as np
from scipy import stats

from _stopwatch import median_seconds

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "workflow" / "scripts"))

from resurvey.statistics.monte_carlo import monte_carlo  # noqa: E402

REPLICATES = 1_000_000
ROUNDS = 3
R_CODE = """
counts <- matrix(c({cells}), {rows}, byrow = TRUE)
started <- proc.time()["elapsed"]
p <- chisq.test(counts, simulate.p.value = TRUE, B = {replicates})$p.value
cat(proc.time()["elapsed"] - started, p)
"""


def tables():
    """Return the two tables."""
    rng = np.random.default_rng(5)
    shares = np.outer(rng.dirichlet(np.full(10, 5.0)), rng.dirichlet(np.full(5, 5.0)))
    large = rng.multinomial(5_000, shares.ravel()).reshape(10, 5)
    small = np.array([[60, 40], [100, 60], [50, 40], [50, 40], [35, 40]])
    return {"5 × 2, n = 515": small, "10 × 5, n = 5,000": large}


def r_seconds(counts):
    """Time R's simulated test; None without R."""
    if shutil.which("Rscript") is None:
        return None
    cells = ",".join(map(str, counts.ravel().tolist()))
    code = R_CODE.format(cells=cells, rows=len(counts), replicates=REPLICATES)
    done = []
    for _ in range(ROUNDS):
        output = subprocess.run(["Rscript", "-e", code], capture_output=True, text=True, check=True)
        done.append([float(one) for one in output.stdout.split()])
    return statistics.median(seconds for seconds, _ in done), done[-1][1]


def scipy_p_value(counts):
    """Make scipy's Monte Carlo test with as many tables."""
    method = stats.MonteCarloMethod(n_resamples=REPLICATES, rng=np.random.default_rng(1))
    return stats.chi2_contingency(counts, correction=False, method=method).pvalue


def main():
    """Print wall seconds and ratios to ours; fail when p-values do not agree."""
    for name, counts in tables().items():
        print(f"{name}, {REPLICATES:,} tables")
        ours, found = median_seconds(
            lambda counts=counts: monte_carlo(counts, "pearson", REPLICATES, 1), ROUNDS
        )
        print(f"  ours   {ours:7.3f} s  p = {found.p_value:.5f}")
        peers = {"scipy": median_seconds(lambda counts=counts: scipy_p_value(counts), 1)}
        peers |= {"R": r_seconds(counts)}
        for peer, timed in peers.items():
            if timed is None:
                print(f"  {peer}: not installed")
                continue
            seconds, p_value = timed
            print(f"  {peer:<6} {seconds:7.3f} s  p = {p_value:.5f}  {seconds / ours:5.1f} × ours")
            if abs(p_value - found.p_value) > 2 * (found.upper - found.lower):
                sys.exit(f"the p-values of {peer} and ours do not agree")


if __name__ == "__main__":
    main()
