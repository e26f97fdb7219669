"""Door of rule `write_report`: tidy results in, one self-contained page out."""

from typing import TYPE_CHECKING

from resurvey.runlog import log_to

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main(crosstabs):
    """Take paths and plain values, write files; the library does the thinking."""
    pass


if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        main(
            crosstabs=snakemake.input.crosstabs,
        )
