"""Summaries: numbers as numbers, by groups: means, quantiles, net scores, tests and histograms."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import ceil, floor, log10
from typing import TYPE_CHECKING, Any

import numpy as np

from resurvey.core.accounting import NO_ANSWER, NO_GROUP, NO_WEIGHT, Account, check_groups
from resurvey.core.cells import plain_number
from resurvey.core.codebook import Variable
from resurvey.core.counting import count_rows, encode
from resurvey.core.errors import SurveyError
from resurvey.core.names import TOTAL
from resurvey.core.notes import NOT_IDENTIFIED, Note, write_notes
from resurvey.counts.streamed import about_numbers
from resurvey.statistics.group_means import (
    TESTS_OF_MEANS,
    TESTS_OF_RANKS,
    compare_groups,
    difference_of_means,
    effect_sizes,
)
from resurvey.statistics.letters import adjust, column_key, larger_than
from resurvey.statistics.results import Estimate
from resurvey.statistics.summaries import Summary, summarise
from resurvey.tables.blocks import Setting, check_columns
from resurvey.tables.boxes import (
    DETRACTORS,
    MEAN,
    NET,
    NPS,
    PROMOTERS,
    asks_promoters,
    check_promoters,
    net_of,
    promoter_sides,
    score_codes,
    steps_of,
)
from resurvey.tables.frequencies import absence_states
from resurvey.tables.inference import MOST_COLUMNS, letter_levels

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from resurvey.core.codebook import Survey
    from resurvey.counts.design import PreparedDesign

SUMMARISED = (
    "column_variable",
    "column_code",
    "column_label",
    "statistic",
    "value",
    "standard_error",
    "lower",
    "upper",
)
"""Columns of a statistic of a number in a group."""
SUMMARY_COLUMNS = (
    "table",
    "row_variable",
    *SUMMARISED,
    "n",
    "note",
    "column_letter",
    "letters",
    "note_data",
)
"""Columns of ``summaries.csv``."""

DEFAULT_STATISTICS = ("n", "mean", "sd", "median", "quartiles")
FREQUENCIES = "frequencies"
"""Table under which ``summaries.csv`` has every numeric variable of the codebook."""

ALL_STATISTICS = ("n", "mean", "sd", "min", "q1", "median", "q3", "max", "missing")
MISSING = "missing"
BIN = "bin"
MOST_BINS = 20
LEAST_RUNNING = 20
"""So many numbers in a row, each once, are those of the rows."""

QUARTILES = {"q1": 0.25, "median": 0.5, "q3": 0.75}


def named_statistics(declared: Mapping[str, Any]) -> list[str]:
    """List the statistics of a table as its files name them.

    Examples
    --------
    >>> named_statistics({"statistics": ["mean", "quartiles", "q90"]})
    ['mean', 'q1', 'q3', 'q90']
    """
    chosen = declared.get("statistics") or DEFAULT_STATISTICS
    written: list[str] = []
    for statistic in chosen:
        written += ["q1", "q3"] if statistic == "quartiles" else [statistic]
    return list(dict.fromkeys(written))


def share_of(statistic: str) -> float | None:
    """Return the probability of a quantile; None of any other statistic.

    Examples
    --------
    >>> share_of("median"), share_of("q90"), share_of("mean")
    (0.5, 0.9, None)
    """
    if statistic in QUARTILES:
        return QUARTILES[statistic]
    digits = statistic.removeprefix("q")
    return int(digits) / 100 if statistic != digits and digits.isdigit() else None


def is_numeric(variable: Variable) -> bool:
    """Return whether a variable's codes are amounts: a scale without a declared order.

    Examples
    --------
    >>> is_numeric(Variable("age", measure="scale")), is_numeric(Variable("region"))
    (True, False)
    """
    return variable.measure == "scale" and not variable.order


def read_values(survey: "Survey", name: str, place: str) -> "NDArray[np.float64]":
    """Read a variable as numbers; NaN where a respondent has no answer that counts.

    Parameters
    ----------
    survey : Survey
        Respondents and codebook.
    name : str
        A scale, an ordinal variable (its codes, or ranks where an order is declared, as in
        banners), or one of 0 and 1. "Don't know" has no place on it.
    place : str
        File and key, for messages.

    Raises
    ------
    SurveyError
        Answers without an order, or texts.

    Examples
    --------
    >>> import pandas as pd
    >>> from resurvey.core.codebook import Codebook, Survey
    >>> pay = Variable("pay", measure="scale", codes={99: {}}, missing=(99,))
    >>> people = Survey(pd.DataFrame({"pay": [10, 99, 12.5]}), Codebook({"pay": pay}))
    >>> read_values(people, "pay", "tables.yaml").tolist()
    [10.0, nan, 12.5]
    """
    variable = survey.codebook[name]
    positions, codes = encode(survey.data[name], variable)
    dichotomous = set(codes) <= {0, 1}
    if variable.measure not in ("ordinal", "scale") and not variable.order and not dichotomous:
        raise SurveyError(
            f"{place}: the answers to '{name}' have no order, so there is no mean of them; "
            "declare `measure: scale` or `ordinal` in codebook.yaml, or make it a row of a table"
        )
    ranks = {code: rank for rank, code in enumerate(variable.order, 1)}
    table = np.full(len(codes) + 1, np.nan)
    for at, code in enumerate(codes):
        if code in variable.dont_know or (ranks and code not in ranks):
            continue
        if isinstance(code, str) and not ranks:
            raise SurveyError(
                f"{place}: '{name}' holds texts; give its answers an `order:` in codebook.yaml, or "
                "make it a row of a table"
            )
        table[at] = ranks[code] if ranks else float(code)
    values: NDArray[np.float64] = table[positions]
    return values


@dataclass(frozen=True)
class Summaries:
    """Lines of ``summaries.csv``, ``tests.csv`` and ``association.csv``."""

    lines: list[dict[str, Any]]
    tests: list[dict[str, Any]]
    association: list[dict[str, Any]]


def summarise_question(
    table: str,
    declared: Mapping[str, Any],
    row: str,
    survey: "Survey",
    ready: "PreparedDesign | None",
    setting: Setting,
    known: bool = True,
    identified: bool = True,
) -> Summaries:
    """Summarise one variable of a table for all respondents and every group, and compare groups.

    Parameters
    ----------
    table, declared : str, dict
        Name and entry of the table in ``tables.yaml``.
    row : str
        Variable that is summarised.
    survey, ready
        Respondents and their design, those of the table's `where` alone.
    setting : Setting
        Language, words and level of the letters.
    known, identified : bool
        Whether published tables tell the answers, and the answers by group; what they do not
        tell of reconstructed records is refused.

    Returns
    -------
    Summaries
        A line per statistic and column, and ``no_group``: how many of the column of all are in no
        group. ``n`` is the number of respondents behind it, unweighted.
        A mean carries the letters of the columns with a significantly smaller one: Welch's t, or
        the linearised difference under a design, Bonferroni over the pairs.

    Examples
    --------
    >>> import pandas as pd
    >>> from resurvey.core.codebook import Codebook, Survey
    >>> book = Codebook({"pay": Variable("pay", measure="scale")})
    >>> people = Survey(pd.DataFrame({"pay": [10, 12, 20, None]}), book)
    >>> setting = Setting("en", {"all_respondents": "All"}, 0.05)
    >>> spec = {"statistics": ["mean", "median"]}
    >>> found = summarise_question("t", spec, "pay", people, None, setting)
    >>> [(line["statistic"], line["value"]) for line in found.lines]
    [('mean', 14), ('median', 12), ('missing_system_missing', 1)]
    """
    place = f"tables.yaml, '{table}'"
    statistics = named_statistics(declared)
    group = declared.get("columns", "")
    values = read_values(survey, row, place)
    if "nps" in statistics:
        check_promoters(
            survey.codebook[row], encode(survey.data[row], survey.codebook[row])[1], place
        )
    held = _Held(values, _states(survey, row, values, ready), ready)
    columns, across = _columns_of(survey, table, group, values.size, setting)
    count = len(columns) - 1
    lettered = identified and 2 <= count <= MOST_COLUMNS
    letters = held.letters(across, count, setting.alpha) if lettered else []
    keys = {"table": table, "row_variable": row}
    lines: list[dict[str, Any]] = []
    for number, (name, code, label, members) in enumerate(columns):
        start = {**keys, "column_variable": name, "column_code": code, "column_label": label}
        if not (identified if name else known):
            refusal = write_notes(NOT_IDENTIFIED)
            lines += [{**start, "statistic": one, **refusal} for one in statistics]
            continue
        for line in held.lines(statistics, members):
            if letters and line["statistic"] == "mean" and name:
                line |= {"column_letter": column_key(number - 1), "letters": letters[number - 1]}
            lines.append(start | line)
    if not group:
        return Summaries(lines, [], [])
    if known and identified and (outside := held.outside(table, row, group, across)):
        everyone = next(iter(lines))
        told = {"statistic": NO_GROUP, "value": outside, "n": everyone["n"]}
        columns_of_all = ("column_variable", "column_code", "column_label")
        last = max(at for at, line in enumerate(lines) if line["column_code"] == TOTAL)
        lines.insert(last + 1, keys | {key: everyone[key] for key in columns_of_all} | told)
    between = {**keys, "column_variable": group}
    tests, sizes = held.compared(across, count, identified)
    return Summaries(lines, [between | one for one in tests], [between | one for one in sizes])


def score_question(
    table: str,
    declared: Mapping[str, Any],
    row: str,
    survey: "Survey",
    ready: "PreparedDesign | None",
    setting: Setting,
    known: bool = True,
    identified: bool = True,
) -> list[dict[str, Any]]:
    """Compute the net share, the net promoter score and the mean that a table shows of a question.

    Parameters
    ----------
    table, declared : str, dict
        Name and entry in `config/tables.yaml`: `net`, `nps`, `means`, `columns`.
    row : str
        The question.
    survey, ready, setting, known, identified
        As `summarise_question` takes them.

    Returns
    -------
    list of dict
        Keys `SUMMARY_COLUMNS`, a line per score and column. A ``net`` is in percentage points of
        whoever answered, "don't know" too, as the percentages of the table are; ``nps`` and
        ``mean`` leave "don't know" out. Letters are of the columns with a significantly smaller
        one, as those of a mean.

    Examples
    --------
    >>> import pandas as pd
    >>> from resurvey.core.codebook import Codebook, Survey
    >>> agree = Variable("q", measure="ordinal", codes={code: {} for code in range(1, 6)})
    >>> people = Survey(pd.DataFrame({"q": [1, 4, 5, 5]}), Codebook({"q": agree}))
    >>> setting = Setting("en", {"all_respondents": "All"}, 0.05)
    >>> found = score_question("t", {"net": 2, "means": True}, "q", people, None, setting)
    >>> [(line["statistic"], line["value"]) for line in found]
    [('net', 50), ('mean', 3.75)]
    """
    place, group = f"tables.yaml, '{table}'", declared.get("columns", "")
    variable = survey.codebook[row]
    positions, codes = encode(survey.data[row], variable)
    columns, across = _columns_of(survey, table, group, positions.size, setting)
    count = len(columns) - 1
    lettered = identified and 2 <= count <= MOST_COLUMNS
    lines: list[dict[str, Any]] = []
    for statistic, scores in _scores_of(variable, codes, declared, place):
        values = np.append(scores, np.nan)[positions]
        held = _Held(values, np.zeros(values.size, np.int64), ready)
        letters = held.letters(across, count, setting.alpha) if lettered else []
        for number, (name, code, label, members) in enumerate(columns):
            line = {
                "table": table,
                "row_variable": row,
                "column_variable": name,
                "column_code": code,
                "column_label": label,
                "statistic": statistic,
            }
            if not (identified if name else known):
                lines.append(line | write_notes(NOT_IDENTIFIED))
                continue
            line |= held.mean(statistic, members)
            if letters and name:
                line |= {"column_letter": column_key(number - 1), "letters": letters[number - 1]}
            lines.append(line)
    return lines


def _scores_of(
    variable: Variable, codes: Sequence[Any], declared: Mapping[str, Any], place: str
) -> Iterator[tuple[str, "NDArray[np.float64]"]]:
    """Go through the scores of a question: their name, and the score of each answer."""
    if (net := net_of(declared, variable, codes, place)) is not None:
        yield NET, score_codes(codes, *net)
    if asks_promoters(declared, variable.name):
        check_promoters(variable, codes, place)
        scores = score_codes(codes, *promoter_sides(codes))
        aside = [code in variable.dont_know for code in codes]
        yield NPS, np.where(aside, np.nan, scores)
    if declared.get("means") and (steps := steps_of(variable, codes)):
        ranked = bool(variable.order) or any(isinstance(code, str) for code in steps)
        numbers = {code: rank if ranked else float(code) for rank, code in enumerate(steps, 1)}
        yield MEAN, np.array([numbers.get(code, np.nan) for code in codes], np.float64)


Columns = list[tuple[str, str, str, "NDArray[np.bool_] | None"]]


def _columns_of(
    survey: "Survey", table: str, group: str, respondents: int, setting: Setting
) -> tuple[Columns, "NDArray[np.int64]"]:
    """All respondents, then the groups: variable, code, label and members; and each one's group."""
    columns: Columns = [("", TOTAL, setting.words["all_respondents"], None)]
    across = np.full(respondents, -1, np.int64)
    if group:
        variable = survey.codebook[group]
        places, codes = encode(survey.data[group], variable)
        check_columns(variable, codes, table)
        across = np.where(places == len(codes), -1, places.astype(np.int64))
        columns += [
            (group, str(code), variable.answer(code, setting.language), across == at)
            for at, code in enumerate(codes)
        ]
    return columns, across


