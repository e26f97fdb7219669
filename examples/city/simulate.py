"""Simulate the two waves of this example: `python examples/city/simulate.py`.

Writes resources/city_{2025,2026}_simulated.sav: 600 and 620 invented people of an invented city,
with the kinds of questions that the documentation uses. The second questionnaire differs in three
declared ways. The files in the repository are those that this script writes, byte for byte.
"""

import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

HERE = Path(__file__).resolve().parent
# So that the script runs in an environment that does not know the library.
sys.path.insert(0, str(HERE.parents[1] / "workflow/scripts"))

from resurvey.core.codebook import Codebook, Survey, Variable  # noqa: E402
from resurvey.reading import SIMULATED  # noqa: E402
from resurvey.reading.writing import write_sav  # noqa: E402

AGREEMENT = {
    1: "Strongly disagree",
    2: "Disagree",
    3: "Neither agree nor disagree",
    4: "Agree",
    5: "Strongly agree",
    8: "Don't know",
    9: "No answer",
}
TRUST = {
    "trust_mayor": "How much do you trust … the mayor",
    "trust_council": "How much do you trust … the city council",
    "trust_police": "How much do you trust … the police",
    "trust_press": "How much do you trust … the local press",
}
TRUST_ANSWERS = {
    1: "Not at all",
    2: "Not very much",
    3: "Somewhat",
    4: "Very much",
    8: "Don't know",
    9: "No answer",
}
OPINIONS = {
    "clean": "Do you agree? The city is clean",
    "safe": "Do you agree? The city is safe",
    "noisy": "Do you agree? The city is noisy",
    "friendly": "Do you agree? People here are friendly",
}
MEDIA = {
    "media_tv": "Where do you get news? Television",
    "media_press": "Where do you get news? Newspapers",
    "media_web": "Where do you get news? Internet",
    "media_talk": "Where do you get news? From other people",
}


def question(name, label, measure, answers=None, missing=()):
    """A variable of the codebook, from plain texts."""
    codes = {code: {"": text} for code, text in (answers or {}).items()}
    known = tuple(code for code in (8,) if code in codes)
    return Variable(name, {"": label}, measure, codes, tuple(missing), dont_know=known)


def ordered(rng, position, cuts, shift=0.0):
    """Answers 1, 2, … of people whose opinion is their position plus noise."""
    opinion = position + shift + rng.normal(0, 0.9, len(position))
    return 1.0 + np.searchsorted(np.array(cuts), opinion)


def answered(rng, answers, unknown=0.04, refused=0.03):
    """The same answers with some who do not know and some who gave none."""
    draw = rng.random(len(answers))
    kept = np.where(draw < unknown, 8, answers)
    return np.where((draw >= unknown) & (draw < unknown + refused), 9, kept)


def draw_people(rng, size, moved):
    """People of one wave; `moved` is what the mood has gained since the first."""
    data = pd.DataFrame({"respondent": np.arange(1, size + 1, dtype=float)})
    data["district"] = rng.choice([1.0, 2, 3, 4], size, p=[0.3, 0.3, 0.25, 0.15])
    data["street"] = data["district"] * 100 + rng.integers(1, 9, size)
    data["sex"] = rng.choice([1.0, 2], size, p=[0.46, 0.54])
    data["age"] = np.clip(np.round(rng.gamma(6, 8, size)), 18, 92)
    refuses = rng.random(size) < 0.02
    data["education"] = rng.choice([1.0, 2, 3], size, p=[0.25, 0.4, 0.35])
    data["works"] = (rng.random(size) < np.where(data["age"] < 62, 0.72, 0.15)).astype(float)
    income = np.exp(rng.normal(9.7 + 0.18 * data["education"], 0.45, size))
    data["income"] = np.where(rng.random(size) < 0.12, 999999, np.round(income, -2))
    mood = rng.normal(0, 1, size) + 0.25 * (data["education"] - 2) + moved
    mood += np.where(data["district"] == 4, -0.4, 0.1)
    for place, name in enumerate(TRUST):
        answers = ordered(rng, mood, (-1.3, -0.1, 1.2), -0.2 * place)
        data[name] = answered(rng, answers)
    for name in OPINIONS:
        sign = -1 if name == "noisy" else 1
        data[name] = answered(rng, ordered(rng, sign * mood, (-1.5, -0.6, 0.2, 1.3)))
    data["satisfied"] = answered(rng, ordered(rng, mood, (-1.6, -0.5, 0.3, 1.4)))
    data["recommend"] = np.clip(np.round(6.6 + 1.9 * mood + rng.normal(0, 1.3, size)), 0, 10)
    young = data["age"] < 40
    for name, share in zip(MEDIA, (0.6, 0.25, 0.55, 0.4), strict=True):
        more = np.where(young, 0.25, -0.1) * {"media_web": 1, "media_tv": -1}.get(name, 0)
        data[name] = (rng.random(size) < share + more).astype(float)
    chosen = [rng.permutation([1.0, 2, 3, 4, 5])[:2] for _ in range(size)]
    data["problem_1"], data["problem_2"] = map(list, zip(*chosen, strict=True))
    data.loc[rng.random(size) < 0.3, "problem_2"] = np.nan
    leaves = rng.random(size) < 1 / (1 + np.exp(1.2 + 0.8 * mood + 0.03 * (data["age"] - 45)))
    data["plan"] = np.where(leaves, 1.0, 2.0)
    data.loc[refuses, "age"] = 999
    fewer = np.where(data["district"] == 4, 0.6, 1.1) * np.where(data["sex"] == 1, 1.08, 0.94)
    data["weight"] = np.round(fewer * rng.uniform(0.85, 1.15, size), 3)
    return data


