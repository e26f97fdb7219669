"""Declaration: what an index of `config/index.yaml` is made of, read once and checked."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from resurvey.core.codebook import (
    Code,
    Codebook,
    Labels,
    Variable,
    as_labels,
    clean_code,
    nearest,
)
from resurvey.core.errors import SurveyError

FILE = "index.yaml"
INSTRUMENTS = (
    ("Reintegration Sustainability Survey", "RSS", "Обследование устойчивости реинтеграции"),
    ("Multidimensional Poverty Index", "MPI", "Индекс многомерной бедности", "ИМБ"),
    (
        "Human Development Index",
        "HDI",
        "Индекс человеческого развития",
        "Индекс развития человеческого потенциала",
        "ИЧР",
        "ИРЧП",
    ),
    ("Integration Policy Index", "MIPEX", "Индекс политики интеграции"),
    ("IPL Integration Index",),
    ("Gender Inequality Index", "GII", "Индекс гендерного неравенства"),
    ("Women's Empowerment in Agriculture Index", "WEAI"),
    ("Better Life Index", "Индекс лучшей жизни"),
    ("Social Progress Index", "Индекс социального прогресса"),
    ("Personal Wellbeing Index",),
    ("Satisfaction With Life Scale", "SWLS", "Шкала удовлетворенности жизнью"),
    ("WHO-5", "ВОЗ-5"),
    ("Food Insecurity Experience Scale", "FIES"),
    ("Food Consumption Score",),
    ("Coping Strategies Index",),
    ("Rosenberg Self-Esteem Scale", "Шкала самооценки Розенберга"),
    ("Kessler Psychological Distress Scale",),
    ("Patient Health Questionnaire", "PHQ-9"),
    ("General Health Questionnaire", "GHQ-12"),
)
"""Published instruments by their names; none is borne without the weights that belong to it."""
ENDS = (0.0, 1.0)
"""Every index of fixed ends goes from the worst, 0, to the best, 1."""

Normalisation = Literal["min_max", "goalposts", "z", "rank"]
Aggregation = Literal["arithmetic", "geometric", "counting"]
Missing = Literal["complete", "available"]


@dataclass(frozen=True)
class Dimension:
    """One dimension of an index.

    Attributes
    ----------
    name : str
        As in the configuration.
    label : dict
        By language.
    weight : float
        Above zero; only its relation to those of the other dimensions counts.
    source : dict
        Where the weight comes from, by language.
    """

    name: str
    label: Labels
    weight: float
    source: Labels


@dataclass(frozen=True)
class Indicator:
    """One indicator of an index: a question with a score for each answer.

    Attributes
    ----------
    name, variable, dimension : str
        The indicator, the question or derived variable behind it, where it belongs.
    label : dict
        By language.
    scores : dict or None
        Code -> number; None of a numeric variable, whose value is its score. Empty until
        `resolve` takes it from the substantive order of the answers.
    direction : {1, -1}
        -1 where a high score is bad.
    weight : float
        Above zero, in relation to the other indicators of the dimension.
    source : dict
        Where the weight comes from, by language.
    goalposts : (low, high) or None
        Scores that count as 0 and 1.
    cutoff : float or None
        Score that separates the deprived (beyond it, on the bad side) from the others.
    dont_know : float or None
        Score of "don't know"; None where it counts as no answer.
    measures : str
        What the question measures, where several questions may measure one thing; empty where
        every indicator is a thing of its own.
    """

    name: str
    variable: str
    dimension: str
    label: Labels
    scores: Mapping[Code, float] | None
    direction: int
    weight: float
    source: Labels
    goalposts: tuple[float, float] | None = None
    cutoff: float | None = None
    dont_know: float | None = None
    measures: str = ""

    @property
    def ends(self) -> tuple[float, float] | None:
        """Goalposts, else lowest and highest score; None of a number without goalposts.

        Examples
        --------
        >>> Indicator("a", "q", "d", {}, {1: 0.0, 2: 2.0}, 1, 1.0, {}).ends
        (0.0, 2.0)
        """
        if self.goalposts is not None:
            return self.goalposts
        if not self.scores:
            return None
        listed = [*self.scores.values(), *([] if self.dont_know is None else [self.dont_know])]
        return min(listed), max(listed)


@dataclass(frozen=True)
class Gap:
    """An indicator that belongs to the index and has no variable or no published figure."""

    name: str
    label: Labels
    dimension: str
    why: Labels
    measures: str = ""


@dataclass(frozen=True)
class RespondentType:
    """One type of respondents, from a value of the index on.

    Attributes
    ----------
    name : str
        As in the configuration.
    label : dict
        By language.
    lowest : float
        Smallest value of the type, which belongs to it; minus infinity of the lowest type.
    fraction : str
        The same as it was declared, where that is a fraction such as ``1/3``.
    """

    name: str
    label: Labels
    lowest: float
    fraction: str = ""

    @property
    def exact(self) -> Fraction | None:
        """The number that somebody wrote, exactly; None of the lowest type.

        Examples
        --------
        >>> print(RespondentType("high", {}, 1 / 3, "1/3").exact)
        1/3
        >>> print(RespondentType("high", {}, 0.33).exact)
        33/100
        """
        if np.isneginf(self.lowest):
            return None
        return Fraction(self.fraction or repr(float(self.lowest)))


@dataclass(frozen=True)
class Index:
    """A declared index.

    Attributes
    ----------
    name : str
        Also the name of its variable; a dimension's is ``{name}_{dimension}``, that of the types
        of respondents ``{name}_type``.
    label : dict
        By language.
    instrument : str
        Published instrument whose name the index bears; empty where it bears none.
    dimensions, indicators, gaps : tuple
        In declared order; indicators by dimension.
    normalisation, aggregation, missing : str
        How scores become comparable, how they are put together, who has a value.
    minimum_items : int
        Fewest answered indicators with which a respondent has a value.
    shift : float
        What is added to every normalised score before a geometric mean and taken away after it.
    poverty_cutoff : float or None
        Least share of weighted deprivations of the poor (counting).
    types : tuple of RespondentType
        From the lowest to the highest; empty where none are declared.
    by : tuple of str
        Variables whose groups are compared.
    plans : str
        Variable that the types are crossed with; empty where there is none.
    bins : int
        Bars of the distribution.
    sensitivity : dict
        As declared (`resurvey.index.sensitivity`).
    remark : dict
        What a reader should know of it first, by language.
    """

    name: str
    label: Labels
    instrument: str
    dimensions: tuple[Dimension, ...]
    indicators: tuple[Indicator, ...]
    gaps: tuple[Gap, ...] = ()
    normalisation: Normalisation = "min_max"
    aggregation: Aggregation = "arithmetic"
    missing: Missing = "complete"
    minimum_items: int = 1
    shift: float = 0.0
    poverty_cutoff: float | None = None
    types: tuple[RespondentType, ...] = ()
    by: tuple[str, ...] = ()
    plans: str = ""
    bins: int = 10
    sensitivity: Mapping[str, Any] = field(default_factory=dict)
    remark: Labels = field(default_factory=dict)

    @property
    def measured(self) -> tuple[int, int] | None:
        """How many of the things that its questions and gaps measure have a question, and all.

        None where every indicator is a thing of its own.
        """
        covered = {one.measures for one in self.indicators if one.measures}
        named = covered | {one.measures for one in self.gaps if one.measures}
        return (len(covered), len(named)) if covered else None

    @property
    def weights(self) -> NDArray[np.float64]:
        """Weight of each indicator within its dimension, as declared."""
        return np.array([one.weight for one in self.indicators])

    @property
    def dimension_weights(self) -> NDArray[np.float64]:
        """Weight of each dimension, as declared."""
        return np.array([one.weight for one in self.dimensions])

    @property
    def dimension_of(self) -> NDArray[np.int64]:
        """Place of each indicator's dimension."""
        places = {one.name: place for place, one in enumerate(self.dimensions)}
        return np.array([places[one.dimension] for one in self.indicators], dtype=np.int64)

    @property
    def directions(self) -> NDArray[np.int64]:
        """1 or -1 of each indicator."""
        return np.array([one.direction for one in self.indicators], dtype=np.int64)

    @property
    def ends(self) -> NDArray[np.float64]:
        """Declared ends of each indicator, k × 2; not-a-number where there are none."""
        nothing = (float("nan"), float("nan"))
        return np.array([one.ends or nothing for one in self.indicators])

    @property
    def cutoffs(self) -> NDArray[np.float64]:
        """Deprivation cut-off of each indicator; not-a-number where there is none."""
        return np.array([np.nan if one.cutoff is None else one.cutoff for one in self.indicators])

    @property
    def is_bounded(self) -> bool:
        """Whether the index goes from 0 to 1: not where it is in standard deviations."""
        return self.aggregation == "counting" or self.normalisation != "z"

    @property
    def has_fixed_ends(self) -> bool:
        """Whether a respondent's value depends on nobody else's answers."""
        return self.aggregation == "counting" or self.normalisation in ("min_max", "goalposts")

    @property
    def variables(self) -> tuple[str, ...]:
        """Names of the variables that the index makes of each respondent.

        Those of the dimensions come first, then the index, then its types, if there are any.
        """
        own = [f"{self.name}_{one.name}" for one in self.dimensions] + [self.name]
        return (*own, *([f"{self.name}_type"] if self.types else []))


