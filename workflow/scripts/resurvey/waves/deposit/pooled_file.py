"""Pooled file: the records of all waves as one table, merged and written for every program."""

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from resurvey.core.codebook import Code, Codebook, Labels, Survey, Variable, clean_code, nearest
from resurvey.core.design_names import DESIGN_KEYS, listed_names
from resurvey.core.errors import SurveyError
from resurvey.core.files import check_room, guard_formula, whole_file, write_bytes
from resurvey.core.origin import origin_of
from resurvey.study.declarations import Config, TrendPart, WaveConfig

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
    identifying: tuple[str, ...] = ()


LEAST_ALIKE = 5
"""Records of a wave that must share each combination of identifying answers."""


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
        tuple(plain.get("identifying", ())),
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
        A variable is called `wave`, a variable to be left out or an identifying one is not there, a
        code means different things in two waves, or fewer than `LEAST_ALIKE` records of a wave
        share a combination of identifying answers.

    Notes
    -----
    That so many share what others may know of a person (k-anonymity) does not keep to itself what
    all of them answered: L. Sweeney (2002), k-anonymity: a model for protecting privacy,
    International Journal of Uncertainty, Fuzziness and Knowledge-Based Systems 10, 557-570.

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
    _check_alike(frame, handling.identifying)
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


def _check_alike(frame: "pd.DataFrame", identifying: Sequence[str]) -> None:
    """Refuse records in which few share what others may know of a person."""
    for name in identifying:
        if name not in frame:
            raise SurveyError(
                f"config.yaml, deposit: `identifying` names '{name}', which the pooled records do "
                f"not have{nearest(name, list(map(str, frame)))}"
            )
    if not identifying:
        return
    # No answer is an answer here: that somebody gave none may be known, too.
    alike = frame.groupby([WAVE, *identifying], dropna=False, sort=False).size()
    few = int((alike < LEAST_ALIKE).sum())
    if few:
        raise SurveyError(
            f"config.yaml, deposit: {few} of {len(alike)} combinations of {', '.join(identifying)} "
            f"are shared by fewer than {LEAST_ALIKE} people, who could be recognised; take answers "
            "together in indicators.yaml, name the wider groups under `identifying`, and what they "
            "were made from under `leave_out`"
        )


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


SAV_VARIABLE_LABEL = 256
SAV_VALUE_LABEL = 120
DTA_VARIABLE_LABEL = 80
DTA_VALUE_LABEL = 32_000
DTA_NAME = 32
NAME_BYTES = 64
MOST_REASONS = 26
"""Stata tells 26 reasons of a missing value apart, ``.a`` to ``.z``."""


@dataclass(frozen=True)
class Fitted:
    """A codebook that a format can hold, under the names of the format in the same order.

    `cut` are the variables with a label that was cut; the documentation has it whole.
    """

    codebook: Codebook
    names: Mapping[str, str]
    cut: tuple[str, ...]


def fit_sav(codebook: Codebook, language: str) -> Fitted:
    """Fit a codebook into an SPSS file.

    User-missing codes beyond three become a range where no answer lies inside it.

    Examples
    --------
    >>> q = Variable("q", codes={1: {}, 96: {}}, missing=(96, 97, 98, 99))
    >>> fit_sav(Codebook({"q": q}), "en").codebook["q"].missing_ranges
    ((96, 99),)
    """
    fitted = _fit(codebook, language, _sav_name, len_bytes, SAV_VARIABLE_LABEL, SAV_VALUE_LABEL)
    variables = {
        variable.name: _as_range(variable) for variable in fitted.codebook.variables.values()
    }
    return replace(fitted, codebook=replace(fitted.codebook, variables=variables))


def fit_dta(codebook: Codebook, language: str) -> Fitted:
    """Fit a codebook into a Stata file (release 14 and later, UTF-8).

    Examples
    --------
    >>> book = Codebook({"group/q": Variable("group/q"), "if": Variable("if")})
    >>> fit_dta(book, "en").names
    {'group/q': 'group_q', 'if': '_if'}
    """
    return _fit(codebook, language, _dta_name, len, DTA_VARIABLE_LABEL, DTA_VALUE_LABEL)


def len_bytes(text: str) -> int:
    """Length of a text in bytes of UTF-8."""
    return len(text.encode())