def describe_people(title, names):
    """Codebook of the questionnaire; `names` gives labels that a wave has otherwise."""
    yes_no = {1: "Yes", 2: "No"}
    marked = {0: "Not chosen", 1: "Chosen"}
    problems = {1: "Prices", 2: "Roads", 3: "Housing", 4: "Health care", 5: "Crime"}
    districts = {1: "Centre", 2: "North", 3: "South", 4: "Riverside"}
    variables = [
        question("respondent", "Record number", "scale"),
        question("district", "District", "nominal", districts),
        question("street", "Street (sampling point)", "nominal"),
        question("sex", "Sex", "nominal", {1: "Men", 2: "Women"}),
        question("age", "Age, years", "scale", {999: "No answer"}, missing=[999]),
        question("education", "Education", "ordinal", {1: "School", 2: "College", 3: "University"}),
        question("works", "Has a job", "nominal", {0: "No", 1: "Yes"}),
        question("income", "Income, a month", "scale", {999999: "No answer"}, missing=[999999]),
    ]
    scaled = [(name, label, TRUST_ANSWERS) for name, label in TRUST.items()]
    scaled += [(name, label, AGREEMENT) for name, label in OPINIONS.items()]
    satisfaction = {1: "Very dissatisfied", 2: "Dissatisfied", 3: "Neither", 4: "Satisfied"}
    satisfaction |= {5: "Very satisfied", 8: "Don't know", 9: "No answer"}
    scaled.append(("satisfied", "How satisfied are you with your life in the city?", satisfaction))
    variables += [
        question(name, label, "ordinal", codes, missing=[9]) for name, label, codes in scaled
    ]
    variables.append(question("recommend", "Would you recommend the city? 0 to 10", "scale"))
    variables += [question(name, label, "nominal", marked) for name, label in MEDIA.items()]
    for place, order in enumerate(("First", "Second"), 1):
        label = f"Worst problem of the city: {order.lower()}"
        variables.append(question(f"problem_{place}", label, "nominal", problems))
    variables.append(question("plan", "Do you plan to leave the city?", "nominal", yes_no))
    variables.append(question("weight", "Sampling weight", "scale"))
    own = [
        replace(one, label={"": names[one.name]}) if one.name in names else one for one in variables
    ]
    notes = ("Simulated: nobody gave these answers.",)
    return Codebook({one.name: one for one in own}, file_label=title, notes=notes)


def draw_first():
    """The first wave."""
    data = draw_people(np.random.default_rng(2025), 600, 0.0)
    return Survey(data, describe_people(f"City 2025, {SIMULATED}", {}))


def draw_second():
    """The second wave: the mood is better, and three things of the questionnaire are otherwise."""
    data = draw_people(np.random.default_rng(2026), 620, 0.35)
    data["sex"] = data["sex"].map({1: 2, 2: 1})
    data.loc[(data["education"] == 3) & (data["respondent"] % 9 == 0), "education"] = 4
    book = describe_people(f"City 2026, {SIMULATED}", {"safe": "Do you agree? It is safe here"})
    variables = dict(book.variables)
    variables["sex"] = replace(variables["sex"], codes={1: {"": "Women"}, 2: {"": "Men"}})
    degrees = {**variables["education"].codes, 4: {"": "Doctorate"}}
    variables["education"] = replace(variables["education"], codes=degrees)
    data = data.rename(columns={"satisfied": "content"})
    variables = {
        {"satisfied": "content"}.get(name, name): replace(
            one, name={"satisfied": "content"}.get(name, name)
        )
        for name, one in variables.items()
    }
    return Survey(data, replace(book, variables=variables))


def main():
    """Write both files."""
    folder = HERE / "resources"
    folder.mkdir(exist_ok=True)
    for wave, draw in (("2025", draw_first), ("2026", draw_second)):
        write_sav(folder / f"city_{wave}_simulated.sav", draw())


if __name__ == "__main__":
    main()
