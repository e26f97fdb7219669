"""Cells and claims: what was printed, one by one, beside the recomputed numbers."""

from collections.abc import Mapping, Sequence
from typing import Any

from resurvey.audit.claims import claim_cells, evaluate_claims, read_lexicon
from resurvey.audit.comparison import Counts, compare_cells
from resurvey.core.cells import read_blocks
from resurvey.core.codebook import Codebook
from resurvey.core.lines import CrosstabLine
from resurvey.core.published import PrintedCell, one_crossing, printed_questions
from resurvey.recovery.questions import recover_question


def audit_cells(
    cells: Sequence[PrintedCell],
    crosstabs: Sequence[CrosstabLine],
    frequencies: Sequence[Mapping[str, str]],
    codebook: Codebook,
    derived: Mapping[str, str],
    rounding: str = "half_up",
) -> list[dict[str, Any]]:
    """Compare every printed cell with the counts, after asking whether any counts can give it.

    Parameters
    ----------
    cells : sequence of PrintedCell
        What the tables print.
    crosstabs, frequencies : sequences of dict
        Lines of the table room's files, as text.
    codebook : Codebook
        Of the table room.
    derived : dict
        Table -> origin of its subtotals and differences.
    rounding : str
        Declared rule of the printed numbers, as in `resurvey.core.printed.interval`.

    Returns
    -------
    list of dict
        One line per cell; keys `comparison.AUDIT_COLUMNS`.
    """
    counted = read_blocks(crosstabs)
    questions = printed_questions(one_crossing(cells)[0])
    unsolved = [
        name
        for name, question in questions.items()
        if name in codebook
        and not _is_counted(question.cells, counted)
        and not recover_question(
            question,
            codebook,
            group_sizes(question.cells, frequencies),
            derived_from=derived.get(question.cells[0].table, "unknown"),
            rounding=rounding,
        ).count
    ]
    return compare_cells(cells, crosstabs, derived, unsolved, rounding)


def _is_counted(cells: Sequence[PrintedCell], counted: Counts) -> bool:
    """Tell whether every answer of a question has its count, so that nothing hangs on recovery."""
    return all(
        (block := counted.get((cell.table, cell.row_variable))) is not None
        and block.cell(code, cell.column_code) is not None
        for cell in cells
        for code in cell.row_code.split("+")
    )


def group_sizes(
    cells: Sequence[PrintedCell], frequencies: Sequence[Mapping[str, str]]
) -> dict[str, int]:
    """Respondents per column code of some printed cells, ``total`` included."""
    groups = {cell.column_variable for cell in cells if cell.column_variable}
    sizes = {"total": max(int(line["respondents"]) for line in frequencies)}
    for line in frequencies:
        if line["variable"] in groups and line["kind"] == "answer":
            sizes[line["code"]] = int(line["count"])
    return sizes


def audit_claims(
    claims: Sequence[Mapping[str, str]],
    cells: Sequence[PrintedCell],
    crosstabs: Sequence[CrosstabLine],
    lexicon: Mapping[str, Any],
    reconstructed: bool,
    feasible: Mapping[str, Sequence[Mapping[str, tuple[int, int]]]] | None = None,
    rounding: str = "half_up",
) -> list[dict[str, str]]:
    """Judge every statement of the text by the cells that it speaks of.

    Parameters
    ----------
    claims : sequence of dict
        Lines of `claims.csv`.
    cells : sequence of PrintedCell
        What the tables print.
    crosstabs : sequence of dict
        Lines of the table room's file, as text.
    lexicon : dict
        `config/lexicon.yaml`.
    reconstructed : bool
        The counts were made from the published numbers. Only then do the solutions of the
        published tables say more than the counts themselves.
    feasible : dict, optional
        Question -> all its solutions, as `solutions.read_solutions` gives them.
    rounding : str
        Declared rule of the printed numbers.

    Returns
    -------
    list of dict
        One line per claim; keys `claims.LEDGER_COLUMNS`.
    """
    return evaluate_claims(
        claims,
        claim_cells(crosstabs, cells),
        read_lexicon(lexicon),
        feasible=feasible if reconstructed else None,
        reconstructed=reconstructed,
        rounding=rounding,
    )
