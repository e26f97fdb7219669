"""Import: from the raw file to codes and a codebook, checked against what the study declares.

IN   the wave's raw file, and the questionnaire that its tool exported beside it
OUT  results/{wave}/import/responses.parquet, codebook.json, codebook.csv
"""


rule import_wave:
    """Read the raw survey file and refuse one that does not fit the codebook."""
    input:
        raw=raw_file,
        companions=companions,
        checked=questionnaires,
    output:
        responses="results/{wave}/import/responses.parquet",
        codebook="results/{wave}/import/codebook.json",
        document=report(
            "results/{wave}/import/codebook.csv",
            caption="../../report/captions/codebook.rst",
            category="Data",
            labels={"wave": "{wave}", "content": "codebook"},
        ),
    log:
        "results/{wave}/logs/import_wave.log",
    conda:
        "../../environment.yml"
    resources:
        mem_mb=memory("import_wave"),
        runtime=minutes("import_wave"),
    params:
        made_from=made_from("import_wave"),
    script:
        "../scripts/import_wave.py"
