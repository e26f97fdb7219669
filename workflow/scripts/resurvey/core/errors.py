"""What a person at the keyboard sees: an error as one sentence, on the terminal and in a log."""

import logging
import re
import sys
import unicodedata
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

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


logger = logging.getLogger("resurvey")


def without_controls(record: logging.LogRecord) -> bool:
    """Write out the control characters of a message, which a terminal would obey."""
    record.msg, record.args = harmless(record.getMessage()), None
    return True


@contextmanager
def log_to(path: str | Path) -> Iterator[logging.Logger]:
    """Log to a file and the terminal; end the process after an error.

    Something wrong with the input is one sentence and no traceback; anything else is a fault of
    the program, and its traceback goes to both places.
    """
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    handlers: list[logging.Handler] = [
        logging.FileHandler(path, mode="w", encoding="utf-8"),
        logging.StreamHandler(sys.stderr),
    ]
    for handler in handlers:
        handler.addFilter(without_controls)
    logging.basicConfig(level=logging.INFO, format="%(message)s", handlers=handlers, force=True)
    logging.captureWarnings(True)
    warnings.simplefilter("default")
    try:
        yield logger
    except SurveyError as problem:
        logger.error("%s", problem)
        raise SystemExit(1) from None
    except Exception:
        logger.exception("the program failed; this is not your data's fault, please report it")
        raise SystemExit(1) from None
