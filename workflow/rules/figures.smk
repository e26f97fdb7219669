"""Figures: one per table, a map of residuals and a page of dimensions.

IN   results/{wave}/tables/crosstabs.csv, indicators.csv, codebook.json
OUT  results/{wave}/figures/{figure}.{language}.svg, .png, .csv, alt.{language}.json
OUT  results/{wave}/figures/{profile}/{figure}.{language}.pdf, .svg, .png, captions.{language}.txt
"""


rule draw_figures:
    """Draw every figure of one language for a screen, with its alt text and its numbers."""
    input:
        crosstabs="results/{wave}/tables/crosstabs.csv",
        indicators="results/{wave}/tables/indicators.csv",
        codebook="results/{wave}/tables/codebook.json",
    output:
        svg=[
            report(
                f"results/{{wave}}/figures/{figure}.{{language}}.svg",
                caption="../../report/captions/figures.rst",
                category="Figures",
                labels=labels_of(figure),
            )
            for figure in FIGURES
        ],
        png=expand("results/{{wave}}/figures/{figure}.{{language}}.png", figure=FIGURES),
        data=expand(
            "results/{{wave}}/figures/{figure}.{{language}}.csv", figure=FIGURES
        ),
        alt="results/{wave}/figures/alt.{language}.json",
    log:
        "results/{wave}/logs/draw_figures.{language}.log",
    conda:
        "../../environment.yml"
    params:
        made_from=made_from("draw_figures"),
    script:
        "../scripts/draw_figures.py"


rule draw_profile:
    """Draw every figure of one language for a journal's columns or for slides, vector and bitmap."""
    input:
        crosstabs="results/{wave}/tables/crosstabs.csv",
        indicators="results/{wave}/tables/indicators.csv",
        codebook="results/{wave}/tables/codebook.json",
    output:
        pdf=expand(
            "results/{{wave}}/figures/{{profile}}/{figure}.{{language}}.pdf",
            figure=FIGURES,
        ),
        svg=expand(
            "results/{{wave}}/figures/{{profile}}/{figure}.{{language}}.svg",
            figure=FIGURES,
        ),
        png=expand(
            "results/{{wave}}/figures/{{profile}}/{figure}.{{language}}.png",
            figure=FIGURES,
        ),
        captions="results/{wave}/figures/{profile}/captions.{language}.txt",
    log:
        "results/{wave}/logs/draw_profile.{profile}.{language}.log",
    wildcard_constraints:
        profile="journal|slide",
    conda:
        "../../environment.yml"
    params:
        made_from=made_from("draw_profile"),
    script:
        "../scripts/draw_profile.py"


rule figures:
    """Every figure for a screen, a journal's columns and slides: `profiles:` of figures.yaml."""
    input:
        expand(
            "results/{wave}/figures/alt.{language}.json",
            wave=WAVES,
            language=LANGUAGES,
        ),
        expand(
            "results/{wave}/figures/{profile}/captions.{language}.txt",
            wave=WAVES,
            profile=[
                profile
                for profile in STUDY["figures"].get("profiles", PROFILES)
                if profile != "screen"
            ],
            language=LANGUAGES,
        ),
