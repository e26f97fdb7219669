"""Strict YAML: configuration files read without surprises, and written so that they have none."""

import re
from pathlib import Path
from textwrap import indent, wrap
from typing import TYPE_CHECKING, Any

import yaml

from resurvey.core.errors import SurveyError

if TYPE_CHECKING:
    from yaml import SafeLoader as _Loader
else:
    # The C parser reads a study ten times faster; PyYAML's wheels and conda's builds have it.
    _Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class StrictLoader(_Loader):
    """YAML without surprises: no aliases, no duplicate keys, and only `true`/`false` are truth.

    YAML 1.1 reads `no` as False and 12:30 as 750; a questionnaire means the words.
    """

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}


for _tag, _pattern, _first in (
    ("bool", r"^(?:true|True|TRUE|false|False|FALSE)$", "tTfF"),
    ("null", r"^(?:~|null|Null|NULL|)$", ["~", "n", "N", ""]),
    ("int", r"^[-+]?(?:0|[1-9][0-9]*)$", "-+0123456789"),
    ("float", r"^[-+]?(?:[0-9]+\.[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?$", "-+0123456789."),
):
    StrictLoader.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(_pattern), _first)


_TAGS = {name: f"tag:yaml.org,2002:{name}" for name in ("str", "map", "seq")}


def _build(node: Any, loader: StrictLoader) -> Any:
    """Build the value of a node; a key that stands twice is refused: YAML would keep the last.

    Texts, lists and mappings are nearly everything that a study has, and PyYAML takes three
    quarters of its time for them.
    """
    if node.tag == _TAGS["str"] and isinstance(node, yaml.ScalarNode):
        return node.value
    if node.tag == _TAGS["seq"] and isinstance(node, yaml.SequenceNode):
        return [_build(item, loader) for item in node.value]
    if node.tag != _TAGS["map"] or not isinstance(node, yaml.MappingNode):
        return loader.construct_object(node, deep=True)
    built: dict[Any, Any] = {}
    spelt: dict[Any, str] = {}
    for key_node, value_node in node.value:
        key = _build(key_node, loader)
        if not isinstance(key, str | int | float | bool) and key is not None:
            raise yaml.constructor.ConstructorError(
                None, None, "a key must be a word or a number", key_node.start_mark
            )
        if key in spelt:
            both = {spelt[key]: None, key_node.value: None}  # 1 and 1.0 are one key
            how = f" ({', '.join(both)})" if len(both) > 1 else ""
            raise yaml.constructor.ConstructorError(
                None, None, f"key '{key}' stands twice{how}", key_node.start_mark
            )
        spelt[key] = key_node.value
        built[key] = _build(value_node, loader)
    return built


DEEPEST = 50
"""Levels of nesting up to which a text is a configuration; the C parser dies of some thousands."""


def _check_events(text: str) -> None:
    """Refuse aliases and deep nesting before anything is built.

    A few hundred bytes of aliases can unfold to gigabytes. The events come one by one, however
    deep they lie; what builds values of them calls itself at every level.
    """
    depth = 0
    for event in yaml.parse(text, _Loader):
        mark: Any = event.start_mark
        if isinstance(event, yaml.events.AliasEvent):
            raise yaml.constructor.ConstructorError(
                None, None, "aliases (*name) are not allowed; write the value out", mark
            )
        if isinstance(event, yaml.events.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.events.CollectionEndEvent):
            depth -= 1
        if depth > DEEPEST:
            raise yaml.constructor.ConstructorError(
                None, None, f"nested too deeply (more than {DEEPEST} levels)", mark
            )


