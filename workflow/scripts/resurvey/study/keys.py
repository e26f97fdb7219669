"""Keys: what a key of a study's files means, as the schemas say it."""

import argparse
import re
import textwrap
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from resurvey.core.codebook import nearest
from resurvey.core.errors import SurveyError
from resurvey.core.home import SCHEMAS

Schema = Mapping[str, Any]
_TYPES = {
    "object": "mapping",
    "array": "list",
    "string": "text",
    "integer": "whole number",
    "boolean": "true or false",
    "null": "null",
}
_BOUNDS = {
    "minimum": "from",
    "exclusiveMinimum": "above",
    "maximum": "to",
    "exclusiveMaximum": "below",
}
_FIRST = ("config", "tables", "codebook", "cleaning", "indicators")
_UNWRITTEN = "article"
"""Schema of a file that nobody writes."""

_WIDTH = 92


def schema_names() -> list[str]:
    """List the files of `config/` that have a schema, the needed ones first.

    Examples
    --------
    >>> schema_names()[:3]
    ['config', 'tables', 'codebook']
    """
    names = sorted(path.name.removesuffix(".schema.yaml") for path in SCHEMAS.glob("*.yaml"))
    return [*_FIRST, *(name for name in names if name not in _FIRST)]


def resolve(node: Any, schema: Schema) -> dict[str, Any]:
    """Put in what a ``$ref`` of a schema stands for; a description beside it wins.

    Examples
    --------
    >>> schema = {"$defs": {"share": {"type": "number", "description": "A share."}}}
    >>> resolve({"$ref": "#/$defs/share", "description": "Level."}, schema)
    {'type': 'number', 'description': 'Level.', 'shared': 'share'}
    """
    if not isinstance(node, dict):
        return {}
    if "$ref" not in node:
        return node
    name = node["$ref"].rpartition("/")[2]
    own = {key: value for key, value in node.items() if key != "$ref"}
    return {**resolve(schema["$defs"][name], schema), **own, "shared": name}


def type_of(node: Schema, schema: Schema) -> str:
    """Say in words what a value may be.

    Examples
    --------
    >>> type_of({"type": "array", "items": {"type": "integer", "minimum": 1}}, {})
    'list of: whole number from 1'
    >>> type_of({"enum": ["row", "column"]}, {})
    'one of `row`, `column`'
    """
    if node.get("shared") == "labels":
        return "text, or one per language"
    if "const" in node:
        return f"`{node['const']}`"
    if "enum" in node:
        return "one of " + ", ".join(f"`{value}`".replace("\t", "\\t") for value in node["enum"])
    if "anyOf" in node:
        each = [type_of(resolve(choice, schema), schema) for choice in node["anyOf"]]
        return " or ".join(dict.fromkeys(filter(None, each)))
    kinds = node.get("type", "")
    listed = [kinds] if isinstance(kinds, str) else kinds
    words = " or ".join(_TYPES.get(kind, kind) for kind in listed)
    if kinds == "array" and node.get("items"):
        inner = type_of(resolve(node["items"], schema), schema)
        words = f"list of: {inner}" if inner else words
    told = " ".join(f"{word} {node[key]}" for key, word in _BOUNDS.items() if key in node)
    return f"{words} {told}".strip()


def children(node: Schema, schema: Schema) -> Iterator[tuple[str, dict[str, Any], bool]]:
    """Go through the keys under a value: name, schema, and whether it must be there.

    ``NAME`` stands for a name of the study's own, ``[]`` for an entry of a list.

    Examples
    --------
    >>> schema = {"properties": {"rows": {"type": "array"}}, "required": ["rows"]}
    >>> list(children(schema, schema))
    [('rows', {'type': 'array'}, True)]
    """
    required = node.get("required", [])
    for name, inner in node.get("properties", {}).items():
        if isinstance(inner, dict):
            yield name, resolve(inner, schema), name in required
    for inner in node.get("patternProperties", {}).values():
        yield "NAME", resolve(inner, schema), False
    if isinstance(node.get("additionalProperties"), dict):
        yield "NAME", resolve(node["additionalProperties"], schema), False
    if isinstance(node.get("items"), dict):
        yield "[]", resolve(node["items"], schema), False
    for choice in node.get("anyOf", []):
        one = resolve(choice, schema)
        if one.get("type") in ("object", "array") or "properties" in one:
            yield from children(one, schema)


