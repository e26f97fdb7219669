"""Scales: the order of answers, and the reasons for no answer, as their labels say them."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from resurvey.core.codebook import REASONS, Code, Variable, pick_label
from resurvey.reading.encoding import folded

_SHORT = 60
"""A label with more letters is a sentence, which may mention anything."""

_MEASURED = 10
"""Different numbers without a label from which on a variable is a measurement."""
_FAR = 2
"""How many times larger than any other number a labelled code is far outside."""

_OUTSIDE = {
    "dont_know": (
        r"don.?t know|do not know|\bd\.?/?k\b|not sure|unsure|no opinion|can.?t (?:say|choose)"
        r"|hard to say|difficult to (?:say|answer)|don.?t remember|can.?t remember|затрудн\w*"
        r"|не знаю|не знает|не помню|нет мнения|трудно сказать|билбей\w*|білмей\w*|bilmay\w*"
        r"|билмай\w*|(?:жооп бер|жауап бер|javob ber|жавоб бер)\w* (?:кый|қи|qi)\w*"
        r"|wei(?:ß|ss) (?:es )?nicht"
        r"|keine ahnung|ne sai[st] pas|\bnsp\b|sans opinion|no sabe|no sé|\bns\b"
    ),
    "refused": r"refus\w*|prefer not|rather not (?:say|answer)|declin\w* to|отказ\w*|баш тарт\w*"
    r"|не (?:захоте|пожела)\w* отвеча\w*|предпочита\w* не|не хочу отвечать|verweiger\w*"
    r"|no contesta|rehús\w*|rehusa\w*",
    "not_asked": r"not (?:asked|applicable|relevant|shown|administered|in sample)|\binapp?\b"
    r"|inapplicable|\biap\b|legitimate skip|не (?:задава\w*|спрашива\w*|применимо)|неприменимо"
    r"|вопрос не (?:задан|показан)|пропуск по (?:логике|переходу)"
    r"|\bн/п\b|nicht (?:gefragt|zutreffend)|trifft nicht zu \("
    r"|non concern"
    r"|sans objet|no (?:aplica|procede)",
    "other": r"no answer|not answered|not stated|no response|\bmissing\b|no data|нет ответа"
    r"|без ответа|не ответил\w*|не указан\w*|нет данных|пропущен\w*|keine (?:angabe|antwort)"
    r"|\bk\. ?a\.|fehlend\w*|\bmanquant\w*|non[- ]réponse|sans réponse|pas de réponse"
    r"|sin (?:dato|respuesta)\w*|perdido|^\W*n\.?/?a\.?\W*$|^nan$|^#?null!?$"
    # SAS and Stata write a point, and a letter behind it; SPSS writes a blank or #NULL!.
    r"|^\.[a-z_]?$",
}
_OTHER = (
    r"(?:an)?other\b|some(?:thing|one|where) else|none of|друг(?:ое|ой|ая|ие)\b|ино[ей]\b"
    r"|проч(?:ее|ие)\b"
)
_OTHER += r"|sonstige\w*|andere\w*|autres?\b|otr[oa]s?\b|altro\b|-oth-"
_NEUTRAL = (
    r"neither\b.*|(?:about |the |stay |remain )*same\b.*|no (?:change|difference)|unchanged"
    r"|neutral\w*|average|medium"
    r"|mixed|so[- ]so|fair\b|acceptable|undecided|indifferent|both\b.*"
    r"|partly (?:agree )?,? ?partly.*"
    r"|отчасти\b.*\bотчасти\b.*|и да,? и нет|и то,? и другое|ни (?:да|то|хорош\w*|плох\w*"
    r"|соглас\w*)?,? ?ни\b.*"
    r"|нечто среднее|средне|нейтральн\w*|так себе|удовлетворительно|не (?:изменит|изменил)\w*"
    r"|без изменений|останется\b.*|нормально|ни то,? ни другое|бейтарап|betaraf|бетараф"
    r"|teils[ ,/-]*teils|weder\b.*|mittelmäßig|befriedigend|ausreichend|unverändert"
    r"|gleich geblieben"
    r"|ni\b.*\bni\b.*|neutre|moyen\w*|inchangé|regular|indiferente|igual|ni una cosa.*"
)
_STEPS: tuple[tuple[str, str], ...] = (
    # What a phrase says, in the order in which it is looked for: longer phrases come first.
    (
        "NN",
        r"not at all|none at all|hardly at all|not? (?:interest|confidence|trust) at all"
        r"|überhaupt (?:nicht|kein\w*)|gar (?:nicht|kein\w*)"
        r"|pas du tout|para nada|en absoluto|(?:совсем|совершенно|абсолютно|вовсе|вообще"
        r"|полностью|категорически|точно) не\b"
        r"|not (?:agree|satisfied|likely) at all",
    ),
    (
        "NW",
        r"not (?:very|too|so|really|particularly|much|that)\b|не (?:очень|особо|слишком"
        r"|особенно|вполне|совсем)\b"
        r"|nicht (?:sehr|so|besonders)|eher (?:nicht|kein\w*)|plutôt pas|pas (?:très|vraiment"
        r"|tellement)|no (?:muy|mucho|demasiado)"
        r"|скорее не(?=\s)|rather not|probably not|somewhat not|hardly(?: any)?|barely|kaum"
        r"|peu\b|poco\b|мало\b|маловероятн\w*"
        r"|unlikely to some extent",
    ),
    (
        "S4",
        r"extremely|(?:a )?great deal|completely|totally|absolutely|entirely|fully|maximum"
        r"|définitivement|totalement|tout à fait"
        r"|entièrement|extrêmement|voll und ganz|völlig|vollkommen|äußerst|voll\b|totalmente"
        r"|completamente|extremadamente|muchísimo"
        r"|полностью|совершенно|абсолютно|целиком|крайне|категорически|безусловно"
        # Kyrgyz, Kazakh and Uzbek put the same words before agreement and before its denial.
        r"|толук|толугу менен|такыр|таптакыр|толық|толықтай|толығымен|мүлдем|мүлде"
        r"|to'liq|to'la|mutlaqo|butunlay|umuman(?! olganda)"
        r"|тўлиқ|тўла|мутлақо|бутунлай|умуман(?! олганда)",
    ),
    (
        "S3",
        r"strongly|very much|very|definitely|certainly|much|a lot|highly|greatly|significantly"
        r"|considerably|great|clearly"
        r"|sehr|stark|deutlich|bestimmt|auf jeden fall|très|beaucoup|fortement|nettement"
        r"|certainement|muy|mucho|fuertemente|claramente"
        r"|очень|значительно|сильно|определ[её]нно|точно|намного|гораздо|совсем|вполне|твёрдо"
        r"|твердо|много",
    ),
    (
        "S2",
        r"quite|pretty|ziemlich|bastante|assez|довольно|достаточно",
    ),
    (
        "M2",
        r"moderately|mostly|mainly|generally|tend to|in general|weitgehend|überwiegend"
        r"|modérément|moderadamente|в основном|в целом|умеренно"
        r"|негизинен|көбүнчө|негізінен|asosan|umuman olganda|асосан|умуман олганда",
    ),
    (
        "M1",
        r"somewhat|rather|fairly|probably|partly|partially|to some extent|some\b|more or less"
        r"|etwas|eher|teilweise|wahrscheinlich"
        r"|plutôt|en partie|probablement|algo|más bien|probablemente|скорее|отчасти|частично"
        r"|наверное|возможно|пожалуй|жарым-жартылай|ішінара|жартылай|qisman|қисман",
    ),
    (
        "M0",
        r"slightly|a little(?: bit)?|a bit|little|leicht|ein wenig|un peu|un poco|ligeramente"
        r"|немного|слегка|незначительно|чуть|бир аз",
    ),
    (
        "G4",
        r"terrible|awful|horrible|worst|ужасн\w*|schrecklich|terrible\w*|p[ée]simo|mangelhaft"
        r"|ungenügend",
    ),
    (
        "G",
        r"disagree\w*|dissatisf\w*|unsatisf\w*|unlikely|unfavou?rabl\w*|unhappy|unimportant"
        r"|disapprov\w*|distrust\w*|mistrust\w*"
        r"|oppos\w*|negativ\w*|poor\w*|bad\w*|worse\w*|worsen\w*|decreas\w*|declin\w*|less\b"
        r"|dislik\w*|unwilling|uncomfortable|unsafe|unclear|difficult|hard\b|against|never"
        r"|false|unfair\w*"
        r"|несоглас\w*|неудовлетвор\w*|недовол\w*|невероятн\w*|отрицательн\w*|ухудш\w*"
        r"|уменьш\w*|сниз\w*|хуже\w*|неважн\w*|против\b|недовер\w*|плох\w*|опасн\w*|трудно"
        r"|сложно|несчаст\w*|неинтересн\w*|бесполезн\w*|негативн\w*|редко"
        r"|unzufrieden\w*|schlecht\w*|schlechter|unwahrscheinlich|unwichtig|stimme nicht zu"
        r"|trifft nicht zu|lehne ab|ablehn\w*|dagegen|unsicher"
        r"|désaccord|insatisf\w*|mécontent\w*|mauvais\w*|mal\b|improbable|défavorable\w*"
        r"|contre\b|pire"
        r"|desacuerdo|mal[oa]s?\b|desfavorable\w*|en contra|peor"
        r"|келіспеймін|qo'shilmayman|қўшилмайман",
    ),
    (
        "P4",
        r"excellent\w*|outstanding|best|perfect\w*|отличн\w*|прекрасн\w*|превосходн\w*"
        r"|ausgezeichnet|hervorragend|excelente\w*",
    ),
    (
        "P",
        r"agree\w*|satisf\w*|likely|favou?r\w*|happy|important|approv\w*|trust\w*|support\w*"
        r"|positiv\w*|good|well\b|better|improv\w*|increas\w*|more\b|lik(?:e|ed)\b|willing"
        r"|comfortable|safe|clear|easy|true|fair\w*|interest\w*|useful|confiden\w*|concerned"
        r"|worried|familiar"
        r"|соглас\w*|удовлетвор\w*|довол\w*|вероятн\w*|положительн\w*|улучш\w*|увелич\w*"
        r"|вырас\w*|лучше\w*|важн\w*|довер\w*|хорош\w*|безопасн\w*|легко|счастлив\w*"
        r"|интересн\w*|полезн\w*|позитивн\w*|поддерж\w*|одобр\w*|нрав\w*|готов\w*|комфортн\w*"
        r"|интересу\w*|обеспоко\w*"
        r"|zufrieden\w*|gut\w*|besser|wahrscheinlich\w*|wichtig\w*|stimme\b|zustimm\w*|trifft"
        r"|dafür|sicher\w*|vertrau\w*"
        r"|d'accord|satisfait\w*|content\w*|bon(?:ne)?s?\b|bien\b|probable|favorable\w*|pour\b"
        r"|mieux|confiance|importante?s?"
        r"|acuerdo|satisfech\w*|buen[oa]s?\b|probables?|a favor|mejor|confianza"
        r"|макул|макулмун|келісемін|qo'shilaman|rozi|roziman|қўшиламан|рози|розиман",
    ),
    ("YES", r"yes|да|ja|oui|sí|si|ооба"),
    ("NO", r"no|нет|nein|non|жок"),
    (
        "NOT",
        r"not|не|nicht|kein\w*|pas|ne|none|nichts|nada|rien|эмес|эмесмин|emas|emasman|эмас|эмасман",
    ),
)
_STRENGTH = {"S4": 4.0, "S3": 3.0, "S2": 2.5, "M2": 1.5, "M1": 1.0, "M0": 0.5, "G4": 4.0, "P4": 4.0}
_FILLER_WORDS = """
only any i am is are it be been of to the a an in for with my you your at all zu ich bin de en
du le la el los que я это в с на по к со бы мне меня мой моя будет der die das nor or and и или
ni
"""
_FILLERS = frozenset(_FILLER_WORDS.split())
_TOKEN = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_TIMES = {
    "once": 1,
    "twice": 2,
    "один": 1,
    "одного": 1,
    "раз": 1,
    "дважды": 2,
    "einmal": 1,
    "une": 1,
    "una": 1,
}
_SEVERAL = (
    r"several|few|some|couple|неск[оа]льк\w*|mehrmals|mehrere|plusieurs|quelques|varias|algunas"
)
_RATES: tuple[tuple[str, float], ...] = (
    (r"never|никогда|ни разу|niemals|nie|jamais|nunca", 0.0),
    (
        r"almost never|hardly ever|practically never|почти никогда|fast nie|presque jamais"
        r"|casi nunca",
        0.2,
    ),
    (r"rarely|seldom|редко|очень редко|selten|rarement|raramente|rara vez", 2.0),
    (r"less often|less frequently|реже|seltener|moins souvent|con menos frecuencia", 0.5),
    (
        r"occasionally|once in a while|from time to time|now and then|время от времени"
        r"|ab und zu|gelegentlich|occasionnellement|ocasionalmente|de vez en cuando",
        6.0,
    ),
    (r"sometimes|иногда|manchmal|parfois|quelquefois|a veces", 8.0),
    (
        r"often|frequently|часто|häufig|oft|souvent|a menudo|frecuentemente|regularly"
        r"|регулярно",
        60.0,
    ),
    (
        r"very often|очень часто|sehr oft|sehr häufig|très souvent|muy a menudo|usually|обычно"
        r"|meistens|most of the time|mostly|casi siempre",
        150.0,
    ),
    (
        r"(?:almost|nearly) (?:always|every day|daily)|почти (?:всегда|каждый день|ежедневно)"
        r"|fast (?:immer|jeden tag|täglich)|presque (?:toujours|tous les jours)"
        r"|casi todos los días",
        300.0,
    ),
    (
        r"every ?day|daily|ежедневно|каждый день|täglich|jeden tag|tous les jours"
        r"|quotidiennement|todos los días|a diario|diariamente|at least once a day",
        365.0,
    ),
    (
        r"(?:several|a few|many|multiple) times (?:a|per) day|(?:more than|over) once a day"
        r"|несколько раз в день|mehrmals täglich|plusieurs fois par jour|varias veces al día",
        900.0,
    ),
    (r"always|constantly|all the time|всегда|постоянно|immer|toujours|siempre", 2000.0),
    (
        r"weekly|every week|еженедельно|каждую неделю|wöchentlich|toutes les semaines"
        r"|semanalmente",
        52.0,
    ),
    (r"monthly|every month|ежемесячно|каждый месяц|monatlich|mensualmente|tous les mois", 12.0),
    (r"yearly|annually|every year|ежегодно|jährlich|anualmente", 1.0),
)
_PERIODS: tuple[tuple[str, float], ...] = (
    (r"days?|день|дня|дней|tag|tage|jour|jours|día|días", 365.0),
    (r"weeks?|недел\w*|woche|wochen|semaines?|semanas?", 52.0),
    (r"months?|месяц\w*|monat\w*|mois|mes|meses", 12.0),
    (r"quarters?|квартал\w*", 4.0),
    (r"years?|год|года|году|лет|jahr\w*|ans?|années?|años?", 1.0),
)
_LESS = (
    r"less|under|below|fewer|up to|at most|or less|or fewer|до|менее|меньше|ниже|не более"
    r"|unter|weniger|bis zu|moins|jusqu'à|menos|hasta|<"
)
_MORE = (
    r"more|over|above|older|and up|plus|(?:или |и )?старше|более|больше|свыше|выше|über|mehr"
    r"|älter|ab|más|mas|et plus|>"
)
_LEVELS = (
    r"very low|lowest|очень низк\w*|sehr niedrig|très (?:bas|faible)\w*|muy baj[oa]",
    r"low\w*|низк\w*|niedrig\w*|gering|bas(?:se)?|faible|baj[oa]|small|маленьк\w*|klein|petit\w*",
    r"lower middle|ниже среднего|rather low",
    r"medium|middle|moderate|средн\w*|mittel\w*|moyen\w*|medi[oa]|average",
    r"upper middle|выше среднего|rather high",
    r"high\w*|высок\w*|hoch|hohe\w*|haut\w*|élevé\w*|alt[oa]|large|big|больш\w*|крупн\w*"
    r"|groß\w*|grand\w*",
    r"very high|highest|очень высок\w*|sehr hoch|très (?:haut|élevé)\w*|muy alt[oa]",
)
_SCHOOLS = (
    r"none|no (?:formal )?(?:schooling|education)|без образования|нет образования",
    r"primary\b.*|elementary\b.*|grade school|начальное\b.*|grundschule|primaire",
    r"less than (?:a )?high school\b.*|some high school\b.*|lower secondary"
    r"|неполное среднее\b.*|основное общее\b.*|основное",
    r"high school\b.*|(?:upper )?secondary\b.*|среднее(?: общее| \(?полное\)?)*|полное среднее"
    r"|secondaire|abitur",
    r"vocational\b.*|technical\b.*|trade school|среднее[ -](?:профессиональное|специальное"
    r"|техническое)\b.*",
    r"some (?:college|university)\b.*|associate\b.*|незаконченное высшее|неоконченное высшее"
    r"|неполное высшее",
    r"bachelor\b.*|college(?: degree)?|undergraduate\b.*|university(?: degree)?"
    r"|высшее(?: образование| профессиональное)?|бакалавр\w*|(?:4|four)[- ]year degree|licence",
    r"graduate\b.*|post ?graduate\b.*|master\b.*|магистр\w*|два высших.*|специалитет",
    r"doctor\w*|ph\.?d\b.*|уч[её]ная степень\b.*|аспирант\w*|professional degree",
)
_NUMBER = re.compile(r"\d+(?:[ \u00a0\u202f]\d{3}(?!\d)|[,.]\d{3}(?!\d))*(?:[.,]\d+)?")
_WRITTEN = {
    "none": 0,
    "zero": 0,
    "one": 1,
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "seven": 7,
    "eight": 8,
    "nine": 9,
    "ten": 10,
    "ни одного": 0,
    "ноль": 0,
    "один": 1,
    "одна": 1,
    "одно": 1,
    "два": 2,
    "две": 2,
    "три": 3,
    "четыре": 4,
    "пять": 5,
    "шесть": 6,
    "семь": 7,
    "восемь": 8,
    "девять": 9,
    "десять": 10,
    "keine": 0,
    "eins": 1,
    "zwei": 2,
    "drei": 3,
    "vier": 4,
    "fünf": 5,
    "aucun": 0,
    "deux": 2,
    "trois": 3,
    "quatre": 4,
    "cinq": 5,
    "ninguno": 0,
    "dos": 2,
    "tres": 3,
    "cuatro": 4,
    "cinco": 5,
}
_THOUSANDS = r"k|тыс\w*|thousand|tausend|mille|mil"
_MILLIONS = r"m|mln|млн|million\w*"
_BESIDE_NUMBERS = (
    r"or|to|and|from|than|или|и|от|чем|von|und|oder|als|de|à|et|ou|que|y|a|o|between|at|least|up"
    r"|usd|eur|rub|руб\w*|сом\w*|times?|раза?"
)
_OF_SCHOOLS = (
    r"no|none|formal|schooling|education\w*|primary|elementary|grade|schools?|less|than|a|an|some"
    r"|high|lower|upper|secondary|vocational|technical|trade|training|college|university|associate"
    r"|bachelor|bachelors|bachelor['’]s|master|masters|master['’]s|degree|diploma|graduate|under"
    r"|undergraduate|post|postgraduate|graduated|complete\w*|incomplete|doctor|doctorate|doctoral"
    r"|ph|d|phd|professional|or|and|equivalent|four|year"
    r"|без|нет|образовани[ея]|начальное|неполное|незаконченное|неоконченное|полное|среднее|основное"
    r"|общее|профессиональное|специальное|техническое|высшее|два|высших|бакалавр\w*|магистр\w*"
    r"|специалитет|ученая|степень|аспирантур\w*|grundschule|abitur|primaire|secondaire|licence"
)
"""Words of an education as a questionnaire offers it."""
_STATUS = (
    r"(?:never )?married|not married|unmarried|single|divorced|separated|widow(?:ed|er)?"
    r"|cohabiting|living together|in a (?:relationship|civil partnership)"
    r"|(?:не )?(?:женат|замужем)|холост(?:ой)?|разведен(?:а|\(а\))?|вдов(?:ец|а)"
    r"|в разводе|гражданский брак|в браке|ledig|verheiratet|geschieden|verwitwet|getrennt lebend"
    r"|célibataire|mariée?|marié\(e\)|divorcée?|divorcé\(e\)|veu(?:f|ve)|pacsée?"
    r"|soltero|soltera|casad[oa]|divorciad[oa]|viud[oa]"
    r"|(?:fe)?male|wom[ae]n|m[ae]n|weiblich|männlich"
    r"|мужской|женский|мужчина|женщина|homme|femme|hombre|mujer"
)
"""Marital status and sex as a questionnaire offers them."""
_LAST_STEP = 12
"""Small numbers count steps, months or years of study; larger ones may be somebody's own."""
_YEARS = r"years?|yrs?|old|aged?|лет|года?|jahren?|jahre|ans|años|жаш"


