"""Crosstabs: 200 tables with all tests, in memory, from Parquet, weighted, against the peers.

Targets 5 to 8 of the project: 40 items by 5 grouping variables, data made here. Ours counts
everything and makes every test; the peers only count, which flatters them. Peers that take long
are timed on a few tables and scaled, and say so. `--rows` are the respondents of the Parquet file
of target 6, `--large` those of target 7; by default both are small enough for two minutes, and
`--rows 10000000 --large 100000000` are the sizes of the targets. Polars, DuckDB, svy and R are
measured where they are installed.
"""

import argparse
import importlib.util
import json
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from _record import judge
from _stopwatch import median_seconds

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "workflow" / "scripts"))

from resurvey.core.codebook import Codebook, Survey, Variable  # noqa: E402
from resurvey.core.counting import Counted, encode  # noqa: E402
from resurvey.counts.crosstabs import Crosstab, crosstab  # noqa: E402
from resurvey.counts.design import Design  # noqa: E402
from resurvey.counts.joint_counts import many_counts  # noqa: E402
from resurvey.counts.streamed import StreamedColumns, about  # noqa: E402
from resurvey.reading.stored import ROWS  # noqa: E402
from resurvey.tables.streaming import open_respondents  # noqa: E402

N, ITEMS, ANSWERS = 1_000_000, 40, 5
GROUPS = {"gender": 2, "age": 4, "region": 5, "education": 3, "settlement": 3}
STRATA, VILLAGES = 20, 500
ROUNDS = 5
CHUNK = 1 << 20
R_SURVEY = """
suppressPackageStartupMessages(library(survey))
people <- read.csv("{data}")
people$item <- factor(people$item); people$group <- factor(people$group)
started <- proc.time()["elapsed"]
design <- svydesign(id = ~village, strata = ~stratum, weights = ~w, data = people, nest = TRUE)
invisible(svychisq(~item + group, design, statistic = "F"))
cat(proc.time()["elapsed"] - started)
"""


def items():
    """Return the names of the items."""
    return [f"item_{number + 1}" for number in range(ITEMS)]


def pairs():
    """Return every table: an item and a group."""
    return [(item, group) for item in items() for group in GROUPS]


def codebook():
    """Five answers and a missing code to each item; groups; a design."""
    answers = {code: {} for code in range(1, ANSWERS + 1)}
    variables = {
        name: Variable(
            name, codes=answers | {ANSWERS + 1: {}}, missing=(ANSWERS + 1,), measure="ordinal"
        )
        for name in items()
    }
    for name, size in GROUPS.items():
        variables[name] = Variable(name, codes={code: {} for code in range(1, size + 1)})
    variables |= {name: Variable(name) for name in ("stratum", "village", "w")}
    return Codebook(variables)


def make_people(n, seed):
    """Invent some respondents: items of five answers, groups, weights, a design."""
    rng = np.random.default_rng(seed)
    columns = {name: rng.integers(1, ANSWERS + 2, n).astype(np.int8) for name in items()}
    columns |= {name: rng.integers(1, size + 1, n).astype(np.int8) for name, size in GROUPS.items()}
    village = rng.integers(0, VILLAGES, n)
    columns["stratum"] = (village % STRATA).astype(np.int16)
    columns["village"] = village.astype(np.int16)
    columns["w"] = rng.uniform(0.3, 3, n)
    return columns


def write_file(folder, n, name):
    """Write the codes of `n` respondents as Parquet, as an import does, and their codebook.

    An import leaves out the smallest and largest value of every column; DuckDB is twice as fast
    with them.
    """
    written = {"compression": "zstd", "max_rows_per_page": ROWS}
    path = Path(folder, f"{name}.parquet")
    writer = None
    book = codebook()
    for number, start in enumerate(range(0, n, CHUNK)):
        columns = make_people(min(CHUNK, n - start), number + 1)
        table = pa.table({name: columns[name] for name in (*items(), *GROUPS)})
        writer = writer or pq.ParquetWriter(path, table.schema, **written)
        writer.write_table(table)
    writer.close()
    counted = {name: book[name] for name in (*items(), *GROUPS)}
    Path(folder, "codebook.json").write_text(Codebook(counted).to_json(), encoding="utf-8")
    return path


