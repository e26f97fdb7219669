"""Door of rule `draw_profile`: tidy tables in, every figure for a journal or slides out."""

from pathlib import Path
from typing import TYPE_CHECKING

from resurvey.core.codebook import Codebook
from resurvey.core.files import read_csv, write_bytes, write_text
from resurvey.figures.cells import Setting
from resurvey.figures.draw import captions_text, draw_figures
from resurvey.proof.doors import open_door

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main(crosstabs, indicators, codebook, kinds, setting, profile, declared, files, captions):
    """Take paths and plain values, write files; the library does the thinking."""
    book = Codebook.from_json(Path(codebook).read_text(encoding="utf-8"))
    setting = Setting(codebook=book, **setting)
    tables = read_csv(crosstabs), read_csv(indicators)
    drawings = draw_figures(kinds, *tables, setting, profile, declared)
    for (_, drawing), pdf, svg, png in zip(sorted(drawings.items()), *files, strict=True):
        write_bytes(pdf, drawing.pdf)
        write_text(svg, drawing.svg)
        write_bytes(png, drawing.png)
    write_text(captions, captions_text(drawings))


if __name__ == "__main__":
    with open_door(snakemake) as door:
        main(
            crosstabs=snakemake.input.crosstabs,
            indicators=snakemake.input.indicators,
            codebook=snakemake.input.codebook,
            **door.settings,
            files=(snakemake.output.pdf, snakemake.output.svg, snakemake.output.png),
            captions=snakemake.output.captions,
        )
