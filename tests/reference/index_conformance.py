"""Conformance of indices: ours under the names of ``index/index_values.csv``.

``index/make_index.R`` made the values: COINr's documented formulas, psych, survey, and the
published example of Alkire and Foster.
"""

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from resurvey.core.codebook import Codebook, Survey, Variable
from resurvey.index.coherence import assess_coherence
from resurvey.index.declaration import Index, read_indices, resolve
from resurvey.index.results import Published, assess_indices
from resurvey.index.scoring import assemble, derive_indices, score_answers
from resurvey.tables.correlations import Numbers

HERE = Path(__file__).resolve().parent
SOURCE = {"source": "for the comparison"}
TRAITS = [f"A{number}" for number in range(1, 6)], [f"N{number}" for number in range(1, 6)]
METHODS = "min_max", "goalposts", "z", "rank"
Found = dict[str, float | None]


def index_values() -> dict[str, dict[str, str]]:
    """Read R's values: case -> statistic -> number."""
    values: dict[str, dict[str, str]] = {}
    with (HERE / "index/index_values.csv").open(encoding="utf-8") as lines:
        for line in csv.DictReader(lines):
            values.setdefault(line["case"], {})[line["statistic"]] = line["value"]
    return values


def index_statistics() -> dict[str, Found]:
    """Compute our indices under the names of R's values: case -> statistic -> number."""
    cases = {
        f"{method}_{missing}": {
            "normalisation": method,
            "missing": missing,
            **({"minimum_items": 6} if missing == "available" else {}),
        }
        for method in METHODS
        for missing in ("complete", "available")
    }
    cases["geometric_complete"] = {
        "aggregation": "geometric",
        "shift": 0.1,
        "missing": "complete",
    }
    found = {case: _scored(changes) for case, changes in cases.items()}
    lines = list(_coherence())
    return found | {
        "coherence": _reliability(lines),
        "components": _components(lines),
        "apistrat": _under_a_design(),
        "alkire_foster": _counted(),
    }


def _scored(changes: dict[str, Any]) -> Found:
    """Values of the first respondents, with mean and deviation of all."""
    index = _bfi_index(**changes)
    overall = assemble(index, score_answers(_bfi(), index)).overall
    known = overall[np.isfinite(overall)]
    first = {
        f"index[{row}]": float(value) if np.isfinite(value) else None
        for row, value in enumerate(overall[:60], 1)
    }
    return {**first, "mean": float(known.mean()), "sd": float(known.std(ddof=1))}


def _coherence() -> Iterator[dict[str, Any]]:
    index = _bfi_index()
    made = assemble(index, score_answers(_bfi(), index))
    yield from assess_coherence(index, Numbers(made.normalised))


def _reliability(lines: list[dict[str, Any]]) -> Found:
    found: Found = {}
    for line in lines:
        if line["statistic"] in ("alpha", "standardised_alpha", "mean_correlation", "omega"):
            found[f"{line['statistic']}:{line.get('dimension')}"] = line["value"]
        elif line["statistic"] in ("item_rest", "alpha_without"):
            found[f"{line['statistic']}:{line['indicator']}"] = line["value"]
    return found


def _components(lines: list[dict[str, Any]]) -> Found:
    found: Found = {}
    for line in lines:
        if line["statistic"] == "eigenvalue":
            found[f"eigenvalue[{line['component']}]"] = line["value"]
        elif line["statistic"] == "component_loading":
            place = (*TRAITS[0], *TRAITS[1]).index(line["indicator"]) + 1
            found[f"loading[{place}.{line['component']}]"] = line["value"]
    return found


