"""The types of a study's parts have the keys and values of the schemas that check its files."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import NoneType, UnionType
from typing import (
    Any,
    Literal,
    NotRequired,
    Required,
    Union,
    get_args,
    get_origin,
    get_type_hints,
    is_typeddict,
)

import pytest
import yaml

from resurvey.study import declarations
from resurvey.study.declarations import Config, StudyParts
from resurvey.study.folder import DEFAULTS, PARTS

SCHEMAS = Path(__file__).parents[3] / "workflow/schemas"
KINDS = {str: "string", int: "integer", float: "number", bool: "boolean", NoneType: "null"}
ANY = frozenset({"anything"})
OPEN = ("lexicon",)


def of_type(hint):
    """Shapes that a type allows: names of plain kinds, and tuples of what stands in others."""
    if hint is Any:
        return ANY
    if hint in KINDS:
        return frozenset({KINDS[hint]})
    origin, inside = get_origin(hint), get_args(hint)
    if origin in (Required, NotRequired):
        return of_type(inside[0])
    if origin in (Union, UnionType):
        return frozenset().union(*map(of_type, inside))
    if origin is Literal:
        return frozenset({("one of", frozenset(inside))})
    if origin is Sequence:
        return frozenset({("list", of_type(inside[0]))})
    if origin is Mapping:
        return frozenset({("mapping", of_type(inside[1]))})
    assert is_typeddict(hint), hint
    keys = get_type_hints(hint, vars(declarations))
    required = hint.__required_keys__ - (set(DEFAULTS) if hint is Config else set())
    shapes = ((key, key in required, of_type(of)) for key, of in keys.items())
    return frozenset({("keys", frozenset(shapes))})


def of_schema(node, schema):
    """Shapes that a schema allows, as `of_type` writes them."""
    while "$ref" in node:
        node = schema["$defs"][node["$ref"].rpartition("/")[2]]
    if not node:
        return ANY
    if "enum" in node:
        return frozenset({("one of", frozenset(node["enum"]))})
    if "properties" in node:
        required = node.get("required", ())
        keys = node["properties"].items()
        shapes = ((key, key in required, of_schema(part, schema)) for key, part in keys)
        return frozenset({("keys", frozenset(shapes))})
    for several in ("anyOf", "oneOf"):
        if several in node:
            return frozenset().union(*(of_schema(part, schema) for part in node[several]))
    if node["type"] == "array":
        return frozenset({("list", of_schema(node["items"], schema))})
    if node["type"] == "object":
        named = list(node.get("patternProperties", {}).values())
        (part,) = named or [node["additionalProperties"]]
        return frozenset({("mapping", of_schema(part, schema))})
    kinds = node["type"]
    return frozenset({kinds} if isinstance(kinds, str) else kinds)


@pytest.mark.parametrize("part", [name for name in ("config", *PARTS, "text") if name not in OPEN])
def test_type_of_a_part_is_its_schema(part):
    schema = yaml.safe_load((SCHEMAS / f"{part}.schema.yaml").read_text(encoding="utf-8"))
    hint = get_type_hints(StudyParts)[part]
    assert of_type(get_args(hint)[1] if part == "text" else hint) == of_schema(schema, schema)


def test_study_has_a_type_for_every_file():
    assert list(get_type_hints(StudyParts)) == ["config", *PARTS, "text"]
