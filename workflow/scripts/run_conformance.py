"""Door of rule `run_conformance`: stored values of R and PSPP in, a comparison with ours out."""

from pathlib import Path
from typing import TYPE_CHECKING

from resurvey.core.files import write_csv, write_text
from resurvey.proof.conformance.page import VALUE_COLUMNS, write_conformance
from resurvey.proof.conformance.values import conformance
from resurvey.proof.doors import open_door
from resurvey.study.folder import read_yaml

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main(references, data_sets, words, language, folders, values, page):
    """Take paths and plain values, write files; the library does the thinking."""
    rows = conformance(Path(*references))
    write_csv(values, VALUE_COLUMNS, [one.record() for one in rows])
    sources = read_yaml(data_sets)
    write_text(page, write_conformance(rows, sources, words, language, folders))


if __name__ == "__main__":
    with open_door(snakemake) as door:
        main(
            references=snakemake.params.references,
            data_sets=snakemake.input.data_sets,
            **door.settings,
            folders=door.folders,
            values=snakemake.output.values,
            page=snakemake.output.page,
        )
