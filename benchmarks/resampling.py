"""Resampling: a million random tables against R and scipy; the bootstrap of 200 proportions.

Target 9 of the project, both shapes: 5 × 2 with n = 515 and 10 × 5 with n = 5,000. All p-values
must agree within their intervals, or the benchmark fails. R is measured where it is installed.
Target 10: 200 proportions by group, 2,000 replicates of 100,000 respondents, against a loop over
pandas frames and a product of weights and answers; both are timed on a few replicates and scaled.
"""

import shutil
import statistics
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
from scipy import stats

from _record import judge
from _stopwatch import median_seconds

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "workflow" / "scripts"))

from resurvey.core.codebook import Codebook, Survey, Variable  # noqa: E402
from resurvey.counts.crosstabs import crosstab  # noqa: E402
from resurvey.counts.design import Design  # noqa: E402
from resurvey.statistics.monte_carlo import monte_carlo  # noqa: E402

REPLICATES = 1_000_000
ROUNDS = 3
N, QUESTIONS, GROUPS, SAMPLES = 100_000, 200, 2, 2_000
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


def p_values():
    """Target 9; fails when p-values do not agree."""
    for name, counts in tables().items():
        ours, found = median_seconds(
            lambda counts=counts: monte_carlo(counts, "pearson", REPLICATES, 1), ROUNDS
        )
        print(f"{name}, {REPLICATES:,} tables: {ours:.3f} s, p = {found.p_value:.5f}")
        peers = {"scipy": median_seconds(lambda counts=counts: scipy_p_value(counts), 1)}
        peers |= {"R": r_seconds(counts)}
        for peer, timed in peers.items():
            if timed is None:
                print(f"  {peer}: not installed")
                continue
            seconds, p_value = timed
            judge(9, f"Monte Carlo p of {name}", peer, ours, seconds, {"scipy": 2, "R": 1}[peer])
            if abs(p_value - found.p_value) > 2 * (found.upper - found.lower):
                sys.exit(f"the p-values of {peer} and ours do not agree")


def pandas_loop(people, samples):
    """Draw respondents and take the means of the groups, a few times."""
    rng = np.random.default_rng(1)
    for _ in range(samples):
        drawn = people.iloc[rng.integers(0, len(people), len(people))]
        drawn.groupby("group").mean()


def weight_product(answers, groups, samples):
    """Multiply replicate weights and indicators, for a few replicates."""
    rng = np.random.default_rng(1)
    n = len(answers)
    found = []
    weights = np.stack([np.bincount(rng.integers(0, n, n), minlength=n) for _ in range(samples)])
    weights = weights.astype(np.float32)
    for group in range(GROUPS):
        inside = groups == group
        own = weights[:, inside]
        found.append(own @ answers[inside].astype(np.float32) / own.sum(axis=1, keepdims=True))
    return found


def by_design(people):
    """Bootstrap as a study asks for it: `replicates: {make: bootstrap}`, table after table."""
    names = [name for name in people if name != "group"]
    yes_no = {0: {}, 1: {}}
    variables = {name: Variable(name, codes=yes_no) for name in names}
    variables["group"] = Variable("group", codes=dict.fromkeys(range(GROUPS), {}))
    survey = Survey(people, Codebook(variables))
    design = Design(resample="bootstrap", resamples=SAMPLES).prepared(survey)
    return [crosstab(survey, name, "group", design).shares("column") for name in names]


def proportions():
    """Target 10."""
    rng = np.random.default_rng(3)
    answers = (rng.random((N, QUESTIONS)) < rng.uniform(0.1, 0.9, QUESTIONS)).astype(np.uint8)
    answers, groups = np.asfortranarray(answers), rng.integers(0, GROUPS, N).astype(np.uint8)
    people = pd.DataFrame(answers, columns=[f"q{at}" for at in range(QUESTIONS)])
    people = people.assign(group=groups)
    ours, found = median_seconds(lambda: by_design(people), 1)
    work = f"bootstrap of {QUESTIONS} proportions by {GROUPS} groups, n = {N:,}"
    for peer, timed, few, reach in (
        ("a pandas loop", lambda few: pandas_loop(people, few), 5, 200),
        ("a weight matrix", lambda few: weight_product(answers, groups, few), 50, 10),
    ):
        seconds = median_seconds(lambda timed=timed, few=few: timed(few), 1)[0] * SAMPLES / few
        note = f"scaled from {few} replicates"
        judge(10, f"{work}, {SAMPLES:,} replicates", peer, ours, seconds, reach, note=note)
    for told in found:
        for one in told:
            binomial = (one.share * (1 - one.share) / one.unweighted_base) ** 0.5
            if abs(one.standard_error / binomial - 1) > 0.15:
                sys.exit("the standard errors are not those of proportions")


def main():
    """Print the ratios and the verdicts."""
    p_values()
    proportions()


if __name__ == "__main__":
    main()
