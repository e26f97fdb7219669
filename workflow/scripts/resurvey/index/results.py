"""Results: every declared index summed up by groups, with types, gaps and coherence, as lines."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np

from resurvey.core.cells import plain_number
from resurvey.core.codebook import Code, Survey, Variable, pick_label
from resurvey.core.counting import encode
from resurvey.core.errors import SurveyError
from resurvey.core.names import TOTAL
from resurvey.core.notes import Note, add_notes, write_notes
from resurvey.core.progress import track
from resurvey.counts.crosstabs import crosstab
from resurvey.counts.design import PreparedDesign, wave_design
from resurvey.index.coherence import COHERENCE_COLUMNS, assess_coherence
from resurvey.index.declaration import ENDS, Index, read_indices, resolve
from resurvey.index.decomposition import gap_parts, tell_part, weighted_mean
from resurvey.index.identified import IdentifiedIndex, Published, identified_lines
from resurvey.index.published_bounds import BOUNDS_COLUMNS, bound_lines
from resurvey.index.robustness import (
    CONCLUSION_COLUMNS,
    SCENARIO_COLUMNS,
    VARIANCE_COLUMNS,
    scenario_lines,
)
from resurvey.index.scoring import Assembled, assemble, effective_weights, score_answers
from resurvey.reading.columns import to_frame
from resurvey.statistics.group_means import difference_of_means
from resurvey.tables.blocks import Setting
from resurvey.tables.correlations import Numbers
from resurvey.tables.inference import label_nominal
from resurvey.tables.summaries import ALL_STATISTICS, SUMMARISED, summarise_question

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["INDEX_FILES", "Published", "assess_indices"]

INDEX_COLUMNS = (
    "index",
    "dimension",
    "indicator",
    "variable",
    *SUMMARISED,
    "lowest",
    "highest",
    "n",
    "df",
    "df2",
    "p_value",
    "column_letter",
    "letters",
    "low",
    "high",
    "note",
    "note_data",
)
TYPE_COLUMNS = (
    "index",
    "type",
    "type_code",
    "type_label",
    "low",
    "high",
    "answer_variable",
    "answer_code",
    "answer_label",
    "column_variable",
    "column_code",
    "column_label",
    "count",
    "base",
    "percent",
    "standard_error",
    "lower",
    "upper",
    "unweighted_count",
    "unweighted_base",
    "note",
    "note_data",
)
DECOMPOSITION_COLUMNS = (
    "index",
    "column_variable",
    "first_code",
    "first_label",
    "second_code",
    "second_label",
    "part",
    "dimension",
    "indicator",
    "value",
    "share",
    "standard_error",
    "lower",
    "upper",
    "lowest",
    "highest",
    "df",
    "p_value",
    "n",
    "note",
    "note_data",
)
INDEX_FILES = {
    "index": INDEX_COLUMNS,
    "types": TYPE_COLUMNS,
    "decomposition": DECOMPOSITION_COLUMNS,
    "coherence": COHERENCE_COLUMNS,
    "bounds": BOUNDS_COLUMNS,
    "conclusions": CONCLUSION_COLUMNS,
    "scenarios": SCENARIO_COLUMNS,
    "variances": VARIANCE_COLUMNS,
}
"""CSV files of the room and their columns."""

MOST_GROUPS = 20
"""Gaps between more groups nobody reads."""

TESTS = ("pearson", "rao_scott_f", "linear_by_linear")
"""Tests of the types by groups, and of plans by types."""


def assess_indices(
    survey: Survey,
    part: Mapping[str, Any],
    wave: Mapping[str, Any],
    published: Published,
    sample: str = "unknown",
    language: str = "",
    words: Mapping[str, str] | None = None,
) -> dict[str, list[dict[str, Any]]]:
    """Sum up every declared index of a wave.

    Parameters
    ----------
    survey : Survey
        Respondents with their indicators and the variables of `resurvey.index.scoring`.
    part : dict
        ``config/index.yaml``.
    wave : dict
        The wave in ``config/config.yaml``: weights and sampling design.
    published : Published
        What reconstructed records were dealt from; of other records nothing is asked of it.
    sample : str
        How respondents were chosen; without random selection p-values and intervals are noted as
        nominal.
    language : str
        Language of the labels.
    words : dict, optional
        `all_respondents` in that language.

    Returns
    -------
    dict
        Lines of every file in `INDEX_FILES`.

        ``index``: of the index, its dimensions and indicators (normalised) for all respondents
        and every group of `by`, statistics as in ``summaries.csv``, ``percent`` of the
        respondents between `low` (which belongs to the bar) and `high`, ``mean_of_items`` (each
        indicator over whoever answered it), tests and effect sizes of the groups, tests of the
        types by groups and of plans by types; counting also has Alkire and Foster's
        ``headcount`` (H), ``intensity`` (A), ``adjusted_headcount`` (M0), and by indicator
        ``uncensored_headcount``, ``censored_headcount`` and ``contribution`` (per cent of M0). An
        indicator without a figure has the statistic ``gap``; ``weight`` is the per cent of the
        whole index, with its source.

        ``types``: per cents of the types; with `answer_variable`, of those of a type who gave the
        answer to `plans`.

        ``decomposition``: mean of the first group less that of the second: `part` ``gap``, each
        ``dimension``, ``indicator`` and ``answered``, which is what other indicators being answered
        adds; indicators and ``answered`` add up to the gap, `share` is the per cent of it.

        ``coherence``: see `resurvey.index.coherence.assess_coherence`.

        Of reconstructed records only what `identified_lines` lists; the ends over all solutions are
        `lowest` and `highest`.

    Raises
    ------
    SurveyError
        An index that does not fit the data.
    """
    everybody = (words or {}).get("all_respondents", "All respondents")
    lines: dict[str, list[dict[str, Any]]] = {name: [] for name in INDEX_FILES}
    if not part:
        return lines
    setting = Setting(language, {"all_respondents": everybody}, 0.05)
    design = _prepared(wave, survey)
    for declared in track(list(read_indices(part)), "indices"):
        index = resolve(declared, survey.codebook)
        if survey.codebook.reconstructed:
            identified = IdentifiedIndex(index, survey.codebook, published)
            means, gaps = identified_lines(identified, language, everybody)
            lines["index"] += means
            lines["decomposition"] += gaps
            lines["bounds"] += bound_lines(identified, language, everybody)
            why = Note("joint_invented", "not_tested")
            told = {"index": index.name, "statistic": "coherence", **write_notes(why)}
            lines["coherence"].append(told)
        else:
            scored = _ScoredIndex.of(index, survey, design, setting)
            lines["index"] += scored.summaries()
            lines["types"] += scored.typology()
            lines["decomposition"] += scored.gaps()
            lines["coherence"] += assess_coherence(index, scored.numbers)
            about = scored.made, survey, design, language, everybody
            for name, own in scenario_lines(index, *about).items():
                lines[name] += own
        lines["index"] += _shares_of_index(index, language)
        lines["index"] += _absent(index, language)
    for of_file in lines.values():
        label_nominal(of_file, sample)
    return lines


def _prepared(wave: Mapping[str, Any], survey: Survey) -> PreparedDesign | None:
    try:
        design = wave_design(wave)
        return None if design is None else design.prepared(survey)
    except SurveyError as problem:
        raise SurveyError(f"config.yaml, design of the wave: {problem}") from None


def _shares_of_index(index: Index, language: str) -> Iterator[dict[str, Any]]:
    """Lines of the weights, per cent of the whole index, with their sources."""
    everything = np.ones((1, len(index.indicators)), bool)
    design = index.weights, index.dimension_of, index.dimension_weights
    shares = effective_weights(everything, *design)[0]
    for at, dimension in enumerate(index.dimensions):
        inside = np.flatnonzero(index.dimension_of == at).tolist()
        keys = {"index": index.name, "dimension": dimension.name, "statistic": "weight"}
        told = write_notes(Note("told", text=pick_label(dimension.source, language, "")))
        yield keys | {"value": float(100 * shares[inside].sum())} | told
        for place in inside:
            one = index.indicators[place]
            told = write_notes(Note("told", text=pick_label(one.source, language, "")))
            yield keys | {"indicator": one.name, "value": float(100 * shares[place])} | told


def tell_apart(low: Mapping[str, Any], high: Mapping[str, Any]) -> bool:
    """Return whether one mean is below another by more than what is open about either.

    Lines of ``index.csv``: of respondents their intervals must not overlap; of published numbers
    the ranges over all solutions. Means of items over different respondents are not compared.

    Examples
    --------
    >>> low = {"statistic": "mean", "lower": "0.50", "upper": "0.54", "lowest": "", "highest": ""}
    >>> tell_apart(low, low | {"lower": "0.53"}), tell_apart(low, low | {"lower": "0.55"})
    (False, True)
    """
    if "mean_of_items" in (low["statistic"], high["statistic"]):
        return False
    end, beginning = low.get("upper") or low["highest"], high.get("lower") or high["lowest"]
    return bool(end and beginning) and float(end) < float(beginning)


def _absent(index: Index, language: str) -> Iterator[dict[str, Any]]:
    """Lines of the indicators without a figure."""
    for gap in index.gaps:
        why = pick_label(gap.why, language, "")
        keys = {"index": index.name, "dimension": gap.dimension, "indicator": gap.name}
        yield keys | {"statistic": "gap", **write_notes(Note("told", text=why))}


@dataclass(frozen=True)
class _ScoredIndex:
    """An index of respondents, with what is asked of it.

    `people` has the index variables and, under names of their own, the normalised indicators and
    the bars of the distributions.
    """

    index: Index
    made: Assembled
    people: Survey
    design: PreparedDesign | None
    setting: Setting

    @classmethod
    def of(
        cls,
        index: Index,
        survey: Survey,
        design: PreparedDesign | None,
        setting: Setting,
    ) -> "_ScoredIndex":
        """Score the respondents as `derive_indices` did."""
        weights = None if design is None else design.weights
        made = assemble(index, score_answers(survey, index), weights=weights)
        asked = [*index.by, *([index.plans] if index.plans else [])]
        names = list(dict.fromkeys([*index.variables, *asked]))
        data = to_frame(survey.data, names)
        people = Survey(data.reset_index(drop=True), survey.codebook)
        scored = cls(index, made, people, design, setting)
        more = {
            f"{index.name}.{one.name}": made.normalised[:, at]
            for at, one in enumerate(index.indicators)
        }
        return scored.with_numbers(more)

    def with_numbers(self, columns: Mapping[str, "NDArray[np.float64]"]) -> "_ScoredIndex":
        """Return the same with more numeric variables."""
        variables = [Variable(name, measure="scale") for name in columns]
        data = self.people.data.assign(**columns)
        people = Survey(data, self.people.codebook.updated(variables))
        return replace(self, people=people)

    @property
    def numbers(self) -> Numbers:
        """Normalised scores with the design."""
        return Numbers.of(self.made.normalised, self.design)

    @property
    def groups(self) -> tuple[str, ...]:
        """Variables whose groups are compared; empty text for all respondents alone."""
        return self.index.by or ("",)

    def summaries(self) -> Iterator[dict[str, Any]]:
        """Lines of ``index.csv``."""
        index = self.index
        dimensions = [*(one.name for one in index.dimensions), ""]
        numbers = dict(zip(index.variables, dimensions, strict=False))
        for variable, dimension in numbers.items():
            keys = {"index": index.name, "dimension": dimension, "variable": variable}
            yield from self._summed_up(keys, variable, ALL_STATISTICS)
            yield from (keys | line for line in self._bars(variable))
        for one in index.indicators:
            keys = {"index": index.name, "dimension": one.dimension, "indicator": one.name}
            yield from self._summed_up(keys, f"{index.name}.{one.name}", ("mean",))
        if index.has_fixed_ends and index.aggregation != "geometric":
            yield from self._means_of_items()
        if index.aggregation == "counting":
            yield from self._poverty()
        yield from self._tests_of_types()

    def _summed_up(
        self, keys: Mapping[str, Any], variable: str, statistics: Sequence[str]
    ) -> Iterator[dict[str, Any]]:
        """Statistics of one variable for all and by groups, with tests and effect sizes."""
        for number, group in enumerate(self.groups):
            declared = {"statistics": statistics} | ({"columns": group} if group else {})
            about = self.index.name, declared, variable, self.people, self.design, self.setting
            found = summarise_question(*about)
            for line in found.lines:
                # All respondents once, not with every grouping.
                if number == 0 or line["column_variable"]:
                    yield {**line, **keys}
            if "n" not in statistics:
                continue
            column = {"column_variable": group, "column_code": ""}
            for test in found.tests:
                named = {"statistic": test["test"], "value": test["statistic"]}
                yield {**test, **column, **named, **keys}
            for size in found.association:
                yield {**size, **column, "statistic": size["measure"], **keys}

    def _bars(self, variable: str) -> Iterator[dict[str, Any]]:
        """Per cents of the respondents in bars of equal width, for all and by groups."""
        values = self.people.data[variable].to_numpy("float64", na_value=np.nan)
        known = values[np.isfinite(values)]
        if not known.size:
            return
        low, high = ENDS
        if not self.index.is_bounded:
            low, high = float(np.floor(known.min())), float(np.ceil(known.max()))
            high = high if high > low else low + 1
        size = self.index.bins
        ends = [low + (high - low) * at / size for at in range(size + 1)]
        places = np.clip(np.searchsorted(ends, values + 1e-12, side="right"), 1, size)
        codes: dict[Code, dict[str, str]] = {code: {} for code in range(1, size + 1)}
        bar = Variable("bar", measure="ordinal", codes=codes)
        column = np.where(np.isfinite(values), places, np.nan)
        people = Survey(self.people.data.assign(bar=column), self.people.codebook.updated([bar]))
        for line in self._shares(people, "bar"):
            at = int(line["row_code"])
            yield {
                **{key: line[key] for key in ("column_variable", "column_code", "column_label")},
                "statistic": "percent",
                "value": line["percent"],
                **{key: line.get(key) for key in ("standard_error", "lower", "upper")},
                "n": line["unweighted_base"],
                "low": ends[at - 1],
                "high": ends[at],
                **{key: line[key] for key in ("note", "note_data")},
            }

    def _shares(
        self, people: Survey, row: str, columns: Sequence[str] = ()
    ) -> Iterator[dict[str, Any]]:
        """Column per cents of a variable for all and by groups, with intervals."""
        tables = [("", crosstab(people, row, None, self.design))]
        named = columns or self.index.by
        tables += [(group, crosstab(people, row, group, self.design)) for group in named]
        for group, table in tables:
            heads = dict(
                zip(
                    ((a, b) for a in table.row_codes for b in table.column_codes),
                    table.unweighted.ravel().tolist(),
                    strict=True,
                )
            )
            for cell in table.shares("column"):
                column = table.column
                label = (
                    self.setting.words["all_respondents"]
                    if column is None
                    else column.answer(cell.column_code, self.setting.language)
                )
                share = cell.share
                line: dict[str, Any] = {
                    "row_code": str(cell.row_code),
                    "column_variable": group,
                    "column_code": str(cell.column_code) if group else TOTAL,
                    "column_label": label,
                    "base": plain_number(cell.base),
                    "unweighted_count": heads[cell.row_code, cell.column_code],
                    "unweighted_base": cell.unweighted_base,
                    **write_notes(*cell.notes),
                }
                if share is not None:
                    line |= {"percent": 100 * share, "count": plain_number(share * cell.base)}
                for key in ("standard_error", "lower", "upper"):
                    value = getattr(cell, key)
                    line[key] = None if value is None else 100 * value
                yield line

    def _columns(self) -> Iterator[tuple[dict[str, str], "NDArray[np.bool_]"]]:
        """All respondents, then every group, with its members."""
        everyone = np.ones(len(self.people.data), bool)
        label = self.setting.words["all_respondents"]
        yield {"column_variable": "", "column_code": TOTAL, "column_label": label}, everyone
        for group in self.index.by:
            variable = self.people.codebook[group]
            places, codes = encode(self.people.data[group], variable)
            for at, code in enumerate(codes):
                yield (
                    {
                        "column_variable": group,
                        "column_code": str(code),
                        "column_label": variable.answer(code, self.setting.language),
                    },
                    places == at,
                )

    def _weights(self) -> "NDArray[np.float64]":
        count = len(self.people.data)
        return np.ones(count) if self.design is None else self.design.weights

    def _means_of_items(self) -> Iterator[dict[str, Any]]:
        """Weighted sums of the indicators' means, each over whoever answered it."""
        index, values, weights = self.index, self.made.normalised, self._weights()
        there = np.isfinite(values)
        shares = effective_weights(
            np.ones((1, values.shape[1]), bool),
            index.weights,
            index.dimension_of,
            index.dimension_weights,
        )[0]
        levels = [("", index.name, np.ones(shares.size, bool))]
        levels += [
            (one.name, f"{index.name}_{one.name}", index.dimension_of == at)
            for at, one in enumerate(index.dimensions)
        ]
        for keys, members in self._columns():
            own = weights[members]
            counted = (own[:, None] * there[members]).sum(axis=0)
            sums = (own[:, None] * np.where(there, values, 0.0)[members]).sum(axis=0)
            for dimension, variable, inside in levels:
                line: dict[str, Any] = {"index": index.name, "dimension": dimension, **keys}
                line |= {"variable": variable, "statistic": "mean_of_items"}
                if (counted[inside] > 0).all():
                    means = sums[inside] / counted[inside]
                    line["value"] = float(shares[inside] @ means / shares[inside].sum())
                    yield line | write_notes(Note("each_item_base"))
                else:
                    yield line | write_notes(Note("no_respondents", "not_computed"))

    def _poverty(self) -> Iterator[dict[str, Any]]:
        """Alkire and Foster's measures, for all and by groups."""
        index = self.index
        assert index.poverty_cutoff is not None
        known = np.isfinite(self.made.overall)
        deprivation = 1.0 - self.made.overall
        # Weights such as one third add up to a cut-off but for rounding.
        poor = np.where(known, deprivation >= index.poverty_cutoff - 1e-12, np.nan)
        counted: dict[str, NDArray[np.float64]] = {
            "headcount": poor,
            "intensity": np.where(poor == 1, deprivation, np.nan),
            "adjusted_headcount": np.where(known, np.where(poor == 1, deprivation, 0.0), np.nan),
        }
        keys = {"index": index.name, "variable": index.name, "dimension": ""}
        for statistic, column in counted.items():
            named = self.with_numbers({statistic: column})
            for line in named._summed_up(keys, statistic, ("mean",)):
                if line["statistic"] == "mean":
                    yield line | {"statistic": statistic}
        yield from self._poverty_by_indicator(poor, known)

    def _poverty_by_indicator(
        self, poor: "NDArray[np.float64]", known: "NDArray[np.bool_]"
    ) -> Iterator[dict[str, Any]]:
        index, values = self.index, self.made.normalised
        there = np.isfinite(values) & known[:, None]
        design = index.weights, index.dimension_of, index.dimension_weights
        own = np.nan_to_num(effective_weights(there, *design))
        for at, one in enumerate(index.indicators):
            deprived = np.where(there[:, at], 1.0 - values[:, at], np.nan)
            censored = np.where(there[:, at], np.where(poor == 1, deprived, 0.0), np.nan)
            keys = {"index": index.name, "dimension": one.dimension, "indicator": one.name}
            for statistic, column in (
                ("uncensored_headcount", deprived),
                ("censored_headcount", censored),
            ):
                named = self.with_numbers({statistic: column})
                for line in named._summed_up(keys, statistic, ("mean",)):
                    if line["statistic"] == "mean":
                        yield line | {"statistic": statistic, "variable": ""}
        weights = self._weights()
        amounts = np.where(there & (poor == 1)[:, None], own * (1.0 - values), 0.0)
        for keys, members in self._columns():
            totals = (weights[members, None] * amounts[members]).sum(axis=0)
            for at, one in enumerate(index.indicators):
                line = {
                    "index": index.name,
                    "dimension": one.dimension,
                    "indicator": one.name,
                    **keys,
                    "statistic": "contribution",
                }
                if totals.sum() > 0:
                    yield line | {"value": float(100 * totals[at] / totals.sum())}
                else:
                    yield line | write_notes(Note("no_respondents", "not_computed"))

    def _tests_of_types(self) -> Iterator[dict[str, Any]]:
        """Tests of the types by groups, and of plans by types."""
        index = self.index
        if not index.types:
            return
        of_type = f"{index.name}_type"
        pairs = [(of_type, group) for group in index.by]
        pairs += [(index.plans, of_type)] if index.plans else []
        for row, column in pairs:
            for test in crosstab(self.people, row, column, self.design).test_records():
                if test["test"] not in TESTS:
                    continue
                yield {
                    **test,
                    "index": index.name,
                    "variable": row,
                    "column_variable": column,
                    "statistic": test["test"],
                    "value": test["statistic"],
                    "n": None if test["n"] is None else plain_number(test["n"]),
                    **(self._circular(test) if row == index.plans else {}),
                }

    def _circular(self, line: Mapping[str, Any]) -> dict[str, str]:
        """Notes of a line about plans, which may be part of what they are compared with."""
        plans = self.index.plans
        if any(one.variable == plans for one in self.index.indicators):
            return add_notes(line, Note("part_of_index", variable=plans))
        return {}

    def typology(self) -> Iterator[dict[str, Any]]:
        """Lines of ``types.csv``."""
        index = self.index
        if not index.types:
            return
        of_type, language = f"{index.name}_type", self.setting.language
        ends = [one.lowest for one in index.types[1:]]
        lows: list[float | None] = [ENDS[0] if index.is_bounded else None, *ends]
        highs: list[float | None] = [*ends, ENDS[1] if index.is_bounded else None]
        labels = self.people.codebook[of_type]
        known = {
            str(code): {
                "index": index.name,
                "type": one.name,
                "type_code": str(code),
                "type_label": labels.answer(code, language),
                "low": lows[code - 1],
                "high": highs[code - 1],
            }
            for code, one in enumerate(index.types, 1)
        }
        for line in self._shares(self.people, of_type):
            yield line | known[line["row_code"]]
        if not index.plans:
            return
        plans = self.people.codebook[index.plans]
        answers = {str(code): plans.answer(code, language) for code in plans.answers}
        for line in self._shares(self.people, index.plans, [of_type]):
            if not line["column_variable"]:
                continue
            code, kind = line["row_code"], known[line["column_code"]]
            named = {
                "answer_variable": index.plans,
                "answer_code": code,
                "answer_label": answers.get(code, code),
            }
            yield line | kind | named | self._circular(line)

    def gaps(self) -> Iterator[dict[str, Any]]:
        """Lines of ``decomposition.csv``."""
        index = self.index
        columns = gap_parts(index, self.made, self._weights())
        for group in index.by:
            yield from self._gaps_between(group, columns)

    def _gaps_between(
        self, group: str, columns: Sequence[tuple[str, str, str, "NDArray[np.float64]"]]
    ) -> Iterator[dict[str, Any]]:
        """Differences of every two groups, and what they are made of."""
        index, language = self.index, self.setting.language
        variable = self.people.codebook[group]
        positions, codes = encode(self.people.data[group], variable)
        across = np.where(positions == len(codes), -1, positions).astype(np.int64)
        keys = {"index": index.name, "column_variable": group}
        if len(codes) > MOST_GROUPS:
            yield keys | {"part": "gap"} | write_notes(Note("too_many_groups", most=MOST_GROUPS))
            return
        options: dict[str, Any] = {}
        if self.design is not None and self.design.sample is not None:
            options = {"sample": self.design.sample}
        elif self.design is not None:
            options = {"weights": self.design.weights}
        how = (Note("logarithmic_mean"),) if index.aggregation == "geometric" else ()
        weights = self._weights()
        for first, second in combinations(range(len(codes)), 2):
            pair = {
                "first_code": str(codes[first]),
                "first_label": variable.answer(codes[first], language),
                "second_code": str(codes[second]),
                "second_label": variable.answer(codes[second], language),
            }
            whole: float | None = None
            for part, dimension, indicator, values in columns:
                found = difference_of_means(values, across, first, second, **options)
                there = np.isfinite(values) & (weights > 0)
                sides = [there & (across == at) for at in (first, second)]
                line: dict[str, Any] = keys | pair | {"part": part, "dimension": dimension}
                line |= {"indicator": indicator, "n": int(sum(side.sum() for side in sides))}
                if not all(side.any() for side in sides):
                    yield line | write_notes(Note("no_respondents", "not_computed"))
                    continue
                # A part that does not vary has a difference too, and no interval.
                means = [weighted_mean(values[side], weights[side]) for side in sides]
                value = means[0] - means[1]
                whole = value if part == "gap" else whole
                notes = found.notes + (how if part != "gap" else ())
                notes += (Note("share_answered"),) if part == "answered" else ()
                yield line | {
                    **tell_part(found, value, None if part == "gap" else whole),
                    **write_notes(*notes),
                }
