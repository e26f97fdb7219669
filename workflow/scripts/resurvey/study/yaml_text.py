"""YAML text: values from a foreign file written so that reading gives the same values."""

import re
from textwrap import indent, wrap
from typing import Any

import yaml

_PLAIN = re.compile(r"[^\W\d_]\w*(?:[ ,]+[^\W\d_]\w*)*")
_SPECIAL = {"true", "false", "null", "yes", "no", "on", "off", "y", "n"}
_WIDTH = 96


class _Writer(yaml.SafeDumper):
    """A writer that quotes every text that some reader of YAML could take for something else."""

    def ignore_aliases(self, data: Any) -> bool:
        """Write equal values out: strict readers refuse references."""
        return True


def _text(writer: yaml.SafeDumper, value: str) -> yaml.ScalarNode:
    plain = _PLAIN.fullmatch(value) and value.isprintable() and value.casefold() not in _SPECIAL
    style = None if plain else '"'
    return writer.represent_scalar("tag:yaml.org,2002:str", value, style=style)


_Writer.add_representer(str, _text)


def yaml_text(value: Any, depth: int = 0) -> str:
    """Write plain values as a block of YAML, indented by `depth` steps of two blanks.

    Examples
    --------
    >>> print(yaml_text({"q1.a": {1: "no", 2: "one: two"}}), end="")
    "q1.a":
      1: "no"
      2: "one: two"
    """
    text = yaml.dump(value, Dumper=_Writer, allow_unicode=True, sort_keys=False, width=10**9)
    return indent(text, "  " * depth)


def printable(text: str) -> str:
    """Return a text with a blank for every line end and control character."""
    return "".join(letter if letter.isprintable() else " " for letter in text)


def quoted(name: str) -> str:
    """Write a key in double quotes, which no reader takes for a number."""
    line = yaml_line(name)
    return line if line.startswith('"') else f'"{line}"'


def comment(text: str, depth: int = 0) -> str:
    r"""Write words as comment lines; nothing in them can end the comment.

    Examples
    --------
    >>> print(comment("first\nsecond: 1"), end="")
    # first second: 1
    """
    margin = "  " * depth + "# "
    lines = wrap(" ".join(printable(text).split()), _WIDTH - len(margin), break_on_hyphens=False)
    return "".join(f"{margin}{line}\n" for line in lines)


def yaml_line(value: Any) -> str:
    """Write plain values on one line.

    Examples
    --------
    >>> yaml_line({"from": "Q1", "codes": {1: 2, 2: 1}})
    '{from: Q1, codes: {1: 2, 2: 1}}'
    >>> yaml_line("no")
    '"no"'
    """
    text = yaml.dump(
        value,
        Dumper=_Writer,
        allow_unicode=True,
        sort_keys=False,
        width=10**9,
        default_flow_style=True,
    )
    return text.removesuffix("\n").removesuffix("\n...")
