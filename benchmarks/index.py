"""Index: scenarios of its uncertainty, and sharp bounds of the article's typology.

Wall seconds on this machine. The scenarios vary everything at once: respondents, normalisation,
aggregation, missing answers, weights and the indicator that is left out. The bounds are those of
the types that the article's study declares, over every joint table that agrees with the printed
margins: in the chosen counts, and over every set of counts that prints so.

Seen on two busy cores, in seconds of one core: the types 0.1 (chosen counts) and 0.7
(all counts, every end attained), all lines of bounds.csv 4; a million respondents 249 ns each and
scenario, with a peak of 482 MB at 15 scenarios and 569 MB at 150, so that 1,000 take about four
minutes of a core.
"""

import os
import resource
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "workflow" / "scripts"))

from resurvey.core.codebook import Codebook, Survey, declared_variable  # noqa: E402
from resurvey.core.published import declared_sums, read_cells, read_claims  # noqa: E402
from resurvey.core.strict_yaml import read_yaml  # noqa: E402
from resurvey.index.bounds import Shares, published_index, types_of  # noqa: E402
from resurvey.index.declaration import (  # noqa: E402
    Dimension,
    Index,
    Indicator,
    RespondentType,
    read_indices,
    resolve,
)
from resurvey.index.identified import IdentifiedIndex, Published  # noqa: E402
from resurvey.index.published_bounds import bound_lines  # noqa: E402
from resurvey.index.sensitivity import Conclusion, Plan, analyse  # noqa: E402
from resurvey.prepare.indicators import derive_indicators  # noqa: E402
from resurvey.prepare.reconstruction import origin_of_subtotals  # noqa: E402

MEGABYTE = 1024


def invented(respondents, indicators, seed=20221001):
    """Four answers to each question, one in fifty of them missing, and two groups."""
    rng = np.random.default_rng(seed)
    lean = rng.normal(size=(respondents, 1))
    drawn = 2.5 + 0.6 * lean + rng.normal(size=(respondents, indicators))
    scores = np.clip(np.round(drawn), 1, 4)
    scores[rng.random(scores.shape) < 0.02] = np.nan
    names = "economic", "social", "psychological"
    declared = Index(
        "i",
        {},
        "",
        tuple(Dimension(name, {}, 1.0, "invented") for name in names),
        tuple(
            Indicator(
                f"item_{at}",
                f"item_{at}",
                names[at * 3 // indicators],
                {},
                {code: float(code) for code in range(1, 5)},
                1,
                1.0,
                "invented",
            )
            for at in range(indicators)
        ),
        types=(RespondentType("low", {}, -np.inf), RespondentType("high", {}, 0.5)),
        missing="available",
        minimum_items=3,
    )
    first = np.arange(respondents) % 2 == 0
    return declared, scores, np.column_stack([first, ~first])


def scenarios(respondents, number, indicators):
    """Time an analysis with every factor."""
    index, scores, groups = invented(respondents, indicators)
    conclusions = (
        Conclusion("first_below_second", "below", first=0, second=1),
        Conclusion("social_weakest", "lowest_dimension", of="social"),
    )
    started, used = time.perf_counter(), time.process_time()
    found = analyse(index, scores, groups, Plan(scenarios=number, shift=0.01), conclusions)
    seconds, used = time.perf_counter() - started, time.process_time() - used
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / MEGABYTE
    each = used / respondents / number * 1e9
    failed = sum(found.reasons.values())
    print(
        f"{number:>7,} scenarios × {respondents:>9,} respondents × {indicators} indicators: "
        f"{seconds:7.1f} s, {each:6.1f} ns of a core each, peak {memory:,.0f} MB, "
        f"{failed:,} not computed",
        flush=True,
    )


def article():
    """The article's index with its published margins."""
    config = {
        name: read_yaml(ROOT / f"config/{name}.yaml")
        for name in ("config", "codebook", "tables", "indicators", "index")
    }
    spec = config["config"]["waves"]["2022"]["reconstruct"]
    folder = ROOT / "resources/published/2022"
    published = Published(
        config["codebook"],
        read_cells(folder / "cells.csv"),
        read_claims(folder / "claims.csv"),
        spec,
        origin_of_subtotals(config["tables"]["tables"]),
        declared_sums(config["tables"]["tables"]),
        config["indicators"]["indicators"],
    )
    book = Codebook(
        {
            name: declared_variable(name, plain)
            for name, plain in config["codebook"]["variables"].items()
        }
    )
    nobody = Survey(pd.DataFrame(columns=list(book), dtype=float), book)
    derived = derive_indicators(nobody, config["indicators"]["indicators"]).codebook
    index = resolve(read_indices(config["index"])[0], derived)
    return IdentifiedIndex(index, derived, published)


def bounds():
    """Time the bounds of every type of the article's index, and all that its run computes."""
    identified = article()
    index, questions = identified.index, identified.questions
    every, known = published_index(index, questions), []
    for name, published in (("chosen counts", every.chosen()), ("all counts", every)):
        started, used = time.perf_counter(), time.process_time()
        shares = Shares(published, known=list(known))
        found = {kind: shares.bound(event) for kind, event in types_of(index).items()}
        known = shares.known
        seconds, used = time.perf_counter() - started, time.process_time() - used
        told = ", ".join(
            f"{kind} {float(one.lower.limit):.2%} to {float(one.upper.limit):.2%}"
            f"{'' if one.is_sharp else ' (not attained)'}"
            for kind, one in found.items()
        )
        print(f"types over {name}: {seconds:6.1f} s, {used:.1f} s of a core; {told}", flush=True)
    started, used = time.perf_counter(), time.process_time()
    lines = bound_lines(identified)
    seconds, used = time.perf_counter() - started, time.process_time() - used
    print(
        f"{len(lines)} lines of bounds.csv: {seconds:6.1f} s, {used:.1f} s of a core",
        flush=True,
    )


def main():
    """Print every figure."""
    bounds()
    scenarios(515, 10_000, 14)
    scenarios(1_000_000, int(os.environ.get("INDEX_SCENARIOS", "1000")), 10)


if __name__ == "__main__":
    main()
