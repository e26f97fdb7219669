"""Declared: a survey brought to what the study's codebook says it holds, and checked against it."""

import datetime
import logging
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from resurvey.core.codebook import (
    Code,
    Survey,
    Variable,
    as_labels,
    check_codes_differ,
    clean_code,
    declared_missing,
    nearest,
)
from resurvey.core.errors import SurveyError, shown_answer
from resurvey.reading.columns import number_column, parsed_number, text_column
from resurvey.reading.encoding import folded, mixed_alphabets
from resurvey.reading.multiple_response import declare_sets, plain_sets, separate_options
from resurvey.reading.observed_answers import (
    complete_codebook,
    gather_declared,
    observed_codes,
)
from resurvey.reading.questionnaire import codes_by_label
from resurvey.reading.scales import reason_of
from resurvey.reading.sheet import Place, named_rows

if TYPE_CHECKING:
    import pandas as pd

    from resurvey.reading.sheet import Sheet
logger = logging.getLogger(__name__)

_MOST_PROBLEMS = 20
"""Problems that a message names before it counts the rest."""
_ALIKE = "only in case, blanks or letters that nobody sees"
_LISTS = ("codes", "order", "dont_know")
_FIRST_WORD_CODE = -901
_ISO = re.compile(r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d)?)?")


def declare(
    survey: Survey, declared: Mapping[str, Any], file: str, cells: "Sheet | None" = None
) -> Survey:
    """Merge a study's codebook into a survey and check that the file is what it declares.

    Parameters
    ----------
    survey : Survey
        As read from the file.
    declared : dict
        Content of ``config/codebook.yaml``. Each key of a variable that is given replaces what
        the file says (`missing` too: a user-missing code that is left out becomes an answer);
        what is not given stays as the file has it. ``rest`` is the code
        of all answers that are not listed; ``source`` is the variable's name in the file,
        ``required: false`` lets a file be without it, ``date`` is the format of its dates.
        A column of words that are the labels of declared codes is read as those codes.
    file : str
        Name of the file, for messages.
    cells : Sheet, optional
        Cells of a text file or workbook, so that messages can name the line and the column.

    Returns
    -------
    Survey
        Columns in file order under their declared names.

    Raises
    ------
    SurveyError
        One line per problem: a declared variable that is absent, value labels exchanged against
        the declared ones, text where a number or a date belongs, a code that is not declared
        (with the number of rows and the first of them), absent or repeated identifiers. Rows are
        counted from 1 at the first respondent.

    Examples
    --------
    >>> import pandas as pd
    >>> from resurvey.core.codebook import Codebook
    >>> frame = pd.DataFrame({"q": pd.array([1, 2, 7], dtype="Int64")})
    >>> wave = Survey(frame, Codebook({"q": Variable("q")}))
    >>> declare(wave, {"variables": {"q": {"codes": {1: "yes", 2: "no"}}}}, "wave.sav")
    Traceback (most recent call last):
    resurvey.SurveyError: wave.sav: variable 'q' has code 7 in 1 row (row 3), which the \
codebook does not declare; add it to `codes` or `missing`, or repair the file
    """
    specs = {
        name: numbered_words(name, spec or {})
        for name, spec in (declared.get("variables") or {}).items()
    }
    identifier = declared.get("id")
    survey, problems = separate_options(survey, declared.get("multiple_response") or {}, cells)
    _stop(file, problems)
    problems = _absent(survey, specs, identifier, cells)
    _stop(file, problems)
    specs = {
        name: spec for name, spec in specs.items() if spec.get("source", name) in survey.codebook
    }
    survey = _renamed(survey, specs, file)
    variables: list[Variable] = []
    data = survey.data.copy(deep=False)
    for name, spec in specs.items():
        place = _place_of(cells, survey.codebook[name]) if cells else None
        decimal = cells.decimal if cells and cells.separator else ""
        column, doubts = typed_as_declared(data[name], spec, name == identifier, place, decimal)
        problems += [f"variable '{name}' {doubt}" for doubt in doubts]
        if "rest" in spec:
            problems += _unknown_rest(name, spec)
            column = gather_declared(column, spec, name, file)
        data[name] = column
        _check_spellings(name, spec, numbers=column.dtype != "str")
        if column.dtype == "str":
            problems += _spelt_otherwise(name, spec, column, place, file)
        problems += _exchanged(survey.codebook[name], spec)
        variables.append(_merged(survey.codebook[name], spec, column))
        problems += _unknown_order(variables[-1])
    _stop(file, problems)
    book = survey.codebook
    checked = [*specs, *([identifier] if identifier in book else [])]
    places = {name: _place_of(cells, book[name]) for name in checked} if cells else {}
    problems = _undeclared(data, variables, specs, places)
    if identifier:
        problems += _not_identifying(data[identifier], identifier, places.get(identifier))
    _stop(file, problems)
    book, problems = declare_sets(
        survey.codebook.updated(variables), plain_sets(declared.get("multiple_response") or {})
    )
    _stop(file, problems)
    return complete_codebook(Survey(data, book))


