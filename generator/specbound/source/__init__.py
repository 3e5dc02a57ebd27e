"""Source: text in, one bundled OpenAPI 3.1 tree out, in which every node knows its place.

Knows files, syntax, references, overlays and versions. It must not know what a schema means.
"""
