"""Reconstruction: records dealt from recovered counts, for an article without microdata."""

import zlib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from resurvey.core.codebook import Codebook, Survey, Variable, declared_variable
from resurvey.core.errors import SurveyError
from resurvey.core.names import TOTAL
from resurvey.core.published import PrintedCell, PrintedQuestion, printed_questions
from resurvey.recovery import recover_question

if TYPE_CHECKING:
    from resurvey.recovery import Recovered

FILE_LABEL = "Reconstructed from published tables, not microdata"
CROSSED = "crossed in print: "
LEDGER_COLUMNS = (
    "variable",
    "column_code",
    "row_code",
    "printed",
    "count",
    "base",
    "respondents",
    "solutions",
    "status",
)


@dataclass(frozen=True)
class Reconstruction:
    """Dealt records and the ledger of the counts they were dealt from.

    Attributes
    ----------
    survey : Survey
        Records; only the margins that were printed are real, their joint structure is invented.
    ledger : list of dict
        One line per question, column and answer; keys `LEDGER_COLUMNS`. `solutions` is the
        number of tables of counts that fit the printed per cents.
    unsolved : list of str
        One sentence for each question whose printed cells no counts can give.
    """

    survey: Survey
    ledger: list[dict[str, Any]]
    unsolved: list[str]


def reconstruct_survey(
    declared: Mapping[str, Any],
    cells: Sequence[PrintedCell],
    claims: Iterable[Mapping[str, str]],
    spec: Mapping[str, Any],
    derived: Mapping[str, str],
    rounded_sums: Mapping[str, Mapping[str, int]] | None = None,
) -> Reconstruction:
    """Deal the counts behind the printed per cents into one record per respondent.

    Of several tables of counts that fit, the one with the largest total base is taken, then
    the largest first group, then the first in order; where an answer is a sum of rounded parts,
    of those whose counts print as the page does, if there are such. Answers are dealt at random
    within the printed groups, from a generator (PCG64) seeded by `spec["seed"]` and the variable's
    name; which respondent gave which two answers is therefore invented.

    Parameters
    ----------
    declared : dict
        `config/codebook.yaml`.
    cells, claims : sequences
        The printed cells and the statements of the text.
    spec : dict
        `reconstruct:` of the wave.
    derived : dict
        Variable -> ``counts`` or ``printed_parts``, where the origin of subtotals is known.
    rounded_sums : dict, optional
        Variable -> answer -> number of rounded parts that were added to make its per cent.

    Raises
    ------
    SurveyError
        The groups' sizes cannot be found, or a printed question is not in the codebook.
    """
    codebook = Codebook(
        {
            name: declared_variable(name, spec)
            for name, spec in declared.get("variables", {}).items()
        }
    )
    if "id" in declared and declared["id"] not in codebook:
        codebook = codebook.updated([Variable(declared["id"], measure="scale")])
    respondents, group = int(spec["respondents"]), spec.get("groups", "")
    data: dict[str, np.ndarray] = {}
    ledger: list[dict[str, Any]] = []
    unsolved: list[str] = []
    crossed: list[str] = []
    if "id" in declared:
        data[declared["id"]] = np.arange(1, respondents + 1)
    published = recover_published(codebook, cells, claims, spec, derived, rounded_sums)
    for question, found, sizes in published:
        name = question.variable
        counts = _chosen(found)
        ledger += _ledger_lines(question, codebook, sizes, found, counts)
        if counts is None:
            unsolved.append(_word_unsolved(question, found))
        generator = np.random.default_rng([int(spec.get("seed", 0)), zlib.crc32(name.encode())])
        data[name] = _deal(
            question, codebook, spec, data.get(group), counts, respondents, generator
        )
        if question.groups:
            crossed.append(f"{name} by {group}")
    return Reconstruction(_as_survey(codebook, data, crossed), ledger, unsolved)


def recover_published(
    codebook: Codebook,
    cells: Sequence[PrintedCell],
    claims: Iterable[Mapping[str, str]],
    spec: Mapping[str, Any],
    derived: Mapping[str, str],
    rounded_sums: Mapping[str, Mapping[str, int]] | None = None,
    only: Collection[str] | None = None,
) -> Iterator[tuple[PrintedQuestion, "Recovered", dict[str, int]]]:
    """Go through the published questions with all counts that print so.

    Parameters
    ----------
    codebook : Codebook
        As declared.
    cells, claims, spec, derived, rounded_sums
        As `reconstruct_survey` takes them.
    only : collection of str, optional
        Questions that are wanted; the one that makes the groups comes first in any case.

    Yields
    ------
    question, recovered, sizes
        The printed question, its solutions, and the largest base of each of its columns. Given the
        sizes of the groups, the solutions of different questions do not depend on one another.

    Raises
    ------
    SurveyError
        As `reconstruct_survey`.
    """
    questions = printed_questions(cells, claims)
    group, rounding = spec.get("groups", ""), spec.get("rounding", "half_up")
    sizes = {TOTAL: int(spec["respondents"])}
    order = sorted(questions.values(), key=lambda question: question.variable != group)
    if group and (not order or order[0].variable != group):
        raise SurveyError(f"no printed shares of '{group}' give the sizes of the groups")
    for question in order:
        name = question.variable
        if only is not None and name != group and name not in only:
            continue
        if name not in codebook:
            raise SurveyError(f"codebook.yaml: the printed question '{name}' is not declared")
        _check_question(question, codebook, group)
        found = recover_question(
            question,
            codebook,
            sizes,
            derived_from=derived.get(name, "unknown"),
            rounding=rounding,
            fixed=name == group,
            rounded_sums=(rounded_sums or {}).get(name),
        )
        if name == group:
            counts = _chosen(found)
            if counts is None:
                problem = _word_unsolved(question, found)
                raise SurveyError(f"the sizes of the groups have no solution: {problem}")
            answers = zip(codebook[name].answers, counts[TOTAL], strict=True)
            sizes = sizes | {str(code): number for code, number in answers}
        yield question, found, sizes


