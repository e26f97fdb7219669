"""Writing: all documents of a certificate, put into a folder that appears whole or not at all."""

import hashlib
import os
import platform
import re
import shutil
import tomllib
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from fnmatch import fnmatch
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import resurvey
from resurvey.core.cells import read_crosstabs
from resurvey.core.codebook import Codebook
from resurvey.core.errors import SurveyError
from resurvey.core.files import copy_file, read_csv, read_text, write_bytes
from resurvey.core.published import declared_rounding, read_cells
from resurvey.core.strict_yaml import read_yaml
from resurvey.proof.certificate import verification
from resurvey.proof.certificate.crate import (
    Crate,
    as_paper,
    codecheck_text,
    crate_bytes,
    licence_of,
    read_article,
    read_citation,
)
from resurvey.proof.certificate.manifest import (
    Entry,
    Files,
    Manifest,
    Source,
    list_sources,
    manifest_csv,
    manifest_json,
    withhold,
)
from resurvey.proof.certificate.numbers import (
    Table,
    Terms,
    compare_published,
    comparison_document,
    parse_table,
    tables_json,
)
from resurvey.proof.certificate.package import (
    CODECHECK,
    COMPARISON,
    ENVIRONMENT,
    MANIFEST_CSV,
    MANIFEST_JSON,
    METADATA,
    NUMBERS,
    README,
    STARTER,
    VERIFIER,
    json_bytes,
)
from resurvey.proof.certificate.page import Told, write_certificate_page
from resurvey.study.code_hashes import module_files


@dataclass(frozen=True)
class Run:
    """A run of the workflow for one wave.

    Attributes
    ----------
    wave : str
        The wave.
    results : str
        Folder of its results: ``results/{wave}``, or that of its public set.
    files : Files
        What was read and written.
    repository : str
        Path of the repository from the study's folder.
    citation : str
        ``CITATION.cff`` of the study; empty where it has none.
    rules : dict
        Path -> rule that wrote it.
    study : dict
        As `resurvey.study.folder.read_study` reads it.
    words : dict
        Language -> the shared words.
    code : str
        Hash of the library's sources.
    templates : sequence of str
        Folders of the templates; the first holds the certificate's own and its metadata.
    schema : str
        Path of the schema of ``article.yaml``.
    """

    wave: str
    results: str
    files: Files
    repository: str
    citation: str
    rules: Mapping[str, str]
    study: Mapping[str, Any]
    words: Mapping[str, Mapping[str, Any]]
    code: str
    templates: Sequence[str]
    schema: str


def write_certificate(run: Run, folder: str | Path) -> None:
    """Write the certificate of one wave into a folder.

    Parameters
    ----------
    run : Run
        The run.
    folder : path
        Where; what lies there is replaced as a whole.

    Raises
    ------
    SurveyError
        A file of persons is among the outputs, or a citation is not complete.
    """
    folder = Path(folder)
    new = folder.with_name(f".{folder.name}.{os.getpid()}.part")
    sources, documents = _prepare(run)
    try:
        for source in sources:
            if source.content is None:
                copy_file(source.file, new / source.path)
            else:
                write_bytes(new / source.path, source.content)
        for name, content in documents.items():
            write_bytes(new / name, content)
        if folder.exists():
            shutil.rmtree(folder)
        os.replace(new, folder)
    finally:
        shutil.rmtree(new, ignore_errors=True)


