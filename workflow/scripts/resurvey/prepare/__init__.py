"""Prepare: from a raw wave to clean respondents with their indicators."""
