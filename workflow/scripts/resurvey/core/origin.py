"""Origin: which rules make a wave's raw file and its numbers, and whether records are anybody's."""

from collections.abc import Mapping
from typing import Any

MAKERS = {
    "reconstruct": ("reconstruct_wave", "reconstructed"),
    "dataset": ("export_wave", ""),
}
"""Key of a wave -> the rule that it asks for, and what the rule's records are called."""

ORIGINS = ("reconstructed", "simulated")
"""What records that nobody gave are called; the names of their files say so."""

_FILES = {
    "reconstruct": "survey_reconstructed.sav",
    "dataset": "survey_exported.sav",
}


def made_files(name: str, wave: Mapping[str, Any]) -> dict[str, str]:
    """List the raw files that rules would make of a wave.

    Parameters
    ----------
    name : str
        Name of the wave.
    wave : dict
        The wave in `config/config.yaml`.

    Returns
    -------
    dict
        Key of `MAKERS` -> path.

    Examples
    --------
    >>> made_files("2022", {"file": "resources/a.sav", "reconstruct": {}})
    {'reconstruct': 'results/2022/raw/survey_reconstructed.sav'}
    """
    return {key: f"results/{name}/raw/{file}" for key, file in _FILES.items() if key in wave}


def maker_of(name: str, wave: Mapping[str, Any]) -> str:
    """Name the rule that makes the raw file of a wave; empty where it came from outside.

    Examples
    --------
    >>> made = "results/2022/raw/survey_reconstructed.sav"
    >>> maker_of("2022", {"file": made, "reconstruct": {}})
    'reconstruct_wave'
    >>> maker_of("2022", {"file": "resources/2022/authors.sav", "reconstruct": {}})
    ''
    """
    return _made_by(name, wave)[0]


def origin_of(name: str, wave: Mapping[str, Any]) -> str:
    """Return whether a wave's records are reconstructed or simulated; empty for real answers.

    A wave may say how it would be reconstructed and yet be read from its authors' file: what
    counts is which file is read. A file from elsewhere that an earlier run made says so by name.

    Parameters
    ----------
    name : str
        Name of the wave.
    wave : dict
        The wave in `config/config.yaml`.

    Examples
    --------
    >>> origin_of("2022", {"file": "resources/2022/authors.sav", "reconstruct": {}})
    ''
    >>> origin_of("2022", {"file": "resources/2022/survey_simulated.csv"})
    'simulated'
    """
    rule, origin = _made_by(name, wave)
    if rule:
        return origin
    return next((word for word in ORIGINS if f"_{word}." in wave["file"]), "")


def holds_real_answers(name: str, wave: Mapping[str, Any]) -> bool:
    """Return whether a wave's records are answers that real people gave and nobody published.

    These are what disclosure control is for. Reconstructed and simulated records are nobody's,
    and a data set that `dataset:` takes from an installed package is public already.

    Examples
    --------
    >>> holds_real_answers("2022", {"file": "resources/2022/authors.sav", "reconstruct": {}})
    True
    >>> holds_real_answers("2022", {"file": "resources/2022/survey_simulated.csv"})
    False
    >>> made = "results/1996/raw/survey_exported.sav"
    >>> holds_real_answers("1996", {"file": made, "dataset": "statsmodels.anes96"})
    False
    """
    return "file" in wave and not maker_of(name, wave) and not origin_of(name, wave)


def _made_by(name: str, wave: Mapping[str, Any]) -> tuple[str, str]:
    for key, path in made_files(name, wave).items():
        if path == wave["file"]:
            return MAKERS[key]
    return "", ""


AFTER = {
    "reconstruct_wave": (),
    "export_wave": (),
    "import_wave": ("reconstruct_wave", "export_wave"),
    "prepare_wave": ("import_wave",),
    "tabulate_wave": ("prepare_wave",),
    "recover_wave": (),
    "audit_wave": ("tabulate_wave", "recover_wave"),
    "fit_models": ("prepare_wave",),
    "tabulate_interviews": (),
    "trace_wave": ("tabulate_wave", "prepare_wave", "audit_wave", "fit_models"),
}
"""Rules that make numbers, and those whose results each of them reads."""

_MAKERS = ("reconstruct_wave", "export_wave")


def traced_rules(maker: str) -> list[str]:
    """List the rules behind a wave's numbers, with the one that made its raw file.

    Examples
    --------
    >>> traced_rules("export_wave")[:2], traced_rules("")[0]
    (['export_wave', 'import_wave'], 'import_wave')
    """
    return [rule for rule in AFTER if rule == maker or rule not in _MAKERS]
