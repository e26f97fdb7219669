"""Portable SPSS files (.por): read here, because ReadStat drops their user-missing codes."""

from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

from resurvey.core.errors import SurveyError
from resurvey.reading.encoding import plausible_encoding, true_encoding

if TYPE_CHECKING:
    import pandas as pd

_SPLASH, _TABLE, _LINE = 200, 256, 80
_SIGNATURE = b"SPSSPORT"
_DIGITS = {ord(digit): value for value, digit in enumerate("0123456789ABCDEFGHIJKLMNOPQRST")}
_FIRST_LETTER = 64
_LETTERS = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz ."
_FORMATS = {
    20: "DATE",
    21: "TIME",
    22: "DATETIME",
    23: "ADATE",
    24: "JDATE",
    25: "DTIME",
    28: "MOYR",
    29: "QYR",
    30: "WKYR",
    38: "EDATE",
    39: "SDATE",
    40: "MTIME",
    41: "YMDHMS",
}
_LONGEST_NUMBER = 300
_INFINITY = float("inf")


@dataclass
class PortableMetadata:
    """What a portable file says about its variables, under the names that ReadStat uses."""

    column_names_to_labels: dict[str, str] = field(default_factory=dict)
    variable_value_labels: dict[str, dict[Any, str]] = field(default_factory=dict)
    missing_ranges: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    missing_user_values: dict[str, list[str]] = field(default_factory=dict)
    original_variable_types: dict[str, str] = field(default_factory=dict)
    variable_measure: dict[str, str] = field(default_factory=dict)
    mr_sets: dict[str, Any] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    file_label: str = ""
    file_encoding: str = ""

    @property
    def column_labels(self) -> list[str]:
        """Questions in file order."""
        return list(self.column_names_to_labels.values())


def read_portable(path: Path, encoding: str | None = None) -> "tuple[pd.DataFrame, Any]":
    """Read a portable SPSS file: numbers and texts as stored, with their labels.

    Raises
    ------
    SurveyError
        When the file is truncated or damaged.

    Notes
    -----
    Format: PSPP developers' guide, "Portable File Format". Numbers are written to the base 30;
    a fraction is given back to 15 significant digits, which is what the format carries.
    """
    reader = _Reader(_unfolded(path.read_bytes()))
    try:
        reader.read()
        return reader.decoded(encoding)
    except (IndexError, KeyError, ValueError, OverflowError):
        raise SurveyError(
            f"{path}: the file is truncated or damaged: it makes no sense after "
            f"{reader.at} characters; fetch it again"
        ) from None
    except LookupError:
        raise SurveyError(f"{path}: there is no encoding called '{encoding}'") from None


def _unfolded(content: bytes) -> bytes:
    """Join the lines of 80 characters and translate the file's alphabet to ASCII."""
    lines = content.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")
    text = b"".join(line.ljust(_LINE) for line in lines[:-1]) + lines[-1]
    alphabet = text[_SPLASH + _FIRST_LETTER :][: len(_LETTERS)]
    if len(alphabet) == len(_LETTERS) == len(set(alphabet)) and alphabet != _LETTERS:
        text = text.translate(bytes.maketrans(alphabet, _LETTERS))
    return text


