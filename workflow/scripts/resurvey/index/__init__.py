"""Composite indices of respondents: declared, scored, judged, summed up, decomposed."""
