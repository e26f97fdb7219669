"""No sentence for a reader is typed into a template, a script of the page, or the library."""

import ast
import re

import pytest

from invented import ROOT

REPORT, LIBRARY = ROOT / "report", ROOT / "workflow/scripts/resurvey"
LETTERS = re.compile(r"[^\W\d_]{2,}")
PROSE = re.compile(r"[^\W\d_]{2,},? [^\W\d_]{2,}")
FILE = re.compile(r"(?:\w+/)*[\w-]+\.(?:csv|json|yml)\b")
TEMPLATES = sorted(REPORT.rglob("*.html"))
SCRIPTS = sorted(REPORT.rglob("*.js"))
MODULES = sorted(
    path
    for room in ("report", "figures", "audit/page", "pages")
    for path in (LIBRARY / room).rglob("*.py")
)
SPOKEN = ("aria-label", "title", "alt", "placeholder", "aria-description", "data-label")

NAMES = {
    "resurvey", "python", "verify", "certificate", "results", "against", "py",
    "SVG", "PNG", "PDF", "CSV", "SHA", "PSPP", "SPSS", "csv", "nbsp",
}  # fmt: skip
"""What is written alike in every language: programs, commands, formats, files, an entity."""


def typed_texts(source):
    """Letters between the tags of a template, and in the attributes that are read out."""
    for gone in (
        r"\{#.*?#\}",
        r"\{%-? *block style.*?endblock *-?%\}",
        r"\{% macro verdict_(chip|class)\(.*?endmacro %\}",  # names of classes
        r"\{\{.*?\}\}",
        r"\{%.*?%\}",
        r"<(script|style)\b.*?</\1>",
    ):
        source = re.sub(gone, "", source, flags=re.DOTALL)
    spoken = "|".join(SPOKEN)
    found = re.findall(rf'\b(?:{spoken})="([^"]*)"', source)
    return [*re.sub(r"<[^<>]*>", "\n", source).split("\n"), *found]


def unknown(texts):
    """Texts with a word that is neither a file nor a name."""
    return [text.strip() for text in texts if set(LETTERS.findall(FILE.sub(" ", text))) - NAMES]


def test_scan_sees_a_typed_word_and_a_typed_attribute():
    source = '<p class="x">{{ say("a.b") }} respondents</p><a title="Download">CSV</a>'
    assert unknown(typed_texts(source)) == ["respondents", "Download"]


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_template_says_nothing_by_itself(path):
    assert unknown(typed_texts(path.read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_script_of_a_page_says_nothing_by_itself(path):
    # A string that begins like a sentence, or is put where a reader finds it.
    source = re.sub(
        r"/\*.*?\*/|(?<![:\"'])//[^\n]*", "", path.read_text(encoding="utf-8"), flags=re.DOTALL
    )
    sentences = re.findall(r'"([A-ZА-ЯЁ][^\W\d_]+,? [^\W\d_][^"\n]*)"', source)
    places = "textContent|innerText|title|ariaLabel|placeholder|alt"
    put = re.findall(rf'(?:{places}) = "([^"\n]*[^\W\d_]{{2}}[^"\n]*)"', source)
    read_out = re.findall(r'"(?:aria-label|title|placeholder)", "([^"\n]+)"', source)
    assert [*sentences, *put, *read_out] == []


# What is not for readers of a page: errors and log lines are English, as the whole library is.
_QUIET_CALLS = {
    "SurveyError", "warning", "info", "error", "compile", "sub", "match", "search", "fullmatch",
    "filterwarnings", "finditer", "findall", "split", "startswith", "removeprefix",
}  # fmt: skip
_QUIET_TEXTS = {
    "pages/application.py": ["img-src data:", '(() => {\n"use strict";\n'],
    "figures/draw.py": ["DejaVu Sans", "printed figure", "`profiles:`"],  # an error's sentence
    "figures/lettering.py": ["DejaVu Sans"],
    "report/documents/fragments.py": [": no answers"],  # a comment of a TeX file
    # Formulas: symbols, whose words each language replaces.
    "report/provenance/graph.py": [
        "row share",
        "expected share",
        "maximum likelihood",
        "as printed",
        "as the reading says",
        "as the claim",
        "over all tables of counts",
        "as configured",
        "rows of the step",
        "min count",
        "Wilson ends",
        "standard error",
        "w in it",
        "as the file",
        "of the weighted part",
        "over all joint tables",
        "scenarios in which",
        "over the scenarios",
        "all but x",
    ],
    # Typst's own language, and names of fonts.
    "report/documents/glyphs.py": ["#set ", "Libertinus Serif", "DejaVu Sans"],
    "report/documents/word.py": ["Table ", "List Bullet", "Contents heading", "table of figures"],
}


def prose_of(path):
    """Texts of a module that look like words to read."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    parents = {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Constant) and isinstance(node.value, str)):
            continue
        if isinstance(parents.get(node), ast.Expr) or not PROSE.search(node.value):
            continue
        if "<" in node.value or _is_quiet(node, parents):
            continue
        yield node.value


def _is_quiet(node, parents):
    while node in parents:
        node = parents[node]
        if isinstance(node, ast.Raise):
            return True
        if isinstance(node, ast.Call):
            name = getattr(node.func, "id", None) or getattr(node.func, "attr", "")
            if name in _QUIET_CALLS:
                return True
    return False


@pytest.mark.slow
@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(LIBRARY)))
def test_module_that_makes_pages_has_no_sentence(path):
    known = _QUIET_TEXTS.get(str(path.relative_to(LIBRARY)), [])
    found = [text for text in prose_of(path) if not any(one == "*" or one in text for one in known)]
    assert found == []


def test_scan_sees_a_sentence_and_not_an_error(tmp_path):
    path = tmp_path / "module.py"
    path.write_text(
        '"""Doc string here."""\n'
        "def f(x):\n"
        '    """And another one."""\n'
        "    if x:\n"
        '        raise SurveyError(f"no such {x} thing here")\n'
        '    return "Share of the respondents"\n'
    )
    assert list(prose_of(path)) == ["Share of the respondents"]
