"""Size and coverage of every test and interval that is printed, by simulation.

Samples are drawn from populations that are known: with independent answers, where a test at 5 %
may reject one sample in twenty, and with a true difference, where a 95 % interval must hold it.
Simple random samples, small groups, rare and dominant answers, weights, strata, clusters, groups in
few clusters, panels and waves. A rate is judged by the results whose notes warn of nothing: what
the notes call sparse or small is allowed to miss, for it says so.

    ./run benchmark coverage            all scenarios; some minutes
    COVERAGE_SAMPLES=200 ./run ...      fewer samples of each
"""

import os
import sys
from collections import defaultdict
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
from scipy import stats

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "workflow" / "scripts"))

from resurvey.core.codebook import Codebook, Survey, Variable  # noqa: E402
from resurvey.core.errors import SurveyError  # noqa: E402
from resurvey.core.notes import read_notes  # noqa: E402
from resurvey.counts.crosstabs import Crosstab, crosstab  # noqa: E402
from resurvey.counts.design import Design  # noqa: E402
from resurvey.index.declaration import Dimension, Index, Indicator  # noqa: E402
from resurvey.index.sensitivity import Plan as Scenarios  # noqa: E402
from resurvey.index.sensitivity import analyse  # noqa: E402
from resurvey.statistics.contrasts import marginal_independence  # noqa: E402
from resurvey.statistics.letters import column_means  # noqa: E402
from resurvey.statistics.linearisation import Sample, Stage  # noqa: E402
from resurvey.statistics.proportions import newcombe_paired, paired_tests  # noqa: E402
from resurvey.statistics.registry import MEASURES  # noqa: E402
from resurvey.study.order import TrendWave  # noqa: E402
from resurvey.tables.inference import compare_columns  # noqa: E402
from resurvey.tables.models import fit_declared  # noqa: E402
from resurvey.tables.response_sets import choices  # noqa: E402
from resurvey.tables.tabulation import tabulate_survey  # noqa: E402
from resurvey.waves.trend.wave_comparison import compare_waves  # noqa: E402

ALPHA = 0.05
CERTAINTY = 0.999
"""Level of the binomial band of a rate: one false alarm in a thousand lines."""

ALLOWANCE = 0.015
"""What an asymptotic method may miss by before it has to say so."""

WARNINGS = {
    *("sparse", "few_freedom", "small_effective", "small_effective_interval"),
    *("near_zero", "one_cluster_p_value", "uncounted_freedom"),
}
"""Notes that tell the reader not to trust the fourth digit, or the p-value at all."""

LEAST_UNWARNED = 50
"""Fewer results without a warning are not judged: the notes speak."""


@dataclass
class Tally:
    """How often a test rejected, or an interval held the truth, with and without a warning."""

    nominal: float
    every: list = field(default_factory=list)
    unwarned: list = field(default_factory=list)
    samples: set = field(default_factory=set)

    def add(self, outcome, notes, sample):
        """Count one result; a refused one (None) is counted by nobody."""
        if outcome is None:
            return
        self.every.append(bool(outcome))
        if not any(note.key in WARNINGS for note in notes):
            self.unwarned.append(bool(outcome))
            self.samples.add(sample)

    @property
    def limits(self):
        """Binomial band; results of one sample hang together and count as one."""
        return band(self.nominal, max(len(self.samples), 1))

    def verdict(self):
        """Judge the results without a warning by the binomial band."""
        n = len(self.unwarned)
        if n < LEAST_UNWARNED:
            return "noted" if len(self.every) >= LEAST_UNWARNED else "refused"
        low, high = self.limits
        rate = float(np.mean(self.unwarned))
        worse = rate > high + ALLOWANCE if self.nominal < 0.5 else rate < low - ALLOWANCE
        cautious = rate < low if self.nominal < 0.5 else rate > high
        return "MISSES" if worse else "cautious" if cautious else "holds"


def band(rate, n):
    """Central binomial band of an observed rate."""
    tail = (1 - CERTAINTY) / 2
    ends = stats.binom.ppf([tail, 1 - tail], n, rate)
    return float(ends[0]) / n, float(ends[1]) / n


