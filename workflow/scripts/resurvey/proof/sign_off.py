"""Sign-off: the person who looked through a public set, and whether it is still what was signed.

This module needs nothing but Python: whoever gets a set can check it.
"""

import argparse
import os
import re
import shutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

from resurvey.core.errors import SurveyError
from resurvey.core.files import (
    PART,
    copy_file,
    hash_file,
    read_csv,
    write_bytes,
    write_csv,
    write_text,
)
from resurvey.proof.certificate.package import json_bytes, parse_json, shown
from resurvey.proof.receipts import RELEASE, SIGNED, check_results

MANIFEST = "MANIFEST.csv"
"""Name of the list of a public set's files, which the run writes."""

PACKAGE = "datapackage.json"
"""Name of its description for an archive."""

LEDGER = "release/ledger.csv"
"""What has left the house of a study, beside its settings: no run writes it, a sign-off does."""

MANIFEST_COLUMNS = ("path", "bytes", "sha256")
UNRELEASED = "disclosure/public"
"""Where in a wave's results its public set is made, before it takes the place of the last one."""
_BEFORE = ".before"
_MARK = ".snakemake_timestamp"
_HASH = re.compile(r"[0-9a-f]{64}")


def list_release(folder: str | Path) -> list[dict[str, Any]]:
    """List every file of a public set with its size and hash, in the order of their paths.

    Left out are the list itself and the sign-off; whatever else lies there is handed on, and is
    listed, hidden or not.

    Raises
    ------
    SurveyError
        Something in the folder is a link: what is handed on is what lies there.
    """
    home = Path(folder)
    lines = []
    for path in sorted(home.rglob("*")):
        inside = path.relative_to(home)
        if path.is_symlink():
            raise SurveyError(f"{path}: this is a link; put the file in its place, or delete it")
        if (
            path.is_file()
            and path.name != _MARK  # an empty file that the engine leaves in folders
            and inside.as_posix() not in (MANIFEST, PACKAGE, SIGNED)
        ):
            size, digest = path.stat().st_size, hash_file(path)
            lines.append({"path": inside.as_posix(), "bytes": size, "sha256": digest})
    return lines


def gather_release(
    made: Iterable[str | Path], waves: Iterable[str], results: str | Path
) -> dict[str, Path]:
    """Find the files of a public set where they were made, in the house.

    Parameters
    ----------
    made : iterable of path
        Files and folders that the run made of it; a certificate lists by itself what it encloses.
    waves : iterable of str
        Waves that it is of.
    results : path
        Folder of all results.

    Returns
    -------
    dict of Path
        Path in the public set -> file.

    Raises
    ------
    SurveyError
        Something of it is a link: what is handed on is what lies there.
    """
    places = set(map(Path, made))
    found = {}
    for wave in waves:
        room = Path(results) / wave / UNRELEASED
        for path in sorted(room.rglob("*")):
            inside = path.relative_to(room)
            enclosed = inside.parts[:1] == ("certificate",)
            if not enclosed and not places & {path, *path.parents}:
                continue
            if path.is_symlink():
                raise SurveyError(f"{path}: this is a link; put the file in its place")
            if path.is_file() and path.name != _MARK:
                found[(Path(wave) / inside).as_posix()] = path
    return found


def publish_release(
    files: Mapping[str, Path],
    folder: str | Path,
    describe: Callable[[Sequence[Mapping[str, Any]]], str],
) -> None:
    """Put a public set in the place of the one before, when all of it is written.

    It is written beside, and two renames are the last step. Until then, and where anything fails,
    the set before stays as it is; where the process is killed between the two,
    `restore_release` puts it back.

    Parameters
    ----------
    files : dict
        From `gather_release`.
    folder : path
        ``results/release``.
    describe : callable
        Gives the text of its `PACKAGE` from the lines of `list_release`.

    Raises
    ------
    SurveyError
        Something lies in the folder that no run made, or there is no room for the set.
    """
    home = Path(folder)
    _check_strangers(home, files)
    beside = home.with_name(f".{home.name}.{os.getpid()}{PART}")
    before = home.with_name(f".{home.name}{_BEFORE}")
    try:
        for path, source in files.items():
            copy_file(source, beside / path)
        lines = list_release(beside)
        write_csv(beside / MANIFEST, MANIFEST_COLUMNS, lines)
        write_text(beside / PACKAGE, describe(lines))
        if (home / SIGNED).is_file():
            # Whether it is still what was signed, the hashes in it tell.
            copy_file(home / SIGNED, beside / SIGNED)
        shutil.rmtree(before, ignore_errors=True)
        if home.exists():
            home.rename(before)
        beside.rename(home)
    finally:
        shutil.rmtree(beside, ignore_errors=True)
        restore_release(home)


