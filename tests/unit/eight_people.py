"""Eight people who can be counted by hand, and short ways to tabulate them."""

import pandas as pd

from resurvey.core.codebook import Codebook, Survey, Variable
from resurvey.tables.tabulation import tabulate_survey

JOB = Variable(
    "job",
    codes={
        2: {"ru": "Нет", "en": "No"},
        1: {"ru": "Да", "en": "Yes"},
        5: {"en": "Hard to say"},
        9: {"en": "Refused"},
    },
    missing=(9,),
    dont_know=(5,),
)
SEX = Variable("sex", codes={1: {"en": "Men"}, 2: {"en": "Women"}, 3: {"en": "Other"}})


def eight_people():
    """Eight people: 3 men, 4 women (one refused, one skipped), one without a sex."""
    data = pd.DataFrame(
        {
            "job": pd.array([1, 1, 2, 1, 2, 9, None, 1], "Int64"),
            "sex": pd.array([1, 1, 1, 2, 2, 2, 2, None], "Int64"),
        }
    )
    return Survey(data, Codebook({"job": JOB, "sex": SEX}))


def survey_of(**columns):
    """Survey of the given columns; every observed code is an answer without a label."""
    frame = pd.DataFrame(columns)
    return Survey(frame, Codebook({name: Variable(name, codes={}) for name in frame}))


def table(survey, language="en", **spec):
    return tabulate_survey(survey, {"t": {"rows": ["job"], **spec}}, language=language)


def cells(survey, **spec):
    lines = table(survey, **spec).crosstabs
    return {(line["row_code"], line["column_code"]): line for line in lines}


def numbers(line):
    return line["count"], line["base"], line["percent"]
