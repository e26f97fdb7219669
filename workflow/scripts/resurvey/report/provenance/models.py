"""Models: coefficients, effects and diagnostics of the declared models."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from resurvey.core.lines import Line
from resurvey.core.names import name_model_number, name_number
from resurvey.core.notes import number_texts, read_notes
from resurvey.report.provenance.graph import ANSWERED, Graph, Number, People, read_domain
from resurvey.tables.models import used_variables

_ESTIMATES = ("estimate", "standard_error", "lower", "upper", "p_value")
FIELDS = {
    "coefficients": ("odds_ratio", "odds_ratio_lower", "odds_ratio_upper", *_ESTIMATES),
    "effects": _ESTIMATES,
    "diagnostics": ("value", "df", "df2", "p_value"),
}
"""Columns of each file whose numbers a report prints."""

KEYS = {
    "coefficients": ("model", "outcome_code", "part", "variable", "code"),
    "effects": ("model", "outcome_code", "variable", "code"),
    "diagnostics": ("model", "statistic", "variable"),
}


def add_models(
    graph: Graph,
    files: Mapping[str, Iterable[Line]],
    declared: Mapping[str, Mapping[str, Any]],
    sources: Mapping[str, Sequence[str]],
    alpha: float,
    weight: str = "",
) -> None:
    """Add the printed numbers of every model; all rest on those who answered all its questions."""
    for file, lines in files.items():
        own = [line for line in lines if line["model"] in declared]
        for line in own:
            _add_line(graph, file, line, declared[line["model"]], sources, weight)
        if file == "coefficients":
            for model in dict.fromkeys(line["model"] for line in own):
                _add_tallies(graph, model, own, alpha)


def _add_tallies(graph: Graph, model: str, lines: Sequence[Line], alpha: float) -> None:
    """Count the comparisons of a model's table, and those with a small p."""
    tested = [line for line in lines if (line["model"], line["part"]) == (model, "coefficient")]
    below = sum(float(line["p_value"]) < alpha for line in tested)
    for place, size in (((model,), len(tested)), ((model, "below"), below)):
        number = Number(
            str(size),
            "lines",
            "tally",
            "trace_wave",
            "models/coefficients.csv",
            {"model": model, "part": "coefficient"},
            tuple(name_model_number("coefficients", line, "p_value") for line in tested),
        )
        graph.add(name_number("tally", "coefficients", *place), number)


def _add_line(
    graph: Graph,
    file: str,
    line: Line,
    declared: Mapping[str, Any],
    sources: Mapping[str, Sequence[str]],
    weight: str,
) -> None:
    variables = used_variables(declared)
    asked = (declared["outcome"], *declared["predictors"])
    who = dict.fromkeys(asked, ANSWERED)
    people = People(who, weight, within=read_domain(declared.get("where", {})))
    items = tuple(dict.fromkeys(item for name in variables for item in sources.get(name, (name,))))
    for field in FIELDS[file]:
        if not line.get(field):
            continue
        number = Number(
            line[field],
            "people" if line.get("statistic") == "n" else field,
            "count" if line.get("statistic") == "n" else "model",
            "fit_models",
            f"models/{file}.csv",
            _keys(file, line),
            people=people,
            items=items,
        )
        graph.add(name_model_number(file, line, field), number)
    if file == "diagnostics":
        for part, value in number_texts(read_notes(line)).items():
            note = Number(
                value,
                "note",
                "model",
                "fit_models",
                f"models/{file}.csv",
                _keys(file, line),
                # It may tell of all respondents, those without an answer too.
                people=People({}),
                items=items,
            )
            graph.add(name_model_number(file, line, f"note_{part}"), note)


def _keys(file: str, line: Line) -> dict[str, str]:
    """Columns that find a line in its file; those that only some lines fill may lack."""
    seldom = ("outcome_code", "part", "variable") if file != "effects" else ()
    return {key: line[key] for key in KEYS[file] if line[key] or key not in seldom}
