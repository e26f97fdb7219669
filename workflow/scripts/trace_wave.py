"""Door of rule `trace_wave`: tidy results in, the provenance of every number out."""

from typing import TYPE_CHECKING

from resurvey.core.accounting import ACCOUNT_COLUMNS
from resurvey.core.codebook import Codebook
from resurvey.core.files import hash_file, read_csv, read_text, write_csv, write_text
from resurvey.core.names import INDEX_KEYS, INTERVIEW_KEYS
from resurvey.core.origin import maker_of
from resurvey.proof.doors import open_door
from resurvey.report.accounting import account_rows
from resurvey.report.provenance.tracing import FILES, MODEL_FILES, Inputs, trace_wave

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main(
    files,
    index,
    interviews,
    codebook,
    raw,
    published,
    quotations,
    coded,
    study,
    wave,
    code,
    language,
    outputs,
):
    """Take paths and plain values, write files; the library does the thinking."""
    inputs = Inputs(
        {path: hash_file(path) for path in raw},
        {path: hash_file(path) for path in published},
        maker_of(wave, study["wave"]) == "reconstruct_wave",
        {path: hash_file(path) for path in quotations},
        {path: hash_file(path) for path in coded},
    )
    lines = {name: read_csv(path) for name, path in files.items()}
    lines["index"] = {name: read_csv(path) for name, path in index.items()}
    lines["interviews"] = {name: read_csv(path) for name, path in interviews.items()}
    book = Codebook.from_json(read_text(codebook))
    accounts = account_rows(lines, book, study["tables"], study["wave"])
    write_csv(outputs["accounting"], ACCOUNT_COLUMNS, [account.line for account in accounts])
    write_text(outputs["document"], trace_wave(lines, book, study, wave, inputs, code, language))


if __name__ == "__main__":
    with open_door(snakemake) as door:
        main(
            files={
                **{name: snakemake.input[name] for name in FILES},
                **dict(zip(MODEL_FILES, snakemake.input.models, strict=False)),
            },
            index=dict(zip(INDEX_KEYS, snakemake.input.index, strict=False)),
            interviews=dict(zip(INTERVIEW_KEYS, snakemake.input.interviews, strict=False)),
            codebook=snakemake.input.codebook,
            raw=[snakemake.input.raw, *snakemake.input.companions],
            published=[*snakemake.input.printed, *snakemake.input.stated],
            quotations=list(snakemake.input.said),
            coded=list(snakemake.input.coded),
            **door.settings,
            wave=snakemake.wildcards.wave,
            code=snakemake.params.rules,
            outputs=dict(snakemake.output.items()),
        )
