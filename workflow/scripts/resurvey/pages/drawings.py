"""Drawings: an SVG file made fit to stand inside a page, with its alternative text."""

import re
from xml.etree import ElementTree

from markupsafe import Markup

from resurvey.core.errors import SurveyError

_SVG, _XLINK = "http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"
_DROPPED = ("script", "metadata", "foreignObject", "title", "desc")
_TARGET = re.compile(r"url\(#([^)]+)\)")
_RULE = re.compile(r"\*\s*\{([^}]*)\}")
# SOURCE: SVG 2 (W3C), appendix "Property index": properties that an attribute may set as well.
_PRESENTATION = re.compile(
    r"clip-(path|rule)|color|direction|display|(dominant|alignment)-baseline|"
    r"fill(-(opacity|rule))?|font-(family|size|stretch|style|variant|weight)|"
    r"(letter|word)-spacing|marker-(start|mid|end)|mask|opacity|overflow|paint-order|"
    r"(shape|text)-rendering|stop-(color|opacity)|"
    r"stroke(-(dasharray|dashoffset|linecap|linejoin|miterlimit|opacity|width))?|"
    r"text-(anchor|decoration)|vector-effect|visibility|writing-mode"
)


def inline_svg(text: str, name: str, alt: str) -> Markup:
    """Return an SVG document as one element for a page.

    Ids that something refers to get the figure's name, since several drawings share a page, and
    others go; styles become attributes, since the page's policy allows no style but the page's
    own; a rule for every element goes to the drawing's root, since in a page it would reach the
    whole page; scripts, handlers and links to anything outside are dropped; the size follows the
    page. The name of a drawn number, ``data-number``, stays.

    Parameters
    ----------
    text : str
        Content of the SVG file.
    name : str
        Name of the figure, unique on the page.
    alt : str
        What the figure shows, read out in its place.

    Raises
    ------
    SurveyError
        The file is not SVG.

    Examples
    --------
    >>> svg = '<svg xmlns="http://www.w3.org/2000/svg" width="9pt"><g style="fill: red"/></svg>'
    >>> str(inline_svg(svg, "jobs", "Jobs"))
    '<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="Jobs"><g fill="red" /></svg>'
    """
    ElementTree.register_namespace("", _SVG)
    ElementTree.register_namespace("xlink", _XLINK)
    try:
        root = ElementTree.fromstring(text)
    except ElementTree.ParseError as problem:
        raise SurveyError(f"figure '{name}' is not readable as SVG: {problem}") from None
    if root.tag != f"{{{_SVG}}}svg":
        raise SurveyError(f"figure '{name}' is not an SVG drawing")
    styles = _take_styles(root)
    _clean(root, name, _referred(root))
    for attribute in ("width", "height", "aria-describedby", "aria-labelledby"):
        root.attrib.pop(attribute, None)
    root.set("role", "img")
    root.set("aria-label", alt)
    _present(root, styles)
    return Markup(ElementTree.tostring(root, encoding="unicode"))


def _take_styles(root: ElementTree.Element) -> str:
    found = [one.text or "" for one in root.iter(f"{{{_SVG}}}style")]
    return ";".join(rule.strip() for text in found for rule in _RULE.findall(text))


def _referred(root: ElementTree.Element) -> set[str]:
    """Ids that a part of the drawing refers to."""
    found: set[str] = set()
    for element in root.iter():
        for key, value in element.attrib.items():
            found.update(_TARGET.findall(value))
            if key.rpartition("}")[2] == "href" and value.startswith("#"):
                found.add(value[1:])
    return found


def _present(element: ElementTree.Element, styles: str) -> None:
    """Set each property of a style as the attribute of its name; one without is left out."""
    for declaration in styles.split(";"):
        key, _, value = (part.strip() for part in declaration.partition(":"))
        if _PRESENTATION.fullmatch(key) and value:
            element.set(key, value)


def _clean(element: ElementTree.Element, name: str, referred: set[str]) -> None:
    for child in list(element):
        local = child.tag.rpartition("}")[2] if isinstance(child.tag, str) else "script"
        if local in (*_DROPPED, "style"):
            element.remove(child)
        else:
            _clean(child, name, referred)
    _present(element, element.attrib.pop("style", ""))
    for key, value in list(element.attrib.items()):
        local = key.rpartition("}")[2]
        if local.startswith("on") or (local == "id" and value not in referred):
            del element.attrib[key]
        elif local == "id":
            element.set(key, f"{name}-{value}")
        elif local == "href":
            if value.startswith("#"):
                element.set(key, f"#{name}-{value[1:]}")
            elif not value.startswith("data:image/"):
                del element.attrib[key]
        elif "url(" in value:
            element.set(key, _TARGET.sub(rf"url(#{name}-\1)", value))
