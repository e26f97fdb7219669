"""Hooks of MkDocs: pages that no file holds, because they are made from the code."""

import sys
from pathlib import Path

from mkdocs.structure.files import File

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path[:0] = [str(HERE), str(ROOT / "workflow/scripts")]
sys.dont_write_bytecode = True

import rule_graph  # noqa: E402

import reference  # noqa: E402


def on_files(files, config):
    """Add the pages that no file in ``docs/`` holds."""
    pages = {
        "reference/configuration/index.md": reference.configuration_index(),
        "reference/files.md": reference.files(),
        "reference/statistics.md": reference.statistics(),
        "reference/rules.md": reference.rules(),
        "reference/commands.md": reference.commands(),
        "images/rules.svg": rule_graph.draw(rule_graph.rule_graph()),
        "changelog.md": (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"),
    }
    for name in reference.schema_names():
        pages[f"reference/configuration/{reference.page_of(name)}"] = reference.configuration(name)
    for path, text in pages.items():
        files.append(File.generated(config, path, content=text))
    return files


def on_post_page(output, page, config):
    """Name the dialog of the search for those who hear the page."""
    return output.replace('role="dialog">', 'role="dialog" aria-label="Search">')
