"""Changes: tests of whole questions between waves."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from resurvey.core.codebook import Variable, clean_code
from resurvey.core.errors import SurveyError
from resurvey.core.notes import Note, reason_of, write_notes
from resurvey.counts import weighted
from resurvey.statistics.chi_square import pearson, reduce_table
from resurvey.statistics.ordinal import Scale, linear_by_linear, scale_of
from resurvey.statistics.results import Result, refused
from resurvey.waves.trend.differences import name_comparison, pairs_of
from resurvey.waves.trend.pooling import Pool
from resurvey.waves.trend.series import Series
from resurvey.waves.trend.shares import PooledCounts

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
    for one in series:
        if one.labels["kind"] == "answer":
            place = ("table", "row_variable", "column_variable", "column_code")
            key = tuple(one.keys[name] for name in place)
            found.setdefault(key, []).append(one)  # type: ignore[arg-type]
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
        place
        for place in range(len(pool.waves))
        if any(one.count(place) is not None for one in answers)
    ]
    if len(known) < 2:
        return
    scopes = [(tuple(known), ALL_WAVES)] if len(known) > 2 else []
    scopes += [
        ((against, place), name_comparison(place, against, reference))
        for place, against in pairs_of(known, reference)
    ]
    for places, comparison in scopes:
        words = {"waves": " ".join(pool.waves[one].name for one in places)}
        for result in _tests(answers, places, pool, counts, comparison == ALL_WAVES):
            record = result.record()
            if result.p_value is not None and _answers_differ(answers, places):
                record |= write_notes(*result.notes, OTHER_ANSWERS)
            yield {**keys, **words, "comparison": comparison, **record}


def _answers_differ(answers: Sequence[Series], places: Sequence[int]) -> bool:
    """Tell whether some wave did not offer an answer that another did."""
    return any(one.lines[place] is None for one in answers for place in places)


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
            counted = counts.among(places).crosstab(
                variable, keys["column_variable"], keys["column_code"]
            )
        except SurveyError as problem:
            return [refused("rao_scott_f", reason_of(problem))]
        assert counted.spread is not None
        # A group may live in few clusters of each wave: the others say nothing of it.
        freedom = counted.spread.freedom_of(np.ones(counted.observed.size))
        made = weighted.design_tests(counted, freedom)
        return [one for one in made if one.test == "rao_scott_f"]
    observed = _observed(answers, places)
    if observed is None:
        return [refused("pearson", Note("rows_answer_by_answer"))]
    codes = [clean_code(_number(one.keys["row_code"])) for one in answers]
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
        results.append(_trend(row, codes, observed, [pool.waves[one].time for one in places]))
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
    pairs = [[one.count(place) for place in places] for one in answers]
    for across in range(len(places)):
        bases = {column[across][1] for column in pairs if column[across]}  # type: ignore[index]
        if len(bases) > 1:
            return None
    numbers = [[one[0] if one else 0 for one in line] for line in pairs]
    whole = all(number == int(number) for line in numbers for number in line)
    return np.array(numbers, dtype=np.int64 if whole else np.float64)


def _trend(row: Variable, codes: Any, observed: Any, times: Sequence[float]) -> Result:
    counts = observed.astype(np.float64)
    rows = scale_of(row, codes, counts.sum(axis=1), "row")
    waves = Scale(np.arange(len(times)), np.asarray(times, dtype=np.float64))
    found = linear_by_linear(counts, rows, waves)
    if rows.reason:
        return found
    return replace(found, notes=(*found.notes, Note("wave_scores_times")))
