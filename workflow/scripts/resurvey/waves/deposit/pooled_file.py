"""Pooled file: all waves of a study as one survey, and what is kept of the records."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from resurvey.core.codebook import Code, Codebook, Labels, Survey, Variable, nearest
from resurvey.core.errors import SurveyError
from resurvey.core.origin import origin_of
from resurvey.study.declarations import Config, TrendPart, WaveConfig
from resurvey.study.mapping import DESIGN_KEYS, listed_names

if TYPE_CHECKING:
    import pandas as pd

FORMATS = {".sav": "SPSS", ".dta": "Stata 14", ".csv": "CSV (UTF-8)", ".parquet": "Apache Parquet"}
"""Endings of the data files, and what a reader calls their formats."""


@dataclass(frozen=True)
class Handling:
    """What is kept of the respondents' records; `panel` says that one id is one person."""

    ids: str = "number"
    free_text: str = "drop"
    leave_out: tuple[str, ...] = ()
    panel: bool = True


def read_handling(config: Config, trend: TrendPart) -> Handling:
    """Read how the study wants its records handled.

    Examples
    --------
    >>> read_handling({"deposit": {"ids": "drop", "leave_out": ["town"]}}, {}).leave_out
    ('town',)
    """
    plain = config.get("deposit", {})
    return Handling(
        plain.get("ids", "number"),
        plain.get("free_text", "drop"),
        tuple(plain.get("leave_out", ())),
        trend.get("panel", True),
    )


@dataclass(frozen=True)
class Step:
    """One thing that was done to the records, worded by `deposit.done_{what}` of the words."""

    what: str
    variables: tuple[str, ...] = ()
    values: Mapping[str, str] = field(default_factory=dict)


def design_roles(waves: Mapping[str, WaveConfig]) -> dict[str, str]:
    """Return which variables are ids, weights, strata and clusters in any wave.

    Examples
    --------
    >>> design_roles({"1": {"file": "a.sav", "weight": "w", "clusters": ["town", "house"]}})
    {'w': 'weight', 'town': 'clusters', 'house': 'clusters'}
    """
    roles: dict[str, str] = {}
    for wave in waves.values():
        for role in DESIGN_KEYS:
            for name in listed_names(wave.get(role)):
                roles.setdefault(name, role)
    return roles


def deposit_stem(waves: Mapping[str, WaveConfig]) -> str:
    """Name the pooled file; records that were never a questionnaire say so in their name.

    Examples
    --------
    >>> dealt = {"file": "results/2/raw/survey_reconstructed.sav", "reconstruct": {}}
    >>> deposit_stem({"1": {"file": "raw.sav"}, "2": dealt})
    'pooled_reconstructed'
    >>> deposit_stem({"2": dealt | {"file": "resources/2/authors.sav"}})
    'pooled'
    >>> deposit_stem({"1": {"file": "resources/1/survey_simulated.csv"}})
    'pooled_simulated'
    """
    origins = {origin_of(name, wave) for name, wave in waves.items()}
    return "_".join(["pooled", *sorted(origins - {""})])


def deposit_files(waves: Mapping[str, WaveConfig], languages: Sequence[str]) -> dict[str, str]:
    """Names of the files of a deposit, for who must know them before they are written.

    Examples
    --------
    >>> list(deposit_files({"1": {"file": "raw.sav"}}, ["en"]))[:4]
    ['pooled.sav', 'pooled.dta', 'pooled.csv', 'pooled.parquet']
    """
    stem = deposit_stem(waves)
    return {
        **{f"{stem}{ending}": form for ending, form in FORMATS.items()},
        "codebook.json": "JSON",
        "codebook.csv": "CSV",
        "ddi.xml": "DDI-Codebook 2.5",
        "datapackage.json": "Data Package",
        **{f"codebook.{language}.html": "HTML" for language in languages},
    }


WAVE = "wave"
"""Name of the variable that tells the waves apart."""


