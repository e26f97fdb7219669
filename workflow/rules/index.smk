"""Index: composite indices of respondents, where the study declares some.

IN   results/{wave}/indicators/responses.parquet, codebook.json
IN   resources/published/{wave}/cells.csv, claims.csv   (of reconstructed records alone)
OUT  results/{wave}/index/index.csv, types.csv, decomposition.csv, coherence.csv, bounds.csv,
     conclusions.csv, scenarios.csv, variances.csv
"""

INDEX_LINES = [
    f"results/{{wave}}/index/{name}.csv" for name in (INDEX_KEYS if INDICES else ())
]


rule assess_index:
    """Judge the coherence of the indices of config/index.yaml, sum them up and decompose gaps."""
    input:
        responses="results/{wave}/indicators/responses.parquet",
        codebook="results/{wave}/indicators/codebook.json",
        cells=dealt_from("cells"),
        claims=dealt_from("claims"),
    output:
        index=report(
            "results/{wave}/index/index.csv",
            caption="../../report/captions/index.rst",
            category="Index",
            labels={"wave": "{wave}", "content": "indices"},
        ),
        types="results/{wave}/index/types.csv",
        decomposition="results/{wave}/index/decomposition.csv",
        coherence="results/{wave}/index/coherence.csv",
        bounds="results/{wave}/index/bounds.csv",
        conclusions="results/{wave}/index/conclusions.csv",
        scenarios="results/{wave}/index/scenarios.csv",
        variances="results/{wave}/index/variances.csv",
    log:
        "results/{wave}/logs/assess_index.log",
    conda:
        "../../environment.yml"
    resources:
        mem_mb=memory("assess_index"),
        runtime=minutes("assess_index"),
    params:
        made_from=made_from("assess_index"),
    script:
        "../scripts/assess_index.py"


rule indices:
    """The indices of every wave; nothing where config/index.yaml declares none."""
    input:
        expand(rules.assess_index.output, wave=WAVES if INDICES else []),
