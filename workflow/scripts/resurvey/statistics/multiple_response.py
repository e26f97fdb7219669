"""Multiple-response sets: questions to which a respondent may give several answers."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

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


def choices(
    survey: "Survey", items: Sequence[str], counted: Code | None = None
) -> tuple[list[Code], "NDArray[np.bool_]"]:
    """Return who chose which option of a multiple-response set.

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
            position = codes.index(counted) if counted in codes else -1
            picks.append(positions == position)
        return list(items), np.stack(picks, axis=1)
    options = list(dict.fromkeys(code for _, codes in coded for code in codes))
    chosen = np.zeros((len(survey.data), len(options)), dtype=bool)
    for positions, codes in coded:
        target = np.array([options.index(code) for code in codes] + [-1])
        given = np.flatnonzero(positions < len(codes))
        chosen[given, target[positions[given]]] = True
    return options, chosen


def marginal_independence(chosen: "NDArray[np.bool_]", groups: "NDArray[np.int64]") -> Result:
    """Test whether any option is chosen more often in one group than in another.

    The options' Pearson statistics are added. As the same respondents stand behind all of them,
    the sum is corrected for the overlap by the correlations of the options (second order, Rao
    and Scott), without which it is no chi-square.

    Parameters
    ----------
    chosen : array of bool, respondents × options
        Who chose what, of the respondents in the base.
    groups : array of int, respondents
        Group of each.

    Notes
    -----
    SOURCE Bilder & Loughin (2004), Biometrics 60, 241-248; Thomas & Decady (2004).
    """
    name = "marginal_independence"
    n = len(groups)
    kinds = np.unique(groups)
    varying = chosen.any(axis=0) & ~chosen.all(axis=0)
    if len(kinds) < 2:
        return refused(name, Note("two_groups_needed"), n)
    if not varying.any():
        return refused(name, Note("options_constant"), n)
    picks = chosen[:, varying].astype(np.float64)
    share = picks.mean(axis=0)
    statistic = 0.0
    for group in kinds:
        group_picks = picks[groups == group]
        deviation = group_picks.mean(axis=0) - share
        statistic += float((len(group_picks) * np.square(deviation) / (share * (1 - share))).sum())
    correlation = np.atleast_2d(np.corrcoef(picks.T))
    options, freedom = len(share), len(kinds) - 1
    squares = float(np.square(correlation).sum())
    # Eigenvalues of correlation ⊗ I: their sum is options × freedom.
    corrected, df = statistic * options / squares, options * options * freedom / squares
    notes = (Note("overlap", options=options, sum=statistic),)
    return Result(name, corrected, df, None, chi_square_tail(corrected, df), n, notes)
