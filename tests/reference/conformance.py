"""Conformance: our statistics beside R's and PSPP's on public data, difference by difference."""

import csv
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from reference.index_conformance import index_statistics, index_values
from resurvey.core.codebook import Codebook, Survey, Variable
from resurvey.counts.crosstabs import ColumnPairs, Crosstab, crosstab
from resurvey.counts.design import Design, Rake, wave_design
from resurvey.statistics.correlation import correlation_matrix
from resurvey.statistics.group_means import compare_groups, difference_of_means, effect_sizes
from resurvey.statistics.letters import adjust, column_letters
from resurvey.statistics.models import Model
from resurvey.statistics.proportions import clopper_pearson, kappa, paired_tests, wilson
from resurvey.statistics.regression import fit_model
from resurvey.statistics.reliability import assess_scale
from resurvey.statistics.results import Estimate, Result
from resurvey.statistics.stratified import cochran_mantel_haenszel, mantel_haenszel_odds_ratio
from resurvey.statistics.summaries import summarise
from resurvey.tables.models import factors_of, fit_declared
from resurvey.tables.response_sets import find_set, set_tests

CLOSE = 1e-9
"""Largest relative difference from R."""

CLOSE_EXACT = 1e-6
"""The same for exact p-values."""

DRAWS = 10_000
"""Tables drawn for a Monte Carlo p-value."""

MOST_ERRORS = 3
"""Standard errors by which it may miss the exact p-value."""


@dataclass(frozen=True)
class Known:
    """A known disagreement with a program.

    Attributes
    ----------
    program : str
        ``R``, ``PSPP``, ``SPSS``, ``scipy``, ``statsmodels``, ``samplics``.
    statistic : str
        Start of the names it concerns; empty when no row of the comparison shows it.
    reason : str
        What the other program does, and what we do.
    """

    program: str
    statistic: str
    reason: str


KNOWN = (
    Known("PSPP", "odds_ratio:", "PSPP 1.6.2 prints the odds ratio itself for both of its limits"),
    Known("PSPP", "risk_ratio", "PSPP 1.6.2 prints an interval's end for the cohort's ratio"),
    Known(
        "PSPP",
        "kappa:se",
        "PSPP 1.6.2 takes row and column shares the wrong way round in SPSS's formula of the "
        "standard error of kappa (with them exchanged ours gives PSPP's digits); ours is vcd's",
    ),
    Known(
        "PSPP",
        "fisher:p",
        "PSPP 1.6.2 leaves a table as probable as the observed one out of the two-sided p-value",
    ),
    Known("PSPP", "", "PSPP 1.6.2 prints shares, not counts, as Expected of the Total row"),
    Known(
        "PSPP", "", "PSPP prints phi without its sign; so do we and vcd; SPSS gives it for 2 × 2"
    ),
    Known("PSPP", "", "PSPP prints no standard error of symmetric Somers' d; ours is SPSS's"),
    Known("SPSS", "", "SPSS and PSPP print Yates's correction as a row of its own; so do we"),
    Known("SPSS", "", "SPSS rounds weighted cell counts (/COUNT ROUND CELL); we never round them"),
    Known("SPSS", "", "SPSS rounds half away from zero at print; Python and R round half to even"),
    Known("R", "", "chisq.test applies Yates's correction to 2 × 2 tables unless correct = FALSE"),
    Known("R", "", "mcnemar.test and mantelhaen.test correct for continuity by default"),
    Known(
        "R", "", "wilcox.test corrects for continuity, or is exact for small samples, by default"
    ),
    Known("R", "", "fisher.test prints the conditional odds ratio; ours is the sample odds ratio"),
    Known(
        "R",
        "",
        'svychisq(statistic = "Chisq") prints X² unadjusted beside the adjusted p-value; '
        "rao_scott_chisq is X² over the mean generalised design effect, with the same p-value",
    ),
    Known(
        "R",
        "",
        "svychisq gives NaN, or takes the wrong contrasts, where a row or column is empty once "
        "missing answers have left; subset() to the answers first and R agrees",
    ),
    Known(
        "R",
        "",
        'survey.lonely.psu = "average" of a subset averages over the strata of the subset, so that '
        "each column has its own; ours are those of the table",
    ),
    Known(
        "R",
        "",
        "variances of raked weights take the margins out in ten rounds, which margins that go "
        "together have not converged after; ours are the limit",
    ),
    Known("R", "", "svyciprop fits its logit iteratively: its limits carry eight digits"),
    Known(
        "R",
        "",
        "svyciprop of replicate weights lets the replicates vary the logit; ours has the variance "
        "of the percentage that they vary, as of any other design",
    ),
    Known(
        "R",
        "",
        "svyquantile takes the second smallest value for a share that the smallest alone reaches; "
        "ours is the smallest",
    ),
    Known(
        "R",
        "",
        "svyranktest lets the order of the rows decide the ranks of equal values with unequal "
        "weights; ours have the middle rank, as Lumley and Scott define it",
    ),
    Known("R", "", "svyolr takes its Hessian by differences: its errors carry three digits"),
    Known(
        "R", "", "optim stops psych's omega and fa at five digits; the loadings here are the limit"
    ),
    Known("SPSS", "", "EXAMINE interpolates quantiles (HAVERAGE); ours are values of the data"),
    Known("R", "", "pchisq(ncp =) loses its digits above about 1e5; ours does not"),
    Known(
        "SPSS",
        "",
        "Complex Samples takes design effects at expected proportions; R and we at observed",
    ),
    Known("statsmodels", "", "Table adds 0.5 to every cell when one is empty; we add nothing"),
    Known(
        "statsmodels", "", "resid_pearson is SPSS's standardized, standardized_resids its adjusted"
    ),
    Known("scipy", "", "chi2_contingency applies Yates's correction to 2 × 2 tables by default"),
    Known(
        "scipy", "", "fisher_exact of an r × c table is Monte Carlo without a seed; ours is exact"
    ),
    Known("samplics", "", "missing answers become a category of the table; ours leave the base"),
)


