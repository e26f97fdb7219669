"""Receipts: beside the results of a job, what they were made from, by the hashes of everything.

The engine remembers in a folder of its own what it did, by the age of files; that folder may be
gone and an age may lie. A receipt stays with the results: `compare` holds all of them against
what there is now, and `./run resurvey verify` holds a folder of results against them.
"""

import hashlib
import json
import re
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from functools import cache
from pathlib import Path, PurePosixPath

from resurvey.core.errors import SurveyError
from resurvey.core.files import hash_file, write_bytes
from resurvey.proof.certificate.package import check_path, json_bytes, parse_json, shown

ROOM = "receipts"
"""Folder of the receipts, in the folder of a wave and beside its `logs`."""

RELEASE = "release"
"""Folder of the public set among the results, in it one folder a wave."""

SIGNED = "SIGN-OFF.json"
"""Name of the file in which a person signs the public set; no run writes it."""

RESULTS = "results/"
_LARGEST = 8_000_000
_HASH = re.compile(r"[0-9a-f]{64}")
_PIN = re.compile(r"^([A-Za-z0-9][A-Za-z0-9._-]*)(?:\[[^\]]*\])?==", re.MULTILINE)


@dataclass(frozen=True)
class Made:
    """What a job's results were made from, without the files that it read.

    Attributes
    ----------
    code : str
        SHA-256 of the door and of the library's modules that it imports.
    environment : str
        SHA-256 of the lock file and of the packages that are installed.
    tools : str
        SHA-256 of the templates and whatever else the rule takes from the repository.
    files : str
        SHA-256 of the names of the study's files that the job uses because they are there.
    settings : dict
        Name of a setting -> SHA-256.
    """

    code: str
    environment: str
    tools: str
    files: str
    settings: Mapping[str, str]


@dataclass(frozen=True)
class Receipt:
    """What one job read and wrote.

    Attributes
    ----------
    rule : str
        Rule of the job.
    wildcards : dict
        The wave, the language … that it was done for.
    made : Made
        Code, environment, templates and settings.
    sources : dict
        Path from the study's folder -> SHA-256 of every file that came from outside.
    inputs : dict
        The same of other jobs' results.
    outputs : dict
        The same of what the job wrote.
    """

    rule: str
    wildcards: Mapping[str, str]
    made: Made
    sources: Mapping[str, str] = field(default_factory=dict)
    inputs: Mapping[str, str] = field(default_factory=dict)
    outputs: Mapping[str, str] = field(default_factory=dict)


def receipt_place(log: str | Path) -> Path:
    """Where the receipt of a job lies, by its log.

    Examples
    --------
    >>> receipt_place("results/2022/logs/write_report.en.log").as_posix()
    'results/2022/receipts/write_report.en.json'
    """
    log = Path(log)
    return log.parents[1] / ROOM / f"{log.name.removesuffix('.log')}.json"


def write_receipt(path: str | Path, receipt: Receipt) -> None:
    """Write a receipt, whole or not at all; the same job leaves the same bytes.

    Another receipt beside it that claims one of the same results is of a job that an earlier
    version had, and goes. So does what the same job wrote before and makes no more, such as the
    files of a table that has another name now, where nobody edited it since.
    """
    path = Path(path)
    earlier: dict[str, str] = {}
    with suppress(SurveyError, OSError):
        earlier.update(read_receipt(path).outputs)
    write_bytes(path, json_bytes(asdict(receipt)))
    claimed = set(receipt.outputs)
    for other in sorted(set(path.parent.glob("*.json")) - {path}):
        with suppress(SurveyError, OSError):
            outputs = read_receipt(other).outputs
            if receipt.outputs.keys() & outputs.keys():
                other.unlink()
            claimed |= outputs.keys()
    for name in sorted(earlier.keys() - claimed):
        file = Path(name)
        own = _is_own(name, path) and file.is_file() and not file.is_symlink()
        if own and hash_file(name) == earlier[name]:
            file.unlink()


def _is_own(output: str, receipt: Path) -> bool:
    """Whether a result lies in the room of its receipt, or in the same room of the public set."""
    home = receipt.parents[1]
    return any(Path(output).is_relative_to(room) for room in (home, _public(home)))


