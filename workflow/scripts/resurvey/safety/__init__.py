"""Safety: what may leave the house of a wave's results, so that nobody is given away."""
