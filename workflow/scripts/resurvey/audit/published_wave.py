"""Published wave: all that follows from the printed numbers alone, as lines of CSV files."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from resurvey.audit.contradictions import JOINT_COLUMNS, joint_lines
from resurvey.audit.one_base import at_respondents
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
from resurvey.core.published import PrintedCell, declared_rounding, declared_sums, one_crossing
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
    "rule",
    "solutions_from_counts",
    "base_sets_from_counts",
    "smallest_base_from_counts",
    "largest_base_from_counts",
    "total_bases",
    "at_respondents",
    "printings_at_respondents",
    "printings",
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


@dataclass(frozen=True)
class RecoveredWave:
    """What one published page says by itself.

    Attributes
    ----------
    files : dict
        Lines of every file in `RECOVERY_FILES`.
    left_out : list of str
        A sentence for every table or question that was left out.
    """

    files: dict[str, list[dict[str, Any]]] = field(
        default_factory=lambda: {name: [] for name in RECOVERY_FILES}
    )
    left_out: list[str] = field(default_factory=list)


def recover_wave(
    cells: Sequence[PrintedCell],
    claims: Sequence[Mapping[str, str]],
    declared: Mapping[str, Any],
    tables: Mapping[str, Mapping[str, Any]],
    spec: Mapping[str, Any],
    audit: Mapping[str, Any],
    alpha: float,
    frequencies: Sequence[Mapping[str, str]] = (),
) -> RecoveredWave:
    """Find all tables of counts that one wave's printed numbers can stand for.

    Parameters
    ----------
    cells, claims : sequences
        The printed cells and the statements of the text; nothing published fills nothing.
    declared : dict
        `config/codebook.yaml`.
    tables : dict
        `config/tables.yaml` (its `tables`): origin of subtotals, sums of rounded parts, and pairs.
    spec : dict
        `reconstruct:` of the wave; an empty dict where it has none.
    audit : dict
        `config/audit.yaml`.
    alpha : float
        Level of the verdicts.
    frequencies : sequence of dict, optional
        Lines of the wave's ``frequencies.csv``: respondents and sizes of the groups where
        neither `spec` nor `audit` says how many respondents there were.

    Raises
    ------
    SurveyError
        Nothing says how many respondents there were, or a question has more bases than can be
        gone through; with `frequencies` such a question has its counts, and is left out.
    """
    if not cells:
        return RecoveredWave()
    left_out: list[str] = []
    if frequencies:
        cells, left_out = one_crossing(cells)
    audit = {**_counted_sizes(cells, frequencies), **spec, **audit}
    derived = {
        row: table["derived"]
        for table in tables.values()
        if "derived" in table
        for row in table["rows"]
    }
    variables = declared.get("variables", {})
    codebook = Codebook(
        {name: declared_variable(name, variable) for name, variable in variables.items()}
    )
    questions, endless = recover_questions(
        cells, claims, codebook, read_frame(audit), derived, declared_sums(tables)
    )
    if endless and not frequencies:
        raise SurveyError(endless[0])
    left_out = [*left_out, *endless]
    if not questions:
        return RecoveredWave(left_out=left_out)
    return RecoveredWave(recovery_lines(questions, cells, tables, audit, alpha), left_out)


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


def read_frame(audit: Mapping[str, Any]) -> Frame:
    """Collect what bounds the bases from `config/audit.yaml` and the wave's `reconstruct`."""
    if "respondents" not in audit:
        raise SurveyError(
            "config/audit.yaml: `respondents` is missing; without the number of respondents "
            "nothing bounds the bases of the published percentages"
        )
    return Frame(
        respondents=int(audit["respondents"]),
        sizes={str(code): size for code, size in audit.get("group_sizes", {}).items()},
        groups="" if "group_sizes" in audit else audit.get("groups", ""),
        rounding=declared_rounding({}, audit),
    )


def recovery_lines(
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
    sizes = {
        code: size
        for question in questions
        for code, size in question.sizes.items()
        if code != TOTAL
    }
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
    """One line per question: how many solutions, which bases, and the verdict on its test.

    `rule`: under which the solutions are complete: ``counts`` (every share was rounded from the
    count of its answer) or ``rounded_sums`` (some are sums of rounded parts, as
    ``config/tables.yaml`` declares); `…_from_counts`: what there is under the first rule.
    `total_bases`: different bases of all respondents; two of them are a set and no range.
    `at_respondents` and what follows: see `at_respondents`.
    """
    verdicts = {line["row_variable"]: line for line in ranges if line["statistic"] == "p_value"}
    lines = []
    for question in questions:
        bases = [sum(feasible.bases.values()) for feasible in question.recovered.bases()]
        test = verdicts.get(question.variable, {})
        line = {
            "columns": len(question.printed.shares),
            "answers": len(question.answers),
            "printed_shares": sum(len(column) for column in question.printed.shares.values()),
            "solutions": question.recovered.count,
            "base_sets": len(bases),
            "smallest_base": min(bases, default=None),
            "largest_base": max(bases, default=None),
            "respondents": question.sizes[TOTAL],
            "status": "recovered" if bases else "no_integer_solution",
            "verdict": test.get("verdict"),
            "robust_verdict": test.get("robust_verdict"),
            "rule": question.recovered.rule,
            **_under_counts(question),
            "total_bases": len(set(bases)),
            **at_respondents(question, bases),
        }
        lines.append(question.key | line)
    return lines


def _under_counts(question: RecoveredQuestion) -> dict[str, Any]:
    """Count the solutions and bases that a question has where nothing was added after rounding."""
    found = question.recovered.from_counts
    bases = [sum(feasible.bases.values()) for feasible in found.bases()]
    return {
        "solutions_from_counts": found.count,
        "base_sets_from_counts": len(bases),
        "smallest_base_from_counts": min(bases, default=None),
        "largest_base_from_counts": max(bases, default=None),
    }
