"""Study: the folder of YAML that describes one survey, read strictly and checked."""

import re
from collections.abc import Iterable, Mapping, Sequence
from copy import deepcopy
from pathlib import Path, PureWindowsPath
from typing import Any, cast

from resurvey.core.codebook import check_codes_differ, nearest
from resurvey.core.errors import SurveyError
from resurvey.core.names import reserved_names
from resurvey.core.origin import made_files
from resurvey.core.strict_yaml import read_yaml
from resurvey.study.declarations import (
    Banner,
    IndicatorsPart,
    InterviewsPart,
    ModelsPart,
    StudyParts,
    Table,
    TablesPart,
    TrendPart,
)
from resurvey.study.expansion import check_uncrossed, expand_tables, expand_text
from resurvey.study.mapping import check_mappings
from resurvey.study.words import read_words as read_words

PARTS = (
    "codebook",
    "cleaning",
    "indicators",
    "tables",
    "figures",
    "lexicon",
    "audit",
    "models",
    "index",
    "interviews",
    "trend",
    "waves",
)
REQUIRED = ("config", "tables")
WAVE = re.compile(r"[a-z0-9][a-z0-9_-]{0,31}")
DEFAULTS: dict[str, Any] = {
    "languages": ["en"],
    "sample": "unknown",
    "alpha": 0.05,
    "title": "",
    # Slides are for those who ask for them.
    "documents": ["docx", "xlsx", "pdf", "latex", "csv"],
}
"""Keys of config.yaml that are filled in."""
RESERVED = ("trend", "conformance", "drift", "deposit", "release")
_PAGES = {
    "audit": (("Audit of {wave}", "{wave}/audit/audit.{language}.html"),),
    "documents": (("Documents of {wave}", "{wave}/report/report.{language}.docx"),),
    "figures": (("Figures of {wave}", "{wave}/figures"),),
    "models": (("Models of {wave}", "{wave}/models"),),
    "indices": (("Indices of {wave}", "{wave}/index"),),
    "deposit": (("Deposit", "deposit"),),
    "certificate": (
        ("Certificate of {wave}", "{wave}/certificate/certificate.{language}.html"),
        ("Public certificate of {wave}", "release/{wave}/certificate/certificate.{language}.html"),
    ),
    "release": (("Public report of {wave}", "release/{wave}/report/report.{language}.html"),),
    "all": (
        ("Comparison of the waves", "trend/trend.{language}.html"),
        ("Report of {wave}", "{wave}/report/report.{language}.html"),
    ),
}
"""What a reader opens first of what a target of the workflow made; the most important one last."""


def check_schema(value: Any, schema: Mapping[str, Any], path: str | Path) -> None:
    """Check a configuration against its JSON schema; name the first offending key.

    Raises
    ------
    SurveyError
        One sentence: file, key, what is expected, and the nearest known key for a mistyped one.

    Examples
    --------
    >>> closed = {"type": "object", "properties": {"rows": {}}, "additionalProperties": False}
    >>> check_schema({"rowz": 1}, closed, "tables.yaml")
    Traceback (most recent call last):
    resurvey.SurveyError: tables.yaml: unknown key 'rowz'; did you mean 'rows'?
    """
    from jsonschema import Draft202012Validator

    problems = sorted(
        Draft202012Validator(schema).iter_errors(value),
        key=lambda problem: [str(p) for p in problem.path],
    )
    if problems:
        raise SurveyError(f"{path}: {_word_problem(problems[0], schema)}")