def summarise_frequencies(
    survey: "Survey",
    ready: "PreparedDesign | None",
    setting: Setting,
    left_out: Collection[str] = (),
) -> list[dict[str, Any]]:
    """Summarise every numeric variable of the codebook, with the bars of its histogram.

    Numbers that run from row to row, such as an id, are left out.

    Returns
    -------
    list of dict
        Keys `SUMMARY_COLUMNS`, table `FREQUENCIES`. A line ``bin_1`` … has the count of a bar as
        value, the respondents as ``n`` and the ends of the bar as ``lower`` and ``upper``; the
        lower end belongs to it (`histogram_ends`).
    """
    lines: list[dict[str, Any]] = []
    for name in survey.codebook:
        if name in left_out or not is_numeric(survey.codebook[name]):
            continue
        people, own = about_numbers(survey, ready, name)
        try:
            values = read_values(people, name, FREQUENCIES)
        except SurveyError:  # texts in a variable that a file calls a scale
            continue
        several = own is not None and own.heads is not None and bool((own.heads > 1).any())
        if not several and _are_running(values):
            continue
        held = _Held(values, _states(people, name, values, own), own)
        start = {
            "table": FREQUENCIES,
            "row_variable": name,
            "column_variable": "",
            "column_code": TOTAL,
            "column_label": setting.words["all_respondents"],
        }
        found = [*held.lines(ALL_STATISTICS, None), *held.bars()]
        lines += [start | line for line in found]
    return lines


