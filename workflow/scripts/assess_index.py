"""Door of rule `assess_index`: respondents in, the indices with their coherence out."""

from typing import TYPE_CHECKING

from resurvey.core.codebook import Survey
from resurvey.core.files import write_csv
from resurvey.core.published import declared_sums, read_cells, read_claims
from resurvey.index.results import INDEX_FILES, Published, assess_indices
from resurvey.prepare.reconstruction import origin_of_subtotals
from resurvey.proof.doors import open_door
from resurvey.reading.parquet import load_columns

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main(
    responses,
    responses_codebook,
    cells,
    claims,
    index,
    indicators,
    codebook,
    tables,
    wave,
    sample,
    language,
    words,
    outputs,
):
    """Take paths and plain values, write files; the library does the thinking."""
    survey = Survey(*load_columns(responses, responses_codebook))
    published = Published(
        codebook,
        read_cells(*cells),
        read_claims(*claims),
        wave.get("reconstruct", {}),
        origin_of_subtotals(tables),
        declared_sums(tables),
        indicators,
    )
    lines = assess_indices(survey, index, wave, published, sample, language, words)
    for name, columns in INDEX_FILES.items():
        write_csv(outputs[name], columns, lines[name])


if __name__ == "__main__":
    with open_door(snakemake) as door:
        main(
            responses=snakemake.input.responses,
            responses_codebook=snakemake.input.codebook,
            cells=snakemake.input.cells,
            claims=snakemake.input.claims,
            **door.settings,
            outputs=dict(snakemake.output.items()),
        )
