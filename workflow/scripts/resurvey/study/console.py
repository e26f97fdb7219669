"""Console: what a run says on the terminal: a line a job, errors once and last.

The engine tells of everything in several lines each: who runs it, files of a job, reasons, ids.
That stays in its log. The terminal gets what a person looks for: what is being made, what went
wrong and what to do about it, where the report lies. `--verbose` brings back the rest.
"""

import logging
import os
import re
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, TextIO

from resurvey.core.errors import TOLD_LAST, harmless

_PLACE = re.compile(r'^(?:\w+ in file ".*", line \d+:|  File ".*", line \d+, in .*)$')
"""Lines of the engine's errors that name places in its own files."""
_SMALL_TALK = (
    "Assuming unrestricted shared filesystem",
    "Building DAG of jobs",
    "Complete log(s)",
    "Conda environments: ignored",
    "Elapsed time",
    "Execute ",
    "Group jobs: inactive",
    "Reasons:",
    "Rules with provenance triggered jobs",
    "Select jobs to execute",
    "Shutting down",
    "Singularity containers: ignored",
    "Some jobs were triggered by provenance",
    "Using shell",
)
"""Beginnings of what the engine says of itself that tells nobody anything of a study."""
_ENDINGS = ("Exiting because a job execution failed", "At least one job did not complete")
"""Beginnings of what the engine says when a job failed, which is told better at the end."""
_ENDED = re.compile(r"died with <Signals\.(\w+)")
_TRACE = "Traceback (most recent call last):"


class Console(logging.StreamHandler[TextIO]):
    """Terminal of a run, as a handler of the engine's records.

    Parameters
    ----------
    stream : file
        Where to write.
    plans : bool
        Whether nothing is made (a dry run): then each job has the reason why it would be.
    counts : bool
        Whether jobs are only counted by their rules (a dry run with ``--quiet rules``).

    Attributes
    ----------
    count_jobs : callable
        Gives how many jobs this run has. It is asked before the first: until its jobs begin, the
        engine's plan holds those that ``--until`` leaves out.
    """

    def __init__(self, stream: TextIO, plans: bool = False, counts: bool = False) -> None:
        super().__init__(stream)
        self.plans, self.counts = plans, counts
        self.count_jobs: Callable[[], int] = lambda: 0
        self.total = 0
        self.begun = 0
        self.causes: list[str] = []
        self.failed: dict[str, str] = {}
        self.since = time.monotonic()

    def emit(self, record: logging.LogRecord) -> None:
        """Write the line of a record, where it has one."""
        try:
            if line := self.word(record):
                self.stream.write(f"{line}\n")
                self.flush()
        except BrokenPipeError:
            raise
        except Exception:
            self.handleError(record)

    def word(self, record: logging.LogRecord) -> str:
        """Put a record into words.

        Examples
        --------
        >>> import sys
        >>> console = Console(sys.stderr)
        >>> def told(event, **more):
        ...     record = logging.LogRecord("", logging.INFO, "a.py", 1, "", None, None)
        ...     record.__dict__.update(event=event, **more)
        ...     return console.word(record)
        >>> outputs = ["results/1996/tables/tests.csv", "results/1996/tables/scales.csv"]
        >>> told("progress")
        ''
        >>> console.count_jobs = lambda: 13
        >>> job = {"rule_name": "tabulate_wave", "wildcards": {"wave": "1996"}, "reason": ""}
        >>> told("job_info", output=outputs, **job)
        ' 1 of 13  tabulate_wave 1996: results/1996/tables, 2 files'
        """
        event = getattr(record, "event", None)
        writers: Mapping[str, Callable[[logging.LogRecord], str]] = {
            "job_info": self._job,
            "job_error": self._failed,
            "group_error": self._failed,
            "error": self._error,
            "run_info": self._count,
        }
        if event is None:
            return self._remark(record)
        writer = writers.get(getattr(event, "value", event))
        return writer(record) if writer else ""

    def _remark(self, record: logging.LogRecord) -> str:
        said = record.getMessage()
        talk = said.startswith(_SMALL_TALK) and record.levelno < logging.WARNING
        return "" if talk or said.startswith(_ENDINGS) else said.strip("\n")

    def _job(self, record: logging.LogRecord) -> str:
        told = record.__dict__
        if not told["output"]:  # a target that only gathers others' files
            return ""
        self.total = self.total or self.count_jobs()
        self.begun += 1
        total = max(self.total, self.begun)
        words = f"{self.begun:{len(str(total))}} of {total}  {_title(told)}: "
        words += describe_files(list(map(str, told["output"])))
        reason = short_reason(str(told["reason"])) if self.plans else ""
        return f"{words} ({reason})" if reason else words

    def _count(self, record: logging.LogRecord) -> str:
        """Give the engine's table of its rules, which it writes twice, once."""
        wanted, self.counts = self.counts, False
        return record.getMessage() if wanted else ""

    def _failed(self, record: logging.LogRecord) -> str:
        """Keep by their logs which jobs failed; the engine has told the cause before."""
        told = record.__dict__
        cause = self.causes[-1] if self.causes else ""
        jobs = told.get("job_error_info") or [told]
        self.failed |= {str(log): cause for job in jobs for log in job.get("log") or ()}
        return f"{_title(told)} failed." if "rule_name" in told else "A group of jobs failed."

    def _error(self, record: logging.LogRecord) -> str:
        """Word an error of the engine; of a failed job it is kept for the end."""
        said = record.getMessage()
        kind = getattr(record, "exception", "")
        if kind == "WorkflowError" and any(ending in said for ending in _ENDINGS):
            return ""
        if kind == "RuleException" and self.begun:
            self.causes.append(said)
            return ""
        if kind != "WorkflowError" or _TRACE in said:
            return said
        lines = [line for line in said.split("\n") if not _PLACE.match(line)]
        return "\n".join(lines).removeprefix("WorkflowError:\n").strip()

    def took(self) -> str:
        """Time since the run began, as a person says it."""
        seconds = time.monotonic() - self.since
        minutes, rest = divmod(round(seconds), 60)
        return f"{minutes} min {rest} s" if minutes else f"{rest} s"


