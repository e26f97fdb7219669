"""Declared sets: multiple-response sets of the file and of the study, under declared names."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from resurvey.codebook import Codebook, as_labels, nearest


def declare_sets(codebook: Codebook, declared: Mapping[str, Any]) -> tuple[Codebook, list[str]]:
    """Merge the sets of ``config/codebook.yaml`` into those of the file.

    Parameters
    ----------
    codebook : Codebook
        Variables under their declared names, sets as the file has them.
    declared : dict
        Its ``multiple_response``: name -> ``variables``, ``counted``, ``label``. A set of the
        file's with the same name is replaced.

    Returns
    -------
    codebook, problems
        The codebook with all sets, and one sentence for each that names what is not there.

    Examples
    --------
    >>> from resurvey.codebook import Variable
    >>> book = Codebook({"tv": Variable("tv", source="Q7_1")})
    >>> declare_sets(book, {"media": {"variables": ["tvv"], "counted": 1}})[1]
    ["multiple-response set 'media': there is no variable 'tvv'; did you mean 'tv'?"]
    """
    renamed = {one.source: name for name, one in codebook.variables.items() if one.source}
    sets = {
        name: {**one, "variable_list": [renamed.get(item, item) for item in one["variable_list"]]}
        for name, one in codebook.multiple_response.items()
    }
    problems = []
    for name, one in declared.items():
        unknown = [item for item in one["variables"] if item not in codebook]
        problems += [
            f"multiple-response set '{name}': there is no variable '{item}'"
            f"{nearest(item, codebook)}"
            for item in unknown
        ]
        if name in codebook:
            problems.append(f"multiple-response set '{name}' has the name of a variable; rename it")
        sets[name] = {
            "type": "D" if "counted" in one else "C",
            "counted_value": one.get("counted"),
            "label": as_labels(one.get("label")),
            "variable_list": list(one["variables"]),
        }
    return replace(codebook, multiple_response=sets), problems
