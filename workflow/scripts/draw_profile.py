"""Door of rule `draw_profile`: tidy tables in, every figure for a journal or slides out."""

from pathlib import Path
from typing import TYPE_CHECKING

from resurvey.core.codebook import Codebook
from resurvey.core.files import read_csv, read_text, write_bytes, write_text
from resurvey.core.names import INDEX_KEYS
from resurvey.figures.cells import Setting, count_respondents, loose_bases
from resurvey.figures.draw import captions_text, draw_figures
from resurvey.proof.doors import open_door

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main(files, index, codebook, kinds, setting, words, text, profile, declared, folder):
    """Take paths and plain values, write files; the library does the thinking."""
    book = Codebook.from_json(read_text(codebook))
    tables = read_csv(files["crosstabs"]), read_csv(files["indicators"])
    found = {
        "comparisons": read_csv(files["comparisons"]),
        "respondents": count_respondents(read_csv(files["frequencies"])),
        "summaries": read_csv(files["summaries"]),
        "correlations": read_csv(files["correlations"]),
        "index": {name: read_csv(path) for name, path in index.items()},
        "loose_bases": loose_bases(read_csv(files["questions"]), book.reconstructed),
    }
    for language in words:
        own = Setting(language, words[language], book, text=text[language], **found, **setting)
        drawings = draw_figures(kinds, *tables, own, profile, declared)
        for name, drawing in drawings.items():
            write_bytes(folder / f"{name}.{language}.pdf", drawing.pdf)
            write_text(folder / f"{name}.{language}.svg", drawing.svg)
            write_bytes(folder / f"{name}.{language}.png", drawing.png)
        write_text(folder / f"captions.{language}.txt", captions_text(drawings))


if __name__ == "__main__":
    with open_door(snakemake) as door:
        main(
            files=dict(snakemake.input.items()),
            index=dict(zip(INDEX_KEYS, snakemake.input.index, strict=False)),
            codebook=snakemake.input.codebook,
            **door.settings,
            folder=Path(snakemake.output.captions[0]).parent,
        )
