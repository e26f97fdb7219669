"""Parts: what each rule takes from the study and from the repository, and nothing else of them.

A rule carries hashes of its parts, its door reads the parts themselves: no label and no answer
travels through the engine, and a job runs anew exactly when something changed that it reads.
"""

import hashlib
import json
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from resurvey.core.errors import SurveyError
from resurvey.core.files import hash_file, hash_files
from resurvey.core.home import HOME, REPORT, SCHEMAS, source_files
from resurvey.core.origin import holds_real_answers
from resurvey.core.published import declared_rounding
from resurvey.figures.plan import PROFILES, plan_figures, title_figure
from resurvey.index.declaration import index_items, read_indices
from resurvey.proof.receipts import Made, environment_hash, setting_place
from resurvey.proof.sign_off import hash_earlier_ledger
from resurvey.reading.formats import wave_files
from resurvey.safety.definitions import USUAL_THRESHOLD
from resurvey.study.declarations import StudyParts
from resurvey.study.folder import read_study
from resurvey.study.mapping import previous_waves, used_names
from resurvey.study.order import compares_respondents, order_waves
from resurvey.study.words import borrow_text, read_words

_CERTIFIED = (
    "Snakefile",
    "workflow/rules/*.smk",
    "workflow/schemas/article.schema.yaml",
    "CITATION.cff",
    "LICENSE",
    "LICENSE-DATA.md",
    "environment.yml",
    "pyproject.toml",
)

TEMPLATES: Mapping[str, tuple[str, ...]] = {
    "compare_questionnaire": ("drift", "templates"),
    # The audit's own stand before those that every page shares; last the looks of Word.
    "write_pages": ("audit", "templates", "documents"),
    "write_documents": ("documents",),
    "write_trend": ("trend", "templates"),
    "write_deposit": ("deposit", "templates"),
    "certify_wave": ("certificate", "templates"),
}
"""Rule -> folders of `report/` that its pages are made from."""

RELEASED = "release_"
"""So begins the name of a rule that does for the public set what another does in the house."""

_PRINTED = ("cells", "claims", "readings", "associations", "quotations")
"""Published documents that rules look for; a wave may have all, some or none."""

_READ_PRINTED = (
    "reconstruct_wave",
    "assess_index",
    "recover_wave",
    "audit_wave",
    "write_pages",
    "trace_wave",
)


@dataclass(frozen=True)
class Study:
    """A study as it stands on the disk, with the words of its languages.

    Attributes
    ----------
    parts : dict
        As `resurvey.study.folder.read_study` reads them, the texts completed by their fallbacks.
    words : dict
        Language -> the shared words.
    made_with : str
        Version of the workflow that the study was made with; nothing is made from it.
    """

    parts: StudyParts
    words: Mapping[str, Any]
    made_with: str = ""

    @property
    def languages(self) -> list[str]:
        """Languages of the report; the first names what has one language only."""
        return list(self.parts["config"]["languages"])

    @property
    def waves(self) -> dict[str, Any]:
        """The waves of `config.yaml`."""
        return dict(self.parts["config"]["waves"])

    @property
    def tables(self) -> dict[str, Any]:
        """The tables of `tables.yaml`."""
        return dict(self.parts["tables"]["tables"])

    def times(self) -> dict[str, float]:
        """The waves in their order in time."""
        return order_waves(list(self.waves), self.parts["trend"])

    def figures(self) -> dict[str, str]:
        """Every figure of a wave and its kind."""
        matrices = self.parts["tables"].get("correlations", {})
        return plan_figures(
            self.tables,
            self.parts["figures"],
            self.parts["indicators"],
            matrices,
            self.parts["index"],
        )

    def printed_profiles(self) -> list[str]:
        """Profiles of the figures besides that of the screen."""
        chosen = self.parts["figures"].get("profiles", PROFILES)
        return [profile for profile in chosen if profile != "screen"]

    def label_figure(self, figure: str, language: str) -> str:
        """Title of a figure as the engine's own report may show it: braces and markup are none."""
        title = title_figure(figure, self.parts["text"][language], self.words[language]["figures"])
        return title.translate(str.maketrans("{}<>&", "()‹›+"))

    def compared(self) -> dict[str, Any]:
        """Tables that are compared between the waves."""
        chosen = self.parts["trend"].get("tables", self.tables)
        return {name: self.tables[name] for name in chosen if self.tables[name]["rows"]}

    def compared_waves(self) -> list[dict[str, Any]]:
        """Waves in their order in time; the `id` of one may be the codebook's, as at its import."""
        book = self.parts["codebook"]
        identifier = {"id": book["id"]} if "id" in book else {}
        return [
            {"name": name, "time": time, "wave": identifier | self.waves[name]}
            for name, time in self.times().items()
        ]

    def compares_respondents(self) -> bool:
        """Whether the waves are compared by their respondents, and not by counts alone."""
        waves = [compared["wave"] for compared in self.compared_waves()]
        return compares_respondents(waves, self.parts["trend"], self.parts["index"])

    def with_the_wave_before(self, wave: str) -> list[dict[str, Any]]:
        """The wave and the one that it is compared with, with what the study says about them."""
        times = self.times()
        before = previous_waves(times, self.parts["waves"]).get(wave)
        return [
            {
                "name": name,
                "wave": self.waves[name],
                "mapping": self.parts["waves"].get(name),
                "time": times[name],
            }
            for name in (wave, *filter(None, [before]))
        ]


