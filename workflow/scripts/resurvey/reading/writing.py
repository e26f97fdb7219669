"""Writing: a survey as a real SPSS file, the same bytes every time."""

import re
import struct
from collections.abc import Sequence
from dataclasses import dataclass, field
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from resurvey.core.codebook import Code, Codebook, Survey, Variable
from resurvey.core.errors import SurveyError
from resurvey.core.files import check_room, whole_file
from resurvey.reading.spss import weight_unit, write_sidecar

if TYPE_CHECKING:
    import pandas as pd

FILE_LABEL_BYTES = 64
NOTE_BYTES = 80
VARIABLE_LABEL_BYTES = 256
VALUE_LABEL_BYTES = 120
NAME_BYTES = 64
_WEIGHT_AT = 76
_CREATED_AT = 92
_CREATED = b"01 Jan 7000:00:00"
_MEASURES = {"nominal": "nominal", "ordinal": "ordinal", "scale": "scale", "text": "nominal"}


def write_sav(
    path: str | PathLike[str],
    survey: Survey,
    language: str = "",
    file_label: str | None = None,
    notes: Sequence[str] | None = None,
) -> None:
    """Write a survey to a .sav with labels, user-missing codes and measures.

    Parameters
    ----------
    path : path
        File to write; it appears under this name only when it is complete.
    survey : Survey
        Codes and codebook.
    language : str
        Language of the labels; the file's own labels stand in where it has none.
    file_label : str, optional
        Label in the file's header, at most 64 bytes of UTF-8; the codebook's by default.
    notes : sequence of str, optional
        Lines of the file's notes, at most 80 bytes each; the codebook's by default.

    Raises
    ------
    SurveyError
        When the format cannot hold something: a text that is too long (variable labels 256
        bytes, value labels 120, a Cyrillic letter being two), a name that SPSS does not accept,
        more than three user-missing codes, or a range and more than one; and a weight that is
        no number.

    Notes
    -----
    The creation time in the header is fixed, so that two runs write the same bytes.
    Multiple-response sets stand beside the file (see `resurvey.reading.spss`): ReadStat has
    no way to write them. The weight of the codebook becomes the file's own (WEIGHT BY).

    Examples
    --------
    >>> import tempfile
    >>> import pandas as pd
    >>> from resurvey.core.codebook import Codebook
    >>> from resurvey.reading import read_survey
    >>> labels = {1: {"ru": "Мужской"}, 2: {"ru": "Женский"}}
    >>> variable = Variable("sex", {"ru": "Пол"}, codes=labels)
    >>> frame = pd.DataFrame({"sex": pd.array([1, 2], dtype="Int64")})
    >>> file = Path(tempfile.mkdtemp()) / "wave.sav"
    >>> write_sav(file, Survey(frame, Codebook({"sex": variable})), language="ru")
    >>> read_survey(file).codebook["sex"].answer(2)
    'Женский'
    """
    target = Path(path)
    book = survey.codebook
    header = book.file_label if file_label is None else file_label
    lines = list(book.notes if notes is None else notes)
    _check_length(target, "file label", header, FILE_LABEL_BYTES)
    for line in lines:
        _check_length(target, "note", line, NOTE_BYTES)
    _check_names(target, book)
    if book.weight and (book.weight not in book or survey.data[book.weight].dtype == "str"):
        raise SurveyError(f"{target}: the weight '{book.weight}' is no variable of numbers")
    contents = _Contents(target, language)
    for name, variable in book.variables.items():
        contents.add(variable, survey.data[name])
    with whole_file(target) as temporary:
        _write(
            temporary,
            contents.columns,
            file_label=header,
            note=lines or None,
            column_labels=contents.labels,
            variable_value_labels=contents.values,
            missing_ranges=contents.missing,
            variable_measure=contents.measures,
            variable_format=contents.formats,
            row_compress=True,
        )
        _complete_header(temporary, book.weight)
    write_sidecar(target, book)


def _write(temporary: Path, columns: "dict[str, pd.Series]", **options: Any) -> None:
    """Call the C library, and put its complaints in our words."""
    import pandas as pd
    import pyreadstat
    from pyreadstat import PyreadstatError, ReadstatError

    try:
        pyreadstat.write_sav(pd.DataFrame(columns), str(temporary), **options)
    except (PyreadstatError, ReadstatError, ValueError, TypeError) as error:
        if temporary.exists():
            check_room(temporary)
        raise SurveyError(f"cannot be written as .sav: {str(error).splitlines()[0]}") from None
    check_room(temporary)