@dataclass(frozen=True)
class Pooled:
    """The records of all waves under one codebook.

    Attributes
    ----------
    survey : Survey
        Records of the first wave, then of the next.
    waves : dict
        Wave -> number of its records.
    asked : dict
        Variable -> the waves that have it.
    derived : frozenset of str
        Variables that were computed from answers.
    roles : dict
        Variable -> id, weight, strata, clusters or fpc.
    rewordings : dict
        Variable -> wave -> wording where it differs.
    steps : tuple of Step
        What was done to the records.
    """

    survey: Survey
    waves: Mapping[str, int]
    asked: Mapping[str, tuple[str, ...]]
    derived: frozenset[str] = frozenset()
    roles: Mapping[str, str] = field(default_factory=dict)
    rewordings: Mapping[str, Mapping[str, Labels]] = field(default_factory=dict)
    steps: tuple[Step, ...] = ()

    @property
    def codebook(self) -> Codebook:
        """Codebook of all waves together."""
        return self.survey.codebook

    def of_wave(self, wave: str) -> Survey:
        """Return the records of one wave."""
        data = self.survey.data
        return Survey(data[(data[WAVE] == wave).to_numpy()].reset_index(drop=True), self.codebook)


def pool_waves(
    waves: Mapping[str, Survey],
    labels: Mapping[str, Labels],
    wave_label: Labels,
    handling: Handling | None = None,
    roles: Mapping[str, str] | None = None,
    derived: Collection[str] = (),
) -> Pooled:
    """Put the records of several waves under each other.

    Raises
    ------
    SurveyError
        A variable is called `wave`, a variable to be left out is not there, or a code means
        different things in two waves.

    Examples
    --------
    >>> import pandas as pd
    >>> book = Codebook({"q": Variable("q", codes={1: {}})})
    >>> one = Survey(pd.DataFrame({"q": pd.array([1, None], "Int64")}), book)
    >>> pooled = pool_waves({"2022": one, "2026": one}, {}, {"en": "Wave"})
    >>> pooled.survey.data["wave"].tolist()
    ['2022', '2022', '2026', '2026']
    """
    handling, roles = handling or Handling(), roles or {}
    names = _order([list(survey.codebook) for survey in waves.values()])
    for name in names:
        if name.casefold() == WAVE:
            raise SurveyError(
                f"variable '{name}': the pooled file has a variable of this name that tells the "
                "waves apart; rename it in codebook.yaml"
            )
    steps = [Step("pooled" if len(waves) > 1 else "single", values={"waves": str(len(waves))})]
    kept, more = _kept(names, waves, handling, roles)
    steps += more
    variables: dict[str, Variable] = {}
    rewordings: dict[str, Mapping[str, Labels]] = {}
    asked: dict[str, tuple[str, ...]] = {}
    for name in kept:
        found = {
            wave: survey.codebook[name] for wave, survey in waves.items() if name in survey.codebook
        }
        merged = merge_variable(found)
        variables[name], asked[name] = merged.variable, tuple(found)
        if merged.rewordings:
            rewordings[name] = merged.rewordings
    frame = _stack(waves, kept, variables)
    if handling.ids == "number":
        for name in [variable for variable in kept if roles.get(variable) == "id"]:
            frame[name], variables[name] = _numbered(frame, variables[name], handling.panel)
            steps.append(Step("ids_numbered" if handling.panel else "ids_renumbered", (name,)))
    codes: dict[Code, Labels] = {wave: labels.get(wave) or {"": wave} for wave in waves}
    variables = {WAVE: Variable(WAVE, wave_label, "nominal", codes), **variables}
    book = Codebook(
        variables,
        multiple_response=_sets(waves, variables),
        reconstructed=any(survey.codebook.reconstructed for survey in waves.values()),
    )
    return Pooled(
        Survey(frame, book),
        {wave: len(survey.data) for wave, survey in waves.items()},
        {WAVE: tuple(waves), **asked},
        frozenset(name for name in derived if name in variables),
        {name: role for name, role in roles.items() if name in variables},
        rewordings,
        tuple(steps),
    )


