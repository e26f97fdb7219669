"""Models: every model that a study declares, fitted or refused, as tidy lines."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import exp
from typing import TYPE_CHECKING, Any

from resurvey.core.codebook import Code, Codebook, clean_code
from resurvey.core.errors import SurveyError
from resurvey.core.notes import Note, Refusal, reason_of, write_notes
from resurvey.counts.design import Design

if TYPE_CHECKING:
    from resurvey.core.survey import Survey
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

_DESIGN = ("weight", "strata", "clusters", "fpc")

POSITIVE = "positive"
"""Outcome code of a binary model: any of the answers that count as 1."""


@dataclass
class Fitted:
    """Lines of `MODEL_FILES`, and the models that could not be fitted with the reason."""

    lines: dict[str, list[dict[str, Any]]] = field(
        default_factory=lambda: {name: [] for name in MODEL_FILES}
    )
    refused: dict[str, Note] = field(default_factory=dict)


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
    >>> from resurvey.core.survey import Survey
    >>> book = Codebook({n: Variable(n, codes={1: {}, 2: {}}) for n in "ab"}, reconstructed=True)
    >>> one = {"kind": "binary", "outcome": "a", "positive": [1], "predictors": ["b"]}
    >>> fit_models(Survey(None, book), {"plans": one}).refused["plans"].key
    'joint_invented'
    """
    done = Fitted()
    survey, every = _respondents(survey, declared, wave or {})
    for name, one in declared.items():
        _check(survey.codebook, name, one)
        try:
            found = _fit(survey, one)
        except SurveyError as problem:
            done.refused[name] = reason_of(problem)
            _refuse(done, name, one)
            continue
        notes = [] if sample in ("probability", "census") else [Note("nominal_p_value")]
        if not every and any(key in (wave or {}) for key in _DESIGN):
            notes.append(Note("model_unweighted"))
        _describe(done, name, one, found, survey.codebook, language, notes)
    return done


def _respondents(
    survey: "Survey", declared: Mapping[str, Mapping[str, Any]], wave: Mapping[str, Any]
) -> tuple["Survey", bool]:
    """Write each row as often as it stands for a respondent; tell whether that was done."""
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
    used = {name for one in declared.values() for name in (one["outcome"], *one["predictors"])}
    data = survey.data[[name for name in survey.data.columns if name in used]]
    return replace(survey, data=data.loc[data.index.repeat(people)].reset_index(drop=True)), True


def _check(codebook: Codebook, name: str, one: Mapping[str, Any]) -> None:
    for variable in (one["outcome"], *one["predictors"]):
        if variable not in codebook:
            try:
                codebook[variable]
            except SurveyError as problem:
                raise SurveyError(f"models.yaml, '{name}': {problem}") from None
    answers = codebook[one["outcome"]].answers
    for code in one.get("positive", ()):
        if clean_code(code) not in answers:
            raise SurveyError(
                f"models.yaml, '{name}': `positive` names {code}, which is no answer to "
                f"'{one['outcome']}'"
            )


def _fit(survey: "Survey", one: Mapping[str, Any]) -> "Model":
    if survey.codebook.reconstructed:
        raise Refusal(Note("joint_invented"))
    from resurvey.statistics.models import binary_logit, ordered_logit

    if one["kind"] == "binary":
        positive = [clean_code(code) for code in one["positive"]]
        return binary_logit(survey, one["outcome"], positive, one["predictors"])
    return ordered_logit(survey, one["outcome"], one["predictors"])


def _refuse(done: Fitted, name: str, one: Mapping[str, Any]) -> None:
    keys = {"model": name, "kind": one["kind"], "outcome": one["outcome"]}
    why = write_notes(done.refused[name].refusing("not_computed"))
    for lines in done.lines.values():
        lines.append(keys | why)


def _describe(
    done: Fitted,
    name: str,
    one: Mapping[str, Any],
    found: "Model",
    codebook: Codebook,
    language: str,
    notes: Sequence[Note],
) -> None:
    keys: dict[str, Any] = {"model": name, "kind": found.kind, "outcome": one["outcome"]}
    keys |= write_notes(*notes)
    for term in found.coefficients:
        done.lines["coefficients"].append(
            keys
            | {"part": "coefficient"}
            | _term(term, found, codebook, language)
            | {
                "odds_ratio": exp(term.estimate),
                "odds_ratio_lower": exp(term.lower),
                "odds_ratio_upper": exp(term.upper),
            }
        )
    for place, value in enumerate(found.thresholds):
        part = "threshold" if found.kind == "ordered" else "constant"
        # A binary model's cut point is minus its constant.
        estimate = value if found.kind == "ordered" else -value
        code = found.outcomes[place] if found.kind == "ordered" else ""
        done.lines["coefficients"].append(
            keys | {"part": part, "code": code, "estimate": estimate, **write_notes()}
        )
    outcome = codebook[one["outcome"]]
    for term in found.effects:
        binary = found.kind == "binary"
        code = POSITIVE if binary else _code(term.outcome)
        label = _positive_label(one, codebook, language) if binary else ""
        done.lines["effects"].append(
            keys
            | {"outcome_code": code, "outcome_label": label or outcome.answer(code, language)}
            | _term(term, found, codebook, language)
        )
    done.lines["diagnostics"] += [{"model": name, **line} for line in _diagnostics(found)]


def _positive_label(one: Mapping[str, Any], codebook: Codebook, language: str) -> str:
    variable = codebook[one["outcome"]]
    return " + ".join(variable.answer(clean_code(code), language) for code in one["positive"])


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
            "statistic": one.test,
            "value": one.statistic,
            "df": one.df,
            "p_value": one.p_value,
            **write_notes(*one.notes),
        }
        for one in found.diagnostics
    ]
    return lines
