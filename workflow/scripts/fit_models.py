"""Door of rule `fit_models`: respondents in, models and their figures out."""

from pathlib import Path
from typing import TYPE_CHECKING

from resurvey.core.codebook import Survey
from resurvey.core.files import write_bytes, write_csv, write_text
from resurvey.figures.models import draw_models
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
    folder = Path(outputs["figures"])
    folder.mkdir(parents=True, exist_ok=True)
    nominal = sample not in ("probability", "census")
    drawings = draw_models(fitted, models, survey.codebook, languages, words, nominal)
    for name, drawing in drawings.items():
        write_text(folder / f"{name}.svg", drawing.svg)
        write_bytes(folder / f"{name}.png", drawing.png)


if __name__ == "__main__":
    with open_door(snakemake) as door:
        main(
            responses=snakemake.input.responses,
            codebook=snakemake.input.codebook,
            **door.settings,
            outputs=dict(snakemake.output.items()),
        )
