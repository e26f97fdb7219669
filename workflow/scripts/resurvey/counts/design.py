"""Design: weights, strata, clusters, finite populations; and weights that cannot be right."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from resurvey.core.codebook import Variable
from resurvey.core.counting import LEAST_WEIGHT, MOST_PEOPLE, Counted, cross_counts, encode
from resurvey.core.design_names import expand_names, listed_names
from resurvey.core.errors import SurveyError
from resurvey.core.notes import Note
from resurvey.statistics.linearisation import LONELY, Margins, Sample, Stage
from resurvey.statistics.resampling import CountBootstrap
from resurvey.statistics.weighting import Raking, ReplicatedSample, bootstrap, jackknife, kish, rake

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from resurvey.core.codebook import Survey

Names = str | Sequence[str] | None

MOST_TOLD = 5
"""Strata that one sentence names."""

REPLICATE_KINDS = ("brr", "fay", "jk1", "jk2", "jkn", "bootstrap", "acs", "other")
"""Kinds of replicate weights, under the names of R survey in lower case."""

EQUAL = "equal"
"""Kind of a design that is none: a row stands for several respondents who all count as one."""

MOST_WEIGHTS = 20_000_000
"""Replicate weights that are made one by one; a bootstrap of more draws tables from counts."""

ROUNDED = 0.006
"""Printed shares of a margin add up to so much less or more than 1, or to what rounding makes."""

_NEARLY = 0.25
"""A sum that is so much less or more than 100 looks like one of percentages."""

DESIGN_KEYS = ("weight", "strata", "clusters", "fpc", "replicates", "rake")
"""Keys of a wave in config.yaml by which its respondents do not all count as one."""


@dataclass(frozen=True)
class Rake:
    """Margins of the population that weights are adjusted to.

    Attributes
    ----------
    margins : dict
        Variable -> code (as text) -> share, per cent or total of its answer in the population.
    lower, upper : float
        Least and greatest weight over the mean weight.
    """

    margins: Mapping[str, Mapping[str, float]]
    lower: float = 0.0
    upper: float = float("inf")

    def __post_init__(self) -> None:
        if not 0 <= self.lower < 1 < self.upper:
            raise SurveyError("rake: `lower` is below 1 and `upper` above, over the mean weight")

    def applied(
        self, survey: "Survey", sample: Sample | ReplicatedSample
    ) -> tuple[Sample | ReplicatedSample, Raking]:
        """Rake the weights of a sample, and each replicate's.

        Raises
        ------
        SurveyError
            A respondent without a group, a group without respondents or without a target, targets
            that contradict one another, margins that no weights reach.
        """
        weights = sample.weights
        groups = [self._groups(survey, name, weights) for name in self.margins]
        targets = self._targets(float(weights.sum()), int((weights > 0).sum()))
        bounds = (self.lower, self.upper) if self.trimmed else None
        found = rake(groups, targets, weights, bounds=bounds)
        if not found.converged and not self.trimmed:
            raise SurveyError(
                f"rake: after {found.rounds} rounds a margin is still {100 * found.error:.2g} % "
                "from its target; join rare answers, or drop a margin"
            )
        if isinstance(sample, ReplicatedSample):
            copies = [rake(groups, targets, copy, bounds=bounds) for copy in sample.replicates.T]
            replicates = np.stack([copy.weights for copy in copies], axis=1)
            return replace(sample, weights=found.weights, replicates=replicates), found
        numbers, patterns = np.unique(np.stack(groups, axis=1), axis=0, return_inverse=True)
        indicators = [
            np.eye(len(target))[column] for column, target in zip(numbers.T, targets, strict=True)
        ]
        margins = Margins(patterns.ravel().astype(np.int64), np.concatenate(indicators, axis=1))
        return replace(sample, weights=found.weights, margins=margins), found

    @property
    def trimmed(self) -> bool:
        """Whether weights have bounds."""
        return self.lower > 0 or self.upper < float("inf")

    def _targets(self, total: float, people: int) -> "list[NDArray[np.float64]]":
        """Totals of every margin: those of the population, or shares of all weights."""
        values = {
            name: np.array(list(of.values()), np.float64) for name, of in self.margins.items()
        }
        sums = {name: float(numbers.sum()) for name, numbers in values.items()}
        first = next(iter(sums))
        if all(map(_are_shares, values.values())):
            size = total
        else:
            size = sums[first]
            if not np.allclose(list(sums.values()), size, rtol=1e-9, atol=0):
                listed = ", ".join(f"'{name}' to {of:.10g}" for name, of in sums.items())
                raise SurveyError(
                    f"rake: the margins do not add up to the same ({listed}); all are shares (1), "
                    "percentages (100) or totals of the same population"
                )
            if size < people or abs(size / 100 - 1) <= _NEARLY:
                raise SurveyError(
                    f"rake: the margin of '{first}' adds up to {size:.10g}, and not to 1 (shares) "
                    "or 100 (percentages); correct it or add the answers that it lacks (totals of "
                    f"a population are no fewer than the {people} respondents, and those of a "
                    "small one are written as shares)"
                )
        return [numbers * (size / sums[name]) for name, numbers in values.items()]

    def _groups(
        self, survey: "Survey", name: str, weights: "NDArray[np.float64]"
    ) -> "NDArray[np.int64]":
        """Place of every respondent's answer in a margin."""
        variable = survey.codebook[name]
        positions, codes = encode(survey.data[name], variable)
        targets = list(self.margins[name])
        held = np.bincount(positions, weights, minlength=len(codes) + 1)
        if held[-1] > 0:
            absent = (positions == len(codes)) & (weights > 0)
            raise SurveyError(
                f"rake: '{name}' has no answer of {int(absent.sum())} respondents "
                f"({_rows(absent)}); give them a group by a recode in indicators.yaml, or drop "
                "them in cleaning.yaml"
            )
        for code, weight in zip(map(str, codes), held, strict=False):
            if weight > 0 and code not in targets:
                raise SurveyError(
                    f"rake: the margin of '{name}' says nothing of the answer {code}; add it to "
                    f"those it has ({', '.join(targets)})"
                )
        answered = {str(code) for code, weight in zip(codes, held, strict=False) if weight > 0}
        for code, target in self.margins[name].items():
            if target > 0 and code not in answered:
                raise SurveyError(
                    f"rake: nobody gave the answer {code} of '{name}', which has a target; join it "
                    "with another answer by a recode in indicators.yaml"
                )
        places = [targets.index(str(code)) if str(code) in targets else 0 for code in codes]
        return np.asarray(np.array([*places, 0], np.int64)[positions])


