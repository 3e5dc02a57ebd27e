"""Traffic: recordings and pages in, exchanges out, one after the other.

Knows formats. It must not know the contract that the exchanges will be held against.
"""
