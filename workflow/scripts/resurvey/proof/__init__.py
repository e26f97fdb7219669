"""Proof: what stands for the results elsewhere: the certificate, and conformance."""
