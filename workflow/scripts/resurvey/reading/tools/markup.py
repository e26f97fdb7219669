"""Markup: XML that declares no entities, and the words of an HTML text without its marks."""

import html
import re
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

from resurvey.core.errors import SurveyError

_LARGEST = 100 * 2**20
_DEEPEST = 100
_ENDS_A_LINE = re.compile(r"<(?:br|/p|/div|/li|/h\d|/td|/tr)\b[^>]*>", re.IGNORECASE)
_SILENT = re.compile(r"<(script|style)\b.*?</\1\s*>|<!--.*?-->", re.IGNORECASE | re.DOTALL)
_MARK = re.compile(r"</?[A-Za-z][^<>]*>")


def read_xml(path: Path) -> Element:
    """Read an XML file; a document type, and with it every entity, is refused.

    Raises
    ------
    SurveyError
        For a document type, XML that is cut short or wrong (with the line), or a huge file.
    """
    content = path.read_bytes()
    if len(content) > _LARGEST:
        raise SurveyError(f"{path}: {len(content)} bytes are too many for a questionnaire")
    builder = TreeBuilder()
    parser = expat.ParserCreate()
    depth = 0

    def refuse(*_: Any) -> None:
        raise SurveyError(
            f"{path}: line {parser.CurrentLineNumber} declares a document type; entities could "
            "read other files or fill the memory, so the file is not opened; export it anew"
        )

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > _DEEPEST:
            raise SurveyError(f"{path}: line {parser.CurrentLineNumber} is nested too deeply")
        builder.start(name, attributes)

    def end(name: str) -> None:
        nonlocal depth
        depth -= 1
        builder.end(name)

    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = builder.data
    try:
        parser.Parse(content, True)
    except expat.ExpatError as error:
        raise SurveyError(
            f"{path}: line {error.lineno}, column {error.offset + 1} is no XML "
            f"({expat.ErrorString(error.code)}); the file is truncated or damaged, export it anew"
        ) from None
    return builder.close()


def plain_words(text: str) -> str:
    """Words of an HTML text on one line.

    Examples
    --------
    >>> plain_words('<p>Ваш <b>пол</b>?</p><script>alert(1)</script>&nbsp;a &lt; b')
    'Ваш пол? a < b'
    >>> plain_words("меньше 5 < 6 лет")
    'меньше 5 < 6 лет'
    """
    marked = _ENDS_A_LINE.sub(" ", _SILENT.sub(" ", text))
    return " ".join(html.unescape(_MARK.sub("", marked)).split())
