"""Run log: what a door says goes to the terminal and to its log file; errors are one sentence."""

import logging
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from resurvey.core.errors import SurveyError, harmless

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
