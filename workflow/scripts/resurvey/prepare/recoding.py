"""Recoding: a file's names and codes become the study's, with its labels still on them."""

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from resurvey.core.codebook import (
    Code,
    Survey,
    Variable,
    check_codes_differ,
    clean_code,
    code_identity,
    nearest,
)
from resurvey.core.errors import SurveyError, shown_answer
from resurvey.study.mapping import WaveMapping

if TYPE_CHECKING:
    import pandas as pd


def recode_wave(
    survey: Survey,
    mapping: WaveMapping,
    codebook: Mapping[str, Any] | None = None,
    place: str = "waves.yaml",
) -> Survey:
    """Apply a wave's mapping, and the `source:` names of the codebook, to what was read.

    Parameters
    ----------
    survey : Survey
        As read from the file; not changed.
    mapping : WaveMapping
        The wave's entry of `waves.yaml`.
    codebook : dict, optional
        `config/codebook.yaml`, for its `source:`.
    place : str
        File and wave, for messages.

    Returns
    -------
    Survey
        Columns in file order under the study's names. A code keeps the file's label, so that
        the result can still be held against the codebook; a merged code has the labels of all.

    Raises
    ------
    SurveyError
        A `from:` that the file does not have, a name of the study that the file has too, or a
        code that two codes of the file would become without `merge: true`.

    Examples
    --------
    >>> import pandas as pd
    >>> from resurvey.core.codebook import Codebook
    >>> book = Codebook({"Q1": Variable("Q1", codes={1: {"": "women"}, 2: {"": "men"}})})
    >>> file = Survey(pd.DataFrame({"Q1": pd.array([1, 2, 2], "Int64")}), book)
    >>> entry = {"gender": {"from": "Q1", "codes": {1: 2, 2: 1}}}
    >>> study = recode_wave(file, WaveMapping(entry))
    >>> study.data["gender"].tolist(), study.codebook["gender"].codes
    ([2, 1, 1], {1: {'': 'men'}, 2: {'': 'women'}})
    """
    specs = (codebook or {}).get("variables") or {}
    names = {}
    for name in dict.fromkeys((*specs, *mapping.variables)):
        source = (specs.get(name) or {}).get("source", name)
        said = mapping.variables.get(name, {}).get("from")
        if said is not None and said not in survey.codebook:
            raise SurveyError(
                f"{place}: '{name}' is to come from '{said}', which the file does not have"
                f"{nearest(said, survey.codebook)}"
            )
        source = source if said is None else said
        if source in survey.codebook and name not in mapping.dropped:
            names[source] = name
    names = {source: name for source, name in names.items() if source != name}
    leaving = {name for name in mapping.dropped if name in survey.codebook} - set(names)
    kept = set(survey.codebook) - set(names) - leaving
    for source, name in names.items():
        if name in kept:
            raise SurveyError(
                f"{place}: '{source}' cannot become '{name}', because the file has a variable "
                f"'{name}' too; give that one a place with `from:`, or drop it in the file"
            )
    variables: dict[str, Variable] = {}
    columns: dict[str, Any] = {}
    for old, variable in survey.codebook.variables.items():
        if old in leaving:
            continue
        name = names.get(old, old)
        column = survey.data[old]
        entry = mapping.variables.get(name, {})
        if entry.get("codes"):
            variable, column = _recoded(variable, column, entry, f"{place}: '{name}'")
        variables[name] = replace(variable, name=name, source=old if name != old else "")
        columns[name] = column
    import pandas as pd

    return Survey(
        pd.DataFrame(columns, index=survey.data.index),
        replace(survey.codebook, variables=variables),
    )


def _recoded(
    variable: Variable, column: "pd.Series[Any]", entry: Mapping[str, Any], place: str
) -> "tuple[Variable, pd.Series[Any]]":
    """Give a variable the study's codes: data, labels and missing codes."""
    codes: dict[Code, Code | None] = entry["codes"]
    present = column.dropna().unique().tolist()
    codes = _as_held(codes, present, variable, place)
    if not entry.get("merge"):
        _refuse_merging(codes, [*present, *variable.codes], place)
    renamed: dict[Code, dict[str, str]] = {}
    for code, labels in variable.codes.items():
        to = codes.get(code, code)
        if to is not None:
            renamed[to] = _joined(renamed.get(to, {}), labels)
    order = sorted(renamed, key=lambda code: (isinstance(code, str), code))
    moved = [codes.get(code, code) for code in variable.missing]
    recoded = replace(
        variable,
        codes={code: renamed[code] for code in order},
        missing=tuple(dict.fromkeys(code for code in moved if code is not None)),
        reasons={
            to: why
            for code, why in variable.reasons.items()
            if (to := codes.get(code, code)) is not None
        },
    )
    return recoded, _replaced(column, codes, present)


