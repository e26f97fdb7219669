"""Models: coefficients, effects and diagnostics of the declared models."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from resurvey.core.lines import Line
from resurvey.core.names import name_model_number, name_number
from resurvey.core.notes import number_texts, read_notes
from resurvey.report.provenance.graph import ANSWERED, Graph, Number, People

FIELDS = {
    "coefficients": ("odds_ratio", "odds_ratio_lower", "odds_ratio_upper", "p_value"),
    "effects": ("estimate", "p_value"),
    "diagnostics": ("value", "df", "p_value"),
}
"""Columns of each file whose numbers a report prints."""

KEYS = {
    "coefficients": ("model", "variable", "code"),
    "effects": ("model", "outcome_code", "variable", "code"),
    "diagnostics": ("model", "statistic"),
}


def add_models(
    graph: Graph,
    files: Mapping[str, Iterable[Line]],
    declared: Mapping[str, Mapping[str, Any]],
    sources: Mapping[str, Sequence[str]],
    alpha: float,
) -> None:
    """Add the printed numbers of every model; all rest on those who answered all its questions."""
    for file, lines in files.items():
        own = [line for line in lines if line["model"] in declared]
        for line in own:
            _add_line(graph, file, line, declared[line["model"]], sources)
        if file == "effects":
            for model in dict.fromkeys(line["model"] for line in own):
                _add_tallies(graph, [line for line in own if line["model"] == model], alpha)


def _add_tallies(graph: Graph, effects: Sequence[Line], alpha: float) -> None:
    """Count the effects on the last outcome, which a report puts in words, and the clear ones."""
    model, last = effects[0]["model"], effects[-1]["outcome_code"]
    tested = [line for line in effects if line["outcome_code"] == last and line["p_value"]]
    below = sum(float(line["p_value"]) < alpha for line in tested)
    for place, size in (((model,), len(tested)), ((model, "below"), below)):
        number = Number(
            str(size),
            "lines",
            "tally",
            "trace_wave",
            "models/effects.csv",
            {"model": model},
            tuple(name_model_number("effects", line, "p_value") for line in tested),
        )
        graph.add(name_number("tally", "effects", *place), number)


def _add_line(
    graph: Graph,
    file: str,
    line: Line,
    declared: Mapping[str, Any],
    sources: Mapping[str, Sequence[str]],
) -> None:
    variables = [declared["outcome"], *declared["predictors"]]
    people = People({name: ANSWERED for name in variables})
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
            {key: line[key] for key in KEYS[file]},
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
                {key: line[key] for key in KEYS[file]},
                # It may tell of all respondents, those without an answer too.
                people=People({}),
                items=items,
            )
            graph.add(name_model_number(file, line, f"note_{part}"), note)
