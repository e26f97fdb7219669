"""Declared sets: multiple-response sets of the file and of the study, under declared names."""

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from resurvey.core.codebook import Codebook, Variable, as_labels, nearest
from resurvey.core.errors import shown_answer
from resurvey.core.survey import Survey
from resurvey.reading.columns import number_column, text_column
from resurvey.reading.joined import Split, split_joined
from resurvey.reading.tools.questionnaire import CHOSEN

if TYPE_CHECKING:
    from resurvey.reading.sheet import Sheet


def declare_sets(codebook: Codebook, declared: Mapping[str, Any]) -> tuple[Codebook, list[str]]:
    """Merge the sets of ``config/codebook.yaml`` into those of the file.

    Examples
    --------
    >>> from resurvey.core.codebook import Variable
    >>> book = Codebook({"tv": Variable("tv", source="Q7_1")})
    >>> declare_sets(book, {"media": {"variables": ["tvv"], "counted": 1}})[1]
    ["multiple-response set 'media': there is no variable 'tvv'; did you mean 'tv'?"]
    """
    renamed = {one.source: name for name, one in codebook.variables.items() if one.source}
    sets = {
        name: {**one, "variable_list": [renamed.get(item, item) for item in one["variable_list"]]}
        for name, one in codebook.multiple_response.items()
    }
    problems = []
    for name, one in declared.items():
        unknown = [item for item in one["variables"] if item not in codebook]
        problems += [
            f"multiple-response set '{name}': there is no variable '{item}'"
            f"{nearest(item, codebook)}"
            for item in unknown
        ]
        if name in codebook:
            problems.append(f"multiple-response set '{name}' has the name of a variable; rename it")
        sets[name] = {
            "type": "D" if "counted" in one else "C",
            "counted_value": one.get("counted"),
            "label": as_labels(one.get("label")),
            "variable_list": list(one["variables"]),
        }
    return replace(codebook, multiple_response=sets), problems


def plain_sets(declared: Mapping[str, Any]) -> dict[str, Any]:
    """Declare the sets of joined columns by the variables that `separate_options` makes.

    Examples
    --------
    >>> plain_sets({"media": {"joined": "Q7", "options": ["TV", "radio"]}})
    {'media': {'variables': ['media_1', 'media_2'], 'counted': 1, 'label': 'Q7'}}
    """
    return {
        name: {
            "variables": _variables(name, one),
            "counted": 1,
            "label": one.get("label", one["joined"]),
        }
        if "joined" in one
        else one
        for name, one in declared.items()
    }


def _options(name: str, one: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """Variable -> wording of its option."""
    options = one["options"]
    if isinstance(options, Mapping):
        return {f"{name}_{key}": as_labels(text) for key, text in options.items()}
    return {f"{name}_{number}": as_labels(text) for number, text in enumerate(options, 1)}


def _variables(name: str, one: Mapping[str, Any]) -> list[str]:
    return [*_options(name, one), *([f"{name}_other"] if one.get("open") else [])]


def separate_options(
    survey: Survey, declared: Mapping[str, Any], cells: "Sheet | None" = None
) -> tuple[Survey, list[str]]:
    """Give every option of a joined column a variable of 0 and 1.

    Forms such as Google's write all chosen options into one cell. A set that is declared with
    ``joined`` names the column, its ``options`` in full and the ``separator``; ``open: true``
    lets respondents add words of their own at the end, which become an option and a text.
    """
    joined = {name: one for name, one in declared.items() if "joined" in one}
    if not joined:
        return survey, []
    data = survey.data.copy(deep=False)
    variables = dict(survey.codebook.variables)
    problems: list[str] = []
    for name, one in joined.items():
        source = one["joined"]
        if source not in survey.codebook:
            problems.append(
                f"multiple-response set '{name}': there is no variable '{source}'"
                f"{nearest(source, survey.codebook)}"
            )
            continue
        options = _options(name, one)
        texts = data[source].astype("object").where(data[source].notna(), None).tolist()
        words = {item: tuple(labels.values()) for item, labels in options.items()}
        separator = one.get("separator", ", ")
        rows = []
        for row, text in enumerate(texts):
            split = None if text is None else _split(str(text), words, separator, one.get("open"))
            if isinstance(split, str):
                at = cells.headings.index(source) if cells else 0
                place = cells.place(row, at) if cells else f"row {row + 1}"
                problems.append(f"{place}: variable '{source}' {split}")
                split = None
            rows.append(split)
        if name == source:
            data = data.drop(columns=source)
            del variables[source]
        else:
            variables[source] = replace(variables[source], measure="text", codes={})
        for item, labels in options.items():
            chosen = [float("nan") if one is None else float(item in one.chosen) for one in rows]
            data[item] = number_column(chosen)
            variables[item] = Variable(item, labels, "nominal", dict(CHOSEN))
        if one.get("open"):
            own = [None if one is None else one.rest for one in rows]
            data[f"{name}_other"] = number_column(
                [float("nan") if one is None else float(bool(one)) for one in own]
            )
            data[f"{name}_other_text"] = text_column(own)
            other = {"en": "Other", "ru": "Другое"}
            variables[f"{name}_other"] = Variable(f"{name}_other", other, "nominal", dict(CHOSEN))
            variables[f"{name}_other_text"] = Variable(f"{name}_other_text", dict(other), "text")
    return Survey(data, replace(survey.codebook, variables=variables)), problems


def _split(
    text: str, options: Mapping[str, tuple[str, ...]], separator: str, is_open: bool | None
) -> Split | str:
    """Split one cell, or say what is wrong with it."""
    found = split_joined(text, options, [separator])
    if found is not None and found.ambiguous:
        return f"holds {shown_answer(text)} that can be told apart in two ways; separate it by hand"
    if is_open:
        return found or Split((), text.strip())
    if found is None or found.rest:
        rest = found.rest if found else text
        return (
            f"holds {shown_answer(rest)}, which is none of the declared options; add it to "
            "`options`, or say `open: true` where people could write an answer of their own"
        )
    return found
