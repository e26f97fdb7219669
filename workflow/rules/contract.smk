"""Contract: what each wave's questionnaire changed, found before anything is computed.

IN   the raw files of all waves, config/codebook.yaml, config/waves.yaml
OUT  results/{wave}/import/drift.csv, drift.{language}.html, suggested_mapping.yaml
OUT  results/drift/drift.csv   (all of them, once every breaking difference is mapped or accepted)

A study of one wave without waves.yaml has nothing to compare: its import checks the codebook.
"""

from resurvey.reading.formats import wave_files
from resurvey.study.order import order_waves
from resurvey.study.mapping import previous_waves, used_names


rule compare_questionnaire:
    """Hold a wave's questionnaire against the codebook and the wave before it."""
    input:
        raw=raw_file,
        before=raw_before,
        companions=companions_of_both,
        templates=templates("compare_questionnaire"),
    output:
        drift=report(
            "results/{wave}/import/drift.csv",
            caption="../../report/captions/drift.rst",
            category="Data",
            labels={"wave": "{wave}", "content": "questionnaire drift"},
        ),
        suggestion="results/{wave}/import/suggested_mapping.yaml",
        pages=expand(
            "results/{{wave}}/import/drift.{language}.html", language=LANGUAGES
        ),
    log:
        "results/{wave}/logs/compare_questionnaire.log",
    priority: 100
    conda:
        "../../environment.yml"
    resources:
        mem_mb=memory("compare_questionnaire"),
        runtime=minutes("compare_questionnaire"),
    params:
        made_from=made_from("compare_questionnaire"),
    script:
        "../scripts/compare_questionnaire.py"


rule check_questionnaires:
    """Stop before anything is computed where a questionnaire's meaning changed."""
    input:
        drift=expand("results/{wave}/import/drift.csv", wave=WAVES),
    output:
        checked="results/drift/drift.csv",
    log:
        "results/drift/logs/check_questionnaires.log",
    priority: 100
    conda:
        "../../environment.yml"
    resources:
        mem_mb=memory("check_questionnaires"),
        runtime=minutes("check_questionnaires"),
    params:
        made_from=made_from("check_questionnaires"),
    script:
        "../scripts/check_questionnaires.py"
