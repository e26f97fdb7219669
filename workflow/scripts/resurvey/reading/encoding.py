"""Encoding: text read with a wrong alphabet, and spellings that are one to a reader."""

import re
import unicodedata
from collections.abc import Iterable
from functools import cache
from unicodedata import normalize

from resurvey.core.codebook import visible

_WORD = re.compile(r"[^\W\d_]{2,}")
_WESTERN = re.compile(r"[À-ÿ]+")
_CYRILLIC = re.compile(r"[Ѐ-ӿ]")
_PAIR = re.compile(r"[РС][^\x00-\x7f]")
"""A Cyrillic letter of UTF-8, read as windows-1251."""


def true_encoding(texts: Iterable[str], read_as: str) -> str | None:
    """Name the encoding that the file is really in, when its texts show that it is another.

    Notes
    -----
    French or German words mix accented letters with plain ones; misread Russian words have
    accented letters only. The rule asks for more such words than other accented ones.

    Examples
    --------
    >>> true_encoding(["Ïîë ðåñïîíäåíòà"], "WINDOWS-1252")
    'WINDOWS-1251'
    >>> true_encoding(["Männer", "Déjà vu", "Пол"], "UTF-8") is None
    True
    >>> true_encoding(["Пол".encode().decode("cp1251")], "WINDOWS-1251")
    'UTF-8'
    """
    words = ReadWords(read_as)
    words.add("\n".join(texts))
    return words.true_encoding


class ReadWords:
    """What the words of a text show about its encoding, which may come in parts.

    Parameters
    ----------
    read_as : str
        Encoding that the text was read in.

    Examples
    --------
    >>> words = ReadWords("WINDOWS-1252")
    >>> for line in ("id;Ïîë", "1;æ"):
    ...     words.add(line)
    >>> words.true_encoding
    'WINDOWS-1251'
    """

    def __init__(self, read_as: str) -> None:
        self._is_unicode = read_as.upper().replace("_", "-") in ("UTF-8", "UTF8")
        self._accented = self._whole = 0
        self._cyrillic = self._pairs = self._repaired = False
        self._repairable = True

    def add(self, text: str) -> None:
        """Look at whole lines of the text."""
        if self._is_unicode or text.isascii():
            return
        self._cyrillic = self._cyrillic or bool(_CYRILLIC.search(text))
        self._pairs = self._pairs or bool(_PAIR.search(text))
        if self._repairable:
            try:
                repaired = text.encode("cp1251").decode("utf-8")
            except UnicodeError:
                self._repairable = False
            else:
                self._repaired = self._repaired or bool(_CYRILLIC.search(repaired))
        accented = [word for word in _WORD.findall(text) if _WESTERN.search(word)]
        self._accented += len(accented)
        self._whole += sum(1 for word in accented if _WESTERN.fullmatch(word))

    @property
    def true_encoding(self) -> str | None:
        """The encoding that the text is really in, where its words show that it is another."""
        if self._pairs and self._repairable and self._repaired:
            return "UTF-8"  # which was read as windows-1251
        # Most words with accented letters consist of nothing else.
        if not self._cyrillic and self._whole > 0 and 2 * self._whole > self._accented:
            return "WINDOWS-1251"
        return None


