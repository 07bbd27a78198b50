"""What a body has to be: a model of its own, or a refusal that points at what is otherwise."""

from __future__ import annotations

from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from dossier.refusals import refused
from dossier.writing.field_errors import field_errors

Model = TypeVar("Model", bound=BaseModel)


def valid(model: type[Model], body: Any, what: str) -> Model:
    """A JSON body as a model; `what` is what a refusal calls it. Raises Refused with pointers."""
    try:
        return model.model_validate(body)
    except ValidationError as error:
        text = f"The {what} is not valid; `errors` says where."
        raise refused("invalid", text, *field_errors(error, body, "")) from None
