"""Labelled files (.sav .zsav .por .dta, SAS): codes with the labels that the file carries."""

import logging
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from resurvey.core.codebook import Code, Codebook, Labels, Survey, Variable, clean_code
from resurvey.core.errors import SurveyError
from resurvey.reading.columns import date_column, is_date_format, number_column, text_column
from resurvey.reading.encoding import better_encoding, plausible_encoding, true_encoding
from resurvey.reading.formats import Export
from resurvey.reading.spss import check_spss_file, read_portable, read_sidecar

logger = logging.getLogger(__name__)

_LETTERS = "abcdefghijklmnopqrstuvwxyz_"
_LARGEST_STATA_BLOCK = -900


def read_labelled(path: Path, export: Export) -> Survey:
    """Read a labelled file as codes, with everything that it says about them."""
    ending, encoding = path.suffix.lower(), export.encoding
    dictionary = check_spss_file(path) if ending in (".sav", ".zsav") else None
    if dictionary:
        dictionary.check_text_codes(path, encoding)
    frame, meta = _read(path, ending, encoding)
    if not all(isinstance(name, str) and name for name in frame.columns):
        raise SurveyError(
            f"{path}: the file is damaged: a variable has no readable name; fetch it again"
        )
    remark = ""
    better = _better_encoding(list(_texts(frame, meta)), encoding or _declared(meta))
    if encoding and better:
        raise SurveyError(
            f"{path}: its words are nonsense in the declared {encoding}; they look like "
            f"{better.lower()}: correct it to `encoding: {better.lower()}`"
        )
    if better:
        remark = (
            f"read as {better.lower()}: its words are nonsense in the declared {_declared(meta)}"
        )
        logger.warning("%s: %s", path, remark)
        if dictionary:
            dictionary.check_text_codes(path, better)
        frame, meta = _read(path, ending, better)
    if dictionary and 0 <= dictionary.declared_rows != len(frame):
        raise SurveyError(
            f"{path}: the file is truncated or damaged: its header declares "
            f"{dictionary.declared_rows} rows, but {len(frame)} were read; fetch it again"
        )
    survey = labelled_survey(frame, meta, [remark] if remark else [])
    if dictionary is None:
        return survey
    book = survey.codebook
    sets = book.multiple_response | read_sidecar(path, list(book), book.multiple_response)
    weight = dictionary.weight if dictionary.weight in book else ""
    return replace(survey, codebook=replace(book, weight=weight, multiple_response=sets))


def _read(path: Path, ending: str, encoding: str | None) -> tuple[Any, Any]:
    """Read the bytes by the library that knows the format."""
    if ending == ".por":
        return read_portable(path, encoding)
    function = "read_dta" if ending == ".dta" else "read_sav"
    return call_readstat(path, function, encoding, user_missing=True)


def call_readstat(
    path: Path, function: str, encoding: str | None, dates: bool = True, **options: Any
) -> tuple[Any, Any]:
    """Call the C library; the one place where a foreign binary file is parsed."""
    import pyreadstat

    read = getattr(pyreadstat, function)
    try:
        if dates:
            options["disable_datetime_conversion"] = True
        frame, meta = read(str(path), encoding=encoding, **options)
    except MemoryError:
        raise
    except Exception as error:  # the reader raises a dozen kinds of errors on damaged bytes
        reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        hint = "fetch it again"
        if "byte sequence" in reason or isinstance(error, UnicodeError):
            found = _proposed(path, function) if encoding != "latin-1" and dates else ""
            hint = "declare the `encoding:` that its texts are in"
            if found:
                hint = f"its texts look like {found}: declare the file's `encoding: {found}`"
        raise SurveyError(
            f"{path}: the file is truncated or damaged and cannot be read ({reason}); {hint}"
        ) from None
    declared = getattr(meta, "number_rows", None)
    if frame is not None and declared is not None and 0 <= declared != len(frame):
        raise SurveyError(
            f"{path}: the file is truncated or damaged: it declares {declared} rows, but "
            f"{len(frame)} were read; fetch it again"
        )
    return frame, meta


def _declared(meta: Any) -> str:
    """Encoding that the reader used."""
    return str(meta.file_encoding or "no encoding")


def _better_encoding(texts: list[str], read_as: str) -> str | None:
    """Name the encoding in which the texts are words, where they are none as they were read."""
    if better := true_encoding(texts, read_as):
        return better
    try:
        judged = better_encoding("\n".join(texts).encode(read_as), read_as)
    except (LookupError, UnicodeError):
        return None
    return judged[0] if judged and judged[1] else None


def _proposed(path: Path, function: str) -> str:
    """Say which encoding to declare for a file whose texts cannot be decoded."""
    try:
        # Every byte is a letter of latin-1, so that the texts come back as their bytes.
        frame, meta = call_readstat(path, function, "latin-1", user_missing=True)
    except SurveyError:
        return ""
    found = plausible_encoding("\n".join(_texts(frame, meta)).encode("latin-1", "replace"))
    return found or ""


def _texts(frame: Any, meta: Any) -> Iterable[str]:
    """Every text of the file: labels first, then the different text answers."""
    yield meta.file_label or ""
    yield from (label for label in meta.column_labels if label)
    for labels in meta.variable_value_labels.values():
        yield from map(str, labels.values())
    for name in frame.columns:
        if frame[name].dtype == "str":
            yield from frame[name].dropna().unique().tolist()


