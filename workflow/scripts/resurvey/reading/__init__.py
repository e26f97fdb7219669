"""Reading: one function through which every survey file enters, whatever its format."""

from collections.abc import Mapping
from dataclasses import replace
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

from resurvey.errors import SurveyError
from resurvey.reading.formats import survey_format

if TYPE_CHECKING:
    from resurvey.survey import Survey

__all__ = ["declare", "read_survey", "write_sav"]

RECONSTRUCTED = "reconstructed from published tables"
"""Words in a file's label or notes that say that its records are no microdata."""


def read_survey(
    path: str | PathLike[str],
    codebook: Mapping[str, Any] | None = None,
    encoding: str | None = None,
    dialect: Mapping[str, str] | None = None,
) -> "Survey":
    r"""Read a survey file: coded answers, and a codebook of everything the file says about them.

    Parameters
    ----------
    path : path
        A ``.sav``, ``.zsav``, ``.por``, ``.dta``, ``.csv`` or ``.parquet`` file.
    codebook : dict, optional
        The study's own codebook (``config/codebook.yaml``): ``{"id": name, "variables": {name:
        {label, measure, codes, missing, order, dont_know, source, required}}}``. What it
        declares wins over the file, and the file is checked against it (see `declare`).
    encoding : str, optional
        Encoding of the texts, where the file declares none or a wrong one.
    dialect : dict, optional
        For ``.csv``: ``separator``, ``decimal`` and ``quote``.

    Returns
    -------
    Survey
        ``data`` holds codes (``Int64``, ``float64`` or text), with the user-missing codes kept;
        ``codebook`` holds labels in the order of the codes, user-missing codes and ranges,
        measures, multiple-response sets, the file's label and notes. Dates are ISO text. Stata's
        missing values ``.a`` to ``.z`` get codes from -901 down, each with its own label.

    Raises
    ------
    SurveyError
        In one sentence, for a file that is absent, empty, truncated, in another format than its
        name says, without rows or variables, ragged, or at odds with the codebook.

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

    survey = read_undeclared(path, encoding, dialect)
    if codebook:
        survey = declare(survey, codebook, str(path))
    check_labels(survey, str(path))
    return survey


def read_undeclared(
    path: str | PathLike[str],
    encoding: str | None = None,
    dialect: Mapping[str, str] | None = None,
) -> "Survey":
    """Read a survey file without a study's codebook and without judging its labels.

    Parameters and errors as for `read_survey`; two answers of one variable may have the same
    label. A new study starts from this, because it has yet to say what the labels should be.
    """
    from resurvey.reading.observed import complete_codebook

    file = Path(path)
    ending = survey_format(file)
    if ending == ".csv":
        from resurvey.reading.delimited import read_delimited

        survey = read_delimited(file, encoding, dialect)
    elif ending == ".parquet":
        from resurvey.reading.columnar import read_parquet

        survey = read_parquet(file)
    else:
        from resurvey.reading.labelled import read_labelled

        survey = read_labelled(file, ending, encoding)
    _check_shape(survey, file)
    book = survey.codebook
    told = "\n".join([book.file_label, *book.notes]).casefold()
    survey = replace(survey, codebook=replace(book, reconstructed=RECONSTRUCTED in told))
    return complete_codebook(survey)


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