def _title(told: Mapping[str, Any]) -> str:
    """Name a job by its rule and what it is done for."""
    given = told.get("wildcards") or {}
    return " ".join((str(told["rule_name"]), *map(str, given.values())))


def describe_files(paths: Sequence[str]) -> str:
    """Say where files lie: one by its name, several by the folder that holds them.

    Examples
    --------
    >>> describe_files(["results/1996/clean/log.csv"])
    'results/1996/clean/log.csv'
    >>> describe_files(["results/1996/audit/cells.csv", "results/1996/report/report.en.html"])
    'results/1996, 2 files'
    """
    if len(paths) == 1:
        return paths[0]
    folder = os.path.commonpath([os.path.dirname(path) for path in paths])
    return f"{folder or '.'}, {len(paths)} files".replace(os.sep, "/")


_REASONS = {
    "Missing output files": "not made yet",
    "Incomplete output files": "cut off when it was made",
    "Updated input files": "what it reads changed",
    "Input files updated by another job": "what it reads is made anew",
    "Set of input files has changed since last execution": "it reads other files than before",
    "Code has changed since last execution": "the code changed",
    "Params have changed since last execution": "what it is made from changed",
    "Forced execution": "to be made anew",
}
"""Kind of the engine's reason -> what it means to whoever runs a study."""


def short_reason(reason: str) -> str:
    """Say why a job is to be done, without the files that the engine names.

    Examples
    --------
    >>> short_reason("Missing output files: a.csv, b.csv; Input files updated by another job: c")
    'not made yet, what it reads is made anew'
    >>> short_reason("Something that the engine may say one day: x")
    'something that the engine may say one day'
    """
    kinds = dict.fromkeys(part.partition(":")[0].strip() for part in reason.split("; "))
    return ", ".join(_REASONS.get(kind) or kind[:1].lower() + kind[1:] for kind in kinds if kind)