def stands_outside(label: str) -> str:
    """Tell why an answer stands outside the others: a reason for no answer, ``rest`` or nothing.

    Returns
    -------
    str
        One of `resurvey.core.codebook.REASONS` (``other`` is an answer that is not there, such as
        "manquant"), ``rest`` for "other (please specify)", or empty.

    Examples
    --------
    >>> stands_outside("Отказ от ответа"), stands_outside("Don't know"), stands_outside("NA")
    ('refused', 'dont_know', 'other')
    >>> stands_outside("Other (which?)"), stands_outside("Agree")
    ('rest', '')
    """
    words = folded(label).replace("’", "'")
    if len(words) > _SHORT:
        return ""
    for reason, pattern in _OUTSIDE.items():
        if re.search(pattern, words):
            return reason
    return "rest" if re.match(r"\W*(?:" + _OTHER + ")", words) else ""


def no_answer_codes(variable: Variable, observed: Iterable[float]) -> list[float]:
    """Find the labelled codes of a measurement that would count as numbers, and may be none.

    A measurement has many numbers without a label. A code among them is in doubt where its label
    is a reason for no answer, or where it lies far outside of them; "80 and older" does not.

    Parameters
    ----------
    variable : Variable
        With the labels; a user-missing code counts as no number and is in no doubt.
    observed : iterable of float
        The different numbers of its column.

    Examples
    --------
    >>> hours = Variable("hours", codes={-9: {"": "Skipped"}, 60: {"": "60+"}, 98: {"": "Refused"}})
    >>> no_answer_codes(hours, [-9, *range(61), 98])
    [-9, 98]
    """
    labelled = {
        code: words
        for code, labels in variable.codes.items()
        if not isinstance(code, str) and not variable.is_missing(code)
        if (words := [word for word in labels.values() if word not in ("", str(code))])
    }
    others = [
        number for number in observed if number not in labelled and not variable.is_missing(number)
    ]
    if len(others) < _MEASURED:
        return []
    low, high = min(others), max(others)
    return [
        code
        for code, words in labelled.items()
        if {*map(stands_outside, words)} - {"", "rest"}
        or code > max(_FAR * high, 0)
        or code < 0 <= low
    ]


