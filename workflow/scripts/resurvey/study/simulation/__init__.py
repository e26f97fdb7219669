"""Simulation: waves drawn from a declared model, whose true shares and changes are known."""
