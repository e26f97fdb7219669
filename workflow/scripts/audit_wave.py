"""Door of rule `audit_wave`: printed and recomputed numbers in, verdicts out."""

from typing import TYPE_CHECKING

from resurvey.audit.associations import ASSOCIATION_COLUMNS, association_lines
from resurvey.audit.claims.ledger import LEDGER_COLUMNS, audit_claims
from resurvey.audit.comparison import AUDIT_COLUMNS, compare_cells
from resurvey.audit.quotations import (
    COUNTED_COLUMNS,
    QUOTED_COLUMNS,
    count_quotations,
    quote_paraphrases,
)
from resurvey.audit.solutions import read_sizes, read_solutions, unsolved_questions
from resurvey.core.codebook import Codebook
from resurvey.core.files import read_csv, read_text, write_csv
from resurvey.core.published import read_cells, read_claims, read_readings
from resurvey.proof.doors import open_door

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main(
    crosstabs,
    codebook,
    cells,
    claims,
    readings,
    associations,
    quotations,
    questions,
    solutions,
    bases,
    derived,
    rounding,
    lexicon,
    interviews,
    coded,
    audited_cells,
    audited_claims,
    bounded_associations,
    counted_quotations,
    quoted,
):
    """Take paths and plain values, write files; the library does the thinking."""
    book = Codebook.from_json(read_text(codebook))
    counted, printed = read_csv(crosstabs), read_cells(*cells)
    unsolved = unsolved_questions(read_csv(questions), book)
    lines = compare_cells(printed, counted, derived, unsolved, rounding)
    write_csv(audited_cells, AUDIT_COLUMNS, lines)
    feasible = read_solutions(read_csv(solutions))
    judged = audit_claims(
        read_claims(*claims),
        printed,
        counted,
        lexicon,
        book.reconstructed,
        feasible,
        rounding,
        readings=read_readings(*readings),
        interviews=[line for path in coded for line in read_csv(path)],
    )
    write_csv(audited_claims, LEDGER_COLUMNS, judged)
    bounded = association_lines(read_readings(*associations), feasible, read_sizes(read_csv(bases)))
    write_csv(bounded_associations, ASSOCIATION_COLUMNS, bounded)
    said = count_quotations(
        read_readings(*quotations), interviews, read_claims(*claims), *quotations
    )
    write_csv(counted_quotations, COUNTED_COLUMNS, said)
    write_csv(quoted, QUOTED_COLUMNS, quote_paraphrases(read_readings(*quotations)))


if __name__ == "__main__":
    with open_door(snakemake) as door:
        main(
            crosstabs=snakemake.input.crosstabs,
            codebook=snakemake.input.codebook,
            cells=snakemake.input.cells,
            claims=snakemake.input.claims,
            readings=snakemake.input.readings,
            associations=snakemake.input.associations,
            quotations=snakemake.input.quotations,
            coded=snakemake.input.coded,
            questions=snakemake.input.questions,
            solutions=snakemake.input.solutions,
            bases=snakemake.input.bases,
            **door.settings,
            audited_cells=snakemake.output.cells,
            audited_claims=snakemake.output.claims,
            bounded_associations=snakemake.output.associations,
            counted_quotations=snakemake.output.quotations,
            quoted=snakemake.output.quoted,
        )
