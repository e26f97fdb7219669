"""REFI-QDA: projects (.qdpx) and code books (.qdc) that programs for coded texts exchange.

A project is a zip file with one `project.qde` (XML) and the documents in a folder `sources`. Names
of elements and attributes are those of the standard (REFI-QDA 1.5, https://www.qdasoftware.org);
what programs do differently is told where it is read. Only the XML and plain texts are unpacked,
and never onto the disk: recordings and pictures stay what they are.
"""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import product
from pathlib import Path
from urllib.parse import unquote
from xml.etree.ElementTree import Element

from resurvey.core.errors import SurveyError
from resurvey.interviews.project import Case, Code, Project, Segment, check_tree, refuse_twins
from resurvey.reading.formats import archive_names, check_archive, read_part
from resurvey.reading.questionnaire import parse_xml

_GUID = re.compile(r"\{?([0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12})\}?")
_INTERNAL = "internal://"
_FIRST_PLANE = 0xFFFF
"""Last character that has one place in UTF-16."""
_BREAKS = re.compile("\r\n|\r|\n")
_WITHIN = ("Representation", "Transcript", "TextDescription")
"""Texts that belong to a source: that of a PDF, of a recording, of what a picture shows."""
_TEXTS = ("TextSource", *_WITHIN)
"""Elements that have a plain text with selections."""
_SELECTIONS = (
    "PlainTextSelection",
    "TranscriptSelection",
    "PDFSelection",
    "PictureSelection",
    "AudioSelection",
    "VideoSelection",
)
_SOURCES = ("TextSource", "PDFSource", "PictureSource", "AudioSource", "VideoSource")
_VALUES = (
    "TextValue",
    "BooleanValue",
    "IntegerValue",
    "FloatValue",
    "DateValue",
    "DateTimeValue",
)
_PLAIN = ".txt"
"""Ending of the texts that are unpacked; whatever else the XML names is never opened."""
_MOST_CHARACTERS = 50_000_000
"""Of all texts together, one that several documents name counted for each of them."""
LINE_ENDS = ("two", "one")
"""Characters that a line end of Windows counts for in positions: as in the file, or as shown."""


def read_project(path: Path, line_ends: str = "") -> Project:
    """Read a REFI-QDA project.

    Parameters
    ----------
    path : Path
        The ``.qdpx``.
    line_ends : str
        One of `LINE_ENDS`: what positions count at the line ends of Windows (CR LF). Empty to find
        out: the standard counts characters of the file, and so two, but a program that shows texts
        with one character may count one, as ATLAS.ti does. Where the selections' names repeat
        what was selected, they tell, also whether a character such as an emoji counts as one or,
        as in UTF-16, as two. Where nothing tells, `Project.assumed` says what was taken.

    Raises
    ------
    SurveyError
        The archive is damaged, unpacks to too much, or leads out of itself; a document's text is
        no ``.txt`` of it, or all texts together are longer than interviews are; its XML declares
        a document type; identifiers stand twice; a position lies outside its text; a text is not
        UTF-8. The sentence names the file and the thing, never a word of an interview.
    """
    check_archive(path, lambda name: name.casefold().endswith((".qde", _PLAIN)), _PLAIN)
    names = archive_names(path)
    projects = [name for name in names if name.casefold().endswith(".qde")]
    if len(projects) != 1:
        raise SurveyError(
            f"{path}: the archive has {len(projects)} files that end with .qde, and a REFI-QDA "
            "project has one, project.qde"
        )
    root = _root(path, read_part(path, projects[0]), "Project")
    # Only what was checked is opened, whatever else the XML names.
    plain = {
        folded.replace("\\", "/"): name
        for name in names
        if (folded := name.casefold()).endswith(_PLAIN)
    }
    return _Reader(path, root, plain).read(line_ends)


def read_codebook(path: Path) -> tuple[Code, ...]:
    """Read the code tree of a REFI-QDA code book (``.qdc``)."""
    return check_tree(path, _codes(path, _root(path, path.read_bytes(), "CodeBook")))


def _root(path: Path, content: bytes, expected: str) -> Element:
    root = parse_xml(path, content)
    if _name(root) != expected:
        raise SurveyError(
            f"{path}: its XML is a '{_name(root)[:40]}', and a REFI-QDA file a '{expected}'"
        )
    return root


