"""Door of rule `compare_waves`: every wave's tables in, the comparison out."""

from typing import TYPE_CHECKING

from resurvey.core.files import write_csv
from resurvey.proof.doors import open_door
from resurvey.waves.trend.wave_comparison import (
    TREND_FILES,
    WAVE_FILES,
    compare_waves,
    read_changes,
    read_waves,
    read_wording,
)

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main(waves, files, drift, tables, trend, indices, indicators, sample, language, outputs):
    """Take paths and plain values, write files; the library does the thinking."""
    found = compare_waves(
        read_waves(waves, files, tables),
        tables,
        trend,
        sample=sample,
        language=language,
        wording=read_wording(drift),
        changes=read_changes(drift),
        indices=indices,
        indicators=indicators,
    )
    for name, columns in TREND_FILES.items():
        write_csv(outputs[name], columns, found[name])


if __name__ == "__main__":
    with open_door(snakemake) as door:
        main(
            **door.settings,
            files={name: snakemake.input[name] for name in WAVE_FILES},
            drift=snakemake.input.drift,
            outputs=dict(snakemake.output.items()),
        )
