"""Documents: everything that follows from the printed numbers alone, as lines of CSV files."""

from collections.abc import Mapping, Sequence
from typing import Any

from resurvey.audit.contradictions import JOINT_COLUMNS, joint_lines
from resurvey.audit.questions import Frame, RecoveredQuestion, recover_questions
from resurvey.audit.ranges import PAIR_COLUMNS, RANGE_COLUMNS, pair_lines, range_lines
from resurvey.audit.rounding import ROUNDING_COLUMNS, rounding_lines
from resurvey.audit.solutions import (
    BASE_COLUMNS,
    CHANCE_COLUMNS,
    MISPRINT_COLUMNS,
    SOLUTION_COLUMNS,
    base_lines,
    chance_lines,
    misprint_lines,
    solution_lines,
)
from resurvey.core.codebook import Codebook, declared_variable
from resurvey.core.errors import SurveyError
from resurvey.core.names import TOTAL
from resurvey.core.published import PrintedCell, declared_rounding, one_crossing
from resurvey.recovery.recovered import LARGEST_LIST

QUESTION_COLUMNS = (
    "table",
    "row_variable",
    "columns",
    "answers",
    "printed_shares",
    "solutions",
    "base_sets",
    "smallest_base",
    "largest_base",
    "respondents",
    "status",
    "verdict",
    "robust_verdict",
)
RECOVERY_FILES = {
    "questions": QUESTION_COLUMNS,
    "solutions": SOLUTION_COLUMNS,
    "bases": BASE_COLUMNS,
    "ranges": RANGE_COLUMNS,
    "misprints": MISPRINT_COLUMNS,
    "rounding": ROUNDING_COLUMNS,
    "false_fit": CHANCE_COLUMNS,
    "paired": PAIR_COLUMNS,
    "joint": JOINT_COLUMNS,
}
"""CSV files that the published page alone fills, and their columns."""
DRAWS, SEED = 300, 20221001


def recover_wave(
    cells: Sequence[PrintedCell],
    claims: Sequence[Mapping[str, str]],
    declared: Mapping[str, Any],
    tables: Mapping[str, Mapping[str, Any]],
    spec: Mapping[str, Any],
    audit: Mapping[str, Any],
    alpha: float,
    frequencies: Sequence[Mapping[str, str]] = (),
    warnings: list[str] | None = None,
) -> dict[str, list[dict[str, Any]]]:
    """Fill every file of `RECOVERY_FILES` from what one wave published.

    Parameters
    ----------
    cells, claims : sequences
        The printed cells and the statements of the text; nothing published fills nothing.
    declared : dict
        `config/codebook.yaml`.
    tables : dict
        `config/tables.yaml` (its `tables`): origin of subtotals, and pairs.
    spec : dict
        `reconstruct:` of the wave; an empty dict where it has none.
    audit : dict
        `config/audit.yaml`.
    alpha : float
        Level of the verdicts.
    frequencies : sequence of dict, optional
        Lines of the wave's ``frequencies.csv``: respondents and sizes of the groups where
        neither `spec` nor `audit` says how many respondents there were.
    warnings : list of str, optional
        Takes a sentence for every question that was left out, because its bases are too many to
        go through; only where there are `frequencies`, otherwise that is an error.

    Raises
    ------
    SurveyError
        Nothing says how many respondents there were.
    """
    if not cells:
        return {name: [] for name in RECOVERY_FILES}
    if frequencies:
        # A wave with a file has its counts: what cannot be recovered besides does not stop it.
        cells, others = one_crossing(cells)
        if warnings is not None:
            warnings += others
    audit = {**_counted_sizes(cells, frequencies), **spec, **audit}
    frame = read_frame({}, audit)
    derived = {
        row: one["derived"] for one in tables.values() if "derived" in one for row in one["rows"]
    }
    variables = declared.get("variables", {})
    codebook = Codebook({name: declared_variable(name, one) for name, one in variables.items()})
    left_out = warnings if frequencies else None
    questions = recover_questions(cells, claims, codebook, frame, derived, left_out)
    if not questions:
        return {name: [] for name in RECOVERY_FILES}
    return audit_questions(questions, cells, tables, audit, alpha)


