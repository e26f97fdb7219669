"""Answers: from what stands in the cells of a column to codes, by the list of the question."""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from resurvey.core.codebook import Code
from resurvey.core.errors import SurveyError, shown_answer
from resurvey.reading.lookalikes import mixed_alphabets
from resurvey.reading.tools.questionnaire import (
    NOT_SHOWN,
    Item,
    as_code,
    codes_by_label,
    whole_code,
)
from resurvey.reading.wording import folded

logger = logging.getLogger(__name__)

Place = Callable[[int], str]
_SHOWN = 3

_CHOSEN_WORDS = """1 1.0 y yes true selected checked chosen x ✓ ✔ да отмечено выбрано ооба иә ha так
    oui ja sí si sì sim tak evet"""
_NOT_CHOSEN_WORDS = "0 0.0 n no false нет жок жоқ yo'q ні non nein não nao nie hayır ✗"
_NOT_CHOSEN_PHRASES = (
    "not selected",
    "not checked",
    "not chosen",
    "не отмечено",
    "не выбрано",
)
_CHOSEN = frozenset(_CHOSEN_WORDS.split())
_NOT_CHOSEN = frozenset([*_NOT_CHOSEN_WORDS.split(), *_NOT_CHOSEN_PHRASES])


@dataclass(frozen=True)
class Column:
    """The cells of one column that belongs to a question with a list of answers."""

    item: Item
    fields: Sequence[str]
    place: Place

    @cached_property
    def answered(self) -> list[tuple[int, str]]:
        """Rows with something in the cell."""
        absent = self.item.absent
        return [
            (row, text)
            for row, text in enumerate(map(str.strip, self.fields))
            if text and (not absent or folded(text) not in absent)
        ]

    @cached_property
    def by_code(self) -> dict[str, Code | None]:
        """Cells as codes of the list."""
        return {
            text: self.item.spelled.get(folded(text), as_code(text, self.item.choices))
            for _, text in self.answered
        }

    @cached_property
    def by_label(self) -> dict[str, list[Code]]:
        """Cells as labels of the list."""
        labels = codes_by_label(self.item.choices)
        return {text: labels.get(folded(text), []) for _, text in self.answered}

    @property
    def are_codes(self) -> bool:
        """Whether every cell is a code."""
        return all(code is not None for code in self.by_code.values())

    @property
    def are_labels(self) -> bool:
        """Whether every cell is a label."""
        return all(self.by_label.values())


def holds_labels(columns: Sequence[Column]) -> bool:
    """Tell whether an export has full answers, by the columns that can only be read one way.

    A question with the answers "1", "2", "3" under the codes "3", "2", "1" can be read both ways;
    the others decide.
    """
    labels = sum(one.are_labels and not one.are_codes for one in columns if one.answered)
    codes = sum(one.are_codes and not one.are_labels for one in columns if one.answered)
    return labels > codes


def read_choices(column: Column, labels_first: bool, source: str) -> list[Code | None]:
    """Read a column as codes.

    Raises
    ------
    SurveyError
        A cell is neither a code nor a label, or a label stands for two codes, with its place.

    Notes
    -----
    A whole number that is no code of a list of whole numbers is kept as a code without a label,
    and so is a word among codes that are words: answers that were deleted from the questionnaire
    stay in the data. The log names them.
    """
    use_labels = column.are_labels and (labels_first or not column.are_codes)
    if use_labels:
        return _labelled(column, source)
    known = sum(code is not None for code in column.by_code.values())
    if known < sum(map(bool, column.by_label.values())):
        return _labelled(column, source)
    item = column.item
    result: list[Code | None] = [None] * len(column.fields)
    strange: dict[str, int] = {}
    for row, text in column.answered:
        code = column.by_code[text]
        if code is None:
            code = whole_code(text) if item.codes_are_whole else _word(text, known)
            if code is None:
                raise _unknown(column, source)
            strange.setdefault(text, row)
        result[row] = code
    if strange:
        words = ", ".join(dict.fromkeys(map(shown_answer, list(strange)[:_SHOWN])))
        logger.warning(
            "%s: variable '%s' holds %s, which is not in its list of answers in %s; kept as it is",
            column.place(next(iter(strange.values()))),
            item.name,
            words,
            source,
        )
    return result


def _word(text: str, known: int) -> str | None:
    """Accept a short word without blanks as a code, among others that are codes."""
    return text if known and len(text) <= 40 and not any(map(str.isspace, text)) else None


def _labelled(column: Column, source: str) -> list[Code | None]:
    """Read a column of full answers."""
    result: list[Code | None] = [None] * len(column.fields)
    for row, text in column.answered:
        codes = column.by_label[text] or [
            code for code in [column.item.spelled.get(folded(text))] if code is not None
        ]
        if not codes:
            raise _unknown(column, source)
        if len(codes) > 1:
            raise SurveyError(
                f"{column.place(row)}: the answer is the label of the codes "
                f"{' and '.join(map(str, codes))} of '{column.item.name}' in {source}; export the "
                "answers as codes"
            )
        result[row] = codes[0]
    return result


def _unknown(column: Column, source: str) -> SurveyError:
    """Word a cell that is neither a code nor a label."""
    strange = [
        (row, text)
        for row, text in column.answered
        if column.by_code[text] is None and not column.by_label[text]
    ]
    row, text = strange[0] if strange else column.answered[0]
    more = f" (and {len(strange) - 1} more cells)" if len(strange) > 1 else ""
    letters = mixed_alphabets(text)
    hint = f"; its letters {letters} are of another alphabet" if letters else ""
    return SurveyError(
        f"{column.place(row)}: variable '{column.item.name}' holds {shown_answer(text)}{more}, "
        f"which is neither a code nor a label of its list in {source}{hint}; correct the cell, or "
        "export the structure of the same version of the questionnaire"
    )


def read_option(column: Column) -> list[int | None]:
    """Read one option of a multiple-response question: 1 chosen, 0 not chosen.

    A cell may hold 0 or 1, yes or no in a dozen languages, or the option itself.

    Raises
    ------
    SurveyError
        For any other word, with its place.
    """
    labels = {folded(words) for words in column.item.label.values()} | {
        folded(words) for words in column.item.spelled
    }
    result: list[int | None] = [None] * len(column.fields)
    for row, text in column.answered:
        words = folded(text)
        if words in labels or words in _CHOSEN:
            result[row] = 1
        elif words in _NOT_CHOSEN:
            result[row] = 0
        elif words not in NOT_SHOWN:
            raise SurveyError(
                f"{column.place(row)}: {shown_answer(text)} does not say whether the option "
                f"'{column.item.name}' was chosen; it should be 1 or 0, yes or no, or the option "
                "itself"
            )
    return result


def completed_options(options: Mapping[str, list[int | None]]) -> dict[str, list[int | None]]:
    """Fill the gaps of respondents who chose something: what they left empty they did not choose.

    Examples
    --------
    >>> completed_options({"tv": [1, None, None], "radio": [None, None, 0]})
    {'tv': [1, None, None], 'radio': [0, None, 0]}
    """
    chosen = [any(row) for row in zip(*options.values(), strict=True)]
    return {
        name: [
            0 if value is None and some else value
            for value, some in zip(values, chosen, strict=True)
        ]
        for name, values in options.items()
    }
