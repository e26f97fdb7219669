"""Limits: how large a file may become in memory, judged by what it declares before it is read."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from resurvey.core.errors import SurveyError

MOST_CELLS = 1_000_000_000
"""Respondents times variables; the largest public surveys have half as many."""
MOST_CELLS_PER_BYTE = 100
"""Compressed answers of people take a byte for every one to twenty; a bomb a byte for hundreds."""
ALWAYS_SMALL = 20_000_000
"""Cells that fit into any memory, however well they were packed."""
MOST_LETTERS = 2**31
"""Letters of all texts of a file together, each counted as often as it stands in a row."""


def check_cells(path: Path, rows: float, columns: float) -> None:
    """Refuse a file that would become larger in memory than any survey, before it is read.

    Raises
    ------
    SurveyError
        More than 1,000,000,000 cells; or more than 20,000,000 of which more than a hundred share
        a byte of the file, as no answers of people do.

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
    """Refuse texts that would take more memory than any survey's.

    Raises
    ------
    SurveyError
        More than 2**31 letters.
    """
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

    Raises
    ------
    SurveyError
        Instead of any other exception.
    """
    try:
        yield
    except SurveyError:
        raise
    except MemoryError:
        raise SurveyError(
            f"{path}: the file needs more memory than this machine has; save only the variables "
            "that you need, or use a larger machine"
        ) from None
    except Exception as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise SurveyError(f"{path}: cannot be read: {error.strerror}") from None
        # The reader's own words may hold answers of respondents; its kind of error does not.
        raise SurveyError(
            f"{path}: the file is truncated or damaged and cannot be read "
            f"({type(error).__name__}); fetch it again"
        ) from error
