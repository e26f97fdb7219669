"""Crosstabs: 200 tables with all tests on a million respondents, against the common tools.

Targets 5 and 8 of the project: 40 items by 5 grouping variables, integer codes in memory. Ours
counts everything in one pass and makes every test; the peers only count, which flatters them.
Peers that take long are timed on a few tables and scaled, and say so. Polars, DuckDB and R are
measured where they are installed.
"""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd

from _stopwatch import median_seconds

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "workflow" / "scripts"))

from resurvey.core.codebook import Codebook, Survey, Variable  # noqa: E402
from resurvey.core.counting import Counted, encode  # noqa: E402
from resurvey.counts.crosstabs import Crosstab, crosstab  # noqa: E402
from resurvey.counts.design import Design  # noqa: E402
from resurvey.counts.joint_counts import many_counts  # noqa: E402

N, ITEMS, ANSWERS = 1_000_000, 40, 5
GROUPS = {"gender": 2, "age": 4, "region": 5, "education": 3, "settlement": 3}
STRATA, VILLAGES = 20, 500
ROUNDS = 7
R_SURVEY = """
suppressPackageStartupMessages(library(survey))
people <- read.csv("{data}")
people$item <- factor(people$item); people$group <- factor(people$group)
started <- proc.time()["elapsed"]
design <- svydesign(id = ~village, strata = ~stratum, weights = ~w, data = people, nest = TRUE)
invisible(svychisq(~item + group, design, statistic = "F"))
cat(proc.time()["elapsed"] - started)
"""


def make_survey():
    """Invent a million respondents: items of five answers, groups, weights, a design."""
    rng = np.random.default_rng(1)
    answers = {code: {} for code in range(1, ANSWERS + 1)}
    columns, variables = {}, {}
    for number in range(ITEMS):
        name = f"item_{number + 1}"
        columns[name] = rng.integers(1, ANSWERS + 2, N).astype(np.int8)
        variables[name] = Variable(
            name, codes=answers | {ANSWERS + 1: {}}, missing=(ANSWERS + 1,), measure="ordinal"
        )
    for name, size in GROUPS.items():
        columns[name] = rng.integers(1, size + 1, N).astype(np.int8)
        variables[name] = Variable(name, codes={code: {} for code in range(1, size + 1)})
    columns["stratum"] = rng.integers(0, STRATA, N).astype(np.int16)
    columns["village"] = rng.integers(0, VILLAGES, N).astype(np.int16)
    columns["w"] = rng.uniform(0.3, 3, N)
    variables |= {name: Variable(name) for name in ("stratum", "village", "w")}
    return Survey(pd.DataFrame(columns), Codebook(variables))


def items():
    """Return the names of the items."""
    return [f"item_{number + 1}" for number in range(ITEMS)]


def count_all(survey):
    """Count all tables in one pass, as the banner tables are counted."""
    rows, columns = (
        [
            (survey.codebook[name], *encode(survey.data[name], survey.codebook[name]))
            for name in names
        ]
        for names in (items(), GROUPS)
    )
    sizes = [[(codes, len(answers)) for _, codes, answers in side] for side in (rows, columns)]
    counted = many_counts(*sizes)
    for i, (row, _, answers) in enumerate(rows):
        for j, (column, _, groups) in enumerate(columns):
            yield Crosstab.of(row, column, answers, groups, Counted.equal(counted[i, j]))


def ours(survey, measures=False):
    """Count and test all tables, with residuals and, if asked, 26 measures of association."""
    for table in count_all(survey):
        table.test_records()
        table.residual_array("adjusted")
        if measures:
            table.association_records()


def ours_weighted(survey, design):
    """Count with weights, with Rao and Scott's tests."""
    ready = design.prepared(survey)
    for item in items():
        for group in GROUPS:
            crosstab(survey, item, group, ready).test_records()


def pandas_crosstab(people, tables):
    """Count a few tables with pandas.crosstab, on float codes as pyreadstat reads them."""
    for item in items()[:tables]:
        pd.crosstab(people[item], people["age"])


def pandas_groupby(people):
    """Count all tables with groupby."""
    for item in items():
        for group in GROUPS:
            people.groupby([item, group], observed=True).size()


def polars_all(people):
    """Return the work of counting all tables in one Polars query."""
    import polars

    frame = polars.from_pandas(people).lazy()
    return lambda: polars.collect_all(
        [frame.group_by([item, group]).len() for item in items() for group in GROUPS]
    )


def duckdb_all(people):
    """Return the work of counting all tables in one DuckDB query."""
    import duckdb

    database = duckdb.connect()
    database.register("incoming", people)
    database.execute("create table people as select * from incoming")
    sets = ", ".join(f"({item}, {group})" for item in items() for group in GROUPS)
    names = ", ".join([*items(), *GROUPS])
    query = f"select {names}, count(*) from people group by grouping sets ({sets})"
    return lambda: database.execute(query).fetchall()


def r_survey_seconds(survey):
    """Time svydesign and svychisq on one table; None without R survey."""
    if shutil.which("Rscript") is None:
        return None
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder, "people.csv")
        people = survey.data[["item_1", "age", "stratum", "village", "w"]]
        people = people[people["item_1"] <= ANSWERS].set_axis(
            ["item", "group", "stratum", "village", "w"], axis=1
        )
        people.to_csv(data, index=False)
        script = Path(folder, "peer.R")
        script.write_text(R_SURVEY.format(data=data))
        done = subprocess.run(["Rscript", str(script)], capture_output=True, text=True)
        return float(done.stdout) if done.returncode == 0 and done.stdout else None


def report(name, seconds, base, note=""):
    """Print one line."""
    print(f"{name:<44}{seconds:10.3f} s {seconds / base:9.1f} ×  {note}", flush=True)


def main():
    """Print wall seconds and ratios to ours."""
    survey = make_survey()
    tables = ITEMS * len(GROUPS)
    print(f"{tables} crosstabs, {N:,} respondents")
    base = median_seconds(lambda: ours(survey), ROUNDS)[0]
    report("ours: counts, all tests, residuals", base, base)
    more = median_seconds(lambda: ours(survey, measures=True), ROUNDS)[0]
    report("ours, with 26 measures and their intervals", more, base)
    for name, make in (("Polars collect_all", polars_all), ("DuckDB GROUPING SETS", duckdb_all)):
        try:
            work = make(survey.data)
        except ImportError:
            print(f"{name}: not installed")
            continue
        report(f"{name}, counts only", median_seconds(work, 3)[0], base)
    few = 2
    floats = survey.data[[*items()[:few], "age"]].astype("float64")
    scaled = median_seconds(lambda: pandas_crosstab(floats, few), 1)[0] * tables / few
    report("pandas.crosstab, counts only", scaled, base, f"scaled from {few} tables")
    report(
        "pandas groupby, counts only",
        median_seconds(lambda: pandas_groupby(survey.data), 1)[0],
        base,
    )
    print("weighted, strata and clusters, Rao-Scott F")
    design = Design(weights="w", strata="stratum", clusters="village")
    base = median_seconds(lambda: ours_weighted(survey, design), 1)[0]
    report("ours", base, base)
    one = r_survey_seconds(survey)
    if one is None:
        print("R survey: not installed")
    else:
        report("R survey svychisq", one * tables, base, "scaled from one table")


if __name__ == "__main__":
    main()
