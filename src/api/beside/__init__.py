"""Beside: the processes that live beside the server, each with what it does there."""
