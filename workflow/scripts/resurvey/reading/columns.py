"""Columns: values and written fields as typed columns of numbers, texts and dates."""

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, overload

import numpy as np

if TYPE_CHECKING:
    import pandas as pd

LARGEST_EXACT_INTEGER = 2**53
_SPSS_DAY_ONE = np.datetime64("1582-10-14T00:00:00")
_STATA_DAY_ONE = np.datetime64("1960-01-01")
_SPSS_DATES = {"DATE", "ADATE", "EDATE", "SDATE", "JDATE", "QYR", "MOYR", "WKYR"}
_SPSS_MOMENTS = {"DATETIME", "YMDHMS"}
_SPSS_DURATIONS = {"TIME", "DTIME", "MTIME"}
_SAS_DAYS = re.compile(
    r"(?:DATE|DAY|DDMMYY|MMDDYY|YYMMDD|E8601DA|B8601DA|IS8601DA|MONYY|YYMM|YYQ|JULIAN|JULDAY|WEEK|"
    r"WORDDAT|NLDATE|EURDFDE|EURDFDD|MINGUO|YEAR)[A-Z]*\d*"
)
_SAS_MOMENTS = re.compile(r"(?:DATETIME|E8601DT|B8601DT|IS8601DT|MDYAMPM|DATEAMPM|NLDATM)[A-Z]*\d*")
_SAS_DURATIONS = re.compile(r"(?:TIME|TOD|HHMM|E8601TM|B8601TM|IS8601TM|MMSS|HOUR)[A-Z]*\d*")
_MOST_DIGITS = 15
_FIXED_BLANKS = "\u00a0\u202f\u2009"
"""Blanks that keep the groups of a number together; nobody types them into an identifier."""
_PLAIN = r"(?:0|[1-9]\d*)"


class RepeatedFields(Sequence[str]):
    """Fields of a column, each different one held once.

    Parameters
    ----------
    distinct : sequence of str
        The different fields.
    places : array of int
        For each row, the place of its field among them.

    Examples
    --------
    >>> fields = RepeatedFields(["yes", ""], np.array([0, 1, 0]))
    >>> list(fields), fields[1:] == ("", "yes"), len(fields)
    (['yes', '', 'yes'], True, 3)
    """

    def __init__(self, distinct: Sequence[str], places: np.ndarray) -> None:
        self._distinct, self._places = distinct, places

    @property
    def distinct(self) -> Sequence[str]:
        """The different fields."""
        return self._distinct

    @property
    def places(self) -> np.ndarray:
        """For each row, the place of its field among them."""
        return self._places

    def loaded(self) -> "RepeatedFields":
        """Give the column with both in memory, for whoever needs both."""
        return self

    def __len__(self) -> int:
        return len(self.places)

    def __iter__(self) -> Iterator[str]:
        column = self.loaded()
        return (column.distinct[place] for place in column.places.tolist())

    @overload
    def __getitem__(self, row: int) -> str: ...
    @overload
    def __getitem__(self, row: slice) -> tuple[str, ...]: ...
    def __getitem__(self, row: int | slice) -> str | tuple[str, ...]:
        column = self.loaded()
        places = column.places[row]
        if isinstance(row, slice):
            return tuple(column.distinct[place] for place in places.tolist())
        return column.distinct[int(places)]


def different(fields: Sequence[str]) -> Collection[str]:
    """Return every different field of a column once.

    Examples
    --------
    >>> list(different(["1", "2", "1"]))
    ['1', '2']
    """
    return fields.distinct if isinstance(fields, RepeatedFields) else dict.fromkeys(fields)


def counted(fields: Sequence[str]) -> Mapping[str, int]:
    """Count the rows of every different field of a column.

    Examples
    --------
    >>> dict(counted(RepeatedFields(["1", "2"], np.array([0, 0, 1]))))
    {'1': 2, '2': 1}
    """
    if isinstance(fields, RepeatedFields):
        column = fields.loaded()
        counts = np.bincount(column.places, minlength=len(column.distinct)).tolist()
        return dict(zip(column.distinct, counts, strict=True))
    return Counter(fields)


def rows_with(fields: Sequence[str], wanted: Collection[str]) -> list[int]:
    """Find the rows whose field is one of some.

    Examples
    --------
    >>> rows_with(["a", "b", "a"], {"a"})
    [0, 2]
    """
    if not wanted:
        return []
    if isinstance(fields, RepeatedFields):
        column = fields.loaded()
        there = np.array([field in wanted for field in column.distinct], bool)
        found: list[int] = np.flatnonzero(there[column.places]).tolist()
        return found
    return [row for row, field in enumerate(fields) if field in wanted]


