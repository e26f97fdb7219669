"""References: the small language in which a claim names the cells it speaks of.

A reference is ``table/variable/code/column``, all four as in `cells.csv` and `crosstabs.csv`:
``table_2/job_fit/1+2/total`` is a per cent, its code may be a sum, its column `total` or a group's
code; the table `text` holds shares that no table prints, and ``interviews/THEME/1/total`` the coded
interviews that have a theme (``…/gender_women`` of a group, THEME `everybody` for all). References,
numbers, ``+ - * /`` with spaces around them, brackets and functions make an expression; two
expressions with ``<``, ``>`` or ``=`` between them make a statement:

    100 - table_1/sector_kyrgyzstan/12/total
    max(abs(table_6/family_relations/3/1 - table_6/family_relations/3/2), 0)
    table_2/job_fit/1+2/2 < table_2/job_fit/1+2/1
    percent_less(A, B)     by how many per cent of B is A smaller than B
    base(A)  count(A)      respondents behind a cell
    claim(c019)            the number that another claim of the text prints
    p_value(A)             chi-square test between the groups: A against all other answers of its
                           question; the whole question where A's code is `all`
    paired_p_value(A, B)   McNemar's test of two answers of the same people: the largest p that any
                           joint distribution of the two counts allows
    whole(A, N)            in how many ways A is the printed per cent of a whole number out of N
    whole_parts(A, N)      the same where A is the sum of two per cents that were rounded first
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from resurvey.core.errors import SurveyError
from resurvey.core.names import CLAIM

#: Functions and how many arguments each takes (least, most).
FUNCTIONS = {
    "abs": (1, 1),
    "base": (1, 1),
    "count": (1, 1),
    "max": (1, 100),
    "min": (1, 100),
    "p_value": (1, 1),
    "paired_p_value": (2, 2),
    "percent_less": (2, 2),
    "whole": (2, 2),
    "whole_parts": (2, 2),
}
#: Functions of cells, not of the numbers in them.
OF_CELLS = ("base", "count", "p_value", "paired_p_value")
#: Theme that all coded interviews have.
EVERYBODY = "everybody"
#: Code of a question's answers together.
ALL_ANSWERS = "all"
RELATIONS = ("<", ">", "=")
#: Longer or deeper input is no claim about a table.
LONGEST, DEEPEST = 5000, 40

_TOKEN = re.compile(
    r"\s*(?:(?P<reference>\w+/\w+/-?\w+(?:\+-?\w+)*/-?\w+)(?![\w/])"
    r"|claim\(\s*(?P<claim>\w+)\s*\)"
    r"|(?P<number>\d{1,15}(?:\.\d{1,15})?)(?![\w./])"
    r"|(?P<name>[a-z_]+)(?=\s*\()"
    r"|(?P<mark>[-+*/<>=(),]))"
)


@dataclass(frozen=True, slots=True)
class Number:
    """A number written into the claim itself."""

    value: Fraction


@dataclass(frozen=True, slots=True)
class Reference:
    """One cell: a table's row and column; its code may be a sum of codes."""

    table: str
    variable: str
    code: str
    column: str

    @property
    def name(self) -> str:
        """The reference as it is written."""
        return f"{self.table}/{self.variable}/{self.code}/{self.column}"

    @property
    def question(self) -> str:
        """Table and variable, which share their respondents and so their possible counts."""
        return f"{self.table}/{self.variable}"

    @property
    def parts(self) -> tuple["Reference", ...]:
        """The single answers of a sum, or the cell itself."""
        codes = self.code.split("+")
        return tuple(Reference(self.table, self.variable, code, self.column) for code in codes)


@dataclass(frozen=True, slots=True)
class Operation:
    """Two expressions added, subtracted, multiplied or divided."""

    operator: str
    left: "Expression"
    right: "Expression"


@dataclass(frozen=True, slots=True)
class Call:
    """A function of expressions."""

    function: str
    arguments: tuple["Expression", ...]


Expression = Number | Reference | Operation | Call


@dataclass(frozen=True, slots=True)
class Comparison:
    """A statement: one expression below, above or equal to another."""

    relation: str
    left: Expression
    right: Expression


def parse_cells(text: str) -> Expression | Comparison:
    """Read what a claim says about cells.

    Examples
    --------
    >>> parse_cells("table_2/job_fit/1+2/total").code
    '1+2'
    >>> parse_cells("100 - 4").operator
    '-'
    >>> parse_cells("table_2/job_fit/1 -")
    Traceback (most recent call last):
    resurvey.SurveyError: 'table_2/job_fit/1 -': not understood at 'table_2/job_fit/1 -'
    """
    return _Parser(text).statement()


