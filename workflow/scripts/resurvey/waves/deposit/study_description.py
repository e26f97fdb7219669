"""Study description: what the documentation says of the study and of its records."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from resurvey.core.codebook import Labels, as_labels, pick_label
from resurvey.core.origin import origin_of
from resurvey.pages.wording import Wording
from resurvey.study.declarations import CleaningStep, Config, WaveConfig
from resurvey.waves.deposit.pooled_file import Pooled, Step

Words = Mapping[str, Mapping[str, Mapping[str, Any]]]


@dataclass(frozen=True)
class StudyDescription:
    """What the documentation says of the study, by language.

    Attributes
    ----------
    title : dict
        Title of the data.
    mark : dict
        What must be said of records that are no microdata; empty for real ones.
    abstract, kind, sampling, universe, unit : dict
        What the data are; empty where the study is silent.
    processing : list of dict
        Everything that was done to the records.
    weights : list of dict
        How to use the weights.
    conditions : dict
        What a user must know before use.
    derived : dict
        What is said of a variable that was computed from answers.
    asked_in : dict
        Words around ``{waves}``, of a variable that not all waves have.
    """

    title: Labels
    mark: Labels
    abstract: Labels
    kind: Labels
    sampling: Labels
    unit: Labels
    processing: Sequence[Labels]
    weights: Sequence[Labels]
    conditions: Labels
    derived: Labels
    asked_in: Labels


def describe_study(
    pooled: Pooled,
    config: Config,
    cleaning: Sequence[CleaningStep],
    logs: Mapping[str, Sequence[Mapping[str, str]]],
    words: Words,
    kept: Sequence[Step] = (),
) -> StudyDescription:
    """Say in every language of the study what the pooled file is."""
    every = {language: Wording(own) for language, own in words.items()}
    mark = mark_of(pooled, config["waves"], every)
    weights = [name for name, role in pooled.roles.items() if role == "weight"]
    return StudyDescription(
        title={
            language: pick_label(as_labels(config["title"] or None), language, "")
            or say.plain("report.untitled")
            for language, say in every.items()
        },
        mark=mark,
        abstract={
            language: say.plain(
                "deposit.abstract",
                waves=", ".join(
                    f"{pick_label(as_labels(config['waves'][wave].get('label')), language, wave)}"
                    f" (n = {number})"
                    for wave, number in pooled.waves.items()
                ),
                variables=len(pooled.codebook.variables),
            )
            for language, say in every.items()
        },
        kind={
            language: mark.get(language) or say.plain("deposit.kind")
            for language, say in every.items()
        },
        sampling={
            language: say.plain(f"report.sample_{config['sample']}")
            for language, say in every.items()
        },
        unit=_each(every, "unit"),
        processing=[
            *_cleaned(cleaning, logs, every),
            *(
                _each(every, f"done_{step.what}", variables=_listed(step.variables), **step.values)
                for step in (*pooled.steps, *kept)
            ),
        ],
        weights=[_each(every, "weight", variable=name) for name in weights],
        conditions=_each(every, "conditions"),
        derived=_each(every, "derived"),
        asked_in={language: str(own["deposit"]["asked_in"]) for language, own in words.items()},
    )


def mark_of(
    pooled: Pooled, waves: Mapping[str, WaveConfig], every: Mapping[str, Wording]
) -> Labels:
    """Say of reconstructed and of simulated records what they are; nothing of real ones."""
    simulated = [name for name, wave in waves.items() if origin_of(name, wave) == "simulated"]
    mark: Labels = {}
    for language, say in every.items():
        parts = []
        if pooled.codebook.reconstructed:
            parts.append(say.plain("report.banner_reconstructed_short"))
        if simulated:
            parts.append(say.plain("deposit.simulated", waves=", ".join(simulated)))
        if parts:
            mark[language] = "; ".join(parts)
    return mark


def _listed(variables: Sequence[str]) -> str:
    return ("; " if any("(" in variable for variable in variables) else ", ").join(variables)


def _each(every: Mapping[str, Wording], key: str, **values: Any) -> Labels:
    return {language: say.plain(f"deposit.{key}", **values) for language, say in every.items()}


def _cleaned(
    declared: Sequence[CleaningStep],
    logs: Mapping[str, Sequence[Mapping[str, str]]],
    every: Mapping[str, Wording],
) -> list[Labels]:
    """One sentence per cleaning step and wave; the import itself is none."""
    sentences = []
    for wave, log in logs.items():
        for line in log:
            number = int(line["step"])
            if not number:
                continue
            reason = declared[number - 1]["why"] if number <= len(declared) else None
            sentence: Labels = {}
            for language, say in every.items():
                name = f"cleaning.{line['action']}"
                sentence[language] = say.plain(
                    "deposit.done_cleaned",
                    wave=wave,
                    action=say.plain(name) if say.has(name) else line["action"],
                    variables=line["variables"],
                    rows=line["rows_touched"],
                    removed=int(line["rows_before"]) - int(line["rows_after"]),
                    why=pick_label(as_labels(reason), language, line["why"]),
                )
            sentences.append(sentence)
    return sentences
