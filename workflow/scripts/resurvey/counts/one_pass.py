"""One pass: every item by every grouping variable, counted together."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from resurvey.core.counting import Counted, encode, many_counts
from resurvey.counts.crosstabs import SEED, Crosstab
from resurvey.statistics.ordinal import scale_of
from resurvey.statistics.results import Result
from resurvey.statistics.stratified import cochran_mantel_haenszel

if TYPE_CHECKING:
    from resurvey.core.survey import Survey
    from resurvey.counts.design import Design, PreparedDesign


def crosstab_all(
    survey: "Survey",
    rows: Sequence[str],
    columns: Sequence[str],
    design: "Design | PreparedDesign | None" = None,
    seed: int = SEED,
) -> dict[tuple[str, str], Crosstab]:
    """Count every row variable by every column variable.

    The tables are those of `crosstab`, made several times faster: every variable is read once,
    and without a design all tables are counted together.

    Parameters
    ----------
    survey : Survey
        Respondents and codebook.
    rows, columns : sequence of str
        Names of the variables.
    design : Design, optional
        Weights, strata and clusters.
    seed : int
        Seed of the Monte Carlo p-values.

    Returns
    -------
    dict
        (row variable, column variable) -> Crosstab.

    Examples
    --------
    >>> import pandas as pd
    >>> from resurvey.core.codebook import Codebook, Variable
    >>> from resurvey.core.survey import Survey
    >>> people = pd.DataFrame({"job": [1, 2, 2], "pay": [1, 1, 2], "sex": [1, 1, 2]})
    >>> survey = Survey(people, Codebook({name: Variable(name) for name in people}))
    >>> found = crosstab_all(survey, ["job", "pay"], ["sex"])
    >>> found["pay", "sex"].observed.tolist()
    [[2, 0], [0, 1]]
    """
    coded = {
        name: encode(survey.data[name], survey.codebook[name])
        for name in dict.fromkeys([*rows, *columns])
    }
    places = {name: number for number, name in enumerate(rows)}
    across = {name: number for number, name in enumerate(columns)}
    if design is None:
        together = many_counts(
            [(coded[name][0], len(coded[name][1])) for name in rows],
            [(coded[name][0], len(coded[name][1])) for name in columns],
        )
    else:
        ready = design.prepared(survey)

    def counted(row: str, column: str) -> Counted:
        if design is None:
            return Counted.equal(together[places[row], across[column]])
        (down, answers), (beside, groups) = coded[row], coded[column]
        return ready.count(down, beside, (len(answers), len(groups)))

    book = survey.codebook
    return {
        (row, column): Crosstab.of(
            book[row],
            book[column],
            coded[row][1],
            coded[column][1],
            counted(row, column),
            seed,
        )
        for row in rows
        for column in columns
    }


def stratified_tests(survey: "Survey", rows: str, columns: str, strata: str) -> list[Result]:
    """Test rows against columns within the answers to a third variable.

    Parameters
    ----------
    survey : Survey
        Respondents and codebook.
    rows, columns, strata : str
        Names of the variables. The tests with scores use the declared order and leave "don't
        know" codes out; they are refused for nominal variables.

    Returns
    -------
    list of Result
        Those of `cochran_mantel_haenszel`.

    Examples
    --------
    >>> import pandas as pd
    >>> from resurvey.core.codebook import Codebook, Variable
    >>> from resurvey.core.survey import Survey
    >>> people = pd.DataFrame({"q": [1, 1, 2, 2] * 5, "g": [1, 2, 2, 2] * 5, "s": [1, 2] * 10})
    >>> survey = Survey(people, Codebook({name: Variable(name) for name in people}))
    >>> round(stratified_tests(survey, "q", "g", "s")[0].statistic, 3)
    9.0
    """
    names = (strata, rows, columns)
    coded = [encode(survey.data[name], survey.codebook[name]) for name in names]
    shape = tuple(len(codes) for _, codes in coded)
    there = np.logical_and.reduce(
        [positions < size for (positions, _), size in zip(coded, shape, strict=True)]
    )
    places = tuple(positions[there].astype(np.intp) for positions, _ in coded)
    key = np.ravel_multi_index(places, shape)
    tables = np.bincount(key, minlength=int(np.prod(shape))).reshape(shape).astype(np.float64)
    margin = tables.sum(axis=0)
    row = scale_of(survey.codebook[rows], coded[1][1], margin.sum(axis=1), "row")
    column = scale_of(survey.codebook[columns], coded[2][1], margin.sum(axis=0), "column")
    general = cochran_mantel_haenszel(tables)
    if row.reason:
        return general
    picked = tables[:, row.positions]
    scores = None
    if not column.reason:
        picked, scores = picked[:, :, column.positions], column.scores
    scored = {one.test: one for one in cochran_mantel_haenszel(picked, row.scores, scores)}
    by_score = ("cmh_mean_scores", "cmh_correlation")
    return [scored[one.test] if one.test in by_score else one for one in general]
