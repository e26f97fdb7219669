"""Door of rule `reconstruct_wave`: printed numbers in, records and their ledger out."""

from typing import TYPE_CHECKING

from resurvey.core.files import write_csv
from resurvey.core.published import declared_sums, read_cells, read_claims
from resurvey.prepare.reconstruction import LEDGER_COLUMNS, origin_of_subtotals, reconstruct_survey
from resurvey.proof.doors import open_door
from resurvey.reading.writing import write_sav

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main(cells, claims, codebook, spec, tables, language, survey, ledger, log):
    """Take paths and plain values, write files; the library does the thinking."""
    dealt = reconstruct_survey(
        codebook,
        read_cells(cells),
        read_claims(*claims),
        spec,
        origin_of_subtotals(tables),
        declared_sums(tables),
    )
    for sentence in dealt.unsolved:
        log.warning(sentence)
    write_sav(survey, dealt.survey, language=language)
    write_csv(ledger, LEDGER_COLUMNS, dealt.ledger)


if __name__ == "__main__":
    with open_door(snakemake) as door:
        main(
            cells=snakemake.input.cells,
            claims=snakemake.input.claims,
            **door.settings,
            survey=snakemake.output.survey,
            ledger=snakemake.output.ledger,
            log=door.log,
        )
