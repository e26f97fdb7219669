"""Former names: modules of 0.1.0 that were moved into rooms still import under their old names."""

import sys
from collections.abc import Sequence
from importlib import import_module
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from importlib.util import spec_from_loader
from types import ModuleType

MOVED = {
    "certificate": "proof.certificate",
    "claims": "audit.claims",
    "cleaning": "prepare.cleaning",
    "codebook": "core.codebook",
    "comparison": "audit.comparison",
    "conformance": "proof.conformance",
    "counting": "core.counting",
    "crosstabs": "counts.crosstabs",
    "deposit": "waves.deposit",
    "design": "counts.design",
    "documents": "report.documents",
    "documents.archives": "report.documents.conventions",
    "documents.banner_sheet": "report.documents.excel",
    "documents.excel_sheet": "report.documents.excel",
    "documents.latex": "report.documents.fragments",
    "documents.locales": "report.documents.conventions",
    "documents.manuscript": "report.blocks",
    "documents.number_values": "report.documents.excel",
    "documents.numbering": "report.blocks",
    "documents.page_breaks": "report.documents.conventions",
    "documents.pictures": "report.documents.production",
    "documents.plain": "report.blocks",
    "documents.separated": "report.documents.fragments",
    "documents.sheet_names": "report.documents.excel",
    "documents.word_table": "report.documents.word",
    "errors": "core.errors",
    "export": "reading.data_sets",
    "files": "core.files",
    "frames": "counts.frames",
    "identity": "core.names",
    "imports": "study.code_hashes",
    "indicators": "prepare.indicators",
    "initialise": "study.initialise",
    "intake": "reading.intake",
    "languages": "core.languages",
    "models": "tables.models",
    "notes": "core.notes",
    "one_pass": "counts.one_pass",
    "printed": "core.printed",
    "provenance": "report.provenance",
    "published": "core.published",
    "reconstruction": "prepare.reconstruction",
    "runlog": "study.runlog",
    "simulation": "study.simulation",
    "storage": "reading.storage",
    "strict_yaml": "core.strict_yaml",
    "survey": "core.survey",
    "tails": "statistics.tails",
    "text_answers": "prepare.text_answers",
    "trend": "waves.trend",
    "trend.waves": "study.order",
    "words": "study.words",
    "report.application": "pages.application",
    "report.cleaning": "report.methods",
    "report.disclosure": "report.methods",
    "report.drawings": "pages.drawings",
    "report.embedding": "pages.embedding",
    "report.labels": "pages.labels",
    "report.numerals": "pages.numerals",
    "report.wording": "pages.wording",
    "statistics.weighted": "counts.weighted",
    "waves.adding": "waves.contract.adding",
    "waves.adoption": "prepare.adoption",
    "waves.comparison": "waves.contract.comparison",
    "waves.drift": "waves.contract.drift",
    "waves.mapping": "study.mapping",
    "waves.meaning": "waves.contract.meaning",
    "waves.recoding": "prepare.recoding",
}
"""Name of 0.1.0, below ``resurvey``, and where its module stands now."""


def present_name(name: str) -> str | None:
    """Return where a module of 0.1.0 stands now; None for a name that is no former one.

    Examples
    --------
    >>> present_name("resurvey.codebook"), present_name("resurvey.documents.word")
    ('resurvey.core.codebook', 'resurvey.report.documents.word')
    >>> present_name("resurvey.reading") is None
    True
    """
    package, _, rest = name.partition(".")
    if package != "resurvey":
        return None
    parts = rest.split(".")
    for length in range(len(parts), 0, -1):
        if moved := MOVED.get(".".join(parts[:length])):
            return ".".join([package, moved, *parts[length:]])
    return None


class _Alias(Loader):
    """Give the module that stands elsewhere, as it is."""

    def __init__(self, name: str) -> None:
        self.module = import_module(name)
        self.own = self.module.__spec__

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        return self.module

    def exec_module(self, module: ModuleType) -> None:
        # Importing it under another name wrote that name's specification over its own.
        module.__spec__ = self.own


class FormerNames(MetaPathFinder):
    """Find modules by their former names, after every other way."""

    def find_spec(
        self,
        fullname: str,
        path: Sequence[str] | None = None,
        target: ModuleType | None = None,
    ) -> ModuleSpec | None:
        """Return how the module is loaded; None where the name is no former one."""
        name = present_name(fullname)
        return None if name is None else spec_from_loader(fullname, _Alias(name))


def keep_former_names() -> None:
    """Let scripts that were written for 0.1.0 import what they imported."""
    if not any(isinstance(finder, FormerNames) for finder in sys.meta_path):
        sys.meta_path.append(FormerNames())
