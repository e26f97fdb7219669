"""Door of rule `export_wave`: a data set of statsmodels in, an SPSS file out."""

from typing import TYPE_CHECKING

from resurvey.export import load_dataset
from resurvey.reading.writing import write_sav
from resurvey.runlog import log_to

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main(dataset, codebook, language, survey):
    """Take paths and plain values, write files; the library does the thinking."""
    write_sav(survey, load_dataset(dataset, codebook), language=language)


if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        main(
            dataset=snakemake.params.dataset,
            codebook=snakemake.params.codebook,
            language=snakemake.params.language,
            survey=snakemake.output.survey,
        )