def _counted_sizes(
    cells: Sequence[PrintedCell], frequencies: Sequence[Mapping[str, str]]
) -> dict[str, Any]:
    """Respondents, and sizes of the groups where one variable makes them all, as counted."""
    if not frequencies:
        return {}
    groups = {cell.column_variable for cell in cells if cell.column_variable}
    sizes = {
        line["code"]: int(line["count"])
        for line in frequencies
        if len(groups) == 1 and line["variable"] in groups and line["kind"] == "answer"
    }
    respondents = max(int(line["respondents"]) for line in frequencies)
    return {"respondents": respondents, "group_sizes": sizes}


def read_frame(spec: Mapping[str, Any], audit: Mapping[str, Any]) -> Frame:
    """Collect what bounds the bases; `config/audit.yaml` goes before the wave's `reconstruct`."""
    known = {**spec, **audit}
    if "respondents" not in known:
        raise SurveyError(
            "config/audit.yaml: `respondents` is missing; without the number of respondents "
            "nothing bounds the bases of the published per cents"
        )
    return Frame(
        respondents=int(known["respondents"]),
        sizes={str(code): size for code, size in known.get("group_sizes", {}).items()},
        groups="" if "group_sizes" in known else known.get("groups", ""),
        rounding=declared_rounding({"reconstruct": spec}, audit),
    )


def audit_questions(
    questions: Sequence[RecoveredQuestion],
    cells: Sequence[PrintedCell],
    tables: Mapping[str, Mapping[str, Any]],
    audit: Mapping[str, Any],
    alpha: float,
    most: int = LARGEST_LIST,
    robust: bool = True,
) -> dict[str, list[dict[str, Any]]]:
    """Fill every file of `RECOVERY_FILES` from questions that are ready for recovery.

    Lists of more than `most` solutions or bases of a question are left out; their numbers stay.
    Without `robust` nothing is computed for the case that a cell is a misprint.
    """
    respondents = max(question.sizes[TOTAL] for question in questions)
    sizes = {code: size for one in questions for code, size in one.sizes.items() if code != TOTAL}
    measured = {"draws": DRAWS, "seed": SEED} | audit.get("false_fit", {})
    ranges = range_lines(questions, alpha, robust)
    return {
        "questions": _question_lines(questions, ranges),
        "solutions": solution_lines(questions, most),
        "bases": base_lines(questions, most),
        "ranges": ranges,
        "misprints": misprint_lines(questions),
        "rounding": rounding_lines(questions, cells),
        "false_fit": chance_lines(questions, measured["draws"], measured["seed"]),
        "paired": pair_lines(questions, tables, respondents, alpha),
        "joint": joint_lines(questions, sizes | {TOTAL: respondents}, audit.get("routing", {})),
    }


def _question_lines(
    questions: Sequence[RecoveredQuestion], ranges: Sequence[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """One line per question: how many solutions, which bases, and the verdict on its test."""
    verdicts = {one["row_variable"]: one for one in ranges if one["statistic"] == "p_value"}
    lines = []
    for question in questions:
        bases = [sum(one.bases.values()) for one in question.found.bases()]
        test = verdicts.get(question.variable, {})
        line = {
            "columns": len(question.printed.shares),
            "answers": len(question.answers),
            "printed_shares": sum(len(column) for column in question.printed.shares.values()),
            "solutions": question.found.count,
            "base_sets": len(bases),
            "smallest_base": min(bases, default=None),
            "largest_base": max(bases, default=None),
            "respondents": question.sizes[TOTAL],
            "status": "recovered" if bases else "no_integer_solution",
            "verdict": test.get("verdict"),
            "robust_verdict": test.get("robust_verdict"),
        }
        lines.append(question.key | line)
    return lines
