"""Check: a contract and an exchange in, findings out.

Knows HTTP messages and JSON Schema. It must not know how an exchange was recorded, nor reports.
"""
