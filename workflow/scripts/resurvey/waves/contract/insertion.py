"""Insertion: a new entry in a YAML file that somebody wrote, which stays as it is otherwise."""

from typing import Any

import yaml

from resurvey.core.errors import SurveyError
from resurvey.study.initialise.yaml_text import yaml_line


def insert_entry(text: str, section: str, name: str, entry: dict[str, Any], path: str) -> str:
    r"""Add an entry at the end of a mapping in YAML text; comments, order and quotes stay.

    Raises
    ------
    SurveyError
        There is no such mapping, or it has the key.

    Examples
    --------
    >>> old = 'waves:  # rounds\n  "2022": {file: a.sav}  # first\nalpha: 0.05\n'
    >>> print(insert_entry(old, "waves", "2026", {"file": "b.sav"}, "config.yaml"), end="")
    waves:  # rounds
      "2022": {file: a.sav}  # first
      "2026":
        file: "b.sav"
    alpha: 0.05
    """
    root = yaml.compose(text, yaml.SafeLoader)
    mapping = _value(root, section)
    if not isinstance(mapping, yaml.MappingNode) or not mapping.value:
        raise SurveyError(f"{path}: there is no `{section}:` with an entry to add to")
    if any(key.value == name for key, _ in mapping.value):
        raise SurveyError(f"{path}: `{section}:` has '{name}' already; choose another name")
    end = "\r\n" if "\r\n" in text else "\n"
    quoted = yaml_line(name)
    quoted = quoted if quoted.startswith('"') else f'"{quoted}"'
    if mapping.flow_style:
        place = _end(mapping.value[-1][1])
        return f"{text[:place]}, {quoted}: {yaml_line(entry)}{text[place:]}"
    margin = " " * mapping.value[-1][0].start_mark.column
    lines = [f"{margin}{quoted}:"]
    lines += [f"{margin}  {key}: {yaml_line(value)}" for key, value in entry.items()]
    place = text.find("\n", _end(mapping.value[-1][1]))
    head, tail = (text, "") if place < 0 else (text[: place + 1], text[place + 1 :])
    head += "" if head.endswith("\n") else end
    return head + "".join(line + end for line in lines) + tail


def _value(root: Any, key: str) -> Any:
    """Value of a key of the file's top-level mapping."""
    if not isinstance(root, yaml.MappingNode):
        return None
    return next((value for one, value in root.value if one.value == key), None)


def _end(node: yaml.Node) -> int:
    """Place after the last letter of a value, before blank lines and comments that follow it."""
    if isinstance(node, yaml.CollectionNode) and node.value and not node.flow_style:
        last = node.value[-1]
        return _end(last[1] if isinstance(last, tuple) else last)
    mark = node.end_mark
    place = mark.index
    if isinstance(node, yaml.ScalarNode) and node.style in ("|", ">"):
        # A block of text ends with its own line end.
        return max(node.start_mark.index, place - 1)
    return place
