"""Formulas: how numbers are made, in symbols that no language changes."""

from resurvey.statistics.registry import TESTS, list_shown_measures

FORMULAS = {
    "count": "Σ 1",
    "weighted_count": "Σ w",
    "sum": "Σ count",
    "share": "100 · count / base",
    "share_from_rounded": "Σ round(100 · count / base)",
    "difference": "share − share",
    "difference_from_rounded": "round(share) − round(share)",
    "degrees_of_freedom": "(rows − 1)(columns − 1)",
    "design_degrees_of_freedom": "(Σ δ)² / Σ δ²",
    "residual_degrees_of_freedom": "df · (clusters − strata)",
    "tail": "P(X² ≥ statistic)",
    "f_tail": "P(F ≥ statistic)",
    "holm": "max (m − rank + 1) p",
    "benjamini_hochberg": "min m p / rank",
    "residual": "(O − E) / √(E (1 − row share)(1 − column share))",
    "design_residual": "(share − expected share) / standard error",
    "ledger": "rows of the step",
    "mean": "Σ score / n",
    "model": "maximum likelihood",
    "published": "as printed",
    "expression": "as the claim's cells say",
    "over_solutions": "over all tables of counts that print the same",
    "tally": "Σ 1",
    "newcombe_lower": "d − √((p₁ − l₁)² + (u₂ − p₂)²), Wilson ends l, u",
    "newcombe_upper": "d + √((u₁ − p₁)² + (p₂ − l₂)²), Wilson ends l, u",
    "effective_size": "(Σ w)² / Σ w²",
    "design_interval": "d ± t · standard error",
    "smallest_difference": (
        "d: Φ((d − z₁₋α⁄₂ √(p̄(1 − p̄)(1/n₁ + 1/n₂))) / √(p₁(1 − p₁)/n₁ + p₂(1 − p₂)/n₂)) = 0.8, "
        "p₁ = 0.5 − d/2, p₂ = 0.5 + d/2"
    ),
    "setting": "as configured",
    "mantel_haenszel_odds_ratio": "Σ (a d / n) / Σ (b c / n)",
    **{test.name: test.formula for test in TESTS.values() if test.place},
    **{measure.name: measure.formula for measure in list_shown_measures()},
}
