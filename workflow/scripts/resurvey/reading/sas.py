"""SAS files (.sas7bdat, .xpt): their layout, their codes, and the labels of a format catalog."""

import logging
import struct
from pathlib import Path

from resurvey.core.codebook import Survey
from resurvey.core.errors import SurveyError
from resurvey.reading.formats import Export, file_content, find_structure
from resurvey.reading.labelled import call_readstat, labelled_survey
from resurvey.reading.limits import LARGEST_NUMBER_OF_VARIABLES

logger = logging.getLogger(__name__)
_RECORD = 80
_HEADER = b"HEADER RECORD*******%-8sHEADER RECORD!!!!!!!"
_DESCRIBED = slice(48, 80)
_LIBRARY, _MEMBER, _DESCRIPTOR = (
    (b"LIBRARY", b"LIBV8"),
    (b"MEMBER", b"MEMBV8"),
    (b"DSCRPTR", b"DSCPTV8"),
)
_NAMES, _LABELS, _ROWS = (b"NAMESTR", b"NAMSTV8"), (b"LABELV8", b"LABELV9"), (b"OBS", b"OBSV8")
_WIDTHS_OF_A_NAME = (136, 140)


def read_sas(path: Path, export: Export) -> Survey:
    """Read a SAS data set or transport file.

    Notes
    -----
    SAS keeps value labels outside of the data: without a catalog the study's codebook declares
    them. Dates are recognised by their display format.
    """
    encoding = export.encoding
    found = list(export.structure) or find_structure(path)
    if path.suffix.lower() == ".xpt":
        if found:
            raise SurveyError(f"{path}: a transport file has no catalog; remove `structure:`")
        rows = check_transport(path)
        frame, meta = call_readstat(path, "read_xport", encoding)
        if len(frame) != rows:
            raise SurveyError(
                f"{path}: the file is damaged: it holds {rows} rows, but {len(frame)} were read; "
                "fetch it again"
            )
        return labelled_survey(frame, meta, [], "SAS")
    check_data_set(path)
    if len(found) > 1:
        raise SurveyError(f"{path}: there are {len(found)} catalogs, but SAS has one; name one")
    options = {"user_missing": True}
    if not found:
        frame, meta = call_readstat(path, "read_sas7bdat", encoding, **options)
        return labelled_survey(frame, meta, [], "SAS")
    if file_content(found[0]) != "SAS catalog":
        raise SurveyError(f"{found[0]}: this is no SAS format catalog (.sas7bcat)")
    if not export.structure:
        logger.info("%s: read together with %s, which lies beside it", path, found[0].name)
    frame, meta = call_readstat(path, "read_sas7bdat", encoding, **options)
    # The catalog is read by itself: merged by the library it would replace codes by labels.
    _, formats = call_readstat(found[0], "read_sas7bcat", encoding, dates=False)
    meta.variable_value_labels = {
        name: formats.value_labels[written.upper()]
        for name, written in ((column, _format_name(meta, column)) for column in frame.columns)
        if written.upper() in formats.value_labels
    }
    return labelled_survey(frame, meta, [], "SAS")


def _format_name(meta: object, variable: str) -> str:
    """Name of a variable's format without its width: SEXF1. is SEXF."""
    written = getattr(meta, "original_variable_types", {}).get(variable) or ""
    return str(written).split(".")[0].rstrip("0123456789")


def check_transport(path: Path) -> int:
    """Walk the records of a transport file and count the rows that its bytes hold.

    ReadStat reads as many whole rows as there are, so a file that was cut short loses
    respondents without a word.

    Notes
    -----
    Format: SAS, "Record Layout of a SAS Version 5 or 6 (8 or 9) Data Set in SAS Transport (XPORT)
    Format". Version 5 has no number of rows: a file that was cut between two rows and two
    records looks whole.
    """
    content = path.read_bytes()
    if len(content) % _RECORD:
        raise _damaged(path, f"its {len(content)} bytes are no multiple of {_RECORD}")
    try:
        return _Transport(path, content).rows()
    except SurveyError:
        raise
    except (struct.error, IndexError, ValueError):
        raise _damaged(path, "its header records turn into nonsense") from None


