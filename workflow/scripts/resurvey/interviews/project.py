"""Project: coded interviews as any program gives them: a tree of codes, cases, segments."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from resurvey.core.codebook import nearest
from resurvey.core.errors import SurveyError

INVENTED = "invented interviews"
"""Words by which files of interviews that nobody gave may be committed."""

BETWEEN = " > "
"""Between the names of a code's path."""

LONGEST_CODE = 200
"""Characters of a code's name; what is longer are words of an interview."""


@dataclass(frozen=True)
class Code:
    """A code of the code tree.

    Attributes
    ----------
    key : str
        What identifies it in its file.
    name : str
        Its name; several codes below different parents may have one.
    parent : str
        Key of the code above; empty at the top.
    codable : bool
        Segments may have it; otherwise it only holds others together.
    """

    key: str
    name: str
    parent: str = ""
    codable: bool = True


@dataclass(frozen=True)
class Case:
    """A person interviewed (or a group, where a file says so).

    Attributes
    ----------
    key : str
        What identifies the case in its file.
    name : str
        Its name there, which may be that of a person and is never written anywhere.
    attributes : dict
        Name of an attribute -> its value, as the file has it.
    """

    key: str
    name: str = ""
    attributes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Segment:
    """One code that one coder gave to one stretch of an interview.

    Attributes
    ----------
    key : str
        What identifies the stretch in its file: codes of one stretch share it.
    code : str
        Key of the code.
    case : str
        Key of the case; empty where nobody knows whose words these are.
    coder : str
        Who coded; empty where the file does not say.
    text : str
        The words; empty where the stretch is part of a picture or a recording.
    source : str
        Document of the stretch.
    start, end : int, optional
        Place in the document's text, in characters; `end` is the first one behind.
    """

    key: str
    code: str
    case: str = ""
    coder: str = ""
    text: str = ""
    source: str = ""
    start: int | None = None
    end: int | None = None

    def overlaps(self, other: "Segment") -> bool:
        """Tell whether two stretches share a character, or are the same one."""
        if self.source != other.source:
            return False
        if self.key == other.key:
            return True
        if None in (self.start, self.end, other.start, other.end):
            return False
        assert self.start is not None
        assert self.end is not None
        assert other.start is not None
        assert other.end is not None
        return self.start < other.end and other.start < self.end


@dataclass(frozen=True)
class Project:
    """Coded interviews.

    Attributes
    ----------
    path : pathlib.Path
        The file, as errors name it.
    codes : tuple of Code
        The tree, each code behind its parent.
    cases : tuple of Case
        In the order of the file.
    segments : tuple of Segment
        In the order of the file.
    paragraphs : dict
        Document -> its paragraphs as (start, end); empty where there are no texts.
    assumed : tuple of str
        What was taken for granted in reading, a clause each; without any word of an interview.
    """

    path: Path
    codes: tuple[Code, ...] = ()
    cases: tuple[Case, ...] = ()
    segments: tuple[Segment, ...] = ()
    paragraphs: Mapping[str, Sequence[tuple[int, int]]] = field(default_factory=dict)
    assumed: tuple[str, ...] = ()

    @cached_property
    def by_key(self) -> Mapping[str, Code]:
        """The codes by their keys."""
        return {code.key: code for code in self.codes}

    def above(self, key: str) -> list[str]:
        """Keys from the top of the tree down to a code."""
        found = [key]
        while parent := self.by_key[found[0]].parent:
            found.insert(0, parent)
        return found

    def path_of(self, key: str) -> str:
        """Names from the top of the tree down to a code.

        Examples
        --------
        >>> tree = Code("a", "Work"), Code("b", "Search", "a")
        >>> Project(Path("p.qdpx"), tree).path_of("b")
        'Work > Search'
        """
        return BETWEEN.join(self.by_key[step].name for step in self.above(key))

    @cached_property
    def by_path(self) -> Mapping[str, str]:
        """Path of every code -> its key."""
        return {self.path_of(code.key): code.key for code in self.codes}

    @cached_property
    def below(self) -> Mapping[str, frozenset[str]]:
        """Key of every code -> its own key and those of all codes below it."""
        found: dict[str, set[str]] = {code.key: set() for code in self.codes}
        for code in self.codes:
            for step in self.above(code.key):
                found[step].add(code.key)
        return {key: frozenset(keys) for key, keys in found.items()}

    def find(self, name: str, where: str) -> str:
        """Find a code by its path, or by its name where one code alone has it.

        Raises
        ------
        SurveyError
            There is none, or several have the name; `where` says who asks.
        """
        if name in self.by_path:
            return self.by_path[name]
        named = [code.key for code in self.codes if code.name == name]
        if len(named) == 1:
            return named[0]
        if named:
            raise SurveyError(
                f"{where}: {self.path} has {len(named)} codes '{name}'; write the path, such as "
                f"'{self.path_of(named[0])}'"
            )
        raise SurveyError(
            f"{where}: {self.path} has no code '{name}'{nearest(name, list(self.by_path))}"
        )


def check_tree(path: Path, codes: Iterable[Code]) -> tuple[Code, ...]:
    """Put every code behind its parent, and refuse what is no tree.

    Raises
    ------
    SurveyError
        Two codes have one key or one path, a parent is not there, codes stand in a circle, or a
        code was named by the words that it was given to.

    Examples
    --------
    >>> circle = Code("a", "Work", "b"), Code("b", "Search", "a")
    >>> check_tree(Path("p.qdpx"), circle)
    Traceback (most recent call last):
    resurvey.SurveyError: p.qdpx: the codes 'Work' and 'Search' stand below each other in a circle
    """
    listed = list(codes)
    refuse_twins(path, "codes", (code.key for code in listed))
    known = {code.key: code for code in listed}
    for number, code in enumerate(listed, 1):
        if len(code.name) > LONGEST_CODE:
            # Its words must not stand in every table.
            raise SurveyError(
                f"{path}: the name of code {number} of {len(listed)} has {len(code.name)} "
                "characters, as words of an interview; rename it and export anew"
            )
        if not code.name.strip():
            raise SurveyError(f"{path}: a code has no name ({code.key})")
        if code.parent and code.parent not in known:
            raise SurveyError(
                f"{path}: the code '{code.name}' stands below '{code.parent}', which is not there"
            )
    ordered: dict[str, Code] = {}
    for code in listed:
        chain = {code.key: code}
        step = code
        while step.parent and step.parent not in ordered:
            step = known[step.parent]
            if step.key in chain:
                named = " and ".join(f"'{one.name}'" for one in chain.values())
                raise SurveyError(f"{path}: the codes {named} stand below each other in a circle")
            chain[step.key] = step
        for step in reversed(chain.values()):
            ordered.setdefault(step.key, step)
    tree = tuple(ordered.values())
    twins = Counter((code.parent, code.name) for code in tree)
    for (_, name), number in twins.items():
        if number > 1:
            raise SurveyError(
                f"{path}: {number} codes '{name}' stand below one parent; give them names of "
                "their own"
            )
    return tree


def refuse_twins(path: Path, noun: str, keys: Iterable[str]) -> None:
    """Refuse an identifier that stands twice among things of one kind."""
    for key, number in Counter(keys).items():
        if number > 1:
            raise SurveyError(f"{path}: {number} {noun} have one identifier, {key}")
