"""Syntax: labels and types that SPSS syntax gives to the columns of a text file."""

import logging
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from resurvey.core.codebook import Code, Labels, clean_code
from resurvey.core.errors import SurveyError
from resurvey.reading.delimited import decoded_text
from resurvey.reading.encoding import folded
from resurvey.reading.formats import archive_names, check_archive, read_part
from resurvey.reading.questionnaire import (
    Item,
    JoinedQuestion,
    OptionSet,
    Questionnaire,
    coded_choices,
    language_in_brackets,
    option_set,
)

logger = logging.getLogger(__name__)

_TOKEN = re.compile(r"\"(?:[^\"]|\"\")*\"|'(?:[^']|'')*'|[()=/+,]|[^\s\"'()=/+,]+", re.UNICODE)
_LABEL_LINE = re.compile(r"""\s*(?:"([^"]*)"|'([^']*)'|([^\s"']+))\s+(["'])(.*)\4\s*\.?\s*""")
_SILENT_WORDS = """SET SHOW PRESERVE RESTORE CACHE EXECUTE FORMATS ALTER DATASET TITLE SUBTITLE
    DOCUMENT FILE SAVE GET MRSETS ADD NEW OMS DISPLAY"""
_SILENT = frozenset(_SILENT_WORDS.split())
_OPTION = re.compile(r"\[(?P<option>[^\]]*)\]\s*(?P<question>.*)", re.DOTALL)
_PAIR = " :: "


@dataclass
class SyntaxVariable:
    """What a syntax file says of one variable.

    Attributes
    ----------
    name : str
        Name after all renaming.
    type : str
        SPSS format such as ``F2.0``, ``A40`` or ``DATETIME23.2``; empty where none is given.
    label : str
        Question.
    values : dict of str
        Code as it is written -> label, in the order of the file.
    missing : list of (low, high)
        User-missing codes and ranges as they are written.
    level : str
        ``nominal``, ``ordinal``, ``scale`` or empty.
    recoded : dict of str
        Stored text -> code that the syntax makes of it.
    """

    name: str
    type: str = ""
    label: str = ""
    values: dict[str, str] = field(default_factory=dict)
    missing: list[tuple[str, str]] = field(default_factory=list)
    level: str = ""
    recoded: dict[str, str] = field(default_factory=dict)


@dataclass
class Syntax:
    """A syntax file.

    Attributes
    ----------
    variables : dict of SyntaxVariable
        In the order of the data, or of the labels where no data are described, by the name that
        they had first.
    separator, quote : str
        How the fields of the data file are told apart; empty where no data are described.
    first_case : int
        Line of the first respondent in the data file.
    """

    variables: dict[str, SyntaxVariable] = field(default_factory=dict)
    separator: str = ""
    quote: str = ""
    first_case: int = 1

    @property
    def describes_data(self) -> bool:
        """Whether the file says how to read a data file."""
        return bool(self.separator)


def read_syntax(text: str, path: Path | str) -> Syntax:
    r"""Read the commands that describe data; others that would change data are named in the log.

    Examples
    --------
    >>> lines = 'VARIABLE LABELS q "Your "+\n"sex".\nVALUE LABELS q 1 "m" 2 "f".\n'
    >>> found = read_syntax(lines, "x.sps").variables["q"]
    >>> found.label, found.values
    ('Your sex', {'1': 'm', '2': 'f'})
    """
    reader = _Reader(path)
    for line, command in _commands(text):
        reader.take(line, command)
    if not reader.syntax.variables:
        raise SurveyError(
            f"{path}: the syntax file describes no variable; it should hold VARIABLE LABELS or "
            "GET DATA, export it anew"
        )
    return reader.syntax


