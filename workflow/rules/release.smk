"""Release: the public set of a wave with real answers, made from protected results alone.

IN   results/{wave}/tables/*.csv, index/*.csv, models/*.csv, clean/log.csv, tables/codebook.json
IN   results/{wave}/interviews/*.csv   (counts by case and released quotations; no other words)
IN   results/{wave}/audit/*   (what was recovered from printed numbers alone)
IN   release/ledger.csv   (what left the house before, where something did)
OUT  results/{wave}/disclosure/register.csv, told.csv   (stay in the house)
OUT  results/{wave}/disclosure/public/disclosure.csv, disclosure.json, and below
     results/{wave}/disclosure/public/ what the rules of the same names without `release_` write
     below results/{wave}/, such as report/report.{language}.html
OUT  results/release/{wave}/   (the same, when all of it is made)
OUT  results/release/MANIFEST.csv, datapackage.json

Not part of `rule all`. `protect_wave` empties what would give a respondent away; every other rule
here is one that makes the working report, with protected files in place of the wave's own. Nothing
in results/release/ is made from records of persons, but through `protect_wave`. Logs and receipts,
which have the hashes of what is kept back, stay in the house: results/{wave}/logs, receipts.
The set is made in the house, and takes the place of the one before when it is whole.
"""

# What is counted from records of persons; the codebook holds labels and sizes of groups.
COUNTED = {
    **{
        name: path
        for name, path in rules.tabulate_wave.output.items()
        if name != "codebook"
    },
    "cleaning": "results/{wave}/clean/log.csv",
    "index": INDEX_LINES,
    "models": MODEL_LINES,
}
# From printed numbers alone: these are public already, and the same in the house.
RECOVERED = {
    name: REPORTED[name] for name in ("questions", "ranges", "joint", "paired")
}
PUBLIC = {
    **{name: released(path) for name, path in REPORTED.items()},
    **RECOVERED,
}
PUBLIC_INDEX = released(INDEX_LINES)
PUBLIC_INTERVIEWS = released(INTERVIEW_LINES)


PUBLIC_MODELS = [
    *released(MODEL_LINES),
    *([f"{UNRELEASED}models/figures"] if MODELS else []),
]
FACTS = f"{UNRELEASED}disclosure.json"
# What is told of each wave.
TOLD = {
    **released(COUNTED),
    "interviews": PUBLIC_INTERVIEWS,
    "codebook": f"{UNRELEASED}tables/codebook.json",
    "register": f"{UNRELEASED}disclosure.csv",
    "facts": FACTS,
}


rule protect_wave:
    """Empty in a wave's results every number that would give a respondent away."""
    input:
        **COUNTED,
        codebook="results/{wave}/tables/codebook.json",
        interviews=interview_lines,
        others=other_codebooks,
    output:
        **TOLD,
        # By which rule a number is kept back tells of the number, and stays in the house.
        kept="results/{wave}/disclosure/register.csv",
        told="results/{wave}/disclosure/told.csv",
    log:
        "results/{wave}/logs/protect_wave.log",
    conda:
        "../../environment.yml"
    resources:
        mem_mb=memory("protect_wave"),
        runtime=minutes("protect_wave"),
    params:
        made_from=made_from("protect_wave"),
    script:
        "../scripts/protect_wave.py"


use rule draw_figures as release_draw_figures with:
    input:
        crosstabs=PUBLIC["crosstabs"],
        frequencies=PUBLIC["frequencies"],
        indicators=PUBLIC["indicators"],
        comparisons=PUBLIC["comparisons"],
        summaries=PUBLIC["summaries"],
        correlations=PUBLIC["correlations"],
        questions=PUBLIC["questions"],
        index=PUBLIC_INDEX,
        codebook=PUBLIC["codebook"],
    output:
        **{
            name: released(rules.draw_figures.output[name])
            for name in ("svg", "png", "data", "alt")
        },
    log:
        "results/{wave}/logs/release_draw_figures.log",
    params:
        made_from=made_from("release_draw_figures"),


if MODELS:

    rule draw_models:
        """Draw the models anew from what is left of their coefficients."""
        input:
            coefficients=f"{UNRELEASED}models/coefficients.csv",
            codebook=PUBLIC["codebook"],
        output:
            figures=directory(f"{UNRELEASED}models/figures"),
        log:
            "results/{wave}/logs/draw_models.log",
        conda:
            "../../environment.yml"
        resources:
            mem_mb=memory("draw_models"),
            runtime=minutes("draw_models"),
        params:
            made_from=made_from("draw_models"),
        script:
            "../scripts/draw_models.py"


