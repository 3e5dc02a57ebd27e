"""Update: two documents in, what becomes of the client, the recordings and the user's own code.

Knows the contracts of both sides and puts a new client in the place of the old one. It must not
know how a report is laid out, nor which command asked for it.
"""
