"""Verification: a certificate checked by a stranger, with nothing but the certificate.

Three things are asked of it: whether every file is the one that was certified, whether the
metadata and the manifest tell the same of them, and whether the printed numbers and the counts in
it give the comparison that it states.
"""

import argparse
import io
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast
from urllib.parse import unquote

from resurvey.core.errors import SurveyError
from resurvey.core.lines import CrosstabLine
from resurvey.core.published import PrintedCell, parse_cells
from resurvey.proof.certificate.manifest import Entry, Manifest, manifest_csv, read_manifest
from resurvey.proof.certificate.numbers import (
    Difference,
    Table,
    Terms,
    check_audit,
    check_comparison,
    check_numbers,
    compare_published,
    compare_tables,
    parse_table,
    read_tables,
    read_terms,
    summarise,
)
from resurvey.proof.certificate.package import (
    COMPARISON,
    ENVIRONMENT,
    MANIFEST_CSV,
    MANIFEST_JSON,
    METADATA,
    NUMBERS,
    Package,
    check_path,
    open_package,
    parse_json,
    shown,
)
from resurvey.proof.receipts import Checked, check_results, find_receipts

#: Differences of one file that are told one by one; the rest are counted.
MOST_TOLD = 20
_PUBLISHED = re.compile(r"resources/published/[^/]+/cells\.csv")
_PLACE = ("table", "row_variable", "row_code", "column_code")
_COUNTED = ("table", "row_variable", "row_code", "column_code", "kind", "count", "base")


@dataclass
class Verification:
    """What was found.

    Attributes
    ----------
    differences : list of str
        Each names a file or a cell, and what is not as it was certified.
    notes : list of str
        What is told and forgiven: the same numbers in other bytes.
    files : int
        Files whose content was checked.
    summary : dict
        The comparison of printed and recomputed numbers, made anew; empty where nothing was
        published.
    fingerprint : str
        SHA-256 of the manifest, which names the hash of every other file.
    wave : str
        Which wave.
    printed : dict
        Table, row variable, row code and column code -> what stands in print there, for readers.
    """

    differences: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    files: int = 0
    summary: dict[str, Any] = field(default_factory=dict)
    fingerprint: str = ""
    wave: str = ""
    printed: dict[tuple[str, ...], str] = field(default_factory=dict)

    def tell(self, file: str, differences: Iterator[Difference]) -> int:
        """Add the differences of one file; the first by name, the rest as a number."""
        found = list(differences)
        for difference in found[:MOST_TOLD]:
            place = tuple(difference.line.get(name, "") for name in _PLACE)
            beside = "" if difference.column == "printed" else self.printed.get(place, "")
            self.differences.append(f"{file}: {difference.text}{beside}")
        if len(found) > MOST_TOLD:
            self.differences.append(f"{file}: and {len(found) - MOST_TOLD} more differences")
        return len(found)


def verify(crate: str | Path, against: str | Path | None = None) -> Verification:
    """Check a certificate, and where asked a wave's results against it.

    Raises
    ------
    SurveyError
        The certificate cannot be read: no folder and no zip, a link, a path that leads out, a
        swollen archive, a document that is not JSON or not shaped as ours.
    """
    with open_package(crate) as package:
        found = Verification()
        manifest = _read_documents(package, found)
        tables = read_tables(parse_json(package.read(NUMBERS), NUMBERS), NUMBERS)
        found.printed = _read_printed(package)
        check_files(package, manifest, tables, found)
        recompute(package, manifest, found)
        if against is not None:
            compare_results(Path(against), manifest, tables, found)
    return found


def _read_documents(package: Package, found: Verification) -> Manifest:
    """Read manifest and metadata, and see that they name the same files with the same hashes."""
    manifest = read_manifest(parse_json(package.read(MANIFEST_JSON), MANIFEST_JSON))
    described = _described(parse_json(package.read(METADATA), METADATA))
    found.fingerprint, found.wave = package.hash(MANIFEST_JSON), manifest.wave
    if package.hash(METADATA) != manifest.metadata:
        found.differences.append(f"{METADATA}: changed")
    known = {path: entry.sha256 for path, entry in manifest.enclosed.items()}
    known[MANIFEST_JSON] = ""
    if MANIFEST_CSV in package.sizes:
        known[MANIFEST_CSV] = package.hash(MANIFEST_CSV)
    for path in sorted((known.keys() ^ described.keys()) - {MANIFEST_CSV}):
        where = METADATA if path in known else MANIFEST_JSON
        found.differences.append(f"{shown(path)}: not named in {where}")
    for path in sorted(known.keys() & described.keys()):
        if described[path] != known[path]:
            found.differences.append(f"{shown(path)}: not the hash that {METADATA} gives")
    _check_names(package, manifest, found)
    return manifest