def _bare(label: str) -> str:
    """Write a label without the number before it and without what stands in brackets."""
    words = re.sub("[’‘ʻʼ`]", "'", folded(label))
    words = re.sub(r"^\W*\d+\s*[-.):=–]\s*", "", words)
    return re.sub(r"\s*\([^)]*\)", "", words).strip(" .,;:!?") or words


def _attitude(label: str, shared: frozenset[str]) -> float | None:
    """Where an answer stands between the worst and the best, by its words."""
    words = _bare(label)
    if re.fullmatch(_NEUTRAL, words):
        return -0.3 if re.fullmatch(r"fair|so[- ]so|так себе|ausreichend", words) else 0.0
    found: list[str] = []
    for tag, pattern in _STEPS:
        words, number = re.subn(rf"(?<!\w)(?:{pattern})(?!\w)", " ", words)
        found += [tag] * number
    rest = [
        token for token in _TOKEN.findall(words) if token not in _FILLERS and token not in shared
    ]
    if rest or not found:
        return None
    kinds = set(found)
    good = bool(kinds & {"P", "P4", "YES"})
    bad = bool(kinds & {"G", "G4"}) or ("NO" in kinds and not good)
    if good and kinds & {"G", "G4"}:
        return None
    strength = next((_STRENGTH[tag] for tag in found if tag in _STRENGTH), 2.0)
    if "NN" in kinds:
        return 4.5 if bad else -4.5
    if "NW" in kinds:
        return 1.0 if bad and kinds & {"G", "G4"} else -1.0
    denied = "NOT" in kinds or ("NO" in kinds and good)
    if not good and not bad:
        # "Moderately", "none": an amount without a direction.
        return -4.5 if denied and not kinds & set(_STRENGTH) else -strength if denied else strength
    if denied:
        return -strength if good else 0.5
    return strength if good else -strength


