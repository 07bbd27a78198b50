"""Imports: files an agency or a register already has, brought into the log by a declared mapping."""