def restore_release(folder: str | Path) -> None:
    """Put the public set back that was being replaced; what has been replaced is deleted.

    Examples
    --------
    >>> restore_release("no such folder/release")
    """
    home = Path(folder)
    before = home.with_name(f".{home.name}{_BEFORE}")
    if (before / MANIFEST).is_file() and not (home / MANIFEST).is_file():
        # What else lies there is empty folders, which the engine makes.
        shutil.rmtree(home, ignore_errors=True)
        before.rename(home)
    shutil.rmtree(before, ignore_errors=True)


def _check_strangers(home: Path, files: Iterable[str]) -> None:
    """Refuse to replace a folder with something in it that no run made."""
    listed = {line["path"] for line in read_csv(home / MANIFEST)} if _is_set(home) else set()
    for line in list_release(home):
        if line["path"] not in {*listed, *files}:
            raise SurveyError(
                f"{home / line['path']}: no run of this study made this, and the public set takes "
                "the place of all that lies here; move it elsewhere or delete it"
            )


def _is_set(home: Path) -> bool:
    return (home / MANIFEST).is_file()


def describe_release(
    lines: Iterable[Mapping[str, Any]], title: Mapping[str, str] | str, language: str, text: str
) -> str:
    """Describe a public set as ``datapackage.json``, for an archive that takes it.

    Parameters
    ----------
    lines : iterable of dict
        From `list_release`.
    title : str or dict
        Title of the study, perhaps one a language.
    language : str
        Language of the title.
    text : str
        What is said of the set.
    """
    named = title if isinstance(title, str) else title.get(language, "")
    resources = [
        {
            "name": re.sub(r"[^a-z0-9]+", "-", line["path"].lower()).strip("-"),
            "path": line["path"],
            "bytes": line["bytes"],
            "hash": f"sha256:{line['sha256']}",
        }
        for line in lines
    ]
    package = {"profile": "data-package", "name": "release", "title": named, "description": text}
    return json_bytes({**package, "resources": resources}).decode()


@dataclass(frozen=True)
class SignOff:
    """Who looked through a public set and let it go.

    Attributes
    ----------
    by : str
        Name, as the person gives it.
    on : str
        Day, as the person gives it: 2026-11-30.
    files : dict
        Path of every file of the set -> SHA-256.
    ledger : dict
        SHA-256 of the study's ledger ``before`` the lines of this set were added and ``after``;
        ``before`` is empty where there was none.
    """

    by: str
    on: str
    files: Mapping[str, str]
    ledger: Mapping[str, str] = field(default_factory=dict)


def sign_release(folder: str | Path, by: str, on: str) -> SignOff:
    """Sign a public set: write who let it go, when, and the hash of every file.

    Parameters
    ----------
    folder : path
        ``results/release``.
    by, on : str
        Name of the person who has looked through the set, and the day; nothing is filled in.

    Raises
    ------
    SurveyError
        No name, no day, no public set, or a file that is not as the run wrote it.
    """
    home = Path(folder)
    if not by.strip():
        raise SurveyError("sign-off: say with `--by` who looked through the public set")
    try:
        day = date.fromisoformat(on)
    except ValueError:
        raise SurveyError(
            f"sign-off: '{shown(on)}' is no day; write it as 2026-11-30 after `--on`"
        ) from None
    if not (home / MANIFEST).is_file():
        raise SurveyError(f"{home}: there is no public set; make it with `./run release`")
    files = {line["path"]: line["sha256"] for line in list_release(home)}
    listed = {line["path"]: line["sha256"] for line in read_csv(home / MANIFEST)}
    made = check_results(home.parent, within=home)
    differing = [*_differences(listed, files), *made.differences]
    if differing:
        raise SurveyError(
            f"{home}: this is not the set that the run made ({differing[0]}); make it anew with "
            "`./run release`, look through it and sign it then"
        )
    before = hash_earlier_ledger(home.parents[1])
    signed = SignOff(" ".join(by.split()), day.isoformat(), files)
    _remember(home, signed)
    ledger = {"before": before, "after": hash_file(home.parents[1] / LEDGER)}
    signed = replace(signed, ledger=ledger)
    plain = {"signed_by": signed.by, "signed_on": signed.on, "files": dict(signed.files)}
    plain["ledger"] = dict(signed.ledger)
    write_bytes(home / SIGNED, json_bytes(plain))
    return signed


