"""Deposit: the waves of a study as one documented file for others."""