def _frequency(label: str, _: frozenset[str]) -> float | None:
    """How often a year something is done."""
    words = _bare(label)
    for pattern, rate in _RATES:
        if re.fullmatch(pattern, words):
            return rate
    period = _periods_a_year(words)
    if period is None:
        return None
    number = re.search(r"\d+", words)
    times: float | None = float(number[0]) if number else None
    if times is None and _compares(_SEVERAL, words):
        times = 3.5
    if times is None:
        found = next((_TIMES[token] for token in _TOKEN.findall(words) if token in _TIMES), None)
        times = None if found is None else float(found)
    if times is None or not re.search(
        r"(?<!\w)(?:times?|once|twice|раза?|дважды|mal|einmal|mehrmals|fois|vez|veces|a|per|в"
        r"|pro|par|al|por)(?!\w)",
        words,
    ):
        return None
    factor = 0.9 if _compares(_LESS, words) else 1.1 if _compares(_MORE, words) else 1.0
    return times * period * factor


def _compares(words: str, label: str) -> bool:
    return re.search(rf"(?<!\w)(?:{words})(?!\w)", label) is not None


def _periods_a_year(words: str) -> float | None:
    """How many of the period that a text names a year has."""
    return next((number for period, number in _PERIODS if _compares(period, words)), None)