def _word_problem(problem: Any, schema: Mapping[str, Any]) -> str:
    location = ".".join(str(step) for step in problem.absolute_path)
    if problem.validator in ("oneOf", "anyOf") and problem.context:
        meant = _meant(problem)
        if meant is not None:
            return _word_problem(meant, schema)
        named = [inner for inner in problem.context if inner.validator == "const"]
        if len(named) == len(problem.validator_value):
            choices = ", ".join(str(inner.validator_value) for inner in named)
            at = ".".join(map(str, named[0].absolute_path))
            return f"'{at}': {named[0].instance!r} is not one of {choices}"
    if problem.validator == "additionalProperties":
        known = problem.schema.get("properties", {})
        patterns = problem.schema.get("patternProperties", {})
        for key in problem.instance:
            if key not in known and not any(re.search(p, str(key)) for p in patterns):
                where = f" under '{location}'" if location else ""
                if (location.partition(".")[0], key) in _ELSEWHERE:
                    return f"'{location}': {_ELSEWHERE[location.partition('.')[0], key]}"
                if known or not patterns:
                    return f"unknown key '{key}'{where}{_meant_key(str(key), known, problem)}"
                allowed = " or ".join(_NAMES.get(pattern, pattern) for pattern in patterns)
                return f"{str(key)!r}{where} is not a valid name; use {allowed}"
    if problem.validator == "required":
        missing = next(key for key in problem.validator_value if key not in problem.instance)
        return f"key '{missing}' is missing" + (f" under '{location}'" if location else "")
    where = f"'{location}': " if location else ""
    if problem.validator == "enum":
        choices = ", ".join(map(str, problem.validator_value))
        return f"{where}{problem.instance!r} is not one of {choices}"
    if problem.validator == "type":
        kinds = problem.validator_value
        kinds = [kinds] if isinstance(kinds, str) else kinds
        words = " or ".join(_KINDS[kind] for kind in kinds)
        return f"{where}{_short(problem.instance)} should be {words}{_rewrite(problem, kinds)}"
    expected = _expected(problem, schema)
    if problem.validator == "minItems":
        number, asked = len(problem.instance), problem.validator_value
        lacks = f"{number or 'no'} {'entry' if number == 1 else 'entries'}, and needs {asked}"
        section, _, key = location.partition(".")
        hint = _TOO_FEW.get((section, key.rpartition(".")[2]), "") if number else ""
        return f"{where}{_short(problem.instance)} does not fit: it has {lacks} or more{hint}"
    if problem.validator == "uniqueItems":
        twice = next(one for one in problem.instance if problem.instance.count(one) > 1)
        return f"{where}{_short(twice)} stands twice in the list; take one away"
    return f"{where}{_short(problem.instance)} does not fit: {expected}"


_RANGE = re.compile(r"\s*(-?[\d.]+)\s*[-–]\s*(-?[\d.]+)\s*")
"""How people write a range of numbers."""

_TOO_FEW = {
    ("scales", "items"): (
        "; a scale is made of several questions: add the others, or leave the scale out and write "
        "the one question under `summaries` of a table in tables.yaml for its mean"
    ),
    ("correlations", "variables"): "; a correlation is of two variables: add another one",
}
"""What to do about a list of too few entries: (section, key) -> words."""


def _expected(problem: Any, schema: Mapping[str, Any]) -> str:
    """Say what belongs in the place of a problem: the nearest description of the schema."""
    if "description" in problem.schema:
        return str(problem.schema["description"])
    place, said = schema, problem.message
    for step in problem.absolute_schema_path:
        try:
            place = place[step]
        except (KeyError, IndexError, TypeError):
            break
        if isinstance(place, Mapping) and isinstance(place.get("description"), str):
            said = place["description"]
    return str(said)


def _rewrite(problem: Any, kinds: Sequence[str]) -> str:
    """Say how a value of another kind than asked for is written, where that can be guessed."""
    value, asked = problem.instance, set(kinds)
    if "object" in asked and isinstance(value, list):
        return "; every entry needs a key and a ':' before it, in place of '-' or [ ]"
    if "object" in asked and value is None:
        return "; write what belongs to it on the next lines, indented by two blanks"
    if isinstance(value, bool | list | dict) or value is None:
        return ""
    text = str(value).strip()
    if "object" in asked and re.match(r"[\w-]+:\S", text):
        return "; a blank stands after every ':'"
    if "object" in asked and (equal := re.fullmatch(r"([\w.-]+)\s*==?\s*([\w.-]+)", text)):
        return f"; write it {{{equal[1]}: {equal[2]}}}"
    if {"number", "integer"} & asked and (number := re.fullmatch(r"(-?\d+)(?:([.,])(\d+))?", text)):
        how = "with a point for the comma" if number[2] == "," else "without quotation marks"
        return f"; write it {how}: {text.replace(',', '.')}"
    if "array" in asked and (ends := _RANGE.fullmatch(text)):
        return f", as in [{ends[1]}, {ends[2]}]"
    return f", as in [{text}]" if "array" in asked else ""


