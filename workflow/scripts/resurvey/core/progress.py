"""Progress: what is done and what is left, in one line of the terminal that leaves no trace.

Work that is over within two seconds says nothing. What goes on longer holds the last line of the
terminal, writes it anew while it works and wipes it at its end. Where nobody looks (a log, a pipe,
another program), nothing is written at all.
"""

import logging
import os
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sized
from contextlib import contextmanager, redirect_stdout, suppress
from typing import Any, TextIO, TypeVar

from resurvey.core.errors import harmless

PATIENCE = 2.0
"""Seconds after which work tells how far it is."""
_PAUSE = 0.25
_WIPE = "\r\x1b[K"
_WIDEST = 200

Thing = TypeVar("Thing")


class _Work:
    """One piece of work: what it is, how much of it there is, and how much is done."""

    def __init__(self, what: str, total: int) -> None:
        self.what = harmless(what)
        self.total = total
        self.done = 0
        self.begun = time.monotonic()

    def line(self, now: float) -> str:
        """Say how far it is."""
        taken = now - self.begun
        if not self.total:
            return f"{self.what}: {_duration(taken)}"
        said = f"{self.what}: {self.done} of {self.total}"
        if not self.done:
            return f"{said}, {_duration(taken)}"
        left = taken / self.done * (self.total - self.done)
        return f"{said}, about {_duration(left)} left"


def _duration(seconds: float) -> str:
    """Write seconds as a person says them.

    Examples
    --------
    >>> _duration(7.4), _duration(200), _duration(9_000)
    ('7 s', '3 min', '2 h 30 min')
    """
    if seconds < 100:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    if minutes < 100:
        return f"{minutes} min"
    return f"{minutes // 60} h {minutes % 60} min"


class _Line:
    """The last line of the terminal, which all work of this process shares."""

    def __init__(self) -> None:
        self.works: list[_Work] = []
        self.lock = threading.RLock()
        self.shown = False
        self.owner = 0

    def begin(self, work: _Work) -> None:
        """Take work up; a thread writes the line for as long as there is some."""
        with self.lock:
            self.works.append(work)
            if self.owner != os.getpid():
                self.owner = os.getpid()
                threading.Thread(target=self._keep, daemon=True).start()

    def end(self, work: _Work) -> None:
        """Lay work down."""
        with self.lock:
            if work in self.works:
                self.works.remove(work)
            if not self.works:
                self.wipe()

    def wipe(self) -> None:
        """Clear the line, for something else is written there."""
        with self.lock:
            if self.shown:
                self._write(_WIPE)
                self.shown = False

    def _keep(self) -> None:
        while True:
            time.sleep(_PAUSE)
            with self.lock:
                now = time.monotonic()
                if self.works and now - self.works[0].begun >= PATIENCE:
                    self._show(now)

    def _show(self, now: float) -> None:
        text = " · ".join(work.line(now) for work in self.works)
        width = _WIDEST
        with suppress(OSError, ValueError):
            width = os.get_terminal_size(sys.stderr.fileno()).columns or _WIDEST
        # The cursor stands at the beginning: who else writes there, writes over the line.
        self._write(f"{_WIPE}{text[: width - 1]}\r")
        self.shown = True

    def _write(self, text: str) -> None:
        with suppress(OSError, ValueError):
            sys.stderr.write(text)
            sys.stderr.flush()


_line = _Line()


def somebody_looks(stream: TextIO | None = None) -> bool:
    """Whether a stream (the errors', if none is given) is a terminal that can wipe a line.

    Examples
    --------
    >>> import io
    >>> somebody_looks(io.StringIO())
    False
    """
    stream = sys.stderr if stream is None else stream
    try:
        return bool(stream and stream.isatty()) and os.environ.get("TERM") != "dumb"
    except ValueError:  # closed
        return False


def track(
    things: Iterable[Thing],
    what: str,
    total: int = 0,
    size: Callable[[Thing], int] | None = None,
) -> Iterator[Thing]:
    """Give things one by one, and tell how many are done.

    Parameters
    ----------
    things : iterable
        What is worked on.
    what : str
        What they are, in the plural and with their wave: ``tables of 2022``.
    total : int
        How many they are, where they cannot be counted beforehand.
    size : callable, optional
        How much of the total each of them is, if not one: the respondents of a batch, say.

    Yields
    ------
    object
        The things, unchanged and in their order.

    Examples
    --------
    >>> list(track("abc", "letters"))
    ['a', 'b', 'c']
    """
    if not somebody_looks():
        yield from things
        return
    work = _Work(what, total or (len(things) if isinstance(things, Sized) else 0))
    _line.begin(work)
    try:
        for thing in things:
            yield thing
            work.done += 1 if size is None else size(thing)
    finally:
        _line.end(work)


@contextmanager
def working(what: str) -> Iterator[None]:
    """Tell for how long one piece of work goes on that has no parts: ``reading raw.sav``.

    Examples
    --------
    >>> with working("reading raw.sav"):
    ...     pass
    """
    if not somebody_looks():
        yield
        return
    work = _Work(what, 0)
    _line.begin(work)
    try:
        with redirect_stdout(_Wiping(sys.stdout)):
            yield
    finally:
        _line.end(work)


class _Wiping:
    """An output that wipes the line before it writes: both may be on the same terminal."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        """Write where the line stood."""
        _line.wipe()
        return self._stream.write(text)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


def make_room(_: logging.LogRecord | None = None) -> bool:
    """Wipe the line, so that a message can stand there; as a filter, let every message through.

    Examples
    --------
    >>> make_room()
    True
    """
    _line.wipe()
    return True
