"""A small invented survey with rare answers, tabulated as the table room writes its files."""

import numpy as np
import pandas as pd

from resurvey.core.codebook import Codebook, Survey, Variable
from resurvey.core.files import csv_text, parse_csv
from resurvey.safety.definitions import Definitions
from resurvey.tables.domains import crossed_names, with_crossed, with_domain_sizes
from resurvey.tables.tabulation import TABLE_FILES, fill_tables

WORDS = {
    "total": "Total",
    "all_respondents": "All respondents",
    "no_answer": "No answer",
    "mean": "Mean",
}
TABLES = {
    "job_by_sex": {
        "rows": ["job"],
        "columns": "sex",
        "subtotals": [{"of": [1, 2], "label": "Any job"}],
    },
    "debt_by_region": {"rows": ["debt", "news"], "columns": "region"},
    "women": {"rows": ["job"], "columns": "region", "where": {"sex": 2}},
    "young": {"rows": ["debt"], "columns": "sex", "where": {"age": {"max": 39}}},
    "pay": {"summaries": ["pay"], "columns": "region", "statistics": ["n", "mean", "sd", "median"]},
}
BANNERS = {
    "overview": {
        "rows": ["job", "debt", "news"],
        "columns": ["sex", "region", "age_group", "sex*region"],
        "means": True,
    }
}
INDICATORS = {
    "indicators": {
        "age_group": {"recode": {"variable": "age", "ranges": {1: [18, 39], 2: [40, 80]}}},
        "in_debt": {"share": {"variable": "debt", "codes": [1]}},
    },
    "columns": "sex",
}
DEFINITIONS = Definitions.read(
    {"tables": TABLES, "banners": BANNERS},
    {"indicators": {**INDICATORS["indicators"]}},
)
DECLARED = {"sensitive": ["debt"]}


def _variable(name, codes, measure="nominal", missing=()):
    labels = {code: {"": f"{name} {code}"} for code in (*codes, *missing)}
    return Variable(name, codes=labels, measure=measure, missing=tuple(missing))


def respondents(seed, n=300):
    """Draw respondents: a rare job, a small region, debts of which one region has none."""
    draw = np.random.default_rng(seed)
    region = draw.choice([1, 2, 3, 4], n, p=[0.5, 0.3, 0.15, 0.05])
    debt = draw.choice([1, 2, 9], n, p=[0.3, 0.65, 0.05])
    debt[region == 3] = 2
    news = [draw.choice([0, 1], n, p=[share, 1 - share]) for share in (0.1, 0.6, 0.97)]
    return pd.DataFrame(
        {
            "sex": draw.choice([1, 2], n),
            "region": region,
            "job": draw.choice([1, 2, 3, 4, 9], n, p=[0.4, 0.3, 0.2, 0.04, 0.06]),
            "debt": debt,
            "age": draw.integers(18, 81, n),
            "pay": np.round(draw.lognormal(10, 0.5, n), -2),
            **{f"news_{number}": column for number, column in enumerate(news, 1)},
        }
    )


def tabulated(data, tables=None, banners=None, indicators=None):
    """Tabulate respondents: the files as `read_csv` gives them, and their codebook."""
    tables = TABLES if tables is None else tables
    banners = BANNERS if banners is None else banners
    indicators = INDICATORS if indicators is None else indicators
    data = data.assign(
        age_group=np.where(data["age"] < 40, 1, 2), in_debt=(data["debt"] == 1).astype(int)
    )
    variables = {
        "sex": _variable("sex", [1, 2]),
        "region": _variable("region", [1, 2, 3, 4]),
        "job": _variable("job", [1, 2, 3, 4], "ordinal", [9]),
        "debt": _variable("debt", [1, 2], missing=[9]),
        "age": Variable("age", measure="scale"),
        "pay": Variable("pay", measure="scale"),
        "age_group": _variable("age_group", [1, 2], "ordinal"),
        "in_debt": _variable("in_debt", [0, 1]),
        **{f"news_{number}": _variable(f"news_{number}", [0, 1]) for number in (1, 2, 3)},
    }
    news = {"type": "D", "counted_value": 1, "label": {"": "News"}}
    news["variable_list"] = ["news_1", "news_2", "news_3"]
    book = Codebook(variables, multiple_response={"news": news})
    survey = with_crossed(Survey(data, book), crossed_names(tables, banners))
    lines = fill_tables(survey, tables, indicators, {}, "", WORDS, banners=banners)
    files = {
        f"tables/{name}.csv": parse_csv(csv_text(columns, lines[name]).splitlines(keepends=True))
        for name, columns in TABLE_FILES.items()
    }
    sized = with_domain_sizes(survey.codebook, survey, {}, {**tables, **banners})
    return files, sized
