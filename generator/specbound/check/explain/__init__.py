"""Explain: why a value does not fit, in words, in the branch that was meant."""