def load_study(
    folder: str | Path = "config",
    overrides: Mapping[str, Any] | None = None,
    check: bool = True,
    given_by: str = "--config",
) -> Study:
    """Read a study and the words of its languages; `given_by` says who gave the overrides."""
    schemas = SCHEMAS if check else None
    parts = read_study(folder, schemas, overrides=overrides, given_by=given_by)
    read_indices(parts["index"])
    words = read_words(REPORT, parts["config"]["languages"])
    parts["text"] = borrow_text(parts["text"], words)
    return Study(parts, words, parts["config"].pop("made_with", ""))


@dataclass(frozen=True)
class Job:
    """One piece of work: a rule, with the wave and the profile that it is done for."""

    rule: str
    wildcards: Mapping[str, str]

    @property
    def wave(self) -> str:
        """The wave; only jobs of one wave are asked."""
        return self.wildcards["wave"]


def settings_of(job: Job, study: Study) -> dict[str, Any]:
    """Pick what a job takes from the study, by the names that its door gives it.

    Examples
    --------
    >>> parts = {"config": {"languages": ["en"]}, "cleaning": {"steps": [{"drop": "all"}]}}
    >>> study = Study({**parts, "indicators": {}, "index": {}}, {})
    >>> found = settings_of(Job("prepare_wave", {"wave": "1"}), study)
    >>> found["steps"], list(found)
    ([{'drop': 'all'}], ['steps', 'indicators', 'scales', 'index', 'wave', 'language'])
    """
    return dict(_PARTS[own_rule(job.rule)](study, job))


def own_rule(rule: str) -> str:
    """Name the rule whose door, templates and settings a rule of the public set has.

    Examples
    --------
    >>> own_rule("release_write_pages"), own_rule("write_pages")
    ('write_pages', 'write_pages')
    """
    return rule.removeprefix(RELEASED)


def protected_waves(study: Study) -> list[str]:
    """Waves whose numbers leave the house only as a protected set, in alphabetical order.

    Examples
    --------
    >>> waves = {"1": {"file": "a.sav"}, "2": {"file": "b_simulated.sav"}}
    >>> protected_waves(Study({"config": {"languages": ["en"], "waves": waves}}, {}))
    ['1']
    >>> public = {"waves": waves, "disclosure": {"apply": False}}
    >>> protected_waves(Study({"config": public}, {}))
    []
    """
    config: Mapping[str, Any] = study.parts["config"]
    if not config.get("disclosure", {}).get("apply", True):
        return []
    return sorted(name for name, wave in study.waves.items() if holds_real_answers(name, wave))


_OF_ALL_WAVES = (
    "check_questionnaires",
    "compare_waves",
    "write_trend",
    "write_deposit",
    "publish_release",
)
_OF_PROTECTED = ("protect_wave", "draw_models")


def known_job(job: Job, study: Study) -> bool:
    """Whether the study, as it stands, has such a job."""
    rule = own_rule(job.rule)
    if rule not in _PARTS or (rule == "write_documents" and not _formats(study)):
        return False
    public = rule != job.rule or rule in _OF_PROTECTED
    if public and job.wildcards.get("wave") not in protected_waves(study):
        return False
    names = () if rule in _OF_ALL_WAVES else ("wave",)
    names = (*names, "profile") if rule == "draw_profile" else names
    return set(job.wildcards) == set(names) and (not names or job.wave in study.waves)


