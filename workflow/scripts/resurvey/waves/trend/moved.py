"""Moved: the questions in the order of the evidence that their answers changed."""

from collections.abc import Mapping, Sequence
from typing import Any

from resurvey.core.names import TOTAL
from resurvey.core.notes import Note, add_notes
from resurvey.statistics.multiplicity import adjust
from resurvey.waves.trend.changes import ALL_WAVES

MOVED_COLUMNS = (
    "rank",
    "table",
    "row_variable",
    "test",
    "statistic",
    "df",
    "p_value",
    "adjusted_p_value",
    "row_code",
    "row_label",
    "wave",
    "against",
    "percent",
    "against_percent",
    "difference",
    "lower",
    "upper",
    "difference_p_value",
    "wording",
    "changed",
    "note",
    "note_data",
)
ANSWER_BY_ANSWER = "bonferroni"
"""Test of a question whose answers can only be compared one by one."""

_TEST = ("test", "statistic", "df", "p_value", "note", "note_data")

Line = Mapping[str, Any]


def rank_questions(
    tests: Sequence[Line],
    differences: Sequence[Line],
    method: str = "benjamini_hochberg",
    level: str = "study",
) -> list[dict[str, Any]]:
    """Put the questions in the order of evidence: the smallest p-value of the whole first.

    Returns
    -------
    list of dict
        Keys of `MOVED_COLUMNS`, one line a question of all respondents: the test over all waves
        (of two waves, the one test), and the answer and pair of waves with the strongest
        evidence, of those whose own interval leaves out 0. A question that has no test of the
        whole (several answers were possible, say) has Bonferroni's: the smallest p-value of its
        answers, times their number. A question that stands in several tables with the same
        numbers is listed once. Questions without any test come after the others, with the
        reason; last, without a rank and an adjusted p-value, those whose wording, answers or
        respondents were changed between the waves.

    Notes
    -----
    p-values that are too small for a float are ordered by their statistic.
    """
    overall: dict[tuple[str, str], Line] = {}
    for line in tests:
        if line["column_code"] != TOTAL or line["test"] not in ("pearson", "rao_scott_f"):
            continue
        key = str(line["table"]), str(line["row_variable"])
        if key not in overall or line["comparison"] == ALL_WAVES:
            overall[key] = line
    answers: dict[tuple[str, str], list[Line]] = {}
    for line in differences:
        if line["kind"] != "answer" or line.get("difference") is None:
            continue
        if line["column_code"] == TOTAL:
            key = str(line["table"]), str(line["row_variable"])
            answers.setdefault(key, []).append(line)
    found: dict[tuple[Any, ...], dict[str, Any]] = {}
    for key, test in overall.items():
        line = _line(key, test, answers.get(key, []))
        numbers = tuple(line.get(name) for name in ("statistic", "p_value", "difference"))
        found.setdefault((key[1], *numbers), line)
    lines = sorted((line for line in found.values() if not line["changed"]), key=_evidence)
    _adjust(lines, method, level)
    changed = sorted((line for line in found.values() if line["changed"]), key=_evidence)
    ranked = [{"rank": place, **line} for place, line in enumerate(lines, 1)]
    return ranked + [{"rank": None, **line} for line in changed]


def _adjust(lines: Sequence[dict[str, Any]], method: str, level: str) -> None:
    """Adjust the p-values of the list for being many."""
    families: dict[str, list[dict[str, Any]]] = {}
    for line in lines:
        families.setdefault(str(line["table"]) if level == "table" else "", []).append(line)
    for own in families.values():
        p_values = [line["p_value"] for line in own]
        adjusted = p_values if method == "none" else adjust(p_values, method).tolist()
        for line, p in zip(own, adjusted, strict=True):
            line["adjusted_p_value"] = p


def _evidence(line: Line) -> tuple[Any, ...]:
    p = line["p_value"]
    return (
        p is None,
        p,
        -(line.get("statistic") or 0.0) / max(line.get("df") or 1.0, 1.0),
        str(line["table"]),
        str(line["row_variable"]),
    )


def _line(key: tuple[str, str], test: Line, answers: Sequence[Line]) -> dict[str, Any]:
    line: dict[str, Any] = {
        "table": key[0],
        "row_variable": key[1],
        **{name: test.get(name) for name in _TEST},
        "changed": test.get("changed") or "",
    }
    p_values = [p for one in answers if (p := one.get("p_value")) is not None]
    if line["p_value"] is None and p_values:
        line["test"], line["p_value"] = ANSWER_BY_ANSWER, min(1.0, len(p_values) * min(p_values))
        line |= add_notes(test, Note("smallest_p_value"))
    # An answer is named for what it did itself, not for what the others did.
    sure = [one for one in answers if _leaves_out_zero(one)]
    if sure:
        best = min(sure, key=lambda one: (-abs(one.get("statistic") or 0.0), one["row_code"]))
        kept = MOVED_COLUMNS[MOVED_COLUMNS.index("row_code") : MOVED_COLUMNS.index("upper") + 1]
        line |= {name: best.get(name) for name in (*kept, "wording")}
        line["difference_p_value"] = best.get("p_value")
    return line


def _leaves_out_zero(line: Line) -> bool:
    """Tell whether a difference was tested and its interval lies on one side of zero."""
    low, high = line.get("lower"), line.get("upper")
    if line.get("p_value") is None or low is None or high is None:
        return False
    return bool(low > 0 or high < 0)
