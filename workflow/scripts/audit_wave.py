"""Door of rule `audit_wave`: printed and recomputed numbers in, verdicts out."""

from typing import TYPE_CHECKING

from resurvey.audit.cells import audit_cells, audit_claims
from resurvey.audit.claims import LEDGER_COLUMNS
from resurvey.audit.comparison import AUDIT_COLUMNS
from resurvey.audit.solutions import read_solutions
from resurvey.core.codebook import Codebook
from resurvey.core.files import read_csv, read_text, write_csv
from resurvey.core.published import read_cells, read_claims
from resurvey.proof.doors import open_door

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main(
    crosstabs,
    frequencies,
    codebook,
    cells,
    claims,
    solutions,
    derived,
    rounding,
    lexicon,
    audited_cells,
    audited_claims,
):
    """Take paths and plain values, write files; the library does the thinking."""
    book = Codebook.from_json(read_text(codebook))
    counted, printed = read_csv(crosstabs), read_cells(*cells)
    lines = audit_cells(printed, counted, read_csv(frequencies), book, derived, rounding)
    write_csv(audited_cells, AUDIT_COLUMNS, lines)
    feasible = read_solutions(read_csv(solutions))
    judged = audit_claims(
        read_claims(*claims), printed, counted, lexicon, book.reconstructed, feasible, rounding
    )
    write_csv(audited_claims, LEDGER_COLUMNS, judged)


if __name__ == "__main__":
    with open_door(snakemake) as door:
        main(
            crosstabs=snakemake.input.crosstabs,
            frequencies=snakemake.input.frequencies,
            codebook=snakemake.input.codebook,
            cells=snakemake.input.cells,
            claims=snakemake.input.claims,
            solutions=snakemake.input.solutions,
            **door.settings,
            audited_cells=snakemake.output.cells,
            audited_claims=snakemake.output.claims,
        )
