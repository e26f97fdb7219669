"""Report: one self-contained page per language; the only room that looks into several.

IN   results/{wave}/tables/*, clean/log.csv, figures/*.{language}.svg, audit/*, models/*
OUT  results/{wave}/report/provenance.json, report.{language}.html
"""


rule trace_wave:
    """Trace every number of the wave to the people, questions, files and code behind it."""
    input:
        crosstabs="results/{wave}/tables/crosstabs.csv",
        tests="results/{wave}/tables/tests.csv",
        association="results/{wave}/tables/association.csv",
        frequencies="results/{wave}/tables/frequencies.csv",
        indicators="results/{wave}/tables/indicators.csv",
        banners="results/{wave}/tables/banners.csv",
        codebook="results/{wave}/tables/codebook.json",
        cleaning="results/{wave}/clean/log.csv",
        cells="results/{wave}/audit/cells.csv",
        claims="results/{wave}/audit/claims.csv",
        questions="results/{wave}/audit/questions.csv",
        ranges="results/{wave}/audit/ranges.csv",
        models=(
            [
                "results/{wave}/models/coefficients.csv",
                "results/{wave}/models/effects.csv",
                "results/{wave}/models/diagnostics.csv",
            ]
            if MODELS
            else []
        ),
        raw=raw_file,
        companions=companions,
        printed=published("cells"),
        stated=published("claims"),
    output:
        document="results/{wave}/report/provenance.json",
    log:
        "results/{wave}/logs/trace_wave.log",
    conda:
        "../../environment.yml"
    params:
        made_from=made_from("trace_wave"),
        rules=traced_code,
    script:
        "../scripts/trace_wave.py"


rule write_report:
    """Write the report of one language as a single HTML page."""
    input:
        crosstabs="results/{wave}/tables/crosstabs.csv",
        tests="results/{wave}/tables/tests.csv",
        association="results/{wave}/tables/association.csv",
        frequencies="results/{wave}/tables/frequencies.csv",
        indicators="results/{wave}/tables/indicators.csv",
        banners="results/{wave}/tables/banners.csv",
        codebook="results/{wave}/tables/codebook.json",
        cleaning="results/{wave}/clean/log.csv",
        cells="results/{wave}/audit/cells.csv",
        claims="results/{wave}/audit/claims.csv",
        questions="results/{wave}/audit/questions.csv",
        ranges="results/{wave}/audit/ranges.csv",
        figures=expand(
            "results/{{wave}}/figures/{figure}.{{language}}.svg", figure=FIGURES
        ),
        alt="results/{wave}/figures/alt.{language}.json",
        models=(
            [
                "results/{wave}/models/coefficients.csv",
                "results/{wave}/models/effects.csv",
                "results/{wave}/models/diagnostics.csv",
                "results/{wave}/models/figures",
            ]
            if MODELS
            else []
        ),
        provenance="results/{wave}/report/provenance.json",
        templates=templates("write_report"),
    output:
        page=report(
            "results/{wave}/report/report.{language}.html",
            caption="../../report/captions/report.rst",
            category="Report",
            labels={"wave": "{wave}", "language": "{language}"},
        ),
    log:
        "results/{wave}/logs/write_report.{language}.log",
    conda:
        "../../environment.yml"
    params:
        made_from=made_from("write_report"),
    script:
        "../scripts/write_report.py"
