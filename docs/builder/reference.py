"""Reference pages, written from what the code itself holds: nothing on them can go stale.

Each function gives the Markdown of one page: keys of the configuration from the schemas, columns
of the CSV files from their writers, statistics from the registry, rules from the rule files, and
commands from the parsers of the command line.
"""

import ast
import re
from collections.abc import Iterator, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft202012Validator

from resurvey.study.keys import dotted, resolve, schema_names, type_of, walk

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).resolve().parent
SCHEMAS = ROOT / "workflow/schemas"
RULES = ROOT / "workflow/rules"
DEFAULT = re.compile(
    r"\(default:? `?([^();`]+)`?[^()]*\)|`?([\w.]+)`? \((?:[^()]*, |the )?default[):;,]"
    r"|[Dd]efault:? `?([\w.%, …]+?)`?(?:[;.:),]|$)"
)
"""How a description says its default."""


def read(path: Path) -> Any:
    """Content of a YAML file."""
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def cell(text: str) -> str:
    """Text for a cell of a table: no line breaks, no bars, no HTML.

    >>> cell("a  b < {c}")
    'a b &lt; &#123;c}'
    """
    plain = " ".join(str(text).split())
    return plain.replace("|", "\\|").replace("<", "&lt;").replace("{", "&#123;")


def table(headings: Sequence[str], lines: Iterator[Sequence[str]] | Sequence[Sequence[str]]) -> str:
    """A table in Markdown."""
    rows = [headings, ["---"] * len(headings), *lines]
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)


# Configuration ------------------------------------------------------------------------------


def default_of(node: Mapping[str, Any]) -> str:
    """The default of a key, or what its description names as such; a dash where there is none.

    >>> default_of({"description": "How many persons (default 2)."})
    '2'
    >>> default_of({"default": ["en"]})
    '[en]'
    """
    if "default" in node:
        value = node["default"]
        flow = yaml.safe_dump(value, default_flow_style=True, width=1000, allow_unicode=True)
        return value if isinstance(value, str) else flow.removesuffix("...\n").strip()
    found = DEFAULT.search(" ".join(str(node.get("description", "")).split()))
    return next((group.strip() for group in found.groups() if group), "–") if found else "–"


def example_of(node: Mapping[str, Any], schema: Mapping[str, Any], name: str) -> str:
    """A value that the schema takes, in the flow style of YAML."""
    value = chosen(node, schema, name)
    text = yaml.safe_dump(
        value, default_flow_style=True, allow_unicode=True, width=10_000, sort_keys=False
    )
    return text.removesuffix("...\n").strip()


def chosen(node: Mapping[str, Any], schema: Mapping[str, Any], name: str) -> Any:
    """The telling example of a key where the schema takes it, else its smallest value."""
    whole = {**node, "$defs": schema.get("$defs", {})}
    if name == "NAME" and node.get("shared") == "labels":
        return "Very much"
    own = f"{schema.get('title', '').partition('.')[0]}.{name}"
    for value in [*EXAMPLES.get(own, ()), *EXAMPLES.get(name, ())]:
        if Draft202012Validator(whole).is_valid(value):
            return value
    return example(node, schema)