def _meant_key(key: str, known: Iterable[str], problem: Any) -> str:
    """Word a hint at the key that is meant: what other programs call so, else a similar name.

    Where none is near, one that stands empty before it may lack its indentation, and few keys are
    listed.
    """
    keys = [str(name) for name in known]
    word = re.sub(r"[\s-]+", "_", key.strip()).casefold()
    meant = next((name for name in _CALLED.get(word, ()) if name in keys), "")
    if hint := f"; did you mean '{meant}'?" if meant else nearest(key, keys):
        return hint
    if empty := [
        name for name, value in problem.instance.items() if value is None and name in keys
    ]:
        return f"; if it belongs to '{empty[-1]}', which is empty, indent it by two blanks"
    return f"; the keys here are {', '.join(keys)}" if len(keys) <= _FEW_KEYS else ""


_FEW_KEYS = 12
"""Keys that a sentence lists."""


_CALLED: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(
        ("filter", "filters", "select", "select_if", "subset", "if", "condition", "domain"),
        ("where",),
    ),
    **dict.fromkeys(("weights", "weight_by", "weight_var", "wt"), ("weight",)),
    **dict.fromkeys(("col", "cols", "column", "by", "group", "groups", "break"), ("columns",)),
    **dict.fromkeys(("crosstab", "crosstabs", "tables", "row", "variables", "vars"), ("rows",)),
    **dict.fromkeys(("means", "descriptives"), ("means", "summaries")),
    **dict.fromkeys(("statistic", "stats"), ("statistics",)),
    **dict.fromkeys(("percents", "percentages", "pct"), ("percent",)),
    **dict.fromkeys(("layer", "layers", "control", "by_strata"), ("strata",)),
    **dict.fromkeys(("stratum", "stratification"), ("strata",)),
    **dict.fromkeys(("cluster", "psu", "id"), ("clusters",)),
    **dict.fromkeys(("value_labels", "values", "labels", "levels"), ("codes",)),
    **dict.fromkeys(("missing_values", "na", "user_missing"), ("missing",)),
    **dict.fromkeys(("variable_label", "var_label", "title", "name"), ("label",)),
    **dict.fromkeys(("type", "level", "scale"), ("measure",)),
    **dict.fromkeys(("dependent", "dv", "y"), ("outcome",)),
    **dict.fromkeys(("independent", "iv", "covariates", "factors", "x"), ("predictors",)),
    **dict.fromkeys(("data", "path", "dataset", "get_file"), ("file",)),
}
"""What SPSS, R and spreadsheets call a key -> how it may be called here, the likeliest first."""

_NAMES = {
    r"^[A-Za-z0-9][A-Za-z0-9_-]{0,63}\Z": (
        "up to 64 of A-Z, a-z, 0-9, _ and -, first a letter or a digit (what readers see is its "
        "label, or its title in text.{language}.yaml)"
    ),
}
"""Patterns of names in the schemas, in words."""

_ELSEWHERE = {
    ("figures", "where"): (
        "a figure draws its table; put `where` under the table in tables.yaml, or under another "
        "table of the same questions, which then has a figure of its own"
    )
}
"""Keys that belong to another file: (key of the file, key) -> where."""


def _meant(problem: Any) -> Any:
    """First problem of the alternative that the writer meant; None where that is open."""
    branches: dict[Any, list[Any]] = {}
    for inner in problem.context:
        branches.setdefault(inner.schema_path[0], []).append(inner)
    depth = len(problem.absolute_path)
    near = [
        found
        for found in branches.values()
        if not any(
            inner.validator == "const"
            or (inner.validator == "type" and len(inner.absolute_path) == depth)
            for inner in found
        )
    ]
    return near[0][0] if len(near) == 1 else None


_KINDS = {
    "object": "a mapping (key: value)",
    "array": "a list",
    "string": "text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "null": "empty",
}


def _short(value: object) -> str:
    text = "an empty value" if value is None else repr(value)
    return text if len(text) <= 60 else text[:57] + "..."