def _check_spellings(name: str, spec: Mapping[str, Any], numbers: bool) -> None:
    """Refuse a code that is declared twice: among numbers "1" and "01" are one code."""
    for key in ("codes", "missing", "order", "dont_know"):
        listed = [
            entry.get("code") if isinstance(entry, Mapping) else entry
            for entry in spec.get(key) or ()
        ]
        codes = [code for code in listed if code is not None]
        check_codes_differ(codes, f"codebook.yaml, '{name}': `{key}`", numbers)


def _spelt_otherwise(
    name: str, spec: Mapping[str, Any], column: "pd.Series", place: Place | None, file: str
) -> list[str]:
    """Find declared texts that no row has, though a reader would take a text of the file for them.

    Where the study lists both spellings, another wave may have the other one: that is only told.
    """
    listed, _, _ = declared_missing(spec.get("missing") or ())
    declared = {
        str(clean_code(code)): None
        for code in [*listed, *(entry for key in _LISTS for entry in spec.get(key) or ())]
    }
    observed = set(column.unique()) if declared else set()
    absent = [code for code in declared if code not in observed]
    alike: dict[str, list[str]] = {}
    for text in filter(None, observed if absent else ()):
        if isinstance(text, str):
            alike.setdefault(folded(text), []).append(text)
    problems = []
    for code in absent:
        texts = alike.get(folded(code), [])
        nobody = f"no row has the code {code!r} of the codebook"
        if unlisted := [text for text in texts if text not in declared]:
            rows = named_rows(column.index[column.isin(unlisted)].tolist(), place)
            problems.append(
                f"variable '{name}': {nobody}, but {rows} differ{'s' * rows.startswith('1 row ')} "
                f"from it {_ALIKE}; write the code as the file has it, or repair the file"
            )
        elif texts:
            logger.warning(
                "%s: variable '%s': %s, which differs from %r %s; look whether that is right",
                *(file, name, nobody, sorted(texts)[0], _ALIKE),
            )
    return problems


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
                    first, second = (int((column == answer).sum()) for answer in (other, code))
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
    shown = "".join(f"\n  - {problem}" for problem in problems[:_MOST_PROBLEMS])
    rest = len(problems) - _MOST_PROBLEMS
    more = f"\n  - and {rest} more" if rest > 0 else ""
    raise SurveyError(f"{file}: {len(problems)} things stand against the codebook:{shown}{more}")


def _absent(
    survey: Survey,
    specs: Mapping[str, Mapping[str, Any]],
    identifier: str | None,
    cells: "Sheet | None",
) -> list[str]:
    """Name the declared variables that the file does not have."""
    problems = []
    if cells is not None and cells.separator and len(cells.headings) == 1 and len(specs) > 1:
        return [
            f"line 1 is one field when it is separated by {cells.separator!r} "
            f"('{cells.headings[0][:40]}'), but the codebook declares {len(specs)} variables; "
            "declare the `separator:`"
        ]
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
    weight = names.get(survey.codebook.weight, survey.codebook.weight)
    book = replace(survey.codebook, variables=variables, weight=weight)
    return Survey(survey.data.rename(columns=names), book)


def _place_of(cells: "Sheet", variable: Variable) -> Callable[[int], str]:
    """Find the words for the place of a respondent's answer in the file."""
    heading = variable.source or variable.name
    if heading in cells.headings:
        column = cells.headings.index(heading)
        return lambda row: cells.place(row, column)
    return lambda row: f"line {cells.lines[row]}"


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
    for written in (code, str(code), number):
        if written in variable.codes:
            return variable.codes[written].get("", "")
    return ""