def _public(home: Path) -> Path:
    """The public room that belongs to a wave's: what leaves the house carries no receipts."""
    return home.parent / RELEASE / home.name


def read_receipt(path: str | Path) -> Receipt:
    """Read back what `write_receipt` wrote, perhaps from a stranger.

    Raises
    ------
    SurveyError
        Another shape, or a path that leads elsewhere.
    """
    path = Path(path)
    if path.stat().st_size > _LARGEST:
        raise SurveyError(f"{path}: this is no receipt of a job, which is small")
    plain = parse_json(path.read_bytes(), str(path))
    try:
        made = Made(**plain.pop("made"))
        receipt = Receipt(made=made, **plain)
        hashes = [made.code, made.environment, made.tools, made.files, *made.settings.values()]
        for files in (receipt.sources, receipt.inputs, receipt.outputs):
            hashes += files.values()
        names = [receipt.rule, *receipt.wildcards, *receipt.wildcards.values()]
        if not all(isinstance(name, str) for name in names):
            raise TypeError
        if not all(isinstance(digest, str) and _HASH.fullmatch(digest) for digest in hashes):
            raise ValueError
    except (AttributeError, KeyError, TypeError, ValueError):
        raise SurveyError(f"{path}: this is no receipt of a job") from None
    for name in (*receipt.inputs, *receipt.outputs):
        check_path(name, str(path))
    return receipt


def find_receipts(folder: str | Path) -> list[Path]:
    """List the receipts of one room of results, or of all rooms of a folder of results."""
    folder = Path(folder)
    rooms = ("", "*/")
    found = [path for room in rooms for path in folder.glob(f"{room}{ROOM}/*.json")]
    return sorted(path for path in found if path.is_file())


def own_receipts(results: str | Path) -> dict[Path, Receipt]:
    """Read the receipts that lie where their jobs left them.

    A damaged receipt says nothing, and a copy of a folder of results says nothing of the folder
    that it was copied from.
    """
    found = {}
    for path in find_receipts(results):
        with suppress(SurveyError):
            receipt = read_receipt(path)
            if any(_is_own(output, path) for output in receipt.outputs):
                found[path] = receipt
    return found


def makers_of_results(results: str | Path) -> dict[str, str]:
    """Name the rule that wrote each result of a study, by its path."""
    return {
        path: receipt.rule for receipt in own_receipts(results).values() for path in receipt.outputs
    }


def plain_files(paths: Iterable[str | Path]) -> Iterator[str]:
    """Go through files; a folder stands for all that lie in it, hidden ones left out."""
    for path in map(Path, paths):
        if path.is_dir():
            inside = sorted(path.rglob("[!.]*"))
            yield from (path.as_posix() for path in inside if path.is_file())
        else:
            yield path.as_posix()


def hash_paths(paths: Iterable[str | Path]) -> dict[str, str]:
    """SHA-256 of files and of the files in folders, by path; what is not there is left out."""
    return {path: hash_file(path) for path in plain_files(paths) if Path(path).is_file()}


def sources_hash(sources: Mapping[str, str]) -> str:
    """One hash of files that came from outside, their names among it."""
    return hashlib.sha256(json.dumps(sorted(sources.items())).encode()).hexdigest()


@cache
def environment_hash(lock: str | Path) -> str:
    """SHA-256 of a lock file, of the versions installed of what it names, and of Python's."""
    # Whoever runs without the repository's lock has at least the versions of Python.
    text = Path(lock).read_text(encoding="utf-8") if Path(lock).is_file() else ""
    installed = _installed_versions()
    pinned = sorted({_normal_name(name) for name in _PIN.findall(text)})
    versions = [(name, installed.get(name, "")) for name in pinned]
    told = [text, versions, list(sys.version_info[:2])]
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()


def _installed_versions() -> dict[str, str]:
    """Version of every installed package by the name of its folder.

    What lies in the folder says the same, and to read it for each package is a good part of a
    second.
    """
    found: dict[str, str] = {}
    for folder in map(Path, sys.path):
        for path in folder.glob("*.*-info"):
            name, _, version = path.stem.partition("-")
            found.setdefault(_normal_name(name), version)
    return found


