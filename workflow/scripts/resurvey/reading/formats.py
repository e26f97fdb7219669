"""Formats: what a file is by bytes and name, which files belong to it, how large it may be."""

import re
import struct
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zipfile import BadZipFile, ZipFile, ZipInfo

from resurvey.core.errors import SurveyError, cut_module

if TYPE_CHECKING:
    from resurvey.reading.stored import Store


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
    store : resurvey.reading.stored.Store, optional
        Where the columns of a large file are put, so that it is never held in memory.
    """

    encoding: str | None = None
    dialect: Mapping[str, str] | None = None
    structure: tuple[Path, ...] = ()
    sheet: str = ""
    tool: str = ""
    store: "Store | None" = None


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
        """Read a file of this format: text at once, what others' libraries parse in a child."""
        if self.content == "text":
            return self.read_here(path, export)
        from resurvey.reading.child import read_apart

        return read_apart(path, self.reader, export)

    def read_here(self, path: Path, export: Export) -> Any:
        """Read a file of this format in this very process, which a damaged file may end."""
        return call_reader(self.reader, path, export)


def call_reader(reader: str, path: Path, *given: Any) -> Any:
    """Call a function of this room by its ``module.function``."""
    module, _, function = reader.rpartition(".")
    return getattr(import_module(f"resurvey.reading.{module}"), function)(path, *given)


