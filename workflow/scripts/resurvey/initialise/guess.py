"""Guess: which variables of an unknown file are groups, questions, weights, identifiers."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import count, islice
from typing import TYPE_CHECKING

from resurvey.codebook import Code, Labels, Variable
from resurvey.errors import SurveyError
from resurvey.reading.counted import counted_by
from resurvey.reading.observed import observed_codes
from resurvey.reading.wording import folded
from resurvey.survey import Survey

if TYPE_CHECKING:
    import pandas as pd

MOST_ANSWERS = 20
"""A question with more answers makes no readable table."""
MOST_GROUPS = 8
"""A variable with more answers makes no readable columns."""
MOST_TABLES = 20
MOST_ITEMS = 10
"""Questions with the same answers that share a table."""
FEW_TEXTS = 20

_GROUPS = (
    r"\b(sex|gender|пол|geschlecht|sexe|жынысы)\b",
    r"\b(age|возраст\w*|alter)\b",
    r"\b(educ|education|school\w*|образован\w*)\b",
    r"\b(citizen\w*|nationality|ethnic\w*|гражданств\w*|национальн\w*)\b",
    r"\b(settlement|urban|rural|residence|населенн\w*|село|город|посел\w*)\b",
    r"\b(region|area|province|oblast|регион|област\w*)\b",
    r"\b(marital|married|семейн\w*)\b",
    r"\b(income|доход\w*)\b",
    r"\b(party|country|stratum|group|группа|страна|партия)\b",
)
_IDENTIFIER = r"(id|uuid|key|index|caseid|respid|respondent|respondentid|responseid|номер|ид)"
_WEIGHT = r"(w|wt|wgt|weight\w*|вес\w*|ves)"


@dataclass(frozen=True)
class Guess:
    """What an unknown file seems to hold.

    Attributes
    ----------
    identifier : str
        Variable that is different for every respondent and named like one; empty if none is.
    weights : tuple of str
        Positive numbers with the name of a weight; only mentioned, never used unasked.
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
    renumbered : dict
        New name -> variable with fractional codes, which a table cannot have.
    """

    identifier: str = ""
    weights: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    variables: dict[str, Variable] = field(default_factory=dict)
    tables: dict[str, dict[str, object]] = field(default_factory=dict)
    omitted: tuple[str, ...] = ()
    relabelled: dict[str, tuple[str, ...]] = field(default_factory=dict)
    uncounted: tuple[str, ...] = ()
    renumbered: dict[str, str] = field(default_factory=dict)
    counts: str = ""


def guess_study(survey: Survey, file: str) -> Guess:
    """Guess identifier, weights, groups and tables from names, labels and answers.

    Parameters
    ----------
    survey : Survey
        As read, without a study's codebook.
    file : str
        Name of the file, for messages.

    Raises
    ------
    SurveyError
        When no variable has answers that could be counted.

    Examples
    --------
    >>> import pandas as pd
    >>> from resurvey.codebook import Codebook
    >>> codes = {1: {"": "yes"}, 2: {"": "no"}}
    >>> book = Codebook({name: Variable(name, codes=codes) for name in ("sex", "q1", "q2")})
    >>> frame = pd.DataFrame({name: pd.array([1, 2], dtype="Int64") for name in book})
    >>> guess_study(Survey(frame, book), "wave.sav").tables["table_2"]
    {'rows': ['q1', 'q2'], 'columns': 'sex'}
    """
    data, book = survey.data, survey.codebook
    identifier = next((name for name in book if _is_identifier(name, data[name])), "")
    weights = tuple(name for name in book if _is_weight(name, data[name]))
    counts = counted_by(survey)
    listed, relabelled = {}, {}
    for name, variable in _countable(survey, {identifier, *weights, counts}).items():
        listed[name], doubled = _distinguished(variable)
        if doubled:
            relabelled[name] = doubled
    if not listed:
        raise SurveyError(
            f"{file}: none of the {len(list(book))} variables has answers that could be counted "
            "(all are free text, identifiers, weights or numbers with many values); "
            "add a variable with codes to the file"
        )
    fractional = [name for name, one in listed.items() if _has_fractions(one)]
    renumbered = dict(zip(_new_names(book, len(fractional)), fractional, strict=True))
    new_names = {old: new for new, old in renumbered.items()}
    sets = {name: one for name, one in book.multiple_response.items() if name not in book}
    options = {item for one in sets.values() for item in one["variable_list"]}
    tabulated = {
        new_names.get(name, name): one for name, one in listed.items() if name not in options
    }
    groups = _groups(tabulated)
    tables, omitted = _tables(tabulated, groups, list(sets))
    return Guess(
        identifier=identifier,
        weights=weights,
        groups=groups,
        variables=listed,
        tables=tables,
        omitted=omitted,
        relabelled=relabelled,
        uncounted=tuple(name for name in book if name not in listed),
        renumbered=renumbered,
        counts=counts,
    )


def _has_fractions(variable: Variable) -> bool:
    """Tell whether an answer has a code such as 1.5."""
    return any(isinstance(code, float) for code in variable.answers)


def _new_names(taken: Iterable[str], number: int) -> list[str]:
    """Make names that no variable has."""
    names = (f"renumbered_{at}" for at in count(1))
    known = {name.casefold() for name in taken}
    return list(islice((name for name in names if name not in known), number))


def _is_identifier(name: str, column: "pd.Series") -> bool:
    """Tell whether a variable is named like an identifier and distinguishes all respondents."""
    bare = re.sub(r"[\W_\d]", "", name.casefold())
    return bool(
        re.fullmatch(_IDENTIFIER, bare)
        and column.notna().all()
        and column.is_unique
        and column.dtype != "float64"
    )


def _is_weight(name: str, column: "pd.Series") -> bool:
    """Tell whether a variable is named like a weight and holds positive fractions."""
    bare = re.sub(r"[\W_\d]", "", name.casefold())
    return bool(
        column.dtype == "float64" and re.fullmatch(_WEIGHT, bare) and (column.dropna() > 0).all()
    )


def _countable(survey: Survey, excluded: set[str]) -> dict[str, Variable]:
    """Variables with a list of answers; where there is none, what comes nearest to one."""
    chosen = {
        name: variable
        for name, variable in survey.codebook.variables.items()
        if name not in excluded and _is_list(variable, survey.data[name])
    }
    if chosen:
        return chosen
    for name, variable in survey.codebook.variables.items():
        codes = observed_codes(survey.data[name])
        codes = [code for code in codes if not variable.is_missing(code)]
        if name not in excluded and 0 < len(codes) <= FEW_TEXTS:
            listed: dict[Code, Labels] = {code: {} for code in codes}
            chosen[name] = replace(variable, measure="nominal", codes=variable.codes | listed)
    return chosen


def _is_list(variable: Variable, column: "pd.Series") -> bool:
    """Tell whether every observed answer is among the codes, and they are not too many."""
    answers = variable.answers
    if not answers or variable.measure == "text":
        return False
    observed = [code for code in observed_codes(column) if not variable.is_missing(code)]
    labelled = any(variable.codes[code] for code in answers)
    if any(isinstance(code, float) for code in observed) and not labelled:
        return False
    return bool(observed) and set(observed) <= set(answers)


def _distinguished(variable: Variable) -> tuple[Variable, tuple[str, ...]]:
    """Give every answer a label of its own: its code where there is none or it is repeated."""
    words = {code: _first(labels) or str(code) for code, labels in variable.codes.items()}
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
        label = f"{word} [{code}]" if counts.get(folded(word), 0) > 1 else word
        while folded(label) in taken and not variable.is_missing(code):
            label = f"{label} [{code}]"
        taken.add(folded(label))
        labels[code] = {"": label}
    return replace(variable, codes=labels, measure=measure), doubled


def _is_worded(labels: Labels) -> bool:
    """Tell whether labels are there in several languages, all of them fit to print."""
    return len(labels) > 1 and "" not in labels and all(map(str.isprintable, labels.values()))


def _first(labels: Labels) -> str:
    """Return the label without control characters, which no report can print."""
    text = next(iter(labels.values()), "")
    return "".join(letter if letter.isprintable() else " " for letter in text).strip()


def _groups(listed: dict[str, Variable]) -> tuple[str, ...]:
    """Rank the variables that look like groups; the first of few answers where none does."""
    ranked = []
    for position, (name, variable) in enumerate(listed.items()):
        if not 2 <= len(variable.answers) <= MOST_GROUPS:
            continue
        words = folded(re.sub(r"[_\W\d]+", " ", name) + " " + _first(variable.label))
        rank = next((at for at, words_of in enumerate(_GROUPS) if re.search(words_of, words)), None)
        # A long sentence that mentions the region is a question, not the region.
        if rank is not None and len(_first(variable.label)) <= 80:
            ranked.append((rank, position, name))
    if ranked:
        best: dict[int, str] = {}
        for rank, _, name in sorted(ranked):
            best.setdefault(rank, name)
        return tuple(best.values())
    few = [name for name, one in listed.items() if 2 <= len(one.answers) <= MOST_GROUPS]
    return tuple(few[:1]) if len(listed) > 1 else ()


def _tables(
    listed: dict[str, Variable], groups: tuple[str, ...], sets: Sequence[str]
) -> tuple[dict[str, dict[str, object]], tuple[str, ...]]:
    """One table for the sample, then one for every question or battery, and for every set."""
    items = [
        name
        for name, variable in listed.items()
        if name not in groups and 2 <= len(variable.answers) <= MOST_ANSWERS
    ]
    if not items and not sets:
        items = [name for name in listed if name not in groups[:1]] or list(listed)
    tables: dict[str, dict[str, object]] = {}
    if groups:
        tables["table_1"] = {"rows": list(groups[:MOST_ITEMS]), "section": "sample"}
    batteries: list[list[str]] = []
    for name in items:
        last = batteries[-1] if batteries else []
        if last and len(last) < MOST_ITEMS and _same_answers(listed[last[-1]], listed[name]):
            last.append(name)
        else:
            batteries.append([name])
    batteries += [[name] for name in sets]
    for battery in batteries[: MOST_TABLES - len(tables)]:
        table: dict[str, object] = {"rows": battery}
        if groups and groups[0] not in battery:
            table["columns"] = groups[0]
        tables[f"table_{len(tables) + 1}"] = table
    shown = {name for table in tables.values() for name in list(table["rows"])}  # type: ignore[call-overload]
    return tables, tuple(name for name in listed if name not in shown)


def _same_answers(one: Variable, other: Variable) -> bool:
    """Tell whether two questions offer the same answers, in words and not only in codes."""
    first, second = ([(code, v.codes[code]) for code in v.answers] for v in (one, other))
    worded = any(labels.get("") != str(code) for code, labels in first)
    return worded and first == second