def settings_hashes(settings: Mapping[str, Any]) -> dict[str, str]:
    """SHA-256 of every setting as Python writes it: keys keep their kind and order, 1 is not "1".

    Examples
    --------
    >>> one, other = ({"codes": {1: "yes"}}, {"codes": {"1": "yes"}})
    >>> settings_hashes(one) == settings_hashes(other)
    False

    What a door takes of several files has a hash a file, so that a run can name what changed.

    >>> list(settings_hashes({"study": {"config": {}, "tables": {}}, "alpha": 0.05}))
    ['study.config', 'study.tables', 'alpha']
    """
    parts: dict[str, Any] = {}
    for name, value in settings.items():
        several = name in _OF_SEVERAL_FILES
        parts |= {f"{name}.{part}": value[part] for part in value} if several else {name: value}
    return {name: _hash(repr(value)) for name, value in parts.items()}


_OF_SEVERAL_FILES = ("study", "setting", "inference")


def _hash(value: Any) -> str:
    plain = json.dumps(value, ensure_ascii=False)
    return hashlib.sha256(plain.encode()).hexdigest()


def template_files(rule: str) -> list[Path]:
    """List the files of `report/` that a rule's pages are made from."""
    folders = (REPORT / name for name in TEMPLATES.get(own_rule(rule), ()))
    # Installed packages have compiled scripts in a folder beside them.
    return [path for folder in folders for path in sorted(folder.glob("*")) if path.is_file()]


def tools_hash(rule: str) -> str:
    """SHA-256 of what a rule takes from the repository besides code: templates, references."""
    certified = own_rule(rule) == "certify_wave"
    patterns = _CERTIFIED if certified else ()
    more = [path for pattern in patterns for path in sorted(HOME.glob(pattern))]
    files = {path.relative_to(HOME).as_posix(): path for path in (*template_files(rule), *more)}
    files |= source_files() if certified else {}
    return _hash([(name, hash_file(path)) for name, path in files.items() if path.is_file()])


def certified_code() -> dict[str, str]:
    """Path of the repository from the study's folder, and the hash of the library's sources."""
    return {"repository": os.path.relpath(HOME), "code": hash_files(source_files().values())}


def found_files(job: Job, study: Study) -> list[str]:
    """List the files of a study that a job uses because they are there: one more is a change.

    Examples
    --------
    >>> parts = {"config": {"languages": ["en"], "waves": {"1": {"file": "a.csv"}}}}
    >>> found_files(Job("audit_wave", {"wave": "1"}), Study(parts, {}))
    []
    """
    found: list[Path] = []
    rule = own_rule(job.rule)
    if rule in _READ_PRINTED:
        home = Path("resources/published") / job.wave
        found = [home / f"{name}.csv" for name in _PRINTED]
    if rule == "certify_wave":
        found = sorted(Path("resources/published", job.wave).glob("*"))
        found += [*sorted(Path("config").glob("*.yaml")), Path("CITATION.cff")]
    if rule in ("import_wave", "trace_wave"):
        found += wave_files(study.waves[job.wave])
    if rule == "compare_questionnaire":
        waves = study.with_the_wave_before(job.wave)
        found = [path for wave in waves for path in wave_files(wave["wave"])]
    return [path.as_posix() for path in found if path.is_file()]


def files_hash(job: Job, study: Study) -> str:
    """SHA-256 of the names of `found_files`; what they hold is hashed where they are inputs."""
    return _hash(found_files(job, study))


def made_of(job: Job, study: Study, code: str) -> Made:
    """What a job is made from, as hashes, but for the files that it reads; `code` is its door's."""
    return Made(
        code=code,
        environment=environment_hash(HOME / "requirements.lock"),
        tools=tools_hash(job.rule),
        files=files_hash(job, study),
        settings=settings_hashes(settings_of(job, study)),
    )


def interview_files(source: Mapping[str, Any]) -> list[str]:
    """List the files of an entry of `sources` in `config/interviews.yaml`.

    Examples
    --------
    >>> interview_files({"file": "a.qdpx", "order": "date", "released": "b.csv"})
    ['a.qdpx', 'b.csv']
    """
    return [source[name] for name in ("file", "cases", "codebook", "released") if name in source]