@dataclass(frozen=True)
class Design:
    """How the respondents were sampled and what each stands for.

    Attributes
    ----------
    weights : str, optional
        Variable with the weights; without it every respondent counts as one (or, with `fpc`,
        as the inverse of the sampled fraction).
    strata, clusters : str or sequence of str, optional
        Variables of strata and clusters, one per stage of sampling.
    fpc : str or sequence of str, optional
        Finite population per stratum, one per stage: the number of units in the population, or
        the sampled fraction where all values are at most 1. Later stages enter the variance
        only with `fpc`, as in R.
    nest : bool
        Cluster numbers start anew in every stratum. False: a cluster number that is found in
        two strata is an error.
    lonely_psu : str
        Stratum with one cluster: ``fail``, ``certainty``, ``remove``, ``adjust``, ``average``
        (R's ``survey.lonely.psu``).
    kind : str
        ``sampling`` weights, or ``frequency``: a row stands for that many equal respondents.
    replicates : sequence of str
        Variables with replicate weights, instead of strata and clusters; a name with ``*`` or
        ``?`` stands for all variables that it fits, in the order of the file.
    replicate_kind : str
        One of `REPLICATE_KINDS`: which factor the squared deviations get.
    replicate_scale : float, optional
        Factor of all replicates, in place of that of the kind (R: ``scale``).
    replicate_scales : sequence of float, optional
        Further factor of each replicate; needed for ``jkn`` (R: ``rscales``).
    rho : float
        Fay's coefficient, of kind ``fay``.
    combined : bool
        Whether the replicate weights include the full weight; else they are multiplied by it.
    around_full : bool
        Replicates deviate from the full estimate instead of their mean (R: ``mse = TRUE``).
    resample : str
        ``jackknife`` or ``bootstrap``: replicate weights are made from strata and clusters.
    resamples, seed : int
        Replicates of the bootstrap, and the seed of its draws.
    rake : Rake, optional
        Margins that the weights, and each replicate's, are adjusted to.

    Examples
    --------
    >>> Design(weights="w", strata="region", clusters="village").lonely_psu
    'fail'
    """

    weights: str | None = None
    strata: Names = None
    clusters: Names = None
    fpc: Names = None
    nest: bool = True
    lonely_psu: str = "fail"
    kind: str = "sampling"
    replicates: Sequence[str] = ()
    replicate_kind: str = "bootstrap"
    replicate_scales: Sequence[float] | None = field(default=None)
    around_full: bool = False
    replicate_scale: float | None = None
    rho: float = 0.0
    combined: bool = True
    resample: str = ""
    resamples: int = 1000
    seed: int = 0
    rake: Rake | None = None

    def __post_init__(self) -> None:
        if self.lonely_psu not in LONELY:
            raise SurveyError(f"lonely_psu is one of {', '.join(LONELY)}, not '{self.lonely_psu}'")
        if self.kind not in ("sampling", "frequency"):
            raise SurveyError(f"weights are 'sampling' or 'frequency', not '{self.kind}'")
        if self.replicate_kind not in REPLICATE_KINDS:
            raise SurveyError(
                f"replicate weights are {', '.join(REPLICATE_KINDS)}, not '{self.replicate_kind}'"
            )
        if not 0 <= self.rho < 1 or (self.replicate_kind == "fay") != (self.rho > 0):
            raise SurveyError(
                "replicate weights of kind 'fay', and no others, need a `rho` below 1"
            )
        if self.kind == "frequency" and (self.strata or self.clusters or self.fpc):
            raise SurveyError(
                "frequency weights stand for equal respondents: no strata or clusters"
            )
        if self.kind == "frequency" and (self.replicates or self.resample or self.rake):
            raise SurveyError(
                "frequency weights stand for equal respondents: no replicate weights, no raking"
            )
        if self.replicates and (self.strata or self.clusters or self.fpc):
            raise SurveyError("replicate weights replace strata, clusters and fpc: give only one")
        if self.resample not in ("", "jackknife", "bootstrap"):
            raise SurveyError(f"resample by 'jackknife' or 'bootstrap', not '{self.resample}'")
        if self.resample and self.replicates:
            raise SurveyError("replicate weights are either in the file or made: give only one")

    def prepared(self, survey: "Survey") -> "PreparedDesign":
        """Read the design's variables once, for many tables of the same survey."""
        weights, absent, notes = self._read_weights(survey)
        if self.kind == "frequency":
            return PreparedDesign(self.kind, None, weights, notes, absent)
        sample: Sample | ReplicatedSample
        if self.replicates:
            sample = self._read_replicates(survey, weights)
        else:
            stages = tuple(self._stages(survey, weights.size))
            if self.weights is None and self.fpc is not None:
                weights = _inverse_fractions(stages)
            first = stages[0]
            freedom = float(len(first.strata) - len(first.populations))
            sample = Sample(weights, stages, self.lonely_psu, freedom)
            if self.resample or self.lonely_psu == "fail":
                self._check_lonely(survey, stages)
            if self.resample:
                sample = self._resampled(sample)
        raked = None
        if self.rake is not None:
            sample, raked = self.rake.applied(survey, sample)
        return PreparedDesign(self.kind, sample, sample.weights, notes, absent, raked)

    def _check_lonely(self, survey: "Survey", stages: Sequence[Stage]) -> None:
        """Refuse strata of one unit by name, unless it is the whole population of the stratum."""
        strata, clusters = listed_names(self.strata), listed_names(self.clusters)
        for level, stage in enumerate(stages[:1] if self.resample else stages):
            units = stage.count_units()
            lonely = np.flatnonzero(
                (units == 1) & (bool(self.resample) | (stage.populations > 1 + 1e-7))
            )
            if not lonely.size:
                continue
            stratum = stage.strata[stage.units]
            people = np.bincount(stratum, minlength=len(units))
            named = [*strata[: level + 1], *clusters[:level]]
            told = [
                _word_stratum(survey, named, int(np.argmax(stratum == one)), int(people[one]))
                for one in lonely[:MOST_TOLD].tolist()
            ]
            if lonely.size > MOST_TOLD:
                told.append(f"{lonely.size - MOST_TOLD} more")
            unit = f"one value of '{clusters[level]}'" if level < len(clusters) else "one row"
            rest = (
                "join each with another stratum"
                if self.resample
                else "join each with another stratum, or choose `lonely_psu: certainty`, `remove`, "
                "`adjust` or `average` (`./run resurvey keys config` says what each does)"
            )
            raise SurveyError(
                f"{lonely.size} of {len(units)} strata {'has' if lonely.size == 1 else 'have'} "
                f"only one cluster ({unit}), whose variance is unknown: {'; '.join(told)}; {rest}"
            )

    def _resampled(self, sample: Sample) -> ReplicatedSample:
        if self.resample == "jackknife":
            return jackknife(sample)
        many = sample.weights.size * self.resamples > MOST_WEIGHTS
        if many and self.rake is None and CountBootstrap.suits(sample):
            return CountBootstrap(sample, self.resamples, self.seed)
        return bootstrap(sample, self.resamples, self.seed)

    def _read_weights(
        self, survey: "Survey"
    ) -> tuple["NDArray[np.float64]", "NDArray[np.bool_] | None", tuple[Note, ...]]:
        if self.weights is None:
            return np.ones(len(survey.data)), None, ()
        weights = read_weights(survey, self.weights)
        missing = np.isnan(weights)
        bad = (weights < 0) | np.isinf(weights)
        if bad.any():
            raise refuse_weights(self.weights, int(bad.sum()), np.flatnonzero(bad))
        weights = np.where(missing, 0.0, weights)
        if not weights.any():
            raise SurveyError(f"weight '{self.weights}' is zero or missing for every respondent")
        check_bounds(self.weights, weights)
        notes = weight_notes(int(missing.sum()), int((weights == 0).sum() - missing.sum()))
        return weights, missing, notes

    def _read_replicates(
        self, survey: "Survey", weights: "NDArray[np.float64]"
    ) -> ReplicatedSample:
        names = list(expand_names(self.replicates, survey.codebook))
        if not names:
            raise SurveyError(f"replicate weights: no variable is or fits {self.replicates[0]}")
        copies = np.stack([read_numbers(survey, name) for name in names], axis=1)
        bad = ~np.isfinite(copies) & (weights > 0)[:, None]
        if bad.any():
            first = int(np.flatnonzero(bad.any(axis=0))[0])
            raise SurveyError(
                f"replicate weight '{names[first]}' is missing or infinite ({_rows(bad[:, first])})"
            )
        if len(names) < 2:
            raise SurveyError(f"replicate weights: '{names[0]}' is alone; at least two are needed")
        copies = np.where(np.isfinite(copies), copies, 0.0)
        if not self.combined:
            copies *= weights[:, None]
        return ReplicatedSample(
            weights,
            copies,
            self._scales(len(names)),
            self.around_full,
            float(np.linalg.matrix_rank(copies) - 1),
        )

    def _scales(self, number: int) -> "NDArray[np.float64]":
        """Factor of every replicate's squared deviation (R: ``scale * rscales``)."""
        kind, scale, scales = self.replicate_kind, self.replicate_scale, self.replicate_scales
        if scales is not None and len(scales) != number:
            raise SurveyError(
                f"{number} replicate weights need as many factors of their own, not {len(scales)}"
            )
        if kind == "jkn" and scales is None:
            raise SurveyError(
                "replicate weights of kind 'jkn' need replicate_scales (`rscales` of config.yaml)"
            )
        if kind == "other" and scale is None:
            raise SurveyError(
                "replicate weights of kind 'other' need replicate_scale (`scale` of config.yaml)"
            )
        if kind in ("brr", "fay", "jk2", "acs") and scale is not None:
            raise SurveyError(f"the kind '{kind}' of replicate weights has a factor; drop `scale`")
        if scale is None:
            scale = {
                "brr": 1 / number,
                "fay": 1 / (number * (1 - self.rho) ** 2),
                "jk1": (number - 1) / number,
                "bootstrap": 1 / (number - 1),
                "acs": 4 / number,
            }.get(kind, 1.0)
        return scale * (np.ones(number) if scales is None else np.asarray(scales, np.float64))

    def _stages(self, survey: "Survey", n: int) -> list[Stage]:
        """Number units and strata of every stage; later stages only with a population."""
        clusters, strata, fpc = (
            listed_names(self.clusters),
            listed_names(self.strata),
            listed_names(self.fpc),
        )
        depth = max(1, min(len(clusters) or 1, len(fpc))) if fpc else 1
        stages = []
        path = np.zeros(n, dtype=np.int64)
        share = np.ones(n)
        for level in range(depth):
            stratum_at_level = (
                _groups(survey, strata[level]) if level < len(strata) else np.zeros(n, np.int64)
            )
            stratum = _joined(path, stratum_at_level)
            named = level < len(clusters)
            unit = _groups(survey, clusters[level]) if named else np.arange(n)
            if level == 0 and named and not self.nest:
                _check_nested(unit, stratum, clusters[level])
            unit = _joined(stratum, unit)
            n_strata, n_units = int(stratum.max(initial=-1)) + 1, int(unit.max(initial=-1)) + 1
            of_unit = np.zeros(n_units, dtype=np.int64)
            of_unit[unit] = stratum
            size = np.bincount(of_unit, minlength=n_strata)
            population = np.full(n_strata, np.inf)
            if level < len(fpc):
                population = _populations(survey, fpc[level], stratum, size)
            before = np.ones(n_strata)
            before[stratum] = share
            stages.append(Stage(unit, of_unit, population, before, n_units == n))
            share = share * (size / population)[stratum]
            path = unit
        return stages


