"""Tables: everything that one wave's table room holds, from one pass over the respondents."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from resurvey.frequencies import FREQUENCY_COLUMNS, count_frequencies
from resurvey.indicators import SHARE_COLUMNS, joint_indicators, summarise_indicators
from resurvey.tabulation import (
    ASSOCIATION_COLUMNS,
    CROSSTAB_COLUMNS,
    TEST_COLUMNS,
    tabulate_survey,
)

if TYPE_CHECKING:
    from resurvey.design import Design
    from resurvey.survey import Survey

TABLE_FILES = {
    "crosstabs": CROSSTAB_COLUMNS,
    "tests": TEST_COLUMNS,
    "association": ASSOCIATION_COLUMNS,
    "frequencies": FREQUENCY_COLUMNS,
    "indicators": SHARE_COLUMNS,
}
"""CSV files of the room and their columns."""


def fill_tables(
    survey: "Survey",
    tables: Mapping[str, Any],
    indicators: Mapping[str, Any],
    wave: Mapping[str, Any],
    language: str,
    words: Mapping[str, str],
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

    Returns
    -------
    dict
        Lines of every file in `TABLE_FILES`.
    """
    design = wave_design(wave)
    declared = indicators.get("indicators", {})
    invented = joint_indicators(declared) if survey.codebook.reconstructed else set()
    counted = tabulate_survey(
        survey, tables, language=language, words=words, design=design, invented=invented
    )
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
        "frequencies": count_frequencies(survey, language, words["no_answer"], invented),
        "indicators": shares,
    }


def wave_design(wave: Mapping[str, Any]) -> "Design | None":
    """Sampling design that a wave declares; None where every respondent counts as one."""
    keys = {"weight": "weights", "strata": "strata", "clusters": "clusters", "fpc": "fpc"}
    chosen = {role: wave[key] for key, role in keys.items() if key in wave}
    if not chosen:
        return None
    from resurvey.design import Design

    return Design(**chosen)
