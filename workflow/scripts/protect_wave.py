"""Door of rule `protect_wave`: a wave's results in, those that give nobody away out."""

from pathlib import Path
from typing import TYPE_CHECKING

from resurvey.core.codebook import Codebook
from resurvey.core.files import read_csv, read_text, write_bytes, write_csv, write_text
from resurvey.proof.certificate.package import json_bytes
from resurvey.proof.doors import open_door
from resurvey.proof.release import public_codebook
from resurvey.safety_stub import REGISTER_COLUMNS, protect

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main(files, codebook, declared, room, public, register, facts, book):
    """Take paths and plain values, write files; the library does the thinking."""
    known = Codebook.from_json(read_text(codebook))
    lines = {Path(path).relative_to(room).as_posix(): read_csv(path) for path in files}
    found = protect(lines, declared, known)
    for path, name in zip(public, lines, strict=True):
        write_csv(path, found.columns[name], found.files[name])
    write_csv(register, REGISTER_COLUMNS, found.register)
    write_bytes(facts, json_bytes(found.facts))
    write_text(book, public_codebook(known, found.facts["threshold"]).to_json())


if __name__ == "__main__":
    with open_door(snakemake) as door:
        apart = ("codebook", "register", "facts")
        aside = [snakemake.output[name] for name in apart]
        main(
            files=[path for path in snakemake.input if path != snakemake.input.codebook],
            codebook=snakemake.input.codebook,
            **door.settings,
            room=Path("results", snakemake.wildcards.wave),
            public=[path for path in snakemake.output if path not in aside],
            register=snakemake.output.register,
            facts=snakemake.output.facts,
            book=snakemake.output.codebook,
        )
