"""Routing: whether the same people were asked, in two waves.

Three rules, each for a question that both waves have. They judge who *answered*, for the codes of
another question; and who was *asked*, that is, has an answer or a reason for none.

1. A *filter* is another question whose answers decide who answered: of those with some answers
   hardly anybody did (at most 2 %), of those with each other answer at least half did; answers in
   between are given by 5 % of the respondents at most. Where a question has a filter in one of the
   waves, the share that answered is compared for each answer of the filter. A change by half or
   more is a changed **routing**.
2. Where the share of the respondents who were asked changed by 15 points or more, or the share
   that answered by 30, it is a changed **base** – unless the answers to some other question
   account for it: fewer have a job, so fewer were asked about their job.
3. Where the share that answered changed by 5 points or more, it is a changed **share of missing
   answers**, which warns.

A difference counts only if Fisher's exact p-value, times the number of comparisons that could have
been made, is at most `LEVEL`. If nobody's chance of answering depends on the wave, given the
filter's answer, a comparison of two waves therefore stops falsely at most once in 10,000 times; the
thresholds of size make that rarer still (none in 2,000 simulated waves, tests/unit/waves).
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from resurvey.core.codebook import Code
from resurvey.waves.contract.chance import LEVEL, chance
from resurvey.waves.contract.differences import Difference, difference
from resurvey.waves.contract.questionnaire import Item, Questionnaire

HARDLY = 0.02
HALF = 0.5
FEWEST = 5
"""An answer of a filter with fewer respondents says nothing about who was asked."""
SHARE_SKIPPED = 0.05
ASKED_CHANGE, ANSWERED_CHANGE, MISSING_CHANGE = 0.15, 0.30, 0.05
MOST_CODES = 30
_ROWS = 50_000


@dataclass(frozen=True)
class Answered:
    """How many answered each question, for every answer to every other one.

    Attributes
    ----------
    questions : list of str
        Columns of `counts`.
    groups : list of (variable, code)
        Rows of `counts` and `sizes`: the answers by which respondents are grouped.
    counts : numpy.ndarray
        Respondents of the group who answered the question.
    sizes : numpy.ndarray
        Respondents of the group.
    """

    questions: list[str]
    groups: list[tuple[str, Code]]
    counts: np.ndarray
    sizes: np.ndarray

    def shares(self, question: str, group: str) -> dict[Code, tuple[int, int]]:
        """For every answer to `group`: how many answered `question`, of how many."""
        column = self.questions.index(question)
        return {
            code: (int(self.counts[row, column]), int(self.sizes[row]))
            for row, (name, code) in enumerate(self.groups)
            if name == group
        }


def compare_routing(
    before: Questionnaire, after: Questionnaire, doubtful: frozenset[str] = frozenset()
) -> list[Difference]:
    """Compare who was asked and who answered, question by question."""
    uncounted = before.uncounted | after.uncounted
    common = [
        name
        for name in after.items
        if name in before.items
        and name not in uncounted
        and after.items[name].column is not None
        and before.items[name].column is not None
    ]
    gaps = {name: _Gaps.of(before.items[name], after.items[name]) for name in common}
    routed = [name for name in common if gaps[name].any_gap]
    codes = {
        name: listed
        for name in common
        if name not in doubtful and (listed := _groups(before.items[name], after.items[name]))
    }
    waves = [_answered(one, routed, codes) for one in (before, after)] if routed else []
    tests = max(1, len(common) * (2 + sum(map(len, codes.values()))))
    found = []
    for name in routed:
        declared = _declared_filter(before.items[name], after.items[name])
        routing = declared or _changed_filter(name, waves, tests)
        if routing:
            found.append(routing)
            continue
        explained = gaps[name].explained(name, waves, codes)
        changed = gaps[name].changed(name, tests, explained)
        found += [changed] if changed else []
    for name in common:
        declared = _declared_filter(before.items[name], after.items[name])
        if declared and name not in routed:
            found.append(declared)
    return found


def _groups(before: Item, after: Item) -> list[Code]:
    """Answers by which respondents can be grouped; none where the question is no short list."""
    if not (before.closed and after.column is not None):
        return []
    codes = [code for code in before.observed | after.observed if _is_answer(code, before, after)]
    return codes if len(codes) <= MOST_CODES else []


def _is_answer(code: Code, *items: Item) -> bool:
    return not any(item.variable.is_missing(code) for item in items)


def _answered(wave: Questionnaire, questions: list[str], codes: dict[str, list[Code]]) -> Answered:
    """Count who answered in every group, some rows at a time."""
    answered = np.column_stack([~wave.items[name].without_answer() for name in questions])
    groups = [(name, code) for name, listed in codes.items() for code in listed]
    counts = np.zeros((len(groups), len(questions)))
    sizes = np.zeros(len(groups), dtype=np.int64)
    columns = {name: wave.items[name].column for name in codes}
    for start in range(0, wave.respondents, _ROWS):
        part = slice(start, start + _ROWS)
        member = np.column_stack(
            [_equal(columns[name], code, part) for name, code in groups]
            or [np.zeros((len(answered[part]), 0), bool)]
        )
        counts += member.T.astype("float32") @ answered[part].astype("float32")
        sizes += member.sum(axis=0)
    return Answered(questions, groups, counts.astype(np.int64), sizes)


def _equal(column: Any, code: Code, part: slice) -> np.ndarray:
    held = column.iloc[part]
    if isinstance(code, str) != (held.dtype == "str"):
        return np.zeros(len(held), bool)
    equal: np.ndarray = (held == code).fillna(False).to_numpy(bool)
    return equal


def _filters(name: str, wave: Answered) -> Iterator[tuple[int, str]]:
    """Other questions whose answers decide who answered `name`, with how many that leaves out."""
    for group in dict.fromkeys(variable for variable, _ in wave.groups):
        if group == name:
            continue
        shares = {
            code: (count / base, base)
            for code, (count, base) in wave.shares(name, group).items()
            if base >= FEWEST
        }
        skipped = sum(base for share, base in shares.values() if share <= HARDLY)
        everybody = sum(base for _, base in shares.values())
        between = sum(base for share, base in shares.values() if HARDLY < share < HALF)
        clear = between <= SHARE_SKIPPED * everybody
        asked = any(share >= HALF for share, _ in shares.values())
        if clear and asked and skipped >= max(FEWEST, SHARE_SKIPPED * everybody):
            yield skipped, group


def _changed_filter(name: str, waves: list[Answered], tests: int) -> Difference | None:
    """Compare the shares that answered by the filter of either wave."""
    for wave in waves:
        best = max(_filters(name, wave), key=lambda found: found[0], default=None)
        if best is None:
            continue
        group = best[1]
        old, new = (one.shares(name, group) for one in waves)
        changed = [
            code
            for code in old
            if old[code][1]
            and new[code][1]
            and abs(old[code][0] / old[code][1] - new[code][0] / new[code][1]) >= HALF
            and chance(*old[code], *new[code]) * tests <= LEVEL
        ]
        if changed:
            return difference(
                name, "routing", _told(group, changed, old), _told(group, changed, new)
            )
    return None


def _told(group: str, codes: Iterable[Code], shares: dict[Code, tuple[int, int]]) -> str:
    return "; ".join(f"{group} = {code}: {shares[code][0]} / {shares[code][1]}" for code in codes)


_PROGRAM_NAMES = re.compile(r"\d+x\d+x(?=\d)|\.naok|[\s\"'`(){}$]+", re.IGNORECASE)


def _declared_filter(before: Item, after: Item) -> Difference | None:
    """Compare the filters that the questionnaire tool wrote into both files."""
    old, new = before.variable.routing, after.variable.routing
    if not old or not new:
        return None
    # Survey numbers change with every copy of a questionnaire.
    if _PROGRAM_NAMES.sub("", old).casefold() == _PROGRAM_NAMES.sub("", new).casefold():
        return None
    return difference(after.name, "routing", old, new)


@dataclass(frozen=True)
class _Gaps:
    """How many were asked and how many answered, then and now."""

    asked: tuple[int, int]
    answered: tuple[int, int]
    bases: tuple[int, int]

    @classmethod
    def of(cls, before: Item, after: Item) -> "_Gaps":
        asked, answered, bases = (
            [int((~item.not_asked()).sum()) for item in (before, after)],
            [int((~item.without_answer()).sum()) for item in (before, after)],
            [len(item.not_asked()) for item in (before, after)],
        )
        return cls((asked[0], asked[1]), (answered[0], answered[1]), (bases[0], bases[1]))

    @property
    def any_gap(self) -> bool:
        """Whether anybody is without an answer in either wave."""
        return self.answered != self.bases

    def _moved(self, counts: tuple[int, int], change: float, tests: int) -> bool:
        old, new = counts[0] / self.bases[0], counts[1] / self.bases[1]
        if abs(old - new) < change:
            return False
        return chance(counts[0], self.bases[0], counts[1], self.bases[1]) * tests <= LEVEL

    def explained(self, name: str, waves: list[Answered], codes: dict[str, list[Code]]) -> bool:
        """Whether another question's answers account for the change of those who answered.

        Had everybody with the same answer to it answered as often as before, the share would be
        within half the threshold of what it is.
        """
        now = self.answered[1] / self.bases[1]
        for group in codes:
            if group == name:
                continue
            old, new = (wave.shares(name, group) for wave in waves)
            # Those without an answer to the other question stay out on both sides.
            people = sum(base for _, base in new.values())
            seen = [code for code in old if old[code][1]]
            if not people or sum(new[code][1] for code in seen) < 0.9 * self.bases[1]:
                continue
            expected = sum(new[code][1] * old[code][0] / old[code][1] for code in seen) / people
            if abs(expected - now) <= ASKED_CHANGE / 2:
                return True
        return False

    def changed(self, name: str, tests: int, explained: bool) -> Difference | None:
        """Describe the gravest change of the shares, or None."""
        base = self._moved(self.asked, ASKED_CHANGE, tests)
        base = base or self._moved(self.answered, ANSWERED_CHANGE, tests)
        if base and not explained:
            kind, counts = "base", self.asked
            if not self._moved(self.asked, ASKED_CHANGE, tests):
                counts = self.answered
        elif self._moved(self.answered, MISSING_CHANGE, tests):
            kind, counts = "missing_share", self.answered
        else:
            return None
        old, new = (f"{counts[time]} / {self.bases[time]}" for time in (0, 1))
        return difference(name, kind, old, new, severity="note" if explained else "")
