"""Crate: the certificate's metadata as a Workflow Run RO-Crate.

Profiles: RO-Crate 1.1, Workflow RO-Crate 1.0, Process Run Crate and Workflow Run Crate 0.5
(https://w3id.org/ro/wfrun/workflow/0.5). The metadata say nothing of when, where or by whom the
workflow was run: the same study gives the same bytes anywhere.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import quote

import yaml

from resurvey.core.errors import SurveyError
from resurvey.core.strict_yaml import read_yaml
from resurvey.proof.certificate.manifest import Entry
from resurvey.proof.certificate.package import METADATA, README, json_bytes
from resurvey.study.folder import check_schema

#: `sha256` is a term of the Workflow Run profiles that RO-Crate 1.1 does not have.
TERMS = {"sha256": "https://w3id.org/ro/terms/workflow-run#sha256"}
PROFILES = {
    "https://w3id.org/ro/wfrun/process/0.5": ("Process Run Crate", "0.5"),
    "https://w3id.org/ro/wfrun/workflow/0.5": ("Workflow Run Crate", "0.5"),
    "https://w3id.org/workflowhub/workflow-ro-crate/1.0": ("Workflow RO-Crate", "1.0"),
}
BIOSCHEMAS = "https://bioschemas.org/profiles/ComputationalWorkflow/1.0-RELEASE"
PARAMETER = "https://bioschemas.org/profiles/FormalParameter/1.0-RELEASE"
FORMATS = {
    ".csv": "text/csv",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".html": "text/html",
    ".json": "application/json",
    ".md": "text/markdown",
    ".pdf": "application/pdf",
    ".png": "image/png",
    ".sav": "application/x-spss-sav",
    ".svg": "image/svg+xml",
    ".tex": "application/x-tex",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".yaml": "application/yaml",
    ".yml": "application/yaml",
    ".cff": "application/yaml",
}
WORKFLOW = "Snakefile"


@dataclass(frozen=True)
class Crate:
    """What the metadata tell.

    Attributes
    ----------
    wave, title, description : str
        Of the certified wave.
    date : str
        Date of the release that made it, ``2024-01-31``: the run itself has no date.
    licence : str
        SPDX name, or a sentence where the study states none.
    authors : sequence of dict
        Of the study, as ``CITATION.cff`` has them.
    software : dict
        The library's own ``CITATION.cff``.
    article : dict
        As `credit.read_article` reads it.
    entries : sequence of Entry
        Every file but the metadata and the manifest, and what is withheld.
    manifest : str
        The manifest, which holds the hash of the metadata and so none here.
    comments : dict
        Path -> description.
    environment : dict
        As `environment.describe_environment` gives it.
    direct : sequence of str
        Names of the packages that the metadata list as software.
    """

    wave: str
    title: str
    description: str
    date: str
    licence: str
    authors: Sequence[Mapping[str, Any]]
    software: Mapping[str, Any]
    article: Mapping[str, Any]
    entries: Sequence[Entry]
    manifest: str
    comments: Mapping[str, str]
    environment: Mapping[str, Any]
    direct: Sequence[str]


def crate_bytes(told: Crate) -> bytes:
    """Write ``ro-crate-metadata.json``."""
    from rocrate.model.computerlanguage import get_lang
    from rocrate.rocrate import ROCrate

    crate = ROCrate(version="1.1")
    place = _Placing(crate, told)
    language = crate.add(get_lang(crate, "snakemake", version=place.version("snakemake")))
    workflow = place.workflow(language)
    files = {entry.path: place.file(entry) for entry in told.entries if entry.role != "withheld"}
    files |= {WORKFLOW: workflow, told.manifest: place.manifest()}
    place.root(workflow, files)
    action = place.action(workflow, files)
    crate.root_dataset["mentions"] = action
    crate.metadata["conformsTo"] = [
        {"@id": "https://w3id.org/ro/crate/1.1"},
        {"@id": "https://w3id.org/workflowhub/workflow-ro-crate/1.0"},
    ]
    crate.metadata.extra_terms = TERMS
    document = crate.metadata.generate()
    document["@graph"] = sorted(document["@graph"], key=_order)
    return json_bytes(document)


def _order(entity: Mapping[str, Any]) -> tuple[int, str]:
    """The metadata file first, then the root, then everything by its name."""
    first = (METADATA, "./", WORKFLOW)
    name = entity["@id"]
    return (first.index(name) if name in first else len(first), name)


class _Placing:
    """Adds the entities of one certificate to a crate."""

    def __init__(self, crate: Any, told: Crate) -> None:
        self.crate, self.told = crate, told
        self.versions = {
            package["name"]: package["version"] for package in told.environment["packages"]
        }

    def version(self, package: str) -> str:
        return str(self.versions.get(package, ""))

    def add(self, identifier: str, **properties: Any) -> Any:
        from rocrate.model.contextentity import ContextEntity

        kind = properties.pop("type")
        known = {key: value for key, value in properties.items() if value not in ("", None)}
        return self.crate.add(
            ContextEntity(self.crate, identifier, properties={"@type": kind, **known})
        )

    def workflow(self, language: Any) -> Any:
        """Describe the Snakefile: the crate's main entity, with what goes in and out of it."""
        from rocrate.model.computationalworkflow import ComputationalWorkflow

        entry = next(entry for entry in self.told.entries if entry.path == WORKFLOW)
        software = self.told.software
        workflow = ComputationalWorkflow(
            self.crate, dest_path=WORKFLOW, properties={"name": software["title"]}
        )
        self.crate.add(workflow)
        workflow["version"] = (
            f"{software['version']}+{self.told.environment['resurvey']['code_sha256'][:12]}"
        )
        workflow["programmingLanguage"] = language
        workflow["license"] = self.licence(licence_of(software))
        workflow["conformsTo"] = self.add(
            BIOSCHEMAS, type="CreativeWork", name="ComputationalWorkflow", version="1.0-RELEASE"
        )
        workflow["author"] = compact(self.authors(software["authors"], "software"))
        workflow["encodingFormat"] = "text/plain"
        workflow["contentSize"] = str(entry.bytes)
        workflow["sha256"] = entry.sha256
        workflow["description"] = self.told.comments[WORKFLOW]
        workflow["softwareRequirements"] = self.software()
        self.crate.mainEntity = workflow
        return workflow

    def file(self, entry: Entry) -> Any:
        """Describe one enclosed file."""
        from rocrate.model.file import File

        if entry.path == WORKFLOW:
            return None
        about = self.told.comments[entry.path]
        made = f" Written by the rule {entry.rule}." if entry.rule else ""
        properties: dict[str, Any] = {
            "name": PurePosixPath(entry.path).name,
            "description": about + made,
            "encodingFormat": FORMATS.get(PurePosixPath(entry.path).suffix, "text/plain"),
            "contentSize": str(entry.bytes),
            "sha256": entry.sha256,
        }
        if entry.path == README:
            properties["about"] = {"@id": "./"}
        return self.crate.add(File(self.crate, dest_path=entry.path, properties=properties))

    def manifest(self) -> Any:
        """Describe the manifest, whose size and hash depend on these metadata."""
        from rocrate.model.file import File

        properties = {
            "name": self.told.manifest,
            "description": self.told.comments[self.told.manifest],
            "encodingFormat": FORMATS[".json"],
        }
        return self.crate.add(File(self.crate, dest_path=self.told.manifest, properties=properties))

    def root(self, workflow: Any, files: Mapping[str, Any]) -> None:
        """Describe the crate as a whole."""
        told, root = self.told, self.crate.root_dataset
        root["name"], root["description"] = told.title, told.description
        root["datePublished"] = told.date
        root["license"] = self.licence(told.licence)
        if told.authors:
            root["author"] = compact(self.authors(told.authors, "study"))
        root["conformsTo"] = [
            self.add(identifier, type="CreativeWork", name=name, version=version)
            for identifier, (name, version) in PROFILES.items()
        ]
        root["mainEntity"] = workflow
        root["hasPart"] = [files[path] for path in sorted(files)]
        article = told.article
        if article:
            root["about"] = self.add(
                "#article",
                type="ScholarlyArticle",
                name=article["title"],
                author=compact(self.authors(article.get("authors", []), "article")) or None,
                description=article.get("reference"),
            )

    def action(self, workflow: Any, files: Mapping[str, Any]) -> Any:
        """Describe the run: which files went in, which came out, by which workflow."""
        told = self.told
        inputs: list[Any] = []
        outputs: list[Any] = []
        ins: list[Any] = []
        outs: list[Any] = []
        wave = self.add("#wave", type="PropertyValue", name="wave", value=told.wave)
        ins.append(self.parameter("wave", wave, "Text", "the wave that was run"))
        inputs.append(wave)
        for entry in told.entries:
            if entry.role == "withheld":
                held = self.withheld(entry)
                ins.append(self.parameter("survey file", held, "PropertyValue", "the raw file"))
                inputs.append(held)
            elif entry.role in ("input", "output"):
                going_in = entry.role == "input"
                name = self.told.comments[entry.path]
                formal = self.parameter(entry.path, files[entry.path], "File", name)
                (ins if going_in else outs).append(formal)
                (inputs if going_in else outputs).append(files[entry.path])
        workflow["input"], workflow["output"] = ins, compact(outs)
        return self.add(
            "#run",
            type="CreateAction",
            name=f"Run of the workflow for the wave {told.wave}",
            description=(
                "./run certificate. The run has no date, agent or machine here, so "
                "that every run of the same study gives the same crate."
            ),
            instrument=workflow,
            object=inputs,
            result=compact(outputs),
            actionStatus="http://schema.org/CompletedActionStatus",
        )

    def parameter(self, name: str, example: Any, kind: str, about: str) -> Any:
        """Describe a formal input or output of the workflow by the file or value it had here."""
        formal = self.add(
            f"#parameter/{quote(name)}",
            type="FormalParameter",
            name=PurePosixPath(name).name,
            description=about,
            additionalType=kind,
            workExample=example,
            conformsTo=self.add(
                PARAMETER, type="CreativeWork", name="FormalParameter", version="1.0-RELEASE"
            ),
        )
        example["exampleOfWork"] = formal
        return formal

    def withheld(self, entry: Entry) -> Any:
        """Describe the survey file that is not enclosed by its hash."""
        return self.add(
            "#withheld",
            type="PropertyValue",
            name=entry.path,
            propertyID="sha256",
            value=entry.sha256,
            description=f"SHA-256 of a withheld file of {entry.bytes} bytes, records of persons",
        )

    def software(self) -> list[Any]:
        """Describe the interpreter and the packages that the project asks for."""
        python = self.told.environment["python"]
        found = [
            self.add(
                "https://www.python.org/",
                type="SoftwareApplication",
                name=python["implementation"],
                url="https://www.python.org/",
                version=python["version"],
            )
        ]
        for name in self.told.direct:
            if name in self.versions:
                # A package URL names a package wherever it was installed from.
                address = f"pkg:pypi/{name}@{self.versions[name]}"
                found.append(
                    self.add(
                        address,
                        type="SoftwareApplication",
                        name=name,
                        url=address,
                        version=self.versions[name],
                    )
                )
        return found

    def licence(self, name: str) -> Any:
        """Describe a licence by its SPDX page; a sentence stays a sentence."""
        if " " in name:
            return name
        page = f"https://spdx.org/licenses/{name}"
        return self.add(
            page, type="CreativeWork", name=name, url=page, description=f"The licence {name}"
        )

    def authors(self, authors: Iterable[Mapping[str, Any]], of: str) -> list[Any]:
        """Describe authors; one who has only a name may be a group."""
        found = []
        for number, author in enumerate(authors, 1):
            known = str(author.get("orcid", ""))
            page = f"https://orcid.org/{known.removeprefix('https://orcid.org/')}"
            group = "family-names" not in author and of != "article"
            found.append(
                self.add(
                    page if known else f"#{of}-author-{number}",
                    type="Organization" if group else "Person",
                    name=person(author),
                    url=author.get("website"),
                )
            )
        return found


