"""Trend: what moved between the waves of a study, and how sure that is."""