def read_study(
    folder: str | Path,
    schemas: str | Path | None,
    overrides: Mapping[str, Any] | None = None,
    given_by: str = "--config",
) -> StudyParts:
    """Read and check a study's `config/` folder.

    Parameters
    ----------
    folder : path
        The folder with `config.yaml` and `tables.yaml`; every other file is optional.
    schemas : path, optional
        Folder with a `{part}.schema.yaml` for every part; without it the files are taken as
        checked.
    overrides : dict, optional
        Keys that replace those of `config.yaml` (from the command line, or another workflow).
    given_by : str, optional
        Where a person finds these.

    Returns
    -------
    dict
        `config` with defaults filled in, each other part (an empty dict where there is no file)
        and `text`: language -> the study's own titles and sentences.

    Raises
    ------
    SurveyError
        A missing file, YAML that is not strict, an unknown key, a wave whose name could leave
        the results folder.
    """
    folder = Path(folder)
    if overrides and schemas is not None:
        schema = read_yaml(Path(schemas) / "config.schema.yaml")
        given = _text_keys(dict(overrides), given_by)
        check_schema(given, {**schema, "required": []}, given_by)
    _check_files(folder)
    parts = {
        part: _read_part(part, folder, schemas, overrides or {}) for part in ("config", *PARTS)
    }
    parts["config"] = _with_defaults(parts["config"], folder / "config.yaml")
    _check_missing(parts["codebook"], folder / "codebook.yaml")
    split = expand_tables(parts, folder / "tables.yaml")
    study = cast(StudyParts, parts)
    _check_names(study, folder / "tables.yaml")
    _check_tables(study["tables"]["tables"], folder / "tables.yaml")
    _check_banners(study["tables"], folder / "tables.yaml")
    _check_correlations(study["tables"], folder / "tables.yaml")
    _check_indicators(study["indicators"], folder / "indicators.yaml")
    _check_figures(study, folder / "figures.yaml")
    _check_models(study["models"], folder / "models.yaml")
    _check_interviews(study["interviews"], study, folder / "interviews.yaml")
    _check_trend(study["trend"], study, folder / "trend.yaml")
    if study["waves"]:
        check_mappings(study, folder / "waves.yaml")
    parts["text"] = {
        language: expand_text(_read_text(folder / f"text.{language}.yaml", schemas), split)
        for language in parts["config"]["languages"]
    }
    return study


def written_pages(study: Path, targets: Iterable[str]) -> list[tuple[str, list[Path]]]:
    """Name what a reader opens first of what targets of the workflow made, and where it lies.

    Parameters
    ----------
    study : path
        Folder of the study, with `config/` and `results/`.
    targets : iterable of str
        What was asked of the workflow, such as ``all`` or ``certificate``.

    Returns
    -------
    list of tuple
        Title and existing paths, one a language; the most important one last.
    """
    path = study / "config" / "config.yaml"
    config = _with_defaults(_read_part("config", path.parent, None, {}), path)
    found = []
    for target, pages in _PAGES.items():
        for title, place in pages if target in set(targets) else ():
            for wave in config["waves"] if "{wave}" in place else [""]:
                names = [
                    place.format(wave=wave, language=language) for language in config["languages"]
                ]
                paths = [study / "results" / name for name in dict.fromkeys(names)]
                if there := [path for path in paths if path.exists()]:
                    found.append((title.format(wave=wave), there))
    return found


def _check_files(folder: Path) -> None:
    """Refuse a file that nothing would read because its name is nearly that of one that is read."""
    read = ("config", *PARTS)
    for path in sorted(folder.glob("*.y*ml")):
        near = [path.stem]
        if path.stem not in read and not re.fullmatch(r"text\.[a-z]{2,3}", path.stem):
            from difflib import get_close_matches

            near = get_close_matches(path.stem, read, n=1, cutoff=0.85)
        if near and path.name != f"{near[0]}.yaml":
            raise SurveyError(f"{path}: nothing reads this file; is it to be {near[0]}.yaml?")


def _read_part(
    part: str, folder: Path, schemas: str | Path | None, overrides: Mapping[str, Any]
) -> Any:
    """Read one file; an optional one that is not there is empty."""
    path = folder / f"{part}.yaml"
    if part not in REQUIRED and not path.exists():
        return {}
    value = read_yaml(path) or {}
    if part == "config" and isinstance(value, dict):
        value = {**value, **overrides}
    value = _text_keys(value, path)
    if part in _OFFERING and isinstance(value, dict):
        value = {section: listed for section, listed in value.items() if listed is not None}
    _check_part(value, part, schemas, path)
    return value