class Tallies(dict):
    """Tallies by name; `size` of tests and `cover` of intervals, of the sample at hand."""

    sample = 0

    def size(self, name, p_value, notes=()):
        """One p-value where nothing differs."""
        made = None if p_value is None or np.isnan(p_value) else p_value < ALPHA
        self.setdefault(("size", name), Tally(ALPHA)).add(made, notes, self.sample)

    def cover(self, name, lower, upper, truth, notes=()):
        """One interval and what it should hold."""
        made = None if lower is None or np.isnan(lower) else lower - 1e-9 <= truth <= upper + 1e-9
        self.setdefault(("coverage", name), Tally(1 - ALPHA)).add(made, notes, self.sample)


# Populations: answers × groups, each column the shares of one group.
SAME = np.array([[0.35] * 3, [0.3] * 3, [0.2] * 3, [0.15] * 3])
OTHER = np.array([[0.5, 0.35, 0.25], [0.25, 0.3, 0.25], [0.15, 0.2, 0.25], [0.1, 0.15, 0.25]])
RARE = np.array([[0.02] * 2, [0.6] * 2, [0.38] * 2])
RARE_OTHER = np.array([[0.01, 0.05], [0.6, 0.5], [0.39, 0.45]])
DOMINANT = np.array([[0.9] * 2, [0.06] * 2, [0.04] * 2])
DOMINANT_OTHER = np.array([[0.93, 0.8], [0.05, 0.12], [0.02, 0.08]])
TWO, TWO_OTHER = np.array([[0.4] * 2, [0.6] * 2]), np.array([[0.5, 0.3], [0.5, 0.7]])


def variables(answers, groups, **others):
    """Codebook of an ordinal question, a group and what else there is."""
    book = {
        "q": Variable("q", measure="ordinal", codes={code + 1: {} for code in range(answers)}),
        "g": Variable("g", measure="ordinal", codes={code + 1: {} for code in range(groups)}),
    }
    return Codebook(book | {name: Variable(name, **kind) for name, kind in others.items()})


def drawn(rng, shares, group):
    """Draw an answer, 1 and up, by the shares of each respondent's group."""
    limits = np.cumsum(shares, axis=0)[:-1]
    return 1 + (rng.random(group.size) > limits[:, group]).sum(axis=0)


# --- tables of equal respondents


@cache
def measures_of(key):
    """Measures of the population, from a hundred million respondents."""
    counts = np.round(np.array(key) * 1e8).astype(np.int64)
    found = _table(counts).estimates
    return {one.name: one.value for one in found}


def _table(counts):
    row, column = (
        Variable(name, measure="ordinal", codes={code + 1: {} for code in range(size)})
        for name, size in zip("qg", counts.shape, strict=True)
    )
    return Crosstab.from_counts(row, column, counts)


def equal(shares, parts, n):
    """Scenario: a simple random sample; `parts` are the groups' shares of the population."""
    joint = shares * np.asarray(parts)
    same = np.allclose(shares, shares[:, :1])

    def sample(rng, tallies):
        counts = rng.multinomial(n, joint.ravel()).reshape(joint.shape)
        table = _table(counts)
        if same:
            for one in table.results:
                tallies.size(one.test, one.p_value, one.notes)
            for name in ("pearson", "likelihood_ratio", "fisher"):
                if not table.reduced.reason and rng.random() < 0.1:
                    tallies.size(f"monte_carlo {name}", table.monte_carlo(name, 999).p_value)
        truth = measures_of(tuple(map(tuple, joint)))
        for one in table.estimates:
            if truth[one.name] is None or (same and one.name in AT_THEIR_EDGE):
                continue
            if one.lower is not None:
                tallies.cover(one.name, one.lower, one.upper, truth[one.name], one.notes)
        for one in table.shares():
            if one.lower is not None:
                own = shares[one.row_code - 1, one.column_code - 1]
                tallies.cover("share (Wilson)", one.lower, one.upper, own, one.notes)
        differences(table, shares, same, tallies, "Newcombe", "z")
        means(counts, shares, same, tallies)

    return sample