def compact(values: list[Any]) -> Any:
    """Write a list of one as the one: RO-Crate 1.1 asks for compacted JSON-LD.

    Examples
    --------
    >>> compact([1]), compact([1, 2])
    (1, [1, 2])
    """
    return values[0] if len(values) == 1 else values


SPECIFICATION = "https://codecheck.org.uk/spec/config/1.0/"
_HEAD = """\
%YAML 1.1
# What a codechecker has to make again. `codechecker:` and `report:` are for the checker to add.
---
"""


def codecheck_text(manifest: Sequence[tuple[str, str]], paper: Mapping[str, Any]) -> str:
    """Write ``codecheck.yml``.

    Examples
    --------
    >>> print(codecheck_text([("tables.csv", "Tables 1 to 9")], {"title": "A"}).split("---")[1])
    <BLANKLINE>
    version: https://codecheck.org.uk/spec/config/1.0/
    manifest:
    - file: tables.csv
      comment: Tables 1 to 9
    paper:
      title: A
    <BLANKLINE>
    """
    document: dict[str, Any] = {
        "version": SPECIFICATION,
        "manifest": [{"file": path, "comment": comment} for path, comment in manifest],
    }
    if paper:
        document["paper"] = dict(paper)
    text = yaml.safe_dump(document, allow_unicode=True, sort_keys=False, width=100)
    return _HEAD + text


