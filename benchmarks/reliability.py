"""Reliability: what is promised, tried and printed: `./run reliability [--quick] [P1 …]`.

Each promise has a function that tries it and returns its figures: files read, faults injected,
cells attacked. The verdict is that it holds, that it holds in part (what docs/reliability.md claims
of it), that it does not, or that it was not tried here, each with the reason. Ends with exit code 1
where one does not hold. `--quick` takes a share of each, as the tests do; all of it takes an hour
on two cores. `results/reliability/history.csv` keeps a line for every run.
"""

import csv
import json
import platform
import random
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / name) for name in ("workflow/scripts", "tests", "benchmarks")]

SEED = 15
HOLDS, PARTLY, FAILS, UNTRIED = "holds", "holds in part", "does not hold", "not tried"
HISTORY = ROOT / "results/reliability/history.csv"
HISTORY_COLUMNS = ("when", "version", "share", "promise", "verdict", "figures", "reason", "seconds")


@dataclass(frozen=True)
class Verdict:
    """What became of a promise: its figures, whether it holds, and why not."""

    figures: str
    verdict: str
    reason: str = ""


def judged(figures, *faults):
    """Hold the promise where no fault has a sentence."""
    told = "; ".join(fault for fault in faults if fault)
    return Verdict(figures, FAILS if told else HOLDS, told)


def untried(reason):
    """Say why a promise was not tried here."""
    return Verdict("", UNTRIED, reason)


_FUZZED = {}


def fuzzed(quick):
    """Counts of the damaged files, read once for two promises."""
    from fuzzing import fuzz

    if quick not in _FUZZED:
        _FUZZED[quick] = fuzz(200 if quick else 10_000, workers=2)
    return _FUZZED[quick]


def damaged_files(quick, place):
    """P1: damaged files end in one sentence; none kills, hangs, or takes the memory."""
    from fuzzing import Counts

    whole = sum(fuzzed(quick).values(), Counts())
    figures = f"{whole.files} damaged files: {whole.refused} refused, {whole.other} read otherwise"
    return judged(
        figures, whole.faults and f"{whole.faults} faults: {', '.join(whole.worst)[:200]}"
    )


def silent_damage(quick, place):
    """P2: with its recorded SHA-256 no damaged file is read; without it, most are stopped."""
    from fuzzing import Counts, share_caught

    counts = fuzzed(quick)
    whole = sum(counts.values(), Counts())
    init, study = share_caught(counts)
    figures = (
        f"{whole.silent_with_manifest} of {whole.files} passed with a SHA-256; without one "
        f"{study:.1%} stopped or flagged by a study's codebook, {init:.1%} by init"
    )
    found = judged(figures, whole.silent_with_manifest and "a changed file was read")
    if found.verdict == HOLDS and study < STOPPED:
        return Verdict(figures, PARTLY, f"fewer than {STOPPED:.0%} are stopped without a SHA-256")
    return found


STOPPED = 0.97
"""Share of damaged files that a study with a codebook should stop or flag by itself."""


def bad_input(quick, place):
    """P3: each entry of the catalogue of bad input comes out as its table says."""
    from catalogue import ENTRIES, run_catalogue

    ids = list(ENTRIES)[:: 8 if quick else 1]
    found = run_catalogue(ids=ids)
    figures = f"{found.met} of {found.entries} kinds of bad input as expected"
    return judged(figures, "; ".join(found.not_met)[:300])


def rows_accounted(quick, place):
    """P4: everybody who enters a step remains, or is left out for a reason."""
    from resurvey.core.accounting import UnexplainedRows
    from unit.report.test_accounting import accounts_of, invented

    waves = steps = unexplained = 0
    for seed in range(20 if quick else 200):
        waves += 1
        try:
            steps += len(accounts_of(invented(seed)))
        except UnexplainedRows:
            unexplained += 1
    figures = f"{waves} random waves, {steps} steps and questions, {unexplained} unexplained"
    return judged(figures, unexplained and "rows are unexplained")