AT_THEIR_EDGE = (
    *("lambda_rows", "lambda_columns", "lambda_symmetric"),
    *(name for name, measure in MEASURES.items() if measure.scale is not None),
    "contingency_coefficient",
    *("uncertainty_rows", "uncertainty_columns", "uncertainty_symmetric"),
    *("goodman_kruskal_tau_rows", "goodman_kruskal_tau_columns", "eta_rows", "eta_columns"),
)
"""Measures that cannot be negative: independence is the end of their range, and no interval that
starts at zero misses it, nor is their estimate normal there. They are judged with a difference."""


def differences(table, shares, same, tallies, interval, test):
    """Comparisons of columns, answer by answer, and the letters of the first answer."""
    lines = compare_columns(table)
    for line in lines:
        row, first, second = (int(line[key]) for key in ("row_code", "first_code", "second_code"))
        truth = 100 * (shares[row - 1, first - 1] - shares[row - 1, second - 1])
        if "lower" in line:
            ends = line["lower"], line["upper"]
            tallies.cover(f"difference ({interval})", *ends, truth, read_notes(line))
        if same and "p_value" in line:
            tallies.size(f"difference ({test})", line["p_value"], read_notes(line))
    if same:
        found = table.letters().p_values[0]
        pairs = found[np.triu_indices(found.shape[0], 1)]
        if not np.isnan(pairs).all():
            notes = [note for line in lines if line["row_code"] == "1" for note in read_notes(line)]
            tallies.size("letters of a row (Bonferroni)", np.nanmin(pairs), notes)


def means(counts, shares, same, tallies, spread=None, heads=None):
    """Letters of column means."""
    scores = np.arange(1.0, len(counts) + 1)
    cells = np.arange(counts.size).reshape(counts.shape)
    options = {} if spread is None else {"spread": spread, "cells": cells, "heads": heads}
    found = column_means(counts, scores, **options)
    pairs = found.p_values[np.triu_indices(counts.shape[1], 1)]
    if same and not np.isnan(pairs).all():
        tallies.size("column means (Bonferroni)", np.nanmin(pairs), sum(found.notes, ()))


# --- tables under a design


@dataclass(frozen=True)
class Plan:
    """How a sample is drawn: clusters, strata, weights, and where the groups live."""

    clusters: int = 0
    size: int = 1
    strata: int = 0
    weights: float = 0.0
    alike: float = 0.0
    apart: tuple = ()
    n: int = 400


def designed(shares, parts, plan):
    """Scenario: a sample under a design."""
    parts = np.asarray(parts)
    same = np.allclose(shares, shares[:, :1])
    answers, groups = shares.shape
    book = variables(answers, groups, c={}, s={}, w={"measure": "scale"})
    design = Design(
        weights="w",
        clusters="c" if plan.clusters else None,
        strata="s" if plan.strata else None,
    )

    def sample(rng, tallies):
        n = plan.clusters * plan.size if plan.clusters else plan.n
        cluster = np.arange(n) // plan.size if plan.clusters else np.arange(n)
        stratum = cluster * plan.strata // (cluster.max() + 1) if plan.strata else np.zeros(n, int)
        if plan.apart:
            group = np.searchsorted(np.cumsum(plan.apart), cluster, side="right")
        else:
            group = rng.choice(groups, n, p=parts)
        answer = drawn(rng, shares, group)
        if plan.alike:
            # A share of the respondents answers as their village would: the margins stay.
            village = rng.random(cluster.max() + 1)
            common = 1 + (village[cluster] > np.cumsum(shares, axis=0)[:-1][:, group]).sum(axis=0)
            answer = np.where(rng.random(n) < plan.alike, common, answer)
        weight = np.exp(plan.weights * rng.standard_normal(n))
        people = pd.DataFrame(
            {"q": answer, "g": group + 1, "c": cluster, "s": stratum, "w": weight}
        )
        table = crosstab(Survey(people, book), "q", "g", design)
        for one in table.shares():
            if one.lower is not None:
                own = shares[one.row_code - 1, one.column_code - 1]
                tallies.cover("share (logit, t)", one.lower, one.upper, own, one.notes)
        differences(table, shares, same, tallies, "linearised, t", "linearised, t")
        if same:
            for one in table.results:
                if one.p_value is not None:
                    tallies.size(one.test, one.p_value, one.notes)
        means(table.observed, shares, same, tallies, table.spread, table.unweighted)

    return sample


