"""Evaluation: the exact value of a claim's expression, or its range over all possible counts.

Values are fractions in the unit of the cells (per cent). Three ways to look at a cell: from its
count and base, from its rounded parts as an article adds them up, and over every solution of its
question.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from resurvey.audit.claims.references import (
    ALL_ANSWERS,
    EVERYBODY,
    Call,
    Expression,
    Number,
    Operation,
    Reference,
    references,
)
from resurvey.core.errors import SurveyError
from resurvey.core.names import CLAIM, INTERVIEWS, TEXT_ONLY, TOTAL
from resurvey.core.printed import (
    Interval,
    format_fixed,
    interval,
    parse_printed,
    round_half_away_number,
)
from resurvey.core.published import PrintedCell
from resurvey.recovery.paired_bounds import PairedBounds, mcnemar_bounds
from resurvey.statistics.results import chi_square_tail

#: One solution of a question: "code/column" -> (count, base).
Solution = Mapping[str, tuple[int, int]]
Range = tuple[Fraction, Fraction]


class Unresolved(LookupError):
    """A reference without a number behind it; its text is the reference."""


@dataclass(frozen=True)
class Cells:
    """The cells that claims may speak of.

    cells: Reference name -> ``{"printed": text or None, "count": int or None, "base": int or
        None}``; missing keys count as None.
    solutions: Question (``table/variable``) -> every possible set of counts, each a dict
        ``"code/column" -> (count, base)``. Questions are taken as independent of each other.
    digits: Decimals of printed per cents.
    rounding: Declared rule by which they were rounded.
    """

    cells: Mapping[str, Mapping[str, Any]]
    solutions: Mapping[str, Sequence[Solution]] = field(default_factory=dict)
    digits: int = 1
    rounding: str = "half_up"

    def exact(self, reference: Reference) -> Fraction:
        """Per cent of a cell from its count and base; from its printed text where it has none."""
        counted = self.counted(reference)
        if counted is not None:
            return _percent(*counted)
        printed = self.cells.get(reference.name, {}).get("printed")
        if printed is None and len(reference.parts) > 1:
            return sum((self.exact(part) for part in reference.parts), Fraction(0))
        if printed is None:
            raise Unresolved(reference.name)
        return parse_printed(printed).value

    def rounded(self, reference: Reference) -> Fraction:
        """Per cent of a cell as the sum of its rounded answers."""
        parts = (round_half_away_number(self.exact(part), self.digits) for part in reference.parts)
        return sum(parts, Fraction(0))

    def counted(self, reference: Reference) -> tuple[int, int] | None:
        """Count and base of a cell, added up from its answers where it is a sum."""
        cell = self.cells.get(reference.name, {})
        count, base = cell.get("count"), cell.get("base")
        if count is not None and base is not None:
            if base <= 0:
                raise Unresolved(reference.name)
            return count, base
        if len(reference.parts) == 1:
            return None
        parts = [self.counted(part) for part in reference.parts]
        counted = [part for part in parts if part is not None]
        if len(counted) < len(parts):
            return None
        return sum(part[0] for part in counted), counted[0][1]

    def tested(self, reference: Reference) -> list[list[int]]:
        """Counts of an answer and of all others, or of all answers, a row for every group."""
        counts: dict[str, dict[str, int]] = {}
        for name, cell in self.cells.items():
            if not name.startswith(f"{reference.question}/") or cell.get("count") is None:
                continue
            code, column = name.split("/")[2:]
            if not isinstance(cell["count"], int):
                # Sums of weights are no counts that chi-square could test.
                raise Unresolved(reference.name)
            if column != TOTAL and "+" not in code:
                counts.setdefault(column, {})[code] = cell["count"]
        wanted = {part.code for part in reference.parts}
        table = []
        for answers in counts.values():
            chosen = sum(count for code, count in answers.items() if code in wanted)
            row = [chosen, sum(answers.values()) - chosen]
            table.append(list(answers.values()) if reference.code == ALL_ANSWERS else row)
        return table

    def paired(self, before: Reference, after: Reference) -> tuple[PairedBounds, int, int, int]:
        """McNemar's test of two answers with the two counts and their base.

        Raises
        ------
        Unresolved
            If nobody was counted, or the two questions were not answered by equally many.
        """
        first, last = self.counted(before), self.counted(after)
        if first is None or last is None or first[1] != last[1]:
            raise Unresolved(f"{before.name}; {after.name}")
        return mcnemar_bounds(first[0], last[0], first[1]), first[0], last[0], first[1]

    def others(self, reference: Reference) -> list[Reference]:
        """Cells of the same table that a number may have been taken from, likeliest first.

        The same row of another question, the same row in another column, then another row of the
        same question and column. Cells further away would only agree by chance.
        """
        references = [Reference(*name.split("/")) for name in self.cells if name.count("/") == 3]

        def distance(other: Reference) -> tuple[bool, bool, bool]:
            return (
                other.code != reference.code,
                other.column != reference.column,
                other.variable != reference.variable,
            )

        near = [
            other
            for other in references
            if other.table == reference.table
            and other != reference
            # Shares of the text alone belong to no table: only their own question is near.
            and (other.variable == reference.variable or reference.table != TEXT_ONLY)
            and (other.code == reference.code or distance(other) == (True, False, False))
        ]
        return sorted(near, key=distance)


def value(node: Expression, cells: Cells, *, by_parts: bool = False) -> Fraction:
    """Compute an expression exactly.

    Examples
    --------
    >>> from resurvey.audit.claims.references import parse_cells
    >>> third = {"count": 1, "base": 3}
    >>> cells = Cells({"t/v/1/total": third, "t/v/2/total": third})
    >>> both = parse_cells("t/v/1+2/total")
    >>> value(both, cells), value(both, cells, by_parts=True)
    (Fraction(200, 3), Fraction(333, 5))
    """
    return _compute(node, cells, cells.rounded if by_parts else cells.exact)


def value_range(node: Expression, cells: Cells) -> Range:
    """Find the smallest and largest value of an expression over all possible counts.

    Exact where the references of different questions occur once each: the solutions of one
    question are tried jointly, different questions are combined by interval arithmetic. A question
    without solutions counts as known. Where the same question stands on both sides of another's,
    the range is an outer bound.

    Examples
    --------
    >>> from resurvey.audit.claims.references import parse_cells
    >>> two = [{"1/total": (1, 3)}, {"1/total": (2, 6)}, {"1/total": (1, 4)}]
    >>> value_range(parse_cells("100 - t/v/1/total"), Cells({}, {"t/v": two}))
    (Fraction(200, 3), Fraction(75, 1))
    """
    questions = {reference.question for reference in references(node)}
    open_questions = [question for question in questions if question in cells.solutions]
    if not open_questions:
        only = value(node, cells)
        return only, only
    if len(questions) == 1:
        (question,) = open_questions
        values = [value(node, solved) for solved in _distinct(node, cells, question)]
        if not values:
            raise Unresolved(question)
        return min(values), max(values)
    return _combine(node, cells)


def _pearson(
    table: Sequence[Sequence[int]], reference: Reference
) -> tuple[Fraction, int, Fraction]:
    """Pearson's chi-square, its degrees of freedom and p; empty rows and columns left out."""
    rows = [row for row in table if sum(row)]
    columns = [column for column in zip(*rows, strict=True) if sum(column)]
    if len(rows) < 2 or len(columns) < 2:
        raise Unresolved(reference.name)
    sums = [sum(row) for row in zip(*columns, strict=True)]
    total = sum(sums)
    statistic = total * sum(
        Fraction(count * count, group * sum(column))
        for column in columns
        for count, group in zip(column, sums, strict=True)
    )
    freedom = (len(sums) - 1) * (len(columns) - 1)
    return (
        statistic - total,
        freedom,
        _nine_digits(chi_square_tail(float(statistic - total), freedom)),
    )


