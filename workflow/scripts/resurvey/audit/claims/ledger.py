"""Ledger: every claim of a text with what its cells say, a verdict and the arithmetic."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from resurvey.audit.claims.evaluation import (
    Cells,
    Range,
    Solution,
    Unresolved,
    claim_cells,
    derivation,
    interval_text,
    interview_cells,
    number,
    tests,
    value,
    value_range,
)
from resurvey.audit.claims.references import (
    Call,
    Comparison,
    Expression,
    Number,
    Operation,
    Reference,
    parse_cells,
    references,
)
from resurvey.core.errors import SurveyError
from resurvey.core.names import CLAIM, TEXT_ONLY
from resurvey.core.printed import Interval, Printed, format_fixed, interval, parse_printed
from resurvey.core.published import PrintedCell

#: Units in which a meaning may be declared.
UNITS = ("percent", "percentage_points", "count", "ratio", "none")

_MEANING = re.compile(
    r"(?P<open>[\[(])\s*(?P<low>-?\d{1,15}(?:\.\d{1,15})?)\s*,\s*(?P<high>-?\d{1,15}(?:\.\d{1,15})?)\s*(?P<close>[\])])"
)


@dataclass(frozen=True)
class Quantifier:
    """The numbers that a quantifying word allows, in its unit; None where nothing is declared.

    loose: What the word allows at most: a number there is imprecise, not contradicted.
    """

    unit: str
    meaning: Interval | None
    loose: Interval | None = None


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
        meaning, loose = (
            parse_meaning(str(entry[key]), name) if key in entry else None
            for key in ("meaning", "loose")
        )
        lexicon[name] = Quantifier(unit, meaning, loose)
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
    "suggestion_ru",
    "suggestion_en",
)
LEDGER_COLUMNS = (
    *CLAIM_COLUMNS,
    "recomputed",
    "verdict",
    "arithmetic",
    "holds_in",
    "lowest",
    "highest",
    "reason",
    "outcomes",
    "steps",
    "readings_ru",
    "readings_en",
)
READING_COLUMNS = ("claim", "cells", "quantifier", "reading_ru", "reading_en")
VERDICTS = (
    "confirmed",
    "by_rounded_parts",
    "imprecise",
    "depends_on_reading",
    "internally_consistent",
    "contradicted",
    "cannot_be_checked",
)
#: What a reading of a claim comes to, the most charitable first.
OUTCOMES = ("holds", "possible", "rounded", "loose", "open", "fails")
#: Why a verdict was given; the words of a report have a sentence for each.
REASONS = (
    "same_number",
    "in_meaning",
    "relation",
    "rounded_parts",
    "points",
    "loose",
    "some_readings",
    "inside_text",
    "possible",
    "another_cell",
    "no_reading",
    "no_cells",
    "no_meaning",
    "text_only",
    "not_counted",
    "some_solutions",
)
FORMS = ("number", "quantifier", "comparison", "direction")
#: Between the readings of one claim, in a column that holds them all.
BETWEEN = " | "
#: Decimals of a p-value.
P_DIGITS = 3
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
    reason: str = ""
    outcomes: str = ""
    steps: str = ""
    readings_ru: str = ""
    readings_en: str = ""


@dataclass(frozen=True)
class _Outcome:
    """What one reading of a claim comes to; `inside` if nothing but the text speaks for it."""

    outcome: str
    reason: str
    shown: str = ""
    arithmetic: str = ""
    holds_in: str = ""
    ends: tuple[str, str] = ("", "")
    inside: bool = False


@dataclass(frozen=True)
class _Reading:
    """A way to understand a claim: its expression, its word, and the sentence that declares it."""

    cells: str
    quantifier: str
    says_ru: str = ""
    says_en: str = ""


def evaluate_claims(
    claims: Iterable[Mapping[str, str]],
    cells: Mapping[str, Mapping[str, Any]],
    lexicon: Lexicon,
    feasible: Mapping[str, Sequence[Solution]] | None = None,
    *,
    readings: Iterable[Mapping[str, str]] = (),
    reconstructed: bool = False,
    rounding: str = "half_up",
    decimal: str = ",",
) -> list[dict[str, str]]:
    """Judge every claim of a text by the cells that it speaks of.

    Parameters
    ----------
    readings : iterable of dict
        Declared readings, keys `READING_COLUMNS`: all readings of the claims that they name, a
        line with empty `cells` being the claim's own. A claim without any is read by its cells and
        its alternative.

    Returns
    -------
    list of dict
        The claims, in their order, with the columns of `LEDGER_COLUMNS`. `recomputed` is written
        with the decimals of `printed`; `outcomes`, `steps` and the texts of the readings are
        parallel, the most charitable reading first. Verdicts:

        confirmed
            Every reading that can be decided gives the printed number or the word's meaning.
        by_rounded_parts
            They do so only if every answer is rounded before it is added or subtracted.
        imprecise
            The direction is right, but the number is outside the word's meaning, or a difference
            of two shares is called a relative per cent.
        depends_on_reading
            One declared reading holds, another does not.
        internally_consistent
            The text agrees with itself, or with one of several solutions; nothing else published
            speaks of it.
        contradicted
            Every declared reading fails.
        cannot_be_checked
            Nothing published tells: no cells, a word without declared meaning, or (with
            `feasible`) some solutions agree, but not the chosen one.

    Raises
    ------
    SurveyError
        If a claim has an unknown form, an unknown quantifier or cells that are not understood;
        with the claim's number. A reading of no claim is refused too.

    Examples
    --------
    >>> from resurvey.audit.claims.ledger import read_lexicon
    >>> claim = {"claim": "c1", "form": "number", "printed": "82,7", "cells": "100 - t/v/2/total"}
    >>> cells = {"t/v/2/total": {"count": 83, "base": 515}}
    >>> found = evaluate_claims([claim], cells, read_lexicon({}))[0]
    >>> found["verdict"], found["arithmetic"]
    ('contradicted', '100 − 100·83/515 = 83,9 ≠ 82,7')
    """
    claims = list(claims)
    known = {**_claimed(claims), **cells}
    judge = _Judge(
        Cells(known, feasible or {}, rounding=rounding), lexicon, reconstructed, rounding, decimal
    )
    declared: dict[str, list[Mapping[str, str]]] = {}
    for reading in readings:
        declared.setdefault(reading["claim"], []).append(reading)
    names = {claim.get("claim", "") for claim in claims}
    if unknown := sorted(set(declared) - names):
        raise SurveyError(f"readings.csv: there is no claim '{unknown[0]}' in claims.csv")
    ledger = []
    for claim in claims:
        try:
            judgement = judge.judge(claim, declared.get(claim.get("claim", ""), []))
        except SurveyError as problem:
            raise SurveyError(f"claim {claim.get('claim', '?')}: {problem}") from None
        given = {column: claim.get(column) or "" for column in CLAIM_COLUMNS}
        ledger.append({**given, **vars(judgement)})
    return [{column: row[column] for column in LEDGER_COLUMNS} for row in ledger]


def _claimed(claims: Iterable[Mapping[str, str]]) -> dict[str, Mapping[str, Any]]:
    """Gather the numbers that claims print, so that one may be compared with another."""
    printed = {claim.get("claim", ""): claim.get("printed") or "" for claim in claims}
    return {
        f"{CLAIM}/{name}/printed/total": {"printed": text} for name, text in printed.items() if text
    }


def audit_claims(
    claims: Iterable[Mapping[str, str]],
    cells: Iterable[PrintedCell],
    crosstabs: Iterable[Mapping[str, str]],
    lexicon: Mapping[str, Any],
    reconstructed: bool,
    feasible: Mapping[str, Sequence[Solution]] | None = None,
    rounding: str = "half_up",
    readings: Iterable[Mapping[str, str]] = (),
    interviews: Iterable[Mapping[str, str]] = (),
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
    readings : sequence of dict
        Lines of `readings.csv`.
    interviews : sequence of dict
        Lines of ``interviews/codes_by_attribute.csv``, where interviews were coded.
    """
    return evaluate_claims(
        claims,
        claim_cells(crosstabs, cells) | interview_cells(interviews),
        read_lexicon(lexicon),
        feasible=feasible if reconstructed else None,
        readings=readings,
        reconstructed=reconstructed,
        rounding=rounding,
    )


