"""Models: every model that a study declares, fitted or refused, as tidy lines."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product
from math import exp, isfinite, prod
from typing import TYPE_CHECKING, Any

import numpy as np

from resurvey.core.accounting import Account
from resurvey.core.codebook import Code, Codebook, clean_code
from resurvey.core.counting import encode
from resurvey.core.errors import SurveyError
from resurvey.core.notes import Note, Refusal, reason_of, write_notes
from resurvey.counts.design import DESIGN_KEYS, Design, wave_design
from resurvey.reading.columns import to_frame
from resurvey.study.expansion import CROSS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from resurvey.core.codebook import Survey
    from resurvey.counts.design import PreparedDesign
    from resurvey.statistics.models import Column, Model, Term
    from resurvey.statistics.results import Result

_TERM = ("variable", "code", "label", "reference_code", "reference_label")
_ESTIMATE = ("estimate", "standard_error", "z", "df", "p_value", "lower", "upper")
COEFFICIENT_COLUMNS = (
    "model",
    "kind",
    "outcome",
    "part",
    "outcome_code",
    "outcome_label",
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
DIAGNOSTIC_COLUMNS = (
    "model",
    "statistic",
    "variable",
    "value",
    "df",
    "df2",
    "p_value",
    "note",
    "note_data",
)
MODEL_FILES = {
    "coefficients": COEFFICIENT_COLUMNS,
    "effects": EFFECT_COLUMNS,
    "diagnostics": DIAGNOSTIC_COLUMNS,
}
"""CSV files of the room and their columns."""
FIT = (
    "log_likelihood",
    "null_log_likelihood",
    "mcfadden",
    "r_squared",
    "adjusted_r_squared",
    "residual_error",
)
"""Measures of fit, of which a model has some."""
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
        Models by name: ``kind``, ``outcome``, ``positive``, ``predictors``, ``interactions``,
        ``reference``, ``where``.
    language : str
        Language of the labels.
    sample : str
        How respondents were chosen; without random selection p-values are noted as nominal.
    wave : dict, optional
        The wave in `config/config.yaml`, with its weights and design. Where a row stands for many
        equal respondents, each of them counts.

    Returns
    -------
    Fitted
        A model that is refused (reconstructed records, separated answers, no variation) has one
        line with the reason in each file.

    Raises
    ------
    SurveyError
        A model names a variable or an answer that is not there, or a condition that holds for
        nobody.

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
    notes = [] if sample in ("probability", "census") else [Note("nominal_p_value")]
    design = None
    if not survey.codebook.reconstructed:
        survey, every = _respondents(survey, declared, wave or {})
        if not every and any(key in (wave or {}) for key in DESIGN_KEYS):
            declared_design = wave_design(wave or {})
            design = None if declared_design is None else declared_design.prepared(survey)
            if design is None or design.sample is None:
                notes.append(Note("model_unweighted"))
    for name, model in declared.items():
        _check(survey.codebook, name, model)
        try:
            found = fit_declared(survey, model, design, f"models.yaml, '{name}'")
        except Refusal as problem:
            refused[name] = reason_of(problem)
            keys = {"model": name, "kind": model["kind"], "outcome": model["outcome"]}
            why = write_notes(refused[name].refusing("not_computed"))
            own = {file: [keys | why] for file in MODEL_FILES}
        else:
            losses = model_losses(survey, model, design, f"models.yaml, '{name}'")
            rows = survey.data.shape[0]
            Account("model", name, "", rows, int(found.n), losses)
            own = _describe(name, model, found, survey.codebook, language, notes)
            own["diagnostics"] += [
                {"model": name, "statistic": f"lost_{reason}", "value": count}
                for reason, count in losses.items()
            ]
        for file in MODEL_FILES:
            lines[file] += own[file]
    return Fitted(lines, refused)


def used_variables(model: Mapping[str, Any]) -> list[str]:
    """List the variables of a declared model, the outcome first.

    Examples
    --------
    >>> used_variables({"outcome": "y", "predictors": ["a", "b"], "where": {"sex": 1}})
    ['y', 'a', 'b', 'sex']
    """
    return list(dict.fromkeys((model["outcome"], *model["predictors"], *model.get("where", ()))))


def factors_of(variable: str, code: str) -> list[tuple[str, str]]:
    """Part a term into the variables whose product it is, each with its code as text.

    Examples
    --------
    >>> factors_of("sex*age", "2*"), factors_of("sex", "2")
    ([('sex', '2'), ('age', '')], [('sex', '2')])
    """
    names = variable.split(CROSS)
    codes = code.split(CROSS) if len(names) > 1 and code else [code] * len(names)
    return list(zip(names, codes, strict=False))


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
    used = {name for model in declared.values() for name in used_variables(model)}
    data = to_frame(survey.data, sorted(name for name in used if name in survey.codebook))
    return replace(survey, data=data.loc[data.index.repeat(people)].reset_index(drop=True)), True


def _check(codebook: Codebook, name: str, model: Mapping[str, Any]) -> None:
    for variable in used_variables(model):
        if variable not in codebook:
            try:
                codebook[variable]
            except SurveyError as problem:
                raise SurveyError(f"models.yaml, '{name}': {problem}") from None
    chosen = [(f"`reference` of '{one}'", one, code) for one, code in _references(model).items()]
    chosen += [("`positive`", model["outcome"], code) for code in model.get("positive", ())]
    for key, variable, code in chosen:
        if codebook[variable].measure == "scale" and key != "`positive`":
            raise SurveyError(
                f"models.yaml, '{name}': '{variable}' is a scale, which enters as a number and has "
                "no `reference`"
            )
        if clean_code(code) not in codebook[variable].answers:
            raise SurveyError(
                f"models.yaml, '{name}': {key} names {code}, which is no answer to '{variable}'"
            )


def _references(model: Mapping[str, Any]) -> Mapping[str, Code]:
    return {name: clean_code(code) for name, code in model.get("reference", {}).items()}


def fit_declared(
    survey: "Survey",
    model: Mapping[str, Any],
    design: "PreparedDesign | None" = None,
    place: str = "models.yaml",
) -> "Model":
    """Fit one model as `config/models.yaml` declares it.

    "Don't know" codes of the outcome are left out unless they are ``positive``, those of a scale
    predictor always; a note counts them.

    Parameters
    ----------
    survey : Survey
        All respondents.
    model : dict
        ``kind`` (``linear``, ``binary``: one of the ``positive`` answers against all others,
        ``ordered``, ``multinomial``), ``outcome``, ``predictors``; perhaps ``interactions``,
        ``reference``, ``where``.
    design : PreparedDesign, optional
        Their design. Whoever is outside of `where`, or gave no answer, stays in it.
    place : str
        File and key, for messages.

    Raises
    ------
    SurveyError
        A condition that names an unknown code or holds for nobody.
    Refusal
        On reconstructed data, with separated answers, or when the outcome has no order or is no
        number.
    """
    outcome = model["outcome"]
    if survey.codebook.reconstructed:
        raise Refusal(Note("joint_invented"), f"no model of '{outcome}': ")
    from resurvey.statistics.regression import fit_model

    try:
        counted = _counted(survey, model, design, place)
        y, outcomes, known, there, notes = _outcome(survey, model, counted)
        predictors = _Predictors.of(survey, model, known, there)
        notes = (*predictors.notes(counted), *notes)
        kept = predictors.known
        if model["kind"] in ("ordered", "multinomial"):
            # Answers that nobody with an answer to every question gave are no outcomes.
            present = np.unique(y[kept])
            y = np.searchsorted(present, y)
            outcomes = [outcomes[int(one)] for one in present]
        sample = None if design is None else design.sample
        found = fit_model(
            model["kind"],
            y[kept],
            predictors.x,
            [(name, None if CROSS in name else code) for name, code in predictors.columns],
            outcomes,
            predictors.references,
            products=predictors.products,
            sample=sample,
            members=None if sample is None else kept,
            notes=notes,
        )
    except Refusal as problem:
        raise Refusal(problem.note, f"no model of '{outcome}': ") from None
    width = len(predictors.columns)
    coefficients = [
        replace(term, code=predictors.columns[k % width][1])
        for k, term in enumerate(found.coefficients)
    ]
    return replace(found, coefficients=coefficients)


def _counted(
    survey: "Survey", model: Mapping[str, Any], design: "PreparedDesign | None", place: str
) -> "NDArray[np.bool_]":
    """Who is counted: for whom `where` holds, and who has a weight."""
    counted = np.ones(survey.data.shape[0], np.bool_)
    if "where" in model:
        from resurvey.tables.domains import restrict

        counted = restrict(survey, None, model["where"], place).mask
    if design is not None and design.sample is not None:
        counted = counted & (design.weights > 0)
    return counted


def model_losses(
    survey: "Survey",
    model: Mapping[str, Any],
    design: "PreparedDesign | None" = None,
    place: str = "models.yaml",
) -> dict[str, int]:
    """Count the respondents that a model leaves out, by the first reason that holds.

    Returns
    -------
    dict
        Those that there are of ``filtered`` (outside of `where`), ``no_weight``, ``zero_weight``,
        ``incomplete`` (no answer to one of the questions) and ``dont_know``.

    Examples
    --------
    >>> import pandas as pd
    >>> from resurvey.core.codebook import Survey, Variable
    >>> book = Codebook({name: Variable(name, codes={1: {}, 2: {}}) for name in "ab"})
    >>> people = Survey(pd.DataFrame({"a": [1, 2, None, 1], "b": [1, 2, 2, 2]}), book)
    >>> one = {"kind": "binary", "outcome": "a", "positive": [1], "predictors": ["b"]}
    >>> model_losses(people, {**one, "where": {"b": 2}})
    {'filtered': 1, 'incomplete': 1}
    """
    everybody: NDArray[np.bool_] = np.ones(survey.data.shape[0], np.bool_)
    inside = _counted(survey, model, None, place)
    weighted, absent = everybody, ~everybody
    if design is not None and design.sample is not None:
        weighted = design.weights > 0
        absent = absent if design.absent is None else design.absent
    answered, known = everybody.copy(), everybody.copy()
    for name in (model["outcome"], *model["predictors"]):
        variable = survey.codebook[name]
        positions, codes = encode(survey.data[name], variable)
        answered &= positions < len(codes)
        if name == model["outcome"] or variable.measure == "scale":
            stays = map(clean_code, model.get("positive", ()) if name == model["outcome"] else ())
            unknown = {*variable.dont_know} - {*stays}
            known &= ~np.array([*(code in unknown for code in codes), False])[positions]
    states = {
        "filtered": inside,
        "no_weight": ~absent,
        "zero_weight": weighted,
        "incomplete": answered,
        "dont_know": known,
    }
    left, found = everybody, {}
    for reason, holds in states.items():
        found[reason] = int((left & ~holds).sum())
        left = left & holds
    return {reason: count for reason, count in found.items() if count}


def _outcome(
    survey: "Survey", model: Mapping[str, Any], counted: "NDArray[np.bool_]"
) -> tuple[Any, list[Code], Any, Any, tuple[Note, ...]]:
    """Arrange the outcome: values, outcome codes, who has one, who has any answer, notes."""
    name, kind = model["outcome"], model["kind"]
    variable = survey.codebook[name]
    positions, codes = encode(survey.data[name], variable)
    there = counted & (positions < len(codes))
    if kind == "linear":
        if variable.measure not in ("ordinal", "scale") or any(
            isinstance(code, str) for code in codes
        ):
            raise Refusal(Note("outcome_no_number", outcome=name))
        known = there & ~_aside(variable, codes)[positions]
        # The code of "don't know" is no amount, and may be far away.
        amounts = [0.0 if code in variable.dont_know else float(code) for code in codes]
        notes = (Note("outcome_codes", outcome=name),) if variable.measure == "ordinal" else ()
        return np.array([*amounts, 0.0])[positions], [], known, there, notes
    meaning = np.full(len(codes) + 1, -1, np.int64)
    if kind == "binary":
        positive = [clean_code(code) for code in model["positive"]]
        for place, code in enumerate(codes):
            if code in positive or code not in variable.dont_know:
                meaning[place] = code in positive
        outcomes: list[Code] = ["other", "positive"]
    else:
        has_order = variable.measure in ("ordinal", "scale") or variable.order
        if kind == "ordered" and not has_order:
            raise Refusal(Note("outcome_unordered", outcome=name))
        outcomes = [code for code in variable.ordered_answers if code in codes]
        outcomes += [
            code for code in codes if code not in outcomes and code not in variable.dont_know
        ]
        if kind == "multinomial":
            outcomes = [code for code in codes if code in outcomes]
            first = _references(model).get(name)
            outcomes.sort(key=lambda code: code != first)
        for rank, code in enumerate(outcomes):
            meaning[codes.index(code)] = rank
    y = meaning[positions]
    return y, outcomes, there & (y >= 0), there, ()


def _aside(variable: Any, codes: Sequence[Code]) -> "NDArray[np.bool_]":
    """Which codes, the last standing for no answer, mean that somebody does not know."""
    return np.array([*(code in variable.dont_know for code in codes), False])


@dataclass(frozen=True)
class _Predictors:
    """Predictors as columns: numbers, indicators of answers, and their products."""

    x: "NDArray[np.float64]"
    columns: list["Column"]
    products: dict[int, tuple[int, ...]]
    references: dict[str, Code]
    known: "NDArray[np.bool_]"
    there: "NDArray[np.bool_]"
    empty: int

    @classmethod
    def of(cls, survey: "Survey", model: Mapping[str, Any], known: Any, there: Any) -> Any:
        """Read the predictors of those with an answer to every question."""
        parts = []
        for name in model["predictors"]:
            variable = survey.codebook[name]
            positions, codes = encode(survey.data[name], variable)
            there = there & (positions < len(codes))
            known = known & (positions < len(codes))
            if variable.measure == "scale":
                known = known & ~_aside(variable, codes)[positions]
            parts.append((name, variable, positions, codes))
        if not known.any():
            raise Refusal(Note("empty_base"))
        made: list[NDArray[np.float64]] = []
        columns: list[Column] = []
        own: dict[str, list[int]] = {}
        references: dict[str, Code] = {}
        for name, variable, positions, codes in parts:
            start, positions = len(made), positions[known]
            if variable.measure == "scale":
                made.append(_amounts(name, variable, codes)[positions])
                columns.append((name, None))
            else:
                held = [code for k, code in enumerate(codes) if (positions == k).any()]
                if len(held) < 2:
                    raise Refusal(Note("one_answer_predictor", predictor=name))
                reference = _references(model).get(name, held[0])
                if reference not in held:
                    raise Refusal(Note("reference_empty", predictor=name, reference=str(reference)))
                references[name] = reference
                for code in held:
                    if code != reference:
                        made.append((positions == codes.index(code)).astype(np.float64))
                        columns.append((name, code))
            own[name] = list(range(start, len(made)))
        if not made:
            raise Refusal(Note("no_predictor"))
        products: dict[int, tuple[int, ...]] = {}
        empty = 0
        for names in model.get("interactions", ()):
            for chosen in product(*(own[name] for name in names)):
                column = prod((made[k] for k in chosen[1:]), start=made[chosen[0]])
                if not column.any():
                    empty += 1
                    continue
                products[len(made)] = chosen
                made.append(column)
                columns.append((CROSS.join(names), _product_code([columns[k] for k in chosen])))
        return cls(np.stack(made, axis=1), columns, products, references, known, there, empty)

    def notes(self, counted: "NDArray[np.bool_]") -> tuple[Note, ...]:
        """Tell who was left out."""
        notes = [Note("answered", kept=int(self.known.sum()), all=int(counted.sum()))]
        if dont_know := int((self.there & ~self.known).sum()):
            notes.append(Note("did_not_know", left_out=dont_know))
        if self.empty:
            notes.append(Note("combinations_empty", combinations=self.empty))
        return tuple(notes)


def _amounts(name: str, variable: Any, codes: Sequence[Code]) -> "NDArray[np.float64]":
    """Amount that each code stands for; that of "don't know" is none."""
    if any(isinstance(code, str) for code in codes if code not in variable.dont_know):
        raise Refusal(Note("scale_of_texts", predictor=name))
    return np.array([*(0.0 if code in variable.dont_know else float(code) for code in codes), 0.0])


def _product_code(columns: Sequence["Column"]) -> Code | None:
    """Codes of a product as one; None where all factors are numbers."""
    if all(code is None for _, code in columns):
        return None
    return CROSS.join("" if code is None else str(code) for _, code in columns)


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

    def end_of(term: "Term") -> dict[str, Code]:
        """Outcome that an effect, or an equation of a multinomial model, is on."""
        if found.kind == "binary":
            label = _positive_label(model, codebook, language)
            return {"outcome_code": POSITIVE, "outcome_label": label}
        if term.outcome is None:
            return {}
        label = codebook[model["outcome"]].answer(term.outcome, language)
        return {"outcome_code": term.outcome, "outcome_label": label}

    coefficients = []
    for term in found.coefficients:
        line = keys | {"part": "coefficient"} | _term(term, found, codebook, language)
        if found.kind == "multinomial":
            line |= end_of(term)
        if found.kind != "linear":
            line |= {
                "odds_ratio": exp(term.estimate),
                "odds_ratio_lower": exp(term.lower),
                "odds_ratio_upper": exp(term.upper),
            }
        coefficients.append(line)
    for term in found.constants:
        line = keys | {"part": "constant"} | _numbers(_constant(found.kind, term), found)
        if found.kind == "ordered":
            line |= {"part": "threshold", "code": _code(term.outcome)}
        elif found.kind == "multinomial":
            line |= end_of(term)
        coefficients.append(line | write_notes())
    effects = [
        keys | end_of(term) | _term(term, found, codebook, language) for term in found.effects
    ]
    diagnostics = [{"model": name, **line} for line in _diagnostics(found)]
    return {"coefficients": coefficients, "effects": effects, "diagnostics": diagnostics}


def _constant(kind: str, term: "Term") -> "Term":
    """Turn the cut point of a binary model, which is minus its constant."""
    if kind != "binary":
        return term
    return replace(term, estimate=-term.estimate, z=-term.z, lower=-term.upper, upper=-term.lower)


def _positive_label(model: Mapping[str, Any], codebook: Codebook, language: str) -> str:
    variable = codebook[model["outcome"]]
    return " + ".join(variable.answer(clean_code(code), language) for code in model["positive"])


def _term(term: "Term", found: "Model", codebook: Codebook, language: str) -> dict[str, Any]:
    factors = factors_of(term.variable, "" if term.code is None else str(term.code))
    labels = [_label(codebook, name, code, language) for name, code in factors if code]
    references = [found.references.get(name) for name, _ in factors]
    known = [
        (code, codebook[name].answer(code, language))
        for (name, _), code in zip(factors, references, strict=True)
        if code is not None
    ]
    return {
        "variable": term.variable,
        "code": "" if term.code is None else term.code,
        "label": ", ".join(labels),
        "reference_code": CROSS.join(str(code) for code, _ in known),
        "reference_label": ", ".join(label for _, label in known),
        **_numbers(term, found),
    }


def _label(codebook: Codebook, name: str, code: str, language: str) -> str:
    """Label of an answer whose code is text."""
    variable = codebook[name]
    return next(
        (variable.answer(known, language) for known in variable.codes if str(known) == code), code
    )


def _numbers(term: "Term", found: "Model") -> dict[str, Any]:
    return {
        "estimate": term.estimate,
        "standard_error": term.standard_error,
        "z": term.z,
        "df": found.freedom if isfinite(found.freedom) else "",
        "p_value": term.p_value,
        "lower": term.lower,
        "upper": term.upper,
    }


def _code(code: Code | None) -> Code:
    return "" if code is None else code


def _diagnostics(found: "Model") -> Iterator[dict[str, Any]]:
    """Measures of fit that the model has, the tests of predictors, and the checks."""
    yield {"statistic": "n", "value": found.n, **write_notes(*found.notes)}
    for name in FIT:
        value = getattr(found, name)
        if value is not None and isfinite(value):
            yield {"statistic": name, "value": value}
    against = write_notes(Note("against_no_predictors"))
    if isfinite(found.likelihood_ratio):
        yield {
            "statistic": "likelihood_ratio",
            "value": found.likelihood_ratio,
            "df": found.df,
            "p_value": found.p_value,
            **against,
        }
    elif found.overall is not None:
        yield _result(found.overall, "model_test") | (against if not found.overall.notes else {})
    for variable, test in found.term_tests.items():
        if test.df is None or test.df > 1:
            yield _result(test, "predictor_test") | {"variable": variable}
    for check in found.diagnostics:
        yield _result(check, check.test)


def _result(found: "Result", name: str) -> dict[str, Any]:
    return {
        "statistic": name,
        "value": found.statistic,
        "df": found.df,
        "df2": found.df2,
        "p_value": found.p_value,
        **write_notes(*found.notes),
    }
