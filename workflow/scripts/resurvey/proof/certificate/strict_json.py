"""Strict JSON: documents of a stranger, read without surprises; our own, always the same bytes."""

import json
from collections.abc import Sequence
from typing import Any

from resurvey.core.errors import SurveyError
from resurvey.proof.certificate.places import shown


def parse_json(content: bytes, name: str) -> Any:
    """Read JSON text strictly.

    Raises
    ------
    SurveyError
        Not UTF-8, not JSON, a key that stands twice, NaN or infinity, nested too deeply.

    Examples
    --------
    >>> parse_json(b'{"a": 1, "a": 2}', "manifest.json")
    Traceback (most recent call last):
    resurvey.SurveyError: manifest.json: the key 'a' stands twice
    """

    def no_constant(word: str) -> None:
        raise SurveyError(f"{name}: {word} is no number of JSON")

    def once(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key, value in pairs:
            if key in found:
                raise SurveyError(f"{name}: the key '{shown(key)}' stands twice")
            found[key] = value
        return found

    try:
        text = content.decode("utf-8")
        return json.loads(text, object_pairs_hook=once, parse_constant=no_constant)
    except SurveyError:
        raise
    except UnicodeDecodeError as problem:
        raise SurveyError(f"{name}: not UTF-8 text at byte {problem.start}") from None
    except json.JSONDecodeError as problem:
        raise SurveyError(
            f"{name}: not JSON at line {problem.lineno}, column {problem.colno}: {problem.msg}"
        ) from None
    except RecursionError:
        raise SurveyError(f"{name}: nested too deeply to be read") from None
    except ValueError as problem:
        raise SurveyError(f"{name}: not readable as JSON: {problem}") from None


def json_bytes(value: Any) -> bytes:
    """Write a document as JSON in UTF-8, one space of indent, keys in their order."""
    return (json.dumps(value, ensure_ascii=False, indent=1, allow_nan=False) + "\n").encode()
