"""Conformance: our statistics beside R's and PSPP's on public data; no wave, no respondent.

IN   tests/reference/statistics/*   (values that R and PSPP computed, with the scripts that ask them)
OUT  results/conformance/conformance.csv, conformance.html
"""

REFERENCE = REPOSITORY / "tests/reference"


rule run_conformance:
    """Compute every reference value anew and write it beside R's and PSPP's."""
    input:
        values=[
            relpath(path)
            for path in sorted((REFERENCE / "statistics").glob("*"))
            if path.suffix in (".csv", ".yaml")
        ],
        data_sets=relpath(REFERENCE / "data_sets.yaml"),
        templates=templates("run_conformance"),
    output:
        values="results/conformance/conformance.csv",
        page=report(
            "results/conformance/conformance.html",
            caption="../../report/captions/conformance.rst",
            category="Conformance",
            labels={"content": "our statistics beside R and PSPP"},
        ),
    log:
        "results/conformance/logs/run_conformance.log",
    conda:
        "../../environment.yml"
    params:
        made_from=made_from("run_conformance"),
        references=[str(relpath(REFERENCE / "statistics"))],
    script:
        "../scripts/run_conformance.py"


rule conformance:
    """The page that compares every statistic with R and PSPP."""
    input:
        "results/conformance/conformance.html",