def missing_sources(study: Study, wave: str) -> list[str]:
    """Say which files of a wave are not there though the study names them, each in a sentence."""
    from resurvey.core.origin import maker_of

    declared = study.waves[wave]
    printed = f"resources/published/{wave}/cells.csv"
    maker = maker_of(wave, declared)
    missing = []
    if not maker and not Path(declared["file"]).is_file():
        missing.append(
            f"wave '{wave}': there is no file {declared['file']}; put the survey file there or "
            f"change `waves: {wave}: file:` in config/config.yaml"
        )
    if maker == "reconstruct_wave" and not Path(printed).is_file():
        missing.append(
            f"wave '{wave}': there is no file {printed}, from which its records are reconstructed; "
            "put the printed numbers there"
        )
    return missing + [
        f"wave '{wave}': there is no file {path}; change `structure:` in config/config.yaml"
        for path in wave_files(declared)
        if not path.is_file()
    ]


def _first(study: Study) -> str:
    return study.languages[0]


def _of_all(study: Study, names: Sequence[str]) -> dict[str, Any]:
    parts: Mapping[str, Any] = study.parts
    return {name: parts[name] for name in names}


_TOLD = ("config", "tables", "indicators", "index", "cleaning", "audit", "models")


def _pages(study: Study, job: Job) -> dict[str, Any]:
    """What the pages and documents of a wave take, in every language."""
    return {
        "study": {**_told(study, job), "text": study.parts["text"]},
        "words": study.words,
    }


def _formats(study: Study) -> list[str]:
    return list(study.parts["config"]["documents"])


def _told(study: Study, job: Job) -> dict[str, Any]:
    """What the pages of a wave take: another wave that is added changes none of them."""
    told, wave = _of_all(study, _TOLD), job.wildcards.get("wave")
    if wave in study.waves:
        told["config"] = {**told["config"], "waves": {wave: study.waves[wave]}}
        told["interviews"] = _interviews(study, wave)
    return told


def _interviews(study: Study, wave: str) -> dict[str, Any]:
    """What is declared of the interviews of one wave; empty where the study has none."""
    declared: Mapping[str, Any] = study.parts["interviews"]
    threshold = study.parts["config"].get("disclosure", {}).get("threshold", USUAL_THRESHOLD)
    waves = {
        name: {wave: declared[name][wave]} if wave in declared.get(name, {}) else {}
        for name in ("interviewed", "sources")
    }
    return {"threshold": threshold, **declared, **waves}


def _only(tables: Mapping[str, Any], *keys: str) -> dict[str, Any]:
    """Of the tables that have one of the keys: their rows and these keys."""
    return {
        name: {key: table[key] for key in ("rows", *keys) if key in table}
        for name, table in tables.items()
        if any(key in table for key in keys)
    }


def _derived(study: Study) -> dict[str, str]:
    return {name: table["derived"] for name, table in study.tables.items() if "derived" in table}


def _reconstruct(study: Study, job: Job) -> dict[str, Any]:
    return {
        "codebook": study.parts["codebook"],
        "spec": study.waves[job.wave].get("reconstruct", {}),
        "tables": _only(study.tables, "derived", "rounded_sums"),
        "language": _first(study),
    }


def _export(study: Study, job: Job) -> dict[str, Any]:
    return {
        "codebook": study.parts["codebook"],
        "dataset": study.waves[job.wave].get("dataset", ""),
        "language": _first(study),
    }


def _compare_questionnaire(study: Study, job: Job) -> dict[str, Any]:
    rooms = ("language", "drift", "report", "app", "verdicts", "cleaning", "tests", "measures")
    return {
        "waves": study.with_the_wave_before(job.wave),
        "codebook": study.parts["codebook"],
        "used": sorted(used_names(study.parts)),
        "languages": study.languages,
        "trend": {
            key: study.parts["trend"][key]
            for key in ("panel", "same_person")
            if key in study.parts["trend"]
        },
        "title": study.parts["config"]["title"],
        "words": {
            language: {room: words[room] for room in rooms}
            for language, words in study.words.items()
        },
    }


def _import(study: Study, job: Job) -> dict[str, Any]:
    return {
        "codebook": study.parts["codebook"],
        "wave": study.waves[job.wave],
        "mapping": study.parts["waves"].get(job.wave, {}),
        "language": _first(study),
    }


