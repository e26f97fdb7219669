"""Application: a page with its scripts and words inside, sealed by a policy over its exact bytes.

A page opens from disk and asks for nothing. The browser runs only the one script and applies only
the style sheets whose hashes stand in the page's own Content-Security-Policy, so that text of a
survey can do nothing even if it slipped through as markup.
"""

import json
import re
from base64 import b64encode
from collections.abc import Mapping, Sequence
from hashlib import sha256
from html import unescape
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from resurvey.pages.embedding import embed_provenance

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
    "printing.js",
    "scrolling.js",
    "start.js",
)
"""Files of `report/templates` that make the page's script, in this order."""

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
    listed = [folders] if isinstance(folders, str | Path) else folders
    environment = Environment(
        loader=FileSystemLoader([str(folder) for folder in listed]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    say = context["say"]
    # What the records are where nobody gave these answers: reconstructed or simulated.
    origin = context.get("origin", "reconstructed" if context["reconstructed"] else "")
    mark = say.plain(f"report.banner_{origin}_short") if origin else ""
    told = {
        "language": context["language"],
        "mark": mark,
        "origin": origin,
        "words": say.words["app"],
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
    lines = (line.rstrip() for line in _CONTROL.sub("", page).splitlines())
    page = "\n".join(line for line in lines if line) + "\n"
    return seal_page(page.replace(PROVENANCE, embed_json(_provenance_of(page, context)), 1))


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
    return "".join(one if one.isalnum() or one == " " else f"\\{ord(one):x} " for one in text)


def _hashes(contents: Sequence[str]) -> str:
    digests = (b64encode(sha256(one.encode()).digest()).decode() for one in contents)
    return " ".join(f"'sha256-{digest}'" for digest in digests) or "'none'"
