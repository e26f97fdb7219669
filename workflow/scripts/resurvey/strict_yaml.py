"""Strict YAML: configuration files read without YAML's surprises."""

import re
from pathlib import Path
from typing import Any

import yaml

from resurvey.errors import SurveyError

# The C parser reads a study ten times faster; it is part of PyYAML's wheels and of conda's builds.
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class StrictLoader(_Loader):
    """YAML without surprises: no aliases, no duplicate keys, and only `true`/`false` are truth.

    YAML 1.1 reads `no` as False and 12:30 as 750; a questionnaire means the words.
    """

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
        """Refuse a key that stands twice: YAML would silently keep the last."""
        seen: set[Any] = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            if not isinstance(key, str | int | float | bool) and key is not None:
                raise yaml.constructor.ConstructorError(
                    None, None, "a key must be a word or a number", key_node.start_mark
                )
            if key in seen:
                raise yaml.constructor.ConstructorError(
                    None, None, f"key '{key}' stands twice", key_node.start_mark
                )
            seen.add(key)
        return super().construct_mapping(node, deep)


for _tag, _pattern, _first in (
    ("bool", r"^(?:true|True|TRUE|false|False|FALSE)$", "tTfF"),
    ("null", r"^(?:~|null|Null|NULL|)$", ["~", "n", "N", ""]),
    ("int", r"^[-+]?(?:0|[1-9][0-9]*)$", "-+0123456789"),
    ("float", r"^[-+]?(?:[0-9]+\.[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?$", "-+0123456789."),
):
    StrictLoader.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(_pattern), _first)


def _refuse_aliases(text: str) -> None:
    """Refuse aliases before anything is built: a few hundred bytes can unfold to gigabytes."""
    for event in yaml.parse(text, _Loader):
        if isinstance(event, yaml.events.AliasEvent):
            mark: Any = event.start_mark
            raise yaml.constructor.ConstructorError(
                None, None, "aliases (*name) are not allowed; write the value out", mark
            )


def read_yaml(path: str | Path) -> Any:
    """Read one YAML file strictly.

    Raises
    ------
    SurveyError
        Not UTF-8, not YAML, an alias, a key that stands twice; with file, line and column.
    """
    try:
        text = Path(path).read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise SurveyError(f"{path}: there is no such file") from None
    except IsADirectoryError:
        raise SurveyError(f"{path}: this is a folder, not a file") from None
    except OSError as problem:
        raise SurveyError(f"{path}: cannot be read: {problem.strerror}") from None
    except UnicodeDecodeError as problem:
        raise SurveyError(
            f"{path}: not UTF-8 text at byte {problem.start}; save it as UTF-8"
        ) from None
    try:
        if "*" in text:
            _refuse_aliases(text)
        return yaml.load(text, StrictLoader)  # noqa: S506 - a SafeLoader, made stricter
    except yaml.MarkedYAMLError as problem:
        mark = problem.problem_mark or problem.context_mark
        place = f" line {mark.line + 1}, column {mark.column + 1}" if mark else ""
        raise SurveyError(f"{path}{place}: {problem.problem or problem.context}") from None
    except (yaml.YAMLError, ValueError) as problem:
        raise SurveyError(f"{path}: not readable as YAML: {str(problem).splitlines()[0]}") from None
    except RecursionError:
        raise SurveyError(f"{path}: nested too deeply to be a configuration") from None
