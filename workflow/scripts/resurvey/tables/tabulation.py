"""Tabulation: every declared table as tidy cells, with its tests, residuals and measures."""

import logging
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from resurvey.core.cells import percent_of, plain_number
from resurvey.core.codebook import Codebook
from resurvey.core.counting import cross_counts, encode
from resurvey.core.design_names import design_variables
from resurvey.core.errors import SurveyError
from resurvey.core.names import TOTAL
from resurvey.core.notes import NOT_IDENTIFIED, Note, write_notes
from resurvey.core.progress import track
from resurvey.counts.crosstabs import Crosstab, crosstab
from resurvey.counts.design import (
    Weighting,
    describe_weights,
    design_error,
    read_weights,
    unequal_words,
    wave_design,
)
from resurvey.counts.streamed import StreamedColumns, is_counted_by
from resurvey.prepare.indicators import SHARE_COLUMNS, joint_indicators, summarise_indicators
from resurvey.prepare.reconstruction import crossed_in_print
from resurvey.statistics.registry import MEASURES, PAIRED, list_tests
from resurvey.statistics.stratified import mantel_haenszel_odds_ratio, stratified_tests
from resurvey.tables.banners import BANNER_COLUMNS, tabulate_banners
from resurvey.tables.blocks import (
    CROSSTAB_COLUMNS,
    Block,
    PairBounds,
    Setting,
    block_cells,
    check_codes,
    check_columns,
    check_variable,
    refuse_subtotals,
    tell_many,
    told_losses,
)
from resurvey.tables.boxes import (
    check_boxes,
    name_box,
    names_of_boxes,
    refuse_scores_of_set,
    wants_scores,
)
from resurvey.tables.combinations import COMBINATION_COLUMNS, tabulate_combinations
from resurvey.tables.correlations import (
    CORRELATION_COLUMNS,
    SCALE_COLUMNS,
    assess_scales,
    tabulate_correlations,
)
from resurvey.tables.domains import Asked, crossed_names, is_identified
from resurvey.tables.frequencies import (
    FREQUENCY_COLUMNS,
    MOST_ANSWERS,
    count_frequencies,
    count_people,
    question_losses,
)
from resurvey.tables.inference import (
    ADJUSTED_COLUMNS,
    COMPARISON_COLUMNS,
    MOST_COLUMNS,
    adjust_comparisons,
    adjust_tests,
    compare_columns,
    label_nominal,
)
from resurvey.tables.response_sets import ResponseSet, count_set, find_set, set_tests
from resurvey.tables.summaries import (
    SUMMARY_COLUMNS,
    score_question,
    summarise_frequencies,
    summarise_question,
)

if TYPE_CHECKING:
    from resurvey.core.codebook import Codebook, Survey
    from resurvey.counts.design import Design, PreparedDesign

logger = logging.getLogger(__name__)

__all__ = [
    "ASSOCIATION_COLUMNS",
    "CROSSTAB_COLUMNS",
    "PAIRED_TESTS",
    "TEST_COLUMNS",
    "Tables",
    "percent_of",
    "tabulate_survey",
]

TEST_COLUMNS = (
    "table",
    "row_variable",
    "column_variable",
    "test",
    "statistic",
    "df",
    "df2",
    "p_value",
    "n",
    "note",
    *ADJUSTED_COLUMNS,
    "row_code",
    "note_data",
)
ASSOCIATION_COLUMNS = (
    "table",
    "row_variable",
    "column_variable",
    "measure",
    "value",
    "lower",
    "upper",
    "note",
    "note_data",
)
STRATIFIED_TESTS = ("cmh_general", "cmh_mean_scores", "cmh_correlation")
PAIRED_TESTS = list_tests(PAIRED)


@dataclass(frozen=True)
class Tables:
    """Tidy results of tables; each list holds one dict per line of its CSV file."""

    crosstabs: list[dict[str, Any]] = field(default_factory=list)
    tests: list[dict[str, Any]] = field(default_factory=list)
    association: list[dict[str, Any]] = field(default_factory=list)
    comparisons: list[dict[str, Any]] = field(default_factory=list)
    summaries: list[dict[str, Any]] = field(default_factory=list)


