"""Deposit: the folder of pooled files, from the waves' records to its documentation."""

import json
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

import resurvey
from resurvey.core.codebook import Survey, Variable, as_labels
from resurvey.core.files import hash_file, write_csv, write_text
from resurvey.index.declaration import index_items
from resurvey.prepare.indicators import joint_indicators
from resurvey.study.declarations import Config, StudyParts
from resurvey.waves.deposit.ddi import write_ddi
from resurvey.waves.deposit.documentation import (
    ALL,
    CODEBOOK_COLUMNS,
    Distribution,
    StudyDescription,
    Words,
    codebook_lines,
    describe,
    describe_study,
    write_codebook_page,
)
from resurvey.waves.deposit.pooled_file import (
    FORMATS,
    Kept,
    Pooled,
    Step,
    deposit_stem,
    design_roles,
    pool_waves,
    read_handling,
    write_pooled_csv,
    write_pooled_dta,
    write_pooled_parquet,
    write_pooled_sav,
)


def write_deposit(
    waves: Mapping[str, Survey],
    logs: Mapping[str, Sequence[Mapping[str, str]]],
    study: StudyParts,
    words: Words,
    templates: Sequence[str],
    folder: str | Path,
) -> None:
    """Write the pooled file of a study in four formats, with its documentation.

    Parameters
    ----------
    waves : dict
        Wave -> its cleaned records with indicators, in order of time.
    logs : dict
        Wave -> lines of its ``clean/log.csv``.
    study : dict
        ``config``, ``cleaning``, ``indicators``, ``index``, ``trend`` as `read_study` reads them.
    words : dict
        Language -> shared words.
    templates : sequence of str
        Folders of the templates.
    folder : path
        Where the files go: ``pooled….sav``, ``.dta``, ``.parquet``, ``.csv``, ``codebook.json``,
        ``codebook.csv``, ``codebook.{language}.html``, ``ddi.xml``, ``datapackage.json``.

    Raises
    ------
    SurveyError
        The waves do not fit together, or a format cannot hold something.
    """
    config, target = study["config"], Path(folder)
    target.mkdir(parents=True, exist_ok=True)
    language, stem = config["languages"][0], deposit_stem(config["waves"])
    declared = study["indicators"].get("indicators", {})
    pooled = pool_waves(
        waves,
        {wave: as_labels(config["waves"][wave].get("label") or wave) for wave in waves},
        {code: str(own["deposit"]["wave"]) for code, own in words.items()},
        read_handling(config, study.get("trend", {})),
        design_roles(config["waves"]),
        declared,
    )
    draft = describe_study(pooled, config, study["cleaning"].get("steps", []), logs, words)
    kept = _write_data(target, stem, pooled, draft, language)
    description = describe_study(
        pooled,
        config,
        study["cleaning"].get("steps", []),
        logs,
        words,
        [step for form, held in kept.items() for step in _losses(form, held)],
    )
    scales = study["indicators"].get("scales", {})
    joint = {*joint_indicators(declared, scales), *index_items(study.get("index", {}))}
    invented = joint if pooled.codebook.reconstructed else set()
    _document(target, stem, pooled, description, config, words, templates, kept, invented)


def _write_data(
    target: Path, stem: str, pooled: Pooled, description: StudyDescription, language: str
) -> dict[str, Kept]:
    title = description.title[language]
    mark = description.mark.get(language, "")
    header = f"{mark}: {title}" if mark else title
    notes = [
        note
        for note in (
            mark,
            description.abstract[language],
            *(step[language] for step in description.processing),
        )
        if note
    ]
    sav = write_pooled_sav(target / f"{stem}.sav", pooled, language, header, notes)
    dta = write_pooled_dta(target / f"{stem}.dta", pooled, language, header)
    write_pooled_parquet(target / f"{stem}.parquet", target / "codebook.json", pooled)
    write_pooled_csv(target / f"{stem}.csv", pooled)
    return {"SPSS": sav, "Stata": dta}


def _losses(form: str, kept: Kept) -> list[Step]:
    """What a format does not hold as the codebook has it."""
    steps = []
    if kept.cut:
        steps.append(Step("labels_cut", kept.cut, {"form": form}))
    if kept.names:
        renamed = tuple(f"{name} = {own}" for name, own in kept.names.items())
        steps.append(Step("renamed", renamed, {"form": form}))
    if kept.letters:
        # Most variables share their codes: each kind of letters is told once.
        alike: dict[str, list[str]] = {}
        for name, given in kept.letters.items():
            letters = ", ".join(f"{code} = .{letter}" for code, letter in given.items())
            alike.setdefault(letters, []).append(name)
        shown = tuple(f"{letters} ({', '.join(names)})" for letters, names in alike.items())
        steps.append(Step("letters", shown, {"form": form}))
    return steps


