"""Assembly: the columns of an export under the items of its questionnaire, as one survey."""

import logging
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import TYPE_CHECKING

from resurvey.core.codebook import Code, Codebook, Labels, Survey, Variable
from resurvey.core.errors import SurveyError, shown_answer
from resurvey.reading.columns import (
    are_numbers,
    number_column,
    parsed_number,
    text_column,
    typed_column,
)
from resurvey.reading.encoding import folded, mixed_alphabets
from resurvey.reading.multiple_response import split_joined
from resurvey.reading.questionnaire import (
    CHOSEN,
    NOT_SHOWN,
    Item,
    JoinedQuestion,
    Questionnaire,
    as_code,
    codes_by_label,
    whole_code,
)
from resurvey.reading.sheet import (
    Place,
    Sheet,
    as_data,
    check_headings,
    numbered_twins,
    recognised_decimal,
    without_row_numbers,
)

if TYPE_CHECKING:
    import pandas as pd

logger = logging.getLogger(__name__)

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
    """Return whether an export has full answers, by the columns that can only be read one way.

    A question with the answers "1", "2", "3" under the codes "3", "2", "1" can be read both ways;
    the others decide.
    """
    labels = sum(
        column.are_labels and not column.are_codes for column in columns if column.answered
    )
    codes = sum(column.are_codes and not column.are_labels for column in columns if column.answered)
    return labels > codes


