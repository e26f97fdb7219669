"""Declared: what the study's codebook says about a file, merged and checked."""

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from resurvey.codebook import Code, Variable, as_labels, clean_code, nearest
from resurvey.errors import SurveyError
from resurvey.reading.columns import number_column
from resurvey.reading.declared_sets import declare_sets
from resurvey.reading.delimited import parsed_number
from resurvey.reading.observed import complete_codebook
from resurvey.reading.wording import folded
from resurvey.survey import Survey

if TYPE_CHECKING:
    import pandas as pd

SHOWN = 5
"""Rows and problems of one kind that a message names before it counts the rest."""


def declare(survey: Survey, declared: Mapping[str, Any], file: str) -> Survey:
    """Merge a study's codebook into a survey and check that the file is what it declares.

    Parameters
    ----------
    survey : Survey
        As read from the file.
    declared : dict
        Content of ``config/codebook.yaml``. Each key of a variable that is given replaces what
        the file says (`missing` too: a user-missing code that is left out becomes an answer);
        what is not given stays as the file has it. ``source`` is the variable's name in the
        file, ``required: false`` lets a file be without it.
    file : str
        Name of the file, for messages.

    Returns
    -------
    Survey
        Columns in file order under their declared names.

    Raises
    ------
    SurveyError
        One line per problem: a declared variable that is absent, value labels exchanged against
        the declared ones, text where a number belongs, a code that is not declared (with the
        number of rows and the first of them), absent or repeated identifiers. Rows are counted
        from 1 at the first respondent.

    Examples
    --------
    >>> import pandas as pd
    >>> from resurvey.codebook import Codebook
    >>> frame = pd.DataFrame({"q": pd.array([1, 2, 7], dtype="Int64")})
    >>> wave = Survey(frame, Codebook({"q": Variable("q")}))
    >>> declare(wave, {"variables": {"q": {"codes": {1: "yes", 2: "no"}}}}, "wave.sav")
    Traceback (most recent call last):
    resurvey.errors.SurveyError: wave.sav: variable 'q' has code 7 in 1 row (row 3), which the \
codebook does not declare; add it to `codes` or `missing`, or repair the file
    """
    specs = {name: dict(spec or {}) for name, spec in (declared.get("variables") or {}).items()}
    identifier = declared.get("id")
    problems = _absent(survey, specs, identifier)
    _stop(file, problems)
    specs = {
        name: spec for name, spec in specs.items() if spec.get("source", name) in survey.codebook
    }
    survey = _renamed(survey, specs, file)
    variables: list[Variable] = []
    data = survey.data.copy(deep=False)
    for name, spec in specs.items():
        column, doubts = _typed(data[name], spec, name == identifier)
        problems += [f"variable '{name}' {doubt}" for doubt in doubts]
        data[name] = column
        problems += _exchanged(survey.codebook[name], spec)
        variables.append(_merged(survey.codebook[name], spec, column))
        problems += _unknown_order(variables[-1])
    _stop(file, problems)
    _stop(file, _validated(data, variables, specs, identifier))
    book, problems = declare_sets(
        survey.codebook.updated(variables), declared.get("multiple_response") or {}
    )
    _stop(file, problems)
    return complete_codebook(Survey(data, book))


def check_labels(survey: Survey, file: str) -> None:
    """Refuse a variable with two answers that have one label: a table could not tell them apart.

    Raises
    ------
    SurveyError
        Naming the variable, the label, both codes and their rows.
    """
    problems = []
    for variable in survey.codebook.variables.values():
        seen: dict[tuple[str, str], Code] = {}
        for code in variable.answers:
            for language, label in variable.codes[code].items():
                other = seen.setdefault((language, folded(label)), code)
                if other != code:
                    column = survey.data[variable.name]
                    first, second = (int((column == one).sum()) for one in (other, code))
                    problems.append(
                        f"variable '{variable.name}' has the label '{label}' on two answers, code "
                        f"{other} (rows: {first}) and code {code} (rows: {second}); give them "
                        "different labels in config/codebook.yaml, or recode one"
                    )
    _stop(file, problems)


def _stop(file: str, problems: list[str]) -> None:
    """Raise one error for all problems found at a stage."""
    if not problems:
        return
    if len(problems) == 1:
        raise SurveyError(f"{file}: {problems[0]}")
    shown = "".join(f"\n  - {problem}" for problem in problems[: 4 * SHOWN])
    rest = len(problems) - 4 * SHOWN
    more = f"\n  - and {rest} more" if rest > 0 else ""
    raise SurveyError(f"{file}: {len(problems)} things stand against the codebook:{shown}{more}")


