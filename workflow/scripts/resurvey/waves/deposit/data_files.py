"""Data files: the pooled records as .sav, .dta, Parquet and CSV, the same bytes every time."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from resurvey.core.codebook import Variable, clean_code
from resurvey.core.errors import SurveyError
from resurvey.core.files import write_bytes
from resurvey.core.survey import Survey
from resurvey.reading.parquet import save_survey
from resurvey.reading.writing import FILE_LABEL_BYTES, NOTE_BYTES, write_sav
from resurvey.waves.deposit.limits import Fitted, fit_dta, fit_sav, letters_of, shorten
from resurvey.waves.deposit.pooling import Pooled

if TYPE_CHECKING:
    import pandas as pd

_TIMESTAMP = re.compile(rb"<timestamp>\x11[^<]{17}</timestamp>")
_FIXED = b"<timestamp>\x1101 Jan 1980 00:00</timestamp>"


@dataclass(frozen=True)
class Kept:
    """How one format holds the file.

    Attributes
    ----------
    names : dict
        Variable -> its name in the format, where that differs.
    cut : tuple of str
        Variables with a label that was cut.
    letters : dict
        Variable -> user-missing code -> letter (Stata).
    """

    names: Mapping[str, str]
    cut: tuple[str, ...]
    letters: Mapping[str, Mapping[Any, str]]


def write_pooled_sav(
    path: str | Path, pooled: Pooled, language: str, title: str, notes: list[str]
) -> Kept:
    """Write the pooled records as an SPSS file."""
    fitted = fit_sav(pooled.codebook, language)
    survey = Survey(_renamed(pooled, fitted), fitted.codebook)
    lines = [line for note in notes for line in _broken(note, NOTE_BYTES)]
    label = shorten(title, FILE_LABEL_BYTES, lambda text: len(text.encode()))
    write_sav(path, survey, "", label, lines)
    return Kept(fitted.names, fitted.cut, {})


def write_pooled_dta(path: str | Path, pooled: Pooled, language: str, title: str) -> Kept:
    """Write the pooled records as a Stata file (release 14 and later).

    User-missing codes become Stata's ``.a``, ``.b``, ... with their labels; system-missing is
    ``.``. A text variable keeps its texts. The time in the header is fixed.

    Raises
    ------
    SurveyError
        The format cannot hold something, such as a text of more than 2,045 bytes.
    """
    import pandas as pd
    import pyreadstat

    fitted = fit_dta(pooled.codebook, language)
    frame = _renamed(pooled, fitted)
    columns: dict[str, Any] = {}
    values: dict[str, dict[Any, str]] = {}
    missing: dict[str, list[str]] = {}
    letters: dict[str, dict[Any, str]] = {}
    for own, variable in fitted.codebook.variables.items():
        column = frame[own]
        if str(column.dtype) == "str":
            columns[own] = column.fillna("")
            continue
        given = letters_of(variable, map(clean_code, column.dropna().unique()))
        if given:
            letters[own] = given
            missing[own] = sorted(set(given.values()))
        columns[own] = _with_letters(column, given)
        labels = _stata_labels(variable, given)
        if labels:
            values[own] = labels
    titles: dict[str, str | None] = {
        name: one.title() for name, one in fitted.codebook.variables.items() if one.label
    }
    target = Path(path)
    temporary = target.with_name(f".{target.name}.{os.getpid()}.tmp")
    try:
        pyreadstat.write_dta(
            pd.DataFrame(columns),
            str(temporary),
            file_label=shorten(title, 80),
            column_labels=titles,
            version=14,
            variable_value_labels=values,
            missing_user_values=missing,
        )
        content = temporary.read_bytes()
    except (pyreadstat.ReadstatError, pyreadstat.PyreadstatError, ValueError) as error:
        raise SurveyError(
            f"{target}: cannot be written as .dta: {str(error).splitlines()[0]}"
        ) from None
    finally:
        temporary.unlink(missing_ok=True)
    write_bytes(target, _TIMESTAMP.sub(_FIXED, content, count=1))
    return Kept(fitted.names, fitted.cut, letters)


def write_pooled_parquet(path: str | Path, codebook: str | Path, pooled: Pooled) -> None:
    """Write the codes as Parquet and, beside it, the codebook as JSON."""
    save_survey(pooled.survey, path, codebook)


def write_pooled_csv(path: str | Path, pooled: Pooled) -> None:
    """Write the codes as CSV: UTF-8, comma, decimal point; system-missing is an empty cell."""
    text = pooled.survey.data.to_csv(index=False, lineterminator="\n")
    write_bytes(path, text.encode("utf-8"))


def _renamed(pooled: Pooled, fitted: Fitted) -> "pd.DataFrame":
    frame = pooled.survey.data.copy()
    frame.columns = list(fitted.codebook.variables)
    return frame


def _with_letters(column: "pd.Series", letters: Mapping[Any, str]) -> Any:
    """Numbers as Stata holds them, user-missing ones as letters."""
    import pandas as pd

    numbers = column.to_numpy("float64", na_value=np.nan)
    here = [code for code in letters if (numbers == code).any()]
    if not here:
        return pd.Series(numbers)
    mixed = numbers.astype(object)
    for code in here:
        mixed[numbers == code] = letters[code]
    return pd.Series(mixed, dtype=object)


def _stata_labels(variable: Variable, letters: Mapping[Any, str]) -> dict[Any, str]:
    """Labels by code and letter; Stata has none for numbers with a fraction or for texts."""
    labels: dict[Any, str] = {}
    for code, words in variable.codes.items():
        if not words or isinstance(code, str | float):
            continue
        labels[letters.get(code, code)] = variable.answer(code)
    return labels


def _broken(text: str, most: int) -> list[str]:
    """Break a text into lines of at most so many bytes, at words."""
    lines, line = [], ""
    for word in text.split():
        longer = f"{line} {word}".strip()
        if len(longer.encode()) <= most:
            line = longer
            continue
        if line:
            lines.append(line)
        line = shorten(word, most, lambda one: len(one.encode()))
    return [*lines, line] if line else lines