def _under_a_design() -> Found:
    """Means of an index by group under a design, and their difference."""
    frame = pd.read_csv(HERE / "statistics/people_apistrat.csv")
    codes = {1: {}, 2: {}}
    variables = [Variable(name, measure="scale") for name in frame.columns]
    variables += [Variable(name, codes=codes) for name in ("awards", "sch.wide")]
    survey = Survey(frame, Codebook({}).updated(variables))
    part = {
        "index": {
            "i": {
                "dimensions": {"level": {"weight": 2, **SOURCE}, "goal": {"weight": 1, **SOURCE}},
                "indicators": {
                    "performance": {
                        "variable": "api00", "dimension": "level", "weight": 1,
                        "goalposts": [400, 900], **SOURCE,
                    },
                    "need": {
                        "variable": "meals", "dimension": "level", "weight": 3,
                        "goalposts": [0, 100], "direction": "negative", **SOURCE,
                    },
                    "goals": {
                        "variable": "sch.wide", "dimension": "goal", "weight": 1,
                        "scores": {1: 0, 2: 1}, "goalposts": [0, 1], **SOURCE,
                    },
                },
                "normalisation": "goalposts",
                "by": ["awards"],
            }
        }
    }  # fmt: skip
    wave = {"weight": "pw", "strata": "stype", "fpc": "fpc"}
    lines = assess_indices(derive_indices(survey, part), part, wave, Published())
    found: Found = {}
    for line in lines["index"]:
        if line["statistic"] == "mean" and line.get("variable") == "i":
            found[f"mean:{line['column_code']}"] = line["value"]
            found[f"standard_error:{line['column_code']}"] = line["standard_error"]
    (gap,) = [line for line in lines["decomposition"] if line["part"] == "gap"]
    found |= {"gap": gap["value"], "gap_error": gap["standard_error"]}
    return found


def _counted() -> Found:
    """The published example of Alkire and Foster."""
    people = [[13.1, 14, 4, 1], [15.2, 7, 5, 0], [12.5, 10, 1, 0], [20, 11, 3, 1]]
    names = ["income", "schooling", "health", "insured"]
    frame = pd.DataFrame(people, columns=names)
    survey = Survey(frame, Codebook({name: Variable(name, measure="scale") for name in names}))
    indicators = {
        name: {"variable": name, "dimension": "all", "weight": 1, "cutoff": cutoff, **SOURCE}
        for name, cutoff in zip(names, (13, 12, 3, 1), strict=True)
    }
    plain = {
        "dimensions": {"all": {"weight": 1, **SOURCE}},
        "indicators": indicators,
        "aggregation": "counting",
        "poverty_cutoff": 0.5,
    }
    part = {"index": {"i": plain}}
    lines = assess_indices(derive_indices(survey, part), part, {}, Published())["index"]
    found: Found = {}
    for line in lines:
        if line.get("indicator"):
            place = names.index(line["indicator"]) + 1
            found[f"{line['statistic']}[{place}]"] = line.get("value")
        else:
            found[line["statistic"]] = line.get("value")
    return found


def _bfi() -> Survey:
    frame = pd.read_csv(HERE / "statistics/people_bfi.csv").astype("Int64")
    codes = {code: {} for code in range(1, 7)}
    return Survey(frame, Codebook({name: Variable(name, {}, "ordinal", codes) for name in frame}))


def _bfi_index(**changes: Any) -> Index:
    agreeable = dict(zip(TRAITS[0], (1, 2, 1, 1, 2), strict=True))
    indicators = {
        name: {
            "variable": name,
            "dimension": "agreeable" if name in agreeable else "stable",
            "weight": agreeable.get(name, 1),
            "direction": "negative" if name == "A1" or name not in agreeable else "positive",
            **({"goalposts": [2, 5]} if changes.get("normalisation") == "goalposts" else {}),
            **SOURCE,
        }
        for name in (*TRAITS[0], *TRAITS[1])
    }
    dimensions = {"agreeable": {"weight": 2, **SOURCE}, "stable": {"weight": 1, **SOURCE}}
    plain = {"dimensions": dimensions, "indicators": indicators, **changes}
    return resolve(read_indices({"index": {"i": plain}})[0], _bfi().codebook)
