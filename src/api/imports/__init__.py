"""Imports: files an agency or a register already has, brought into the log by a declared mapping."""

from api.imports.importing import run_import
from api.imports.loading import load_mapping, shipped_mappings
from api.imports.mapping import Mapping
from api.imports.problems import FileRefused, MappingRefused
from api.imports.report import Report

__all__ = [
    "FileRefused",
    "Mapping",
    "MappingRefused",
    "Report",
    "load_mapping",
    "run_import",
    "shipped_mappings",
]
