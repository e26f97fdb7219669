"""Door of rule `export_wave`: a data set of statsmodels in, an SPSS file out."""

from typing import TYPE_CHECKING

from resurvey.proof.doors import open_door
from resurvey.reading.data_sets import load_dataset
from resurvey.reading.writing import write_sav

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main(dataset, codebook, language, survey):
    """Take paths and plain values, write files; the library does the thinking."""
    write_sav(survey, load_dataset(dataset, codebook), language=language)


if __name__ == "__main__":
    with open_door(snakemake) as door:
        main(
            **door.settings,
            survey=snakemake.output.survey,
        )