def read_choices(column: Column, labels_first: bool, source: str) -> list[Code | None]:
    """Read a column as codes.

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


def assemble(sheet: Sheet, questionnaire: Questionnaire, source: str) -> Survey:
    """Read the columns of a sheet by a questionnaire.

    Returns
    -------
    Survey
        Items in the order of the sheet, under their names, with labels, order of answers,
        routing and multiple-response sets; columns that the questionnaire does not have (times,
        identifiers) as a plain table has them.
    """
    return _Assembly(sheet, questionnaire, source).survey()


def with_headings(sheet: Sheet, questionnaire: Questionnaire, source: str) -> Sheet:
    """Settle the headings of the columns that the questionnaire does not have.

    Its own questions may share a heading; they are told apart by their order.
    """
    sheet = without_row_numbers(sheet)
    known = set(_matched(sheet, questionnaire.items, source))
    return numbered_twins(sheet, known | set(_joined_columns(sheet, questionnaire, known)))


class _Assembly:
    """One sheet and one questionnaire, on their way to a survey."""

    def __init__(self, sheet: Sheet, questionnaire: Questionnaire, source: str) -> None:
        self.sheet, self.questionnaire, self.source = sheet, questionnaire, source
        self.fields = sheet.columns
        self.decimal = recognised_decimal(sheet)
        self.items = _matched(sheet, questionnaire.items, source)
        self.joined = _joined_columns(sheet, questionnaire, self.items)
        if not self.items and not self.joined:
            shown = ", ".join(map(repr, sheet.headings[:3]))
            raise SurveyError(
                f"{sheet.path}: none of its {len(sheet.headings)} headings ({shown} …) is in the "
                f"questionnaire {source}; is it the structure of this survey?"
            )
        self.data = sheet.new_data()
        self.variables: dict[str, Variable] = {}

    def survey(self) -> Survey:
        """Read all columns."""
        columns = {at: self._column(at, item) for at, item in self.items.items()}
        choices = {at: column for at, column in columns.items() if column.item.kind == "choice"}
        labels_first = holds_labels(list(choices.values()))
        options = self._options(columns)
        others = [at for at in range(len(self.fields)) if at not in self.items]
        others = [at for at in others if at not in self.joined]
        rest = self.sheet.without(columns=set(range(len(self.fields))) - set(others))
        check_headings(rest, [self._plain_name(at) for at in others])
        for at in range(len(self.fields)):
            if at in choices:
                self._add_choice(choices[at], labels_first)
            elif at in options:
                self._add_option(columns[at].item, options[at])
                if columns[at].item.kind == "other":
                    self._add_words(columns[at])
            elif at in self.items:
                self._add_open(columns[at], at)
            elif at in self.joined:
                self._add_joined(self.joined[at], at)
            elif self.sheet.headings[at] or any(self.fields[at]):
                self._add_plain(at)
        sets = {
            name: {**option_set, "variable_list": there}
            for name, option_set in self.questionnaire.sets.items()
            if (there := [item for item in option_set["variable_list"] if item in self.variables])
        }
        notes = self.questionnaire.notes
        book = Codebook(
            self.variables, self.questionnaire.title, notes=notes, multiple_response=sets
        )
        return Survey(as_data(self.data), book)

    def _column(self, at: int, item: Item) -> Column:
        return Column(item, self.fields[at], partial(self._place, at))

    def _place(self, column: int, row: int) -> str:
        return f"{self.sheet.path}: {self.sheet.place(row, column)}"

    def _options(self, columns: Mapping[int, Column]) -> dict[int, list[int | None]]:
        """Read the options of all multiple-response questions, question by question."""
        read = {
            at: read_option(column)
            for at, column in columns.items()
            if column.item.kind == "option"
        }
        for at, column in columns.items():
            if column.item.kind == "other":
                written = {row for row, _ in column.answered}
                read[at] = [1 if row in written else None for row in range(len(column.fields))]
        where = {columns[at].item.name: at for at in read}
        for options in self.questionnaire.sets.values():
            names = [name for name in options["variable_list"] if name in where]
            if names:
                filled = completed_options({name: read[where[name]] for name in names})
                read |= {where[name]: values for name, values in filled.items()}
        return read

    def _name(self, name: str, at: int) -> str:
        """Keep two columns from taking one name."""
        if name in self.variables:
            raise SurveyError(
                f"{self.sheet.path}: column {at + 1} ('{self.sheet.headings[at]}') is variable "
                f"'{name}', which another column is already; remove one of them"
            )
        return name

    def _add(
        self, item: Item, column: "pd.Series", measure: str, codes: Mapping[Code, Labels]
    ) -> None:
        at = next((at for at, read in self.items.items() if read is item), 0)
        name = self._name(item.name, at)
        self.data[name] = column
        self.variables[name] = Variable(
            name,
            label=dict(item.label),
            measure=item.measure or measure,
            codes=dict(codes),
            routing=item.routing,
            missing=item.missing,
            missing_ranges=item.missing_ranges,
        )

    def _add_choice(self, column: Column, labels_first: bool) -> None:
        codes = read_choices(column, labels_first, self.source)
        self._add(column.item, code_column(codes, column.item), "nominal", column.item.choices)

    def _add_option(self, item: Item, values: Sequence[int | None]) -> None:
        self._add(item, number_column(values), "nominal", CHOSEN)

    def _add_words(self, column: Column) -> None:
        """Add what respondents wrote as an option of their own."""
        item = replace(column.item, name=f"{column.item.name}_text")
        self._add(item, text_column(list(column.fields)), "text", {})

    def _add_open(self, column: Column, at: int) -> None:
        """Add a number, a text, a date, or what the cells say."""
        item, fields, thousands = column.item, column.fields, self.sheet.thousands
        if item.kind in ("text", "date"):
            self._add(item, text_column(list(fields)), "text", {})
            return
        if item.kind == "number" and not are_numbers(fields, self.decimal, thousands):
            self._add(item, number_column(self._numbers(column)), "scale", {})
            return
        measure = "scale" if item.kind == "number" else ""
        self._add(item, typed_column(fields, self.decimal, thousands), measure, {})

    def _numbers(self, column: Column) -> list[float]:
        """Read every cell as a number, whatever its decimal mark; name one that is none."""
        values = [float("nan")] * len(column.fields)
        for row, text in column.answered:
            number = parsed_number(text)
            if number is None:
                raise SurveyError(
                    f"{column.place(row)}: variable '{column.item.name}' holds "
                    f"{shown_answer(text)}, but {self.source} declares a number; correct the cell"
                )
            values[row] = number
        return values

    def _add_joined(self, question: JoinedQuestion, at: int) -> None:
        """Give every option of a joined question a variable of its own."""
        items = {item.name: item for item in self.questionnaire.items}
        if any(other.name in question.options for other in self.items.values()):
            self._check_joined(question, at)
            return
        rows = [
            self._split(question, self._place(at, row), field)
            for row, field in enumerate(self.fields[at])
        ]
        for name in question.options:
            values = [None if row is None else int(name in row) for row in rows]
            self._add_option(items[name], values)

    def _check_joined(self, question: JoinedQuestion, at: int) -> None:
        """Stop where the joined column and those of the options contradict each other."""
        columns = {
            other: item.name for other, item in self.items.items() if item.name in question.options
        }
        read = {
            name: read_option(self._column(other, self.items[other]))
            for other, name in columns.items()
        }
        for row, field in enumerate(self.fields[at]):
            found = split_joined(field, question.options, question.separators) if field else None
            if found is None or found.rest or found.ambiguous:
                continue
            wrong = next(
                (name for name in read if bool(read[name][row]) != (name in found.chosen)), ""
            )
            if wrong:
                raise SurveyError(
                    f"{self._place(at, row)}: the answer and the column of the option "
                    f"'{wrong}' contradict each other; one of them was changed by hand, export anew"
                )

    def _split(self, question: JoinedQuestion, place: str, field: str) -> tuple[str, ...] | None:
        if not field.strip():
            return None
        found = split_joined(field, question.options, question.separators)
        if found is None or found.rest or found.ambiguous:
            rest = found.rest if found else field
            what = (
                f"{shown_answer(field)} can be told apart in two ways"
                if found and found.ambiguous
                else f"{shown_answer(rest)} is no option of '{question.name}' in {self.source}"
            )
            raise SurveyError(
                f"{place}: {what}; export the options as separate columns, or correct the cell"
            )
        return found.chosen

    def _add_plain(self, at: int) -> None:
        name = self._name(self._plain_name(at), at)
        self.data[name] = typed_column(self.fields[at], self.decimal, self.sheet.thousands)
        text = self.sheet.texts.get(name, "")
        self.variables[name] = Variable(name, {"": text} if text else {}, measure="")

    def _plain_name(self, at: int) -> str:
        return self.sheet.headings[at] or f"column_{self.sheet.position(at) + 1}"


def code_column(codes: Sequence[Code | None], item: Item) -> "pd.Series":
    """Hold codes as numbers where the list has numbers, else as text."""
    if item.codes_are_whole:
        return number_column([None if code is None else float(code) for code in codes])
    return text_column([None if code is None else str(code) for code in codes])


def _joined_columns(
    sheet: Sheet, questionnaire: Questionnaire, known: Collection[int]
) -> dict[int, JoinedQuestion]:
    """Columns that join the options of a question.

    Where an export has the options in columns of their own, too, the joined column only repeats
    them.
    """
    found: dict[int, JoinedQuestion] = {}
    for spelled in (folded, _loose):
        for question in questionnaire.joined:
            if question in found.values():
                continue
            keys = set(map(spelled, question.headings))
            for at, heading in enumerate(sheet.headings):
                if at not in known and at not in found and spelled(heading) in keys:
                    found[at] = question
                    break
    return found


def _loose(heading: str) -> str:
    """Write a heading so that the marks between its parts make no difference."""
    return re.sub(r"[\W_]+", " ", folded(heading)).strip()


def _matched(sheet: Sheet, items: Sequence[Item], source: str) -> dict[int, Item]:
    """Find the item of every column: by the sure headings first, then by the wording."""
    sure: dict[str, list[Item]] = {}
    worded: dict[str, list[Item]] = {}
    for item in items:
        for number, heading in enumerate(item.headings):
            kept = (sure if number == 0 else worded).setdefault(folded(heading), [])
            if item not in kept:
                kept.append(item)
    places: dict[str, list[int]] = {}
    for at, heading in enumerate(sheet.headings):
        if heading:
            places.setdefault(folded(heading), []).append(at)
    found: dict[int, Item] = {}
    for heading, columns in places.items():
        # LimeSurvey can write the code before the wording: "q1. How old are you?"
        code = heading.partition(". ")[0]
        candidates = sure.get(heading) or worded.get(heading) or sure.get(code) or []
        if not candidates:
            continue
        if len(candidates) != len(columns):
            # An option and the text behind it may have one heading: they follow each other.
            both = [*sure.get(heading, ()), *worded.get(heading, ())]
            both.sort(key=items.index)
            candidates = both if len(both) == len(columns) else candidates
        if len(candidates) != len(columns):
            names = " and ".join(repr(candidate.name) for candidate in candidates[:3])
            raise SurveyError(
                f"{sheet.path}: the heading '{sheet.headings[columns[0]][:60]}' stands over "
                f"{len(columns)} column{'s' * (len(columns) > 1)}, but is that of {names} in "
                f"{source}; export the data with the codes of the questions as headings"
            )
        found |= dict(zip(columns, candidates, strict=True))
    return found | _loosely_matched(sheet, items, found)


def _loosely_matched(
    sheet: Sheet, items: Sequence[Item], found: Mapping[int, Item]
) -> dict[int, Item]:
    """Find items whose headings differ only by the marks between groups, question and option."""
    names = {item.name for item in found.values()}
    spelled: dict[str, dict[str, Item]] = {}
    for item in items:
        for heading in item.headings if item.name not in names else ():
            spelled.setdefault(_loose(heading), {})[item.name] = item
    places: dict[str, list[int]] = {}
    for at, heading in enumerate(sheet.headings):
        if at not in found and (loose := _loose(heading)):
            places.setdefault(loose, []).append(at)
    matched: dict[int, Item] = {}
    for loose, columns in places.items():
        candidates = list(spelled.get(loose, {}).values())
        # Only what can be nothing else; an item has one column.
        if len(candidates) == len(columns) == 1 and candidates[0] not in matched.values():
            matched[columns[0]] = candidates[0]
    return matched