def tabulate_survey(
    survey: "Survey",
    tables: Mapping[str, Mapping[str, Any]],
    *,
    language: str = "",
    words: Mapping[str, str] | None = None,
    design: "Design | PreparedDesign | None" = None,
    invented: Collection[str] = (),
    alpha: float = 0.05,
    minimum_base: int = 0,
    reliability: str = "",
) -> Tables:
    """Count every table that `config/tables.yaml` declares.

    Returns
    -------
    Tables
        Percentages are unrounded and computed from integer counts; weighted ones from sums of
        weights. Subtotals never enter a test. A row that names a multiple-response set has a
        cell per option: `base` counts the respondents who chose any, `responses` the choices.

    Raises
    ------
    SurveyError
        A table names a variable that is not there or is not categorical.
    """
    words = {"total": "Total", "all_respondents": "All respondents", **(words or {})}
    study = Setting(language, words, alpha, minimum_base, reliability)
    crossed = crossed_in_print(survey.codebook)
    real = not survey.codebook.reconstructed
    ready = None if design is None else design.prepared(survey)
    parts: list[Tables] = []
    for name, table in track(tables.items(), "tables"):
        group, setting = table.get("columns"), study.of_table(table)
        if group:
            check_variable(survey.codebook, group, name)
        where = table.get("where", {})
        asked = Asked(survey, ready, where, f"tables.yaml, '{name}'")
        for row in table.get("summaries", ()):
            check_variable(survey.codebook, row, name)
            known = real or (
                row not in invented and (not where or is_identified(where, row, crossed))
            )
            together = real or (known and not where and (row, group) in crossed)
            about = name, table, row, *asked.about_numbers(row, group), setting
            summed = summarise_question(*about, known, together)
            parts.append(
                Tables(tests=summed.tests, association=summed.association, summaries=summed.lines)
            )
        _check_scores(name, table, survey.codebook, asked)
        own: list[Tables] = []
        for row in table.get("rows", ()):
            if found := find_set(survey.codebook, row):
                people, inside = asked.about(*found.items, group)
                own.append(_tabulate_set(name, table, found, people, inside, setting))
                continue
            check_variable(survey.codebook, row, name)
            known = real or row not in invented
            if where and not real:
                known = known and is_identified(where, row, crossed)
            # Groups within a condition are three questions at once, which nobody published.
            apart = not group or (not where and (row, group) in crossed)
            identified = real or (known and apart)
            bounds = None
            if group and known and not identified and group not in invented and not where:
                bounds = PairBounds(survey, row, group, crossed)
            question = _Question(name, table, row, known, identified, bounds)
            own.append(_tabulate_question(question, asked, setting))
        parts += _sorted(own, table)
        for pair in table.get("pairs", []):
            _check_pair(survey.codebook, pair, name)
            both = asked.about(pair["before"], pair["after"])
            parts.append(Tables(tests=_paired_tests(name, pair, *both)))
    done = Tables(
        [cell for part in parts for cell in part.crosstabs],
        [test for part in parts for test in part.tests],
        [measure for part in parts for measure in part.association],
        [comparison for part in parts for comparison in part.comparisons],
        [line for part in parts for line in part.summaries],
    )
    adjust_tests(done.tests)
    adjust_comparisons(done.comparisons)
    return done


@dataclass(frozen=True)
class _Question:
    """One question of a table, and what of it may be printed."""

    table: str
    declared: Mapping[str, Any]
    row: str
    known: bool
    identified: bool
    bounds: PairBounds | None


def _tabulate_question(question: _Question, asked: Asked, setting: Setting) -> Tables:
    """Count one question, alone or by the table's groups, and test it."""
    name, table, row = question.table, question.declared, question.row
    group = table.get("columns")
    survey, ready = asked.about(row, group, table.get("strata"))
    real = not survey.codebook.reconstructed
    counted = crosstab(survey, row, group, ready)
    check_codes(counted.row, counted.row_codes, name)
    tell_many(counted.row, counted.row_codes, name, MOST_ANSWERS)
    if counted.column is not None:
        check_columns(counted.column, counted.column_codes, name)
        if row == table["rows"][0]:
            tell_many(counted.column, counted.column_codes, name, MOST_COLUMNS)
    everyone = counted
    if group and counted.weighting == "sampling":
        everyone = crosstab(survey, row, None, ready)
    percent, identified = table.get("percent", "column"), question.identified
    block = Block(counted, everyone, percent, identified, question.known, setting, question.bounds)
    cells = block_cells(name, table, block, setting)
    if real:
        losses = question_losses(survey, [row], group, ready)
        told_losses(cells, losses, count_people(survey, ready))
    scored: list[dict[str, Any]] = []
    if wants_scores(table):
        shown = question.known, identified
        numbers = asked.about_numbers(row, group)
        scored = score_question(name, table, row, *numbers, setting, *shown)
    if not group:
        return Tables(cells, summaries=scored)
    tests, measures = _tests(counted, identified), _association(counted, identified)
    if strata := table.get("strata"):
        more_tests, more_measures = _stratified(counted, strata, survey, ready, real, name)
        tests, measures = tests + more_tests, measures + more_measures
    keys = {"table": name, "row_variable": row, "column_variable": group}
    return Tables(
        cells,
        [keys | test for test in tests],
        [keys | measure for measure in measures],
        [keys | comparison for comparison in _comparisons(counted, identified)],
        scored,
    )


