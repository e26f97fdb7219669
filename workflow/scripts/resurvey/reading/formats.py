"""Formats: what a file is by its bytes and its name, and which files belong to it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from resurvey.core.errors import SurveyError


@dataclass(frozen=True)
class Export:
    """What is declared of a survey file, beside its path.

    Attributes
    ----------
    encoding : str or None
        Encoding of the texts.
    dialect : dict
        ``separator``, ``decimal``, ``quote``, ``thousands``.
    structure : tuple of pathlib.Path
        Structure files; empty where they are to be found by the tool's own names.
    sheet : str
        Sheet of a workbook.
    tool : str
        One of `TOOLS`; empty where it is recognised.
    """

    encoding: str | None = None
    dialect: Mapping[str, str] | None = None
    structure: tuple[Path, ...] = ()
    sheet: str = ""
    tool: str = ""


@dataclass(frozen=True)
class Format:
    """How the files of one ending are recognised and read.

    Attributes
    ----------
    content : str
        What their bytes are, as `sniffed` names it.
    reader : str
        ``module.function`` below `resurvey.reading`, which takes the path and an `Export`. It
        returns a `Survey`; for a table of text, which any questionnaire tool may have written,
        a `Sheet`.
    is_table : bool
        Whether it is such a table.
    takes : tuple of str
        Which of `structure`, `sheet` and `tool` say something about such a file; about a table
        all do.
    """

    content: str
    reader: str
    is_table: bool = False
    takes: tuple[str, ...] = ()

    def read(self, path: Path, export: Export) -> Any:
        """Read a file of this format."""
        module, _, function = self.reader.rpartition(".")
        return getattr(import_module(f"resurvey.reading.{module}"), function)(path, export)


FORMATS = {
    ".sav": Format("SPSS", "labelled.read_labelled"),
    ".zsav": Format("SPSS", "labelled.read_labelled"),
    ".por": Format("SPSS portable", "labelled.read_labelled"),
    ".dta": Format("Stata", "labelled.read_labelled"),
    ".sas7bdat": Format("SAS", "sas.read_sas", takes=("structure",)),
    ".xpt": Format("SAS transport", "sas.read_sas", takes=("structure",)),
    ".parquet": Format("Parquet", "parquet.read_parquet"),
    ".xlsx": Format("Excel", "workbook.read_workbook", is_table=True),
    ".xlsm": Format("Excel", "workbook.read_workbook", is_table=True),
    ".ods": Format("OpenDocument", "workbook.read_workbook", is_table=True),
    ".csv": Format("text", "delimited.read_delimited", is_table=True),
    ".tsv": Format("text", "delimited.read_delimited", is_table=True),
    ".tab": Format("text", "delimited.read_delimited", is_table=True),
    ".txt": Format("text", "delimited.read_delimited", is_table=True),
    ".dat": Format("text", "delimited.read_delimited", is_table=True),
}
"""File ending -> its format: whatever names the formats, in help or messages, reads it here."""
_UNREADABLE = {
    "SAS catalog": ".sas7bcat",
    "old Excel": ".xls",
    "zip": ".zip",
    "HTML": ".html",
    "LimeSurvey structure": ".lss",
    "XML": ".xml",
    "PDF": ".pdf",
    "gzip": ".gz",
}
"""What the bytes of other files are -> the usual ending."""
_HINTS = {
    "OpenDocument": "rename it to .ods, or save the sheet as .xlsx",
    "old Excel": "open it in a spreadsheet program (with its password, if it has one) and save it "
    "as .xlsx without a password",
    "zip": "unpack it and name the data file in it",
    "LimeSurvey structure": "this is the questionnaire; name the answers as `file:` and this as "
    "`structure:`",
    "SAS catalog": "these are the formats; name the data as `file:` and this as `structure:`",
}
_OLD_STATA_RELEASES = range(102, 116)
_HEAD = 1024
_SAS = bytes(12) + bytes.fromhex("c2ea81")
_SAS_DATA = 0x60
_LIMESURVEY = (
    (re.compile(r"(survey_\d+_SPSS)_data_file", re.IGNORECASE), (r"\1_syntax_file.sps",)),
    (re.compile(r"survey_(\d+)_SPSS_data_file", re.IGNORECASE), (r"limesurvey_survey_\1.lss",)),
    (re.compile(r"results-survey(\d+)", re.IGNORECASE), (r"limesurvey_survey_\1.lss",)),
)
_ENDINGS = (".sps", ".lss", ".sas7bcat")
TOOLS = ("plain", "qualtrics", "surveymonkey", "kobotoolbox")
"""Tools that can be declared where the table itself does not show them."""
SIDECAR = ".mrsets.json"
"""Ending of the file with the multiple-response sets of a .sav that cannot hold them."""


def survey_format(path: Path) -> str:
    """Recognise the format of the file at `path` and make sure that its name says the same."""
    found = file_content(path)
    ending, size = path.suffix.lower(), path.stat().st_size
    if ending not in FORMATS:
        endings = " ".join(FORMATS)
        if found == "text" and ending in (".sps", ".sas", ".do", ".r"):
            raise SurveyError(f"{path}: {_syntax_hint(path, ending)}")
        hint = f"; {_HINTS[found]}" if found in _HINTS else ""
        raise SurveyError(
            f"{path}: cannot read a '{ending}' file; resurvey reads {endings}"
            + (f", and this one looks like {_ending_of(found)}{hint}" if found != "text" else "")
        )
    if found != FORMATS[ending].content:
        hint = _HINTS.get(found, f"rename it to {_ending_of(found)} or fetch the right file")
        looks = _ending_of(found) if found != "text" else "text (.csv)"
        raise SurveyError(
            f"{path}: this is {looks}, not {ending} (judged by its first bytes, of {size}); {hint}"
        )
    return ending


def described_formats() -> str:
    """Name every format that is read, with its endings.

    Examples
    --------
    >>> described_formats()[:32]
    'SPSS (.sav .zsav), SPSS portable'
    """
    endings: dict[str, list[str]] = {}
    for ending, form in FORMATS.items():
        endings.setdefault(form.content, []).append(ending)
    return ", ".join(f"{content} ({' '.join(found)})" for content, found in endings.items())


def _ending_of(content: str) -> str:
    """Return the usual ending of a file with such bytes."""
    readable = {form.content: ending for ending, form in reversed(FORMATS.items())}
    return (readable | _UNREADABLE)[content]


def _syntax_hint(path: Path, ending: str) -> str:
    """Say where the data of a syntax file are, which is no data itself."""
    if ending != ".sps":
        return "this is a program and holds no answers; name the data file that it reads"
    named = re.search(
        r"(?i)/?FILE\s*=\s*['\"]([^'\"]+)['\"]", path.read_text(encoding="utf-8", errors="replace")
    )
    data_file = Path(named[1].replace("\\", "/")).name if named else ""
    there = [
        name for name in (data_file, f"{path.stem}.dat") if name and path.with_name(name).is_file()
    ]
    data = (
        f"'{there[0]}', which lies beside it,"
        if there
        else f"'{data_file}'"
        if data_file
        else "its .dat"
    )
    return (
        f"this is SPSS syntax, which says how the answers are read and holds none; give {data} as "
        f"the file, and this one as its `structure: {path}`"
    )


def file_content(path: Path) -> str:
    """Name what the bytes of a file are, whatever it is called."""
    if not path.exists():
        raise SurveyError(f"{path}: there is no such file; check its path")
    if path.is_dir():
        raise SurveyError(f"{path}: this is a folder; name the survey file in it")
    if not path.is_file():
        raise SurveyError(f"{path}: this is no regular file")
    if path.stat().st_size == 0:
        raise SurveyError(f"{path}: the file is empty (0 bytes); fetch it again")
    with path.open("rb") as stream:
        head = stream.read(_HEAD)
    found = sniffed(head)
    if found != "zip":
        return found
    from resurvey.reading.limits import archive_names

    names = archive_names(path)
    if any(name.startswith("xl/") for name in names):
        return "Excel"
    return "OpenDocument" if "mimetype" in names or "content.xml" in names else "zip"


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
        b"HEADER RECORD*******LIB": "SAS transport",
        b"PK\x03\x04": "zip",
        b"\xd0\xcf\x11\xe0": "old Excel",
        b"%PDF": "PDF",
        b"\x1f\x8b": "gzip",
    }
    for signature, name in signatures.items():
        if head.startswith(signature):
            return name
    if head.startswith(_SAS):
        return "SAS" if head[len(_SAS) : len(_SAS) + 1] == bytes([_SAS_DATA]) else "SAS catalog"
    if b"SPSSPORT" in head.replace(b"\r", b"").replace(b"\n", b""):
        return "SPSS portable"
    if len(head) > 3 and head[0] in _OLD_STATA_RELEASES and head[1] in (1, 2) and head[2] == 1:
        return "Stata"
    start = head.lstrip(b"\xef\xbb\xbf \r\n\t")
    if start[:5].lower() in (b"<!doc", b"<html") and b"LimeSurvey" not in head:
        return "HTML"
    if b"<LimeSurveyDocType>" in head:
        return "LimeSurvey structure"
    return "XML" if start.startswith((b"<?xml", b"<!DOCTYPE")) else "text"


def find_structure(path: Path) -> list[Path]:
    """Structure files beside the answers that belong to them by name.

    LimeSurvey's ``survey_123_SPSS_data_file.dat`` has ``survey_123_SPSS_syntax_file.sps``, its
    ``results-survey123.csv`` has ``limesurvey_survey_123.lss``; any file of answers may have a
    structure of its own name.

    Examples
    --------
    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> (folder / "limesurvey_survey_7.lss").touch()
    >>> [file.name for file in find_structure(folder / "results-survey7.csv")]
    ['limesurvey_survey_7.lss']
    """
    ending = path.suffix.lower()
    names: list[str] = []
    if ending in FORMATS and FORMATS[ending].is_table:
        for pattern, companions in _LIMESURVEY:
            if match := pattern.fullmatch(path.stem):
                names += [match.expand(companion) for companion in companions]
        names += [path.stem + ending for ending in _ENDINGS if ending != ".sas7bcat"]
    elif ending == ".sas7bdat":
        names = [path.stem + ".sas7bcat"]
    found = [path.with_name(name) for name in dict.fromkeys(names)]
    return [file for file in found if file.is_file()]


def sidecar_of(path: Path) -> Path:
    """Name of the file that holds the multiple-response sets of a .sav.

    Examples
    --------
    >>> sidecar_of(Path("deposit/wave.sav")).name
    'wave.mrsets.json'
    """
    return path.with_name(path.stem + SIDECAR)


def wave_files(wave: Mapping[str, Any]) -> list[Path]:
    """Every file that reading a wave's raw file would use beside it.

    Parameters
    ----------
    wave : dict
        A wave of `config/config.yaml`: its `file` and, where they are declared, `structure` and
        `tool`.

    Examples
    --------
    >>> [str(file) for file in wave_files({"file": "a.csv", "structure": ["a.sps", "a.lss"]})]
    ['a.sps', 'a.lss']
    """
    if declared := wave.get("structure"):
        return [Path(file) for file in ([declared] if isinstance(declared, str) else declared)]
    file = Path(wave["file"])
    if file.parts[:1] == ("results",) or wave.get("tool") == "plain":
        return []
    sidecar = sidecar_of(file)
    has_sidecar = file.suffix.lower() in (".sav", ".zsav") and sidecar.is_file()
    return find_structure(file) + ([sidecar] if has_sidecar else [])