CANDIDATES = (
    "windows-1252",
    "windows-1251",
    "windows-1250",
    "koi8-r",
    "koi8-u",
    "cp866",
    "mac_roman",
    "mac_cyrillic",
    "iso-8859-2",
    "windows-1254",
    "windows-1257",
    "cp850",
    "cp852",
    "mac_latin2",
    "iso-8859-5",
    "windows-1253",
    "windows-1255",
    "windows-1256",
    "cp874",
    "cp932",
    "euc_jp",
    "gb18030",
    "big5",
    "cp949",
)
"""Encodings of survey files that are not Unicode, the commoner first."""
_MOST_BYTES = 400_000
BEGINNING = _MOST_BYTES + 1
"""Bytes of a file by which its encoding is judged; those behind them make no difference."""
_MOST_WORDS = 5_000
_PLAUSIBLE = 0.5
_BETTER = 0.13
_CLEARLY = 0.2
_NONSENSE = 0.4
_ENOUGH = 4
"""Letters beyond ASCII from which an encoding can be judged."""
_SURE = 0.7
_MARKS = "“”„‚‘’«»‹›–—…€£©®™°№¿¡½×•²\xa0"
"""Signs that people type in front of a word, behind it or alone."""
_LOOSE = "‚‘—–…•×"
"""Signs that do not stand at the beginning of a word."""
_INSIDE = "’‘·"
_TOKEN = re.compile(r"[A-Za-z\u0080-\U0010ffff]+")
_ALPHABETS = (
    "äöüß",
    "éèêàçùâîôûëïœæ",
    "áéíóúñü",
    "ãáéíóúâêôçàü",
    "àèéìòù",
    "ąćęłńóśźż",
    "áčďéěíňóřšťúůýžľĺŕôä",
    "áéíóöőúüű",
    "çğıöşüâî",
    "åäöæøé",
    "ăâîșțşţ",
    "čćđšž",
    "ąčęėįšųūž",
    "āčēģīķļņšūž",
    "äöüõšž",
    "ëéèïöüä",
)
"""Letters beyond a–z of the languages that are written with Latin letters."""
_RANKED = {
    "Cyrillic": "оеаинтсрвлкмдпуяыьгзбчйхжшюцщэфъё",
    "Greek": "αοιετσνηυρπκμλςίόάγέδήωχθύφβώξζψ",
    "Hebrew": "יוהלארתבשמנםדעקחפסטןצגכזץךף",
    "Arabic": "المينرتوبدعهسفكحقةجشصىطخءأضزثذغظآئؤ",
    "Thai": "านรอกเงมยลวดทตสปะแหจบคชพขไใผซถธภศณฟ",
}
"""Letters of a script from the commonest to the rarest."""
_PAIR_LETTERS = """ст но ен то на ов ни ра во ко ро ал ли по не го ан ол от ер ть пр ом та ла ос
    ор ре ка ат ло ет де ся ел ес ин ие ый ой ле ри ль ем ва да му же ск со ас аз
    зр ра же нс сн ти ит нн ам тр ру дн ма мо ми ме чи че ки бо об уд ич ия ая ше
    вы ве ви до за ым им ны ак оч"""
_PAIRS = frozenset(_PAIR_LETTERS.split())
"""Pairs of letters that are common in Russian and its neighbours."""
_COMMON = {
    "Han": (
        "的一是不了在人有我他这個中大来上国个到说们为子和你地出道也时年得就那要下以生会自"
        "着去之过家学对可她里后小么心多天而能好都然没日于起还发成事只作当想看文无开手十用"
        "主行方又如前所本见经头面公同三已老从动两长知民样现分将外但身些与高意进把法此实回"
        "二理美点月明其种声全工己话者向情部正名定女问力机给等几很业最间新什打便位因重被走"
        "电四第门相次东政海口使教西再平真听世气信北少关并内加化由代军产入先山五太水万市性"
        "别否男满非常同意城乡岁這來國說們為時會著過學對裡後麼沒於還發當開見經頭從動兩長樣"
        "現將與進實點種聲話問機給幾業間電門東聽氣關並軍產萬別滿歲答齢満会社員学校"
    ),
    "Hangul": (
        "이다는가의에을하고지도로사한기서어자나리은를시인대해정아보일수그라제전부있주년과"
        "만들원상스으여오구동무장조국신적니성모우안할연간선세공게없방비면남매족통불음렇습"
        "예화직업학교령별"
    ),
}
_ALONE = {"Latin": "àèéêòóíáåöôúűžšçñ", "Arabic": "و", "Thai": "", "Cyrillic": "мжднкивсуояаә"}
"""Letters that stand alone: words, and short answers such as м and ж."""
_SCRIPTS = (
    ("Latin", "A-Za-zªºÀ-ÖØ-öø-ɏ"),
    ("Cyrillic", "Ѐ-ԯ"),
    ("Greek", "Ͱ-Ͽ"),
    ("Hebrew", "א-ת"),
    ("Arabic", "ء-غف-يٹپچژکگی"),
    ("Thai", "฀-๿"),
    ("Kana", "぀-ヿ"),
    ("Hangul", "가-힣"),
    ("Han", "々㐀-鿿豈-﫿"),
)
_SCRIPT_OF = re.compile("|".join(f"(?P<{name}>[{letters}])" for name, letters in _SCRIPTS))


