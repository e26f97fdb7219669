"""Door of rule `certify_wave`: everything a run read and wrote in, its certificate out."""

from pathlib import Path
from typing import TYPE_CHECKING

from resurvey.proof.certificate.manifest import Files
from resurvey.proof.certificate.writing import Run, write_certificate
from resurvey.proof.doors import open_door
from resurvey.proof.parts import certified_code
from resurvey.proof.receipts import makers_of_results

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main(files, run, metadata):
    """Take paths and plain values, write one folder; the library does the thinking."""
    write_certificate(Run(files=Files(**files), **run), Path(metadata).parent)


if __name__ == "__main__":
    with open_door(snakemake) as door:
        files = snakemake.input
        main(
            files={
                "inputs": [*files.study, *files.published],
                "outputs": [
                    *files.tables,
                    *files.audit,
                    *files.models,
                    *files.report,
                    *files.ledgers,
                    *files.recovered,
                ],
                "workflow": list(files.workflow),
                "environment": list(files.environment),
                "raw": files.raw,
            },
            run={
                "wave": snakemake.wildcards.wave,
                "results": Path(snakemake.output.metadata).parents[1].as_posix(),
                "citation": "".join(files.citation),
                "rules": makers_of_results("results"),
                **door.settings,
                **certified_code(),
                "templates": door.folders,
                "schema": files.schema,
            },
            metadata=snakemake.output.metadata,
        )
