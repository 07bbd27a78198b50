"""Strict YAML: what people send or keep in a file, of which nothing is guessed, and every fault has its place."""

from __future__ import annotations

from typing import Any

import yaml

LONGEST_NUMBER = 40
"""Characters of a number: no field takes more, and one of a million would take minutes to count."""
NO_VALUE = (ValueError, TypeError, LookupError, ArithmeticError, AttributeError)
"""What PyYAML raises of a scalar that looks like a date, a number or a tag of its own, and is none."""


class YamlRefused(ValueError):
    """A text that is no YAML as it is taken here. `where` is its line and column, or empty; `said` what to do."""

    def __init__(self, where: str, said: str) -> None:
        super().__init__(f"{where}: {said}" if where else said)
        self.where, self.said = where, said


class Strict(yaml.SafeLoader):
    """YAML in which a key is one word and stands once: the second of two would silently win. No aliases: they can
    mean billions."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.AliasEvent):
            raise yaml.MarkedYAMLError(problem="aliases are not taken: write it out", problem_mark=self.get_mark())
        return super().compose_node(parent, index)

    def construct_object(self, node: yaml.Node, deep: bool = False) -> Any:
        if not isinstance(node, yaml.ScalarNode):
            return super().construct_object(node, deep)
        try:
            if node.tag.endswith((":int", ":float")) and len(node.value) > LONGEST_NUMBER:
                raise ValueError
            return super().construct_object(node, deep)
        except NO_VALUE:
            said = f"`{node.value[:LONGEST_NUMBER]}` is no {node.tag.rpartition(':')[2]}: write text in quotes"
            raise yaml.MarkedYAMLError(problem=said, problem_mark=node.start_mark) from None

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        keys: set[str] = set()
        for key, _ in node.value if isinstance(node, yaml.MappingNode) else ():
            if not isinstance(key, yaml.ScalarNode):
                raise yaml.MarkedYAMLError(problem="a key is one word", problem_mark=key.start_mark)
            if key.value in keys:
                raise yaml.MarkedYAMLError(problem=f"`{key.value}` stands here twice", problem_mark=key.start_mark)
            keys.add(key.value)
        return super().construct_mapping(node, deep)


class Texts(Strict):
    """The same, in which every scalar is text: `014` keeps its zero, and `non` is no falsehood."""

    yaml_implicit_resolvers: dict[str, Any] = {}

    def construct_object(self, node: yaml.Node, deep: bool = False) -> Any:
        if isinstance(node, yaml.ScalarNode) and "\0" in node.value:
            raise yaml.MarkedYAMLError(problem="null characters are not taken", problem_mark=node.start_mark)
        return super().construct_object(node, deep)


def read_strict(text: str, loader: type[Strict] = Strict) -> Any:
    """The plain values of a YAML text. Raises YamlRefused."""
    try:
        return yaml.load(text, loader)  # noqa: S506 - a SafeLoader, and stricter
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f"line {mark.line + 1}, column {mark.column + 1}" if mark else ""
        raise YamlRefused(where, " ".join(str(getattr(error, "problem", None) or error).split())) from None
    except RecursionError:
        raise YamlRefused("", "nested too deeply: write fewer levels") from None
