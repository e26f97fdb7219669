"""Every number of ``provenance.json`` computed anew from the parts that it names."""

import math
from itertools import product

import numpy as np
import pandas as pd
from scipy.optimize import brentq
from scipy.stats import chi2, f, norm

from resurvey.audit.claims.evaluation import Cells, value
from resurvey.audit.claims.references import Comparison, parse_cells
from resurvey.core.codebook import clean_code
from resurvey.core.printed import round_half_away_number
from resurvey.statistics.chi_square import (
    MOST_RESIDUALS,
    NOTABLE,
    likelihood_ratio,
    pearson,
    pearson_statistic,
    reduce_table,
    residuals,
)
from resurvey.statistics.letters import adjust
from resurvey.statistics.proportions import newcombe
from resurvey.statistics.registry import MEASURES

PAIRED = "the table of both answers is no number of the graph, only how many gave both"
WITHOUT_PARTS = {
    "setting": "typed in the configuration",
    "published": "typed in the publication",
    "smallest": "the smallest of every line of a file, of which the graph has some",
    "reading": "made of what a reading of the claim names, which `readings.csv` has",
    "statistic_of_index": "a test or a count of an index, which respondents give",
    "share_of_index": "respondents of a type, whom the index itself puts there",
    "declared_weight": "what the study declares",
    "part_of_difference": "a weighted difference of the respondents' scores",
    "over_joint_tables": "the end of a search over all joint tables",
    "share_of_scenarios": "scenarios that were computed and not kept",
    "over_scenarios": "scenarios that were computed and not kept",
    "sobol": "scenarios that were computed and not kept",
    "over_solutions": "the end of a search over all tables of counts that print the same",
    "ledger": "counted in the rows before the cleaning, of which the graph names no cells",
    "model": "fitted by iteration to every answer of those whom `who` names",
    "rao_scott_f": "its design effects need strata, clusters and weights of each respondent",
    "marginal_independence_f": "its design effects need the options of each respondent, too",
    "option_rao_scott_f": "its design effects need strata, clusters and weights of each respondent",
    "design_degrees_of_freedom": "made of the same design effects",
    "residual_degrees_of_freedom": "counts clusters and strata, which are no numbers",
    "design_residual": "its standard error needs the design",
    "design_interval": "its standard error needs the design",
    "t_interval": "its standard error needs the value of each respondent, or the design",
    "woodruff": "the interval of a share, which is no number of the graph",
    **dict.fromkeys(
        ("welch_t", "mann_whitney", "design_t", "design_wilcoxon", "cohen_d", "eta_squared"),
        "compares the values of each respondent, and under a design their linearised errors",
    ),
    "effective_size": "needs the weight of each respondent",
    "marginal_independence": "its correction needs who chose several options together",
    "mcnemar": PAIRED,
    "mcnemar_corrected": PAIRED,
    "mcnemar_exact": PAIRED,
    "bowker": PAIRED,
    "stuart_maxwell": PAIRED,
    "residual of an option": "needs how many answered in each group, which its crosstab names not",
    **dict.fromkeys(
        (
            "cronbach_alpha",
            "standardised_alpha",
            "mcdonald_omega",
            "mean_correlation",
            "item_rest",
            "loading",
            "mean_of_numbers",
            "deviation",
            "pearson_r",
            "spearman_r",
            "polychoric_r",
            "interval",
            "t_tail",
        ),
        "of numbers of the respondents whom its n counts, not of counts",
    ),
    "note": "smallest expected counts and the like, in the words of the statistic",
    "tally of claims": "a claim that no cell answers has a verdict and no recomputed number",
    "tally of declared indicators": "counts lines of the configuration, some without any share",
    "tally of lines": "the number of lines of the file",
    "claim of printed text": "its cells were printed, and are not among the recomputed ones",
}
"""Formulas (or kinds of one) that the named parts do not give, and why."""


