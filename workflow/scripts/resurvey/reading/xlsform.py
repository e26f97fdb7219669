"""XLSForm: questionnaires of ODK and KoboToolbox, and Kobo's exports without one."""

import logging
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from resurvey.core.codebook import Codebook, Labels, Survey, Variable
from resurvey.core.errors import SurveyError
from resurvey.reading.assembly import completed_options
from resurvey.reading.child import read_apart
from resurvey.reading.columns import number_column
from resurvey.reading.questionnaire import (
    CHOSEN,
    Item,
    JoinedQuestion,
    OptionSet,
    Questionnaire,
    coded_choices,
    language_code,
    option_set,
    plain_words,
)
from resurvey.reading.sheet import Sheet, read_plain

if TYPE_CHECKING:
    import pandas as pd

_SELECT = re.compile(
    r"(select[ _]one|select1|select[ _]multiple|rank)\s+(\S+)(\s+or[ _](?:other|specify))?"
)
_KINDS = {
    "integer": "number",
    "int": "number",
    "decimal": "number",
    "range": "number",
    "date": "date",
    "datetime": "date",
    "time": "date",
    "start": "date",
    "end": "date",
    "today": "date",
    "calculate": "any",
    "hidden": "any",
}
#: SOURCE KoboToolbox writes "/" between groups or what its user types; ODK Central "-".
_SEPARATORS = ("/", "_", ".", "-", ":", "::", "|", "__")
_NO_COLUMN = {"note", "audit", "begin", "end"}
_OTHER = {"en": "Other", "ru": "Другое"}
_ROW = dict[str, str]

logger = logging.getLogger(__name__)

_OWN = {"_uuid", "_id", "_submission_time", "_index", "_validation_status", "_submitted_by"}
_ODK = {"SubmissionDate", "KEY", "instanceID", "meta-instanceID", "meta:instanceID", "SubmitterID"}


def is_xlsform(sheets: Mapping[str, Sheet]) -> bool:
    """Return whether a workbook is a questionnaire and no data.

    Examples
    --------
    >>> is_xlsform({"survey": Sheet(Path("f.xlsx"), ["type", "name", "label"], [], [])})
    True
    """
    survey = sheets.get("survey")
    return survey is not None and {"type", "name"} <= {
        heading.casefold() for heading in survey.headings
    }


def read_xlsform(path: Path) -> Questionnaire:
    """Read an XLSForm: its sheets `survey`, `choices` and `settings`.

    Returns
    -------
    Questionnaire
        One item a column: `select_one` as a list, `select_multiple` as one item an option with
        the multiple-response set over them (named like the question). Labels in every language
        of the form; `relevant` of a question and its groups as routing. Questions in repeats
        have rows of their own and are left out, which a note says.
    """
    sheets = read_apart(path, "workbook.read_sheets")
    if not is_xlsform(sheets):
        raise SurveyError(
            f"{path}: this is no XLSForm: it needs a sheet 'survey' with the columns 'type' and "
            "'name'; name the questionnaire as `structure:`, not the data"
        )
    settings = _rows(sheets["settings"]) if "settings" in sheets else []
    default = language_code(settings[0].get("default_language", "")) if settings else ""
    choices = _choices(path, sheets.get("choices"), default)
    rows = _rows(sheets["survey"])
    names = frozenset(row.get("name", "") for row in rows)
    form = _Form(path, choices, default, questions=names)
    for line, row in zip(sheets["survey"].lines, rows, strict=True):
        form.take(line, row)
    form.finish()
    title = settings[0].get("form_title", "") if settings else ""
    notes = tuple(
        f"the questions of the repeat '{name}' have rows of their own and are not read"
        for name in form.repeats
    )
    return Questionnaire("KoboToolbox", form.items, form.sets, form.joined, title, notes)


def _rows(sheet: Sheet) -> list[_ROW]:
    """Rows by heading; headings of the form in lower case up to the language."""
    names = [re.sub(r"\s*::\s*", "::", heading) for heading in sheet.headings]
    keys = [
        "::".join([name.split("::")[0].strip().casefold(), *name.split("::")[1:]]) for name in names
    ]
    return [dict(zip(keys, map(str.strip, row), strict=True)) for row in sheet.rows]


def _labels(row: _ROW, default: str) -> Labels:
    """Label in every language of the form."""
    found: Labels = {}
    for key, words in row.items():
        first, _, language = key.partition("::")
        if first == "label" and words:
            code = language_code(language) if language else default
            found[code or language.casefold()] = plain_words(words)
    return found


