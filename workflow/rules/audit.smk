"""Audit: every printed cell and every statement of the text beside the recomputed numbers.

IN   results/{wave}/tables/crosstabs.csv, frequencies.csv, codebook.json
IN   resources/published/{wave}/cells.csv, claims.csv   (where something was published)
OUT  results/{wave}/audit/cells.csv, claims.csv
"""


rule audit_wave:
    """Compare what was printed with what the counts give, cell by cell and claim by claim."""
    input:
        crosstabs="results/{wave}/tables/crosstabs.csv",
        frequencies="results/{wave}/tables/frequencies.csv",
        codebook="results/{wave}/tables/codebook.json",
        cells=published("cells"),
        claims=published("claims"),
    output:
        cells=report(
            "results/{wave}/audit/cells.csv",
            caption="../../report/captions/audit.rst",
            category="Audit",
            labels={"wave": "{wave}", "content": "printed against recomputed"},
        ),
        claims="results/{wave}/audit/claims.csv",
    log:
        "results/{wave}/logs/audit_wave.log",
    conda:
        "../../environment.yml"
    params:
        code=code_of("audit_wave"),
        derived=DERIVED,
        lexicon=STUDY["lexicon"],
    script:
        "../scripts/audit_wave.py"
