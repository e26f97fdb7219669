"""Holding: one run at a time works in a study's folder, and another is told which one does."""

import os
import socket
import time
from pathlib import Path
from typing import IO

from resurvey.core.errors import SurveyError

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

HOLDER = Path(".snakemake/resurvey.lock")
"""File that says who holds a study, from its folder; it holds it as long as its process lives."""


def hold_study(folder: str | Path = ".") -> IO[str] | None:
    """Hold a study for this process, until it ends in whatever way.

    The system itself forgets the lock of a process that was killed, so that nobody has to remove
    one; what the file says is read by people alone.

    Returns
    -------
    file or None
        Keep it open: who closes it lets go. None where the system or the disk has no such locks.

    Raises
    ------
    SurveyError
        Another run holds the study; the sentence names its process, machine and beginning.

    Examples
    --------
    >>> import tempfile
    >>> held = hold_study(tempfile.mkdtemp())
    >>> held is None or held.closed
    False
    """
    if fcntl is None:
        return None
    path = Path(folder, HOLDER)
    path.parent.mkdir(parents=True, exist_ok=True)
    # Opened to append: what a holder wrote stays until the lock is ours.
    held = path.open("a+", encoding="utf-8")
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        with held:
            held.seek(0)
            holder = held.read().strip() or "a process that has just begun"
        raise SurveyError(
            f"{Path(folder).resolve()}: another run is at work in this folder ({holder}); wait "
            "until it is done, or stop it first"
        ) from None
    except OSError:
        held.close()
        return None
    held.truncate(0)
    moment = time.strftime("%Y-%m-%d %H:%M:%S")
    held.write(f"process {os.getpid()} on {socket.gethostname()} since {moment}\n")
    held.flush()
    return held
