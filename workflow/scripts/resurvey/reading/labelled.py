"""Labelled: files of SPSS, Stata and SAS, with their labels and reasons for no answer."""

import codecs
import logging
import struct
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from resurvey.core.codebook import Code, Codebook, Labels, Survey, Variable, clean_code
from resurvey.core.errors import SurveyError, cut_module
from resurvey.reading.columns import date_column, is_date_format, number_column, text_column
from resurvey.reading.data_block import Unlike, is_plain, places_of, read_rows
from resurvey.reading.encoding import better_encoding, plausible_encoding, true_encoding
from resurvey.reading.formats import (
    LARGEST_NUMBER_OF_VARIABLES,
    Export,
    file_content,
    find_structure,
)
from resurvey.reading.sheet import named_rows
from resurvey.reading.spss import SpssDictionary, check_spss_file, read_portable, read_sidecar
from resurvey.reading.stored import Store, StoredColumns, Storing, ahead, as_arrow

logger = logging.getLogger(__name__)

_LETTERS = "abcdefghijklmnopqrstuvwxyz_"
_LARGEST_STATA_BLOCK = -900


def read_labelled(path: Path, export: Export) -> Survey:
    """Read a labelled file as codes, with everything that it says about them."""
    ending, encoding = path.suffix.lower(), export.encoding
    dictionary = check_spss_file(path) if ending in (".sav", ".zsav") else None
    if dictionary:
        dictionary.check_text_codes(path, encoding)
    store = export.store
    if dictionary and not _is_large(dictionary, store):
        store = None
    frame, meta, contents = _read(path, ending, encoding, dictionary, store)
    if not all(isinstance(name, str) and name for name in frame.columns):
        raise SurveyError(
            f"{path}: the file is damaged: a variable has no readable name; fetch it again"
        )
    remark = ""
    better = _better_encoding(list(_texts(frame, meta)), encoding or _declared(meta))
    if encoding and better:
        raise SurveyError(
            f"{path}: its words are nonsense in the declared {encoding}; they look like "
            f"{better.lower()}: correct it to `encoding: {better.lower()}`"
        )
    if better:
        remark = (
            f"read as {better.lower()}: its words are nonsense in the declared {_declared(meta)}"
        )
        logger.warning("%s: %s", path, remark)
        if dictionary:
            dictionary.check_text_codes(path, better)
        frame, meta, contents = _read(path, ending, better, dictionary, store)
    if dictionary and 0 <= dictionary.declared_rows != len(frame):
        raise SurveyError(
            f"{path}: the file is truncated or damaged: its header declares "
            f"{dictionary.declared_rows} rows, but {len(frame)} were read; fetch it again"
        )
    remarks = [remark] if remark else []
    if contents is None:
        survey = labelled_survey(frame, meta, remarks)
    else:
        survey = Survey(frame, _codebook(contents, meta, remarks))
    if dictionary is None:
        return survey
    for clause in dictionary.oddities:
        logger.warning("%s: %s; look whether that is right", path, clause)
    sound = {
        name: declared
        for name, declared in survey.codebook.multiple_response.items()
        if set(declared["variable_list"]) <= set(survey.codebook)
    }
    if dictionary.sets > len(sound):
        logger.warning(
            "%s: the file declares %d multiple-response sets, and %d of them are damaged and left "
            "out; look whether that is right",
            path,
            dictionary.sets,
            dictionary.sets - len(sound),
        )
    survey = replace(survey, codebook=replace(survey.codebook, multiple_response=sound))
    book = survey.codebook
    sets = book.multiple_response | read_sidecar(path, list(book), book.multiple_response)
    weight = dictionary.weight if dictionary.weight in book else ""
    return replace(survey, codebook=replace(book, weight=weight, multiple_response=sets))


def _is_large(dictionary: SpssDictionary, store: Store | None) -> bool:
    """Whether a file has so many rows that its columns are stored."""
    if store is None:
        return False
    rows = dictionary.rows if dictionary.declared_rows < 0 else dictionary.declared_rows
    return rows is None or rows >= store.least


