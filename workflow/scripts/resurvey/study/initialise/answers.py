"""Answers: what kind of question a column is, and what `init` says of its codes."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from os.path import commonprefix
from typing import TYPE_CHECKING, Any

from resurvey.core.codebook import Code, Labels, Survey, Variable
from resurvey.core.strict_yaml import printable
from resurvey.reading.encoding import folded
from resurvey.reading.observed_answers import (
    REST,
    REST_LABELS,
    REST_NUMBER,
    Closed,
    SharedAnswers,
    observed_codes,
    stray_numbers,
    without_rare,
)
from resurvey.reading.scales import known_order, no_answer_codes, stands_outside

if TYPE_CHECKING:
    import pandas as pd

_LONGEST = 90
_SHARE = 0.5

DEMOGRAPHICS: Mapping[str, str] = {
    "sex": (
        r"sex|sexe|sexo|gender|gend|пол|geschlecht|geschl|genre|género|genero|жынысы|жыныс"
        r"|sesso|pol|riagendr"
    ),
    "age": (
        r"age|ages|agegroup|agegrp|agegp|agecat|ager|возраст\w*|возрастн\w*|alter|altersgruppe\w*"
        r"|âge|edad|età|жаш\w*|vozrast"
    ),
    "education": (
        r"educ\w*|edu|eduyrs|school\w*|degree|diplom\w*|qualification|образован\w*|bildung\w*"
        r"|schulabschluss|abschluss"
        r"|scolaire|études|etudes|estudios|escolaridad|nivel|college|isced"
    ),
    "country": r"country|cntry|cntr|nation|страна|стране|стран\w*|land|staat|pays|país|pais|өлкө",
    "region": (
        r"region\w*|area|province|oblast|state|district|county|census|location|регион\w*"
        r"|област\w*|округ\w*|район\w*"
        r"|bundesland|région|département|departement|provincia|región|zone|аймак"
    ),
    "settlement": (
        r"settlement|urban\w*|rural|residence|city|town|village|urbanicity|населенн\w*"
        r"|пункт\w*|поселен\w*|село|город|сельск\w*|городск\w*"
        r"|wohnort|ortsgröße|gemeindegröße|agglom\w*|commune|habitat|domicil|municipio|locality"
    ),
    "citizenship": (
        r"citizen\w*|nationality|ethnic\w*|race|immigrant|гражданств\w*|национальн\w*"
        r"|staatsangehörigkeit|nationalité|nacionalidad|raza"
    ),
    "marital status": (
        r"marital|married|marstat|martial|семейн\w*|брак\w*|familienstand|matrimonial\w*|civil"
        r"|estado"
    ),
    "occupation": (
        r"occup\w*|employ\w*|work\w*|job|занят\w*|занятие|работа\w*|beruf\w*|erwerb\w*|emploi"
        r"|profession\w*|ocupaci\w*|empleo|qualif"
    ),
    "income": (
        r"income\w*|earnings|доход\w*|einkommen\w*|revenu\w*|ingreso\w*|hhinc\w*|salary"
        r"|зарплат\w*|wealth|материальн\w*"
    ),
    "religion": r"relig\w*|denomination|faith|вероисповедан\w*|конфесс\w*|religion\w*",
    "party": r"party|partyid|pid|ideology|партия|partei|parti|partido",
    "group": (
        r"group\w*|grp|stratum|strata|treatment|condition|arm|cohort|segment|sample|группа"
        r"|группы|gruppe|groupe|grupo|страта|когорта"
    ),
}
"""Kind of a variable that respondents can be compared by -> words that name it, in the order in
which they are taken for the columns of tables."""

_EMPTY_WORDS = """
    what is was your you yours are do does did have has had the a an of in at on to for with
    which how long many much who please select indicate choose specify tell us me highest level
    completed attained received current currently present main respondent respondents r s q
    question group groups category categories recoded grouped years year old full status type
    size household family total monthly annual last per person one he she they i am be it born
    or and by from best describes kind place live living lives variable code coded number no ваш
    ваша ваше вашей вашего вашу вы вас у какой какая какое каков какова в на к и или о от из по
    с сколько укажите пожалуйста уровень полученное получили имеете последнее основное основная
    настоящее время тип размер место жительства проживания проживаете живете где полных лет год
    группа группы респондента респондентов опрошенного семьи семья положение статус человека
    анкета часть страны это welches welche welcher welchen ihr ihre ihren ist sind das der die
    dem den und oder sie haben höchster höchste monatliches haushalts gruppe jahre quel quelle
    quels est sont votre vos vous êtes le la les un une de du des d l en ou et niveau situation
    âge tranche ans personne ménage cuál cual es su sus usted el los las que tiene y grupo años
    actual
