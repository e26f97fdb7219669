"""Waves: what each wave's questionnaire changed, found before anything is computed.

IN   the raw files of all waves, config/codebook.yaml, config/waves.yaml
OUT  results/{wave}/import/drift.csv, drift.{language}.html, suggested_mapping.yaml
OUT  results/drift/drift.csv   (all of them, once every breaking difference is mapped or accepted)

A study of one wave without waves.yaml has nothing to compare: its import checks the codebook.
"""


rule compare_questionnaire:
    """Hold a wave's questionnaire against the codebook and the wave before it."""
    input:
        raw=raw_file,
        before=raw_before,
        companions=companions_of_both,
        templates=[
            relpath(path)
            for folder in ("drift", "templates")
            for path in sorted((REPOSITORY / "report" / folder).glob("*"))
        ],
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
    params:
        code=code_of("compare_questionnaire"),
        codebook=STUDY["codebook"],
        used=sorted(used_names(STUDY)),
        waves=compared_waves,
        content=lambda wildcards: [
            raw_content(path)
            for path in [
                *(one["wave"]["file"] for one in compared_waves(wildcards)),
                *companions_of_both(wildcards),
            ]
        ],
        languages=LANGUAGES,
        trend={
            key: STUDY["trend"][key]
            for key in ("panel", "same_person")
            if key in STUDY["trend"]
        },
        title=STUDY["config"]["title"],
        words=lambda wildcards: {
            language: {
                part: WORDS[language][part]
                for part in (
                    "language",
                    "drift",
                    "report",
                    "app",
                    "verdicts",
                    "cleaning",
                    "tests",
                )
            }
            for language in LANGUAGES
        },
        folders=[
            str(relpath(REPOSITORY / "report" / folder))
            for folder in ("drift", "templates")
        ],
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
    params:
        code=code_of("check_questionnaires"),
    script:
        "../scripts/check_questionnaires.py"