@dataclass(frozen=True)
class PreparedDesign:
    """A design with its variables read; pass it to `crosstab` in place of the `Design`.

    Attributes
    ----------
    kind : str
        ``sampling``, ``frequency`` or `EQUAL`.
    sample : Sample or ReplicatedSample or None
        What variances come from; None with frequency weights.
    weights : array of float
        One per respondent; missing weights are zero.
    notes : tuple of Note
        What was found in the weights.
    absent : array of bool, optional
        Who has no weight, among those of weight zero.
    raked : Raking, optional
        How the weights were raked.
    inside : array of bool, optional
        Of a domain: who of the whole sample is in it; `weights` and `absent` are theirs alone.
    heads : array of int, optional
        Respondents behind each row, where those with the same answers share one
        (`resurvey.counts.streamed`); by default a row is one respondent.
    """

    kind: str
    sample: Sample | ReplicatedSample | None
    weights: "NDArray[np.float64]"
    notes: tuple[Note, ...] = ()
    absent: "NDArray[np.bool_] | None" = None
    raked: Raking | None = None
    inside: "NDArray[np.bool_] | None" = None
    heads: "NDArray[np.int64] | None" = None

    @property
    def equal(self) -> bool:
        """Whether every respondent counts as one, so that what needs equal ones may be made."""
        return self.kind == EQUAL

    @property
    def behind(self) -> "NDArray[np.int64] | None":
        """How many people each row stands for; None where a row is one respondent."""
        people = self.people
        return self.heads if people is None else people

    @property
    def people(self) -> "NDArray[np.int64] | None":
        """How many equal respondents each row stands for; None where a row is one respondent."""
        if self.kind == "sampling" or not np.array_equal(self.weights, np.trunc(self.weights)):
            return None
        return self.weights.astype(np.int64)

    def prepared(self, survey: "Survey") -> "PreparedDesign":
        """Return the design itself, checked to belong to as many respondents."""
        if self.weights.size != len(survey.data):
            raise SurveyError(
                f"the design was prepared for {self.weights.size} respondents, "
                f"the survey has {len(survey.data)}"
            )
        return self

    def within(self, mask: "NDArray[np.bool_]") -> "PreparedDesign":
        """Return the design of a domain, for a survey of its respondents alone.

        Parameters
        ----------
        mask : array of bool
            Who of the respondents of this design is in the domain.

        Notes
        -----
        Totals are those of the domain; they vary within the strata and clusters of the whole
        sample, where everybody else counts as zero.

        References
        ----------
        C.-E. Särndal, B. Swensson, J. Wretman (1992), Model Assisted Survey Sampling, section 10.3.
        """
        inside = mask
        if self.inside is not None:
            inside = self.inside.copy()
            inside[self.inside] = mask
        absent = None if self.absent is None else self.absent[mask]
        heads = None if self.heads is None else self.heads[mask]
        own = self.weights[mask]
        return replace(self, weights=own, absent=absent, inside=inside, heads=heads)

    def described(self) -> "Weighting":
        """Describe the weights, with what raking did to them."""
        weights = (
            self.weights if self.absent is None else np.where(self.absent, np.nan, self.weights)
        )
        found = describe_weights(weights)
        if self.raked is None:
            return found
        return replace(
            found,
            rounds=self.raked.rounds,
            smallest=self.raked.smallest,
            trimmed=self.raked.trimmed,
            error=self.raked.error,
        )

    def count(
        self, down: "NDArray[Any]", across: "NDArray[Any]", shape: tuple[int, int]
    ) -> Counted:
        """Count respondents and their weights, and keep how the weighted cells vary.

        Parameters
        ----------
        down, across : array of int
            Positions as `encode` writes them.
        shape : tuple
            Answers of the row and of the column variable.
        """
        there = self.weights > 0
        if self.heads is not None:
            own = self.heads * there
            people = cross_counts(down, across, *shape, own.astype(np.float64)).astype(np.int64)
        elif there.all():
            people = cross_counts(down, across, *shape)
        else:
            people = cross_counts(down[there], across[there], *shape)
        if self.sample is None:
            totals = cross_counts(down, across, *shape, self.weights)
            if np.array_equal(totals, np.trunc(totals)):
                totals = totals.astype(np.int64)
                # A row that stands for many equal respondents counts as that many people.
                people = totals
            weighting = "" if self.equal else self.kind
            return Counted(totals, people, weighting, None, self.notes)
        if self.inside is not None:
            down, across = self.whole(down, shape[0]), self.whole(across, shape[1])
        cells = np.arange(people.size).reshape(people.shape)
        kind: Any = np.uint8 if cells.size <= 256 else np.int64
        key = down.astype(kind) * kind(shape[1] + 1) + across.astype(kind)
        flat, spread = self.sample.spread(key, cells.size, cells[:-1, :-1].ravel())
        return Counted(flat.reshape(cells.shape), people, self.kind, spread, self.notes)

    def whole(self, values: "NDArray[Any]", none: Any) -> "NDArray[Any]":
        """Values of the whole sample: `none` for whoever is outside the domain."""
        if self.inside is None:
            return values
        whole: NDArray[Any] = np.full((self.inside.size, *values.shape[1:]), none, values.dtype)
        whole[self.inside] = values
        return whole