def _level(label: str, _: frozenset[str]) -> float | None:
    """Where an answer stands among low, middle and high."""
    words = _bare(label)
    return next((float(at) for at, level in enumerate(_LEVELS) if re.fullmatch(level, words)), None)


def _school(label: str, _: frozenset[str]) -> float | None:
    """How much schooling an answer means."""
    words = _bare(label).removesuffix(" образование")
    return next(
        (float(at) for at, school in enumerate(_SCHOOLS) if re.fullmatch(school, words)), None
    )


def _amount(label: str, _: frozenset[str]) -> float | None:
    """The first number of an answer, moved a little by "less than" and "or more"."""
    words = folded(label).replace("’", "'").strip()
    feet = re.fullmatch(r"(\D*)(\d)\s*'\s*(\d{1,2})?\W*(.*)", words)
    if feet:
        value = 12.0 * int(feet[2]) + int(feet[3] or 0)
    elif number := _NUMBER.search(words):
        value = _read(number[0])
        tail = words[number.end() :]
        # "18-24" and "25 000 – 49 999" begin with their first number; "-5" is below zero.
        if re.fullmatch(r"[-−]", words[: number.start()].strip()):
            value = -value
        # The unit of "20–50 thousand" is behind the second number.
        after = re.sub(rf"^\s*[-–—]\s*{_NUMBER.pattern}", "", tail)
        if re.match(rf"\s*(?:{_THOUSANDS})(?!\w)", after):
            value *= 1000
        elif re.match(rf"\s*(?:{_MILLIONS})(?!\w)", after):
            value *= 1_000_000
        unit = _periods_a_year(tail)
        value = value / unit * 365 if unit else value
    elif (written := _WRITTEN.get(words.split()[0] if words else "")) is not None:
        value = float(written)
    elif re.match(r"(?:no|нет|без|keine?|aucune?|sin|ни одного)\s+\w", words):
        value = 0.0
    else:
        return None
    if _compares(_LESS, words) or words.startswith("<"):
        return value - 0.01 * max(1.0, abs(value))
    if _compares(_MORE, words) or re.search(r"\d\s*\+|>", words):
        return value + 0.01 * max(1.0, abs(value))
    return value


