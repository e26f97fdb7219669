"""The one error a person at the keyboard sees: a sentence, with file, variable, code and row."""

import re
import unicodedata

_SHORT_NUMBER = re.compile(r"[-+\N{MINUS SIGN}]?[0-9]{1,4}(?:[.,][0-9]{1,2})?")


def shown_answer(value: object) -> str:
    """Say what a cell holds without giving an answer away: a message ends up in logs.

    A short number is a code; anything else may be a name, a telephone number or a story, and the
    message names its row instead.

    Examples
    --------
    >>> shown_answer("7"), shown_answer(98.0), shown_answer("0555123456"), shown_answer("Aibek K.")
    ("'7'", "'98'", 'a number of 10 digits', 'a text of 8 letters')
    """
    text = str(value).strip()
    if isinstance(value, float) and value.is_integer():
        text = str(int(value))
    if _SHORT_NUMBER.fullmatch(text):
        return f"'{text}'"
    digits = sum(map(str.isdigit, text))
    if digits and not any(map(str.isalpha, text)):
        return f"a number of {digits} digit{'s' * (digits > 1)}"
    return f"a text of {len(text)} letter{'s' * (len(text) > 1)}" if text else "an empty text"


def harmless(text: str) -> str:
    r"""Write control characters as their numbers: a terminal would obey them.

    Line ends and tabs stay. Marks that turn the direction of writing are written out, too.

    Examples
    --------
    >>> harmless("a\x1b[2Jb\u202ec")
    'a\\x1b[2Jb\\u202ec'
    """
    if text.isprintable():
        return text
    return "".join(
        letter
        if letter in "\n\t" or unicodedata.category(letter) not in ("Cc", "Cf", "Cs", "Zl", "Zp")
        else ascii(letter)[1:-1]
        for letter in text
    )


class SurveyError(ValueError):
    """What is wrong with the input and what to do about it, in one sentence.

    Doors and the command line print its text and nothing else: no traceback reaches the
    reader of a survey file for something that is wrong with the file or the configuration.

    Examples
    --------
    >>> raise SurveyError("wave.sav: variable 'sex' is missing; map it with `source:`")
    Traceback (most recent call last):
    resurvey.SurveyError: wave.sav: variable 'sex' is missing; map it with `source:`
    """

    def __init__(self, text: object = "") -> None:
        super().__init__(harmless(str(text)))


# A person meets it as `resurvey.SurveyError`, wherever it lives.
SurveyError.__module__ = "resurvey"
