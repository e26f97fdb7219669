"""Checks: what a variable must be like to be counted in a table."""

from collections.abc import Sequence

from resurvey.core.codebook import Code, Codebook, Variable
from resurvey.core.errors import SurveyError
from resurvey.core.names import TOTAL

MOST_CODES = 1000
"""A variable with more different values is no question with answers."""


def check_variable(codebook: Codebook, name: str, table: str) -> None:
    """Refuse a variable that is not there, or free text.

    Raises
    ------
    SurveyError
        One sentence with the table, the variable and what to do.

    Examples
    --------
    >>> check_variable(Codebook({"why": Variable("why", measure="text")}), "why", "t")
    Traceback (most recent call last):
    resurvey.SurveyError: tables.yaml, 't': 'why' is free text; declare its answers under \
`codes` in codebook.yaml to tabulate it
    """
    try:
        variable = codebook[name]
    except SurveyError as problem:
        raise SurveyError(f"tables.yaml, '{table}': {problem}") from None
    if variable.measure == "text" and not variable.codes:
        raise SurveyError(
            f"tables.yaml, '{table}': '{name}' is free text; declare its answers under `codes` in "
            "codebook.yaml to tabulate it"
        )


def check_codes(variable: Variable, codes: Sequence[Code], table: str) -> None:
    """Refuse a variable whose observed values are measurements and no answers.

    Raises
    ------
    SurveyError
        A value with a fraction, too many values, or a code that names the total.

    Examples
    --------
    >>> check_codes(Variable("age"), [1.5, 2], "t")
    Traceback (most recent call last):
    resurvey.SurveyError: tables.yaml, 't': 'age' has values with a fraction; group it with \
a recode in indicators.yaml to tabulate it
    """
    fractions = [code for code in codes if isinstance(code, float)]
    if fractions or len(codes) > MOST_CODES:
        what = "values with a fraction" if fractions else f"{len(codes)} different values"
        raise SurveyError(
            f"tables.yaml, '{table}': '{variable.name}' has {what}; group it with a recode in "
            "indicators.yaml to tabulate it"
        )
    if TOTAL in codes:
        raise SurveyError(
            f"tables.yaml, '{table}': '{variable.name}' has the code '{TOTAL}', which names "
            "the total in crosstabs.csv; recode it in indicators.yaml"
        )