"""
_EMPTY = frozenset(_EMPTY_WORDS.split())

_SUFFIX = r"\w{1,3}|group\w*|code\w*|level|recode\w*|years?|class\w*"

_ABOUT_FIELDWORK = (
    r"month|date|day|weekday|time|start\w*|end\w*|duration|length|minutes|seconds|interviewer"
    r"|intnum|mode|form|version|split|ballot|wave|round|language|lang"
    r"|device|browser|platform|landline|cell|cellphone|phone|telephone|ip|ipaddress|collector"
    r"|finished|progress|status|consent|channel|source|batch|sample|quota|recordeddate"
    r"|месяц|дата|день|интервьюер\w*|режим|форма|версия|язык|способ|анкет\w*|длительность"
    r"|начало|конец|интервью|мин|минут\w*|interview|min"
    r"|monat|datum|tag|modus|sprache|mois|jour|langue|enquêteur|mes|fecha|idioma"
    r"|distribution\w*|userlanguage|vvar|psu|cluster|stratum|strata|responseset"
)


def _names(name: str) -> list[str]:
    """Words of a variable's name: at underlines, dots, digits and capitals."""
    parted = re.sub(r"([a-zа-яё])([A-ZА-ЯЁ])", r"\1 \2", name)
    return [word for word in re.split(r"[\W_\d]+", folded(parted)) if word]


def _words(label: str) -> list[str]:
    """Words of a wording that say what it is about."""
    bare = re.sub(r"\([^)]*\)|\[[^\]]*\]", " ", folded(label).replace("’", "'"))
    bare = bare or folded(label)
    return [word for word in re.split(r"[\W_\d]+", bare) if word]


def demographic(name: str, label: str = "") -> str:
    """Name what a variable says about respondents: a key of `DEMOGRAPHICS`, or nothing.

    A sentence that only mentions a region or education is a question, and no region.

    Examples
    --------
    >>> demographic("Q2", "Ваш пол"), demographic("edu_de"), demographic("q7", "Votre sexe ?")
    ('sex', 'education', 'sex')
    >>> demographic("reason_3", "Access to education was difficult")
    ''
    >>> demographic("q9", "How satisfied are you with the region you live in?")
    ''
    """
    words = _words(label)
    heading = _words(name) if not label else []
    for text in (words, heading):
        telling = [word for word in text if word not in _EMPTY]
        if not telling or len(" ".join(text)) > _LONGEST:
            continue
        for kind, pattern in DEMOGRAPHICS.items():
            named = [word for word in telling if re.fullmatch(pattern, word)]
            if len(named) > _SHARE * len(telling):
                return kind
    parts = _names(name)
    if not label or len(words) <= 8:
        for kind, pattern in DEMOGRAPHICS.items():
            # A name of two parts may name the country or the wave beside the kind: edu_de.
            short = len(parts) == 1 or (len(parts) == 2 and re.fullmatch(_SUFFIX, parts[1]))
            if parts and short and re.fullmatch(pattern, parts[0]):
                return kind
    return ""


