"""Waves of a small invented questionnaire, each with the changes that a test asks for."""

import numpy as np
import pandas as pd

from resurvey.core.codebook import Codebook, Survey, Variable
from resurvey.waves.contract.questionnaire import wave_questionnaire

LABELS = {
    "sex": {1: "Men", 2: "Women"},
    "works": {1: "Yes", 2: "No"},
    "satisfied": {1: "Yes", 2: "Mostly yes", 3: "Mostly no", 4: "No"},
    "plans": {1: "Stay", 2: "Leave", 8: "Hard to say", 9: "Refused"},
}
WORDINGS = {
    "sex": "Your sex",
    "works": "Do you have a job?",
    "satisfied": "Are you satisfied with the job?",
    "plans": "What are your plans?",
    "age": "Your age",
}


def people(n, seed=1, working=0.6):
    """Answer at random; only who works is asked about the job, and 5 per cent refuse plans."""
    chance = np.random.default_rng(seed)
    works = np.where(chance.random(n) < working, 1, 2)
    satisfied = pd.array(chance.integers(1, 5, n), dtype="Int64")
    satisfied[works == 2] = pd.NA
    plans = chance.choice([1, 2, 8], n, p=[0.5, 0.3, 0.2])
    plans[chance.random(n) < 0.05] = 9
    return pd.DataFrame(
        {
            "sex": pd.array(chance.integers(1, 3, n), dtype="Int64"),
            "works": pd.array(works, dtype="Int64"),
            "satisfied": satisfied,
            "plans": pd.array(plans, dtype="Int64"),
            "age": pd.array(chance.integers(18, 70, n), dtype="Int64"),
        }
    )


def survey(data, labels=None, wordings=None, missing=None):
    """Put labels on answers; a label given here replaces the question's usual ones."""
    labels, wordings = {**LABELS, **(labels or {})}, {**WORDINGS, **(wordings or {})}
    missing = {"plans": (9,), **(missing or {})}
    variables = {}
    for name in data.columns:
        codes = {code: {"": text} for code, text in labels.get(name, {}).items()}
        label = {"": wordings[name]} if wordings.get(name) else {}
        measure = "nominal" if codes else "scale"
        variables[name] = Variable(name, label, measure, codes, missing.get(name, ()))
    return Survey(data, Codebook(variables))


def wave(n=400, seed=1, data=None, **more):
    """Questionnaire of a wave as a file shows it."""
    return wave_questionnaire(
        f"wave {seed}", survey(people(n, seed) if data is None else data, **more)
    )
