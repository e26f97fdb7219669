"""Door of rule `draw_figures`: tidy tables in, every figure of one language out."""

from typing import TYPE_CHECKING

from resurvey.figures.draw import draw_figures
from resurvey.storage_codebook import load_codebook

from resurvey.files import read_csv
from resurvey.runlog import log_to

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main(crosstabs, codebook):
    """Take paths and plain values, write files; the library does the thinking."""
    draw_figures(
        read_csv(crosstabs), read_csv(indicator_shares), load_codebook(codebook), study, outputs
    )


if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        main(
            crosstabs=snakemake.input.crosstabs,
            codebook=snakemake.input.codebook,
        )