def _scored(study: Study, job: Job) -> dict[str, Any]:
    """What makes the indices, with the wave where one compares respondents with one another."""
    shown = ("gaps", "by", "plans", "bins", "sensitivity")
    indices = {
        name: {key: value for key, value in index.items() if key not in shown}
        for name, index in study.parts["index"].get("index", {}).items()
    }
    part = {"index": indices} if indices else {}
    relative = any(not index.has_fixed_ends for index in read_indices(part))
    return {"index": part, "wave": study.waves[job.wave] if relative else {}}


def _assess_index(study: Study, job: Job) -> dict[str, Any]:
    return {
        "index": study.parts["index"],
        "indicators": study.parts["indicators"].get("indicators", {}),
        "codebook": study.parts["codebook"],
        "tables": _only(study.tables, "derived", "rounded_sums"),
        "wave": study.waves[job.wave],
        "sample": study.parts["config"]["sample"],
        "language": _first(study),
        "words": {
            name: study.words[_first(study)]["tables"][name] for name in ("all_respondents",)
        },
    }


def _tabulate(study: Study, job: Job) -> dict[str, Any]:
    words = study.words[_first(study)]
    return {
        "tables": study.tables,
        "banners": study.parts["tables"].get("banners", {}),
        "correlations": study.parts["tables"].get("correlations", {}),
        "indicators": study.parts["indicators"],
        "indices": list(index_items(study.parts["index"])),
        "wave": study.waves[job.wave],
        "language": _first(study),
        "words": {
            **words["tables"],
            **{key: words["summaries"][key] for key in ("mean", "net", "nps")},
        },
        "inference": {
            name: study.parts["config"][name]
            for name in ("alpha", "sample", "minimum_base", "reliability")
            if name in study.parts["config"]
        },
    }


def _figures(study: Study, job: Job) -> dict[str, Any]:
    dealt = study.waves[job.wave].get("reconstruct", {})
    return {
        "kinds": study.figures(),
        "setting": {
            "tables": study.tables,
            "matrices": study.parts["tables"].get("correlations", {}),
            "indicators": study.parts["indicators"],
            "indices": study.parts["index"],
            "not_printed": dealt.get("not_printed"),
            "alpha": study.parts["config"]["alpha"],
        },
        "declared": {
            key: value
            for key, value in study.parts["figures"].items()
            if key not in ("profiles", "journal")
        },
        "words": {
            language: words["tables"] | words["figures"] for language, words in study.words.items()
        },
        "text": {
            language: {"tables": text.get("tables", {})}
            for language, text in study.parts["text"].items()
        },
    }


def _models(study: Study, job: Job) -> dict[str, Any]:
    return {
        "models": study.parts["models"].get("models", {}),
        "wave": study.waves[job.wave],
        "sample": study.parts["config"]["sample"],
        "languages": study.languages,
        "words": {
            language: words["tables"] | words["figures"] | words["models"]
            for language, words in study.words.items()
        },
    }


def _recover(study: Study, job: Job) -> dict[str, Any]:
    return {
        "codebook": study.parts["codebook"],
        "tables": _only(study.tables, "derived", "pairs", "rounded_sums"),
        "spec": study.waves[job.wave].get("reconstruct", {}),
        "audit": study.parts["audit"],
        "alpha": study.parts["config"]["alpha"],
    }


def _trace(study: Study, job: Job) -> dict[str, Any]:
    """What numbers depend on: of this wave alone, and nothing of any language's text."""
    return {
        "study": {
            **_of_all(study, ("tables", "indicators", "index", "models", "cleaning")),
            "config": {name: study.parts["config"][name] for name in ("alpha", "sample")},
            "wave": study.waves[job.wave],
            "mapping": study.parts["waves"].get(job.wave, {}),
            "interviews": _interviews(study, job.wave),
        },
        "language": _first(study),
    }


def _documents(study: Study, job: Job) -> dict[str, Any]:
    return {**_pages(study, job), "formats": _formats(study)}


def _compare_waves(study: Study, job: Job) -> dict[str, Any]:
    return {
        "waves": study.compared_waves(),
        "tables": study.compared(),
        "trend": study.parts["trend"],
        "indices": study.parts["index"],
        "indicators": {
            **study.parts["indicators"].get("scales", {}),
            **study.parts["indicators"].get("indicators", {}),
        },
        "sample": study.parts["config"]["sample"],
        "language": _first(study),
    }


