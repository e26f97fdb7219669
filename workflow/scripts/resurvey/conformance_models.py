"""Conformance of models: our logit models of a public data set under the names of R's values."""

from pathlib import Path
from typing import TYPE_CHECKING

from resurvey.codebook import Codebook, Variable
from resurvey.statistics.models import binary_logit, ordered_logit
from resurvey.survey import Survey

if TYPE_CHECKING:
    from resurvey.statistics.models import Model

CLOSE_FIT = 1e-6
"""Largest relative difference of a fitted model from R's."""

DATA_SETS = {"binary": "anes96_binary_logit", "ordered": "anes96_ordered_logit"}
"""Model in ``model_values.csv`` -> data set of the comparison."""


def model_statistics(folder: Path) -> dict[str, dict[str, float | None]]:
    """Fit the models of ``model_values.csv`` and name their values as it does.

    Parameters
    ----------
    folder : path
        Holds ``people_anes96.csv``.

    Returns
    -------
    dict
        ``binary`` and ``ordered`` -> statistic -> value: ``b:`` and ``se:`` of coefficients,
        ``cut:``, ``ame:`` and ``ame_se:`` of average marginal effects, ``check:`` of diagnostics.
    """
    import pandas as pd

    people = pd.read_csv(folder / "people_anes96.csv")
    measures = {"age": "scale", "PID": "ordinal"}
    names = map(str, people)
    book = Codebook({one: Variable(one, measure=measures.get(one, "nominal")) for one in names})
    survey = Survey(people, book)
    return {
        "binary": _values(binary_logit(survey, "vote", [1], ["educ", "age"]), {"educ": "educ"}),
        "ordered": _values(ordered_logit(survey, "PID", ["vote", "age"]), {"vote": "vote_f"}),
    }


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