def _document(
    target: Path,
    stem: str,
    pooled: Pooled,
    description: StudyDescription,
    config: Config,
    words: Words,
    templates: Sequence[str],
    kept: Mapping[str, Kept],
    invented: Collection[str],
) -> None:
    languages = config["languages"]
    language = languages[0]
    no_answer = str(words[language]["tables"]["no_answer"])
    described = describe(pooled, language, no_answer, invented)
    write_csv(target / "codebook.csv", CODEBOOK_COLUMNS, codebook_lines(described))
    data = {f"{stem}{ending}": form for ending, form in FORMATS.items()}
    write_text(
        target / "ddi.xml",
        write_ddi(pooled, described, description, data, languages, resurvey.__version__),
    )
    documents = ["codebook.json", "codebook.csv", "ddi.xml"]
    names = {form: held.names for form, held in kept.items()}
    for code in languages:
        page = write_codebook_page(
            pooled,
            described,
            description,
            config,
            words[code],
            code,
            names,
            [*data, *documents, "datapackage.json"],
            templates,
        )
        write_text(target / f"codebook.{code}.html", page)
    pages = [f"codebook.{code}.html" for code in languages]
    table = f"{stem}.csv"
    mark = description.mark.get(language, "")
    title = f"{description.title[language]} [{mark}]" if mark else description.title[language]
    sentences = [
        description.abstract,
        *description.processing,
        *description.weights,
        description.conditions,
    ]
    text = " ".join(sentence[language] for sentence in sentences)
    others = [*(name for name in data if name != table), *documents, *pages]
    package = describe_package(described, target, table, others, title, text, language)
    write_text(target / "datapackage.json", package)


MEDIA_TYPES = {
    ".csv": "text/csv",
    ".sav": "application/x-spss-sav",
    ".dta": "application/x-stata",
    ".parquet": "application/vnd.apache.parquet",
    ".json": "application/json",
    ".xml": "application/xml",
    ".html": "text/html",
}


def describe_package(
    described: Sequence[Distribution],
    folder: str | Path,
    table: str,
    others: Sequence[str],
    title: str,
    description: str,
    language: str,
) -> str:
    """Describe a deposit as ``datapackage.json``."""
    target = Path(folder)
    fields = [_field(distribution, language) for distribution in described]
    resources = [
        {
            **_resource(target, table),
            "type": "table",
            "profile": "tabular-data-resource",
            "encoding": "utf-8",
            "dialect": {"delimiter": ","},
            "schema": {"fields": fields, "missingValues": [""]},
        },
        # Only the table is to be read cell by cell; the others are checked by their bytes.
        *({**_resource(target, name), "type": "file"} for name in others),
    ]
    package = {
        "profile": "tabular-data-package" if not others else "data-package",
        "name": Path(table).stem.replace("_", "-"),
        "title": title,
        "description": description,
        "resources": resources,
    }
    return json.dumps(package, ensure_ascii=False, indent=1) + "\n"


def _resource(target: Path, name: str) -> dict[str, Any]:
    path = target / name
    return {
        "name": name.lower().replace("_", "-").replace(".", "-"),
        "path": name,
        "format": path.suffix.removeprefix("."),
        "mediatype": MEDIA_TYPES[path.suffix],
        "bytes": path.stat().st_size,
        "hash": f"sha256:{hash_file(path)}",
    }


def _field(distribution: Distribution, language: str) -> dict[str, Any]:
    variable = distribution.variable
    field: dict[str, Any] = {"name": variable.name, "type": distribution.kind}
    if variable.label:
        field["title"] = variable.title(language)
    answers = [code for code in variable.codes if not variable.is_missing(code)]
    if answers and variable.measure != "scale":
        field["categories"] = [
            {"value": code, "label": variable.answer(code, language)} for code in answers
        ]
        field["categoriesOrdered"] = variable.measure == "ordinal"
    missing = _missing_codes(distribution)
    if missing:
        field["missingValues"] = ["", *map(str, missing)]
        field["missingReasons"] = {
            str(code): {
                "label": variable.answer(code, language),
                "reason": variable.reasons.get(code, ""),
            }
            for code in missing
        }
    return field


def _missing_codes(distribution: Distribution) -> list[Any]:
    """User-missing codes: the declared ones, and those that were seen in a declared range."""
    variable: Variable = distribution.variable
    seen: Mapping[Any, None] = dict.fromkeys(
        line["code"] for line in distribution.lines.get(ALL, []) if line["kind"] == "user_missing"
    )
    declared = [code for code in variable.codes if variable.is_missing(code)]
    return list(dict.fromkeys([*declared, *variable.missing, *seen]))
