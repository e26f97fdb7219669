"""Lines: what stands in a line of each CSV file that several rooms read, as text.

A test keeps each equal to the list of columns that its writer has.
"""

from collections.abc import Mapping
from typing import NotRequired, TypedDict

Line = Mapping[str, str]
"""A line of a file that only one room reads."""


class CrosstabLine(TypedDict):
    """A line of ``tables/crosstabs.csv``: a cell of a question in a table."""

    table: str
    row_variable: str
    row_code: str
    row_label: str
    column_variable: str
    column_code: str
    column_label: str
    kind: str
    count: str
    base: str
    percent: str
    unweighted_count: str
    unweighted_base: str
    column_percent: str
    row_percent: str
    total_percent: str
    expected: str
    standardized_residual: str
    adjusted_residual: str
    note: str
    lower: str
    upper: str
    column_letter: str
    letters: str
    subscripts: str
    responses: str
    response_percent: str
    count_lowest: str
    count_highest: str
    percent_lowest: str
    percent_highest: str
    lost_refused: str
    lost_dont_know: str
    lost_not_asked: str
    lost_other: str
    lost_system_missing: str
    lost_none_chosen: str
    lost_no_weight: str
    lost_zero_weight: str
    lost_no_group: str
    note_data: str


class TestLine(TypedDict):
    """A line of ``tables/tests.csv``: a test of a question in a table."""

    table: str
    row_variable: str
    column_variable: str
    test: str
    statistic: str
    df: str
    df2: str
    p_value: str
    n: str
    note: str
    holm_table: str
    benjamini_hochberg_table: str
    holm_article: str
    benjamini_hochberg_article: str
    row_code: NotRequired[str]
    note_data: str


class AssociationLine(TypedDict):
    """A line of ``tables/association.csv``: a measure of association."""

    table: str
    row_variable: str
    column_variable: str
    measure: str
    value: str
    lower: str
    upper: str
    note: str
    note_data: str


class FrequencyLine(TypedDict):
    """A line of ``tables/frequencies.csv``: an answer of a variable."""

    variable: str
    label: str
    code: str
    answer: str
    kind: str
    count: str
    respondents: str
    base: str
    percent: str
    valid_percent: str
    weighted_count: str
    weighted_base: str
    weighted_percent: str


class BannerLine(TypedDict):
    """A line of ``tables/banners.csv``: a cell of a banner."""

    table: str
    row_variable: str
    row_code: str
    row_label: str
    column_variable: str
    column_code: str
    column_label: str
    kind: str
    count: str
    base: str
    percent: str
    unweighted_count: str
    unweighted_base: str
    mean: str
    standard_deviation: str
    net: str
    column_letter: str
    letters: str
    note: str
    count_lowest: str
    count_highest: str
    percent_lowest: str
    percent_highest: str
    lost_refused: str
    lost_dont_know: str
    lost_not_asked: str
    lost_other: str
    lost_system_missing: str
    lost_none_chosen: str
    lost_no_weight: str
    lost_zero_weight: str
    lost_no_group: str
    note_data: str


class SummaryLine(TypedDict):
    """A line of ``tables/summaries.csv``: a statistic of a numeric variable in a group."""

    table: str
    row_variable: str
    column_variable: str
    column_code: str
    column_label: str
    statistic: str
    value: str
    standard_error: str
    lower: str
    upper: str
    n: str
    note: str
    column_letter: str
    letters: str
    note_data: str


class IndicatorLine(TypedDict):
    """A line of ``tables/indicators.csv``: an indicator of all respondents or a group."""

    indicator: str
    label: str
    dimension: str
    unit: str
    column_variable: str
    column_code: str
    column_label: str
    count: str
    base: str
    percent: str
    note: str
    note_data: str
    middle_count: str
    middle_percent: str
    opposite_count: str
    opposite_percent: str
    unweighted_count: str
    unweighted_base: str
    unweighted_middle_count: str
    unweighted_opposite_count: str


class CombinationLine(TypedDict):
    """A line of ``tables/combinations.csv``: indicators that are asked for together."""

    combination: str
    label: str
    of: str
    count: str
    base: str
    percent: str
    lowest_count: str
    highest_count: str
    lowest_percent: str
    highest_percent: str
    smallest_base: str
    largest_base: str
    note: str
    note_data: str
    unweighted_count: str
    unweighted_base: str


class PrintedLine(TypedDict):
    """A line of ``audit/cells.csv``: a printed cell beside the recomputed one."""

    table: str
    question: str
    row: str
    column: str
    printed: str
    recomputed: str
    verdict: str
    from_counts: str
    from_printed_parts: str
    count: str
    base: str
    row_variable: str
    row_code: str
    column_variable: str
    column_code: str
    arithmetic: str
    tie: str


class ClaimLine(TypedDict):
    """A line of ``audit/claims.csv``: a claim of the text."""

    claim: str
    page: str
    paragraph: str
    key_phrase: str
    paraphrase_ru: str
    paraphrase_en: str
    form: str
    printed: str
    unit: str
    quantifier: str
    cells: str
    alternative: str
    note_ru: str
    note_en: str
    suggestion_ru: str
    suggestion_en: str
    recomputed: str
    verdict: str
    arithmetic: str
    holds_in: str
    lowest: str
    highest: str
    reason: str
    outcomes: str
    steps: str
    readings_ru: str
    readings_en: str


class QuotationLine(TypedDict):
    """A line of ``audit/quotations.csv``: quotations of a theme, all or those of a group."""

    theme: str
    dimension: str
    variable: str
    code: str
    quotations: str
    pages: str
    places: str
    tables: str
    claims: str


class QuotedLine(TypedDict):
    """A line of ``audit/quoted.csv`` or ``interviews/quotations.csv``: what stands for some words.

    `kind` is ``original`` (released words), ``translation`` (of these) or ``paraphrase`` (of words
    that a publication prints, in those of whoever read it); `attributes` are of the speaker, as
    ``name=value`` with blanks between.
    """

    theme: str
    quotation: str
    language: str
    kind: str
    attributes: str
    page: str
    text: str


class QuestionLine(TypedDict):
    """A line of ``audit/questions.csv``: a published question and its solutions."""

    table: str
    row_variable: str
    columns: str
    answers: str
    printed_shares: str
    solutions: str
    base_sets: str
    smallest_base: str
    largest_base: str
    respondents: str
    status: str
    verdict: str
    robust_verdict: str
    rule: str
    solutions_from_counts: str
    base_sets_from_counts: str
    smallest_base_from_counts: str
    largest_base_from_counts: str
    total_bases: str
    at_respondents: str
    printings_at_respondents: str
    printings: str


class RangeLine(TypedDict):
    """A line of ``audit/ranges.csv``: the ends of a statistic over all solutions."""

    table: str
    row_variable: str
    statistic: str
    row_code: str
    column_code: str
    against: str
    minimum: str
    maximum: str
    chosen: str
    robust_minimum: str
    robust_maximum: str
    alpha: str
    verdict: str
    robust_verdict: str
    note: str
    note_data: str


def fields_of(line: Mapping[str, object], names: tuple[str, ...]) -> dict[str, str]:
    """Return some columns of a line.

    Examples
    --------
    >>> fields_of({"table": "t", "count": "3"}, ("table",))
    {'table': 't'}
    """
    return {name: str(line[name]) for name in names}
