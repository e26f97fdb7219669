"""Certificate: what a wave was made from and what came out, for a stranger to check.

IN   config/*, resources/published/{wave}/*, the wave's raw file
IN   results/{wave}/tables/*, audit/*, models/*, report/*   (all that `rule all` makes of the wave)
OUT  results/{wave}/certificate/                            (a Workflow Run RO-Crate)
OUT  results/release/{wave}/certificate/                    (of real answers: made from the public set)

Not part of `rule all`. The folder repeats the places of the study and of the repository, holds no
records of persons, and may be moved or zipped: `python3 -I verify.py` in it checks it.
"""

from resurvey.proof.certificate.manifest import published_documents, study_settings

# A study's own citation is among what was read, the repository's among the workflow.
CITATION = ["CITATION.cff"] if Path("CITATION.cff").is_file() else []


# Who reads what came from outside, and from the repository, is the same in the house and outside.
CERTIFIED = {
    "study": lambda wildcards: [
        *study_settings("config"),
        *(CITATION if HOME.resolve() != Path().resolve() else []),
    ],
    "citation": CITATION,
    "published": lambda wildcards: published_documents(
        f"resources/published/{wildcards.wave}"
    ),
    "raw": raw_file,
    "workflow": [
        relpath(path)
        for path in (
            HOME / "Snakefile",
            *sorted((HOME / "workflow/rules").glob("*.smk")),
            HOME / "CITATION.cff",
            HOME / "LICENSE",
            HOME / "LICENSE-DATA.md",
        )
    ],
    "environment": [
        relpath(HOME / name)
        for name in ("requirements.lock", "environment.yml", "pyproject.toml")
    ],
    "schema": relpath(HOME / "workflow/schemas/article.schema.yaml"),
    "templates": templates("certify_wave"),
}


rule certify_wave:
    """Certify a wave: inputs and outputs with their hashes, printed beside recomputed numbers."""
    input:
        **CERTIFIED,
        tables=rules.tabulate_wave.output,
        audit=[*rules.recover_wave.output, *rules.audit_wave.output],
        models=MODEL_LINES,
        report=[
            *rules.trace_wave.output,
            *rules.write_pages.output,
            *(rules.write_documents.output if DOCUMENTS else []),
        ],
        ledgers=["results/{wave}/clean/log.csv", "results/{wave}/import/codebook.csv"],
        recovered=recovered_counts,
    output:
        metadata="results/{wave}/certificate/ro-crate-metadata.json",
        documents=expand(
            "results/{{wave}}/certificate/{name}",
            name=(
                "README.md",
                "codecheck.yml",
                "comparison.json",
                "environment.json",
                "manifest.csv",
                "manifest.json",
                "numbers.json",
                "verify.py",
            ),
        ),
        pages=[
            report(
                f"results/{{wave}}/certificate/certificate.{language}.html",
                caption="../../report/captions/certificate.rst",
                category="Certificate",
                labels={"wave": "{wave}", "language": language},
            )
            for language in LANGUAGES
        ],
    log:
        "results/{wave}/logs/certify_wave.log",
    conda:
        "../../environment.yml"
    resources:
        mem_mb=memory("certify_wave"),
        runtime=minutes("certify_wave"),
    params:
        made_from=made_from("certify_wave"),
    script:
        "../scripts/certify_wave.py"


rule certificate:
    """The certificate of every wave; of real answers, that of the public set."""
    input:
        certificates,
