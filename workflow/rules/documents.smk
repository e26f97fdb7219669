"""Documents: the report to hand on, as Word, Excel and PDF, and its tables as LaTeX and CSV.

IN   what rule write_report reads, and results/{wave}/figures/{figure}.{language}.png
OUT  results/{wave}/report/report.{language}.docx, report.{language}.pdf, tables.{language}.xlsx,
     latex/{table}.{language}.tex, csv/{table}.{language}.csv
"""

DOCUMENTS = STUDY["config"]["documents"]
DOCUMENT_FILES = {
    kind: (
        expand(
            f"results/{{{{wave}}}}/report/{name}",
            language=LANGUAGES,
            table=STUDY["tables"]["tables"],
        )
        if kind in DOCUMENTS
        else []
    )
    for kind, name in (
        ("docx", "report.{language}.docx"),
        ("xlsx", "tables.{language}.xlsx"),
        ("pdf", "report.{language}.pdf"),
        ("latex", "latex/{table}.{language}.tex"),
        ("csv", "csv/{table}.{language}.csv"),
    )
}


if DOCUMENTS:

    rule write_documents:
        """Write the report of every language as Word, Excel, PDF, LaTeX and CSV."""
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
                "results/{{wave}}/figures/{figure}.{language}.svg",
                figure=FIGURES,
                language=LANGUAGES,
            ),
            pictures=expand(
                "results/{{wave}}/figures/{figure}.{language}.png",
                figure=FIGURES,
                language=LANGUAGES,
            ),
            alt=expand(
                "results/{{wave}}/figures/alt.{language}.json", language=LANGUAGES
            ),
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
            template=templates("write_documents"),
        output:
            docx=[
                report(
                    path,
                    caption="../../report/captions/documents.rst",
                    category="Documents",
                    labels={"wave": "{wave}", "language": language, "format": "Word"},
                )
                for language, path in zip(LANGUAGES, DOCUMENT_FILES["docx"])
            ],
            xlsx=[
                report(
                    path,
                    caption="../../report/captions/documents.rst",
                    category="Documents",
                    labels={"wave": "{wave}", "language": language, "format": "Excel"},
                )
                for language, path in zip(LANGUAGES, DOCUMENT_FILES["xlsx"])
            ],
            pdf=[
                report(
                    path,
                    caption="../../report/captions/documents.rst",
                    category="Documents",
                    labels={"wave": "{wave}", "language": language, "format": "PDF"},
                )
                for language, path in zip(LANGUAGES, DOCUMENT_FILES["pdf"])
            ],
            latex=DOCUMENT_FILES["latex"],
            csv=DOCUMENT_FILES["csv"],
        log:
            "results/{wave}/logs/write_documents.log",
        conda:
            "../../environment.yml"
        params:
            made_from=made_from("write_documents"),
        script:
            "../scripts/write_documents.py"


rule documents:
    """The report of every wave as Word, Excel, PDF, LaTeX and CSV."""
    input:
        [
            path.format(wave=wave)
            for wave in WAVES
            for paths in DOCUMENT_FILES.values()
            for path in paths
        ],
