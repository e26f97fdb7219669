"""Typed: an article's table that somebody typed into a CSV file, read the way print writes it.

Nothing is judged here. A cell becomes a per cent, a count with its per cent, or a mean with its
spread; headings and rows give groups, bases and printed statistics; and every liberty that was
taken with what stands in the file is a note.
"""

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

from resurvey.audit.answer_shares import AnswerShares, set_answer_shares_apart
from resurvey.audit.totals import (
    SECOND,
    grouped_digits,
    is_foreign_total,
    is_total,
    names_people,
    settle_rows,
    total_column,
)
from resurvey.core.codebook import Codebook, Variable, nearest
from resurvey.core.errors import SurveyError
from resurvey.core.names import TOTAL
from resurvey.core.printed import Printed, parse_printed
from resurvey.core.published import PrintedCell
from resurvey.reading.encoding import plausible_encoding
from resurvey.recovery.printed_table import LARGEST_BASE

TABLE, GROUPS = "typed", "groups"
READINGS = (
    "parts",
    "several_answers",
    "open_list",
    "row_percents",
    "counts_and_percents",
    "weighted",
    "means",
    "not_percents",
)
"""What a table of numbers may be; the names that `--reading` takes and `--json` writes."""
LARGEST_FILE = 2_000_000
MOST_ROWS, MOST_COLUMNS = 2_000, 60

_SEPARATOR_NAMED = re.compile(r"\"?sep=(?P<mark>[;,|]|\\t)\"?", re.IGNORECASE)
_MARKS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}

