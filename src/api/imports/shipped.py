"""The mappings that come with the program."""

from __future__ import annotations

from importlib.resources import files
from importlib.resources.abc import Traversable


def shipped_mappings() -> dict[str, Traversable]:
    """Each by its name."""
    shipped = (files("api.imports") / "mappings").iterdir()
    return {file.name.removesuffix(".yaml"): file for file in shipped if file.name.endswith(".yaml")}
