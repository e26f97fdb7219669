"""Planting: what a simulated wave's questionnaire has otherwise than the study's codebook."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from resurvey.core.codebook import Code, Variable, as_labels, clean_code, declared_variable
from resurvey.core.errors import SurveyError
from resurvey.core.survey import Survey
from resurvey.study.simulation.model import Model


def plant_changes(survey: Survey, declared: Mapping[str, Any], seed: int) -> Survey:
    """Change names, codes, labels and answers as somebody might who edits a questionnaire.

    Raises
    ------
    SurveyError
        A variable that the wave does not have.

    Examples
    --------
    >>> import pandas as pd
    >>> from resurvey.core.codebook import Codebook
    >>> book = Codebook({"sex": Variable("sex", codes={1: {"en": "men"}, 2: {"en": "women"}})})
    >>> wave = Survey(pd.DataFrame({"sex": pd.array([1, 2, 2], "Int64")}), book)
    >>> swap = [{"variable": "sex", "codes": {1: 2, 2: 1}}]
    >>> file = plant_changes(wave, {"recoded": swap, "renamed": {"sex": "Q1"}}, 1)
    >>> file.data["Q1"].tolist(), file.codebook["Q1"].codes
    ([2, 1, 1], {1: {'en': 'women'}, 2: {'en': 'men'}})
    """
    data, variables = survey.data.copy(), dict(survey.codebook.variables)
    chance = np.random.default_rng(seed)
    for one in declared.get("answers", []):
        name, code = one["variable"], clean_code(one["code"])
        _check(name, variables)
        from_code = (data[name] == clean_code(one["from"])).fillna(False).to_numpy(bool)
        takes = from_code & (chance.random(len(data)) < one["share"] / 100)
        data[name] = data[name].mask(takes, code)
        labelled = {**variables[name].codes, code: as_labels(one["label"])}
        variables[name] = replace(variables[name], codes=labelled)
    for name, words in declared.get("wordings", {}).items():
        _check(name, variables)
        variables[name] = replace(variables[name], label=as_labels(words))
    for one in declared.get("recoded", []):
        _check(one["variable"], variables)
        name = one["variable"]
        codes = {clean_code(old): clean_code(new) for old, new in one["codes"].items()}
        data[name] = data[name].map(lambda code, new=codes: new.get(code, code), na_action="ignore")
        data[name] = data[name].astype("Int64")
        variables[name] = _with_codes(variables[name], codes)
    for name in declared.get("dropped", []):
        _check(name, variables)
        del variables[name], data[name]
    names = dict(declared.get("renamed", {}))
    for name in names:
        _check(name, variables)
    renamed = {
        names.get(name, name): replace(one, name=names.get(name, name))
        for name, one in variables.items()
    }
    book = replace(survey.codebook, variables=renamed)
    return Survey(data.rename(columns=names), book)


def _check(name: str, variables: Mapping[str, Variable]) -> None:
    if name not in variables:
        raise SurveyError(f"config.yaml: `questionnaire:` names '{name}', which is not simulated")


def _with_codes(variable: Variable, codes: Mapping[Code, Code]) -> Variable:
    """Give labels and missing codes their new codes, in ascending order."""
    moved = {codes.get(code, code): words for code, words in variable.codes.items()}
    missing = tuple(codes.get(code, code) for code in variable.missing)
    ordered = {
        code: moved[code] for code in sorted(moved, key=lambda one: (isinstance(one, str), one))
    }
    return replace(variable, codes=ordered, missing=missing, order=(), dont_know=())


def ask_everybody(model: Model, declared: Mapping[str, Any]) -> Model:
    """Take the filter away from the questions that a wave asked of everybody.

    Examples
    --------
    >>> from resurvey.study.simulation.model import Question
    >>> job = Question("job", (1, 2), {None: (0.5, 0.5)}, asked=("sex", (1,)))
    >>> sex = Question("sex", (1, 2), {None: (0.5, 0.5)})
    >>> changed = ask_everybody(Model(1, "sex", {"sex": sex, "job": job}), {"unfiltered": ["job"]})
    >>> changed.questions["job"].asked is None
    True
    """
    questions = dict(model.questions)
    for name in declared.get("unfiltered", []):
        if name not in questions:
            raise SurveyError(f"config.yaml: `unfiltered` names '{name}', which is not simulated")
        questions[name] = replace(questions[name], asked=None)
    return replace(model, questions=questions)


def study_codebook(
    model: Model, codebook: Mapping[str, Any], identifier: str
) -> dict[str, Variable]:
    """Variables of a simulated wave as the study declares them, in the order of the model."""
    specs = codebook.get("variables") or {}
    names = [identifier, *model.questions]
    return {name: declared_variable(name, specs.get(name)) for name in names}
