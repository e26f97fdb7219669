"""Raw: a survey file where none was published, or where it lies in a package.

IN   resources/published/{wave}/cells.csv, claims.csv   (reconstruction)
OUT  results/{wave}/raw/survey_reconstructed.sav, recovered.csv
OUT  results/{wave}/raw/survey_exported.sav             (a data set of statsmodels)

A wave whose `file:` lies under resources/ needs none.
"""


rule reconstruct_wave:
    """Deal the counts behind the published percentages into one record per respondent."""
    input:
        cells="resources/published/{wave}/cells.csv",
        claims=published("claims"),
    output:
        survey="results/{wave}/raw/survey_reconstructed.sav",
        ledger="results/{wave}/raw/recovered.csv",
    log:
        "results/{wave}/logs/reconstruct_wave.log",
    conda:
        "../../environment.yml"
    resources:
        mem_mb=memory("reconstruct_wave"),
        runtime=minutes("reconstruct_wave"),
    params:
        made_from=made_from("reconstruct_wave"),
    script:
        "../scripts/reconstruct_wave.py"


rule export_wave:
    """Write a data set that ships with statsmodels as an SPSS file."""
    output:
        survey="results/{wave}/raw/survey_exported.sav",
    log:
        "results/{wave}/logs/export_wave.log",
    conda:
        "../../environment.yml"
    resources:
        mem_mb=memory("export_wave"),
        runtime=minutes("export_wave"),
    params:
        made_from=made_from("export_wave"),
    script:
        "../scripts/export_wave.py"
