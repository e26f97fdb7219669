"""Certificate: what a wave was made from, what came out, and how a stranger checks both."""
