"""Multiple-response sets: questions to which a respondent may give several answers."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from resurvey.core.codebook import Code
from resurvey.core.counting import encode
from resurvey.core.errors import SurveyError
from resurvey.core.notes import Note
from resurvey.statistics.distributions import chi_square_tail
from resurvey.statistics.results import Result, refused

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from resurvey.core.survey import Survey


@dataclass(frozen=True)
class MultipleResponse:
    """Answers to a multiple-response set, by group.

    Attributes
    ----------
    options : list
        Names of the items (dichotomous set) or codes of the answers (categorical set).
    column_codes : list
        Codes of the groups; ``["total"]`` without groups.
    counts : array, options × groups
        Respondents (or sums of weights) who chose the option; one who chose it twice counts
        once.
    cases : array, groups
        Respondents who chose at least one option: the base of per cents of cases.
    chosen : array of bool, respondents × options
        Who chose what, of the respondents in the base.
    groups : array of int, respondents
        Group of each respondent in the base.
    """

    options: list[Code]
    column_codes: list[Code]
    counts: "NDArray[Any]"
    cases: "NDArray[Any]"
    chosen: "NDArray[np.bool_]"
    groups: "NDArray[np.intp]"

    @property
    def responses(self) -> "NDArray[Any]":
        """Number of answers given per group: the base of per cents of responses."""
        return np.asarray(self.counts.sum(axis=0))

    def percents(self, of: str = "cases") -> "NDArray[np.float64]":
        """Per cents of cases (may sum to more than 100) or of responses; empty base: NaN."""
        if of not in ("cases", "responses"):
            raise ValueError(f"per cents are of 'cases' or 'responses', not {of!r}")
        base = self.cases if of == "cases" else self.responses
        result = np.full(self.counts.shape, np.nan)
        np.divide(100 * self.counts, base[None, :], out=result, where=base[None, :] > 0)
        return result


def choices(
    survey: "Survey", items: Sequence[str], counted: Code | None = None
) -> tuple[list[Code], "NDArray[np.bool_]"]:
    """Tell who chose which option of a multiple-response set.

    Parameters
    ----------
    survey : Survey
        Respondents and codebook.
    items : sequence of str
        Variables of the set.
    counted : code, optional
        The code that means "chosen" (dichotomous set); without it the set is categorical.

    Returns
    -------
    options : list
        Names of the items, or codes of the answers.
    chosen : array of bool, respondents × options
        Of all respondents, also those who chose nothing.
    """
    if not items:
        raise SurveyError("a multiple-response set needs at least one variable")
    coded = [encode(survey.data[name], survey.codebook[name]) for name in items]
    if counted is not None:
        picks = []
        for positions, codes in coded:
            place = codes.index(counted) if counted in codes else -1
            picks.append(positions == place)
        return list(items), np.stack(picks, axis=1)
    options = list(dict.fromkeys(code for _, codes in coded for code in codes))
    chosen = np.zeros((len(survey.data), len(options)), dtype=bool)
    for positions, codes in coded:
        target = np.array([options.index(code) for code in codes] + [-1])
        given = np.flatnonzero(positions < len(codes))
        chosen[given, target[positions[given]]] = True
    return options, chosen


def multiple_response(
    survey: "Survey",
    items: Sequence[str],
    columns: str | None = None,
    counted: Code | None = None,
    weights: Any = None,
) -> MultipleResponse:
    """Count a multiple-response set.

    Parameters
    ----------
    survey : Survey
        Respondents and codebook.
    items : sequence of str
        Variables of the set.
    columns : str, optional
        Grouping variable.
    counted : code, optional
        The code that means "chosen": a dichotomous set, one option per variable. Without it
        the set is categorical: every variable holds one of the same codes.
    weights : array, optional
        One weight per respondent.

    Examples
    --------
    >>> import pandas as pd
    >>> from resurvey.core.codebook import Codebook, Variable
    >>> from resurvey.core.survey import Survey
    >>> people = pd.DataFrame({"radio": [1, 0, 1, 0], "tv": [1, 1, 0, 0]})
    >>> book = Codebook({name: Variable(name) for name in people})
    >>> found = multiple_response(Survey(people, book), ["radio", "tv"], counted=1)
    >>> found.counts.ravel().tolist(), found.cases.tolist(), found.responses.tolist()
    ([2, 2], [3], [4])
    """
    options, chosen = choices(survey, items, counted)
    groups, column_codes = np.zeros(len(survey.data), dtype=np.intp), ["total"]
    if columns is not None:
        found, column_codes = encode(survey.data[columns], survey.codebook[columns])  # type: ignore[assignment]
        groups = found.astype(np.intp)
    base = chosen.any(axis=1) & (groups < len(column_codes))
    chosen, groups = chosen[base], groups[base]
    share = None if weights is None else np.asarray(weights, dtype=np.float64)[base]
    size = len(column_codes)
    if not options:
        raise SurveyError(f"nobody answered any of {', '.join(items)}")
    counts = np.stack(
        [
            np.bincount(groups[one], None if share is None else share[one], minlength=size)
            for one in chosen.T
        ]
    )
    cases = np.bincount(groups, share, minlength=size)
    return MultipleResponse(options, list(column_codes), counts, cases, chosen, groups)


def marginal_independence(answers: MultipleResponse) -> Result:
    """Test whether any option is chosen more often in one group than in another.

    The options' Pearson statistics are added. As the same respondents stand behind all of them,
    the sum is corrected for the overlap by the correlations of the options (second order, Rao
    and Scott), without which it is no chi-square.

    Notes
    -----
    SOURCE Bilder & Loughin (2004), Biometrics 60, 241-248; Thomas & Decady (2004).
    """
    name = "marginal_independence"
    n = len(answers.groups)
    kinds = np.unique(answers.groups)
    varying = answers.chosen.any(axis=0) & ~answers.chosen.all(axis=0)
    if len(kinds) < 2:
        return refused(name, Note("two_groups_needed"), n)
    if not varying.any():
        return refused(name, Note("options_constant"), n)
    picks = answers.chosen[:, varying].astype(np.float64)
    share = picks.mean(axis=0)
    statistic = 0.0
    for group in kinds:
        group_picks = picks[answers.groups == group]
        deviation = group_picks.mean(axis=0) - share
        statistic += float((len(group_picks) * np.square(deviation) / (share * (1 - share))).sum())
    correlation = np.atleast_2d(np.corrcoef(picks.T))
    options, freedom = len(share), len(kinds) - 1
    squares = float(np.square(correlation).sum())
    # Eigenvalues of correlation ⊗ I: their sum is options × freedom.
    corrected, df = statistic * options / squares, options * options * freedom / squares
    notes = (Note("overlap", options=options, sum=statistic),)
    return Result(name, corrected, df, None, chi_square_tail(corrected, df), n, notes)
