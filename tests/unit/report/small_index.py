"""An index of invented people, as the files that the report reads have it."""

import numpy as np
import pandas as pd

from resurvey.core.codebook import Codebook, Survey, Variable
from resurvey.index.identified import Published
from resurvey.index.results import INDEX_FILES, assess_indices
from resurvey.index.scoring import derive_indices

OURS = {"weight": 1, "source": "our choice"}
PART = {
    "index": {
        "i": {
            "label": {"en": "Living index"},
            "dimensions": {
                "work": {"label": {"en": "Work"}, **OURS},
                "home": {"label": {"en": "Home"}, **OURS},
            },
            "indicators": {
                name: {"variable": name, "dimension": home, "label": {"en": label}, **OURS}
                for name, home, label in (
                    ("pay", "work", "Good pay"),
                    ("fit", "work", "Fitting job"),
                    ("roof", "home", "Good roof"),
                    ("bed", "home", "Good bed"),
                )
            },
            "gaps": {"health": {"label": "Health", "dimension": "home", "why": "Not asked"}},
            "types": {"low": {"label": "Low"}, "high": {"label": "High", "from": 0.5}},
            "by": ["sex"],
            "plans": "leave",
            "bins": 4,
            "sensitivity": {"scenarios": 100},
        }
    }
}


def people():
    """Forty men, then forty women: half of the men have everything, the women a good bed alone."""
    sex = np.repeat([1, 2], 40)
    everything = np.where(np.arange(80) < 20, 2, 1)
    bed = np.where(sex == 2, 2, everything)
    frame = {"sex": sex, "pay": everything, "fit": everything, "roof": everything, "bed": bed}
    frame["leave"] = np.tile([1, 2], 40)
    answers = {1: {"en": "Bad"}, 2: {"en": "Good"}}
    variables = [
        Variable(name, {"en": name.capitalize()}, "ordinal", answers)
        for name in ("pay", "fit", "roof", "bed")
    ]
    variables.append(Variable("sex", {"en": "Sex"}, codes={1: {"en": "Men"}, 2: {"en": "Women"}}))
    variables.append(Variable("leave", {"en": "Plans"}, codes={1: {"en": "Go"}, 2: {"en": "Stay"}}))
    return Survey(pd.DataFrame(frame), Codebook({}).updated(variables))


def as_text(found):
    """Lines with all columns of their file, as its CSV has them."""
    return {
        name: [
            {column: "" if line.get(column) is None else str(line[column]) for column in columns}
            for line in found[name]
        ]
        for name, columns in INDEX_FILES.items()
    }


def assessed(part=PART, sample="probability"):
    """The respondents with their index, and the lines of every file."""
    survey = derive_indices(people(), part)
    found = assess_indices(survey, part, {}, Published(), language="en", sample=sample)
    return survey, as_text(found)