class Recomputing:
    """Numbers of a wave, computed anew from one another and from the respondents.

    Attributes
    ----------
    numbers : dict
        `numbers` of ``provenance.json``.
    data, codebook : DataFrame, Codebook
        Respondents as they were tabulated.
    sets : dict
        Multiple-response set -> items, of which 1 is counted.
    claims : dict
        Claim -> the cells that it speaks of, as the ledger writes them.
    copies : str
        Variable with the number of respondents that a record stands for, or "".
    """

    def __init__(self, numbers, survey, sets=None, claims=None, copies=""):
        self.numbers, self.claims = numbers, claims or {}
        self.copies = copies
        self.codebook, self.sets = survey.codebook, sets or {}
        self.data = survey.data
        self.codes = {
            name: self.data[name].map(lambda code: str(clean_code(code)), na_action="ignore")
            for name in self.data
        }

    def why_not(self, name):
        """Name why a number has no derivation from its parts; empty where it has one."""
        number = self.numbers[name]
        formula, parts = number["formula"], number.get("from", [])
        if number["unit"] == "note":
            return "note"
        if name.startswith("tally:empirical"):
            return "tally of declared indicators"
        if name.startswith("tally:claims/"):
            return "tally of claims"
        counted_in_files = number.get("rule") in ("audit_wave", "recover_wave", "tabulate_wave")
        if formula == "tally" and not parts and counted_in_files:
            return "tally of lines"
        if name.startswith("tally:residuals/"):
            return self._why_no_residuals(*parts)
        if name.startswith("residual:") and number["line"]["row_variable"] in self.sets:
            return "residual of an option"
        if formula == "expression" and parts == ["respondents"]:
            return "claim of printed text"
        if name.startswith("test:") and name.endswith("/marginal_independence/df"):
            return "marginal_independence"
        if formula == "count" and name.startswith("test:") and name.endswith("/df"):
            return "bowker"
        return formula if formula in WITHOUT_PARTS else ""

    def _why_no_residuals(self, crosstab):
        """Name why the notable residuals of a crosstab cannot be counted from it."""
        if "from" not in self.numbers[crosstab]:
            return "mcnemar"
        line = self.numbers[crosstab]["line"]
        if line["row_variable"] in self.sets:
            return "residual of an option"
        formulas = {
            number["formula"]
            for name, number in self.numbers.items()
            if name.startswith("residual:")
            and all(number["line"][key] == line[key] for key in ("table", "row_variable"))
        }
        return "design_residual" if "design_residual" in formulas else ""

    def agrees(self, name):
        """Tell whether a number is what its parts give, to ten digits."""
        number = self.numbers[name]
        if number["formula"] == "expression":
            return self._claim_agrees(name)
        return math.isclose(
            float(number["value"]), self.derived(name), rel_tol=1e-10, abs_tol=1e-12
        )

    def derived(self, name):
        """Compute a number from the values of its parts, or from the respondents it counts."""
        number = self.numbers[name]
        parts = [self._value(part) for part in number.get("from", [])]
        match number["formula"]:
            case "count" if "who" in number:
                kept = self._among(number)
                return self.data[self.copies][kept].sum() if self.copies else kept.sum()
            case "weighted_count":
                return self.data[number["weight"]][self._among(number)].sum()
            case "mean":
                return self._mean(number)
            case "standard_deviation" | "quantile" | "minimum" | "maximum" as of:
                return self._of_values(of, number)
            case "count" | "sum":
                return sum(parts)
            case "share" | "share_from_rounded":
                return 100 * parts[0] / parts[1]
            case "frechet_lowest":
                return max(0, sum(parts[:-1]) - (len(parts) - 2) * parts[-1])
            case "frechet_highest":
                return min(parts)
            case "difference" | "difference_from_rounded":
                return parts[0] - parts[1]
            case "tail":
                return chi2.sf(*parts)
            case "option_pearson":
                counts, bases = np.array(parts).reshape(2, -1)
                found = pearson(reduce_table(np.stack([counts, bases - counts])))
                return chi2.sf(found.statistic, found.df)
            case "net_share":
                return self._net_share(number)
            case "f_tail":
                return f.sf(*parts)
            case "holm" | "benjamini_hochberg" as method:
                own = name.rpartition("/")[0] + "/p_value"
                return adjust(parts, method)[number["from"].index(own)]
            case "one_degree":
                return 1
            case "on_scale":
                return len(self._scored(number)[0])
            case "linear_by_linear":
                scores = self._scored(number)
                return (len(scores[0]) - 1) * np.corrcoef(*scores)[0, 1] ** 2
            case "holm_of_smaller":
                *p_values, number_of_them = parts
                ranked = enumerate(sorted(p_values))
                return min(1, max((number_of_them - rank) * p for rank, p in ranked))
            case "pooled_z":
                first, first_base, second, second_base = parts
                pooled = (first + second) / (first_base + second_base)
                error = math.sqrt(pooled * (1 - pooled) * (1 / first_base + 1 / second_base))
                return 2 * norm.sf(abs(first / first_base - second / second_base) / error)
            case "newcombe_lower" | "newcombe_upper" as end:
                return 100 * newcombe(*parts)[1 if end == "newcombe_lower" else 2]
            case "smallest_difference":
                return self._smallest_difference(*parts)
            case "tally":
                return self._tally(name)
            case formula:
                return self._statistic(formula, number)

    def _smallest_difference(self, first, second, alpha):
        """Solve the formula for the difference, by a method of its own."""
        z = norm.ppf(1 - alpha / 2)

        def distance(d):
            p, q = 0.5 - d / 2, 0.5 + d / 2
            pooled = (p * first + q * second) / (first + second)
            none = math.sqrt(pooled * (1 - pooled) * (1 / first + 1 / second))
            some = math.sqrt(p * (1 - p) / first + q * (1 - q) / second)
            return (d - z * none) / some - norm.ppf(0.8)

        return 100 * brentq(distance, 1e-6, 1 - 1e-6, xtol=1e-15)

    def _value(self, name):
        return float(self.numbers[name]["value"])

    def _among(self, number):
        """Respondents whom a count counts."""
        kept = pd.Series(True, index=self.data.index)
        if weight := number.get("weight"):
            kept &= self.data[weight].fillna(0) > 0
        for role in ("who", "also", "within"):
            for name, codes in number.get(role, {}).items():
                kept &= self._meets(name, codes)
        for name, codes in number.get("without", {}).items():
            kept &= ~self.codes[name].isin(codes)
        return kept

    def _meets(self, name, wanted):
        if name in self.sets:
            chosen = self.sets[name] if wanted == "answered" else wanted
            return pd.concat([self.codes[item] == "1" for item in chosen], axis=1).any(axis=1)
        given = self.codes[name]
        if wanted == "system_missing":
            return given.isna()
        if wanted == "missing":
            return given.isna() | given.isin([str(code) for code in self.codebook[name].missing])
        if isinstance(wanted, dict):
            numbers = self.data[name].astype(float)
            inside = numbers.between(wanted.get("min", -np.inf), wanted.get("max", np.inf))
            return inside & ~self._meets(name, "missing")
        if wanted == "answered":
            return given.notna() & ~given.isin([str(code) for code in self.codebook[name].missing])
        return given.isin(wanted)

    def _mean(self, number):
        kept = self._among(number)
        scores = self.data[number["line"]["row_variable"]][kept].astype(float)
        weights = self.data[number["weight"]][kept] if "weight" in number else scores**0
        return float((scores * weights).sum() / weights.sum())

    def _net_share(self, number):
        """Answer 1 less answer 2, as the tables of these tests have it."""
        kept = self._among(number)
        codes = self.codes[number["line"]["row_variable"]][kept]
        weights = self.data[number["weight"]][kept] if "weight" in number else codes.notna() * 1.0
        difference = weights[codes == "1"].sum() - weights[codes == "2"].sum()
        return 100 * difference / weights.sum()

    def _of_values(self, formula, number):
        kept = self._among(number)
        values = self.data[number["line"]["row_variable"]][kept].astype(float)
        weights = self.data[number["weight"]][kept] if "weight" in number else values**0
        if formula in ("minimum", "maximum"):
            return values.min() if formula == "minimum" else values.max()
        if formula == "standard_deviation":
            mean = (values * weights).sum() / weights.sum()
            squares = (weights * (values - mean) ** 2).sum() / weights.sum()
            people = weights.sum() if self.copies else len(values)
            return math.sqrt(squares * people / (people - 1))
        statistic = number["line"]["statistic"]
        share = {"q1": 0.25, "median": 0.5, "q3": 0.75}.get(statistic) or int(statistic[1:]) / 100
        reached = weights.groupby(values).sum().cumsum() / weights.sum()
        return reached.index[(reached >= share - 1e-12).argmax()]

    def _counts(self, crosstab):
        """Table of the counts that a crosstab names, with the codes of its rows and columns."""
        cells = {
            (self.numbers[part]["line"]["row_code"], self.numbers[part]["line"]["column_code"]): (
                self._value(part)
            )
            for part in self.numbers[crosstab]["from"]
        }
        rows, columns = (list(dict.fromkeys(codes)) for codes in zip(*cells, strict=True))
        return np.array([[cells[row, column] for column in columns] for row in rows]), rows, columns

    def _scored(self, number):
        """Scores of the rows and columns of all who have both, one a respondent."""
        counts, *codes = self._counts(*number["from"])
        scores = []
        for side, own in zip(("row", "column"), codes, strict=True):
            variable = self.codebook[number["line"][f"{side}_variable"]]
            order = [str(code) for code in variable.order or variable.answers]
            aside = [str(code) for code in variable.dont_know]
            kept = [code for code in order if code not in aside]
            value = {code: kept.index(code) if variable.order else float(code) for code in kept}
            scores.append([value.get(code) for code in own])
        pairs = [
            (row, column)
            for (i, row), (j, column) in product(*map(enumerate, scores))
            if None not in (row, column)
            for _ in range(round(counts[i, j]))
        ]
        return np.array(pairs).T

    def _statistic(self, formula, number):
        counts, rows, columns = self._counts(*number["from"])
        table = reduce_table(counts)
        match formula:
            case "pearson":
                return pearson(table).statistic
            case "likelihood_ratio":
                return likelihood_ratio(table).statistic
            case "degrees_of_freedom":
                return pearson(table).df
            case measure if measure in MEASURES:
                scale = MEASURES[measure].scale(*table.counts.shape)
                return math.sqrt(pearson_statistic(table.counts) / (table.n * scale))
            case "residual":
                line = number["line"]
                whole = np.full(counts.shape, np.nan)
                whole[np.ix_(table.rows, table.columns)] = residuals(table.counts, "adjusted")
                return whole[rows.index(line["row_code"]), columns.index(line["column_code"])]
        raise AssertionError(f"no derivation of {formula}")

    def _tally(self, name):
        """Count the parts that a tally speaks of."""
        number = self.numbers[name]
        parts, line = number.get("from", []), number.get("line", {})
        if "verdict" in line:
            named = [self.numbers[part] for part in parts]
            wanted = {"table": line.get("table"), "verdict": line["verdict"]}
            return sum(
                part["verdict"] == wanted["verdict"]
                and wanted["table"] in (None, part["line"].get("table"))
                for part in named
            )
        if name.startswith("tally:residuals/"):
            table = reduce_table(self._counts(*parts)[0])
            notable = 0
            if not table.reason:
                notable = int((np.abs(residuals(table.counts, "adjusted")) >= NOTABLE).sum())
            return max(0, notable - MOST_RESIDUALS)
        if name.endswith("/below"):
            return sum(self._value(part) < self._value("setting:alpha") for part in parts)
        return len(parts)

    def _claim_agrees(self, name):
        """Tell whether a claim's expression over its parts prints as the ledger has it."""
        number = self.numbers[name]
        cells, todo = {}, list(number["from"])
        for part in todo:
            kind, _, place = part.partition(":")
            if kind == "claim":
                cells[f"{part.replace(':', '/')}/total"] = {"printed": self.numbers[part]["value"]}
                continue
            if kind == "frequency":
                variable, code, _ = place.split("/")
                place = f"text/{variable}/{code}/total"
            count, base, *rounded = self.numbers[part]["from"]
            cells[place] = {"count": int(self._value(count)), "base": int(self._value(base))}
            todo += rounded
        node = parse_cells(self.claims[number["line"]["claim"]].strip())
        sides = [node.left, node.right] if isinstance(node, Comparison) else [node]
        texts = [text for text in number["value"].replace(",", ".").split() if text[-1].isdigit()]
        assert len(texts) == len(sides), name
        return all(
            abs(float(text))
            in {
                abs(float(round_half_away_number(value(side, Cells(cells), by_parts=by_parts), 1)))
                for by_parts in (False, True)
            }
            for text, side in zip(texts, sides, strict=True)
        )
