"""Questions: every table of counts behind the printed per cents of one question."""

from collections.abc import Mapping

from resurvey.core.codebook import Codebook
from resurvey.core.errors import SurveyError
from resurvey.core.names import TOTAL
from resurvey.core.published import PrintedQuestion, printed_arguments
from resurvey.recovery import Recovered, recover


def recover_question(
    question: PrintedQuestion,
    codebook: Codebook,
    sizes: Mapping[str, int],
    *,
    derived_from: str = "unknown",
    rounding: str = "half_up",
    fixed: bool = False,
) -> Recovered:
    """Find every table of counts behind the printed per cents of one question.

    Parameters
    ----------
    question : PrintedQuestion
        Printed shares by column and row.
    codebook : Codebook
        Gives the answers; one that is not printed is unconstrained.
    sizes : dict
        Respondents per column code, ``total`` included: no base is larger.
    derived_from : str
        Whether printed subtotals were made from ``counts`` or ``printed_parts``.
    rounding : str
        Rounding rule of the printed numbers.
    fixed : bool
        The base is the size, not at most the size.
    """
    answers = [str(code) for code in codebook[question.variable].answers]
    columns = question.groups or [TOTAL]
    unknown = [column for column in columns if column not in sizes]
    if unknown:
        raise SurveyError(
            f"'{question.variable}': no respondents are known for its printed column {unknown[0]}"
        )
    bounds = {column: sizes[column] for column in columns}
    return recover(
        **printed_arguments(question, answers),
        base=bounds if fixed else None,
        max_base=None if fixed else bounds,
        derived_from=derived_from,
        rounding=rounding,
    )
