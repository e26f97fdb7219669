"""Intake: the raw file of a wave, its bytes, codes and labels checked on arrival."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from resurvey.errors import SurveyError
from resurvey.files import hash_file
from resurvey.reading import read_survey

if TYPE_CHECKING:
    from resurvey.codebook import Codebook
    from resurvey.survey import Survey

CODEBOOK_COLUMNS = ("variable", "label", "measure", "code", "answer", "kind")


def import_survey(
    path: str, codebook: Mapping[str, Any], wave: Mapping[str, Any] | None = None
) -> "Survey":
    """Read the raw file of a wave and hold it against the study's codebook.

    Parameters
    ----------
    path : str
        The raw survey file.
    codebook : dict
        `config/codebook.yaml`.
    wave : dict, optional
        The wave in `config/config.yaml`: `sha256`, `encoding`, `separator`, `decimal`, `id`.

    Raises
    ------
    SurveyError
        The file has other bytes than `sha256` says, cannot be read, or does not fit.
    """
    wave = wave or {}
    if "sha256" in wave and (actual := _hash(path)) != wave["sha256"]:
        raise SurveyError(
            f"{path}: its SHA-256 is {actual}, not {wave['sha256']}; restore the file, or change "
            "`sha256:` in config/config.yaml if the new one is right"
        )
    identifier = {"id": wave["id"]} if "id" in wave else {}
    dialect = {key: wave[key] for key in ("separator", "decimal") if key in wave}
    return read_survey(
        path, {**codebook, **identifier}, encoding=wave.get("encoding"), dialect=dialect or None
    )


def _hash(path: str) -> str:
    try:
        return hash_file(path)
    except OSError as problem:
        raise SurveyError(f"{path}: cannot be read: {problem.strerror}") from None


def document_codebook(codebook: "Codebook", language: str = "") -> list[dict[str, Any]]:
    """List every variable and code, one line each; keys `CODEBOOK_COLUMNS`.

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
            }
            for code in dict.fromkeys([*variable.codes, *variable.missing])
        ] or [shared]
        lines += [
            shared | {"code": f"{low:g} – {high:g}", "kind": "user_missing"}
            for low, high in variable.missing_ranges
        ]
    return lines
