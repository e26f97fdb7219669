"""Data files: the pooled records as .sav, .dta, Parquet and CSV, the same bytes every time.

A codebook is first fitted into what SPSS and Stata files can hold.
"""

import os
import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from resurvey.core.codebook import Code, Codebook, Labels, Survey, Variable, clean_code
from resurvey.core.errors import SurveyError
from resurvey.core.files import write_bytes
from resurvey.reading.parquet import save_survey
from resurvey.reading.writing import FILE_LABEL_BYTES, NOTE_BYTES, write_sav
from resurvey.waves.deposit.pooled_file import Pooled

if TYPE_CHECKING:
    import pandas as pd

SAV_VARIABLE_LABEL = 256
SAV_VALUE_LABEL = 120
DTA_VARIABLE_LABEL = 80
DTA_VALUE_LABEL = 32_000
DTA_NAME = 32
NAME_BYTES = 64
MOST_REASONS = 26
"""Stata tells 26 reasons of a missing value apart, ``.a`` to ``.z``."""


@dataclass(frozen=True)
class Fitted:
    """A codebook that a format can hold, under the names of the format in the same order.

    `cut` are the variables with a label that was cut; the documentation has it whole.
    """

    codebook: Codebook
    names: Mapping[str, str]
    cut: tuple[str, ...]


def fit_sav(codebook: Codebook, language: str) -> Fitted:
    """Fit a codebook into an SPSS file.

    User-missing codes beyond three become a range where no answer lies inside it.

    Examples
    --------
    >>> q = Variable("q", codes={1: {}, 96: {}}, missing=(96, 97, 98, 99))
    >>> fit_sav(Codebook({"q": q}), "en").codebook["q"].missing_ranges
    ((96, 99),)
    """
    fitted = _fit(codebook, language, _sav_name, len_bytes, SAV_VARIABLE_LABEL, SAV_VALUE_LABEL)
    variables = {
        variable.name: _as_range(variable) for variable in fitted.codebook.variables.values()
    }
    return replace(fitted, codebook=replace(fitted.codebook, variables=variables))


def fit_dta(codebook: Codebook, language: str) -> Fitted:
    """Fit a codebook into a Stata file (release 14 and later, UTF-8).

    Examples
    --------
    >>> book = Codebook({"group/q": Variable("group/q"), "if": Variable("if")})
    >>> fit_dta(book, "en").names
    {'group/q': 'group_q', 'if': '_if'}
    """
    return _fit(codebook, language, _dta_name, len, DTA_VARIABLE_LABEL, DTA_VALUE_LABEL)


def len_bytes(text: str) -> int:
    """Length of a text in bytes of UTF-8."""
    return len(text.encode())


