"""Tables: everything that one wave's table room holds, from one pass over the respondents."""

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from resurvey.core.errors import SurveyError
from resurvey.prepare.indicators import SHARE_COLUMNS, joint_indicators, summarise_indicators
from resurvey.tables.banners import BANNER_COLUMNS, tabulate_banners
from resurvey.tables.blocks import Setting
from resurvey.tables.frequencies import FREQUENCY_COLUMNS, count_frequencies
from resurvey.tables.inference import COMPARISON_COLUMNS, label_nominal
from resurvey.tables.tabulation import (
    ASSOCIATION_COLUMNS,
    CROSSTAB_COLUMNS,
    TEST_COLUMNS,
    tabulate_survey,
)

if TYPE_CHECKING:
    from resurvey.core.codebook import Codebook
    from resurvey.core.survey import Survey
    from resurvey.counts.design import Design, PreparedDesign

TABLE_FILES = {
    "crosstabs": CROSSTAB_COLUMNS,
    "tests": TEST_COLUMNS,
    "association": ASSOCIATION_COLUMNS,
    "comparisons": COMPARISON_COLUMNS,
    "frequencies": FREQUENCY_COLUMNS,
    "indicators": SHARE_COLUMNS,
    "banners": BANNER_COLUMNS,
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
    banners : dict, optional
        `config/tables.yaml` (its `banners`); `words` then also has `mean`.

    Returns
    -------
    dict
        Lines of every file in `TABLE_FILES`.
    """
    design = _prepared(wave, survey)
    declared = indicators.get("indicators", {})
    people = None if design is None else design.people
    # How many respondents a row stands for is nobody's answer.
    counts = set() if people is None else {wave["weight"]}
    invented = joint_indicators(declared) if survey.codebook.reconstructed else set()
    counted = tabulate_survey(
        survey,
        tables,
        language=language,
        words=words,
        design=design,
        invented=invented,
        alpha=alpha,
    )
    for lines in (counted.crosstabs, counted.tests, counted.association, counted.comparisons):
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
            survey, language, words["no_answer"], {*invented, *counts}, people
        ),
        "indicators": shares,
        "banners": tabulate_banners(
            survey,
            banners or {},
            Setting(language, words, alpha),
            design=design,
            invented=invented,
            aside=_no_questions(wave),
        ),
    }


def _no_questions(wave: Mapping[str, Any]) -> set[str]:
    """Variables of the sampling design and the id: nobody was asked them."""
    named = [wave.get(key, []) for key in ("id", "weight", "strata", "clusters", "fpc")]
    return {name for one in named for name in ([one] if isinstance(one, str) else one)}


def _prepared(wave: Mapping[str, Any], survey: "Survey") -> "PreparedDesign | None":
    """Read the design once: every table of the wave shares the weights and clusters."""
    design = wave_design(wave)
    try:
        return None if design is None else design.prepared(survey)
    except SurveyError as problem:
        raise SurveyError(f"config.yaml, design of the wave: {problem}") from None


def with_weighting(survey: "Survey", wave: Mapping[str, Any]) -> "Codebook":
    """Return the codebook with what the report says of the weights of the tables."""
    if "weight" not in wave:
        return survey.codebook
    from resurvey.counts.weights import describe_weights, read_weights

    found = describe_weights(read_weights(survey, wave["weight"]))
    return replace(survey.codebook, weighting=found.plain())


def wave_design(wave: Mapping[str, Any]) -> "Design | None":
    """Sampling design that a wave declares; None where every respondent counts as one.

    Examples
    --------
    >>> wave_design({"file": "raw.sav", "weight": "w", "clusters": "village"}).clusters
    'village'
    """
    roles = {"weight": "weights", "strata": "strata", "clusters": "clusters", "fpc": "fpc"}
    chosen = {role: wave[key] for key, role in roles.items() if key in wave}
    if not chosen:
        return None
    choices = {"weight_kind": "kind", "lonely_psu": "lonely_psu", "nest": "nest"}
    chosen |= {role: wave[key] for key, role in choices.items() if key in wave}
    from resurvey.counts.design import Design

    return Design(**chosen)
