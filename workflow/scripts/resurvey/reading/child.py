"""Child: a process of its own for the readers of others' formats, which a damaged file can kill.

One wrong byte ends a C library and with it the process that called it; a bomb takes all memory.
Here that costs a child, which reads one file after the other and is started anew when it was lost.
It protects against damage, and it is no prison: what is read is still read as this user.
"""

import atexit
import logging
import os
import pickle
import signal
import struct
import subprocess
import sys
import threading
import warnings
from contextlib import suppress
from pathlib import Path
from typing import IO, Any, NamedTuple

from resurvey.core.errors import SurveyError

SMALLEST_MEMORY = 2 * 2**30
"""Bytes of memory for any file: the libraries take a quarter of it before they read."""
MEMORY_PER_BYTE = 1_000
"""More of it for each byte of the file: a compressed byte holds up to a hundred answers."""
SHORTEST_TIME = 60
"""Seconds of a processor for any file."""
TIME_PER_MEGABYTE = 30
"""More of it for each megabyte; a packed workbook takes half as long."""
_WAIT = 10
"""How many times longer than its processor time a file may take on a busy machine."""
_LENGTH = struct.Struct("<Q")
_START = "import sys; sys.path[:] = sys.argv[1:]; from resurvey.reading.child import serve; serve()"
_OUT_OF_TIME = frozenset({"SIGXCPU", "SIGALRM"})


class Answer(NamedTuple):
    """What the child found, and all that it said on the way.

    Attributes
    ----------
    content : object
        What the reader gave; None where the file was refused.
    problem : str
        Why it was refused.
    told : list of tuple
        Logger, level and text of every message.
    warned : list of tuple
        Text, category, file and line of every warning.
    """

    content: Any
    problem: str
    told: list[tuple[str, int, str]]
    warned: list[tuple[str, type[Warning], str, int]]


class _Limits(NamedTuple):
    """Bytes of memory, seconds of a processor, seconds on the clock."""

    memory: int
    processor: int
    clock: int