def _prepare(run: Run) -> tuple[list[Source], dict[str, bytes]]:
    """Gather the files and make every document about them."""
    book = Codebook.from_json(read_text(f"{run.results}/tables/codebook.json"))
    shareable = bool(book.origin)
    sources = list_sources(run.files, run.repository, run.rules, shareable)
    entries = [source.entry() for source in sources]
    if not shareable:
        entries.append(withhold(run.files.raw))
    place = {source.path: source.file for source in sources}
    described = read_yaml(Path(run.templates[0]) / "metadata.yaml")
    article = read_article(
        place.get(f"resources/published/{run.wave}/article.yaml", ""), run.schema
    )
    environment = describe_environment(read_text(place["requirements.lock"]), run.code)
    project = tomllib.loads(read_text(place["pyproject.toml"]))["project"]
    direct = direct_packages(project["dependencies"])
    comparison = _compare(run, place, book)
    told = Told(
        run.wave,
        run.study,
        book,
        comparison,
        _claims(place.get(f"{run.results}/audit/claims.csv")),
        entries,
        environment,
        direct,
        article,
        _validation(described["validation"], run.citation),
    )
    title = _title(run)
    heading = described["title"].format(title=title, wave=run.wave)
    about = described[f"description_{book.origin}" if book.origin else "description"]
    comments = _Comments(described["files"])
    outputs = sorted(
        (source.path for source in sources if source.role == "output"), key=comments.rank
    )
    documents = {
        ENVIRONMENT: json_bytes(environment),
        COMPARISON: json_bytes(comparison),
        NUMBERS: tables_json(_tables(sources)),
        README: described["readme"].format(title=heading, description=about).encode(),
        CODECHECK: codecheck_text(
            [(path, comments[path]) for path in (*outputs, COMPARISON)], as_paper(article, title)
        ).encode(),
        STARTER: (Path(run.templates[0]) / STARTER).read_bytes(),
        **_verifier(),
        **{
            f"certificate.{language}.html": write_certificate_page(
                told, run.words[language], language, run.templates
            ).encode()
            for language in run.study["config"]["languages"]
        },
    }
    entries += [_entry(name, content) for name, content in sorted(documents.items())]
    # The metadata name the hash of everything else, the manifest names that of the metadata.
    documents[MANIFEST_CSV] = manifest_csv(entries)
    enclosed = [*entries, _entry(MANIFEST_CSV, documents[MANIFEST_CSV])]
    metadata = _metadata(run, described, enclosed, told, (heading, about))
    documents[METADATA] = metadata
    documents[MANIFEST_JSON] = manifest_json(
        Manifest(run.wave, run.code, _hash(metadata), tuple(entries))
    )
    return sources, documents


def _verifier() -> dict[str, bytes]:
    """Sources of the part of the library that checks a certificate; it needs no package."""
    module = Path(verification.__file__)
    root = Path(resurvey.__file__).parents[1]
    modules = {module, *module_files(module, root, deferred=False)}
    return {
        f"{VERIFIER}/{path.relative_to(root).as_posix()}": path.read_bytes() for path in modules
    }


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _entry(name: str, content: bytes) -> Entry:
    return Entry(name, "certificate", "certify_wave", len(content), _hash(content))


def _compare(run: Run, place: Mapping[str, Path], book: Codebook) -> dict[str, Any]:
    """Compare printed and recomputed numbers on the terms that the study declares."""
    published = f"resources/published/{run.wave}/cells.csv"
    counts = f"{run.results}/tables/crosstabs.csv"
    audit = f"{run.results}/audit/cells.csv"
    cells = read_cells(place.get(published, ""))
    unsolved = {
        variable
        for line in read_csv(place[audit])
        if line["verdict"] == "no_integer_solution"
        for variable in line["row_variable"].split("-")
    }
    wave = run.study["config"]["waves"][run.wave]
    derived = {
        name: table["derived"]
        for name, table in run.study["tables"]["tables"].items()
        if "derived" in table
    }
    rounding = declared_rounding(wave, run.study["audit"])
    terms = Terms(rounding, derived, tuple(sorted(unsolved)))
    lines = compare_published(cells, read_crosstabs(place[counts]), terms)
    files = {
        "published": published if published in place else None,
        "counts": counts,
        "audit": audit,
    }
    return comparison_document(run.wave, files, terms, lines, book.reconstructed)


def _validation(told: Mapping[str, Any], citation: str) -> dict[str, Any]:
    """What is known of the validation, for a study that says who made it or does not."""
    more = [] if citation else told["without_citation"]
    return {**told, "not_followed": [*told["not_followed"], *more]}


