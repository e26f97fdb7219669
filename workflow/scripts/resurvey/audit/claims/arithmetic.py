"""Arithmetic: how a claim's number comes about, in signs that need no language."""

from fractions import Fraction

from resurvey.audit.claims.evaluation import Cells, Unresolved
from resurvey.audit.claims.references import (
    Call,
    Expression,
    Number,
    Operation,
    Reference,
    references,
)
from resurvey.core.printed import Interval, format_fixed

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
    digits = next((one for one in range(9) if (value * 10**one).denominator == 1), 9)
    return number(value, digits, decimal)


class _Writer:
    def __init__(self, cells: Cells, short: bool, by_parts: bool, decimal: str) -> None:
        self.cells, self.short, self.by_parts, self.decimal = cells, short, by_parts, decimal

    def write(self, node: Expression) -> tuple[str, int]:
        """Give the text and how strongly its outermost sign binds."""
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
            case Call(function="base" | "count"):
                counted = self.cells.counted(next(references(node)))
                return ("?" if counted is None else str(counted[node.function == "base"])), 9
        listed = "; ".join(self.write(one)[0] for one in node.arguments)
        return f"{node.function}({listed})", 9

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
        try:
            counted = self.cells.counted(reference)
            added = counted is None and reference.name not in self.cells.cells
            if len(reference.parts) > 1 and (self.by_parts or added):
                parts = [self.cells.rounded(part) for part in reference.parts]
                text = " + ".join(number(one, self.cells.digits, self.decimal) for one in parts)
                return text, 1
            if counted is None or self.short:
                return number(self.cells.exact(reference), self.cells.digits, self.decimal), 9
            return f"100·{counted[0]}/{counted[1]}", 2
        except Unresolved:
            return f"{reference.name} = ?", 0
