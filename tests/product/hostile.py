"""Studies whose every label, text and title is hostile: markup, code, formulas, paths; one table.

`PAYLOADS` is the table that all tests share. `injected` looks through everything that a run wrote
for one that did something, or that a reader's program would obey.
"""

import csv
import io
import json
import re
import zipfile
from html.parser import HTMLParser

import pandas as pd
import pyreadstat

from invented import write_study

HOSTILE = "</script><script>window.stolen=1</script><img src=x onerror=window.stolen=1>"
TEMPLATE = "{{ 7 * 7 }}{% raw %}${7*7}`"
FORMULA = '=HYPERLINK("x")'
LONG = "A label that a questionnaire's author found too dear to shorten, number"
MARK = "PWNED"
"""A file of this name is what a payload would leave, were it run."""

PAYLOADS = (
    HOSTILE,
    "<svg onload=window.stolen=1>",
    '"><iframe src="javascript:window.stolen=1">',
    "' onmouseover='window.stolen=1",
    '<style>@import "x"</style>',
    "]]><!ENTITY x SYSTEM 'file:///etc/passwd'>&x;",
    "&#60;script&#62;window.stolen=1&#60;/script&#62;",
    TEMPLATE,
    "{{ cycler.__init__.__globals__.os.system('touch PWNED') }}",
    FORMULA,
    "+cmd|' /C calc'!A0",
    "-2+3+cmd|' /C calc'!A0",
    "@SUM(1+1)*cmd|' /C calc'!A0",
    r"$\frac{1}{0$ and \input{PWNED}",
    "$(touch PWNED)`touch PWNED`",
    "'; touch PWNED #",
    "../../../PWNED",
    '!!python/object/apply:os.system ["touch PWNED"]',
    "no: [&a *a, *a]",
    "{wildcards.wave} {input[0].__class__} %s %(x)s \u202eab",
)

CONFIG = """
title: {en: '%s'}
waves:
  "1": {file: resources/1/raw.sav, label: '<b onclick=stolen()>first</b>'}
languages: [en]
"""
TABLES = """
tables:
  answers: {rows: [q1], columns: place, subtotals: [{of: [1, 2], label: {en: '<svg onload=x()>'}}]}
"""
TEXT = """
introduction: ['<style>@import "x"</style> and {answers/q1/1/total} per cent']
tables:
  answers: {title: '<iframe src=x> & "quoted"'}
"""


