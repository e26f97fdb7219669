"""Audit: what the printed numbers say by themselves, and beside the recomputed ones; its page is the report's.

IN   resources/published/{wave}/cells.csv, claims.csv, readings.csv, associations.csv, quotations.csv   (where something was published)
IN   results/{wave}/tables/crosstabs.csv, frequencies.csv, codebook.json
IN   results/{wave}/interviews/codes_by_attribute.csv   (where interviews were coded)
OUT  results/{wave}/audit/questions.csv, solutions.csv, bases.csv, ranges.csv, misprints.csv,
     rounding.csv, false_fit.csv, paired.csv, joint.csv   (from the published numbers alone)
OUT  results/{wave}/audit/cells.csv, claims.csv, associations.csv, quotations.csv, quoted.csv
"""


rule recover_wave:
    """Find all tables of counts that print as the published ones, and what they decide."""
    input:
        cells=printed_counts,
        claims=published("claims"),
        frequencies=counted_respondents,
    output:
        questions=report(
            "results/{wave}/audit/questions.csv",
            caption="../../report/captions/questions.rst",
            category="Audit",
            labels={
                "wave": "{wave}",
                "content": "recovered questions",
                "language": "–",
            },
        ),
        solutions="results/{wave}/audit/solutions.csv",
        bases="results/{wave}/audit/bases.csv",
        ranges="results/{wave}/audit/ranges.csv",
        misprints="results/{wave}/audit/misprints.csv",
        rounding="results/{wave}/audit/rounding.csv",
        false_fit="results/{wave}/audit/false_fit.csv",
        paired="results/{wave}/audit/paired.csv",
        joint="results/{wave}/audit/joint.csv",
    log:
        "results/{wave}/logs/recover_wave.log",
    conda:
        "../../environment.yml"
    resources:
        mem_mb=memory("recover_wave"),
        runtime=minutes("recover_wave"),
    params:
        made_from=made_from("recover_wave"),
    script:
        "../scripts/recover_wave.py"


rule audit_wave:
    """Compare what was printed with what the counts give, cell by cell and claim by claim."""
    input:
        crosstabs="results/{wave}/tables/crosstabs.csv",
        codebook="results/{wave}/tables/codebook.json",
        cells=published("cells"),
        claims=published("claims"),
        readings=published("readings"),
        associations=published("associations"),
        quotations=published("quotations"),
        coded=interview_counts,
        questions="results/{wave}/audit/questions.csv",
        solutions="results/{wave}/audit/solutions.csv",
        bases="results/{wave}/audit/bases.csv",
    output:
        cells=report(
            "results/{wave}/audit/cells.csv",
            caption="../../report/captions/cells.rst",
            category="Audit",
            labels={
                "wave": "{wave}",
                "content": "printed against recomputed",
                "language": "–",
            },
        ),
        claims="results/{wave}/audit/claims.csv",
        associations="results/{wave}/audit/associations.csv",
        quotations="results/{wave}/audit/quotations.csv",
        quoted="results/{wave}/audit/quoted.csv",
    log:
        "results/{wave}/logs/audit_wave.log",
    conda:
        "../../environment.yml"
    resources:
        mem_mb=memory("audit_wave"),
        runtime=minutes("audit_wave"),
    params:
        made_from=made_from("audit_wave"),
    script:
        "../scripts/audit_wave.py"
