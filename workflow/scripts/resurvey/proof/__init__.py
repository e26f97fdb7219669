"""Proof: what results were made from, and the certificate that stands for them elsewhere."""
