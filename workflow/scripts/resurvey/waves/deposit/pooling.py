"""Pooling: all waves of a study as one survey, with a variable that names the wave."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from resurvey.core.codebook import Code, Codebook, Labels, Variable, nearest
from resurvey.core.errors import SurveyError
from resurvey.core.survey import Survey
from resurvey.waves.deposit.handling import Handling, Step
from resurvey.waves.deposit.merging import merge_variable

if TYPE_CHECKING:
    import pandas as pd

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
        for name in [one for one in kept if roles.get(one) == "id"]:
            frame[name], variables[name] = _numbered(frame, variables[name], handling.panel)
            steps.append(Step("ids_numbered" if handling.panel else "ids_renumbered", (name,)))
    codes: dict[Code, Labels] = {wave: labels.get(wave) or {"": wave} for wave in waves}
    variables = {WAVE: Variable(WAVE, wave_label, "nominal", codes), **variables}
    book = Codebook(
        variables,
        multiple_response=_sets(waves, variables),
        reconstructed=any(one.codebook.reconstructed for one in waves.values()),
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
        place = 0
        for name in own:
            if name in names:
                place = names.index(name) + 1
            else:
                names.insert(place, name)
                place += 1
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
        for name, one in survey.codebook.multiple_response.items():
            if all(member in variables for member in one["variable_list"]):
                found.setdefault(name, one)
    return found
