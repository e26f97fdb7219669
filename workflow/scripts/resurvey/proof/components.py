"""Components: the packages that a lock file names, with hashes and licences: a bill of materials.

It is CycloneDX 1.6 in JSON, which scanners of dependencies read. Versions and hashes come from the
lock, licences from what each installed package says of itself.
"""

import argparse
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import resurvey
from resurvey.core.errors import SurveyError
from resurvey.core.files import read_text
from resurvey.core.home import HOME

LOCK = HOME / "requirements.lock"
UNSAID = "not said by the package"
_PIN = re.compile(r"([A-Za-z0-9][A-Za-z0-9._-]*)(?:\[[^\]]*\])?==([^ ;\\]+)(?: ; ([^\\]+))?")
_HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")
_FAMILIES = {
    "MIT": ("MIT License", "MIT"),
    "BSD": ("BSD License", "BSD-3-Clause", "BSD 3-Clause License", "2-clause BSD"),
    "Apache-2.0": ("Apache Software License", "Apache License, Version 2.0", "Apache-2.0"),
    "MPL-2.0": ("Mozilla Public License 2.0 (MPL 2.0)", "MPL-2.0"),
    "PSF": ("Python Software Foundation License",),
    "GPL": ("GNU General Public License (GPL)",),
}
_NAMES = {said: name for name, family in _FAMILIES.items() for said in family}


@dataclass(frozen=True)
class Component:
    """One package of a lock.

    Attributes
    ----------
    name, version : str
    condition : str
        Marker of the environments that need it; empty for all.
    hashes : tuple of str
        SHA-256 of its files that may be installed.
    """

    name: str
    version: str
    condition: str
    hashes: tuple[str, ...]


def read_lock(text: str) -> list[Component]:
    r"""Read the packages of a lock, in its order.

    Raises
    ------
    SurveyError
        A package without a hash: anything could be installed in its place.

    Examples
    --------
    >>> lock = "dill==0.4.0 ; sys_platform == 'x' \\\n    --hash=sha256:" + 64 * "a" + "\n"
    >>> (found,) = read_lock(lock)
    >>> found.name, found.version, found.condition, len(found.hashes)
    ('dill', '0.4.0', "sys_platform == 'x'", 1)
    """
    components = []
    for block in re.split(r"\n(?=[A-Za-z0-9])", text.strip()):
        pinned = _PIN.match(block)
        if pinned is None:
            continue
        hashes = tuple(_HASH.findall(block))
        if not hashes:
            raise SurveyError(f"{pinned[1]}=={pinned[2]} has no hash in the lock; make it anew")
        components.append(Component(pinned[1], pinned[2], (pinned[3] or "").strip(), hashes))
    return components


def licence_of(name: str) -> str:
    """Return what an installed package says of its licence.

    Its licence expression, else the classifiers of its licence, else the first line of the field
    that older packages have; `UNSAID` where it says nothing or is not installed.

    Examples
    --------
    >>> licence_of("numpy").startswith("BSD-3-Clause"), licence_of("no-such-package") == UNSAID
    (True, True)
    """
    from importlib.metadata import PackageNotFoundError, metadata

    try:
        told = metadata(name)
    except PackageNotFoundError:
        return UNSAID

    def said(field: str) -> list[str]:
        return [str(value) for value in told.get_all(field) or ()]

    if expressions := said("License-Expression"):
        return expressions[0]
    classifiers = [
        one.rpartition(" :: ")[2] for one in said("Classifier") if one.startswith("License :: ")
    ]
    first = "".join(said("License")).strip().partition("\n")[0]
    names = [_NAMES.get(one, one) for one in classifiers]
    if not names and first:
        names = [_NAMES.get(first, first)]
    return " or ".join(dict.fromkeys(names)) or UNSAID


def bill_of_materials(components: Sequence[Component], licences: Mapping[str, str]) -> str:
    """Write a bill of materials, the same text for the same lock.

    Parameters
    ----------
    components : sequence of Component
        As `read_lock` gives them.
    licences : dict
        Package -> what it says of its licence.

    Returns
    -------
    str
        CycloneDX 1.6 as JSON, without a serial number and a time: neither would be the same twice.

    References
    ----------
    OWASP, CycloneDX bill of materials specification (ECMA-424).
    """

    def component(one: Component) -> dict[str, Any]:
        address = f"pkg:pypi/{one.name.lower().replace('_', '-')}@{one.version}"
        said = licences.get(one.name, UNSAID)
        return {
            "type": "library",
            "bom-ref": address,
            "name": one.name,
            "version": one.version,
            "purl": address,
            **({} if said == UNSAID else {"licenses": [{"license": {"name": said}}]}),
            "hashes": [{"alg": "SHA-256", "content": each} for each in one.hashes],
            **(
                {"properties": [{"name": "resurvey:condition", "value": one.condition}]}
                if one.condition
                else {}
            ),
        }

    plain = {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {
            "component": {
                "type": "application",
                "bom-ref": "resurvey",
                "name": "resurvey",
                "version": resurvey.__version__,
                "licenses": [{"license": {"id": "MIT"}}],
            }
        },
        "components": [component(one) for one in components],
    }
    return json.dumps(plain, indent=1, ensure_ascii=False) + "\n"


def licence_table(components: Sequence[Component], licences: Mapping[str, str]) -> str:
    """Write the packages and their licences as a table for docs/licences.md.

    Examples
    --------
    >>> print(licence_table([Component("dill", "0.4.0", "", ())], {"dill": "BSD"}), end="")
    | Package | Licence |
    | --- | --- |
    | dill | BSD |
    """
    names = dict.fromkeys(one.name for one in components)
    rows = [f"| {name} | {licences.get(name, UNSAID)} |" for name in names]
    return "\n".join(["| Package | Licence |", "| --- | --- |", *rows]) + "\n"


def add_verb(verbs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the verb `components` to a parser of commands."""
    words = "print the bill of materials (CycloneDX): every package that is installed, its licence"
    verb = verbs.add_parser("components", help=words, description=words)
    verb.add_argument(
        "--lock", metavar="FILE", default=str(LOCK), help="lock file (default: requirements.lock)"
    )
    verb.add_argument("--licences", action="store_true", help="print the table of licences instead")
    verb.set_defaults(run=_print)


def _print(given: argparse.Namespace) -> None:
    components = read_lock(read_text(given.lock))
    licences = {one.name: licence_of(one.name) for one in components}
    written = licence_table if given.licences else bill_of_materials
    print(written(components, licences), end="")
