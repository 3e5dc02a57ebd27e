"""Lint: a document against itself.

Knows what a document shows of itself: examples, defaults, samples. It must not know recordings.
"""