def _absent(
    survey: Survey, specs: Mapping[str, Mapping[str, Any]], identifier: str | None
) -> list[str]:
    """Name the declared variables that the file does not have."""
    problems = []
    for name, spec in specs.items():
        source = spec.get("source", name)
        if source in survey.codebook or not spec.get("required", True):
            continue
        rows = len(survey.data)
        problems.append(
            f"variable '{source}' is declared in the codebook but is not among the "
            f"{len(survey.codebook.variables)} variables ({rows} rows) of the file"
            f"{nearest(source, survey.codebook)}"
            + (" Map a renamed one with `source:`." if nearest(source, survey.codebook) else "")
        )
    if identifier and identifier not in survey.codebook and identifier not in specs:
        problems.append(
            f"the identifier '{identifier}' is not a variable of the file"
            f"{nearest(identifier, survey.codebook)}"
        )
    return problems


def _renamed(survey: Survey, specs: Mapping[str, Mapping[str, Any]], file: str) -> Survey:
    """Give variables with a `source` their declared names."""
    names = {spec["source"]: name for name, spec in specs.items() if spec.get("source")}
    names = {source: name for source, name in names.items() if source != name}
    if not names:
        return survey
    kept = set(survey.codebook) - set(names)
    for source, name in names.items():
        if name in kept:
            raise SurveyError(
                f"{file}: '{source}' cannot become '{name}', because the file has a variable "
                f"'{name}' too; choose another name in the codebook"
            )
    variables = {
        names.get(old, old): replace(
            variable, name=names.get(old, old), source=old if old in names else variable.source
        )
        for old, variable in survey.codebook.variables.items()
    }
    return Survey(survey.data.rename(columns=names), replace(survey.codebook, variables=variables))


def _typed(
    column: "pd.Series", spec: Mapping[str, Any], is_identifier: bool
) -> "tuple[pd.Series, list[str]]":
    """Bring a column to the declared type, or say which rows stand against it."""
    if not is_identifier and column.dtype == "str" and _is_number(spec):
        texts = column.dropna()
        numbers = texts.map(parsed_number)
        wrong = texts[numbers.isna()]
        if len(wrong):
            rows = _rows(wrong.index.tolist())
            first = str(wrong.iloc[0])
            shown = first if len(first) <= 40 else first[:40] + "…"
            return column, [f"holds text where a number belongs in {rows}, first '{shown}'"]
        return number_column(numbers.reindex(column.index).to_numpy("float64")), []
    if spec.get("measure") == "text" and column.dtype != "str":
        return column.map(lambda code: str(clean_code(code)), na_action="ignore").astype("str"), []
    return column, []


def _is_number(spec: Mapping[str, Any]) -> bool:
    """Tell whether the codebook declares a variable of numbers."""
    codes = spec.get("codes") or {}
    if codes:
        return not any(isinstance(code, str) for code in codes)
    return spec.get("measure") == "scale"


def _matching(code: object, column: "pd.Series") -> Code:
    """Write a declared code as the column holds codes: YAML's "1" is the number 1 there."""
    if column.dtype == "str":
        return str(clean_code(code))
    number = parsed_number(code) if isinstance(code, str) else None
    return clean_code(number if number is not None else code)


def _exchanged(variable: Variable, spec: Mapping[str, Any]) -> list[str]:
    """Find codes whose label in the file is the declared label of another code."""
    declared = {code: as_labels(labels) for code, labels in (spec.get("codes") or {}).items()}
    in_file = {code: _label_in_file(variable, code) for code in declared}
    problems = []
    for code, labels in declared.items():
        words = folded(in_file[code])
        if not words or words in map(folded, labels.values()):
            continue
        # A label that the file has on the other code too is repeated, not exchanged.
        others = [
            other
            for other, texts in declared.items()
            if words in map(folded, texts.values()) and folded(in_file[other]) != words
        ]
        if others:
            problems.append(
                f"variable '{variable.name}': code {code} is '{in_file[code]}' in the file, but "
                f"the codebook gives this label to code {others[0]}; the codes were exchanged or "
                "shifted, correct the codebook or recode the file"
            )
    return problems


def _label_in_file(variable: Variable, code: object) -> str:
    """Label that the file has on a declared code, however YAML writes the code."""
    number = parsed_number(code) if isinstance(code, str) else None
    for one in (code, str(code), number):
        if one in variable.codes:
            return variable.codes[one].get("", "")
    return ""


