"""Assembly: the columns of an export under the items of its questionnaire, as one survey."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from resurvey.core.codebook import Code, Codebook, Labels, Variable
from resurvey.core.errors import SurveyError, shown_answer
from resurvey.core.survey import Survey
from resurvey.reading.columns import number_column, text_column
from resurvey.reading.fields import are_numbers, parsed_number, recognised_decimal, typed_column
from resurvey.reading.headings import numbered_twins, without_row_numbers
from resurvey.reading.joined import split_joined
from resurvey.reading.sheet import Sheet, check_headings
from resurvey.reading.tools.answers import (
    Column,
    completed_options,
    holds_labels,
    read_choices,
    read_option,
)
from resurvey.reading.tools.questionnaire import CHOSEN, Item, JoinedQuestion, Questionnaire
from resurvey.reading.wording import folded

if TYPE_CHECKING:
    import pandas as pd


def assemble(sheet: Sheet, questionnaire: Questionnaire, source: str) -> Survey:
    """Read the columns of a sheet by a questionnaire.

    Returns
    -------
    Survey
        Items in the order of the sheet, under their names, with labels, order of answers,
        routing and multiple-response sets; columns that the questionnaire does not have (times,
        identifiers) as a plain table has them.

    Raises
    ------
    SurveyError
        No heading fits the questionnaire, one fits two items, or a cell is no answer of its
        item; with the place.
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
        self.data: dict[str, pd.Series] = {}
        self.variables: dict[str, Variable] = {}

    def survey(self) -> Survey:
        """Read all columns."""
        import pandas as pd

        columns = {at: self._column(at, item) for at, item in self.items.items()}
        choices = {at: one for at, one in columns.items() if one.item.kind == "choice"}
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
            name: {**one, "variable_list": there}
            for name, one in self.questionnaire.sets.items()
            if (there := [item for item in one["variable_list"] if item in self.variables])  # type: ignore[attr-defined]
        }
        notes = self.questionnaire.notes
        book = Codebook(
            self.variables, self.questionnaire.title, notes=notes, multiple_response=sets
        )
        return Survey(pd.DataFrame(self.data), book)

    def _column(self, at: int, item: Item) -> Column:
        return Column(item, self.fields[at], partial(self._place, at))

    def _place(self, column: int, row: int) -> str:
        return f"{self.sheet.path}: {self.sheet.place(row, column)}"

    def _options(self, columns: Mapping[int, Column]) -> dict[int, list[int | None]]:
        """Read the options of all multiple-response questions, question by question."""
        read = {at: read_option(one) for at, one in columns.items() if one.item.kind == "option"}
        for at, one in columns.items():
            if one.item.kind == "other":
                written = {row for row, _ in one.answered}
                read[at] = [1 if row in written else None for row in range(len(one.fields))]
        where = {columns[at].item.name: at for at in read}
        for options in self.questionnaire.sets.values():
            names = [name for name in options["variable_list"] if name in where]  # type: ignore[attr-defined]
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
        at = next((at for at, one in self.items.items() if one is item), 0)
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
        numbers = number_column([float("nan") if one is None else one for one in values])
        self._add(item, numbers, "nominal", CHOSEN)

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
        if any(one.name in question.options for one in self.items.values()):
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
            place: item.name for place, item in self.items.items() if item.name in question.options
        }
        read = {
            name: read_option(self._column(place, self.items[place]))
            for place, name in columns.items()
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
        return number_column([float("nan") if code is None else float(code) for code in codes])
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
    """Write a heading so that the marks between its parts make no difference.

    Examples
    --------
    >>> _loose("profile::reason.housing") == _loose("profile/reason/housing")
    True
    """
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
            names = " and ".join(repr(one.name) for one in candidates[:3])
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