def _order(lists: Sequence[Sequence[str]]) -> list[str]:
    """Names of the first wave in its order; a later wave's new one after the one before it."""
    names: list[str] = []
    for own in lists:
        position = 0
        for name in own:
            if name in names:
                position = names.index(name) + 1
            else:
                names.insert(position, name)
                position += 1
    return names


def _kept(
    names: Sequence[str],
    waves: Mapping[str, Survey],
    handling: Handling,
    roles: Mapping[str, str],
) -> tuple[list[str], list[Step]]:
    """Names that stay, and what was left out and why."""
    for name in handling.leave_out:
        if name not in names:
            raise SurveyError(
                f"config.yaml, deposit: `leave_out` names '{name}', which no wave has"
                f"{nearest(name, names)}"
            )
    out = [name for name in names if name in handling.leave_out]
    ids = [name for name in names if roles.get(name) == "id" and handling.ids == "drop"]
    texts = []
    if handling.free_text == "drop":
        texts = [
            name
            for name in names
            if roles.get(name) is None
            and name not in out
            and any(
                name in survey.codebook
                and survey.codebook[name].measure == "text"
                and not survey.codebook[name].codes
                for survey in waves.values()
            )
        ]
    steps = [
        Step(what, tuple(which))
        for what, which in (("left_out", out), ("ids_dropped", ids), ("text_dropped", texts))
        if which
    ]
    gone = {*out, *ids, *texts}
    return [name for name in names if name not in gone], steps


def _stack(
    waves: Mapping[str, Survey], names: Sequence[str], variables: Mapping[str, Variable]
) -> "pd.DataFrame":
    import pandas as pd

    columns: dict[str, Any] = {
        WAVE: pd.Series(
            [wave for wave, survey in waves.items() for _ in range(len(survey.data))], dtype="str"
        )
    }
    for name in names:
        parts = {
            wave: _plain(survey.data[name]) if name in survey.codebook else None
            for wave, survey in waves.items()
        }
        kinds = {str(part.dtype) for part in parts.values() if part is not None}
        if len(kinds) > 1 and "str" in kinds:
            raise SurveyError(
                f"variable '{name}' holds text in one wave and numbers in another; declare its "
                "`codes` in codebook.yaml or map it in waves.yaml"
            )
        kind = "Float64" if len(kinds) > 1 else kinds.pop()
        stacked: list[Any] = []
        for wave, part in parts.items():
            absent = pd.Series(pd.NA, index=range(len(waves[wave].data)))
            stacked.append((absent if part is None else part).astype(kind))  # type: ignore[call-overload]
        columns[name] = pd.concat(stacked, ignore_index=True)
    return pd.DataFrame(columns)


def _plain(column: "pd.Series") -> "pd.Series":
    """Whole numbers, numbers or texts; a date is written as 2026-11-23."""
    kind = str(column.dtype)
    if kind.startswith("datetime"):
        whole = (column.dropna() == column.dropna().dt.normalize()).all()
        written: pd.Series = column.dt.strftime("%Y-%m-%d" if whole else "%Y-%m-%dT%H:%M:%S")
        return written.astype("str")
    if kind == "bool":
        return column.astype("Int64")
    if kind.startswith(("int", "Int", "uint", "UInt", "boolean")):
        return column.astype("Int64")
    if kind.startswith(("float", "Float")):
        return column.astype("Float64")
    return column.astype("str")


def _numbered(
    frame: "pd.DataFrame", variable: Variable, panel: bool
) -> tuple["pd.Series", Variable]:
    """Put running numbers in place of ids; in a panel the same id keeps its number."""
    import pandas as pd

    values = frame[variable.name]
    waves = frame[WAVE]
    numbers: dict[Any, int] = {}
    made: list[int | None] = []
    for wave, value in zip(waves, values, strict=True):
        if pd.isna(value):
            made.append(None)
            continue
        key = value if panel else (wave, value)
        made.append(numbers.setdefault(key, len(numbers) + 1))
    plain = Variable(variable.name, variable.label, "nominal", {}, source=variable.source)
    return pd.Series(made, dtype="Int64"), plain


