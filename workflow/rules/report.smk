"""Report: the pages of a wave and the documents to hand on; the only room that looks into several.

IN   results/{wave}/tables/*, clean/log.csv, figures/*, audit/*, models/*, index/*, interviews/*
OUT  results/{wave}/report/provenance.json, accounting.csv, report.{language}.html
OUT  results/{wave}/audit/audit.{language}.html, erratum.{language}.html, erratum.{language}.docx
     (they say so where nothing was published)
OUT  results/{wave}/report/report.{language}.docx, report.{language}.pdf, tables.{language}.xlsx,
     report.{language}.pptx (for those who ask for slides),
     latex/{table}.{language}.tex, csv/{table}.{language}.csv
"""

REPORTED = {
    "crosstabs": "results/{wave}/tables/crosstabs.csv",
    "tests": "results/{wave}/tables/tests.csv",
    "association": "results/{wave}/tables/association.csv",
    "frequencies": "results/{wave}/tables/frequencies.csv",
    "summaries": "results/{wave}/tables/summaries.csv",
    "indicators": "results/{wave}/tables/indicators.csv",
    "combinations": "results/{wave}/tables/combinations.csv",
    "banners": "results/{wave}/tables/banners.csv",
    "scales": "results/{wave}/tables/scales.csv",
    "correlations": "results/{wave}/tables/correlations.csv",
    "codebook": "results/{wave}/tables/codebook.json",
    "cleaning": "results/{wave}/clean/log.csv",
    "cells": "results/{wave}/audit/cells.csv",
    "claims": "results/{wave}/audit/claims.csv",
    "questions": "results/{wave}/audit/questions.csv",
    "ranges": "results/{wave}/audit/ranges.csv",
    "joint": "results/{wave}/audit/joint.csv",
    "comparisons": "results/{wave}/tables/comparisons.csv",
    "quotations": "results/{wave}/audit/quotations.csv",
    "quoted": "results/{wave}/audit/quoted.csv",
    "paired": "results/{wave}/audit/paired.csv",
    "associations": "results/{wave}/audit/associations.csv",
}
MODEL_LINES = [
    f"results/{{wave}}/models/{name}.csv"
    for name in (("coefficients", "effects", "diagnostics") if MODELS else ())
]
MODEL_FIGURES = ["results/{wave}/models/figures"] if MODELS else []
DOCUMENTS = STUDY["config"]["documents"]
FORMATS = {
    "docx": ("Word", "report"),
    "xlsx": ("Excel", "tables"),
    "pdf": ("PDF", "report"),
    "pptx": ("PowerPoint", "report"),
}


rule trace_wave:
    """Trace every number of the wave to the people, questions, files and code behind it."""
    input:
        **REPORTED,
        models=MODEL_LINES,
        index=INDEX_LINES,
        interviews=interview_lines,
        coded=coded_interviews,
        raw=raw_file,
        companions=companions,
        printed=published("cells"),
        stated=published("claims"),
        said=published("quotations"),
    output:
        document="results/{wave}/report/provenance.json",
        accounting=report(
            "results/{wave}/report/accounting.csv",
            caption="../../report/captions/accounting.rst",
            category="Data",
            labels={"wave": "{wave}", "content": "accounting of respondents"},
        ),
    log:
        "results/{wave}/logs/trace_wave.log",
    conda:
        "../../environment.yml"
    resources:
        mem_mb=memory("trace_wave"),
        runtime=minutes("trace_wave"),
    params:
        made_from=made_from("trace_wave"),
        rules=traced_code,
    script:
        "../scripts/trace_wave.py"


rule write_pages:
    """Write the report and the audit of a wave, each language as a single HTML page."""
    input:
        **REPORTED,
        # One file tells of all drawings: Snakemake looks at each input for each output.
        figures=rules.draw_figures.output.alt,
        models=[*MODEL_LINES, *MODEL_FIGURES],
        index=INDEX_LINES,
        interviews=interview_lines,
        provenance="results/{wave}/report/provenance.json",
        recovered=rules.recover_wave.output,
        printed=published("cells"),
        stated=published("claims"),
        templates=templates("write_pages"),
    output:
        report=[
            report(
                f"results/{{wave}}/report/report.{language}.html",
                caption="../../report/captions/report.rst",
                category="Report",
                labels={"wave": "{wave}", "language": language},
            )
            for language in LANGUAGES
        ],
        audit=[
            report(
                f"results/{{wave}}/audit/audit.{language}.html",
                caption="../../report/captions/audit.rst",
                category="Audit",
                labels={
                    "wave": "{wave}",
                    "content": "audit page",
                    "language": language,
                },
            )
            for language in LANGUAGES
        ],
        erratum=[
            report(
                f"results/{{wave}}/audit/erratum.{language}.html",
                caption="../../report/captions/erratum.rst",
                category="Audit",
                labels={
                    "wave": "{wave}",
                    "content": "suggested corrections",
                    "language": language,
                },
            )
            for language in LANGUAGES
        ],
        letter=[
            f"results/{{wave}}/audit/erratum.{language}.docx" for language in LANGUAGES
        ],
    log:
        "results/{wave}/logs/write_pages.log",
    conda:
        "../../environment.yml"
    resources:
        mem_mb=memory("write_pages"),
        runtime=minutes("write_pages"),
    params:
        made_from=made_from("write_pages"),
    script:
        "../scripts/write_pages.py"


rule audit:
    """The audit of every wave in every language."""
    input:
        expand(rules.write_pages.output.audit, wave=WAVES),


if DOCUMENTS:

    rule write_documents:
        """Write the report of every language as Word, Excel, PDF, slides, LaTeX and CSV."""
        input:
            **REPORTED,
            figures=rules.draw_figures.output.alt,
            models=[*MODEL_LINES, *MODEL_FIGURES],
            index=INDEX_LINES,
            interviews=interview_lines,
            template=templates("write_documents"),
        output:
            [
                report(
                    f"results/{{wave}}/report/{name}.{language}.{ending}",
                    caption="../../report/captions/documents.rst",
                    category="Documents",
                    labels={"wave": "{wave}", "language": language, "format": label},
                )
                for ending, (label, name) in FORMATS.items()
                for language in LANGUAGES
                if ending in DOCUMENTS
            ],
            [
                f"results/{{wave}}/report/{folder}/{table}.{language}.{ending}"
                for folder, ending in (("latex", "tex"), ("csv", "csv"))
                for table in STANDING.tables
                for language in LANGUAGES
                if folder in DOCUMENTS
            ],
        log:
            "results/{wave}/logs/write_documents.log",
        conda:
            "../../environment.yml"
        resources:
            mem_mb=memory("write_documents"),
            runtime=minutes("write_documents"),
        params:
            made_from=made_from("write_documents"),
        script:
            "../scripts/write_documents.py"


rule documents:
    """The report of every wave as Word, Excel, PDF, LaTeX and CSV."""
    input:
        expand(rules.write_documents.output, wave=WAVES) if DOCUMENTS else [],
