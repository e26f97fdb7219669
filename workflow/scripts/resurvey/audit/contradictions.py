"""Across tables: one set of respondents has to satisfy all printed questions at once."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from resurvey.audit.questions import RecoveredQuestion
from resurvey.core.codebook import nearest
from resurvey.core.errors import SurveyError
from resurvey.core.names import TOTAL
from resurvey.recovery.contradictions import RESPONDENTS, Disjoint, Size, Statement, contradictions

JOINT_COLUMNS = (
    "finding",
    "respondents",
    "arithmetic",
    "respondents_chosen",
    "arithmetic_chosen",
    "groups",
    "statement",
    "kind",
    "table",
    "row_variable",
    "row_code",
    "column_code",
    "low",
    "high",
    "route",
)


def joint_lines(
    questions: Sequence[RecoveredQuestion],
    sizes: Mapping[str, int],
    routing: Mapping[str, Mapping[str, Any]],
) -> list[dict[str, Any]]:
    """Find what the tables cannot all say of one set of respondents.

    Returns
    -------
    list of dict
        Keys `JOINT_COLUMNS`: one line per statement of each finding, and a finding's statements
        are the smallest number that contradict each other. `respondents`: so many people at the
        least break one of them, whichever solutions are true (0: some solutions go together);
        `respondents_chosen`: with the solutions that records are dealt from. `low`, `high`:
        bounds over all solutions.

    Raises
    ------
    SurveyError
        Routing names a question or an answer that was not published.
    """
    solved = {question.variable: question for question in questions if question.recovered}
    groups = [code for code in sizes if code != TOTAL]
    _check(routing, {question.variable: question for question in questions})
    statements = {
        which: list(_statements(solved, sizes, routing, which)) for which in ("all", "chosen")
    }
    wide = {statement.says: statement for statement in statements["all"]}
    proven, chosen = (
        {contradiction.sets: contradiction for contradiction in contradictions(some, groups)}
        for some in statements.values()
    )
    lines = []
    for number, (sets, example) in enumerate((proven | chosen).items(), start=1):
        sure, picked = proven.get(sets), chosen.get(sets)
        finding = {
            "finding": number,
            "respondents": sure.respondents if sure else 0,
            "arithmetic": sure.arithmetic if sure else "",
            "respondents_chosen": picked.respondents if picked else 0,
            "arithmetic_chosen": picked.arithmetic if picked else "",
            "groups": " ".join(example.groups) if set(example.groups) < set(groups) else TOTAL,
        }
        for position, statement in enumerate((sure or example).statements, start=1):
            described = _described(wide[statement.says], solved)
            lines.append(finding | {"statement": position} | described)
    return lines


def _check(
    routing: Mapping[str, Mapping[str, Any]], questions: Mapping[str, RecoveredQuestion]
) -> None:
    for name, route in routing.items():
        for variable in (route["who"]["variable"], *route["cannot_answer"]):
            if variable not in questions:
                raise SurveyError(
                    f"config/audit.yaml, routing '{name}': '{variable}' is no published question"
                    f"{nearest(variable, questions)}"
                )
        question = questions[route["who"]["variable"]]
        for code in route["who"]["codes"]:
            if str(code) not in question.answers:
                raise SurveyError(
                    f"config/audit.yaml, routing '{name}': '{question.variable}' has no answer "
                    f"{code}"
                )


def _statements(
    questions: Mapping[str, RecoveredQuestion],
    sizes: Mapping[str, int],
    routing: Mapping[str, Mapping[str, Any]],
    which: str,
) -> Iterator[Statement]:
    for group, size in sizes.items():
        yield Size(RESPONDENTS, group, size, size, f"respondents///{group}")
    for variable, question in questions.items():
        for column in _columns(question, sizes):
            bases = _bases(question, column, which)
            says = f"base/{variable}//{column}"
            yield Size(f"base/{variable}", column, min(bases), max(bases), says)
    for name, route in routing.items():
        variable = route["who"]["variable"]
        if variable not in questions:
            continue
        row = "+".join(str(code) for code in route["who"]["codes"])
        question = questions[variable]
        for column in _columns(question, sizes):
            low, high = _counts(question, row, column, which)
            says = f"count/{variable}/{row}/{column}"
            yield Size(f"count/{variable}/{row}", column, low, high, says)
        for other in route["cannot_answer"]:
            if other in questions:
                says = f"routing/{other}/{name}/"
                yield Disjoint(f"count/{variable}/{row}", f"base/{other}", says)


def _columns(question: RecoveredQuestion, sizes: Iterable[str]) -> list[str]:
    return [column for column in sizes if column == TOTAL or column in question.columns]


def _bases(question: RecoveredQuestion, column: str, which: str) -> list[int]:
    sets = [feasible.bases for feasible in question.recovered.bases()]
    if which == "chosen":
        sets = [question.recovered.chosen().bases]
    return [bases.get(column, sum(bases.values())) for bases in sets]


def _counts(question: RecoveredQuestion, row: str, column: str, which: str) -> tuple[int, int]:
    if which == "chosen":
        count, _ = question.counts(question.recovered.chosen(), row, column)
        return count, count
    low, high = question.recovered.range("count", question.positions(row), column)
    return int(low), int(high)


def _described(statement: Statement, questions: Mapping[str, RecoveredQuestion]) -> dict[str, Any]:
    kind, variable, row, column = statement.says.split("/")
    line: dict[str, Any] = {"kind": kind, "row_variable": variable, "column_code": column}
    if variable in questions:
        line["table"] = questions[variable].table
    if isinstance(statement, Size):
        line |= {"row_code": row, "low": statement.low, "high": statement.high}
    else:
        line["route"] = row
    return line