def _commands(text: str) -> Iterator[tuple[int, str]]:
    """Commands with the line at which each begins; a point at the end of a line ends one."""
    lines: list[str] = []
    start = 0
    for number, line in enumerate(re.split(r"\r\n|\r|\n", text.lstrip("\ufeff")), 1):
        if not line.strip() and not lines:
            continue
        start = start or number
        lines.append(line)
        if line.rstrip().endswith("."):
            yield start, "\n".join(lines)
            lines, start = [], 0
    if lines:
        yield start, "\n".join(lines)


class _Reader:
    """A walk through the commands."""

    def __init__(self, path: Path | str) -> None:
        self.path, self.syntax = path, Syntax()
        self.line = 0

    def take(self, line: int, command: str) -> None:
        """Carry out one command, as far as it describes data."""
        self.line = line
        words = command.split(None, 2)
        first = words[0].upper().rstrip(".")
        second = words[1].upper().rstrip(".") if len(words) > 1 else ""
        if first.startswith("*") or first == "COMMENT":
            return
        known = {
            ("GET", "DATA"): self._get_data,
            ("VARIABLE", "LABELS"): self._variable_labels,
            ("VAR", "LABELS"): self._variable_labels,
            ("VALUE", "LABELS"): self._value_labels,
            ("MISSING", "VALUES"): self._missing_values,
            ("VARIABLE", "LEVEL"): self._level,
            ("RENAME", "VARIABLE"): self._rename,
            ("RENAME", "VARIABLES"): self._rename,
        }
        if (first, second) in known:
            rest = re.sub(r"^\s*\S+\s+\S+", "", command, count=1)
            known[first, second](rest)
        elif first == "RECODE":
            self._recode(re.sub(r"^\s*\S+", "", command, count=1))
        elif first not in _SILENT:
            logger.warning("%s: line %d: the command %s is not carried out", self.path, line, first)

    def _wrong(self, what: str) -> SurveyError:
        return SurveyError(
            f"{self.path}: the command of line {self.line} cannot be understood ({what}); a "
            "quotation mark may be missing, export the file anew"
        )

    def _tokens(self, text: str) -> list[str]:
        """Words, marks and texts; texts joined by + are one. A text keeps its first mark."""
        body = re.sub(r"\.\s*$", "", text)
        tokens: list[str] = []
        joining = False
        for token in _TOKEN.findall(body):
            if token == "+" and tokens and tokens[-1][0] in "\"'":
                joining = True
            elif token[0] in "\"'":
                content = token[1:-1].replace(token[0] * 2, token[0])
                if joining:
                    tokens[-1] += content
                else:
                    tokens.append(token[0] + content)
                joining = False
            else:
                tokens.append(token)
        return tokens

    def _variable(self, name: str) -> SyntaxVariable:
        if name[0] in "\"'()=/,":
            raise self._wrong(f"'{name}' stands where a variable should")
        for declared, variable in self.syntax.variables.items():
            if name.casefold() in (declared.casefold(), variable.name.casefold()):
                return variable
        return self.syntax.variables.setdefault(name, SyntaxVariable(name))

    def _get_data(self, text: str) -> None:
        parts = re.split(r"\n\s*/", "\n" + text.strip())
        for part in parts:
            key, _, value = part.partition("=")
            key, value = key.strip().lstrip("/").upper(), value.strip()
            tokens = self._tokens(value)
            if key == "DELIMITERS" and tokens:
                self.syntax.separator = tokens[0][1:].replace("\\t", "\t")
            elif key == "QUALIFIER" and tokens:
                self.syntax.quote = tokens[0][1:]
            elif key == "FIRSTCASE" and value:
                self.syntax.first_case = int(re.sub(r"\D", "", value) or 1)
            elif key == "VARIABLES":
                for name, kind in zip(tokens[::2], tokens[1::2], strict=False):
                    self._variable(name).type = kind.upper()

    def _variable_labels(self, text: str) -> None:
        tokens = [token for token in self._tokens(text) if token not in ("/", ",")]
        if len(tokens) % 2:
            raise self._wrong("a variable or its label is missing")
        for name, label in zip(tokens[::2], tokens[1::2], strict=True):
            if label[0] not in "\"'":
                raise self._wrong(f"the label of '{name}' is not in quotation marks")
            self._variable(name).label = _words(label[1:])

    def _value_labels(self, text: str) -> None:
        for group in self._groups(text):
            lines = [line for line in group.strip().split("\n") if line.strip()]
            simple = [_LABEL_LINE.fullmatch(line) for line in lines[1:]]
            # One label a line, as LimeSurvey writes them: marks inside a label are not doubled.
            if simple and all(simple) and not re.search(r"[\"']", lines[0]):
                names = re.findall(r"[^\s,]+", lines[0])
                pairs = [
                    (
                        match[1]
                        if match[1] is not None
                        else match[2]
                        if match[2] is not None
                        else match[3],
                        match[5].replace(match[4] * 2, match[4]),
                    )
                    for match in simple
                    if match
                ]
            else:
                names, pairs = self._pairs(self._tokens(group))
            for name in names:
                self._variable(name).values = {code: _words(label) for code, label in pairs}

    def _groups(self, text: str) -> list[str]:
        """Cut a command at the slashes outside of quotation marks."""
        groups, last = [], 0
        for match in re.finditer(_TOKEN, text):
            if match[0] == "/":
                groups.append(text[last : match.start()])
                last = match.end()
        groups.append(re.sub(r"\.\s*$", "", text[last:]))
        return [group for group in groups if group.strip()]

    def _pairs(self, tokens: list[str]) -> tuple[list[str], list[tuple[str, str]]]:
        """Split a list of tokens into variables and pairs of code and label."""
        tokens = [token for token in tokens if token != ","]
        first = next((at for at, token in enumerate(tokens) if token[0] in "\"'"), len(tokens))
        if first == len(tokens):
            raise self._wrong("there is no label")
        # The first text is a code where another text follows it, else the label of a number.
        follows = first + 1 < len(tokens) and tokens[first + 1][0] in "\"'"
        start = first if follows and (len(tokens) - first) % 2 == 0 else first - 1
        names, rest = tokens[:start], tokens[start:]
        if not names or len(rest) % 2 or any(token[0] not in "\"'" for token in rest[1::2]):
            raise self._wrong("codes and labels do not come in pairs")
        bare = [token[1:] if token[0] in "\"'" else token for token in rest]
        return names, list(zip(bare[::2], bare[1::2], strict=True))

    def _missing_values(self, text: str) -> None:
        tokens = self._tokens(text)
        names: list[str] = []
        at = 0
        while at < len(tokens):
            if tokens[at] in ("/", ","):
                at += 1
                continue
            if tokens[at] != "(":
                names.append(tokens[at])
                at += 1
                continue
            end = next((to for to in range(at, len(tokens)) if tokens[to] == ")"), 0)
            if not end or not names:
                raise self._wrong("a bracket or a variable is missing")
            for name in names:
                self._variable(name).missing = _ranges(tokens[at + 1 : end])
            names, at = [], end + 1

    def _level(self, text: str) -> None:
        names: list[str] = []
        for token in self._tokens(text):
            if token.upper() in ("NOMINAL", "ORDINAL", "SCALE"):
                for name in names:
                    self._variable(name).level = token.lower()
                names = []
            elif token not in "()/,":
                names.append(token)

    def _recode(self, text: str) -> None:
        names: list[str] = []
        pairs: list[tuple[str, str]] = []
        tokens = self._tokens(text)
        for at, token in enumerate(tokens):
            if token == "=":
                sides = tokens[max(0, at - 1) : at + 2]
                if len(sides) < 3 or any(side in "()=/," for side in sides[::2]):
                    raise self._wrong("a value is missing")
                pairs.append((sides[0], sides[2]))
            elif "(" not in tokens[:at] and token != "(":
                names.append(token)
        for name in names:
            self._variable(name).recoded |= {
                old.lstrip("\"'"): new.lstrip("\"'") for old, new in pairs
            }

    def _rename(self, text: str) -> None:
        tokens = [token for token in self._tokens(text) if token not in ("(", ")", "/")]
        at = 0
        while at + 2 < len(tokens):
            if tokens[at + 1] != "=":
                raise self._wrong("a new name is missing")
            self._variable(tokens[at]).name = tokens[at + 2]
            at += 3


