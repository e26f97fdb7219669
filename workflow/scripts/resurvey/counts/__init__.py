"""Counts: from codes to arrays of counts, crosstabs and their sampling designs."""