def wave_design(wave: Mapping[str, Any]) -> Design | None:
    """Sampling design that a wave declares; None where every respondent counts as one.

    Examples
    --------
    >>> wave_design({"file": "raw.sav", "weight": "w", "clusters": "village"}).clusters
    'village'
    """
    roles = {"weight": "weights", "strata": "strata", "clusters": "clusters", "fpc": "fpc"}
    chosen = {role: wave[key] for key, role in roles.items() if key in wave}
    if "replicates" in wave:
        chosen |= _declared_replicates(wave["replicates"])
    if "rake" in wave:
        trim = wave["rake"].get("trim", {})
        chosen["rake"] = Rake(wave["rake"]["margins"], **trim)
    if not chosen:
        return None
    choices = {"weight_kind": "kind", "lonely_psu": "lonely_psu", "nest": "nest"}
    chosen |= {role: wave[key] for key, role in choices.items() if key in wave}
    return Design(**chosen)


def design_error(wave: Mapping[str, Any], problem: SurveyError) -> SurveyError:
    """Say of which wave's design a problem is, by its file.

    Examples
    --------
    >>> str(design_error({"file": "resources/2022/raw.sav"}, SurveyError("no weights")))
    "config.yaml, design of the wave with 'resources/2022/raw.sav': no weights"
    """
    of_file = f" with '{wave['file']}'" if "file" in wave else ""
    return SurveyError(f"config.yaml, design of the wave{of_file}: {problem}")


