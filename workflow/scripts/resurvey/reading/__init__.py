"""Reading: the way in for every survey file, whatever its format, and for a wave's raw file."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

from resurvey.core.errors import SurveyError
from resurvey.core.files import hash_file
from resurvey.reading.formats import FORMATS, Export, reader_errors, survey_format

if TYPE_CHECKING:
    from resurvey.core.codebook import Codebook, Survey
    from resurvey.reading.sheet import Sheet
    from resurvey.reading.stored import Store

__all__ = ["declare", "read_survey", "write_sav"]

RECONSTRUCTED = "reconstructed from published tables"
"""Words in a file's label or notes that say that its records are no microdata."""
SIMULATED = "simulated from a declared model"
"""The same for records that were drawn from a model."""
ORIGINS = {"reconstructed": RECONSTRUCTED, "simulated": SIMULATED}
"""The words by the origin of a codebook."""

logger = logging.getLogger(__name__)


def read_survey(
    path: str | PathLike[str],
    codebook: Mapping[str, Any] | None = None,
    encoding: str | None = None,
    dialect: Mapping[str, str] | None = None,
    structure: str | PathLike[str] | Sequence[str | PathLike[str]] = (),
    sheet: str = "",
    tool: str = "",
    store: "Store | None" = None,
) -> "Survey":
    r"""Read a survey file: coded answers, and a codebook of everything the file says about them.

    Parameters
    ----------
    path : path
        A file of any of `resurvey.reading.formats.FORMATS`: SPSS, Stata, SAS, Parquet, a workbook
        or a text file, the last two as LimeSurvey, KoboToolbox, Qualtrics, SurveyMonkey or anybody
        writes them.
    codebook : dict, optional
        The study's own codebook (``config/codebook.yaml``): ``{"id": name, "variables": {name:
        {label, measure, codes, missing, order, dont_know, source, required, date}}}``. What it
        declares wins over the file, and the file is checked against it (see `declare`).
    encoding : str, optional
        Encoding of the texts, where the file declares none or a wrong one.
    dialect : dict, optional
        For text files: ``separator``, ``decimal``, ``thousands`` and ``quote``.
    structure : path or list of paths, optional
        Questionnaire that the tool exports beside the answers: LimeSurvey's ``.lss`` or
        ``.sps``, an XLSForm, Kobo's zip of ``.sps``, a SAS catalog. Without it a file of the
        tool's own name is used where it lies beside the answers, and the log says so.
    sheet : str, optional
        Sheet of a workbook with several.
    tool : str, optional
        ``plain``, ``qualtrics``, ``surveymonkey`` or ``kobotoolbox``, where the headings do not
        show it.
    store : Store, optional
        Where the columns of a large SPSS or Parquet file are put while it is read a part at a time
        (`resurvey.reading.stored`). ``data`` then reads them from there, for as long as it is
        there. Without it every file is read into memory.

    Returns
    -------
    Survey
        ``data`` holds codes (``Int64``, ``float64`` or text), with the user-missing codes kept;
        ``codebook`` holds labels in the order of the codes (or of the questionnaire),
        user-missing codes and ranges with their reasons, measures, routing, multiple-response
        sets, the file's label, notes and weight. Dates are ISO text. Stata's and SAS's missing
        values ``.a`` to ``.z`` get codes from -901 down, each with its own label.

    Raises
    ------
    SurveyError
        In one sentence, for a file that is absent, empty, truncated, in another format than its
        name says, without rows or variables, ragged, or at odds with its structure or the
        codebook.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> file = pathlib.Path(tempfile.mkdtemp()) / "wave.csv"
    >>> _ = file.write_text("sex,city\n1,Osh\n2,Osh\n")
    >>> survey = read_survey(file, {"variables": {"sex": {"codes": {1: "men", 2: "women"}}}})
    >>> survey.data["sex"].tolist(), survey.codebook["sex"].answer(2)
    ([1, 2], 'women')
    """
    from resurvey.reading.declared import check_labels, declare

    export = _export(encoding, dialect, structure, sheet, tool, store)
    survey, cells = _read(Path(path), export, not codebook)
    if codebook:
        survey = declare(survey, codebook, str(path), cells)
    check_labels(survey, str(path))
    return survey


def read_undeclared(
    path: str | PathLike[str],
    encoding: str | None = None,
    dialect: Mapping[str, str] | None = None,
    structure: str | PathLike[str] | Sequence[str | PathLike[str]] = (),
    sheet: str = "",
    tool: str = "",
    store: "Store | None" = None,
) -> "Survey":
    """Read a survey file without a study's codebook and without judging its labels.

    Parameters and errors as for `read_survey`; two answers of one variable may have the same
    label. A new study starts from this, because it has yet to say what the labels should be.
    """
    return _read(Path(path), _export(encoding, dialect, structure, sheet, tool, store))[0]