def _ranges(tokens: list[str]) -> list[tuple[str, str]]:
    """Read the codes between the brackets of MISSING VALUES."""
    ends = {"LO": "-inf", "LOWEST": "-inf", "HI": "inf", "HIGHEST": "inf"}
    plain = [ends.get(token.upper(), token.lstrip("\"'")) for token in tokens if token != ","]
    found: list[tuple[str, str]] = []
    at = 0
    while at < len(plain):
        if at + 2 < len(plain) and plain[at + 1].upper() == "THRU":
            found.append((plain[at], plain[at + 2]))
            at += 3
        else:
            found.append((plain[at], plain[at]))
            at += 1
    return found


def _words(text: str) -> str:
    """Clean a label: the tools write a line end as two letters."""
    return " ".join(text.replace("\\n", " ").replace("&apos;", "'").split())


def syntax_of(path: Path, encoding: str | None = None) -> dict[str, Syntax]:
    """Read a syntax file, or all of a zip (one a language), by language."""
    if path.suffix.lower() != ".zip":
        return {"": read_syntax(decoded_text(path, encoding), path)}
    check_archive(path)
    names = [name for name in archive_names(path) if name.lower().endswith(".sps")]
    if not names:
        raise SurveyError(f"{path}: the archive holds no .sps file; export the SPSS labels anew")
    found: dict[str, Syntax] = {}
    for name in names:
        text = read_part(path, name).decode("utf-8-sig", "replace")
        found[language_in_brackets(Path(name).stem)] = read_syntax(text, f"{path}/{name}")
    return found


