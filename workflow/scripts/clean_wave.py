"""Door of rule `clean_wave`: imported answers in, cleaned answers and their ledger out."""

from typing import TYPE_CHECKING

from resurvey.core.files import write_csv
from resurvey.prepare.cleaning import FLAG_COLUMNS, LOG_COLUMNS, clean_survey
from resurvey.proof.doors import open_door
from resurvey.reading.parquet import load_survey, save_survey

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main(responses, codebook, steps, language, cleaned_responses, cleaned_codebook, ledger, flags):
    """Take paths and plain values, write files; the library does the thinking."""
    cleaned = clean_survey(load_survey(responses, codebook), steps, language)
    save_survey(cleaned.survey, cleaned_responses, cleaned_codebook)
    write_csv(ledger, LOG_COLUMNS, cleaned.log)
    write_csv(flags, FLAG_COLUMNS, cleaned.flags)


if __name__ == "__main__":
    with open_door(snakemake) as door:
        main(
            responses=snakemake.input.responses,
            codebook=snakemake.input.codebook,
            **door.settings,
            cleaned_responses=snakemake.output.responses,
            cleaned_codebook=snakemake.output.codebook,
            ledger=snakemake.output.ledger,
            flags=snakemake.output.flags,
        )