def merged_codes(
    variable: Variable, column: "pd.Series[Any]", entry: Mapping[str, Any], place: str
) -> dict[Code, list[Code]]:
    """Say which codes of a file become one code of the study: the study's -> the file's.

    Parameters
    ----------
    variable : Variable
        As the file has it.
    column : pandas.Series
        Its answers.
    entry : dict
        The variable's entry under `variables` in `waves.yaml`.
    place : str
        File, wave and variable, for messages.

    Examples
    --------
    >>> import pandas as pd
    >>> plans = Variable("plans", codes={1: {"": "yes"}, 2: {"": "no"}, 4: {"": "packing"}})
    >>> entry = {"codes": {4: 1}, "merge": True}
    >>> merged_codes(plans, pd.Series([1, 2]), entry, "waves.yaml: 'plans'")
    {1: [1, 4]}
    """
    if not (entry.get("merge") and entry.get("codes")):
        return {}
    present = column.dropna().unique().tolist()
    codes = _as_held(entry["codes"], present, variable, place)
    reached: dict[Code, list[Code]] = {}
    for code in dict.fromkeys(map(clean_code, (*variable.codes, *present))):
        to = codes.get(code, code)
        if to is not None:
            reached.setdefault(to, []).append(code)
    return {to: own for to, own in reached.items() if len(own) > 1}


def _as_held(
    codes: Mapping[Code, Code | None], present: list[Any], variable: Variable, place: str
) -> dict[Code, Code | None]:
    """Write the file's codes as the file holds them: YAML's 1 may be the text "1" there.

    Where the file holds numbers, "01" is the number 1, and may not stand beside it.
    """
    held = [*present, *variable.codes]
    texts = {code for code in held if isinstance(code, str)}
    numbers = bool(held) and not texts
    check_codes_differ(codes, place, numbers)

    def as_held(code: Code) -> Code:
        if not isinstance(code, str):
            return str(code) if str(code) in texts else code
        identity = code_identity(code)
        return clean_code(float(identity)) if numbers and not isinstance(identity, str) else code

    return {as_held(code): to for code, to in codes.items()}


def _refuse_merging(codes: Mapping[Code, Code | None], held: list[Any], place: str) -> None:
    reached: dict[Code, Code] = {}
    for code in dict.fromkeys(map(clean_code, held)):
        to = codes.get(code, code)
        if to is None:
            continue
        if to in reached:
            raise SurveyError(
                f"{place}: the codes {shown_answer(reached[to])} and {shown_answer(code)} of the "
                f"file would both become {to}; "
                "map both, or add `merge: true` if that is meant"
            )
        reached[to] = code


def _joined(labels: Mapping[str, str], more: Mapping[str, str]) -> dict[str, str]:
    """Labels of merged codes, one after the other."""
    joined = dict(labels)
    for language, text in more.items():
        joined[language] = f"{joined[language]} / {text}" if joined.get(language) else text
    return joined


def _replaced(
    column: "pd.Series[Any]", codes: Mapping[Code, Code | None], present: list[Any]
) -> "pd.Series[Any]":
    """Write the study's codes into a column; its type follows from what it then holds."""
    import pandas as pd

    from resurvey.reading.columns import number_column

    after = {value: codes.get(clean_code(value), value) for value in present}
    values = column.map(after, na_action="ignore")
    if any(isinstance(code, str) for code in after.values()):
        texts = values.map(lambda code: str(clean_code(code)), na_action="ignore")
        return pd.Series(texts, index=column.index, dtype="str")
    numbers = pd.to_numeric(values).to_numpy("float64", na_value=float("nan"))
    return number_column(numbers).set_axis(column.index)
