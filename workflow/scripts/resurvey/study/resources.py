"""Resources: the memory and the time that a job asks for where a scheduler gives them out."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from resurvey.reading.formats import STORED_FROM, respondents_of

MEGABYTE = 10**6
MILLION = 10**6
_PACKED = frozenset({".zsav", ".zip", ".xlsx", ".ods", ".gz", ".parquet"})
_UNPACKED = 10
"""How much larger a packed file is when it is opened; `.zsav` of questionnaires had 3 to 10."""
_PARTED = frozenset({".sav", ".zsav", ".dta", ".parquet", ".csv", ".tsv"})
"""Files that are read a part at a time where they are large, whatever lies beside them."""
_SMALLEST = 1.0
"""Megabytes of a raw file whose respondents are not worth counting."""


@dataclass(frozen=True)
class Need:
    """What one job takes, measured on one machine and doubled.

    Attributes
    ----------
    memory : int
        Megabytes for the smallest file: Python and the packages.
    memory_each : float
        More megabytes for every megabyte of raw files that are held in memory.
    minutes : int
        Minutes for the smallest file, with a slow start from a network's disk.
    minutes_each : float
        More minutes for every megabyte of them.
    memory_each_million : float or None
        More megabytes for every million respondents of raw files that are read a part at a time;
        None where the job holds these, too.
    """

    memory: int = 1_000
    memory_each: float = 0.0
    minutes: int = 10
    minutes_each: float = 0.0
    memory_each_million: float | None = None


@dataclass(frozen=True)
class Raw:
    """How large raw files are.

    Attributes
    ----------
    held : float
        Megabytes, as they are when unpacked, of those that are held in memory.
    parted : float
        The same of those that are read a part at a time.
    millions : float
        Respondents of these.
    """

    held: float = 0.0
    parted: float = 0.0
    millions: float = 0.0


NEEDS = {
    "compare_questionnaire": Need(memory_each=60, minutes_each=0.4, memory_each_million=150),
    "import_wave": Need(memory_each=60, minutes_each=0.4, memory_each_million=150),
    "export_wave": Need(memory_each=60, minutes_each=0.4),
    "prepare_wave": Need(memory_each=40, minutes_each=0.2, memory_each_million=150),
    "tabulate_wave": Need(memory_each=40, minutes=20, minutes_each=0.4, memory_each_million=50),
    "tabulate_interviews": Need(memory=2_000),
    "assess_index": Need(memory_each=40, minutes=20, minutes_each=0.4),
    "fit_models": Need(memory_each=60, minutes=20, minutes_each=0.8),
    "compare_waves": Need(memory=3_000, memory_each=10, minutes=20, minutes_each=0.2),
    "trace_wave": Need(minutes_each=0.02),
    "recover_wave": Need(minutes=30),
    "write_pages": Need(memory=2_000, minutes=20),
    "write_documents": Need(memory=2_000, minutes=20),
}
"""Rule -> what its job takes; a rule that is not here opens no respondents and takes `Need()`."""
_LARGEST = 6.0
"""Megabytes for each megabyte of a file that is read a part at a time, whose largest column is
held: codes take a tenth of it, a file of hardly anything but everybody's own words took 11, which
the second attempt gets."""
_PARTED_MINUTES = 0.02
"""Minutes for each megabyte of it; a million respondents of 60 variables, 88 MB, took 6 seconds."""


def size_of(paths: Iterable[str | Path]) -> Raw:
    """Size of raw files; one that is not there has none.

    Examples
    --------
    >>> size_of(["not/there.sav"])
    Raw(held=0.0, parted=0.0, millions=0.0)
    """
    held, parted, respondents = 0.0, 0.0, 0
    for path in map(Path, paths):
        if not path.is_file():
            continue
        times = _UNPACKED if path.suffix.lower() in _PACKED else 1
        size = path.stat().st_size / MEGABYTE
        is_parted = path.suffix.lower() in _PARTED and size > _SMALLEST
        people = respondents_of(path) if is_parted else None
        if people is not None and people >= STORED_FROM:
            parted += times * size
            respondents += people
        else:
            held += times * size
    return Raw(held, parted, respondents / MILLION)


def memory_of(rule: str, raw: Raw, attempt: int = 1) -> int:
    """Megabytes of memory that a job asks for; a second attempt gets twice as many.

    Parameters
    ----------
    rule : str
        Rule of the job.
    raw : Raw
        Size of the raw files that it looks into.
    attempt : int
        1 at first; a job that was stopped for want of memory is tried again.

    Examples
    --------
    >>> memory_of("write_deposit", Raw(500)), memory_of("import_wave", Raw(100), attempt=2)
    (1000, 14000)
    >>> memory_of("import_wave", Raw(parted=88, millions=1))
    1678
    """
    need = NEEDS.get(rule, Need())
    memory = need.memory + need.memory_each * raw.held
    if need.memory_each_million is None:
        memory += need.memory_each * raw.parted
    else:
        memory += need.memory_each_million * raw.millions + _LARGEST * raw.parted
    return attempt * round(memory)


def minutes_of(rule: str, raw: Raw, attempt: int = 1) -> int:
    """Minutes that a job asks for; a second attempt gets twice as many.

    Examples
    --------
    >>> minutes_of("draw_figures", Raw(500)), minutes_of("import_wave", Raw(100), attempt=2)
    (10, 100)
    >>> minutes_of("import_wave", Raw(parted=100, millions=1))
    12
    """
    need = NEEDS.get(rule, Need())
    parted = need.minutes_each if need.memory_each_million is None else _PARTED_MINUTES
    minutes = need.minutes + need.minutes_each * raw.held + parted * raw.parted
    return attempt * round(minutes)