def plausible_encoding(content: bytes) -> str | None:
    """Name the encoding in which bytes are words of a language.

    Parameters
    ----------
    content : bytes
        A text file that is no UTF-8, or read as something else.

    Returns
    -------
    str or None
        One of `CANDIDATES`, ``utf-8``, ``utf-16-le`` or ``utf-16-be``; None where no encoding
        gives words.

    Notes
    -----
    The words that are not plain ASCII are judged in each encoding: a word that mixes alphabets,
    holds signs or turns from small letters to capitals is none; accented letters have to belong
    to one language; letters of other scripts have to be as common as they are in that language.

    Examples
    --------
    >>> plausible_encoding("Männer;völlig zufrieden".encode("cp1252"))
    'windows-1252'
    >>> plausible_encoding("пол;возраст;Совершенно согласен".encode("koi8-r"))
    'koi8-r'
    >>> plausible_encoding("性別;非常に満足;ほとんどない".encode("cp932"))
    'cp932'
    >>> plausible_encoding(bytes(range(128, 256))) is None
    True
    """
    content = _sample(content)
    if content.count(b"\0") * 4 > len(content):
        # Plain letters have their zero in front or behind.
        return "utf-16-be" if 2 * content[::2].count(b"\0") > content.count(b"\0") else "utf-16-le"
    for wide, pages in (("utf-16-le", content[1::2]), ("utf-16-be", content[::2])):
        # Cyrillic letters have a 4 where plain ones have their zero.
        if b"\0" in pages and pages.count(b"\0") + pages.count(b"\4") >= 0.9 * len(pages):
            return wide
    judged = [(plausibility(text) * _alone(text), name) for name, text in _decoded(content)]
    best = max((score for score, _ in judged), default=0.0)
    # The first of equals: several encodings agree on the letters of one language.
    name = next((name for score, name in judged if score >= best - 0.02), None)
    return name if best >= _PLAUSIBLE else None


def better_encoding(content: bytes, declared: str) -> tuple[str, bool] | None:
    """Name an encoding that gives better words than the declared one.

    Examples
    --------
    >>> better_encoding("Männer und Frauen".encode("cp1252"), "windows-1251")
    ('windows-1252', True)
    >>> better_encoding("Männer und Frauen".encode("cp1252"), "latin-1") is None
    True
    """
    sample = _sample(content)
    if sample.isascii():
        return None
    text = sample.decode(declared, "ignore")
    if declared.lower().replace("_", "-") in ("utf-8", "utf8") and text.encode() == sample:
        return None  # Hardly any other text is UTF-8 by chance, however few its words are.
    strange = {token for token in _TOKEN.findall(text) if not token.isascii()}
    if sum(map(len, strange)) < _ENOUGH and not any(map(_is_mixed, strange)):
        return None  # Two or three letters are words in many encodings.
    if (found := plausible_encoding(content)) is None or found.startswith("utf-16"):
        return None
    better = sample.decode(found, "ignore")
    score, judged = plausibility(better), plausibility(text)
    if better == text or score <= judged + _BETTER:
        return None
    return found, judged < _PLAUSIBLE and score > judged + _CLEARLY


