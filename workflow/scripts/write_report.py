"""Door of rule `write_report`: tidy results in, one self-contained page out."""

from typing import TYPE_CHECKING

from resurvey.core.files import write_text
from resurvey.proof.doors import open_door
from resurvey.report.page import write_page
from resurvey.report.results import LEDGERS, read_results

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main(files, codebook, drawn, study, words, wave, language, folders, page):
    """Take paths and plain values, write one file; the library does the thinking."""
    results = read_results(files, codebook, **drawn, language=language)
    write_text(page, write_page(results, study, words, wave, language, folders))


if __name__ == "__main__":
    with open_door(snakemake) as door:
        main(
            files={name: snakemake.input[name] for name in LEDGERS},
            codebook=snakemake.input.codebook,
            drawn={
                name: snakemake.input[name] for name in ("figures", "alt", "models", "provenance")
            },
            **door.settings,
            wave=snakemake.wildcards.wave,
            language=snakemake.wildcards.language,
            folders=door.folders,
            page=snakemake.output.page,
        )
