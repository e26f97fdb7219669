"""Door of rule `simulate_wave`: a declared model in, an SPSS file of invented respondents out."""

from typing import TYPE_CHECKING

from resurvey.proof.doors import open_door
from resurvey.reading.writing import write_sav
from resurvey.study.simulation.waves import simulated_file

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main(model, waves, codebook, language, survey):
    """Take plain values, write one file; the library does the thinking."""
    write_sav(survey, simulated_file(model, waves, codebook), language=language)


if __name__ == "__main__":
    with open_door(snakemake) as door:
        main(
            **door.settings,
            survey=snakemake.output.survey,
        )
