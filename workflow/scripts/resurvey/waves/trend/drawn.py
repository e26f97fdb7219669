"""Drawn: the numbers of a figure over time, as a file beside it."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass

from resurvey.core.files import csv_text
from resurvey.figures.canvas import Datum

DRAWN_COLUMNS = (
    "question",
    "row",
    "column",
    "wave",
    "value",
    "printed",
    "count",
    "base",
    "lower",
    "upper",
    "number",
)


@dataclass(frozen=True)
class WaveDatum(Datum):
    """One number that a figure over time draws.

    Attributes
    ----------
    wave : str
        Label of the wave; `number` is the number's identity in that wave.
    lower, upper : str
        Ends of the interval that is drawn; empty where none is.
    """

    wave: str = ""
    lower: str = ""
    upper: str = ""


def drawn_csv(data: Iterable[WaveDatum]) -> str:
    """Write what a figure draws as CSV, in the order of drawing, each number once.

    Examples
    --------
    >>> from fractions import Fraction
    >>> job = WaveDatum("Job", "yes", "All", Fraction(125, 4), "31.3", "5", "16", wave="2022")
    >>> print(drawn_csv([job, job]), end="")
    question,row,column,wave,value,printed,count,base,lower,upper,number
    Job,yes,All,2022,31.25,31.3,5,16,,,
    """
    lines: list[Mapping[str, object]] = [
        {**asdict(one), "value": None if one.value is None else float(one.value)}
        for one in dict.fromkeys(data)
    ]
    return csv_text(DRAWN_COLUMNS, lines)
