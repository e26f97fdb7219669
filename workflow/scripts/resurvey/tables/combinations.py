"""Combinations: how many respondents several indicators hold for together, or its bounds."""

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from resurvey.core.cells import percent_of
from resurvey.core.codebook import Survey, as_labels, pick_label
from resurvey.core.names import TOTAL
from resurvey.core.notes import Note, write_notes
from resurvey.counts.streamed import StreamedColumns, about
from resurvey.prepare.indicators import as_indicators, derive_indicators, summarise_indicators

if TYPE_CHECKING:
    from resurvey.counts.design import Design, PreparedDesign

COMBINATION_COLUMNS = (
    "combination",
    "label",
    "of",
    "count",
    "base",
    "percent",
    "lowest_count",
    "highest_count",
    "lowest_percent",
    "highest_percent",
    "smallest_base",
    "largest_base",
    "note",
    "note_data",
    "unweighted_count",
    "unweighted_base",
)


def bound_together(counts: Sequence[int], respondents: int) -> tuple[int, int]:
    """Bound how many respondents are in all of several sets of known sizes.

    The bounds of Fréchet are sharp: for either end there are respondents who reach it, whatever
    the number of sets.

    Examples
    --------
    >>> bound_together([6, 7, 8], 10)
    (1, 6)
    >>> bound_together([2, 3], 10)
    (0, 2)
    """
    return max(0, sum(counts) - (len(counts) - 1) * respondents), min(counts)


def tabulate_combinations(
    survey: Survey,
    combinations: Mapping[str, Mapping[str, Any]],
    indicators: Iterable[Mapping[str, Any]],
    design: "Design | PreparedDesign | None" = None,
    language: str = "",
) -> list[dict[str, Any]]:
    """Count the respondents of every declared combination of indicators.

    Parameters
    ----------
    survey : Survey
        With the indicators of `derive_indicators`.
    combinations : dict
        `combinations` of `config/indicators.yaml`.
    indicators : iterable of dict
        What `summarise_indicators` says of the single indicators.
    design : Design, optional
        Weights and sampling design.
    language : str
        Language of the labels.

    Returns
    -------
    list of dict
        Keys `COMBINATION_COLUMNS`. Where the answers of a respondent are known together, `count`
        of the `base` with an answer to all questions. On reconstructed records the questions were
        never crossed in print: `count` and `percent` are empty, `base` is all respondents, and
        the ends are the sharp bounds that the counts of the single indicators leave; who has no
        answer does not count as holding. `smallest_base` and `largest_base` are those of the
        single indicators.
    """
    alone = {line["indicator"]: line for line in indicators if line["column_code"] == TOTAL}
    dealt = survey.codebook.reconstructed
    together = {} if dealt else _count_together(survey, combinations, design)
    lines = []
    for name, entry in combinations.items():
        parts = [alone[part] for part in entry["of"]]
        line: dict[str, Any] = {
            "combination": name,
            "label": pick_label(as_labels(entry["label"]), language, name),
            "of": "+".join(entry["of"]),
        }
        if all(part.get("base") is not None for part in parts):
            bases = [part["base"] for part in parts]
            line |= {"smallest_base": min(bases), "largest_base": max(bases)}
        found = together.get(name, {})
        if found.get("percent") is not None:
            told = ("count", "base", "percent", "unweighted_count", "unweighted_base")
            line |= {key: found[key] for key in told}
        elif dealt and "smallest_base" in line:
            line |= _bounds([int(part["count"]) for part in parts], len(survey.data))
        else:
            line |= write_notes(Note("no_base"))
        lines.append(line)
    return lines


def _count_together(
    survey: Survey,
    combinations: Mapping[str, Mapping[str, Any]],
    design: "Design | PreparedDesign | None",
) -> dict[str, dict[str, Any]]:
    """Count every combination among the respondents whose answers are known together."""
    if not combinations:
        return {}
    if isinstance(survey.data, StreamedColumns):
        found: dict[str, dict[str, Any]] = {}
        for name, entry in combinations.items():
            people, ready = about(survey, None, *entry["of"])
            found |= _count_together(people, {name: entry}, ready)
        return found
    data: Any = survey.data
    if not hasattr(data, "assign"):  # a table of pyarrow, as the rule of the tables reads it
        parts = [part for entry in combinations.values() for part in entry["of"]]
        data = data.select(list(dict.fromkeys(parts))).to_pandas()
    joined = as_indicators(combinations)
    people = derive_indicators(Survey(data, survey.codebook), joined)
    return {line["indicator"]: line for line in summarise_indicators(people, joined, None, design)}


def _bounds(counts: Sequence[int], respondents: int) -> dict[str, Any]:
    lowest, highest = bound_together(counts, respondents)
    return {
        "base": respondents,
        "lowest_count": lowest,
        "highest_count": highest,
        "lowest_percent": percent_of(lowest, respondents),
        "highest_percent": percent_of(highest, respondents),
        **write_notes(Note("not_crossed")),
    }
