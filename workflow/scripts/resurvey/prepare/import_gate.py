"""Import gate: a raw file under the study's names and codes, or why it stays outside."""

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from resurvey.core.codebook import (
    Code,
    Survey,
    Variable,
    check_codes_differ,
    clean_code,
    code_identity,
    declared_variable,
    is_joined,
    nearest,
)
from resurvey.core.errors import SurveyError, shown_answer
from resurvey.core.progress import working
from resurvey.counts.design import check_weights
from resurvey.reading import PRINTED, check_bytes, declared_export, read_raw, read_survey
from resurvey.reading.declared import check_labels, declare
from resurvey.reading.multiple_response import separate_mapped
from resurvey.reading.observed_answers import protect
from resurvey.reading.oddities import mention_oddities
from resurvey.reading.weights import check_margins, counted_by, printed_table, weights_of
from resurvey.study.mapping import WaveMapping, mapping_of

if TYPE_CHECKING:
    import pandas as pd

    from resurvey.core.codebook import Survey
    from resurvey.reading.stored import Store


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
    survey = separate_mapped(survey, mapping.variables, specs, place)
    entries = {name: {} if is_joined(entry) else entry for name, entry in mapping.variables.items()}
    mapping = replace(mapping, variables=entries)
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
    data = survey.data.drop(columns=list(leaving)).rename(columns=names)
    for old, variable in survey.codebook.variables.items():
        if old in leaving:
            continue
        name = names.get(old, old)
        entry = mapping.variables.get(name, {})
        if entry.get("codes"):
            variable, column = _recoded(variable, data[name], entry, f"{place}: '{name}'")
            data = data.assign(**{name: column})
        variables[name] = replace(
            variable, name=name, source=old if name != old else variable.source
        )
    return Survey(data, replace(survey.codebook, variables=variables))


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


logger = logging.getLogger(__name__)


def import_survey(
    path: str,
    codebook: Mapping[str, Any],
    wave: Mapping[str, Any] | None = None,
    mapping: Mapping[str, Any] | None = None,
    store: "Store | None" = None,
) -> "Survey":
    """Read the raw file of a wave and hold it against the study's codebook.

    Parameters
    ----------
    path : str
        The raw survey file.
    codebook : dict
        `config/codebook.yaml`.
    wave : dict, optional
        The wave in `config/config.yaml`: `sha256`, `id`, and how its file is read (`read_raw`).
    mapping : dict, optional
        The wave in `config/waves.yaml`: its names and codes become the study's first.
    store : Store, optional
        Where the columns of a large file are put; every check then reads the columns that it
        needs, one after the other.

    Returns
    -------
    Survey
        Written answers of few people that no codebook lists are counted together (see
        `resurvey.reading.observed_answers`); the codebook names the
        variables that look like weights, and has in its `flags` whatever the log warns of.

    Raises
    ------
    SurveyError
        The file has other bytes than `sha256` says, cannot be read, or does not fit.
    """
    with _flags(path) as flags:
        survey = _imported(path, codebook, wave or {}, mapping, store)
    return replace(survey, codebook=replace(survey.codebook, flags=tuple(flags.said)))


class _Flags(logging.Handler):
    """Keeps what the log warns of, without the path of the file; each sentence once."""

    def __init__(self, path: str) -> None:
        super().__init__(logging.WARNING)
        self.path, self.said = path, dict[str, None]()

    def emit(self, record: logging.LogRecord) -> None:
        self.said[record.getMessage().removeprefix(f"{self.path}: ")] = None


@contextmanager
def _flags(path: str) -> Iterator[_Flags]:
    """Keep what the log warns of while a file is imported."""
    flags, library = _Flags(path), logging.getLogger("resurvey")
    library.addHandler(flags)
    try:
        yield flags
    finally:
        library.removeHandler(flags)


def _imported(
    path: str,
    codebook: Mapping[str, Any],
    wave: Mapping[str, Any],
    mapping: Mapping[str, Any] | None,
    store: "Store | None",
) -> "Survey":
    """Read the file, hold it against the codebook and the weights, and look at every value."""
    check_bytes(path, wave)
    declared = {**codebook, **({"id": wave["id"]} if "id" in wave else {})}
    if mapping:
        with working(f"reading {path}"):
            read = read_raw(path, wave, declared, mapping, store)
        survey = adopt(read, declared, mapping, path)
    else:
        with working(f"reading {path}"):
            survey = read_survey(path, declared, **declared_export(wave), store=store)
    _mention_weight(path, survey.codebook.weight, wave)
    if clause := printed_table(survey):
        logger.warning(PRINTED, path, clause)
    if "weight" not in wave and (counts := counted_by(survey)):
        logger.warning(
            "%s: every row is another combination of answers, and '%s' seems to say how many "
            "respondents gave it, but each row is counted as one; write `weight: %s` and "
            "`weight_kind: frequency` under the wave in config/config.yaml",
            path,
            counts,
            counts,
        )
    mention_oddities(path, survey)
    weight = wave.get("weight", "")
    if _weight_kind(wave) == "frequency" and weight and counted_by(survey) == weight:
        check_margins(survey, weight, path)
    if weight in survey.codebook:  # the tables say so where it is not there
        check_weights(survey, weight, path, wave.get("largest_weight"), _weight_kind(wave))
    listed = (
        name for name, spec in (codebook.get("variables") or {}).items() if "codes" in (spec or {})
    )
    survey = protect(survey, listed)
    return replace(survey, codebook=replace(survey.codebook, weights=weights_of(survey)))


