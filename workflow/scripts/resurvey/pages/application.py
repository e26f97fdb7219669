"""Application: a page with its scripts, words and drawings inside, sealed by a policy.

A page opens from disk and asks for nothing. The browser runs only the one script and applies only
the style sheets whose hashes stand in the page's own Content-Security-Policy, so that text of a
survey can do nothing even if it slipped through as markup.
"""

import json
import re
from base64 import b64encode
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from hashlib import sha256
from html import unescape
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from resurvey.core.codebook import after_label
from resurvey.core.errors import SurveyError
from resurvey.core.names import TOTAL
from resurvey.pages.labels import Labels
from resurvey.pages.wording import keep_together

SCRIPTS = (
    "foundation.js",
    "numbers.js",
    "contents.js",
    "settings.js",
    "search.js",
    "grid.js",
    "sorting.js",
    "filtering.js",
    "formats.js",
    "saving.js",
    "provenance.js",
    "card.js",
    "marks.js",
    "waiting.js",
    "printing.js",
    "scrolling.js",
    "start.js",
)
"""Files of `report/templates` that make the page's script, in this order."""

MOST_AT_ONCE = 100
"""Exhibits that a page lays out when it opens; those after them wait until they come near."""

POLICY = "content-security-policy-of-this-page"
"""What stands in a rendered page where `seal_page` puts the policy."""

PROVENANCE = "provenance-of-the-numbers-of-this-page"
"""What stands in a page until it is known which numbers it shows."""

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_NAMED = re.compile(r' data-number="([^"]+)"')
_STYLE = re.compile(r"<style>(.*?)</style>", re.DOTALL)
_SCRIPT = re.compile(r"<script>(.*?)</script>", re.DOTALL)
#: What may not stand in a script element, and the characters that text tools take for line ends.
_UNSAFE = re.compile("[<>&\x0b\x0c\x1c-\x1e\x7f\x85\u2028\u2029]")


def render_application(
    name: str, context: Mapping[str, Any], folders: str | Path | Sequence[str | Path]
) -> str:
    """Render a template as a page that needs no other file.

    Parameters
    ----------
    name : str
        File name of the template.
    context : dict
        What the template arranges; `say`, `language` and `reconstructed` among it. A page whose
        numbers can be asked where they come from also has ``provenance``, the content of
        ``provenance.json``, and ``labels`` in its language.
    folders : path or list of paths
        Folders of the Jinja templates and of the scripts.

    Returns
    -------
    str
        One HTML page; the same text for the same context.
    """
    environment = _templates(folders)
    say = context["say"]
    # What the records are where nobody gave these answers: reconstructed or simulated.
    origin = context.get("origin", "reconstructed" if context["reconstructed"] else "")
    mark = say.plain(f"report.banner_{origin}_short") if origin else ""
    told = {
        "language": context["language"],
        "mark": mark,
        "origin": origin,
        "words": say.words["app"]
        | {f"part_{name}": label for name, label in say.words["measures"].items()},
        "verdicts": say.words["verdicts"],
        "actions": say.words["cleaning"],
        "tests": say.words["tests"],
    }
    page = environment.get_template(name).render(
        {
            **context,
            "origin": origin,
            "policy": POLICY,
            "print_mark": css_string(mark),
            "application": embed_json(told),
            "provenance": PROVENANCE,
            "scripts": join_scripts(environment),
        }
    )
    page = _tidied(page)
    return seal_page(page.replace(PROVENANCE, embed_json(_provenance_of(page, context)), 1))


def render_document(
    name: str, context: Mapping[str, Any], folders: str | Path | Sequence[str | Path]
) -> str:
    """Render a template as a page that holds no script at all, and whose policy lets none run."""
    page = _templates(folders).get_template(name).render({**context, "policy": POLICY})
    return seal_page(_tidied(page))


def _templates(folders: str | Path | Sequence[str | Path]) -> Environment:
    listed = [folders] if isinstance(folders, str | Path) else folders
    return _environment(tuple(map(str, listed)))