def _normal_name(name: str) -> str:
    """Write a package's name as all spellings of it are written (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


@dataclass(frozen=True)
class Comparison:
    """What holding results against their receipts gave.

    Attributes
    ----------
    edited : list of str
        Files that are not as the run wrote them.
    gone : dict
        Source that is not there any more -> a file that was made from it.
    unfit : dict
        File that is to be made anew -> why, in a few words.
    files : list of str
        All that lies among the results; some of it perhaps nobody makes any more.
    unknown : set of str
        Of these, files of which no receipt says anything.
    """

    edited: list[str] = field(default_factory=list)
    gone: dict[str, str] = field(default_factory=dict)
    unfit: dict[str, str] = field(default_factory=dict)
    files: list[str] = field(default_factory=list)
    unknown: set[str] = field(default_factory=set)

    def refusals(self) -> list[str]:
        """Say of each result that somebody edited what to do about it."""
        return [
            f"{path}: this is not as the run wrote it; move it elsewhere if you want to keep it, "
            "delete it here, and the run makes it anew"
            for path in self.edited
        ]

    def reasons(self, made: Iterable[str]) -> list[str]:
        """Say why files among `made` are to be made anew, those of one reason together."""
        together: dict[str, list[str]] = {}
        for path in made:
            if path in self.unfit:
                together.setdefault(self.unfit[path], []).append(path)
        return [f"{name_files(paths)}: {reason}" for reason, paths in together.items()]

    def remade_waves(self, waves: Iterable[str]) -> set[str]:
        """Waves of which something is made anew; all of them where it is of all waves together."""
        every = set(waves)
        remade = set()
        for path in self.unfit:
            room, *rest = PurePosixPath(path).parts[1:]
            if room == RELEASE or rest[:1] == ["disclosure"]:
                continue  # it is made from what the waves have and gives them nothing
            if room not in every and room not in ("drift", "trend"):
                return every
            # What the questionnaires differ in lies in a wave's import, and is no import itself.
            about_drift = rest[:1] == ["import"] and rest[1].startswith(("drift", "suggested"))
            if room in every and not about_drift:
                remade.add(room)
        return remade

    def strangers(self, folders: Iterable[str | Path]) -> list[str]:
        """Somebody's files in folders that jobs replace as a whole, beside what a run wrote."""
        replaced = set(map(Path, folders))
        inside = [
            (folder, path)
            for path in self.files
            for folder in replaced.intersection(Path(path).parents)
        ]
        written = {folder for folder, path in inside if path not in self.unknown}
        return [path for folder, path in inside if path in self.unknown and folder in written]


def name_files(paths: Sequence[str]) -> str:
    """Name the first of some files, and how many more there are.

    Examples
    --------
    >>> name_files(["a.csv"]), name_files(["a.csv", "b.csv", "c.csv"])
    ('a.csv', 'a.csv and 2 more files')
    """
    others = len(paths) - 1
    more = f" and {others} more file{'s' if others > 1 else ''}" if others else ""
    return f"{paths[0]}{more}"


def compare(
    receipts: Mapping[Path, Receipt], wanted: Mapping[Path, Made], results: str | Path
) -> Comparison:
    """Hold the results of a study against their receipts, and these against what there is now."""
    found, hashes = Comparison(), _Hashes()
    for place, receipt in receipts.items():
        now = {path: hashes[path] for path in receipt.outputs}
        found.edited.extend(
            path
            for path, digest in now.items()
            if (digest and digest != receipt.outputs[path]) or Path(path).is_dir()
        )
        if not any(now.values()):
            continue
        reason = _reason(receipt, wanted[place], hashes)
        same = dict(receipt.made.settings) == dict(wanted[place].settings)
        if reason.startswith(_GONE) and same and receipt.rule != "certify_wave":
            found.gone.setdefault(reason.removeprefix(_GONE), next(iter(receipt.outputs)))
        if not all(now.values()):
            reason = reason or "a file that was made with it is missing"
        if reason:
            found.unfit.update(dict.fromkeys(receipt.outputs, reason))
    known = {path for receipt in receipts.values() for path in receipt.outputs}
    found.files.extend(_results(Path(results)))
    found.unknown.update(path for path in found.files if path not in known)
    found.unfit.update(dict.fromkeys(found.unknown, "nothing says what it was made from"))
    return found


