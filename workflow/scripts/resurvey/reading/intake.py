"""Intake: the raw file of a wave, its bytes, codes and labels checked on arrival."""

import logging
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from resurvey.core.errors import SurveyError
from resurvey.core.files import hash_file
from resurvey.reading import read_undeclared
from resurvey.reading.observed_answers import unlisted_together

if TYPE_CHECKING:
    from resurvey.core.codebook import Codebook, Survey

logger = logging.getLogger(__name__)

CODEBOOK_COLUMNS = ("variable", "label", "measure", "code", "answer", "kind", "reason")


PRINTED = (
    "%s: %s, so that this seems to be a printed table and no file of respondents; give a row for "
    "each respondent, or for each combination of answers with a column of counts"
)


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
    >>> from resurvey.core.codebook import Codebook, Variable
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
