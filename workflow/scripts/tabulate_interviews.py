"""Door of rule `tabulate_interviews`: coded interviews in, counts by case out."""

from typing import TYPE_CHECKING

from resurvey.core.files import write_csv
from resurvey.interviews.release import count_interviews
from resurvey.interviews.segments import save_segments
from resurvey.proof.doors import open_door

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main(interviews, source, outputs, log):
    """Take paths and plain values, write files; the library does the thinking."""
    project, files = count_interviews(interviews, source)
    for name, (columns, lines) in files.items():
        write_csv(outputs[name], columns, lines)
    save_segments(project, outputs["segments"])
    log.info(
        "%d interviews, %d codes, %d codings",
        len(project.cases),
        len(project.codes),
        len(project.segments),
    )
    for assumed in project.assumed:
        log.warning("%s: %s", project.path, assumed)


if __name__ == "__main__":
    with open_door(snakemake) as door:
        main(
            **door.settings,
            outputs=dict(snakemake.output.items()),
            log=door.log,
        )
