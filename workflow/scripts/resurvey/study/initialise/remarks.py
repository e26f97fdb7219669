"""Remarks: what whoever made a study should know before running it."""

from resurvey.core.codebook import Code
from resurvey.study.initialise.guess import Guess

_SHOWN = 8
_NAMED = 4
_LONG = 40


def guess_remarks(guess: Guess, most_tables: int) -> list[str]:
    """Say in sentences what was assumed, and what stands in the files as an offer.

    Parameters
    ----------
    guess : Guess
        What was guessed.
    most_tables : int
        The limit of tables.
    """
    said = list(guess.remarks)
    if guess.groups:
        said.append(f"Groups: '{guess.groups[0]}', because {guess.reasons[guess.groups[0]]}")
    else:
        said.append(
            "No groups: no variable says who the respondents are, so tables have no columns"
        )
    if guess.weights:
        said.append(
            f"'{guess.weights[0]}' is or looks like a weight and is not used, until config.yaml "
            f"says `weight: {guess.weights[0]}`"
        )
    said += _missing(guess)
    if guess.written:
        people = sum(one.people for one in guess.written.values())
        said.append(
            f"{_number(people, 'answer')} in {_names(list(guess.written))} that few people wrote "
            "are counted together as other answers, and stand in no file of config/"
        )
    if guess.omitted:
        why = (
            f"at most {most_tables} are written, see --tables"
            if len(guess.tables) >= most_tables
            else "of one answer, or of more than a table shows"
        )
        said.append(
            f"{_number(len(guess.omitted), 'variable')} in no table ({why}); config/tables.yaml "
            "names them"
        )
    return said


def _number(number: int, noun: str) -> str:
    return f"{number} {noun}{'s' * (number != 1)}"


def _missing(guess: Guess) -> list[str]:
    """Name codes that may be no answers, one line for all variables that have them alike."""
    alike: dict[tuple[Code, str], dict[str, int]] = {}
    for name, found in guess.missing.items():
        for one in found:
            alike.setdefault((one.code, one.label), {})[name] = one.people
    said = []
    for (code, label), people in alike.items():
        total = sum(people.values())
        words = f"'{code}'" if isinstance(code, str) else f"{code}"
        words += f" '{label}'" if label else ""
        said.append(
            f"{words} in {_names(list(people))}: {total} respondent{'s' * (total != 1)} "
            f"{'are' if total != 1 else 'is'} counted as an answer unless codebook.yaml lists it "
            "under `missing:`"
        )
    if len(said) > _SHOWN:
        rest = len(said) - _SHOWN
        said = [*said[:_SHOWN], f"{rest} more such codes stand in config/codebook.yaml"]
    return said


def _names(names: list[str]) -> str:
    """List the first names and count the others."""
    short = [name if len(name) <= _LONG else f"{name[: _LONG - 1]}…" for name in names]
    shown = ", ".join(f"'{name}'" for name in short[:_NAMED])
    return f"{shown} and {len(names) - _NAMED} more" if len(names) > _NAMED else shown
