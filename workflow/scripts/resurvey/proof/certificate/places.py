"""Places: the names of a certificate's own files, and which paths may stand in one."""

import re
from pathlib import PurePosixPath

from resurvey.core.errors import SurveyError

METADATA = "ro-crate-metadata.json"
MANIFEST_JSON = "manifest.json"
MANIFEST_CSV = "manifest.csv"
COMPARISON = "comparison.json"
NUMBERS = "numbers.json"
ENVIRONMENT = "environment.json"
CODECHECK = "codecheck.yml"
README = "README.md"

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
_DRIVE = re.compile(r"[A-Za-z]:")
_LONGEST = 400


def check_path(path: object, of: str) -> str:
    """Refuse a path that could lead out of the certificate's folder.

    Raises
    ------
    SurveyError
        No text, absolute, with a drive, ``..``, a backslash or a control character.

    Examples
    --------
    >>> check_path("results/2022/tables/crosstabs.csv", "manifest.json")
    'results/2022/tables/crosstabs.csv'
    >>> check_path("../secret", "manifest.json")
    Traceback (most recent call last):
    resurvey.SurveyError: manifest.json: the path '../secret' leaves the certificate's folder
    """
    if not isinstance(path, str) or not path or len(path) > _LONGEST:
        raise SurveyError(f"{of}: {shown(path)} is no path")
    parts = path.split("/")
    if path.startswith("/") or _DRIVE.match(path) or ".." in parts:
        raise SurveyError(f"{of}: the path '{shown(path)}' leaves the certificate's folder")
    if "\\" in path or _CONTROL.search(path) or str(PurePosixPath(path)) != path:
        raise SurveyError(f"{of}: the path '{shown(path)}' is not written as a/b/c")
    return path


def shown(value: object, longest: int = 120) -> str:
    r"""Write a stranger's text for the terminal: no control characters, not endless.

    Examples
    --------
    >>> shown("a\x1b[31mb")
    'a?[31mb'
    """
    text = _CONTROL.sub("?", value if isinstance(value, str) else repr(value))
    return text if len(text) <= longest else text[: longest - 1] + "…"