def _check_names(package: Package, manifest: Manifest, found: Verification) -> None:
    """See that the manifest names the wave and the code that the other documents name."""
    for name, keys, told in (
        (COMPARISON, ("wave",), manifest.wave),
        (ENVIRONMENT, ("resurvey", "code_sha256"), manifest.code),
    ):
        try:
            value = parse_json(package.read(name), name)
            for key in keys:
                value = value[key]
        except (SurveyError, KeyError, TypeError):
            continue  # what is wrong with the document itself is told where it is checked
        if value != told:
            found.differences.append(f"{MANIFEST_JSON}: it names {shown(told)}, {name} does not")


def _described(metadata: Any) -> dict[str, str]:
    """Files that the metadata describes, with their hashes."""
    graph = metadata.get("@graph") if isinstance(metadata, dict) else None
    if not isinstance(graph, list):
        raise SurveyError(f"{METADATA}: there is no @graph in it, so it is no RO-Crate")
    files = {}
    for entity in graph:
        if not isinstance(entity, dict) or not isinstance(entity.get("@id"), str):
            raise SurveyError(f"{METADATA}: an entity has no @id")
        kinds = entity.get("@type")
        if "File" not in (kinds if isinstance(kinds, list) else [kinds]):
            continue
        path = check_path(unquote(entity["@id"]), METADATA)
        if path in files:
            raise SurveyError(f"{METADATA}: '{shown(path)}' stands twice")
        files[path] = str(entity.get("sha256", ""))
    return files


def _read_printed(package: Package) -> dict[tuple[str, ...], str]:
    """What the certificate says is printed in each place, to be told beside a changed count."""
    try:
        cells = parse_json(package.read(COMPARISON), COMPARISON)["cells"]
        return {
            tuple(shown(cell[name]) for name in _PLACE): (
                f"; printed {shown(cell['printed'])}, recomputed {shown(cell['recomputed'])}"
            )
            for cell in cells
        }
    except (SurveyError, KeyError, TypeError):
        return {}  # the comparison itself tells what is wrong with it


def check_files(
    package: Package, manifest: Manifest, tables: Mapping[str, Table], found: Verification
) -> None:
    """Check that every certified file is there and unchanged, and that there is no other."""
    certified = manifest.enclosed
    own = {METADATA, MANIFEST_JSON, MANIFEST_CSV}
    for path in sorted(certified.keys() - package.sizes.keys()):
        found.differences.append(f"{shown(path)}: missing")
    for path in sorted(package.sizes.keys() - certified.keys() - own):
        found.differences.append(f"{shown(path)}: not among the certified files")
    for path in sorted(certified.keys() & package.sizes.keys()):
        _check_file(package, certified[path], tables, found)
    if MANIFEST_CSV in package.sizes:
        listed = parse_table(package.read(MANIFEST_CSV), MANIFEST_CSV)
        expected = parse_table(manifest_csv(manifest.entries), MANIFEST_JSON)
        found.tell(MANIFEST_CSV, compare_tables(expected, listed))
        found.files += 1
    else:
        found.differences.append(f"{MANIFEST_CSV}: missing")


def _check_file(
    package: Package, entry: Entry, tables: Mapping[str, Table], found: Verification
) -> None:
    found.files += 1
    path, size = entry.path, package.sizes[entry.path]
    if package.hash(path) == entry.sha256:
        if size != entry.bytes:
            found.differences.append(
                f"{path}: {size} bytes, not {entry.bytes} as the manifest says"
            )
        if path in tables and parse_table(package.read(path), path) != tables[path]:
            found.differences.append(f"{NUMBERS}: its copy of {path} is not what that file holds")
        return
    if path in tables:
        _compare(package.read(path), tables[path], path, found)
    elif path == COMPARISON:
        # Its numbers are made anew below, which tells noise from a change.
        found.notes.append(f"{path}: other bytes than certified")
    else:
        found.differences.append(f"{path}: changed ({size} bytes, {entry.bytes} were certified)")


