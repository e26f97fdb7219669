"""Clean: declared steps in their order, each with a line in the ledger.

IN   results/{wave}/import/responses.parquet, codebook.json
OUT  results/{wave}/clean/responses.parquet, codebook.json, log.csv, flags.csv
"""


rule clean_wave:
    """Drop, flag and recode as config/cleaning.yaml declares, and log every touched row."""
    input:
        responses="results/{wave}/import/responses.parquet",
        codebook="results/{wave}/import/codebook.json",
    output:
        responses="results/{wave}/clean/responses.parquet",
        codebook="results/{wave}/clean/codebook.json",
        ledger=report(
            "results/{wave}/clean/log.csv",
            caption="../../report/captions/cleaning.rst",
            category="Data",
            labels={"wave": "{wave}", "content": "cleaning log"},
        ),
        flags="results/{wave}/clean/flags.csv",
    log:
        "results/{wave}/logs/clean_wave.log",
    conda:
        "../../environment.yml"
    params:
        made_from=made_from("clean_wave"),
    script:
        "../scripts/clean_wave.py"
