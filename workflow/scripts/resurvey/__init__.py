"""resurvey: from a raw survey file to an article's tables, tests, figures and their audit.

Importing the package loads nothing heavy: each public name imports its module on first use.
"""

from importlib import import_module
from typing import Any

from resurvey.core.former_names import keep_former_names

_HOMES = {
    "SurveyError": "resurvey.core.errors",
    "Codebook": "resurvey.core.codebook",
    "Variable": "resurvey.core.codebook",
    "Survey": "resurvey.core.codebook",
    "read_survey": "resurvey.reading",
    "Crosstab": "resurvey.counts.crosstabs",
    "crosstab": "resurvey.counts.crosstabs",
    "Design": "resurvey.counts.design",
    "recover": "resurvey.recovery",
}
__all__ = [*_HOMES, "__version__"]


def _version() -> str:
    """Version of the project, which pyproject.toml alone says; a copy of parts has none."""
    import tomllib

    from resurvey.core.home import HOME

    said = HOME / "pyproject.toml"
    if not said.is_file():
        return "unknown"
    return str(tomllib.loads(said.read_text(encoding="utf-8"))["project"]["version"])


def __getattr__(name: str) -> Any:
    """Import a public name from its module when it is first asked for."""
    if name == "__version__":
        return globals().setdefault(name, _version())
    if name not in _HOMES:
        raise AttributeError(f"module 'resurvey' has no attribute {name!r}")
    value = getattr(import_module(_HOMES[name]), name)
    globals()[name] = value
    return value


keep_former_names()
