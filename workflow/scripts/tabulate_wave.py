"""Door of rule `tabulate_wave`: respondents in, tidy tables out."""

from typing import TYPE_CHECKING

from resurvey.files import write_csv, write_text
from resurvey.runlog import log_to
from resurvey.storage import load_columns
from resurvey.survey import Survey
from resurvey.tables.filling import TABLE_FILES, fill_tables
from resurvey.tables.response_sets import with_sets
from resurvey.text_answers import with_text_answers

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main(responses, codebook, tables, indicators, wave, language, words, inference, outputs):
    """Take paths and plain values, write files; the library does the thinking."""
    survey = with_text_answers(Survey(*load_columns(responses, codebook)), tables)
    lines = fill_tables(survey, tables, indicators, wave, language, words, **inference)
    for name, columns in TABLE_FILES.items():
        write_csv(outputs[name], columns, lines[name])
    write_text(outputs["codebook"], with_sets(survey.codebook, tables).to_json())


if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        main(
            responses=snakemake.input.responses,
            codebook=snakemake.input.codebook,
            tables=snakemake.params.tables,
            indicators=snakemake.params.indicators,
            wave=snakemake.params.wave,
            language=snakemake.params.language,
            words=snakemake.params.words,
            inference=snakemake.params.inference,
            outputs=dict(snakemake.output.items()),
        )
