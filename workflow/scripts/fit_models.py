"""Door of rule `fit_models`: respondents in, models and their figures out."""

from typing import TYPE_CHECKING

from resurvey.core.codebook import Survey
from resurvey.core.files import write_csv
from resurvey.figures.models import write_models
from resurvey.proof.doors import open_door
from resurvey.reading.parquet import load_columns
from resurvey.tables.models import MODEL_FILES, fit_models

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main(responses, codebook, models, wave, sample, languages, words, outputs):
    """Take paths and plain values, write files; the library does the thinking."""
    survey = Survey(*load_columns(responses, codebook))
    fitted = fit_models(survey, models, language=languages[0], sample=sample, wave=wave)
    for name, columns in MODEL_FILES.items():
        write_csv(outputs[name], columns, fitted.lines[name])
    book, folder = survey.codebook, outputs["figures"]
    write_models(folder, fitted, models, book, languages, words, sample)


if __name__ == "__main__":
    with open_door(snakemake) as door:
        main(
            responses=snakemake.input.responses,
            codebook=snakemake.input.codebook,
            **door.settings,
            outputs=dict(snakemake.output.items()),
        )