_MEDIA = {"label": "Media used", "variables": ["media_tv", "media_web"], "counted": 1}
_WOMEN = {"label": "Women's mean is lower", "below": {"variable": "sex", "first": 2, "second": 1}}
_AGE = {"label": "Age", "recode": {"variable": "age", "ranges": {1: [18, 34], 2: [35, None]}}}
_LEAVE = {"kind": "binary", "outcome": "plan", "positive": [1], "predictors": ["sex", "age"]}
EXAMPLES: dict[str, list[Any]] = {
    "NAME": [
        _MEDIA,
        {"variables": ["trust", "age"], "method": "spearman"},
        _WOMEN,
        _AGE,
        _LEAVE,
        {"label": "Trust", "items": ["trust_mayor", "trust_council"]},
        {"rows": ["trust_mayor", "trust_council"], "columns": "sex"},
        {"rows": ["trust_mayor"], "columns": ["sex", "education"]},
        {"file": "resources/2026/survey.sav", "weight": "weight"},
    ],
    "after": ["trust_after", "2025"],
    "before": ["trust_before"],
    "codebook.codes": [{1: "Not at all", 2: "Very much"}],
    "codebook.source": ["NAME_IN_THE_FILE"],
    "codebook.variables": [{"trust_mayor": {"missing": [9]}}],
    "interviews.NAME": [
        {"file": "resources/2022/interviews.qdpx"},
        {"label": "gender", "values": {"women": {"of": ["f"], "label": "woman"}}},
        {"label": "Finding work", "codes": ["Work > Search"], "tables": ["work"]},
        {"of": ["f"], "label": "woman"},
    ],
    "interviews.file": ["resources/2022/interviews.qdpx"],
    "interviews.released": ["resources/2022/released.csv"],
    "interviews.sources": [{"2022": {"file": "resources/2022/interviews.qdpx"}}],
    "interviews.attributes": [{"age": {"label": "age", "bands": [30, 45]}}],
    "joined": ["Which media do you use?"],
    "options": [["Television", "Internet"]],
    "pairs": [[{"before": "trust_before", "after": "trust_after"}]],
    "section": ["people"],
    "separator": ["; "],
    "split": ["sex"],
    "banners": [{"overview": {"rows": ["trust_mayor"], "columns": ["sex", "education"]}}],
    "conclusions": [{"women_below": _WOMEN}],
    "correlations": [{"life": {"variables": ["trust", "age"], "method": "spearman"}}],
    "date": ["%d.%m.%Y"],
    "indicators": [{"age_group": _AGE}],
    "loose": ["(0.4, 1]"],
    "lower": [0.3],
    "made_with": ["0.2"],
    "meaning": ["(0.5, 1]"],
    "models": [{"leave": _LEAVE}, ["leave", "stay"]],
    "multiple_response": [{"media": _MEDIA}],
    "scales": [{"trust": {"label": "Trust", "items": ["trust_mayor", "trust_council"]}}],
    "statistics": [["n", "mean", "median"]],
    "tables": [{"trust": {"rows": ["trust_mayor"], "columns": "sex"}}, ["trust", "plans"]],
    "upper": [3],
    "waves": [{"2026": {"file": "resources/2026/survey.sav"}}],
    "alpha": [0.05],
    "approved": ["Ethics board, 2026-11-30"],
    "clusters": ["street"],
    "codes": [{1: "Yes", 2: "No"}, {1: 2, 2: 1}, [1, 2]],
    "columns": ["sex", ["sex", "education"], "rw*"],
    "dataset": ["anes96"],
    "encoding": ["windows-1251"],
    "file": ["resources/2026/survey.sav"],
    "from": ["Q1", "2/3", 15],
    "id": ["respondent"],
    "items": [["clean", "safe", "friendly"]],
    "label": ["Age, years"],
    "languages": [["en"]],
    "map": [{1: 1, 2: 0}],
    "margins": [{"sex": {1: 48.6, 2: 51.4}}],
    "media": ["Television"],
    "orcid": ["0000-0002-1825-0097"],
    "outcome": ["plan"],
    "predictors": [["sex", "age"]],
    "ranges": [{1: [18, 34], 2: [35, None]}],
    "reference": [{"education": 3}, "2025"],
    "released": [["suggestions"]],
    "rounded_sums": [{"job_pay": {1: 2}}],
    "rows": [["trust_mayor", "trust_council"]],
    "scores": [{1: 0, 2: 1, 3: 3}],
    "sha256": ["0f" * 32],
    "source": ["equal weights: our choice", "NAME_IN_THE_FILE"],
    "strata": ["district"],
    "summaries": [["income", "age"]],
    "time": [{"2025": 2025.3, "2026": 2026.4}],
    "title": ["City 2026"],
    "types": [{"low": {"label": "Low"}, "high": {"label": "High", "from": "2/3"}}],
    "variable": ["age"],
    "variables": [["media_tv", "media_web"], {"sex": {"from": "Q1"}}],
    "weight": ["weight", 1],
    "where": [{"sex": 2, "age": {"min": 18, "max": 54}}],
    "why": ["Tested on the interviewers"],
}
"""Examples that say more than the schema's smallest value."""


