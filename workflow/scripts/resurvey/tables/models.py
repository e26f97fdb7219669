"""Models: every model that a study declares, fitted or refused, as tidy lines."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import exp
from typing import TYPE_CHECKING, Any

import numpy as np

from resurvey.core.codebook import Code, Codebook, clean_code
from resurvey.core.counting import encode
from resurvey.core.errors import SurveyError
from resurvey.core.notes import Note, Refusal, reason_of, write_notes
from resurvey.counts.design import DESIGN_KEYS, Design

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from resurvey.core.codebook import Survey
    from resurvey.statistics.models import Model, Term

_TERM = ("variable", "code", "label", "reference_code", "reference_label")
_ESTIMATE = ("estimate", "standard_error", "z", "p_value", "lower", "upper")
COEFFICIENT_COLUMNS = (
    "model",
    "kind",
    "outcome",
    "part",
    *_TERM,
    *_ESTIMATE,
    "odds_ratio",
    "odds_ratio_lower",
    "odds_ratio_upper",
    "note",
    "note_data",
)
EFFECT_COLUMNS = (
    "model",
    "outcome",
    "outcome_code",
    "outcome_label",
    *_TERM,
    *_ESTIMATE,
    "note",
    "note_data",
)
DIAGNOSTIC_COLUMNS = ("model", "statistic", "value", "df", "p_value", "note", "note_data")
MODEL_FILES = {
    "coefficients": COEFFICIENT_COLUMNS,
    "effects": EFFECT_COLUMNS,
    "diagnostics": DIAGNOSTIC_COLUMNS,
}
"""CSV files of the room and their columns."""
MOST_RESPONDENTS = 5_000_000
"""A table of counts is written out as so many respondents at most."""

POSITIVE = "positive"
"""Outcome code of a binary model: any of the answers that count as 1."""


Lines = dict[str, list[dict[str, Any]]]


@dataclass(frozen=True)
class Fitted:
    """Lines of `MODEL_FILES`, and the models that could not be fitted with the reason."""

    lines: Lines
    refused: dict[str, Note]


def fit_models(
    survey: "Survey",
    declared: Mapping[str, Mapping[str, Any]],
    *,
    language: str = "",
    sample: str = "unknown",
    wave: Mapping[str, Any] | None = None,
) -> Fitted:
    """Fit every model that `config/models.yaml` declares.

    Parameters
    ----------
    survey : Survey
        Cleaned respondents with their indicators.
    declared : dict
        Models by name: ``kind``, ``outcome``, ``positive``, ``predictors``.
    language : str
        Language of the labels.
    sample : str
        How respondents were chosen; without random selection p-values are noted as nominal.
    wave : dict, optional
        The wave in `config/config.yaml`; its weights and design are not used, which a note says.
        Only where a row stands for many equal respondents, each of them counts.

    Returns
    -------
    Fitted
        A model that is refused (reconstructed records, separated answers, no variation) has one
        line with the reason in each file.

    Raises
    ------
    SurveyError
        A model names a variable or an answer that is not there.

    Examples
    --------
    >>> from resurvey.core.codebook import Variable
    >>> from resurvey.core.codebook import Survey
    >>> book = Codebook({n: Variable(n, codes={1: {}, 2: {}}) for n in "ab"}, reconstructed=True)
    >>> one = {"kind": "binary", "outcome": "a", "positive": [1], "predictors": ["b"]}
    >>> fit_models(Survey(None, book), {"plans": one}).refused["plans"].key
    'joint_invented'
    """
    lines: Lines = {file: [] for file in MODEL_FILES}
    refused: dict[str, Note] = {}
    survey, every = _respondents(survey, declared, wave or {})
    notes = [] if sample in ("probability", "census") else [Note("nominal_p_value")]
    if not every and any(key in (wave or {}) for key in DESIGN_KEYS):
        notes.append(Note("model_unweighted"))
    for name, model in declared.items():
        _check(survey.codebook, name, model)
        try:
            found = _fit(survey, model)
        except SurveyError as problem:
            refused[name] = reason_of(problem)
            keys = {"model": name, "kind": model["kind"], "outcome": model["outcome"]}
            why = write_notes(refused[name].refusing("not_computed"))
            own = {file: [keys | why] for file in MODEL_FILES}
        else:
            own = _describe(name, model, found, survey.codebook, language, notes)
        for file in MODEL_FILES:
            lines[file] += own[file]
    return Fitted(lines, refused)


def _respondents(
    survey: "Survey", declared: Mapping[str, Mapping[str, Any]], wave: Mapping[str, Any]
) -> tuple["Survey", bool]:
    """Write each row as often as it stands for a respondent; return whether that was done."""
    if not declared or wave.get("weight_kind") != "frequency":
        return survey, False
    people = Design(wave["weight"], kind="frequency").prepared(survey).people
    if people is None:
        return survey, False
    if people.sum() > MOST_RESPONDENTS:
        raise SurveyError(
            f"config.yaml: '{wave['weight']}' counts {people.sum()} respondents, and models are "
            f"fitted to at most {MOST_RESPONDENTS}; leave out models.yaml"
        )
    used = {
        name for model in declared.values() for name in (model["outcome"], *model["predictors"])
    }
    data = survey.data[[name for name in survey.data.columns if name in used]]
    return replace(survey, data=data.loc[data.index.repeat(people)].reset_index(drop=True)), True


def _check(codebook: Codebook, name: str, model: Mapping[str, Any]) -> None:
    for variable in (model["outcome"], *model["predictors"]):
        if variable not in codebook:
            try:
                codebook[variable]
            except SurveyError as problem:
                raise SurveyError(f"models.yaml, '{name}': {problem}") from None
    answers = codebook[model["outcome"]].answers
    for code in model.get("positive", ()):
        if clean_code(code) not in answers:
            raise SurveyError(
                f"models.yaml, '{name}': `positive` names {code}, which is no answer to "
                f"'{model['outcome']}'"
            )


def _fit(survey: "Survey", model: Mapping[str, Any]) -> "Model":
    if survey.codebook.reconstructed:
        raise Refusal(Note("joint_invented"))
    if model["kind"] == "binary":
        positive = [clean_code(code) for code in model["positive"]]
        return binary_logit(survey, model["outcome"], positive, model["predictors"])
    return ordered_logit(survey, model["outcome"], model["predictors"])


def binary_logit(
    survey: "Survey", outcome: str, positive: Sequence[Code], predictors: Sequence[str]
) -> "Model":
    """Fit a binary logit: one of the `positive` answers against all others.

    "Don't know" codes of the outcome are left out unless they are `positive`, those of a scale
    predictor always; a note counts them.

    Raises
    ------
    SurveyError
        On reconstructed data, with separated answers, or when an outcome is missing.
    """
    variable = survey.codebook[outcome]
    codes = encode(survey.data[outcome], variable)[1]
    meaning = np.zeros(len(codes) + 1, np.int64)
    for position, code in enumerate(codes):
        if code in positive:
            meaning[position] = 1
        elif code in variable.dont_know:
            meaning[position] = -1
    y, x, names, references, kept = _prepare(survey, outcome, predictors, meaning)
    return _fitted(outcome, y, x, names, ["other", "positive"], references, False, kept)


def ordered_logit(survey: "Survey", outcome: str, predictors: Sequence[str]) -> "Model":
    """Fit an ordered (proportional-odds) logit.

    "Don't know" codes of the outcome and of scale predictors are left out; a note counts them.

    Raises
    ------
    SurveyError
        On reconstructed data, with separated answers, or when the outcome has no order.
    """
    variable = survey.codebook[outcome]
    if variable.measure not in ("ordinal", "scale") and not variable.order:
        raise Refusal(Note("outcome_unordered", outcome=outcome))
    codes = encode(survey.data[outcome], variable)[1]
    ordered = [code for code in variable.ordered_answers if code in codes]
    ordered += [code for code in codes if code not in ordered and code not in variable.dont_know]
    meaning = np.full(len(codes) + 1, -1, np.int64)
    for rank, code in enumerate(ordered):
        meaning[codes.index(code)] = rank
    y, x, names, references, kept = _prepare(survey, outcome, predictors, meaning)
    present = np.unique(y)
    y = np.searchsorted(present, y)
    outcomes = [ordered[int(rank)] for rank in present]
    return _fitted(outcome, y, x, names, outcomes, references, True, kept)


def _prepare(
    survey: "Survey", outcome: str, predictors: Sequence[str], meaning: "NDArray[np.int64]"
) -> tuple[Any, Any, list[tuple[str, Code | None]], dict[str, Code], tuple[Note, ...]]:
    """Arrange outcome and predictors; `meaning` is what each outcome code counts as, or -1."""
    if survey.codebook.reconstructed:
        raise SurveyError(
            f"no model of '{outcome}': the records are reconstructed from published tables, their "
            "joint distribution is invented"
        )
    positions, codes = encode(survey.data[outcome], survey.codebook[outcome])
    y = meaning[positions]
    there = positions < len(codes)
    known = there & (y >= 0)
    columns: list[Any] = []
    names: list[tuple[str, Code | None]] = []
    references: dict[str, Code] = {}
    parts = []
    for name in predictors:
        variable = survey.codebook[name]
        found, answers = encode(survey.data[name], variable)
        there &= found < len(answers)
        aside = np.zeros(len(answers) + 1, np.bool_)
        if variable.measure == "scale":
            # The code of "don't know" is no amount.
            aside[:-1] = [code in variable.dont_know for code in answers]
        known &= (found < len(answers)) & ~aside[found]
        parts.append((name, variable, found, answers))
    dont_know = int((there & ~known).sum())
    notes: tuple[Note, ...] = (Note("answered", kept=int(known.sum()), all=there.size),)
    if dont_know:
        notes += (Note("did_not_know", left_out=dont_know),)
    there = known
    for name, variable, found, answers in parts:
        if variable.measure == "scale":
            amounts = [code for code in answers if code not in variable.dont_know]
            if any(isinstance(code, str) for code in amounts):
                raise Refusal(Note("scale_of_texts", predictor=name))
            values = [0.0 if code in variable.dont_know else float(code) for code in answers]
            columns.append(np.array([*values, 0.0])[found])
            names.append((name, None))
            continue
        held = [code for k, code in enumerate(answers) if (found[there] == k).any()]
        if len(held) < 2:
            raise Refusal(Note("one_answer_predictor", predictor=name))
        references[name] = held[0]
        for code in held[1:]:
            columns.append((found == answers.index(code)).astype(np.float64))
            names.append((name, code))
    if not names:
        raise Refusal(Note("no_predictor"), f"no model of '{outcome}': ")
    return y[there], np.stack(columns, axis=1)[there], names, references, notes


def _fitted(outcome: str, *arrays: Any) -> "Model":
    """Fit by `fit_logit`; its refusals get the outcome's name."""
    from resurvey.statistics.models import fit_logit

    y, x, names, outcomes, references, ordered, notes = arrays
    try:
        return fit_logit(y, x, names, outcomes, references, ordered=ordered, notes=notes)
    except Refusal as problem:
        raise Refusal(problem.note, f"no model of '{outcome}': ") from None