def _weight_kind(wave: Mapping[str, Any]) -> str:
    return str(wave.get("weight_kind", "sampling"))


def _mention_weight(path: str, weight: str, wave: Mapping[str, Any]) -> None:
    """Say so where a file is weighted by itself and the study does not follow it."""
    used = wave.get("weight", "")
    if weight and weight != used:
        equal = "raked from equal weights" if "rake" in wave else "unweighted"
        instead = f"weighted by '{used}'" if used else equal
        logger.warning(
            "%s: the file says that its cases are weighted by '%s', but the tables are %s; write "
            "`weight: %s` under the wave in config/config.yaml to use it",
            path,
            weight,
            instead,
            weight,
        )


def adopt(
    survey: Survey, codebook: Mapping[str, Any], entry: Mapping[str, Any], file: str
) -> Survey:
    """Map a wave's file to the study's codebook and check that it then fits.

    Examples
    --------
    >>> import pandas as pd
    >>> from resurvey.core.codebook import Codebook, Variable
    >>> answers = pd.DataFrame({"Q1": pd.array([1, 2], "Int64")})
    >>> file = Survey(answers, Codebook({"Q1": Variable("Q1")}))
    >>> variables = {"sex": {"codes": {1: "men", 2: "women"}}, "plan": {"codes": {1: "yes"}}}
    >>> dropped = {"variable": "plan", "difference": "missing_variable", "why": "no room"}
    >>> entry = {"variables": {"sex": {"from": "Q1", "codes": {1: 2, 2: 1}}}, "accept": [dropped]}
    >>> wave = adopt(file, {"variables": variables}, entry, "2026.sav")
    >>> wave.data["sex"].tolist(), wave.data["plan"].tolist(), wave.codebook["plan"].answers
    ([2, 1], [<NA>, <NA>], [1])
    """
    mapping = mapping_of(entry)
    survey = recode_wave(survey, mapping, codebook, f"{file}: waves.yaml")
    # Before what the codebook declares is checked: a set may be of questions that were not asked.
    survey = _with_dropped(survey, codebook, mapping)
    survey = declare(survey, wave_codebook(codebook, mapping, survey), file)
    check_labels(survey, file)
    return survey


def wave_codebook(
    codebook: Mapping[str, Any], mapping: WaveMapping, survey: Survey
) -> dict[str, Any]:
    """Write the study's codebook as one wave has it."""
    specs = {}
    for name, spec in (codebook.get("variables") or {}).items():
        if name in mapping.dropped:
            continue
        specs[name] = dict(spec or {})
        if name in survey.codebook:
            specs[name].pop("source", None)
        elif "from" in mapping.variables.get(name, {}):
            specs[name]["source"] = mapping.variables[name]["from"]
    for name, code, labels in mapping.new_answers():
        if not specs.get(name, {}).get("codes") or name not in survey.codebook:
            continue
        known = survey.codebook[name].codes.get(code, {}) if code is not None else {}
        mapped = mapping.variables.get(name, {}).get("codes", {}).items()
        # A form has no codes: the answer itself is what the code is called.
        written = next((text for text, to in mapped if to == code and isinstance(text, str)), "")
        label = labels or known or written or str(code)
        specs[name]["codes"] = {**specs[name]["codes"], code: label}
    for name in mapping.variables:
        # A mapped name that is not in the codebook must be in the file all the same.
        if name not in specs and name not in mapping.dropped and name not in survey.codebook:
            specs[name] = {"source": mapping.variables[name].get("from", name)}
    return {**codebook, "variables": specs}


def _with_dropped(survey: Survey, codebook: Mapping[str, Any], mapping: WaveMapping) -> Survey:
    """Add an empty column for every variable that was not asked in this wave."""
    import pandas as pd

    specs = codebook.get("variables") or {}
    empty = [name for name in mapping.dropped if name not in survey.codebook]
    if not empty:
        return survey
    nobody = pd.Series(pd.array([None] * len(survey.data), dtype="Int64"), index=survey.data.index)
    variables = [declared_variable(name, specs.get(name)) for name in empty]
    data = survey.data.assign(**dict.fromkeys(empty, nobody))
    notes = (*survey.codebook.notes, *(f"not asked in this wave: {name}" for name in empty))
    return Survey(data, replace(survey.codebook.updated(variables), notes=notes))
