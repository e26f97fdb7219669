"""Waves: several rounds of one survey: their contract, the trend, the pooled deposit."""
