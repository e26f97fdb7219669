"""Door of rule `tabulate_wave`: respondents in, tidy tables out."""

from typing import TYPE_CHECKING

from resurvey.core.files import write_csv, write_text
from resurvey.proof.doors import open_door
from resurvey.reading.observed_answers import with_text_answers
from resurvey.tables.banners import banner_variables
from resurvey.tables.domains import crossed_names, with_crossed, with_domain_sizes
from resurvey.tables.response_sets import with_sets
from resurvey.tables.streaming import open_respondents
from resurvey.tables.tabulation import TABLE_FILES, fill_tables, with_weighting

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main(
    responses,
    codebook,
    tables,
    banners,
    correlations,
    indicators,
    indices,
    wave,
    language,
    words,
    inference,
    outputs,
):
    """Take paths and plain values, write files; the library does the thinking."""
    people = open_respondents(responses, codebook, wave, tables, banners, indicators)
    named = {**tables, **banner_variables(banners, people.codebook)}
    survey = with_crossed(with_text_answers(people, named), crossed_names(tables, banners))
    lines = fill_tables(
        survey,
        tables,
        indicators,
        wave,
        language,
        words,
        banners=banners,
        correlations=correlations,
        indices=indices,
        **inference,
    )
    for name, columns in TABLE_FILES.items():
        write_csv(outputs[name], columns, lines[name])
    book = with_sets(with_weighting(survey, wave), named)
    book = with_domain_sizes(book, survey, wave, {**tables, **banners})
    write_text(outputs["codebook"], book.to_json())


if __name__ == "__main__":
    with open_door(snakemake) as door:
        main(
            responses=snakemake.input.responses,
            codebook=snakemake.input.codebook,
            **door.settings,
            outputs=dict(snakemake.output.items()),
        )