# --- the same people twice, several answers, models, waves


def paired(square, n):
    """Scenario: the same people asked twice."""
    square = np.asarray(square)
    difference = square[0].sum() - square[:, 0].sum()

    def sample(rng, tallies):
        counts = rng.multinomial(n, square.ravel()).reshape(square.shape)
        if abs(difference) < 1e-12 and np.allclose(square, square.T):
            for one in paired_tests(counts.astype(float)):
                if one.p_value is not None:
                    tallies.size(one.test, one.p_value, one.notes)
        both, gained = counts[0, 0], counts[0, 1:].sum()
        lost = counts[1:, 0].sum()
        neither = n - both - gained - lost
        _, lower, upper = newcombe_paired(int(both), int(gained), int(lost), int(neither))
        tallies.cover("change (Newcombe, paired)", lower, upper, difference)

    return sample


def several_answers(n):
    """Scenario: options that overlap, chosen alike in two groups."""
    book = Codebook(
        {name: Variable(name, codes={0: {}, 1: {}}) for name in ("tv", "radio", "press")}
        | {"g": Variable("g", codes={1: {}, 2: {}})}
    )

    def sample(rng, tallies):
        reader = rng.standard_normal(n)
        people = pd.DataFrame(
            {
                name: (reader + rng.standard_normal(n) > limit).astype(int)
                for name, limit in (("tv", -0.5), ("radio", 0.5), ("press", 1.5))
            }
        )
        people["g"] = rng.integers(1, 3, n)
        chosen = choices(Survey(people, book), ["tv", "radio", "press"], 1)[1]
        base = chosen.any(axis=1)
        found = marginal_independence(chosen[base], people["g"].to_numpy()[base])
        tallies.size(found.test, found.p_value, found.notes)

    return sample


def logit(n):
    """Scenario: binary and ordered logits with a predictor that does nothing and one that does."""
    book = Codebook(
        {
            "q": Variable("q", measure="ordinal", codes={1: {}, 2: {}, 3: {}}),
            "b": Variable("b", codes={1: {}, 2: {}}),
            "x": Variable("x", measure="scale"),
            "z": Variable("z", measure="scale"),
        }
    )

    def sample(rng, tallies):
        x, z = rng.standard_normal(n), rng.standard_normal(n)
        latent = 0.8 * x + rng.logistic(size=n)
        people = pd.DataFrame({"x": x, "z": z, "b": np.where(latent > 0.3, 1, 2)})
        people["q"] = 1 + (latent > -0.7) + (latent > 1.0)
        survey = Survey(people, book)
        binary = {"kind": "binary", "outcome": "b", "positive": [1], "predictors": ["x", "z"]}
        ordered = {"kind": "ordered", "outcome": "q", "predictors": ["x", "z"]}
        fits = (
            ("binary logit", lambda: fit_declared(survey, binary)),
            ("ordered logit", lambda: fit_declared(survey, ordered)),
        )
        for name, fit in fits:
            try:
                found = fit()
            except SurveyError:
                continue
            terms = {one.variable: one for one in found.coefficients}
            tallies.size(f"{name} (Wald)", terms["z"].p_value)
            ends = terms["x"].lower, terms["x"].upper
            tallies.cover(f"{name} (Wald)", *ends, 0.8)

    return sample