def _read(number: str) -> float:
    """Read a number with groups of thousands, a decimal comma or a decimal point."""
    plain = re.sub(r"[ \u00a0\u202f]", "", number)
    plain = re.sub(r"[,.](?=\d{3}(?!\d))", "", plain)
    return float(plain.replace(",", "."))


_GOODS = (
    r"еду|питани\w*|продукт\w*|food|groceries",
    r"одежд\w*|обув\w*|clothe?s|clothing",
    r"техник\w*|товар\w* длительного|холодильник\w*|телевизор\w*|appliances?|durables?",
    r"автомобил\w*|машин\w*|(?:a )?car",
    r"квартир\w*|дом|дач[уи]|недвижимост\w*|flat|house|apartment|real estate",
)
"""What money is enough for, one after the other, where people say how they live."""
_AFFORD = r"хвата\w*|позволить|купить|покуп\w*|enough|afford|buy"
_DENIED = r"не|нет|трудно|затрудн\w*|not|cannot|can't"


def _affords(label: str, _: frozenset[str]) -> float | None:
    """How far money goes: the dearest good that is named, one more where it can be bought."""
    words = folded(label).replace("’", "'").replace("ё", "е")
    if not _compares(_AFFORD, words) and "отказыва" not in words:
        return None
    named = [rank for rank, goods in enumerate(_GOODS) if _compares(goods, words)]
    if named:
        return max(named) + (0.0 if _compares(_DENIED, words) else 1.0)
    every = _compares(r"все|ни в чем|anything|everything", words)
    return len(_GOODS) + 1.0 if every else None