def example(node: Mapping[str, Any], schema: Mapping[str, Any], depth: int = 0) -> Any:
    """Smallest value that a schema takes."""
    node = resolve(node, schema)
    if "const" in node:
        return node["const"]
    if "enum" in node:
        return node["enum"][0]
    for choice in ("anyOf", "oneOf"):
        if choice in node and "type" not in node:
            return example(node[choice][0], schema, depth)
    kind = node.get("type", "string")
    kind = kind if isinstance(kind, str) else kind[0]
    if kind == "object":
        return example_mapping(node, schema, depth)
    if kind == "array":
        items = example(node.get("items", {}), schema, depth + 1)
        least = max(1, node.get("minItems", 1))
        if isinstance(items, bool | int | float):
            return [items + step for step in range(least)]
        if isinstance(items, str) and least > 1:
            return [f"{items}_{step + 1}" for step in range(least)]
        return [items] * least
    if kind in ("integer", "number"):
        low = node.get("minimum", node.get("exclusiveMinimum", 0))
        high = node.get("maximum", node.get("exclusiveMaximum"))
        if high is not None and "exclusiveMinimum" in node or "exclusiveMaximum" in node:
            return round((low + (1 if high is None else high)) / 2, 3)
        return max(low, 1)
    return {"boolean": True, "null": None}.get(kind, "text")


def example_mapping(node: Mapping[str, Any], schema: Mapping[str, Any], depth: int) -> Any:
    """Smallest mapping that a schema takes: what it needs, else one entry."""
    names = [*node.get("required", [])]
    if "oneOf" in node:
        names += node["oneOf"][0].get("required", [])
    known = node.get("properties", {})
    if not names and known:
        names = [*known][: max(1, node.get("minProperties", 1))]
    inner = {name: chosen(resolve(known[name], schema), schema, name) for name in names}
    if inner:
        return inner
    free = [*node.get("patternProperties", {}).values(), node.get("additionalProperties")]
    values = [one for one in free if isinstance(one, dict)]
    if not values:
        return {}
    least = max(1, node.get("minProperties", 1))
    keys = ["name"] if least == 1 else [f"name_{place + 1}" for place in range(least)]
    return {key: example(values[0], schema, depth + 1) for key in keys}


def page_of(name: str) -> str:
    """File name of the page of a configuration file; `index` alone would be a folder's own page."""
    return "index.yaml.md" if name == "index" else f"{name}.md"


def configuration(name: str) -> str:
    """The page of one file of ``config/``: every key with type, default and example."""
    schema = read(SCHEMAS / f"{name}.schema.yaml")
    title = cell(schema["title"])
    told = [f"# {title}\n", f"{cell(schema.get('description', ''))}\n"]
    if name == "article":
        told.append("Nobody writes this file: the schema describes one that the pipeline keeps.\n")
    told.append(
        "`NAME` stands for a name that you choose, `[]` for an entry of a list. A key that is not "
        "here stops the run. A dash under *default* means that without the key nothing is done or "
        "assumed; where that is not so, the description says it.\n"
    )
    for place, node, required in walk(schema, schema):
        description = " ".join(str(node.get("description", "")).split())
        heading = dotted(place)
        level = min(1 + len([one for one in place if one not in ("[]", "NAME")]), 4)
        told.append(f"{'#' * max(2, level)} `{heading}`\n")
        told.append(f"{cell(description)}\n" if description else "")
        default = "required" if required else default_of(node)
        key = place[-1]
        value = example_of(node, schema, key)
        lines = [
            f"*type* {cell(type_of(node, schema)) or 'any'}",
            f"*default* {cell(default)}",
            f"*example* `{'name' if key == 'NAME' else key}: {value}`",
        ]
        told.append(" · ".join(lines) + "\n{ .key }\n")
    return "\n".join(told)