def _merged(variable: Variable, spec: Mapping[str, Any], column: "pd.Series") -> Variable:
    """Put declared labels, codes and missing codes over those of the file."""

    def codes_of(key: str) -> tuple[Code, ...]:
        return tuple(matching_code(code, column) for code in spec.get(key) or ())

    merged = variable
    if "missing" in spec:
        listed, ranges, declared_reasons = declared_missing(spec["missing"] or ())
        reasons = {matching_code(code, column): reason for code, reason in declared_reasons.items()}
        for low, high, reason in ranges:
            observed = column.dropna().unique().tolist() if reason else []
            reasons |= {code: reason for code in observed if low <= code <= high}
        merged = replace(
            variable,
            missing=tuple(matching_code(code, column) for code in listed),
            missing_ranges=tuple((float(low), float(high)) for low, high, _ in ranges),
            reasons=reasons,
        )
    words = spec.get("word_labels") or {}
    codes = dict(variable.codes) | {code: as_labels(word) for code, word in words.items()}
    if spec.get("codes"):
        codes = {
            matching_code(code, column): as_labels(labels) for code, labels in spec["codes"].items()
        }
        for code, labels in variable.codes.items():
            if merged.is_missing(code):
                codes.setdefault(code, labels)
    elif spec.get("measure") == "text" or spec.get("date"):
        codes = {}
    return replace(
        merged,
        label=as_labels(spec["label"]) if spec.get("label") else variable.label,
        measure=spec.get("measure") or ("text" if spec.get("date") else _measure(variable, spec)),
        codes=codes,
        # What was declared missing afterwards is no answer any more, in no order and outside none.
        order=tuple(code for code in codes_of("order") if not merged.is_missing(code)),
        dont_know=tuple(code for code in codes_of("dont_know") if not merged.is_missing(code)),
    )


def _unknown_order(variable: Variable) -> list[str]:
    """Find codes of `order` and `dont_know` that are no answers."""
    return [
        f"variable '{variable.name}': `{key}` names {_code(code)}, which is not among its codes"
        for key in ("order", "dont_know")
        for code in getattr(variable, key)
        if variable.codes and code not in variable.answers
    ]


def _unknown_rest(name: str, spec: Mapping[str, Any]) -> list[str]:
    """Find a `rest` that is no declared code."""
    codes = spec.get("codes") or {}
    if str(spec["rest"]) in map(str, codes):
        return []
    return [f"variable '{name}': `rest` names {_code(spec['rest'])}, which is not among its codes"]


def _measure(variable: Variable, spec: Mapping[str, Any]) -> str:
    """Measure that follows from the declaration where it names none."""
    if spec.get("order"):
        return "ordinal"
    if spec.get("codes") and variable.measure in ("", "scale", "text"):
        return "nominal"
    return variable.measure


def _undeclared(
    data: "pd.DataFrame",
    variables: list[Variable],
    specs: Mapping[str, Mapping[str, Any]],
    places: Mapping[str, Callable[[int], str]],
) -> list[str]:
    """Find the codes that are declared neither as answers nor as reasons for no answer."""
    problems = []
    for variable in variables:
        if not specs[variable.name].get("codes"):
            continue
        unknown = _unknown(data[variable.name], variable)
        listed = {folded(code): code for code in variable.codes if isinstance(code, str)}

        def observed(code: object, listed: Mapping[str, str] = listed) -> str:
            known = listed.get(folded(code)) if isinstance(code, str) else None
            return f"a text that differs from {known!r} {_ALIKE}" if known else _observed(code)

        # Texts and long numbers are somebody's own: their rows are named, not they.
        for code, cells in unknown.groupby(unknown.map(observed), sort=True):
            rows = named_rows(cells.index.tolist(), places.get(variable.name))
            problems.append(
                f"variable '{variable.name}' has {code} in {rows}, which the codebook does "
                "not declare; add it to `codes` or `missing`, or repair the file"
            )
    return problems