def _describe(
    name: str,
    model: Mapping[str, Any],
    found: "Model",
    codebook: Codebook,
    language: str,
    notes: Sequence[Note],
) -> Lines:
    """Write the lines of a fitted model."""
    keys: dict[str, Any] = {"model": name, "kind": found.kind, "outcome": model["outcome"]}
    keys |= write_notes(*notes)
    binary, outcome = found.kind == "binary", codebook[model["outcome"]]
    coefficients = [
        keys
        | {"part": "coefficient"}
        | _term(term, found, codebook, language)
        | {
            "odds_ratio": exp(term.estimate),
            "odds_ratio_lower": exp(term.lower),
            "odds_ratio_upper": exp(term.upper),
        }
        for term in found.coefficients
    ]
    for code, value in zip(found.outcomes, found.thresholds, strict=False):
        # A binary model's cut point is minus its constant.
        cut = (
            {"part": "constant", "code": "", "estimate": -value}
            if binary
            else {"part": "threshold", "code": code, "estimate": value}
        )
        coefficients.append(keys | cut | write_notes())
    effects = []
    for term in found.effects:
        if binary:
            end: dict[str, Code] = {
                "outcome_code": POSITIVE,
                "outcome_label": _positive_label(model, codebook, language)
                or outcome.answer(POSITIVE, language),
            }
        else:
            code = _code(term.outcome)
            end = {"outcome_code": code, "outcome_label": outcome.answer(code, language)}
        effects.append(keys | end | _term(term, found, codebook, language))
    diagnostics = [{"model": name, **line} for line in _diagnostics(found)]
    return {"coefficients": coefficients, "effects": effects, "diagnostics": diagnostics}


