"""Counting: from a column of codes to positions, and from positions to arrays of counts."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from resurvey.core.codebook import Code, Variable, clean_code
from resurvey.core.errors import SurveyError
from resurvey.core.notes import Note

if TYPE_CHECKING:
    from numpy.typing import NDArray

BLOCK = 1 << 16
"""Rows counted at a time: the keys of one block stay in the processor's cache."""

MOST_CELLS = 10_000_000
"""A crosstab with more cells is a mistake (an id used as a variable), not a table."""

MOST_PEOPLE = 4e18
"""Largest sum of counts: beyond it 64-bit integers overflow."""

LEAST_WEIGHT = 1e-100
"""Smallest weighted count: products of smaller ones vanish."""


def encode(values: Any, variable: Variable) -> tuple["NDArray[Any]", list[Code]]:
    """Turn a column of codes into positions among the answers.

    Parameters
    ----------
    values : array
        Codes of the respondents: a NumPy, pandas or pyarrow array or series, of numbers or
        texts. Missing values (``NaN``, ``None``, ``<NA>``, null) are no answers.
    variable : Variable
        Says which codes are answers and which are user-missing.

    Returns
    -------
    positions : array of uint8, uint16 or int32
        For each respondent the position of the answer in `answers`, or ``len(answers)``
        where there is no answer.
    answers : list
        The declared answers in printed order, then the observed codes that the codebook does
        not know, sorted.

    Examples
    --------
    >>> job = Variable("job", codes={1: {}, 2: {}, 99: {}}, missing=(99,))
    >>> positions, answers = encode(np.array([2.0, 1.0, 99.0, np.nan, 7.0]), job)
    >>> positions.tolist(), answers
    ([1, 0, 3, 3, 2], [1, 2, 7])
    """
    found, places = _distinct(values, variable.name)
    observed = [None if value is None or value != value else clean_code(value) for value in found]
    declared = variable.answers
    known = set(declared)
    new = {
        code
        for code in observed
        if code is not None and code not in known and not variable.is_missing(code)
    }
    answers = declared + sorted(new, key=lambda code: (isinstance(code, str), code))
    size = len(answers)
    place: dict[Code | None, int] = {code: position for position, code in enumerate(answers)}
    kind = np.uint8 if size < 256 else np.uint16 if size < 65536 else np.int32
    table = np.array([place.get(code, size) for code in observed], dtype=kind)
    if places.dtype == np.uint8 and table.dtype == np.uint8:
        seen = [byte for byte, value in enumerate(found) if value is not None]
        if seen and all(table[byte] == byte - seen[0] for byte in seen):
            # Codes that run on in the order of the answers are places already.
            return places - np.uint8(seen[0]), answers
    return table.take(places), answers


def _distinct(values: Any, name: str) -> tuple[list[Any], "NDArray[Any]"]:
    """Return the distinct values, None among them, and where each row's value is among them."""
    import pyarrow as pa

    try:
        array = values if isinstance(values, pa.Array | pa.ChunkedArray) else _as_arrow(values)
    except (TypeError, ValueError, pa.ArrowException):
        array = pa.array([], pa.date32())
    if isinstance(array, pa.ChunkedArray):
        array = array.combine_chunks()
    kinds = pa.types
    if not any(
        is_kind(array.type)
        for is_kind in (
            *(kinds.is_integer, kinds.is_floating, kinds.is_boolean, kinds.is_null),
            *(kinds.is_string, kinds.is_large_string),
        )
    ):
        raise SurveyError(
            f"variable '{name}' holds dates or other things that are neither numbers nor "
            "texts; group them into codes first"
        )
    if array.type == pa.int8() and len(array) > MANY:
        return _bytes(array)
    encoded = array.dictionary_encode(null_encoding="encode")
    return encoded.dictionary.to_pylist(), np.from_dlpack(encoded.indices)


MANY = 5_000
"""Bytes from which on it is quicker to look them up than to number them."""

_FEW_BYTES = 40
"""Different bytes up to which to look for each is quicker than to count all."""


def _bytes(array: Any) -> tuple[list[Any], "NDArray[Any]"]:
    """Take bytes themselves as places: four times as fast as to number them."""
    held: NDArray[Any] = np.frombuffer(array.buffers()[1], np.uint8) if len(array) else np.zeros(0)
    held = held.astype(np.uint8, copy=False)[array.offset : array.offset + len(array)]
    there, known = None, held
    if array.null_count:
        bits = np.frombuffer(array.buffers()[0], np.uint8)
        there = np.unpackbits(bits, bitorder="little")[array.offset : array.offset + len(array)]
        # Arithmetic, since to choose by a mask would take fifty times as long as all else.
        known = held * there + (there ^ 1) * held[there.argmax()]
        known = known if there.any() else held[:0]
    low, high = (int(known.min()), int(known.max())) if known.size else (0, -1)
    if high - low < _FEW_BYTES:
        first = known[:MANY]
        seen = {
            byte for byte in range(low, high + 1) if (first == byte).any() or (known == byte).any()
        }
    else:
        seen = set(np.flatnonzero(np.bincount(known)).tolist())
    if there is not None:
        held = np.maximum(held, (there ^ 1) * np.uint16(256))
    found = [byte - 256 * (byte > 127) if byte in seen else None for byte in range(256)]
    return [*found, None], held