def _nine_digits(p_value: float) -> Fraction:
    return Fraction(f"{p_value:.9f}")


def whole_numbers(share: Fraction, base: int, cells: Cells) -> tuple[list[int], list[int]]:
    """Whole numbers out of `base` that print as `share`, and the two between which it lies.

    Examples
    --------
    >>> whole_numbers(Fraction("59.2"), 515, Cells({}))
    ([305], [304, 305])
    """
    fits = _interval_of(share, cells)
    below = int(share * base / 100)
    near = range(max(below - 1, 0), min(below + 2, base) + 1)
    found = [count for count in near if Fraction(100 * count, base) in fits]
    return found, [below, min(below + 1, base)]


def two_whole_numbers(share: Fraction, base: int, cells: Cells) -> list[tuple[int, int]]:
    """Pairs of whole numbers out of `base` whose per cents, rounded first, add up to `share`.

    Examples
    --------
    >>> two_whole_numbers(Fraction("53"), 210, Cells({})), whole_numbers(53, 210, Cells({}))[0]
    ([], [])
    """
    printed = [
        round_half_away_number(Fraction(100 * count, base), cells.digits)
        for count in range(base + 1)
    ]
    counts: dict[Fraction, list[int]] = {}
    for count, rounded in enumerate(printed):
        counts.setdefault(rounded, []).append(count)
    return [
        (first, second)
        for first, rounded in enumerate(printed)
        for second in counts.get(share - rounded, ())
        if second <= first and first + second <= base
    ]