@dataclass(frozen=True)
class Comparison:
    """One statistic of one data set, from every program.

    Attributes
    ----------
    data_set, statistic : str
        What was computed on what.
    ours, r, pspp : float or None
        The values; None where a program has none.
    r_difference : float or None
        Relative difference from R.
    pspp_difference : float or None
        Difference from PSPP in units of its last printed digit.
    agrees : bool
        Within `CLOSE` of R, and equal to PSPP's printed digits.
    reason : str
        Why the programs differ, where they do and it is known.
    """

    data_set: str
    statistic: str
    ours: float | None
    r: float | None
    pspp: float | None
    r_difference: float | None
    pspp_difference: float | None
    agrees: bool
    reason: str

    def record(self) -> dict[str, Any]:
        """Return the fields as a dict."""
        return asdict(self)


def conformance(folder: Path) -> list[Comparison]:
    """Compare every reference value in a folder, and those of indices, with ours.

    Parameters
    ----------
    folder : path
        Holds ``tables.csv`` and ``values.csv`` (R), ``pspp_values.csv``, ``designs.yaml``,
        ``people_*.csv`` and ``design_values.csv`` (R survey), ``numbers.yaml`` and
        ``number_values.csv`` (R survey, psych, stats), ``model_values.csv`` (R).

    Returns
    -------
    list of Comparison
        One for each data set and statistic; an unexplained difference has ``agrees`` False and
        no reason.
    """
    r = _read_values(folder / "values.csv", "table")
    pspp = _read_values(folder / "pspp_values.csv", "table")
    rows = []
    for name, counts in read_tables(folder / "tables.csv").items():
        ours = TableStatistics(counts)
        for statistic in dict.fromkeys([*r.get(name, {}), *pspp.get(name, {})]):
            known_r, known_pspp = r.get(name, {}).get(statistic), pspp.get(name, {}).get(statistic)
            rows.append(_compare(name, statistic, ours[statistic], known_r, known_pspp))
    expected = _read_values(folder / "design_values.csv", "design")
    for name, case in _read_yaml(folder / "designs.yaml").items():
        found = design_statistics(folder, case)
        rows += [
            _compare(name, statistic, found.get(statistic), text, None)
            for statistic, text in expected.get(name, {}).items()
        ]
    expected = _read_values(folder / "number_values.csv", "case")
    for name, case in _read_yaml(folder / "numbers.yaml").items():
        found = number_statistics(folder, case)
        rows += [
            _compare(name, statistic, found.get(statistic), text, None, CLOSE_NUMBER)
            for statistic, text in expected.get(name, {}).items()
        ]
    expected = _read_values(folder / "model_values.csv", "model", "term")
    for name, case in _read_yaml(folder / "models.yaml").items():
        found = model_statistics(folder, case)
        rows += [
            _compare(case["data_set"], statistic, found.get(statistic), text, None, CLOSE_FIT)
            for statistic, text in expected.get(name, {}).items()
        ]
    found_of_indices = index_statistics()
    for name, values in index_values().items():
        rows += [
            _compare(
                f"index_{name}",
                statistic,
                found_of_indices[name].get(statistic),
                text,
                None,
                CLOSE_NUMBER,
            )
            for statistic, text in values.items()
        ]
    return rows


