"""Door of rule `write_trend`: the comparison over time in, its figures and its pages out."""

from pathlib import Path
from typing import TYPE_CHECKING

from resurvey.core.files import write_bytes, write_text
from resurvey.proof.doors import open_door
from resurvey.waves.trend.figures import drawn_csv
from resurvey.waves.trend.page import read_trend, write_trend

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main(files, codebooks, study, words, times, folders, pages, figures):
    """Take paths and plain values, write files; the library does the thinking."""
    compared = read_trend(files, codebooks)
    for language, page in zip(words, pages, strict=True):
        trend = write_trend(*compared, study, words[language], times, language, folders)
        for name, drawing in trend.drawings.items():
            write_text(figures / f"{name}.{language}.svg", drawing.svg)
            write_bytes(figures / f"{name}.{language}.png", drawing.png)
            write_text(figures / f"{name}.{language}.csv", drawn_csv(drawing.data))
        write_text(page, trend.page)


if __name__ == "__main__":
    with open_door(snakemake) as door:
        main(
            files={Path(path).stem: path for path in snakemake.input.files},
            codebooks=dict(zip(door.settings["times"], snakemake.input.codebooks, strict=True)),
            **door.settings,
            folders=door.folders,
            pages=snakemake.output.pages,
            figures=Path(snakemake.output.pages[0]).parent / "figures",
        )