_REQUIRED = ("title", "authors", "version", "license")


def _check_authors(citation: Mapping[str, Any], path: str | Path) -> None:
    authors = citation["authors"]
    if not isinstance(authors, list) or not all(isinstance(author, dict) for author in authors):
        raise SurveyError(f"{path}: 'authors' should be a list of names")


def read_citation(path: str | Path) -> dict[str, Any]:
    """Read a ``CITATION.cff``: title, authors, version, licence, and the date of the release.

    Raises
    ------
    SurveyError
        Not strict YAML, or one of these is missing.
    """
    citation = read_yaml(path)
    missing = [key for key in _REQUIRED if key not in (citation or {})]
    if missing:
        raise SurveyError(f"{path}: key '{missing[0]}' is missing")
    _check_authors(citation, path)
    return dict(citation)


def licence_of(citation: Mapping[str, Any]) -> str:
    """Licence by its SPDX name; of several, a sentence.

    Examples
    --------
    >>> licence_of({"license": "MIT"}), licence_of({"license": ["MIT", "CC0-1.0"]})
    ('MIT', 'MIT or CC0-1.0')
    """
    named = citation["license"]
    return " or ".join(map(str, named)) if isinstance(named, list) else str(named)


def person(author: Mapping[str, Any]) -> str:
    """Name an author the way a page prints it.

    Examples
    --------
    >>> person({"family-names": "Doe", "given-names": "J."}), person({"name": "The makers"})
    ('J. Doe', 'The makers')
    """
    parts = [author.get("given-names", ""), author.get("family-names", "")]
    return str(author.get("name") or " ".join(str(part) for part in parts if part))


def read_article(path: str | Path, schema: str | Path) -> dict[str, Any]:
    """Read ``article.yaml`` beside the published numbers: the article they were printed in.

    Without a path nothing is known of it.

    Raises
    ------
    SurveyError
        Not strict YAML, or not as the schema has it.
    """
    if not path:
        return {}
    article = read_yaml(path)
    check_schema(article, read_yaml(schema), path)
    return dict(article)


def as_paper(article: Mapping[str, Any], title: str) -> dict[str, Any]:
    """Put the article as ``codecheck.yml`` names it; a study without one gives its own title."""
    authors = [
        {"name": author["name"]} | ({"ORCID": author["orcid"]} if "orcid" in author else {})
        for author in article.get("authors", [])
    ]
    paper: dict[str, Any] = {"title": article.get("title") or title}
    if authors:
        paper["authors"] = authors
    if article.get("reference"):
        paper["reference"] = article["reference"]
    return paper
