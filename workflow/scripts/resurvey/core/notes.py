"""Notes: what a statistic says of itself, as keys and numbers, and its English sentences."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache

from resurvey.core.errors import SurveyError

NOTES = {
    # There is no number, and why.
    "not_computed": "not computed: {reason}",
    "not_tested": "not tested: {reason}",
    "not_compared": "not compared: {reason}",
    "not_fitted": "not fitted: {reason}",
    "no_interval": "no interval: {reason}",
    "no_share": "no share: {reason}",
    # Which records and which sample.
    "not_identified": (
        "not identified: no cross-tabulation of these two questions was published, and in the "
        "reconstructed records their joint counts are invented"
    ),
    "bounds_too_large": "too many combinations of answers",
    "bounds_not_proven": "no best joint table was proven within {nodes:,d} steps",
    "means_not_fixed": (
        "not everybody answered “{indicator}”: who has a value, and so the mean, is not fixed"
    ),
    "small_base": (
        "the published percentages allow bases as small as {least:d} (“{indicator}”), and only "
        "respondents with at least {needed:d} {needed:answer|answers} have an index"
    ),
    "means_not_fixed_in_some": (
        "in some of the possible counts not everybody answered “{indicator}”: who has a value, and "
        "so the mean, is not fixed"
    ),
    "nobody_valued": "nobody has a value in any joint table",
    "may_not_vary": "in some joint table a dimension is the same for everybody",
    "not_crossed": "bounds: no cross-tabulation of these questions was published",
    "nominal_p_value": "descriptive p-value: the sample is not random",
    "nominal_interval": "descriptive interval: the sample is not random",
    "nominal_both": "descriptive p-value and interval: the sample is not random",
    "told": "{text}",
    # Who is counted.
    "no_base": "no base",
    "empty_base": "empty base",
    "no_respondents": "no respondents",
    "one_respondent": "one respondent",
    "at_most_one_respondent": "no more than one respondent",
    "one_row": "only one row holds respondents",
    "one_column": "only one column holds respondents",
    "two_groups_needed": "fewer than two groups hold respondents",
    "empty_rows_left_out": "empty and left out: {rows:d} {rows:row|rows}",
    "empty_columns_left_out": "empty and left out: {columns:d} {columns:column|columns}",
    "empty_left_out": (
        "empty and left out: {rows:d} {rows:row|rows} and {columns:d} {columns:column|columns}"
    ),
    "empty_rows_and_columns": "empty rows and columns left out",
    "empty_rows_or_columns": "empty rows or columns left out",
    "weightless": "{without:d} respondents without a weight are not counted",
    "zero_weight": "{zero:d} respondents with zero weight are not counted",
    "weighted_not_rounded": "weighted counts are not rounded",
    "weighted_not_whole": "weighted counts are not whole numbers",
    "counts_not_whole": "the counts are not whole numbers",
    "base_below": "base below {least:d}",
    "unreliable": (
        "not reliable by the standard of the NCHS: effective sample {effective:.0f}, interval "
        "{width:.1f} points wide"
    ),
    "base_is_below": "a base is below {least:d}",
    # Chi-square and exact tests.
    "sparse": (
        "{cells:d} {cells:cell|cells} ({share:n} %) {cells:has|have} expected count below "
        "{limit:d}; smallest expected {smallest:.2f}"
    ),
    "two_by_two_only": "for 2 × 2 tables only",
    "yates": "Yates's correction",
    "exact_two_sided": "exact, two-sided: tables no more probable than this one",
    "exact_freeman_halton": "exact, Freeman-Halton: tables no more probable than this one",
    "too_many_for_exact": (
        "too much computation with so many respondents, for whom the chi-square tests are as good"
    ),
    "too_many_for_larger_tables": (
        "too much computation with more than {most:,d} respondents, for whom the chi-square tests "
        "are as good"
    ),
    "see_monte_carlo": "the exact test takes too much computation; see fisher_monte_carlo",
    "monte_carlo": (
        "Monte Carlo, {replicates:,d} tables with these margins, seed {seed:d}, 99 % interval "
        "{lower:.6g} to {upper:.6g}"
    ),
    # Ordered answers.
    "row_scores_codes": "row scores are the code values",
    "column_scores_codes": "column scores are the code values",
    "row_scores_ranks": "row scores are ranks of the declared order",
    "column_scores_ranks": "column scores are ranks of the declared order",
    "wave_scores_times": "scores of the waves are their times",
    "row_codes_left_out": "row codes left out: {row_codes}",
    "column_codes_left_out": "column codes left out: {column_codes}",
    "row_nominal": "row variable '{variable}' is nominal",
    "column_nominal": "column variable '{variable}' is nominal",
    "row_code_not_finite": "a code of the row variable '{variable}' is not a finite number",
    "column_code_not_finite": "a code of the column variable '{variable}' is not a finite number",
    "one_line": "all answers in one row or one column",
    "one_ordered_line": "all ordered answers in one row or one column",
    "two_ordered_groups_needed": "fewer than two groups with ordered answers",
    "same_answers": "all answers are the same",
    "ranks_of_two": "z = {z:.6g}, tie-corrected, no continuity correction",
    "tie_corrected": "tie-corrected",
    "no_untied_pair": "no pair of respondents differs on both variables",
    "delta_method": "delta method; SPSS prints the standard error of tau-b rescaled",
    # Measures of association and their intervals.
    "standard_error": "standard error {error:.6g}",
    "zero_standard_error": "its standard error is zero",
    "endless": "it would span all numbers",
    "near_zero": "near 0 the interval may be too narrow",
    "noncentral": "interval by the noncentral chi-square",
    "signed_phi": "SPSS gives it the sign of the association, {phi:.6g}; PSPP and vcd do not",
    "too_few_to_correct": "too few respondents for the correction",
    "bergsma": "Bergsma 2013; no interval",
    "sample_odds_ratio": "sample odds ratio",
    "empty_cell": "a cell is empty, the ratio is zero or infinite",
    "ratio_unbounded": "the ratio is zero or infinite",
    "rows_compared": "rows compared, column {column:d}",
    "columns_compared": "columns compared, row {row:d}",
    "wilson": "Wilson",
    # Numbers in groups.
    "t_interval": "t interval on {df:.6g} degrees of freedom",
    "quantile_rule": (
        "the smallest value that at least this share does not exceed (R: type 1); interval from "
        "that of the share (Woodruff)"
    ),
    "histogram_bars": (
        "count of a bar of width {width:n} from its lower end on (Freedman-Diaconis, rounded up to "
        "1, 2 or 5)"
    ),
    "share_beyond": "an end of the share's interval is beyond 0 or 1",
    "same_values": "all values are the same",
    "group_constant": "in a group all values are the same",
    "small_groups_left_out": "groups with fewer than two respondents left out: {groups:d}",
    "welch": "Welch: the groups may have different variances",
    "welch_difference": "Welch's t on {df:.6g} degrees of freedom",
    "linearised_means": "linearised means; as many degrees of freedom as R's svyglm takes",
    "linearised_ranks": "linearised mean ranks of the weights (R's svyranktest)",
    "pooled_deviation": "over the pooled standard deviation; interval by the noncentral t",
    "noncentral_f": "interval by the noncentral F, of the population's share of variance",
    "undefined_under_design": "it is not defined under a sampling design",
    # Scales of several items.
    "two_items_needed": "a scale needs at least two items",
    "three_items_needed": "one factor is determined by three items or more",
    "feldt": "interval by Feldt's F",
    "on_log_scale": "linearised on the scale ln(1 − value), t on {df:.6g} degrees of freedom",
    "distribution_free": "asymptotic interval that supposes no distribution, on ln(1 − value)",
    "one_factor": "one factor by minimum residuals of the correlations (R: psych's omega)",
    "beyond_one": "an item's variance would be negative (Heywood case)",
    "listwise": "of whoever answered every item",
    "pairwise": "of whoever answered both items of a pair",
    "pairwise_interval": "the respondents differ from pair to pair",
    "item_constant": "an item has only one answer",
    "negative_items": "items that go against the rest: {items:d}",
    # Correlations.
    "four_respondents_needed": "fewer than four respondents",
    "fisher_z": "interval by Fisher's z; t test",
    "bonett_wright": "interval by Fisher's z with the variance of Bonett and Wright; t test",
    "linearised_z": "linearised on Fisher's z scale, t on {df:.6g} degrees of freedom",
    "two_step": "two-step maximum likelihood; standard error on Fisher's z scale, normal",
    "too_many_answers": "more than {most:d} different answers",
    "perfect": "the correlation is 1 or −1",
    # Two answers of the same people, and several answers.
    "two_answers_only": "for two answers only",
    "nobody_changed": "no respondent changed the answer",
    "no_continuity_correction": "no continuity correction",
    "continuity_correction": "continuity correction",
    "binomial": "binomial, two-sided",
    "unchanged_pairs": "{pairs:d} pairs of answers without change left out",
    "separate_answers": "answers fall into groups between which nobody changed",
    "unchanged_answers": "answers that nobody changed to or from left out",
    "paired_weighted": "the paired tests are not defined for weighted respondents",
    "paired_equal": "paired tests are for equal respondents, not for sampling weights",
    "options_constant": "every option was chosen by nobody or by everybody",
    "overlap": (
        "sum of {options:d} Pearson statistics {sum:.6g}, corrected for overlapping answers"
    ),
    "overlap_by_design": (
        "sum of {options:d} Pearson statistics {sum:.6g}, corrected for overlapping answers and "
        "the design, mean generalised design effect {effect:.4g}"
    ),
    "overlap_weighted": "the test of overlapping answers needs whole frequency weights",
    # Sampling designs.
    "see_rao_scott": "the counts are sampling weights; see rao_scott_f",
    "second_order": "second order",
    "first_order": "first order",
    "design_effect": "mean generalised design effect {effect:.4g}",
    "no_freedom": "the design leaves no degrees of freedom",
    "too_many_empty_cells": "too many empty cells",
    "zero_variance": "the design-based variance is zero",
    "constant_shares": "the shares do not vary",
    "one_cluster": "a group is in one cluster only (of each stratum), whose variance is unknown",
    "one_cluster_p_value": (
        "a group is in one cluster only (of each stratum), whose variance is unknown: the "
        "p-value may be too small"
    ),
    "few_freedom": "few degrees of freedom ({freedom:.2g}): the p-value may be too small",
    "small_effective": (
        "effective sample of about {effective:.0f} respondents: the p-value may be too small"
    ),
    "small_effective_interval": (
        "effective sample of about {effective:.0f} respondents: the interval may be too narrow"
    ),
    "uncounted_freedom": (
        "{uncounted:.0f} degrees of freedom are not counted in: the p-value may be too small"
    ),
    "linearised": "linearised difference, t on {df:.6g} degrees of freedom",
    "lonely_stratum": (
        "one stratum has only one cluster (or respondent), whose variance is unknown; choose "
        "lonely_psu 'certainty', 'remove', 'adjust' or 'average'"
    ),
    "lonely_strata": (
        "{strata:d} strata have only one cluster (or respondent), whose variance is unknown; "
        "choose lonely_psu 'certainty', 'remove', 'adjust' or 'average'"
    ),
    "lonely_psu_differs": (
        "config/config.yaml: the waves declare different `lonely_psu`; a comparison over time "
        "needs the same for all of them"
    ),
    "replicates_over_time": (
        "wave '{wave}': frequency weights or replicate weights cannot be compared over time with "
        "a sampling design or with respondents shared between waves"
    ),
    "correction_weighted": "the correction is for equal respondents",
    "weighted_shares": "of weighted shares; no interval",
    "fixed_share": "the share is 0 or 1, or has no variance",
    "logit_interval": "logit interval, design-based",
    # Columns and groups.
    "zero_or_one": "a share is 0 or 1",
    "too_many_comparisons": "more than {most:d} comparisons of columns; group the columns",
    "columns_left_out": "not compared (share 0 or 1, or base below {least:d}): {columns}",
    "overlapping_columns": "respondents may stand in several of these columns",
    "too_many_columns": "more than {most:d} columns",
    # Tables in strata.
    "two_lines_needed": "fewer than two rows or columns hold respondents",
    "strata_left_out": "{strata:d} strata with fewer than two respondents left out",
    "rows_unordered": "the rows have no order",
    "lines_unordered": "rows or columns have no order",
    "strata_constant": "no stratum lets rows and columns vary enough",
    "strata_weighted": "strata are compared for equal respondents, not for sampling weights",
    "strata_of_set": "the strata of a question with several answers are not compared",
    "within_answers": "within the answers to '{strata}'",
    "raked_as_given": (
        "the raked weights are taken as given, without what raking takes off the standard errors"
    ),
    "two_strata_needed": "fewer than two strata compare both rows and columns",
    "no_common_ratio": "no common odds ratio",
    # Models.
    "against_no_predictors": "against the model without predictors",
    "answered": "{kept:d} of {all:d} respondents answered all questions",
    "did_not_know": "did not know and left out: {left_out:d}",
    "model_kept_back": "some of its estimates would give a respondent away",
    "model_unweighted": "fitted without the weights and the design of the wave",
    "joint_invented": (
        "the records are reconstructed from published tables, and the joint distribution of "
        "answers whose cross-tabulation was not published is invented"
    ),
    "outcome_unordered": ("'{outcome}' has no order: an ordered logit needs one in the codebook"),
    "outcome_no_number": (
        "'{outcome}' is no number: a linear model needs a scale or ordered answers with numbers"
    ),
    "outcome_codes": "the answers to '{outcome}' count as the numbers of their codes",
    "reference_empty": "nobody in the model gave the reference answer {reference} to '{predictor}'",
    "combinations_empty": (
        "combinations of answers that nobody gave are no part of an interaction: {combinations:d}"
    ),
    "scale_of_texts": "predictor '{predictor}' is a scale variable but holds texts",
    "one_answer_predictor": (
        "predictor '{predictor}' has one answer only among those who answered all"
    ),
    "no_predictor": "no predictor was given",
    "empty_outcome": "an outcome has no respondents",
    "predictors_dependent": "the predictors determine one another",
    "separated": "a predictor separates the outcomes; join rare answers",
    "fit_failed": "the fit failed ({error})",
    "not_converged": "the fit did not converge",
    "chance": "0.5 means guessing by chance",
    "same_outcomes": "all outcomes are the same",
    "alone": "the most frequent answer alone: {alone:.3f}",
    "one_predictor": "one predictor",
    "inflation": "of '{predictor}'; 1 means no inflation",
    "three_groups_needed": "fewer than three different groups of probability",
    "calibration_groups": "{groups:d} groups; a small p is evidence against the model",
    "against_proportional": "a small p is evidence against proportional odds",
    "cut_separated": "answers are separated at one of the cuts; join rare ones",
    "slopes_dependent": "the slopes of the cuts determine one another",
    "cuts_thin": "the cuts are too thin for their joint covariance",
    # Indices of several indicators.
    "alpha_below": "alpha is {alpha:.2f}, below {limit:n}",
    "alpha_above": "alpha is {alpha:.2f}, above {limit:n}: the indicators say the same",
    "item_against": (
        "'{item}' goes against the others of its dimension (item-rest correlation {value:.2f})"
    ),
    "item_weak": (
        "'{item}' hardly goes with the others of its dimension (item-rest correlation {value:.2f}, "
        "below {limit:n})"
    ),
    "other_components": (
        "parallel analysis finds {found:d} {found:component|components}, and {declared:d} "
        "{declared:dimension is|dimensions are} declared"
    ),
    "loads_elsewhere": "'{item}' loads most on the component of another dimension",
    "item_left_out": (
        "'{item}' has one answer only among whoever answered everything, and is left out"
    ),
    "one_indicator": "a dimension of one indicator adds nothing up",
    "no_components": "with fewer than two indicators, or where one does not vary",
    "parallel_analysis": (
        "exceeded in 5 % of {replicates:d} data sets with permuted answers (seed {seed:d})"
    ),
    "varimax": "principal components of Pearson's correlations, rotated by varimax",
    "each_item_base": (
        "each indicator over whoever answered it: the mean of the index where everybody answered "
        "everything"
    ),
    "over_solutions": "smallest and largest value over all counts that print as published",
    "not_crossed_with": "“{variable}” was not published by {group}",
    "question_not_published": "no answers to “{variable}” were published",
    "several_questions": "“{variable}” is made of several questions",
    "too_many_solutions": "too many counts print as published to go through them",
    "scenario_geometric_mean_of_zero": (
        "not computed in {scenarios:d} {scenarios:scenario|scenarios}: "
        "a geometric mean whose worst answer counts as 0"
    ),
    "scenario_geometric_mean_of_standard_scores": (
        "not computed in {scenarios:d} {scenarios:scenario|scenarios}: "
        "standard scores below zero have no geometric mean"
    ),
    "scenario_indicator_does_not_vary": (
        "not computed in {scenarios:d} {scenarios:scenario|scenarios}: "
        "an indicator does not vary in the draw"
    ),
    "scenario_dimension_without_indicators": (
        "not computed in {scenarios:d} {scenarios:scenario|scenarios}: "
        "a dimension lost its only indicator"
    ),
    "scenario_nobody_has_a_value": (
        "not computed in {scenarios:d} {scenarios:scenario|scenarios}: "
        "a group has nobody with a value"
    ),
    "scenario_no_cutoffs": (
        "not computed in {scenarios:d} {scenarios:scenario|scenarios}: no cut-offs to count by"
    ),
    "not_attained": "no joint table goes beyond it, and it may not be attained",
    "relative_scores": (
        "standard scores and ranks compare respondents with one another: published margins fix no "
        "value of them"
    ),
    "not_additive": "the mean of a geometric index depends on how the answers go together",
    "other_scores": "the answers to '{item}' have other scores in some of the waves",
    "part_of_index": "'{variable}' is itself an indicator of the index",
    "too_many_groups": "more than {most:d} groups; join some of them",
    "logarithmic_mean": "weights are logarithmic means, as in the index of Divisia",
    "share_answered": "what is left to other indicators being answered",
    # Ranges over all tables that print so; two of these stand in `paired.csv` as they are.
    "no_integer_solution": "no_integer_solution",
    "too_many_answered_once": "too_many_answered_once",
    "undefined_statistic": "{statistic} is not defined for any solution of the table",
    "one_group": "{statistic} compares groups, and the table has only one",
    # Several waves.
    "not_asked": "not asked in this wave",
    "no_such_group": "no such group in this wave",
    "no_such_answer": "not among the answers of this wave",
    "nobody_answered": "nobody answered",
    "no_member_answered": "no member answered in both waves",
    "no_members": "no members",
    "no_weighted_base": "a wave has no weighted base",
    "both_shares_fixed": "both shares are 0 % or both are 100 %",
    "all_shares_fixed": "all shares are 0 % or all are 100 %",
    "each_share_fixed": "every share is 0 % or 100 %",
    "sets_under_design": (
        "multiple-response sets are compared only between unweighted waves that share no "
        "respondents"
    ),
    "column_per_cents_only": (
        "under a design or with shared respondents only column percentages are compared"
    ),
    "several_answers": "several answers were possible",
    "answer_by_answer": "several answers were possible: compared answer by answer",
    "rows_answer_by_answer": "row percentages are compared answer by answer",
    "smallest_p_value": "smallest p-value of its comparisons, times their number",
    "other_answers": "the answers offered differ between the waves",
    "same_unit": (
        "waves share respondents: everybody who is in several waves is one sampling unit, one "
        "stage, no finite population correction"
    ),
    "no_identity": (
        "no `id` is declared in every wave: their respondents are taken to be different people"
    ),
    "running_numbers": (
        "`id` numbers the respondents of these waves from the same number on, and nothing shows "
        "that equal numbers are the same people: they are taken to be different people"
    ),
    "numbered_anew": (
        "`panel: false`: respondents of different waves are taken to be different people"
    ),
}
"""English sentence of every note, by its key.

