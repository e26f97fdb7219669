"""Door of rule `publish_wave`: protected tables in, the same in the public set out."""

from typing import TYPE_CHECKING

from resurvey.core.files import copy_file
from resurvey.proof.doors import open_door

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main(protected, public):
    """Take paths, copy files."""
    for source, path in zip(protected, public, strict=True):
        copy_file(source, path)


if __name__ == "__main__":
    with open_door(snakemake):
        main(list(snakemake.input), list(snakemake.output))
