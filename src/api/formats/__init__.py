"""Formats: a figure as the files that programs of statisticians read."""
