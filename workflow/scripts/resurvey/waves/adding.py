"""Adding a wave: its file recorded in a study, its questionnaire held against the others."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from resurvey.errors import SurveyError
from resurvey.files import hash_file, write_text
from resurvey.reading.counted import counted_by
from resurvey.strict_yaml import read_yaml
from resurvey.study import RESERVED, WAVE, read_study
from resurvey.trend.waves import order_waves
from resurvey.waves.contract import open_wave
from resurvey.waves.drift import Line, compare_wave
from resurvey.waves.insertion import insert_entry
from resurvey.waves.mapping import previous_waves, used_names
from resurvey.waves.outline import outline

REPOSITORY = Path(__file__).resolve().parents[4]
_HEADER = (
    "# What each wave's file calls otherwise than config/codebook.yaml, and the differences that\n"
    "# somebody looked at. Every key is described in workflow/schemas/waves.schema.yaml.\n"
)


_COUNTED = (
    "{file}: the rows are counted combinations of answers, so '{counts}' is declared as their "
    "frequency weight"
)


@dataclass(frozen=True)
class Added:
    """A wave that was recorded.

    Attributes
    ----------
    lines : list of dict
        Its drift report.
    remarks : list of str
        What was written, and what could not be compared yet.
    waves_file : str
        The file in which to decide.
    command : str
        What makes the wave's report.
    """

    lines: list[Line]
    remarks: list[str]
    waves_file: str
    command: str


def add_wave(file: Path, name: str, study: Path, entry: Mapping[str, Any]) -> Added:
    """Record a wave's file in a study, and compare its questionnaire with the study's.

    Parameters
    ----------
    file : path
        The survey file; it stays where it is.
    name : str
        Name of the wave.
    study : path
        Folder of the study.
    entry : dict
        Further keys of the wave in config.yaml, such as ``label`` and ``encoding``.

    Raises
    ------
    SurveyError
        There is no study, it has the wave already, the name cannot be one, the file cannot be
        read, or the study would not be valid: then nothing is written.
    """
    config_file, waves_file = study / "config" / "config.yaml", study / "config" / "waves.yaml"
    if not config_file.is_file():
        raise SurveyError(
            f"{study}: there is no config/config.yaml; name the study's folder with --study"
        )
    schemas = REPOSITORY / "workflow" / "schemas"
    old = read_study(study / "config", schemas)
    _check_name(name, old)
    recorded, remark = _recorded_path(file, study)
    config = {"file": recorded, **{key: value for key, value in entry.items() if key != "file"}}
    opened = {**config, "file": str(file)}
    wave = open_wave({"name": name, "wave": opened, "mapping": None}, old["codebook"])
    if "structure" in config:
        paths = [_recorded_path(Path(path), study)[0] for path in _listed(config["structure"])]
        config["structure"] = paths[0] if len(paths) == 1 else paths
    counts = "" if "weight" in config else counted_by(wave.survey)
    if counts:
        config |= {"weight": counts, "weight_kind": "frequency"}
    config["sha256"] = hash_file(file)
    old_text = _text(config_file)
    new_text = insert_entry(old_text, "waves", name, config, str(config_file))
    lines, remarks = _compare(wave, name, study, old, config)
    waves_text = _text(waves_file) if waves_file.is_file() else _HEADER
    waves_text += "" if waves_text.endswith("\n") else "\n"
    waves_text += outline(name, lines, commented=True)
    _write(((waves_file, waves_text), (config_file, new_text)), study, schemas, name)
    remarks = [
        f"{config_file}: recorded wave '{name}' with the SHA-256 of {file}",
        f"{waves_file}: wrote what the labels suggest, as comments",
        *([_COUNTED.format(file=file, counts=counts)] if counts else []),
        *([remark] if remark else []),
        *remarks,
    ]
    return Added(lines, remarks, str(waves_file), _command(study))


def _check_name(name: str, study: Mapping[str, Any]) -> None:
    if not WAVE.fullmatch(name) or name in RESERVED:
        raise SurveyError(
            f"'{name}' cannot be the name of a wave; use up to 32 of a-z, 0-9, - and _, and none "
            f"of {', '.join(RESERVED)}"
        )
    if name in study["config"]["waves"]:
        raise SurveyError(f"the study has a wave '{name}' already; choose another --name")
    if name in study["waves"]:
        raise SurveyError(f"config/waves.yaml has a wave '{name}' already; take its entry away")


def _recorded_path(file: Path, study: Path) -> tuple[str, str]:
    """Path of a file as the study finds it, and what to know about it."""
    try:
        inside = file.resolve().relative_to(study.resolve())
    except RuntimeError:
        raise SurveyError(f"{file}: this link leads back to itself; name the survey file") from None
    except ValueError:
        return (
            file.resolve().as_posix(),
            f"{file} lies outside the study; put it under {study / 'resources'} (and add it from "
            "there) if the study is to work on another machine",
        )
    return inside.as_posix(), ""


def _listed(paths: str | list[str]) -> list[str]:
    """One path or several, as the configuration may write them."""
    return [paths] if isinstance(paths, str) else list(paths)


def _text(path: Path) -> str:
    """Text of a file with its own line ends."""
    with open(path, encoding="utf-8", newline="") as stream:
        return stream.read()


def _compare(
    wave: Any, name: str, study: Path, old: Mapping[str, Any], config: Mapping[str, Any]
) -> tuple[list[Line], list[str]]:
    """Hold the wave against the codebook, and the wave before it where its file is there."""
    waves = {**old["config"]["waves"], name: config}
    before = _before(waves, old, name)
    used = used_names({**old, "config": {**old["config"], "waves": waves}})
    language = old["config"]["languages"][0]
    if before is None:
        return compare_wave(wave, None, old["codebook"], used, language), []
    path = study / waves[before]["file"]
    if not path.is_file():
        remark = (
            f"{path} is not there yet, so that wave '{before}' will be compared when Snakemake runs"
        )
        return compare_wave(wave, None, old["codebook"], used, language), [remark]
    declared = {**waves[before], "file": str(path)}
    if "structure" in declared:
        declared["structure"] = [str(study / path) for path in _listed(declared["structure"])]
    mapping = old["waves"].get(before)
    earlier = open_wave({"name": before, "wave": declared, "mapping": mapping}, old["codebook"])
    return compare_wave(wave, earlier, old["codebook"], used, language), []


def _before(waves: Mapping[str, Any], old: Mapping[str, Any], name: str) -> str | None:
    """Name of the wave before a new one."""
    trend = old.get("trend") or {}
    if trend.get("time") and name not in trend["time"]:
        raise SurveyError(
            f"config/trend.yaml: `time` says when each wave was; add a line for '{name}' first"
        )
    return previous_waves(order_waves(list(waves), trend), old["waves"]).get(name)


def _write(pages: tuple[tuple[Path, str], ...], study: Path, schemas: Path, name: str) -> None:
    """Write both files, or leave both as they were when the study would not be valid."""
    kept = [(path, path.read_bytes() if path.is_file() else None) for path, _ in pages]
    try:
        for path, text in pages:
            write_text(path, text)
        recorded = read_study(study / "config", schemas)["config"]["waves"]
        if name not in recorded or not isinstance(read_yaml(pages[1][0]), dict):
            raise SurveyError(f"{pages[1][0]}: the new wave could not be written there by itself")
    except BaseException:
        for path, content in kept:
            if content is None:
                path.unlink(missing_ok=True)
            else:
                path.write_bytes(content)
        raise


def _command(study: Path) -> str:
    """Write the command that makes the reports of a study, as typed from here."""
    folder = os.path.relpath(study)
    if study.resolve() == REPOSITORY:
        return (
            "snakemake --cores 4" if folder == "." else f"snakemake --cores 4 --directory {folder}"
        )
    snakefile = os.path.relpath(REPOSITORY / "Snakefile")
    where = "" if folder == "." else f" --directory {folder}"
    return f"snakemake --snakefile {snakefile} --cores 4{where}"
