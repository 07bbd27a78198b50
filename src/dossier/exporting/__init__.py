"""Exporting the log: every stored event in an open format, without persons, for whoever analyses it elsewhere.

The journal never held a person, so nothing has to be taken out. The same log up to the same position gives the same
bytes: nothing in a file says when or where it was made.
"""