_OFFERING = ("codebook", "indicators")
"""Files in which all lines of a section may be comments, as `init` writes what it offers."""


def _check_part(value: Any, part: str, schemas: str | Path | None, path: Path) -> None:
    if schemas is not None:
        check_schema(value, read_yaml(Path(schemas) / f"{part}.schema.yaml"), path)


def _read_text(path: Path, schemas: str | Path | None) -> dict[str, Any]:
    value: dict[str, Any] = _text_keys((read_yaml(path) or {}) if path.exists() else {}, path)
    _check_part(value, "text", schemas, path)
    return value


_CODE_KEYS = ("codes", "map", "ranges", "scores")
_CODE_LISTS = ("codes", "missing", "order", "dont_know", "of", "answers", "positive")
_CODE_NAMES = ("group_sizes",)


def _text_keys(value: Any, path: str | Path, at: tuple[str, ...] = ()) -> Any:
    """Make names text even where YAML reads a year; codes are the only keys that are numbers.

    Any other key that YAML does not read as text would silently change: 1.10 is the number 1.1.
    A code may stand only once in a mapping or list of codes, however it is written.
    """
    key_here = at[-1] if at else ""
    location = f"{path}: '{'.'.join(at)}'"
    if isinstance(value, list):
        if key_here in _CODE_LISTS:
            listed = [item.get("code") if isinstance(item, dict) else item for item in value]
            check_codes_differ(filter(_is_code, listed), location)
        return [_text_keys(item, path, at) for item in value]
    if not isinstance(value, dict):
        return value
    codes = key_here in _CODE_KEYS
    named: dict[Any, Any] = {}
    for key, part in value.items():
        if key is None or isinstance(key, bool) or (isinstance(key, float) and not codes):
            raise SurveyError(f"{path}: YAML reads the key {key!r}; put it in quotes")
        name = key if codes else str(key)
        if name in named:
            raise SurveyError(f"{path}: key '{name}' stands twice")
        named[name] = _text_keys(part, path, (*at, str(key)))
    if codes or key_here in _CODE_NAMES:
        check_codes_differ(value, location, numbers=not codes)
    return named


def _is_code(value: object) -> bool:
    return isinstance(value, int | float | str) and not isinstance(value, bool)


def _with_defaults(config: dict[str, Any], path: Path) -> dict[str, Any]:
    filled = {**deepcopy(DEFAULTS), **config}
    if "reliability" in filled and filled["sample"] != "probability":
        raise SurveyError(
            f"{path}: `reliability` judges percentages of a probability sample, and `sample` is "
            f"{filled['sample']}; leave it out, or use `minimum_base`"
        )
    for name, wave in filled["waves"].items():
        if not WAVE.fullmatch(name) or name in RESERVED:
            raise SurveyError(
                f"{path}: wave {name!r} is not a valid name; use up to 32 of a-z, 0-9, - and _, "
                f"and neither of {', '.join(RESERVED)}"
            )
        if not isinstance(wave, dict):
            raise SurveyError(f"{path}: wave '{name}' needs `file:`")
        made = list(made_files(name, wave).values())
        beside = wave.get("structure", [])
        for file in [wave["file"], *([beside] if isinstance(beside, str) else beside)]:
            if "{" in file or "}" in file:
                # Snakemake takes what stands in braces for a wildcard.
                raise SurveyError(
                    f"{path}: wave '{name}': the name of the file '{file}' has braces, which "
                    "Snakemake cannot have in a name; rename the file"
                )
            if ".." in PureWindowsPath(file).parts:
                # A full path says openly where it leads; this one looks as if it stayed inside.
                raise SurveyError(
                    f"{path}: wave '{name}': the file '{file}' leads out of the study by '..'; "
                    f"put it in resources/{name}/, or write its full path"
                )
        if wave["file"].startswith("results/") and wave["file"] not in made:
            lies = f"lies in {made[0]}" if made else "needs `reconstruct:` or `dataset:`"
            raise SurveyError(f"{path}: wave '{name}': a raw file that a rule makes {lies}")
    return filled