def syntax_questionnaire(by_language: dict[str, Syntax], tool: str = "syntax") -> Questionnaire:
    """Turn syntax files of one survey into its items."""
    first = next(iter(by_language.values()))
    items = [
        _item(first_name, variable, by_language) for first_name, variable in first.variables.items()
    ]
    items, sets, joined = _with_options(items)
    return Questionnaire(tool, items, sets, joined)


def _item(key: str, variable: SyntaxVariable, by_language: dict[str, Syntax]) -> Item:
    """Describe one variable in all languages."""
    label: Labels = {}
    choices: dict[str, Labels] = {code: {} for code in variable.values}
    for language, syntax in by_language.items():
        other = syntax.variables.get(key)
        if other is None:
            continue
        if other.label:
            label[language] = other.label
        for code, words in other.values.items():
            choices.setdefault(code, {})[language] = words
    recoded = {variable.recoded.get(code, code): labels for code, labels in choices.items()}
    codes: dict[Code, Labels] = coded_choices(recoded)
    spelled = {
        folded(old): codes_key for old, codes_key in _recoded(variable, codes) if old != codes_key
    }
    kind = "choice" if codes else _kind(variable.type)
    in_words = kind == "text" or (kind == "choice" and not all(isinstance(c, int) for c in codes))
    single = [low for low, high in variable.missing if low == high]
    ranges = [(low, high) for low, high in variable.missing if low != high]
    return Item(
        name=variable.name,
        kind=kind,
        label=label,
        choices=codes,
        spelled=spelled,
        headings=_headings(variable.name, key),
        measure=variable.level,
        missing=tuple(single if in_words else (_number(variable, code) for code in single)),
        missing_ranges=()
        if in_words
        else tuple(
            (float(_number(variable, low)), float(_number(variable, high))) for low, high in ranges
        ),
    )


