"""Addition of a wave: its file recorded in a study, and compared with the other waves' files."""

import os
import re
import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import yaml

from resurvey.core.codebook import as_labels, nearest, pick_label
from resurvey.core.design_names import listed_names
from resurvey.core.errors import SurveyError
from resurvey.core.files import hash_file, write_bytes, write_text
from resurvey.core.home import HOME, SCHEMAS, is_installed
from resurvey.core.strict_yaml import quoted, read_yaml, yaml_line
from resurvey.prepare.import_gate import import_survey
from resurvey.reading.oddities import mention_oddities
from resurvey.reading.weights import check_margins, counted_by, weights_of
from resurvey.study.declarations import StudyParts, TrendPart, WaveConfig
from resurvey.study.folder import RESERVED, WAVE, read_study
from resurvey.study.mapping import previous_waves, used_names
from resurvey.study.order import order_waves
from resurvey.waves.contract.differences import DriftLine
from resurvey.waves.contract.drift import (
    Wave,
    compare_wave,
    open_differences,
    open_wave,
    outline_entry,
    wave_of_file,
)

_HEADER = (
    "# What each wave's file calls otherwise than config/codebook.yaml, and the differences that\n"
    "# somebody looked at. `./run resurvey keys waves` says what every key means.\n"
)


_COUNTED = (
    "{file}: the rows are counted combinations of answers, so '{counts}' is declared as their "
    "frequency weight"
)
_WEIGHT = (
    "{file}: '{weight}' is or looks like a weight and is not used, until config.yaml says "
    "`weight: {weight}` under the wave"
)


@dataclass(frozen=True)
class Added:
    """A wave that was recorded: its drift report, what was written, and where to decide.

    `command` makes the report of the wave; `problem` says why it would not yet, although no
    difference has to be decided.
    """

    lines: list[DriftLine]
    remarks: list[str]
    waves_file: str
    command: str
    problem: str = ""


def add_wave(file: Path, name: str, study: Path, entry: Mapping[str, Any]) -> Added:
    """Record a wave's file in a study, and compare its questionnaire with the study's.

    Raises
    ------
    SurveyError
        There is no study, it has the wave already, the name cannot be one, the file cannot be
        read or has not one variable of the study, or the study would not be valid: then nothing
        is written.
    """
    config_file, waves_file = study / "config" / "config.yaml", study / "config" / "waves.yaml"
    if not config_file.is_file():
        raise SurveyError(
            f"{study}: there is no config/config.yaml; name the study's folder with --study or "
            "--directory"
        )
    file = _found(file, study)
    schemas = SCHEMAS
    old = read_study(study / "config", schemas)
    _check_name(name, old)
    recorded, remark = _recorded_path(file, study)
    config = {"file": recorded, **{key: value for key, value in entry.items() if key != "file"}}
    opened = cast(WaveConfig, {**config, "file": str(file)})
    waves = order_waves([*old["config"]["waves"], name], _with_time(old, name))
    wave = open_wave(
        {"name": name, "wave": opened, "mapping": None, "time": waves[name]}, old["codebook"]
    )
    if "structure" in config:
        paths = [_recorded_path(Path(path), study)[0] for path in listed_names(config["structure"])]
        config["structure"] = paths[0] if len(paths) == 1 else paths
    _check_weight(file, config, wave, old)
    counts = "" if "weight" in config else counted_by(wave.survey)
    if counts:
        check_margins(wave.survey, counts, str(file))
        config |= {"weight": counts, "weight_kind": "frequency"}
    unused = [name for name in weights_of(wave.survey) if not counts and "weight" not in config]
    config["sha256"] = hash_file(file)
    others = _from(study, old["config"]["waves"])
    same = wave_of_file({**opened, "sha256": config["sha256"]}, others)
    if same and Path(others[same]["file"]).resolve() == file.resolve():
        raise SurveyError(f"{file}: this is the file of wave '{same}'; name the wave's own file")
    old_text = _text(config_file)
    new_text = insert_entry(old_text, "waves", name, config, str(config_file))
    lines, remarks, matched = _compare(wave, waves, study, old, cast(WaveConfig, config))
    title = pick_label(as_labels(old["config"].get("title")), old["config"]["languages"][0], "")
    called = f"{study.resolve()}" + (f" (“{title}”)" if title else "")
    known, asked = matched
    if known and not asked:
        raise SurveyError(
            f"{file}: not one variable of it is a variable of the study {called}; if that is the "
            "wrong study, name the right one with --directory; nothing was written"
        )
    waves_text = _text(waves_file) if waves_file.is_file() else _HEADER
    waves_text += "" if waves_text.endswith("\n") else "\n"
    waves_text += outline_entry(name, lines, commented=True)
    _write(((waves_file, waves_text), (config_file, new_text)), study, schemas, name)
    remarks = [
        f"Study: {called}",
        f"{config_file}: recorded wave '{name}' with the SHA-256 of {file}",
        f"{waves_file}: wrote what the labels suggest, as comments",
        *([_COUNTED.format(file=file, counts=counts)] if counts else []),
        *([_WEIGHT.format(file=file, weight=unused[0])] if unused else []),
        *([remark] if remark else []),
        *(
            [f"{file} is the file of wave '{same}' (the same SHA-256): is it the right one?"]
            if same
            else []
        ),
        *remarks,
        *(
            [
                f"Only {asked} of {known} variables of the study are in the file; is it the right "
                "study?"
            ]
            if 2 * asked < known
            else []
        ),
    ]
    problem = ""
    if open_differences(lines):
        mention_oddities(file, wave.survey)
    else:
        problem = _why_not(file, config, old)
    return Added(lines, remarks, str(waves_file), run_command(study), problem)