def _read(
    path: Path,
    ending: str,
    encoding: str | None,
    dictionary: SpssDictionary | None,
    store: Store | None,
) -> tuple[Any, Any, "dict[str, _Contents] | None"]:
    """Read the bytes by whatever knows the format: data, metadata, and contents of stored columns.

    Data in memory are as the library gives them; stored columns are decoded already.
    """
    if ending == ".por":
        return *read_portable(path, encoding), None
    function = "read_dta" if ending == ".dta" else "read_sav"
    if store is None:
        return *call_readstat(path, function, encoding, user_missing=True), None
    _, meta = call_readstat(path, function, encoding, user_missing=True, metadataonly=True)
    if dictionary is None and not _is_large_stata(meta, store):
        return *call_readstat(path, function, encoding, user_missing=True), None
    logger.info("%s: a large file; its respondents are read a part at a time", path)
    contents = {name: _Contents.of(meta, name) for name in meta.column_names}
    for content in contents.values():
        content.may_have_letters = dictionary is None
    reference = partial(_reference, path, function, encoding, len(contents))
    if dictionary is None:
        try:
            frame = _stored(contents, reference(_STEPPED_OVER, contents), store)
        except Unlike:
            logger.info("%s: numbers look like its codes for no answer; it is read whole", path)
            return *call_readstat(path, function, encoding, user_missing=True), None
        if len(frame) != meta.number_rows:
            raise SurveyError(
                f"{path}: the file is truncated or damaged: it declares {meta.number_rows} rows, "
                f"but {len(frame)} were read; fetch it again"
            )
        return frame, meta, contents
    try:
        frame = _stored(contents, _parted(path, encoding, dictionary, meta), store)
    except Unlike:
        logger.info(
            "%s: its data are not as most programs write them; they are read by the slower way",
            path,
        )
        contents = {name: _Contents.of(meta, name) for name in meta.column_names}
        frame = _stored(contents, reference(_CELLS, contents), store)
    return frame, meta, contents


def _is_large_stata(meta: Any, store: Store) -> bool:
    """Whether a file of Stata has so many rows that its columns are stored."""
    names = meta.column_names
    return (meta.number_rows or 0) >= store.least and len(set(names)) == len(names)


def _stored(
    contents: "Mapping[str, _Contents]", parts: Iterable[Mapping[str, Any]], store: Store
) -> StoredColumns:
    """Decode parts of a file, one after the other, and store their columns."""
    storing = Storing(store, list(contents))
    for part in parts:
        storing.add({name: as_arrow(contents[name].held(part[name])) for name in contents})
    for content in contents.values():
        content.settle()
    return storing.done()


def _parted(
    path: Path, encoding: str | None, dictionary: SpssDictionary, meta: Any
) -> Iterator[dict[str, Any]]:
    """Go through the data of a .sav as the bytes are."""
    encoding = encoding or _declared(meta)
    names = list(meta.column_names)
    if not is_plain(dictionary, encoding) or len(set(names)) < len(names):
        raise Unlike
    kinds = {
        name: (meta.readstat_variable_types[name], meta.variable_storage_width[name])
        for name in names
    }
    places = places_of(dictionary.widths, kinds)
    for rows in ahead(read_rows(path, dictionary)):
        yield {place.name: rows.values(place, encoding) for place in places}


_CELLS = 1 << 24
"""Cells that the library holds at a time, where it reads a large file row by row to each part."""
_STEPPED_OVER = 1 << 21
"""The same where it steps over the rows above a part at once, as in a file of Stata."""