def histogram_ends(
    values: "NDArray[np.float64]", heads: "NDArray[np.int64] | None" = None
) -> list[float]:
    """Choose the ends of the bars of a histogram; `heads` respondents have each value, else one.

    Notes
    -----
    SOURCE Freedman & Diaconis (1981), Zeitschrift für Wahrscheinlichkeitstheorie 57, 453-476: the
    width 2 IQR / n^(1/3); here the next of 1, 2 or 5 times a power of ten, not below 1 for whole
    numbers, with at most `MOST_BINS` bars.

    Examples
    --------
    >>> histogram_ends(np.array([0.0, 3, 4, 5, 5, 6, 10]))
    [0.0, 5.0, 10.0, 15.0]
    >>> histogram_ends(np.array([7.0, 7.0]))
    [7.0, 8.0]
    """
    low, high = float(values.min()), float(values.max())
    number = values.size if heads is None else int(heads.sum())
    if heads is None:
        quartiles = np.quantile(values, (0.25, 0.75))
    else:
        order = np.argsort(values)
        reached = np.cumsum(heads[order])
        # The two respondents that each quartile lies between, as `np.quantile` has it.
        places = [(number - 1) * share for share in (0.25, 0.75)]
        among = [[floor(place), min(floor(place) + 1, number - 1)] for place in places]
        sides = values[order[np.searchsorted(reached, np.array(among), side="right")]]
        parts = np.array([place - floor(place) for place in places])
        quartiles = sides[:, 0] + parts * (sides[:, 1] - sides[:, 0])
    least = max(
        2 * float(quartiles[1] - quartiles[0]) / number ** (1 / 3),
        (high - low) / (MOST_BINS - 1),
        1.0 if (values == np.floor(values)).all() else 0.0,
    )
    if not least > 0:
        least = 1.0
    power = 10.0 ** floor(log10(least))
    width = power * next(step for step in (1, 2, 5, 10) if step * power >= least * (1 - 1e-12))
    first, last = floor(low / width + 1e-9), floor(high / width + 1e-9)
    digits = max(0, ceil(-log10(width)))
    return [round(place * width, digits) for place in range(first, last + 2)]