FORMATS = {
    ".sav": Format("SPSS", "labelled.read_labelled"),
    ".zsav": Format("SPSS", "labelled.read_labelled"),
    ".por": Format("SPSS portable", "labelled.read_labelled"),
    ".dta": Format("Stata", "labelled.read_labelled"),
    ".sas7bdat": Format("SAS", "labelled.read_sas", takes=("structure",)),
    ".xpt": Format("SAS transport", "labelled.read_sas", takes=("structure",)),
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
_SAMPLE = 2**16
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
    if path.name.startswith(("~$", ".~lock.")):
        meant = path.name.removeprefix("~$").removeprefix(".~lock.").removesuffix("#")
        raise SurveyError(
            f"{path}: this is the mark that an office program leaves while a file is open, and no "
            f"survey; close the program, and name the file itself ({meant})"
        )
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
    return ", ".join(f"{content} ({' '.join(names)})" for content, names in endings.items())


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

    names = archive_names(path)
    if any(name.startswith("xl/") for name in names):
        return "Excel"
    return "OpenDocument" if "mimetype" in names or "content.xml" in names else "zip"


def respondents_of(path: Path) -> int | None:
    r"""Tell the respondents of a file by its beginning or its end, without reading it.

    Returns
    -------
    int or None
        What the header of a ``.sav`` or ``.dta`` or the end of a Parquet file declares, or the
        lines that a text file has if they go on as they begin. None where that says nothing.

    Examples
    --------
    >>> import tempfile
    >>> file = Path(tempfile.mkdtemp()) / "wave.csv"
    >>> _ = file.write_text("q\n" * 500)
    >>> respondents_of(file), respondents_of(file.with_suffix(".xlsx"))
    (499, None)
    """
    try:
        found = _declared_respondents(path)
        # More than that is refused when it is read: the header is damaged.
        return found if 0 <= found <= MOST_CELLS_PER_BYTE * path.stat().st_size else None
    except (OSError, ValueError, struct.error):
        return None


def _declared_respondents(path: Path) -> int:
    """Read the number of rows where a format has it; -1 where it has none."""
    ending = path.suffix.lower()
    with path.open("rb") as stream:
        head = stream.read(_SAMPLE)
    if ending in (".sav", ".zsav"):
        # Layout code and cases; a code that is large was written the other way round.
        order = "<" if struct.unpack_from("<i", head, 64)[0] < 2**16 else ">"
        cases: int = struct.unpack_from(order + "i", head, 80)[0]
        return cases
    if ending == ".dta":
        return _respondents_of_stata(head)
    if ending == ".parquet":
        import pyarrow.parquet as pq

        with pq.ParquetFile(path) as file:
            rows: int = file.metadata.num_rows
        return rows
    if ending in FORMATS and FORMATS[ending].content == "text" and head:
        lines = max(head.count(b"\n"), head.count(b"\r"))
        return round(lines * path.stat().st_size / len(head)) - 1
    return -1


def _respondents_of_stata(head: bytes) -> int:
    """Read the number of rows in the header of a ``.dta``, of the releases with and without tags.

    Notes
    -----
    Format: Stata, "File formats .dta", releases 102 to 119.
    """
    rows: int
    if head.startswith(b"<stata_dta>"):
        order = "<" if b"<byteorder>LSF" in head else ">"
        size = "I" if b"<release>117<" in head else "Q"
        (rows,) = struct.unpack_from(order + size, head, head.index(b"<N>") + 3)
    else:
        order = "<" if head[1:2] == b"\2" else ">"
        (rows,) = struct.unpack_from(order + "I", head, 6)
    return rows


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


STORED_FROM = 100_000
"""Respondents from which on a file is read, cleaned and counted without being held in memory."""
LARGEST_NUMBER_OF_VARIABLES = 20_000
MOST_CELLS = 1_000_000_000
"""Respondents times variables; the largest public surveys have half as many."""
MOST_CELLS_PER_BYTE = 100
"""Compressed answers of people take a byte for every one to twenty; a bomb a byte for hundreds."""
ALWAYS_SMALL = 20_000_000
"""Cells that fit into any memory, however well they were packed."""
MOST_LETTERS = 2**31
"""Letters of all texts of a file together, each counted as often as it stands in a row."""
LARGEST = 400 * 2**20
"""Bytes that an archive may have when unpacked."""
LARGEST_RATIO = 200
"""An honest sheet is packed ten to thirty times; a bomb a thousand times."""
_ALWAYS_SMALL = 20 * 2**20
_MOST_PARTS = 10_000
_ENCRYPTED = 1
_PART_HEAD = 2**16
_XML_STARTS = (b"<", b"\xff\xfe", b"\xfe\xff")
_DAMAGE = (
    BadZipFile,
    OSError,
    EOFError,
    LookupError,
    NotImplementedError,
    RuntimeError,
    ValueError,
    struct.error,
    zlib.error,
)
"""What the library raises on damaged archives."""


def check_cells(path: Path, rows: float, columns: float) -> None:
    """Refuse a file that would become larger in memory than any survey, before it is read.

    Examples
    --------
    >>> check_cells(Path("bomb.zsav"), 1e9, 20)
    Traceback (most recent call last):
    resurvey.SurveyError: bomb.zsav: the file declares 1000000000 rows × 20 columns, more \
cells than the limit of 1000000000; save only the variables that you need
    """
    cells = rows * columns
    shape = f"{path}: the file declares {rows:.0f} rows × {columns:.0f} columns"
    if cells > MOST_CELLS:
        raise SurveyError(
            f"{shape}, more cells than the limit of {MOST_CELLS}; save only the variables that "
            "you need"
        )
    size = path.stat().st_size if cells > ALWAYS_SMALL else 0
    if cells > ALWAYS_SMALL and cells > MOST_CELLS_PER_BYTE * size:
        raise SurveyError(
            f"{shape} in {size} bytes, more than {MOST_CELLS_PER_BYTE} cells for each byte; it is "
            "damaged or meant to do harm; if its answers really are that much alike, save it "
            "without compression"
        )


def check_letters(path: Path, letters: float) -> None:
    """Refuse texts that would take more memory than any survey's."""
    if letters > MOST_LETTERS:
        raise SurveyError(
            f"{path}: the texts of its cells have {letters:.3g} letters together, more than the "
            f"limit of {MOST_LETTERS}; leave out the columns of text that you do not need"
        )


@contextmanager
def reader_errors(path: Path) -> Iterator[None]:
    """Turn whatever a reader raises on odd bytes into one sentence.

    Foreign readers raise dozens of kinds of errors; which of them a damaged byte provokes is
    their own affair.
    """
    try:
        yield
    except SurveyError:
        raise
    except MemoryError:
        raise SurveyError(
            f"{path}: the file needs more memory than one of its size may take, or than this "
            "machine has; save only the variables that you need"
        ) from None
    except Exception as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise SurveyError(f"{path}: cannot be read: {error.strerror}") from None
        if cut := cut_module(error):
            raise SurveyError(cut) from None
        # The reader's own words may hold answers of respondents; its kind of error does not.
        raise SurveyError(
            f"{path}: the file is truncated or damaged and cannot be read "
            f"({type(error).__name__}); fetch it again"
        ) from error


def archive_names(path: Path) -> list[str]:
    """List the files in an archive, in its order."""
    return [part.filename for part in _parts(path)]


def check_archive(
    path: Path, wanted: Callable[[str], bool] = lambda name: True, plain: str = ""
) -> int:
    """Refuse an archive that is damaged, encrypted, or larger unpacked than any survey.

    Nothing in it is ever written to the disk. Its XML must not declare entities: they make a
    bomb of a few hundred bytes, or read other files. Parts that are not `wanted` are never
    unpacked, and may be large: the recordings beside a transcript, say. Parts whose names end
    with `plain` are read as plain text alone, and may begin as XML does.
    """
    parts = _parts(path)
    if len(parts) > _MOST_PARTS:
        raise SurveyError(f"{path}: the archive has {len(parts)} parts; this is no survey file")
    seen: set[str] = set()
    for part in parts:
        if part.filename in seen:
            raise SurveyError(f"{path}: the archive holds '{part.filename}' twice; save it anew")
        seen.add(part.filename)
        steps = re.split(r"[\\/]", part.filename)
        if not steps[0] or ".." in steps:
            raise SurveyError(
                f"{path}: the archive holds '{part.filename}', a path that leads out of it; "
                "this is no file to be opened"
            )
        if part.flag_bits & _ENCRYPTED:
            raise SurveyError(f"{path}: '{part.filename}' is encrypted; save it without a password")
    parts = [part for part in parts if wanted(part.filename)]
    size = sum(part.file_size for part in parts)
    packed = max(1, sum(part.compress_size for part in parts))
    if size > LARGEST or (size > _ALWAYS_SMALL and size > LARGEST_RATIO * packed):
        raise SurveyError(
            f"{path}: unpacked the file would have {size / 2**20:.0f} MB ({size / packed:.0f} "
            f"times its size; the limit is {LARGEST // 2**20} MB or {LARGEST_RATIO} times); "
            "it is damaged or meant to do harm"
        )
    with ZipFile(path) as archive:
        return sum(_check_part(path, archive, part, plain) for part in parts)


def read_part(path: Path, name: str) -> bytes:
    """Unpack one part of a checked archive into memory."""
    try:
        with ZipFile(path) as archive:
            return archive.read(name)
    except _DAMAGE:
        raise _damaged(path) from None


def _parts(path: Path) -> list[ZipInfo]:
    try:
        with ZipFile(path) as archive:
            return archive.infolist()
    except _DAMAGE:
        raise _damaged(path) from None


def _check_part(path: Path, archive: ZipFile, part: ZipInfo, plain: str) -> int:
    """Unpack a part once: its checksum must fit, and XML must not declare a document type."""
    try:
        with archive.open(part) as stream:
            head = stream.read(_PART_HEAD)
            size, marks = len(head), head.count(b"<")
            while piece := stream.read(2**20):
                size += len(piece)
                marks += piece.count(b"<")
    except _DAMAGE:
        raise _damaged(path) from None
    if size != part.file_size:
        raise _damaged(path)
    if plain and part.filename.casefold().endswith(plain):
        return 0
    named = part.filename.casefold().endswith((".xml", ".rels", ".vml"))
    # A reader follows the links in a workbook, whatever the parts are called.
    is_xml = named or head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(_XML_STARTS)
    if not is_xml or not head:
        return 0
    prolog = re.match(rb"(?:\xef\xbb\xbf)?\s*(?:<\?.*?\?>\s*|<!--.*?-->\s*)*", head, re.DOTALL)
    rest = head[prolog.end() :] if prolog else head
    if not re.match(rb"<[A-Za-z_]", rest):
        raise SurveyError(
            f"{path}: '{part.filename}' in it declares a document type or is no plain XML; "
            "entities could read other files, so it is not opened"
        )
    return marks


def _damaged(path: Path) -> SurveyError:
    return SurveyError(f"{path}: the file is truncated or damaged; fetch it again")