def _name(element: Element) -> str:
    """Name of an element without its namespace, which programs write with and without a prefix."""
    return element.tag.rpartition(":")[2]


def _children(element: Element, *names: str) -> Iterator[Element]:
    return (child for child in element if _name(child) in names)


def _guid(path: Path, element: Element, attribute: str = "guid") -> str:
    """Identifier in one spelling: some programs write it in braces or in capitals."""
    found = _GUID.fullmatch(element.get(attribute, "").strip())
    if found is None:
        raise SurveyError(
            f"{path}: a '{_name(element)}' has no {attribute} that is a GUID; export it anew"
        )
    return found[1].lower()


def _codes(path: Path, root: Element) -> Iterator[Code]:
    """Go down the code tree; ATLAS.ti writes it flat and its groups as sets, which are left out."""
    book = root if _name(root) == "CodeBook" else next(_children(root, "CodeBook"), None)
    todo = [
        (code, "")
        for codes in ([] if book is None else _children(book, "Codes"))
        for code in _children(codes, "Code")
    ]
    while todo:
        element, parent = todo.pop(0)
        key = _guid(path, element)
        codable = element.get("isCodable", "true").strip().casefold() not in ("false", "0")
        yield Code(key, " ".join(element.get("name", "").split()), parent, codable)
        todo[:0] = [(child, key) for child in _children(element, "Code")]


@dataclass
class _Text:
    """A plain text with the selections in it."""

    source: str
    text: str
    part: str
    selections: list[Element] = field(default_factory=list)