def _why_not(file: Path, config: Mapping[str, Any], old: StudyParts) -> str:
    """Say why the import would not take the file; what is odd in it goes to the log."""
    try:
        import_survey(str(file), old["codebook"], {**config, "file": str(file)})
    except SurveyError as problem:
        return str(problem)
    return ""


def _check_name(name: str, study: StudyParts) -> None:
    if not WAVE.fullmatch(name) or name in RESERVED:
        raise SurveyError(
            f"'{name}' cannot be the name of a wave; use up to 32 of a-z, 0-9, - and _, and none "
            f"of {', '.join(RESERVED)}"
        )
    if name in study["config"]["waves"]:
        raise SurveyError(f"the study has a wave '{name}' already; choose another --name")
    if name in study["waves"]:
        raise SurveyError(f"config/waves.yaml has a wave '{name}' already; take its entry away")


def _check_weight(file: Path, config: Mapping[str, Any], wave: Wave, study: StudyParts) -> None:
    """Refuse a weight that neither the file nor the codebook has."""
    known = [*wave.survey.codebook, *(study["codebook"].get("variables") or {})]
    for weight in listed_names(config.get("weight")):
        if weight not in known:
            raise SurveyError(
                f"{file}: the weight '{weight}' is not a variable of the file"
                f"{nearest(weight, known)}; nothing was written"
            )


def _found(file: Path, study: Path) -> Path:
    """Find the file from here or, like the paths in the configuration, from the study."""
    try:
        here, there = file.exists(), (study / file).exists()
        file.resolve(strict=here)
    except (OSError, RuntimeError):
        raise SurveyError(
            f"{_shown(file)}: this cannot be opened, because its links lead in a circle or nowhere"
        ) from None
    if here and there and not file.samefile(study / file):
        raise SurveyError(
            f"{_shown(file)}: there is such a file here and another one in the study {study}; "
            "write the whole path of the one that is meant"
        )
    found = file if here or not there else study / file
    if _shown(found) != str(found) or "{" in str(found) or "}" in str(found):
        raise SurveyError(
            f"{_shown(found)}: no rule can use a file with a brace, or with letters that are no "
            "UTF-8, in its path; give it another name"
        )
    if found.is_dir():
        raise SurveyError(f"{found}: this is a folder; name the survey file in it")
    return found


def _shown(file: Path) -> str:
    """Path for a message, in which bytes that are no text are marked."""
    return str(file).encode("utf-8", "backslashreplace").decode("utf-8")


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


def _text(path: Path) -> str:
    """Text of a file with its own line ends."""
    with open(path, encoding="utf-8", newline="") as stream:
        return stream.read()


def _compare(
    wave: Wave,
    times: Mapping[str, float],
    study: Path,
    old: StudyParts,
    config: WaveConfig,
) -> tuple[list[DriftLine], list[str], tuple[int, int]]:
    """Hold the wave against the codebook, and the wave before it where its file is there.

    Tells too how many questions the study has, and how many of them are in the file, by their
    names or by others.
    """
    waves = {**old["config"]["waves"], wave.name: config}
    before = previous_waves(times, old["waves"]).get(wave.name)
    used = used_names({**old, "config": {**old["config"], "waves": waves}})
    language = old["config"]["languages"][0]
    remarks, earlier = [], None
    if before is not None:
        path = study / waves[before]["file"]
        if path.is_file():
            declared = _from(study, waves)[before]
            if "structure" in declared:
                beside = listed_names(declared["structure"])
                declared["structure"] = [str(study / companion) for companion in beside]
            mapping = old["waves"].get(before)
            earlier = open_wave(
                {"name": before, "wave": declared, "mapping": mapping, "time": times[before]},
                old["codebook"],
            )
        else:
            remarks.append(
                f"{path} is not there yet, so that wave '{before}' will be compared when "
                "Snakemake runs"
            )
    lines = compare_wave(wave, earlier, old["codebook"], used, language, trend=old["trend"])
    known = set(old["codebook"].get("variables") or {})
    known |= set(earlier.questionnaire(old["codebook"]).items) if earlier else set()
    known -= wave.uncounted
    asked = set(wave.questionnaire(old["codebook"]).items) & known
    renamed = {line["variable"] for line in lines if line["difference"] == "renamed_variable"}
    return lines, remarks, (len(known), len(asked | (renamed & known)))


