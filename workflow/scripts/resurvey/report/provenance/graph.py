"""Graph: every number of a wave with its formula and what it is computed from, down to people."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from resurvey.core.codebook import clean_code
from resurvey.statistics.registry import TESTS, list_shown_measures

FORMULAS = {
    "count": "Σ 1",
    "weighted_count": "Σ w",
    "sum": "Σ count",
    "share": "100 · count / base",
    "frechet_lowest": "max(0, Σ count − (k − 1) n)",
    "frechet_highest": "min count",
    "share_from_rounded": "Σ round(100 · count / base)",
    "difference": "share − share",
    "difference_from_rounded": "round(share) − round(share)",
    "degrees_of_freedom": "(rows − 1)(columns − 1)",
    "one_degree": "1",
    "on_scale": "Σ n",
    "design_degrees_of_freedom": "(Σ δ)² / Σ δ²",
    "residual_degrees_of_freedom": "df · (clusters − strata)",
    "tail": "P(X² ≥ statistic)",
    "f_tail": "P(F ≥ statistic)",
    "holm": "max (m − rank + 1) p",
    "holm_of_smaller": "max (m − k + 1) p₍ₖ₎",
    "benjamini_hochberg": "min m p / rank",
    "residual": "(O − E) / √(E (1 − row share)(1 − column share))",
    "design_residual": "(share − expected share) / standard error",
    "ledger": "rows of the step",
    "mean": "Σ score / n",
    "standard_deviation": "√(Σ (x − x̄)² / (n − 1))",
    "quantile": "min x: Σ w(≤ x) ≥ p Σ w",
    "woodruff": "quantiles at p ± t · standard error of p",
    "minimum": "min x",
    "maximum": "max x",
    "t_interval": "value ± t · standard error",
    "net_score": "100 (Σ w(9, 10) − Σ w(0 … 6)) / Σ w",
    "net_share": "100 (Σ w(of) − Σ w(minus)) / Σ w",
    "cohen_d": "(x̄₁ − x̄₂) / s",
    "eta_squared": "Σ n (x̄ₖ − x̄)² / Σ (x − x̄)²",
    "model": "maximum likelihood",
    "cronbach_alpha": "k / (k − 1) · (1 − Σ s² / s²(sum))",
    "standardised_alpha": "k r̄ / (1 + (k − 1) r̄)",
    "mcdonald_omega": "1 − Σ (1 − l²) / ΣΣ r",
    "mean_correlation": "Σ r / (k (k − 1) / 2)",
    "item_rest": "r(x, Σ x′)",
    "loading": "min Σ (r − l l′)²",
    "mean_of_numbers": "Σ w x / Σ w",
    "deviation": "√(n / (n − 1) · Σ w (x − x̄)² / Σ w)",
    "pearson_r": "Σ w (x − x̄)(y − ȳ) / √(Σ w (x − x̄)² · Σ w (y − ȳ)²)",
    "spearman_r": "r(R(x), R(y))",
    "polychoric_r": "max L(r)",
    "interval": "d ± t · standard error",
    "t_tail": "2 P(T ≥ |value| / standard error)",
    "share_of_index": "100 · Σ w in it / Σ w",
    "declared_weight": "100 · W / Σ W",
    "statistic_of_index": "as the file of the index says",
    "part_of_difference": "x̄₁ − x̄₂ of the weighted part",
    "over_joint_tables": "min, max over all joint tables that agree with the margins",
    "share_of_scenarios": "scenarios in which it holds / scenarios that can judge it",
    "over_scenarios": "quantiles over the scenarios",
    "sobol": "V(E(y | x)) / V(y); E(V(y | all but x)) / V(y)",
    "published": "as printed",
    "expression": "as the claim's cells say",
    "smallest": "min p",
    "reading": "as the reading says",
    "over_solutions": "over all tables of counts that print the same",
    "tally": "Σ 1",
    "pooled_z": "2 Φ(−|p₁ − p₂| / √(p̄(1 − p̄)(1/n₁ + 1/n₂)))",
    "newcombe_lower": "d − √((p₁ − l₁)² + (u₂ − p₂)²), Wilson ends l, u",
    "newcombe_upper": "d + √((u₁ − p₁)² + (p₂ − l₂)²), Wilson ends l, u",
    "mean_over_orders": "Σ (1 − C(n − k, i) / C(n, i))",
    "cohen_kappa": "(p(agreed) − p(chance)) / (1 − p(chance))",
    "krippendorff_alpha": "1 − D(observed) / D(expected)",
    "effective_size": "(Σ w)² / Σ w²",
    "design_interval": "d ± t · standard error",
    "smallest_difference": (
        "d: Φ((d − z₁₋α⁄₂ √(p̄(1 − p̄)(1/n₁ + 1/n₂))) / √(p₁(1 − p₁)/n₁ + p₂(1 − p₂)/n₂)) = 0.8, "
        "p₁ = 0.5 − d/2, p₂ = 0.5 + d/2"
    ),
    "setting": "as configured",
    "mantel_haenszel_odds_ratio": "Σ (a d / n) / Σ (b c / n)",
    **{
        test.name: test.formula
        for test in TESTS.values()
        if test.place or test.name in ("mann_whitney", "kruskal_wallis")
    },
    **{measure.name: measure.formula for measure in list_shown_measures()},
}


ANSWERED = "answered"
"""Condition of a variable: any answer, whichever; of a multiple-response set: at least one."""

SYSTEM_MISSING = "system_missing"
"""Condition of a variable: no code at all."""

Who = Mapping[str, Sequence[str] | str]
"""Variable -> codes (as text) of which the respondent has one, or `ANSWERED`, or
`SYSTEM_MISSING`. All conditions hold together; without any they are all respondents."""

MISSING = "missing"
"""Condition of a variable in a domain: no answer, with a user-missing code or without any."""

Within = Mapping[str, Sequence[str] | str | Mapping[str, float]]
"""Conditions of a domain: variable -> codes (as text), `MISSING`, or its smallest (``min``) and
largest (``max``) value."""


def read_domain(where: Mapping[str, Any]) -> Within:
    """Read the `where:` of a table as conditions.

    Examples
    --------
    >>> read_domain({"sex": 2, "job": [1, 3], "age": {"min": 18}, "pay": "missing"})
    {'sex': ['2'], 'job': ['1', '3'], 'age': {'min': 18}, 'pay': 'missing'}
    """
    found: dict[str, Sequence[str] | str | Mapping[str, float]] = {}
    for name, condition in where.items():
        if condition == MISSING or isinstance(condition, Mapping):
            found[name] = condition
        else:
            codes = condition if isinstance(condition, list) else [condition]
            found[name] = [str(clean_code(code)) for code in codes]
    return found


@dataclass(frozen=True)
class People:
    """Respondents of whom a number is made.

    Attributes
    ----------
    who : dict
        Conditions on the analysed answers.
    weight : str
        Variable whose sum is taken; a respondent without a positive weight counts for nothing.
        Empty where everybody counts as one.
    without : dict
        Variable -> codes of which the respondent has none.
    also : dict
        Further conditions, where one variable has two: one option of a set and another.
    within : dict
        Conditions of the domain that a table is about.
    """

    who: Who
    weight: str = ""
    without: Mapping[str, Sequence[str]] = field(default_factory=dict)
    also: Who = field(default_factory=dict)
    within: Within = field(default_factory=dict)

    def plain(self) -> dict[str, Any]:
        """Return the conditions as JSON writes them."""
        more = {
            "weight": self.weight,
            "without": self.without,
            "also": self.also,
            "within": self.within,
        }
        return {"who": self.who} | {key: value for key, value in more.items() if value}


@dataclass(frozen=True)
class Number:
    """One number of the results.

    Attributes
    ----------
    value : str
        Unrounded, as the results' file writes it.
    unit : str
        ``people``, ``weighted_people``, ``percent``, ``percentage_points``, ``statistic``, …
    formula : str
        Key of the formula in `FORMULAS`.
    rule : str
        Rule of the workflow that computes it.
    file : str
        File of the results, relative to ``results/{wave}``.
    line : dict
        Key columns of its line in that file.
    made_from : tuple of str
        Identities of the numbers it is computed from.
    people : People, optional
        For a count: whom it counts.
    items : tuple of str
        Variables of the data behind it.
    published : bool
        It is, or comes from, what was published.
    printed, verdict : str
        What the publication prints in its place, and the judgement on it.
    """

    value: str
    unit: str
    formula: str
    rule: str
    file: str = ""
    line: Mapping[str, str] = field(default_factory=dict)
    made_from: tuple[str, ...] = ()
    people: People | None = None
    items: tuple[str, ...] = ()
    published: bool = False
    printed: str = ""
    verdict: str = ""


class Graph:
    """Numbers by identity."""

    def __init__(self) -> None:
        self.numbers: dict[str, Number] = {}

    def add(self, identity: str, number: Number) -> None:
        """Add a number; the first one of a name stays, and one that is not told is none."""
        if number.value:
            self.numbers.setdefault(identity, number)

    def judge(self, identity: str, printed: str, verdict: str) -> None:
        """Say what was printed in place of a number, and whether it agrees."""
        if identity in self.numbers:
            known = self.numbers[identity]
            self.numbers[identity] = replace(known, printed=printed, verdict=verdict)

    def known(self, identities: Iterable[str]) -> tuple[str, ...]:
        """Keep the identities that are in the graph."""
        return tuple(identity for identity in identities if identity in self.numbers)


def code_lines(document: Mapping[str, Any]) -> str:
    r"""Write a document as JSON with a line for every number: sorted, to be read and diffed.

    Examples
    --------
    >>> code_lines({"b": {"y": 1}, "a": 2})
    '{\n"a": 2,\n"b": {\n"y": 1\n}\n}\n'
    """
    parts = []
    for key in sorted(document):
        value = document[key]
        if isinstance(value, Mapping) and value:
            inner = ",\n".join(f"{_json(name)}: {_json(value[name])}" for name in sorted(value))
            parts.append(f"{_json(key)}: {{\n{inner}\n}}")
        else:
            parts.append(f"{_json(key)}: {_json(value)}")
    return "{\n" + ",\n".join(parts) + "\n}\n"


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


def plain_number(number: Number, common: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """Return a number as JSON writes it; what is empty is left out."""
    plain: dict[str, Any] = {
        "value": number.value,
        "unit": number.unit,
        "formula": number.formula,
        "rule": number.rule,
        "file": number.file,
        "line": dict(number.line),
        "from": list(number.made_from),
        "items": list(number.items),
        "printed": number.printed,
        "verdict": number.verdict,
        **{key: list(values) for key, values in common.items()},
    }
    plain = {key: value for key, value in plain.items() if value not in ("", [], {})}
    if number.people is not None:
        plain |= number.people.plain()
    return plain