def missing_kinds(quick, place):
    """P5: user-missing, system-missing and answers are counted as PSPP counts them."""
    if shutil.which("pspp") is None:
        return untried("PSPP is not on this machine")
    import numpy as np
    import pandas as pd
    import pyreadstat

    from resurvey.reading import read_survey
    from resurvey.tables.frequencies import count_frequencies

    dice = np.random.default_rng(SEED)
    rows, names = 500, [f"q{at}" for at in range(5 if quick else 40)]
    people = pd.DataFrame({name: dice.choice([1, 2, 3, 7, 98, 99], rows) for name in names})
    people = people.astype(float).mask(dice.random(people.shape) < 0.1)
    ranges = {
        name: [[99], [{"lo": 98, "hi": 99}], [7, 99], [{"lo": 98, "hi": 99}, 7]][at % 4]
        for at, name in enumerate(names)
    }
    pyreadstat.write_sav(people, str(place / "wave.sav"), missing_ranges=ranges)
    syntax = "GET FILE='wave.sav'.\nFREQUENCIES ALL.\n"
    (place / "ask.sps").write_text(syntax, encoding="utf-8")
    command = ["pspp", "ask.sps", "-o", "told.csv"]
    subprocess.run(command, cwd=place, check=True, capture_output=True)
    theirs, name, kind = {}, "", ""
    with (place / "told.csv").open(encoding="utf-8", newline="") as told:
        for line in csv.reader(told):
            if line and line[0].startswith("Table: "):
                name = line[0].removeprefix("Table: ")
            elif name in names and len(line) == 6 and line[2][:1].isdigit():
                kind = line[0] or kind
                if kind in ("Valid", "Missing"):
                    code = str(int(float(line[1]))) if line[1].strip(" .") else ""
                    theirs[name, kind, code] = int(float(line[2]))
    kinds = {"answer": "Valid", "user_missing": "Missing", "system_missing": "Missing"}
    survey = read_survey(place / "wave.sav")
    ours = {
        (line["variable"], kinds[line["kind"]], str(line["code"])): line["count"]
        for line in count_frequencies(survey)
        if line["count"]
    }
    equal = sum(ours.get(key) == count for key, count in theirs.items())
    figures = f"{equal} of {len(theirs)} lines of PSPP's FREQUENCIES, {len(names)} variables"
    return judged(figures, (equal < len(theirs) or len(ours) != len(theirs)) and "counts differ")


def killed_runs(quick, place):
    """P6: a run that was killed is taken up by the next one, to the same bytes."""
    from faults import kill_at_random

    found = kill_at_random(place, 2 if quick else 20)
    figures = (
        f"{found['kills']} kills at random times ({found['hit']} hit a run, every second without "
        f"Snakemake's folder): {found['same']} with the same bytes"
    )
    return judged(
        figures,
        found["refused"] and f"{found['refused']} refused to go on",
        found["same"] < found["kills"] and "other bytes",
    )


def full_disks(quick, place):
    """P7: a full disk or a folder that may only be read is named; no part of a file stays."""
    from faults import DISKS, fill_disks

    found = fill_disks(place, DISKS[::5] if quick else DISKS)
    if found is None:
        return untried("this account may not mount a disk")
    figures = (
        f"{found['tried']} disks and folders: {found['named']} named, {found['partial']} parts"
    )
    return judged(
        figures,
        found["partial"] and "parts of files are left",
        found["named"] < found["tried"] and "the folder is not named",
    )


def two_runs(quick, place):
    """P8: of two runs in one folder one proceeds, and the other says who holds it."""
    from faults import start_together

    found = start_together(place, 1 if quick else 10)
    figures = f"{found['one_proceeded']} of {found['pairs']} pairs of runs"
    return judged(
        figures,
        found["one_proceeded"] < found["pairs"] and "both proceeded, or none",
        found["told_who"] < found["pairs"] and "the other was not told who is at work",
    )


def begun(place):
    """The minimal study, run once; and a copy of the workflow beside it."""
    from invented import MINIMAL_CONFIG, MINIMAL_TABLES, snakemake, write_raw, write_study

    study = place / "study"
    write_raw(study / "resources/1996/raw.sav")
    write_study(study, config=MINIMAL_CONFIG, tables=MINIMAL_TABLES)
    finished = snakemake(study)
    if finished.returncode:
        raise RuntimeError(finished.stderr[-500:])
    return study


