"""Doors: how a rule's script begins and ends, so that its results carry what they were made from.

A door reads its settings here, and not from the engine; before and after its work the files from
outside must be those with which the run was planned; at the end it leaves a receipt.
"""

import logging
import os
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from resurvey.core.errors import SurveyError, log_to
from resurvey.core.home import REPORT
from resurvey.core.progress import working
from resurvey.proof.parts import (
    TEMPLATES,
    Job,
    check_settings,
    load_study,
    own_rule,
    settings_of,
)
from resurvey.proof.receipts import (
    RESULTS,
    Made,
    Receipt,
    hash_paths,
    receipt_place,
    sources_hash,
    write_receipt,
)

FROM_THE_REPOSITORY = frozenset({"templates", "template", "workflow", "environment", "schema"})
"""Names of inputs that belong to the repository: `resurvey.proof.parts.tools_hash` covers them."""

TOLD_CAPTIONS = frozenset({"origins", "internal"})
"""Keys that the rules add to the engine's configuration for its own report."""

ONLY_A_GATE = frozenset({"checked"})
"""Names of inputs that decide whether a job may run, and not what it gives."""


@dataclass(frozen=True)
class Door:
    """What a rule's script gets besides its paths.

    Attributes
    ----------
    settings : dict
        What the rule takes from the study, by the names of `main`.
    folders : list of str
        Folders of the templates, from the study's folder.
    log : logging.Logger
        Where the script says what it did.
    """

    settings: dict[str, Any]
    folders: list[str]
    log: logging.Logger


@contextmanager
def open_door(job: Any) -> Iterator[Door]:
    """Open the door of a rule: log, settings and a receipt at the end.

    Parameters
    ----------
    job : object
        What the engine gives a script: `wildcards`, `input`, `output`, `params`, `log`,
        `config`.

    Raises
    ------
    SystemExit
        The input is wrong, or a file or a setting changed while the run was going; said in one
        sentence.
    """
    begun = time.monotonic()
    with log_to(job.log[0]) as log:
        wanted = dict(job.params.made_from)
        rule, planned = wanted.pop("rule"), wanted.pop("sources")
        place = receipt_place(job.log[0])
        # What is being written fits no receipt: a job that is killed leaves none.
        place.unlink(missing_ok=True)
        wildcards = dict(job.wildcards.items())
        overrides = {key: value for key, value in job.config.items() if key not in TOLD_CAPTIONS}
        study = load_study(overrides=overrides, check=False)
        settings = settings_of(Job(rule, wildcards), study)
        check_settings(settings, wanted["settings"])
        outside, inside = input_paths(job.input)
        sources = _unchanged(outside, planned)
        inputs = hash_paths(inside)
        with working(" ".join((rule, *wildcards.values()))):
            yield Door(settings, template_folders(rule), log)
        if hash_paths(inside) != inputs:
            raise SurveyError("a result was changed by hand while it was read; run it again")
        _unchanged(outside, planned)
        outputs = hash_paths(job.output)
        write_receipt(place, Receipt(rule, wildcards, Made(**wanted), sources, inputs, outputs))
        read, seconds = len(sources) + len(inputs), time.monotonic() - begun
        log.info("files read: %d, written: %d; %.1f s", read, len(outputs), seconds)


def template_folders(rule: str) -> list[str]:
    """Folders of the templates of a rule, from the study's folder."""
    return [os.path.relpath(REPORT / name) for name in TEMPLATES.get(own_rule(rule), ())]


def input_paths(files: Any) -> tuple[list[str], list[str]]:
    """Tell a job's inputs that came from outside from other jobs' results."""
    left_out = FROM_THE_REPOSITORY | ONLY_A_GATE
    aside = {
        str(path)
        for name, named in files.items()
        if name in left_out
        for path in ([named] if isinstance(named, str) else named)
    }
    paths = [str(path) for path in files if str(path) not in aside]
    made = [path for path in paths if path.startswith(RESULTS)]
    return [path for path in paths if not path.startswith(RESULTS)], made


def _unchanged(paths: list[str], planned: str) -> Mapping[str, str]:
    """Hash files from outside; they must be those with which the run was planned."""
    found = hash_paths(paths)
    if sources_hash(found) != planned:
        raise SurveyError(
            f"{' or '.join(paths)} was replaced while the run was going, so that its results "
            "would not all be of the same file; run it again"
        )
    return found
