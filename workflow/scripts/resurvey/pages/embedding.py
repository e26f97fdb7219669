"""Embedding: the provenance of a page's numbers, small enough to travel inside the page."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from resurvey.core.names import TOTAL
from resurvey.pages.labels import Labels

COMMON = ("unit", "formula", "rule", "file", "items", "steps", "inputs")
"""What many numbers share; such a combination is written once."""

_VARIABLES = ("row_variable", "column_variable", "variable")


def embed_provenance(
    document: Mapping[str, Any],
    labels: Labels,
    shown: Iterable[str] | None = None,
    reasons: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """Write the numbers of ``provenance.json`` for a page, with labels in the page's language.

    Returns
    -------
    dict
        ``names`` of the numbers; ``numbers`` in the same order, each a list of value, place in
        ``common``, places of the numbers it is computed from, key columns of its line, printed
        value, verdict and conditions of the respondents counted, cut after the last that is not
        empty; ``questions`` with wording and answers; ``steps``, ``inputs``, ``formulas`` and
        ``rules`` as in the document.

    Examples
    --------
    >>> from resurvey.core.codebook import Codebook
    >>> numbers = {"count:t": {"value": "3", "unit": "people"}, "base:t": {"value": "9"}}
    >>> labels = Labels(Codebook({}), {}, {}, "en")
    >>> found = embed_provenance({"numbers": numbers}, labels, ["base:t"])
    >>> found["names"], found["numbers"], found["common"]
    (['base:t'], [['9', 0]], [{}])
    """
    numbers: Mapping[str, Mapping[str, Any]] = document["numbers"]
    names = sorted(numbers if shown is None else _reached(numbers, shown))
    places = {name: place for place, name in enumerate(names)}
    common: dict[str, int] = {}
    combinations: list[dict[str, Any]] = []
    lines = []
    for name in names:
        number = numbers[name]
        shared = {key: number[key] for key in COMMON if key in number}
        known = common.setdefault(repr(shared), len(combinations))
        if known == len(combinations):
            combinations.append(shared)
        line: list[Any] = [
            number.get("value", ""),
            known,
            [places[one] for one in number.get("from", ()) if one in places],
            number.get("line", {}),
            number.get("printed", ""),
            number.get("verdict", ""),
            number.get("who", ""),
        ]
        while line[-1] in ("", [], {}):
            line.pop()
        lines.append(line)
    used = [numbers[name] for name in names]
    return {
        "names": names,
        "numbers": lines,
        "common": combinations,
        "questions": _questions(used, document.get("items", {}), labels),
        "steps": {
            step: {**told, "why": (reasons or {}).get(step, told.get("why", ""))}
            for step, told in document.get("steps", {}).items()
        },
        **{key: document.get(key, {}) for key in ("inputs", "formulas", "rules")},
    }


def _reached(numbers: Mapping[str, Mapping[str, Any]], shown: Iterable[str]) -> set[str]:
    """Numbers of the page and everything behind them."""
    found: set[str] = set()
    todo = [one for one in shown if one in numbers]
    while todo:
        name = todo.pop()
        if name not in found:
            found.add(name)
            todo += [one for one in numbers[name].get("from", ()) if one in numbers]
    return found


def _questions(
    numbers: Sequence[Mapping[str, Any]], items: Mapping[str, Mapping[str, str]], labels: Labels
) -> dict[str, dict[str, Any]]:
    """Describe each variable behind the numbers: its wording and the answers that are named."""
    codes: dict[str, dict[str, None]] = {name: {} for name in sorted(items)}
    for number in numbers:
        line = number.get("line", {})
        for variable in (line[key] for key in _VARIABLES if key in line):
            codes.setdefault(variable, {})
        for variable, answers in {**number.get("who", {}), **_row(line)}.items():
            if not isinstance(answers, str):
                codes.setdefault(variable, {}).update(dict.fromkeys(answers))
            else:
                codes.setdefault(variable, {})
    return {
        name: {
            "label": labels.variable(name),
            "answers": {code: labels.answer(name, code, code) for code in sorted(codes[name])},
            **{key: text for key, text in items.get(name, {}).items() if key == "source"},
        }
        for name in sorted(codes)
        if name
    }


def _row(line: Mapping[str, str]) -> dict[str, list[str]]:
    variable, code = line.get("row_variable", ""), line.get("row_code", "")
    parts = [one for one in code.split("+") if one not in ("", TOTAL)]
    return {variable: parts} if variable else {}