def _sets(waves: Mapping[str, Survey], variables: Mapping[str, Variable]) -> dict[str, Any]:
    """Multiple-response sets all of whose variables are in the pooled file."""
    found: dict[str, Any] = {}
    for survey in waves.values():
        for name, response_set in survey.codebook.multiple_response.items():
            if all(member in variables for member in response_set["variable_list"]):
                found.setdefault(name, response_set)
    return found


@dataclass(frozen=True)
class Merged:
    """A variable as the first wave has it, with the answers that later waves add.

    `rewordings` are the wordings of the waves where they differ, by language.
    """

    variable: Variable
    rewordings: Mapping[str, Labels]


def merge_variable(found: Mapping[str, Variable]) -> Merged:
    """Merge a variable over waves.

    Raises
    ------
    SurveyError
        The same code means two things, is an answer here and missing there, or the variable is
        text here and numbers there: it was not harmonised.

    Examples
    --------
    >>> one = Variable("q", {"en": "Work?"}, codes={1: {"en": "Yes"}})
    >>> two = Variable("q", {"en": "A job?"}, codes={1: {"en": "Yes"}, 2: {"en": "No"}})
    >>> merged = merge_variable({"2022": one, "2026": two})
    >>> list(merged.variable.codes), merged.rewordings
    ([1, 2], {'2026': {'en': 'A job?'}})
    """
    (first, variable), *others = found.items()
    rewordings = {}
    for wave, other in others:
        _check_kind(variable, first, other, wave)
        codes = dict(variable.codes)
        for code, labels in other.codes.items():
            _check_code(variable, first, other, wave, code)
            codes[code] = {**labels, **codes.get(code, {})}
        if different := _differing(variable.label, other.label):
            rewordings[wave] = different
        variable = replace(
            variable,
            label={**other.label, **variable.label},
            codes=codes,
            missing=tuple(dict.fromkeys([*variable.missing, *other.missing])),
            missing_ranges=tuple(dict.fromkeys([*variable.missing_ranges, *other.missing_ranges])),
            order=variable.order or other.order,
            dont_know=tuple(dict.fromkeys([*variable.dont_know, *other.dont_know])),
            reasons={**other.reasons, **variable.reasons},
            routing=variable.routing or other.routing,
        )
    return Merged(variable, rewordings)


def _check_kind(variable: Variable, first: str, other: Variable, wave: str) -> None:
    if (variable.measure == "text") != (other.measure == "text"):
        raise SurveyError(
            f"variable '{variable.name}' is {variable.measure} in wave '{first}' and "
            f"{other.measure} in wave '{wave}'; map one of them in waves.yaml"
        )


def _check_code(variable: Variable, first: str, other: Variable, wave: str, code: Code) -> None:
    before = variable.codes.get(code)
    if before is None:
        return
    labels = other.codes[code]
    for language in before.keys() & labels.keys():
        if _single_spaced(before[language]) != _single_spaced(labels[language]):
            raise SurveyError(
                f"variable '{variable.name}', code {code} is '{before[language]}' in wave "
                f"'{first}' and '{labels[language]}' in wave '{wave}'; map it in waves.yaml"
            )
    if variable.is_missing(code) != other.is_missing(code):
        kinds = {True: "missing", False: "an answer"}
        raise SurveyError(
            f"variable '{variable.name}', code {code} is {kinds[variable.is_missing(code)]} in "
            f"wave '{first}' and {kinds[other.is_missing(code)]} in wave '{wave}'; declare it in "
            "codebook.yaml"
        )


def _differing(before: Labels, after: Labels) -> Labels:
    return {
        language: text
        for language, text in after.items()
        if language in before and _single_spaced(before[language]) != _single_spaced(text)
    }


def _single_spaced(text: str) -> str:
    return " ".join(text.split())