def number_column(values: "Sequence[float | None] | np.ndarray | pd.Series") -> "pd.Series":
    """Hold numbers as codes: ``Int64`` where every number is an integer, else ``float64``.

    Parameters
    ----------
    values : sequence of float
        Numbers; None and NaN are system-missing. An integer above 2**53 stays a float, because
        a file that stores doubles cannot tell it from its neighbour.

    Examples
    --------
    >>> number_column([1.0, None, 98.0]).tolist()
    [1, <NA>, 98]
    >>> number_column([1.0, 2.5]).dtype
    dtype('float64')
    """
    import pandas as pd

    numbers = np.asarray(values, dtype="float64")
    absent = np.isnan(numbers)
    present = numbers[~absent]
    whole = np.isfinite(present).all() and bool(
        np.all((present == np.floor(present)) & (np.abs(present) <= LARGEST_EXACT_INTEGER))
    )
    if not whole:
        return pd.Series(numbers)
    integers = np.where(absent, 0.0, numbers).astype("int64")
    return pd.Series(pd.arrays.IntegerArray(integers, absent))


def text_column(values: "Sequence[str | None] | pd.Series") -> "pd.Series":
    """Hold text without its padding blanks; an empty text is system-missing.

    Examples
    --------
    >>> text_column(["Ош  ", "", None]).isna().tolist()
    [False, True, True]
    """
    import pandas as pd

    if isinstance(values, RepeatedFields):
        values = values.loaded()
        return _taken(text_column(list(values.distinct)), values)
    texts = pd.Series(values, dtype="str").str.rstrip(" ")
    return texts.where(texts != "", None).astype("str")


def date_column(numbers: np.ndarray, written_as: str, calendar: str = "") -> "pd.Series | None":
    """Turn the numbers of a date variable into ISO text, or return None for other variables.

    Examples
    --------
    >>> date_column(np.array([13_876_185_600.0]), "EDATE10").tolist()
    ['2022-07-03']
    >>> date_column(np.array([22_835.0]), "%tdDD.NN.CCYY").tolist()
    ['2022-07-09']
    >>> date_column(np.array([22_835.0]), "DATE9", "SAS").tolist()
    ['2022-07-09']
    >>> date_column(np.array([1.0]), "F8.2") is None
    True
    """
    import pandas as pd

    absent = ~np.isfinite(numbers)
    kind = _date_kind(written_as, calendar)
    if kind is None:
        return None
    safe = np.where(absent, 0.0, numbers)
    if kind == "duration":
        texts = np.array([_clock(seconds) for seconds in safe], dtype=object)
    else:
        # Beyond all calendars there is no day: the text says so (NaT).
        with np.errstate(invalid="ignore"):
            texts = np.datetime_as_string(_moments(safe, kind)).astype(object)
    texts[absent] = None
    return pd.Series(texts, dtype="str")


def is_date_format(written_as: str, calendar: str = "") -> bool:
    """Return whether a display format shows dates, times or durations.

    Examples
    --------
    >>> is_date_format("DATETIME20"), is_date_format("F8.2")
    (True, False)
    """
    return _date_kind(written_as, calendar) is not None


def _date_kind(written_as: str, calendar: str) -> str | None:
    """Tell how the numbers behind a display format count time."""
    if calendar == "SAS":
        written_as = written_as.upper()
        for kind, formats in (
            ("ts", _SAS_MOMENTS),
            ("td", _SAS_DAYS),
            ("duration", _SAS_DURATIONS),
        ):
            if formats.fullmatch(written_as):
                return kind
        return None
    if written_as.startswith("%"):
        stata = re.match(r"%-?\d*(t[dcCm]|d)", written_as)
        return stata[1] if stata else None
    name = re.match(r"[A-Z]*", written_as.upper())[0]  # type: ignore[index]
    if name in _SPSS_DATES:
        return "date"
    if name in _SPSS_MOMENTS:
        return "moment"
    return "duration" if name in _SPSS_DURATIONS else None


def _moments(numbers: np.ndarray, kind: str) -> np.ndarray:
    """Add the stored numbers to the first day of their calendar."""
    moments: np.ndarray
    if kind in ("date", "moment"):
        moments = _SPSS_DAY_ONE + np.round(numbers).astype("timedelta64[s]")
        return moments.astype("datetime64[D]") if kind == "date" else moments
    if kind in ("tc", "tC"):
        milliseconds = _STATA_DAY_ONE + np.round(numbers).astype("timedelta64[ms]")
        return milliseconds.astype("datetime64[s]")
    if kind == "ts":
        return _STATA_DAY_ONE + np.round(numbers).astype("timedelta64[s]")
    if kind == "tm":
        moments = _STATA_DAY_ONE.astype("datetime64[M]") + numbers.astype("timedelta64[M]")
        return moments
    moments = _STATA_DAY_ONE + np.floor(numbers).astype("timedelta64[D]")
    return moments


