"""Conformance: our statistics beside values that nobody here computed."""
