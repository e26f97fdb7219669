"""Door of rule `compare_questionnaire`: raw files of two waves in, the drift report out."""

from typing import TYPE_CHECKING

from resurvey.proof.doors import open_door
from resurvey.waves.contract.drift import Contract, write_drift

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main(waves, codebook, used, languages, trend, title, words, folders, outputs, log):
    """Take paths and plain values, write files; the library does the thinking."""
    contract = Contract(codebook, used, languages, trend)
    lines = write_drift(waves, contract, title, words, folders, outputs)
    log.info("%s: %d differences", outputs["drift"], len(lines))


if __name__ == "__main__":
    with open_door(snakemake) as door:
        main(
            **door.settings,
            folders=door.folders,
            outputs={
                "drift": snakemake.output.drift,
                "suggestion": snakemake.output.suggestion,
                "pages": snakemake.output.pages,
            },
            log=door.log,
        )
