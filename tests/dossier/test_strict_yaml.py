"""YAML from outside is refused by its place and with what to do, never with a fault (cases/strict_yaml.yaml)."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from dossier.strict_yaml import Strict, Texts, YamlRefused, read_strict

CASES = yaml.safe_load((Path(__file__).parents[1] / "cases" / "strict_yaml.yaml").read_text())


def text_of(case: dict[str, Any]) -> str:
    """The text of a case, with what it repeats written out."""
    text: str = case["text"]
    return text.replace("{}", case["of"] * case["times"]) if "of" in case else text


@pytest.mark.parametrize("case", [pytest.param(case, id=case["case"]) for case in CASES])
@pytest.mark.parametrize("loader", [Strict, Texts])
def test_what_cannot_be_meant_is_refused_by_its_place(case: dict[str, Any], loader: type[Strict]) -> None:
    if loader is Texts and not case.get("texts"):
        assert isinstance(read_strict(text_of(case), Texts), dict), "it is text like any other"
        return
    with pytest.raises(YamlRefused) as refused:
        read_strict(text_of(case), loader)
    assert refused.value.where.startswith(case["at"])
    assert case["said"] in refused.value.said
