"""Door of rule `write_deposit`: every wave's records in, the pooled file and its documents out."""

from pathlib import Path
from typing import TYPE_CHECKING

from resurvey.core.files import read_csv
from resurvey.proof.doors import open_door
from resurvey.reading.parquet import load_survey
from resurvey.waves.deposit.deposit_folder import write_deposit

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main(responses, codebooks, logs, waves, study, words, folders, folder):
    """Take paths and plain values, write files; the library does the thinking."""
    surveys = dict(zip(waves, map(load_survey, responses, codebooks), strict=True))
    ledgers = dict(zip(waves, map(read_csv, logs), strict=True))
    write_deposit(surveys, ledgers, study, words, folders, folder)


if __name__ == "__main__":
    with open_door(snakemake) as door:
        main(
            responses=snakemake.input.responses,
            codebooks=snakemake.input.codebooks,
            logs=snakemake.input.logs,
            **door.settings,
            folders=door.folders,
            folder=Path(snakemake.output[0]).parent,
        )
