"""Figures: one per table and matrix of correlations, a map of residuals, a page of dimensions,
and four of each composite index.

IN   results/{wave}/tables/crosstabs.csv, indicators.csv, comparisons.csv, summaries.csv,
     correlations.csv, codebook.json
IN   results/{wave}/audit/questions.csv, results/{wave}/index/*
OUT  results/{wave}/figures/{figure}.{language}.svg, .png, .csv, alt.{language}.json
OUT  results/{wave}/figures/{profile}/{figure}.{language}.pdf, .svg, .png, captions.{language}.txt
"""

FIGURES = sorted(STANDING.figures())


rule draw_figures:
    """Draw every figure in every language for a screen, with its alt text and its numbers."""
    input:
        crosstabs="results/{wave}/tables/crosstabs.csv",
        frequencies="results/{wave}/tables/frequencies.csv",
        indicators="results/{wave}/tables/indicators.csv",
        comparisons="results/{wave}/tables/comparisons.csv",
        summaries="results/{wave}/tables/summaries.csv",
        correlations="results/{wave}/tables/correlations.csv",
        questions="results/{wave}/audit/questions.csv",
        index=INDEX_LINES,
        codebook="results/{wave}/tables/codebook.json",
    output:
        svg=[
            report(
                f"results/{{wave}}/figures/{figure}.{language}.svg",
                caption="../../report/captions/figures.rst",
                category="Figures",
                labels={
                    "wave": "{wave}",
                    "language": language,
                    "figure": STANDING.label_figure(figure, language),
                },
            )
            for language in LANGUAGES
            for figure in FIGURES
        ],
        png=expand(
            "results/{{wave}}/figures/{figure}.{language}.png",
            figure=FIGURES,
            language=LANGUAGES,
        ),
        data=expand(
            "results/{{wave}}/figures/{figure}.{language}.csv",
            figure=FIGURES,
            language=LANGUAGES,
        ),
        alt=expand("results/{{wave}}/figures/alt.{language}.json", language=LANGUAGES),
    log:
        "results/{wave}/logs/draw_figures.log",
    conda:
        "../../environment.yml"
    resources:
        mem_mb=memory("draw_figures"),
        runtime=minutes("draw_figures"),
    params:
        made_from=made_from("draw_figures"),
    script:
        "../scripts/draw_figures.py"


rule draw_profile:
    """Draw every figure in every language for a journal's columns or for slides."""
    input:
        crosstabs="results/{wave}/tables/crosstabs.csv",
        frequencies="results/{wave}/tables/frequencies.csv",
        indicators="results/{wave}/tables/indicators.csv",
        comparisons="results/{wave}/tables/comparisons.csv",
        summaries="results/{wave}/tables/summaries.csv",
        correlations="results/{wave}/tables/correlations.csv",
        questions="results/{wave}/audit/questions.csv",
        index=INDEX_LINES,
        codebook="results/{wave}/tables/codebook.json",
    output:
        drawings=expand(
            "results/{{wave}}/figures/{{profile}}/{figure}.{language}.{kind}",
            figure=FIGURES,
            language=LANGUAGES,
            kind=("pdf", "svg", "png"),
        ),
        captions=expand(
            "results/{{wave}}/figures/{{profile}}/captions.{language}.txt",
            language=LANGUAGES,
        ),
    log:
        "results/{wave}/logs/draw_profile.{profile}.log",
    wildcard_constraints:
        profile="journal|slide",
    conda:
        "../../environment.yml"
    resources:
        mem_mb=memory("draw_profile"),
        runtime=minutes("draw_profile"),
    params:
        made_from=made_from("draw_profile"),
    script:
        "../scripts/draw_profile.py"


rule figures:
    """Every figure for a screen, a journal's columns and slides: `profiles:` of figures.yaml."""
    input:
        expand(rules.draw_figures.output.alt, wave=WAVES),
        expand(
            rules.draw_profile.output.captions,
            wave=WAVES,
            profile=STANDING.printed_profiles(),
        ),
