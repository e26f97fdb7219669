"""Plan: what a run set out with, for jobs that begin elsewhere and perhaps hours later.

Where an executor sends jobs to other machines, each is an engine of its own that reads the study
anew. The run that sends them leaves here what files from outside and settings it planned with, so
that a job whose raw file or configuration was replaced while it waited stops and says so, as it
does in a run on one machine.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

from resurvey.core.files import write_bytes
from resurvey.proof.certificate.package import json_bytes, parse_json

PLACE = Path(".snakemake/resurvey.plan.json")
"""The file, from the study's folder."""


@dataclass(frozen=True)
class Plan:
    """Hashes with which a run was planned.

    Attributes
    ----------
    files : dict
        Path from the study's folder -> SHA-256 of a file from outside.
    settings : dict
        Job as `job_name` writes it -> name of a setting -> SHA-256.
    """

    files: Mapping[str, str] = field(default_factory=dict)
    settings: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


def job_name(rule: str, wildcards: Mapping[str, str]) -> str:
    """Name of a job in a plan.

    Examples
    --------
    >>> job_name("draw_profile", {"wave": "2022", "profile": "slide"})
    'draw_profile profile=slide wave=2022'
    """
    return " ".join([rule, *(f"{name}={value}" for name, value in sorted(wildcards.items()))])


def write_plan(plan: Plan, folder: str | Path = ".") -> None:
    """Leave a plan in a study's folder, whole or not at all."""
    write_bytes(Path(folder, PLACE), json_bytes(asdict(plan)))


def read_plan(folder: str | Path = ".") -> Plan:
    """Read the plan of a study's folder; an empty one where there is none.

    Examples
    --------
    >>> read_plan("not/there")
    Plan(files={}, settings={})
    """
    path = Path(folder, PLACE)
    if not path.is_file():
        return Plan()
    return Plan(**parse_json(path.read_bytes(), str(path)))
