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
        templates=[
            relpath(path)
            for folder in ("conformance", "templates")
            for path in sorted((REPOSITORY / "report" / folder).glob("*"))
        ],
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
        code=code_of("run_conformance"),
        references=[str(relpath(REFERENCE / "statistics"))],
        # The names of the statistics and the reasons are English words of the programs.
        language="en" if "en" in LANGUAGES else LANGUAGES[0],
        words=WORDS["en" if "en" in LANGUAGES else LANGUAGES[0]],
        folders=[
            str(relpath(REPOSITORY / "report" / folder))
            for folder in ("conformance", "templates")
        ],
    script:
        "../scripts/run_conformance.py"


rule conformance:
    """The page that compares every statistic with R and PSPP."""
    input:
        "results/conformance/conformance.html",
