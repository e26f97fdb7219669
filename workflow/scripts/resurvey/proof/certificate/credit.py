"""Credit: who made the software and the study, and in which article the numbers were printed."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from resurvey.core.errors import SurveyError
from resurvey.core.strict_yaml import read_yaml
from resurvey.study.folder import check_schema

_REQUIRED = ("title", "authors", "version", "license")


def _check_authors(citation: Mapping[str, Any], path: str | Path) -> None:
    authors = citation["authors"]
    if not isinstance(authors, list) or not all(isinstance(one, dict) for one in authors):
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
    return str(author.get("name") or " ".join(str(one) for one in parts if one))


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
        {"name": one["name"]} | ({"ORCID": one["orcid"]} if "orcid" in one else {})
        for one in article.get("authors", [])
    ]
    paper: dict[str, Any] = {"title": article.get("title") or title}
    if authors:
        paper["authors"] = authors
    if article.get("reference"):
        paper["reference"] = article["reference"]
    return paper
