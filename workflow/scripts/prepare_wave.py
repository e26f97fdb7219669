"""Door of rule `prepare_wave`: imported answers in, cleaned answers, ledger and indicators out."""

from typing import TYPE_CHECKING

from resurvey.core.files import write_csv
from resurvey.index.scoring import derive_indices
from resurvey.prepare.cleaning import FLAG_COLUMNS, LOG_COLUMNS, clean_survey
from resurvey.prepare.indicators import derive_indicators
from resurvey.prepare.number_groups import outside_groups
from resurvey.proof.doors import open_door
from resurvey.reading.formats import STORED_FROM
from resurvey.reading.parquet import open_survey, save_survey
from resurvey.reading.stored import store_beside

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main(
    responses,
    codebook,
    steps,
    indicators,
    scales,
    index,
    wave,
    language,
    outputs,
    stored_from=STORED_FROM,
):
    """Take paths and plain values, write files; the library does the thinking."""
    with store_beside(outputs["responses"], stored_from) as store:
        cleaned = clean_survey(open_survey(responses, codebook, store), steps, language)
        save_survey(cleaned.survey, outputs["cleaned"], outputs["cleaned_codebook"])
        write_csv(outputs["flags"], FLAG_COLUMNS, cleaned.flags)
        derived = derive_indicators(cleaned.survey, indicators, scales)
        outside = outside_groups(derived, indicators, len(steps))
        write_csv(outputs["ledger"], LOG_COLUMNS, [*cleaned.log, *outside])
        scored = derive_indices(derived, index, wave)
        save_survey(scored, outputs["responses"], outputs["codebook"])


if __name__ == "__main__":
    with open_door(snakemake) as door:
        main(
            responses=snakemake.input.responses,
            codebook=snakemake.input.codebook,
            **door.settings,
            outputs=dict(snakemake.output.items()),
        )
