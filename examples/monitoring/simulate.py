"""Simulate the waves of this example: `python examples/monitoring/simulate.py`.

Writes resources/{wave}/survey_simulated.sav from config/simulation.yaml: a population whose true
shares and changes are known. Every question is answered independently of every other one, given
the group; its shares may differ between groups and change from a wave on by declared percentage
points. The files in the repository are those that this script writes, byte for byte.
"""

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

HERE = Path(__file__).resolve().parent
# So that the script runs in an environment that does not know the library.
sys.path.insert(0, str(HERE.parents[1] / "workflow/scripts"))

from resurvey.core.codebook import (  # noqa: E402
    Code,
    Codebook,
    Survey,  # noqa: E402
    Variable,
    as_labels,
    clean_code,
    declared_variable,
    nearest,
)
from resurvey.core.errors import SurveyError  # noqa: E402
from resurvey.core.strict_yaml import read_yaml  # noqa: E402
from resurvey.reading.writing import write_sav  # noqa: E402

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
            other: share * self._asked_share(question, waves, other)
            for other, share in self.group_shares().items()
            if group in (None, other)
        }
        total = sum(weights.values())
        return {
            code: sum(
                weight * question.shares_in(waves, item)[place] for item, weight in weights.items()
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
    for name, change in declared["variables"].items():
        questions[name] = _question(name, change, codebook, waves, questions)
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
    declared: Mapping[str, Any],
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
    for line in declared["shares"]:
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
    for line in declared.get("changes", []):
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
    question = Question(name, codes, shares, tuple(changes), _filter(name, declared, before))
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
    name: str, declared: Mapping[str, Any], before: Mapping[str, Question]
) -> tuple[str, tuple[Code, ...]] | None:
    if "asked" not in declared:
        return None
    source = declared["asked"]["variable"]
    if source not in before:
        raise SurveyError(f"{PATH}: '{name}' is filtered by '{source}', which must stand above it")
    answers = tuple(clean_code(code) for code in declared["asked"]["answers"])
    _check_codes(source, dict.fromkeys(answers, 0.0), list(before[source].codes))
    return source, answers


FIRST_PERSON = 900001
"""Numbers from here on: no one takes them for those of respondents."""


def draw_waves(
    model: Model, waves: Mapping[str, Mapping[str, Any]], identifier: str
) -> dict[str, pd.DataFrame]:
    """Draw the respondents of successive waves.

    Each person has, for every question, a position between 0 and 1, which the shares of the
    person's group turn into an answer. A panel member keeps each position with the chance
    `stability` and draws a new one otherwise: in every wave the answers follow the true shares
    exactly, and between waves the same person tends to answer alike.

    Examples
    --------
    >>> sex = Question("sex", (1, 2), {None: (0.5, 0.5)})
    >>> rounds = {"a": {"respondents": 4}, "b": {"respondents": 4, "panel": 0.5}}
    >>> waves = draw_waves(Model(7, "sex", {"sex": sex}), rounds, "person")
    >>> len(set(waves["a"]["person"]) & set(waves["b"]["person"]))
    2
    >>> len(set(waves["a"]["person"]) | set(waves["b"]["person"]))
    6
    """
    names = list(model.questions)
    drawn = {}
    persons = np.empty(0, dtype=np.int64)
    positions = np.empty((0, len(names)))
    known = 0
    for number, (wave, spec) in enumerate(waves.items()):
        chance = np.random.default_rng([model.seed, number])
        wanted = spec["respondents"]
        again = min(wanted, int(spec.get("panel", 0) * len(persons)))
        kept = chance.choice(len(persons), again, replace=False)
        fresh = np.arange(FIRST_PERSON + known, FIRST_PERSON + known + wanted - again)
        known += wanted - again
        moved = chance.random((wanted, len(names)))
        stable = chance.random((again, len(names))) < spec.get("stability", 1)
        stable[:, names.index(model.groups)] = True
        moved[:again] = np.where(stable, positions[kept], moved[:again])
        persons, positions = np.concatenate([persons[kept], fresh]), moved
        order = np.argsort(persons)
        persons, positions = persons[order], positions[order]
        drawn[wave] = _answers(
            model, list(waves)[: number + 1], persons, positions, chance, identifier
        )
    return drawn


def _answers(
    model: Model,
    waves: list[str],
    persons: np.ndarray,
    positions: np.ndarray,
    chance: np.random.Generator,
    identifier: str,
) -> pd.DataFrame:
    """Turn positions into answers, filters and refusals."""
    columns: dict[str, Any] = {identifier: pd.array(persons, dtype="Int64")}
    groups: np.ndarray | None = None
    answers: dict[str, np.ndarray] = {}
    for place, (name, question) in enumerate(model.questions.items()):
        position = positions[:, place]
        given = _inverted(question, waves, position, groups)
        if name == model.groups:
            groups = given
        answers[name] = given
        asked = np.ones(len(given), bool)
        if question.asked is not None:
            source, codes = question.asked
            asked = np.isin(answers[source], codes)
        refusing = chance.random(len(given))
        if model.no_answer is not None and name != model.groups:
            code, share = model.no_answer
            given = np.where(refusing < share, code, given)
        columns[name] = pd.arrays.IntegerArray(given.astype("int64"), ~asked)
    return pd.DataFrame(columns)


def _inverted(
    question: Question, waves: list[str], position: np.ndarray, groups: np.ndarray | None
) -> np.ndarray:
    """Find the answer at each position of the cumulated shares."""
    codes = np.array(question.codes)
    given = np.empty(len(position), dtype=np.int64)
    members: list[tuple[Code | None, np.ndarray]]
    if groups is None or None in question.shares:
        members = [(None, np.ones(len(position), bool))]
    else:
        members = [(group, groups == group) for group in question.shares]
    for group, inside in members:
        ends = np.cumsum(question.shares_in(waves, group))
        places = np.searchsorted(ends / ends[-1], position[inside], side="right")
        given[inside] = codes[np.minimum(places, len(codes) - 1)]
    return given


def plant_changes(survey: Survey, declared: Mapping[str, Any], seed: int) -> Survey:
    """Change names, codes, labels and answers as somebody might who edits a questionnaire.

    Raises
    ------
    SurveyError
        A variable that the wave does not have.

    Examples
    --------
    >>> import pandas as pd
    >>> from resurvey.core.codebook import Codebook
    >>> book = Codebook({"sex": Variable("sex", codes={1: {"en": "men"}, 2: {"en": "women"}})})
    >>> wave = Survey(pd.DataFrame({"sex": pd.array([1, 2, 2], "Int64")}), book)
    >>> swap = [{"variable": "sex", "codes": {1: 2, 2: 1}}]
    >>> file = plant_changes(wave, {"recoded": swap, "renamed": {"sex": "Q1"}}, 1)
    >>> file.data["Q1"].tolist(), file.codebook["Q1"].codes
    ([2, 1, 1], {1: {'en': 'women'}, 2: {'en': 'men'}})
    """
    data, variables = survey.data.copy(), dict(survey.codebook.variables)
    chance = np.random.default_rng(seed)
    for answer in declared.get("answers", []):
        name, code = answer["variable"], clean_code(answer["code"])
        _check(name, variables)
        from_code = (data[name] == clean_code(answer["from"])).fillna(False).to_numpy(bool)
        takes = from_code & (chance.random(len(data)) < answer["share"] / 100)
        data[name] = data[name].mask(takes, code)
        labelled = {**variables[name].codes, code: as_labels(answer["label"])}
        variables[name] = replace(variables[name], codes=labelled)
    for name, words in declared.get("wordings", {}).items():
        _check(name, variables)
        variables[name] = replace(variables[name], label=as_labels(words))
    for recoding in declared.get("recoded", []):
        _check(recoding["variable"], variables)
        name = recoding["variable"]
        codes = {clean_code(old): clean_code(new) for old, new in recoding["codes"].items()}
        data[name] = data[name].map(lambda code, new=codes: new.get(code, code), na_action="ignore")
        data[name] = data[name].astype("Int64")
        variables[name] = _with_codes(variables[name], codes)
    for name in declared.get("dropped", []):
        _check(name, variables)
        del variables[name], data[name]
    names = dict(declared.get("renamed", {}))
    for name in names:
        _check(name, variables)
    renamed = {
        names.get(name, name): replace(item, name=names.get(name, name))
        for name, item in variables.items()
    }
    book = replace(survey.codebook, variables=renamed)
    return Survey(data.rename(columns=names), book)


def _check(name: str, variables: Mapping[str, Variable]) -> None:
    if name not in variables:
        raise SurveyError(f"{PATH}: `questionnaire:` names '{name}', which is not simulated")


def _with_codes(variable: Variable, codes: Mapping[Code, Code]) -> Variable:
    """Give labels and missing codes their new codes, in ascending order."""
    moved = {codes.get(code, code): words for code, words in variable.codes.items()}
    missing = tuple(codes.get(code, code) for code in variable.missing)
    ordered = {
        code: moved[code] for code in sorted(moved, key=lambda code: (isinstance(code, str), code))
    }
    return replace(variable, codes=ordered, missing=missing, order=(), dont_know=())


def ask_everybody(model: Model, declared: Mapping[str, Any]) -> Model:
    """Take the filter away from the questions that a wave asked of everybody.

    Examples
    --------
    >>> from resurvey.study.simulation.model import Question
    >>> job = Question("job", (1, 2), {None: (0.5, 0.5)}, asked=("sex", (1,)))
    >>> sex = Question("sex", (1, 2), {None: (0.5, 0.5)})
    >>> changed = ask_everybody(Model(1, "sex", {"sex": sex, "job": job}), {"unfiltered": ["job"]})
    >>> changed.questions["job"].asked is None
    True
    """
    questions = dict(model.questions)
    for name in declared.get("unfiltered", []):
        if name not in questions:
            raise SurveyError(f"{PATH}: `unfiltered` names '{name}', which is not simulated")
        questions[name] = replace(questions[name], asked=None)
    return replace(model, questions=questions)


def study_codebook(
    model: Model, codebook: Mapping[str, Any], identifier: str
) -> dict[str, Variable]:
    """Variables of a simulated wave as the study declares them, in the order of the model."""
    specs = codebook.get("variables") or {}
    names = [identifier, *model.questions]
    return {name: declared_variable(name, specs.get(name)) for name in names}


FILE_LABEL = "Simulated from a declared model, not microdata"
NOTES = (
    "Simulated from a declared model, not microdata: no person gave these answers.",
    "The shares and their changes are declared in config/simulation.yaml.",
)


def simulate_waves(
    model: Model,
    waves: Mapping[str, Mapping[str, Any]],
    codebook: Mapping[str, Any],
    identifier: str = "respondent",
) -> dict[str, Survey]:
    """Draw waves from a model under the study's names and codes."""
    drawn = draw_waves(model, waves, identifier)
    variables = study_codebook(model, codebook, identifier)
    book = Codebook(variables, FILE_LABEL, NOTES, simulated=True)
    return {wave: Survey(data, book) for wave, data in drawn.items()}


def simulated_file(
    declared: Mapping[str, Any],
    waves: Mapping[str, Mapping[str, Any]],
    codebook: Mapping[str, Any],
) -> Survey:
    """Simulate the last of some waves as the file that its changed questionnaire would give.

    Parameters
    ----------
    declared : dict
        `config/simulation.yaml`.
    waves : dict
        Wave -> its `waves:` in simulation.yaml, in order, up to the one that is wanted.
    codebook : dict
        `config/codebook.yaml`.

    Raises
    ------
    SurveyError
        The model or a planted change names what the study does not have.
    """
    model = read_model(declared, codebook)
    wave = list(waves)[-1]
    changes = waves[wave].get("questionnaire", {})
    identifier = codebook.get("id", "respondent")
    survey = simulate_waves(ask_everybody(model, changes), waves, codebook, identifier)[wave]
    changed = plant_changes(survey, changes, model.seed)
    return replace(changed, codebook=replace(changed.codebook, simulated=True))


def main() -> None:
    """Write the file of every wave."""
    declared = read_yaml(HERE / "config/simulation.yaml")
    codebook = read_yaml(HERE / "config/codebook.yaml")
    languages = read_yaml(HERE / "config/config.yaml")["languages"]
    waves = declared["waves"]
    for number, wave in enumerate(waves, 1):
        survey = simulated_file(declared, dict(list(waves.items())[:number]), codebook)
        folder = HERE / "resources" / wave
        folder.mkdir(parents=True, exist_ok=True)
        write_sav(folder / "survey_simulated.sav", survey, language=languages[0])


if __name__ == "__main__":
    main()
