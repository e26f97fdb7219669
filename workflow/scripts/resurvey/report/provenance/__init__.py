"""Provenance: what every printed number was made of."""
