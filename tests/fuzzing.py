"""Fuzzing: damaged files of every format, and what reading them came to.

    fuzz(mutations=10_000, seed=SEED, formats=None, workers=2) -> dict[str, Counts]

Each mutant is a small survey of which bytes were changed, lost, doubled or exchanged, at places
that the seed decides. It is read as a new survey (`init`), and imported into a study that has a
codebook. `Counts` holds, by format, how many there were of each outcome; the keys are the names of
`MAKERS`, and ``crashers`` for the inputs that once ended a process. A mutant is read in a worker
that may die, hang or take memory: that is counted, and the next one is read by another worker.
"""

import hashlib
import json
import multiprocessing
import os
import random
import resource
import shutil
import signal
import struct
import sys
import tempfile
import time
import zipfile
import zlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "workflow/scripts"), str(ROOT / "tests")]

import pandas as pd  # noqa: E402
import pyreadstat  # noqa: E402

import catalogue  # noqa: E402
from resurvey.core.progress import track  # noqa: E402

SEED = 15
HANG = 60
"""Seconds after which a file counts as one that hangs."""
MOST_MEMORY = 2 * 2**30
"""Bytes of memory that no small file may take."""
IRIS = Path("/usr/lib/R/site-library/haven/examples/iris.sas7bdat")
_SPECIES = ("setosa", "versic", "virgin")
MAIN = ("plain.sav", "packed.sav", "packed.zsav", "people.dta", "people.csv")
"""Formats of which the promises speak."""


@dataclass
class Counts:
    """How many mutants came to what.

    Attributes
    ----------
    files : int
        Mutants that were read.
    refused : int
        Refused in one sentence that names the file, by `init`.
    identical : int
        Read with the very content of the file that was not damaged.
    other : int
        Read by `init` with other content.
    flagged : int
        Of these, the ones about which the log says something.
    changed : int
        Mutants that the import into a study with a codebook refused, or read with other content.
    stopped : int
        Of these, refused by that import, or read with something in its log.
    silent_with_manifest : int
        Of the mutants with other content, those that the recorded SHA-256 let pass.
    tracebacks, signals, hangs, memory : int
        What never may be: another error than the refusal, a worker that died, one that did not
        answer for a minute, one that took two gigabytes.
    worst : list of str
        Which mutants these were, by format and number.
    """

    files: int = 0
    refused: int = 0
    identical: int = 0
    other: int = 0
    flagged: int = 0
    changed: int = 0
    stopped: int = 0
    silent_with_manifest: int = 0
    tracebacks: int = 0
    signals: int = 0
    hangs: int = 0
    memory: int = 0
    worst: tuple[str, ...] = ()

    @property
    def faults(self):
        """How many came to what never may be."""
        return self.tracebacks + self.signals + self.hangs + self.memory

    def __add__(self, more):
        """Count two formats together."""
        both = {name: getattr(self, name) + getattr(more, name) for name in self.__annotations__}
        return Counts(**both)


MORE = [f"q{number}" for number in range(7, 19)]
"""Questions that a questionnaire has beside those of the catalogue's survey."""