def _merged(variable: Variable, spec: Mapping[str, Any], column: "pd.Series") -> Variable:
    """Put declared labels, codes and missing codes over those of the file."""

    def codes_of(key: str) -> tuple[Code, ...]:
        listed = [one for one in spec.get(key) or () if not isinstance(one, Mapping)]
        return tuple(_matching(code, column) for code in listed)

    missing, ranges = variable.missing, variable.missing_ranges
    if "missing" in spec:
        missing = codes_of("missing")
        ranges = tuple(
            (float(one["low"]), float(one["high"]))
            for one in spec["missing"] or ()
            if isinstance(one, Mapping)
        )
    merged = replace(variable, missing=missing, missing_ranges=ranges)
    codes = dict(variable.codes)
    if spec.get("codes"):
        codes = {
            _matching(code, column): as_labels(labels) for code, labels in spec["codes"].items()
        }
        for code, labels in variable.codes.items():
            if merged.is_missing(code):
                codes.setdefault(code, labels)
    elif spec.get("measure") == "text":
        codes = {}
    return replace(
        merged,
        label=as_labels(spec["label"]) if spec.get("label") else variable.label,
        measure=spec.get("measure") or _measure(variable, spec),
        codes=codes,
        order=codes_of("order"),
        dont_know=codes_of("dont_know"),
    )


def _unknown_order(variable: Variable) -> list[str]:
    """Find codes of `order` and `dont_know` that are no answers."""
    return [
        f"variable '{variable.name}': `{key}` names {_code(code)}, which is not among its codes"
        for key in ("order", "dont_know")
        for code in getattr(variable, key)
        if variable.codes and code not in variable.answers
    ]


def _measure(variable: Variable, spec: Mapping[str, Any]) -> str:
    """Measure that follows from the declaration where it names none."""
    if spec.get("order"):
        return "ordinal"
    if spec.get("codes") and variable.measure in ("", "scale", "text"):
        return "nominal"
    return variable.measure


def _validated(
    data: "pd.DataFrame",
    variables: list[Variable],
    specs: Mapping[str, Mapping[str, Any]],
    identifier: str | None,
) -> list[str]:
    """Let pandera find every cell outside the declared codes, and put it in sentences."""
    import pandera.pandas as pandera

    columns: dict[str, pandera.Column] = {}
    for variable in variables:
        if specs[variable.name].get("codes"):
            columns[variable.name] = pandera.Column(
                checks=pandera.Check(
                    _Known(variable), name="codes", ignore_na=True, element_wise=False
                ),
                nullable=True,
            )
    if identifier:
        columns[identifier] = pandera.Column(nullable=False, unique=True)
    if not columns:
        return []
    try:
        pandera.DataFrameSchema(columns).validate(data[list(columns)], lazy=True)
    except pandera.errors.SchemaErrors as errors:
        return _sentences(errors.failure_cases)
    return []


class _Known:
    """Check that codes are declared, as answers or as reasons for no answer."""

    def __init__(self, variable: Variable) -> None:
        self.variable = variable

    def __call__(self, column: "pd.Series") -> "pd.Series":
        known = [
            code
            for code in column.dropna().unique().tolist()
            if code in self.variable.codes or self.variable.is_missing(code)
        ]
        return column.isin(known) | column.isna()


def _sentences(cases: "pd.DataFrame") -> list[str]:
    """Word pandera's failure cases: one sentence per variable and code."""
    problems = []
    for (name, check), group in cases.groupby(["column", "check"], sort=False):
        if check == "codes":
            for code, rows in group.groupby("failure_case", sort=True):
                problems.append(
                    f"variable '{name}' has code {_code(code)} in "
                    f"{_rows(rows['index'].tolist())}, which the codebook does not declare; "
                    "add it to `codes` or `missing`, or repair the file"
                )
        elif check == "not_nullable":
            problems.append(f"the identifier '{name}' is empty in {_rows(group['index'].tolist())}")
        else:
            codes = group["failure_case"].nunique()
            problems.append(
                f"the identifier '{name}' repeats {codes} value{'s' * (codes > 1)} in "
                f"{_rows(group['index'].tolist())}; drop the duplicates in the file or declare "
                "another `id:`"
            )
    return problems


def _code(code: object) -> str:
    return f"'{code}'" if isinstance(code, str) else str(clean_code(code))


def _rows(positions: list[Any]) -> str:
    """Write a number of rows and the first of them.

    Examples
    --------
    >>> _rows([2, 0]), _rows([4])
    ('2 rows (rows 1, 3)', '1 row (row 5)')
    """
    numbers = sorted(int(position) + 1 for position in positions)
    shown = ", ".join(map(str, numbers[:SHOWN])) + (" …" if len(numbers) > SHOWN else "")
    plural = "s" * (len(numbers) > 1)
    return f"{len(numbers)} row{plural} (row{plural} {shown})"
