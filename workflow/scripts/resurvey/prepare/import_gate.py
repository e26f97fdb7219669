"""Import gate: the raw file of a wave becomes the study's respondents."""

import logging
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from resurvey.counts.design import check_weights
from resurvey.prepare.adoption import adopt
from resurvey.reading import read_survey
from resurvey.reading.closed import protect
from resurvey.reading.counted import check_margins, counted_by, printed_table
from resurvey.reading.intake import PRINTED, check_bytes, declared_export, read_raw
from resurvey.reading.oddities import mention_oddities
from resurvey.reading.weights import weights_of

if TYPE_CHECKING:
    from resurvey.core.survey import Survey

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
        `resurvey.reading.closed`); the codebook names the variables that look like weights.

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
