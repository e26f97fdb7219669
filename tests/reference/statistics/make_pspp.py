"""Reference values of tables of counts from GNU PSPP's CROSSTABS, with twelve digits.

Reads tables.csv and writes pspp_values.csv (table, statistic, value) beside this script.
Run it with: python make_pspp.py
"""

import csv
import subprocess
import sys
import tempfile
from collections import defaultdict
from pathlib import Path

HERE = Path(__file__).resolve().parent
SYNTAX = """SET FORMAT=F30.12.
DATA LIST LIST NOTABLE FILE='{data}' /r c w.
WEIGHT BY w.
CROSSTABS /TABLES=r BY c /STATISTICS=CHISQ PHI CC LAMBDA UC BTAU CTAU GAMMA D CORR RISK KAPPA
  /CELLS=COUNT EXPECTED SRESIDUAL ASRESIDUAL.
"""
CHI_SQUARE = {
    "Pearson Chi-Square": "pearson",
    "Likelihood Ratio": "likelihood_ratio",
    "Continuity Correction": "continuity_correction",
    "Linear-by-Linear Association": "linear_by_linear",
}
SYMMETRIC = {
    "Phi": "phi",
    "Cramer's V": "cramer_v",
    "Contingency Coefficient": "contingency_coefficient",
    "Kendall's tau-b": "tau_b",
    "Kendall's tau-c": "tau_c",
    "Gamma": "gamma",
    "Spearman Correlation": "spearman",
    "Pearson's R": "pearson_r",
    "Kappa": "kappa",
}
DIRECTIONAL = {
    "Lambda": "lambda",
    "Goodman and Kruskal tau": "goodman_kruskal_tau",
    "Uncertainty Coefficient": "uncertainty",
    "Somers' d": "somers_d",
}
SIDES = {"Symmetric": "symmetric", "r Dependent": "rows", "c Dependent": "columns"}
CELLS = {"Expected": "expected", "Std. Residual": "standardized", "Adjusted Residual": "adjusted"}
RISK = ("odds_ratio", "odds_ratio:lower", "odds_ratio:upper")
LARGEST = 1_000_000
"""PSPP's exact test of a 2 x 2 table does not end on larger ones."""


def read_tables():
    """Return the tables of one stratum as lists of (row, column, count)."""
    tables = defaultdict(list)
    with (HERE / "tables.csv").open(encoding="utf-8") as file:
        for one in csv.DictReader(file):
            tables[one["table"]].append(one)
    for name, cells in tables.items():
        single = all(one["stratum"] == "1" for one in cells)
        if single and sum(float(one["count"]) for one in cells) <= LARGEST:
            yield name, cells


def run_pspp(cells):
    """Run CROSSTABS on one table and return the lines of its CSV output."""
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder, "table.txt")
        data.write_text("".join(f"{one['row']} {one['column']} {one['count']}\n" for one in cells))
        syntax = Path(folder, "table.sps")
        syntax.write_text(SYNTAX.format(data=data))
        output = Path(folder, "table.csv")
        command = ["pspp", "-O", "format=csv", "-o", str(output), str(syntax)]
        subprocess.run(command, check=True, capture_output=True)
        with output.open(encoding="utf-8") as file:
            return list(csv.reader(file))


def parse(lines):
    """Yield (statistic, value) of everything that our crosstab computes too."""
    block, kind, row = "", "", 0
    for line in lines:
        if line and line[0].startswith("Table: "):
            block, kind, row = line[0][len("Table: ") :], "", 0
            continue
        if len(line) < 3:
            continue
        if block == "r × c":
            row += line[2] == "Count"
            kind = "total" if line[0] == "Total" else kind
            if line[2] in CELLS and kind != "total":
                for column, value in enumerate(line[3:-1], start=1):
                    yield f"{CELLS[line[2]]}[{row},{column}]", value
        elif block == "Chi-Square Tests" and line[0] in CHI_SQUARE:
            yield CHI_SQUARE[line[0]], line[1]
        elif block == "Chi-Square Tests" and line[0] == "Fisher's Exact Test":
            yield "fisher:p", line[4]
        elif block == "Symmetric Measures" and line[1] in SYMMETRIC:
            yield SYMMETRIC[line[1]], line[2]
            yield f"{SYMMETRIC[line[1]]}:se", line[3]
        elif block == "Directional Measures" and line[2] in SIDES:
            kind = line[1] or kind
            yield f"{DIRECTIONAL[kind]}_{SIDES[line[2]]}", line[3]
            yield f"{DIRECTIONAL[kind]}_{SIDES[line[2]]}:se", line[4]
        elif block == "Risk Estimate" and line[0].startswith("Odds Ratio"):
            yield from zip(
                ("odds_ratio", "odds_ratio:lower", "odds_ratio:upper"), line[1:4], strict=True
            )
        elif block == "Risk Estimate" and line[0].startswith("For cohort c"):
            yield ("risk_ratio" if row == 0 else "risk_ratio_second_column"), line[1]
            row += 1


def main(target):
    """Write the values of every table."""
    with Path(target).open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(["table", "statistic", "value"])
        for name, cells in read_tables():
            for statistic, value in parse(run_pspp(cells)):
                if value not in ("", "NaN"):
                    out.writerow([name, statistic, value])


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else HERE / "pspp_values.csv")