def _interval_of(share: Fraction, cells: Cells) -> Interval:
    text = format_fixed(share, cells.digits, ",")
    return interval(parse_printed(text), cells.rounding, either_tie=True)


def _ways(function: str, share: Fraction, base: Fraction, cells: Cells) -> Fraction:
    if base < 1 or base.denominator != 1:
        raise Unresolved(f"{function}(…, {base})")
    if function == "whole":
        return Fraction(len(whole_numbers(share, int(base), cells)[0]))
    return Fraction(len(two_whole_numbers(share, int(base), cells)))


def _percent(count: int, base: int) -> Fraction:
    return Fraction(100 * count) / Fraction(base)


def _distinct(node: Expression, cells: Cells, question: str) -> Iterator[Cells]:
    # Many solutions agree in the few cells of a claim: each combination is computed once.
    parts = {part for reference in references(node) for part in reference.parts}
    names = sorted(f"{part.code}/{part.column}" for part in parts)
    if tests(node):
        # A test needs every answer of every group.
        names = sorted({name for solution in cells.solutions[question] for name in solution})
    try:
        combinations = {
            tuple(solution[name] for name in names) for solution in cells.solutions[question]
        }
    except KeyError as missing:
        raise Unresolved(f"{question}/{missing.args[0]}") from None
    for combination in combinations:
        counted = {
            f"{question}/{name}": {"count": count, "base": base}
            for name, (count, base) in zip(names, combination, strict=True)
        }
        yield Cells(counted, digits=cells.digits, rounding=cells.rounding)


def _compute(node: Expression, cells: Cells, cell: Callable[[Reference], Fraction]) -> Fraction:
    match node:
        case Number():
            return node.value
        case Reference():
            return cell(node)
        case Operation():
            left, right = _compute(node.left, cells, cell), _compute(node.right, cells, cell)
            return _operate(node.operator, left, right)
        case Call(function="base" | "count"):
            counted = cells.counted(_only_reference(node))
            if counted is None:
                raise Unresolved(_only_reference(node).name)
            return Fraction(counted[node.function == "base"])
        case Call(function="p_value"):
            asked = _only_reference(node)
            return _pearson(cells.tested(asked), asked)[2]
        case Call(function="paired_p_value"):
            return _nine_digits(cells.paired(*references(node))[0].p_value[1])
        case Call(function="whole" | "whole_parts"):
            share, base = (_compute(argument, cells, cell) for argument in node.arguments)
            return _ways(node.function, share, base, cells)
        case Call():
            return _call(
                node.function, [_compute(argument, cells, cell) for argument in node.arguments]
            )
    raise SurveyError(f"{node!r} is no expression")


def _only_reference(node: Call) -> Reference:
    (reference,) = references(node)
    return reference


