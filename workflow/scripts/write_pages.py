"""Door of rule `write_pages`: tidy results in, the pages of report and audit out."""

from pathlib import Path
from typing import TYPE_CHECKING

from resurvey.audit.article_page import write_audit
from resurvey.audit.cards import AuditResults
from resurvey.core.codebook import Codebook
from resurvey.core.files import read_csv, read_text, write_bytes, write_text
from resurvey.core.published import read_cells, read_claims
from resurvey.proof.doors import open_door
from resurvey.report.arrangement import findings_of_audit, write_page
from resurvey.report.documents.word import write_word
from resurvey.report.erratum import arrange_erratum, write_erratum
from resurvey.report.results import LEDGERS, read_results

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main(
    files,
    codebook,
    drawn,
    index,
    interviews,
    published,
    recovered,
    associations,
    study,
    words,
    wave,
    folders,
    pages,
):
    """Take paths and plain values, write the pages; the library does the thinking."""
    audited = AuditResults(
        files={Path(path).stem: read_csv(path) for path in recovered},
        cells=read_cells(*published[0]),
        claims=read_claims(*published[1]),
        ledger=read_csv(files["claims"]),
        codebook=Codebook.from_json(read_text(codebook)),
        associations=read_csv(associations),
        comparisons=read_csv(files["comparisons"]),
    )
    tidy = {"index": index, "interviews": interviews}
    read = {
        language: read_results(files, codebook, **drawn[language], language=language, **tidy)
        for language in words
    }
    for (language, results), report in zip(read.items(), pages["report"], strict=True):
        # The templates of the report are those that every page shares.
        write_text(report, write_page(results, study, words[language], wave, language, folders[1:]))
    for (language, results), page, document in zip(
        read.items(), pages["erratum"], pages["letter"], strict=True
    ):
        sheet = arrange_erratum(results, audited.cells, study, words[language], wave, language)
        write_text(page, write_erratum(sheet, words[language], list(words), folders))
        looks = Path(folders[-1]) / "report.docx"
        said = words[language]["documents"]
        write_bytes(document, write_word(sheet.on_paper, said, {}, looks))
    for (language, results), audit in zip(read.items(), pages["audit"], strict=True):
        found = findings_of_audit(results, study, words[language], wave, language)
        write_text(
            audit,
            write_audit(
                audited,
                study,
                words[language],
                wave,
                language,
                folders,
                found=found,
                provenance=results.provenance,
            ),
        )


if __name__ == "__main__":
    with open_door(snakemake) as door:
        main(
            files={name: snakemake.input[name] for name in LEDGERS},
            codebook=snakemake.input.codebook,
            drawn={
                language: {
                    "alt": alt,
                    "models": list(snakemake.input.models),
                    "provenance": snakemake.input.provenance,
                    "disclosure": snakemake.input.get("disclosure"),
                }
                for language, alt in zip(
                    door.settings["words"], snakemake.input.figures, strict=True
                )
            },
            index=list(snakemake.input.index),
            interviews=list(snakemake.input.interviews),
            published=(list(snakemake.input.printed), list(snakemake.input.stated)),
            recovered=list(snakemake.input.recovered),
            associations=snakemake.input.associations,
            **door.settings,
            wave=snakemake.wildcards.wave,
            folders=door.folders,
            pages=dict(snakemake.output.items()),
        )