def _compare(content: bytes, certified: Table, path: str, found: Verification) -> None:
    try:
        table = parse_table(content, path)
    except SurveyError as problem:
        found.differences.append(str(problem))
        return
    if not found.tell(path, compare_tables(certified, table)):
        found.notes.append(f"{path}: the same numbers in other bytes")


def recompute(package: Package, manifest: Manifest, found: Verification) -> None:
    """Compare printed and recomputed numbers anew, from the counts and cells in the certificate.

    What ``comparison.json`` states is believed in nothing but its terms: which rounding rule, and
    which tables were made from rounded parts. A comparison that cannot be made is a difference.
    """
    try:
        document = parse_json(package.read(COMPARISON), COMPARISON)
        terms = read_terms(document)
        cells = _printed(document, package, manifest)
        lines = _compare_anew(document, cells, package, manifest, terms)
        audit = _path(document, "audit", manifest)
        audited = parse_table(package.read(audit), audit).lines()
        found.tell(audit, check_audit(audited, lines))
    except SurveyError as problem:
        found.differences.append(str(problem))
        return
    if not found.tell(COMPARISON, check_comparison(document, lines)) and lines:
        found.summary = summarise(lines)


def _printed(
    document: Mapping[str, Any], package: Package, manifest: Manifest
) -> list[PrintedCell]:
    if document.get("published") is None:
        given = [path for path in manifest.enclosed if _PUBLISHED.fullmatch(path)]
        if given:
            raise SurveyError(
                f"{COMPARISON}: it says that nothing was published, but {given[0]} is"
            )
        return []
    path = _path(document, "published", manifest)
    try:
        text = package.read(path).decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        raise SurveyError(f"{path}: not UTF-8 text at byte {problem.start}") from None
    return parse_cells(io.StringIO(text, newline=""), path)


def _compare_anew(
    document: Mapping[str, Any],
    cells: Sequence[PrintedCell],
    package: Package,
    manifest: Manifest,
    terms: Terms,
) -> list[dict[str, Any]]:
    counts = _path(document, "counts", manifest)
    crosstabs = parse_table(package.read(counts), counts)
    missing = [name for name in _COUNTED if name not in crosstabs.columns]
    if missing:
        raise SurveyError(f"{counts}: the column '{missing[0]}' is missing")
    lines = crosstabs.lines()
    check_numbers(lines, ("count", "base"), counts)
    return compare_published(cells, cast("list[CrosstabLine]", lines), terms)


def _path(document: Mapping[str, Any], name: str, manifest: Manifest) -> str:
    path = document.get(name)
    if not isinstance(path, str) or path not in manifest.enclosed:
        raise SurveyError(f"{COMPARISON}: `{name}` names no file of the certificate")
    return path


def compare_results(
    results: Path, manifest: Manifest, tables: Mapping[str, Table], found: Verification
) -> None:
    """Check a fresh run's results of the same wave against what was certified.

    Raises
    ------
    SurveyError
        There is no such folder, or a file in it cannot be read.
    """
    if not results.is_dir():
        raise SurveyError(f"{results}: there is no such folder of results")
    public = f"results/{manifest.wave}/disclosure/public/"
    is_public = any(path.startswith(public) for path in manifest.enclosed)
    home = public if is_public else f"results/{manifest.wave}/"
    with open_package(results) as fresh:
        for path, entry in sorted(manifest.enclosed.items()):
            if not path.startswith(home):
                continue
            inside = path.removeprefix(home)
            if inside not in fresh.sizes:
                found.differences.append(f"{results}: {inside} was certified and is missing")
            elif fresh.hash(inside) != entry.sha256:
                if path in tables:
                    _compare(fresh.read(inside), tables[path], f"{results}: {inside}", found)
                else:
                    found.differences.append(f"{results}: {inside} has other content")
            found.files += 1


