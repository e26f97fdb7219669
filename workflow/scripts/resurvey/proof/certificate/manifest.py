"""Manifest: every file of a certificate with its role, its rule, its size and its hash.

Files keep the places that they have in the study. Records of persons are never enclosed: they are
named, with size and hash, and withheld.
"""

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from os.path import relpath
from pathlib import Path, PurePath
from typing import Any

from resurvey.core.errors import SurveyError
from resurvey.core.files import csv_text, hash_file
from resurvey.proof.certificate.package import MANIFEST_JSON, check_path, json_bytes, shown

COLUMNS = ("path", "role", "rule", "bytes", "sha256")
#: What a file is to the run; a withheld one is named and hashed, but not in the folder.
ROLES = ("input", "withheld", "output", "workflow", "environment", "certificate")
_HASH = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Entry:
    """One file.

    Attributes
    ----------
    path : str
        In the certificate's folder, which repeats the study's; of a withheld file, its name.
    role : str
        One of `ROLES`.
    rule : str
        The rule that wrote it; empty for what no rule wrote.
    bytes : int
        Size.
    sha256 : str
        Hash of the content, in hexadecimal.
    """

    path: str
    role: str
    rule: str
    bytes: int
    sha256: str


@dataclass(frozen=True)
class Manifest:
    """All files of a certificate but the manifest itself and the crate's metadata.

    Attributes
    ----------
    wave : str
        Which wave.
    code : str
        Hash of the library's sources.
    metadata : str
        Hash of ``ro-crate-metadata.json``, which in turn has that of ``manifest.csv``.
    entries : tuple of Entry
        The files.
    """

    wave: str
    code: str
    metadata: str
    entries: tuple[Entry, ...]

    @property
    def enclosed(self) -> dict[str, Entry]:
        """Entries whose file lies in the folder, by path."""
        return {entry.path: entry for entry in self.entries if entry.role != "withheld"}


def manifest_json(manifest: Manifest) -> bytes:
    """Write the manifest as JSON."""
    return json_bytes(
        {
            "wave": manifest.wave,
            "code_sha256": manifest.code,
            "metadata_sha256": manifest.metadata,
            "files": [asdict(entry) for entry in manifest.entries],
        }
    )


def manifest_csv(entries: Iterable[Entry]) -> bytes:
    """Write the entries as CSV."""
    return csv_text(COLUMNS, [asdict(entry) for entry in entries]).encode()


def read_manifest(plain: Any) -> Manifest:
    """Read back what `manifest_json` wrote, from a stranger.

    Raises
    ------
    SurveyError
        Another shape, a path that leads out of the folder, a path that stands twice.
    """
    files = plain.get("files") if isinstance(plain, dict) else None
    if not isinstance(files, list):
        raise SurveyError(f"{MANIFEST_JSON}: there is no list of files in it")
    wave, code, metadata = (plain.get(name) for name in ("wave", "code_sha256", "metadata_sha256"))
    if not (isinstance(wave, str) and isinstance(code, str) and isinstance(metadata, str)):
        raise SurveyError(f"{MANIFEST_JSON}: it names no wave, or no hash of code and metadata")
    entries = tuple(_entry(file) for file in files)
    paths: set[str] = set()
    for entry in entries:
        if entry.path in paths:
            raise SurveyError(f"{MANIFEST_JSON}: '{shown(entry.path)}' stands twice")
        paths.add(entry.path)
    return Manifest(wave, code, metadata, entries)


def _entry(plain: Any) -> Entry:
    if not isinstance(plain, dict) or set(plain) != set(COLUMNS):
        raise SurveyError(f"{MANIFEST_JSON}: a file has not just {', '.join(COLUMNS)}")
    path = check_path(plain["path"], MANIFEST_JSON)
    size, sha256 = plain["bytes"], plain["sha256"]
    if plain["role"] not in ROLES or not isinstance(plain["rule"], str):
        raise SurveyError(f"{MANIFEST_JSON}: '{shown(path)}' has an unknown role or rule")
    if not isinstance(size, int) or isinstance(size, bool) or size < 0:
        raise SurveyError(f"{MANIFEST_JSON}: '{shown(path)}' has no size")
    if not isinstance(sha256, str) or not _HASH.fullmatch(sha256):
        raise SurveyError(f"{MANIFEST_JSON}: '{shown(path)}' has no SHA-256")
    return Entry(path, plain["role"], plain["rule"], size, sha256)


#: Rooms that hold persons, and the files in them that hold none.
_PERSONS = re.compile(
    r"(?:results/[^/]+/(?:raw|import|clean|indicators)/|resources/(?!published/))"
)
_OPEN = re.compile(
    r"results/[^/]+/(?:raw/recovered\.csv|import/codebook\.(?:csv|json)|clean/(?:log\.csv|codebook"
    r"\.json)|indicators/codebook\.json)"
)

PUBLISHED = (
    "article.yaml",
    "associations.csv",
    "cells.csv",
    "cells_parsed.csv",
    "claims.csv",
    "decimals_parsed.csv",
    "quotations.csv",
    "readings.csv",
)
"""Documents beside the published numbers of a wave; other files are the study's own affair."""