class _Judge:
    def __init__(
        self, cells: Cells, lexicon: Lexicon, reconstructed: bool, rounding: str, decimal: str
    ) -> None:
        self.cells, self.lexicon, self.reconstructed = cells, lexicon, reconstructed
        self.rounding, self.decimal = rounding, decimal

    def judge(
        self, claim: Mapping[str, str], declared: Sequence[Mapping[str, str]] = ()
    ) -> Judgement:
        form = claim.get("form", "")
        if form not in FORMS:
            raise SurveyError(f"form '{form}' is none of {', '.join(FORMS)}")
        own = _Reading((claim.get("cells") or "").strip(), claim.get("quantifier") or "")
        self._quantifier(own.quantifier)
        printed = claim.get("printed") or ""
        first = self._outcome(own, printed)
        judged = [
            (
                reading,
                first
                if (reading.cells, reading.quantifier) == (own.cells, own.quantifier)
                else self._outcome(reading, printed),
            )
            for reading in _readings(claim, own, declared)
        ]
        # Readings that come to the same stay in the order in which they were declared.
        judged.sort(key=lambda pair: OUTCOMES.index(pair[1].outcome))
        verdict, reason = _verdict([outcome for _, outcome in judged])
        steps = [outcome.arithmetic for _, outcome in judged]
        return Judgement(
            verdict,
            first.shown,
            "; ".join(dict.fromkeys(step for step in steps if step)),
            first.holds_in,
            *first.ends,
            reason,
            BETWEEN.join(outcome.outcome for _, outcome in judged),
            BETWEEN.join(steps),
            BETWEEN.join(reading.says_ru for reading, _ in judged),
            BETWEEN.join(reading.says_en for reading, _ in judged),
        )

    def _outcome(self, reading: _Reading, printed: str) -> _Outcome:
        if not reading.cells:
            return _Outcome("open", "no_cells")
        node = parse_cells(reading.cells)
        word = self._quantifier(reading.quantifier)
        try:
            if isinstance(node, Comparison):
                outcome = self._statement(node)
            elif isinstance(node, Call) and node.function in ("whole", "whole_parts"):
                outcome = self._ways(node)
            elif word is not None:
                outcome = self._word(node, word)
            else:
                outcome = self._number(node, printed)
        except Unresolved as missing:
            return _Outcome("open", "not_counted", arithmetic=f"{missing} = ?")
        if outcome.outcome == "holds" and outcome.holds_in == "some":
            outcome = replace(outcome, outcome="possible", reason="possible")
        return replace(outcome, inside=self._inside(node))

    def _inside(self, node: Expression | Comparison) -> bool:
        """Tell whether a reading rests on the text alone."""
        circular = (CLAIM, TEXT_ONLY) if self.reconstructed else (CLAIM,)
        return all(reference.table in circular for reference in references(node))

    def _quantifier(self, name: str) -> Quantifier | None:
        if name and name not in self.lexicon:
            raise SurveyError(f"quantifier '{name}' is not in the study's lexicon")
        return self.lexicon[name] if name else None

    # A relation between cells -------------------------------------------------------------------

    def _statement(self, node: Comparison) -> _Outcome:
        left, right = value(node.left, self.cells), value(node.right, self.cells)
        true = _holds(node.relation, left - right)
        actual = "=" if left == right else "<" if left < right else ">"
        digits = self._digits(node)
        shown = f"{self._show(left, digits)} {actual} {self._show(right, digits)}"
        # Numbers of people are no per cent that was recomputed: the arithmetic has them.
        shown = shown if digits else ""
        difference = Operation("-", node.left, node.right)
        holds_in, _ = self._holds_in(
            difference, lambda values: _relation_over(node.relation, values)
        )
        derived, plain = self._derive(node.right), self._show(right, digits)
        if alike := _all_alike(node):
            arithmetic = " = ".join(map(self._derive, alike))
            if not true:
                arithmetic = arithmetic.replace(" = ", "; ")
        elif actual == "=":
            # What is not so says what it had to be.
            sign = {"<": "≮", ">": "≯"}.get(node.relation, "=")
            arithmetic = f"{self._derive(node.left)} {sign} {derived}"
        else:
            arithmetic = f"{self._equation(node.left, left, digits)} {actual} "
            bare = derived == plain or isinstance(node.right, Number) or _counts(node.right)
            arithmetic += derived if bare else f"{plain} = {derived}"
        settled = _settled(true, holds_in)
        return _Outcome(settled, _REASON_OF.get(settled, "relation"), shown, arithmetic, holds_in)

    def _ways(self, node: Call) -> _Outcome:
        ways = value(node, self.cells)
        found = "holds" if ways else "fails"
        arithmetic = self._derive(node)
        if not ways:
            arithmetic += f" ≠ {self._show(value(node.arguments[0], self.cells))}"
        return _Outcome(found, "inside_text" if ways else "no_reading", arithmetic=arithmetic)

    # A word with a declared meaning -------------------------------------------------------------

    def _word(self, node: Expression, word: Quantifier) -> _Outcome:
        computed = value(node, self.cells)
        shown = self._show(computed)
        arithmetic = self._equation(node, computed)
        meaning = word.meaning
        if meaning is None:
            rounded = self._show(value(node, self.cells, by_parts=True))
            if self._as_printed(node, rounded):
                # What the table prints is shown, whatever it was added up from.
                derived, shown = self._derive(node, by_parts=True), rounded
                arithmetic = shown if derived == shown else f"{derived} = {shown}"
            return _Outcome("open", "no_meaning", shown, arithmetic)
        allowed = interval_text(meaning, self.decimal)
        holds_in, ends = self._holds_in(node, lambda values: _inside(meaning, values))
        settled = _settled(computed in meaning, holds_in)
        arithmetic += f" {'∈' if computed in meaning else '∉'} {allowed}"
        reason = _REASON_OF.get(settled, "in_meaning")
        if settled == "fails":
            by_parts = value(node, self.cells, by_parts=True)
            exchanged = _exchanged(node)
            if by_parts in meaning:
                settled, reason = "rounded", "rounded_parts"
                arithmetic += f"; {self._equation(node, by_parts, by_parts=True)} ∈ {allowed}"
            elif word.loose is not None and computed in word.loose:
                settled, reason = "loose", "loose"
                arithmetic += f", ∈ {interval_text(word.loose, self.decimal)}"
            elif exchanged is not None and value(exchanged, self.cells) in meaning:
                reason = "another_cell"
                turned = value(exchanged, self.cells)
                arithmetic += f"; {self._equation(exchanged, turned)} ∈ {allowed}"
        return _Outcome(settled, reason, shown, arithmetic, holds_in, ends)

    # A printed number ---------------------------------------------------------------------------

    def _number(self, node: Expression, text: str) -> _Outcome:
        computed = value(node, self.cells)
        if not text:
            equation = self._equation(node, computed)
            return _Outcome("open", "no_meaning", self._show(computed), equation)
        printed = parse_printed(text)
        fits = interval(printed, self.rounding, either_tie=True)
        agrees = computed in fits
        # A half may have been printed either way: what agrees is written as it was printed.
        made = printed.value if agrees else computed
        shown = format_fixed(made, printed.digits, self.decimal, printed.signed)
        arithmetic = self._equation(node, made, printed.digits)
        arithmetic += "" if agrees else f" ≠ {text}"
        holds_in, ends = self._holds_in(node, lambda values: _inside(fits, values), printed.digits)
        settled = _settled(agrees, holds_in)
        reason = _REASON_OF.get(settled, "same_number")
        if agrees and self.reconstructed and _text_only(node):
            return _Outcome("open", "text_only", shown, arithmetic, holds_in, ends)
        if not agrees:
            better, why, more = self._explain(node, printed, fits)
            # Rounded parts explain a miss whatever the other solutions say.
            if settled == "fails" or better == "rounded":
                settled, reason = better, why
            arithmetic += more
            if settled == "rounded" and self._as_printed(node, text):
                # The table prints the very number: how it was added up is the table's affair.
                settled, reason = "holds", "same_number"
                equation = self._equation(node, printed.value, printed.digits, True)
                return _Outcome(settled, reason, text, equation, "all", (text, text))
        return _Outcome(settled, reason, shown, arithmetic, holds_in, ends)

    def _as_printed(self, node: Expression, text: str) -> bool:
        if not isinstance(node, Reference) or node.table in (CLAIM, TEXT_ONLY):
            return False
        return self.cells.cells.get(node.name, {}).get("printed") == text

    def _explain(self, node: Expression, printed: Printed, fits: Interval) -> tuple[str, str, str]:
        if isinstance(node, Call) and node.function == "percent_less":
            smaller, larger = node.arguments
            points = Operation("-", larger, smaller)
            for by_parts in (False, True):
                computed = value(points, self.cells, by_parts=by_parts)
                if computed in fits:
                    equation = self._equation(points, computed, printed.digits, by_parts)
                    return "loose", "points", f"; {equation}"
        by_parts_value = value(node, self.cells, by_parts=True)
        if by_parts_value in fits:
            equation = self._equation(node, by_parts_value, printed.digits, True)
            return "rounded", "rounded_parts", f"; {equation}"
        if isinstance(node, Reference):
            for other in self.cells.others(node):
                if self._gives(other, fits):
                    equation = self._equation(other, self.cells.exact(other), printed.digits)
                    return "fails", "another_cell", f"; {equation} = {other.name}"
        return "fails", "no_reading", ""

    def _gives(self, other: Reference, fits: Interval) -> bool:
        try:
            return self.cells.exact(other) in fits or self.cells.rounded(other) in fits
        except Unresolved:
            return False

    # Writing ------------------------------------------------------------------------------------

    def _digits(self, node: Expression | Comparison) -> int:
        if isinstance(node, Comparison):
            if _counts(node.left) and _counts(node.right):
                return 0
            return max(self._digits(node.left), self._digits(node.right))
        return P_DIGITS if tests(node) else self.cells.digits

    def _show(self, computed: Fraction, digits: int | None = None) -> str:
        return number(computed, self.cells.digits if digits is None else digits, self.decimal)

    def _derive(self, node: Expression, by_parts: bool = False) -> str:
        return derivation(node, self.cells, by_parts=by_parts, decimal=self.decimal)

    def _equation(
        self,
        node: Expression,
        computed: Fraction,
        digits: int | None = None,
        by_parts: bool = False,
    ) -> str:
        shown, derived = self._show(computed, digits), self._derive(node, by_parts)
        if computed.denominator == 1 and (derived == str(computed) or _counts(node)):
            shown = str(computed)
        return shown if derived == shown else f"{derived} = {shown}"

    def _holds_in(
        self, node: Expression, over: _Over, digits: int | None = None
    ) -> tuple[str, tuple[str, str]]:
        if not self.cells.solutions:
            return "", ("", "")
        ends = value_range(node, self.cells)
        return over(ends), (self._show(ends[0], digits), self._show(ends[1], digits))