def _declared_replicates(declared: Mapping[str, Any]) -> dict[str, Any]:
    """Name what `replicates:` declares as `Design` does."""
    roles = {
        "type": "replicate_kind",
        "rho": "rho",
        "scale": "replicate_scale",
        "rscales": "replicate_scales",
        "mse": "around_full",
        "combined": "combined",
        "make": "resample",
        "number": "resamples",
        "seed": "seed",
    }
    chosen = {role: declared[key] for key, role in roles.items() if key in declared}
    columns = declared.get("columns", ())
    if columns:
        chosen["replicates"] = (columns,) if isinstance(columns, str) else tuple(columns)
    return chosen


def read_numbers(survey: "Survey", name: str) -> "NDArray[np.float64]":
    """Read a variable of the design as floats; system-missing is NaN."""
    _ = survey.codebook[name]
    column = survey.data[name]
    words = f"variable '{name}' of the design holds text or dates, not numbers"
    if getattr(getattr(column, "dtype", None), "kind", "f") in "mMc":
        raise SurveyError(words)
    try:
        if hasattr(column, "null_count"):  # pyarrow; nulls become NaN
            return np.asarray(column.cast("float64").to_numpy())
        return np.asarray(column.to_numpy(dtype=np.float64, na_value=np.nan))
    except (TypeError, ValueError):  # pyarrow's errors are ValueErrors
        raise SurveyError(words) from None


