"""Figures: one per table, a map of residuals and a page of dimensions.

IN   results/{wave}/tables/crosstabs.csv, indicators.csv, codebook.json
OUT  results/{wave}/figures/{figure}.{language}.svg, .png, alt.{language}.json
"""


rule draw_figures:
    """Draw every figure of one language as SVG and PNG, with its alt text."""
    input:
        crosstabs="results/{wave}/tables/crosstabs.csv",
        indicators="results/{wave}/tables/indicators.csv",
        codebook="results/{wave}/tables/codebook.json",
    output:
        svg=report(
            expand(
                "results/{{wave}}/figures/{figure}.{{language}}.svg", figure=FIGURES
            ),
            caption="../../report/captions/figures.rst",
            category="Figures",
            labels={"wave": "{wave}", "language": "{language}"},
        ),
        png=expand("results/{{wave}}/figures/{figure}.{{language}}.png", figure=FIGURES),
        alt="results/{wave}/figures/alt.{language}.json",
    log:
        "results/{wave}/logs/draw_figures.{language}.log",
    conda:
        "../../environment.yml"
    params:
        code=code_of("draw_figures"),
        kinds=plan_figures(
            STUDY["tables"]["tables"], STUDY["figures"], STUDY["indicators"]
        ),
        tables=STUDY["tables"]["tables"],
        indicators=STUDY["indicators"],
        not_printed=lookup(
            within=STUDY["config"],
            dpath="waves/{wave}/reconstruct/not_printed",
            default=None,
        ),
        text=titles_of,
        words=lambda wildcards: WORDS[wildcards.language]["figures"],
    script:
        "../scripts/draw_figures.py"
