"""Readers: one module a format; each yields the records of one file and never holds them all."""