def _trend(study: Study, job: Job) -> dict[str, Any]:
    return {
        "study": {
            "trend": study.parts["trend"],
            "waves": study.parts["waves"],
            "tables": {"tables": study.compared()},
            "index": study.parts["index"],
            "config": study.parts["config"],
            "text": study.parts["text"],
        },
        "words": study.words,
        "times": study.times(),
    }


def _deposit(study: Study, job: Job) -> dict[str, Any]:
    return {
        "waves": list(study.times()),
        "study": _of_all(study, ("config", "cleaning", "indicators", "index", "trend")),
        "words": study.words,
    }


def _certify(study: Study, job: Job) -> dict[str, Any]:
    return {"study": _of_all(study, ("config", "tables", "audit", "text")), "words": study.words}


def _protect(study: Study, job: Job) -> dict[str, Any]:
    """What decides which numbers of a wave are kept back."""
    config: Mapping[str, Any] = study.parts["config"]
    told = _of_all(study, ("tables", "indicators", "index"))
    # The people of a panel are the same in every wave; elsewhere each wave asks others.
    people = "panel" if study.parts["trend"].get("panel") else job.wave
    declared = config.get("disclosure", {})
    variables = sorted(study.parts["codebook"].get("variables") or {})
    named = {"declared": declared, "variables": variables}
    return {
        **named,
        **told,
        "threshold": _interviews(study, job.wave)["threshold"],
        "people": people,
        "earlier": hash_earlier_ledger(),
    }


_PARTS: Mapping[str, Callable[[Study, Job], dict[str, Any]]] = {
    "reconstruct_wave": _reconstruct,
    "export_wave": _export,
    "compare_questionnaire": _compare_questionnaire,
    "check_questionnaires": lambda study, job: {},
    "import_wave": _import,
    "prepare_wave": lambda study, job: {
        "steps": study.parts["cleaning"].get("steps", []),
        "indicators": study.parts["indicators"].get("indicators", {}),
        "scales": study.parts["indicators"].get("scales", {}),
        **_scored(study, job),
        "language": _first(study),
    },
    "assess_index": _assess_index,
    "tabulate_interviews": lambda study, job: {
        "interviews": {
            name: part
            for name, part in _interviews(study, job.wave).items()
            if name in ("themes", "attributes", "threshold")
        },
        "source": _interviews(study, job.wave)["sources"].get(job.wave, {}),
    },
    "tabulate_wave": _tabulate,
    "draw_figures": _figures,
    "draw_profile": lambda study, job: {
        **_figures(study, job),
        "profile": job.wildcards["profile"],
        "declared": study.parts["figures"],
    },
    "fit_models": _models,
    "recover_wave": _recover,
    "audit_wave": lambda study, job: {
        "derived": _derived(study),
        "rounding": declared_rounding(study.waves[job.wave], study.parts["audit"]),
        "lexicon": study.parts["lexicon"],
        "interviews": _interviews(study, job.wave),
    },
    "trace_wave": _trace,
    "write_pages": _pages,
    "write_documents": _documents,
    "compare_waves": _compare_waves,
    "write_trend": _trend,
    "write_deposit": _deposit,
    "certify_wave": _certify,
    "protect_wave": _protect,
    "draw_models": lambda study, job: {
        name: part for name, part in _models(study, job).items() if name != "wave"
    },
    "publish_release": lambda study, job: {
        "waves": protected_waves(study),
        "title": study.parts["config"]["title"],
        "language": _first(study),
        "description": str(study.words[_first(study)]["release"]["public"]),
    },
}


def rules_with_parts() -> list[str]:
    """Names of the rules whose jobs take parts: all that have a door."""
    return sorted(_PARTS)


def check_settings(settings: Mapping[str, Any], wanted: Mapping[str, str]) -> None:
    """Refuse settings that are not those with which the run was planned.

    Raises
    ------
    SurveyError
        A hash differs: a file of the study was changed while the run was going.
    """
    found = settings_hashes(settings)
    changed = sorted(name for name in {*found, *wanted} if found.get(name) != wanted.get(name))
    if changed:
        raise SurveyError(
            f"{', '.join(dict.fromkeys(map(setting_place, changed)))} changed while the run was "
            "going; run it again"
        )