def _number(variable: SyntaxVariable, text: str) -> Code:
    """Read a user-missing code of a variable of numbers."""
    try:
        return float(text) if "inf" in text else clean_code(float(text))
    except ValueError:
        raise SurveyError(
            f"the syntax file declares '{text}' as a missing value of '{variable.name}', a "
            "variable of numbers; correct its MISSING VALUES"
        ) from None


def _recoded(variable: SyntaxVariable, codes: dict[Code, Labels]) -> list[tuple[str, Code]]:
    by_text = {str(code): code for code in codes}
    return [(old, by_text[new]) for old, new in variable.recoded.items() if new in by_text]


def _headings(name: str, key: str) -> tuple[str, ...]:
    """Headings of a variable: its name, the name before renaming, the tools' way of options."""
    cuts = [at for at, letter in enumerate(name) if letter == "_" and 0 < at < len(name) - 1]
    options = [
        f"{name[:at]}{begin}{name[at + 1 :]}{end}"
        for at in cuts
        for begin, end in (("/", ""), ("[", "]"))
    ]
    return tuple(dict.fromkeys([name, key, *options]))


def _kind(written: str) -> str:
    """Kind of a variable without labels, by its SPSS format."""
    if written.startswith(("DATE", "ADATE", "EDATE", "SDATE", "TIME")):
        return "date"
    if written.startswith("A") and written[1:].split(".")[0].isdigit():
        return "text"
    return "any"


def _with_options(
    items: Sequence[Item],
) -> tuple[list[Item], dict[str, OptionSet], list[JoinedQuestion]]:
    """Recognise the options of multiple-response questions by the way the tools label them.

    LimeSurvey writes ``[option] question`` over the codes 0 and 1, KoboToolbox ``question ::
    option``, where a variable of the question itself comes first.
    """
    found: list[Item] = []
    members: dict[str, tuple[Labels, list[str]]] = {}
    by_name = {item.name: item for item in items}
    for item in items:
        split = _as_option(item, by_name)
        if split is None:
            found.append(item)
            continue
        if split[0] not in members and item.name.endswith("_other"):
            found.append(item)
            continue
        name, question, option = split
        members.setdefault(name, (question, []))[1].append(item.name)
        kind = "option" if item.choices or item.kind != "text" else "other"
        found.append(Item(item.name, kind, option, headings=item.headings, routing=item.routing))
    # A question with options has no answers of its own: its column only joins them.
    sets = {name: option_set(label, names) for name, (label, names) in members.items()}
    options = {item.name: item for item in found}
    joined = [
        JoinedQuestion(
            name,
            by_name[name].headings,
            {
                option: (option.removeprefix(f"{name}_"), *options[option].label.values())
                for option in names
            },
        )
        for name, (_, names) in members.items()
        if name in by_name
    ]
    return [item for item in found if item.name not in sets], sets, joined


def _as_option(item: Item, by_name: dict[str, Item]) -> tuple[str, Labels, Labels] | None:
    """Name of the set, wording of the question and of the option; None for other items."""
    base, _, rest = item.name.rpartition("_")
    if not base or not rest or not item.label:
        return None
    in_words = item.kind == "text" and rest == "other"
    if set(item.choices) == {0, 1} or in_words:
        matches = {language: _OPTION.fullmatch(words) for language, words in item.label.items()}
        if all(matches.values()):
            return (
                base,
                {language: match["question"] for language, match in matches.items() if match},
                {language: match["option"] for language, match in matches.items() if match},
            )
    names = [name for name in by_name if item.name.startswith(name + "_") and not item.choices]
    for name in sorted(names, key=len, reverse=True):
        question = by_name[name].label
        ends = {
            language: words.removeprefix(question.get(language, "\0") + _PAIR)
            for language, words in item.label.items()
        }
        if ends and all(ends[language] != words for language, words in item.label.items()):
            return name, question, ends
    return None
