"""Observed answers: codes that a column holds without a list; rare ones are counted together.

An answer that one person wrote can tell who that person is. It stays in the records; from there
on, in codebooks, tables and reports, it is counted with the other rare ones.
"""

import logging
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from resurvey.core.codebook import (
    Code,
    Labels,
    Survey,
    Variable,
    as_labels,
    clean_code,
    declared_missing,
    is_joined,
)
from resurvey.counts.streamed import about
from resurvey.reading.encoding import folded
from resurvey.reading.scales import is_known_answer, is_next_to, reasons_of

if TYPE_CHECKING:
    import pandas as pd

_DATE = re.compile(r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d.*)?")
LONG = 100
"""Text with more letters than that is somebody's own words and no answer to choose."""
FEW = 20
"""An unlabelled variable with at most so many different answers is read as a list of answers."""
MANY = 100
"""The same where the file itself calls the variable nominal or ordinal."""

logger = logging.getLogger(__name__)

REST = "other answers"
"""Code of the answers that few people wrote."""
REST_LABELS: Labels = {"en": "Other answers", "ru": "Другие ответы"}
REST_NUMBER = -900
"""The same where the answers are numbers."""
_LARGEST_FLOOR = 5
_SMALLEST_FLOOR = 2
_SHARE = 0.8
"""Share of the people whose answer must be shared in a closed question."""
_MANY = 300
_TOGETHER = 16
"""Texts whose people are marked at the same time."""
_TRACE = (
    r"\d{1,4}[./-]\d{1,2}[./-]\d{1,4}(?:[ T,].*)?|\d{1,2}:\d\d(?::\d\d)?(?: ?[AaPp][Mm])?"
    r"|\d{1,3}(?:\.\d{1,3}){3}|\S+@\S+\.\w+|\+?\d[\d ()-]{8,}\d|https?://.*"
)
_STRAY = 1000
"""A rare number of that size among small ones was typed into the wrong cell."""
MOST = 50
"""Different texts up to which a tabulated variable is a question; above, it is free text."""


def complete_codebook(survey: Survey) -> Survey:
    """Give every variable a measure, and the observed answers that have no label a code.

    A variable whose measure the file does not know is nominal when it has labelled answers or
    at most 20 different integers, and a scale otherwise; text with at most 20 different answers,
    each given twice on average, is nominal too. An answer without a label is its own label.

    Examples
    --------
    >>> import pandas as pd
    >>> from resurvey.core.codebook import Codebook
    >>> frame = pd.DataFrame({"q": pd.array([3, 1, 3], dtype="Int64")})
    >>> book = Codebook({"q": Variable("q", measure="")})
    >>> complete_codebook(Survey(frame, book)).codebook["q"].answers
    [1, 3]
    """
    variables = [
        _with_reasons(survey.data[name], _completed(survey.data[name], variable))
        for name, variable in survey.codebook.variables.items()
    ]
    return Survey(survey.data, survey.codebook.updated(variables))


def _with_reasons(column: "pd.Series", variable: Variable) -> Variable:
    """Give the user-missing codes their reasons, by what the study or their labels say."""
    if not variable.missing and not variable.missing_ranges:
        return variable
    observed = observed_codes(column) if variable.missing_ranges else []
    return replace(variable, reasons=reasons_of(variable, observed))


def observed_codes(column: "pd.Series") -> list[Code]:
    """Return the different codes in a column, in ascending order, without system-missing."""
    import pandas as pd

    # Of the different ones: a copy of the column need not be held.
    codes = pd.Series(column.unique()).dropna().tolist()
    return sorted(codes)