def labelled_survey(frame: Any, meta: Any, remarks: list[str], calendar: str = "") -> Survey:
    """Assemble data and codebook, column by column."""
    import pandas as pd

    columns: dict[str, pd.Series] = {}
    variables: dict[str, Variable] = {}
    for position, name in enumerate(frame.columns):
        contents = _Contents(
            values=frame.iloc[:, position],
            labels=dict(meta.variable_value_labels.get(name, {})),
            ranges=list((meta.missing_ranges or {}).get(name, [])),
            letters=list((meta.missing_user_values or {}).get(name, [])),
            written_as=str((meta.original_variable_types or {}).get(name) or ""),
            calendar=calendar,
        )
        columns[name], codes, missing, ranges = contents.decoded()
        label = (meta.column_names_to_labels.get(name) or "").strip()
        measure = (meta.variable_measure or {}).get(name)
        if columns[name].dtype == "str" and not codes:
            # SPSS calls every text nominal; only a date is certain to be no list of answers.
            measure = "text" if contents.is_date else ""
        variables[name] = Variable(
            name=name,
            label={"": label} if label else {},
            measure=measure if measure in ("nominal", "ordinal", "scale", "text") else "",
            codes=codes,
            missing=missing,
            missing_ranges=ranges,
        )
    notes = [note.rstrip() for note in meta.notes or []]
    return Survey(
        data=pd.DataFrame(columns),
        codebook=Codebook(
            variables=variables,
            file_label=(meta.file_label or "").strip(),
            notes=(*notes, *remarks),
            multiple_response=dict(meta.mr_sets or {}),
        ),
    )


@dataclass
class _Contents:
    """One variable as the reader hands it over."""

    values: Any
    labels: dict[Any, str]
    ranges: list[dict[str, Any]]
    letters: list[str]
    written_as: str
    calendar: str = ""

    @property
    def is_date(self) -> bool:
        """Whether the numbers are shown as dates, times or durations."""
        return is_date_format(self.written_as, self.calendar)

    def decoded(
        self,
    ) -> tuple[Any, dict[Code, Labels], tuple[Code, ...], tuple[tuple[float, float], ...]]:
        """Column of codes, labels by code, user-missing codes, user-missing ranges."""
        discrete = [ends["lo"] for ends in self.ranges if ends["lo"] == ends["hi"]]
        ranges = [
            (float(ends["lo"]), float(ends["hi"]))
            for ends in self.ranges
            if ends["lo"] != ends["hi"]
        ]
        if self.letters:
            self._replace_letters()
            discrete += [code for code in self.labels if self._stands_for_letter(code)]
        if self.values.dtype == "str" or (self.values.dtype == object and not self.letters):
            column = text_column(self.values)
            labels = {str(code).rstrip(" "): text for code, text in self.labels.items()}
            discrete = [str(code).rstrip(" ") for code in discrete]
            return column, _in_order(labels), tuple(discrete), ()
        numbers = np.asarray(self.values, dtype="float64")
        dates = date_column(numbers, self.written_as, self.calendar)
        if dates is not None:
            # A date has no codes: its user-missing numbers become dates of their own.
            absent = [
                value
                for value in np.unique(numbers[~np.isnan(numbers)])
                if value in discrete or any(low <= value <= high for low, high in ranges)
            ]
            reasons = (
                date_column(np.array(absent), self.written_as, self.calendar) if absent else None
            )
            return dates, {}, tuple(reasons.tolist()) if reasons is not None else (), ()
        codes = _in_order({clean_code(code): text for code, text in self.labels.items()})
        return number_column(numbers), codes, tuple(map(clean_code, discrete)), tuple(ranges)

    def _replace_letters(self) -> None:
        """Give the missing values .a to .z (and SAS's ._) codes, so that reasons stay apart."""
        plain = [
            float(value)
            for value in [*self.values.dropna().unique(), *self.labels]
            if not isinstance(value, str)
        ]
        self._block = _LARGEST_STATA_BLOCK
        while any(self._block - len(_LETTERS) <= value < self._block for value in plain):
            self._block *= 10
        codes = {letter: self._block - 1 - number for number, letter in enumerate(_LETTERS)}

        def code_of(value: Any) -> Any:
            return codes[value.lower()] if isinstance(value, str) else value

        seen = {value.lower() for value in self.values.dropna().unique() if isinstance(value, str)}
        labels = {letter: f".{letter}" for letter in sorted(seen)}
        labels |= {
            code.lower() if isinstance(code, str) else code: text
            for code, text in self.labels.items()
        }
        self.labels = {code_of(code): text for code, text in labels.items()}
        self.values = self.values.map(code_of).astype("float64")

    def _stands_for_letter(self, code: Any) -> bool:
        return bool(self._block - len(_LETTERS) <= code < self._block)


def _in_order(labels: dict[Any, str]) -> dict[Code, Labels]:
    """Labels in the order of their codes; blanks around a label say nothing."""
    return {
        clean_code(code): {"": text.strip()}
        for code, text in sorted(labels.items(), key=lambda pair: pair[0])
        if text.strip()
    }
