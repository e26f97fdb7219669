"""Tables: from respondents to tidy cells; nothing after this room sees a respondent.

IN   results/{wave}/indicators/responses.parquet, codebook.json
OUT  results/{wave}/tables/crosstabs.csv, tests.csv, association.csv, comparisons.csv,
     frequencies.csv, summaries.csv, indicators.csv, combinations.csv, banners.csv, scales.csv,
     correlations.csv, codebook.json
"""


rule tabulate_wave:
    """Count every table, test it, and count the frequencies and indicators."""
    input:
        responses="results/{wave}/indicators/responses.parquet",
        codebook="results/{wave}/indicators/codebook.json",
    output:
        crosstabs=report(
            "results/{wave}/tables/crosstabs.csv",
            caption="../../report/captions/crosstabs.rst",
            category="Tables",
            labels={"wave": "{wave}", "content": "crosstabs"},
        ),
        tests=report(
            "results/{wave}/tables/tests.csv",
            caption="../../report/captions/tests.rst",
            category="Tables",
            labels={"wave": "{wave}", "content": "tests"},
        ),
        association="results/{wave}/tables/association.csv",
        comparisons="results/{wave}/tables/comparisons.csv",
        frequencies="results/{wave}/tables/frequencies.csv",
        summaries="results/{wave}/tables/summaries.csv",
        indicators="results/{wave}/tables/indicators.csv",
        combinations="results/{wave}/tables/combinations.csv",
        banners="results/{wave}/tables/banners.csv",
        scales="results/{wave}/tables/scales.csv",
        correlations="results/{wave}/tables/correlations.csv",
        codebook="results/{wave}/tables/codebook.json",
    log:
        "results/{wave}/logs/tabulate_wave.log",
    conda:
        "../../environment.yml"
    resources:
        mem_mb=memory("tabulate_wave"),
        runtime=minutes("tabulate_wave"),
    params:
        made_from=made_from("tabulate_wave"),
    script:
        "../scripts/tabulate_wave.py"