def _from(study: Path, waves: Mapping[str, WaveConfig]) -> dict[str, WaveConfig]:
    """Waves with the paths of their files as they are found from here."""
    found = {name: wave.copy() for name, wave in waves.items()}
    for wave in found.values():
        wave["file"] = str(study / wave["file"])
    return found


def _with_time(old: StudyParts, name: str) -> TrendPart:
    """What the study says of the times of its waves, which must say it of the new one."""
    trend = old["trend"]
    if trend.get("time") and name not in trend["time"]:
        raise SurveyError(
            f"config/trend.yaml: `time` says when each wave was; add a line for '{name}' first"
        )
    return trend


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
                write_bytes(path, content)
        raise


def run_command(study: Path) -> str:
    """Write the command that makes the reports of a study, as typed from here.

    Examples
    --------
    >>> run_command(Path("my study")).split(" --directory ")[1]
    "'my study'"
    """
    if is_installed():
        command = ["resurvey", "run"]
    else:
        path = Path(os.path.relpath(HOME / "run"))
        command = [str(path) if len(path.parts) > 1 else f".{os.sep}{path}"]
        command = ["python", *command] if os.name == "nt" else command
    # Without a folder `./run` is for the repository's study, `resurvey run` for the one it is in.
    if study.resolve() != (Path.cwd() if is_installed() else HOME):
        command += ["--directory", os.path.relpath(study)]
    return shlex.join(command)


def insert_entry(text: str, section: str, name: str, entry: dict[str, Any], path: str) -> str:
    r"""Add an entry at the end of a mapping in YAML text; comments, order and quotes stay.

    Raises
    ------
    SurveyError
        There is no such mapping, or it has the key.

    Examples
    --------
    >>> old = 'waves:  # rounds\n  "2022": {file: a.sav}  # first\nalpha: 0.05\n'
    >>> print(insert_entry(old, "waves", "2026", {"file": "b.sav"}, "config.yaml"), end="")
    waves:  # rounds
      "2022": {file: a.sav}  # first
      "2026":
        file: "b.sav"
    alpha: 0.05
    """
    root = yaml.compose(text, yaml.SafeLoader)
    mapping = _value(root, section)
    if not isinstance(mapping, yaml.MappingNode) or not mapping.value:
        raise SurveyError(f"{path}: there is no `{section}:` with an entry to add to")
    if any(key.value == name for key, _ in mapping.value):
        raise SurveyError(f"{path}: `{section}:` has '{name}' already; choose another name")
    end = "\r\n" if "\r\n" in text else "\n"
    if mapping.flow_style:
        position = _end(mapping.value[-1][1])
        return f"{text[:position]}, {quoted(name)}: {yaml_line(entry)}{text[position:]}"
    margin = " " * mapping.value[-1][0].start_mark.column
    lines = [f"{margin}{quoted(name)}:"]
    lines += [f"{margin}  {key}: {yaml_line(value)}" for key, value in entry.items()]
    position = _after_comments(text, _end(mapping.value[-1][1]), len(margin))
    head, tail = text[:position], text[position:]
    head += "" if head.endswith("\n") else end
    return head + "".join(line + end for line in lines) + tail


def _after_comments(text: str, position: int, margin: int) -> int:
    """Place after the line that an entry ends on, and after the comments that are indented as it.

    Such a comment is about the entry, as init's `# weight: w` is.
    """
    first, *following = re.split(r"(?<=\n)", text[position:])
    position = place = position + len(first)
    for line in following:
        place += len(line)
        words = line.lstrip(" ")
        if words.startswith("#") and len(line) - len(words) > margin:
            position = place
        elif words.strip():
            break
    return position


def _value(root: Any, key: str) -> Any:
    """Value of a key of the file's top-level mapping."""
    if not isinstance(root, yaml.MappingNode):
        return None
    return next((value for node, value in root.value if node.value == key), None)


def _end(node: yaml.Node) -> int:
    """Place after the last letter of a value, before blank lines and comments that follow it."""
    if isinstance(node, yaml.CollectionNode) and node.value and not node.flow_style:
        last = node.value[-1]
        return _end(last[1] if isinstance(last, tuple) else last)
    mark = node.end_mark
    position = mark.index
    if isinstance(node, yaml.ScalarNode) and node.style in ("|", ">"):
        # A block of text ends with its own line end.
        return max(node.start_mark.index, position - 1)
    return position
