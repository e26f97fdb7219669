"""Inference: what cells and tests get beside their numbers: intervals, letters, adjusted p-values.

Several questions are asked of the same data, and three corrections answer them: is there anything
in this row, in this table, in the whole article?
"""

from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from resurvey.core.notes import Note, add_notes, write_notes
from resurvey.counts.crosstabs import ColumnPairs, share_interval
from resurvey.statistics.chi_square import sparse_notes
from resurvey.statistics.letters import LEAST_BASE, adjust, pooled_test
from resurvey.statistics.proportions import newcombe, wilson
from resurvey.statistics.results import small_effective

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from resurvey.counts.crosstabs import Crosstab

CELL_COLUMNS = ("lower", "upper", "column_letter", "letters", "subscripts")
"""What `crosstabs.csv` gets: ends of the 95 % interval of `percent`, and the letters of CTABLES."""

ADJUSTED_COLUMNS = (
    "holm_table",
    "benjamini_hochberg_table",
    "holm_article",
    "benjamini_hochberg_article",
)
"""What `tests.csv` gets: p-values adjusted for all tests of its name, per table and study."""

PAIR_COLUMNS = (
    "bonferroni_row",
    "holm_row",
    "benjamini_hochberg_row",
    "holm_table",
    "benjamini_hochberg_table",
    "holm_article",
    "benjamini_hochberg_article",
)
COMPARISON_COLUMNS = (
    "table",
    "row_variable",
    "row_code",
    "column_variable",
    "first_code",
    "second_code",
    "first_percent",
    "second_percent",
    "difference",
    "lower",
    "upper",
    "z",
    "p_value",
    *PAIR_COLUMNS,
    "note",
    "note_data",
)
MOST_COLUMNS = 26
"""Tables with more columns get no letters: the alphabet ends, and so does the reader's patience."""

MOST_COMPARISONS = 5000
"""Comparisons of pairs in one block; beyond, nobody reads them."""


SMALL_BASE = Note("base_is_below", "not_compared", least=LEAST_BASE)
ZERO_OR_ONE = Note("zero_or_one", "not_tested")


def wilson_interval(count: float, base: float) -> dict[str, float]:
    """Wilson's 95 % interval of a per cent, as ``lower`` and ``upper``; empty without a base.

    Examples
    --------
    >>> {end: round(value, 2) for end, value in wilson_interval(0, 10).items()}
    {'lower': 0.0, 'upper': 27.75}
    """
    if not base:
        return {}
    lower, upper = wilson(count, base)
    return {"lower": 100 * float(lower), "upper": 100 * float(upper)}


def design_interval(
    counted: "Crosstab", rows: Sequence[int], column: int, of: str
) -> dict[str, Any]:
    """Interval of the per cent of some rows of one column under the sampling design.

    With it comes ``effective``: how many respondents of a simple random sample tell as much.
    """
    if counted.spread is None:
        return {}
    top, bottom = np.zeros(counted.observed.shape), np.zeros(counted.observed.shape)
    top[list(rows), column] = 1.0
    if of == "column":
        bottom[:, column] = 1.0
    elif of == "row":
        bottom[list(rows)] = 1.0
    else:
        bottom[:] = 1.0
    if not (bottom * counted.observed).sum() > 0:
        return {}
    share, error, lower, upper = share_interval(counted.spread, top.ravel(), bottom.ravel())
    if lower is None or upper is None:
        lives = counted.spread.freedom_of(bottom) >= 1
        if lives or not 0 < share < 1:
            return {}
        return write_notes(Note("one_cluster", "no_interval"))
    own = effective = share * (1 - share) / error**2
    if of == "column":
        effective = min(own, float(counted.effective_bases[column]))
    few = small_effective(effective, key="small_effective_interval")
    ends = {"lower": 100 * lower, "upper": 100 * upper, "effective": float(own)}
    return ends | (write_notes(*few) if few else {})


def letter_levels(alpha: float) -> tuple[float, float]:
    """Return the two levels of the letters: lower case below alpha, upper case below a fifth of it.

    Examples
    --------
    >>> letter_levels(0.05)
    (0.05, 0.01)
    """
    return alpha, alpha / 5