def _export(
    encoding: str | None,
    dialect: Mapping[str, str] | None,
    structure: str | PathLike[str] | Sequence[str | PathLike[str]],
    sheet: str,
    tool: str,
    store: "Store | None",
) -> Export:
    named = [structure] if isinstance(structure, str | PathLike) else structure
    return Export(encoding, dialect, tuple(map(Path, named)), sheet, tool, store)


def _read(file: Path, export: Export, complete: bool = True) -> "tuple[Survey, Sheet | None]":
    """Read a file by its format; the cells come along where it is a table of text."""
    import pandas as pd

    from resurvey.reading.observed_answers import complete_codebook
    from resurvey.reading.oddities import mention_labels
    from resurvey.reading.plausibility import check_copies

    ending = survey_format(file)
    form = FORMATS[ending]
    cells = None
    with reader_errors(file):
        _check_nothing_beside(file, ending, export)
        if form.is_table:
            from resurvey.reading.exports import read_exported

            survey, cells = read_exported(file, form, export)
        else:
            survey = form.read(file, export)
        _check_shape(survey, file)
        if export.store and isinstance(survey.data, pd.DataFrame):
            _mention_whole(file, len(survey.data), export.store.least)
        if cells is None:
            check_copies(survey, str(file))
        book = survey.codebook
        words = "\n".join([book.file_label, *book.notes]).casefold()
        book = replace(book, reconstructed=RECONSTRUCTED in words, simulated=SIMULATED in words)
        for clause in book.assumed:
            logger.warning("%s: %s", file, clause)
        survey = replace(survey, codebook=book)
        if complete:
            survey = complete_codebook(survey)
        _mention_wronged_words(survey, file)
        mention_labels(file, survey)
        return survey, cells


def _mention_whole(file: Path, respondents: int, least: int) -> None:
    """Say so where a large file was read into memory, because its format is not read in parts."""
    if respondents >= least > 0:
        logger.info(
            "%s: its %d respondents are held in memory while it is imported, because such a file "
            "is read as a whole; save it once as Parquet or .sav, which are not",
            file,
            respondents,
        )


def _mention_wronged_words(survey: "Survey", file: Path) -> None:
    """Say so where words were spoilt before the file was saved, which no `encoding` can mend."""
    from resurvey.reading.encoding import wronged
    from resurvey.reading.observed_answers import FEW

    spoilt = {}
    for name, variable in survey.codebook.variables.items():
        texts = [name, *variable.label.values()]
        texts += [word for labels in variable.codes.values() for word in labels.values()]
        if survey.data.dtypes[name] == "str":
            answers = survey.data[name].dropna()
            texts += answers.unique().tolist() if answers.nunique() <= FEW else []
        if clause := wronged("\n".join(texts)):
            spoilt[name] = clause
    if spoilt:
        first, *others = spoilt
        logger.warning(
            "%s: the words of '%s'%s are nonsense and look like %s, before the file was saved; "
            "fetch it anew from where it was made",
            file,
            first,
            f" (and of {len(others)} more)" if others else "",
            spoilt[first],
        )


def _check_nothing_beside(file: Path, ending: str, export: Export) -> None:
    """Refuse declarations that reading this format would ignore."""
    form = FORMATS[ending]
    for key in ("structure", "sheet", "tool"):
        if getattr(export, key) and not form.is_table and key not in form.takes:
            raise SurveyError(
                f"{file}: a {ending} file describes itself, so `{key}:` says nothing about it; "
                "remove the key"
            )


def _check_shape(survey: "Survey", path: Path) -> None:
    """Refuse a file without variables or respondents, and names that differ only by case."""
    if not len(survey.data.columns):
        raise SurveyError(f"{path}: the file has no variables")
    if not len(survey.data):
        raise SurveyError(
            f"{path}: the file has {len(survey.data.columns)} variables but 0 respondents"
        )
    seen: dict[str, str] = {}
    for name in survey.data.columns:
        if (other := seen.setdefault(name.casefold(), name)) != name:
            raise SurveyError(
                f"{path}: the variables '{other}' and '{name}' differ only by upper and lower "
                "case, which SPSS takes for one name; rename one"
            )


def __getattr__(name: str) -> Any:
    """Import the parts that only some callers need."""
    if name == "declare":
        from resurvey.reading.declared import declare

        return declare
    if name == "write_sav":
        from resurvey.reading.writing import write_sav

        return write_sav
    raise AttributeError(f"module 'resurvey.reading' has no attribute {name!r}")


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
    store: "Store | None" = None,
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
    store : Store, optional
        Where the columns of a large file are put: see `read_survey`.
    """
    from resurvey.reading.observed_answers import unlisted_together

    survey = read_undeclared(path, **declared_export(wave), store=store)
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