def _check_missing(codebook: Mapping[str, Any], path: Path) -> None:
    """Refuse a range of codes that is written as a text, which would be nobody's answer."""
    for name, spec in (codebook.get("variables") or {}).items():
        for entry in (spec or {}).get("missing", ()):
            ends = _RANGE.fullmatch(entry) if isinstance(entry, str) else None
            if ends and entry not in spec.get("codes", {}):
                raise SurveyError(
                    f"{path}: variable '{name}': {entry!r} under `missing` is a text; a range of "
                    f"codes is written {{low: {ends[1]}, high: {ends[2]}}}"
                )


def _check_known(names: Iterable[str], known: Iterable[str], before: str, after: str = "") -> None:
    """Refuse the first name that is not known, and say which one is near."""
    known = list(known)
    for name in names:
        if name not in known:
            raise SurveyError(f"{before} '{name}'{after}{nearest(name, known)}")


def _check_names(study: StudyParts, path: Path) -> None:
    """Refuse names of tables that other results have, or that are one name to some computers."""
    reserved = reserved_names(study["index"].get("index", {}))
    seen: dict[str, str] = {}
    for key, kind in (("tables", "table"), ("banners", "banner"), ("correlations", "correlations")):
        declared: Mapping[str, Any] = study["tables"].get(key, {})  # type: ignore[assignment]
        for name in declared:
            same = name.casefold()
            if same in reserved:
                raise SurveyError(
                    f"{path}: {kind} '{name}': this is the name of {reserved[same]}; give it "
                    f"another one, such as '{name}_1'"
                )
            if seen.setdefault(same, name) != name:
                raise SurveyError(
                    f"{path}: '{seen[same]}' and '{name}' would be one file where capital letters "
                    "do not count (Windows, macOS); rename one of them"
                )


def _check_tables(tables: Mapping[str, Table], path: Path) -> None:
    for name, table in tables.items():
        _check_summaries(name, table, path)
        rows = table["rows"]
        if len(set(rows)) < len(rows):
            twice = next(row for row in rows if rows.count(row) > 1)
            raise SurveyError(f"{path}: table '{name}': row '{twice}' stands twice")
        if table.get("columns") in rows:
            raise SurveyError(
                f"{path}: table '{name}': '{table['columns']}' cannot be in its rows and columns"
            )
        where, outside = f"{path}: table '{name}'", ", which is not in its rows"
        if "strata" in table:
            strata = table["strata"]
            if "columns" not in table:
                raise SurveyError(f"{where}: `strata` needs `columns` to compare")
            if strata in (*rows, table["columns"]):
                raise SurveyError(
                    f"{where}: '{strata}' cannot be its strata and in its rows or columns"
                )
        for subtotal in table.get("subtotals", []):
            _check_known(subtotal.get("rows", []), rows, f"{where}: a subtotal names", outside)
        _check_boxes(table, where)
        _check_known(_named_rows(table), rows, f"{where}: `net` or `nps` names", outside)
        for pair in table.get("pairs", []):
            names = pair["before"], pair["after"]
            _check_known(names, rows, f"{where}: `pairs` names", outside)


def _check_boxes(table: Table, where: str) -> None:
    """Check the keys of grids, of their order, and of scores."""
    if table.get("grid"):
        for key in ("columns", "pairs"):
            if key in table:
                raise SurveyError(
                    f"{where}: a `grid` is of all respondents, and has no `{key}`; `split` makes "
                    "one for every group"
                )
    if "columns" in table and "sort" in table:
        raise SurveyError(f"{where}: `sort` is of a table without `columns`; drop one of them")
    percent = table.get("percent", "column")
    for key in ("net", "nps", "grid"):
        if table.get(key) and percent != "column":
            raise SurveyError(
                f"{where}: `{key}` is of column per cents; drop it or `percent: {percent}`"
            )


def _named_rows(declared: Table | Banner) -> list[str]:
    """List the questions that `net` and `nps` name."""
    net, nps = declared.get("net", 1), declared.get("nps", False)
    named = [] if isinstance(net, int) else list(net.get("rows", []))
    return named + ([] if isinstance(nps, bool) else list(nps))