def _readings(
    claim: Mapping[str, str], own: _Reading, declared: Sequence[Mapping[str, str]]
) -> list[_Reading]:
    """All readings of a claim; its own cells and its alternative where none is declared."""
    if declared:
        return [
            _Reading(
                line["cells"].strip() or own.cells,
                line["quantifier"] or own.quantifier,
                line["reading_ru"],
                line["reading_en"],
            )
            for line in declared
        ]
    other = (claim.get("alternative") or "").strip()
    if other and isinstance(parse_cells(other), Comparison):
        raise SurveyError(f"alternative '{other}' is a statement; an expression is expected")
    return [own, *([replace(own, cells=other)] if other else [])]


def _verdict(outcomes: Sequence[_Outcome]) -> tuple[str, str]:
    """Weigh the outcomes of all readings, the most charitable first; the verdict and its reason."""
    best = outcomes[0]
    found = {outcome.outcome for outcome in outcomes}
    if best.outcome in ("holds", "possible", "rounded") and found & {"loose", "fails"}:
        return "depends_on_reading", "some_readings"
    if best.outcome == "holds":
        holding = [outcome for outcome in outcomes if outcome.outcome == "holds"]
        if all(outcome.inside for outcome in holding):
            return "internally_consistent", "inside_text"
        return "confirmed", next(one.reason for one in holding if not one.inside)
    verdicts = {
        "possible": "internally_consistent",
        "rounded": "by_rounded_parts",
        "loose": "imprecise",
        "open": "cannot_be_checked",
        "fails": "contradicted",
    }
    return verdicts[best.outcome], best.reason


def _all_alike(node: Comparison) -> tuple[Expression, ...]:
    """Numbers of which the smallest is said to be the largest: that all of them are the same."""
    match node:
        case Comparison("=", Call("min", smallest), Call("max", largest)) if smallest == largest:
            return smallest
    return ()


def _counts(node: Expression) -> bool:
    """Tell whether an expression is of people or of numbers that the text prints, not of shares."""
    match node:
        case Call(function="base" | "count"):
            return True
        case Call():
            return all(_counts(part) for part in node.arguments)
        case Reference():
            return node.table == CLAIM
        case Operation(operator="+" | "-"):
            return _counts(node.left) and _counts(node.right)
    return False


_REASON_OF = {"fails": "no_reading", "open": "some_solutions"}


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
        return "holds"
    return "fails" if holds_in in ("", "none") else "open"


def _exchanged(node: Expression) -> Expression | None:
    if isinstance(node, Operation) and node.operator == "/":
        return Operation("/", node.right, node.left)
    return None


def _text_only(node: Expression) -> bool:
    return isinstance(node, Reference) and node.table == TEXT_ONLY