class _Reader:
    """A walk through the records, one after the other."""

    def __init__(self, text: bytes) -> None:
        self.text, self.at = text, _SPLASH + _TABLE + len(_SIGNATURE)
        self.names: list[bytes] = []
        self.widths: list[int] = []
        self.formats: dict[bytes, str] = {}
        self.labels: dict[bytes, bytes] = {}
        self.values: dict[bytes, list[tuple[Any, bytes]]] = {}
        self.missing: dict[bytes, list[tuple[Any, Any]]] = {}
        self.notes: list[bytes] = []
        self.columns: list[list[Any]] = []

    def read(self) -> None:
        """Read the dictionary and the data."""
        if self._tag() != "A":
            raise ValueError
        self._string(), self._string()
        while (tag := self._tag()) != "F":
            if tag in "1236":
                self._string()
            elif tag in "45":
                self._number()
            elif tag == "7":
                self._variable()
            elif tag == "C":
                self.labels[self.names[-1]] = self._string()
            elif tag in "89AB":
                self._missing(tag)
            elif tag == "D":
                self._value_labels()
            elif tag == "E":
                self.notes = [self._string() for _ in range(self._count())]
            else:
                raise ValueError
        self._data()

    def _tag(self) -> str:
        self.at += 1
        return chr(self.text[self.at - 1])

    def _number(self) -> float | None:
        while self.text[self.at] == ord(" "):
            self.at += 1
        if self.text[self.at] == ord("*"):
            self.at += 2
            return None
        end = self.text.index(b"/", self.at)
        written, self.at = self.text[self.at : end], end + 1
        return _from_base_30(written)

    def _count(self) -> int:
        number = self._number()
        if number is None or number < 0 or number != int(number):
            raise ValueError
        return int(number)

    def _string(self) -> bytes:
        length = self._count()
        if self.at + length > len(self.text):
            raise IndexError
        self.at += length
        return self.text[self.at - length : self.at]

    def _value(self, name: bytes) -> Any:
        """Read a code: a label or a missing value cannot be that of system-missing."""
        value = self._string() if self.widths[self.names.index(name)] else self._number()
        if value is None:
            raise ValueError
        return value

    def _variable(self) -> None:
        self.widths.append(self._count())
        name = self._string()
        self.names.append(name)
        kind, *_ = [self._count() for _ in range(6)]
        self.formats[name] = _FORMATS.get(kind, "")

    def _missing(self, tag: str) -> None:
        name = self.names[-1]
        low = -_INFINITY if tag == "9" else self._value(name)
        high = {"8": low, "A": _INFINITY}.get(tag)
        self.missing.setdefault(name, []).append((low, self._value(name) if high is None else high))

    def _value_labels(self) -> None:
        names = [self._string() for _ in range(self._count())]
        labels = [(self._value(names[0]), self._string()) for _ in range(self._count())]
        for name in names:
            self.values[name] = labels

    def _data(self) -> None:
        self.columns = [[] for _ in self.names]
        readers = [self._string if width else self._number for width in self.widths]
        while self.text[self.at] != ord("Z"):
            for column, read in zip(self.columns, readers, strict=True):
                column.append(read())

    def decoded(self, encoding: str | None) -> "tuple[pd.DataFrame, PortableMetadata]":
        """Turn bytes into text and columns."""
        import pandas as pd

        used = encoding or self._encoding()

        def words(value: Any) -> Any:
            return value.decode(used) if isinstance(value, bytes) else value

        names = [words(name) for name in self.names]
        if len(set(names)) < len(names):
            raise ValueError
        plain = zip(names, self.columns, self.widths, strict=True)
        frame = pd.DataFrame(
            {
                name: pd.Series(list(map(words, column)), dtype="str" if width else "float64")
                for name, column, width in plain
            }
        )
        return frame, PortableMetadata(
            column_names_to_labels={
                words(name): words(self.labels.get(name, b"")) for name in self.names
            },
            variable_value_labels={
                words(name): {words(value): words(label) for value, label in labels}
                for name, labels in self.values.items()
            },
            missing_ranges={
                words(name): [{"lo": words(low), "hi": words(high)} for low, high in ranges]
                for name, ranges in self.missing.items()
            },
            original_variable_types={words(name): one for name, one in self.formats.items()},
            notes=list(map(words, self.notes)),
            file_encoding=used,
        )

    def _encoding(self) -> str:
        """Recognise the encoding, which the format does not declare."""
        try:
            self.text.decode("utf-8")
        except UnicodeDecodeError:
            texts = [self.text.decode("latin-1")]
            found = plausible_encoding(self.text) or true_encoding(texts, "windows-1252")
            return found or "windows-1252"
        return "UTF-8"


def _from_base_30(written: bytes) -> float:
    """Read a number of the portable format.

    Examples
    --------
    >>> _from_base_30(b"37"), _from_base_30(b"-1"), _from_base_30(b".F"), _from_base_30(b"1+2")
    (97.0, -1.0, 0.5, 900.0)
    """
    sign, digits = (-1, written[1:]) if written[:1] == b"-" else (1, written)
    mark = next((at for at, one in enumerate(digits) if one in b"+-"), len(digits))
    mantissa, exponent = digits[:mark], digits[mark:]
    whole, _, fraction = mantissa.partition(b".")
    if not whole + fraction:
        raise ValueError
    power = -len(fraction)
    if 1 < len(exponent) <= 4:
        power += _integer(exponent[1:]) * (-1 if exponent[:1] == b"-" else 1)
    elif exponent:
        raise ValueError
    if len(whole + fraction) > _LONGEST_NUMBER or abs(power) > _LONGEST_NUMBER:
        raise ValueError
    number = sign * _integer(whole + fraction) * Fraction(30) ** power
    return float(f"{float(number):.15g}")


def _integer(digits: bytes) -> int:
    value = 0
    for digit in digits:
        value = 30 * value + _DIGITS[digit]
    return value
