"""Model: the population that simulated waves are drawn from, and its true shares in each wave.

Every question is answered independently of every other one, given the group; its shares may differ
between groups and change from a wave on by declared percentage points.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from resurvey.core.codebook import Code, clean_code, nearest
from resurvey.core.errors import SurveyError

PATH = "config/simulation.yaml"
_SLACK = 0.5
"""Points by which rounded shares may miss 100."""


@dataclass(frozen=True)
class Question:
    """One question of the model.

    Attributes
    ----------
    name : str
        Variable of the codebook.
    codes : tuple
        Its answers, in the order in which a respondent's position between 0 and 1 meets them.
    shares : dict
        Group (None for everybody) -> shares of the answers in the first wave, adding to 1.
    changes : tuple of (wave, dict)
        From this wave on, points of a share that each answer gains, as shares.
    asked : tuple of (variable, codes), optional
        Filter: only who has one of these answers to that variable is asked.
    """

    name: str
    codes: tuple[Code, ...]
    shares: dict[Code | None, tuple[float, ...]]
    changes: tuple[tuple[str, dict[Code, float]], ...] = ()
    asked: tuple[str, tuple[Code, ...]] | None = None

    def shares_in(self, waves: Sequence[str], group: Code | None) -> tuple[float, ...]:
        """True shares of the answers of a group after all changes up to the last of `waves`.

        Examples
        --------
        >>> question = Question("q", (1, 2), {None: (0.5, 0.5)}, (("2024", {1: 0.1, 2: -0.1}),))
        >>> question.shares_in(["2022", "2024"], 1)
        (0.6, 0.4)
        """
        first = self.shares.get(group, self.shares.get(None, ()))
        gains = [gain for wave, gain in self.changes if wave in waves]
        return tuple(
            share + sum(gain.get(code, 0.0) for gain in gains)
            for code, share in zip(self.codes, first, strict=True)
        )


@dataclass(frozen=True)
class Model:
    """A population.

    Attributes
    ----------
    seed : int
        Seed of every draw.
    groups : str
        Variable whose groups may differ; it is a question of the model too.
    questions : dict of Question
        By name, filters before what they filter.
    no_answer : (code, float), optional
        User-missing code, and the share of those asked who give no answer, at random.
    """

    seed: int
    groups: str
    questions: dict[str, Question]
    no_answer: tuple[Code, float] | None = None

    def group_shares(self) -> dict[Code, float]:
        """Share of every group."""
        question = self.questions[self.groups]
        return dict(zip(question.codes, question.shares[None], strict=True))

    def true_shares(
        self, name: str, waves: Sequence[str], group: Code | None = None
    ) -> dict[Code, float]:
        """True shares among those who are asked a question, in the last of `waves`.

        Examples
        --------
        >>> sex = Question("sex", (1, 2), {None: (0.5, 0.5)})
        >>> plan = Question("plan", (1, 2), {1: (0.2, 0.8), 2: (0.4, 0.6)})
        >>> shares = Model(1, "sex", {"sex": sex, "plan": plan}).true_shares("plan", ["2022"])
        >>> {code: round(share, 6) for code, share in shares.items()}
        {1: 0.3, 2: 0.7}
        """
        question = self.questions[name]
        if name == self.groups:
            return self.group_shares()
        weights = {
            one: share * self._asked_share(question, waves, one)
            for one, share in self.group_shares().items()
            if group in (None, one)
        }
        total = sum(weights.values())
        return {
            code: sum(
                weight * question.shares_in(waves, one)[place] for one, weight in weights.items()
            )
            / total
            for place, code in enumerate(question.codes)
        }

    def _asked_share(self, question: Question, waves: Sequence[str], group: Code) -> float:
        """Share of a group that is asked a question."""
        if question.asked is None:
            return 1.0
        name, codes = question.asked
        return sum(self.true_shares(name, waves, group)[code] for code in codes)


def read_model(
    declared: Mapping[str, Any],
    codebook: Mapping[str, Any],
    waves: Sequence[str] | None = None,
) -> Model:
    """Read `config/simulation.yaml`.

    Raises
    ------
    SurveyError
        A variable, code or wave that the study does not have, shares that do not add to 100 or
        leave 0 to 100, a filter that comes after what it filters.
    """
    groups = declared["groups"]
    questions: dict[str, Question] = {}
    for name, one in declared["variables"].items():
        questions[name] = _question(name, one, codebook, waves, questions)
    if groups not in questions or None not in questions[groups].shares:
        raise SurveyError(f"{PATH}: `groups` names '{groups}', whose own shares are not declared")
    known = questions[groups].codes
    for name, question in questions.items():
        for group in question.shares:
            if group is not None and group not in known:
                raise SurveyError(f"{PATH}: '{name}' names group {group}, which '{groups}' lacks")
        if None not in question.shares and set(question.shares) != set(known):
            raise SurveyError(f"{PATH}: '{name}' needs shares for every group of '{groups}'")
    absent = declared.get("no_answer")
    no_answer = (clean_code(absent["code"]), absent["share"] / 100) if absent else None
    return Model(declared["seed"], groups, questions, no_answer)


def _question(
    name: str,
    one: Mapping[str, Any],
    codebook: Mapping[str, Any],
    waves: Sequence[str] | None,
    before: Mapping[str, Question],
) -> Question:
    specs = codebook.get("variables") or {}
    if name not in specs:
        raise SurveyError(f"{PATH}: codebook.yaml has no variable '{name}'{nearest(name, specs)}")
    known = [clean_code(code) for code in (specs[name] or {}).get("codes", {})]
    shares: dict[Code | None, tuple[float, ...]] = {}
    codes: tuple[Code, ...] = ()
    for line in one["shares"]:
        given = {clean_code(code): float(share) for code, share in line["codes"].items()}
        _check_codes(name, given, known)
        if codes and tuple(given) != codes:
            raise SurveyError(f"{PATH}: '{name}' has other answers in another group")
        codes, total = tuple(given), sum(given.values())
        if abs(total - 100) > _SLACK or min(given.values()) < 0:
            raise SurveyError(f"{PATH}: the shares of '{name}' add to {total:g}, not to 100")
        group = clean_code(line["group"]) if "group" in line else None
        shares[group] = tuple(share / total for share in given.values())
    changes = []
    for line in one.get("changes", []):
        gains = {clean_code(code): gain / 100 for code, gain in line["codes"].items()}
        _check_codes(name, gains, list(codes))
        if waves is not None and line["from"] not in waves:
            raise SurveyError(
                f"{PATH}: '{name}' changes from '{line['from']}', which is no wave"
                f"{nearest(line['from'], waves)}"
            )
        if abs(sum(gains.values())) > 1e-9:
            raise SurveyError(
                f"{PATH}: the changes of '{name}' from '{line['from']}' must add to 0"
            )
        changes.append((line["from"], gains))
    question = Question(name, codes, shares, tuple(changes), _filter(name, one, before))
    for group in shares:
        for step, wave in enumerate(waves or (), 1):
            if min(question.shares_in((waves or ())[:step], group)) < 0:
                raise SurveyError(f"{PATH}: a share of '{name}' falls below 0 in '{wave}'")
    return question


def _check_codes(name: str, given: Mapping[Code, float], known: list[Code]) -> None:
    for code in given:
        if code not in known:
            raise SurveyError(f"{PATH}: '{name}' has no answer {code}")


def _filter(
    name: str, one: Mapping[str, Any], before: Mapping[str, Question]
) -> tuple[str, tuple[Code, ...]] | None:
    if "asked" not in one:
        return None
    source = one["asked"]["variable"]
    if source not in before:
        raise SurveyError(f"{PATH}: '{name}' is filtered by '{source}', which must stand above it")
    answers = tuple(clean_code(code) for code in one["asked"]["answers"])
    _check_codes(source, dict.fromkeys(answers, 0.0), list(before[source].codes))
    return source, answers
