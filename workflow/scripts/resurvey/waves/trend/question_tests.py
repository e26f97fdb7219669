"""Tests of whole questions between waves, and the questions ranked by their evidence."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np

from resurvey.core.codebook import Variable, clean_code
from resurvey.core.errors import SurveyError
from resurvey.core.names import TOTAL
from resurvey.core.notes import Note, add_notes, reason_of, write_notes
from resurvey.counts.crosstabs import design_tests
from resurvey.statistics.chi_square import pearson, reduce_table
from resurvey.statistics.letters import adjust
from resurvey.statistics.ordinal import Scale, linear_by_linear, scale_of
from resurvey.statistics.results import Result, refused
from resurvey.waves.trend.pooled_sample import Pool, PooledCounts, Series
from resurvey.waves.trend.share_changes import name_comparison, pairs_of

CHANGE_COLUMNS = (
    "table",
    "row_variable",
    "column_variable",
    "column_code",
    "column_label",
    "waves",
    "comparison",
    "test",
    "statistic",
    "df",
    "df2",
    "p_value",
    "n",
    "holm_table",
    "benjamini_hochberg_table",
    "holm_article",
    "benjamini_hochberg_article",
    "changed",
    "note",
    "note_data",
)
ALL_WAVES = "all waves"
OTHER_ANSWERS = Note("other_answers")


def group_questions(
    series: Sequence[Series],
) -> dict[tuple[str, str, str, str], list[Series]]:
    """Gather the answers of each question in each column; subtotals never enter a test."""
    found: dict[tuple[str, str, str, str], list[Series]] = {}
    for cell in series:
        if cell.labels["kind"] == "answer":
            keys = ("table", "row_variable", "column_variable", "column_code")
            key = tuple(cell.keys[name] for name in keys)
            found.setdefault(key, []).append(cell)  # type: ignore[arg-type]
    return found


def compare_question(
    answers: Sequence[Series], pool: Pool, counts: PooledCounts, reference: int
) -> Iterator[dict[str, Any]]:
    """Test whether the answers to one question differ between the waves.

    Yields
    ------
    dict
        Keys of `CHANGE_COLUMNS` but the adjusted p-values: for all waves together Pearson's
        chi-square and, where the answers have an order, linear-by-linear association with time;
        for every pair of waves Pearson's. Under a design, or where waves share respondents,
        Rao and Scott's F instead.
    """
    first = answers[0]
    keys = {
        **{
            name: first.keys[name]
            for name in ("table", "row_variable", "column_variable", "column_code")
        },
        "column_label": first.labels["column_label"],
    }
    known = [
        wave
        for wave in range(len(pool.waves))
        if any(answer.count(wave) is not None for answer in answers)
    ]
    if len(known) < 2:
        return
    scopes = [(tuple(known), ALL_WAVES)] if len(known) > 2 else []
    scopes += [
        ((against, wave), name_comparison(wave, against, reference))
        for wave, against in pairs_of(known, reference)
    ]
    for places, comparison in scopes:
        words = {"waves": " ".join(pool.waves[wave].name for wave in places)}
        for result in _tests(answers, places, pool, counts, comparison == ALL_WAVES):
            record = result.record()
            if result.p_value is not None and _answers_differ(answers, places):
                record |= write_notes(*result.notes, OTHER_ANSWERS)
            yield {**keys, **words, "comparison": comparison, **record}


def _answers_differ(answers: Sequence[Series], places: Sequence[int]) -> bool:
    """Return whether some wave did not offer an answer that another did."""
    return any(answer.lines[wave] is None for answer in answers for wave in places)


def _tests(
    answers: Sequence[Series],
    places: tuple[int, ...],
    pool: Pool,
    counts: PooledCounts,
    all_waves: bool,
) -> list[Result]:
    table, variable = answers[0].keys["table"], answers[0].keys["row_variable"]
    if any("responses" in line and line["responses"] for line in answers[0].lines if line):
        return [refused("pearson", Note("answer_by_answer"))]
    if not pool.by_counts(*places):
        if reason := counts.refusal(table, variable):
            return [refused("rao_scott_f", reason)]
        keys = answers[0].keys
        try:
            place = variable, keys["column_variable"], keys["column_code"]
            counted = counts.among(places).crosstab(table, *place)
        except SurveyError as problem:
            return [refused("rao_scott_f", reason_of(problem))]
        assert counted.spread is not None
        # A group may live in few clusters of each wave: the others say nothing of it.
        freedom = counted.spread.freedom_of(np.ones(counted.observed.size))
        made = design_tests(counted, freedom)
        return [result for result in made if result.test == "rao_scott_f"]
    observed = _observed(answers, places)
    if observed is None:
        return [refused("pearson", Note("rows_answer_by_answer"))]
    codes = [clean_code(_number(answer.keys["row_code"])) for answer in answers]
    row = next(
        (
            wave.survey.codebook[variable]
            for wave in reversed(pool.waves)
            if variable in wave.survey.codebook
        ),
        Variable(variable),
    )
    found = pearson(reduce_table(observed))
    if observed.dtype.kind == "f":
        found = replace(found, notes=(*found.notes, Note("weighted_not_rounded")))
    results = [found]
    if all_waves:
        results.append(_trend(row, codes, observed, [pool.waves[wave].time for wave in places]))
    return results


def _number(code: str) -> Any:
    """Read a code as the codebook has it: whole numbers and decimals as numbers, else text."""
    try:
        return int(code)
    except ValueError:
        try:
            return float(code)
        except ValueError:
            return code


def _observed(answers: Sequence[Series], places: Sequence[int]) -> Any:
    """Answers × waves; None where the answers have different bases."""
    cells = [[answer.cells[wave] for wave in places] for answer in answers]
    for column in zip(*cells, strict=True):
        bases = [cell.base for cell in column if cell]
        if bases and bases.count(bases[0]) < len(bases):
            return None
    numbers = [[cell.count if cell else Fraction(0) for cell in line] for line in cells]
    if all(number.denominator == 1 for line in numbers for number in line):
        return np.array([[number.numerator for number in line] for line in numbers], np.int64)
    return np.array(numbers, np.float64)


def _trend(row: Variable, codes: Any, observed: Any, times: Sequence[float]) -> Result:
    counts = observed.astype(np.float64)
    rows = scale_of(row, codes, counts.sum(axis=1), "row")
    waves = Scale(np.arange(len(times)), np.asarray(times, dtype=np.float64))
    found = linear_by_linear(counts, rows, waves)
    if rows.reason:
        return found
    return replace(found, notes=(*found.notes, Note("wave_scores_times")))


MOVED_COLUMNS = (
    "rank",
    "table",
    "row_variable",
    "test",
    "statistic",
    "df",
    "p_value",
    "adjusted_p_value",
    "row_code",
    "row_label",
    "wave",
    "against",
    "percent",
    "against_percent",
    "difference",
    "lower",
    "upper",
    "difference_p_value",
    "wording",
    "changed",
    "note",
    "note_data",
)
ANSWER_BY_ANSWER = "bonferroni"
"""Test of a question whose answers can only be compared one by one."""

_TEST = ("test", "statistic", "df", "p_value", "note", "note_data")

Line = Mapping[str, Any]


def rank_questions(
    tests: Sequence[Line],
    differences: Sequence[Line],
    method: str = "benjamini_hochberg",
    level: str = "study",
) -> list[dict[str, Any]]:
    """Put the questions in the order of evidence: the smallest p-value of the whole first.

    Returns
    -------
    list of dict
        Keys of `MOVED_COLUMNS`, one line a question of all respondents: the test over all waves
        (of two waves, the one test), and the answer and pair of waves with the strongest
        evidence, of those whose own interval leaves out 0. A question that has no test of the
        whole (several answers were possible, say) has Bonferroni's: the smallest p-value of its
        answers, times their number. A question that stands in several tables with the same
        numbers is listed once. Questions without any test come after the others, with the
        reason; last, without a rank and an adjusted p-value, those whose wording, answers or
        respondents were changed between the waves.

    Notes
    -----
    p-values that are too small for a float are ordered by their statistic.
    """
    overall: dict[tuple[str, str], Line] = {}
    for line in tests:
        if line["column_code"] != TOTAL or line["test"] not in ("pearson", "rao_scott_f"):
            continue
        key = str(line["table"]), str(line["row_variable"])
        if key not in overall or line["comparison"] == ALL_WAVES:
            overall[key] = line
    answers: dict[tuple[str, str], list[Line]] = {}
    for line in differences:
        if line["kind"] != "answer" or line.get("difference") is None:
            continue
        if line["column_code"] == TOTAL:
            key = str(line["table"]), str(line["row_variable"])
            answers.setdefault(key, []).append(line)
    found: dict[tuple[Any, ...], dict[str, Any]] = {}
    for key, test in overall.items():
        line = _line(key, test, answers.get(key, []))
        numbers = tuple(line.get(name) for name in ("statistic", "p_value", "difference"))
        found.setdefault((key[1], *numbers), line)
    lines = sorted((line for line in found.values() if not line["changed"]), key=_evidence)
    lines = _with_adjusted(lines, method, level)
    changed = sorted((line for line in found.values() if line["changed"]), key=_evidence)
    ranked = [{"rank": rank, **line} for rank, line in enumerate(lines, 1)]
    return ranked + [{"rank": None, **line} for line in changed]


def _with_adjusted(
    lines: Sequence[dict[str, Any]], method: str, level: str
) -> list[dict[str, Any]]:
    """Add the p-values of the list, adjusted for being many within the table or the study."""
    families: dict[str, list[int]] = {}
    for number, line in enumerate(lines):
        families.setdefault(str(line["table"]) if level == "table" else "", []).append(number)
    adjusted: dict[int, float | None] = {}
    for family in families.values():
        p_values = [lines[number]["p_value"] for number in family]
        found = p_values if method == "none" else adjust(p_values, method).tolist()
        adjusted |= dict(zip(family, found, strict=True))
    return [line | {"adjusted_p_value": adjusted[number]} for number, line in enumerate(lines)]


def _evidence(line: Line) -> tuple[Any, ...]:
    p = line["p_value"]
    return (
        p is None,
        p,
        -(line.get("statistic") or 0.0) / max(line.get("df") or 1.0, 1.0),
        str(line["table"]),
        str(line["row_variable"]),
    )


def _line(key: tuple[str, str], test: Line, answers: Sequence[Line]) -> dict[str, Any]:
    line: dict[str, Any] = {
        "table": key[0],
        "row_variable": key[1],
        **{name: test.get(name) for name in _TEST},
        "changed": test.get("changed") or "",
    }
    p_values = [p for answer in answers if (p := answer.get("p_value")) is not None]
    if line["p_value"] is None and p_values:
        line["test"], line["p_value"] = ANSWER_BY_ANSWER, min(1.0, len(p_values) * min(p_values))
        line |= add_notes(test, Note("smallest_p_value"))
    # An answer is named for what it did itself, not for what the others did.
    sure = [answer for answer in answers if _leaves_out_zero(answer)]
    if sure:
        best = min(
            sure, key=lambda answer: (-abs(answer.get("statistic") or 0.0), answer["row_code"])
        )
        kept = MOVED_COLUMNS[MOVED_COLUMNS.index("row_code") : MOVED_COLUMNS.index("upper") + 1]
        line |= {name: best.get(name) for name in (*kept, "wording")}
        line["difference_p_value"] = best.get("p_value")
    return line


def _leaves_out_zero(line: Line) -> bool:
    """Return whether a difference was tested and its interval lies on one side of zero."""
    low, high = line.get("lower"), line.get("upper")
    if line.get("p_value") is None or low is None or high is None:
        return False
    return bool(low > 0 or high < 0)
