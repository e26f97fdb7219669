"""Ledger: every claim of a text with what its cells say, a verdict and the arithmetic."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from resurvey.audit.claims.evaluation import (
    TEXT_ONLY,
    Cells,
    Range,
    Solution,
    Unresolved,
    claim_cells,
    derivation,
    interval_text,
    number,
    value,
    value_range,
)
from resurvey.audit.claims.references import (
    Call,
    Comparison,
    Expression,
    Operation,
    Reference,
    parse_cells,
)
from resurvey.core.errors import SurveyError
from resurvey.core.printed import Interval, Printed, format_fixed, interval, parse_printed
from resurvey.core.published import PrintedCell

#: Units in which a meaning may be declared.
UNITS = ("percent", "percentage_points", "count", "ratio", "none")

_MEANING = re.compile(
    r"(?P<open>[\[(])\s*(?P<low>-?\d{1,15}(?:\.\d{1,15})?)\s*,\s*(?P<high>-?\d{1,15}(?:\.\d{1,15})?)\s*(?P<close>[\])])"
)


@dataclass(frozen=True)
class Quantifier:
    """The numbers that a quantifying word allows, in its unit; None where nothing is declared."""

    unit: str
    meaning: Interval | None


#: Quantifiers by the name that claims use.
Lexicon = Mapping[str, Quantifier]


def read_lexicon(declared: Mapping[str, Any]) -> Lexicon:
    """Turn the content of `lexicon.yaml` into quantifiers.

    Examples
    --------
    >>> lexicon = read_lexicon(
    ...     {"quantifiers": {"every_fifth": {"unit": "percent", "meaning": "[17.5, 22.5]"}}}
    ... )
    >>> Fraction("19.3") in lexicon["every_fifth"].meaning
    True
    """
    lexicon = {}
    for name, entry in declared.get("quantifiers", {}).items():
        unit = entry.get("unit", "none")
        if unit not in UNITS:
            raise SurveyError(f"lexicon: '{name}': unit '{unit}' is none of {', '.join(UNITS)}")
        meaning = entry.get("meaning")
        lexicon[name] = Quantifier(
            unit, None if meaning is None else parse_meaning(str(meaning), name)
        )
    return lexicon


def parse_meaning(text: str, name: str = "") -> Interval:
    """Read an interval; a round bracket leaves its end out.

    Examples
    --------
    >>> half = parse_meaning("(50, 100]")
    >>> Fraction(50) in half, Fraction(100) in half
    (False, True)
    """
    match = _MEANING.fullmatch(text.strip())
    if match is None or Fraction(match["low"]) > Fraction(match["high"]):
        raise SurveyError(
            f"lexicon: '{name}': meaning '{text}' is no interval such as '[17.5, 22.5]'"
        )
    return Interval(
        Fraction(match["low"]), Fraction(match["high"]), match["open"] == "[", match["close"] == "]"
    )


#: Columns that a claim brings along, and those that the ledger adds.
CLAIM_COLUMNS = (
    "claim",
    "page",
    "paragraph",
    "key_phrase",
    "paraphrase_ru",
    "paraphrase_en",
    "form",
    "printed",
    "unit",
    "quantifier",
    "cells",
    "alternative",
    "note_ru",
    "note_en",
)
LEDGER_COLUMNS = (
    *CLAIM_COLUMNS,
    "recomputed",
    "verdict",
    "arithmetic",
    "holds_in",
    "lowest",
    "highest",
)
VERDICTS = (
    "agrees",
    "agrees_by_rounded_parts",
    "wrong_cell",
    "contradicts",
    "cannot_be_checked",
    "percent_for_percentage_points",
)
FORMS = ("number", "quantifier", "comparison", "direction")
_Over = Callable[[Range], str]


@dataclass(frozen=True)
class Judgement:
    """What the ledger adds to a claim."""

    verdict: str
    recomputed: str = ""
    arithmetic: str = ""
    holds_in: str = ""
    lowest: str = ""
    highest: str = ""


def evaluate_claims(
    claims: Iterable[Mapping[str, str]],
    cells: Mapping[str, Mapping[str, Any]],
    lexicon: Lexicon,
    feasible: Mapping[str, Sequence[Solution]] | None = None,
    *,
    reconstructed: bool = False,
    rounding: str = "half_up",
    decimal: str = ",",
) -> list[dict[str, str]]:
    """Judge every claim of a text by the cells that it speaks of.

    Returns
    -------
    list of dict
        The claims, in their order, with the columns of `LEDGER_COLUMNS`. `recomputed` is written
        with the decimals of `printed`. Verdicts:

        agrees
            The cells round to the printed number, or lie in the word's declared meaning.
        agrees_by_rounded_parts
            They do so only if every answer is rounded before it is added or subtracted.
        percent_for_percentage_points
            A difference of two shares that the text calls a relative per cent.
        wrong_cell
            Not the named cells, but another cell of the same table (or the ratio of the same two
            cells, exchanged) gives the printed number.
        contradicts
            The cells give something else.
        cannot_be_checked
            Nothing published tells: no cells, a word without declared meaning, or (with
            `feasible`) some solutions agree, but not the chosen one.

    Raises
    ------
    SurveyError
        If a claim has an unknown form, an unknown quantifier or cells that are not understood;
        with the claim's number.

    Examples
    --------
    >>> from resurvey.audit.claims.ledger import read_lexicon
    >>> claim = {"claim": "c1", "form": "number", "printed": "82,7", "cells": "100 - t/v/2/total"}
    >>> cells = {"t/v/2/total": {"count": 83, "base": 515}}
    >>> found = evaluate_claims([claim], cells, read_lexicon({}))[0]
    >>> found["verdict"], found["arithmetic"]
    ('contradicts', '100 − 100·83/515 = 83,9 ≠ 82,7')
    """
    judge = _Judge(Cells(cells, feasible or {}), lexicon, reconstructed, rounding, decimal)
    ledger = []
    for claim in claims:
        try:
            judgement = judge.judge(claim)
        except SurveyError as problem:
            raise SurveyError(f"claim {claim.get('claim', '?')}: {problem}") from None
        given = {column: claim.get(column) or "" for column in CLAIM_COLUMNS}
        ledger.append({**given, **vars(judgement)})
    return [{column: row[column] for column in LEDGER_COLUMNS} for row in ledger]


def audit_claims(
    claims: Iterable[Mapping[str, str]],
    cells: Iterable[PrintedCell],
    crosstabs: Iterable[Mapping[str, str]],
    lexicon: Mapping[str, Any],
    reconstructed: bool,
    feasible: Mapping[str, Sequence[Solution]] | None = None,
    rounding: str = "half_up",
) -> list[dict[str, str]]:
    """Judge every statement of a wave's text by the cells that it speaks of.

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
    """
    return evaluate_claims(
        claims,
        claim_cells(crosstabs, cells),
        read_lexicon(lexicon),
        feasible=feasible if reconstructed else None,
        reconstructed=reconstructed,
        rounding=rounding,
    )


class _Judge:
    def __init__(
        self, cells: Cells, lexicon: Lexicon, reconstructed: bool, rounding: str, decimal: str
    ) -> None:
        self.cells, self.lexicon, self.reconstructed = cells, lexicon, reconstructed
        self.rounding, self.decimal = rounding, decimal

    def judge(self, claim: Mapping[str, str]) -> Judgement:
        form = claim.get("form", "")
        if form not in FORMS:
            raise SurveyError(f"form '{form}' is none of {', '.join(FORMS)}")
        quantifier = self._quantifier(claim.get("quantifier") or "")
        text = (claim.get("cells") or "").strip()
        if not text:
            return Judgement("cannot_be_checked")
        node = parse_cells(text)
        other = (claim.get("alternative") or "").strip()
        alternative = parse_cells(other) if other else None
        if isinstance(alternative, Comparison):
            raise SurveyError(f"alternative '{other}' is a statement; an expression is expected")
        try:
            if isinstance(node, Comparison):
                return self._statement(node)
            if quantifier is not None:
                return self._word(node, quantifier, alternative)
            return self._number(node, claim.get("printed") or "", alternative)
        except Unresolved as missing:
            return Judgement("cannot_be_checked", arithmetic=f"{missing} = ?")

    def _quantifier(self, name: str) -> Quantifier | None:
        if name and name not in self.lexicon:
            raise SurveyError(f"quantifier '{name}' is not in the study's lexicon")
        return self.lexicon[name] if name else None

    # A relation between cells -------------------------------------------------------------------

    def _statement(self, node: Comparison) -> Judgement:
        left, right = value(node.left, self.cells), value(node.right, self.cells)
        true = _holds(node.relation, left - right)
        actual = "=" if left == right else "<" if left < right else ">"
        shown = f"{self._show(left)} {actual} {self._show(right)}"
        difference = Operation("-", node.left, node.right)
        holds_in, _ = self._holds_in(
            difference, lambda values: _relation_over(node.relation, values)
        )
        derived = self._derive(node.right)
        arithmetic = f"{self._equation(node.left, left)} {actual} {self._show(right)}"
        arithmetic += "" if derived == self._show(right) else f" = {derived}"
        return Judgement(_settled(true, holds_in), shown, arithmetic, holds_in)

    # A word with a declared meaning -------------------------------------------------------------

    def _word(
        self, node: Expression, word: Quantifier, alternative: Expression | None
    ) -> Judgement:
        computed = value(node, self.cells)
        shown = self._show(computed)
        arithmetic = self._equation(node, computed)
        meaning = word.meaning
        if meaning is None:
            return Judgement("cannot_be_checked", shown, arithmetic)
        allowed = interval_text(meaning, self.decimal)
        holds_in, ends = self._holds_in(node, lambda values: _inside(meaning, values))
        verdict = _settled(computed in meaning, holds_in)
        arithmetic += f" {'∈' if computed in meaning else '∉'} {allowed}"
        if verdict == "contradicts":
            by_parts = value(node, self.cells, by_parts=True)
            exchanged = _exchanged(node)
            if by_parts in meaning:
                verdict = "agrees_by_rounded_parts"
                arithmetic += f"; {self._equation(node, by_parts, by_parts=True)} ∈ {allowed}"
            elif exchanged is not None and value(exchanged, self.cells) in meaning:
                verdict = "wrong_cell"
                turned = value(exchanged, self.cells)
                arithmetic += f"; {self._equation(exchanged, turned)} ∈ {allowed}"
        if alternative is not None and verdict != "agrees":
            other = value(alternative, self.cells)
            sign = "∈" if other in meaning else "∉"
            arithmetic += f"; {self._equation(alternative, other)} {sign} {allowed}"
        return Judgement(verdict, shown, arithmetic, holds_in, *ends)

    # A printed number ---------------------------------------------------------------------------

    def _number(self, node: Expression, text: str, alternative: Expression | None) -> Judgement:
        computed = value(node, self.cells)
        if not text:
            equation = self._equation(node, computed)
            return Judgement("cannot_be_checked", self._show(computed), equation)
        printed = parse_printed(text)
        fits = interval(printed, self.rounding, either_tie=True)
        agrees = computed in fits
        # A half may have been printed either way: what agrees is written as it was printed.
        made = printed.value if agrees else computed
        shown = format_fixed(made, printed.digits, self.decimal, printed.signed)
        arithmetic = self._equation(node, made, printed)
        arithmetic += "" if agrees else f" ≠ {text}"
        holds_in, ends = self._holds_in(node, lambda values: _inside(fits, values), printed)
        verdict = _settled(agrees, holds_in)
        if agrees and self.reconstructed and _text_only(node):
            return Judgement("cannot_be_checked", shown, arithmetic, holds_in, *ends)
        if not agrees:
            better, more = self._explain(node, printed, fits, alternative)
            # Rounded parts explain a miss whatever the other solutions say.
            if verdict == "contradicts" or better == "agrees_by_rounded_parts":
                verdict = better
            arithmetic += more
        return Judgement(verdict, shown, arithmetic, holds_in, *ends)

    def _explain(
        self, node: Expression, printed: Printed, fits: Interval, alternative: Expression | None
    ) -> tuple[str, str]:
        if isinstance(node, Call) and node.function == "percent_less":
            smaller, larger = node.arguments
            points = Operation("-", larger, smaller)
            for by_parts in (False, True):
                computed = value(points, self.cells, by_parts=by_parts)
                if computed in fits:
                    equation = self._equation(points, computed, printed, by_parts)
                    return "percent_for_percentage_points", f"; {equation}"
        by_parts_value = value(node, self.cells, by_parts=True)
        if by_parts_value in fits:
            equation = self._equation(node, by_parts_value, printed, True)
            return "agrees_by_rounded_parts", f"; {equation}"
        if isinstance(node, Reference):
            for other in self.cells.others(node):
                if self._gives(other, fits):
                    equation = self._equation(other, self.cells.exact(other), printed)
                    return "wrong_cell", f"; {equation} = {other.name}"
        if alternative is not None:
            computed = value(alternative, self.cells)
            more = "" if computed in fits else f" ≠ {printed.text}"
            return "contradicts", f"; {self._equation(alternative, computed, printed)}{more}"
        return "contradicts", ""

    def _gives(self, other: Reference, fits: Interval) -> bool:
        try:
            return self.cells.exact(other) in fits or self.cells.rounded(other) in fits
        except Unresolved:
            return False

    # Writing ------------------------------------------------------------------------------------

    def _show(self, computed: Fraction, printed: Printed | None = None) -> str:
        return number(computed, printed.digits if printed else self.cells.digits, self.decimal)

    def _derive(self, node: Expression, by_parts: bool = False) -> str:
        return derivation(node, self.cells, by_parts=by_parts, decimal=self.decimal)

    def _equation(
        self,
        node: Expression,
        computed: Fraction,
        printed: Printed | None = None,
        by_parts: bool = False,
    ) -> str:
        shown, derived = self._show(computed, printed), self._derive(node, by_parts)
        return shown if derived == shown else f"{derived} = {shown}"

    def _holds_in(
        self, node: Expression, over: _Over, printed: Printed | None = None
    ) -> tuple[str, tuple[str, str]]:
        if not self.cells.solutions:
            return "", ("", "")
        ends = value_range(node, self.cells)
        return over(ends), (self._show(ends[0], printed), self._show(ends[1], printed))


def _holds(relation: str, difference: Fraction) -> bool:
    signs = {"<": difference < 0, ">": difference > 0, "=": difference == 0}
    return signs[relation]


def _relation_over(relation: str, ends: Range) -> str:
    low, high = ends
    if relation == "=":
        return "all" if low == high == 0 else "some" if low <= 0 <= high else "none"
    true = [_holds(relation, end) for end in ends]
    return "all" if all(true) else "some" if any(true) else "none"


def _inside(allowed: Interval, ends: Range) -> str:
    low, high = ends
    if low in allowed and high in allowed:
        return "all"
    below = high < allowed.low or (high == allowed.low and not allowed.low_closed)
    above = low > allowed.high or (low == allowed.high and not allowed.high_closed)
    return "none" if below or above else "some"


def _settled(agrees: bool, holds_in: str) -> str:
    if agrees:
        return "agrees"
    return "contradicts" if holds_in in ("", "none") else "cannot_be_checked"


def _exchanged(node: Expression) -> Expression | None:
    if isinstance(node, Operation) and node.operator == "/":
        return Operation("/", node.right, node.left)
    return None


def _text_only(node: Expression) -> bool:
    return isinstance(node, Reference) and node.table == TEXT_ONLY