def _claims(path: Path | None) -> dict[str, int]:
    return dict(Counter(line["verdict"] for line in read_csv(path))) if path else {}


def _tables(sources: Sequence[Source]) -> dict[str, Table]:
    """Copy every table as text, so that one whose bytes differ can be told cell by cell.

    What the report's own room holds as CSV is set for print, with notes below, and is no table.
    """
    tables = {}
    for source in sources:
        if source.path.endswith(".csv") and "/report/" not in source.path:
            # What somebody laid beside the published numbers may be CSV without being a table.
            with suppress(SurveyError):
                tables[source.path] = parse_table(source.file.read_bytes(), source.path)
    return tables


def _title(run: Run) -> str:
    """Title of the study in English, or in the first language that has one."""
    title = run.study["config"]["title"]
    if isinstance(title, Mapping):
        title = title.get("en") or next(iter(title.values()), "")
    return str(title) or f"Survey, wave {run.wave}"


class _Comments:
    """What a path holds, by the first pattern that fits."""

    def __init__(self, patterns: Sequence[Sequence[str]]) -> None:
        self.patterns = patterns

    def __getitem__(self, path: str) -> str:
        return self.patterns[self._first(path)][1]

    def rank(self, path: str) -> tuple[int, str]:
        """Order in which a reader wants to meet the files: that of the patterns."""
        return self._first(path), path

    def _first(self, path: str) -> int:
        return next(
            number for number, (pattern, _) in enumerate(self.patterns) if fnmatch(path, pattern)
        )


def _metadata(
    run: Run,
    described: Mapping[str, Any],
    entries: Sequence[Entry],
    told: Told,
    heading: tuple[str, str],
) -> bytes:
    software = read_citation(Path(run.repository) / "CITATION.cff")
    own = read_citation(run.citation) if run.citation else {}
    comments = _Comments(described["files"])
    paths = [entry.path for entry in entries]
    return crate_bytes(
        Crate(
            wave=run.wave,
            title=heading[0],
            description=heading[1],
            date=str(own.get("date-released") or software["date-released"]),
            licence=licence_of(own) if own else described["no_licence"],
            authors=own.get("authors", []),
            software=software,
            article=told.article,
            entries=entries,
            manifest=MANIFEST_JSON,
            comments={path: comments[path] for path in (*paths, MANIFEST_JSON)},
            environment=told.environment,
            direct=told.direct,
        )
    )


_LOCKED = re.compile(r"^(?P<name>[A-Za-z0-9][\w.-]*)==(?P<version>[^\s;\\]+)", re.MULTILINE)
_NAME = re.compile(r"[A-Za-z0-9][\w.-]*")


def describe_environment(lock: str, code: str) -> dict[str, Any]:
    """Describe the Python, the library and the packages that are installed.

    Returns
    -------
    dict
        ``python``, ``resurvey`` and ``packages``, each with its installed version and whether
        that is the locked one. A package that is not installed here (one for another system, say)
        is left out.
    """
    locked: dict[str, set[str]] = {}
    for found in _LOCKED.finditer(lock):
        locked.setdefault(found["name"].lower(), set()).add(found["version"])
    packages = []
    for name in sorted(locked):
        try:
            installed = version(name)
        except PackageNotFoundError:
            continue
        packages.append(
            {"name": name, "version": installed, "as_locked": installed in locked[name]}
        )
    return {
        "python": {
            "implementation": platform.python_implementation(),
            "version": platform.python_version(),
        },
        "resurvey": {"version": resurvey.__version__, "code_sha256": code},
        "packages": packages,
    }


def direct_packages(requirements: Sequence[str]) -> list[str]:
    """Name the packages that the project itself asks for.

    Examples
    --------
    >>> direct_packages(["pandas>=3.0,<4", "pyarrow[all]>=0.30"])
    ['pandas', 'pyarrow']
    """
    names = (_NAME.match(requirement) for requirement in requirements)
    return [found[0].lower() for found in names if found]
