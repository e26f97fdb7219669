"""Initialise: from any survey file to a study folder that runs as it is."""

import logging
import os
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from resurvey.core.errors import SurveyError
from resurvey.core.files import copy_file, write_text
from resurvey.core.progress import working
from resurvey.reading import PRINTED, declared_export, read_undeclared
from resurvey.reading.formats import SIDECAR, wave_files
from resurvey.reading.oddities import mention_oddities
from resurvey.reading.weights import check_margins, printed_table
from resurvey.study.initialise.guess import MOST_TABLES, Guess, guess_study
from resurvey.study.initialise.pages import (
    codebook_page,
    config_page,
    indicators_page,
    tables_page,
    wave_name,
)

__all__ = ["initialise"]

logger = logging.getLogger(__name__)

_IGNORED = (
    "results/\n.snakemake/\n# Answers of persons do not belong in a repository.\nresources/*\n"
)
_IGNORED += "!resources/published/\n"


def initialise(
    file: str | os.PathLike[str],
    into: str | os.PathLike[str],
    languages: Sequence[str] = (),
    export: Mapping[str, Any] | None = None,
    most_tables: int = MOST_TABLES,
) -> Guess:
    r"""Write a study folder from the labels in a survey file.

    Parameters
    ----------
    file : path
        Any file that `resurvey.reading.read_survey` reads; it is copied into the folder.
    into : path
        Folder to write; it is new or empty.
    languages : sequence of str, optional
        Languages of the report; those of the questionnaire where it names them, else Russian
        where most letters of the labels are Cyrillic, else English.
    export : dict, optional
        How the file is read, by the keys of a wave: ``encoding``, ``separator``, ``decimal``,
        ``thousands``, ``structure``, ``sheet``, ``tool``. They are written into the configuration;
        structure files, declared or found beside the file, are copied, too.
    most_tables : int
        How many tables to write; the important ones come first.

    Returns
    -------
    Guess
        What was guessed: identifier, groups, tables, and what was left out.

    Raises
    ------
    SurveyError
        When the file cannot be read, no variable of it can be counted, or the folder holds
        something.

    Examples
    --------
    >>> place = Path(tempfile.mkdtemp())
    >>> _ = (place / "wave2.csv").write_text("sex,vote\n1,2\n2,1\n1,1\n")
    >>> initialise(place / "wave2.csv", place / "study").groups
    ('sex',)
    >>> sorted(path.name for path in (place / "study" / "config").iterdir())
    ['codebook.yaml', 'config.yaml', 'tables.yaml']
    """
    source, target = Path(file), Path(into).absolute()
    _check_target(target)
    export = dict(export or {})
    with working(f"reading {source}"):
        survey = read_undeclared(source, **declared_export(export))
    if clause := printed_table(survey):
        logger.warning(PRINTED, source, clause)
    mention_oddities(source, survey)
    with working(f"looking through {survey.data.shape[1]} variables"):
        guess = guess_study(survey, str(source), most_tables, str(export.get("decimal", "")))
    if guess.counts:
        check_margins(survey, guess.counts, str(source))
    wave = wave_name(source)
    raw = f"resources/{wave}/raw{source.suffix.lower()}"
    copies = _companions(source, wave, export)
    structures = [name for name in copies if not name.endswith(SIDECAR)]
    declared = {key: value for key, value in export.items() if key != "structure"}
    if structures:
        declared["structure"] = structures[0] if len(structures) == 1 else structures
    pages = {
        "config/config.yaml": config_page(survey, guess, source, wave, raw, languages, declared),
        "config/codebook.yaml": codebook_page(survey, guess),
        "config/tables.yaml": tables_page(survey, guess, most_tables),
        ".gitignore": _IGNORED,
    }
    if guess.renumbered or guess.offers.scales or guess.offers.groups:
        pages["config/indicators.yaml"] = indicators_page(guess)
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=f".{target.name}.") as folder:
        study = Path(folder) / "study"
        for name, text in pages.items():
            write_text(study / name, text)
        for name, original in {raw: source, **copies}.items():
            copy_file(original, study / name)
        _move(study, target)
    return guess


def _companions(source: Path, wave: str, export: Mapping[str, Any]) -> dict[str, Path]:
    """Files that were read together with the survey file, by their names in the study."""
    named: dict[str, Path] = {}
    for path in wave_files({"file": str(source), **export}):
        if path.name.endswith(SIDECAR):
            name = f"raw{SIDECAR}"
        else:
            number = len(named) + 1
            name = f"structure{number if number > 1 else ''}{path.suffix.lower()}"
        named[f"resources/{wave}/{name}"] = path
    return named


def _move(study: Path, target: Path) -> None:
    """Let the study appear under its name only when it is complete."""
    if not target.exists():
        os.replace(study, target)
        return
    # An empty folder is kept: it may be the working directory of a shell.
    for part in sorted(study.iterdir(), reverse=True):
        os.replace(part, target / part.name)


def _check_target(target: Path) -> None:
    """Refuse to touch anything that exists."""
    if target.is_dir():
        if (target / "config" / "config.yaml").is_file():
            raise SurveyError(
                f"{target}: the folder is not empty: it holds a study already; record the "
                f"file as a wave of it with `add-wave FILE --name … --directory {target}`, or "
                "name a new folder; nothing was written"
            )
        there = sorted(path.name for path in target.iterdir())
        if there:
            raise SurveyError(
                f"{target}: the folder is not empty (it holds '{there[0]}'); "
                "name a new one, nothing was written"
            )
    elif target.exists() or target.is_symlink():
        raise SurveyError(f"{target}: this is a file, not a folder; nothing was written")