def read_indices(part: Mapping[str, Any]) -> tuple[Index, ...]:
    """Read `config/index.yaml`.

    Parameters
    ----------
    part : dict
        The file; empty where a study has none.

    Returns
    -------
    tuple of Index
        In their order.

    Raises
    ------
    SurveyError
        Something that is wrong whatever the data are: an unknown dimension, a weight that is not
        above zero or has no source, an instrument (or a label with the name of a known one) that a
        weight's source does not name, cut-offs that overlap, and the like.

    Examples
    --------
    >>> one = {"variable": "pay", "dimension": "work", "weight": 1, "source": "our choice"}
    >>> work = {"weight": 1, "source": "our choice"}
    >>> (index,) = read_indices({"index": {"i": {"dimensions": {"work": work}, "indicators":
    ...     {"paid": {**one, "scores": {1: 0, 2: 1}}}}}})
    >>> index.variables, index.indicators[0].ends
    (('i_work', 'i'), (0.0, 1.0))
    """
    indices = tuple(_read_index(name, plain) for name, plain in part.get("index", {}).items())
    owner: dict[str, str] = {}
    for index in indices:
        for variable in index.variables:
            if variable in owner:
                raise SurveyError(
                    f"{FILE}, index '{index.name}': its variable '{variable}' is also one of the "
                    f"index '{owner[variable]}'; rename one"
                )
            owner[variable] = index.name
    return indices


