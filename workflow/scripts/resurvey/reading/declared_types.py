"""Declared types: a column brought to what the study's codebook says it holds."""

import datetime
import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from resurvey.core.codebook import Code, as_labels, clean_code
from resurvey.core.errors import SurveyError, shown_answer
from resurvey.reading.columns import number_column, text_column
from resurvey.reading.fields import parsed_number
from resurvey.reading.lookalikes import mixed_alphabets
from resurvey.reading.reasons import reason_of
from resurvey.reading.tools.questionnaire import codes_by_label
from resurvey.reading.wording import folded

if TYPE_CHECKING:
    import pandas as pd

SHOWN = 5
"""Rows and problems of one kind that a message names before it counts the rest."""

Place = Callable[[int], str]
_FIRST_WORD_CODE = -901
_ISO = re.compile(r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d)?)?")


def typed_as_declared(
    column: "pd.Series",
    spec: Mapping[str, Any],
    is_identifier: bool,
    place: Place | None = None,
    decimal: str = "",
) -> "tuple[pd.Series, list[str]]":
    """Bring a column to the declared type, or say which rows stand against it."""
    if spec.get("date"):
        return _dates(column, str(spec["date"]), place)
    if is_identifier:
        return column, []
    if column.dtype == "str" and (by_label := _by_label(column, spec)) is not None:
        return by_label, []
    if column.dtype == "str" and _is_number(spec):
        return _numbers(column, spec, place, decimal)
    if spec.get("measure") == "text" and column.dtype != "str":
        return column.map(lambda code: str(clean_code(code)), na_action="ignore").astype("str"), []
    return column, []


def numbered_words(name: str, spec: Mapping[str, Any]) -> dict[str, Any]:
    """Give words that are declared as missing among numbers a code each, from -901 down.

    A column of incomes may say "NA" or "refused"; numbers and words cannot stand in one column,
    and the reason must not be lost.

    Raises
    ------
    SurveyError
        When such a code is declared for something else.

    Examples
    --------
    >>> plain = numbered_words("income", {"measure": "scale", "missing": ["refused", 999]})
    >>> plain["missing"], plain["words"]
    ([{'code': -901, 'reason': 'refused'}, 999], {'refused': -901})
    """
    spec = dict(spec)
    if not _is_number(spec):
        return spec
    missing: list[Any] = []
    words: dict[str, int] = {}
    labels: dict[Code, Any] = {}
    for one in spec.get("missing") or ():
        plain = one.get("code") if isinstance(one, Mapping) else one
        if not isinstance(plain, str) or parsed_number(plain) is not None:
            missing.append(one)
            continue
        code = _FIRST_WORD_CODE - len(words)
        if code in (spec.get("codes") or {}):
            raise SurveyError(
                f"codebook.yaml, '{name}': the missing word '{plain}' needs the code {code}, which "
                "is declared already; give the word a code with a label of its own"
            )
        reason = one.get("reason") if isinstance(one, Mapping) else None
        missing.append({"code": code, "reason": reason or reason_of(plain)})
        words[folded(plain)] = code
        labels[code] = plain
    if words:
        spec |= {"missing": missing, "words": words, "word_labels": labels}
        if spec.get("codes"):
            spec["codes"] = {**spec["codes"], **labels}
    return spec


def _is_number(spec: Mapping[str, Any]) -> bool:
    """Tell whether the codebook declares a variable of numbers."""
    codes = spec.get("codes") or {}
    if codes:
        return not any(isinstance(code, str) for code in codes)
    return spec.get("measure") == "scale"


def matching_code(code: object, column: "pd.Series") -> Code:
    """Write a declared code as the column holds codes: YAML's "1" is the number 1 there."""
    if column.dtype == "str":
        return str(clean_code(code))
    number = parsed_number(code) if isinstance(code, str) else None
    return clean_code(number if number is not None else code)


def named_rows(positions: list[Any], place: Place | None = None) -> str:
    """Write a number of rows and the first of them, with the place of the first in the file.

    Examples
    --------
    >>> named_rows([2, 0]), named_rows([4])
    ('2 rows (rows 1, 3)', '1 row (row 5)')
    >>> named_rows([4], lambda row: f"line {row + 2}")
    '1 row (row 5; line 6)'
    """
    numbers = sorted(int(position) + 1 for position in positions)
    shown = ", ".join(map(str, numbers[:SHOWN])) + (" …" if len(numbers) > SHOWN else "")
    plural = "s" * (len(numbers) > 1)
    where = f"; {'the first is ' * (len(numbers) > 1)}{place(numbers[0] - 1)}" if place else ""
    return f"{len(numbers)} row{plural} (row{plural} {shown}{where})"


