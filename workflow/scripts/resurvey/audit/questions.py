"""Questions: every published question with all the tables of counts behind its per cents."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import prod

from resurvey.core.codebook import Codebook, Variable
from resurvey.core.errors import SurveyError
from resurvey.core.names import TEXT_ONLY, TOTAL, sum_parts
from resurvey.core.printed import parse_printed
from resurvey.core.published import (
    PrintedCell,
    PrintedQuestion,
    printed_arguments,
    printed_questions,
)
from resurvey.recovery import Recovered, Solution, answers_summed, recover

#: Combinations of bases that are gone through at most; more would take minutes and gigabytes.
MOST_COMBINATIONS = 300_000_000
#: Sums of counts that are gone through at most: many bases, or many counts that print alike.
MOST_SUMS = 200_000_000
LARGEST_OPEN_BASE = 100_000


class _TooManyBases(SurveyError):
    """A question with more combinations of bases than can be gone through."""


@dataclass(frozen=True)
class Frame:
    """What is known of the respondents from outside the tables.

    respondents: Everybody in the survey; no base is larger.
    sizes: Column code -> respondents in that group, where known.
    groups: Variable whose printed shares give the sizes, where they are not known.
    rounding: Rounding rule of the printed numbers.
    exact: Columns whose base is their size: everybody answered.
    """

    respondents: int
    sizes: Mapping[str, int]
    groups: str = ""
    rounding: str = "half_up"
    exact: frozenset[str] = frozenset()

    def size(self, column: str) -> int:
        """Largest possible base of a column."""
        return self.sizes.get(column, self.respondents)


@dataclass(frozen=True)
class RecoveredQuestion:
    """One printed question and the tables of counts that print as it does.

    printed: Printed shares by column and row.
    answers: Codes of the answers, in printed order; one that is not printed is unconstrained.
    sizes: Largest possible base by column.
    recovered: The solutions; computed when asked for.
    declared: What the codebook declares of the question, where it has it.
    groups: What it declares of the question that makes the groups, where it has it.
    """

    printed: PrintedQuestion
    answers: tuple[str, ...]
    sizes: Mapping[str, int]
    recovered: Recovered
    declared: Variable | None = None
    groups: Variable | None = None

    @property
    def table(self) -> str:
        """Table that prints it, or ``text``."""
        return self.printed.cells[0].table if self.printed.cells else TEXT_ONLY

    @property
    def variable(self) -> str:
        """Variable that it asks for."""
        return self.printed.variable

    @property
    def key(self) -> dict[str, str]:
        """The columns that name the question in every file."""
        return {"table": self.table, "row_variable": self.variable}

    @property
    def columns(self) -> list[str]:
        """Codes of its groups; ``total`` alone where it is not crossed in print."""
        return self.printed.groups or [TOTAL]

    @property
    def subtotals(self) -> list[str]:
        """Codes of its printed subtotals, such as ``1+2``."""
        rows = [row for shares in self.printed.shares.values() for row in shares]
        return [row for row in dict.fromkeys(rows) if row not in self.answers]

    def positions(self, row: str) -> tuple[int, ...]:
        """Places of a row's answers."""
        return tuple(self.answers.index(part) for part in sum_parts(row, self.answers))

    def counts(self, solution: Solution, row: str, column: str) -> tuple[int, int]:
        """Count and base of a cell in one solution; ``total`` adds up the groups."""
        groups = [column] if column in solution.counts else list(solution.counts)
        positions = self.positions(row)
        count = sum(solution.counts[group][position] for group in groups for position in positions)
        return count, sum(solution.bases[group] for group in groups)