def _unknown(column: "pd.Series", variable: Variable) -> "pd.Series":
    """Return the cells whose codes a variable does not have."""
    strange = [
        code
        for code in observed_codes(column)
        if code not in variable.codes and not variable.is_missing(code)
    ]
    if not strange:
        return column[:0]
    return column[column.isin(strange).to_numpy(bool, na_value=False)]


def _not_identifying(
    column: "pd.Series", name: str, place: Callable[[int], str] | None
) -> list[str]:
    """Find the cells of the identifier that are empty or stand more than once."""
    problems = []
    if column.isna().any():
        rows = named_rows(column.index[column.isna()].tolist(), place)
        problems.append(f"the identifier '{name}' is empty in {rows}")
    given = column.dropna()
    repeated = given[given.duplicated(keep=False)]
    if len(repeated):
        codes = repeated.nunique()
        problems.append(
            f"the identifier '{name}' repeats {codes} value{'s' * (codes > 1)} in "
            f"{named_rows(repeated.index.tolist(), place)}; drop the duplicates in the file or "
            "declare another `id:`"
        )
    return problems


def _observed(code: object) -> str:
    """Name an observed code that the codebook does not have; never a text."""
    shown = shown_answer(clean_code(code))
    if isinstance(code, str):
        return f"code {shown}" if shown.startswith("'") else "a text"
    return f"code {shown.strip(chr(39))}" if shown.startswith("'") else shown


def _code(code: object) -> str:
    return f"'{code}'" if isinstance(code, str) else str(clean_code(code))


def typed_as_declared(
    column: "pd.Series",
    spec: Mapping[str, Any],
    is_identifier: bool,
    place: Place | None = None,
    decimal: str = "",
) -> "tuple[pd.Series, list[str]]":
    """Bring a column to the declared type, or say which rows stand against it."""
    if spec.get("date"):
        return _dates(column, str(spec["date"]), place)
    if is_identifier:
        return column, []
    if column.dtype == "str" and (by_label := _by_label(column, spec)) is not None:
        return by_label, []
    if column.dtype == "str" and _is_number(spec):
        return _numbers(column, spec, place, decimal)
    if spec.get("measure") == "text" and column.dtype != "str":
        return column.map(lambda code: str(clean_code(code)), na_action="ignore").astype("str"), []
    return column, []


def numbered_words(name: str, spec: Mapping[str, Any]) -> dict[str, Any]:
    """Give words that are declared as missing among numbers a code each, from -901 down.

    A column of incomes may say "NA" or "refused"; numbers and words cannot stand in one column,
    and the reason must not be lost.

    Examples
    --------
    >>> plain = numbered_words("income", {"measure": "scale", "missing": ["refused", 999]})
    >>> plain["missing"], plain["words"]
    ([{'code': -901, 'reason': 'refused'}, 999], {'refused': -901})
    """
    spec = dict(spec)
    if not _is_number(spec):
        return spec
    missing: list[Any] = []
    words: dict[str, int] = {}
    labels: dict[Code, Any] = {}
    for entry in spec.get("missing") or ():
        plain = entry.get("code") if isinstance(entry, Mapping) else entry
        if not isinstance(plain, str) or parsed_number(plain) is not None:
            missing.append(entry)
            continue
        code = _FIRST_WORD_CODE - len(words)
        if code in (spec.get("codes") or {}):
            raise SurveyError(
                f"codebook.yaml, '{name}': the missing word '{plain}' needs the code {code}, which "
                "is declared already; give the word a code with a label of its own"
            )
        reason = entry.get("reason") if isinstance(entry, Mapping) else None
        missing.append({"code": code, "reason": reason or reason_of(plain)})
        words[folded(plain)] = code
        labels[code] = plain
    if words:
        spec |= {"missing": missing, "words": words, "word_labels": labels}
        if spec.get("codes"):
            spec["codes"] = {**spec["codes"], **labels}
    return spec


def _is_number(spec: Mapping[str, Any]) -> bool:
    """Return whether the codebook declares a variable of numbers."""
    codes = spec.get("codes") or {}
    if codes:
        return not any(isinstance(code, str) for code in codes)
    return spec.get("measure") == "scale"


def matching_code(code: object, column: "pd.Series") -> Code:
    """Write a declared code as the column holds codes: YAML's "1" is the number 1 there."""
    if column.dtype == "str":
        return str(clean_code(code))
    number = parsed_number(code) if isinstance(code, str) else None
    return clean_code(number if number is not None else code)