def _word_stratum(survey: "Survey", names: Sequence[str], row: int, people: int) -> str:
    """Name the stratum of a respondent by codes and labels, and say how many people are in it."""
    answers = []
    for name in names:
        variable = survey.codebook[name]
        positions, codes = encode(survey.data[name], Variable(name, missing=variable.missing))
        code = codes[positions[row]]
        label = variable.answer(code)
        answers.append(f"'{name}' {code}" + (f" ({label})" if label != str(code) else ""))
    return f"{', '.join(answers) or 'everybody'}, {people} {'person' if people == 1 else 'people'}"


def _are_shares(numbers: "NDArray[np.float64]") -> bool:
    """Return whether numbers add up to 1 or to 100, as exactly as they are printed."""
    texts = [repr(number).partition(".")[2].rstrip("0") for number in numbers.tolist()]
    rounding = len(texts) * 0.5 * 10.0 ** -max(map(len, texts))
    return any(
        abs(numbers.sum() - whole) <= max(ROUNDED * whole, min(rounding, _NEARLY * whole))
        for whole in (1, 100)
    )


def _rows(bad: "NDArray[np.bool_]") -> str:
    """First rows where something is wrong, counted from 1."""
    return "row " + ", ".join(str(row + 1) for row in np.flatnonzero(bad)[:5])


def refuse_weights(name: str, number: int, rows: "NDArray[np.intp]") -> SurveyError:
    """Word that some weights, the first of them in these rows, are negative or infinite."""
    places = ", ".join(str(row + 1) for row in rows[:5].tolist())
    return SurveyError(
        f"weight '{name}': {number} values are negative or infinite (row {places}); correct them "
        "or drop the respondents in cleaning"
    )


def weight_notes(without: int, zero: int) -> tuple[Note, ...]:
    """Say how many respondents have no weight, and how many one of zero."""
    notes: tuple[Note, ...] = ()
    if without:
        notes += (Note("weightless", without=without),)
    if zero:
        notes += (Note("zero_weight", zero=zero),)
    return notes


def check_bounds(name: str, weights: "NDArray[np.float64]") -> None:
    """Refuse weights whose squares would overflow or vanish."""
    far = (weights > MOST_PEOPLE) | ((weights > 0) & (weights < LEAST_WEIGHT))
    if far.any():
        raise SurveyError(
            f"weight '{name}': {int(far.sum())} values are above {MOST_PEOPLE:g} or below "
            f"{LEAST_WEIGHT:g} ({_rows(far)}); rescale the weights"
        )


def _groups(survey: "Survey", name: str) -> "NDArray[np.int64]":
    variable = survey.codebook[name]
    positions, codes = encode(survey.data[name], Variable(name, missing=variable.missing))
    absent = positions == len(codes)
    if absent.any():
        raise SurveyError(
            f"variable '{name}' of the design is missing for {int(absent.sum())} respondents "
            f"({_rows(absent)}); every respondent needs a stratum and a cluster"
        )
    return positions.astype(np.int64)