def _operate(operator: str, left: Fraction, right: Fraction) -> Fraction:
    match operator:
        case "+":
            return left + right
        case "-":
            return left - right
        case "*":
            return left * right
    if right == 0:
        raise Unresolved("/ 0")
    return left / right


def _call(function: str, arguments: list[Fraction]) -> Fraction:
    match function:
        case "abs":
            return abs(arguments[0])
        case "max":
            return max(arguments)
        case "min":
            return min(arguments)
    smaller, larger = arguments
    if larger == 0:
        raise Unresolved("/ 0")
    return 100 * (larger - smaller) / larger


def _combine(node: Expression, cells: Cells) -> Range:
    match node:
        case Operation():
            left, right = value_range(node.left, cells), value_range(node.right, cells)
            if node.operator == "/" and right[0] <= 0 <= right[1]:
                raise Unresolved("/ 0")
            ends = [_operate(node.operator, first, other) for first in left for other in right]
            return min(ends), max(ends)
        case Call(function="abs"):
            low, high = value_range(node.arguments[0], cells)
            ends = [abs(low), abs(high)]
            return Fraction(0) if low <= 0 <= high else min(ends), max(ends)
        case Call(function="percent_less"):
            smaller, larger = (value_range(argument, cells) for argument in node.arguments)
            if larger[0] <= 0 <= larger[1]:
                raise Unresolved("/ 0")
            ends = [_call("percent_less", [first, other]) for first in smaller for other in larger]
            return min(ends), max(ends)
        case Call(function="whole" | "whole_parts"):
            share, base = (value_range(argument, cells) for argument in node.arguments)
            if share[0] != share[1] or base[0] != base[1]:
                raise Unresolved(node.function)
            ways = _ways(node.function, share[0], base[0], cells)
            return ways, ways
        case Call(function="paired_p_value"):
            # Of the counts that are shown: in other solutions not everybody answered both.
            only = value(node, cells)
            return only, only
        case Call():
            ranges = [value_range(argument, cells) for argument in node.arguments]
            lows, highs = [inner[0] for inner in ranges], [inner[1] for inner in ranges]
            return _call(node.function, lows), _call(node.function, highs)
    raise SurveyError(f"{node!r} is no expression")


def tests(node: Expression) -> bool:
    """Tell whether an expression tests anything."""
    match node:
        case Operation():
            return tests(node.left) or tests(node.right)
        case Call():
            return node.function.endswith("p_value") or any(map(tests, node.arguments))
    return False


def claim_cells(
    crosstabs: Iterable[Mapping[str, Any]], published: Iterable[PrintedCell] = ()
) -> dict[str, dict[str, Any]]:
    """Gather every cell that a claim may name.

    Examples
    --------
    >>> line = {"table": "t", "row_variable": "v", "row_code": "1", "column_code": "total"}
    >>> found = claim_cells([{**line, "kind": "answer", "count": "5", "base": "16"}])
    >>> sorted(found), found["t/v/1/total"]["base"]
    (['t/v/1/total', 'text/v/1/total'], 16)
    """
    cells: dict[str, dict[str, Any]] = {}
    for line in crosstabs:
        if line["kind"] == "total" or "" in (line["count"] or "", line["base"] or ""):
            continue
        cell_name = f"{line['row_variable']}/{line['row_code']}/{line['column_code']}"
        counted = {"printed": None, "count": _exact(line["count"]), "base": _exact(line["base"])}
        for table in (line["table"], TEXT_ONLY):
            cells.setdefault(f"{table}/{cell_name}", dict(counted))
    for cell in published:
        name = f"{cell.table}/{cell.row_variable}/{cell.row_code}/{cell.column_code}"
        empty = {"printed": None, "count": None, "base": None}
        cells.setdefault(name, empty)["printed"] = cell.printed
    return cells