def _choices(path: Path, sheet: Sheet | None, default: str) -> dict[str, dict[str, Labels]]:
    """Lists of choices by name."""
    found: dict[str, dict[str, Labels]] = {}
    if sheet is None:
        return found
    for line, row in zip(sheet.lines, _rows(sheet), strict=True):
        name = row.get("list_name") or row.get("list name") or ""
        code = row.get("name") or row.get("value") or ""
        if not name and not code:
            continue
        if not name or not code:
            raise SurveyError(
                f"{path}: row {line} of sheet 'choices' has no {'name' if name else 'list_name'}; "
                "complete it"
            )
        found.setdefault(name, {}).setdefault(code, _labels(row, default))
    return found


@dataclass
class _Group:
    """A group or repeat that is open."""

    name: str
    labels: Labels
    relevant: str
    repeat: bool


@dataclass
class _Form:
    """A walk through the rows of the sheet `survey`."""

    path: Path
    choices: Mapping[str, Mapping[str, Labels]]
    default: str
    items: list[Item] = field(default_factory=list)
    sets: dict[str, OptionSet] = field(default_factory=dict)
    joined: list[JoinedQuestion] = field(default_factory=list)
    groups: list[_Group] = field(default_factory=list)
    repeats: list[str] = field(default_factory=list)
    questions: frozenset[str] = frozenset()
    """Names of all questions: no option may take one of them."""

    def take(self, line: int, row: _ROW) -> None:
        """Read one row."""
        kind = " ".join(row.get("type", "").split())
        bare = kind.casefold().replace("_", " ")
        if not kind or row.get("disabled", "").casefold() in ("yes", "true"):
            return
        if bare in ("begin group", "begin repeat"):
            repeat = bare.endswith("repeat")
            name = row.get("name", "")
            labels = _labels(row, self.default)
            self.groups.append(_Group(name, labels, row.get("relevant", ""), repeat))
            if repeat:
                self.repeats.append(name)
        elif bare in ("end group", "end repeat"):
            if not self.groups:
                raise SurveyError(
                    f"{self.path}: row {line} of sheet 'survey' ends a group that did not begin"
                )
            self.groups.pop()
        elif not any(group.repeat for group in self.groups) and (
            bare.split()[0] not in _NO_COLUMN or bare == "end"
        ):
            self._question(line, kind, row)

    def finish(self) -> None:
        """Refuse a group that is still open."""
        if self.groups:
            raise SurveyError(
                f"{self.path}: the group '{self.groups[-1].name}' of sheet 'survey' does not end; "
                "add its 'end_group'"
            )

    def _question(self, line: int, kind: str, row: _ROW) -> None:
        name = row.get("name", "") or kind
        labels = _labels(row, self.default)
        routing = self._routing(row.get("relevant", ""))
        item = Item(
            name,
            kind=_KINDS.get(kind.casefold().replace(" ", ""), "text"),
            label=labels,
            headings=self._headings(name, labels),
            routing=routing,
        )
        select = _SELECT.fullmatch(kind)
        if not select:
            self.items.append(item)
            return
        if select[2] not in self.choices:
            raise SurveyError(
                f"{self.path}: row {line} of sheet 'survey' ('{name}') uses the list "
                f"'{select[2]}', which sheet 'choices' does not have"
            )
        choices = dict(self.choices[select[2]])
        if select[3]:
            choices.setdefault("other", dict(_OTHER))
        if "one" in select[1] or select[1] == "select1":
            coded = coded_choices(choices)
            self.items.append(
                Item(name, "choice", labels, coded, headings=item.headings, routing=routing)
            )
        elif "multiple" in select[1]:
            self._options(item, choices)
        else:
            self.items.append(item)
        if select[3]:
            # The option "other" has this name already where there are several options.
            own = f"{name}_other_text" if "multiple" in select[1] else f"{name}_other"
            headings = self._headings(f"{name}_other", {})
            self.items.append(Item(own, "text", headings=headings, routing=routing))

    def _options(self, question: Item, choices: Mapping[str, Labels]) -> None:
        """Add the options of a `select_multiple` question, its set, and its joined column."""
        names = {code: f"{question.name}_{code}" for code in choices}
        names |= {
            code: f"{question.name}__{code}"
            for code, name in names.items()
            if name in self.questions
        }
        for code, labels in choices.items():
            headings = list(self._option_headings(question, code, labels))
            self.items.append(
                Item(
                    names[code],
                    "option",
                    labels or {self.default: code},
                    spelled={code: 1},
                    headings=tuple(headings),
                    routing=question.routing,
                )
            )
        self.sets[question.name] = option_set(question.label, names.values())
        words = {names[code]: (code, *labels.values()) for code, labels in choices.items()}
        self.joined.append(JoinedQuestion(question.name, question.headings, words))

    def _routing(self, relevant: str) -> str:
        conditions = [group.relevant for group in self.groups] + [relevant]
        real = [condition for condition in conditions if condition]
        return real[0] if len(real) == 1 else " and ".join(f"({condition})" for condition in real)

    def _headings(self, name: str, labels: Labels) -> tuple[str, ...]:
        """Headings of a question: its name, alone or behind its groups; its label likewise."""
        path = [group.name for group in self.groups]
        found = [name]
        found += [separator.join([*path, name]) for separator in _SEPARATORS if path]
        for language, words in labels.items():
            outer = [group.labels.get(language, group.name) for group in self.groups]
            found += [words, "/".join([*outer, words])]
        return tuple(dict.fromkeys(found))

    def _option_headings(self, question: Item, code: str, labels: Labels) -> Iterator[str]:
        """Headings of an option: that of the question, a mark, its name or label."""
        ends: Sequence[str] = [code, *labels.values()]
        for heading in question.headings:
            for end in ends:
                yield f"{heading}/{end}"
        for heading in question.headings:
            yield from (f"{heading}{separator}{code}" for separator in _SEPARATORS[1:])


