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
        code=code_of("draw_profile"),
        kinds=plan_figures(
            STUDY["tables"]["tables"], STUDY["figures"], STUDY["indicators"]
        ),
        declared=STUDY["figures"],
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
