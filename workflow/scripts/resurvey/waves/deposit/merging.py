"""Merging: one variable out of the same variable in several waves, or a refusal."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from resurvey.core.codebook import Code, Labels, Variable
from resurvey.core.errors import SurveyError


@dataclass(frozen=True)
class Merged:
    """A variable of the pooled file.

    Attributes
    ----------
    variable : Variable
        As the first wave has it, with the answers that later waves add.
    rewordings : dict of dict
        Wave -> wording by language, where it differs from the first wave's.
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
        if _plain(before[language]) != _plain(labels[language]):
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
        if language in before and _plain(before[language]) != _plain(text)
    }


def _plain(text: str) -> str:
    return " ".join(text.split())
