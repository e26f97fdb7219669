"""Door of rule `derive_indicators`: cleaned answers in, answers and indicators out."""

from typing import TYPE_CHECKING

from resurvey.prepare.indicators import derive_indicators
from resurvey.proof.doors import open_door
from resurvey.reading.parquet import load_survey, save_survey

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main(responses, codebook, indicators, derived_responses, derived_codebook):
    """Take paths and plain values, write files; the library does the thinking."""
    survey = derive_indicators(load_survey(responses, codebook), indicators)
    save_survey(survey, derived_responses, derived_codebook)


if __name__ == "__main__":
    with open_door(snakemake) as door:
        main(
            responses=snakemake.input.responses,
            codebook=snakemake.input.codebook,
            **door.settings,
            derived_responses=snakemake.output.responses,
            derived_codebook=snakemake.output.codebook,
        )