def _as_arrow(values: Any) -> Any:
    import pyarrow as pa

    if str(getattr(values, "dtype", "")) == "category":
        values = values.astype(object)
    return pa.array(values, from_pandas=True)


def checked_counts(counts: Any, name: str) -> "NDArray[Any]":
    """Check that counts are numbers, finite and not negative; make whole ones integers.

    Parameters
    ----------
    counts : array
        Counts, or sums of weights.
    name : str
        What they are, for the error.

    Examples
    --------
    >>> checked_counts([[1.0, 2.0]], "table of 'q'").dtype.kind
    'i'
    """
    cells = np.asarray(counts)
    if cells.dtype.kind not in "iuf":
        raise SurveyError(f"{name}: counts must be numbers, not {cells.dtype}")
    if not np.isfinite(cells).all() or (cells < 0).any():
        raise SurveyError(f"{name}: a count is negative or not a finite number")
    if cells.sum(dtype=np.float64) > MOST_PEOPLE or (cells[cells > 0] < LEAST_WEIGHT).any():
        raise SurveyError(
            f"{name}: counts lie between {LEAST_WEIGHT:g} and {MOST_PEOPLE:g} in all; "
            "rescale the weights"
        )
    whole = cells.astype(np.int64)
    return whole if np.array_equal(whole, cells) else cells


@dataclass(frozen=True)
class Counted:
    """Respondents counted by two variables, with those who did not answer one of them.

    Attributes
    ----------
    totals : array, (rows + 1) × (columns + 1)
        int64 counts, or float64 sums of weights; the last row and column hold those without an
        answer.
    people : array, (rows + 1) × (columns + 1)
        int64 counts of respondents, whatever their weights.
    weighting : str
        Empty, ``frequency`` or ``sampling``.
    spread : object, optional
        How the weighted cells vary under a sampling design.
    notes : tuple of Note
        What was found in the weights.
    """

    totals: "NDArray[Any]"
    people: "NDArray[np.int64]"
    weighting: str = ""
    spread: Any = None
    notes: tuple[Note, ...] = ()

    @classmethod
    def equal(cls, counts: "NDArray[np.int64]") -> "Counted":
        """Every respondent counts as one."""
        return cls(counts, counts)


def cross_counts(
    rows: "NDArray[Any]",
    columns: "NDArray[Any]",
    n_rows: int,
    n_columns: int,
    weights: "NDArray[np.float64] | None" = None,
) -> "NDArray[Any]":
    """Count respondents by two variables.

    Parameters
    ----------
    rows, columns : array of int
        Positions as `encode` writes them: ``0 .. n - 1``, and ``n`` for no answer.
    n_rows, n_columns : int
        Number of answers of each variable.
    weights : array of float, optional
        One weight per respondent; the cells then hold sums of weights.

    Returns
    -------
    array, shape (n_rows + 1, n_columns + 1)
        int64, or float64 with weights. The last row and the last column hold those without
        an answer to the row or the column variable.

    Examples
    --------
    >>> cross_counts(np.array([0, 1, 1, 2]), np.array([0, 0, 1, 1]), 2, 1).tolist()
    [[1, 0], [1, 1], [0, 1]]
    """
    check_cells(n_rows, n_columns)
    width = n_columns + 1
    cells = (n_rows + 1) * width
    kind: Any = np.uint8 if cells <= 256 else np.uint16 if cells <= 65536 else np.int64
    total = np.zeros(cells, dtype=np.int64 if weights is None else np.float64)
    for start in range(0, rows.size, BLOCK):
        stop = start + BLOCK
        key = rows[start:stop].astype(kind) * kind(width)
        key += columns[start:stop].astype(kind)
        share = None if weights is None else weights[start:stop]
        total += np.bincount(key, weights=share, minlength=cells)
    return total.reshape(n_rows + 1, width)


def check_cells(n_rows: int, n_columns: int) -> None:
    """Refuse a table with more than `MOST_CELLS` cells."""
    if (n_rows + 1) * (n_columns + 1) > MOST_CELLS:
        raise SurveyError(
            f"a crosstab of {n_rows} × {n_columns} answers has more than {MOST_CELLS:,} cells; "
            "take variables with fewer codes"
        )


Coded = tuple["NDArray[Any]", int]
"""Positions as `encode` writes them, and the number of answers."""


def count_rows(
    positions: "NDArray[Any]", size: int, people: "NDArray[np.int64] | None" = None
) -> "NDArray[np.int64]":
    """Count the rows at each of `size` positions, or the people that the rows stand for.

    Examples
    --------
    >>> count_rows(np.array([0, 2, 2]), 3, np.array([20, 3, 4])).tolist()
    [20, 0, 7]
    """
    if people is None:
        return np.bincount(positions, minlength=size)
    counts = np.zeros(size, np.int64)
    np.add.at(counts, positions, people)
    return counts
