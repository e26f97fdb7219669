"""Door of rule `write_report`: tidy results in, one self-contained page out."""

from typing import TYPE_CHECKING

from resurvey.files import write_text
from resurvey.report.page import write_page
from resurvey.report.results import LEDGERS, read_results
from resurvey.runlog import log_to

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main(files, codebook, drawn, study, words, wave, language, folders, page):
    """Take paths and plain values, write one file; the library does the thinking."""
    results = read_results(files, codebook, **drawn, language=language)
    write_text(page, write_page(results, study, words, wave, language, folders))


if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        main(
            files={name: snakemake.input[name] for name in LEDGERS},
            codebook=snakemake.input.codebook,
            drawn={
                name: snakemake.input[name] for name in ("figures", "alt", "models", "provenance")
            },
            study=snakemake.params.study,
            words=snakemake.params.words,
            wave=snakemake.wildcards.wave,
            language=snakemake.wildcards.language,
            folders=snakemake.params.folders,
            page=snakemake.output.page,
        )
