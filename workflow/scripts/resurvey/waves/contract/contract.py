"""Contract: the files of a wave compared and written down, from paths to pages."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from resurvey.core.codebook import as_labels, pick_label
from resurvey.core.files import read_csv, write_csv, write_text
from resurvey.reading.intake import check_bytes, read_raw
from resurvey.study.mapping import mapping_of
from resurvey.waves.contract.differences import DRIFT_COLUMNS
from resurvey.waves.contract.drift import Line, Wave, check_drift, compare_wave, uncounted_variables
from resurvey.waves.contract.outline import outline
from resurvey.waves.contract.page import drift_page


@dataclass(frozen=True)
class Contract:
    """What a wave is held against.

    Attributes
    ----------
    codebook : dict
        `config/codebook.yaml`.
    used : sequence of str
        Names that the study relies on.
    languages : sequence of str
        Languages of the study; reasons are in the first.
    trend : dict
        `config/trend.yaml`.
    """

    codebook: Mapping[str, Any]
    used: Sequence[str]
    languages: Sequence[str]
    trend: Mapping[str, Any] = field(default_factory=dict)


def open_wave(declared: Mapping[str, Any], codebook: Mapping[str, Any]) -> Wave:
    """Read a wave's file for a comparison.

    Raises
    ------
    SurveyError
        The file cannot be read, or is not the one that was recorded.
    """
    config = declared["wave"]
    check_bytes(config["file"], config)
    survey = read_raw(config["file"], config, codebook, declared["mapping"])
    return Wave(
        declared["name"],
        survey,
        mapping_of(declared["mapping"]),
        uncounted_variables(config, codebook, survey.codebook),
        str(config.get("id", codebook.get("id", ""))),
        declared.get("time"),
    )


def write_drift(
    waves: Sequence[Mapping[str, Any]],
    contract: Contract,
    title: Any,
    words: Mapping[str, Mapping[str, Any]],
    folders: Sequence[str | Path],
    outputs: Mapping[str, Any],
) -> list[Line]:
    """Compare a wave and write its drift report, as CSV, as pages, and what could be mapped.

    Parameters
    ----------
    waves : sequence of dict
        The wave, and the one before it if any, as `open_wave` takes them.
    contract : Contract
        What it is held against.
    title : str or dict
        Title of the study.
    words : dict
        Language -> the shared words.
    folders : sequence of path
        Folders of the page's templates, and of its frame.
    outputs : dict
        Paths of ``drift`` and ``suggestion``, and ``pages``, one per language.
    """
    opened = [open_wave(one, contract.codebook) for one in waves]
    wave, before = opened[0], opened[1] if len(opened) > 1 else None
    lines = compare_wave(
        wave, before, contract.codebook, contract.used, contract.languages[0], contract.trend
    )
    write_csv(outputs["drift"], DRIFT_COLUMNS, lines)
    write_text(outputs["suggestion"], outline(wave.name, lines, commented=False))
    labels = [one["wave"].get("label") for one in waves]
    for language, page in zip(contract.languages, outputs["pages"], strict=True):
        named = [
            pick_label(as_labels(label), language, one["name"])
            for label, one in zip(labels, waves, strict=True)
        ]
        about = {
            "wave_name": wave.name,
            "wave": named[0],
            "before": named[1] if len(named) > 1 else "",
            "title": pick_label(as_labels(title), language, ""),
            "languages": contract.languages,
            "origin": wave.survey.codebook.origin,
            "suggestion": Path(outputs["suggestion"]).name,
        }
        write_text(page, drift_page(lines, about, words[language], language, folders))
    return lines


def check_waves(drifts: Iterable[str | Path], checked: str | Path) -> list[dict[str, str]]:
    """Let the waves of a study pass, or stop at what nobody decided.

    Parameters
    ----------
    drifts : iterable of path
        ``drift.csv`` of every wave.
    checked : path
        Where all of their lines are written when they pass.

    Raises
    ------
    SurveyError
        As `resurvey.waves.contract.drift.check_drift`.
    """
    lines = [line for path in drifts for line in read_csv(path)]
    check_drift(lines)
    write_csv(checked, DRIFT_COLUMNS, lines)
    return lines