def cell_letters(counted: "Crosstab", alpha: float) -> dict[tuple[int, int], dict[str, str]]:
    """Letters of the column-proportion tests by position of the answer and the column.

    Returns
    -------
    dict
        ``column_letter`` (the column's own), ``letters`` (columns whose share is smaller: upper
        case below alpha / 5, lower case below alpha, Bonferroni within the row) and
        ``subscripts`` (APA style: columns that share a letter do not differ). Empty for a
        table with fewer than two or more than `MOST_COLUMNS` columns.
    """
    if not 2 <= len(counted.column_codes) <= MOST_COLUMNS or _too_many(counted):
        return {}
    found = counted.letters(letter_levels(alpha))
    return {
        (row, column): {
            "column_letter": key,
            "letters": found.letters[row][column],
            "subscripts": found.subscripts[row][column],
        }
        for row in range(len(counted.row_codes))
        for column, key in enumerate(found.keys)
    }


def compare_columns(counted: "Crosstab") -> list[dict[str, Any]]:
    """Compare the shares of every row between every two columns.

    Returns
    -------
    list of dict
        Keys of `COMPARISON_COLUMNS` from ``row_code`` on: the difference in percentage points
        with Newcombe's 95 % interval, the z test with the pooled proportion (CTABLES), and its
        p-value adjusted within the row. Under a sampling design the shares are weighted, interval
        and test come from the linearised covariance of the two columns, and ``z`` is a t whose
        degrees of freedom are in the note (`resurvey.statistics.contrasts`). A pair that cannot
        be compared has a note. One line with a note where there are too many pairs.
    """
    if _too_many(counted):
        return [write_notes(Note("too_many_comparisons", "not_computed", most=MOST_COMPARISONS))]
    counts = counted.observed.astype(np.float64)
    base = counts.sum(axis=0)
    first, second = np.triu_indices(base.size, 1)
    by_design = counted.weighting == "sampling"
    if by_design:
        pairs, heads = ColumnPairs(counted), counted.unweighted.sum(axis=0)
    else:
        # All rows and pairs at once: one by one the intervals would take most of the job.
        intervals = newcombe(counts[:, first], base[first], counts[:, second], base[second])
    lines = []
    for row, code in enumerate(counted.row_codes):
        own: list[dict[str, Any]] = []
        for number, (left, right) in enumerate(zip(first.tolist(), second.tolist(), strict=True)):
            codes = {
                "row_code": str(code),
                "first_code": str(counted.column_codes[left]),
                "second_code": str(counted.column_codes[right]),
            }
            if by_design:
                own.append(codes | _design_pair(pairs, counts, heads, row, left, right))
                continue
            ends = [100 * float(values[row, number]) for values in intervals]
            own.append(codes | _pair(counts[row], base, left, right, ends))
        p_values = [line.get("p_value") for line in own]
        for name in PAIR_COLUMNS[:3]:
            adjusted = adjust(p_values, name.removesuffix("_row")).tolist()
            for line, p in zip(own, adjusted, strict=True):
                line[name] = p
        lines += own
    return lines


def _too_many(counted: "Crosstab") -> bool:
    rows, columns = len(counted.row_codes), len(counted.column_codes)
    return rows * columns * (columns - 1) // 2 > MOST_COMPARISONS


def _pair(
    counts: "NDArray[np.float64]",
    base: "NDArray[np.float64]",
    first: int,
    second: int,
    interval: Sequence[float],
) -> dict[str, Any]:
    """Two columns of one row; `interval` is their difference and its ends, in points."""
    if min(base[first], base[second]) < LEAST_BASE:
        return write_notes(SMALL_BASE)
    shares = [float(counts[column] / base[column]) for column in (first, second)]
    line: dict[str, Any] = {"first_percent": 100 * shares[0], "second_percent": 100 * shares[1]}
    line |= dict(zip(("difference", "lower", "upper"), interval, strict=True))
    if not all(0 < share < 1 for share in shares):
        return line | write_notes(ZERO_OR_ONE)
    z, p = pooled_test(
        float(counts[first]), float(base[first]), float(counts[second]), float(base[second])
    )
    pair = [first, second]
    notes = sparse_notes(np.stack([counts[pair], base[pair] - counts[pair]]))
    return line | {"z": z, "p_value": p, **write_notes(*notes)}