def _joined(outer: "NDArray[np.int64]", inner: "NDArray[np.int64]") -> "NDArray[np.int64]":
    """Number the pairs of outer and inner group without gaps."""
    if not outer.any() and inner.size and np.array_equal(inner, np.arange(inner.size)):
        return inner
    span = int(inner.max(initial=0)) + 1
    pairs: NDArray[np.int64] = np.unique(outer * span + inner, return_inverse=True)[1]
    return pairs.astype(np.int64)


def _check_nested(unit: "NDArray[np.int64]", stratum: "NDArray[np.int64]", name: str) -> None:
    pairs = np.unique(np.stack([unit, stratum]), axis=1)
    if pairs.shape[1] > np.unique(unit).size:
        raise SurveyError(
            f"clusters '{name}': a number is found in more than one stratum; "
            "set nest=True if the numbers start anew in every stratum"
        )


def _populations(
    survey: "Survey", name: str, stratum: "NDArray[np.int64]", size: "NDArray[np.int64]"
) -> "NDArray[np.float64]":
    values = read_numbers(survey, name)
    bad = ~(values > 0)
    if bad.any():
        raise SurveyError(f"fpc '{name}' is missing, zero or negative ({_rows(bad)})")
    population = np.zeros(size.size)
    population[stratum] = values
    if not np.allclose(population[stratum], values, rtol=1e-12, atol=0):
        raise SurveyError(f"fpc '{name}' varies within a stratum")
    if (population <= 1).all():
        population = size / population
    if (population < size - 1e-9).any():
        raise SurveyError(f"fpc '{name}' is smaller than the sample in a stratum")
    return population


def _inverse_fractions(stages: tuple[Stage, ...]) -> "NDArray[np.float64]":
    """Weights from the finite populations: the product over the stages of N / n."""
    weights = np.ones(stages[0].units.size)
    for stage in stages:
        units = np.bincount(stage.strata, minlength=len(stage.populations))
        weights = weights * (stage.populations / units)[stage.strata[stage.units]]
    return weights


logger = logging.getLogger(__name__)

LARGEST_SHARE = 0.25
"""Share of all weights above which one respondent decides every table."""
FEWEST = 20
"""Respondents from which on such a share is no matter of course."""
LARGEST_OVER_MEDIAN = 1000
"""The largest weight over the median one; trimmed weights stay below 10, raw ones below 100."""
NOTED_OVER_MEAN = 30
NOTED_EFFECT = 3.0


@dataclass(frozen=True)
class Weighting:
    """What a reader should know of the weights before believing a weighted per cent.

    Attributes
    ----------
    respondents : int
        Respondents with a weight above zero.
    zero, missing : int
        Respondents of weight zero and without a weight: they count for nothing.
    largest : float
        The largest weight over the mean of those above zero.
    effect, effective : float
        Kish's design effect of unequal weights, and the respondents that it leaves.
    rounds : int
        Rounds of raking; 0 where the weights are those of the file, as with what follows.
    smallest : float
        The smallest weight over the mean.
    trimmed : int
        Respondents whose weight was cut.
    error : float
        The largest relative distance of a margin from its target.
    """

    respondents: int
    zero: int
    missing: int
    largest: float
    effect: float
    effective: float
    rounds: int = 0
    smallest: float = 0.0
    trimmed: int = 0
    error: float = 0.0

    def plain(self) -> dict[str, float]:
        """Write it as plain values for JSON."""
        values = asdict(self)
        if not self.rounds:
            for name in ("rounds", "smallest", "trimmed", "error"):
                del values[name]
        return values

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any]) -> "Weighting":
        """Read what `plain` wrote."""
        return cls(**plain)

    @property
    def is_notable(self) -> bool:
        """Whether the weights are so unequal that the report and the log say it aloud."""
        return self.largest > NOTED_OVER_MEAN or self.effect > NOTED_EFFECT


def describe_weights(weights: Any) -> Weighting:
    """Describe weights, NaN being none.

    Examples
    --------
    >>> found = describe_weights([1.0, 1.0, 2.0, 0.0, float("nan")])
    >>> found.respondents, found.zero, found.missing, found.largest, found.effect
    (3, 1, 1, 1.5, 1.125)
    """
    numbers = np.asarray(weights, dtype=np.float64)
    missing = np.isnan(numbers)
    held = numbers[~missing & (numbers > 0)]
    # Kish's squares of very large or small weights leave the range of floats; shares do not.
    shares = held / held.max() if held.size else held
    effect, effective = kish(shares)
    largest = float(1 / shares.mean()) if held.size else float("nan")
    zero = int((numbers == 0).sum())
    return Weighting(held.size, zero, int(missing.sum()), largest, effect, effective)