def last_words(log: str, cause: str = "") -> str:
    r"""Say what a job's log ends with: its sentence about the input, or the program's own fault.

    Lines that are set in belong to the one above them: a sentence may list what it speaks of.

    Parameters
    ----------
    log : str
        What the log holds.
    cause : str
        What the engine says of the failure: a job that the system ended could write nothing more.

    Examples
    --------
    >>> last_words("read", "Command 'python' died with <Signals.SIGKILL: 9>.")
    'the system ended this job (SIGKILL); often there is too little memory for it'
    >>> last_words("read\ntables.yaml: there is no variable 'agee'\n")
    "tables.yaml: there is no variable 'agee'"
    >>> last_words("read\ntwo differences:\n  - one\n  - another\n")
    'two differences:\n  - one\n  - another'
    >>> last_words(f"please report it\n{_TRACE}\n  File ...\nValueError: 3\n")
    'please report it: ValueError: 3'
    """
    if ended := _ENDED.search(cause):
        return f"the system ended this job ({ended[1]}); often there is too little memory for it"
    lines = [line for line in log.splitlines() if line.strip()]
    if _TRACE in lines[1:]:
        return f"{lines[lines.index(_TRACE) - 1]}: {lines[-1]}"
    start = len(lines) - 1
    while start > 0 and lines[start][0].isspace():
        start -= 1
    return "\n".join(lines[max(start, 0) :])


def tell_targets(rule: str, files: Sequence[str], waves: Sequence[str]) -> str:
    """Say which file to ask for, where a rule was named that makes one for each wave.

    Parameters
    ----------
    rule : str
        What was asked for.
    files : sequence of str
        Its files, with the wave (and what else differs) in braces.
    waves : sequence of str
        Waves of the study.

    Examples
    --------
    >>> tell_targets("tabulate_wave", ["results/{wave}/tables/crosstabs.csv"], ["1994", "1996"])
    'tabulate_wave is done once a wave: ask for results/1994/tables/crosstabs.csv (waves are: 1994, 1996)'
    >>> profile = "results/{wave}/figures/{profile,[a-z]+}/pay.pdf"
    >>> tell_targets("draw_profile", [profile], ["1996"])
    'draw_profile is done once a wave and profile: ask for results/1996/figures/{profile}/pay.pdf'
    """  # noqa: E501
    free = " and ".join(dict.fromkeys(re.findall(r"{(\w+)", files[0])))
    path = re.sub(r"{(\w+),[^}]*}", r"{\1}", files[0]).replace("{wave}", waves[0])
    others = f" (waves are: {', '.join(waves)})" if len(waves) > 1 else ""
    return f"{rule} is done once a {free}: ask for {path}{others}"


def tell_ending(
    console: Console, pages: Iterable[tuple[str, list[Path]]], below: str | Path
) -> list[str]:
    """Say how long a run took and where a reader finds what it made, the report last.

    Parameters
    ----------
    console : Console
        The run's.
    pages : iterable of tuple
        As `resurvey.study.folder.written_pages` gives them.
    below : path
        Folder in which the person is.
    """
    jobs = "1 job" if console.begun == 1 else f"{console.begun} jobs"
    told = [f"{jobs} done in {console.took()}."] if console.begun else []
    return told + [
        harmless(f"{title}: " + ", ".join(os.path.relpath(path, below) for path in paths))
        for title, paths in pages
    ]


def take_terminal(logger: logging.Logger, plans: bool, counts: bool) -> Console | None:
    """Put the console in the place of the engine's own terminal; None where it has none.

    Jobs leave what went wrong to the end, where the console tells it.
    """
    for handler in logger.handlers:
        if handler.name == "DefaultStreamHandler" and isinstance(handler, logging.StreamHandler):
            console = Console(handler.stream, plans, counts)
            # What `--quiet` leaves out stays out.
            for each in handler.filters:
                console.addFilter(each)
            console.name = "resurvey"
            logger.removeHandler(handler)
            logger.addHandler(console)
            os.environ[TOLD_LAST] = "1"
            return console
    return None
