"""Door of rule `draw_figures`: tidy tables in, every figure of one language out."""

from pathlib import Path
from typing import TYPE_CHECKING

from resurvey.core.codebook import Codebook
from resurvey.core.files import read_csv, write_bytes, write_text
from resurvey.figures.cells import Setting
from resurvey.figures.draw import alt_json, draw_figures
from resurvey.proof.doors import open_door

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main(crosstabs, indicators, codebook, kinds, setting, files, alt):
    """Take paths and plain values, write files; the library does the thinking."""
    book = Codebook.from_json(Path(codebook).read_text(encoding="utf-8"))
    setting = Setting(codebook=book, **setting)
    drawings = draw_figures(kinds, read_csv(crosstabs), read_csv(indicators), setting)
    for (_, drawing), svg, png, data in zip(sorted(drawings.items()), *files, strict=True):
        write_text(svg, drawing.svg)
        write_bytes(png, drawing.png)
        write_text(data, drawing.csv)
    write_text(alt, alt_json(drawings))


if __name__ == "__main__":
    with open_door(snakemake) as door:
        main(
            crosstabs=snakemake.input.crosstabs,
            indicators=snakemake.input.indicators,
            codebook=snakemake.input.codebook,
            **door.settings,
            files=(snakemake.output.svg, snakemake.output.png, snakemake.output.data),
            alt=snakemake.output.alt,
        )
