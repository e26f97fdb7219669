"""Door of rule `certify_wave`: everything a run read and wrote in, its certificate out."""

from pathlib import Path
from typing import TYPE_CHECKING

from resurvey.certificate.contents import Files
from resurvey.certificate.writing import Run, write_certificate
from resurvey.runlog import log_to

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main(files, run, metadata):
    """Take paths and plain values, write one folder; the library does the thinking."""
    write_certificate(Run(files=Files(**files), **run), Path(metadata).parent)


if __name__ == "__main__":
    with log_to(snakemake.log[0]):
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
                "study": snakemake.params.study,
                "words": snakemake.params.words,
                "code": snakemake.params.library,
                "templates": snakemake.params.folders,
                "schema": snakemake.input.schema,
            },
            metadata=snakemake.output.metadata,
        )
