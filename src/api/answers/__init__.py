"""Answers that more than one way out gives: routes, pages, the command line."""
