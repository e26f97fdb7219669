"""Guess: which variables of an unknown file are groups, questions, weights, identifiers."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations, count, islice, pairwise
from os.path import commonprefix
from typing import TYPE_CHECKING, Any

from resurvey.core.codebook import BATTERY, Code, Labels, Survey, Variable, split_stem
from resurvey.core.errors import SurveyError
from resurvey.reading.encoding import folded
from resurvey.reading.multiple_response import joined_options
from resurvey.reading.observed_answers import (
    REST,
    REST_LABELS,
    REST_NUMBER,
    Closed,
    least_people,
    observed_codes,
)
from resurvey.reading.scales import known_order, stands_outside
from resurvey.reading.weights import counted_by, maybe_counted_by, shares_beside, weights_of
from resurvey.study.initialise.answers import (
    DEMOGRAPHICS,
    FEW_NUMBERS,
    Candidate,
    WrittenAnswers,
    about_fieldwork,
    belong_together,
    candidates,
    demographic,
    first_label,
    is_number,
    is_place,
    marked_code,
    ordered,
    same_answers,
    united,
    without_strays,
)
from resurvey.study.initialise.offers import Offers, find_offers
from resurvey.study.initialise.written_numbers import WrittenNumbers, written_numbers

if TYPE_CHECKING:
    import pandas as pd

MOST_ANSWERS = 20
"""A question with more answers makes no readable table."""
MOST_GROUPS = 8
"""A variable with more answers makes no readable columns."""
MOST_TABLES = 20
MOST_ITEMS = 12
"""Questions with the same answers that share a table."""
FEW_TEXTS = 20
COVERED = 0.8
"""Share of the respondents who answered a variable that most people answered."""
HALF = 0.5
"""Groups that fewer people are in compare too few."""

_IDENTIFIER = (
    r"(id|uuid|key|index|caseid|respid|resp|respondent|respondentid|respondentno|responseid"
    r"|recordid|submissionid|interviewid|intid|"
    r"personid|persid|persnr|pid|idno|idnr|sysid|serial|serialno|lfdn|lfdnr|token|number|nr|no"
    r"|n|row|rowid|rownames|record|case|caseno|casenum|"
    r"номер|номеранкеты|анкета|номерреспондента|ид|идентификатор|identifiant|ident|kennung"
    r"|folio|numero|nomer)"
)
_FRACTION = 3
"""A running number may leave out two of three numbers: interviews that were broken off."""


@dataclass(frozen=True)
class Guess:
    """What an unknown file seems to hold.

    Attributes
    ----------
    identifier : str
        Variable that is different for every respondent and named like one; empty if none is, and
        where it only numbers the rows.
    numbering : str
        Variable that numbers the rows, and recognises nobody in another file.
    weights : tuple of str
        Variables that look like weights; only mentioned, never used unasked.
    groups : tuple of str
        Variables that respondents could be compared by, the likeliest first.
    variables : dict of Variable
        Variables with a list of answers, with labels that tell the answers apart.
    tables : dict
        Table name -> ``{"rows": [...], "columns": ..., "section": ...}``.
    omitted : tuple of str
        Questions that were not tabulated because there are too many tables already.
    relabelled : dict
        Variables with two answers of one label -> those labels.
    uncounted : tuple of str
        Variables without a list of answers.
    counts : str
        Variable that says how many respondents a row stands for, where the file is counted data.
    maybe_counts : str
        Variable that may say so, where none surely does and none looks like a weight.
    renumbered : dict
        New name -> variable with fractional codes, which a table cannot have.
    numbers : tuple of str
        Variables that are numbers and have at most labels at the ends.
    written : dict
        Variable -> its answers in words, where some of them were counted together.
    words : tuple of str
        Variables of people's own words.
    numeric : dict
        Variables of text that are numbers but for how they are written -> what is said of it.
    sets : dict
        Multiple-response sets that the file does not declare, as the codebook writes a set:
        neighbours with the answers "chosen" and "not chosen", or with the first, second … answer
        to one question.
    missing : dict
        Variable -> codes that may be reasons for no answer.
    reasons : dict
        Variable that could be groups -> why it was chosen or not.
    remarks : tuple of str
        What whoever made the study should know.
    offers : Offers
        What stands in the files as comments.
    """

    identifier: str = ""
    numbering: str = ""
    weights: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    variables: dict[str, Variable] = field(default_factory=dict)
    tables: dict[str, dict[str, object]] = field(default_factory=dict)
    omitted: tuple[str, ...] = ()
    relabelled: dict[str, tuple[str, ...]] = field(default_factory=dict)
    uncounted: tuple[str, ...] = ()
    renumbered: dict[str, str] = field(default_factory=dict)
    counts: str = ""
    maybe_counts: str = ""
    numbers: tuple[str, ...] = ()
    written: dict[str, Closed] = field(default_factory=dict)
    words: tuple[str, ...] = ()
    numeric: dict[str, WrittenNumbers] = field(default_factory=dict)
    sets: dict[str, dict[str, Any]] = field(default_factory=dict)
    missing: dict[str, tuple[Candidate, ...]] = field(default_factory=dict)
    reasons: dict[str, str] = field(default_factory=dict)
    remarks: tuple[str, ...] = ()
    offers: Offers = field(default_factory=Offers)

    @property
    def grids(self) -> list[str]:
        """Tables of several questions on one ordered scale, which may be set as a grid."""
        return [name for name, table in self.tables.items() if self._is_grid(table)]

    def _is_grid(self, table: Mapping[str, object]) -> bool:
        rows = list(table["rows"])  # type: ignore[call-overload]
        asked = [self.variables[row] for row in rows if row in self.variables]
        if len(asked) < max(BATTERY, len(rows)):
            return False
        steps = [
            [code for code in variable.answers if code not in variable.dont_know]
            for variable in asked
        ]
        # A code that is no answer and not declared so would be an end of the scale.
        doubted = any(
            {candidate.code for candidate in self.missing.get(variable.name, ())}
            - {*variable.dont_know}
            for variable in asked
        )
        ordered = all(variable.measure == "ordinal" for variable in asked)
        return ordered and not doubted and len(steps[0]) > 2 and steps.count(steps[0]) == len(steps)


def guess_study(
    survey: Survey, file: str, most_tables: int = MOST_TABLES, decimal: str = ""
) -> Guess:
    """Guess identifier, weights, groups and tables from names, labels and answers.

    Parameters
    ----------
    survey : Survey
        As read.
    file : str
        Name of the file, for messages.
    most_tables : int
        How many tables to make.
    decimal : str
        Decimal mark that was declared for the file.

    Raises
    ------
    SurveyError
        When no variable has answers that could be counted.

    Examples
    --------
    >>> import pandas as pd
    >>> from resurvey.core.codebook import Codebook
    >>> codes = {1: {"": "yes"}, 2: {"": "no"}}
    >>> book = Codebook({name: Variable(name, codes=codes) for name in ("sex", "q1", "q2")})
    >>> frame = pd.DataFrame({name: pd.array([1, 2], dtype="Int64") for name in book})
    >>> guess_study(Survey(frame, book), "wave.sav").tables["table_1"]
    {'rows': ['q1', 'q2'], 'columns': 'sex'}
    """
    data, book = survey.data, survey.codebook
    identifier, numbering, remarks = _identifier(survey)
    weights, counts = weights_of(survey), counted_by(survey)
    excluded = {identifier, numbering, *weights, counts}
    if counts:
        excluded |= set(shares_beside(survey, counts))
    joined = _joined_sets(survey, excluded)
    columns = {str(joined_set["joined"]) for joined_set in joined.values()}
    answers = _Answers(survey, excluded | columns, decimal)
    if not answers.listed and not joined:
        raise SurveyError(
            f"{file}: none of the {len(list(book))} variables has answers that could be counted "
            "(all are free text, identifiers, weights or numbers with many values); "
            "add a variable with codes to the file"
        )
    listed = answers.listed
    fractional = [name for name, variable in listed.items() if _has_fractions(variable)]
    renumbered = dict(zip(_new_names(book, len(fractional)), fractional, strict=True))
    new_names = {old: new for new, old in renumbered.items()}
    sets = {
        name: response_set
        for name, response_set in book.multiple_response.items()
        if name not in book
    }
    options = {item for response_set in sets.values() for item in response_set["variable_list"]}
    marked = _marked_sets(listed, options, [*book, *sets, *joined], data)
    marked |= _numbered_sets(listed, marked, options, [*book, *sets, *joined], data)
    options |= {item for marked_set in marked.values() for item in marked_set["variables"]}
    marked |= joined
    tabulated = {
        new_names.get(name, name): variable
        for name, variable in listed.items()
        if name not in options
    }
    sources = {new: old for old, new in new_names.items()}
    covered = {
        name: _coverage(data[sources.get(name, name)], variable)
        for name, variable in tabulated.items()
    }
    numeric = {name: sources.get(name, name) in answers.numbers for name in tabulated}
    runs = _runs(tabulated, numeric)
    groups, reasons = _groups(tabulated, covered, runs, data, sources)
    tables, omitted = _tables(tabulated, groups, runs, [*sets, *marked], covered, most_tables)
    missing = answers.missing()
    offers = find_offers(
        survey,
        listed,
        _batteries(listed),
        missing,
        [*book, *sets, *marked, *renumbered],
        excluded | options | columns,
    )
    return Guess(
        identifier=identifier,
        numbering=numbering,
        weights=weights,
        groups=groups,
        variables=listed,
        tables=tables,
        omitted=omitted,
        relabelled=answers.relabelled,
        uncounted=tuple(name for name in book if name not in listed and name not in columns),
        renumbered=renumbered,
        counts=counts,
        maybe_counts="" if weights else maybe_counted_by(survey),
        numbers=tuple(answers.numbers),
        written=answers.written,
        words=tuple(answers.words),
        numeric=answers.numeric | _numbers_of(identifier, survey, decimal),
        sets=marked,
        missing=missing,
        reasons=reasons,
        remarks=tuple(remarks),
        offers=offers,
    )


class _Answers:
    """The questions of a file with the answers that a codebook lists."""

    def __init__(self, survey: Survey, excluded: set[str], decimal: str) -> None:
        self.survey, self.excluded, self.decimal = survey, excluded, decimal
        self.listed: dict[str, Variable] = {}
        self.relabelled: dict[str, tuple[str, ...]] = {}
        self.numbers: list[str] = []
        self.written: dict[str, Closed] = {}
        self.words: list[str] = []
        self.numeric: dict[str, WrittenNumbers] = {}
        self.observed: set[str] = set()
        written = WrittenAnswers(survey)
        for name, variable in survey.codebook.variables.items():
            if name not in excluded:
                self._list(variable, survey.data[name], written)
        if not self.listed:
            self._list_nearest(written)
        for battery in _runs(self.listed, {name: name in self.numbers for name in self.listed}):
            if set(battery) <= self.observed:
                self.listed |= united([self.listed[name] for name in battery])
        for name in list(self.listed):
            self._label(name)

    def _list(self, variable: Variable, column: "pd.Series", written: WrittenAnswers) -> None:
        """List one question, if it has a list of answers."""
        name = variable.name
        if column.dtype == "str":
            self._list_written(variable, written)
            return
        variable = without_strays(variable, column)
        many = self._is_numbers(variable, column)
        if many is None or not _is_list(variable, column):
            return
        if many:
            self.numbers.append(name)
            variable = replace(variable, measure="scale")
        self.listed[name] = variable if many else ordered(variable, False)

    def _is_numbers(self, variable: Variable, column: "pd.Series") -> bool | None:
        """Return whether a question has numbers for answers; None where they are too many."""
        if not is_number(variable, column):
            return False
        away = {candidate.code for candidate in candidates(variable, column)}
        labelled = any(variable.codes[code] for code in variable.answers if code not in away)
        bare = sorted(code for code in variable.answers if code not in away)
        return True if labelled or (len(bare) <= FEW_NUMBERS and bare[-1] <= FEW_NUMBERS) else None  # type: ignore[operator]

    def _list_written(self, variable: Variable, written: WrittenAnswers) -> None:
        """List the answers of a question that people answered in words."""
        name = variable.name
        if variable.measure == "text" and variable.codes:
            return
        declared = any(variable.codes[code] for code in variable.answers)
        numbers = None if declared else written_numbers(self.survey.data[name], self.decimal)
        if numbers:
            self.numeric[name] = numbers
        offered = numbers is not None and bool(numbers.declared)
        found = None if numbers and numbers.are_many and offered else written.listed(variable)
        if found is None:
            if variable.measure != "text" and not offered:
                self.words.append(name)
            return
        listed, closed = found
        measure = "nominal" if variable.measure in ("", "text", "scale") else variable.measure
        listed = replace(listed, measure=measure)
        if closed.wordings:
            self.written[name] = closed
        if not declared:
            self.observed.add(name)
        self.listed[name] = ordered(listed, not declared)

    def _list_nearest(self, written: WrittenAnswers) -> None:
        """Where nothing has a list of answers: what comes nearest to one."""
        survey = self.survey
        for name, variable in survey.codebook.variables.items():
            column = survey.data[name]
            codes = [code for code in observed_codes(column) if not variable.is_missing(code)]
            if name in self.excluded or not 0 < len(codes) <= FEW_TEXTS:
                continue
            if column.dtype == "str":
                found = written.shared.closed(column, variable)
                codes = list(found.answers)
                if found.wordings:
                    self.written[name] = found
                    codes.append(REST)
                self.observed.add(name)
            listed: dict[Code, Labels] = {code: {} for code in codes}
            self.listed[name] = replace(variable, measure="nominal", codes=variable.codes | listed)
            self.words = [word for word in self.words if word != name]
            if name in self.written:
                self.listed[name] = replace(
                    self.listed[name], codes={**listed, REST: dict(REST_LABELS)}
                )

    def _label(self, name: str) -> None:
        """Give the answers of a question labels that differ."""
        if name in self.numbers:
            return
        variable = self.listed[name]
        rest: dict[Code, Labels] = {
            code: variable.codes[code] for code in (REST, REST_NUMBER) if code in variable.codes
        }
        own = {code: labels for code, labels in variable.codes.items() if code not in rest}
        distinguished, doubled = _distinguished(replace(variable, codes=own))
        self.listed[name] = replace(distinguished, codes={**distinguished.codes, **rest})
        if doubled:
            self.relabelled[name] = doubled

    def missing(self) -> dict[str, tuple[Candidate, ...]]:
        """Codes of any variable that may be reasons for no answer."""
        found = {}
        for name, variable in self.survey.codebook.variables.items():
            column = self.survey.data[name]
            if name in self.excluded or (column.dtype == "str" and name not in self.listed):
                continue
            if column.dtype == "str":
                variable = self.listed[name]
            codes = candidates(variable, column)
            if codes:
                found[name] = tuple(codes)
        return found


def _numbers_of(identifier: str, survey: Survey, decimal: str) -> dict[str, WrittenNumbers]:
    """Say of an identifier that its numbers are groups of digits, which may be no names at all."""
    if not identifier or survey.data[identifier].dtype != "str":
        return {}
    found = written_numbers(survey.data[identifier], decimal)
    return {identifier: found} if found and not found.declared else {}


def _joined_sets(survey: Survey, excluded: set[str]) -> dict[str, dict[str, Any]]:
    """Find the columns in which each cell joins all options that a person chose."""
    found: dict[str, dict[str, Any]] = {}
    for name, variable in survey.codebook.variables.items():
        column = survey.data[name]
        if name in excluded or column.dtype != "str" or any(variable.codes.values()):
            continue
        cells = column.dropna().tolist()
        joined = joined_options(cells, least_people(len(cells)))
        if joined is None:
            continue
        label = first_label(variable.label) or name
        response_set: dict[str, Any] = {
            "label": label,
            "joined": name,
            "options": sorted(joined.options, key=lambda option: bool(stands_outside(option))),
        }
        if joined.separator != ", ":
            response_set["separator"] = joined.separator
        if joined.is_open:
            response_set["open"] = True
        number = len(found) + 1
        while (new := f"options_{number}") in survey.codebook:
            number += 100
        found[new] = response_set
    return found


def _has_fractions(variable: Variable) -> bool:
    """Return whether an answer has a code such as 1.5."""
    return any(isinstance(code, float) for code in variable.answers)


def _new_names(taken: Iterable[str], number: int) -> list[str]:
    """Make names that no variable has."""
    names = (f"renumbered_{at}" for at in count(1))
    known = {name.casefold() for name in taken}
    return list(islice((name for name in names if name not in known), number))


def _identifier(survey: Survey) -> tuple[str, str, list[str]]:
    """Find the variable that identifies respondents, or that only numbers them."""
    numbering, remarks = "", []
    for name in survey.codebook:
        column = survey.data[name]
        bare = re.sub(r"[\W_\d]", "", name.casefold())
        if column.dtype == "float64" or not re.fullmatch(_IDENTIFIER, bare):
            continue
        if any(labels for labels in survey.codebook[name].codes.values()):
            continue
        given = column.dropna()
        if not column.is_unique or len(given) < len(column):
            repeated = int(given.nunique()) != len(given)
            # Few different values are answers of a question that happens to be called so.
            if 2 * given.nunique() > len(column) > 0:
                what = "is the same for several respondents" if repeated else "is empty for some"
                remarks.append(f"'{name}' is named like an identifier but {what}: it is none")
            continue
        if _only_numbers(column):
            numbering = numbering or name
            continue
        return name, numbering, remarks
    if numbering:
        remarks.append(
            f"'{numbering}' only numbers the respondents, so that another wave has the same "
            "numbers for other people: it is not declared as `id:`"
        )
    return "", numbering, remarks


def _only_numbers(column: "pd.Series") -> bool:
    """Return whether values number the rows: whole numbers in one run, or from 1 with gaps."""
    if column.dtype == "str":
        if not column.str.fullmatch(r"0*\d{1,9}").all():
            return False
        column = column.astype("int64")
    low, high, people = int(column.min()), int(column.max()), len(column)
    return high - low == people - 1 or (low >= 0 and high <= _FRACTION * people)


def _is_list(variable: Variable, column: "pd.Series") -> bool:
    """Return whether every observed answer is among the codes, and they are not too many."""
    answers = variable.answers
    if not answers or variable.measure == "text":
        return False
    observed = [code for code in observed_codes(column) if not variable.is_missing(code)]
    labelled = any(variable.codes[code] for code in answers)
    if any(isinstance(code, float) for code in observed) and not labelled:
        return False
    known = set(answers)
    return bool(observed) and (set(observed) <= known or REST_NUMBER in known)


def _distinguished(variable: Variable) -> tuple[Variable, tuple[str, ...]]:
    """Give every answer a label of its own: its code where there is none or it is repeated.

    Answers in words that `folded` takes for one are numbered: their codes are the words.
    """
    words = {code: first_label(labels) or str(code) for code, labels in variable.codes.items()}
    counts: dict[str, int] = {}
    for code in variable.answers:
        counts[folded(words[code])] = counts.get(folded(words[code]), 0) + 1
    doubled = tuple(
        dict.fromkeys(words[code] for code in variable.answers if counts[folded(words[code])] > 1)
    )
    measure = variable.measure if variable.measure in ("nominal", "ordinal") else "nominal"
    if not doubled and all(_is_worded(labels) for labels in variable.codes.values()):
        return replace(variable, measure=measure), ()
    labels: dict[Code, Labels] = {}
    taken: set[str] = set()
    for code, word in words.items():
        tag: Code = 1 if word == code else code
        label = f"{word} [{tag}]" if counts.get(folded(word), 0) > 1 else word
        number = 1
        while folded(label) in taken and not variable.is_missing(code):
            number += 1
            label = f"{word} [{number}]"
        taken.add(folded(label))
        labels[code] = {"": label}
    return replace(variable, codes=labels, measure=measure), doubled


def _is_worded(labels: Labels) -> bool:
    """Return whether labels are there in several languages, all of them fit to print."""
    return len(labels) > 1 and "" not in labels and all(map(str.isprintable, labels.values()))


def _coverage(column: "pd.Series", variable: Variable) -> float:
    """Share of the respondents who gave an answer."""
    given = column.dropna()
    missing = [code for code in given.unique().tolist() if variable.is_missing(code)]
    return float((len(given) - int(given.isin(missing).sum())) / max(1, len(column)))


def _runs(listed: Mapping[str, Variable], numbers: Mapping[str, bool]) -> list[list[str]]:
    """Put neighbours with the same answers together."""
    runs: list[list[str]] = []
    for name, variable in listed.items():
        neighbours = (runs[-1][0], runs[-1][-1]) if runs else ()
        if any(same_answers(listed[neighbour], variable, numbers) for neighbour in neighbours):
            runs[-1].append(name)
        else:
            runs.append([name])
    return runs


def _marked_sets(
    listed: Mapping[str, Variable],
    options: Iterable[str],
    taken: Iterable[str],
    data: "pd.DataFrame",
) -> dict[str, dict[str, Any]]:
    """Find neighbours whose answers are "chosen" and "not chosen": the options of one question."""
    known = set(options)
    free = {name: variable for name, variable in listed.items() if name not in known}
    found: dict[str, dict[str, Any]] = {}
    for run in _runs(free, {}):
        counted = marked_code(free[run[0]])
        if counted is None:
            continue
        for items in _questions([free[name] for name in run]):
            names = [item.name for item in items]
            ticked = len(items[0].answers) == 1
            if len(items) < 2 or (ticked and not data[names].isna().any(axis=None)):
                continue
            stem = re.sub(r"[\W_]+$", "", commonprefix(names).rstrip("0123456789"))
            label = _shared_words([first_label(v.label) for v in items])
            fits = re.fullmatch(r"[A-Za-z_][A-Za-z0-9_.]{0,63}", stem) is not None
            name = stem if fits and stem not in (*taken, *found) else f"set_{len(found) + 1}"
            label = label or _shared_words(names) or name
            found[name] = {"label": label, "variables": names, "counted": counted}
    return found


def _numbered_sets(
    listed: Mapping[str, Variable],
    marked: Mapping[str, Mapping[str, Any]],
    options: Iterable[str],
    taken: Iterable[str],
    data: "pd.DataFrame",
) -> dict[str, dict[str, Any]]:
    """Find the first, second … answer to one question: neighbours with the same list of answers.

    Their labels differ by the number of the answer only, several people gave more than one, and
    nobody gave one twice.
    """
    known = {*options, *(item for found in marked.values() for item in found["variables"])}
    free = {name: variable for name, variable in listed.items() if name not in known}
    sets: dict[str, dict[str, Any]] = {}
    for run in _runs(free, {}):
        for items in _questions([free[name] for name in run]):
            names = [item.name for item in items]
            labels = [first_label(item.label) for item in items]
            if len(items) < 2 or len(items[0].answers) < 3 or items[0].measure == "ordinal":
                continue
            alike = len(set(labels)) == 1 and all(re.search(r"\d$", name) for name in names)
            stem, endings = split_stem(labels)
            if not (alike or (stem and all(map(is_place, endings)))):
                continue
            answers = set(items[0].answers) - {*items[0].dont_know}
            given = [data[name].where(data[name].isin(answers)) for name in names]
            if any((one == other).any() for one, other in combinations(given, 2)):
                continue
            if (data[names].isin(answers).sum(axis=1) > 1).sum() < 2:
                continue
            short = re.sub(r"[\W_]+$", "", commonprefix(names).rstrip("0123456789"))
            fits = re.fullmatch(r"[A-Za-z_][A-Za-z0-9_.]{0,63}", short) is not None
            taken_now = {*taken, *marked, *sets}
            name = short if fits and short not in taken_now else f"answers_{len(sets) + 1}"
            label = stem.rstrip("…") or labels[0] or name
            sets[name] = {"label": label, "variables": names}
    return sets


def _batteries(listed: Mapping[str, Variable]) -> list[list[str]]:
    """Items of one question each: neighbours with the same answers that begin alike."""
    found: list[list[Variable]] = []
    for run in _runs(listed, {}):
        items = [listed[name] for name in run]
        whole = bool(split_stem([first_label(item.label) or item.name for item in items])[0])
        found += [items] if whole else _questions(items)
    return [[item.name for item in items] for items in found if len(items) >= BATTERY]


def _shared_words(labels: Sequence[str]) -> str:
    """Whole words with which all labels begin."""
    shared = commonprefix(list(labels))
    if any(re.match(r"\w", label[len(shared) :]) for label in labels):
        shared = re.sub(r"\w+$", "", shared)
    return re.sub(r"[\s\-–—:;,.(\[/|_]+$", "", shared)


def _questions(run: Sequence[Variable]) -> list[list[Variable]]:
    """Part the options of several questions that stand next to each other."""
    parts: list[list[Variable]] = []
    for variable in run:
        if parts and belong_together(parts[-1][-1], variable):
            parts[-1].append(variable)
        else:
            parts.append([variable])
    return parts


def _items(run: Sequence[str], listed: Mapping[str, Variable]) -> set[str]:
    """Neighbours with the same answers whose names or wordings begin alike, too."""
    pairs = [
        {name, other}
        for name, other in pairwise(run)
        if belong_together(listed[name], listed[other])
    ]
    return set().union(*pairs)


def _groups(
    listed: Mapping[str, Variable],
    covered: Mapping[str, float],
    runs: Sequence[Sequence[str]],
    data: "pd.DataFrame",
    sources: Mapping[str, str],
) -> tuple[tuple[str, ...], dict[str, str]]:
    """Rank the variables that say who somebody is, those that most people answered first."""
    items = {name for run in runs if len(run) >= BATTERY for name in _items(run, listed)}
    kinds = list(DEMOGRAPHICS)
    people = len(data)
    ranked: list[tuple[bool, int, int, str, str]] = []
    reasons: dict[str, str] = {}
    for position, (name, variable) in enumerate(listed.items()):
        kind = demographic(name, first_label(variable.label))
        if not kind or about_fieldwork(name, first_label(variable.label)):
            continue
        groups = [
            code
            for code in variable.answers
            if not stands_outside(first_label(variable.codes[code]) or str(code))
            and code not in (REST, REST_NUMBER)
        ]
        words = [first_label(variable.codes[code]) or str(code) for code in groups]
        if len(groups) > 2 and known_order(words).kind in ("attitude", "frequency"):
            continue  # An opinion about one's job or region.
        answered = round(covered[name] * people)
        if name in items:
            reasons[name] = "it is one of several items with the same answers"
        elif not 2 <= len(groups) <= MOST_GROUPS:
            if len(groups) > MOST_GROUPS:
                reasons[name] = f"it has {len(groups)} answers"
        elif covered[name] < HALF:
            reasons[name] = f"only {answered} of {people} respondents answered it"
        elif data[sources.get(name, name)].dropna().isin(groups).sum() == 0:
            continue
        elif len(set(data[sources.get(name, name)].dropna().unique().tolist()) & set(groups)) < 2:
            reasons[name] = "all respondents gave the same answer"
        else:
            sparse = covered[name] < COVERED
            ranked.append((sparse, kinds.index(kind), position, name, kind))
            reasons[name] = (
                f"its name or label says {kind}, and {answered} of {people} respondents gave one "
                f"of its {len(groups)} answers"
            )
    best: dict[str, str] = {}
    for _, _, _, name, kind in sorted(ranked):
        best.setdefault(kind, name)
    return tuple(best.values()), reasons


def _tables(
    listed: Mapping[str, Variable],
    groups: tuple[str, ...],
    runs: Sequence[Sequence[str]],
    sets: Sequence[str],
    covered: Mapping[str, float],
    most: int,
) -> tuple[dict[str, dict[str, object]], tuple[str, ...]]:
    """One table for the sample, then one for every question or battery, and for every set."""
    blocks: list[list[str]] = []
    for run in runs:
        items = [
            name
            for name in run
            if name not in groups and 2 <= len(listed[name].answers) <= MOST_ANSWERS
        ]
        parts = -(-len(items) // MOST_ITEMS)
        size = -(-len(items) // parts) if parts else 1
        blocks += [items[start : start + size] for start in range(0, len(items), size)]
    if not blocks and not sets:
        blocks = [[name for name in listed if name not in groups]] if groups else [list(listed)]
        blocks = [block for block in blocks if block]
    blocks += [[name] for name in sets]
    tables: dict[str, dict[str, object]] = {}
    if groups:
        tables["sample"] = {"rows": list(groups[:MOST_ITEMS]), "section": "sample"}
    places = range(len(blocks))
    ranks = {at: _importance(blocks[at], listed, covered) for at in places}
    chosen = sorted(places, key=lambda at: (ranks[at], at))[: max(0, most - len(tables))]
    for at in sorted(chosen):
        table: dict[str, object] = {"rows": blocks[at]}
        if groups and groups[0] not in blocks[at]:
            table["columns"] = groups[0]
        # The report numbers its tables from 1, and the sample's is none of them.
        tables[f"table_{len(tables) + 1 - bool(groups)}"] = table
    shown = {name for table in tables.values() for name in list(table["rows"])}  # type: ignore[call-overload]
    return tables, tuple(name for name in [*listed, *sets] if name not in shown)


def _importance(
    block: Sequence[str], listed: Mapping[str, Variable], covered: Mapping[str, float]
) -> int:
    """Rank a table: 0 comes first, 4 last."""
    if block[0] not in listed:
        return 0
    if all(about_fieldwork(name, first_label(listed[name].label)) for name in block):
        return 4
    if max(covered[name] for name in block) < HALF:
        return 3
    if len(block) >= BATTERY:
        return 0
    # Who somebody is stands in the table of the sample where it is one of the groups.
    if all(demographic(name, first_label(listed[name].label)) for name in block):
        return 2
    return 1