def _are_running(values: "NDArray[np.float64]") -> bool:
    """Return whether values only number the rows: a mean of them says nothing."""
    known = np.sort(values[np.isfinite(values)])
    return known.size >= LEAST_RUNNING and bool((np.diff(known) == 1).all())


def _states(
    survey: "Survey", name: str, values: "NDArray[np.float64]", ready: "PreparedDesign | None"
) -> "NDArray[np.int64]":
    """Of every respondent 0 with a value, else the number of the reason from 1 on."""
    states = absence_states(survey, name)
    states = np.where((states == 0) & np.isnan(values), 1 + NO_ANSWER.index("dont_know"), states)
    if ready is None or ready.people is not None:
        return states
    weightless = (states == 0) & (ready.weights == 0)
    absent = weightless & ready.absent if ready.absent is not None else weightless & False
    states = np.where(weightless, len(NO_ANSWER) + 2, states)
    return np.where(absent, len(NO_ANSWER) + 1, states)


_REASONS = (*NO_ANSWER, *NO_WEIGHT)


@dataclass(frozen=True)
class _Held:
    """Values of the respondents, why others have none, and the design."""

    values: "NDArray[np.float64]"
    states: "NDArray[np.int64]"
    ready: "PreparedDesign | None"

    @property
    def options(self) -> dict[str, Any]:
        """Weights or design as the statistics take them."""
        if self.ready is None:
            return {}
        if self.ready.sample is None:
            return {"weights": self.ready.weights}
        return {"sample": self.ready.sample}

    def whole(self, values: "NDArray[Any]", none: Any) -> "NDArray[Any]":
        """Values of all respondents of the design; those outside a domain have none."""
        if self.ready is None or self.ready.sample is None:
            return values
        return self.ready.whole(values, none)

    def lines(
        self, statistics: Sequence[str], members: "NDArray[np.bool_] | None"
    ) -> Iterator[dict[str, Any]]:
        """Go through the lines of one column."""
        shares = [share for one in statistics if (share := share_of(one)) is not None]
        found = self._summary(self.values, members, tuple(shares))
        sampling = self.ready is not None and self.ready.sample is not None
        inside = np.ones(self.values.size, bool) if members is None else members
        n = self._people(inside & np.isfinite(self.values) & self._weighted)
        lost = self._lost(inside)
        Account("summary", "", "", self._people(inside), n, lost)
        for statistic in statistics:
            if statistic == MISSING:
                yield self._line(statistic, sum(lost.values()), n)
            elif statistic == "nps":
                yield self._estimated("nps", self._net(members), n)
            elif (share := share_of(statistic)) is not None:
                yield self._estimated(statistic, found.quantiles[share], n)
            elif statistic == "mean":
                yield self._estimated(statistic, found.mean, n)
            else:
                plain = {
                    "n": n,
                    "sd": found.deviation,
                    "min": found.minimum,
                    "max": found.maximum,
                }
                yield self._line(statistic, plain[statistic], n)
            if statistic == "n" and sampling:
                yield self._line("weighted_n", found.weighted, n)
        for reason, number in lost.items():
            if number:
                yield self._line(f"{MISSING}_{reason}", number, n)

    def mean(self, name: str, members: "NDArray[np.bool_] | None") -> dict[str, Any]:
        """Line of the mean of one column, under a name of its own."""
        inside = np.ones(self.values.size, bool) if members is None else members
        n = self._people(inside & np.isfinite(self.values) & self._weighted)
        return self._estimated(name, self._summary(self.values, members, ()).mean, n)

    def bars(self) -> Iterator[dict[str, Any]]:
        """Go through the bars of the histogram of all respondents."""
        inside = np.isfinite(self.values) & self._weighted
        if not inside.any():
            return
        heads = None if self.ready is None else self.ready.heads
        ends = histogram_ends(self.values[inside], None if heads is None else heads[inside])
        places = np.searchsorted(ends, self.values[inside], side="right") - 1
        weights = None if self.ready is None else self.ready.weights[inside]
        people = None if self.ready is None else self.ready.behind
        totals = np.bincount(places, weights, minlength=len(ends) - 1)
        heads = count_rows(places, len(ends) - 1, None if people is None else people[inside])
        width = Note("histogram_bars", width=ends[1] - ends[0])
        for at, total in enumerate(totals):
            yield {
                "statistic": f"{BIN}_{at + 1}",
                "value": plain_number(total),
                "lower": plain_number(ends[at]),
                "upper": plain_number(ends[at + 1]),
                "n": int(heads[at]),
                **write_notes(width),
            }

    def letters(self, across: "NDArray[np.int64]", count: int, alpha: float) -> list[str]:
        """Letters of the columns whose mean is significantly smaller."""
        groups, values = self.whole(across, -1), self.whole(self.values, np.nan)
        means = [self._summary(self.values, across == one, ()).mean.value for one in range(count)]
        pairs = list(combinations(range(count), 2))
        tested = [difference_of_means(values, groups, *pair, **self.options) for pair in pairs]
        raw = [float("nan") if one.p_value is None else one.p_value for one in tested]
        p_values = np.full((count, count), np.nan)
        for (first, second), p in zip(pairs, adjust(raw, "bonferroni").tolist(), strict=True):
            p_values[first, second] = p_values[second, first] = p
        sizes = np.array([np.nan if mean is None else mean for mean in means])
        keys = [column_key(column) for column in range(count)]
        return larger_than(sizes, p_values, keys, letter_levels(alpha))

    def compared(
        self, across: "NDArray[np.int64]", count: int, identified: bool
    ) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
        """Tests of the groups and effect sizes, or why they are refused."""
        sampling, several = "sample" in self.options, int(count > 2)
        if not identified:
            names = TESTS_OF_MEANS[sampling][several], TESTS_OF_RANKS[sampling][several]
            refusal = write_notes(NOT_IDENTIFIED)
            sizes = ["eta_squared"] if several else ["cohen_d", "hedges_g", "eta_squared"]
            return (
                [{"test": name, **refusal} for name in names],
                [{"measure": name, **refusal} for name in sizes],
            )
        groups, values = self.whole(across, -1), self.whole(self.values, np.nan)
        tests = [one.record() for one in compare_groups(values, groups, **self.options)]
        sizes_of = effect_sizes(values, groups, **self.options)
        return (
            [one | {"n": None if one["n"] is None else plain_number(one["n"])} for one in tests],
            [{"measure": one.name, **one.record()} for one in sizes_of],
        )

    def outside(self, table: str, row: str, group: str, across: "NDArray[np.int64]") -> int:
        """Count those with a value that are in no group.

        Raises
        ------
        UnexplainedRows
            They and the groups are not all who have a value.
        """
        counted = np.isfinite(self.values) & self._weighted
        inside = sum(self._people(counted & (across == at)) for at in range(across.max() + 1))
        number = self._people(counted & (across < 0))
        place = f"summary '{table}', '{row}' by '{group}'"
        check_groups(place, self._people(counted), inside, number)
        return number

    @property
    def _weighted(self) -> "NDArray[np.bool_]":
        return np.ones(self.values.size, bool) if self.ready is None else self.ready.weights > 0

    def _people(self, inside: "NDArray[np.bool_]") -> int:
        people = None if self.ready is None else self.ready.behind
        return int(inside.sum() if people is None else people[inside].sum())

    def _lost(self, inside: "NDArray[np.bool_]") -> dict[str, int]:
        people = None if self.ready is None else self.ready.behind
        own = None if people is None else people[inside]
        counts = count_rows(self.states[inside], len(_REASONS) + 1, own)
        return {reason: int(counts[at]) for at, reason in enumerate(_REASONS, 1)}

    def _summary(
        self,
        values: "NDArray[np.float64]",
        members: "NDArray[np.bool_] | None",
        shares: tuple[float, ...],
    ) -> Summary:
        inside = None if members is None else self.whole(members, False)
        whole = self.whole(values, np.nan)
        return summarise(whole, inside, quantiles=shares, **self.options)

    def _net(self, members: "NDArray[np.bool_] | None") -> Estimate:
        scores = np.where(np.isnan(self.values), np.nan, 0.0)
        scores[self.values >= PROMOTERS[0]] = 100.0
        scores[self.values <= DETRACTORS[1]] = -100.0
        return self._summary(scores, members, ()).mean

    def _line(self, statistic: str, value: float | None, n: int) -> dict[str, Any]:
        nobody = write_notes(Note("no_respondents", "not_computed"))
        line = {"statistic": statistic, "n": n}
        return line | (nobody if value is None else {"value": plain_number(value)})

    def _estimated(self, statistic: str, found: Estimate, n: int) -> dict[str, Any]:
        ends = {
            "value": found.value,
            "standard_error": found.standard_error,
            "lower": found.lower,
            "upper": found.upper,
        }
        numbers = {key: plain_number(value) for key, value in ends.items() if value is not None}
        return {"statistic": statistic, "n": n, **numbers, **write_notes(*found.notes)}
