"""Prepare: declared cleaning steps in their order, then the indicators, each a new variable.

IN   results/{wave}/import/responses.parquet, codebook.json
OUT  results/{wave}/clean/responses.parquet, codebook.json, log.csv, flags.csv
OUT  results/{wave}/indicators/responses.parquet, codebook.json
"""


rule prepare_wave:
    """Drop, flag and recode as cleaning.yaml declares, log it, and derive the indicators."""
    input:
        responses="results/{wave}/import/responses.parquet",
        codebook="results/{wave}/import/codebook.json",
    output:
        cleaned="results/{wave}/clean/responses.parquet",
        cleaned_codebook="results/{wave}/clean/codebook.json",
        ledger=report(
            "results/{wave}/clean/log.csv",
            caption="../../report/captions/cleaning.rst",
            category="Data",
            labels={"wave": "{wave}", "content": "cleaning log"},
        ),
        flags="results/{wave}/clean/flags.csv",
        responses="results/{wave}/indicators/responses.parquet",
        codebook="results/{wave}/indicators/codebook.json",
    log:
        "results/{wave}/logs/prepare_wave.log",
    conda:
        "../../environment.yml"
    resources:
        mem_mb=memory("prepare_wave"),
        runtime=minutes("prepare_wave"),
    params:
        made_from=made_from("prepare_wave"),
    script:
        "../scripts/prepare_wave.py"