def changed_bytes(quick, place):
    """P9: a changed byte makes anew what depends on it, and nothing else; an edit is noticed."""
    from changed_bytes import CHANGES, copy_workflow, planned, rerun

    study, workflow = begun(place), copy_workflow(place / "workflow_copy")
    snakefile = "--snakefile", str(workflow / "Snakefile")
    wrong = [f"nothing changed: {rule}" for rule in sorted(planned(study)[0])]
    # Snakemake remembers where the templates of the other workflow lie.
    shutil.rmtree(study / ".snakemake")
    wrong += [f"no memory: {rule}" for rule in sorted(planned(study, *snakefile)[0])]
    names = list(CHANGES)[:: 4 if quick else 1]
    for name in names:
        found, _ = rerun(name, study, workflow)
        if found != CHANGES[name].rules:
            more, less = sorted(found - CHANGES[name].rules), sorted(CHANGES[name].rules - found)
            wrong.append(f"{name}: too many {more}, too few {less}")
    page = study / "results/1996/report/report.en.html"
    verify = [sys.executable, "-m", "resurvey", "verify", str(study / "results/1996")]
    where = ROOT / "workflow/scripts"
    before = subprocess.run(verify, cwd=where, capture_output=True, check=False).returncode
    page.write_bytes(page.read_bytes() + b"\n")
    after = subprocess.run(verify, cwd=where, capture_output=True, check=False).returncode
    figures = f"{len(names) - len(wrong)} of {len(names)} changed files, dated 2001, no memory"
    return judged(
        figures, "; ".join(wrong), (before or not after) and "verify does not notice an edited page"
    )


def same_bytes(quick, place):
    """P10: the same bytes whatever the cores, seed, zone, language, folder, threads and day."""
    from elsewhere import DAYS, FOLDER, PLACES, another_day
    from invented import copy_study, published_bytes, snakemake

    study = begun(place)
    wanted = published_bytes(study)
    places = dict(list(PLACES.items())[:: 4 if quick else 1])
    if later := another_day(place / "clock"):
        places[f"{DAYS} days later"] = 2, later
    wrong = []
    for number, (name, (cores, environment)) in enumerate(places.items()):
        other = copy_study(study, place / str(number) / FOLDER)
        finished = snakemake(other, cores=cores, environment=environment)
        found = published_bytes(other)
        if finished.returncode or found != wanted:
            different = [path for path in wanted if found.get(path) != wanted[path]]
            wrong.append(f"{name}: {', '.join(different[:3])}")
    figures = f"{len(wanted)} files, {len(places) - len(wrong)} of {len(places)} places"
    return judged(figures, "; ".join(wrong))


def reference_numbers(quick, place):
    """P11: statistics agree with R and PSPP; a degenerate table has no p-value."""
    import numpy as np

    from reference.conformance import CLOSE, conformance, unexplained
    from resurvey.core.codebook import Codebook, Survey, Variable
    from resurvey.counts.crosstabs import crosstab

    rows = conformance(ROOT / "tests/reference/statistics")
    against_r = [row.r_difference for row in rows if row.r_difference is not None]
    near = sum(difference <= CLOSE for difference in against_r)
    wrong = list(unexplained(rows))
    tables = degenerate = 0
    import pandas as pd

    for counts in ([[5, 3]], [[5], [3]], [[0, 0], [0, 0]], [[4, 3], [0, 0]], [[4, 0], [3, 0]]):
        cells = np.array(counts)
        places = [at for at, n in np.ndenumerate(cells) for _ in range(n)]
        data = pd.DataFrame(places, columns=["a", "b"], dtype="Int64")
        book = Codebook(
            {
                name: Variable(name, codes=dict.fromkeys(range(size), {}))
                for name, size in zip("ab", cells.shape, strict=True)
            }
        )
        tables += 1
        degenerate += int(crosstab(Survey(data, book), "a", "b").tests()["p_value"].notna().any())
    figures = (
        f"{near} of {len(against_r)} values within {CLOSE:g} of R's, others drawn or explained; "
        f"{sum(row.pspp_difference is not None for row in rows)} beside PSPP's; "
        f"{tables} degenerate tables"
    )
    return judged(
        figures,
        wrong and f"{len(wrong)} differences have no reason",
        degenerate and f"{degenerate} degenerate tables have a p-value",
    )