def _labels(spec: Mapping[str, Any]) -> dict[str, list[Code]]:
    codes = {clean_code(code): as_labels(text) for code, text in (spec.get("codes") or {}).items()}
    return codes_by_label(codes)


def _by_label(column: "pd.Series", spec: Mapping[str, Any]) -> "pd.Series | None":
    """Read a column of words as codes, where every word is the label of one declared code."""
    by_label = _labels(spec)
    if not by_label:
        return None
    texts = {text: folded(text) for text in column.dropna().unique().tolist()}
    codes = {str(code) for code in spec["codes"]}
    if not texts or set(texts) <= codes:
        return None
    if any(len(by_label.get(words, [])) != 1 for words in texts.values()):
        return None
    found = column.map({text: by_label[words][0] for text, words in texts.items()})
    if _is_number(spec):
        return number_column(found.to_numpy("float64", na_value=float("nan")))
    return text_column(found.astype("object").where(found.notna(), None).tolist())


def _numbers(
    column: "pd.Series", spec: Mapping[str, Any], place: Place | None, decimal: str
) -> "tuple[pd.Series, list[str]]":
    """Read every cell as a number; words that are declared as missing become their codes."""
    texts = column.dropna()
    words = spec.get("words") or {}
    labels = {word: codes[0] for word, codes in _labels(spec).items() if len(codes) == 1}
    words = {**labels, **words}

    def number(text: str) -> float | None:
        found = parsed_number(text)
        return words.get(folded(text)) if found is None else found

    numbers = texts.map(number)
    wrong = texts[numbers.isna()]
    # A word such as "." or "n.a." has no decimal mark.
    written = texts[texts.map(parsed_number).notna()]
    if not len(wrong) and len(doubtful := written[_doubtful(written, decimal)]):
        rows = named_rows(doubtful.index.tolist(), place)
        what = f"no decimal {'point' if decimal == '.' else 'comma'}" if decimal else "unclear"
        hint = "correct the cell or `decimal:`" if decimal else "declare the `decimal:` of the file"
        return column, [
            f"holds {shown_answer(doubtful.iloc[0])} in {rows}, whose mark is {what}; {hint}"
        ]
    if len(wrong):
        first = str(wrong.iloc[0])
        hint = ""
        if letters := mixed_alphabets(first):
            hint = f"; its letters {letters} are of another alphabet"
        elif labels:
            hint = ", which is no declared label either"
        rows = named_rows(wrong.index.tolist(), place)
        return column, [
            f"holds text where a number belongs in {rows}, first {shown_answer(first)}{hint}"
        ]
    return number_column(numbers.reindex(column.index).to_numpy("float64")), []


def _doubtful(texts: "pd.Series", decimal: str) -> "pd.Series":
    """Find numbers whose mark is not the declared one, or may part groups of three digits."""
    if decimal:
        return texts.str.contains("," if decimal == "." else ".", regex=False)
    commas = texts.str.contains(",", regex=False)
    groups = texts.str.fullmatch(r"\s*[+-]?\d{1,3},\d{3}\s*").astype(bool)
    # Other decimal commas in the column show that this is one, too.
    return groups if bool(groups.any()) and bool((commas == groups).all()) else groups & False


def _dates(column: "pd.Series", form: str, place: Place | None) -> "tuple[pd.Series, list[str]]":
    """Read dates by the declared format and write them as ISO text."""
    wrong: list[int] = []
    iso: list[str | None] = []
    for row, text in enumerate(column.astype("object").where(column.notna(), None)):
        if text is None or (isinstance(text, str) and _ISO.fullmatch(text)):
            iso.append(text)
            continue
        try:
            moment = datetime.datetime.strptime(str(clean_code(text)), form)
        except ValueError:
            wrong.append(row)
            iso.append(None)
            continue
        has_clock = any(mark in form for mark in ("%H", "%I", "%X", "%T"))
        iso.append(moment.isoformat(timespec="seconds") if has_clock else f"{moment:%Y-%m-%d}")
    if wrong:
        first = shown_answer(column.iloc[wrong[0]])
        rows = named_rows(wrong, place)
        return column, [f"is no date written as {form} in {rows}, first {first}"]
    return text_column(iso), []
