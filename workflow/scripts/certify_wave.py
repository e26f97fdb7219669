"""Door of rule `certify_wave`: everything a run read and wrote in, its certificate out."""

from pathlib import Path
from typing import TYPE_CHECKING

from resurvey.proof.certificate.manifest import Files
from resurvey.proof.certificate.writing import Run, write_certificate
from resurvey.proof.doors import open_door

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main(files, run, metadata):
    """Take paths and plain values, write one folder; the library does the thinking."""
    write_certificate(Run(files=Files(**files), **run), Path(metadata).parent)


if __name__ == "__main__":
    with open_door(snakemake) as door:
        main(
            files={
                "inputs": [*snakemake.input.study, *snakemake.input.published],
                "outputs": list(snakemake.input.results),
                "workflow": list(snakemake.input.workflow),
                "environment": list(snakemake.input.environment),
                "raw": snakemake.input.raw,
            },
            run={
                "wave": snakemake.wildcards.wave,
                "repository": snakemake.params.repository,
                "citation": "".join(snakemake.input.citation),
                "rules": snakemake.params.rules,
                **door.settings,
                "code": snakemake.params.library,
                "templates": door.folders,
                "schema": snakemake.input.schema,
            },
            metadata=snakemake.output.metadata,
        )
