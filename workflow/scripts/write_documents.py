"""Door of rule `write_documents`: tidy results in, the report as Word, Excel, PDF … out."""

from pathlib import Path
from typing import TYPE_CHECKING

from resurvey.core.files import write_bytes
from resurvey.proof.doors import open_door
from resurvey.report.documents import make_documents, read_pictures
from resurvey.report.results import LEDGERS, read_results

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main(files, codebook, alt, models, index, interviews, disclosure, folder, language, **how):
    """Take paths and plain values, write the files of one language; the library thinks."""
    results = read_results(
        files,
        codebook,
        alt,
        models,
        language,
        index=index,
        interviews=interviews,
        disclosure=disclosure,
    )
    pictures = read_pictures(alt, results.figures, next(reversed(models), None), language)
    made = make_documents(results, language=language, pictures=pictures, **how)
    for name, content in made.items():
        write_bytes(Path(folder) / name, content)


if __name__ == "__main__":
    with open_door(snakemake) as door:
        words = door.settings.pop("words")
        for language, alt in zip(words, snakemake.input.figures, strict=True):
            main(
                files={name: snakemake.input[name] for name in LEDGERS},
                codebook=snakemake.input.codebook,
                alt=alt,
                models=list(snakemake.input.models),
                index=list(snakemake.input.index),
                interviews=list(snakemake.input.interviews),
                disclosure=snakemake.input.get("disclosure"),
                folder=Path(snakemake.input.codebook).parents[1] / "report",
                language=language,
                **door.settings,
                words=words[language],
                wave=snakemake.wildcards.wave,
                templates=Path(snakemake.input.template[0]).parent,
            )
