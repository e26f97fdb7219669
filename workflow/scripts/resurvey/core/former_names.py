"""Former names: modules of 0.1.0 that were moved into rooms still import under their old names."""

import sys
from collections.abc import Sequence
from importlib import import_module
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from importlib.util import spec_from_loader
from types import ModuleType

MOVED = {
    "audit.across": "audit.contradictions",
    "audit.cells": "audit.comparison",
    "audit.chance": "audit.solutions",
    "audit.documents": "audit.published_wave",
    "audit.misprints": "audit.solutions",
    "audit.page": "audit",
    "audit.page.derivation": "audit.cards",
    "audit.page.picture": "audit.cards",
    "audit.page.results": "audit.cards",
    "audit.page.summary": "audit.article_page",
    "audit.page.typed": "audit.typed_page",
    "audit.page.writing": "audit.article_page",
    "audit.pairs": "audit.ranges",
    "audit.terminal": "audit.typed_page",
    "audit.typed": "audit.typed_table",
    "certificate": "proof.certificate",
    "claims": "audit.claims",
    "claims.arithmetic": "audit.claims.evaluation",
    "claims.cells": "audit.claims.evaluation",
    "claims.lexicon": "audit.claims.ledger",
    "cleaning": "prepare.cleaning",
    "codebook": "core.codebook",
    "comparison": "audit.comparison",
    "counting": "core.counting",
    "crosstabs": "counts.crosstabs",
    "deposit": "waves.deposit",
    "design": "counts.design",
    "documents": "report.documents",
    "documents.archives": "core.files",
    "documents.banner_sheet": "report.documents.excel",
    "documents.excel_sheet": "report.documents.excel",
    "documents.latex": "report.documents.fragments",
    "documents.locales": "core.languages",
    "documents.manuscript": "report.blocks",
    "documents.number_values": "report.documents.excel",
    "documents.numbering": "report.blocks",
    "documents.page_breaks": "report.blocks",
    "documents.pictures": "report.documents",
    "documents.plain": "report.blocks",
    "documents.separated": "report.documents.fragments",
    "documents.sheet_names": "report.documents.excel",
    "documents.word_table": "report.documents.word",
    "errors": "core.errors",
    "export": "reading.data_sets",
    "files": "core.files",
    "frames": "counts.crosstabs",
    "identity": "core.names",
    "imports": "study.code_hashes",
    "indicators": "prepare.indicators",
    "initialise": "study.initialise",
    "intake": "reading",
    "languages": "core.languages",
    "models": "tables.models",
    "notes": "core.notes",
    "one_pass": "counts.crosstabs",
    "printed": "core.printed",
    "provenance": "report.provenance",
    "provenance.adjusted": "report.provenance.tables",
    "provenance.cells": "report.provenance.tables",
    "provenance.crosstab_tests": "report.provenance.tables",
    "provenance.ledger": "report.provenance.sources",
    "documents.production": "report.documents",
    "provenance.answers": "report.provenance.tables",
    "provenance.banners": "report.provenance.tables",
    "provenance.formulas": "report.provenance.graph",
    "provenance.crosstabs": "report.provenance.tables",
    "provenance.people": "report.provenance.graph",
    "published": "core.published",
    "reading.archives": "reading.formats",
    "reading.columnar": "reading.parquet",
    "reading.companions": "reading.formats",
    "reading.declared_sets": "reading.multiple_response",
    "reading.declared_types": "reading.declared",
    "reading.fields": "reading.columns",
    "reading.joined": "reading.multiple_response",
    "reading.lookalikes": "reading.encoding",
    "reading.observed": "reading.observed_answers",
    "reading.portable": "reading.spss",
    "reading.reasons": "reading.scales",
    "reading.sidecar": "reading.spss",
    "reading.spss_dictionary": "reading.spss",
    "reading.wording": "reading.encoding",
    "reconstruction": "prepare.reconstruction",
    "runlog": "core.errors",
    "storage": "reading.parquet",
    "strict_yaml": "core.strict_yaml",
    "survey": "core.codebook",
    "tails": "statistics.results",
    "text_answers": "reading.observed_answers",
    "trend": "waves.trend",
    "words": "study.words",
    "deposit.data_package": "waves.deposit.deposit_folder",
    "deposit.handling": "waves.deposit.pooled_file",
    "deposit.limits": "waves.deposit.pooled_file",
    "deposit.merging": "waves.deposit.pooled_file",
    "deposit.pooling": "waves.deposit.pooled_file",
    "deposit.telling": "waves.deposit.documentation",
    "deposit.writing": "waves.deposit.deposit_folder",
    "recovery.cells": "recovery.printed_table",
    "recovery.choice": "recovery.recovered",
    "recovery.convolution": "recovery.sums",
    "recovery.enumeration": "recovery.feasible",
    "recovery.joint": "recovery.contradictions",
    "recovery.many_tables": "recovery.false_fit",
    "recovery.objectives": "recovery.ranges",
    "recovery.parts": "recovery.misprints",
    "initialise.yaml_text": "core.strict_yaml",
    "report.application": "pages.application",
    "report.drawings": "pages.application",
    "report.embedding": "pages.application",
    "report.cleaning": "report.methods",
    "report.disclosure": "report.methods",
    "report.appendix": "report.methods",
    "report.bounds": "report.evidence",
    "report.findings": "report.sentences",
    "report.page": "report.arrangement",
    "report.labels": "pages.labels",
    "report.numerals": "pages.numerals",
    "report.wording": "pages.wording",
    "statistics.column_means": "statistics.letters",
    "statistics.concordance": "statistics.ordinal",
    "statistics.intervals": "statistics.results",
    "statistics.distributions": "statistics.results",
    "statistics.multiple_response": "tables.response_sets",
    "statistics.multiplicity": "statistics.letters",
    "statistics.paired": "statistics.proportions",
    "statistics.replication": "statistics.weighting",
    "tables.uncrossed": "tables.blocks",
    "statistics.network": "statistics.exact",
    "statistics.prediction": "statistics.association",
    "statistics.random_tables": "statistics.monte_carlo",
    "statistics.rao_scott": "statistics.contrasts",
    "statistics.two_by_two": "statistics.association",
    "statistics.two_columns": "statistics.monte_carlo",
    "statistics.weighted": "counts.crosstabs",
    "waves.adding": "waves.contract.addition",
    "waves.adoption": "prepare.import_gate",
    "trend.arrangement": "waves.trend.page",
    "trend.changes": "waves.trend.question_tests",
    "trend.differences": "waves.trend.share_changes",
    "trend.drawing": "waves.trend.figures",
    "trend.drawn": "waves.trend.figures",
    "trend.exhibits": "waves.trend.page",
    "trend.filling": "waves.trend.wave_comparison",
    "trend.members": "waves.contract.panel_members",
    "trend.moved": "waves.trend.question_tests",
    "trend.multiples": "waves.trend.figures",
    "trend.panel": "waves.trend.share_changes",
    "trend.paths": "waves.trend.figures",
    "trend.pooling": "waves.trend.pooled_sample",
    "trend.reading": "waves.trend.wave_comparison",
    "trend.shares": "waves.trend.pooled_sample",
    "trend.shown": "waves.trend.page",
    "trend.slopes": "waves.trend.share_changes",
    "trend.waves": "study.order",
    "trend.wording": "waves.trend.wave_comparison",
    "waves.command": "waves.contract",
    "waves.comparison": "waves.contract.comparison",
    "waves.differences": "waves.contract.differences",
    "waves.drift": "waves.contract.drift",
    "waves.insertion": "waves.contract.addition",
    "waves.likeness": "waves.contract.differences",
    "waves.mapping": "study.mapping",
    "waves.meaning": "waves.contract.comparison",
    "waves.outline": "waves.contract.drift",
    "waves.page": "waves.contract.drift",
    "waves.questionnaire": "waves.contract.questionnaire",
    "waves.ranges": "waves.contract.comparison",
    "waves.recoding": "prepare.import_gate",
    "waves.routing": "waves.contract.routing",
    "waves.suggestion": "waves.contract.comparison",
    "waves.terminal": "waves.contract.drift",
    "figures.drawn": "figures.canvas",
    "figures.vector": "figures.canvas",
    "figures.dots": "figures.bars",
    "figures.fills": "figures.palette",
    "figures.profiles": "figures.plan",
    "figures.findings": "figures.draw",
    "certificate.codecheck": "proof.certificate.crate",
    "certificate.credit": "proof.certificate.crate",
    "certificate.environment": "proof.certificate.writing",
    "certificate.places": "proof.certificate.package",
    "certificate.strict_json": "proof.certificate.package",
    "certificate.command": "proof.certificate.verification",
    "certificate.contents": "proof.certificate.manifest",
    "certificate.agreement": "proof.certificate.numbers",
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