class _Reader:
    def __init__(self, path: Path, root: Element, names: Mapping[str, str]) -> None:
        self.path, self.root, self.names = path, root, names
        self.coders = {
            _guid(path, user): user.get("name") or user.get("id") or ""
            for users in _children(root, "Users")
            for user in _children(users, "User")
        }
        self.variables = {
            _guid(path, variable): variable.get("name", "")
            for variables in _children(root, "Variables")
            for variable in _children(variables, "Variable")
        }
        self.assumed: list[str] = []
        self.cases = {
            _guid(path, case)
            for cases in _children(root, "Cases")
            for case in _children(cases, "Case")
        }
        self.of_cases = 0
        self.unpacked: dict[str, str] = {}
        self.characters = 0

    def read(self, line_ends: str) -> Project:
        """Read everything."""
        codes = check_tree(self.path, _codes(self.path, self.root))
        sources = [
            source
            for group in _children(self.root, "Sources")
            for source in _children(group, *_SOURCES)
        ]
        refuse_twins(self.path, "documents", (_guid(self.path, source) for source in sources))
        texts = [text for source in sources for text in self._texts(source)]
        as_one, as_utf16 = self._counting(texts, line_ends)
        cases, of_source, of_selection = self._cases(sources)
        known = {code.key for code in codes}
        segments, paragraphs = list[Segment](), dict[str, list[tuple[int, int]]]()
        seen = list[str]()
        for source in sources:
            key = _guid(self.path, source)
            whose = of_source.get(key, "")
            # A document that was coded as a whole.
            segments += self._codings(source, key, known, Segment(key, "", whose, source=key))
        for text in texts:
            shown = _BREAKS.sub("\n", text.text) if as_one else text.text
            paragraphs.setdefault(text.source, []).extend(_paragraphs(shown))
            doubled = _doubled(shown) if as_utf16 else []
            for selection in text.selections:
                key = _guid(self.path, selection)
                ends = self._place(text, selection, len(shown) + len(doubled))
                start, end = (at - bisect_left(doubled, at) for at in ends)
                whose = of_selection.get(key, of_source.get(text.source, ""))
                words = " ".join(shown[start:end].split())
                place = Segment(key, "", whose, "", words, text.source, start, end)
                seen.append(key)
                segments += self._codings(selection, key, known, place)
        for source in sources:
            for selection in self._unread(source):
                key, home = _guid(self.path, selection), _guid(self.path, source)
                whose = of_selection.get(key, of_source.get(home, ""))
                seen.append(key)
                place = Segment(key, "", whose, source=home)
                segments += self._codings(selection, key, known, place)
        refuse_twins(self.path, "selections", seen)
        if self.of_cases:
            self.assumed.append(f"{self.of_cases} codings name a case instead of a code: left out")
        if lost := sum(not segment.case for segment in segments):
            self.assumed.append(f"{lost} codings belong to no case, or to several, and to nobody")
        return Project(self.path, codes, cases, tuple(segments), paragraphs, tuple(self.assumed))

    # Texts ----------------------------------------------------------------------------------------

    def _texts(self, source: Element) -> Iterator[_Text]:
        """The plain texts of a document: its own, that of a PDF, a recording or a picture."""
        key = _guid(self.path, source)
        for holder in (source, *_children(source, *_WITHIN)):
            if _name(holder) not in _TEXTS:
                continue
            selections = list(_children(holder, "PlainTextSelection", "TranscriptSelection"))
            inline = next(_children(holder, "PlainTextContent"), None)
            place = holder.get("plainTextPath", "")
            if inline is not None and inline.text:
                self._count(inline.text)
                yield _Text(key, inline.text, key, selections)
            elif place:
                text, part = self._unpacked(place)
                self._count(text)
                yield _Text(key, text, part, selections)
            elif selections:
                raise SurveyError(
                    f"{self.path}: the document {key} has selections and no plain text; export "
                    "the project with its documents"
                )

    def _count(self, text: str) -> None:
        self.characters += len(text)
        if self.characters > _MOST_CHARACTERS:
            raise SurveyError(
                f"{self.path}: its documents have more than {_MOST_CHARACTERS // 10**6} million "
                "characters together; this is no file of interviews"
            )

    def _unpacked(self, place: str) -> tuple[str, str]:
        """Read the text that a path names; only paths inside of the archive are followed."""
        part = place[len(_INTERNAL) :]
        if not place.startswith(_INTERNAL):
            raise SurveyError(
                f"{self.path}: a text lies outside of the archive and is not opened; export the "
                "project with its documents inside"
            )
        # Some programs write the path as it stands in an address of the web: "Int%201.txt".
        forms = list(dict.fromkeys((part, unquote(part))))
        if any(
            ".." in re.split(r"[\\/]", form)
            or form.startswith(("/", "\\"))
            or re.match("[A-Za-z]:", form)
            for form in forms
        ):
            raise SurveyError(
                f"{self.path}: the path '{place[:80]}' leads out of the archive and is not followed"
            )
        if not part.casefold().endswith(_PLAIN):
            raise SurveyError(
                f"{self.path}: the text '{part[:80]}' of a document is no {_PLAIN} and is not "
                "opened; export the project with its plain texts"
            )
        for folder, form in product(("sources/", ""), forms):
            if name := self.names.get(f"{folder}{form}".casefold()):
                break
        else:
            raise SurveyError(f"{self.path}: the text '{part[:80]}' is not in the archive")
        if name not in self.unpacked:
            self.unpacked[name] = self._decoded(name, read_part(self.path, name))
        return self.unpacked[name], name

    def _decoded(self, name: str, content: bytes) -> str:
        try:
            return content.decode("utf-8-sig")
        except UnicodeDecodeError as problem:
            raise SurveyError(
                f"{self.path}: '{name}' in it is not UTF-8 (byte {problem.start + 1}); a REFI-QDA "
                "project has its texts in UTF-8, export it anew"
            ) from None

    def _counting(self, texts: Iterable[_Text], line_ends: str) -> tuple[bool, bool]:
        """Tell whether CR LF counts as one, and whether an emoji counts as two as in UTF-16.

        Programs that name a selection mostly take its first words: that way of counting is taken
        by which most selections begin with what they are named.
        """
        usual = line_ends or ("one" if "atlas" in self.root.get("origin", "").casefold() else "two")
        ends = [line_ends] if line_ends else [usual, *(end for end in LINE_ENDS if end != usual)]
        ways = [(end == "one", wide) for wide in (False, True) for end in ends]
        fitting = dict.fromkeys(ways, 0)
        breaks = emojis = False
        for text in texts:
            own = "\r\n" in text.text, bool(_doubled(text.text))
            if not text.selections or not any(own):
                continue
            breaks, emojis = breaks or own[0], emojis or own[1]
            one = _BREAKS.sub("\n", text.text)
            forms = {
                way: (form := one if way[0] else text.text, _doubled(form) if way[1] else [])
                for way in ways
            }
            for selection in text.selections:
                words = "".join(selection.get("name", "").split()).removesuffix("…")
                words = words.removesuffix("...")
                start = _whole(selection, "startPosition")
                if len(words) < 4 or start is None:
                    continue
                for way, (form, doubled) in forms.items():
                    at = max(0, start - bisect_left(doubled, start))
                    there = "".join(form[at : at + 4 * len(words)].split())
                    fitting[way] += there.startswith(words)
        best = max(ways, key=lambda way: fitting[way])
        named = fitting[best]
        shown = f"as the names of {named} selections show"
        if breaks and best[0] and not line_ends:
            told = shown if named else f"as {self.root.get('origin', '')[:40]} counts them"
            self.assumed.append(
                f"positions count the line ends of Windows as one character, {told}"
            )
        elif breaks and not named and not line_ends:
            self.assumed.append(
                "positions were taken to count the line ends of Windows as two characters, and no "
                "names of selections show it; compare some words of segments.parquet, and declare "
                "`line_ends: one` if they are shifted"
            )
        if emojis and best[1]:
            self.assumed.append(f"positions count an emoji as two characters, {shown}")
        elif emojis and not named:
            self.assumed.append(
                "positions were taken to count an emoji as one character, and no names of "
                "selections show it; compare the words behind one"
            )
        return best

    def _place(self, text: _Text, selection: Element, length: int) -> tuple[int, int]:
        """Position of a selection; that of a transcript is between two points of time."""
        if _name(selection) == "TranscriptSelection":
            return self._between_points(text, selection, length)
        start, end = (_whole(selection, f"{side}Position") for side in ("start", "end"))
        key = _guid(self.path, selection)
        if start is None or end is None:
            raise SurveyError(
                f"{self.path}: the selection {key} has no whole numbers for its positions"
            )
        if not 0 <= start <= end <= length:
            raise SurveyError(
                f"{self.path}: the selection {key} goes from {start} to {end}, and '{text.part}' "
                f"has {length} characters; where positions count a line end of Windows "
                "differently, declare `line_ends` in config/interviews.yaml"
            )
        return start, end

    @cached_property
    def _points(self) -> dict[str, int | None]:
        """Points of time of all transcripts -> their places in the texts."""
        return {
            _guid(self.path, point): _whole(point, "position")
            for point in self.root.iter()
            if _name(point) == "SyncPoint"
        }

    def _between_points(self, text: _Text, selection: Element, length: int) -> tuple[int, int]:
        ends = []
        for side, default in (("from", 0), ("to", length)):
            point = selection.get(f"{side}SyncPoint")
            key = _guid(self.path, selection, f"{side}SyncPoint") if point else ""
            found = self._points.get(key) if key else default
            ends.append(default if found is None else found)
        if not 0 <= ends[0] <= ends[1] <= length:
            raise SurveyError(
                f"{self.path}: the selection {_guid(self.path, selection)} goes from {ends[0]} to "
                f"{ends[1]}, and '{text.part}' has {length} characters"
            )
        return ends[0], ends[1]

    def _unread(self, source: Element) -> Iterator[Element]:
        """Selections of pictures, pages and recordings: they have codes and no words."""
        holders = [source, *_children(source, *_WITHIN)]
        return (
            selection
            for holder in holders
            for selection in _children(holder, *_SELECTIONS)
            if _name(selection) not in ("PlainTextSelection", "TranscriptSelection")
        )

    # Codes and cases ------------------------------------------------------------------------------

    def _codings(
        self, element: Element, key: str, known: set[str], place: Segment
    ) -> Iterator[Segment]:
        for coding in _children(element, "Coding"):
            user = coding.get("creatingUser") or element.get("creatingUser") or ""
            coder = self.coders.get(_guid_of(user), _guid_of(user))
            for reference in _children(coding, "CodeRef"):
                code = _guid(self.path, reference, "targetGUID")
                if code in self.cases:
                    self.of_cases += 1
                    continue
                if code not in known:
                    raise SurveyError(
                        f"{self.path}: the selection {key} has the code {code}, which is not in "
                        "the code book"
                    )
                yield Segment(
                    key, code, place.case, coder, place.text, place.source, place.start, place.end
                )

    def _cases(
        self, sources: Sequence[Element]
    ) -> tuple[tuple[Case, ...], dict[str, str], dict[str, str]]:
        """Cases, and whose a document and a selection is.

        MAXQDA and NVivo write cases; where a project has none, every document with words is one,
        and the values of its variables are the case's.
        """
        declared = [
            case for group in _children(self.root, "Cases") for case in _children(group, "Case")
        ]
        of_values = {_guid(self.path, source): self._values(source) for source in sources}
        if not declared:
            self.assumed.append("the project has no cases: every document is one")
            cases = tuple(
                Case(key, source.get("name", ""), of_values[key])
                for source in sources
                if (key := _guid(self.path, source))
            )
            return cases, {case.key: case.key for case in cases}, {}
        refuse_twins(self.path, "cases", (_guid(self.path, case) for case in declared))
        found, homes = list[Case](), dict[str, list[str]]()
        known = {
            _guid(self.path, selection)
            for selection in self.root.iter()
            if _name(selection) in _SELECTIONS
        }
        for element in declared:
            key, own = _guid(self.path, element), self._values(element)
            documents = [name for name in self._targets(element, "SourceRef") if name in of_values]
            selections = [name for name in self._targets(element, "SelectionRef") if name in known]
            for name in (*documents, *selections):
                homes.setdefault(name, []).append(key)
            found_there = dict[str, str]()
            for variable, value in (
                pair for document in documents for pair in of_values[document].items()
            ):
                if variable not in own and found_there.setdefault(variable, value) != value:
                    raise SurveyError(
                        f"{self.path}: case {len(found) + 1} of {len(declared)} has documents with "
                        f"different values of '{variable}'; give the case itself one value"
                    )
            own = {**found_there, **own}
            if documents or selections:
                found.append(Case(key, element.get("name", ""), own))
        if empty := len(declared) - len(found):
            self.assumed.append(f"{empty} cases without a document are left out")
        # What belongs to several cases is nobody's.
        owners = {name: keys[0] if len(keys) == 1 else "" for name, keys in homes.items()}
        of_source = {name: key for name, key in owners.items() if name in of_values}
        return tuple(found), of_source, {name: owners[name] for name in owners if name in known}

    def _targets(self, element: Element, name: str) -> list[str]:
        """What an element refers to, each once."""
        targets = (_guid(self.path, one, "targetGUID") for one in _children(element, name))
        return list(dict.fromkeys(targets))

    def _values(self, element: Element) -> dict[str, str]:
        """Values of the variables of a case or a document."""
        values = {}
        for holder in _children(element, "VariableValue"):
            reference = next(_children(holder, "VariableRef"), None)
            value = next(_children(holder, *_VALUES), None)
            if reference is None or value is None:
                continue
            name = self.variables.get(_guid(self.path, reference, "targetGUID"))
            if name is None:
                raise SurveyError(f"{self.path}: a value belongs to a variable that is not there")
            values[name] = " ".join((value.text or "").split())
        return values


def _guid_of(text: str) -> str:
    found = _GUID.fullmatch(text.strip())
    return found[1].lower() if found else ""


def _whole(element: Element, attribute: str) -> int | None:
    text = element.get(attribute, "").strip()
    return int(text) if re.fullmatch(r"-?\d{1,12}", text) else None


def _doubled(text: str) -> list[int]:
    """Places, counted as in UTF-16, of the characters that have two places there."""
    places = (at for at, character in enumerate(text) if ord(character) > _FIRST_PLANE)
    return [at + number for number, at in enumerate(places)]


def _paragraphs(text: str) -> Iterator[tuple[int, int]]:
    """Places of the lines that are not empty."""
    start = 0
    for line in [*_BREAKS.finditer(text), None]:
        end = line.start() if line else len(text)
        if text[start:end].strip():
            yield start, end
        start = line.end() if line else end


def is_refi(path: Path) -> bool:
    """Tell whether a file is named as a REFI-QDA project."""
    return path.suffix.casefold() == ".qdpx"