@dataclass(frozen=True)
class Order:
    """An order that a list of answers was found to have.

    Attributes
    ----------
    answers : tuple of int
        Positions of the ordered answers, from low to high.
    outside : tuple of int
        Positions of the answers that stand outside of it: don't know, refused, other.
    kind : str
        ``attitude``, ``frequency``, ``amount``, ``level``, ``school`` or ``wealth``; empty where no
        order was recognised.
    """

    answers: tuple[int, ...]
    outside: tuple[int, ...]
    kind: str = ""

    @property
    def is_scale(self) -> bool:
        """Whether three answers or more stand in a known order."""
        return bool(self.kind) and len(self.answers) > 2


_KINDS: dict[str, Callable[[str, frozenset[str]], float | None]] = {
    "frequency": _frequency,
    "school": _school,
    "amount": _amount,
    "level": _level,
    "wealth": _affords,
    "attitude": _attitude,
}


def known_order(labels: Sequence[str]) -> Order:
    """Put answers into the order of a known scale or of their first numbers.

    Parameters
    ----------
    labels : sequence of str
        The answers of a question, in English, Russian, German, French or Spanish; agreement in
        Kyrgyz, Kazakh and Uzbek, too.

    Returns
    -------
    Order
        Answers without a known order keep theirs; "don't know", "refused" and "other" stand
        outside in any case. One answer more may stand outside of four.

    Examples
    --------
    >>> def sort(*labels):
    ...     found = known_order(labels)
    ...     return [labels[at] for at in (*found.answers, *found.outside)]
    >>> sort("Every day", "Never", "Once a month", "A few times per week")
    ['Never', 'Once a month', 'A few times per week', 'Every day']
    >>> sort("$100,000 – $149,999", "$25,000 – $49,999", "Less than $25,000", "Refused")
    ['Less than $25,000', '$25,000 – $49,999', '$100,000 – $149,999', 'Refused']
    >>> sort("Полностью согласен", "Затрудняюсь ответить", "Скорее согласен", "Не согласен")
    ['Не согласен', 'Скорее согласен', 'Полностью согласен', 'Затрудняюсь ответить']
    """
    outside = [at for at, label in enumerate(labels) if stands_outside(label)]
    inside = [at for at in range(len(labels)) if at not in outside]
    tokens = [frozenset(_TOKEN.findall(folded(labels[at]))) for at in inside]
    shared = frozenset.intersection(*tokens) if len(tokens) > 1 else frozenset()
    if len(inside) > 1:
        for kind, score in _KINDS.items():
            scores = {at: score(labels[at], shared) for at in inside}
            known = {at: value for at, value in scores.items() if value is not None}
            left = len(inside) - len(known)
            if len(set(known.values())) < len(known) or not _enough(len(known), left):
                continue
            if kind == "attitude" and not _is_attitude(known):
                continue
            ordered = sorted(known, key=known.__getitem__)
            rest = [at for at in inside if at not in known]
            if kind == "amount" and not _one_measure([labels[at] for at in ordered]):
                kind = ""  # numbers before different words number the answers and measure nothing
            return Order(tuple(ordered), (*rest, *outside), kind)
    return Order(tuple(inside), tuple(outside))


def _enough(known: int, left: int) -> bool:
    """Return whether the answers that were recognised carry the others."""
    return known >= 2 if left == 0 else known >= 4 and left == 1


def _is_attitude(known: dict[int, float]) -> bool:
    """Return whether answers have directions or amounts, and are no two strong words."""
    values = list(known.values())
    return len(values) > 2 or min(values) < 0 < max(values)


def _one_measure(labels: Sequence[str]) -> bool:
    """Return whether the words beside the numbers are units and comparisons, the same ones."""
    if any(re.match(r"\W*[^\W\d_]+\d", label) for label in labels):
        return False  # "B1" and "B2" are names.
    rests = set()
    units = f"{_LESS}|{_MORE}|{_THOUSANDS}|{_MILLIONS}|{_BESIDE_NUMBERS}"
    known = rf"(?<!\w)(?:{units})(?!\w)"
    for label in labels:
        words = re.sub(known, " ", folded(label))
        words = re.sub(
            "|".join(rf"(?<!\w)(?:{period})(?!\w)" for period, _ in _PERIODS), " ", words
        )
        rests.add(" ".join(token for token in _TOKEN.findall(words) if token not in _WRITTEN))
        if len(rests - {""}) > 1:
            # "1 – disagree", "2" … "5 – agree": words at the ends only.
            return not any(_TOKEN.search(label) for label in labels[1:-1])
    return True


