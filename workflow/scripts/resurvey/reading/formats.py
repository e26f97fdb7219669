"""Formats: which kind of survey file lies at a path, judged by its bytes and its name."""

from pathlib import Path

from resurvey.errors import SurveyError

READABLE = {
    ".sav": "SPSS",
    ".zsav": "SPSS",
    ".por": "SPSS portable",
    ".dta": "Stata",
    ".csv": "text",
    ".parquet": "Parquet",
}
"""File ending -> what its bytes must be."""

_ENDING = {
    "SPSS": ".sav",
    "SPSS portable": ".por",
    "Stata": ".dta",
    "Parquet": ".parquet",
    "Excel": ".xlsx",
    "HTML": ".html",
    "PDF": ".pdf",
    "gzip": ".gz",
    "text": ".csv",
}
_OLD_STATA_RELEASES = range(102, 116)
_HEAD = 1024


def survey_format(path: Path) -> str:
    """Recognise the format of the file at `path` and make sure that its name says the same.

    Parameters
    ----------
    path : pathlib.Path
        File to look at; only its first bytes are read.

    Returns
    -------
    str
        The file ending in lower case: ``.sav``, ``.zsav``, ``.por``, ``.dta``, ``.csv`` or
        ``.parquet``.

    Raises
    ------
    SurveyError
        When there is no such file, it is a folder or empty, its ending is not one of these, or
        its bytes belong to another format.
    """
    if not path.exists():
        raise SurveyError(f"{path}: there is no such file; check the path in the configuration")
    if path.is_dir():
        raise SurveyError(f"{path}: this is a folder; name the survey file in it")
    if not path.is_file():
        raise SurveyError(f"{path}: this is no regular file")
    ending = path.suffix.lower()
    size = path.stat().st_size
    if size == 0:
        raise SurveyError(f"{path}: the file is empty (0 bytes); fetch it again")
    with path.open("rb") as stream:
        head = stream.read(_HEAD)
    found = sniffed(head)
    if ending not in READABLE:
        endings = " ".join(READABLE)
        raise SurveyError(
            f"{path}: cannot read a '{ending}' file; resurvey reads {endings}"
            + (f", and this one looks like {_ENDING[found]}" if found != "text" else "")
        )
    if found != READABLE[ending]:
        hint = (
            "save the sheet as CSV"
            if found == "Excel"
            else f"rename it to {_ENDING[found]} or fetch the right file"
        )
        looks = _ENDING[found] if found != "text" else "text (.csv)"
        raise SurveyError(
            f"{path}: this is {looks}, not {ending} (judged by its first bytes, of {size}); {hint}"
        )
    return ending


def sniffed(head: bytes) -> str:
    """Name the format that the first bytes of a file belong to.

    Examples
    --------
    >>> sniffed(b"$FL2@(#) SPSS DATA FILE"), sniffed(b"id,sex"), sniffed(b"<!DOCTYPE html>")
    ('SPSS', 'text', 'HTML')
    """
    signatures = {
        b"$FL2": "SPSS",
        b"$FL3": "SPSS",
        b"<stata_dta>": "Stata",
        b"PAR1": "Parquet",
        b"PK\x03\x04": "Excel",
        b"\xd0\xcf\x11\xe0": "Excel",
        b"%PDF": "PDF",
        b"\x1f\x8b": "gzip",
    }
    for signature, name in signatures.items():
        if head.startswith(signature):
            return name
    if b"SPSSPORT" in head.replace(b"\r", b"").replace(b"\n", b""):
        return "SPSS portable"
    if len(head) > 3 and head[0] in _OLD_STATA_RELEASES and head[1] in (1, 2) and head[2] == 1:
        return "Stata"
    if head.lstrip(b"\xef\xbb\xbf \r\n\t")[:5].lower() in (b"<!doc", b"<html"):
        return "HTML"
    return "text"