_GONE = "gone: "


class _Hashes(dict[str, str]):
    """Hash of a file by its path, each taken once; empty where there is none."""

    def __missing__(self, path: str) -> str:
        self[path] = hash_file(path) if Path(path).is_file() else ""
        return self[path]


def _reason(receipt: Receipt, wanted: Made, hashes: Mapping[str, str]) -> str:
    """Why the results of a job are to be made anew; empty where they are not."""
    for path, source in receipt.sources.items():
        if not hashes[path]:
            return f"{_GONE}{path}"
        if hashes[path] != source:
            return f"{path} changed"
    made = receipt.made
    changed = sorted(
        name
        for name in {*made.settings, *wanted.settings}
        if made.settings.get(name) != wanted.settings.get(name)
    )
    # Another version of the code may call its settings by other names.
    renamed = made.code != wanted.code and set(made.settings) != set(wanted.settings)
    if changed and not renamed:
        return f"{', '.join(dict.fromkeys(map(setting_place, changed)))} changed"
    for name, words in (
        ("code", "the code changed"),
        ("tools", "the templates changed"),
        ("files", "a file was added or taken away"),
        ("environment", "the lock file or the installed packages changed"),
    ):
        if getattr(made, name) != getattr(wanted, name):
            return words
    differing = [path for path, digest in receipt.inputs.items() if hashes[path] != digest]
    return f"{differing[0]} changed" if differing else ""


def setting_place(name: str) -> str:
    """Say where a person finds a setting that a rule's door takes by a name of its own.

    Examples
    --------
    >>> setting_place("study.tables"), setting_place("inference.alpha"), setting_place("spec")
    ('tables.yaml', '`alpha` in config.yaml', '`reconstruct` in config.yaml')
    """
    own = name.rpartition(".")[2]
    return _PLACES.get(name) or _PLACES.get(own) or f"{own}.yaml"


_OF_CONFIG = ("alpha", "dataset", "languages", "minimum_base", "reliability", "sample", "title")
_OF_TABLES = ("banners", "correlations", "derived", "rounded_sums")
_PLACES = {
    **{name: f"`{name}` in config.yaml" for name in _OF_CONFIG},
    **{name: f"`{name}` in tables.yaml" for name in _OF_TABLES},
    "declared": "figures.yaml or `disclosure` in config.yaml",
    "description": "a shared word of report/",
    "earlier": "what left the house before",
    "formats": "`documents` in config.yaml",
    "indices": "index.yaml",
    "kinds": "which figures tables.yaml and figures.yaml ask for",
    "language": "`languages` in config.yaml",
    "mapping": "waves.yaml",
    "matrices": "`correlations` in tables.yaml",
    "not_printed": "`reconstruct` in config.yaml",
    "people": "`panel` in trend.yaml",
    "profile": "`profiles` in figures.yaml",
    "rounding": "`rounding` in audit.yaml",
    "scales": "`scales` in indicators.yaml",
    "source": "interviews.yaml",
    "spec": "`reconstruct` in config.yaml",
    "steps": "cleaning.yaml",
    "study.waves": "waves.yaml",
    "text": "text.*.yaml",
    "threshold": "`disclosure` in config.yaml",
    "times": "trend.yaml",
    "used": "which variables the study uses",
    "variables": "`variables` in codebook.yaml",
    "wave": "`waves` in config.yaml",
    "waves": "`waves` in config.yaml",
    "words": "a shared word of report/",
}
"""Setting of a door -> where it stands, where no file of `config/` has its name."""


def _results(folder: Path) -> list[str]:
    """Everything that rules write, from the study's folder; no receipts, logs and conformance."""
    return [
        path.as_posix()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
        and not {ROOM, "logs", "conformance"} & set(path.relative_to(folder).parts[:2])
        and path.name != SIGNED
        and not path.name.startswith(".")
    ]