use rule audit_wave as release_audit_wave with:
    input:
        crosstabs=PUBLIC["crosstabs"],
        codebook=PUBLIC["codebook"],
        cells=published("cells"),
        claims=published("claims"),
        readings=published("readings"),
        associations=published("associations"),
        quotations=published("quotations"),
        coded=public_counts,
        questions="results/{wave}/audit/questions.csv",
        solutions="results/{wave}/audit/solutions.csv",
        bases="results/{wave}/audit/bases.csv",
    output:
        **{
            name: released(rules.audit_wave.output[name])
            for name in ("cells", "claims", "associations", "quotations", "quoted")
        },
    log:
        "results/{wave}/logs/release_audit_wave.log",
    params:
        made_from=made_from("release_audit_wave"),


use rule trace_wave as release_trace_wave with:
    input:
        **PUBLIC,
        models=released(MODEL_LINES),
        index=PUBLIC_INDEX,
        interviews=public_interviews,
        coded=coded_interviews,
        raw=raw_file,
        companions=companions,
        printed=published("cells"),
        stated=published("claims"),
        said=published("quotations"),
    output:
        **{
            name: released(rules.trace_wave.output[name])
            for name in ("document", "accounting")
        },
    log:
        "results/{wave}/logs/release_trace_wave.log",
    params:
        made_from=made_from("release_trace_wave"),
        rules=traced_code,


use rule write_pages as release_write_pages with:
    input:
        **PUBLIC,
        disclosure=FACTS,
        figures=rules.release_draw_figures.output.alt,
        models=PUBLIC_MODELS,
        index=PUBLIC_INDEX,
        interviews=public_interviews,
        provenance=rules.release_trace_wave.output.document,
        recovered=rules.recover_wave.output,
        printed=published("cells"),
        stated=published("claims"),
        templates=templates("write_pages"),
    output:
        **{
            name: released(rules.write_pages.output[name])
            for name in ("report", "audit", "erratum", "letter")
        },
    log:
        "results/{wave}/logs/release_write_pages.log",
    params:
        made_from=made_from("release_write_pages"),


if DOCUMENTS:

    use rule write_documents as release_write_documents with:
        input:
            **PUBLIC,
            disclosure=FACTS,
            figures=rules.release_draw_figures.output.alt,
            models=PUBLIC_MODELS,
            index=PUBLIC_INDEX,
            interviews=public_interviews,
            template=templates("write_documents"),
        output:
            released(rules.write_documents.output),
        log:
            "results/{wave}/logs/release_write_documents.log",
        params:
            made_from=made_from("release_write_documents"),


use rule certify_wave as release_certify_wave with:
    input:
        **CERTIFIED | {"study": public_settings},
        tables=[
            *released(rules.tabulate_wave.output),
            f"{UNRELEASED}disclosure.csv",
            FACTS,
        ],
        audit=[*rules.recover_wave.output, *rules.release_audit_wave.output],
        models=released(MODEL_LINES),
        report=public_report,
        ledgers=[f"{UNRELEASED}clean/log.csv"],
        recovered=[],
    output:
        **{
            name: released(rules.certify_wave.output[name])
            for name in ("metadata", "documents", "pages")
        },
    log:
        "results/{wave}/logs/release_certify_wave.log",
    params:
        made_from=made_from("release_certify_wave"),


PUBLIC_FILES = [
    *list_paths(TOLD),
    *rules.release_draw_figures.output,
    *(rules.draw_models.output if MODELS else []),
    *rules.release_audit_wave.output,
    *rules.release_trace_wave.output,
    *rules.release_write_pages.output,
    *(rules.release_write_documents.output if DOCUMENTS else []),
    *rules.release_certify_wave.output,
]


# Snakemake deletes what a job will write before the job begins, unless it is to be updated: the
# set that somebody signed stays until the new one is whole.
rule publish_release:
    """Put the whole public set, with the hash of every file, in the place of the one before."""
    input:
        [path for wave in PROTECTED for path in public_files(wave)],
    output:
        update([path for wave in PROTECTED for path in published_files(wave)]),
        manifest=update("results/release/MANIFEST.csv"),
        package=update("results/release/datapackage.json"),
    log:
        "results/logs/publish_release.log",
    conda:
        "../../environment.yml"
    resources:
        mem_mb=memory("publish_release"),
        runtime=minutes("publish_release"),
    params:
        made_from=made_from("publish_release"),
    script:
        "../scripts/publish_release.py"


rule release:
    """The public set of every wave with real answers: report in every format, tables, figures."""
    input:
        # As plain paths: Snakemake looks each output of a rule up among all the others.
        list(map(str, rules.publish_release.output)) if PROTECTED else [],