def check_weights(
    survey: "Survey", name: str, place: str, largest: float | None = None, kind: str = "sampling"
) -> Weighting:
    """Refuse weights that cannot be right, and say how unequal the others are.

    Parameters
    ----------
    survey : Survey
        Respondents.
    name : str
        Variable with the weights. A code that the codebook declares as missing is no weight.
    place : str
        File, for messages.
    largest : float, optional
        The largest weight that is right (`largest_weight` of the wave); without it no respondent
        may hold more than a quarter of all weights (where at least 20 have one), nor more than
        1000 times the median weight.
    kind : str
        ``frequency`` weights may be as unequal as they like: a row stands for many respondents.

    Raises
    ------
    SurveyError
        A weight is negative or infinite, none is above zero, or one is absurd; with the rows,
        counted from 1, and no value of a respondent.
    """
    try:
        weights = read_weights(survey, name)
    except SurveyError as refusal:
        raise SurveyError(f"{place}: {refusal}") from None
    sampling = kind == "sampling"
    if problem := weights_problem(weights, name, largest, sampling):
        raise SurveyError(f"{place}: {problem}")
    found = describe_weights(weights)
    if sampling and found.is_notable:
        logger.warning("%s: weight '%s': %s", place, name, unequal_words(found))
    if found.zero or found.missing:
        logger.warning(
            "%s: weight '%s': respondents without a weight: %d, of weight 0: %d, together %s; "
            "they stay in the sample, and no weighted number counts them",
            place,
            name,
            found.missing,
            found.zero,
            _count_and_rows(~(weights > 0)),
        )
    return found


def weights_problem(
    weights: "NDArray[np.float64]", name: str, largest: float | None, sampling: bool = True
) -> str:
    """Say why weights cannot be right, and what to do about it; empty where they can.

    Examples
    --------
    >>> weights_problem(np.array([1.0, -1.0]), "w", None).partition(";")[0]
    "weight 'w' is negative or infinite in 1 row (row 2)"
    """
    bad = (weights < 0) | np.isinf(weights)
    if bad.any():
        return (
            f"weight '{name}' is negative or infinite in {_count_and_rows(bad)}; correct "
            "the file, or declare the code under `missing` of the variable in config/codebook.yaml "
            "if it means that there is no weight"
        )
    if not (weights > 0).any():
        return (
            f"weight '{name}' is zero or missing for every respondent; name another "
            "`weight:` in config/config.yaml, or remove the key"
        )
    return _largest_problem(weights, name, largest) if sampling else ""


def read_weights(survey: "Survey", name: str) -> "NDArray[np.float64]":
    """Read weights as numbers; system-missing and declared missing codes are NaN."""
    return without_missing(survey.codebook[name], read_numbers(survey, name))


def without_missing(variable: Variable, numbers: "NDArray[np.float64]") -> "NDArray[np.float64]":
    """Make NaN of the codes that the codebook declares as missing."""
    if not variable.missing and not variable.missing_ranges:
        return numbers
    absent = np.isin(numbers, [code for code in variable.missing if not isinstance(code, str)])
    for low, high in variable.missing_ranges:
        absent |= (numbers >= low) & (numbers <= high)
    return np.where(absent, np.nan, numbers)


def unequal_words(found: Weighting) -> str:
    """Word how unequal weights are, for the log and for notes."""
    return (
        f"the weights are very unequal: the largest is {found.largest:.1f} times the mean, Kish's "
        f"design effect is {found.effect:.2f}, {found.respondents} respondents tell as much as "
        f"{found.effective:.0f} equal ones"
    )


def _largest_problem(weights: "NDArray[np.float64]", name: str, largest: float | None) -> str:
    held = weights[weights > 0]
    if largest is not None:
        above = weights > largest
        if above.any():
            return (
                f"weight '{name}' is above the declared `largest_weight` in "
                f"{_count_and_rows(above)}; correct the file or config/config.yaml"
            )
        return ""
    shares = np.nan_to_num(weights / held.max())
    share = shares / shares.sum()
    far = weights > LARGEST_OVER_MEDIAN * float(np.median(held))
    rules = [(far, f"more than {LARGEST_OVER_MEDIAN} times the median weight")]
    if held.size >= FEWEST:
        alone = share > LARGEST_SHARE
        rules.insert(0, (alone, f"more than {LARGEST_SHARE:.0%} of all weights together"))
    for rows, words in rules:
        if rows.any():
            return (
                f"weight '{name}' is {words} in {_count_and_rows(rows)}, so that single "
                "respondents would decide every table; correct the file, or, if it is right, write "
                "the largest weight that is right as `largest_weight:` under the wave in "
                "config/config.yaml"
            )
    return ""


def _count_and_rows(bad: "NDArray[np.bool_]") -> str:
    """Count the rows where something is wrong, and name the first of them from 1."""
    numbers = [str(row + 1) for row in np.flatnonzero(bad)[:5]]
    many = int(bad.sum())
    shown = ", ".join(numbers) + (" …" if many > len(numbers) else "")
    return f"{many} row{'s' * (many > 1)} (row{'s' * (many > 1)} {shown})"