def _check_question(question: PrintedQuestion, codebook: Codebook, group: str) -> None:
    for cell in question.cells:
        if cell.column_variable not in ("", group):
            raise SurveyError(
                f"{cell.name} is printed by '{cell.column_variable}', but `reconstruct: groups` is "
                f"'{group}'"
            )
    for code in codebook[question.variable].answers:
        if not isinstance(code, int):
            raise SurveyError(
                f"codebook.yaml, '{question.variable}': records are dealt as integer codes, and "
                f"{code!r} is none"
            )


def origin_of_subtotals(tables: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
    """Variable -> how its table says that subtotals were made.

    Examples
    --------
    >>> origin_of_subtotals({"jobs": {"rows": ["a"], "derived": "counts"}, "more": {"rows": []}})
    {'a': 'counts'}
    """
    return {
        row: table["derived"]
        for table in tables.values()
        if "derived" in table
        for row in table["rows"]
    }


def _chosen(found: "Recovered") -> dict[str, list[int]] | None:
    if not found.count:
        return None
    return {column: list(counts) for column, counts in found.chosen().counts.items()}


def _deal(
    question: PrintedQuestion,
    codebook: Codebook,
    spec: Mapping[str, Any],
    groups: np.ndarray | None,
    counts: Mapping[str, Sequence[int]] | None,
    respondents: int,
    generator: np.random.Generator,
) -> np.ndarray:
    """Give every respondent an answer, or the code for no answer beyond the base."""
    variable = codebook[question.variable]
    no_answer = spec.get("no_answer")
    short = counts is None or any(
        sum(column) < _size(groups, code, respondents) for code, column in counts.items()
    )
    if short and (no_answer is None or not variable.is_missing(no_answer)):
        raise SurveyError(
            f"'{question.variable}': its base is below {respondents} respondents; declare a "
            "user-missing code for no answer and name it under `reconstruct: no_answer`"
        )
    values = np.full(respondents, 0 if no_answer is None else no_answer, dtype=np.int64)
    for code, column in (counts or {}).items():
        if code == TOTAL or groups is None:
            places = np.arange(respondents)
        else:
            places = np.flatnonzero(groups == int(code))
        answers = np.repeat(np.array(variable.answers, dtype=np.int64), column)
        values[generator.permutation(places)[: len(answers)]] = answers
    return values


def _size(groups: np.ndarray | None, code: str, respondents: int) -> int:
    if code == TOTAL or groups is None:
        return respondents
    return int((groups == int(code)).sum())


def _ledger_lines(
    question: PrintedQuestion,
    codebook: Codebook,
    sizes: Mapping[str, int],
    found: "Recovered",
    counts: Mapping[str, Sequence[int]] | None,
) -> list[dict[str, Any]]:
    answers = codebook[question.variable].answers
    columns: dict[str, Sequence[int] | None] = {
        code: counts[code] if counts else None for code in question.groups or [TOTAL]
    }
    if question.groups and TOTAL in question.shares:
        sums = counts and [sum(parts) for parts in zip(*counts.values(), strict=True)]
        columns[TOTAL] = sums or None
    return [
        {
            "variable": question.variable,
            "column_code": code,
            "row_code": answer,
            "printed": question.shares[code].get(str(answer), ""),
            "count": column[at] if column else None,
            "base": sum(column) if column else None,
            "respondents": sizes[code],
            "solutions": found.count,
            "status": "recovered" if column else "no_integer_solution",
        }
        for code, column in columns.items()
        for at, answer in enumerate(answers)
    ]


def _word_unsolved(question: PrintedQuestion, found: "Recovered") -> str:
    names = "; ".join(cell.name for cell in question.cells) or question.variable
    return f"'{question.variable}' has no integer solution; its printed cells are {names}"


def _as_survey(codebook: Codebook, data: Mapping[str, np.ndarray], crossed: list[str]) -> Survey:
    import pandas as pd

    order = [name for name in codebook if name in data]
    frame = pd.DataFrame({name: pd.array(data[name], dtype="Int64") for name in order})
    notes = (
        FILE_LABEL + ".",
        "Counts were recovered from printed percentages and dealt to records at random:",
        "their joint structure is invented. Only the single questions are real, and",
        "those that were crossed in print with a group:",
        *(CROSSED + pair for pair in crossed),
    )
    book = Codebook(
        {name: codebook[name] for name in order},
        file_label=FILE_LABEL,
        notes=notes,
        reconstructed=True,
    )
    return Survey(frame, book)


def crossed_in_print(codebook: Codebook) -> set[tuple[str, str]]:
    """Pairs (question, group) that a reconstructed file says were crossed in print.

    Examples
    --------
    >>> crossed_in_print(Codebook({}, notes=("crossed in print: job by gender",)))
    {('job', 'gender')}
    """
    pairs = set()
    for note in codebook.notes:
        if note.strip().startswith(CROSSED):
            name, _, group = note.strip().removeprefix(CROSSED).partition(" by ")
            pairs.add((name, group))
    return pairs