def _design_pair(
    pairs: ColumnPairs,
    counts: "NDArray[np.float64]",
    heads: "NDArray[np.int64]",
    row: int,
    first: int,
    second: int,
) -> dict[str, Any]:
    """Two columns of one row under the sampling design."""
    if min(heads[first], heads[second]) < LEAST_BASE:
        return write_notes(SMALL_BASE)
    shares = [float(counts[row, column] / counts[:, column].sum()) for column in (first, second)]
    line: dict[str, Any] = {"first_percent": 100 * shares[0], "second_percent": 100 * shares[1]}
    line["difference"] = 100 * (shares[0] - shares[1])
    if not all(0 < share < 1 for share in shares):
        return line | write_notes(ZERO_OR_ONE)
    found = pairs.difference(row, first, second)
    if found.p_value is None or found.lower is None or found.upper is None:
        return line | write_notes(*found.notes)
    ends = {"lower": 100 * found.lower, "upper": 100 * found.upper}
    tested = {"z": found.statistic, "p_value": found.p_value}
    return line | ends | tested | write_notes(*found.notes)


def label_nominal(lines: Sequence[dict[str, Any]], sample: str) -> None:
    """Say of every p-value and interval that it is nominal, unless the sample is a random one.

    Parameters
    ----------
    lines : sequence of dict
        Lines of any file with a ``p_value``, or with ``lower`` and ``upper``.
    sample : str
        ``probability`` and ``census`` leave the notes alone.

    Examples
    --------
    >>> tests = [{"p_value": 0.03, **write_notes(Note("binomial"))}, {"p_value": None}]
    >>> label_nominal(tests, "purposive")
    >>> tests[0]["note"], "note" in tests[1]
    ('binomial, two-sided; descriptive p-value: the sample is not random', False)
    >>> shares = [{"percent": 20.0, "lower": 14.3, "upper": 27.2}]
    >>> label_nominal(shares, "unknown")
    >>> shares[0]["note"]
    'descriptive interval: the sample is not random'
    """
    if sample in ("probability", "census"):
        return
    labels = {
        (True, False): Note("nominal_p_value"),
        (False, True): Note("nominal_interval"),
        (True, True): Note("nominal_both"),
    }
    for line in lines:
        there = line.get("p_value") is not None, line.get("lower") is not None
        if label := labels.get(there):
            line |= add_notes(line, label)


def adjust_tests(tests: Sequence[dict[str, Any]]) -> None:
    """Add to every test its p-value adjusted within its table and within the study.

    The family of a test are the tests of the same name: all Pearson tests of the table, or of
    the study. A Monte Carlo p-value counts with the exact ones.

    Examples
    --------
    >>> tests = [{"table": t, "test": "g", "p_value": p} for t, p in (("a", 0.02), ("b", 0.04))]
    >>> adjust_tests(tests)
    >>> tests[0]["holm_table"], tests[0]["holm_article"]
    (0.02, 0.04)
    """
    families = [str(test["test"]).removesuffix("_monte_carlo") for test in tests]
    tables = [(test["table"], family) for test, family in zip(tests, families, strict=True)]
    _adjust(tests, {"table": tables, "article": families})


def adjust_comparisons(lines: Sequence[dict[str, Any]]) -> None:
    """Add to every comparison of columns its p-value adjusted within its table and the study."""
    _adjust(lines, {"table": [line["table"] for line in lines], "article": [""] * len(lines)})


def adjust_correlations(lines: Sequence[dict[str, Any]]) -> None:
    """Add to every correlation its p-value adjusted within its matrix, and by method the study."""
    levels = {level: [line[key] for line in lines] for level, key in _OF_MATRIX.items()}
    _adjust(lines, levels)


_OF_MATRIX = {"table": "name", "article": "method"}


def _adjust(lines: Sequence[dict[str, Any]], levels: Mapping[str, Sequence[Hashable]]) -> None:
    for level, families in levels.items():
        members: dict[Hashable, list[dict[str, Any]]] = {}
        for line, family in zip(lines, families, strict=True):
            members.setdefault(family, []).append(line)
        for own in members.values():
            p_values = [line.get("p_value") for line in own]
            for method in ("holm", "benjamini_hochberg"):
                for line, p in zip(own, adjust(p_values, method).tolist(), strict=True):
                    line[f"{method}_{level}"] = p


def answer_comparisons(
    comparisons: Iterable[Mapping[str, str]], aside: Collection[str]
) -> list[Mapping[str, str]]:
    """Keep the comparisons of two groups that have a p-value; `aside` are codes of no answer."""
    return [line for line in comparisons if line["p_value"] and line["row_code"] not in aside]


def count_below(lines: Iterable[Mapping[str, Any]], alpha: float, field: str = "p_value") -> int:
    """Count the lines with a p-value below alpha."""
    return sum(bool(line[field]) and float(line[field]) < alpha for line in lines)