def _clock(seconds: float) -> str:
    """Write a duration as hours:minutes:seconds; hours may pass 24."""
    whole = round(seconds)
    sign, whole = ("-", -whole) if whole < 0 else ("", whole)
    return f"{sign}{whole // 3600:02d}:{whole // 60 % 60:02d}:{whole % 60:02d}"


def typed_column(fields: Sequence[str], decimal: str = ".", thousands: str = "") -> "pd.Series":
    """Hold a column as numbers if every field is one, else as text.

    A field is a number only if writing the number gives the field again, apart from the blanks
    between groups of three digits: ``007`` and numbers of more than 15 digits stay text.

    Examples
    --------
    >>> typed_column(["1", "", "3"]).tolist()
    [1, <NA>, 3]
    >>> typed_column(["007", "8"]).tolist()
    ['007', '8']
    >>> typed_column(["1\u00a0234,5", "0,5"], ",").tolist()
    [1234.5, 0.5]
    """
    if isinstance(fields, RepeatedFields):
        fields = fields.loaded()
        return _taken(typed_column(fields.distinct, decimal, thousands), fields)
    if not are_numbers(fields, decimal, thousands):
        return text_column(list(fields))
    return number_column([_value(field, decimal, thousands) for field in fields])


def _taken(column: "pd.Series", fields: RepeatedFields) -> "pd.Series":
    """Give the column of all rows from that of the different fields."""
    return column.take(fields.places).reset_index(drop=True)


def are_numbers(fields: Sequence[str], decimal: str, thousands: str = "") -> bool:
    """Return whether every field that is not empty is a number that loses nothing as a number."""
    pattern = _pattern(decimal, thousands)
    written = [field.strip() for field in different(fields)]
    return any(written) and all(
        not field or (pattern.fullmatch(field) and _digits(field, decimal) <= _MOST_DIGITS)
        for field in written
    )


def _digits(field: str, decimal: str) -> int:
    """Count the digits that a number needs; zeros at the end of a fraction are none of them."""
    if len(field) <= _MOST_DIGITS:
        return 0
    bare = field.rstrip("0") if decimal in field else field
    return sum(map(str.isdigit, bare))


def parsed_number(field: Any) -> float | None:
    """Read one text field as a number with a decimal point or comma; None when it is no number.

    Groups of three digits may be parted by a blank; SAS writes no nought before the mark.

    Examples
    --------
    >>> parsed_number("12,5"), parsed_number("3O"), parsed_number(" 007"), parsed_number("1 234,5")
    (12.5, None, 7.0, 1234.5)
    >>> parsed_number("-.5"), parsed_number("."), parsed_number("1.2.3")
    (-0.5, None, None)
    """
    whole = rf"(?:\d+|\d{{1,3}}(?:[ {_FIXED_BLANKS}]\d{{3}})+)"
    match = re.fullmatch(rf"\s*([+-]?(?:{whole}(?:[.,]\d+)?|[.,]\d+))\s*", str(field))
    if match is None:
        return None
    return float(re.sub(rf"[ {_FIXED_BLANKS}]", "", match[1]).replace(",", "."))


def _pattern(decimal: str, thousands: str) -> re.Pattern[str]:
    """Write the numbers of a file as a regular expression."""
    marks = _FIXED_BLANKS + thousands
    grouped = rf"[1-9]\d{{0,2}}(?:[{re.escape(marks)}]\d{{3}})+"
    power = r"(?:[eE][+-]?\d+)?" if decimal == "." else ""
    return re.compile(rf"[+-]?(?:{_PLAIN}|{grouped})(?:{re.escape(decimal)}\d+)?{power}", re.ASCII)


def _value(field: str, decimal: str, thousands: str) -> float:
    bare = field.strip()
    if not bare:
        return float("nan")
    for mark in _FIXED_BLANKS + thousands:
        bare = bare.replace(mark, "")
    return float(bare.replace(decimal, "."))


def to_frame(table: Any, names: Sequence[str] | None = None) -> "pd.DataFrame":
    """Give columns of an Arrow table (a frame stays one) as a pandas frame, nullable integers.

    Examples
    --------
    >>> import pyarrow as pa
    >>> to_frame(pa.table({"q": [1, None], "r": [1, 2]}), ["q"])["q"].tolist()
    [1, <NA>]
    """
    import pandas as pd
    import pyarrow as pa

    if isinstance(table, pd.DataFrame):
        return table if names is None else table[list(names)]

    def series(column: "pa.ChunkedArray") -> Any:
        if pa.types.is_integer(column.type):
            return column.cast(pa.int64()).to_pandas(types_mapper={pa.int64(): pd.Int64Dtype()}.get)
        return column.to_pandas()

    return pd.DataFrame({name: series(table[name]) for name in names or table.column_names})