def _positive_label(model: Mapping[str, Any], codebook: Codebook, language: str) -> str:
    variable = codebook[model["outcome"]]
    return " + ".join(variable.answer(clean_code(code), language) for code in model["positive"])


def _term(term: "Term", found: "Model", codebook: Codebook, language: str) -> dict[str, Any]:
    variable = codebook[term.variable]
    reference = found.references.get(term.variable)
    has_code = term.code is not None
    return {
        "variable": term.variable,
        "code": term.code if has_code else "",
        "label": variable.answer(_code(term.code), language) if has_code else "",
        "reference_code": reference if reference is not None else "",
        "reference_label": "" if reference is None else variable.answer(reference, language),
        "estimate": term.estimate,
        "standard_error": term.standard_error,
        "z": term.z,
        "p_value": term.p_value,
        "lower": term.lower,
        "upper": term.upper,
    }


def _code(code: Code | None) -> Code:
    return "" if code is None else code


def _diagnostics(found: "Model") -> Sequence[dict[str, Any]]:
    lines: list[dict[str, Any]] = [
        {"statistic": "n", "value": found.n, **write_notes(*found.notes)},
        {"statistic": "log_likelihood", "value": found.log_likelihood},
        {"statistic": "null_log_likelihood", "value": found.null_log_likelihood},
        {"statistic": "mcfadden", "value": found.mcfadden},
        {
            "statistic": "likelihood_ratio",
            "value": found.likelihood_ratio,
            "df": found.df,
            "p_value": found.p_value,
            **write_notes(Note("against_no_predictors")),
        },
    ]
    lines += [
        {
            "statistic": check.test,
            "value": check.statistic,
            "df": check.df,
            "p_value": check.p_value,
            **write_notes(*check.notes),
        }
        for check in found.diagnostics
    ]
    return lines