def whole_study(place):
    """Small counts of a study as researchers have them, and those found in what may leave of it.

    It has weights, a cleaning step, a table about some, banners with means, a scale not all
    answered, and an index.
    """
    from confidential import write_confidential_study
    from invented import snakemake
    from resurvey.core.codebook import Codebook
    from resurvey.core.files import read_csv
    from resurvey.safety.attack import attack_release, attack_weighted, narrow
    from resurvey.safety.definitions import Definitions
    from resurvey.safety.disclosure import protect_tables
    from resurvey.safety.primary import Rules, find_primary
    from resurvey.safety.tracing import READERS
    from resurvey.study.folder import read_study

    write_confidential_study(place)
    finished = snakemake(place, "results/w1/report/report.en.html", "models", "indices")
    if finished.returncode:
        raise RuntimeError(finished.stderr[-500:])
    room = place / "results/w1"
    files = {name: read_csv(room / name) for name in READERS if (room / name).is_file()}
    book = Codebook.from_json((room / "tables/codebook.json").read_text(encoding="utf-8"))
    parts = read_study(place / "config", ROOT / "workflow/schemas")
    declared = parts["config"]["disclosure"]
    definitions = Definitions.read(parts["tables"], parts["indicators"], parts["index"])
    safe = protect_tables(files, declared, book, definitions=definitions)
    rules = Rules.read(declared, {*book.variables, *book.multiple_response})
    primary = find_primary(safe.linked, rules).cells
    found = narrow(attack_release(safe.linked, safe.files, primary))
    found += attack_weighted(safe.linked, files, safe.files, primary)
    return primary, found


def disclosure(quick, place):
    """P12: nobody finds a small count from all that is released, nor one person by difference."""
    try:
        import disclosure as attacks
        from resurvey.safety.attack import WIDTH, attack_release, narrow
        from resurvey.safety.disclosure import protect_tables
        from resurvey.safety.primary import Rules, find_primary
        from resurvey.safety.tracing import link_cells
    except ImportError as problem:
        return untried(f"there is no disclosure control here ({problem.name})")
    import numpy as np

    from resurvey.core.errors import SurveyError

    draw = np.random.default_rng(SEED)
    people = attacks.respondents(draw)
    questions = [name for name in people if name.startswith("q")][: 8 if quick else None]
    people = people[[*attacks.GROUPS, *questions]]
    files, book = attacks.tabulated(people, questions)
    linked = link_cells(files, book)
    primary = find_primary(linked, Rules()).cells
    safe = protect_tables(files, None, book)
    found = narrow(attack_release(linked, safe.files, primary, enough=WIDTH))
    few = questions[:6]
    files, book = attacks.tabulated(people[[*attacks.GROUPS, *few]], few)
    entries = protect_tables(files, None, book).entries(release="first", wave="w")
    removals = 3 if quick else 100
    passed = 0
    for person in draw.choice(len(people), removals, replace=False):
        without, _ = attacks.tabulated(people[[*attacks.GROUPS, *few]].drop(index=person), few)
        try:
            protect_tables(without, None, book, earlier=entries)
        except SurveyError:
            continue
        passed += 1
    weighted, found_weighted = whole_study(place / "whole")
    figures = (
        f"{len(linked.cells)} cells, {len(primary)} small counts attacked, {len(found)} found; "
        f"{len(weighted)} in a weighted study with every kind of table, "
        f"{len(found_weighted)} found; "
        f"{removals} releases without one respondent, {passed} passed"
    )
    return judged(
        figures,
        (found or found_weighted) and "small counts are found",
        passed and "a release that differs by one respondent passes",
    )