def references(node: Expression | Comparison) -> Iterator[Reference]:
    """Return every reference of an expression or a statement, in its order.

    Examples
    --------
    >>> [one.column for one in references(parse_cells("t/v/1/2 < t/v/1/1"))]
    ['2', '1']
    """
    match node:
        case Reference():
            yield node
        case Operation() | Comparison():
            yield from references(node.left)
            yield from references(node.right)
        case Call():
            for argument in node.arguments:
                yield from references(argument)


class _Parser:
    """Recursive descent over the tokens of one text."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = self._tokens()
        self.position = 0
        self.depth = 0

    def _tokens(self) -> list[tuple[str, str, int]]:
        if len(self.text) > LONGEST:
            raise SurveyError(f"a claim's cells take at most {LONGEST} characters")
        tokens: list[tuple[str, str, int]] = []
        position, end = 0, len(self.text.rstrip())
        while position < end:
            match = _TOKEN.match(self.text, position)
            if match is None:
                raise self._problem(position)
            kind = str(match.lastgroup)
            tokens.append((kind, match[kind], match.start(kind)))
            position = match.end()
        return tokens

    def _problem(self, position: int) -> SurveyError:
        rest = self.text[position:].strip()[:40]
        where = f"not understood at '{rest}'" if rest else "something is missing at its end"
        return SurveyError(f"'{self.text[:80]}': {where}")

    def _peek(self) -> tuple[str, str]:
        if self.position >= len(self.tokens):
            return "end", ""
        kind, word, _ = self.tokens[self.position]
        return kind, word

    def _next(self) -> tuple[str, str]:
        token = self._peek()
        self.position += 1
        return token

    def _here(self) -> SurveyError:
        after = self.position >= len(self.tokens)
        return self._problem(len(self.text) if after else self.tokens[self.position][2])

    def _expect(self, mark: str) -> None:
        if self._peek() != ("mark", mark):
            raise self._here()
        self.position += 1

    def statement(self) -> Expression | Comparison:
        left = self.sum()
        node: Expression | Comparison = left
        kind, word = self._peek()
        if kind == "mark" and word in RELATIONS:
            self.position += 1
            node = Comparison(word, left, self.sum())
        if self._peek()[0] != "end":
            raise self._here()
        return node

    def sum(self) -> Expression:
        node = self.product()
        while self._peek() in (("mark", "+"), ("mark", "-")):
            operator = self._next()[1]
            node = Operation(operator, node, self.product())
        return node

    def product(self) -> Expression:
        node = self.factor()
        while self._peek() in (("mark", "*"), ("mark", "/")):
            operator = self._next()[1]
            node = Operation(operator, node, self.factor())
        return node

    def factor(self) -> Expression:
        self.depth += 1
        if self.depth > DEEPEST:
            raise SurveyError(f"'{self.text[:80]}': more than {DEEPEST} brackets deep")
        kind, word = self._peek()
        node: Expression
        if kind == "reference":
            self.position += 1
            node = Reference(*word.split("/"))
        elif kind == "claim":
            self.position += 1
            node = Reference(CLAIM, word, "printed", "total")
        elif kind == "number":
            self.position += 1
            node = Number(Fraction(word))
        elif kind == "name":
            node = self.call()
        elif (kind, word) == ("mark", "("):
            self.position += 1
            node = self.sum()
            self._expect(")")
        else:
            raise self._here()
        self.depth -= 1
        return node

    def call(self) -> Expression:
        name = self._peek()[1]
        if name not in FUNCTIONS:
            raise SurveyError(
                f"'{self.text[:80]}': there is no function '{name}', only {', '.join(FUNCTIONS)}"
            )
        self.position += 1
        self._expect("(")
        arguments = [self.sum()]
        while self._peek() == ("mark", ","):
            self.position += 1
            arguments.append(self.sum())
        self._expect(")")
        least, most = FUNCTIONS[name]
        if not least <= len(arguments) <= most:
            raise SurveyError(f"'{self.text[:80]}': {name} takes {least} to {most} arguments")
        if name in OF_CELLS and not all(isinstance(one, Reference) for one in arguments):
            number = "one cell" if most == 1 else "two cells"
            raise SurveyError(f"'{self.text[:80]}': {name} takes {number}")
        return Call(name, tuple(arguments))
