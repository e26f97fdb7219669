"""Door of rule `list_release`: the public set in, the list of its files out."""

from pathlib import Path
from typing import TYPE_CHECKING

from resurvey.core.files import write_csv, write_text
from resurvey.proof.doors import open_door
from resurvey.proof.sign_off import MANIFEST_COLUMNS, check_listed, describe_release, list_release

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main(made, manifest, package, waves, title, language, description):
    """Take paths and plain values, write two files; the library does the thinking."""
    home = Path(manifest).parent
    lines = list_release(home)
    own = [line for line in lines if line["path"].split("/")[0] in waves]
    check_listed(own, home, made)
    write_csv(manifest, MANIFEST_COLUMNS, own)
    write_text(package, describe_release(own, title, language, description))


if __name__ == "__main__":
    with open_door(snakemake) as door:
        main(snakemake.input, snakemake.output.manifest, snakemake.output.package, **door.settings)
        door.log.info(
            "results/release is made; look through it, then record who did with "
            "`./run resurvey sign-off --by NAME --on DAY`"
        )
