"""Trend: the waves of a study side by side, what moved, and how sure that is.

IN   results/{wave}/tables/crosstabs.csv, frequencies.csv, indicators/codebook.json of all waves;
     indicators/responses.parquet in place of frequencies.csv where a design, an identifier or an
     index asks for respondents
OUT  results/trend/waves.csv, crosstabs.csv, differences.csv, tests.csv, slopes.csv, panel.csv,
     moved.csv, indices.csv, figures/{table}.{language}.svg, .png, .csv, trend.{language}.html
"""

BY_RESPONDENTS = STANDING.compares_respondents()


rule compare_waves:
    """Compare every table between the waves, and order the questions by what moved."""
    input:
        crosstabs=expand("results/{wave}/tables/crosstabs.csv", wave=TIMES),
        codebooks=expand("results/{wave}/indicators/codebook.json", wave=TIMES),
        # Of plain independent samples the counts say all, and how many there were.
        frequencies=(
            []
            if BY_RESPONDENTS
            else expand("results/{wave}/tables/frequencies.csv", wave=TIMES)
        ),
        responses=(
            expand("results/{wave}/indicators/responses.parquet", wave=TIMES)
            if BY_RESPONDENTS
            else []
        ),
        drift=(
            expand("results/{wave}/import/drift.csv", wave=TIMES) if CONTRACT else []
        ),
    output:
        waves="results/trend/waves.csv",
        crosstabs="results/trend/crosstabs.csv",
        differences="results/trend/differences.csv",
        tests="results/trend/tests.csv",
        slopes="results/trend/slopes.csv",
        panel="results/trend/panel.csv",
        moved=report(
            "results/trend/moved.csv",
            caption="../../report/captions/trend.rst",
            category="Trend",
            labels={"content": "what moved", "language": "–"},
        ),
        indices="results/trend/indices.csv",
    log:
        "results/trend/logs/compare_waves.log",
    conda:
        "../../environment.yml"
    resources:
        mem_mb=memory("compare_waves", opens=BY_RESPONDENTS),
        runtime=minutes("compare_waves", opens=BY_RESPONDENTS),
    params:
        made_from=made_from("compare_waves"),
    script:
        "../scripts/compare_waves.py"


rule write_trend:
    """Draw the tables over time, and write the page, in every language."""
    input:
        files=rules.compare_waves.output,
        codebooks=expand("results/{wave}/tables/codebook.json", wave=TIMES),
        templates=templates("write_trend"),
    output:
        pages=[
            report(
                f"results/trend/trend.{language}.html",
                caption="../../report/captions/trend.rst",
                category="Trend",
                labels={"content": "comparison over time", "language": language},
            )
            for language in LANGUAGES
        ],
        figures=expand(
            "results/trend/figures/{table}.{language}.{kind}",
            table=STANDING.compared(),
            language=LANGUAGES,
            kind=("svg", "png", "csv"),
        ),
    log:
        "results/trend/logs/write_trend.log",
    conda:
        "../../environment.yml"
    resources:
        mem_mb=memory("write_trend"),
        runtime=minutes("write_trend"),
    params:
        made_from=made_from("write_trend"),
    script:
        "../scripts/write_trend.py"
