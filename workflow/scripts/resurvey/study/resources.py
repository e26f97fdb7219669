"""Resources: the memory and the time that a job asks for where a scheduler gives them out."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

MEGABYTE = 10**6
_PACKED = frozenset({".zsav", ".zip", ".xlsx", ".ods", ".gz", ".parquet"})
_UNPACKED = 10
"""How much larger a packed file is when it is opened; `.zsav` of questionnaires had 3 to 10."""


@dataclass(frozen=True)
class Need:
    """What one job takes, measured on one machine and doubled.

    Attributes
    ----------
    memory : int
        Megabytes for the smallest file: Python and the packages.
    memory_each : float
        More megabytes for every megabyte of raw files.
    minutes : int
        Minutes for the smallest file, with a slow start from a network's disk.
    minutes_each : float
        More minutes for every megabyte of raw files.
    """

    memory: int = 1_000
    memory_each: float = 0.0
    minutes: int = 10
    minutes_each: float = 0.0


NEEDS = {
    "compare_questionnaire": Need(memory_each=60, minutes_each=0.4),
    "import_wave": Need(memory_each=60, minutes_each=0.4),
    "export_wave": Need(memory_each=60, minutes_each=0.4),
    "prepare_wave": Need(memory_each=40, minutes_each=0.2),
    "tabulate_wave": Need(memory_each=40, minutes=20, minutes_each=0.4),
    "tabulate_interviews": Need(memory=2_000),
    "assess_index": Need(memory_each=40, minutes=20, minutes_each=0.4),
    "fit_models": Need(memory_each=60, minutes=20, minutes_each=0.8),
    "compare_waves": Need(memory_each=10, minutes=20, minutes_each=0.2),
    "trace_wave": Need(minutes_each=0.02),
    "recover_wave": Need(minutes=30),
    "write_pages": Need(memory=2_000, minutes=20),
    "write_documents": Need(memory=2_000, minutes=20),
}
"""Rule -> what its job takes; a rule that is not here opens no respondents and takes `Need()`."""


def megabytes_of(paths: Iterable[str | Path]) -> float:
    """Size of raw files in megabytes as they are when unpacked; one that is not there has none.

    Examples
    --------
    >>> megabytes_of(["not/there.sav"])
    0.0
    """
    size = 0
    for path in map(Path, paths):
        if path.is_file():
            times = _UNPACKED if path.suffix.lower() in _PACKED else 1
            size += times * path.stat().st_size
    return size / MEGABYTE


def memory_of(rule: str, megabytes: float, attempt: int = 1) -> int:
    """Megabytes of memory that a job asks for; a second attempt gets twice as many.

    Parameters
    ----------
    rule : str
        Rule of the job.
    megabytes : float
        Size of the raw files that it looks into.
    attempt : int
        1 at first; a job that was stopped for want of memory is tried again.

    Examples
    --------
    >>> memory_of("write_deposit", 500), memory_of("import_wave", 100, attempt=2)
    (1000, 14000)
    """
    need = NEEDS.get(rule, Need())
    return attempt * round(need.memory + need.memory_each * megabytes)


def minutes_of(rule: str, megabytes: float, attempt: int = 1) -> int:
    """Minutes that a job asks for; a second attempt gets twice as many.

    Examples
    --------
    >>> minutes_of("draw_figures", 500), minutes_of("import_wave", 100, attempt=2)
    (10, 100)
    """
    need = NEEDS.get(rule, Need())
    return attempt * round(need.minutes + need.minutes_each * megabytes)