class _Child:
    """A process that reads; it ends by itself when this one does."""

    def __init__(self) -> None:
        self.owner = os.getpid()
        self.process = subprocess.Popen(
            [sys.executable, "-c", _START, *sys.path],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            # One thread: others would take address space, and a file is read by one.
            env={**os.environ, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"},
        )

    def ask(self, path: Path, reader: str, given: tuple[Any, ...]) -> Answer | None:
        """Have a file read; None where the child did not live to tell."""
        assert self.process.stdin
        assert self.process.stdout
        limits = _Limits(memory_limit(path), time_limit(path), _WAIT * time_limit(path))
        try:
            _send(self.process.stdin, (os.getcwd(), path, reader, given, limits))
            # What the answer is made of is needed here, too; meanwhile the child does the same.
            import pandas  # noqa: F401

            answer: Answer = _receive(self.process.stdout)
        except (BrokenPipeError, EOFError):
            return None
        return answer

    def end(self) -> int:
        """Stop the process and give back how it ended."""
        self.process.kill()
        for pipe in (self.process.stdin, self.process.stdout):
            with suppress(OSError):
                if pipe:
                    pipe.close()
        return self.process.wait()


_one_at_a_time = threading.Lock()
_children: list[_Child] = []


def read_apart(path: Path, reader: str, *given: Any) -> Any:
    """Read a file in the child.

    Parameters
    ----------
    path : Path
        The file.
    reader : str
        ``module.function`` below `resurvey.reading`, which takes the path and what is `given`.

    Returns
    -------
    Survey, Sheet or dict of Sheet
        What the reader gives.

    Raises
    ------
    SurveyError
        The file was refused, killed its reader, or took more memory or time than a file of its
        size may take.

    Notes
    -----
    The limits are those of the operating system: address space and processor time of the child,
    and a clock for a reader that hangs. Where the system knows none of them (Windows), only the
    death of the child is noticed.
    """
    with _one_at_a_time:
        if _children and _children[0].owner != os.getpid():
            _children.clear()  # a fork has the pipes of its parent's child
        if not _children:
            _children.append(_Child())
        child = _children[0]
        try:
            answer = child.ask(path, reader, given)
        except BaseException:
            _children.clear()
            child.end()
            raise
        if answer is None:
            _children.clear()
            # It is dead or about to be: what it died of must not become that it was stopped.
            with suppress(subprocess.TimeoutExpired):
                child.process.wait(10)
            raise SurveyError(_cause_of_death(path, child.end()))
    for name, level, text in answer.told:
        logging.getLogger(name).log(level, "%s", text)
    for message, category, file, line in answer.warned:
        warnings.warn_explicit(message, category, file, line)
    if answer.problem:
        raise SurveyError(answer.problem)
    return answer.content


def _end_children() -> None:
    for child in _children:
        if child.owner == os.getpid():
            child.end()
    _children.clear()


atexit.register(_end_children)


def _cause_of_death(path: Path, code: int) -> str:
    """Say in one sentence how the child ended."""
    name = f"exit code {code}"
    if code < 0:
        with suppress(ValueError):
            name = signal.Signals(-code).name
    if name in _OUT_OF_TIME:
        return (
            f"{path}: reading the file takes longer than the limit of {time_limit(path)} seconds "
            "for a file of its size; it is damaged or meant to do harm; if it is neither, save "
            "only the variables that you need"
        )
    if name == "SIGKILL":
        return (
            f"{path}: the system stopped the program that was reading the file ({name}), mostly "
            "because memory ran out; save only the variables that you need, or use a larger machine"
        )
    return (
        f"{path}: the file is damaged, and the program that was reading it died of it ({name}); "
        "fetch it again"
    )


def memory_limit(path: Path) -> int:
    """Bytes of memory that reading a file may take."""
    return SMALLEST_MEMORY + MEMORY_PER_BYTE * path.stat().st_size


def time_limit(path: Path) -> int:
    """Seconds of a processor that reading a file may take."""
    return SHORTEST_TIME + TIME_PER_MEGABYTE * path.stat().st_size // 2**20


def serve() -> None:
    """Read files for the parent until it closes the pipe; the child runs nothing else."""
    requests = os.fdopen(os.dup(0), "rb")
    answers = os.fdopen(os.dup(1), "wb")
    nowhere = os.open(os.devnull, os.O_RDWR)
    # What a C library prints must not stand among the answers, nor on the terminal.
    for stream in (0, 1, 2):
        os.dup2(nowhere, stream)
    # On Ctrl-C the parent decides.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    told: list[tuple[str, int, str]] = []
    logger = logging.getLogger("resurvey")
    logger.setLevel(logging.DEBUG)
    logger.propagate = False
    logger.addHandler(_Collector(told))
    with suppress(EOFError, BrokenPipeError):
        while True:
            folder, path, reader, given, limits = _receive(requests)
            os.chdir(folder)
            told.clear()
            _send(answers, _answer(path, reader, given, limits, told))


def _answer(
    path: Path,
    reader: str,
    given: tuple[Any, ...],
    limits: _Limits,
    told: list[tuple[str, int, str]],
) -> Answer:
    """Read one file under its limits."""
    from resurvey.reading.formats import call_reader, reader_errors

    content, problem = None, ""
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("default")
        try:
            with reader_errors(path):
                _limit(limits)
                content = call_reader(reader, path, *given)
        except SurveyError as refusal:
            problem = str(refusal)
        finally:
            if hasattr(signal, "alarm"):
                signal.alarm(0)
    heard = [(str(each.message), each.category, each.filename, each.lineno) for each in warned]
    return Answer(content, problem, list(told), heard)


def _limit(limits: _Limits) -> None:
    """Set what the system gives to the reading of one file."""
    try:
        import resource
    except ImportError:  # Windows
        return
    used = sum(os.times()[:2])
    wanted = {
        # A dump of the memory would hold the answers of respondents.
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_AS: limits.memory,
        resource.RLIMIT_CPU: int(used) + 1 + limits.processor,
    }
    for kind, limit in wanted.items():
        _, most = resource.getrlimit(kind)
        if most != resource.RLIM_INFINITY:
            limit = min(limit, most)
        with suppress(OSError, ValueError):  # macOS knows no limit of address space
            resource.setrlimit(kind, (limit, most))
    signal.alarm(limits.clock)


class _Collector(logging.Handler):
    """Keeps messages for the parent, which has the log."""

    def __init__(self, told: list[tuple[str, int, str]]) -> None:
        super().__init__()
        self.told = told

    def emit(self, record: logging.LogRecord) -> None:
        self.told.append((record.name, record.levelno, record.getMessage()))


def _send(pipe: IO[bytes], message: object) -> None:
    content = pickle.dumps(message, protocol=pickle.HIGHEST_PROTOCOL)
    pipe.write(_LENGTH.pack(len(content)))
    pipe.write(content)
    pipe.flush()


def _receive(pipe: IO[bytes]) -> Any:
    head = pipe.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        raise EOFError
    (size,) = _LENGTH.unpack(head)
    content = pipe.read(size)
    if len(content) < size:
        raise EOFError
    return pickle.loads(content)
