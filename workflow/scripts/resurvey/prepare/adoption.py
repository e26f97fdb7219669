"""Adoption: a wave's answers under the study's names, codes and codebook."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from resurvey.core.codebook import declared_variable
from resurvey.core.survey import Survey
from resurvey.prepare.recoding import recode_wave
from resurvey.reading.declared import check_labels, declare
from resurvey.study.mapping import WaveMapping, mapping_of


def adopt(
    survey: Survey, codebook: Mapping[str, Any], entry: Mapping[str, Any], file: str
) -> Survey:
    """Map a wave's file to the study's codebook and check that it then fits.

    Raises
    ------
    SurveyError
        As `resurvey.reading.declared.declare` and `resurvey.prepare.recoding.recode_wave`.

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
