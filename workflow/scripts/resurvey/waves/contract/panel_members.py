"""Panel members: which respondents of two waves carry one id, and can be the same people.

Numbers that begin anew in every wave make strangers look like a panel. What cannot change between
two waves shows it: sex, year of birth (or age, which grows by the years between), place of birth,
mother tongue, and what the study declares.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import floor
from statistics import median
from typing import TYPE_CHECKING, Any

import numpy as np

from resurvey.core.codebook import Code, Variable, clean_code, nearest
from resurvey.core.design_names import listed_names
from resurvey.core.errors import SurveyError
from resurvey.study.declarations import SamePerson, TrendPart
from resurvey.waves.contract.differences import normalise_label

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from resurvey.core.codebook import Survey
    from resurvey.study.order import TrendWave

CONTRADICTIONS = 0.05
"""Share of the matched respondents who may contradict themselves where the study says nothing."""
DENSE = 0.9
"""Share of the numbers from the first to the last that running numbers use."""
FEWEST = 10
"""Fewer people who are followed are known by number, so that 1, 2, 3 is no sign of strangers."""
MOST_WORDS = 30
"""Different texts up to which a text is a list of answers."""
SHIFTS = 20
"""Random pairings from which the contradictions among strangers are estimated."""

CONSTANT, BIRTH, AGE = "constant", "birth_year", "age"
Facts = list[Any]

_OF_OTHERS = re.compile(
    r"реб[её]н|дет(?:ей|и|ск)|child|\bkids?\b|\bсын|\bдоч|\bsons?\b|daughter|супруг|\bмуж(?:а|у)?\b"
    r"|\bжен[аыу]\b|spouse|husband|\bwife\b|partner|партн|\bот(?:ца|ец)|\bмат(?:ери|ь)\b|father"
    r"|mothers?\b(?! tongue)|parent|родител|интервьюер|interviewer|членов? семьи|household|head of"
    r"|\bglav|перв|\bfirst\b(?! language)|брак|marri|\bwhen\b|когда|внук|grand|сосед|neighbo"
    r"|руковод|начальник|\bboss|друг(?:а|а)?\b|friend|работодат|employer"
)
_SEX = re.compile(
    r"(?:(?:укажите|отметьте|what is|please indicate|indicate) )?"
    r"(?:ваш |свой |your |the |respondents? (?:s )?)?(?:пол|sex|gender|жыныс\w*)"
    r"(?: (?:респондента|опрошенного|of (?:the )?respondent))?"
    r"|вы мужчина или женщина|are you (?:male or female|a man or a woman)"
)
_BIRTH = re.compile(
    r"\bгод\w* (?:вашего )?рождения|\bдата рождения|в каком году вы родились|туулган (?:жыл|күн)"
    r"|\byear of (?:your )?birth|\bbirth ?year|\bdate of birth|year (?:were )?you (?:were )?born"
    r"|year of respondent s birth"
)
_AGE = re.compile(
    r"(?:укажите )?(?:ваш |your |respondents? (?:s )?|what is your )?(?:возраст|age)"
    r"(?: (?:респондента|of (?:the )?respondent|of respondents))?"
    r"(?: (?:полных лет|лет|в годах|в полных годах|группа|in years|years|in full years|groups?))?"
    r"|возрастн\w+ групп\w+|сколько (?:вам )?(?:полных )?лет(?: вам)?|how old are you"
    r"|жашыңыз\w*|канча жаштасыз"
)
_PLACE = re.compile(
    r"(?:место|страна|регион|область|город|населенный пункт) (?:вашего )?рождения"
    r"|(?:где|в каком \w+|в какой \w+) вы родились|(?:place|country|region) of (?:your )?birth"
    r"|\bbirth ?(?:place|country)|(?:where|in (?:which|what) \w+) were you born|туулган жер"
)
_TONGUE = re.compile(
    r"родн\w+ язык|\bmother tongue|\bnative (?:language|tongue)|your first language|эне тил"
)
_NAMES = (
    (CONSTANT, re.compile(r"sex|gender|pol|пол|жыныс\w*|geschlecht|sexe|cinsiyet")),
    (BIRTH, re.compile(r"birth ?year|year ?(?:of ?)?birth|yob|yrb(?:o)?rn|byear|birthyr|dob")),
    (BIRTH, re.compile(r"birth ?date|date ?(?:of ?)?birth|god rozhd\w*|год рожд\w*")),
    (AGE, re.compile(r"age(?: ?(?:years|groups?|grp|cat))?|agea|vozrast|возраст|alter")),
    (CONSTANT, re.compile(r"(?:birth ?place|place ?of ?birth|pob|country ?of ?birth)")),
    (CONSTANT, re.compile(r"mother tongue|native language|rodnoy yazyk")),
)
_LABELS: tuple[tuple[str, Callable[[str], Any]], ...] = (
    (CONSTANT, _SEX.fullmatch),
    (BIRTH, _BIRTH.search),
    (AGE, _AGE.fullmatch),
    (CONSTANT, _PLACE.search),
    (CONSTANT, _TONGUE.search),
)
_YEAR = re.compile(r"(?<!\d)(?:18[5-9]\d|19\d\d|20\d\d)(?!\d)")
_YOUNGER = re.compile(r"^(?:до|менее|младше|моложе|under|below|less|younger|up to|<)")
_OLDER = re.compile(
    r"\+|>|старше|более|больше|выше|over|older|more|above|^(?:от|from)\b|жана андан"
)


@dataclass(frozen=True)
class Respondents:
    """Those who answered one wave, under the study's names and codes.

    Attributes
    ----------
    name : str
        The wave.
    survey : Survey
        Its answers; only columns are read, so that a pyarrow table serves.
    identifier : str
        Variable by which they are recognised in another wave.
    time : float, optional
        When it was; a number of a year, or None where that is not known.
    """

    name: str
    survey: "Survey"
    identifier: str
    time: float | None = None

    @property
    def year(self) -> int | None:
        """Calendar year of the wave, where its time is one."""
        year = floor(self.time) if self.time is not None else 0
        return year if 1900 <= year <= 2100 else None

    def values(self, name: str) -> list[Any]:
        """Answers to one question, None where there is none."""
        column = self.survey.data[name]
        values = column.to_pylist() if hasattr(column, "to_pylist") else column.tolist()
        variable = self.survey.codebook[name]
        return [None if _no_answer(value, variable) else _plain(value) for value in values]


def _plain(value: Any) -> Any:
    return (
        value if isinstance(value, str) or not isinstance(value, int | float) else clean_code(value)
    )


def _no_answer(value: Any, variable: Variable) -> bool:
    if value is None or (value != value) is not False:
        return True
    if not isinstance(value, int | float | str):
        return False
    return variable.is_missing(value) or clean_code(value) in variable.dont_know


@dataclass(frozen=True)
class Match:
    """What becomes of the respondents who carry one id in two waves.

    Attributes
    ----------
    wave, against : str
        The later and the earlier wave.
    identifier : str
        Variable that they are recognised by.
    shared : int
        Respondents whose id is in both waves.
    compared : int
        Those of them with an answer in both waves to something that cannot change.
    contradicting : int
        Those of them who contradict themselves in any of it.
    by : tuple of (variable, contradicting, compared)
        The same, variable by variable.
    by_chance : float
        Share of contradictions that pairs of strangers have, in the variable that tells best.
    numbered : bool
        Whether the ids of both waves are running numbers.
    """

    wave: str
    against: str
    identifier: str
    shared: int
    compared: int
    contradicting: int
    by: tuple[tuple[str, int, int], ...]
    by_chance: float
    numbered: bool

    def strangers(self, most: float = CONTRADICTIONS) -> bool:
        """Return whether more than a share of `most` contradict themselves.

        Examples
        --------
        >>> Match("2026", "2024", "id", 100, 100, 6, (("sex", 6, 100),), 0.5, False).strangers()
        True
        """
        return self.contradicting > most * self.compared

    def unknown(self, most: float = CONTRADICTIONS) -> bool:
        """Return whether nothing shows that these are the same people.

        Nothing could be compared, or strangers would hardly contradict each other more often
        than is allowed, such as where nearly all are women.
        """
        return not self.compared or self.by_chance < 2 * most

    def by_variable(self) -> str:
        """Write the figures, variable by variable.

        Examples
        --------
        >>> Match("2026", "2024", "id", 9, 9, 6, (("sex", 6, 9),), 0.5, False).by_variable()
        'sex: 6 / 9'
        """
        return "; ".join(f"{name}: {odd} / {of}" for name, odd, of in self.by)


def match_people(
    later: Respondents,
    earlier: Respondents,
    declared: SamePerson | None = None,
    doubtful: Iterable[str] = (),
) -> Match | None:
    """Compare in two waves what cannot change of those who carry the same id.

    Raises
    ------
    SurveyError
        A declared variable that neither wave has.

    Notes
    -----
    A year of birth, and an age of a wave whose year is known, are compared as the time in which
    the person was born: `age` 40 of 2024 and 41 or 42 of 2026, or the year of birth 1983, go
    together. Without the year an age must move as it does for half of the people, give or take
    one. Age groups are compared by the years in their labels.

    Examples
    --------
    >>> import pandas as pd
    >>> from resurvey.core.codebook import Codebook
    >>> from resurvey.core.codebook import Survey
    >>> def wave(year, sex, age):
    ...     data = pd.DataFrame({"id": [7, 8, 9], "sex": sex, "age": age})
    ...     book = Codebook({name: Variable(name) for name in data})
    ...     return Respondents(str(year), Survey(data, book), "id", year)
    >>> now, then = wave(2026, [1, 2, 2], [32, 41, 70]), wave(2024, [1, 2, 1], [30, 40, 19])
    >>> found = match_people(now, then)
    >>> found.contradicting, found.compared, found.by
    (1, 3, (('sex', 1, 3), ('age', 1, 3)))
    """
    if not _has_id(later) or not _has_id(earlier):
        return None
    rows, numbered = _matched_rows(later, earlier)
    if not rows:
        return None
    declared = declared or {}
    kinds = _kinds(later, earlier, declared)
    checked = [
        (name, *facts)
        for name, kind in kinds.items()
        if name not in set(doubtful) | {later.identifier, earlier.identifier}
        and (facts := _facts(name, kind, later, earlier, rows, name in _listed(declared)))
    ]
    if BIRTH not in _both(kinds, later, earlier) and AGE not in _both(kinds, later, earlier):
        checked += _born_across(kinds, later, earlier, rows)
    odd_people: set[int] = set()
    people: set[int] = set()
    by = []
    by_chance = 0.0
    for name, now, then, contradict in checked:
        known = [pair for pair in range(len(rows)) if now[pair] is not None]
        known = [pair for pair in known if then[pair] is not None]
        if not known:
            continue
        odd = [pair for pair in known if contradict(now[pair], then[pair])]
        by.append((name, len(odd), len(known)))
        people |= set(known)
        odd_people |= set(odd)
        by_chance = max(by_chance, _among_strangers(now, then, known, contradict))
    return Match(
        later.name,
        earlier.name,
        later.identifier,
        len(rows),
        len(people),
        len(odd_people),
        tuple(by),
        by_chance,
        numbered,
    )


def _has_id(wave: Respondents) -> bool:
    return bool(wave.identifier) and wave.identifier in wave.survey.codebook


def _listed(declared: SamePerson) -> set[str]:
    return {name for kind in (CONSTANT, BIRTH, AGE) for name in listed_names(declared.get(kind))}


def _matched_rows(later: Respondents, earlier: Respondents) -> tuple[list[tuple[int, int]], bool]:
    """Rows with the same id in both waves, and whether the ids are running numbers in both.

    An id that several respondents have says nothing; its repetition is stopped elsewhere.
    """
    places, numbers = [], []
    for wave in (later, earlier):
        names = [name_member(value) for value in wave.values(wave.identifier)]
        often = Counter(name for name in names if name is not None)
        places.append({name: row for row, name in enumerate(names) if name and often[name] == 1})
        numbers.append(_running(often))
    now, then = places
    rows = [(now[name], then[name]) for name in now if name in then]
    first, second = numbers
    numbered = False
    if first and second:
        numbered = abs(first[0] - second[0]) <= 0.1 * max(first[1], second[1])
    return rows, numbered


def _running(names: Iterable[str]) -> tuple[int, int] | None:
    """First number and how many there are, where ids number the respondents one after the other.

    Examples
    --------
    >>> _running(map(str, range(1, 31))), _running(["A-1"]), _running(map(str, range(1, 90, 3)))
    ((1, 30), None, None)
    """
    names = list(names)
    if len(names) < FEWEST or not all(WHOLE.fullmatch(name) for name in names):
        return None
    numbers = [int(name) for name in names]
    low, high = min(numbers), max(numbers)
    return (low, len(numbers)) if len(numbers) >= DENSE * (high - low + 1) else None


def recognise(variables: Mapping[str, Variable]) -> dict[str, str]:
    """Recognise by name and label what cannot change: variable -> its kind.

    Examples
    --------
    >>> labels = {"D1": "D1. Ваш пол", "D2": "Сколько Вам полных лет?", "D3": "Пол ребёнка",
    ...           "v7": "In what year were you born?", "age_first": "Age at first marriage"}
    >>> recognise({name: Variable(name, {"": text}) for name, text in labels.items()})
    {'D1': 'constant', 'D2': 'age', 'v7': 'birth_year'}
    """
    found = {}
    for name, variable in variables.items():
        words = [normalise_label(text) for text in variable.label.values()]
        own = normalise_label(name)
        if any(_OF_OTHERS.search(text) for text in [own, *words]):
            continue
        kinds = [kind for kind, pattern in _NAMES if pattern.fullmatch(own)]
        kinds += [kind for kind, matches in _LABELS if any(matches(text) for text in words)]
        if kinds:
            found[name] = kinds[0]
    return found


def _kinds(later: Respondents, earlier: Respondents, declared: SamePerson) -> dict[str, str]:
    """Kind of every variable that is compared; what is declared replaces what is recognised."""
    books = [later.survey.codebook.variables, earlier.survey.codebook.variables]
    known = {**books[1], **books[0]}
    for name in sorted(_listed(declared)):
        if name not in known:
            raise SurveyError(
                f"config/trend.yaml: `same_person:` names '{name}', which neither wave "
                f"'{earlier.name}' nor wave '{later.name}' has{nearest(name, known)}"
            )
    found = {name: kind for name, kind in recognise(known).items() if kind not in declared}
    for kind in (CONSTANT, BIRTH, AGE):
        found |= dict.fromkeys(listed_names(declared.get(kind)), kind)
    return found


def _both(kinds: Mapping[str, str], *waves: Respondents) -> set[str]:
    """Kinds of which both waves have one and the same variable."""
    return {
        kind for name, kind in kinds.items() if all(name in wave.survey.codebook for wave in waves)
    }


def _facts(
    name: str,
    kind: str,
    later: Respondents,
    earlier: Respondents,
    rows: Sequence[tuple[int, int]],
    declared: bool,
) -> tuple[Facts, Facts, Callable[[Any, Any], bool]] | None:
    """What the matched respondents said now and then, and when the two contradict each other."""
    waves = (later, earlier)
    sides = ((later, [row for row, _ in rows]), (earlier, [other for _, other in rows]))
    if not all(name in wave.survey.codebook for wave in waves):
        return None
    if kind == CONSTANT:
        answers = [_told(wave, name) for wave in waves]
        sets = [{answer for answer in column if answer is not None} for column in answers]
        texts = any(isinstance(_first(wave.values(name)), str) for wave in waves)
        alike = 2 * len(sets[0] & sets[1]) >= min(map(len, sets))
        if not declared and texts and not (alike and max(map(len, sets)) <= MOST_WORDS):
            return None
        now, then = (_at(column, rows) for column, (_, rows) in zip(answers, sides, strict=True))
        return now, then, lambda now, other: bool(now != other)
    if kind == AGE and None in [wave.year for wave in waves]:
        young, old = (_at(_ages(wave, name), rows) for wave, rows in sides)
        moved = [
            sum(ages) / 2 - sum(other) / 2
            for ages, other in zip(young, old, strict=True)
            if ages and other
        ]
        shift = round(median(moved)) if moved else 0
        return young, old, lambda ages, other: _apart(ages, (other[0] + shift, other[1] + shift), 1)
    born, earlier_born = (_at(_born(wave, name, kind), rows) for wave, rows in sides)
    return born, earlier_born, _apart


def _at(values: Sequence[Any], rows: Sequence[int]) -> Facts:
    return [values[row] for row in rows]


def _born_across(
    kinds: Mapping[str, str],
    later: Respondents,
    earlier: Respondents,
    rows: Sequence[tuple[int, int]],
) -> list[tuple[str, Facts, Facts, Callable[[Any, Any], bool]]]:
    """Compare a year of birth of one wave with the age of the other."""
    chosen = []
    for wave in (later, earlier):
        own = [
            (name, kind)
            for name, kind in kinds.items()
            if kind != CONSTANT and name in wave.survey.codebook and (kind == BIRTH or wave.year)
        ]
        if not own:
            return []
        name, kind = min(own, key=lambda named: named[1] != BIRTH)
        chosen.append((name, _born(wave, name, kind)))
    (name, now), (other, then) = chosen
    label = name if name == other else f"{other} → {name}"
    return [(label, [now[row] for row, _ in rows], [then[row] for _, row in rows], _apart)]


def _apart(span: tuple[float, float], other: tuple[float, float], slack: float = 0.0) -> bool:
    """Return whether two spans of time have nothing in common."""
    return span[0] >= other[1] + slack + (slack > 0) or other[0] >= span[1] + slack + (slack > 0)


def _first(values: Iterable[Any]) -> Any:
    return next((value for value in values if value is not None), None)


def _told(wave: Respondents, name: str) -> list[str | None]:
    """Answers to compare for equality; a text without its case and punctuation."""
    return [
        None
        if value is None
        else (normalise_label(value) or None)
        if isinstance(value, str)
        else str(value)
        for value in wave.values(name)
    ]


def _label(variable: Variable, value: Any) -> str:
    """Label of a code where it says more than the code."""
    texts = variable.codes.get(value, {}) if isinstance(value, Code) else {}
    return next((text for text in texts.values() if text.strip() != str(value)), "")


def _born(wave: Respondents, name: str, kind: str) -> list[tuple[float, float] | None]:
    """When every respondent was born: from then, and before then."""
    if kind == AGE:
        year = wave.year or 0
        return [
            None if ages is None else (year - ages[1] - 1.0, year - ages[0] + 1.0)
            for ages in _ages(wave, name)
        ]
    variable = wave.survey.codebook[name]
    years = [_birth_year(value, variable, wave.year) for value in wave.values(name)]
    return [None if year is None else (float(year), year + 1.0) for year in years]


def _birth_year(value: Any, variable: Variable, year: int | None) -> int | None:
    """Read a year of birth: 1985, 85, "12.03.1985", a date, or the label of a code."""
    if value is None:
        return None
    text = _label(variable, value) or str(value)
    found = _YEAR.search(text)
    if found:
        return int(found[0])
    number = WHOLE.fullmatch(text.strip())
    if number is None or not 0 <= int(number[1]) <= 99:
        return None
    # Nobody below 14 is asked: of two centuries only one is left.
    short, latest = int(number[1]), (year or 2030) - 14
    return 2000 + short if 2000 + short <= latest else 1900 + short


def _ages(wave: Respondents, name: str) -> list[tuple[float, float] | None]:
    """Youngest and oldest age that every respondent may have."""
    variable = wave.survey.codebook[name]
    known: dict[Any, tuple[float, float] | None] = {}
    values = wave.values(name)
    for value in values:
        if value not in known:
            known[value] = _age(value, variable)
    return [known[value] for value in values]


def _age(value: Any, variable: Variable) -> tuple[float, float] | None:
    """Read an age, or the years of an age group.

    Examples
    --------
    >>> groups = Variable("age", codes={1: {"": "до 25 лет"}, 2: {"": "26–45"}, 3: {"": "60+"}})
    >>> [_age(code, groups) for code in (1, 2, 3, 37)]
    [(0, 25), (26, 45), (60, 120), (37, 37)]
    """
    if value is None:
        return None
    text = (_label(variable, value) or str(value)).strip().casefold()
    numbers = [int(number) for number in re.findall(r"(?<![\d.])\d{1,3}(?![\d])", text)]
    if not numbers or max(numbers) > 120 or _YEAR.search(text):
        return None
    if len(numbers) > 1:
        return (numbers[0], numbers[1]) if numbers[0] <= numbers[1] else None
    if _YOUNGER.search(text):
        return 0, numbers[0]
    if _OLDER.search(text):
        return numbers[0], 120
    return (numbers[0], numbers[0]) if numbers[0] >= 5 else None


def _among_strangers(
    now: Facts, then: Facts, known: Sequence[int], contradict: Callable[[Any, Any], bool]
) -> float:
    """Share of contradictions when everybody is compared with somebody else."""
    size = len(known)
    steps = sorted({max(1, size * step // (SHIFTS + 1)) for step in range(1, SHIFTS + 1)})
    steps = [step for step in steps if step < size]
    odd = sum(
        contradict(now[known[person]], then[known[(person + step) % size]])
        for step in steps
        for person in range(size)
    )
    return odd / (len(steps) * size) if steps else 0.0


def check_people(match: Match, declared: TrendPart) -> None:
    """Stop where those who carry one id in two waves contradict themselves too often.

    Raises
    ------
    SurveyError
        With the figures, and what to do.

    Examples
    --------
    >>> check_people(Match("2026", "2024", "nr", 90, 90, 4, (("sex", 4, 90),), 0.5, True), {})
    >>> strangers = Match("2026", "2024", "nr", 90, 90, 44, (("sex", 44, 90),), 0.5, True)
    >>> try:
    ...     check_people(strangers, {})
    ... except SurveyError as stop:
    ...     print(str(stop)[:93])
    wave '2026': 90 respondents have the same 'nr' as in wave '2024', but 44 of the 90 who can be
    """
    most = allowed_contradictions(declared)
    if match.strangers(most):
        raise SurveyError(
            f"wave '{match.wave}': {match.shared} respondents have the same '{match.identifier}' "
            f"as in wave '{match.against}', but {match.contradicting} of the {match.compared} who "
            f"can be compared contradict themselves ({match.by_variable()}), more than "
            f"{100 * most:g} %: these are not the same people; {panel_remedy(match.identifier)}"
        )


def allowed_contradictions(declared: TrendPart) -> float:
    """Share of contradictions that the study allows.

    Examples
    --------
    >>> allowed_contradictions({}), allowed_contradictions({"same_person": {"contradictions": 0.1}})
    (0.05, 0.1)
    """
    return float(declared.get("same_person", {}).get("contradictions", CONTRADICTIONS))


def panel_remedy(identifier: str) -> str:
    """What to do about numbers that begin anew in every wave."""
    return (
        f"take `id: {identifier}` away (config/codebook.yaml, config/config.yaml) or write "
        "`panel: false` in config/trend.yaml if numbers begin anew in every wave; if they are the "
        "same, name what cannot change in `same_person:` there, or allow more `contradictions:`"
    )


WHOLE = re.compile(r"(-?(?:0|[1-9]\d*))(?:\.0+)?")
"""A whole number as files write it; one with zeros in front is a text of its own."""

NOBODY = -1
"""Number of a respondent who cannot be recognised."""


def name_member(value: Any) -> str | None:
    """Write an identity the same way, whether a file holds it as a number or as a text.

    Examples
    --------
    >>> [name_member(name) for name in (7, 7.0, "7", " 7.0", "007", "A-7", "", float("nan"), None)]
    ['7', '7', '7', '7', '007', 'A-7', None, None, None]
    """
    plain = value.item() if isinstance(value, np.generic) else value
    # NaN differs from itself, and pandas' NA will not say.
    if plain is None or (plain != plain) is not False:
        return None
    if isinstance(plain, float) and plain.is_integer():
        return str(int(plain))
    text = str(plain).strip()
    found = WHOLE.fullmatch(text)
    return found[1] if found else text or None


def number_members(
    waves: "Sequence[TrendWave]", panel: bool = True
) -> "list[NDArray[np.int64] | None]":
    """Number the persons behind the respondents of all waves.

    Raises
    ------
    SurveyError
        Two respondents of a wave with one identity; identities of two waves that would be equal
        but for zeros in front or capital letters, so that nobody can tell.
    """
    if not panel or sum(wave.has_identities for wave in waves) < 2:
        return [None] * len(waves)
    identities = [wave.identities() for wave in waves]
    names = [
        None if values is None else [name_member(value) for value in values]
        for values in identities
    ]
    for wave, persons in zip(waves, names, strict=True):
        if persons is not None:
            _check_unique(wave, persons)
    _check_alike(waves, names)
    number: dict[str, int] = {}
    numbered: list[NDArray[np.int64] | None] = []
    for persons in names:
        if persons is None:
            numbered.append(None)
            continue
        numbers = (
            NOBODY if name is None else number.setdefault(name, len(number)) for name in persons
        )
        numbered.append(np.fromiter(numbers, np.int64, len(persons)))
    return numbered


def _check_unique(wave: "TrendWave", names: Sequence[str | None]) -> None:
    seen: dict[str, int] = {}
    for row, name in enumerate(names, 1):
        if name is None:
            continue
        if name in seen:
            raise SurveyError(
                f"wave '{wave.name}': `id` '{wave.identifier}' is '{name}' in rows {seen[name]} "
                f"and {row}; drop one in config/cleaning.yaml, or write `panel: false` in "
                "config/trend.yaml if no respondent is in two waves"
            )
        seen[name] = row


def _check_alike(
    waves: "Sequence[TrendWave]", names: Sequence[Sequence[str | None] | None]
) -> None:
    """Refuse identities of two waves that differ only in how they are written."""
    sets = [
        None if members is None else {name for name in members if name is not None}
        for members in names
    ]
    for here, there in combinations(range(len(waves)), 2):
        names_here, other = sets[here], sets[there]
        if names_here is None or other is None:
            continue
        written = _loosely(other - names_here)
        for loose, name in sorted(_loosely(names_here - other).items()):
            if loose in written:
                raise SurveyError(
                    f"`id`: '{name}' in wave '{waves[here].name}' and '{written[loose]}' in wave "
                    f"'{waves[there].name}' may be the same person; write them alike in both "
                    "files, or write `panel: false` in config/trend.yaml if no respondent is in "
                    "two waves"
                )


def _loosely(names: Iterable[str]) -> dict[str, str]:
    return {name.casefold().lstrip("0"): name for name in sorted(names, reverse=True)}