def shorten(text: str, most: int, length: Callable[[str], int] = len) -> str:
    """Cut a text to a length, at a word if possible, and show that it was cut.

    Examples
    --------
    >>> shorten("How satisfied are you with it?", 20), shorten("short", 20)
    ('How satisfied are…', 'short')
    """
    if length(text) <= most:
        return text
    room = most - length("…")
    cut = text
    while length(cut) > room:
        cut = cut[:-1]
    at_word = cut.rpartition(" ")[0]
    return (at_word if length(at_word) > room // 2 else cut).rstrip(" ,;:–-") + "…"


def letters_of(variable: Variable, observed: Iterable[Code]) -> dict[Code, str]:
    """Give every user-missing code its Stata letter: a, b, ... in the codebook's order.

    Examples
    --------
    >>> letters_of(Variable("q", missing=(98, 99)), [1, 99])
    {98: 'a', 99: 'b'}
    """
    codes = [
        *(code for code in variable.codes if variable.is_missing(code)),
        *variable.missing,
        *sorted(
            (code for code in observed if variable.is_missing(code)),
            key=lambda code: (isinstance(code, str), code),
        ),
    ]
    letters = "abcdefghijklmnopqrstuvwxyz"
    distinct = list(dict.fromkeys(codes))
    # Beyond the alphabet reasons cannot be told apart any more: they share the last letter.
    return {code: letters[min(number, MOST_REASONS - 1)] for number, code in enumerate(distinct)}


def _fit(
    codebook: Codebook,
    language: str,
    rename: Callable[[str, Collection[str]], str],
    length: Callable[[str], int],
    most_variable: int,
    most_value: int,
) -> Fitted:
    names: dict[str, str] = {}
    cut: list[str] = []
    variables: dict[str, Variable] = {}
    taken: set[str] = set()
    for name, variable in codebook.variables.items():
        own = rename(name, taken)
        taken.add(own.casefold())
        names[name] = own
        label = shorten(variable.title(language), most_variable, length) if variable.label else ""
        codes: dict[Code, Labels] = {}
        for code, labels in variable.codes.items():
            text = variable.answer(code, language) if labels else ""
            codes[code] = {"": shorten(text, most_value, length)} if labels else {}
            if labels and codes[code][""] != text:
                cut.append(name)
        if variable.label and label != variable.title(language):
            cut.append(name)
        variables[own] = replace(
            variable, name=own, label={"": label} if label else {}, codes=codes
        )
    different = {name: own for name, own in names.items() if own != name}
    # Sets name variables; the documentation tells them, the files' formats hold none.
    fitted = replace(codebook, variables=variables, multiple_response={})
    return Fitted(fitted, different, tuple(dict.fromkeys(cut)))


def _as_range(variable: Variable) -> Variable:
    """Write user-missing codes as SPSS holds them: three codes, or a range and a code."""
    codes = variable.missing
    ranges = variable.missing_ranges
    fits = len(codes) <= 3 if not ranges else len(ranges) == 1 and len(codes) <= 1
    if fits or any(isinstance(code, str) for code in codes):
        return variable
    ends = sorted([*codes, *(end for pair in ranges for end in pair)])
    for left_out in ((), ends[:1], ends[-1:]):
        inside = [end for end in ends if end not in left_out]
        low, high = inside[0], inside[-1]
        if not any(
            low <= code <= high  # type: ignore[operator]
            for code in variable.answers
            if not isinstance(code, str)
        ):
            return replace(
                variable,
                missing=tuple(left_out),
                missing_ranges=((low, high),),  # type: ignore[arg-type]
            )
    return variable


def _sav_name(name: str, taken: Collection[str]) -> str:
    plain = re.sub(r"[^\w.$#@]", "_", name).rstrip(".")
    if not re.match(r"[^\W\d_]|@", plain):
        plain = "v" + plain
    while len_bytes(plain) > NAME_BYTES:
        plain = plain[:-1]
    return _unlike(plain, taken, NAME_BYTES)


_STATA_WORDS = frozenset(
    ("_all", "_b", "byte", "_coef", "_cons", "double", "float", "if", "in", "int", "long", "_n")
    + ("_N", "_pi", "_pred", "_rc", "_skip", "str", "strL", "using", "with")
)


def _dta_name(name: str, taken: Collection[str]) -> str:
    plain = re.sub(r"\W", "_", name)
    if not re.match(r"[^\W\d]", plain) or plain in _STATA_WORDS:
        plain = "_" + plain
    return _unlike(plain[:DTA_NAME], taken, DTA_NAME)


def _unlike(name: str, taken: Collection[str], most: int) -> str:
    """Make a name unlike those that are taken, by a number at its end."""
    own, number = name, 1
    while own.casefold() in taken:
        number += 1
        ending = f"_{number}"
        own = name[: most - len(ending)] + ending
    return own


_TIMESTAMP = re.compile(rb"<timestamp>\x11[^<]{17}</timestamp>")
_FIXED = b"<timestamp>\x1101 Jan 1980 00:00</timestamp>"


@dataclass(frozen=True)
class Kept:
    """How one format holds the file: other names, cut labels, and the letters of Stata.

    `letters` are by variable and user-missing code.
    """

    names: Mapping[str, str]
    cut: tuple[str, ...]
    letters: Mapping[str, Mapping[Any, str]]


def write_pooled_sav(
    path: str | Path, pooled: Pooled, language: str, title: str, notes: list[str]
) -> Kept:
    """Write the pooled records as an SPSS file."""
    from resurvey.reading.writing import FILE_LABEL_BYTES, NOTE_BYTES, write_sav

    fitted = fit_sav(pooled.codebook, language)
    survey = Survey(_renamed(pooled, fitted), fitted.codebook)
    lines = [line for note in notes for line in _broken(note, NOTE_BYTES)]
    label = shorten(title, FILE_LABEL_BYTES, lambda text: len(text.encode()))
    write_sav(path, survey, "", label, lines)
    return Kept(fitted.names, fitted.cut, {})


def write_pooled_dta(path: str | Path, pooled: Pooled, language: str, title: str) -> Kept:
    """Write the pooled records as a Stata file (release 14 and later).

    User-missing codes become Stata's ``.a``, ``.b``, ... with their labels; system-missing is
    ``.``. A text variable keeps its texts. The time in the header is fixed.

    Raises
    ------
    SurveyError
        The format cannot hold something, such as a text of more than 2,045 bytes.
    """
    import pandas as pd
    import pyreadstat

    fitted = fit_dta(pooled.codebook, language)
    frame = _renamed(pooled, fitted)
    columns: dict[str, Any] = {}
    values: dict[str, dict[Any, str]] = {}
    missing: dict[str, list[str]] = {}
    letters: dict[str, dict[Any, str]] = {}
    for own, variable in fitted.codebook.variables.items():
        column = frame[own]
        if str(column.dtype) == "str":
            columns[own] = column.fillna("")
            continue
        given = letters_of(variable, map(clean_code, column.dropna().unique()))
        if given:
            letters[own] = given
            missing[own] = sorted(set(given.values()))
        columns[own] = _with_letters(column, given)
        labels = _stata_labels(variable, given)
        if labels:
            values[own] = labels
    titles: dict[str, str | None] = {
        name: variable.title()
        for name, variable in fitted.codebook.variables.items()
        if variable.label
    }
    target = Path(path)
    with whole_file(target) as temporary:
        try:
            pyreadstat.write_dta(
                pd.DataFrame(columns),
                str(temporary),
                file_label=shorten(title, 80),
                column_labels=titles,
                version=14,
                variable_value_labels=values,
                missing_user_values=missing,
            )
        except (pyreadstat.ReadstatError, pyreadstat.PyreadstatError, ValueError) as error:
            if temporary.exists():
                check_room(temporary)
            raise SurveyError(
                f"{target}: cannot be written as .dta: {str(error).splitlines()[0]}"
            ) from None
        content = temporary.read_bytes()
        temporary.write_bytes(_TIMESTAMP.sub(_FIXED, content, count=1))
    return Kept(fitted.names, fitted.cut, letters)


def write_pooled_parquet(path: str | Path, codebook: str | Path, pooled: Pooled) -> None:
    """Write the codes as Parquet and, beside it, the codebook as JSON."""
    # Whoever asks which files there will be needs no reader of Parquet.
    from resurvey.reading.parquet import save_survey

    save_survey(pooled.survey, path, codebook)


def write_pooled_csv(path: str | Path, pooled: Pooled) -> None:
    """Write the codes as CSV: UTF-8, comma, decimal point; system-missing is an empty cell.

    A text answer that begins like a formula has an apostrophe before it, as in every CSV file.
    """
    frame = pooled.survey.data.copy()
    for name in frame.columns:
        if frame[name].dtype == "str":
            frame[name] = frame[name].map(guard_formula, na_action="ignore")
    text = frame.to_csv(index=False, lineterminator="\n")
    write_bytes(path, text.encode("utf-8"))


def _renamed(pooled: Pooled, fitted: Fitted) -> "pd.DataFrame":
    frame = pooled.survey.data.copy()
    frame.columns = list(fitted.codebook.variables)
    return frame


def _with_letters(column: "pd.Series", letters: Mapping[Any, str]) -> Any:
    """Numbers as Stata holds them, user-missing ones as letters."""
    import pandas as pd

    numbers = column.to_numpy("float64", na_value=np.nan)
    here = [code for code in letters if (numbers == code).any()]
    if not here:
        return pd.Series(numbers)
    mixed = numbers.astype(object)
    for code in here:
        mixed[numbers == code] = letters[code]
    return pd.Series(mixed, dtype=object)


def _stata_labels(variable: Variable, letters: Mapping[Any, str]) -> dict[Any, str]:
    """Labels by code and letter; Stata has none for numbers with a fraction or for texts."""
    labels: dict[Any, str] = {}
    for code, words in variable.codes.items():
        if not words or isinstance(code, str | float):
            continue
        labels[letters.get(code, code)] = variable.answer(code)
    return labels


def _broken(text: str, most: int) -> list[str]:
    """Break a text into lines of at most so many bytes, at words."""
    lines, line = [], ""
    for word in text.split():
        longer = f"{line} {word}".strip()
        if len(longer.encode()) <= most:
            line = longer
            continue
        if line:
            lines.append(line)
        line = shorten(word, most, lambda part: len(part.encode()))
    return [*lines, line] if line else lines
