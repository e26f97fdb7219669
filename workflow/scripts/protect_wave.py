"""Door of rule `protect_wave`: a wave's results in, those that give nobody away out."""

from pathlib import Path
from typing import TYPE_CHECKING

from resurvey.core.codebook import Codebook
from resurvey.core.files import (
    read_csv,
    read_header,
    read_text,
    write_bytes,
    write_csv,
    write_text,
)
from resurvey.core.names import INTERVIEW_KEYS
from resurvey.interviews.release import protect_interviews
from resurvey.interviews.tabulation import COLUMNS
from resurvey.proof.certificate.package import json_bytes
from resurvey.proof.doors import open_door
from resurvey.proof.sign_off import LEDGER
from resurvey.safety.definitions import Definitions
from resurvey.safety.disclosure import (
    REGISTER_COLUMNS,
    SUPPRESSED,
    protect_tables,
    public_register,
)
from resurvey.safety.ledger import Ledger
from resurvey.safety.release import (
    CLEANING,
    DRAFT,
    protect_bars,
    protect_flow,
    protect_models,
    public_codebook,
    public_facts,
    told_domains,
)

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main(
    files,
    interviews,
    codebook,
    others,
    declared,
    variables,
    tables,
    indicators,
    index,
    threshold,
    wave,
    people,
    room,
    public,
    own,
):
    """Take paths and plain values, write files; the library does the thinking."""
    before = Ledger.read(LEDGER).of(people)
    book = Codebook.from_json(read_text(codebook))
    lines = {Path(path).relative_to(room).as_posix(): read_csv(path) for path in files}
    definitions = Definitions.read(tables, indicators, index)
    # The flow of respondents is about nobody's answers, and is no table.
    steps = lines.pop(CLEANING)
    # What harms in one wave may not have been asked in this one.
    known = set(variables).union(*(names_in(path) for path in others))
    found = protect_tables(
        lines,
        declared,
        book,
        definitions=definitions,
        earlier=before,
        wave=wave,
        variables=known,
    )
    safe = {
        **protect_bars(protect_models(found.files)),
        CLEANING: protect_flow(steps, found.facts["threshold"]),
    }
    for source, path in zip(files, public, strict=True):
        name = Path(source).relative_to(room).as_posix()
        write_csv(path, [*read_header(source), SUPPRESSED], safe[name])
    told = {name: read_csv(path) for name, path in zip(INTERVIEW_KEYS, interviews, strict=False)}
    counts = protect_interviews(told, threshold)
    for name, path in zip(INTERVIEW_KEYS, own["interviews"], strict=False):
        write_csv(path, [*COLUMNS[name], SUPPRESSED], counts.get(name, []))
    write_csv(own["kept"], REGISTER_COLUMNS, found.register)
    Ledger(found.entries(release=DRAFT, wave=wave, people=people)).write(own["told"])
    write_csv(own["register"], REGISTER_COLUMNS, public_register(found.register))
    write_bytes(own["facts"], json_bytes(public_facts(found.facts)))
    public_book = public_codebook(
        book,
        found.facts["threshold"],
        declared.get("released", ()),
        told_domains(found, book, definitions),
    )
    write_text(own["codebook"], public_book.to_json())


def names_in(path):
    """Names that a wave's codebook has."""
    book = Codebook.from_json(read_text(path))
    return {*book.variables, *book.multiple_response}


if __name__ == "__main__":
    with open_door(snakemake) as door:
        # Earlier lines alone decide whether it is protected anew; it is held against all lines.
        settings = {name: part for name, part in door.settings.items() if name != "earlier"}
        names = ("kept", "told", "register", "facts", "codebook")
        own = {name: snakemake.output[name] for name in names}
        books = [snakemake.input.codebook, *snakemake.input.others]
        coded = list(snakemake.input.interviews)
        protected = list(snakemake.output.interviews)
        main(
            files=[path for path in snakemake.input if path not in [*books, *coded]],
            interviews=coded,
            codebook=snakemake.input.codebook,
            others=list(snakemake.input.others),
            **settings,
            wave=snakemake.wildcards.wave,
            room=Path("results", snakemake.wildcards.wave),
            public=[path for path in snakemake.output if path not in [*own.values(), *protected]],
            own={**own, "interviews": protected},
        )