def shorten(text: str, most: int, length: Callable[[str], int] = len) -> str:
    """Cut a text to a length, at a word if possible, and show that it was cut.

    Examples
    --------
    >>> shorten("How satisfied are you with it?", 20), shorten("short", 20)
    ('How satisfied are…', 'short')
    """
    if length(text) <= most:
        return text
    room = most - length("…")
    cut = text
    while length(cut) > room:
        cut = cut[:-1]
    at_word = cut.rpartition(" ")[0]
    return (at_word if length(at_word) > room // 2 else cut).rstrip(" ,;:–-") + "…"


def letters_of(variable: Variable, observed: Iterable[Code]) -> dict[Code, str]:
    """Give every user-missing code its Stata letter: a, b, ... in the codebook's order.

    Examples
    --------
    >>> letters_of(Variable("q", missing=(98, 99)), [1, 99])
    {98: 'a', 99: 'b'}
    """
    codes = [
        *(code for code in variable.codes if variable.is_missing(code)),
        *variable.missing,
        *sorted(
            (code for code in observed if variable.is_missing(code)),
            key=lambda code: (isinstance(code, str), code),
        ),
    ]
    letters = "abcdefghijklmnopqrstuvwxyz"
    distinct = list(dict.fromkeys(codes))
    # Beyond the alphabet reasons cannot be told apart any more: they share the last letter.
    return {code: letters[min(number, MOST_REASONS - 1)] for number, code in enumerate(distinct)}


def _fit(
    codebook: Codebook,
    language: str,
    rename: Callable[[str, Collection[str]], str],
    length: Callable[[str], int],
    most_variable: int,
    most_value: int,
) -> Fitted:
    names: dict[str, str] = {}
    cut: list[str] = []
    variables: dict[str, Variable] = {}
    taken: set[str] = set()
    for name, variable in codebook.variables.items():
        own = rename(name, taken)
        taken.add(own.casefold())
        names[name] = own
        label = shorten(variable.title(language), most_variable, length) if variable.label else ""
        codes: dict[Code, Labels] = {}
        for code, labels in variable.codes.items():
            text = variable.answer(code, language) if labels else ""
            codes[code] = {"": shorten(text, most_value, length)} if labels else {}
            if labels and codes[code][""] != text:
                cut.append(name)
        if variable.label and label != variable.title(language):
            cut.append(name)
        variables[own] = replace(
            variable, name=own, label={"": label} if label else {}, codes=codes
        )
    different = {name: own for name, own in names.items() if own != name}
    # Sets name variables; the documentation tells them, the files' formats hold none.
    fitted = replace(codebook, variables=variables, multiple_response={})
    return Fitted(fitted, different, tuple(dict.fromkeys(cut)))


def _as_range(variable: Variable) -> Variable:
    """Write user-missing codes as SPSS holds them: three codes, or a range and a code."""
    codes = variable.missing
    ranges = variable.missing_ranges
    fits = len(codes) <= 3 if not ranges else len(ranges) == 1 and len(codes) <= 1
    if fits or any(isinstance(code, str) for code in codes):
        return variable
    ends = sorted([*codes, *(end for pair in ranges for end in pair)])
    for left_out in ((), ends[:1], ends[-1:]):
        inside = [end for end in ends if end not in left_out]
        low, high = inside[0], inside[-1]
        if not any(
            low <= code <= high  # type: ignore[operator]
            for code in variable.answers
            if not isinstance(code, str)
        ):
            return replace(
                variable,
                missing=tuple(left_out),
                missing_ranges=((low, high),),  # type: ignore[arg-type]
            )
    return variable


def _sav_name(name: str, taken: Collection[str]) -> str:
    plain = re.sub(r"[^\w.$#@]", "_", name).rstrip(".")
    if not re.match(r"[^\W\d_]|@", plain):
        plain = "v" + plain
    while len_bytes(plain) > NAME_BYTES:
        plain = plain[:-1]
    return _unlike(plain, taken, NAME_BYTES)


_STATA_WORDS = frozenset(
    ("_all", "_b", "byte", "_coef", "_cons", "double", "float", "if", "in", "int", "long", "_n")
    + ("_N", "_pi", "_pred", "_rc", "_skip", "str", "strL", "using", "with")
)


def _dta_name(name: str, taken: Collection[str]) -> str:
    plain = re.sub(r"\W", "_", name)
    if not re.match(r"[^\W\d]", plain) or plain in _STATA_WORDS:
        plain = "_" + plain
    return _unlike(plain[:DTA_NAME], taken, DTA_NAME)


def _unlike(name: str, taken: Collection[str], most: int) -> str:
    """Make a name unlike those that are taken, by a number at its end."""
    own, number = name, 1
    while own.casefold() in taken:
        number += 1
        ending = f"_{number}"
        own = name[: most - len(ending)] + ending
    return own


_TIMESTAMP = re.compile(rb"<timestamp>\x11[^<]{17}</timestamp>")
_FIXED = b"<timestamp>\x1101 Jan 1980 00:00</timestamp>"


@dataclass(frozen=True)
class Kept:
    """How one format holds the file: other names, cut labels, and the letters of Stata.

    `letters` are by variable and user-missing code.
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
        name: variable.title()
        for name, variable in fitted.codebook.variables.items()
        if variable.label
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
        line = shorten(word, most, lambda part: len(part.encode()))
    return [*lines, line] if line else lines