def is_kobo(sheet: Sheet) -> bool:
    """Return whether a table has columns that KoboToolbox or ODK adds to every export.

    Examples
    --------
    >>> from pathlib import Path
    >>> is_kobo(Sheet(Path("a.csv"), ["sex", "_id", "_uuid", "_submission_time"], [], []))
    True
    """
    headings = set(sheet.headings)
    return len(headings & _OWN) > 1 or len(headings & _ODK) > 1


def without_hashtags(sheet: Sheet) -> Sheet:
    """Leave out the row of HXL hashtags (#sex, #age) below the headings."""
    if not sheet.rows:
        return sheet
    filled = [cell.strip() for cell in sheet.rows[0] if cell.strip()]
    if not filled or not all(cell.startswith("#") for cell in filled):
        return sheet
    logger.info("%s: line %d holds HXL hashtags and is left out", sheet.path, sheet.lines[0])
    return sheet.without_rows(1)


def read_kobo(sheet: Sheet) -> Survey:
    """Read answers without their form: options are known by their headings, not by labels.

    A column ``languages`` beside columns ``languages/ru`` and ``languages/ky`` of 0 and 1 is a
    question of several options; the text that joins them is left out. Whatever mark stands
    between them, it is one only if the text names the very options whose columns hold 1.
    """
    import pandas as pd

    survey = read_plain(sheet)
    data, variables = survey.data.copy(deep=False), dict(survey.codebook.variables)
    sets: dict[str, OptionSet] = {}
    for name in sheet.headings:
        if name not in data or not (members := _options(sheet, name, data)):
            continue
        values: dict[str, list[int | None]] = {
            member: [None if pd.isna(code) else int(code) for code in data[member]]
            for member in members
        }
        for option, filled in completed_options(values).items():
            data[option] = number_column(filled)
            variables[option] = Variable(option, {"": members[option]}, "nominal", dict(CHOSEN))
        data = data.drop(columns=name)
        del variables[name]
        short = re.split(r"[/.:|]|(?<=\w)-", name)[-1] or name
        sets[short if short not in {*data, *sets} else name] = option_set({"": short}, members)
    return Survey(data, Codebook(variables, multiple_response=sets))


def _options(sheet: Sheet, name: str, data: "pd.DataFrame") -> dict[str, str]:
    """Columns of the options of a question, with the options' own names."""
    mark = re.compile(re.escape(name) + r"([/.:|\-_]{1,2})(.+)")
    found: dict[str, dict[str, str]] = {}
    for heading in sheet.headings:
        if heading in data and (match := mark.fullmatch(heading)):
            found.setdefault(match[1], {})[heading] = match[2]
    for separator, columns in found.items():
        members = {
            column: option
            for column, option in columns.items()
            if data[column].dropna().isin([0, 1]).all()
        }
        whole = len(members) == len(columns) and separator == "/"
        if members and (whole or _agree(data[name], members, data)):
            return members
    return {}


def _agree(joined: "pd.Series", members: Mapping[str, str], data: "pd.DataFrame") -> bool:
    """Return whether the joined text names the options that are 1, in every row."""
    options = {heading: (data[heading] == 1).fillna(False).tolist() for heading in members}
    texts = joined.astype("object").where(joined.notna(), "").tolist()
    if not any(texts):
        return False
    return all(
        set(str(text).split())
        == {members[option] for option, chosen in options.items() if chosen[row]}
        for row, text in enumerate(texts)
    )
