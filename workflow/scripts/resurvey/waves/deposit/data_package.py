"""Data package: the files of a deposit as a Frictionless data package."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from resurvey.core.codebook import Variable
from resurvey.core.files import hash_file
from resurvey.waves.deposit.distributions import ALL, Distribution

MEDIA_TYPES = {
    ".csv": "text/csv",
    ".sav": "application/x-spss-sav",
    ".dta": "application/x-stata",
    ".parquet": "application/vnd.apache.parquet",
    ".json": "application/json",
    ".xml": "application/xml",
    ".html": "text/html",
}


def describe_package(
    described: Sequence[Distribution],
    folder: str | Path,
    table: str,
    others: Sequence[str],
    title: str,
    description: str,
    language: str,
) -> str:
    """Describe a deposit as ``datapackage.json``."""
    place = Path(folder)
    fields = [_field(one, language) for one in described]
    resources = [
        {
            **_resource(place, table),
            "type": "table",
            "profile": "tabular-data-resource",
            "encoding": "utf-8",
            "dialect": {"delimiter": ","},
            "schema": {"fields": fields, "missingValues": [""]},
        },
        # Only the table is to be read cell by cell; the others are checked by their bytes.
        *({**_resource(place, name), "type": "file"} for name in others),
    ]
    package = {
        "profile": "tabular-data-package" if not others else "data-package",
        "name": Path(table).stem.replace("_", "-"),
        "title": title,
        "description": description,
        "resources": resources,
    }
    return json.dumps(package, ensure_ascii=False, indent=1) + "\n"


def _resource(place: Path, name: str) -> dict[str, Any]:
    path = place / name
    return {
        "name": name.lower().replace("_", "-").replace(".", "-"),
        "path": name,
        "format": path.suffix.removeprefix("."),
        "mediatype": MEDIA_TYPES[path.suffix],
        "bytes": path.stat().st_size,
        "hash": f"sha256:{hash_file(path)}",
    }


def _field(one: Distribution, language: str) -> dict[str, Any]:
    variable = one.variable
    field: dict[str, Any] = {"name": variable.name, "type": one.kind}
    if variable.label:
        field["title"] = variable.title(language)
    answers = [code for code in variable.codes if not variable.is_missing(code)]
    if answers and variable.measure != "scale":
        field["categories"] = [
            {"value": code, "label": variable.answer(code, language)} for code in answers
        ]
        field["categoriesOrdered"] = variable.measure == "ordinal"
    missing = _missing_codes(one)
    if missing:
        field["missingValues"] = ["", *map(str, missing)]
        field["missingReasons"] = {
            str(code): {
                "label": variable.answer(code, language),
                "reason": variable.reasons.get(code, ""),
            }
            for code in missing
        }
    return field


def _missing_codes(one: Distribution) -> list[Any]:
    """User-missing codes: the declared ones, and those that were seen in a declared range."""
    variable: Variable = one.variable
    seen: Mapping[Any, None] = dict.fromkeys(
        line["code"] for line in one.lines.get(ALL, []) if line["kind"] == "user_missing"
    )
    declared = [code for code in variable.codes if variable.is_missing(code)]
    return list(dict.fromkeys([*declared, *variable.missing, *seen]))