def index_items(part: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """List for every variable of the indices the variables that it is made of.

    Returns
    -------
    dict
        Variable -> ``items``, as a scale has them, and the declaration of its index.

    Examples
    --------
    >>> ours = {"weight": 1, "source": "our choice"}
    >>> pay = {"variable": "pay", "dimension": "work", **ours}
    >>> part = {"index": {"i": {"dimensions": {"work": ours}, "indicators": {"paid": pay}}}}
    >>> {name: entry["items"] for name, entry in index_items(part).items()}
    {'i_work': ['pay'], 'i': ['pay']}
    """
    found = {}
    for index in read_indices(part):
        declared = part["index"][index.name]
        own = {f"{index.name}_{one.name}": one.name for one in index.dimensions}
        for name in index.variables:
            items = [
                one.variable
                for one in index.indicators
                if name not in own or one.dimension == own[name]
            ]
            found[name] = {"items": list(dict.fromkeys(items)), "declared": declared}
    return found


def resolve(index: Index, codebook: Codebook) -> Index:
    """Complete the scores of an index from the codebook, and check it against the codebook.

    Parameters
    ----------
    index : Index
        As `read_indices` gives it.
    codebook : Codebook
        Of the wave.

    Returns
    -------
    Index
        Every indicator has its scores, or None where the variable is a number. Without declared
        scores they are 1, 2, … in the substantive order of the answers.

    Raises
    ------
    SurveyError
        An unknown variable or code, a missing code with a score, answers without an order, ends
        that `min_max` would need.

    Examples
    --------
    >>> order = Variable("q", {}, "ordinal", {1: {}, 2: {}, 3: {}}, order=(3, 2, 1))
    >>> plain = Indicator("a", "q", "d", {}, {}, 1, 1.0, "ours")
    >>> index = Index("i", {}, "", (Dimension("d", {}, 1.0, "ours"),), (plain,))
    >>> dict(resolve(index, Codebook({"q": order})).indicators[0].scores)
    {3: 1.0, 2: 2.0, 1: 3.0}
    """
    place = f"{FILE}, index '{index.name}'"
    complete = replace(
        index,
        indicators=tuple(
            _resolve_indicator(one, codebook, f"{place}, indicator '{one.name}'")
            for one in index.indicators
        ),
    )
    for one in complete.indicators:
        where = f"{place}, indicator '{one.name}'"
        if index.aggregation == "counting":
            continue
        if one.ends is None and index.normalisation in ("min_max", "goalposts"):
            raise SurveyError(
                f"{where}: '{one.variable}' is a number without fixed ends; give its `goalposts:`, "
                "the values that count as 0 and 1"
            )
        _check_positive(complete, one, where)
    for key, names in (("by", index.by), ("plans", (index.plans,) if index.plans else ())):
        for name in names:
            if name not in codebook:
                raise SurveyError(
                    f"{place}: `{key}` names '{name}', which is not in the data"
                    f"{nearest(name, codebook)}"
                )
    return complete


def _read_index(name: str, plain: Mapping[str, Any]) -> Index:
    place = f"{FILE}, index '{name}'"
    dimensions = tuple(
        Dimension(
            key, as_labels(entry.get("label")), *_weight(entry, f"{place}, dimension '{key}'")
        )
        for key, entry in plain["dimensions"].items()
    )
    known = [dimension.name for dimension in dimensions]
    listed = [
        _read_indicator(key, entry, known, f"{place}, indicator '{key}'")
        for key, entry in plain["indicators"].items()
    ]
    indicators = tuple(sorted(listed, key=lambda one: known.index(one.dimension)))
    gaps = tuple(
        _read_gap(key, entry, known, plain["indicators"], f"{place}, gap '{key}'")
        for key, entry in plain.get("gaps", {}).items()
    )
    for dimension in known:
        if not any(one.dimension == dimension for one in indicators):
            raise SurveyError(
                f"{place}: dimension '{dimension}' has no indicator; give it one, or take the "
                "dimension out (its gaps may stand under another)"
            )
    measured = {one.name: one.measures for one in indicators}
    measured |= {one.name: one.measures for one in gaps}
    unnamed = [name for name, measures in measured.items() if not measures]
    if unnamed and len(unnamed) < len(measured):
        raise SurveyError(
            f"{place}: '{unnamed[0]}' does not say what it `measures`, and others do; say it of "
            "every indicator and gap, or of none"
        )
    instrument = plain.get("instrument", "")
    _check_instrument(instrument, dimensions, indicators, place)
    for told in (as_labels(plain.get("label")), *(one.label for one in dimensions)):
        _check_label(told, dimensions, indicators, place)
    aggregation = plain.get("aggregation", "arithmetic")
    normalisation = plain.get("normalisation", "min_max")
    missing = plain.get("missing", "complete")
    size = len(indicators)
    least = plain.get("minimum_items", size if missing == "complete" else len(dimensions))
    if missing == "complete" and least != size:
        raise SurveyError(
            f"{place}: `missing: complete` asks for all {size} indicators and `minimum_items` for "
            f"{least}; choose `missing: available`, or drop `minimum_items`"
        )
    if not len(dimensions) <= least <= size:
        raise SurveyError(
            f"{place}: `minimum_items` is {least}; it has {size} indicators, and every one of its "
            f"{len(dimensions)} dimensions needs an answer"
        )
    index = Index(
        name,
        as_labels(plain.get("label")),
        instrument,
        dimensions,
        indicators,
        gaps,
        normalisation,
        aggregation,
        missing,
        least,
        float(plain.get("shift", 0.0)),
        plain.get("poverty_cutoff"),
        by=tuple(plain.get("by", ())),
        plans=plain.get("plans", ""),
        bins=int(plain.get("bins", 10)),
        sensitivity=plain.get("sensitivity", {}),
        remark=as_labels(plain.get("remark")),
    )
    _check_methods(index, plain, place)
    return replace(index, types=_read_types(index, plain.get("types", {}), place))


def _weight(entry: Mapping[str, Any], place: str) -> tuple[float, Labels]:
    weight, source = entry.get("weight"), as_labels(entry.get("source"))
    if weight is None or not 0 < weight < float("inf"):
        raise SurveyError(f"{place}: its weight is {weight}; a weight is a number above 0")
    if not source or not all(text.strip() for text in source.values()):
        raise SurveyError(
            f"{place}: its weight has no `source:`; say where it comes from, even if it is "
            "'equal weights: our choice'"
        )
    return float(weight), source


def _read_indicator(
    name: str, entry: Mapping[str, Any], dimensions: list[str], place: str
) -> Indicator:
    _check_dimension(entry["dimension"], dimensions, place)
    weight, source = _weight(entry, place)
    goalposts = entry.get("goalposts")
    if goalposts is not None and not goalposts[0] < goalposts[1]:
        raise SurveyError(
            f"{place}: its `goalposts` go from {goalposts[0]} to {goalposts[1]}; write the lower "
            "one first, and say by `direction: negative` that high is bad"
        )
    scores = {clean_code(code): float(score) for code, score in entry.get("scores", {}).items()}
    if scores and len(set(scores.values())) < 2:
        raise SurveyError(f"{place}: all its answers have the same score, so it tells nobody apart")
    dont_know = entry.get("dont_know", "missing")
    return Indicator(
        name,
        entry["variable"],
        entry["dimension"],
        as_labels(entry.get("label")),
        scores,
        -1 if entry.get("direction") == "negative" else 1,
        weight,
        source,
        None if goalposts is None else (float(goalposts[0]), float(goalposts[1])),
        entry.get("cutoff"),
        None if dont_know == "missing" else float(dont_know),
        entry.get("measures", ""),
    )


def _read_gap(
    name: str,
    entry: Mapping[str, Any],
    dimensions: list[str],
    indicators: Mapping[str, Any],
    place: str,
) -> Gap:
    _check_dimension(entry["dimension"], dimensions, place)
    if name in indicators:
        raise SurveyError(f"{place}: it is an indicator, too; a gap has no variable")
    label, why = as_labels(entry["label"]), as_labels(entry["why"])
    return Gap(name, label, entry["dimension"], why, entry.get("measures", ""))


def _check_dimension(name: str, known: list[str], place: str) -> None:
    if name not in known:
        raise SurveyError(f"{place}: there is no dimension '{name}'{nearest(name, known)}")


def _check_instrument(
    instrument: str,
    dimensions: tuple[Dimension, ...],
    indicators: tuple[Indicator, ...],
    place: str,
) -> None:
    if not instrument:
        return
    for kind, listed in (("dimension", dimensions), ("indicator", indicators)):
        for one in listed:
            other = [
                text for text in one.source.values() if instrument.casefold() not in text.casefold()
            ]
            if other:
                raise SurveyError(
                    f"{place}: it bears the name of '{instrument}', and the weight of the {kind} "
                    f"'{one.name}' has another source ('{other[0]}'); take `instrument:` out, or "
                    "use that instrument's weights and name it as their source"
                )


def _check_label(
    label: Labels,
    dimensions: tuple[Dimension, ...],
    indicators: tuple[Indicator, ...],
    place: str,
) -> None:
    """Refuse a label with an instrument's name where some weight does not come from it."""
    for text in label.values():
        for names in INSTRUMENTS:
            borne = next((name for name in names if _names(text, name)), None)
            if borne is None:
                continue
            for kind, listed in (("dimension", dimensions), ("indicator", indicators)):
                for one in listed:
                    if not all(
                        any(_names(source, name) for name in names)
                        for source in one.source.values()
                    ):
                        raise SurveyError(
                            f"{place}: its label '{text}' bears the name of a published "
                            f"instrument, '{borne}', and the weight of the {kind} '{one.name}' has "
                            f"another source ('{next(iter(one.source.values()))}'); give it "
                            "another label, or use that instrument's weights and name it as their "
                            "source"
                        )


def _names(text: str, instrument: str) -> bool:
    """Whether a text has the name of an instrument as words of its own; an acronym in capitals."""
    flags = re.NOFLAG if instrument.isupper() else re.IGNORECASE
    return re.search(rf"(?<!\w){re.escape(instrument)}(?!\w)", text, flags) is not None


def _check_methods(index: Index, plain: Mapping[str, Any], place: str) -> None:
    counting = index.aggregation == "counting"
    for one in index.indicators:
        if counting and one.cutoff is None:
            raise SurveyError(
                f"{place}, indicator '{one.name}': `aggregation: counting` needs its `cutoff:`, "
                "the score beyond which a respondent is deprived"
            )
        if index.normalisation == "goalposts" and not counting and one.goalposts is None:
            raise SurveyError(
                f"{place}, indicator '{one.name}': `normalisation: goalposts` needs its "
                "`goalposts: [low, high]`"
            )
    if counting and "normalisation" in plain:
        raise SurveyError(
            f"{place}: `aggregation: counting` compares scores with cut-offs and normalises "
            "nothing; drop `normalisation`"
        )
    if counting != (index.poverty_cutoff is not None):
        raise SurveyError(
            f"{place}: `poverty_cutoff`, the least share of weighted deprivations of the poor, "
            "belongs to `aggregation: counting`, and to nothing else"
        )
    if index.aggregation == "geometric" and index.normalisation == "z":
        raise SurveyError(
            f"{place}: standard scores are below 0 for some, and have no geometric mean; choose "
            "another `normalisation` or `aggregation: arithmetic`"
        )
    if index.shift and index.aggregation != "geometric":
        raise SurveyError(f"{place}: `shift` belongs to `aggregation: geometric`")
    twice = next((name for name in index.by if index.by.count(name) > 1), None)
    if twice:
        raise SurveyError(f"{place}: `by` names '{twice}' twice")


def _read_types(index: Index, types: Mapping[str, Any], place: str) -> tuple[RespondentType, ...]:
    if not types:
        return ()
    open_ended = [name for name, entry in types.items() if "from" not in entry]
    if len(open_ended) != 1:
        told = "none" if not open_ended else ", ".join(open_ended)
        raise SurveyError(
            f"{place}: of the `types` exactly one, the lowest, has no `from:`, so that every value "
            f"has a type; here {told}"
        )
    found = []
    for name, entry in types.items():
        start = entry.get("from", -np.inf)
        fraction = start if isinstance(start, str) else ""
        lowest = float(Fraction(fraction)) if fraction else float(start)
        found.append(RespondentType(name, as_labels(entry.get("label")), lowest, fraction))
    found.sort(key=lambda one: one.lowest)
    for one, other in zip(found[:-1], found[1:], strict=True):
        if one.lowest == other.lowest:
            raise SurveyError(
                f"{place}: the types '{one.name}' and '{other.name}' overlap: both begin at "
                f"{one.lowest:g}"
            )
    for one in found[1:]:
        if index.is_bounded and not ENDS[0] < one.lowest <= ENDS[1]:
            raise SurveyError(
                f"{place}: the type '{one.name}' begins at {one.lowest:g}, and the index goes "
                "from 0 to 1; a cut-off lies above 0 and not above 1"
            )
    return tuple(found)


def _resolve_indicator(one: Indicator, codebook: Codebook, place: str) -> Indicator:
    if one.variable not in codebook:
        raise SurveyError(
            f"{place}: variable '{one.variable}' is not in the data"
            f"{nearest(one.variable, codebook)}"
        )
    variable = codebook[one.variable]
    scores = _scores_by_order(variable, place) if not one.scores else dict(one.scores)
    if scores is None:
        return replace(one, scores=None)
    for code in scores:
        if variable.is_missing(code):
            raise SurveyError(
                f"{place}: {code} is a missing code of '{one.variable}' and has no score; take it "
                "out of `scores`"
            )
        if variable.codes and code not in variable.codes:
            raise SurveyError(
                f"{place}: '{one.variable}' has no answer {code}; take it out of `scores` or "
                "declare it in codebook.yaml"
            )
        if code in variable.dont_know and one.dont_know is not None:
            raise SurveyError(
                f"{place}: the answer {code} has a score under `scores` and one under "
                "`dont_know`; keep one"
            )
    if one.dont_know is not None and not variable.dont_know:
        raise SurveyError(
            f"{place}: `dont_know` gives a score, and '{one.variable}' has no `dont_know:` codes "
            "in codebook.yaml"
        )
    return replace(one, scores=scores)


def _scores_by_order(variable: Variable, place: str) -> dict[Code, float] | None:
    """Ranks of ordered answers, 0 and 1 of such; None of a number."""
    if variable.measure == "scale" and not variable.order:
        return None
    answers = [code for code in variable.ordered_answers if code not in variable.dont_know]
    if set(answers) == {0, 1}:
        return {0: 0.0, 1: 1.0}
    if variable.measure != "ordinal" and not variable.order:
        raise SurveyError(
            f"{place}: the answers to '{variable.name}' have no order; give each one a number "
            "under `scores`, or declare their `order:` in codebook.yaml"
        )
    if len(answers) < 2:
        raise SurveyError(f"{place}: '{variable.name}' has fewer than two answers in order")
    return {code: float(rank) for rank, code in enumerate(answers, 1)}


def _check_positive(index: Index, one: Indicator, place: str) -> None:
    """Refuse the geometric mean of an indicator that may be zero."""
    if index.aggregation != "geometric" or index.normalisation == "rank" or index.shift > 0:
        return
    assert one.ends is not None
    low, high = one.ends
    listed = None if one.scores is None else [*one.scores.values(), *_finite(one.dont_know)]
    worst = None
    if listed is not None:
        worst = min(listed) - low if one.direction > 0 else high - max(listed)
    if worst is None or worst <= 0:
        raise SurveyError(
            f"{place}: its worst answer counts as 0, which makes the whole geometric mean 0 "
            "whatever the other answers are; give `goalposts` beyond the worst score, a `shift:` "
            "of the index, or choose `aggregation: arithmetic`"
        )


def _finite(value: float | None) -> list[float]:
    return [] if value is None else [value]