def _reference(
    path: Path,
    function: str,
    encoding: str | None,
    columns: int,
    cells: int,
    contents: "Mapping[str, _Contents]",
) -> Iterator[dict[str, Any]]:
    """Go through the data of a file by the library, which steps over all rows above each part."""
    step = max(1, cells // max(1, columns))
    at = 0
    while True:
        frame, meta = call_readstat(
            path, function, encoding, user_missing=True, row_offset=at, row_limit=step
        )
        # What stands for no answer is told only of the rows that were read.
        for name, letters in (meta.missing_user_values or {}).items():
            contents[name].letters = sorted({*contents[name].letters, *letters})
        if len(frame):
            yield {name: frame.iloc[:, place] for place, name in enumerate(frame.columns)}
        at += len(frame)
        if len(frame) < step:
            return


def call_readstat(
    path: Path, function: str, encoding: str | None, dates: bool = True, **options: Any
) -> tuple[Any, Any]:
    """Call the C library; the one place where a foreign binary file is parsed."""
    import pyreadstat

    read = getattr(pyreadstat, function)
    try:
        if dates:
            options["disable_datetime_conversion"] = True
        frame, meta = read(str(path), encoding=encoding, **options)
    except MemoryError:
        raise
    except Exception as error:  # the reader raises a dozen kinds of errors on damaged bytes
        if cut := cut_module(error):
            raise SurveyError(cut) from None
        reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        hint = "fetch it again"
        if "byte sequence" in reason or isinstance(error, UnicodeError):
            hint = "declare the `encoding:` that its texts are in"
            if encoding != _EVERY_BYTE and dates:
                reason, hint = _undecodable(path, function, encoding, reason)
        raise SurveyError(
            f"{path}: the file is truncated or damaged and cannot be read ({reason}); {hint}"
        ) from None
    declared = getattr(meta, "number_rows", None)
    if not _PARTIAL.isdisjoint(options):
        return frame, meta
    if frame is not None and declared is not None and 0 <= declared != len(frame):
        raise SurveyError(
            f"{path}: the file is truncated or damaged: it declares {declared} rows, but "
            f"{len(frame)} were read; fetch it again"
        )
    return frame, meta


_PARTIAL = frozenset({"metadataonly", "row_limit"})
"""Options with which not all rows are asked for."""


def _declared(meta: Any) -> str:
    """Encoding that the reader used."""
    return str(meta.file_encoding or "no encoding")


def _better_encoding(texts: list[str], read_as: str) -> str | None:
    """Name the encoding in which the texts are words, where they are none as they were read."""
    if better := true_encoding(texts, read_as):
        return better
    try:
        judged = better_encoding("\n".join(texts).encode(read_as), read_as)
    except (LookupError, UnicodeError):
        return None
    return judged[0] if judged and judged[1] else None


_EVERY_BYTE = "ISO-8859-1"
"""Every byte is a letter of it, so that texts that were read in it come back as their bytes."""


def _undecodable(path: Path, function: str, encoding: str | None, reason: str) -> tuple[str, str]:
    """Say which text of a file cannot be decoded, and which encoding to declare."""
    hint = "declare the `encoding:` that its texts are in"
    try:
        frame, meta = call_readstat(path, function, _EVERY_BYTE, user_missing=True)
    except SurveyError:
        return reason, hint
    content = "\n".join(_texts(frame, meta)).encode("latin-1", "replace")
    used = encoding or (check_spss_file(path).encoding if function == "read_sav" else "")
    others, first = _wrong_texts(frame, meta, used)
    if first:
        reason = f"{first} is no {used} text" + (f", and {others} more are not" if others else "")
        if used.casefold() in ("utf-8", "utf8"):
            hint = "correct it in the program that wrote the file"
    if (found := plausible_encoding(content)) and found != used.casefold():
        hint = f"its texts look like {found}: declare the file's `encoding: {found}`"
    return reason, hint


def _wrong_texts(frame: Any, meta: Any, encoding: str) -> tuple[int, str]:
    """Count the texts that are none in an encoding, and name the place of the first."""

    def is_wrong(text: object) -> bool:
        try:
            str(text).encode("latin-1").decode(encoding)
        except UnicodeError:
            return True
        return False

    try:
        codecs.lookup(encoding)
    except LookupError:
        return 0, ""
    places = []
    for name, label in zip(frame.columns, meta.column_labels, strict=True):
        if is_wrong(name):
            places.append("the name of a variable")
            continue
        if is_wrong(label or ""):
            places.append(f"the label of variable '{name}'")
        labels = meta.variable_value_labels.get(name, {})
        places += [
            f"the label of code {clean_code(code)} of variable '{name}'"
            for code, words in labels.items()
            if is_wrong(words)
        ]
        if frame[name].dtype == "str":
            wrong = frame[name].dropna()
            wrong = wrong[wrong.map(is_wrong)]
            if len(wrong):
                places.append(f"variable '{name}' in {named_rows(wrong.index.tolist())}")
    return len(places) - 1, places[0] if places else ""


def _texts(frame: Any, meta: Any) -> Iterable[str]:
    """Every text of the file: labels first, then the different text answers."""
    yield meta.file_label or ""
    yield from (label for label in meta.column_labels if label)
    for labels in meta.variable_value_labels.values():
        yield from map(str, labels.values())
    texts = getattr(meta, "readstat_variable_types", {})
    for name in frame.columns:
        # A date is a text only where it was stored, and says nothing of the encoding.
        if texts.get(name, "string") == "string" and frame.dtypes[name] == "str":
            yield from frame[name].dropna().unique().tolist()


def labelled_survey(frame: Any, meta: Any, remarks: list[str], calendar: str = "") -> Survey:
    """Assemble data and codebook, column by column."""
    import pandas as pd

    contents, columns = {}, {}
    for place, name in enumerate(frame.columns):
        content = contents[name] = _Contents.of(meta, name, calendar)
        content.choose_block(frame.iloc[:, place])
        columns[name] = content.held(frame.iloc[:, place])
        content.settle()
    return Survey(pd.DataFrame(columns), _codebook(contents, meta, remarks))


def _codebook(contents: "Mapping[str, _Contents]", meta: Any, remarks: list[str]) -> Codebook:
    """Assemble what a file says of its variables, when all their values were seen."""
    variables: dict[str, Variable] = {}
    for name, content in contents.items():
        codes, missing, ranges = content.declared()
        label = (meta.column_names_to_labels.get(name) or "").strip()
        measure = (meta.variable_measure or {}).get(name)
        if (content.is_text or content.is_date) and not codes:
            # SPSS calls every text nominal; only a date is certain to be no list of answers.
            measure = "text" if content.is_date else ""
        variables[name] = Variable(
            name=name,
            label={"": label} if label else {},
            measure=measure if measure in ("nominal", "ordinal", "scale", "text") else "",
            codes=codes,
            missing=missing,
            missing_ranges=ranges,
        )
    notes = [note.rstrip() for note in meta.notes or []]
    return Codebook(
        variables=variables,
        file_label=(meta.file_label or "").strip(),
        notes=(*notes, *remarks),
        multiple_response=dict(meta.mr_sets or {}),
    )


@dataclass
class _Contents:
    """What a file says of one variable, and what was seen of its values.

    Values come at once or in parts, and each part becomes a part of the column.
    """

    labels: dict[Any, str]
    ranges: list[dict[str, Any]]
    letters: list[str]
    written_as: str
    calendar: str = ""
    is_text: bool = False
    absent: set[float] = field(default_factory=set)
    may_have_letters: bool = False
    seen: set[str] = field(default_factory=set)
    block: int = _LARGEST_STATA_BLOCK
    is_near: bool = False

    @classmethod
    def of(cls, meta: Any, name: str, calendar: str = "") -> "_Contents":
        """Take what the metadata say of a variable."""
        return cls(
            labels=dict(meta.variable_value_labels.get(name, {})),
            ranges=list((meta.missing_ranges or {}).get(name, [])),
            letters=list((meta.missing_user_values or {}).get(name, [])),
            written_as=str((meta.original_variable_types or {}).get(name) or ""),
            calendar=calendar,
        )

    @property
    def is_date(self) -> bool:
        """Whether the numbers are shown as dates, times or durations."""
        return not self.is_text and is_date_format(self.written_as, self.calendar)

    def _ends(self) -> tuple[list[Any], list[tuple[float, float]]]:
        """User-missing values and ranges that are declared."""
        discrete = [ends["lo"] for ends in self.ranges if ends["lo"] == ends["hi"]]
        ranges = [
            (float(ends["lo"]), float(ends["hi"]))
            for ends in self.ranges
            if ends["lo"] != ends["hi"]
        ]
        return discrete, ranges

    def held(self, values: Any) -> Any:
        """Hold values, as the library gives them or as Arrow's, as codes, numbers, texts, dates."""
        kind = str(getattr(values, "dtype", ""))
        if self.letters and kind != "float64":
            values = self._without_letters(values)
        elif self.may_have_letters and kind == "float64":
            self.is_near = self.is_near or bool(self._are_near(values).any())
        if not hasattr(values, "dtype"):
            self.is_text = self.is_text or str(values.type) == "large_string"
            if not self.is_date:
                return values
            values = values.to_numpy(zero_copy_only=False)
        if values.dtype == "str" or (values.dtype == object and not self.letters):
            self.is_text = True
            return text_column(values)
        numbers = np.asarray(values, dtype="float64")
        dates = date_column(numbers, self.written_as, self.calendar)
        if dates is None:
            return number_column(numbers)
        if self.ranges:
            discrete, ranges = self._ends()
            self.absent |= {
                value
                for value in np.unique(numbers[~np.isnan(numbers)]).tolist()
                if value in discrete or any(low <= value <= high for low, high in ranges)
            }
        return dates

    def declared(
        self,
    ) -> tuple[dict[Code, Labels], tuple[Code, ...], tuple[tuple[float, float], ...]]:
        """Labels by code, user-missing codes, user-missing ranges, when all values were seen."""
        discrete, ranges = self._ends()
        if self.letters:
            discrete += [code for code in self.labels if self._stands_for_letter(code)]
        if self.is_text:
            labels = {str(code).rstrip(" "): text for code, text in self.labels.items()}
            discrete = [str(code).rstrip(" ") for code in discrete]
            return _in_order(labels), tuple(discrete), ()
        if self.is_date:
            # A date has no codes: its user-missing numbers become dates of their own.
            absent = np.array(sorted(self.absent), dtype="float64")
            reasons = date_column(absent, self.written_as, self.calendar) if len(absent) else None
            return {}, tuple(reasons.tolist()) if reasons is not None else (), ()
        codes = _in_order({clean_code(code): text for code, text in self.labels.items()})
        return codes, tuple(map(clean_code, discrete)), tuple(ranges)

    def choose_block(self, values: Any) -> None:
        """Choose codes for the letters that are no values of the column, when all are there."""
        if not self.letters:
            return
        known = [*values.dropna().unique(), *self.labels]
        plain = np.array([value for value in known if not isinstance(value, str)], "float64")
        while self._are_near(plain).any():
            self.block *= 10

    def _are_near(self, numbers: Any) -> Any:
        """Mark the numbers that are among the codes of the letters."""
        return (numbers >= self.block - len(_LETTERS)) & (numbers < self.block)

    def _code_of(self, value: Any) -> Any:
        """Code of a letter; a number is its own."""
        if isinstance(value, str):
            return self.block - 1 - _LETTERS.index(value.lower())
        return value

    def _without_letters(self, values: Any) -> Any:
        """Give the missing values .a to .z (and SAS's ._) codes, so that reasons stay apart."""
        different = values.dropna().unique()
        self.seen |= {value.lower() for value in different if isinstance(value, str)}
        plain = np.array([value for value in different if not isinstance(value, str)], "float64")
        self.is_near = self.is_near or bool(self._are_near(plain).any())
        return values.map(self._code_of).astype("float64")

    def settle(self) -> None:
        """Give the letters their labels, when all values were seen.

        Raises
        ------
        Unlike
            Numbers of the column are among the codes of its letters.
        """
        if not self.letters:
            return
        plain = np.array([code for code in self.labels if not isinstance(code, str)], "float64")
        if self.is_near or self._are_near(plain).any():
            raise Unlike
        labels = {letter: f".{letter}" for letter in sorted(self.seen)}
        labels |= {
            code.lower() if isinstance(code, str) else code: text
            for code, text in self.labels.items()
        }
        self.labels = {self._code_of(code): text for code, text in labels.items()}

    def _stands_for_letter(self, code: Any) -> bool:
        return bool(self._are_near(code))


def _in_order(labels: dict[Any, str]) -> dict[Code, Labels]:
    """Labels in the order of their codes; blanks around a label say nothing."""
    return {
        clean_code(code): {"": text.strip()}
        for code, text in sorted(labels.items(), key=lambda pair: pair[0])
        if text.strip()
    }


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
