"""From a raw survey file to an article's tables, figures, report and audit.

Table of contents: read it from top to bottom, then open the part you care about.
"""

from snakemake.utils import min_version

min_version("9.27")


report: "report/captions/workflow.rst"


include: "workflow/rules/common.smk"
include: "workflow/rules/raw.smk"
include: "workflow/rules/contract.smk"
include: "workflow/rules/import.smk"
include: "workflow/rules/prepare.smk"
include: "workflow/rules/tables.smk"
include: "workflow/rules/index.smk"
include: "workflow/rules/interviews.smk"
include: "workflow/rules/figures.smk"
include: "workflow/rules/models.smk"
include: "workflow/rules/audit.smk"
include: "workflow/rules/report.smk"
include: "workflow/rules/trend.smk"
include: "workflow/rules/certificate.smk"
include: "workflow/rules/release.smk"
include: "workflow/rules/deposit.smk"
include: "workflow/rules/receipts.smk"


rule all:
    """Every wave's report and audit in every language, the indices, the documents, the trend."""
    default_target: True
    input:
        expand(rules.write_pages.output, wave=WAVES),
        rules.indices.input,
        rules.interviews.input,
        rules.documents.input,
        rules.write_trend.output.pages if len(WAVES) > 1 else [],
