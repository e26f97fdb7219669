"""Door of rule `recover_wave`: printed numbers in, all counts that they can stand for out."""

from typing import TYPE_CHECKING

from resurvey.audit.published_wave import RECOVERY_FILES, recover_wave
from resurvey.core.files import read_csv, write_csv
from resurvey.core.published import read_cells, read_claims
from resurvey.proof.doors import open_door

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main(cells, claims, frequencies, codebook, tables, spec, audit, alpha, outputs, log):
    """Take paths and plain values, write files; the library does the thinking."""
    counted = [line for path in frequencies for line in read_csv(path)]
    wave = recover_wave(
        read_cells(*cells),
        read_claims(*claims),
        codebook,
        tables,
        spec,
        audit,
        alpha,
        counted,
    )
    for sentence in wave.left_out:
        log.warning(sentence)
    for name, columns in RECOVERY_FILES.items():
        write_csv(outputs[name], columns, wave.files[name])


if __name__ == "__main__":
    with open_door(snakemake) as door:
        main(
            cells=snakemake.input.cells,
            claims=snakemake.input.claims,
            frequencies=snakemake.input.frequencies,
            **door.settings,
            outputs=dict(snakemake.output.items()),
            log=door.log,
        )
