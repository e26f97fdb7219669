"""Indicators: declared recodes and combinations of answers, each a new variable.

IN   results/{wave}/clean/responses.parquet, codebook.json
OUT  results/{wave}/indicators/responses.parquet, codebook.json
"""


rule derive_indicators:
    """Add the indicators that config/indicators.yaml declares."""
    input:
        responses="results/{wave}/clean/responses.parquet",
        codebook="results/{wave}/clean/codebook.json",
    output:
        responses="results/{wave}/indicators/responses.parquet",
        codebook="results/{wave}/indicators/codebook.json",
    log:
        "results/{wave}/logs/derive_indicators.log",
    conda:
        "../../environment.yml"
    params:
        made_from=made_from("derive_indicators"),
    script:
        "../scripts/derive_indicators.py"
