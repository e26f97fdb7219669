"""Notes: sentences that one room writes beside a number and another recognises."""

NOMINAL = "nominal p-value: the sample is not a random one"
"""Note of a p-value that carries no inference to a population."""