def _completed(column: "pd.Series", variable: Variable) -> Variable:
    """Decide the measure and merge the observed answers into the codes."""
    if column.dtype == "str" and not variable.answers and variable.measure != "text":
        # Everybody's own words need not be listed to be known as such.
        most = FEW + len(variable.missing)
        variable = replace(variable, measure="text") if column.nunique() > most else variable
    if column.dtype == "str" and not variable.answers and variable.measure == "text":
        return variable
    codes = [code for code in observed_codes(column) if not variable.is_missing(code)]
    if column.dtype == "str":
        return _completed_text(column, variable, codes)
    labelled = bool(variable.answers)
    whole = column.dtype == "Int64"
    unlabelled = [code for code in codes if code not in variable.codes]
    measure = variable.measure
    if not measure:
        categorical = len(unlabelled) <= FEW and (whole or labelled) and (codes or labelled)
        measure = "nominal" if categorical else "scale"
    room = MANY if measure in ("nominal", "ordinal") else FEW
    if labelled and measure in ("nominal", "ordinal"):
        room = len(unlabelled)
    added = unlabelled if len(unlabelled) <= room and (whole or labelled) else []
    return replace(variable, measure=measure, codes=_merged(variable, added))


def _completed_text(column: "pd.Series", variable: Variable, codes: list[Code]) -> Variable:
    """Read text as answers where it repeats, or where the file labels it."""
    if variable.measure == "text":
        return variable
    if variable.answers:
        measure = variable.measure if variable.measure not in ("", "scale") else "nominal"
        return replace(variable, measure=measure, codes=_merged(variable, _not_in(variable, codes)))
    answered = int(column.isin(codes).sum())
    repeats = 0 < len(codes) <= FEW and 2 * len(codes) <= answered
    if not repeats or are_dates(codes) or max(map(len, map(str, codes))) > LONG:
        return replace(variable, measure="text")
    return replace(variable, measure="nominal", codes=_merged(variable, codes))


def _not_in(variable: Variable, codes: list[Code]) -> list[Code]:
    return [code for code in codes if code not in variable.codes]


def are_dates(codes: list[Code]) -> bool:
    """Return whether every text is an ISO date, with or without the time."""
    texts = list(map(str, codes))
    if not all(_DATE.fullmatch(text) for text in texts):
        return False
    try:
        np.array([text[:10] for text in texts], dtype="datetime64")
    except ValueError:
        return False
    return True


def _merged(variable: Variable, added: list[Code]) -> dict[Code, dict[str, str]]:
    """Labelled and merely observed codes together, in ascending order.

    Where the questionnaire has an order of its own, the observed codes come after it.
    """
    if not added:
        return dict(variable.codes)
    codes = variable.codes | {code: {} for code in added}
    if list(variable.codes) != sorted(variable.codes, key=code_rank):
        return codes
    return {code: codes[code] for code in sorted(codes, key=code_rank)}


def code_rank(code: Code) -> tuple[bool, Code]:
    return isinstance(code, str), code


