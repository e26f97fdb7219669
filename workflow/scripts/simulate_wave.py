"""Door of rule `simulate_wave`: a declared model in, an SPSS file of invented respondents out."""

from typing import TYPE_CHECKING

from resurvey.reading.writing import write_sav
from resurvey.runlog import log_to
from resurvey.simulation.waves import simulated_file

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main(model, waves, codebook, language, survey):
    """Take plain values, write one file; the library does the thinking."""
    write_sav(survey, simulated_file(model, waves, codebook), language=language)


if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        main(
            model=snakemake.params.model,
            waves=snakemake.params.waves,
            codebook=snakemake.params.codebook,
            language=snakemake.params.language,
            survey=snakemake.output.survey,
        )
