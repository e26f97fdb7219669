"""Door of rule `draw_models`: protected coefficients in, the models' figures out."""

from typing import TYPE_CHECKING

from resurvey.core.codebook import Codebook
from resurvey.core.files import read_csv, read_text
from resurvey.figures.models import write_models
from resurvey.proof.doors import open_door
from resurvey.tables.models import Fitted

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main(coefficients, codebook, models, sample, languages, words, folder):
    """Take paths and plain values, write one folder; the library does the thinking."""
    book = Codebook.from_json(read_text(codebook))
    fitted = Fitted({"coefficients": [dict(line) for line in read_csv(coefficients)]}, {})
    write_models(folder, fitted, models, book, languages, words, sample)


if __name__ == "__main__":
    with open_door(snakemake) as door:
        main(
            coefficients=snakemake.input.coefficients,
            codebook=snakemake.input.codebook,
            **door.settings,
            folder=snakemake.output.figures,
        )