``{name:d}`` and the like are numbers and say how they are written, ``{name}`` is a text (a
variable's name, say), ``{name:one|more}`` is a word that goes with a number. Other languages have
the same places, without the formats, under ``notes`` of `report/words.*.yaml`.
"""

REFUSALS = tuple(key for key, text in NOTES.items() if text.endswith("{reason}"))
"""Keys of what there is not; the reason is a note of its own."""

GENERAL = ("nominal_p_value", "nominal_interval", "nominal_both", "weightless", "zero_weight")
"""Notes that a report tells once of all its numbers."""

PLACE = re.compile(r"\{(\w+)(?::([^{}]+))?\}")
"""A place in a note's sentence: its name, and its format or the words that it chooses between."""

_CODED = {mark: f"%{ord(mark):02X}" for mark in "%;&=:/\r\n"}
_CODE = re.compile(r"%([0-9A-F]{2})")


@dataclass(frozen=True, init=False, repr=False)
class Note:
    """A key of `NOTES` with the numbers of its sentence, written as they are printed.

    Parameters
    ----------
    key : str
        A key of `NOTES`.
    refusal : str
        One of `REFUSALS` where the note is the reason why there is no number.
    **numbers : int, float or str
        What the places of the sentence hold.

    Raises
    ------
    ValueError
        An unknown key or other places than the sentence has, which is a mistake of ours.

    Examples
    --------
    >>> Note("few_freedom", freedom=2.23).text
    'few degrees of freedom (2.2): the p-value may be too small'
    >>> Note("one_row", "not_computed").text
    'not computed: only one row holds respondents'
    """

    key: str
    refusal: str
    numbers: tuple[tuple[str, str], ...]

    def __init__(self, key: str, refusal: str = "", /, **numbers: int | float | str) -> None:
        formats = number_formats(key)
        if set(formats) != set(numbers) or refusal not in ("", *REFUSALS):
            raise ValueError(f"no note '{refusal}/{key}' with {', '.join(numbers) or 'no numbers'}")
        written = tuple((name, _written(numbers[name], how)) for name, how in formats.items())
        for name, value in (("key", key), ("refusal", refusal), ("numbers", written)):
            object.__setattr__(self, name, value)

    def __repr__(self) -> str:
        return f"<Note {self.data}>"

    @property
    def text(self) -> str:
        """The English sentence, as in the column ``note`` of the CSV files."""
        text = fill_note(NOTES[self.key], dict(self.numbers), _english_form)
        return NOTES[self.refusal].format(reason=text) if self.refusal else text

    @property
    def data(self) -> str:
        """Key and numbers, as in the column ``note_data`` of the CSV files."""
        numbers = "&".join(f"{name}={_coded(value)}" for name, value in self.numbers)
        key = f"{self.refusal}/{self.key}" if self.refusal else self.key
        return f"{key}:{numbers}" if numbers else key

    def refusing(self, refusal: str) -> "Note":
        """Return the note as the reason why there is no number; '' makes it a plain one."""
        return Note(self.key, refusal, **dict(self.numbers))


class Refusal(SurveyError):
    """An error whose sentence is a note, so that a page can say it in its own language.

    Parameters
    ----------
    note : Note
        The reason.
    place : str
        What the error's own sentence begins with.
    """

    def __init__(self, note: Note, place: str = "") -> None:
        super().__init__(f"{place}{note.text}")
        self.note = note


def reason_of(problem: SurveyError) -> Note:
    """Return the note of an error; one without is told as it is, in English."""
    return problem.note if isinstance(problem, Refusal) else Note("told", text=str(problem))


def english_notes() -> dict[str, str]:
    """Return the English sentences with plain places, as other languages write them.

    Examples
    --------
    >>> english_notes()["few_freedom"]
    'few degrees of freedom ({freedom}): the p-value may be too small'
    """
    return {key: PLACE.sub(_plain_place, text) for key, text in NOTES.items()}


def _plain_place(place: re.Match[str]) -> str:
    return place[0] if "|" in (place[2] or "") else f"{{{place[1]}}}"


def number_texts(notes: Iterable[Note]) -> dict[str, str]:
    """Return the numbers of notes by their names, without the texts.

    Examples
    --------
    >>> number_texts([Note("answered", kept=90, all=100), Note("inflation", predictor="age")])
    {'kept': '90', 'all': '100'}
    """
    return {
        name: value
        for note in notes
        for name, value in note.numbers
        if number_formats(note.key)[name]
    }


@cache
def number_formats(key: str) -> dict[str, str]:
    """Return the places of a note's sentence with their formats; that of a text is empty.

    Examples
    --------
    >>> number_formats("base_below"), number_formats("inflation")
    ({'least': 'd'}, {'predictor': ''})
    """
    if key not in NOTES or key in REFUSALS:
        raise ValueError(f"no note '{key}'")
    return {name: how for name, how in PLACE.findall(NOTES[key]) if "|" not in how}


def fill_note(text: str, values: Mapping[str, str], form: Callable[[str, list[str]], str]) -> str:
    """Put the numbers of a note into its sentence, and the words that go with them.

    Examples
    --------
    >>> fill_note("{n} {n:row|rows}", {"n": "2"}, _english_form)
    '2 rows'
    """

    def filled(place: re.Match[str]) -> str:
        name, how = place.groups(default="")
        return form(values[name], how.split("|")) if "|" in how else values[name]

    return PLACE.sub(filled, text)


def note_text(notes: Iterable[Note]) -> str:
    """Write notes as English sentences.

    Examples
    --------
    >>> note_text([Note("no_base"), Note("yates")])
    "no base; Yates's correction"
    """
    return "; ".join(note.text for note in notes)


def write_notes(*notes: Note) -> dict[str, str]:
    """Write notes as the columns ``note`` (English) and ``note_data`` of a line of a CSV file.

    ``note_data`` holds the notes, parted by ``;``. Each is its key, behind a slash after the key
    of what there is not for this reason; after a colon its numbers as ``name=value``, parted by
    ``&``. In a value ``% ; & = : /`` and line ends are written as in an address.

    Examples
    --------
    >>> write_notes(Note("one_row", "not_computed"), Note("did_not_know", left_out=3))["note_data"]
    'not_computed/one_row;did_not_know:left_out=3'
    """
    return {"note": note_text(notes), "note_data": ";".join(note.data for note in notes)}


def read_notes(line: Mapping[str, object]) -> tuple[Note, ...]:
    """Read the notes of a line of a CSV file from its column ``note_data``.

    Examples
    --------
    >>> line = write_notes(Note("inflation", predictor="a;b"))
    >>> line["note_data"], read_notes(line)[0].text
    ('inflation:predictor=a%3Bb', "of 'a;b'; 1 means no inflation")
    """
    data = line.get("note_data") or ""
    return tuple(map(read_note, str(data).split(";"))) if data else ()


def add_notes(line: Mapping[str, object], *notes: Note) -> dict[str, str]:
    """Return the columns ``note`` and ``note_data`` of a line with further notes.

    Examples
    --------
    >>> add_notes(write_notes(Note("no_base")), Note("yates"))["note"]
    "no base; Yates's correction"
    """
    note, data = _joined(str(line.get("note_data") or ""), notes)
    return {"note": note, "note_data": data}


@lru_cache(maxsize=1024)
def _joined(data: str, notes: tuple[Note, ...]) -> tuple[str, str]:
    """Notes of a line and further ones as two columns; most lines of a file have the same."""
    written = write_notes(*read_notes({"note_data": data}), *notes)
    return written["note"], written["note_data"]


def read_note(data: str) -> Note:
    """Read one note as `Note.data` writes it.

    Raises
    ------
    SurveyError
        A text that is no note of this version.
    """
    key, _, numbers = data.partition(":")
    refusal, _, key = key.rpartition("/")
    pairs = (part.partition("=") for part in numbers.split("&") if part)
    try:
        return Note(key, refusal, **{name: _decoded(value) for name, _, value in pairs})
    except ValueError:
        raise SurveyError(f"column note_data: '{data}' is no note of this version") from None


def _written(value: int | float | str, how: str) -> str:
    """Write a number as it is printed; one that is written already stays."""
    return value if isinstance(value, str) else format(value, "" if how == "n" else how)


def _english_form(number: str, words: list[str]) -> str:
    return words[0 if number == "1" else -1]


def _coded(text: str) -> str:
    return "".join(_CODED.get(mark, mark) for mark in text)


def _decoded(text: str) -> str:
    return _CODE.sub(lambda code: chr(int(code[1], 16)), text)


NOT_IDENTIFIED = Note("not_identified")
"""Note of a number that published tables do not determine."""
