"""Simulated waves: surveys drawn from the model, as the study or as a changed questionnaire."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from resurvey.core.codebook import Codebook
from resurvey.core.survey import Survey
from resurvey.study.simulation.drawing import draw_waves
from resurvey.study.simulation.model import Model, read_model
from resurvey.study.simulation.planting import ask_everybody, plant_changes, study_codebook

FILE_LABEL = "Simulated from a declared model, not microdata"
NOTES = (
    "Simulated from a declared model, not microdata: no person gave these answers.",
    "The shares and their changes are declared in config/simulation.yaml.",
)


def simulate_waves(
    model: Model,
    waves: Mapping[str, Mapping[str, Any]],
    codebook: Mapping[str, Any],
    identifier: str = "respondent",
) -> dict[str, Survey]:
    """Draw waves from a model under the study's names and codes."""
    drawn = draw_waves(model, waves, identifier)
    variables = study_codebook(model, codebook, identifier)
    book = Codebook(variables, FILE_LABEL, NOTES, simulated=True)
    return {wave: Survey(data, book) for wave, data in drawn.items()}


def simulated_file(
    declared: Mapping[str, Any],
    waves: Mapping[str, Mapping[str, Any]],
    codebook: Mapping[str, Any],
) -> Survey:
    """Simulate the last of some waves as the file that its changed questionnaire would give.

    Parameters
    ----------
    declared : dict
        `config/simulation.yaml`.
    waves : dict
        Wave -> its `simulate:`, in the order of time, up to the one that is wanted.
    codebook : dict
        `config/codebook.yaml`.

    Raises
    ------
    SurveyError
        The model or a planted change names what the study does not have.
    """
    model = read_model(declared, codebook)
    wave = list(waves)[-1]
    changes = waves[wave].get("questionnaire", {})
    identifier = codebook.get("id", "respondent")
    survey = simulate_waves(ask_everybody(model, changes), waves, codebook, identifier)[wave]
    changed = plant_changes(survey, changes, model.seed)
    return replace(changed, codebook=replace(changed.codebook, simulated=True))
