"""Door of rule `check_questionnaires`: drift reports in, one ledger out, or a stop."""

from typing import TYPE_CHECKING

from resurvey.proof.doors import open_door
from resurvey.waves.contract.drift import check_waves

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main(drift, checked, log):
    """Take paths, write one file; the library does the thinking."""
    lines = check_waves(drift, checked)
    log.info("%d differences, none of them left to decide", len(lines))


if __name__ == "__main__":
    with open_door(snakemake) as door:
        main(drift=snakemake.input.drift, checked=snakemake.output.checked, log=door.log)