def read_tables(path: Path) -> dict[str, "NDArray[np.int64]"]:
    """Read the public tables: name -> counts, strata × rows × columns."""
    cells: dict[str, dict[tuple[int, ...], int]] = {}
    with path.open(encoding="utf-8") as file:
        for line in csv.DictReader(file):
            place = tuple(int(line[axis]) - 1 for axis in ("stratum", "row", "column"))
            cells.setdefault(line["table"], {})[place] = int(float(line["count"]))
    tables = {}
    for name, found in cells.items():
        shape = tuple(max(place[axis] for place in found) + 1 for axis in range(3))
        tables[name] = np.zeros(shape, dtype=np.int64)
        for place, count in found.items():
            tables[name][place] = count
    return tables


class TableStatistics:
    """Our statistics of a table under the names of the reference files.

    Names are those of the tests and measures, with ``:p``, ``:df``, ``:se``, ``:lower``,
    ``:upper`` for parts and ``[row,column]`` for cells.
    """

    def __init__(self, counts: "NDArray[np.int64]") -> None:
        self.counts = counts
        _, rows, columns = counts.shape
        self.table = Crosstab.from_counts(_scale("row", rows), _scale("column", columns), counts[0])
        self.results: dict[str, Any] = {}
        if len(counts) > 1:
            scores = np.arange(1.0, rows + 1), np.arange(1.0, columns + 1)
            layers = counts.astype(np.float64)
            odds = mantel_haenszel_odds_ratio(layers)
            self.results = {
                result.test: result for result in cochran_mantel_haenszel(layers, *scores)
            }
            self.results[odds.name] = odds
            return
        self.results = {result.test: result for result in self.table.results}
        self.results |= {item.name: item for item in self.table.estimates}
        if rows == columns:
            self.results |= {result.test: result for result in paired_tests(counts[0])}
            self.results["kappa"] = kappa(counts[0])

    def __getitem__(self, statistic: str) -> float | None:
        """Return one value; None where we have no such statistic or refuse it."""
        name, _, part = statistic.partition(":")
        name, _, cell = name.partition("[")
        part, _, place = part.partition("[")
        positions = [int(part) - 1 for part in (cell or place).rstrip("]").split(",") if part]
        if name in ("expected", "standardized", "adjusted"):
            row, column = (
                int(kept[:stop].sum())
                for kept, stop in zip(
                    (self.table.reduced.rows, self.table.reduced.columns), positions, strict=True
                )
            )
            return float(self.table.residual_array(name)[row, column])
        if name == "letters":
            method = "benjamini_hochberg" if part == "BH" else part
            found = column_letters(self.counts[0], method=method)
            return float(found.p_values[0, positions[0], positions[1]])
        if name in ("wilson", "clopper_pearson"):
            column = self.counts[0][:, positions[0]]
            interval = wilson if name == "wilson" else clopper_pearson
            ends = interval(int(column[0]), int(column.sum()))
            return float(ends[("lower", "upper").index(part)])
        result = self.results.get(name)
        fields = {"p": "p_value", "se": "standard_error"}
        fields[""] = "statistic" if hasattr(result, "statistic") else "value"
        return getattr(result, fields.get(part, part), None)


