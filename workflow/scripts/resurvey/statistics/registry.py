"""Registry: every test and every measure of association, and where each is shown.

Results, report, documents, provenance, ranges of the audit and conformance go through these two
lists. A statistic that is added here needs its label in the words (``tests`` or ``measures``) and a
reference value from R or PSPP in ``tests/reference/statistics``; a test asks for both.
"""

from collections.abc import Callable
from dataclasses import dataclass

NOMINAL, ORDINAL, DICHOTOMOUS = "nominal", "ordinal", "dichotomous"
"""Levels of measurement: any answers, answers with an order on both sides, two by two answers."""

MAIN, SECOND, PAIRED, STRATIFIED = "main", "second", "paired", "stratified"
"""Places of a test: first of a crosstab, beside it, of two answers of one person, in strata."""

OPTION = "option"
"""Place of the test of one answer to a question with several."""

TREND = "trend"
"""Place of the test of ordered answers."""
NUMBERS = "numbers"
"""Place of a test that compares groups by a numeric variable."""

SENTENCE, TABLE, RANGES = "sentence", "table", "ranges"
"""Places of a measure: under its exhibit, in the table of the tests, among the audit's ranges."""


@dataclass(frozen=True)
class RegisteredTest:
    """A test, by its name in ``tests.csv``.

    Attributes
    ----------
    name : str
        Name; its label is ``tests.{name}`` in the words.
    formula : str
        The statistic in symbols that no language changes.
    place : str
        `MAIN`, `SECOND`, `OPTION`, `TREND`, `PAIRED`, `STRATIFIED` or `NUMBERS`; empty where it
        stands in ``tests.csv`` only.
    df, tail : str
        Keys of the formulas of its degrees of freedom and p-value.
    digits : int
        Decimals of the statistic in print.
    """

    name: str
    formula: str
    place: str = ""
    df: str = "degrees_of_freedom"
    tail: str = "tail"
    digits: int = 2


@dataclass(frozen=True)
class Measure:
    """A measure of association, by its name in ``association.csv``.

    Attributes
    ----------
    name : str
        Name; its label is ``measures.{name}`` in the words.
    level : str
        `NOMINAL`, `ORDINAL` or `DICHOTOMOUS`: the tables in whose results it is written.
    formula : str
        The measure in symbols that no language changes.
    scale : callable, optional
        Of a measure √(X² / (n · scale)): the scale of a table of so many rows and columns.
    places : tuple of str
        Where it is shown: `SENTENCE`, `TABLE`, `RANGES`; ``association.csv`` has all.
    digits : int
        Decimals in print.
    """

    name: str
    level: str
    formula: str
    scale: Callable[[int, int], float] | None = None
    places: tuple[str, ...] = ()
    digits: int = 3

    @property
    def label(self) -> str:
        """Place of its label in the words."""
        return f"measures.{self.name}"

    def applies(self, ordered: bool, two_by_two: bool) -> bool:
        """Return whether a table's results hold the measure.

        Parameters
        ----------
        ordered : bool
            The answers of rows and columns have an order.
        two_by_two : bool
            Two rows and two columns hold respondents.

        Examples
        --------
        >>> MEASURES["gamma"].applies(ordered=False, two_by_two=False)
        False
        """
        return {NOMINAL: True, ORDINAL: ordered, DICHOTOMOUS: two_by_two}[self.level]


TESTS = {
    test.name: test
    for test in (
        RegisteredTest(
            "rao_scott_f", "F = X² / Σ δ", MAIN, df="design_degrees_of_freedom", tail="f_tail"
        ),
        RegisteredTest("pearson", "X² = Σ (O − E)² / E", MAIN),
        RegisteredTest("marginal_independence", "X² = Σ X²(option), corrected for overlap", MAIN),
        RegisteredTest(
            "marginal_independence_f",
            "F = Σ X²(option) / Σ δ",
            MAIN,
            df="design_degrees_of_freedom",
            tail="f_tail",
        ),
        RegisteredTest("option_pearson", "X² = Σ (O − E)² / E", OPTION),
        RegisteredTest(
            "option_rao_scott_f",
            "F = X² / Σ δ",
            OPTION,
            df="design_degrees_of_freedom",
            tail="f_tail",
        ),
        RegisteredTest("likelihood_ratio", "G² = 2 Σ O ln(O / E)", SECOND),
        RegisteredTest("continuity_correction", "Σ (|O − E| − ½)² / E"),
        RegisteredTest("linear_by_linear", "(n − 1) r²", TREND, df="one_degree"),
        RegisteredTest("fisher", "Σ P(tables no more probable than the observed one)"),
        RegisteredTest("fisher_monte_carlo", "share of random tables no more probable"),
        RegisteredTest("mann_whitney", "U = R − n(n + 1) / 2"),
        RegisteredTest("kruskal_wallis", "H = Σ n (R̄ − (N + 1) / 2)² (N − 1) / Σ (R − R̄)²"),
        RegisteredTest("rao_scott_chisq", "X² / δ̄"),
        RegisteredTest("mcnemar", "(b − c)² / (b + c)", PAIRED),
        RegisteredTest("mcnemar_corrected", "(|b − c| − 1)² / (b + c)", PAIRED),
        RegisteredTest("mcnemar_exact", "binomial, p = ½", PAIRED),
        RegisteredTest("bowker", "Σ (n_ij − n_ji)² / (n_ij + n_ji)", PAIRED),
        RegisteredTest("stuart_maxwell", "d′ V⁻¹ d", PAIRED),
        RegisteredTest("cmh_general", "(Σ O − E)′ (Σ V)⁻¹ (Σ O − E)", STRATIFIED),
        RegisteredTest("breslow_day_tarone", "Σ (a − E)² / V − (Σ a − E)² / Σ V", STRATIFIED),
        RegisteredTest("cmh_mean_scores", "(Σ R − E)′ (Σ V)⁻¹ (Σ R − E), R of row scores"),
        RegisteredTest("cmh_correlation", "(Σ r − E)² / Σ V, r of row and column scores"),
        RegisteredTest("cmh_corrected", "(|Σ a − E| − ½)² / Σ V"),
        RegisteredTest("breslow_day", "Σ (a − E)² / V"),
        RegisteredTest("welch_t", "t = (x̄₁ − x̄₂) / √(s₁² / n₁ + s₂² / n₂)", NUMBERS),
        RegisteredTest(
            "welch_anova",
            "F = Σ w (x̄ − x̃)² / (k − 1) / (1 + 2 (k − 2) Λ), w = n / s²",
            NUMBERS,
            tail="f_tail",
        ),
        RegisteredTest("design_t", "t = (x̄₁ − x̄₂) / √V(x̄₁ − x̄₂)", NUMBERS),
        RegisteredTest("design_wald_f", "F = d′ V⁻¹ d / (k − 1)", NUMBERS, tail="f_tail"),
        RegisteredTest("design_wilcoxon", "t = (R̄₁ − R̄₂) / √V(R̄₁ − R̄₂)", NUMBERS),
        RegisteredTest("design_kruskal_wallis", "F = R′ V⁻¹ R / (k − 1)", NUMBERS, tail="f_tail"),
    )
}
"""Tests by name; the main ones in the order in which a report prefers them."""

