"""Drawn: the numbers of a figure, as a file beside it."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields
from fractions import Fraction

from resurvey.core.files import csv_text


@dataclass(frozen=True)
class Datum:
    """One number that a figure draws.

    Attributes
    ----------
    question, row, column : str
        Labels of its place: the question, the answer (or indicator) and the group.
    value : Fraction or float or None
        Unrounded; None where there is no number.
    printed : str
        As the figure writes it.
    count, base : str
        Integers (or sums of weights) that it was made of; empty where there are none.
    number : str
        Its identity, as `resurvey.core.names.name_number` makes it.
    """

    question: str
    row: str
    column: str
    value: Fraction | float | None
    printed: str
    count: str = ""
    base: str = ""
    number: str = ""


def data_csv(data: Iterable[Datum]) -> str:
    """Write what a figure draws as CSV, in the order of drawing, each number once.

    Examples
    --------
    >>> job = Datum("Job", "yes", "Men", Fraction(125, 4), "31.3", "5", "16", "percent:t/q/1/1")
    >>> print(data_csv([job, job]), end="")
    question,row,column,value,printed,count,base,number
    Job,yes,Men,31.25,31.3,5,16,percent:t/q/1/1
    """
    columns = [one.name for one in fields(Datum)]
    lines = []
    for one in dict.fromkeys(data):
        value = None if one.value is None else float(one.value)
        lines.append({**asdict(one), "value": value})
    return csv_text(columns, lines)