def _scale(name: str, size: int) -> Variable:
    return Variable(name, codes={code + 1: {} for code in range(size)}, measure="ordinal")


def design_statistics(folder: Path, case: Mapping[str, Any]) -> dict[str, float | None]:
    """Compute our statistics of a weighted table under the names of the reference file."""
    import pandas as pd

    from resurvey.core.codebook import Survey

    people = pd.read_csv(folder / f"people_{case['people']}.csv")
    survey = Survey(people, Codebook({str(name): Variable(str(name)) for name in people}))
    if "options" in case:
        return _option_statistics(survey, case)
    ready = _design(case).prepared(survey)
    table = crosstab(survey, case["row"], case.get("column"), ready)
    found = _values_of(table.results)
    width = table.observed.shape[1]
    for number, share in enumerate(table.shares("column")):
        row, column = divmod(number, width)
        place = f"[{row + 1},{column + 1}]"
        found[f"count{place}"] = float(table.observed[row, column])
        found |= {f"share{place}": share.share, f"se{place}": share.standard_error}
        found |= {f"lower{place}": share.lower, f"upper{place}": share.upper}
        found[f"deff{place}"] = share.design_effect
    if table.column is not None:
        found |= _differences(table)
    return found


def _option_statistics(survey: "Survey", case: Mapping[str, Any]) -> dict[str, float | None]:
    """Compute the tests of a multiple-response set: all options together, and one by one."""
    plain = {"variable_list": case["options"], "type": "D", "counted_value": case["counted"]}
    book = replace(survey.codebook, multiple_response={"set": plain})
    found = find_set(book, "set")
    assert found is not None
    people = replace(survey, codebook=book)
    ready = _design(case).prepared(people) if {"weights", "clusters"} & set(case) else None
    tests = set_tests(found, people, case["column"], ready, real=True)
    adjusted = adjust([test["p_value"] for test in tests[1:]], "holm").tolist()
    values: dict[str, float | None] = {}
    for place, test in enumerate(tests):
        name = f"{test['test']}[{place}]" if place else test["test"]
        values |= {name: test["statistic"], f"{name}:p": test["p_value"]}
        values |= {f"{name}:df": test["df"], f"{name}:df2": test["df2"]}
        if place:
            values[f"{name}:holm"] = adjusted[place - 1]
    return values


_NOT_DESIGN = ("people", "row", "column", "resampled", "values", "groups", "items", "reverse")
_NOT_DESIGN += ("missing", "variables", "methods", "model", "outcome", "terms", "nominal")
_NOT_DESIGN += ("interaction", "options", "counted")


def _design(case: Mapping[str, Any]) -> Design:
    """Sampling design of a case."""
    options = {key: value for key, value in case.items() if key not in _NOT_DESIGN}
    if "rake" in case:
        margins = {
            name: {str(code): total for code, total in answers.items()}
            for name, answers in case["rake"].items()
        }
        options["rake"] = Rake(margins)
    return Design(**options)


CLOSE_NUMBER = 1e-8
"""Largest relative difference of a statistic of numbers from R's."""


def number_statistics(folder: Path, case: Mapping[str, Any]) -> dict[str, float | None]:
    """Compute our statistics of a case of ``numbers.yaml`` under the names of its values."""
    import pandas as pd

    from resurvey.core.codebook import Survey

    people = pd.read_csv(folder / f"people_{case['people']}.csv")
    sample = None
    if set(case) & {"weights", "strata", "clusters", "fpc"}:
        book = Codebook({str(name): Variable(str(name)) for name in people})
        sample = _design(case).prepared(Survey(people, book)).sample
    found: dict[str, float | None] = {}
    if "values" in case:
        values = people[case["values"]].to_numpy(np.float64)
        groups = people[case["groups"]].fillna(-1).to_numpy(np.int64)
        found |= _summaries(values, groups, sample) | _compared_groups(values, groups, sample)
    if "items" in case:
        found |= _assessed(people, case, sample)
    if "model" in case:
        found |= _regression(people, case, sample)
    if "variables" in case:
        columns = people[case["variables"]].to_numpy(np.float64)
        for method in case.get("methods", ("pearson", "spearman")):
            matrix = correlation_matrix(columns, method, sample=sample)
            for i, j in combinations(range(columns.shape[1]), 2):
                one, place = matrix[i][j], f"[{i + 1},{j + 1}]"
                found |= {f"{method}{place}": one.value, f"{method}:se{place}": one.standard_error}
                found |= {f"{method}:lower{place}": one.lower, f"{method}:n{place}": one.n}
                found |= {f"{method}:upper{place}": one.upper, f"{method}:p{place}": one.p_value}
    return found