def people():
    """Answers to a questionnaire as they mostly are: codes, and an open question of few words."""
    frame = catalogue.people()
    for number, name in enumerate(MORE, 7):
        frame[name] = [1.0 + (place * number + place // 3) % 5 for place in range(len(frame))]
    frame["said"] = [words if at % 8 == 0 else "" for at, words in enumerate(frame["said"])]
    return frame


CODES = {**catalogue.CODES, **dict.fromkeys(MORE, catalogue.AGREE)}
CODEBOOK = {
    **catalogue.CODEBOOK,
    "variables": {
        **catalogue.CODEBOOK["variables"],
        **{name: {"codes": catalogue.AGREE, "measure": "ordinal"} for name in MORE},
    },
}


def _parquet(folder):
    path = folder / "wave.parquet"
    people().astype({"city": "category"}).to_parquet(path)
    return path


def _xport(folder):
    path = folder / "wave.xpt"
    frame = people().drop(columns=["day", "said"])
    pyreadstat.write_xport(frame, str(path), file_format_version=5)
    return path


def _portable(folder):
    path = folder / "wave.por"
    frame = people().drop(columns=["day", "said", "city"])
    pyreadstat.write_por(frame, str(path))
    return path


def _document(folder):
    path = folder / "wave.ods"
    rows = catalogue.rows_of(people())

    def cell(value):
        if isinstance(value, float):
            return (
                f'<table:table-cell office:value-type="float" office:value="{value:.15g}">'
                f"<text:p>{value:.15g}</text:p></table:table-cell>"
            )
        return (
            '<table:table-cell office:value-type="string">'
            f"<text:p>{value}</text:p></table:table-cell>"
        )

    lines = "".join(f"<table:table-row>{''.join(map(cell, row))}</table:table-row>" for row in rows)
    spaces = "urn:oasis:names:tc:opendocument:xmlns"
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content xmlns:office="{spaces}:'
        f'office:1.0" xmlns:table="{spaces}:table:1.0" xmlns:text="{spaces}:text:1.0" '
        'office:version="1.3"><office:body><office:spreadsheet><table:table table:name="a">'
        f"{lines}</table:table></office:spreadsheet></office:body></office:document-content>"
    )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", content)
    return path


def _sas(folder):
    return Path(shutil.copy(IRIS, folder / "wave.sas7bdat"))


MAKERS = {
    "plain.sav": catalogue.sav(frame=people, codes=CODES),
    "packed.sav": catalogue.sav(frame=people, codes=CODES, row_compress=True),
    "packed.zsav": catalogue.sav("wave.zsav", people, CODES, compress=True),
    "people.dta": catalogue.dta(people, CODES),
    "people.csv": catalogue.text(lambda: catalogue.table(people())),
    "people.por": _portable,
    "people.xlsx": catalogue.workbook(lambda: catalogue.rows_of(people())),
    "people.ods": _document,
    "people.parquet": _parquet,
    "people.xpt": _xport,
    "iris.sas7bdat": _sas,
}
SHARES = dict(zip(MAKERS, (22, 22, 14, 15, 13, 3, 3, 2, 2, 2, 2), strict=True))
"""Of a hundred mutants, how many are of each format."""
_FIELDS = (0, -1, 1, 2, 3, 8, 100, 255, 256, 1000, 65_536, 2**31 - 1, -(2**31))


def mutant(name, content, number, seed=SEED):
    """The mutant of a file with this number; never the file itself."""
    dice = random.Random(f"{seed} {name} {number}")
    for _ in range(50):
        inside = name.endswith((".zsav", ".xlsx", ".ods")) and dice.randrange(2)
        changed = _inside(name, content, dice) if inside else _mutated(content, dice)
        if changed != content:
            return changed
    raise AssertionError(f"nothing changes {name}")


def _mutated(content, dice):
    """Change some bytes."""
    mutated, kind = bytearray(content), dice.randrange(10)
    at = dice.randrange(len(content))
    size = min(dice.choice((1, 2, 4, 8, 16, 80, 400)), len(content) - at)
    if kind <= 2:
        mutated[at] ^= 1 << dice.randrange(8)
    elif kind == 3:
        mutated[at] = dice.choice((0, 1, 0x20, 0x30, 0x7F, 0x80, 0xE1, 0xFF, dice.randrange(256)))
    elif kind == 4:
        at = min(at, len(content) - 4)
        struct.pack_into("<i", mutated, at // 4 * 4, dice.choice(_FIELDS))
    elif kind == 5:
        mutated[at : at + size] = dice.randbytes(size)
    elif kind == 6:
        del mutated[at : at + size]
    elif kind == 7:
        mutated[at:at] = mutated[at : at + size]
    elif kind == 8:
        other = dice.randrange(len(content) - size + 1)
        first, second = bytes(mutated[at : at + size]), bytes(mutated[other : other + size])
        mutated[at : at + size], mutated[other : other + size] = second, first
    else:
        del mutated[at:]
    return bytes(mutated)


def _inside(name, content, dice):
    """Change some bytes of what is packed, and pack it again."""
    if name.endswith(".zsav"):
        start = content.index(catalogue.END_OF_DICTIONARY, 176) + 8
        _, trailer, length = struct.unpack_from("<3q", content, start)
        at, packed = struct.unpack_from("<q4xi", content, trailer + 32)
        plain = zlib.decompress(content[start + 24 : trailer])
        plain = _mutated(plain, dice)
        body = zlib.compress(plain)
        head = struct.pack("<3q", start, start + 24 + len(body), length)
        entry = struct.pack("<2q2i", start, start + 24, len(plain), len(body))
        return content[:start] + head + body + content[trailer : trailer + 24] + entry
    source = Path(tempfile.mkstemp(suffix=name[-5:])[1])
    try:
        source.write_bytes(content)
        with zipfile.ZipFile(source) as archive:
            parts = {part.filename: archive.read(part) for part in archive.infolist()}
        chosen = dice.choice([part for part in sorted(parts) if len(parts[part]) > 100])
        parts[chosen] = _mutated(parts[chosen], dice)
        with zipfile.ZipFile(source, "w", zipfile.ZIP_DEFLATED) as archive:
            for part, plain in parts.items():
                archive.writestr(zipfile.ZipInfo(part), plain)
        return source.read_bytes()
    finally:
        source.unlink()


def crashers(folder):
    """Files that once ended the process, by name: stored ones, and those that code can make."""
    found = {
        path.name: path.read_bytes()
        for path in sorted((ROOT / "tests/cases/attacks").iterdir())
        if path.suffix in (".sav", ".parquet", ".xpt")
    }
    for kind, indices in (("plain", (0, -1, 1000)), ("packed", (0, 2**31 - 1))):
        content = MAKERS[f"{kind}.sav"](Path(tempfile.mkdtemp(dir=folder))).read_bytes()
        for place in _places(content, struct.pack("<2i", 4, 1)):
            for index in indices:
                changed = bytearray(content)
                struct.pack_into("<i", changed, place + 8, index)
                found[f"{kind}_label_{place}_{index}.sav"] = bytes(changed)
        for place in _places(content, struct.pack("<2i", 2, 0)) if kind == "plain" else ():
            changed = bytearray(content)
            changed[place + 22] = 1
            found[f"{kind}_format_{place}.sav"] = bytes(changed)
    return found


def _places(content, record):
    """Where the records of a dictionary begin that begin with these bytes."""
    end = content.index(catalogue.END_OF_DICTIONARY, 176)
    at = content.find(record, 176, end)
    while at >= 0:
        yield at
        at = content.find(record, at + 1, end)


def _content(survey):
    """One hash of the data and all that is said about them."""
    data = pd.util.hash_pandas_object(survey.data.astype("object").astype(str), index=False)
    told = [survey.codebook.to_json(), [str(kind) for kind in survey.data.dtypes]]
    return hashlib.sha256(data.to_numpy().tobytes() + json.dumps(told).encode()).hexdigest()


@dataclass
class _Read:
    """What one way of reading came to."""

    kind: str
    content: str = ""
    said: tuple[str, ...] = ()


def _attempt(path, read):
    """Read a file; its log goes along."""
    from resurvey.core.errors import SurveyError

    with catalogue.heard() as messages:
        try:
            survey = read()
        except SurveyError as problem:
            sentence = str(problem)
            named = path.name in sentence and "Traceback" not in sentence
            return _Read("refused" if named else "unnamed", said=(sentence,))
        except Exception as problem:
            return _Read("traceback", said=(f"{type(problem).__name__}: {problem}",))
    return _Read("read", _content(survey), tuple(sorted(set(messages))))


def _both(path, codebook):
    """Read a file as a new survey, and import it into a study."""
    from resurvey.prepare.import_gate import import_survey
    from resurvey.reading import read_undeclared
    from resurvey.reading.oddities import mention_oddities

    def new():
        survey = read_undeclared(path)
        mention_oddities(path, survey)
        return survey

    first = _attempt(path, new)
    if first.kind != "read":
        return first, first
    wave = {"file": str(path), **({"weight": "weight"} if codebook else {})}
    return first, _attempt(path, lambda: import_survey(str(path), codebook, wave))


@cache
def _codebook(name):
    """Codebook of the study into which a file of this format is imported."""
    if name == "iris.sas7bdat":
        return {"variables": {"Species": {"codes": {kind: kind for kind in _SPECIES}}}}
    known = dict(CODEBOOK["variables"])
    if name == "people.por":
        # Portable files have names in capitals and no texts here.
        named = {key.upper(): spec for key, spec in known.items() if key != "city"}
        return {"id": "ID", "variables": named}
    return CODEBOOK


def _memory():
    """Bytes of memory that this process, or a child of it that reads, had at most."""
    from resurvey.reading import child

    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    gone = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024
    most = max(own, gone)
    for reader in child._children:
        status = Path(f"/proc/{reader.process.pid}/status")
        if status.is_file():
            peak = next(
                (row for row in status.read_text().splitlines() if row.startswith("VmHWM")), ""
            )
            most = max(most, int(peak.split()[1]) * 1024 if peak else 0)
    return most


def _work(tasks, answers):
    """Read mutants until there are none; tell each before it is begun."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    folder = Path(tempfile.mkdtemp(prefix="fuzz-", dir=_fast_folder()))
    try:
        clean = {}
        while (task := tasks.get()) is not None:
            name, number, seed, given = task
            answers.put((os.getpid(), task, None))
            answers.put((os.getpid(), task, _judged(folder, name, number, seed, given, clean)))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _judged(folder, name, number, seed, given, clean):
    """Read one mutant and count it."""
    from resurvey.core.errors import SurveyError
    from resurvey.reading import check_bytes

    kind = "plain.sav" if name == "crashers" else name
    if kind not in clean:
        path = MAKERS[kind](Path(tempfile.mkdtemp(dir=folder)))
        content = path.read_bytes()
        first, second = _both(path, _codebook(kind))
        assert (first.kind, second.kind) == ("read", "read"), (name, first, second)
        clean[kind] = (path, content, first, second, hashlib.sha256(content).hexdigest())
    path, content, first, second, digest = clean[kind]
    if given:
        path = path.with_suffix(given[0])
    path.write_bytes(given[1] if given else mutant(name, content, number, seed))
    new, imported = _both(path, _codebook(kind))
    counts = Counts(files=1)
    label = f"{name} {number}"
    for read in (new, imported):
        if read.kind in ("traceback", "unnamed") and not counts.tracebacks:
            counts.tracebacks = 1
            counts.worst += (f"{label}: {read.said[0][:200]}",)
    if _memory() > MOST_MEMORY:
        counts.memory = 1
        counts.worst += (f"{label}: memory",)
    if new.kind == "refused":
        counts.refused = 1
    elif new.kind == "read":
        same = new.content == first.content
        counts.identical, counts.other = int(same), int(not same)
        counts.flagged = int(not same and bool(set(new.said) - set(first.said)))
    if imported.kind != "read" or imported.content != second.content:
        counts.changed = 1
        told = imported.kind == "refused" or bool(set(imported.said) - set(second.said))
        counts.stopped = int(told)
        try:
            check_bytes(str(path), {"sha256": digest})
            counts.silent_with_manifest = 1
        except SurveyError:
            pass
    return counts


def _fast_folder():
    """A folder in memory where there is one."""
    memory = Path("/dev/shm")
    return str(memory) if memory.is_dir() and os.access(memory, os.W_OK) else None


def fuzz(mutations=10_000, seed=SEED, formats=None, workers=2, with_crashers=True):
    """Read mutants of every format and count what came of them.

    Parameters
    ----------
    mutations : int
        How many in all, shared out by `SHARES`.
    seed : int
        The same mutants for the same seed.
    formats : sequence of str, optional
        Keys of `MAKERS`; all but those whose file is not on this machine, unless given.
    workers : int
        Processes that read side by side.
    with_crashers : bool
        Whether the files that once ended the process are read, too.

    Returns
    -------
    dict of Counts
        By format, and ``crashers``.
    """
    names = [name for name in formats or MAKERS if name != "iris.sas7bdat" or IRIS.is_file()]
    whole = sum(SHARES[name] for name in names)
    tasks = [
        (name, number, seed, None)
        for name in names
        for number in range(max(1, mutations * SHARES[name] // whole))
    ]
    if with_crashers:
        with tempfile.TemporaryDirectory() as folder:
            tasks += [
                ("crashers", file, seed, (Path(file).suffix, content))
                for file, content in crashers(Path(folder)).items()
            ]
    counts = {name: Counts() for name in [*names, *(["crashers"] if with_crashers else [])]}
    for task, found in track(_read_all(tasks, workers), "damaged files", len(tasks)):
        counts[task[0]] += found
    return counts


def _read_all(tasks, workers):
    """Give every task to a worker; start another one where one died or hangs."""
    start = multiprocessing.get_context("fork")
    waiting = start.Queue()
    for task in tasks:
        waiting.put(task)
    for _ in range(workers):
        waiting.put(None)
    answers = start.Queue()
    staff = {}
    for _ in range(workers):
        _hire(start, waiting, answers, staff)
    left = len(tasks)
    while left:
        try:
            pid, task, found = answers.get(timeout=1)
        except Exception:
            pid = None
        now = time.monotonic()
        if pid in staff:
            staff[pid][1:] = [task if found is None else None, now]
            if found is not None:
                left -= 1
                yield task, found
                continue
        for pid, (process, task, since) in list(staff.items()):
            hangs = task is not None and now - since > HANG
            dead = not process.is_alive() and answers.empty()
            if not hangs and not dead:
                continue
            if hangs:
                process.kill()
            process.join()
            del staff[pid]
            if task is not None:
                left -= 1
                lost = Counts(files=1, hangs=int(hangs), signals=int(not hangs))
                lost.worst = (f"{task[0]} {task[1]}: {'hangs' if hangs else process.exitcode}",)
                yield task, lost
            if left and (task is not None or not staff):
                _hire(start, waiting, answers, staff)
    for process, *_ in staff.values():
        process.join(5)


def _hire(start, waiting, answers, staff):
    process = start.Process(target=_work, args=(waiting, answers), daemon=True)
    process.start()
    staff[process.pid] = [process, None, time.monotonic()]


COLUMNS = (
    ("files", "files"),
    ("refused", "refused"),
    ("other", "other content"),
    ("flagged", "flagged"),
    ("identical", "identical"),
    ("tracebacks", "traceback"),
    ("signals", "signal"),
    ("hangs", "hang"),
    ("memory", "memory"),
)


def counts_table(counts):
    """Lines of a table of the counts, for a terminal."""
    whole = sum(counts.values(), Counts())
    lines = ["format".ljust(16) + "".join(words.rjust(15) for _, words in COLUMNS) + share_head()]
    for name, found in [*counts.items(), ("all", whole)]:
        cells = "".join(str(getattr(found, key)).rjust(15) for key, _ in COLUMNS)
        lines.append(name.ljust(16) + cells + _shares(found))
    return lines


def share_head():
    """Headings of the shares."""
    return "caught by init".rjust(16) + "caught by import".rjust(18)


def _shares(found):
    seen = found.refused + found.other
    init = f"{100 * (found.refused + found.flagged) / seen:.1f}%" if seen else "-"
    study = f"{100 * found.stopped / found.changed:.1f}%" if found.changed else "-"
    return init.rjust(16) + study.rjust(18)


def share_caught(counts, names=MAIN):
    """Of content-changing mutants, the share that `init` and the import stop or flag."""
    whole = sum((counts[name] for name in names if name in counts), Counts())
    return (
        (whole.refused + whole.flagged) / max(1, whole.refused + whole.other),
        whole.stopped / max(1, whole.changed),
    )
