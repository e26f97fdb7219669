"""Shown: the parts of the page of a comparison over time."""

from dataclasses import dataclass

from markupsafe import Markup

from resurvey.pages.numerals import Shown


@dataclass(frozen=True)
class ShownWave:
    """One wave in the list of waves; `kind` is "", "reconstructed" or "simulated"."""

    name: str
    label: str
    respondents: Shown
    kind: str


@dataclass(frozen=True)
class Move:
    """What one question did: the answer that moved most, and how sure that is."""

    rank: str
    question: str
    table: str
    answer: str
    waves: str
    earlier: Shown
    later: Shown
    difference: Shown
    interval: str
    p: str
    adjusted: str
    wording: str
    note: str
    changed: tuple[str, ...] = ()


@dataclass(frozen=True)
class Change:
    """A change in percentage points; `interval` and `p` stand below it, where there are any.

    `mark` says in a word or two what else moved the number than opinions.
    """

    points: str
    interval: str = ""
    p: str = ""
    mark: str = ""


@dataclass(frozen=True)
class Row:
    """One answer over the waves: the changes are those of the last wave."""

    label: str
    kind: str
    shares: tuple[Shown, ...]
    previous: Change
    reference: Change
    slope: Change


@dataclass(frozen=True)
class Step:
    """One answer in one wave, with its changes."""

    label: str
    kind: str
    wave: str
    share: Shown
    base: Shown
    previous: Change
    reference: Change


@dataclass(frozen=True)
class Block:
    """One question in one column of a table, over the waves.

    Attributes
    ----------
    question, column : str
        Labels; no column for all respondents.
    unit : str
        Key of the words that say what the per cents are of.
    rows : tuple of Row
        Answers and subtotals.
    bases : tuple of Shown
        Respondents in each wave; empty where every answer has a base of its own.
    steps : tuple of Step
        Every answer in every wave after the first; empty for two waves, whose rows say it all.
    evidence, pairs : tuple of str
        Tests of the whole question: over all waves, and of every pair of waves.
    wording : tuple of str
        How question or answers were reworded.
    changed : tuple of str
        What was asked otherwise, or of other people, and why that was accepted.
    remarks : tuple of str
        Why numbers are missing.
    """

    question: str
    column: str
    unit: str
    rows: tuple[Row, ...]
    bases: tuple[Shown, ...]
    steps: tuple[Step, ...]
    evidence: tuple[str, ...]
    pairs: tuple[str, ...]
    wording: tuple[str, ...]
    changed: tuple[str, ...]
    remarks: tuple[str, ...]


@dataclass(frozen=True)
class Exhibit:
    """A table over time: all respondents, then each group."""

    name: str
    title: str
    blocks: tuple[Block, ...]
    groups: tuple[Block, ...]
    figure: Markup


@dataclass(frozen=True)
class Member:
    """One answer of those who are in two waves."""

    question: str
    answer: str
    members: Shown
    gained: Shown
    lost: Shown
    difference: Shown
    interval: str
    p: str
    mark: str = ""