@cache
def _environment(folders: tuple[str, ...]) -> Environment:
    """Make what reads templates, once for all languages: it keeps what it compiled."""
    environment = Environment(
        loader=FileSystemLoader(folders),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["together"] = keep_together
    environment.filters["after"] = lambda text, label: after_label(str(label), str(text))
    return environment


def _tidied(page: str) -> str:
    """Leave out control characters, empty lines and the spaces at the ends of lines."""
    lines = (line.rstrip() for line in _CONTROL.sub("", page).splitlines())
    return "\n".join(line for line in lines if line) + "\n"


def _provenance_of(page: str, context: Mapping[str, Any]) -> dict[str, Any]:
    """Where the numbers come from that stand on a page."""
    if not context.get("provenance"):
        return {"names": []}
    shown = {unescape(name) for name in _NAMED.findall(page)}
    reasons = context.get("reasons")
    return embed_provenance(context["provenance"], context["labels"], shown, reasons)


def join_scripts(environment: Environment) -> Markup:
    """Join the scripts into one that leaves no name in the page's global scope.

    Raises
    ------
    ValueError
        A script holds a tag that would end its element, which is a mistake of ours.
    """
    loader = environment.loader
    assert loader is not None
    joined = "".join(loader.get_source(environment, name)[0] for name in SCRIPTS)
    if re.search(r"</script|<!--", joined, re.IGNORECASE):
        raise ValueError("a script of the page ends its own element")
    return Markup('(() => {\n"use strict";\n' + joined + "})();")


def embed_json(value: Any) -> Markup:
    r"""Write a value as JSON for the inside of a script element.

    Whatever could end the element or a line is escaped; parsed, it is the same value.

    Examples
    --------
    >>> str(embed_json({"label": "</script>"}))
    '{"label":"\\u003c/script\\u003e"}'
    """
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return Markup(_UNSAFE.sub(lambda found: f"\\u{ord(found[0]):04x}", text))


def seal_page(page: str) -> str:
    """Write the policy of a rendered page: exactly its own styles and script, and nothing else.

    Parameters
    ----------
    page : str
        A page in its final form, with `POLICY` where the policy goes. Styles and scripts that may
        run are ``<style>`` and ``<script>`` without attributes.

    Returns
    -------
    str
        The page with its policy.

    Notes
    -----
    SOURCE: Content Security Policy Level 3 (W3C), section 2.3.1, hash-source.

    Examples
    --------
    >>> sealed = seal_page(f"{POLICY}<style>p {{}}</style><script>1</script>")
    >>> sealed[:62]
    "default-src 'none'; script-src 'sha256-a4ayc/80/OGda4BO/1o/V0e"
    """
    parts = (
        "default-src 'none'",
        f"script-src {_hashes(_SCRIPT.findall(page))}",
        f"style-src {_hashes(_STYLE.findall(page))}",
        "img-src data:",
        "base-uri 'none'",
        "form-action 'none'",
    )
    return page.replace(POLICY, "; ".join(parts), 1)


def css_string(text: str) -> str:
    r"""Write a text for the inside of a CSS string: everything but letters and digits is escaped.

    Examples
    --------
    >>> css_string('Not "real" data')
    'Not \\22 real\\22  data'
    """
    return "".join(sign if sign.isalnum() or sign == " " else f"\\{ord(sign):x} " for sign in text)


def _hashes(contents: Sequence[str]) -> str:
    digests = (b64encode(sha256(content.encode()).digest()).decode() for content in contents)
    return " ".join(f"'sha256-{digest}'" for digest in digests) or "'none'"


COMMON = ("unit", "formula", "rule", "file", "items", "steps", "inputs")
"""What many numbers share; such a combination is written once."""

_VARIABLES = ("row_variable", "column_variable", "variable")


def embed_provenance(
    document: Mapping[str, Any],
    labels: Labels,
    shown: Iterable[str] | None = None,
    reasons: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """Write the numbers of ``provenance.json`` for a page, with labels in the page's language.

    Returns
    -------
    dict
        ``names`` of the numbers; ``numbers`` in the same order, each a list of value, place in
        ``common``, places of the numbers it is computed from, key columns of its line, printed
        value, verdict, conditions of the respondents counted and those of their table, cut after
        the last that is not empty; ``questions`` with wording and answers; ``steps``, ``inputs``,
        ``formulas`` and ``rules`` as in the document.

    Examples
    --------
    >>> from resurvey.core.codebook import Codebook
    >>> numbers = {"count:t": {"value": "3", "unit": "people"}, "base:t": {"value": "9"}}
    >>> labels = Labels(Codebook({}), {}, {}, "en")
    >>> found = embed_provenance({"numbers": numbers}, labels, ["base:t"])
    >>> found["names"], found["numbers"], found["common"]
    (['base:t'], [['9', 0]], [{}])
    """
    numbers: Mapping[str, Mapping[str, Any]] = document["numbers"]
    names = sorted(numbers if shown is None else _reached(numbers, shown))
    places = {name: position for position, name in enumerate(names)}
    common: dict[str, int] = {}
    combinations: list[dict[str, Any]] = []
    lines = []
    for name in names:
        number = numbers[name]
        shared = {key: number[key] for key in COMMON if key in number}
        known = common.setdefault(repr(shared), len(combinations))
        if known == len(combinations):
            combinations.append(shared)
        line: list[Any] = [
            number.get("value", ""),
            known,
            [places[source] for source in number.get("from", ()) if source in places],
            number.get("line", {}),
            number.get("printed", ""),
            number.get("verdict", ""),
            number.get("who", ""),
            number.get("within", {}),
        ]
        while line[-1] in ("", [], {}):
            line.pop()
        lines.append(line)
    used = [numbers[name] for name in names]
    return {
        "names": names,
        "numbers": lines,
        "common": combinations,
        "questions": _questions(used, document.get("items", {}), labels),
        "steps": {
            step: {**told, "why": (reasons or {}).get(step, told.get("why", ""))}
            for step, told in document.get("steps", {}).items()
        },
        **{key: document.get(key, {}) for key in ("inputs", "formulas", "rules")},
    }


def _reached(numbers: Mapping[str, Mapping[str, Any]], shown: Iterable[str]) -> set[str]:
    """Numbers of the page and everything behind them."""
    found: set[str] = set()
    todo = [name for name in shown if name in numbers]
    while todo:
        name = todo.pop()
        if name not in found:
            found.add(name)
            todo += [source for source in numbers[name].get("from", ()) if source in numbers]
    return found


def _questions(
    numbers: Sequence[Mapping[str, Any]], items: Mapping[str, Mapping[str, str]], labels: Labels
) -> dict[str, dict[str, Any]]:
    """Describe each variable behind the numbers: its wording and the answers that are named."""
    codes: dict[str, dict[str, None]] = {name: {} for name in sorted(items)}
    for number in numbers:
        line = number.get("line", {})
        for variable in (line[key] for key in _VARIABLES if key in line):
            codes.setdefault(variable, {})
        conditions = [*number.get("who", {}).items(), *number.get("within", {}).items()]
        for variable, answers in (*conditions, *_row(line).items()):
            named = answers if isinstance(answers, list | tuple) else ()
            codes.setdefault(variable, {}).update(dict.fromkeys(named))
    return {
        name: {
            "label": labels.variable(name),
            "answers": {code: labels.answer(name, code, code) for code in sorted(codes[name])},
            **{key: text for key, text in items.get(name, {}).items() if key == "source"},
        }
        for name in sorted(codes)
        if name
    }


def _row(line: Mapping[str, str]) -> dict[str, list[str]]:
    variable, code = line.get("row_variable", ""), line.get("row_code", "")
    parts = [part for part in code.split("+") if part not in ("", TOTAL)]
    return {variable: parts} if variable else {}


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
    found = [style.text or "" for style in root.iter(f"{{{_SVG}}}style")]
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