def _damaged(path: Path, why: str) -> SurveyError:
    return SurveyError(
        f"{path}: the file is truncated or damaged: {why}; fetch it again (a transport file is "
        "moved as binary, never as text)"
    )


class _Transport:
    """The records of a transport file up to its data."""

    def __init__(self, path: Path, content: bytes) -> None:
        self.path, self.content, self.at = path, content, 0

    def rows(self) -> int:
        """Count the rows, held against everything that the file says about them."""
        for names, after in ((_LIBRARY, 2), (_MEMBER, 0)):
            described = self._header(names)
            self.at += after * _RECORD
        width = int(described[-6:].strip() or 140)
        if width not in _WIDTHS_OF_A_NAME:
            raise ValueError
        self._header(_DESCRIPTOR)
        self.at += 2 * _RECORD
        variables = int(self._header(_NAMES)[:10])
        if not 0 < variables <= LARGEST_NUMBER_OF_VARIABLES:
            raise ValueError
        length = self._row_length(variables, width)
        if self._is_header(_LABELS):
            self.at += _RECORD
            while not self._is_header(_ROWS):
                self.at += _RECORD
                if self.at >= len(self.content):
                    raise IndexError
        declared = self._header(_ROWS).strip()
        data = self.content[self.at :]
        if self._several(data):
            raise SurveyError(
                f"{self.path}: the transport file holds several data sets; save the one with the "
                "answers by itself"
            )
        rows, rest = divmod(len(data), length)
        if rest >= _RECORD or data[rows * length :].strip(b" "):
            raise _damaged(self.path, f"its last row has {rest} of {length} bytes")
        blank = b" " * length
        least = -(-(len(data) - _RECORD + 1) // length)  # the filling is shorter than a record
        while rows > max(0, least) and data[(rows - 1) * length : rows * length] == blank:
            rows -= 1
        if declared.isdigit() and declared.strip(b"0") and int(declared) != rows:
            raise _damaged(self.path, f"it declares {int(declared)} rows and holds {rows}")
        return rows

    def _is_header(self, names: tuple[bytes, ...]) -> bool:
        return any(self.content.startswith(_HEADER % name, self.at) for name in names)

    def _header(self, names: tuple[bytes, ...]) -> bytes:
        """Step over one header record; return what it says behind its name."""
        if not self._is_header(names):
            raise ValueError
        record = self.content[self.at : self.at + _RECORD]
        self.at += _RECORD
        return record[_DESCRIBED]

    def _row_length(self, variables: int, width: int) -> int:
        """Add up the widths of the variables, which stand one after the other in a row."""
        length = 0
        for number in range(variables):
            at = self.at + number * width
            kind, _, size = struct.unpack_from(">3h", self.content, at)
            (position,) = struct.unpack_from(">i", self.content, at + 84)
            if (
                kind not in (1, 2)
                or not (2 <= size <= 8 if kind == 1 else size >= 0)
                or position != length
            ):
                raise ValueError
            length += size
        if not length:
            raise ValueError
        self.at += -(-variables * width // _RECORD) * _RECORD
        return length

    def _several(self, data: bytes) -> bool:
        """Return whether a second data set begins in the data, at a record of its own."""
        for name in _MEMBER:
            at = data.find(_HEADER % name)
            while at >= 0:
                if at % _RECORD == 0:
                    return True
                at = data.find(_HEADER % name, at + 1)
        return False


def check_data_set(path: Path) -> None:
    """Hold the size of a ``.sas7bdat`` against its number of pages."""
    with path.open("rb") as stream:
        head = stream.read(288)
    try:
        wide = head[32:33] == b"3"
        shift = 4 if head[35:36] == b"3" else 0
        order = "<" if head[37] == 1 else ">"
        header, page = struct.unpack_from(f"{order}2i", head, 196 + shift)
        (pages,) = struct.unpack_from(f"{order}{'q' if wide else 'i'}", head, 204 + shift)
    except (struct.error, IndexError):
        header = page = pages = 0
    size = path.stat().st_size
    if header < 1 or page < 1 or pages < 1 or header + page * pages != size:
        raise SurveyError(
            f"{path}: the file is truncated or damaged: it declares {pages} pages of {page} bytes "
            f"behind {header} and has {size}; fetch it again"
        )