def about_fieldwork(name: str, label: str = "") -> bool:
    """Return whether a variable says how the interview was made, and nothing about the respondent.

    Examples
    --------
    >>> about_fieldwork("month"), about_fieldwork("form", "Form split"), about_fieldwork("heat2a")
    (True, True, False)
    >>> about_fieldwork("q3", "What time do you get up?")
    False
    """
    telling = [word for word in _words(label) if word not in _EMPTY]
    if telling and all(re.fullmatch(_ABOUT_FIELDWORK, word) for word in telling):
        return len(telling) <= 4 and len(_words(label)) <= 5
    parts = _names(name)
    return bool(parts) and all(re.fullmatch(_ABOUT_FIELDWORK, part) for part in parts)


FEW_NUMBERS = 11
"""More different numbers without labels are numbers and no codes."""
_RATING = range(7, 12)
"""Largest number of a rating: 1 to 7, 0 to 10 …"""
_NEGATIVE = {-1, -2, -3, -4, -5, -6, -7, -8, -9, -66, -77, -88, -96, -97, -98, -99, -777, -888}
_NEGATIVE |= {-966, -977, -988, -997, -998, -999, -9999, -99999, -32768, -2147483648, -2147483647}
_POSITIVE = {66, 77, 88, 96, 97, 98, 99, 666, 777, 888, 996, 997, 998, 999, 7777, 8888, 9997, 9998}
_POSITIVE |= {9999, 99997, 99998, 99999, 999998, 999999, 9999999, 2147483647}
_SMALL = {7, 8, 9}
_OPEN = (
    r"открыт\w* вопрос|open[- ]?ended|verbatim|свой вариант|своими словами|in your own words"
    r"|напишите"
    r"|please (?:specify|describe|explain)|уточните|комментари|comments?\b|offene (?:frage"
    r"|antwort)|question ouverte"
    r"|pregunta abierta|^(?:your |full |first |last )?name$|surname|^фио$|^имя$|фамилия|e-?mail\b"
    r"|(?:tele)?phone number|^phone$|телефон|^адрес|^address|^ip\b|\bip address"
    r"|\btext$|_text$|_oth(?:er)?$|_other_text$"
)


@dataclass(frozen=True)
class Candidate:
    """A code that may be a reason for no answer, and how many people have it.

    `label` is empty where the code has none.
    """

    code: Code
    label: str
    people: int


def first_label(labels: Labels) -> str:
    """Return the label without control characters, which no report can print."""
    return printable(next(iter(labels.values()), "")).strip()


def is_open(name: str, label: str) -> bool:
    """Return whether a text is an answer in own words, by the question's wording.

    Examples
    --------
    >>> is_open("q9", "What would you change? (open-ended)"), is_open("q9", "What did you change?")
    (True, False)
    """
    return re.search(_OPEN, folded(f"{name} {label}")) is not None or bool(
        re.search(_OPEN, folded(name))
    )


class WrittenAnswers:
    """The questions of a file that people answered in words.

    Parameters
    ----------
    survey : Survey
        As read.
    """

    def __init__(self, survey: Survey) -> None:
        self.survey = survey
        self.shared = SharedAnswers(survey.data)

    def listed(self, variable: Variable) -> tuple[Variable, Closed] | None:
        """Return a question with the answers that people share, and how many gave another.

        None where people wrote words of their own.
        """
        column = self.survey.data[variable.name]
        declared = any(variable.codes[code] for code in variable.answers)
        if declared:
            found = self.shared.closed(column, variable)
        else:
            question = self.shared.question(column, variable)
            if question is None or is_open(variable.name, first_label(variable.label)):
                return None
            found = question
        if not found.wordings:
            return replace(variable, codes=self._codes(variable, found)), found
        return without_rare(variable, found.answers, REST), found

    def _codes(self, variable: Variable, found: Closed) -> dict[Code, Labels]:
        """Codes of a variable whose answers are all shared."""
        return variable.codes | {code: {} for code in found.answers if code not in variable.codes}