def ours(survey, measures=False):
    """Count and test all tables, with residuals and, if asked, 26 measures of association."""
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
            table = Crosstab.of(row, column, answers, groups, Counted.equal(counted[i, j]))
            table.test_records()
            table.residual_array("adjusted")
            if measures:
                table.association_records()


def ours_from_file(path):
    """Count all tables of a Parquet file in batches, and test them, as a study's rule does."""
    tables = {group: {"rows": items(), "columns": group} for group in GROUPS}
    codes = path.with_name("codebook.json")
    survey = open_respondents(path, codes, {}, tables, {}, {}, stream_from=1)
    for item, group in pairs():
        people, design = about(survey, None, item, group)
        table = crosstab(people, item, group, design)
        table.test_records()
        table.residual_array("adjusted")


def ours_weighted(table, design, book):
    """Count with weights and clusters in one pass, with Rao and Scott's tests and residuals."""
    columns = StreamedColumns(
        lambda names: iter(table.select(list(names)).to_batches(max_chunksize=1 << 18)),
        table.schema,
        len(table),
        book,
        design,
    )
    columns.count(pairs())
    survey = Survey(columns, book)
    for item, group in pairs():
        people, inside = about(survey, None, item, group)
        counted = crosstab(people, item, group, inside)
        counted.test_records()
        counted.residual_array("adjusted")


def pandas_crosstab(people, tables):
    """Count a few tables with pandas.crosstab, on float codes as pyreadstat reads them."""
    for item in items()[:tables]:
        pd.crosstab(people[item], people["age"])


def polars_all(people):
    """Return the work of counting all tables in one Polars query."""
    import polars

    frame = polars.from_pandas(people).lazy()
    return lambda: polars.collect_all(
        [frame.group_by([item, group]).len() for item, group in pairs()]
    )


def duckdb_query(source):
    """Every table as a grouping set of one query."""
    sets = ", ".join(f"({item}, {group})" for item, group in pairs())
    names = ", ".join([*items(), *GROUPS])
    return f"select {names}, count(*) from {source} group by grouping sets ({sets})"


def duckdb_all(people):
    """Return the work of counting all tables in one DuckDB query."""
    import duckdb

    database = duckdb.connect()
    database.register("incoming", people)
    database.execute("create table people as select * from incoming")
    return lambda: database.execute(duckdb_query("people")).fetchall()


def duckdb_from_file(path):
    """Count all tables of a Parquet file in one DuckDB query."""
    import duckdb

    duckdb.connect().execute(duckdb_query(f"read_parquet('{path}')")).fetchall()


def svy_seconds(people):
    """Time svy's crosstab with its Rao-Scott test on one table; None without svy."""
    try:
        import polars
        import svy
    except ImportError:
        return None
    names = ["item_1", "age", "stratum", "village", "w"]
    frame = polars.from_pandas(people[names]).filter(polars.col("item_1") <= ANSWERS)
    design = svy.Design(stratum="stratum", psu="village", wgt="w")
    sample = svy.Sample(frame, design)
    started = time.perf_counter()
    sample.categorical.tabulate(rowvar="item_1", colvar="age")
    return time.perf_counter() - started


def r_survey_seconds(people):
    """Time svydesign and svychisq on one table; None without R survey."""
    if shutil.which("Rscript") is None:
        return None
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder, "people.csv")
        people = people[["item_1", "age", "stratum", "village", "w"]]
        people = people[people["item_1"] <= ANSWERS].set_axis(
            ["item", "group", "stratum", "village", "w"], axis=1
        )
        people.to_csv(data, index=False)
        script = Path(folder, "peer.R")
        script.write_text(R_SURVEY.format(data=data))
        done = subprocess.run(["Rscript", str(script)], capture_output=True, text=True)
        return float(done.stdout) if done.returncode == 0 and done.stdout else None