@dataclass(frozen=True)
class Checked:
    """What checking a folder of results by itself gave."""

    files: int
    differences: Sequence[str]
    notes: Sequence[str]


def check_results(folder: str | Path, within: str | Path = "") -> Checked:
    """Hold a folder of results against the receipts that lie in it.

    Parameters
    ----------
    folder : path
        Results of a study, or of one wave.
    within : path, optional
        A folder in it: only the jobs that wrote into this one are looked at.

    Raises
    ------
    SurveyError
        There are no receipts in it, or one cannot be read.
    """
    folder = Path(folder)
    places = find_receipts(folder)
    if not places:
        raise SurveyError(
            f"{folder}: there are no receipts in it, by which results could be checked; name a "
            "certificate, or results that a run of this version made"
        )
    differences: list[str] = []
    written: dict[Path, str] = {}
    read: list[tuple[Path, Path, str]] = []
    rooms: set[Path] = set()
    for place in places:
        receipt = read_receipt(place)
        home = _home(receipt, place)
        made = {_place(path, home, place): item for path, item in receipt.outputs.items()}
        if within and not any(file.is_relative_to(within) for file in made):
            continue
        written |= {file: item for file, item in made.items() if file.is_relative_to(folder)}
        own = place.parents[1]
        rooms |= {own} if len(home.parts) > 1 else set()
        public = _public(own) if len(home.parts) > 1 else own / RELEASE
        rooms |= {public} if any(file.is_relative_to(public) for file in made) else set()
        # What lies outside of the folder was not handed over with it and is none of its affair.
        read += [
            (place, file, digest)
            for path, digest in receipt.inputs.items()
            if (file := _place(path, home, place)).is_relative_to(folder)
        ]
    for file, item in sorted(written.items()):
        now = hash_file(file) if file.is_file() else ""
        if now != item:
            told = "is not as the run wrote it" if now else "is not there"
            differences.append(f"{shown(file.as_posix())}: {told}")
    for place, file, x in read:
        # A result whose own receipt is not there is known by those who read it.
        if (written.get(file) or (hash_file(file) if file.is_file() else x)) != x:
            differences.append(
                f"{shown(place.stem)}: was made from another {shown(file.as_posix())}"
            )
    notes = [
        f"{shown(path)}: nothing says what made it"
        for room in sorted(rooms)
        if not within or room.is_relative_to(within)
        for path in _unknown(room, written)
    ]
    return Checked(len(written), differences, notes)


def _home(receipt: Receipt, place: Path) -> PurePosixPath:
    """The room, from the study's folder, that a receipt was left in; of all waves, the results."""
    for path in receipt.outputs:
        home, *rest = PurePosixPath(path).parts
        if home != RESULTS.rstrip("/") or len(rest) < 2:
            raise SurveyError(f"{place}: '{shown(path)}' is no result")
        room = rest[1 if rest[0] == RELEASE else 0 :]
        return PurePosixPath(home, *room[:1]) if len(room) > 1 else PurePosixPath(home)
    # A job may have found nothing to write.
    return PurePosixPath(RESULTS, place.parents[1].name)


def _place(path: str, home: PurePosixPath, receipt: Path) -> Path:
    """Where a file of a receipt lies in a folder that may have been copied elsewhere."""
    plain, own = PurePosixPath(path), receipt.parents[1]
    if plain.is_relative_to(home):
        return own / plain.relative_to(home)
    results, *rest = plain.parts
    if results != RESULTS.rstrip("/") or len(rest) < 2:
        raise SurveyError(f"{receipt}: '{shown(path)}' is no result")
    return own.parent.joinpath(*rest)


def _unknown(room: Path, written: Mapping[Path, str]) -> list[str]:
    """Files of a room that no receipt names; a certificate has a manifest of its own."""
    skipped = {ROOM, "logs", "certificate"}
    return [
        path.as_posix()
        for path in sorted(room.rglob("*"))
        if path.is_file()
        and path not in written
        and not path.name.startswith(".")
        and path.relative_to(room).parts[0] not in skipped
        and path.name != SIGNED
        and (room.name != RELEASE or path.parent == room)
    ]
