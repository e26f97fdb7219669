"""Import gate: a wave's raw file as the study's survey, or the reasons why it stays outside."""

import logging
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from resurvey.core.codebook import Survey, declared_variable
from resurvey.counts.design import check_weights
from resurvey.prepare.recoding import recode_wave
from resurvey.reading import read_survey
from resurvey.reading.declared import check_labels, declare
from resurvey.reading.intake import PRINTED, check_bytes, declared_export, read_raw
from resurvey.reading.observed_answers import protect
from resurvey.reading.plausibility import mention_oddities
from resurvey.reading.weights import check_margins, counted_by, printed_table, weights_of
from resurvey.study.mapping import WaveMapping, mapping_of

if TYPE_CHECKING:
    from resurvey.core.codebook import Survey

logger = logging.getLogger(__name__)


def import_survey(
    path: str,
    codebook: Mapping[str, Any],
    wave: Mapping[str, Any] | None = None,
    mapping: Mapping[str, Any] | None = None,
) -> "Survey":
    """Read the raw file of a wave and hold it against the study's codebook.

    Parameters
    ----------
    path : str
        The raw survey file.
    codebook : dict
        `config/codebook.yaml`.
    wave : dict, optional
        The wave in `config/config.yaml`: `sha256`, `id`, and how its file is read (`read_raw`).
    mapping : dict, optional
        The wave in `config/waves.yaml`: its names and codes become the study's first.

    Returns
    -------
    Survey
        Written answers of few people that no codebook lists are counted together (see
        `resurvey.reading.observed_answers`); the codebook names the
        variables that look like weights.

    Raises
    ------
    SurveyError
        The file has other bytes than `sha256` says, cannot be read, or does not fit.
    """
    wave = wave or {}
    check_bytes(path, wave)
    declared = {**codebook, **({"id": wave["id"]} if "id" in wave else {})}
    if mapping:
        survey = adopt(read_raw(path, wave, declared, mapping), declared, mapping, path)
    else:
        survey = read_survey(path, declared, **declared_export(wave))
    _mention_weight(path, survey.codebook.weight, wave)
    if clause := printed_table(survey):
        logger.warning(PRINTED, path, clause)
    if "weight" not in wave and (counts := counted_by(survey)):
        logger.warning(
            "%s: every row is another combination of answers, and '%s' seems to say how many "
            "respondents gave it, but each row is counted as one; write `weight: %s` and "
            "`weight_kind: frequency` under the wave in config/config.yaml",
            path,
            counts,
            counts,
        )
    mention_oddities(path, survey)
    weight = wave.get("weight", "")
    if _weight_kind(wave) == "frequency" and weight and counted_by(survey) == weight:
        check_margins(survey, weight, path)
    if weight in survey.codebook:  # the tables say so where it is not there
        check_weights(survey, weight, path, wave.get("largest_weight"), _weight_kind(wave))
    listed = (
        name for name, spec in (codebook.get("variables") or {}).items() if "codes" in (spec or {})
    )
    survey = protect(survey, listed)
    return replace(survey, codebook=replace(survey.codebook, weights=weights_of(survey)))


def _weight_kind(wave: Mapping[str, Any]) -> str:
    return str(wave.get("weight_kind", "sampling"))


def _mention_weight(path: str, weight: str, wave: Mapping[str, Any]) -> None:
    """Say so where a file is weighted by itself and the study does not follow it."""
    used = wave.get("weight", "")
    if weight and weight != used:
        equal = "raked from equal weights" if "rake" in wave else "unweighted"
        instead = f"weighted by '{used}'" if used else equal
        logger.warning(
            "%s: the file says that its cases are weighted by '%s', but the tables are %s; write "
            "`weight: %s` under the wave in config/config.yaml to use it",
            path,
            weight,
            instead,
            weight,
        )


def adopt(
    survey: Survey, codebook: Mapping[str, Any], entry: Mapping[str, Any], file: str
) -> Survey:
    """Map a wave's file to the study's codebook and check that it then fits.

    Examples
    --------
    >>> import pandas as pd
    >>> from resurvey.core.codebook import Codebook, Variable
    >>> answers = pd.DataFrame({"Q1": pd.array([1, 2], "Int64")})
    >>> file = Survey(answers, Codebook({"Q1": Variable("Q1")}))
    >>> variables = {"sex": {"codes": {1: "men", 2: "women"}}, "plan": {"codes": {1: "yes"}}}
    >>> dropped = {"variable": "plan", "difference": "missing_variable", "why": "no room"}
    >>> entry = {"variables": {"sex": {"from": "Q1", "codes": {1: 2, 2: 1}}}, "accept": [dropped]}
    >>> wave = adopt(file, {"variables": variables}, entry, "2026.sav")
    >>> wave.data["sex"].tolist(), wave.data["plan"].tolist(), wave.codebook["plan"].answers
    ([2, 1], [<NA>, <NA>], [1])
    """
    mapping = mapping_of(entry)
    survey = recode_wave(survey, mapping, codebook, f"{file}: waves.yaml")
    # Before what the codebook declares is checked: a set may be of questions that were not asked.
    survey = _with_dropped(survey, codebook, mapping)
    survey = declare(survey, wave_codebook(codebook, mapping, survey), file)
    check_labels(survey, file)
    return survey


def wave_codebook(
    codebook: Mapping[str, Any], mapping: WaveMapping, survey: Survey
) -> dict[str, Any]:
    """Write the study's codebook as one wave has it."""
    specs = {}
    for name, spec in (codebook.get("variables") or {}).items():
        if name in mapping.dropped:
            continue
        specs[name] = dict(spec or {})
        if name in survey.codebook:
            specs[name].pop("source", None)
        elif "from" in mapping.variables.get(name, {}):
            specs[name]["source"] = mapping.variables[name]["from"]
    for name, code, labels in mapping.new_answers():
        if not specs.get(name, {}).get("codes") or name not in survey.codebook:
            continue
        known = survey.codebook[name].codes.get(code, {}) if code is not None else {}
        mapped = mapping.variables.get(name, {}).get("codes", {}).items()
        # A form has no codes: the answer itself is what the code is called.
        written = next((text for text, to in mapped if to == code and isinstance(text, str)), "")
        label = labels or known or written or str(code)
        specs[name]["codes"] = {**specs[name]["codes"], code: label}
    for name in mapping.variables:
        # A mapped name that is not in the codebook must be in the file all the same.
        if name not in specs and name not in mapping.dropped and name not in survey.codebook:
            specs[name] = {"source": mapping.variables[name].get("from", name)}
    return {**codebook, "variables": specs}


def _with_dropped(survey: Survey, codebook: Mapping[str, Any], mapping: WaveMapping) -> Survey:
    """Add an empty column for every variable that was not asked in this wave."""
    import pandas as pd

    specs = codebook.get("variables") or {}
    empty = [name for name in mapping.dropped if name not in survey.codebook]
    if not empty:
        return survey
    nobody = pd.Series(pd.array([None] * len(survey.data), dtype="Int64"), index=survey.data.index)
    variables = [declared_variable(name, specs.get(name)) for name in empty]
    data = survey.data.assign(**dict.fromkeys(empty, nobody))
    notes = (*survey.codebook.notes, *(f"not asked in this wave: {name}" for name in empty))
    return Survey(data, replace(survey.codebook.updated(variables), notes=notes))
