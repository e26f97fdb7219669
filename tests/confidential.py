"""An invented study as a real one would be: two hundred people, some alone in their cell."""

import numpy as np
import pandas as pd
import pyreadstat

from invented import write_study

WORDS = ["CANARY Aigul owes the bank", "CANARY Bakyt hides", "CANARY no papers"]
"""What three people wrote in their own words."""

CONFIG = """
title: {en: Returned migrants, ru: Вернувшиеся мигранты}
languages: [en]
sample: probability
waves:
  w1: {file: resources/w1/raw.sav, weight: w}
documents: [docx, xlsx, pdf, pptx, latex, csv]
disclosure: {sensitive: [status]}  # CANARY agreed with Aigul
"""
TABLES = """
tables:
  people: {rows: [sex, region], section: sample}
  status_by_sex: {rows: [status], columns: sex}
  debt_by_region: {rows: [debt, status], columns: region}
  trust: {rows: [t1, t2, t3, t4], grid: true}
  work: {rows: [before, after], pairs: [{before: before, after: after}]}
  row_shares: {rows: [status], columns: sex, percent: row}
  incomes: {summaries: [income], columns: region, statistics: [n, mean, sd, median]}
  sources: {rows: [news], columns: sex}
  words: {rows: [remark]}
  debt_of_women: {rows: [debt], columns: region, where: {sex: 2}}
banners:
  everything: {rows: [status, debt, t1], columns: [sex, region], means: true}
correlations:
  trusts: {variables: [t1, t2, t3, t4]}
"""
INDICATORS = """
dimensions:
  money: {en: Money, ru: Деньги}
columns: region
indicators:
  in_debt: {label: In debt, dimension: money, share: {variable: debt, codes: [1]}}
  deported: {label: Deported, dimension: money, share: {variable: status, codes: [3]}}
scales:
  trusting: {label: {en: Trust, ru: Доверие}, items: [t1, t2, t3, t4], how: mean, minimum_items: 3}
"""
CLEANING = """
steps:
  - {action: range, variable: age, min: 18, max: 99, then: missing, why: Nobody is that old}
"""
INDEX = """
index:
  wellbeing:
    dimensions:
      trust: {label: Trust, weight: 1, source: "equal weights: our choice"}
      home: {label: Home, weight: 1, source: "equal weights: our choice"}
    indicators:
      courts: {variable: t1, dimension: trust, weight: 1, source: "equal weights: our choice"}
      papers:
        variable: status
        dimension: home
        direction: negative
        scores: {1: 0, 2: 1, 3: 3}
        weight: 1
        source: our choice
    by: [sex]
    sensitivity: {scenarios: 100}
"""
MODELS = """
models:
  debts: {kind: binary, outcome: debt, positive: [1], predictors: [sex, region]}
  plain: {kind: binary, outcome: debt, positive: [1], predictors: [sex]}
"""
INTERVIEWS = """
sources:
  w1: {file: resources/w1/interviews.csv, released: resources/w1/released.csv}
attributes:
  sex: {label: Sex, values: {women: {of: [f], label: woman}, men: {of: [m], label: man}}}
threshold: 3
themes:
  debts:
    label: {en: Debts to relatives}
    codes: [Debts]
    tables: [status_by_sex]
    judgement: {kind: complement, said: The questionnaire did not ask to whom.}
  papers: {label: {en: Trouble with papers}, codes: [Papers], tables: [debt_by_region]}
"""
QUOTED = "I owe more than I earn"
"""The only words of the interviews that somebody released."""

TEXT = """
tables:
  status_by_sex:
    sentences:
      - "Of all, {status_by_sex/status/1/total} % are registered."
      - "Deported women: {status_by_sex/status/3/2} %."
"""


