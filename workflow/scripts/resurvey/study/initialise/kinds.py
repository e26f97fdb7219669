"""Kinds: who was asked and how it was asked, as a variable's name and wording show it."""

import re
from collections.abc import Mapping

from resurvey.reading.spelling import folded

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
    r"|начало|конец"
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
