"""Frames: records and arrays of counts as pandas tables, which only a reader at a prompt needs."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

    from resurvey.core.codebook import Code, Variable


def frame_by_name(records: list[dict[str, Any]], key: str) -> "pd.DataFrame":
    """Return records as a frame indexed by their name; everything but the note is a float.

    Parameters
    ----------
    records : list of dict
        With the same keys, ``note`` among them.
    key : str
        The key that becomes the index.

    Examples
    --------
    >>> frame_by_name([{"test": "pearson", "df": None, "note": "refused"}], "test").index.tolist()
    ['pearson']
    """
    import pandas as pd

    frame = pd.DataFrame(records).set_index(key)
    numbers = [name for name in frame.columns if name != "note"]
    return frame.astype(dict.fromkeys(numbers, "float64"))


def frame_of_codes(
    values: Any,
    row: "Variable",
    column: "Variable | None",
    row_codes: "Sequence[Code]",
    column_codes: "Sequence[Code]",
) -> "pd.DataFrame":
    """Return cells as a frame, codes × codes, whose axes have the variables' names."""
    import pandas as pd

    return pd.DataFrame(
        values,
        index=pd.Index(row_codes, name=row.name),
        columns=pd.Index(column_codes, name=column.name if column else None),
    )