def injection(quick, place):
    """P13: labels, texts, titles and names do nothing, whatever they say."""
    from invented import MINIMAL_TABLES, snakemake, write_raw, write_study
    from product.hostile import PAYLOADS, injected, write_injected_study
    from resurvey.core.errors import SurveyError
    from resurvey.study.folder import read_study

    study = write_injected_study(place / "a" / "study")
    targets = ("results/1/report/report.en.html",) if quick else ("all", "deposit", "certificate")
    failed = sum(
        snakemake(study, *arguments).returncode != 0
        for arguments in (targets, (*targets[:1], "--report", "own.html"))
    )
    accepted = 0
    for number, name in enumerate(PAYLOADS):
        other = place / "names" / str(number)
        write_raw(other / "resources/1/raw.sav")
        config = {"waves": {name: {"file": "resources/1/raw.sav"}}}
        write_study(other, config=json.dumps(config), tables=MINIMAL_TABLES)
        try:
            read_study(other / "config", ROOT / "workflow/schemas")
        except SurveyError:
            continue
        accepted += 1
    found = injected(study)
    files = sum(path.is_file() for path in study.rglob("*"))
    figures = (
        f"{len(PAYLOADS)} payloads in 5 places, {files} files looked through: {len(found)} hits"
    )
    return judged(
        figures,
        "; ".join(found[:5]),
        failed and "a run failed",
        accepted and f"{accepted} payloads were accepted as names of waves",
    )


def canaries(quick, place):
    """P14: answers of single persons stand in no file but the records, and in no message."""
    from canaries import (
        VARIABLES,
        given_away,
        given_in_deposit,
        run_everything,
        told_on,
    )

    study, processes = run_everything(place)
    found = [*given_away(study), *given_away(place / "machine")]
    files = sum(path.is_file() for path in place.rglob("*"))
    figures = f"{VARIABLES} variables, {files} files, {len(processes)} runs: {len(found)} hits"
    return judged(
        figures,
        ", ".join(found[:5]),
        told_on(processes) and "a message tells an answer",
        given_in_deposit(study) and "the deposited records hold one",
    )


def labels(quick, place):
    """P15: what is reconstructed or simulated says so; the audit takes no rounding for an error."""
    unmarked, marked = unmarked_files(place, quick)
    alarms, missed, cells, planted = audited(50 if quick else 500)
    figures = (
        f"{marked} of {marked + len(unmarked)} files say so; {cells} cells of published tables, "
        f"{alarms} false alarms, {planted - missed} of {planted} errors of one unit found"
    )
    silent = [path for path in unmarked if path.suffix not in UNMARKED]
    kinds = ", ".join(sorted({f"{path.parts[2]}/*{path.suffix}" for path in unmarked}))
    found = judged(
        figures,
        silent and f"{len(silent)} files do not say so: {silent[0]}",
        alarms and "a difference within rounding is called one",
        missed > 0.01 * planted and "errors are missed",
    )
    if found.verdict == HOLDS and unmarked:
        return Verdict(figures, PARTLY, f"files beside these say it, not they: {kinds}")
    return found


UNMARKED = (".csv", ".png")
"""Kinds of files without a place for a mark that every program shows."""

_MARKS = tuple(
    word.encode() for word in ("econstruct", "еконстру", "imulated", "оделиров", "SIMUL")
)


def unmarked_files(place, quick):
    """Files with invented records, or numbers of them, that do not say so; and how many do."""
    from canaries import contents
    from invented import copy_study, snakemake

    studies = [(ROOT, ("all",))] if not quick else []
    studies.append((ROOT / "examples/monitoring", ("results/2022/report/report.ru.html",)))
    unmarked, marked = [], 0
    for number, (source, targets) in enumerate(studies):
        study = copy_study(source, place / str(number))
        finished = snakemake(study, *targets)
        if finished.returncode:
            raise RuntimeError(finished.stderr[-500:])
        rooms = ("raw", "import", "clean", "indicators", "tables", "figures", "models", "report")
        for path in sorted((study / "results").rglob("*")):
            told = path.relative_to(study)
            if not path.is_file() or told.parts[2] not in rooms or path.name.startswith("."):
                continue
            parts = contents(path.name, path.read_bytes())
            if any(mark in content for _, content in parts for mark in _MARKS):
                marked += 1
            else:
                unmarked.append(told)
    return unmarked, marked


