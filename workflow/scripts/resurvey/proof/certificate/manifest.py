"""Manifest: every file of a certificate with its role, its rule, its size and its hash."""

import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from resurvey.core.errors import SurveyError
from resurvey.core.files import csv_text
from resurvey.proof.certificate.places import MANIFEST_JSON, check_path, shown
from resurvey.proof.certificate.strict_json import json_bytes

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
        return {one.path: one for one in self.entries if one.role != "withheld"}


def manifest_json(manifest: Manifest) -> bytes:
    """Write the manifest as JSON."""
    return json_bytes(
        {
            "wave": manifest.wave,
            "code_sha256": manifest.code,
            "metadata_sha256": manifest.metadata,
            "files": [asdict(one) for one in manifest.entries],
        }
    )


def manifest_csv(entries: Iterable[Entry]) -> bytes:
    """Write the entries as CSV."""
    return csv_text(COLUMNS, [asdict(one) for one in entries]).encode()


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
    entries = tuple(_entry(one) for one in files)
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
