"""Notable: from what size on a residual is named in words, and how many of a table are."""

NOTABLE = 2.0
"""Absolute adjusted residual from which a cell is named."""

MOST_RESIDUALS = 6
"""Cells named of one question; the others are counted."""