def _labels(spec: Mapping[str, Any]) -> dict[str, list[Code]]:
    codes = {clean_code(code): as_labels(text) for code, text in (spec.get("codes") or {}).items()}
    return codes_by_label(codes)


def _by_label(column: "pd.Series", spec: Mapping[str, Any]) -> "pd.Series | None":
    """Read a column of words as codes, where every word is the label of one declared code."""
    by_label = _labels(spec)
    if not by_label:
        return None
    texts = {text: folded(text) for text in column.dropna().unique().tolist()}
    codes = {str(code) for code in spec["codes"]}
    if not texts or set(texts) <= codes:
        return None
    if any(len(by_label.get(words, [])) != 1 for words in texts.values()):
        return None
    found = column.map({text: by_label[words][0] for text, words in texts.items()})
    if _is_number(spec):
        return number_column(found.to_numpy("float64", na_value=float("nan")))
    return text_column(found.astype("object").where(found.notna(), None).tolist())


def _numbers(
    column: "pd.Series", spec: Mapping[str, Any], place: Place | None, decimal: str
) -> "tuple[pd.Series, list[str]]":
    """Read every cell as a number; words that are declared as missing become their codes."""
    texts = column.dropna()
    words = spec.get("words") or {}
    labels = {word: codes[0] for word, codes in _labels(spec).items() if len(codes) == 1}
    words = {**labels, **words}

    def number(text: str) -> float | None:
        found = parsed_number(text)
        return words.get(folded(text)) if found is None else found

    numbers = texts.map(number)
    wrong = texts[numbers.isna()]
    if not len(wrong) and len(doubtful := texts[_doubtful(texts, decimal)]):
        rows = named_rows(doubtful.index.tolist(), place)
        what = f"no decimal {'point' if decimal == '.' else 'comma'}" if decimal else "unclear"
        hint = "correct the cell or `decimal:`" if decimal else "declare the `decimal:` of the file"
        return column, [
            f"holds {shown_answer(doubtful.iloc[0])} in {rows}, whose mark is {what}; {hint}"
        ]
    if len(wrong):
        first = str(wrong.iloc[0])
        hint = ""
        if letters := mixed_alphabets(first):
            hint = f"; its letters {letters} are of another alphabet"
        elif labels:
            hint = ", which is no declared label either"
        rows = named_rows(wrong.index.tolist(), place)
        return column, [
            f"holds text where a number belongs in {rows}, first {shown_answer(first)}{hint}"
        ]
    return number_column(numbers.reindex(column.index).to_numpy("float64")), []


def _doubtful(texts: "pd.Series", decimal: str) -> "pd.Series":
    """Find numbers whose mark is not the declared one, or may part groups of three digits."""
    if decimal:
        return texts.str.contains("," if decimal == "." else ".", regex=False)
    commas = texts.str.contains(",", regex=False)
    groups = texts.str.fullmatch(r"\s*[+-]?\d{1,3},\d{3}\s*").astype(bool)
    # Other decimal commas in the column show that this is one, too.
    return groups if bool(groups.any()) and bool((commas == groups).all()) else groups & False


def _dates(column: "pd.Series", form: str, place: Place | None) -> "tuple[pd.Series, list[str]]":
    """Read dates by the declared format and write them as ISO text."""
    wrong: list[int] = []
    iso: list[str | None] = []
    for row, text in enumerate(column.astype("object").where(column.notna(), None)):
        if text is None or (isinstance(text, str) and _ISO.fullmatch(text)):
            iso.append(text)
            continue
        try:
            moment = datetime.datetime.strptime(str(clean_code(text)), form)
        except ValueError:
            wrong.append(row)
            iso.append(None)
            continue
        has_clock = any(mark in form for mark in ("%H", "%I", "%X", "%T"))
        iso.append(moment.isoformat(timespec="seconds") if has_clock else f"{moment:%Y-%m-%d}")
    if wrong:
        first = shown_answer(column.iloc[wrong[0]])
        rows = named_rows(wrong, place)
        return column, [f"is no date written as {form} in {rows}, first {first}"]
    return text_column(iso), []
