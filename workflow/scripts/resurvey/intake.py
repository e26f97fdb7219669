"""Intake: the raw file of a wave, its bytes, codes and labels checked on arrival."""

import logging
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from resurvey.errors import SurveyError
from resurvey.files import hash_file
from resurvey.reading import read_survey, read_undeclared
from resurvey.reading.closed import protect, unlisted_together
from resurvey.reading.counted import counted_by, printed_table
from resurvey.reading.oddities import mention_oddities
from resurvey.reading.weights import weights_of

if TYPE_CHECKING:
    from resurvey.codebook import Codebook
    from resurvey.survey import Survey

logger = logging.getLogger(__name__)

CODEBOOK_COLUMNS = ("variable", "label", "measure", "code", "answer", "kind", "reason")


PRINTED = (
    "%s: %s, so that this seems to be a printed table and no file of respondents; give a row for "
    "each respondent, or for each combination of answers with a column of counts"
)


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
        from resurvey.waves.adoption import adopt

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
    if weight in survey.codebook:  # the tables say so where it is not there
        from resurvey.weights import check_weights

        check_weights(survey, weight, path, wave.get("largest_weight"), _weight_kind(wave))
    listed = (
        name for name, spec in (codebook.get("variables") or {}).items() if "codes" in (spec or {})
    )
    survey = protect(survey, listed)
    return replace(survey, codebook=replace(survey.codebook, weights=weights_of(survey)))


def _weight_kind(wave: Mapping[str, Any]) -> str:
    return str(wave.get("weight_kind", "sampling"))


def read_raw(
    path: str,
    wave: Mapping[str, Any],
    codebook: Mapping[str, Any] | None = None,
    mapping: Mapping[str, Any] | None = None,
) -> "Survey":
    """Read the raw file of a wave as it is, before the study says anything about it.

    Answers in words that the study does not list and that few people wrote are counted together,
    so that no comparison of questionnaires repeats them.

    Parameters
    ----------
    path : str
        The raw survey file.
    wave : dict
        The wave in `config/config.yaml`: see `declared_export`.
    codebook, mapping : dict, optional
        `config/codebook.yaml`, and the wave in `config/waves.yaml`.
    """
    survey = read_undeclared(path, **declared_export(wave))
    return unlisted_together(survey, codebook or {}, mapping or {})


def declared_export(wave: Mapping[str, Any]) -> dict[str, Any]:
    """Arguments of `resurvey.reading.read_survey` that a wave declares.

    Examples
    --------
    >>> declared_export({"file": "a.csv", "separator": ";", "structure": "a.lss"})
    {'structure': 'a.lss', 'dialect': {'separator': ';'}}
    """
    plain = {key: wave[key] for key in ("encoding", "structure", "sheet", "tool") if key in wave}
    dialect = {key: wave[key] for key in ("separator", "decimal", "thousands") if key in wave}
    return plain | ({"dialect": dialect} if dialect else {})


def _mention_weight(path: str, weight: str, wave: Mapping[str, Any]) -> None:
    """Say so where a file is weighted by itself and the study does not follow it."""
    used = wave.get("weight", "")
    if weight and weight != used:
        instead = f"weighted by '{used}'" if used else "unweighted"
        logger.warning(
            "%s: the file says that its cases are weighted by '%s', but the tables are %s; write "
            "`weight: %s` under the wave in config/config.yaml to use it",
            path,
            weight,
            instead,
            weight,
        )


def check_bytes(path: str, wave: Mapping[str, Any]) -> None:
    """Refuse a file that is not the one that was recorded.

    Raises
    ------
    SurveyError
        Its SHA-256 is not the wave's `sha256`.
    """
    if "sha256" in wave and (actual := _hash(path)) != wave["sha256"]:
        raise SurveyError(
            f"{path}: its SHA-256 is {actual}, not {wave['sha256']}; restore the file, or change "
            "`sha256:` in config/config.yaml if the new one is right"
        )


def _hash(path: str) -> str:
    try:
        return hash_file(path)
    except OSError as problem:
        raise SurveyError(f"{path}: cannot be read: {problem.strerror}") from None


def document_codebook(codebook: "Codebook", language: str = "") -> list[dict[str, Any]]:
    """List every variable and code, one line each; keys `CODEBOOK_COLUMNS`.

    Notes
    -----
    `reason` says why a user-missing code is no answer: refused, dont_know, not_asked or other.

    Examples
    --------
    >>> from resurvey.codebook import Codebook, Variable
    >>> book = Codebook({"q": Variable("q", codes={9: {"en": "refused"}}, missing=(9,))})
    >>> [(line["code"], line["kind"]) for line in document_codebook(book, "en")]
    [(9, 'user_missing')]
    """
    lines: list[dict[str, Any]] = []
    for name in codebook:
        variable = codebook[name]
        shared: dict[str, Any] = {
            "variable": name,
            "label": variable.title(language),
            "measure": variable.measure,
        }
        lines += [
            shared
            | {
                "code": code,
                "answer": variable.answer(code, language),
                "kind": "user_missing" if variable.is_missing(code) else "answer",
                "reason": variable.reasons.get(code, ""),
            }
            for code in dict.fromkeys([*variable.codes, *variable.missing])
        ] or [shared]
        lines += [
            shared | {"code": f"{low:g} – {high:g}", "kind": "user_missing"}
            for low, high in variable.missing_ranges
        ]
    return lines
