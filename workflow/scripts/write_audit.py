"""Door of rule `write_audit`: the files of the audit in, one self-contained page out."""

from typing import TYPE_CHECKING

from resurvey.audit.article_page import write_audit
from resurvey.audit.cards import AuditResults
from resurvey.audit.published_wave import RECOVERY_FILES
from resurvey.core.codebook import Codebook
from resurvey.core.files import read_csv, read_text, write_text
from resurvey.core.published import read_cells, read_claims
from resurvey.proof.doors import open_door

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main(files, ledger, codebook, cells, claims, study, words, wave, language, folders, page):
    """Take paths and plain values, write one file; the library does the thinking."""
    results = AuditResults(
        files={name: read_csv(path) for name, path in files.items()},
        cells=read_cells(*cells),
        claims=read_claims(*claims),
        ledger=read_csv(ledger),
        codebook=Codebook.from_json(read_text(codebook)),
    )
    write_text(page, write_audit(results, study, words, wave, language, folders))


if __name__ == "__main__":
    with open_door(snakemake) as door:
        main(
            files={name: snakemake.input[name] for name in RECOVERY_FILES},
            ledger=snakemake.input.ledger,
            codebook=snakemake.input.codebook,
            cells=snakemake.input.cells,
            claims=snakemake.input.claims,
            **door.settings,
            wave=snakemake.wildcards.wave,
            language=snakemake.wildcards.language,
            folders=door.folders,
            page=snakemake.output.page,
        )