def configuration_index() -> str:
    """The page that lists the files of ``config/``."""
    lines = []
    for name in schema_names():
        schema = read(SCHEMAS / f"{name}.schema.yaml")
        title = cell(schema["title"])
        lines.append([f"[{title}]({page_of(name)})", cell(schema.get("description", ""))])
    told = "Only `config.yaml` and `tables.yaml` are needed. Made from `workflow/schemas/`."
    return f"# Files of `config/`\n\n{told}\n\n{table(['file', 'what it says'], lines)}"


# Results ------------------------------------------------------------------------------------


def columns_of(where: str) -> tuple[str, ...]:
    """Columns of a file, by the module and the name of the list that its writer has."""
    module, _, name = where.partition(":")
    name, _, key = name.partition("/")
    found = getattr(import_module(module), name)
    return tuple(found[key] if key else found)


def described_files() -> dict[str, dict[str, Any]]:
    """Files by their path below ``results/``, with `line` and the meaning of every column."""
    told = read(HERE / "files.yaml")
    described = {}
    for path, entry in told["files"].items():
        words = {**told["columns"], **entry.get("own", {})}
        meaning = {name: words.get(name, "") for name in columns_of(entry["columns"])}
        described[path] = {"line": entry["line"], "columns": meaning}
    return described


def files() -> str:
    """The page of the CSV files with every column."""
    told = [
        "# Result files\n",
        "Every table of results is a CSV file (UTF-8, comma, one line of headings). Numbers are "
        "not rounded and have a decimal point. `&#123;wave}` is the name of a wave.\n",
    ]
    for path, entry in described_files().items():
        told.append(f"## `results/{path}`\n")
        told.append(f"A line is: {entry['line'][0].lower()}{entry['line'][1:]}\n")
        lines = [[f"`{name}`", cell(words)] for name, words in entry["columns"].items()]
        told.append(table(["column", "what it says"], lines))
    return "\n".join(told).replace("`&#123;wave}`", "`{wave}`")


# Statistics ---------------------------------------------------------------------------------


def statistics() -> str:
    """The page of the statistics: every entry of the registry, and numbers beside it."""
    from resurvey.statistics.registry import DICHOTOMOUS, MEASURES, ORDINAL, TESTS

    told = read(HERE / "statistics.yaml")
    levels = {ORDINAL: "both sides have an order", DICHOTOMOUS: "2 × 2 tables"}
    headings = ["statistic", "name in the files", "formula", "after", "not valid, or with care"]

    def line(name: str, formula: str, words: Mapping[str, str], when: str = "") -> list[str]:
        care = f"Only where {when}. {words['not_valid']}" if when else words["not_valid"]
        named = [cell(words["label"]), f"`{name}`", cell(formula)]
        return [*named, cell(words["source"]), cell(care)]

    tests = [line(name, test.formula, told["tests"][name]) for name, test in TESTS.items()]
    measures = [
        line(name, measure.formula, told["measures"][name], levels.get(measure.level, ""))
        for name, measure in MEASURES.items()
    ]
    numbers = [line(name, words["formula"], words) for name, words in told["numbers"].items()]
    return "\n".join(
        [
            "# Statistics\n",
            "Nothing adds 0.5, applies Yates's correction or drops a row without saying so: what a "
            "statistic did stands in its note. `./run conformance` computes each of them beside R "
            "and PSPP and explains every known difference. Of a sample that is not random every "
            "p-value and interval has the note *descriptive*; of reconstructed records what was "
            "not published together is refused.\n",
            "## Tests\n",
            "They stand in `tables/tests.csv`.\n",
            table(headings, tests),
            "## Measures of association\n",
            "They stand in `tables/association.csv`.\n",
            table(headings, measures),
            "## Other numbers\n",
            table(headings, numbers),
            "## Corrections for many tests\n",
            "Bonferroni, Holm 1979, and Benjamini and Hochberg 1995, within the row, the table and "
            "the study. All adjusted p-values stand beside the p-value; none replaces it.\n",
        ]
    )