def is_known_answer(label: str) -> bool:
    """Return whether an answer consists of words that any questionnaire may offer.

    Such words tell nothing about whoever gave them.

    Examples
    --------
    >>> [is_known_answer(text) for text in ("Скорее да", "Don't know", "Bakyt", "good job Bakyt")]
    [True, True, False, False]
    """
    nobody: frozenset[str] = frozenset()
    if reason := stands_outside(label):
        return reason != "rest" and not re.search(r"\d", label) and len(label) <= 40
    if any(score(label, nobody) is not None for score in (_attitude, _level)):
        return True
    words = _bare(label)
    if any(re.fullmatch(pattern, words) for pattern, _ in _RATES):
        return True
    if _school(label, nobody) is not None:
        return all(re.fullmatch(_OF_SCHOOLS, token) for token in _TOKEN.findall(words))
    parts = [part.strip() for part in re.split(r"[/,]| or | или | oder | ou ", words)]
    return all(re.fullmatch(_STATUS, part) for part in parts)


def is_next_to(label: str, answers: Sequence[str]) -> bool:
    """Return whether an answer is a step of the scale that other answers of its question stand on.

    Two of them have to show what the scale is: classes of numbers, small numbers beside the same
    words, or amounts of the same thing.

    Examples
    --------
    >>> stress = ["Slightly stressed", "Very stressed"]
    >>> is_next_to("Not at all stressed", stress), is_next_to("stressed by Bakyt", stress)
    (True, False)
    >>> is_next_to("4 курс", ["1 курс", "2 курс"]), is_next_to("60+", ["18–29", "30–59"])
    (True, True)
    """
    if len(answers) < 2:
        return False
    tokens = [frozenset(_TOKEN.findall(folded(answer))) for answer in answers]
    patterns = [_NUMBER.sub("#", folded(answer)) for answer in answers]
    numbers = _NUMBER.findall(label)
    if (
        len(numbers) == 1
        and numbers[0].isdigit()
        and int(numbers[0]) <= _LAST_STEP
        and patterns.count(_NUMBER.sub("#", folded(label))) > 1
    ):
        return True
    for common in (frozenset[str](), frozenset.intersection(*tokens)):
        if sum(is_band(answer, common) for answer in answers) > 1 and is_band(label, common):
            return True
    common = frozenset.intersection(*tokens)
    return bool(common) and all(
        _attitude(answer, common) is not None
        and common <= frozenset(_TOKEN.findall(folded(answer)))
        for answer in (label, *answers)
    )


def is_band(label: str, unit: frozenset[str] = frozenset()) -> bool:
    """Return whether an answer is a class of numbers, such as an age group, and nothing else.

    Words in `unit` may stand beside the numbers.

    Examples
    --------
    >>> [is_band(text) for text in ("18–24", "60 и старше", "Under 18", "$150,000 or more", "65+")]
    [True, True, True, True, True]
    >>> [is_band(text) for text in ("45", "2026-03-01", "older than Bakyt", "5–6 of my cows")]
    [False, False, False, False]
    """
    words = folded(label)
    numbers = _NUMBER.findall(words)
    open_ended = _compares(_LESS, words) or _compares(_MORE, words) or re.search(r"\d\s*\+", words)
    closed = len(numbers) == 2 and re.search(
        r"\d\D*(?:[-–—]|\b(?:to|and|до|bis|à|a|и)\b)\D*\d", words
    )
    if not numbers or len(numbers) > 2 or not (closed or (open_ended and len(numbers) == 1)):
        return False
    if closed and _read(numbers[0]) >= _read(numbers[1]):
        return False
    units = f"{_LESS}|{_MORE}|{_THOUSANDS}|{_MILLIONS}|{_BESIDE_NUMBERS}|{_YEARS}"
    left = re.sub(rf"(?<!\w)(?:{units})(?!\w)", " ", _NUMBER.sub(" ", words))
    return unit.issuperset(_TOKEN.findall(left))


def reason_of(label: str) -> str:
    """Read from a label why there is no answer: one of `resurvey.core.codebook.REASONS`.

    Examples
    --------
    >>> reason_of("Отказ от ответа"), reason_of("Don't know"), reason_of("INAP"), reason_of("999")
    ('refused', 'dont_know', 'not_asked', 'other')
    """
    words = folded(label).replace("’", "'")
    reasons = (reason for reason in REASONS if re.search(_OUTSIDE[reason], words))
    reason = next(reasons, "other")
    return "not_asked" if reason == "other" and re.search(r"\bn/a\b", words) else reason


def reasons_of(variable: Variable, observed: Iterable[Code] = ()) -> dict[Code, str]:
    """Give every user-missing code of a variable its reason.

    What the study declared stays; labels in any language tell the rest.

    Examples
    --------
    >>> reasons_of(Variable("q", codes={98: {"en": "Refused"}}, missing_ranges=((97, 99),)), [97])
    {97: 'other', 98: 'refused'}
    """
    codes = dict.fromkeys([*variable.missing, *variable.codes, *observed])
    missing = sorted(
        (code for code in codes if variable.is_missing(code)),
        key=lambda code: (isinstance(code, str), code),
    )
    found: dict[Code, str] = {}
    for code in missing:
        labels = variable.codes.get(code, {})
        read = [reason_of(words) for words in (pick_label(labels, "en", ""), *labels.values())]
        reason = next((word for word in read if word != "other"), "other")
        found[code] = variable.reasons.get(code, reason)
    return found
