"""Claims: the sentences of a published text, held against the cells that they speak of.

`references` reads what a claim points at, `evaluation` computes it exactly from counts, and
`ledger` gives every claim its verdict and its arithmetic, words such as "every fifth" by the
study's lexicon. No module here needs pandas or NumPy.
"""

from resurvey.audit.claims.evaluation import claim_cells
from resurvey.audit.claims.ledger import (
    LEDGER_COLUMNS,
    VERDICTS,
    Lexicon,
    evaluate_claims,
    read_lexicon,
)
from resurvey.audit.claims.references import Comparison, Expression, Reference, parse_cells

__all__ = [
    "LEDGER_COLUMNS",
    "VERDICTS",
    "Comparison",
    "Expression",
    "Lexicon",
    "Reference",
    "claim_cells",
    "evaluate_claims",
    "parse_cells",
    "read_lexicon",
]