def _ends(name: str, estimate: Estimate, place: str = "") -> dict[str, float | None]:
    """Value, standard error and interval of an estimate."""
    return {
        f"{name}{place}": estimate.value,
        f"{name}:se{place}": estimate.standard_error,
        f"{name}:lower{place}": estimate.lower,
        f"{name}:upper{place}": estimate.upper,
    }


def _summaries(values: Any, groups: Any, sample: Any) -> dict[str, float | None]:
    """Summaries of every group."""
    found: dict[str, float | None] = {}
    for code in np.unique(groups[groups >= 0]).tolist():
        one, place = summarise(values, groups == code, sample=sample), f"[{code}]"
        found |= {f"n{place}": one.n, f"weighted{place}": one.weighted}
        found |= {f"deviation{place}": one.deviation, f"minimum{place}": one.minimum}
        found |= {f"maximum{place}": one.maximum} | _ends("mean", one.mean, place)
        for share, estimate in one.quantiles.items():
            found |= _ends(f"quantile{100 * share:.0f}", estimate, place)
    return found


def _compared_groups(values: Any, groups: Any, sample: Any) -> dict[str, float | None]:
    """Tests of the groups and their effect sizes."""
    found = _values_of(compare_groups(values, groups, sample=sample))
    for estimate in effect_sizes(values, groups, sample=sample):
        found |= _ends(estimate.name, estimate)
    codes = np.unique(groups[groups >= 0]).tolist()
    if len(codes) == 2:
        difference = difference_of_means(values, groups, *codes, sample=sample)
        found |= {"difference": difference.value, "difference:se": difference.error}
        found |= {"difference:lower": difference.lower, "difference:upper": difference.upper}
    return found


def _regression(people: Any, case: Mapping[str, Any], sample: Any) -> dict[str, float | None]:
    """Fit a regression and number its parts as R's columns are."""
    kept = people[[case["outcome"], *case["terms"]]].notna().all(axis=1).to_numpy()
    rows = people[kept]
    columns: list[Any] = []
    names: list[tuple[str, int | None]] = []
    for term in case["terms"]:
        values = rows[term].to_numpy(np.float64)
        codes = np.unique(values)[1:].tolist() if term in case.get("nominal", ()) else [None]
        for code in codes:
            columns.append(values if code is None else (values == code).astype(float))
            names.append((term, None if code is None else int(code)))
    products = {}
    if "interaction" in case:
        sides = [[k for k, (n, _) in enumerate(names) if n == term] for term in case["interaction"]]
        for first, second in [(a, b) for b in sides[1] for a in sides[0]]:
            products[len(columns)] = (first, second)
            columns.append(columns[first] * columns[second])
            names.append((":".join(case["interaction"]), names[second][1]))
    outcome = rows[case["outcome"]].to_numpy(np.float64)
    answers: list[int] = []
    if case["model"] != "linear":
        codes, outcome = np.unique(outcome, return_inverse=True)
        answers = [int(code) for code in codes]
    members = kept if sample is not None else None
    arrays = outcome, np.stack(columns, axis=1), names, answers
    model = fit_model(case["model"], *arrays, products=products, sample=sample, members=members)
    found: dict[str, float | None] = {"log_likelihood": model.log_likelihood}
    found |= {"r_squared": model.r_squared, "adjusted_r_squared": model.adjusted_r_squared}
    found["residual_error"] = model.residual_error
    for label, terms in (
        ("b", model.coefficients),
        ("constant", model.constants),
        ("ame", model.effects),
    ):
        for number, term in enumerate(terms, start=1):
            place = f"[{number}]"
            found |= {f"{label}{place}": term.estimate, f"{label}:p{place}": term.p_value}
            found |= {
                f"{label}:se{place}": term.standard_error,
                f"{label}:lower{place}": term.lower,
            }
            found[f"{label}:upper{place}"] = term.upper
    for number, test in enumerate(model.term_tests.values(), start=1):
        found[f"{test.test}[{number}]"] = test.statistic
        found[f"{test.test}:p[{number}]"] = test.p_value
    return found


