"""Routing: whether the same people were asked, in two waves.

One test decides, for each question that both waves have: Fisher's exact test of two shares, here
of those who answered it. It is made of all respondents, and of those with each answer to every
other question. The shares differ if its p-value, times the number of comparisons that could have
been made (Bonferroni), is at most `LEVEL`, and if they lie so far apart that it matters, for in a
large wave every difference is more than chance:

1. **routing**: by half or more among those with an answer to a *filter*, that is to a question of
   which one answer, in one of the waves, parts who answered from who did not by the same test;
2. **base**: by 15 points of those who were asked (who have an answer or a reason for none) or by
   30 of those who answered. It is only noted where another question accounts for it: had everybody
   with the same answer to that one answered as often as before, the shares would be the same
   (direct standardisation) – fewer have a job, so fewer were asked about their job;
3. **share of missing answers**: by 5 points of those who answered, which warns.

If nobody's chance of answering depends on the wave, given the filter's answer, a comparison of two
waves therefore stops falsely at most once in 10,000 times; the least sizes make that rarer still
(none in 2,000 simulated waves, tests/unit/waves).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from resurvey.core.codebook import Code
from resurvey.statistics.exact import fisher_2x2
from resurvey.waves.contract.differences import Difference, difference
from resurvey.waves.contract.questionnaire import Item, Questionnaire, in_code_order

LEVEL = 1e-4
"""Chance, at most, that a comparison of two waves stops although nobody's routing changed."""
TESTED = ("routing", "base", "missing_share")
"""Kinds of difference that the test finds."""
HALF = 0.5
ASKED_CHANGE, ANSWERED_CHANGE, MISSING_CHANGE = 0.15, 0.30, 0.05
MOST_CODES = 30
"""A question with more answers is no filter."""
_ROWS = 50_000

Share = tuple[int, int]
"""How many, of how many."""


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

    def shares(self, question: str, group: str) -> dict[Code, Share]:
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
    pairs = {
        name: (before.items[name], item)
        for name, item in after.items.items()
        if name in before.items
        and name not in uncounted
        and item.column is not None
        and before.items[name].column is not None
    }
    gaps = [name for name, items in pairs.items() if any(map(_has_gaps, items))]
    codes = {
        name: listed
        for name, items in pairs.items()
        if name not in doubtful and (listed := _groups(*items))
    }
    waves = [_count_answered(wave, gaps, codes) for wave in (before, after)] if gaps else []
    tests = max(1, len(pairs) * (2 + sum(map(len, codes.values()))))
    found = []
    for name in gaps:
        changed = (
            _declared_filter(*pairs[name])
            or _changed_filter(name, waves, tests)
            or _changed_base(name, *pairs[name], waves, tests)
        )
        found += [changed] if changed else []
    asked_of_all = (_declared_filter(*pairs[name]) for name in pairs if name not in gaps)
    return found + [changed for changed in asked_of_all if changed]


def differ(share: Share, other: Share, least: float, tests: int) -> bool:
    """Return whether two shares differ by at least so much, and by more than chance.

    Examples
    --------
    >>> differ((15, 15), (0, 15), 0.5, 100), differ((3, 4), (1, 4), 0.5, 100)
    (True, False)
    """
    (count, base), (other_count, other_base) = share, other
    if not base or not other_base or abs(count / base - other_count / other_base) < least:
        return False
    table = np.array([[count, base - count], [other_count, other_base - other_count]])
    return fisher_2x2(table) * tests <= LEVEL


def _has_gaps(item: Item) -> bool:
    return bool(item.without_answer().any())


def _groups(before: Item, after: Item) -> list[Code]:
    """Answers by which respondents can be grouped; none where the question is no short list."""
    if not before.closed:
        return []
    codes = [
        code
        for code in in_code_order(before.observed | after.observed)
        if not (before.variable.is_missing(code) or after.variable.is_missing(code))
    ]
    return codes if len(codes) <= MOST_CODES else []


def _count_answered(
    wave: Questionnaire, questions: list[str], codes: dict[str, list[Code]]
) -> Answered:
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


def _by_groups(
    name: str, waves: list[Answered]
) -> Iterator[tuple[str, dict[Code, Share], dict[Code, Share]]]:
    """For every other question: who answered `name` then and now, by the answers to it."""
    for group in dict.fromkeys(variable for variable, _ in waves[0].groups):
        if group != name:
            then, now = (wave.shares(name, group) for wave in waves)
            yield group, then, now


def _changed_filter(name: str, waves: list[Answered], tests: int) -> Difference | None:
    """Find the filter whose answers decide otherwise than before who answered, for most people."""
    best, most = None, 0.0
    for group, then, now in _by_groups(name, waves):
        codes = [code for code in then if differ(then[code], now[code], HALF, tests)]
        if not any(_parts(code, shares, tests) for code in codes for shares in (then, now)):
            continue
        people = sum(
            now[code][1] * abs(then[code][0] / then[code][1] - now[code][0] / now[code][1])
            for code in codes
        )
        if people > most:
            old, new = (
                "; ".join(f"{group} = {code}: {side[code][0]} / {side[code][1]}" for code in codes)
                for side in (then, now)
            )
            best, most = difference(name, "routing", old, new), people
    return best


def _parts(code: Code, shares: dict[Code, Share], tests: int) -> bool:
    """Return whether those with an answer answered a question otherwise than the rest."""
    rest = [share for other, share in shares.items() if other != code]
    others = sum(count for count, _ in rest), sum(base for _, base in rest)
    return differ(shares[code], others, HALF, tests)


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


def _changed_base(
    name: str, before: Item, after: Item, waves: list[Answered], tests: int
) -> Difference | None:
    """Compare how many of all respondents were asked, and how many answered."""
    then, now = (
        {"asked": (int((~asked).sum()), asked.size), "answered": (int((~none).sum()), none.size)}
        for asked, none in ((item.not_asked(), item.without_answer()) for item in (before, after))
    )

    def changed(what: str, least: float) -> bool:
        return differ(then[what], now[what], least, tests)

    asked, answered = changed("asked", ASKED_CHANGE), changed("answered", ANSWERED_CHANGE)
    base = asked or answered
    if not base and not changed("answered", MISSING_CHANGE):
        return None
    explained = _is_explained(name, now["answered"][1], waves)
    kind, what = "missing_share", "answered"
    if base and not explained:
        kind, what = "base", "asked" if asked else "answered"
    elif not changed("answered", MISSING_CHANGE):
        return None
    old, new = (f"{side[what][0]} / {side[what][1]}" for side in (then, now))
    return difference(name, kind, old, new, severity="note" if explained else "")


def _is_explained(name: str, respondents: int, waves: list[Answered]) -> bool:
    """Return whether another question's answers account for the share that answered now.

    They do where less than half of a changed base is left, when everybody with the same answer to
    it answers as often as before. Those without an answer to it, or with one that nobody gave
    before, are left.
    """
    for _, then, now in _by_groups(name, waves):
        seen = [code for code in then if then[code][1]]
        expected = sum(now[code][1] * then[code][0] / then[code][1] for code in seen)
        not_seen = respondents - sum(now[code][1] for code in seen)
        left = abs(sum(now[code][0] for code in seen) - expected)
        if not_seen + left <= ASKED_CHANGE / 2 * respondents:
            return True
    return False
