"""Two invented waves that can be counted by hand: a panel of three, a refusal, a new question."""

import pandas as pd

from resurvey.core.codebook import Codebook, Survey, Variable
from resurvey.waves.deposit.pooled_file import pool_waves

HOSTILE = "<script>alert('=1+1')</script> & \"#\" \\input{x} $y$"

JOB = Variable(
    "job",
    {"en": "Do you work?", "ru": "Вы работаете?"},
    "nominal",
    {
        1: {"en": "Yes", "ru": "Да"},
        2: {"en": HOSTILE, "ru": HOSTILE},
        97: {"en": "Not asked", "ru": "Не спрашивали"},
        98: {"en": "Refused", "ru": "Отказ"},
    },
    missing=(97, 98),
    reasons={97: "not_asked", 98: "refused"},
)
ID = Variable("person", {"en": "Person"}, "scale")
WEIGHT = Variable("w", {"en": "Weight"}, "scale")
WHY = Variable("why", {"en": "Why?"}, "text")
TRUST = Variable("trust", {"en": "Trust"}, "ordinal", {1: {"en": "No"}, 2: {"en": "Yes"}})
LABELS = {"2022": {"en": "Autumn 2022"}, "2026": {"en": "Spring 2026"}}
CONFIG = {
    "title": {"en": "Study of work", "ru": "Исследование работы"},
    "languages": ["en", "ru"],
    "sample": "probability",
    "waves": {
        "2022": {"file": "a.sav", "id": "person", "weight": "w", "label": LABELS["2022"]},
        "2026": {"file": "b.sav", "id": "person", "weight": "w", "label": LABELS["2026"]},
    },
}
ROLES = {"person": "id", "w": "weight"}


def first_wave():
    """Persons 70, 71, 72: yes, no, refused."""
    data = pd.DataFrame(
        {
            "person": pd.array([70, 71, 72], "Int64"),
            "job": pd.array([1, 2, 98], "Int64"),
            "w": [0.5, 1.0, 1.5],
            "why": pd.array(["because of Ann", None, "-"], "str"),
        }
    )
    return Survey(data, Codebook({one.name: one for one in (ID, JOB, WEIGHT, WHY)}))


def second_wave():
    """Persons 71 (again), 80: yes, skipped; asked about trust, not why."""
    data = pd.DataFrame(
        {
            "person": pd.array([71, 80], "Int64"),
            "job": pd.array([1, None], "Int64"),
            "trust": pd.array([2, 1], "Int64"),
            "w": [1.25, 0.75],
        }
    )
    return Survey(data, Codebook({one.name: one for one in (ID, JOB, TRUST, WEIGHT)}))


def pooled(**options):
    waves = {"2022": first_wave(), "2026": second_wave()}
    return pool_waves(waves, LABELS, {"en": "Wave", "ru": "Волна"}, roles=ROLES, **options)
