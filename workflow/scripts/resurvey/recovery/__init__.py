"""Recovery: from printed percentages back to every table of counts that prints as they do."""

from collections.abc import Mapping, Sequence

from resurvey.core.codebook import Codebook
from resurvey.core.errors import SurveyError
from resurvey.core.names import TOTAL
from resurvey.core.printed import ROUNDING_RULES
from resurvey.core.published import PrintedQuestion, printed_arguments
from resurvey.recovery.printed_table import read_table
from resurvey.recovery.recovered import Recovered, Solution

__all__ = ["Recovered", "Solution", "answers_summed", "recover", "recover_question"]


def recover(
    table: Mapping[str, Sequence[str | None]],
    total: Sequence[str | None] | None = None,
    base: Mapping[str, int] | None = None,
    max_base: Mapping[str, int] | None = None,
    derived: Mapping[str, Mapping[str, object]] | None = None,
    differences: Mapping[str, Mapping[str, object]] | None = None,
    derived_from: str = "unknown",
    rounding: str = "half_up",
    rounded_sums: Mapping[int, int] | None = None,
) -> Recovered:
    """Find all tables of counts that print as the given percentages.

    Each group's counts sum to its base, the total column is the sum of the groups, and every
    printed cell must be the rounded per cent of its base. Only whole numbers and fractions
    decide what is feasible.

    Parameters
    ----------
    table : mapping of str to sequence of str
        For each group its printed percentages, one per answer, as text (``"31,3"``). None or
        an empty text is a cell that is not printed and constrains nothing.
    total : sequence of str, optional
        The printed column of all respondents.
    base : mapping of str to int, optional
        Known bases by group; ``"total"`` gives the base of all respondents.
    max_base : mapping of str to int, optional
        Largest possible bases, for a group (or ``"total"``) whose base is not known: a question
        that not everybody answered has a smaller base. Bases start at 1.
    derived : mapping, optional
        Derived rows, such as ``{"yes": {"parts": [0, 1], "men": "67,4", "total": "64,2"}}``.
    differences : mapping, optional
        Difference columns, such as ``{"change": {"of": ["after", "before"], "cells": ["+1,4",
        "-1,4"]}}``; a derived row's cell goes under the row's name.
    derived_from : {"unknown", "counts", "printed_parts"}
        What derived rows and differences were made from: the counts (they then constrain the
        counts), the printed parts (they then must be the sum of what is printed, and give away a
        part that is not printed), or nobody knows (they constrain nothing).
    rounding : {"half_up", "half_even", "truncation", "unknown"}
        The rounding rule of the whole table; ``unknown`` is the union over the three.
    rounded_sums : mapping of int to int, optional
        Answers (by position) that are sums of several whose own per cents are not printed, with
        the number of these parts: their per cents were rounded before they were added. A count
        is then feasible if it has parts whose rounded per cents add up to what is printed in
        every column; the parts of all respondents are the sums of the groups' parts.

    Returns
    -------
    Recovered
        The solutions, their number, and ranges of statistics over them. A table that no counts
        print is a finding, not an error: it has no solutions and names its `misprints`.

    Raises
    ------
    SurveyError
        If the table was not given properly, with the cell's name.

    Notes
    -----
    Not for weighted percentages, nor for questions with several answers per respondent: there
    the counts do not sum to the base.

    Examples
    --------
    >>> found = recover({"men": ["31,3", "68,8"], "women": ["28,6", "71,4"]},
    ...                 max_base={"men": 20, "women": 20})
    >>> len(found), found.solutions[0].bases, found.solutions[0].counts
    (2, {'men': 16, 'women': 7}, {'men': [5, 11], 'women': [2, 5]})

    No share of 7 people is printed as 58 %; but 4 of them are 29 % and 29 %, rounded and added.

    >>> [len(recover({"all": ["58", None]}, base={"all": 7}, rounded_sums=parts))
    ...  for parts in (None, {0: 2})]
    [0, 1]
    """
    if rounding not in (*ROUNDING_RULES, "unknown"):
        raise SurveyError(f"rounding: {rounding!r} is none of {', '.join(ROUNDING_RULES)}, unknown")
    return Recovered(
        read_table(table, total, base, max_base, derived, differences, derived_from, rounded_sums),
        rounding,
    )


def recover_question(
    question: PrintedQuestion,
    codebook: Codebook,
    sizes: Mapping[str, int],
    *,
    derived_from: str = "unknown",
    rounding: str = "half_up",
    fixed: bool = False,
    rounded_sums: Mapping[str, int] | None = None,
) -> Recovered:
    """Find every table of counts behind the printed per cents of one question.

    `rounded_sums` has the number of rounded parts by the code of the answer that is their sum.
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
        rounded_sums=answers_summed(question.variable, answers, rounded_sums),
    )


def answers_summed(
    variable: str, answers: Sequence[str], parts: Mapping[str, int] | None
) -> dict[int, int]:
    """Find the positions of the answers that are declared as sums of rounded parts.

    Examples
    --------
    >>> answers_summed("pay", ["1", "97"], {"1": 2})
    {0: 2}
    """
    for code in parts or {}:
        if code not in answers:
            raise SurveyError(
                f"config/tables.yaml, rounded_sums: '{variable}' has no answer {code}; its answers "
                f"are {', '.join(answers)}"
            )
    return {answers.index(code): number for code, number in (parts or {}).items()}