def _is_mixed(token: str) -> bool:
    """Return whether a word has plain letters, too."""
    return any(letter.isascii() for letter in token)


def plausibility(text: str) -> float:
    """Judge from 0 to 1 whether the words beyond ASCII are words of a language.

    Examples
    --------
    >>> plausibility("Mдnner vцllig") < 0.2 < 0.9 < plausibility("Männer völlig")
    True
    """
    tokens = sorted({token for token in _TOKEN.findall(text) if not token.isascii()})
    if not tokens:
        return 0.0
    step = -(-len(tokens) // _MOST_WORDS)
    judged = [_word(token) for token in tokens[::step]]
    total = sum(weight for weight, _, _ in judged)
    alphabet = _latin("".join(word for _, _, word in judged if _scripts(word) == {"Latin"}))
    score = 0.0
    for weight, share, word in judged:
        latin = bool(word) and not word.isascii() and _scripts(word) == {"Latin"}
        score += weight * share * (alphabet if latin else 1.0)
    return score / total


def wronged(text: str) -> str:
    """Tell what happened to words that were read in a wrong encoding before they were saved.

    Examples
    --------
    >>> wronged("MÃ¤nner;vÃ¶llig zufrieden")
    'UTF-8 that was taken for windows-1252'
    >>> wronged("Mдnner;vцllig zufrieden;ьberhaupt")
    'windows-1252 that was taken for windows-1251'
    >>> wronged("Männer;völlig zufrieden")
    ''
    """
    if text.isascii() or (judged := plausibility(text)) >= _NONSENSE:
        return ""
    for taken in ("windows-1252", "windows-1251", "latin-1", "mac_roman"):
        for truly in ("UTF-8", "windows-1251", "windows-1252"):
            try:
                repaired = text.encode(taken).decode(truly)
            except UnicodeError:
                continue
            if plausibility(repaired) > max(_SURE, judged + _CLEARLY):
                return f"{truly} that was taken for {taken}"
    return ""


def _word(token: str) -> tuple[int, float, str]:
    """Weigh a word, and judge it by itself."""
    bare = "".join(letter for letter in token.strip(_MARKS) if letter not in _INSIDE)
    if not bare or bare.isascii():
        # Nothing but signs at its ends: an apostrophe, a dash.
        return max(1, len(token) - len(bare)), 1.0, ""
    weight = sum(not letter.isascii() for letter in bare)
    scripts = _scripts(bare)
    if (
        "" in scripts
        or len(scripts - {"Kana"}) > 1
        or (scripts > {"Kana"} and "Han" not in scripts)
    ):
        return weight, 0.0, bare
    turned = any(
        letter.islower() and other.isupper() for letter, other in zip(bare, bare[1:], strict=False)
    )
    factor = 0.1 if turned else 0.6 if token[0] in _LOOSE else 1.0
    script = next(iter(scripts - {"Kana"}), "Kana")
    if script == "Latin":
        accented = [not letter.isascii() for letter in bare]
        together = sum(
            letter and other for letter, other in zip(accented, accented[1:], strict=False)
        )
        if (len(bare) > 2 and 5 * weight > 3 * len(bare)) or (len(bare) == 1 and bare.isupper()):
            factor *= 0.2
        if len(bare) > 1 and bare[-1] in "ïÏ":
            factor *= 0.2
        return weight, factor * (1 - together / len(bare)), bare
    return weight, factor * _commonness(bare, script), bare


def _alone(text: str) -> float:
    """Judge by the words of one letter, where there are no others."""
    tokens = {token for token in _TOKEN.findall(text) if not token.isascii()}
    if not tokens or any(len(token) > 1 for token in tokens):
        return 1.0
    scripts = {token: next(iter(_scripts(token))) for token in tokens}
    known = [token.casefold() in _ALONE.get(scripts[token], token) for token in tokens]
    return 0.6 + 0.4 * sum(known) / len(known)


def _commonness(word: str, script: str) -> float:
    """Judge how common the letters of a word are."""
    if script == "Kana" or word.casefold() in _ALONE.get(script, ()):
        return 1.0
    if script in _COMMON:
        kana = sum("぀" <= letter <= "ヿ" for letter in word)
        known = sum(letter in _COMMON[script] for letter in word)
        return min(1.0, 0.3 + (known + 2 * kana) / len(word))
    letters = _RANKED[script]
    ranks = [letters.find(letter) for letter in word.casefold()]
    # Half of the way for letters of the script that other languages have.
    values = [0.4 if rank < 0 else 1 - rank / len(letters) for rank in ranks]
    common = min(
        1.0, (1.3 if script in ("Cyrillic", "Hebrew") else 1.1) * sum(values) / len(values)
    )
    if script != "Cyrillic" or len(word) < 2:
        return common
    small = word.casefold()
    pairs = [small[at : at + 2] in _PAIRS for at in range(len(small) - 1)]
    return 0.75 * common + 0.25 * min(1.0, 1.6 * sum(pairs) / len(pairs))


def _latin(letters: str) -> float:
    """Judge whether accented letters belong to one language."""
    # Portuguese has õ before e only, where ã may stand for it; elsewhere it is a Hungarian ő.
    small = letters.casefold().replace("õe", "ãe")
    accented = [letter for letter in small if not letter.isascii()]
    if not accented:
        return 1.0
    return max(
        sum(letter in alphabet for letter in accented) / len(accented) for alphabet in _ALPHABETS
    )


def _scripts(word: str) -> set[str]:
    """Name the scripts of a word; empty for what is no letter."""
    found = set()
    for letter in word:
        match = _SCRIPT_OF.match(letter)
        found.add(match.lastgroup or "" if match else "")
    return found


def _sample(content: bytes) -> bytes:
    """Take whole lines of a large file."""
    if len(content) <= _MOST_BYTES:
        return content
    return content[: content.rfind(b"\n", 0, _MOST_BYTES) + 1 or _MOST_BYTES]


def _decoded(content: bytes) -> Iterable[tuple[str, str]]:
    """Decode bytes by every encoding in which they are text."""
    sample = _sample(content)
    for name in ("utf-8", *CANDIDATES):
        try:
            text = sample.decode(name)
        except UnicodeDecodeError:
            continue
        if not any("\x80" <= letter <= "\x9f" for letter in set(text)):
            yield name, text


def folded(label: str) -> str:
    """Write a label so that only different words differ.

    Case, the kind and number of blanks, letters that nobody sees, the way an accent is stored and
    the dots of ё carry no difference in meaning.

    Examples
    --------
    >>> folded("Ещё  не РЕШИЛ") == folded("еще не решил"), folded("yes\u200b") == folded("yes")
    (True, True)
    """
    words = normalize("NFC", visible(label)).casefold().replace("ё", "е")
    return " ".join(words.split())


@cache
def _alphabet(letter: str) -> str:
    """Name the alphabet of a letter, where it is one of the two that are taken for each other."""
    name = unicodedata.name(letter, "")
    return next((alphabet for alphabet in ("LATIN", "CYRILLIC") if alphabet in name), "")


def mixed_alphabets(text: str) -> str:
    """Name the Latin letters in words that are otherwise Cyrillic, or the other way round.

    Examples
    --------
    >>> mixed_alphabets("Myжскoй"), mixed_alphabets("Мужской"), mixed_alphabets("IT-отдел")
    ('M, y, o', '', '')
    """
    if text.isascii():
        return ""
    strange: dict[str, None] = {}
    for word in re.findall(r"[^\W\d_]+", text):
        latin = [letter for letter in word if _alphabet(letter) == "LATIN"]
        cyrillic = [letter for letter in word if _alphabet(letter) == "CYRILLIC"]
        if latin and cyrillic:
            strange |= dict.fromkeys(latin if len(latin) <= len(cyrillic) else cyrillic)
    return ", ".join(strange)