def least_people(answered: int) -> int:
    """Return how many people must have written an answer before it counts as one to choose.

    Five, the least that a publication rule allows, or every twentieth in a small file; never one.

    Examples
    --------
    >>> least_people(30), least_people(80), least_people(2000)
    (2, 4, 5)
    """
    return max(_SMALLEST_FLOOR, min(_LARGEST_FLOOR, answered // 20))


@dataclass(frozen=True)
class Closed:
    """A question of written answers.

    Attributes
    ----------
    answers : tuple of str
        Answers that several people gave, or that any questionnaire may offer.
    people, wordings : int
        How many people wrote something else, and how many different things.
    """

    answers: tuple[str, ...]
    people: int
    wordings: int

    @property
    def is_question(self) -> bool:
        """Whether the shared answers are few and most people gave one of them."""
        return 0 < len(self.answers) <= FEW


def _is_trace(text: str) -> bool:
    """Return whether a text is a date, a time, an address or a telephone number, and no answer."""
    return re.fullmatch(_TRACE, text.strip()) is not None


class SharedAnswers:
    """The written answers of a file, and how many people gave each in any of its questions.

    An option that one person chose in one item of a battery is an option all the same when others
    chose it in the next item.

    Examples
    --------
    >>> import pandas as pd
    >>> people = pd.DataFrame({"q": ["tea", "coffee"] * 9 + ["mate, like my Bakyt"]}, dtype="str")
    >>> SharedAnswers(people).closed(people["q"])
    Closed(answers=('coffee', 'tea'), people=1, wordings=1)
    """

    def __init__(self, data: "pd.DataFrame") -> None:
        self.people: dict[str, int] = {}
        places: dict[str, list[str]] = {}
        for name in map(str, data):
            if data.dtypes[name] != "str":
                continue
            counts = data[name].value_counts()
            if len(counts) > _MANY:
                continue
            for text, people in counts.items():
                self.people[str(text)] = int(people)
                places.setdefault(str(text), []).append(name)
        several: dict[tuple[str, ...], list[str]] = {}
        for text, holding in places.items():
            if len(holding) > 1:
                several.setdefault(tuple(holding), []).append(text)
        for names, texts in several.items():
            self.people |= _people_with(data, names, texts)

    def closed(self, column: "pd.Series", variable: Variable | None = None) -> Closed:
        """Part the answers of a column into shared ones and others.

        Parameters
        ----------
        column : pandas.Series
            Text.
        variable : Variable, optional
            Its labelled and user-missing codes are no answers that somebody wrote.
        """
        counts = _counts_of(column, variable)
        answered = int(counts.sum())
        floor = least_people(int(column.notna().sum()))
        shared = [
            str(text)
            for text in counts.index
            if len(text) <= LONG
            and (self.people.get(str(text), 0) >= floor or is_known_answer(str(text)))
        ]
        # Of the steps that a questionnaire offers, some are rare: the oldest, the angriest.
        rare = [str(text) for text in counts.index if str(text) not in shared and len(text) <= LONG]
        if len(rare) <= FEW:
            shared += [text for text in rare if is_next_to(text, shared)]
        people = answered - int(counts[shared].sum())
        return Closed(tuple(sorted(shared)), people, len(counts) - len(shared))

    def question(self, column: "pd.Series", variable: Variable) -> Closed | None:
        """Return the shared answers where a column of text is a closed question."""
        answered = int(column.notna().sum())
        # Whatever the few answers may be, so many people wrote something else.
        if int(_counts_of(column, variable).iloc[FEW:].sum()) > (1 - _SHARE) * answered:
            return None
        found = self.closed(column, variable)
        if not found.is_question or found.people > (1 - _SHARE) * answered:
            return None
        repeats = 2 * len(found.answers) <= answered or all(map(is_known_answer, found.answers))
        traces = are_dates(list(found.answers)) or any(map(_is_trace, found.answers))
        return found if repeats and not traces else None


def _counts_of(column: "pd.Series", variable: Variable | None) -> "pd.Series":
    """Count who gave each answer in words, the commonest first."""
    counts = column.value_counts()
    if variable is None:
        return counts
    declared = [code for code, labels in variable.codes.items() if labels]
    return counts[[not variable.is_missing(c) and c not in declared for c in counts.index]]


def _people_with(
    data: "pd.DataFrame", names: Collection[str], texts: Sequence[str]
) -> dict[str, int]:
    """Count the people who gave each text in at least one of some columns."""
    found: dict[str, int] = {}
    for first in range(0, len(texts), _TOGETHER):
        some = texts[first : first + _TOGETHER]
        rows = {text: np.zeros(len(data), bool) for text in some}
        for name in names:
            column = data[name]
            for text in some:
                rows[text] |= (column == text).fillna(False).to_numpy(bool)
        found |= {text: int(held.sum()) for text, held in rows.items()}
    return found


def stray_numbers(column: "pd.Series", variable: Variable) -> list[int]:
    """Find numbers that fewer people gave than a code has, far away from all codes.

    Examples
    --------
    >>> import pandas as pd
    >>> jobs = pd.Series([1, 2, 3, 987654321] * 1 + [1, 2, 3] * 9, dtype="Int64")
    >>> stray_numbers(jobs, Variable("job", codes={1: {}, 2: {}, 3: {}, 987654321: {}}))
    [987654321]
    """
    counts = column.value_counts()
    floor = least_people(int(counts.sum()))
    free = [
        code
        for code in variable.answers
        if isinstance(code, int) and not variable.codes[code] and abs(code) >= _STRAY
    ]
    rare = [code for code in free if int(counts.get(code, 0)) < floor]
    others = [abs(code) for code in variable.answers if code not in rare and isinstance(code, int)]
    if not others:
        return []
    return [code for code in rare if abs(code) > 20 * max(others) and len(set(str(abs(code)))) > 1]


def gathered(
    column: "pd.Series", known: Collection[Code], rest: Code
) -> "tuple[pd.Series, int, int]":
    """Count every answer that is not known as the rest.

    Examples
    --------
    >>> import pandas as pd
    >>> column, people, wordings = gathered(pd.Series(["a", "b", "c"], dtype="str"), ["a"], "o")
    >>> column.tolist(), people, wordings
    (['a', 'o', 'o'], 2, 2)
    """
    unknown = column.notna() & ~column.isin([*known, rest])
    unknown = unknown.fillna(False).astype(bool)
    if not unknown.any():
        return column, 0, 0
    wordings = int(column[unknown].nunique())
    return column.mask(unknown, rest), int(unknown.sum()), wordings


def protect(survey: Survey, declared: Iterable[str] = ()) -> Survey:
    """Count the rare written answers of every question that the study does not declare.

    Parameters
    ----------
    survey : Survey
        As imported; the codes of an undeclared question are the answers that were seen.
    declared : iterable of str
        Variables whose answers somebody listed.
    """
    listed = set(declared)
    written = [
        variable
        for name, variable in survey.codebook.variables.items()
        if name not in listed
        and survey.data.dtypes[name] == "str"
        and any(not variable.codes[code] for code in variable.answers)
    ]
    if not written:
        return survey
    shared = SharedAnswers(survey.data)
    data, changed = survey.data.copy(deep=False), []
    for variable in written:
        found = shared.closed(data[variable.name], variable)
        if not found.wordings:
            continue
        changed.append(without_rare(variable, found.answers, REST))
        kept = [code for code in changed[-1].codes if code != REST]
        data[variable.name], _, _ = gathered(data[variable.name], [*kept, *variable.missing], REST)
    return Survey(data, survey.codebook.updated(changed)) if changed else survey


def unlisted_together(
    survey: Survey, codebook: Mapping[str, Any], mapping: Mapping[str, Any]
) -> Survey:
    """Count the rare answers in words that a study does not list together.

    Notes
    -----
    An answer that several people gave stays by itself: it may be one that the questionnaire now
    offers, which somebody has to decide about.
    """
    specs = codebook.get("variables") or {}
    shared: SharedAnswers | None = None
    data, changed = survey.data.copy(deep=False), []
    for name, spec in specs.items():
        mapped = (mapping.get("variables") or {}).get(name) or {}
        if is_joined(mapped):
            continue
        source = mapped.get("from") or name
        source = source if source in survey.codebook else (spec or {}).get("source", name)
        if not (spec or {}).get("codes") or source not in survey.codebook:
            continue
        column, variable = data[source], survey.codebook[source]
        if column.dtype != "str":
            continue
        accepted = [
            acceptance
            for acceptance in mapping.get("accept") or ()
            if acceptance["variable"] == name
        ]
        listed = [
            *spec["codes"],
            *(mapped.get("codes") or {}),
            *(acceptance.get("code") for acceptance in accepted),
        ]
        words = {folded(str(code)) for code in listed}
        words |= {
            folded(text) for labels in spec["codes"].values() for text in as_labels(labels).values()
        }
        codes, _, _ = declared_missing(spec.get("missing") or ())
        words |= {folded(str(code)) for code in codes}
        shared = shared or SharedAnswers(survey.data)
        found = shared.closed(column, variable)
        different = column.dropna().unique().tolist()
        kept = [
            text
            for text in different
            if text in found.answers or variable.codes.get(text) or folded(text) in words
        ]
        if len(kept) == len(different):
            continue
        rest = str(spec.get("rest", REST))
        data[source], _, _ = gathered(column, kept, rest)
        changed.append(replace(without_rare(variable, kept, rest), measure="nominal"))
    return Survey(data, survey.codebook.updated(changed)) if changed else survey


def without_rare(variable: Variable, answers: Collection[Code], rest: Code) -> Variable:
    """Give a variable the shared answers and one code for all others.

    Examples
    --------
    >>> one = Variable("q", codes={"tea": {}, "mate, like my Bakyt": {}})
    >>> list(without_rare(one, ["tea"], REST).codes)
    ['tea', 'other answers']
    """
    codes = {
        code: labels
        for code, labels in variable.codes.items()
        if labels or code in answers or variable.is_missing(code)
    }
    new = [code for code in answers if code not in codes]
    if new:
        codes |= {code: {} for code in new}
        codes = {code: codes[code] for code in sorted(codes, key=code_rank)}
    return replace(variable, codes={**codes, rest: dict(REST_LABELS)})


def gather_declared(
    column: "pd.Series", spec: Mapping[str, Any], name: str, file: str
) -> "pd.Series":
    """Count the answers that a study does not list as the one that it names with `rest`.

    Nothing of what people wrote is repeated in the log.
    """
    codes, ranges, _ = declared_missing(spec.get("missing") or ())
    text = column.dtype == "str"

    def typed(code: Code) -> Code:
        return str(clean_code(code)) if text else clean_code(code)

    known = [typed(code) for code in [*(spec.get("codes") or {}), *codes]]
    if not text:
        known += [
            code
            for code in observed_codes(column)
            if any(low <= code <= high for low, high, _ in ranges)  # type: ignore[operator]
        ]
    spelled = {folded(code): code for code in known if isinstance(code, str)}
    if text:
        # Another case or blank makes no other answer, unless the study lists it, too.
        spelled = {
            word: word if word in known else spelled.get(folded(word), word)
            for word in column.dropna().unique().tolist()
        }
        column = column.map(spelled, na_action="ignore")
        column = column.astype("str")
    column, people, wordings = gathered(column, known, typed(spec["rest"]))
    if people:
        logger.info(
            "%s: variable '%s': %d people gave %d answers that the codebook does not list; they "
            "are counted as its `rest`",
            file,
            name,
            people,
            wordings,
        )
    return column


def with_text_answers(survey: Survey, tables: Mapping[str, Mapping[str, Any]]) -> Survey:
    """Give the tabulated text variables that have no list of answers the observed ones.

    In a small file texts hardly repeat, so that reading cannot tell answers from free text; an
    item that nobody answered has no text at all. A table of the study tells them apart.

    Examples
    --------
    >>> import pandas as pd
    >>> from resurvey.core.codebook import Codebook
    >>> frame = pd.DataFrame({"vote": ["yes", "no", None]})
    >>> book = Codebook({"vote": Variable("vote", measure="text")})
    >>> with_text_answers(Survey(frame, book), {"t": {"rows": ["vote"]}}).codebook["vote"].answers
    ['no', 'yes']
    """
    named = dict.fromkeys(
        name
        for table in tables.values()
        for name in [*table["rows"], *filter(None, [table.get("columns")])]
        if name in survey.codebook
    )
    variables = [
        _answered(survey, survey.codebook[name])
        for name in named
        if survey.codebook[name].measure == "text" and not survey.codebook[name].codes
    ]
    return Survey(survey.data, survey.codebook.updated(variables))


def _answered(survey: Survey, variable: Variable) -> Variable:
    column: Any = about(survey, None, variable.name)[0].data[variable.name]
    values = column.to_pylist() if hasattr(column, "to_pylist") else column.dropna().tolist()
    texts = sorted({value for value in values if value is not None})
    codes = [text for text in texts if not variable.is_missing(text)]
    if len(codes) > MOST:
        return variable
    return replace(variable, measure="nominal", codes={code: {} for code in codes})
