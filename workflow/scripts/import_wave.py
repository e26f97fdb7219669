"""Door of rule `import_wave`: a raw survey file in, codes and a codebook out."""

from typing import TYPE_CHECKING

from resurvey.core.files import write_csv
from resurvey.prepare.import_gate import import_survey
from resurvey.proof.doors import open_door
from resurvey.reading import CODEBOOK_COLUMNS, document_codebook
from resurvey.reading.formats import STORED_FROM
from resurvey.reading.parquet import save_survey
from resurvey.reading.stored import store_beside

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main(
    raw,
    codebook,
    wave,
    mapping,
    language,
    responses,
    codebook_file,
    document,
    log,
    stored_from=STORED_FROM,
):
    """Take paths and plain values, write files; the library does the thinking."""
    with store_beside(responses, stored_from) as store:
        survey = import_survey(raw, codebook, wave, mapping, store)
        save_survey(survey, responses, codebook_file)
    write_csv(document, CODEBOOK_COLUMNS, document_codebook(survey.codebook, language))
    log.info("%s: %d respondents, %d variables", raw, *survey.data.shape)


if __name__ == "__main__":
    with open_door(snakemake) as door:
        main(
            raw=snakemake.input.raw,
            **door.settings,
            responses=snakemake.output.responses,
            codebook_file=snakemake.output.codebook,
            document=snakemake.output.document,
            log=door.log,
        )
