"""Door of rule `publish_release`: the whole public set in, in the place of the one before out."""

from pathlib import Path
from typing import TYPE_CHECKING

from resurvey.proof.doors import open_door
from resurvey.proof.sign_off import describe_release, gather_release, publish_release

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main(made, manifest, waves, title, language, description):
    """Take paths and plain values, write one folder; the library does the thinking."""
    home = Path(manifest).parent
    publish_release(
        gather_release(made, waves, home.parent),
        home,
        lambda lines: describe_release(lines, title, language, description),
    )


if __name__ == "__main__":
    with open_door(snakemake) as door:
        main(snakemake.input, snakemake.output.manifest, **door.settings)
        door.log.info(
            "results/release is made; look through it, then record who did with "
            "`./run resurvey sign-off --by NAME --on DAY`"
        )
