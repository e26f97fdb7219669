"""Figures: drawn from tidy tables, in every language, the same bytes on every run."""