def _complete_header(temporary: Path, weight: str) -> None:
    """Fix the creation time and declare the weight."""
    unit = weight_unit(temporary, weight) if weight else 0
    with temporary.open("r+b") as stream:
        stream.seek(_WEIGHT_AT)
        stream.write(struct.pack("<i", unit))
        stream.seek(_CREATED_AT)
        stream.write(_CREATED)


@dataclass
class _Contents:
    """What the writer of the C library is told, variable by variable."""

    target: Path
    language: str
    columns: "dict[str, pd.Series]" = field(default_factory=dict)
    labels: dict[str, str] = field(default_factory=dict)
    values: dict[str, dict[Any, str]] = field(default_factory=dict)
    missing: dict[str, list[Any]] = field(default_factory=dict)
    measures: dict[str, str] = field(default_factory=dict)
    formats: dict[str, str] = field(default_factory=dict)

    def add(self, variable: Variable, column: "pd.Series") -> None:
        """Take up one variable; refuse what the format cannot hold."""
        name, text = variable.name, column.dtype == "str"
        self.columns[name] = column.fillna("") if text else _doubles(column)
        if variable.label:
            self.labels[name] = variable.title(self.language)
            label = self.labels[name]
            _check_length(self.target, f"label of '{name}'", label, VARIABLE_LABEL_BYTES)
        if values := _value_labels(self.target, variable, self.language, text):
            self.values[name] = values
        if missing := _missing(self.target, variable, text):
            self.missing[name] = missing
        self.measures[name] = _MEASURES.get(variable.measure, "unknown")
        if not text:
            self.formats[name] = "F8.0" if column.dtype == "Int64" else "F8.2"


def _doubles(column: "pd.Series") -> "pd.Series":
    """Numbers as SPSS stores them; system-missing becomes NaN."""
    import pandas as pd

    return pd.Series(column.to_numpy("float64", na_value=np.nan))


def _value_labels(
    target: Path, variable: Variable, language: str, text: bool
) -> dict[Code | float, str]:
    """Labels by stored value; a code without a label gets none."""
    labels: dict[Code | float, str] = {}
    for code, words in variable.codes.items():
        if not words:
            continue
        label = variable.answer(code, language)
        _check_length(
            target, f"label of code {code} of '{variable.name}'", label, VALUE_LABEL_BYTES
        )
        labels[str(code) if text else float(code)] = label
    return labels


def _missing(target: Path, variable: Variable, text: bool) -> list[Any]:
    """User-missing codes and ranges, in so far as the format has room for them."""
    codes: list[Any] = [str(code) if text else float(code) for code in variable.missing]
    ranges = [{"lo": low, "hi": high} for low, high in variable.missing_ranges]
    if len(ranges) > 1 or len(codes) > (1 if ranges else 3):
        raise SurveyError(
            f"{target}: variable '{variable.name}' has {len(codes)} user-missing codes and "
            f"{len(ranges)} ranges; SPSS holds three codes, or one range and one code"
        )
    if text and any(len(code.encode()) > 8 for code in codes):
        raise SurveyError(
            f"{target}: variable '{variable.name}' has a user-missing text longer than 8 bytes, "
            "which SPSS cannot hold"
        )
    return [*ranges, *codes]


def _check_length(target: Path, what: str, text: str, limit: int) -> None:
    """Refuse a text that the format would cut without a word."""
    size = len(text.encode())
    if size > limit:
        raise SurveyError(
            f"{target}: the {what} has {size} bytes in UTF-8, but SPSS holds {limit}; shorten it"
        )


def _check_names(target: Path, book: Codebook) -> None:
    """Refuse variable names that SPSS would not accept."""
    folded: dict[str, str] = {}
    for name in book.variables:
        if (other := folded.setdefault(name.casefold(), name)) != name:
            raise SurveyError(f"{target}: SPSS takes '{other}' and '{name}' for one name")
        letters = re.sub(r"[.$#@]", "", name)
        valid = (
            re.match(r"[^\W\d_]|@", name)
            and re.fullmatch(r"\w*", letters)
            and not name.endswith(".")
            and len(name.encode()) <= NAME_BYTES
        )
        if not valid:
            raise SurveyError(
                f"{target}: '{name}' is no name for an SPSS variable; it begins with a letter, "
                "has letters, digits and . _ $ # @ only, and at most 64 bytes"
            )
