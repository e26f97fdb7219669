"""Frequencies: every variable of the codebook, its answers and the reasons for no answer."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from resurvey.core.accounting import NO_ANSWER, NO_GROUP, NO_WEIGHT
from resurvey.core.cells import percent_of, plain_number
from resurvey.core.codebook import Variable
from resurvey.core.counting import count_rows, encode
from resurvey.core.lines import FrequencyLine
from resurvey.counts.streamed import about

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from resurvey.core.codebook import Survey
    from resurvey.counts.design import PreparedDesign

FREQUENCY_COLUMNS = (
    "variable",
    "label",
    "code",
    "answer",
    "kind",
    "count",
    "respondents",
    "base",
    "percent",
    "valid_percent",
    "weighted_count",
    "weighted_base",
    "weighted_percent",
)
MOST_ANSWERS = 60
"""A variable with more different values is summarised by its number of answers alone."""


def count_frequencies(
    survey: "Survey",
    language: str = "",
    missing_label: str = "No answer",
    left_out: Collection[str] = (),
    people: "NDArray[np.int64] | None" = None,
    weights: "NDArray[np.float64] | None" = None,
) -> list[dict[str, Any]]:
    """Count the answers of every variable as a codebook prints them, weighted ones beside them.

    Parameters
    ----------
    survey : Survey
        Respondents and codebook.
    language, missing_label : str
        Language of the labels, and the label of system-missing.
    left_out : collection of str
        Variables that are not listed.
    people : array of int, optional
        How many equal respondents a row stands for.
    weights : array of float, optional
        Sampling weights, one a respondent; 0 where there is none.

    Returns
    -------
    list of dict
        Keys `FREQUENCY_COLUMNS`; `kind` is ``answer``, ``user_missing``, ``system_missing`` or
        ``values`` (a variable with many values, or free text, which is never listed: the number
        of respondents with one). `percent` is of all respondents, `valid_percent` of those with
        an answer; `weighted_percent` is of the weights of those with an answer, and the three
        weighted columns are empty where nothing is weighted.

    Examples
    --------
    >>> import pandas as pd
    >>> from resurvey.core.codebook import Codebook
    >>> from resurvey.core.codebook import Survey
    >>> book = Codebook({"q": Variable("q", codes={1: {}, 9: {}}, missing=(9,))})
    >>> people = Survey(pd.DataFrame({"q": pd.array([1, 9, None], "Int64")}), book)
    >>> [(line["kind"], line["count"]) for line in count_frequencies(people)]
    [('answer', 1), ('user_missing', 1), ('system_missing', 1)]
    >>> counted = count_frequencies(people, people=np.array([20, 3, 2]))
    >>> [(line["count"], line["respondents"]) for line in counted]
    [(20, 25), (3, 25), (2, 25)]
    """
    lines: list[dict[str, Any]] = []
    for name in survey.codebook:
        if name in left_out:
            continue
        asked, ready = about(survey, None, name)
        if ready is not None:
            people, weights = ready.behind, ready.weights if ready.kind == "sampling" else None
        variable = survey.codebook[name]
        lines += _one_variable(variable, asked.data[name], language, missing_label, people, weights)
    return lines


def told_respondents(frequencies: Iterable[FrequencyLine]) -> int:
    """Return the respondents of a wave as its ``frequencies.csv`` tells them.

    Examples
    --------
    >>> told_respondents([{"respondents": "25"}, {"respondents": ""}])
    25
    """
    told = (line["respondents"] for line in frequencies)
    return max((int(number) for number in told if number), default=0)


def _one_variable(
    variable: Variable,
    values: Any,
    language: str,
    missing_label: str,
    people: "NDArray[np.int64] | None",
    weights: "NDArray[np.float64] | None",
) -> list[dict[str, Any]]:
    # Without missing codes every code is counted, the user-missing ones too.
    everything = Variable(variable.name, codes=variable.codes)
    positions, codes = encode(values, everything)
    counts = count_rows(positions, len(codes) + 1, people)
    respondents = int(counts.sum())
    missing = [variable.is_missing(code) for code in codes]
    base = int(sum(n for n, absent in zip(counts[:-1], missing, strict=True) if not absent))
    weighted: NDArray[Any] | None = None
    weighted_base = None
    if weights is not None:
        weighted = np.bincount(positions, weights, minlength=len(codes) + 1)
        weighted_base = float(weighted[:-1][~np.array(missing, bool)].sum())
    shared = {
        "variable": variable.name,
        "label": variable.title(language),
        "respondents": respondents,
        "base": base,
    }

    def line(code: Any, answer: str, kind: str, count: int, weight: float | None) -> dict[str, Any]:
        answered = kind in ("answer", "values")
        valid = percent_of(count, base) if answered else None
        share = percent_of(weight, weighted_base) if answered and weight is not None else None
        return shared | {
            "code": code,
            "answer": answer,
            "kind": kind,
            "count": count,
            "percent": percent_of(count, respondents),
            "valid_percent": valid,
            "weighted_count": None if weight is None else plain_number(weight),
            "weighted_base": None if weighted_base is None else plain_number(weighted_base),
            "weighted_percent": share,
        }

    def weight_at(place: int) -> float | None:
        return None if weighted is None else float(weighted[place])

    lines = []
    free_text = variable.measure == "text" and not variable.answers
    many = len(codes) - sum(missing) > MOST_ANSWERS and len(variable.answers) <= MOST_ANSWERS
    if free_text or many:
        lines.append(line("", "", "values", base, weighted_base))
    for kind, wanted in (("answer", False), ("user_missing", True)):
        if kind == "answer" and (free_text or many):
            continue
        lines += [
            line(code, variable.answer(code, language), kind, int(counts[place]), weight_at(place))
            for place, code in enumerate(codes)
            if missing[place] is wanted
        ]
    if counts[-1]:
        lines.append(line("", missing_label, "system_missing", int(counts[-1]), weight_at(-1)))
    return lines


LOSS_COLUMNS = tuple(f"lost_{reason}" for reason in (*NO_ANSWER, *NO_WEIGHT, NO_GROUP))
"""On the total of all respondents: respondents = unweighted_base + all but the last of these."""


def question_losses(
    survey: "Survey",
    items: Sequence[str],
    group: str | None = None,
    ready: "PreparedDesign | None" = None,
    in_base: "NDArray[np.bool_] | None" = None,
) -> dict[str, int]:
    """Count the respondents that are not in the base of a question, by reason.

    Returns
    -------
    dict
        Keys `LOSS_COLUMNS`. Every respondent outside the base is in one of them: an absent answer
        comes before an absent weight. `lost_no_group` counts those of the base that are in no
        group, and so only in the column of all respondents.

    Examples
    --------
    >>> import pandas as pd
    >>> from resurvey.core.codebook import Codebook, Variable
    >>> from resurvey.core.codebook import Survey
    >>> job = Variable("job", codes={1: {}, 9: {}}, missing=(9,), reasons={9: "not_asked"})
    >>> people = Survey(pd.DataFrame({"job": [1, 9, None, 1]}), Codebook({"job": job}))
    >>> {reason: count for reason, count in question_losses(people, ["job"]).items() if count}
    {'lost_not_asked': 1, 'lost_system_missing': 1}
    """
    states = _question_states(survey, items, in_base)
    people = None if ready is None else ready.behind
    counts = count_rows(states, len(NO_ANSWER) + 1, people)
    found = dict.fromkeys(LOSS_COLUMNS, 0)
    found |= {f"lost_{reason}": int(counts[at]) for at, reason in enumerate(NO_ANSWER, 1)}
    answered = states == 0
    if ready is not None:
        without = answered & (ready.weights == 0)
        absent = without & ready.absent if ready.absent is not None else without & False
        if ready.people is None:
            heads = np.ones(states.size, np.int64) if people is None else people
            found["lost_no_weight"] = int(heads[absent].sum())
            found["lost_zero_weight"] = int(heads[without].sum()) - found["lost_no_weight"]
        answered = answered & ~without
    if group is not None:
        across, codes = encode(survey.data[group], survey.codebook[group])
        outside = answered & (across == len(codes))
        found["lost_no_group"] = int((outside if people is None else people[outside]).sum())
    return found


def count_outside(
    survey: "Survey",
    items: Sequence[str],
    in_groups: "Sequence[NDArray[np.bool_]]",
    ready: "PreparedDesign | None" = None,
    in_base: "NDArray[np.bool_] | None" = None,
) -> list[int]:
    """Count those of the base of a question that are in none of the groups of a variable.

    Parameters
    ----------
    survey, items, ready, in_base
        As `question_losses` takes them.
    in_groups : sequence of ndarray of bool
        Of each variable that makes groups: who is in any of them.

    Returns
    -------
    list of int
        Respondents, one number for each of `in_groups`.

    Examples
    --------
    >>> import pandas as pd
    >>> from resurvey.core.codebook import Codebook, Survey, Variable
    >>> people = Survey(pd.DataFrame({"job": [1, 2, None, 1]}), Codebook({"job": Variable("job")}))
    >>> count_outside(people, ["job"], [np.array([True, False, False, True])])
    [1]
    """
    answered = _question_states(survey, items, in_base) == 0
    if ready is not None:
        answered = answered & (ready.weights > 0)
    people = None if ready is None else ready.behind
    apart = (answered & ~inside for inside in in_groups)
    return [int((one if people is None else people[one]).sum()) for one in apart]


def _question_states(
    survey: "Survey", items: Sequence[str], in_base: "NDArray[np.bool_] | None"
) -> "NDArray[np.int64]":
    """For every respondent 0 in the base of a question or set, else the number of the reason."""
    states = absence_states(survey, items[0])
    if in_base is None:
        return states
    for item in items[1:]:
        # Whoever was asked any of the options was asked the question.
        states = np.minimum(states, absence_states(survey, item))
    states = np.where(states == 0, 1 + NO_ANSWER.index("none_chosen"), states)
    return np.where(in_base, 0, states)


def count_people(survey: "Survey", ready: "PreparedDesign | None" = None) -> int:
    """Count the respondents: rows, or the people that they stand for."""
    people = None if ready is None else ready.behind
    return int(survey.data.shape[0] if people is None else people.sum())


def absence_states(survey: "Survey", name: str) -> "NDArray[np.int64]":
    """For every respondent 0 where there is an answer, else the number of the reason from 1."""
    variable = survey.codebook[name]
    everything = replace(variable, missing=(), missing_ranges=())
    positions, codes = encode(survey.data[name], everything)
    numbers = {reason: at for at, reason in enumerate(NO_ANSWER, 1)}
    table = [
        numbers[variable.reasons.get(code, "other")] if variable.is_missing(code) else 0
        for code in codes
    ]
    states: NDArray[np.int64] = np.array([*table, numbers["system_missing"]], np.int64)[positions]
    return states
