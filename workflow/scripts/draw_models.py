"""Door of rule `draw_models`: protected coefficients in, the models' figures out."""

from pathlib import Path
from typing import TYPE_CHECKING

from resurvey.core.codebook import Codebook
from resurvey.core.files import read_csv, read_text, write_bytes, write_text
from resurvey.figures.models import draw_models
from resurvey.proof.doors import open_door
from resurvey.tables.models import Fitted

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main(coefficients, codebook, models, sample, languages, words, folder):
    """Take paths and plain values, write one folder; the library does the thinking."""
    book = Codebook.from_json(read_text(codebook))
    nominal = sample not in ("probability", "census")
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    fitted = Fitted({"coefficients": [dict(line) for line in read_csv(coefficients)]}, {})
    drawings = draw_models(fitted, models, book, languages, words, nominal)
    for name, drawing in drawings.items():
        write_text(folder / f"{name}.svg", drawing.svg)
        write_bytes(folder / f"{name}.png", drawing.png)


if __name__ == "__main__":
    with open_door(snakemake) as door:
        main(
            coefficients=snakemake.input.coefficients,
            codebook=snakemake.input.codebook,
            **door.settings,
            folder=snakemake.output.figures,
        )