def _remember(home: Path, signed: SignOff) -> None:
    """Add to the study's ledger what the set tells, so that no later one tells the difference."""
    # Whoever only checks a set has no NumPy, which this needs.
    from resurvey.safety.ledger import Ledger

    path = home.parents[1] / LEDGER
    ledger = Ledger.read(path)
    waves = {Path(name).parts[0] for name in signed.files}
    drafts = (home.parent / wave / "disclosure/told.csv" for wave in sorted(waves))
    for draft in filter(Path.is_file, drafts):
        for entry in Ledger.read(draft).entries:
            known = (
                (one.wave, one.file, one.table, one.filter, one.cells) for one in ledger.entries
            )
            if (entry.wave, entry.file, entry.table, entry.filter, entry.cells) not in set(known):
                ledger.entries.append(replace(entry, release=signed.on))
    ledger.write(path)


def hash_earlier_ledger(study: str | Path = ".") -> str:
    """Hash of what left the house of a study before the set that lies there now.

    The lines that a sign-off adds are those of the very set that it signs: they tell nothing new
    of it, and it need not be made anew for them.

    Examples
    --------
    >>> hash_earlier_ledger("no such folder")
    ''
    """
    path = Path(study) / LEDGER
    now = hash_file(path) if path.is_file() else ""
    signed = None
    with suppress(SurveyError):
        signed = read_sign_off(Path(study) / "results" / RELEASE)
    if signed is None or not now or signed.ledger.get("after") != now:
        return now
    return signed.ledger.get("before", "")


def read_sign_off(folder: str | Path) -> SignOff | None:
    """Read who signed a public set; None where nobody did.

    Raises
    ------
    SurveyError
        The file is of another shape.
    """
    path = Path(folder) / SIGNED
    if not path.is_file():
        return None
    plain = parse_json(path.read_bytes(), str(path))
    try:
        signed = SignOff(
            plain["signed_by"],
            plain["signed_on"],
            dict(plain["files"]),
            dict(plain.get("ledger", {})),
        )
        texts = [signed.by, signed.on, *signed.files, *signed.ledger.values()]
        if not all(isinstance(text, str) for text in texts):
            raise TypeError
        if not all(_HASH.fullmatch(digest) for digest in signed.files.values()):
            raise ValueError
    except (AttributeError, KeyError, TypeError, ValueError):
        raise SurveyError(f"{path}: this is no sign-off of a public set") from None
    return signed


def check_release(folder: str | Path) -> tuple[list[str], list[str]]:
    """Hold a public set against its sign-off; one that nobody signed, against its list.

    Returns
    -------
    tuple of list of str
        What differs from what was signed, and what is to be known; both empty for a folder that
        holds no public set.

    Examples
    --------
    >>> check_release("no such folder")
    ([], [])
    """
    home = find_release(folder)
    if home is None:
        return [], []
    signed = read_sign_off(home)
    files = {line["path"]: line["sha256"] for line in list_release(home)}
    place = shown(home.as_posix())
    if signed is None:
        listed = {line["path"]: line["sha256"] for line in read_csv(home / MANIFEST)}
        note = "nobody has signed this public set; `./run resurvey sign-off` does"
        told = [f"{place}: {one} since it was listed" for one in _differences(listed, files)]
        return told, [f"{place}: {note}"]
    differing = [
        f"{place}: {told} since it was signed" for told in _differences(signed.files, files)
    ]
    return differing, [f"signed by {shown(signed.by)} on {shown(signed.on)}"]


def find_release(folder: str | Path) -> Path | None:
    """Return the public set that a folder of results is, or holds; None where there is none."""
    places = (Path(folder), Path(folder) / RELEASE)
    return next((place for place in places if (place / MANIFEST).is_file()), None)


def _differences(wanted: Mapping[str, str], found: Mapping[str, str]) -> Iterable[str]:
    for path in sorted({*wanted, *found}):
        if path not in found:
            yield f"{shown(path)} is missing"
        elif path not in wanted:
            yield f"{shown(path)} was added"
        elif wanted[path] != found[path]:
            yield f"{shown(path)} was changed"


WORDS = "record who looked through the public set of ./run release before it leaves the house"


def add_verb(verbs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `sign-off` to the command line."""
    verb = verbs.add_parser("sign-off", help=WORDS, description=WORDS)
    verb.add_argument("--by", metavar="NAME", required=True, help="who looked through it")
    verb.add_argument("--on", metavar="DAY", required=True, help="the day: 2026-11-30")
    verb.add_argument(
        *("--directory", "-d"), metavar="DIR", default=".", help="folder of the study (default .)"
    )
    verb.set_defaults(run=_run)


def _run(given: argparse.Namespace) -> None:
    home = Path(given.directory) / "results" / RELEASE
    signed = sign_release(home, given.by, given.on)
    print(
        f"{home / SIGNED}: {signed.by} signed {len(signed.files)} files on {signed.on}; "
        f"`./run resurvey verify {home}` tells whether they are still the same"
    )