def audited(tables):
    """Audit invented published tables: false alarms, missed errors, cells, planted errors."""
    from resurvey.audit.comparison import compare_cells
    from resurvey.core.published import PrintedCell

    dice = random.Random(SEED)
    alarms = missed = cells = planted = 0
    for number in range(tables):
        digits, rule = dice.choice((0, 1)), dice.choice(("half_up", "half_even"))
        counts = [dice.randint(0, 200) for _ in range(dice.randint(2, 6))]
        base = max(1, sum(counts))
        wrong = dice.randrange(len(counts)) if number % 2 else -1
        printed, lines = [], []
        for row, count in enumerate(counts):
            exact = Fraction(100 * count, base)
            unit = Fraction(1, 10**digits)
            shown = rounded(exact / unit, rule) * unit
            # Where halves are printed either way, one unit is not always an error.
            shown += unit * (row == wrong)
            text = f"{float(shown):.{digits}f}"
            printed.append(PrintedCell("t", "q", str(row), "all", text, "q", str(row), "", "total"))
            line = {"table": "t", "row_variable": "q", "row_code": str(row)}
            counted = {"column_code": "total", "count": str(count), "base": str(base)}
            lines.append(line | counted)
        for row, line in enumerate(compare_cells(printed, lines, {})):
            cells += 1
            differs = line["verdict"] == "differs"
            planted += row == wrong
            missed += row == wrong and not differs
            alarms += row != wrong and differs
    return alarms, missed, cells, planted


def rounded(value, rule):
    """Round to a whole number, halves away from zero or to even."""
    whole, rest = divmod(value, 1)
    if rest == Fraction(1, 2):
        return int(whole) + (1 if rule == "half_up" else int(whole) % 2)
    return int(whole) + (rest > Fraction(1, 2))


PROMISES = {
    "P1": damaged_files,
    "P2": silent_damage,
    "P3": bad_input,
    "P4": rows_accounted,
    "P5": missing_kinds,
    "P6": killed_runs,
    "P7": full_disks,
    "P8": two_runs,
    "P9": changed_bytes,
    "P10": same_bytes,
    "P11": reference_numbers,
    "P12": disclosure,
    "P13": injection,
    "P14": canaries,
    "P15": labels,
}


def said_of(promise):
    """What is promised, in a sentence."""
    return PROMISES[promise].__doc__.partition(": ")[2]


def try_promise(promise, quick):
    """Try one promise in a folder of its own; where the trial fails, the promise does."""
    started = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        try:
            found = PROMISES[promise](quick, Path(folder))
        except ModuleNotFoundError as problem:
            found = untried(f"there is no module {problem.name} here")
        except Exception as problem:
            found = Verdict("", FAILS, f"{type(problem).__name__}: {str(problem)[:300]}")
    return found, time.perf_counter() - started


def remember(lines):
    """Add the lines to the history; the file is made with its headings."""
    HISTORY.parent.mkdir(parents=True, exist_ok=True)
    new = not HISTORY.exists()
    with HISTORY.open("a", encoding="utf-8", newline="") as history:
        writer = csv.DictWriter(history, HISTORY_COLUMNS)
        if new:
            writer.writeheader()
        writer.writerows(lines)


def main(words):
    """Try the promises that are named, or all; print the table; 1 where one does not hold."""
    import resurvey

    quick = "--quick" in words
    chosen = [word for word in words if word != "--quick"] or list(PROMISES)
    if unknown := [word for word in chosen if word not in PROMISES]:
        sys.exit(f"there is no promise '{unknown[0]}'; there are {', '.join(PROMISES)}")
    when = datetime.now(UTC).isoformat(timespec="seconds")
    print(
        f"resurvey {resurvey.__version__}, Python {platform.python_version()}, {when}", flush=True
    )
    lines = []
    for promise in chosen:
        found, seconds = try_promise(promise, quick)
        print(f"{promise:<4} {found.verdict:<14} {said_of(promise)}")
        for text in (found.figures, found.reason):
            if text:
                print(f"{'':<20}{text}")
        print(f"{'':<20}{seconds:.0f} s", flush=True)
        about = (when, resurvey.__version__, "quick" if quick else "whole", promise)
        told = (found.verdict, found.figures, found.reason, f"{seconds:.0f}")
        lines.append(dict(zip(HISTORY_COLUMNS, (*about, *told), strict=True)))
    remember(lines)
    verdicts = [line["verdict"] for line in lines]
    counted = ", ".join(f"{verdicts.count(one)} {one}" for one in (HOLDS, PARTLY, FAILS, UNTRIED))
    print(f"{len(lines)} promises: {counted}")
    return int(FAILS in verdicts)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
