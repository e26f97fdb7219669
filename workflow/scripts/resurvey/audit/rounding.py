"""Rounding: subtotals from counts and from printed parts, sums of 99.9, and exact ties."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

from resurvey.audit.questions import RecoveredQuestion
from resurvey.core.names import DIFFERENCE
from resurvey.core.printed import Printed, format_fixed, parse_printed, round_half_away, rule_of_tie
from resurvey.core.published import PrintedCell
from resurvey.recovery.recovered import LARGEST_LIST

ROUNDING_COLUMNS = (
    "kind",
    "table",
    "row_variable",
    "row_code",
    "column_code",
    "printed",
    "from_printed_parts",
    "from_counts",
    "holds_in",
    "verdict",
    "arithmetic",
)
#: What a subtotal, a difference, a column of parts, or a tie turned out to be.
VERDICTS = (
    "both",
    "printed_parts",
    "counts",
    "neither",
    "exact",
    "rounding",
    "not_rounding",
    "half_up",
    "half_even",
    "truncation",
)
# Ties and agreement over more solutions than this are looked up in the chosen one alone.
_MOST = 2_000


def rounding_lines(
    questions: Sequence[RecoveredQuestion], cells: Iterable[PrintedCell] = ()
) -> list[dict[str, Any]]:
    """Show how every derived number was made and why parts do not sum to 100.

    Returns
    -------
    list of dict
        Keys `ROUNDING_COLUMNS`. Kinds:

        subtotal, difference
            `from_printed_parts` adds up printed parts, `from_counts` is the rounded sum of the
            counts (several, joined by a slash, where the solutions differ); `verdict` says which
            of the two was printed, `holds_in` in how many solutions the counts give it.
        sum
            `printed` parts of a column of all answers. ``rounding``: the missing part of 100 is
            at most half a unit per part; ``not_rounding``: it is more.
        tie
            A share that lies exactly between two printed numbers: which rounding rule gives the
            printed one.
    """
    lines: list[dict[str, Any]] = []
    for question in questions:
        lines += _subtotals(question)
    by_name = {question.variable: question for question in questions}
    lines += [
        line
        for cell in cells
        if cell.column_code == DIFFERENCE
        for line in _difference(cell, by_name)
    ]
    for question in questions:
        lines += _sums(question)
    for question in questions:
        lines += _ties(question)
    return lines


def _solutions(question: RecoveredQuestion) -> list[Any]:
    if not question.recovered:
        return []
    if question.recovered.count > min(_MOST, LARGEST_LIST):
        return [question.recovered.chosen()]
    return question.recovered.solutions


def _percents(
    question: RecoveredQuestion, row: str, column: str, digits: int
) -> list[tuple[Fraction, tuple[int, int]]]:
    """Rounded per cent of a cell in every solution, with its count and base."""
    pairs = [question.counts(solution, row, column) for solution in _solutions(question)]
    return [(round_half_away(100 * count, base, digits), (count, base)) for count, base in pairs]


def _subtotals(question: RecoveredQuestion) -> Iterator[dict[str, Any]]:
    for column, shares in question.printed.shares.items():
        for row in question.subtotals:
            if row not in shares:
                continue
            printed = parse_printed(shares[row])
            if printed.bound:
                continue
            parts = [shares.get(part) for part in row.split("+")]
            present = [part for part in parts if part is not None]
            whole = len(present) == len(parts) and not _limits(present)
            added = _added(present) if whole else None
            percents = _percents(question, row, column, printed.digits)
            example = f"100·{percents[-1][1][0]}/{percents[-1][1][1]}" if percents else ""
            yield {
                "kind": "subtotal",
                **question.key,
                "row_code": row,
                "column_code": column,
                "printed": shares[row],
                **_made(printed, added, [value for value, _ in percents]),
                "arithmetic": "; ".join(filter(None, [" + ".join(present), example])),
            }


def _difference(
    cell: PrintedCell, questions: Mapping[str, RecoveredQuestion]
) -> Iterator[dict[str, Any]]:
    after, _, before = cell.row_variable.partition("-")
    of, minus = questions.get(after), questions.get(before)
    if of is None or minus is None or not cell.printed:
        return
    printed = parse_printed(cell.printed)
    texts = [
        question.printed.shares.get("total", {}).get(cell.row_code) for question in (of, minus)
    ]
    if None in texts:
        return
    first, second = (parse_printed(text or "") for text in texts)
    digits = max(first.digits, second.digits)
    pairs = [
        [question.counts(solution, cell.row_code, "total") for solution in _solutions(question)]
        for question in (of, minus)
    ]
    exact = {Fraction(100 * a, b) - Fraction(100 * c, d) for a, b in pairs[0] for c, d in pairs[1]}
    values = [round_half_away(*points.as_integer_ratio(), digits) for points in sorted(exact)]
    printed = Printed(printed.text, printed.value, digits, first.decimal, True)
    example = ""
    if all(pairs):
        (a, b), (c, d) = pairs[0][-1], pairs[1][-1]
        example = f"; 100·{a}/{b} − 100·{c}/{d}"
    yield {
        "kind": "difference",
        "table": cell.table,
        "row_variable": cell.row_variable,
        "row_code": cell.row_code,
        "column_code": DIFFERENCE,
        "printed": cell.printed,
        **_made(printed, first.value - second.value, values),
        "arithmetic": f"{first.text} − {second.text}{example}",
    }


def _limits(parts: Sequence[str]) -> bool:
    """Return whether a part is printed as a limit, ``<5``, which adds up to nothing."""
    return any(parse_printed(part).bound for part in parts)


def _added(parts: Sequence[str]) -> Fraction:
    return sum((parse_printed(part).value for part in parts), Fraction(0))


def _made(
    printed: Printed, added: Fraction | None, from_counts: Sequence[Fraction]
) -> dict[str, str]:
    """Return which of two ways a derived number was made."""

    def write(value: Fraction) -> str:
        return format_fixed(value, printed.digits, printed.decimal or ",", printed.signed)

    fitting = [value == printed.value for value in from_counts]
    by_parts = added is not None and added == printed.value
    by_counts = any(fitting)
    verdict = VERDICTS[0] if by_parts and by_counts else "neither"
    if by_parts != by_counts:
        verdict = "printed_parts" if by_parts else "counts"
    return {
        "from_printed_parts": "" if added is None else write(added),
        "from_counts": " / ".join(write(value) for value in sorted(set(from_counts))),
        "holds_in": _over(fitting),
        "verdict": verdict,
    }


def _over(fitting: Sequence[bool]) -> str:
    if not fitting:
        return ""
    return "all" if all(fitting) else "some" if any(fitting) else "none"


def _sums(question: RecoveredQuestion) -> Iterator[dict[str, Any]]:
    for column, shares in question.printed.shares.items():
        parts = [shares[answer] for answer in question.answers if answer in shares]
        if len(parts) < len(question.answers) or len(parts) < 2 or _limits(parts):
            continue
        first = parse_printed(parts[0])
        digits = max(parse_printed(part).digits for part in parts)
        total = _added(parts)
        largest = Fraction(len(parts), 2 * 10**digits)
        verdict = "exact" if total == 100 else "rounding"
        if abs(total - 100) > largest:
            verdict = "not_rounding"
        yield {
            "kind": "sum",
            **question.key,
            "column_code": column,
            "printed": format_fixed(total, digits, first.decimal or ","),
            "verdict": verdict,
            "arithmetic": " + ".join(parts),
        }


def _ties(question: RecoveredQuestion) -> Iterator[dict[str, Any]]:
    solutions = len(_solutions(question))
    for column, shares in question.printed.shares.items():
        for row in question.answers:
            if row not in shares:
                continue
            printed = parse_printed(shares[row])
            if printed.bound:
                continue
            steps = 200 * 10**printed.digits
            pairs = [pair for _, pair in _percents(question, row, column, printed.digits)]
            tied = [
                (count, base)
                for count, base in pairs
                if steps * count % base == 0 and steps * count // base % 2
            ]
            if not tied:
                continue
            count, base = tied[-1]
            exact = Fraction(100 * count, base)
            share = format_fixed(exact, printed.digits + 1, printed.decimal or ",")
            yield {
                "kind": "tie",
                **question.key,
                "row_code": row,
                "column_code": column,
                "printed": shares[row],
                "from_counts": share,
                "holds_in": "all" if len(tied) == solutions else "some",
                "verdict": rule_of_tie(printed, exact),
                "arithmetic": f"100·{count}/{base} = {share}",
            }
