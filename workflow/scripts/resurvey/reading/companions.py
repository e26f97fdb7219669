"""Companions: files that a tool writes beside the answers, found by the tool's own names."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

_LIMESURVEY = (
    (re.compile(r"(survey_\d+_SPSS)_data_file", re.IGNORECASE), (r"\1_syntax_file.sps",)),
    (re.compile(r"survey_(\d+)_SPSS_data_file", re.IGNORECASE), (r"limesurvey_survey_\1.lss",)),
    (re.compile(r"results-survey(\d+)", re.IGNORECASE), (r"limesurvey_survey_\1.lss",)),
)
_ENDINGS = (".sps", ".lss", ".sas7bcat")
_WITH_STRUCTURE = (".csv", ".dat", ".txt", ".tsv", ".tab", ".xlsx", ".xlsm")
TOOLS = ("plain", "qualtrics", "surveymonkey", "kobotoolbox")
"""Tools that can be declared where the table itself does not show them."""
SIDECAR = ".mrsets.json"
"""Ending of the file with the multiple-response sets of a .sav that cannot hold them."""


def find_structure(path: Path) -> list[Path]:
    """Structure files beside the answers that belong to them by name.

    LimeSurvey's ``survey_123_SPSS_data_file.dat`` has ``survey_123_SPSS_syntax_file.sps``, its
    ``results-survey123.csv`` has ``limesurvey_survey_123.lss``; any file of answers may have a
    structure of its own name.

    Examples
    --------
    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> (folder / "limesurvey_survey_7.lss").touch()
    >>> [one.name for one in find_structure(folder / "results-survey7.csv")]
    ['limesurvey_survey_7.lss']
    """
    ending = path.suffix.lower()
    names: list[str] = []
    if ending in _WITH_STRUCTURE:
        for pattern, companions in _LIMESURVEY:
            if match := pattern.fullmatch(path.stem):
                names += [match.expand(companion) for companion in companions]
        names += [path.stem + one for one in _ENDINGS if one != ".sas7bcat"]
    elif ending == ".sas7bdat":
        names = [path.stem + ".sas7bcat"]
    found = [path.with_name(name) for name in dict.fromkeys(names)]
    return [one for one in found if one.is_file()]


def sidecar_of(path: Path) -> Path:
    """Name of the file that holds the multiple-response sets of a .sav.

    Examples
    --------
    >>> sidecar_of(Path("deposit/wave.sav")).name
    'wave.mrsets.json'
    """
    return path.with_name(path.stem + SIDECAR)


def wave_files(wave: Mapping[str, Any]) -> list[Path]:
    """Every file that reading a wave's raw file would use beside it.

    Parameters
    ----------
    wave : dict
        A wave of `config/config.yaml`: its `file` and, where they are declared, `structure` and
        `tool`.

    Examples
    --------
    >>> [str(one) for one in wave_files({"file": "a.csv", "structure": ["a.sps", "a.lss"]})]
    ['a.sps', 'a.lss']
    """
    if declared := wave.get("structure"):
        return [Path(one) for one in ([declared] if isinstance(declared, str) else declared)]
    file = Path(wave["file"])
    if file.parts[:1] == ("results",) or wave.get("tool") == "plain":
        return []
    sidecar = sidecar_of(file)
    has_sidecar = file.suffix.lower() in (".sav", ".zsav") and sidecar.is_file()
    return find_structure(file) + ([sidecar] if has_sidecar else [])