def waves(shares, plan):
    """Scenario: three waves whose answers do not change, a group compared over time."""
    answers = len(shares)
    book = variables(answers, 2, c={}, w={"measure": "scale"})
    tables = {"t": {"rows": ["q"], "columns": "g"}}
    design = Design(weights="w", clusters="c") if plan.clusters else None

    def wave(rng, year):
        n = plan.clusters * plan.size if plan.clusters else plan.n
        cluster = np.arange(n) // plan.size
        group = np.where(cluster < plan.apart[0], 0, 1) if plan.apart else rng.integers(0, 2, n)
        answer = drawn(rng, np.stack([shares, shares], axis=1), group)
        if plan.alike:
            village = rng.random(n // plan.size)[cluster]
            common = 1 + (village > np.cumsum(shares)[:-1, None]).sum(axis=0)
            answer = np.where(rng.random(n) < plan.alike, common, answer)
        people = pd.DataFrame({"q": answer, "g": group + 1, "c": cluster, "w": 1.0})
        survey = Survey(people, book)
        lines = [
            {key: "" if value is None else str(value) for key, value in line.items()}
            for line in tabulate_survey(survey, tables, design=design).crosstabs
        ]
        lines = [{"count": "", "base": "", **line} for line in lines]
        return TrendWave(str(year), float(year), lines, survey, design, "")

    def sample(rng, tallies):
        found = compare_waves([wave(rng, year) for year in (2020, 2021, 2022)], tables, {})
        kind = "design" if design else "counts"
        for line in found["differences"]:
            if line.get("p_value") is not None and line["kind"] == "answer":
                where = "all" if line["column_code"] == "total" else "group"
                name = f"difference of waves, {where} ({kind})"
                tallies.size(name, line["p_value"], read_notes(line))
                tallies.cover(name, line["lower"], line["upper"], 0.0, read_notes(line))
        for line in found["slopes"]:
            if line.get("p_value") is not None and line["kind"] == "answer":
                tallies.size(f"slope over waves ({kind})", line["p_value"], read_notes(line))
        for line in found["tests"]:
            if line["p_value"] is not None:
                tallies.size(
                    f"question over waves: {line['test']}", line["p_value"], read_notes(line)
                )

    return sample


def index_means(shares, plan):
    """Scenario: the mean of an index of three questions, from draws of respondents or clusters."""
    answers = len(shares)
    truth = float(np.arange(answers) @ shares / (answers - 1))
    scores = {code: float(code) for code in range(answers)}
    index = Index(
        "i",
        {},
        "",
        (Dimension("d", {}, 1.0, "known"),),
        tuple(Indicator(f"q{at}", f"q{at}", "d", {}, scores, 1, 1.0, "known") for at in range(3)),
        missing="available",
    )
    only_respondents = Scenarios(
        scenarios=400,
        normalisation=("min_max",),
        aggregation=("arithmetic",),
        missing=("available",),
        concentration=None,
        leave_out=False,
    )

    def sample(rng, tallies):
        n = plan.clusters * plan.size if plan.clusters else plan.n
        group = np.zeros(n, dtype=int)
        told = np.column_stack([drawn(rng, shares[:, None], group) - 1.0 for _ in range(3)])
        design = None
        if plan.clusters:
            cluster = np.arange(n) // plan.size
            village = rng.random(plan.clusters)[cluster]
            common = (village > np.cumsum(shares)[:-1, None]).sum(axis=0)
            told = np.where(rng.random((n, 1)) < plan.alike, common[:, None], told)
            stage = Stage(
                cluster, np.zeros(plan.clusters, int), np.full(1, np.inf), np.ones(1), False
            )
            design = Sample(np.ones(n), (stage,), "fail", float(plan.clusters - 1))
        own = replace(only_respondents, seed=int(rng.integers(1 << 30)))
        found = analyse(index, told, np.zeros((n, 0)), own, sample=design)
        spread = found.spreads[0]
        tallies.cover("mean of an index (draws)", spread.low, spread.high, truth)

    return sample


HALF, THIRDS = (0.5, 0.5), (0.4, 0.35, 0.25)
SYMMETRIC = [[0.3, 0.1, 0.05], [0.1, 0.15, 0.05], [0.05, 0.05, 0.15]]
SCENARIOS = {
    "simple random sample, n = 400": equal(SAME, THIRDS, 400),
    "the same with a difference": equal(OTHER, THIRDS, 400),
    "two answers by two groups, n = 200": equal(TWO, HALF, 200),
    "the same with a difference of 20 points": equal(TWO_OTHER, HALF, 200),
    "small groups, n = 40": equal(SAME[:, :2], (0.3, 0.7), 40),
    "small groups with a difference": equal(OTHER[:, [0, 2]], (0.3, 0.7), 40),
    "rare answer, n = 200": equal(RARE, HALF, 200),
    "rare answer with a difference": equal(RARE_OTHER, HALF, 200),
    "dominant answer, n = 300": equal(DOMINANT, (0.35, 0.65), 300),
    "dominant answer with a difference": equal(DOMINANT_OTHER, (0.35, 0.65), 300),
    "weights, n = 400": designed(SAME, THIRDS, Plan(weights=0.5)),
    "weights with a difference": designed(OTHER, THIRDS, Plan(weights=0.5)),
    "very unequal weights, n = 45": designed(SAME[:, :2], HALF, Plan(weights=1.2, n=45)),
    "40 villages, men and women of each": designed(
        SAME[:, :2], HALF, Plan(clusters=40, size=12, alike=0.3)
    ),
    "40 villages with a difference": designed(
        OTHER[:, [0, 2]], HALF, Plan(clusters=40, size=12, alike=0.3)
    ),
    "two regions of 20 villages": designed(
        SAME[:, :2], HALF, Plan(clusters=40, size=12, alike=0.3, apart=(20, 20))
    ),
    "20 strata of two villages, weights": designed(
        OTHER[:, [0, 2]], HALF, Plan(clusters=40, size=12, strata=20, weights=0.4, alike=0.2)
    ),
    "a group in 3 of 40 villages": designed(
        TWO, HALF, Plan(clusters=40, size=20, alike=0.3, apart=(3, 37))
    ),
    "a group in 3 of 40 villages, four answers": designed(
        SAME[:, :2], HALF, Plan(clusters=40, size=20, alike=0.3, apart=(3, 37))
    ),
    "6 villages, men and women of each": designed(
        SAME[:, :2], HALF, Plan(clusters=6, size=40, alike=0.2)
    ),
    "rare answer in 30 villages": designed(RARE, HALF, Plan(clusters=30, size=15, alike=0.1)),
    "the same people twice, n = 150": paired(SYMMETRIC, 150),
    "two answers twice, n = 30": paired([[0.4, 0.15], [0.15, 0.3]], 30),
    "two answers twice with a change": paired([[0.4, 0.2], [0.1, 0.3]], 80),
    "several answers, n = 150": several_answers(150),
    "logits, n = 150": logit(150),
    "index, n = 200": index_means(SAME[:, 0], Plan(n=200)),
    "index, 40 villages": index_means(SAME[:, 0], Plan(clusters=40, size=10, alike=0.2)),
    "waves of 300": waves(SAME[:, 0], Plan(n=300)),
    "waves of 30 villages, a group in 3": waves(
        TWO[:, 0], Plan(clusters=30, size=10, alike=0.3, apart=(3, 27))
    ),
}
SLOWER = {"waves": 4, "index": 4, "logits": 2, "40 villages": 1}
"""Scenarios of which fewer samples are drawn, by how much."""


def simulate(name, samples):
    """Draw samples of one scenario; returns the tallies."""
    tallies = Tallies()
    fewer = next((part for start, part in SLOWER.items() if name.startswith(start)), 1)
    for seed in range(max(samples // fewer, 1)):
        tallies.sample = seed
        SCENARIOS[name](np.random.default_rng([seed, len(name)]), tallies)
    return tallies


def main():
    """Print every rate with its band and verdict; fail where one misses without a note."""
    samples = int(os.environ.get("COVERAGE_SAMPLES", "1000"))
    missed, judged = [], defaultdict(int)
    for name in SCENARIOS:
        print(f"\n{name}")
        for (what, statistic), tally in sorted(simulate(name, samples).items()):
            every, own = (np.mean(one) if one else np.nan for one in (tally.every, tally.unwarned))
            verdict = tally.verdict()
            judged[verdict] += 1
            low, high = tally.limits
            print(
                f"  {what:<8} {statistic:<46} {every:6.3f}  without a warning {own:6.3f} "
                f"(n = {len(tally.unwarned):>6}, band {low:.3f}-{high:.3f})  {verdict}",
                flush=True,
            )
            if verdict == "MISSES":
                missed.append(f"{name}: {what} of {statistic}, {own:.3f}")
    print("\n" + ", ".join(f"{count} {verdict}" for verdict, count in sorted(judged.items())))
    if missed:
        sys.exit("miss without a word in their note:\n  " + "\n  ".join(missed))


if __name__ == "__main__":
    main()