def interview_cells(lines: Iterable[Mapping[str, str]]) -> dict[str, dict[str, Any]]:
    """Gather the themes of coded interviews as cells that a claim may name.

    Parameters
    ----------
    lines : iterable of dict
        Lines of ``interviews/codes_by_attribute.csv``; what is kept back of them is no cell.

    Examples
    --------
    >>> line = {"kind": "theme", "code": "work", "attribute": "sex", "value": "women"}
    >>> interview_cells([{**line, "cases": "3", "n": "15"}])
    {'interviews/work/1/sex_women': {'printed': None, 'count': 3, 'base': 15}}
    """
    cells = {}
    for line in lines:
        if line["kind"] == "code" or "" in (line["cases"], line["n"]):
            continue
        theme = line["code"] if line["kind"] == "theme" else EVERYBODY
        group = f"{line['attribute']}_{line['value']}" if line["attribute"] else TOTAL
        counted = {"count": int(line["cases"]), "base": int(line["n"])}
        cells[f"{INTERVIEWS}/{theme}/1/{group}"] = {"printed": None, **counted}
    return cells


def _exact(count: Any) -> int | Fraction:
    number = Fraction(str(count))
    return int(number) if number.denominator == 1 else Fraction(f"{float(number):.9e}")


#: Longer expressions show rounded per cents instead of counts and bases.
MOST_COUNTS = 4

_SIGNS = {"+": "+", "-": "−", "*": "·", "/": "/"}
_BINDING = {"+": 1, "-": 1, "*": 2, "/": 2}


def derivation(
    node: Expression, cells: Cells, *, by_parts: bool = False, decimal: str = ","
) -> str:
    """Write out what an expression adds up.

    Examples
    --------
    >>> from resurvey.audit.claims.references import parse_cells
    >>> cells = Cells({"t/v/12/total": {"count": 83, "base": 515}})
    >>> derivation(parse_cells("100 - t/v/12/total"), cells)
    '100 − 100·83/515'
    >>> derivation(parse_cells("100 - t/v/12/total"), cells, by_parts=True)
    '100 − 16,1'
    """
    short = by_parts or sum(1 for _ in references(node)) > MOST_COUNTS
    return _Writer(cells, short, by_parts, decimal).write(node)[0]


def number(value: Fraction, digits: int, decimal: str = ",") -> str:
    """Write a number with a typographic minus, halves rounded away from zero."""
    return format_fixed(value, digits, decimal).replace("-", "−")


def interval_text(interval: Interval, decimal: str = ",") -> str:
    """Write an interval of the lexicon.

    Examples
    --------
    >>> interval_text(Interval(Fraction(35, 2), Fraction(45, 2), True, False))
    '[17,5; 22,5)'
    """
    ends = (_shortest(interval.low, decimal), _shortest(interval.high, decimal))
    opening = "[" if interval.low_closed else "("
    return f"{opening}{'; '.join(ends)}{']' if interval.high_closed else ')'}"


def _shortest(value: Fraction, decimal: str) -> str:
    digits = next((decimals for decimals in range(9) if (value * 10**decimals).denominator == 1), 9)
    return number(value, digits, decimal)