def read_yaml(path: str | Path) -> Any:
    """Read one YAML file strictly.

    Raises
    ------
    SurveyError
        Not UTF-8, not YAML, an alias, a key that stands twice, more than 50 levels of nesting;
        with file, line and column.
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
        _check_events(text)
        loader = StrictLoader(text)
        node = loader.get_single_node()
        return None if node is None else _build(node, loader)
    except yaml.MarkedYAMLError as problem:
        mark = problem.problem_mark or problem.context_mark
        place = f" line {mark.line + 1}, column {mark.column + 1}" if mark else ""
        raise SurveyError(f"{path}{place}: {_word_problem(problem, text)}") from None
    except (yaml.YAMLError, ValueError) as problem:
        raise SurveyError(f"{path}: not readable as YAML: {str(problem).splitlines()[0]}") from None
    except RecursionError:
        raise SurveyError(f"{path}: nested too deeply to be a configuration") from None


def strip_comments(text: str) -> str:
    r"""Take the comments out of a text in YAML; what it says, and how it is set, stays.

    Parameters
    ----------
    text : str
        One document that `read_yaml` reads.

    Examples
    --------
    >>> print(strip_comments("# of a person\na: 'x # y'  # 3 refused\nb: [1, 2]\n"), end="")
    a: 'x # y'
    b: [1, 2]
    """
    kept, end = [], 0
    for token in yaml.scan(text, yaml.SafeLoader):
        start, stop = token.start_mark.index, token.end_mark.index
        if stop <= max(start, end):
            continue
        said = text[start:stop]
        if isinstance(token, yaml.ScalarToken) and token.style in ("|", ">"):
            # Behind the sign of a text of several lines may stand a comment, and in it none.
            head, line_break, body = said.partition("\n")
            said = f"{_COMMENT.sub('', head)}{line_break}{body}"
        kept += [_strip_between(text, end, start), said]
        end = stop
    return "".join([*kept, _strip_between(text, end, len(text))])


_COMMENT = re.compile(r"[ \t]*#[^\n]*")
_COMMENT_LINE = re.compile(r"^[ \t]*#[^\n]*(?:\n|\Z)", re.MULTILINE)


def _strip_between(text: str, start: int, end: int) -> str:
    """What stands between two tokens, without comments and without lines of nothing else."""
    begun = start > 0 and text[start - 1] != "\n"
    head, line_break, rest = text[start:end].partition("\n") if begun else ("", "", text[start:end])
    return f"{_COMMENT.sub('', head)}{line_break}{_COMMENT_LINE.sub('', rest)}"


_ADVICE = {
    "did not find expected key": (
        "a key is expected here; indent it as the lines that it belongs to, and put a text with an "
        "apostrophe, a bracket or ': ' in double quotes"
    ),
    "did not find expected '-' indicator": (
        "an entry of the list above is expected here, with the '-' right under that of the others"
    ),
    "mapping values are not allowed": (
        "this ':' is one too many; put a text with ': ' in quotes, and write the ':' of the line "
        "above where that lacks one"
    ),
    "found unexpected ':'": "a blank stands after every ':', as in {rows: [q1]}",
    "did not find expected ',' or": (
        "a bracket is not closed or a comma is missing before this place; a text with ': ' stands "
        "in quotes"
    ),
    "found unexpected end of stream": "a quotation mark or a bracket before this is not closed",
    "could not find expected ':'": "the line above needs a ':' after its key",
    "hexdecimal": "a \\ within double quotes has a meaning of its own; write / in place of it",
    "unknown escape character": (
        "a \\ within double quotes has a meaning of its own; write / in place of it"
    ),
    "found another document": "a file is one document; take the line '---' away",
}
"""Part of what the parser says -> what to do."""


def _word_problem(problem: yaml.MarkedYAMLError, text: str) -> str:
    """Say what a parser's complaint comes from most often, and what to write instead."""
    said, mark = str(problem.problem or problem.context), problem.problem_mark
    if "cannot start any token" not in said or mark is None:
        return next((advice for part, advice in _ADVICE.items() if part in said), said)
    line = text.splitlines()[mark.line]
    if "\t" in line[: mark.column + 1]:
        return "a tab stands here; YAML indents with blanks"
    return f"a text cannot begin with '{line[mark.column]}'; put it in quotes"


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


def _escaped(text: str) -> str:
    """Write letters that nobody sees as escapes: they stand in double quotes only."""
    return "".join(
        letter
        if letter.isprintable() or letter == "\n"
        else rf"\u{ord(letter):04X}"
        if ord(letter) < 2**16
        else rf"\U{ord(letter):08X}"
        for letter in text
    )


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
    return indent(_escaped(text), "  " * depth)


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
    r"""Write plain values on one line.

    Examples
    --------
    >>> yaml_line({"from": "Q1", "codes": {1: 2, 2: 1}})
    '{from: Q1, codes: {1: 2, 2: 1}}'
    >>> yaml_line("no"), yaml_line("yes\u200b")
    ('"no"', '"yes\\u200B"')
    """
    text = yaml.dump(
        value,
        Dumper=_Writer,
        allow_unicode=True,
        sort_keys=False,
        width=10**9,
        default_flow_style=True,
    )
    return _escaped(text).removesuffix("\n").removesuffix("\n...")