WORDS = "check a certificate or a folder of results: every file against its hash"
EXAMPLE = """
what it prints
  of results: each file that is not as the run wrote it, is not there, or was made from another;
  of the public set, too, that nobody signed it, or what was changed since somebody did;
  of a certificate: each file or cell that is not as it was certified, and whether the printed
  numbers are those that the counts give; a table that another processor wrote with
  other last bits (up to a billionth) is told and passes
exit code
  0 nothing differs · 1 a file or cell differs, and is named · 2 it cannot be read

examples
  %(prog)s results/2022
  %(prog)s results
  %(prog)s results/release
  %(prog)s results/2022/certificate
  %(prog)s certificate.zip
  %(prog)s certificate.zip --against results/2022

It needs no network. A certificate checks itself, too, on a machine without this library:
python3 -I verify.py, typed in its folder.
"""
OWN = "a certificate's folder, or a zip of it (default: the folder that verify.py lies in)"
AGAINST = "results of the same wave from a run of your own, such as results/2022"
DIFFERENT, UNREADABLE = 1, 2


def add_verb(verbs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the verb to the command line."""
    verb = verbs.add_parser(
        "verify",
        help=WORDS,
        description=WORDS,
        epilog=EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    verb.add_argument(
        "crate",
        metavar="WHAT",
        help="results/2022, all of results, a certificate's folder, or a zip of it",
    )
    verb.add_argument(
        "--against",
        metavar="RESULTS",
        help=AGAINST,
    )
    verb.set_defaults(run=run)


def verify_own(home: Path) -> int:
    """Check the certificate that a copy of this module came in, or the one that is named.

    Give back the exit code; what cannot be read is told in one sentence.
    """
    parser = argparse.ArgumentParser(prog="verify.py", description=WORDS)
    parser.add_argument("crate", metavar="WHAT", nargs="?", default=str(home), help=OWN)
    parser.add_argument("--against", metavar="RESULTS", help=AGAINST)
    try:
        return run(parser.parse_args())
    except SurveyError as problem:
        print(shown(str(problem), 2000), file=sys.stderr)
    except OSError as problem:
        print(shown(f"{problem.filename}: {problem.strerror}", 2000), file=sys.stderr)
    return UNREADABLE


def run(given: argparse.Namespace) -> int:
    """Check it and print what was found; give back the exit code."""
    # Labels are in any script, and a terminal may not know it.
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")
    folder = Path(given.crate)
    if not given.against and not (folder / METADATA).exists() and folder.is_dir():
        # Only who has the whole library has results; a certificate's verifier has no such module.
        with suppress(ImportError):
            from resurvey.proof.sign_off import check_release, find_release

            if find_receipts(folder) or find_release(folder):
                return _run_results(folder, check_release(folder))
    return _run_certificate(given)


def _run_results(folder: Path, signed: tuple[list[str], list[str]]) -> int:
    """Check results against their receipts, a public set against its sign-off, too."""
    # A public set is handed on without its receipts, which lie beside it in the house.
    if find_receipts(folder):
        found = check_results(folder)
    elif find_receipts(folder.absolute().parent):
        found = check_results(folder.absolute().parent, within=folder.absolute())
    else:
        found = Checked(0, [], [])
    differences, notes = [*found.differences, *signed[0]], [*found.notes, *signed[1]]
    for text in differences:
        print(f"differs: {text}")
    for text in notes:
        print(f"note: {text}")
    if found.files:
        print(f"{shown(str(folder))}: {found.files} files checked")
    if differences:
        print(f"differences: {len(differences)}; these are not the results of one run")
        return DIFFERENT
    told = "as the run wrote it" if found.files else "as it was listed"
    print(f"nothing differs: every file is {told}")
    return 0


def _run_certificate(given: argparse.Namespace) -> int:
    found = verify(given.crate, given.against)
    for text in found.differences:
        print(f"differs: {text}")
    for text in found.notes:
        print(f"note: {text}")
    print(f"wave {shown(found.wave)}: {found.files} files checked")
    if found.summary:
        agree = found.summary["agrees"] + found.summary["agrees_by_printed_parts"]
        print(
            f"printed numbers: {found.summary['cells']}; recomputed from the counts here, {agree} "
            f"agree and {found.summary['cells'] - agree} do not, as the certificate states"
        )
    if found.differences:
        print(f"differences: {len(found.differences)}; this is not what was certified")
    else:
        print("nothing differs: the certificate holds")
    print(f"SHA-256 of manifest.json, which names those of all files: {found.fingerprint}")
    return DIFFERENT if found.differences else 0
