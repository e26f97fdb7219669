"""Sidecar: multiple-response sets beside a .sav, in a small JSON file.

``wave.sav`` has ``wave.mrsets.json``::

    {"format": "multiple-response sets 1",
     "multiple_response": {"media": {"type": "D", "counted_value": 1, "label": {"en": "Media"},
                                     "variable_list": ["tv", "radio"]}}}

``type`` is D where each variable is one option (``counted_value`` means chosen) and C where all
variables hold the same codes; ``label`` is a text or one a language. The format is ours: the C
library that writes a .sav has no way to write the sets into it.
"""

import json
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from resurvey.core.codebook import Codebook, nearest
from resurvey.core.errors import SurveyError
from resurvey.core.files import write_text
from resurvey.reading.companions import sidecar_of

FORMAT = "multiple-response sets 1"
_KEYS = {"type", "counted_value", "label", "variable_list"}


def write_sidecar(path: Path, codebook: Codebook) -> None:
    """Write the sets of a codebook beside a .sav; remove an old sidecar where there are none."""
    target = sidecar_of(path)
    if not codebook.multiple_response:
        target.unlink(missing_ok=True)
        return
    sets = {
        name: {key: one.get(key) for key in sorted(_KEYS)}
        for name, one in sorted(codebook.multiple_response.items())
    }
    content = {"format": FORMAT, "multiple_response": sets}
    write_text(target, json.dumps(content, ensure_ascii=False, indent=1) + "\n")


def read_sidecar(
    path: Path, variables: Collection[str], own: Mapping[str, Any]
) -> dict[str, dict[str, Any]]:
    """Read the sets that stand beside a .sav; none where there is no sidecar.

    Raises
    ------
    SurveyError
        The sidecar is no such file, names a variable that the .sav does not have, or declares
        another set under a name that the .sav itself declares.
    """
    file = sidecar_of(path)
    if not file.is_file():
        return {}
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
        sets = content["multiple_response"]
        sound = content["format"] == FORMAT and all(
            set(one) <= _KEYS
            and one["type"] in ("C", "D")
            and isinstance(one["variable_list"], list)
            and one["variable_list"]
            for one in sets.values()
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        sound, sets = False, {}
    if not sound:
        raise SurveyError(
            f"{file}: this is no list of multiple-response sets as resurvey writes it; remove the "
            "file or write the .sav anew"
        )
    for name, one in sets.items():
        for variable in one["variable_list"]:
            if variable not in variables:
                raise SurveyError(
                    f"{file}: the set '{name}' names the variable '{variable}', which {path.name} "
                    f"does not have{nearest(str(variable), variables)}"
                )
        if name in own and list(own[name]["variable_list"]) != one["variable_list"]:
            raise SurveyError(
                f"{file}: the set '{name}' has other variables than the set of that name in "
                f"{path.name}; remove one of them"
            )
    return {name: one for name, one in sets.items() if name not in own}
