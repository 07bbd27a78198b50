"""What a fact is: a frozen, named, versioned record of something that happened."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, ClassVar, TypeVar, cast, dataclass_transform, get_args, get_origin, get_type_hints

from pydantic import BeforeValidator, ConfigDict, Field, StringConstraints, TypeAdapter
from pydantic.dataclasses import dataclass
from pydantic.fields import FieldInfo
from pydantic.json_schema import GenerateJsonSchema
from pydantic_core import PydanticCustomError

from dossier.values import Personal, Term

PREFIX = "brussels.dossier."
CLOSED = ConfigDict(extra="forbid")
"""Unknown fields are refused: they could carry a person past the vault."""


def _left_to_the_log(given: Any) -> Any:
    if given is not None:
        raise PydanticCustomError("of_the_log", "the log writes this: send your own word in the field itself")
    return given


FieldName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
LocalTerms = Annotated[
    dict[FieldName, Term | list[Term] | None] | None,
    BeforeValidator(_left_to_the_log),
    Field(json_schema_extra={"readOnly": True}),
]
"""What stood, as posted, in each field that the agency's vocabulary brought to the common term; null where nothing
stood, and the term follows from `local_term`."""


@dataclass(frozen=True, kw_only=True, config=CLOSED)
class Fact:
    """What every fact may carry: the agency's own word for it as a whole, and for the fields that were translated."""

    NAME: ClassVar[str]
    TYPE: ClassVar[str]
    PERSONAL: ClassVar[frozenset[str]] = frozenset()
    LABEL: ClassVar[dict[str, str]]
    ADAPTER: ClassVar[TypeAdapter[Any]]
    ALIASES: ClassVar[dict[str, str]] = {}

    local_term: Term | None = None
    local_terms: LocalTerms = None


F = TypeVar("F", bound=Fact)


@dataclass_transform(frozen_default=True, kw_only_default=True)
def fact(name: str, *, fr: str, nl: str, en: str, version: int = 1) -> Callable[[type[F]], type[F]]:
    """Declare a type of fact under its `name` and `version`, with what a timeline calls it in three languages."""

    def declare(cls: type[F]) -> type[F]:
        made = cast(type[F], dataclass(frozen=True, kw_only=True, config=CLOSED)(cls))
        made.NAME = name
        made.TYPE = f"{PREFIX}{name}.v{version}"
        made.LABEL = {"fr": fr, "nl": nl, "en": en}
        made.ADAPTER = TypeAdapter(made)
        hints = get_type_hints(made, include_extras=True)
        made.PERSONAL = frozenset(name for name, hint in hints.items() if is_personal(hint))
        made.ALIASES = {name: field.alias for name, field in fields_of(made).items() if field.alias is not None}
        return made

    return declare


def fields_of(kind: type[Fact]) -> dict[str, FieldInfo]:
    """The fields of a type of fact, as pydantic knows them."""
    return cast(Any, kind).__pydantic_fields__  # type: ignore[no-any-return]  # there at run time only


def is_personal(hint: Any) -> bool:
    """Whether a type hint carries the Personal mark, in itself or in a part of a union."""
    if any(isinstance(mark, Personal) for mark in getattr(hint, "__metadata__", ())):
        return True
    return get_origin(hint) is not None and any(is_personal(arg) for arg in get_args(hint))


def schema(kind: type[Fact]) -> dict[str, Any]:
    """JSON Schema 2020-12 of a fact's `data`; personal fields carry `x-personal: true`."""
    body = kind.ADAPTER.json_schema(mode="validation")
    title = kind.LABEL["en"]
    return {
        "$schema": GenerateJsonSchema.schema_dialect,
        "$id": f"/v1/event-types/{kind.TYPE}",
        **body,
        "title": title,
    }