def _assessed(people: Any, case: Mapping[str, Any], sample: Any) -> dict[str, float | None]:
    """Reliability of a scale."""
    names = list(case["items"])
    reverse = [names.index(name) for name in case.get("reverse", ())]
    scale = assess_scale(
        people[names].to_numpy(np.float64),
        reverse=reverse,
        missing=case.get("missing", "listwise"),
        sample=sample,
    )
    found: dict[str, float | None] = {"mean_correlation": scale.mean_correlation}
    for estimate in (scale.alpha, scale.standardised_alpha, scale.omega):
        found |= _ends(estimate.name, estimate)
    for number, item in enumerate(scale.items, start=1):
        found[f"item_rest[{number}]"] = item.item_rest
        found[f"alpha_without[{number}]"] = item.alpha_without
        found[f"loading[{number}]"] = item.loading
    return found


def _values_of(results: Iterable[Result]) -> dict[str, float | None]:
    """Write results under the names of the reference files."""
    found: dict[str, float | None] = {}
    for result in results:
        found |= {result.test: result.statistic, f"{result.test}:p": result.p_value}
        found |= {f"{result.test}:df": result.df, f"{result.test}:df2": result.df2}
    return found


def _differences(table: Crosstab) -> dict[str, float | None]:
    """Differences of the columns of every row, with their t tests and intervals."""
    pairs, held = ColumnPairs(table), np.flatnonzero(table.observed.sum(axis=0) > 0)
    found: dict[str, float | None] = {}
    for row in range(len(table.row_codes)):
        for first, second in combinations(held.tolist(), 2):
            place = f"[{row + 1},{first + 1},{second + 1}]"
            contrast = pairs.difference(row, first, second)
            values = {
                "": contrast.value,
                "_t": contrast.statistic,
                "_df": contrast.df,
                "_p": contrast.p_value,
            }
            values |= {"_lower": contrast.lower, "_upper": contrast.upper}
            found |= {f"difference{part}{place}": value for part, value in values.items()}
    return found


def _compare(
    data_set: str,
    statistic: str,
    ours: float | None,
    r: str | None,
    pspp: str | None,
    close: float = CLOSE,
) -> Comparison:
    r_value = None if r in (None, "NA", "NaN", "Inf", "-Inf") else float(str(r))
    pspp_value = None if pspp is None else float(pspp)
    r_difference = pspp_difference = None
    agrees, reason = True, ""
    if ours is not None and r_value is not None:
        r_difference = _relative(ours, r_value)
        agrees = r_difference <= (CLOSE_EXACT if statistic.startswith("fisher") else close)
        if statistic == "fisher_monte_carlo:p":
            error = (r_value * (1 - r_value) / DRAWS) ** 0.5
            agrees = abs(ours - r_value) <= MOST_ERRORS * error
    if ours is not None and pspp_value is not None:
        digits = len(str(pspp).partition(".")[2])
        pspp_difference = abs(ours - pspp_value) * 10.0**digits
        # Half a unit of the last digit; where twelve are printed, the noise of doubles too.
        slack = 0.0 if digits < 6 else CLOSE * abs(ours)
        equal = abs(ours - pspp_value) <= 0.5001 * 10.0**-digits + slack
        if not equal:
            reason = _reason("PSPP", statistic)
            agrees = False
    if ours is None and (r_value is not None or pspp_value not in (None, 0.0)):
        agrees = False
    return Comparison(
        data_set,
        statistic,
        ours,
        r_value,
        pspp_value,
        r_difference,
        pspp_difference,
        agrees,
        reason,
    )


