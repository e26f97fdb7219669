"""Conformance of models: our logit models of a public data set under the names of R's values."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from resurvey.core.codebook import Codebook, Variable
from resurvey.core.survey import Survey
from resurvey.tables.models import binary_logit, ordered_logit

if TYPE_CHECKING:
    from resurvey.statistics.models import Model

CLOSE_FIT = 1e-6
"""Largest relative difference of a fitted model from R's."""


def model_statistics(folder: Path, case: Mapping[str, Any]) -> dict[str, float | None]:
    """Fit one model of ``models.yaml`` and name its values as ``model_values.csv`` does."""
    import pandas as pd

    people = pd.read_csv(folder / case["people"])
    names = map(str, people)
    book = Codebook(
        {one: Variable(one, measure=case["measures"].get(one, "nominal")) for one in names}
    )
    survey = Survey(people, book)
    if "codes" in case:
        model = binary_logit(survey, case["answer"], case["codes"], case["terms"])
    else:
        model = ordered_logit(survey, case["answer"], case["terms"])
    return _values(model, case["prefixes"])


def _values(model: "Model", prefixes: dict[str, str]) -> dict[str, float | None]:
    """Name the parts of a model as R's formulas do: variable and code without a space."""
    found: dict[str, float | None] = {"log_likelihood": model.log_likelihood}

    def name(variable: str, code: object) -> str:
        return variable if code is None else f"{prefixes.get(variable, variable)}{code}"

    for one in model.coefficients:
        term = name(one.variable, one.code)
        found |= {f"b:{term}": one.estimate, f"se:{term}": one.standard_error}
        found |= {f"glm:{term}": one.estimate, f"glm_se:{term}": one.standard_error}
    for number, cut in enumerate(model.thresholds, start=1):
        found[f"cut:{number}"] = cut
    for one in model.effects:
        term = name(one.variable, one.code)
        binary = model.kind == "binary" or one.outcome is None
        place = 2 if binary else model.outcomes.index(one.outcome or 0) + 1
        found[f"ame:{term}:{place}"] = one.estimate
        found[f"ame_se:{term}:{place}"] = one.standard_error
    for check in model.diagnostics:
        found[f"check:{check.test}"] = check.statistic
        found[f"check_p:{check.test}"] = check.p_value
    return found
