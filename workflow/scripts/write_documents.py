"""Door of rule `write_documents`: tidy results in, the report as Word, Excel, PDF … out."""

from pathlib import Path
from typing import TYPE_CHECKING

from resurvey.core.files import write_bytes
from resurvey.proof.doors import open_door
from resurvey.report.documents import make_documents, of_language, read_pictures
from resurvey.report.results import LEDGERS, read_results

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main(files, codebook, figures, alts, models, index, disclosure, folder, language, **how):
    """Take paths and plain values, write the files of one language; the library thinks."""
    drawings = of_language(figures, language, "svg")
    alt = of_language(alts, language, "json")[0]
    results = read_results(
        files, codebook, drawings, alt, models, language, index=index, disclosure=disclosure
    )
    pictures = read_pictures(drawings, next(reversed(models), None), language)
    made = make_documents(results, language=language, pictures=pictures, **how)
    for name, content in made.items():
        write_bytes(Path(folder) / name, content)


if __name__ == "__main__":
    with open_door(snakemake) as door:
        words = door.settings.pop("words")
        for language in words:
            main(
                files={name: snakemake.input[name] for name in LEDGERS},
                codebook=snakemake.input.codebook,
                figures=list(snakemake.input.figures),
                alts=list(snakemake.input.alt),
                models=list(snakemake.input.models),
                index=list(snakemake.input.index),
                disclosure=snakemake.input.get("disclosure"),
                folder=Path(snakemake.log[0]).parents[1] / "report",
                language=language,
                **door.settings,
                words=words[language],
                wave=snakemake.wildcards.wave,
                templates=Path(snakemake.input.template[0]).parent,
            )