def _relative(ours: float, other: float) -> float:
    if ours == other or (abs(ours) < 1e-12 and abs(other) < 1e-12):
        return 0.0
    return abs(ours - other) / max(abs(ours), abs(other))


def _reason(program: str, statistic: str) -> str:
    for known in KNOWN:
        if known.program == program and known.statistic and statistic.startswith(known.statistic):
            return known.reason
    return ""


def unexplained(rows: list[Comparison]) -> Iterator[Comparison]:
    """Yield the comparisons that differ without a known reason."""
    return (row for row in rows if not row.agrees and not row.reason)


def _read_values(path: Path, key: str, statistic: str = "statistic") -> dict[str, dict[str, str]]:
    values: dict[str, dict[str, str]] = {}
    with path.open(encoding="utf-8") as file:
        for line in csv.DictReader(file):
            values.setdefault(line[key], {})[line[statistic]] = line["value"]
    return values


def _read_yaml(path: Path) -> dict[str, Any]:
    import yaml

    return dict(yaml.safe_load(path.read_text(encoding="utf-8")))


CLOSE_FIT = 1e-8
"""Largest relative difference of a fitted model from R's."""


def model_statistics(folder: Path, case: Mapping[str, Any]) -> dict[str, float | None]:
    """Fit one model of ``models.yaml`` and name its values as ``model_values.csv`` does."""
    import pandas as pd

    people = pd.read_csv(folder / case["people"])
    names = map(str, people)
    book = Codebook(
        {name: Variable(name, measure=case["measures"].get(name, "nominal")) for name in names}
    )
    survey = Survey(people, book)
    if "declared" in case:
        design = wave_design(case.get("wave", {}))
        ready = None if design is None else design.prepared(survey)
        return _declared_values(fit_declared(survey, case["declared"], ready))
    declared = {"kind": "ordered", "outcome": case["answer"], "predictors": case["terms"]}
    if "codes" in case:
        declared |= {"kind": "binary", "positive": case["codes"]}
    model = fit_declared(survey, declared)
    return _values(model, case["prefixes"])


def _declared_values(model: "Model") -> dict[str, float | None]:
    """Name coefficients and constants as R's formulas do, after the answer of their equation."""
    found: dict[str, float | None] = {}
    for item in (*model.coefficients, *model.constants):
        factors = factors_of(item.variable, "" if item.code is None else str(item.code))
        term = ":".join(f"{name}{code}" for name, code in factors) or "(Intercept)"
        if model.kind == "multinomial":
            term = f"{item.outcome}:{term}"
        # The cut point of a binary model is minus its constant.
        sign = -1 if model.kind == "binary" and not item.variable else 1
        found |= {f"b:{term}": sign * item.estimate, f"se:{term}": item.standard_error}
        found[f"p:{term}"] = item.p_value
    return found


def _values(model: "Model", prefixes: dict[str, str]) -> dict[str, float | None]:
    """Name the parts of a model as R's formulas do: variable and code without a space."""
    found: dict[str, float | None] = {"log_likelihood": model.log_likelihood}

    def name(variable: str, code: object) -> str:
        return variable if code is None else f"{prefixes.get(variable, variable)}{code}"

    for item in model.coefficients:
        term = name(item.variable, item.code)
        found |= {f"b:{term}": item.estimate, f"se:{term}": item.standard_error}
        found |= {f"glm:{term}": item.estimate, f"glm_se:{term}": item.standard_error}
    for number, cut in enumerate(model.thresholds, start=1):
        found[f"cut:{number}"] = cut
    for item in model.effects:
        term = name(item.variable, item.code)
        binary = model.kind == "binary" or item.outcome is None
        place = 2 if binary else model.outcomes.index(item.outcome or 0) + 1
        found[f"ame:{term}:{place}"] = item.estimate
        found[f"ame_se:{term}:{place}"] = item.standard_error
    for check in model.diagnostics:
        found[f"check:{check.test}"] = check.statistic
        found[f"check_p:{check.test}"] = check.p_value
    return found
