"""Models: regressions of one answer or number on others, where the study declares some.

IN   results/{wave}/indicators/responses.parquet, codebook.json
OUT  results/{wave}/models/coefficients.csv, effects.csv, diagnostics.csv,
     figures/{model}.{language}.svg, .png
"""


rule fit_models:
    """Fit the models of config/models.yaml, or say why they cannot be fitted."""
    input:
        responses="results/{wave}/indicators/responses.parquet",
        codebook="results/{wave}/indicators/codebook.json",
    output:
        coefficients=report(
            "results/{wave}/models/coefficients.csv",
            caption="../../report/captions/models.rst",
            category="Models",
            labels={"wave": "{wave}", "content": "coefficients"},
        ),
        effects="results/{wave}/models/effects.csv",
        diagnostics="results/{wave}/models/diagnostics.csv",
        # A refused model has no figure, which only the data decide.
        figures=directory("results/{wave}/models/figures"),
    log:
        "results/{wave}/logs/fit_models.log",
    conda:
        "../../environment.yml"
    resources:
        mem_mb=memory("fit_models"),
        runtime=minutes("fit_models"),
    params:
        made_from=made_from("fit_models"),
    script:
        "../scripts/fit_models.py"


rule models:
    """The models of every wave; nothing where config/models.yaml declares none."""
    input:
        expand("results/{wave}/models/coefficients.csv", wave=WAVES if MODELS else []),