def timed_alone(function, path):
    """Run a function of this module on a file in a process of its own: seconds and peak MB."""
    command = [sys.executable, __file__, "--alone", function, str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def peak_megabytes():
    """Largest memory of this process alone; what the parent held at the fork does not count."""
    status = Path("/proc/self/status")
    if status.exists():
        lines = dict(line.split(":", 1) for line in status.read_text().splitlines())
        return int(lines["VmHWM"].split()[0]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def alone(function, path):
    """Be that process; modules are loaded before the clock starts."""
    work, path = globals()[function], Path(path)
    work(path.with_name("few.parquet"))
    started = time.perf_counter()
    work(path)
    print(json.dumps([time.perf_counter() - started, peak_megabytes()]))


def in_memory(people):
    """Target 5."""
    survey = Survey(people, codebook())
    works = {"ours": lambda: ours(survey)}
    for name, make in (("Polars", polars_all), ("DuckDB", duckdb_all)):
        try:
            works[name] = make(people)
        except ImportError:
            print(f"{name}: not installed")
    times = {name: [] for name in works}
    for work in works.values():
        work()
    # In turn, so that a busy moment meets all of them.
    for _ in range(ROUNDS):
        for name, work in works.items():
            times[name].append(median_seconds(work, 1, warm=False)[0])
    medians = {name: float(np.median(found)) for name, found in times.items()}
    base = medians.pop("ours")
    for name, seconds in medians.items():
        judge(5, f"200 crosstabs, {N:,} rows in memory", name, base, seconds, 4)
    few = 2
    floats = people[[*items()[:few], "age"]].astype("float64")
    scaled = median_seconds(lambda: pandas_crosstab(floats, few), 1)[0] * len(pairs()) / few
    note = f"scaled from {few} tables"
    judge(5, f"200 crosstabs, {N:,} rows in memory", "pandas.crosstab", base, scaled, 80, note=note)
    more = median_seconds(lambda: ours(survey, measures=True), 1)[0]
    print(f"with 26 measures of association and their intervals: {more:.2f} s")


def from_files(rows, large):
    """Targets 6 and 7."""
    with tempfile.TemporaryDirectory() as folder:
        write_file(folder, 1000, "few")
        path = write_file(folder, rows, "rows")
        found, theirs = [], []
        for _ in range(3):  # in turn
            found.append(timed_alone("ours_from_file", path))
            if importlib.util.find_spec("duckdb"):
                theirs.append(timed_alone("duckdb_from_file", path)[0])
        base = float(np.median([seconds for seconds, _ in found]))
        peak = max(memory for _, memory in found)
        work = f"200 crosstabs, {rows:,} rows from Parquet"
        if theirs:
            judge(6, work, "DuckDB", base, float(np.median(theirs)), 5)
        else:
            print("DuckDB: not installed")
        judge(6, work, "the memory of 1 GB", peak, 1024, 1, unit="MB")
        path.unlink()
        path = write_file(folder, large, "large")
        seconds, peak = timed_alone("ours_from_file", path)
        each = [1e9 * base / rows, 1e9 * seconds / large]
        work = f"200 crosstabs, {large:,} rows from Parquet"
        against = f"each row of {rows:,}"
        judge(7, work, against, each[1], each[0], 1.2, most=True, unit="ns")
        judge(7, work, "the memory of 1 GB", peak, 1024, 1, unit="MB")


def weighted(people):
    """Target 8."""
    table, design = (
        pa.Table.from_pandas(people),
        Design(weights="w", strata="stratum", clusters="village"),
    )
    base = median_seconds(lambda: ours_weighted(table, design, codebook()), 1)[0]
    work = f"200 crosstabs with Rao-Scott, {N:,} rows, {VILLAGES} clusters"
    for name, seconds in (
        ("PyPI svy", svy_seconds(people)),
        ("R survey", r_survey_seconds(people)),
    ):
        if seconds is None:
            print(f"{name}: not installed")
        else:
            note = "scaled from one table"
            judge(8, work, name, base, seconds * len(pairs()), 100, note=note)


def main():
    """Print the ratios and the verdicts."""
    options = argparse.ArgumentParser(prog="./run benchmark crosstabs", description=__doc__)
    options.add_argument("--rows", type=int, default=2_000_000)
    options.add_argument("--large", type=int, default=6_000_000)
    options.add_argument("--alone", nargs=2, metavar=("FUNCTION", "FILE"), help=argparse.SUPPRESS)
    chosen = options.parse_args()
    if chosen.alone:
        alone(*chosen.alone)
        return
    people = pd.DataFrame(make_people(N, 1))
    in_memory(people)
    weighted(people)
    del people
    from_files(chosen.rows, chosen.large)


if __name__ == "__main__":
    main()