@dataclass(frozen=True)
class Source:
    """A file on its way into the certificate.

    Attributes
    ----------
    path : str
        Its place in the certificate.
    file : pathlib.Path
        Where it is.
    role : str
        ``input``, ``output``, ``workflow`` or ``environment``.
    rule : str
        The rule that wrote it, if one did.
    content : bytes, optional
        What is enclosed in its place where not all of it may be told.
    """

    path: str
    file: Path
    role: str
    rule: str = ""
    content: bytes | None = None

    def entry(self) -> Entry:
        """Size and hash of what is enclosed."""
        if self.content is None:
            size, digest = self.file.stat().st_size, hash_file(self.file)
        else:
            size, digest = len(self.content), hashlib.sha256(self.content).hexdigest()
        return Entry(self.path, self.role, self.rule, size, digest)


@dataclass(frozen=True)
class Files:
    """What a run read and wrote, as paths from the study's folder.

    Attributes
    ----------
    inputs, outputs : sequences of str
        Of the study: published numbers and settings; results.
    workflow, environment : sequences of str
        Of the repository: the rules and licences; the locked versions.
    raw : str
        The survey file.
    """

    inputs: Sequence[str]
    outputs: Sequence[str]
    workflow: Sequence[str]
    environment: Sequence[str]
    raw: str


def study_settings(folder: str | Path) -> list[str]:
    """List the settings files of a study: those that `read_study` reads, and no other YAML.

    Whatever else lies in the folder may be anybody's: notes, passwords, a link to another place.
    """
    from resurvey.study.folder import PARTS

    known = re.compile(rf"(?:{'|'.join(('config', *PARTS))}|text\.[a-z]{{2,3}})\.yaml")
    return sorted(
        str(path)
        for path in Path(folder).glob("*.yaml")
        if known.fullmatch(path.name) and path.is_file()
    )


def published_documents(folder: str | Path) -> list[str]:
    """List the documents beside the published numbers of a wave; nothing where none were."""
    return sorted(str(path) for name in PUBLISHED if (path := Path(folder) / name).is_file())


def list_sources(
    files: Files, repository: str, rules: Mapping[str, str], shareable: bool
) -> list[Source]:
    """List what is enclosed, sorted by role and path.

    Comments in settings stay in the house where the answers do: `init` writes into them how many
    people gave an answer, and people write into them whatever they please.

    Raises
    ------
    SurveyError
        A file lies in a room of persons and is none that is open; or is a link, or lies behind
        one, so that it is a file from outside of the study.
    """
    for path in files.inputs:
        _refuse_links(path, [path, *map(str, PurePath(path).parents)])
    for path in files.outputs:
        _refuse_links(path, [path])  # the folder of results may lie on another disk
    inputs = [*files.inputs, files.raw] if shareable else list(files.inputs)
    sources = [
        *(
            Source(_own(path), Path(path), "input", rules.get(path, ""), _told(path, shareable))
            for path in inputs
        ),
        *(Source(_own(path), Path(path), "output", rules.get(path, "")) for path in files.outputs),
        *(_of_repository(path, repository, "workflow") for path in files.workflow),
        *(_of_repository(path, repository, "environment") for path in files.environment),
    ]
    for source in sources:
        if holds_persons(source.path) and not shareable:
            raise SurveyError(f"{source.path}: records of persons never enter a certificate")
    return _once(sources)


def _told(path: str, shareable: bool) -> bytes | None:
    """What may be told of settings of real answers; None for a file that is enclosed as it is."""
    if shareable or PurePath(path).suffix not in (".yaml", ".cff"):
        return None
    # Whoever only checks a certificate has no YAML.
    from resurvey.core.strict_yaml import strip_comments

    return strip_comments(Path(path).read_text(encoding="utf-8-sig")).encode()


def _refuse_links(path: str, places: Iterable[str]) -> None:
    for place in places:
        inside = not PurePath(place).is_absolute() or place == path
        if inside and Path(place).is_symlink():
            raise SurveyError(
                f"{place}: this is a link, and a certificate encloses only files of the study "
                "itself; put the file in its place, or take the link away"
            )


def holds_persons(path: str) -> bool:
    """Return whether a place in the study may hold records of persons.

    Examples
    --------
    >>> holds_persons("results/2022/clean/responses.parquet"), holds_persons("resources/a.sav")
    (True, True)
    >>> holds_persons("results/2022/clean/log.csv"), holds_persons("results/2022/tables/tests.csv")
    (False, False)
    """
    return bool(_PERSONS.match(path)) and not _OPEN.fullmatch(path)


def withhold(raw: str) -> Entry:
    """Name the survey file that is not enclosed, by its name alone."""
    file = Path(raw)
    return Entry(PurePath(raw).name, "withheld", "", file.stat().st_size, hash_file(file))


def _own(path: str) -> str:
    """Place of a study's file: as in the study; a file from elsewhere stands under its name."""
    inside = PurePath(path).as_posix()
    outside = inside.startswith(("/", "../")) or ":" in inside
    return f"resources/{PurePath(path).name}" if outside else inside


def _of_repository(path: str, repository: str, role: str) -> Source:
    return Source(PurePath(relpath(path, repository)).as_posix(), Path(path), role)


def _once(sources: Iterable[Source]) -> list[Source]:
    kept: dict[str, Source] = {}
    for source in sources:
        kept.setdefault(source.path, source)
    order = ("input", "output", "workflow", "environment")
    return sorted(kept.values(), key=lambda source: (order.index(source.role), source.path))