def without_strays(variable: Variable, column: "pd.Series") -> Variable:
    """Count a number that was typed into the wrong cell with the rest."""
    strays = stray_numbers(column, variable)
    if not strays:
        return variable
    codes = {code: labels for code, labels in variable.codes.items() if code not in strays}
    return replace(variable, codes={**codes, REST_NUMBER: dict(REST_LABELS)})


def is_number(variable: Variable, column: "pd.Series") -> bool:
    """Return whether the answers are numbers: only the ends of a scale have labels, or none.

    Examples
    --------
    >>> import pandas as pd
    >>> codes = {0: {"": "no trust"}, **{n: {} for n in range(1, 10)}, 10: {"": "full trust"}}
    >>> is_number(Variable("q", codes=codes), pd.Series(range(11), dtype="Int64"))
    True
    >>> is_number(Variable("q", codes={1: {}, 2: {}}), pd.Series([1, 2], dtype="Int64"))
    False
    """
    if column.dtype == "str":
        return False
    away = {candidate.code for candidate in candidates(variable, column)} | {REST_NUMBER}
    codes = [code for code in variable.answers if code not in away]
    if len(codes) < 2 or not all(isinstance(code, int) for code in codes):
        return False
    bare = [code for code in codes if not variable.codes[code]]
    ordered = sorted(codes)
    whole = [code for code in ordered if isinstance(code, int)]
    labelled = [code for code in ordered if variable.codes[code]]
    if labelled:
        ends = {ordered[0], ordered[-1]} | {ordered[len(ordered) // 2]}
        return len(bare) >= 3 and set(labelled) <= ends and len(bare) >= len(labelled)
    kind = demographic(variable.name, first_label(variable.label))
    if kind == "age" and whole[-1] > FEW_NUMBERS:
        return True
    if len(codes) > FEW_NUMBERS:
        return kind not in ("region", "country", "group")
    return whole[0] in (0, 1) and whole[-1] in _RATING and len(codes) >= 0.6 * (whole[-1] + 1)


def candidates(variable: Variable, column: "pd.Series") -> list[Candidate]:
    """Find the codes that may be reasons for no answer, though the file does not say so.

    They have a label such as "refused" or "manquant", or none and a number that stands outside of
    the others: −1, 99, 999.

    Examples
    --------
    >>> import pandas as pd
    >>> codes = {1: {"": "yes"}, 2: {"": "no"}, 9: {"": "Refused"}, 99: {}}
    >>> found = candidates(Variable("q", codes=codes), pd.Series([1, 2, 9, 99], dtype="Int64"))
    >>> [(candidate.code, candidate.label, candidate.people) for candidate in found]
    [(9, 'Refused', 1), (99, '', 1)]
    """
    counts = column.value_counts()
    people: dict[Any, int] = {code: int(number) for code, number in counts.items()}
    seen: list[Code] = observed_codes(column) if not variable.codes else list(variable.codes)
    codes = [code for code in seen if not variable.is_missing(code)]
    labels = {code: first_label(variable.codes.get(code, {})) for code in codes}
    found = {}
    for code in codes:
        words = labels[code] or (code if isinstance(code, str) else "")
        if words and stands_outside(words) not in ("", "rest") and code != REST:
            found[code] = words if words != code else ""
    bare = [
        code
        for code in codes
        if code not in found
        and not isinstance(code, str)
        and labels[code] in ("", str(code))
        and code != REST_NUMBER
    ]
    inside = [code for code in codes if code not in found and not isinstance(code, str)]
    worded = any(labels[code] not in ("", str(code)) for code in inside)
    for code in _outside(bare, inside, worded):
        found[code] = ""
    # Often nothing else of a number has a label: the others stand in the column alone.
    numbers = [] if column.dtype == "str" else list(people)
    found |= {code: labels[code] for code in no_answer_codes(variable, numbers)}
    if all(code in found or variable.is_missing(code) for code in {*codes, *people}):
        return []
    return [
        Candidate(code, found[code], people[code])
        for code in codes
        if code in found and people.get(code)
    ]


def _outside(bare: Sequence[float], inside: Sequence[float], worded: bool) -> list[float]:
    """Find numbers that by custom are no answers and stand apart from the others."""
    away: list[float] = []
    conventional = _NEGATIVE | _POSITIVE | _SMALL
    rest = [code for code in inside if code not in bare or code not in conventional]
    if not rest:
        return []
    low, high = min(rest), max(rest)
    for code in bare:
        if code in _NEGATIVE and low >= 0:
            # −1, 0 and 1 are a scale with a middle.
            symmetric = {code for code in inside if code <= 0} == {
                -code for code in inside if code >= 0
            }
            if not symmetric:
                away.append(code)
        elif (
            code in _POSITIVE
            and (
                high < code / 5 or (code > 900 and high < code / 2) or (code >= 888 and high <= 120)
            )
            or code in _SMALL
            and high <= 5
            and code - high >= 3 - worded
            and len(rest) >= 2
        ):
            away.append(code)
    return away


def ordered(variable: Variable, is_observed: bool) -> Variable:
    """Give a question the measure, and observed answers the order, of a known scale.

    Examples
    --------
    >>> words = dict.fromkeys(["Always", "Never", "Often", "Don't know"], {})
    >>> found = ordered(Variable("q", codes=words), True)
    >>> list(found.codes), found.measure, found.dont_know
    (['Never', 'Often', 'Always', "Don't know"], 'ordinal', ("Don't know",))
    """
    answers = [code for code in variable.answers if code not in (REST, REST_NUMBER)]
    rest = [code for code in variable.answers if code in (REST, REST_NUMBER)]
    words = [first_label(variable.codes[code]) or str(code) for code in answers]
    bare = not any(variable.codes[code] or isinstance(code, str) for code in answers)
    if bare or len(set(map(folded, words))) < len(words):
        return variable
    order = known_order(words)
    inside, outside = [answers[at] for at in order.answers], [answers[at] for at in order.outside]
    unknown = [
        code
        for code, word in zip(answers, words, strict=True)
        if code in outside and stands_outside(word) == "dont_know"
    ]
    places = [answers.index(code) for code in inside]
    in_order = places == sorted(places) or places == sorted(places, reverse=True)
    if is_observed:
        numbers = [_leading_number(word) for word in words]
        if all(numbers[answers.index(code)] is not None for code in inside):
            # The questionnaire's own numbers; a scale may run either way.
            numbered = sorted(inside, key=lambda code: numbers[answers.index(code)] or 0)
            if numbered in (inside, inside[::-1]):
                inside = numbered
        elif order.kind in ("attitude", "frequency") and len(inside) == 2:
            inside.reverse()  # "yes" before "no", but "18–64" before "65+"
        listed = [*inside, *outside, *rest]
    elif order.is_scale and not in_order and _by_alphabet(words):
        # Programs that number words take them by the alphabet, which is no order of answers.
        listed = [*inside, *outside, *rest]
        in_order = True
    elif not any(isinstance(code, str) for code in answers):
        ends = [c for c, word in zip(answers, words, strict=True) if stands_outside(word)]
        listed = [*(code for code in answers if code not in ends), *ends, *rest]
    else:
        listed = []
    if listed:
        codes = {code: variable.codes[code] for code in listed}
        codes |= {code: labels for code, labels in variable.codes.items() if code not in codes}
        variable = replace(variable, codes=codes)
    if not order.is_scale:
        return replace(variable, dont_know=tuple(unknown))
    if not is_observed and not in_order:
        return replace(variable, dont_know=tuple(unknown))
    return replace(variable, measure="ordinal", dont_know=tuple([*outside, *rest]))


def _leading_number(word: str) -> int | None:
    """Read the number that a questionnaire put before an answer, or that is the answer.

    Examples
    --------
    >>> _leading_number("2 - No"), _leading_number("10. Bad"), _leading_number("18–29")
    (2, 10, None)
    """
    found = re.fullmatch(r"\s*(\d{1,4})(?:\s*[-.):=–—]\s*[^\W\d].*|\s*)", word, re.DOTALL)
    return int(found[1]) if found else None


def _by_alphabet(words: Sequence[str]) -> bool:
    """Return whether answers stand as in a dictionary."""
    plain = [folded(word) for word in words]
    return plain == sorted(plain)


def same_answers(variable: Variable, other: Variable, numbers: Mapping[str, bool]) -> bool:
    """Return whether two questions offer the same answers, so that they can share a table.

    Words decide, whether they are labels or the answers themselves; an answer that nobody gave to
    one of them may be absent where the order is a known one. Numbers without words count only
    where the names say that the questions belong together.
    """
    if numbers.get(variable.name, False) != numbers.get(other.name, False):
        return False
    first, second = (_worded(asked) for asked in (variable, other))
    if not first or not second:
        return (
            not first
            and not second
            and belong_together(variable, other)
            and _overlap(set(variable.answers), set(other.answers)) >= 0.6
            and (
                len(variable.answers) > 2
                or (set(variable.answers) in ({0, 1}, {1}) and len(_stem(variable.name)) > 1)
            )
        )
    if numbers.get(variable.name, False):
        return first == second
    written = all(isinstance(code, str) and not variable.codes[code] for code in first) and all(
        isinstance(code, str) and not other.codes[code] for code in second
    )
    if not written:
        return list(first.items()) == list(second.items())
    sets = [
        {code for code in words if not stands_outside(str(code)) and code != REST}
        for words in (first, second)
    ]
    if sets[0] == sets[1]:
        return True
    scales = known_order([str(code) for code in sets[0] | sets[1]]).is_scale
    near = _overlap(*sets) >= 0.6 and len(sets[0] & sets[1]) >= 2
    return near and (scales or belong_together(variable, other))


_MARKED = (
    r"отмечен[оа]?|выбран[оа]?|назван[оа]?|указан[оа]?|упомянут[оа]?|(?:chosen|selected|mentioned|checked|ticked|quoted|marked|named)"
    r"|genannt|gewählt|ausgewählt|angekreuzt|cité|coché|choisi|mencionad[oa]|marcad[oa]|elegid[oa]"
)
_UNMARKED = rf"(?:не|not|nicht|non|no|un)[ -]?(?:{_MARKED})"
_TICK = rf"y|yes|да|ооба|иә|ja|oui|sí|si|sim|tak|x|х|v|\+|true|1|1\.0|✓|✔|{_MARKED}"
"""What stands in the cell of a chosen option where the others are empty."""


def marked_code(variable: Variable) -> Code | None:
    """Return the code that means "chosen", where the answers are that and "not chosen".

    The only answer of a question means it, too, where it is a tick and others are empty.

    Examples
    --------
    >>> marked_code(Variable("q", codes={0: {"": "Не отмечено"}, 1: {"": "Отмечено"}}))
    1
    """
    words = {code: folded(first_label(variable.codes[code])) for code in variable.answers}
    if len(words) == 1:
        code, word = next(iter(words.items()))
        return code if re.fullmatch(_TICK, word or folded(str(code))) else None
    yes = [code for code, word in words.items() if re.fullmatch(_MARKED, word)]
    no = [code for code, word in words.items() if re.fullmatch(_UNMARKED, word)]
    return yes[0] if len(words) == 2 and len(yes) == len(no) == 1 else None


_NO = r"n|no|нет|жок|жоқ|nein|non|não|nie|false|0"


def yes_code(variable: Variable) -> Code | None:
    """Return the code that means "yes", where the answers are that and "no", or 1 and 0.

    Examples
    --------
    >>> yes_code(Variable("q", codes={1: {"": "Да"}, 2: {"": "Нет"}}))
    1
    >>> yes_code(Variable("q", codes={1: {"": "Men"}, 2: {"": "Women"}})) is None
    True
    """
    words = {
        code: folded(first_label(variable.codes[code]) or str(code)) for code in variable.answers
    }
    yes = [code for code, word in words.items() if re.fullmatch(_TICK, word)]
    no = [code for code, word in words.items() if re.fullmatch(_NO, word)]
    return yes[0] if len(words) == 2 and len(yes) == len(no) == 1 else None


_ORDINALS = (
    r"перв\w+|втор\w+|трет\w+|четв[её]рт\w+|пят\w+|first|second|third|fourth|fifth"
    r"|erste|zweite|dritte|premi[eè]re?|deuxi[eè]me|troisi[eè]me|primer\w?|segund\w|tercer\w?"
)
_CHOICE = (
    r"ответ|вариант|упоминание|выбор|место|answer|choice|mention|response|antwort|nennung"
    r"|réponse|choix|respuesta|mención|opción"
)
_PLACE = (
    rf"\W*(?:{_CHOICE})?\W*(?:(?:no|nr|№)\W*)?(?:\d+|{_ORDINALS})"
    rf"(?:\W?(?:й|ый|ой|ый|st|nd|rd|th|er|e|ª|º))?\W*(?:{_CHOICE})?\W*"
)


def is_place(text: str) -> bool:
    """Return whether words only number an answer among several: "2nd mention".

    Examples
    --------
    >>> [is_place(text) for text in ("1-й ответ", "Second mention", "ответ 3", "Radio", "1990")]
    [True, True, True, False, False]
    """
    return re.fullmatch(_PLACE, folded(text)) is not None and not re.search(r"\d{3}", text)


def _worded(variable: Variable) -> dict[Code, str]:
    """Answers in words, by code; nothing where they are bare numbers."""
    words = {
        code: first_label(variable.codes[code]) or (code if isinstance(code, str) else "")
        for code in variable.answers
    }
    plain = {code: word for code, word in words.items() if word and word != str(code)}
    texts: dict[Code, str] = {c: word for c, word in words.items() if isinstance(c, str)}
    if texts:
        return texts
    return plain if not plain else words


def _overlap(codes: set[Code], other: set[Code]) -> float:
    return len(codes & other) / max(1, len(codes | other))


def belong_together(variable: Variable, other: Variable) -> bool:
    """Return whether names or wordings begin alike, as those of the items of one question do."""
    if _stem(variable.name) == _stem(other.name) != "":
        return True
    first, second = (folded(first_label(v.label) or v.name) for v in (variable, other))
    return len(commonprefix([first, second])) >= max(12, min(len(first), len(second)) / 2)


def _stem(name: str) -> str:
    """What the names of the items of one question share."""
    bracket = re.match(r"(.+?)\s*\[[^\]]*\]$", name)
    return folded(bracket[1]) if bracket else re.sub(r"[_.\s]*\d+[a-z]?$", "", folded(name))


def united(battery: Sequence[Variable]) -> dict[str, Variable]:
    """Give the items of a battery of written answers all answers that any of them has."""
    written = all(
        isinstance(code, str) and not labels
        for variable in battery
        for code, labels in variable.codes.items()
        if code != REST
    )
    if len(battery) < 2 or not written:
        return {}
    every: dict[Code, Labels] = {}
    for variable in battery:
        every |= {code: labels for code, labels in variable.codes.items() if code != REST}
    changed = {}
    for variable in battery:
        own: dict[Code, Labels] = {c: text for c, text in variable.codes.items() if c == REST}
        if set(every) | set(own) != set(variable.codes):
            changed[variable.name] = ordered(replace(variable, codes={**every, **own}), True)
    return changed
