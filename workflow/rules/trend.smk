"""Trend: the waves of a study side by side, what moved, and how sure that is.

IN   results/{wave}/tables/crosstabs.csv, indicators/responses.parquet, codebook.json of all waves
OUT  results/trend/waves.csv, crosstabs.csv, differences.csv, tests.csv, slopes.csv, panel.csv,
     moved.csv, figures/{table}.{language}.svg, .png, .csv, trend.{language}.html
"""

COMPARED = {
    name: STUDY["tables"]["tables"][name]
    for name in STUDY["trend"].get("tables", STUDY["tables"]["tables"])
}


# A wave's `id` may be the codebook's, as at its import.
IDENTIFIER = {"id": STUDY["codebook"]["id"]} if "id" in STUDY["codebook"] else {}


rule compare_waves:
    """Compare every table between the waves, and order the questions by what moved."""
    input:
        crosstabs=expand("results/{wave}/tables/crosstabs.csv", wave=TIMES),
        responses=expand("results/{wave}/indicators/responses.parquet", wave=TIMES),
        codebooks=expand("results/{wave}/indicators/codebook.json", wave=TIMES),
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
    log:
        "results/trend/logs/compare_waves.log",
    conda:
        "../../environment.yml"
    params:
        code=code_of("compare_waves"),
        waves=[
            {
                "name": name,
                "time": time,
                "wave": IDENTIFIER | STUDY["config"]["waves"][name],
            }
            for name, time in TIMES.items()
        ],
        tables=COMPARED,
        trend=STUDY["trend"],
        sample=STUDY["config"]["sample"],
        language=LANGUAGES[0],
    script:
        "../scripts/compare_waves.py"


rule write_trend:
    """Draw the tables over time, and write the page of one language."""
    input:
        files=expand(
            "results/trend/{file}.csv",
            file=(
                "waves",
                "crosstabs",
                "differences",
                "tests",
                "slopes",
                "panel",
                "moved",
            ),
        ),
        codebooks=expand("results/{wave}/tables/codebook.json", wave=TIMES),
        templates=[
            relpath(path)
            for folder in ("trend", "templates")
            for path in sorted((REPOSITORY / "report" / folder).glob("*"))
        ],
    output:
        page=report(
            "results/trend/trend.{language}.html",
            caption="../../report/captions/trend.rst",
            category="Trend",
            labels={"content": "comparison over time", "language": "{language}"},
        ),
        figures=expand(
            "results/trend/figures/{table}.{{language}}.{kind}",
            table=COMPARED,
            kind=("svg", "png", "csv"),
        ),
    log:
        "results/trend/logs/write_trend.{language}.log",
    conda:
        "../../environment.yml"
    params:
        code=code_of("write_trend"),
        study=lambda wildcards: {
            "trend": STUDY["trend"],
            "waves": STUDY["waves"],
            "tables": {"tables": COMPARED},
            **{
                part: one
                for part, one in study_of(wildcards).items()
                if part in ("config", "text")
            },
        },
        words=lambda wildcards: WORDS[wildcards.language],
        times=TIMES,
        folders=[
            str(relpath(REPOSITORY / "report" / folder))
            for folder in ("trend", "templates")
        ],
    script:
        "../scripts/write_trend.py"