def _check_scores(name: str, table: Mapping[str, Any], book: Codebook, asked: Asked) -> None:
    """Refuse boxes and scores that no question of a table has."""
    if not (names_of_boxes(table) or wants_scores(table)):
        return
    place = f"tables.yaml, '{name}'"
    questions = {}
    for row in table.get("rows", ()):
        if find_set(book, row):
            refuse_scores_of_set(table, row, place)
            continue
        check_variable(book, row, name)
        questions[row] = book[row], encode(asked.about(row)[0].data[row], book[row])[1]
    check_boxes(table, questions, place)


def _sorted(questions: Sequence[Tables], table: Mapping[str, Any]) -> list[Tables]:
    """Order the questions of a table: by agreement where it says so, else as declared.

    Agreement is the share of the top box, or of the highest answers that `net` adds, or the mean;
    a question without any stands last.
    """
    if table.get("sort") != "agreement":
        return list(questions)

    top = name_box("top_box", table["top_box"]) if "top_box" in table else ""

    def agreement(question: Tables) -> float:
        cells = [cell for cell in question.crosstabs if cell["column_code"] == TOTAL]
        tops = [
            cell.get("percent")
            for cell in cells
            if cell["kind"] == "subtotal" and cell["row_label"] == top
        ]
        scores = [line for line in question.summaries if line["column_code"] == TOTAL]
        found = [*tops, *(line.get("value") for line in scores)]
        return next((-value for value in found if value is not None), float("inf"))

    return sorted(questions, key=agreement)


def _tabulate_set(
    name: str,
    table: Mapping[str, Any],
    found: ResponseSet,
    survey: "Survey",
    ready: "PreparedDesign | None",
    setting: Setting,
) -> Tables:
    """Count the options of a multiple-response set, and test them together."""
    group, real = table.get("columns"), not survey.codebook.reconstructed
    for item in found.items:
        check_variable(survey.codebook, item, name)
    refuse_subtotals(table, found.name, name)
    percent = table.get("percent", "column")
    cells = count_set(name, found, survey, group, ready, percent, real, setting)
    if not group:
        return Tables(cells)
    tests = [
        test | ({"n": plain_number(test["n"])} if test.get("n") is not None else {})
        for test in set_tests(found, survey, group, ready, real)
    ]
    if "strata" in table:
        tests.append(_refused("cmh_general", Note("strata_of_set", "not_computed")))
    keys = {"table": name, "row_variable": found.name, "column_variable": group}
    return Tables(cells, [keys | test for test in tests])


def _check_pair(codebook: Codebook, pair: Mapping[str, str], table: str) -> None:
    for variable in (pair["before"], pair["after"]):
        if find_set(codebook, variable):
            raise SurveyError(
                f"tables.yaml, '{table}': `pairs` names the multiple-response set '{variable}'; "
                "a paired test needs one answer per person"
            )


def _tests(counted: Crosstab, identified: bool) -> list[dict[str, Any]]:
    records = [
        test | {"n": None if test["n"] is None else plain_number(test["n"])}
        for test in counted.test_records()
    ]
    return records if identified else [_refused(test["test"]) for test in records]


