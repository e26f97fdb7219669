"""Weights: how unequal the weights of a wave are, and when one of them cannot be right."""

import logging
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from resurvey.core.codebook import Variable
from resurvey.core.errors import SurveyError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from resurvey.core.survey import Survey

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
    """

    respondents: int
    zero: int
    missing: int
    largest: float
    effect: float
    effective: float

    def plain(self) -> dict[str, float]:
        """Write it as plain values for JSON."""
        return asdict(self)

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
    >>> describe_weights([1.0, 1.0, 2.0, 0.0, float("nan")])
    Weighting(respondents=3, zero=1, missing=1, largest=1.5, effect=1.125, \
effective=2.6666666666666665)
    """
    from resurvey.counts.design import kish

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
    weights = read_weights(survey, name)
    bad = (weights < 0) | np.isinf(weights)
    if bad.any():
        raise SurveyError(
            f"{place}: weight '{name}' is negative or infinite in {_rows(bad)}; correct the file, "
            "or declare the code under `missing` of the variable in config/codebook.yaml if it "
            "means that there is no weight"
        )
    if not (weights > 0).any():
        raise SurveyError(
            f"{place}: weight '{name}' is zero or missing for every respondent; name another "
            "`weight:` in config/config.yaml, or remove the key"
        )
    found = describe_weights(weights)
    if kind == "sampling":
        _check_largest(weights, name, place, largest)
        if found.is_notable:
            logger.warning("%s: weight '%s': %s", place, name, unequal_words(found))
    if found.zero or found.missing:
        logger.warning(
            "%s: weight '%s': respondents of weight 0: %d, without a weight: %d; they count for "
            "nothing",
            place,
            name,
            found.zero,
            found.missing,
        )
    return found


def read_weights(survey: "Survey", name: str) -> "NDArray[np.float64]":
    """Read weights as numbers; system-missing and declared missing codes are NaN."""
    from resurvey.counts.design import read_numbers

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


def _check_largest(
    weights: "NDArray[np.float64]", name: str, place: str, largest: float | None
) -> None:
    held = weights[weights > 0]
    if largest is not None:
        above = weights > largest
        if above.any():
            raise SurveyError(
                f"{place}: weight '{name}' is above the declared `largest_weight` in "
                f"{_rows(above)}; correct the file or config/config.yaml"
            )
        return
    shares = np.nan_to_num(weights / held.max())
    share = shares / shares.sum()
    far = weights > LARGEST_OVER_MEDIAN * float(np.median(held))
    rules = [(far, f"more than {LARGEST_OVER_MEDIAN} times the median weight")]
    if held.size >= FEWEST:
        alone = share > LARGEST_SHARE
        rules.insert(0, (alone, f"more than {LARGEST_SHARE:.0%} of all weights together"))
    for rows, words in rules:
        if rows.any():
            raise SurveyError(
                f"{place}: weight '{name}' is {words} in {_rows(rows)}, so that single "
                "respondents would decide every table; correct the file, or, if it is right, write "
                "the largest weight that is right as `largest_weight:` under the wave in "
                "config/config.yaml"
            )


def _rows(bad: "NDArray[np.bool_]") -> str:
    """Count the rows where something is wrong, and name the first of them from 1."""
    numbers = [str(row + 1) for row in np.flatnonzero(bad)[:5]]
    many = int(bad.sum())
    shown = ", ".join(numbers) + (" …" if many > len(numbers) else "")
    return f"{many} row{'s' * (many > 1)} (row{'s' * (many > 1)} {shown})"