def people():
    """Two hundred people in five regions, of which one has seven; six were deported."""
    dice = np.random.default_rng(20261130)
    number = 200
    region = np.repeat([1, 2, 3, 4, 5], [70, 60, 40, 23, 7])
    sex = dice.integers(1, 3, number)
    status = dice.choice([1, 2], number, p=[0.7, 0.3])
    status[[3, 40, 90, 131, 150, 196]] = 3
    sex[[3, 40, 90, 131, 150]], sex[196] = 1, 2
    frame = pd.DataFrame({"sex": sex, "region": region, "status": status})
    frame["debt"] = dice.choice([1, 2], number, p=[0.4, 0.6])
    mood = dice.normal(size=number)
    for item in ("t1", "t2", "t3", "t4"):
        frame[item] = np.clip(np.round(3 + mood + dice.normal(size=number)), 1, 5)
    frame["before"] = dice.choice([1, 2, 3], number, p=[0.6, 0.37, 0.03])
    frame["after"] = dice.choice([1, 2, 3], number, p=[0.5, 0.46, 0.04])
    frame["income"] = np.round(dice.lognormal(9, 0.4, number), -1)
    frame.loc[199, "income"] = 987650.0
    for item, share in (("n1", 0.6), ("n2", 0.4), ("n3", 0.03)):
        frame[item] = (dice.random(number) < share).astype(int)
    frame["remark"] = ["nothing to add"] * number
    frame.loc[[5, 77, 160], "remark"] = WORDS
    frame["age"] = dice.integers(18, 80, number).astype(float)
    frame.loc[[12, 55, 101], "age"] = 999.0
    # Four people answered two questions of a scale that wants three.
    frame.loc[[8, 60, 120, 171], ["t3", "t4"]] = np.nan
    frame["w"] = dice.choice([0.8, 1.0, 1.25], number)
    return frame


LABELS = {
    "sex": {1: "man", 2: "woman"},
    "region": {1: "North", 2: "South", 3: "East", 4: "West", 5: "Island"},
    "status": {1: "registered", 2: "not registered", 3: "deported"},
    "debt": {1: "yes", 2: "no"},
    "before": {1: "job", 2: "no job", 3: "study"},
    "after": {1: "job", 2: "no job", 3: "study"},
    **{
        f"t{n}": {1: "not at all", 2: "little", 3: "some", 4: "much", 5: "fully"}
        for n in range(1, 5)
    },
    **{f"n{n}": {0: "no", 1: "yes"} for n in range(1, 4)},
}
QUESTIONS = {
    "sex": "Sex",
    "region": "Region",
    "status": "Status in the country",
    "debt": "Do you have debts?",
    **{
        f"t{n}": f"Do you trust {whom}?"
        for n, whom in enumerate(("courts", "police", "banks", "press"), 1)
    },
    "before": "Work before leaving",
    "after": "Work after return",
    "income": "Income, soms",
    "n1": "Friends",
    "n2": "Television",
    "n3": "Consulate",
    "remark": "Anything to add?",
    "age": "Age",
    "w": "Weight",
}


def interviews():
    """Twelve interviews: three women and three men have debts, one of the women no papers."""
    lines = ["case,code,text,coder,segment,sex"]
    for number in range(12):
        sex = "fm"[number % 2]
        code = "Debts" if number < 6 else "Other"
        text = QUOTED if number == 1 else f"{WORDS[number % 3]} since {number}"
        lines.append(f"CANARY person {number},{code},{text},CANARY coder A,s{number},{sex}")
    lines.append("CANARY person 0,Papers,CANARY no papers at all,CANARY coder B,s12,f")
    return "\n".join(lines) + "\n"


RELEASED = (
    "segment,quotation,language,released_by,released_on\n"
    f"s1,{QUOTED},en,CANARY the head of the study,2026-11-30\n"
)


def write_confidential_study(folder):
    """Write the study with its file, which no mark says to be invented."""
    raw = folder / "resources/w1/raw.sav"
    raw.parent.mkdir(parents=True)
    pyreadstat.write_sav(
        people(),
        str(raw),
        column_labels=QUESTIONS,
        variable_value_labels=LABELS,
        variable_measure={
            "remark": "nominal",
            **dict.fromkeys(("income", "age", "w"), "scale"),
            **{f"t{n}": "ordinal" for n in range(1, 5)},
        },
    )
    (folder / "resources/w1/interviews.csv").write_text(interviews(), encoding="utf-8")
    (folder / "resources/w1/released.csv").write_text(RELEASED, encoding="utf-8")
    return write_study(
        folder,
        config=CONFIG,
        tables=TABLES,
        indicators=INDICATORS,
        models=MODELS,
        codebook=CODEBOOK,
        cleaning=CLEANING,
        index=INDEX,
        interviews=INTERVIEWS,
        **{"text.en": TEXT},
    )


CODEBOOK = """
# CANARY 3 respondents were deported
multiple_response:
  news: {counted: 1, label: Sources of news, variables: [n1, n2, n3]}
"""