_QUESTIONS = ("question", "item", "variable", "вопрос", "переменная")
_BASE_NAMES = re.compile(
    r"(?:un-?weighted |weighted )?(?:base|n|sample size|number (?:of )?(?:respondents|people|"
    r"participants|patients|answering|asked|interviewed))"
    r"(?: ?\(?(?:un-?weighted|weighted|n|people)\)?)?(?: ?[=:])?"
    r"|база(?:,? чел\.?)?|(?:число|количество|кол-во|численность) (?:ответивших|опрошенных|"
    r"респондентов|человек|участников)(?:,? чел\.?)?|опрошено(?:,? чел\.?)?|(?:не)?взвешенная база"
    r"|n,? чел\.?|объ[её]м выборки|размер выборки"
)
_LARGEST_BASE_NAMES = re.compile(r"max(?:imum)? base|наибольшая база")
_MADE_COLUMNS = re.compile(
    r"cum(?:ulative|\.)?(?: (?:per ?cent(?:age)?|%|share))?"
    r"|(?:кумулятивн|накопленн)\w+(?: процент| %)?"
    r"|change|diff(?:erence|\.)?|Δ|\+/[-\u2212]|изменени[ея]|разница|разность|прирост|динамика"
    r"|(?:a|c|adjusted |crude |unadjusted )?(?:or|rr|hr|odds ratio|risk ratio|hazard ratio|ош|ор)"
    r"(?:[ ,(]+(?:95 ?% ?)?(?:ci|ди)\)?)?|(?:95 ?% ?)(?:ci|ди)|d\.?f\.?|ст\. ?св\.?",
    re.IGNORECASE,
)
_VALID_COLUMN = re.compile(r"valid (?:per ?cent|%)|валидный (?:процент|%)", re.IGNORECASE)
_STATISTICS = {
    "p_value": re.compile(
        r"p|p[- ]?values?|sig\.?|significance|р|[pр][- ]?(?:знач\w*|уровень)|знач\w*|"
        r"асимпт\w* значимость"
    ),
    "pearson": re.compile(
        r"(?:pearson'?s? )?(?:χ ?[2²]|chi[- ]?(?:2|²|squared?)|x2|x²|х2|х²|хи[- ]?квадрат)"
        r"(?: (?:пирсона|test|value))?(?: ?\(?\d+\)?)?"
    ),
    "cramer_v": re.compile(r"v|cram[eé]r'?s? v|v крамера|коэффициент крамера"),
}
_IN_COMMENT = {
    "p_value": re.compile(r"(?<![\w])[pр]\s*(?P<text>[<>=≤≥]\s*0?[.,]\d+)", re.IGNORECASE),
    "pearson": re.compile(
        r"(?:χ\s?[2²]|chi[- ]?(?:2|²|squared?)|х[2²]|хи[- ]?квадрат)\s*(?:\([^()]*\))?\s*[=:]\s*"
        r"(?P<text>\d+(?:[.,]\d+)?)",
        re.IGNORECASE,
    ),
    "cramer_v": re.compile(
        r"(?:cram[eé]r'?s?\s+v|(?<!\w)v(?:\s+крамера)?)\s*=\s*(?P<text>0?[.,]\d+)", re.IGNORECASE
    ),
}
_WEIGHTED = re.compile(
    r"(?<![\w-])(?:weighted(?! (?:average|mean|score|index|sum))|взвешен\w*(?! (?:средн|сумм))|"
    r"weighting)",
    re.IGNORECASE,
)
_NOT_WEIGHTED = re.compile(
    r"\b(?:not|un-?|non-?|never)[ -]?weighted|не ?взвеш\w*|без взвешивания", re.IGNORECASE
)
_READING = re.compile(r"#?\s*(?:reading|чтение)\s*[:=]\s*(?P<name>\w+)", re.IGNORECASE)
_SIZE_IN_HEADING = re.compile(
    r"[\s,;:(\[]*(?<![^\W\d_])(?:[nN]|[кК]ол-во|база|base)\s*[=:]\s*"
    r"(?P<size>\d{1,3}(?:[ ,.'\u2019\u00a0\u2009\u202f]\d{3})+|\d+)"
    r"\s*(?:чел\.?|people)?\s*[)\]]?\s*"
    r"|\s*\((?P<people>\d{1,3}(?:[ \u00a0\u2009\u202f]\d{3})+|\d+)\s*(?:чел\.?|people|"
    r"respondents|patients)\)\s*"
)
_UNIT_IN_HEADING = re.compile(
    r"[\s,(\[]*(?<![^\W\d_])(?:%|per ?cent(?:age)?|проценты?|доля(?:, ?%)?)[)\]]?\s*"
    r"(?:(?:of|от) [\w ]+)?$",
    re.IGNORECASE,
)
_COUNT_IN_HEADING = re.compile(
    r"[\s,(\[]*(?<![^\W\d_])(?:n|no\.?|numbers?|counts?|freq(?:uency|\.)?|число|чел\.?|абс\.?|"
    r"кол-во|количество|частота)[)\]]?\s*(?:of [\w ]+)?$",
    re.IGNORECASE,
)
_FOOTNOTE = re.compile(
    r"(?<=[\d%)])\s*(?:[*†‡§¶#]+|[\u00b9\u00b2\u00b3\u2070\u2074-\u2079ᵃᵇᶜᵈᵉ]+|\[\w{1,2}\]"
    r"|(?<=[\d%)])[a-eа-г](?:,[a-eа-г])*|\s[a-eа-г](?:,[a-eа-г])*)$"
)
_DASH = re.compile(r"[-\u2010-\u2015\u2212]+|\.{1,3}|…|n/?a\.?|н/?д|x|х|nan|\*")
_NUMBER = r"\d+(?:[.,]\d+)?"
_THIN = "\u00a0\u2009\u202f\u2007"
_COUNT = r"\d{1,3}(?:[ ,]\d{3})+|\d+"
_COUNT_FIRST = re.compile(
    rf"(?:n\s*=\s*)?(?P<count>{_COUNT})(?:[,;]?\s*[(\[]\s*(?P<share>[<>]?\s*{_NUMBER})\s*"
    rf"(?P<sign>%?)\s*[)\]]|(?:\s*[,;|]\s+|\s+)(?P<bare>{_NUMBER})\s*%)"
)
_SHARE_FIRST = re.compile(
    rf"(?P<share>[<>]?\s*{_NUMBER})\s*(?P<sign>%?)\s*[(\[]\s*(?P<n>n\s*=\s*)?(?P<count>{_COUNT})"
    r"\s*[)\]]"
)
_FRACTION = re.compile(
    rf"(?P<count>{_COUNT})\s*/\s*(?P<base>{_COUNT})(?:(?:\s*[(\[]|\s)\s*(?P<share>{_NUMBER})\s*%?"
    r"\s*[)\]]?)?"
)
# Of 46/26% and 26.1/46 one number can be no count.
_SLASH = re.compile(
    rf"(?P<count>{_COUNT})\s*/\s*(?P<share>{_NUMBER}\s*%|\d+[.,]\d+)"
    rf"|(?P<share_first>{_NUMBER}\s*%|\d+[.,]\d+)\s*/\s*(?P<count_last>{_COUNT})"
)
_BRACKETED = re.compile(r"[<>]?\s*\d[\d.,]*\s*%?\s*\[\s*(?P<number>[<>]?\s*\d[\d.,]*)\s*%?\s*\]")
_WITH_INTERVAL = re.compile(
    rf"(?P<bare>{_NUMBER}\s*%?)\s*[(\[]\s*(?:95 ?%\s*(?:ci|ди)[:,]?\s*)?{_NUMBER}\s*%?"
    rf"\s*(?:[-\u2010-\u2015\u2212;]|,\s|to|до)\s*{_NUMBER}\s*%?\s*[)\]]",
    re.IGNORECASE,
)
_INTERVAL_IN_HEADING = re.compile(
    r"[\s,;(\[]*(?<!\w)(?:9\d ?% ?)?(?:ci|ди|confidence interval|доверительный интервал)[)\]]?\s*$",
    re.IGNORECASE,
)
_MEAN = re.compile(
    rf"(?P<mean>-?{_NUMBER})\s*(?:±|\+/-|\+-)\s*(?P<spread>{_NUMBER})"
    rf"|(?P<mean_first>-?\d+[.,]\d+)\s*[(\[]\s*(?:sd\s*=?\s*)?(?P<spread_last>{_NUMBER})\s*[)\]]",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Note:
    """Something to tell the reader: a key of the words `typed`, and its values."""

    key: str
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class TypedCell:
    """One cell of the file.

    text: As it stands in the file.
    share: Its per cent; of ``<0.1`` the middle of what that may be.
    count, base: Counts printed beside the per cent: ``41 (56.2%)``, ``41/73 (56.2%)``.
    mean, spread: Of ``3.42 (1.1)`` or ``3.42 ± 1.1``.
    dash: A dash: nobody, or not printed.
    either: Two whole numbers, ``56 (41)``: which is the count the table has to tell.
    """

    text: str
    share: Printed | None = None
    count: int | None = None
    base: int | None = None
    mean: str | None = None
    spread: str | None = None
    dash: bool = False
    either: bool = False


@dataclass(frozen=True)
class TypedRow:
    """A row of the table: an answer, or a subtotal of the answers that it names as parts."""

    label: str
    cells: Mapping[str, TypedCell]
    parts: tuple[str, ...] = ()


@dataclass
class TypedQuestion:
    """One question of the file.

    variable, title: Its name, ``question_1`` …, and what the file calls it.
    columns: Column code -> heading, of the columns with printed numbers.
    rows: Its rows in the order of the file.
    bases, largest_bases: Column code -> respondents: exactly, or at most so many.
    row_bases: Row label -> respondents, from a column of bases.
    reading: The reading that the file itself declares; empty where it declares none.
    statistics: Name of a printed statistic -> its text.
    row_statistics: Row label -> statistics of that row alone, from a column with one in each row.
    weighted: The file says that its per cents are weighted.
    notes: What was done with the numbers.
    heading: Heading of the column of answers.
    sums: Rows that print the sums of their columns, other than 100 somewhere; no answers.
    answer_shares: Columns of per cents of all answers, not of people.
    headed: Columns whose base is a size in their heading: of the group, not surely of who
        answered.
    """

    variable: str
    title: str
    columns: dict[str, str]
    rows: list[TypedRow] = field(default_factory=list)
    bases: dict[str, int] = field(default_factory=dict)
    largest_bases: dict[str, int] = field(default_factory=dict)
    row_bases: dict[str, int] = field(default_factory=dict)
    reading: str = ""
    statistics: dict[str, str] = field(default_factory=dict)
    row_statistics: dict[str, dict[str, str]] = field(default_factory=dict)
    weighted: bool = False
    notes: list[Note] = field(default_factory=list)
    heading: str = ""
    sums: list[TypedRow] = field(default_factory=list)
    answer_shares: list[AnswerShares] = field(default_factory=list)
    headed: frozenset[str] = frozenset()

    @property
    def groups(self) -> list[str]:
        """Codes of its columns other than the total."""
        return [code for code in self.columns if code != TOTAL]

    @property
    def answers(self) -> list[TypedRow]:
        """Its rows that are no subtotals."""
        return [row for row in self.rows if not row.parts]

    def note(self, key: str, **values: Any) -> None:
        """Remember what was done with a number, once."""
        note = Note(key, values)
        if note not in self.notes:
            self.notes.append(note)


@dataclass
class TypedTable:
    """What a typed file says.

    questions: Its questions in the order of the file.
    columns: Column code -> heading; groups have the codes 1, 2, … in the order of the file.
    """

    questions: list[TypedQuestion]
    columns: dict[str, str]
    headings: dict[str, str] = field(default_factory=dict)

    def code(self, name: str, option: str) -> str:
        """Code of the column that a person calls by its heading, or label of a row of a group."""
        wanted = " ".join(name.split()).casefold()
        for names in (self.columns, self.headings):
            for code, heading in names.items():
                if heading.casefold() == wanted:
                    return code
        if is_total(name):
            return TOTAL
        rows = dict.fromkeys(row.label for question in self.questions for row in question.rows)
        for label in rows:
            if label.casefold() == wanted:
                return label
        raise SurveyError(
            f"{option}: there is no group '{name}' in the file, which has "
            f"{', '.join(self.columns.values())}{nearest(name, self.columns.values())}"
        )


def read_typed(path: str | Path, encoding: str = "") -> TypedTable:
    """Read a typed table of printed numbers."""
    path = Path(path)
    name, rows, comments = path.name, *_rows(path, encoding)
    if len(rows) < 2:
        raise SurveyError(f"{name}: the table is empty: write a heading and a row per answer")
    (_, heading), *body = rows
    asked = len(heading) > 2 and heading[0].casefold().strip(":") in _QUESTIONS and _worded(body)
    reader = _Reader(name, path.stem, heading, asked)
    reader.bracketed = _bracketed(body, reader.first)
    for line, fields in body:
        reader.read(line, fields)
    reader.finish(comments)
    table = TypedTable(reader.done, reader.columns, reader.headings)
    if not any(
        cell.share or cell.mean or cell.count is not None
        for question in table.questions
        for row in question.rows
        for cell in row.cells.values()
    ):
        raise SurveyError(f"{name}: the table is empty: no cell has a number")
    return table


def _worded(body: Sequence[tuple[int, list[str]]]) -> bool:
    """Return whether questions repeat in the first column, or answers stand in the second."""
    first = [fields[0] for _, fields in body if fields[0]]
    if len(set(first)) < len(first):
        return True
    second = [fields[1] for _, fields in body if len(fields) > 1 and fields[1]]
    words = [text for text in second if not re.match(r"[<>(]?\s*[-\d.,–—]", text)]
    return 2 * len(words) >= len(second)


def _bracketed(body: Sequence[tuple[int, list[str]]], first: int) -> set[int]:
    """Name the columns whose cells end in a number in brackets that is no mark of a footnote.

    Footnotes are few, or are numbered in the order in which they are met.
    """
    columns: dict[int, list[str]] = {}
    for _, fields in body:
        for at, text in enumerate(fields[first:], start=first):
            if re.search(r"\d", text):
                columns.setdefault(at, []).append(text)
    inside = [
        match["number"]
        for _, fields in body
        for text in fields[first:]
        if (match := _BRACKETED.fullmatch(text))
    ]
    if _are_numbered(inside):
        return set()
    return {
        at
        for at, texts in columns.items()
        if 2 * sum(_BRACKETED.fullmatch(text) is not None for text in texts) > len(texts)
    }


def _are_numbered(inside: Sequence[str]) -> bool:
    """Return whether numbers in brackets count up from 1, or in steps of 1 from a later number.

    Examples
    --------
    >>> _are_numbered(["1", "2", "1", "3"]), _are_numbered(["7", "8", "9"])
    (True, True)
    >>> _are_numbered(["14", "54", "8"]), _are_numbered(["26", "27"])
    (False, False)
    """
    if not all(text.isdigit() for text in inside):
        return False
    numbers = [int(text) for text in inside]
    new = list(dict.fromkeys(numbers))
    counted = all(after == before + 1 for before, after in pairwise(new))
    return counted and bool(new) and (new[0] == 1 or len(new) > 2)


@dataclass(frozen=True)
class _BaseRow:
    """A row of bases, exact or largest: the question it is of, and the one it stands below."""

    exact: bool
    bases: Mapping[str, int]
    title: str
    below: str


class _Reader:
    """Reads the rows of one file in turn."""

    def __init__(self, name: str, title: str, heading: list[str], asked: bool) -> None:
        self.name, self.title, self.asked = name, title, asked
        self.width = len(heading)
        self.stub = heading[1] if asked else heading[0]
        self.first = 2 if asked else 1
        self.columns: dict[str, str] = {}
        self.headings: dict[str, str] = {}
        self.sizes: dict[str, int] = {}
        self.places: dict[int, str] = {}
        self.counts: dict[int, str] = {}
        self.statistics: dict[int, str] = {}
        self.base_columns: set[int] = set()
        self.bracketed: set[int] = set()
        self.percents: set[int] = set()
        self.made: list[str] = []
        self.done: list[TypedQuestion] = []
        self.current: TypedQuestion | None = None
        self.lines: dict[str, tuple[int, int]] = {}
        self.base_rows: list[_BaseRow] = []
        self._read_heading(heading)

    def _read_heading(self, heading: list[str]) -> None:
        self.percents = {
            at
            for at, text in enumerate(heading)
            if _INTERVAL_IN_HEADING.search(text) or _UNIT_IN_HEADING.search(text)
        }
        headings = [_INTERVAL_IN_HEADING.sub("", text) or text for text in heading[self.first :]]
        while headings and not headings[-1]:
            headings.pop()
        if not headings:
            raise SurveyError(
                f"{self.name}: there is no column of percentages; the heading needs the answers, "
                "then the groups or 'total', separated by commas, semicolons or tabs"
            )
        if len(headings) > MOST_COLUMNS:
            raise SurveyError(f"{self.name}: more than {MOST_COLUMNS} groups are no printed table")
        skip = -1
        number = 0
        for column, text in enumerate(headings, start=self.first):
            if column == skip:
                continue
            if not text:
                raise SurveyError(f"{self.name}: column {column + 1} has no heading")
            following = (
                headings[column + 1 - self.first]
                if column < self.width - 1 and (column + 1 - self.first < len(headings))
                else ""
            )
            if self._is_made(text, headings):
                self.made.append(text)
                continue
            statistic = _statistic_of(text)
            if statistic and len(headings) != 1:
                self.statistics[column] = statistic
                continue
            pair = _pair(text, following)
            number += 1
            if pair is not None:
                count_first, label, size = pair
                label = label or "total"
                code = self._add(label, following if count_first else text, number, size)
                self.counts[column if count_first else column + 1] = code
                self.places[column + 1 if count_first else column] = code
                skip = column + 1
                continue
            if _BASE_NAMES.fullmatch(text.casefold()) and len(headings) > 1:
                self.base_columns.add(column)
                number -= 1
                continue
            label, size = heading_size(text)
            stripped = _UNIT_IN_HEADING.sub("", label).strip()
            if stripped != label.strip():
                stripped = _COUNT_IN_HEADING.sub("", stripped).strip(" ,;:")
            label = stripped or ("total" if label.strip() in ("%", "(%)") else label)
            self.places[column] = self._add(label, text, number, size)
        if not self.columns:
            raise SurveyError(
                f"{self.name}: there is no column of percentages; the heading needs the answers, "
                "then the groups or 'total', separated by commas, semicolons or tabs"
            )

    def _is_made(self, text: str, headings: Sequence[str]) -> bool:
        """Return whether a column is made of others: running sums, differences, ratios."""
        made = [heading for heading in headings if _MADE_COLUMNS.fullmatch(heading)]
        if _VALID_COLUMN.fullmatch(text):
            # SPSS prints the same numbers again, of those who answered.
            return any(
                heading != text and heading not in made and _UNIT_IN_HEADING.fullmatch(heading)
                for heading in headings
            )
        return text in made and len(made) < len(headings)

    def _add(self, label: str, heading: str, number: int, size: int | None) -> str:
        code = TOTAL if is_total(label) else str(number)
        if code in self.columns or label in self.columns.values():
            raise SurveyError(f"{self.name}: the column '{label}' stands twice")
        self.columns[code] = label
        self.headings[code] = heading
        if size is not None:
            self.sizes[code] = size
        return code

    # Rows ---------------------------------------------------------------------------------------

    def read(self, line: int, fields: list[str]) -> None:
        while len(fields) > self.width and not fields[-1]:
            fields = fields[:-1]
        label_only = not any(fields[1:])
        if label_only and len(fields) < self.width:
            fields = [*fields, *[""] * (self.width - len(fields))]
        if len(fields) != self.width:
            raise SurveyError(
                f"{self.name}, line {line}: {len(fields)} fields where the heading has "
                f"{self.width}; put decimal commas in quotes, or separate the columns with "
                "semicolons"
            )
        where = f"{self.name}, line {line}"
        question = fields[0] if self.asked else None
        answer = fields[1] if self.asked else fields[0]
        texts = {at: fields[at] for at in range(self.first, self.width)}
        kind = _special(answer or (question or ""))
        if not kind and _are_sizes(texts.values()) and self.current is not None:
            kind = "base"
            self.current.note("note_base_row", row=answer or question)
        if kind in ("base", "max base"):
            self._read_bases(
                where, question if answer else None, kind, answer or question or "", texts
            )
            return
        if kind == "reading":
            chosen = next((text for text in texts.values() if text), "")
            self._question(question, line).reading = check_reading(chosen, where)
            return
        if kind in _STATISTICS:
            text = next((text for text in texts.values() if text), "")
            if text:
                self._question(question, line).statistics.setdefault(kind, text)
            return
        if question is not None and not answer:
            if question and not any(texts.values()):
                self._question(question, line)
                return
            raise SurveyError(f"{where}: the name of the answer is missing")
        if not answer:
            raise SurveyError(f"{where}: the name of the answer is missing")
        if not self.asked and not any(texts.values()) and answer.endswith(("?", ":")):
            self._question(answer.rstrip(":"), line, new=True)
            return
        self._read_row(where, self._question(question, line), answer, texts, line)

    def _question(self, title: str | None, line: int, new: bool = False) -> TypedQuestion:
        """Return the question of a row: its own, or that of the row before."""
        if self.asked or new:
            for question in self.done:
                if title and question.title == title:
                    self.current = question
            if title and (self.current is None or self.current.title != title):
                self.current = self._begin(title)
        if self.current is None:
            if self.asked:
                raise SurveyError(f"{self.name}, line {line}: the name of the question is missing")
            self.current = self._begin(self.title)
        first, _ = self.lines.get(self.current.variable, (line, line))
        self.lines[self.current.variable] = (first, line)
        return self.current

    def _begin(self, title: str) -> TypedQuestion:
        question = TypedQuestion(f"question_{len(self.done) + 1}", title, dict(self.columns))
        question.bases.update(self.sizes)
        question.heading = self.stub
        question.headed = frozenset(self.sizes)
        for heading in self.made:
            question.note("note_made_column", column=heading)
        if is_foreign_total(self.columns.get(TOTAL, "")):
            question.note("note_total_column", column=self.columns[TOTAL])
        self.done.append(question)
        return question

    def _read_bases(
        self, where: str, title: str | None, kind: str, label: str, texts: Mapping[int, str]
    ) -> None:
        bases = {}
        for at, text in texts.items():
            code = self.places.get(at) or self.counts.get(at)
            if text and code and not _DASH.fullmatch(text.casefold()):
                size = read_size(text, f"{where}, '{label}', {self.columns[code]}")
                bases[code] = size
        if re.search(r"weighted|взвеш", label.casefold()) and self.current is not None:
            self.current.weighted = True
        before = self.current.title if self.current is not None else ""
        # A row without a question of its own belongs to the block that it stands in.
        own = (title or "") if self.asked else before
        self.base_rows.append(_BaseRow(kind == "base", bases, own, before))

    def _read_row(
        self,
        place: str,
        question: TypedQuestion,
        answer: str,
        texts: Mapping[int, str],
        line: int,
    ) -> None:
        if is_total(answer) and any(row.label == answer for row in question.rows):
            # SPSS prints one of those who answered, and one of all.
            answer += SECOND
        if any(row.label == answer for row in question.rows):
            raise SurveyError(f"{place}: the answer '{answer}' stands twice")
        cells: dict[str, TypedCell] = {}
        beside = {code: texts[at] for at, code in self.counts.items() if texts[at]}
        for at, code in self.places.items():
            text = grouped_digits(texts[at]) if names_people(answer) else texts[at]
            where = f"{place}, '{answer}', {self.columns[code]}"
            if _WITH_INTERVAL.fullmatch(text) and "%" not in text and at not in self.percents:
                raise SurveyError(
                    f"{where}: '{text[:40]}' may be a median with its range; write % or 95% CI "
                    "into the heading of a column of percentages"
                )
            if text or beside.get(code):
                cell = read_cell(text, where, question, at in self.bracketed)
                if beside.get(code) and not _DASH.fullmatch(beside[code].casefold()):
                    count = read_size(beside[code], where, smallest=0)
                    both = f"{beside[code]} ({text})" if text else beside[code]
                    cell = replace(cell, text=both, count=count)
                cells[code] = cell
        for at in self.base_columns:
            if texts[at] and not _DASH.fullmatch(texts[at].casefold()):
                size = read_size(texts[at], f"{place}, '{answer}', base", smallest=0)
                if size:
                    question.row_bases[answer] = size
        for at, name in self.statistics.items():
            if texts[at] and not _DASH.fullmatch(texts[at].casefold()):
                question.row_statistics.setdefault(answer, {})[name] = texts[at]
        question.rows.append(TypedRow(answer, cells))

    # The end ------------------------------------------------------------------------------------

    def finish(self, comments: Sequence[tuple[int, str]]) -> None:
        """Apply bases and comments to their questions, and settle sums."""
        titled = {question.title: question for question in self.done}
        for row in self.base_rows:
            alike = [other for other in self.base_rows if other.exact == row.exact]
            targets = self.done
            if row.title in titled and (self.asked or len(alike) > 1):
                targets = [titled[row.title]]
            elif self.asked and not row.title and sum(not other.title for other in alike) > 1:
                # Several rows without a question: each below the answers that it counts.
                targets = [titled[row.below]] if row.below in titled else self.done[:1]
            for question in targets:
                into = question.bases if row.exact else question.largest_bases
                into.update(row.bases)
                question.headed -= set(row.bases)
        for question in self.done:
            settle_rows(question)
            _settle_statistics(question)
            set_answer_shares_apart(question, self.headings)
        if code := total_column(self.done):
            self._call_total(code)
        self._read_comments(comments)

    def _call_total(self, code: str) -> None:
        """Make a column the total, in the file and in every question."""

        def renamed(values: Mapping[str, Any]) -> dict[str, Any]:
            return {TOTAL if key == code else key: value for key, value in values.items()}

        self.columns, self.headings = renamed(self.columns), renamed(self.headings)
        for question in self.done:
            question.note("note_total_column", column=question.columns[code])
            question.columns = renamed(question.columns)
            question.bases = renamed(question.bases)
            question.largest_bases = renamed(question.largest_bases)
            question.headed = frozenset(renamed(dict.fromkeys(question.headed)))
            question.answer_shares = [
                replace(kept, of=TOTAL) if kept.of == code else kept
                for kept in question.answer_shares
            ]
            for rows in (question.rows, question.sums):
                rows[:] = [replace(row, cells=renamed(row.cells)) for row in rows]

    def _read_comments(self, comments: Sequence[tuple[int, str]]) -> None:
        text = " ".join(words for _, words in comments)
        said = " ".join([text, *self.headings.values()])
        for question in self.done:
            about = f"{said} {question.title}"
            if _WEIGHTED.search(_NOT_WEIGHTED.sub(" ", about)):
                question.weighted = True
        for line, words in comments:
            # A comment speaks of the question above it; at the top, of the one below.
            question = self.done[0]
            for other in self.done:
                if self.lines.get(other.variable, (0, 0))[0] <= line:
                    question = other
            if match := _READING.match(words):
                reading = check_reading(match["name"], f"{self.name}, line {line}")
                above = line < min(first for first, _ in self.lines.values())
                for other in self.done if above else [question]:
                    other.reading = reading
            for name, pattern in _IN_COMMENT.items():
                if match := pattern.search(words):
                    text = match["text"].replace(" ", "").removeprefix("=")
                    question.statistics.setdefault(name, text)


def check_reading(name: str, where: str) -> str:
    """Return the name of a reading, or say which there are."""
    bare = name.strip().casefold().replace(" ", "_").replace("-", "_")
    if bare not in READINGS:
        raise SurveyError(
            f"{where}: '{name}' is no reading of a table; there are {', '.join(READINGS)}"
            f"{nearest(bare, READINGS)}"
        )
    return bare


def _are_sizes(texts: Iterable[str]) -> bool:
    """Return whether every cell says by itself that it is a number of people: ``n = 51``."""
    cells = [text for text in texts if text and not _DASH.fullmatch(text.casefold())]
    return bool(cells) and all(re.fullmatch(r"\(?[nN]\s*=.*", text) for text in cells)


def _special(label: str) -> str:
    """Tell what a row other than an answer gives: bases, a reading, or a statistic."""
    bare = " ".join(label.casefold().split()).rstrip(":")
    if _LARGEST_BASE_NAMES.fullmatch(bare):
        return "max base"
    if _BASE_NAMES.fullmatch(bare):
        return "base"
    if bare in ("reading", "чтение"):
        return "reading"
    return _statistic_of(label)


def _statistic_of(label: str) -> str:
    bare = " ".join(label.casefold().split()).rstrip(":")
    return next((name for name, names in _STATISTICS.items() if names.fullmatch(bare)), "")


def _pair(text: str, following: str) -> tuple[bool, str, int | None] | None:
    """Recognise a column of counts beside its column of per cents: ``men n`` and ``men %``."""
    (first, size), (second, other) = heading_size(text), heading_size(following)
    for count, share, count_first in ((first, second, True), (second, first, False)):
        if not (_COUNT_IN_HEADING.search(count) and _UNIT_IN_HEADING.search(share)):
            continue
        names = [
            _COUNT_IN_HEADING.sub("", count).strip(),
            _UNIT_IN_HEADING.sub("", share).strip(),
        ]
        if names[0] == names[1] or not all(names):
            return count_first, names[0] or names[1], size or other
    return None


def heading_size(heading: str) -> tuple[str, int | None]:
    """Take the number of respondents out of a heading.

    Examples
    --------
    >>> heading_size("Men (n=42)"), heading_size("мужчины, N = 1 498"), heading_size("Men")
    (('Men', 42), ('мужчины', 1498), ('Men', None))
    """
    match = _SIZE_IN_HEADING.search(heading)
    if not match:
        return heading.strip(), None
    digits = re.sub(r"\D", "", match["size"] or match["people"])
    label = f"{heading[: match.start()]} {heading[match.end() :]}".strip(" ,;:")
    size = int(digits)
    return label or "total", size if 1 <= size <= LARGEST_BASE else None


def read_cell(text: str, where: str, question: TypedQuestion, bracketed: bool = False) -> TypedCell:
    """Read one cell as print has it; liberties become notes of the question.

    In a `bracketed` column a number in square brackets belongs to the cell.
    """
    bare = text
    for space in _THIN:
        bare = bare.replace(space, " ")
    bare = " ".join(bare.split())
    if _DASH.fullmatch(bare.casefold()):
        return TypedCell(text, dash=True)
    if match := _WITH_INTERVAL.fullmatch(bare):
        question.note("note_interval")
        return TypedCell(text, _share(match["bare"], where))
    if bracketed and _BRACKETED.fullmatch(bare):
        question.note("note_brackets")
    elif _FOOTNOTE.search(bare):
        bare = _FOOTNOTE.sub("", bare).strip()
        question.note("note_footnotes")
    if match := _FRACTION.fullmatch(bare):
        share = match["share"] and _share(match["share"], where)
        return TypedCell(text, share or None, _whole(match["count"]), _whole(match["base"]))
    if match := _SLASH.fullmatch(bare):
        printed = _share(match["share"] or match["share_first"], where)
        return TypedCell(text, printed, _whole(match["count"] or match["count_last"]))
    if (match := _COUNT_FIRST.fullmatch(bare)) and match["count"]:
        printed = _share(match["share"] or match["bare"] or "", where)
        either = printed.digits == 0 and not match["sign"] and not match["bare"]
        return TypedCell(text, printed, _whole(match["count"]), either=either)
    if (match := _SHARE_FIRST.fullmatch(bare)) and (match["sign"] or match["n"]):
        return TypedCell(text, _share(match["share"], where), _whole(match["count"]))
    if match := _MEAN.fullmatch(bare):
        spread = match["spread"] or match["spread_last"]
        mean = match["mean"] or match["mean_first"]
        if not match["mean"] and spread.isdigit():
            # One decimal outside, a whole number inside: the per cent and its count.
            return TypedCell(text, _share(mean, where), _whole(spread), mean=mean, spread=spread)
        number = parse_printed(mean)
        return TypedCell(text, None if number.value < 0 else number, mean=mean, spread=spread)
    if re.fullmatch(r"\(\s*[<>]?\s*[\d.,]+\s*%?\s*\)", bare):
        bare = bare[1:-1].strip()
    return TypedCell(text, _share(bare, where))


def _whole(text: str) -> int:
    return int(re.sub(r"\D", "", text))


def _share(text: str, where: str) -> Printed:
    try:
        printed = parse_printed(text)
    except SurveyError as problem:
        raise SurveyError(f"{where}: {problem}") from None
    if printed.value < 0:
        raise SurveyError(f"{where}: {text!r} is negative, a share cannot be")
    return printed


def read_size(text: str, where: str, smallest: int = 1) -> int:
    """Read a number of respondents.

    Examples
    --------
    >>> read_size("305", "--group-size men"), read_size("1 020", "base"), read_size("n=73", "base")
    (305, 1020, 73)
    """
    bare = text.casefold().strip()
    for space in (*_THIN, " "):
        bare = bare.replace(space, "")
    bare = re.sub(r"^\(?(?:100(?:[.,]0+)?%?\(?)?n=|чел\.?\)?$", "", bare)
    bare = bare.strip("()")
    if re.fullmatch(r"\d{1,3}([.,'])\d{3}(?:\1\d{3})*", bare):
        bare = re.sub(r"\D", "", bare)
    number = int(bare) if bare.isascii() and bare.isdigit() and len(bare) <= 20 else -1
    if not smallest <= number <= LARGEST_BASE:
        raise SurveyError(
            f"{where}: '{text[:40]}' is not a number of respondents from {smallest} to "
            f"{LARGEST_BASE}"
        )
    return number


def _settle_statistics(question: TypedQuestion) -> None:
    """Take a statistic for the table's where its column has it once, or the same in each row."""
    for name in _STATISTICS:
        printed = {
            label: texts[name] for label, texts in question.row_statistics.items() if name in texts
        }
        if len(set(printed.values())) == 1:
            question.statistics.setdefault(name, next(iter(printed.values())))
        if len(printed) == 1:
            del question.row_statistics[next(iter(printed))][name]
    answers = {row.label for row in question.answers}
    question.row_statistics = {
        label: texts
        for label, texts in question.row_statistics.items()
        if texts and label in answers
    }


# What the recovery takes -------------------------------------------------------------------------


def typed_codebook(questions: Iterable[TypedQuestion], columns: Mapping[str, str]) -> Codebook:
    """Label questions, answers and groups."""
    groups = {int(code): heading for code, heading in columns.items() if code != TOTAL}
    variables = {GROUPS: _variable(GROUPS, "", groups)}
    for question in questions:
        answers = {code: row.label for code, row in enumerate(question.answers, start=1)}
        variables[question.variable] = _variable(question.variable, question.title, answers)
    return Codebook(variables)


def printed_cells(question: TypedQuestion) -> list[PrintedCell]:
    """Return the printed per cents of a question as the audit of an article takes them."""
    codes = {row.label: str(number) for number, row in enumerate(question.answers, start=1)}
    cells = []
    for row in question.rows:
        code = "+".join(codes[part] for part in row.parts) if row.parts else codes[row.label]
        for column, cell in row.cells.items():
            if cell.share is None:
                continue
            group = "" if column == TOTAL else GROUPS
            cells.append(
                PrintedCell(
                    TABLE,
                    question.title,
                    row.label,
                    question.columns[column],
                    cell.share.text.strip(),
                    question.variable,
                    code,
                    group,
                    column,
                )
            )
    return cells


def _variable(name: str, label: str, answers: Mapping[int, str]) -> Variable:
    codes = {code: {"": answer} for code, answer in answers.items()}
    return Variable(name, {"": label} if label else {}, "nominal", codes)  # type: ignore[arg-type]


# The file ----------------------------------------------------------------------------------------


def _decoded(path: Path, encoding: str) -> str:
    """Decode a file as it was asked for, else by its mark or as UTF-8."""
    content = path.read_bytes()
    if content.startswith(b"PK\x03\x04"):
        raise SurveyError(
            f"{path.name}: not UTF-8 text but a workbook or an archive; save the sheet as CSV UTF-8"
        )
    marked = next((name for mark, name in _MARKS.items() if content.startswith(mark)), "utf-8")
    name = encoding or marked
    try:
        text = content.decode(name)
    except LookupError:
        raise SurveyError(
            f"--encoding: '{encoding[:40]}' is no encoding; windows-1251 and utf-8 are two"
        ) from None
    except UnicodeError as problem:
        guessed = plausible_encoding(content)
        advice = (
            f"say --encoding {guessed}" if guessed else "save it as CSV UTF-8, or say --encoding"
        )
        where = f" at byte {problem.start}" if isinstance(problem, UnicodeDecodeError) else ""
        said = "UTF-8" if name.startswith("utf-8") else name
        raise SurveyError(f"{path.name}: not {said} text{where}; {advice}") from None
    if "\0" in text:
        guessed = plausible_encoding(content)
        advice = (
            f"say --encoding {guessed}" if guessed and guessed != name else "save it as CSV UTF-8"
        )
        raise SurveyError(f"{path.name}: no plain text, it has zero bytes; {advice}")
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")


def _rows(
    path: Path, encoding: str = ""
) -> tuple[list[tuple[int, list[str]]], list[tuple[int, str]]]:
    """Lines with their numbers, without empty ones; and the comments."""
    if path.stat().st_size > LARGEST_FILE:
        raise SurveyError(f"{path.name}: more than 2 MB is no printed table")
    text = _decoded(path, encoding)
    lines = text.splitlines()
    first = next(
        (line for line in lines if line.strip() and not line.lstrip('"').startswith("#")), ""
    )
    separator = next((mark for mark in (";", "\t") if mark in first), ",")
    if named := _SEPARATOR_NAMED.fullmatch(first.strip()):
        # Excel's own line; an empty one keeps the numbers of the lines.
        separator = "\t" if named["mark"] == "\\t" else named["mark"]
        text = text.replace(first, "", 1)
    reader = csv.reader(io.StringIO(text), delimiter=separator, strict=True)
    rows: list[tuple[int, list[str]]] = []
    comments: list[tuple[int, str]] = []
    try:
        for fields in reader:
            bare = [" ".join(cell.split()) for cell in fields]
            if any(bare) and bare[0].startswith("#"):
                mark = f"{separator} " if separator != "\t" else " "
                comments.append((reader.line_num, mark.join(filter(None, bare)).lstrip("# ")))
            elif any(bare):
                rows.append((reader.line_num, bare))
    except csv.Error as problem:
        raise SurveyError(
            f"{path.name}, line {reader.line_num}: not readable as CSV: {problem}"
        ) from None
    if len(rows) > MOST_ROWS:
        raise SurveyError(f"{path.name}: more than {MOST_ROWS} rows are no printed table")
    return rows, comments


def padded(printed: Printed, digits: int, mark: str = ".") -> Printed:
    """Pad a number with the decimals that a word processor dropped: ``27`` is ``27.0``."""
    if printed.digits >= digits or printed.bound:
        return printed
    mark = printed.decimal or mark
    zeros = "0" * (digits - printed.digits)
    bare = printed.text.strip().removesuffix("%").strip()
    text = f"{bare}{zeros}" if printed.decimal else f"{bare}{mark}{zeros}"
    return Printed(text, printed.value, digits, mark, printed.signed)


def trimmed(printed: Printed) -> Printed:
    """Take a padded zero away: ``16.70`` is ``16.7``."""
    bare = printed.text.strip().removesuffix("%").strip()[:-1].rstrip(".,")
    digits = printed.digits - 1
    return Printed(bare, Fraction(printed.value), digits, printed.decimal * bool(digits), False)