def write_hostile_study(folder):
    """Write the study; three hundred people, twelve places, three answers."""
    people = pd.DataFrame(
        {
            "q1": [1 + (place * place // 7) % 3 for place in range(300)],
            "place": [1 + place % 12 for place in range(300)],
        }
    )
    path = folder / "resources/1/raw.sav"
    path.parent.mkdir(parents=True)
    pyreadstat.write_sav(
        people,
        str(path),
        column_labels={"q1": HOSTILE, "place": TEMPLATE},
        variable_value_labels={
            "q1": {1: FORMULA, 2: HOSTILE, 3: TEMPLATE},
            "place": {place: f"{LONG} {place}" for place in range(1, 13)},
        },
    )
    return write_study(folder, config=CONFIG % HOSTILE, tables=TABLES, **{"text.en": TEXT})


def write_injected_study(folder):
    """Write a study that has every payload as text, value label, variable label and title.

    Two hundred people answered ten questions on both sides of a group; each question's label and
    its answers' labels are payloads, so is what the people wrote, and so are titles of tables.
    """
    half = len(PAYLOADS) // 2
    names = [f"q{number}" for number in range(half)]
    people = pd.DataFrame(
        {
            **{
                name: [1 + (row * (at + 3) // 7) % 2 for row in range(200)]
                for at, name in enumerate(names)
            },
            "written": [PAYLOADS[row % len(PAYLOADS)] for row in range(200)],
            "side": [1 + row % 2 for row in range(200)],
        }
    )
    path = folder / "resources/1/raw.sav"
    path.parent.mkdir(parents=True)
    twice = dict(zip(names, zip(PAYLOADS[:half], PAYLOADS[half:], strict=True), strict=True))
    pyreadstat.write_sav(
        people,
        str(path),
        column_labels={name: labels[1] for name, labels in twice.items()}
        | {"written": FORMULA, "side": PAYLOADS[0]},
        variable_value_labels={
            **{name: {1: labels[0], 2: labels[1]} for name, labels in twice.items()},
            "side": {1: PAYLOADS[1], 2: PAYLOADS[9]},
        },
    )
    tables = {
        f"t{number}": {"rows": names[2 * number : 2 * number + 2], "columns": "side"}
        for number in range(half // 2)
    }
    tables["texts"] = {"rows": ["written"]}
    config = {
        "title": {"en": PAYLOADS[2]},
        "waves": {"1": {"file": "resources/1/raw.sav", "label": PAYLOADS[3]}},
        "languages": ["en"],
        "documents": ["docx", "xlsx", "pdf", "latex", "csv"],
    }
    codes = {text: {"en": text} for text in PAYLOADS}
    steps = [{"action": "flag", "name": "odd", "where": {"side": 1}, "why": PAYLOADS[10]}]
    titles = {name: {"title": PAYLOADS[at]} for at, name in enumerate(tables)}
    pages = {
        "config": config,
        "tables": {"tables": tables},
        "codebook": {"variables": {"written": {"codes": codes}}},
        "cleaning": {"steps": steps},
        "text.en": {"subtitle": PAYLOADS[4].replace("{", "{{"), "tables": titles},
    }
    # Braces in a sentence of the study name a number; a title's are doubled to be braces.
    for own in titles.values():
        own["title"] = own["title"].replace("{", "{{").replace("}", "}}")
    return write_study(folder, **{name: json.dumps(page) for name, page in pages.items()})


class _Page(HTMLParser):
    """Collects what a browser would obey in a page and nobody of ours wrote."""

    def __init__(self):
        super().__init__()
        self.found = []

    def handle_starttag(self, tag, attributes):
        for name, value in attributes:
            leads = name.rpartition(":")[2] in ("href", "src", "action", "formaction", "data")
            script = leads and (value or "").strip().lower().startswith("javascript:")
            hostile = name.startswith("on") or script
            if hostile or (tag in ("iframe", "img", "object", "embed") and value == "x"):
                self.found.append(f"<{tag} {name}>")
        if tag in ("iframe", "object", "embed"):
            self.found.append(f"<{tag}>")

    handle_startendtag = handle_starttag


def _of_page(content):
    page = _Page()
    text = content.decode("utf-8")
    page.feed(text)
    styles = "".join(re.findall(r"(?s)<style[^>]*>(.*?)</style>", text))
    return [*page.found, *re.findall(r'@import "x"', styles)]


def _of_workbook(content):
    found = []
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        for name in book.namelist():
            text = book.read(name).decode("utf-8", "replace")
            found += [
                f"{name}: {what}" for what in re.findall(r"<f[ >]|externalLink|ddeLink", text)
            ]
            found += re.findall(r'TargetMode="External"', text)
    return found


def _of_document(content):
    found = []
    with zipfile.ZipFile(io.BytesIO(content)) as document:
        for name in document.namelist():
            text = document.read(name).decode("utf-8", "replace")
            found += re.findall(r'TargetMode="External"|DDEAUTO|INCLUDETEXT|<!ENTITY', text)
    return found


def _of_table(content):
    lines = csv.reader(io.StringIO(content.decode("utf-8-sig")))
    return [cell[:20] for line in lines for cell in line if is_formula(cell)]


def is_formula(cell):
    """Whether a spreadsheet would take a cell for a formula; a number with a sign is none."""
    return cell.startswith(("=", "+", "-", "@", "\t", "\r")) and not re.fullmatch(
        r"[-+][0-9.,]+(?:e[-+]?[0-9]+)?", cell
    )


READERS = {
    ".html": _of_page,
    ".svg": _of_page,
    ".xlsx": _of_workbook,
    ".docx": _of_document,
    ".csv": _of_table,
    ".pdf": lambda content: re.findall(rb"/JavaScript|/Launch|/URI", content),
    ".tex": lambda content: re.findall(rb"(?<!\\)\\input|\$\\frac", content),
}


def injected(folder):
    """List what a payload did, or would do in a reader's program: file and what it is.

    Looked through are all files of the study but its own; a file called `MARK` anywhere, also in
    the folders above it, means that a payload was run or led out of the study.
    """
    found = [f"{path}: was made" for path in folder.parent.rglob(f"*{MARK}*")]
    for path in sorted(folder.rglob("*")):
        place = path.relative_to(folder)
        if not path.is_file() or place.parts[0] in ("config", "resources", ".snakemake"):
            continue
        read = READERS.get(path.suffix)
        found += [f"{place}: {what}" for what in (read(path.read_bytes()) if read else ())]
    return found