class _Writer:
    def __init__(self, cells: Cells, short: bool, by_parts: bool, decimal: str) -> None:
        self.cells, self.short, self.by_parts, self.decimal = cells, short, by_parts, decimal

    def write(self, node: Expression) -> tuple[str, int]:
        """Return the text and how strongly its outermost sign binds."""
        match node:
            case Number():
                return _shortest(node.value, self.decimal), 9
            case Reference():
                return self.cell(node)
            case Operation():
                return self.operation(node.operator, node.left, node.right)
            case Call(function="abs"):
                return f"|{self.write(node.arguments[0])[0]}|", 9
            case Call(function="percent_less"):
                smaller, larger = node.arguments
                ratio = self.operation("/", smaller, larger)[0]
                return f"100·(1 − {ratio})", 2
            case Call(function="p_value"):
                return self.test(next(references(node))), 9
            case Call(function="paired_p_value"):
                return self.paired(node), 9
            case Call(function="whole" | "whole_parts"):
                return self.people(node), 1
            case Call(function="base" | "count"):
                counted = self.cells.counted(next(references(node)))
                return ("?" if counted is None else str(counted[node.function == "base"])), 9
        return self.extreme(node), 9

    def extreme(self, node: Call) -> str:
        """Write a smallest or largest, and from counts the one that it is, if that is computed."""
        listed = "; ".join(self.write(argument)[0] for argument in node.arguments)
        written = f"{node.function}({listed})"
        try:
            values = [value(part, self.cells, by_parts=self.by_parts) for part in node.arguments]
        except Unresolved:
            return written
        one = node.arguments[values.index(_call(node.function, values))]
        if tests(one) and len(values) > 1:
            return f"{node.function}(…; {self.write(one)[0]}; …)"
        if self.short and not self.by_parts and isinstance(one, Call | Operation):
            # What stands in the list is rounded; only where that changes nothing is it the same.
            same = number(value(one, self.cells), self.cells.digits) == number(
                _compute(one, self.cells, self.cells.rounded), self.cells.digits
            )
            counted = _Writer(self.cells, False, False, self.decimal).write(one)[0]
            return f"{written} {'=' if same else '≈'} {counted}"
        return written

    def test(self, asked: Reference) -> str:
        """Write the counts of every group that a test compares, with their chi-square."""
        table = self.cells.tested(asked)
        groups = "; ".join(":".join(map(str, row)) for row in table)
        statistic, freedom, _ = _pearson(table, asked)
        return f"p({groups}; χ² = {number(statistic, 2, self.decimal)}; df = {freedom})"

    def paired(self, node: Call) -> str:
        """Write McNemar's chi-square where as many people changed as the counts allow."""
        bounds, before, after, base = self.cells.paired(*references(node))
        if bounds.statistic is None or not bounds.changed[1]:
            return "p"
        statistic = number(Fraction(bounds.statistic[0]), 2, self.decimal)
        most = f"({before} + {after})" if bounds.changed[1] == before + after else bounds.changed[1]
        return f"p(χ² = ({before} − {after})² / {most} = {statistic}; df = 1)"

    def people(self, node: Call) -> str:
        """Write the whole numbers that give a share, or the two between which it lies."""
        share, base = (value(argument, self.cells) for argument in node.arguments)
        size = int(base)
        found, near = whole_numbers(share, size, self.cells)
        pairs = two_whole_numbers(share, size, self.cells) if node.function != "whole" else []
        if pairs:
            one = pairs[len(pairs) // 2]
            shown = [number(Fraction(100 * n, size), self.cells.digits, self.decimal) for n in one]
            terms = " + ".join(
                f"100·{n}/{size} ({text})" for n, text in zip(one, shown, strict=True)
            )
            return f"{terms} = {number(share, self.cells.digits, self.decimal)}"
        return "; ".join(
            f"100·{n}/{size} = {number(Fraction(100 * n, size), self.cells.digits, self.decimal)}"
            for n in (found if node.function == "whole" and found else near)
        )

    def operation(self, operator: str, left: Expression, right: Expression) -> tuple[str, int]:
        strength = _BINDING[operator]
        first, binds = self.write(left)
        if binds < strength:
            first = f"({first})"
        second, binds = self.write(right)
        # What follows a minus or a fraction bar keeps its brackets: a − (b + c).
        if binds < strength or (binds == strength and operator in "-/"):
            second = f"({second})"
        return f"{first} {_SIGNS[operator]} {second}", strength

    def cell(self, reference: Reference) -> tuple[str, int]:
        if reference.table == CLAIM and reference.name in self.cells.cells:
            return self.cells.cells[reference.name]["printed"], 9
        try:
            counted = self.cells.counted(reference)
            added = counted is None and reference.name not in self.cells.cells
            if len(reference.parts) > 1 and (self.by_parts or added):
                parts = [self.cells.rounded(part) for part in reference.parts]
                text = " + ".join(number(part, self.cells.digits, self.decimal) for part in parts)
                return text, 1
            if counted is None or self.short:
                return number(self.cells.exact(reference), self.cells.digits, self.decimal), 9
            return f"100·{counted[0]}/{counted[1]}", 2
        except Unresolved:
            return f"{reference.name} = ?", 0