_OF_COUNTS = (
    "strata",
    "percent",
    "derived",
    "claimed_base",
    "rounded_sums",
    "subtotals",
    "grid",
    "top_box",
    "bottom_box",
    "net",
    "nps",
    "means",
    "sort",
    "pairs",
)
"""Keys of a table that say how its answers are counted."""


def _check_summaries(name: str, table: Table, path: Path) -> None:
    """Check that a table has either answers or numbers, and the keys that belong to them."""
    where, summaries = f"{path}: table '{name}'", table.get("summaries", [])
    if not summaries:
        if "rows" not in table:
            raise SurveyError(f"{where} needs `rows` (answers) or `summaries` (means, medians)")
        if "statistics" in table:
            raise SurveyError(f"{where}: `statistics` are of `summaries`, which it does not have")
        return
    if table["rows"]:
        raise SurveyError(f"{where} has `rows` and `summaries`; make two tables of it")
    for key in _OF_COUNTS:
        if key in table:
            raise SurveyError(f"{where}: `{key}` is of counted answers, not of `summaries`")
    if len(set(summaries)) < len(summaries):
        twice = next(row for row in summaries if summaries.count(row) > 1)
        raise SurveyError(f"{where}: '{twice}' stands twice under `summaries`")
    if table.get("columns") in summaries:
        raise SurveyError(f"{where}: '{table['columns']}' cannot be in its summaries and columns")


def _check_banners(declared: TablesPart, path: Path) -> None:
    for name, banner in declared.get("banners", {}).items():
        where, rows = f"{path}: banner '{name}'", banner.get("rows")
        if name in declared["tables"]:
            # The report's numbers are named by their table.
            raise SurveyError(f"{where}: a table has this name; give the banner another one")
        for key, names in (("rows", rows or []), ("columns", banner["columns"])):
            if len(set(names)) < len(names):
                twice = next(name for name in names if names.count(name) > 1)
                raise SurveyError(f"{where}: '{twice}' stands twice under `{key}`")
        for column in banner["columns"]:
            if column in (rows or []):
                raise SurveyError(f"{where}: '{column}' cannot be in its rows and columns")
        if banner.get("letters") and banner.get("percent", "column") != "column":
            raise SurveyError(
                f"{where}: letters compare column percentages; drop `letters` or `percent`"
            )
        if rows is not None:
            outside = ", which is not in its rows"
            _check_known(_named_rows(banner), rows, f"{where}: `net` or `nps` names", outside)
        for subtotal in banner.get("subtotals", []):
            if rows is None and "rows" not in subtotal:
                raise SurveyError(
                    f"{where}: without `rows` each subtotal needs `rows` of its own, the "
                    "questions whose answers it adds"
                )
            if rows is not None:
                outside = ", which is not in its rows"
                _check_known(subtotal.get("rows", []), rows, f"{where}: a subtotal names", outside)


def _check_correlations(declared: TablesPart, path: Path) -> None:
    # The report's numbers and drawings are named by them.
    taken = {*declared["tables"], *declared.get("banners", {})}
    for name in declared.get("correlations", {}):
        if name in taken:
            raise SurveyError(
                f"{path}: correlations '{name}': a table or banner has this name; give them "
                "another one"
            )


def _check_indicators(declared: IndicatorsPart, path: Path) -> None:
    dimensions, indicators = declared.get("dimensions", {}), declared.get("indicators", {})
    empirical = declared.get("empirical", [])
    placed = {f"indicator '{name}'": item.get("dimension") for name, item in indicators.items()}
    for number, item in enumerate(empirical, 1):
        placed[f"empirical indicator {number}"] = item.get("dimension")
    for where, dimension in placed.items():
        names = [] if dimension is None else [dimension]
        _check_known(names, dimensions, f"{path}: {where}: there is no dimension")
    for number, item in enumerate(empirical, 1):
        where = f"{path}: empirical indicator {number}: there is no indicator"
        _check_known(item.get("measured_by", []), indicators, where)
    for name, combination in declared.get("combinations", {}).items():
        where = f"{path}: combination '{name}'"
        _check_known(combination["of"], indicators, f"{where}: there is no indicator")
        if name in indicators:
            raise SurveyError(f"{where}: an indicator has this name already; rename it")
        for part in combination["of"]:
            entry = indicators[part]
            if "share" not in entry and entry.get("combine", {}).get("how") not in ("all", "any"):
                raise SurveyError(f"{where}: '{part}' is not 0 or 1; make a `share` of it first")