def walk(
    node: Schema,
    schema: Schema,
    place: tuple[str, ...] = (),
    told: set[str] | None = None,
) -> Iterator[tuple[tuple[str, ...], dict[str, Any], bool]]:
    """Go through every key of a file with its place, in the schema's order; what is shared once.

    Examples
    --------
    >>> table = {"properties": {"percent": {"enum": ["row", "column"]}}}
    >>> schema = {"properties": {"tables": {"additionalProperties": table}}}
    >>> [dotted(place) for place, _, _ in walk(schema, schema)]
    ['tables', 'tables.NAME', 'tables.NAME.percent']
    """
    told = {"labels"} if told is None else told
    if node.get("shared") in told:
        return
    if "shared" in node:
        told.add(node["shared"])
    for name, inner, required in children(node, schema):
        here = (*place, name)
        if name != "[]":
            yield here, inner, required
        yield from walk(inner, schema, here, told)


def dotted(place: tuple[str, ...]) -> str:
    """Write the place of a key.

    Examples
    --------
    >>> dotted(("tables", "NAME", "subtotals", "[]", "of"))
    'tables.NAME.subtotals[].of'
    """
    return ".".join(place).replace(".[]", "[]")


def describe_keys(file: str, key: str = "") -> list[str]:
    """Say what the keys of a file mean, or one of them.

    Parameters
    ----------
    file : str
        ``tables``, ``tables.yaml`` or its path; ``text.en.yaml`` is ``text``.
    key : str, optional
        A key by its name or by its place; all keys without it.

    Raises
    ------
    SurveyError
        There is no such file or key; the nearest one is named.

    Examples
    --------
    >>> print(describe_keys("config/config.yaml", "alpha")[0])
    alpha (number above 0 below 1)
      Declared significance level, a share.
    """
    name = Path(file).name.partition(".")[0]
    names = [known for known in schema_names() if known != _UNWRITTEN]
    if name not in names:
        raise SurveyError(f"config/ has no file {file!r}{nearest(name, names)}")
    schema = _read_schema(name)
    found: dict[str, list[str]] = {}
    for place, node, required in walk(schema, schema):
        kind = "; ".join(filter(None, (type_of(node, schema), "required" if required else "")))
        heading = f"{dotted(place)} ({kind})" if kind else dotted(place)
        about = " ".join(str(node.get("description", "")).split())
        told = textwrap.fill(about, _WIDTH, initial_indent="  ", subsequent_indent="  ")
        for known in {place[-1], dotted(place)}:
            found.setdefault(known, []).append(f"{heading}\n{told}".strip())
        found.setdefault("", []).append(f"{heading}\n{told}".strip())
    # What several places share stands at the first of them.
    key = key if key in found else key.rpartition(".")[2]
    if key not in found:
        keys = [known for known in found if re.fullmatch(r"\w+", known)]
        raise SurveyError(f"{name}.yaml has no key {key!r}{nearest(key, keys)}")
    return found[key]


def _read_schema(name: str) -> Schema:
    # The command line parses its verbs where no YAML is installed: a certificate is checked so.
    from resurvey.core.strict_yaml import read_yaml

    schema: Schema = read_yaml(SCHEMAS / f"{name}.schema.yaml")
    return schema


def add_verb(verbs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the verb `keys` to a parser of commands."""
    words = "say what the keys of a study's files in config/ mean"
    verb = verbs.add_parser("keys", help=words, description=words)
    verb.add_argument("file", metavar="FILE", nargs="?", help="tables, codebook … (default: all)")
    verb.add_argument("key", metavar="KEY", nargs="?", default="", help="one key, such as rows")
    verb.set_defaults(run=_tell)


def _tell(given: argparse.Namespace) -> None:
    if given.file:
        print("\n".join(describe_keys(given.file, given.key)))
        return
    for name in schema_names():
        if name != _UNWRITTEN:
            about = str(_read_schema(name).get("description", ""))
            print(
                f"{name}\n{textwrap.indent(textwrap.fill(' '.join(about.split()), _WIDTH), '  ')}"
            )