def _stratified(
    counted: Crosstab,
    strata: str,
    survey: "Survey",
    ready: "PreparedDesign | None",
    real: bool,
    table: str,
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Compare rows and columns within the answers to a third question; give tests and measures."""
    check_variable(survey.codebook, strata, table)
    layer = survey.codebook[strata]
    positions, codes = encode(survey.data[strata], layer)
    check_codes(layer, codes, table)
    if not real or counted.weighting == "sampling":
        note = Note("strata_weighted", "not_computed") if real else NOT_IDENTIFIED
        odds = {"measure": "mantel_haenszel_odds_ratio", **write_notes(note)}
        return [_refused(test, note) for test in STRATIFIED_TESTS], [odds]
    assert counted.column is not None
    down, _ = encode(survey.data[counted.row.name], counted.row)
    across, _ = encode(survey.data[counted.column.name], counted.column)
    people = None if ready is None else ready.weights
    shape = len(counted.row_codes), len(counted.column_codes)
    layers = np.zeros((len(codes), *shape))
    for stratum in range(len(codes)):
        inside = positions == stratum
        weights = () if people is None else (people[inside],)
        layers[stratum] = cross_counts(down[inside], across[inside], *shape, *weights)[:-1, :-1]
    where = Note("within_answers", strata=strata)
    tests = [
        test.record()
        | {
            "n": None if test.n is None else plain_number(test.n),
            **write_notes(*test.notes, *(() if test.p_value is None else (where,))),
        }
        for test in stratified_tests(layers, *counted.scales)
    ]
    kept = layers[:, counted.reduced.rows][:, :, counted.reduced.columns]
    ratio = mantel_haenszel_odds_ratio(kept)
    line = ratio.record() | write_notes(*ratio.notes, where)
    return tests, [{"measure": ratio.name, **line}]


def _refused(test: str, note: Note = NOT_IDENTIFIED) -> dict[str, Any]:
    return {"test": test, **write_notes(note)}


def _association(counted: Crosstab, identified: bool) -> list[dict[str, Any]]:
    """Measures that apply to the level of measurement of the rows and columns."""
    ordered = not any(scale.nominal for scale in counted.scales)
    two_by_two = counted.reduced.counts.shape == (2, 2)
    records = [
        {"measure": record["name"], **record}
        for record in counted.association_records()
        if MEASURES[record["name"]].applies(ordered, two_by_two)
    ]
    if identified:
        return records
    return [{"measure": measure["measure"], **write_notes(NOT_IDENTIFIED)} for measure in records]


def _comparisons(counted: Crosstab, identified: bool) -> list[dict[str, Any]]:
    return compare_columns(counted) if identified else [write_notes(NOT_IDENTIFIED)]


def _paired_tests(
    name: str, pair: Mapping[str, str], survey: "Survey", design: "PreparedDesign | None"
) -> list[dict[str, Any]]:
    """Tests of two answers of the same people; refused where their joint counts are invented."""
    keys = {"table": name, "row_variable": pair["after"], "column_variable": pair["before"]}
    pairs = crossed_in_print(survey.codebook)
    if survey.codebook.reconstructed and (pair["after"], pair["before"]) not in pairs:
        return [keys | _refused(test) for test in PAIRED_TESTS]
    if design is not None and not design.equal:
        note = Note("paired_weighted", "not_computed")
        return [keys | _refused(test, note) for test in PAIRED_TESTS]
    from resurvey.statistics.proportions import paired_tests

    counts = _square(crosstab(survey, pair["after"], pair["before"], design))
    records = [test.record() for test in paired_tests(counts)]
    return [
        keys | test | {"n": None if test["n"] is None else plain_number(test["n"])}
        for test in records
    ]


def _square(counted: Crosstab) -> np.ndarray:
    """Counts of two questions over the answers to either, in the same order."""
    codes = list(dict.fromkeys([*counted.row_codes, *counted.column_codes]))
    rows = [codes.index(code) for code in counted.row_codes]
    columns = [codes.index(code) for code in counted.column_codes]
    square = np.zeros((len(codes), len(codes)))
    square[np.ix_(rows, columns)] = counted.observed
    return square


TABLE_FILES = {
    "crosstabs": CROSSTAB_COLUMNS,
    "tests": TEST_COLUMNS,
    "association": ASSOCIATION_COLUMNS,
    "comparisons": COMPARISON_COLUMNS,
    "frequencies": FREQUENCY_COLUMNS,
    "indicators": SHARE_COLUMNS,
    "combinations": COMBINATION_COLUMNS,
    "banners": BANNER_COLUMNS,
    "summaries": SUMMARY_COLUMNS,
    "scales": SCALE_COLUMNS,
    "correlations": CORRELATION_COLUMNS,
}
"""CSV files of the room and their columns."""


def fill_tables(
    survey: "Survey",
    tables: Mapping[str, Any],
    indicators: Mapping[str, Any],
    wave: Mapping[str, Any],
    language: str,
    words: Mapping[str, str],
    alpha: float = 0.05,
    sample: str = "unknown",
    banners: Mapping[str, Any] | None = None,
    minimum_base: int = 0,
    reliability: str = "",
    correlations: Mapping[str, Any] | None = None,
    indices: Collection[str] = (),
) -> dict[str, list[dict[str, Any]]]:
    """Count everything that the report prints of a wave.

    Parameters
    ----------
    survey : Survey
        Cleaned respondents with their indicators.
    tables, indicators : dict
        `config/tables.yaml` (its `tables`) and `config/indicators.yaml`.
    wave : dict
        The wave in `config/config.yaml`; names the variables of the sampling design.
    language : str
        Language of the labels.
    words : dict
        `total`, `all_respondents` and `no_answer` in that language.
    alpha : float
        Significance level of the letters, a share.
    sample : str
        How respondents were chosen; without random selection p-values and intervals are
        noted as nominal.
    minimum_base : int, optional
        Smallest base of a per cent that is printed without a flag, where a table has none itself.
    reliability : str, optional
        ``nchs`` notes per cents that are not reliable by that standard (`doubts`).
    banners : dict, optional
        `config/tables.yaml` (its `banners`); `words` then also has `mean`.
    correlations : dict, optional
        `config/tables.yaml` (its `correlations`).
    indices : collection of str, optional
        Variables of the indices: of several questions, so that reconstructed records have none.

    Returns
    -------
    dict
        Lines of every file in `TABLE_FILES`.
    """
    design = _prepared(wave, survey)
    declared = indicators.get("indicators", {})
    people = None if design is None else design.people
    counted_by = people is not None or is_counted_by(survey)
    # How many respondents a row stands for is nobody's answer.
    counts = {wave["weight"]} if counted_by else set()
    # Pairs of answers are columns and no questions of their own.
    made = crossed_names(tables, banners or {})
    scales = indicators.get("scales", {})
    joint = {*joint_indicators(declared, scales), *indices}
    invented = joint if survey.codebook.reconstructed else set()
    counted = tabulate_survey(
        survey,
        tables,
        language=language,
        words=words,
        design=design,
        invented=invented,
        alpha=alpha,
        minimum_base=minimum_base,
        reliability=reliability,
    )
    for lines in (
        counted.crosstabs,
        counted.tests,
        counted.association,
        counted.comparisons,
        counted.summaries,
    ):
        label_nominal(lines, sample)
    aside = design_variables(wave, survey.codebook)
    setting = Setting(language, words, alpha)
    numbers = summarise_frequencies(survey, design, setting, {*invented, *counts, *aside})
    label_nominal([line for line in numbers if line.get("standard_error") is not None], sample)
    assessed = assess_scales(survey, scales, design)
    correlated = tabulate_correlations(survey, correlations or {}, design, invented)
    for lines in (assessed, correlated):
        label_nominal(lines, sample)
    shares = summarise_indicators(
        survey,
        declared,
        indicators.get("columns"),
        design,
        language,
        words["all_respondents"],
    )
    return {
        "crosstabs": counted.crosstabs,
        "tests": counted.tests,
        "association": counted.association,
        "comparisons": counted.comparisons,
        "frequencies": count_frequencies(
            survey,
            language,
            words["no_answer"],
            {*invented, *counts, *made},
            people,
            None if design is None or people is not None else design.weights,
        ),
        "indicators": shares,
        "combinations": tabulate_combinations(
            survey, indicators.get("combinations", {}), shares, design, language
        ),
        "banners": tabulate_banners(
            survey,
            banners or {},
            replace(setting, least=minimum_base),
            design=design,
            invented=invented,
            aside=[*aside, *made],
        ),
        "summaries": [*counted.summaries, *numbers],
        "scales": assessed,
        "correlations": correlated,
    }


def _prepared(wave: Mapping[str, Any], survey: "Survey") -> "PreparedDesign | None":
    """Read the design once: every table of the wave shares the weights and clusters."""
    if isinstance(survey.data, StreamedColumns):
        return None  # every question brings its own
    try:
        design = wave_design(wave)
        return None if design is None else design.prepared(survey)
    except SurveyError as problem:
        raise design_error(wave, problem) from None


def with_weighting(survey: "Survey", wave: Mapping[str, Any]) -> "Codebook":
    """Return the codebook with what the report says of the weights of the tables."""
    if "rake" in wave:
        found = _raked_weights(survey, wave)
    elif isinstance(survey.data, StreamedColumns) and "weight" in wave:
        found = survey.data.weighting()
    elif "weight" in wave:
        found = describe_weights(read_weights(survey, wave["weight"]))
    else:
        return survey.codebook
    return replace(survey.codebook, weighting=found.plain())


def _raked_weights(survey: "Survey", wave: Mapping[str, Any]) -> Weighting:
    """Describe raked weights, in the log too; replicate weights change nothing about them."""
    alone = {key: value for key, value in wave.items() if key != "replicates"}
    ready = _prepared(alone, survey)
    assert ready is not None
    found = ready.described()
    logger.info(
        "rake: rounds: %d, margins within %.1g %%, weights from %.2f to %.2f times the mean, "
        "Kish's design effect %.2f, weights trimmed: %d",
        found.rounds,
        100 * found.error,
        found.smallest,
        found.largest,
        found.effect,
        found.trimmed,
    )
    if found.is_notable:
        logger.warning("rake: %s", unequal_words(found))
    return found
