"""Fenced: the examples of the documentation, as a reader sees them."""

import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
_FENCE = re.compile(
    r"^(?P<mark><!-- schema only -->\n)?^```(?P<language>\w*)(?: title=\"(?P<title>[^\"]+)\")?\n"
    r"(?P<text>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)


@dataclass(frozen=True)
class Example:
    """A fenced block: its page, language, title (a file) and text."""

    page: str
    language: str
    title: str
    text: str
    schema_only: bool


def pages():
    """Pages of the documentation and of the repository that readers are sent to, from the root."""
    written = sorted(DOCS.rglob("*.md"))
    kept = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "config/README.md"]
    kept += sorted((ROOT / "examples").glob("*/README.md"))
    return [str(path.relative_to(ROOT)) for path in (*kept, *written)]


def examples(language=None, folder=""):
    """Fenced blocks of all pages, or of one folder, in their order."""
    found = []
    for page in pages():
        text = (ROOT / page).read_text(encoding="utf-8")
        for fence in _FENCE.finditer(text):
            named = fence["title"] or ""
            one = Example(page, fence["language"], named, fence["text"], bool(fence["mark"]))
            found.append(one)
    return [
        one
        for one in found
        if one.page.startswith(folder) and (language is None or one.language == language)
    ]


def readers_table():
    """The table that the tutorial types, as the file that its commands name."""
    (table,) = examples("csv", "docs/tutorials/printed-page")
    return table.text
