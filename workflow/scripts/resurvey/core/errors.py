"""What a person at the keyboard sees: an error as one sentence, on the terminal and in a log."""

import errno
import logging
import os
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


_STORAGE = {
    errno.ENOSPC: "the disk is full; make room on it and run again",
    errno.EDQUOT: "this account has used up its share of the disk; make room and run again",
    errno.EFBIG: "a file would be larger than this account may write (ulimit -f), or than the disk "
    "can hold; raise the limit and run again",
    errno.EROFS: "nothing can be written there, for its disk can only be read; copy the study to a "
    "folder of your own",
    errno.EACCES: "this account may not write there; change the rights of the folder, or copy the "
    "study to a folder of your own",
    errno.EIO: "the disk fails (input/output error); copy the study to another one",
}
_STORAGE[errno.EPERM] = _STORAGE[errno.EACCES]
_ONLY_WRITING = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS})


def storage_problem(problem: OSError, folder: str | Path) -> str:
    """Say in one sentence that a disk or a folder takes no more; empty for any other error.

    Examples
    --------
    >>> storage_problem(OSError(errno.ENOSPC, "No space left on device"), "results")
    'results: the disk is full; make room on it and run again'
    """
    said = _STORAGE.get(problem.errno or 0, "")
    return f"{folder}: {said}" if said else ""


def cut_module(problem: BaseException) -> str:
    """Say in one sentence that a compiled module of Python is cut; empty for any other error.

    Python up to 3.13 keeps compiled modules that a full disk has cut, and every later run then
    fails at their import with words that seem to be about the file at hand.

    Examples
    --------
    >>> cut_module(EOFError("marshal data too short"))
    ''
    """
    trace = problem.__traceback__
    while trace is not None:
        names = trace.tb_frame.f_locals
        if trace.tb_frame.f_code.co_filename.startswith("<frozen importlib") and "data" in names:
            compiled = names.get("bytecode_path")
            if compiled and isinstance(problem, EOFError | ValueError | TypeError):
                return (
                    f"{compiled}: this compiled module of Python is damaged, as a full disk "
                    "leaves it; delete it and run again"
                )
        trace = trace.tb_next
    return ""


logger = logging.getLogger("resurvey")

TOLD_LAST = "RESURVEY_TOLD_LAST"
"""Environment variable of a run whose console tells at its end what went wrong in jobs' logs."""


def without_controls(record: logging.LogRecord) -> bool:
    """Write out the control characters of a message, which a terminal would obey."""
    record.msg, record.args = harmless(record.getMessage()), None
    return True


def _is_own_warning(record: logging.LogRecord) -> bool:
    """Whether a record is a warning of ours, and no error and no warning of another package."""
    ours = record.name == logger.name or record.name.startswith(f"{logger.name}.")
    return ours and record.levelno == logging.WARNING


@contextmanager
def log_to(path: str | Path) -> Iterator[logging.Logger]:
    """Log to a file and the terminal; end the process after an error.

    Something wrong with the input is one sentence and no traceback; anything else is a fault of
    the program, and its traceback goes to both places.
    """
    folder = Path(path).parent
    try:
        folder.mkdir(parents=True, exist_ok=True)
        file = logging.FileHandler(path, mode="w", encoding="utf-8")
    except OSError as problem:
        sentence = storage_problem(problem, folder) or f"{path}: {problem.strerror}"
        print(harmless(sentence), file=sys.stderr)
        raise SystemExit(1) from None
    from resurvey.core.progress import make_room

    terminal = logging.StreamHandler(sys.stderr)
    terminal.addFilter(make_room)
    if os.environ.get(TOLD_LAST):
        terminal.addFilter(_is_own_warning)
    handlers: list[logging.Handler] = [file, terminal]
    # A full disk takes no more of the log; the terminal still says why.
    logging.raiseExceptions = False
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
    except Exception as problem:
        if isinstance(problem, OSError) and problem.errno in _ONLY_WRITING:
            logger.error("%s", storage_problem(problem, Path(problem.filename or path).parent))
            raise SystemExit(1) from None
        if cut := cut_module(problem):
            logger.error("%s", cut)
            raise SystemExit(1) from None
        logger.exception("the program failed; this is not your data's fault, please report it")
        raise SystemExit(1) from None
