"""Items of a syntax file: what SPSS would have known of the columns after running it."""

import re
from collections.abc import Sequence
from pathlib import Path

from resurvey.core.codebook import Code, Labels, clean_code
from resurvey.core.errors import SurveyError
from resurvey.reading.archives import archive_names, check_archive, read_part
from resurvey.reading.delimited import decoded_text
from resurvey.reading.tools.languages import language_in_brackets
from resurvey.reading.tools.questionnaire import (
    Item,
    JoinedQuestion,
    Questionnaire,
    coded_choices,
    option_set,
)
from resurvey.reading.tools.syntax import Syntax, SyntaxVariable, read_syntax
from resurvey.reading.wording import folded

_OPTION = re.compile(r"\[(?P<option>[^\]]*)\]\s*(?P<question>.*)", re.DOTALL)
_PAIR = " :: "


def syntax_of(path: Path, encoding: str | None = None) -> dict[str, Syntax]:
    """Read a syntax file, or all of a zip (one a language), by language.

    Raises
    ------
    SurveyError
        A damaged zip, or one without syntax files.
    """
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
) -> tuple[list[Item], dict[str, dict[str, object]], list[JoinedQuestion]]:
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
            {one: (one.removeprefix(f"{name}_"), *options[one].label.values()) for one in names},
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
                {language: one["question"] for language, one in matches.items() if one},
                {language: one["option"] for language, one in matches.items() if one},
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