MEASURES = {
    measure.name: measure
    for measure in (
        Measure("phi", DICHOTOMOUS, "√(X² / n)", scale=lambda rows, columns: 1),
        Measure(
            "cramer_v",
            NOMINAL,
            "√(X² / (n · (min(rows, columns) − 1)))",
            scale=lambda rows, columns: min(rows, columns) - 1,
            places=(SENTENCE, TABLE, RANGES),
        ),
        Measure(
            "tschuprow_t",
            NOMINAL,
            "√(X² / (n · √((rows − 1) · (columns − 1))))",
            scale=lambda rows, columns: ((rows - 1) * (columns - 1)) ** 0.5,
            places=(TABLE, RANGES),
        ),
        Measure("cramer_v_bias_corrected", NOMINAL, "V with X² and sides less their bias"),
        Measure("contingency_coefficient", NOMINAL, "√(X² / (X² + n))"),
        Measure("cohen_w", NOMINAL, "√(X² / n)", scale=lambda rows, columns: 1),
        Measure("lambda_symmetric", NOMINAL, "reduction of both errors"),
        Measure("lambda_rows", NOMINAL, "(Σ max − max row) / (n − max row)"),
        Measure("lambda_columns", NOMINAL, "(Σ max − max column) / (n − max column)"),
        Measure("goodman_kruskal_tau_rows", NOMINAL, "(Σ p² / c − Σ r²) / (1 − Σ r²)"),
        Measure("goodman_kruskal_tau_columns", NOMINAL, "(Σ p² / r − Σ c²) / (1 − Σ c²)"),
        Measure("uncertainty_symmetric", NOMINAL, "2 I / (H(r) + H(c))"),
        Measure("uncertainty_rows", NOMINAL, "I / H(r)"),
        Measure("uncertainty_columns", NOMINAL, "I / H(c)"),
        Measure("gamma", ORDINAL, "(P − Q) / (P + Q)"),
        Measure("tau_b", ORDINAL, "(P − Q) / √((1 − Σ r²)(1 − Σ c²))"),
        Measure("tau_c", ORDINAL, "(P − Q) m / (m − 1)"),
        Measure("somers_d_symmetric", ORDINAL, "2 (P − Q) / (2 − Σ r² − Σ c²)"),
        Measure("somers_d_rows", ORDINAL, "(P − Q) / (1 − Σ c²)"),
        Measure("somers_d_columns", ORDINAL, "(P − Q) / (1 − Σ r²)"),
        Measure("spearman", ORDINAL, "r of mid-ranks"),
        Measure("pearson_r", ORDINAL, "r of scores"),
        Measure("odds_ratio", DICHOTOMOUS, "a d / (b c)"),
        Measure("risk_ratio", DICHOTOMOUS, "a / (a + b) : c / (c + d)"),
        Measure("risk_ratio_second_column", DICHOTOMOUS, "b / (a + b) : d / (c + d)"),
        Measure("risk_ratio_of_columns", DICHOTOMOUS, "a / (a + c) : b / (b + d)"),
        Measure("cohen_h", DICHOTOMOUS, "2 arcsin √p₁ − 2 arcsin √p₂"),
    )
}
"""Measures by name, in the order of ``association.csv``."""


def list_tests(place: str) -> tuple[str, ...]:
    """Return the names of the tests that are shown in a place.

    Examples
    --------
    >>> list_tests(MAIN)
    ('rao_scott_f', 'pearson', 'marginal_independence', 'marginal_independence_f')
    """
    return tuple(name for name, test in TESTS.items() if test.place == place)


def list_shown_measures() -> tuple[Measure, ...]:
    """Return the measures that a report shows anywhere.

    Examples
    --------
    >>> [measure.name for measure in list_shown_measures()][:1]
    ['cramer_v']
    """
    return tuple(measure for measure in MEASURES.values() if {SENTENCE, TABLE} & {*measure.places})


def list_measures(place: str) -> tuple[str, ...]:
    """Return the names of the measures that are shown in a place, in the order of the registry.

    Examples
    --------
    >>> list_measures(SENTENCE)
    ('cramer_v',)
    """
    return tuple(name for name, measure in MEASURES.items() if place in measure.places)