def _check_figures(study: StudyParts, path: Path) -> None:
    figures, tables = study["figures"], study["tables"]["tables"]
    drawn = [*tables, *study["tables"].get("correlations", {})]
    _check_known(figures.get("figures", {}), drawn, f"{path}: there is no table")
    for name, entry in figures.get("figures", {}).items():
        kind, numbers = entry.get("kind", "none"), "summaries" in tables.get(name, {})
        if kind != "none" and numbers != (kind == "means"):
            other = "`means` or `none`" if numbers else "`bars`, `diverging`, `dumbbell` or `none`"
            raise SurveyError(f"{path}: '{name}': {kind} do not fit the table; choose {other}")
    known = study["indicators"].get("indicators", {})
    _check_known(figures.get("left_out", ()), known, f"{path}: there is no indicator")


def _check_models(declared: ModelsPart, path: Path) -> None:
    models = declared.get("models", {})
    for name, model in models.items():
        where, kind = f"{path}: model '{name}'", model["kind"]
        if kind == "binary" and "positive" not in model:
            raise SurveyError(f"{where} is binary and needs `positive:`")
        if kind != "binary" and "positive" in model:
            raise SurveyError(f"{where} is {kind} and has no `positive:`")
        if model["outcome"] in model["predictors"]:
            raise SurveyError(f"{where}: '{model['outcome']}' cannot explain itself")
        known = model["predictors"]
        for predictor in known:
            # Terms are named by their predictors, those of an interaction with a sign between.
            check_uncrossed(predictor, where)
        for names in model.get("interactions", ()):
            _check_known(names, known, f"{where}: an interaction names", ", which is no predictor")
        own = [model["outcome"]] if kind == "multinomial" else []
        chosen, after = model.get("reference", {}), ", which is no predictor"
        _check_known(chosen, [*known, *own], f"{where}: `reference` names", after)
    for name, table in declared.get("compare", {}).items():
        where = f"{path}: `compare`, '{name}'"
        _check_known(table["models"], models, f"{where}: there is no model")
        linear = [one for one in table["models"] if models[one]["kind"] == "linear"]
        if table.get("show") != "odds_ratios":
            continue
        if linear:
            raise SurveyError(f"{where}: '{linear[0]}' is linear and has no odds ratios")
        if table.get("under") == "standard_error":
            raise SurveyError(f"{where}: odds ratios have `under: interval` or `p_value`")


def _check_interviews(interviews: InterviewsPart, study: StudyParts, path: Path) -> None:
    tables, dimensions = study["tables"]["tables"], study["indicators"].get("dimensions", {})
    for name, theme in interviews.get("themes", {}).items():
        where = f"{path}: theme '{name}': there is no"
        _check_known(theme.get("tables", []), tables, f"{where} table")
        homes = [theme["dimension"]] if "dimension" in theme else []
        _check_known(homes, dimensions, f"{where} dimension")
        if "codes" in theme and not interviews.get("sources"):
            raise SurveyError(
                f"{path}: theme '{name}' has `codes`, and no wave has coded interviews under "
                "`sources`"
            )
    if interviews.get("sources") and "everybody" in interviews.get("themes", {}):
        raise SurveyError(f"{path}: 'everybody' is all interviews, and no name of a theme")
    waves = study["config"]["waves"]
    _check_known(interviews.get("interviewed", {}), waves, f"{path}: there is no wave")
    _check_known(interviews.get("sources", {}), waves, f"{path}: there is no wave")
    for wave, source in interviews.get("sources", {}).items():
        for key in ("file", "cases", "codebook", "released"):
            if ".." in PureWindowsPath(str(source.get(key, ""))).parts:
                raise SurveyError(
                    f"{path}: wave '{wave}': `{key}` leads out of the study by '..'; put the file "
                    f"in resources/{wave}/, or write its full path"
                )


def _check_trend(trend: TrendPart, study: StudyParts, path: Path) -> None:
    tables, waves = study["tables"]["tables"], study["config"]["waves"]
    _check_known(trend.get("tables", []), tables, f"{path}: there is no table")
    if "reference" in trend:
        _check_known([trend["reference"]], waves, f"{path}: there is no wave")
