"""Sources: the questions, settings, files, rules and cleaning steps that numbers go back to."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from resurvey.core.accounting import ACCOUNT_COLUMNS, ACCOUNT_KEYS, Account
from resurvey.core.codebook import Codebook
from resurvey.core.lines import Line
from resurvey.core.names import name_number
from resurvey.core.origin import AFTER
from resurvey.index.declaration import index_items
from resurvey.prepare.indicators import as_indicators, indicator_parts
from resurvey.report.provenance.graph import Graph, Number, People
from resurvey.study.expansion import CROSS
from resurvey.tables.domains import is_crossed

_LABELS = ("label", "title", "why", "note", "dimension", "empirical", "judgement")


def question_sources(
    codebook: Codebook,
    indicators: Mapping[str, Mapping[str, Any]],
    sets: Mapping[str, Sequence[str]],
) -> dict[str, tuple[str, ...]]:
    """List for every variable the questions of the data behind it.

    Examples
    --------
    >>> book = Codebook({})
    >>> glad = {"glad": {"share": {"variable": "mood", "codes": [1]}}}
    >>> question_sources(book, glad, {})["glad"]
    ('mood',)
    """
    found: dict[str, tuple[str, ...]] = {name: (name,) for name in codebook}
    found |= {name: tuple(items) for name, items in sets.items()}
    for name, indicator in indicators.items():
        behind = [
            source for part in indicator_parts(indicator) for source in found.get(part, (part,))
        ]
        found[name] = tuple(dict.fromkeys(behind))
    for name, variable in codebook.variables.items():
        if is_crossed(variable):
            parts = [source for part in name.split(CROSS) for source in found.get(part, (part,))]
            found[name] = tuple(dict.fromkeys(parts))
    return found


def response_sets(codebook: Codebook, names: Iterable[str]) -> dict[str, list[str]]:
    """List the items of the multiple-response sets among some names.

    Examples
    --------
    >>> sets = {"media": {"variable_list": ["tv"], "type": "D", "counted_value": "1"}}
    >>> book = Codebook({}, multiple_response=sets)
    >>> response_sets(book, ["mood", "$media"])
    {'$media': ['tv']}
    """
    found = dict[str, list[str]]()
    for name in dict.fromkeys(names):
        plain = codebook.multiple_response.get(name.removeprefix("$"))
        plain = codebook.multiple_response.get(name, plain)
        if plain:
            found[name] = list(plain["variable_list"])
    return found


def configured_parts(
    codebook: Codebook, study: Mapping[str, Any], wave: str, steps: Sequence[Any]
) -> dict[str, str]:
    """Hash every part of the configuration that a number may depend on, labels left out."""
    parts: dict[str, Any] = {
        f"waves/{wave}": study["wave"],
        f"mapping/{wave}": study.get("mapping", {}),
        "cleaning/steps": list(steps),
        "sample": study["config"].get("sample", "unknown"),
        "alpha": study["config"].get("alpha"),
        "interviews": study.get("interviews", {}).get("themes", {}),
        "interviews/coded": {
            name: study.get("interviews", {}).get(name, {})
            for name in ("sources", "attributes", "threshold")
        },
    }
    together = as_indicators(study["indicators"].get("combinations", {}))
    parts |= {f"indicators/{name}": entry for name, entry in together.items()}
    for room in ("tables", "indicators", "models"):
        parts |= {f"{room}/{name}": entry for name, entry in study[room].get(room, {}).items()}
    parts |= {
        f"banners/{name}": entry for name, entry in study["tables"].get("banners", {}).items()
    }
    scales = study["indicators"].get("scales", {})
    scales = {**scales, **index_items(study.get("index", {}))}
    parts |= {f"indicators/{name}": entry for name, entry in scales.items()}
    matrices = study["tables"].get("correlations", {})
    parts |= {f"correlations/{name}": entry for name, entry in matrices.items()}
    declared = study.get("index", {}).get("index", {})
    parts |= {f"index/{name}": entry for name, entry in declared.items()}
    parts["indicators/columns"] = study["indicators"].get("columns", "")
    for name, variable in codebook.variables.items():
        parts[f"codebook/{name}"] = {
            "codes": list(variable.codes),
            "missing": list(variable.missing),
            "missing_ranges": [list(ends) for ends in variable.missing_ranges],
            "order": list(variable.order),
            "dont_know": list(variable.dont_know),
            "source": variable.source,
        }
    return {name: _hash(without_labels(part)) for name, part in parts.items()}


def without_labels(part: Any) -> Any:
    """Leave out what only names things: no number depends on it.

    Examples
    --------
    >>> without_labels({"rows": ["q"], "subtotals": [{"of": [1, 2], "label": {"en": "Both"}}]})
    {'rows': ['q'], 'subtotals': [{'of': [1, 2]}]}
    """
    if isinstance(part, Mapping):
        return {
            str(key): list(map(str, value))
            if key == "codes" and isinstance(value, Mapping)
            else without_labels(value)
            for key, value in part.items()
            if key not in _LABELS
        }
    if isinstance(part, (list, tuple)):
        return [without_labels(value) for value in part]
    return part


def _hash(part: Any) -> str:
    plain = json.dumps(part, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(plain.encode()).hexdigest()


def rules_with_code(code: Mapping[str, str], numbers: Iterable[str]) -> dict[str, dict[str, Any]]:
    """Describe the rules behind some rules: the hash of their sources, and what they read."""
    todo, used = list(dict.fromkeys(numbers)), dict[str, dict[str, Any]]()
    while todo:
        rule = todo.pop()
        if rule in code and rule not in used:
            before = [earlier for earlier in AFTER[rule] if earlier in code]
            used[rule] = {"code": code[rule], "after": before}
            todo += before
    return used


LOG = "clean/log.csv"
ACCOUNTS = "report/accounting.csv"


def add_ledger(graph: Graph, log: Sequence[Line]) -> None:
    """Add the numbers of every step; whose answers it touched is not in the tidy files."""
    everybody = People({})
    for line in log:
        fields = {
            "rows_before": line["rows_before"],
            "rows_after": line["rows_after"],
            "rows_touched": line["rows_touched"],
            "cells_touched": line["cells_touched"],
            "rows_removed": _removed(line),
        }
        for field, value in fields.items():
            number = Number(
                value,
                "cells" if field == "cells_touched" else "people",
                "ledger",
                "prepare_wave",
                LOG,
                {"step": line["step"]},
                people=everybody,
                items=tuple(line["variables"].split()),
            )
            graph.add(name_number("cleaning", line["step"], field), number)


def _removed(line: Line) -> str:
    """How many rows a step removed; empty where the ledger does not tell."""
    ends = line["rows_before"], line["rows_after"]
    return str(int(ends[0]) - int(ends[1])) if all(ends) else ""


_RULES = {"import": "import_wave", "model": "fit_models", "index": "assess_index"}


def add_accounts(graph: Graph, accounts: Iterable[Account]) -> None:
    """Add who entered every step, who was left out and why, and who remained."""
    for account in accounts:
        line = account.line
        keys = {key: str(line[key]) for key in ACCOUNT_KEYS if line[key]}
        prepared = "prepare_wave" if account.step == "cleaning" else "tabulate_wave"
        for field in ACCOUNT_COLUMNS[len(ACCOUNT_KEYS) :]:
            number = Number(
                str(line[field]),
                "people",
                "ledger",
                _RULES.get(account.step, prepared),
                ACCOUNTS,
                keys,
                people=People({}),
                items=(account.question,) if account.question else (),
            )
            graph.add(account.identity(field), number)


def list_steps(
    log: Sequence[Line], declared: Sequence[Mapping[str, Any]]
) -> dict[str, dict[str, Any]]:
    """Describe the steps: number -> action, variables, and how many rows and cells they touched."""
    steps = {}
    for line in log:
        number = int(line["step"])
        if number == 0:
            continue
        spec = declared[number - 1] if number <= len(declared) else {}
        steps[line["step"]] = {
            "action": line["action"],
            "variables": step_variables(line, spec),
            **{
                name: int(number)
                for name, number in (
                    ("rows_touched", line["rows_touched"]),
                    ("cells_touched", line["cells_touched"]),
                    ("rows_removed", _removed(line)),
                )
                if number
            },
            "why": line["why"],
        }
    return steps


def step_variables(line: Line, spec: Mapping[str, Any]) -> list[str]:
    """List the variables that a step reads or writes, in order.

    Examples
    --------
    >>> step_variables({"variables": "age"}, {"where": {"age": 999, "job": "missing"}})
    ['age', 'job']
    """
    named = [*line["variables"].split(), *spec.get("where", {}), *spec.get("by", [])]
    named += [*spec.get("variables", []), *([spec["variable"]] if "variable" in spec else [])]
    return list(dict.fromkeys(named))


def steps_of(items: Sequence[str], steps: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """List the steps that concern a number: they name one of its variables, or removed rows.

    A public set may not tell how many rows a step removed. Such a step concerns the numbers of
    its own variables.

    Examples
    --------
    >>> steps = {"1": {"variables": ["age"]}, "2": {"variables": [], "rows_removed": 3}}
    >>> steps_of(["age"], steps), steps_of(["sex"], steps)
    (['1', '2'], ['2'])
    """
    return [
        number
        for number, step in steps.items()
        if step.get("rows_removed") or not set(items).isdisjoint(step["variables"])
    ]
