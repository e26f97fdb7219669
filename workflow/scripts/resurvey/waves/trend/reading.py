"""Reading: the rooms of every wave that a comparison over time looks into."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from resurvey.core.cells import read_crosstabs
from resurvey.core.survey import Survey
from resurvey.prepare.text_answers import with_text_answers
from resurvey.reading.storage import load_columns
from resurvey.study.order import TrendWave
from resurvey.tables.filling import wave_design


def read_waves(
    waves: Sequence[Mapping[str, Any]],
    files: Mapping[str, Sequence[str | Path]],
    tables: Mapping[str, Any],
) -> list[TrendWave]:
    """Read what was counted in every wave, and who answered.

    Parameters
    ----------
    waves : sequence of dict
        ``name``, ``time`` and ``wave`` (its entry in `config/config.yaml`), in the order of time.
    files : dict
        ``crosstabs``, ``responses`` and ``codebooks``: one path a wave, in the same order.
    tables : dict
        `tables` of `config/tables.yaml`.
    """
    found = []
    for one, crosstabs, responses, codebook in zip(
        waves, files["crosstabs"], files["responses"], files["codebooks"], strict=True
    ):
        survey = with_text_answers(Survey(*load_columns(responses, codebook)), tables)
        found.append(
            TrendWave(
                one["name"],
                float(one["time"]),
                read_crosstabs(crosstabs),
                survey,
                wave_design(one["wave"]),
                str(one["wave"].get("id", "")),
            )
        )
    return found