def recover_questions(
    cells: Sequence[PrintedCell],
    claims: Iterable[Mapping[str, str]],
    codebook: Codebook,
    frame: Frame,
    derived: Mapping[str, str],
    rounded_sums: Mapping[str, Mapping[str, int]] | None = None,
) -> tuple[list[RecoveredQuestion], list[str]]:
    """Prepare every published question for recovery, in the order of the article.

    `derived` says by variable what its subtotals were made from, `rounded_sums` which of its
    answers are sums of how many rounded parts.

    The second value has a sentence for every question with more bases than can be gone through.
    """
    questions = printed_questions(cells, claims)
    sizes = dict(frame.sizes)
    if frame.groups and frame.groups in questions:
        known_sizes = Frame(frame.respondents, sizes, "", frame.rounding, frozenset({TOTAL}))
        group = _recovered(questions[frame.groups], codebook, known_sizes, derived)
        if not group.recovered:
            raise SurveyError(
                f"the printed shares of '{frame.groups}' fit no counts among "
                f"{frame.respondents} respondents: the sizes of the groups are unknown"
            )
        chosen = group.recovered.chosen().counts[TOTAL]
        sizes = dict(zip(group.answers, chosen, strict=True)) | sizes
    elif frame.groups and not sizes:
        raise SurveyError(
            f"no printed shares of '{frame.groups}' give the sizes of the groups: write "
            "`group_sizes` in config/audit.yaml"
        )
    bounded = Frame(frame.respondents, sizes, frame.groups, frame.rounding, frame.exact)
    everybody = Frame(frame.respondents, sizes, "", frame.rounding, frozenset({TOTAL}))
    recovered, left_out = [], []
    for name, question in questions.items():
        bounds = everybody if name == frame.groups else bounded
        try:
            recovered.append(
                _recovered(question, codebook, bounds, derived, (rounded_sums or {}).get(name))
            )
        except _TooManyBases as problem:
            left_out.append(str(problem))
    return recovered, left_out


def _recovered(
    question: PrintedQuestion,
    codebook: Codebook,
    frame: Frame,
    derived: Mapping[str, str],
    rounded_sums: Mapping[str, int] | None = None,
) -> RecoveredQuestion:
    answers = _answers(question, codebook)
    columns = question.groups or [TOTAL]
    limits = {column: frame.size(column) for column in columns}
    everybody = frame.size(TOTAL)
    fixed = {column: size for column, size in limits.items() if column in frame.exact}
    bounds = {column: size for column, size in limits.items() if column not in frame.exact}
    if question.groups and TOTAL in frame.exact:
        fixed[TOTAL] = everybody
    elif sum(limits.values()) > everybody:
        bounds[TOTAL] = everybody
    name = codebook[question.variable].title() if question.variable in codebook else ""
    digits = max(
        parse_printed(text).digits
        for shares in question.shares.values()
        for text in shares.values()
    )
    _check_combinations(name or question.variable, limits, fixed, digits)
    recovered = recover(
        **printed_arguments(question, answers),
        base=fixed or None,
        max_base=bounds or None,
        derived_from=derived.get(question.variable, "unknown"),
        rounding=frame.rounding,
        rounded_sums=answers_summed(question.variable, answers, rounded_sums),
    )
    groups = {cell.column_variable for cell in question.cells if cell.column_variable}
    crossed = next(iter(groups)) if len(groups) == 1 else frame.groups
    return RecoveredQuestion(
        question,
        answers,
        {**limits, TOTAL: everybody},
        recovered,
        *(codebook.variables.get(one) for one in (question.variable, crossed)),
    )


def _check_combinations(
    name: str, limits: Mapping[str, int], fixed: Mapping[str, int], digits: int
) -> None:
    open_sizes = [size for column, size in limits.items() if column not in fixed]
    combinations = prod(open_sizes)
    # Each base is added up over all pairs of the counts that print alike.
    alike = prod((1 + size // (100 * 10**digits)) ** 2 for size in open_sizes)
    if (
        combinations > MOST_COMBINATIONS
        or combinations * alike > MOST_SUMS
        or max(open_sizes, default=0) > LARGEST_OPEN_BASE
    ):
        raise _TooManyBases(
            f"'{name}': its bases could be any of {combinations:.0e} combinations, more than can "
            "be gone through; give the exact base of a group"
        )


def _answers(question: PrintedQuestion, codebook: Codebook) -> tuple[str, ...]:
    if question.variable in codebook:
        return tuple(str(code) for code in codebook[question.variable].answers)
    rows = [row for shares in question.shares.values() for row in shares]
    return tuple(row for row in dict.fromkeys(rows) if "+" not in row)
