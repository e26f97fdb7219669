"""Invented waves: few people, with rare answers, gaps, a set of media, weights and villages."""

import numpy as np
import pandas as pd

from resurvey.core.codebook import Codebook, Survey, Variable

MEDIA = ("tv", "radio", "web")
TABLES = {
    "jobs": {
        "rows": ["job", "mood"],
        "columns": "gender",
        "subtotals": [{"rows": ["mood"], "of": [1, 2]}],
        "derived": "printed_parts",
    },
    "moods": {"rows": ["mood"], "columns": "job", "percent": "row"},
    "whole": {"rows": ["job"], "columns": "gender", "percent": "total"},
    "change": {"rows": ["before", "after"], "pairs": [{"before": "before", "after": "after"}]},
    "media": {"rows": ["media"], "columns": "gender"},
    "ages": {
        "summaries": ["age", "mood"],
        "columns": "gender",
        "statistics": ["n", "mean", "sd", "median", "q90", "min", "max", "missing"],
    },
}
INDICATORS = {
    "columns": "gender",
    "indicators": {
        "works": {"share": {"variable": "job", "codes": [1, 2]}},
        "glad": {"share": {"variable": "mood", "codes": [1], "middle": [2], "opposite": [3]}},
        "both": {"combine": {"how": "all", "of": ["works", "glad"]}},
        "gap": {"difference": {"of": "works", "minus": "glad"}},
        "nobody": {"share": {"variable": "job", "codes": [4]}},
    },
    "dimensions": {"work": {"en": "Work"}},
    "empirical": [{"label": "Work", "measured_by": ["works", "glad"]}],
    "combinations": {"works_gladly": {"label": "Works and is glad", "of": ["works", "glad"]}},
}
BANNERS = {
    "overview": {"rows": ["job", "mood", "age"], "columns": ["gender", "media"], "means": True}
}
CLEANING = {
    "steps": [
        {"action": "drop", "where": {"gender": "missing"}, "why": "no group"},
        {"action": "recode", "variable": "job", "map": {8: 3}, "why": "an old code"},
        {
            "action": "range",
            "variable": "age",
            "min": 15,
            "max": 90,
            "then": "missing",
            "why": "typo",
        },
    ]
}
MODELS = {
    "models": {
        "work": {
            "kind": "binary",
            "outcome": "works",
            "positive": [1],
            "predictors": ["gender", "age"],
        }
    }
}


def survey(size=34, seed=5):
    """People with correlated answers; one of them alone gave the last answer about the mood."""
    random = np.random.default_rng(seed)
    gender = random.choice([1, 2, 9], size, p=[0.5, 0.45, 0.05])
    job = np.where(random.random(size) < 0.3, gender % 2 + 1, random.choice([1, 2, 3, 8, 99], size))
    mood = random.choice([1, 2, 3, 99], size, p=[0.4, 0.3, 0.2, 0.1])
    mood[7], gender[7], job[7] = 4, 1, 1
    before = random.choice([1, 2], size)
    after = np.where(random.random(size) < 0.7, before, 3 - before)
    people = {
        "gender": gender,
        "job": job,
        "mood": mood,
        "before": before,
        "after": np.where(random.random(size) < 0.1, 99, after),
        "age": random.integers(16, 80, size),
        "village": np.sort(random.integers(1, 9, size)),
        **{name: random.choice([0, 1], size, p=[0.6, 0.4]) for name in MEDIA},
    }
    people["age"][3] = 160
    people["region"] = np.where(people["village"] < 5, 1, 2)
    frame = pd.DataFrame({name: pd.array(values, "Int64") for name, values in people.items()})
    frame["w"] = np.round(random.uniform(0.4, 2.5, size), 2)
    frame.loc[5, "w"] = 0.0
    frame["copies"] = pd.array(random.integers(1, 4, size), "Int64")
    frame.loc[7, "copies"] = 1
    return Survey(frame, codebook())


def codebook():
    """Codes, missing codes and the set of media."""
    answers = {1: {"": "yes"}, 2: {"": "rather"}, 3: {"": "no"}, 4: {"": "never"}, 99: {}}
    variables = [
        Variable("gender", codes={1: {"": "men"}, 2: {"": "women"}, 9: {}}, missing=(9,)),
        Variable("job", codes={**answers, 8: {"": "old"}}, missing=(99,)),
        Variable("mood", measure="ordinal", codes=answers, missing=(99,)),
        *(
            Variable(name, codes={1: {}, 2: {}, 99: {}}, missing=(99,))
            for name in ("before", "after")
        ),
        Variable("age", measure="scale"),
        Variable("village", codes={code: {} for code in range(1, 9)}),
        *(Variable(name, label={"": name}, codes={0: {}, 1: {}}) for name in MEDIA),
        Variable("region", codes={1: {}, 2: {}}),
        Variable("w", measure="scale"),
        Variable("copies", measure="scale"),
    ]
    media = {"variable_list": list(MEDIA), "type": "D", "counted_value": 1, "label": "Media"}
    return Codebook({one.name: one for one in variables}, multiple_response={"media": media})


STUDY = {
    "tables": {"tables": TABLES, "banners": BANNERS},
    "indicators": INDICATORS,
    "cleaning": CLEANING,
}
