"""Interviews: what others' programs coded, counted by case, where config/interviews.yaml has sources.

IN   the coded interviews of the wave, its cases, code book and released quotations
OUT  results/{wave}/interviews/codes.csv, codes_by_attribute.csv, cooccurrence.csv, saturation.csv,
     agreement.csv, quotations.csv   (what the report reads)
OUT  results/{wave}/interviews/segments.parquet, to_release.csv, cases.csv   (of persons: they stay in the house)
"""

INTERVIEW_LINES = [
    f"results/{{wave}}/interviews/{name}.csv"
    for name in (INTERVIEW_KEYS if INTERVIEWS else ())
]


rule tabulate_interviews:
    """Read the coded interviews of a wave and count themes and codes by case."""
    input:
        coded=coded_interviews,
    output:
        codes=report(
            "results/{wave}/interviews/codes.csv",
            caption="../../report/captions/interviews.rst",
            category="Interviews",
            labels={"wave": "{wave}", "content": "codes of interviews"},
        ),
        codes_by_attribute="results/{wave}/interviews/codes_by_attribute.csv",
        cooccurrence="results/{wave}/interviews/cooccurrence.csv",
        saturation="results/{wave}/interviews/saturation.csv",
        agreement="results/{wave}/interviews/agreement.csv",
        quotations="results/{wave}/interviews/quotations.csv",
        cases="results/{wave}/interviews/cases.csv",
        segments="results/{wave}/interviews/segments.parquet",
        to_release="results/{wave}/interviews/to_release.csv",
    log:
        "results/{wave}/logs/tabulate_interviews.log",
    conda:
        "../../environment.yml"
    resources:
        mem_mb=memory("tabulate_interviews"),
        runtime=minutes("tabulate_interviews"),
    params:
        made_from=made_from("tabulate_interviews"),
    script:
        "../scripts/tabulate_interviews.py"


rule interviews:
    """The coded interviews of every wave; nothing where config/interviews.yaml has no sources."""
    input:
        expand(rules.tabulate_interviews.output, wave=sorted(INTERVIEWS)),
