"""Verification: proofs checked by whoever holds a key, offline.

Stands alone: it imports the standard library and `cryptography`, and nothing of this project, so that it shares no
mistake with the code that writes. A test checks that.
"""