# Rules --------------------------------------------------------------------------------------

RULE = re.compile(r'^( *)rule (\w+):\n\1    """(.*?)"""(.*?)(?=^ *(?:use )?rule |\Z)', re.M | re.S)
USED = re.compile(r"^ *use rule (\w+) as (\w+) with:\n(.*?)(?=^ *(?:use )?rule |\Z)", re.M | re.S)


def rules() -> str:
    """The page of the rules: what each does, and what it reads and makes."""
    told = [
        "# Rules\n",
        "Data go one way: raw → import → clean → indicators → tables → figures → audit → report. "
        "Each rule `NAME` calls the script `workflow/scripts/NAME.py`, which calls the library. "
        "Up to `indicators/` the folders hold records of persons; from `tables/` on everything is "
        "a CSV file that can be opened and compared. `./run --list` prints these lines too.\n",
    ]
    for path in sorted(RULES.glob("*.smk"), key=rank):
        text = path.read_text(encoding="utf-8")
        found = RULE.findall(text)
        if not found:
            continue
        about = ast.get_docstring(
            ast.parse(text.split('"""', 2)[0] + f'"""{text.split(chr(34) * 3)[1]}"""')
        )
        paragraph = " ".join((about or path.stem).split("\n\n")[0].split())
        name, _, words = paragraph.partition(": ")
        told.append(f"## {name}\n\n{words[:1].upper()}{words[1:]}\n")
        lines = [[f"`{name}`", cell(words), made(body)] for _, name, words, body in found]
        lines += [
            [f"`{name}`", f"The same as `{other}`, of what may leave the house.", made(body)]
            for other, name, body in USED.findall(text)
        ]
        told.append(table(["rule", "what it does", "what it makes, in `results/`"], lines))
    told.append("## What `./run` makes without a name\n")
    snakefile = (ROOT / "Snakefile").read_text(encoding="utf-8")
    every = [[f"`{name}`", cell(words), "–"] for _, name, words, _ in RULE.findall(snakefile)]
    told.append(table(["rule", "what it does", "what it makes"], every))
    return "\n".join(told)


def rank(path: Path) -> int:
    """Place of a rule file in the Snakefile."""
    named = re.findall(r'include: "workflow/rules/(\w+)\.smk"', (ROOT / "Snakefile").read_text())
    return named.index(path.stem) if path.stem in named else len(named)


def made(body: str) -> str:
    """Files that a rule makes, as its text has them."""
    output = re.search(
        r"^ +output:\n(.*?)(?=^ +(?:log|params|conda|resources|script|run):)", body, re.M | re.S
    )
    paths = re.findall(r'"(results/[^"]+)"', output[1]) if output else []
    return (
        "<br>".join(f"`{path.removeprefix('results/')}`" for path in paths)
        .replace("{{", "{")
        .replace("}}", "}")
        or "–"
    )


# Commands -----------------------------------------------------------------------------------


def commands() -> str:
    """The page of the commands: `./run` by its own help, and every command of the library."""
    text = (ROOT / "run").read_text(encoding="utf-8")
    told = [
        "# Commands\n",
        "## `./run`\n",
        f"```text\n{(ast.get_docstring(ast.parse(text)) or '').strip()}\n```\n",
    ]
    for name, helped in command_helps().items():
        told.append(f"## `./run resurvey {name}`\n")
        told.append(f"```text\n{helped.strip()}\n```\n")
    return "\n".join(told)


def command_helps() -> dict[str, str]:
    """Help of every command of the library, as the terminal prints it."""
    import os
    from unittest import mock

    from resurvey import __main__ as program

    with mock.patch.dict(os.environ, {"COLUMNS": "90", "RESURVEY_COMMAND": "./run resurvey"}):
        parser = program._parser()
        chosen = next(one for one in parser._actions if hasattr(one, "choices") and one.choices)
        return {name: inner.format_help() for name, inner in chosen.choices.items()}
